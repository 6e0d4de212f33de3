-- Bulk entry of reports and strengths: what is read, that all or nothing is entered, by the rules of single entries.
begin;
set local client_min_messages = warning;
select plan(27);

select karmayogi.create_portal('load_portal');
select karmayogi.bind_portal('load_portal');
insert into load_portal.org_hierarchy (mdo_id, mdo_name, ministry, ministry_id)
values ('m1', 'Ministry of Loads', null, null), ('o1', 'Bureau of Loads', 'Ministry of Loads', 'm1');

create function pg_temp.state() returns text language sql as $$
    select md5(string_agg(r, E'\n' order by r)) from (
        select r::text from karmayogi.report r union all select r::text from karmayogi.strength r) t (r)
$$;
create function pg_temp.shown(have text, want text, meaning text) returns text language sql as $$
    select results_eq(format('select r::text collate "C" from (%s) r', have),
                      format('select r::text collate "C" from (%s) r', want), meaning)
$$;
create function pg_temp.refused(statement text) returns text language plpgsql as $$
begin
    execute statement;
    return null;
exception when others then
    return sqlstate;
end $$;

select is(karmayogi.create_report_staging('staged')::text, 'staged', 'a staging table of a bare name');
select is((select relpersistence from pg_class where oid = 'staged'::regclass), 't', 'is temporary');
select is(karmayogi.create_report_staging('load_portal."Of Q2"')::text, 'load_portal."Of Q2"', 'or in a schema, under any name');
select is(pg_temp.refused($$select karmayogi.create_report_staging('a.b.c')$$), '42602', 'but not elsewhere');

copy staged from stdin;
report	m1	1.1	2023-24 Q1	1	1	Order no. 7	\N	\N	\N	\N	\N
\N	 o1 	1.2	 2023-24 Q1	0	1.00		\N	\N	\N	\N	\N
Strength	o1	\N	\N	\N	\N	\N	2023-04-01	100	40	\N	\N
strength	m1	\N	\N	\N	\N	\N	2023-04-01	+300	\N	3	attached
	platform	6.10	2023-24 Q1	12	0	https://example.invalid/manuals	\N	\N	\N	\N	\N
\.
select is_empty($$select * from karmayogi.check_reports('staged')$$, 'nothing is wrong with them');
select is((select count(*) from karmayogi.report), 0::bigint, 'and checking enters nothing');
select is(karmayogi.load_reports('staged'), 5::bigint, 'all are entered');
select pg_temp.shown(
    $$select indicator::text, entity_id::text, period::text, period_end, numerator, denominator, evidence, submitted_by
      from karmayogi.report order by report_id$$,
    $$values ('1.1', 'm1', '2023-24 Q1', date '2023-06-30', 1::bigint, 1::bigint, 'Order no. 7', session_user::name),
             ('1.2', 'o1', '2023-24 Q1', '2023-06-30', 0, 1, null, session_user),
             ('6.10', 'platform', '2023-24 Q1', '2023-06-30', 12, 0, 'https://example.invalid/manuals', session_user)$$,
    'reports, blanks and empty values taken away');
select pg_temp.shown(
    $$select mdo_id::text, effective_on, officials, women, pwd, covers::text, entered_by from karmayogi.strength order by mdo_id desc$$,
    $$values ('o1', date '2023-04-01', 100::bigint, 40::bigint, null::bigint, 'own', session_user::name),
             ('m1', '2023-04-01', 300, null, 3, 'attached', session_user)$$, 'and strengths');

-- natural types, columns in another order, some left out
create temp table typed (numerator int, denominator numeric(10, 2), period varchar(20), indicator char(6), entity name);
insert into typed values (1, 1, '2023-24 Q1', '1.2', 'o1');
select is(karmayogi.load_reports('typed'), 1::bigint, 'columns of natural types, some left out');
select is((select count(*) from karmayogi.report where indicator = '1.2' and superseded_by is null and numerator = 1), 1::bigint,
    'a loaded report supersedes like any other');
create temp table days (entity text, effective_on date, officials bigint);
insert into days values ('o1', '2024-02-29', 120);
set local datestyle = 'SQL, DMY';
select is(karmayogi.load_reports('days'), 1::bigint, 'dates, whatever the DateStyle');
reset datestyle;
truncate days;
select is(karmayogi.load_reports('days'), 0::bigint, 'nothing to load');

-- one wrong row, and nothing is entered; each row of what is wrong is told
truncate staged;
insert into staged (kind, entity, indicator, period, numerator, denominator, effective_on, officials, women, covers) values
    (null, 'm1', '3.1', '2023-24 Q2', '1', '1', null, null, null, null),            -- 1: right
    (null, 'm9', '3.1', '2023-24 Q2', '1', '1', null, null, null, null),            -- 2
    (null, 'm1', '2.2', '2023-05', '1', '1', null, null, null, null),               -- 3
    (null, 'm1', '3.1', '2023-24 Q2', '1', '1', null, null, null, null),            -- 4: again
    (null, 'm1', '1.1', '2023-24 Q2', 'one', '1', null, null, null, null),          -- 5
    (null, 'm1', '1.1', '2023-24 Q2', null, '1', null, null, null, null),           -- 6
    (null, 'm1', '1.1', '2023-24 Q2', '9999999999999999999', '1', null, null, null, null),   -- 7
    ('plan', 'm1', '1.1', '2023-24 Q2', '1', '1', null, null, null, null),          -- 8
    (null, null, null, null, null, null, null, null, null, null),                   -- 9
    (null, 'o1', null, null, null, null, '2024-02-29', '5', null, null),            -- 10: entered already
    (null, 'o1', null, null, null, null, '2023-02-29', '5', null, null),            -- 11: no such day
    (null, 'o1', null, null, null, null, '2025-04-01', '5', '6', null),             -- 12
    (null, 'o9', null, null, null, null, '2025-04-01', '5', null, null),            -- 13
    (null, 'o1', null, null, null, null, '2026-04-01', '5', null, null),            -- 14: right
    (null, 'o1', null, null, null, null, '2026-04-01', '5', null, 'own'),           -- 15: again
    (null, 'o1', null, '2023-24 Q2', null, null, '2026-05-01', '5', null, null),    -- 16
    (null, 'm1', '1.2', '2023-24 Q2', '1', '1', null, null, null, null),            -- 17
    (null, 'm1', '7.2', '2023-24 Q2', '1', '1', null, null, null, null);            -- 18
select pg_temp.shown(
    $$select line, problem from karmayogi.check_reports('staged')$$,
    $$values (2::bigint, 'M/D "m9" is not known'), (3, 'indicator 2.2 is computed, not reported'),
             (4, 'the same report as in row 1'), (5, 'numerator "one" is not a whole number'),
             (6, 'numerator of the report is NULL'), (7, 'numerator "9999999999999999999" is not a whole number'),
             (8, 'kind "plan" does not exist'), (9, 'the row is neither report nor strength'),
             (10, 'strength of organisation "o1" on 2024-02-29 is already entered'),
             (11, 'effective_on "2023-02-29" is not a day'),
             (12, 'impossible strength of organisation "o1": more women than officials'),
             (13, 'organisation "o9" is not known'), (15, 'the same strength as in row 14'),
             (16, 'period does not belong to a strength'), (17, 'organisation "m1" is an M/D'),
             (18, 'indicator 7.2 is counted from the register of training institutions')$$,
    'what is wrong with each row');
create temp table before as select pg_temp.state() as state;
select is(pg_temp.refused($$select karmayogi.load_reports('staged')$$), '22000', 'such a table is refused');
select is(pg_temp.state(), state, 'and nothing of it is entered') from before;

-- the same rules as submit_report's: whatever it refuses the check refuses in the same words, and the other way round
create function pg_temp.said(indicator text, entity text, period text, n bigint, d bigint) returns text language plpgsql as $$
begin
    perform karmayogi.submit_report(indicator, entity, period, n, d);
    raise exception 'accepted';
exception when others then
    return nullif(sqlerrm, 'accepted');
end $$;
truncate staged;
insert into staged (kind, indicator, entity, period, numerator, denominator)
select 'report', i, e, p, n, d
from unnest('{1.1,1.2,2.2,2.5,3.5,4.4,6.2,6.10,7.2,9.1,9.9,NULL}'::text[]) i,
     unnest('{m1,o1,m9,IN-KL,platform,NULL}'::text[]) e, unnest('{2023-24 Q1,2023-24,2098-99 Q1,NULL}'::text[]) p,
     unnest('{0,1,-1,5,NULL}'::text[]) n, unnest('{0,1,-1,NULL}'::text[]) d;
select is_empty(
    $$select * from (select *, row_number() over () as line from staged) s
      full join karmayogi.check_reports('staged') c using (line)
      -- (of one key there can be but one report in a load: that alone submit_report does not know)
      where case when c.problem not like 'the same report as in row %' then c.problem end is distinct from
            pg_temp.said(s.indicator, s.entity, s.period, s.numerator::bigint, s.denominator::bigint)$$,
    'one set of rules: 5,760 reports, right and wrong');
select is((select count(*) from staged) - (select count(*) from karmayogi.check_reports('staged')
           where problem not like 'the same report as in row %'), 21::bigint,
    -- 1.1 of m1, 1.2 of o1, 2.5, 6.2: 0/1 and 1/1; 3.5: 0/0 besides; 4.4: 5/1 besides these; 6.10, 9.1: 0, 1, 5
    'of which 8 + 3 + 4 + 6 are right');

-- what could do harm
create domain pg_temp.label as text;
create temp table of_domain (entity pg_temp.label);
create view pg_temp.of_view as select 'm1'::text as entity;
create temp table stray (entity text, "x""; drop table karmayogi.report; --" text);
create temp table of_json (entity jsonb);
select is(pg_temp.refused(format('select karmayogi.load_reports(%L)', t)), code, meaning)
from (values ('of_view', '42809', 'no view: its functions would run'), ('of_domain', '42P16', 'no type of somebody else'),
             ('stray', '42P16', 'no column that is not of the layout'), ('of_json', '42P16', 'no other type')) v (t, code, meaning);
select is(pg_temp.refused('select karmayogi.load_reports(null)'), '42P01', 'no table');
create role karmayogi_loader;
select karmayogi.grant_operator('karmayogi_loader');
grant usage on schema load_portal to karmayogi_loader;
set local session authorization karmayogi_loader;
select is(pg_temp.refused($$select karmayogi.load_reports('load_portal."Of Q2"')$$), '42501', 'it is read with the rights of the caller');
reset session authorization;
grant select on load_portal."Of Q2" to karmayogi_loader;
alter table load_portal."Of Q2" enable row level security;
set local session authorization karmayogi_loader;
select is(pg_temp.refused($$select karmayogi.load_reports('load_portal."Of Q2"')$$), '42501', 'never a part of it for the whole');
reset session authorization;

-- a collation to which these are digits
select is(karmayogi.staged_number('१२' collate "en-x-icu"), null, 'digits are 0 to 9');
select is((select p.period_start from karmayogi.try_report_period('20२६-11' collate "en-x-icu", 'Monthly') p), null, 'in periods, too');

select * from finish();
rollback;

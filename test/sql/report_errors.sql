-- The contract of the errors of bulk entry and of what reports need beside scoring_errors: SQLSTATE, message, DETAIL,
-- HINT; and that nothing changed.
\set QUIET on
\pset format unaligned
\pset tuples_only on
begin;
set local client_min_messages = warning;
set local datestyle = 'ISO';
select karmayogi.create_portal('report_portal');
select karmayogi.bind_portal('report_portal');
insert into report_portal.org_hierarchy (mdo_id, mdo_name, ministry, ministry_id)
values ('m1', 'Ministry of Errors', null, null), ('o1', 'Bureau of Errors', 'Ministry of Errors', 'm1');
insert into karmayogi.strength (mdo_id, effective_on, officials) values ('o1', '2023-04-01', 10);

create function pg_temp.error(statement text) returns text language plpgsql as $$
declare
    message text; detail text; hint text;
begin
    begin
        execute statement;
    exception when others then
        get stacked diagnostics message = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
        return format(E'%s: %s\n  DETAIL: %s\n  HINT: %s', sqlstate, message, detail, hint);
    end;
    raise exception 'no error: %', statement;
end $$;
create function pg_temp.state() returns text language sql as $$
    select md5(string_agg(r, E'\n' order by r)) from (
        select r::text from karmayogi.report r union all select r::text from karmayogi.strength r union all
        select r::text from karmayogi.setting r) t (r)
$$;
select pg_temp.state() as before \gset

\echo == submit_report
select pg_temp.error($$select karmayogi.submit_report('1.2', 'm1', '2023-24 Q1', 1, 1)$$);
select pg_temp.error(format('select karmayogi.submit_report(%L, %L, %L, 1, 1)', i, 'institution', '2023-24 Q1'))
from unnest('{7.2,7.3,7.4,9.2,10.2}'::text[]) i;
select pg_temp.error($$select karmayogi.submit_report('5.2', 'm1', '2023-24', 1, 1)$$);

\echo == the staging table
select pg_temp.error('select karmayogi.load_reports(null)');
select pg_temp.error('select karmayogi.check_reports(0)');
select pg_temp.error($$select karmayogi.load_reports('karmayogi.report_history')$$);
create temp table stray (entity text, numertor text);
select pg_temp.error($$select karmayogi.load_reports('stray')$$);
create temp table floats (entity text, numerator double precision);
select pg_temp.error($$select karmayogi.check_reports('floats')$$);
select pg_temp.error($$select karmayogi.create_report_staging('a.b.c')$$);

\echo == load_reports
select karmayogi.create_report_staging('staged');
copy staged from stdin;
report	m1	3.1	2023-24 Q2	1	1	\N	\N	\N	\N	\N	\N
report	m9	3.1	2023-24 Q2	1	1	\N	\N	\N	\N	\N	\N
report	o9	1.2	2023-24 Q2	1	1	\N	\N	\N	\N	\N	\N
\N	m1	3.1	2023-24 Q2	0	1	\N	\N	\N	\N	\N	\N
\N	m1	1.1	2023-24 Q2	1,0	1	\N	\N	\N	\N	\N	\N
\N	m1	1.1	2023-05	1	1	\N	\N	\N	\N	\N	\N
plan	m1	1.1	2023-24 Q2	1	1	\N	\N	\N	\N	\N	\N
\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N
\N	o1	\N	\N	\N	\N	\N	2023-04-01	5	\N	\N	\N
\N	o1	\N	\N	\N	\N	\N	01.04.2024	5	\N	\N	\N
\N	o1	\N	\N	\N	\N	\N	2024-04-01	5	6	\N	\N
\N	o1	\N	\N	\N	\N	\N	2024-04-01	\N	\N	\N	\N
strength	o1	\N	\N	\N	\N	\N	2024-04-01	\N	\N	\N	\N
\N	o9	\N	\N	\N	\N	\N	2024-04-01	5	\N	\N	\N
\N	o1	\N	\N	\N	\N	\N	2024-04-01	5	\N	\N	all
\N	o1	\N	\N	\N	\N	\N	2025-04-01	5	\N	\N	\N
\N	o1	\N	\N	\N	\N	\N	2025-04-01	5	\N	\N	own
\N	o1	1.2	2023-24 Q2	1	1	\N	\N	\N	\N	\N	attached
\.
select pg_temp.error($$select karmayogi.load_reports('staged')$$);
select format(E'row %s: %s\n  DETAIL: %s\n  HINT: %s', line, problem, detail, hint) from karmayogi.check_reports('staged');
insert into staged (indicator, entity, period, numerator, denominator)
select '1.1', 'm' || g, '2023-24 Q1', 1, 1 from generate_series(2, 8) g;
select pg_temp.error($$select karmayogi.load_reports('staged')$$);

\echo == settings
select pg_temp.error(format('select karmayogi.set_setting(%L, %L)', 'reporting_since', v))
from unnest('{tomorrow,2023-02-29,1999-12-31,2024-13-01,20240808,"2024-08-08 ",NaN}'::text[]) v;
select karmayogi.set_setting('reporting_since', '2024-02-29');
select karmayogi.set_setting('reporting_since', '2024-08-08');

\echo == nothing changed
select pg_temp.state() = :'before';
rollback;

-- Reports: periods, submission, supersession, verification, which report holds.
begin;
set local client_min_messages = warning;
select plan(85);

-- one M/D with an attached organisation in the portal, another M/D only in the newest snapshot
select karmayogi.create_portal('reports_portal');
select karmayogi.bind_portal('reports_portal');
insert into reports_portal.org_hierarchy (mdo_id, mdo_name, ministry, ministry_id)
values ('m1', 'Ministry of Reports', null, null), ('o1', 'Bureau of Reports', 'Ministry of Reports', 'm1');
with s as (
    insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
    values ('2026-11-01', 'illustrative-equal', false, 'sql', false) returning snapshot_id)
insert into karmayogi.snapshot_org (snapshot_id, mdo_id, md_id, ministry_id, known, central)
select snapshot_id, 'm2', 'm2', 'm2', true, true from s;

----- periods

select results_eq(
    $$select p.period_start, p.period_end
      from (values (1, '2026-27 Q1', 'Quarterly'), (2, '2026-27 Q4', 'Quarterly'), (3, '2026-27 H1', 'Half yearly'),
                   (4, '2026-27 H2', 'Half yearly'), (5, '2023-24', 'Annual'), (6, '2024-02', 'Monthly'),
                   (7, '2026-12', 'Real time'), (8, '2026-11', 'Real time/Monthly'), (9, '2099-00', 'Annual')
           ) v (o, period, frequency), karmayogi.report_period(v.period, v.frequency) p order by o$$,
    $$values (date '2026-04-01', date '2026-06-30'), ('2027-01-01', '2027-03-31'), ('2026-04-01', '2026-09-30'),
             ('2026-10-01', '2027-03-31'), ('2023-04-01', '2024-03-31'), ('2024-02-01', '2024-02-29'),
             ('2026-12-01', '2026-12-31'), ('2026-11-01', '2026-11-30'), ('2099-04-01', '2100-03-31')$$,
    'first and last days of periods, from April to March, leap years and centuries included');
create function pg_temp.period_error(period text, frequency text) returns text language plpgsql as $$
begin
    perform karmayogi.report_period(period, frequency);
    return null;
exception when others then
    return sqlstate;
end $$;
select is(pg_temp.period_error(period, frequency), '22007', format('%s is no period of %s', to_json(period), frequency))
from (values ('2026-27', 'Quarterly'), ('2026-28 Q1', 'Quarterly'), ('2026-27 Q5', 'Quarterly'),
             ('2026-27 q1', 'Quarterly'), ('2026-27 H3', 'Half yearly'), ('2026-27 Q1', 'Annual'), ('2026', 'Annual'),
             ('2026-13', 'Monthly'), ('2026-1', 'Monthly'), ('2026-27 Q1', 'Real time'), ('', 'Monthly'),
             (' 2026-11', 'Monthly'), (E'2026-11\n', 'Monthly')) v (period, frequency);
select is(pg_temp.period_error('2026-11', 'Weekly'), '22023', 'nor is there a frequency Weekly');
select is(karmayogi.report_period(null, 'Monthly'), null, 'of no period there are no days');

----- submission

create temp table id (name text primary key, id bigint);
insert into id values ('no', karmayogi.submit_report('1.1', 'm1', '2023-24 Q1', 0, 1, null));
select results_eq(
    $$select indicator, entity_id, period, period_start, period_end, numerator, denominator, evidence, submitted_by,
             superseded_by, verified_by, verified_at, accepted, remark
      from karmayogi.report where report_id = (select id from id where name = 'no')$$,
    $$values ('1.1' collate "C", 'm1' collate "C", '2023-24 Q1' collate "C", date '2023-04-01', date '2023-06-30',
              0::bigint, 1::bigint, null::text, session_user::name, null::bigint, null::name, null::timestamptz,
              null::boolean, null::text)$$, 'a report is filed as submitted');
insert into id values ('yes', karmayogi.submit_report('1.1', 'm1', '2023-24 Q1', 1, 1, 'Order no. 7'));
select is((select superseded_by from karmayogi.report where report_id = (select id from id where name = 'no')),
    (select id from id where name = 'yes'), 'a later report of the same period supersedes');
select is((select count(*) from karmayogi.report), 2::bigint, 'and the earlier one is kept');
select lives_ok($$select karmayogi.submit_report('1.1', 'm2', '2023-24 Q1', 1, 1)$$, 'an M/D that only the snapshot knows');
select lives_ok($$select karmayogi.submit_report('1.2', 'o1', '2023-24 Q1', 1, 1)$$, 'an organisation');
select lives_ok($$select karmayogi.submit_report('2.5', 'IN-KL', '2023-24 Q1', 1, 1)$$, 'a State');
select lives_ok($$select karmayogi.submit_report('6.2', 'platform', '2023-24 Q1', 0, 1)$$, 'a feature of the platform');
select lives_ok($$select karmayogi.submit_report('6.10', 'platform', '2023-24 Q1', 12, 0)$$, 'a count');
select lives_ok($$select karmayogi.submit_report('3.2', 'm1', '2023-05', 1, 1)$$, 'a computed indicator overridden');
select lives_ok($$select karmayogi.submit_report('3.5', 'm1', '2023-24 Q1', 3, 7)$$, 'a share');
select lives_ok($$select karmayogi.submit_report('3.6', 'm1', '2023-24 Q1', 0, 0)$$, 'a share of nothing');
select lives_ok($$select karmayogi.submit_report('4.4', 'm1', '2023-24 Q1', 8, 7)$$, 'more digitised than the target');
select lives_ok($$select karmayogi.submit_report('9.1', 'm1', '2022-23', 2, 0)$$, 'areas of a year');
select lives_ok(format('select karmayogi.submit_report(%L, %L, %L, 1, 1)', '3.2', 'm1',
    to_char(karmayogi.today(), 'YYYY-MM')), 'a period that has begun and not ended');

----- refusals: nothing changes

create temp table before as select * from karmayogi.report;
create function pg_temp.refused(indicator text, entity text, period text, numerator bigint, denominator bigint)
returns text language plpgsql as $$
begin
    perform karmayogi.submit_report(indicator, entity, period, numerator, denominator, null);
    return null;
exception when others then
    return sqlstate;
end $$;
select is(pg_temp.refused(indicator, entity, period, n, d), code, meaning)
from (values
    ('9.9', 'm1', '2023-24 Q1', 1, 1, '42704', 'an unknown indicator'),
    ('2.2', 'm1', '2023-05', 1, 1, '22023', 'a computed indicator'),
    ('7.2', 'x', '2023-24 Q1', 1, 1, '22023', 'an indicator of training institutions'),
    ('1.1', 'm9', '2023-24 Q1', 1, 1, '22023', 'an unknown M/D'),
    ('1.1', 'o1', '2023-24 Q1', 1, 1, '22023', 'an organisation that is no M/D'),
    ('1.2', 'o9', '2023-24 Q1', 1, 1, '22023', 'an unknown organisation'),
    ('1.2', 'm1', '2023-24 Q1', 1, 1, '22023', 'an M/D as an organisation, in the portal'),
    ('1.2', 'm2', '2023-24 Q1', 1, 1, '22023', 'an M/D as an organisation, in the snapshot'),
    ('2.5', 'Kerala', '2023-24 Q1', 1, 1, '22023', 'a State by its name'),
    ('6.2', 'm1', '2023-24 Q1', 1, 1, '22023', 'an M/D for the platform'),
    ('1.1', 'm1', '2023-05', 1, 1, '22007', 'a month for a quarter'),
    ('1.1', 'm1', '2099-00 Q1', 1, 1, '22023', 'a period that has not begun'),
    ('1.1', 'm1', '2023-24 Q1', -1, 1, '22003', 'a negative numerator'),
    ('3.5', 'm1', '2023-24 Q1', 0, -1, '22003', 'a negative denominator'),
    ('4.4', 'm1', '2023-24 Q1', 1000000000001, 1000000000001, '22003', 'a number with digits too many'),
    ('1.1', 'm1', '2023-24 Q1', 2, 1, '22023', 'more than a fact'),
    ('1.1', 'm1', '2023-24 Q1', 0, 0, '22023', 'less than a fact'),
    ('3.5', 'm1', '2023-24 Q1', 8, 7, '22023', 'more than all'),
    ('4.4', 'm1', '2023-24 Q1', 1, 0, '22023', 'a share of no target'),
    ('6.10', 'platform', '2023-24 Q1', 1, 1, '22023', 'a count of something'),
    (null, 'm1', '2023-24 Q1', 1, 1, '22004', 'no indicator'),
    ('1.1', null, '2023-24 Q1', 1, 1, '22004', 'no entity'),
    ('1.1', 'm1', null, 1, 1, '22004', 'no period'),
    ('1.1', 'm1', '2023-24 Q1', null, 1, '22004', 'no numerator'),
    ('1.1', 'm1', '2023-24 Q1', 1, null, '22004', 'no denominator')
) v (indicator, entity, period, n, d, code, meaning);
select results_eq('select * from karmayogi.report order by report_id', 'select * from before order by report_id',
    'what was refused changed nothing');

----- verification, by somebody else

create role karmayogi_reporter;
select karmayogi.grant_operator('karmayogi_reporter');
create function pg_temp.verdict(report bigint, accepted boolean) returns text language plpgsql as $$
begin
    perform karmayogi.verify_report(report, accepted, 'seen');
    return 'done';
exception when others then
    return sqlstate;
end $$;
grant select on id to karmayogi_reporter;
select is(pg_temp.verdict(id, true), '42501', 'who submitted cannot verify') from id where name = 'yes';
set local session authorization karmayogi_reporter;
select is(pg_temp.verdict(id, true), '55000', 'a superseded report is not verified') from id where name = 'no';
select is(pg_temp.verdict(id, true), 'done', 'somebody else verifies') from id where name = 'yes';
select is(pg_temp.verdict(id, false), '55000', 'a verdict stands') from id where name = 'yes';
select is(pg_temp.verdict(-1, true), '42704', 'an unknown report');
select is(pg_temp.verdict(null, true), '22004', 'no report');
select is(pg_temp.verdict(id, null), '22004', 'no verdict') from id where name = 'yes';
reset session authorization;
select results_eq(
    $$select verified_by, accepted, remark, verified_at is not null from karmayogi.report
      where report_id = (select id from id where name = 'yes')$$,
    $$values ('karmayogi_reporter'::name, true, 'seen', true)$$, 'who verified what and when is kept');

----- which report holds

insert into id values ('q2', karmayogi.submit_report('1.1', 'm1', '2023-24 Q2', 0, 1, null));
create function pg_temp.holds(as_of date) returns text language sql as $$
    select n.name from karmayogi.current_report(as_of) r join id n on n.id = r.report_id
    where r.indicator = '1.1' and r.entity_id = 'm1'
$$;
select is(pg_temp.holds('2023-03-31'), null, 'before its period begins no report holds');
select is(pg_temp.holds('2023-04-01'), 'yes', 'from its first day on it does, and not the one it superseded');
select is(pg_temp.holds('2023-07-01'), 'q2', 'then the one of the next period');
insert into id values ('q1 again', karmayogi.submit_report('1.1', 'm1', '2023-24 Q1', 1, 1, null));
select is(pg_temp.holds('2023-07-01'), 'q2', 'a later report of an earlier period does not displace it');
set local session authorization karmayogi_reporter;
select is(pg_temp.verdict(id, false), 'done', 'rejected') from id where name = 'q2';
reset session authorization;
select is(pg_temp.holds('2023-07-01'), 'q1 again', 'a rejected report leaves the one of the earlier period in force');
select is((select count(*) from karmayogi.current_report('2030-01-01')),
    (select count(distinct (indicator, entity_id)) from karmayogi.report), 'one report holds per indicator and entity');

-- a rejected report leaves the one it superseded in force, which can then be verified, once
insert into id values ('q3', karmayogi.submit_report('1.1', 'm1', '2023-24 Q3', 0, 1, 'Order no. 8'));
insert into id values ('q3 wrong', karmayogi.submit_report('1.1', 'm1', '2023-24 Q3', 1, 1, null));
create function pg_temp.state(name text) returns text language sql as $$
    select h.state from karmayogi.report_history h join id i on i.id = h.report_id where i.name = state.name
$$;
select is(pg_temp.holds('2023-10-01'), 'q3 wrong', 'the later report of a period holds');
select is(pg_temp.state('q3') || ', ' || pg_temp.state('q3 wrong'), 'superseded, submitted', 'and the history says so');
set local session authorization karmayogi_reporter;
select is(pg_temp.verdict(id, true), '55000', 'the one before cannot be verified') from id where name = 'q3';
select is(pg_temp.verdict(id, false), 'done', 'the later is rejected') from id where name = 'q3 wrong';
select is(pg_temp.verdict(id, true), 'done', 'then the one before can be verified') from id where name = 'q3';
select is(pg_temp.verdict(id, false), '55000', 'once') from id where name = 'q3';
reset session authorization;
select is(pg_temp.holds('2023-10-01'), 'q3', 'and it holds again');
select results_eq(
    $$select h.state, i.name, h.superseded_at is not null, h.submitted_by = session_user, h.verified_by, h.evidence, h.remark
      from karmayogi.report_history h left join id i on i.id = h.superseded_by
      where h.indicator = '1.1' and h.entity_id = 'm1' and h.period = '2023-24 Q3' order by h.report_id$$,
    $$values ('verified', 'q3 wrong', true, true, 'karmayogi_reporter'::name, 'Order no. 8', 'seen'),
             ('rejected', null, false, true, 'karmayogi_reporter', null, 'seen')$$,
    'who said and verified what, and what became of it');
insert into id values ('q3 again', karmayogi.submit_report('1.1', 'm1', '2023-24 Q3', 1, 1, null));
select is(pg_temp.state('q3') || ', ' || pg_temp.state('q3 wrong') || ', ' || pg_temp.state('q3 again'),
    'superseded, rejected, submitted', 'a verified report is superseded like any other');
select is((select count(*) from karmayogi.report_history), (select count(*) from karmayogi.report), 'the history is complete');

----- what is kept

select throws_ok($$delete from karmayogi.report$$, '55000', null, 'no report is deleted');
select throws_ok($$truncate karmayogi.report$$, '55000', null, 'nor truncated');
select throws_ok($$update karmayogi.report set numerator = 1$$, '55000', null, 'nor changed');
select throws_ok($$insert into karmayogi.report (indicator, entity_id, period, period_start, period_end, numerator, denominator)
    values ('1.1', 'm1', '2023-24 Q1', '2023-04-01', '2023-06-30', 1, 1)$$, '23505', null,
    'one report of an indicator, entity and period stands');

select * from finish();
rollback;

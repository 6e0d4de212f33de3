-- The reporting calendar and its rates. Due dates, states and rates are worked out by hand beside the tests.
begin;
set local client_min_messages = warning;
select plan(45);

create function pg_temp.shown(have text, want text, meaning text) returns text language sql as $$
    select results_eq(format('select r::text collate "C" from (%s) r', have),
                      format('select r::text collate "C" from (%s) r', want), meaning)
$$;

----- periods

select pg_temp.shown(
    $$select p.* from (values (1, 'Quarterly'), (2, 'Half yearly'), (3, 'Annual'), (4, 'Monthly')) f (o, frequency),
             karmayogi.report_periods(f.frequency, '2024-03-31', '2024-04-01') p order by o, p.period_start$$,
    $$values ('2023-24 Q4', date '2024-01-01', date '2024-03-31'), ('2024-25 Q1', '2024-04-01', '2024-06-30'),
             ('2023-24 H2', '2023-10-01', '2024-03-31'), ('2024-25 H1', '2024-04-01', '2024-09-30'),
             ('2023-24', '2023-04-01', '2024-03-31'), ('2024-25', '2024-04-01', '2025-03-31'),
             ('2024-03', '2024-03-01', '2024-03-31'), ('2024-04', '2024-04-01', '2024-04-30')$$,
    'the turn of the financial year is the turn of every period');
select pg_temp.shown(
    $$select * from karmayogi.report_periods('Real time', '2023-12-31', '2024-03-01')$$,
    $$values ('2023-12', date '2023-12-01', date '2023-12-31'), ('2024-01', '2024-01-01', '2024-01-31'),
             ('2024-02', '2024-02-01', '2024-02-29'), ('2024-03', '2024-03-01', '2024-03-31')$$,
    'months from the one of the first day to the one of the last, the leap day included');
select pg_temp.shown(
    $$select * from karmayogi.report_periods('Quarterly', '2024-06-30', '2024-07-01')$$,
    $$values ('2024-25 Q1', date '2024-04-01', date '2024-06-30'), ('2024-25 Q2', '2024-07-01', '2024-09-30')$$,
    'the last day of a quarter and the first of the next');
select is_empty($$select * from karmayogi.report_periods('Quarterly', '2024-07-01', '2024-06-30')$$,
    'no periods backwards');
select is_empty($$select * from karmayogi.report_periods('Weekly', '2024-07-01', '2024-07-30')$$, 'nor of no frequency');
select is_empty(
    $$select f, p from unnest('{Monthly,Quarterly,Half yearly,Annual}'::text[]) f,
             karmayogi.report_periods(f, '2000-04-01', '2099-12-31') p, karmayogi.report_period(p.period, f) r
      where (r.period_start, r.period_end) <> (p.period_start, p.period_end)$$,
    'of a century: what is expected is what can be reported');
select is((select count(*) from karmayogi.report_periods('Quarterly', '2000-04-01', '2099-12-31')), 399::bigint,
    'a century less one quarter');

----- entities: m1 and o1 from the first snapshot on, m2 and o2 from the second, o3 in the first alone, mx unknown

select karmayogi.set_setting('reporting_since', '2023-08-08');
create temp table night (n int primary key, id bigint);
with made as (
    insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
    select d, 'illustrative-equal', false, 'sql', false
    from unnest('{2024-01-10,2024-05-20,2024-06-01}'::date[]) with ordinality t (d, n) order by n
    returning snapshot_id)
insert into night select row_number() over (order by snapshot_id), snapshot_id from made;
insert into karmayogi.snapshot_org (snapshot_id, mdo_id, mdo_name, md_id, ministry_id, known, central)
select n.id, e.id, 'Name of ' || e.id, e.md, e.md, e.known, true
from night n
join (values ('m1', 'm1', true, 1, 3), ('o1', 'm1', true, 1, 3), ('o3', 'm1', true, 1, 1), ('m2', 'm2', true, 2, 3),
             ('o2', 'm2', true, 2, 3), ('mx', 'mx', false, 1, 3)) e (id, md, known, first, last)
    on n.n between e.first and e.last;
insert into karmayogi.snapshot_unit (snapshot_id, level, entity_id, entity_name, known, central, registered)
select n.id, 'md', e.id, 'Name of ' || e.id, e.known, true, 1
from night n
join (values ('m1', true, 1), ('m2', true, 2), ('mx', false, 1)) e (id, known, first) on n.n >= e.first;

select results_eq(
    $$select distinct indicator::text collate "C" from karmayogi.reporting_calendar('2024-06-01') order by 1$$,
    $$select code::text collate "C" from karmayogi.indicator where source = 'R' and entity <> 'csti' order by 1$$,
    'what is reported is expected');
select is((select count(distinct indicator) from karmayogi.reporting_calendar('2024-06-01')), 21::bigint,
    '26 indicators are reported, 5 of them through the register of institutions');
select pg_temp.shown(
    $$select entity_kind, count(distinct entity_id), count(*), min(entity_name) from karmayogi.reporting_calendar('2024-06-01')
      where indicator in ('1.1', '1.2', '2.5', '6.1') group by entity_kind order by entity_kind$$,
    -- quarters 2023-24 Q2, Q3, Q4 and 2024-25 Q1: m1 and o1 all four, m2 and o2 the last one
    $$values ('md', 2, 5, 'Name of m1'), ('mdo', 2, 5, 'Name of o1'), ('platform', 1, 4, 'iGOT Karmayogi'),
             ('state', 36, 144, 'Andaman and Nicobar Islands')$$,
    'known M/Ds, known organisations that are none, the States and UTs, the platform');
select pg_temp.shown(
    $$select entity_id, indicator, string_agg(period, ', ' order by period_start)
      from karmayogi.reporting_calendar('2024-06-01') where indicator in ('1.1', '1.2', '9.1')
      group by entity_id, indicator order by entity_id, indicator$$,
    $$values ('m1', '1.1', '2023-24 Q2, 2023-24 Q3, 2023-24 Q4, 2024-25 Q1'), ('m1', '9.1', '2023-24, 2024-25'),
             ('m2', '1.1', '2024-25 Q1'), ('m2', '9.1', '2024-25'),
             ('o1', '1.2', '2023-24 Q2, 2023-24 Q3, 2023-24 Q4, 2024-25 Q1'), ('o2', '1.2', '2024-25 Q1')$$,
    'an entity counts from the period in which a snapshot first has it, those of the first from the beginning');
select is_empty($$select * from karmayogi.reporting_calendar('2024-06-01') where entity_id in ('o3', 'mx')$$,
    'neither who is gone nor who is unknown');
select pg_temp.shown(
    $$select title, responsibility from karmayogi.reporting_calendar('2024-06-01') where indicator = '9.1' limit 1$$,
    $$select title, responsibility from karmayogi.indicator where code = '9.1'$$, 'in the words of the annexure');

----- due dates and states of m1, indicator 1.1

create function pg_temp.filed(indicator text, entity text, period text, n bigint, submitted text,
    accepted boolean default null, verified text default null) returns bigint language plpgsql as $$
declare
    id bigint := nextval('karmayogi.report_report_id_seq');
begin
    update karmayogi.report r set superseded_by = id
    where r.indicator = filed.indicator and r.entity_id = filed.entity and r.period = filed.period and r.superseded_by is null;
    insert into karmayogi.report (report_id, indicator, entity_id, period, period_start, period_end, numerator,
        denominator, submitted_by, submitted_at, verified_by, verified_at, accepted)
    select id, indicator, filed.entity, filed.period, p.period_start, p.period_end, n, 1, 'reporter', submitted::timestamptz,
           case when accepted is not null then 'verifier' end, verified::timestamptz, accepted
    from karmayogi.indicator i, karmayogi.report_period(filed.period, i.frequency) p where i.code = filed.indicator;
    return id;
end $$;
create function pg_temp.states(as_of date, entity text default 'm1', indicator text default '1.1') returns text language sql as $$
    select string_agg(c.period || ' ' || c.state, ', ' order by c.period_start)
    from karmayogi.reporting_calendar(as_of) c where c.entity_id = entity and c.indicator = states.indicator
$$;

select pg_temp.shown(
    $$select period, period_start, period_end, due_on, state from karmayogi.reporting_calendar('2024-04-15')
      where indicator = '1.1' and entity_id = 'm1' order by period_start$$,
    -- 30 September + 15, 31 December + 15, 31 March + 15, 30 June + 15
    $$values ('2023-24 Q2', date '2023-07-01', date '2023-09-30', date '2023-10-15', 'overdue'),
             ('2023-24 Q3', '2023-10-01', '2023-12-31', '2024-01-15', 'overdue'),
             ('2023-24 Q4', '2024-01-01', '2024-03-31', '2024-04-15', 'due'),
             ('2024-25 Q1', '2024-04-01', '2024-06-30', '2024-07-15', 'due')$$,
    'due 15 days after the quarter; due on the fifteenth day still; the running quarter is due in the future');
select is(pg_temp.states('2024-04-16'), '2023-24 Q2 overdue, 2023-24 Q3 overdue, 2023-24 Q4 overdue, 2024-25 Q1 due',
    'overdue on the sixteenth day');
select is(pg_temp.states('2024-03-31'), '2023-24 Q2 overdue, 2023-24 Q3 overdue, 2023-24 Q4 due',
    'on the last day of the financial year the next has not begun');
select is((select due_on from karmayogi.reporting_calendar('2024-06-01') where indicator = '9.1' and entity_id = 'm1'
           and period = '2023-24'), date '2024-04-15', 'of a financial year: 31 March + 15');

select pg_temp.filed('1.1', 'm1', '2023-24 Q2', 1, '2023-10-15 23:59:59.999999+05:30');
select pg_temp.filed('1.1', 'm1', '2023-24 Q3', 1, '2024-01-16 00:00+05:30');
select pg_temp.filed('1.1', 'm1', '2024-25 Q1', 0, '2024-05-30 12:00+05:30');
select is(pg_temp.states('2024-06-01'), '2023-24 Q2 on time, 2023-24 Q3 late, 2023-24 Q4 overdue, 2024-25 Q1 on time',
    'the fifteenth day ends at midnight in India');
set local timezone = 'America/Los_Angeles';
select is(pg_temp.states('2024-06-01'), '2023-24 Q2 on time, 2023-24 Q3 late, 2023-24 Q4 overdue, 2024-25 Q1 on time',
    'wherever the session is');
set local timezone = 'UTC';
select is(pg_temp.states('2024-01-15'), '2023-24 Q2 on time, 2023-24 Q3 due, 2023-24 Q4 due',
    'as known on the fifteenth: a report of the next midnight has not come');
select is(pg_temp.states('2024-01-16'), '2023-24 Q2 on time, 2023-24 Q3 late, 2023-24 Q4 due', 'a day later it has');
select is(pg_temp.states('2023-10-14'), '2023-24 Q2 due, 2023-24 Q3 due', 'before it came it had not');

-- the leap day: 31 December 2023 + 60 days is 29 February 2024
select karmayogi.set_setting('report_due_days', '60');
select is((select due_on from karmayogi.reporting_calendar('2024-06-01') where indicator = '1.1' and entity_id = 'm1'
           and period = '2023-24 Q3'), date '2024-02-29', 'due on the leap day');
select is(pg_temp.states('2024-06-01'), '2023-24 Q2 on time, 2023-24 Q3 on time, 2023-24 Q4 overdue, 2024-25 Q1 on time',
    'the setting moves what is in time');
select karmayogi.set_setting('report_due_days', '0');
select is(pg_temp.states('2024-06-01'), '2023-24 Q2 late, 2023-24 Q3 late, 2023-24 Q4 overdue, 2024-25 Q1 on time',
    'no days of grace: the last day of the period');
select karmayogi.set_setting('report_due_days', '15');
select karmayogi.set_setting('reporting_since', '2024-01-01');
select is(pg_temp.states('2024-06-01'), '2023-24 Q4 overdue, 2024-25 Q1 on time', 'the first day of a quarter begins with it');
select karmayogi.set_setting('reporting_since', '2023-12-31');
select is(pg_temp.states('2024-06-01'), '2023-24 Q3 late, 2023-24 Q4 overdue, 2024-25 Q1 on time',
    'the last day of a quarter still begins with it');
select karmayogi.set_setting('reporting_since', '2024-07-01');
select is(pg_temp.states('2024-06-01'), null, 'nothing is expected before reporting begins');
select karmayogi.set_setting('reporting_since', '2023-08-08');

----- several reports of one key: o1, indicator 1.2, quarter due on 15 January 2024

create temp table id (name text primary key, id bigint);
insert into id values ('first', pg_temp.filed('1.2', 'o1', '2023-24 Q3', 0, '2024-01-15 10:00+05:30'));
insert into id values ('second', pg_temp.filed('1.2', 'o1', '2023-24 Q3', 1, '2024-02-01 10:00+05:30'));
create function pg_temp.row(as_of date) returns text language sql as $$
    select concat_ws(' ', i.name, c.submitted_by, c.verified_by, c.on_time, c.state)
    from karmayogi.reporting_calendar(as_of) c left join id i on i.id = c.report_id
    where c.indicator = '1.2' and c.entity_id = 'o1' and c.period = '2023-24 Q3'
$$;
select is(pg_temp.row('2024-06-01'), 'second reporter t on time', 'the last is the value, the first decides that it came in time');
insert into id values ('third', pg_temp.filed('1.2', 'o1', '2023-24 Q3', 1, '2024-03-01 10:00+05:30', false, '2024-03-10 10:00+05:30'));
select is(pg_temp.row('2024-06-01'), 'second reporter t on time', 'a rejected one is none');
select is(pg_temp.row('2024-03-09'), 'third reporter t on time', 'as known before its rejection it was the value');
insert into id values ('fourth', pg_temp.filed('1.2', 'o1', '2023-24 Q3', 1, '2024-04-01 10:00+05:30', true, '2024-04-20 23:30+05:30'));
select is(pg_temp.row('2024-06-01'), 'fourth reporter verifier t verified', 'verified, and in time still');
select is(pg_temp.row('2024-04-20'), 'fourth reporter verifier t verified', 'on the evening of its verification it was');
select is(pg_temp.row('2024-04-19'), 'fourth reporter t on time', 'the day before it was not');
select pg_temp.filed('1.2', 'o1', '2023-24 Q2', 1, '2023-10-01 10:00+05:30', false, '2023-10-20 10:00+05:30');
select is(pg_temp.states('2024-06-01', 'o1', '1.2'), '2023-24 Q2 overdue, 2023-24 Q3 verified, 2023-24 Q4 overdue, 2024-25 Q1 due',
    'rejected alone: nothing came');

----- rates, of what was due: as of 1 June 2024 the quarters 2023-24 Q2, Q3, Q4 and the year 2023-24

select pg_temp.shown(
    $$select responsibility, indicator, entity_kind, expected, submitted, on_time, late, verified, completeness,
             completeness_pct, timeliness, timeliness_pct
      from karmayogi.reporting_rate_indicator('2024-06-01') where indicator in ('1.1', '1.2', '2.5', '9.1')$$,
    -- 1.1: m1 sent two of three quarters, one in time; m2 owes nothing yet. 1.2: o1 sent one of three.
    $$values ('MDO', '1.1', 'md', 3, 2, 1, 1, 0, karmayogi.tally(2, 3), 66.67, karmayogi.tally(1, 3), 33.33),
             ('MDO', '1.2', 'mdo', 3, 1, 1, 0, 1, karmayogi.tally(1, 3), 33.33, karmayogi.tally(1, 3), 33.33),
             ('SPV', '2.5', 'state', 108, 0, 0, 0, 0, karmayogi.tally(0, 108), 0.00, karmayogi.tally(0, 108), 0.00),
             ('MDO/CBC', '9.1', 'md', 1, 0, 0, 0, 0, karmayogi.tally(0, 1), 0.00, karmayogi.tally(0, 1), 0.00)$$,
    'completeness and timeliness');
select pg_temp.shown(
    $$select expected, completeness, completeness_pct, timeliness_pct from karmayogi.reporting_rate_indicator('2023-10-15')
      where indicator = '1.1'$$, $$values (0, karmayogi.tally(0, 0), null::numeric, null::numeric)$$,
    'on the last day in time nothing was due yet: no rate');
select is((select count(*) from karmayogi.reporting_rate_indicator('2023-10-15')), 21::bigint, 'and still a row of every indicator');
select results_eq('select * from karmayogi.reporting_rate_indicator', 'select * from karmayogi.reporting_rate_indicator(karmayogi.today())',
    'the view is the rate of today');
select results_eq('select r::text collate "C" from karmayogi.reporting_rate r order by 1', 'select r::text collate "C" from karmayogi.reporting_rate(karmayogi.today()) r order by 1',
    'and so is that of each entity');
select pg_temp.shown(
    $$select responsibility, expected, submitted, on_time, completeness_pct, timeliness_pct from karmayogi.reporting_rate('2024-06-01')
      where entity_id in ('m1', 'o1') order by entity_id, responsibility$$,
    -- m1: three quarters each of 1.1, 3.1 and 4.4, of which it sent two; the year of 9.1. o1: three quarters of 1.2
    $$values ('MDO', 9, 2, 1, 22.22, 11.11), ('MDO/CBC', 1, 0, 0, 0.00, 0.00), ('MDO', 3, 1, 1, 33.33, 33.33)$$,
    'of each entity as of an earlier day');
select results_eq('select c::text collate "C" from karmayogi.reporting_calendar c order by 1',
    'select c::text collate "C" from karmayogi.reporting_calendar(karmayogi.today()) c order by 1',
    'and the calendar that of today');
select pg_temp.shown(
    $$select sum(expected), sum(submitted), sum(on_time), sum(late), sum(verified) from karmayogi.reporting_rate$$,
    $$select sum(expected), sum(submitted), sum(on_time), sum(late), sum(verified) from karmayogi.reporting_rate_indicator$$,
    'by entity the rates add up to the same');
select pg_temp.shown(
    $$select responsibility, entity_kind, entity_name, submitted, on_time, late, verified,
             completeness_pct = round(100.0 * submitted / expected, 2), timeliness::text = on_time || '/' || expected
      from karmayogi.reporting_rate where entity_id = 'm1' order by responsibility$$,
    $$values ('MDO', 'md', 'Name of m1', 3, 2, 1, 0, true, true),
             ('MDO/CBC', 'md', 'Name of m1', 0, 0, 0, 0, true, true)$$,
    'of one M/D, per who answers');

-- what was something else before: an M/D is an office of m1 from the second snapshot on, an office of it becomes an M/D
-- with the third, and one that was not known is
insert into karmayogi.snapshot_org (snapshot_id, mdo_id, mdo_name, md_id, ministry_id, known, central)
select n.id, e.id, 'Name of ' || e.id, e.md, 'm1', e.known, true
from night n
join (values ('was', 'was', true, 1, 1), ('was', 'm1', true, 2, 3), ('new', 'm1', true, 1, 2), ('new', 'new', true, 3, 3),
             ('seen', 'm1', false, 1, 1), ('seen', 'm1', true, 2, 3), ('told', 'told', false, 1, 2), ('told', 'told', true, 3, 3)) e (id, md, known, first, last)
    on n.n between e.first and e.last;
insert into karmayogi.snapshot_unit (snapshot_id, level, entity_id, entity_name, known, central, registered)
select n.id, 'md', e.id, 'Name of ' || e.id, e.known, true, 1
from night n
join (values ('was', true, 1, 1), ('new', true, 3, 3), ('told', false, 1, 2), ('told', true, 3, 3)) e (id, known, first, last)
    on n.n between e.first and e.last;
select pg_temp.shown(
    $$select entity_id, indicator, string_agg(period, ', ' order by period_start)
      from karmayogi.reporting_calendar('2024-12-01') where indicator in ('1.1', '1.2') and entity_id in ('was', 'new', 'seen', 'told')
      group by entity_id, indicator order by entity_id, indicator$$,
    -- the second snapshot is of 20 May 2024, the third of 1 June, both in the first quarter of the year
    $$values ('new', '1.1', '2024-25 Q1, 2024-25 Q2, 2024-25 Q3'), ('seen', '1.2', '2024-25 Q1, 2024-25 Q2, 2024-25 Q3'),
             ('told', '1.1', '2024-25 Q1, 2024-25 Q2, 2024-25 Q3'), ('was', '1.2', '2024-25 Q1, 2024-25 Q2, 2024-25 Q3')$$,
    'an entity owes what it is, from when it was that');

select * from finish();
rollback;

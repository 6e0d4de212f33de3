-- The contract of every error of reports and scoring: SQLSTATE, message, DETAIL, HINT; and that nothing changed.
\set QUIET on
\pset format unaligned
\pset tuples_only on
begin;
set local client_min_messages = warning;
set local datestyle = 'ISO';
select karmayogi.create_portal('errors_portal');
select karmayogi.bind_portal('errors_portal');
insert into errors_portal.org_hierarchy (mdo_id, mdo_name) values ('m1', 'Ministry of Errors');

create temp table named (number bigint, name text);
create function pg_temp.error(statement text) returns text language plpgsql as $$
declare
    message text; detail text; hint text; said text;
    n record;
begin
    begin
        execute statement;
    exception when others then
        get stacked diagnostics message = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
        said := format(E'%s: %s\n  DETAIL: %s\n  HINT: %s', sqlstate, message, detail, hint);
        for n in select * from named order by name loop
            said := regexp_replace(said, case when n.name in ('NIGHT', 'LOST') then '(snapshot )' else '([Rr]eport )' end
                || n.number || '\M', '\1' || n.name, 'g');
        end loop;
        return replace(replace(said, session_user || ' submitted', 'SUBMITTER submitted'),
            'today is ' || karmayogi.today()::text, 'today is TODAY');
    end;
    raise exception 'no error: %', statement;
end $$;
create function pg_temp.state() returns text language sql as $$
    select md5(string_agg(r, E'\n' order by r)) from (
        select r::text from karmayogi.report r union all select r::text from karmayogi.scoring_scheme r union all
        select r::text from karmayogi.scoring_parameter r union all select r::text from karmayogi.scoring_weight r union all
        select r::text from karmayogi.scheme_in_use r union all select r::text from karmayogi.score r union all
        select r::text from karmayogi.snapshot r) t (r)
$$;
create function pg_temp.report(indicator text, entity text, period text, numerator bigint, denominator bigint)
returns text language sql as $$
    select pg_temp.error(format('select karmayogi.submit_report(%L, %L, %L, %L, %L, null)', indicator, entity, period,
        numerator, denominator))
$$;
create function pg_temp.scheme(document text) returns text language sql as $$
    select pg_temp.error(format('select karmayogi.define_scheme(%L)', document))
$$;
create function pg_temp.parameter(parameter text) returns text language sql as $$
    select pg_temp.scheme('{"scheme": "x", "parameters": [' || parameter || ']}')
$$;
create function pg_temp.indicator(indicator text) returns text language sql as $$
    select pg_temp.parameter('{"parameter": "p", "weight": 1, "indicators": [' || indicator || ']}')
$$;
-- one report that stands on another, one verified; one scheme beside the shipped one; one scored snapshot
select karmayogi.submit_report('1.1', 'm1', '2023-24 Q1', 0, 1, null) as first \gset
select karmayogi.submit_report('1.1', 'm1', '2023-24 Q1', 1, 1, null) as second \gset
select karmayogi.submit_report('3.1', 'm1', '2023-24 Q1', 1, 1, null) as third \gset
update karmayogi.report set verified_by = 'somebody', verified_at = '2023-07-01 10:00+05:30', accepted = true
where report_id = :third;
select karmayogi.define_scheme('{"scheme": "least", "parameters": [{"parameter": "p", "weight": 1, "indicators":
    [{"indicator": "2.2", "weight": 1}]}]}') as scheme \gset
insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
values ('2023-07-01', 'least', false, 'sql', false) returning snapshot_id as night \gset
insert into karmayogi.snapshot_unit (snapshot_id, level, entity_id, known, central, registered)
values (:night, 'md', 'm1', true, true, 1);
select karmayogi.score_snapshot(:night);
insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
values ('2023-07-02', 'lost', false, 'sql', false) returning snapshot_id as lost \gset
select pg_temp.state() as before \gset

-- numbers that grow with what ran before, and today, are shown by their names
insert into named values (:first, 'FIRST'), (:second, 'SECOND'), (:third, 'THIRD'), (:night, 'NIGHT'), (:lost, 'LOST');

\echo == submit_report
select pg_temp.report(null, 'm1', '2023-24 Q1', 1, 1);
select pg_temp.report('9.9', 'm1', '2023-24 Q1', 1, 1);
select pg_temp.report('2.2', 'm1', '2023-05', 1, 1);
select pg_temp.report('7.2', 'm1', '2023-24 Q1', 1, 1);
select pg_temp.report('1.1', 'm9', '2023-24 Q1', 1, 1);
select pg_temp.report('1.2', 'o9', '2023-24 Q1', 1, 1);
select pg_temp.report('2.5', 'Kerala', '2023-24 Q1', 1, 1);
select pg_temp.report('6.2', 'm1', '2023-24 Q1', 1, 1);
select pg_temp.report('1.1', 'm1', '2023-05', 1, 1);
select pg_temp.report('3.2', 'm1', '2023-24 Q1', 1, 1);
select pg_temp.report('9.1', 'm1', '2023-25', 1, 0);
select pg_temp.report('1.1', 'm1', '2098-99 Q1', 1, 1);
select pg_temp.report('1.1', 'm1', '2023-24 Q1', -1, 1);
select pg_temp.report('1.1', 'm1', '2023-24 Q1', 2, 1);
select pg_temp.report('6.10', 'platform', '2023-24 Q1', 1, 1);
select pg_temp.report('3.5', 'm1', '2023-24 Q1', 8, 7);
select pg_temp.error($$select karmayogi.report_period('2023-05', 'Weekly')$$);
select pg_temp.error($$select karmayogi.report_period('2023-24', 'Half yearly')$$);

\echo == verify_report
select pg_temp.error('select karmayogi.verify_report(null, true, null)');
select pg_temp.error('select karmayogi.verify_report(1, null, null)');
select pg_temp.error('select karmayogi.verify_report(-1, true, null)');
select pg_temp.error('select karmayogi.verify_report(' || :first || ', true, null)');
select pg_temp.error('select karmayogi.verify_report(' || :third || ', false, null)');
select pg_temp.error('select karmayogi.verify_report(' || :second || ', true, null)');
select pg_temp.error('delete from karmayogi.report');
select pg_temp.error('update karmayogi.report set numerator = 0');

\echo == define_scheme: the document
select pg_temp.error('select karmayogi.define_scheme(null)');
select pg_temp.scheme('[1]');
select pg_temp.scheme('{"scheme": "x", "weights": []}');
select pg_temp.scheme('{}');
select pg_temp.scheme('{"scheme": " "}');
select pg_temp.scheme('{"scheme": "x "}');
select pg_temp.scheme('{"scheme": 5}');
select pg_temp.scheme('{"scheme": "x", "title": null}');
select pg_temp.scheme('{"scheme": "x", "official": "yes"}');
select pg_temp.scheme('{"scheme": "x", "official": true}');
select pg_temp.scheme('{"scheme": "x", "verified_only": "yes"}');
select pg_temp.scheme('{"scheme": "x", "effective_from": "1 April"}');
select pg_temp.scheme('{"scheme": "x", "effective_from": "2023-02-30"}');
select pg_temp.scheme('{"scheme": "x", "missing_policy": "guess"}');
select pg_temp.scheme('{"scheme": "x"}');
select pg_temp.scheme('{"scheme": "least", "parameters": [{"parameter": "p", "weight": 1, "indicators":
    [{"indicator": "2.2", "weight": 1}]}]}');

\echo == define_scheme: parameters
select pg_temp.parameter('7');
select pg_temp.parameter('{"parameter": "p", "weight": 1, "indicator": "2.2"}');
select pg_temp.parameter('{"weight": 1}');
select pg_temp.parameter('{"parameter": "p", "weight": 1}');
select pg_temp.parameter('{"parameter": "p", "indicators": [{"indicator": "2.2", "weight": 1}]}');
select pg_temp.parameter('{"parameter": "p", "weight": "NaN", "indicators": [{"indicator": "2.2", "weight": 1}]}');
select pg_temp.parameter('{"parameter": "p", "weight": 0, "indicators": [{"indicator": "2.2", "weight": 1}]}');
select pg_temp.parameter('{"parameter": "p", "weight": 1e99, "indicators": [{"indicator": "2.2", "weight": 1}]}');
select pg_temp.parameter('{"parameter": "p", "weight": 1, "indicators": [{"indicator": "2.2", "weight": 1}]},
    {"parameter": "p", "weight": 1, "indicators": [{"indicator": "2.1", "weight": 1}]}');

\echo == define_scheme: indicators
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "marks": 5}');
select pg_temp.indicator('{"indicator": 2.2, "weight": 1}');
select pg_temp.indicator('{"indicator": "9.9", "weight": 1}');
select pg_temp.indicator('{"indicator": "5.1", "weight": 1}');
select pg_temp.indicator('{"indicator": "2.5", "weight": 1}');
select pg_temp.indicator('{"indicator": "2.2"}');
select pg_temp.indicator('{"indicator": "2.2", "weight": -1}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "transform": "log"}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "target": 0}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "transform": "yes_no", "target": 50}');
select pg_temp.indicator('{"indicator": "9.1", "weight": 1}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "transform": "slab"}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "slabs": [[25, 20]]}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "transform": "slab", "slabs": [[25]]}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "transform": "slab", "slabs": [[50, 20], [25, 30]]}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "transform": "slab", "slabs": [[-5, 20]]}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1, "transform": "slab", "slabs": [[25, 120]]}');
select pg_temp.indicator('{"indicator": "2.2", "weight": 1}, {"indicator": "2.2", "weight": 2}');

\echo == using, keeping, scoring
select pg_temp.error($$select karmayogi.use_scheme('nobody''s')$$);
select pg_temp.error('delete from karmayogi.scoring_scheme');
select pg_temp.error('update karmayogi.scoring_parameter set weight = 1');
select pg_temp.error('truncate karmayogi.scoring_weight');
select pg_temp.error('delete from karmayogi.scheme_in_use');
select pg_temp.error($$insert into karmayogi.scoring_weight (scheme, parameter, indicator, weight)
    values ('least', 'p', '2.1', 1)$$);
select pg_temp.error('select karmayogi.score_snapshot(-1)');
select pg_temp.error('select karmayogi.score_snapshot(' || :night || ')');
select pg_temp.error('select karmayogi.score_snapshot(' || :lost || ')');

\echo == nothing changed
select pg_temp.state() = :'before';

-- a scheme that is effective later is defined and not used
select karmayogi.define_scheme('{"scheme": "later", "effective_from": "2999-04-01", "parameters": [{"parameter": "p",
    "weight": 1, "indicators": [{"indicator": "2.2", "weight": 1}]}]}');
select pg_temp.error($$select karmayogi.use_scheme('later')$$);
rollback;

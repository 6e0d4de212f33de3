-- Publication (SPEC 9): what a refresh writes, what it leaves alone, the seal,
-- and the figures that are computed without one.
begin;
\ir ../fixture/portal.sql
select plan(115);

create function pg_temp.snapshots() returns bigint language sql as 'select count(*) from karmayogi.snapshot';
create function pg_temp.newest() returns bigint language sql as 'select max(snapshot_id) from karmayogi.snapshot';
create function pg_temp.seal(id bigint default pg_temp.newest()) returns bytea language sql as 'select s.seal from karmayogi.snapshot s where s.snapshot_id = $1';
-- the published rows of a snapshot, without its number
create function pg_temp.published(id bigint) returns setof text language sql as $$
    select 'org ' || (to_jsonb(o) - 'snapshot_id')::text from karmayogi.snapshot_org o where o.snapshot_id = id
     union all select 'unit ' || (to_jsonb(u) - 'snapshot_id')::text from karmayogi.snapshot_unit u where u.snapshot_id = id
     union all select 'value ' || v.level || v.entity_id || v.indicator || v.category || coalesce(v.value::text, 'NULL') || coalesce(v.reason, 'NULL')
                 from karmayogi.indicator_value v where v.snapshot_id = id
     union all select 'score ' || (to_jsonb(c) - 'snapshot_id')::text from karmayogi.score c where c.snapshot_id = id
     union all select 'parameter ' || (to_jsonb(p) - 'snapshot_id')::text from karmayogi.score_parameter p where p.snapshot_id = id
     union all select 'part ' || (to_jsonb(p) - 'snapshot_id')::text from karmayogi.score_part p where p.snapshot_id = id
$$;
-- tables of a computation that were left behind
create function pg_temp.stages() returns bigint language sql as $$
    select count(*) from pg_class where relnamespace = 'karmayogi_stage'::regnamespace
$$;

----- the first snapshot

call karmayogi.refresh('2026-10-01');
select results_eq(
    $$select as_of, published_by, scheme collate "default", official_scheme, engine, forced, generated_on, length(seal) from karmayogi.snapshot$$,
    $$values (date '2026-10-01', session_user::name, 'illustrative-equal', false, 'native', false, timestamp '2026-10-01 03:45:00', 32)$$,
    'the snapshot says of when it is, by whom, under which scheme');
select ok(published_at between now() and clock_timestamp(), 'and when it was published') from karmayogi.snapshot;
select is(pg_temp.stages(), 0::bigint, 'no table of the computation is left');
select set_eq('select level, count(*) from karmayogi.snapshot_unit group by 1',
              $$values ('md', 5::bigint), ('ministry', 3), ('state', 1), ('government', 1)$$, 'it has the units of every level');
select set_eq('select mdo_id, md_id, ministry_id, state_code, known, central from karmayogi.snapshot_org',
              $$values ('m1', 'm1', 'm1', null, true, true), ('d1', 'd1', 'm1', null, true, true), ('o1', 'd1', 'm1', null, true, true),
                       ('o2', 'd1', 'm1', null, true, true), ('d2', 'd2', 'm1', null, true, true), ('m2', 'm2', 'm2', null, true, true),
                       ('o3', 'm2', 'm2', null, true, true), ('s1', 's1', 's1', 'IN-KL', true, false), ('sd', 's1', 's1', 'IN-KL', true, false)$$,
              'and the tree of organisations');
select set_eq($$select indicator || ' ' || category || ' ' || coalesce(value::text, reason) from karmayogi.indicator_value
                 where level = 'government' and reason is distinct from 'not reported'
                   and indicator not in ('8.1', '8.2', '8.4', '8.5', '8.6')$$,
              $$values ('1.1 all 3/4'), ('2.1 all 3/4'), ('2.2 all 388/480'), ('2.3 female 159/200'), ('2.3 male 159/280'), ('2.4 all 2/16'),
                       ('3.1 all 3/4'), ('3.2 all 3/4'), ('3.3 all 3/4'), ('3.4 all 3/4'), ('3.5 all 3/3'), ('3.6 all 6/7'), ('3.7 all 7/100'), ('4.1 all 1/1'), ('4.2 all 2/2'),
                       ('4.3 all 1/4'), ('5.1 all 12/18'), ('8.3 all 159/388'), ('10.1 all 1/0')$$,
              'the government''s figures, worked out by hand');
select cmp_ok((select count(*) from karmayogi.mdo_ranking), '=', 4::bigint, 'mdo_ranking shows the central M/Ds');
select ok(exists (select from karmayogi.mdo_ranking where rank = 1 and score > 0), 'and one of them is first');

-- refresh_log
select results_eq($$select step, phase from karmayogi.refresh_log order by step limit 3$$,
                  $$values (0, 'refresh'), (1, 'counting the portal''s tables'), (2, 'computing content')$$, 'the log has the refresh and its phases');
select is((select array_agg(step order by step) from karmayogi.refresh_log), (select array_agg(i) from generate_series(0, (select count(*)::int from karmayogi.snapshot_phase)) i), 'one after the other');
select is((select row_count from karmayogi.refresh_log where phase = 'computing officials'), 388::bigint, 'with their rows');
select ok((select bool_and(duration >= interval '0' and started_at >= now()) from karmayogi.refresh_log), 'and durations');
select is((select phase || ' ' || row_count from karmayogi.refresh_log order by step desc limit 1), 'publishing 408', 'the last one wrote 388 officials and 20 courses');
select is((select row_count from karmayogi.refresh_log where step = 0), 408::bigint, 'which are those of the whole');
select ok((select w.duration >= sum(p.duration) and w.started_at = min(p.started_at)
             from karmayogi.refresh_log w join karmayogi.refresh_log p using (snapshot_id)
            where w.step = 0 and p.step > 0 group by w.duration, w.started_at), 'it took at least what its phases took');
select is_empty($$select * from karmayogi.refresh_log l join karmayogi.snapshot s using (snapshot_id)
                   where l.as_of <> '2026-10-01' or l.engine <> 'native' or l.as_of <> s.as_of or l.engine <> s.engine$$, 'the log says as of when, and by which engine');
-- the findings, of the whole alone
select results_eq($$select warnings > 0, warnings, refusals, findings from karmayogi.refresh_log where step = 0$$,
                  $$select true, count(*), 0::bigint, string_agg(format('warn: %s, %s: %s', table_name, check_name, finding), E'\n' order by table_name collate "C", check_name collate "C")
                      from karmayogi.snapshot_check where verdict = 'warn'$$, 'a line for each check that warned');
select is((select max(num_nulls(warnings, refusals, findings)) || ' ' || min(num_nulls(warnings, refusals, findings)) from karmayogi.refresh_log where step > 0),
          '3 3', 'phases have no findings');

----- unchanged input

create temp table once as select * from pg_temp.published(pg_temp.newest()) p (line);
create temp table official_once as select ctid::text as version, * from karmayogi.official_progress;
call karmayogi.refresh('2026-10-01');
select is(pg_temp.snapshots(), 1::bigint, 'unchanged input: no new snapshot');
select is(pg_temp.stages(), 0::bigint, 'and nothing left of the computation');
select is((select count(*) from karmayogi.snapshot_check) + (select count(*) from karmayogi.snapshot_phase) + (select count(*) from karmayogi.indicator_value),
          (select count(*) from karmayogi.snapshot_check where snapshot_id = pg_temp.newest()) + (select count(*) from karmayogi.snapshot_phase where snapshot_id = pg_temp.newest())
          + (select count(*) from karmayogi.indicator_value where snapshot_id = pg_temp.newest()), 'nor any row of the snapshot that was not published');
select set_eq('select ctid::text as version, user_id from karmayogi.official_progress', 'select version, user_id from official_once', 'no official was written');
-- the same rows in another order, a night later
create temp table shuffled as select * from night.user_detail;
truncate night.user_detail;
insert into night.user_detail select * from shuffled order by md5(user_id || 'other');
create temp table shuffled_enrolments as select * from night.user_enrolments;
truncate night.user_enrolments;
insert into night.user_enrolments select * from shuffled_enrolments order by md5(user_id || content_id);
call karmayogi.refresh('2026-10-01');
select is(pg_temp.snapshots(), 1::bigint, 'the same rows loaded in another order are unchanged input');
set local datestyle = 'SQL, DMY';
set local timezone = 'America/New_York';
set local extra_float_digits = -15;
set local intervalstyle = 'sql_standard';
call karmayogi.refresh('2026-10-01');
select is(pg_temp.snapshots(), 1::bigint, 'the session''s settings change nothing');
select ok(karmayogi.verify_seal(pg_temp.newest()), 'nor the seal');
set local datestyle = 'ISO, YMD';
set local timezone = 'UTC';
set local extra_float_digits = 1;
set local intervalstyle = 'postgres';

----- changed input

-- by the other engine, which reads what is unchanged as unchanged, too
set local karmayogi.engine = 'sql';
call karmayogi.refresh('2026-10-01');
select is(pg_temp.snapshots(), 1::bigint, 'what is unchanged is unchanged for plain SQL, too');
update night.user_detail set no_of_karma_points = 4711 where user_id = 'u1';
call karmayogi.refresh('2026-10-01');
select is((select engine from karmayogi.snapshot where snapshot_id = pg_temp.newest()), 'sql', 'the snapshot says which engine computed');
select is((select count(*) from karmayogi.snapshot_phase where snapshot_id = pg_temp.newest()), cardinality(karmayogi.stages()) + 2::bigint,
    'plain SQL has a phase for each stage');
select is((select row_count from karmayogi.refresh_log where snapshot_id = pg_temp.newest() and phase = 'computing person'), 400::bigint, 'with its rows');
reset karmayogi.engine;
select is(pg_temp.snapshots(), 2::bigint, 'other karma points only: a new snapshot');
select set_eq($$select line from pg_temp.published(pg_temp.newest()) p (line)$$, 'select line from once', 'of the same figures');
select is(pg_temp.seal(), pg_temp.seal((select min(snapshot_id) from karmayogi.snapshot)), 'and the same seal');
select results_eq($$select p.user_id collate "default", p.karma_points from karmayogi.official_progress p join official_once o using (user_id) where p.karma_points is distinct from o.karma_points$$,
                  $$values ('u1', 4711::bigint)$$, 'official_progress has the new karma points');
select is((select row_count from karmayogi.refresh_log where snapshot_id = pg_temp.newest() order by step desc limit 1), 1::bigint, 'one row was written for it');
call karmayogi.refresh('2026-10-02');
select is(pg_temp.snapshots(), 3::bigint, 'another as-of: a new snapshot');
select isnt(pg_temp.seal(), pg_temp.seal((select min(snapshot_id) from karmayogi.snapshot)), 'of another seal');
select results_eq($$select count(*), count(distinct previous_rank), max(abs(rank_change)) from karmayogi.mdo_ranking where rank is not null$$,
                  $$select count(*), count(distinct rank), 0 from karmayogi.mdo_ranking where rank is not null$$, 'the ranking knows the ranks before');

-- officials who come, go and change; courses likewise
delete from night.user_detail where user_id = 'u3';
update night.user_detail set user_id = 'u401' where user_id = 'u5';
update night.user_detail set mdo_id = 'o3', gender = 'F', designation = E' \x0bvillage officer, level v ' where user_id = 'u7';
update night.user_enrolments set user_consumption_status = 'completed' where user_id = 'u9';
delete from night.content where content_id = 'c19';
insert into night.content select (jsonb_populate_record(c, '{"content_id": "c21", "content_rating": null, "content_name": null}')).* from night.content c where content_id = 'c18';
create temp table course_once as select * from karmayogi.course_progress;
create temp table official_before as select * from karmayogi.official_progress;
call karmayogi.refresh('2026-10-02');
select set_eq('select user_id from official_before except select user_id from karmayogi.official_progress', $$values ('u3'), ('u5')$$, 'officials who are gone');
select set_eq('select user_id from karmayogi.official_progress except select user_id from official_before', $$values ('u401')$$, 'who are new');
select results_eq($$select mdo_id collate "default", md_id collate "default", gender collate "default", designation from karmayogi.official_progress where user_id = 'u7'$$,
                  $$values ('o3', 'm2', 'female', 'village officer, level v')$$, 'who changed');
select results_eq($$select user_id collate "default", p.completed from karmayogi.official_progress p join official_before b using (user_id) where p.completed <> b.completed$$,
                  $$values ('u9', 5)$$, 'and who learnt');
select set_eq($$select 'gone', content_id from course_once where content_id not in (select content_id from karmayogi.course_progress)
                union all select 'new', content_id from karmayogi.course_progress where content_id not in (select content_id from course_once)$$,
              $$values ('gone', 'c19'), ('new', 'c21')$$, 'course_progress is renewed as well');
-- brought up to date or computed anew: the same
create temp table renewed as select to_jsonb(p) as line from karmayogi.official_progress p union all select to_jsonb(c) from karmayogi.course_progress c;
delete from karmayogi.official_progress;
delete from karmayogi.course_progress;
call karmayogi.refresh('2026-10-02');
select set_eq('select to_jsonb(p) from karmayogi.official_progress p union all select to_jsonb(c) from karmayogi.course_progress c',
              'select line from renewed', 'a table brought up to date equals one that is filled anew');
select is((select count(*) from karmayogi.official_progress), (select registered from karmayogi.snapshot_unit where snapshot_id = pg_temp.newest() and level = 'government'),
          'one row per registered official');
-- rows that somebody changed are put right
update karmayogi.official_progress set completed = 99, designation = null where user_id = 'u9';
call karmayogi.refresh('2026-10-02');
select set_eq('select to_jsonb(p) from karmayogi.official_progress p union all select to_jsonb(c) from karmayogi.course_progress c',
              'select line from renewed', 'a row that was tampered with is put right by the next refresh');

----- as of another day

select is((select sum(cbp_overdue) from karmayogi.official_progress),
          (select count(*) from karmayogi.official_progress p cross join (values ('c1'), ('c3'), ('c5')) c (content_id)
            where p.mdo_id = 'o1' and not exists (select from night.user_enrolments e
                   where e.user_id = p.user_id and e.content_id = c.content_id and e.user_consumption_status = 'completed'))::bigint,
          'overdue on 2 October: what o1 was to complete by 30 September');
call karmayogi.refresh('2026-09-30');
select is((select sum(cbp_overdue) from karmayogi.official_progress), 0::bigint, 'on the due day itself nothing is overdue');
select is((select as_of from karmayogi.mdo_ranking limit 1), date '2026-09-30', 'an as-of in the past is published as such');
insert into karmayogi.strength (mdo_id, effective_on, officials) values ('m2', '2026-09-15', 1000);
call karmayogi.refresh('2026-09-14');
select is((select strength from karmayogi.mdo_ranking where md_id = 'm2'), 120::bigint, 'the strength of that day');
call karmayogi.refresh('2026-09-15');
select is((select strength from karmayogi.mdo_ranking where md_id = 'm2'), 1060::bigint, 'and of the next one');
select is((select reason from karmayogi.indicator_value where snapshot_id = pg_temp.newest() and level = 'md' and entity_id = 'm2' and indicator = '2.3' and category = 'female'),
          'strength not entered', 'whose women were not entered');
insert into karmayogi.report (indicator, entity_id, period, period_start, period_end, numerator, denominator)
values ('1.1', 'm1', '2026-27 Q2', '2026-07-01', '2026-09-30', 1, 1);
call karmayogi.refresh('2026-06-30');
select is((select value::text from karmayogi.indicator_value where snapshot_id = pg_temp.newest() and level = 'md' and entity_id = 'm1' and indicator = '1.1'), '0/1',
          'a report of the second quarter does not hold in the first');
call karmayogi.refresh('2026-07-01');
select is((select value::text from karmayogi.indicator_value where snapshot_id = pg_temp.newest() and level = 'md' and entity_id = 'm1' and indicator = '1.1'), '1/1',
          'it holds from its first day on');
call karmayogi.refresh('2026-03-31');
select results_eq($$select distinct reason from karmayogi.indicator_value where snapshot_id = pg_temp.newest() and indicator = '1.1'$$, $$values ('not reported')$$,
                  'before any report: not reported');

----- the seal

call karmayogi.refresh('2026-10-01');
create temp table sealed as select pg_temp.newest() as id, pg_temp.seal() as seal;
select is((select count(*) from karmayogi.snapshot s where not karmayogi.verify_seal(s.snapshot_id)), 0::bigint, 'every snapshot carries its seal');
create function pg_temp.detects(statement text, meaning text) returns text language plpgsql as $$
declare
    touched bigint;
    intact boolean;
begin
    begin
        execute replace(statement, 'SEALED', 'snapshot_id = ' || (select id from sealed));
        get diagnostics touched = row_count;
        intact := karmayogi.verify_seal((select id from sealed));
        raise exception using errcode = 'TEST0', message = 'back';
    exception when sqlstate 'TEST0' then
        return is(format('%s row, seal intact %s', touched, intact), '1 row, seal intact f', 'the seal detects ' || meaning);
    end;
end
$$;
select pg_temp.detects($$update karmayogi.snapshot set as_of = as_of + 1 where SEALED$$, 'another as-of');
select pg_temp.detects($$update karmayogi.snapshot set official_scheme = true where SEALED$$, 'a scheme made official');
select pg_temp.detects($$update karmayogi.snapshot set scheme = 'other' where SEALED$$, 'another scheme');
select pg_temp.detects($$update karmayogi.snapshot set forced = true where SEALED$$, 'another word on force');
select pg_temp.detects($$update karmayogi.snapshot_org set md_id = 'm1' where SEALED and mdo_id = 'o1'$$, 'an organisation moved');
select pg_temp.detects($$delete from karmayogi.snapshot_org where SEALED and mdo_id = 'o1'$$, 'an organisation deleted');
select pg_temp.detects($$update karmayogi.snapshot_org set mdo_name = null where SEALED and mdo_id = 'o1'$$, 'a name lost');
select pg_temp.detects($$update karmayogi.snapshot_unit set registered = registered + 1 where SEALED and level = 'md' and entity_id = 'm1'$$, 'an official more');
select pg_temp.detects($$update karmayogi.snapshot_unit set strength = strength + 1 where SEALED and level = 'md' and entity_id = 'm1'$$, 'another strength');
select pg_temp.detects($$insert into karmayogi.snapshot_unit select snapshot_id, level, 'x', entity_name, ministry_id, ministry_name, state_code, known, central, registered, strength
                           from karmayogi.snapshot_unit where SEALED and level = 'md' and entity_id = 'm1'$$, 'an M/D more');
select pg_temp.detects($$update karmayogi.indicator_value set value = '2/2' where SEALED and level = 'md' and entity_id = 'm2' and indicator = '3.2'$$, 'another tally of the same percentage');
select pg_temp.detects($$update karmayogi.indicator_value set reason = 'not applicable' where SEALED and level = 'md' and entity_id = 'm1' and indicator = '3.7'$$, 'another reason');
select pg_temp.detects($$update karmayogi.indicator_value set verified = true where SEALED and level = 'md' and entity_id = 'm2' and indicator = '1.1'$$, 'a report made verified');
select pg_temp.detects($$update karmayogi.score set score = score + 0.0001 where SEALED and level = 'md' and entity_id = 'd1'$$, 'a ten-thousandth of a score');
select pg_temp.detects($$update karmayogi.score set rank = rank + 1 where SEALED and level = 'md' and entity_id = 'd1'$$, 'another rank');
select pg_temp.detects($$delete from karmayogi.score_parameter where SEALED and level = 'md' and entity_id = 'm2' and parameter = 'kym'$$, 'a parameter deleted');
select ok(karmayogi.verify_seal((select id from sealed)), 'after all of that the seal is whole again');
set local datestyle = 'German, DMY';
select ok(karmayogi.verify_seal((select id from sealed)), 'however dates are written');
set local datestyle = 'ISO, YMD';
-- the seal depends on nothing but portal, register, scheme and as-of
create temp table kept as select * from pg_temp.published(pg_temp.newest()) p (line);
delete from karmayogi.snapshot;
select is((select count(*) from karmayogi.indicator_value) + (select count(*) from karmayogi.score) + (select count(*) from karmayogi.snapshot_phase)
          + (select count(*) from karmayogi.snapshot_check) + (select count(*) from karmayogi.snapshot_org) + (select count(*) from karmayogi.snapshot_unit)
          + (select count(*) from karmayogi.score_parameter), 0::bigint, 'a deleted snapshot takes all of its rows along');
truncate karmayogi.official_progress;
create table night.again as table night.content;
drop table night.content;
create table night.content as select * from night.again order by content_name, md5(content_id);
call karmayogi.refresh('2026-10-01');
select is(pg_temp.seal(), (select seal from sealed), 'computed again from reloaded tables it is the same');
select set_eq('select line from pg_temp.published(pg_temp.newest()) p (line)', 'select line from kept', 'as are the rows');

----- figures without publication

create temp table live as select * from karmayogi.compute_indicators('2026-10-01');
select set_eq('select indicator, level, entity_id, category, value::text, reason from live',
              $$select v.indicator, v.level, v.entity_id, v.category, v.value::text, v.reason from karmayogi.indicator_value v
                  join karmayogi.indicator i on i.code = v.indicator and i.source <> 'R' where v.snapshot_id = pg_temp.newest()$$,
              'compute_indicators gives what is published');
select is((select count(*) from live) - (select count(*) from (select distinct indicator, level, entity_id, category from live) d), 0::bigint, 'each once');
select throws_ok('table karmayogi.indicator_live', '55000', null, 'indicator_live is empty until it is refreshed');
refresh materialized view karmayogi.indicator_live;
select set_eq('select indicator, level, entity_id, category, value::text, reason from karmayogi.indicator_live',
              'select indicator, level, entity_id, category, value::text, reason from karmayogi.compute_indicators()', 'then it is compute_indicators() as of today');
update night.user_detail set status = 0 where user_id = 'u1';
refresh materialized view concurrently karmayogi.indicator_live;
select is((select value::text from karmayogi.indicator_live where level = 'government' and indicator = '2.2'),
          (select format('%s/%s', registered - 1, strength) from karmayogi.snapshot_unit where snapshot_id = pg_temp.newest() and level = 'government'),
          'refreshed concurrently it has the figures of this hour');
select results_eq($$select level collate "default", entity_id collate "default", registered, strength from karmayogi.onboarding_now() where level = 'government' or entity_id in ('m1', 'm2') order by 1, 2$$,
                  $$select level collate "default", entity_id collate "default", registered - (level = 'government' or entity_id = case level when 'md' then 'd1' else 'm1' end)::int, strength
                      from karmayogi.snapshot_unit where snapshot_id = pg_temp.newest() and (level = 'government' or entity_id in ('m1', 'm2')) order by 1, 2$$,
                  'onboarding_now sees at once that an official has left');
update night.user_detail set status = 1 where user_id = 'u1';
select set_eq('select level, entity_id, entity_name, ministry_name, registered from karmayogi.onboarding_now()',
              'select level, entity_id, entity_name, ministry_name, registered from karmayogi.snapshot_unit where snapshot_id = pg_temp.newest()',
              'onboarding_now counts as the snapshot does');
savepoint another_form;
update night.user_detail set status = null where substr(user_id, 2)::int > 100;
select is(regexp_replace(pg_temp.failure('select * from karmayogi.onboarding_now()'), E'\nHINT.*', ''),
E'55000: the portal is not fit to be published: 5 of its checks refuse
DETAIL: user_detail, registered men: 37, 157 in the last snapshot.
user_detail, registered officials: 94, 387 in the last snapshot.
user_detail, registered officials of an organisation: 94, 387 in the last snapshot.
user_detail, registered women: 40, 160 in the last snapshot.
user_detail, unknown status: 301 of 399, 0 in the last snapshot.', 'and refuses what a refresh would of who is registered');
rollback to another_form;
select results_eq($$select content_id collate "default", due_on, apar, state = 'completed', completed_on, in_time from karmayogi.allotment_progress('u2') order by content_id$$,
                  $$values ('c1', date '2026-09-30', true, false, null::date, null::boolean), ('c3', '2026-09-30', true, true, '2026-07-01', true),
                           ('c5', '2026-09-30', true, true, '2026-07-01', true)$$, 'one official''s allotments');
select is((select count(*) from karmayogi.allotment_progress('u40')), 0::bigint, 'who is not registered has none');
savepoint without_time;
update night.user_enrolments set first_completed_on = '', last_completed_on = null where user_id = 'u2' and content_id = 'c3';
select is((select row(completed_on, in_time)::text from karmayogi.allotment_progress('u2') where content_id = 'c3'), '(,f)', 'completed at a time that is not known is not in time');
rollback to without_time;

----- nothing stays of a refresh that is rolled back

create temp table untouched as select pg_temp.snapshots() as n, (select count(*) from karmayogi.official_progress) as officials;
delete from night.user_detail where user_id in ('u10', 'u11');
select is(pg_temp.failure($$do $d$ begin call karmayogi.refresh('2026-10-05'); raise exception 'gone wrong afterwards'; end $d$ $$), 'P0001: gone wrong afterwards',
          'a refresh in a transaction that fails');
select is((select row(pg_temp.snapshots(), (select count(*) from karmayogi.official_progress))::text), (select row(n, officials)::text from untouched), 'leaves the snapshots and officials as they were');
select is(pg_temp.stages(), 0::bigint, 'and no table of the computation');
call karmayogi.refresh('2026-10-05');
select is(pg_temp.snapshots(), (select n + 1 from untouched), 'the next one publishes');

----- an empty official_progress: filled through a stage where it has indexes, in bulk where it has none

create temp table filled_before as select * from karmayogi.official_progress;
truncate karmayogi.official_progress;
call karmayogi.refresh('2026-10-05');
select set_eq('table karmayogi.official_progress', 'table filled_before', 'a refresh fills it again');
truncate karmayogi.official_progress;
alter table karmayogi.official_progress drop constraint official_progress_pkey;
drop index karmayogi.official_progress_mdo_id;
call karmayogi.refresh('2026-10-05');
select set_eq('table karmayogi.official_progress', 'table filled_before', 'and where it had no indexes, with the same rows');
select indexes_are('karmayogi', 'official_progress', array['official_progress_pkey', 'official_progress_mdo_id'], 'which then are there');
select is((select array_agg(phase order by step) from karmayogi.refresh_log where snapshot_id = pg_temp.newest() and phase in ('computing finding', 'computing officials', 'computing indicator', 'publishing')),
          '{computing finding,computing officials,computing indicator,publishing}', 'officials were written once the gate had judged, indicators where they are published');
-- A row that is no longer where the comparison found it.
create table karmayogi_stage.stage_progress as select p.*, 1 as fate from karmayogi.official_progress p order by p.user_id limit 2;
create table karmayogi_stage.stage_outdated as
    select p.user_id, p.ctid as old_at, false as gone from karmayogi.official_progress p join karmayogi_stage.stage_progress s using (user_id);
update karmayogi_stage.stage_progress set enrolled = 4711;
select is(karmayogi.apply_progress(), 2::bigint, 'rows that differ are written where they lie');
select is((select count(*) from karmayogi.official_progress where enrolled = 4711), 2::bigint, 'these, and no others');
select throws_ok('select karmayogi.apply_progress()', '40001', 'official_progress was changed by somebody else while it was compared',
                 'a row that was moved in between ends the refresh');
update karmayogi_stage.stage_outdated o set old_at = p.ctid, user_id = 'nobody' from karmayogi.official_progress p where p.user_id = o.user_id;
select throws_ok('select karmayogi.apply_progress()', '40001', null, 'and no row is taken for another that lies there now');
drop table karmayogi_stage.stage_progress, karmayogi_stage.stage_outdated;
create temp table bare (a int not null, b text);
select throws_ok($$select karmayogi.fill_table('select 1, null::text', 'bare')$$, '55000', 'no snapshot is held', 'nothing is filled by hand');
select karmayogi.hold_snapshot();
select is(karmayogi.fill_table($$select i, repeat(md5(i::text), i) from generate_series(1, 700) i$$, 'bare'), 700::bigint, 'all rows of a query are appended');
select set_eq('table bare', $$select i, repeat(md5(i::text), i) from generate_series(1, 700) i$$, 'as they are, also the long ones');
select is(karmayogi.fill_table($$select -1, (select string_agg(md5(j::text), '') from generate_series(1, 1000) j)$$, 'bare'), 1::bigint, 'and one that is kept elsewhere');
select is((select b.b from bare b where b.a = -1), (select string_agg(md5(j::text), '') from generate_series(1, 1000) j), 'which comes back');
delete from bare where a = -1;
select is(pg_temp.failure($$select karmayogi.fill_table('select 1', 'bare')$$), '42804: the rows do not have the columns of the table "bare"', 'not other columns');
select is(pg_temp.failure($$select karmayogi.fill_table('select null::int, null::text', 'bare')$$), '23502: null value in column "a" of relation "bare"', 'no NULL where none may be');
select throws_ok($$select karmayogi.fill_table('delete from bare', 'bare')$$, '42601', null, 'a query, no command');
create index on bare (a);
select throws_ok($$select karmayogi.fill_table('select 1, null::text', 'bare')$$, '55000', 'the table "bare" cannot be filled in bulk', 'no table with an index');
select karmayogi.drop_snapshot();

-- pruning keeps the first of all, the last of each month and the two newest
truncate karmayogi.snapshot cascade;
insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
select d.as_of, 'illustrative-equal', false, 'sql', false
  from unnest(array['2026-01-10', '2026-01-20', '2026-01-30', '2026-01-30', '2026-02-05', '2026-02-25', '2026-03-03', '2026-03-04', '2026-03-05']::date[]) d (as_of);
select is(karmayogi.prune_snapshots('10 years'), 0::bigint, 'what is young is kept');
select is(karmayogi.prune_snapshots('0'), 4::bigint, 'of what is old some go');
select results_eq('select as_of, count(*) from karmayogi.snapshot group by as_of order by as_of',
                  $$values (date '2026-01-10', 1::bigint), ('2026-01-30', 1), ('2026-02-25', 1), ('2026-03-04', 1), ('2026-03-05', 1)$$,
                  'the first of all, the last of each month and the two newest stay');
select throws_ok($$select karmayogi.prune_snapshots('-1 day')$$, '22023', 'the interval is negative', 'no negative interval');

truncate karmayogi.snapshot cascade;
select is_empty('select from karmayogi.indicator_value', 'without snapshots there are no values');
set local transaction_read_only = on;
select cmp_ok((select count(*) from karmayogi.compute_indicators('2026-10-05')), '>', 100::bigint, 'compute_indicators writes nothing: a read-only transaction may call it');
select karmayogi.hold_snapshot();
select throws_ok($$select karmayogi.fill_table('select 1, null::text', 'bare')$$, '25006', null, 'and nothing is filled in one');
select karmayogi.drop_snapshot();

select * from finish();
rollback;

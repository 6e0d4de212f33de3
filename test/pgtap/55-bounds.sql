-- The native engine where a portal is unlike the usual one: few enrolments for each official, due days out of its
-- range, plans of long lists, views whose functions catch errors; and where it must not be used at all.
begin;
\ir ../fixture/portal.sql
select plan(34);

-- what a refresh publishes, from nothing
create temp table published (run text, engine text, line text);
create function pg_temp.publish(run text, wanted text, passes int default 1) returns text language plpgsql as $$
begin
    perform set_config('karmayogi.engine', wanted, true), set_config('karmayogi.debug_passes', passes::text, true);
    delete from karmayogi.snapshot;
    delete from karmayogi.official_progress;
    delete from karmayogi.course_progress;
    begin
        call karmayogi.refresh('2026-10-01');
    exception when others then
        return sqlerrm;
    end;
    insert into published
    select publish.run, (select s.engine from karmayogi.snapshot s), l.line
      from (select 'official ' || to_jsonb(p)::text from karmayogi.official_progress p
             union all select 'course ' || to_jsonb(c)::text from karmayogi.course_progress c
             union all select 'value ' || (to_jsonb(v) - 'snapshot_id')::text || v.value::text from karmayogi.indicator_value v
             union all select 'check ' || (to_jsonb(c) - 'snapshot_id')::text from karmayogi.snapshot_check c) l (line);
    return (select s.engine from karmayogi.snapshot s);
end
$$;
create function pg_temp.agrees(run text, other text) returns text language sql as $$
    select is_empty(format($q$(select line from published where run = %1$L except all select line from published where run = %2$L)
                              union all (select line from published where run = %2$L except all select line from published where run = %1$L)$q$, run, other),
                    format('%s: as %s', run, other))
$$;

----- few enrolments for each official: their counts take more room than the enrolments did

insert into night.user_detail (user_id, mdo_id, status, designation, profile_status, user_registration_date, roles, gender, marked_as_not_my_user, data_last_generated_on)
select format('%s-0000-4000-8000-000000000000', lpad(to_hex(i), 8, '0')), 'o3', 1, 'Director', 'VERIFIED', '2025-01-01 10:00:00', 'PUBLIC', 'Female', false, '2026-10-01 02:10:00 AM'
  from generate_series(1, 30000) i;
insert into night.user_enrolments (user_id, batch_id, content_id, user_consumption_status, first_completed_on, data_last_generated_on)
select format('%s-0000-4000-8000-000000000000', lpad(to_hex(i), 8, '0')), 'b', 'c' || i % 20 + 1, 'completed', '2026-07-01 10:00:00', '2026-10-01 03:45:00 AM'
  from generate_series(1, 30000) i;
analyze night.user_detail, night.user_enrolments;
select is(pg_temp.publish('few, sql', 'sql'), 'sql', 'officials with one enrolment each');
select is(pg_temp.publish('few, native', 'native'), 'native', 'and the native engine');
select is((select max(p.passes) from karmayogi.snapshot_phase h, lateral (select count(*) as passes from karmayogi.snapshot_phase o
            where o.snapshot_id = h.snapshot_id and o.phase = 'reading user_enrolments') p), 1::bigint, 'reads them once');
select pg_temp.agrees('few, native', 'few, sql');
-- in many partitions, each of which a plan could add up for itself
alter table night.user_enrolments rename to enrolments_of_night;
create table night.user_enrolments (like night.enrolments_of_night) partition by hash (user_id);
do $$
begin
    for i in 0 .. 31 loop
        execute format('create table night.enrolments_%s partition of night.user_enrolments for values with (modulus 32, remainder %s)', i, i);
    end loop;
end
$$;
insert into night.user_enrolments select e.* from night.enrolments_of_night e;
analyze night.user_enrolments;
select is(pg_temp.publish('parted, native', 'native'), 'native', 'of a table in 32 partitions');
select is((select max(p.passes) from karmayogi.snapshot_phase h, lateral (select count(*) as passes from karmayogi.snapshot_phase o
            where o.snapshot_id = h.snapshot_id and o.phase = 'reading user_enrolments') p), 1::bigint, 'too');
select pg_temp.agrees('parted, native', 'few, sql');
drop table night.user_enrolments;
alter table night.enrolments_of_night rename to user_enrolments;
delete from night.user_detail where user_id like '%-0000-4000-8000-000000000000';
delete from night.user_enrolments where user_id like '%-0000-4000-8000-000000000000';

----- due days that nobody meant

update night.cb_plan set due_by = '9999-12-31' where cb_plan_id = 'p1' and content_id = 'c1';
update night.cb_plan set due_by = '0226-03-31' where cb_plan_id = 'p1' and content_id = 'c3';
select is(pg_temp.publish('far days, sql', 'sql'), 'sql', 'due days in the years 226 and 9999');
select is(pg_temp.publish('far days, native', 'native'), 'native', 'and the native engine');
select is(pg_temp.publish('far days, three passes', 'native', 3), 'native', 'in three passes');
select pg_temp.agrees('far days, native', 'far days, sql');
select pg_temp.agrees('far days, three passes', 'far days, sql');
select cmp_ok((select count(*) from karmayogi.official_progress p where p.cbp_in_time < p.cbp_completed and p.mdo_id = 'o1'), '>', 0::bigint, 'who completed after the year 226 was late');
select cmp_ok((select count(*) from karmayogi.official_progress p where p.cbp_in_time > 0 and p.mdo_id = 'o1'), '>', 0::bigint, 'and before the year 9999 in time');
-- which of two days out of the range comes first only plain SQL can tell
update night.user_enrolments set first_completed_on = '9999-12-31 10:00:00', last_completed_on = null where content_id = 'c1' and first_completed_on is not null;
select is(pg_temp.publish('far completions, sql', 'sql'), 'sql', 'completions in the year 9999, too');
select is(pg_temp.publish('far completions, auto', 'auto'), 'sql', 'are for plain SQL');
select is(pg_temp.publish('far completions, native', 'native'), 'the native engine cannot compute this refresh', 'as the native engine says');
select pg_temp.agrees('far completions, auto', 'far completions, sql');
update night.user_enrolments set first_completed_on = '2026-07-01 10:00:00' where content_id = 'c1' and first_completed_on is not null;
update night.cb_plan set due_by = '2026-09-30' where cb_plan_id = 'p1';

----- plans of long lists: every combination of their values would be ten thousand times the officials

update night.cb_plan set org_id = 'o1', allotment_type = 'user|mdo_id|designation',
       allotment_to = (select string_agg(format('"u%s"', i), ',') || '|' || string_agg(format('"o%s"', i), ',') || '|"Director",' || string_agg(format('"Post %s"', i), ',')
                         from generate_series(1, 400) i) where cb_plan_id = 'p1';
update night.cb_plan set allotment_type = 'mdo_id|designation',
       allotment_to = (select string_agg(format('"d%s"', i), ',') || '|"Director",' || string_agg(format('"Post %s"', i), ',')
                         from generate_series(1, 400) i) where cb_plan_id = 'p2';
do $$
declare
    rows bigint;
begin
    execute karmayogi.engine_sql('{content,plan,audience,reach}', 'select count(*) from {stage.reach}', '2026-10-01') into rows;
    perform set_config('test.rows', rows::text, true);
end
$$;
select cmp_ok(current_setting('test.rows')::int, '<', 1000, 'whom they reach is told in as many rows as the longest list has values');
select is(pg_temp.publish('lists, sql', 'sql'), 'sql', 'plain SQL');
select is(pg_temp.publish('lists, native', 'native'), 'native', 'and the native engine');
select pg_temp.agrees('lists, native', 'lists, sql');
select is((select string_agg(distinct p.designation, ', ') || ' of ' || string_agg(distinct p.mdo_id, ', ') from karmayogi.official_progress p
            where p.cbp_allotted > 0 and p.mdo_id in ('o1', 'd2')), 'Director of d2, o1', 'reach who meets all of them');
select is((select count(*) from karmayogi.official_progress p where p.cbp_allotted > 0 and p.mdo_id in ('o1', 'd2')),
          (select count(*) from karmayogi.official_progress p where p.designation = 'Director' and p.mdo_id in ('o1', 'd2')), 'and everybody who does');

----- a view whose function catches what goes wrong, row by row

create function night.safe_int(t text) returns int language plpgsql as $$
begin
    return t::int;
exception when others then
    return 1;
end
$$;
alter table night.user_detail rename to persons_of_night;
create view night.user_detail as
select p.user_id, p.mdo_id, night.safe_int(case when p.status = 1 then 'one' else '0' end) as status, p.no_of_karma_points, p.full_name, p.designation, p.email, p.groups,
       p.profile_status, p.user_registration_date, p.profile_last_updated_date, p.roles, p.gender, p.marked_as_not_my_user, p.is_verified_karmayogi, p.cadre,
       p.cadre_batch, p.civil_services, p.is_on_central_deputation, p.data_last_generated_on from night.persons_of_night p;
select is(pg_temp.publish('caught, native', 'native'), 'native', 'errors that a view catches do not take the engine away');
select pg_temp.agrees('caught, native', 'lists, native');
-- but a part of the transaction that used it does
do $$
begin
    perform set_config('test.engine', (karmayogi.engine_open(100, 100, 10, 10, 10, 100, true, '2026-01-01', '2026-10-01', 1, 0, 5)).engine::text, true);
    begin
        perform karmayogi.engine_begin_pass(current_setting('test.engine')::bigint, 0, 10, 10, 10);
        raise division_by_zero;
    exception when division_by_zero then
        null;
    end;
end
$$;
select throws_ok($$select karmayogi.engine_begin_pass(current_setting('test.engine')::bigint, 0, 10, 10, 10)$$, '22023', null,
                 'what was computed in a part that is rolled back is gone');

----- calls that nobody should make

-- an official whose record was lost: the second group's state is never finished
create function pg_temp.prepare() returns void language plpgsql as $$
declare
    token constant bigint := (karmayogi.engine_open(100, 100, 10, 10, 10, 100, true, '2026-01-01', '2026-10-01', 1, 0, 5)).engine;
begin
    perform set_config('test.engine', token::text, true);
    perform karmayogi.engine_begin_pass(token, 0, 100, 10, 0);
    perform karmayogi.engine_person(token, 0, 'u' || i, 'm', '1', 'false', '', 'd', '', 'f', '', '', '', '7', '', '', '', '', null, '', '') from generate_series(1, 2) i;
    perform karmayogi.engine_begin_plans(token, 0), karmayogi.engine_end_plans(token);
    perform karmayogi.engine_enrol(token, 'u' || i, 'c', 'completed', '', '', '', '2026-01-01 00:00:00', '') from generate_series(1, 2) i group by i limit 1;
    perform karmayogi.engine_room(token, 1);
end
$$;
select pg_temp.prepare() \g /dev/null
-- whichever of the two it is, and whoever is asked about first
create function pg_temp.asked(variadic officials text[]) returns text language sql as $$
    select count(*) filter (where c.counts[1] = 1) || ' of ' || count(*)
      from (select karmayogi.engine_counts(current_setting('test.engine')::bigint, o) as counts from unnest(officials) o) c
$$;
select is(pg_temp.asked('u1', 'u2'), '1 of 2', 'a lost record counts for nobody');
set local enable_sort = off;
select pg_temp.prepare() \g /dev/null
select is(pg_temp.asked('u1', 'u2'), '1 of 2', 'nor of groups that are hashed');
select pg_temp.prepare() \g /dev/null
select is(pg_temp.asked('u2', 'u1'), '1 of 2', 'in whatever order');
set local enable_sort = on;
-- what could not be kept is told in chunks, not in rows
create function pg_temp.too_many() returns int language plpgsql as $$
declare
    token constant bigint := (karmayogi.engine_open(100, 10, 10, 10, 10, 100, true, '2026-01-01', '2026-10-01', 1, 0, 5)).engine;
    officials int;
begin
    perform karmayogi.engine_begin_pass(token, 0, 1000, 10, 0);
    perform karmayogi.engine_person(token, 0, 'u' || i, 'm', '1', 'false', '', 'd', '', 'f', '', '', '', '7', '', '', '', '', null, '', '') from generate_series(1, 1000) i;
    perform karmayogi.engine_begin_plans(token, 0), karmayogi.engine_end_plans(token);
    perform karmayogi.engine_enrol(token, 'u' || i % 1000 + 1, 'c' || i % 10, 'completed', '', '', '', '2026-01-01 00:00:00', '') from generate_series(1, 20000) i;
    return (karmayogi.engine_fault_of(token)).passes_needed;
end
$$;
select cmp_ok(pg_temp.too_many(), '<', 40, 'how many passes would do');
select pg_temp.prepare() \g /dev/null
select lives_ok($$select karmayogi.engine_end_pass(current_setting('test.engine')::bigint)$$, 'and harms nobody');

-- a worker that would have workers
create function pg_temp.scan() returns karmayogi.enrolment_found language plpgsql parallel safe as $$
begin
    return karmayogi.engine_scan_enrolments(1, 'night.user_enrolments', array_fill(null::text, array[8]));
end
$$;
select set_config(case when current_setting('server_version_num')::int >= 160000 then 'debug_parallel_query' else 'force_parallel_mode' end, 'on', true) \g /dev/null
select throws_ok('select pg_temp.scan()', '25000', 'the engine cannot scan during a parallel operation', 'no scan from within a parallel query');
select set_config(case when current_setting('server_version_num')::int >= 160000 then 'debug_parallel_query' else 'force_parallel_mode' end, 'off', true) \g /dev/null

-- of another type than official_progress has
create table night.not_progress as select p.* from karmayogi.official_progress p;
alter table night.not_progress alter enrolled type text;
create table night.differs (user_id text, old_at tid, gone boolean);
select pg_temp.prepare(), karmayogi.hold_snapshot() \g /dev/null
select throws_ok(format($$select karmayogi.engine_compare_table(current_setting('test.engine')::bigint, 'night.not_progress', array(select a.attname::text from pg_attribute a
                              where a.attrelid = 'night.not_progress'::regclass and a.attnum > 0 order by a.attnum), 'night.differs')$$), '42809', 'the engine cannot read "not_progress" itself', 'columns of other types are not compared');
select karmayogi.drop_snapshot() \g /dev/null

select * from finish();
rollback;

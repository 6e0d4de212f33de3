-- The native engine beside plain SQL: the same figures in one pass and in
-- three, officials who stand several times whatever the order of their rows,
-- names that keep their letters; which engine ran; and what becomes of calls
-- that nobody but a refresh should make.
begin;
\ir ../fixture/portal.sql
-- small as the tables are, processes share them
set local min_parallel_table_scan_size = 0;
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
create extension if not exists postgres_fdw;
select plan(111);

----- officials who stand twice or three times

-- id a...: as the portal's are, else any text; n: of the same person; which row is the newest by its date
create function pg_temp.person(id text, n int, status int, updated text, designation text, mdo text default 'o1') returns void
language sql as $$
    insert into night.user_detail (user_id, mdo_id, status, no_of_karma_points, designation, profile_status, user_registration_date,
                                   profile_last_updated_date, roles, gender, marked_as_not_my_user, data_last_generated_on)
    values (id, mdo, status, n, designation, 'VERIFIED', '2025-01-01 10:00:00', updated, 'PUBLIC', 'Female', false, '2026-10-01 02:10:00 AM');
$$;
create temp table twice (id text, rows text, expected text);
create function pg_temp.case(no int, told text, expected text, variadic rows text[]) returns void
language plpgsql as $$
declare
    id text;
    line text;
begin
    foreach id in array array[format('00000000-0000-4000-8000-0000000001%s', lpad(no::text, 2, '0')), 'twice' || no] loop
        for n in 1 .. cardinality(rows) loop
            line := rows[n];
            perform pg_temp.person(id, n, split_part(line, '|', 1)::int, split_part(line, '|', 2), split_part(line, '|', 3),
                                   coalesce(nullif(split_part(line, '|', 4), ''), 'o1'));
        end loop;
        insert into night.user_enrolments (user_id, batch_id, content_id, user_consumption_status, first_completed_on, data_last_generated_on)
        values (id, 'b', 'c1', 'completed', '2026-07-01 10:00:00', '2026-10-01 03:45:00 AM');
        insert into twice values (id, told, expected);
    end loop;
end
$$;
select pg_temp.case(1, 'the older, inactive row first', 'new', '0|2025-01-01 10:00:00|old', '1|2026-01-01 10:00:00|new');
select pg_temp.case(2, 'the older, inactive row last', 'new', '1|2026-01-01 10:00:00|new', '0|2025-01-01 10:00:00|old');
select pg_temp.case(3, 'the newer, inactive row first', null, '0|2026-01-01 10:00:00|new', '1|2025-01-01 10:00:00|old');
select pg_temp.case(4, 'the newer, inactive row last', null, '1|2025-01-01 10:00:00|old', '0|2026-01-01 10:00:00|new');
select pg_temp.case(5, 'three rows, the newest last', 'new', '0|2024-01-01 10:00:00|older', '0|2025-01-01 10:00:00|old', '1|2026-01-01 10:00:00|new');
select pg_temp.case(6, 'three rows, the newest in between', 'new', '0|2024-01-01 10:00:00|older', '1|2026-01-01 10:00:00|new', '0|2025-01-01 10:00:00|old');
select pg_temp.case(7, 'three rows, the newest first, of another MDO', 'new', '1|2026-01-01 10:00:00|new|m2', '0|2024-01-01 10:00:00|older', '1|2025-01-01 10:00:00|old');
select pg_temp.case(8, 'three rows, the newest inactive', null, '1|2024-01-01 10:00:00|older', '1|2025-01-01 10:00:00|old', '0|2026-01-01 10:00:00|new');
select pg_temp.case(9, 'a row without a date first', 'new', '0||old', '1|2026-01-01 10:00:00|new');

-- an MDO that nothing but a row names that does not count
select pg_temp.case(10, 'the older of another MDO, which is nowhere', 'new', '1|2025-01-01 10:00:00|old|nowhere', '1|2026-01-01 10:00:00|new');

----- names keep their letters

select pg_temp.person('letters1', 1, 1, '2026-01-01 10:00:00', 'Village Officer');
select pg_temp.person('letters2', 1, 1, '2026-01-01 10:00:00', 'v');
select pg_temp.person('letters3', 1, 1, '2026-01-01 10:00:00', E' \t\x0b\x0c\r\nvice-Consul v \x0b');
insert into night.cb_plan (org_id, cb_plan_id, allotment_type, allotment_to, content_id, due_by, status, isapar, data_last_generated_on)
values ('o1', 'letters', 'Designation', 'Village Officer', 'c2', '2026-12-31', 'Live', false, '2026-10-01 02:38:00 AM'),
       ('o1', 'letters', 'Designation', 'V', 'c2', '2026-12-31', 'Live', false, '2026-10-01 02:38:00 AM'),
       ('o1', 'named', 'CustomUser', 'twice1', 'c4', '2026-09-01', 'Live', true, '2026-10-01 02:38:00 AM'),
       ('o1', 'named', 'CustomUser', '00000000-0000-4000-8000-000000000105', 'c4', '2026-09-01', 'Live', true, '2026-10-01 02:38:00 AM');
-- rows of nobody, of no content, of ids that are almost ids
insert into night.user_enrolments (user_id, batch_id, content_id, user_consumption_status, data_last_generated_on)
values ('nobody', 'b', 'c1', 'completed', '2026-10-01 03:45:00 AM'), ('u1', 'b', '', 'completed', '2026-10-01 03:45:00 AM'),
       ('00000000-0000-4000-8000-00000000010G', 'b', 'c1', 'completed', '2026-10-01 03:45:00 AM'),
       ('u2', 'b', 'no such content', 'completed', '2026-10-01 03:45:00 AM');

----- events: what one row lacks another one has; the event's seconds before the row's own

insert into night.events_enrolment (user_id, event_id, status, certificate_id, duration)
values ('letters1', 'e1', 'completed', null, '00:40:00'), ('letters1', 'e1', 'in-progress', '123456', '02:00:00'),
       ('letters1', 'unknown', 'completed', '123456', '00:10:00'), ('letters1', 'unknown', 'in-progress', null, '00:20:00'),
       ('letters1', 'e2', 'completed', '12345', '00:30:00'), ('letters1', 'silent', 'completed', '123456', null),
       ('letters1', ' ', 'completed', '123456', '00:30:00'), ('letters2', 'silent', 'completed', '123456', 'n/a'),
       ('nobody', 'e1', 'completed', '123456', '00:30:00'), (null, 'e1', 'completed', '123456', '00:30:00'),
       ('twice3', 'e1', 'completed', '123456', '00:30:00'), ('twice1', 'e1', 'completed', '123456', '00:30:00'),
       ('twice1', 'e2', 'completed', '123456', '00:30:00');

----- every engine, every number of passes; rows of repeated ids that are fetched, and that are looked for

select matches(karmayogi.bind_sql('select u.row_at from {placed.user_detail} u', '', '2026-10-01'), 'q\.ctid as row_at', 'where a row stands');
create temp table run (no int, wanted text, passes int, workers int, mem text);
insert into run values (1, 'sql', 1, 0, '64MB'), (2, 'native', 1, 2, '1GB'), (3, 'native', 3, 2, '1GB'), (4, 'auto', 1, 0, '64MB'), (5, 'native', 1, 2, '256MB'), (6, 'native', 2, 0, '256MB');
create temp table result (no int, engine text, line text);
create temp table scanned (no int, persons boolean, enrolments boolean, attended boolean);
do $$
declare
    r record;
begin
    for r in select * from run order by no loop
        perform set_config('karmayogi.engine', r.wanted, true), set_config('karmayogi.debug_passes', r.passes::text, true),
                set_config('max_parallel_workers_per_gather', r.workers::text, true), set_config('karmayogi.refresh_mem', r.mem, true);
        -- from nothing, so that no engine finds the work of the other one
        delete from karmayogi.snapshot;
        delete from karmayogi.official_progress;
        delete from karmayogi.course_progress;
        if r.no = 5 then
            -- rows as years of ALTER TABLE leave them, and values that stand elsewhere
            alter table night.user_enrolments drop column enrolled_on, drop column data_last_generated_on, add column odd "char";
            update night.user_enrolments e set odd = 'x' where e.user_id > 'u2';
            alter table night.user_enrolments alter column certificate_id set storage external, add column more name default 'more', add column half float8,
                add column data_last_generated_on text default '2026-10-01 03:45:00 AM';
            update night.user_enrolments e set certificate_id = repeat('long', 5000) where length(e.certificate_id) > 5;
            alter table night.user_detail drop column full_name, drop column phone_number, add column late boolean default true;
            update night.user_detail d set roles = 'PUBLIC' || repeat(',PUBLIC', 5000), total_event_learning_hours = 1.5 where d.roles = 'PUBLIC' and d.user_id > 'u2';
        elsif r.no = 6 then
            -- what only the aggregates read, and rows that no ctid names: those of several tables
            alter table night.user_enrolments rename to enrolments_of_night;
            create view night.user_enrolments as select e.* from night.enrolments_of_night e;
            alter table night.events_enrolment rename to attendance_of_night;
            create view night.events_enrolment as select e.* from night.attendance_of_night e;
            create table night.more_persons () inherits (night.user_detail);
            with moved as (delete from only night.user_detail d where d.no_of_karma_points = 2 returning d.*)
            insert into night.more_persons select m.* from moved m;
        end if;
        if r.no > 1 then
            insert into scanned values (r.no, karmayogi.scan_sql('person_found', 1) is not null, karmayogi.scan_sql('enrolment_found', 1) is not null,
                                        karmayogi.scan_sql('attended', 1) is not null);
        end if;
        call karmayogi.refresh('2026-10-01');
        insert into result
        select r.no, (select s.engine from karmayogi.snapshot s), l.line
          from (select 'official ' || to_jsonb(p)::text from karmayogi.official_progress p
                 union all select 'course ' || to_jsonb(c)::text from karmayogi.course_progress c
                 union all select 'value ' || (to_jsonb(v) - 'snapshot_id')::text || v.value::text from karmayogi.indicator_value v
                 union all select 'score ' || (to_jsonb(c) - 'snapshot_id')::text from karmayogi.score c
                 union all select 'unit ' || (to_jsonb(u) - 'snapshot_id')::text from karmayogi.snapshot_unit u
                 union all select 'org ' || (to_jsonb(o) - 'snapshot_id')::text from karmayogi.snapshot_org o
                 union all select 'check ' || (to_jsonb(c) - 'snapshot_id')::text from karmayogi.snapshot_check c
                 union all select 'seal ' || s.seal::text from karmayogi.snapshot s) l (line);
    end loop;
end
$$;
-- the engine's own scan, and what it leaves to PostgreSQL
select results_eq('select no, persons, enrolments, attended from scanned order by no',
                  'values (2, true, true, true), (3, true, true, true), (4, true, true, true), (5, true, true, true), (6, false, false, false)', 'the engine reads plain tables itself, others not');
create table night.of_all_kinds (a text, b varchar(10), c int, d boolean, e numeric);
create role scanner;
grant usage on schema night to scanner;
grant select (a) on night.of_all_kinds to scanner;
create temp table temporary (a text);
create table night.parted (a text) partition by hash (a);
do $$
begin
    -- from 18 on a generated column need not be in the row
    execute 'create table night.generated (a text, b text generated always as (a || a) '
            || case when current_setting('server_version_num')::int < 180000 then 'stored)' else 'virtual)' end;
end
$$;
select is(karmayogi.engine_can_scan('night.generated', '{a,b}'), current_setting('server_version_num')::int < 180000, 'a generated column, where it is in the row');
create materialized view night.empty as select a from night.of_all_kinds with no data;
select is(karmayogi.engine_can_scan(r.relation, r.columns), r.can, r.told)
  from (values (1, 'night.of_all_kinds'::regclass, '{a,b,c,d}'::text[], true, 'text, varchar, integer, boolean'),
               (2, 'night.of_all_kinds', '{a,null,d,null}', true, 'columns that it has not'),
               (3, 'night.of_all_kinds', '{a,e}', false, 'a column of another type'),
               (4, 'night.of_all_kinds', '{a,z}', false, 'no such column'),
               (5, 'night.of_all_kinds', '{a,ctid}', false, 'a column of the system'),
               (6, 'temporary', '{a}', false, 'a temporary table, which workers cannot see'),
               (7, 'night.parted', '{a}', false, 'a partitioned table'),
               (8, 'night.user_enrolments', '{user_id}', false, 'a view'),
               (9, 'night.user_detail', '{user_id}', false, 'a table with children'),
               (10, 'night.empty', '{a}', false, 'a materialized view without data')) r (no, relation, columns, can, told) order by r.no;
grant usage on schema karmayogi to scanner;
grant execute on function karmayogi.engine_can_scan(regclass, text[]) to scanner;
set local role scanner;
select is(karmayogi.engine_can_scan('night.of_all_kinds', '{a}'), false, 'rights on single columns are the executor''s');
reset role;
grant select on night.of_all_kinds to scanner;
set local role scanner;
select is(karmayogi.engine_can_scan('night.of_all_kinds', '{a}'), true, 'who may read all of it');
reset role;
alter table night.of_all_kinds enable row level security;
set local role scanner;
select is(karmayogi.engine_can_scan('night.of_all_kinds', '{a}'), false, 'row security is the executor''s');
reset role;
select is(karmayogi.engine_can_scan('night.of_all_kinds', '{a}'), true, 'of whom it does not bind');
select cmp_ok((select count(*) from night.more_persons), '>', 15::bigint, 'which have rows of repeated ids');
select is((select distinct r.engine from result r where r.no = n.no), case when n.wanted = 'sql' then 'sql' else 'native' end,
          format('snapshot.engine says what ran: engine %s, %s passes', n.wanted, n.passes)) from run n order by n.no;
select cmp_ok((select count(*) from result where no = 1 and line like 'official %'), '>', 390::bigint, 'there are officials to compare');
select is_empty(format($q$(select line from result where no = 1 except all select line from result where no = %1$s)
                           union all (select line from result where no = %1$s except all select line from result where no = 1)$q$, n.no),
                format('engine %s, %s passes, %s workers, %s agrees with plain SQL', n.wanted, n.passes, n.workers, n.mem))
  from run n where n.no > 1 order by n.no;

-- what is right, not only what is the same
create temp table officials as
select r.no, p.* from result r cross join lateral jsonb_populate_record(null::karmayogi.official_progress, substr(r.line, 10)::jsonb) p
 where r.line like 'official %' and r.no in (1, 2, 3);
select is_empty(format($q$select t.id, t.rows, t.expected, o.designation from twice t
                            left join officials o on o.user_id = t.id and o.no = %s
                           where o.designation is distinct from t.expected or (t.expected is not null and o.completed is distinct from 1)$q$, n),
                format('an official of several rows is what the newest one says, run %s', n)) from generate_series(1, 3) n;
select is((select string_agg(format('%s: %s', t.rows, coalesce(o.designation, 'not registered')), E'\n' order by t.id)
             from twice t left join officials o on o.user_id = t.id and o.no = 2 where t.id like '0000%'),
$$the older, inactive row first: new
the older, inactive row last: new
the newer, inactive row first: not registered
the newer, inactive row last: not registered
three rows, the newest last: new
three rows, the newest in between: new
three rows, the newest first, of another MDO: new
three rows, the newest inactive: not registered
a row without a date first: new
the older of another MDO, which is nowhere: new$$, 'of the native engine, by ids like the portal''s');
select results_eq(format($q$select o.user_id collate "default", o.designation, o.cbp_allotted::bigint from officials o
                             where o.user_id like 'letters%%' and o.no = %s order by 1$q$, n),
                  $$values ('letters1', 'Village Officer', 4::bigint), ('letters2', 'v', 4), ('letters3', 'vice-Consul v', 3)$$,
                  format('designations keep their letters, and plans find them, run %s', n)) from generate_series(1, 3) n;
select results_eq(format($q$select o.user_id collate "default", o.learning_seconds from officials o
                             where o.user_id in ('letters1', 'letters2', 'twice1', 'twice3') and o.no = %s order by 1$q$, n),
                  $$values ('letters1', 4800::bigint), ('letters2', 0), ('twice1', 7200)$$,
                  format('and events are what they say themselves, or else their rows, run %s', n)) from generate_series(1, 3) n;
select results_eq(format($q$select o.user_id collate "default", o.apar_allotted::bigint, o.cbp_overdue::bigint from officials o
                             where o.user_id in ('twice1', '00000000-0000-4000-8000-000000000105') and o.no = %s order by 1$q$, n),
                  $$values ('00000000-0000-4000-8000-000000000105', 4::bigint, 3::bigint), ('twice1', 4, 3)$$,
                  format('and who is named has what he is named for, run %s', n)) from generate_series(1, 3) n;

----- more of events than of enrolments, and than there is room for

savepoint many;
insert into night.events_enrolment (user_id, event_id, status, certificate_id, duration)
select 'letters1', 'e1', 'completed', '123456', '00:40:00' from generate_series(1, 70000);
set local karmayogi.engine = 'native';
delete from karmayogi.snapshot;
select lives_ok($$call karmayogi.refresh('2026-10-01')$$, 'many rows of officials in events_enrolment, and few in user_enrolments');
-- more than memory has room for: with twice the passes there would be half of them
set local karmayogi.refresh_mem = '64MB';
create function pg_temp.too_many() returns text language plpgsql as $$
declare
    token constant bigint := (karmayogi.engine_open(100, 100, 10, 10, 10, 100, true, '2026-01-01', '2026-10-01', 3, 0, 5)).engine;
begin
    perform karmayogi.engine_begin_pass(token, 0, 100, 10, 0);
    perform karmayogi.engine_person(token, 0, 'u' || i, 'm', '1', 'false', '', 'd', '', 'f', '', '', '', '7', '', '', '', '', null, '', '') from generate_series(1, 100) i;
    perform karmayogi.engine_attend(token, 'u' || i % 100 + 1, 'e', 60, null, true, true) from generate_series(1, 3000000) i;
    return (select f::text from karmayogi.engine_fault_of(token) f);
end
$$;
select is(pg_temp.too_many(), '("events_enrolment has more rows of officials than karmayogi.refresh_mem has room for",6)', 'too many rows of events ask for more passes');
reset karmayogi.refresh_mem;
-- and the same by plain SQL
set local karmayogi.engine = 'sql';
delete from karmayogi.snapshot;
call karmayogi.refresh('2026-10-01');
select is((select s.engine from karmayogi.snapshot s), 'sql', 'plain SQL computes them');
select is((select o.learning_seconds from karmayogi.official_progress o where o.user_id = 'letters1'), 4800::bigint, 'each event once');
rollback to many;

----- a refresh over what another engine left writes nothing

set local karmayogi.engine = 'sql';
create temp table versions as select ctid::text as version, user_id from karmayogi.official_progress;
call karmayogi.refresh('2026-10-01');
select is((select count(*) from karmayogi.snapshot), 1::bigint, 'plain SQL finds what the native engine left to be unchanged');
set local karmayogi.engine = 'native';
set local karmayogi.debug_passes = 3;
call karmayogi.refresh('2026-10-01');
select is((select count(*) from karmayogi.snapshot), 1::bigint, 'and the native engine, in three passes, what plain SQL left');
select set_eq('select ctid::text as version, user_id from karmayogi.official_progress', 'select version, user_id from versions', 'not a row is written');
set local karmayogi.debug_passes = 1;

-- whatever column of a row is not as it should be, the row is written: of each column one row has another value, one none
create temp table right_progress as select * from karmayogi.official_progress;
create temp table wrong (user_id text collate "C", column_name text, value text);
insert into wrong
select p.user_id, c.column_name, c.value
  from (select a.attname as column_name, v.value, row_number() over (order by a.attnum, v.value) as no
          from pg_attribute a
         cross join lateral (values (case when a.attname = 'gender' then '''third''' when a.atttypid = 'text'::regtype then '''x x'''
                                          when a.atttypid = 'bool'::regtype then format('not coalesce(%I, false)', a.attname)
                                          when a.atttypid = 'date'::regtype then format('coalesce(%I, date ''2020-01-01'') + 1', a.attname)
                                          else format('coalesce(%I, 0) + 1', a.attname) end),
                                    (case when not a.attnotnull then 'null' end)) v (value)
         where a.attrelid = 'karmayogi.official_progress'::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'user_id'
           and v.value is not null and (a.attname, v.value) <> ('state_code', 'null')) c
  join (select o.user_id, row_number() over (order by o.user_id) as no
          from right_progress o
         where num_nulls(o.mdo_id, o.md_id, o.ministry_id, o.designation, o.service_group, o.government_email, o.registered_on,
                         o.karma_points, o.last_active_on, o.apar_met) = 0) p on p.no = c.no;
insert into wrong
select o.user_id, 'state_code', 'null' from right_progress o
 where o.state_code is not null and o.user_id not in (select w.user_id from wrong w) limit 1;
select is((select count(distinct w.column_name) from wrong w), 23::bigint, 'every column but the key is made wrong somewhere');
create function pg_temp.make_wrong() returns void language plpgsql as $$
declare
    w record;
begin
    for w in select * from wrong loop
        execute format('update karmayogi.official_progress set %I = %s where user_id = %L', w.column_name, w.value, w.user_id);
    end loop;
    -- one too few, and one under another id
    delete from karmayogi.official_progress where user_id = 'twice1';
    update karmayogi.official_progress set user_id = 'gone' where user_id = 'twice2';
    truncate versions;
    insert into versions select o.ctid::text, o.user_id from karmayogi.official_progress o;
end
$$;
create function pg_temp.put_right(how text) returns setof text language plpgsql as $$
begin
    return next is((select count(*) from (select * from karmayogi.official_progress except select * from right_progress) d),
                   (select count(*) + 1 from wrong), how || ': there they differ');
    call karmayogi.refresh('2026-10-01');
    return next set_eq('select * from karmayogi.official_progress', 'select * from right_progress', how || ': the next refresh puts all of it right');
    return next is((select count(*) from karmayogi.official_progress o left join versions v on v.user_id = o.user_id where v.version is distinct from o.ctid::text),
                   (select count(*) + 2 from wrong), how || ': and writes nothing else');
end
$$;
select is(karmayogi.scan_sql('outdated', 1, 'target') is not null, true, 'official_progress is compared by a scan of the engine''s own');
select is(karmayogi.scan_sql('progress', 1, 'target'), null, 'persons of several tables are read by a statement');
select pg_temp.make_wrong();
select * from pg_temp.put_right('compared by a scan, written by a statement');
-- the other way round
alter table night.user_detail rename to persons_of_night;
create table night.user_detail as select * from night.persons_of_night;
select karmayogi.bind_portal('night');
create temp table beside () inherits (karmayogi.official_progress);
select is(karmayogi.scan_sql('outdated', 1, 'target'), null, 'official_progress of several tables is compared by a statement');
select is(karmayogi.scan_sql('progress', 1, 'target') is not null, true, 'persons of one table are read by a scan');
select pg_temp.make_wrong();
select * from pg_temp.put_right('compared by a statement, written by a scan');
set local karmayogi.debug_passes = 3;
select pg_temp.make_wrong();
select * from pg_temp.put_right('in three passes');
set local karmayogi.debug_passes = 1;
drop table beside;
-- until somebody looks again, PostgreSQL takes it for a parent
analyze karmayogi.official_progress;

----- rows that the engine appends to a table

create function pg_temp.appended(call text) returns text language plpgsql as $$
declare
    token constant text := (karmayogi.engine_open(100, 100, 10, 10, 10, 100, true, '2026-01-01', '2026-10-01', 1, 0, 5)).engine::text;
    step text;
    said text;
begin
    perform karmayogi.hold_snapshot();
    foreach step in array array['engine_begin_pass(TOKEN, 0, 100, 10, 0)', 'engine_begin_plans(TOKEN, 1)', 'engine_end_plans(TOKEN)', 'engine_room(TOKEN, 1)', call] loop
        execute replace('select karmayogi.' || step, 'TOKEN', token) into said;
    end loop;
    perform karmayogi.drop_snapshot();
    perform karmayogi.engine_close(token::bigint);
    return said;
exception when others then
    return sqlstate;
end
$$;
create table night.outdated (user_id text, old_at tid, gone boolean);
create table night.keyed (user_id text primary key, old_at tid, gone boolean);
create table night.two (user_id text, old_at tid);
create table night.others (user_id text, old_at tid, gone text);
select is(pg_temp.appended(format($$engine_compare_table(TOKEN, 'karmayogi.official_progress', %L, 'night.%s')$$,
                                  (select array_agg(a.attname order by a.attnum) from pg_attribute a
                                    where a.attrelid = 'karmayogi.official_progress'::regclass and a.attnum > 0)[: t.columns], t.target)), t.said, t.told)
  from (values (1, 24, 'outdated', (select count(*)::text from right_progress), 'nobody is in the engine, so everybody goes'),
               (2, 24, 'keyed', '55000', 'a table with an index is not filled'), (3, 24, 'two', '42804', 'nor one with too few columns'),
               (4, 24, 'others', '42804', 'nor one with others'), (5, 23, 'outdated', '22023', 'all columns are to be named')) t (no, columns, target, said, told)
 order by t.no;
select is((select count(*) from night.outdated o join karmayogi.official_progress p on p.ctid = o.old_at and p.user_id = o.user_id where o.gone),
          (select count(*) from right_progress), 'each with where it lies');
select is(pg_temp.appended(format($$engine_write_officials(TOKEN, 'night.%s', '{user_id,mdo_id,designation,gender,groups,email,user_registration_date,%s}', '%s')$$,
                                  t.relation, t.column_name, t.target)), t.said, t.told)
  from (values (1, 'user_detail', 'no_of_karma_points', 'karmayogi.official_progress', '55000', 'official_progress has its indexes'),
               (2, 'user_detail', 'no_of_karma_points', 'night.outdated', '42804', 'officials have other columns'),
               (3, 'persons_of_night', 'no_of_karma_points', 'night.officials', '42809', 'persons of several tables are not scanned'),
               (4, 'user_detail', 'nothing', 'night.officials', '42809', 'nor a column that is not there'),
               (5, 'user_detail', 'no_of_karma_points', 'night.officials', '0', 'nobody is in the engine, so nobody is written')) t (no, relation, column_name, target, said, told)
 cross join lateral (select pg_temp.failure('create table if not exists night.officials as select * from karmayogi.official_progress with no data')) made
 order by t.no;

----- where it cannot

create server elsewhere foreign data wrapper postgres_fdw options (host '/nonexistent', dbname 'nowhere');
savepoint foreign_table;
alter table night.user_enrolments rename to local_enrolments;
do $$
begin
    execute (select format('create foreign table night.user_enrolments (%s) server elsewhere',
                           string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum))
               from pg_attribute a where a.attrelid = 'night.local_enrolments'::regclass and a.attnum > 0 and not a.attisdropped);
    perform karmayogi.bind_portal('night');
end
$$;
select is((select * from karmayogi.portal_is_sharded('user_enrolments')), true, 'a foreign table is elsewhere');
select is(pg_temp.failure('select karmayogi.choose_engine()'),
$$55000: the native engine cannot compute this refresh
DETAIL: User_enrolments is on other servers.
HINT: Set karmayogi.engine to auto, which takes plain SQL then, or change what the detail says.$$, 'engine native says why it cannot, and what to do');
set local karmayogi.engine = 'auto';
select is((select c.engine || ': ' || c.reason from karmayogi.choose_engine() c), 'sql: user_enrolments is on other servers', 'auto takes plain SQL then');
rollback to foreign_table;
select is((select c.engine from karmayogi.choose_engine() c), 'native', 'and the native engine where the table is here');
select throws_ok($$set karmayogi.refresh_mem = '63MB'$$, '22023', null, 'less than 64 MB is not to be had');
select throws_ok($$set karmayogi.engine = 'fast'$$, '22023', null, 'nor another engine');
select is((select e.engine is null and e.passes_needed is null and e.reason like 'karmayogi.refresh_mem, % MB, is too small for the native engine even in 64 passes'
             from karmayogi.engine_open(20000000000, 300000000, 5000, 30000, 100, 1000, false, '2026-01-01', '2026-10-01', 1, 0, 0) e), true,
          'memory that is too small is said');
set local karmayogi.refresh_mem = '64MB';
select cmp_ok((select e.passes_needed from karmayogi.engine_open(2000000, 5000000, 5000, 30000, 100, 1000, false, '2026-01-01', '2026-10-01', 1, 0, 0) e),
              '>', 1, 'little memory: several passes');

-- What it has no room for it must not leave out: here an id that is longer than it takes, of which more passes are no cure
savepoint long_id;
reset karmayogi.refresh_mem;
select pg_temp.person(repeat('long', 150), 1, 1, '2026-01-01 10:00:00', 'Clerk');
set local karmayogi.engine = 'native';
select is(pg_temp.failure($$call karmayogi.refresh('2026-10-01', true)$$),
$$55000: the native engine cannot compute this refresh
DETAIL: An id of user_detail is longer than the native engine takes.
HINT: Set karmayogi.engine to auto, which takes plain SQL then, or change what the detail says.$$, 'engine native says what it cannot take');
set local karmayogi.engine = 'auto';
call karmayogi.refresh('2026-10-01', true);
select is((select s.engine from karmayogi.snapshot s order by s.snapshot_id desc limit 1), 'sql', 'auto takes plain SQL then');
select ok(exists (select from karmayogi.official_progress p where p.user_id = repeat('long', 150)), 'which leaves nobody out');
rollback to long_id;

----- calls by hand

-- every function of the engine with a token, its other arguments harmless
create temp table call as
select p.proname, p.prokind, p.proisstrict, t.token,
       format('select * from (select karmayogi.%I(%s)) q', p.proname,
              string_agg(case when a.no = 1 then t.token || '::bigint'
                              when a.type = 'text'::regtype then '''x'''
                              when a.type in ('text[]'::regtype, 'bigint[]'::regtype) then '''{}'''
                              when a.type = 'boolean'::regtype then 'true'
                              when a.type = 'bytea'::regtype then '''''::bytea'
                              when a.type = 'date'::regtype then '''2026-10-01'''
                              else '1' end, ', ' order by a.no)) as statement
  from pg_proc p
 cross join unnest(p.proargtypes::oid[]) with ordinality a (type, no)
 cross join (values ('0'), ('1'), ('-1'), ('9223372036854775807'), ('null')) t (token)
 where p.pronamespace = 'karmayogi'::regnamespace and p.proname like 'engine\_%' and p.proargtypes[0] = 'bigint'::regtype
   and p.proname <> 'engine_open' and 'internal'::regtype <> all (p.proargtypes::oid[])
 group by p.oid, p.proname, p.prokind, p.proisstrict, t.token;
select cmp_ok((select count(distinct proname) from call), '>=', 25::bigint, 'the engine''s functions that take a token');
select is_empty($$select c.statement, s.said from call c cross join lateral (select split_part(pg_temp.failure(c.statement), E'\n', 1) as said) s
                   where c.token <> 'null' and s.said is distinct from format('22023: there is no engine %s', c.token)$$,
                'a made-up token gets an error from every one of them');
select is_empty($$select c.statement, s.said from call c cross join lateral (select split_part(pg_temp.failure(c.statement), E'\n', 1) as said) s
                   where c.token = 'null' and s.said is distinct from case when c.proisstrict then null else '22023: there is no engine 0' end$$,
                'and NULL gives nothing, or an error');
select is_empty($$select p.oid::regprocedure from pg_proc p where p.pronamespace = 'karmayogi'::regnamespace and p.proname like 'engine\_%'
                     and 'internal'::regtype = any (p.proargtypes::oid[]) and p.prorettype <> 'internal'::regtype
                     and p.proname not in ('engine_enrol_serial', 'engine_enrol_final', 'engine_person_serial', 'engine_person_final',
                                           'engine_attend_serial', 'engine_attend_final')$$, 'what takes an internal state cannot be called by hand');
select throws_ok($$select karmayogi.engine_open(-1, 1, 1, 1, 1, 1, true, '2026-01-01', '2026-10-01', 1, 0, 0)$$, '22023', null, 'counts below nothing');
select throws_ok($$select karmayogi.engine_open(1, 1, 1, 1, 1, 1, true, '2026-01-01', '2026-10-01', 0, 0, 0)$$, '22023', null, 'no pass');
select is((select e.engine from karmayogi.engine_open(9223372036854775807, 9223372036854775807, 1, 1, 1, 9223372036854775807, true, '2026-01-01', '2026-10-01', 1, 9223372036854775807, 1) e),
          null, 'more than there can be');

-- a real token, in every other order than a refresh's: errors, or nothing; a crash would end the test here
create temp table real_call as
select distinct c.proname, replace(c.statement, '0::bigint', 'TOKEN') as statement from call c where c.token = '0';
create function pg_temp.by_hand(prepared text[], statement text) returns text language plpgsql as $$
declare
    token text;
    step text;
begin
    token := format('%s::bigint', (karmayogi.engine_open(100, 100, 10, 10, 10, 100, true, '2026-01-01', '2026-10-01', 1, 0, 5)).engine);
    foreach step in array prepared || statement loop
        execute replace(step, 'TOKEN', token);
    end loop;
    execute replace('select karmayogi.engine_close(TOKEN)', 'TOKEN', token);
    return 'went through';
exception when others then
    return sqlstate;
end
$$;
create temp table prepared (no int, steps text[]);
insert into prepared
select n, (array[$$select karmayogi.engine_begin_pass(TOKEN, 0, 0, 10, 0)$$,
                 $$select karmayogi.engine_person(TOKEN, 0, format('u%s', i), 'm', '1', 'false', '', 'd', '', 'f', '', '', '', '7', '', '', '', '', null, '', '') from generate_series(1, 50) i$$,
                 $$select karmayogi.engine_begin_plans(TOKEN, 2)$$,
                 $$select karmayogi.engine_add_requirement(TOKEN, 1, 'c', '2026-02-01', true), karmayogi.engine_end_plans(TOKEN)$$,
                 $$select karmayogi.engine_enrol(TOKEN, 'u1', 'c', 'completed', '', '', '', '', ''), karmayogi.engine_room(TOKEN, 1)$$,
                 $$select karmayogi.engine_counts(TOKEN, 'u1')$$,
                 $$select karmayogi.engine_begin_pass(TOKEN, 0, 5, 5, 5)$$])[: n - 1]
  from generate_series(1, 8) n;
create temp table by_hand as
select p.no, c.proname, pg_temp.by_hand(p.steps, c.statement) as said from prepared p cross join real_call c;
select is_empty($$select * from by_hand where said not in ('went through', '55000', '22023', '22008', '42P01')$$, 'a real token at every other moment: no other errors');
select results_eq($$select no, count(*) filter (where said = '55000') > 0, count(*) filter (where said = 'went through') > 0 from by_hand group by no order by no$$,
                  $$select n, true, true from generate_series(1, 8) n$$, 'at each moment something belongs to another one, and something does not');
select results_eq($$select proname::text collate "default", array_agg(no order by no) filter (where said <> '55000') from by_hand
                     where proname in ('engine_person', 'engine_enrol', 'engine_counts', 'engine_begin_plans', 'engine_add_named', 'engine_compare', 'engine_mark_pwd', 'engine_attend',
                                       'engine_keep_attended') group by 1 order by 1$$,
                  $$values ('engine_add_named'::text, '{4}'::int[]), ('engine_attend', '{2,3,8}'), ('engine_begin_plans', '{2,3,8}'),
                           ('engine_compare', '{6,7}'), ('engine_counts', '{6,7}'), ('engine_enrol', '{5}'), ('engine_keep_attended', '{2,3,8}'), ('engine_mark_pwd', '{2,3,4,5,8}'),
                           ('engine_person', '{2,3,8}')$$, 'what may be called when');
-- what is NULL, too many, or pulled away
select is(pg_temp.by_hand(array['select karmayogi.engine_begin_pass(TOKEN, 0, 10, 10, 10)'], s.statement), s.said, s.statement)
  from (values (1, 'select karmayogi.engine_person(TOKEN, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)', 'went through'),
               (2, $$select karmayogi.engine_person(TOKEN, 0, 'x', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)$$, 'went through'),
               (3, 'select karmayogi.engine_add_content(TOKEN, null, null, null, null, null)', '22004'),
               (4, 'select karmayogi.engine_begin_plans(TOKEN, 1), karmayogi.engine_add_requirement(TOKEN, 1, null, null, null)', '22004'),
               (5, $$select karmayogi.engine_begin_plans(TOKEN, 1), karmayogi.engine_add_requirement(TOKEN, 2, 'c', null, null)$$, '22023'),
               (6, $$select karmayogi.engine_person(TOKEN, 0, 'x' || i, null, '1', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null), count(karmayogi.engine_is_repeated(TOKEN, 'y' || i)) from generate_series(1, 500) i$$, 'went through'),
               (7, 'select karmayogi.engine_begin_pass(TOKEN, 0, 10, 9223372036854775807, 10)', 'XX000'),
               (8, 'select karmayogi.engine_begin_pass(TOKEN, 0, 9223372036854775807, 10, 10)', 'XX000'),
               (9, 'select karmayogi.engine_begin_pass(TOKEN, 1, 10, 10, 10)', '22023'),
               (10, $$select karmayogi.engine_scan_attended(TOKEN, 'night.events_enrolment', '{user_id,event_id,status,certificate_id,duration}', '{a,b}', '{1}')$$, '2202E'),
               (11, $$select karmayogi.engine_scan_attended(TOKEN, 'night.attendance_of_night', '{user_id,event_id,status,certificate_id}', '{a,null,b}', '{1,2,null}')$$, '22023'),
               (12, $$select karmayogi.engine_forgo_digests(TOKEN), karmayogi.engine_forgo_digests(TOKEN)$$, 'went through')) s (no, statement, said)
 order by s.no;
select is(pg_temp.by_hand(array['select karmayogi.engine_begin_pass(TOKEN, 0, 10, 10, 10)', $$select karmayogi.engine_person(TOKEN, 0, 'x', null, '1', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)$$,
                                'select karmayogi.engine_begin_plans(TOKEN, 1)', 'select karmayogi.engine_end_plans(TOKEN)'],
                          format($$select karmayogi.engine_enrol(TOKEN, 'x', case i when 2 then karmayogi.%s::text else 'c' end, 'completed', '', '', '', '', '') from generate_series(1, 3) i$$, f)),
          'XX000', 'an aggregate notices that its engine is gone: ' || f)
  from unnest(array['engine_close(TOKEN)', 'engine_begin_pass(TOKEN, 0, 10, 10, 10)', 'engine_room(TOKEN, 1)']) f;

select * from finish();
rollback;

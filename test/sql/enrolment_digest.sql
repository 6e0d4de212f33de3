--
-- enrolment_digest: text and binary form, the aggregate, its rows; the rules that
-- every aggregate keeps which is sent to other machines
--
create schema digest_test;
set search_path = digest_test, karmayogi;

create function error_of(query text) returns text language plpgsql as $$
declare
    detail text;
begin
    execute query;
    return 'no error';
exception when others then
    get stacked diagnostics detail = pg_exception_detail;
    return sqlstate || ' ' || sqlerrm || coalesce(' | ' || nullif(detail, ''), '');
end $$;

--
-- Text
--
select '{}'::enrolment_digest, '{;}'::enrolment_digest, '{2026}'::enrolment_digest, '{2026,2027;}'::enrolment_digest,
    ' {9;c1} '::enrolment_digest;
-- order, repetition and empty fields are made canonical; what is said twice is merged
select '{2027,2026;b,e;a,ce,-0.500000,9000,3,1,2,,3;b,tc,10.25,,1,0,,,}'::enrolment_digest;
-- of two completions the first, of two days the last; rows and faults add up
select '{;a,c,5,3,2,1;a,c,-7,4,,,1;a,e,,9}'::enrolment_digest;
-- a comma, a semicolon, a backslash and whatever else in a text
select '{2\,0\;2\\6;a\,b,e;\;,e;\\,e;{},e;" '' é\a}'::enrolment_digest as d \gset
select :'d'::enrolment_digest, :'d'::enrolment_digest::text = :'d'::enrolment_digest::text::enrolment_digest::text as again;
-- the ends of what a time stamp, a day and a count can be
select d, d::enrolment_digest::text = d as comes_back
from (values ('{;a,c,-211813488000,-2451545}'), ('{;a,c,9223371331199.999999,2145031948}'),
    ('{;a,e,,,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807}')) v(d);

select d, error_of(format('select %L::karmayogi.enrolment_digest', d))
from (values (''), ('{'), ('}'), ('a'), ('{}}{'), ('{\}'), ('{a}'), ('{,2026}'), ('{2026,}'), ('{2026,x}'), ('{1,2,3}'),
    ('{;Null,e}'), ('{; Not available ,e}'), ('{;  }'), ('{;a,x}'), ('{;a,E}'), ('{;a,c,x}'), ('{;a,c,1.}'), ('{;a,c,.5}'),
    ('{;a,c,1.0000001}'), ('{;a,c,--1}'), ('{;a,c,-}'), ('{;a,c,99999999999999}'), ('{;a,c,9223371331200}'), ('{;a,c,-211813488001}'),
    ('{;a,e,5}'), ('{;a,,,5}'), ('{;a,e,,99999999999}'), ('{;a,e,,2145031949}'), ('{;a,e,,1.5}'), ('{;a,e,,,0}'), ('{;a,e,,,-1}'),
    ('{;a,e,,,9223372036854775808}'), ('{;a,e,,,1,2}'), ('{;a,e,,,2,,,,3}'), ('{;a,e,,,x}'), ('{;a,e,,,2,x}'),
    ('{;a,,,,,,,,,}'), ('{;a,,,,,,,,,1}'), ('{;a,e,,,9223372036854775807;a}')) v(d);
select error_of(format('select %L::karmayogi.enrolment_digest', '{' || repeat('x', 100000)));

-- binary
create temporary table kept as
select d::enrolment_digest as d
from (values ('{}'), ('{;}'), ('{2026,2027;é\,\;\\,ct,-0.5,9000,3,1,2,,3}'), ('{1;' || repeat('x', 3000) || ',e}')) v(d);
select bool_and(get_byte(enrolment_digest_send(d), 0) = 1
    and convert_from(substr(enrolment_digest_send(d), 2), 'utf8') = d::text) as version_and_text from kept;
\getenv builddir PG_ABS_BUILDDIR
\cd :builddir
create temporary table copied (like kept);
\copy kept to 'results/enrolment_digest.copy' (format binary)
\copy copied from 'results/enrolment_digest.copy' (format binary)
select count(*) from kept join copied on kept.d::text = copied.d::text;
-- which is not trusted: a bytea has the binary form of what it holds
create temporary table raw_bytes (b bytea);
insert into raw_bytes values ('\x02' || convert_to('{}', 'utf8'));
\copy raw_bytes to 'results/enrolment_digest.copy' (format binary)
\copy copied from 'results/enrolment_digest.copy' (format binary)
update raw_bytes set b = '\x01' || convert_to('{;a,c,x}', 'utf8');
\copy raw_bytes to 'results/enrolment_digest.copy' (format binary)
\copy copied from 'results/enrolment_digest.copy' (format binary)
update raw_bytes set b = '\x017b3bff7d';
\copy raw_bytes to 'results/enrolment_digest.copy' (format binary)
\copy copied from 'results/enrolment_digest.copy' (format binary)
update raw_bytes set b = '';
\copy raw_bytes to 'results/enrolment_digest.copy' (format binary)
\copy copied from 'results/enrolment_digest.copy' (format binary)

--
-- The aggregate
--
create temporary table enrolment (user_id text, content_id text, status text, certificate text, first_on text, last_on text,
    accessed_on text, generated text);
insert into enrolment values
    ('a', 'c1', 'completed', '123456', '2026-01-02 10:00:00', '2026-01-01', '2026-02-01 23:59:59', '2026-03-01 02:00:00 AM'),
    ('a', 'c1', 'in-progress', '12345', '2020-01-01', null, '2026-02-02 00:00:00', '2026-03-01 02:00:00 AM'),
    ('a', 'c2', 'not-enrolled', '1234567', '2026-01-01', '2026-01-01', '2026-01-01', '2026-02-28 02:00:00 AM'),
    ('a', ' Null ', 'started', 'ééééé', 'never', '31/12/2025', 'Not Available', 'yesterday'),
    ('a', null, null, 'éééééé', null, '', '2026-02-30', null),
    ('b', 'do_1', 'completed', null, null, '2026-01-01T00:00:00.000001Z', '1999-12-31 23:59:59', ''),
    ('c', 'do_1', 'Completed', null, 'x', 'y', 'z', '0');
create function digest_of(text) returns enrolment_digest language sql as $$
    select enrolment_digest_agg(content_id, status, certificate, first_on, last_on, accessed_on, generated)
    from enrolment where user_id = $1
$$;
select u, digest_of(u) from unnest('{a,b,c,nobody}'::text[]) u;
select u, e.* from unnest('{a,b,c}'::text[]) u, enrolment_digest_entries(digest_of(u)) e;
select count(*) from enrolment_digest_entries('{2026}');
select count(*) from enrolment_digest_entries(null);
select enrolment_digest_agg(null, null, null, null, null, null, null);

-- the same for any order of the rows, any split and any number of states, which travel as text
create temporary table many as
select format('u%s', i % 7) as user_id, nullif(format('do_%s', (i * 7919) % 50), 'do_13') as content_id,
    (array['completed', 'in-progress', 'not-started', 'not-enrolled', 'lost', null])[1 + (i * 31) % 6] as status,
    (array['123456', '12345', null])[1 + i % 3] as certificate,
    (array[to_char(date '2026-01-01' + i % 90, 'YYYY-MM-DD'), 'x', null])[1 + (i / 7) % 3] as first_on,
    (array[to_char(date '2025-12-01' + i % 150, 'YYYY-MM-DD HH24:MI:SS'), '', 'y'])[1 + (i / 11) % 3] as last_on,
    (array[to_char(date '2025-12-01' + i % 130, 'YYYY-MM-DD"T"HH24:MI:SS'), 'Null', 'z'])[1 + (i / 13) % 3] as accessed_on,
    (array['2026-05-01 02:00:00 AM', '2026-05-01', '2026-04-30 11:00:00 PM', 'w', null])[1 + (i / 17) % 5] as generated,
    i
from generate_series(1, 5000) i;
create temporary table whole as
select user_id, enrolment_digest_agg(content_id, status, certificate, first_on, last_on, accessed_on, generated)::text as digest
from many group by user_id;
select count(*), min(length(digest)) > 1000 as long from whole;
select count(*) as reordered from (
    select user_id, enrolment_digest_agg(content_id, status, certificate, first_on, last_on, accessed_on, generated order by i % 13, -i)::text
    from many group by user_id intersect select * from whole) x;
create aggregate merge_texts(enrolment_digest) (sfunc = enrolment_digest_combine, stype = enrolment_digest);
select count(*) as merged from (
    select user_id, merge_texts(part::text::enrolment_digest order by no desc)::text
    from (select user_id, i % 13 % 5 as no,
              enrolment_digest_agg(content_id, status, certificate, first_on, last_on, accessed_on, generated) as part
          from many group by user_id, i % 13 % 5) p
    group by user_id intersect select * from whole) x;
-- and what plain SQL says
select count(*) as differences from (
    (select w.user_id, e.content_id, e.enrolled, e.completed, e.certificated, e.completed_at, e.last_active_on, e.row_count,
        e.unknown_status, e.unreadable_first, e.unreadable_last, e.unreadable_accessed
    from whole w, enrolment_digest_entries(w.digest::enrolment_digest) e
    except all
    select user_id, content_id, bool_or(status is distinct from 'not-enrolled'), coalesce(bool_or(status = 'completed'), false),
        coalesce(bool_or(status is distinct from 'not-enrolled' and length(certificate) > 5), false),
        least(min(try_portal_timestamp(first_on)) filter (where status = 'completed'),
            min(try_portal_timestamp(last_on)) filter (where status = 'completed')),
        (max(try_portal_timestamp(accessed_on)) filter (where status is distinct from 'not-enrolled'))::date, count(*),
        count(*) filter (where status is null or status = 'lost'), count(*) filter (where first_on = 'x'),
        count(*) filter (where last_on = 'y'), count(*) filter (where accessed_on = 'z')
    from many group by user_id, content_id)) d;
select first_generated, last_generated, count(distinct w.user_id)
from whole w, enrolment_digest_entries(w.digest::enrolment_digest) group by 1, 2;
-- a state that is read is not changed: two aggregates share it, a window looks at it row by row
select count(*) from (select user_id, i, enrolment_digest_agg(content_id, status, certificate, first_on, last_on, accessed_on, generated)
        over (partition by user_id order by i)::text as d,
    count(*) over (partition by user_id order by i) as n from many where i <= 700) x
where (select sum(e.row_count) from enrolment_digest_entries(d::enrolment_digest) e) = n;
-- workers
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
create table many_kept as select * from many;
analyze many_kept;
explain (costs off) select user_id, enrolment_digest_agg(content_id, status, certificate, first_on, last_on, accessed_on, generated)
from many_kept group by user_id;
select count(*) as by_workers from (
    select user_id, enrolment_digest_agg(content_id, status, certificate, first_on, last_on, accessed_on, generated)::text
    from many_kept group by user_id intersect select * from whole) x;
reset parallel_setup_cost;
reset parallel_tuple_cost;
reset min_parallel_table_scan_size;
-- an official with very many rows, all of one content, and all of different ones
select enrolment_digest_agg('c1', 'completed', null, '2026-01-01', null, null, (200000 - i)::text) from generate_series(1, 100000) i;
select count(*), min(content_id), max(content_id) from enrolment_digest_entries((
    select enrolment_digest_agg('do_' || i, 'completed', null, null, null, null, null) from generate_series(1, 100000) i));
-- kept in a table, compressed or not
create table kept_digest as select user_id, digest::enrolment_digest from whole;
select count(*) from kept_digest join whole on kept_digest.user_id = whole.user_id and kept_digest.digest::text = whole.digest;

-- The support functions, called by whoever likes: the state is a value like every other, and is not changed
select enrolment_digest_accum(null, 'c1', 'completed', null, null, null, null, null);
select enrolment_digest_accum('{2026;c1,e,,,9223372036854775807}', 'c2', 'completed', null, null, null, null, '2025');
select error_of($$select karmayogi.enrolment_digest_accum('{2026;c1,e,,,9223372036854775807}', 'c1', 'completed', null, null, null, null, '2025')::text$$);
select enrolment_digest_combine('{2026;c1,e}', '{2025,2027;c1,ct,5}'), enrolment_digest_combine('{}', '{}'), enrolment_digest_combine(null, '{}');
with d as materialized (select '{2026;c1,e}'::enrolment_digest as d)
select enrolment_digest_accum(d, 'c0', 'completed', null, null, null, null, '2025'), d, enrolment_digest_combine(d, d), d,
    enrolment_digest_final(d) from d;

--
-- The first and the last of texts
--
select first_text(t), last_text(t) from (values ('b'), ('B'), (null), ('é'), ('a')) v(t);
select first_text(null), last_text('');

--
-- Every aggregate of this schema in a statement that is sent to other machines: no state that only one
-- process knows, mergeable, a state whose text comes back, no ordered set, no name of PostgreSQL's own
-- (docs/scale-out.md, Citus)
--
create temporary table sent as
select p.oid, p.proname, p.oid::regprocedure as aggregate, g.*
from pg_aggregate g
join pg_proc p on p.oid = g.aggfnoid
where p.pronamespace = 'karmayogi'::regnamespace
    and exists (select from pg_proc s where s.pronamespace = 'karmayogi'::regnamespace and s.proname in ('sharded_sql', 'count_sql')
        and (s.prosrc ~ ('karmayogi\.' || p.proname || '\(') or pg_get_function_sqlbody(s.oid) ~ ('karmayogi\.' || p.proname || '\(')));
select aggregate, aggtranstype::regtype, aggtranstype::regtype::text <> 'internal' and t.typtype <> 'p' as plain_state,
    aggcombinefn <> 0 as mergeable, aggkind = 'n' as ordinary, pronargs > 0 as has_argument,
    not exists (select from pg_proc b where b.pronamespace = 'pg_catalog'::regnamespace and b.proname = s.proname) as own_name,
    agginitval is null as no_initial_state,
    (select bool_and(f.provolatile = 'i' and f.proparallel = 's') from pg_proc f
        where f.oid in (s.oid, aggtransfn, aggcombinefn, aggfinalfn)) as immutable_and_safe
from sent s join pg_proc p using (oid) join pg_type t on t.oid = s.aggtranstype
order by aggregate::text;
-- their results and states through text, for each of them; the digest's own were above
select aggregate from sent where aggtranstype not in ('text'::regtype, 'enrolment_digest'::regtype);
-- no statement that is sent orders the input of an aggregate
select count(*) from pg_proc where pronamespace = 'karmayogi'::regnamespace and proname in ('sharded_sql', 'count_sql')
    and coalesce(nullif(prosrc, ''), pg_get_function_sqlbody(oid)) ~ 'karmayogi\.\w+\([^()]*order by';

reset search_path;
drop schema digest_test cascade;

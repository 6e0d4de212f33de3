--
-- The type tally: input and output, percentage, order, operator classes
--
create schema tally_test;
set search_path = tally_test, karmayogi;

-- text input: two whole numbers and a slash, blanks at the ends only
select v::tally from unnest(array['18/25', '0/0', '3/0', '0/7', '30/20', '007/010', e' \t18/25\r\n ',
    '9223372036854775807/9223372036854775807']) v;
select tally(18, 25), tally(18, 25)::text, '18/25'::text::tally, numerator('18/25'), denominator('18/25');

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

select error_of($q$select '18 25'::karmayogi.tally$q$);
select count(*), count(*) filter (where error_of(format('select %L::karmayogi.tally', v))
    like '22P02 invalid input syntax for type tally: "' || v || '" | A tally is written as %') as malformed
from unnest(array['', ' ', '/', '18', '18/', '/25', '18 /25', '18/ 25', '18 / 25', '18//25', '18/25/1', '18/25x',
    'x18/25', '+18/25', '18/+25', '--1/2', '1/--2', '- 1/2', '1.0/2', '1e3/2000', '0x1/2', '1_000/2', 'NaN/1',
    'infinity/1', 'null', '१/२', '１/２', '1/2' || chr(160), '1∕2', '-1', '-1/', '-1/2x']) v;
select v as input, error_of(format('select %L::karmayogi.tally', v)) as error
from unnest(array['-1/2', '1/-2', '-1/-2', '-0/5', '-9223372036854775809/1']) v;
select v as input, error_of(format('select %L::karmayogi.tally', v)) as error
from unnest(array['9223372036854775808/1', '1/9223372036854775808', '99999999999999999999999999999999999999/1',
    '18446744073709551617/1']) v;
-- a long one
select left(error_of(format('select %L::karmayogi.tally', repeat('9', 100000) || '/1')), 30) as error,
    (repeat('0', 100000) || '1/2')::tally;

-- soft errors where the server has them (16 and later): nothing is raised, and each of the three kinds is found
do $$
declare
    message text;
begin
    if current_setting('server_version_num')::integer >= 160000 then
        execute $q$ select string_agg((pg_input_error_info(v, 'karmayogi.tally')).message, '; ' order by v)
                    from unnest(array['-1/2', '99999999999999999999/1', 'x']) v $q$ into message;
        if message is distinct from 'a tally cannot be negative: "-1/2"; value "99999999999999999999/1" is out of '
            'range for type tally; invalid input syntax for type tally: "x"' then
            raise exception 'soft errors: %', message;
        end if;
    end if;
end $$;

-- the constructor
select error_of('select karmayogi.tally(-1, 2)'), error_of('select karmayogi.tally(1, -2)');
select tally(null, 2) is null and tally(1, null) is null as strict;

-- generated values: every pair of parts that are small, round, or at the limits
create table part as
select unnest(array[0, 1, 2, 3, 6, 7, 99, 100, 4294967295, 4294967296, 9007199254740993, 3037000500,
    4611686018427387904, 6148914691236517205, 9223372036854775806, 9223372036854775807]::bigint[]) as part;
create table tally_values as
select n.part as n, d.part as d, tally(n.part, d.part) as t from part n, part d;
select count(*), count(*) filter (where numerator(t) = n and denominator(t) = d) as parts_kept,
    count(*) filter (where t::text = n || '/' || d) as text_form,
    count(*) filter (where t::text::tally = t) as text_back,
    count(*) filter (where t::bytea::tally = t) as bytea_back,
    count(*) filter (where t::bytea = int8send(n) || int8send(d)) as bytea_form,
    count(*) filter (where tally_send(t) = t::bytea) as binary_form,
    count(*) filter (where pg_column_size(t) = 16) as size
from tally_values;

-- text and binary COPY
\getenv builddir PG_ABS_BUILDDIR
\cd :builddir
create table copied (like tally_values);
\copy tally_values to 'results/tally.copy'
\copy copied from 'results/tally.copy'
select count(*), count(*) filter (where c.t = v.t) from copied c join tally_values v using (n, d);
truncate copied;
\copy tally_values to 'results/tally.copy' (format binary)
\copy copied from 'results/tally.copy' (format binary)
select count(*), count(*) filter (where c.t = v.t) from copied c join tally_values v using (n, d);

-- binary input is not trusted: a bytea has the binary form of what it holds
create table raw_bytes (b bytea);
create table received (t tally);
insert into raw_bytes values (int8send(18) || int8send(25));
\copy raw_bytes to 'results/tally.copy' (format binary)
\copy received from 'results/tally.copy' (format binary)
table received;
update raw_bytes set b = int8send(-18) || int8send(25);
\copy raw_bytes to 'results/tally.copy' (format binary)
\copy received from 'results/tally.copy' (format binary)
update raw_bytes set b = int8send(18) || '\xffffffffffffffff';
\copy raw_bytes to 'results/tally.copy' (format binary)
\copy received from 'results/tally.copy' (format binary)
update raw_bytes set b = int8send(18) || int4send(25);
\copy raw_bytes to 'results/tally.copy' (format binary)
\copy received from 'results/tally.copy' (format binary)
update raw_bytes set b = int8send(18) || int8send(25) || '\x00';
\copy raw_bytes to 'results/tally.copy' (format binary)
\copy received from 'results/tally.copy' (format binary)
select v as input, error_of(format('select %L::bytea::karmayogi.tally', v)) as error
from unnest(array['\x', '\x00', '\x000000000000001200000000000000', '\x0000000000000012000000000000001900',
    '\x80000000000000000000000000000001', '\x0000000000000001ffffffffffffffff']::bytea[]) v;
-- the casts are explicit only
select error_of($q$select karmayogi.tally(1, 2) || '\x00'::bytea$q$) ~ '^42883' as no_implicit_cast;
select castcontext, castmethod from pg_cast
where 'karmayogi.tally'::regtype in (castsource, casttarget);

-- percentage: exact, half away from zero
select pct('18/25'), pct('1/3'), pct('2/3'), pct('1/3', 0), pct('2/3', 0), pct('1/8', 1), pct('1/8', 0), pct('0/5'),
    pct('30/20'), pct('999/1000', 0), pct('99999/100000', 1), pct('1/1', 30), pct('199/200', 0);
select pct('9223372036854775807/1', 30), pct('1/9223372036854775807', 30), pct('9223372036854775807/2', 0);
select pct('0/0') is null and pct('5/0') is null and pct(null) is null and pct('1/2', null) is null as null_without;
select error_of($q$select karmayogi.pct('1/2', -1)$q$), error_of($q$select karmayogi.pct('1/2', 31)$q$),
    error_of($q$select karmayogi.pct('0/0', 31)$q$);
-- against the definition in integers: floor((2 * 100 * n * 10^s + d) / 2d) / 10^s
select count(*), count(*) filter (where pct(t, s)::text
    = round(div(2 * 100 * n::numeric * 10::numeric ^ s + d, 2 * d::numeric) * (1 / 10::numeric ^ s), s)::text) as exact
from tally_values, generate_series(0, 30) s where d > 0;
with small as (select tally(n, d) as t, n, d from generate_series(0, 130) n, generate_series(1, 120) d)
select count(*), count(*) filter (where pct(t, s) * 10::numeric ^ s
    = div(2 * 100 * n * 10::numeric ^ s + d, 2 * d::numeric)) as exact
from small, generate_series(0, 3) s;
-- where rounding a quotient of numerics a second time goes wrong
select pct(t) as exact, round(100 * numerator(t)::numeric / denominator(t), 2) as twice_rounded
from (values ('1357219195223180260/9223372036854775807'::tally)) v(t);

select ratio('18/25'), ratio('0/5'), ratio('30/20'), ratio('0/0') is null as nothing, ratio('3/0') is null as count,
    ratio('9223372036854775807/9223372036854775807') as one;

-- on-boarding
select onboarding_pct(18, 25), onboarding_pct(2, 3), onboarding_pct(0, 3), onboarding_pct(30, 20),
    onboarding_pct(9223372036854775807, 1);
select onboarding_pct(5, 0) is null and onboarding_pct(5, null) is null and onboarding_pct(null, 5) is null
    and onboarding_pct(0, 0) is null as null_without;
select error_of('select karmayogi.onboarding_pct(-1, 5)'), error_of('select karmayogi.onboarding_pct(1, -5)'),
    error_of('select karmayogi.onboarding_pct(-1, 0)');
select bool_and(onboarding_pct(n, d) is not distinct from pct(t)) as as_pct from tally_values;

-- addition
select tally(18, 25) + tally(1, 2) as sum, tally(18, 25) + '0/0' = '18/25' as identity,
    (tally(1, 2) + null::tally) is null as strict;
select error_of($q$select '9223372036854775807/0'::karmayogi.tally operator(karmayogi.+) '1/0'$q$),
    error_of($q$select '0/9223372036854775807'::karmayogi.tally operator(karmayogi.+) '0/1'$q$),
    '9223372036854775806/1'::tally + '1/1' as largest;
select bool_and(a.t + b.t = b.t + a.t and a.t + b.t = tally(a.n + b.n, a.d + b.d)) as adds
from tally_values a, tally_values b
where a.n::numeric + b.n <= 9223372036854775807 and a.d::numeric + b.d <= 9223372036854775807;
-- the operator leaves its operands alone
select t, t + t as twice, t as again from (values (tally(1, 2))) v(t);

-- the order, against exact numeric: all six operators and the support function on every pair
create function order_of(n1 bigint, d1 bigint, n2 bigint, d2 bigint) returns integer immutable language sql as $$
    select sign(case
        when d1 = 0 and d2 = 0 then n1::numeric - n2
        when d1 = 0 then -1
        when d2 = 0 then 1
        when n1::numeric * d2 <> n2::numeric * d1 then n1::numeric * d2 - n2::numeric * d1
        else d1::numeric - d2
    end)::integer
$$;
select count(*),
    count(*) filter (where tally_cmp(a.t, b.t) = o) as cmp,
    count(*) filter (where (a.t = b.t) = (o = 0) and (a.t <> b.t) = (o <> 0)) as equality,
    count(*) filter (where (a.t = b.t) = (a.n = b.n and a.d = b.d)) as identity,
    count(*) filter (where (a.t < b.t) = (o < 0) and (a.t <= b.t) = (o <= 0)) as less,
    count(*) filter (where (a.t > b.t) = (o > 0) and (a.t >= b.t) = (o >= 0)) as greater,
    count(*) filter (where o = -order_of(b.n, b.d, a.n, a.d)) as antisymmetric
from tally_values a, tally_values b, order_of(a.n, a.d, b.n, b.d) o;
-- transitive: over all triples of a sample that has ties, extremes and no denominators
create table sample as select t from tally_values
where n in (0, 1, 2, 6, 9223372036854775806, 9223372036854775807)
    and d in (0, 1, 3, 9007199254740993, 9223372036854775807);
select count(*), bool_and(a.t < c.t) as transitive
from sample a, sample b, sample c where a.t < b.t and b.t < c.t;
-- without a denominator first, by numerator; 1/2 before 2/4; neighbours that floating point cannot tell apart
select string_agg(t::text, ' < ' order by t) from unnest(array['2/4', '1/0', '1/2', '0/0', '7/0', '0/1', '0/9', '1/3',
    '5/4', '9223372036854775806/9223372036854775807', '9223372036854775805/9223372036854775806']::tally[]) t;

-- sort by comparison and by index give the same order; plans are forced, results compared
create index tally_values_btree on tally_values using btree (t);
create index tally_values_hash on tally_values using hash (t);
analyze tally_values;
create function plan_has(query text, what text) returns boolean language plpgsql as $$
declare
    line text;
begin
    for line in execute 'explain (costs off, verbose) ' || query loop
        if line ~ what then
            return true;
        end if;
    end loop;
    return false;
end $$;
set enable_seqscan = off;
set enable_sort = off;
select plan_has('select t from tally_values order by t', 'Index .*tally_values_btree') as by_index;
create table order_by_index as select t, row_number() over (order by t) as nth from tally_values;
reset enable_seqscan;
reset enable_sort;
set enable_indexscan = off;
set enable_indexonlyscan = off;
set enable_bitmapscan = off;
select plan_has('select t from tally_values order by t', 'Sort') as by_sort;
create table order_by_sort as select t, row_number() over (order by t) as nth from tally_values;
select count(*) as same from order_by_index i join order_by_sort s using (nth) where i.t = s.t;
select bool_and(order_of(numerator(before), denominator(before), numerator(t), denominator(t)) < 0) as ascending
from (select t, lag(t) over (order by nth) as before from order_by_sort) o
where before is not null;
reset enable_indexscan;
reset enable_indexonlyscan;
reset enable_bitmapscan;

-- look-ups by either index
set enable_seqscan = off;
select plan_has($q$select * from tally_values where t = '6/7'$q$, 'Index .*tally_values_(btree|hash)') as by_index;
select n, d from tally_values where t = '6/7';
drop index tally_values_btree;
select plan_has($q$select * from tally_values where t = '6/7'$q$, 'tally_values_hash') as by_hash;
select n, d from tally_values where t = '6/7';
drop index tally_values_hash;
create unique index tally_values_unique on tally_values (t);
select plan_has($q$select count(*) from tally_values where t > '1/2' and t <= '99/100'$q$,
    'tally_values_unique') as by_range;
select count(*) from tally_values where t > '1/2' and t <= '99/100';
reset enable_seqscan;
select count(*) from tally_values where order_of(n, d, 1, 2) > 0 and order_of(n, d, 99, 100) <= 0;
select error_of($q$insert into tally_values values (6, 7, '6/7')$q$);
-- a btree with many duplicates, kept once each
create table many as select tally(i % 3, 3) as t from generate_series(1, 5000) i;
create index many_btree on many (t);
set enable_seqscan = off;
select plan_has($q$select count(*) from many where t = '1/3'$q$, 'many_btree') as by_index;
select t, count(*) from many group by t order by t;
reset enable_seqscan;
select pg_relation_size('many_btree') < 100000 as deduplicated;

-- joins and grouping: hashed, merged and nested give the same
create table twice as select t, 1 as side from tally_values union all select t, 2 from tally_values where d > n;
set enable_mergejoin = off;
set enable_nestloop = off;
select plan_has('select 1 from tally_values v join twice w using (t)', 'Hash Join') as hash_join;
select count(*), count(*) filter (where v.n = numerator(w.t) and v.d = denominator(w.t)) as right_ones
from tally_values v join twice w using (t);
set enable_hashjoin = off;
reset enable_mergejoin;
select plan_has('select 1 from tally_values v join twice w using (t)', 'Merge Join') as merge_join;
select count(*), count(*) filter (where v.n = numerator(w.t) and v.d = denominator(w.t)) as right_ones
from tally_values v join twice w using (t);
reset enable_nestloop;
reset enable_hashjoin;
set enable_sort = off;
select plan_has('select distinct t from twice', 'HashAggregate') as hashed;
select count(*) from (select distinct t from twice) x;
reset enable_sort;
set enable_hashagg = off;
select plan_has('select distinct t from twice', 'Unique') as sorted;
select count(*) from (select distinct t from twice) x;
reset enable_hashagg;
-- equal tallies hash alike, under every seed; different ones mostly do not
select bool_and(tally_hash(t) = tally_hash(t::text::tally)
    and tally_hash_extended(t, 42) = tally_hash_extended(t::text::tally, 42)
    and tally_hash(t) = tally_hash_extended(t, 0)::bit(32)::integer) as alike,
    count(distinct tally_hash(t)) > 0.99 * count(*) as spread,
    count(distinct tally_hash_extended(t, 7)) = count(*) as spread_seeded
from tally_values;
create table by_hash (t tally) partition by hash (t);
create table by_hash_0 partition of by_hash for values with (modulus 2, remainder 0);
create table by_hash_1 partition of by_hash for values with (modulus 2, remainder 1);
insert into by_hash select t from tally_values;
select count(*) = 256 and count(distinct tableoid) = 2 as partitioned from by_hash;

-- every operator has what the planner needs, and the classes are sound
select oprname, oprcode, oprcom::regoperator, oprnegate::regoperator, oprrest, oprjoin, oprcanmerge as merges,
    oprcanhash as hashes
from pg_operator where oprleft = 'karmayogi.tally'::regtype order by oprname collate "C";
select amname, amvalidate(c.oid) from pg_opclass c join pg_am a on a.oid = opcmethod
where opcintype = 'karmayogi.tally'::regtype order by amname;
-- nothing that the module adds for these values is unmarked or uncommented
select p.oid::regprocedure from pg_proc p
where pronamespace = 'karmayogi'::regnamespace
    and p.oid::regprocedure::text ~ '^(karmayogi\.)?(tally|numerator|denominator|pct|ratio|rollup|onboarding'
        '_pct|cbp_completion|weighted_score)'
    and (proparallel <> 's' or provolatile <> 'i' or obj_description(p.oid, 'pg_proc') is null);

-- the memory of a refresh: 64 MB and more
show karmayogi.refresh_mem;
set karmayogi.refresh_mem = '64MB';
select left(error_of($q$set karmayogi.refresh_mem = '63MB'$q$), 5) as too_small,
    left(error_of($q$set karmayogi.refresh_mem = '-1'$q$), 5) as negative,
    left(error_of($q$set karmayogi.refresh_mem = 'much'$q$), 5) as no_number,
    left(error_of($q$set karmayogi.no_such_setting = 1$q$), 5) as no_setting;
show karmayogi.refresh_mem;
reset karmayogi.refresh_mem;

set client_min_messages = warning;
drop schema tally_test cascade;

--
-- The aggregates: tally_agg, rollup, cbp_completion, weighted_score
--
create schema aggregates_test;
set search_path = aggregates_test, karmayogi;

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

--
-- Small cases
--
select tally_agg(b), rollup(tally(1, 2)) filter (where b), tally_agg(1, 2) as pairs
from (values (true), (false), (null), (true)) v(b);
-- no rows, only NULL
select tally_agg(true), tally_agg(1, 1), rollup('1/1'), cbp_completion('a', true),
    weighted_score(1, 1) is null as none
where false;
select tally_agg(null::boolean), tally_agg(null, null), rollup(null), cbp_completion(null, true),
    weighted_score(null, 1) is null as no_performance, weighted_score(1, null) is null as no_weight;
-- a row with a NULL is ignored whole
select tally_agg(n, d) from (values (1, 2), (5, null), (null, 7), (10, 20)) v(n, d);
select error_of('select karmayogi.tally_agg(-1, 5)'), error_of('select karmayogi.tally_agg(1, -5)');
select error_of($q$select karmayogi.tally_agg(n, 0) from (values (9223372036854775807), (1)) v(n)$q$),
    error_of($q$select karmayogi.tally_agg(0, d) from (values (9223372036854775807), (1)) v(d)$q$),
    error_of($q$select karmayogi.rollup(t) from (values ('9223372036854775807/1'::karmayogi.tally), ('1/1')) v(t)$q$);
select tally_agg(n, n) from (values (9223372036854775806), (1)) v(n);

-- an official counts as complete when all rows are; NULL is not completed; '' is an id
select cbp_completion(official, completed)
from (values ('a', true), ('a', true), ('b', true), ('b', false), ('c', null), ('d', true), (null, true), ('', true))
    v(official, completed);
select cbp_completion('a', c) from (values (true), (false), (true)) v(c);
select cbp_completion('a', c) from (values (false), (true)) v(c);
select cbp_completion(o, true) from (values ('a'), ('A'), ('a '), ('ａ'), ('á'), ('á'), (repeat('a', 100000)),
    (repeat('a', 100000)), (repeat('a', 99999) || 'b')) v(o);
-- an empty id is an id, also as the first of a state
select cbp_completion(o, c) from (values ('', true), ('', false), ('a', true)) v(o, c);

-- weighted means, and the three policies for what is missing
select round(weighted_score(p, w), 4) from (values (72.5, 25), (100, 25), (0, 25), (33.3333, 25)) v(p, w);
select weighted_score(p, w) from (values (100, 1), (0, 1), (0, 1)) v(p, w);
select weighted_score(p, w) = 37.5 as all, weighted_score(p, w) filter (where p > 1000) is null as none
from (values (50, 3), (0, 1)) v(p, w);
select weighted_score(p, w) is null as unranked, weighted_score(coalesce(p, 0), w) as zero,
    weighted_score(p, w) filter (where p is not null) as reweight
from (values (80, 30), (null, 20), (50, 50)) v(p, w);
-- the digits depend on the values, not on how they are written nor on how large the weights are
select weighted_score(p, w)::text as score from (values (1.00, 3.000), (2, 4)) v(p, w)
union select weighted_score(p, w)::text from (values (1, 3), (2.0000000, 4.0)) v(p, w);
select scale(weighted_score(p, w)) >= 40 + 20 as digits, weighted_score(p, w) > 0 as positive
from (values (1e-20, 3.7), (2e-20, 4)) v(p, w);
select weighted_score(1, 1e300) = 1 as one, weighted_score(1e-300, 1e300) = 1e-300 as small,
    weighted_score(1e-300, 1e-300) = 1e-300 as smaller, weighted_score(-5, 7) = -5 as negative;
select error_of('select karmayogi.weighted_score(1, 0)'), error_of('select karmayogi.weighted_score(1, -1)'),
    error_of('select karmayogi.weighted_score(null, -1)');
select error_of($q$select karmayogi.weighted_score('NaN', 1)$q$),
    error_of($q$select karmayogi.weighted_score(1, 'NaN')$q$),
    error_of($q$select karmayogi.weighted_score('infinity', 1)$q$);
select error_of($q$select karmayogi.weighted_score('-infinity', null)$q$),
    error_of($q$select karmayogi.weighted_score(1, 'infinity')$q$),
    error_of($q$select karmayogi.weighted_score(1, '-infinity')$q$);
select error_of('select karmayogi.weighted_score(1e-401, 1)'), weighted_score(1e-400, 1e-400) = 1e-400 as smallest,
    weighted_score(1.000, 1 + (1e-401 - 1e-401)) = 1 as zeros_do_not_count;

--
-- Support functions that SQL can reach, called with what the aggregates never give them
--
select tally_accum_boolean('3/4', true), tally_accum_boolean('3/4', false), tally_accum_boolean_inv('3/4', true),
    tally_accum_boolean_inv('3/4', false), tally_accum_pair('3/4', 1, 2), tally_accum_pair_inv('3/4', 1, 2),
    tally_add_inv('3/4', '1/2');
select tally_accum_boolean(null, true) is null and tally_accum_pair('1/2', null, 1) is null
    and tally_add_inv(null, '1/2') is null as strict;
select error_of($q$select karmayogi.tally_accum_boolean_inv('0/4', true)$q$),
    error_of($q$select karmayogi.tally_accum_boolean_inv('0/0', false)$q$);
select error_of($q$select karmayogi.tally_accum_pair('0/4', -1, 0)$q$),
    error_of($q$select karmayogi.tally_accum_pair_inv('3/4', 0, -1)$q$),
    error_of($q$select karmayogi.tally_add_inv('3/4', '0/5')$q$);
select error_of($q$select karmayogi.tally_accum_boolean('9223372036854775807/9223372036854775807', true)$q$);
-- the state passed in is not changed
select s, tally_accum_boolean(s, true), tally_accum_pair(s, 5, 5), s as again from (values (tally(1, 2))) v(s);

select weighted_score_accum('{0,0,0}', 50, 2), weighted_score_accum('{0,2,100}', null, 2),
    weighted_score_accum_inv('{1,2,100}', 50, 2), weighted_score_combine('{1,2,100}', '{0,3,7}'),
    weighted_score_final('{0,4,2}') = 0.5 as final, weighted_score_final('{1,4,2}') is null as missing;
select state, count(*) filter (where error like '22023 invalid state of weighted_score | It must %') as refused
from unnest(array[null, '{}', '{0}', '{0,0}', '{0,0,0,0}', '{{0,0,0}}', '{{0},{0},{0}}', '{0,0,null}', '{null,0,0}',
        '{NaN,0,0}', '{0,NaN,0}', '{0,1,NaN}', '{infinity,0,0}', '{0,infinity,0}', '{0,1,-infinity}', '{-1,0,0}',
        '{0.5,0,0}', '{0,-1,0}', '{0,0,1}']) state,
    unnest(array['accum(%s, 1, 1)', 'accum_inv(%s, 1, 1)', 'combine(%s, ''{0,0,0}'')', 'combine(''{0,0,0}'', %s)',
        'final(%s)']) call,
    error_of('select karmayogi.weighted_score_' || format(call, quote_nullable(state) || '::numeric[]')) error
group by state order by state collate "C";
-- bounds do not matter, but nothing more can be taken out than there is
select weighted_score_final('[5:7]={0,4,2}') = 0.5 as bounds;
select sqlerrm from (select error_of($q$select karmayogi.weighted_score_final(
    karmayogi.weighted_score_accum_inv('{0,1,50}', 50, 2))$q$) as sqlerrm) x;

select error_of($q$select karmayogi.cbp_completion_accum(null, 'a', true)$q$),
    error_of($q$select karmayogi.cbp_completion_combine(null, null)$q$),
    error_of($q$select karmayogi.cbp_completion_final(null)$q$);
select error_of($q$select karmayogi.cbp_completion_serial(null)$q$) ~ '^42883'
    and error_of($q$select karmayogi.cbp_completion_deserial('\x01', null)$q$) ~ '^42883' as out_of_reach;

--
-- Many rows: officials 0..7999 of 40 organisations, up to 12 courses each; ids are those of the portal
--
create table progress as
select md5(o::text)::uuid::text as official, 'org' || o % 40 as org, c as course,
    case when (o * 7 + c * 13) % 50 = 0 then null when o % 3 = 0 then true else (o * 31 + c * 17) % 23 <> 0 end
        as completed
from generate_series(0, 7999) o, generate_series(1, 12) c
where (o + c) % 4 <> 0
order by (o * 7919 + c * 104729) % 100003;
insert into progress values (null, 'org1', 1, true), (null, 'org2', 1, false);
analyze progress;
create view naive as
select org, count(*) filter (where complete) as n, count(*) as d
from (select org, official, bool_and(coalesce(completed, false)) as complete from progress where official is not null
      group by org, official) o
group by org;
create view naive_total as
select count(*) filter (where complete) as n, count(*) as d
from (select official, bool_and(coalesce(completed, false)) as complete from progress where official is not null
      group by official) o;
table naive_total;

-- every result over the table, alone and by organisation, as one line
create view all_results as
select md5(string_agg(r::text, ' ' order by r.org)) as result
from (select org, tally_agg(completed), tally_agg(length(official), course), rollup(tally(course, 12)),
          cbp_completion(official, completed), weighted_score(course + 1.0 / length(org), course * 0.1),
          weighted_score(nullif(course, 12), 1), weighted_score(1, 1) filter (where org = 'org3')
      from progress group by org
      union all
      select null, tally_agg(completed), tally_agg(length(official), course), rollup(tally(course, 12)),
          cbp_completion(official, completed), weighted_score(course + 1.0 / length(org), course * 0.1),
          weighted_score(nullif(course, 12), 1), weighted_score(1, 1) filter (where org = 'org3')
      from progress) r;
set max_parallel_workers_per_gather = 0;
select result from all_results \gset
select plan_has('table all_results', 'Partial') as partial;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
alter table progress set (parallel_workers = 4);
set max_parallel_workers_per_gather = 4;
select call, plan_has('select ' || call || ' from progress', 'Partial Aggregate') as partial,
    plan_has('select ' || call || ' from progress group by org', 'Partial (Hash|Group)Aggregate') as partial_grouped
from unnest(array['tally_agg(completed)', 'tally_agg(course, 12)', 'rollup(tally(course, 12))',
    'cbp_completion(official, completed)', 'weighted_score(course, 1)']) call;
-- the same with one, two and four workers, with the workers alone, hashed and sorted
set max_parallel_workers_per_gather = 1;
select plan_has('table all_results', 'Partial') as partial,
    plan_has('table all_results', 'Workers Planned: 1') as workers;
select result = :'result' as same from all_results;
set max_parallel_workers_per_gather = 2;
select plan_has('table all_results', 'Partial') as partial,
    plan_has('table all_results', 'Workers Planned: 2') as workers;
select result = :'result' as same from all_results;
set max_parallel_workers_per_gather = 4;
select plan_has('table all_results', 'Partial') as partial,
    plan_has('table all_results', 'Workers Planned: 4') as workers;
select result = :'result' as same from all_results;
set parallel_leader_participation = off;
select result = :'result' as same from all_results;
set enable_hashagg = off;
select plan_has('table all_results', 'Partial GroupAggregate') as sorted;
select result = :'result' as same from all_results;
reset enable_hashagg;
reset parallel_leader_participation;
-- hashed groups that do not fit into memory
set work_mem = '64kB';
select result = :'result' as same from all_results;
set max_parallel_workers_per_gather = 0;
select result = :'result' as same from all_results;
reset work_mem;
set max_parallel_workers_per_gather = 4;
-- against plain SQL
select (select cbp_completion(official, completed) = tally(n, d) from progress, naive_total group by n, d) as total,
    (select count(*) from naive
        join (select org, cbp_completion(official, completed) as t from progress group by org) c using (org)
        where t = tally(n, d)) as organisations;
select round(weighted_score(course, w), 15) = round(sum(course * w) / sum(w), 15) as mean,
    tally_agg(completed) = tally(count(*) filter (where completed), count(completed)) as truths
from (select *, course * 0.1 as w from progress) p;
-- DISTINCT and ORDER BY inside the call, FILTER, grouping sets
set max_parallel_workers_per_gather = 0;
select tally_agg(distinct completed),
    cbp_completion(distinct official, completed) = cbp_completion(official, completed)
    and cbp_completion(official, completed order by course desc) = cbp_completion(official, completed) as alike,
    cbp_completion(official, completed) filter (where false) as none
from progress;
select count(*), count(*) filter (where org is null) as totals,
    rollup(c) filter (where org is not null) = rollup(c) filter (where org is null) as adds_up
from (select org, cbp_completion(official, completed) as c from progress group by grouping sets ((org), ())) x;

--
-- Merging unequal and empty states: partitions of 0, 1, 2, 100 and all the other rows
--
create table parted (i integer, official text, completed boolean, p numeric) partition by range (i);
create table parted_0 partition of parted for values from (minvalue) to (0);
create table parted_1 partition of parted for values from (0) to (1);
create table parted_2 partition of parted for values from (1) to (3);
create table parted_3 partition of parted for values from (3) to (103);
create table parted_4 partition of parted for values from (103) to (10000);
create table parted_5 partition of parted for values from (10000) to (maxvalue);
insert into parted select i, case when i <> 0 then 'official ' || i % 211 end, i % 211 <> 7 or i > 9000,
    nullif(i, 5) % 101
from generate_series(0, 9999) i;
analyze parted;
set enable_partitionwise_aggregate = on;
select plan_has('select tally_agg(completed), cbp_completion(official, completed), weighted_score(p, 1) from parted',
    'Partial Aggregate') as partial;
create view merged as
select tally_agg(completed), rollup(tally(i, 1)), cbp_completion(official, completed),
    weighted_score(p, 1 + i % 3) filter (where p is not null) as reweight, weighted_score(p, 1) is null as unranked
from parted;
select merged::text as partitionwise from merged \gset
set enable_partitionwise_aggregate = off;
select merged::text as plain from merged \gset
set enable_partitionwise_aggregate = on;
set max_parallel_workers_per_gather = 2;
select plan_has('table merged', 'Parallel Append') as parallel;
select merged::text as parallel from merged \gset
select :'partitionwise' = :'plain' as partitionwise, :'parallel' = :'plain' as parallel;
select tally_agg, rollup, cbp_completion, unranked, round(reweight, 40) from merged;
-- every partial state is empty
select plan_has('select cbp_completion(official, completed) from parted where p < 0',
    'Partial Aggregate') as partial;
select tally_agg(completed), rollup(tally(i, 1)), cbp_completion(official, completed),
    weighted_score(p, 1) is null as none
from parted where p < 0;
-- merging is the sum, in either order, with the initial state as identity
select bool_and(weighted_score_combine(a, b) = weighted_score_combine(b, a)) as commutes,
    bool_and(weighted_score_combine(a, '{0,0,0}') = a and weighted_score_combine('{0,0,0}', a) = a) as identity
from unnest(array[0, 1]) m, lateral (select array[m, 2.5, 100]::numeric[], array[0, 1e10, -3]::numeric[]) s(a, b);
reset enable_partitionwise_aggregate;

--
-- Windows: a moving frame gives what the frame gives by itself
--
set max_parallel_workers_per_gather = 0;
create table moving as
select i, case when i % 7 <> 0 then i % 3 = 0 end as b, case when i % 11 <> 0 then i end as n,
    case when i % 13 <> 0 then i * 2 end as d, case when i % 5 <> 0 then tally(i, i + 1) end as t,
    case when i % 17 <> 0 then i * 10::numeric ^ (i % 5 - 3) end as p,
    case when i % 19 <> 0 then 0.25::numeric(6, 3) * i end as w
from generate_series(1, 200) i;
create table frames as select lo, hi from (values (-3, 0), (-1, 1), (0, 5), (-20, -10), (5, 9), (-1, 30)) v(lo, hi);
create function moving_results(lo integer, hi integer, inverse boolean)
returns table (i integer, a tally, b tally, c tally, w numeric, m numeric, o tally) language plpgsql as $$
begin
    -- a volatile filter keeps PostgreSQL from taking rows out
    return query execute format($q$
        select i, tally_agg(b) %1$s over f, tally_agg(n, d) %1$s over f, rollup(t) %1$s over f,
            weighted_score(p, w) %1$s over f, weighted_score(coalesce(p, 0), coalesce(w, 1)) %1$s over f,
            cbp_completion((i %% 4)::text, b) %1$s over f
        from moving window f as (order by i rows between %2$s and %3$s)$q$,
        case when inverse then '' else 'filter (where random() >= 0)' end,
        case when lo < 0 then -lo || ' preceding' else lo || ' following' end,
        case when hi < 0 then -hi || ' preceding' else hi || ' following' end);
end $$;
select count(*), bool_and(x.a = y.a and x.b = y.b and x.c = y.c and x.w::text is not distinct from y.w::text
    and x.m::text is not distinct from y.m::text and x.o = y.o) as same,
    count(x.w) > 0 as some, count(x.w) < count(*) as not_all
from frames, moving_results(lo, hi, true) x join moving_results(lo, hi, false) y using (i);
-- and what aggregates over a self-join give
select count(*), bool_and(x.a = y.a and x.b = y.b and x.c = y.c
    and x.w::text is not distinct from y.w::text and x.o = y.o) as same
from moving_results(-3, 4, true) x join (
    select f.i, tally_agg(r.b) as a, tally_agg(r.n, r.d) as b, rollup(r.t) as c, weighted_score(r.p, r.w) as w,
        cbp_completion((r.i % 4)::text, r.b) as o
    from moving f join moving r on r.i between f.i - 3 and f.i + 4 group by f.i) y using (i);
-- the sum of the frame fits, though the sum of all rows does not
select tally_agg(n, n) over (order by i rows between 1 preceding and current row) as pair
from (values (1, 9223372036854775807), (2, 0), (3, 9223372036854775806), (4, 1)) v(i, n);
select error_of($q$select karmayogi.tally_agg(n, n) over (order by n rows between 1 preceding and current row)
    from (values (9223372036854775807), (9223372036854775806)) v(n)$q$);
-- a growing frame, and several results from one state
select o, cbp_completion(o, c) over (order by i), tally_agg(c) over (order by i),
    pct(tally_agg(c) over (order by i)) as pct
from (values (1, 'a', true), (2, 'b', true), (3, 'a', false), (4, 'c', null), (5, 'b', true)) v(i, o, c);
select count(*), bool_and(pct(before) is not distinct from before_pct) as kept
from (select i, t, pct(t) as pct, lag(t) over (order by i) as before, lag(pct(t)) over (order by i) as before_pct
      from (select i, tally_agg(b) over (order by i rows 5 preceding) as t from moving) x) y;

-- the planner knows the sizes
select aggfnoid::regprocedure, aggtranstype::regtype, aggtransspace, aggmtransspace, agginitval, aggminitval,
    aggfinalmodify, aggmfinalmodify
from pg_aggregate where aggfnoid::oid in (select oid from pg_proc where pronamespace = 'karmayogi'::regnamespace
    and proname in ('tally_agg', 'rollup', 'cbp_completion', 'weighted_score'))
order by aggfnoid::regprocedure::text collate "C";

set client_min_messages = warning;
drop schema aggregates_test cascade;

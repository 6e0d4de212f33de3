-- Performance, schemes, scores and ranks. Every expected figure is worked out by hand beside it.
begin;
set local client_min_messages = warning;
select plan(90);

-- rows compared as they are shown, so that the number of decimals counts too
create function pg_temp.shown(have text, want text, meaning text) returns text language sql as $$
    select results_eq(format('select r::text collate "C" from (%s) r', have),
                      format('select r::text collate "C" from (%s) r', want), meaning)
$$;
-- what a test needs: a snapshot under a scheme, units in it, their values, and the whole scored
create function pg_temp.snapshot(scheme text) returns bigint language sql as $$
    insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
    values ('2026-11-01', scheme, false, 'sql', false) returning snapshot_id
$$;
create function pg_temp.unit(s bigint, level text, id text, registered bigint default 100,
    known boolean default true, central boolean default true) returns void language sql as $$
    insert into karmayogi.snapshot_unit (snapshot_id, level, entity_id, entity_name, known, central, registered)
    values (s, level, id, upper(id), known, central, registered)
$$;
create function pg_temp.value(s bigint, level text, id text, indicator text, n bigint, d bigint,
    reason text default null, category text default 'all') returns void language sql as $$
    insert into karmayogi.indicator_value (snapshot_id, level, entity_id, indicator, category, value, reason)
    values (s, level, id, indicator, category, karmayogi.tally(n, d), reason)
$$;
create function pg_temp.scores(s bigint) returns table (entity_id text, score numeric, rank int, reason text)
language sql as $$
    select c.entity_id, c.score, c.rank, c.reason from karmayogi.score c
    where c.snapshot_id = s and c.level = 'md' order by c.entity_id collate "C"
$$;

----- performance

create function pg_temp.p(n bigint, d bigint, unit text, transform text, target numeric default 100,
    slabs jsonb default null) returns numeric language sql as $$
    select karmayogi.performance(karmayogi.tally(n, d), unit, transform, target, slabs)
$$;
select is(pg_temp.p(1, 4, 'percent', 'linear'), 25.0, 'linear: a quarter');
select is(round(pg_temp.p(1, 3, 'percent', 'linear'), 4), 33.3333, 'linear: a third');
select is(round(pg_temp.p(1, 3, 'percent', 'linear') * 3, 50), 100.0, 'linear: a third carries more than 50 digits');
select is(pg_temp.p(60, 100, 'percent', 'linear', 80), 75.0, 'linear: 60 % of a target of 80 %');
select is(pg_temp.p(80, 100, 'percent', 'linear', 80), 100.0, 'linear: the target itself');
select is(pg_temp.p(90, 100, 'percent', 'linear', 80), 100.0, 'linear: beyond the target earns no more');
select is(pg_temp.p(5, 4, 'percent', 'linear'), 100.0, 'linear: more registered than sanctioned earns no more');
select is(pg_temp.p(5, 4, 'percent', 'linear', 250), 50.0, 'linear: a target above 100 %');
select is(pg_temp.p(9223372036854775807, 9223372036854775807, 'percent', 'linear'), 100.0, 'linear: the greatest tally');
select is(pg_temp.p(0, 0, 'percent', 'linear'), null, 'a percentage of nothing has no performance');
select is(pg_temp.p(5, 0, 'yes/no', 'yes_no'), null, 'nor has a fact of nothing');
select is(karmayogi.performance(null, 'percent', 'linear', 100, null), null, 'no value, no performance');
select is(pg_temp.p(3, 0, 'count', 'linear', 5), 60.0, 'a count of 3 towards a target of 5');
select is(pg_temp.p(7, 0, 'count', 'linear', 5), 100.0, 'a count beyond its target');
select is(pg_temp.p(0, 0, 'count', 'linear', 5), 0.0, 'a count of 0 is 0, not missing');
select is(pg_temp.p(0, 0, 'count', 'yes_no'), 0.0, 'yes_no: a count of 0 is no');
select is(pg_temp.p(1, 0, 'count', 'yes_no'), 100.0, 'yes_no: a count of 1 is yes');
select is(pg_temp.p(1, 1, 'yes/no', 'yes_no'), 100.0, 'yes_no: yes');
select is(pg_temp.p(0, 1, 'yes/no', 'yes_no'), 0.0, 'yes_no: no');
select is(pg_temp.p(2, 3, 'yes/no', 'yes_no'), 0.0, 'yes_no: not all M/Ds is no');
select is(round(pg_temp.p(2, 3, 'yes/no', 'linear'), 4), 66.6667, 'linear: two M/Ds of three');
select is(pg_temp.p(5, 4, 'percent', 'yes_no'), 100.0, 'yes_no: above 100 % is yes');
select results_eq(
    $$select pg_temp.p(n, 10000, 'percent', 'slab', 100, '[[25, 20], [50, 60], [80, 100]]')
      from unnest('{0,2499,2500,4999,5000,7999,8000,10000,12000}'::bigint[]) with ordinality t (n, o) order by o$$,
    '{0,0,20,20,60,60,100,100,100}'::numeric[],
    'slab: the marks of the last slab that begins at or below the value, below the first 0');
select is(pg_temp.p(1, 3, 'percent', 'slab', 100, '[[33.33333333333333333333, 10], [33.33333333333333333334, 20]]'),
    10.0, 'slab: a third is told from its neighbours exactly');
select is(pg_temp.p(4, 0, 'count', 'slab', 100, '[[2, 30], [5, 90]]'), 30.0, 'slab: of a count');

----- schemes

select is(karmayogi.active_scheme(), 'illustrative-equal', 'without any choice the shipped scheme is in use');
select pg_temp.shown(
    $$select official, shipped, missing_policy from karmayogi.scoring_scheme where scheme = 'illustrative-equal'$$,
    $$values (false, true, 'unranked')$$, 'which is not official');
select ok(title ~* 'illustrative' and title ~* 'not official' and source ~* 'not public',
    'and says so in its title and its source') from karmayogi.scoring_scheme where scheme = 'illustrative-equal';
select pg_temp.shown(
    $$select p.parameter, p.weight, string_agg(w.indicator, ' ' order by i.position), min(w.weight), max(w.weight)
      from karmayogi.scoring_parameter p join karmayogi.scoring_weight w using (scheme, parameter)
      join karmayogi.indicator i on i.code = w.indicator
      where p.scheme = 'illustrative-equal' group by p.parameter, p.weight, p.position order by p.position$$,
    $$values ('onboarding', 25::numeric, '2.1 2.2', 1::numeric, 1::numeric), ('kym', 25, '4.3', 1, 1),
             ('course_completion', 25, '3.7', 1, 1), ('acbp', 25, '1.1 3.1 3.2 3.3 3.4 3.5 3.6', 1, 1)$$,
    'its four parameters and their indicators');

select is(karmayogi.define_scheme('{"scheme": "pilot", "title": "A pilot", "source": "OM no. 1", "official": false,
    "missing_policy": "unranked", "effective_from": "2024-04-01", "parameters": [
      {"parameter": "onboarding", "weight": 40, "indicators": [
        {"indicator": "2.2", "weight": 1, "transform": "linear", "target": 90},
        {"indicator": "2.1", "weight": 0.5, "transform": "yes_no"}]},
      {"parameter": "course_completion", "weight": 60, "indicators": [
        {"indicator": "3.7", "weight": 1, "transform": "slab", "slabs": [[25, 20], [50, 60], [80, 100]]},
        {"indicator": "9.1", "weight": 2, "target": 5}]}]}'), 'pilot', 'define_scheme returns the name');
select pg_temp.shown(
    $$select parameter, indicator, weight, target, transform, slabs from karmayogi.scoring_weight
      where scheme = 'pilot' order by parameter, indicator$$,
    $$values ('course_completion', '3.7', 1::numeric, 100::numeric, 'slab',
              '[[25, 20], [50, 60], [80, 100]]'::jsonb),
             ('course_completion', '9.1', 2, 5, 'linear', null), ('onboarding', '2.1', 0.5, 100, 'yes_no', null),
             ('onboarding', '2.2', 1, 90, 'linear', null)$$, 'its rows are its document');
select pg_temp.shown(
    $$select title, source, official, effective_from, missing_policy, shipped, defined_by
      from karmayogi.scoring_scheme where scheme = 'pilot'$$,
    $$values ('A pilot', 'OM no. 1', false, date '2024-04-01', 'unranked', false, session_user::name)$$,
    'and so is its head');
select is(karmayogi.define_scheme('{"scheme": "least", "parameters": [{"parameter": "p", "weight": 1, "indicators":
    [{"indicator": "2.2", "weight": 1}]}]}'), 'least', 'a scheme needs a name and a parameter, no more');
select pg_temp.shown(
    $$select title, source, official, effective_from, missing_policy from karmayogi.scoring_scheme
      where scheme = 'least'$$,
    $$values ('least', null::text, false, null::date, 'unranked')$$, 'the rest has defaults');
select is(karmayogi.check_scheme(document), document, 'a checked document is its own check: ' || scheme)
from karmayogi.scoring_scheme order by scheme;

select lives_ok($$select karmayogi.use_scheme('pilot')$$, 'a scheme is put to use');
select is(karmayogi.active_scheme(), 'pilot', 'and is active');
select lives_ok($$select karmayogi.use_scheme('least')$$, 'then another');
select lives_ok($$select karmayogi.use_scheme('pilot')$$, 'then the first again');
select is(karmayogi.active_scheme(), 'pilot', 'the last one is active');
select lives_ok($$select karmayogi.use_scheme('pilot')$$, 'once more is no error');
select pg_temp.shown($$select scheme, used_by from karmayogi.scheme_in_use order by use_id$$,
    $$values ('pilot', session_user::name), ('least', session_user), ('pilot', session_user)$$,
    'and no row: who used what when is on record');

select throws_ok($$update karmayogi.scoring_scheme set official = true$$, '55000', null, 'no scheme is changed');
select throws_ok($$delete from karmayogi.scoring_scheme$$, '55000', null, 'nor deleted');
select throws_ok($$truncate karmayogi.scoring_scheme cascade$$, '55000', null, 'nor truncated');
select throws_ok($$update karmayogi.scoring_weight set weight = 2 where scheme = 'pilot'$$, '55000', null,
    'no weight is changed');
select throws_ok($$delete from karmayogi.scoring_weight where false$$, '55000', null, 'nor deleted');
select throws_ok($$truncate karmayogi.scoring_weight$$, '55000', null, 'nor truncated');
select throws_ok($$update karmayogi.scoring_parameter set weight = 2$$, '55000', null, 'no parameter is changed');
select throws_ok($$delete from karmayogi.scoring_parameter$$, '55000', null, 'nor deleted');
select throws_ok($$truncate karmayogi.scoring_parameter cascade$$, '55000', null, 'nor truncated');
select throws_ok($$update karmayogi.scheme_in_use set scheme = 'least'$$, '55000', null, 'no use is changed');
select throws_ok($$delete from karmayogi.scheme_in_use$$, '55000', null, 'nor deleted');
select throws_ok($$insert into karmayogi.scoring_weight (scheme, parameter, indicator, weight)
    values ('pilot', 'onboarding', '8.3', 1)$$, '55000', null, 'a defined scheme takes no further indicator');
select throws_ok($$insert into karmayogi.scoring_parameter (scheme, parameter, position, weight)
    values ('pilot', 'more', 3, 1)$$, '55000', null, 'nor a further parameter');
select throws_ok($$insert into karmayogi.scoring_scheme (scheme, title, official, document)
    select 'forged', 'forged', true, document from karmayogi.scoring_scheme where scheme = 'pilot'$$, '23514', null,
    'a scheme row says what its document says');
-- a dump brings the documents alone
select lives_ok($$
    insert into karmayogi.scoring_scheme (scheme, title, official, missing_policy, document)
    select 'restored', 'restored', false, 'unranked',
           document || '{"scheme": "restored", "title": "restored"}'
    from karmayogi.scoring_scheme where scheme = 'least'$$, 'a document is restored');
select pg_temp.shown(
    $$select p.parameter, p.position, p.weight, w.indicator, w.weight, w.target, w.transform, w.slabs
        from karmayogi.scoring_parameter p join karmayogi.scoring_weight w using (scheme, parameter) where scheme = 'restored'$$,
    $$select p.parameter, p.position, p.weight, w.indicator, w.weight, w.target, w.transform, w.slabs
        from karmayogi.scoring_parameter p join karmayogi.scoring_weight w using (scheme, parameter) where scheme = 'least'$$,
    'and spelt out');

----- scores: scheme hand = A (weight 2: 2.2 of weight 1, 3.7 of weight 2) and kym (weight 1: 4.3)

select karmayogi.define_scheme(format('{"scheme": "hand-%1$s", "missing_policy": "%1$s", "parameters": [
      {"parameter": "A", "weight": 2, "indicators": [
        {"indicator": "2.2", "weight": 1}, {"indicator": "3.7", "weight": 2}]},
      {"parameter": "kym", "weight": 1, "indicators": [{"indicator": "4.3", "weight": 1}]}]}', policy)::jsonb)
from unnest('{unranked,zero,reweight}'::text[]) policy;

-- the same night under each policy
create temp table night as
    select policy, pg_temp.snapshot('hand-' || policy) as s from unnest('{unranked,zero,reweight}'::text[]) policy;
select pg_temp.unit(s, 'md', id) from night, unnest('{a,b,c,d,e}'::text[]) id;
select pg_temp.value(s, 'md', id, indicator, n, d, reason)
from night, (values
    ('a', '2.2', 50, 100, null), ('a', '3.7', 1, 3, null), ('a', '4.3', 1, 1, null),
    ('b', '2.2', null, null, 'strength not entered'), ('b', '3.7', 1, 2, null), ('b', '4.3', 1, 1, null),
    ('c', '2.2', 9, 10, null), ('c', '3.7', 0, 0, 'nothing allotted'),
    ('d', '2.2', null, null, 'strength not entered'), ('d', '3.7', 0, 0, 'nothing allotted'), ('d', '4.3', 1, 1, null),
    ('e', '2.2', null, null, 'strength not entered'), ('e', '3.7', 0, 0, 'nothing allotted')
) v (id, indicator, n, d, reason);
select karmayogi.score_snapshot(s) from night;

-- a: A = (1 * 50 + 2 * 33.3333...) / 3 = 38.8888...; score = (2 * 38.8888... + 1 * 100) / 3 = 59.259259...
select pg_temp.shown(
    $$select * from pg_temp.scores((select s from night where policy = 'unranked'))$$,
    $$values ('a', 59.2593, 1, null), ('b', null, null, '2.2 strength not entered'),
             ('c', null, null, '3.7 nothing allotted; 4.3 not computed'),
             ('d', null, null, '2.2 strength not entered; 3.7 nothing allotted'),
             ('e', null, null, '2.2 strength not entered; 3.7 nothing allotted; 4.3 not computed')$$,
    'unranked: a missing indicator leaves no score, and every one is named, in the annexure''s order');
-- b: A = (0 + 2 * 50) / 3 = 33.3333...; score = (66.6666... + 100) / 3 = 55.5555...
-- c: A = (90 + 0) / 3 = 30; score = (60 + 0) / 3 = 20.   d: (0 + 100) / 3 = 33.3333...   e: 0
select pg_temp.shown(
    $$select * from pg_temp.scores((select s from night where policy = 'zero'))$$,
    $$values ('a', 59.2593, 1, null::text), ('b', 55.5556, 2, null), ('c', 20.0000, 4, null),
             ('d', 33.3333, 3, null), ('e', 0.0000, 5, null)$$,
    'zero: a missing indicator earns nothing');
-- b: A = 50, score = (100 + 100) / 3 = 66.6666...   c: A = 90, alone   d: kym = 100, alone   e: nothing at all
select pg_temp.shown(
    $$select * from pg_temp.scores((select s from night where policy = 'reweight'))$$,
    $$values ('a', 59.2593, 4, null), ('b', 66.6667, 3, null), ('c', 90.0000, 2, null), ('d', 100.0000, 1, null),
             ('e', null, null, '2.2 strength not entered; 3.7 nothing allotted; 4.3 not computed')$$,
    'reweight: the mean of what there is; of nothing there is no score');
select pg_temp.shown(
    $$select policy, p.entity_id, p.parameter, p.performance, p.reason
      from karmayogi.score_parameter p join night on s = p.snapshot_id
      where p.entity_id in ('a', 'b') order by 1, 2, 3$$,
    $$values ('reweight', 'a', 'A', 38.8889, null), ('reweight', 'a', 'kym', 100.0000, null),
             ('reweight', 'b', 'A', 50.0000, null), ('reweight', 'b', 'kym', 100.0000, null),
             ('unranked', 'a', 'A', 38.8889, null), ('unranked', 'a', 'kym', 100.0000, null),
             ('unranked', 'b', 'A', null, '2.2 strength not entered'), ('unranked', 'b', 'kym', 100.0000, null),
             ('zero', 'a', 'A', 38.8889, null), ('zero', 'a', 'kym', 100.0000, null),
             ('zero', 'b', 'A', 33.3333, null), ('zero', 'b', 'kym', 100.0000, null)$$,
    'each parameter has its performance, or the reason of its own');

----- rounding, ties, ranks: one parameter of four indicators, equal in weight

select karmayogi.define_scheme('{"scheme": "four", "parameters": [{"parameter": "p", "weight": 1, "indicators": [
    {"indicator": "2.2", "weight": 1}, {"indicator": "3.7", "weight": 1}, {"indicator": "8.2", "weight": 1},
    {"indicator": "8.4", "weight": 1}]}]}');
create temp table r as select pg_temp.snapshot('four') as s;
select pg_temp.unit(s, 'md', id) from r, unnest('{half,below,t1,t2,t3,last}'::text[]) id;
select pg_temp.value(s, 'md', v.id, i.code, v.n[i.o], v.d[i.o])
from r, (values
    -- three thirds and 60.0002: (100 + 60.0002) / 4 = 40.00005 exactly; cut thirds make 40.0000499... of it
    ('half', '{1,1,1,600002}'::int[], '{3,3,3,1000000}'::int[]),
    -- (100 + 60.00019996) / 4 = 40.00004999 exactly
    ('below', '{1,1,1,6000019996}'::bigint[], '{3,3,3,10000000000}'::bigint[]),
    -- 50.00001, 50.00002 and 50 are all 50.0000
    ('t1', '{1,1,1,5000004}', '{2,2,2,10000000}'), ('t2', '{1,1,1,5000008}', '{2,2,2,10000000}'),
    ('t3', '{1,2,3,4}', '{2,4,6,8}'), ('last', '{0,0,0,0}', '{1,1,1,1}')
) v (id, n, d), unnest('{2.2,3.7,8.2,8.4}'::text[]) with ordinality i (code, o);
select karmayogi.score_snapshot(s) from r;
select pg_temp.shown($$select entity_id, score, rank from pg_temp.scores((select s from r))$$,
    $$values ('below', 40.0000, 5), ('half', 40.0001, 4), ('last', 0.0000, 6), ('t1', 50.0000, 1),
             ('t2', 50.0000, 1), ('t3', 50.0000, 1)$$,
    'half away from zero at the fourth place, and what is equal there is a tie: 1 1 1 4 5 6');

-- the same with a parameter for each indicator: half as well
select karmayogi.define_scheme(format('{"scheme": "four-parameters", "parameters": [%s]}', string_agg(format(
    '{"parameter": "p%1$s", "weight": 1, "indicators": [{"indicator": "%1$s", "weight": 1}]}', i), ', '))::jsonb)
from unnest('{2.2,3.7,8.2,8.4}'::text[]) i;
create temp table r4 as select pg_temp.snapshot('four-parameters') as s;
select pg_temp.unit(r4.s, 'md', u.entity_id)
from r4, r join karmayogi.snapshot_unit u on u.snapshot_id = r.s;
select pg_temp.value(r4.s, 'md', v.entity_id, v.indicator, karmayogi.numerator(v.value), karmayogi.denominator(v.value))
from r4, r join karmayogi.indicator_value v on v.snapshot_id = r.s;
select karmayogi.score_snapshot(s) from r4;
select pg_temp.shown('select entity_id, score, rank from pg_temp.scores((select s from r4))',
    'select entity_id, score, rank from pg_temp.scores((select s from r))', 'nor does a parameter round');

create temp table t as select pg_temp.snapshot('least') as s;
select pg_temp.unit(s, 'md', id, 100, known, central)
from t, (values ('a', true, true), ('b', true, true), ('c', true, true), ('d', true, true),
                ('gone', false, true), ('of-state', true, false)) v (id, known, central);
select pg_temp.unit(s, level, id, 100, known, central)
from t, (values ('ministry', 'm1', true, true), ('ministry', 'm2', true, true), ('ministry', 's', true, false),
                ('ministry', 'x', false, true), ('state', 'IN-KL', true, false), ('state', 'IN-GA', true, false),
                ('government', 'government', true, true)) v (level, id, known, central);
select pg_temp.value(s, level, id, '2.2', n, 100)
from t, (values ('md', 'a', 90), ('md', 'b', 80), ('md', 'c', 80), ('md', 'd', 70), ('md', 'gone', 99),
                ('md', 'of-state', 95), ('ministry', 'm1', 10), ('ministry', 'm2', 20), ('ministry', 's', 99),
                ('ministry', 'x', 98), ('state', 'IN-KL', 60), ('state', 'IN-GA', 70),
                ('government', 'government', 50), ('mdo', 'a', 90)) v (level, id, n);
select karmayogi.score_snapshot(s) from t;
select pg_temp.shown($$select * from pg_temp.scores((select s from t))$$,
    $$values ('a', 90.0000, 1, null::text), ('b', 80.0000, 2, null), ('c', 80.0000, 2, null), ('d', 70.0000, 4, null),
             ('gone', 99.0000, null, 'not in org_hierarchy'), ('of-state', 95.0000, null, null)$$,
    'competition ranks 1 2 2 4 of central M/Ds; unknown ones and those of States are scored and not ranked');
select pg_temp.shown(
    $$select level, entity_id, score, rank, reason from karmayogi.score
      where snapshot_id = (select s from t) and level <> 'md' order by 1, 2$$,
    $$values ('ministry', 'm1', 10.0000, 2, null::text), ('ministry', 'm2', 20.0000, 1, null),
             ('ministry', 's', 99.0000, null, null), ('ministry', 'x', 98.0000, null, 'not in org_hierarchy'),
             ('state', 'IN-GA', 70.0000, 1, null), ('state', 'IN-KL', 60.0000, 2, null)$$,
    'ministries and States are ranked at their own levels; government and organisations have no score');

----- an indicator of two categories: 2.3 is its women and men added up

create temp table g as select pg_temp.snapshot('gender') as s
from (select karmayogi.define_scheme('{"scheme": "gender", "parameters": [{"parameter": "p", "weight": 1,
    "indicators": [{"indicator": "2.3", "weight": 1}]}]}')) d;
select pg_temp.unit(s, 'md', id) from g, unnest('{both,none,one}'::text[]) id;
select pg_temp.value(s, 'md', id, '2.3', n, d, reason, category)
from g, (values ('both', 'female', 10, 40, null), ('both', 'male', 50, 60, null),
                ('one', 'female', null, null, 'strength not entered'), ('one', 'male', 50, 60, null),
                ('none', 'female', null, null, 'strength not entered'), ('none', 'male', null, null, 'strength not entered')
        ) v (id, category, n, d, reason);
select karmayogi.score_snapshot(s) from g;
-- 10/40 and 50/60 are 60/100, not the mean of 25 % and 83.33 %
select pg_temp.shown($$select * from pg_temp.scores((select s from g))$$,
    $$values ('both', 60.0000, 1, null), ('none', null, null, '2.3 strength not entered'),
             ('one', null, null, '2.3 strength not entered')$$,
    'women and men are added up as tallies, and both are needed');

----- counts and slabs, end to end, under the pilot

create temp table c as select pg_temp.snapshot('pilot') as s;
select pg_temp.unit(s, 'md', 'a') from c;
select pg_temp.value(s, 'md', 'a', i, n, d)
from c, (values ('2.2', 45, 100), ('2.1', 1, 1), ('3.7', 55, 100), ('9.1', 4, 0)) v (i, n, d);
-- of whom a count is not said at all has none, not 0
select pg_temp.unit(s, 'md', 'b') from c;
select pg_temp.value(s, 'md', 'b', i, n, d)
from c, (values ('2.2', 45, 100), ('2.1', 1, 1), ('3.7', 55, 100)) v (i, n, d);
select karmayogi.score_snapshot(s) from c;
-- onboarding = (1 * 45/90 * 100 + 0.5 * 100) / 1.5 = 66.6666...; course_completion = (1 * 60 + 2 * 80) / 3 = 73.3333...
-- score = (40 * 66.6666... + 60 * 73.3333...) / 100 = 26.6666... + 44 = 70.6666...
select pg_temp.shown($$select * from pg_temp.scores((select s from c))$$,
    $$values ('a', 70.6667, 1, null), ('b', null, null, '9.1 not reported')$$, 'target, fact, slabs and count in one score');

----- size classes

select results_eq(
    $$select karmayogi.size_class(n, 'XS:0,S:1001,M:2501,L:5001,XL:10001,XXL:50001')
      from unnest('{0,1000,1001,2500,2501,5000,5001,10000,10001,50000,50001,9000000}'::bigint[])
           with ordinality t (n, o) order by o$$,
    '{XS,XS,S,S,M,M,L,L,XL,XL,XXL,XXL}'::text[], 'size classes from their least number of officials on');
create temp table z as select pg_temp.snapshot('least') as s;
select pg_temp.unit(s, 'md', id, registered, known)
from z, (values ('a', 1000, true), ('b', 1001, true), ('c', 2500, true), ('d', 2000, true), ('e', 60000, true),
                ('f', 1500, false), ('g', 1500, true)) v (id, registered, known);
select pg_temp.value(s, 'md', id, '2.2', n, 100)
from z, (values ('a', 10), ('b', 30), ('c', 20), ('d', 30), ('e', 40), ('f', 99)) v (id, n);
select karmayogi.score_snapshot(s) from z;
select pg_temp.shown(
    $$select entity_id, size_class, rank, size_rank from karmayogi.score
      where snapshot_id = (select s from z) order by entity_id$$,
    $$values ('a', 'XS', 5, 1), ('b', 'S', 2, 1), ('c', 'S', 4, 3), ('d', 'S', 2, 1), ('e', 'XXL', 1, 1),
             ('f', 'S', null, null), ('g', 'S', null, null)$$,
    'ranked within the size class, ties as ties; who is not ranked has a class and no rank in it');

----- published ranks: SDG India Index of NITI Aayog, States of 2018 and of 2019-20 (whole scores, many ties)

create temp table sdg (name text, y2018 int, y2019 int);
insert into sdg values
    ('Andhra Pradesh', 64, 67), ('Arunachal Pradesh', 51, 53), ('Assam', 49, 55), ('Bihar', 48, 50),
    ('Chhattisgarh', 58, 56), ('Goa', 64, 65), ('Gujarat', 64, 64), ('Haryana', 55, 57), ('Himachal Pradesh', 69, 69),
    ('Jammu & Kashmir', 53, null), ('Jharkhand', 50, 53), ('Karnataka', 64, 66), ('Kerala', 69, 70),
    ('Madhya Pradesh', 52, 58), ('Maharashtra', 64, 64), ('Manipur', 59, 60), ('Meghalaya', 52, 54),
    ('Mizoram', 59, 56), ('Nagaland', 51, 57), ('Odisha', 51, 58), ('Punjab', 60, 62), ('Rajasthan', 59, 57),
    ('Sikkim', 58, 65), ('Tamil Nadu', 66, 67), ('Telangana', 61, 67), ('Tripura', 55, 58), ('Uttar Pradesh', 42, 55),
    ('Uttarakhand', 60, 64), ('West Bengal', 56, 60);
create temp table y as select pg_temp.snapshot('least') as y2018, pg_temp.snapshot('least') as y2019;
select pg_temp.unit(y.y2018, 'state', name, 100, true, false),
       pg_temp.value(y.y2018, 'state', name, '2.2', sdg.y2018, 100)
from y, sdg;
select pg_temp.unit(y.y2019, 'state', name, 100, true, false),
       pg_temp.value(y.y2019, 'state', name, '2.2', sdg.y2019, 100)
from y, sdg where sdg.y2019 is not null;
select karmayogi.score_snapshot(y2018), karmayogi.score_snapshot(y2019) from y;
select pg_temp.shown(
    $$select a.entity_id, a.rank, b.rank from y
      join karmayogi.score a on a.snapshot_id = y.y2018
      join karmayogi.score b on b.snapshot_id = y.y2019 and b.entity_id = a.entity_id
      where a.entity_id in ('Uttar Pradesh', 'Odisha', 'Sikkim') order by a.entity_id$$,
    $$values ('Odisha', 23, 15), ('Sikkim', 15, 7), ('Uttar Pradesh', 29, 23)$$,
    'the six published ranks of Odisha, Sikkim and Uttar Pradesh');

----- scoring twice, or nothing

select throws_ok(format('select karmayogi.score_snapshot(%s)', s), '55000', null, 'a snapshot is scored once') from z;
select throws_ok('select karmayogi.score_snapshot(-1)', '42704', null, 'only a snapshot is scored');
select throws_ok('select karmayogi.score_snapshot(null)', '42704', null, 'nor NULL');
select throws_ok(format('select karmayogi.score_snapshot(%s)', pg_temp.snapshot('nobody''s')), '42704', null,
    'a snapshot is scored by a defined scheme');
create temp table e as select pg_temp.snapshot('least') as s;
select lives_ok(format('select karmayogi.score_snapshot(%s)', s), 'a snapshot without units has no scores') from e;

----- verified values only

select karmayogi.define_scheme('{"scheme": "any word", "missing_policy": "reweight", "parameters": [{"parameter": "acbp",
    "weight": 1, "indicators": [{"indicator": "1.1", "weight": 1}, {"indicator": "3.2", "weight": 3}]}]}');
select karmayogi.define_scheme('{"scheme": "verified", "missing_policy": "reweight", "verified_only": true, "parameters":
    [{"parameter": "acbp", "weight": 1, "indicators": [{"indicator": "1.1", "weight": 1}, {"indicator": "3.2", "weight": 3}]}]}');
select karmayogi.define_scheme('{"scheme": "verified or none", "verified_only": true, "parameters":
    [{"parameter": "acbp", "weight": 1, "indicators": [{"indicator": "1.1", "weight": 1}, {"indicator": "3.2", "weight": 3}]}]}');
select pg_temp.shown($$select scheme, verified_only, document -> 'verified_only' from karmayogi.scoring_scheme
    where scheme in ('any word', 'verified', 'illustrative-equal') order by scheme collate "C"$$,
    $$values ('any word', false, 'false'::jsonb), ('illustrative-equal', false, 'false'), ('verified', true, 'true')$$,
    'a scheme says whether it takes verified values alone');
create function pg_temp.reported(scheme text) returns bigint language plpgsql as $$
declare
    s constant bigint := pg_temp.snapshot(scheme);
begin
    -- a: verified yes; b: yes, nobody verified; c: not reported. 3.2 is computed: no for all.
    perform pg_temp.unit(s, 'md', 'a'), pg_temp.unit(s, 'md', 'b'), pg_temp.unit(s, 'md', 'c');
    perform pg_temp.value(s, 'md', 'a', '1.1', 1, 1), pg_temp.value(s, 'md', 'b', '1.1', 1, 1),
            pg_temp.value(s, 'md', 'c', '1.1', null, null, 'not reported');
    perform pg_temp.value(s, 'md', e, '3.2', 0, 1) from unnest('{a,b,c}'::text[]) e;
    update karmayogi.indicator_value set verified = entity_id = 'a' where snapshot_id = s and indicator = '1.1'
        and entity_id <> 'c';
    perform karmayogi.score_snapshot(s);
    return s;
end $$;
select pg_temp.shown($$select * from pg_temp.scores(pg_temp.reported('any word'))$$,
    $$values ('a', 25.0000, 1, null), ('b', 25.0000, 1, null), ('c', 0.0000, 3, null)$$,
    'else every report counts: 1 of 1 with weight 1, 0 with weight 3');
select pg_temp.shown($$select * from pg_temp.scores(pg_temp.reported('verified'))$$,
    $$values ('a', 25.0000, 1, null), ('b', 0.0000, 2, null), ('c', 0.0000, 2, null)$$,
    'a report that nobody verified is missing; a computed value needs no verification');
select pg_temp.shown($$select * from pg_temp.scores(pg_temp.reported('verified or none'))$$,
    $$values ('a', 25.0000, 1, null), ('b', null, null, '1.1 not verified'), ('c', null, null, '1.1 not reported')$$,
    'and the reason tells it from one that nobody submitted');
select is((select b.numerator::text || b.denominator || b.performance from karmayogi.score_breakdown b
    where b.md_id = 'b' and b.indicator = '1.1'), null, 'the breakdown does not show it');
select is((select b.closes from karmayogi.score_breakdown b where b.md_id = 'b' and b.indicator = '1.1'),
    'Have the report verified by somebody other than who submitted it.', 'but what closes it');

----- no refused document leaves a trace

create temp table before as select
    (select count(*) from karmayogi.scoring_scheme) as schemes, (select count(*) from karmayogi.scoring_parameter) as parameters,
    (select count(*) from karmayogi.scoring_weight) as weights, (select count(*) from karmayogi.scheme_in_use) as uses;
create function pg_temp.refused(document text) returns text language plpgsql as $$
begin
    perform karmayogi.define_scheme(document::jsonb);
    return null;
exception when others then
    return sqlstate;
end $$;
create function pg_temp.with_indicator(text) returns text language sql as $$
    select pg_temp.refused('{"scheme": "x", "parameters": [{"parameter": "p", "weight": 1, "indicators": ['
        '{"indicator": "2.2", "weight": 1}, ' || $1 || ']}]}')
$$;
select results_eq(
    $$select pg_temp.refused(d) from unnest(array[
        'null', '[]', '"x"', '{}', '{"scheme": "x"}', '{"scheme": "x", "parameters": []}',
        '{"scheme": "x", "parameters": {"p": 1}}', '{"scheme": "x", "parameters": [1]}',
        '{"scheme": "pilot", "parameters": [{"parameter": "p", "weight": 1, "indicators": [{"indicator": "2.2", "weight": 1}]}]}'
      ]) with ordinality t (d, o) order by o$$,
    '{22023,22023,22023,22023,22023,22023,22023,22023,23505}'::text[], 'documents that are no scheme, or a second one');
select results_eq(
    $$select pg_temp.with_indicator(d) from unnest(array[
        '{"indicator": "2.2", "weight": 1}', '{"indicator": "0.1", "weight": 1}', '{"indicator": 3.7, "weight": 1}',
        '{"indicator": "3.7"}', '{"indicator": "3.7", "weight": 0}', '{"indicator": "3.7", "weight": -1}',
        '{"indicator": "3.7", "weight": "NaN"}', '{"indicator": "3.7", "weight": null}', '{"indicator": "3.7", "weight": 1e13}',
        '{"indicator": "3.7", "weight": 1, "transform": "log"}', '{"indicator": "3.7", "weight": 1, "transform": "slab"}',
        '{"indicator": "3.7", "weight": 1, "slabs": [[1, 2]]}', '{"indicator": "3.7", "weight": 1, "target": 0}',
        '{"indicator": "3.7", "weight": 1, "transform": "slab", "slabs": [[50, 1], [50, 2]]}',
        '{"indicator": "3.7", "weight": 1, "transform": "slab", "slabs": [[50, 101]]}',
        '{"indicator": "3.7", "weight": 1, "transform": "yes_no", "target": 50}', '{"indicator": "9.1", "weight": 1}',
        '{"indicator": "5.1", "weight": 1}', '{"indicator": "3.7", "weight": 1, "wait": 2}'
      ]) with ordinality t (d, o) order by o$$,
    '{23505,42704,22023,22023,22003,22003,22023,22023,22003,22023,22023,22023,22003,22023,22003,22023,22023,22023,22023}'::text[],
    'indicators that cannot be weighed');
select throws_ok($$select karmayogi.use_scheme('nobody''s')$$, '42704', null, 'an unknown scheme is not used');
select throws_ok($$select karmayogi.use_scheme(null)$$, '42704', null, 'nor NULL');
select karmayogi.define_scheme('{"scheme": "later", "effective_from": "2999-04-01", "parameters": [{"parameter": "p",
    "weight": 1, "indicators": [{"indicator": "2.2", "weight": 1}]}]}');
select throws_ok($$select karmayogi.use_scheme('later')$$, '55000', null, 'nor one that is effective later');
select pg_temp.shown(
    $$select (select count(*) from karmayogi.scoring_scheme) - 1, (select count(*) from karmayogi.scoring_parameter) - 1,
             (select count(*) from karmayogi.scoring_weight) - 1, (select count(*) from karmayogi.scheme_in_use)$$,
    'select schemes, parameters, weights, uses from before', 'what was refused changed nothing');

select * from finish();
rollback;

-- What users read: the rankings, the top performers, the history and the breakdown that adds up.
begin;
select plan(40);

create function pg_temp.shown(have text, want text, meaning text) returns text language sql as $$
    select results_eq(format('select r::text collate "C" from (%s) r', have),
                      format('select r::text collate "C" from (%s) r', want), meaning)
$$;
create function pg_temp.snapshot(scheme text, as_of date) returns bigint language sql as $$
    insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
    values (as_of, scheme, false, 'sql', false) returning snapshot_id
$$;
create function pg_temp.unit(s bigint, level text, id text, name text, registered bigint default 100,
    strength bigint default null, known boolean default true, central boolean default true) returns void language sql as $$
    insert into karmayogi.snapshot_unit
        (snapshot_id, level, entity_id, entity_name, ministry_name, known, central, registered, strength)
    values (s, level, id, name, 'Ministry of ' || name, known, central, registered, strength)
$$;
create function pg_temp.value(s bigint, level text, id text, indicator text, n bigint, d bigint,
    reason text default null) returns void language sql as $$
    insert into karmayogi.indicator_value (snapshot_id, level, entity_id, indicator, value, reason)
    values (s, level, id, indicator, karmayogi.tally(n, d), reason)
$$;

----- shape

create function pg_temp.columns(view text) returns text language sql as $$
    select string_agg(attname, ' ' order by attnum) from pg_attribute
    where attrelid = ('karmayogi.' || view)::regclass and attnum > 0
$$;
select is(pg_temp.columns('mdo_ranking'),
    'rank md_id md_name ministry_name onboarding kym course_completion acbp score previous_rank rank_change size_class '
    'size_rank registered strength scheme official_scheme as_of reason', 'columns of mdo_ranking');
select is(pg_temp.columns('ministry_ranking'),
    'rank ministry_id ministry_name onboarding kym course_completion acbp score previous_rank rank_change size_class '
    'size_rank registered strength scheme official_scheme as_of reason', 'columns of ministry_ranking');
select is(pg_temp.columns('state_ranking'),
    'rank state_code state_name onboarding kym course_completion acbp score previous_rank rank_change size_class '
    'size_rank registered strength scheme official_scheme as_of reason', 'columns of state_ranking');
select is(pg_temp.columns('top_performers'), pg_temp.columns('mdo_ranking'), 'top_performers has those of mdo_ranking');
select is(pg_temp.columns('score_breakdown'),
    'md_id md_name parameter indicator numerator denominator value performance weight points_earned points_lost closes '
    'reason', 'columns of score_breakdown');
select is_empty(
    $$select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where c.relnamespace = 'karmayogi'::regnamespace
        and c.relname in ('unit_ranking', 'mdo_ranking', 'ministry_ranking', 'state_ranking', 'top_performers',
                          'rank_history', 'unit_breakdown', 'score_breakdown', 'report', 'scoring_scheme',
                          'scoring_parameter', 'scoring_weight', 'scheme_in_use')
        and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)$$,
    'every view, every table of scoring and every column of them is commented');

----- before the first snapshot

select is(karmayogi.newest_snapshot(), null, 'before the first snapshot there is none');
select is_empty('select * from karmayogi.mdo_ranking', 'and no ranking');
select is_empty('select * from karmayogi.score_breakdown', 'and nothing to break down');
select is_empty('select * from karmayogi.top_performers', 'and nobody on top');

----- two nights under the shipped scheme: M/Ds that have everything but course completion, which is the given one

create function pg_temp.full_but(s bigint, level text, id text, n bigint, d bigint) returns void language sql as $$
    select pg_temp.value(s, level, id, i, 1, 1) from unnest('{1.1,2.1,2.2,3.1,3.2,3.3,3.4,3.5,3.6,4.3}'::text[]) i;
    select pg_temp.value(s, level, id, '3.7', n, d, case when d = 0 then 'nothing allotted' end);
$$;
create temp table night as select pg_temp.snapshot('illustrative-equal', '2026-10-31') as s;
select pg_temp.unit(s, 'md', id, name), pg_temp.full_but(s, 'md', id, n, 100)
from night, (values ('a', 'Ayush', 90), ('b', 'Coal', 80), ('c', 'Defence', 70), ('x', 'Space', 60)) v (id, name, n);
select karmayogi.score_snapshot(s) from night;
select is_empty('select 1 from karmayogi.mdo_ranking where previous_rank is not null or rank_change is not null',
    'in the first snapshot nothing has changed');

update night set s = pg_temp.snapshot('illustrative-equal', '2026-11-01');
select pg_temp.unit(s, 'md', id, name, registered, strength, known, central), pg_temp.full_but(s, 'md', id, n, d)
from night, (values
    ('a', 'Ayush', 80, 100, 900, 1000::bigint, true, true), ('b', 'Coal', 80, 100, 3000, 4000, true, true),
    ('c', 'Defence', 90, 100, 100, null, true, true), ('d', 'Earth Sciences', 50, 100, 100, null, true, true),
    ('e', 'Food', 40, 100, 100, null, true, true), ('f', 'Ayush', 40, 100, 100, null, true, true),
    ('g', 'Health', 10, 100, 100, null, true, true), ('x', 'Space', 0, 0, 100, null, true, true),
    ('y', 'Gone', 100, 100, 5, null, false, true), ('z', 'Of a State', 100, 100, 100, null, true, false)
) v (id, name, n, d, registered, strength, known, central);
select pg_temp.unit(s, 'ministry', 'm', 'Power', 7, 8), pg_temp.full_but(s, 'ministry', 'm', 1, 2) from night;
select pg_temp.unit(s, 'ministry', 'st', 'Kerala', 7, 8, true, false), pg_temp.full_but(s, 'ministry', 'st', 1, 1) from night;
select pg_temp.unit(s, 'state', 'IN-KL', 'Kerala', 7, 8, true, false), pg_temp.full_but(s, 'state', 'IN-KL', 3, 4) from night;
select karmayogi.score_snapshot(s) from night;

-- score = (3 * 100 + course completion) / 4
select pg_temp.shown('select rank, md_id, md_name, course_completion, score, previous_rank, rank_change from karmayogi.mdo_ranking',
    $$values (1, 'c', 'Defence', 90.0000, 97.5000, 3, 2), (2, 'a', 'Ayush', 80.0000, 95.0000, 1, -1),
             (2, 'b', 'Coal', 80.0000, 95.0000, 2, 0), (4, 'd', 'Earth Sciences', 50.0000, 87.5000, null, null),
             (5, 'f', 'Ayush', 40.0000, 85.0000, null, null), (5, 'e', 'Food', 40.0000, 85.0000, null, null),
             (7, 'g', 'Health', 10.0000, 77.5000, null, null), (null, 'y', 'Gone', 100.0000, 100.0000, null, null),
             (null, 'x', 'Space', null, null, 4, null)$$,
    'best first, ties by name, the unranked last, movement since the night before; no M/D of a State');
select pg_temp.shown(
    $$select * from karmayogi.mdo_ranking where md_id in ('a', 'b', 'x', 'y')$$,
    $$values (2, 'a', 'Ayush', 'Ministry of Ayush', 100.0000, 100.0000, 80.0000, 100.0000, 95.0000, 1, -1, 'XS', 2, 900, 1000,
              'illustrative-equal', false, date '2026-11-01', null),
             (2, 'b', 'Coal', 'Ministry of Coal', 100.0000, 100.0000, 80.0000, 100.0000, 95.0000, 2, 0, 'M', 1, 3000, 4000,
              'illustrative-equal', false, '2026-11-01', null),
             (null, 'y', 'Gone', 'Ministry of Gone', 100.0000, 100.0000, 100.0000, 100.0000, 100.0000, null, null, 'XS', null, 5,
              null, 'illustrative-equal', false, '2026-11-01', 'not in org_hierarchy'),
             (null, 'x', 'Space', 'Ministry of Space', 100.0000, 100.0000, null, 100.0000, null, 4, null, 'XS', null, 100, null,
              'illustrative-equal', false, '2026-11-01', '3.7 nothing allotted')$$,
    'whole rows: parameters, size, strength, scheme, reason');
select pg_temp.shown('select rank, ministry_id, ministry_name, score, registered, strength from karmayogi.ministry_ranking',
    $$values (1, 'm', 'Power', 87.5000, 7, 8)$$, 'central ministries');
select pg_temp.shown('select rank, state_code, state_name, score from karmayogi.state_ranking',
    $$values (1, 'IN-KL', 'Kerala', 93.7500)$$, 'States and UTs');
select pg_temp.shown('select rank, md_id from karmayogi.top_performers',
    $$values (1, 'c'), (2, 'a'), (2, 'b'), (4, 'd'), (5, 'f'), (5, 'e')$$, 'the top 5, with the whole tie at the last place');
select karmayogi.set_setting('top_performers', '1');
select pg_temp.shown('select rank, md_id from karmayogi.top_performers', $$values (1, 'c')$$, 'as many as the setting says');
select pg_temp.shown($$select as_of, rank, score from karmayogi.rank_history where level = 'md' and entity_id = 'a' order by as_of$$,
    $$values (date '2026-10-31', 1, 97.5000), ('2026-11-01', 2, 95.0000)$$, 'the history of one M/D');
select is((select count(*) from karmayogi.rank_history), 4::bigint + 13, 'every scored unit of every snapshot');

----- breakdown by hand: 11 indicators, weights 12.5, 12.5, 25, 25 and seven of 25/7 = 3.5714...

select pg_temp.shown(
    $$select parameter, indicator, numerator, denominator, value, performance, weight, points_earned, points_lost, reason
      from karmayogi.score_breakdown where md_id = 'g' and parameter in ('onboarding', 'course_completion')$$,
    $$values ('onboarding', '2.1', 1, 1, 100.00, 100.0000, 12.5000, 12.5000, 0.0000, null),
             ('onboarding', '2.2', 1, 1, 100.00, 100.0000, 12.5000, 12.5000, 0.0000, null),
             ('course_completion', '3.7', 10, 100, 10.00, 10.0000, 25.0000, 2.5000, 22.5000, null)$$,
    'values, performance, weight and points');
-- 25/7 in ten thousandths is 35714 and two sevenths: seven of them lack two of 250000, which go to the first two
select pg_temp.shown(
    $$select indicator, weight, points_earned, points_lost from karmayogi.score_breakdown
      where md_id = 'g' and parameter = 'acbp'$$,
    $$values ('1.1', 3.5714, 3.5715, 0.0000), ('3.1', 3.5714, 3.5715, 0.0000), ('3.2', 3.5714, 3.5714, 0.0000),
             ('3.3', 3.5714, 3.5714, 0.0000), ('3.4', 3.5714, 3.5714, 0.0000), ('3.5', 3.5714, 3.5714, 0.0000),
             ('3.6', 3.5714, 3.5714, 0.0000)$$,
    'sevenths of 25 by largest remainder, the catalogue''s order between equals');
select pg_temp.shown(
    $$select indicator, weight, points_earned, points_lost, closes, reason from karmayogi.score_breakdown
      where md_id = 'x' and indicator = '3.7'$$,
    $$values ('3.7', 25.0000, null, null, 'Have the plans of its organisations allot courses.', 'nothing allotted')$$,
    'without a score there are no points, but the reason and what closes it');
-- what is lost likewise: 25 + 2 * 25/7 is 32.142857..., cut 25 + 2 * 3.5714 = 32.1428, and the score is 67.8571:
-- the ten thousandth that lacks goes to a seventh, not to the 25 that lost nothing in the cut
create temp table cut as select pg_temp.snapshot('illustrative-equal', '2026-11-01') as s;
select pg_temp.unit(s, 'md', 'a', 'Ayush') from cut;
select pg_temp.value(s, 'md', 'a', i, case when i in ('3.5', '3.6', '3.7') then 0 else 1 end, 1)
from cut, unnest('{1.1,2.1,2.2,3.1,3.2,3.3,3.4,3.5,3.6,3.7,4.3}'::text[]) i;
select karmayogi.score_snapshot(s) from cut;
select pg_temp.shown(
    $$select indicator, points_lost from karmayogi.score_breakdown where points_lost > 0$$,
    $$values ('3.7', 25.0000), ('3.5', 3.5715), ('3.6', 3.5714)$$, 'points lost by largest remainder');
delete from karmayogi.snapshot where snapshot_id = (select s from cut);
select is_empty(
    $$select b.md_id from karmayogi.score_breakdown b join karmayogi.mdo_ranking r using (md_id) group by b.md_id, r.score
      having sum(b.points_earned) is distinct from r.score
          or (r.score is not null and sum(b.points_earned + b.points_lost) <> 100) or count(*) <> 11$$,
    'points earned add up to the score, earned and lost to 100');

----- what closes the gap

create function pg_temp.closes(indicator text, transform text, target numeric, slabs jsonb, n bigint, d bigint,
    reason text default null) returns text language sql as $$
    select karmayogi.closes(i.unit, i.entity, '.', g.goal,
        karmayogi.lacking(i.code, i.unit, g.goal, karmayogi.tally(n, d)),
        karmayogi.performance(karmayogi.tally(n, d), i.unit, transform, target, slabs), reason)
    from karmayogi.indicator i, lateral (select karmayogi.goal(i.unit, transform, target, slabs)) g (goal)
    where i.code = indicator
$$;
select is(pg_temp.closes('3.7', 'linear', 100, null, 1, 3), '2 more officials to reach 100 %. .', 'of three one is there');
select is(pg_temp.closes('3.7', 'linear', 80, null, 2, 3), '1 more official to reach 80 %. .', '80 % of three are three');
select is(pg_temp.closes('2.2', 'linear', 62.50, null, 0, 8), '5 more officials to reach 62.5 %. .', 'a fraction as target');
select is(pg_temp.closes('3.5', 'linear', 100, null, 5, 7), '2 more courses to reach 100 %. .', 'contents of plans are courses');
select is(pg_temp.closes('3.7', 'slab', 100, '[[25, 20], [50, 60], [80, 60]]', 30, 100), '20 more officials to reach 50 %. .',
    'the first of the slabs with the best marks');
select is(pg_temp.closes('3.7', 'slab', 100, '[[25, 20], [50, 60]]', 50, 100), null,
    'marks beyond the best slab cannot be had');
select is(pg_temp.closes('9.1', 'linear', 5, null, 4, 0), '1 more domain area to reach 5. .', 'a count');
-- of 100 registered 30 are women: 34 more make 64 of 134, 47.76 %; for half it takes 40: 70 of 140
select is(pg_temp.closes('8.3', 'linear', 50, null, 30, 100), '40 more officials to reach 50 %. .',
    'each woman registered is one more of all registered');
select is(pg_temp.closes('4.3', 'linear', 100, null, 0, 1), '.', 'a fact is closed by its act');
select is(pg_temp.closes('4.3', 'linear', 100, null, 1, 1), null, 'everything earned');
select is(pg_temp.closes('2.2', 'linear', 100, null, null, null, 'strength not entered'),
    'Enter the sanctioned strength of its organisations in karmayogi.strength.', 'a missing strength');
-- against every number there is: one less does not reach it, that many do
select is_empty(
    $$select n, d, t from generate_series(1, 40) d, generate_series(0, d) n, unnest('{33.3, 50, 66.67, 100}'::numeric[]) t,
          lateral (select coalesce(split_part(pg_temp.closes('3.7', 'linear', t, null, n, d), ' ', 1)::int, 0) as more) c
      where karmayogi.performance(karmayogi.tally(n + more, d), 'percent', 'linear', t, null) < 100
         or (more > 0 and karmayogi.performance(karmayogi.tally(n + more - 1, d), 'percent', 'linear', t, null) = 100)$$,
    'exactly so many more reach the target, for every value of up to 40 officials');

----- 500 generated units under each policy, with odd weights, missing values and every transform

select karmayogi.define_scheme(format('{"scheme": "odd-%1$s", "missing_policy": "%1$s", "parameters": [
    {"parameter": "onboarding", "weight": 3, "indicators": [{"indicator": "2.2", "weight": 7, "target": 93.7},
        {"indicator": "2.1", "weight": 0.13, "transform": "yes_no"}, {"indicator": "8.4", "weight": 3}]},
    {"parameter": "rest", "weight": 0.7, "indicators": [{"indicator": "9.1", "weight": 1, "target": 7},
        {"indicator": "2.2", "weight": 1.1, "transform": "slab", "slabs": [[10, 3.3], [33.3, 41.7], [77, 99.99]]}]},
    {"parameter": "course_completion", "weight": 11, "indicators": [{"indicator": "3.7", "weight": 1}]}]}', policy)::jsonb)
from unnest('{unranked,zero,reweight}'::text[]) policy;

-- numbers from a hash: the same on every machine
create function pg_temp.draw(id text, below int) returns int language sql immutable as $$
    select ('x' || substr(md5(id), 1, 7))::bit(28)::int % below
$$;
create function pg_temp.faults(policy text) returns table (md_id text, score numeric, earned numeric, whole numeric)
language plpgsql as $$
declare
    s bigint := pg_temp.snapshot('odd-' || policy, '2026-11-02');
begin
    perform pg_temp.unit(s, 'md', 'u' || u, 'Unit ' || u) from generate_series(1, 500) u;
    perform pg_temp.value(s, 'md', 'u' || u, i, v.n, v.d, case when v.d is null then 'not reported' end)
    from generate_series(1, 500) u, unnest('{2.1,2.2,8.4,9.1,3.7}'::text[]) i,
        lateral (select pg_temp.draw(u || 'd' || i, 5000) + 1 as d, pg_temp.draw(u || 'x' || i, 9) = 0 as gone) r,
        lateral (select case when not gone then case i when '9.1' then pg_temp.draw(u || 'n' || i, 10)
                     when '2.1' then pg_temp.draw(u || 'n' || i, 2) else pg_temp.draw(u || 'n' || i, d + 1 + d / 20) end end as n,
                 case when not gone then case i when '9.1' then 0 when '2.1' then 1 else r.d end end as d) v;
    -- whatever autovacuum thinks of tables that were empty a moment ago
    analyze karmayogi.snapshot, karmayogi.snapshot_unit, karmayogi.indicator_value;
    perform karmayogi.score_snapshot(s);
    analyze karmayogi.score, karmayogi.score_part, karmayogi.score_parameter;  -- as a refresh does
    return query
        select b.md_id, r.score, sum(b.points_earned), sum(b.points_earned + b.points_lost)
        from karmayogi.score_breakdown b join karmayogi.mdo_ranking r using (md_id)
        group by b.md_id, r.score, r.reason
        having sum(b.points_earned) is distinct from r.score
            or sum(b.points_earned + b.points_lost) is distinct from case when r.score is not null then 100.0 end
            or bool_or(b.points_earned < 0 or b.points_lost < 0)
            or bool_or(abs(b.points_earned + b.points_lost - b.weight) > 0.0002)
            or (r.score is null) is distinct from (r.reason is not null);
end $$;
select is_empty($$select * from pg_temp.faults('unranked')$$, '500 units, unranked: every sum is exact');
select cmp_ok((select count(*) from karmayogi.mdo_ranking where score is null), '>', 100::bigint, 'many of them without a score');
select is_empty($$select * from pg_temp.faults('zero')$$, '500 units, zero: every sum is exact');
select is_empty($$select * from pg_temp.faults('reweight')$$, '500 units, reweight: every sum is exact');

select * from finish();
rollback;

-- Why a unit has its score: what score_snapshot leaves in score_part, for the breakdowns to show. It is worked out
-- once, when a snapshot is scored: every reader after that reads rows.

create function karmayogi.slab_goal(slabs jsonb) returns numeric
language sql immutable strict parallel safe
begin atomic
    select (s ->> 0)::numeric from jsonb_array_elements(slabs) s
    order by (s ->> 1)::numeric desc, (s ->> 0)::numeric limit 1;
end;
comment on function karmayogi.slab_goal(jsonb) is
    'Part of break_down: where the first of the slabs with the best marks begins.';

create function karmayogi.goal(unit text, transform text, target numeric, slabs jsonb) returns numeric
language sql immutable parallel safe
return case transform
    when 'linear' then target
    when 'yes_no' then case unit when 'count' then 1 else 100 end
    when 'slab' then karmayogi.slab_goal(slabs)
    end;
comment on function karmayogi.goal(text, text, numeric, jsonb) is
    'Part of break_down: the least value (percent, of a count the number) that earns all that can be '
    'earned.';

create function karmayogi.lacking(indicator text, unit text, goal numeric, value karmayogi.tally) returns numeric
language sql immutable parallel safe
return case
    when unit = 'count' then ceil(goal) - karmayogi.numerator(value)
    when karmayogi.denominator(value) = 0 then null
    -- each woman registered is one more of all registered, too: (n + x) / (d + x) >= goal
    when indicator = '8.3' then
        case when goal < 100 then
            ceil((goal * karmayogi.denominator(value) - 100 * karmayogi.numerator(value)) / (100 - goal)) end
    else ceil(goal * karmayogi.denominator(value) / 100) - karmayogi.numerator(value)
    end;
comment on function karmayogi.lacking(text, text, numeric, karmayogi.tally) is
    'Part of break_down: the least whole number by which the numerator reaches the goal, against the '
    'denominator as it is; NULL where no number does.';

create function karmayogi.closes(
    unit text, entity text, remedy text, goal numeric, lacking numeric, performance numeric, reason text)
returns text
language sql immutable parallel safe
return case
    when performance = 100 then null
    when performance is null and reason like '%strength not entered%' then
        'Enter the sanctioned strength of its organisations in karmayogi.strength.'
    when performance is null and reason like '%nothing allotted%' then
        'Have the plans of its organisations allot courses.'
    when performance is null and reason = 'not verified' then
        'Have the report verified by somebody other than who submitted it.'
    when performance is null or unit = 'yes/no' or lacking is null then remedy
    when lacking <= 0 then null
    -- texts put together are immutable, and numbers put to texts are not: only so the planner writes it into the query
    else lacking::text || ' more '
        || case when unit = 'count' then 'domain area' when entity = 'mdo' then 'official' else 'course' end
        || case when lacking = 1 then '' else 's' end || ' to reach ' || trim_scale(goal)::text
        || case unit when 'count' then '. ' else ' %. ' end || remedy
    end;
comment on function karmayogi.closes(text, text, text, numeric, numeric, numeric, text) is
    'Part of break_down: how many more officials, courses or areas earn all that can be earned, or which act '
    'does; NULL where everything is earned.';

create function karmayogi.break_down(snapshot_id bigint, performances karmayogi.unit_performance[]) returns void
language sql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set enable_nestloop = off  -- of the length of an array the planner knows nothing
begin atomic
    with part as materialized (
        -- the same for every unit
        select row_number() over (order by p.position, i.position) as position, w.parameter, w.indicator, w.weight,
               p.weight as parameter_weight, i.unit, i.entity, i.remedy, c.missing_policy,
               karmayogi.goal(i.unit, w.transform, w.target, w.slabs) as goal
        from karmayogi.snapshot n
        join karmayogi.scoring_scheme c on c.scheme = n.scheme
        join karmayogi.scoring_parameter p on p.scheme = c.scheme
        join karmayogi.scoring_weight w on w.scheme = p.scheme and w.parameter = p.parameter
        join karmayogi.indicator i on i.code = w.indicator
        where n.snapshot_id = $1
    ), unit as materialized (
        -- a number is compared sooner than two texts
        select s.*, row_number() over (order by s.level, s.entity_id) as n
        from karmayogi.score s
        where s.snapshot_id = $1
    ), scored as materialized (
        select u.n, q.position, u.score, p.value, p.performance, p.reason,
               case when p.performance is not null then p.performance
                    when q.missing_policy = 'zero' then 0 end as counted
        from unnest($2) p
        join unit u on u.level = p.level and u.entity_id = p.entity_id
        join part q on q.parameter = p.parameter and q.indicator = p.indicator
    ), left_out as materialized (
        -- What an indicator weighs: of a scored unit, among the indicators that count for it; else among all. Many
        -- units, few such sets.
        select s.n, coalesce(array_agg(s.position) filter (where s.score is not null and s.counted is null), '{}') as positions
        from scored s
        group by s.n
    ), weighed as (
        select l.positions, q.position, q.parameter, q.parameter_weight,
               case when q.position = any (l.positions) then 0 else q.weight end as own_weight
        from (select distinct l.positions from left_out l) l
        cross join part q
    ), shared as (
        select w.*, sum(w.own_weight) over (partition by w.positions, w.parameter) as parameter_sum
        from weighed w
    ), spread as (
        select s.*, case when s.parameter_sum > 0
                    then round(s.parameter_weight * s.own_weight, 60) / s.parameter_sum else 0 end as part
        from shared s
    ), effective as materialized (
        select s.positions, s.position,
               round(100 * s.part, 60) / nullif(sum(s.part) over (partition by s.positions), 0) as share
        from spread s
    ), exact as (
        -- In ten thousandths of a point, so that a whole number is what can be shown. The fences: what follows asks for
        -- these many digits time and again, and the planner would work them out as often.
        select s.n, s.position, s.score, round(e.share * coalesce(s.counted, 0) * 100, 30) as earned,
               round(e.share * (100 - coalesce(s.counted, 0)) * 100, 30) as lost
        from scored s
        join left_out l on l.n = s.n
        join effective e on e.positions = l.positions and e.position = s.position
        where s.score is not null
        offset 0
    ), cut as (
        select e.*, floor(e.earned) as earned_whole, floor(e.lost) as lost_whole
        from exact e
        offset 0
    ), remainder as materialized (
        -- Largest remainder: every share is cut to what can be shown, and what then lacks of the whole goes, a ten
        -- thousandth each, to the shares that lost most in the cut; the catalogue's order decides between equals.
        select c.n, c.position, c.earned_whole, c.lost_whole,
               row_number() over (unit order by c.earned - c.earned_whole desc, c.position)
                   <= 10000 * c.score - sum(c.earned_whole) over (unit) as earned_up,
               row_number() over (unit order by c.lost - c.lost_whole desc, c.position)
                   <= 10000 * (100 - c.score) - sum(c.lost_whole) over (unit) as lost_up
        from cut c
        window unit as (partition by c.n)
    ), gap as (
        select s.*, q.parameter, q.indicator, q.unit, q.entity, q.remedy, q.goal,
               karmayogi.lacking(q.indicator, q.unit, q.goal, s.value) as lacking
        from scored s
        join part q on q.position = s.position
        offset 0
    )
    insert into karmayogi.score_part (snapshot_id, level, entity_id, position, entity_name, central, parameter, indicator,
                                      numerator, denominator, value, performance, weight, points_earned, points_lost,
                                      closes, reason)
    select $1, u.level, u.entity_id, g.position, u.entity_name, u.central, g.parameter, g.indicator,
           karmayogi.numerator(g.value), karmayogi.denominator(g.value),
           case g.unit when 'count' then karmayogi.numerator(g.value) else karmayogi.pct(g.value, 2) end,
           round(round(g.performance, 30), 4),
           e.weight,
           round((r.earned_whole + r.earned_up::int) / 10000, 4),
           round((r.lost_whole + r.lost_up::int) / 10000, 4),
           karmayogi.closes(g.unit, g.entity, g.remedy, g.goal, g.lacking, g.performance, g.reason),
           g.reason
    from gap g
    join unit u on u.n = g.n
    join left_out l on l.n = g.n
    join (select e.positions, e.position, round(round(e.share, 30), 4) as weight from effective e offset 0) e
        on e.positions = l.positions and e.position = g.position
    left join remainder r on r.n = g.n and r.position = g.position
    order by g.n, g.position;
end;
comment on function karmayogi.break_down(bigint, karmayogi.unit_performance[]) is
    'Part of score_snapshot: fills score_part of a snapshot that is scored. Of each parameter and indicator the '
    'share of the 100 points, the points earned, which add up exactly to the score, the points lost, and what '
    'closes the gap.';

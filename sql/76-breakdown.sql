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
begin atomic
    with scored as (
        select p.*, s.score,
               case when p.performance is not null then p.performance
                    when c.missing_policy = 'zero' then 0 end as counted
        from unnest($2) p
        join karmayogi.score s on s.level = p.level and s.entity_id = p.entity_id
        cross join karmayogi.snapshot n
        join karmayogi.scoring_scheme c on c.scheme = n.scheme
        where n.snapshot_id = $1 and s.snapshot_id = $1
    ), weighed as (
        -- what an indicator weighs: of a scored unit, among the indicators that count for it; else among all
        select s.*, case when s.score is null or s.counted is not null then s.weight else 0 end as own_weight
        from scored s
    ), shared as (
        select w.*, sum(w.own_weight) over (partition by w.level, w.entity_id, w.parameter) as parameter_sum
        from weighed w
    ), spread as (
        select s.*, case when s.parameter_sum > 0
                    then round(s.parameter_weight * s.own_weight, 60) / s.parameter_sum else 0 end as part
        from shared s
    ), effective as (
        select s.*, round(100 * s.part, 60) / nullif(sum(s.part) over (partition by s.level, s.entity_id), 0) as share
        from spread s
    ), exact as (
        -- In ten thousandths of a point, so that a whole number is what can be shown. The fences: what follows asks for
        -- these many digits time and again, and the planner would work them out as often.
        select e.*, round(e.share * coalesce(e.counted, 0) * 100, 30) as earned,
               round(e.share * (100 - coalesce(e.counted, 0)) * 100, 30) as lost
        from effective e
        offset 0
    ), cut as (
        select e.*, floor(e.earned) as earned_whole, e.earned - floor(e.earned) as earned_rest,
               floor(e.lost) as lost_whole, e.lost - floor(e.lost) as lost_rest
        from exact e
        offset 0
    ), remainder as (
        -- Largest remainder: every share is cut to what can be shown, and what then lacks of the whole goes, a ten
        -- thousandth each, to the shares that lost most in the cut; the catalogue's order decides between equals.
        select e.*,
               row_number() over (unit order by e.parameter_position, e.indicator_position) as position,
               row_number() over (unit order by e.earned_rest desc, e.parameter_position, e.indicator_position)
                   <= 10000 * e.score - sum(e.earned_whole) over (unit) as earned_up,
               row_number() over (unit order by e.lost_rest desc, e.parameter_position, e.indicator_position)
                   <= 10000 * (100 - e.score) - sum(e.lost_whole) over (unit) as lost_up
        from cut e
        window unit as (partition by e.level, e.entity_id)
    ), goal as (
        -- the same for every unit
        select w.parameter, w.indicator, i.entity, i.remedy, karmayogi.goal(i.unit, w.transform, w.target, w.slabs) as goal
        from karmayogi.snapshot n
        join karmayogi.scoring_weight w on w.scheme = n.scheme
        join karmayogi.indicator i on i.code = w.indicator
        where n.snapshot_id = $1
        offset 0
    )
    insert into karmayogi.score_part (snapshot_id, level, entity_id, position, entity_name, central, parameter, indicator,
                                      numerator, denominator, value, performance, weight, points_earned, points_lost,
                                      closes, reason)
    select $1, r.level, r.entity_id, r.position, r.entity_name, r.central, r.parameter, r.indicator,
           karmayogi.numerator(r.value), karmayogi.denominator(r.value),
           case r.unit when 'count' then karmayogi.numerator(r.value) else karmayogi.pct(r.value, 2) end,
           round(round(r.performance, 30), 4),
           round(round(r.share, 30), 4),
           case when r.score is not null then round((r.earned_whole + r.earned_up::int) / 10000, 4) end,
           case when r.score is not null then round((r.lost_whole + r.lost_up::int) / 10000, 4) end,
           karmayogi.closes(r.unit, g.entity, g.remedy, g.goal, k.lacking, r.performance, r.reason),
           r.reason
    from remainder r
    join goal g on g.parameter = r.parameter and g.indicator = r.indicator
    cross join lateral (select karmayogi.lacking(r.indicator, r.unit, g.goal, r.value) offset 0) k (lacking)
    order by r.level, r.entity_id, r.position;
end;
comment on function karmayogi.break_down(bigint, karmayogi.unit_performance[]) is
    'Part of score_snapshot: fills score_part of a snapshot that is scored. Of each parameter and indicator the '
    'share of the 100 points, the points earned, which add up exactly to the score, the points lost, and what '
    'closes the gap.';

-- What users read: rankings, top performers, the breakdown of a score, the history of ranks. Plain views on the
-- snapshot tables, bound to the newest snapshot by one look-up each, so that a dashboard may ask at any time.
-- No row in them is about a single official.

create function karmayogi.newest_snapshot() returns bigint
language sql stable parallel safe
begin atomic
    select max(s.snapshot_id) from karmayogi.snapshot s;
end;
comment on function karmayogi.newest_snapshot() is
    'Number of the snapshot that was published last; NULL while there is none.';

create function karmayogi.previous_snapshot() returns bigint
language sql stable parallel safe
begin atomic
    select s.snapshot_id from karmayogi.snapshot s order by s.snapshot_id desc limit 1 offset 1;
end;
comment on function karmayogi.previous_snapshot() is
    'Number of the snapshot before the newest; NULL while there is none.';

create view karmayogi.unit_ranking as
    select s.level, s.entity_id, u.entity_name, u.ministry_name, u.known, u.central,
           s.rank, p.onboarding, p.kym, p.course_completion, p.acbp, case when not h.hidden then s.score end as score,
           b.rank as previous_rank, b.rank - s.rank as rank_change,
           s.size_class, s.size_rank, u.registered, u.strength,
           n.scheme, n.official_scheme, n.as_of,
           case when h.hidden then concat_ws('; ', s.reason, 'below the floor') else s.reason end as reason
    from karmayogi.snapshot n
    join karmayogi.score s on s.snapshot_id = n.snapshot_id
    join karmayogi.snapshot_unit u
        on u.snapshot_id = s.snapshot_id and u.level = s.level and u.entity_id = s.entity_id
    -- a score made of small counts is as much of a secret as they are
    cross join lateral (
        select not (select karmayogi.sees_everything())
               and exists (select from karmayogi.hidden_performance x
                           where x.snapshot_id = s.snapshot_id and x.level = s.level
                             and x.entity_id = s.entity_id)) h (hidden)
    left join karmayogi.score b
        on b.snapshot_id = (select karmayogi.previous_snapshot())
        and b.level = s.level and b.entity_id = s.entity_id
    cross join lateral (
        select max(q.performance) filter (where q.parameter = 'onboarding') as onboarding,
               max(q.performance) filter (where q.parameter = 'kym') as kym,
               max(q.performance) filter (where q.parameter = 'course_completion') as course_completion,
               max(q.performance) filter (where q.parameter = 'acbp') as acbp
        from karmayogi.score_parameter q
        where q.snapshot_id = s.snapshot_id and q.level = s.level and q.entity_id = s.entity_id
          and not (h.hidden and exists (
              select from karmayogi.hidden_performance x
              where x.snapshot_id = q.snapshot_id and x.level = q.level and x.entity_id = q.entity_id
                and x.parameter = q.parameter))) p
    where n.snapshot_id = (select karmayogi.newest_snapshot());
comment on view karmayogi.unit_ranking is
    'Score and rank of every M/D, ministry and State/UT in the newest snapshot, ranked or not; '
    'mdo_ranking, ministry_ranking and state_ranking are its levels. The weights of the scheme are '
    'official only where official_scheme is true: Annexure-I of OM T-28/98/2024-iGOT-Part(2) of 18 '
    'December 2024 is not public (SPEC 8).';
comment on column karmayogi.unit_ranking.level is 'md, ministry or state.';
comment on column karmayogi.unit_ranking.entity_id is
    'mdo_id of the M/D or ministry, code of the State or UT.';
comment on column karmayogi.unit_ranking.entity_name is 'Its name.';
comment on column karmayogi.unit_ranking.ministry_name is 'Name of the ministry it belongs to.';
comment on column karmayogi.unit_ranking.known is
    'Whether org_hierarchy has it; what is not known is not ranked.';
comment on column karmayogi.unit_ranking.central is
    'Whether it is of the Union; a State''s M/D or ministry is scored, but not ranked.';

create view karmayogi.mdo_ranking as
    select r.rank, r.entity_id as md_id, r.entity_name as md_name, r.ministry_name,
           r.onboarding, r.kym, r.course_completion, r.acbp, r.score, r.previous_rank, r.rank_change,
           r.size_class, r.size_rank, r.registered, r.strength, r.scheme, r.official_scheme, r.as_of, r.reason
    from karmayogi.unit_ranking r
    where r.level = 'md' and r.central
    order by r.rank, r.entity_name collate "C", r.entity_id;
comment on view karmayogi.mdo_ranking is
    'Ranking of the central Ministries/Departments in the newest snapshot, best first, ties by name, the '
    'unranked last with the reason (OM T-28/98/2024-iGOT-Part(2) of 18 December 2024; SPEC 8). Whether the '
    'weights are official stands in each row: Annexure-I of that memorandum is not public.';
comment on column karmayogi.mdo_ranking.md_id is 'mdo_id of the Ministry/Department.';
comment on column karmayogi.mdo_ranking.md_name is 'Its name.';
comment on column karmayogi.mdo_ranking.ministry_name is 'Name of the ministry it belongs to.';

create view karmayogi.ministry_ranking as
    select r.rank, r.entity_id as ministry_id, r.entity_name as ministry_name,
           r.onboarding, r.kym, r.course_completion, r.acbp, r.score, r.previous_rank, r.rank_change,
           r.size_class, r.size_rank, r.registered, r.strength, r.scheme, r.official_scheme, r.as_of, r.reason
    from karmayogi.unit_ranking r
    where r.level = 'ministry' and r.central
    order by r.rank, r.entity_name collate "C", r.entity_id;
comment on view karmayogi.ministry_ranking is
    'Ranking of the central ministries, each with all its departments, in the newest snapshot; otherwise '
    'as mdo_ranking (SPEC 8).';
comment on column karmayogi.ministry_ranking.ministry_id is 'mdo_id of the ministry.';
comment on column karmayogi.ministry_ranking.ministry_name is 'Its name.';

create view karmayogi.state_ranking as
    select r.rank, r.entity_id as state_code, r.entity_name as state_name,
           r.onboarding, r.kym, r.course_completion, r.acbp, r.score, r.previous_rank, r.rank_change,
           r.size_class, r.size_rank, r.registered, r.strength, r.scheme, r.official_scheme, r.as_of, r.reason
    from karmayogi.unit_ranking r
    where r.level = 'state'
    order by r.rank, r.entity_name collate "C", r.entity_id;
comment on view karmayogi.state_ranking is
    'Ranking of the States and Union Territories in the newest snapshot, by the same scheme; otherwise as '
    'mdo_ranking (SPEC 8).';
comment on column karmayogi.state_ranking.state_code is 'ISO 3166-2 code of the State or UT.';
comment on column karmayogi.state_ranking.state_name is 'Its name.';

create view karmayogi.top_performers as
    select r.rank, r.md_id, r.md_name, r.ministry_name, r.onboarding, r.kym, r.course_completion, r.acbp, r.score,
           r.previous_rank, r.rank_change, r.size_class, r.size_rank, r.registered, r.strength, r.scheme,
           r.official_scheme, r.as_of, r.reason
    from karmayogi.mdo_ranking r
    where r.rank <= (select karmayogi.setting('top_performers')::numeric);
comment on view karmayogi.top_performers is
    'The M/Ds of mdo_ranking whose rank is within the setting top_performers (5, as OM '
    'T-28/98/2024-iGOT-Part(2) of 18 December 2024, para 5(iv), orders); a tie at the last place lists all '
    'of it.';
comment on column karmayogi.top_performers.md_id is 'mdo_id of the Ministry/Department.';
comment on column karmayogi.top_performers.md_name is 'Its name.';
comment on column karmayogi.top_performers.ministry_name is 'Name of the ministry it belongs to.';

create view karmayogi.rank_history as
    select s.level, s.entity_id, u.entity_name, n.as_of, s.rank, case when not h.hidden then s.score end as score,
           s.size_class, s.size_rank, u.registered, n.scheme, n.official_scheme, n.published_at, n.snapshot_id,
           case when h.hidden then concat_ws('; ', s.reason, 'below the floor') else s.reason end as reason
    from karmayogi.snapshot n
    join karmayogi.score s on s.snapshot_id = n.snapshot_id
    join karmayogi.snapshot_unit u
        on u.snapshot_id = s.snapshot_id and u.level = s.level and u.entity_id = s.entity_id
    cross join lateral (
        select not (select karmayogi.sees_everything())
               and exists (select from karmayogi.hidden_performance x
                           where x.snapshot_id = s.snapshot_id and x.level = s.level
                             and x.entity_id = s.entity_id)) h (hidden);
comment on view karmayogi.rank_history is
    'Score and rank of every M/D, ministry and State/UT in every snapshot that is kept, as published and '
    'under the names of its night. Ask for one level and entity_id (SPEC 8).';
comment on column karmayogi.rank_history.level is 'md, ministry or state.';
comment on column karmayogi.rank_history.entity_id is
    'mdo_id of the M/D or ministry, code of the State or UT.';
comment on column karmayogi.rank_history.entity_name is 'Its name then.';
comment on column karmayogi.rank_history.published_at is 'When the snapshot was published.';
comment on column karmayogi.rank_history.snapshot_id is
    'Number of the snapshot; of two with the same as_of the greater was published later.';

create function karmayogi.slab_goal(slabs jsonb) returns numeric
language sql immutable strict parallel safe
begin atomic
    select (s ->> 0)::numeric from jsonb_array_elements(slabs) s
    order by (s ->> 1)::numeric desc, (s ->> 0)::numeric limit 1;
end;
comment on function karmayogi.slab_goal(jsonb) is
    'Part of score_breakdown: where the first of the slabs with the best marks begins.';

create function karmayogi.goal(unit text, transform text, target numeric, slabs jsonb) returns numeric
language sql immutable parallel safe
return case transform
    when 'linear' then target
    when 'yes_no' then case unit when 'count' then 1 else 100 end
    when 'slab' then karmayogi.slab_goal(slabs)
    end;
comment on function karmayogi.goal(text, text, numeric, jsonb) is
    'Part of score_breakdown: the least value (percent, of a count the number) that earns all that can be '
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
    'Part of score_breakdown: the least whole number by which the numerator reaches the goal, against the '
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
    else lacking || ' more '
        || case when unit = 'count' then 'domain area' when entity = 'mdo' then 'official' else 'course' end
        || case when lacking = 1 then '' else 's' end || ' to reach ' || trim_scale(goal)
        || case unit when 'count' then '. ' else ' %. ' end || remedy
    end;
comment on function karmayogi.closes(text, text, text, numeric, numeric, numeric, text) is
    'Part of score_breakdown: how many more officials, courses or areas earn all that can be earned, or which act '
    'does; NULL where everything is earned.';

create view karmayogi.unit_breakdown as
    with scored as (
        select p.*, s.score,
               case when p.performance is not null then p.performance
                    when c.missing_policy = 'zero' then 0 end as counted
        from karmayogi.snapshot n
        join karmayogi.scoring_scheme c on c.scheme = n.scheme
        join karmayogi.unit_performance p on p.snapshot_id = n.snapshot_id
        join karmayogi.score s
            on s.snapshot_id = n.snapshot_id and s.level = p.level and s.entity_id = p.entity_id
        where n.snapshot_id = (select karmayogi.newest_snapshot())
    ), weighed as (
        -- What an indicator weighs: of a scored unit, among the indicators that count for it; else among all.
        -- (central stands in every window below, so that asking for central ones reaches the tables.)
        select s.*, case when s.score is null or s.counted is not null then s.weight else 0 end as own_weight
        from scored s
    ), shared as (
        select w.*, sum(w.own_weight) over parameter as parameter_sum
        from weighed w
        window parameter as (partition by w.level, w.central, w.entity_id, w.parameter)
    ), spread as (
        select s.*, case when s.parameter_sum > 0
                    then round(s.parameter_weight * s.own_weight, 60) / s.parameter_sum else 0 end as part
        from shared s
    ), effective as (
        select s.*, round(100 * s.part, 60) / nullif(sum(s.part) over (unit), 0) as share
        from spread s
        window unit as (partition by s.level, s.central, s.entity_id)
    ), exact as (
        -- in ten thousandths of a point, so that a whole number is what can be shown
        select e.*, round(e.share * coalesce(e.counted, 0) * 100, 30) as earned,
               round(e.share * (100 - coalesce(e.counted, 0)) * 100, 30) as lost
        from effective e
    ), remainder as (
        -- Largest remainder: every share is cut to what can be shown, and what then lacks of the whole goes, a ten
        -- thousandth each, to the shares that lost most in the cut; the catalogue's order decides between equals.
        select e.*,
               row_number() over (unit order by e.earned - floor(e.earned) desc, e.parameter_position,
                                  e.indicator_position)
                   <= 10000 * e.score - sum(floor(e.earned)) over (unit) as earned_up,
               row_number() over (unit order by e.lost - floor(e.lost) desc, e.parameter_position,
                                  e.indicator_position)
                   <= 10000 * (100 - e.score) - sum(floor(e.lost)) over (unit) as lost_up
        from exact e
        window unit as (partition by e.level, e.central, e.entity_id)
    )
    select r.level, r.entity_id, r.entity_name, r.central, r.parameter, r.indicator,
           karmayogi.numerator(k.value) as numerator, karmayogi.denominator(k.value) as denominator,
           case r.unit when 'count' then karmayogi.numerator(k.value) else karmayogi.pct(k.value, 2) end as value,
           case when not h.hidden then round(round(r.performance, 30), 4) end as performance,
           round(round(r.share, 30), 4) as weight,
           case when r.score is not null and not h.hidden
                then round((floor(r.earned) + r.earned_up::int) / 10000, 4) end as points_earned,
           case when r.score is not null and not h.hidden
                then round((floor(r.lost) + r.lost_up::int) / 10000, 4) end as points_lost,
           case when not h.hidden then karmayogi.closes(r.unit, i.entity, i.remedy, g.goal,
               karmayogi.lacking(r.indicator, r.unit, g.goal, r.value), r.performance, r.reason) end as closes,
           case when h.hidden then 'below the floor' else r.reason end as reason
    from remainder r
    join karmayogi.indicator i on i.code = r.indicator
    cross join lateral (
        select not (select karmayogi.sees_everything()) and karmayogi.floor_keys(r.indicator) is not null
               and exists (select from karmayogi.hidden_performance x
                           where x.snapshot_id = r.snapshot_id and x.level = r.level
                             and x.entity_id = r.entity_id and x.indicator = r.indicator)) h (hidden)
    cross join lateral (select case when not h.hidden then r.value end) k (value)
    cross join lateral (select karmayogi.goal(r.unit, r.transform, r.target, r.slabs)) g (goal)
    order by r.level, r.entity_name collate "C", r.entity_id, r.parameter_position, r.indicator_position;
comment on view karmayogi.unit_breakdown is
    'Why every M/D, ministry and State/UT of the newest snapshot has the score it has, one row per '
    'parameter and indicator: points_earned add up exactly to the score, points_earned and points_lost '
    'exactly to 100 (SPEC 8). score_breakdown shows its central M/Ds.';
comment on column karmayogi.unit_breakdown.level is 'md, ministry or state.';
comment on column karmayogi.unit_breakdown.entity_id is
    'mdo_id of the M/D or ministry, code of the State or UT.';
comment on column karmayogi.unit_breakdown.entity_name is 'Its name.';
comment on column karmayogi.unit_breakdown.central is 'Whether it is of the Union.';

create view karmayogi.score_breakdown as
    select b.entity_id as md_id, b.entity_name as md_name, b.parameter, b.indicator, b.numerator, b.denominator,
           b.value, b.performance, b.weight, b.points_earned, b.points_lost, b.closes, b.reason
    from karmayogi.unit_breakdown b
    where b.level = 'md' and b.central;
comment on view karmayogi.score_breakdown is
    'Why every central Ministry/Department has the score it has, one row per parameter and indicator, and '
    'what would close the gap: points_earned add up exactly to the score of mdo_ranking, points_earned and '
    'points_lost exactly to 100 (SPEC 8).';
comment on column karmayogi.score_breakdown.md_id is 'mdo_id of the Ministry/Department.';
comment on column karmayogi.score_breakdown.md_name is 'Its name.';

-- A column that several views have means the same in each; it is said once.
do $$
declare
    target record;
begin
    for target in
        select v.name, c.name as column_name, m.meaning
        from (values
            ('rank', 'Competition rank (1 2 2 4) on the score; NULL: not ranked, see reason.'),
            ('onboarding', 'Performance, 0 to 100, of the parameter onboarding; '
                 'NULL: missing or not in the scheme.'),
            ('kym', 'Performance, 0 to 100, of the parameter kym (Know Your Ministry on iGOT); '
                 'NULL: missing or not in the scheme.'),
            ('course_completion', 'Performance, 0 to 100, of the parameter course_completion; '
                 'NULL: missing or not in the scheme.'),
            ('acbp', 'Performance, 0 to 100, of the parameter acbp (Annual Capacity Building Plan); '
                 'NULL: missing or not in the scheme.'),
            ('score', 'Weighted mean of the parameters, 0 to 100, rounded to 4 places; '
                 'NULL: no score, see reason.'),
            ('previous_rank', 'Rank in the snapshot before; NULL: not ranked then.'),
            ('rank_change', 'previous_rank - rank: positive, it climbed.'),
            ('size_class', 'Class by registered officials, XS to XXL (setting size_classes).'),
            ('size_rank', 'Competition rank within the size class.'),
            ('registered', 'Registered officials.'),
            ('strength', 'Sanctioned strength; NULL: not (fully) entered.'),
            ('scheme', 'Scoring scheme of the snapshot.'),
            ('official_scheme', 'Whether the weights of the scheme are official; of '
                 'illustrative-equal they are not.'),
            ('as_of', 'Day as of which the figures are meant.'),
            ('reason', 'Why there is no score, no rank or no value; NULL: there is.'),
            ('parameter', 'Parameter of the scheme.'),
            ('indicator', 'Code of the indicator (karmayogi.indicator).'),
            ('numerator', 'Numerator of the value.'),
            ('denominator', 'Denominator of the value.'),
            ('value', 'The value: a percentage rounded to 2 places, or a count; NULL: missing.'),
            ('performance', 'What the scheme makes of the value, 0 to 100, rounded to 4 places; NULL: missing.'),
            ('weight', 'Share of the 100 points that the indicator carries for this unit, rounded to 4 places.'),
            ('points_earned', 'Points earned, with 4 places; they add up exactly to the score. NULL: no score.'),
            ('points_lost', 'Points lost, with 4 places; earned and lost add up exactly to 100. NULL: no score.'),
            ('closes', 'What earns the points lost: how many more officials, courses or areas, '
                 'or which act. NULL: nothing is lost that could be earned.')
        ) m (name, meaning)
        join (values ('unit_ranking'), ('mdo_ranking'), ('ministry_ranking'), ('state_ranking'),
                     ('top_performers'), ('rank_history'), ('unit_breakdown'), ('score_breakdown')) v (name)
            on true
        join lateral (
            select a.attname as name from pg_catalog.pg_attribute a
            where a.attrelid = ('karmayogi.' || v.name)::regclass and a.attname = m.name
              and a.attnum > 0) c on true
    loop
        execute format('comment on column karmayogi.%I.%I is %L', target.name, target.column_name, target.meaning);
    end loop;
end
$$;

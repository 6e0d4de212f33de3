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
    select s.level, s.entity_id, s.entity_name, s.ministry_name, s.known, s.central, s.rank,
           case when 'onboarding' = any (h.parameters) then null else s.onboarding end as onboarding,
           case when 'kym' = any (h.parameters) then null else s.kym end as kym,
           case when 'course_completion' = any (h.parameters) then null else s.course_completion end as course_completion,
           case when 'acbp' = any (h.parameters) then null else s.acbp end as acbp,
           case when h.parameters is null then s.score end as score,
           b.rank as previous_rank, b.rank - s.rank as rank_change,
           s.size_class, s.size_rank, s.registered, s.strength,
           n.scheme, n.official_scheme, n.as_of,
           case when h.parameters is null then s.reason else 'below the floor' end as reason
    from karmayogi.snapshot n
    join karmayogi.score s on s.snapshot_id = n.snapshot_id
    -- the few that had a rank are read at once, not looked up one by one: the offset keeps the planner from that
    left join (select p.level, p.entity_id, p.rank
               from karmayogi.score p
               where p.snapshot_id = (select o.snapshot_id from karmayogi.snapshot o
                                      order by o.snapshot_id desc limit 1 offset 1)
                 and p.rank is not null
               offset 0) b on b.level = s.level and b.entity_id = s.entity_id
    -- A score made of small counts is as much of a secret as they are, and so is that one is missing, which may be 0 of
    -- nobody: the parameters of such. Who sees everything, and
    -- whether the scheme scores such counts at all, is asked once.
    left join (select x.level, x.entity_id, array_agg(x.parameter) as parameters
               from karmayogi.hidden_performance x
               where not (select karmayogi.sees_everything())
                 and (select bool_or(karmayogi.floor_keys(w.indicator) is not null)
                      from karmayogi.scoring_weight w
                      where w.scheme = (select o.scheme from karmayogi.snapshot o
                                        order by o.snapshot_id desc limit 1))
                 and x.snapshot_id = (select max(o.snapshot_id) from karmayogi.snapshot o)
               group by x.level, x.entity_id) h on h.level = s.level and h.entity_id = s.entity_id
    where n.snapshot_id = (select max(o.snapshot_id) from karmayogi.snapshot o);
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
    where r.rank <= (select s.value::numeric from karmayogi.setting s where s.name = 'top_performers');
comment on view karmayogi.top_performers is
    'The M/Ds of mdo_ranking whose rank is within the setting top_performers (5, as OM '
    'T-28/98/2024-iGOT-Part(2) of 18 December 2024, para 5(iv), orders); a tie at the last place lists all '
    'of it.';
comment on column karmayogi.top_performers.md_id is 'mdo_id of the Ministry/Department.';
comment on column karmayogi.top_performers.md_name is 'Its name.';
comment on column karmayogi.top_performers.ministry_name is 'Name of the ministry it belongs to.';

create view karmayogi.rank_history as
    select s.level, s.entity_id, u.entity_name, n.as_of, s.rank, case when h.hidden is null then s.score end as score,
           s.size_class, s.size_rank, u.registered, n.scheme, n.official_scheme, n.published_at, n.snapshot_id,
           case when h.hidden is null then s.reason else 'below the floor' end as reason
    from karmayogi.snapshot n
    join karmayogi.score s on s.snapshot_id = n.snapshot_id
    join karmayogi.snapshot_unit u
        on u.snapshot_id = s.snapshot_id and u.level = s.level and u.entity_id = s.entity_id
    left join lateral (
        select true
        from karmayogi.hidden_performance x
        where not (select karmayogi.sees_everything())
          and x.snapshot_id = s.snapshot_id and x.level = s.level and x.entity_id = s.entity_id
        limit 1) h (hidden) on true;
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

create view karmayogi.unit_breakdown as
    select p.level, p.entity_id, p.entity_name, p.central, p.parameter, p.indicator,
           case when h.hidden is not true then p.numerator end as numerator,
           case when h.hidden is not true then p.denominator end as denominator,
           case when h.hidden is not true then p.value end as value,
           case when h.hidden is not true then p.performance end as performance,
           -- the weights and points of the others would tell whether the hidden one is missing
           case when h.hidden is null then p.weight end as weight,
           case when h.hidden is null then p.points_earned end as points_earned,
           case when h.hidden is null then p.points_lost end as points_lost,
           case when h.hidden is not true then p.closes end as closes,
           case when h.hidden is not true then p.reason else 'below the floor' end as reason
    from karmayogi.score_part p
    left join lateral (
        select bool_or(x.indicator = p.indicator)
        from karmayogi.hidden_performance x
        where not (select karmayogi.sees_everything())
          and (select bool_or(karmayogi.floor_keys(w.indicator) is not null)
               from karmayogi.scoring_weight w
               where w.scheme = (select o.scheme from karmayogi.snapshot o order by o.snapshot_id desc limit 1))
          and x.snapshot_id = p.snapshot_id and x.level = p.level and x.entity_id = p.entity_id) h (hidden) on true
    where p.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s)
    order by p.level, p.entity_name collate "C", p.entity_id, p.position;
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
            ('weight', 'Share of the 100 points that the indicator carries for this unit, rounded to 4 places. NULL: below the floor.'),
            ('points_earned', 'Points earned, with 4 places; they add up exactly to the score. NULL: no score, or one below the floor.'),
            ('points_lost', 'Points lost, with 4 places; earned and lost add up exactly to 100. NULL: no score, or one below the floor.'),
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

-- The indicators as the specification has them: the oracle's second half, on
-- what oracle.sql says of officials, organisations, plans and enrolments.
-- oracle.sql includes it.

-- every entity of every level
create function oracle.unit(portal text) returns table (level text, entity_id text)
    language sql stable
as $$
    with org as materialized (select * from oracle.organisation(portal)),
    md as materialized (select * from oracle.md(portal))
    select 'mdo', o.mdo_id from org o
    union select 'md', m.md_id from md m
    union select 'ministry', o.ministry_id from org o
    union select 'ministry', m.ministry_id from md m
    union select 'state', o.state_code from org o where o.state_code is not null
    union select 'state', m.state_code from md m where m.state_code is not null
    union select 'government', 'government'
$$;

-- Sanctioned strength of a kind (officials, women, men, pwd) at every unit.
-- NULL: not entered, or not wholly.
create function oracle.strength(portal text, as_of date) returns table (kind text, level text,
    entity_id text, strength numeric)
    language sql stable
as $$
    with org as materialized (select * from oracle.organisation(portal)),
    md as materialized (select * from oracle.md(portal)),
    registered as materialized (select distinct o.mdo_id, o.md_id from oracle.official(portal) o
        where o.mdo_id is not null),
    latest as (
        select distinct on (j ->> 'mdo_id' collate "C", j ->> 'covers')
            j ->> 'mdo_id' as mdo_id, j ->> 'covers' as covers, (j ->> 'officials')::bigint as officials,
            (j ->> 'women')::bigint as women, (j ->> 'pwd')::bigint as pwd
        from oracle.rows_of(portal, 'register_strength') j
        where (j ->> 'effective_on')::date <= as_of
        order by j ->> 'mdo_id' collate "C", j ->> 'covers', (j ->> 'effective_on')::date desc
    ),
    entered as materialized (
        select l.mdo_id, l.covers, k.kind, k.strength
        from latest l, lateral (values ('officials', l.officials), ('women', l.women),
            ('men', l.officials - l.women), ('pwd', l.pwd)) k (kind, strength)
    ),
    kinds (kind) as (values ('officials'), ('women'), ('men'), ('pwd')),
    -- what is entered for everything attached to the M/D holds; else the parts are added up
    md_attached as (
        select m.md_id, e.kind, e.strength from md m join entered e on e.mdo_id = m.md_id
            and e.covers = 'attached'
    ),
    md_parts as (
        select m.md_id, k.kind,
            case when bool_or(e.strength is null and o.mdo_id in (select r.mdo_id from registered r))
                then null else sum(e.strength) end as strength
        from md m cross join kinds k
        left join org o on o.md_id = m.md_id
        left join entered e on e.mdo_id = o.mdo_id and e.covers = 'own' and e.kind = k.kind
        group by m.md_id, k.kind
    ),
    md_strength as materialized (
        select p.kind, p.md_id, m.ministry_id, m.state_code, case when a.md_id is not null then a.strength
            else p.strength end as strength,
            p.md_id in (select r.md_id from registered r) as has_officials
        from md_parts p join md m using (md_id) left join md_attached a using (md_id, kind)
    )
    select k.kind, 'mdo', o.mdo_id, e.strength
    from org o cross join kinds k left join entered e on e.mdo_id = o.mdo_id and e.covers = 'own'
        and e.kind = k.kind
    union all
    select s.kind, 'md', s.md_id, s.strength from md_strength s
    union all
    select s.kind, u.level, u.entity_id,
        case when bool_or(s.has_officials and s.strength is null) then null else sum(s.strength) end
    from oracle.unit(portal) u
    join md_strength s on u.level = 'ministry' and u.entity_id = s.ministry_id
        or u.level = 'state' and u.entity_id = s.state_code
        or u.level = 'government'
    group by s.kind, u.level, u.entity_id
$$;

-- The report that holds for each indicator and entity: of the latest period that has begun, the last; a
-- report that was rejected is none.
create function oracle.report(portal text, as_of date, verified_only boolean default false)
    returns table (indicator text, entity_id text, n bigint, d bigint, verified boolean)
    language sql stable
as $$
    select distinct on (j ->> 'indicator', j ->> 'entity_id' collate "C")
        j ->> 'indicator', j ->> 'entity_id', (j ->> 'numerator')::bigint, (j ->> 'denominator')::bigint,
        (j ->> 'accepted')::boolean is true
    from oracle.rows_of(portal, 'register_report') j
    where (j ->> 'accepted')::boolean is not false and (j ->> 'period_start')::date <= as_of
        and (not verified_only or (j ->> 'accepted')::boolean is true)
    order by j ->> 'indicator', j ->> 'entity_id' collate "C", (j ->> 'period_start')::date desc,
        (j ->> 'report_id')::bigint desc
$$;

-- What is computed, or reported of a M/D in its place
create function oracle.computed(portal text, as_of date)
    returns table (indicator text, level text, entity_id text, category text, numerator bigint,
        denominator bigint, reason text, verified boolean)
    language sql stable
as $$
    with unit as materialized (select * from oracle.unit(portal)),
    org as materialized (select * from oracle.organisation(portal)),
    -- what counts "of M/Ds" speaks of: those that org_hierarchy makes
    md as materialized (select * from oracle.md(portal) m where m.known),
    progress as materialized (select * from oracle.official_progress(portal, as_of)),
    official as materialized (select * from oracle.official(portal)),
    content as materialized (select * from oracle.content(portal)),
    area as materialized (select * from oracle.area(portal)),
    strength as materialized (select * from oracle.strength(portal, as_of)),

    -- ---- 2.2, 2.3, 2.4: registered officials against the sanctioned strength
    registered as (
        select u.level, u.entity_id, count(*) as all_, count(*) filter (where p.gender = 'female') as female,
            count(*) filter (where p.gender = 'male') as male, count(*) filter (where p.pwd) as pwd
        -- higher levels add up M/Ds
        from progress p left join oracle.md(portal) m on m.md_id = p.md_id,
            lateral (values ('mdo', p.mdo_id), ('md', p.md_id), ('ministry', m.ministry_id), ('state', m.state_code),
            ('government', 'government')) u (level, entity_id)
        where u.entity_id is not null
        group by u.level, u.entity_id
    ),
    against_strength as (
        select i.indicator, u.level, u.entity_id, i.category, coalesce(i.n, 0) as n, s.strength,
            i.indicator = '2.4' and not exists (select from official o where o.pwd) as not_reported
        from unit u
        left join registered r using (level, entity_id)
        cross join lateral (values ('2.2', 'all', r.all_, 'officials'), ('2.3', 'female', r.female, 'women'),
            ('2.3', 'male', r.male, 'men'),
            ('2.4', 'all', r.pwd, 'pwd')) i (indicator, category, n, kind)
        left join strength s on s.kind = i.kind and s.level = u.level and s.entity_id = u.entity_id
    ),

    -- ---- 3.7: officials with everything completed of those with anything allotted
    completion as (
        select u.level, u.entity_id, count(*) filter (where p.cbp_completed = p.cbp_allotted) as n,
            count(*) as d
        from progress p left join oracle.md(portal) m on m.md_id = p.md_id,
            lateral (values ('mdo', p.mdo_id), ('md', p.md_id), ('ministry', m.ministry_id), ('state', m.state_code),
            ('government', 'government')) u (level, entity_id)
        where u.entity_id is not null and p.cbp_allotted > 0
        group by u.level, u.entity_id
    ),

    -- ---- the plans of an M/D: those whose organisation's M/D it is
    md_plan as materialized (
        select coalesce(o.md_id, p.org_id) as md_id, p.status, p.content_id
        from oracle.plan_row(portal) p left join org o on o.mdo_id = p.org_id
        where p.org_id is not null
    ),
    -- areas of the courses of its live plans
    md_area as materialized (
        select distinct p.md_id, a.area
        from md_plan p join content c on c.content_id = p.content_id and c.live and c.is_course
            join area a on a.content_id = p.content_id
        where p.status = 'live'
    ),
    -- contents that its plans suggest, live or draft
    md_suggested as materialized (
        select distinct p.md_id, p.content_id,
            exists (select from content c where c.content_id = p.content_id and c.live) as live
        from md_plan p
        where p.status in ('live', 'draft') and p.content_id is not null
    ),
    kym as materialized (
        select coalesce(o.md_id, j ->> 'mdo_id') as md_id
        from oracle.rows_of(portal, 'register_kym_course') j left join org o on o.mdo_id = j ->> 'mdo_id'
        join content c on c.content_id = j ->> 'content_id' and c.live
        union
        select coalesce(o.md_id, c.provider_id)
        from content c left join org o on o.mdo_id = c.provider_id
        where c.live and c.provider_id is not null and oracle.fold(c.name) like 'know your ministry%'
    ),

    -- ---- what holds for each M/D
    of_md_computed as (
        select m.*, i.indicator, i.n, i.d
        from md m, lateral (values
            ('2.1', exists (select from official o where o.md_id = m.md_id
                and 'mdo_leader' = any (select oracle.fold(r)
                    from regexp_split_to_table(o.j ->> 'roles', ',') r))::int::bigint, 1::bigint),
            ('3.2', exists (select from md_plan p where p.md_id = m.md_id and p.status = 'live')::int, 1),
            ('3.3', (exists (select from md_area a where a.md_id = m.md_id and a.area = 'behavioural')
                and exists (select from md_area a where a.md_id = m.md_id and a.area = 'functional'))::int, 1),
            ('3.4', exists (select from md_area a where a.md_id = m.md_id and a.area = 'domain')::int, 1),
            ('3.5', (select count(*) from md_suggested s where s.md_id = m.md_id and s.live
                    and exists (select from area a where a.content_id = s.content_id and a.area = 'domain')),
                (select count(*) from md_suggested s where s.md_id = m.md_id
                    and exists (select from area a where a.content_id = s.content_id and a.area = 'domain'))),
            ('3.6', (select count(*) from md_suggested s where s.md_id = m.md_id and s.live
                    and exists (select from area a where a.content_id = s.content_id
                        and a.area in ('behavioural', 'functional'))),
                (select count(*) from md_suggested s where s.md_id = m.md_id
                    and exists (select from area a where a.content_id = s.content_id
                        and a.area in ('behavioural', 'functional')))),
            ('4.3', exists (select from kym k where k.md_id = m.md_id)::int, 1)
        ) i (indicator, n, d)
    ),
    -- a report takes its place, once it is verified, and until a later one is
    of_md as (
        select o.md_id, o.ministry_id, o.state_code, o.indicator, coalesce(r.n, o.n) as n, coalesce(r.d, o.d) as d,
            r.verified
        from of_md_computed o
        left join oracle.report(portal, as_of, true) r
            on r.indicator = o.indicator and r.entity_id = o.md_id
    ),
    of_md_at as (
        select o.indicator, u.level, u.entity_id, sum(o.n)::bigint as n, sum(o.d)::bigint as d,
            bool_and(o.verified) as verified
        from of_md o, lateral (values ('md', o.md_id), ('ministry', o.ministry_id), ('state', o.state_code),
            -- counts of M/Ds are of the central ones; shares of contents are of all
            ('government', case when o.indicator in ('3.5', '3.6') or o.state_code is null
                then 'government' end)) u (level, entity_id)
        where u.entity_id is not null
        group by o.indicator, u.level, u.entity_id
    )

    select s.indicator, s.level, s.entity_id, s.category,
        case when not s.not_reported and s.strength is not null then s.n end,
        case when not s.not_reported then s.strength::bigint end,
        case when s.not_reported then 'not reported' when s.strength is null then 'strength not entered'
            when s.strength = 0 then 'not applicable' end,
        null::boolean
    from against_strength s
    union all
    select '3.7', u.level, u.entity_id, 'all', coalesce(c.n, 0), coalesce(c.d, 0),
        case when coalesce(c.d, 0) = 0 then 'nothing allotted' end, null
    from unit u left join completion c using (level, entity_id)
    union all
    select o.indicator, o.level, o.entity_id, 'all', o.n, o.d,
        case when o.d > 0 then null when o.indicator in ('3.5', '3.6') then 'nothing allotted'
            else 'not applicable' end, o.verified
    from of_md_at o
$$;

-- Competencies, ratings, languages; what is about gender and climate
create function oracle.competency(portal text, as_of date)
    returns table (indicator text, level text, entity_id text, category text, numerator bigint,
        denominator bigint, reason text, verified boolean)
    language sql stable
as $$
    with unit as materialized (select * from oracle.unit(portal)),
    content as materialized (select * from oracle.content(portal)),
    -- tags of themes that there are, or that nobody can know of
    tag as materialized (select j ->> 'competency_theme_id' as theme_id, j ->> 'tag' as tag
        from oracle.rows_of(portal, 'register_competency_tag') j
        where not oracle.has_column(portal, 'kcm_dictionary', 'competency_theme_id')
            or not oracle.has_column(portal, 'kcm_content_mapping', 'competency_theme_id')
            or j ->> 'competency_theme_id' in (select t.theme_id from oracle.theme(portal) t)
            or j ->> 'competency_theme_id' in (select d ->> 'competency_theme_id'
                from oracle.rows_of(portal, 'kcm_dictionary') d
                where not oracle.is_missing(d ->> 'competency_theme_id'))),
    tagged as materialized (select * from oracle.tagged(portal)),
    -- themes that a live course teaches
    taught as materialized (
        select distinct t.theme_id
        from oracle.theme(portal) t join content c on c.content_id = t.content_id
        where c.live and c.is_course
    ),
    lacks as (
        select not oracle.has_column(portal, 'kcm_dictionary', 'competency_theme_id') as dictionary,
            not oracle.has_column(portal, 'kcm_content_mapping', 'competency_theme_id') as mapping
    ),

    -- ---- 4.1, 4.2: the themes of the dictionary, by area
    dictionary_theme as materialized (
        select distinct i.indicator, j ->> 'competency_theme_id' as theme_id
        from oracle.rows_of(portal, 'kcm_dictionary') j
        join oracle.area_meaning(portal) m on m.id = j ->> 'competency_area_id'
        join (values ('4.1', 'domain'), ('4.2', 'functional'), ('4.2', 'behavioural')) i (indicator, area)
            on i.area = m.area
        where not oracle.is_missing(j ->> 'competency_theme_id')
    ),

    -- ---- 8.2, 8.3, 8.4, 8.6: officials
    learned as materialized (
        select distinct e.user_id, t.tag
        from oracle.enrolled_pair(portal) e
        join content c on c.content_id = e.content_id
        join tagged t on t.content_id = e.content_id
        where e.completed and c.live and c.is_course
    ),
    official as materialized (
        select o.mdo_id, o.md_id, o.ministry_id, o.state_code, o.gender = 'female' as woman,
            exists (select from learned l where l.user_id = o.user_id and l.tag = 'gender') as learned_gender,
            exists (select from learned l where l.user_id = o.user_id and l.tag = 'climate') as learned_climate
        from oracle.official(portal) o
    ),
    counted as (
        select u.level, u.entity_id, count(*) as officials, count(*) filter (where o.woman) as women,
            count(*) filter (where o.learned_gender) as learned_gender,
            count(*) filter (where o.learned_gender and o.woman) as women_learned_gender,
            count(*) filter (where o.learned_climate) as learned_climate
        from official o left join oracle.md(portal) m on m.md_id = o.md_id,
            lateral (values ('mdo', o.mdo_id), ('md', o.md_id), ('ministry', m.ministry_id),
            ('state', m.state_code), ('government', 'government')) u (level, entity_id)
        where u.entity_id is not null
        group by u.level, u.entity_id
    ),
    of_officials as (
        select i.indicator, u.level, u.entity_id, coalesce(i.n, 0) as n, coalesce(i.d, 0) as d,
            -- who learned what a theme teaches cannot be told where contents have no themes
            case when lacks.mapping and exists (select from tag t where t.tag = i.tag)
                    then 'the portal lacks kcm_content_mapping.competency_theme_id'
                when i.tag is not null and not exists (select from tag t where t.tag = i.tag)
                    and not exists (select from oracle.rows_of(portal, 'register_content_tag') j
                        where j ->> 'tag' = i.tag and j ->> 'content_id' in (select c.content_id from content c))
                    then 'nothing tagged' end as missing
        from unit u cross join lacks
        left join counted c using (level, entity_id)
        cross join lateral (values ('8.2', 'gender', c.learned_gender, c.officials),
            ('8.3', null, c.women, c.officials),
            ('8.4', 'gender', c.women_learned_gender, c.women),
            ('8.6', 'climate', c.learned_climate, c.officials)) i (indicator, tag, n, d)
    ),

    -- ---- one figure each; count: it has no denominator
    of_platform as (
        select i.indicator, (select count(*) from dictionary_theme d where d.indicator = i.indicator
                and d.theme_id in (select t.theme_id from taught t)) as n,
            (select count(*) from dictionary_theme d where d.indicator = i.indicator) as d, false as is_count,
            case when lacks.dictionary then 'the portal lacks kcm_dictionary.competency_theme_id'
                when lacks.mapping then 'the portal lacks kcm_content_mapping.competency_theme_id' end as missing
        from (values ('4.1'), ('4.2')) i (indicator), lacks
        union all
        select '5.1', count(*) filter (where c.rating >= 4), count(c.rating), false,
            case when not oracle.has_column(portal, 'content', 'content_rating')
                then 'the portal lacks content.content_rating' end
        from content c where c.live and c.is_course
        union all
        select '8.1', (select count(*) from tag g where g.tag = 'gender' and g.theme_id in (select * from taught)),
            0, true,
            case when lacks.mapping then 'the portal lacks kcm_content_mapping.competency_theme_id'
                when not exists (select from tag g where g.tag = 'gender') then 'nothing tagged' end
        from lacks
        union all
        select '8.5', (select count(*) from tag g where g.tag = 'climate' and g.theme_id in (select * from taught)),
            t.target, false,
            case when lacks.mapping then 'the portal lacks kcm_content_mapping.competency_theme_id'
                when t.target is null then 'target not entered'
                when not exists (select from tag g where g.tag = 'climate') then 'nothing tagged' end
        from lacks left join (select (j ->> 'target')::bigint as target
            from oracle.rows_of(portal, 'register_target') j
            where j ->> 'indicator' = '8.5' and j ->> 'financial_year' <= oracle.financial_year(as_of)
            order by j ->> 'financial_year' desc limit 1) t on true
        union all
        select '10.1', count(distinct l.item), 0, true,
            case when not oracle.has_column(portal, 'content', 'language')
                then 'the portal lacks content.language' end
        from content c left join lateral oracle.items(c.language) l (item) on true
        where c.live
    )
    select v.indicator, v.level, v.entity_id, 'all', case when v.missing is null then v.n end,
        case when v.missing is null then v.d end,
        coalesce(v.missing, case when v.d = 0 and not v.is_count then 'not applicable' end), null::boolean
    from (select o.indicator, o.level, o.entity_id, o.n, o.d, o.missing, false as is_count from of_officials o
        union all
        select p.indicator, 'government', 'government', p.n, p.d, p.missing, p.is_count from of_platform p) v
$$;

-- What is reported, and what the register of training institutions says
create function oracle.reported(portal text, as_of date)
    returns table (indicator text, level text, entity_id text, category text, numerator bigint,
        denominator bigint, reason text, verified boolean)
    language sql stable
as $$
    with report as materialized (select * from oracle.report(portal, as_of)),
    md as materialized (select * from oracle.md(portal) m where m.known),
    org as materialized (select * from oracle.organisation(portal) o where o.known),

    -- ---- what M/Ds report. Facts: who did not report is in the denominator all the same
    of_md as (
        select i.indicator, u.level, u.entity_id, sum(r.n)::bigint as n,
            case when i.fact then count(*) else sum(r.d)::bigint end as d, bool_and(r.verified) as verified
        from md m cross join (values ('1.1', true), ('3.1', true), ('4.4', false), ('9.1', false)) i (indicator, fact)
        left join report r on r.indicator = i.indicator and r.entity_id = m.md_id
        cross join lateral (values ('md', m.md_id), ('ministry', m.ministry_id), ('state', m.state_code),
            -- counts of M/Ds are of the central ones
            ('government', case when not i.fact or m.state_code is null then 'government' end)) u (level, entity_id)
        where u.entity_id is not null
        group by i.indicator, i.fact, u.level, u.entity_id
    ),
    -- ---- 1.2: organisations that are no M/D report; they count where their M/D counts. Whoever has none of
    -- them has 0 of 0.
    sub as (
        select o.mdo_id, o.md_id, m.ministry_id, m.state_code, r.n, r.verified
        from org o join md m on m.md_id = o.md_id
        left join report r on r.indicator = '1.2' and r.entity_id = o.mdo_id
        where o.mdo_id <> o.md_id
    ),
    of_organisation as (
        select '1.2' as indicator, 'mdo' as level, s.mdo_id as entity_id, s.n, 1::bigint as d, s.verified from sub s
        union all
        select '1.2', u.level, u.entity_id, case when count(s.mdo_id) = 0 then 0 else sum(s.n)::bigint end,
            count(s.mdo_id), bool_and(s.verified)
        from (select 'md' as level, m.md_id as entity_id from md m
            union select 'ministry', m.ministry_id from md m
            union select 'ministry', o.ministry_id from org o
            union select 'state', m.state_code from md m where m.state_code is not null
            union select 'state', o.state_code from org o where o.state_code is not null
            union select 'government', 'government') u
        left join sub s on u.entity_id = case u.level when 'md' then s.md_id when 'ministry' then s.ministry_id
            when 'state' then s.state_code else 'government' end
        group by u.level, u.entity_id
    ),
    -- ---- 2.5: States and Union Territories
    of_state as (
        select '2.5' as indicator, u.level, u.entity_id, sum(r.n)::bigint as n, count(*) as d,
            bool_and(r.verified) as verified
        from (select distinct s.code from oracle.state s) s
        left join report r on r.indicator = '2.5' and r.entity_id = s.code
        cross join lateral (values ('state', s.code), ('government', 'government')) u (level, entity_id)
        group by u.level, u.entity_id
    ),
    of_platform as (
        select i.indicator, 'government' as level, 'government' as entity_id, r.n, r.d, r.verified
        from (values ('4.5'), ('4.6'), ('5.2'), ('6.1'), ('6.2'), ('6.3'), ('6.4'), ('6.5'), ('6.6'), ('6.7'),
            ('6.8'), ('6.9'), ('6.10'), ('7.1'), ('7.5')) i (indicator)
        left join report r on r.indicator = i.indicator and r.entity_id = 'platform'
    ),
    -- ---- training institutions
    csti as materialized (
        select (j ->> 'registered_on')::date <= as_of is true as registered,
            (j ->> 'accredited_on')::date <= as_of is true as accredited,
            (j ->> 'qip_completed_on')::date <= as_of is true as improved,
            (j ->> 'calendar_published_on')::date <= as_of is true as calendar,
            (j ->> 'centre_of_excellence_on')::date <= as_of is true
                and (j ->> 'stars')::int >= 4 is true as excellent
        from oracle.rows_of(portal, 'register_csti') j
    ),
    institutions as (
        select count(*) as all_, count(*) filter (where c.registered) as registered,
            count(*) filter (where c.accredited) as accredited, count(*) filter (where c.improved) as improved,
            count(*) filter (where c.registered and c.calendar) as calendar,
            count(*) filter (where c.excellent) as excellent
        from csti c
    ),
    of_institutions as (
        select v.indicator, 'government', 'government', case when i.all_ > 0 then v.n end, v.d, null::boolean
        from institutions i,
            -- 9.1 of the government
            (select sum(o.n) as n from of_md o where o.indicator = '9.1' and o.level = 'government') areas,
            lateral (values ('7.2', i.registered, i.all_), ('7.3', i.accredited, i.all_),
            ('7.4', i.improved, i.all_), ('10.2', i.calendar, i.registered),
            ('9.2', case when areas.n is not null then i.excellent end, areas.n::bigint)) v (indicator, n, d)
    )
    select v.indicator, v.level, v.entity_id, 'all', v.n, case when v.n is not null then v.d end,
        case when v.n is null then 'not reported'
            when v.d = 0 and v.indicator not in ('9.1', '6.10') then 'not applicable' end,
        v.verified
    from (table of_md union all table of_organisation union all table of_state union all table of_platform
        union all table of_institutions) v
$$;

create function oracle.indicator_value(portal text, as_of date)
    returns table (indicator text, level text, entity_id text, category text, numerator bigint,
        denominator bigint, reason text, verified boolean)
    language sql stable
as $$
    select * from oracle.computed(portal, as_of)
    union all
    select * from oracle.competency(portal, as_of)
    union all
    select * from oracle.reported(portal, as_of)
$$;

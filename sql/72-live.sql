-- Part 72: figures straight from the portal, without publication: at any hour,
-- behind the same gate, writing nothing.

create function karmayogi.compute_indicators(as_of date default karmayogi.today())
returns table (indicator text, level text, entity_id text, category text, value karmayogi.tally, reason text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set extra_float_digits = 1
set enable_nestloop = off
set enable_partitionwise_aggregate = on
set jit = off as
$$
declare
    states karmayogi.portal_state[];
begin
    if compute_indicators.as_of is null or not isfinite(compute_indicators.as_of) then
        raise exception 'the as-of date must be a day'
            using errcode = 'invalid_parameter_value',
                  detail = 'The argument is NULL or infinite.',
                  hint = 'Leave it out for today.';
    end if;
    states := karmayogi.read_portal_state((select array_agg(t.table_name::text) from karmayogi.portal_table t
                                            where t.table_name <> 'user_enrolments'), '{user_enrolments}');
    perform karmayogi.gate(states, null);
    return query execute karmayogi.engine_sql(array_remove(karmayogi.stages(), 'course'),
        'select i.indicator, i.level, i.entity_id, i.category, i.value, i.reason from {stage.indicator} i
          where i.indicator not in (select c.code from karmayogi.indicator c where c.source = ''R'')
            and karmayogi.gate($1, (select array_agg(row(f.*)::karmayogi.portal_finding) from {stage.finding} f))',
        compute_indicators.as_of) using states;
end
$$;
comment on function karmayogi.compute_indicators(date) is
    'Every computed indicator at every level straight from the portal''s tables, behind the same checks as a refresh, writing nothing: value is a tally, reason why no number can be shown. Default as-of: today in India. Errors: object_not_in_prerequisite_state with every refusal in DETAIL, invalid_parameter_value (as_of NULL or infinite). SPEC 9.';

create materialized view karmayogi.indicator_live as
    select c.indicator, c.level, c.entity_id, c.category, c.value, c.reason
      from karmayogi.compute_indicators() c
  with no data;
create unique index indicator_live_key on karmayogi.indicator_live (level, entity_id, indicator, category);
comment on materialized view karmayogi.indicator_live is
    'compute_indicators() for any hour between nights: REFRESH MATERIALIZED VIEW [CONCURRENTLY] karmayogi.indicator_live. Empty until first refreshed, and after a restore. SPEC 9.';
comment on column karmayogi.indicator_live.indicator is 'Code of the indicator.';
comment on column karmayogi.indicator_live.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.indicator_live.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.indicator_live.category is 'Gender for 2.3, else all.';
comment on column karmayogi.indicator_live.value is 'Numerator and denominator.';
comment on column karmayogi.indicator_live.reason is 'Why no number can be shown; NULL where one can.';

create function karmayogi.onboarding_now()
returns table (level text, entity_id text, entity_name text, ministry_name text, registered bigint, strength bigint, onboarding numeric, reason text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set extra_float_digits = 1
set enable_nestloop = off
set jit = off as
$$
declare
    -- only user_detail and org_hierarchy are read: who is registered, where;
    -- while they are being loaded nobody seems to be
    states constant karmayogi.portal_state[] := karmayogi.read_portal_state('{user_detail,org_hierarchy}');
begin
    perform karmayogi.gate(states, null);
    return query execute karmayogi.bind_sql(format(
        'with {stage.person} as materialized (%s), {stage.mdo} as (%s), {stage.organisation} as materialized (%s),
              {stage.organisation_count} as (
                  select p.mdo_id, count(*) as registered, count(*) filter (where p.gender = ''female'') as women,
                         count(*) filter (where p.gender = ''male'') as men, 0 as pwd, 0 as cbp_any, 0 as cbp_all,
                         0 as gender_learnt, 0 as women_gender_learnt, 0 as climate_learnt, 0 as leaders
                    from {stage.person} p where p.registered group by p.mdo_id),
              {stage.entity} as (%s), {stage.person_count} as (%s),
              placed as (
                  select coalesce(sum(c.registered) filter (where o.known), 0) as registered, coalesce(sum(c.women), 0) as women,
                         coalesce(sum(c.men), 0) as men, (select count(distinct s.state_code) from {stage.organisation} s) as states
                    from {stage.organisation_count} c
                    left join {stage.organisation} o on o.mdo_id = c.mdo_id),
              found as (
                  select array_agg(row(f.*, null)::karmayogi.portal_finding) as findings
                    from {stage.person_count} p, placed d,
                         lateral (values (''user_detail'', ''registered officials'', p.registered::numeric, null::numeric),
                                         (''user_detail'', ''registered officials of an organisation'', d.registered, null),
                                         (''user_detail'', ''registered women'', d.women, null), (''user_detail'', ''registered men'', d.men, null),
                                         (''user_detail'', ''unknown status'', p.unknown_status, p.persons),
                                         (''org_hierarchy'', ''States and Union Territories'', d.states, null)) f (table_name, check_name, found, among))
         select e.level, e.entity_id, e.entity_name, e.ministry_name, e.registered, e.strength,
                karmayogi.onboarding_pct(e.registered, e.strength),
                case when not e.known then ''not in org_hierarchy'' when e.strength is null then ''strength not entered''
                     when e.strength = 0 then ''not applicable'' end
           from {stage.entity} e
          where e.level <> ''mdo'' and karmayogi.gate($1, (select f.findings from found f))
          order by array_position(array[''government'', ''state'', ''ministry'', ''md''], e.level::text), e.state_code nulls first,
                   e.entity_name collate "C", e.entity_id',
        karmayogi.stage_sql('person'), karmayogi.stage_sql('mdo'), karmayogi.stage_sql('organisation'), karmayogi.value_sql('entity'),
        karmayogi.stage_sql('person_count')), 'stage_', karmayogi.today()) using states;
end
$$;
comment on function karmayogi.onboarding_now() is
    'On-boarding as the portal stands at this moment, without a refresh: registered officials, strength and percentage (2 decimals) of the government, States/UTs, ministries and M/Ds; reason where there is no percentage. Reads user_detail and org_hierarchy; error object_not_in_prerequisite_state while one of them is missing, empty, being written, of two nights or far below the last snapshot, or statuses, organisations or genders of officials, or names of States, are written in another way. OM T-28/62/2024-iGOT of 8 August 2024, KPI-2 (real time); SPEC 9.';

create function karmayogi.allotment_progress(user_id text)
returns table (content_id text, content_name text, due_on date, apar boolean, state text, completed_on date, in_time boolean)
language plpgsql stable strict
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set extra_float_digits = 1
set enable_nestloop = off
set jit = off as
$$
begin
    return query execute karmayogi.engine_sql(array['person', 'content', 'plan', 'audience', 'requirement', 'reach', 'member', 'allotment', 'enrolment'],
        'select a.content_id, c.content_name, a.due_on, a.apar,
                case when e.completed then ''completed'' when a.due_on + 1 <= {as_of} then ''overdue''
                     when e.enrolled then ''enrolled'' else ''not enrolled'' end,
                e.completed_at::date, case when e.completed and a.due_on is not null then coalesce(e.completed_at < a.due_on + 1, false) end
           from {stage.allotment} a
           left join {stage.enrolment} e on e.user_no = a.user_no and e.content_id = a.content_id and e.enrolled
           left join {stage.content} c on c.content_id = a.content_id
          order by a.due_on nulls last, a.content_id', karmayogi.today(), allotment_progress.user_id);
end
$$;
comment on function karmayogi.allotment_progress(text) is
    'Each content allotted to one official by live plans, read from the portal now: due date (the latest of all plans), APAR, state (completed, overdue, enrolled, not enrolled), completion day, and whether in time (NULL: not completed, or no due day). No row for who is not a registered official. While the portal is being loaded it says what is there: portal_check() tells. SPEC 6.';

create function karmayogi.competency_passbook(user_id text)
returns table (area text, theme_id text, theme text, required boolean, acquired boolean, content_id text, content_name text,
               acquired_on date, gap boolean)
language plpgsql stable strict
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set enable_nestloop = off
set jit = off as
$$
begin
    return query execute karmayogi.engine_sql(array['person', 'content', 'content_theme', 'theme', 'plan', 'audience', 'requirement',
                                                    'reach', 'member', 'allotment', 'enrolment'],
        'select array_to_string(t.areas, '', ''), t.theme_id, t.theme, x.required, x.acquired, x.content_id, c.content_name,
                x.acquired_on, x.required and not x.acquired
           from (select m.theme_id, bool_or(y.allotted) as required, bool_or(y.completed) as acquired,
                        (array_agg(y.content_id order by y.completed_at nulls last, y.content_id) filter (where y.completed))[1] as content_id,
                        (min(y.completed_at) filter (where y.completed))::date as acquired_on
                   from (select distinct h.content_id, h.theme_id from {stage.content_theme} h where h.theme_id is not null) m
                   join (select coalesce(a.content_id, e.content_id) as content_id, a.content_id is not null as allotted,
                                coalesce(e.completed, false) as completed, e.completed_at
                           from {stage.allotment} a
                           full join (select n.user_no, n.content_id, n.completed, n.completed_at
                                        from {stage.enrolment} n
                                       where n.completed and n.user_no is not null and n.content_id is not null) e
                                  on e.user_no = a.user_no and e.content_id = a.content_id) y on y.content_id = m.content_id
                  group by m.theme_id) x
           join {stage.theme} t on t.theme_id = x.theme_id
           left join {stage.content} c on c.content_id = x.content_id
          order by 1, t.theme, t.theme_id', karmayogi.today(), competency_passbook.user_id);
end
$$;
comment on function karmayogi.competency_passbook(text) is
    'Competencies of one official, read from the portal now, one row per theme that is required (a content that live plans allot maps to it) or acquired (a completed content maps to it): area (behavioural, domain, functional; several joined by commas), the content by which it was first acquired and the day, and the gap (required, not acquired). No row for who is not a registered official. While the portal is being loaded it says what is there: portal_check() tells. SPEC 6.';

create function karmayogi.entity_standing(kind text, entities text[])
returns table (entity text, standing text)
language plpgsql stable strict
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set extra_float_digits = 1
set enable_nestloop = off
set jit = off as
$$
declare
    unknown text[];
begin
    if kind in ('platform', 'state') then
        return query
        select distinct e.entity, case when e.entity = 'platform' and kind = 'platform'
                                         or s.state_code is not null and kind = 'state' then 'known' else 'unknown' end
          from unnest(entities) e (entity)
          left join karmayogi.state_ut s on s.state_code = e.entity
         where e.entity is not null;
        return;
    end if;
    -- the newest snapshot answers at once, the portal for what is newer
    return query
    select distinct e.entity, case when kind = 'mdo' and o.mdo_id = o.md_id then 'md' else 'known' end
      from unnest(entities) e (entity)
      join karmayogi.snapshot_org o on e.entity = case kind when 'mdo' then o.mdo_id when 'md' then o.md_id end
     where o.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s) and o.known;
    select array_agg(distinct e.entity) into unknown
      from unnest(entities) e (entity)
     where e.entity is not null
       and not exists (select from karmayogi.snapshot_org o
                        where o.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s) and o.known
                          and e.entity = case kind when 'mdo' then o.mdo_id when 'md' then o.md_id end);
    if unknown is null then
        return;
    end if;
    return query execute karmayogi.bind_sql(format(
        'with {stage.mdo} as (select null::text as mdo_id where false), {stage.organisation} as (%s)
         select distinct e.entity, case when o.mdo_id is null and $1 = ''md'' and exists (select from {stage.organisation} x where x.mdo_id = e.entity)
                                        then ''below '' || (select x.md_id from {stage.organisation} x where x.mdo_id = e.entity)
                                        when o.mdo_id is null then ''unknown''
                                        when $1 = ''mdo'' and o.mdo_id = o.md_id then ''md'' else ''known'' end
           from unnest($2) e (entity)
           left join {stage.organisation} o on e.entity = case $1 when ''mdo'' then o.mdo_id when ''md'' then o.md_id end',
        karmayogi.stage_sql('organisation')), 'stage_', karmayogi.today())
      using kind, unknown;
end
$$;
comment on function karmayogi.entity_standing(text, text[]) is
    'Private: of each of the entities to report for - M/Ds (md), organisations (mdo), States/UTs (state) or the platform - whether it is known or unknown; md: an organisation that is itself an M/D; below X: one that is none, but part of the M/D X.';

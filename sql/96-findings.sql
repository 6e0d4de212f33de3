-- Evaluation of the validation rules (part 38) over a snapshot: the values of each entity become named
-- facts, every
-- enabled rule is asked of every entity of its levels, and what does not hold is kept with the snapshot.

create table karmayogi.snapshot_finding (
    snapshot_id bigint not null references karmayogi.snapshot on delete cascade,
    rule text collate "C" not null,
    level text collate "C" not null,
    entity_id text collate "C" not null,
    severity text not null,
    message text not null,
    expression text not null,
    terms jsonb not null,
    primary key (snapshot_id, rule, level, entity_id)
);
select pg_catalog.pg_extension_config_dump('karmayogi.snapshot_finding', '');
comment on table karmayogi.snapshot_finding is
    'What each validation rule found when a snapshot was made: one row per rule, level and entity that '
    'violates it, '
    'with the rule as it was then. indicator_finding shows the newest snapshot''s. SPEC 7.';
comment on column karmayogi.snapshot_finding.snapshot_id is 'The snapshot.';
comment on column karmayogi.snapshot_finding.rule is 'Name of the rule, which may have been dropped since.';
comment on column karmayogi.snapshot_finding.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.snapshot_finding.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.snapshot_finding.severity is 'error, warn or info.';
comment on column karmayogi.snapshot_finding.message is 'What is wrong.';
comment on column karmayogi.snapshot_finding.expression is 'What should hold.';
comment on column karmayogi.snapshot_finding.terms is
    'The values involved, in the order of the expression: {term, value}, of a percentage with numerator '
    'and denominator.';

-- A refresh has added them up. Else RETURN QUERY, unlike an INSERT or a cursor, lets the planner use parallel workers
-- for the one scan of the largest table; the counts of one official fit an integer, and integers are summed without numeric.
create function karmayogi.progress_sums(out mdo_id text, out allotted bigint, out completed bigint,
    out in_time bigint, out overdue bigint)
returns setof record
language plpgsql stable rows 30000
set search_path = pg_catalog, pg_temp
as $$
begin
    if karmayogi.stage_exists('organisation_count') then
        return query execute 'select c.mdo_id, c.allotted, c.completed, c.in_time, c.overdue
                                from karmayogi_stage.stage_organisation_count c';
    else
        return query
            select p.mdo_id, sum(p.cbp_allotted), sum(p.cbp_completed), sum(p.cbp_in_time),
                   sum(p.cbp_overdue)
              from karmayogi.official_progress p
             group by p.mdo_id;
    end if;
end
$$;
comment on function karmayogi.progress_sums() is
    'Private: (official, course) pairs allotted by live plans, completed, in time and overdue, per '
    'organisation.';

create function karmayogi.evaluate_rules(snapshot_id bigint) returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp
set enable_nestloop = off  -- facts are brought together by hashing: of their number the planner knows nothing
set enable_sort = off
as $$
declare
    previous_id bigint;
    found_violations bigint;
begin
    if not exists (select from karmayogi.snapshot s where s.snapshot_id = evaluate_rules.snapshot_id) then
        raise exception 'there is no snapshot %', evaluate_rules.snapshot_id
            using errcode = 'no_data_found',
                  detail = 'Snapshots are numbered in order of publication.',
                  hint = 'Table karmayogi.snapshot lists them.';
    elsif exists (select from karmayogi.snapshot s where s.snapshot_id > evaluate_rules.snapshot_id) then
        raise exception 'snapshot % is not the newest', evaluate_rules.snapshot_id
            using errcode = 'object_not_in_prerequisite_state',
                  detail = 'The progress of officials, which rules may ask about, is that of the newest snapshot.',
                  hint = 'select karmayogi.evaluate_rules(karmayogi.newest_snapshot())';
    elsif not exists (select from karmayogi.official_progress)
          and exists (select from karmayogi.snapshot_unit u
                       where u.snapshot_id = evaluate_rules.snapshot_id and u.level = 'government'
                         and u.registered > 0) then
        raise exception 'official_progress is empty'
            using errcode = 'object_not_in_prerequisite_state',
                  detail = 'A dump does not hold it; the next refresh fills it.',
                  hint = 'call karmayogi.refresh()';
    end if;
    -- two at once would write the same rows
    perform from karmayogi.snapshot s where s.snapshot_id = evaluate_rules.snapshot_id for no key update;
    previous_id := (select max(s.snapshot_id) from karmayogi.snapshot s
                     where s.snapshot_id < evaluate_rules.snapshot_id);

    delete from karmayogi.snapshot_finding f where f.snapshot_id = evaluate_rules.snapshot_id;
    with rule as materialized (
        select r.rule, r.expression, r.severity, r.message, karmayogi.check_rule(r.expression, r.level) as levels
          from karmayogi.indicator_rule r
         where r.enabled
    ), asked as materialized (
        select distinct t.fact, t.indicator, t.category, starts_with(t.fact, 'previous ') as previous
          from rule r, karmayogi.rule_terms(r.expression) t
    ), progress as (
        select v.level, v.entity_id, sum(p.allotted)::bigint as allotted, sum(p.completed)::bigint as completed,
               sum(p.in_time)::bigint as in_time, sum(p.overdue)::bigint as overdue
          from karmayogi.progress_sums() p
          left join karmayogi.snapshot_org o on o.snapshot_id = evaluate_rules.snapshot_id and o.mdo_id = p.mdo_id
          left join karmayogi.snapshot_unit m
                 on m.snapshot_id = o.snapshot_id and m.level = 'md' and m.entity_id = o.md_id
         cross join lateral (values ('mdo', o.mdo_id), ('md', o.md_id), ('ministry', m.ministry_id),
                                    ('state', m.state_code), ('government', 'government')) v (level, entity_id)
         where v.entity_id is not null
         group by v.level, v.entity_id
    ), fact as (
        select v.level, v.entity_id, a.fact, karmayogi.numerator(v.value) as numerator,
               case when i.unit <> 'count' then coalesce(karmayogi.denominator(v.value), 0) end as denominator
          from asked a
          join karmayogi.indicator i on i.code = a.indicator
          join karmayogi.indicator_value v
                 on v.indicator = a.indicator and v.category = a.category
                and v.snapshot_id = case when a.previous then previous_id else evaluate_rules.snapshot_id end
         where v.snapshot_id = any (array[evaluate_rules.snapshot_id, previous_id])
         union all
        -- a snapshot keeps these of units in one place, and of organisations in the denominators that they are
        select u.level, u.entity_id, case when u.snapshot_id = previous_id then 'previous ' else '' end || c.name,
               c.found, null
          from karmayogi.snapshot_unit u
         cross join lateral (values ('registered', u.registered), ('strength', u.strength)) c (name, found)
         where u.snapshot_id = any (array[evaluate_rules.snapshot_id, previous_id])
         union all
        select v.level, v.entity_id,
               case when v.snapshot_id = previous_id then 'previous ' else '' end
               || case v.indicator when '8.3' then 'registered' else 'strength' end,
               karmayogi.denominator(v.value), null
          from karmayogi.indicator_value v
         where v.snapshot_id = any (array[evaluate_rules.snapshot_id, previous_id]) and v.level = 'mdo'
           and v.indicator in ('8.3', '2.2') and v.category = 'all'
         union all
        select p.level, p.entity_id, c.fact, c.found, null
          from progress p
         cross join lateral (values ('allotted', p.allotted), ('completed', p.completed), ('in_time', p.in_time),
                                    ('overdue', p.overdue)) c (fact, found)
    ), book as materialized (
        select l.level, array_agg(r.rule order by r.rule) as rules, array_agg(r.expression order by r.rule) as expressions
          from rule r
         cross join lateral unnest(r.levels) l (level)
         group by l.level
    ), entity as (
        select f.level, f.entity_id, karmayogi.rule_violations(b.expressions, f.fact, f.numerator, f.denominator) as violations
          from fact f
          join book b on b.level = f.level
         group by f.level, f.entity_id
    )
    insert into karmayogi.snapshot_finding (snapshot_id, rule, level, entity_id, severity, message, expression, terms)
    select evaluate_rules.snapshot_id, r.rule, e.level, e.entity_id, r.severity, r.message, r.expression, v.terms
      from entity e
      join book b on b.level = e.level
     cross join lateral unnest(b.rules, e.violations) v (rule, terms)
      join rule r on r.rule = v.rule
     where e.violations is not null and v.terms is not null;
    get diagnostics found_violations = row_count;
    return found_violations;
end
$$;
comment on function karmayogi.evaluate_rules(bigint) is
    'Evaluates every enabled validation rule over the newest snapshot, replaces what was found in it '
    'before, and returns '
    'the number of violations. A refresh calls it; call it to apply a rule just added. Errors: '
    'no_data_found, '
    'object_not_in_prerequisite_state for an older snapshot or while official_progress is empty. SPEC 7.';

create view karmayogi.indicator_finding as
    select s.as_of, f.rule, f.severity, f.level, f.entity_id, coalesce(u.entity_name, o.mdo_name) as entity_name,
           f.message, f.expression,
           (select string_agg((t.item ->> 'term') || '=' || coalesce(t.item ->> 'value', 'unknown')
                              || coalesce(' (' || (t.item ->> 'numerator') || '/' || (t.item ->> 'denominator') || ')',
                                          ''),
                              ', ' order by t.n)
              from jsonb_array_elements(f.terms) with ordinality t (item, n)) as values
      from karmayogi.snapshot s
      join karmayogi.snapshot_finding f on f.snapshot_id = s.snapshot_id
      left join karmayogi.snapshot_unit u
             on u.snapshot_id = f.snapshot_id and u.level = f.level and u.entity_id = f.entity_id
      left join karmayogi.snapshot_org o
             on f.level = 'mdo' and o.snapshot_id = f.snapshot_id and o.mdo_id = f.entity_id
     where s.snapshot_id = (select max(n.snapshot_id) from karmayogi.snapshot n)
     order by array_position('{error,warn,info}', f.severity), f.rule,
              array_position('{government,state,ministry,md,mdo}', f.level), f.entity_id;
comment on view karmayogi.indicator_finding is
    'What the validation rules found in the newest snapshot: what is wrong, where, and by which values; '
    'errors first. '
    'Table snapshot_finding keeps the findings of every snapshot. SPEC 7.';
comment on column karmayogi.indicator_finding.as_of is 'The day as of which the values are meant.';
comment on column karmayogi.indicator_finding.rule is 'Name of the rule.';
comment on column karmayogi.indicator_finding.severity is
    'error: the values contradict each other; warn: they are hardly credible; info: worth knowing.';
comment on column karmayogi.indicator_finding.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.indicator_finding.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.indicator_finding.entity_name is 'Its name.';
comment on column karmayogi.indicator_finding.message is 'What is wrong.';
comment on column karmayogi.indicator_finding.expression is 'What should hold.';
comment on column karmayogi.indicator_finding.values is
    'The values involved, for instance n(2.3 female)=12, registered()=10; of a percentage with the '
    'counts that it comes '
    'from.';

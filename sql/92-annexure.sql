-- Part 92: the KPI annexure of the memorandum of 8 August 2024, filled in: every
-- indicator at every level it has, from the newest snapshot, and its ten tables
-- laid out as the memorandum prints them. Plain views: a question about one
-- level, or one entity of a level, reads the rows of the primary key alone.

-- Organisations have their names in one table, everything above them in
-- another: who asks for one level shall not pay for the other. The few States
-- that are not on the portal are asked for one by one.
create view karmayogi.organisation_value as
    -- the level as a constant: who asks for another does not come here
    select v.indicator, 'mdo'::text collate "C" as level, v.entity_id, coalesce(o.mdo_name, v.entity_id) as entity_name, v.category,
           v.value, v.reason, v.verified
      from karmayogi.indicator_value v
      left join (select o.mdo_id, o.mdo_name from karmayogi.snapshot_org o
                  where o.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s)) o on o.mdo_id = v.entity_id
     where v.level = 'mdo' and v.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s);
comment on view karmayogi.organisation_value is
    'Private: indicator_value of the newest snapshot, of organisations, with their names as they were that night.';
comment on column karmayogi.organisation_value.indicator is 'Code of the indicator.';
comment on column karmayogi.organisation_value.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.organisation_value.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.organisation_value.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.organisation_value.category is 'Gender for 2.3, else all.';
comment on column karmayogi.organisation_value.value is 'Numerator and denominator; NULL: missing.';
comment on column karmayogi.organisation_value.reason is 'Why no number can be shown.';
comment on column karmayogi.organisation_value.verified is 'Whether the report was verified; NULL: computed, or from a register.';

create view karmayogi.unit_value as
    select v.indicator, v.level, v.entity_id,
           coalesce(u.entity_name,
                    (select s.state_name from karmayogi.state_ut s where s.state_code = v.entity_id and v.level = 'state'),
                    v.entity_id) as entity_name, v.category,
           v.value, v.reason, v.verified
      from karmayogi.indicator_value v
      left join (select u.level, u.entity_id, u.entity_name from karmayogi.snapshot_unit u
                  where u.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s)) u
             on u.level = v.level and u.entity_id = v.entity_id
     where v.level <> 'mdo' and v.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s);
comment on view karmayogi.unit_value is
    'Private: indicator_value of the newest snapshot, of everything above the organisations, with its names as they were that night.';
comment on column karmayogi.unit_value.indicator is 'Code of the indicator.';
comment on column karmayogi.unit_value.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.unit_value.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.unit_value.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.unit_value.category is 'Gender for 2.3, else all.';
comment on column karmayogi.unit_value.value is 'Numerator and denominator; NULL: missing.';
comment on column karmayogi.unit_value.reason is 'Why no number can be shown.';
comment on column karmayogi.unit_value.verified is 'Whether the report was verified; NULL: computed, or from a register.';

-- What readers are shown is looked up beside the rows, never filtered: a row whose count is hidden is there, and what
-- a condition of a query is asked about is the NULL that is shown. Whoever sees everything looks nothing up.
create view karmayogi.newest_open as
    select o.level, o.entity_id, o.shown
      from karmayogi.open_to_readers o
     where not (select karmayogi.sees_everything())
       and o.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s);
comment on view karmayogi.newest_open is
    'Private: open_to_readers of the newest snapshot, for whom it hides something; empty for whoever sees everything.';
comment on column karmayogi.newest_open.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.newest_open.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.newest_open.shown is 'Indicators shown, as floor_keys names them.';

create view karmayogi.newest_value as
    select v.indicator, v.level, v.entity_id, v.entity_name, v.category,
           case when h.hidden then null else v.value end as value,
           case when h.hidden then null else v.verified end as verified,
           case when h.hidden then 'below the floor' else v.reason end as reason
      from (select o.*, karmayogi.guarded_key(o.indicator, o.category, o.value) as guarded from karmayogi.organisation_value o
             union all
            select u.*, karmayogi.guarded_key(u.indicator, u.category, u.value) from karmayogi.unit_value u) v
      left join karmayogi.newest_open o on o.level = v.level and o.entity_id = v.entity_id
     cross join lateral (select v.guarded is not null and not (select karmayogi.sees_everything())
                                and not coalesce(v.guarded = any (o.shown), false)) h (hidden);
comment on view karmayogi.newest_value is
    'Private: indicator_value of the newest snapshot with the names of its entities as they were that night, as the current role may see it: small counts hidden from readers.';
comment on column karmayogi.newest_value.indicator is 'Code of the indicator.';
comment on column karmayogi.newest_value.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.newest_value.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.newest_value.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.newest_value.category is 'Gender for 2.3, else all.';
comment on column karmayogi.newest_value.value is 'Numerator and denominator; NULL: missing, or hidden.';
comment on column karmayogi.newest_value.reason is 'Why no number can be shown.';
comment on column karmayogi.newest_value.verified is 'Whether the report was verified; NULL: computed, or from a register.';

create view karmayogi.unit_annexure as
    select i.kpi, v.indicator, i.title, v.level, v.entity_id, v.entity_name, v.category,
           karmayogi.numerator(v.value) as numerator, karmayogi.denominator(v.value) as denominator,
           case i.unit when 'count' then karmayogi.numerator(v.value)::numeric else karmayogi.pct(v.value) end as value,
           i.unit, i.source, i.frequency, i.responsibility, v.verified, v.reason,
           karmayogi.guarded_key(v.indicator, v.category, v.value) as guarded
      from karmayogi.unit_value v
      join karmayogi.indicator i on i.code = v.indicator;
comment on view karmayogi.unit_annexure is
    'Private: kpi_annexure above the organisations, worked out from the values of the newest snapshot, with nothing hidden.';
comment on column karmayogi.unit_annexure.guarded is 'Of counts that may be hidden from readers, how open_to_readers names them (guarded_key); else NULL.';
comment on column karmayogi.unit_annexure.kpi is 'Number of the KPI, 1 to 10.';
comment on column karmayogi.unit_annexure.indicator is 'Code of the indicator.';
comment on column karmayogi.unit_annexure.title is 'Title, word for word as in the annexure.';
comment on column karmayogi.unit_annexure.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.unit_annexure.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.unit_annexure.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.unit_annexure.category is 'female or male for 2.3, else all.';
comment on column karmayogi.unit_annexure.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.unit_annexure.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.unit_annexure.value is 'Percentage with two decimals (of a fact 100 or 0, of many facts the share of yes), or the number of a count; NULL: see reason.';
comment on column karmayogi.unit_annexure.unit is 'percent, count or yes/no.';
comment on column karmayogi.unit_annexure.source is 'P: computed from the portal; R: reported; P*: computed, a verified report overrides.';
comment on column karmayogi.unit_annexure.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.unit_annexure.responsibility is 'Who answers for it, as in the annexure.';
comment on column karmayogi.unit_annexure.verified is 'Of reported values whether they were verified (of a sum: all of them); NULL: computed, or from a register.';
comment on column karmayogi.unit_annexure.reason is 'Why there is no number; NULL exactly where there is one.';

-- A dashboard asks for tens of thousands of these rows at once, of the newest
-- snapshot and of no other: a refresh lays them out. Nothing depends on it: where
-- it is not the newest snapshot that is laid out, as after a restore, the view
-- works the rows out.
create table karmayogi.annexure_shown (
    snapshot_id bigint not null,
    kpi int not null,
    indicator text collate "C" not null,
    title text not null,
    level text collate "C" not null,
    entity_id text collate "C" not null,
    entity_name text,
    category text collate "C" not null,
    numerator bigint,
    denominator bigint,
    value numeric,
    unit text not null,
    source text not null,
    frequency text,
    responsibility text,
    verified boolean,
    reason text,
    guarded text collate "C",
    primary key (snapshot_id, level, entity_id, indicator, category)
);
comment on table karmayogi.annexure_shown is
    'Private: unit_annexure of the newest snapshot, laid out for kpi_annexure, with nothing hidden. It is not dumped: what is not here is worked out. An upgrade that changes the catalogue empties it.';
comment on column karmayogi.annexure_shown.snapshot_id is 'The snapshot.';
comment on column karmayogi.annexure_shown.kpi is 'Number of the KPI, 1 to 10.';
comment on column karmayogi.annexure_shown.indicator is 'Code of the indicator.';
comment on column karmayogi.annexure_shown.title is 'Title, word for word as in the annexure.';
comment on column karmayogi.annexure_shown.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.annexure_shown.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.annexure_shown.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.annexure_shown.category is 'female or male for 2.3, else all.';
comment on column karmayogi.annexure_shown.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.annexure_shown.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.annexure_shown.value is 'Percentage with two decimals (of a fact 100 or 0, of many facts the share of yes), or the number of a count; NULL: see reason.';
comment on column karmayogi.annexure_shown.unit is 'percent, count or yes/no.';
comment on column karmayogi.annexure_shown.source is 'P: computed from the portal; R: reported; P*: computed, a verified report overrides.';
comment on column karmayogi.annexure_shown.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.annexure_shown.responsibility is 'Who answers for it, as in the annexure.';
comment on column karmayogi.annexure_shown.verified is 'Of reported values whether they were verified (of a sum: all of them); NULL: computed, or from a register.';
comment on column karmayogi.annexure_shown.reason is 'Why there is no number; NULL exactly where there is one.';
comment on column karmayogi.annexure_shown.guarded is 'Of counts that may be hidden from readers, how open_to_readers names them (guarded_key); else NULL.';

create function karmayogi.lay_out_annexure() returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    rows_before bigint;
    rows_laid bigint;
begin
    delete from karmayogi.annexure_shown;
    get diagnostics rows_before = row_count;
    insert into karmayogi.annexure_shown
        (snapshot_id, kpi, indicator, title, level, entity_id, entity_name, category, numerator,
         denominator, value, unit, source, frequency, responsibility, verified, reason, guarded)
    select (select max(s.snapshot_id) from karmayogi.snapshot s), a.kpi, a.indicator, a.title, a.level, a.entity_id, a.entity_name, a.category, a.numerator,
           a.denominator, a.value, a.unit, a.source, a.frequency, a.responsibility, a.verified, a.reason, a.guarded
      from karmayogi.unit_annexure a;
    get diagnostics rows_laid = row_count;
    -- tonight's rows take the place of as many
    perform karmayogi.analyze_changed('annexure_shown', abs(rows_laid - rows_before));
    return rows_laid;
end
$$;
comment on function karmayogi.lay_out_annexure() is
    'Private: lays out unit_annexure of the newest snapshot in annexure_shown; returns how many rows.';

create function karmayogi.annexure_strays() returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from karmayogi.annexure_shown h
                    where h.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s))
       and exists (select from (select h.indicator, h.level, h.entity_id, h.category, h.entity_name, h.numerator, h.denominator, h.value,
                                       h.verified, h.reason, h.guarded
                                  from karmayogi.annexure_shown h
                                 where h.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s)) h
                     full join karmayogi.unit_annexure a
                            on a.level = h.level and a.entity_id = h.entity_id and a.indicator = h.indicator and a.category = h.category
                    where (h.level, h.entity_name, h.numerator, h.denominator, h.value, h.verified, h.reason, h.guarded)
                          is distinct from (a.level, a.entity_name, a.numerator, a.denominator, a.value, a.verified, a.reason, a.guarded));
end
$$;
comment on function karmayogi.annexure_strays() is
    'Part of verify_seal: whether annexure_shown shows anything else than the values of the newest snapshot.';

-- Most of it is shown to everybody, and read in one step. Every branch hides by itself what is stored, so that no
-- condition of a reader's is asked about it.
create view karmayogi.kpi_annexure as
    select a.kpi, a.indicator, a.title, a.level, a.entity_id, a.entity_name, a.category,
           case when (a.guarded is null or (select karmayogi.sees_everything())) then a.numerator end as numerator,
           case when (a.guarded is null or (select karmayogi.sees_everything())) then a.denominator end as denominator,
           case when (a.guarded is null or (select karmayogi.sees_everything())) then a.value end as value,
           a.unit, a.source, a.frequency, a.responsibility,
           (select s.as_of from karmayogi.snapshot s order by s.snapshot_id desc limit 1) as as_of,
           case when (a.guarded is null or (select karmayogi.sees_everything())) then a.verified end as verified,
           case when (a.guarded is null or (select karmayogi.sees_everything())) then a.reason else 'below the floor' end as reason
      from karmayogi.annexure_shown a
     where a.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s)
       and (a.guarded is null or (select karmayogi.sees_everything()))
     union all
    -- what a reader may, or may not, see
    select a.kpi, a.indicator, a.title, a.level, a.entity_id, a.entity_name, a.category,
           case when a.guarded = any (o.shown) then a.numerator end,
           case when a.guarded = any (o.shown) then a.denominator end,
           case when a.guarded = any (o.shown) then a.value end,
           a.unit, a.source, a.frequency, a.responsibility,
           (select s.as_of from karmayogi.snapshot s order by s.snapshot_id desc limit 1),
           case when a.guarded = any (o.shown) then a.verified end,
           case when a.guarded = any (o.shown) then a.reason else 'below the floor' end
      from karmayogi.annexure_shown a
      left join karmayogi.newest_open o on o.level = a.level and o.entity_id = a.entity_id
     where a.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s)
       and a.guarded is not null and not (select karmayogi.sees_everything())
     union all
    -- what is not laid out
    select a.kpi, a.indicator, a.title, a.level, a.entity_id, a.entity_name, a.category,
           case when not h.hidden then a.numerator end,
           case when not h.hidden then a.denominator end,
           case when not h.hidden then a.value end,
           a.unit, a.source, a.frequency, a.responsibility,
           (select s.as_of from karmayogi.snapshot s order by s.snapshot_id desc limit 1),
           case when not h.hidden then a.verified end,
           case when not h.hidden then a.reason else 'below the floor' end
      from (select a.kpi, a.indicator, a.title, a.level, a.entity_id, a.entity_name, a.category, a.numerator, a.denominator,
                   a.value, a.unit, a.source, a.frequency, a.responsibility, a.verified, a.reason, a.guarded
              from karmayogi.unit_annexure a
             where (select max(h.snapshot_id) from karmayogi.annexure_shown h)
                   is distinct from (select max(s.snapshot_id) from karmayogi.snapshot s)
             union all
            select i.kpi, v.indicator, i.title, v.level, v.entity_id, v.entity_name, v.category,
                   karmayogi.numerator(v.value), karmayogi.denominator(v.value),
                   case i.unit when 'count' then karmayogi.numerator(v.value)::numeric else karmayogi.pct(v.value) end,
                   i.unit, i.source, i.frequency, i.responsibility, v.verified, v.reason,
                   karmayogi.guarded_key(v.indicator, v.category, v.value)
              from karmayogi.organisation_value v
              join karmayogi.indicator i on i.code = v.indicator) a
      left join karmayogi.newest_open o on o.level = a.level and o.entity_id = a.entity_id
     cross join lateral (select a.guarded is not null and not (select karmayogi.sees_everything())
                                and not coalesce(a.guarded = any (o.shown), false)) h (hidden);
comment on view karmayogi.kpi_annexure is
    'Every indicator of the annexure of OM T-28/62/2024-iGOT of 8 August 2024 at every level it has, in the newest snapshot. Where there is no number, reason says why: zero, missing and not applicable are three things. Ask for one level, or one entity of a level. SPEC 7.';
comment on column karmayogi.kpi_annexure.kpi is 'Number of the KPI, 1 to 10.';
comment on column karmayogi.kpi_annexure.indicator is 'Code of the indicator.';
comment on column karmayogi.kpi_annexure.title is 'Title, word for word as in the annexure.';
comment on column karmayogi.kpi_annexure.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_annexure.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_annexure.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_annexure.category is 'female or male for 2.3, else all.';
comment on column karmayogi.kpi_annexure.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_annexure.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_annexure.value is 'Percentage with two decimals (of a fact 100 or 0, of many facts the share of yes), or the number of a count; NULL: see reason.';
comment on column karmayogi.kpi_annexure.unit is 'percent, count or yes/no.';
comment on column karmayogi.kpi_annexure.source is 'P: computed from the portal; R: reported; P*: computed, a verified report overrides.';
comment on column karmayogi.kpi_annexure.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_annexure.responsibility is 'Who answers for it, as in the annexure.';
comment on column karmayogi.kpi_annexure.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_annexure.verified is 'Of reported values whether they were verified (of a sum: all of them); NULL: computed, or from a register.';
comment on column karmayogi.kpi_annexure.reason is 'Why there is no number; NULL exactly where there is one.';

create function karmayogi.shown_value(unit text, entity text, level text, value karmayogi.tally) returns text
language sql immutable parallel safe
return case when unit = 'count' then karmayogi.numerator(value)::text
            when karmayogi.denominator(value) = 0 then null
            when unit = 'percent' then karmayogi.pct(value) || ' %'
            -- a fact of this very entity, else how many of how many
            when level = case entity when 'platform' then 'government' else entity end and karmayogi.denominator(value) = 1
                then case karmayogi.numerator(value) when 1 then 'yes' else 'no' end
            else karmayogi.numerator(value) || ' of ' || karmayogi.denominator(value) end;
comment on function karmayogi.shown_value(text, text, text, karmayogi.tally) is
    'A value as a person wants it: "87.34 %", "12", "yes" or "no" for a fact of the entity itself, "66 of 94" for facts of many; NULL where no number can be shown. Arguments: unit and entity of the indicator, level of the value.';

create view karmayogi.kpi_table as
    select i.kpi, i.position, v.indicator as code, i.title as indicator, i.verification as means_of_verification,
           i.frequency, i.responsibility, v.level, v.entity_id, v.entity_name, v.category,
           karmayogi.shown_value(i.unit, i.entity, v.level, v.value) as value,
           karmayogi.numerator(v.value) as numerator, karmayogi.denominator(v.value) as denominator,
           (select s.as_of from karmayogi.snapshot s order by s.snapshot_id desc limit 1) as as_of,
           v.verified, v.reason
      from karmayogi.newest_value v
      join karmayogi.indicator i on i.code = v.indicator;
comment on view karmayogi.kpi_table is
    'The ten tables kpi_1 to kpi_10 in one, with values as text; kpi_annexure has them as numbers. SPEC 7.';
comment on column karmayogi.kpi_table.kpi is 'Number of the KPI, 1 to 10.';
comment on column karmayogi.kpi_table.position is 'Place of the indicator in the annexure, 1 to 47.';
comment on column karmayogi.kpi_table.code is 'Code of the indicator.';
comment on column karmayogi.kpi_table.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_table.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_table.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_table.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_table.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_table.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_table.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_table.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_table.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_table.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_table.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_table.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_table.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_table.reason is 'Why there is no number; NULL exactly where there is one.';

-- Each table asks for its codes, by which values are found, and not for its
-- number, which only the catalogue knows; and where none of its indicators is one
-- of organisations, it does not look through theirs.
create view karmayogi.kpi_1 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '1.%'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_1 is
    'KPI-1 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, Formation of Capacity Building Units in MDOs, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_1.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_1.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_1.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_1.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_1.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_1.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_1.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_1.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_1.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_1.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_1.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_1.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_1.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_1.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_2 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '2.%'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_2 is
    'KPI-2 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, Onboarding on iGOT from MDOs and States, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_2.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_2.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_2.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_2.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_2.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_2.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_2.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_2.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_2.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_2.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_2.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_2.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_2.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_2.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_3 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '3.%'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_3 is
    'KPI-3 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, Implementation of Capacity Building Plan in MDOs, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_3.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_3.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_3.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_3.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_3.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_3.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_3.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_3.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_3.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_3.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_3.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_3.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_3.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_3.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_4 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '4.%' and t.level <> 'mdo'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_4 is
    'KPI-4 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, Availability of Content and competencies on iGOT, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_4.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_4.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_4.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_4.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_4.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_4.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_4.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_4.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_4.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_4.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_4.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_4.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_4.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_4.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_5 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '5.%' and t.level <> 'mdo'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_5 is
    'KPI-5 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, User Engagement, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_5.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_5.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_5.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_5.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_5.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_5.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_5.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_5.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_5.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_5.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_5.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_5.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_5.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_5.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_6 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '6.%' and t.level <> 'mdo'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_6 is
    'KPI-6 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, Monitoring of iGOT Platform and Features, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_6.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_6.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_6.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_6.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_6.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_6.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_6.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_6.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_6.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_6.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_6.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_6.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_6.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_6.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_7 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '7.%' and t.level <> 'mdo'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_7 is
    'KPI-7 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, Monitoring performance of CBC, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_7.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_7.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_7.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_7.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_7.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_7.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_7.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_7.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_7.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_7.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_7.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_7.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_7.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_7.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_8 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '8.%'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_8 is
    'KPI-8 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, World Bank loan agreement, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_8.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_8.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_8.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_8.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_8.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_8.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_8.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_8.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_8.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_8.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_8.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_8.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_8.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_8.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_9 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '9.%' and t.level <> 'mdo'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_9 is
    'KPI-9 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, Formation of Centre of Excellence in MDO, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_9.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_9.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_9.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_9.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_9.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_9.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_9.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_9.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_9.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_9.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_9.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_9.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_9.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_9.reason is 'Why there is no number; NULL exactly where there is one.';

create view karmayogi.kpi_10 as
    select t.indicator, t.means_of_verification, t.frequency, t.responsibility, t.level, t.entity_id, t.entity_name, t.category,
           t.value, t.numerator, t.denominator, t.as_of, t.verified, t.reason
      from karmayogi.kpi_table t
     where t.code like '10.%' and t.level <> 'mdo'
     order by t.position, array_position(array['government', 'state', 'ministry', 'md', 'mdo'], t.level::text),
              t.entity_name collate "C", t.entity_id, t.category;
comment on view karmayogi.kpi_10 is
    'KPI-10 of the annexure of OM T-28/62/2024-iGOT of 8 August 2024, Other indicators relevant to MKY, as its table reads, filled in from the newest snapshot, the government first. SPEC 7.';
comment on column karmayogi.kpi_10.indicator is 'Indicator, word for word as in the annexure.';
comment on column karmayogi.kpi_10.means_of_verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.kpi_10.frequency is 'Frequency of reporting, as in the annexure.';
comment on column karmayogi.kpi_10.responsibility is 'Responsibility, as in the annexure.';
comment on column karmayogi.kpi_10.level is 'mdo (own officials only), md, ministry, state or government.';
comment on column karmayogi.kpi_10.entity_id is 'mdo_id of the organisation, M/D or ministry, code of the State/UT, or government.';
comment on column karmayogi.kpi_10.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.kpi_10.category is 'female or male for officials registered by gender, else all.';
comment on column karmayogi.kpi_10.value is 'The value as text: a percentage with two decimals, a number, yes or no, or how many of how many; NULL: see reason.';
comment on column karmayogi.kpi_10.numerator is 'Numerator; NULL: the value is missing.';
comment on column karmayogi.kpi_10.denominator is 'Denominator; 0 for a count.';
comment on column karmayogi.kpi_10.as_of is 'The day as of which the figure is meant.';
comment on column karmayogi.kpi_10.verified is 'Of reported values whether they were verified; NULL: computed, or from a register.';
comment on column karmayogi.kpi_10.reason is 'Why there is no number; NULL exactly where there is one.';

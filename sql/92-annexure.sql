-- Part 92: the KPI annexure of the memorandum of 8 August 2024, filled in: every
-- indicator at every level it has, from the newest snapshot, and its ten tables
-- laid out as the memorandum prints them. Plain views: a question about one
-- level, or one entity of a level, reads the rows of the primary key alone.

-- Organisations have their names in one table, everything above them in
-- another: who asks for one level shall not pay for the other.
create view karmayogi.named_value as
    select v.snapshot_id, v.indicator, v.level, v.entity_id, coalesce(o.mdo_name, v.entity_id) as entity_name, v.category,
           v.value, v.reason, v.verified
      from karmayogi.readable_value v
      left join karmayogi.snapshot_org o on o.snapshot_id = v.snapshot_id and o.mdo_id = v.entity_id
     where v.level = 'mdo'
     union all
    select v.snapshot_id, v.indicator, v.level, v.entity_id, coalesce(u.entity_name, s.state_name, v.entity_id), v.category,
           v.value, v.reason, v.verified
      from karmayogi.readable_value v
      left join karmayogi.snapshot_unit u on u.snapshot_id = v.snapshot_id and u.level = v.level and u.entity_id = v.entity_id
      left join karmayogi.state_ut s on s.state_code = v.entity_id and v.level = 'state'
     where v.level <> 'mdo';
comment on view karmayogi.named_value is
    'Private: readable_value of every snapshot with the names of its entities as they were that night.';
comment on column karmayogi.named_value.snapshot_id is 'The snapshot.';
comment on column karmayogi.named_value.indicator is 'Code of the indicator.';
comment on column karmayogi.named_value.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.named_value.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.named_value.entity_name is 'Its name in that night''s tree.';
comment on column karmayogi.named_value.category is 'Gender for 2.3, else all.';
comment on column karmayogi.named_value.value is 'Numerator and denominator; NULL: missing.';
comment on column karmayogi.named_value.reason is 'Why no number can be shown.';
comment on column karmayogi.named_value.verified is 'Whether the report was verified; NULL: computed, or from a register.';

create view karmayogi.kpi_annexure as
    select i.kpi, v.indicator, i.title, v.level, v.entity_id, v.entity_name, v.category,
           karmayogi.numerator(v.value) as numerator, karmayogi.denominator(v.value) as denominator,
           case i.unit when 'count' then karmayogi.numerator(v.value)::numeric else karmayogi.pct(v.value) end as value,
           i.unit, i.source, i.frequency, i.responsibility, n.as_of, v.verified, v.reason
      from karmayogi.named_value v
      join karmayogi.snapshot n on n.snapshot_id = v.snapshot_id
      join karmayogi.indicator i on i.code = v.indicator
     where v.snapshot_id = (select karmayogi.newest_snapshot());
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
           n.as_of, v.verified, v.reason
      from karmayogi.named_value v
      join karmayogi.snapshot n on n.snapshot_id = v.snapshot_id
      join karmayogi.indicator i on i.code = v.indicator
     where v.snapshot_id = (select karmayogi.newest_snapshot());
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
-- number, which only the catalogue knows.
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
     where t.code like '4.%'
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
     where t.code like '5.%'
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
     where t.code like '6.%'
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
     where t.code like '7.%'
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
     where t.code like '9.%'
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
     where t.code like '10.%'
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

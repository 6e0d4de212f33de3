-- The register of a generated portal: strengths, persons with disabilities,
-- tags, targets, institutions, reports - as dirty as the portal itself.
-- Part of generate.sql, which includes it.

-- a day long past, or near the as-of; or none
create function generate.occasion(seed int, key text) returns date
    language plpgsql immutable
as $$
declare
    as_of date := (generate.shape(seed)).as_of;
begin
    return as_of + (array[-700, -1, 0, 0, 1, 400, null])[1 + generate.below(seed, key, 7)];
end $$;

-- The period of a frequency in which a day lies
create function generate.period(frequency text, day date, out period text, out period_start date,
        out period_end date)
    language plpgsql immutable
as $$
declare
    -- April is the first month of the financial year
    april date := (day - interval '3 months')::date;
    year text := to_char(april, 'YYYY') || '-' || to_char(april + interval '1 year', 'YY');
    months int := case frequency when 'Annual' then 12 when 'Quarterly' then 3 else 1 end;
begin
    period_start := case frequency when 'Annual' then date_trunc('year', april) when 'Quarterly'
        then date_trunc('quarter', april) else date_trunc('month', april) end + interval '3 months';
    period_end := period_start + make_interval(months => months) - interval '1 day';
    period := case frequency when 'Annual' then year when 'Quarterly' then year || ' Q'
        || extract(quarter from april) else to_char(day, 'YYYY-MM') end;
end $$;

-- What can be reported. kind: a fact (1/1 or 0/1), a share, a share that may exceed, a count
create table generate.reportable (indicator text, entity text, kind text, frequency text);
insert into generate.reportable values
    ('1.1', 'md', 'fact', 'Quarterly'), ('1.2', 'mdo', 'fact', 'Quarterly'),
    ('2.5', 'state', 'fact', 'Quarterly'), ('3.1', 'md', 'fact', 'Quarterly'),
    ('3.2', 'md', 'fact', 'Monthly'), ('3.3', 'md', 'fact', 'Quarterly'), ('3.4', 'md', 'fact', 'Quarterly'),
    ('3.5', 'md', 'share', 'Quarterly'), ('3.6', 'md', 'share', 'Quarterly'), ('4.3', 'md', 'fact', 'Quarterly'),
    ('4.4', 'md', 'excess', 'Quarterly'), ('4.5', 'platform', 'excess', 'Quarterly'),
    ('4.6', 'platform', 'share', 'Quarterly'), ('5.2', 'platform', 'share', 'Annual'),
    ('6.1', 'platform', 'fact', 'Quarterly'), ('6.2', 'platform', 'fact', 'Quarterly'),
    ('6.3', 'platform', 'fact', 'Quarterly'), ('6.4', 'platform', 'fact', 'Quarterly'),
    ('6.5', 'platform', 'fact', 'Quarterly'), ('6.6', 'platform', 'fact', 'Quarterly'),
    ('6.7', 'platform', 'fact', 'Quarterly'), ('6.8', 'platform', 'fact', 'Quarterly'),
    ('6.9', 'platform', 'fact', 'Quarterly'), ('6.10', 'platform', 'count', 'Quarterly'),
    ('7.1', 'platform', 'fact', 'Quarterly'), ('7.5', 'platform', 'fact', 'Quarterly'),
    ('9.1', 'md', 'count', 'Annual');

-- Reports of the last periods and of the next, superseded, rejected, verified; of organisations also where
-- an M/D should report, and of some that do not exist. An indicator has many, some, or none at all.
create function generate.reports(seed int) returns void
    language plpgsql
as $$
declare
    as_of date := (generate.shape(seed)).as_of;
begin
    insert into generate.stage (table_name, j)
    with who as (
        select r.*, e.id as entity_id
        from generate.reportable r,
            lateral (select 'platform' as id where r.entity = 'platform'
                union select unnest(array['IN-KL', 'IN-BR', 'IN-PB', 'IN-TS', 'IN-UK', 'IN-UP', 'IN-LD', 'IN-ZZ'])
                    where r.entity = 'state'
                union select o.id from generate.org o where r.entity in ('md', 'mdo')
                union select 'ghost-1' where r.entity in ('md', 'mdo')) e
        where generate.chance(seed, 'reported' || r.indicator || e.id,
            (array[0, 0.15, 0.5, 0.8])[1 + generate.below(seed, 'reported' || r.indicator, 4)]
                * case when r.indicator in ('3.2', '3.3', '3.4', '3.5', '3.6', '4.3') then 0.5 else 1 end)
    ),
    filed as (
        select w.*, p.period, p.period_start, p.period_end, k.key,
            row_number() over (order by md5(seed || k.key)) as report_id,
            generate.below(seed, k.key || 'd', 4) as d
        from who w, generate_series(1, 3) n,
            lateral (select w.indicator || '/' || w.entity_id || '/' || n as key) k,
            lateral generate.period(w.frequency, (as_of + make_interval(months => generate.below(seed, k.key
                || 'when', 5) * case w.frequency when 'Annual' then 12 when 'Quarterly' then 3 else 1 end)
                - make_interval(months => case w.frequency when 'Annual' then 36 when 'Quarterly' then 9
                    else 3 end))::date) p
        where n = 1 or generate.chance(seed, k.key || 'again', 0.5)
    )
    select 'register_report', jsonb_build_object('report_id', f.report_id, 'indicator', f.indicator,
        'entity_id', f.entity_id, 'period', f.period, 'period_start', f.period_start, 'period_end', f.period_end,
        'numerator', case f.kind when 'fact' then generate.below(seed, f.key || 'fact', 3) % 2
            when 'count' then generate.below(seed, f.key || 'n', 3)
            when 'share' then generate.below(seed, f.key || 'n', f.d + 2)
            when 'excess' then case when f.d > 0 then generate.below(seed, f.key || 'n', 9) else 0 end end,
        'denominator', case f.kind when 'fact' then 1 when 'count' then 0 when 'share' then f.d + 1 else f.d end,
        'superseded_by', lead(f.report_id) over (partition by f.indicator, f.entity_id, f.period
            order by f.report_id),
        'verified_by', case when v.accepted is not null then 'somebody' end,
        'verified_at', case when v.accepted is not null then '2026-02-01 10:00:00+05:30' end,
        'accepted', v.accepted)
    from filed f, lateral (select case generate.below(seed, f.key || 'accepted', 4) when 0 then null
        when 1 then false else true end as accepted) v;
end $$;

create function generate.register(seed int) returns void
    language plpgsql
as $$
declare
    shape record := generate.shape(seed);
    -- how much of the strength is known: some portals wholly, some hardly
    completeness numeric := (array[1.0, 1.0, 0.97, 0.7])[1 + generate.below(seed, 'completeness', 4)];
    org record;
    strength int;
    women int;
    key text;
begin
    for org in select o.id, o.kind from generate.org o union
        select r.mdo_id, 'ghost' from generate.person_row r
        where r.mdo_id !~* '^\s*(|null|not available|not published)\s*$'
            and r.mdo_id not in (select o.id from generate.org o)
        union select 'nowhere', 'ghost' loop
        for i in 1 .. 4 loop
            key := org.id || '/' || i;
            continue when i > 1 and not generate.chance(seed, 'strength?' || key, 0.3);
            continue when i = 1 and org.kind <> 'absent'
                and not generate.chance(seed, 'strength?' || org.id, completeness);
            continue when org.kind = 'absent' and i < 4;
            strength := (array[0, 3, 10, 40, 1000])[1 + generate.below(seed, 'strength' || key, 5)];
            women := least(strength, generate.below(seed, 'women' || key, 20));
            perform generate.put('register_strength', jsonb_build_object('mdo_id', org.id,
                -- i = 3: not yet in force; i = 4: of everything attached
                'effective_on', shape.as_of + case i when 1 then -100 when 2 then 0 when 3 then 1 else -50 end,
                'officials', strength,
                'women', case when not generate.chance(seed, 'no women' || key, (1 - completeness) / 2)
                    then women end,
                'pwd', case when not generate.chance(seed, 'no pwd' || key, (1 - completeness) / 2)
                    then least(strength, generate.below(seed, 'pwd' || key, 4)) end,
                'covers', case when i = 4 then 'attached' else 'own' end));
        end loop;
    end loop;
    if seed % 8 <> 6 then
        insert into generate.stage (table_name, j)
        select 'register_pwd_official', jsonb_build_object('user_id', r.user_id)
        from (select distinct r.user_id from generate.person_row r union select 'stranger-1') r
            where generate.chance(seed, 'pwd' || r.user_id, 0.15);
    end if;
    insert into generate.stage (table_name, j)
    select 'register_kym_course', jsonb_build_object('mdo_id', o.id, 'content_id', c.id)
    from generate.org o, (select distinct s.j ->> 'content_id' as id from generate.stage s
        where s.table_name = 'content' and s.j ->> 'content_id' ~ '_|-'
        union select 'absent-1') c
    where o.kind <> 'absent' and generate.chance(seed, 'kym' || o.id || c.id, 0.006);

    -- What is about gender or climate: themes (also such as no dictionary has), contents (also such as are
    -- not live, are no courses, or do not exist); perhaps nothing
    insert into generate.stage (table_name, j)
    select 'register_competency_tag', jsonb_build_object('competency_theme_id', t.id, 'tag', tag)
    from (select distinct s.j ->> 'competency_theme_id' as id from generate.stage s
            where s.table_name in ('kcm_dictionary', 'kcm_content_mapping')
            union select 'no such theme') t, unnest(array['gender', 'climate']) tag
    where t.id ~ '[0-9]|no such'
        and generate.chance(seed, 'themes tagged' || tag, 0.7)
        and generate.chance(seed, 'theme tagged' || tag || t.id, 0.2);
    insert into generate.stage (table_name, j)
    select 'register_content_tag', jsonb_build_object('content_id', c.id, 'tag', tag)
    from (select distinct s.j ->> 'content_id' as id from generate.stage s
        where s.table_name = 'content' and s.j ->> 'content_id' ~ '_|-'
        union select 'absent-1') c, unnest(array['gender', 'climate']) tag
    where generate.chance(seed, 'contents tagged' || tag, 0.6)
        and generate.chance(seed, 'content tagged' || tag || c.id, 0.07);
    perform generate.put('register_target', jsonb_build_object('indicator', '8.5',
        'financial_year', y || '-' || right((y + 1)::text, 2),
        'target', 1 + generate.below(seed, 'target' || y, 9)))
    from generate_series(2023, 2027) y
    where generate.chance(seed, 'target?' || y, 0.35);

    -- Training institutions, with dates on both sides of the as-of
    perform generate.put('register_csti', jsonb_build_object('institution_id', 'csti-' || i,
        'name', 'Institute ' || i,
        'registered_on', generate.occasion(seed, i || 'registered'),
        'nscsti_level', generate.pick(seed, i || 'level', array['1', '3', '5', null]),
        'stars', generate.pick(seed, i || 'stars', array['0', '3', '4', '4', '5', null]),
        -- not before the registration
        'accredited_on', case when not generate.chance(seed, i || 'no accreditation', 0.2)
            then greatest(generate.occasion(seed, i || 'registered'), generate.occasion(seed, i || 'accredited')) end,
        'qip_completed_on', generate.occasion(seed, i || 'qip'),
        'calendar_published_on', generate.occasion(seed, i || 'calendar'),
        'centre_of_excellence_domain', 'Domain', 'centre_of_excellence_on', generate.occasion(seed, i || 'coe')))
    from generate_series(1, greatest(0, generate.below(seed, 'institutions', 12) - 2)) i;
    perform generate.reports(seed);
end $$;

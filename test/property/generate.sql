-- Makes a small and very dirty portal for a seed, for the property test.
--
-- Everything is decided by a hash of the seed, so that a seed that fails can
-- be made again and looked at:
--
--     \i test/property/generate.sql
--     select generate.portal(17, 'portal_17');
--
-- The tables are made here and not by karmayogi.create_portal(), so that a
-- mistake in the one is not repeated in the other. The register's rows
-- (strength, PwD, Know Your Ministry, tags, targets, training institutions,
-- reports) are laid beside the portal's tables as register_strength,
-- register_report and so on, see generate.register_column: the test copies them
-- into karmayogi, the oracle reads them where they are.
--
-- Which seed is what: generate.shape(seed).
set client_min_messages = warning;
drop schema if exists generate cascade;
reset client_min_messages;
create schema generate;

-- ---------------------------------------------------------------------------
-- Chance: always the same for the same seed and key
-- ---------------------------------------------------------------------------
create function generate.below(seed int, key text, n int) returns int
    language plpgsql immutable
as $$
begin
    return abs(hashtextextended(key, seed) % n)::int;
end $$;

create function generate.chance(seed int, key text, p numeric) returns boolean
    language plpgsql immutable
as $$
begin
    return generate.below(seed, key, 100000) < p * 100000;
end $$;

create function generate.pick(seed int, key text, pool text[]) returns text
    language plpgsql immutable
as $$
begin
    return pool[1 + generate.below(seed, key, cardinality(pool))];
end $$;

create function generate.shape(seed int, out generation text, out spark boolean, out clean boolean,
        out wild boolean, out events boolean, out extras boolean, out as_of date,
        out lacks text, out rating_text boolean)
    language sql immutable
begin atomic
    select (array['2026', '2024', '2025'])[1 + seed % 3],
        -- types as Spark makes them (text, real, boolean) instead of those of the DDL
        (seed / 3) % 2 = 1,
        -- dirt below the limits at which a refresh is refused
        seed % 4 = 2,
        -- an organisation tree that contradicts itself
        seed % 5 = 4,
        -- the optional tables may be lacking
        seed % 7 <> 3,
        seed % 3 <> 1,
        date '2026-03-01' + generate.below(seed, 'as-of', 60),
        -- a column that only some indicators need
        case seed % 11 when 4 then 'kcm_content_mapping.competency_theme_id'
            when 5 then 'kcm_dictionary.competency_theme_id'
            when 8 then 'content.content_rating' when 9 then 'content.language' else '' end,
        -- ratings are texts
        (seed / 2) % 3 = 0;
end;

-- ---------------------------------------------------------------------------
-- Dirt
-- ---------------------------------------------------------------------------
create function generate.missing(seed int, key text) returns text
    language plpgsql immutable
as $$
begin
    return generate.pick(seed, key, array[null, '', 'Not Available', 'NOT AVAILABLE', ' not available ',
        'Null', 'null', 'not published', '   ', E'\t', E' \n']);
end $$;

-- a moment of India's clock, as one of the texts in which the portal writes it
create function generate.legible(seed int, key text, t timestamp) returns text
    language plpgsql immutable
as $$
declare
    form int := generate.below(seed, key || 'form', 100);
begin
    return case
        when t = date_trunc('day', t) and form < 40 then to_char(t, 'YYYY-MM-DD')
        when form < 60 then to_char(t, 'YYYY-MM-DD HH24:MI:SS')
        when form < 70 and extract(hour from t) >= 12 then to_char(t, 'YYYY-MM-DD HH24:MI:SS') || ' PM'
        when form < 70 then to_char(t, 'YYYY-MM-DD HH24:MI:SS') || ' AM'
        when form < 76 then to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS')
        when form < 82 then to_char(t - interval '5:30', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        when form < 86 then to_char(t - interval '5:30', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')
        when form < 92 then to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS"+05:30"')
        when form < 94 then to_char(t - interval '5:30', 'YYYY-MM-DD HH24:MI:SS":000+0000"')
        when form < 97 then '  ' || to_char(t, 'YYYY-MM-DD HH24:MI:SS') || ' '
        else to_char(t, 'YYYY-MM-DD HH24:MI:SS".000"')
    end;
end $$;

-- no moment: a marker of what is missing, or garbage
create function generate.illegible(seed int, key text) returns text
    language plpgsql immutable
as $$
begin
    return case when generate.chance(seed, key || 'garbage?', case when (generate.shape(seed)).clean then 0
        else 0.5 end)
        then generate.pick(seed, key || 'garbage',
            array['yesterday', '2026-02-30', '2026-13-01 10:00:00', '31/12/2025',
            '0000-00-00 00:00:00', '2025-12-01 25:00:00', '2025-12-01 10:61:00', 'N/A', '-', '2025-00-10',
                '20XX-01-01'])
        else generate.missing(seed, key || 'marker') end;
end $$;

create function generate.moment(seed int, key text, t timestamp) returns text
    language plpgsql immutable
as $$
begin
    return case when t is null or generate.chance(seed, key || 'lost', 0.1)
        then generate.illegible(seed, key) else generate.legible(seed, key, t) end;
end $$;

-- a day or a second near a day, on both sides of midnight
create function generate.near(seed int, key text, around date, spread int) returns timestamp
    language plpgsql immutable
as $$
begin
    return around + generate.below(seed, key || 'day', 2 * spread + 1) - spread
        + generate.pick(seed, key || 'time', array['00:00:00', '00:00:00', '00:00:00', '23:59:59',
            '00:00:01', '10:20:30',
            '12:00:00', '18:29:59', '18:30:00'])::time;
end $$;

create function generate.truth(seed int, key text, yes boolean) returns text
    language plpgsql immutable
as $$
begin
    return case when yes
        then generate.pick(seed, key, array['true', 'TRUE', 't', 'Yes', 'yes', 'Y', '1', ' True '])
        else generate.pick(seed, key, array['false', 'FALSE', 'f', 'No', 'no', 'N', '0', ' False ']) end;
end $$;

-- what Spark makes of it where the column is boolean
create function generate.as_boolean(x text) returns text
    language sql immutable
    return case when lower(btrim(x)) in ('true', 't', 'yes', 'y', '1') then 'true'
        when lower(btrim(x)) in ('false', 'f', 'no', 'n', '0') then 'false' end;

-- the same text with another case, or blanks around it
create function generate.disguise(seed int, key text, x text) returns text
    language plpgsql immutable
as $$
begin
    return case generate.below(seed, key, 8)
        when 0 then upper(x collate "C") when 1 then lower(x collate "C") when 2 then '  ' || x
        when 3 then x || E'\t' when 4 then ' ' || upper(x collate "C") || E' \n' else x end;
end $$;

-- ---------------------------------------------------------------------------
-- Tables of a generation
-- ---------------------------------------------------------------------------
create table generate.table_column (position int generated always as identity, generation text, table_name text,
    column_name text, ddl text, spark text);

create function generate.columns(generations text, table_name text, columns text) returns void
    language sql
begin atomic
    insert into generate.table_column (generation, table_name, column_name, ddl, spark)
    select g, columns.table_name, split_part(c, ' ', 1),
        -- a:b = type b where Spark made the table
        split_part(coalesce(nullif(split_part(c, ' ', 2), ''), 'varchar(255):text'), ':', 1),
        split_part(coalesce(nullif(split_part(c, ' ', 2), ''), 'varchar(255):text') || ':'
            || split_part(coalesce(nullif(split_part(c, ' ', 2), ''), 'varchar(255):text'), ':', 1), ':', 2)
    from unnest(string_to_array(generations, ' ')) g,
        unnest(regexp_split_to_array(columns.columns, '\s*,\s*')) c;
end;

do $$
begin
    perform generate.columns('2024', 'user_detail',
        'user_id, mdo_id, full_name, designation, email, phone_number, groups,
        tag varchar(512):text, roles varchar(500):text, gender, category, created_by_id, external_system,
            external_system_id,
        is_verified_karmayogi, mdo_created_on date, user_registration_date, marked_as_not_my_user,
            data_last_generated_on,
        weekly_claps_day_before_yesterday, status integer, no_of_karma_points integer,
            total_event_learning_hours float8,
        total_content_learning_hours float8, total_learning_hours float8');
    perform generate.columns('2025 2026', 'user_detail',
        'user_id, mdo_id, status integer, no_of_karma_points integer, full_name,
        designation, email, phone_number, pincode, groups, tag varchar(512):text, profile_status,
            user_registration_date,
        roles varchar(500):text, gender, category, marked_as_not_my_user varchar(255):boolean,
        is_verified_karmayogi varchar(255):boolean, created_by_id, external_system, external_system_id,
        weekly_claps_day_before_yesterday integer, total_event_learning_hours float8,
            total_content_learning_hours float8,
        total_learning_hours float8, employee_id, cadre, civil_service_type, civil_services, cadre_batch,
        is_from_organised_service_of_govt, data_last_generated_on');
    perform generate.columns('2026', 'user_detail',
        'profile_last_updated_date, is_on_central_deputation, total_badges_earned bigint');

    perform generate.columns('2024', 'org_hierarchy',
        'mdo_id, mdo_name, is_content_provider varchar(64):text, ministry, department,
        organization, data_last_generated_on, mdo_created_on date');
    perform generate.columns('2025 2026', 'org_hierarchy',
        'mdo_id, mdo_name, ministry, ministry_id, department, department_id,
        is_cca, mdo_created_on, data_last_generated_on');

    perform generate.columns('2024', 'user_enrolments',
        'user_id, batch_id, content_id, content_progress_percentage float8:real,
        last_accessed_on, certificate_generated, certificate_generated_on, user_rating float8:real,
            resource_count_consumed integer,
        enrolled_on, user_consumption_status, data_last_generated_on, live_cbp_plan_mandate boolean,
            certificate_id,
        first_completed_on');
    perform generate.columns('2025 2026', 'user_enrolments', 'user_id, batch_id, content_id, enrolled_on,
        content_progress_percentage real, resource_count_consumed integer, user_consumption_status,
            first_completed_on,
        first_certificate_generated_on, last_completed_on, last_certificate_generated_on,
            content_last_accessed_on,
        certificate_generated, number_of_certificate integer, user_rating real, certificate_id,
            live_cbp_plan_mandate boolean,
        data_last_generated_on');
    perform generate.columns('2026', 'user_enrolments', 'karma_points float8, badge_id');

    perform generate.columns('2024 2025 2026', 'content',
        'content_id, content_provider_id, content_provider_name,
        content_name text, content_type, batch_id, batch_name, batch_start_date, batch_end_date,
            content_duration,
        content_rating float8:real, last_published_on, content_retired_on, content_status,
            resource_count integer,
        total_certificates_issued integer, content_substatus, data_last_generated_on, language');
    perform generate.columns('2025 2026', 'content', 'content_sub_type, scorm_flag');
    perform generate.columns('2026', 'content', 'difficulty_level');

    perform generate.columns('2024 2025 2026', 'cb_plan',
        'cb_plan_id, org_id, created_by, plan_name, allotment_type,
        allotment_to text, content_id, allocated_on, due_by, status, data_last_generated_on');
    perform generate.columns('2025 2026', 'cb_plan', 'isapar varchar(255):boolean');
    perform generate.columns('2026', 'cb_plan', 'plan_year');

    perform generate.columns('2024', 'kcm_content_mapping',
        'course_id, competency_area_id integer, competency_theme_id integer,
        competency_sub_theme_id integer');
    perform generate.columns('2025 2026', 'kcm_content_mapping',
        'course_id, competency_area_id, competency_theme_id,
        competency_sub_theme_id, data_last_generated_on');
    perform generate.columns('2024', 'kcm_dictionary', 'competency_area_id integer, competency_area text,
        competency_area_description text, competency_theme_type, competency_theme_id integer,
            competency_theme text,
        competency_theme_description text, competency_sub_theme_id integer, competency_sub_theme text,
        competency_sub_theme_description text');
    perform generate.columns('2025 2026', 'kcm_dictionary', 'competency_area_id, competency_area text,
        competency_area_description text, competency_theme_id, competency_theme text,
            competency_theme_description text,
        competency_sub_theme_id, competency_sub_theme text, competency_sub_theme_description text,
            competency_theme_type,
        data_last_generated_on');

    perform generate.columns('2024 2025 2026', 'events',
        'event_id, event_name text, event_provider_mdo_id, event_start_datetime,
        duration, event_status, event_type, presenters text, video_link text, recording_link text');
    perform generate.columns('2025 2026', 'events', 'event_tag, data_last_generated_on');
    perform generate.columns('2024 2025 2026', 'events_enrolment',
        'user_id, event_id, enrolled_on_datetime, status,
        certificate_id text, completion_percentage float8:real, event_duration, progress_duration,
            completed_on_datetime, duration');
    perform generate.columns('2025 2026', 'events_enrolment',
        'event_duration_seconds bigint, karma_points float8,
        data_last_generated_on');

    perform generate.columns('2024 2025 2026', 'content_resource',
        'content_id, resource_id, resource_name, resource_type,
        resource_duration, data_last_generated_on');
    perform generate.columns('2024 2025 2026', 'assessment_detail',
        'user_id, content_id, assessment_id, assessment_name,
        assessment_type, assessment_duration, time_spent_by_the_user, completion_date, score_achieved float8,
        overall_score float8, cut_off_percentage float8, total_question integer,
            number_of_incorrect_responses integer,
        number_of_retakes integer, data_last_generated_on');
    perform generate.columns('2025 2026', 'assessment_detail', 'assessment_sub_type, pass');
    perform generate.columns('2024 2025 2026', 'bp_enrolments',
        'user_id, content_id, batch_id, batch_location, component_name,
        component_id, component_type, component_mode, component_status, component_duration,
        component_progress_percentage float8:real, component_completed_on date, last_accessed_on date,
            offline_session_date date,
        offline_session_start_time, offline_session_end_time, offline_attendance_status, instructors_name,
        program_coordinator_name, data_last_generated_on');
end $$;

-- The register's tables, as karmayogi has them (but for who entered a row, and when)
create table generate.register_column (table_name text, column_name text, data_type text);
insert into generate.register_column
select t.name, split_part(c, ' ', 1), coalesce(nullif(split_part(c, ' ', 2), ''), 'text')
from (values
    ('strength', 'mdo_id, effective_on date, officials bigint, women bigint, pwd bigint, covers'),
    ('pwd_official', 'user_id'),
    ('kym_course', 'mdo_id, content_id'),
    ('competency_tag', 'competency_theme_id, tag'),
    ('content_tag', 'content_id, tag'),
    ('target', 'indicator, financial_year, target bigint'),
    ('csti', 'institution_id, name, registered_on date, nscsti_level int, stars int, accredited_on date,
        qip_completed_on date, calendar_published_on date, centre_of_excellence_domain,
        centre_of_excellence_on date'),
    ('report', 'report_id bigint, indicator, entity_id, period, period_start date, period_end date,
        numerator bigint, denominator bigint, superseded_by bigint, verified_by name, verified_at timestamptz,
        accepted boolean')) t (name, columns),
    regexp_split_to_table(t.columns, '\s*,\s*') c;

-- The rows of a portal before they go into its tables. A row's order there is a hash.
create unlogged table generate.stage (table_name text, n bigint generated always as identity, j jsonb);

create function generate.put(table_name text, j jsonb) returns void
    language plpgsql
as $$
begin
    insert into generate.stage (table_name, j) values (put.table_name, put.j);
end $$;

create function generate.publish(seed int, schema_name text) returns void
    language plpgsql
as $$
declare
    shape record := generate.shape(seed);
    target record;
begin
    set local client_min_messages = warning;
    execute format('drop schema if exists %I cascade', schema_name);
    execute format('create schema %I', schema_name);
    for target in
        select c.table_name as name,
            string_agg(format('%I %s', c.column_name,
                case when c.column_name = 'content_rating' and shape.rating_text then 'text'
                    when shape.spark then c.spark else c.ddl end), ', '
                order by md5(seed || c.column_name)) as columns
        from generate.table_column c
        where c.generation = shape.generation
            and c.table_name || '.' || c.column_name <> shape.lacks
            and (shape.events or c.table_name not in ('events', 'events_enrolment'))
            and (shape.extras or c.table_name not in ('content_resource', 'assessment_detail', 'bp_enrolments'))
        group by c.table_name
    loop
        execute format('create table %I.%I (%s)', schema_name, target.name, target.columns);
        execute format('insert into %1$I.%2$I select (jsonb_populate_record(null::%1$I.%2$I, j)).*'
            ' from generate.stage where table_name = %2$L order by md5(%3$L || n)', schema_name, target.name, seed);
    end loop;
    for target in
        select c.table_name as name, string_agg(format('%I %s', c.column_name, c.data_type), ', ') as columns
        from generate.register_column c
        group by c.table_name
    loop
        execute format('create table %I.%I (%s)', schema_name, 'register_' || target.name, target.columns);
        execute format('insert into %1$I.%2$I select distinct (jsonb_populate_record(null::%1$I.%2$I, j)).*'
            ' from generate.stage'
            ' where table_name = %2$L', schema_name, 'register_' || target.name);
    end loop;
end $$;

-- The same rows in another physical order
create function generate.shuffle(schema_name text, salt text) returns void
    language plpgsql
as $$
declare
    target text;
begin
    for target in select c.relname from pg_class c where c.relnamespace = schema_name::regnamespace
        and c.relkind = 'r' loop
        execute format('create temporary table shuffled on commit drop as'
            ' select t.* from %I.%I t order by md5(%L || t::text)',
            schema_name, target, salt);
        execute format('truncate %I.%I', schema_name, target);
        execute format('insert into %I.%I select * from shuffled', schema_name, target);
        drop table shuffled;
    end loop;
end $$;

-- ---------------------------------------------------------------------------
-- Organisations
-- ---------------------------------------------------------------------------
create unlogged table generate.org (id text, name text, parent text, department text, kind text);
create function generate.organisations(seed int, generated text) returns void
    language plpgsql
as $$
declare
    shape record := generate.shape(seed);
    states text[] := array['Kerala', 'Government of Bihar', 'Punjab', 'Goa', 'Orissa', 'Jammu & Kashmir',
        'Uttar Pradesh'];
    ministries int := 3 + generate.below(seed, 'ministries', 3);
    top record;
    org record;
    id text;
    key text;
    ministry_name text;
    department_name text;
    row_ministry text;
    row_department text;
begin
    truncate generate.org;
    -- top-level organisations: ministries, States (one perhaps twice), one without anything below
    for i in 1 .. ministries loop
        insert into generate.org values (generate.pick(seed, 'm-form' || i,
            array['01300' || i, 'Min-' || i, 'min-' || i, 'ö-min' || i]),
            'Ministry of ' || (array['Steel', 'Coal', 'Mines', 'Power', 'Textiles', 'Culture'])[i], null,
                null, 'ministry');
    end loop;
    insert into generate.org values ('pmo', 'Office without children', null, null, 'ministry');
    for i in 1 .. 1 + generate.below(seed, 'states', 3) loop
        insert into generate.org values ('st-' || i,
            generate.disguise(seed, 'state-name' || i, states[1 + (seed + i) % 7]), null, null, 'state');
    end loop;
    if generate.chance(seed, 'state-twice', 0.4) then
        insert into generate.org values ('ST-again', upper(states[1 + (seed + 1) % 7]), null, null, 'state');
    end if;

    -- departments and what is under them, or under the top directly
    for top in select o.id, o.kind from generate.org o where o.id <> 'pmo' order by o.id collate "C" loop
        for d in 1 .. generate.below(seed, 'departments' || top.id, 4) loop
            id := 'd' || d || '-' || top.id;
            -- a department that other rows name, but that has no row, is kind absent
            insert into generate.org values (id,
                case when generate.chance(seed, 'same-name' || id, 0.4) then 'Department of Administration'
                    else 'Department ' || d || ' of ' || top.id end,
                top.id, null, case when generate.chance(seed, 'absent' || id, 0.15) then 'absent'
                    else 'department' end);
            for k in 1 .. generate.below(seed, 'children' || id, 4) loop
                insert into generate.org values (generate.pick(seed, 'c-form' || id || k,
                    array['O', 'o', '9']) || k || id,
                    'Organisation ' || k || ' of ' || id, top.id, id, 'organisation');
            end loop;
        end loop;
        for k in 1 .. generate.below(seed, 'direct' || top.id, 3) loop
            insert into generate.org values ('x' || k || '-' || top.id, 'Attached office ' || k || ' of '
                || top.id, top.id, null, 'organisation');
        end loop;
    end loop;
    -- a State's name somewhere below: not a State. A ministry that has no row.
    insert into generate.org
    select 'sham-state', 'Gujarat', min(o.id collate "C"), null, 'organisation' from generate.org o
        where o.kind = 'ministry';
    -- an office with a ministry's name and a lesser id: where there are names only, the ministry is the one
    -- on top
    insert into generate.org
    select '0-namesake', min(o.name collate "C"), max(o.id collate "C"), null, 'organisation'
        from generate.org o
    where o.kind = 'ministry' and o.name like 'Ministry%';
    insert into generate.org values ('orphan', 'Orphan', 'no-such-ministry', null, 'organisation');

    if shape.wild then
        -- departments in two ministries, departments of departments, circles, departments without a ministry
        update generate.org o
        set parent = (select p.id from generate.org p where p.parent is null
            order by md5(seed || o.id || p.id) limit 1)
        where o.parent is not null and generate.chance(seed, 'moved' || o.id, 0.15);
        update generate.org o
        set department = (select p.id from generate.org p order by md5(seed || 'dd' || o.id || p.id) limit 1)
        where generate.chance(seed, 'dd' || o.id, 0.15);
        update generate.org o set parent = null
        where o.department is not null and generate.chance(seed, 'no-ministry' || o.id, 0.1);
    end if;

    for org in select * from generate.org o where o.kind <> 'absent' order by o.id collate "C" loop
        for copy in 1 .. case when generate.chance(seed, 'org-twice' || org.id, 0.15) then 2 else 1 end loop
            key := org.id || '/' || copy;
            ministry_name := coalesce((select o.name from generate.org o where o.id = org.parent), org.parent);
            department_name := coalesce((select o.name from generate.org o where o.id = org.department),
                org.department);
            row_ministry := org.parent;
            row_department := org.department;
            if row_department is null and org.kind = 'department'
                and generate.chance(seed, 'self' || org.id, 0.15) then
                row_department := org.id;
                department_name := org.name;
            end if;
            if copy = 2 and shape.wild and shape.generation <> '2024'
                and generate.chance(seed, 'other' || key, 0.5) then
                row_department := generate.pick(seed, 'other-d' || key,
                    array[null, 'pmo', 'no-such-department']);
            end if;
            perform generate.put('org_hierarchy', jsonb_build_object(
                'mdo_id', org.id,
                -- where names are all there is (2024), who is named above others keeps his name
                'mdo_name', case when copy = 2 and generate.chance(seed, 'renamed' || key, 0.6)
                        then generate.pick(seed, 'new-name' || key,
                            array[case when shape.generation = '2024' and org.kind <> 'organisation'
                            then org.name else 'zz old name' end, 'AA old name', null]) else org.name end,
                'ministry', case when row_ministry is null then generate.missing(seed, 'no-m' || org.id)
                    when exists (select from generate.org o where o.id = row_ministry
                        and o.kind in ('ministry', 'state', 'department'))
                        then generate.disguise(seed, 'm' || org.id, ministry_name)
                    else ministry_name end,
                'ministry_id', coalesce(row_ministry, generate.missing(seed, 'no-mi' || org.id)),
                'department', case when row_department is null then generate.missing(seed, 'no-d' || org.id)
                    when exists (select from generate.org o where o.id = row_department
                        and o.kind in ('ministry', 'state', 'department'))
                        then generate.disguise(seed, 'd' || org.id, department_name)
                    else department_name end,
                'department_id', coalesce(row_department, generate.missing(seed, 'no-di' || key)),
                'organization', org.name, 'is_content_provider', 'N', 'is_cca', 'false', 'mdo_created_on',
                    '2023-01-01',
                'data_last_generated_on', generated));
        end loop;
    end loop;
    -- rows without an id
    perform generate.put('org_hierarchy', jsonb_build_object('mdo_id', generate.missing(seed, 'org-none' || i),
        'mdo_name', 'Nobody', 'data_last_generated_on', generated)) from generate_series(1, 2) i;
end $$;

-- ---------------------------------------------------------------------------
-- Persons
-- ---------------------------------------------------------------------------
create unlogged table generate.person_row (user_id text, mdo_id text, designation text, groups text,
    cadre text, cadre_batch text,
    civil_services text, verified boolean, deputation boolean);

-- what decides which row of a person holds, and what else it says
create type generate.variant as (mdo_id text, moment timestamp, status text, profile_status text,
    marked text, designation text,
    roles text, gender text, groups text, email text);

create function generate.persons(seed int, generated text) returns void
    language plpgsql
as $$
declare
    shape record := generate.shape(seed);
    persons int := 100 + generate.below(seed, 'persons', 201);
    known text[] := (select array_agg(o.id order by o.id collate "C") from generate.org o
        where o.kind <> 'absent');
    absent text[] := (select array_agg(o.id order by o.id collate "C") from generate.org o
        where o.kind = 'absent');
    id text;
    key text;
    moment timestamp;
    v generate.variant;
    base generate.variant;
    rest text;
    update_text text;
    verified boolean;
    deputation boolean;
begin
    truncate generate.person_row;
    for i in 1 .. persons loop
        id := case when generate.chance(seed, 'upper' || i, 0.05) then 'U-' || (i - 1) when i % 7 = 0
            then md5(seed || 'uuid' || i)::uuid::text
            else 'u-' || i end;
        for copy in 1 .. 1 + (array[0, 0, 0, 0, 0, 0, 0, 1, 1, 3])[1 + generate.below(seed, 'copies' || i,
            10)] loop
            key := id || '/' || copy || '/';
            -- a copy keeps most of what the first row says: ties are what is wanted
            select
                case when copy = 1 or generate.chance(seed, key || 'm?', 0.35) then
                    case when generate.chance(seed, key || 'm-known', 0.84)
                        then generate.pick(seed, key || 'm', known)
                        when generate.chance(seed, key || 'm-ghost', 0.5)
                            then generate.pick(seed, key || 'm', array['ghost-1', 'ghost-2', 'Ghost-1'])
                        when shape.wild and absent is not null then generate.pick(seed, key || 'm', absent)
                        when generate.chance(seed, key || 'm-padded', 0.15) then ' '
                            || generate.pick(seed, key || 'm', known)
                        else generate.missing(seed, key || 'm') end
                    else base.mdo_id end as mdo_id,
                case when copy = 1 or generate.chance(seed, key || 't?', 0.4)
                    then case when generate.chance(seed, key || 't-none', 0.2) then null
                        else generate.near(seed, key || 't', shape.as_of - 40, 3) end
                            else base.moment end as moment,
                case when copy = 1 or generate.chance(seed, key || 's?', 0.2)
                    then generate.pick(seed, key || 's',
                        array['1', '1', '1', '1', '1', '1', '1', '1', '0', case when shape.clean then '0' end])
                        else base.status end as status,
                case when copy = 1 or generate.chance(seed, key || 'p?', 0.2) then
                    generate.pick(seed, key || 'p',
                        array['VERIFIED', 'VERIFIED', 'VERIFIED', 'NOT-VERIFIED', 'NOT-VERIFIED',
                        'NOT-VERIFIED', null,
                        'VERIFIED', 'VERIFIED', 'VERIFIED', 'VERIFIED', 'VERIFIED', 'NOT-MY-USER',
                            ' not-my-user ', '']) else base.profile_status end as profile_status,
                case when copy = 1 or generate.chance(seed, key || 'n?', 0.2) then
                    case when generate.chance(seed, key || 'n', 0.08)
                        then generate.truth(seed, key || 'nt', true)
                        when generate.chance(seed, key || 'n-none', 0.1)
                            then generate.missing(seed, key || 'nm')
                        else generate.truth(seed, key || 'nf', false) end
                    else base.marked end as marked,
                case when copy = 1 or generate.chance(seed, key || 'd?', 0.3) then
                    case when generate.chance(seed, key || 'd-none', 0.06)
                        then generate.missing(seed, key || 'dm')
                    else generate.disguise(seed, key || 'dd',
                        generate.pick(seed, key || 'd',
                        array['Director', 'Director', 'Deputy Director', 'Deputy Director',
                        'Section Officer', 'Section Officer', 'Under Secretary', 'Director, IT',
                            'Head | Operations', 'Agent, B | C', 'निदेशक', 'Director General',
                        'Volunteer', 'My Bharat VOLUNTEER', 'Under Secretary', 'Section Officer', 'Director',
                            'Under Secretary'])) end
                    else base.designation end as designation,
                case when copy = 1 or generate.chance(seed, key || 'r?', 0.2) then
                    case when generate.chance(seed, key || 'r-none', 0.1)
                        then generate.missing(seed, key || 'rm')
                    else generate.pick(seed, key || 'r',
                        array['PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC, MDO_ADMIN', 'PUBLIC, MDO_LEADER',
                        'mdo_leader', 'PUBLIC,MDO_LEADER ,CBP_ADMIN',
                        'PUBLIC, EX_MDO_LEADER', 'PUBLIC, MDO_LEADERS', 'PUBLIC, Volunteer', 'PUBLIC',
                            'PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC']) end
                    else base.roles end as roles,
                case when copy = 1 or generate.chance(seed, key || 'g?', 0.3) then
                    case when generate.chance(seed, key || 'g-none', 0.1)
                        then generate.missing(seed, key || 'gm')
                    else generate.disguise(seed, key || 'gd',
                        generate.pick(seed, key || 'g',
                        array['Female', 'F', 'Woman', 'महिला', 'Male', 'M', 'Man', 'पुरुष',
                        'Female', 'Male', 'Male', 'Transgender', 'Others', 'x'])) end
                    else base.gender end as gender,
                case when copy = 1 or generate.chance(seed, key || 'gr?', 0.3) then
                    case when generate.chance(seed, key || 'gr-none', 0.1)
                        then generate.missing(seed, key || 'grm')
                    else generate.disguise(seed, key || 'grd',
                        generate.pick(seed, key || 'gr',
                        array['Group A', 'Group B', 'Group C', 'Group A, Gazetted'])) end
                    else base.groups end as groups,
                case when copy = 1 or generate.chance(seed, key || 'e?', 0.3) then
                    case when generate.chance(seed, key || 'e-none', 0.1)
                        then generate.missing(seed, key || 'em')
                    else generate.pick(seed, key || 'e',
                        array['a@nic.in', 'A.B@NIC.IN', 'a@x.gov.in', 'a@gov.in', 'a@y.z.Gov.In',
                        'a@gmail.com', 'a@evilgov.in',
                        'a@gov.in.example.com', 'a@nic.org', 'nic.in@example.com']) end
                    else base.email end as email
            into v;
            if copy = 1 then
                base := v;
            end if;

            update_text := case when v.moment is null then generate.illegible(seed, key || 'upd')
                else generate.legible(seed, key || 'upd', v.moment) end;

            if shape.spark and shape.generation <> '2024' then
                v.marked := generate.as_boolean(v.marked);
            end if;
            -- What decides nothing between rows of a person must not differ between rows that tie on all
            -- that decides
            -- (an unreadable date is as good as none, so its text is not part of the key).
            rest := md5(concat_ws('/', id, v.moment, case
                when v.mdo_id !~* '^\s*(|null|not available|not published)\s*$' then v.mdo_id end,
                v.status, case when shape.generation <> '2024' then v.profile_status end, v.marked,
                    v.designation, v.roles, v.gender, v.groups, v.email));
            verified := generate.chance(seed, rest || 'vk', 0.5);
            deputation := generate.chance(seed, rest || 'cd', 0.3);
            perform generate.put('user_detail', jsonb_build_object(
                'user_id', id, 'mdo_id', v.mdo_id, 'status', v.status,
                'no_of_karma_points', generate.pick(seed, rest || 'kp',
                    array[null, '0', '5', '120', '2147483647']),
                'full_name', 'Name of ' || id, 'designation', v.designation, 'email', v.email,
                    'phone_number', '9', 'pincode', '110001',
                'groups', v.groups, 'tag', 'a, b', 'profile_status', v.profile_status,
                -- the date that decides is the update's, or the registration's where that column is lacking
                'profile_last_updated_date', update_text,
                'user_registration_date', case when shape.generation = '2026'
                    then generate.moment(seed, rest || 'reg',
                        generate.near(seed, rest || 'regt', shape.as_of - 300, 40))
                    else update_text end,
                'roles', v.roles, 'gender', v.gender, 'category', 'General',
                'marked_as_not_my_user', v.marked,
                'is_verified_karmayogi', case when shape.spark and shape.generation <> '2024'
                    then verified::text
                    when generate.chance(seed, rest || 'vk-none', 0.1)
                        then generate.missing(seed, rest || 'vkm')
                    else generate.truth(seed, rest || 'vkt', verified) end,
                'cadre', case when generate.chance(seed, rest || 'ca-none', 0.2)
                    then generate.missing(seed, rest || 'cam')
                    else generate.disguise(seed, rest || 'cad',
                        generate.pick(seed, rest || 'ca', array['AGMUT', 'Kerala', 'Tamil Nadu'])) end,
                'cadre_batch', generate.pick(seed, rest || 'cb',
                    array['2009', '2010', ' 2010', null, 'Not Available']),
                'civil_services', generate.disguise(seed, rest || 'csd',
                    generate.pick(seed, rest || 'cs', array['Indian Administrative Service (IAS)',
                    'IPS', 'Audit, Accounts | Finance', null])),
                'civil_service_type', 'All India',
                'is_on_central_deputation', case when generate.chance(seed, rest || 'cd-none', 0.1)
                    then generate.missing(seed, rest || 'cdm')
                    else generate.truth(seed, rest || 'cdt', deputation) end,
                'is_from_organised_service_of_govt', 'false', 'weekly_claps_day_before_yesterday', '0',
                'total_learning_hours', '1.5', 'data_last_generated_on', generated));
            insert into generate.person_row values (id, v.mdo_id, v.designation, v.groups,
                generate.pick(seed, rest || 'ca', array['AGMUT', 'Kerala', 'Tamil Nadu']),
                generate.pick(seed, rest || 'cb', array['2009', '2010', ' 2010', null, 'Not Available']),
                generate.pick(seed, rest || 'cs',
                    array['Indian Administrative Service (IAS)', 'IPS', 'Audit, Accounts | Finance', null]),
                verified, deputation);
        end loop;
    end loop;
    -- rows that repeat another to the letter, and rows of nobody
    insert into generate.stage (table_name, j)
    select 'user_detail', s.j from generate.stage s where s.table_name = 'user_detail'
        and generate.chance(seed, 'twin' || md5(s.j::text), 0.03);
    perform generate.put('user_detail', jsonb_build_object('user_id', generate.missing(seed, 'nobody' || i),
        'status', 1, 'mdo_id', known[i],
        'user_registration_date', '2025-01-01', 'designation', 'Director', 'data_last_generated_on',
            generated)) from generate_series(1, 3) i;
end $$;

-- ---------------------------------------------------------------------------
-- Contents, competencies, events
-- ---------------------------------------------------------------------------

-- a theme's id; or one that no dictionary has, or none
create function generate.theme(seed int, key text, themes text[]) returns text
    language plpgsql immutable
as $$
declare
    shape record := generate.shape(seed);
begin
    return case when themes <> '{}' and generate.chance(seed, key || 'known', 0.8)
            then generate.pick(seed, key || 'which', themes)
        when generate.chance(seed, key || 'unknown', 0.4)
            then case when shape.generation = '2024' then '99' else 'COMTHEM-000099' end
        when shape.generation = '2024' then null
        else generate.missing(seed, key || 'none') end;
end $$;

create function generate.contents(seed int, generated text) returns void
    language plpgsql
as $$
declare
    shape record := generate.shape(seed);
    contents int := 30 + generate.below(seed, 'contents', 31);
    known text[] := (select array_agg(o.id order by o.id collate "C") from generate.org o
        where o.kind <> 'absent');
    ids text[] := case when shape.generation = '2024' then array['1', '145', '56', '777', '888']
        else array['COMAREA-000001', 'COMAREA-000002', 'COMAREA-000003', 'COMAREA-000777',
            'COMAREA-000888'] end;
    themes text[] := (select array_agg(case when shape.generation = '2024' then (10 + t)::text
        else 'COMTHEM-' || lpad(t::text, 6, '0') end order by t) from generate_series(1, 24) t);
    id text;
    key text;
    live boolean;
    published text;
begin
    for i in 1 .. contents loop
        id := (array['do_', 'DO_', 'ext-'])[1 + generate.below(seed, 'c-form' || i, 3)] || i;
        for copy in 1 .. 1 + generate.below(seed, 'c-copies' || i, 8) / 6 loop
            key := id || '/' || copy;
            live := generate.chance(seed, key || 'live', 0.75);
            published := generate.pick(seed, key || 'pub',
                array['2025-01-01 10:00:00', '2025-02-01 10:00:00', null]);
            -- rows of one content that tie are alike in everything
            key := id || live || coalesce(published, '');
            perform generate.put('content', jsonb_build_object(
                'content_id', id,
                'content_provider_id', case when generate.chance(seed, key || 'prov', 0.8)
                    then generate.pick(seed, key || 'p', known)
                    else generate.pick(seed, key || 'p2', array['ghost-1', 'nobody', null, '']) end,
                'content_provider_name', 'Provider',
                'content_name', case when generate.chance(seed, key || 'kym', 0.12)
                    then generate.pick(seed, key || 'name',
                        array['Know Your Ministry', 'KNOW YOUR MINISTRY: Coal',
                        ' know your ministry - a course',
                        'Get to know your ministry', 'Know  Your Ministry']) else 'Course ' || id end,
                'content_type', generate.pick(seed, key || 'type',
                    array['Course', 'Course', 'Program', 'Blended Program', 'Standalone Assessment',
                    'STANDALONE ASSESSMENT ', 'External Content', 'Curated Program', null]),
                'content_status', case when live
                    then generate.pick(seed, key || 'status', array['Live', 'LIVE', 'live', ' Live'])
                    else generate.pick(seed, key || 'status',
                        array['Draft', 'Retired', 'Review', null, 'Live soon']) end,
                'content_duration', generate.pick(seed, key || 'dur',
                    array['00:30:00', '01:15:30', '100:00:00', '24:00:00', ' 00:10:00 ', 'Not Available',
                    null, '', case when not shape.clean then 'long' end]),
                'content_rating', case
                    when shape.rating_text then generate.pick(seed, key || 'rating',
                        array['4', '4.0', ' 4.2 ', '4.0000000001', '3.9999999999', '3.99', '2', '0', '5', null,
                        '', 'Not Available', 'null'] || case when shape.clean then '{}'
                            else array['good', '4,5', '4.5/5', '-', 'NaN'] end)
                    else generate.pick(seed, key || 'rating',
                        array['4', '4.01', '3.99', '3.9999999999', '5', '0', null, null]
                            || case when shape.clean then null else 'NaN' end) end,
                'last_published_on', published, 'resource_count', '3',
                'language', generate.pick(seed, key || 'language',
                    array['English', 'english', ' ENGLISH ', 'Hindi, English', E'hindi\t', 'हिन्दी', 'Tamil,Odia',
                    '"Bodo","Hindi"', 'Tamil,, English,', 'Language ' || generate.below(seed, key || 'l', 20),
                    generate.missing(seed, key || 'l'), generate.missing(seed, key || 'l2'),
                    case when not shape.clean then '"Santali' end]),
                'content_sub_type', 'Course', 'data_last_generated_on', generated));
        end loop;
        for m in 1 .. generate.below(seed, 'maps' || id, 5) loop
            perform generate.put('kcm_content_mapping', jsonb_build_object('course_id', id,
                'competency_area_id', generate.pick(seed, 'area' || id || m, ids || null::text),
                'competency_theme_id', generate.theme(seed, 'theme' || id || m,
                    -- some are taught often, others hardly
                    themes[:case when generate.chance(seed, 'usual' || id || m, 0.9) then 8 else 24 end]),
                'competency_sub_theme_id', '111', 'data_last_generated_on', generated));
        end loop;
    end loop;
    -- a content that only plans, enrolments and the mapping know; rows without an id
    perform generate.put('kcm_content_mapping',
        jsonb_build_object('course_id', 'absent-' || i, 'competency_area_id', ids[i],
        'competency_theme_id', themes[i], 'data_last_generated_on', generated)) from generate_series(1, 3) i;
    perform generate.put('content', jsonb_build_object('content_id', generate.missing(seed, 'c-none' || i),
        'content_status', 'Live',
        'content_type', 'Course', 'content_name', 'Know your ministry', 'content_provider_id', known[i],
            'data_last_generated_on', generated))
    from generate_series(1, 2) i;

    -- The dictionary: an area is what the dictionary says, whatever the id; an id that it lacks has its
    -- usual meaning. A theme is in one area, or in two, or lacking; it has sub-themes, each a row.
    perform generate.put('kcm_dictionary', jsonb_build_object('competency_area_id', d.id, 'competency_area',
        -- now and then a row that does not say, or, of one id in many portals, none that does
        case when generate.chance(seed, 'area-said' || d.id || t.n || sub, 0.08)
                or generate.chance(seed, 'area-said' || d.id, 0.05)
            then generate.missing(seed, 'area-name' || d.id || t.n || sub)
            else generate.disguise(seed, 'area-name' || d.id || t.n || sub, d.area) end,
        'competency_theme_id', case when t.n > 22 then generate.theme(seed, 'dictionary' || d.id || t.n, '{}')
            else t.id end,
        'competency_theme', 'Theme ' || t.n, 'competency_sub_theme_id', 100 * t.n + sub,
        'competency_sub_theme', 'Sub ' || sub, 'data_last_generated_on', generated))
    from unnest(ids, array['Behavioural', case when seed % 6 = 5 then 'Functional competencies'
        else 'Domain' end, 'Functional', 'Domain specific', 'Ethics'])
        with ordinality d(id, area, i), unnest(themes) with ordinality t (id, n),
        generate_series(1, 1 + generate.below(seed, 'sub-themes' || t.n, 2)) sub
    where not generate.chance(seed, 'dictionary lacks' || d.i, 0.3)
        and (generate.below(seed, 'theme-area' || t.n, 5) + 1 = d.i
            or generate.chance(seed, 'theme-area' || t.n || '/' || d.i, 0.12))
        and not generate.chance(seed, 'dictionary lacks theme' || t.n, 0.1);
    perform generate.put('kcm_dictionary', jsonb_build_object('competency_area_id', null, 'competency_area',
        'Domain', 'competency_theme_id', case when shape.generation = '2024' then '99' else 'COMTHEM-000099' end,
        'data_last_generated_on', generated));

    perform generate.put('events', jsonb_build_object('event_id', 'ev-' || i, 'event_name', 'Event',
        'event_status', 'Live', 'event_type', 'Event',
        'duration', generate.pick(seed, 'ev-dur' || i,
            array['01:00:00', '00:45:15', 'Not Available', null, case when not shape.clean then 'long' end]), 'data_last_generated_on',
            generated))
    from generate_series(1, 8) i, generate_series(1, 1 + generate.below(seed, 'ev-copies' || i, 2));
end $$;

\ir generate_plans.sql
\ir generate_register.sql

create function generate.portal(seed int, schema_name text) returns void
    language plpgsql
as $$
declare
    shape record := generate.shape(seed);
    generated text := to_char(shape.as_of + time '01:30:00', 'YYYY-MM-DD HH24:MI:SS') || ' AM';
begin
    truncate generate.stage restart identity;
    perform generate.organisations(seed, generated);
    perform generate.persons(seed, generated);
    perform generate.contents(seed, generated);
    perform generate.plans(seed, generated);
    perform generate.enrolments(seed, generated);
    perform generate.register(seed);
    if shape.extras then
        perform generate.put('content_resource',
            jsonb_build_object('content_id', 'do_1', 'resource_id', 'r', 'data_last_generated_on',
            generated));
        perform generate.put('assessment_detail',
            jsonb_build_object('content_id', 'do_1', 'user_id', 'u-1', 'assessment_id', 'a',
            'data_last_generated_on', generated));
        perform generate.put('bp_enrolments',
            jsonb_build_object('content_id', 'do_1', 'user_id', 'u-1', 'batch_id', 'b',
            'data_last_generated_on', generated));
    end if;
    perform generate.publish(seed, schema_name);
end $$;

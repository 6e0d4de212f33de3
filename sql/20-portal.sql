-- Part 20: the portal - where its twelve tables are, which generation of
-- columns they have, and how a statement reads them.
--
-- Nothing here or later refers to a portal table by OID: the loaders drop,
-- recreate and truncate them at will. Every statement over the portal is
-- written with names between braces, {portal.user_detail}, and bind_sql()
-- puts in their place a subquery over whatever stands under that name at that
-- moment: each column karmayogi needs, as text in C collation, NULL where the
-- generation lacks it. {raw.user_enrolments} leaves columns of text as they are,
-- with whatever collation they have: only so can another server work on them.
-- {placed.user_detail} says beside the columns where in its table a row stands.

create table karmayogi.portal_table (
    table_name text collate "C" primary key,
    position int not null unique,
    required boolean not null
);
comment on table karmayogi.portal_table is
    'The twelve tables of the portal''s warehouse and whether karmayogi can do without one. SPEC 4.';
comment on column karmayogi.portal_table.table_name is 'Name of the table in the portal.';
comment on column karmayogi.portal_table.position is 'Order in which the tables are named and created.';
comment on column karmayogi.portal_table.required is 'True where a refresh is refused while the table is missing or empty.';

insert into karmayogi.portal_table (table_name, position, required) values
    ('user_detail', 1, true),
    ('org_hierarchy', 2, true),
    ('user_enrolments', 3, true),
    ('content', 4, true),
    ('content_resource', 5, false),
    ('assessment_detail', 6, false),
    ('bp_enrolments', 7, false),
    ('cb_plan', 8, true),
    ('kcm_content_mapping', 9, true),
    ('kcm_dictionary', 10, true),
    ('events', 11, false),
    ('events_enrolment', 12, false);

create table karmayogi.portal_layout (
    table_name text collate "C" not null references karmayogi.portal_table,
    generation text collate "C" not null check (generation in ('2024', '2025', '2026')),
    position int not null,
    column_name text collate "C" not null,
    data_type text not null,
    primary key (table_name, generation, column_name)
);
comment on table karmayogi.portal_layout is
    'The columns of each portal table in the three generations: 2024 (the published DDL), 2025 (the Spark loader that drops and recreates), 2026 (the loader that truncates and inserts by position). SPEC 4.';
comment on column karmayogi.portal_layout.table_name is 'The portal table.';
comment on column karmayogi.portal_layout.generation is '2024, 2025 or 2026.';
comment on column karmayogi.portal_layout.column_name is 'Name of the column.';
comment on column karmayogi.portal_layout.data_type is 'Its type in that generation.';
comment on column karmayogi.portal_layout.position is 'Position of the column in its generation; loaders insert by position.';

-- "name type, name type, ..."; a name without a type is text
insert into karmayogi.portal_layout (table_name, generation, position, column_name, data_type)
select l.table_name, l.generation, c.position::int, split_part(c.definition, ' ', 1),
       case when strpos(c.definition, ' ') = 0 then 'text'
            else substr(c.definition, strpos(c.definition, ' ') + 1) end
  from (values
    ('user_detail', '2024',
     'user_id varchar(255), mdo_id varchar(255), full_name varchar(255), designation varchar(255), email varchar(255), phone_number varchar(255), groups varchar(255), tag varchar(512), roles varchar(500), gender varchar(255), category varchar(255), created_by_id varchar(255), external_system varchar(255), external_system_id varchar(255), is_verified_karmayogi varchar(255), mdo_created_on date, user_registration_date varchar(255), marked_as_not_my_user varchar(255), data_last_generated_on varchar(255), weekly_claps_day_before_yesterday varchar(255), status integer, no_of_karma_points integer, total_event_learning_hours double precision, total_content_learning_hours double precision, total_learning_hours double precision'),
    ('user_detail', '2025',
     'user_id, mdo_id, status integer, no_of_karma_points integer, full_name, designation, email, phone_number, pincode, groups, tag, profile_status, user_registration_date, roles, gender, category, marked_as_not_my_user boolean, is_verified_karmayogi boolean, created_by_id, external_system, external_system_id, weekly_claps_day_before_yesterday integer, total_event_learning_hours double precision, total_content_learning_hours double precision, total_learning_hours double precision, employee_id, cadre, civil_service_type, civil_services, cadre_batch, is_from_organised_service_of_govt, data_last_generated_on'),
    ('user_detail', '2026',
     'user_id, mdo_id, status integer, no_of_karma_points integer, full_name, designation, email, phone_number, pincode, groups, tag, profile_status, user_registration_date, profile_last_updated_date, roles, gender, category, marked_as_not_my_user boolean, is_verified_karmayogi boolean, created_by_id, external_system, external_system_id, weekly_claps_day_before_yesterday integer, total_event_learning_hours double precision, total_content_learning_hours double precision, total_learning_hours double precision, employee_id, cadre, civil_service_type, civil_services, cadre_batch, is_on_central_deputation, is_from_organised_service_of_govt, data_last_generated_on, total_badges_earned bigint'),
    ('org_hierarchy', '2024',
     'mdo_id varchar(255), mdo_name varchar(255), is_content_provider varchar(64), ministry varchar(255), department varchar(255), organization varchar(255), data_last_generated_on varchar(255), mdo_created_on date'),
    ('org_hierarchy', '2025',
     'mdo_id, mdo_name, ministry, ministry_id, department, department_id, is_cca, mdo_created_on, data_last_generated_on'),
    ('org_hierarchy', '2026',
     'mdo_id, mdo_name, ministry, ministry_id, department, department_id, is_cca, mdo_created_on, data_last_generated_on'),
    ('user_enrolments', '2024',
     'user_id varchar(255), batch_id varchar(255), content_id varchar(255), content_progress_percentage double precision, last_accessed_on varchar(255), certificate_generated varchar(255), certificate_generated_on varchar(255), user_rating double precision, resource_count_consumed integer, enrolled_on varchar(255), user_consumption_status varchar(255), data_last_generated_on varchar(255), live_cbp_plan_mandate boolean, certificate_id varchar(255), first_completed_on varchar(255)'),
    ('user_enrolments', '2025',
     'user_id, batch_id, content_id, enrolled_on, content_progress_percentage real, resource_count_consumed integer, user_consumption_status, first_completed_on, first_certificate_generated_on, last_completed_on, last_certificate_generated_on, content_last_accessed_on, certificate_generated, number_of_certificate integer, user_rating real, certificate_id, live_cbp_plan_mandate boolean, data_last_generated_on'),
    ('user_enrolments', '2026',
     'user_id, batch_id, content_id, enrolled_on, content_progress_percentage real, resource_count_consumed integer, user_consumption_status, first_completed_on, first_certificate_generated_on, last_completed_on, last_certificate_generated_on, content_last_accessed_on, certificate_generated, number_of_certificate integer, user_rating real, certificate_id, live_cbp_plan_mandate boolean, data_last_generated_on, karma_points double precision, badge_id'),
    ('content', '2024',
     'content_id varchar(255), content_provider_id varchar(255), content_provider_name varchar(255), content_name text, content_type varchar(255), batch_id varchar(255), batch_name varchar(255), batch_start_date varchar(255), batch_end_date varchar(255), content_duration varchar(255), content_rating double precision, last_published_on varchar(255), content_retired_on varchar(255), content_status varchar(255), resource_count integer, total_certificates_issued integer, content_substatus varchar(255), data_last_generated_on varchar(255), language varchar(255)'),
    ('content', '2025',
     'content_id, content_provider_id, content_provider_name, content_name, content_type, batch_id, batch_name, batch_start_date, batch_end_date, content_duration, content_rating real, last_published_on, content_retired_on, content_status, resource_count integer, total_certificates_issued integer, content_substatus, language, data_last_generated_on'),
    ('content', '2026',
     'content_id, content_provider_id, content_provider_name, content_name, content_type, batch_id, batch_name, batch_start_date, batch_end_date, content_duration, content_rating double precision, last_published_on, content_retired_on, content_status, resource_count integer, total_certificates_issued integer, content_substatus, language, content_sub_type, scorm_flag, difficulty_level, data_last_generated_on'),
    ('content_resource', '2024',
     'content_id varchar(255), resource_id varchar(255), resource_name varchar(255), resource_type varchar(255), resource_duration varchar(255), data_last_generated_on varchar(255)'),
    ('content_resource', '2025', 'content_id, resource_id, resource_name, resource_type, resource_duration, data_last_generated_on'),
    ('content_resource', '2026', 'content_id, resource_id, resource_name, resource_type, resource_duration, data_last_generated_on'),
    ('assessment_detail', '2024',
     'user_id varchar(255), content_id varchar(255), assessment_id varchar(255), assessment_name varchar(255), assessment_type varchar(255), assessment_duration varchar(255), time_spent_by_the_user varchar(255), completion_date varchar(255), score_achieved double precision, overall_score double precision, cut_off_percentage double precision, total_question integer, number_of_incorrect_responses integer, number_of_retakes integer, data_last_generated_on varchar(255)'),
    ('assessment_detail', '2025',
     'user_id, content_id, assessment_id, assessment_name, assessment_type, assessment_duration, time_spent_by_the_user, completion_date, score_achieved real, overall_score real, cut_off_percentage real, total_question integer, number_of_incorrect_responses integer, number_of_retakes integer, data_last_generated_on'),
    ('assessment_detail', '2026',
     'user_id, content_id, assessment_id, assessment_name, assessment_type, assessment_sub_type, assessment_duration, time_spent_by_the_user, completion_date, score_achieved double precision, overall_score double precision, cut_off_percentage double precision, total_question integer, number_of_incorrect_responses integer, number_of_retakes integer, pass, data_last_generated_on'),
    ('bp_enrolments', '2024',
     'user_id varchar(255), content_id varchar(255), batch_id varchar(255), batch_location varchar(255), component_name varchar(255), component_id varchar(255), component_type varchar(255), component_mode varchar(255), component_status varchar(255), component_duration varchar(255), component_progress_percentage double precision, component_completed_on date, last_accessed_on date, offline_session_date date, offline_session_start_time varchar(255), offline_session_end_time varchar(255), offline_attendance_status varchar(255), instructors_name varchar(255), program_coordinator_name varchar(255), data_last_generated_on varchar(255)'),
    ('bp_enrolments', '2025',
     'user_id, content_id, batch_id, batch_location, component_name, component_id, component_type, component_mode, component_status, component_duration, component_progress_percentage real, component_completed_on date, last_accessed_on date, offline_session_date date, offline_session_start_time, offline_session_end_time, offline_attendance_status, instructors_name, program_coordinator_name, data_last_generated_on'),
    ('bp_enrolments', '2026',
     'user_id, content_id, batch_id, batch_location, component_name, component_id, component_type, component_mode, component_status, component_duration, component_progress_percentage double precision, component_completed_on date, last_accessed_on date, offline_session_date date, offline_session_start_time, offline_session_end_time, offline_attendance_status, instructors_name, program_coordinator_name, data_last_generated_on'),
    ('cb_plan', '2024',
     'cb_plan_id varchar(255), org_id varchar(255), created_by varchar(255), plan_name varchar(255), allotment_type varchar(255), allotment_to varchar(255), content_id varchar(255), allocated_on varchar(255), due_by varchar(255), status varchar(255)'),
    ('cb_plan', '2025',
     'org_id, created_by, cb_plan_id, plan_name, allotment_type, allotment_to, content_id, allocated_on, due_by, status, isapar boolean, data_last_generated_on'),
    ('cb_plan', '2026',
     'org_id, created_by, cb_plan_id, plan_name, allotment_type, allotment_to, content_id, allocated_on, due_by, status, isapar boolean, plan_year, data_last_generated_on'),
    ('kcm_content_mapping', '2024',
     'course_id varchar(255), competency_area_id integer, competency_theme_id integer, competency_sub_theme_id integer'),
    ('kcm_content_mapping', '2025', 'course_id, competency_area_id, competency_theme_id, competency_sub_theme_id, data_last_generated_on'),
    ('kcm_content_mapping', '2026', 'course_id, competency_area_id, competency_theme_id, competency_sub_theme_id, data_last_generated_on'),
    ('kcm_dictionary', '2024',
     'competency_area_id integer, competency_area, competency_area_description, competency_theme_type varchar(255), competency_theme_id integer, competency_theme, competency_theme_description, competency_sub_theme_id integer, competency_sub_theme, competency_sub_theme_description'),
    ('kcm_dictionary', '2025',
     'competency_area_id, competency_area, competency_area_description, competency_theme_id, competency_theme, competency_theme_description, competency_sub_theme_id, competency_sub_theme, competency_sub_theme_description, competency_theme_type, data_last_generated_on'),
    ('kcm_dictionary', '2026',
     'competency_area_id, competency_area, competency_area_description, competency_theme_id, competency_theme, competency_theme_description, competency_sub_theme_id, competency_sub_theme, competency_sub_theme_description, competency_theme_type, data_last_generated_on'),
    ('events', '2024',
     'event_id varchar(255), event_name, event_provider_mdo_id varchar(255), event_start_datetime varchar(255), duration varchar(255), event_status varchar(255), event_type varchar(255), presenters, video_link, recording_link'),
    ('events', '2025',
     'event_id, event_name, event_provider_mdo_id, event_start_datetime, duration, event_status, event_type, presenters, video_link, recording_link'),
    ('events', '2026',
     'event_id, event_name, event_provider_mdo_id, event_start_datetime, duration, event_status, event_type, presenters, video_link, recording_link, event_tag'),
    ('events_enrolment', '2024',
     'user_id varchar(255), event_id varchar(255), enrolled_on_datetime varchar(255), status varchar(255), certificate_id, completion_percentage double precision, event_duration varchar(255), progress_duration varchar(255), completed_on_datetime varchar(255), duration varchar(255)'),
    ('events_enrolment', '2025',
     'user_id, event_id, status, enrolled_on_datetime, completed_on_datetime, certificate_id, completion_percentage real, event_duration, progress_duration, duration, event_duration_seconds bigint, karma_points double precision'),
    ('events_enrolment', '2026',
     'user_id, event_id, status, enrolled_on_datetime, completed_on_datetime, certificate_id, completion_percentage double precision, event_duration, progress_duration, duration, event_duration_seconds bigint, karma_points double precision')
  ) l (table_name, generation, definition),
  unnest(string_to_array(l.definition, ', ')) with ordinality c (definition, position);

create table karmayogi.portal_need (
    table_name text collate "C" not null references karmayogi.portal_table,
    column_name text collate "C" not null,
    required boolean not null,
    instead text collate "C",
    primary key (table_name, column_name)
);
comment on table karmayogi.portal_need is
    'The portal columns that karmayogi reads. A missing required column refuses; a missing optional one makes the indicators that need it NULL with the reason. SPEC 4.';
comment on column karmayogi.portal_need.table_name is 'The portal table.';
comment on column karmayogi.portal_need.column_name is 'The column, as the newest generation names it.';
comment on column karmayogi.portal_need.required is 'Without it nothing can be computed.';
comment on column karmayogi.portal_need.instead is 'The column of an older generation that is read where this one is lacking.';

-- "name" is optional, "name!" required, "name=old" read from column old where name is lacking
insert into karmayogi.portal_need (table_name, column_name, required, instead)
select n.table_name, rtrim(split_part(c.item, '=', 1), '!'), c.item like '%!', nullif(split_part(c.item, '=', 2), '')
  from (values
    ('user_detail', 'user_id! mdo_id! status! designation! roles! gender! user_registration_date! profile_last_updated_date=user_registration_date profile_status marked_as_not_my_user groups email no_of_karma_points cadre cadre_batch civil_services is_verified_karmayogi is_on_central_deputation data_last_generated_on'),
    ('org_hierarchy', 'mdo_id! mdo_name! ministry! department! ministry_id department_id data_last_generated_on'),
    ('user_enrolments', 'user_id! content_id! user_consumption_status! certificate_id first_completed_on last_completed_on content_last_accessed_on=last_accessed_on data_last_generated_on'),
    ('content', 'content_id! content_name! content_type! content_status! content_provider_id content_provider_name content_duration content_rating language last_published_on data_last_generated_on'),
    ('cb_plan', 'cb_plan_id! org_id! allotment_type! allotment_to! content_id! due_by! status! plan_name isapar data_last_generated_on'),
    ('kcm_content_mapping', 'course_id! competency_area_id! competency_theme_id competency_sub_theme_id data_last_generated_on'),
    ('kcm_dictionary', 'competency_area_id! competency_area! competency_theme_id competency_theme competency_sub_theme_id competency_sub_theme data_last_generated_on'),
    ('events', 'event_id! duration'),
    ('events_enrolment', 'user_id! event_id! status! certificate_id duration')
  ) n (table_name, items),
  unnest(string_to_array(n.items, ' ')) c (item);

-- Where the portal is

create table karmayogi.portal_binding (
    table_name text collate "C" primary key references karmayogi.portal_table,
    schema_name text collate "C" not null,
    relation_name text collate "C" not null
);
select pg_catalog.pg_extension_config_dump('karmayogi.portal_binding', '');
comment on table karmayogi.portal_binding is
    'Where each portal table stands, by name; written by bind_portal. A table without a row is looked for in schema public under its own name. SPEC 4.';
comment on column karmayogi.portal_binding.table_name is 'The portal table.';
comment on column karmayogi.portal_binding.schema_name is 'Schema in which the relation stands.';
comment on column karmayogi.portal_binding.relation_name is 'Relation that stands for the table.';

create function karmayogi.portal_source(out table_name text, out required boolean, out schema_name text,
                                        out relation_name text, out relid oid)
returns setof record language sql stable parallel safe
begin atomic
    select t.table_name, t.required, coalesce(b.schema_name, 'public'), coalesce(b.relation_name, t.table_name), c.oid
      from karmayogi.portal_table t
      left join karmayogi.portal_binding b on b.table_name = t.table_name
      left join pg_catalog.pg_namespace n on n.nspname = coalesce(b.schema_name, 'public')
      left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = coalesce(b.relation_name, t.table_name)
                                     and c.relkind in ('r', 'v', 'm', 'f', 'p')
     order by t.position;
end;
comment on function karmayogi.portal_source() is
    'The twelve portal tables, where each is looked for and the relation that stands there now (NULL: none). SPEC 4.';

create function karmayogi.portal_columns(out table_name text, out column_name text, out required boolean, out reads text)
returns setof record language sql stable parallel safe
begin atomic
    select n.table_name, n.column_name, n.required,
           (select a.attname::text
              from pg_catalog.pg_attribute a
             where a.attrelid = s.relid and a.attnum > 0 and not a.attisdropped
               and (a.attname = n.column_name or a.attname = n.instead)
             order by a.attname <> n.column_name limit 1)
      from karmayogi.portal_source() s
      join karmayogi.portal_need n on n.table_name = s.table_name;
end;
comment on function karmayogi.portal_columns() is
    'Every portal column that karmayogi needs and the column that it reads for it now (NULL: lacking). SPEC 4.';

create function karmayogi.portal_generation(table_name text) returns text
language sql stable strict parallel safe
begin atomic
    -- the generation whose columns agree best with those that are there
    select l.generation
      from karmayogi.portal_source() s
      join karmayogi.portal_layout l on l.table_name = s.table_name
      left join pg_catalog.pg_attribute a
             on a.attrelid = s.relid and a.attnum > 0 and not a.attisdropped and a.attname = l.column_name
     where s.table_name = $1 and s.relid is not null
     group by l.generation
     order by 2 * count(a.attname) - count(*) desc, l.generation desc
     limit 1;
end;
comment on function karmayogi.portal_generation(text) is
    'Generation of the columns of a bound portal table: 2024, 2025 or 2026, the newest that agrees best; NULL where the table is missing. SPEC 4.';

-- Statements over the portal

create function karmayogi.lacking_column(table_names text[]) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp as
$$
declare
    missing record;
begin
    select c.table_name, s.schema_name, s.relation_name, string_agg(c.column_name, ', ' order by c.column_name) as columns
      into missing
      from karmayogi.portal_columns() c
      join karmayogi.portal_source() s on s.table_name = c.table_name
     where c.required and c.reads is null and s.relid is not null and c.table_name = any (table_names)
     group by c.table_name, s.schema_name, s.relation_name
     order by c.table_name limit 1;
    if found then
        raise exception 'portal table "%" lacks column %', missing.table_name, missing.columns
            using errcode = 'undefined_column',
                  detail = format('Relation %I.%I looks like generation %s of the portal.', missing.schema_name,
                                  missing.relation_name, karmayogi.portal_generation(missing.table_name)),
                  hint = 'Bind a relation that has the column; karmayogi.portal_need lists what is needed.';
    end if;
end
$$;
comment on function karmayogi.lacking_column(text[]) is
    'Private: error undefined_column if one of these portal tables stands but lacks a required column.';

create function karmayogi.bind_sql(query text, stage_prefix text, as_of date, only_user text default null) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- asked of some table at every step of a refresh
set plan_cache_mode = force_generic_plan
set enable_nestloop = on as
$$
declare
    -- names of relations come last and are never searched for braces
    piece text[] := string_to_array(
        regexp_replace(replace(regexp_replace(query, '\{stage\.(\w+)\}', stage_prefix || '\1', 'g'), '{as_of}', quote_literal(as_of) || '::date'),
                       '\{(raw|placed)\.', '{portal.\1.', 'g'), '{portal.');
    bound text := piece[1];
    source record;
    selection text;
    name text;
    form text;
begin
    for i in 2 .. cardinality(piece) loop
        name := split_part(piece[i], '}', 1);
        form := case when name like '%.%' then split_part(name, '.', 1) else 'text' end;
        select s.*, n.selection, n.lacking into source
          from karmayogi.portal_source() s
         cross join lateral (
            select string_agg(case when form = 'raw' and c.reads is null then format('null::text as %I', c.column_name)
                                   when form = 'raw' and a.is_text then format('q.%I as %I', c.reads, c.column_name)
                                   when c.reads is null then format('null::text collate "C" as %I', c.column_name)
                                   else format('q.%I::text collate "C" as %I', c.reads, c.column_name) end, ', '
                              order by c.column_name) as selection,
                   bool_or(c.required and c.reads is null) as lacking
              from karmayogi.portal_columns() c
              left join lateral (
                select x.atttypid in ('text'::regtype, 'varchar'::regtype) and l.collisdeterministic as is_text
                  from pg_catalog.pg_attribute x
                  left join pg_catalog.pg_collation l on l.oid = x.attcollation
                 where x.attrelid = s.relid and x.attname = c.reads) a on true
             where c.table_name = s.table_name) n
         where s.table_name = case when name like '%.%' then split_part(name, '.', 2) else name end;
        if source.relid is null and source.required then
            raise exception 'portal table "%" is missing', source.table_name
                using errcode = 'undefined_table',
                      detail = format('There is no relation %I.%I.', source.schema_name, source.relation_name),
                      hint = 'Bind the portal with karmayogi.bind_portal(schema), or wait until its loader has recreated the table.';
        elsif source.relid is not null and source.lacking then
            perform karmayogi.lacking_column(array[source.table_name]);
        end if;
        selection := source.selection;
        if form = 'placed' then
            selection := selection || ', q.ctid as row_at';
        end if;
        bound := bound
            || case when source.relid is null then format('(select %s where false)', selection)
                    else format('(select %s from %I.%I q%s)', selection, source.schema_name, source.relation_name,
                                case when only_user is not null and selection like '% as user_id%'
                                     then format(' where q.user_id::text = %L', only_user) end) end
            || substr(piece[i], strpos(piece[i], '}') + 1);
    end loop;
    return bound;
end
$$;
comment on function karmayogi.bind_sql(text, text, date, text) is
    'Private: the statement with {portal.TABLE} replaced by a subquery over the table bound now (of one user_id, if given), {raw.TABLE} likewise but with texts in the collation of their columns, {placed.TABLE} with row_at, the ctid of a row, {stage.X} by the intermediate result X, and {as_of}. Error undefined_table or undefined_column where a required table or column is lacking. SPEC 4.';

-- Binding and creating

create function karmayogi.bind_portal(schema name) returns text
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    missing text;
    found_tables bigint;
begin
    if not exists (select from pg_catalog.pg_namespace n where n.nspname = bind_portal.schema) then
        raise exception 'schema "%" does not exist', bind_portal.schema
            using errcode = 'invalid_schema_name',
                  detail = 'The portal''s tables are looked for by name in this schema.',
                  hint = 'Name the schema that the portal''s loader fills; karmayogi.create_portal(schema) makes empty tables.';
    end if;
    delete from karmayogi.portal_binding;
    insert into karmayogi.portal_binding (table_name, schema_name, relation_name)
    select t.table_name, bind_portal.schema, t.table_name from karmayogi.portal_table t;
    select string_agg(format('%I.%I', s.schema_name, s.relation_name), ', ' order by t.position)
      into missing
      from karmayogi.portal_source() s
      join karmayogi.portal_table t on t.table_name = s.table_name
     where s.required and s.relid is null;
    if missing is not null then
        raise exception 'schema "%" lacks required tables of the portal', bind_portal.schema
            using errcode = 'undefined_table',
                  detail = format('Not found: %s.', missing),
                  hint = 'Name the schema that the portal''s loader fills; single tables elsewhere are bound with karmayogi.bind_portal(name, relation).';
    end if;
    perform karmayogi.lacking_column((select array_agg(t.table_name) from karmayogi.portal_table t));
    select count(s.relid) into found_tables from karmayogi.portal_source() s;
    return format('%s of 12 tables found in schema %I, user_detail of generation %s', found_tables, bind_portal.schema,
                  karmayogi.portal_generation('user_detail'));
end
$$;
comment on function karmayogi.bind_portal(name) is
    'Points all twelve portal tables at a schema, by name. Errors: invalid_schema_name, undefined_table, undefined_column (names table, column, generation); then nothing is changed. SPEC 4.';

create function karmayogi.bind_portal(name text, relation text) returns text
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    part text[];
begin
    if not exists (select from karmayogi.portal_table t where t.table_name = bind_portal.name) then
        raise exception '"%" is not a table of the portal', bind_portal.name
            using errcode = 'invalid_parameter_value',
                  detail = 'The portal''s tables are ' ||
                           (select string_agg(t.table_name, ', ' order by t.position) from karmayogi.portal_table t) || '.',
                  hint = 'The second argument names the relation that stands for it, as schema.relation.';
    end if;
    begin
        part := parse_ident(bind_portal.relation);
    exception when invalid_parameter_value then
        part := null;
    end;
    if part is null or cardinality(part) not in (1, 2) then
        raise exception '"%" is not the name of a relation', bind_portal.relation
            using errcode = 'invalid_name',
                  detail = 'A name has one part, or two parts joined by a dot; other than lower-case names stand in double quotes.',
                  hint = 'Write schema.relation, for instance warehouse.user_detail.';
    end if;
    if cardinality(part) = 1 then
        part := array['public', part[1]];
    end if;
    delete from karmayogi.portal_binding b where b.table_name = bind_portal.name;
    insert into karmayogi.portal_binding (table_name, schema_name, relation_name)
    values (bind_portal.name, part[1], part[2]);
    if (select s.relid is null from karmayogi.portal_source() s where s.table_name = bind_portal.name) then
        raise exception 'relation "%.%" does not exist', part[1], part[2]
            using errcode = 'undefined_table',
                  detail = format('It was to be bound as the portal''s table %s.', bind_portal.name),
                  hint = 'Create it first, or name the relation that holds the rows; a name without schema means schema public.';
    end if;
    perform karmayogi.lacking_column(array[bind_portal.name]);
    return format('%s is %I.%I, generation %s', bind_portal.name, part[1], part[2],
                  karmayogi.portal_generation(bind_portal.name));
end
$$;
comment on function karmayogi.bind_portal(text, text) is
    'Points one portal table at a relation (table, view, materialised view, foreign or partitioned table), given as schema.relation. Errors: invalid_parameter_value, invalid_name, undefined_table, undefined_column; then nothing is changed. SPEC 4.';

create function karmayogi.create_portal(schema name, generation text default '2026') returns text
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    made record;
    present text;
begin
    if not exists (select from karmayogi.portal_layout l where l.generation = create_portal.generation) then
        raise exception 'unknown generation "%" of the portal', create_portal.generation
            using errcode = 'invalid_parameter_value',
                  detail = 'Known generations are 2024, 2025 and 2026.',
                  hint = 'Leave the argument out for the newest.';
    end if;
    select string_agg(quote_ident(c.relname), ', ' order by t.position) into present
      from karmayogi.portal_table t
      join pg_catalog.pg_class c on c.relname = t.table_name
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = create_portal.schema;
    if present is not null then
        raise exception 'schema "%" already has tables of the portal', create_portal.schema
            using errcode = 'duplicate_table',
                  detail = format('Present: %s.', present),
                  hint = 'Bind what is there with karmayogi.bind_portal(schema), or name another schema.';
    end if;
    if create_portal.schema = 'karmayogi' then
        raise exception 'the portal cannot stand in schema "karmayogi"'
            using errcode = 'invalid_parameter_value',
                  detail = 'That schema belongs to the extension; a dump would not hold tables in it that are not its own.',
                  hint = 'Name another schema; it is created if need be.';
    end if;
    if not exists (select from pg_catalog.pg_namespace n where n.nspname = create_portal.schema) then
        execute format('create schema %I', create_portal.schema);
    end if;
    for made in
        select l.table_name, string_agg(format('%I %s', l.column_name, l.data_type), ', ' order by l.position) as columns
          from karmayogi.portal_layout l
          join karmayogi.portal_table t on t.table_name = l.table_name
         where l.generation = create_portal.generation
         group by l.table_name, t.position
         order by t.position
    loop
        execute format('create table %I.%I (%s)', create_portal.schema, made.table_name, made.columns);
    end loop;
    return format('12 empty tables of generation %s in schema %I', create_portal.generation, create_portal.schema);
end
$$;
comment on function karmayogi.create_portal(name, text) is
    'Makes the twelve empty portal tables in a schema (created if need be), for a stand-alone installation, demos and tests; bind_portal(schema) then points to them. Errors: duplicate_table, invalid_parameter_value for an unknown generation or for schema karmayogi. SPEC 4.';

-- What karmayogi should answer, in SQL that anybody can check by reading.
--
-- This is the specification (docs/SPEC.md, sections 3 to 7) written down a
-- second time, without any thought of speed and without using anything of the
-- extension: not its functions on the portal's texts, not its tables. A portal
-- is named by its schema; every column is read as text, and a column that a
-- generation lacks is NULL. The register is read from the tables
-- register_strength, register_report and so on beside the portal's
-- (generate.sql makes them).
--
--     select * from oracle.official_progress('portal_17', date '2026-04-01');
--     select * from oracle.course_progress('portal_17');
--     select * from oracle.indicator_value('portal_17', date '2026-04-01');
--     select * from oracle.allotment('portal_17', date '2026-04-01');
set client_min_messages = warning;
drop schema if exists oracle cascade;
reset client_min_messages;
create schema oracle;

-- ---------------------------------------------------------------------------
-- Texts of the portal
-- ---------------------------------------------------------------------------
create function oracle.trimmed(x text) returns text
    language sql immutable
    return btrim(x, E' \t\n\r\f\x0B');

create function oracle.fold(x text) returns text
    language sql immutable
    return lower(oracle.trimmed(x) collate "C");

create function oracle.is_missing(x text) returns boolean
    language sql immutable
    return x is null or oracle.fold(x) in ('', 'not available', 'null', 'not published');

-- the text itself, or NULL where a marker says that there is none
create function oracle.known(x text) returns text
    language sql immutable
    return case when oracle.is_missing(x) then null else x end;

create function oracle.truth(x text) returns boolean
    language sql immutable
    return case when oracle.fold(x) in ('true', 't', 'yes', 'y', '1') then true
        when oracle.fold(x) in ('false', 'f', 'no', 'n', '0') then false end;

-- India's wall clock, NULL for what is missing or cannot be read
create function oracle.moment(x text) returns timestamp
    language plpgsql immutable
as $$
declare
    t text := oracle.trimmed(x);
begin
    if oracle.is_missing(x) then
        return null;
    elsif t ~ '^\d{4}-\d\d-\d\d$' then
        return t::date::timestamp;
    elsif t ~ '^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?$' then
        return t::timestamp;
    elsif t ~ '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [AP]M$' then
        -- a 24 hour clock with AM or PM after it
        return left(t, 19)::timestamp;
    elsif t ~ '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d\d\d[+-]\d\d\d\d$' then
        -- as the portal's users are stamped: yyyy-MM-dd HH:mm:ss:SSSZ
        return overlay(t placing '.' from 20 for 1)::timestamptz at time zone 'Asia/Kolkata';
    elsif t ~ '^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$' then
        return t::timestamptz at time zone 'Asia/Kolkata';
    end if;
    return null;
exception when datetime_field_overflow or invalid_datetime_format then
    return null;
end $$;

create function oracle.seconds(x text) returns bigint
    language sql immutable
    return case when oracle.trimmed(x) ~ '^\d+:[0-5]\d:[0-5]\d$' then
        split_part(oracle.trimmed(x), ':', 1)::bigint * 3600 + split_part(oracle.trimmed(x), ':',
            2)::bigint * 60
            + split_part(oracle.trimmed(x), ':', 3)::bigint end;

-- a number, or NULL: what is no number is no rating
create function oracle.number(x text) returns numeric
    language sql immutable
    return case when oracle.trimmed(x) ~ '^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$' then oracle.trimmed(x)::numeric end;

-- The items of a comma list, folded, without such as say that there is none. Quotes that do not pair up:
-- nobody can read it.
create function oracle.items(x text) returns setof text
    language sql immutable
as $$
    select oracle.fold(coalesce(m[1], m[2]))
    from regexp_matches(x, '"([^"]*)"|([^",]+)', 'g') m
    where not oracle.is_missing(x) and length(replace(x, '"', '')) % 2 = length(x) % 2
        and not oracle.is_missing(coalesce(m[1], m[2]))
$$;

-- from April to March: 2025-26
create function oracle.financial_year(day date) returns text
    language sql immutable
    return case when extract(month from day) >= 4
        then extract(year from day) || '-' || right((extract(year from day) + 1)::text, 2)
        else extract(year from day) - 1 || '-' || right(extract(year from day)::text, 2) end;

create function oracle.gender(x text) returns text
    language sql immutable
    return case when oracle.is_missing(x) then 'unknown'
        when oracle.fold(x) in ('female', 'f', 'woman', 'महिला') then 'female'
        when oracle.fold(x) in ('male', 'm', 'man', 'पुरुष') then 'male'
        else 'other' end;

create function oracle.government_email(x text) returns boolean
    language sql immutable
    return case when not oracle.is_missing(x) then oracle.fold(x) ~ '[@.](nic|gov)\.in$'
        and oracle.fold(x) ~ '@([^@]+\.)?(nic|gov)\.in$' end;

-- ---------------------------------------------------------------------------
-- The portal's rows, as JSON: whatever their columns are
-- ---------------------------------------------------------------------------
create function oracle.rows_of(portal text, table_name text) returns setof jsonb
    language plpgsql stable
as $$
begin
    if to_regclass(format('%I.%I', portal, table_name)) is not null then
        return query execute format('select to_jsonb(t) from %I.%I t', portal, table_name);
    end if;
end $$;

create function oracle.has_column(portal text, table_name text, column_name text) returns boolean
    language sql stable
    return exists (select from pg_attribute a
        where a.attrelid = to_regclass(format('%I.%I', portal, table_name))
        and a.attname = column_name and not a.attisdropped);

-- ---------------------------------------------------------------------------
-- States and Union Territories (ISO 3166-2:IN)
-- ---------------------------------------------------------------------------
create table oracle.state (code text not null, name text primary key);
insert into oracle.state values
    ('IN-AN', 'Andaman and Nicobar Islands'), ('IN-AP', 'Andhra Pradesh'), ('IN-AR', 'Arunachal Pradesh'),
        ('IN-AS', 'Assam'),
    ('IN-BR', 'Bihar'), ('IN-CG', 'Chhattisgarh'), ('IN-CH', 'Chandigarh'),
        ('IN-DH', 'Dadra and Nagar Haveli and Daman and Diu'),
    ('IN-DL', 'Delhi'), ('IN-GA', 'Goa'), ('IN-GJ', 'Gujarat'), ('IN-HP', 'Himachal Pradesh'),
        ('IN-HR', 'Haryana'),
    ('IN-JH', 'Jharkhand'), ('IN-JK', 'Jammu and Kashmir'), ('IN-KA', 'Karnataka'), ('IN-KL', 'Kerala'),
        ('IN-LA', 'Ladakh'),
    ('IN-LD', 'Lakshadweep'), ('IN-MH', 'Maharashtra'), ('IN-ML', 'Meghalaya'), ('IN-MN', 'Manipur'),
        ('IN-MP', 'Madhya Pradesh'),
    ('IN-MZ', 'Mizoram'), ('IN-NL', 'Nagaland'), ('IN-OD', 'Odisha'), ('IN-PB', 'Punjab'),
        ('IN-PY', 'Puducherry'),
    ('IN-RJ', 'Rajasthan'), ('IN-SK', 'Sikkim'), ('IN-TN', 'Tamil Nadu'), ('IN-TR', 'Tripura'),
        ('IN-TS', 'Telangana'),
    ('IN-UK', 'Uttarakhand'), ('IN-UP', 'Uttar Pradesh'), ('IN-WB', 'West Bengal'),
    -- some of their other names
    ('IN-OD', 'Orissa'), ('IN-DL', 'NCT of Delhi'), ('IN-JK', 'Jammu & Kashmir'),
        ('IN-KL', 'Government of Kerala'), ('IN-BR', 'Government of Bihar');

-- ---------------------------------------------------------------------------
-- Persons: one row each, and whether it is a registered official's
-- ---------------------------------------------------------------------------
create function oracle.person(portal text) returns table (user_id text, mdo_id text, registered boolean,
    j jsonb)
    language sql stable
as $$
    select distinct on (j ->> 'user_id' collate "C")
        j ->> 'user_id',
        oracle.known(j ->> 'mdo_id'),
        j ->> 'status' = '1' is true
            and oracle.truth(j ->> 'marked_as_not_my_user') is not true
            and oracle.fold(j ->> 'profile_status') is distinct from 'not-my-user'
            and coalesce(oracle.fold(j ->> 'designation'), '') not like '%volunteer%'
            and coalesce(oracle.fold(j ->> 'roles'), '') not like '%volunteer%',
        j
    from oracle.rows_of(portal, 'user_detail') j
    where not oracle.is_missing(j ->> 'user_id')
    order by j ->> 'user_id' collate "C",
        -- the latest
        oracle.moment(j ->> case when oracle.has_column(portal, 'user_detail', 'profile_last_updated_date')
            then 'profile_last_updated_date' else 'user_registration_date' end) desc nulls last,
        -- then the greatest organisation
        oracle.known(j ->> 'mdo_id') collate "C" desc nulls last,
        -- then whatever makes it the same row every time
        j ->> 'status' collate "C" desc nulls last,
        j ->> 'profile_status' collate "C" desc nulls last,
        j ->> 'marked_as_not_my_user' collate "C" desc nulls last,
        j ->> 'designation' collate "C" desc nulls last,
        j ->> 'roles' collate "C" desc nulls last,
        j ->> 'gender' collate "C" desc nulls last,
        j ->> 'groups' collate "C" desc nulls last,
        j ->> 'email' collate "C" desc nulls last,
        j::text collate "C"
$$;

-- ---------------------------------------------------------------------------
-- Organisations
-- ---------------------------------------------------------------------------

-- One row per mdo_id of org_hierarchy, with the ids of what is above it
create function oracle.org_row(portal text) returns table (mdo_id text, mdo_name text, department_id text,
    ministry_id text)
    language sql stable
as $$
    with by_name as (
        -- a generation in which the organisations above are known by name only
        select not oracle.has_column(portal, 'org_hierarchy', 'department_id') as yes
    ),
    chosen as materialized (
        select distinct on (j ->> 'mdo_id' collate "C")
            j ->> 'mdo_id' as mdo_id,
            oracle.known(j ->> 'mdo_name') as mdo_name,
            oracle.known(j ->> case when yes then 'department' else 'department_id' end) as department,
            oracle.known(j ->> case when yes then 'ministry' else 'ministry_id' end) as ministry
        from oracle.rows_of(portal, 'org_hierarchy') j, by_name
        where not oracle.is_missing(j ->> 'mdo_id')
        order by j ->> 'mdo_id' collate "C",
            oracle.known(j ->> 'mdo_name') collate "C" desc nulls last,
            oracle.known(j ->> case when yes then 'department'
                else 'department_id' end) collate "C" desc nulls last,
            oracle.known(j ->> case when yes then 'ministry' else 'ministry_id' end) collate "C" desc nulls last
    ),
    placed as materialized (
        select c.mdo_id, c.mdo_name, c.department,
            case when not yes then c.ministry
                else coalesce((select m.mdo_id from chosen m
                    where oracle.fold(m.mdo_name) = oracle.fold(c.ministry)
                    order by (m.ministry is null and m.department is null) desc, m.mdo_id collate "C" limit 1),
                        c.ministry) end as ministry_id
        from chosen c, by_name
    )
    select c.mdo_id, c.mdo_name,
        case when not yes or c.department is null then c.department
            else coalesce((select d.mdo_id from placed d
                where oracle.fold(d.mdo_name) = oracle.fold(c.department)
                -- of the same ministry, or that ministry itself
                    and (c.ministry_id is null or d.ministry_id = c.ministry_id or d.mdo_id = c.ministry_id)
                order by d.mdo_id collate "C" limit 1),
                case when c.ministry_id is null then c.department
                    else c.ministry_id || ' / ' || c.department end) end,
        c.ministry_id
    from placed c, by_name
$$;

-- The tree: every organisation with its M/D, ministry and State, also those that only officials name
create function oracle.organisation(portal text)
    returns table (mdo_id text, mdo_name text, md_id text, ministry_id text, state_code text, known boolean)
    language sql stable
as $$
    with org as materialized (select * from oracle.org_row(portal)),
    state as (
        select o.mdo_id, s.code
        from org o join oracle.state s on oracle.fold(s.name) = oracle.fold(o.mdo_name)
        where o.department_id is null and o.ministry_id is null
    )
    select o.mdo_id, o.mdo_name,
        coalesce(o.department_id,
            (select o.mdo_id from org below where below.department_id = o.mdo_id
                and below.mdo_id <> o.mdo_id limit 1),
            o.ministry_id,
            o.mdo_id),
        coalesce(o.ministry_id, o.mdo_id),
        (select s.code from state s where s.mdo_id = coalesce(o.ministry_id, o.mdo_id)),
        true
    from org o
    union all
    select distinct p.mdo_id, null, p.mdo_id, p.mdo_id, null, false
    from oracle.person(portal) p
    where p.registered and p.mdo_id is not null and p.mdo_id not in (select o.mdo_id from org o)
$$;

-- M/Ds. known: one that org_hierarchy makes.
create function oracle.md(portal text) returns table (md_id text, ministry_id text, state_code text,
    known boolean)
    language sql stable
as $$
    with org as materialized (select * from oracle.organisation(portal))
    select md.md_id,
        case when own.mdo_id is not null then own.ministry_id else md.ministry_id end,
        case when own.mdo_id is not null then own.state_code else md.state_code end,
        md.known
    from (select distinct on (o.md_id) o.md_id, o.ministry_id, o.state_code, o.known
        from org o where o.known order by o.md_id, o.ministry_id collate "C") md
    left join org own on own.mdo_id = md.md_id and own.known
    where md.known
    union all
    select o.md_id, o.ministry_id, o.state_code, false
    from org o
    group by o.md_id, o.ministry_id, o.state_code
    having not exists (select from org k where k.md_id = o.md_id and k.known)
$$;

-- ---------------------------------------------------------------------------
-- Registered officials
-- ---------------------------------------------------------------------------
create function oracle.official(portal text)
    returns table (user_id text, mdo_id text, md_id text, ministry_id text, state_code text, gender text,
        pwd boolean, j jsonb)
    language sql stable
as $$
    select p.user_id, p.mdo_id, o.md_id, o.ministry_id, o.state_code, oracle.gender(p.j ->> 'gender'),
        exists (select from oracle.rows_of(portal, 'register_pwd_official') r
            where r ->> 'user_id' = p.user_id),
        p.j
    from oracle.person(portal) p
    left join oracle.organisation(portal) o on o.mdo_id = p.mdo_id
    where p.registered
$$;

-- ---------------------------------------------------------------------------
-- Contents: one row each
-- ---------------------------------------------------------------------------
create function oracle.content(portal text)
    returns table (content_id text, name text, provider_id text, live boolean, is_course boolean,
        seconds bigint, rating numeric, language text)
    language sql stable
as $$
    select distinct on (j ->> 'content_id' collate "C")
        j ->> 'content_id',
        j ->> 'content_name',
        oracle.known(j ->> 'content_provider_id'),
        oracle.fold(j ->> 'content_status') = 'live' is true,
        oracle.fold(j ->> 'content_type') is distinct from 'standalone assessment',
        oracle.seconds(j ->> 'content_duration'),
        oracle.number(j ->> 'content_rating'),
        oracle.known(j ->> 'language')
    from oracle.rows_of(portal, 'content') j
    where not oracle.is_missing(j ->> 'content_id')
    order by j ->> 'content_id' collate "C",
        (oracle.fold(j ->> 'content_status') = 'live') is true desc,
        oracle.moment(j ->> 'last_published_on') desc nulls last,
        j::text collate "C"
$$;

-- the area that an id of an area means; where the dictionary does not say, the usual one
create function oracle.area_meaning(portal text) returns table (id text, area text)
    language sql stable
as $$
    with dictionary as (
        select distinct j ->> 'competency_area_id' as id,
            case when oracle.fold(j ->> 'competency_area') like 'behav%' then 'behavioural'
                when oracle.fold(j ->> 'competency_area') like 'funct%' then 'functional'
                when oracle.fold(j ->> 'competency_area') like 'domain%' then 'domain' end as area
        from oracle.rows_of(portal, 'kcm_dictionary') j
        where not oracle.is_missing(j ->> 'competency_area_id') and not oracle.is_missing(j ->> 'competency_area')
    ),
    usual (id, area) as (
        values ('COMAREA-000001', 'behavioural'), ('1', 'behavioural'), ('COMAREA-000002', 'domain'),
            ('145', 'domain'),
            ('COMAREA-000003', 'functional'), ('56', 'functional')
    )
    select * from dictionary
    union all
    select * from usual u where u.id not in (select d.id from dictionary d)
$$;

-- the competency areas that a content is mapped to
create function oracle.area(portal text) returns table (content_id text, area text)
    language sql stable
as $$
    select distinct j ->> 'course_id', m.area
    from oracle.rows_of(portal, 'kcm_content_mapping') j
    join oracle.area_meaning(portal) m on m.id = j ->> 'competency_area_id'
    where m.area is not null and not oracle.is_missing(j ->> 'course_id')
$$;

-- the competency themes that a content is mapped to
create function oracle.theme(portal text) returns table (content_id text, theme_id text)
    language sql stable
as $$
    select distinct j ->> 'course_id', j ->> 'competency_theme_id'
    from oracle.rows_of(portal, 'kcm_content_mapping') j
    where not oracle.is_missing(j ->> 'course_id') and not oracle.is_missing(j ->> 'competency_theme_id')
$$;

-- the contents about gender or climate
create function oracle.tagged(portal text) returns table (content_id text, tag text)
    language sql stable
as $$
    select j ->> 'content_id', j ->> 'tag' from oracle.rows_of(portal, 'register_content_tag') j
    union
    select t.content_id, j ->> 'tag'
    from oracle.rows_of(portal, 'register_competency_tag') j
    join oracle.theme(portal) t on t.theme_id = j ->> 'competency_theme_id'
$$;

-- ---------------------------------------------------------------------------
-- Capacity Building Plans
-- ---------------------------------------------------------------------------

-- Divides a text at its bars, but not at those inside double quotes
create function oracle.segments(x text) returns text[]
    language plpgsql immutable
as $$
declare
    result text[] := '{}';
    segment text := '';
    quoted boolean := false;
    c text;
begin
    foreach c in array string_to_array(x, null) loop
        if c = '"' then
            quoted := not quoted;
        end if;
        if c = '|' and not quoted then
            result := result || segment;
            segment := '';
        else
            segment := segment || c;
        end if;
    end loop;
    return result || segment;
end $$;

-- the values of one segment, folded
create function oracle.segment_values(segment text) returns text[]
    language sql immutable
    return case when left(oracle.trimmed(segment), 1) = '"'
        then (select array_agg(oracle.fold(m[1])) from regexp_matches(segment, '"([^"]*)"', 'g') m)
        else array[oracle.fold(segment)] end;

-- The conditions of a plan's row, all of which an official has to meet. NULL: the row makes no sense.
-- No condition at all ({}): everybody.
create function oracle.conditions(allotment_type text, allotment_to text) returns jsonb
    language plpgsql immutable
as $$
declare
    kind text := oracle.fold(allotment_type);
    names text[];
    parts text[];
    result jsonb := '[]';
begin
    if oracle.is_missing(allotment_type) then
        return null;
    elsif kind = 'alluser' then
        return '[]';
    elsif oracle.is_missing(allotment_to) then
        return null;
    elsif kind = 'customuser' then
        return jsonb_build_array(jsonb_build_object('attribute', 'user', 'values',
            array[oracle.fold(allotment_to)]));
    elsif kind = 'designation' and left(oracle.trimmed(allotment_to), 1) <> '"' then
        -- the old model's designation: the whole text, whatever is in it
        return jsonb_build_array(jsonb_build_object('attribute', kind, 'values',
            array[oracle.fold(allotment_to)]));
    end if;
    names := string_to_array(allotment_type, '|');
    parts := oracle.segments(allotment_to);
    if cardinality(names) <> cardinality(parts) then
        return null;
    end if;
    for i in 1 .. cardinality(names) loop
        if oracle.fold(names[i]) not in ('mdo_id', 'user', 'designation', 'cadre', 'groups', 'cadre_batch',
            'civil_services',
                'is_verified_karmayogi', 'is_on_central_deputation')
            or oracle.trimmed(parts[i]) = '' then
            return null;
        end if;
        result := result || jsonb_build_object('attribute', oracle.fold(names[i]), 'values',
            oracle.segment_values(parts[i]));
    end loop;
    return result;
end $$;

create function oracle.meets(j jsonb, condition jsonb) returns boolean
    language sql immutable
as $$
    select exists (
        select
        from jsonb_array_elements_text(condition -> 'values') v
        where case
            when condition ->> 'attribute' like 'is\_%'
                then oracle.truth(v) = oracle.truth(j ->> (condition ->> 'attribute'))
            else v = oracle.fold(oracle.known(j ->> case condition ->> 'attribute' when 'user' then 'user_id'
                else condition ->> 'attribute' end)) end)
$$;

create function oracle.plan_row(portal text)
    returns table (plan_id text, org_id text, content_id text, status text, due_on date, apar boolean,
        conditions jsonb)
    language sql stable
as $$
    select j ->> 'cb_plan_id', oracle.known(j ->> 'org_id'),
        oracle.known(btrim(j ->> 'content_id', E'[]" \t\n')),
        oracle.fold(j ->> 'status'), oracle.moment(j ->> 'due_by')::date, oracle.truth(j ->> 'isapar') is true,
        oracle.conditions(j ->> 'allotment_type', j ->> 'allotment_to')
    from oracle.rows_of(portal, 'cb_plan') j
$$;

-- (official, content) pairs that live plans allot
create function oracle.allotted_pair(portal text) returns table (user_id text, content_id text, due_on date,
    apar boolean)
    language sql stable
as $$
    with plan as materialized (
        select distinct p.org_id, p.content_id, p.due_on, p.apar, p.conditions
        from oracle.plan_row(portal) p
        where p.status = 'live' and p.content_id is not null and p.conditions is not null
    ),
    official as materialized (select o.user_id, o.mdo_id, o.j from oracle.official(portal) o)
    select o.user_id, p.content_id, max(p.due_on), bool_or(p.apar)
    from plan p join official o on p.org_id is null or p.org_id = o.mdo_id
    where not exists (select from jsonb_array_elements(p.conditions) c where not oracle.meets(o.j, c))
    group by o.user_id, p.content_id
$$;

-- ---------------------------------------------------------------------------
-- Enrolments: one row per registered official and content
-- ---------------------------------------------------------------------------
create function oracle.enrolled_pair(portal text)
    returns table (user_id text, content_id text, completed boolean, certificated boolean,
        completed_at timestamp, accessed_at timestamp)
    language sql stable
as $$
    with enrolment as (
        select j ->> 'user_id' as user_id, j ->> 'content_id' as content_id,
            j ->> 'user_consumption_status' = 'completed' is true as completed,
            length(j ->> 'certificate_id') > 5 is true as certificated,
            oracle.moment(j ->> 'first_completed_on') as first_on,
            oracle.moment(j ->> 'last_completed_on') as last_on,
            oracle.moment(j ->> case when j ? 'content_last_accessed_on' then 'content_last_accessed_on'
                else 'last_accessed_on' end) as accessed_at
        from oracle.rows_of(portal, 'user_enrolments') j
        where j ->> 'user_consumption_status' is distinct from 'not-enrolled'
            and not oracle.is_missing(j ->> 'content_id')
    )
    select e.user_id, e.content_id, bool_or(e.completed), bool_or(e.certificated),
        min(least(e.first_on, e.last_on)) filter (where e.completed), max(e.accessed_at)
    from enrolment e
    where e.user_id in (select o.user_id from oracle.official(portal) o)
    group by e.user_id, e.content_id
$$;

create function oracle.allotment(portal text, as_of date)
    returns table (user_id text, content_id text, due_on date, apar boolean, completed boolean,
        in_time boolean, overdue boolean)
    language sql stable
as $$
    select a.user_id, a.content_id, a.due_on, a.apar,
        e.completed is true,
        (e.completed and e.completed_at < a.due_on + 1) is true,
        (e.completed is not true and a.due_on + 1 <= as_of) is true
    from oracle.allotted_pair(portal) a
    left join oracle.enrolled_pair(portal) e on e.user_id = a.user_id and e.content_id = a.content_id
$$;

-- seconds of events that an official completed with a certificate
create function oracle.event_seconds(portal text) returns table (user_id text, seconds bigint)
    language sql stable
as $$
    with event as (
        select j ->> 'event_id' as event_id, max(oracle.seconds(j ->> 'duration')) as seconds
        from oracle.rows_of(portal, 'events') j group by 1
    ),
    attended as (
        select j ->> 'user_id' as user_id, j ->> 'event_id' as event_id,
            max(oracle.seconds(j ->> 'duration')) as seconds
        from oracle.rows_of(portal, 'events_enrolment') j
        where j ->> 'status' = 'completed' and length(j ->> 'certificate_id') > 5
            and not oracle.is_missing(j ->> 'event_id')
        group by 1, 2
    )
    select a.user_id, sum(coalesce(e.seconds, a.seconds, 0))::bigint
    from attended a left join event e using (event_id)
    group by a.user_id
$$;

-- ---------------------------------------------------------------------------
-- official_progress and course_progress
-- ---------------------------------------------------------------------------
create function oracle.official_progress(portal text, as_of date)
    returns table (user_id text, mdo_id text, md_id text, ministry_id text, state_code text,
        designation text, service_group text,
        gender text, pwd boolean, government_email boolean, registered_on date, enrolled bigint,
            completed bigint, certificates bigint,
        learning_seconds bigint, karma_points bigint, last_active_on date, cbp_allotted bigint,
            cbp_completed bigint,
        cbp_in_time bigint, cbp_overdue bigint, apar_allotted bigint, apar_completed bigint, apar_met boolean)
    language sql stable
as $$
    with enrolment as (
        select e.user_id, count(*) as enrolled, count(*) filter (where e.completed) as completed,
            count(*) filter (where e.certificated) as certificates,
            sum(c.seconds) filter (where e.completed and e.certificated) as seconds,
            max(e.accessed_at)::date as last_active_on
        from oracle.enrolled_pair(portal) e left join oracle.content(portal) c on c.content_id = e.content_id
        group by e.user_id
    ),
    allotment as (
        select a.user_id, count(*) as allotted, count(*) filter (where a.completed) as completed,
            count(*) filter (where a.in_time) as in_time, count(*) filter (where a.overdue) as overdue,
            count(*) filter (where a.apar) as apar_allotted,
                count(*) filter (where a.apar and a.completed) as apar_completed
        from oracle.allotment(portal, as_of) a
        group by a.user_id
    )
    select o.user_id, o.mdo_id, o.md_id, o.ministry_id, o.state_code,
        oracle.trimmed(oracle.known(o.j ->> 'designation')), oracle.trimmed(oracle.known(o.j ->> 'groups')),
            o.gender, o.pwd,
        oracle.government_email(o.j ->> 'email'), oracle.moment(o.j ->> 'user_registration_date')::date,
        coalesce(e.enrolled, 0), coalesce(e.completed, 0), coalesce(e.certificates, 0),
        coalesce(e.seconds, 0)::bigint + coalesce(v.seconds, 0), (o.j ->> 'no_of_karma_points')::bigint,
            e.last_active_on,
        coalesce(a.allotted, 0), coalesce(a.completed, 0), coalesce(a.in_time, 0), coalesce(a.overdue, 0),
        coalesce(a.apar_allotted, 0), coalesce(a.apar_completed, 0),
        case when a.apar_allotted > 0 then a.apar_completed * 2 >= a.apar_allotted end
    from oracle.official(portal) o
    left join enrolment e on e.user_id = o.user_id
    left join allotment a on a.user_id = o.user_id
    left join oracle.event_seconds(portal) v on v.user_id = o.user_id
$$;

create function oracle.course_progress(portal text)
    returns table (content_id text, live boolean, rating numeric, enrolled bigint, completed bigint,
        certificates bigint, plans bigint, allotted bigint, competency_areas text[], tags text[])
    language sql stable
as $$
    with enrolment as materialized (
        select e.content_id, count(*) as enrolled, count(*) filter (where e.completed) as completed,
            count(*) filter (where e.certificated) as certificates
        from oracle.enrolled_pair(portal) e group by e.content_id
    ),
    allotment as materialized (select a.content_id, count(*) as allotted
        from oracle.allotted_pair(portal) a group by a.content_id),
    plan as materialized (
        select p.content_id, count(distinct p.plan_id) as plans from oracle.plan_row(portal) p
            where p.status = 'live' group by p.content_id
    )
    select c.content_id, c.live, c.rating, coalesce(e.enrolled, 0), coalesce(e.completed, 0),
        coalesce(e.certificates, 0), coalesce(p.plans, 0),
        coalesce(a.allotted, 0),
        array(select r.area from oracle.area(portal) r where r.content_id = c.content_id order by r.area),
        array(select t.tag from oracle.tagged(portal) t where t.content_id = c.content_id order by t.tag)
    from oracle.content(portal) c
    left join enrolment e on e.content_id = c.content_id
    left join allotment a on a.content_id = c.content_id
    left join plan p on p.content_id = c.content_id
$$;

\ir oracle_indicators.sql

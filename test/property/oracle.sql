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
    )
    select c.mdo_id, c.mdo_name,
        case when not yes then c.department
            else coalesce((select d.mdo_id from chosen d
                where oracle.fold(d.mdo_name) = oracle.fold(c.department)
                -- of the same ministry, or of none as this one
                order by (oracle.fold(d.ministry) is not distinct from oracle.fold(c.ministry)) desc,
                    d.mdo_id collate "C" limit 1), c.department) end,
        case when not yes then c.ministry
            else coalesce((select m.mdo_id from chosen m where oracle.fold(m.mdo_name) = oracle.fold(c.ministry)
                order by (m.ministry is null and m.department is null) desc, m.mdo_id collate "C" limit 1),
                    c.ministry) end
    from chosen c, by_name
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
    from (select o.md_id, min(o.ministry_id collate "C") filter (where o.known) as ministry_id,
            min(o.state_code collate "C") filter (where o.known) as state_code, bool_or(o.known) as known
        from org o group by o.md_id) md
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

-- ---------------------------------------------------------------------------
-- Indicators
-- ---------------------------------------------------------------------------

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
create function oracle.report(portal text, as_of date)
    returns table (indicator text, entity_id text, n bigint, d bigint, verified boolean)
    language sql stable
as $$
    select distinct on (j ->> 'indicator', j ->> 'entity_id' collate "C")
        j ->> 'indicator', j ->> 'entity_id', (j ->> 'numerator')::bigint, (j ->> 'denominator')::bigint,
        (j ->> 'accepted')::boolean is true
    from oracle.rows_of(portal, 'register_report') j
    where (j ->> 'accepted')::boolean is not false and (j ->> 'period_start')::date <= as_of
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
        from progress p, lateral (values ('mdo', p.mdo_id), ('md', p.md_id), ('ministry', p.ministry_id),
            ('state', p.state_code),
            ('government', 'government')) u (level, entity_id)
        where u.entity_id is not null
        group by u.level, u.entity_id
    ),
    against_strength as (
        select i.indicator, u.level, u.entity_id, i.category, coalesce(i.n, 0) as n, s.strength,
            i.indicator = '2.4' and not exists (select
                from oracle.rows_of(portal, 'register_pwd_official')) as not_reported
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
        from progress p, lateral (values ('mdo', p.mdo_id), ('md', p.md_id), ('ministry', p.ministry_id),
            ('state', p.state_code),
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
    -- a report takes its place, once it is verified
    of_md as (
        select o.md_id, o.ministry_id, o.state_code, o.indicator, coalesce(r.n, o.n) as n, coalesce(r.d, o.d) as d,
            r.verified
        from of_md_computed o
        left join oracle.report(portal, as_of) r
            on r.indicator = o.indicator and r.entity_id = o.md_id and r.verified
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
    tag as materialized (select j ->> 'competency_theme_id' as theme_id, j ->> 'tag' as tag
        from oracle.rows_of(portal, 'register_competency_tag') j),
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
        from official o, lateral (values ('mdo', o.mdo_id), ('md', o.md_id), ('ministry', o.ministry_id),
            ('state', o.state_code), ('government', 'government')) u (level, entity_id)
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
                        where j ->> 'tag' = i.tag)
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

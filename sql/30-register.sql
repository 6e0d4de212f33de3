-- Part 30: the register - what only people know. Sanctioned strength, persons
-- with disabilities, Know-Your-Ministry courses, and the settings that shape
-- published figures. The register belongs to karmayogi and is dumped.

create table karmayogi.setting (
    name text collate "C" primary key,
    value text not null,
    shipped text not null,
    description text not null
);
select pg_catalog.pg_extension_config_dump('karmayogi.setting', 'where value <> shipped');
comment on table karmayogi.setting is
    'Settings that shape published figures; they are data, so that a dump carries them. Change one with set_setting(name, value).';
comment on column karmayogi.setting.name is 'Name of the setting.';
comment on column karmayogi.setting.value is 'The value that holds.';
comment on column karmayogi.setting.description is 'What it does.';
comment on column karmayogi.setting.shipped is 'The value that karmayogi was shipped with.';

insert into karmayogi.setting (name, value, shipped, description)
select s.name, s.value, s.value, s.description
  from (values
    ('top_performers', '5', 'How many M/Ds the view top_performers shows (OM of 18 December 2024: top 5).'),
    ('size_classes', 'XS:0,S:1001,M:2501,L:5001,XL:10001,XXL:50001', 'Size classes, each with the least number of registered officials.'),
    ('report_due_days', '15', 'Days after the end of its period by which a report is due.'),
    ('reporting_since', '2024-08-08', 'The day from which reports are expected: the first period is the one it lies in (OM T-28/62/2024-iGOT of 8 August 2024).'),
    ('generated_gap_hours', '24', 'A refresh is refused where two tables were generated further apart.'),
    ('mixed_hours', '12', 'A refresh is refused where rows of one table were generated further apart: it holds two nights; also where since the last snapshot one table has come on by that much more than another.'),
    ('stale_hours', '48', 'Where the portal was last generated longer before the as-of day, the refresh says so: its loader may have stopped.'),
    ('fall_warn_percent', '20', 'A fall of a count below the last snapshot by more is a warning.'),
    ('fall_refuse_percent', '40', 'A fall of a count below the last snapshot by more is refused.'),
    ('grown_percent', '1', 'A refresh is refused where a table of the portal has grown by more percent, and by more than 64 kB, while it was read: its load goes on.'),
    ('unreadable_percent', '1', 'A refresh is refused where more of a needed column is unreadable.'),
    ('unknown_user_percent', '1', 'A refresh is refused where more enrolments are of users that user_detail lacks.'),
    ('small_count_floor', '5', 'Counts of officials with disabilities, or of one gender, below it are hidden from readers, and whatever would give them away by subtraction; 0: nothing is hidden (SPEC 10).')
  ) s (name, value, description);

create function karmayogi.setting(name text) returns text
language plpgsql stable strict
set search_path = pg_catalog, pg_temp as
$$
begin
    return (select s.value from karmayogi.setting s where s.name = setting.name);
end
$$;
comment on function karmayogi.setting(text) is 'The value of a setting, NULL for a name that there is not.';

create function karmayogi.set_setting(name text, value text) returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
begin
    if not exists (select from karmayogi.setting s where s.name = set_setting.name) then
        raise exception 'unknown setting "%"', set_setting.name
            using errcode = 'invalid_parameter_value',
                  detail = 'Settings are ' || (select string_agg(s.name, ', ' order by s.name) from karmayogi.setting s) || '.',
                  hint = 'Table karmayogi.setting describes them.';
    end if;
    if set_setting.name = 'size_classes' then
        if not set_setting.value ~ '^\w+:0(,\w+:[0-9]{1,9})*$'
           or exists (select from (select split_part(c.item, ':', 2)::int as least, lag(split_part(c.item, ':', 2)::int) over (order by c.position) as before
                                     from unnest(string_to_array(set_setting.value, ',')) with ordinality c (item, position)) b
                       where b.least <= b.before)
           or exists (select from unnest(string_to_array(set_setting.value, ',')) c (item)
                       group by split_part(c.item, ':', 1) having count(*) > 1) then
            raise exception 'invalid size classes "%"', set_setting.value
                using errcode = 'invalid_parameter_value',
                      detail = 'Classes are name:least, joined by commas, the first from 0, each from more officials than the one before; no name stands twice.',
                      hint = 'For instance XS:0,S:1001,M:2501,L:5001,XL:10001,XXL:50001.';
        end if;
    elsif set_setting.name = 'reporting_since' then
        if not (case when set_setting.value ~ '^20[0-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
                     then to_char(to_date(set_setting.value, 'YYYY-MM') + (right(set_setting.value, 2)::int - 1), 'YYYY-MM-DD') = set_setting.value
                     else false end) then
            raise exception 'invalid value "%" of setting "%"', set_setting.value, set_setting.name
                using errcode = 'invalid_parameter_value',
                      detail = 'The value is a day of this century, written YYYY-MM-DD.',
                      hint = (select s.description from karmayogi.setting s where s.name = set_setting.name);
        end if;
    elsif not set_setting.value ~ (case when set_setting.name in ('top_performers', 'report_due_days', 'small_count_floor') then '^[0-9]{1,6}$'
                                        when set_setting.name like '%percent' then '^([0-9]{1,2}(\.[0-9]{1,4})?|100)$'
                                        else '^[0-9]{1,6}(\.[0-9]{1,4})?$' end) then
        raise exception 'invalid value "%" of setting "%"', set_setting.value, set_setting.name
            using errcode = 'invalid_parameter_value',
                  detail = format('The value is %s.', case when set_setting.name in ('top_performers', 'report_due_days', 'small_count_floor') then 'a whole number of 0 or more'
                                                          when set_setting.name like '%percent' then 'a percentage from 0 to 100'
                                                          else 'a number of 0 or more' end),
                  hint = (select s.description from karmayogi.setting s where s.name = set_setting.name);
    end if;
    -- a refresh that has decided by the old floor and not committed would publish by it
    if set_setting.name = 'small_count_floor' then
        perform karmayogi.take_turn();
    end if;
    update karmayogi.setting s set value = set_setting.value where s.name = set_setting.name;
    -- readers shall not wait for the next night; what was published before it keeps its own decision
    if set_setting.name = 'small_count_floor' and karmayogi.newest_snapshot() is not null then
        perform karmayogi.apply_floor(karmayogi.newest_snapshot());
    end if;
end
$$;
comment on function karmayogi.set_setting(text, text) is
    'Changes a setting: how a portal is judged, and size classes, from the next snapshot on; top_performers, report_due_days, reporting_since and small_count_floor (of the newest snapshot) at once. Errors: invalid_parameter_value for an unknown name or an impossible value; lock_not_available for small_count_floor while a refresh runs.';

-- A dump holds only the settings that were changed; on restore their rows are
-- there already, so the changed value takes the place of the shipped one.
create function karmayogi.setting_restored() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp as
$$
begin
    update karmayogi.setting s set value = new.value where s.name = new.name;
    return case when found then null else new end;
end
$$;
comment on function karmayogi.setting_restored() is 'Private: trigger that lets a restored setting replace the shipped one.';
create trigger restored before insert on karmayogi.setting for each row execute function karmayogi.setting_restored();
-- a threshold that is not there would refuse nothing
create function karmayogi.keep_settings() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp as
$$
begin
    raise exception 'a setting is changed, not deleted'
        using errcode = 'object_not_in_prerequisite_state',
              detail = 'What is published depends on every one of them.',
              hint = 'Call karmayogi.set_setting(name, value); column shipped has the value that it came with.';
end
$$;
comment on function karmayogi.keep_settings() is 'Private: trigger that keeps settings from being deleted.';
create trigger kept before delete or truncate on karmayogi.setting for each statement execute function karmayogi.keep_settings();

create function karmayogi.today() returns date
language sql stable parallel safe
return (now() at time zone 'Asia/Kolkata')::date;
comment on function karmayogi.today() is 'The date in India now, the default as-of.';

-- States and Union Territories

create table karmayogi.state_ut (
    state_code text collate "C" primary key,
    state_name text collate "C" not null unique,
    union_territory boolean not null,
    aliases text[] collate "C" not null default '{}'
);
comment on table karmayogi.state_ut is
    'The 28 States and 8 Union Territories. A top-level organisation whose name is one of them (any case, blanks trimmed) is that State/UT. SPEC 5.';
comment on column karmayogi.state_ut.state_name is 'Official name.';
comment on column karmayogi.state_ut.union_territory is 'A Union Territory, not a State.';
comment on column karmayogi.state_ut.state_code is 'ISO 3166-2 code.';
comment on column karmayogi.state_ut.aliases is 'Other names under which the portal may know it; "Government of NAME" is understood as well.';

insert into karmayogi.state_ut (state_code, state_name, union_territory, aliases) values
    ('IN-AN', 'Andaman and Nicobar Islands', true, '{"Andaman & Nicobar Islands","Andaman and Nicobar","Andaman & Nicobar","UT of Andaman and Nicobar Islands"}'),
    ('IN-AP', 'Andhra Pradesh', false, '{}'),
    ('IN-AR', 'Arunachal Pradesh', false, '{}'),
    ('IN-AS', 'Assam', false, '{}'),
    ('IN-BR', 'Bihar', false, '{}'),
    ('IN-CG', 'Chhattisgarh', false, '{"Chattisgarh"}'),
    ('IN-CH', 'Chandigarh', true, '{"UT of Chandigarh","Chandigarh Administration"}'),
    ('IN-DH', 'Dadra and Nagar Haveli and Daman and Diu', true, '{"Dadra & Nagar Haveli and Daman & Diu","Dadra and Nagar Haveli & Daman and Diu","Dadra & Nagar Haveli & Daman & Diu","DNHDD","Dadra and Nagar Haveli","Dadra & Nagar Haveli","Daman and Diu","Daman & Diu"}'),
    ('IN-DL', 'Delhi', true, '{"NCT of Delhi","GNCT of Delhi","GNCTD","National Capital Territory of Delhi","Government of NCT of Delhi"}'),
    ('IN-GA', 'Goa', false, '{}'),
    ('IN-GJ', 'Gujarat', false, '{}'),
    ('IN-HP', 'Himachal Pradesh', false, '{}'),
    ('IN-HR', 'Haryana', false, '{}'),
    ('IN-JH', 'Jharkhand', false, '{}'),
    ('IN-JK', 'Jammu and Kashmir', true, '{"Jammu & Kashmir","UT of Jammu and Kashmir","J&K"}'),
    ('IN-KA', 'Karnataka', false, '{}'),
    ('IN-KL', 'Kerala', false, '{"Keralam","Government of Keralam"}'),
    ('IN-LA', 'Ladakh', true, '{"UT of Ladakh"}'),
    ('IN-LD', 'Lakshadweep', true, '{"UT of Lakshadweep"}'),
    ('IN-MH', 'Maharashtra', false, '{}'),
    ('IN-ML', 'Meghalaya', false, '{}'),
    ('IN-MN', 'Manipur', false, '{}'),
    ('IN-MP', 'Madhya Pradesh', false, '{}'),
    ('IN-MZ', 'Mizoram', false, '{}'),
    ('IN-NL', 'Nagaland', false, '{}'),
    ('IN-OD', 'Odisha', false, '{"Orissa"}'),
    ('IN-PB', 'Punjab', false, '{}'),
    ('IN-PY', 'Puducherry', true, '{"Pondicherry","UT of Puducherry"}'),
    ('IN-RJ', 'Rajasthan', false, '{}'),
    ('IN-SK', 'Sikkim', false, '{}'),
    ('IN-TN', 'Tamil Nadu', false, '{"Tamilnadu"}'),
    ('IN-TR', 'Tripura', false, '{}'),
    ('IN-TS', 'Telangana', false, '{}'),
    ('IN-UK', 'Uttarakhand', false, '{"Uttaranchal"}'),
    ('IN-UP', 'Uttar Pradesh', false, '{}'),
    ('IN-WB', 'West Bengal', false, '{}');
update karmayogi.state_ut set aliases = aliases || ('Government of ' || state_name);

create function karmayogi.state_code(name text) returns text
language sql stable strict parallel safe
begin atomic
    select s.state_code
      from karmayogi.state_ut s
     where karmayogi.portal_fold($1) = karmayogi.portal_fold(s.state_name)
        or exists (select from unnest(s.aliases) a (name) where karmayogi.portal_fold(a.name) = karmayogi.portal_fold($1))
     order by s.state_code limit 1;
end;
comment on function karmayogi.state_code(text) is
    'ISO 3166-2 code of the State/UT of that name or alias (any case, blanks trimmed), else NULL. SPEC 5.';

-- Strength

create table karmayogi.strength (
    mdo_id text collate "C" not null,
    effective_on date not null,
    officials bigint not null check (officials >= 0),
    women bigint check (women >= 0),
    pwd bigint check (pwd >= 0),
    covers text collate "C" not null default 'own' check (covers in ('own', 'attached')),
    entered_by name not null default session_user,
    entered_at timestamptz not null default clock_timestamp(),
    check (women <= officials),
    check (pwd <= officials),
    primary key (mdo_id, covers, effective_on)
);
select pg_catalog.pg_extension_config_dump('karmayogi.strength', '');
comment on table karmayogi.strength is
    'Sanctioned strength, the denominator of on-boarding, entered by the organisation; of each mdo_id and covers the latest row not after the as-of date holds. Errors: check_violation with a hint for impossible figures. SPEC 5.';
comment on column karmayogi.strength.mdo_id is 'The organisation, as in the portal''s org_hierarchy.';
comment on column karmayogi.strength.effective_on is 'The day from which the figures hold.';
comment on column karmayogi.strength.officials is 'Sanctioned officials.';
comment on column karmayogi.strength.women is 'Of them posts held by women; NULL: not entered.';
comment on column karmayogi.strength.pwd is 'Of them persons with disabilities; NULL: not entered.';
comment on column karmayogi.strength.covers is
    'own: the officials of this organisation alone; attached: of everything whose M/D it is, which wins over the sum of the parts at level md.';
comment on column karmayogi.strength.entered_by is 'The session user who entered the row.';
comment on column karmayogi.strength.entered_at is 'The clock when it was entered.';

create function karmayogi.strength_fault(mdo_id text, effective_on date, officials bigint, women bigint, pwd bigint, covers text,
                                         out message text, out detail text, out hint text)
language plpgsql stable
set search_path = pg_catalog, pg_temp as
$$
declare
    wrong constant text := case
        when karmayogi.portal_is_missing(mdo_id) or mdo_id is null then 'no organisation is named'
        when effective_on is null or not isfinite(effective_on) then 'the date is not a day'
        when officials is null then 'no officials are given'
        when officials < 0 or women < 0 or pwd < 0 then 'a strength is a count of 0 or more'
        when officials > 1000000000 then 'nobody has more than 1,000,000,000 officials'
        when women > officials then 'more women than officials'
        when pwd > officials then 'more persons with disabilities than officials'
        when covers is null or covers not in ('own', 'attached') then 'covers is own or attached' end;
begin
    if wrong is not null then
        message := format('impossible strength of organisation "%s": %s', mdo_id, wrong);
        detail := format('officials = %s, women = %s, pwd = %s, covers = %s, effective_on = %s.', coalesce(officials::text, 'NULL'),
                         coalesce(women::text, 'NULL'), coalesce(pwd::text, 'NULL'), coalesce(covers, 'NULL'),
                         case when isfinite(effective_on) then to_char(effective_on, 'YYYY-MM-DD') else coalesce(effective_on::text, 'NULL') end);
        hint := 'Enter the sanctioned figures; leave women or pwd NULL where they are not known.';
    end if;
end
$$;
comment on function karmayogi.strength_fault(text, date, bigint, bigint, bigint, text) is
    'Private: what is wrong with a strength, as an error would say it (message NULL: nothing); asked by the trigger of karmayogi.strength and by load_reports.';

create function karmayogi.strength_possible() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO' as
$$
declare
    fault record;
begin
    select f.* into fault
      from karmayogi.strength_fault(new.mdo_id, new.effective_on, new.officials, new.women, new.pwd, new.covers) f;
    if fault.message is not null then
        raise exception using message = fault.message, errcode = 'check_violation', detail = fault.detail, hint = fault.hint;
    end if;
    return new;
end
$$;
comment on function karmayogi.strength_possible() is 'Private: trigger that refuses impossible strengths with a hint.';
create trigger possible before insert or update on karmayogi.strength
    for each row execute function karmayogi.strength_possible();

create function karmayogi.sign_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp as
$$
begin
    new.entered_by := session_user;
    new.entered_at := clock_timestamp();
    return new;
end
$$;
comment on function karmayogi.sign_change() is 'Private: trigger by which a changed row of a register bears the name of who changed it.';
create trigger sign before update on karmayogi.strength
    for each row execute function karmayogi.sign_change();

create function karmayogi.strength_on(as_of date, out mdo_id text, out covers text, out officials bigint, out women bigint, out pwd bigint)
returns setof record language sql stable strict parallel safe
begin atomic
    select distinct on (s.mdo_id, s.covers) s.mdo_id, s.covers, s.officials, s.women, s.pwd
      from karmayogi.strength s
     where s.effective_on <= $1
     order by s.mdo_id, s.covers, s.effective_on desc;
end;
comment on function karmayogi.strength_on(date) is 'The strength rows that hold on a day. SPEC 5.';

-- Persons with disabilities, Know-Your-Ministry courses

create table karmayogi.pwd_official (
    user_id text collate "C" primary key check (user_id <> ''),
    entered_by name not null default session_user,
    entered_at timestamptz not null default clock_timestamp()
);
select pg_catalog.pg_extension_config_dump('karmayogi.pwd_official', '');
comment on table karmayogi.pwd_official is
    'Officials with disabilities (PwD), which no portal table knows. While it is empty, indicator 2.4 is not reported rather than zero. SPEC 5.';
comment on column karmayogi.pwd_official.user_id is 'The official, as in the portal''s user_detail.';
comment on column karmayogi.pwd_official.entered_by is 'The session user who entered the row.';
comment on column karmayogi.pwd_official.entered_at is 'The clock when it was entered.';
create trigger sign before update on karmayogi.pwd_official
    for each row execute function karmayogi.sign_change();

create table karmayogi.kym_course (
    mdo_id text collate "C" not null,
    content_id text collate "C" not null,
    entered_by name not null default session_user,
    entered_at timestamptz not null default clock_timestamp(),
    primary key (mdo_id, content_id)
);
select pg_catalog.pg_extension_config_dump('karmayogi.kym_course', '');
comment on table karmayogi.kym_course is
    'Know-Your-Ministry courses, the mandatory immersion programmes of indicator 4.3, where the content''s own name and provider do not tell. SPEC 7.';
comment on column karmayogi.kym_course.mdo_id is 'An organisation of the M/D whose immersion programme it is.';
comment on column karmayogi.kym_course.content_id is 'The course, as in the portal''s content.';
comment on column karmayogi.kym_course.entered_by is 'The session user who entered the row.';
comment on column karmayogi.kym_course.entered_at is 'The clock when it was entered.';
create trigger sign before update on karmayogi.kym_course
    for each row execute function karmayogi.sign_change();

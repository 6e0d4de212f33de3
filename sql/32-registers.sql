-- Part 32: registers of single facts that indicators need besides reports:
-- which competencies and contents are about gender or climate, the targets,
-- and the civil service training institutions. Small tables, entered by hand
-- or by COPY, dumped; a row that cannot be is refused with what is wrong.

-- What is about gender, what about climate

create table karmayogi.competency_tag (
    competency_theme_id text collate "C" not null,
    tag text collate "C" not null check (tag in ('gender', 'climate')),
    entered_by name not null default session_user,
    entered_at timestamptz not null default clock_timestamp(),
    primary key (competency_theme_id, tag)
);
select pg_catalog.pg_extension_config_dump('karmayogi.competency_tag', '');
comment on table karmayogi.competency_tag is
    'Competency themes that are gender related, or related to environment and climate change: indicators 8.1 to 8.6. Every content mapped to a tagged theme is tagged. Error: check_violation with a hint. SPEC 7.';
comment on column karmayogi.competency_tag.competency_theme_id is 'The theme, as in the portal''s kcm_dictionary and kcm_content_mapping.';
comment on column karmayogi.competency_tag.tag is 'gender or climate.';
comment on column karmayogi.competency_tag.entered_by is 'The session user who entered the row.';
comment on column karmayogi.competency_tag.entered_at is 'The clock when it was entered.';
create trigger sign before update on karmayogi.competency_tag
    for each row execute function karmayogi.sign_change();

create table karmayogi.content_tag (
    content_id text collate "C" not null,
    tag text collate "C" not null check (tag in ('gender', 'climate')),
    entered_by name not null default session_user,
    entered_at timestamptz not null default clock_timestamp(),
    primary key (content_id, tag)
);
select pg_catalog.pg_extension_config_dump('karmayogi.content_tag', '');
comment on table karmayogi.content_tag is
    'Contents that are tagged whatever competencies they are mapped to, for instance the courses identified on climate change and environmental and social risk (8.6). Error: check_violation with a hint. SPEC 7.';
comment on column karmayogi.content_tag.content_id is 'The content, as in the portal''s content.';
comment on column karmayogi.content_tag.tag is 'gender or climate.';
comment on column karmayogi.content_tag.entered_by is 'The session user who entered the row.';
comment on column karmayogi.content_tag.entered_at is 'The clock when it was entered.';
create trigger sign before update on karmayogi.content_tag
    for each row execute function karmayogi.sign_change();

create function karmayogi.tag_possible() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp as
$$
declare
    tagged text := case tg_table_name when 'content_tag' then to_jsonb(new) ->> 'content_id'
                        else to_jsonb(new) ->> 'competency_theme_id' end;
    wrong text := case
        when karmayogi.portal_is_missing(tagged) then 'nothing is named'
        when new.tag is null or new.tag not in ('gender', 'climate') then 'the tag is gender or climate' end;
begin
    if wrong is not null then
        raise exception 'impossible tag "%" of "%": %', new.tag, tagged, wrong
            using errcode = 'check_violation',
                  detail = format('A row of karmayogi.%s says what is about gender or about climate.', tg_table_name),
                  hint = case tg_table_name
                      when 'content_tag' then 'Give the content_id of the portal''s content, and tag gender or climate.'
                      else 'Give the competency_theme_id of the portal''s kcm_dictionary, and tag gender or climate.' end;
    end if;
    return new;
end
$$;
comment on function karmayogi.tag_possible() is 'Private: trigger that refuses impossible tags with a hint.';
create trigger possible before insert or update on karmayogi.competency_tag
    for each row execute function karmayogi.tag_possible();
create trigger possible before insert or update on karmayogi.content_tag
    for each row execute function karmayogi.tag_possible();

-- Targets

create table karmayogi.target (
    indicator text collate "C" not null,
    financial_year text collate "C" not null,
    target bigint not null check (target > 0),
    entered_by name not null default session_user,
    entered_at timestamptz not null default clock_timestamp(),
    primary key (indicator, financial_year)
);
select pg_catalog.pg_extension_config_dump('karmayogi.target', '');
comment on table karmayogi.target is
    'Targets that are the denominator of an indicator: 8.5, the climate competencies to be onboarded. The newest of a financial year not after that of the as-of date holds. Error: check_violation with a hint. SPEC 7.';
comment on column karmayogi.target.indicator is 'Code of the indicator; 8.5. Targets of 4.4 and 4.5 are reported, those of scores stand in the scheme.';
comment on column karmayogi.target.financial_year is 'From April to March, written 2026-27; the target holds from then on until a later one.';
comment on column karmayogi.target.target is 'The number aimed at, more than 0.';
comment on column karmayogi.target.entered_by is 'The session user who entered the row.';
comment on column karmayogi.target.entered_at is 'The clock when it was entered.';
create trigger sign before update on karmayogi.target
    for each row execute function karmayogi.sign_change();

create function karmayogi.target_possible() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp as
$$
declare
    year text[] := regexp_match(new.financial_year, '^([0-9]{4})-([0-9][0-9])$');
    wrong text := case
        when new.indicator is distinct from '8.5' then 'indicator 8.5 alone is measured against this register'
        when year is null or year[2]::int <> (year[1]::int + 1) % 100 then 'that is not a financial year'
        when new.target is null or new.target <= 0 then 'a target is a number above 0' end;
begin
    if wrong is not null then
        raise exception 'impossible target of indicator "%": %', new.indicator, wrong
            using errcode = 'check_violation',
                  detail = format('financial_year = %s, target = %s.', coalesce(new.financial_year, 'NULL'),
                                  coalesce(new.target::text, 'NULL')),
                  hint = 'Write for instance 8.5, 2026-27, 40. The targets of 4.4 and 4.5 are denominators of their reports, those of a score stand in its scheme.';
    end if;
    return new;
end
$$;
comment on function karmayogi.target_possible() is 'Private: trigger that refuses impossible targets with a hint.';
create trigger possible before insert or update on karmayogi.target
    for each row execute function karmayogi.target_possible();

create function karmayogi.target_on(indicator text, as_of date) returns bigint
language sql stable strict parallel safe
begin atomic
    select t.target
      from karmayogi.target t
     where t.indicator = $1 and t.financial_year <= karmayogi.financial_year($2)
     order by t.financial_year desc limit 1;
end;
comment on function karmayogi.target_on(text, date) is
    'The target of an indicator that holds on a day: the newest of a financial year not after that day''s; NULL where none is entered. SPEC 7.';

-- Training institutions

create table karmayogi.csti (
    institution_id text collate "C" primary key,
    name text not null,
    registered_on date,
    nscsti_level int check (nscsti_level between 1 and 5),
    stars int check (stars between 0 and 5),
    accredited_on date,
    qip_completed_on date,
    calendar_published_on date,
    centre_of_excellence_domain text,
    centre_of_excellence_on date,
    entered_by name not null default session_user,
    entered_at timestamptz not null default clock_timestamp()
);
select pg_catalog.pg_extension_config_dump('karmayogi.csti', '');
comment on table karmayogi.csti is
    'Civil service training institutions and where they stand with the National Standards (NSCSTI): indicators 7.2 to 7.4, 9.2 and 10.2, whose reports this register takes the place of. A date after the as-of date does not count yet. Error: check_violation with a hint. SPEC 7.';
comment on column karmayogi.csti.institution_id is 'Short name or mdo_id of the institution.';
comment on column karmayogi.csti.name is 'Name of the institution.';
comment on column karmayogi.csti.registered_on is 'Day of registration on the NSCSTI portal; NULL: not registered.';
comment on column karmayogi.csti.nscsti_level is 'Level awarded, 1 to 5; NULL: none.';
comment on column karmayogi.csti.stars is 'Stars awarded, 0 to 5; NULL: none.';
comment on column karmayogi.csti.accredited_on is 'Day of accreditation; NULL: not accredited.';
comment on column karmayogi.csti.qip_completed_on is 'Day on which the Quality Improvement Plan was completed; NULL: not completed.';
comment on column karmayogi.csti.calendar_published_on is 'Day on which the training calendar was uploaded to iGOT; NULL: not uploaded.';
comment on column karmayogi.csti.centre_of_excellence_domain is 'Domain for which it is, or is to become, a Centre of Excellence.';
comment on column karmayogi.csti.centre_of_excellence_on is 'Day on which it was certified as a Centre of Excellence; it counts in 9.2 with 4 stars or more.';
comment on column karmayogi.csti.entered_by is 'The session user who entered the row.';
comment on column karmayogi.csti.entered_at is 'The clock when it was entered.';
create trigger sign before update on karmayogi.csti
    for each row execute function karmayogi.sign_change();

create function karmayogi.csti_possible() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp as
$$
declare
    wrong text := case
        when karmayogi.portal_is_missing(new.institution_id) then 'no institution is named'
        when karmayogi.portal_is_missing(new.name) then 'it has no name'
        when new.nscsti_level not between 1 and 5 then 'levels are 1 to 5'
        when new.stars not between 0 and 5 then 'stars are 0 to 5'
        when not (isfinite(coalesce(new.registered_on, date 'epoch')) and isfinite(coalesce(new.accredited_on, date 'epoch'))
                  and isfinite(coalesce(new.qip_completed_on, date 'epoch'))
                  and isfinite(coalesce(new.calendar_published_on, date 'epoch'))
                  and isfinite(coalesce(new.centre_of_excellence_on, date 'epoch'))) then 'a date is not a day'
        when new.accredited_on < new.registered_on then 'accredited before it was registered'
        when new.centre_of_excellence_on is not null and karmayogi.portal_is_missing(new.centre_of_excellence_domain)
            then 'a Centre of Excellence of no domain' end;
begin
    if wrong is not null then
        raise exception 'impossible row of institution "%": %', new.institution_id, wrong
            using errcode = 'check_violation',
                  detail = format('registered_on = %s, nscsti_level = %s, stars = %s, accredited_on = %s, centre_of_excellence_domain = %s, centre_of_excellence_on = %s.',
                                  coalesce(new.registered_on::text, 'NULL'), coalesce(new.nscsti_level::text, 'NULL'),
                                  coalesce(new.stars::text, 'NULL'), coalesce(new.accredited_on::text, 'NULL'),
                                  coalesce(new.centre_of_excellence_domain, 'NULL'), coalesce(new.centre_of_excellence_on::text, 'NULL')),
                  hint = 'Enter what is certified, and leave NULL what has not happened or is not known.';
    end if;
    return new;
end
$$;
comment on function karmayogi.csti_possible() is 'Private: trigger that refuses impossible rows of institutions with a hint.';
create trigger possible before insert or update on karmayogi.csti
    for each row execute function karmayogi.csti_possible();


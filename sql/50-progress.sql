-- Part 50: where every official and every course stands, as of the last
-- refresh. First the tables, then the statements that fill them: the plain-SQL
-- reading of SPEC 5 and 6, one stage after the other. Each stage is a query
-- over the portal ({portal.X}), over earlier stages ({stage.X}) and over the
-- register; each portal table that is large is read by one stage only.

create table karmayogi.official_progress (
    user_id text collate "C" not null,
    mdo_id text collate "C",
    md_id text collate "C",
    ministry_id text collate "C",
    state_code text collate "C",
    designation text,
    service_group text,
    gender text collate "C" not null,
    pwd boolean not null,
    government_email boolean,
    registered_on date,
    enrolled int not null,
    completed int not null,
    certificates int not null,
    learning_seconds bigint not null,
    karma_points bigint,
    last_active_on date,
    cbp_allotted int not null,
    cbp_completed int not null,
    cbp_in_time int not null,
    cbp_overdue int not null,
    apar_allotted int not null,
    apar_completed int not null,
    apar_met boolean
) with (fillfactor = 90);  -- room for the few officials in a hundred that a night changes
-- until it has its key: a publication of all tables would refuse to have it changed
alter table karmayogi.official_progress replica identity full;
comment on table karmayogi.official_progress is
    'One row per registered official, as of the last refresh; ids in C collation; primary key user_id and an index on mdo_id, which the first refresh makes when it has filled the table. Not dumped: the next refresh fills it. Counts are of distinct contents. SPEC 5, 6.';
comment on column karmayogi.official_progress.user_id is 'The official, as in the portal''s user_detail.';
comment on column karmayogi.official_progress.mdo_id is 'Organisation; NULL where the portal names none.';
comment on column karmayogi.official_progress.md_id is 'M/D of the organisation.';
comment on column karmayogi.official_progress.ministry_id is 'Ministry of the organisation.';
comment on column karmayogi.official_progress.state_code is 'ISO 3166-2 code of the State/UT; NULL: central.';
comment on column karmayogi.official_progress.designation is 'Designation, trimmed.';
comment on column karmayogi.official_progress.service_group is 'Service group, trimmed.';
comment on column karmayogi.official_progress.gender is 'female, male, other or unknown, folded from free text.';
comment on column karmayogi.official_progress.pwd is 'Entered in karmayogi.pwd_official.';
comment on column karmayogi.official_progress.government_email is 'E-mail address under nic.in or gov.in; NULL where there is none.';
comment on column karmayogi.official_progress.registered_on is 'Day of registration; NULL where unreadable.';
comment on column karmayogi.official_progress.enrolled is 'Contents enrolled in; several batches are one.';
comment on column karmayogi.official_progress.completed is 'Contents completed in any batch.';
comment on column karmayogi.official_progress.certificates is 'Contents with a certificate (an id of more than 5 characters); 0 where the portal lacks certificate_id.';
comment on column karmayogi.official_progress.learning_seconds is 'Seconds of contents completed and certificated, once each, plus events completed and certificated.';
comment on column karmayogi.official_progress.karma_points is 'The portal''s karma points.';
comment on column karmayogi.official_progress.last_active_on is 'Last day on which a content was opened.';
comment on column karmayogi.official_progress.cbp_allotted is 'Contents allotted by live plans.';
comment on column karmayogi.official_progress.cbp_completed is 'Of them completed.';
comment on column karmayogi.official_progress.cbp_in_time is 'Of them completed before the end of the due day; 0 where the portal lacks the times of completion.';
comment on column karmayogi.official_progress.cbp_overdue is 'Of them not completed though the due day is over.';
comment on column karmayogi.official_progress.apar_allotted is 'Contents allotted by APAR plans (OM T-28/27/2025-iGOT of 4 July 2025); 0 where the portal lacks isapar.';
comment on column karmayogi.official_progress.apar_completed is 'Of them completed.';
comment on column karmayogi.official_progress.apar_met is 'At least half of the APAR contents, rounded up, are completed; NULL with none allotted.';

create table karmayogi.course_progress (
    content_id text collate "C" primary key,
    name text,
    provider_id text collate "C",
    provider_name text,
    content_type text,
    live boolean not null,
    language text,
    duration_seconds bigint,
    rating numeric,
    enrolled bigint not null,
    completed bigint not null,
    certificates bigint not null,
    competency_areas text[] not null,
    plans bigint not null,
    allotted bigint not null,
    tags text[] not null
);
comment on table karmayogi.course_progress is
    'One row per content of the portal, as of the last refresh. Officials are registered officials, distinct. Not dumped: the next refresh fills it. SPEC 6.';
comment on column karmayogi.course_progress.content_id is 'The content, as in the portal.';
comment on column karmayogi.course_progress.name is 'Name of the content.';
comment on column karmayogi.course_progress.provider_id is 'Organisation that provides it.';
comment on column karmayogi.course_progress.provider_name is 'Name of the provider.';
comment on column karmayogi.course_progress.content_type is 'Course, Program, Standalone Assessment, …';
comment on column karmayogi.course_progress.live is 'Its status is Live, in any case.';
comment on column karmayogi.course_progress.language is 'Language of the content.';
comment on column karmayogi.course_progress.duration_seconds is 'Duration; NULL where unreadable.';
comment on column karmayogi.course_progress.rating is 'Mean rating, 1 to 5; NULL: not rated.';
comment on column karmayogi.course_progress.enrolled is 'Officials enrolled.';
comment on column karmayogi.course_progress.completed is 'Officials who completed it.';
comment on column karmayogi.course_progress.certificates is 'Officials with a certificate for it.';
comment on column karmayogi.course_progress.competency_areas is 'Of behavioural, domain and functional those it is mapped to.';
comment on column karmayogi.course_progress.plans is 'Live plans that hold it.';
comment on column karmayogi.course_progress.allotted is 'Officials to whom it is allotted.';
comment on column karmayogi.course_progress.tags is
    'Of climate and gender those it is about: by content_tag, or by a theme of competency_tag that it is mapped to.';

-- The stages

create function karmayogi.competency_area(area_id text, area_name text) returns text
language sql immutable parallel safe
return case when area_name like 'behav%' then 'behavioural'
            when area_name like 'domain%' then 'domain'
            when area_name like 'funct%' then 'functional'
            when area_name is not null then null
            when area_id in ('COMAREA-000001', '1') then 'behavioural'
            when area_id in ('COMAREA-000002', '145') then 'domain'
            when area_id in ('COMAREA-000003', '56') then 'functional' end;
comment on function karmayogi.competency_area(text, text) is
    'Private: behavioural, domain or functional, by the folded name that the dictionary gives an area, else by the ids of versions 6 and 5 of the competency model; else NULL. SPEC 7.';

-- Which of the rows of an id counts: the one updated last; among those of the same time one that does not depend on
-- the order in which they are read.
create function karmayogi.settling_order() returns text
language sql immutable strict parallel safe
return $sql$karmayogi.try_portal_timestamp(u.profile_last_updated_date) desc nulls last,
          case when not karmayogi.portal_is_missing(u.mdo_id) then u.mdo_id end desc nulls last,
          u.status desc nulls last, u.profile_status desc nulls last,
          u.marked_as_not_my_user desc nulls last, u.designation desc nulls last,
          u.roles desc nulls last, u.gender desc nulls last, u.groups desc nulls last,
          u.email desc nulls last, u.user_registration_date desc nulls last,
          u.no_of_karma_points desc nulls last, u.cadre desc nulls last, u.cadre_batch desc nulls last,
          u.civil_services desc nulls last, u.is_verified_karmayogi desc nulls last,
          u.is_on_central_deputation desc nulls last,
          u.profile_last_updated_date desc nulls last$sql$;
comment on function karmayogi.settling_order() is
    'Private: the order in which, of the rows u of an id in user_detail, the first is the one that counts. SPEC 5.';

create function karmayogi.settled_sql(columns text) returns text
language sql immutable strict parallel safe
return format($sql$
select distinct on (u.user_id) %s
  from {portal.user_detail} u
 where not karmayogi.portal_is_missing(u.user_id)
 order by u.user_id, %s
$sql$, columns, karmayogi.settling_order());
comment on function karmayogi.settled_sql(text) is
    'Private: the statement that takes of the rows of each id in user_detail the one that counts. SPEC 5.';

-- A person as the portal's row tells. once: each id once, with the keys that plans compare; else every row that has an
-- id, as it comes. criteria: with what plans ask besides MDO and designation.
create function karmayogi.person_sql(once boolean, criteria boolean default true) returns text
language sql immutable parallel safe
begin atomic
select format($sql$
select %1$s p.user_id, p.mdo_id,
       karmayogi.portal_value(p.designation) as designation, karmayogi.portal_value(p.groups) as service_group,
       karmayogi.portal_gender(p.gender) collate "C" as gender,
       karmayogi.government_email(p.email) as government_email,
       karmayogi.try_portal_timestamp(p.user_registration_date)::date as registered_on,
       case when length(p.no_of_karma_points) between 1 and 18 and translate(p.no_of_karma_points, '0123456789', '') = ''
            then p.no_of_karma_points::bigint end as karma_points,
       karmayogi.portal_has_item(p.roles, 'MDO_LEADER') as mdo_leader,
       %2$s as criteria, p.unreadable,
       karmayogi.try_portal_timestamp(p.user_registration_date) is null
       and not karmayogi.portal_is_missing(p.user_registration_date) as unreadable_registration,
       coalesce(p.status not in ('0', '1'), true) as unknown_status, p.left_out is null as registered, p.left_out
  from (select d.*, karmayogi.left_out(d.status, d.marked_as_not_my_user, d.profile_status, d.designation, d.roles) as left_out
          from (%3$s) d) p
$sql$,
    case when once then $sql$(row_number() over (order by p.user_id))::int as user_no, karmayogi.portal_fold(p.user_id) as user_key,
       karmayogi.portal_fold(p.mdo_id) as mdo_key,
       karmayogi.portal_fold(karmayogi.portal_value(p.designation)) as designation_key,$sql$ end,
    case when criteria then 'array[p.cadre, p.groups, p.cadre_batch, p.civil_services, p.is_verified_karmayogi, p.is_on_central_deputation]'
         else 'null::text[]' end,
    case when once then karmayogi.settled_sql(c.columns)
         else format('select %s from {portal.user_detail} u where not karmayogi.portal_is_missing(u.user_id)', c.columns) end)
  from (values ($sql$u.user_id, case when not karmayogi.portal_is_missing(u.mdo_id) then u.mdo_id end as mdo_id, u.status,
                       u.profile_status, u.marked_as_not_my_user, u.designation, u.roles, u.gender, u.groups,
                       u.email, u.user_registration_date, u.no_of_karma_points, u.cadre, u.cadre_batch, u.civil_services,
                       u.is_verified_karmayogi, u.is_on_central_deputation,
                       (karmayogi.try_portal_timestamp(u.profile_last_updated_date) is null
                        and not karmayogi.portal_is_missing(u.profile_last_updated_date)) as unreadable$sql$)) c (columns);
end;
comment on function karmayogi.person_sql(boolean, boolean) is
    'Private: the statement that reads persons from user_detail: each id once, or every row; with the attributes that plans ask for, or without. SPEC 5.';

create function karmayogi.stage_sql(stage text) returns text
language sql immutable strict parallel safe
return case stage
-- Every person of user_detail once, and whether a registered official (SPEC 5).
when 'person' then karmayogi.person_sql(true)
-- The MDOs that registered officials name.
when 'mdo' then $sql$
select distinct p.mdo_id from {stage.person} p where p.registered and p.mdo_id is not null
$sql$
-- The tree of organisations: M/D, ministry and State/UT of each (SPEC 5).
when 'organisation' then $sql$
with chosen as (
    -- names of 255 characters, as in the portal's DDL: an index on longer ones would fail
    select distinct on (h.mdo_id) h.mdo_id,
           case when not karmayogi.portal_is_missing(h.mdo_name) then left(h.mdo_name, 255) end as mdo_name,
           case when not karmayogi.portal_is_missing(h.department_id) then h.department_id end as department_id,
           case when not karmayogi.portal_is_missing(h.ministry_id) then h.ministry_id end as ministry_id,
           case when not karmayogi.portal_is_missing(h.department) then left(h.department, 255) end as department,
           case when not karmayogi.portal_is_missing(h.ministry) then left(h.ministry, 255) end as ministry
      from {portal.org_hierarchy} h
     where not karmayogi.portal_is_missing(h.mdo_id)
     order by h.mdo_id, h.mdo_name desc nulls last, h.department_id desc nulls last, h.ministry_id desc nulls last,
              h.department desc nulls last, h.ministry desc nulls last
), flat as (
    select c.*, coalesce(c.department_id, c.department, c.ministry_id, c.ministry) is null as top,
           karmayogi.portal_fold(c.mdo_name) as name_key, karmayogi.portal_fold(c.ministry) as ministry_key
      from chosen c
), ministry as (
    select distinct on (f.mdo_id) f.mdo_id, n.mdo_id as ministry_id
      from flat f
      join flat n on n.name_key = f.ministry_key
     where f.ministry_id is null
     order by f.mdo_id, n.top desc, n.mdo_id
), under as (
    select f.*, coalesce(f.ministry_id, m.ministry_id, f.ministry) as over_id
      from flat f
      left join ministry m on m.mdo_id = f.mdo_id
), department as (
    -- a department known by its name only: every ministry and every State may have one of that name
    select f.mdo_id, min(n.mdo_id) as department_id
      from under f
      join under n on n.name_key = karmayogi.portal_fold(f.department) and (f.over_id is null or f.over_id in (n.over_id, n.mdo_id))
     where f.department_id is null
     group by f.mdo_id
), resolved as (
    select f.mdo_id, f.mdo_name, f.top, f.department, f.ministry, f.over_id as ministry_id,
           coalesce(f.department_id, d.department_id,
                    case when f.department is not null then concat_ws(' / ', f.over_id, f.department) end) as department_id
      from under f
      left join department d on d.mdo_id = f.mdo_id
), parent as (
    select distinct r.department_id as mdo_id from resolved r where r.department_id is not null and r.department_id <> r.mdo_id
), placed as (
    select r.mdo_id, r.mdo_name, r.top, true as known,
           case when r.department_id is not null then r.department_id
                when d.mdo_id is not null then r.mdo_id
                when r.ministry_id is not null then r.ministry_id
                else r.mdo_id end as md_id,
           case when r.department_id is not null then r.department else r.ministry end as md_text,
           coalesce(r.ministry_id, r.mdo_id) as ministry_id, r.ministry as ministry_text
      from resolved r
      left join parent d on d.mdo_id = r.mdo_id
     union all
    select p.mdo_id, null, false, false, p.mdo_id, null, p.mdo_id, null
      from {stage.mdo} p
     where not exists (select from resolved r where r.mdo_id = p.mdo_id)
), state as materialized (
    -- once for each of the few at the top, not for every organisation below them
    select p.mdo_id, karmayogi.state_code(p.mdo_name) as state_code
      from placed p
     where p.top and p.mdo_name is not null
)
select p.mdo_id, p.mdo_name, p.md_id, p.md_text, p.ministry_id, p.ministry_text, s.state_code collate "C" as state_code, p.known
  from placed p
  left join state s on s.mdo_id = p.ministry_id
$sql$
-- One row per content (SPEC 5, 6).
when 'content' then $sql$
select c.content_id, c.content_name, c.content_provider_id, c.content_provider_name, c.content_type, c.language,
       coalesce(karmayogi.portal_fold(c.content_status) = 'live', false) as live,
       coalesce(karmayogi.portal_fold(c.content_status) = 'live', false)
       and karmayogi.portal_fold(c.content_type) is distinct from 'standalone assessment' as course,
       karmayogi.portal_seconds(c.content_duration) as seconds,
       not karmayogi.portal_is_missing(c.content_duration) and karmayogi.portal_seconds(c.content_duration) is null as unreadable,
       case when c.rated then c.content_rating::numeric end as rating,
       not c.rated and not karmayogi.portal_is_missing(c.content_rating) as unreadable_rating
  from (select distinct on (x.content_id) x.*,
               coalesce(x.content_rating ~ '^\s*\d{1,20}(\.\d+)?([eE][-+]?\d{1,3})?\s*$', false) as rated
          from {portal.content} x
         where not karmayogi.portal_is_missing(x.content_id)
         order by x.content_id, coalesce(karmayogi.portal_fold(x.content_status) = 'live', false) desc,
                  karmayogi.try_portal_timestamp(x.last_published_on) desc nulls last,
                  x.content_status desc nulls last, x.content_name desc nulls last, x.content_type desc nulls last,
                  x.content_provider_id desc nulls last, x.content_provider_name desc nulls last,
                  x.content_duration desc nulls last, x.content_rating desc nulls last, x.language desc nulls last) c
$sql$
-- What each content teaches: areas and themes of competencies (SPEC 7).
when 'content_theme' then $sql$
select distinct m.course_id as content_id, karmayogi.competency_area(m.competency_area_id, k.name) collate "C" as area,
       case when not karmayogi.portal_is_missing(m.competency_theme_id) then m.competency_theme_id end as theme_id
  from {portal.kcm_content_mapping} m
  left join (select d.competency_area_id, max(karmayogi.portal_fold(d.competency_area)) as name
               from {portal.kcm_dictionary} d
              where not karmayogi.portal_is_missing(d.competency_area_id)
                and not karmayogi.portal_is_missing(d.competency_area)
              group by d.competency_area_id) k on k.competency_area_id = m.competency_area_id
 where not karmayogi.portal_is_missing(m.course_id)
$sql$
when 'content_area' then $sql$
select distinct t.content_id, t.area from {stage.content_theme} t where t.area is not null
$sql$
-- Themes of the dictionary, taught or tagged: their areas, whether a live course teaches them, what they are about.
when 'theme' then $sql$
with area as (
    select d.competency_area_id, karmayogi.competency_area(d.competency_area_id,
               max(karmayogi.portal_fold(d.competency_area)) filter (where not karmayogi.portal_is_missing(d.competency_area))) as area
      from {portal.kcm_dictionary} d
     where not karmayogi.portal_is_missing(d.competency_area_id)
     group by d.competency_area_id
), dictionary as (
    select d.competency_theme_id as theme_id,
           max(d.competency_theme) filter (where not karmayogi.portal_is_missing(d.competency_theme)) as theme,
           array_agg(distinct a.area order by a.area) filter (where a.area is not null) as areas
      from {portal.kcm_dictionary} d
      left join area a on a.competency_area_id = d.competency_area_id
     where not karmayogi.portal_is_missing(d.competency_theme_id)
     group by d.competency_theme_id
), taught as (
    select t.theme_id, bool_or(c.course) as course,
           array_agg(distinct t.area order by t.area) filter (where t.area is not null) as areas
      from {stage.content_theme} t
      left join {stage.content} c on c.content_id = t.content_id
     where t.theme_id is not null
     group by t.theme_id
), tagged as (
    select t.competency_theme_id as theme_id, bool_or(t.tag = 'gender') as gender, bool_or(t.tag = 'climate') as climate
      from karmayogi.competency_tag t
     group by t.competency_theme_id
)
select coalesce(x.theme_id, g.theme_id) as theme_id, x.theme, coalesce(x.areas, '{}') as areas,
       coalesce(x.in_dictionary, false) as in_dictionary, x.theme_id is not null as known, coalesce(x.course, false) as course,
       coalesce(g.gender, false) as gender, coalesce(g.climate, false) as climate
  from (select coalesce(d.theme_id, t.theme_id) as theme_id, d.theme,
               case when d.theme_id is not null then d.areas else t.areas end as areas,
               d.theme_id is not null as in_dictionary, t.course
          from dictionary d
          full join taught t on t.theme_id = d.theme_id) x
  full join tagged g on g.theme_id = x.theme_id
$sql$
-- Contents about gender or climate, of themselves or by a theme that they teach (SPEC 7).
when 'tag' then $sql$
select x.content_id, bool_or(x.tag = 'gender') as gender, bool_or(x.tag = 'climate') as climate,
       array_agg(distinct x.tag order by x.tag) as tags
  from (select t.content_id, t.tag from karmayogi.content_tag t
         union all
        select t.content_id, g.tag
          from {stage.content_theme} t
          -- a list: PostgreSQL takes a register that it never looked at for a long one, and workers would have to start
          join unnest(array(select c from karmayogi.competency_tag c)) g on g.competency_theme_id = t.theme_id) x
 group by x.content_id
$sql$
-- Rows of live and draft plans. Live rows that reach the same officials share an audience, whose texts, long ones, are
-- kept with the first of them. The fences: workers read the rows, and each is numbered once.
when 'plan' then $sql$
select p.cb_plan_id, p.org_id, p.live, p.content_id, p.due_on, p.unreadable, p.apar, (p.audience).audience_no,
       coalesce((p.audience).first_of_audience, false) as first_of_audience,
       case when (p.audience).first_of_audience then p.allotment_type end as allotment_type,
       case when (p.audience).first_of_audience then p.allotment_to end as allotment_to
  from (select r.*, karmayogi.audience_number(r.org_id, r.allotment_type, r.allotment_to, r.live) as audience
          from (select c.cb_plan_id, c.allotment_type, c.allotment_to, c.status = 'live' as live, c.due::date as due_on,
                       case when not karmayogi.portal_is_missing(c.org_id) then c.org_id end as org_id,
                       case when c.content_id <> '' and not karmayogi.portal_is_missing(c.content_id) then c.content_id end as content_id,
                       c.due is null and not karmayogi.portal_is_missing(c.due_by) as unreadable,
                       coalesce(karmayogi.portal_fold(c.isapar) in ('true', 't', 'yes', 'y', '1'), false) as apar
                  from (select x.cb_plan_id, x.org_id, x.allotment_type, x.allotment_to, x.due_by, x.isapar,
                               karmayogi.portal_fold(x.status) as status, btrim(x.content_id, E'[]" \t\n\r\f\x0b') as content_id,
                               karmayogi.try_portal_timestamp(x.due_by) as due
                          from {portal.cb_plan} x) c
                 where c.status in ('live', 'draft')
                offset 0) r
        offset 0) p
$sql$
when 'audience' then $sql$
select p.audience_no, p.org_id, p.allotment_type, p.allotment_to, c.intelligible, c.user_ids, c.mdo_ids, c.designations,
       c.other_criteria
  from {stage.plan} p
 cross join lateral karmayogi.allotment_audience(p.allotment_type, p.allotment_to) c
 where p.first_of_audience
$sql$
-- What each audience is allotted, and who is of each audience (SPEC 6).
when 'requirement' then $sql$
select p.audience_no, p.content_id, max(p.due_on) as due_on, bool_or(p.apar) as apar
  from {stage.plan} p
 where p.live and p.content_id is not null
 group by p.audience_no, p.content_id
$sql$
-- By rows no more numerous than need be: of MDOs the own one of a plan that has one is the only one that can meet, and
-- of officials who are named the designation is asked when they are there.
when 'reach' then $sql$
select a.audience_no, a.org_id, a.other_criteria, u.user_key, k.mdo_key, d.designation_key,
       coalesce(u.user_key, k.mdo_key, d.designation_key) is null as everybody
  from {stage.audience} a
 cross join lateral (values (karmayogi.portal_fold(a.org_id))) o (mdo_key)
  left join lateral unnest(a.user_ids) u (user_key) on true
  left join lateral unnest(a.mdo_ids) m (mdo_key) on o.mdo_key is null or m.mdo_key = o.mdo_key
  left join lateral unnest(a.designations) d (designation_key) on a.user_ids is null
 cross join lateral (values (coalesce(m.mdo_key, o.mdo_key))) k (mdo_key)
 where a.intelligible
   and (a.user_ids is null or u.user_key is not null) and (a.mdo_ids is null or m.mdo_key is not null)
   and (a.designations is null or a.user_ids is not null or d.designation_key is not null)
$sql$
-- Each kind of reach by the join that suits it; a join on everybody is one by hashing, too.
when 'member' then $sql$
select m.user_no, r.audience_no
  from {stage.reach} r
  join {stage.audience} a on a.audience_no = r.audience_no
  join {stage.person} m on m.user_key = r.user_key
 where m.registered
   and (r.org_id is null or m.mdo_id = r.org_id)
   and (r.mdo_key is null or m.mdo_key = r.mdo_key)
   and (a.designations is null or m.designation_key = any (a.designations))
   and (not r.other_criteria
        or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, m.user_id, m.mdo_id, m.designation,
                                       m.criteria[1], m.criteria[2], m.criteria[3], m.criteria[4], m.criteria[5],
                                       m.criteria[6]))
 union all
select m.user_no, r.audience_no
  from {stage.reach} r
  join {stage.audience} a on a.audience_no = r.audience_no
  join {stage.person} m on m.mdo_key = r.mdo_key and m.designation_key = r.designation_key
 where m.registered and r.user_key is null
   and (r.org_id is null or m.mdo_id = r.org_id)
   and (not r.other_criteria
        or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, m.user_id, m.mdo_id, m.designation,
                                       m.criteria[1], m.criteria[2], m.criteria[3], m.criteria[4], m.criteria[5],
                                       m.criteria[6]))
 union all
select m.user_no, r.audience_no
  from {stage.reach} r
  join {stage.audience} a on a.audience_no = r.audience_no
  join {stage.person} m on m.mdo_key = r.mdo_key
 where m.registered and r.user_key is null and r.designation_key is null
   and (r.org_id is null or m.mdo_id = r.org_id)
   and (not r.other_criteria
        or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, m.user_id, m.mdo_id, m.designation,
                                       m.criteria[1], m.criteria[2], m.criteria[3], m.criteria[4], m.criteria[5],
                                       m.criteria[6]))
 union all
select m.user_no, r.audience_no
  from {stage.reach} r
  join {stage.audience} a on a.audience_no = r.audience_no
  join {stage.person} m on m.designation_key = r.designation_key
 where m.registered and r.user_key is null and r.mdo_key is null
   and (r.org_id is null or m.mdo_id = r.org_id)
   and (not r.other_criteria
        or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, m.user_id, m.mdo_id, m.designation,
                                       m.criteria[1], m.criteria[2], m.criteria[3], m.criteria[4], m.criteria[5],
                                       m.criteria[6]))
 union all
select m.user_no, r.audience_no
  from {stage.reach} r
  join {stage.audience} a on a.audience_no = r.audience_no
  join {stage.person} m on m.registered = r.everybody
 where m.registered
   and (r.org_id is null or m.mdo_id = r.org_id)
   and (not r.other_criteria
        or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, m.user_id, m.mdo_id, m.designation,
                                       m.criteria[1], m.criteria[2], m.criteria[3], m.criteria[4], m.criteria[5],
                                       m.criteria[6]))
$sql$
-- Every (official, content) pair that live plans allot, once (SPEC 6).
when 'allotment' then $sql$
select m.user_no, q.content_id, max(q.due_on) as due_on, bool_or(q.apar) as apar
  from {stage.member} m
  join {stage.requirement} q on q.audience_no = m.audience_no
 group by m.user_no, q.content_id
$sql$
-- Enrolments of registered officials, one row per (official, content); what is
-- left out is added up in the rows without an official or a content.
when 'enrolment' then $sql$
select case when r.registered then r.user_no end as user_no,
       case when r.registered and not karmayogi.portal_is_missing(r.content_id) then r.content_id end as content_id,
       bool_or(r.enrolled) as enrolled, bool_or(r.completed) as completed, bool_or(r.certificated) as certificated, min(r.completed_at) as completed_at, max(r.last_active_at) as last_active_at,
       count(*) as row_count, count(*) filter (where r.unknown_user) as unknown_users,
       count(*) filter (where r.unknown_status) as unknown_status,
       count(*) filter (where r.unreadable_first) as unreadable_first,
       count(*) filter (where r.unreadable_last) as unreadable_last,
       count(*) filter (where r.unreadable_accessed) as unreadable_accessed,
       min(r.generated) as first_generated, max(r.generated) as last_generated
  from (-- what is grouped is narrow, and each text is read once: hence the fences, which as '0' let workers in
        select p.user_no, p.registered, e.content_id,
               e.status is distinct from 'not-enrolled' as enrolled,
               coalesce(e.status = 'completed', false) as completed,
               coalesce(e.certificated and e.status is distinct from 'not-enrolled', false) as certificated,
               case when e.status = 'completed' then least(e.first_on, e.last_on) end as completed_at,
               case when e.status is distinct from 'not-enrolled' then e.accessed_on end as last_active_at,
               p.user_id is null as unknown_user,
               coalesce(e.status not in ('not-enrolled', 'not-started', 'in-progress', 'completed'), true) as unknown_status,
               e.has_first and e.first_on is null as unreadable_first,
               e.has_last and e.last_on is null as unreadable_last,
               e.has_accessed and e.accessed_on is null as unreadable_accessed,
               e.generated
          from (select q.user_id, q.content_id, q.user_consumption_status as status, length(q.certificate_id) > 5 as certificated,
                       karmayogi.try_portal_timestamp(q.first_completed_on) as first_on,
                       karmayogi.try_portal_timestamp(q.last_completed_on) as last_on,
                       karmayogi.try_portal_timestamp(q.content_last_accessed_on) as accessed_on,
                       not karmayogi.portal_is_missing(q.first_completed_on) as has_first,
                       not karmayogi.portal_is_missing(q.last_completed_on) as has_last,
                       not karmayogi.portal_is_missing(q.content_last_accessed_on) as has_accessed,
                       case when q.data_last_generated_on >= '0' and q.data_last_generated_on < ':'
                            then q.data_last_generated_on end as generated
                  from {portal.user_enrolments} q
                offset '0') e
          left join {stage.person} p on p.user_id = e.user_id
        offset '0') r
 group by 1, 2
$sql$
-- Where every registered official stands (SPEC 6).
when 'progress' then $sql$
with learnt as (
    select e.user_no, count(*) as enrolled, count(*) filter (where e.completed) as completed,
           count(*) filter (where e.certificated) as certificates,
           sum(c.seconds) filter (where e.completed and e.certificated) as seconds, max(e.last_active_at) as last_active_at,
           count(*) filter (where e.completed and a.content_id is not null) as cbp_completed,
           count(*) filter (where e.completed and e.completed_at < a.due_on + 1) as cbp_in_time,
           count(*) filter (where e.completed and a.due_on + 1 <= {as_of}) as due_completed,
           count(*) filter (where e.completed and a.apar) as apar_completed,
           bool_or(e.completed and c.course and g.gender) as gender_learnt,
           bool_or(e.completed and c.course and g.climate) as climate_learnt
      from {stage.enrolment} e
      left join {stage.allotment} a on a.user_no = e.user_no and a.content_id = e.content_id
      left join {stage.content} c on c.content_id = e.content_id
      left join {stage.tag} g on g.content_id = e.content_id
     where e.enrolled and e.user_no is not null and e.content_id is not null
     group by e.user_no
), allotted as (
    select a.user_no, count(*) as cbp_allotted, count(*) filter (where a.due_on + 1 <= {as_of}) as due,
           count(*) filter (where a.apar) as apar_allotted
      from {stage.allotment} a
     group by a.user_no
), attended as (
    select p.user_no, sum(x.seconds) as seconds
      from (-- as it stands in the portal, so that where that is on other machines, it is worked out there
            select e.user_id, e.event_id, max(karmayogi.portal_seconds(e.duration)) as own_seconds
              from {raw.events_enrolment} e
             where not karmayogi.portal_is_missing(e.event_id)
             group by e.user_id, e.event_id
            having bool_or(e.status = 'completed') and bool_or(length(e.certificate_id) > 5)) t
      left join (select v.event_id, max(karmayogi.portal_seconds(v.duration)) as seconds
                   from {portal.events} v group by v.event_id) v on v.event_id = t.event_id::text collate "C"
      join {stage.person} p on p.user_id = t.user_id::text collate "C" and p.registered
     cross join lateral (values (coalesce(v.seconds, t.own_seconds))) x (seconds)
     group by p.user_no
)
select p.user_id, p.mdo_id, o.md_id, o.ministry_id, o.state_code, p.designation, p.service_group, p.gender,
       w.user_id is not null as pwd, p.government_email, p.registered_on,
       coalesce(l.enrolled, 0)::int as enrolled, coalesce(l.completed, 0)::int as completed,
       coalesce(l.certificates, 0)::int as certificates,
       (coalesce(l.seconds, 0) + coalesce(t.seconds, 0))::bigint as learning_seconds, p.karma_points,
       l.last_active_at::date as last_active_on, coalesce(a.cbp_allotted, 0)::int as cbp_allotted,
       coalesce(l.cbp_completed, 0)::int as cbp_completed, coalesce(l.cbp_in_time, 0)::int as cbp_in_time,
       (coalesce(a.due, 0) - coalesce(l.due_completed, 0))::int as cbp_overdue, coalesce(a.apar_allotted, 0)::int as apar_allotted,
       coalesce(l.apar_completed, 0)::int as apar_completed,
       case when a.apar_allotted > 0 then coalesce(l.apar_completed, 0) * 2 >= a.apar_allotted end as apar_met,
       p.mdo_leader, coalesce(l.gender_learnt, false) as gender_learnt, coalesce(l.climate_learnt, false) as climate_learnt
  from {stage.person} p
  left join {stage.organisation} o on o.mdo_id = p.mdo_id
  left join karmayogi.pwd_official w on w.user_id = p.user_id
  left join learnt l on l.user_no = p.user_no
  left join allotted a on a.user_no = p.user_no
  left join attended t on t.user_no = p.user_no
 where p.registered
$sql$
-- What is added up for each MDO, and for none (SPEC 6, 7).
when 'organisation_count' then $sql$
select p.mdo_id, count(*) as registered, count(*) filter (where p.gender = 'female') as women,
       count(*) filter (where p.gender = 'male') as men, count(*) filter (where p.pwd) as pwd,
       count(*) filter (where p.cbp_allotted > 0) as cbp_any,
       count(*) filter (where p.cbp_allotted > 0 and p.cbp_completed = p.cbp_allotted) as cbp_all,
       count(*) filter (where p.gender_learnt) as gender_learnt,
       count(*) filter (where p.gender_learnt and p.gender = 'female') as women_gender_learnt,
       count(*) filter (where p.climate_learnt) as climate_learnt, count(*) filter (where p.mdo_leader) as leaders,
       sum(p.cbp_allotted) as allotted, sum(p.cbp_completed) as completed, sum(p.cbp_in_time) as in_time,
       sum(p.cbp_overdue::int) as overdue
  from {stage.progress} p
 group by p.mdo_id
$sql$
-- What is added up for each content that somebody has enrolled in or is allotted (SPEC 6).
when 'content_count' then $sql$
select coalesce(e.content_id, a.content_id) as content_id, coalesce(e.enrolled, 0) as enrolled,
       coalesce(e.completed, 0) as completed, coalesce(e.certificates, 0) as certificates, coalesce(a.allotted, 0) as allotted
  from (select x.content_id, count(*) as enrolled, count(*) filter (where x.completed) as completed,
               count(*) filter (where x.certificated) as certificates
          from {stage.enrolment} x
         where x.enrolled and x.user_no is not null and x.content_id is not null
         group by x.content_id) e
  full join (select x.content_id, count(*) as allotted from {stage.allotment} x group by x.content_id) a
         on a.content_id = e.content_id
$sql$
-- What was counted while user_detail and user_enrolments were read (SPEC 9).
when 'person_count' then $sql$
select count(*) as persons, count(*) filter (where p.registered) as registered,
       count(*) filter (where p.left_out = 'not active') as not_active,
       count(*) filter (where p.left_out = 'not my user') as not_my_user,
       count(*) filter (where p.left_out = 'volunteer') as volunteers,
       count(*) filter (where p.registered and p.mdo_id is null) as without_organisation,
       count(*) filter (where p.unreadable) as unreadable,
       count(*) filter (where p.unreadable_registration) as unreadable_registration,
       count(*) filter (where p.unknown_status) as unknown_status,
       null::bigint as row_count, null::text as generated
  from {stage.person} p
$sql$
when 'enrolment_count' then $sql$
select coalesce(sum(e.row_count), 0)::bigint as row_count, coalesce(sum(e.unknown_users), 0)::bigint as unknown_users,
       coalesce(sum(e.unknown_status), 0)::bigint as unknown_status, coalesce(sum(e.unreadable_first), 0)::bigint as unreadable_first,
       coalesce(sum(e.unreadable_last), 0)::bigint as unreadable_last,
       coalesce(sum(e.unreadable_accessed), 0)::bigint as unreadable_accessed,
       coalesce(sum(e.row_count) filter (where e.user_no is not null and e.content_id is null), 0)::bigint as without_content,
       min(e.first_generated) || '|' || max(e.last_generated) as generated
  from {stage.enrolment} e
$sql$
-- Where every course stands (SPEC 6).
when 'course' then $sql$
select c.content_id, karmayogi.portal_value(c.content_name) as name,
       case when not karmayogi.portal_is_missing(c.content_provider_id) then c.content_provider_id end as provider_id,
       karmayogi.portal_value(c.content_provider_name) as provider_name, karmayogi.portal_value(c.content_type) as content_type, c.live,
       karmayogi.portal_value(c.language) as language, c.seconds as duration_seconds, c.rating,
       coalesce(e.enrolled, 0) as enrolled, coalesce(e.completed, 0) as completed,
       coalesce(e.certificates, 0) as certificates, coalesce(k.areas, '{}') as competency_areas,
       coalesce(p.plans, 0) as plans, coalesce(e.allotted, 0) as allotted, coalesce(g.tags, '{}') as tags
  from {stage.content} c
  left join {stage.content_count} e on e.content_id = c.content_id
  left join (select x.content_id, count(distinct x.cb_plan_id) as plans
               from {stage.plan} x where x.live group by x.content_id) p on p.content_id = c.content_id
  left join (select x.content_id, array_agg(x.area order by x.area) as areas
               from {stage.content_area} x group by x.content_id) k on k.content_id = c.content_id
  left join {stage.tag} g on g.content_id = c.content_id
$sql$
end;
comment on function karmayogi.stage_sql(text) is
    'Private: the statement of one stage of the plain-SQL engine: person, mdo, organisation, content, content_theme, content_area, theme, tag, plan, audience, requirement, reach, member, allotment, enrolment, progress, organisation_count, content_count, person_count, enrolment_count, course. SPEC 5, 6.';

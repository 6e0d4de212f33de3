-- The same results without karmayogi: what an expert would write by hand, in SQL alone, on the same server.
--
--   psql -v portal=SCHEMA -v as_of=DATE -v workers=N -v work_mem=512MB -f bench/plain.sql
--
-- It leaves, in schema karmayogi_plain, official_progress as a refresh fills it (logged, with its key and its
-- index), the figures of every course, and the computed indicators of officials and plans at every level
-- (2.1, 2.2 to 2.4, 3.2 to 3.7, 4.3, 8.2 to 8.4, 8.6). bench/compare.sql holds them against karmayogi's.
--
-- How it is made fast: each large table is read once by parallel workers (user_detail twice more for who stands
-- in it twice); identifiers become numbers and everything that is asked of an enrolment becomes bits of one
-- number, so that several batches of one course fall together in a bit_or; officials of the same organisation,
-- designation and the rest share a class, classes with the same plans share a bundle, so that no (official,
-- course) pair is ever written; helper tables are unlogged and analysed; the grouping is split so that every
-- process takes a part.
--
-- What it leaves out of karmayogi's rules, because the sample portal does not ask for it (all of it would make
-- it slower): the portal's generations of 2024 and 2025; departments and ministries known by name only;
-- white space other than blanks; impossible dates such as 31 February, which here are an error and there a finding; commas and pipes inside quoted
-- values of a plan; several rows of one content in other than the order of status and publication. Classes are
-- told apart by a hash of 64 bits, contents that the table of contents lacks by one of 31. And it only
-- computes: it checks nothing, counts no findings, keeps no history, computes neither scores nor ranks nor what
-- is asked of contents alone (4.1, 4.2, 5.1, 8.1, 8.5, 10.1), and looks up no strength.

set jit = off;
set enable_nestloop = off;
set work_mem = :'work_mem';
set hash_mem_multiplier = 2;
set maintenance_work_mem = '512MB';
set max_parallel_workers_per_gather = :workers;
set max_parallel_maintenance_workers = :workers;
set parallel_setup_cost = 100;
set parallel_tuple_cost = 0.001;
set min_parallel_table_scan_size = '1MB';
set client_min_messages = warning;

drop schema if exists karmayogi_plain cascade;
create schema karmayogi_plain;
set search_path = karmayogi_plain, pg_catalog, pg_temp;

-- Texts as they are compared, what stands for nothing, days and times.
create function fold(t text) returns text language sql immutable parallel safe
    return case when t like ' %' or t like '% ' then lower(btrim(t) collate "C") else lower(t collate "C") end;
create function known(t text) returns text language sql immutable parallel safe
    return case when lower(t collate "C") not in ('', 'not available', 'null', 'not published') then t end;
create function instant(t text) returns timestamp language sql stable parallel safe
    return case when substr(t, 5, 1) <> '-' then null
                when right(t, 1) = 'Z' then left(t, 19)::timestamp + interval '330 minutes'
                else left(t, 19)::timestamp end;
create function day(t text) returns date language sql stable parallel safe
    return case when substr(t, 5, 1) <> '-' then null
                when right(t, 1) = 'Z' then (left(t, 19)::timestamp + interval '330 minutes')::date
                else left(t, 10)::date end;
create function seconds(t text) returns bigint language sql immutable parallel safe
    return case when t ~ '^\s*\d{1,7}:[0-5]\d:[0-5]\d\s*$'
                then split_part(t, ':', 1)::bigint * 3600 + split_part(t, ':', 2)::int * 60 + split_part(t, ':', 3)::int end;

-- Plans and whom they reach.
create unlogged table plan as
select p.cb_plan_id, known(p.org_id) as org_id, p.allotment_type, p.allotment_to, fold(p.status) = 'live' as live,
       nullif(btrim(known(p.content_id), '[]" '), '') as content_id, day(known(p.due_by)) as due_on,
       coalesce(p.isapar, false) as apar,
       dense_rank() over (order by p.org_id collate "C", p.allotment_type collate "C", p.allotment_to collate "C") as audience_no
  from :"portal".cb_plan p
 where fold(p.status) in ('live', 'draft');
analyze plan;

create unlogged table audience as
with one as (
    select distinct on (p.audience_no) p.audience_no, p.org_id, fold(p.allotment_type) as type, fold(p.allotment_to) as value
      from plan p where p.live order by p.audience_no
), criterion as (
    select a.audience_no, btrim(c.name) as name, array_agg(distinct btrim(w.word, E'" ')) as words
      from (select o.*, case when o.type in ('customuser', 'designation') and left(o.value, 1) <> '"'
                             then array[o.value] else string_to_array(o.value, '|') end as parts
              from one o where o.type <> 'alluser') a
     cross join lateral unnest(string_to_array(a.type, '|'), a.parts) c (name, part)
     cross join lateral unnest(case when left(btrim(c.part), 1) = '"' then string_to_array(c.part, ',') else array[c.part] end) w (word)
     group by a.audience_no, btrim(c.name)
), meant as (
    select c.audience_no,
           max(c.words) filter (where c.name in ('user', 'customuser')) as user_ids,
           max(c.words) filter (where c.name = 'mdo_id') as mdo_ids,
           max(c.words) filter (where c.name = 'designation') as designations,
           max(c.words) filter (where c.name = 'cadre') as cadres,
           max(c.words) filter (where c.name = 'groups') as groups,
           max(c.words) filter (where c.name = 'cadre_batch') as batches,
           max(c.words) filter (where c.name = 'civil_services') as services,
           max(c.words) filter (where c.name = 'is_verified_karmayogi') as verified,
           max(c.words) filter (where c.name = 'is_on_central_deputation') as deputed,
           bool_and(c.name in ('user', 'customuser', 'mdo_id', 'designation', 'cadre', 'groups', 'cadre_batch', 'civil_services',
                               'is_verified_karmayogi', 'is_on_central_deputation') and c.name is not null
                    and c.words <> '{}' and not '' = any (c.words) and array_position(c.words, null) is null) as intelligible
      from criterion c
     group by c.audience_no
)
select o.audience_no, o.org_id, m.user_ids, m.mdo_ids, m.designations, m.cadres, m.groups, m.batches, m.services, m.verified, m.deputed
  from one o
  left join meant m on m.audience_no = o.audience_no
 where o.type = 'alluser' or m.intelligible;
analyze audience;

create unlogged table named_user as
select distinct u.user_key from audience a cross join lateral unnest(a.user_ids) u (user_key);
analyze named_user;

-- Officials: who stands twice is looked up first.
create unlogged table twice as
select u.user_id from :"portal".user_detail u group by u.user_id having count(*) > 1;
analyze twice;
create unlogged table outdated as
select x.row_id
  from (select u.ctid as row_id, row_number() over (
                   partition by u.user_id
                   order by instant(known(u.profile_last_updated_date)) desc nulls last, known(u.mdo_id) collate "C" desc nulls last,
                            u.status::text desc nulls last, u.profile_status collate "C" desc nulls last,
                            u.marked_as_not_my_user desc nulls last, u.designation collate "C" desc nulls last,
                            u.roles collate "C" desc nulls last, u.gender collate "C" desc nulls last,
                            u.groups collate "C" desc nulls last, u.email collate "C" desc nulls last,
                            u.user_registration_date collate "C" desc nulls last, u.no_of_karma_points::text desc nulls last) as place
          from :"portal".user_detail u
          join twice t on t.user_id = u.user_id) x
 where x.place > 1;
analyze outdated;

create unlogged table person as
select (row_number() over ())::int as user_no, q.*
  from (select u.user_id, u.mdo_id, case when u.designation_known then u.designation end as designation,
               case when u.designation_known then u.designation_key end as designation_key,
               u.service_group, u.groups_key, u.gender, u.government_email, u.registered_on, u.karma_points, u.mdo_leader,
               u.cadre, u.cadre_batch, u.service_key, u.verified, u.deputed, u.user_key,
               hashtextextended(coalesce(u.mdo_id, ''),
                   hashtextextended(case when u.designation_known then u.designation_key else '' end,
                   hashtextextended(coalesce(u.groups_key, ''),
                   hashtextextended(coalesce(u.service_key, ''),
                   hashtextextended(coalesce(u.cadre, ''),
                   hashtextextended(coalesce(u.cadre_batch, ''),
                   hashtextextended(coalesce(u.user_key, ''),
                   coalesce(u.verified, 'null')::"char"::int + 1000 * coalesce(ascii(u.deputed), 0)))))))) as class_key
          from (select d.user_id, known(d.mdo_id) as mdo_id, btrim(d.designation) as designation,
                       fold(d.designation) as designation_key, known(d.designation) is not null as designation_known,
                       btrim(known(d.groups)) as service_group, fold(known(d.groups)) as groups_key,
                       case when d.gender in ('Male', 'Female') then lower(d.gender collate "C")
                            when known(d.gender) is null then 'unknown'
                            when fold(d.gender) in ('female', 'f', 'woman', 'महिला') then 'female'
                            when fold(d.gender) in ('male', 'm', 'man', 'पुरुष') then 'male' else 'other' end as gender,
                       case when known(d.email) is not null
                            then lower(d.email collate "C") like any (array['%@nic.in', '%@gov.in', '%@%.nic.in', '%@%.gov.in'])
                            end as government_email,
                       day(d.user_registration_date) as registered_on, d.no_of_karma_points::bigint as karma_points,
                       coalesce(strpos(d.roles, 'MDO_LEADER') > 0, false) as mdo_leader,
                       fold(known(d.cadre)) as cadre, fold(known(d.cadre_batch)) as cadre_batch,
                       fold(known(d.civil_services)) as service_key, d.is_verified_karmayogi::text as verified,
                       fold(known(d.is_on_central_deputation)) as deputed, n.user_key
                  from :"portal".user_detail d
                  left join named_user n on n.user_key = lower(d.user_id collate "C")
                 where d.status = 1
                   and not exists (select from outdated o where o.row_id = d.ctid)
                   and d.marked_as_not_my_user is not true
                   and fold(d.profile_status) is distinct from 'not-my-user'
                   and lower(d.designation collate "C") like '%volunteer%' is not true
                   and lower(d.roles collate "C") like '%volunteer%' is not true
                offset '0') u
        offset '0') q;
analyze person;

-- Classes of officials that no plan tells apart, and the plans that reach each.
create unlogged table class as
select p.class_key, min(p.mdo_id) as mdo_id, min(p.designation_key) as designation_key, min(p.groups_key) as groups_key,
       min(p.service_key) as service_key, min(p.cadre) as cadre, min(p.cadre_batch) as cadre_batch, min(p.user_key) as user_key,
       min(p.verified) as verified, min(p.deputed) as deputed
  from person p
 group by p.class_key;
analyze class;

create unlogged table bundled as
with reach as (
    select a.*, coalesce(m.mdo_id, a.org_id) as mdo_id, d.designation_key
      from audience a
      left join lateral unnest(a.mdo_ids) m (mdo_id) on true
      left join lateral unnest(a.designations) d (designation_key) on true
     where a.user_ids is null
), reached as (
    select k.class_key, r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.mdo_id,
           k.cadre, k.groups_key, k.cadre_batch, k.service_key, k.verified as class_verified, k.deputed as class_deputed
      from reach r join class k on k.mdo_id = r.mdo_id and k.designation_key = r.designation_key
     union all
    select k.class_key, r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.mdo_id,
           k.cadre, k.groups_key, k.cadre_batch, k.service_key, k.verified, k.deputed
      from reach r join class k on k.mdo_id = r.mdo_id
     where r.designation_key is null
     union all
    select k.class_key, r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.mdo_id,
           k.cadre, k.groups_key, k.cadre_batch, k.service_key, k.verified, k.deputed
      from reach r join class k on k.designation_key = r.designation_key
     where r.mdo_id is null
     union all
    select k.class_key, r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.mdo_id,
           k.cadre, k.groups_key, k.cadre_batch, k.service_key, k.verified, k.deputed
      from reach r join class k on k.service_key = any (r.services)
     where r.mdo_id is null and r.designation_key is null and r.services is not null
     union all
    select k.class_key, r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.mdo_id,
           k.cadre, k.groups_key, k.cadre_batch, k.service_key, k.verified, k.deputed
      from reach r cross join class k
     where r.mdo_id is null and r.designation_key is null and r.services is null
     union all
    select k.class_key, a.audience_no, a.org_id, a.cadres, a.groups, a.batches, a.services, a.verified, a.deputed, k.mdo_id,
           k.cadre, k.groups_key, k.cadre_batch, k.service_key, k.verified, k.deputed
      from audience a
     cross join lateral unnest(a.user_ids) u (user_key)
      join class k on k.user_key = u.user_key
     where (a.mdo_ids is null or k.mdo_id = any (a.mdo_ids)) and (a.designations is null or k.designation_key = any (a.designations))
)
select r.class_key, array_agg(distinct r.audience_no order by r.audience_no) as audiences
  from reached r
 where (r.org_id is null or r.mdo_id = r.org_id) and (r.cadres is null or r.cadre = any (r.cadres))
   and (r.groups is null or r.groups_key = any (r.groups)) and (r.batches is null or r.cadre_batch = any (r.batches))
   and (r.services is null or r.service_key = any (r.services))
   and (r.verified is null or r.class_verified = any (r.verified)) and (r.deputed is null or r.class_deputed = any (r.deputed))
 group by r.class_key;
analyze bundled;

create unlogged table bundle as
select (row_number() over ())::int as bundle_no, b.audiences from (select distinct x.audiences from bundled x) b;
analyze bundle;
create unlogged table class_bundle as
select c.class_key, b.bundle_no from bundled c join bundle b on b.audiences = c.audiences;
analyze class_bundle;

-- Contents, numbered, with what is asked of them.
create unlogged table content as
select (row_number() over ())::int - 1 as content_no, c.content_id, coalesce(c.live, false) as live, coalesce(c.course, false) as course,
       coalesce(c.seconds, 0) as seconds, c.known, c.content_name, c.content_provider_id,
       coalesce(c.course and g.gender, false) as gender, coalesce(c.course and g.climate, false) as climate
  from (select coalesce(x.content_id, p.content_id) as content_id, x.content_id is not null as known, x.live, x.course, x.seconds,
               x.content_name, x.content_provider_id
          from (select distinct on (k.content_id) k.content_id, coalesce(fold(k.content_status) = 'live', false) as live,
                       coalesce(fold(k.content_status) = 'live', false) and fold(k.content_type) is distinct from 'standalone assessment' as course,
                       seconds(k.content_duration) as seconds, k.content_name, k.content_provider_id
                  from :"portal".content k
                 where known(k.content_id) is not null
                 order by k.content_id, coalesce(fold(k.content_status) = 'live', false) desc,
                          instant(known(k.last_published_on)) desc nulls last, k.content_status collate "C" desc nulls last,
                          k.content_name collate "C" desc nulls last) x
          full join (select distinct l.content_id from plan l where l.live and l.content_id is not null) p on p.content_id = x.content_id) c
  left join (select t.content_id, bool_or(t.tag = 'gender') as gender, bool_or(t.tag = 'climate') as climate
               from (select c.content_id, c.tag from karmayogi.content_tag c
                      union all
                     select m.course_id, t.tag from :"portal".kcm_content_mapping m
                       join karmayogi.competency_tag t on t.competency_theme_id = m.competency_theme_id) t
              group by t.content_id) g on g.content_id = c.content_id;
analyze content;

-- What each bundle asks for, as bits: 16 allotted, 32 APAR, 64 overdue unless completed.
create unlogged table requirement as
select b.bundle_no, c.content_no, max(p.due_on) as due_on,
       16 | case when bool_or(p.apar) then 32 else 0 end | case when max(p.due_on) + 1 <= :'as_of'::date then 64 else 0 end as bits
  from bundle b
 cross join lateral unnest(b.audiences) a (audience_no)
  join plan p on p.audience_no = a.audience_no and p.live
  join content c on c.content_id = p.content_id
 group by b.bundle_no, c.content_no;
analyze requirement;

create unlogged table enrolling as
select p.user_id, p.user_no, b.bundle_no
  from person p
  left join class_bundle b on b.class_key = p.class_key;
analyze enrolling;

-- The one pass over the enrolments. Key: official and content. Bits: 1 completed, 2 certificated, 4 and 8 completed
-- and about gender or climate, those of the requirement, 128 in time; above them the seconds of the content.
create unlogged table enrolled as
select p.user_no::bigint << 32 | coalesce(c.content_no::bigint, 2147483648 | (hashtext(e.content_id)::bigint & 2147483647)) as pair,
       coalesce(c.seconds, 0) << 8
       | case when e.user_consumption_status = 'completed'
              then 1 | case when c.gender then 4 else 0 end | case when c.climate then 8 else 0 end
                   | case when r.due_on is not null and least(day(e.first_completed_on), day(e.last_completed_on)) <= r.due_on
                          then 128 else 0 end
              else 0 end
       | case when length(e.certificate_id) > 5 then 2 else 0 end | coalesce(r.bits, 0) as bits,
       day(e.content_last_accessed_on) as active_on
  from :"portal".user_enrolments e
  join enrolling p on p.user_id = e.user_id
  left join content c on c.content_id = e.content_id
  left join requirement r on r.bundle_no = p.bundle_no and r.content_no = c.content_no
 where e.user_consumption_status is distinct from 'not-enrolled'
   and (c.content_id is not null or known(e.content_id) is not null);
analyze enrolled;

-- Pairs, officials and contents in one go: a branch for every process, each with its share of the officials. The
-- cost of a tuple is raised so that the branches themselves stay in one process.
set parallel_tuple_cost = 1;
select 'create unlogged table learnt as '
    || string_agg(format(
       'select (x.pair >> 32)::int as user_no, x.pair & 4294967295 as content_no, count(*) as enrolled,
               count(*) filter (where x.bits & 1 <> 0) as completed, count(*) filter (where x.bits & 2 <> 0) as certificates,
               sum(x.bits >> 8) filter (where x.bits & 3 = 3) as seconds, max(x.active_on) as active_on,
               count(*) filter (where x.bits & 17 = 17) as cbp_completed, count(*) filter (where x.bits & 128 <> 0) as cbp_in_time,
               count(*) filter (where x.bits & 65 = 65) as due_completed, count(*) filter (where x.bits & 33 = 33) as apar_completed,
               bool_or(x.bits & 4 <> 0) as gender, bool_or(x.bits & 8 <> 0) as climate
          from (select e.pair, bit_or(e.bits) as bits, max(e.active_on) as active_on
                  from (select q.* from enrolled q where q.pair >= %s and q.pair < %s order by q.pair offset ''0'') e
                 group by e.pair) x
         group by grouping sets ((x.pair >> 32), (x.pair & 4294967295))',
       case when i = 0 then 0 else coalesce((n.bounds[i] >> 32) << 32, 9223372036854775807) end,
       coalesce((n.bounds[i + 1] >> 32) << 32, 9223372036854775807)), ' union all ')
  from (select percentile_disc(array(select g / (:workers + 1.0) from generate_series(1, :workers) g)) within group (order by e.pair) as bounds
          from enrolled e tablesample system (2)) n,
       generate_series(0, :workers) i
\gexec
set parallel_tuple_cost = 0.001;
create unlogged table learner as select l.* from learnt l where l.user_no is not null;
create unlogged table course as
select c.content_id, coalesce(sum(l.enrolled), 0) as enrolled, coalesce(sum(l.completed), 0) as completed,
       coalesce(sum(l.certificates), 0) as certificates
  from content c
  left join learnt l on l.content_no = c.content_no and l.user_no is null
 where c.known
 group by c.content_id;
analyze learner;

-- Events attended.
create unlogged table attended as
select t.user_id, sum(coalesce(v.seconds, t.own_seconds)) as seconds
  from (select e.user_id, e.event_id, max(seconds(e.duration)) as own_seconds
          from :"portal".events_enrolment e
         where known(e.event_id) is not null
         group by e.user_id, e.event_id
        having bool_or(e.status = 'completed') and bool_or(length(e.certificate_id) > 5)) t
  left join (select v.event_id, max(seconds(v.duration)) as seconds from :"portal".events v group by v.event_id) v on v.event_id = t.event_id
 group by t.user_id;
analyze attended;

-- The tree of organisations.
create unlogged table organisation as
with chosen as (
    select distinct on (h.mdo_id) h.mdo_id, known(h.mdo_name) as mdo_name, known(h.department_id) as department_id,
           known(h.ministry_id) as ministry_id
      from :"portal".org_hierarchy h
     where known(h.mdo_id) is not null
     order by h.mdo_id, known(h.mdo_name) collate "C" desc nulls last, known(h.department_id) collate "C" desc nulls last,
              known(h.ministry_id) collate "C" desc nulls last
), parent as (
    select distinct c.department_id as mdo_id from chosen c where c.department_id <> c.mdo_id
), placed as (
    select c.mdo_id, c.mdo_name, true as known, c.department_id is null and c.ministry_id is null as top,
           case when c.department_id is not null then c.department_id
                when d.mdo_id is not null then c.mdo_id
                else coalesce(c.ministry_id, c.mdo_id) end as md_id,
           coalesce(c.ministry_id, c.mdo_id) as ministry_id
      from chosen c
      left join parent d on d.mdo_id = c.mdo_id
     union all
    select p.mdo_id, null, false, false, p.mdo_id, p.mdo_id
      from (select distinct x.mdo_id from class x where x.mdo_id is not null) p
     where not exists (select from chosen c where c.mdo_id = p.mdo_id)
), state as (
    select p.mdo_id, min(s.state_code) as state_code
      from placed p
      join (select u.state_code, lower(n.name) as name from karmayogi.state_ut u
             cross join lateral unnest(u.aliases || u.state_name) n (name)) s on s.name = fold(p.mdo_name)
     where p.top
     group by p.mdo_id
)
select p.mdo_id, p.mdo_name, p.known, p.md_id, p.ministry_id, s.state_code
  from placed p
  left join state s on s.mdo_id = p.ministry_id;
analyze organisation;

-- Where every official stands: written as the real table is, logged, with its key and its index.
create table official_progress as
select p.user_id collate "C" as user_id, p.mdo_id collate "C" as mdo_id, o.md_id collate "C" as md_id, o.ministry_id collate "C" as ministry_id,
       o.state_code collate "C" as state_code, p.designation, p.service_group, p.gender collate "C" as gender, w.user_id is not null as pwd,
       p.government_email, p.registered_on, coalesce(l.enrolled, 0) as enrolled, coalesce(l.completed, 0) as completed,
       coalesce(l.certificates, 0) as certificates, (coalesce(l.seconds, 0) + coalesce(t.seconds, 0))::bigint as learning_seconds,
       p.karma_points, l.active_on as last_active_on, coalesce(a.allotted, 0) as cbp_allotted, coalesce(l.cbp_completed, 0) as cbp_completed,
       coalesce(l.cbp_in_time, 0) as cbp_in_time, coalesce(a.due, 0) - coalesce(l.due_completed, 0) as cbp_overdue,
       coalesce(a.apar, 0) as apar_allotted, coalesce(l.apar_completed, 0) as apar_completed,
       case when a.apar > 0 then coalesce(l.apar_completed, 0) * 2 >= a.apar end as apar_met,
       p.mdo_leader, coalesce(l.gender, false) as gender_learnt, coalesce(l.climate, false) as climate_learnt
  from person p
  left join organisation o on o.mdo_id = p.mdo_id
  left join karmayogi.pwd_official w on w.user_id = p.user_id
  left join learner l on l.user_no = p.user_no
  left join class_bundle b on b.class_key = p.class_key
  left join (select r.bundle_no, count(*) as allotted, count(*) filter (where r.bits & 64 <> 0) as due,
                    count(*) filter (where r.bits & 32 <> 0) as apar
               from requirement r group by r.bundle_no) a on a.bundle_no = b.bundle_no
  left join attended t on t.user_id = p.user_id;
alter table official_progress add primary key (user_id);
create index on official_progress (mdo_id);
analyze official_progress;

-- The indicators.
create table indicator as
with counted as (
    select p.mdo_id, count(*) as registered, count(*) filter (where p.gender = 'female') as women,
           count(*) filter (where p.gender = 'male') as men, count(*) filter (where p.pwd) as pwd,
           count(*) filter (where p.cbp_allotted > 0) as cbp_any,
           count(*) filter (where p.cbp_allotted > 0 and p.cbp_completed = p.cbp_allotted) as cbp_all,
           count(*) filter (where p.gender_learnt) as gender_learnt,
           count(*) filter (where p.gender_learnt and p.gender = 'female') as women_gender_learnt,
           count(*) filter (where p.climate_learnt) as climate_learnt, bool_or(p.mdo_leader) as leader
      from official_progress p
     group by p.mdo_id
), md as (
    select o.md_id, coalesce(max(w.ministry_id), min(o.ministry_id)) as ministry_id,
           coalesce(max(w.state_code), min(o.state_code)) as state_code
      from organisation o
      left join organisation w on w.mdo_id = o.md_id and w.known
     group by o.md_id
    having bool_or(o.known)
), level_count as (
    select v.level, v.entity_id, sum(c.registered) as registered, sum(c.women) as women, sum(c.men) as men, sum(c.pwd) as pwd,
           sum(c.cbp_any) as cbp_any, sum(c.cbp_all) as cbp_all, sum(c.gender_learnt) as gender_learnt,
           sum(c.women_gender_learnt) as women_gender_learnt, sum(c.climate_learnt) as climate_learnt
      from counted c
      left join organisation o on o.mdo_id = c.mdo_id
     cross join lateral (values ('mdo', o.mdo_id), ('md', o.md_id), ('ministry', o.ministry_id), ('state', o.state_code),
                                ('government', 'government')) v (level, entity_id)
     where v.entity_id is not null
     group by v.level, v.entity_id
), content_area as (
    select distinct m.course_id as content_id,
           case when k.area like 'behav%' or k.area is null and m.competency_area_id in ('COMAREA-000001', '1') then 'behavioural'
                when k.area like 'domain%' or k.area is null and m.competency_area_id in ('COMAREA-000002', '145') then 'domain'
                when k.area like 'funct%' or k.area is null and m.competency_area_id in ('COMAREA-000003', '56') then 'functional' end as area
      from :"portal".kcm_content_mapping m
      left join (select d.competency_area_id, max(fold(d.competency_area)) as area
                   from :"portal".kcm_dictionary d where known(d.competency_area) is not null group by d.competency_area_id) k
             on k.competency_area_id = m.competency_area_id
), plan_content as (
    select distinct coalesce(o.md_id, p.org_id) as md_id, p.content_id, p.live, a.area
      from plan p
      left join organisation o on o.mdo_id = p.org_id
      left join content_area a on a.content_id = p.content_id
     where p.org_id is not null
), plan_course as (
    select p.md_id, bool_or(p.live) as plan_live, bool_or(p.live and c.course and p.area = 'behavioural') as behavioural,
           bool_or(p.live and c.course and p.area = 'functional') as functional, bool_or(p.live and c.course and p.area = 'domain') as domain,
           count(distinct p.content_id) filter (where p.area = 'domain') as domain_all,
           count(distinct p.content_id) filter (where p.area = 'domain' and c.live) as domain_live,
           count(distinct p.content_id) filter (where p.area in ('behavioural', 'functional')) as other_all,
           count(distinct p.content_id) filter (where p.area in ('behavioural', 'functional') and c.live) as other_live
      from plan_content p
      left join content c on c.content_id = p.content_id
     group by p.md_id
), leader as (
    select distinct o.md_id from counted c join organisation o on o.mdo_id = c.mdo_id where c.leader
), kym as (
    select o.md_id
      from content c
      join karmayogi.kym_course k on k.content_id = c.content_id
      join organisation o on o.mdo_id = k.mdo_id
     where c.live
     union
    select o.md_id
      from content c
      join organisation o on o.mdo_id = c.content_provider_id
     where c.live and fold(c.content_name) like 'know your ministry%'
), md_value as (
    select m.*, v.*
      from md m
      left join plan_course p on p.md_id = m.md_id
      left join kym k on k.md_id = m.md_id
      left join leader l on l.md_id = m.md_id
     cross join lateral (values
           ('2.1', (l.md_id is not null)::int::bigint, 1::bigint),
           ('3.2', coalesce(p.plan_live, false)::int, 1), ('3.3', coalesce(p.behavioural and p.functional, false)::int, 1),
           ('3.4', coalesce(p.domain, false)::int, 1), ('3.5', coalesce(p.domain_live, 0), coalesce(p.domain_all, 0)),
           ('3.6', coalesce(p.other_live, 0), coalesce(p.other_all, 0)), ('4.3', (k.md_id is not null)::int, 1))
           v (indicator, numerator, denominator)
)
select m.indicator, v.level, v.entity_id, 'all' as category, sum(m.numerator) as numerator, sum(m.denominator) as denominator
  from md_value m
 cross join lateral (values ('md', m.md_id), ('ministry', m.ministry_id), ('state', m.state_code),
                            ('government', case when m.state_code is null or m.indicator in ('3.5', '3.6') then 'government' end)) v (level, entity_id)
 where v.entity_id is not null
 group by m.indicator, v.level, v.entity_id
 union all
select v.indicator, e.level, e.entity_id, v.category, v.numerator, v.denominator
  from level_count e
 cross join lateral (values ('2.2', 'all', e.registered, null::numeric), ('2.3', 'female', e.women, null), ('2.3', 'male', e.men, null),
                            ('2.4', 'all', e.pwd, null), ('3.7', 'all', e.cbp_all, e.cbp_any),
                            ('8.2', 'all', e.gender_learnt, e.registered), ('8.3', 'all', e.women, e.registered),
                            ('8.4', 'all', e.women_gender_learnt, e.women), ('8.6', 'all', e.climate_learnt, e.registered))
                           v (indicator, category, numerator, denominator);
reset search_path;

-- What the engine computes of every official and every course, for DuckDB: the same rules as bench/plain.sql and
-- the same way of going about it (classes and bundles, so that no allotted pair is written). bench/duckdb.mjs runs
-- it, with {source} = portal (texts as the portal has them, read by the query) or typed (identifiers of officials
-- and dates converted when they were loaded), and {as_of}.

create or replace temp table plan as
select known(org_id) as org_id, allotment_type, allotment_to, nullif(trim(known(content_id), '[]" '), '') as content_id,
       day(due_by) as due_on, coalesce(isapar, false) as apar,
       dense_rank() over (order by org_id, allotment_type, allotment_to) as audience_no
  from portal.cb_plan
 where fold(status) = 'live';

create or replace temp table audience as
with one as (
    select audience_no, any_value(org_id) as org_id, any_value(fold(allotment_type)) as type, any_value(fold(allotment_to)) as value
      from plan group by audience_no
), part as (
    select audience_no, string_split(type, '|') as names,
           case when type in ('customuser', 'designation') and value not like '"%' then [value] else string_split(value, '|') end as parts
      from one where type <> 'alluser'
), criterion as (
    select audience_no, trim(names[i]) as name,
           case when trim(parts[i]) like '"%' then list_transform(string_split(parts[i], ','), lambda w: trim(w, '" ')) else [trim(parts[i])] end as words
      from (select audience_no, names, parts, unnest(range(1, greatest(len(names), len(parts)) + 1)) as i from part)
), meant as (
    select audience_no,
           any_value(words) filter (where name in ('user', 'customuser')) as user_ids,
           any_value(words) filter (where name = 'mdo_id') as mdo_ids,
           any_value(words) filter (where name = 'designation') as designations,
           any_value(words) filter (where name = 'cadre') as cadres,
           any_value(words) filter (where name = 'groups') as groups,
           any_value(words) filter (where name = 'cadre_batch') as batches,
           any_value(words) filter (where name = 'civil_services') as services,
           any_value(words) filter (where name = 'is_verified_karmayogi') as verified,
           any_value(words) filter (where name = 'is_on_central_deputation') as deputed,
           bool_and(coalesce(name in ('user', 'customuser', 'mdo_id', 'designation', 'cadre', 'groups', 'cadre_batch', 'civil_services',
                                      'is_verified_karmayogi', 'is_on_central_deputation'), false)
                    and len(coalesce(words, [])) > 0 and words[1] is not null and not list_contains(words, '')) as intelligible
      from criterion
     group by audience_no
)
select o.audience_no, o.org_id, m.user_ids, m.mdo_ids, m.designations, m.cadres, m.groups, m.batches, m.services, m.verified, m.deputed
  from one o
  left join meant m on m.audience_no = o.audience_no
 where o.type = 'alluser' or m.intelligible;

create or replace temp table named_user as select distinct unnest(user_ids) as user_key from audience;

create or replace temp table person as
select q.*, hash(q.mdo_id, q.designation_key, q.groups_key, q.cadre, q.cadre_batch, q.service_key, q.verified, q.deputed, q.user_key) as class_key
  from (
select row_number() over () as user_no, u.user_id, known(u.mdo_id) as mdo_id, fold(known(u.designation)) as designation_key,
       fold(known(u.groups)) as groups_key, fold(known(u.cadre)) as cadre, fold(known(u.cadre_batch)) as cadre_batch,
       fold(known(u.civil_services)) as service_key, u.is_verified_karmayogi::varchar as verified,
       fold(known(u.is_on_central_deputation)) as deputed, n.user_key
  from {source}.user_detail u
  left join (select x.row_id
               from (select d.row_id, row_number() over (
                                partition by d.user_id
                                order by instant(d.profile_last_updated_date) desc nulls last, known(d.mdo_id) desc nulls last,
                                         d.status desc nulls last, d.profile_status desc nulls last, d.marked_as_not_my_user desc nulls last,
                                         d.designation desc nulls last, d.roles desc nulls last, d.groups desc nulls last) as place
                       from {source}.user_detail d
                       join (select user_id from {source}.user_detail group by user_id having count(*) > 1) t on t.user_id = d.user_id) x
              where x.place > 1) o on o.row_id = u.row_id
  left join named_user n on n.user_key = u.user_id::varchar
 where o.row_id is null and u.status = 1 and u.marked_as_not_my_user is distinct from true
   and fold(u.profile_status) is distinct from 'not-my-user'
   and coalesce(lower(u.designation) not like '%volunteer%', true) and coalesce(lower(u.roles) not like '%volunteer%', true)) q;

create or replace temp table class as
select class_key, any_value(mdo_id) as mdo_id, any_value(designation_key) as designation_key, any_value(groups_key) as groups_key,
       any_value(cadre) as cadre, any_value(cadre_batch) as cadre_batch, any_value(service_key) as service_key,
       any_value(verified) as verified, any_value(deputed) as deputed, any_value(user_key) as user_key
  from person group by class_key;

create or replace temp table bundled as
with reach as (
    select a.*, coalesce(m.mdo_id, a.org_id) as reach_mdo, d.designation_key as reach_designation
      from audience a
      left join (select audience_no, unnest(mdo_ids) as mdo_id from audience) m on m.audience_no = a.audience_no
      left join (select audience_no, unnest(designations) as designation_key from audience) d on d.audience_no = a.audience_no
     where a.user_ids is null
), reached as (
    select r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified as wanted_verified, r.deputed as wanted_deputed, k.*
      from reach r join class k on k.mdo_id = r.reach_mdo and k.designation_key = r.reach_designation
     union all
    select r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.*
      from reach r join class k on k.mdo_id = r.reach_mdo
     where r.reach_designation is null
     union all
    select r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.*
      from reach r join class k on k.designation_key = r.reach_designation
     where r.reach_mdo is null
     union all
    select r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.*
      from (select *, unnest(services) as service from reach where reach_mdo is null and reach_designation is null) r
      join class k on k.service_key = r.service
     union all
    select r.audience_no, r.org_id, r.cadres, r.groups, r.batches, r.services, r.verified, r.deputed, k.*
      from reach r cross join class k
     where r.reach_mdo is null and r.reach_designation is null and r.services is null
     union all
    select a.audience_no, a.org_id, a.cadres, a.groups, a.batches, a.services, a.verified, a.deputed, k.*
      from (select *, unnest(user_ids) as named from audience) a
      join class k on k.user_key = a.named
     where (a.mdo_ids is null or list_contains(a.mdo_ids, k.mdo_id)) and (a.designations is null or list_contains(a.designations, k.designation_key))
)
select class_key, list(distinct audience_no order by audience_no) as audiences
  from reached
 where (org_id is null or mdo_id = org_id) and (cadres is null or list_contains(cadres, cadre))
   and (groups is null or list_contains(groups, groups_key)) and (batches is null or list_contains(batches, cadre_batch))
   and (services is null or list_contains(services, service_key))
   and (wanted_verified is null or list_contains(wanted_verified, verified)) and (wanted_deputed is null or list_contains(wanted_deputed, deputed))
 group by class_key;

create or replace temp table bundle as
select row_number() over () as bundle_no, b.audiences from (select distinct audiences from bundled) b;

create or replace temp table content as
select row_number() over () as content_no, coalesce(c.content_id, p.content_id) as content_id, c.seconds, c.content_id is not null as known
  from (select content_id, arg_max(seconds(content_duration), (fold(content_status) = 'live', coalesce(instant(last_published_on), timestamp '0001-01-01'),
                                                               content_status, content_name)) as seconds
          from portal.content where known(content_id) is not null group by content_id) c
  full join (select distinct content_id from plan where content_id is not null) p on p.content_id = c.content_id;

create or replace temp table requirement as
select b.bundle_no, c.content_no, max(p.due_on) as due_on, bool_or(p.apar) as apar
  from (select bundle_no, unnest(audiences) as audience_no from bundle) b
  join plan p on p.audience_no = b.audience_no
  join content c on c.content_id = p.content_id
 group by b.bundle_no, c.content_no;

create or replace temp table enrolling as
select p.user_no, p.user_id, b.bundle_no
  from person p
  left join bundled u on u.class_key = p.class_key
  left join bundle b on b.audiences = u.audiences;

create or replace temp table pair as
select p.user_no, coalesce(c.content_no, -1 - (hash(e.content_id) & 4611686018427387903)::bigint) as content_no,
       bool_or(e.completed) as completed, bool_or(e.certificated) as certificated, max(e.active_on) as active_on,
       any_value(c.seconds) as seconds, any_value(r.content_no) is not null as allotted, any_value(r.due_on) as due_on, any_value(r.apar) as apar,
       coalesce(bool_or(e.completed and least(e.first_on, e.last_on) <= r.due_on), false) as in_time
  from {source}.enrolment e
  join enrolling p on p.user_id = e.user_id
  left join content c on c.content_id = e.content_id
  left join requirement r on r.bundle_no = p.bundle_no and r.content_no = c.content_no
 where e.enrolled and known(e.content_id) is not null
 group by 1, 2;

create or replace temp table official as
with learnt as (
    select user_no, count(*) as enrolled, count(*) filter (where completed) as completed, count(*) filter (where certificated) as certificates,
           sum(seconds) filter (where completed and certificated) as seconds, max(active_on) as active_on,
           count(*) filter (where completed and allotted) as cbp_completed, count(*) filter (where in_time) as cbp_in_time,
           count(*) filter (where completed and due_on + 1 <= date '{as_of}') as due_completed,
           count(*) filter (where completed and apar) as apar_completed
      from pair group by user_no
), allotted as (
    select bundle_no, count(*) as allotted, count(*) filter (where due_on + 1 <= date '{as_of}') as due, count(*) filter (where apar) as apar
      from requirement group by bundle_no
), attended as (
    select t.user_id, sum(coalesce(v.seconds, t.own_seconds)) as seconds
      from (select user_id, event_id, max(seconds(duration)) as own_seconds
              from portal.events_enrolment
             where known(event_id) is not null
             group by user_id, event_id
            having bool_or(status = 'completed') and bool_or(length(certificate_id) > 5)) t
      left join (select event_id, max(seconds(duration)) as seconds from portal.events group by event_id) v on v.event_id = t.event_id
     group by t.user_id
)
select p.user_id, coalesce(l.enrolled, 0) as enrolled, coalesce(l.completed, 0) as completed, coalesce(l.certificates, 0) as certificates,
       coalesce(l.seconds, 0) + coalesce(t.seconds, 0) as learning_seconds, l.active_on as last_active_on,
       coalesce(a.allotted, 0) as cbp_allotted, coalesce(l.cbp_completed, 0) as cbp_completed, coalesce(l.cbp_in_time, 0) as cbp_in_time,
       coalesce(a.due, 0) - coalesce(l.due_completed, 0) as cbp_overdue, coalesce(a.apar, 0) as apar_allotted,
       coalesce(l.apar_completed, 0) as apar_completed
  from enrolling p
  left join learnt l on l.user_no = p.user_no
  left join allotted a on a.bundle_no = p.bundle_no
  left join attended t on t.user_id = p.user_id::varchar;

create or replace temp table course as
select c.content_id, count(p.user_no) as enrolled, count(*) filter (where p.completed) as completed, count(*) filter (where p.certificated) as certificates
  from content c
  left join pair p on p.content_no = c.content_no
 where c.known
 group by c.content_id;

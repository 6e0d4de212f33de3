-- Part 55: the native engine - the same stages as part 50 says, with the large
-- ones computed in C: user_detail and user_enrolments are scanned in parallel,
-- once, and what is counted of them is in dynamic shared memory (src/engine.h).
-- Whom a plan reaches, what is joined and what is written remains SQL.

-- Memory

create function karmayogi.engine_open(persons bigint, records bigint, contents bigint, organisations bigint, designations bigint,
                                      designation_bytes bigint, criteria boolean, due_base date, as_of date, passes int,
                                      texts bigint, out engine bigint, out passes_needed int, out reason text)
returns record as 'MODULE_PATHNAME', 'engine_open' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_open(bigint, bigint, bigint, bigint, bigint, bigint, boolean, date, date, int, bigint) is
    'Private: makes the native engine''s tables in shared memory for so many persons and enrolments and says in how many passes karmayogi.refresh_mem and /dev/shm allow; no engine and the reason where they do not.';
create function karmayogi.engine_begin_pass(engine bigint, pass int, persons bigint, records bigint, texts bigint) returns void
as 'MODULE_PATHNAME', 'engine_begin_pass' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_begin_pass(bigint, int, bigint, bigint, bigint) is
    'Private: empties the engine for the officials of one pass.';
create function karmayogi.engine_fault_of(engine bigint, out reason text, out passes_needed int) returns record
as 'MODULE_PATHNAME', 'engine_fault_of' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_fault_of(bigint) is
    'Private: NULL, or why the engine could not go on, and how many passes would do if more would.';
create function karmayogi.engine_close(engine bigint) returns void
as 'MODULE_PATHNAME', 'engine_close' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_close(bigint) is 'Private: gives the engine''s memory back before the transaction ends.';

-- Officials and what plans ask of them

create function karmayogi.engine_add_content(engine bigint, content_id text, seconds bigint, course boolean, gender boolean, climate boolean)
returns void as 'MODULE_PATHNAME', 'engine_add_content' language c volatile parallel unsafe;
comment on function karmayogi.engine_add_content(bigint, text, bigint, boolean, boolean, boolean) is 'Private: tells the engine a content.';
create function karmayogi.engine_add_designation(engine bigint, designation_key text) returns void
as 'MODULE_PATHNAME', 'engine_add_designation' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_add_designation(bigint, text) is 'Private: tells the engine a designation that plans name.';
create function karmayogi.engine_enter(engine bigint, user_id text, mdo_id text, designation text, criteria text[], registered boolean,
                                       instead boolean) returns int
as 'MODULE_PATHNAME', 'engine_enter' language c volatile parallel safe cost 10;
comment on function karmayogi.engine_enter(bigint, text, text, text, text[], boolean, boolean) is
    'Private: enters a person: 0 entered, 1 there already, 2 of another pass, 3 no room.';
create function karmayogi.engine_combos(engine bigint, out combo int, out mdo_id text, out designation_key text, out criteria text[],
                                        out criteria_no int)
returns setof record as 'MODULE_PATHNAME', 'engine_combos' language c volatile strict parallel unsafe rows 100000;
comment on function karmayogi.engine_combos(bigint) is
    'Private: the combinations of MDO, designation that plans name, and other criteria that officials have.';
create function karmayogi.engine_combo_of(engine bigint, user_id text) returns int
as 'MODULE_PATHNAME', 'engine_combo_of' language c volatile strict parallel safe;
comment on function karmayogi.engine_combo_of(bigint, text) is 'Private: the combination of an official of this pass; NULL for others.';
create function karmayogi.engine_repeated(engine bigint, out user_id text, out registered boolean) returns setof record
as 'MODULE_PATHNAME', 'engine_repeated' language c volatile strict parallel unsafe rows 10000;
comment on function karmayogi.engine_repeated(bigint) is 'Private: the ids that were entered more than once.';
create function karmayogi.engine_mark_pwd(engine bigint, user_id text) returns void
as 'MODULE_PATHNAME', 'engine_mark_pwd' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_mark_pwd(bigint, text) is 'Private: an official of pwd_official.';
create function karmayogi.engine_members(engine bigint, out mdo_id text, out members bigint) returns setof record
as 'MODULE_PATHNAME', 'engine_members' language c volatile strict parallel unsafe rows 10000;
comment on function karmayogi.engine_members(bigint) is 'Private: the MDOs that registered officials name.';
create function karmayogi.engine_unfolded(engine bigint) returns boolean
as 'MODULE_PATHNAME', 'engine_unfolded' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_unfolded(bigint) is 'Private: whether ids occur that are not as portal_fold makes them.';
create function karmayogi.engine_begin_lists(engine bigint, lists bigint, requirements bigint) returns void
as 'MODULE_PATHNAME', 'engine_begin_lists' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_begin_lists(bigint, bigint, bigint) is 'Private: room for requirement lists; list 0 is empty.';
create function karmayogi.engine_add_requirement(engine bigint, list int, content_id text, due_on date, apar boolean) returns void
as 'MODULE_PATHNAME', 'engine_add_requirement' language c volatile parallel unsafe;
comment on function karmayogi.engine_add_requirement(bigint, int, text, date, boolean) is 'Private: a content of a requirement list, list after list.';
create function karmayogi.engine_end_lists(engine bigint) returns void
as 'MODULE_PATHNAME', 'engine_end_lists' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_end_lists(bigint) is 'Private: the lists are complete.';
create function karmayogi.engine_assign_combo(engine bigint, combo int, list int) returns void
as 'MODULE_PATHNAME', 'engine_assign_combo' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_assign_combo(bigint, int, int) is 'Private: what plans ask of a combination.';
create function karmayogi.engine_assign_official(engine bigint, user_id text, list int) returns void
as 'MODULE_PATHNAME', 'engine_assign_official' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_assign_official(bigint, text, int) is 'Private: what plans ask of an official whom they name.';

-- Enrolments

create type karmayogi.enrolment_found as (
    row_count bigint, unknown_users bigint, without_content bigint, unknown_status bigint, unreadable_first bigint,
    unreadable_last bigint, unreadable_accessed bigint, records bigint, officials bigint, generated text
);
comment on type karmayogi.enrolment_found is 'Private: what the native engine counted while it read user_enrolments.';
create function karmayogi.engine_enrol_trans(internal, bigint, text, text, text, text, text, text, text, text) returns internal
as 'MODULE_PATHNAME', 'engine_enrol_trans' language c volatile parallel safe;
comment on function karmayogi.engine_enrol_trans(internal, bigint, text, text, text, text, text, text, text, text) is 'Part of engine_enrol';
create function karmayogi.engine_enrol_combine(internal, internal) returns internal
as 'MODULE_PATHNAME', 'engine_enrol_combine' language c volatile parallel safe;
comment on function karmayogi.engine_enrol_combine(internal, internal) is 'Part of engine_enrol';
create function karmayogi.engine_enrol_serial(internal) returns bytea
as 'MODULE_PATHNAME', 'engine_enrol_serial' language c volatile strict parallel safe;
comment on function karmayogi.engine_enrol_serial(internal) is 'Part of engine_enrol';
create function karmayogi.engine_enrol_deserial(bytea, internal) returns internal
as 'MODULE_PATHNAME', 'engine_enrol_deserial' language c volatile strict parallel safe;
comment on function karmayogi.engine_enrol_deserial(bytea, internal) is 'Part of engine_enrol';
create function karmayogi.engine_enrol_final(internal) returns karmayogi.enrolment_found
as 'MODULE_PATHNAME', 'engine_enrol_final' language c volatile parallel safe;
comment on function karmayogi.engine_enrol_final(internal) is 'Part of engine_enrol';
create aggregate karmayogi.engine_enrol(engine bigint, user_id text, content_id text, status text, certificate_id text,
                                        first_completed_on text, last_completed_on text, content_last_accessed_on text,
                                        data_last_generated_on text) (
    sfunc = karmayogi.engine_enrol_trans, stype = internal, sspace = 65536, combinefunc = karmayogi.engine_enrol_combine,
    serialfunc = karmayogi.engine_enrol_serial, deserialfunc = karmayogi.engine_enrol_deserial,
    finalfunc = karmayogi.engine_enrol_final, parallel = safe
);
comment on aggregate karmayogi.engine_enrol(bigint, text, text, text, text, text, text, text, text) is
    'Private: enters the rows of user_enrolments into the engine and returns what was found. SPEC 6, 9.';
create function karmayogi.engine_room(engine bigint, officials bigint) returns boolean
as 'MODULE_PATHNAME', 'engine_room' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_room(bigint, bigint) is 'Private: whether the counts of so many officials who are enrolled have room.';

-- Where officials, MDOs and contents stand

create function karmayogi.engine_counts(engine bigint, user_id text, gender text, leader boolean, settled boolean) returns bigint[]
as 'MODULE_PATHNAME', 'engine_counts' language c volatile strict parallel safe cost 20;
comment on function karmayogi.engine_counts(bigint, text, text, boolean, boolean) is
    'Private: an official''s counts: enrolled, completed, certificates, seconds, last active day, allotted, allotted and completed, in time, overdue, APAR allotted, APAR completed, place, PwD; NULL for who is not of this pass, and for a row of a repeated id that is not the settled one. Adds the official up for the MDO: to be called once for each.';
create function karmayogi.engine_row_digest(line record, seed bigint) returns bigint
as 'MODULE_PATHNAME', 'engine_row_digest' language c immutable strict parallel safe;
comment on function karmayogi.engine_row_digest(record, bigint) is
    'Private: a digest of a row under a key, by which it is known again. Rows that differ have different ones but for one chance in 2^64.';
create function karmayogi.engine_note(engine bigint, user_id text, digest bigint) returns boolean
as 'MODULE_PATHNAME', 'engine_note' language c volatile strict parallel safe cost 10;
comment on function karmayogi.engine_note(bigint, text, bigint) is
    'Private: keeps the digest of an official''s row as it was; false where nobody registered has the id any more.';
create function karmayogi.engine_differs(engine bigint, place bigint, digest bigint) returns int
as 'MODULE_PATHNAME', 'engine_differs' language c volatile strict parallel safe;
comment on function karmayogi.engine_differs(bigint, bigint, bigint) is
    'Private: 0 where an official''s row is as it was, 1 where it differs, 2 where there was none.';
create function karmayogi.engine_reduce(engine bigint) returns bigint
as 'MODULE_PATHNAME', 'engine_reduce' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_reduce(bigint) is
    'Private: computes the counts of all officials at once, in memory; returns how many are enrolled. For measuring: a refresh computes them when it writes them.';
create function karmayogi.engine_end_pass(engine bigint) returns void
as 'MODULE_PATHNAME', 'engine_end_pass' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_end_pass(bigint) is 'Private: adds up what was allotted in this pass.';
create function karmayogi.engine_organisations(engine bigint, out mdo_id text, out registered bigint, out women bigint, out men bigint,
    out pwd bigint, out cbp_any bigint, out cbp_all bigint, out gender_learnt bigint, out women_gender_learnt bigint,
    out climate_learnt bigint, out leaders bigint)
returns setof record as 'MODULE_PATHNAME', 'engine_organisations' language c volatile strict parallel unsafe rows 10000;
comment on function karmayogi.engine_organisations(bigint) is 'Private: what was added up for each MDO, and for none. SPEC 7.';
create function karmayogi.engine_contents(engine bigint, out content_id text, out enrolled bigint, out completed bigint,
                                          out certificates bigint, out allotted bigint)
returns setof record as 'MODULE_PATHNAME', 'engine_contents' language c volatile strict parallel unsafe rows 5000;
comment on function karmayogi.engine_contents(bigint) is 'Private: what was added up for each content. SPEC 6.';

-- Statements

create function karmayogi.native_sql(stage text, engine bigint default null, seed bigint default null,
                                     generated text default null) returns text
language sql immutable parallel safe
return format(case stage
-- What was read, counted while it is entered.
when 'person_entered' then $sql$
select %5$s, count(*) as row_count, count(*) filter (where p.entered = 1) as repeated,
       coalesce(min(p.generated) filter (where p.generated >= '0' and p.generated < ':'), min(p.generated)) || '|'
       || coalesce(max(p.generated) filter (where p.generated >= '0' and p.generated < ':'), max(p.generated)) as generated
  from (select r.user_id, r.registered, r.left_out, r.mdo_id, r.unreadable, r.unreadable_registration,
               case when r.generated is null then %4$L else nullif(r.generated, E'\x01') end collate "C" as generated,
               case when r.user_id is not null
                    then karmayogi.engine_enter(%1$s, r.user_id, r.mdo_id, r.designation, r.criteria, r.registered, false) end as entered
          from {stage.person_read} r
        offset '0') p
$sql$
-- Ids that occur more than once; entering is how they are found.
when 'duplicate' then 'select r.user_id collate "C" as user_id from karmayogi.engine_repeated(%1$s) r'
when 'duplicate of passes' then $sql$
select p.user_id from {stage.person_read} p where p.user_id is not null group by p.user_id having count(*) > 1
$sql$
-- Every person once.
when 'person' then $sql$
select p.user_id, p.mdo_id, p.designation, p.service_group, p.gender, p.government_email, p.registered_on, p.karma_points,
       p.mdo_leader, p.criteria, p.unreadable, p.unreadable_registration, p.registered, p.left_out
  from {stage.person_read} p
 where p.user_id is not null
   and not exists (select from {stage.duplicate} d where d.user_id = p.user_id)
 union all
select a.user_id, a.mdo_id, a.designation, a.service_group, a.gender, a.government_email, a.registered_on, a.karma_points,
       a.mdo_leader, a.criteria, a.unreadable, a.unreadable_registration, a.registered, a.left_out
  from {stage.person_again} a
$sql$
when 'mdo' then 'select m.mdo_id collate "C" as mdo_id from karmayogi.engine_members(%1$s) m'
-- Without the rows of ids that occur more than once, and with what they were settled to.
when 'person_count' then $sql$
select sum(c.sign * c.persons)::bigint as persons, sum(c.sign * c.registered)::bigint as registered,
       sum(c.sign * c.not_active)::bigint as not_active, sum(c.sign * c.not_my_user)::bigint as not_my_user,
       sum(c.sign * c.volunteers)::bigint as volunteers, sum(c.sign * c.without_organisation)::bigint as without_organisation,
       sum(c.sign * c.unreadable)::bigint as unreadable, sum(c.sign * c.unreadable_registration)::bigint as unreadable_registration,
       max(c.row_count) as row_count, max(c.generated) as generated
  from (select 1 as sign, e.persons, e.registered, e.not_active, e.not_my_user, e.volunteers, e.without_organisation, e.unreadable,
               e.unreadable_registration, e.row_count, e.generated
          from {stage.person_entered} e
         union all
        select -1, %5$s, null, null from {stage.person_repeated} p
         union all
        select 1, %5$s, null, null from {stage.person_again} p) c
$sql$
-- Who has the same MDO, designation that plans name, and other criteria.
when 'combo' then $sql$
select c.combo, c.mdo_id collate "C" as mdo_id, karmayogi.portal_fold(c.mdo_id) collate "C" as mdo_key,
       c.designation_key collate "C" as designation_key, c.criteria, c.criteria_no
  from karmayogi.engine_combos(%1$s) c
$sql$
-- The audiences of each combination: each kind of reach by the join that suits it.
when 'combo_audience' then $sql$
with candidate as (
    select r.audience_no, r.org_id, r.other_criteria, c.combo, c.mdo_id, c.designation_key, c.criteria
      from {stage.reach} r
      join {stage.combo} c on c.mdo_key = r.mdo_key and c.designation_key = r.designation_key
     where r.user_key is null
     union all
    select r.audience_no, r.org_id, r.other_criteria, c.combo, c.mdo_id, c.designation_key, c.criteria
      from {stage.reach} r
      join {stage.combo} c on c.mdo_key = r.mdo_key
     where r.user_key is null and r.designation_key is null
     union all
    select r.audience_no, r.org_id, r.other_criteria, c.combo, c.mdo_id, c.designation_key, c.criteria
      from {stage.reach} r
      join {stage.combo} c on c.designation_key = r.designation_key
     where r.user_key is null and r.mdo_key is null
     union all
    -- plans for everybody look at nothing but the other criteria
    select k.audience_no, k.org_id, false, c.combo, c.mdo_id, c.designation_key, c.criteria
      from (select r.audience_no, r.org_id, x.criteria_no
              from {stage.reach} r
              join {stage.audience} a on a.audience_no = r.audience_no
             cross join (select distinct on (y.criteria_no) y.criteria_no, y.criteria from {stage.combo} y order by y.criteria_no) x
             where r.everybody
               and (not r.other_criteria
                    or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, null, null, null,
                                                   x.criteria[1], x.criteria[2], x.criteria[3], x.criteria[4], x.criteria[5], x.criteria[6]))) k
      join {stage.combo} c on c.criteria_no = k.criteria_no
)
select c.combo, array_agg(distinct c.audience_no order by c.audience_no) as audiences
  from candidate c
  join {stage.audience} a on a.audience_no = c.audience_no
 where (c.org_id is null or c.mdo_id = c.org_id)
   and (not c.other_criteria
        or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, null, c.mdo_id, c.designation_key,
                                       c.criteria[1], c.criteria[2], c.criteria[3], c.criteria[4], c.criteria[5], c.criteria[6]))
 group by c.combo
$sql$
-- The audiences of each official whom a plan names, with those of the combination.
when 'named_audience' then $sql$
select n.user_id, (select array_agg(distinct x.audience_no order by x.audience_no)
                     from unnest(n.audiences || coalesce(c.audiences, '{}')) x (audience_no)) as audiences
  from (select p.user_id, karmayogi.engine_combo_of(%1$s, p.user_id) as combo, array_agg(r.audience_no) as audiences
          from {stage.reach} r
          join {stage.audience} a on a.audience_no = r.audience_no
          join {stage.person} p on karmayogi.portal_fold(p.user_id) = r.user_key
         where p.registered
           and (r.org_id is null or p.mdo_id = r.org_id)
           and (r.mdo_key is null or karmayogi.portal_fold(p.mdo_id) = r.mdo_key)
           and (r.designation_key is null or karmayogi.portal_fold(p.designation) = r.designation_key)
           and (not r.other_criteria
                or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, p.user_id, p.mdo_id, p.designation,
                                               p.criteria[1], p.criteria[2], p.criteria[3], p.criteria[4], p.criteria[5],
                                               p.criteria[6]))
         group by p.user_id) n
  left join {stage.combo_audience} c on c.combo = n.combo
 where n.combo is not null
$sql$
-- The same where every id is as portal_fold makes it, so that who is named is found by it.
when 'named_audience by id' then $sql$
select n.user_id, (select array_agg(distinct x.audience_no order by x.audience_no)
                     from unnest(n.audiences || coalesce(c.audiences, '{}')) x (audience_no)) as audiences
  from (select r.user_key as user_id, r.combo, array_agg(r.audience_no) as audiences
          from (select x.*, karmayogi.engine_combo_of(%1$s, x.user_key) as combo
                  from {stage.reach} x where x.user_key is not null
                offset '0') r
          join {stage.audience} a on a.audience_no = r.audience_no
          join {stage.combo} p on p.combo = r.combo
         where (r.org_id is null or p.mdo_id = r.org_id)
           and (r.mdo_key is null or karmayogi.portal_fold(p.mdo_id) = r.mdo_key)
           and (r.designation_key is null or p.designation_key = r.designation_key)
           and (not r.other_criteria
                or karmayogi.allotment_matches(a.allotment_type, a.allotment_to, a.org_id, r.user_key, p.mdo_id, p.designation_key,
                                               p.criteria[1], p.criteria[2], p.criteria[3], p.criteria[4], p.criteria[5],
                                               p.criteria[6]))
         group by r.user_key, r.combo) n
  left join {stage.combo_audience} c on c.combo = n.combo
$sql$
-- What plans ask of all who have the same audiences.
when 'list' then $sql$
select (row_number() over ())::int as list, s.audiences
  from (select c.audiences from {stage.combo_audience} c union select n.audiences from {stage.named_audience} n) s
$sql$
when 'list_requirement' then $sql$
select l.list, q.content_id, max(q.due_on) as due_on, bool_or(q.apar) as apar
  from {stage.list} l
 cross join lateral unnest(l.audiences) u (audience_no)
  join {stage.requirement} q on q.audience_no = u.audience_no
 group by l.list, q.content_id
$sql$
when 'enrolment_found' then $sql$
select (f.found).*
  from (select karmayogi.engine_enrol(%1$s, e.user_id, e.content_id, e.user_consumption_status, e.certificate_id,
                                      e.first_completed_on, e.last_completed_on, e.content_last_accessed_on,
                                      e.data_last_generated_on) as found
          from {portal.user_enrolments} e
        offset '0') f
$sql$
-- Learning by events, in seconds.
when 'attended' then $sql$
select t.user_id, sum(coalesce(v.seconds, t.own_seconds))::bigint as seconds
  from (select e.user_id, e.event_id, max(karmayogi.portal_seconds(e.duration)) as own_seconds
          from {portal.events_enrolment} e
         where not karmayogi.portal_is_missing(e.event_id)
         group by e.user_id, e.event_id
        having bool_or(e.status = 'completed') and bool_or(length(e.certificate_id) > 5)) t
  left join (select v.event_id, max(karmayogi.portal_seconds(v.duration)) as seconds
               from {portal.events} v group by v.event_id) v on v.event_id = t.event_id
 group by t.user_id
$sql$
-- Rows of official_progress that must go; those that stay leave their digest.
when 'gone' then $sql$
select t.user_id
  from karmayogi.official_progress t
 where not karmayogi.engine_note(%1$s, t.user_id, karmayogi.engine_row_digest(row(%3$s), %2$s))
$sql$
-- Where every registered official stands (SPEC 6).
when 'official' then $sql$
select p.user_id, p.mdo_id, o.md_id, o.ministry_id, o.state_code, p.designation, p.service_group, p.gender,
       p.c[13] = 1 as pwd, p.government_email, p.registered_on, p.c[1] as enrolled, p.c[2] as completed,
       p.c[3] as certificates, p.c[4] + coalesce(l.seconds, 0) as learning_seconds, p.karma_points,
       case when p.c[5] > 0 then date '2000-01-01' + (p.c[5] - 1000000)::int end as last_active_on,
       p.c[6] as cbp_allotted, p.c[7] as cbp_completed, p.c[8] as cbp_in_time, p.c[9] as cbp_overdue,
       p.c[10] as apar_allotted, p.c[11] as apar_completed,
       case when p.c[10] > 0 then p.c[11] * 2 >= p.c[10] end as apar_met, p.c[12] as place
  from (select q.*, karmayogi.engine_counts(%1$s, q.user_id, q.gender, q.mdo_leader, q.settled) as c
          from (select r.user_id, r.mdo_id, r.designation, r.service_group, r.gender, r.government_email, r.registered_on,
                       r.karma_points, r.mdo_leader, false as settled
                  from {stage.person_read} r
                 where r.registered and r.user_id is not null
                 union all
                select a.user_id, a.mdo_id, a.designation, a.service_group, a.gender, a.government_email, a.registered_on,
                       a.karma_points, a.mdo_leader, true
                  from {stage.person_again} a
                 where a.registered) q
        offset '0') p
  left join {stage.organisation} o on o.mdo_id = p.mdo_id
  left join {stage.attended} l on l.user_id = p.user_id
 where p.c is not null
$sql$
-- What differs from official_progress, where that has rows.
when 'progress' then $sql$
select f.*
  from (select t.*, karmayogi.engine_differs(%1$s, t.place, karmayogi.engine_row_digest(row(%3$s), %2$s)) as fate
          from ({official}) t
        offset '0') f
 where f.fate > 0
$sql$
when 'organisation_count' then 'select c.* from karmayogi.engine_organisations(%1$s) c'
when 'content_count' then 'select c.* from karmayogi.engine_contents(%1$s) c'
when 'enrolment_count' then $sql$
select sum(e.row_count)::bigint as row_count, sum(e.unknown_users)::bigint as unknown_users,
       sum(e.unknown_status)::bigint as unknown_status, sum(e.unreadable_first)::bigint as unreadable_first,
       sum(e.unreadable_last)::bigint as unreadable_last, sum(e.unreadable_accessed)::bigint as unreadable_accessed,
       sum(e.without_content)::bigint as without_content, max(e.generated) as generated
  from {stage.enrolment_found} e
$sql$
end, engine, seed,
     't.user_id, t.mdo_id, t.md_id, t.ministry_id, t.state_code, t.designation, t.service_group, t.gender, t.pwd, t.government_email,
      t.registered_on, t.enrolled, t.completed, t.certificates, t.learning_seconds, t.karma_points, t.last_active_on, t.cbp_allotted,
      t.cbp_completed, t.cbp_in_time, t.cbp_overdue, t.apar_allotted, t.apar_completed, t.apar_met', generated,
     'count(p.user_id) as persons, count(p.user_id) filter (where p.registered) as registered,
      count(p.user_id) filter (where p.left_out = ''not active'') as not_active,
      count(p.user_id) filter (where p.left_out = ''not my user'') as not_my_user,
      count(p.user_id) filter (where p.left_out = ''volunteer'') as volunteers,
      count(p.user_id) filter (where p.registered and p.mdo_id is null) as without_organisation,
      count(p.user_id) filter (where p.unreadable) as unreadable,
      count(p.user_id) filter (where p.unreadable_registration) as unreadable_registration');
comment on function karmayogi.native_sql(text, bigint, bigint, text) is
    'Private: the statement of a stage of the native engine where it is another than stage_sql''s. SPEC 5, 6.';

-- The engine at work

create function karmayogi.load_lists(engine bigint) returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
begin
    execute 'select karmayogi.engine_begin_lists($1, 1 + (select count(*) from karmayogi_stage.stage_list),
                                                 (select count(*) from karmayogi_stage.stage_list_requirement))' using engine;
    execute 'select count(karmayogi.engine_add_requirement($1, r.list, r.content_id, r.due_on, r.apar)::text)
               from (select q.* from karmayogi_stage.stage_list_requirement q order by q.list) r' using engine;
    execute 'select karmayogi.engine_end_lists($1)' using engine;
    execute 'select count(karmayogi.engine_assign_combo($1, c.combo, l.list)::text)
               from karmayogi_stage.stage_combo_audience c
               join karmayogi_stage.stage_list l on l.audiences = c.audiences' using engine;
    execute 'select count(karmayogi.engine_assign_official($1, n.user_id, l.list)::text)
               from karmayogi_stage.stage_named_audience n
               join karmayogi_stage.stage_list l on l.audiences = n.audiences' using engine;
end
$$;
comment on function karmayogi.load_lists(bigint) is 'Private: tells the engine what plans ask of whom.';

create function karmayogi.native_pass(engine bigint, pass int, passes int, as_of date, criteria boolean, persons bigint, records bigint, texts bigint,
                                      generated text, seed bigint)
returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
declare
    stage text;
    twice boolean;
    filled boolean;
begin
    perform karmayogi.write_board(null, null, pass + 1, passes);
    perform karmayogi.engine_begin_pass(engine, pass, persons, records, texts);
    if pass = 0 then
        perform karmayogi.make_stage('person_entered', karmayogi.native_sql('person_entered', engine, null, generated), as_of,
                                     'entering officials', persons);
        if (karmayogi.engine_fault_of(engine)).reason is not null then
            return false;
        end if;
        -- with one pass, entering officials has found them
        perform karmayogi.make_stage('duplicate', karmayogi.native_sql(case when passes = 1 then 'duplicate' else 'duplicate of passes' end,
                                                                       engine), as_of);
        execute 'select exists (select from karmayogi_stage.stage_duplicate)' into twice;
        -- whose row was updated last is asked of the portal again, for these few only
        perform karmayogi.make_stage('person_twice', 'select u.* from {portal.user_detail} u where '
            || case when twice then 'u.user_id in (select d.user_id from {stage.duplicate} d)' else 'false' end, as_of, 'settling repeated ids');
        perform karmayogi.make_stage('person_repeated', replace(karmayogi.person_sql(false, criteria), '{portal.user_detail}', '{stage.person_twice}'), as_of);
        perform karmayogi.make_stage('person_again', replace(karmayogi.person_sql(true, criteria), '{portal.user_detail}', '{stage.person_twice}'), as_of);
        execute 'create view karmayogi_stage.stage_person as '
                || karmayogi.bind_sql(karmayogi.native_sql('person'), 'karmayogi_stage.stage_', as_of);
        perform karmayogi.make_stage('attended', karmayogi.native_sql('attended'), as_of, 'reading events_enrolment');
    else
        execute 'select count(karmayogi.engine_enter($1, p.user_id, p.mdo_id, p.designation, p.criteria, p.registered, false))
                   from karmayogi_stage.stage_person_read p where p.user_id is not null' using engine;
    end if;
    execute 'select count(karmayogi.engine_enter($1, a.user_id, a.mdo_id, a.designation, a.criteria, a.registered, true))
               from karmayogi_stage.stage_person_again a' using engine;
    if pass = 0 then
        perform karmayogi.make_stage('mdo', case when passes = 1 then karmayogi.native_sql('mdo', engine)
                                                 else karmayogi.stage_sql('mdo') end, as_of);
        perform karmayogi.make_stage('organisation', karmayogi.stage_sql('organisation'), as_of);
    end if;
    if (karmayogi.engine_fault_of(engine)).reason is not null then
        return false;
    end if;
    foreach stage in array array['combo', 'combo_audience', 'named_audience', 'list', 'list_requirement'] loop
        perform karmayogi.drop_stage(stage);
        perform karmayogi.make_stage(stage, karmayogi.native_sql(
            case when stage = 'named_audience' and not karmayogi.engine_unfolded(engine) then 'named_audience by id' else stage end,
            engine), as_of);
    end loop;
    perform karmayogi.load_lists(engine);
    if pass = 0 then
        -- as every step sees the register
        perform karmayogi.make_stage('pwd', 'select w.user_id from karmayogi.pwd_official w', as_of);
    end if;
    execute 'select count(karmayogi.engine_mark_pwd($1, w.user_id)::text) from karmayogi_stage.stage_pwd w' using engine;
    perform karmayogi.make_stage('enrolment_found', karmayogi.native_sql('enrolment_found', engine), as_of,
                                 'reading user_enrolments', records);
    execute 'update karmayogi_stage.stage_log l set row_count = f.row_count
               from karmayogi_stage.stage_enrolment_found f
              where l.step = (select max(x.step) from karmayogi_stage.stage_log x) and f.row_count > 0';
    execute 'select karmayogi.engine_room($1, (select max(f.officials) from karmayogi_stage.stage_enrolment_found f))' using engine;
    if (karmayogi.engine_fault_of(engine)).reason is not null then
        return false;
    end if;
    select exists (select from karmayogi.official_progress) into filled;
    perform karmayogi.make_stage('gone', case when filled then karmayogi.native_sql('gone', engine, seed)
                                              else 'select null::text collate "C" as user_id where false' end, as_of,
                                 'comparing official_progress');
    perform karmayogi.make_stage('progress', case when filled then replace(karmayogi.native_sql('progress', engine, seed), '{official}',
                                                                           karmayogi.native_sql('official', engine))
                                                  else format('select t.*, 2 as fate from (%s) t', karmayogi.native_sql('official', engine)) end,
                                 as_of, 'computing officials', persons);
    perform karmayogi.engine_end_pass(engine);
    return true;
end
$$;
comment on function karmayogi.native_pass(bigint, int, int, date, boolean, bigint, bigint, bigint, text, bigint) is
    'Private: one pass of the native engine over the officials of one range; false where the engine could not go on.';

create function karmayogi.native_stages(as_of date) returns text
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp
set default_statistics_target = 10 as
$$
declare
    criteria boolean;
    due record;
    load record;
    engine record;
    fault record;
    generated text;
    stage text;
    persons bigint;
    records bigint;
    texts bigint := 0;
    counted boolean := false;
    passes int := 1;
    seed constant bigint := hashtextextended(gen_random_uuid()::text, 0);
begin
    execute 'select coalesce(min(q.due_on) - 1, $1) as base, coalesce(max(q.due_on) - min(q.due_on), 0) as days
               from karmayogi_stage.stage_requirement q' into due using as_of;
    if due.days > 65000 then
        return 'due days of plans lie more than 65,000 days apart';
    end if;
    execute 'select exists (select from karmayogi_stage.stage_audience a where a.other_criteria)' into criteria;
    -- rows are mostly of one night: only those of another keep when they were generated
    perform karmayogi.make_stage('person_generated', 'select u.data_last_generated_on as generated from {portal.user_detail} u limit 1', as_of);
    execute 'select g.generated from karmayogi_stage.stage_person_generated g' into generated;
    persons := karmayogi.make_stage('person_read', karmayogi.person_sql(false, criteria, generated), as_of, 'reading user_detail');
    -- a table that nobody has analysed may hold more than PostgreSQL thinks
    records := karmayogi.estimated_rows('select from {portal.user_enrolments} e', as_of) * 21 / 20 + 10000;
    loop
        execute 'select (select count(*) from karmayogi_stage.stage_content) as contents,
                        (select count(distinct p.content_id) from karmayogi_stage.stage_plan p) as planned,
                        count(*) as designations, coalesce(sum(octet_length(r.designation_key)), 0) as bytes
                   from (select distinct x.designation_key from karmayogi_stage.stage_reach x where x.designation_key is not null) r' into load;
        select * into engine
          from karmayogi.engine_open(persons, records, load.contents + load.planned,
                                     karmayogi.estimated_rows('select from {portal.org_hierarchy} o', as_of) * 2, load.designations,
                                     load.bytes, criteria, due.base, as_of, passes, texts);
        if engine.engine is null then
            return engine.reason;
        end if;
        execute 'select count(karmayogi.engine_add_content($1, c.content_id, c.seconds, c.course, t.gender, t.climate)::text)
                   from karmayogi_stage.stage_content c left join karmayogi_stage.stage_tag t on t.content_id = c.content_id' using engine.engine;
        execute 'select count(karmayogi.engine_add_designation($1, r.designation_key)::text)
                   from (select distinct x.designation_key from karmayogi_stage.stage_reach x where x.designation_key is not null) r' using engine.engine;
        fault := null;
        for pass in 0 .. engine.passes_needed - 1 loop
            if not karmayogi.native_pass(engine.engine, pass, engine.passes_needed, as_of, criteria, persons, records, texts, generated, seed) then
                select * into fault from karmayogi.engine_fault_of(engine.engine);
                exit;
            end if;
        end loop;
        exit when fault is null;
        if fault.passes_needed is null or engine.passes_needed >= 64 then
            return fault.reason;
        end if;
        -- the estimate was too low: now there is a count; if that was not it, more passes
        if not counted then
            if karmayogi.stage_exists('enrolment_found') then
                execute 'select greatest($1, sum(f.row_count)) from karmayogi_stage.stage_enrolment_found f' into records using records;
            end if;
            counted := true;
        else
            passes := least(64, greatest(engine.passes_needed + 1, fault.passes_needed));
        end if;
        execute $x$select coalesce(sum(octet_length(p.user_id) + 16), 0) from karmayogi_stage.stage_person_read p
                    where p.user_id not like '________-____-____-____-____________'$x$ into texts;
        raise notice '%; beginning anew', fault.reason;
        perform karmayogi.drop_stages(array['content', 'content_theme', 'content_area', 'theme', 'tag', 'plan', 'audience', 'requirement',
                                            'reach', 'person_generated', 'person_read', 'state', 'log']);
    end loop;
    foreach stage in array array['organisation_count', 'content_count', 'person_count', 'enrolment_count'] loop
        perform karmayogi.make_stage(stage, karmayogi.native_sql(stage, engine.engine, null, generated), as_of);
    end loop;
    perform karmayogi.engine_close(engine.engine);
    return null;
end
$$;
comment on function karmayogi.native_stages(date) is
    'Private: computes, with the native engine, the stages between the plans and the indicators; NULL, or why it could not.';

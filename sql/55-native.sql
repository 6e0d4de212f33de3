-- Part 55: the native engine - the same stages as part 50 says, with the large
-- ones computed in C: user_detail and user_enrolments are scanned in parallel,
-- once, and what is counted of them is in dynamic shared memory (src/engine.h).
-- What is joined and what is written remains SQL.

-- Memory

create function karmayogi.engine_open(persons bigint, records bigint, contents bigint, organisations bigint, designations bigint,
                                      designation_bytes bigint, criteria boolean, due_base date, as_of date, passes int,
                                      texts bigint, attended bigint, out engine bigint, out passes_needed int, out reason text)
returns record as 'MODULE_PATHNAME', 'engine_open' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_open(bigint, bigint, bigint, bigint, bigint, bigint, boolean, date, date, int, bigint, bigint) is
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
create type karmayogi.person_found as (
    row_count bigint, persons bigint, registered bigint, not_active bigint, not_my_user bigint, volunteers bigint,
    without_organisation bigint, unreadable bigint, unreadable_registration bigint, unknown_status bigint, repeated bigint, texts bigint, generated text,
    pass int, repeated_at tid[]
);
comment on type karmayogi.person_found is 'Private: what the native engine counted while it read user_detail.';
create function karmayogi.engine_person_trans(internal, bigint, int, text, text, text, text, text, text, text, text, text, text, text,
                                              text, text, text, text, text, text, text, text) returns internal
as 'MODULE_PATHNAME', 'engine_person_trans' language c volatile parallel safe;
comment on function karmayogi.engine_person_trans(internal, bigint, int, text, text, text, text, text, text, text, text, text, text, text,
                                                  text, text, text, text, text, text, text, text) is 'Part of engine_person';
create function karmayogi.engine_person_combine(internal, internal) returns internal
as 'MODULE_PATHNAME', 'engine_person_combine' language c volatile parallel safe;
comment on function karmayogi.engine_person_combine(internal, internal) is 'Part of engine_person';
create function karmayogi.engine_person_serial(internal) returns bytea
as 'MODULE_PATHNAME', 'engine_person_serial' language c volatile strict parallel safe;
comment on function karmayogi.engine_person_serial(internal) is 'Part of engine_person';
create function karmayogi.engine_person_deserial(bytea, internal) returns internal
as 'MODULE_PATHNAME', 'engine_person_deserial' language c volatile strict parallel safe;
comment on function karmayogi.engine_person_deserial(bytea, internal) is 'Part of engine_person';
create function karmayogi.engine_person_final(internal) returns karmayogi.person_found
as 'MODULE_PATHNAME', 'engine_person_final' language c volatile parallel safe;
comment on function karmayogi.engine_person_final(internal) is 'Part of engine_person';
create aggregate karmayogi.engine_person(engine bigint, how int, user_id text, mdo_id text, status text, marked_as_not_my_user text,
                                         profile_status text, designation text, roles text, gender text, groups text, email text,
                                         user_registration_date text, no_of_karma_points text, profile_last_updated_date text,
                                         cadre text, cadre_batch text, civil_services text, is_verified_karmayogi text,
                                         is_on_central_deputation text, data_last_generated_on text) (
    sfunc = karmayogi.engine_person_trans, stype = internal, sspace = 8192, combinefunc = karmayogi.engine_person_combine,
    serialfunc = karmayogi.engine_person_serial, deserialfunc = karmayogi.engine_person_deserial,
    finalfunc = karmayogi.engine_person_final, parallel = safe
);
comment on aggregate karmayogi.engine_person(bigint, int, text, text, text, text, text, text, text, text, text, text, text, text, text,
                                             text, text, text, text, text, text) is
    'Private: enters the rows of user_detail into the engine (how: 0; 1: in the place of what an id was entered with; 2: not at all) and returns what was found. SPEC 5, 9.';
create function karmayogi.engine_can_scan(relation regclass, columns text[]) returns boolean
as 'MODULE_PATHNAME', 'engine_can_scan' language c stable strict parallel restricted;
comment on function karmayogi.engine_can_scan(regclass, text[]) is
    'Private: whether the engine can read these columns (NULL: the table has none) of a table itself: a heap that may be read whole, without row security, the columns text, varchar, integer or boolean.';
create function karmayogi.engine_scan_persons(engine bigint, relation regclass, columns text[]) returns karmayogi.person_found
as 'MODULE_PATHNAME', 'engine_scan_persons' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_scan_persons(bigint, regclass, text[]) is
    'Private: as engine_person over a table that engine_can_scan allows, its columns in the order of that aggregate''s arguments, by a parallel scan of the engine''s own; also where the rows of ids stand that occur more than once.';
create function karmayogi.engine_is_repeated(engine bigint, user_id text) returns boolean
as 'MODULE_PATHNAME', 'engine_is_repeated' language c volatile strict parallel safe cost 10;
comment on function karmayogi.engine_is_repeated(bigint, text) is 'Private: whether an id of this pass was entered more than once.';
create function karmayogi.engine_sieve_repeated(engine bigint) returns bigint
as 'MODULE_PATHNAME', 'engine_sieve_repeated' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_sieve_repeated(bigint) is
    'Private: prepares engine_is_repeated to be asked of every row; returns how many ids were entered more than once.';
create function karmayogi.engine_attend_trans(internal, bigint, text, text, bigint, bigint, boolean, boolean) returns internal
as 'MODULE_PATHNAME', 'engine_attend_trans' language c volatile parallel safe;
comment on function karmayogi.engine_attend_trans(internal, bigint, text, text, bigint, bigint, boolean, boolean) is 'Part of engine_attend';
create function karmayogi.engine_attend_combine(internal, internal) returns internal
as 'MODULE_PATHNAME', 'engine_attend_combine' language c volatile parallel safe;
comment on function karmayogi.engine_attend_combine(internal, internal) is 'Part of engine_attend';
create function karmayogi.engine_attend_serial(internal) returns bytea
as 'MODULE_PATHNAME', 'engine_attend_serial' language c volatile strict parallel safe;
comment on function karmayogi.engine_attend_serial(internal) is 'Part of engine_attend';
create function karmayogi.engine_attend_deserial(bytea, internal) returns internal
as 'MODULE_PATHNAME', 'engine_attend_deserial' language c volatile strict parallel safe;
comment on function karmayogi.engine_attend_deserial(bytea, internal) is 'Part of engine_attend';
create function karmayogi.engine_attend_final(internal) returns bytea
as 'MODULE_PATHNAME', 'engine_attend_final' language c volatile parallel safe;
comment on function karmayogi.engine_attend_final(internal) is 'Part of engine_attend';
create aggregate karmayogi.engine_attend(engine bigint, user_id text, event_id text, seconds bigint, own_seconds bigint,
                                         completed boolean, certificated boolean) (
    sfunc = karmayogi.engine_attend_trans, stype = internal, sspace = 65536, combinefunc = karmayogi.engine_attend_combine,
    serialfunc = karmayogi.engine_attend_serial, deserialfunc = karmayogi.engine_attend_deserial,
    finalfunc = karmayogi.engine_attend_final, finalfunc_modify = read_write, parallel = safe
);
comment on aggregate karmayogi.engine_attend(bigint, text, text, bigint, bigint, boolean, boolean) is
    'Private: what officials have learnt by events, from the rows of events_enrolment, for engine_keep_attended; own_seconds: of a row whose event says none. SPEC 6.';
create function karmayogi.engine_keep_attended(engine bigint, attended bytea) returns bigint
as 'MODULE_PATHNAME', 'engine_keep_attended' language c volatile strict parallel restricted;
comment on function karmayogi.engine_keep_attended(bigint, bytea) is
    'Private: tells the engine what engine_attend has found; returns of how many officials.';
create function karmayogi.engine_scan_attended(engine bigint, relation regclass, columns text[], events text[], seconds bigint[]) returns bigint
as 'MODULE_PATHNAME', 'engine_scan_attended' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_scan_attended(bigint, regclass, text[], text[], bigint[]) is
    'Private: as engine_attend over a table that engine_can_scan allows and then engine_keep_attended, by a parallel scan of the engine''s own; events, and what each lasts.';
create function karmayogi.engine_mark_pwd(engine bigint, user_id text) returns void
as 'MODULE_PATHNAME', 'engine_mark_pwd' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_mark_pwd(bigint, text) is 'Private: an official of pwd_official.';
create function karmayogi.engine_members(engine bigint, out mdo_id text) returns setof text
as 'MODULE_PATHNAME', 'engine_members' language c volatile strict parallel unsafe rows 10000;
comment on function karmayogi.engine_members(bigint) is 'Private: the MDOs that rows of registered officials name, also those that do not count because their id occurs again.';
create function karmayogi.engine_unfolded(engine bigint) returns boolean
as 'MODULE_PATHNAME', 'engine_unfolded' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_unfolded(bigint) is 'Private: whether ids occur that are not as portal_fold makes them.';
create function karmayogi.engine_begin_plans(engine bigint, audiences int) returns void
as 'MODULE_PATHNAME', 'engine_begin_plans' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_begin_plans(bigint, int) is
    'Private: what follows tells the engine of plans, whose audiences have numbers up to this one.';
create function karmayogi.engine_add_audience(engine bigint, audience int, allotment_type text, allotment_to text) returns void
as 'MODULE_PATHNAME', 'engine_add_audience' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_add_audience(bigint, int, text, text) is
    'Private: an audience that has other criteria than ids, MDOs and designations.';
create function karmayogi.engine_add_requirement(engine bigint, audience int, content_id text, due_on date, apar boolean) returns void
as 'MODULE_PATHNAME', 'engine_add_requirement' language c volatile parallel unsafe;
comment on function karmayogi.engine_add_requirement(bigint, int, text, date, boolean) is 'Private: a content that plans ask of an audience.';
create function karmayogi.engine_add_reach(engine bigint, audience int, org int, designation_key text) returns void
as 'MODULE_PATHNAME', 'engine_add_reach' language c volatile parallel unsafe;
comment on function karmayogi.engine_add_reach(bigint, int, int, text) is
    'Private: an audience reaches who has this MDO, by its number, and this designation; NULL: any. Its other criteria have been told.';
create function karmayogi.engine_add_named(engine bigint, audience int, user_id text, org int, designation_key text) returns void
as 'MODULE_PATHNAME', 'engine_add_named' language c volatile parallel unsafe;
comment on function karmayogi.engine_add_named(bigint, int, text, int, text) is
    'Private: an audience names an official, who must have this MDO and this designation, too.';
create function karmayogi.engine_end_plans(engine bigint) returns bigint
as 'MODULE_PATHNAME', 'engine_end_plans' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_end_plans(bigint) is
    'Private: finds out what is asked of whom; returns how many different lists there are.';

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
create function karmayogi.engine_scan_enrolments(engine bigint, relation regclass, columns text[]) returns karmayogi.enrolment_found
as 'MODULE_PATHNAME', 'engine_scan_enrolments' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_scan_enrolments(bigint, regclass, text[]) is
    'Private: as engine_enrol over a table that engine_can_scan allows, its columns in the order of that aggregate''s arguments, by a parallel scan of the engine''s own.';
create function karmayogi.engine_room(engine bigint, officials bigint) returns boolean
as 'MODULE_PATHNAME', 'engine_room' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_room(bigint, bigint) is 'Private: whether the counts of so many officials who are enrolled have room.';

-- Where officials, MDOs and contents stand

create function karmayogi.engine_counts(engine bigint, user_id text) returns bigint[]
as 'MODULE_PATHNAME', 'engine_counts' language c volatile strict parallel safe cost 20;
comment on function karmayogi.engine_counts(bigint, text) is
    'Private: an official''s counts: enrolled, completed, certificates, seconds, last active day, allotted, allotted and completed, in time, overdue, APAR allotted, APAR completed, PwD; NULL for who is no official of this pass.';
create function karmayogi.engine_place(engine bigint, mdo_id text, md_id text, ministry_id text, state_code text) returns void
as 'MODULE_PATHNAME', 'engine_place' language c volatile parallel unsafe;
comment on function karmayogi.engine_place(bigint, text, text, text, text) is 'Private: tells the engine where an MDO stands.';
create function karmayogi.engine_compare(engine bigint, user_id text, mdo_id text, md_id text, ministry_id text, state_code text,
    designation text, service_group text, gender text, pwd boolean, government_email boolean, registered_on date, enrolled int,
    completed int, certificates int, learning_seconds bigint, karma_points bigint, last_active_on date, cbp_allotted int,
    cbp_completed int, cbp_in_time int, cbp_overdue int, apar_allotted int, apar_completed int, apar_met boolean)
returns int as 'MODULE_PATHNAME', 'engine_compare' language c volatile parallel safe cost 20;
comment on function karmayogi.engine_compare(bigint, text, text, text, text, text, text, text, text, boolean, boolean, date, int, int,
    int, bigint, bigint, date, int, int, int, int, int, int, boolean) is
    'Private: notes whether a row of official_progress is as it would be written, and returns 0 where it is, and for who is no official of this pass; 1 where it differs; 2 where nobody registered has the id any more.';
create function karmayogi.engine_compare_table(engine bigint, relation regclass, columns text[], target regclass) returns bigint
as 'MODULE_PATHNAME', 'engine_compare_table' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_compare_table(bigint, regclass, text[], regclass) is
    'Private: as stage outdated says, by a parallel scan of the engine''s own over official_progress, its columns in their order: appends to the target what is not as it would be written; returns how many rows.';
create function karmayogi.engine_write_officials(engine bigint, relation regclass, columns text[], target regclass) returns bigint
as 'MODULE_PATHNAME', 'engine_write_officials' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_write_officials(bigint, regclass, text[], regclass) is
    'Private: as stage progress says, by a parallel scan of the engine''s own over user_detail: appends to the target, which has the columns of official_progress and perhaps that stage''s last one, the row of every official that is to be written, but for those of repeated ids; returns how many.';
create function karmayogi.engine_forgo_digests(engine bigint) returns void
as 'MODULE_PATHNAME', 'engine_forgo_digests' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_forgo_digests(bigint) is
    'Private: nothing will be compared with official_progress, which is empty: what that takes need not be made.';
create function karmayogi.engine_fate(engine bigint, user_id text, settled boolean) returns int
as 'MODULE_PATHNAME', 'engine_fate' language c volatile strict parallel safe cost 10;
comment on function karmayogi.engine_fate(bigint, text, boolean) is
    'Private: 1 where an official''s row differs from that of official_progress, 2 where that has none; else 0: also for who is no official of this pass, and for a row of a repeated id that is not the settled one.';
create function karmayogi.engine_sieve_unwritten(engine bigint) returns bigint
as 'MODULE_PATHNAME', 'engine_sieve_unwritten' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_sieve_unwritten(bigint) is
    'Private: prepares engine_fate to be asked of every row; returns how many officials official_progress has not, or not so.';
create function karmayogi.engine_reduce(engine bigint) returns bigint
as 'MODULE_PATHNAME', 'engine_reduce' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_reduce(bigint) is
    'Private: computes the counts of all officials at once, by all processes, in memory; returns how many are enrolled. Where official_progress is compared that computes them.';
create function karmayogi.engine_end_pass(engine bigint) returns void
as 'MODULE_PATHNAME', 'engine_end_pass' language c volatile strict parallel unsafe;
comment on function karmayogi.engine_end_pass(bigint) is 'Private: adds up what was allotted in this pass.';
create function karmayogi.engine_organisations(engine bigint, out mdo_id text, out registered bigint, out women bigint, out men bigint,
    out pwd bigint, out cbp_any bigint, out cbp_all bigint, out gender_learnt bigint, out women_gender_learnt bigint,
    out climate_learnt bigint, out leaders bigint, out allotted bigint, out completed bigint, out in_time bigint, out overdue bigint)
returns setof record as 'MODULE_PATHNAME', 'engine_organisations' language c volatile strict parallel unsafe rows 10000;
comment on function karmayogi.engine_organisations(bigint) is 'Private: what was added up for each MDO, and for none. SPEC 7.';
create function karmayogi.engine_contents(engine bigint, out content_id text, out enrolled bigint, out completed bigint,
                                          out certificates bigint, out allotted bigint)
returns setof record as 'MODULE_PATHNAME', 'engine_contents' language c volatile strict parallel unsafe rows 5000;
comment on function karmayogi.engine_contents(bigint) is 'Private: what was added up for each content. SPEC 6.';

-- Statements

create function karmayogi.person_call(engine bigint, how int) returns text
language sql immutable parallel safe
return format('karmayogi.engine_person(%s, %s, u.user_id, u.mdo_id, u.status, u.marked_as_not_my_user, u.profile_status, u.designation,
       u.roles, u.gender, u.groups, u.email, u.user_registration_date, u.no_of_karma_points, u.profile_last_updated_date, u.cadre,
       u.cadre_batch, u.civil_services, u.is_verified_karmayogi, u.is_on_central_deputation, u.data_last_generated_on)', engine, how);
comment on function karmayogi.person_call(bigint, int) is 'Private: the call of the aggregate engine_person over user_detail u.';

create function karmayogi.official_sql_of(relation text, settled boolean) returns text
language sql immutable strict parallel safe
begin atomic
    select replace(karmayogi.person_sql(false, false), '{portal.user_detail}',
                   format('(select d.* from %s d where karmayogi.engine_fate(%%1$s, d.user_id, %L) > 0 offset ''0'')', $1, $2));
end;
comment on function karmayogi.official_sql_of(text, boolean) is
    'Private: the persons of a relation whose row is to be written; settled: each id once. The engine is %1$s.';

create function karmayogi.official_sql(persons text) returns text
language sql immutable strict parallel safe
return format($sql$
select p.user_id, p.mdo_id, o.md_id, o.ministry_id, o.state_code, p.designation, p.service_group, p.gender,
       p.c[12] = 1 as pwd, p.government_email, p.registered_on, p.c[1]::int as enrolled, p.c[2]::int as completed,
       p.c[3]::int as certificates, p.c[4] as learning_seconds, p.karma_points,
       case when p.c[5] > 0 then date '2000-01-01' + (p.c[5] - 1000000)::int end as last_active_on,
       p.c[6]::int as cbp_allotted, p.c[7]::int as cbp_completed, p.c[8]::int as cbp_in_time, p.c[9]::int as cbp_overdue,
       p.c[10]::int as apar_allotted, p.c[11]::int as apar_completed,
       case when p.c[10] > 0 then p.c[11] * 2 >= p.c[10] end as apar_met, p.fate
  from (select q.*, karmayogi.engine_counts(%%1$s, q.user_id) as c, karmayogi.engine_fate(%%1$s, q.user_id, true) as fate
          from (%s) q
        offset '0') p
  left join {stage.organisation} o on o.mdo_id = p.mdo_id
$sql$, persons);
comment on function karmayogi.official_sql(text) is
    'Private: the rows of official_progress, and what becomes of them, of persons. The engine is %1$s. SPEC 6.';

create function karmayogi.native_sql(stage text, engine bigint default null, criteria boolean default null) returns text
language sql immutable parallel safe
return format(case stage
-- What was read, counted while it is entered.
when 'person_found' then 'select (f.found).* from (select %2$s as found from {portal.user_detail} u offset 0) f'
-- Ids that occur more than once: all their rows, fetched or looked for, and whether it is the one that counts.
when 'person_twice' then $sql$
select u.user_id, u.mdo_id, u.status, u.marked_as_not_my_user, u.profile_status, u.designation, u.roles, u.gender, u.groups, u.email,
       u.user_registration_date, u.no_of_karma_points, u.profile_last_updated_date, u.cadre, u.cadre_batch, u.civil_services,
       u.is_verified_karmayogi, u.is_on_central_deputation, u.data_last_generated_on,
       row_number() over (partition by u.user_id order by $sql$ || karmayogi.settling_order() || $sql$) = 1 as settled
  from {portal.user_detail} u
 where karmayogi.engine_is_repeated(%1$s, u.user_id)$sql$
when 'person_settled' then 'select u.* from {stage.person_twice} u where u.settled'
-- What is entered in their place, which was counted once already, and what was counted too much.
when 'person_again' then $sql$
select 0 as sign, (f.found).* from (select %3$s as found from {stage.person_settled} u offset '0') f
 union all
select -1, (f.found).* from (select %4$s as found from {stage.person_twice} u where not u.settled offset '0') f
$sql$
-- Every person once.
when 'person' then karmayogi.person_sql(false, criteria) || 'where not karmayogi.engine_is_repeated(%1$s, p.user_id) union all '
                   || replace(karmayogi.person_sql(false, criteria), '{portal.user_detail}', '{stage.person_settled}')
-- With the numbers that the engine gave them, and as plans name them.
when 'mdo' then $sql$
select m.mdo_id collate "C" as mdo_id, m.org::int as org, karmayogi.portal_fold(m.mdo_id) collate "C" as mdo_key
  from karmayogi.engine_members(%1$s) with ordinality m (mdo_id, org)
$sql$
-- Without the rows of ids that occur more than once, and with what they were settled to.
when 'person_count' then $sql$
select sum(c.sign * c.persons)::bigint as persons, sum(c.sign * c.registered)::bigint as registered,
       sum(c.sign * c.not_active)::bigint as not_active, sum(c.sign * c.not_my_user)::bigint as not_my_user,
       sum(c.sign * c.volunteers)::bigint as volunteers, sum(c.sign * c.without_organisation)::bigint as without_organisation,
       sum(c.sign * c.unreadable)::bigint as unreadable, sum(c.sign * c.unreadable_registration)::bigint as unreadable_registration,
       sum(c.sign * c.unknown_status)::bigint as unknown_status,
       sum(c.row_count) filter (where c.entered)::bigint as row_count, max(c.generated) filter (where c.entered) as generated
  from (select true as entered, 1 as sign, f.* from {stage.person_found} f
         union all
        select false, a.* from {stage.person_again} a) c
$sql$
-- Whom plans reach, and what they ask: what load_plans told is worked out.
when 'list' then 'select karmayogi.engine_end_plans(%1$s) as lists'
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
select karmayogi.engine_keep_attended(%1$s, f.found) as officials
  from (-- finished here: what only the leader may do beside it would keep workers from adding up
        select karmayogi.engine_attend(%1$s, e.user_id, e.event_id, v.seconds,
                                       case when v.seconds is null then karmayogi.portal_seconds(e.duration) end,
                                       e.status = 'completed', length(e.certificate_id) > 5) as found
          from {portal.events_enrolment} e
          left join (select v.event_id, max(karmayogi.portal_seconds(v.duration)) as seconds
                       from {portal.events} v group by v.event_id) v on v.event_id = e.event_id
        offset 0) f
$sql$
-- Rows of official_progress that are not as they would be written, and where they lie.
when 'outdated' then $sql$
select t.user_id, t.old_at, t.fate = 2 as gone
  from (select t.user_id, t.ctid as old_at,
               karmayogi.engine_compare(%1$s, t.user_id, t.mdo_id, t.md_id, t.ministry_id, t.state_code, t.designation, t.service_group,
                                        t.gender, t.pwd, t.government_email, t.registered_on, t.enrolled, t.completed, t.certificates,
                                        t.learning_seconds, t.karma_points, t.last_active_on, t.cbp_allotted, t.cbp_completed,
                                        t.cbp_in_time, t.cbp_overdue, t.apar_allotted, t.apar_completed, t.apar_met) as fate
          from karmayogi.official_progress t
        offset 0) t
 where t.fate > 0
$sql$
-- Where registered officials stand whose row is to be written (SPEC 6); and of them those of repeated ids.
when 'progress' then karmayogi.official_sql(karmayogi.official_sql_of('{portal.user_detail}', false)
                                            || ' union all ' || karmayogi.official_sql_of('{stage.person_settled}', true))
when 'progress_settled' then karmayogi.official_sql(karmayogi.official_sql_of('{stage.person_settled}', true))
when 'organisation_count' then 'select c.* from karmayogi.engine_organisations(%1$s) c'
when 'content_count' then 'select c.* from karmayogi.engine_contents(%1$s) c'
when 'enrolment_count' then $sql$
select sum(e.row_count)::bigint as row_count, sum(e.unknown_users)::bigint as unknown_users,
       sum(e.unknown_status)::bigint as unknown_status, sum(e.unreadable_first)::bigint as unreadable_first,
       sum(e.unreadable_last)::bigint as unreadable_last, sum(e.unreadable_accessed)::bigint as unreadable_accessed,
       sum(e.without_content)::bigint as without_content, max(e.generated) as generated
  from {stage.enrolment_found} e
$sql$
end, engine,
     karmayogi.person_call(engine, 0), karmayogi.person_call(engine, 1), karmayogi.person_call(engine, 2));
comment on function karmayogi.native_sql(text, bigint, boolean) is
    'Private: the statement of a stage of the native engine where it is another than stage_sql''s. SPEC 5, 6.';

-- A scan of the engine's own where the table that stands there now allows it: faster than the statement.
create function karmayogi.scan_sql(stage text, engine bigint, target text default null) returns text
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select format(t.call, t.scan, $2, t.relation, t.columns, $3)
      from (select w.scan, w.call, s.relid::oid::text as relation, s.relid, c.columns, c.columns as asked
              from (select 'select f.* from karmayogi.%1$I(%2$s, %3$L::pg_catalog.regclass, %4$L::pg_catalog.text[]) f' as finds,
                           'select karmayogi.%1$I(%2$s, %3$L::pg_catalog.regclass, %4$L::pg_catalog.text[], %5$L::pg_catalog.regclass)' as fills,
                           $sql$
select karmayogi.%1$I(%2$s, %3$L::pg_catalog.regclass, %4$L::pg_catalog.text[], coalesce(pg_catalog.array_agg(v.event_id), '{}'),
                      coalesce(pg_catalog.array_agg(v.seconds), '{}')) as officials
  from (select v.event_id, pg_catalog.max(karmayogi.portal_seconds(v.duration)) as seconds from {portal.events} v group by v.event_id) v
$sql$ as attends) how
             cross join lateral (values ('person_found', how.finds, 'engine_scan_persons', 'user_detail',
                            array['user_id', 'mdo_id', 'status', 'marked_as_not_my_user', 'profile_status', 'designation', 'roles', 'gender',
                                  'groups', 'email', 'user_registration_date', 'no_of_karma_points', 'profile_last_updated_date', 'cadre',
                                  'cadre_batch', 'civil_services', 'is_verified_karmayogi', 'is_on_central_deputation',
                                  'data_last_generated_on']),
                           ('attended', how.attends, 'engine_scan_attended', 'events_enrolment',
                            array['user_id', 'event_id', 'status', 'certificate_id', 'duration']),
                           ('enrolment_found', how.finds, 'engine_scan_enrolments', 'user_enrolments',
                            array['user_id', 'content_id', 'user_consumption_status', 'certificate_id', 'first_completed_on',
                                  'last_completed_on', 'content_last_accessed_on', 'data_last_generated_on']),
                           ('progress', how.fills, 'engine_write_officials', 'user_detail',
                            array['user_id', 'mdo_id', 'designation', 'gender', 'groups', 'email', 'user_registration_date',
                                  'no_of_karma_points'])) w (stage, call, scan, table_name, columns)
              join karmayogi.portal_source() s on s.table_name = w.table_name
             cross join lateral (
                   select array_agg(p.reads order by n.position) as columns
                     from unnest(w.columns) with ordinality n (column_name, position)
                     left join karmayogi.portal_columns() p on p.table_name = w.table_name and p.column_name = n.column_name) c
             where w.stage = $1
             union all
            select 'engine_compare_table',
                   'select karmayogi.%1$I(%2$s, %3$L::pg_catalog.regclass, %4$L::pg_catalog.text[], %5$L::pg_catalog.regclass)',
                   'karmayogi.official_progress', 'karmayogi.official_progress'::regclass,
                   array['user_id', 'mdo_id', 'md_id', 'ministry_id', 'state_code', 'designation', 'service_group', 'gender', 'pwd',
                         'government_email', 'registered_on', 'enrolled', 'completed', 'certificates', 'learning_seconds',
                         'karma_points', 'last_active_on', 'cbp_allotted', 'cbp_completed', 'cbp_in_time', 'cbp_overdue',
                         'apar_allotted', 'apar_completed', 'apar_met'],
                   -- its own numbers and dates it can read
                   array['user_id']
             where $1 = 'outdated') t
     where karmayogi.engine_can_scan(t.relid, t.asked) and not karmayogi.portal_is_redirected(t.relid);
end;
comment on function karmayogi.scan_sql(text, bigint, text) is
    'Private: the statement of stage person_found, attended or enrolment_found by a scan of the engine''s own, or the one that appends the rows of stage outdated or progress to a table; NULL where the table has to be read by native_sql''s.';

-- The engine at work

create function karmayogi.load_plans(engine bigint) returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
begin
    execute 'select karmayogi.engine_begin_plans($1, (select coalesce(max(a.audience_no), 0) from karmayogi_stage.stage_audience a))' using engine;
    execute 'select count(karmayogi.engine_add_audience($1, a.audience_no, a.allotment_type, a.allotment_to)::text)
               from karmayogi_stage.stage_audience a where a.other_criteria' using engine;
    -- what several rows of plans ask the engine brings together itself
    execute 'select count(karmayogi.engine_add_requirement($1, p.audience_no, p.content_id, p.due_on, p.apar)::text)
               from karmayogi_stage.stage_plan p where p.live and p.content_id is not null' using engine;
    -- an MDO that plans name may be several to the portal: ids that differ in case
    execute 'select count(karmayogi.engine_add_reach($1, r.audience_no, m.org, r.designation_key)::text)
               from karmayogi_stage.stage_reach r
               left join karmayogi_stage.stage_mdo m on m.mdo_key = r.mdo_key and (r.org_id is null or m.mdo_id = r.org_id)
              where r.user_key is null and (r.mdo_key is null or m.org is not null)' using engine;
    -- where every id is as portal_fold makes it, who is named is found by it; else persons are read anew, as every step sees them
    perform karmayogi.run_step(format('select count(karmayogi.engine_add_named(%L, r.audience_no, ', engine)
            || case when karmayogi.engine_unfolded(engine) then 'p.user_id' else 'r.user_key' end || ', m.org, d.designation_key)::text)
               from karmayogi_stage.stage_reach r
               join karmayogi_stage.stage_audience a on a.audience_no = r.audience_no
               left join lateral unnest(a.designations) d (designation_key) on true '
            || case when karmayogi.engine_unfolded(engine)
                    then 'join karmayogi_stage.stage_person p on karmayogi.portal_fold(p.user_id) = r.user_key and p.registered ' else '' end
            || 'left join karmayogi_stage.stage_mdo m on m.mdo_key = r.mdo_key and (r.org_id is null or m.mdo_id = r.org_id)
              where r.user_key is not null and (r.mdo_key is null or m.org is not null)
                and (a.designations is null or d.designation_key is not null)');
end
$$;
comment on function karmayogi.load_plans(bigint) is 'Private: tells the engine whom plans reach and what they ask.';

-- Whose row was updated last is asked of the portal again, for these few only.
create function karmayogi.settle_repeated(engine bigint, as_of date) returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    query text := karmayogi.native_sql('person_twice', engine);
    placed boolean;
begin
    perform karmayogi.drop_stage('person');
    perform karmayogi.drop_stage('person_settled');
    perform karmayogi.drop_stage('person_twice');
    execute 'select f.repeated_at is not null from karmayogi_stage.stage_person_found f order by f.pass desc limit 1' into placed;
    if karmayogi.engine_sieve_repeated(engine) = 0 then
        query := query || ' and false';
    elsif placed then
        query := replace(query, '{portal.user_detail}', '{placed.user_detail}')
                 || ' and u.row_at = any ((select f.repeated_at from {stage.person_found} f order by f.pass desc limit 1)::tid[])';
    end if;
    perform karmayogi.make_stage('person_twice', query, as_of, 'settling repeated ids');
    execute 'create view karmayogi_stage.stage_person_settled as '
            || karmayogi.bind_sql(karmayogi.native_sql('person_settled', engine), 'karmayogi_stage.stage_', as_of);
end
$$;
comment on function karmayogi.settle_repeated(bigint, date) is
    'Private: the rows of ids that occur more than once, and of each the one that counts.';

create function karmayogi.progress_is_bare() returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
begin
    -- nobody shall give it an index before it is filled
    lock table karmayogi.official_progress in row exclusive mode;
    return not exists (select from karmayogi.official_progress)
           and not exists (select from pg_catalog.pg_index i where i.indrelid = 'karmayogi.official_progress'::regclass)
           and (select c.relkind = 'r' and not (c.relhastriggers or c.relhasrules or c.relrowsecurity or c.relispartition) and c.relchecks = 0
                  from pg_catalog.pg_class c where c.oid = 'karmayogi.official_progress'::regclass)
           and not exists (select from pg_catalog.pg_attribute a
                            where a.attrelid = 'karmayogi.official_progress'::regclass and a.attnum > 0
                              and (a.attisdropped or a.attgenerated <> ''));
end
$$;
comment on function karmayogi.progress_is_bare() is
    'Private: whether official_progress can be filled in bulk: nothing is in it yet, and nothing has to be looked after row by row.';

-- Rows of official_progress for who is to be written, appended to a table that has its columns; NULL where the engine
-- cannot scan user_detail itself.
create function karmayogi.write_officials(engine bigint, as_of date, target text) returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    scan constant text := karmayogi.scan_sql('progress', engine, target);
    columns text;
    written bigint;
begin
    if scan is null then
        return null;
    end if;
    execute scan into written;
    select string_agg('s.' || quote_ident(a.attname), ', ' order by a.attnum) into columns
      from pg_catalog.pg_attribute a
     where a.attrelid = target::regclass and a.attnum > 0;
    return written + karmayogi.fill_table(format('select %s from (%s) s', columns,
                                                 karmayogi.bind_sql(karmayogi.native_sql('progress_settled', engine),
                                                                    'karmayogi_stage.stage_', as_of)), target::regclass);
end
$$;
comment on function karmayogi.write_officials(bigint, date, text) is
    'Private: appends the rows of stage progress to a table by a scan of the engine''s own, and those of repeated ids; returns how many, or NULL, nothing done, where the engine cannot scan user_detail itself.';

-- What differs from official_progress, and what takes its place: large only in a night that changes much.
create function karmayogi.fill_stage(stage text, engine bigint, as_of date, phase text, expected bigint) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
declare
    target constant text := 'karmayogi_stage.stage_' || stage;
    began constant timestamptz := clock_timestamp();
    query constant text := karmayogi.native_sql(stage, engine);
    scan constant text := karmayogi.scan_sql(stage, engine, target);
    filled bigint;
begin
    if stage = 'progress' and karmayogi.engine_sieve_unwritten(engine) = 0 then
        -- nobody to be written need not be looked for
        perform karmayogi.make_stage(stage, query || ' where false', as_of, phase);
        return;
    elsif scan is null then
        perform karmayogi.make_stage(stage, query, as_of, phase, expected);
        return;
    end if;
    perform karmayogi.write_board(phase, expected, null, null);
    if not karmayogi.stage_exists(stage) then
        execute format('create unlogged table %s as %s with no data', target, karmayogi.bind_sql(query, 'karmayogi_stage.stage_', as_of));
    end if;
    if stage = 'progress' then
        filled := karmayogi.write_officials(engine, as_of, target);
    else
        execute scan into filled;
    end if;
    perform karmayogi.log_stage(stage, phase, filled, began);
end
$$;
comment on function karmayogi.fill_stage(text, bigint, date, text, bigint) is
    'Private: makes stage outdated or progress, or adds the rows of another pass to it: by a scan of the engine''s own where that can be, else by its statement.';

-- A stage of one row that says how many there were.
create function karmayogi.log_rows(counted bigint) returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    logged record;
begin
    update karmayogi_stage.stage_log l set row_count = counted
     where l.step = (select max(x.step) from karmayogi_stage.stage_log x)
    returning l.phase, l.duration into logged;
    raise notice '%: % rows in % s', logged.phase, counted, round(extract(epoch from logged.duration), 1);
end
$$;
comment on function karmayogi.log_rows(bigint) is 'Private: corrects the rows that the last phase is logged with.';

create function karmayogi.native_pass(engine bigint, pass int, passes int, as_of date, criteria boolean, persons bigint, records bigint, texts bigint,
                                      attended bigint)
returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
declare
    -- an empty table is filled from the engine once the gate has judged
    bare constant boolean := passes = 1 and karmayogi.progress_is_bare();
begin
    perform karmayogi.write_board(null, null, pass + 1, passes);
    perform karmayogi.engine_begin_pass(engine, pass, persons, records, texts);
    if bare then
        perform karmayogi.engine_forgo_digests(engine);
    end if;
    -- what is there of the pass before gets more rows: of this one's counts are nothing, of repeated ids its own
    perform karmayogi.make_stage('person_found', coalesce(karmayogi.scan_sql('person_found', engine),
                                                                  karmayogi.native_sql('person_found', engine, criteria)), as_of, 'reading user_detail', persons);
    execute 'select karmayogi.log_rows(max(f.row_count)) from karmayogi_stage.stage_person_found f';
    if (karmayogi.engine_fault_of(engine)).reason is not null then
        return false;
    end if;
    if pass = 0 then
        perform karmayogi.make_stage('mdo', karmayogi.native_sql('mdo', engine), as_of);
        perform karmayogi.make_stage('organisation', karmayogi.stage_sql('organisation'), as_of);
        execute 'select count(karmayogi.engine_place($1, o.mdo_id, o.md_id, o.ministry_id, o.state_code)::text)
                   from karmayogi_stage.stage_organisation o' using engine;
        -- as every step sees the register
        perform karmayogi.make_stage('pwd', 'select w.user_id from karmayogi.pwd_official w', as_of);
    end if;
    perform karmayogi.settle_repeated(engine, as_of);
    perform karmayogi.make_stage('person_again', karmayogi.native_sql('person_again', engine, criteria), as_of);
    perform karmayogi.drop_stage('attended');
    perform karmayogi.make_stage('attended', coalesce(karmayogi.scan_sql('attended', engine), karmayogi.native_sql('attended', engine)),
                                 as_of, 'reading events_enrolment', attended);
    execute 'select karmayogi.log_rows(a.officials) from karmayogi_stage.stage_attended a';
    execute 'select count(karmayogi.engine_mark_pwd($1, w.user_id)::text) from karmayogi_stage.stage_pwd w' using engine;
    if karmayogi.engine_unfolded(engine) then
        execute 'create view karmayogi_stage.stage_person as '
                || karmayogi.bind_sql(karmayogi.native_sql('person', engine, criteria), 'karmayogi_stage.stage_', as_of);
    end if;
    if (karmayogi.engine_fault_of(engine)).reason is not null then
        return false;
    end if;
    perform karmayogi.load_plans(engine);
    perform karmayogi.drop_stage('list');
    perform karmayogi.make_stage('list', karmayogi.native_sql('list', engine), as_of, 'matching plans');
    execute 'select karmayogi.log_rows(a.lists) from karmayogi_stage.stage_list a';
    perform karmayogi.make_stage('enrolment_found', coalesce(karmayogi.scan_sql('enrolment_found', engine),
                                                             karmayogi.native_sql('enrolment_found', engine)), as_of,
                                 'reading user_enrolments', records);
    execute 'select karmayogi.log_rows(max(f.row_count)) from karmayogi_stage.stage_enrolment_found f';
    execute 'select karmayogi.engine_room($1, (select max(f.officials) from karmayogi_stage.stage_enrolment_found f))' using engine;
    if (karmayogi.engine_fault_of(engine)).reason is not null then
        return false;
    end if;
    if not bare then
        perform karmayogi.fill_stage('outdated', engine, as_of, 'comparing official_progress', persons);
        perform karmayogi.fill_stage('progress', engine, as_of, 'computing officials', persons);
    else
        perform karmayogi.engine_reduce(engine);
    end if;
    perform karmayogi.engine_end_pass(engine);
    return true;
end
$$;
comment on function karmayogi.native_pass(bigint, int, int, date, boolean, bigint, bigint, bigint, bigint) is
    'Private: one pass of the native engine over the officials of one range; false where the engine could not go on.';

create function karmayogi.native_stages(as_of date, out reason text, out open_engine bigint) returns record
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp
set default_statistics_target = 10
-- of what is read little is left, though the planner cannot know: workers are always worth their while
set enable_partitionwise_aggregate = off  -- each state has memory of its own, and one process should have one state
set enable_mergejoin = off  -- to sort texts takes longer than to hash them
set parallel_setup_cost = 100
set parallel_tuple_cost = 0.001 as
$$
declare
    criteria boolean;
    due record;
    load record;
    engine record;
    fault record;
    stage text;
    -- a table may hold more than PostgreSQL thinks; of persons an eighth more have room anyway
    persons bigint := karmayogi.estimated_rows('select from {portal.user_detail} u', as_of) + 10000;
    records bigint := karmayogi.estimated_rows('select from {portal.user_enrolments} e', as_of) * 33 / 32 + 10000;
    attended bigint := karmayogi.estimated_rows('select from {portal.events_enrolment} e', as_of) * 33 / 32 + 10000;
    texts bigint := 0;
    counted record;
    passes int := 1;
    -- designations that plans name
    named constant text := 'select distinct k.designation_key
                              from karmayogi_stage.stage_audience a
                             cross join lateral unnest(a.designations) k (designation_key)
                             where a.intelligible';
begin
    -- the engine counts 65,500 days: where plans are due on days like 9999-12-31 or in the year 226, those around the as-of
    execute 'select case when max(p.due_on) - min(p.due_on) > 65000 then $1 - 30001 else coalesce(min(p.due_on) - 1, $1) end as base
               from karmayogi_stage.stage_plan p where p.live and p.content_id is not null' into due using as_of;
    execute 'select exists (select from karmayogi_stage.stage_audience a where a.other_criteria)' into criteria;
    loop
        execute 'select (select count(*) from karmayogi_stage.stage_content) as contents,
                        (select count(*) from (select distinct p.content_id from karmayogi_stage.stage_plan p) d) as planned,
                        count(*) as designations, coalesce(sum(octet_length(r.designation_key)), 0) as bytes
                   from (' || named || ') r' into load;
        select * into engine
          from karmayogi.engine_open(persons, records, load.contents + load.planned,
                                     karmayogi.estimated_rows('select from {portal.org_hierarchy} o', as_of) * 2, load.designations,
                                     load.bytes, criteria, due.base, as_of, passes, texts, attended);
        if engine.engine is null then
            reason := engine.reason;
            return;
        end if;
        execute 'select count(karmayogi.engine_add_content($1, c.content_id, c.seconds, c.course, t.gender, t.climate)::text)
                   from karmayogi_stage.stage_content c left join karmayogi_stage.stage_tag t on t.content_id = c.content_id' using engine.engine;
        execute 'select count(karmayogi.engine_add_designation($1, r.designation_key)::text)
                   from (' || named || ') r' using engine.engine;
        fault := null;
        for pass in 0 .. engine.passes_needed - 1 loop
            if not karmayogi.native_pass(engine.engine, pass, engine.passes_needed, as_of, criteria, persons, records, texts,
                                         attended) then
                select * into fault from karmayogi.engine_fault_of(engine.engine);
                exit;
            end if;
        end loop;
        exit when fault is null;
        -- what follows, plain SQL or another engine, needs its memory
        perform karmayogi.engine_close(engine.engine);
        if fault.passes_needed is null or engine.passes_needed >= 64 then
            reason := fault.reason;
            return;
        end if;
        -- an estimate was too low: now there are counts; if that was not it, more passes
        execute 'select greatest($1, sum(f.row_count)) as persons, greatest($2, sum(f.texts)) as texts, $3 as records
                   from karmayogi_stage.stage_person_found f' into counted using persons, texts, records;
        if karmayogi.stage_exists('enrolment_found') then
            execute 'select greatest($1, sum(f.row_count)) from karmayogi_stage.stage_enrolment_found f' into counted.records using records;
        end if;
        if (counted.persons, counted.texts, counted.records) = (persons, texts, records) then
            passes := least(64, greatest(engine.passes_needed + 1, fault.passes_needed));
        end if;
        persons := counted.persons;
        texts := counted.texts;
        records := counted.records;
        raise notice '%; beginning anew', fault.reason;
        perform karmayogi.drop_stages(array['content', 'content_theme', 'content_area', 'theme', 'tag', 'plan', 'audience',
                                            'reach', 'state', 'log']);
    end loop;
    foreach stage in array array['organisation_count', 'content_count', 'person_count', 'enrolment_count'] loop
        perform karmayogi.make_stage(stage, karmayogi.native_sql(stage, engine.engine), as_of);
    end loop;
    -- an MDO that only rows name which do not count is nobody's
    execute 'delete from karmayogi_stage.stage_organisation o
              where not o.known and o.mdo_id not in (select c.mdo_id from karmayogi_stage.stage_organisation_count c where c.mdo_id is not null)';
    if karmayogi.stage_exists('progress') then
        perform karmayogi.engine_close(engine.engine);
    else
        open_engine := engine.engine;
    end if;
end
$$;
comment on function karmayogi.native_stages(date) is
    'Private: computes, with the native engine, the stages between the plans and the indicators, or says why it could not; the engine stays open where fill_progress has to follow.';

create function karmayogi.fill_progress(engine bigint, as_of date) returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp
set enable_mergejoin = off
set parallel_setup_cost = 100
set parallel_tuple_cost = 0.001 as
$$
declare
    phase constant text := 'computing officials';
    began constant timestamptz := clock_timestamp();
    expected bigint;
    filled bigint;
begin
    execute 'select sum(f.row_count) from karmayogi_stage.stage_person_found f' into expected;
    perform karmayogi.write_board(phase, expected, null, null);
    filled := karmayogi.write_officials(engine, as_of, 'karmayogi.official_progress');
    if filled is null then
        filled := karmayogi.fill_table(
            (select format('select %s from (%s) s', string_agg('s.' || quote_ident(a.attname), ', ' order by a.attnum),
                           karmayogi.bind_sql(karmayogi.native_sql('progress', engine), 'karmayogi_stage.stage_', as_of))
               from pg_catalog.pg_attribute a
              where a.attrelid = 'karmayogi.official_progress'::regclass and a.attnum > 0),
            'karmayogi.official_progress');
    end if;
    -- what follows has its memory
    perform karmayogi.engine_close(engine);
    insert into karmayogi_stage.stage_log (phase, row_count, started_at, duration)
    values (phase, filled, began, clock_timestamp() - began);
    raise notice '%: % rows in % s', phase, filled, round(extract(epoch from clock_timestamp() - began), 1);
    return filled;
end
$$;
comment on function karmayogi.fill_progress(bigint, date) is
    'Private: writes all officials of the native engine to the empty official_progress, which has no indexes yet, and closes the engine; returns their number.';

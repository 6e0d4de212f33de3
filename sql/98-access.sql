-- Part 98: who may see what (SPEC 10). Nothing is open to PUBLIC. A reader gets
-- the aggregated views; who looks after an organisation besides the officials of
-- it, through views that know the current role; an operator what a refresh and
-- reports need. All of it are ordinary privileges of PostgreSQL, so that \dp
-- shows them and a dump carries them, and one table of who looks after what.
--
-- No function here or elsewhere runs with other rights than the caller's: what a
-- portal table turns out to be must never run with more rights than those of
-- who reads it. Hence the allotments of officials are kept by the refresh, which
-- reads the portal anyway, and my_allotments reads what is kept.

-- Who looks after which organisation

create table karmayogi.mdo_grant (
    role_name name not null,
    mdo_id text collate "C" not null,
    role_oid oid,
    granted_by name not null default session_user,
    granted_at timestamptz not null default clock_timestamp(),
    primary key (role_name, mdo_id)
);
-- a row that nobody holds any more would be restored as that of who bears the name there
select pg_catalog.pg_extension_config_dump('karmayogi.mdo_grant',
    'where exists (select from pg_catalog.pg_roles r where r.oid = role_oid and r.rolname = role_name)');
comment on table karmayogi.mdo_grant is
    'Which role sees the officials of which organisation; written by grant_mdo and revoke_access. SPEC 10.';
comment on column karmayogi.mdo_grant.role_name is 'The role.';
comment on column karmayogi.mdo_grant.mdo_id is 'The organisation; with it goes everything whose M/D it is in the newest snapshot.';
comment on column karmayogi.mdo_grant.role_oid is
    'The role that bore the name when the row was written; another role that takes the name, or this one under another name, sees nothing.';
comment on column karmayogi.mdo_grant.granted_by is 'The session user who granted it.';
comment on column karmayogi.mdo_grant.granted_at is 'The clock when it was granted.';

create function karmayogi.mdo_grant_role() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp as
$$
begin
    -- on restore too: roles have other numbers there
    new.role_oid := (select r.oid from pg_catalog.pg_roles r where r.rolname = new.role_name);
    return new;
end
$$;
comment on function karmayogi.mdo_grant_role() is 'Private: trigger that looks up the role of a row of mdo_grant.';
create trigger role_found before insert or update on karmayogi.mdo_grant
    for each row execute function karmayogi.mdo_grant_role();

create view karmayogi.granted_mdo with (security_barrier) as
    select g.role_oid, g.mdo_id
      from karmayogi.mdo_grant g
      join pg_catalog.pg_roles r on r.rolname = g.role_name and r.oid = g.role_oid
     union
    select g.role_oid, o.mdo_id
      from karmayogi.mdo_grant g
      join pg_catalog.pg_roles r on r.rolname = g.role_name and r.oid = g.role_oid
      join karmayogi.snapshot_org o on o.md_id = g.mdo_id
     where o.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s);
comment on view karmayogi.granted_mdo is
    'Private: every organisation that a role looks after: those granted, and in the newest snapshot all whose M/D they are.';
comment on column karmayogi.granted_mdo.role_oid is 'The role.';
comment on column karmayogi.granted_mdo.mdo_id is 'The organisation.';

create view karmayogi.my_mdo with (security_barrier) as
    select distinct g.mdo_id
      from karmayogi.granted_mdo g
     where pg_catalog.pg_has_role(current_user, g.role_oid, 'usage');
comment on view karmayogi.my_mdo is
    'The organisations whose officials the current role sees: granted to it, or to a role whose privileges it has. SPEC 10.';
comment on column karmayogi.my_mdo.mdo_id is 'The organisation.';

create view karmayogi.my_officials with (security_barrier) as
    select p.user_id, p.mdo_id, o.mdo_name, p.md_id, p.ministry_id, p.state_code, p.designation, p.service_group, p.gender,
           p.pwd, p.government_email, p.registered_on, p.enrolled, p.completed, p.certificates, p.learning_seconds,
           p.karma_points, p.last_active_on, p.cbp_allotted, p.cbp_completed, p.cbp_in_time, p.cbp_overdue,
           p.apar_allotted, p.apar_completed, p.apar_met
      from karmayogi.official_progress p
      left join karmayogi.snapshot_org o
             on o.mdo_id = p.mdo_id and o.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s)
     where p.mdo_id in (select m.mdo_id from karmayogi.my_mdo m);
comment on view karmayogi.my_officials is
    'official_progress of the officials that the current role looks after (grant_mdo): those of its organisations and of everything whose M/D they are. A security barrier: no condition of a query is asked of anybody else. SPEC 10.';

-- Each course allotted to each of them

create table karmayogi.official_allotment (
    user_id text collate "C" not null,
    mdo_id text collate "C" not null,
    content_id text collate "C" not null,
    content_name text,
    due_on date,
    apar boolean not null,
    state text collate "C" not null,
    completed_on date,
    in_time boolean,
    primary key (user_id, content_id)
);
create index official_allotment_mdo_id on karmayogi.official_allotment (mdo_id);
comment on index karmayogi.official_allotment_mdo_id is 'For who looks after an organisation.';
comment on table karmayogi.official_allotment is
    'What live plans allot to the officials of organisations that somebody looks after (grant_mdo), as of the last refresh; the allotments of all officials would be too many to keep. Not dumped: the next refresh fills it. SPEC 6, 10.';

create function karmayogi.write_allotments() returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set extra_float_digits = 1
set enable_nestloop = off
set jit = off as
$$
declare
    as_of constant date := (select s.as_of from karmayogi.snapshot s order by s.snapshot_id desc limit 1);
    -- of large tables only the rows of these officials are looked at
    ours constant text := '(select d.* from {portal.%1$s} d
         where d.user_id in (select p.user_id from karmayogi.official_progress p
                              where p.mdo_id in (select g.mdo_id from karmayogi.granted_mdo g))) %2$s';
    query text;
    changed bigint;
    affected bigint;
begin
    if as_of is null or not exists (select from karmayogi.granted_mdo g) then
        delete from karmayogi.official_allotment;
        get diagnostics changed = row_count;
        return changed;
    end if;
    select 'with ' || string_agg(format('{stage.%s} as materialized (%s)', s.stage,
                                        replace(replace(karmayogi.stage_sql(s.stage),
                                                '{portal.user_detail} u', format(ours, 'user_detail', 'u')),
                                                '{portal.user_enrolments} q', format(ours, 'user_enrolments', 'q'))),
                                 ', ' order by s.position)
      into query
      from unnest('{person,content,plan,audience,requirement,reach,member,allotment,enrolment}'::text[])
           with ordinality s (stage, position);
    -- the portal as all that is published with it saw it
    perform karmayogi.drop_stage('official_allotment');
    perform karmayogi.run_step('create ' || karmayogi.stage_kind() || ' table karmayogi_stage.stage_official_allotment as ' || karmayogi.bind_sql(query || $sql$
        select p.user_id, p.mdo_id, a.content_id, c.content_name, a.due_on, a.apar,
               case when e.completed then 'completed' when a.due_on + 1 <= {as_of} then 'overdue'
                    when e.enrolled then 'enrolled' else 'not enrolled' end as state,
               e.completed_at::date as completed_on,
               case when e.completed and a.due_on is not null then coalesce(e.completed_at < a.due_on + 1, false) end as in_time
          from {stage.allotment} a
          join {stage.person} p on p.user_no = a.user_no
          left join {stage.enrolment} e on e.user_no = a.user_no and e.content_id = a.content_id and e.enrolled
          left join {stage.content} c on c.content_id = a.content_id
         where p.mdo_id in (select g.mdo_id from karmayogi.granted_mdo g)$sql$, 'stage_', as_of));
    execute 'analyze karmayogi_stage.stage_official_allotment';
    execute 'delete from karmayogi.official_allotment o
              where not exists (select from karmayogi_stage.stage_official_allotment f
                                 where f.user_id = o.user_id and f.content_id = o.content_id)';
    get diagnostics changed = row_count;
    execute 'insert into karmayogi.official_allotment as o
                    (user_id, mdo_id, content_id, content_name, due_on, apar, state, completed_on, in_time)
             select f.user_id, f.mdo_id, f.content_id, f.content_name, f.due_on, f.apar, f.state, f.completed_on, f.in_time
               from karmayogi_stage.stage_official_allotment f
               left join karmayogi.official_allotment k on k.user_id = f.user_id and k.content_id = f.content_id
              where (k.user_id, k.mdo_id, k.content_name, k.due_on, k.apar, k.state, k.completed_on, k.in_time)
                    is distinct from (f.user_id, f.mdo_id, f.content_name, f.due_on, f.apar, f.state, f.completed_on, f.in_time)
                 on conflict (user_id, content_id) do update
                set mdo_id = excluded.mdo_id, content_name = excluded.content_name, due_on = excluded.due_on,
                    apar = excluded.apar, state = excluded.state, completed_on = excluded.completed_on,
                    in_time = excluded.in_time';
    get diagnostics affected = row_count;
    perform karmayogi.drop_stage('official_allotment');
    return changed + affected;
end
$$;
comment on function karmayogi.write_allotments() is
    'Private: brings official_allotment up to date from the portal as the snapshot that is held sees it, as of the newest snapshot published; returns how many rows it wrote. SPEC 6, 9, 10.';

create function karmayogi.renew_allotments() returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
declare
    changed bigint;
begin
    perform karmayogi.take_turn();
    perform karmayogi.hold_snapshot();
    perform karmayogi.drop_stage('state');
    perform karmayogi.run_step('create ' || karmayogi.stage_kind() || ' table karmayogi_stage.stage_state as '
        || karmayogi.bind_sql(karmayogi.state_sql('{user_detail,user_enrolments,cb_plan,content}', '{}'), 'karmayogi_stage.stage_', karmayogi.today()));
    execute 'select karmayogi.gate((select array_agg(row(s.*)::karmayogi.portal_state) from karmayogi_stage.stage_state s), ''{}'')';
    changed := karmayogi.write_allotments();
    perform karmayogi.drop_snapshot();
    -- whether a load went on meanwhile
    execute 'select karmayogi.gate((select array_agg(row(s.*)::karmayogi.portal_state) from karmayogi_stage.stage_state s), ''{}'')';
    perform karmayogi.drop_stage('state');
    return changed;
end
$$;
comment on function karmayogi.renew_allotments() is
    'Brings official_allotment up to date from the portal, as of the newest snapshot: writes what differs and returns how many rows. A refresh calls it; call it after grant_mdo, to not wait for the night. Reads the portal with the rights of the caller. Errors: lock_not_available while a refresh runs; object_not_in_prerequisite_state while one of the tables is missing, empty, being written, of two nights or far below the last snapshot; undefined_table, undefined_column. SPEC 6, 10.';

create view karmayogi.my_allotments with (security_barrier) as
    select a.user_id, a.mdo_id, o.mdo_name, a.content_id, a.content_name, a.due_on, a.apar, a.state, a.completed_on,
           a.in_time, n.as_of
      from karmayogi.official_allotment a
      join karmayogi.snapshot n on n.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s)
      left join karmayogi.snapshot_org o on o.snapshot_id = n.snapshot_id and o.mdo_id = a.mdo_id
     where a.mdo_id in (select m.mdo_id from karmayogi.my_mdo m);
comment on view karmayogi.my_allotments is
    'Each course that live plans allot to each official whom the current role looks after (grant_mdo), with its state as of the newest snapshot. A security barrier. Empty after grant_mdo until the next refresh, or renew_allotments(). SPEC 6, 10.';

create view karmayogi.my_score_card with (security_barrier) as
    select r.entity_id as md_id, r.entity_name as md_name, r.rank, r.score, r.previous_rank, r.rank_change, r.size_class,
           r.size_rank, r.registered, r.strength, b.parameter, b.indicator, b.numerator, b.denominator, b.value,
           b.performance, b.weight, b.points_earned, b.points_lost, b.closes, b.reason, r.scheme, r.official_scheme, r.as_of
      from karmayogi.unit_ranking r
      join karmayogi.unit_breakdown b on b.level = r.level and b.entity_id = r.entity_id
     where r.level = 'md' and b.level = 'md'
       and r.entity_id in (select o.md_id
                             from karmayogi.my_mdo m
                             join karmayogi.snapshot_org o
                               on o.mdo_id = m.mdo_id
                              and o.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s));
comment on view karmayogi.my_score_card is
    'Score, rank and breakdown of the M/D of each organisation that the current role looks after (grant_mdo), in the newest snapshot: a row per parameter and indicator. A State''s M/D has a score and no rank. SPEC 8, 10.';

do $$
declare
    said record;
begin
    for said in
        select v.name, a.attname, coalesce(m.meaning, col_description(s.source::regclass, b.attnum)) as meaning
          from (values ('my_officials', 'karmayogi.official_progress'), ('my_score_card', 'karmayogi.mdo_ranking'),
                       ('my_score_card', 'karmayogi.score_breakdown'), ('my_allotments', null),
                       ('official_allotment', null)) v (name, source)
          join pg_catalog.pg_attribute a on a.attrelid = ('karmayogi.' || v.name)::regclass and a.attnum > 0
         cross join lateral (values (v.source)) s (source)
          left join pg_catalog.pg_attribute b on b.attrelid = s.source::regclass and b.attname = a.attname
          left join (values
                ('my_officials', 'mdo_name', 'Name of the organisation.'),
                ('my_allotments', 'mdo_name', 'Name of the organisation.'),
                ('my_allotments', 'as_of', 'The day as of which a course is overdue.'),
                ('', 'user_id', 'The official, as in the portal''s user_detail.'),
                ('', 'mdo_id', 'Organisation of the official.'),
                ('', 'content_id', 'The course allotted.'),
                ('', 'content_name', 'Its name.'),
                ('', 'due_on', 'Its due day, the latest of all plans; NULL: none.'),
                ('', 'apar', 'Allotted by an APAR plan.'),
                ('', 'state', 'completed, overdue, enrolled or not enrolled.'),
                ('', 'completed_on', 'Day of completion; NULL where unreadable, or not completed.'),
                ('', 'in_time', 'Completed before the end of the due day; NULL: not completed, or no due day.')
               ) m (view, name, meaning)
            on m.name = a.attname and m.view = any (array[v.name, case when v.source is null then '' end])
         where coalesce(m.meaning, col_description(s.source::regclass, b.attnum)) is not null
    loop
        execute format('comment on column karmayogi.%I.%I is %L', said.name, said.attname, said.meaning);
    end loop;
end
$$;

-- Who reported and who verified stays true, whoever may write the table

create function karmayogi.guard_signature() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp as
$$
begin
    if pg_has_role(current_user, (select c.relowner from pg_catalog.pg_class c where c.oid = tg_relid), 'usage') then
        return new;
    end if;
    if tg_op = 'INSERT' and (new.report_id > (select q.last_value from karmayogi.report_report_id_seq q)
                             or not exists (select from karmayogi.indicator i, karmayogi.try_report_period(new.period, i.frequency) p
                                             where i.code = new.indicator and p.period_start = new.period_start and p.period_end = new.period_end)) then
        raise exception 'this is not the number or not the period of the report'
            using errcode = 'check_violation',
                  detail = format('Report %s of %s says that %s is from %s to %s.', new.report_id, new.indicator, new.period, new.period_start, new.period_end),
                  hint = 'Use karmayogi.submit_report.';
    end if;
    if (tg_op = 'INSERT' and (new.submitted_by <> session_user or new.verified_by is not null or new.superseded_by is not null)
        or tg_op = 'UPDATE' and ((new.verified_by, new.verified_at, new.accepted, new.remark)
                                 is distinct from (old.verified_by, old.verified_at, old.accepted, old.remark)
                                 and (old.verified_by is not null or new.verified_by is distinct from session_user)
                                 or old.superseded_by is not null and new.superseded_by is distinct from old.superseded_by)) then
        raise exception 'nobody signs a report for somebody else'
            using errcode = 'insufficient_privilege',
                  detail = format('A report bears the names of who submitted and who verified it, and the session user is %s.', session_user),
                  hint = 'Use karmayogi.submit_report and karmayogi.verify_report.';
    end if;
    if tg_op = 'UPDATE' and old.verified_by is null and new.verified_by is not null then
        new.verified_at := clock_timestamp();
    end if;
    return new;
end
$$;
comment on function karmayogi.guard_signature() is
    'Trigger: keeps whoever may write reports, but for the owner, from writing them in another name, under a number or for days that are not theirs, at another time, and from changing a verdict.';
create trigger report_signed before insert or update on karmayogi.report
    for each row execute function karmayogi.guard_signature();
comment on trigger report_signed on karmayogi.report is 'Who submitted and who verified stays true (SPEC 10).';

-- Granting

create function karmayogi.reader_relations() returns text[]
language sql immutable parallel safe
return '{snapshot,setting,indicator,indicator_note,scoring_scheme,scoring_parameter,scoring_weight,state_ut,snapshot_org,snapshot_unit,
unit_ranking,mdo_ranking,ministry_ranking,state_ranking,top_performers,rank_history,unit_breakdown,score_breakdown,
kpi_annexure,kpi_table,kpi_1,kpi_2,kpi_3,kpi_4,kpi_5,kpi_6,kpi_7,kpi_8,kpi_9,kpi_10,course_progress}'::text[];
comment on function karmayogi.reader_relations() is
    'Private: what grant_reader opens: the aggregated views, what they stand on that is no secret, and the catalogue. Whoever adds a view decides whether it belongs here.';

create function karmayogi.check_grant(role name) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp as
$$
declare
    owner record;
begin
    if role is null or not exists (select from pg_catalog.pg_roles r where r.rolname = role) then
        raise exception 'role "%" does not exist', coalesce(role, 'NULL')
            using errcode = 'undefined_object',
                  detail = 'Access is given to one role by its name, exactly as pg_roles has it; nothing is ever given to PUBLIC.',
                  hint = format('Create it first: create role %I.', coalesce(role, 'dashboard'));
    end if;
    select n.nspowner as oid, r.rolname as name into owner
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_roles r on r.oid = n.nspowner
     where n.nspname = 'karmayogi';
    if not pg_has_role(current_user, owner.oid, 'usage') then
        raise exception 'only the owner of karmayogi may give or take access'
            using errcode = 'insufficient_privilege',
                  detail = format('The owner is %s, and the current user is %s.', owner.name, current_user),
                  hint = 'Let a superuser, or a member of the owner''s role, do it.';
    end if;
end
$$;
comment on function karmayogi.check_grant(name) is
    'Private: error undefined_object for an unknown role, insufficient_privilege unless the caller has the rights of the extension''s owner.';

create function karmayogi.grant_views(role name, relations text[]) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
declare
    given record;
begin
    execute format('grant usage on schema karmayogi to %I', role);
    for given in
        -- the seal is made of what readers are not shown, too: of few small counts it would tell which ones fit
        select format('grant select%s on karmayogi.%I to %I',
                      case when r.name = 'snapshot'
                           then (select format(' (%s)', string_agg(quote_ident(a.attname), ', ' order by a.attnum))
                                   from pg_catalog.pg_attribute a
                                  where a.attrelid = 'karmayogi.snapshot'::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'seal') end,
                      r.name, role) as statement
          from unnest(relations) r (name)
         union all
        -- what these views call is called by who reads them
        select format('grant execute on routine %s to %I', f.oid::regprocedure, role)
          from (with recursive called as (
                    select d.refobjid as oid
                      from unnest(relations) r (name)
                      join pg_catalog.pg_rewrite w on w.ev_class = format('karmayogi.%I', r.name)::regclass
                      join pg_catalog.pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                                                 and d.refclassid = 'pg_proc'::regclass
                     union
                    -- views that views stand on, and functions that functions call
                    select d.refobjid
                      from (with recursive under as (
                                select format('karmayogi.%I', r.name)::regclass::oid as oid from unnest(relations) r (name)
                                 union
                                select d.refobjid
                                  from under u
                                  join pg_catalog.pg_rewrite w on w.ev_class = u.oid
                                  join pg_catalog.pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                                                             and d.refclassid = 'pg_class'::regclass and d.refobjid <> u.oid)
                            select w.oid from under u join pg_catalog.pg_rewrite w on w.ev_class = u.oid) w
                      join pg_catalog.pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                                                 and d.refclassid = 'pg_proc'::regclass
                     union
                    select d.refobjid
                      from called c
                      join pg_catalog.pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = c.oid
                                                 and d.refclassid = 'pg_proc'::regclass)
                select c.oid from called c) f
          join pg_catalog.pg_proc p on p.oid = f.oid and p.pronamespace = 'karmayogi'::regnamespace
    loop
        execute given.statement;
    end loop;
end
$$;
comment on function karmayogi.grant_views(name, text[]) is
    'Private: grants SELECT on relations of karmayogi, and EXECUTE on the functions that they call.';

create function karmayogi.grant_reader(role name) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
begin
    perform karmayogi.check_grant(role);
    perform karmayogi.grant_views(role, karmayogi.reader_relations());
end
$$;
comment on function karmayogi.grant_reader(name) is
    'Lets a role read the aggregated views: rankings, breakdown, annexure, history, courses; nothing about a single official, and no small count (setting small_count_floor). Ordinary privileges, given with the rights of the caller, who must be the owner of the extension or a superuser. Errors: undefined_object, insufficient_privilege. revoke_access takes it back. SPEC 10.';

create function karmayogi.grant_mdo(role name, mdo_id text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
begin
    perform karmayogi.check_grant(role);
    if grant_mdo.mdo_id is null
       or not exists (select from karmayogi.snapshot_org o
                       where o.snapshot_id = karmayogi.newest_snapshot() and grant_mdo.mdo_id in (o.mdo_id, o.md_id)) then
        raise exception 'organisation "%" is not in the newest snapshot', coalesce(grant_mdo.mdo_id, 'NULL')
            using errcode = 'undefined_object',
                  detail = case when karmayogi.newest_snapshot() is null then 'There is no snapshot yet.'
                                else format('Snapshot %s has no organisation or M/D of this mdo_id.', karmayogi.newest_snapshot()) end,
                  hint = case when karmayogi.newest_snapshot() is null then 'Call karmayogi.refresh() first.'
                              else 'Give mdo_id or md_id as table karmayogi.snapshot_org has it.' end;
    end if;
    perform karmayogi.grant_views(role, karmayogi.reader_relations()
                                        || '{my_mdo,my_officials,my_allotments,my_score_card}'::text[]);
    insert into karmayogi.mdo_grant as g (role_name, mdo_id) values (role, grant_mdo.mdo_id)
        on conflict on constraint mdo_grant_pkey do update set granted_by = session_user, granted_at = clock_timestamp();
end
$$;
comment on function karmayogi.grant_mdo(name, text) is
    'Lets a role, and whoever has its privileges, see the officials of an organisation and of everything whose M/D it is, through my_officials, my_allotments and my_score_card, besides all that grant_reader gives. Several organisations: call it for each. Errors: undefined_object for an unknown role or organisation, insufficient_privilege unless the caller is the owner of the extension or a superuser. revoke_access takes it back. SPEC 10.';

create function karmayogi.grant_operator(role name) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
declare
    given record;
begin
    perform karmayogi.check_grant(role);
    execute format('grant usage on schema karmayogi to %I', role);
    execute format('grant usage, create on schema karmayogi_stage to %I', role);
    for given in
        with member as (
            select d.classid, d.objid
              from pg_catalog.pg_depend d
              join pg_catalog.pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
             where e.extname = 'karmayogi' and d.deptype = 'e'
        ), relation as (
            select c.oid, c.relname, c.relkind
              from member m
              join pg_catalog.pg_class c on m.classid = 'pg_class'::regclass and c.oid = m.objid
        ), register as (
            -- who entered a row, and when, is not for him to say
            select r.oid, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
              from relation r
              join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
             where r.relkind = 'r'
               and exists (select from pg_catalog.pg_attribute e where e.attrelid = r.oid and e.attname = 'entered_by')
               and a.attname not in ('entered_by', 'entered_at')
             group by r.oid
        ), published as (
            -- a snapshot, what belongs to one, and what a refresh brings up to date
            select r.oid
              from relation r
             where r.oid = any ('{karmayogi.snapshot,karmayogi.official_progress,karmayogi.course_progress,
                                  karmayogi.official_allotment,karmayogi.annexure_shown}'::regclass[])
                or exists (select from pg_catalog.pg_constraint f
                            where f.conrelid = r.oid and f.contype = 'f' and f.confrelid = 'karmayogi.snapshot'::regclass)
        )
        select format('grant execute on routine %s to %I', p.oid::regprocedure, role) as statement
          from member m
          join pg_catalog.pg_proc p on m.classid = 'pg_proc'::regclass and p.oid = m.objid
         where p.pronamespace = 'karmayogi'::regnamespace
         union all
        select format('grant select on karmayogi.%I to %I', r.relname, role) from relation r where r.relkind in ('r', 'v', 'm', 'S')
         union all
        select format('grant insert, update, delete on %s to %I', p.oid::regclass, role) from published p
         union all
        select format('grant insert (%1$s), update (%1$s), delete on %2$s to %3$I', g.columns, g.oid::regclass, role) from register g
         union all
        -- a report: deleting is refused by a trigger, but the right to do so is what locking asks for
        select format('grant insert (report_id, indicator, entity_id, period, period_start, period_end, numerator, denominator, evidence),
                             update (superseded_by, verified_by, verified_at, accepted, remark), delete on karmayogi.report to %I', role)
         union all
        select format('grant usage on sequence karmayogi.report_report_id_seq to %I', role)
         union all
        -- what is locked for a turn
        select format('grant update on karmayogi.refresh_turn, karmayogi.report_turn to %I', role)
    loop
        execute given.statement;
    end loop;
end
$$;
comment on function karmayogi.grant_operator(name) is
    'Lets a role refresh, enter registers, submit and verify reports, and read everything of karmayogi; not change settings, schemes, rules, bindings or access. To refresh it needs, besides, USAGE on the portal''s schema and SELECT on its tables. Errors: undefined_object, insufficient_privilege unless the caller is the owner of the extension or a superuser. Repeat it after an update of the extension. revoke_access takes it back. SPEC 10.';

create function karmayogi.revoke_access(role name, mdo_id text default null) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
begin
    perform karmayogi.check_grant(role);
    if revoke_access.mdo_id is null then
        delete from karmayogi.mdo_grant g
         where g.role_name = role or g.role_oid = (select r.oid from pg_catalog.pg_roles r where r.rolname = role);
        execute format('revoke all on all tables in schema karmayogi from %I', role);
        execute format('revoke all on all sequences in schema karmayogi from %I', role);
        execute format('revoke all on all routines in schema karmayogi from %I', role);
        execute format('revoke all on schema karmayogi, karmayogi_stage from %I', role);
        return;
    end if;
    -- under an earlier name of the role, too
    delete from karmayogi.mdo_grant g
     where (g.role_name = role or g.role_oid = (select r.oid from pg_catalog.pg_roles r where r.rolname = role))
       and g.mdo_id = revoke_access.mdo_id;
    if not found then
        raise exception 'organisation "%" is not granted to role "%"', revoke_access.mdo_id, role
            using errcode = 'undefined_object',
                  detail = coalesce('Granted are ' || (select string_agg(g.mdo_id, ', ' order by g.mdo_id)
                                                         from karmayogi.mdo_grant g where g.role_name = role) || '.',
                                    'No organisation is granted to it.'),
                  hint = 'See table karmayogi.mdo_grant; without an organisation, revoke_access takes everything.';
    end if;
end
$$;
comment on function karmayogi.revoke_access(name, text) is
    'Takes back all that grant_reader, grant_mdo and grant_operator gave a role; with an organisation, only that one: the role stays a reader. Errors: undefined_object for an unknown role, or an organisation that is not granted, insufficient_privilege unless the caller is the owner of the extension or a superuser. SPEC 10.';

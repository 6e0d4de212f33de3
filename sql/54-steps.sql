-- Part 54: the steps of a refresh. Each is a statement whose result becomes a
-- table karmayogi_stage.stage_X, all under one snapshot of the portal, each timed.
-- The tables are gone when the refresh ends.

-- Stages stand in a schema of their own: who may refresh has to make tables, and
-- whoever could make things in schema karmayogi would be called by everybody.
create schema karmayogi_stage;
comment on schema karmayogi_stage is
    'Private: tables of a refresh that is running, gone when it ends; see karmayogi.refresh.';

-- A row that is locked, and not an advisory lock: that anybody could take who may connect.
create table karmayogi.refresh_turn (turn boolean primary key check (turn));
insert into karmayogi.refresh_turn values (true);
comment on table karmayogi.refresh_turn is 'Private: its one row is locked by who has the turn to refresh; see karmayogi.take_turn.';
comment on column karmayogi.refresh_turn.turn is 'True.';

create function karmayogi.take_turn() returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
begin
    perform from karmayogi.refresh_turn t for update skip locked;
    if not found then
        raise exception 'another refresh is running'
            using errcode = 'lock_not_available',
                  detail = 'One refresh at a time reads the portal and publishes.',
                  hint = 'Wait until it has finished; view karmayogi.refresh_progress shows how far it is, and pg_locks who holds karmayogi.refresh_turn.';
    end if;
end
$$;
comment on function karmayogi.take_turn() is
    'Private: keeps refreshes, and what writes the same tables, off until the end of the transaction; error lock_not_available while another session does.';

create function karmayogi.hold_snapshot() returns void
as 'MODULE_PATHNAME', 'hold_snapshot' language c volatile parallel unsafe;
comment on function karmayogi.hold_snapshot() is
    'Private: what this statement sees is what every step sees, until drop_snapshot() or the end of the transaction.';
create function karmayogi.run_step(statement text, out row_count bigint, out started_at timestamptz, out duration interval)
returns record as 'MODULE_PATHNAME', 'run_step' language c volatile strict parallel unsafe;
comment on function karmayogi.run_step(text) is
    'Private: runs a statement under the snapshot that is held, with the rights of the caller; returns its rows and duration.';
create function karmayogi.fill_table(statement text, target regclass) returns bigint
as 'MODULE_PATHNAME', 'fill_table' language c volatile strict parallel unsafe;
comment on function karmayogi.fill_table(text, regclass) is
    'Private: appends the rows of a query, run under the snapshot that is held, to a table without indexes, triggers or checks, with the rights of the caller; returns their number.';
create function karmayogi.drop_snapshot() returns void
as 'MODULE_PATHNAME', 'drop_snapshot' language c volatile parallel unsafe;
comment on function karmayogi.drop_snapshot() is 'Private: the steps are done.';

-- How far it has come

create function karmayogi.open_board() returns int
as 'MODULE_PATHNAME', 'open_board' language c volatile parallel unsafe;
comment on function karmayogi.open_board() is
    'Private: a board in shared memory on which this transaction shows its steps; returns what others find it by.';
create function karmayogi.write_board(phase text, rows_expected bigint, pass int, passes int) returns void
as 'MODULE_PATHNAME', 'write_board' language c volatile parallel unsafe;
comment on function karmayogi.write_board(text, bigint, int, int) is
    'Private: writes a new step on the board, if there is one, and the pass.';
create function karmayogi.read_board(board bigint, out started_at timestamptz, out step int, out phase text, out phase_started_at timestamptz,
                                     out rows_read bigint, out rows_expected bigint, out pass int, out passes int)
returns record as 'MODULE_PATHNAME', 'read_board' language c volatile strict parallel unsafe;
comment on function karmayogi.read_board(bigint) is 'Private: what stands on the board of a refresh; NULL where there is none.';

create function karmayogi.stage_exists(stage text) returns boolean
language sql stable strict
begin atomic
    select exists (select from pg_catalog.pg_class c
                    where c.relnamespace = 'karmayogi_stage'::regnamespace and c.relname = 'stage_' || stage
                      -- what somebody else put in its place is not ours to read or to write
                      and c.relowner = (select r.oid from pg_catalog.pg_roles r where r.rolname = current_user));
end;
comment on function karmayogi.stage_exists(text) is 'Private: whether the stage has been made.';

create function karmayogi.drop_stage(stage text) returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
begin
    if karmayogi.stage_exists(stage) then
        execute format('drop %s karmayogi_stage.%I',
                       case (select c.relkind from pg_catalog.pg_class c
                              where c.relnamespace = 'karmayogi_stage'::regnamespace and c.relname = 'stage_' || stage)
                            when 'v' then 'view' else 'table' end, 'stage_' || stage);
    end if;
end
$$;
comment on function karmayogi.drop_stage(text) is 'Private: drops a stage if it has been made.';

create function karmayogi.drop_stages(but text[] default '{}') returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    stage text;
begin
    -- views first: they are over the tables
    for stage in
        select substr(c.relname, 7)
          from pg_catalog.pg_class c
         where c.relnamespace = 'karmayogi_stage'::regnamespace and c.relname like 'stage\_%' and c.relkind in ('r', 'v')
           and substr(c.relname, 7) <> all (but)
           and not exists (select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
         order by c.relkind = 'r', c.relname
    loop
        perform karmayogi.drop_stage(stage);
    end loop;
end
$$;
comment on function karmayogi.drop_stages(text[]) is 'Private: drops every stage but these.';

create function karmayogi.log_stage(stage text, phase text, row_count bigint, started_at timestamptz) returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
begin
    -- of one row, and of what nothing is joined with, there is nothing to know
    if row_count > 1 and stage <> 'person_twice' then
        -- of lists and long texts that nothing is joined with it would take long to know nothing
        execute format('analyze karmayogi_stage.%I %s', 'stage_' || stage,
                       case stage when 'content' then '(content_id, live, course)'
                                  when 'plan' then '(org_id, content_id, audience_no, live)'
                                  when 'audience' then '(audience_no)' end);
    end if;
    insert into karmayogi_stage.stage_log (phase, row_count, started_at, duration)
    values (log_stage.phase, log_stage.row_count, log_stage.started_at, clock_timestamp() - log_stage.started_at);
    -- of what is one row that says how many there were, log_rows tells
    if stage not in ('person_found', 'enrolment_found', 'attended', 'list') or row_count > 1 then
        raise notice '%: % rows in % s', phase, row_count, round(extract(epoch from clock_timestamp() - started_at), 1);
    end if;
end
$$;
comment on function karmayogi.log_stage(text, text, bigint, timestamptz) is
    'Private: a stage has been made: the planner looks at it where that helps, and how long it took is logged.';

-- Tables that are published to subscribers (FOR ALL TABLES) would travel with all their rows, and refuse updates.
create function karmayogi.stage_kind() returns text
language sql stable
set search_path = pg_catalog, pg_temp
return case when exists (select from pg_catalog.pg_publication) then 'unlogged' else '' end;
comment on function karmayogi.stage_kind() is 'Private: unlogged, where a publication might hold the tables of a refresh, else nothing.';

create function karmayogi.make_stage(stage text, query text, as_of date, phase text default null, expected bigint default null)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
declare
    -- what is there already gets more rows: of another pass
    more constant boolean := karmayogi.stage_exists(stage);
    made constant text := 'stage_' || stage || case when more then '_more' else '' end;
    step record;
begin
    phase := coalesce(phase, 'computing ' || replace(stage, '_', ' '));
    perform karmayogi.write_board(phase, expected, null, null);
    -- To write no log of a table costs a wait for the disk or three: only for what is large.
    step := karmayogi.run_step(format('create %s table karmayogi_stage.%I as %s',
                                      case when stage in ('person', 'member', 'allotment', 'enrolment', 'progress')
                                           then 'unlogged' else karmayogi.stage_kind() end,
                                      made, karmayogi.bind_sql(query, 'karmayogi_stage.stage_', as_of)));
    if more then
        execute format('insert into karmayogi_stage.%I select m.* from karmayogi_stage.%I m', 'stage_' || stage, made);
        execute format('drop table karmayogi_stage.%I', made);
    end if;
    perform karmayogi.log_stage(stage, phase, step.row_count, step.started_at);
    return step.row_count;
end
$$;
comment on function karmayogi.make_stage(text, text, date, text, bigint) is
    'Private: makes a table of a stage''s rows, or adds them to it, and logs how long it took; returns their number.';

create function karmayogi.estimated_rows(query text, as_of date) returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    plan json;
begin
    execute 'explain (format json) ' || karmayogi.bind_sql(query, 'karmayogi_stage.stage_', as_of) into plan;
    return (plan -> 0 -> 'Plan' ->> 'Plan Rows')::numeric::bigint;
end
$$;
comment on function karmayogi.estimated_rows(text, date) is 'Private: how many rows PostgreSQL expects of a query.';

-- Part 80: publication. refresh() reads the portal, asks the gate, publishes a
-- complete snapshot and brings the progress tables up to date, in one
-- transaction: readers see the old night until it commits, then the new one.

create function karmayogi.run_in_one_snapshot(phases text[], statements text[], out phase text, out row_count bigint,
                                              out started_at timestamptz, out duration interval)
returns setof record as 'MODULE_PATHNAME', 'run_in_one_snapshot' language c volatile strict parallel unsafe;
comment on function karmayogi.run_in_one_snapshot(text[], text[]) is
    'Private: runs the statements one after the other under the snapshot of the call, with the rights of the caller; announces each named phase and returns its rows and duration.';

-- The seal

create function karmayogi.compute_seal(snapshot_id bigint) returns bytea
language sql stable strict
set search_path = pg_catalog, pg_temp
begin atomic
    -- every published row as text, in a fixed order; identities and clocks are no part of it
    select sha256(convert_to(string_agg(r.line, E'\n' order by r.line collate "C"), 'UTF8'))
      from (select jsonb_build_array('snapshot', s.as_of, s.scheme, s.official_scheme, s.forced)::text
              from karmayogi.snapshot s where s.snapshot_id = $1
             union all
            select jsonb_build_array('org', o.mdo_id, o.mdo_name, o.md_id, o.ministry_id, o.state_code, o.known, o.central)::text
              from karmayogi.snapshot_org o where o.snapshot_id = $1
             union all
            select jsonb_build_array('unit', u.level, u.entity_id, u.entity_name, u.ministry_id, u.ministry_name, u.state_code,
                                     u.known, u.central, u.registered, u.strength)::text
              from karmayogi.snapshot_unit u where u.snapshot_id = $1
             union all
            select jsonb_build_array('value', v.level, v.entity_id, v.indicator, v.category, v.value::text, v.reason, v.verified)::text
              from karmayogi.indicator_value v where v.snapshot_id = $1
             union all
            select jsonb_build_array('score', c.level, c.entity_id, c.score::text, c.rank, c.size_class, c.size_rank, c.reason)::text
              from karmayogi.score c where c.snapshot_id = $1
             union all
            select jsonb_build_array('parameter', p.level, p.entity_id, p.parameter, p.performance::text, p.reason)::text
              from karmayogi.score_parameter p where p.snapshot_id = $1) r (line);
end;
comment on function karmayogi.compute_seal(bigint) is
    'Private: SHA-256 over the published rows of a snapshot - tree, units, values, scores - in a fixed order. SPEC 9.';

create function karmayogi.verify_seal(snapshot_id bigint) returns boolean
language plpgsql stable strict
set search_path = pg_catalog, pg_temp as
$$
declare
    kept bytea;
begin
    select s.seal into kept from karmayogi.snapshot s where s.snapshot_id = verify_seal.snapshot_id;
    if not found then
        raise exception 'there is no snapshot %', verify_seal.snapshot_id
            using errcode = 'no_data_found',
                  detail = 'Snapshots are numbered in order of publication.',
                  hint = 'Table karmayogi.snapshot lists them.';
    end if;
    return kept = karmayogi.compute_seal(verify_seal.snapshot_id);
end
$$;
comment on function karmayogi.verify_seal(bigint) is
    'Whether the published rows of a snapshot are still those that were sealed; recomputes the SHA-256. Error no_data_found for an unknown snapshot. SPEC 9.';

-- Refresh

create procedure karmayogi.refresh(as_of date default karmayogi.today(), force boolean default false)
language plpgsql
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set jit = off
set work_mem = '64MB' as
$$
declare
    stage text;
    phases text[];
    statements text[];
    states karmayogi.portal_state[];
    findings karmayogi.portal_finding[];
    snapshot_id bigint;
    last_snapshot karmayogi.snapshot;
    scheme record;
    sealed bytea;
    changed bigint := 0;
    affected bigint;
    log record;
    step int := 0;
begin
    if refresh.as_of is null or not isfinite(refresh.as_of) or refresh.force is null then
        raise exception 'as_of must be a day and force true or false'
            using errcode = 'invalid_parameter_value',
                  detail = 'An argument is NULL or infinite.',
                  hint = 'Leave the arguments out for today and an unforced refresh.';
    end if;
    if not pg_try_advisory_xact_lock('karmayogi.snapshot'::regclass::oid::int, 0) then
        raise exception 'another refresh is running'
            using errcode = 'lock_not_available',
                  detail = 'One refresh at a time reads the portal and publishes.',
                  hint = 'Wait until it has finished; pg_stat_activity shows it.';
    end if;
    perform set_config('work_mem', (pg_size_bytes(current_setting('karmayogi.refresh_mem')) / 8 / 1024)::text, true);

    -- read: every stage becomes a table, all under one snapshot
    phases := array['counting the portal''s tables', ''];
    statements := array[
        format('create unlogged table karmayogi.stage_state as
                select s.* from unnest(karmayogi.read_portal_state(%L::text[])) s',
               (select array_agg(t.table_name) from karmayogi.portal_table t where t.table_name <> 'user_enrolments')),
        case when refresh.force then 'select'
             else 'select karmayogi.gate((select array_agg(row(s.*)::karmayogi.portal_state) from karmayogi.stage_state s), ''{}'')' end];
    foreach stage in array karmayogi.stages() loop
        phases := phases || array['computing ' || stage, ''];
        statements := statements
            || ('create unlogged table karmayogi.stage_' || stage || ' as '
                || karmayogi.bind_sql(coalesce(karmayogi.stage_sql(stage), karmayogi.value_sql(stage)), 'karmayogi.stage_', refresh.as_of))
            || ('analyze karmayogi.stage_' || stage);
    end loop;

    select s.* into last_snapshot from karmayogi.snapshot s order by s.snapshot_id desc limit 1;
    select s.scheme, s.official into strict scheme
      from karmayogi.scoring_scheme s where s.scheme = karmayogi.active_scheme();
    insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
    values (refresh.as_of, scheme.scheme, scheme.official, 'sql', false)
    returning snapshot.snapshot_id into snapshot_id;

    for log in select r.* from karmayogi.run_in_one_snapshot(phases, statements) r loop
        step := step + 1;
        insert into karmayogi.refresh_log (snapshot_id, step, phase, row_count, started_at, duration)
        values (snapshot_id, step, log.phase, log.row_count, log.started_at, log.duration);
    end loop;

    -- judge: what the reading found, beside what the tables look like
    execute 'select array_agg(row(s.*)::karmayogi.portal_state) from karmayogi.stage_state s' into states;
    execute 'select array_agg(row(f.*)::karmayogi.portal_finding) from karmayogi.stage_finding f' into findings;
    states := states || karmayogi.enrolment_state(findings);
    insert into karmayogi.snapshot_check (snapshot_id, table_name, check_name, found, among, finding, verdict)
    select refresh.snapshot_id, j.table_name, j.check_name, j.found, j.among, j.finding, j.verdict
      from karmayogi.judge_portal(states, findings) j;
    if not refresh.force then
        perform karmayogi.refuse((select array_agg(format('%s, %s: %s.', c.table_name, c.check_name, c.finding)
                                                   order by c.table_name, c.check_name)
                                    from karmayogi.snapshot_check c
                                   where c.snapshot_id = refresh.snapshot_id and c.verdict = 'refuse'));
    end if;
end
$$;

-- Part 80: publication. refresh() reads the portal, asks the gate, publishes a
-- complete snapshot and brings the progress tables up to date, in one
-- transaction: readers see the old night until it commits, then the new one.

-- The seal

create function karmayogi.compute_seal(snapshot_id bigint) returns bytea
language sql stable strict
set search_path = pg_catalog, pg_temp
set enable_sort = off  -- the keys' indexes have the rows in order, and so do the tables themselves
begin atomic
    -- Every published row as text, table after table, each in the order of its key; identities and clocks are no part
    -- of it. The text of a row says where each of its values ends and whether it is NULL: other rows, other bytes. No
    -- setting of a session may show: of what is here only a date depends on one, and jsonb writes it as ISO does.
    select sha256(convert_to(concat_ws(E'\n',
        (select row('snapshot', to_jsonb(s.as_of) #>> '{}', s.scheme, s.official_scheme, s.forced)::text
           from karmayogi.snapshot s where s.snapshot_id = $1),
        (select string_agg(r.line::text, E'\n')
           from (select row('org', o.mdo_id, o.mdo_name, o.md_id, o.ministry_id, o.state_code, o.known, o.central) as line
                   from karmayogi.snapshot_org o where o.snapshot_id = $1 order by o.mdo_id) r),
        (select string_agg(r.line::text, E'\n')
           from (select row('unit', u.level, u.entity_id, u.entity_name, u.ministry_id, u.ministry_name, u.state_code,
                            u.known, u.central, u.registered, u.strength) as line
                   from karmayogi.snapshot_unit u where u.snapshot_id = $1 order by u.level, u.entity_id) r),
        (select string_agg(r.line::text, E'\n')
           from (select row('value', v.level, v.entity_id, v.indicator, v.category, v.value, v.reason, v.verified) as line
                   from karmayogi.indicator_value v where v.snapshot_id = $1
                  order by v.level, v.entity_id, v.indicator, v.category) r),
        -- with what is shown beside it
        (select string_agg(r.line::text, E'\n')
           from (select row('score', c.level, c.entity_id, c.score, c.rank, c.size_class, c.size_rank, c.reason, c.entity_name,
                            c.ministry_name, c.known, c.central, c.registered, c.strength, c.onboarding, c.kym,
                            c.course_completion, c.acbp) as line
                   from karmayogi.score c where c.snapshot_id = $1 order by c.level, c.entity_id) r),
        (select string_agg(r.line::text, E'\n')
           from (select row('parameter', p.level, p.entity_id, p.parameter, p.performance, p.reason) as line
                   from karmayogi.score_parameter p where p.snapshot_id = $1
                  order by p.level, p.entity_id, p.parameter) r),
        -- why it is what it is
        (select string_agg(r.line::text, E'\n')
           from (select row('part', p.level, p.entity_id, p.position, p.entity_name, p.central, p.parameter, p.indicator,
                            p.numerator, p.denominator, p.value, p.performance, p.weight, p.points_earned, p.points_lost,
                            p.closes, p.reason) as line
                   from karmayogi.score_part p where p.snapshot_id = $1
                  order by p.level, p.entity_id, p.position) r)), 'UTF8'))
     where exists (select from karmayogi.snapshot s where s.snapshot_id = $1);
end;
comment on function karmayogi.compute_seal(bigint) is
    'Private: SHA-256 over the published rows of a snapshot - tree, units, values, scores and their breakdown - in a fixed order. SPEC 9.';

create function karmayogi.verify_seal(snapshot bigint) returns boolean
language plpgsql stable strict
set search_path = pg_catalog, pg_temp as
$$
declare
    kept bytea;
begin
    select s.seal into kept from karmayogi.snapshot s where s.snapshot_id = verify_seal.snapshot;
    if not found then
        raise exception 'there is no snapshot %', verify_seal.snapshot
            using errcode = 'no_data_found',
                  detail = 'Snapshots are numbered in order of publication.',
                  hint = 'Table karmayogi.snapshot lists them.';
    end if;
    return kept = karmayogi.compute_seal(verify_seal.snapshot)
           -- what is laid out for kpi_annexure is a copy of rows that are sealed
           and not (verify_seal.snapshot = (select max(s.snapshot_id) from karmayogi.snapshot s) and karmayogi.annexure_strays());
end
$$;
comment on function karmayogi.verify_seal(bigint) is
    'Whether the published rows of a snapshot are still those that were sealed; recomputes the SHA-256. Error no_data_found for an unknown snapshot. SPEC 9.';

-- Refresh

-- Only rows that differ are written: readers keep reading, and a night that
-- changes three officials in a hundred leaves no more dead rows than that.
create function karmayogi.renew_table(table_name text, key text, source text) returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    columns text[];
    changed bigint;
    affected bigint;
begin
    select array_agg(quote_ident(a.attname) order by a.attnum) into columns
      from pg_catalog.pg_attribute a
     where a.attrelid = format('karmayogi.%I', table_name)::regclass and a.attnum > 0 and not a.attisdropped;
    execute format('delete from karmayogi.%I t where not exists (select from %s s where s.%I = t.%I)', table_name, source, key, key);
    get diagnostics changed = row_count;
    execute format('merge into karmayogi.%1$I t using %2$s s on s.%3$I = t.%3$I
                    when matched and (%4$s) is distinct from (%5$s) then update set %6$s
                    when not matched then insert (%7$s) values (%5$s)',
                   table_name, source, key,
                   (select string_agg('t.' || c, ', ' order by n) from unnest(columns) with ordinality u (c, n)),
                   (select string_agg('s.' || c, ', ' order by n) from unnest(columns) with ordinality u (c, n)),
                   (select string_agg(format('%s = s.%s', c, c), ', ' order by n) from unnest(columns) with ordinality u (c, n)),
                   array_to_string(columns, ', '));
    get diagnostics affected = row_count;
    return changed + affected;
end
$$;
comment on function karmayogi.renew_table(text, text, text) is
    'Private: makes a progress table equal to a stage by writing what differs; returns the number of rows written.';

-- An index on a full table is made in a third of the time that an empty one
-- takes to grow with it, and readers of the table do not wait for it.
create function karmayogi.index_progress() returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
begin
    -- an operator writes the table, and only its owner may index it
    if not pg_has_role(current_user, (select c.relowner from pg_catalog.pg_class c where c.oid = 'karmayogi.official_progress'::regclass), 'usage') then
        if to_regclass('karmayogi.official_progress_pkey') is null or to_regclass('karmayogi.official_progress_mdo_id') is null then
            raise notice 'official_progress is without its indexes: karmayogi.index_progress(), called by the owner, makes them';
        end if;
        return;
    end if;
    if to_regclass('karmayogi.official_progress_pkey') is null then
        create unique index official_progress_pkey on karmayogi.official_progress (user_id);
    end if;
    if to_regclass('karmayogi.official_progress_mdo_id') is null then
        create index official_progress_mdo_id on karmayogi.official_progress (mdo_id);
    end if;
    -- in a refresh that is its last act
    if not karmayogi.stage_exists('log') then
        perform karmayogi.key_progress();
    end if;
end
$$;
comment on function karmayogi.index_progress() is
    'Makes the indexes of official_progress, and its primary key, where it has none yet: after the first fill and after a restore. A refresh by the owner of the extension, or by a superuser, does it itself; after the first refresh of an operator, who is neither, the owner calls it once. Called by anybody else it changes nothing, and says so where an index is lacking. SPEC 10.';

-- The last act of a refresh, because it locks readers out until the end; and
-- where a reader is in the way, the next refresh's.
create function karmayogi.key_progress() returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set lock_timeout = '500ms' as
$$
begin
    if pg_has_role(current_user, (select c.relowner from pg_catalog.pg_class c where c.oid = 'karmayogi.official_progress'::regclass), 'usage')
       and not exists (select from pg_catalog.pg_constraint c
                    where c.conrelid = 'karmayogi.official_progress'::regclass and c.contype = 'p') then
        alter table karmayogi.official_progress add constraint official_progress_pkey primary key using index official_progress_pkey,
            replica identity default;
    end if;
exception when lock_not_available then
    null;
end
$$;
comment on function karmayogi.key_progress() is
    'Private: declares the unique index on official_progress its primary key, once, unless a reader is in the way.';

-- The native engine hands over only what differs, and where the rows lie: in that order each page is met once.
create function karmayogi.apply_progress() returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp
set enable_nestloop = on
set enable_mergejoin = off as
$$
declare
    columns text;
    values_ text;
    met bigint;
    expected bigint;
    affected bigint;
    seek constant text := current_setting('random_page_cost');
begin
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
           string_agg('s.' || quote_ident(a.attname), ', ' order by a.attnum)
      into columns, values_
      from pg_catalog.pg_attribute a
     where a.attrelid = 'karmayogi.official_progress'::regclass and a.attnum > 0 and not a.attisdropped;
    perform set_config('random_page_cost', current_setting('seq_page_cost'), true);
    execute 'delete from karmayogi.official_progress t using karmayogi_stage.stage_outdated o
              where o.gone and t.ctid = o.old_at and t.user_id = o.user_id';
    get diagnostics met = row_count;
    execute format('update karmayogi.official_progress t set (%s) = row(%s)
                      from (select o.old_at, p.* from karmayogi_stage.stage_outdated o
                              join karmayogi_stage.stage_progress p on p.user_id = o.user_id
                             where not o.gone
                            offset 0) s
                     where t.ctid = s.old_at and t.user_id = s.user_id', columns, values_);
    get diagnostics affected = row_count;
    met := met + affected;
    perform set_config('random_page_cost', seek, true);
    execute 'select count(*) from karmayogi_stage.stage_outdated o' into expected;
    if met <> expected then
        raise exception 'official_progress was changed by somebody else while it was compared'
            using errcode = 'serialization_failure',
                  detail = format('Of %s rows to be written anew, %s were where they had been.', expected, met),
                  hint = 'Nothing but a refresh should write to karmayogi.official_progress. Call karmayogi.refresh() again.';
    end if;
    execute format('insert into karmayogi.official_progress (%s) select %s from karmayogi_stage.stage_progress s where s.fate = 2', columns, values_);
    get diagnostics affected = row_count;
    perform karmayogi.index_progress();
    return met + affected;
end
$$;
comment on function karmayogi.apply_progress() is
    'Private: writes to official_progress what the native engine found to differ; returns the number of rows written.';

-- Readers come at once, before autovacuum has looked. What is much the same as when it was last looked at need not
-- be looked at again: autovacuum does so by the same measure, a tenth. But a snapshot that the planner has not seen
-- is one without rows to it, unless it knows that there are more snapshots than it has seen.
create function karmayogi.analyze_changed(table_name text, written bigint, share float8 default 0.1) returns void
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
begin
    -- only the owner may look himself
    if exists (select from pg_catalog.pg_class c
                where c.oid = format('karmayogi.%I', table_name)::regclass and pg_has_role(current_user, c.relowner, 'usage')
                  and written > share * c.reltuples) then
        execute format('analyze karmayogi.%I', table_name);
    end if;
end
$$;
comment on function karmayogi.analyze_changed(text, bigint, float8) is
    'Private: has the planner look at a table of which so many rows were written, if that is much of it.';

-- Which engine

create function karmayogi.choose_engine(out engine text, out reason text) returns record
language plpgsql stable
set search_path = pg_catalog, pg_temp as
$$
declare
    wanted constant text := current_setting('karmayogi.engine');
begin
    engine := 'sql';
    if wanted = 'sql' then
        return;
    end if;
    -- what is on other servers is computed there, as far as they can
    select string_agg(t.table_name, ' and ') || ' is on other servers' into reason
      from unnest(array['user_detail', 'user_enrolments']) t (table_name)
     where karmayogi.portal_is_sharded(t.table_name);
    if reason is null then
        engine := 'native';
    else
        perform karmayogi.no_native_engine(reason);
    end if;
end
$$;
comment on function karmayogi.choose_engine() is
    'Private: the engine that a refresh takes by the setting karmayogi.engine, and why not the native one. SPEC 9.';

create function karmayogi.no_native_engine(reason text) returns void
language plpgsql stable strict
set search_path = pg_catalog, pg_temp as
$$
begin
    if current_setting('karmayogi.engine') = 'native' then
        raise exception 'the native engine cannot compute this refresh'
            using errcode = 'object_not_in_prerequisite_state',
                  detail = upper(left(reason, 1)) || substr(reason, 2) || '.',
                  hint = 'Set karmayogi.engine to auto, which takes plain SQL then, or change what the detail says.';
    end if;
    raise notice 'plain SQL computes this refresh: %', reason;
end
$$;
comment on function karmayogi.no_native_engine(text) is
    'Private: a notice that plain SQL does the work, or an error where karmayogi.engine is native.';

create function karmayogi.state_sql(counted text[], uncounted text[]) returns text
language sql immutable strict parallel safe
-- the fence: to guess the length of the array the planner would count once more
return format('select s.* from (select karmayogi.read_portal_state(%L, %L) as states offset 0) f
                cross join lateral unnest(f.states) s', counted, uncounted);
comment on function karmayogi.state_sql(text[], text[]) is 'Private: the statement that looks at the portal''s tables before they are read.';

create function karmayogi.is_native(stage text) returns boolean
language sql immutable strict parallel safe
return stage = any (array['person', 'mdo', 'organisation', 'member', 'requirement', 'allotment', 'enrolment', 'progress', 'organisation_count',
                          'content_count', 'person_count', 'enrolment_count']);
comment on function karmayogi.is_native(text) is 'Private: whether the native engine produces this stage, or does without it.';

create procedure karmayogi.refresh(as_of date default karmayogi.today(), force boolean default false, why text default null)
language plpgsql
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set extra_float_digits = 1
set enable_nestloop = off  -- stages hash and sort; a misjudged nested loop would last for days
set enable_partitionwise_aggregate = on  -- shards work for themselves
set enable_memoize = off  -- what is repeated for each row is a list of values: to remember it takes longer
set jit = off
set work_mem = '64MB' as
$$
declare
    stage text;
    engine text;
    open_engine bigint;
    filled bigint;
    why_not text;
    began timestamptz;
    sources text[];
    states karmayogi.portal_state[];
    bytes jsonb;
    findings karmayogi.portal_finding[];
    forced boolean;
    unchanged boolean;
    last_snapshot karmayogi.snapshot;
    new_id bigint;
    new_seal bytea;
    counted text[] := array(select t.table_name from karmayogi.portal_table t where t.table_name <> 'user_enrolments');
    uncounted text[] := '{user_enrolments}';
    changed bigint;
    written bigint;
    step record;
    statistics_target constant text := current_setting('default_statistics_target');
    mergejoin constant text := current_setting('enable_mergejoin');
    work_mem text;
begin
    if refresh.as_of is null or not isfinite(refresh.as_of) or refresh.force is null then
        raise exception 'as_of must be a day and force true or false'
            using errcode = 'invalid_parameter_value',
                  detail = 'An argument is NULL or infinite.',
                  hint = 'Leave the arguments out for today and an unforced refresh.';
    end if;
    perform karmayogi.take_turn();
    sources := array(select row(s.table_name, s.schema_name, s.relation_name, s.relid)::text from karmayogi.portal_source() s order by s.table_name);
    -- where a table or column is lacking no statement can be made: say at once all there is to say
    if not refresh.force and (exists (select from karmayogi.portal_source() s where s.required and s.relid is null)
                              or exists (select from karmayogi.portal_source() s
                                           join karmayogi.portal_columns() c on c.table_name = s.table_name
                                          where s.relid is not null and c.required and c.reads is null)) then
        perform karmayogi.gate(karmayogi.read_portal_state(counted, '{user_enrolments}'), null);
    end if;
    -- the first call into the library defines its settings
    perform karmayogi.portal_is_missing(null);
    select c.engine, c.reason into engine, why_not from karmayogi.choose_engine() c;
    -- a plan of two or three processes with a few hashes or sorts each
    work_mem := (pg_size_bytes(current_setting('karmayogi.refresh_mem')) / case engine when 'native' then 32 else 8 end / 1024)::text;
    perform set_config('work_mem', work_mem, true);
    -- and indexes are built when the engine has gone
    perform set_config('maintenance_work_mem', (pg_size_bytes(current_setting('karmayogi.refresh_mem')) / 8 / 1024)::text, true);

    -- Read: every stage becomes a table, all under one snapshot.
    perform karmayogi.drop_stages();
    execute format('create %s table karmayogi_stage.stage_log (step int generated always as identity, phase text, row_count bigint,
                                                               started_at timestamptz, duration interval)', karmayogi.stage_kind());
    -- who sees this lock in pg_locks can read the board: view refresh_progress
    perform pg_advisory_xact_lock('karmayogi.snapshot'::regclass::oid::int, karmayogi.open_board());
    perform karmayogi.hold_snapshot();
    if engine = 'native' then
        -- what is counted while it is read is not counted before
        counted := array_remove(counted, 'user_detail');
        uncounted := uncounted || 'user_detail'::text;
        -- of its stages none is so large that a small sample would mislead
        perform set_config('default_statistics_target', '10', true);
    end if;
    perform karmayogi.make_stage('state', karmayogi.state_sql(counted, uncounted),
                                 refresh.as_of, 'counting the portal''s tables');
    if not refresh.force then
        execute 'select karmayogi.gate((select array_agg(row(s.*)::karmayogi.portal_state) from karmayogi_stage.stage_state s), null)';
    end if;
    foreach stage in array karmayogi.stages() loop
        if stage = 'person' and engine = 'native' then
            select n.reason, n.open_engine into why_not, open_engine from karmayogi.native_stages(refresh.as_of) n;
            if open_engine is not null then
                -- it keeps its memory until officials are written: what is done beside it shall be content with little
                perform set_config('work_mem', greatest(64, pg_size_bytes(current_setting('karmayogi.refresh_mem')) / 512 / 1024)::text, true);
            end if;
            if why_not is not null then
                perform karmayogi.no_native_engine(why_not);
                engine := 'sql';
                execute 'select jsonb_object_agg(s.table_name, s.bytes) from karmayogi_stage.stage_state s' into bytes;
                perform karmayogi.drop_stages(array['content', 'content_theme', 'content_area', 'theme', 'tag', 'plan', 'audience',
                                                    'reach', 'log']);
                counted := counted || 'user_detail'::text;
                perform karmayogi.make_stage('state', karmayogi.state_sql(counted, '{user_enrolments}'),
                                             refresh.as_of, 'counting the portal''s tables');
                -- the snapshot is that of the first look
                execute 'update karmayogi_stage.stage_state s set bytes = ($1 ->> s.table_name)::numeric' using bytes;
                perform set_config('work_mem', (pg_size_bytes(current_setting('karmayogi.refresh_mem')) / 8 / 1024)::text, true);
                perform set_config('default_statistics_target', statistics_target, true);
            end if;
        end if;
        -- what the native engine has done is there, and indicators go where they are published
        if stage <> 'indicator' and (engine = 'sql' or not karmayogi.is_native(stage)) then
            perform karmayogi.make_stage(stage, coalesce(karmayogi.sharded_sql(stage), karmayogi.stage_sql(stage),
                                                         karmayogi.value_sql(stage)), refresh.as_of);
        end if;
    end loop;

    -- what a snapshot adds is much like what those before it had: a small sample tells as much, as it does of officials
    perform set_config('default_statistics_target', '25', true);
    -- Judge: what the reading found, beside what the tables look like.
    execute 'select array_agg(row(s.*)::karmayogi.portal_state) from karmayogi_stage.stage_state s' into states;
    execute 'select array_agg(row(f.*)::karmayogi.portal_finding) from karmayogi_stage.stage_finding f' into findings;
    states := karmayogi.complete_state(states, findings);
    select bool_or(j.verdict = 'refuse') into forced
      from karmayogi.judge_portal(states, findings, null, refresh.as_of) j;
    if forced and not refresh.force then
        perform karmayogi.gate(states, findings);
    end if;
    if open_engine is not null then
        perform set_config('work_mem', work_mem, true);
        filled := karmayogi.fill_progress(open_engine, refresh.as_of);
    end if;

    -- Publish.
    select s.* into last_snapshot from karmayogi.snapshot s order by s.snapshot_id desc limit 1;
    insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced, forced_why, generated_on)
    select refresh.as_of, c.scheme, c.official, engine, forced, case when forced then nullif(btrim(refresh.why), '') end,
           (select max(karmayogi.try_portal_timestamp(s.last_generated)) from unnest(states) s)
      from karmayogi.scoring_scheme c
     where c.scheme = karmayogi.active_scheme()
    returning snapshot.snapshot_id into strict new_id;
    perform karmayogi.write_board('computing indicator', null, null, null);
    perform set_config('enable_mergejoin', 'off', true);  -- hashes leave what is in order so
    step := karmayogi.run_step(karmayogi.bind_sql(format(
        'insert into karmayogi.indicator_value (snapshot_id, indicator, level, entity_id, category, value, reason, verified)
         select %s, i.* from (%s) i', new_id, karmayogi.value_sql('indicator')), 'karmayogi_stage.stage_', refresh.as_of));
    perform set_config('enable_mergejoin', mergejoin, true);
    perform karmayogi.analyze_changed('indicator_value', step.row_count, 0.02);
    began := clock_timestamp();
    insert into karmayogi_stage.stage_log (phase, row_count, started_at, duration)
    values ('computing indicator', step.row_count, step.started_at, began - step.started_at);
    raise notice 'computing indicator: % rows in % s', step.row_count, round(extract(epoch from began - step.started_at), 1);
    perform karmayogi.write_board('publishing', null, null, null);
    insert into karmayogi.snapshot_check (snapshot_id, table_name, check_name, found, among, finding, verdict)
    select new_id, j.table_name, j.check_name, j.found, j.among, j.finding, j.verdict
      from karmayogi.judge_portal(states, findings, last_snapshot.snapshot_id, refresh.as_of) j;
    execute 'insert into karmayogi.snapshot_org (snapshot_id, mdo_id, mdo_name, md_id, ministry_id, state_code, known, central)
             select $1, o.mdo_id, o.mdo_name, o.md_id, o.ministry_id, o.state_code, o.known, o.state_code is null
               from karmayogi_stage.stage_organisation o order by o.mdo_id' using new_id;
    get diagnostics written = row_count;
    perform karmayogi.analyze_changed('snapshot_org', written, 0.02);
    execute 'insert into karmayogi.snapshot_unit (snapshot_id, level, entity_id, entity_name, ministry_id, ministry_name, state_code,
                                                  known, central, registered, strength)
             select $1, e.level, e.entity_id, e.entity_name, e.ministry_id, e.ministry_name, e.state_code, e.known, e.central,
                    e.registered, e.strength
               from karmayogi_stage.stage_entity e where e.level <> ''mdo''' using new_id;
    get diagnostics written = row_count;
    perform karmayogi.analyze_changed('snapshot_unit', written, 0.02);
    perform karmayogi.score_snapshot(new_id);
    perform karmayogi.analyze_changed('snapshot', 1, 0.02);
    perform karmayogi.analyze_changed(c.table_name, c.written, 0.02)
       from (select 'score', count(*) from karmayogi.score s where s.snapshot_id = new_id
              union all
             select 'score_parameter', count(*) from karmayogi.score_parameter p where p.snapshot_id = new_id
              union all
             select 'score_part', count(*) from karmayogi.score_part p where p.snapshot_id = new_id) c (table_name, written);
    if filled is not null then
        changed := filled;
        perform karmayogi.index_progress();
    elsif engine = 'native' then
        changed := karmayogi.apply_progress();
    else
        changed := karmayogi.renew_table('official_progress', 'user_id', 'karmayogi_stage.stage_progress');
        perform karmayogi.index_progress();
    end if;
    perform karmayogi.analyze_changed('official_progress', changed);
    written := karmayogi.renew_table('course_progress', 'content_id', 'karmayogi_stage.stage_course');
    perform karmayogi.analyze_changed('course_progress', written);
    perform set_config('default_statistics_target', statistics_target, true);
    changed := changed + written;
    perform karmayogi.write_allotments();
    perform karmayogi.drop_snapshot();
    -- names were looked up at every step: what was read, the last of it now, must have been one portal
    if sources <> array(select row(s.table_name, s.schema_name, s.relation_name, s.relid)::text from karmayogi.portal_source() s order by s.table_name) then
        raise exception 'the portal was bound anew, or tables of it replaced, while it was read'
            using errcode = 'serialization_failure',
                  detail = 'What was read before and after are two portals.',
                  hint = 'Call karmayogi.refresh() again.';
    end if;
    new_seal := karmayogi.compute_seal(new_id);
    unchanged := changed = 0 and new_seal = last_snapshot.seal;
    -- Beside the night that was forced the same portal has not fallen. Where it has beside the one before, it is no other night.
    if changed = 0 and last_snapshot.forced and not forced
       and exists (select from karmayogi.judge_portal(states, findings,
                                                      (select max(s.snapshot_id) from karmayogi.snapshot s where s.snapshot_id < last_snapshot.snapshot_id),
                                                      refresh.as_of) j
                    where j.verdict = 'refuse') then
        update karmayogi.snapshot s set forced = true where s.snapshot_id = new_id;
        unchanged := karmayogi.compute_seal(new_id) = last_snapshot.seal;
        update karmayogi.snapshot s set forced = false where s.snapshot_id = new_id;
    end if;
    if unchanged then
        delete from karmayogi.snapshot s where s.snapshot_id = new_id;
        perform karmayogi.drop_stages();
        raise notice 'the portal, the register and the scheme are unchanged: snapshot % stays the newest', last_snapshot.snapshot_id;
        return;
    end if;
    update karmayogi.snapshot s set seal = new_seal, published_at = clock_timestamp() where s.snapshot_id = new_id;
    perform karmayogi.lay_out_annexure();
    perform karmayogi.evaluate_rules(new_id);
    perform karmayogi.apply_floor(new_id);
    insert into karmayogi_stage.stage_log (phase, row_count, started_at, duration)
    values ('publishing', changed, began, clock_timestamp() - began);
    execute 'insert into karmayogi.snapshot_phase (snapshot_id, step, phase, row_count, started_at, duration)
             select $1, l.step, l.phase, l.row_count, l.started_at, l.duration from karmayogi_stage.stage_log l' using new_id;
    perform karmayogi.drop_stages();
    perform karmayogi.key_progress();
    raise notice 'snapshot % is published as of %; % of its checks warn or refuse: karmayogi.snapshot_check', new_id, refresh.as_of,
                 (select count(*) from karmayogi.snapshot_check c where c.snapshot_id = new_id and c.verdict <> 'ok');
end
$$;
comment on procedure karmayogi.refresh(date, boolean, text) is
    'Checks the portal, computes, publishes a snapshot and brings official_progress and course_progress up to date, in one transaction; readers are not blocked. as_of: default today in India. force: publish although checks refuse, with the findings on the snapshot, and with why in snapshot.forced_why. Errors: object_not_in_prerequisite_state (every refusal in DETAIL), lock_not_available (another refresh runs), invalid_parameter_value (as_of NULL or infinite, force NULL), serialization_failure (the portal was bound anew meanwhile), undefined_table, undefined_column; then nothing is changed. Unchanged input: a notice, nothing done. SPEC 9.';

-- Who runs, and how far

create view karmayogi.refresh_progress as
    select l.pid, b.started_at, b.step, b.phase, b.phase_started_at, b.rows_read, b.rows_expected, b.pass, b.passes,
           (select count(*) from pg_catalog.pg_stat_activity a where a.leader_pid = l.pid) as workers
      from pg_catalog.pg_locks l
     cross join lateral karmayogi.read_board(l.objid::bigint) b
     where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.objid <> 0
       and l.classid = 'karmayogi.snapshot'::regclass
       and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
       and b.phase is not null;
comment on view karmayogi.refresh_progress is
    'The refresh that runs in this database now, one row; none while none runs. SPEC 9.';
comment on column karmayogi.refresh_progress.pid is 'Process that refreshes, as in pg_stat_activity; pg_cancel_backend(pid) ends it, and nothing is changed.';
comment on column karmayogi.refresh_progress.started_at is 'When it began to read.';
comment on column karmayogi.refresh_progress.step is 'Steps begun, as refresh_log will number them.';
comment on column karmayogi.refresh_progress.phase is 'What it does.';
comment on column karmayogi.refresh_progress.phase_started_at is 'Since when.';
comment on column karmayogi.refresh_progress.rows_read is 'Rows read in this phase by all processes, to a few hundred each; NULL where they are not counted.';
comment on column karmayogi.refresh_progress.rows_expected is 'Rows that the phase is expected to read.';
comment on column karmayogi.refresh_progress.pass is 'Pass of the native engine, from 1; NULL before and with plain SQL.';
comment on column karmayogi.refresh_progress.passes is 'Passes that memory makes necessary.';
comment on column karmayogi.refresh_progress.workers is 'Parallel workers at work beside it.';

-- Keeping house

create function karmayogi.prune_snapshots(keep_daily interval) returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    pruned bigint;
begin
    if keep_daily < interval '0' then
        raise exception 'the interval is negative'
            using errcode = 'invalid_parameter_value',
                  detail = format('keep_daily is %s.', keep_daily),
                  hint = 'Give how long every night is kept, for instance 90 days.';
    end if;
    -- of each month the last as-of stays, of each as-of the last publication; and the very first, by which the
    -- calendar of reports tells who has been there from the start
    with kept as (
        select distinct on (date_trunc('month', s.as_of)) s.snapshot_id
          from karmayogi.snapshot s
         order by date_trunc('month', s.as_of), s.as_of desc, s.snapshot_id desc
    ), newest as (
        select s.snapshot_id from karmayogi.snapshot s order by s.snapshot_id desc limit 2
    ), oldest as (
        select min(s.snapshot_id) as snapshot_id from karmayogi.snapshot s
    )
    delete from karmayogi.snapshot s
     where s.as_of < karmayogi.today() - least(keep_daily, interval '1000 years')
       and s.snapshot_id not in (select k.snapshot_id from kept k)
       and s.snapshot_id not in (select n.snapshot_id from newest n)
       and s.snapshot_id not in (select o.snapshot_id from oldest o);
    get diagnostics pruned = row_count;
    return pruned;
end
$$;
comment on function karmayogi.prune_snapshots(interval) is
    'Deletes snapshots whose as-of is older than the interval, but for the first of all, the last of each month and the two newest; returns how many. Error invalid_parameter_value for a negative interval. SPEC 9.';

create function karmayogi.schedule_refresh(cron text) returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp as
$$
declare
    job bigint;
begin
    if not exists (select from pg_catalog.pg_extension e where e.extname = 'pg_cron') then
        raise exception 'pg_cron is not installed in database "%"', current_database()
            using errcode = 'object_not_in_prerequisite_state',
                  detail = 'The refresh is scheduled by the extension pg_cron.',
                  hint = 'Install the package postgresql-NN-cron of your server''s version, add pg_cron to shared_preload_libraries, '
                         'set cron.database_name, restart, create extension pg_cron; or let the system''s cron call psql -c "call karmayogi.refresh()".';
    end if;
    execute 'select cron.schedule($1::text, $2::text, $3::text)' into job
      using 'karmayogi', cron, 'call karmayogi.refresh()';
    return job;
end
$$;
comment on function karmayogi.schedule_refresh(text) is
    'Schedules the nightly refresh with pg_cron, in the notation of cron (minute hour day month weekday, in the server''s cron.timezone); a later call changes the time. Returns the job''s number. Error object_not_in_prerequisite_state, saying what to install, where pg_cron is not. SPEC 9.';

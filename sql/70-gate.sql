-- Part 70: the gate - what is asked of the portal before a figure leaves. Half
-- a load, two nights in one table, a fall no reality explains: refused, with
-- every reason at once.

create type karmayogi.portal_state as (
    table_name text, required boolean, found boolean, row_count numeric, first_generated text, last_generated text, writers bigint,
    shards bigint, empty_shards text[], bytes numeric, grown_to numeric
);
comment on type karmayogi.portal_state is 'Private: a portal table as it was found: rows, oldest and newest data_last_generated_on, sessions writing to it; shards and those without a row where it stands on other machines; its bytes when it was first looked at, and when it had been read if it had grown since.';
create type karmayogi.portal_finding as (table_name text, check_name text, found numeric, among numeric, text_value text);
comment on type karmayogi.portal_finding is 'Private: something counted while the portal was read.';

create function karmayogi.relation_bytes(relid oid) returns numeric
language sql volatile strict
set search_path = pg_catalog, pg_temp
begin atomic
    -- who has locked it against readers is not waited for
    select case when count(*) = count(t.bytes) then sum(t.bytes) end
      from (select case when exists (select from pg_catalog.pg_locks l
                                      where l.locktype = 'relation' and l.relation = p.relid and l.granted and l.mode = 'AccessExclusiveLock'
                                        and l.pid is distinct from pg_backend_pid()
                                        and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())) then null
                        else pg_relation_size(p.relid::regclass) end as bytes
              from karmayogi.relation_parts($1) p
              join pg_catalog.pg_class c on c.oid = p.relid and c.relkind in ('r', 'm')) t;
end;
comment on function karmayogi.relation_bytes(oid) is
    'Private: bytes of what stands here of a relation, its partitions, and what a view reads; NULL where it is all elsewhere or a part is locked.';

create function karmayogi.read_portal_state(counted text[], uncounted text[] default '{}') returns karmayogi.portal_state[]
language plpgsql stable strict
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO' as
$$
declare
    source record;
    state karmayogi.portal_state;
    states karmayogi.portal_state[] := '{}';
    bytes jsonb;
begin
    -- all at once, so that no load has time in between
    select jsonb_object_agg(s.table_name, karmayogi.relation_bytes(s.relid)) into bytes
      from karmayogi.portal_source() s
     where s.table_name = any (counted || uncounted);
    -- Who writes is asked before anything is counted: the count may wait for a
    -- writer, who is gone when it goes on, though his rows are not to be seen.
    -- A table that a loader has locked against readers is not waited for.
    for source in
        select s.*, (select c.reads from karmayogi.portal_columns() c
                      where c.table_name = s.table_name and c.column_name = 'data_last_generated_on') as generated,
               w.writers, w.locked
          from karmayogi.portal_source() s
         cross join lateral (
            select count(distinct l.virtualtransaction) as writers, coalesce(bool_or(l.mode = 'AccessExclusiveLock'), false) as locked
              from pg_catalog.pg_locks l
              join karmayogi.relation_parts(s.relid) p on p.relid = l.relation
             where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_backend_pid()
               and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
               and l.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) w
         where s.table_name = any (counted || uncounted)
    loop
        state := row(source.table_name, source.required, source.relid is not null, null, null, null, source.writers, null, null,
                     (bytes ->> source.table_name)::numeric, null);
        if source.relid is null or source.locked then
            null;
        elsif karmayogi.portal_is_sharded(source.table_name) then
            execute karmayogi.count_sql(source.table_name, source.generated, source.table_name = any (counted))
               into state.row_count, state.first_generated, state.last_generated, state.shards, state.empty_shards;
        elsif source.table_name = any (counted) then
            -- a row that does not say when it was generated must not hide what the others say
            execute format('select count(*), coalesce(min(g.at) filter (where g.at >= ''0'' and g.at < '':''), min(g.at)),
                                   coalesce(max(g.at) filter (where g.at >= ''0'' and g.at < '':''), max(g.at))
                              from (select %2$s as at from %1$I.%3$I q) g', source.schema_name,
                           case when source.generated is null then 'null::text' else format('q.%I::text collate "C"', source.generated) end,
                           source.relation_name)
               into state.row_count, state.first_generated, state.last_generated;
        else
            execute format('select 0 where not exists (select from %I.%I)', source.schema_name, source.relation_name)
               into state.row_count;
        end if;
        states := states || state;
    end loop;
    return states;
end
$$;
comment on function karmayogi.read_portal_state(text[], text[]) is
    'Private: the named portal tables as they stand: rows, generated, writers; row_count of the uncounted ones is NULL, or 0 where they are empty.';

create function karmayogi.judge_portal(states karmayogi.portal_state[], findings karmayogi.portal_finding[],
                                       since bigint default null, as_of date default karmayogi.today(),
                                       out table_name text, out check_name text, out found numeric, out among numeric,
                                       out finding text, out verdict text)
returns setof record language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    with state as (
        select s.* from unnest($1) s
    ), published as (
        -- as it was published
        select c.table_name, karmayogi.try_portal_timestamp(substring(c.finding from '[^ ]+ [^ ]+$')) as published_on
          from karmayogi.snapshot_check c
         where c.snapshot_id = coalesce($3, (select max(n.snapshot_id) from karmayogi.snapshot n)) and c.check_name = 'generated'
    ), generated as (
        select s.table_name, karmayogi.try_portal_timestamp(s.first_generated) as first_on,
               karmayogi.try_portal_timestamp(s.last_generated) as last_on, s.last_generated, p.published_on
          from state s
          left join published p on p.table_name = s.table_name
         where s.last_generated is not null
            -- a table that came without the column, too, if it told before
            or s.row_count > 0 and (p.published_on is not null
                                    or exists (select from karmayogi.portal_columns() c
                                                where c.table_name = s.table_name and c.column_name = 'data_last_generated_on' and c.reads is not null))
    ), before as (
        select c.table_name, c.check_name, c.found, c.among
          from karmayogi.snapshot_check c
         where c.snapshot_id = coalesce($3, (select max(s.snapshot_id) from karmayogi.snapshot s))
    ), counted as (
        select s.table_name, 'rows' as check_name, s.row_count as found, null::numeric as among from state s where s.row_count is not null
         union all
        select f.table_name, f.check_name, f.found, f.among from unnest($2) f where f.check_name <> 'rows'
    )
    select s.table_name, 'found', null::numeric, null::numeric,
           case when s.found then 'found' when s.required then 'missing'
                when b.found > 0 then 'missing, ' || b.found || ' rows in the last snapshot'
                else 'missing, not required' end,
           case when s.found then 'ok' when s.required or b.found > 0 then 'refuse' else 'warn' end
      from state s
      left join before b on b.table_name = s.table_name and b.check_name = 'rows'
     union all
    select c.table_name, 'columns', null, null,
           coalesce('lacks ' || string_agg(c.column_name, ', ' order by c.column_name) filter (where c.reads is null)
                    || ' (generation ' || karmayogi.portal_generation(c.table_name) || ')',
                    'every column that is read'),
           case when bool_or(c.required and c.reads is null) then 'refuse'
                when bool_or(c.reads is null) then 'warn' else 'ok' end
      from karmayogi.portal_columns() c
      join state s on s.table_name = c.table_name and s.found
     group by c.table_name
     union all
    select s.table_name, 'being written', s.writers, null,
           case when s.writers > 0 then s.writers || ' other session' || case when s.writers > 1 then 's' else '' end || ' writing to it'
                when s.grown_to > 0 then format('it grew from %s to %s while it was read', pg_size_pretty(s.bytes), pg_size_pretty(s.grown_to))
                else 'nobody writes to it' end,
           case when s.writers > 0 or s.grown_to > 0 then 'refuse' else 'ok' end
      from state s where s.found
     union all
    -- by hash every shard has its share; a few rows may all fall to one
    select s.table_name, 'shards', cardinality(s.empty_shards), s.shards,
           case when s.empty_shards = '{}' then 'every shard has rows'
                else coalesce('no rows in ' || array_to_string(s.empty_shards, ', '), 'who refreshes may not read them, and so cannot see whether one is empty') end,
           case when s.empty_shards = '{}' then 'ok' when s.empty_shards is null then 'refuse' when s.row_count >= 50 * s.shards then 'refuse' else 'warn' end
      from state s where s.shards > 1 and s.row_count is distinct from 0
     union all
    select g.table_name, 'generated', null, null,
           case when g.last_generated is null then 'no row says when it was generated'
                when g.last_on is null then format('data_last_generated_on "%s" is unreadable', left(g.last_generated, 64))
                when g.first_on is distinct from g.last_on then format('generated from %s to %s', g.first_on, g.last_on)
                else format('generated %s', g.last_on) end,
           case when g.last_on - g.first_on > karmayogi.setting('mixed_hours')::numeric * interval '1 hour' then 'refuse'
                -- a night that cannot be told any more may be half of two
                when g.last_on is null and g.published_on is not null then 'refuse'
                when g.last_on is null or g.first_on is null then 'warn' else 'ok' end
      from generated g
     union all
    select 'portal', 'generated', null, null,
           format('tables generated from %s (%s) to %s (%s)', min(g.last_on),
                  (array_agg(g.table_name order by g.last_on, g.table_name))[1], max(g.last_on),
                  (array_agg(g.table_name order by g.last_on desc, g.table_name))[1])
           || case when not l.halfway or l.apart then ''
                   when l.least <= interval '0' then ', some as they were published and some of a later night'
                   else format(', since the last snapshot some came on by %s hours and some by %s',
                               round(extract(epoch from l.least) / 3600), round(extract(epoch from l.most) / 3600)) end,
           case when l.halfway or l.apart then 'refuse' else 'ok' end
      from generated g
     -- From night to night every table comes on by about as much, however late in the
     -- night it is: one that has come on by less than others is of an earlier night. But
     -- for one that was late at the last snapshot and is not now: all are close together.
     cross join (select k.least, k.most, k.apart,
                        coalesce(k.most - k.least > k.mixed and (k.span > k.mixed or k.least <= interval '0'), false) as halfway
                   from (select min(h.last_on - h.published_on) as least, max(h.last_on - h.published_on) as most, max(h.last_on) - min(h.last_on) as span,
                                karmayogi.setting('mixed_hours')::numeric * interval '1 hour' as mixed,
                                max(h.last_on) - min(h.last_on) > karmayogi.setting('generated_gap_hours')::numeric * interval '1 hour' as apart
                           from generated h) k) l
     group by l.halfway, l.apart, l.least, l.most
    having count(g.last_on) > 0
     union all
    select 'portal', 'age', null, null,
           format('generated last on %s, the as-of day is %s', max(g.last_on), $4),
           case when $4 - max(g.last_on) > karmayogi.setting('stale_hours')::numeric * interval '1 hour' then 'warn' else 'ok' end
      from generated g
    having count(g.last_on) > 0
     union all
    select c.table_name, c.check_name, c.found, c.among,
           case when c.check_name = 'rows' and c.found = 0 then 'the table is empty' else c.found::text end || coalesce(' of ' || c.among, '') || coalesce(', ' || b.found || ' in the last snapshot', ''),
           case when c.check_name = 'rows' and c.found = 0 and s.required then 'refuse'
                when c.lasts and c.found < b.found * (1 - karmayogi.setting('fall_refuse_percent')::numeric / 100) then 'refuse'
                when c.lasts and c.found < b.found * (1 - karmayogi.setting('fall_warn_percent')::numeric / 100) then 'warn'
                -- plans may end together, with a year, but those that are live have to meet what they name, and so has what is completed
                when c.check_name in ('live rows of an organisation', 'live rows of a known content', 'completions of known contents') and b.found >= 10
                     and c.found * b.among < b.found * c.among * (1 - karmayogi.setting('fall_refuse_percent')::numeric / 100) then 'refuse'
                when c.check_name = 'officials with allotted courses'
                     and c.found < b.found * (1 - karmayogi.setting('fall_warn_percent')::numeric / 100) then 'warn'
                -- a row that reaches everywhere may be meant
                when c.check_name = 'officials with allotted courses' and b.found >= 10 and c.found > 2 * b.found then 'warn'
                -- no State goes: its departments would be ministries of the Union
                when c.check_name = 'States and Union Territories' and c.found < b.found then 'refuse'
                -- one more is a new ministry, or a State whose name is not known yet
                when c.check_name = 'ministries of the Union' and c.found > b.found then 'warn'
                -- a new criterion is a few plans', another way of writing them all plans', from one night to the next
                when c.check_name like '%not intelligible' and c.found >= 10 and c.found > 2 * coalesce(b.found, 0)
                     and c.found * 100 > c.among * karmayogi.setting('fall_refuse_percent')::numeric then 'refuse'
                when (c.check_name like 'unreadable %' or c.check_name like 'unknown %')
                     and c.found * 100 > c.among * karmayogi.setting('unreadable_percent')::numeric then 'refuse'
                when c.check_name = 'enrolments of users that user_detail lacks'
                     and c.found * 100 > c.among * karmayogi.setting('unknown_user_percent')::numeric then 'refuse'
                when c.check_name = 'rows' and c.found = 0 then 'warn'
                when c.found > 0 and (c.check_name like 'unreadable %' or c.check_name like 'unknown %'
                                      or c.check_name like '%lacks' or c.check_name like '%than their M/D' or c.check_name like '%not intelligible'
                                      or c.check_name = 'enrolments without content_id') then 'warn'
                else 'ok' end
      from (select k.*, k.check_name in ('rows', 'registered officials', 'completions', 'certificates')
                        -- what tells that a column is written another way; of few, some may well go
                        or k.check_name in ('registered officials of an organisation', 'registered women', 'registered men', 'registered MDO leaders',
                                            'left out: volunteer', 'organisations of a ministry or department',
                                            'live contents', 'live contents of a competency area', 'live contents of an organisation',
                                            'themes with a live course')
                           and p.found >= 10 as lasts
              from counted k
              left join before p on p.table_name = k.table_name and p.check_name = k.check_name) c
      left join before b on b.table_name = c.table_name and b.check_name = c.check_name
      left join state s on s.table_name = c.table_name;
end;
comment on function karmayogi.judge_portal(karmayogi.portal_state[], karmayogi.portal_finding[], bigint, date) is
    'Private: the gate: each check of SPEC 9 with what was found, beside a snapshot (default the newest), and the verdict ok, warn or refuse.';

create function karmayogi.portal_check(out table_name text, out check_name text, out found boolean, out generation text,
                                       out row_count bigint, out last_generated timestamp, out finding text, out verdict text)
returns setof record language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    with state as (
        select karmayogi.read_portal_state(array_agg(t.table_name::text)) as states from karmayogi.portal_table t
    )
    select j.table_name, j.check_name, s.found, karmayogi.portal_generation(j.table_name), s.row_count::bigint,
           karmayogi.try_portal_timestamp(s.last_generated), j.finding, j.verdict
      from state
     cross join lateral karmayogi.judge_portal(state.states, '{}') j
      left join lateral unnest(state.states) s on s.table_name = j.table_name
      left join karmayogi.portal_table t on t.table_name = j.table_name
     order by t.position nulls first, j.check_name;
end;
comment on function karmayogi.portal_check() is
    'Whether the portal is whole: one row per table and check, with found, generation, rows, last generated, finding and verdict (ok, warn, refuse). Reads every bound table once, writes nothing. What only a full reading finds (unreadable values, unknown users) is in snapshot_check after a refresh. SPEC 4, 9.';

create function karmayogi.refuse(refusals text[]) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp as
$$
begin
    if cardinality(refusals) > 0 then
        raise exception 'the portal is not fit to be published: % of its checks refuse%', cardinality(refusals),
                        case when cardinality(refusals) = 1 then 's' else '' end
            using errcode = 'object_not_in_prerequisite_state',
                  detail = array_to_string(refusals, E'\n'),
                  hint = 'Wait until the portal''s loader has finished and look at karmayogi.portal_check(); '
                         || case when exists (select from unnest(refusals) r where r like '%, found: missing.' or r like '%, columns: lacks %')
                                 then 'without these tables and columns nothing can be published: if they stand elsewhere, karmayogi.bind_portal(schema) says where.'
                                 when exists (select from unnest(refusals) r where r like '%, being written: %')
                                      or exists (select from unnest(refusals) r join karmayogi.portal_table t on t.required and r like t.table_name || ', rows: the table is empty%')
                                 then 'half a load is nothing to publish.'
                                 when exists (select from unnest(refusals) r where r like '%, shards: who refreshes may not read them%')
                                 then 'who refreshes needs SELECT on the partitions, too.'
                                 when exists (select from unnest(refusals) r where r like '%, States and Union Territories: %')
                                 then 'a State by another name gets it as an alias in karmayogi.state_ut, by the owner; one that left with all that is under it needs force. Forced for another reason, its departments would be ranked as ministries of the Union.'
                                 else 'call karmayogi.refresh(force => true, why => ''...'') publishes all the same, with the findings on the snapshot.' end;
    end if;
end
$$;
comment on function karmayogi.refuse(text[]) is 'Private: the error object_not_in_prerequisite_state with every refusal in DETAIL, if there is any.';

create function karmayogi.complete_state(states karmayogi.portal_state[], findings karmayogi.portal_finding[])
returns karmayogi.portal_state[]
language sql volatile
set search_path = pg_catalog, pg_temp
begin atomic
    -- user_enrolments is read once: its rows were counted on the way. A loader that commits batch by batch is not
    -- always writing: but where it goes on, its table grows while it is read, by more than a row here and there takes.
    select array_agg(row(s.table_name, s.required, s.found,
                         case when f.table_name is null then s.row_count else f.found end,
                         case when f.table_name is null then s.first_generated else split_part(f.text_value, '|', 1) end,
                         case when f.table_name is null then s.last_generated else split_part(f.text_value, '|', 2) end,
                         s.writers, s.shards, s.empty_shards, s.bytes,
                         -- what was found once stays found: it is asked again where it refuses
                         coalesce(s.grown_to, case when g.bytes > s.bytes * (1 + karmayogi.setting('grown_percent')::numeric / 100)
                                                        and g.bytes > s.bytes + 65536 then g.bytes end))::karmayogi.portal_state)
      from unnest($1) s
      left join unnest($2) f on f.table_name = s.table_name and f.check_name = 'rows'
      left join karmayogi.portal_source() b on b.table_name = s.table_name
     cross join lateral (select karmayogi.relation_bytes(b.relid) as bytes) g;
end;
comment on function karmayogi.complete_state(karmayogi.portal_state[], karmayogi.portal_finding[]) is
    'Private: the state of the portal when it has been read: the rows of user_enrolments as they were counted on the way, and which tables have grown meanwhile.';

create function karmayogi.gate(states karmayogi.portal_state[], findings karmayogi.portal_finding[]) returns boolean
language plpgsql stable parallel restricted
set search_path = pg_catalog, pg_temp as
$$
declare
    refusals text[];
    hopeless boolean;
begin
    select array_agg(format('%s, %s: %s.', j.table_name, j.check_name, j.finding) order by j.table_name collate "C", j.check_name collate "C"),
           bool_or(j.check_name in ('found', 'columns', 'being written') or (j.check_name = 'rows' and j.found = 0))
      into refusals, hopeless
      from karmayogi.judge_portal(karmayogi.complete_state(states, findings), findings) j
     where j.verdict = 'refuse';
    -- before the portal is read, only what makes reading it pointless refuses:
    -- everything else is told together with what the reading finds
    if findings is not null or hopeless then
        perform karmayogi.refuse(refusals);
    end if;
    return true;
end
$$;
comment on function karmayogi.gate(karmayogi.portal_state[], karmayogi.portal_finding[]) is
    'Private: true, or the error of refuse() naming every check that refuses; while findings is NULL (nothing read yet) only where a table is missing, empty, lacks a column or is being written. SPEC 9.';

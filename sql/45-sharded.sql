-- Part 45: a portal on several machines. Where the officials' tables are foreign
-- tables, are partitioned into foreign tables, or are distributed by Citus, what
-- can be worked out of one official's rows is worked out where they are, and only
-- the result travels. The statements of part 50 read every row; those here say
-- the same in terms that postgres_fdw sends away: functions, aggregates and types
-- of this extension, all immutable, over columns as they are (a COLLATE or a cast
-- to another type would keep them here), grouped by user_id. docs/scale-out.md
-- shows how such a portal is set up.

-- What one official has learnt

create type karmayogi.enrolment_digest;

create function karmayogi.enrolment_digest_in(cstring) returns karmayogi.enrolment_digest
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'enrolment_digest_in';
comment on function karmayogi.enrolment_digest_in(cstring) is 'Text input of enrolment_digest';

create function karmayogi.enrolment_digest_out(karmayogi.enrolment_digest) returns cstring
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'enrolment_digest_out';
comment on function karmayogi.enrolment_digest_out(karmayogi.enrolment_digest) is 'Text output of enrolment_digest';

create function karmayogi.enrolment_digest_recv(internal) returns karmayogi.enrolment_digest
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'enrolment_digest_recv';
comment on function karmayogi.enrolment_digest_recv(internal) is 'Binary input of enrolment_digest';

create function karmayogi.enrolment_digest_send(karmayogi.enrolment_digest) returns bytea
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'enrolment_digest_send';
comment on function karmayogi.enrolment_digest_send(karmayogi.enrolment_digest) is 'Binary output of enrolment_digest';

create type karmayogi.enrolment_digest (
    input = karmayogi.enrolment_digest_in,
    output = karmayogi.enrolment_digest_out,
    receive = karmayogi.enrolment_digest_recv,
    send = karmayogi.enrolment_digest_send,
    internallength = variable,
    alignment = int4,
    storage = extended
);
comment on type karmayogi.enrolment_digest is
    'What the enrolments of one official come to: each distinct content with whether it was enrolled, completed and '
    'certificated, the first completion and the last day it was opened, and how many rows there were and could not be '
    'read. Written {generated;content_id,flags,seconds,day,...;...}, as docs/scale-out.md tells; the text comes back as '
    'it went. SPEC 6.';

create function karmayogi.enrolment_digest_accum(karmayogi.enrolment_digest, text, text, text, text, text, text, text)
    returns karmayogi.enrolment_digest
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'enrolment_digest_accum';
comment on function karmayogi.enrolment_digest_accum(karmayogi.enrolment_digest, text, text, text, text, text, text, text) is
    'Transition of enrolment_digest_agg';

create function karmayogi.enrolment_digest_combine(karmayogi.enrolment_digest, karmayogi.enrolment_digest)
    returns karmayogi.enrolment_digest
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'enrolment_digest_combine';
comment on function karmayogi.enrolment_digest_combine(karmayogi.enrolment_digest, karmayogi.enrolment_digest) is
    'Merge of states of enrolment_digest_agg';

create function karmayogi.enrolment_digest_final(karmayogi.enrolment_digest) returns karmayogi.enrolment_digest
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'enrolment_digest_final';
comment on function karmayogi.enrolment_digest_final(karmayogi.enrolment_digest) is 'Result of enrolment_digest_agg';

-- sspace: an official with six enrolments
create aggregate karmayogi.enrolment_digest_agg(content_id text, user_consumption_status text, certificate_id text,
        first_completed_on text, last_completed_on text, content_last_accessed_on text, data_last_generated_on text) (
    sfunc = karmayogi.enrolment_digest_accum, stype = karmayogi.enrolment_digest, sspace = 256,
    finalfunc = karmayogi.enrolment_digest_final,
    combinefunc = karmayogi.enrolment_digest_combine,
    parallel = safe
);
comment on aggregate karmayogi.enrolment_digest_agg(text, text, text, text, text, text, text) is
    'The enrolment_digest of one official, from the columns of user_enrolments in the order of its arguments, as text; '
    'group by user_id. Any argument may be NULL. The same value for any order of the rows and any number of workers or '
    'shards; NULL of no rows. Error if the digest would be longer than 1 GB. SPEC 6.';

create function karmayogi.enrolment_digest_entries(karmayogi.enrolment_digest)
    returns table (content_id text, enrolled boolean, completed boolean, certificated boolean, completed_at timestamp,
                   last_active_on date, row_count bigint, unknown_status bigint, unreadable_first bigint,
                   unreadable_last bigint, unreadable_accessed bigint, first_generated text, last_generated text)
    language c immutable strict parallel safe cost 10 rows 5 as 'MODULE_PATHNAME', 'enrolment_digest_entries';
comment on function karmayogi.enrolment_digest_entries(karmayogi.enrolment_digest) is
    'The rows of a digest, one for each content in order of bytes (NULL: the rows without a content_id); the first and '
    'the last data_last_generated_on that begin with a digit are those of the whole digest. SPEC 6.';

-- The first and the last of texts, for the gate

create function karmayogi.first_text_accum(text, text) returns text
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'first_text_accum';
comment on function karmayogi.first_text_accum(text, text) is 'Transition and merge of first_text';

create function karmayogi.last_text_accum(text, text) returns text
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'last_text_accum';
comment on function karmayogi.last_text_accum(text, text) is 'Transition and merge of last_text';

create aggregate karmayogi.first_text(text) (
    sfunc = karmayogi.first_text_accum, stype = text, combinefunc = karmayogi.first_text_accum, parallel = safe
);
comment on aggregate karmayogi.first_text(text) is
    'The least text in order of bytes, whatever the collation, so that every server gives the same; NULL is ignored. SPEC 9.';

create aggregate karmayogi.last_text(text) (
    sfunc = karmayogi.last_text_accum, stype = text, combinefunc = karmayogi.last_text_accum, parallel = safe
);
comment on aggregate karmayogi.last_text(text) is
    'The greatest text in order of bytes, whatever the collation, so that every server gives the same; NULL is ignored. SPEC 9.';

-- Where a portal table stands on other machines

create function karmayogi.relation_parts(relation oid, out relid oid) returns setof oid
language sql stable strict
set search_path = pg_catalog, pg_temp
begin atomic
    with recursive part as (
        select $1 as relid
         union
        select x.relid
          from part p
         cross join lateral (
            select i.inhrelid as relid from pg_catalog.pg_inherits i where i.inhparent = p.relid
             union all
            -- what a view reads
            select d.refobjid
              from pg_catalog.pg_rewrite w
              join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
                                         and d.refclassid = 'pg_catalog.pg_class'::regclass
             where w.ev_class = p.relid and w.rulename = '_RETURN'
               and exists (select from pg_catalog.pg_class v where v.oid = p.relid and v.relkind = 'v')) x
    )
    select p.relid from part p;
end;
comment on function karmayogi.relation_parts(oid) is
    'Private: a relation, its partitions and heirs, and what a view reads, all the way down; no row for NULL. SPEC 4, 9.';

create function karmayogi.portal_shards(table_name text, out relid oid, out server name, out distributed boolean)
returns setof record
language plpgsql stable strict
set search_path = pg_catalog, pg_temp as
$$
declare
    citus constant regclass := to_regclass('pg_catalog.pg_dist_partition');
    shard record;
begin
    for shard in
        select p.relid, s.srvname
          from karmayogi.portal_source() b
         cross join lateral karmayogi.relation_parts(b.relid) p
          join pg_catalog.pg_class c on c.oid = p.relid and c.relkind in ('r', 'f', 'm')
          left join pg_catalog.pg_foreign_table f on f.ftrelid = p.relid
          left join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
         where b.table_name = portal_shards.table_name
         order by c.relname, c.oid
    loop
        portal_shards.relid := shard.relid;
        portal_shards.server := shard.srvname;
        portal_shards.distributed := false;
        if citus is not null then
            -- a reference table (n) is whole on every node
            execute format('select exists (select from %s d where d.logicalrelid = $1 and d.partmethod <> ''n'')', citus)
               into portal_shards.distributed using shard.relid::regclass;
        end if;
        return next;
    end loop;
end
$$;
comment on function karmayogi.portal_shards(text) is
    'The relations that hold the rows of a bound portal table: itself, its partitions, what a view reads; server: the '
    'foreign server where it is a foreign table; distributed: whether Citus has spread it over nodes. SPEC 4.';

create function karmayogi.portal_is_sharded(table_name text) returns boolean
language sql stable strict
set search_path = pg_catalog, pg_temp
begin atomic
    select coalesce(bool_or(s.server is not null or s.distributed), false) from karmayogi.portal_shards($1) s;
end;
comment on function karmayogi.portal_is_sharded(text) is
    'Whether a bound portal table, or a part of it, stands on another machine: a foreign table or distributed by Citus. Such '
    'a table is read by statements that do the work of each official there. SPEC 4.';

create function karmayogi.portal_is_redirected(relid oid) returns boolean
language plpgsql stable strict
set search_path = pg_catalog, pg_temp as
$$
declare
    redirected boolean := false;
begin
    if to_regclass('pg_catalog.pg_dist_partition') is not null then
        execute 'select exists (select from pg_catalog.pg_dist_partition d
                                  join karmayogi.relation_parts($1) p on p.relid = d.logicalrelid)' into redirected using portal_is_redirected.relid;
    end if;
    return redirected;
end
$$;
comment on function karmayogi.portal_is_redirected(oid) is
    'Private: whether Citus knows the relation or a part of it, distributed or not: statements are sent to where its rows are, and what stands here may be what it was before. SPEC 4.';

-- The statements

create function karmayogi.sharded_sql(stage text) returns text
language sql stable strict
set search_path = pg_catalog, pg_temp
return case
-- As the stage enrolment of part 50, from digests. An official whose rows lie on two
-- shards has two, and they are merged here. MATERIALIZED: Citus fetches such a part
-- by itself and goes on here.
when $1 = 'enrolment' and karmayogi.portal_is_sharded('user_enrolments') then $sql$
with learnt as materialized (
    select q.user_id, karmayogi.enrolment_digest_agg(q.content_id, q.user_consumption_status, q.certificate_id, q.first_completed_on,
               q.last_completed_on, q.content_last_accessed_on, q.data_last_generated_on) as digest
      from {raw.user_enrolments} q
     group by q.user_id
)
select case when p.registered then p.user_no end as user_no, case when p.registered then e.content_id collate "C" end as content_id,
       bool_or(e.enrolled) as enrolled, bool_or(e.completed) as completed, bool_or(e.certificated) as certificated,
       min(e.completed_at) as completed_at, max(e.last_active_on)::timestamp as last_active_at,
       sum(e.row_count)::bigint as row_count,
       coalesce(sum(e.row_count) filter (where p.user_id is null), 0)::bigint as unknown_users,
       sum(e.unknown_status)::bigint as unknown_status, sum(e.unreadable_first)::bigint as unreadable_first,
       sum(e.unreadable_last)::bigint as unreadable_last, sum(e.unreadable_accessed)::bigint as unreadable_accessed,
       min(e.first_generated collate "C") as first_generated, max(e.last_generated collate "C") as last_generated
  from learnt l
  left join {stage.person} p on p.user_id = l.user_id::text collate "C"
 cross join lateral karmayogi.enrolment_digest_entries(l.digest) e
 group by 1, 2
$sql$
end;
comment on function karmayogi.sharded_sql(text) is
    'Private: the statement of a stage over a portal table that stands on several machines; NULL where that of stage_sql() or value_sql() serves. SPEC 2, 6.';

create function karmayogi.count_sql(table_name text, generated text, counted boolean) returns text
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    -- Each part is counted for itself: a whole count can be sent to where the rows are, a part of one cannot.
    -- Who may read the whole but not its parts has the rows sent, and cannot tell whether a part is empty: shards
    -- without a list of the empty ones. Only a table that is hashed tells by an empty part that it is not whole.
    with bound as (
        select s.relid, c.relkind = 'p' and bool_and(has_table_privilege(h.relid, 'select')) as by_part, array_agg(h.relid) as parts,
               exists (select from pg_catalog.pg_partitioned_table t where t.partrelid = s.relid and t.partstrat = 'h') as hashed
          from karmayogi.portal_source() s
          join pg_catalog.pg_class c on c.oid = s.relid
         cross join karmayogi.portal_shards($1) h
         where s.table_name = $1
         group by s.relid, c.relkind
    ), part as (
        select n.nspname, c.relname, b.hashed, b.by_part, cardinality(b.parts) as parts,
               a.atttypid in ('text'::regtype, 'varchar'::regtype) as is_text
          from bound b
         cross join unnest(case when b.by_part then b.parts else array[b.relid] end) r (relid)
          join pg_catalog.pg_class c on c.oid = r.relid
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = $2 and a.attnum > 0 and not a.attisdropped
    )
    select format('select %s, coalesce(karmayogi.first_text(p.first_on), karmayogi.first_text(p.first_text)),
                          coalesce(karmayogi.last_text(p.last_on), karmayogi.last_text(p.last_text)), %s, %s from (',
                  case when $3 then 'sum(p.row_count)' else 'case when max(p.row_count) = 0 then 0 end' end,
                  case when bool_and(p.hashed) then max(p.parts)::text else 'null' end,
                  case when bool_and(p.hashed and not p.by_part) then 'null'
                       else 'coalesce(array_agg(p.part order by p.part collate "C") filter (where p.row_count = 0), ''{}'')' end)
           || string_agg(
                  case when not $3 then
                      format('select %L as part, exists (select from %I.%I)::int as row_count, null::text as first_on, null::text as first_text,
                                     null::text as last_on, null::text as last_text', p.relname, p.nspname, p.relname)
                       when $2 is null then
                      format('select %L as part, count(*) as row_count, null::text as first_on, null::text as first_text,
                                     null::text as last_on, null::text as last_text from %I.%I', p.relname, p.nspname, p.relname)
                  else
                      format('select %L as part, t.* from (
                                  select count(*) as row_count,
                                         karmayogi.first_text(g.at) filter (where g.at <> '''' and strpos(''0123456789'', left(g.at, 1)) > 0) as first_on,
                                         karmayogi.first_text(g.at) as first_text,
                                         karmayogi.last_text(g.at) filter (where g.at <> '''' and strpos(''0123456789'', left(g.at, 1)) > 0) as last_on,
                                         karmayogi.last_text(g.at) as last_text
                                    from (select %s as at from %I.%I q) g) t',
                             p.relname, case when p.is_text then format('q.%I', $2) else format('q.%I::text', $2) end, p.nspname, p.relname)
                  end, ' union all ')
           || ') p'
      from part p;
end;
comment on function karmayogi.count_sql(text, text, boolean) is
    'Private: the statement that counts a portal table part by part: its rows, the first and the last text of the column named (those that begin with a digit before others), its parts where they are hashed, and those without a row. Not counted: only whether there are rows, as 0 or NULL. SPEC 9.';

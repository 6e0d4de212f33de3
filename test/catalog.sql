-- Prints everything that the extension consists of, in a fixed order and without
-- numbers that differ from one CREATE EXTENSION to the next: what is printed of a
-- fresh install and of one that was updated has to be the same. Run it with
-- psql -X -q -A -t, in a database where nothing was entered and nothing refreshed.
\set ON_ERROR_STOP 1
set client_min_messages = warning;
set search_path = pg_catalog, pg_temp;

create temp table member as
    select d.classid, d.objid, i.type, i.identity
      from pg_extension e
      join pg_depend d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
     cross join lateral pg_identify_object(d.classid, d.objid, 0) i
     where e.extname = 'karmayogi';
create temp table relation as
    select c.* from member m join pg_class c on m.classid = 'pg_class'::regclass and c.oid = m.objid;

-- What stands in an ACL, whether written out or meant by its absence
create function pg_temp.privileges(acl aclitem[], kind "char", owner oid) returns text language sql as $$
    select string_agg(format('%s:%s%s', case a.grantee when 0 then 'public' else a.grantee::regrole::text end, a.privilege_type,
                             case when a.is_grantable then '*' end), ' '
                      order by case a.grantee when 0 then 'public' else a.grantee::regrole::text end, a.privilege_type)
      from aclexplode(coalesce(acl, acldefault(kind, owner))) a
$$;
-- and what a dump takes for granted
create function pg_temp.initial(class regclass, object oid, part int, kind "char", owner oid) returns text language sql as $$
    select pg_temp.privileges((select i.initprivs from pg_init_privs i where i.classoid = class and i.objoid = object and i.objsubid = part),
                              kind, owner)
$$;

create temp table line (text text);

insert into line select format('member %s %s', m.type, m.identity) from member m;

insert into line
select format('extension %s in %s, relocatable %s, owner %s', e.extversion, e.extnamespace::regnamespace, e.extrelocatable, e.extowner::regrole)
  from pg_extension e where e.extname = 'karmayogi'
 union all
select format('dumped %s %s', k.relation::regclass, k.condition)
  from pg_extension e, unnest(e.extconfig, e.extcondition) k (relation, condition) where e.extname = 'karmayogi'
 union all
select format('schema %s owner %s acl %s, initially %s', n.nspname, n.nspowner::regrole, pg_temp.privileges(n.nspacl, 'n', n.nspowner),
              pg_temp.initial('pg_namespace', n.oid, 0, 'n', n.nspowner))
  from pg_namespace n join member m on m.classid = 'pg_namespace'::regclass and m.objid = n.oid;

-- Functions and aggregates
insert into line
select format('function %s %s', p.oid::regprocedure,
              jsonb_build_object('kind', p.prokind, 'arguments', pg_get_function_arguments(p.oid), 'result', pg_get_function_result(p.oid),
                  'language', (select l.lanname from pg_language l where l.oid = p.prolang), 'owner', p.proowner::regrole,
                  'volatile', p.provolatile, 'parallel', p.proparallel, 'strict', p.proisstrict, 'definer', p.prosecdef,
                  'leakproof', p.proleakproof, 'cost', p.procost, 'rows', p.prorows, 'set', p.proretset, 'support', p.prosupport::regproc,
                  'config', p.proconfig, 'source', p.prosrc, 'library', p.probin,
                  'definition', case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end,
                  'acl', pg_temp.privileges(p.proacl, 'f', p.proowner),
                  'initially', pg_temp.initial('pg_proc', p.oid, 0, 'f', p.proowner)))
  from pg_proc p join member m on m.classid = 'pg_proc'::regclass and m.objid = p.oid
 union all
select format('aggregate %s %s', a.aggfnoid::regprocedure,
              to_jsonb(a) - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[]
              || jsonb_build_object('state', a.aggtranstype::regtype, 'moving', a.aggmtranstype::regtype, 'sort', a.aggsortop::regoperator))
  from pg_aggregate a join member m on m.classid = 'pg_proc'::regclass and m.objid = a.aggfnoid;

-- Relations, and what belongs to them
insert into line
select format('relation %s %s', r.oid::regclass,
              jsonb_build_object('kind', r.relkind, 'persistence', r.relpersistence, 'options', r.reloptions, 'owner', r.relowner::regrole,
                  'row security', r.relrowsecurity, 'forced', r.relforcerowsecurity, 'identity', r.relreplident,
                  'tablespace', r.reltablespace, 'method', (select a.amname from pg_am a where a.oid = r.relam),
                  'view', case when r.relkind in ('v', 'm') then pg_get_viewdef(r.oid) end,
                  'acl', pg_temp.privileges(r.relacl, case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner),
                  'initially', pg_temp.initial('pg_class', r.oid, 0, case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner)))
  from relation r
 union all
select format('column %s.%s %s', r.oid::regclass, a.attname,
              jsonb_build_object('place', row_number() over (partition by r.oid order by a.attnum), 'type', format_type(a.atttypid, a.atttypmod),
                  'not null', a.attnotnull, 'default', (select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d
                                                         where d.adrelid = r.oid and d.adnum = a.attnum),
                  'identity', a.attidentity, 'generated', a.attgenerated, 'collation', a.attcollation::regcollation,
                  'storage', a.attstorage, 'compression', a.attcompression, 'statistics', a.attstattarget,
                  -- others are the server's own
                  'options', (select array_agg(o.option order by o.option) from unnest(a.attoptions) o (option) where o.option ~ '^n_distinct'),
                  'acl', case when a.attacl is not null then pg_temp.privileges(a.attacl, 'c', r.relowner) end))
  from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
 union all
select format('constraint %s on %s: %s, validated %s', c.conname, c.conrelid::regclass, pg_get_constraintdef(c.oid), c.convalidated)
  from relation r join pg_constraint c on c.conrelid = r.oid
 union all
select format('index %s valid %s clustered %s identity %s options %s', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisclustered,
              i.indisreplident, (select c.reloptions from pg_class c where c.oid = i.indexrelid))
  from relation r join pg_index i on i.indrelid = r.oid
 union all
-- those of a foreign key have numbers in their names
select format('trigger on %s: %s, enabled %s', r.oid::regclass,
              case when t.tgisinternal
                   then format('%s of %s', t.tgfoid::regproc, (select format('%s on %s', c.conname, c.conrelid::regclass)
                                                                 from pg_constraint c where c.oid = t.tgconstraint))
                   else pg_get_triggerdef(t.oid) end, t.tgenabled)
  from relation r join pg_trigger t on t.tgrelid = r.oid
 union all
select format('rule %s enabled %s', pg_get_ruledef(w.oid), w.ev_enabled)
  from relation r join pg_rewrite w on w.ev_class = r.oid and w.rulename <> '_RETURN'
 union all
select format('policy %s', to_jsonb(p)) from pg_policies p join relation r on format('%I.%I', p.schemaname, p.tablename)::regclass = r.oid
 union all
select format('statistics %s', pg_get_statisticsobjdef(s.oid)) from relation r join pg_statistic_ext s on s.stxrelid = r.oid
 union all
select format('sequence %s %s owned by %s', r.oid::regclass, to_jsonb(s) - '{seqrelid,seqtypid}'::text[] || jsonb_build_object('type', s.seqtypid::regtype),
              (select string_agg(format('%s %s', pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid), d.deptype), ', ')
                 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype in ('a', 'i')))
  from relation r join pg_sequence s on s.seqrelid = r.oid;

-- Types, casts, operators and their classes
insert into line
select format('type %s %s', t.oid::regtype,
              jsonb_build_object('kind', t.typtype, 'category', t.typcategory, 'preferred', t.typispreferred, 'delimiter', t.typdelim,
                  'length', t.typlen, 'by value', t.typbyval, 'alignment', t.typalign, 'storage', t.typstorage, 'in', t.typinput,
                  'out', t.typoutput, 'receive', t.typreceive, 'send', t.typsend, 'modin', t.typmodin, 'modout', t.typmodout,
                  'analyze', t.typanalyze, 'subscript', t.typsubscript, 'element', t.typelem::regtype, 'base', t.typbasetype::regtype,
                  'not null', t.typnotnull, 'default', t.typdefault, 'collation', t.typcollation::regcollation, 'owner', t.typowner::regrole,
                  'labels', (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
                  'attributes', (select jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation) order by a.attnum)
                                   from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped),
                  'constraints', (select jsonb_agg(jsonb_build_array(c.conname, pg_get_constraintdef(c.oid)) order by c.conname)
                                    from pg_constraint c where c.contypid = t.oid),
                  'acl', pg_temp.privileges(t.typacl, 'T', t.typowner)))
  from pg_type t
 where t.oid in (select m.objid from member m where m.classid = 'pg_type'::regclass)
 union all
select format('cast %s to %s %s %s %s', c.castsource::regtype, c.casttarget::regtype, c.castfunc::regprocedure, c.castcontext, c.castmethod)
  from pg_cast c join member m on m.classid = 'pg_cast'::regclass and m.objid = c.oid
 union all
select format('operator %s %s', o.oid::regoperator,
              jsonb_build_object('result', o.oprresult::regtype, 'code', o.oprcode, 'commutator', o.oprcom::regoperator,
                  'negator', o.oprnegate::regoperator, 'restrict', o.oprrest, 'join', o.oprjoin, 'merges', o.oprcanmerge,
                  'hashes', o.oprcanhash, 'owner', o.oprowner::regrole))
  from pg_operator o join member m on m.classid = 'pg_operator'::regclass and m.objid = o.oid
 union all
select format('operator class %s default %s stored %s family %s', m.identity, c.opcdefault, c.opckeytype::regtype,
              pg_describe_object('pg_opfamily'::regclass, c.opcfamily, 0))
  from pg_opclass c join member m on m.classid = 'pg_opclass'::regclass and m.objid = c.oid
 union all
select format('operator family %s: %s %s %s %s', m.identity, a.amopstrategy, a.amopopr::regoperator, a.amoppurpose, a.amopsortfamily)
  from pg_amop a join member m on m.classid = 'pg_opfamily'::regclass and m.objid = a.amopfamily
 union all
select format('operator family %s: function %s %s', m.identity, p.amprocnum, p.amproc::regprocedure)
  from pg_amproc p join member m on m.classid = 'pg_opfamily'::regclass and m.objid = p.amprocfamily;

-- Comments, of members and of what belongs to a relation
insert into line
select format('comment on %s: %s', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description)
  from pg_description d
 where (d.classoid, d.objoid) in (select m.classid, m.objid from member m)
    or d.classoid = 'pg_class'::regclass and d.objoid in (select i.indexrelid from pg_index i join relation r on r.oid = i.indrelid)
    or d.classoid = 'pg_trigger'::regclass and d.objoid in (select t.oid from pg_trigger t join relation r on r.oid = t.tgrelid)
    or d.classoid = 'pg_constraint'::regclass and d.objoid in (select c.oid from pg_constraint c join relation r on r.oid = c.conrelid)
    or d.classoid = 'pg_rewrite'::regclass and d.objoid in (select w.oid from pg_rewrite w join relation r on r.oid = w.ev_class);

-- The rows that are shipped; their clocks differ
select format('insert into line select format(''row of %%s: %%s'', %L, to_jsonb(t) - ''{added_at,entered_at,defined_at,granted_at}''::text[]) from %s t',
              r.oid::regclass, r.oid::regclass)
  from relation r where r.relkind = 'r' \gexec

select replace(l.text, E'\n', '\n') from line l order by l.text collate "C";

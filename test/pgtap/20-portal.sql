-- The portal is found by name when it is read: every generation, every kind of
-- relation, whatever its loaders do to it; and what the extension itself is made of.
begin;
\ir ../fixture/portal.sql
select plan(74);

-- what is computed from whatever is bound now, and what of that differs from the fixture
create function pg_temp.computed() returns table (line text) language sql as $$
    select c::text from karmayogi.compute_indicators('2026-10-01') c
$$;
create temp table reference as select line from pg_temp.computed();
create function pg_temp.computes_the_same(meaning text) returns text language sql as $$
    select set_eq('select line from pg_temp.computed()', 'select line from reference', meaning)
$$;
select cmp_ok((select count(*) from reference), '>', 150::bigint, 'the fixture has figures to compare');

----- the three generations

-- a copy of the fixture in another generation, as its loader would have written it
create function pg_temp.copy_portal(target name, generation text) returns void language plpgsql as $$
declare
    t record;
begin
    perform karmayogi.create_portal(target, generation);
    for t in
        select l.table_name, string_agg(format('%I', l.column_name), ', ' order by l.position) as columns,
               string_agg(format(case when l.data_type = 'integer' and l.column_name like 'competency%%'
                                      then 'nullif(regexp_replace(%1$s, ''\D'', '''', ''g''), '''')::%2$s' else '%1$s::text::%2$s' end,
                                 coalesce((select format('n.%I', a.attname) from pg_attribute a
                                            where a.attrelid = format('night.%I', l.table_name)::regclass and a.attnum > 0
                                              and a.attname = case l.column_name when 'last_accessed_on' then 'content_last_accessed_on'
                                                                                 else l.column_name end), 'null'), l.data_type), ', ' order by l.position) as expressions
          from karmayogi.portal_layout l where l.generation = copy_portal.generation
         group by l.table_name
    loop
        execute format('insert into %I.%I (%s) select %s from night.%I n', target, t.table_name, t.columns, t.expressions, t.table_name);
    end loop;
end
$$;
select pg_temp.copy_portal('night_' || g, g) from unnest(array['2024', '2025', '2026']) g;
-- tables whose columns are the same in several generations are said to be of the newest of them
create function pg_temp.told(generation text) returns table (table_name text, generation text) language sql as $$
    select t.table_name, (select max(o.generation) from karmayogi.portal_layout o
                           where o.table_name = t.table_name
                             and (select array_agg(c.column_name order by c.column_name) from karmayogi.portal_layout c
                                   where c.table_name = o.table_name and c.generation = o.generation)
                               = (select array_agg(c.column_name order by c.column_name) from karmayogi.portal_layout c
                                   where c.table_name = o.table_name and c.generation = told.generation))
      from karmayogi.portal_table t
$$;
create function pg_temp.generation_is_told(generation text) returns setof text language plpgsql as $$
begin
    return next is(karmayogi.bind_portal(('night_' || generation)::name),
                   format('12 of 12 tables found in schema night_%s, user_detail of generation %s', generation, generation),
                   format('generation %s is bound', generation));
    return next set_eq('select t.table_name::text, karmayogi.portal_generation(t.table_name) from karmayogi.portal_table t',
                       format('select table_name, generation from pg_temp.told(%L)', generation),
                       format('every table of generation %s is recognised by its columns', generation));
    return next pg_temp.computes_the_same(format('generation %s gives the same figures', generation));
end
$$;
select pg_temp.generation_is_told(g) from unnest(array['2024', '2025', '2026']) g;
select set_has($$select distinct generation from karmayogi.portal_check() where table_name in ('user_detail', 'content')$$,
               $$values ('2026')$$, 'portal_check tells the generation');
select karmayogi.bind_portal('night_2024');
select set_eq(
    $$select c.table_name::text, c.column_name::text from karmayogi.portal_columns() c where c.reads is null$$,
    $$values ('cb_plan', 'data_last_generated_on'), ('cb_plan', 'isapar'), ('kcm_content_mapping', 'data_last_generated_on'),
             ('kcm_dictionary', 'data_last_generated_on'), ('org_hierarchy', 'department_id'), ('org_hierarchy', 'ministry_id'),
             ('user_detail', 'profile_status'), ('user_detail', 'cadre'), ('user_detail', 'cadre_batch'),
             ('user_detail', 'civil_services'), ('user_detail', 'is_on_central_deputation'), ('user_enrolments', 'last_completed_on')$$,
    'what generation 2024 lacks of the columns that are read');
select set_eq(
    $$select c.table_name::text, c.column_name::text, c.reads from karmayogi.portal_columns() c where c.reads <> c.column_name$$,
    $$values ('user_enrolments', 'content_last_accessed_on', 'last_accessed_on'),
             ('user_detail', 'profile_last_updated_date', 'user_registration_date')$$,
    'and what it reads in the place of others');
-- by name alone: a department of a State is not that of another State or of the Union
savepoint named;
insert into night_2024.org_hierarchy (mdo_id, mdo_name, ministry, department)
values ('s2', 'Goa', null, null), ('kf', 'Office of Kerala', 'Kerala', 'Forest Department'), ('gf', 'Office of Goa', ' GOA', 'Forest Department'),
       ('kx', 'Hospital of Kerala', 'Kerala', 'Department of One'), ('ax', 'Office of One C', 'Ministry of Alpha ', 'department of one'),
       ('nx', 'Office of somebody', null, 'Department of Two'), ('bx', 'Office of Beta B', 'Ministry of Beta', 'Ministry of Beta');
call karmayogi.refresh('2026-10-01', true);
select is((select string_agg(concat_ws(' ', o.mdo_id, 'of', o.md_id, 'of', o.ministry_id, o.state_code), ', ' order by o.mdo_id)
             from karmayogi.snapshot_org o where o.snapshot_id = karmayogi.newest_snapshot() and o.mdo_id like '_x' or o.mdo_id like '_f'),
          'ax of d1 of m1, bx of m2 of m2, gf of s2 / Forest Department of s2 IN-GA, kf of s1 / Forest Department of s1 IN-KL, '
          'kx of s1 / Department of One of s1 IN-KL, nx of d2 of nx', 'departments are of one ministry or State');
select is((select string_agg(concat_ws(' ', u.entity_id, u.entity_name, u.ministry_id, u.state_code), ', ' order by u.entity_id)
             from karmayogi.snapshot_unit u where u.snapshot_id = karmayogi.newest_snapshot() and u.level = 'md' and u.entity_id like '% / %'),
          's1 / Department of One Department of One s1 IN-KL, s1 / Forest Department Forest Department s1 IN-KL, '
          's2 / Forest Department Forest Department s2 IN-GA', 'and keep their names');
rollback to named;
-- a column that only some indicators need
alter table night_2025.content drop column content_provider_id;
select karmayogi.bind_portal('night_2025');
select results_eq(
    $$select distinct value::text, reason from karmayogi.compute_indicators('2026-10-01') where indicator = '4.3'$$,
    $$values (null::text, 'the portal lacks content.content_provider_id')$$,
    'a missing optional column makes the indicator that needs it NULL and says so');
select set_eq($$select line from pg_temp.computed() where line not like '(4.3,%'$$,
              $$select line from reference where line not like '(4.3,%'$$, 'and no other one');

----- relations of every kind

-- as Spark creates them: other types, other order, no constraint; under names that need quotes
create schema "The ""Portal""'s {as_of}";
do $$
declare
    t record;
begin
    for t in
        select l.table_name, format('"The ""Portal""''s {as_of}".%I', '{portal.content} ' || upper(l.table_name)) as relation,
               string_agg(case when l.data_type = 'integer' then format('%1$I::bigint as %1$I', l.column_name)
                               when l.data_type in ('real', 'double precision') then format('%1$I::real as %1$I', l.column_name)
                               when l.column_name ~ '(_on|_date|due_by|datetime)$' and l.data_type = 'text'
                               then format('left(%1$I, 19)::timestamp as %1$I', l.column_name)
                               else quote_ident(l.column_name) end, ', ' order by md5(l.column_name)) as columns
          from karmayogi.portal_layout l where l.generation = '2026'
         group by l.table_name
    loop
        execute format('create table %s as select %s from night.%I', t.relation, t.columns, t.table_name);
    end loop;
end
$$;
select is(karmayogi.bind_portal(t.table_name, format('"The ""Portal""''s {as_of}"."{portal.content} %s"', upper(t.table_name))),
          format('%1$s is "The ""Portal""''s {as_of}"."{portal.content} %2$s", generation 2026', t.table_name, upper(t.table_name)),
          t.table_name || ' is bound under a name that needs quotes')
  from karmayogi.portal_table t order by t.position;
select is((select data_type from information_schema.columns where table_schema like 'The%' and column_name = 'due_by'),
          'timestamp without time zone', 'with other types');
set local datestyle = 'SQL, DMY';
set local timezone = 'America/New_York';
set local extra_float_digits = -3;
select pg_temp.computes_the_same('other types and another order of columns give the same figures, whatever DateStyle and TimeZone');
set local datestyle = 'ISO, YMD';
set local timezone = 'UTC';
set local extra_float_digits = 1;

-- views, a materialised view, partitions
select karmayogi.bind_portal('night');
create schema night_kinds;
create view night_kinds.user_detail as select * from night.user_detail;
create materialized view night_kinds.content as select * from night.content;
create table night_kinds.user_enrolments (like night.user_enrolments) partition by hash (user_id);
create table night_kinds.user_enrolments_0 partition of night_kinds.user_enrolments for values with (modulus 2, remainder 0);
create table night_kinds.user_enrolments_1 partition of night_kinds.user_enrolments for values with (modulus 2, remainder 1);
insert into night_kinds.user_enrolments select * from night.user_enrolments;
create table night_kinds.plans_2025 (like night.cb_plan);
create table night_kinds.cb_plan () inherits (night_kinds.plans_2025);
insert into night_kinds.cb_plan select * from night.cb_plan;
select lives_ok(format('select karmayogi.bind_portal(%L, %L)', t, 'night_kinds.' || r), format('%s may be %s', t, kind))
  from (values ('user_detail', 'user_detail', 'a view'), ('content', 'content', 'a materialised view'),
               ('user_enrolments', 'user_enrolments', 'a partitioned table'), ('cb_plan', 'plans_2025', 'a table with children')) v (t, r, kind);
select pg_temp.computes_the_same('views, materialised views, partitions and children give the same figures');
select karmayogi.bind_portal('night');

-- a table bound alone stays when another one is bound
select karmayogi.bind_portal('content', 'night_kinds.content');
select results_eq($$select table_name::text, schema_name || '.' || relation_name from karmayogi.portal_source() where table_name in ('content', 'cb_plan') order by 1$$,
                  $$values ('cb_plan', 'night.cb_plan'), ('content', 'night_kinds.content')$$, 'a single binding');
select karmayogi.bind_portal('night');
select is((select schema_name from karmayogi.portal_source() where table_name = 'content'), 'night', 'bind_portal(schema) binds all of them anew');
-- where nothing is bound
delete from karmayogi.portal_binding;
select is((select array_agg(distinct schema_name) from karmayogi.portal_source()), array['public'], 'the default is schema public');
select karmayogi.bind_portal('night');

----- nothing holds on to the portal
drop schema night_kinds cascade;

create function pg_temp.answers(relations text[]) returns text[] language plpgsql as $$
declare
    r text;
    silent text[] := '{}';
begin
    foreach r in array relations loop
        begin
            execute format('select count(*) from (select * from %s offset 0) x', r);
        exception when others then
            silent := silent || (r || ': ' || sqlerrm);
        end;
    end loop;
    return silent;
end
$$;
create temp table public_relation as
    select c.oid::regclass::text as relation from pg_class c
     where c.relnamespace = 'karmayogi'::regnamespace and c.relkind in ('r', 'v', 'm');
create function pg_temp.everything_answers(meaning text) returns text language sql as $$
    select is(pg_temp.answers((select array_agg(relation) from public_relation)), '{}'::text[], meaning)
$$;
call karmayogi.refresh('2026-10-01');
refresh materialized view karmayogi.indicator_live;
select cmp_ok((select count(*) from public_relation where relation in ('karmayogi.mdo_ranking', 'karmayogi.score_breakdown', 'karmayogi.indicator_live')),
              '=', 3::bigint, 'the views that are asked are there');
select pg_temp.everything_answers('every table and view answers after a refresh');
create temp table ranking as select r::text as line from karmayogi.mdo_ranking r;

create function pg_temp.loader(statement text) returns setof text language plpgsql as $$
declare
    t text;
begin
    for t in select p.table_name from karmayogi.portal_table p order by p.position loop
        execute format(replace(statement, 'T', '%1$I'), t);
    end loop;
    return next pg_temp.everything_answers(format('everything answers after: %s', statement));
    return next set_eq('select r::text from karmayogi.mdo_ranking r', 'select line from ranking', 'and the ranking is that of the snapshot');
end
$$;
create schema night_aside;
select pg_temp.loader('alter table night.T rename to T_old');
select pg_temp.loader('alter table night.T_old rename to T');
select pg_temp.loader('create table night_aside.T as table night.T');
select pg_temp.loader('truncate night.T');
select pg_temp.loader('alter table night.T add column a_new_one text');
select pg_temp.loader('drop table night.T restrict');
select is((select count(*) from karmayogi.portal_source() where relid is null), 12::bigint, 'the portal is gone');
select pg_temp.loader('alter table night_aside.T set schema night');
select pg_temp.computes_the_same('recreated tables are found again under their names');
do $$
declare
    c record;
begin
    for c in select a.attrelid::regclass as relation, a.attname from pg_attribute a join pg_class r on r.oid = a.attrelid
              where r.relnamespace = 'night'::regnamespace and r.relkind = 'r' and a.attnum > 0
                and a.atttypid in ('text'::regtype, 'boolean'::regtype, 'integer'::regtype) loop
        execute format('alter table %s alter column %I type varchar(600)', c.relation, c.attname);
    end loop;
end
$$;
select pg_temp.computes_the_same('columns of other types are read as well');
select pg_temp.loader('alter table night.T rename to T_old');
select pg_temp.loader('create view night.T as table night.T_old');
select pg_temp.computes_the_same('a view in the place of a table too');
select is_empty(
    $$select pg_describe_object(d.classid, d.objid, d.objsubid)
        from pg_depend d
        join pg_class c on c.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
       cross join lateral pg_identify_object(d.classid, d.objid, 0) i
       where c.relnamespace in ('night'::regnamespace, 'night_2024'::regnamespace)
         and (i.schema = 'karmayogi' or i.identity like '%karmayogi.%')$$,
    'no object of karmayogi depends on a relation of the portal');
select isnt_empty(
    $$select from pg_depend d
        join pg_class c on c.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
       cross join lateral pg_identify_object(d.classid, d.objid, 0) i
       where c.relnamespace = 'karmayogi'::regnamespace and i.identity like '%karmayogi.mdo_ranking'$$,
    'though such a dependency would be seen');

----- create_portal

select set_eq(
    $$select c.relname::text, a.attname::text, a.attnum::int, format_type(a.atttypid, a.atttypmod)
        from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'night_2026'::regnamespace and a.attnum > 0$$,
    $$select table_name::text, column_name::text, position, data_type from karmayogi.portal_layout where generation = '2026'$$,
    'create_portal makes the tables as the loaders expect them, by position');

----- what the extension is made of

create temp table member as
    select d.classid, d.objid, i.type, i.identity
      from pg_depend d cross join lateral pg_identify_object(d.classid, d.objid, 0) i
     where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
       and d.refobjid = (select e.oid from pg_extension e where e.extname = 'karmayogi');
select cmp_ok((select count(*) from member), '>', 100::bigint, 'the extension has members');
select is_empty(
    $$select type, identity from member
       where obj_description(objid, classid::regclass::name) is null and type not in ('schema', 'operator family')
         -- from 17 on the types of rows and of arrays are members too
         and not (classid = 'pg_type'::regclass
                  and exists (select from pg_type t where t.oid = objid and (t.typrelid <> 0 or t.typcategory = 'A')))
         and not (type = 'sequence' and identity ~ '(report_report_id|scheme_in_use_use_id)_seq$')$$,
    'every object has a comment');
select is_empty(
    $$select a.attrelid::regclass, a.attname from member m join pg_class c on m.classid = 'pg_class'::regclass and c.oid = m.objid
        join pg_attribute a on a.attrelid = c.oid
       where c.relkind in ('r', 'v', 'm') and a.attnum > 0 and not a.attisdropped and col_description(a.attrelid, a.attnum) is null$$,
    'every column of every table and view has a comment');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p where p.pronamespace = 'karmayogi'::regnamespace and p.prosecdef$$,
    'no function runs with the rights of its owner');
select is_empty(
    $$select p.oid::regprocedure, p.proconfig from pg_proc p join pg_language l on l.oid = p.prolang
       where p.pronamespace = 'karmayogi'::regnamespace and l.lanname = 'plpgsql'
         and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)$$,
    'every PL/pgSQL function has its own search path');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_language l on l.oid = p.prolang
       where p.pronamespace = 'karmayogi'::regnamespace and l.lanname = 'sql' and p.prosqlbody is null
         and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)$$,
    'every SQL function is bound when it is created, or has its own search path');
select is_empty(
    $$select identity from member where type in ('function', 'procedure', 'aggregate', 'table', 'view', 'type', 'sequence', 'materialized view')
         and identity not like 'karmayogi.%'$$, 'everything is in schema karmayogi');
select is_empty(
    $$select grantee, object from (
          select coalesce(a.grantee::regrole::text, '?') as grantee, c.oid::regclass::text as object
            from pg_class c cross join lateral aclexplode(c.relacl) a where c.relnamespace = 'karmayogi'::regnamespace and a.grantee = 0
           union all
          select 'public', 'schema' from pg_namespace n cross join lateral aclexplode(n.nspacl) a where n.nspname = 'karmayogi' and a.grantee = 0) g$$,
    'PUBLIC may read no relation and enter no schema of karmayogi');

select * from finish();
rollback;

-- Attackers: whoever loads the portal, whoever may make objects in some schema. What they
-- plant never runs with more rights than those of who calls, and changes no figure.
begin;
select plan(34);
\ir ../fixture/portal.sql

call karmayogi.refresh('2026-10-01');
create temp table clean as select seal from karmayogi.snapshot;
grant select on clean to public;
create role karmayogi_loader;
create role karmayogi_caller;
select karmayogi.grant_operator('karmayogi_caller');

-- what ran, as whom
create schema trap;
grant usage on schema trap to public;
create table trap.log (what text, who name, super boolean);
grant select, insert, delete on trap.log to public;
create function trap.spring(what text) returns boolean language plpgsql volatile as $$
begin
    insert into trap.log select spring.what, r.rolname, r.rolsuper from pg_catalog.pg_roles r where r.rolname operator(pg_catalog.=) current_user;
    return true;
end
$$;
-- whether something ran, and always as this role
create function pg_temp.ran_as(who name) returns text language sql as $$
    select case when count(*) = 0 then 'nothing ran'
                when bool_and(l.who = ran_as.who and not l.super) then 'as the caller'
                else string_agg(distinct format('%s as %s', l.what, l.who), ', ') end from trap.log l
$$;

----- the loader of the portal puts a view with a function in the place of a table

alter schema night owner to karmayogi_loader;
do $$
declare t name;
begin
    for t in select relname from pg_class where relnamespace = 'night'::regnamespace and relkind = 'r' loop
        execute format('alter table night.%I owner to karmayogi_loader', t);
    end loop;
end
$$;
set local role karmayogi_loader;
grant usage on schema night to public;
do $$
declare t name;
begin
    for t in select relname from pg_class where relnamespace = 'night'::regnamespace and relkind = 'r' loop
        execute format('alter table night.%I rename to %I', t, t || '_kept');
        -- once for each table, and not for each row
        execute format('create view night.%I as select k.* from night.%I k where (select trap.spring(%L))', t, t || '_kept', t);
        execute format('grant select on night.%I to public', t);
    end loop;
end
$$;
reset role;
set local role karmayogi_caller;
call karmayogi.refresh('2026-10-01');
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'a refresh runs a view''s function as who refreshes, and as nobody else');
select ok((select count(distinct what) >= 9 from trap.log), 'of every table that is read');
delete from trap.log;
select count(*) from karmayogi.compute_indicators('2026-10-01') \g /dev/null
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'so does compute_indicators');
delete from trap.log;
select count(*) from karmayogi.onboarding_now() \g /dev/null
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'and onboarding_now');
delete from trap.log;
select count(*) from karmayogi.allotment_progress('u2') \g /dev/null
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'and allotment_progress');
delete from trap.log;
select count(*) from karmayogi.competency_passbook('u2') \g /dev/null
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'and competency_passbook');
delete from trap.log;
select count(*) from karmayogi.portal_check() \g /dev/null
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'and portal_check');
delete from trap.log;
select count(*) from karmayogi.entity_standing('mdo', '{nowhere}') \g /dev/null
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'and the look-up of an entity to report for');
reset role;
delete from trap.log;
create role karmayogi_keeper;
select karmayogi.grant_mdo('karmayogi_keeper', 'd1');
select is(pg_temp.ran_as('karmayogi_caller'), 'nothing ran', 'to grant reads no portal');
set local role karmayogi_caller;
select cmp_ok(karmayogi.renew_allotments(), '>', 0::bigint, 'allotments are read');
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'by who renews them');
reset role;
delete from trap.log;
set local role karmayogi_keeper;
do $$
declare v name;
begin
    for v in select unnest(karmayogi.reader_relations() || '{my_mdo,my_officials,my_allotments,my_score_card}'::text[]) loop
        execute format('select count(*) from (select %s from karmayogi.%I) q', case v when 'snapshot' then 'as_of' else '*' end, v);
    end loop;
end
$$;
select is(pg_temp.ran_as('karmayogi_keeper'), 'nothing ran', 'what readers and keepers read never reads the portal');
reset role;

-- a column of a type of the loader's own, with a cast of his own to text
set local role karmayogi_loader;
create type night.id as (id text);
create function night.id_text(night.id) returns text language plpgsql stable as $$
begin
    if not exists (select from trap.log where what = 'cast') then perform trap.spring('cast'); end if;
    return ($1).id;
end
$$;
create cast (night.id as text) with function night.id_text(night.id) as implicit;
create or replace view night.org_hierarchy_own as select row(mdo_id)::night.id as mdo_id, mdo_name, ministry, ministry_id, department, department_id, is_cca,
    mdo_created_on, data_last_generated_on from night.org_hierarchy_kept;
grant select on night.org_hierarchy_own to public;
reset role;
select karmayogi.bind_portal('org_hierarchy', 'night.org_hierarchy_own');
delete from trap.log;
set local role karmayogi_caller;
select count(*) from karmayogi.onboarding_now() \g /dev/null
select ok(exists (select from trap.log where what = 'cast'), 'a cast of the loader''s own is called');
select is(pg_temp.ran_as('karmayogi_caller'), 'as the caller', 'by who reads');
reset role;
select karmayogi.bind_portal('night');
set local role karmayogi_caller;
call karmayogi.refresh('2026-10-01');
reset role;
select is((select s.seal from karmayogi.snapshot s order by snapshot_id desc limit 1), (select seal from clean), 'views give the same figures as tables');

----- planted functions, operators and types, first in the caller's search_path

create schema evil;
grant usage on schema evil to public;
create function pg_temp.plant(place name) returns void language plpgsql as $plant$
declare
    made record;
begin
    for made in select * from (values ('lower'), ('upper'), ('btrim'), ('length'), ('sha256'), ('md5'), ('quote_ident'), ('quote_literal'),
                  ('setting'), ('portal_fold'), ('portal_is_missing'), ('financial_year'), ('current_setting'), ('to_regclass'), ('array_length'),
                  ('cardinality'), ('isfinite'), ('parse_ident'), ('hashtextextended'), ('round'), ('abs'), ('greatest_of')) f (name)
         cross join (values ('text', 'text'), ('name', 'text'), ('bytea', 'bytea'), ('numeric', 'numeric'), ('date', 'boolean'), ('text[]', 'int')) t (arg, res)
    loop
        execute format('create function %I.%I(%s) returns %s language plpgsql as %L', place, made.name, made.arg, made.res,
            format('begin perform trap.spring(%L); return null; end', made.name));
    end loop;
    execute format('create function %I.now() returns timestamptz language plpgsql as $x$ begin perform trap.spring(''now''); return ''2000-01-01''; end $x$', place);
    execute format('create function %I.clock_timestamp() returns timestamptz language plpgsql as $x$ begin perform trap.spring(''clock''); return ''2000-01-01''; end $x$', place);
    execute format('create function %I.format(text, variadic "any") returns text language internal as ''text_format''', place);
    for made in
        select o.name, t.arg, n from unnest('{=,<>,<,>,<=,>=}'::text[]) with ordinality o (name, n)
         cross join unnest('{text,bigint,int,date,name,boolean,numeric,oid,karmayogi.tally}'::text[]) t (arg)
    loop
        execute format('create function %I.%I(%s, %s) returns boolean language plpgsql as %L', place, 'op' || made.n, made.arg, made.arg,
            format('begin perform trap.spring(%L); return false; end', made.name));
        execute format('create operator %I.%s (leftarg = %s, rightarg = %s, function = %1$I.%5$I)', place, made.name, made.arg, made.arg, 'op' || made.n);
    end loop;
    for made in
        select o.name, t.arg, n from unnest('{+,-,*,/,||}'::text[]) with ordinality o (name, n)
         cross join unnest('{text,bigint,int,numeric,interval}'::text[]) t (arg)
    loop
        execute format('create function %I.%I(%3$s, %3$s) returns %3$s language plpgsql as %4$L', place, 'ar' || made.n, made.arg,
            format('begin perform trap.spring(%L); return null; end', made.name));
        execute format('create operator %I.%s (leftarg = %s, rightarg = %s, function = %1$I.%5$I)', place, made.name, made.arg, made.arg, 'ar' || made.n);
    end loop;
    execute format('create aggregate %I.count(*) (sfunc = pg_catalog.int8inc, stype = bigint, initcond = ''1000000'')', place);
    execute format('create aggregate %I.sum(bigint) (sfunc = pg_catalog.int8pl, stype = bigint, initcond = ''1000000'')', place);
    for made in select * from (values ('text', 'text'), ('date', 'date'), ('regclass', 'text'), ('tally', 'text')) d (name, base) loop
        execute format('create domain %I.%I as pg_catalog.%I check (trap.spring(''type''))', place, made.name, made.base);
    end loop;
    for made in select c.relname from pg_class c where c.relnamespace = 'karmayogi'::regnamespace and c.relkind in ('r', 'v') loop
        execute format('create view %I.%I as select trap.spring(%L)', place, made.relname, made.relname);
    end loop;
    for made in select unnest('{pg_class,pg_namespace,pg_attribute,pg_roles,pg_proc,pg_locks,pg_inherits,pg_extension}'::name[]) as relname loop
        execute format('create view %I.%I as select trap.spring(%L), 0 as oid', place, made.relname, made.relname);
    end loop;
    execute format('grant select on all tables in schema %I to public', place);
end
$plant$;
select pg_temp.plant('evil');
update night.user_detail_kept set status = status;
delete from trap.log;
-- the trap works: without the pins the planted would be called
set local search_path = evil, public, pg_catalog;
select lower('A'::pg_catalog.text) \g /dev/null
set local search_path = public;
select is((select min(what) from trap.log), 'lower', 'who writes lower() under that search_path calls the planted one');
-- the loader's views spring the trap, too: tables again
drop view night.org_hierarchy_own;
do $$
declare t name;
begin
    for t in select table_name from karmayogi.portal_table loop
        execute format('drop view night.%I', t);
        execute format('alter table night.%I rename to %I', t || '_kept', t);
        execute format('grant select on night.%I to public', t);
    end loop;
end
$$;
-- and now the loader plants the same among them
select pg_temp.plant('night');
delete from trap.log;
set local search_path = night, public, pg_catalog;
select lower('A'::pg_catalog.text), pg_catalog.now() operator(pg_catalog.>) now() \g /dev/null
set local search_path = public;
select set_eq('select what from trap.log', '{lower,now}'::text[], 'what stands in the portal''s schema is called under its search_path as well');
delete from trap.log;

set local role karmayogi_caller;
-- whoever calls has planted in his own pg_temp as well
create temp table setting (name text, value text);
create temp table snapshot (snapshot_id bigint);
create temp table official_progress (user_id text);
create temp table pg_class (oid oid, relname name);
create temp table user_detail (user_id text);
create domain pg_temp.date as pg_catalog.int4;
create domain pg_temp.tally as pg_catalog.text;
create function pg_temp.lower(text) returns text language plpgsql as $$ begin perform trap.spring('temp lower'); return null; end $$;
set local search_path = evil, pg_temp, public, pg_catalog;
call karmayogi.refresh('2026-10-01'::pg_catalog.date);
set local search_path = public;
select is((select count(*) from trap.log), 0::bigint, 'a refresh calls nothing of it');
delete from trap.log;
select is((select s.seal from karmayogi.snapshot s order by snapshot_id desc limit 1), (select seal from clean), 'and the figures are the same');
-- nor by either engine where the portal's schema comes first
set local search_path = night, pg_temp, public, pg_catalog;
set local karmayogi.engine = 'sql';
call karmayogi.refresh('2026-10-01'::pg_catalog.date);
set local karmayogi.engine = 'native';
call karmayogi.refresh('2026-10-01'::pg_catalog.date);
set local search_path = public;
set local karmayogi.engine = 'auto';
select is((select count(*) from trap.log), 0::bigint, 'nor of what stands in the portal''s schema');
delete from trap.log;
select is((select s.seal from karmayogi.snapshot s order by snapshot_id desc limit 1), (select seal from clean), 'and still they are the same');
set local search_path = night, evil, pg_temp, public, pg_catalog;
select pg_catalog.count(*) as n from karmayogi.compute_indicators('2026-10-01'::pg_catalog.date) \gset computed_
select pg_catalog.count(*) as n from karmayogi.onboarding_now() \gset now_
select pg_catalog.count(*) as n from karmayogi.allotment_progress('u2') \gset allotted_
select pg_catalog.count(*) as n from karmayogi.competency_passbook('u2') \gset passbook_
select pg_catalog.count(*) as n from karmayogi.portal_check() \gset check_
select karmayogi.submit_report('1.1', 'd2', '2026-27 Q2', 1, 1, 'x') as id \gset report_
select karmayogi.apply_floor(karmayogi.newest_snapshot()) as n \gset floor_
select karmayogi.verify_seal(karmayogi.newest_snapshot()) as ok \gset seal_
select karmayogi.evaluate_rules(karmayogi.newest_snapshot()) as n \gset rules_
select karmayogi.renew_allotments() as n \gset renewed_
set local search_path = public;
select is((select count(*) from trap.log), 0::bigint, 'nor do the functions over the portal and the snapshot');
select cmp_ok(:computed_n, '>', 100, 'which answer as ever: indicators');
select cmp_ok(:now_n, '>', 5, 'on-boarding');
select cmp_ok(:allotted_n, '>', 0, 'allotments');
select cmp_ok(:passbook_n, '>', 0, 'competencies');
select is(:'seal_ok'::text, 't'::text, 'the seal');
delete from trap.log;
reset role;
drop table pg_temp.setting, pg_temp.snapshot, pg_temp.official_progress, pg_temp.pg_class, pg_temp.user_detail;
drop domain pg_temp.date, pg_temp.tally;
set local role karmayogi_keeper;
create function pg_temp.read_all() returns void language plpgsql set search_path = night, evil, public, pg_catalog as $$
declare v pg_catalog.name;
begin
    for v in select pg_catalog.unnest(karmayogi.reader_relations()
                                      operator(pg_catalog.||) '{my_mdo,my_officials,my_allotments,my_score_card}'::pg_catalog.text[]) loop
        execute pg_catalog.concat('select pg_catalog.count(q', case when v operator(pg_catalog.=) 'snapshot'::pg_catalog.name then '.as_of' end, ') from karmayogi.', v, ' q');
    end loop;
end
$$;
select pg_temp.read_all();
select is((select count(*) from trap.log), 0::bigint, 'nor any view that readers and keepers read');
reset role;
-- the administrator's functions, called by a superuser under that search_path
set local search_path = night, evil, public, pg_catalog;
select karmayogi.bind_portal('night') as said \gset bound_
select karmayogi.set_setting('report_due_days', '15'), karmayogi.add_rule('r_planted', 'registered() >= 0', 'm'), karmayogi.drop_rule('r_planted');
select karmayogi.define_scheme('{"scheme": "planted", "parameters": [{"parameter": "p", "weight": 1, "indicators": [{"indicator": "2.2", "weight": 1}]}]}') as said \gset scheme_
select karmayogi.use_scheme('planted'), karmayogi.use_scheme('illustrative-equal');
select karmayogi.create_portal('planted_portal') as said \gset portal_
select karmayogi.create_report_staging('planted_portal.staging') as said \gset staging_
insert into planted_portal.staging (entity, indicator, period, numerator, denominator) values ('d1', '3.1', '2026-27 Q2', '1', '1');
select karmayogi.load_reports('planted_portal.staging'::pg_catalog.regclass) as n \gset loaded_
insert into karmayogi.strength (mdo_id, effective_on, officials) values ('o3', '2026-08-01'::pg_catalog.date, 9);
select karmayogi.grant_mdo('karmayogi_keeper', 'd2'), karmayogi.revoke_access('karmayogi_keeper', 'd2');
select karmayogi.prune_snapshots('1000 days'::pg_catalog.interval) as n \gset pruned_
set local search_path = public;
select is((select count(*) from trap.log), 0::bigint, 'nor what an administrator calls');
select is(:'loaded_n'::text, '1'::text, 'which does what it should');

----- in the schema of the stages

set local role karmayogi_caller;
create function karmayogi_stage.lower(text) returns text language plpgsql as $$ begin perform trap.spring('stage'); return null; end $$;
create function karmayogi_stage.portal_fold(text) returns text language plpgsql as $$ begin perform trap.spring('stage'); return null; end $$;
call karmayogi.refresh('2026-10-01');
select is((select count(*) from trap.log), 0::bigint, 'functions among the stages are not called');
create view karmayogi_stage.stage_person as select trap.spring('stage person');
create view karmayogi_stage.stage_state as select trap.spring('stage state');
reset role;
select alike(pg_temp.failure($$call karmayogi.refresh('2026-10-01')$$), '42P07: relation "%" already exists%',
    'a relation in the place of a stage stops the refresh');
select is((select count(*) from trap.log), 0::bigint, 'and is not read');
drop view karmayogi_stage.stage_person, karmayogi_stage.stage_state;

-- whoever may connect may take any advisory lock
select is((select string_agg(p.proname::text, ' ') from pg_proc p where p.pronamespace = 'karmayogi'::regnamespace and pg_get_functiondef(p.oid) like '%advisory%'
             and p.prokind in ('f', 'p')), 'refresh', 'no turn is an advisory lock; a refresh takes one, of a number by chance, to be found by');

select * from finish();
rollback;

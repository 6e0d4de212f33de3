-- Attackers: whoever loads the portal, whoever may make objects in some schema, whoever writes registers. What they
-- plant never runs with more rights than those of who calls, changes no figure, and is never taken for SQL.
begin;
select plan(67);
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
        execute format('select count(*) from (select * from karmayogi.%I) q', v);
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
do $$
declare
    made record;
begin
    for made in select * from (values ('lower'), ('upper'), ('btrim'), ('length'), ('sha256'), ('md5'), ('quote_ident'), ('quote_literal'),
                  ('setting'), ('portal_fold'), ('portal_is_missing'), ('financial_year'), ('current_setting'), ('to_regclass'), ('array_length'),
                  ('cardinality'), ('isfinite'), ('parse_ident'), ('hashtextextended'), ('round'), ('abs'), ('greatest_of')) f (name)
         cross join (values ('text', 'text'), ('name', 'text'), ('bytea', 'bytea'), ('numeric', 'numeric'), ('date', 'boolean'), ('text[]', 'int')) t (arg, res)
    loop
        execute format('create function evil.%I(%s) returns %s language plpgsql as %L', made.name, made.arg, made.res,
            format('begin perform trap.spring(%L); return null; end', made.name));
    end loop;
    execute 'create function evil.now() returns timestamptz language plpgsql as $x$ begin perform trap.spring(''now''); return ''2000-01-01''; end $x$';
    execute 'create function evil.clock_timestamp() returns timestamptz language plpgsql as $x$ begin perform trap.spring(''clock''); return ''2000-01-01''; end $x$';
    execute 'create function evil.format(text, variadic "any") returns text language internal as ''text_format''';
    for made in
        select o.name, t.arg, n from unnest('{=,<>,<,>,<=,>=}'::text[]) with ordinality o (name, n)
         cross join unnest('{text,bigint,int,date,name,boolean,numeric,oid,karmayogi.tally}'::text[]) t (arg)
    loop
        execute format('create function evil.%I(%s, %s) returns boolean language plpgsql as %L', 'op' || made.n, made.arg, made.arg,
            format('begin perform trap.spring(%L); return false; end', made.name));
        execute format('create operator evil.%s (leftarg = %s, rightarg = %s, function = evil.%I)', made.name, made.arg, made.arg, 'op' || made.n);
    end loop;
    for made in
        select o.name, t.arg, n from unnest('{+,-,*,/,||}'::text[]) with ordinality o (name, n)
         cross join unnest('{text,bigint,int,numeric,interval}'::text[]) t (arg)
    loop
        execute format('create function evil.%I(%2$s, %2$s) returns %2$s language plpgsql as %3$L', 'ar' || made.n, made.arg,
            format('begin perform trap.spring(%L); return null; end', made.name));
        execute format('create operator evil.%s (leftarg = %s, rightarg = %s, function = evil.%I)', made.name, made.arg, made.arg, 'ar' || made.n);
    end loop;
    execute 'create aggregate evil.count(*) (sfunc = pg_catalog.int8inc, stype = bigint, initcond = ''1000000'')';
    execute 'create aggregate evil.sum(bigint) (sfunc = pg_catalog.int8pl, stype = bigint, initcond = ''1000000'')';
    execute 'create domain evil.text as pg_catalog.text check (trap.spring(''type''))';
    execute 'create domain evil.date as pg_catalog.date check (trap.spring(''type''))';
    execute 'create domain evil.regclass as pg_catalog.text check (trap.spring(''type''))';
    execute 'create domain evil.tally as pg_catalog.text check (trap.spring(''type''))';
    for made in select c.relname from pg_class c where c.relnamespace = 'karmayogi'::regnamespace and c.relkind in ('r', 'v') loop
        execute format('create view evil.%I as select trap.spring(%L)', made.relname, made.relname);
    end loop;
    for made in select unnest('{pg_class,pg_namespace,pg_attribute,pg_roles,pg_proc,pg_locks,pg_inherits,pg_extension}'::name[]) as relname loop
        execute format('create view evil.%I as select trap.spring(%L), 0 as oid', made.relname, made.relname);
    end loop;
    execute 'grant select on all tables in schema evil to public';
end
$$;
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
delete from trap.log;
select ok(true, 'ready') from karmayogi.snapshot limit 1;

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
set local search_path = evil, pg_temp, public, pg_catalog;
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
create function pg_temp.read_all() returns void language plpgsql set search_path = evil, public, pg_catalog as $$
declare v pg_catalog.name;
begin
    for v in select pg_catalog.unnest(karmayogi.reader_relations()
                                      operator(pg_catalog.||) '{my_mdo,my_officials,my_allotments,my_score_card}'::pg_catalog.text[]) loop
        execute pg_catalog.concat('select pg_catalog.count(q) from karmayogi.', v, ' q');
    end loop;
end
$$;
select pg_temp.read_all();
select is((select count(*) from trap.log), 0::bigint, 'nor any view that readers and keepers read');
reset role;
-- the administrator's functions, called by a superuser under that search_path
set local search_path = evil, public, pg_catalog;
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
create view karmayogi_stage.person as select trap.spring('stage person');
create view karmayogi_stage.state as select trap.spring('stage state');
reset role;
select alike(pg_temp.failure($$call karmayogi.refresh('2026-10-01')$$), '42P07: relation "%" already exists%',
    'a relation in the place of a stage stops the refresh');
select is((select count(*) from trap.log), 0::bigint, 'and is not read');
drop view karmayogi_stage.person, karmayogi_stage.state;

----- names that are SQL

create function pg_temp.rename_portal(new_schema name, suffix text) returns void language plpgsql as $$
declare
    t name;
    was name := (select schema_name from karmayogi.portal_binding limit 1);
begin
    if was <> new_schema then
        execute format('alter schema %I rename to %I', was, new_schema);
    end if;
    for t in select b.table_name from karmayogi.portal_binding b loop
        execute format('alter table %I.%I rename to %I', new_schema,
            (select relation_name from karmayogi.portal_binding b where b.table_name = t), left(t || suffix, 63));
        perform karmayogi.bind_portal(t, format('%I.%I', new_schema, left(t || suffix, 63)));
    end loop;
end
$$;
-- between two generations of names there is nothing to find; bind_portal(name, relation) asks of one at a time
select karmayogi.bind_portal('night');
create temp table name_of (n int, schema_name name, suffix text);
insert into name_of values
    (1, 'ni"ght', '"'), (2, 'ni''ght', ''''), (3, 'x; drop table karmayogi.snapshot; --', '; delete from karmayogi.setting; --'),
    (4, '{portal.user_detail}', '{stage.person}'), (5, '{as_of}', '{portal.cb_plan}'), (6, '%I %s %1$s', '%L'), (7, '$1', '$$'),
    (8, 'a.b', ' q) union select null --'), (9, 'Ni\ght', '\'), (10, E'ni\nght', E'\n');
create temp table tried (n int, seal bytea);
do $$
declare
    c record;
begin
    for c in select * from name_of order by n loop
        perform pg_temp.rename_portal(c.schema_name, c.suffix);
        call karmayogi.refresh('2026-10-01', true);
        insert into tried select c.n, s.seal from karmayogi.snapshot s order by s.snapshot_id desc limit 1;
        perform count(*) from karmayogi.compute_indicators('2026-10-01');
        perform count(*) from karmayogi.onboarding_now();
        perform count(*) from karmayogi.allotment_progress('u2');
        perform count(*) from karmayogi.portal_check();
        perform karmayogi.renew_allotments();
    end loop;
    perform pg_temp.rename_portal('night', '');
end
$$;
select is((select count(*) from tried), 10::bigint, 'ten ways to name a portal');
select is((select count(distinct seal) from tried), 1::bigint, 'give the same figures');
select cmp_ok((select count(*) from karmayogi.setting), '>', 5::bigint, 'and no name is run');
select throws_ok($$select karmayogi.bind_portal('user_detail', 'night.user_detail; drop table karmayogi.snapshot')$$, '42602', null, 'what is no name is refused');
select throws_ok($$select karmayogi.bind_portal('user_detail', '(select 1)')$$, '42602', null, 'a query is no name');
select throws_ok($$select karmayogi.bind_portal('user_detail"; --', 'night.user_detail')$$, '22023', null, 'nor that a table of the portal');
-- columns beside the portal's, with names that are SQL
alter table night.user_detail add column "x"", (select trap.spring('column')) as ""y" text default 'z';
alter table night.user_detail add column "{stage.person}" text;
call karmayogi.refresh('2026-10-01', true);
select is((select count(*) from trap.log), 0::bigint, 'a column that is not asked for is not read');

----- values that are SQL

create temp table hostile (n int, v text);
insert into hostile values (1, ''''), (2, '''; drop table karmayogi.snapshot; --'), (3, '"'), (4, '{portal.user_detail}'), (5, '{stage.person}'),
    (6, '{as_of}'), (7, '%s%I%L%1$s'), (8, '$1'), (9, '\'), (10, E'\n'), (11, '$sql$'), (12, '('), (13, 'null'), (14, '''||trap.spring(''value'')||''');
-- everywhere in the portal, as ids and as texts
insert into night.org_hierarchy (mdo_id, mdo_name, ministry, department, data_last_generated_on)
select v, v, v, v, '2026-10-01 02:44:00 AM' from hostile;
insert into night.user_detail (user_id, mdo_id, status, designation, roles, gender, groups, email, user_registration_date, profile_last_updated_date, cadre, data_last_generated_on)
select v, v, 1, v, v, v, v, v, '2025-01-01', '2025-01-01', v, '2026-10-01 02:10:00 AM' from hostile;
insert into night.content (content_id, content_name, content_type, content_status, language, data_last_generated_on)
select v, v, v, 'Live', v, '2026-10-01 02:18:00 AM' from hostile;
insert into night.cb_plan (org_id, cb_plan_id, plan_name, allotment_type, allotment_to, content_id, due_by, status, data_last_generated_on)
select v, v, v, 'AllUser', v, v, '2026-12-31', 'Live', '2026-10-01 02:38:00 AM' from hostile;
insert into night.cb_plan (org_id, cb_plan_id, plan_name, allotment_type, allotment_to, content_id, due_by, status, data_last_generated_on)
select null, v, v, v, v, 'c1', '2026-12-31', 'Live', '2026-10-01 02:38:00 AM' from hostile;
insert into night.user_enrolments (user_id, content_id, user_consumption_status, first_completed_on, data_last_generated_on)
select v, v, 'completed', '2026-09-01', '2026-10-01 03:45:00 AM' from hostile;
insert into night.kcm_content_mapping (course_id, competency_area_id, competency_theme_id, data_last_generated_on)
select v, v, v, '2026-10-01 02:45:00 AM' from hostile;
-- in the registers and reports
insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd) select v, date '2026-01-01', 1, 0, 0 from hostile where not karmayogi.portal_is_missing(v);
insert into karmayogi.pwd_official (user_id) select v from hostile;
insert into karmayogi.kym_course (mdo_id, content_id) select v, v from hostile;
insert into karmayogi.competency_tag (competency_theme_id, tag) select v, 'gender' from hostile where not karmayogi.portal_is_missing(v);
insert into karmayogi.content_tag (content_id, tag) select v, 'climate' from hostile where not karmayogi.portal_is_missing(v);
insert into karmayogi.csti (institution_id, name, registered_on) select v, v, '2026-01-01' from hostile where not karmayogi.portal_is_missing(v);
select lives_ok($$call karmayogi.refresh('2026-10-01', true)$$, 'a portal and registers full of SQL are refreshed');
select is((select count(*) from karmayogi.official_progress p join hostile h on h.v = p.user_id), (select count(*) from hostile where not karmayogi.portal_is_missing(v)),
    'each official of such an id is one');
select is((select count(*) from hostile h, karmayogi.allotment_progress(h.v) a where a.content_id = h.v and a.state = 'completed'),
    (select count(*) from hostile h where not karmayogi.portal_is_missing(v) and btrim(v, E'[]" \t\n\r\f\v') = v), 'and is found by it');
select lives_ok($$select karmayogi.grant_mdo('karmayogi_keeper', v) from hostile where not karmayogi.portal_is_missing(v)$$, 'organisations of such ids are granted');
select lives_ok('select karmayogi.renew_allotments()', 'and looked after');
set local role karmayogi_keeper;
select is((select count(*) from karmayogi.my_officials where mdo_id = user_id), 12::bigint, 'each by its id');
reset role;
select lives_ok($$select karmayogi.submit_report('1.1', 'd1', '2026-27 Q1', 1, 1, v) from hostile$$, 'reports with such evidence are filed');
select is((select count(*) from karmayogi.report r join hostile h on h.v = r.evidence), 14::bigint, 'and it is kept as it was written');
select lives_ok(format('select karmayogi.submit_report(%L, %L, %L, 1, 1)', '1.1', v, '2026-27 Q1'), 'a report for entity ' || quote_nullable(v))
  from hostile where n in (2, 4);
select throws_ok(format('select karmayogi.submit_report(%L, %L, %L, 1, 1)', v, 'd1', '2026-27 Q1'), '42704', null, 'no indicator: ' || n) from hostile where n in (2, 7);
select throws_ok(format('select karmayogi.submit_report(%L, %L, %L, 1, 1)', '1.1', 'd1', v), '22007', null, 'no period: ' || n) from hostile where n in (2, 7);
select throws_ok(format('select karmayogi.set_setting(%L, %L)', 'top_performers', v), '22023', null, 'no value of a setting: ' || n) from hostile where n in (2, 12);
select throws_ok(format('select karmayogi.set_setting(%L, %L)', 'size_classes', v), '22023', null, 'nor size classes: ' || n) from hostile where n in (2, 12);
select throws_ok(format('select karmayogi.add_rule(%L, %L, %L)', 'r' || n, v, 'm'), null, null, 'no rule: ' || n) from hostile where n in (2, 14);
select lives_ok($$select karmayogi.define_scheme(jsonb_build_object('scheme', v, 'title', v, 'source', v, 'parameters', jsonb_build_array(jsonb_build_object(
    'parameter', v, 'weight', 1, 'indicators', '[{"indicator": "2.2", "weight": 1}]'::jsonb)))) from hostile where v !~ '^\s*$'$$, 'schemes of such names are defined');
select lives_ok($$select karmayogi.use_scheme(v) from hostile where n = 2; call karmayogi.refresh('2026-10-02', true)$$, 'and used');
select throws_ok(format('select karmayogi.create_report_staging(%L)', v), null, null, 'no name of a staging table: ' || n) from hostile where n in (2, 3);
select lives_ok($$select karmayogi.create_portal('po"rt;al')$$, 'a schema of such a name is made');
select is((select count(*) from trap.log), 0::bigint, 'nothing of all this was run');
-- roles of such names
create role "we""ird; drop role karmayogi_caller; --";
select lives_ok($$select karmayogi.grant_reader('we"ird; drop role karmayogi_caller; --'), karmayogi.grant_operator('we"ird; drop role karmayogi_caller; --')$$,
    'a role of such a name is given access');
select ok(has_table_privilege('we"ird; drop role karmayogi_caller; --', 'karmayogi.mdo_ranking', 'select'), 'and has it');
select lives_ok($$select karmayogi.revoke_access('we"ird; drop role karmayogi_caller; --')$$, 'and is taken it');

select * from finish();
rollback;

-- Names and values that are SQL: of the portal's schemas, tables and columns, of ids and texts in it, in registers,
-- reports, settings, schemes and roles. They are quoted, kept as they are, and never run.
begin;
select plan(36);
\ir ../fixture/portal.sql

call karmayogi.refresh('2026-10-01');
create temp table clean as select seal from karmayogi.snapshot;
grant select on clean to public;
create role karmayogi_caller;
create role karmayogi_keeper;
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
        -- undone each time, so that the locks of ten refreshes do not add up
        begin
            perform pg_temp.rename_portal(c.schema_name, c.suffix);
            perform set_config('karmayogi.engine', case when c.n in (1, 3, 4, 5) then 'auto' else 'sql' end, true);
            call karmayogi.refresh('2026-10-01', true);
            perform count(*) from karmayogi.compute_indicators('2026-10-01');
            perform count(*) from karmayogi.onboarding_now();
            perform count(*) from karmayogi.allotment_progress('u2');
            perform count(*) from karmayogi.portal_check();
            perform karmayogi.renew_allotments();
            raise exception using errcode = 'ZZ001',
                message = (select encode(s.seal, 'hex') from karmayogi.snapshot s order by s.snapshot_id desc limit 1);
        exception when sqlstate 'ZZ001' then
            insert into tried values (c.n, decode(sqlerrm, 'hex'));
        end;
    end loop;
end
$$;
select is((select count(*) from tried), 10::bigint, 'ten ways to name a portal');
select set_eq('select seal from tried', 'select seal from clean', 'give the same figures');
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

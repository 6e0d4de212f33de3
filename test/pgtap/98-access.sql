-- Who may see what, as each kind of user: nobody, a reader, who looks after an organisation, an operator; and as
-- those who look through a view by a function, or at small counts by way of a score.
begin;
select plan(126);
\ir ../fixture/portal.sql

-- d1 and what is attached to it have women and men, o2 two women, o1 one official who is neither
update night.user_detail set gender = case when substr(user_id, 2)::int % 3 = 0 then 'F' else 'M' end;
update night.user_detail set gender = 'M' where mdo_id = 'o2' and user_id not in ('u11', 'u19', 'u43');
update night.user_detail set gender = 'F' where user_id in ('u11', 'u19');
update night.user_detail set gender = 'another' where user_id = 'u10';
insert into karmayogi.competency_tag (competency_theme_id, tag) values ('T1', 'gender');
call karmayogi.refresh('2026-10-01');

create role karmayogi_nobody;
create role karmayogi_reader;
create role karmayogi_keeper;
create role karmayogi_deputy in role karmayogi_keeper;
create role karmayogi_stranger noinherit in role karmayogi_keeper;
create role karmayogi_operator;
create role karmayogi_second;
grant usage on schema night to karmayogi_operator;
grant select on all tables in schema night to karmayogi_operator;

create function pg_temp.same(have text, want text, meaning text) returns text language sql as $$
    select results_eq(format('select r::text collate "C" from (%s) r', have), format('select r::text collate "C" from (%s) r', want), meaning)
$$;

----- giving

select throws_ok($$select karmayogi.grant_reader('karmayogi_ghost')$$, '42704', 'role "karmayogi_ghost" does not exist', 'an unknown role');
select throws_ok($$select karmayogi.grant_reader('public')$$, '42704', 'role "public" does not exist', 'PUBLIC is no role');
select throws_ok($$select karmayogi.grant_operator(null)$$, '42704', 'role "NULL" does not exist', 'no role');
select throws_ok($$select karmayogi.grant_mdo('karmayogi_keeper', 'x9')$$, '42704', 'organisation "x9" is not in the newest snapshot', 'an unknown organisation');
select throws_ok($$select karmayogi.grant_mdo('karmayogi_keeper', null)$$, '42704', null, 'no organisation');
select is(pg_temp.failure($$select karmayogi.grant_mdo('karmayogi_keeper', 'x9')$$),
    '42704: organisation "x9" is not in the newest snapshot' || E'\n' || 'DETAIL: Snapshot ' || karmayogi.newest_snapshot()
    || E' has no organisation or M/D of this mdo_id.\nHINT: Give mdo_id or md_id as table karmayogi.snapshot_org has it.', 'says what is wrong and what to do');
select lives_ok($$select karmayogi.grant_reader('karmayogi_reader')$$, 'a reader');
select lives_ok($$select karmayogi.grant_mdo('karmayogi_keeper', 'd1')$$, 'who looks after d1');
select lives_ok($$select karmayogi.grant_mdo('karmayogi_keeper', 'd1')$$, 'twice is once');
select lives_ok($$select karmayogi.grant_operator('karmayogi_operator')$$, 'an operator');
select lives_ok($$select karmayogi.grant_operator('karmayogi_second')$$, 'and another');
select is(karmayogi.renew_allotments(), 147::bigint, 'allotments are kept');
select is(karmayogi.renew_allotments(), 0::bigint, 'and written where they differ');
set local role karmayogi_operator;
select throws_ok($$select karmayogi.grant_reader('karmayogi_nobody')$$, '42501', 'only the owner of karmayogi may give or take access',
    'an operator gives nothing');
select throws_ok($$select karmayogi.revoke_access('karmayogi_reader')$$, '42501', null, 'and takes nothing');
reset role;

----- the catalogue

select is_empty($$
    select p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    where p.pronamespace = 'karmayogi'::regnamespace and a.grantee = 0 and (p.provolatile <> 'i' or p.proname like 'engine\_%')$$,
    'PUBLIC may call what turns values into values, and nothing else');
select is_empty($$
    select p.oid::regprocedure from pg_proc p where p.pronamespace = 'karmayogi'::regnamespace and p.prosecdef$$,
    'nothing runs with other rights than the caller''s');
select is_empty($$
    select p.oid::regprocedure from pg_proc p join pg_language l on l.oid = p.prolang
    where p.pronamespace = 'karmayogi'::regnamespace and l.lanname not in ('c', 'internal') and p.prokind <> 'a'
      and p.prosqlbody is null and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)$$,
    'every function is parsed at creation or has its search_path pinned');
select set_eq($$
    select p.proname::text from pg_proc p where p.pronamespace = 'karmayogi'::regnamespace and p.proleakproof$$,
    '{tally_eq,tally_ne,tally_lt,tally_le,tally_ge,tally_gt,tally_cmp}'::text[], 'leakproof are the comparisons of tallies alone');
select is_empty($$
    select c.relname from pg_class c where c.relnamespace = 'karmayogi'::regnamespace and c.relkind = 'v' and c.relname like 'my\_%'
      and not coalesce('security_barrier=true' = any (c.reloptions), false)$$, 'every my_ view is a security barrier');
select results_eq($$select distinct v.superuser, v.trusted from pg_available_extension_versions v where v.name = 'karmayogi'$$,
    'values (true, false)', 'every version is for a superuser to create, and trusted for nobody else''s');
-- whoever adds a view decides who reads it: here, or in karmayogi.reader_relations
select set_eq($$
    select c.relname::text from pg_class c
    where c.relnamespace = 'karmayogi'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
      and c.relname <> all (karmayogi.reader_relations())$$,
    -- single officials and single reports
    '{official_progress,official_allotment,my_mdo,my_officials,my_allotments,my_score_card,granted_mdo,mdo_grant,
      report,report_history,reporting_calendar,reporting_rate,reporting_rate_indicator,pwd_official,
      indicator_value,indicator_live,organisation_value,unit_value,newest_value,newest_open,unit_annexure,annexure_shown,
      hidden_performance,open_to_readers,score,score_parameter,score_part,unit_performance,strength,snapshot_finding,indicator_finding,indicator_rule,
      competency_tag,content_tag,kym_course,target,csti,scheme_in_use,snapshot_check,snapshot_phase,refresh_log,refresh_progress,
      portal_table,portal_layout,portal_need,portal_binding,refresh_turn,report_turn}'::text[], 'of every relation it is decided whether readers read it');

----- what each may read: every relation there is, by asking

create table pg_temp.asked (role name, relation name, state text);
grant all on pg_temp.asked to public;
create function pg_temp.ask(who name) returns void language plpgsql as $$
declare
    relation name;
begin
    for relation in select c.relname from pg_class c where c.relnamespace = 'karmayogi'::regnamespace and c.relkind in ('r', 'v', 'm') loop
        begin
            execute format('select count(*) from (select %s from karmayogi.%I limit 3) q',
                           case relation when 'snapshot' then 'snapshot_id, as_of, published_by, forced_why' else '*' end, relation);
            insert into pg_temp.asked values (who, relation, 'ok');
        exception when others then
            insert into pg_temp.asked values (who, relation, sqlstate);
        end;
    end loop;
end
$$;
set local role karmayogi_nobody;   select pg_temp.ask('nobody');   reset role;
set local role karmayogi_reader;   select pg_temp.ask('reader');   reset role;
set local role karmayogi_keeper;   select pg_temp.ask('keeper');   reset role;
set local role karmayogi_deputy;   select pg_temp.ask('deputy');   reset role;
set local role karmayogi_stranger; select pg_temp.ask('stranger'); reset role;
set local role karmayogi_operator; select pg_temp.ask('operator'); reset role;
select is_empty($$select * from pg_temp.asked where role in ('nobody', 'stranger') and state <> '42501'$$,
    'nobody reads nothing, nor does a member that does not inherit');
select set_eq($$select relation::text from pg_temp.asked where role = 'reader' and state = 'ok'$$, karmayogi.reader_relations(),
    'a reader reads what grant_reader says, and each of these answers');
select is_empty($$select * from pg_temp.asked where role = 'reader' and state not in ('ok', '42501')$$, 'all else is denied');
select set_eq($$select r.rolname::text from pg_roles r where r.rolname like 'karmayogi\_%' and has_column_privilege(r.rolname, 'karmayogi.snapshot', 'seal', 'select')
                  and not pg_has_role(r.rolname, (select relowner from pg_class where oid = 'karmayogi.snapshot'::regclass), 'usage')$$,
    '{karmayogi_operator,karmayogi_second}'::text[], 'the seal, by which small counts can be tried, is no reader''s');
select set_eq($$select relation::text from pg_temp.asked where role = 'keeper' and state = 'ok'$$,
    karmayogi.reader_relations() || '{my_mdo,my_officials,my_allotments,my_score_card}'::text[], 'who looks after an organisation, besides, the four views');
select pg_temp.same($$select relation, state from pg_temp.asked where role = 'deputy' order by 1$$,
    $$select relation, state from pg_temp.asked where role = 'keeper' order by 1$$, 'and so does a member of that role');
-- indicator_live is not populated yet
select is_empty($$select * from pg_temp.asked where role = 'operator' and state <> 'ok' and relation <> 'indicator_live'$$, 'an operator reads everything');

----- who looks after an organisation

set local role karmayogi_keeper;
select set_eq('select mdo_id::text from karmayogi.my_mdo', '{d1,o1,o2}'::text[], 'd1 with what is attached to it');
select set_eq('select distinct mdo_id::text from karmayogi.my_officials', '{d1,o1,o2}'::text[], 'their officials');
select is((select count(*) from karmayogi.my_officials), 148::bigint, 'all of them');
select is((select array_agg(distinct mdo_name order by mdo_name) from karmayogi.my_officials),
    '{"Department of One","Office of One A","Office of One B"}', 'with the names of their organisations');
-- o1's plan allots three contents to each of its 49 officials, due on 30 September
select pg_temp.same('select count(*), count(distinct user_id), count(*) filter (where mdo_id = ''o1'') from karmayogi.my_allotments',
    'values (147::bigint, 49::bigint, 147::bigint)', 'what is allotted to them');
select pg_temp.same($$
    select user_id::text, count(*), count(*) filter (where state = 'completed'), count(*) filter (where in_time),
           count(*) filter (where state = 'overdue'), count(*) filter (where apar) from karmayogi.my_allotments group by 1 order by 1$$,
    $$select user_id::text, cbp_allotted, cbp_completed, cbp_in_time, cbp_overdue, apar_allotted from karmayogi.my_officials
      where cbp_allotted > 0 order by 1$$, 'as official_progress counts it');
select is((select distinct as_of from karmayogi.my_allotments), date '2026-10-01', 'as of the snapshot');
select pg_temp.same('select distinct md_id::text, rank, score from karmayogi.my_score_card',
    $$select md_id::text, rank, score from karmayogi.mdo_ranking where md_id = 'd1'$$, 'and their M/D''s score');
select pg_temp.same('select indicator::text, points_earned, reason from karmayogi.my_score_card order by 1',
    $$select indicator::text, points_earned, reason from karmayogi.score_breakdown where md_id = 'd1' order by 1$$, 'with its breakdown');
set local role karmayogi_deputy;
select is((select count(*) from karmayogi.my_officials), 148::bigint, 'a member of the role sees the same');
reset role;
select pg_temp.same($$select user_id::text, content_id::text, due_on, apar, state::text, completed_on, in_time from karmayogi.official_allotment where user_id = 'u2' order by 2$$,
    $$select 'u2', content_id, due_on, apar, state, completed_on, in_time
      from (select * from karmayogi.allotment_progress('u2')) a order by 2$$, 'each as allotment_progress has it');

-- a grant of an attached office: its officials, and the score of its M/D
select karmayogi.grant_mdo('karmayogi_nobody', 'o2');
set local role karmayogi_nobody;
select set_eq('select distinct mdo_id::text from karmayogi.my_officials', '{o2}'::text[], 'an attached office alone');
select set_eq('select distinct md_id::text from karmayogi.my_score_card', '{d1}'::text[], 'has its M/D''s score card');
reset role;
alter role karmayogi_nobody rename to karmayogi_somebody;
set local role karmayogi_somebody;
select is_empty('select * from karmayogi.my_officials', 'a role under another name sees nothing until it is granted again');
reset role;
create role karmayogi_nobody;
select karmayogi.grant_reader('karmayogi_nobody'), karmayogi.grant_views('karmayogi_nobody', '{my_officials}');
set local role karmayogi_nobody;
select is_empty('select * from karmayogi.my_officials', 'nor does another that took the name');
reset role;
select karmayogi.revoke_access('karmayogi_nobody'), karmayogi.revoke_access('karmayogi_somebody');

----- looking through a view: a function that is cheap and tells whom it was asked about

create temp table seen (what text);
grant all on seen to public;
create function pg_temp.peek(text) returns boolean cost 0.0000001 language plpgsql as $$
begin
    insert into seen values ($1);
    return true;
end
$$;
create function pg_temp.burst(text) returns boolean cost 0.0000001 immutable language plpgsql as $$
begin
    if $1 = 'd2' then raise exception 'there is d2'; end if;
    return true;
end
$$;
-- a view without the barrier is looked through: the test can fail
create view karmayogi_glass as select p.* from karmayogi.official_progress p
    where p.mdo_id || '' = any ('{d1,o1,o2}');
grant select on karmayogi_glass to karmayogi_keeper;
set local role karmayogi_keeper;
select count(*) from karmayogi_glass where pg_temp.peek(mdo_id) \g /dev/null
select ok(exists (select from seen where what = 'd2'), 'without a barrier the function is asked about others');
delete from seen;
select is((select count(*) from karmayogi.my_officials where pg_temp.peek(mdo_id)), 148::bigint, 'my_officials with a function that tells');
select set_eq('select distinct what from seen', '{d1,o1,o2}'::text[], 'tells of one''s own alone');
delete from seen;
select count(*) from karmayogi.my_allotments where pg_temp.peek(mdo_id) \g /dev/null
select set_eq('select distinct what from seen', '{o1}'::text[], 'as does my_allotments');
delete from seen;
select count(*) from karmayogi.my_score_card where pg_temp.peek(md_id) \g /dev/null
select set_eq('select distinct what from seen', '{d1}'::text[], 'and my_score_card');
delete from seen;
select count(*) from karmayogi.my_mdo where pg_temp.peek(mdo_id) \g /dev/null
select set_eq('select distinct what from seen', '{d1,o1,o2}'::text[], 'and my_mdo');
select lives_ok('select count(*) from karmayogi.my_officials where pg_temp.burst(mdo_id)', 'nor does an error tell of others');
select lives_ok('select count(*) from karmayogi.my_officials where 1 / (case mdo_id when ''d2'' then 0 else 1 end) = 1', 'nor a division by zero');
reset role;

----- small counts

delete from seen;
create function pg_temp.reader_sees(code text, cat text, lvl text, entity text) returns text language sql as $$
    select coalesce(k.numerator || '/' || k.denominator, '-') || coalesce(' ' || k.reason, '') from karmayogi.kpi_annexure k
    where k.indicator = code and k.category = cat and k.level = lvl and k.entity_id = entity
$$;
select is(pg_temp.reader_sees('8.3', 'all', 'mdo', 'o2'), '2/50', 'o2 has two women');
set local role karmayogi_operator;
select is(pg_temp.reader_sees('8.3', 'all', 'mdo', 'o2'), '2/50', 'an operator sees them');
set local role karmayogi_reader;
select is(pg_temp.reader_sees('8.3', 'all', 'mdo', 'o2'), '- below the floor', 'a reader does not');
select is(pg_temp.reader_sees('2.3', 'female', 'mdo', 'o2'), '- below the floor', 'by whatever indicator');
select is(pg_temp.reader_sees('2.3', 'male', 'mdo', 'o2'), '- below the floor', 'nor the men');
select is(pg_temp.reader_sees('8.4', 'all', 'mdo', 'o2'), '- below the floor', 'nor women who learnt');
select is(pg_temp.reader_sees('2.4', 'all', 'government', 'government'), '- below the floor', 'nor two officials with disabilities, anywhere');
select is(pg_temp.reader_sees('2.2', 'all', 'mdo', 'o2'), '50/60', 'other figures are there');
select is((select count(*) from karmayogi.kpi_annexure where level = 'mdo' and indicator = '8.3' and entity_id in ('d1', 'o1', 'o2') and value is null),
    2::bigint, 'a second organisation of d1 is hidden with o2');
select is((select count(*) from karmayogi.kpi_2 where level = 'mdo' and reason = 'below the floor'),
    (select count(*) from karmayogi.kpi_annexure where level = 'mdo' and indicator like '2.%' and reason = 'below the floor'), 'in kpi_2 likewise');
select count(*) from karmayogi.kpi_annexure where indicator = '8.3' and level = 'mdo'
    and pg_temp.peek(coalesce(numerator, -1)::text) \g /dev/null
select is_empty($$select what from seen where what = '2'$$, 'a function in a condition is asked about what is hidden as if it were missing');
reset role;
-- one official of o1 is neither woman nor man: men would tell
select is((select karmayogi.denominator(value) - karmayogi.numerator(value) from karmayogi.indicator_value
            where level = 'mdo' and entity_id = 'o1' and indicator = '8.3'), 34::bigint, 'o1 has 34 officials who are not women');
set local role karmayogi_reader;
select is(pg_temp.reader_sees('2.3', 'male', 'mdo', 'o1'), '- below the floor', 'and 33 men, who are not told, for the one who is neither');
select is(pg_temp.reader_sees('2.3', 'male', 'government', 'government'), '- below the floor', 'nor of the government: it is one in all');
reset role;

-- a scheme that scores them: the score would tell
select karmayogi.define_scheme('{"scheme": "women", "missing_policy": "reweight", "parameters": [
    {"parameter": "onboarding", "weight": 1, "indicators": [{"indicator": "2.4", "weight": 1}, {"indicator": "2.2", "weight": 1}]},
    {"parameter": "kym", "weight": 1, "indicators": [{"indicator": "4.3", "weight": 1}]}]}');
select karmayogi.use_scheme('women');
call karmayogi.refresh('2026-10-02');
select isnt((select score from karmayogi.mdo_ranking where md_id = 'd1'), null, 'a score made of officials with disabilities');
set local role karmayogi_reader;
select pg_temp.same($$select score, onboarding, kym is not null, rank is not null, reason from karmayogi.mdo_ranking where md_id = 'd1'$$,
    $$values (null::numeric, null::numeric, true, true, 'below the floor')$$, 'is no reader''s, nor is the parameter; the rank is everybody''s');
select is_empty($$select * from karmayogi.rank_history where score is not null and as_of = '2026-10-02' and level = 'md' and entity_id = 'd1'$$, 'nor in the history');
select isnt_empty($$select * from karmayogi.rank_history where score is not null and as_of = '2026-10-01' and level = 'md' and entity_id = 'd1'$$,
    'which keeps the scores that tell nothing');
select pg_temp.same($$select numerator, value, performance, points_earned, points_lost, closes, reason from karmayogi.score_breakdown where md_id = 'd1' and indicator = '2.4'$$,
    $$values (null::bigint, null::numeric, null::numeric, null::numeric, null::numeric, null::text, 'below the floor')$$, 'nor in the breakdown');
select pg_temp.same($$select numerator is not null, performance is not null, weight, points_earned, points_lost, reason from karmayogi.score_breakdown where md_id = 'd1' and indicator = '2.2'$$,
    $$values (true, true, null::numeric, null::numeric, null::numeric, null::text)$$, 'which tells the rest, but not what it weighs: that would tell whether the other counts');
reset role;
-- 8.4 of a unit without women is not applicable, which is to say that there are none
select karmayogi.define_scheme('{"scheme": "learnt", "parameters": [{"parameter": "onboarding", "weight": 1, "indicators": [
    {"indicator": "8.4", "weight": 1}, {"indicator": "2.2", "weight": 1}]}]}');
update night.user_detail set gender = 'Male' where mdo_id = 'd2';
insert into karmayogi.content_tag (content_id, tag) values ('c1', 'gender') on conflict do nothing;
savepoint learnt;
select karmayogi.use_scheme('learnt');
call karmayogi.refresh('2026-10-02', true);
select is((select reason from karmayogi.mdo_ranking where md_id = 'd2'), '8.4 not applicable', 'who may know reads that there are none');
set local role karmayogi_reader;
select is((select reason from karmayogi.mdo_ranking where md_id = 'd2'), 'below the floor', 'a reader does not');
select is((select string_agg(distinct reason, ', ') from karmayogi.rank_history where entity_id = 'd2' and as_of = '2026-10-02' and level = 'md'), 'below the floor', 'nor in the history');
select is((select string_agg(coalesce(reason, '-') || coalesce(weight::text, ''), ', ' order by indicator desc) from karmayogi.score_breakdown where md_id = 'd2'), 'below the floor, -', 'nor in the breakdown');
reset role;
rollback to learnt;
set local role karmayogi_reader;
-- what is stored for these views is shown to no condition either
delete from seen;
select count(*) from karmayogi.mdo_ranking where md_id = 'd1' and pg_temp.peek(coalesce(score::text, 'none')) and pg_temp.peek(coalesce(onboarding::text, 'none')) \g /dev/null
select set_eq('select distinct what from seen', '{none}'::text[], 'a function in a condition sees no score either');
select count(*) from karmayogi.score_breakdown where md_id = 'd1' and indicator = '2.4' and pg_temp.peek(coalesce(value, performance, points_earned, numerator)::text) \g /dev/null
select set_eq('select distinct coalesce(what, ''none'') from seen', '{none}'::text[], 'nor a performance');
select count(*) from karmayogi.kpi_annexure where level = 'government' and indicator = '2.4' and pg_temp.peek(coalesce(numerator, value)::text) \g /dev/null
select set_eq('select distinct coalesce(what, ''none'') from seen', '{none}'::text[], 'nor what is laid out of the annexure');
select pg_temp.same('select coalesce(sum(1) filter (where score is not null), 0)::int from karmayogi.top_performers',
    'values ((select count(*)::int from karmayogi.mdo_ranking where score is not null and rank <= 5))', 'the top likewise');
reset role;
delete from karmayogi.open_to_readers;
set local role karmayogi_reader;
select is_empty($$select * from karmayogi.kpi_annexure k where indicator in ('2.3', '2.4', '8.2', '8.3', '8.4') and numerator is not null$$,
    'of a snapshot of which nobody decided everything is hidden');
reset role;

----- an operator

set local role karmayogi_operator;
select lives_ok($$call karmayogi.refresh('2026-10-03')$$, 'refreshes');
select lives_ok($$insert into karmayogi.strength (mdo_id, effective_on, officials) values ('o1', '2026-09-01', 70)$$, 'enters strength');
select throws_ok($$insert into karmayogi.strength (mdo_id, effective_on, officials, entered_by) values ('o1', '2026-09-02', 70, 'x')$$,
    '42501', null, 'in no other name');
select lives_ok($$update karmayogi.strength set officials = 71 where mdo_id = 'o1' and effective_on = '2026-09-01'$$, 'corrects it');
reset role;
update karmayogi.strength set entered_by = 'somebody', entered_at = '2020-01-01' where mdo_id = 'o1' and effective_on = '2026-09-01';
select is((select s.entered_by::text from karmayogi.strength s where s.mdo_id = 'o1' and s.effective_on = '2026-09-01'), session_user::text, 'what is corrected bears the name of who did');
select cmp_ok((select s.entered_at from karmayogi.strength s where s.mdo_id = 'o1' and s.effective_on = '2026-09-01'), '>', now(), 'and when');
select is((select count(*) from pg_trigger t where t.tgfoid = 'karmayogi.sign_change()'::regprocedure),
          (select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'karmayogi'::regnamespace and c.relkind = 'r' and a.attname = 'entered_by'), 'in every register');
set local role karmayogi_operator;
select lives_ok($$select karmayogi.submit_report('1.1', 'd1', '2026-27 Q2', 1, 1, 'x')$$, 'submits a report');
select throws_ok($$insert into karmayogi.report (indicator, entity_id, period, period_start, period_end, numerator, denominator, submitted_by)
    values ('1.1', 'd2', '2026-27 Q2', '2026-07-01', '2026-09-30', 1, 1, 'x')$$, '42501', null, 'in no other name');
select throws_ok($$insert into karmayogi.report (report_id, indicator, entity_id, period, period_start, period_end, numerator, denominator)
    values (9000000000000000000, '1.1', 'd2', '2026-27 Q2', '2026-07-01', '2026-09-30', 1, 1)$$, '23514', 'this is not the number or not the period of the report',
    'under no number that none can supersede');
select throws_ok($$insert into karmayogi.report (indicator, entity_id, period, period_start, period_end, numerator, denominator)
    values ('1.1', 'd2', '2098-99 Q2', '2020-07-01', '2026-09-30', 1, 1)$$, '23514', 'this is not the number or not the period of the report', 'for no other days');
select throws_ok($$update karmayogi.report set verified_by = 'karmayogi_second', verified_at = now(), accepted = true
    where period = '2026-27 Q2' and entity_id = 'd1'$$, '42501', 'nobody signs a report for somebody else', 'verifies it in no other name');
select throws_ok($$update karmayogi.report set numerator = 0$$, '42501', null, 'changes no report');
select throws_ok($$delete from karmayogi.report$$, '55000', null, 'deletes none');
select throws_ok($$select karmayogi.set_setting('small_count_floor', '0')$$, '42501', null, 'changes no setting');
select throws_ok($$select karmayogi.bind_portal('night')$$, '42501', null, 'binds no portal');
select throws_ok($$select karmayogi.use_scheme('illustrative-equal')$$, '42501', null, 'chooses no scheme');
select throws_ok($$select karmayogi.add_rule('r', $r$n('2.2') >= 0$r$, 'm')$$, '42501', null, 'makes no rule');
select throws_ok($$insert into karmayogi.mdo_grant (role_name, mdo_id) values ('karmayogi_operator', 'd2')$$, '42501', null, 'and gives himself no organisation');
select throws_ok('create function karmayogi.setting(varchar) returns text language sql return ''x''', '42501', null, 'makes nothing in schema karmayogi');
select ok(not has_schema_privilege('karmayogi', 'create') and has_schema_privilege('karmayogi_stage', 'create'), 'but tables where the refresh has them');
reset role;
set local session authorization karmayogi_second;
select lives_ok($$select karmayogi.verify_report(report_id, false, 'no') from karmayogi.report where period = '2026-27 Q2' and entity_id = 'd1'$$, 'another one verifies');
select throws_ok($$update karmayogi.report set accepted = true where period = '2026-27 Q2' and entity_id = 'd1'$$, '42501', null, 'a verdict stands');
reset session authorization;

----- a member of the role that owns the extension, who is no superuser

create role karmayogi_steward;
create role karmayogi_aloof noinherit;
create role karmayogi_guest;
-- members have the owner's privileges, and not what it is
do $$
begin
    execute format('grant %I to karmayogi_steward, karmayogi_aloof', (select r.rolname from pg_extension e join pg_roles r on r.oid = e.extowner where e.extname = 'karmayogi'));
end
$$;
set local role karmayogi_steward;
select is(current_setting('is_superuser'), 'off', 'who is no superuser');
select lives_ok($$select karmayogi.set_setting('small_count_floor', '4')$$, 'changes a setting');
select lives_ok($$select karmayogi.bind_portal('night')$$, 'binds the portal');
select lives_ok($$select karmayogi.bind_portal('events', 'night.events')$$, 'and a table of it');
select lives_ok($q$select karmayogi.define_scheme('{"scheme": "stewards", "parameters": [{"parameter": "p", "weight": 1,
    "indicators": [{"indicator": "2.2", "weight": 1}]}]}')$q$, 'defines a scheme');
select lives_ok($$select karmayogi.use_scheme('stewards')$$, 'uses it');
select lives_ok($q$select karmayogi.add_rule('r', $r$n('2.2') >= 0$r$, 'm')$q$, 'makes a rule');
select lives_ok($$select karmayogi.enable_rule('r', false)$$, 'switches it off');
select lives_ok($$select karmayogi.drop_rule('r')$$, 'drops it');
select lives_ok($$select karmayogi.grant_reader('karmayogi_guest')$$, 'lets a reader in');
select lives_ok($$select karmayogi.grant_mdo('karmayogi_guest', 'd1')$$, 'who looks after an organisation');
select lives_ok($$select karmayogi.grant_operator('karmayogi_guest')$$, 'and an operator');
select lives_ok($$select karmayogi.index_progress()$$, 'makes the indexes');
set local role karmayogi_guest;
select pg_temp.same($$select (select value from karmayogi.setting where name = 'small_count_floor'), (select count(*) from karmayogi.my_mdo)$$,
    $$values ('4', 3::bigint)$$, 'which is so for those who were let in');
set local role karmayogi_steward;
select lives_ok($$select karmayogi.revoke_access('karmayogi_guest')$$, 'and takes it back');
set local session authorization karmayogi_steward;
do $$
begin
    execute format('set local role %I', (select r.rolname from pg_extension e join pg_roles r on r.oid = e.extowner where e.extname = 'karmayogi'));
end
$$;
select is(current_setting('is_superuser'), 'on', 'a member becomes the owner, a superuser, if he likes');
reset session authorization;
set local role karmayogi_aloof;
select throws_ok($$select karmayogi.set_setting('small_count_floor', '3')$$, '42501', null, 'a member that does not inherit does none of it');
reset role;

----- taking back

select throws_ok($$select karmayogi.revoke_access('karmayogi_keeper', 'd2')$$, '42704', 'organisation "d2" is not granted to role "karmayogi_keeper"', 'what was not granted');
select lives_ok($$select karmayogi.revoke_access('karmayogi_keeper', 'd1')$$, 'one organisation');
set local role karmayogi_keeper;
select is_empty('select * from karmayogi.my_officials', 'its officials are gone');
select isnt_empty('select * from karmayogi.mdo_ranking', 'the rankings are not');
reset role;
select karmayogi.revoke_access(r) from unnest('{karmayogi_keeper,karmayogi_reader,karmayogi_operator,karmayogi_second}'::name[]) r;
drop view karmayogi_glass;
select lives_ok('drop role karmayogi_reader, karmayogi_keeper, karmayogi_second', 'nothing is left of them: the roles can be dropped');

select * from finish();
rollback;

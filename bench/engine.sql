-- The engine alone: from the portal's tables to the counts of every official in memory - plans and whom they reach,
-- the one scan of user_detail, the one scan of user_enrolments, and every official's counts. Nothing large is written.
-- The statements are those of a refresh.
--
-- scripts/bench.sh runs and times this file as a whole. Variable: as_of. Were its first line "-- not measured: " and a
-- reason, the benchmark would say so instead of giving a figure.
begin;
-- as refresh() sets them
set local enable_nestloop = off;
set local enable_partitionwise_aggregate = on;
set local jit = off;
set local datestyle = 'ISO';
set local default_statistics_target = 10;
set local enable_mergejoin = off;
set local parallel_setup_cost = 100;
set local parallel_tuple_cost = 0.001;
select karmayogi.portal_is_missing(null);
select set_config('work_mem', (pg_size_bytes(current_setting('karmayogi.refresh_mem')) / 32 / 1024)::text, true);
select karmayogi.drop_stages();
create table karmayogi_stage.stage_log (step int generated always as identity, phase text, row_count bigint,
                                        started_at timestamptz, duration interval);
select karmayogi.hold_snapshot();
select karmayogi.make_stage(s.stage, karmayogi.stage_sql(s.stage), :'as_of')
  from unnest(array['content', 'content_theme', 'tag', 'plan', 'audience', 'reach'])
       with ordinality s (stage, position)
 order by s.position;
select karmayogi.estimated_rows('select from {portal.user_detail} u', :'as_of') as persons,
       karmayogi.estimated_rows('select from {portal.user_enrolments} e', :'as_of') as records,
       karmayogi.estimated_rows('select from {portal.events_enrolment} e', :'as_of') + 10000 as attended \gset
select o.engine, o.passes_needed
  from karmayogi.engine_open(:persons, :records, (select count(*) from karmayogi_stage.stage_content) + (select count(*) from (select distinct p.content_id from karmayogi_stage.stage_plan p) d),
                             karmayogi.estimated_rows('select from {portal.org_hierarchy} o', :'as_of') * 2,
                             (select count(*) from (select distinct r.designation_key from karmayogi_stage.stage_reach r) d),
                             (select coalesce(sum(octet_length(d.designation_key)), 0) from (select distinct r.designation_key from karmayogi_stage.stage_reach r) d), true,
                             (select coalesce(min(p.due_on) - 1, :'as_of') from karmayogi_stage.stage_plan p where p.live and p.content_id is not null), :'as_of', 1, 0, :attended) o \gset
-- more than one pass is more than one scan: not what is measured here
select 1 / (:passes_needed = 1)::int as one_pass;
select karmayogi.engine_begin_pass(:engine, 0, :persons, :records, 0);
-- counts are made, and not compared
select karmayogi.engine_forgo_digests(:engine);
select count(karmayogi.engine_add_content(:engine, c.content_id, c.seconds, c.course, t.gender, t.climate)::text)
  from karmayogi_stage.stage_content c left join karmayogi_stage.stage_tag t on t.content_id = c.content_id;
select count(karmayogi.engine_add_designation(:engine, r.designation_key)::text)
  from (select distinct x.designation_key from karmayogi_stage.stage_reach x where x.designation_key is not null) r;
-- user_detail
select karmayogi.make_stage(s.stage, coalesce(karmayogi.scan_sql(s.stage, :engine), karmayogi.native_sql(s.stage, :engine, true)), :'as_of')
  from unnest(array['person_found', 'mdo']) with ordinality s (stage, position)
 order by s.position;
select karmayogi.settle_repeated(:engine, :'as_of');
select karmayogi.make_stage('person_again', karmayogi.native_sql('person_again', :engine), :'as_of');
select karmayogi.make_stage('attended', coalesce(karmayogi.scan_sql('attended', :engine), karmayogi.native_sql('attended', :engine)), :'as_of');
-- cb_plan: whom plans reach
select karmayogi.load_plans(:engine);
select karmayogi.make_stage('list', karmayogi.native_sql('list', :engine), :'as_of');
-- user_enrolments
select karmayogi.make_stage('enrolment_found', coalesce(karmayogi.scan_sql('enrolment_found', :engine),
                                                        karmayogi.native_sql('enrolment_found', :engine)), :'as_of');
select karmayogi.engine_room(:engine, (select f.officials from karmayogi_stage.stage_enrolment_found f));
select 1 / (karmayogi.engine_fault_of(:engine) is null)::int as no_fault;
select karmayogi.engine_reduce(:engine) as officials;
select karmayogi.engine_close(:engine);
select karmayogi.drop_snapshot();
rollback;

-- The engine alone: what the native engine computes of every official, organisation and content, from plans, officials,
-- enrolments and events; as into an empty official_progress, so that every official's row is a result. The indicators
-- are not computed, nothing is published, and everything is rolled back.
--
-- scripts/bench.sh runs and times this file as a whole. Variable: as_of. Were its first line "-- not measured: " and a
-- reason, the benchmark would say so instead of giving a figure.
begin;
truncate karmayogi.official_progress;
-- as refresh() sets them
set local enable_nestloop = off;
set local enable_partitionwise_aggregate = on;
set local jit = off;
set local datestyle = 'ISO';
select set_config('work_mem', (pg_size_bytes(current_setting('karmayogi.refresh_mem')) / 32 / 1024)::text, true);
select karmayogi.drop_stages();
create table karmayogi_stage.stage_log (step int generated always as identity, phase text, row_count bigint,
                                        started_at timestamptz, duration interval);
select karmayogi.hold_snapshot();
select karmayogi.make_stage(s.stage, karmayogi.stage_sql(s.stage), :'as_of')
  from unnest(array['content', 'content_theme', 'content_area', 'theme', 'tag', 'plan', 'audience', 'requirement', 'reach'])
       with ordinality s (stage, position)
 order by s.position;
select karmayogi.native_stages(:'as_of') as why_not \gset
\if :{?why_not}
    -- no error of ours, but no figure either
    do $$ begin raise exception 'the native engine could not compute'; end $$;
\endif
select karmayogi.drop_snapshot();
rollback;

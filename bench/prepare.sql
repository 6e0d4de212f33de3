-- What the benchmark keeps beside the portal, in a schema of its own: the rows of official_progress that the floor
-- writes, and the enrolments that change in a night.
--
-- The change: 3 % of the officials have one enrolment that changes its status between completed and in progress.
-- Who and which depends on hashes of the identifiers, so it is the same in every run. Changing again changes back.
--
-- Variable: portal, the schema of the portal.
set client_min_messages = warning;
create schema karmayogi_bench;
create table karmayogi_bench.state (changed boolean not null);
insert into karmayogi_bench.state values (false);

create unlogged table karmayogi_bench.kept as select p.* from karmayogi.official_progress p;
analyze karmayogi_bench.kept;

-- of the officials with an enrolment so many of a million that 3 % of all officials are met
select least(1000000, 0.03 * 1000000 * count(*) / greatest(1, count(*) filter (where k.enrolled > 0)))::int as per_million
  from karmayogi_bench.kept k \gset
create unlogged table karmayogi_bench.change as
select distinct on (e.user_id) e.user_id, e.content_id, e.batch_id
  from :"portal".user_enrolments e
  join karmayogi_bench.kept k on k.user_id = e.user_id
 where e.user_consumption_status in ('completed', 'in-progress')
   and mod(hashtextextended(e.user_id, 3) & 1073741823, 1000000) < :per_million
 order by e.user_id, hashtextextended(e.content_id, 3), e.content_id, e.batch_id;
analyze karmayogi_bench.change;

-- Published figures reproduced from their counts.
--
-- Uttar Pradesh's Social Welfare Department, September 2025 (Free Press
-- Journal): 3,900 registered, 2,759 who completed at least one course, 2,289 at
-- least three, 21,150 completions. A portal of exactly these counts.
--
-- National Learning Week, 19 to 27 October 2024: 45.6 lakh enrolments, 32.6 lakh
-- completions (News Arena India); as told on 14 November 2024: 45.4 and 32.5
-- lakh, 7.45 lakh participants, 4.21 lakh of them with four hours (NewsDrum). A
-- lakh is 100,000; a portal of a thousandth, and the whole by adding tallies up.
begin;
\ir ../fixture/hand.sql
select plan(30);

----- The Social Welfare Department

select pg_temp.put('org_hierarchy', '[
    {"mdo_id": "up", "mdo_name": "Uttar Pradesh"},
    {"mdo_id": "swd", "mdo_name": "Social Welfare Department", "ministry_id": "up"},
    {"mdo_id": "d", "mdo_name": "Directorate of Social Welfare", "ministry_id": "up", "department_id": "swd"}]');
-- officials 1 to 3,900, every fourth in the directorate; a few more whom nobody counts
insert into hand.user_detail (user_id, mdo_id, status, gender, designation, data_last_generated_on)
select 's' || i, case when i % 4 = 0 then 'd' else 'swd' end, case when i <= 3900 then 1 else 0 end, case when i % 3 = 0 then 'Female' else 'Male' end,
       'Welfare Officer', '2025-09-30 02:00:00 AM'
  from generate_series(1, 3950) i;
-- Contents 1 to 20. Of the 2,759, the first 2,289 complete three or more: 21,150 - (2,759 - 2,289) x 1 = 20,680 completions, which is 9 each
-- (20,601) and 79 times one more. The other 470 complete one.
insert into hand.content (content_id, content_name, content_type, content_status, content_duration, data_last_generated_on)
select 'c' || i, 'Course ' || i, 'Course', 'Live', '00:45:05', '2025-09-30 02:00:00 AM' from generate_series(1, 20) i;
insert into hand.user_enrolments (user_id, content_id, batch_id, user_consumption_status, certificate_id, first_completed_on, last_completed_on, data_last_generated_on)
select 's' || i, 'c' || c, b, 'completed', 'certificate', '2025-09-01 10:00:00', '2025-09-01 10:00:00', '2025-09-30 02:00:00 AM'
  from generate_series(1, 2759) i,
       generate_series(1, case when i <= 79 then 10 when i <= 2289 then 9 else 1 end) c,
       -- one in five a second time, in another batch
       generate_series(1, case when (i + c) % 5 = 0 then 2 else 1 end) b
 union all
-- the 1,141 who "are pursuing" are on the way, or have not begun; those who are not registered count nowhere
select 's' || i, 'c1', 1, case when i > 3900 then 'completed' when i % 2 = 0 then 'in-progress' else 'not-started' end, '', null, null, '2025-09-30 02:00:00 AM'
  from generate_series(2760, 3950) i;
-- every official has c1 to do
select pg_temp.put('cb_plan', '[
    {"cb_plan_id": "P", "org_id": "swd", "status": "Live", "allotment_type": "AllUser", "allotment_to": "All", "content_id": "c1", "due_by": "2026-03-31"},
    {"cb_plan_id": "P", "org_id": "d", "status": "Live", "allotment_type": "AllUser", "allotment_to": "All", "content_id": "c1", "due_by": "2026-03-31"}]');
insert into karmayogi.strength (mdo_id, effective_on, officials, covers) values ('swd', '2025-04-01', 3900, 'attached');
select pg_temp.publish('2025-09-30');

create temp table swd as
select count(*) as registered, count(*) filter (where completed >= 1) as one, count(*) filter (where completed >= 3) as three,
       sum(completed)::bigint as completions, count(*) filter (where completed = 0 and enrolled > 0) as pursuing,
       karmayogi.tally_agg(completed >= 1) as share
  from karmayogi.official_progress where md_id = 'swd';
select is(registered, 3900::bigint, 'UP SWD: 3,900 registered') from swd;
select is(one, 2759::bigint, 'UP SWD: 2,759 completed at least one course') from swd;
select is(three, 2289::bigint, 'UP SWD: 2,289 at least three') from swd;
select is(completions, 21150::bigint, 'UP SWD: 21,150 completions, several batches are one') from swd;
select is(pursuing, 1141::bigint, 'UP SWD: 1,141 are pursuing, 3,900 - 2,759') from swd;
select is(karmayogi.pct(share), 70.74, 'UP SWD: 70.74 % completed at least one') from swd;
select is(share::text, '2759/3900', 'UP SWD: which is 2759/3900') from swd;
select is(karmayogi.ratio(karmayogi.tally(completions, registered))::numeric(6, 3), 5.423, 'UP SWD: 5.423 completions an official') from swd;
select is(karmayogi.pct(karmayogi.tally(completions, registered)), 542.31, 'UP SWD: 5.42 courses an official, as a tally above 100 %') from swd;
select is(karmayogi.pct(karmayogi.tally(three, one)), 82.96, 'UP SWD: 2289/2759 = 82.9648… %, rounded 82.96, of those with one have three') from swd;
select is(karmayogi.pct(karmayogi.tally(three, registered)), 58.69, 'UP SWD: 58.69 % of all have three') from swd;
select is((select sum(completed)::bigint from karmayogi.course_progress), 21150::bigint, 'UP SWD: the courses'' completions add up to the officials''');
-- the same counts through an indicator: c1 is mandated, and 2,759 completed it
select is(pg_temp.figures('3.7'), pg_temp.lines('
    mdo d 689/975
    mdo swd 2070/2925
    mdo up 0/0 nothing allotted
    md swd 2759/3900
    md up 0/0 nothing allotted
    ministry up 2759/3900
    state IN-UP 2759/3900
    government 2759/3900'), '3.7: 2759/3900 on every level; 689 of the 975 in the directorate (every fourth of 2,759 and 3,900)');
select is((select value from karmayogi.kpi_annexure where indicator = '3.7' and level = 'md' and entity_id = 'swd'), 70.74, '3.7: 70.74');
select is((select value from karmayogi.kpi_3 where indicator like '% completed CBP mandated courses' and level = 'state'), '70.74 %', 'kpi_3: 70.74 %');
select is((select numerator || '/' || denominator || ' ' || value from karmayogi.kpi_annexure where indicator = '2.2' and level = 'state'), '3900/3900 100.00',
          '2.2: all of a strength of 3,900');
select is(karmayogi.cbp_completion(user_id, completed)::text, '2759/3900', 'cbp_completion over the portal''s own rows: the same')
  from (select user_id, user_consumption_status = 'completed' as completed from hand.user_enrolments
         where content_id = 'c1' and batch_id = '1' and substr(user_id, 2)::int <= 3900) e;
-- 15,893 hours are published: 21,150 certificates of 45 min 5 s are 57,210,750 seconds, 15,892 hours
select is((select sum(learning_seconds)::bigint from karmayogi.official_progress), 57210750::bigint, 'learning seconds: 21,150 x 2,705, each content once');

----- National Learning Week: a portal of a thousandth, 4,560 enrolments and 3,260 completions

delete from hand.user_enrolments; delete from hand.user_detail; delete from hand.cb_plan;
insert into hand.user_detail (user_id, mdo_id, status, gender, data_last_generated_on)
select 'n' || i, 'swd', 1, 'F', '2024-10-28 02:00:00 AM' from generate_series(1, 745) i;
insert into hand.user_enrolments (user_id, content_id, batch_id, user_consumption_status, data_last_generated_on)
select 'n' || i % 745 + 1, 'c' || i / 745 + 1, '1', case when i < 3260 then 'completed' else 'in-progress' end, '2024-10-28 02:00:00 AM'
  from generate_series(0, 4559) i;
select pg_temp.publish('2024-10-28');
create temp table week as
select sum(enrolled)::bigint as enrolled, sum(completed)::bigint as completed, count(*) filter (where enrolled > 0) as participants,
       karmayogi.rollup(karmayogi.tally(completed, enrolled)) as rate
  from karmayogi.official_progress;
select is(enrolled, 4560::bigint, 'NLW: 4,560 enrolments') from week;
select is(completed, 3260::bigint, 'NLW: 3,260 completions') from week;
select is(participants, 745::bigint, 'NLW: 745 participants') from week;
select is(rate::text, '3260/4560', 'NLW: the tallies of single officials add up to 3260/4560') from week;
select is(karmayogi.pct(rate, 1), 71.5, 'NLW: 71.5 % of the enrolments are completed') from week;
select is((select karmayogi.rollup(karmayogi.tally(completed, enrolled)) from karmayogi.course_progress)::text, (select rate from week)::text, 'NLW: by course the same');

----- and the whole of it, a thousand such portals, by adding tallies up

select is((select karmayogi.rollup(rate) from week, generate_series(1, 1000))::text, '3260000/4560000', 'NLW: 32.6 lakh of 45.6 lakh');
select is((select karmayogi.pct(karmayogi.rollup(rate), 1) from week, generate_series(1, 1000)), 71.5, 'NLW: 71.5 % as well');
select is(karmayogi.pct(karmayogi.tally(3250000, 4540000), 1), 71.6, 'NLW as told on 14 November: 71.6 %');
select is(karmayogi.pct(karmayogi.tally(421000, 745000), 1), 56.5, 'NLW: 56.5 % of the participants reached four hours');
select is(karmayogi.pct(karmayogi.tally_agg(i <= 421), 1), 56.5, 'NLW: the same from single officials') from generate_series(1, 745) i;
select is(karmayogi.pct(karmayogi.tally(8500000, 8500000 + 4100000)), 67.46, 'July 2025: States/UTs are 85 of 126 lakh officials, 67.46 %');

select * from finish();
rollback;

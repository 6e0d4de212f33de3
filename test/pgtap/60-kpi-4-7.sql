-- Indicators 4.1 to 7.5 on a portal written by hand; every expected figure is
-- worked out beside it. As-of 31 March 2025.
begin;
\ir ../fixture/hand.sql
select plan(46);

-- M/Ds: m1 (m1), d1 (d1, o1) under m1, m2, e0, and the State k. Central: d1, e0, m1, m2.
select pg_temp.put('org_hierarchy', '[
    {"mdo_id": "m1", "mdo_name": "Ministry of Alpha"}, {"mdo_id": "d1", "mdo_name": "Department One", "ministry_id": "m1"},
    {"mdo_id": "o1", "mdo_name": "Office 1", "ministry_id": "m1", "department_id": "d1"},
    {"mdo_id": "m2", "mdo_name": "Ministry of Beta"}, {"mdo_id": "e0", "mdo_name": "Ministry of Empty Rooms"}, {"mdo_id": "k", "mdo_name": "Kerala"}]');
select pg_temp.official('u1', 'o1', 'F');
select pg_temp.content('c0', 'Draft');

-- A night with nothing: no live content, no dictionary, no report, no institution.
select pg_temp.publish();
select is((select string_agg(concat_ws(' ', indicator, coalesce(numerator || '/' || denominator, '-'), reason), ', ' order by indicator) from karmayogi.kpi_annexure
            where indicator in ('4.1', '4.2', '5.1')), '4.1 0/0 not applicable, 4.2 0/0 not applicable, 5.1 0/0 not applicable',
          '4.1, 4.2, 5.1: without a dictionary or a rated course there is no share');
select is((select string_agg(distinct concat_ws(' ', value, reason), ',') from karmayogi.kpi_annexure where indicator = '4.3'), '0.00', '4.3: no course is a plain no');
select is((select string_agg(i || ' ' || n, ', ' order by i collate "C") from (select k.indicator, count(*) from karmayogi.kpi_annexure k
            where k.reason = 'not reported' and k.kpi between 4 and 7 and k.numerator is null group by 1) r (i, n)),
          '4.4 11, 4.5 1, 4.6 1, 5.2 1, 6.1 1, 6.10 1, 6.2 1, 6.3 1, 6.4 1, 6.5 1, 6.6 1, 6.7 1, 6.8 1, 6.9 1, 7.1 1, 7.2 1, 7.3 1, 7.4 1, 7.5 1',
          'KPI-4 to 7: what only reports and the institutions'' register tell is not reported; 4.4 at five M/Ds, four ministries, a State, government');

-- The dictionary. Behavioural: T1 (twice, by sub-theme), T2. Domain: T3, T4, T5. Functional: T6. T7 is of a domain and functional.
-- T8 has no area. T9 is of the area 145, which has no name but is the domain area of version 5. A row has no theme.
select pg_temp.put('kcm_dictionary', '[
    {"competency_area_id": "A1", "competency_area": "Behavioural", "competency_theme_id": "T1", "competency_theme": "Listening", "competency_sub_theme_id": "S1"},
    {"competency_area_id": "A1", "competency_area": "Behavioural", "competency_theme_id": "T1", "competency_theme": "Listening", "competency_sub_theme_id": "S2"},
    {"competency_area_id": "A1", "competency_area": null, "competency_theme_id": "T2"},
    {"competency_area_id": "A2", "competency_area": " DOMAIN competency", "competency_theme_id": "T3"},
    {"competency_area_id": "A2", "competency_area": "Domain", "competency_theme_id": "T4"},
    {"competency_area_id": "A2", "competency_area": "Domain", "competency_theme_id": "T5"},
    {"competency_area_id": "A3", "competency_area": "Functional", "competency_theme_id": "T6"},
    {"competency_area_id": "A2", "competency_area": "Domain", "competency_theme_id": "T7"},
    {"competency_area_id": "A3", "competency_area": "Functional", "competency_theme_id": "T7"},
    {"competency_area_id": null, "competency_area": "Domain", "competency_theme_id": "T8"},
    {"competency_area_id": "145", "competency_area": "Null", "competency_theme_id": "T9"},
    {"competency_area_id": "A2", "competency_area": "Domain", "competency_theme_id": "Not Available"}]');
-- Courses: c1, c2, c5, c6, c7. Not: c3 (a draft), c4 (an assessment). Rated: c1 4.0, c2 3.99, c5 5; c6 and c7 are not.
select pg_temp.content('c1', 'Live', 'Course', '{"content_rating": 4.0}'), pg_temp.content('c2', 'LIVE', 'Program', '{"content_rating": 3.99}'),
       pg_temp.content('c3', 'Draft', 'Course', '{"content_rating": 5}'), pg_temp.content('c4', 'Live', 'Standalone assessment', '{"content_rating": 5}'),
       pg_temp.content('c5', 'Live', 'Course', '{"content_rating": 5}'), pg_temp.content('c6', 'Live'),
       pg_temp.content('c7', 'Live', 'Course', '{"content_name": "know your MINISTRY", "content_provider_id": "o1"}'),
       pg_temp.content('c8', 'Draft', 'Course', '{"content_name": "Know Your Ministry: Beta", "content_provider_id": "m2"}'),
       pg_temp.content('c9', 'Live', 'Standalone Assessment', '{"content_name": " Know Your Ministry - Kerala", "content_provider_id": "k"}'),
       pg_temp.content('c10', 'Live', 'Standalone Assessment', '{"content_name": "All that Know Your Ministry leaves out", "content_provider_id": "e0"}'),
       pg_temp.content('c11', 'Live', 'Standalone Assessment', '{"content_name": "Know Your Ministry", "content_provider_id": "ghost"}');
select pg_temp.teaches('c1', 'A1', 'T1'), pg_temp.teaches('c1', 'A1', 'T8'), pg_temp.teaches('c2', null, 'T3'), pg_temp.teaches('c3', 'A2', 'T4'),
       pg_temp.teaches('c4', 'A2', 'T5'), pg_temp.teaches('c5', 'A2', 'T7'), pg_temp.teaches('c5', 'A2', 'T7'), pg_temp.teaches('c6', 'A2', 'T99'),
       pg_temp.teaches('gone', 'A2', 'T9'), pg_temp.teaches('c6', 'A2', null);
-- Know Your Ministry: m1 by the register, d1 by o1's c7, k by c9. m2's c8 is a draft, and so is what the register has for it; e0's is about
-- something else; c11 is of an unknown provider.
insert into karmayogi.kym_course (mdo_id, content_id) values ('m1', 'c6'), ('m2', 'c3'), ('m2', 'no such content'), ('ghost', 'c6');
-- 4.4: d1 1 of 4, m1 12 of 10 (more than was asked for), m2 0 of 0, k 3 of 6; e0's is rejected.
select pg_temp.reports('4.4', 'd1', 1, 4), pg_temp.reports('4.4', 'm1', 12, 10, true), pg_temp.reports('4.4', 'm2', 0, 0), pg_temp.reports('4.4', 'k', 3, 6, true),
       pg_temp.reports('4.4', 'e0', 7, 7, false);
-- The platform. 6.5 said yes a quarter ago and no now; 6.6 said yes a quarter ago, its no of now is rejected; 6.9's is of the next quarter.
select pg_temp.reports('4.5', 'platform', 5, 8), pg_temp.reports('4.6', 'platform', 0, 0), pg_temp.reports('5.2', 'platform', 30, 200, true),
       pg_temp.reports('6.1', 'platform', 1, 1), pg_temp.reports('6.2', 'platform', 1, 1, true), pg_temp.reports('6.3', 'platform', 0, 1),
       pg_temp.reports('6.4', 'platform', 1, 1),
       pg_temp.reports('6.5', 'platform', 1, 1, true, '2024-10-01'), pg_temp.reports('6.5', 'platform', 0, 1),
       pg_temp.reports('6.6', 'platform', 1, 1, true, '2024-10-01'), pg_temp.reports('6.6', 'platform', 0, 1, false),
       pg_temp.reports('6.7', 'platform', 1, 1), pg_temp.reports('6.8', 'platform', 0, 1), pg_temp.reports('6.9', 'platform', 1, 1, null, '2025-04-01'),
       pg_temp.reports('6.10', 'platform', 12, 0), pg_temp.reports('7.1', 'platform', 1, 1, true), pg_temp.reports('7.5', 'platform', 0, 1);
-- Institutions as of 31 March 2025. A: registered, accredited. B: registered, accredited from tomorrow on, its plan completed today.
-- C: registered from tomorrow on, its plan completed before. D: nothing yet.
insert into karmayogi.csti (institution_id, name, registered_on, nscsti_level, stars, accredited_on, qip_completed_on) values
    ('A', 'Academy A', '2024-01-01', 4, 4, '2024-06-01', null), ('B', 'Academy B', '2024-05-01', 3, null, '2025-04-01', '2025-03-31'),
    ('C', 'Academy C', '2025-04-01', null, null, null, '2024-12-31'), ('D', 'Academy D', null, null, null, null, null);
select pg_temp.publish();

select is((select concat_ws('|', name, provider_name, language) from karmayogi.course_progress where content_id = 'c9'), 'Know Your Ministry - Kerala',
          'course_progress: texts without the blanks around them');

-- KPI 4
select is(pg_temp.figures('4.1'), 'government 2/5', '4.1: of T3, T4, T5, T7, T9 the courses teach T3 and T7');
select is(pg_temp.figures('4.2'), 'government 2/4', '4.2: of T1, T2, T6, T7 the courses teach T1 and T7');
select is(pg_temp.figures('4.3'), pg_temp.lines('
    md d1 1/1
    md e0 0/1
    md k 1/1
    md m1 1/1
    md m2 0/1
    ministry e0 0/1
    ministry k 1/1
    ministry m1 2/2
    ministry m2 0/1
    state IN-KL 1/1
    government 2/4'), '4.3: d1 and k by name and provider, m1 by the register');
select is(pg_temp.figures('4.4'), pg_temp.lines('
    md d1 1/4
    md e0 - not reported
    md k 3/6
    md m1 12/10
    md m2 0/0 not applicable
    ministry e0 - not reported
    ministry k 3/6
    ministry m1 13/14
    ministry m2 0/0 not applicable
    state IN-KL 3/6
    government 16/20'), '4.4: what was reported adds up, of central and State M/Ds');
select is((select string_agg(entity_id || ' ' || verified, ', ' order by entity_id collate "C") from karmayogi.kpi_annexure where indicator = '4.4' and level <> 'md'),
          'IN-KL true, government false, k true, m1 false, m2 false', '4.4: a sum is verified when all of it is');
select is(pg_temp.figures('4.5'), 'government 5/8', '4.5: as reported');
select is(pg_temp.figures('4.6'), 'government 0/0 not applicable', '4.6: a report of no live course is no share');
-- KPI 5
select is(pg_temp.figures('5.1'), 'government 2/3', '5.1: c1 and c5 of c1, c2, c5; a draft and an assessment do not count');
select is(pg_temp.figures('5.2'), 'government 30/200', '5.2: as reported');
select is((select value || ' ' || verified from karmayogi.kpi_5 where indicator like '%surveys%'), '15.00 % true', '5.2: as a person reads it');
-- KPI 6
select is(pg_temp.figures('6.1'), 'government 1/1', '6.1: analytical reports are enabled');
select is(pg_temp.figures('6.2'), 'government 1/1', '6.2: the Learn Hub is');
select is(pg_temp.figures('6.3'), 'government 0/1', '6.3: the Discuss Hub is not');
select is(pg_temp.figures('6.4'), 'government 1/1', '6.4: the Network Hub is');
select is(pg_temp.figures('6.5'), 'government 0/1', '6.5: the Career Hub is no more: the later period holds');
select is(pg_temp.figures('6.6'), 'government 1/1', '6.6: the Event Hub: a rejected report leaves the earlier one in force');
select is(pg_temp.figures('6.7'), 'government 1/1', '6.7: the Competency Hub is');
select is(pg_temp.figures('6.8'), 'government 0/1', '6.8: the passbook is not');
select is(pg_temp.figures('6.9'), 'government - not reported', '6.9: a period that has not begun says nothing');
select is(pg_temp.figures('6.10'), 'government 12/0', '6.10: a count has no denominator');
select is((select string_agg(coalesce(value, reason), ', ' order by n) from (select value, reason, row_number() over () as n from karmayogi.kpi_6) t),
          'yes, yes, no, yes, no, yes, yes, no, not reported, 12', 'kpi_6: in the order of the annexure, as a person reads it');
-- KPI 7
select is(pg_temp.figures('7.1'), 'government 1/1', '7.1: the report is published');
select is(pg_temp.figures('7.2'), 'government 2/4', '7.2: A and B are registered, C will be tomorrow');
select is(pg_temp.figures('7.3'), 'government 1/4', '7.3: A is accredited');
select is(pg_temp.figures('7.4'), 'government 2/4', '7.4: B and C completed their plans, today is in time');
select is(pg_temp.figures('7.5'), 'government 0/1', '7.5: no summit');
select is((select string_agg(value, ', ' order by n) from (select value, row_number() over () as n from karmayogi.kpi_7) t),
          'yes, 50.00 %, 25.00 %, 50.00 %, no', 'kpi_7: as a person reads it');
select is((select count(*) from karmayogi.kpi_annexure where kpi in (5, 6, 7) and level <> 'government'), 0::bigint, 'platform and institutions: government alone');

-- The next day: C is registered, B accredited, the Career Hub's and e-HRMS's new quarter has begun.
select pg_temp.reports('4.3', 'e0', 1, 1, true), pg_temp.reports('4.3', 'm1', 0, 1, true), pg_temp.reports('4.3', 'm2', 1, 1);
select pg_temp.publish('2025-04-01');
select is((select string_agg(indicator || ' ' || numerator || '/' || denominator, ', ' order by indicator) from karmayogi.kpi_annexure
            where indicator in ('6.9', '7.2', '7.3', '7.4')), '6.9 1/1, 7.2 3/4, 7.3 2/4, 7.4 2/4', '6.9, 7.2 to 7.4 on 1 April');
select is(pg_temp.figures('4.3', '{md,government}'), pg_temp.lines('
    md d1 1/1
    md e0 1/1
    md k 1/1
    md m1 0/1
    md m2 0/1
    government 2/4'), '4.3: verified reports hold against the portal, others do not');

-- What a generation lacks
alter table hand.content drop column content_rating;
alter table hand.kcm_dictionary drop column competency_theme_id;
select pg_temp.publish('2025-04-01');
select is(pg_temp.figures('4.1'), 'government - the portal lacks kcm_dictionary.competency_theme_id', '4.1: the dictionary has no themes');
select is(pg_temp.figures('4.2'), 'government - the portal lacks kcm_dictionary.competency_theme_id', '4.2: the same');
select is(pg_temp.figures('5.1'), 'government - the portal lacks content.content_rating', '5.1: no ratings');
alter table hand.kcm_content_mapping drop column competency_theme_id;
select pg_temp.publish('2025-04-01');
select is(pg_temp.figures('4.1'), 'government - the portal lacks kcm_content_mapping.competency_theme_id', '4.1: nor does the mapping');

-- Impossible institutions
create function pg_temp.csti(more text) returns text language sql as $$
    select format('insert into karmayogi.csti select * from jsonb_populate_record(null::karmayogi.csti, %L)',
                  '{"institution_id": "Z", "name": "Academy Z", "entered_by": "x", "entered_at": "2025-01-01"}'::jsonb || more::jsonb)
$$;
select lives_ok(pg_temp.csti('{}'), 'csti: an institution that has done nothing yet is one');
select throws_ok(pg_temp.csti('{"institution_id": " not available"}'), '23514', 'impossible row of institution " not available": no institution is named', 'csti: who it is');
select throws_ok(pg_temp.csti('{"name": ""}'), '23514', 'impossible row of institution "Z": it has no name', 'csti: what it is called');
select throws_ok(pg_temp.csti('{"nscsti_level": 6}'), '23514', 'impossible row of institution "Z": levels are 1 to 5', 'csti: levels');
select throws_ok(pg_temp.csti('{"stars": -1}'), '23514', 'impossible row of institution "Z": stars are 0 to 5', 'csti: stars');
select throws_ok(pg_temp.csti('{"accredited_on": "2024-01-01", "registered_on": "2024-01-02"}'), '23514',
    'impossible row of institution "Z": accredited before it was registered', 'csti: the order of events');
select throws_ok(pg_temp.csti('{"qip_completed_on": "infinity"}'), '23514', 'impossible row of institution "Z": a date is not a day', 'csti: days');
select throws_ok(pg_temp.csti('{"centre_of_excellence_on": "2024-01-01"}'), '23514',
    'impossible row of institution "Z": a Centre of Excellence of no domain', 'csti: a centre of what');

select * from finish();
rollback;

-- Indicators 8.1 to 10.2 on a portal written by hand; every expected figure is
-- worked out beside it. As-of 31 March 2025.
begin;
\ir ../fixture/hand.sql
select plan(42);

-- M/Ds: m1 (m1), d1 (d1, o1) under m1, m2, and the State k.
select pg_temp.put('org_hierarchy', '[
    {"mdo_id": "m1", "mdo_name": "Ministry of Alpha"}, {"mdo_id": "d1", "mdo_name": "Department One", "ministry_id": "m1"},
    {"mdo_id": "o1", "mdo_name": "Office 1", "ministry_id": "m1", "department_id": "d1"},
    {"mdo_id": "m2", "mdo_name": "Ministry of Beta"}, {"mdo_id": "k", "mdo_name": "Kerala"}]');
-- Nine registered: women u1, u3, u9, u6, u8; u5 does not say. x1 is not registered.
select pg_temp.official('u1', 'd1', 'F'), pg_temp.official('u2', 'd1', 'M'), pg_temp.official('u3', 'o1', 'F'), pg_temp.official('u4', 'o1', 'M'),
       pg_temp.official('u9', 'o1', 'F'), pg_temp.official('u5', 'm2', null), pg_temp.official('u6', 'k', 'F'), pg_temp.official('u7', 'ghost', 'M'),
       pg_temp.official('u8', null, 'F'), pg_temp.official('x1', 'm2', 'F', '{"status": 0}');
-- Courses: c1, c3, c5, c6, c8. Not: c2 (a draft), c4 (an assessment), c7 (retired).
-- Languages of live contents: English, Hindi, Tamil; c5 has none to tell, c6 none at all, c8's is not to be read.
select pg_temp.content('c1', 'Live', 'Course', '{"language": "English"}'), pg_temp.content('c2', 'Draft', 'Course', '{"language": "Urdu"}'),
       pg_temp.content('c3', 'live', 'Course', '{"language": " hindi, english,, Not Available"}'),
       pg_temp.content('c4', 'Live', 'Standalone Assessment', '{"language": "Tamil"}'), pg_temp.content('c5', 'Live', 'Course', '{"language": "Not Available"}'),
       pg_temp.content('c6', 'Live', 'Course', '{"language": "Hindi"}'), pg_temp.content('c7', 'Retired', 'Course', '{"language": "Odia"}'),
       pg_temp.content('c8', 'Live', 'Program', '{"language": "\"Bodo"}');
-- Themes: c1 G1, c2 G2, c3 G3, c4 G1, c6 X1 (not in the dictionary).
select pg_temp.put('kcm_dictionary', '[
    {"competency_area_id": "COMAREA-000002", "competency_area": "Domain", "competency_theme_id": "G1", "competency_theme": "Gender equality"},
    {"competency_area_id": "COMAREA-000002", "competency_area": "Domain", "competency_theme_id": "G2", "competency_theme": "Gender budgeting"},
    {"competency_area_id": "COMAREA-000001", "competency_area": "Behavioural", "competency_theme_id": "G3", "competency_theme": "Care"}]');
select pg_temp.teaches('c1', 'COMAREA-000002', 'G1'), pg_temp.teaches('c2', 'COMAREA-000002', 'G2'), pg_temp.teaches('c3', 'COMAREA-000001', 'G3'),
       pg_temp.teaches('c4', 'COMAREA-000002', 'G1'), pg_temp.teaches('c6', 'COMAREA-000002', 'X1');
-- u2 passed the assessment, u4 completed what is retired, u6 is on the way, x1 does not count; u9 completed two.
select pg_temp.took('u1', 'c1'), pg_temp.took('u2', 'c4'), pg_temp.took('u3', 'c3'), pg_temp.took('u4', 'c7'), pg_temp.took('u5', 'c5'),
       pg_temp.took('u6', 'c1', 'in-progress'), pg_temp.took('u7', 'c6'), pg_temp.took('u8', 'c1'), pg_temp.took('u9', 'c1'), pg_temp.took('u9', 'c3'),
       pg_temp.took('u9', 'c3', 'completed', '2'), pg_temp.took('x1', 'c1'), pg_temp.took('u2', 'c8'), pg_temp.took('u2', 'gone');

-- Nothing tagged, no target, no report, no institution
select pg_temp.publish();
select is(pg_temp.figures('8.1'), 'government - nothing tagged', '8.1: nothing tagged is not zero');
select is((select string_agg(distinct concat_ws(' ', numerator, reason), ', ') from karmayogi.kpi_annexure where indicator in ('8.2', '8.4', '8.6')),
          'nothing tagged', '8.2, 8.4, 8.6: at every level');
select is(pg_temp.figures('8.5'), 'government - target not entered', '8.5: no target');
insert into karmayogi.target (indicator, financial_year, target) values ('8.5', '2025-26', 9);
select pg_temp.publish();
select is(pg_temp.figures('8.5'), 'government - target not entered', '8.5: a target of the next financial year is none yet');
insert into karmayogi.target (indicator, financial_year, target) values ('8.5', '2022-23', 3);
select pg_temp.publish();
select is(pg_temp.figures('8.5'), 'government - nothing tagged', '8.5: a target, but no theme is tagged');
select is((select string_agg(distinct reason, ', ') from karmayogi.kpi_annexure where indicator in ('9.1', '9.2', '10.2')), 'not reported',
          '9.1, 9.2, 10.2: nothing reported, no institution entered');

-- Contents alone are tagged: officials can be counted, themes not.
insert into karmayogi.content_tag (content_id, tag) values ('c7', 'gender'), ('c5', 'climate'), ('no such content', 'climate');
select pg_temp.publish();
select is(pg_temp.figures('8.1'), 'government - nothing tagged', '8.1: a content is no competency');
select is(pg_temp.figures('8.2', '{government}'), 'government 0/9', '8.2: what u4 completed is retired, and so nobody did');
select is(pg_temp.figures('8.4', '{government}'), 'government 0/5', '8.4: nor any woman');
select is(pg_temp.figures('8.6', '{government}'), 'government 1/9', '8.6: u5 completed c5');

-- Themes: G1, G2 and G3 gender; G3 and X1 climate, and Y1, which nothing teaches.
insert into karmayogi.competency_tag (competency_theme_id, tag) values ('G1', 'gender'), ('G2', 'gender'), ('G3', 'gender'), ('G3', 'climate'), ('X1', 'climate'), ('Y1', 'climate');
-- 9.1: d1 3, m2 0, k 2; m1's is rejected.
select pg_temp.reports('9.1', 'd1', 3, 0), pg_temp.reports('9.1', 'm2', 0, 0, true), pg_temp.reports('9.1', 'k', 2, 0, true), pg_temp.reports('9.1', 'm1', 8, 0, false);
-- Institutions. Registered: A, B, D; E will be tomorrow. Calendars: A, B, and C, which is not registered; D's is of tomorrow.
-- Centres of Excellence: A (5 stars), B (3 stars only), D (4 stars, from tomorrow on), E (4 stars, today).
insert into karmayogi.csti (institution_id, name, registered_on, stars, calendar_published_on, centre_of_excellence_domain, centre_of_excellence_on) values
    ('A', 'Academy A', '2024-01-01', 5, '2025-03-31', 'Taxation', '2025-01-01'), ('B', 'Academy B', '2024-01-01', 3, '2025-01-01', 'Postal Operations', '2025-01-01'),
    ('C', 'Academy C', null, null, '2025-01-01', 'Forestry', null), ('D', 'Academy D', '2025-03-31', 4, '2025-04-01', 'Policing', '2025-04-01'),
    ('E', 'Academy E', '2025-04-01', 4, null, 'Audit', '2025-03-31');
select pg_temp.publish();

-- KPI 8
select is(pg_temp.figures('8.1'), 'government 2/0', '8.1: G1 by c1 and G3 by c3; G2''s c2 is a draft');
select is(pg_temp.figures('8.2'), pg_temp.lines('
    mdo d1 1/2
    mdo ghost 0/1
    mdo k 0/1
    mdo m1 0/0 not applicable
    mdo m2 0/1
    mdo o1 2/3
    md d1 3/5
    md ghost 0/1
    md k 0/1
    md m1 0/0 not applicable
    md m2 0/1
    ministry ghost 0/1
    ministry k 0/1
    ministry m1 3/5
    ministry m2 0/1
    state IN-KL 0/1
    government 4/9'), '8.2: u1, u3, u9 (once) and u8, who has no organisation; an assessment, a retired course, a beginning do not count');
select is(pg_temp.figures('8.3'), pg_temp.lines('
    mdo d1 1/2
    mdo ghost 0/1
    mdo k 1/1
    mdo m1 0/0 not applicable
    mdo m2 0/1
    mdo o1 2/3
    md d1 3/5
    md ghost 0/1
    md k 1/1
    md m1 0/0 not applicable
    md m2 0/1
    ministry ghost 0/1
    ministry k 1/1
    ministry m1 3/5
    ministry m2 0/1
    state IN-KL 1/1
    government 5/9'), '8.3: u1, u3, u9, u6, u8; u5, who does not say, is in the denominator');
select is(pg_temp.figures('8.4'), pg_temp.lines('
    mdo d1 1/1
    mdo ghost 0/0 not applicable
    mdo k 0/1
    mdo m1 0/0 not applicable
    mdo m2 0/0 not applicable
    mdo o1 2/2
    md d1 3/3
    md ghost 0/0 not applicable
    md k 0/1
    md m1 0/0 not applicable
    md m2 0/0 not applicable
    ministry ghost 0/0 not applicable
    ministry k 0/1
    ministry m1 3/3
    ministry m2 0/0 not applicable
    state IN-KL 0/1
    government 4/5'), '8.4: u1, u3, u9, u8 of five women');
select is(pg_temp.figures('8.5'), 'government 2/3', '8.5: G3 and X1, which the dictionary lacks, against the 3 of 2022-23, which still hold');
select is(pg_temp.figures('8.6'), pg_temp.lines('
    mdo d1 0/2
    mdo ghost 1/1
    mdo k 0/1
    mdo m1 0/0 not applicable
    mdo m2 1/1
    mdo o1 2/3
    md d1 2/5
    md ghost 1/1
    md k 0/1
    md m1 0/0 not applicable
    md m2 1/1
    ministry ghost 1/1
    ministry k 0/1
    ministry m1 2/5
    ministry m2 1/1
    state IN-KL 0/1
    government 4/9'), '8.6: u3 and u9 by c3, u5 by c5 itself, u7 by c6');
select is((select string_agg(content_id || ' ' || tags::text, ', ' order by content_id) from karmayogi.course_progress),
          'c1 {gender}, c2 {gender}, c3 {climate,gender}, c4 {gender}, c5 {climate}, c6 {climate}, c7 {gender}, c8 {}',
          'course_progress says what each content is about, live or not');
select is((select string_agg(entity_name || ' ' || value, ', ' order by entity_name collate "C") from karmayogi.kpi_8
            where indicator like '!% women officials registered%' escape '!' and level = 'ministry'),
          'Kerala 100.00 %, Ministry of Alpha 60.00 %, Ministry of Beta 0.00 %, ghost 0.00 %', 'kpi_8: as a person reads it');

-- KPI 9
select is(pg_temp.figures('9.1'), pg_temp.lines('
    md d1 3/0
    md k 2/0
    md m1 - not reported
    md m2 0/0
    ministry k 2/0
    ministry m1 3/0
    ministry m2 0/0
    state IN-KL 2/0
    government 5/0'), '9.1: a reported zero is a zero; what was reported adds up');
select is((select string_agg(coalesce(value, reason), ', ' order by entity_id collate "C") from karmayogi.kpi_9 where indicator like '%Domain areas%' and level = 'md'),
          '3, 2, not reported, 0', 'kpi_9: a count as a number');
select is(pg_temp.figures('9.2'), 'government 2/5', '9.2: A and E of the five areas; B has three stars, D is for tomorrow');
-- KPI 10
select is(pg_temp.figures('10.1'), 'government 3/0', '10.1: English, Hindi, Tamil');
select is(pg_temp.figures('10.2'), 'government 2/3', '10.2: A and B of A, B, D; C''s calendar is of an institution that is not registered');

-- The next day is of the next financial year.
select pg_temp.publish('2025-04-01');
select is(pg_temp.figures('8.5'), 'government 2/9', '8.5: the 9 of 2025-26');
select is(pg_temp.figures('9.2'), 'government 3/5', '9.2: and D');
select is(pg_temp.figures('10.2'), 'government 3/4', '10.2: D''s calendar; E is registered');
-- nobody identified an area: institutions of nothing are no share
select pg_temp.reports('9.1', 'd1', 0, 0, null, '2025-01-02'), pg_temp.reports('9.1', 'k', 0, 0, null, '2025-01-02');
select pg_temp.publish('2025-04-01');
select is(pg_temp.figures('9.2'), 'government 3/0 not applicable', '9.2: without an area there is no share');
delete from karmayogi.csti;
select pg_temp.publish('2025-04-01');
select is((select string_agg(concat_ws(' ', indicator, numerator, reason), ', ' order by indicator) from karmayogi.kpi_annexure where indicator in ('7.2', '9.2', '10.2')),
          '10.2 not reported, 7.2 not reported, 9.2 not reported', '7.2, 9.2, 10.2: an empty register reports nothing');

-- What a generation lacks: without themes in the mapping those who learnt by a theme are not known
alter table hand.kcm_content_mapping drop column competency_theme_id;
alter table hand.content drop column language;
select pg_temp.publish('2025-04-01');
select is(pg_temp.figures('8.1'), 'government - the portal lacks kcm_content_mapping.competency_theme_id', '8.1: themes are lacking');
select is(pg_temp.figures('8.5'), 'government - the portal lacks kcm_content_mapping.competency_theme_id', '8.5: the same');
select is(pg_temp.figures('8.2', '{government}'), 'government - the portal lacks kcm_content_mapping.competency_theme_id', '8.2: a theme is tagged that nobody can find');
select is(pg_temp.figures('8.6', '{government}'), 'government - the portal lacks kcm_content_mapping.competency_theme_id', '8.6: the same');
select is(pg_temp.figures('10.1'), 'government - the portal lacks content.language', '10.1: languages are lacking');
delete from karmayogi.competency_tag;
select pg_temp.publish('2025-04-01');
select is(pg_temp.figures('8.6', '{government}'), 'government 1/9', '8.6: tagged contents do not need themes');
select is(pg_temp.figures('8.1'), 'government - the portal lacks kcm_content_mapping.competency_theme_id', '8.1: what cannot be told comes before what was not tagged');

-- Impossible rows
select throws_ok($$insert into karmayogi.competency_tag (competency_theme_id, tag) values ('G1', 'sports')$$, '23514',
    'impossible tag "sports" of "G1": the tag is gender or climate', 'competency_tag: two tags');
select throws_ok($$insert into karmayogi.content_tag (content_id, tag) values ('Not Available', 'gender')$$, '23514',
    'impossible tag "gender" of "Not Available": nothing is named', 'content_tag: of something');
select throws_ok($$insert into karmayogi.target (indicator, financial_year, target) values ('8.1', '2025-26', 5)$$, '23514',
    'impossible target of indicator "8.1": indicator 8.5 alone is measured against this register', 'target: of 8.5 alone');
select throws_ok($$insert into karmayogi.target (indicator, financial_year, target) values ('8.5', '2025-27', 5)$$, '23514',
    'impossible target of indicator "8.5": that is not a financial year', 'target: of a financial year');
select throws_ok($$insert into karmayogi.target (indicator, financial_year, target) values ('8.5', '2026', 5)$$, '23514', null, 'target: not of a year');
select throws_ok($$insert into karmayogi.target (indicator, financial_year, target) values ('8.5', '2026-27', 0)$$, '23514',
    'impossible target of indicator "8.5": a target is a number above 0', 'target: above 0');
select is((select string_agg(coalesce(karmayogi.target_on('8.5', d)::text, '-'), ' ' order by d)
             from unnest('{2022-03-31,2022-04-01,2025-03-31,2025-04-01,2030-01-01}'::date[]) d), '- 3 3 9 9', 'target_on: the newest not after the day''s year');

select * from finish();
rollback;

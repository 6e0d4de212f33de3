-- Indicators 1.1 to 3.7 on a portal written by hand; every expected figure is
-- worked out beside it. As-of 31 March 2025.
begin;
\ir ../fixture/hand.sql
select plan(40);

-- The tree. M/Ds: d1 (d1, o1, o2), d2 (d2, o5), m1 (m1, o3: no department), m2 (m2, o4), e0 (nobody), and of the State
-- k: kd (kd, ko) and k itself. Central M/Ds: d1, d2, e0, m1, m2: five. Organisations that are no M/Ds: ko, o1 to o5: six.
select pg_temp.put('org_hierarchy', '[
    {"mdo_id": "m1", "mdo_name": "Ministry of Alpha"},
    {"mdo_id": "d1", "mdo_name": "Department One", "ministry_id": "m1"},
    {"mdo_id": "d2", "mdo_name": "Department Two", "ministry_id": "m1"},
    {"mdo_id": "o1", "mdo_name": "Office 1", "ministry_id": "m1", "department_id": "d1"},
    {"mdo_id": "o2", "mdo_name": "Office 2", "ministry_id": "m1", "department_id": "d1"},
    {"mdo_id": "o3", "mdo_name": "Office 3", "ministry_id": "m1"},
    {"mdo_id": "o5", "mdo_name": "Office 5", "ministry_id": "m1", "department_id": "d2"},
    {"mdo_id": "m2", "mdo_name": "Ministry of Beta"},
    {"mdo_id": "o4", "mdo_name": "Office 4", "ministry_id": "m2", "department_id": "Not Available"},
    {"mdo_id": "e0", "mdo_name": "Ministry of Empty Rooms"},
    {"mdo_id": "k", "mdo_name": " kerala"},
    {"mdo_id": "kd", "mdo_name": "Health of Kerala", "ministry_id": "k"},
    {"mdo_id": "ko", "mdo_name": "Hospital of Kerala", "ministry_id": "k", "department_id": "kd"}]');

-- Registered: u1 to u14. Not: x1 (status 0), x2 (a volunteer), x3 (not my user).
select pg_temp.official('u1', 'd1', 'Female'), pg_temp.official('u2', 'd1', 'M'),
       pg_temp.official('u3', 'o1', 'F', '{"roles": "MDO_ADMIN, PUBLIC"}'), pg_temp.official('u4', 'o1', 'male'), pg_temp.official('u5', 'o1', ''),
       pg_temp.official('u6', 'o3', 'Male'),
       pg_temp.official('u7', 'd2', 'female'), pg_temp.official('u8', 'o5', 'Transgender'),
       pg_temp.official('u9', 'm2', 'महिला', '{"roles": "PUBLIC, mdo_leader"}'), pg_temp.official('u10', 'o4', 'male'),
       pg_temp.official('u11', 'ko', 'F', '{"roles": "MDO_LEADER"}'), pg_temp.official('u12', 'ko', 'M'),
       pg_temp.official('u13', 'ghost', 'M', '{"roles": "MDO_LEADER"}'), pg_temp.official('u14', null, 'F', '{"roles": "MDO_LEADER"}'),
       pg_temp.official('x1', 'd1', 'F', '{"status": 0, "roles": "MDO_LEADER"}'),
       pg_temp.official('x2', 'o1', 'F', '{"designation": "Volunteer"}'),
       pg_temp.official('x3', 'm2', 'F', '{"marked_as_not_my_user": true}');

-- Contents: c1 and c6 behavioural (c6 retired), c2 functional, c3 to c5 of a domain (c4 a draft, c5 an assessment).
select pg_temp.content('c1', 'Live'), pg_temp.content('c2', 'LIVE '), pg_temp.content('c3', 'live', 'Program'), pg_temp.content('c4', 'Draft'),
       pg_temp.content('c5', 'Live', 'Standalone Assessment'), pg_temp.content('c6', 'Retired'), pg_temp.content('c7', 'Live');
select pg_temp.put('kcm_dictionary', '[{"competency_area_id": "A7", "competency_area": "Functional"}]');
select pg_temp.teaches('c1', 'COMAREA-000001'), pg_temp.teaches('c2', 'A7'), pg_temp.teaches('c3', '145'), pg_temp.teaches('c4', 'COMAREA-000002'),
       pg_temp.teaches('c5', 'COMAREA-000002'), pg_temp.teaches('c6', '1'), pg_temp.teaches('c6', '1');

-- A night without plans, enrolments to speak of, reports, strength or any other register: empty everywhere.
select pg_temp.publish();
select is(pg_temp.figures('1.1'), pg_temp.lines('
    md d1 - not reported
    md d2 - not reported
    md e0 - not reported
    md k - not reported
    md kd - not reported
    md m1 - not reported
    md m2 - not reported
    ministry e0 - not reported
    ministry k - not reported
    ministry m1 - not reported
    ministry m2 - not reported
    state IN-KL - not reported
    government - not reported'), '1.1: without a report there is no value, at no level');
select is(pg_temp.figures('1.2', '{md,ministry,state,government}'), pg_temp.lines('
    md d1 - not reported
    md d2 - not reported
    md e0 0/0 not applicable
    md k 0/0 not applicable
    md kd - not reported
    md m1 - not reported
    md m2 - not reported
    ministry e0 0/0 not applicable
    ministry k - not reported
    ministry m1 - not reported
    ministry m2 - not reported
    state IN-KL - not reported
    government - not reported'), '1.2: nor here, but who has no organisation below has nothing to show');
select is((select count(*)::text || ' ' || min(reason) || ' ' || max(reason) from karmayogi.kpi_annexure where indicator in ('2.2', '2.3') ),
          '87 strength not entered strength not entered', '2.2, 2.3: 14 organisations, 8 M/Ds, 5 ministries, a State, government: 29 times three figures without strength');
select is((select distinct reason from karmayogi.kpi_annexure where indicator = '2.4'), 'not reported', '2.4: nobody entered as PwD is not zero');
select is((select count(*) || ' ' || count(numerator) || ' ' || min(reason) from karmayogi.kpi_annexure where indicator = '2.5'),
          '37 0 not reported', '2.5: 36 States and UTs and government, none reported');
select is((select string_agg(distinct concat_ws(' ', value, reason), ',') from karmayogi.kpi_annexure where indicator in ('3.2', '3.3', '3.4')), '0.00',
          '3.2 to 3.4: no plan is a plain no');
select is((select string_agg(distinct concat_ws(' ', value, reason), ',') from karmayogi.kpi_annexure where indicator in ('3.5', '3.6', '3.7')),
          'nothing allotted', '3.5 to 3.7: a share of nothing is no share');

-- Plans. d1: live c1 (for all of d1), c6 (for nobody), a draft with c4; its o1: live c2 for all. d2: live c1 and c5 for u7.
-- m2: c3, but the plan is retired. kd by its ko: live c3 for all. One plan is of no organisation.
select pg_temp.put('cb_plan', '[
    {"cb_plan_id": "P1", "org_id": "d1", "status": "Live", "allotment_type": "AllUser", "allotment_to": "All Users", "content_id": "c1", "due_by": "2025-03-01"},
    {"cb_plan_id": "P1b", "org_id": "d1", "status": "Live", "allotment_type": "Designation", "allotment_to": "Nobody", "content_id": "c6", "due_by": "2025-03-01"},
    {"cb_plan_id": "P2", "org_id": "d1", "status": "Draft", "allotment_type": "AllUser", "allotment_to": "All Users", "content_id": "c4", "due_by": "2025-03-01"},
    {"cb_plan_id": "P3", "org_id": "o1", "status": "LIVE", "allotment_type": "AllUser", "allotment_to": "All Users", "content_id": "c2", "due_by": "2025-03-01"},
    {"cb_plan_id": "P4", "org_id": "d2", "status": "Live", "allotment_type": "CustomUser", "allotment_to": "u7", "content_id": "c1", "due_by": "2025-03-01"},
    {"cb_plan_id": "P4", "org_id": "d2", "status": "Live", "allotment_type": "CustomUser", "allotment_to": "u7", "content_id": "c5", "due_by": "2025-03-01"},
    {"cb_plan_id": "P5", "org_id": "m2", "status": "RETIRE", "allotment_type": "AllUser", "allotment_to": "All Users", "content_id": "c3", "due_by": "2025-03-01"},
    {"cb_plan_id": "P6", "org_id": "ko", "status": "live", "allotment_type": "AllUser", "allotment_to": "All Users", "content_id": "c3", "due_by": "2025-03-01"},
    {"cb_plan_id": "P7", "org_id": null, "status": "Live", "allotment_type": "CustomUser", "allotment_to": "x1", "content_id": "c3", "due_by": "2025-03-01"}]');
-- u1, u3, u4 completed what they had to; u11 in one batch of two; u7 one of two; u5 is on the way; u2 and u12 did not begin.
select pg_temp.took('u1', 'c1'), pg_temp.took('u3', 'c2'), pg_temp.took('u4', 'c2'), pg_temp.took('u5', 'c2', 'in-progress'),
       pg_temp.took('u7', 'c1'), pg_temp.took('u11', 'c3', 'in-progress'), pg_temp.took('u11', 'c3', 'completed', '2'),
       pg_temp.took('u12', 'c3', 'not-enrolled'), pg_temp.took('x1', 'c3');

-- Strength. d1 4 and o1 2 of their own; d2 10 with all that is attached; o3 has no post; m2's attached figure wins over its parts;
-- ko had 5, and will have 8 from tomorrow on. Nobody entered ghost.
insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd, covers) values
    ('d1', '2024-04-01', 4, 2, 0, 'own'), ('o1', '2024-04-01', 2, 1, 1, 'own'), ('o3', '2024-04-01', 0, 0, 0, 'own'),
    ('d2', '2024-04-01', 10, 4, null, 'attached'),
    ('m2', '2024-04-01', 2, 1, 0, 'own'), ('o4', '2024-04-01', 7, null, 0, 'own'), ('m2', '2024-04-01', 3, null, 1, 'attached'),
    ('ko', '2024-04-01', 6, 6, 6, 'own'), ('ko', '2025-01-01', 5, 2, 0, 'own'), ('ko', '2025-04-01', 8, 8, 8, 'own');
-- PwD: u3 and u10; x1 and whoever "somebody" is are not registered.
insert into karmayogi.pwd_official (user_id) values ('u3'), ('u10'), ('x1'), ('somebody');

-- Reports. 1.1: d1 said no and then, for the same quarter, yes; d2 said yes a quarter ago and no now; m2's yes is rejected;
-- m1's yes is of the next quarter; kd said yes. e0 is silent.
select karmayogi.submit_report('1.1', 'd1', '2024-25 Q4', 0, 1, 'under process');
select karmayogi.submit_report('1.1', 'd1', '2024-25 Q4', 1, 1, 'Order no. 1');
select karmayogi.submit_report('1.1', 'd2', '2024-25 Q3', 1, 1), karmayogi.submit_report('1.1', 'd2', '2024-25 Q4', 0, 1, 'Order withdrawn');
select karmayogi.submit_report('1.1', 'm1', '2025-26 Q1', 1, 1), karmayogi.submit_report('1.1', 'kd', '2024-25 Q4', 1, 1);
select pg_temp.reports('1.1', 'm2', 1, 1, false);
-- 1.2: of o1 yes, of o3 no, of ko yes; d1 is an M/D, its report as an organisation counts nowhere.
select pg_temp.reports('1.2', 'o1', 1, 1), pg_temp.reports('1.2', 'o3', 0, 1), pg_temp.reports('1.2', 'ko', 1, 1, true), pg_temp.reports('1.2', 'd1', 1, 1);
-- 2.5: Kerala yes (verified), Uttar Pradesh no; Goa's yes is rejected.
select pg_temp.reports('2.5', 'IN-KL', 1, 1, true), pg_temp.reports('2.5', 'IN-UP', 0, 1), pg_temp.reports('2.5', 'IN-GA', 1, 1, false);
-- 3.1: d1 yes, verified; m2 no.
select pg_temp.reports('3.1', 'd1', 1, 1, true), pg_temp.reports('3.1', 'm2', 0, 1);
-- Computed ones give way to verified reports alone: m2's of 3.2 is verified, m1's is not, d1's is rejected.
select pg_temp.reports('3.2', 'm2', 1, 1, true), pg_temp.reports('3.2', 'm1', 1, 1), pg_temp.reports('3.2', 'd1', 0, 1, false);
select pg_temp.reports('3.3', 'd2', 1, 1, true), pg_temp.reports('3.4', 'kd', 0, 1, true);
select pg_temp.reports('3.5', 'e0', 2, 5, true), pg_temp.reports('3.6', 'd1', 9, 9);
-- What is verified holds until something later is: neither a later period nor a correction takes it away by itself.
select pg_temp.reports('3.5', 'e0', 5, 5, null, '2025-03-01'), pg_temp.reports('3.3', 'd2', 0, 1, null, '2025-03-01');
select pg_temp.publish();

-- KPI 1
select is(pg_temp.figures('1.1'), pg_temp.lines('
    md d1 1/1
    md d2 0/1
    md e0 - not reported
    md k - not reported
    md kd 1/1
    md m1 - not reported
    md m2 - not reported
    ministry e0 - not reported
    ministry k 1/2
    ministry m1 1/3
    ministry m2 - not reported
    state IN-KL 1/2
    government 1/5'), '1.1: the latest report that holds; the silent ones stay in the denominator; government counts the five central M/Ds');
select is((select verified from karmayogi.kpi_annexure where indicator = '1.1' and level = 'md' and entity_id = 'd1'), false, '1.1: not yet verified');
select is(pg_temp.figures('1.2'), pg_temp.lines('
    mdo ko 1/1
    mdo o1 1/1
    mdo o2 - not reported
    mdo o3 0/1
    mdo o4 - not reported
    mdo o5 - not reported
    md d1 1/2
    md d2 - not reported
    md e0 0/0 not applicable
    md k 0/0 not applicable
    md kd 1/1
    md m1 0/1
    md m2 - not reported
    ministry e0 0/0 not applicable
    ministry k 1/1
    ministry m1 1/4
    ministry m2 - not reported
    state IN-KL 1/1
    government 2/6'), '1.2: organisations that are no M/Ds, central and of States');
select is((select string_agg(entity_id || ' ' || verified, ', ' order by entity_id collate "C") from karmayogi.kpi_annexure
            where indicator = '1.2' and entity_id in ('ko', 'kd', 'o1', 'government')),
          'government false, kd true, ko true, o1 false', '1.2: a sum is verified when every report in it is');

-- KPI 2
select is(pg_temp.figures('2.1'), pg_temp.lines('
    md d1 0/1
    md d2 0/1
    md e0 0/1
    md k 0/1
    md kd 1/1
    md m1 0/1
    md m2 1/1
    ministry e0 0/1
    ministry k 1/2
    ministry m1 0/3
    ministry m2 1/1
    state IN-KL 1/2
    government 1/5'), '2.1: u9 leads m2, u11 kd; x1 is not registered, ghost and nobody''s leader lead no M/D');
select is(pg_temp.figures('2.2'), pg_temp.lines('
    mdo d1 2/4
    mdo d2 - strength not entered
    mdo e0 - strength not entered
    mdo ghost - strength not entered
    mdo k - strength not entered
    mdo kd - strength not entered
    mdo ko 2/5
    mdo m1 - strength not entered
    mdo m2 1/2
    mdo o1 3/2
    mdo o2 - strength not entered
    mdo o3 1/0 not applicable
    mdo o4 1/7
    mdo o5 - strength not entered
    md d1 5/6
    md d2 2/10
    md e0 - strength not entered
    md ghost - strength not entered
    md k - strength not entered
    md kd 2/5
    md m1 1/0 not applicable
    md m2 2/3
    ministry e0 - strength not entered
    ministry ghost - strength not entered
    ministry k 2/5
    ministry m1 8/16
    ministry m2 2/3
    state IN-KL 2/5
    government - strength not entered'), '2.2: 5/6 is d1 2/4, o1 3/2 and o2 without anybody; 8/16 = (5 + 2 + 1)/(6 + 10 + 0); ghost has no strength');
select is((select value from karmayogi.kpi_annexure where indicator = '2.2' and level = 'mdo' and entity_id = 'o1'), 150.00, '2.2: more than sanctioned is 150 %');
-- Women registered: u1 d1, u3 o1, u7 d2, u9 m2, u11 ko, u14; men: u2 d1, u4 o1, u6 o3, u10 o4, u12 ko, u13. u5 is unknown, u8 neither.
select is(pg_temp.figures('2.3', '{mdo}'), pg_temp.lines('
    mdo d1 female 1/2
    mdo d1 male 1/2
    mdo d2 female - strength not entered
    mdo d2 male - strength not entered
    mdo e0 female - strength not entered
    mdo e0 male - strength not entered
    mdo ghost female - strength not entered
    mdo ghost male - strength not entered
    mdo k female - strength not entered
    mdo k male - strength not entered
    mdo kd female - strength not entered
    mdo kd male - strength not entered
    mdo ko female 1/2
    mdo ko male 1/3
    mdo m1 female - strength not entered
    mdo m1 male - strength not entered
    mdo m2 female 1/1
    mdo m2 male 0/1
    mdo o1 female 1/1
    mdo o1 male 1/1
    mdo o2 female - strength not entered
    mdo o2 male - strength not entered
    mdo o3 female 0/0 not applicable
    mdo o3 male 1/0 not applicable
    mdo o4 female - strength not entered
    mdo o4 male - strength not entered
    mdo o5 female - strength not entered
    mdo o5 male - strength not entered'), '2.3: of each organisation; the strength of men is what is left');
select is(pg_temp.figures('2.3', '{md,ministry,state,government}'), pg_temp.lines('
    md d1 female 2/3
    md d1 male 2/3
    md d2 female 1/4
    md d2 male 0/6
    md e0 female - strength not entered
    md e0 male - strength not entered
    md ghost female - strength not entered
    md ghost male - strength not entered
    md k female - strength not entered
    md k male - strength not entered
    md kd female 1/2
    md kd male 1/3
    md m1 female 0/0 not applicable
    md m1 male 1/0 not applicable
    md m2 female - strength not entered
    md m2 male - strength not entered
    ministry e0 female - strength not entered
    ministry e0 male - strength not entered
    ministry ghost female - strength not entered
    ministry ghost male - strength not entered
    ministry k female 1/2
    ministry k male 1/3
    ministry m1 female 3/7
    ministry m1 male 3/9
    ministry m2 female - strength not entered
    ministry m2 male - strength not entered
    state IN-KL female 1/2
    state IN-KL male 1/3
    government female - strength not entered
    government male - strength not entered'), '2.3: m1 has 3 women of 3 + 4 + 0 and 3 men of 3 + 6 + 0; m2''s attached figure has no women');
select is(pg_temp.figures('2.4', '{md,ministry,state,government}'), pg_temp.lines('
    md d1 1/1
    md d2 - strength not entered
    md e0 - strength not entered
    md ghost - strength not entered
    md k - strength not entered
    md kd 0/0 not applicable
    md m1 0/0 not applicable
    md m2 1/1
    ministry e0 - strength not entered
    ministry ghost - strength not entered
    ministry k 0/0 not applicable
    ministry m1 - strength not entered
    ministry m2 1/1
    state IN-KL 0/0 not applicable
    government - strength not entered'), '2.4: u3 of o1''s one post, u10 within m2''s; d2''s posts are not entered, so neither are m1''s');
select is(pg_temp.figures('2.4', '{mdo}'), pg_temp.lines('
    mdo d1 0/0 not applicable
    mdo d2 - strength not entered
    mdo e0 - strength not entered
    mdo ghost - strength not entered
    mdo k - strength not entered
    mdo kd - strength not entered
    mdo ko 0/0 not applicable
    mdo m1 - strength not entered
    mdo m2 0/0 not applicable
    mdo o1 1/1
    mdo o2 - strength not entered
    mdo o3 0/0 not applicable
    mdo o4 1/0 not applicable
    mdo o5 - strength not entered'), '2.4: of each organisation; a PwD official where no post is sanctioned for one is 1 of 0');
select is((select string_agg(concat_ws(' ', entity_name, numerator || '/' || denominator, reason, verified), ', ' order by level desc, entity_id collate "C")
             from karmayogi.kpi_annexure where indicator = '2.5' and (numerator is not null or entity_id = 'IN-GA')),
          'Goa not reported, Kerala 1/1 t, Uttar Pradesh 0/1 f, Government 1/36 f', '2.5: one State of the 36 signed, whether the portal has it or not');
select is((select count(*) from karmayogi.kpi_annexure where indicator = '2.5'), 37::bigint, '2.5: each State and UT has its row');

-- KPI 3
select is(pg_temp.figures('3.1'), pg_temp.lines('
    md d1 1/1
    md d2 - not reported
    md e0 - not reported
    md k - not reported
    md kd - not reported
    md m1 - not reported
    md m2 0/1
    ministry e0 - not reported
    ministry k - not reported
    ministry m1 1/3
    ministry m2 0/1
    state IN-KL - not reported
    government 1/5'), '3.1: approved in d1, not in m2, the rest is silent');
select is(pg_temp.figures('3.2'), pg_temp.lines('
    md d1 1/1
    md d2 1/1
    md e0 0/1
    md k 0/1
    md kd 1/1
    md m1 0/1
    md m2 1/1
    ministry e0 0/1
    ministry k 1/2
    ministry m1 2/3
    ministry m2 1/1
    state IN-KL 1/2
    government 3/5'), '3.2: live plans of d1, d2, kd; m2''s is retired, but its verified report holds; m1''s is not verified, d1''s rejected');
select is((select string_agg(concat_ws(' ', entity_id, verified), ', ' order by entity_id collate "C") from karmayogi.kpi_annexure
            where indicator = '3.2' and level = 'md' and entity_id in ('d1', 'm1', 'm2')),
          'd1, m1, m2 t', '3.2: verified where a report took the place, else computed');
select is(pg_temp.figures('3.3'), pg_temp.lines('
    md d1 1/1
    md d2 1/1
    md e0 0/1
    md k 0/1
    md kd 0/1
    md m1 0/1
    md m2 0/1
    ministry e0 0/1
    ministry k 0/2
    ministry m1 2/3
    ministry m2 0/1
    state IN-KL 0/2
    government 2/5'), '3.3: d1 has c1 and, by o1, c2; d2 only c1, but its report is verified');
select is(pg_temp.figures('3.4'), pg_temp.lines('
    md d1 0/1
    md d2 0/1
    md e0 0/1
    md k 0/1
    md kd 0/1
    md m1 0/1
    md m2 0/1
    ministry e0 0/1
    ministry k 0/2
    ministry m1 0/3
    ministry m2 0/1
    state IN-KL 0/2
    government 0/5'), '3.4: d1''s c4 is in a draft, d2''s c5 an assessment, m2''s plan retired; of kd''s c3 the verified report says no');
select is(pg_temp.figures('3.5'), pg_temp.lines('
    md d1 0/1
    md d2 1/1
    md e0 2/5
    md k 0/0 nothing allotted
    md kd 1/1
    md m1 0/0 nothing allotted
    md m2 0/0 nothing allotted
    ministry e0 2/5
    ministry k 1/1
    ministry m1 1/2
    ministry m2 0/0 nothing allotted
    state IN-KL 1/1
    government 4/8'), '3.5: c4 of a draft plan is no live content, c5 and c3 are; e0 reports 2 of 5 suggested; government adds up all M/Ds');
select is(pg_temp.figures('3.6'), pg_temp.lines('
    md d1 2/3
    md d2 1/1
    md e0 0/0 nothing allotted
    md k 0/0 nothing allotted
    md kd 0/0 nothing allotted
    md m1 0/0 nothing allotted
    md m2 0/0 nothing allotted
    ministry e0 0/0 nothing allotted
    ministry k 0/0 nothing allotted
    ministry m1 3/4
    ministry m2 0/0 nothing allotted
    state IN-KL 0/0 nothing allotted
    government 3/4'), '3.6: d1 c1, c2 and c6, which is retired; its 9 of 9 is not verified');
select is(pg_temp.figures('3.7'), pg_temp.lines('
    mdo d1 1/2
    mdo d2 0/1
    mdo e0 0/0 nothing allotted
    mdo ghost 0/0 nothing allotted
    mdo k 0/0 nothing allotted
    mdo kd 0/0 nothing allotted
    mdo ko 1/2
    mdo m1 0/0 nothing allotted
    mdo m2 0/0 nothing allotted
    mdo o1 2/3
    mdo o2 0/0 nothing allotted
    mdo o3 0/0 nothing allotted
    mdo o4 0/0 nothing allotted
    mdo o5 0/0 nothing allotted
    md d1 3/5
    md d2 0/1
    md e0 0/0 nothing allotted
    md ghost 0/0 nothing allotted
    md k 0/0 nothing allotted
    md kd 1/2
    md m1 0/0 nothing allotted
    md m2 0/0 nothing allotted
    ministry e0 0/0 nothing allotted
    ministry ghost 0/0 nothing allotted
    ministry k 1/2
    ministry m1 3/6
    ministry m2 0/0 nothing allotted
    state IN-KL 1/2
    government 4/8'), '3.7: u1 of d1, u3 and u4 of o1, u11 of ko did all; u7 one of two; x1, who is not registered, is nowhere');

-- As a person reads them
select is((select string_agg(value, ', ' order by level = 'government', entity_id collate "C") from karmayogi.kpi_3
            where indicator = 'MDOs with CBPs embedded on iGOT' and (level = 'md' or level = 'government')),
          'yes, yes, no, no, yes, no, yes, 3 of 5', 'kpi_3: yes or no of an M/D, how many of how many above it');
select is((select string_agg(concat_ws(' ', level, value), ', ' order by level collate "C") from karmayogi.kpi_1
            where indicator = 'Formation of CBUs in Organizations' and entity_id in ('o1', 'kd', 'government')),
          'government 2 of 6, md 1 of 1, mdo yes', 'kpi_1: of an organisation yes, of an M/D that has one 1 of 1');
select is((select concat_ws(' | ', means_of_verification, frequency, responsibility, entity_name, value, as_of, verified) from karmayogi.kpi_2
            where indicator = '% official registered' and level = 'mdo' and entity_id = 'o1'),
          'iGOT | Real time | MDO | Office 1 | 150.00 % | 2025-03-31', 'kpi_2: a percentage has two decimals and its sign');
select is((select count(*) from karmayogi.kpi_2 where (value is null) <> (reason is not null)), 0::bigint, 'kpi_2: a reason exactly where there is no value');

-- Another day, another register: strength of the day, the report of the next quarter, a strength for ghost.
insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd) values ('ghost', '2025-04-02', 1, 0, 0);
update karmayogi.strength set women = 1 where mdo_id = 'm2' and covers = 'attached';
update karmayogi.strength set pwd = 2 where mdo_id = 'd2';
select pg_temp.publish('2025-04-02');
select is(pg_temp.figures('2.2', '{state,government}'), pg_temp.lines('
    state IN-KL 2/8
    government 14/28'), '2.2: ko''s 8 hold now; with ghost''s 1 everything is entered: 6 + 10 + 0 + 3 + 8 + 1 = 28; u14 of no organisation is among the 14');
select is(pg_temp.figures('2.3', '{government}'), pg_temp.lines('
    government female 6/16
    government male 6/12'), '2.3: 3 + 4 + 0 + 1 + 8 + 0 women and 3 + 6 + 0 + 2 + 0 + 1 men are sanctioned');
select is(pg_temp.figures('2.4', '{ministry,government}'), pg_temp.lines('
    ministry e0 - strength not entered
    ministry ghost 0/0 not applicable
    ministry k 0/8
    ministry m1 1/3
    ministry m2 1/1
    government 2/12'), '2.4: u3 and u10 of 1 + 2 + 0 + 1 + 8 + 0');
select is(pg_temp.figures('1.1', '{ministry,government}'), pg_temp.lines('
    ministry e0 - not reported
    ministry k 1/2
    ministry m1 2/3
    ministry m2 - not reported
    government 2/5'), '1.1: the first quarter of 2025-26 has begun: m1''s yes counts');
-- nobody is PwD any more, which is not the same as zero
delete from karmayogi.pwd_official;
-- plans and enrolments contradict the rest: a plan of an organisation that nobody knows, a completion of nothing allotted
select pg_temp.put('cb_plan', '[{"cb_plan_id": "P8", "org_id": "ghost", "status": "Live", "allotment_type": "AllUser", "allotment_to": "All Users", "content_id": "c3", "due_by": "2025-03-01"}]');
select pg_temp.took('u6', 'c1');
alter table hand.content drop column content_provider_id;
select pg_temp.publish('2025-04-02');
select is((select distinct concat_ws(' ', numerator, reason) from karmayogi.kpi_annexure where indicator = '2.4'), 'not reported', '2.4: without an entry it is not reported, at no level');
select is(pg_temp.figures('3.2', '{government}'), 'government 3/5', '3.2: a plan of an unknown organisation is no M/D''s');
select is(pg_temp.figures('3.7', '{md,government}'), pg_temp.lines('
    md d1 3/5
    md d2 0/1
    md e0 0/0 nothing allotted
    md ghost 0/1
    md k 0/0 nothing allotted
    md kd 1/2
    md m1 0/0 nothing allotted
    md m2 0/0 nothing allotted
    government 4/9'), '3.7: but it allots c3 to u13; who completes what nobody allotted is in neither number');
select is((select distinct reason from karmayogi.kpi_annexure where indicator = '4.3'), 'the portal lacks content.content_provider_id', '4.3: a column is lacking');

select * from finish();
rollback;

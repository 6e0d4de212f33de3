-- A portal small enough to be worked out by hand: the oracle is checked
-- against it before it may judge anybody else. As-of is 2026-03-31.
-- Needs generate.sql (for the columns of the tables).
set client_min_messages = warning;
drop schema if exists hand cascade;
create schema hand;

create function hand.put(table_name text, rows jsonb) returns void
    language sql
begin atomic
    insert into generate.stage (table_name, j)
    select put.table_name, r || '{"data_last_generated_on": "2026-03-31 01:00:00 AM"}'
        from jsonb_array_elements(rows) r;
end;

truncate generate.stage;

-- m1 is a ministry, d1 its department with office o1 below, o2 is attached to the ministry itself. k is a
-- State, k1 below it.
-- M/Ds: m1 (m1, o2), d1 (d1, o1), k (k, k1). Central: m1, d1.
select hand.put('org_hierarchy', '[
    {"mdo_id": "m1", "mdo_name": "Ministry of Steel"},
    {"mdo_id": "d1", "mdo_name": "Department of Iron", "ministry_id": "m1", "department_id": "Not Available"},
    {"mdo_id": "o1", "mdo_name": "Iron Office", "ministry_id": "m1", "department_id": "d1"},
    {"mdo_id": "o2", "mdo_name": "Steel Office", "ministry_id": "m1", "department_id": ""},
    {"mdo_id": "k", "mdo_name": "KERALA "},
    {"mdo_id": "k1", "mdo_name": "Kerala Health", "ministry_id": "k"}]');

-- Registered: a (at o1, by the later of the two rows), b, c, d, e, f (of an organisation that nobody knows).
-- Not: g (status 0), h (volunteer), i (not my user), j (the row of the greater mdo_id o1 has status 0).
select hand.put('user_detail', '[
    {"user_id": "a", "status": 1, "mdo_id": "o2", "designation": "Clerk", "gender": "Male",
        "profile_last_updated_date": "2026-01-31 09:00:00"},
    {"user_id": "a", "status": 1, "mdo_id": "o1", "designation": " Director ", "gender": "female",
        "profile_last_updated_date": "2026-02-01",
        "roles": "PUBLIC, MDO_LEADER", "is_verified_karmayogi": "TRUE", "email": "a@Iron.GOV.in",
            "groups": "Group A",
        "user_registration_date": "2024-12-31T20:00:00Z", "no_of_karma_points": 7},
    {"user_id": "b", "status": 1, "mdo_id": "o1", "designation": "Section Officer", "gender": "M",
        "email": "b@evilgov.in",
        "user_registration_date": "2025-01-01"},
    {"user_id": "c", "status": 1, "mdo_id": "d1", "designation": "director", "gender": "F",
        "is_verified_karmayogi": "t"},
    {"user_id": "d", "status": 1, "mdo_id": "o2", "designation": "Director", "gender": "पुरुष",
        "is_verified_karmayogi": "no"},
    {"user_id": "e", "status": 1, "mdo_id": "k1", "designation": "Not Available", "gender": "महिला"},
    {"user_id": "f", "status": 1, "mdo_id": "ghost", "gender": "Transgender"},
    {"user_id": "g", "status": 0, "mdo_id": "o1", "gender": "F"},
    {"user_id": "h", "status": 1, "mdo_id": "o1", "designation": "My Bharat volunteer"},
    {"user_id": "i", "status": 1, "mdo_id": "o1", "marked_as_not_my_user": "TRUE"},
    {"user_id": "j", "status": 1, "mdo_id": "m1", "profile_last_updated_date": "2026-01-01"},
    {"user_id": "j", "status": 0, "mdo_id": "o1", "profile_last_updated_date": "2026-01-01 00:00:00"}]');

select hand.put('content', '[
    {"content_id": "c1", "content_status": "Live", "content_type": "Course", "content_duration": "01:00:00",
        "content_rating": "4", "language": "English"},
    {"content_id": "c2", "content_status": "LIVE", "content_type": "Program", "content_duration": "00:30:00",
        "content_rating": "3.9999999999", "language": "hindi, ENGLISH "},
    {"content_id": "c3", "content_status": "Draft", "content_type": "Course", "content_rating": "5",
        "language": "Tamil"},
    {"content_id": "c4", "content_status": "Live", "content_type": "Standalone Assessment", "content_rating": "5",
        "language": "Odia"},
    {"content_id": "c5", "content_status": "Live", "content_type": "Course",
        "content_duration": "Not Available", "content_rating": "Not Available", "language": "Null",
        "content_name": " know your ministry: steel", "content_provider_id": "o2"}]');
-- Taught by a live course: T1, T2 and T5. T1 is in two areas; T5 is in the dictionary, but in no area.
select hand.put('kcm_content_mapping', '[
    {"course_id": "c1", "competency_area_id": "COMAREA-000001", "competency_theme_id": "T1"},
    {"course_id": "c1", "competency_area_id": "X", "competency_theme_id": "T2"},
    {"course_id": "c2", "competency_area_id": "COMAREA-000002", "competency_theme_id": "T5"},
    {"course_id": "c3", "competency_area_id": "COMAREA-000002", "competency_theme_id": "T3"},
    {"course_id": "c4", "competency_area_id": "COMAREA-000002", "competency_theme_id": "T4"},
    {"course_id": "c5", "competency_area_id": null, "competency_theme_id": ""}]');
select hand.put('kcm_dictionary', '[
    {"competency_area_id": "X", "competency_area": "FUNCTIONAL", "competency_theme_id": "T2"},
    {"competency_area_id": "X", "competency_area": "Functional", "competency_theme_id": "T3"},
    {"competency_area_id": "D9", "competency_area": "Domain (old)", "competency_theme_id": "T1"},
    {"competency_area_id": "D9", "competency_area": " DOMAIN", "competency_theme_id": "T4",
        "competency_sub_theme_id": "1"},
    {"competency_area_id": "D9", "competency_area": "Domain", "competency_theme_id": "T4",
        "competency_sub_theme_id": "2"},
    {"competency_area_id": "D9", "competency_area": "Domain", "competency_theme_id": "Not Available"},
    {"competency_area_id": "B9", "competency_area": "behavioural", "competency_theme_id": "T1"},
    {"competency_area_id": "E9", "competency_area": "Ethics", "competency_theme_id": "T2"},
    {"competency_area_id": null, "competency_area": "Domain", "competency_theme_id": "T5"}]');

-- P1 reaches a, b. P2 reaches a, c (d is a Director, but not verified). P3 gives a more time. P4 is a draft.
-- P5 reaches d.
-- P6 has a criterion that nobody knows: it reaches nobody, but it is a live plan.
select hand.put('cb_plan', '[
    {"cb_plan_id": "P1", "status": "Live", "org_id": "o1", "allotment_type": "AllUser",
        "allotment_to": "All Users", "content_id": "c1",
        "due_by": "2026-03-31 00:00:00", "isapar": "true"},
    {"cb_plan_id": "P2", "status": "LIVE", "org_id": null,
        "allotment_type": "designation|is_verified_karmayogi",
        "allotment_to": "\"Head | Ops\",\"DIRECTOR\"|\"yes\"", "content_id": "[c2]", "due_by": "2026-03-30",
            "isapar": "false"},
    {"cb_plan_id": "P3", "status": " live", "org_id": "o1", "allotment_type": "CustomUser",
        "allotment_to": "a", "content_id": "\"c1\"",
        "due_by": "2026-04-10 00:00:00", "isapar": "false"},
    {"cb_plan_id": "P4", "status": "DRAFT", "org_id": "m1", "allotment_type": "AllUser", "content_id": "c3",
        "due_by": "2026-01-01"},
    {"cb_plan_id": "P5", "status": "Live", "org_id": "o2", "allotment_type": "alluser", "content_id": "c4",
        "due_by": "2026-03-31", "isapar": "Yes"},
    {"cb_plan_id": "P6", "status": "Live", "org_id": "k1", "allotment_type": "cadre|shoe",
        "allotment_to": "\"x\"|\"y\"", "content_id": "c1"}]');

-- a's c1 was completed at midnight of 1 April: after P1's day, but P3 gives until 10 April. b has P1's day
-- only.
-- c's c2 is no enrolment. c9 is no content of the portal. g does not count.
select hand.put('user_enrolments', '[
    {"user_id": "a", "content_id": "c1", "batch_id": "1", "user_consumption_status": "completed",
        "certificate_id": "cert-1",
        "first_completed_on": "nonsense", "last_completed_on": "2026-03-31T18:30:00Z",
            "content_last_accessed_on": "2026-03-01"},
    {"user_id": "a", "content_id": "c1", "batch_id": "2", "user_consumption_status": "in-progress",
        "first_completed_on": "2020-01-01", "content_last_accessed_on": "2026-03-20 10:00:00 AM"},
    {"user_id": "a", "content_id": "c2", "batch_id": "1", "user_consumption_status": "completed",
        "certificate_id": "abcde",
        "first_completed_on": "2026-03-30 23:59:59", "last_completed_on": "2026-04-05 10:00:00"},
    {"user_id": "b", "content_id": "c1", "batch_id": "1", "user_consumption_status": "completed",
        "certificate_id": "cert-2",
        "first_completed_on": "2026-04-01 00:00:00"},
    {"user_id": "c", "content_id": "c2", "batch_id": "1", "user_consumption_status": "not-enrolled",
        "certificate_id": "cert-3"},
    {"user_id": "d", "content_id": "c4", "batch_id": "1", "user_consumption_status": "in-progress",
        "content_last_accessed_on": "2026-03-05 23:59:59"},
    {"user_id": "e", "content_id": "c5", "batch_id": "1", "user_consumption_status": "completed",
        "certificate_id": "cert-4"},
    {"user_id": "f", "content_id": "c9", "batch_id": "1", "user_consumption_status": "completed",
        "certificate_id": "cert-5"},
    {"user_id": "g", "content_id": "c1", "batch_id": "1", "user_consumption_status": "completed",
        "certificate_id": "cert-6"},
    {"user_id": "a", "content_id": "", "batch_id": "1", "user_consumption_status": "completed"}]');
select hand.put('events', '[{"event_id": "ev1", "duration": "00:10:00"}]');
select hand.put('events_enrolment', '[
    {"user_id": "a", "event_id": "ev1", "status": "completed", "certificate_id": "cert-7",
        "duration": "09:00:00"},
    {"user_id": "a", "event_id": "ev1", "status": "completed", "certificate_id": "cert-7",
        "duration": "09:00:00"},
    {"user_id": "b", "event_id": "ev1", "status": "in-progress", "certificate_id": "cert-8"},
    {"user_id": "d", "event_id": "ev2", "status": "completed", "certificate_id": "cert-9",
        "duration": "00:00:05"}]');

select hand.put('register_strength', '[
    {"mdo_id": "o1", "covers": "own", "effective_on": "2026-01-01", "officials": 10, "women": 4, "pwd": 1},
    {"mdo_id": "o1", "covers": "own", "effective_on": "2026-04-01", "officials": 99, "women": 99, "pwd": 99},
    {"mdo_id": "d1", "covers": "own", "effective_on": "2026-03-31", "officials": 2, "women": null, "pwd": 0},
    {"mdo_id": "o2", "covers": "own", "effective_on": "2026-01-01", "officials": 0, "women": 0, "pwd": 0},
    {"mdo_id": "k", "covers": "attached", "effective_on": "2026-01-01", "officials": 50, "women": 20,
        "pwd": 2}]');
select hand.put('register_pwd_official', '[{"user_id": "b"}, {"user_id": "h"}, {"user_id": "somebody"}]');
select hand.put('register_kym_course', '[{"mdo_id": "k1", "content_id": "c2"},
    {"mdo_id": "d1", "content_id": "c3"}]');

-- Courses about gender: c1 (by T2), c5. About climate: c2 (by T5); c4 is none, being an assessment.
select hand.put('register_competency_tag', '[{"competency_theme_id": "T2", "tag": "gender"},
    {"competency_theme_id": "T3", "tag": "gender"}, {"competency_theme_id": "T5", "tag": "climate"}]');
select hand.put('register_content_tag', '[{"content_id": "c5", "tag": "gender"},
    {"content_id": "c9", "tag": "gender"},
    {"content_id": "c4", "tag": "climate"}]');
-- 31 March 2026 is in 2025-26
select hand.put('register_target', '[{"indicator": "8.5", "financial_year": "2023-24", "target": 2},
    {"indicator": "8.5", "financial_year": "2024-25", "target": 3},
    {"indicator": "8.5", "financial_year": "2026-27", "target": 9}]');
select hand.put('register_csti', '[
    {"institution_id": "i1", "name": "One", "registered_on": "2025-01-01", "accredited_on": "2026-03-31",
        "qip_completed_on": "2026-04-01", "calendar_published_on": "2026-03-01", "stars": 4,
        "centre_of_excellence_domain": "Mines", "centre_of_excellence_on": "2026-03-31"},
    {"institution_id": "i2", "name": "Two", "registered_on": "2026-04-01", "qip_completed_on": "2026-01-01",
        "calendar_published_on": "2026-03-01", "stars": 5, "centre_of_excellence_domain": "Mines",
        "centre_of_excellence_on": "2026-04-01"},
    {"institution_id": "i3", "name": "Three", "registered_on": "2025-06-01", "stars": 3,
        "centre_of_excellence_domain": "Coal", "centre_of_excellence_on": "2025-07-01"},
    {"institution_id": "i4", "name": "Four"}]');

-- In the order in which they were submitted, each verified (true) or rejected (false) at once
create table hand.report (report_id bigint generated always as identity, indicator text, entity_id text, day date,
    numerator bigint, denominator bigint, accepted boolean);
insert into hand.report (indicator, entity_id, day, numerator, denominator, accepted) values
    -- the later was rejected; superseded; not begun is the last
    ('1.1', 'd1', '2025-12-31', 1, 1, true), ('1.1', 'd1', '2026-01-01', 0, 1, false),
    ('1.1', 'm1', '2026-03-31', 1, 1, null), ('1.1', 'm1', '2026-03-31', 0, 1, null),
    -- what superseded it was rejected
    ('1.2', 'o2', '2026-03-31', 1, 1, true), ('1.2', 'k1', '2026-03-31', 1, 1, null),
    ('1.2', 'k1', '2026-03-31', 0, 1, false),
    ('2.5', 'IN-KL', '2025-12-31', 1, 1, true), ('2.5', 'IN-BR', '2026-03-31', 0, 1, true),
    -- a verified one takes the place of what is computed; m1's is not verified
    ('3.2', 'd1', '2026-03-31', 0, 1, true), ('3.2', 'm1', '2026-03-31', 0, 1, null),
    ('3.2', 'k', '2026-02-28', 0, 1, true), ('3.5', 'd1', '2026-03-31', 3, 4, true),
    ('4.4', 'd1', '2026-03-31', 5, 4, true), ('4.4', 'k', '2026-03-31', 0, 0, null),
    ('4.5', 'platform', '2026-03-31', 7, 5, null), ('5.2', 'platform', '2025-04-01', 2, 6, true),
    -- the older period was reported later
    ('6.1', 'platform', '2026-03-31', 1, 1, null), ('6.1', 'platform', '2025-12-31', 0, 1, true),
    ('6.2', 'platform', '2026-03-31', 0, 1, true), ('6.10', 'platform', '2026-03-31', 3, 0, null),
    ('7.1', 'platform', '2026-03-31', 1, 1, false), ('9.1', 'd1', '2025-04-01', 2, 0, true),
    ('9.1', 'k', '2026-03-31', 1, 0, null);
insert into hand.report (report_id, indicator, entity_id, day, numerator, denominator, accepted)
    overriding system value values (1000, '1.1', 'k', '2026-04-01', 1, 1, true);
insert into generate.stage (table_name, j)
select 'register_report', to_jsonb(r) || to_jsonb(p) || jsonb_build_object(
    'superseded_by', lead(r.report_id) over (partition by r.indicator, r.entity_id, p.period order by r.report_id),
    'verified_by', case when r.accepted is not null then 'somebody' end,
    'verified_at', case when r.accepted is not null then '2026-02-01 10:00:00+05:30' end)
from hand.report r join generate.reportable i using (indicator), generate.period(i.frequency, r.day) p;

select generate.publish(6, 'portal_hand');

-- ---------------------------------------------------------------------------
-- What has to come out
-- ---------------------------------------------------------------------------
create table hand.official_progress as
select * from (values
    -- two contents; the hour of c1 and ten minutes of the event; 20:00 in London's winter is past midnight
    -- in India
    ('a', 'o1', 'd1', 'm1', null, 'Director', 'Group A', 'female', false, true, date '2025-01-01', 2::bigint,
        2::bigint, 1::bigint, 4200::bigint, 7::bigint,
        date '2026-03-20', 2::bigint, 2::bigint, 2::bigint, 0::bigint, 1::bigint, 1::bigint, true),
    -- completed, but a second too late
    ('b', 'o1', 'd1', 'm1', null, 'Section Officer', null, 'male', true, false, date '2025-01-01', 1, 1, 1,
        3600, null, null, 1, 1, 0, 0, 1, 1, true),
    -- due 30 March: overdue on the 31st
    ('c', 'd1', 'd1', 'm1', null, 'director', null, 'female', false, null, null, 0, 0, 0, 0, null, null, 1,
        0, 0, 1, 0, 0, null),
    -- due 31 March: not overdue on the 31st; an unknown event lasts as long as its enrolment says
    ('d', 'o2', 'm1', 'm1', null, 'Director', null, 'male', false, null, null, 1, 0, 0, 5, null,
        date '2026-03-05', 1, 0, 0, 0, 1, 0, false),
    ('e', 'k1', 'k', 'k', 'IN-KL', null, null, 'female', false, null, null, 1, 1, 1, 0, null, null, 0, 0, 0,
        0, 0, 0, null),
    ('f', 'ghost', 'ghost', 'ghost', null, null, null, 'other', false, null, null, 1, 1, 1, 0, null, null, 0,
        0, 0, 0, 0, 0, null)
) v (user_id, mdo_id, md_id, ministry_id, state_code, designation, service_group, gender, pwd,
    government_email, registered_on, enrolled,
    completed, certificates, learning_seconds, karma_points, last_active_on, cbp_allotted, cbp_completed,
        cbp_in_time, cbp_overdue,
    apar_allotted, apar_completed, apar_met);

create table hand.course_progress as
select * from (values
    ('c1', true, 4, 2::bigint, 2::bigint, 2::bigint, 3::bigint, 2::bigint, array['behavioural', 'functional'],
        array['gender']),
    ('c2', true, 3.9999999999, 1, 1, 0, 1, 2, array['domain'], array['climate']),
    ('c3', false, 5, 0, 0, 0, 0, 0, array['domain'], array['gender']),
    ('c4', true, 5, 1, 0, 0, 1, 1, array['domain'], array['climate']),
    ('c5', true, null, 1, 1, 1, 0, 0, array[]::text[], array['gender'])
) v (content_id, live, rating, enrolled, completed, certificates, plans, allotted, competency_areas, tags);

create table hand.indicator_value as
select indicator, level, entity_id, category, numerator::bigint, denominator::bigint, reason,
    null::boolean as verified
from (values
    -- a is the leader of d1
    ('2.1', 'md', 'd1', 'all', 1, 1, null), ('2.1', 'md', 'm1', 'all', 0, 1, null),
        ('2.1', 'md', 'k', 'all', 0, 1, null),
    ('2.1', 'ministry', 'm1', 'all', 1, 2, null), ('2.1', 'ministry', 'k', 'all', 0, 1, null),
        ('2.1', 'state', 'IN-KL', 'all', 0, 1, null),
    ('2.1', 'government', 'government', 'all', 1, 2, null),
    -- o1 2 of 10, d1 1 of 2, o2 1 of 0; k's 50 is of everything attached, k1 has none of its own
    ('2.2', 'mdo', 'o1', 'all', 2, 10, null), ('2.2', 'mdo', 'd1', 'all', 1, 2, null),
        ('2.2', 'mdo', 'o2', 'all', 1, 0, 'not applicable'),
    ('2.2', 'mdo', 'm1', 'all', null, null, 'strength not entered'),
        ('2.2', 'mdo', 'k', 'all', null, null, 'strength not entered'),
    ('2.2', 'mdo', 'k1', 'all', null, null, 'strength not entered'),
        ('2.2', 'mdo', 'ghost', 'all', null, null, 'strength not entered'),
    ('2.2', 'md', 'd1', 'all', 3, 12, null), ('2.2', 'md', 'm1', 'all', 1, 0, 'not applicable'),
        ('2.2', 'md', 'k', 'all', 1, 50, null),
    ('2.2', 'md', 'ghost', 'all', null, null, 'strength not entered'),
    ('2.2', 'ministry', 'm1', 'all', 4, 12, null), ('2.2', 'ministry', 'k', 'all', 1, 50, null),
    ('2.2', 'ministry', 'ghost', 'all', null, null, 'strength not entered'),
    ('2.2', 'state', 'IN-KL', 'all', 1, 50, null),
        ('2.2', 'government', 'government', 'all', null, null, 'strength not entered'),
    -- women: a of 4, d1's are not entered, e of 20
    ('2.3', 'mdo', 'o1', 'female', 1, 4, null),
        ('2.3', 'mdo', 'd1', 'female', null, null, 'strength not entered'),
    ('2.3', 'mdo', 'o2', 'female', 0, 0, 'not applicable'),
        ('2.3', 'mdo', 'm1', 'female', null, null, 'strength not entered'),
    ('2.3', 'mdo', 'k', 'female', null, null, 'strength not entered'),
        ('2.3', 'mdo', 'k1', 'female', null, null, 'strength not entered'),
    ('2.3', 'mdo', 'ghost', 'female', null, null, 'strength not entered'),
    ('2.3', 'md', 'd1', 'female', null, null, 'strength not entered'),
        ('2.3', 'md', 'm1', 'female', 0, 0, 'not applicable'),
    ('2.3', 'md', 'k', 'female', 1, 20, null),
        ('2.3', 'md', 'ghost', 'female', null, null, 'strength not entered'),
    ('2.3', 'ministry', 'm1', 'female', null, null, 'strength not entered'),
        ('2.3', 'ministry', 'k', 'female', 1, 20, null),
    ('2.3', 'ministry', 'ghost', 'female', null, null, 'strength not entered'),
    ('2.3', 'state', 'IN-KL', 'female', 1, 20, null),
        ('2.3', 'government', 'government', 'female', null, null, 'strength not entered'),
    -- men: b of 6, d of none
    ('2.3', 'mdo', 'o1', 'male', 1, 6, null), ('2.3', 'mdo', 'd1', 'male', null, null, 'strength not entered'),
    ('2.3', 'mdo', 'o2', 'male', 1, 0, 'not applicable'),
        ('2.3', 'mdo', 'm1', 'male', null, null, 'strength not entered'),
    ('2.3', 'mdo', 'k', 'male', null, null, 'strength not entered'),
        ('2.3', 'mdo', 'k1', 'male', null, null, 'strength not entered'),
    ('2.3', 'mdo', 'ghost', 'male', null, null, 'strength not entered'),
    ('2.3', 'md', 'd1', 'male', null, null, 'strength not entered'),
        ('2.3', 'md', 'm1', 'male', 1, 0, 'not applicable'),
    ('2.3', 'md', 'k', 'male', 0, 30, null), ('2.3', 'md', 'ghost', 'male', null, null, 'strength not entered'),
    ('2.3', 'ministry', 'm1', 'male', null, null, 'strength not entered'),
        ('2.3', 'ministry', 'k', 'male', 0, 30, null),
    ('2.3', 'ministry', 'ghost', 'male', null, null, 'strength not entered'),
    ('2.3', 'state', 'IN-KL', 'male', 0, 30, null),
        ('2.3', 'government', 'government', 'male', null, null, 'strength not entered'),
    -- PwD: b of 1; h is not registered
    ('2.4', 'mdo', 'o1', 'all', 1, 1, null), ('2.4', 'mdo', 'd1', 'all', 0, 0, 'not applicable'),
        ('2.4', 'mdo', 'o2', 'all', 0, 0, 'not applicable'),
    ('2.4', 'mdo', 'm1', 'all', null, null, 'strength not entered'),
        ('2.4', 'mdo', 'k', 'all', null, null, 'strength not entered'),
    ('2.4', 'mdo', 'k1', 'all', null, null, 'strength not entered'),
        ('2.4', 'mdo', 'ghost', 'all', null, null, 'strength not entered'),
    ('2.4', 'md', 'd1', 'all', 1, 1, null), ('2.4', 'md', 'm1', 'all', 0, 0, 'not applicable'),
        ('2.4', 'md', 'k', 'all', 0, 2, null),
    ('2.4', 'md', 'ghost', 'all', null, null, 'strength not entered'),
    ('2.4', 'ministry', 'm1', 'all', 1, 1, null), ('2.4', 'ministry', 'k', 'all', 0, 2, null),
    ('2.4', 'ministry', 'ghost', 'all', null, null, 'strength not entered'),
    ('2.4', 'state', 'IN-KL', 'all', 0, 2, null),
        ('2.4', 'government', 'government', 'all', null, null, 'strength not entered'),
    -- c1 is behavioural and functional
    ('3.3', 'md', 'd1', 'all', 1, 1, null), ('3.3', 'md', 'm1', 'all', 0, 1, null),
        ('3.3', 'md', 'k', 'all', 1, 1, null),
    ('3.3', 'ministry', 'm1', 'all', 1, 2, null), ('3.3', 'ministry', 'k', 'all', 1, 1, null),
        ('3.3', 'state', 'IN-KL', 'all', 1, 1, null),
    ('3.3', 'government', 'government', 'all', 1, 2, null),
    -- c4 is of a domain, but an assessment
    ('3.4', 'md', 'd1', 'all', 0, 1, null), ('3.4', 'md', 'm1', 'all', 0, 1, null),
        ('3.4', 'md', 'k', 'all', 0, 1, null),
    ('3.4', 'ministry', 'm1', 'all', 0, 2, null), ('3.4', 'ministry', 'k', 'all', 0, 1, null),
        ('3.4', 'state', 'IN-KL', 'all', 0, 1, null),
    ('3.4', 'government', 'government', 'all', 0, 2, null),
    -- m1 suggests c3 (a draft) and c4 (live); d1's is reported
    ('3.5', 'md', 'm1', 'all', 1, 2, null), ('3.5', 'md', 'k', 'all', 0, 0, 'nothing allotted'),
    ('3.5', 'ministry', 'k', 'all', 0, 0, 'nothing allotted'),
    ('3.5', 'state', 'IN-KL', 'all', 0, 0, 'nothing allotted'),
    ('3.6', 'md', 'd1', 'all', 1, 1, null), ('3.6', 'md', 'm1', 'all', 0, 0, 'nothing allotted'),
        ('3.6', 'md', 'k', 'all', 1, 1, null),
    ('3.6', 'ministry', 'm1', 'all', 1, 1, null), ('3.6', 'ministry', 'k', 'all', 1, 1, null),
    ('3.6', 'state', 'IN-KL', 'all', 1, 1, null), ('3.6', 'government', 'government', 'all', 2, 2, null),
    -- a and b have completed everything, c and d nothing
    ('3.7', 'mdo', 'o1', 'all', 2, 2, null), ('3.7', 'mdo', 'd1', 'all', 0, 1, null),
        ('3.7', 'mdo', 'o2', 'all', 0, 1, null),
    ('3.7', 'mdo', 'm1', 'all', 0, 0, 'nothing allotted'), ('3.7', 'mdo', 'k', 'all', 0, 0, 'nothing allotted'),
    ('3.7', 'mdo', 'k1', 'all', 0, 0, 'nothing allotted'),
        ('3.7', 'mdo', 'ghost', 'all', 0, 0, 'nothing allotted'),
    ('3.7', 'md', 'd1', 'all', 2, 3, null), ('3.7', 'md', 'm1', 'all', 0, 1, null),
        ('3.7', 'md', 'k', 'all', 0, 0, 'nothing allotted'),
    ('3.7', 'md', 'ghost', 'all', 0, 0, 'nothing allotted'),
    ('3.7', 'ministry', 'm1', 'all', 2, 4, null), ('3.7', 'ministry', 'k', 'all', 0, 0, 'nothing allotted'),
    ('3.7', 'ministry', 'ghost', 'all', 0, 0, 'nothing allotted'),
    ('3.7', 'state', 'IN-KL', 'all', 0, 0, 'nothing allotted'),
        ('3.7', 'government', 'government', 'all', 2, 4, null),
    -- domain: T1 and T4, of which T1 is taught; the others: T1, T2, T3
    ('4.1', 'government', 'government', 'all', 1, 2, null), ('4.2', 'government', 'government', 'all', 2, 3, null),
    -- c1 of c1 and c2; c3 is a draft, c4 an assessment
    ('5.1', 'government', 'government', 'all', 1, 2, null),
    -- T2 is taught, T3 is not
    ('8.1', 'government', 'government', 'all', 1, 0, null),
    -- T5; the target of 2024-25 holds
    ('8.5', 'government', 'government', 'all', 1, 3, null),
    -- English, Hindi, Odia
    ('10.1', 'government', 'government', 'all', 3, 0, null),
    -- a and b completed c1, e c5
    ('8.2', 'mdo', 'o1', 'all', 2, 2, null), ('8.2', 'mdo', 'd1', 'all', 0, 1, null),
        ('8.2', 'mdo', 'o2', 'all', 0, 1, null), ('8.2', 'mdo', 'm1', 'all', 0, 0, 'not applicable'),
        ('8.2', 'mdo', 'k', 'all', 0, 0, 'not applicable'), ('8.2', 'mdo', 'k1', 'all', 1, 1, null),
        ('8.2', 'mdo', 'ghost', 'all', 0, 1, null), ('8.2', 'md', 'd1', 'all', 2, 3, null),
        ('8.2', 'md', 'm1', 'all', 0, 1, null), ('8.2', 'md', 'k', 'all', 1, 1, null),
        ('8.2', 'md', 'ghost', 'all', 0, 1, null), ('8.2', 'ministry', 'm1', 'all', 2, 4, null),
        ('8.2', 'ministry', 'k', 'all', 1, 1, null), ('8.2', 'ministry', 'ghost', 'all', 0, 1, null),
        ('8.2', 'state', 'IN-KL', 'all', 1, 1, null),
        ('8.2', 'government', 'government', 'all', 3, 6, null),
    -- a, c and e are women
    ('8.3', 'mdo', 'o1', 'all', 1, 2, null), ('8.3', 'mdo', 'd1', 'all', 1, 1, null),
        ('8.3', 'mdo', 'o2', 'all', 0, 1, null), ('8.3', 'mdo', 'm1', 'all', 0, 0, 'not applicable'),
        ('8.3', 'mdo', 'k', 'all', 0, 0, 'not applicable'), ('8.3', 'mdo', 'k1', 'all', 1, 1, null),
        ('8.3', 'mdo', 'ghost', 'all', 0, 1, null), ('8.3', 'md', 'd1', 'all', 2, 3, null),
        ('8.3', 'md', 'm1', 'all', 0, 1, null), ('8.3', 'md', 'k', 'all', 1, 1, null),
        ('8.3', 'md', 'ghost', 'all', 0, 1, null), ('8.3', 'ministry', 'm1', 'all', 2, 4, null),
        ('8.3', 'ministry', 'k', 'all', 1, 1, null), ('8.3', 'ministry', 'ghost', 'all', 0, 1, null),
        ('8.3', 'state', 'IN-KL', 'all', 1, 1, null),
        ('8.3', 'government', 'government', 'all', 3, 6, null),
    ('8.4', 'mdo', 'o1', 'all', 1, 1, null), ('8.4', 'mdo', 'd1', 'all', 0, 1, null),
        ('8.4', 'mdo', 'o2', 'all', 0, 0, 'not applicable'),
        ('8.4', 'mdo', 'm1', 'all', 0, 0, 'not applicable'),
        ('8.4', 'mdo', 'k', 'all', 0, 0, 'not applicable'), ('8.4', 'mdo', 'k1', 'all', 1, 1, null),
        ('8.4', 'mdo', 'ghost', 'all', 0, 0, 'not applicable'), ('8.4', 'md', 'd1', 'all', 1, 2, null),
        ('8.4', 'md', 'm1', 'all', 0, 0, 'not applicable'), ('8.4', 'md', 'k', 'all', 1, 1, null),
        ('8.4', 'md', 'ghost', 'all', 0, 0, 'not applicable'),
        ('8.4', 'ministry', 'm1', 'all', 1, 2, null), ('8.4', 'ministry', 'k', 'all', 1, 1, null),
        ('8.4', 'ministry', 'ghost', 'all', 0, 0, 'not applicable'),
        ('8.4', 'state', 'IN-KL', 'all', 1, 1, null),
        ('8.4', 'government', 'government', 'all', 2, 3, null),
    -- a completed c2; c never enrolled
    ('8.6', 'mdo', 'o1', 'all', 1, 2, null), ('8.6', 'mdo', 'd1', 'all', 0, 1, null),
        ('8.6', 'mdo', 'o2', 'all', 0, 1, null), ('8.6', 'mdo', 'm1', 'all', 0, 0, 'not applicable'),
        ('8.6', 'mdo', 'k', 'all', 0, 0, 'not applicable'), ('8.6', 'mdo', 'k1', 'all', 0, 1, null),
        ('8.6', 'mdo', 'ghost', 'all', 0, 1, null), ('8.6', 'md', 'd1', 'all', 1, 3, null),
        ('8.6', 'md', 'm1', 'all', 0, 1, null), ('8.6', 'md', 'k', 'all', 0, 1, null),
        ('8.6', 'md', 'ghost', 'all', 0, 1, null), ('8.6', 'ministry', 'm1', 'all', 1, 4, null),
        ('8.6', 'ministry', 'k', 'all', 0, 1, null), ('8.6', 'ministry', 'ghost', 'all', 0, 1, null),
        ('8.6', 'state', 'IN-KL', 'all', 0, 1, null),
        ('8.6', 'government', 'government', 'all', 1, 6, null),
    -- institutions: i1 and i3 are registered, i2 not yet; i1 is accredited, its plan and i2's centre are not
    -- yet there; i3 has three stars
    ('7.2', 'government', 'government', 'all', 2, 4, null), ('7.3', 'government', 'government', 'all', 1, 4, null),
    ('7.4', 'government', 'government', 'all', 1, 4, null), ('9.2', 'government', 'government', 'all', 1, 3, null),
    ('10.2', 'government', 'government', 'all', 1, 2, null),
    -- c5 is o2's (m1) by its name, c2 is k1's by the register, d1's c3 is not live
    ('4.3', 'md', 'd1', 'all', 0, 1, null), ('4.3', 'md', 'm1', 'all', 1, 1, null),
        ('4.3', 'md', 'k', 'all', 1, 1, null),
    ('4.3', 'ministry', 'm1', 'all', 1, 2, null), ('4.3', 'ministry', 'k', 'all', 1, 1, null),
        ('4.3', 'state', 'IN-KL', 'all', 1, 1, null),
    ('4.3', 'government', 'government', 'all', 1, 2, null)
) v (indicator, level, entity_id, category, numerator, denominator, reason)
union all
-- what is reported
select indicator, level, entity_id, 'all', numerator::bigint, denominator::bigint, reason, verified
from (values
    -- d1's, and m1's that superseded; k's has not begun
    ('1.1', 'md', 'd1', 1, 1, null, true), ('1.1', 'md', 'm1', 0, 1, null, false),
        ('1.1', 'md', 'k', null, null, 'not reported', null),
        ('1.1', 'ministry', 'm1', 1, 2, null, false),
        ('1.1', 'ministry', 'k', null, null, 'not reported', null),
        ('1.1', 'state', 'IN-KL', null, null, 'not reported', null),
        ('1.1', 'government', 'government', 1, 2, null, false),
    -- o1 did not report
    ('1.2', 'mdo', 'o1', null, null, 'not reported', null), ('1.2', 'mdo', 'o2', 1, 1, null, true),
        ('1.2', 'mdo', 'k1', 1, 1, null, false), ('1.2', 'md', 'd1', null, null, 'not reported', null),
        ('1.2', 'md', 'm1', 1, 1, null, true), ('1.2', 'md', 'k', 1, 1, null, false),
        ('1.2', 'ministry', 'm1', 1, 2, null, true), ('1.2', 'ministry', 'k', 1, 1, null, false),
        ('1.2', 'state', 'IN-KL', 1, 1, null, false),
        ('1.2', 'government', 'government', 2, 3, null, false),
    -- 34 States and Union Territories besides, below
    ('2.5', 'state', 'IN-KL', 1, 1, null, true), ('2.5', 'state', 'IN-BR', 0, 1, null, true),
        ('2.5', 'government', 'government', 1, 36, null, true),
    ('3.1', 'md', 'd1', null, null, 'not reported', null),
        ('3.1', 'md', 'm1', null, null, 'not reported', null),
        ('3.1', 'md', 'k', null, null, 'not reported', null),
        ('3.1', 'ministry', 'm1', null, null, 'not reported', null),
        ('3.1', 'ministry', 'k', null, null, 'not reported', null),
        ('3.1', 'state', 'IN-KL', null, null, 'not reported', null),
        ('3.1', 'government', 'government', null, null, 'not reported', null),
    -- all three have live plans (o1's, o2's, k1's); d1 and k are verified to have none
    ('3.2', 'md', 'd1', 0, 1, null, true), ('3.2', 'md', 'm1', 1, 1, null, null),
        ('3.2', 'md', 'k', 0, 1, null, true), ('3.2', 'ministry', 'm1', 1, 2, null, true),
        ('3.2', 'ministry', 'k', 0, 1, null, true), ('3.2', 'state', 'IN-KL', 0, 1, null, true),
        ('3.2', 'government', 'government', 1, 2, null, true),
    -- 3 of 4 and m1's 1 of 2
    ('3.5', 'md', 'd1', 3, 4, null, true), ('3.5', 'ministry', 'm1', 4, 6, null, true),
        ('3.5', 'government', 'government', 4, 6, null, true),
    ('4.4', 'md', 'd1', 5, 4, null, true), ('4.4', 'md', 'm1', null, null, 'not reported', null),
        ('4.4', 'md', 'k', 0, 0, 'not applicable', false), ('4.4', 'ministry', 'm1', 5, 4, null, true),
        ('4.4', 'ministry', 'k', 0, 0, 'not applicable', false),
        ('4.4', 'state', 'IN-KL', 0, 0, 'not applicable', false),
        ('4.4', 'government', 'government', 5, 4, null, false),
    ('4.5', 'government', 'government', 7, 5, null, false),
    ('4.6', 'government', 'government', null, null, 'not reported', null),
    ('5.2', 'government', 'government', 2, 6, null, true),
    ('6.1', 'government', 'government', 1, 1, null, false),
    ('6.2', 'government', 'government', 0, 1, null, true),
    ('6.3', 'government', 'government', null, null, 'not reported', null),
    ('6.4', 'government', 'government', null, null, 'not reported', null),
    ('6.5', 'government', 'government', null, null, 'not reported', null),
    ('6.6', 'government', 'government', null, null, 'not reported', null),
    ('6.7', 'government', 'government', null, null, 'not reported', null),
    ('6.8', 'government', 'government', null, null, 'not reported', null),
    ('6.9', 'government', 'government', null, null, 'not reported', null),
    ('6.10', 'government', 'government', 3, 0, null, false),
    ('7.1', 'government', 'government', null, null, 'not reported', null),
    ('7.5', 'government', 'government', null, null, 'not reported', null),
    ('9.1', 'md', 'd1', 2, 0, null, true), ('9.1', 'md', 'm1', null, null, 'not reported', null),
        ('9.1', 'md', 'k', 1, 0, null, false), ('9.1', 'ministry', 'm1', 2, 0, null, true),
        ('9.1', 'ministry', 'k', 1, 0, null, false), ('9.1', 'state', 'IN-KL', 1, 0, null, false),
        ('9.1', 'government', 'government', 3, 0, null, false)
) v (indicator, level, entity_id, numerator, denominator, reason, verified)
union all
select '2.5', 'state', code, 'all', null, null, 'not reported', null
from unnest(array['IN-AN', 'IN-AP', 'IN-AR', 'IN-AS', 'IN-CG', 'IN-CH', 'IN-DH', 'IN-DL', 'IN-GA', 'IN-GJ', 'IN-HP',
    'IN-HR', 'IN-JH', 'IN-JK', 'IN-KA', 'IN-LA', 'IN-LD', 'IN-MH', 'IN-ML', 'IN-MN', 'IN-MP', 'IN-MZ', 'IN-NL', 'IN-OD',
    'IN-PB', 'IN-PY', 'IN-RJ', 'IN-SK', 'IN-TN', 'IN-TR', 'IN-TS', 'IN-UK', 'IN-UP', 'IN-WB']) code;
reset client_min_messages;

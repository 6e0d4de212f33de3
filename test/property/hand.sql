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
    {"content_id": "c1", "content_status": "Live", "content_type": "Course", "content_duration": "01:00:00"},
    {"content_id": "c2", "content_status": "LIVE", "content_type": "Program", "content_duration": "00:30:00"},
    {"content_id": "c3", "content_status": "Draft", "content_type": "Course"},
    {"content_id": "c4", "content_status": "Live", "content_type": "Standalone Assessment"},
    {"content_id": "c5", "content_status": "Live", "content_type": "Course",
        "content_duration": "Not Available",
        "content_name": " know your ministry: steel", "content_provider_id": "o2"}]');
select hand.put('kcm_content_mapping', '[
    {"course_id": "c1", "competency_area_id": "COMAREA-000001"}, {"course_id": "c1", "competency_area_id": "X"},
    {"course_id": "c2", "competency_area_id": "COMAREA-000002"},
        {"course_id": "c3", "competency_area_id": "COMAREA-000002"},
    {"course_id": "c4", "competency_area_id": "COMAREA-000002"},
        {"course_id": "c5", "competency_area_id": null}]');
select hand.put('kcm_dictionary', '[{"competency_area_id": "X", "competency_area": "FUNCTIONAL"}]');

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
    ('c1', 2::bigint, 2::bigint, 2::bigint, 3::bigint, 2::bigint),
    ('c2', 1, 1, 0, 1, 2),
    ('c3', 0, 0, 0, 0, 0),
    ('c4', 1, 0, 0, 1, 1),
    ('c5', 1, 1, 1, 0, 0)
) v (content_id, enrolled, completed, certificates, plans, allotted);

create table hand.indicator_value as
select indicator, level, entity_id, category, numerator::bigint, denominator::bigint, reason from (values
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
    -- live plans: o1's (d1), o2's (m1), k1's (k); the one for everybody is nobody's
    ('3.2', 'md', 'd1', 'all', 1, 1, null), ('3.2', 'md', 'm1', 'all', 1, 1, null),
        ('3.2', 'md', 'k', 'all', 1, 1, null),
    ('3.2', 'ministry', 'm1', 'all', 2, 2, null), ('3.2', 'ministry', 'k', 'all', 1, 1, null),
        ('3.2', 'state', 'IN-KL', 'all', 1, 1, null),
    ('3.2', 'government', 'government', 'all', 2, 2, null),
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
    -- m1 suggests c3 (a draft) and c4 (live)
    ('3.5', 'md', 'd1', 'all', 0, 0, 'nothing allotted'), ('3.5', 'md', 'm1', 'all', 1, 2, null),
        ('3.5', 'md', 'k', 'all', 0, 0, 'nothing allotted'),
    ('3.5', 'ministry', 'm1', 'all', 1, 2, null), ('3.5', 'ministry', 'k', 'all', 0, 0, 'nothing allotted'),
    ('3.5', 'state', 'IN-KL', 'all', 0, 0, 'nothing allotted'),
        ('3.5', 'government', 'government', 'all', 1, 2, null),
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
    -- c5 is o2's (m1) by its name, c2 is k1's by the register, d1's c3 is not live
    ('4.3', 'md', 'd1', 'all', 0, 1, null), ('4.3', 'md', 'm1', 'all', 1, 1, null),
        ('4.3', 'md', 'k', 'all', 1, 1, null),
    ('4.3', 'ministry', 'm1', 'all', 1, 2, null), ('4.3', 'ministry', 'k', 'all', 1, 1, null),
        ('4.3', 'state', 'IN-KL', 'all', 1, 1, null),
    ('4.3', 'government', 'government', 'all', 1, 2, null)
) v (indicator, level, entity_id, category, numerator, denominator, reason);
reset client_min_messages;

-- competency_passbook: what one official has to know, what is learnt, the gap.
begin;
\ir ../fixture/hand.sql
select plan(9);

select pg_temp.put('org_hierarchy', '[{"mdo_id": "m1", "mdo_name": "Ministry of Alpha"}, {"mdo_id": "m2", "mdo_name": "Ministry of Beta"}]');
select pg_temp.official('u1', 'm1', 'F'), pg_temp.official('u2', 'm2', 'M'), pg_temp.official('u3', 'm1', 'M', '{"status": 0}');
select pg_temp.content('c1', 'Live', 'Course', '{"content_name": "Listening"}'), pg_temp.content('c2', 'Live', 'Course', '{"content_name": "Drafting"}'),
       pg_temp.content('c3', 'Retired', 'Course', '{"content_name": "Old drafting"}'), pg_temp.content('c4', 'Live', 'Standalone Assessment');
select pg_temp.put('kcm_dictionary', '[
    {"competency_area_id": "1", "competency_area": "Behavioural", "competency_theme_id": "T1", "competency_theme": "Communication"},
    {"competency_area_id": "56", "competency_area": "Functional", "competency_theme_id": "T2", "competency_theme": "Noting and Drafting"},
    {"competency_area_id": "145", "competency_area": "Domain", "competency_theme_id": "T3", "competency_theme": "Steel"},
    {"competency_area_id": "56", "competency_area": "Functional", "competency_theme_id": "T3", "competency_theme": "Steel"},
    {"competency_area_id": "145", "competency_area": "Domain", "competency_theme_id": "T4", "competency_theme": "Iron"}]');
-- c1 teaches T1 (twice, by sub-theme) and T3; c2 and c3 teach T2; c4 T4; "gone", which content lacks, T5, which the dictionary lacks
select pg_temp.teaches('c1', '1', 'T1'), pg_temp.teaches('c1', '1', 'T1'), pg_temp.teaches('c1', '145', 'T3'), pg_temp.teaches('c1', '145', null),
       pg_temp.teaches('c2', '56', 'T2'), pg_temp.teaches('c3', '56', 'T2'), pg_temp.teaches('c4', '145', 'T4'), pg_temp.teaches('gone', '145', 'T5');
select is((select count(*) from karmayogi.competency_passbook('u1')), 0::bigint, 'nothing required, nothing acquired: no row');
-- m1 has to do c1 and c4; u1 completed c2 (later), c3 (earlier) and gone, and is on the way with c1
select pg_temp.put('cb_plan', '[
    {"cb_plan_id": "P", "org_id": "m1", "status": "Live", "allotment_type": "AllUser", "allotment_to": "All", "content_id": "c1", "due_by": "2025-03-31"},
    {"cb_plan_id": "P", "org_id": "m1", "status": "Live", "allotment_type": "AllUser", "allotment_to": "All", "content_id": "c4", "due_by": "2025-03-31"},
    {"cb_plan_id": "Q", "org_id": "m1", "status": "Draft", "allotment_type": "AllUser", "allotment_to": "All", "content_id": "c2", "due_by": "2025-03-31"}]');
select pg_temp.put('user_enrolments', '[
    {"user_id": "u1", "content_id": "c2", "batch_id": "1", "user_consumption_status": "completed", "last_completed_on": "2025-02-01 09:00:00"},
    {"user_id": "u1", "content_id": "c3", "batch_id": "1", "user_consumption_status": "completed", "first_completed_on": "2024-05-01 23:59:59", "last_completed_on": "2024-06-01"},
    {"user_id": "u1", "content_id": "gone", "batch_id": "1", "user_consumption_status": "completed", "last_completed_on": "nonsense"},
    {"user_id": "u1", "content_id": "c1", "batch_id": "1", "user_consumption_status": "in-progress", "content_last_accessed_on": "2025-02-01"},
    {"user_id": "u2", "content_id": "c1", "batch_id": "1", "user_consumption_status": "completed", "last_completed_on": "2025-01-05 00:00:00"},
    {"user_id": "u3", "content_id": "c1", "batch_id": "1", "user_consumption_status": "completed"}]');
create function pg_temp.book(who text) returns text language sql as $$
    select string_agg(concat_ws(' | ', area, theme_id, coalesce(theme, '-'), required, acquired, coalesce(content_id, '-'), coalesce(content_name, '-'),
                                coalesce(acquired_on::text, '-'), gap), E'\n') from karmayogi.competency_passbook(who)
$$;
select is(pg_temp.book('u1'), pg_temp.lines('
    behavioural | T1 | Communication | t | f | - | - | - | t
    domain | T4 | Iron | t | f | - | - | - | t
    domain | T5 | - | f | t | gone | - | - | f
    domain, functional | T3 | Steel | t | f | - | - | - | t
    functional | T2 | Noting and Drafting | f | t | c3 | Old drafting | 2024-05-01 | f'),
    'u1: T1, T3, T4 are required and not acquired; T2 was first acquired by c3, T5 by a content that nobody knows');
select is(pg_temp.book('u2'), pg_temp.lines('
    behavioural | T1 | Communication | f | t | c1 | Listening | 2025-01-05 | f
    domain, functional | T3 | Steel | f | t | c1 | Listening | 2025-01-05 | f'), 'u2: nothing required, two acquired by one course');
select is(pg_temp.book('u3'), null, 'u3 is not a registered official');
select is(pg_temp.book('nobody'), null, 'nor is nobody');
select is(pg_temp.book(null), null, 'nor NULL');
select pg_temp.took('u1', 'c1', 'completed', '2'), pg_temp.took('u1', 'c4');
select is((select count(*) || ' ' || count(*) filter (where gap) || ' ' || count(*) filter (where required and acquired) from karmayogi.competency_passbook('u1')), '5 0 3',
          'u1 completes c1 and c4: the gap is closed');
select is((select acquired_on from karmayogi.competency_passbook('u1') where theme_id = 'T1'), null, 'a completion without a day is a completion');
alter table hand.kcm_content_mapping drop column competency_theme_id;
select is(pg_temp.book('u1'), null, 'a portal without themes has no competencies to tell');

select * from finish();
rollback;

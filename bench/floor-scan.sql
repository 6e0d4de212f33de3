-- First half of the floor: the same tables, each read once by a bare parallel scan that looks at one column of
-- every row. Nothing that computes anything from them can be faster.
--
-- Variable: portal, the schema of the portal.
select count(*) from :"portal".user_enrolments where user_consumption_status = 'completed';
select count(*) from :"portal".user_detail where roles = 'PUBLIC';
select count(*) from :"portal".org_hierarchy where ministry_id = '';
select count(*) from :"portal".content where content_status = 'Live';
select count(*) from :"portal".cb_plan where status = 'Live';
select count(*) from :"portal".kcm_content_mapping where competency_area_id = '';
select count(*) from :"portal".kcm_dictionary where competency_area_id = '';
select count(*) from :"portal".events where event_status = 'Live';
select count(*) from :"portal".events_enrolment where status = 'completed';

-- The tables read, counted: what reading them costs with nothing asked of any row.
--
-- Variable: portal, the schema of the portal. Of the twelve tables those nine that the computation reads.
select count(*) from :"portal".user_enrolments;
select count(*) from :"portal".user_detail;
select count(*) from :"portal".org_hierarchy;
select count(*) from :"portal".content;
select count(*) from :"portal".cb_plan;
select count(*) from :"portal".kcm_content_mapping;
select count(*) from :"portal".kcm_dictionary;
select count(*) from :"portal".events;
select count(*) from :"portal".events_enrolment;

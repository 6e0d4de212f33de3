-- A night passes: the enrolments chosen by prepare.sql change their status, or change it back.
-- Variable: portal, the schema of the portal.
begin;
update :"portal".user_enrolments e
   set user_consumption_status = case when e.user_consumption_status = 'completed' then 'in-progress' else 'completed' end
  from karmayogi_bench.change c
 where c.user_id = e.user_id and c.content_id = e.content_id and c.batch_id is not distinct from e.batch_id;
update karmayogi_bench.state set changed = not changed;
commit;
-- the old rows make room for the next change, so that the table does not grow from run to run
vacuum (analyze) :"portal".user_enrolments;

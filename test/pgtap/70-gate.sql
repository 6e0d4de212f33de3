-- The gate (SPEC 9): each refusal by itself, the border between warning and
-- refusal, every reason at once, nothing changed after a refusal, and force.
begin;
\ir ../fixture/portal.sql
select plan(139);

call karmayogi.refresh('2026-10-01');
create temp table first_night as select max(snapshot_id) as id from karmayogi.snapshot;

-- everything that a refusal must leave alone
create function pg_temp.everything() returns setof text language sql as $$
    select 'snapshot ' || s from karmayogi.snapshot s union all select 'check ' || c from karmayogi.snapshot_check c
     union all select 'value ' || v from karmayogi.indicator_value v union all select 'phase ' || h from karmayogi.snapshot_phase h
     union all select 'official ' || p from karmayogi.official_progress p union all select 'course ' || p from karmayogi.course_progress p
     union all select 'relation ' || c.relname from pg_class c where c.relnamespace = 'karmayogi'::regnamespace
$$;
create temp table before as select line from pg_temp.everything() e (line);

-- after a change of the portal: what refresh(), compute_indicators() or portal_check() say of it
create function pg_temp.refusal(statement text, call text default $c$call karmayogi.refresh('2026-10-01')$c$) returns text
language plpgsql as $$
declare
    said text;
begin
    begin
        execute statement;
        said := pg_temp.failure(call);
        if exists (select e.line from pg_temp.everything() e (line) except select b.line from before b) and call like '%refresh%' and said is not null then
            said := said || ' SOMETHING CHANGED';
        end if;
        raise exception using errcode = 'TEST0', message = 'back';
    exception when sqlstate 'TEST0' then
        return said;
    end;
end
$$;
-- the refusals of a message, without what always stands around them
create function pg_temp.reasons(said text) returns text language sql as $$
    select regexp_replace(regexp_replace($1, '^55000: the portal is not fit to be published: \d+ of its checks refuses?\nDETAIL: ', ''),
                          '\nHINT: Wait until the portal''s loader has finished and look at karmayogi.portal_check\(\); (call karmayogi.refresh\(force => true, why => ''...''\) publishes all the same, with the findings on the snapshot|without these tables and columns nothing can be published: if they stand elsewhere, karmayogi.bind_portal\(schema\) says where|half a load is nothing to publish).$', '')
$$;
create function pg_temp.refuses(statement text, reasons text, meaning text) returns text language sql as $$
    select is(pg_temp.reasons(pg_temp.refusal(statement)), reasons, meaning)
$$;
create function pg_temp.both_refuse(statement text, reasons text, meaning text) returns setof text language sql as $$
    select is(pg_temp.reasons(pg_temp.refusal(statement)), reasons, meaning)
     union all
    select is(pg_temp.reasons(pg_temp.refusal(statement, $c$select count(*) from karmayogi.compute_indicators('2026-10-01')$c$)), reasons,
              meaning || ', to compute_indicators too')
$$;
-- the verdict that a published snapshot carries
create function pg_temp.verdict(statement text, tab text, check_name text, force boolean default false) returns text language plpgsql as $$
declare
    said text;
begin
    begin
        execute statement;
        execute format('call karmayogi.refresh(%L, %L)', '2026-10-01', force);
        select c.verdict || ': ' || c.finding into said from karmayogi.snapshot_check c
         where c.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s) and c.table_name = tab and c.check_name = verdict.check_name
           and c.snapshot_id > (select id from first_night);
        raise exception using errcode = 'TEST0', message = 'back';
    exception when sqlstate 'TEST0' then
        return said;
    when object_not_in_prerequisite_state then
        return sqlerrm;
    end;
end
$$;
-- every night is new: one completed content less of the first official alone is a change to publish
create function pg_temp.warns(statement text, tab text, check_name text, finding text, meaning text) returns text language sql as $$
    select is(pg_temp.verdict(statement || $s$; update night.user_detail set no_of_karma_points = 7 where user_id = 'u1'$s$, tab, check_name), finding, meaning)
$$;

select is(pg_temp.refusal('select'), null, 'the fixture is fit to be published');
select is((select count(*) from karmayogi.snapshot_check where verdict = 'refuse'), 0::bigint, 'and nothing on its snapshot refuses');
select is(pg_temp.refusal($$update night.cb_plan set data_last_generated_on = '2026-10-03 02:38:00 AM'$$),
$$55000: the portal is not fit to be published: 1 of its checks refuses
DETAIL: portal, generated: tables generated from 2026-10-01 02:10:00 (user_detail) to 2026-10-03 02:38:00 (cb_plan).
HINT: Wait until the portal's loader has finished and look at karmayogi.portal_check(); call karmayogi.refresh(force => true, why => '...') publishes all the same, with the findings on the snapshot.$$,
    'a refusal in full');

----- missing and empty tables, missing columns

select pg_temp.refuses(format('drop table night.%I', t.table_name), format('%s, found: missing.', t.table_name), t.table_name || ' is missing')
  from karmayogi.portal_table t where t.required order by t.position;
select pg_temp.refuses(format('truncate night.%I', t.table_name),
                       (select format('%s, rows: the table is empty, %s in the last snapshot.', t.table_name, c.found)
                          from karmayogi.snapshot_check c where c.table_name = t.table_name and c.check_name = 'rows'), t.table_name || ' is empty')
  from karmayogi.portal_table t where t.required order by t.position;
select pg_temp.refuses('alter table night.content drop column content_status, drop column content_name',
                       'content, columns: lacks content_name, content_status (generation 2026).', 'required columns are lacking');
select is(pg_temp.refusal('drop table night.kcm_dictionary'),
$$55000: the portal is not fit to be published: 1 of its checks refuses
DETAIL: kcm_dictionary, found: missing.
HINT: Wait until the portal's loader has finished and look at karmayogi.portal_check(); without these tables and columns nothing can be published: if they stand elsewhere, karmayogi.bind_portal(schema) says where.$$,
    'where force cannot help it is not offered');
-- the optional ones
select pg_temp.warns('drop table night.content_resource', 'content_resource', 'found', 'warn: missing, not required',
                     'an optional table that was empty may be missing');
select pg_temp.refuses('drop table night.events_enrolment', 'events_enrolment, found: missing, 100 rows in the last snapshot.',
                       'an optional table that held rows is missing');
select pg_temp.both_refuse('truncate night.events', 'events, rows: the table is empty, 10 in the last snapshot.', 'an optional table that held rows is empty');
select pg_temp.warns('alter table night.user_detail drop column cadre', 'user_detail', 'columns', 'warn: lacks cadre (generation 2026)',
                     'an optional column may be missing');

----- two nights

select pg_temp.refuses($$update night.user_detail set data_last_generated_on = '2026-10-01 14:10:01 PM' where user_id = 'u7'$$,
$$portal, generated: tables generated from 2026-10-01 02:18:00 (content) to 2026-10-01 14:10:01 (user_detail), some as they were published and some of a later night.
user_detail, generated: generated from 2026-10-01 02:10:00 to 2026-10-01 14:10:01.$$, 'a row of another night, more than 12 hours later');
select pg_temp.warns($$update night.user_detail set data_last_generated_on = '2026-10-01 14:10:00 PM' where user_id = 'u7'$$, 'user_detail', 'generated',
                     'ok: generated from 2026-10-01 02:10:00 to 2026-10-01 14:10:00', '12 hours exactly are one night');
select pg_temp.both_refuse($$update night.user_enrolments set data_last_generated_on = '2026-09-30 02:10:00 AM' where user_id = 'u7'$$,
                       'user_enrolments, generated: generated from 2026-09-30 02:10:00 to 2026-10-01 03:45:00.', 'rows of the night before among the enrolments');
-- what says nothing hides nothing
select pg_temp.refuses($$update night.user_enrolments set data_last_generated_on = '2026-09-30 02:10:00 AM' where user_id = 'u7';
                         update night.user_enrolments set data_last_generated_on = '' where user_id = 'u8';
                         update night.user_enrolments set data_last_generated_on = 'Not Available' where user_id = 'u9';
                         update night.user_enrolments set data_last_generated_on = null where user_id = 'u10'$$,
                       'user_enrolments, generated: generated from 2026-09-30 02:10:00 to 2026-10-01 03:45:00.', 'the same beside rows that do not say when');
select pg_temp.refuses($$update night.content set data_last_generated_on = '2026-09-30 01:10:00 AM' where content_id = 'c7';
                         update night.content set data_last_generated_on = '' where content_id = 'c8';
                         update night.content set data_last_generated_on = 'Not Available' where content_id = 'c9'$$,
                       'content, generated: generated from 2026-09-30 01:10:00 to 2026-10-01 02:18:00.', 'also where the table is small');
select pg_temp.refuses($$update night.kcm_dictionary set data_last_generated_on = '2026-09-30 03:44:59 AM'$$,
                       'portal, generated: tables generated from 2026-09-30 03:44:59 (kcm_dictionary) to 2026-10-01 03:45:00 (user_enrolments).',
                       'tables more than 24 hours apart');
select pg_temp.warns($$delete from karmayogi.snapshot; update night.kcm_dictionary set data_last_generated_on = '2026-09-30 03:45:00 AM'$$, 'portal', 'generated',
                     'ok: tables generated from 2026-09-30 03:45:00 (kcm_dictionary) to 2026-10-01 03:45:00 (user_enrolments)',
                     '24 hours exactly are one night, where none was published before');
-- every table's clock by so many hours, but for those that are named
create function pg_temp.come_on(hours int, but text default null, but_hours int default 0) returns text language sql as $$
    select string_agg(format('update night.%I set data_last_generated_on = to_char(karmayogi.try_portal_timestamp(data_last_generated_on) + interval ''%s hours'', '
                             '''YYYY-MM-DD HH24:MI:SS AM'')', t.name, case when t.name = but then but_hours else hours end), '; ')
      from unnest('{org_hierarchy,content,kcm_content_mapping,kcm_dictionary,cb_plan,user_detail,user_enrolments}'::text[]) t (name)
$$;
select pg_temp.refuses(pg_temp.come_on(22, 'user_enrolments', 0),
    'portal, generated: tables generated from 2026-10-01 03:45:00 (user_enrolments) to 2026-10-02 00:46:00 (kcm_dictionary), some as they were published and some of a later night.',
    'enrolments of the night that was published beside the next');
select pg_temp.refuses(pg_temp.come_on(46, 'user_enrolments', 24),
    'portal, generated: tables generated from 2026-10-02 03:45:00 (user_enrolments) to 2026-10-03 00:46:00 (kcm_dictionary), since the last snapshot some came on by 24 hours and some by 46.',
    'enrolments of a night that was not published beside the next');
select pg_temp.warns(pg_temp.come_on(24, 'user_enrolments', 36), 'portal', 'generated',
                     'ok: tables generated from 2026-10-02 02:10:00 (user_detail) to 2026-10-02 15:45:00 (user_enrolments)', 'enrolments 12 hours late are of the night');
select pg_temp.refuses(pg_temp.come_on(24, 'user_enrolments', 37),
    'portal, generated: tables generated from 2026-10-02 02:10:00 (user_detail) to 2026-10-02 16:45:00 (user_enrolments), since the last snapshot some came on by 24 hours and some by 37.',
    'enrolments more than 12 hours late may be of another');
select is(pg_temp.refusal(format($$update karmayogi.setting set value = '13' where name = 'mixed_hours'; %s; call karmayogi.refresh(date '2026-10-05');
                                   update karmayogi.setting set value = '12' where name = 'mixed_hours'; %s$$,
                                 pg_temp.come_on(24, 'user_enrolments', 37), pg_temp.come_on(24, 'user_enrolments', 11))), null,
          'and the night after, when they are in time, is one');
select pg_temp.refuses($$update night.cb_plan set data_last_generated_on = 'yesterday'$$,
    'cb_plan, generated: data_last_generated_on "yesterday" is unreadable.', 'a table that says no more when it was generated');
select pg_temp.refuses($$update night.user_enrolments set data_last_generated_on = 'Not Available'$$,
    'user_enrolments, generated: no row says when it was generated.', 'enrolments that say no more when');
select pg_temp.refuses($$update night.user_detail set data_last_generated_on = null$$,
    'user_detail, generated: no row says when it was generated.', 'officials that say no more when');
select pg_temp.warns($$update night.cb_plan set data_last_generated_on = 'yesterday'; delete from karmayogi.snapshot_check where table_name = 'cb_plan'$$,
                     'cb_plan', 'generated', 'warn: data_last_generated_on "yesterday" is unreadable', 'a table that never said when is a warning');
select is(pg_temp.verdict($$update night.user_enrolments set data_last_generated_on = 'yesterday'; update night.cb_plan set data_last_generated_on = null$$,
                          'cb_plan', 'generated', true), 'refuse: no row says when it was generated', 'forced, it is on the snapshot');
select is(pg_temp.refusal($$update night.cb_plan set data_last_generated_on = 'yesterday'; call karmayogi.refresh('2026-10-01', true)$$), null,
          'and the nights after are compared with that');
select pg_temp.warns('select', 'portal', 'age', 'ok: generated last on 2026-10-01 03:45:00, the as-of day is 2026-10-01', 'a portal of the night');
select is((select j.verdict || ': ' || j.finding
             from karmayogi.judge_portal(karmayogi.read_portal_state('{user_detail}'), '{}', null, d.as_of) j where j.check_name = 'age'), d.said, d.meaning)
  from (values (date '2026-10-03', 'ok: generated last on 2026-10-01 02:10:00, the as-of day is 2026-10-03', 'two days later it may be on its way'),
               ('2026-10-04', 'warn: generated last on 2026-10-01 02:10:00, the as-of day is 2026-10-04', 'a loader that has stopped is a warning')) d (as_of, said, meaning);

----- falls; the fixture has 401 rows of 388 registered officials, 1,940 enrolments of theirs, 1,164 completed, 776 certificated

select results_eq($$select check_name collate "default", found from karmayogi.snapshot_check where check_name in ('registered officials', 'enrolments', 'completions', 'certificates') order by 1$$,
                  $$values ('certificates', 776::numeric), ('completions', 1164), ('enrolments', 1940), ('registered officials', 388)$$, 'the counts that may not fall');
select pg_temp.warns('delete from night.content where substr(content_id, 2)::int between 17 and 20', 'content', 'rows', 'ok: 16, 20 in the last snapshot',
                     'rows 20 % below are no warning yet');
select pg_temp.warns('delete from night.content where substr(content_id, 2)::int between 16 and 20', 'content', 'rows', 'warn: 15, 20 in the last snapshot',
                     'rows more than 20 % below are a warning');
select pg_temp.warns('delete from night.content where substr(content_id, 2)::int between 13 and 20;
                      update night.user_enrolments set content_id = ''c'' || (substr(content_id, 2)::int - 12) where substr(content_id, 2)::int > 12', 'content', 'rows', 'warn: 12, 20 in the last snapshot',
                     'rows 40 % below are still a warning');
select pg_temp.both_refuse('delete from night.content where substr(content_id, 2)::int between 12 and 20', E'content, live contents: 11, 19 in the last snapshot.\ncontent, live contents of a competency area: 11, 19 in the last snapshot.\n'
                       'content, rows: 11, 20 in the last snapshot.\nuser_enrolments, completions of known contents: 624 of 1164, 1164 in the last snapshot.',
                       'rows more than 40 % below');
select pg_temp.refuses('delete from night.events_enrolment where substr(user_id, 2)::int > 59', 'events_enrolment, rows: 59, 100 in the last snapshot.',
                       'an optional table falls as the others do');
select pg_temp.warns('update night.user_detail set status = 0 where substr(user_id, 2)::int > 300', 'user_detail', 'registered officials',
                     'warn: 291, 388 in the last snapshot', 'registered officials 25 % below');
select pg_temp.refuses('update night.user_detail set status = 0 where substr(user_id, 2)::int > 200',
$$user_detail, registered men: 79, 159 in the last snapshot.
user_detail, registered officials: 193, 388 in the last snapshot.
user_detail, registered officials of an organisation: 193, 388 in the last snapshot.
user_detail, registered women: 79, 159 in the last snapshot.
user_enrolments, certificates: 386, 776 in the last snapshot.
user_enrolments, completions: 579, 1164 in the last snapshot.$$, 'registered officials 50 % below, and what they had learnt');
select pg_temp.warns($$update night.user_enrolments set user_consumption_status = 'in-progress' where substr(user_id, 2)::int > 300$$, 'user_enrolments', 'completions',
                     'warn: 873, 1164 in the last snapshot', 'completions 25 % below');
select pg_temp.refuses($$update night.user_enrolments set user_consumption_status = 'in-progress' where substr(user_id, 2)::int > 200$$,
                       'user_enrolments, completions: 579, 1164 in the last snapshot.', 'completions 50 % below');
select pg_temp.warns($$update night.user_enrolments set certificate_id = null where substr(user_id, 2)::int > 300$$, 'user_enrolments', 'certificates',
                     'warn: 582, 776 in the last snapshot', 'certificates 25 % below');
select pg_temp.refuses($$update night.user_enrolments set certificate_id = '12345' where substr(user_id, 2)::int > 200$$,
                       'user_enrolments, certificates: 386, 776 in the last snapshot.', 'certificates 50 % below');
select is(pg_temp.refusal($$select karmayogi.set_setting('fall_refuse_percent', '60');
                            update night.user_enrolments set certificate_id = null where substr(user_id, 2)::int > 200$$), null, 'the limits are settings');

----- unreadable columns and unknown users: more than 1 %, of 2,000 enrolments more than 20

select pg_temp.warns($$update night.user_enrolments set first_completed_on = 'soon' where substr(user_id, 2)::int <= 6 and first_completed_on is not null$$,
                     'user_enrolments', 'unreadable first_completed_on', 'warn: 18 of 2000, 0 in the last snapshot', 'less than 1 % unreadable');
select pg_temp.warns($$update night.user_enrolments set content_last_accessed_on = '2026-13-01' where substr(user_id, 2)::int <= 4$$,
                     'user_enrolments', 'unreadable content_last_accessed_on', 'warn: 20 of 2000, 0 in the last snapshot', '1 % exactly unreadable');
select pg_temp.refuses(format($$update night.user_enrolments set %1$I = '31/12/2026' where substr(user_id, 2)::int <= 7 and %1$I is not null$$, c),
                       format('user_enrolments, unreadable %s: 21 of 2000, 0 in the last snapshot.', c), 'more than 1 % unreadable: ' || c)
  from unnest(array['first_completed_on', 'last_completed_on']) c;
select pg_temp.refuses($$update night.user_enrolments set content_last_accessed_on = 'x' where substr(user_id, 2)::int <= 5$$,
                       'user_enrolments, unreadable content_last_accessed_on: 25 of 2000, 0 in the last snapshot.', 'more than 1 % unreadable: content_last_accessed_on');
select pg_temp.refuses($$update night.user_enrolments set user_consumption_status = 'abandoned' where substr(user_id, 2)::int <= 5$$,
                       'user_enrolments, unknown user_consumption_status: 25 of 2000, 0 in the last snapshot.', 'more than 1 % of an unknown status');
select pg_temp.refuses($$update night.user_detail set profile_last_updated_date = 'x' where substr(user_id, 2)::int <= 5$$,
                       'user_detail, unreadable profile_last_updated_date: 5 of 400, 0 in the last snapshot.', 'more than 1 % unreadable: profile_last_updated_date');
select pg_temp.refuses($$update night.user_detail set user_registration_date = 'x' where substr(user_id, 2)::int <= 5$$,
                       'user_detail, unreadable user_registration_date: 5 of 400, 0 in the last snapshot.', 'more than 1 % unreadable: user_registration_date');
select pg_temp.both_refuse($$update night.cb_plan set due_by = 'x' where cb_plan_id = 'p1' and content_id = 'c1'$$,
                       'cb_plan, unreadable due_by: 1 of 16, 0 in the last snapshot.', 'more than 1 % unreadable: due_by');
select pg_temp.refuses($$update night.content set content_duration = 'an hour' where content_id = 'c1'$$,
                       'content, unreadable content_duration: 1 of 20, 0 in the last snapshot.', 'more than 1 % unreadable: content_duration');
select pg_temp.both_refuse($$update night.user_detail set status = case user_id when 'u1' then null when 'u2' then 2 else status end where user_id <= 'u2';
                              update night.user_detail set status = 7 where user_id in ('u3', 'u4', 'u5')$$,
                       'user_detail, unknown status: 5 of 400, 0 in the last snapshot.', 'more than 1 % neither active nor not');
select pg_temp.refuses($$alter table night.content alter content_rating type text; update night.content set content_rating = '4.5/5' where content_id = 'c1'$$,
                       'content, unreadable content_rating: 1 of 20, 0 in the last snapshot.', 'more than 1 % unreadable: content_rating');
select pg_temp.refuses($$update night.events set duration = 'an hour' where event_id = (select min(event_id) from night.events)$$,
                       'events, unreadable duration: 1 of 10, 0 in the last snapshot.', 'more than 1 % unreadable: duration of events');
select pg_temp.both_refuse($$update night.events_enrolment set status = case when user_id = 'u1' then null else 'Completed' end where user_id in ('u1', 'u2')$$,
                       'events_enrolment, unknown status: 2 of 100, 0 in the last snapshot.', 'more than 1 % of an unknown status: events');
select pg_temp.refuses($$update night.events_enrolment set duration = 'an hour' where user_id in ('u1', 'u2')$$,
                       'events_enrolment, unreadable duration: 2 of 100, 0 in the last snapshot.', 'more than 1 % unreadable: duration of enrolments in events');
select pg_temp.warns($$update night.events_enrolment set status = 'abandoned' where user_id = 'u1'$$, 'events_enrolment', 'unknown status',
                     'warn: 1 of 100, 0 in the last snapshot', '1 % exactly of an unknown status: events');
select is(pg_temp.refusal($$update night.user_enrolments set last_completed_on = 'Not Available', first_completed_on = '' where substr(user_id, 2)::int <= 100$$), null,
          'what is missing is not unreadable');
select pg_temp.warns($$update night.user_enrolments set user_id = 'ghost' where user_id in ('u1', 'u2', 'u3', 'u4')$$, 'user_enrolments',
                     'enrolments of users that user_detail lacks', 'warn: 20 of 2000, 0 in the last snapshot', '1 % exactly of unknown users');
select pg_temp.both_refuse($$update night.user_enrolments set user_id = null where user_id in ('u1', 'u2', 'u3', 'u4', 'u5')$$,
                       'user_enrolments, enrolments of users that user_detail lacks: 25 of 2000, 0 in the last snapshot.', 'more than 1 % of unknown users');
-- rows of registers that meet nothing of the portal
select pg_temp.warns($$insert into karmayogi.strength (mdo_id, effective_on, officials) values (' o1', '2026-01-01', 5)$$, 'strength', 'organisations that org_hierarchy lacks',
                     'warn: 1, 0 in the last snapshot', 'a strength of nobody');
select pg_temp.warns($$insert into karmayogi.strength (mdo_id, effective_on, officials, covers) values ('o1', '2026-02-01', 5, 'attached')$$, 'strength', 'M/Ds that org_hierarchy lacks',
                     'warn: 1, 0 in the last snapshot', 'a strength of everything attached to what is no M/D');
select pg_temp.warns($$insert into karmayogi.kym_course (mdo_id, content_id) values ('m1 ', 'c1')$$, 'kym_course', 'organisations that org_hierarchy lacks',
                     'warn: 1, 0 in the last snapshot', 'an immersion programme of nobody');
select pg_temp.warns($$delete from karmayogi.pwd_official; insert into karmayogi.pwd_official (user_id) values ('u1 ')$$, 'pwd_official', 'registered officials that user_detail lacks',
                     'warn: 1 of 1, 0 in the last snapshot', 'somebody with disabilities who is nobody');
select pg_temp.warns($$insert into karmayogi.content_tag (content_id, tag) values ('c99', 'gender'); insert into karmayogi.competency_tag (competency_theme_id, tag) values ('T99', 'climate')$$,
                     'competency_tag', 'themes that the portal lacks', 'warn: 1, 0 in the last snapshot', 'a tag of nothing');
-- and tell nothing
savepoint registers;
delete from karmayogi.pwd_official;
delete from karmayogi.content_tag;
delete from karmayogi.competency_tag;
insert into karmayogi.pwd_official (user_id) values ('u1 ');
insert into karmayogi.content_tag (content_id, tag) values ('c99', 'gender');
insert into karmayogi.competency_tag (competency_theme_id, tag) values ('T99', 'climate');
select is((select string_agg(concat_ws(' ', c.indicator, c.value::text, c.reason), ', ' order by c.indicator) from karmayogi.compute_indicators('2026-10-01') c
            where c.indicator in ('2.4', '8.1', '8.2', '8.4', '8.6') and c.level = 'government'),
          '2.4 not reported, 8.1 nothing tagged, 8.2 nothing tagged, 8.4 nothing tagged, 8.6 nothing tagged', 'no 0 % of what nobody has entered');
rollback to registers;
select throws_ok('delete from karmayogi.setting', '55000', 'a setting is changed, not deleted', 'thresholds cannot be taken away');
-- findings that do not refuse
select pg_temp.warns($$update night.user_enrolments set content_id = '' where user_id in ('u1', 'u2')$$, 'user_enrolments', 'enrolments without content_id',
                     'warn: 10 of 2000, 0 in the last snapshot', 'enrolments without content are a finding');
select pg_temp.warns($$update night.user_detail set mdo_id = 'nowhere' where user_id in ('u1', 'u2')$$, 'org_hierarchy', 'organisations that org_hierarchy lacks',
                     'warn: 1, 0 in the last snapshot', 'an unknown organisation is a finding');
select pg_temp.warns($$update night.cb_plan set allotment_type = 'mdo_id|cadre', allotment_to = '"m1"|"X"' where cb_plan_id = 'p4'; alter table night.user_detail drop cadre$$,
                     'cb_plan', 'audiences by what user_detail lacks', 'warn: 1, 0 in the last snapshot', 'an audience by a column that is not there is a finding');
select pg_temp.warns($$update night.cb_plan set allotment_type = 'shoe_size' where cb_plan_id = 'p4'$$, 'cb_plan', 'audiences that are not intelligible',
                     'warn: 1 of 4, 0 in the last snapshot', 'an unknown criterion is a finding');
-- a table of the night before that has lost the column which would tell it
select pg_temp.refuses($$update night.user_detail set data_last_generated_on = '2026-10-02 02:10:00 AM'; update night.content set data_last_generated_on = '2026-10-02 02:18:00 AM';
                          update night.org_hierarchy set data_last_generated_on = '2026-10-02 02:44:00 AM'; alter table night.user_enrolments drop column data_last_generated_on;
                          alter table night.cb_plan drop column data_last_generated_on; alter table night.kcm_content_mapping drop column data_last_generated_on;
                          alter table night.kcm_dictionary drop column data_last_generated_on$$,
                       E'cb_plan, generated: no row says when it was generated.\nkcm_content_mapping, generated: no row says when it was generated.\n'
                       'kcm_dictionary, generated: no row says when it was generated.\nuser_enrolments, generated: no row says when it was generated.', 'tables that no longer have when they were generated');
-- columns that came in another form than ever before: nothing unreadable in them, and nothing read
select pg_temp.refuses($$update night.user_detail set mdo_id = 'Not Available' where substr(user_id, 2)::int > 10$$,
                       'user_detail, registered officials of an organisation: 10, 388 in the last snapshot.', 'no organisations');
select pg_temp.both_refuse($$update night.user_detail set mdo_id = 'org-' || mdo_id$$,
                       'user_detail, registered officials of an organisation: 0, 388 in the last snapshot.', 'organisations by other ids');
select pg_temp.both_refuse($$update night.user_enrolments set content_id = 'do_' || content_id$$,
                       'user_enrolments, completions of known contents: 0 of 1164, 1164 in the last snapshot.', 'contents by other ids');
-- plans: of twelve live rows nine are of an organisation, so they are doubled first
create function pg_temp.after_more_plans(change text) returns text language sql as $$
    select 'insert into night.cb_plan (org_id, cb_plan_id, allotment_type, allotment_to, due_by, status, content_id, data_last_generated_on)
            select org_id, cb_plan_id || ''-2'', allotment_type, allotment_to, due_by, status, content_id, data_last_generated_on from night.cb_plan;
            call karmayogi.refresh(''2026-10-01''); ' || $1
$$;
select alike(pg_temp.refusal(pg_temp.after_more_plans($$update night.cb_plan set content_id = '{' || content_id || '}'$$), v.call),
             E'55000: %\nDETAIL: cb_plan, live rows of a known content: 0 of 24, 24 in the last snapshot.\nHINT: %', v.meaning)
  from (values ($c$call karmayogi.refresh('2026-10-01')$c$, 'plans of other contents'),
               ($c$select count(*) from karmayogi.compute_indicators('2026-10-01')$c$, 'plans of other contents, to compute_indicators too')) v (call, meaning);
select alike(pg_temp.refusal(pg_temp.after_more_plans($$update night.cb_plan set org_id = 'org-' || org_id$$)),
             E'55000: %\nDETAIL: cb_plan, live rows of an organisation: 0 of 24, 18 in the last snapshot.\nHINT: %', 'plans of other organisations');
select is(pg_temp.refusal(pg_temp.after_more_plans($$update night.cb_plan set status = 'Retired' where cb_plan_id not like 'p1%'$$)), null, 'but plans may end');
select alike(pg_temp.refusal($$insert into night.content (content_id, content_provider_id, content_name, content_type, content_status, data_last_generated_on)
                                   select 'x' || i, 'd2', 'X', 'Course', 'Live', '2026-10-01 02:18:00 AM' from generate_series(1, 10) i;
                               call karmayogi.refresh('2026-10-01');
                               update night.content set content_provider_id = ''$$),
             E'55000: %\nDETAIL: content, live contents of an organisation: 0, 19 in the last snapshot.\nHINT: %', 'contents without providers');
select alike(pg_temp.refusal($$insert into night.kcm_dictionary (competency_area_id, competency_area, competency_theme_id, competency_theme, data_last_generated_on)
                                   select 'COMAREA-000002', 'Domain', 'X' || i, 'X', '2026-10-01 02:46:00 AM' from generate_series(1, 10) i;
                               insert into night.kcm_content_mapping (course_id, competency_area_id, competency_theme_id, data_last_generated_on)
                                   select 'c1', 'COMAREA-000002', 'X' || i, '2026-10-01 02:45:00 AM' from generate_series(1, 10) i;
                               call karmayogi.refresh('2026-10-01');
                               update night.kcm_content_mapping set competency_theme_id = 'theme-' || competency_theme_id$$),
             E'55000: %\nDETAIL: kcm_dictionary, themes with a live course: 0, 13 in the last snapshot.\nHINT: %', 'themes by other ids');
select alike(pg_temp.refusal($$update night.user_detail set designation = 'Volunteer' where substr(user_id, 2)::int between 51 and 70;
                               call karmayogi.refresh('2026-10-01');
                               update night.user_detail set designation = 'Not Available'$$),
             E'55000: %\nDETAIL: user_detail, left out: volunteer: 0 of 400, 21 in the last snapshot.\nHINT: %', 'designations that are gone');
select alike(pg_temp.refusal($$update night.org_hierarchy set mdo_name = 'The State of Kerala' where mdo_id = 's1'$$),
             E'55000: %\nDETAIL: org_hierarchy, States and Union Territories: 0, 1 in the last snapshot.\nHINT: % gets it as an alias in karmayogi.state_ut, % of the Union.', 'a State by another name');
select is(pg_temp.refusal($$update night.org_hierarchy set mdo_name = 'The State of Kerala' where mdo_id = 's1';
                            update karmayogi.state_ut set aliases = array_append(aliases, 'The State of Kerala') where state_code = 'IN-KL'$$), null, 'which then is known');
select pg_temp.warns($$update night.cb_plan set org_id = null where cb_plan_id = 'p1'$$, 'user_detail', 'officials with allotted courses',
                     'warn: 388, 100 in the last snapshot', 'a row for everybody may be meant');
select pg_temp.both_refuse($$update night.user_detail set gender = '2' where gender = 'Female'$$,
                           'user_detail, registered women: 0, 159 in the last snapshot.', 'genders in another way');
select pg_temp.refuses($$update night.content set content_status = 'Published' where content_status = 'Live'$$,
                       E'content, live contents: 10, 19 in the last snapshot.\ncontent, live contents of a competency area: 10, 19 in the last snapshot.',
                       'contents in another way');
select pg_temp.refuses($$update night.cb_plan set status = 'PUBLISHED' where status = 'Live'$$,
                       'cb_plan, unknown status: 9 of 16, 0 in the last snapshot.', 'plans in another way');
select pg_temp.warns($$update night.cb_plan set allotment_type = 'every ' || allotment_type$$, 'cb_plan', 'audiences that are not intelligible',
                     'warn: 4 of 4, 0 in the last snapshot', 'four audiences in another way may be so many mistakes');
select pg_temp.refuses($$insert into night.cb_plan (org_id, cb_plan_id, allotment_type, allotment_to, due_by, status, content_id, data_last_generated_on)
                             select 'd1', 'p1' || i, 'every Designation', 'Post ' || i, '2026-09-30', 'Live', 'c1', '2026-10-01 02:30:00 AM' from generate_series(1, 10) i$$,
                       'cb_plan, audiences that are not intelligible: 10 of 14, 0 in the last snapshot.', 'ten are another way of writing them');
select pg_temp.warns($$update night.user_detail set designation = 'Not Available'; update night.cb_plan set org_id = 'o9'$$, 'user_detail', 'officials with allotted courses',
                     'warn: 0, 100 in the last snapshot', 'nobody is allotted anything');
select alike(pg_temp.refusal($$insert into night.org_hierarchy (mdo_id, mdo_name, ministry, ministry_id, data_last_generated_on)
                          select 'x' || i, 'X' || i, 'Ministry of Alpha', 'm1', '2026-10-01 02:44:00 AM' from generate_series(1, 10) i;
                          call karmayogi.refresh('2026-10-01');
                          update night.org_hierarchy set ministry = 'Not Available', ministry_id = '', department = null, department_id = null$$),
            E'55000: %\nDETAIL: org_hierarchy, organisations of a ministry or department: 0, 16 in the last snapshot.\nHINT: %', 'no organisation of any other');
select pg_temp.warns($$update night.org_hierarchy set ministry_id = 'm2' where mdo_id = 'o1'$$, 'org_hierarchy', 'organisations of another ministry than their M/D',
                     'warn: 1, 0 in the last snapshot', 'an organisation of another ministry than its department');
select pg_temp.warns($$insert into night.org_hierarchy (mdo_id, mdo_name, ministry, ministry_id, department, department_id, data_last_generated_on)
                           select 'x' || i, 'Department ' || i, 'Vidarbha', 'x0', 'Department ' || i, 'x' || i, '2026-10-01 02:44:00 AM' from generate_series(1, 3) i
                            union all values ('x0', 'Vidarbha', null, null, null, null, '2026-10-01 02:44:00 AM')$$,
                     'org_hierarchy', 'ministries of the Union', 'warn: 3, 2 in the last snapshot', 'a State that nobody knows yet');
select pg_temp.warns($$insert into night.org_hierarchy (mdo_id, mdo_name, ministry, ministry_id, department, department_id, data_last_generated_on)
                           select 'x' || i, 'Department ' || i, 'Goa', 'x0', 'Department ' || i, 'x' || i, '2026-10-01 02:44:00 AM' from generate_series(1, 3) i
                            union all values ('x0', 'Goa', null, null, null, null, '2026-10-01 02:44:00 AM')$$,
                     'org_hierarchy', 'ministries of the Union', 'ok: 2, 2 in the last snapshot', 'one that is known is none of them');
select results_eq($$select check_name collate "default", found from karmayogi.snapshot_check where check_name like 'left out%' order by 1$$,
                  $$values ('left out: not active', 10::numeric), ('left out: not my user', 1), ('left out: volunteer', 1)$$, 'who was left out is counted');

----- every reason at once

select pg_temp.both_refuse($$update night.user_detail set data_last_generated_on = '2026-10-02 14:10:00 PM' where user_id = 'u7';
                         delete from night.content where substr(content_id, 2)::int > 10;
                         update night.cb_plan set due_by = 'x' where cb_plan_id = 'p1';
                         update night.user_enrolments set user_id = 'ghost' where substr(user_id, 2)::int <= 5$$,
$$cb_plan, unreadable due_by: 3 of 16, 0 in the last snapshot.
content, live contents: 10, 19 in the last snapshot.
content, live contents of a competency area: 10, 19 in the last snapshot.
content, rows: 10, 20 in the last snapshot.
portal, generated: tables generated from 2026-10-01 02:18:00 (content) to 2026-10-02 14:10:00 (user_detail).
user_detail, generated: generated from 2026-10-01 02:10:00 to 2026-10-02 14:10:00.
user_enrolments, completions of known contents: 549 of 1149, 1164 in the last snapshot.
user_enrolments, enrolments of users that user_detail lacks: 25 of 2000, 0 in the last snapshot.$$, 'of the tables, of falls and of what was read');
select pg_temp.both_refuse('drop table night.user_enrolments, night.org_hierarchy; truncate night.cb_plan; alter table night.content drop column content_type;
                        delete from night.user_detail where substr(user_id, 2)::int > 100',
$$cb_plan, rows: the table is empty, 16 in the last snapshot.
content, columns: lacks content_type (generation 2026).
org_hierarchy, found: missing.
user_detail, rows: 101, 401 in the last snapshot.
user_enrolments, found: missing.$$, 'of a portal that is torn down');

----- force

select is(pg_temp.verdict('truncate night.cb_plan', 'cb_plan', 'rows', true), 'refuse: the table is empty, 16 in the last snapshot', 'force publishes with the finding');
update night.user_enrolments set user_id = 'ghost' where substr(user_id, 2)::int <= 5;
call karmayogi.refresh('2026-10-01', force => true, why => ' ghosts are expected ');
select results_eq($$select s.snapshot_id > (select id from first_night), s.forced, s.forced_why, s.published_by = session_user, c.table_name collate "default", c.check_name collate "default", c.found, c.among
                      from karmayogi.snapshot s join karmayogi.snapshot_check c on c.snapshot_id = s.snapshot_id
                     where c.verdict = 'refuse'$$,
                  $$values (true, true, 'ghosts are expected', true, 'user_enrolments', 'enrolments of users that user_detail lacks', 25::numeric, 2000::numeric)$$,
                  'a forced snapshot says so, by whom and why, and carries what refused');
select is((select forced from karmayogi.snapshot where snapshot_id = (select id from first_night)), false, 'others were not forced');
select results_eq($$select l.refusals, split_part(l.findings, E'\n', 1) collate "default"
                      from karmayogi.refresh_log l where l.step = 0 order by l.snapshot_id desc limit 1$$,
                  $$select count(*), min(format('refuse: %s, %s: %s', c.table_name, c.check_name, c.finding) collate "default")
                      from karmayogi.snapshot_check c where c.snapshot_id = karmayogi.newest_snapshot() and c.verdict = 'refuse' having count(*) = 1$$,
                  'and the log of it, refusals first');
update night.user_enrolments set user_id = 'u1' where user_id = 'ghost';
call karmayogi.refresh('2026-10-01', force => true, why => 'to be sure');
select is((select row(forced, forced_why) from karmayogi.snapshot order by snapshot_id desc limit 1), row(false, null::text), 'nor is one where nothing refused, though it was asked for');
savepoint fall;
update night.user_enrolments set certificate_id = null where substr(user_id, 2)::int > 200;
call karmayogi.refresh('2026-10-01', force => true, why => 'fewer certificates');
call karmayogi.refresh('2026-10-01');
select is((select row(forced, forced_why) from karmayogi.snapshot order by snapshot_id desc limit 1), row(true, 'fewer certificates'::text),
          'the night that was forced is no other night when it is refreshed again');
rollback to fall;

----- portal_check

select is(left(pg_temp.failure($$do $d$ begin
    set local transaction_read_only = on;
    perform karmayogi.portal_check();
    call karmayogi.refresh('2026-10-01');
end $d$ $$), 5), '25006', 'a read-only transaction may check the portal, not refresh');
select set_eq($$select distinct verdict from karmayogi.portal_check()$$, $$values ('ok'), ('warn')$$, 'portal_check finds the fixture fit');
select set_eq($$select table_name from karmayogi.portal_check() where check_name = 'found' and found and verdict = 'ok'$$,
              $$select table_name::text from karmayogi.portal_table$$, 'it has a row of each table');
select results_eq($$select found, generation, row_count, last_generated, finding, verdict from karmayogi.portal_check() where table_name = 'user_enrolments' and check_name = 'rows'$$,
                  $$values (true, '2026', 2000::bigint, timestamp '2026-10-01 03:45:00', '2000, 2000 in the last snapshot', 'ok')$$, 'with what was found');
truncate night.content;
drop table night.cb_plan, night.events;
alter table night.user_detail drop column gender;
select set_eq($$select table_name, check_name, verdict from karmayogi.portal_check() where verdict = 'refuse'$$,
              $$values ('content', 'rows', 'refuse'), ('cb_plan', 'found', 'refuse'), ('events', 'found', 'refuse'), ('user_detail', 'columns', 'refuse')$$,
              'it tells what a refresh would refuse, and raises no error');
select set_eq($$select found, generation, row_count, last_generated from karmayogi.portal_check() where table_name = 'cb_plan'$$,
              $$values (false, null::text, null::bigint, null::timestamp)$$, 'also of a table that is gone');
set transaction read only;
select lives_ok('select * from karmayogi.portal_check()', 'it works in a read-only transaction');

select * from finish();
rollback;

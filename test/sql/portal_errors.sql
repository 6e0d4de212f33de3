-- What users see when the portal cannot be bound, made or read: errors with
-- detail and hint, and nothing changed after any of them.
\set VERBOSITY default
\set SHOW_CONTEXT never
begin;
set local client_min_messages = warning;
\set ON_ERROR_ROLLBACK on

select karmayogi.create_portal('pe_whole');
select karmayogi.bind_portal('pe_whole');
create temp table before as
    select 'binding' as kind, b::text as line from karmayogi.portal_binding b
     union all select 'setting', s::text from karmayogi.setting s
     union all select 'strength', s::text from karmayogi.strength s
     union all select 'relation', c.oid::regclass || c.relkind::text
                 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname ~ '^(karmayogi|pe_)';
create view pg_temp.changes as
    with now as (
        select 'binding' as kind, b::text as line from karmayogi.portal_binding b
         union all select 'setting', s::text from karmayogi.setting s
         union all select 'strength', s::text from karmayogi.strength s
         union all select 'relation', c.oid::regclass || c.relkind::text
                     from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname ~ '^(karmayogi|pe_)'
         union all select 'snapshot', s::text from karmayogi.snapshot s)
    (select '-' as change, * from before except all select '-', * from now)
     union all
    (select '+', * from now except all select '+', * from before);

----- bind_portal(schema)

select karmayogi.bind_portal('pe_nowhere');
select karmayogi.bind_portal('');
create schema pe_empty;
create schema pe_partly;
create table pe_partly.user_detail (like pe_whole.user_detail);
create table pe_partly.content (like pe_whole.content);
insert into before select 'relation', r from unnest(array['pe_partly.user_detailr', 'pe_partly.contentr']) r;
select karmayogi.bind_portal('pe_empty');
select karmayogi.bind_portal('pe_partly');
-- a column that cannot be done without: table, column and generation are named
select karmayogi.create_portal('pe_lacking');
insert into before
select 'relation', c.oid::regclass || c.relkind::text from pg_class c where c.relnamespace = 'pe_lacking'::regnamespace;
alter table pe_lacking.org_hierarchy drop column mdo_name;
select karmayogi.bind_portal('pe_lacking');
select karmayogi.create_portal('pe_older', '2024');
insert into before
select 'relation', c.oid::regclass || c.relkind::text from pg_class c where c.relnamespace = 'pe_older'::regnamespace;
alter table pe_older.cb_plan drop column due_by, drop column status;
select karmayogi.bind_portal('pe_older');
select * from pg_temp.changes;

----- bind_portal(name, relation)

select karmayogi.bind_portal('enrolments', 'pe_whole.user_enrolments');
select karmayogi.bind_portal('User_Detail', 'pe_whole.user_detail');
select karmayogi.bind_portal('content', 'pe_whole.nothing');
select karmayogi.bind_portal('content', 'pe_nowhere.content');
select karmayogi.bind_portal('content', 'no_such_relation');
select karmayogi.bind_portal('content', 'PE_Whole."Content"');
select karmayogi.bind_portal('content', 'other.pe_whole.content');
select karmayogi.bind_portal('content', 'pe_whole.content; drop table pe_whole.content');
select karmayogi.bind_portal('content', '(select * from pe_whole.content)');
select karmayogi.bind_portal('content', '"pe_whole.content"');
select karmayogi.bind_portal('content', '"pe_whole');
select karmayogi.bind_portal('content', 'pe_whole.');
select karmayogi.bind_portal('content', '');
-- a sequence, an index and a type are no relations with rows of a portal
create sequence pe_whole.numbers;
create index pe_whole_idx on pe_whole.content (content_id);
insert into before values ('relation', 'pe_whole.numbersS'), ('relation', 'pe_whole.pe_whole_idxi');
select karmayogi.bind_portal('content', 'pe_whole.numbers');
select karmayogi.bind_portal('content', 'pe_whole.pe_whole_idx');
select karmayogi.bind_portal('cb_plan', 'pe_older.cb_plan');
select karmayogi.bind_portal('cb_plan', 'pe_whole.events');
select * from pg_temp.changes;

----- create_portal

select karmayogi.create_portal('pe_new', '2023');
select karmayogi.create_portal('pe_new', '');
select karmayogi.create_portal('pe_partly');
select karmayogi.create_portal('karmayogi');
select karmayogi.create_portal('pe_whole', '2024');
select * from pg_temp.changes;

----- the register

insert into karmayogi.strength (mdo_id, effective_on, officials) values ('m', '2026-04-01', -1);
insert into karmayogi.strength (mdo_id, effective_on, officials, women) values ('m', '2026-04-01', 10, 11);
insert into karmayogi.strength (mdo_id, effective_on, officials, women) values ('m', '2026-04-01', 10, -1);
insert into karmayogi.strength (mdo_id, effective_on, officials, pwd) values ('m', '2026-04-01', 10, 11);
insert into karmayogi.strength (mdo_id, effective_on, officials, covers) values ('m', '2026-04-01', 10, 'all');
insert into karmayogi.strength (mdo_id, effective_on, officials) values (' ', '2026-04-01', 10);
insert into karmayogi.strength (mdo_id, effective_on, officials) values ('m', 'infinity', 10);
\set VERBOSITY terse
insert into karmayogi.strength (mdo_id, effective_on, officials) values ('m', '2026-04-01', null);
insert into karmayogi.pwd_official (user_id) values ('');
\set VERBOSITY default
select karmayogi.set_setting('nonsense', '1');
select karmayogi.set_setting('top_performers', 'five');
select karmayogi.set_setting('top_performers', '-5');
select karmayogi.set_setting('top_performers', '2.5');
select karmayogi.set_setting('top_performers', 'NaN');
select karmayogi.set_setting('report_due_days', '15.5');
select karmayogi.set_setting('fall_refuse_percent', '');
select karmayogi.set_setting('fall_refuse_percent', '101');
select karmayogi.set_setting('size_classes', '');
select karmayogi.set_setting('size_classes', 'S:1,M:100');
select karmayogi.set_setting('size_classes', 'S:0,M:100,L:100');
select karmayogi.set_setting('size_classes', 'S:0,S:100');
select karmayogi.set_setting('size_classes', 'S:0,M:99999999999');
select * from pg_temp.changes;

----- publication; the portal of pe_whole is empty

call karmayogi.refresh(null);
call karmayogi.refresh('infinity');
call karmayogi.refresh('2026-10-01', null);
call karmayogi.refresh('2026-10-01');
select karmayogi.compute_indicators(null);
select karmayogi.compute_indicators('-infinity');
select count(*) from karmayogi.compute_indicators('2026-10-01');
select karmayogi.verify_seal(0);
select karmayogi.verify_seal(-1);
-- dropped after it was bound, or without a column by now
drop table pe_whole.kcm_dictionary, pe_whole.user_enrolments, pe_whole.events;
alter table pe_whole.content drop column content_status;
delete from before where line ~ '^(pe_whole.kcm_dictionary|pe_whole.user_enrolments|pe_whole.events)r$';
call karmayogi.refresh('2026-10-01');
call karmayogi.refresh('2026-10-01', force => true);
select count(*) from karmayogi.compute_indicators('2026-10-01');
select count(*) from karmayogi.onboarding_now();
select karmayogi.allotment_progress('u1');
select * from pg_temp.changes;

rollback;

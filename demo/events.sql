-- Events (webinars, weeks of learning) and who took part. No public figure
-- for their number: some 3,000 events and two million enrolments at full
-- size are a guess.
--
-- Dirt: durations missing at the event (the enrolment's own then counts) or
-- unreadable, certificates '' and 'NA', officials that do not exist.

create table event_made as
select no, 'do_11' || lpad(((h(no::bigint, 91) >> 1 & 4611686018427387903) % 1000000000000000000)::text, 18,
    '0') as event_id,
       h(no::bigint, 92) as a, h(no::bigint, 93) as b,
       2 + pick(h(no::bigint, 92), 0, 700) as days,
       1800 + 900 * pick(h(no::bigint, 92), 1, 10) as seconds
from generate_series(1, greatest(60, (3000 * scale_gentle())::int)) no;

select exists (select from information_schema.columns where table_schema = :'schema'
    and table_name = 'events' and column_name = 'data_last_generated_on') as has_generated,
       exists (select from information_schema.columns where table_schema = :'schema'
           and table_name = 'events_enrolment' and column_name = 'data_last_generated_on')
           as has_generated_too \gset

begin;
truncate :"schema".events;
insert into :"schema".events
    (event_id, event_name, event_provider_mdo_id, event_start_datetime, duration, event_status, event_type,
        presenters,
     video_link, recording_link, event_tag)
select e.event_id, (array['Webinar on ', 'Karmayogi Talks: ', 'Panel discussion: ',
    'Masterclass: '])[1 + pick(e.b, 0, 4)] || k.sub,
       p.mdo_id, ago(e.days * 86400 - pick(e.b, 1, 30000))::text,
       case when part(e.a, 2) < 0.03 then null when part(e.a, 2) < 0.035 then 'TBD'
            else lpad((seconds / 3600)::text, 2, '0') || ':' || lpad((seconds / 60 % 60)::text, 2, '0')
                || ':00' end,
       case when part(e.b, 2) < 0.95 then 'Live' else 'Retired' end, 'Event', 'Faculty of ' || btrim(p.name),
       null, 'https://portal.example/recording/' || e.no,
       case when e.days between 20 and 45 then 'Rajya Karmayogi Saptah' end
from event_made e
join provider p on p.no = 1 + pick(e.a, 2, (select count(*) from provider)::int)
join competency k on k.no = 1 + pick(e.b, 1, (select count(*) from competency)::int);
\if :has_generated
select generated(37) as generated \gset
update :"schema".events set data_last_generated_on = :'generated';
\endif
commit;

begin;
truncate :"schema".events_enrolment;
insert into :"schema".events_enrolment
    (user_id, event_id, status, enrolled_on_datetime, completed_on_datetime, certificate_id,
        completion_percentage,
     event_duration, progress_duration, duration, event_duration_seconds, karma_points)
select case when part(u, 1) < 0.0008 then uuid_of('nobody' || no::text) else official_id(no) end,
       event_id, status, ago(days * 86400 + pick(u, 1, 90000))::text,
       case when status = 'completed' then ago(days * 86400 - 40000)::text end,
       case when status <> 'completed' then '' when part(v, 0) < 0.02 then ''
           when part(v, 0) < 0.025 then 'NA' when part(v, 0) < 0.03 then null
            else '1-' || to_hex(u) || to_hex(v) end,
       case status when 'completed' then 100 when 'in-progress' then 1 + pick(v, 1, 98) else 0 end,
       span, case when status = 'completed' then span
           when status = 'in-progress' then '00:10:00' end, span, seconds,
       case when status = 'completed' then 5 else 0 end
from (
    select f.no, e.event_id, e.days, e.seconds, u, v,
           case when part(u, 0) < 0.62 then 'completed' when part(u, 0) < 0.75 then 'in-progress'
               when part(u, 0) < 0.995 then 'not-started' else 'not-enrolled' end as status,
           lpad((e.seconds / 3600)::text, 2, '0') || ':' || lpad((e.seconds / 60 % 60)::text, 2, '0')
               || ':00' as span
    from (
        select distinct f.no, 1 + (part(hashint8extended(j, h(f.no, 94)), 0) * part(hashint8extended(j,
            h(f.no, 94)), 1) * (select count(*) from event_made))::int as event_no
        from official f
        cross join lateral generate_series(1, 1 + pick(h(f.no, 95), 1, 3)) j
        where f.enrolled and part(h(f.no, 95), 0) < 0.22
    ) f
    join event_made e on e.no = f.event_no
    cross join lateral (select hashint8extended(e.no, h(f.no, 96)) as u, hashint8extended(e.no, h(f.no, 97))
        as v offset 0) x
    offset 0
) p;
\if :has_generated_too
select generated(38) as generated \gset
update :"schema".events_enrolment set data_last_generated_on = :'generated';
\endif
commit;
select '  events               ' || to_char(count(*), 'FM999,999') || ' events, ' || to_char((select count(*)
    from :"schema".events_enrolment), 'FM999,999,999') || ' enrolments'
from event_made;

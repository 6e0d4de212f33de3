-- Enrolments, the largest table by far, and what hangs on them
-- (assessments, sessions of blended programs).
--
-- Who ever enrolled takes what is allotted to him (all of it and to the
-- end if he is thorough, else seven in ten) and a heavy-tailed number of
-- contents of his own choice, popular ones far more often: 11 to 12 in the
-- mean, 73 % of the rows completed, 12 % in progress, 15 % not started.
--
-- Dirt: several batches of a pair with different status, not-enrolled rows,
-- 'Not Available' batches of the marketplace, dates of several forms and
-- unreadable (3 in 10,000), completed without certificate or with '', NA,
-- enrolments of unknown officials (1 in 1,000) and contents (1 in 2,000).

begin;
truncate :"schema".user_enrolments;
select generated(95) as generated \gset
insert into :"schema".user_enrolments
    (user_id, batch_id, content_id, enrolled_on, content_progress_percentage, resource_count_consumed,
     user_consumption_status, first_completed_on, first_certificate_generated_on, last_completed_on,
     last_certificate_generated_on, content_last_accessed_on, certificate_generated, number_of_certificate,
     user_rating, certificate_id, live_cbp_plan_mandate, data_last_generated_on, karma_points, badge_id)
select case when v0 < 0.001 then uuid_of('unknown' || no::text) else user_id end,
       case when batch = 2 then '02' || substr(batch_id, 3) else batch_id end,
       case when v0 > 0.9995 then 'do_11' || lpad((content_no * 7)::text, 18, '8') else content_id end,
       written(enrolled_at, x0),
       progress, (resources * progress / 100)::int, status,
       issued, issued,
       case when status = 'completed' then case when x1 > 0.985 then completed_at::text
           else written(completed_at, x1) end end,
       issued,
       case when marketplace then 'Not Available'
           when status in ('completed', 'in-progress') then written(greatest(completed_at, touched_at),
           x2) end,
       case when issued is null then 'No' else 'Yes' end,
       case when issued is null then 0 else 1 end,
       case when status = 'completed' and not marketplace and v1 < 0.2 then case when v1 < 0.11 then 5
           when v1 < 0.165 then 4 when v1 < 0.19 then 3 else 1 end end,
       certificate, allotted, :'generated',
       case when status = 'completed' then case when allotted then 15 else 5 end else 0 end,
       case when status = 'completed' and v1 > 0.995 then 'badge-' || content_no % 12 end
from (
    select q.*,
           case status when 'completed' then 100 when 'in-progress' then 1 + pick(u, 1, 98)
               else 0 end::int as progress,
           case when status <> 'completed' then case when w0 < 0.8 then '' end
                when w0 < 0.010 then '' when w0 < 0.014 then 'NA' when w0 < 0.022 then null
                else '1-' || to_hex(u) || to_hex(v) end as certificate,
           case when status = 'completed' and w0 >= 0.022 then written(completed_at + interval '90 seconds',
               w1) end as issued
    from (
        select p.*, c.content_id, c.batch_id, c.resources, c.type = 'External Content' as marketplace, v, x,
               part(v, 0) as v0, part(v, 1) as v1, part(v, 2) as w0, part(x, 0) as x0, part(x, 1) as x1,
                   part(x, 2) as x2, part(u, 2) as w1,
               case when batch = 2 then (array['not-started', 'in-progress', 'completed',
                   'in-progress'])[1 + pick(v, 2, 4)]
                    when part(u, 0) < done then 'completed'
                    when part(u, 0) < done + (1 - done) * 0.44 then 'in-progress'
                    when part(u, 0) > 0.9993 then 'not-enrolled'
                    else 'not-started' end as status,
               ago(since) as enrolled_at,
               ago(since - least(since * 0.98, 900 + part(v, 1) * part(v, 2) * part(v, 2) * 86400 * 60))
                   as completed_at,
               ago(since * part(x, 1)) as touched_at
        from (
            select f.no, f.user_id, k.content_no, k.allotted, batch, u,
                   case when k.allotted and f.thorough then 1.0 when k.allotted then f.keen - 0.15
                       else f.keen end as done,
                   floor(part(hashint8extended(k.content_no, f.s + 1), 0) * f.registered_days * 86400) + 600
                       as since
            from (
                select f.no, official_id(f.no) as user_id, f.thorough, f.registered_days, h(f.no, 80) as s,
                       case when f.thorough then 0.805 else 0.60 end as keen,
                       cell.contents as c1, own.contents as c2, s.contents as c3,
                       -- the tail of Pareto's law with exponent 2
                       least(250, (select count(*) from popular) / 3,
                             1 + floor(case when cell.contents is null then 8.9
                                 else 7.4 end * (1 / sqrt(part(h(f.no, 81), 0) + 0.00001) - 1)))::int
                                 as chosen
                from official f
                left join cell using (org_no, designation_no)
                left join own_allotment own on own.no = f.no
                left join designation d on d.no = f.designation_no
                left join service_allotment s on s.service_no = f.service_no and d.grp = 'A'
                where f.enrolled
                offset 0
            ) f
            cross join lateral (
                select n as content_no, bool_or(m) as allotted
                from (
                    select unnest(f.c1 || f.c2 || f.c3) as n, true as m
                    union all
                    select (select array_agg(no order by place) from popular)
                               [1 + floor(part(r, 0) * part(r, 0) * part(r, 0) * (select count(*)
                                   from popular))::int], false
                    from generate_series(1, f.chosen) j
                    cross join lateral (select hashint8extended(j, f.s) as r offset 0) x
                ) y
                group by n
            ) k
            cross join lateral (select hashint8extended(k.content_no, f.s) as u offset 0) x
            cross join lateral generate_series(1, case when part(x.u, 1) < 0.012 then 2 else 1 end) batch
            where not k.allotted or f.thorough or part(x.u, 2) < 0.7
            offset 0
        ) p
        join content_made c on c.no = p.content_no
        cross join lateral (
            select hashint8extended(p.content_no * 2 + batch, h(p.no, 82)) as v,
                hashint8extended(p.content_no * 2 + batch, h(p.no, 83)) as x offset 0
        ) z
        where p.batch = 1 or c.type <> 'External Content'  -- the marketplace has no batches
        offset 0
    ) q
    offset 0
) e;
commit;

-- Assessments of one completed enrolment in ten, and the sessions of the
-- blended programs. overall_score holds the number of questions, as it does
-- on the portal.
begin;
truncate :"schema".assessment_detail;
select generated(14) as generated \gset
insert into :"schema".assessment_detail
    (user_id, content_id, assessment_id, assessment_name, assessment_type, assessment_sub_type,
        assessment_duration,
     time_spent_by_the_user, completion_date, score_achieved, overall_score, cut_off_percentage,
         total_question,
     number_of_incorrect_responses, number_of_retakes, pass, data_last_generated_on)
select e.user_id, e.content_id, 'do_11' || lpad(((u >> 4 & 1152921504606846975) % 1000000000000000000)::text,
    18, '0'), 'Final Assessment',
       'Course Assessment', 'Final', '00:30:00', '00:' || lpad((5 + pick(u, 0, 25))::text, 2, '0') || ':00',
           e.last_completed_on,
       100.0 * (questions - wrong) / questions, questions, 50, questions, wrong, case
           when part(u, 2) < 0.1 then 1 else 0 end, 'Yes', :'generated'
from (
    select user_id, content_id, last_completed_on, h(user_id || content_id, 84) as u
    from :"schema".user_enrolments
    where user_consumption_status = 'completed' and batch_id <> 'Not Available'
    offset 0
) e
cross join lateral (select 10 + 5 * pick(u, 1, 4) as questions, pick(u, 2, 5) as wrong) q
where part(u, 1) < 0.1;
commit;

begin;
truncate :"schema".bp_enrolments;
select generated(20) as generated \gset
insert into :"schema".bp_enrolments
    (user_id, content_id, batch_id, batch_location, component_name, component_id, component_type,
        component_mode,
     component_status, component_duration, component_progress_percentage, component_completed_on,
         last_accessed_on,
     offline_session_date, offline_session_start_time, offline_session_end_time, offline_attendance_status,
     instructors_name, program_coordinator_name, data_last_generated_on)
select e.user_id, e.content_id, e.batch_id, city.place, 'Session ' || s, c.content_id || '-' || s,
       case when s = 3 then 'Offline Session' else 'Course' end, case when s = 3 then 'Offline'
           else 'Online' end,
       e.user_consumption_status, '02:00:00', e.content_progress_percentage,
       case when e.user_consumption_status = 'completed' then held end, held,
       case when s = 3 then held end, case when s = 3 then '10:00' end, case when s = 3 then '12:00' end,
       case when s = 3 then case e.user_consumption_status when 'completed' then 'Present'
           else 'Absent' end end,
       'Faculty', 'Coordinator', :'generated'
from :"schema".user_enrolments e
join content_made c on c.content_id = e.content_id and c.type = 'Blended Program'
join (select place, (row_number() over (order by place collate "C") - 1)::int as i
    from city_ref) city on city.i = c.no % 80
cross join lateral generate_series(1, 3) s
cross join lateral (select ago((c.published_days - 10 * s)::bigint * 86400)::date as held) d
where e.user_consumption_status in ('completed', 'in-progress');
commit;

select '  user_enrolments      ' || to_char(count(*), 'FM999,999,999') || ' rows: '
    || round(100.0 * count(*) filter (where user_consumption_status = 'completed') / count(*), 1)
        || ' % completed, '
    || round(100.0 * count(*) filter (where user_consumption_status = 'in-progress') / count(*), 1)
        || ' % in progress, '
    || round(100.0 * count(*) filter (where user_consumption_status = 'not-started') / count(*), 1)
        || ' % not started'
from :"schema".user_enrolments;
select '  assessment_detail    ' || to_char(count(*), 'FM999,999,999') || ' rows, bp_enrolments '
    || to_char((select count(*) from :"schema".bp_enrolments), 'FM999,999,999')
from :"schema".assessment_detail;

-- Whether bench/plain.sql computes what karmayogi computes: rows that differ, official by official, course by
-- course, figure by figure. One line: officials, courses, figures compared, and how many of each differ.
--
-- Figures are those of source P that bench/plain.sql computes; where karmayogi has no value (no strength entered)
-- there is nothing to compare, and of 2.2 to 2.4 only the numerator, for strength is not computed from the portal.
with official as (
    select count(*) as compared,
           count(*) filter (where (a.user_id, a.mdo_id, a.md_id, a.ministry_id, a.state_code, a.designation, a.service_group, a.gender, a.pwd,
                                   a.government_email, a.registered_on, a.enrolled, a.completed, a.certificates, a.learning_seconds,
                                   a.karma_points, a.last_active_on, a.cbp_allotted, a.cbp_completed, a.cbp_in_time, a.cbp_overdue,
                                   a.apar_allotted, a.apar_completed, a.apar_met)
                            is distinct from
                                  (b.user_id, b.mdo_id, b.md_id, b.ministry_id, b.state_code, b.designation, b.service_group, b.gender, b.pwd,
                                   b.government_email, b.registered_on, b.enrolled, b.completed, b.certificates, b.learning_seconds,
                                   b.karma_points, b.last_active_on, b.cbp_allotted, b.cbp_completed, b.cbp_in_time, b.cbp_overdue,
                                   b.apar_allotted, b.apar_completed, b.apar_met)) as differ
      from karmayogi.official_progress a
      full join karmayogi_plain.official_progress b on b.user_id = a.user_id
), course as (
    select count(*) as compared,
           count(*) filter (where (a.content_id, a.enrolled, a.completed, a.certificates)
                            is distinct from (b.content_id, b.enrolled, b.completed, b.certificates)) as differ
      from karmayogi.course_progress a
      full join karmayogi_plain.course b on b.content_id = a.content_id
), figure as (
    select count(*) as compared,
           count(*) filter (where karmayogi.numerator(v.value) <> coalesce(i.numerator, 0)
                               or v.indicator not in ('2.2', '2.3', '2.4') and karmayogi.denominator(v.value) <> coalesce(i.denominator, 0)) as differ
      from karmayogi.indicator_value v
      left join karmayogi_plain.indicator i on i.indicator = v.indicator and i.level = v.level and i.entity_id = v.entity_id
                                           and i.category = v.category
     where v.snapshot_id = karmayogi.newest_snapshot() and v.value is not null and v.verified is null
       and v.indicator in (select distinct x.indicator from karmayogi_plain.indicator x)
)
select o.compared, o.differ, c.compared, c.differ, f.compared, f.differ from official o, course c, figure f;

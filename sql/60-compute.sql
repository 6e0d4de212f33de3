-- Part 60: portal and register -> indicator values, at every level: the last
-- stages of the plain-SQL engine, and how its stages become one statement.

-- Entities and indicators

create function karmayogi.value_sql(stage text) returns text
language sql immutable strict parallel safe
return case stage
-- Every organisation, M/D, ministry, State/UT and the government: who it is, who counts, its strength.
when 'entity' then $sql$
with counted as (
    select c.* from {stage.organisation_count} c
), md as (
    select o.md_id, coalesce(max(own.mdo_name), min(o.md_text) filter (where o.known), o.md_id) as md_name,
           case when count(own.mdo_id) > 0 then max(own.ministry_id)
                else coalesce(min(o.ministry_id) filter (where o.known), min(o.ministry_id)) end as ministry_id,
           case when count(own.mdo_id) > 0 then max(own.state_code)
                else (array_agg(o.state_code order by o.ministry_id) filter (where o.known))[1] end as state_code,
           bool_or(o.known) as known
      from {stage.organisation} o
      left join {stage.organisation} own on own.mdo_id = o.md_id and own.known
     group by o.md_id
), ministry as (
    select o.ministry_id, coalesce(max(own.mdo_name), min(o.ministry_text), o.ministry_id) as ministry_name,
           max(o.state_code) as state_code, bool_or(o.known) as known
      from {stage.organisation} o
      left join {stage.organisation} own on own.mdo_id = o.ministry_id and own.known
     group by o.ministry_id
), strength as (
    select s.*, s.officials - s.women as men from karmayogi.strength_on({as_of}) s
), own_strength as (
    select o.mdo_id, o.md_id, s.officials, s.women, s.men, s.pwd, coalesce(c.registered, 0) > 0 as counts
      from {stage.organisation} o
      left join strength s on s.mdo_id = o.mdo_id and s.covers = 'own'
      left join counted c on c.mdo_id = o.mdo_id
), md_strength as (
    select w.md_id, bool_or(w.counts) as counts,
           case when count(a.mdo_id) > 0 then max(a.officials)
                when bool_and(w.officials is not null or not w.counts) then sum(w.officials) end as officials,
           case when count(a.mdo_id) > 0 then max(a.women)
                when bool_and(w.women is not null or not w.counts) then sum(w.women) end as women,
           case when count(a.mdo_id) > 0 then max(a.men)
                when bool_and(w.men is not null or not w.counts) then sum(w.men) end as men,
           case when count(a.mdo_id) > 0 then max(a.pwd)
                when bool_and(w.pwd is not null or not w.counts) then sum(w.pwd) end as pwd
      from own_strength w
      left join strength a on a.mdo_id = w.md_id and a.covers = 'attached'
     group by w.md_id
), level_strength as (
    select 'mdo' as level, w.mdo_id as entity_id, w.officials, w.women, w.men, w.pwd from own_strength w
     union all
    select 'md', m.md_id, m.officials, m.women, m.men, m.pwd from md_strength m
     union all
    select v.level, v.entity_id,
           case when bool_and(v.officials is not null or not v.counts) then sum(v.officials) end,
           case when bool_and(v.women is not null or not v.counts) then sum(v.women) end,
           case when bool_and(v.men is not null or not v.counts) then sum(v.men) end,
           case when bool_and(v.pwd is not null or not v.counts) then sum(v.pwd) end
      from (select unnest(array['ministry', 'state', 'government']) as level,
                   unnest(array[m.ministry_id, m.state_code, 'government']) as entity_id, s.*
              from md m
              join md_strength s on s.md_id = m.md_id) v
     where v.entity_id is not null
     group by v.level, v.entity_id
), level_count as (
    -- Higher levels add up M/Ds: officials are of the ministry and State of their M/D, as posts are, whatever ministry
    -- the organisation's own row names.
    -- unnest, and not a join with a list of values: where nested loops are off, that makes one plan seem as dear as another
    select v.level, v.entity_id, sum(v.registered) as registered, sum(v.women) as women, sum(v.men) as men,
           sum(v.pwd) as pwd, sum(v.cbp_any) as cbp_any, sum(v.cbp_all) as cbp_all, sum(v.gender_learnt) as gender_learnt,
           sum(v.women_gender_learnt) as women_gender_learnt, sum(v.climate_learnt) as climate_learnt
      from (select unnest(array['mdo', 'md', 'ministry', 'state', 'government']) as level,
                   unnest(array[o.mdo_id, o.md_id, m.ministry_id, m.state_code, 'government']) as entity_id, c.*
              from counted c
              left join {stage.organisation} o on o.mdo_id = c.mdo_id
              left join md m on m.md_id = o.md_id) v
     where v.entity_id is not null
     group by v.level, v.entity_id
), entity as (
    select 'mdo' as level, o.mdo_id as entity_id, coalesce(o.mdo_name, o.mdo_id) as entity_name, o.md_id, o.ministry_id,
           n.ministry_name, o.state_code, o.known
      from {stage.organisation} o
      join ministry n on n.ministry_id = o.ministry_id
     union all
    select 'md', m.md_id, m.md_name, m.md_id, m.ministry_id, n.ministry_name, m.state_code, m.known
      from md m
      left join ministry n on n.ministry_id = m.ministry_id
     union all
    select 'ministry', n.ministry_id, n.ministry_name, null, n.ministry_id, n.ministry_name, n.state_code, n.known
      from ministry n
     union all
    select 'state', s.state_code, s.state_name, null, null, null, s.state_code, true
      from karmayogi.state_ut s
     where s.state_code in (select o.state_code from {stage.organisation} o)
     union all
    select 'government', 'government', 'Government', null, null, null, null, true
)
select e.level collate "C" as level, e.entity_id collate "C" as entity_id, e.entity_name, e.md_id, e.ministry_id,
       e.ministry_name, e.state_code, e.known, e.state_code is null and e.level <> 'government' as central,
       coalesce(c.registered, 0)::bigint as registered, coalesce(c.women, 0)::bigint as women,
       coalesce(c.men, 0)::bigint as men, coalesce(c.pwd, 0)::bigint as pwd, coalesce(c.cbp_any, 0)::bigint as cbp_any,
       coalesce(c.cbp_all, 0)::bigint as cbp_all, coalesce(c.gender_learnt, 0)::bigint as gender_learnt,
       coalesce(c.women_gender_learnt, 0)::bigint as women_gender_learnt,
       coalesce(c.climate_learnt, 0)::bigint as climate_learnt, s.officials::bigint as strength,
       s.women::bigint as strength_women, s.men::bigint as strength_men, s.pwd::bigint as strength_pwd
  from entity e
  left join level_count c on c.level = e.level and c.entity_id = e.entity_id
  left join level_strength s on s.level = e.level and s.entity_id = e.entity_id
$sql$
-- The indicators (SPEC 7), one row per indicator, level, entity and category.
when 'indicator' then $sql$
with plan_content as (
    select distinct coalesce(o.md_id, p.org_id) as md_id, p.content_id, p.live, a.area
      from {stage.plan} p
      left join {stage.organisation} o on o.mdo_id = p.org_id
      left join {stage.content_area} a on a.content_id = p.content_id
     where p.org_id is not null
), plan_course as (
    select p.md_id, bool_or(p.live) as plan_live,
           bool_or(p.live and c.course and p.area = 'behavioural') as behavioural,
           bool_or(p.live and c.course and p.area = 'functional') as functional,
           bool_or(p.live and c.course and p.area = 'domain') as domain,
           count(distinct p.content_id) filter (where p.area = 'domain') as domain_all,
           count(distinct p.content_id) filter (where p.area = 'domain' and c.live) as domain_live,
           count(distinct p.content_id) filter (where p.area in ('behavioural', 'functional')) as other_all,
           count(distinct p.content_id) filter (where p.area in ('behavioural', 'functional') and c.live) as other_live
      from plan_content p
      left join {stage.content} c on c.content_id = p.content_id
     group by p.md_id
), leader as (
    select distinct o.md_id
      from {stage.organisation_count} c
      join {stage.organisation} o on o.mdo_id = c.mdo_id
     where c.leaders > 0
), kym as (
    select distinct o.md_id
      from {stage.content} c
      left join karmayogi.kym_course k on k.content_id = c.content_id
     cross join lateral (values (k.mdo_id),
                                (case when karmayogi.portal_fold(c.content_name) like 'know your ministry%' then c.content_provider_id end)) m (mdo_id)
      join {stage.organisation} o on o.mdo_id = m.mdo_id
     where c.live and (k.mdo_id is not null or karmayogi.portal_fold(c.content_name) like 'know your ministry%')
), lacking as (
    -- what the portal's generation lacks, as the reason of whatever needs it
    select max(n.reason) filter (where n.column_name = 'content_provider_id') as provider,
           max(n.reason) filter (where n.column_name = 'content_rating') as rating,
           max(n.reason) filter (where n.column_name = 'language') as language,
           max(n.reason) filter (where n.table_name = 'kcm_content_mapping') as taught,
           min(n.reason) filter (where n.column_name = 'competency_theme_id') as theme
      from (select c.table_name, c.column_name, 'the portal lacks ' || c.table_name || '.' || c.column_name as reason
              from karmayogi.portal_columns() c
             where c.reads is null
               and (c.table_name, c.column_name) in (('content', 'content_provider_id'), ('content', 'content_rating'),
                       ('content', 'language'), ('kcm_content_mapping', 'competency_theme_id'),
                       ('kcm_dictionary', 'competency_theme_id'))) n
), report as (
    select r.* from karmayogi.current_report({as_of}) r
), verified_report as (
    select r.* from karmayogi.current_report({as_of}, true) r
), md_value as materialized (
    -- What is joined with a list of values is materialized: nested loops are off, and what has one in it costs the same
    -- however the rest is done. It is short lists only: the server makes each row of them ready anew, every time.
    -- a verified report takes the place of a computed value; where only reports tell, every report counts
    select e.entity_id as md_id, e.ministry_id, e.state_code, e.central, v.indicator, v.reported, v.empty,
           case when r.report_id is not null then r.numerator else v.numerator end as numerator,
           case when r.report_id is not null then r.denominator else v.denominator end as denominator,
           case when r.report_id is null then v.lacks end as lacks, r.report_id is not null as has_report,
           case when r.report_id is not null then coalesce(r.accepted, false) end as verified
      from {stage.entity} e
      left join plan_course p on p.md_id = e.entity_id
      left join leader l on l.md_id = e.entity_id
      left join kym k on k.md_id = e.entity_id
     cross join lacking n
     cross join lateral (values
           ('1.1', null::bigint, 1::bigint, 'not reported', 'not applicable', true),
           ('2.1', (l.md_id is not null)::int, 1, null, 'not applicable', false),
           ('3.1', null, 1, 'not reported', 'not applicable', true),
           ('3.2', coalesce(p.plan_live, false)::int, 1, null, 'not applicable', false),
           ('3.3', coalesce(p.behavioural and p.functional, false)::int, 1, null, 'not applicable', false),
           ('3.4', coalesce(p.domain, false)::int, 1, null, 'not applicable', false),
           ('3.5', coalesce(p.domain_live, 0), coalesce(p.domain_all, 0), null, 'nothing allotted', false),
           ('3.6', coalesce(p.other_live, 0), coalesce(p.other_all, 0), null, 'nothing allotted', false),
           ('4.3', (k.md_id is not null)::int, 1,
            n.provider, 'not applicable', false),
           ('4.4', null, null, 'not reported', 'not applicable', true),
           ('9.1', null, null, 'not reported', null, true)
           ) v (indicator, numerator, denominator, lacks, empty, reported)
      left join (select true as reported, r.* from report r
                  union all
                 select false, r.* from verified_report r where r.indicator <> '2.1') r
             on r.indicator = v.indicator and r.entity_id = e.entity_id and r.reported = v.reported
     where e.level = 'md' and e.known
), md_level as (
    -- counts of M/Ds count central ones in the government's figure, other figures everything; what M/Ds report
    -- of themselves in numbers (4.4, 9.1) adds up over those that reported
    select m.indicator, m.level, m.entity_id, 'all' as category, coalesce(sum(m.numerator), 0)::bigint as numerator,
           sum(m.denominator)::bigint as denominator, m.empty,
           case when m.reported and bool_or(m.has_report) then null else max(m.lacks) end as lacks,
           bool_and(m.verified) filter (where m.has_report) as verified
      from (select unnest(array['md', 'ministry', 'state', 'government']) as level,
                   unnest(array[m.md_id, m.ministry_id, m.state_code,
                                case when m.central or m.indicator in ('3.5', '3.6', '4.4', '9.1') then 'government' end]) as entity_id, m.*
              from md_value m) m
     where m.entity_id is not null
     group by m.indicator, m.level, m.entity_id, m.empty, m.reported
), md_or_none as (
    -- a portal without central M/Ds has none to count
    select m.* from md_level m
     union all
    select n.indicator, 'government', 'government', 'all', 0, 0, 'not applicable', null, null
      from unnest(array['1.1', '2.1', '3.1', '3.2', '3.3', '3.4', '4.3']) n (indicator)
     where not exists (select from md_level m where m.level = 'government' and m.indicator = n.indicator)
), organisation_sum as (
    -- organisations that are not M/Ds themselves, under the ministry of their M/D
    select v.level, v.entity_id, count(*) as organisations, sum(v.numerator) as numerator,
           count(v.report_id) as reports, bool_and(coalesce(v.accepted, false)) filter (where v.report_id is not null) as verified
      from (select unnest(array['mdo', 'md', 'ministry', 'state', 'government']) as level,
                   unnest(array[o.mdo_id, o.md_id, m.ministry_id, m.state_code, 'government']) as entity_id,
                   r.report_id, r.numerator, r.accepted
              from {stage.organisation} o
              join {stage.entity} m on m.level = 'md' and m.entity_id = o.md_id
              left join report r on r.indicator = '1.2' and r.entity_id = o.mdo_id
             where o.known and o.mdo_id <> o.md_id) v
     where v.entity_id is not null
     group by v.level, v.entity_id
), organisation_level as (
    select '1.2' as indicator, e.level, e.entity_id, 'all' as category, coalesce(s.numerator, 0)::bigint as numerator,
           coalesce(s.organisations, 0) as denominator, 'not applicable' as empty,
           case when s.organisations > 0 and s.reports = 0 then 'not reported' end as lacks, s.verified
      from {stage.entity} e
      left join organisation_sum s on s.level = e.level and s.entity_id = e.entity_id
     where e.known and (e.level <> 'mdo' or s.organisations > 0)
), state_level as materialized (
    -- each of the 36 States and UTs, on the portal or not, and how many of them
    select '2.5' as indicator, v.level, v.entity_id, 'all' as category, coalesce(sum(r.numerator), 0)::bigint as numerator,
           count(*) as denominator, 'not applicable' as empty,
           case when count(r.report_id) = 0 then 'not reported' end as lacks,
           bool_and(coalesce(r.accepted, false)) filter (where r.report_id is not null) as verified
      from karmayogi.state_ut s
      left join report r on r.indicator = '2.5' and r.entity_id = s.state_code
     cross join lateral (values ('state', s.state_code), ('government', 'government')) v (level, entity_id)
     group by v.level, v.entity_id
), theme as (
    select count(*) filter (where t.in_dictionary and 'domain' = any (t.areas)) as domain,
           count(*) filter (where t.in_dictionary and 'domain' = any (t.areas) and t.course) as domain_taught,
           count(*) filter (where t.in_dictionary and t.areas && array['behavioural', 'functional']) as other,
           count(*) filter (where t.in_dictionary and t.areas && array['behavioural', 'functional'] and t.course) as other_taught,
           -- a tag of a theme that is not there is none
           count(*) filter (where t.gender and (t.known or n.theme is not null)) as gender, count(*) filter (where t.gender and t.course) as gender_taught,
           count(*) filter (where t.climate and (t.known or n.theme is not null)) as climate, count(*) filter (where t.climate and t.course) as climate_taught
      from {stage.theme} t
     cross join lacking n
), content as (
    select count(*) filter (where c.course and c.rating is not null) as rated,
           count(*) filter (where c.course and c.rating >= 4) as rated_high
      from {stage.content} c
), spoken as (
    select count(distinct karmayogi.portal_fold(l.language)) as languages
      from {stage.content} c
     cross join lateral unnest(karmayogi.try_portal_list(c.language)) l (language)
     where c.live and not karmayogi.portal_is_missing(l.language)
), institution as (
    select count(*) as institutions, count(*) filter (where i.registered_on <= {as_of}) as registered,
           count(*) filter (where i.accredited_on <= {as_of}) as accredited,
           count(*) filter (where i.qip_completed_on <= {as_of}) as improved,
           count(*) filter (where i.centre_of_excellence_on <= {as_of} and i.stars >= 4) as excellent,
           count(*) filter (where i.registered_on <= {as_of} and i.calendar_published_on <= {as_of}) as calendars
      from karmayogi.csti i
), platform_level as materialized (
    -- the platform and the institutions: the government's figure alone
    select v.indicator, 'government' as level, 'government' as entity_id, 'all' as category, v.numerator, v.denominator,
           v.empty, v.lacks, null::boolean as verified
      from theme t
     cross join content c
     cross join spoken s
     cross join institution i
     cross join lacking n
     cross join (select max(m.numerator) filter (where m.lacks is null) as areas
                   from md_level m where m.indicator = '9.1' and m.level = 'government') a
     cross join lateral (values
           ('4.1', t.domain_taught, t.domain, n.theme, 'not applicable'),
           ('4.2', t.other_taught, t.other, n.theme, 'not applicable'),
           ('5.1', c.rated_high, c.rated, n.rating, 'not applicable'),
           ('7.2', i.registered, i.institutions, case when i.institutions = 0 then 'not reported' end, null),
           ('7.3', i.accredited, i.institutions, case when i.institutions = 0 then 'not reported' end, null),
           ('7.4', i.improved, i.institutions, case when i.institutions = 0 then 'not reported' end, null),
           ('8.1', t.gender_taught, 0, coalesce(n.taught, case when t.gender = 0 then 'nothing tagged' end), null),
           ('8.5', t.climate_taught, karmayogi.target_on('8.5', {as_of}),
            coalesce(n.taught, case when karmayogi.target_on('8.5', {as_of}) is null then 'target not entered'
                                    when t.climate = 0 then 'nothing tagged' end), null),
           ('9.2', i.excellent, a.areas, case when i.institutions = 0 or a.areas is null then 'not reported' end, 'not applicable'),
           ('10.1', s.languages, 0, n.language, null),
           ('10.2', i.calendars, i.registered, case when i.institutions = 0 then 'not reported' end, 'not applicable')
           ) v (indicator, numerator, denominator, lacks, empty)
     union all
    select c.code, 'government', 'government', 'all', r.numerator, r.denominator,
           case when c.unit <> 'count' then 'not applicable' end, case when r.report_id is null then 'not reported' end,
           case when r.report_id is not null then coalesce(r.accepted, false) end
      from karmayogi.indicator c
      left join report r on r.indicator = c.code and r.entity_id = 'platform'
     where c.entity = 'platform' and c.source = 'R'
), entered as (
    -- whether what 2.4 and 8.2 to 8.6 are about is known at all; by themes it is only while the portal has them. What is
    -- entered of somebody or something that the portal has not tells nothing.
    select exists (select from {stage.entity} e where e.level = 'government' and e.pwd > 0) as pwd,
           case when t.gender > 0 and n.taught is not null then n.taught
                when t.gender = 0 and coalesce(g.gender, 0) = 0 then 'nothing tagged' end as gender_lacks,
           case when t.climate > 0 and n.taught is not null then n.taught
                when t.climate = 0 and coalesce(g.climate, 0) = 0 then 'nothing tagged' end as climate_lacks
      from theme t
     cross join lacking n
     cross join (select count(*) filter (where c.tag = 'gender') as gender, count(*) filter (where c.tag = 'climate') as climate
                   from karmayogi.content_tag c
                   join {stage.content} k on k.content_id = c.content_id) g
), official_level as (
    select v.indicator, v.level, v.entity_id, v.category, v.numerator, v.denominator, v.empty,
           case when v.numerator is null or v.denominator is null then v.lacks end as lacks, null::boolean as verified
      from (select '2.2' as indicator, e.level, e.entity_id, 'all' as category, e.registered as numerator,
                   e.strength as denominator, 'strength not entered' as lacks, 'not applicable' as empty
              from {stage.entity} e
             union all
            select '2.3', e.level, e.entity_id, 'female', e.women, e.strength_women, 'strength not entered', 'not applicable'
              from {stage.entity} e
             union all
            select '2.3', e.level, e.entity_id, 'male', e.men, e.strength_men, 'strength not entered', 'not applicable'
              from {stage.entity} e
             union all
            select '2.4', e.level, e.entity_id, 'all', case when (select w.pwd from entered w) then e.pwd end, e.strength_pwd,
                   case when (select w.pwd from entered w) then 'strength not entered' else 'not reported' end, 'not applicable'
              from {stage.entity} e
             union all
            select '3.7', e.level, e.entity_id, 'all', e.cbp_all, e.cbp_any, null, 'nothing allotted'
              from {stage.entity} e
             union all
            select '8.2', e.level, e.entity_id, 'all', case when (select w.gender_lacks from entered w) is null then e.gender_learnt end,
                   e.registered, (select w.gender_lacks from entered w), 'not applicable'
              from {stage.entity} e
             union all
            select '8.3', e.level, e.entity_id, 'all', e.women, e.registered, null, 'not applicable'
              from {stage.entity} e
             union all
            select '8.4', e.level, e.entity_id, 'all',
                   case when (select w.gender_lacks from entered w) is null then e.women_gender_learnt end,
                   e.women, (select w.gender_lacks from entered w), 'not applicable'
              from {stage.entity} e
             union all
            select '8.6', e.level, e.entity_id, 'all', case when (select w.climate_lacks from entered w) is null then e.climate_learnt end,
                   e.registered, (select w.climate_lacks from entered w), 'not applicable'
              from {stage.entity} e) v
), place as (
    -- a number is compared sooner than two texts: the few entities are sorted, the many values by their place
    select p.level, p.entity_id, row_number() over (order by p.level collate "C", p.entity_id collate "C") as place
      from (select e.level, e.entity_id from {stage.entity} e
             union
            select 'state', s.state_code from karmayogi.state_ut s) p
)
select v.indicator collate "C" as indicator, v.level collate "C" as level, v.entity_id collate "C" as entity_id,
       v.category collate "C" as category,
       case when v.lacks is null then karmayogi.tally(v.numerator, v.denominator) end as value,
       coalesce(v.lacks, case when v.denominator = 0 then v.empty end) as reason,
       case when v.lacks is null then v.verified end as verified
  from (select m.indicator, m.level, m.entity_id, m.category, m.numerator, m.denominator, m.lacks, m.empty, m.verified from md_or_none m
         union all
        select o.indicator, o.level, o.entity_id, o.category, o.numerator, o.denominator, o.lacks, o.empty, o.verified from organisation_level o
         union all
        select s.indicator, s.level, s.entity_id, s.category, s.numerator, s.denominator, s.lacks, s.empty, s.verified from state_level s
         union all
        select p.indicator, p.level, p.entity_id, p.category, p.numerator, p.denominator, p.lacks, p.empty, p.verified from platform_level p
         union all
        select o.indicator, o.level, o.entity_id, o.category, o.numerator, o.denominator, o.lacks, o.empty, o.verified from official_level o) v
  join place p on p.level = v.level and p.entity_id = v.entity_id
 -- in the order of indicator_value's key: it is filled the faster for it, and the units of a level stand together
 order by p.place, indicator, category
$sql$
-- What was found while reading: counts that the gate judges (SPEC 9).
when 'finding' then $sql$
with enrolment as (
    select e.* from {stage.enrolment_count} e
), pair as (
    select coalesce(sum(c.enrolled), 0) as pairs, coalesce(sum(c.completed), 0) as completions,
           coalesce(sum(c.certificates), 0) as certificates,
           coalesce(sum(c.completed) filter (where c.content_id in (select x.content_id from {stage.content} x)), 0) as known_completions
      from {stage.content_count} c
), person as (
    select p.* from {stage.person_count} p
), counted as (
    select coalesce(sum(c.registered) filter (where o.known), 0) as placed, coalesce(sum(c.women), 0) as women,
           coalesce(sum(c.men), 0) as men, coalesce(sum(c.leaders), 0) as leaders, coalesce(sum(c.cbp_any), 0) as allotted
      from {stage.organisation_count} c
      left join {stage.organisation} o on o.mdo_id = c.mdo_id
), organisation as (
    select count(*) filter (where not o.known) as unknown_organisations,
           count(*) filter (where o.known and m.ministry_id <> o.ministry_id) as astray,
           count(*) filter (where o.known and (o.md_id <> o.mdo_id or o.ministry_id <> o.mdo_id)) as placed,
           count(distinct o.state_code) as states,
           count(distinct m.ministry_id) filter (where m.known and m.central) as union_ministries
      from {stage.organisation} o
      join {stage.entity} m on m.level = 'md' and m.entity_id = o.md_id
), plan as (
    select count(*) as row_count, count(*) filter (where p.unreadable) as unreadable, count(*) filter (where p.live) as live,
           count(*) filter (where p.live and p.org_id in (select o.mdo_id from {stage.organisation} o where o.known)) as placed,
           count(*) filter (where p.live and c.content_id is not null) as known,
           count(*) filter (where p.live and karmayogi.portal_fold(c.content_type) = 'standalone assessment') as assessments
      from {stage.plan} p
      left join {stage.content} c on c.content_id = p.content_id
), plan_status as (
    select sum(p.row_count) as row_count,
           coalesce(sum(p.row_count) filter (where coalesce(karmayogi.portal_fold(p.status) not in ('live', 'draft', 'retire', 'retired'), true)), 0) as unknown
      from (select c.status, count(*) as row_count from {portal.cb_plan} c group by c.status) p
), audience as (
    select count(*) as audiences, count(*) filter (where not a.intelligible) as unintelligible,
           count(*) filter (where a.intelligible and a.other_criteria
                              and exists (select from unnest(string_to_array(a.allotment_type, '|')) t (criterion)
                                           where karmayogi.portal_fold(t.criterion) = any (c.lacks))) as not_known
      from {stage.audience} a
     cross join (select array_agg(k.column_name) as lacks
                   from karmayogi.portal_columns() k
                  where k.table_name = 'user_detail' and k.reads is null) c
), content as (
    select count(*) as contents, count(*) filter (where c.unreadable) as unreadable,
           count(*) filter (where c.unreadable_rating) as unreadable_rating, count(*) filter (where c.live) as live,
           count(*) filter (where c.live and c.content_id in (select a.content_id from {stage.content_area} a)) as mapped,
           count(*) filter (where c.live and c.content_provider_id in (select o.mdo_id from {stage.organisation} o where o.known)) as placed
      from {stage.content} c
), theme as (
    select count(*) filter (where t.in_dictionary and t.course) as taught from {stage.theme} t
), event as (
    select count(*) as events,
           count(*) filter (where not karmayogi.portal_is_missing(v.duration) and karmayogi.portal_seconds(v.duration) is null) as unreadable
      from {portal.events} v
), register as (
    -- rows that meet nothing of the portal: mistyped, or of what is gone
    select (select count(*) from karmayogi.pwd_official) as pwd_officials,
           (select coalesce(sum(c.pwd), 0) from {stage.organisation_count} c) as registered_pwd,
           (select count(distinct s.mdo_id) from karmayogi.strength s
             where s.covers = 'own' and s.mdo_id not in (select o.mdo_id from {stage.organisation} o where o.known)) as strengths,
           (select count(distinct s.mdo_id) from karmayogi.strength s
             where s.covers = 'attached' and s.mdo_id not in (select o.md_id from {stage.organisation} o where o.known)) as attached,
           (select count(*) from karmayogi.kym_course k
             where k.mdo_id not in (select o.mdo_id from {stage.organisation} o where o.known)) as kym_places,
           (select count(*) from karmayogi.kym_course k where k.content_id not in (select c.content_id from {stage.content} c)) as kym_courses,
           (select count(*) from karmayogi.content_tag t where t.content_id not in (select c.content_id from {stage.content} c)) as content_tags,
           (select count(*) from {stage.theme} t where not t.known and (t.gender or t.climate)) as theme_tags
), attendance as (
    -- as it stands in the portal, so that where that is on another machine, it is counted there
    select count(*) as row_count,
           count(*) - count(*) filter (where e.status in ('not-enrolled', 'not-started', 'in-progress', 'completed')) as unknown_status,
           count(*) filter (where not karmayogi.portal_is_missing(e.duration) and karmayogi.portal_seconds(e.duration) is null) as unreadable
      from {raw.events_enrolment} e
)
select f.table_name collate "C" as table_name, f.check_name collate "C" as check_name, f.found::numeric as found, f.among::numeric as among, f.text_value
  from enrolment e, pair r, person p, counted d, organisation o, plan l, plan_status s, audience a, content c, theme m, event v, register g,
       attendance t,
       lateral (values
           ('user_enrolments', 'rows', e.row_count, null::numeric, e.generated),
           ('user_enrolments', 'enrolments of users that user_detail lacks', e.unknown_users, e.row_count, null),
           ('user_enrolments', 'enrolments without content_id', e.without_content, e.row_count, null),
           ('user_enrolments', 'unknown user_consumption_status', e.unknown_status, e.row_count, null),
           ('user_enrolments', 'unreadable first_completed_on', e.unreadable_first, e.row_count, null),
           ('user_enrolments', 'unreadable last_completed_on', e.unreadable_last, e.row_count, null),
           ('user_enrolments', 'unreadable content_last_accessed_on', e.unreadable_accessed, e.row_count, null),
           ('user_enrolments', 'enrolments', r.pairs, null, null),
           ('user_enrolments', 'completions', r.completions, null, null),
           ('user_enrolments', 'completions of known contents', r.known_completions, r.completions, null),
           ('user_enrolments', 'certificates', r.certificates, null, null),
           ('user_detail', 'rows', p.row_count, null, p.generated),
           ('user_detail', 'persons', p.persons, null, null),
           ('user_detail', 'registered officials', p.registered, null, null),
           ('user_detail', 'registered officials of an organisation', d.placed, null, null),
           ('user_detail', 'registered women', d.women, null, null),
           ('user_detail', 'registered men', d.men, null, null),
           ('user_detail', 'registered MDO leaders', d.leaders, null, null),
           ('user_detail', 'left out: not active', p.not_active, p.persons, null),
           ('user_detail', 'left out: not my user', p.not_my_user, p.persons, null),
           ('user_detail', 'left out: volunteer', p.volunteers, p.persons, null),
           ('user_detail', 'officials without an organisation', p.without_organisation, p.registered, null),
           ('user_detail', 'unreadable profile_last_updated_date', p.unreadable, p.persons, null),
           ('user_detail', 'unreadable user_registration_date', p.unreadable_registration, p.persons, null),
           ('user_detail', 'unknown status', p.unknown_status, p.persons, null),
           ('user_detail', 'officials with allotted courses', d.allotted, null, null),
           ('org_hierarchy', 'organisations of a ministry or department', o.placed, null, null),
           ('org_hierarchy', 'States and Union Territories', o.states, null, null),
           ('org_hierarchy', 'ministries of the Union', o.union_ministries, null, null),
           ('org_hierarchy', 'organisations that org_hierarchy lacks', o.unknown_organisations, null, null),
           ('org_hierarchy', 'organisations of another ministry than their M/D', o.astray, null, null),
           ('cb_plan', 'live rows of an organisation', l.placed, l.live, null),
           ('cb_plan', 'live rows of a known content', l.known, l.live, null),
           ('cb_plan', 'live rows of a standalone assessment', l.assessments, l.live, null),
           ('cb_plan', 'unreadable due_by', l.unreadable, l.row_count, null),
           ('cb_plan', 'unknown status', s.unknown, s.row_count, null),
           ('cb_plan', 'audiences that are not intelligible', a.unintelligible, a.audiences, null),
           ('cb_plan', 'audiences by what user_detail lacks', a.not_known, null, null),
           ('content', 'live contents', c.live, null, null),
           ('content', 'live contents of a competency area', c.mapped, null, null),
           ('content', 'live contents of an organisation', c.placed, null, null),
           ('content', 'unreadable content_duration', c.unreadable, c.contents, null),
           ('content', 'unreadable content_rating', c.unreadable_rating, c.contents, null),
           ('kcm_dictionary', 'themes with a live course', m.taught, null, null),
           ('events', 'unreadable duration', v.unreadable, v.events, null),
           ('events_enrolment', 'unknown status', t.unknown_status, t.row_count, null),
           ('events_enrolment', 'unreadable duration', t.unreadable, t.row_count, null),
           ('pwd_official', 'registered officials that user_detail lacks', g.pwd_officials - g.registered_pwd, g.pwd_officials, null),
           ('strength', 'organisations that org_hierarchy lacks', g.strengths, null, null),
           ('strength', 'M/Ds that org_hierarchy lacks', g.attached, null, null),
           ('kym_course', 'organisations that org_hierarchy lacks', g.kym_places, null, null),
           ('kym_course', 'contents that content lacks', g.kym_courses, null, null),
           ('content_tag', 'contents that content lacks', g.content_tags, null, null),
           ('competency_tag', 'themes that the portal lacks', g.theme_tags, null, null)
       ) f (table_name, check_name, found, among, text_value)
 where f.found is not null
$sql$
end;
comment on function karmayogi.value_sql(text) is
    'Private: the statement of one of the last stages of the plain-SQL engine: entity, indicator, finding. SPEC 5, 7, 9.';

create function karmayogi.stages() returns text[]
language sql immutable parallel safe
return array['content', 'content_theme', 'content_area', 'theme', 'tag', 'plan', 'audience', 'reach', 'person', 'mdo', 'organisation',
             'member', 'requirement', 'allotment', 'enrolment', 'progress', 'organisation_count', 'content_count', 'person_count', 'enrolment_count',
             'entity', 'indicator', 'finding', 'course'];
comment on function karmayogi.stages() is 'Private: the stages of the plain-SQL engine in the order in which they read each other. SPEC 2.';

create function karmayogi.engine_sql(stages text[], final text, as_of date, only_user text default null) returns text
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select karmayogi.bind_sql(
               -- stages are named apart from what they call their own parts
               'with ' || string_agg(format('{stage.%s} as materialized (%s)', s.stage,
                                            coalesce(karmayogi.sharded_sql(s.stage), karmayogi.stage_sql(s.stage), karmayogi.value_sql(s.stage))), ', ' order by s.position)
               || ' ' || $2, 'stage_', $3, $4)
      from unnest($1) with ordinality s (stage, position);
end;
comment on function karmayogi.engine_sql(text[], text, date, text) is
    'Private: one statement that computes the stages and then the final query over {stage.X}, writing nothing.';


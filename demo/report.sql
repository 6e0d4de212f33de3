-- What the demo shows of the newest snapshot: plain queries on karmayogi's
-- views, cut to 120 columns.
--
--   psql -X -f demo/report.sql

\set QUIET on
\set ON_ERROR_STOP on
\pset pager off
\pset footer off
\pset null '-'
set client_min_messages = warning;

create function pg_temp.cut(t text, width int) returns text
    language sql immutable
    return case when length(t) > width then left(t, width - 1) || '…' else t end;

select as_of, scheme, case when official_scheme then 'official' else 'not official' end as standing,
       (select count(*) from karmayogi.mdo_ranking where rank is not null) as ranked,
       (select count(*) from karmayogi.mdo_ranking where rank is null) as unranked
  from karmayogi.snapshot
 order by snapshot_id desc
 limit 1
\gset

\echo
\echo The ranking of Ministries and Departments as of :as_of
\echo '(':ranked ranked, :unranked 'not; weights of scheme' :scheme, :standing')'
select rank, pg_temp.cut(md_name, 42) as "Ministry/Department", round(onboarding, 2) as "on-board.",
       round(kym, 2) as "KYM", round(course_completion, 2) as courses, round(acbp, 2) as "ACBP",
       round(score, 4) as score, size_class as size, registered
  from karmayogi.mdo_ranking
 order by rank nulls last, md_name
 limit 10;

select md_id as first_md, md_name as first_name
  from karmayogi.mdo_ranking
 order by rank nulls last, md_name
 limit 1
\gset
\echo Where the score of the first comes from: :first_name
select parameter, indicator as "ind.", numerator || '/' || denominator as tally, round(value, 2) as value,
       round(weight, 2) as weight, points_earned as earned, points_lost as lost, pg_temp.cut(closes, 42) as "what closes it"
  from karmayogi.score_breakdown
 where md_id = :'first_md';

\echo Not ranked, and why
select pg_temp.cut(md_name, 50) as "Ministry/Department", registered, pg_temp.cut(reason, 52) as reason
  from karmayogi.mdo_ranking
 where rank is null
 order by registered desc, md_name
 limit 5;

\echo On-boarding at this moment, straight from the portal
select level, pg_temp.cut(entity_name, 50) as name, registered, strength, onboarding as percent, pg_temp.cut(reason, 24) as reason
  from karmayogi.onboarding_now()
 where level in ('government', 'md')
 order by level = 'government' desc, registered desc, entity_name
 limit 10;

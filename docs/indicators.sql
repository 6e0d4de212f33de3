-- Prints docs/indicators.md from the catalogue. scripts/indicators.sh writes the
-- page; test/t/090_docs.pl fails where page and catalogue differ.
--
--   psql -X -q -A -t -v ON_ERROR_STOP=1 -f docs/indicators.sql

set search_path = pg_catalog, pg_temp;
set client_min_messages = warning;

select '# The 47 indicators

What each indicator of the annexure of Office Memorandum T-28/62/2024-iGOT of 8 August 2024 counts, from which columns, and where its
edges are. This page is made from the tables `karmayogi.indicator` and `karmayogi.indicator_note` by `scripts/indicators.sh`; change
it there. [meanings.md](meanings.md) says who counts, what an M/D is, and what holds of all of them.

Titles, means of verification, frequencies and responsibilities are in the words of the annexure. Every value is a pair of numerator
and denominator (`karmayogi.indicator_value`, `karmayogi.kpi_annexure`); where there is none, the reason stands beside it. Above the
level of one value, pairs add up. Tables without a schema are the portal''s; `roles`, `org_id` and the like are their columns.
';

select case when i.code = min(i.code) over (partition by i.kpi order by i.position)
            then E'\n## KPI-' || i.kpi || ': '
                 -- the annexure's heading stands once, in the comment of the KPI's table
                 || (regexp_match(obj_description(('karmayogi.kpi_' || i.kpi)::regclass, 'pg_class'),
                                  'August 2024, (.*), as its table reads'))[1] || E'\n'
            else '' end
       || E'\n### ' || i.code || ' ' || i.title || E'\n\n' || i.definition
       || E'\n\n| | |\n|---|---|'
       || E'\n| Numerator | ' || i.numerator || ' |'
       || E'\n| Denominator | ' || coalesce(nullif(i.denominator, ''), 'none: a count') || ' |'
       || E'\n| Unit | ' || i.unit || ' |'
       || E'\n| Source | ' || case i.source when 'P' then 'P: computed from the portal'
                                            when 'R' then case i.entity when 'csti' then 'R: counted from the register `karmayogi.csti`'
                                                               else 'R: reported with `karmayogi.submit_report`' end
                                            else 'P*: computed from the portal, a verified report overrides' end || ' |'
       || E'\n| One value speaks of | ' || case i.entity when 'md' then 'a Ministry/Department' when 'mdo' then 'an organisation'
                                                         when 'state' then 'a State or Union Territory'
                                                         when 'csti' then 'the training institutions' else 'the platform' end || ' |'
       || E'\n| Levels | ' || array_to_string(karmayogi.rule_levels(i.code), ', ') || ' |'
       || E'\n| Reads | ' || regexp_replace(n.source_columns, '([a-z_.]+) \(', '`\1` (', 'g') || ' |'
       || E'\n| Means of verification | ' || i.verification || ' |'
       || E'\n| Frequency | ' || i.frequency || ' |'
       || E'\n| Responsibility | ' || i.responsibility || ' |'
       || E'\n| What raises it | ' || i.remedy || ' |'
       || E'\n| Ordered by | ' || i.memorandum || ' |'
       || E'\n\nEdge cases:\n\n' || (select string_agg('- ' || e.said, E'\n' order by e.n)
                                       from unnest(n.edge_cases) with ordinality e (said, n))
  from karmayogi.indicator i
  join karmayogi.indicator_note n on n.indicator = i.code
 order by i.position;

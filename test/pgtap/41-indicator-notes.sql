-- What each indicator reads and where its edges are: complete, about columns that there are, in agreement with the
-- catalogue.
begin;
set local search_path = public, pg_catalog;
select no_plan();

select results_eq('select indicator from karmayogi.indicator_note order by indicator',
    'select code from karmayogi.indicator order by code', 'every indicator has its note');

create temp table said as
select n.indicator, r.part[1] as table_name, btrim(c.name) as column_name
from karmayogi.indicator_note n
cross join lateral regexp_matches(n.source_columns, '([a-z_.]+) \(([^)]*)\)', 'g') r (part)
cross join lateral string_to_table(r.part[2], ',') c (name);

select is_empty($$select indicator from karmayogi.indicator_note
    where regexp_replace(source_columns, '[a-z_.]+ \([a-z_]+(, [a-z_]+)*\)(, |$)', '', 'g') <> ''$$,
    'what is read is a list of tables with their columns');
select is_empty($$select distinct table_name, column_name from said s
    where table_name not like 'karmayogi.%' and not exists (
        select from karmayogi.portal_need n where (n.table_name, n.column_name) = (s.table_name, s.column_name))$$,
    'the portal columns are columns that karmayogi reads');
select is_empty($$select distinct table_name, column_name from said s
    where table_name like 'karmayogi.%' and not exists (
        select from pg_attribute a
        where a.attrelid = to_regclass(s.table_name) and a.attname = s.column_name and a.attnum > 0)$$,
    'the columns of registers are there');
select is_empty($$select indicator, table_name, column_name from said
    group by indicator, table_name, column_name having count(*) > 1$$, 'nothing is read twice');

-- A reported indicator reads reports and nothing of the portal but the tree; a computed one reads the portal.
select is_empty($$select code from karmayogi.indicator i
    where (source in ('R', 'P*') and entity <> 'csti')
          <> exists (select from said s where s.indicator = i.code and s.table_name = 'karmayogi.report')
      and code <> '9.2'$$, 'reports are read where the catalogue takes reports');
select is_empty($$select code from karmayogi.indicator i where source = 'R' and exists (
        select from said s where s.indicator = i.code
                             and s.table_name not like 'karmayogi.%' and s.table_name <> 'org_hierarchy')$$,
    'a reported indicator reads no more of the portal than the tree');
select is_empty($$select code from karmayogi.indicator i where source <> 'R' and not exists (
        select from said s where s.indicator = i.code and s.table_name not like 'karmayogi.%')$$,
    'a computed indicator reads the portal');

select is_empty($$select indicator, e from karmayogi.indicator_note, unnest(edge_cases) e
    where e is null or e !~ '^[A-Z0-9].*\.$' or e ~ '  |\n'$$, 'edge cases are sentences');
select is_empty($$select indicator, e from karmayogi.indicator_note, unnest(edge_cases) e
    group by indicator, e having count(*) > 1$$, 'none is said twice');
select is_empty($$select a.attname from pg_attribute a
    where a.attrelid = 'karmayogi.indicator_note'::regclass and a.attnum > 0
      and col_description(a.attrelid, a.attnum) is null$$, 'every column is commented');
select is_empty($$select 1 from pg_extension where extname = 'karmayogi'
    and 'karmayogi.indicator_note'::regclass = any (extconfig)$$, 'the notes come with the extension and not with a dump');

select * from finish();
rollback;

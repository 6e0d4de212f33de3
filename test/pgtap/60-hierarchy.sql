-- The hierarchy on every indicator: the tallies of a ministry's M/Ds add up to
-- the ministry's, those of all M/Ds to the government's. On a portal with seven
-- ministries, two States and everything that can be reported, some of it not.
begin;
\ir ../fixture/hand.sql
select plan(25);

-- Ministries n1 to n7, of which n6 is Kerala and n7 Bihar; each with one to three departments (nXdY) of up to three offices (nXdYoZ),
-- and an office of the ministry itself (nXo). n5 has no department.
insert into hand.org_hierarchy (mdo_id, mdo_name, ministry_id, department_id, data_last_generated_on)
select 'n' || i, case i when 6 then 'Kerala' when 7 then 'Bihar' else 'Ministry ' || i end, null, null, '2025-04-01 02:00:00 AM' from generate_series(1, 7) i
 union all
select 'n' || i || 'o', 'Office of ' || i, 'n' || i, null, '2025-04-01 02:00:00 AM' from generate_series(1, 7) i
 union all
select 'n' || i || 'd' || d, 'Department ' || i || '.' || d, 'n' || i, null, '2025-04-01 02:00:00 AM'
  from generate_series(1, 7) i, generate_series(1, i % 3 + 1) d where i <> 5
 union all
select 'n' || i || 'd' || d || 'o' || o, 'Office ' || i || '.' || d || '.' || o, 'n' || i, 'n' || i || 'd' || d, '2025-04-01 02:00:00 AM'
  from generate_series(1, 7) i, generate_series(1, i % 3 + 1) d, generate_series(1, (i + d) % 3 + 1) o where i <> 5;
-- an office whose own row names another ministry than its department's, and one whose row names a State
update hand.org_hierarchy set ministry_id = case mdo_id when 'n1d1o1' then 'n2' else 'n6' end where mdo_id in ('n1d1o1', 'n2d1o1');
-- 1,200 officials over the organisations
insert into hand.user_detail (user_id, mdo_id, status, gender, roles, data_last_generated_on)
select 'u' || i, o.mdo_id, 1, (array['F', 'M', 'M', 'Other', null])[i * 7 % 5 + 1], case when i % 37 = 0 then 'MDO_LEADER' else 'PUBLIC' end, '2025-04-01 02:00:00 AM'
  from generate_series(1, 1200) i
  join (select mdo_id, row_number() over (order by mdo_id collate "C") as n, count(*) over () as all_of from hand.org_hierarchy) o
         on o.n = (i * 31 + i / 7) % o.all_of + 1;
-- 30 contents of three areas and eight themes, one in five not live
insert into hand.content (content_id, content_name, content_type, content_status, content_rating, language, content_provider_id, data_last_generated_on)
select 'c' || i, case when i % 6 = 0 then 'Know Your Ministry ' else 'Course ' end || i, case when i % 11 = 0 then 'Standalone Assessment' else 'Course' end,
       case when i % 5 = 0 then 'Retired' else 'Live' end, 3 + i % 4 * 0.5, (array['Hindi', 'English', 'Tamil'])[i % 3 + 1], 'n' || i % 7 + 1, '2025-04-01 02:00:00 AM'
  from generate_series(1, 30) i;
insert into hand.kcm_dictionary (competency_area_id, competency_area, competency_theme_id, data_last_generated_on)
select 'A' || t % 3, (array['Behavioural', 'Domain', 'Functional'])[t % 3 + 1], 'T' || t, '2025-04-01 02:00:00 AM' from generate_series(1, 8) t;
insert into hand.kcm_content_mapping (course_id, competency_area_id, competency_theme_id, data_last_generated_on)
select 'c' || i, 'A' || t % 3, 'T' || t, '2025-04-01 02:00:00 AM' from generate_series(1, 30) i, lateral (values (i % 8 + 1), (i * 3 % 7 + 1)) v (t);
-- two organisations in three have a plan for all of theirs, with two contents
insert into hand.cb_plan (cb_plan_id, org_id, status, allotment_type, allotment_to, content_id, due_by, data_last_generated_on)
select 'P' || n, mdo_id, case when n % 7 = 0 then 'Draft' else 'Live' end, 'AllUser', 'All', 'c' || (n * k) % 30 + 1, '2025-03-01', '2025-04-01 02:00:00 AM'
  from (select mdo_id, row_number() over (order by mdo_id collate "C") as n from hand.org_hierarchy) o, generate_series(2, 3) k
 where n % 3 <> 0;
insert into hand.user_enrolments (user_id, content_id, batch_id, user_consumption_status, data_last_generated_on)
select 'u' || i, 'c' || c, '1', case when (i + c) % 3 = 0 then 'in-progress' else 'completed' end, '2025-04-01 02:00:00 AM'
  from generate_series(1, 1200) i, generate_series(1, 30) c where (i * c) % 4 < 2;
-- the register: every organisation's strength, tags, PwD; the reports, of every third M/D and every second organisation
insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd) select mdo_id, '2024-04-01', 40, 15, 3 from hand.org_hierarchy;
insert into karmayogi.pwd_official (user_id) select 'u' || i from generate_series(10, 1200, 30) i;
insert into karmayogi.competency_tag (competency_theme_id, tag) values ('T2', 'gender'), ('T3', 'gender'), ('T3', 'climate'), ('T8', 'climate');
insert into karmayogi.target (indicator, financial_year, target) values ('8.5', '2024-25', 3);
insert into karmayogi.csti (institution_id, name, registered_on, stars, calendar_published_on, centre_of_excellence_domain, centre_of_excellence_on)
values ('A', 'Academy', '2024-01-01', 5, '2024-01-01', 'Audit', '2024-01-01');
select pg_temp.publish();  -- so that the tree is known
create temp table place as
select o.mdo_id, o.md_id, u.ministry_id, u.state_code, row_number() over (order by o.mdo_id) as n
  from karmayogi.snapshot_org o
  join karmayogi.snapshot_unit u on u.snapshot_id = o.snapshot_id and u.level = 'md' and u.entity_id = o.md_id
 where o.snapshot_id = karmayogi.newest_snapshot();
select pg_temp.reports(i, m.md_id, n, d)
  from (select md_id, min(n) as n0 from place where md_id = mdo_id group by md_id) m,
       lateral (values ('1.1', m.n0 % 2, 1), ('3.1', (m.n0 + 1) % 2, 1), ('4.4', m.n0, m.n0 + 3), ('9.1', m.n0 % 4, 0)) v (i, n, d)
 where m.n0 % 3 <> 0;
select pg_temp.reports(i, m.md_id, n, d, true)
  from (select md_id, min(n) as n0 from place where md_id = mdo_id group by md_id) m,
       lateral (values ('3.2', 0, 1), ('3.3', 1, 1), ('3.4', 1, 1), ('3.5', 3, 7), ('3.6', 5, 5), ('4.3', 1, 1)) v (i, n, d)
 where m.n0 % 5 = 0;
select pg_temp.reports('1.2', mdo_id, n % 3 / 2, 1) from place where md_id <> mdo_id and n % 2 = 0;
select pg_temp.reports('2.5', state_code, 1, 1) from karmayogi.state_ut where state_code < 'IN-H';
select pg_temp.reports(code, 'platform', 1, case unit when 'count' then 0 else 1 end) from karmayogi.indicator where entity = 'platform' and source = 'R';
select pg_temp.publish();

create temp table figure as
select k.indicator, i.entity, i.unit, k.level, k.entity_id, k.category, k.numerator, k.denominator, k.reason, u.ministry_id, u.state_code, u.central, u.known
  from karmayogi.kpi_annexure k
  join karmayogi.indicator i on i.code = k.indicator
  left join karmayogi.snapshot_unit u on u.snapshot_id = karmayogi.newest_snapshot() and u.level = k.level and u.entity_id = k.entity_id;

select is((select count(distinct indicator) from figure), 47::bigint, 'every indicator has rows');
select is((select count(*) from figure where entity in ('platform', 'csti') and level <> 'government'), 0::bigint, 'the platform and institutions have government alone');
select is((select string_agg(distinct level, ' ') from figure where entity = 'state'), 'government state', 'States are of States and government');
select is((select count(distinct indicator) from figure where entity = 'md' and level in ('md', 'ministry', 'state', 'government') group by level order by 1 limit 1),
          (select count(*) from karmayogi.indicator where entity = 'md'), 'indicators of M/Ds have four levels');
select is((select count(distinct indicator) from figure where entity = 'mdo' group by level order by 1 limit 1),
          (select count(*) from karmayogi.indicator where entity = 'mdo'), 'indicators of organisations have five');
select is((select count(*) from figure where (numerator is null or (unit <> 'count' and denominator = 0)) <> (reason is not null)), 0::bigint,
          'a reason exactly where no number can be shown');
select is((select count(*) from figure where unit = 'count' and denominator <> 0), 0::bigint, 'a count has no denominator');
select is((select count(*) from karmayogi.kpi_annexure where (value is null) <> (reason is not null)), 0::bigint, 'kpi_annexure: nor a value without a number');

-- The sum over the M/Ds of a group beside the group's own figure. Where a value counts only complete sums
-- (strength) all parts are known here; where only reports tell, the silent ones add nothing.
create temp table added as
select f.indicator, f.category, v.level, v.entity_id, sum(f.numerator) as numerator, sum(f.denominator) as denominator
  from figure f
  join karmayogi.indicator i on i.code = f.indicator
 cross join lateral (values ('ministry', f.ministry_id), ('state', f.state_code),
                            ('government', case when i.entity = 'md' and i.unit = 'yes/no' and not f.central then null else 'government' end)) v (level, entity_id)
 where f.level = 'md' and v.entity_id is not null
 group by f.indicator, f.category, v.level, v.entity_id;
-- 1.1 and 3.1 keep silent M/Ds in the denominator, 1.2 silent organisations: one more each
update added a set denominator = (select count(*) from figure f where f.indicator = a.indicator and f.level = 'md'
                                   and case a.level when 'ministry' then f.ministry_id = a.entity_id when 'state' then f.state_code = a.entity_id else f.central end)
 where a.indicator in ('1.1', '3.1') and a.numerator is not null;
update added a set denominator = (select count(*) from place p
                                   where p.mdo_id <> p.md_id and case a.level when 'ministry' then p.ministry_id = a.entity_id when 'state' then p.state_code = a.entity_id else true end)
 where a.indicator = '1.2' and a.numerator is not null;
select is((select string_agg(concat_ws(' ', a.indicator, a.level, a.entity_id, a.category, a.numerator || '/' || a.denominator, 'not', f.numerator || '/' || f.denominator), ', ')
             from added a
             join figure f using (indicator, category, level, entity_id)
            where a.level = l and (a.numerator, a.denominator) is distinct from (f.numerator, f.denominator)), null, 'M/Ds add up: ' || l)
  from unnest(array['ministry', 'state', 'government']) l;
select cmp_ok((select count(*) from added a join figure f using (indicator, category, level, entity_id) where f.numerator > 0), '>', 150::bigint, 'on figures that are not zero');
select is((select string_agg(distinct a.indicator, ' ' order by a.indicator) from added a join figure f using (indicator, category, level, entity_id) where f.numerator > 0 and a.level = 'government'),
          (select string_agg(code, ' ' order by code) from karmayogi.indicator where entity in ('md', 'mdo')), 'of every indicator that has M/Ds');

-- Organisations add up to their M/D wherever an official counts, and where an organisation reports.
select is((select string_agg(concat_ws(' ', s.indicator, s.md_id, s.category, s.numerator || '/' || s.denominator, 'not', f.numerator || '/' || f.denominator), ', ')
             from (select f.indicator, f.category, p.md_id, sum(f.numerator) as numerator,
                          case when f.indicator = '1.2' and sum(f.numerator) is not null then count(*) else sum(f.denominator) end as denominator
                     from figure f join place p on p.mdo_id = f.entity_id where f.level = 'mdo' group by 1, 2, 3) s
             join figure f on f.indicator = s.indicator and f.category = s.category and f.level = 'md' and f.entity_id = s.md_id
            where (s.numerator, s.denominator) is distinct from (f.numerator, f.denominator)), null, 'organisations add up to their M/D');
select is((select count(distinct indicator) from figure where level = 'mdo' and numerator > 0), (select count(*) from karmayogi.indicator where entity = 'mdo'), 'on figures that are not zero');

-- Counts of M/Ds: government's denominator is the number of central M/Ds, of which there are n1 (2 departments, itself), n2 (3), n3 (1), n4 (2), n5.
select is((select string_agg(distinct denominator::text, ' ') from figure where level = 'government' and entity = 'md' and unit = 'yes/no'), '13',
          'counts of M/Ds: 2 + 3 + 1 + 2 departments and five ministries');
select is((select denominator from figure where indicator = '2.5' and level = 'government'), 36::bigint, '2.5: of 36 States and UTs');
select is((select numerator from figure where indicator = '2.5' and level = 'government'),
          (select sum(numerator)::bigint from figure where indicator = '2.5' and level = 'state'), '2.5: the States add up');

-- compute_indicators tells the same of all that is computed, and nothing of the rest
select set_eq($$select c.indicator, c.level, c.entity_id, c.category, c.value::text, c.reason from karmayogi.compute_indicators('2025-03-31') c$$,
              $$select f.indicator, f.level, f.entity_id, f.category, f.numerator || '/' || f.denominator, f.reason from figure f
                  join karmayogi.indicator i on i.code = f.indicator where i.source <> 'R'$$, 'compute_indicators: the same figures straight from the portal');

-- The tables of the annexure: together they are kpi_annexure
create temp table tables as
          select 1 as kpi, t.* from karmayogi.kpi_1 t union all select 2, t.* from karmayogi.kpi_2 t union all select 3, t.* from karmayogi.kpi_3 t
union all select 4, t.* from karmayogi.kpi_4 t union all select 5, t.* from karmayogi.kpi_5 t union all select 6, t.* from karmayogi.kpi_6 t
union all select 7, t.* from karmayogi.kpi_7 t union all select 8, t.* from karmayogi.kpi_8 t union all select 9, t.* from karmayogi.kpi_9 t
union all select 10, t.* from karmayogi.kpi_10 t;
select is((select count(*) from (
              (select kpi, indicator, level, entity_id, entity_name, category, numerator, denominator, as_of, verified, reason from tables
               except all select kpi, title, level, entity_id, entity_name, category, numerator, denominator, as_of, verified, reason from karmayogi.kpi_annexure)
              union all
              (select kpi, title, level, entity_id, entity_name, category, numerator, denominator, as_of, verified, reason from karmayogi.kpi_annexure
               except all select kpi, indicator, level, entity_id, entity_name, category, numerator, denominator, as_of, verified, reason from tables)) d), 0::bigint,
          'kpi_1 to kpi_10 are kpi_annexure');
select is((select string_agg(distinct case when value ~ '^\d+\.\d\d %$' then 'percent' when value ~ '^\d+$' then 'count' when value ~ '^(yes|no|\d+ of \d+)$' then 'yes/no' else value end
                             || '=' || i.unit, ' ') from tables t join karmayogi.indicator i on i.title = t.indicator where value is not null),
          'count=count percent=percent yes/no=yes/no', 'percentages with two decimals, counts without, facts as yes and no');
select is((select count(*) from tables where (value is null) <> (reason is not null)), 0::bigint, 'a reason exactly where there is no value');
select is((select string_agg(column_name, ', ' order by ordinal_position) from information_schema.columns where table_schema = 'karmayogi' and table_name = 'kpi_annexure'),
          'kpi, indicator, title, level, entity_id, entity_name, category, numerator, denominator, value, unit, source, frequency, responsibility, as_of, verified, reason',
          'the columns of kpi_annexure');
select is((select string_agg(t || ': ' || karmayogi.shown_value(u, e, l, v), ', ' order by t) from (values
              ('a', 'percent', 'mdo', 'mdo', karmayogi.tally(1, 3)), ('b', 'percent', 'mdo', 'md', karmayogi.tally(1, 0)), ('c', 'count', 'md', 'md', karmayogi.tally(12, 0)),
              ('d', 'yes/no', 'md', 'md', karmayogi.tally(1, 1)), ('e', 'yes/no', 'md', 'ministry', karmayogi.tally(1, 1)), ('f', 'yes/no', 'platform', 'government', karmayogi.tally(0, 1)),
              ('g', 'yes/no', 'md', 'government', karmayogi.tally(66, 94)), ('h', 'yes/no', 'state', 'state', karmayogi.tally(1, 1)), ('i', 'yes/no', 'mdo', 'md', karmayogi.tally(0, 0)),
              ('j', 'count', 'md', 'md', null)) s (t, u, e, l, v)),
          'a: 33.33 %, c: 12, d: yes, e: 1 of 1, f: no, g: 66 of 94, h: yes', 'shown_value: b, i and j have nothing to show');
-- one entity of a level is read by the primary key
create function pg_temp.plan(query text) returns text language plpgsql as $$
declare l text; t text := ''; begin for l in execute 'explain ' || query loop t := t || l || E'\n'; end loop; return t; end
$$;
insert into karmayogi.indicator_value (snapshot_id, indicator, level, entity_id, value)
select karmayogi.newest_snapshot(), '8.3', 'mdo', 'x' || i, karmayogi.tally(1, 2) from generate_series(1, 40000) i;
analyze karmayogi.indicator_value;
select matches(pg_temp.plan($$select * from karmayogi.kpi_annexure where level = 'md' and entity_id = 'n1'$$), 'indicator_value_pkey',
               'one entity of one level is looked up');

select * from finish();
rollback;

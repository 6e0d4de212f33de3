-- Capacity Building Plans, of the old model (AllUser, Designation,
-- CustomUser) and of 2026 (pipe-joined criteria).
--
-- 9,500 plans at full size (the portal's own figure), more of them where
-- there are more officials, at most six per organisation, two to six
-- contents each: some 60 million allotted (official, content) pairs. Four
-- central M/Ds in a hundred have only drafts.
--
-- Helper tables for the enrolments: cell (organisation x designation: what
-- is allotted), own_allotment (to single officials), service_allotment (by
-- plans for all organisations). They hold live plans only and look at the
-- true designation, so they are a close superset of what the plans reach.
--
-- Dirt: status LIVE and ' live ', contents with stray brackets, quotes and
-- blanks, contents missing, an unknown criterion, a segment too few, due
-- dates missing or of other forms, allocation 'not published', users and
-- contents that do not exist.

create table plan_share as
with weighted as (
    select o.org_no, o.officials, case when o.central and o.level < 3 then 1000000 else 0 end as least_plans,
           case when o.officials = 0 or not o.known then 0
                when m.without_plan then case when o.level < 3 and o.central then 1000 else 0 end
                else (sqrt(o.officials) * sqrt(sqrt(o.officials)) * (40 + 60 * part(h(o.path, 70), 0))
                      * case when o.central then 3.0 else 1.0 + 1.2 * part(h(o.ministry_path, 70), 1) end
                      * case when o.level < 3 then 2.5 else 1 end)::bigint end as w
    from org o join md m using (md_no)
), first_round as (
    select *, least(6000000, ((greatest(300, 9500 * scale_half())) * 1000000)::bigint * w::numeric / sum(w)
        over ())::bigint as e
    from weighted
), second_round as (
    select org_no, officials,
           -- a central M/D with plans has one for its own officials
           case when e = 6000000 then e else
               least(6000000, greatest(least_plans,
                   e) + (((greatest(300, 9500 * scale_half())) * 1000000)::bigint - sum(e) over ())
                   * e::numeric / sum(e) filter (where e < 6000000) over ())::bigint end as e
    from first_round
)
select org_no, e / 1000000 + floor((sum(e % 1000000) over w) / 1000000)::bigint -
    floor((sum(e % 1000000) over w - e % 1000000) / 1000000)::bigint as plans
from second_round
window w as (order by officials desc, org_no);

create table kym as
select provider_md as md_no, min(no) as content_no from content_made where theme = 'Know Your Ministry'
    and lower(name collate "C") like 'know your ministry%' group by 1;
create table own_contents as
select provider_md as md_no, array_agg(no order by no) as nos from content_made where provider_md is not null
    and type <> 'External Content' group by 1;

-- One row per plan. u_*: hashes.
create table plan as
select row_number() over (order by org_no, k)::int as no, p.*
from (
    select o.org_no, k, o.md_no, o.mdo_id, o.name as org_name, o.sector, o.officials, o.first_no, o.central,
        m.without_plan,
           a, b, c,
           case when k = 1 then
                    case when part(a, 0) < 0.42 or o.level < 3 and part(a, 0) > 0.72 then 'alluser'
                         when part(a, 0) < 0.52 then 'alluser_2026'
                         when part(a, 0) < 0.72 then 'mdo'
                         when part(a, 0) < 0.88 then 'designation'
                         else 'crit_designation' end
                else
                    case when part(a, 0) < 0.10 then 'alluser'
                         when part(a, 0) < 0.40 then 'designation'
                         when part(a, 0) < 0.56 then 'customuser'
                         when part(a, 0) < 0.70 then 'crit_designation'
                         when part(a, 0) < 0.84 then 'crit_mdo_designation'
                         when part(a, 0) < 0.93 then 'crit_group'
                         when part(a, 0) < 0.975 then 'crit_user'
                         when part(a, 0) < 0.99 then 'crit_verified'
                         else 'crit_unknown' end end as kind,
           case when m.without_plan then 'DRAFT'
                when part(a, 1) < case when k = 1 then 0.925 else 0.76 end then
                    case when part(a, 2) < 0.97 then 'Live' when part(a, 2) < 0.985 then 'LIVE'
                        when part(a, 2) < 0.995 then 'live' else ' live ' end
                else case when part(a, 2) < 0.35 then 'DRAFT' when part(a, 2) < 0.6 then 'draft'
                    else 'RETIRE' end end as status,
           5 + pick(b, 0, 690) as allocated_days,
           30 + 15 * pick(b, 1, 20) as term_days,
           2 + pick(b, 2, case when k = 1 then 4 else 5 end) as contents
    from org o
    join plan_share s using (org_no)
    join md m using (md_no)
    cross join lateral generate_series(1, s.plans) k
    cross join lateral (select h(o.org_no * 16::bigint + k, 71) as a, h(o.org_no * 16::bigint + k, 72) as b,
        h(o.org_no * 16::bigint + k, 73) as c offset 0) x
) p;
create unique index on plan(no);
analyze plan;

create table plan_content as
select p.no, x.content_no, min(x.j) as j
from plan p
left join kym on kym.md_no = p.md_no
left join own_contents q on q.md_no = p.md_no
cross join lateral (
    select j,
           case when kym.content_no is not null and j = 1 and part(u, 0) < 0.35 then kym.content_no
                when q.nos is not null and part(u, 0) < 0.25 then q.nos[1 + pick(u, 1, cardinality(q.nos))]
                when part(u, 0) > 0.95 or part(u, 0) > 0.6
                    and lower(btrim(p.status) collate "C") <> 'live' then 1 + pick(u, 2,
                    (select count(*) from content_made)::int)
                else (select pp.no from popular pp
                    where pp.place = (part(u, 1) * part(u, 1) * (select count(*) from popular))::int) end
                    as content_no
    from generate_series(1, p.contents) j
    cross join lateral (select h(p.no * 16::bigint + j, 74) as u offset 0) y
) x
where x.content_no is not null
group by p.no, x.content_no;

-- Who: designations (the largest of the sector for a first plan), single officials.
create table plan_designation as
select p.no, d.no as designation_no, d.name, d.r
from plan p
join (select *, row_number() over (partition by sector order by share desc, no) as r,
    count(*) over (partition by sector) as n from designation) d
    on d.sector = p.sector
where p.kind in ('designation', 'crit_designation', 'crit_mdo_designation')
    and case when p.k = 1 then d.r <= 5
             else (d.r + pick(p.c, 0, 12)) % d.n < 2 + pick(p.c, 1, 3) end;

create table plan_official as
select p.no, p.first_no + (pick(p.c, 2, 1000000)::bigint + j) % p.officials as official_no, min(j) as j
from plan p
cross join lateral generate_series(1, least(p.officials, case p.kind
    when 'customuser' then 3 + pick(p.c, 0, 36) else 2 + pick(p.c, 0, 10) end)) j
where p.kind in ('customuser', 'crit_user')
group by 1, 2;

-- Rows of allotment: one per plan x assignee, to be crossed with contents.
create table plan_row as
select no, 1::bigint as r, 'AllUser' as allotment_type, case when kind = 'alluser' then 'All Users'
    else 'AllUser' end as allotment_to from plan where kind in ('alluser', 'alluser_2026')
union all
select d.no, d.r, 'Designation', case
    when part(h(d.no * 64::bigint + d.r, 75), 0) < 0.1 then upper(d.name collate "C")
    when part(h(d.no * 64::bigint + d.r, 75), 0) < 0.15 then d.name || ' ' else d.name end
from plan_designation d join plan p using (no) where p.kind = 'designation'
union all
select u.no, u.j, 'CustomUser', case
    when part(h(u.official_no, 76), 0) < 0.005 then uuid_of('gone' || u.official_no::text)
    else official_id(u.official_no) end
from plan_official u join plan p using (no) where p.kind = 'customuser'
union all
select no, 1, case when part(c, 0) < 0.2 then 'MDO_ID'
    else 'mdo_id' end, '"' || mdo_id || '"' from plan where kind = 'mdo'
union all  -- several groups of a plan: OR
select p.no, d.r % 2, case when p.kind = 'crit_designation' then 'designation' else 'mdo_id|designation' end,
       case when p.kind = 'crit_designation' then '' else '"' || p.mdo_id || '"|' end
       || string_agg('"' || lower(d.name collate "C") || '"', ',' order by d.r)
from plan_designation d join plan p using (no) where p.kind in ('crit_designation', 'crit_mdo_designation')
group by p.no, d.r % 2, p.kind, p.mdo_id
union all
select no, 1, 'groups', case when part(c, 0) < 0.4 then '"group b","group c"'
    when part(c, 0) < 0.7 then '"Group C"' else '"group a","group b"' end from plan where kind = 'crit_group'
union all
select p.no, 1, 'user', string_agg('"' || official_id(u.official_no) || '"', ',' order by u.j)
from plan_official u join plan p using (no) where p.kind = 'crit_user' group by p.no
union all
select no, 1, 'mdo_id|is_verified_karmayogi', '"' || mdo_id || '"|' || case
    when part(c, 0) < 0.5 then '"true"' else 'True' end from plan where kind = 'crit_verified'
union all  -- unintelligible: a criterion nobody knows, or a segment too few
select no, 1, case when part(c, 0) < 0.7 then 'mdo_id|pincode' else 'mdo_id|designation' end,
       '"' || mdo_id || '"' || case when part(c, 0) < 0.7 then '|"110001"'
           else '' end from plan where kind = 'crit_unknown';

-- Plans for all organisations: NULL org_id, a service or a batch.
create table service_plan as
select g as no, pick(h(g, 77), 0, 14) as service_no, part(h(g, 77), 1) as u
from generate_series(1, greatest(2, 10 * scale_quarter())::int) g;
create table service_content as
select distinct s.no, s.service_no, s.u, c.no as content_no
from service_plan s
cross join lateral generate_series(1, 3) j
join popular c on c.place = pick(h(s.no * 8::bigint + j, 78), 0, (select least(400, count(*))
    from popular)::int);

begin;
truncate :"schema".cb_plan;
select generated(28) as generated \gset
insert into :"schema".cb_plan
    (org_id, created_by, cb_plan_id, plan_name, allotment_type, allotment_to, content_id, allocated_on,
        due_by, status,
     isapar, plan_year, data_last_generated_on)
select p.mdo_id, official_id(p.first_no + least(1, p.officials - 1)), uuid_of('plan' || p.no::text),
       case when p.kind in ('alluser', 'mdo', 'alluser_2026') then 'Annual Capacity Building Plan '
           || plan_year || ' - ' || btrim(p.org_name)
            else (array['Role based courses ', 'Mandatory courses ', 'APAR courses ', 'Induction plan ',
                'Refresher plan '])[1 + pick(p.b, 1, 5)] || plan_year end,
       r.allotment_type, r.allotment_to,
       case when u < 0.002 then case when u < 0.001 then null else '' end
            when u < 0.005 then '[' || c.content_id
            when u < 0.008 then '["' || c.content_id || '"]'
            when u < 0.012 then ' ' || c.content_id || ' '
            when u < 0.013 then 'do_11' || lpad((p.no * 1000 + r.r)::text, 18, '9')
            else c.content_id end,
       case when p.status in ('DRAFT', 'draft') then case when part(p.c, 1) < 0.5 then 'not published' end
            else allocated::text end,
       case when part(p.c, 2) < 0.03 then null
            when u > 0.9997 then '31-03-2026'
            when part(p.c, 2) < 0.13 then due::date::text
            when part(p.c, 2) < 0.15 then to_char(due, 'YYYY-MM-DD"T"HH24:MI:SS"+0530"')
            else due::text end,
       p.status,
       part(p.b, 1) * part(p.b, 1) < 0.12 and plan_year >= '2025-26',
       plan_year, :'generated'
from plan p
join plan_row r using (no)
join plan_content pc using (no)
join content_made c on c.no = pc.content_no
cross join lateral (
    select ago(p.allocated_days * 86400 + pick(p.b, 2, 40000)) as allocated,
           date_trunc('day', ago((p.allocated_days - p.term_days)::bigint * 86400)) + case
               when part(p.c, 0) < 0.5 then interval '23:59:59' else interval '0' end as due,
           part(h(p.no * 1000003::bigint + r.r * 131 + pc.j, 79), 0) as u
    offset 0
) d
cross join lateral (
    select case when extract(month from allocated) >= 4 then extract(year from allocated)::int
        else extract(year from allocated)::int - 1 end as y offset 0
) y
cross join lateral (select y || '-' || lpad(((y + 1) % 100)::text, 2, '0') as plan_year offset 0) z
union all
select null, official_id(1), uuid_of('service plan' || s.no::text), 'Courses for the ' || v.name,
       case when s.u < 0.7 then 'civil_services' else 'civil_services|groups' end,
       '"' || lower(v.name collate "C") || '"' || case when s.u < 0.7 then '' else '|"group a"' end,
       c.content_id, ago(100 * 86400)::text, ago(-90 * 86400)::date::text || ' 23:59:59', 'Live', s.u > 0.5,
           null, :'generated'
from service_content s
join service v on v.i = s.service_no
join content_made c on c.no = s.content_no;
commit;

-- What the live plans allot.
create table cell as
with live as (select * from plan where lower(btrim(status) collate "C") = 'live'),
reached as (
    select p.no, p.org_no, d.no as designation_no
    from live p join designation d using (sector)
    where p.kind in ('alluser', 'alluser_2026', 'mdo', 'crit_verified')
        or p.kind = 'crit_group' and d.grp = any (case when part(p.c, 0) < 0.4 then '{B,C}'
            when part(p.c, 0) < 0.7 then '{C}' else '{A,B}' end::text[])
    union all
    select p.no, p.org_no, d.designation_no
    from live p join plan_designation d using (no)
)
select r.org_no, r.designation_no, array_agg(distinct c.content_no order by c.content_no) as contents
from reached r join plan_content c using (no)
group by 1, 2;
create table own_allotment as
select u.official_no::int as no, array_agg(distinct c.content_no order by c.content_no) as contents
from plan_official u join plan p using (no) join plan_content c using (no)
where lower(btrim(p.status) collate "C") = 'live'
group by 1;
create table service_allotment as
select service_no, array_agg(distinct content_no order by content_no) as contents from service_content
    group by 1;
analyze cell;
analyze own_allotment;

select '  cb_plan              ' || to_char(count(distinct cb_plan_id), 'FM999,999') || ' plans, '
    || to_char(count(*), 'FM999,999,999') || ' rows' from :"schema".cb_plan;
select '                       ' || to_char(sum(n * cardinality(contents)), 'FM999,999,999')
    || ' allotted pairs of ' || to_char(sum(n), 'FM999,999,999') || ' officials'
from (select org_no, designation_no, count(*) as n from official group by 1, 2) o
    join cell using (org_no, designation_no);

-- The sample register: what the portal cannot know, entered through
-- karmayogi's own tables and functions for the portal that portal.sql made.
--
--   psql -X -v schema=portal -f demo/register.sql      (after bind_portal)
--
-- Sanctioned strength: of most central M/Ds one figure for all that is
-- attached, of some one for every organisation, of a few none or only a
-- part, so that they stay unranked and say why. Most organisations also
-- have a figure of their own. Strength is invented: from the officials on
-- the portal, so that 30 to 110 % of it are on board (more than sanctioned
-- happens where posts are filled on contract). Then officials with
-- disabilities (1.2 %), Know Your Ministry courses by another name, themes and
-- contents about gender and climate, a target, training institutions (real
-- names; levels, stars and dates are invented), and the reports of the last
-- completed quarter or financial year on whatever the portal does not know:
-- orders, approved plans, MoUs, digitised courses, features, Centres of
-- Excellence.
--
-- Deterministic for a seed, as the portal is. May be run again.

\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on
\pset format unaligned
\if :{?seed} \else \set seed 1
\endif
\if :{?schema} \else \set schema portal
\endif

set client_min_messages = warning;
set datestyle = 'ISO, YMD';
set jit = off;
set work_mem = '256MB';

begin;

-- The night of the sample, the financial year it is in, the quarter before.
select substr(max(data_last_generated_on), 1, 10) as night from :"schema".org_hierarchy \gset
select (date_trunc('year', date :'night' - interval '3 months') + interval '3 months')::date as year_begins,
       (date_trunc('quarter', date :'night') - interval '3 months')::date as quarter_begins \gset
select case when extract(month from date :'quarter_begins') >= 4 then y else y - 1 end || '-'
       || lpad(((case when extract(month from date :'quarter_begins') >= 4 then y + 1
           else y end) % 100)::text, 2, '0')
       || ' Q' || case extract(quarter from date :'quarter_begins') when 1 then 4 when 2 then 1 when 3 then 2
           else 3 end as quarter
from (select extract(year from date :'quarter_begins')::int as y) q \gset
select extract(year from date :'year_begins')::int - 1 || '-' || lpad((extract(year from date :'year_begins')::int % 100)::text, 2, '0') as last_year \gset

create function pg_temp.h(t text, salt bigint) returns double precision
    language sql immutable
    return (pg_catalog.hashtextextended(t collate "C",
        :seed * 1000003 + 500 + salt) & 1048575)::double precision / 1048576;

-- Organisations with their M/D: the department if there is one, a
-- department itself, else the ministry.
create temp table unit on commit drop as
with kept as (
    select distinct on (mdo_id collate "C") mdo_id, btrim(mdo_name) as name, ministry_id, department_id
    from :"schema".org_hierarchy order by mdo_id collate "C", mdo_name collate "C" desc
)
select k.mdo_id, k.name, coalesce(k.department_id, d.department_id, k.ministry_id, k.mdo_id) as md_id,
       coalesce(k.ministry_id, k.mdo_id) as ministry_id, coalesce(u.officials, 0) as officials
from kept k
left join (select distinct department_id from kept) d on d.department_id = k.mdo_id
left join (select mdo_id, count(distinct user_id) as officials from :"schema".user_detail where status = 1
    group by 1) u on u.mdo_id = k.mdo_id;
create temp table md on commit drop as
select u.md_id, n.name, t.name as ministry, u.ministry_id, s.state, sum(u.officials)::bigint as officials,
       -- how strength was entered: attached, own, part or none
       case when s.state is null then
                case when row_number() over by_chance <= 3 then 'none'
                    when row_number() over by_chance <= 6 then 'part'
                     when row_number() over by_chance <= 14 then 'own' else 'attached' end
            else case when pg_temp.h(t.name, 1) < 0.72 then 'own'
                when pg_temp.h(t.name, 1) < 0.86 then 'attached'
                      when pg_temp.h(t.name, 1) < 0.95 then 'part' else 'none' end end as entered,
       -- on board of 100
       case when s.state is null then 38 + 74 * pg_temp.h(n.name || t.name,
           2) * (0.4 + 0.6 * pg_temp.h(n.name || t.name, 3))
            else 12 + 76 * pg_temp.h(t.name, 2) * (0.5 + 0.5 * pg_temp.h(n.name || t.name, 3)) end as on_board
from unit u
join unit n on n.mdo_id = u.md_id
join unit t on t.mdo_id = u.ministry_id
left join (select mdo_id, name as state from unit where mdo_id = ministry_id and name = any (string_to_array(
    'Andhra Pradesh;Arunachal Pradesh;Assam;Bihar;Chhattisgarh;Goa;Gujarat;Haryana;Himachal Pradesh;'
        'Jharkhand;Karnataka;Kerala;Madhya Pradesh;Maharashtra;'
    'Manipur;Meghalaya;Mizoram;Nagaland;Odisha;Punjab;Rajasthan;Sikkim;Tamil Nadu;Telangana;Tripura;'
        'Uttar Pradesh;Uttarakhand;West Bengal;Andaman and Nicobar Islands;'
    'Chandigarh;Dadra and Nagar Haveli and Daman and Diu;Delhi;Jammu and Kashmir;Ladakh;Lakshadweep;'
        'Puducherry', ';'))) s on s.mdo_id = u.ministry_id
group by u.md_id, n.name, t.name, u.ministry_id, s.state
window by_chance as (partition by s.state is null order by pg_temp.h(n.name || t.name, 1),
    u.md_id collate "C");

-- The figures: this year's, and for a third of them last year's too.
insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd, covers)
select e.mdo_id, case y when 0 then date :'year_begins'
    else (date :'year_begins' - interval '1 year')::date end,
       n, (n * (0.14 + 0.30 * pg_temp.h(e.mdo_id, 5)))::bigint,
       case when pg_temp.h(e.mdo_id, 6) > 0.2 then (n * (0.008 + 0.032 * pg_temp.h(e.mdo_id,
           7)))::bigint end, e.covers
from (
    select md_id as mdo_id, 'attached' as covers, officials, on_board from md where entered = 'attached'
    union all
    select u.mdo_id, 'own', u.officials, m.on_board * (0.75 + 0.5 * pg_temp.h(u.mdo_id, 4))
    from unit u join md m using (md_id)
    where case m.entered when 'own' then true when 'none' then false
        when 'part' then u.mdo_id = u.md_id or pg_temp.h(u.mdo_id, 8) < 0.5
                         else pg_temp.h(u.mdo_id, 8) < 0.7 end
) e
cross join lateral generate_series(0, case when pg_temp.h(e.mdo_id, 9) < 0.33 then 1 else 0 end) y
cross join lateral (select greatest(case e.covers when 'own' then 1
    else 12 end, (e.officials * 100 / e.on_board * (1 - 0.03 * y))::bigint) as n) s
on conflict do nothing;

insert into karmayogi.pwd_official (user_id)
select distinct user_id from :"schema".user_detail where status = 1 and pg_temp.h(user_id, 10) < 0.012
on conflict do nothing;

-- Immersion programmes by another name: some of the M/Ds without a course
-- called Know Your Ministry.
insert into karmayogi.kym_course (mdo_id, content_id)
select m.md_id, c.content_id
from (
    select md_id, row_number() over (order by md_id collate "C") as n
    from md
    where state is null and pg_temp.h(md_id, 11) < 0.3
        and not exists (select from :"schema".content c where c.content_provider_id = md_id
            and lower(c.content_name) like 'know your ministry%')
) m
join (
    select content_id, row_number() over (order by content_id collate "C") as n
    from (select distinct content_id from :"schema".content where content_status = 'Live'
        and content_type = 'Course') d
) c using (n)
on conflict do nothing;

-- Reports: the order that forms the Capacity Building Unit (1.1) and the
-- approval of the Annual Capacity Building Plan (3.1).
select '  reports              ' || count(karmayogi.submit_report(r.indicator, r.md_id, :'quarter',
    r.yes::bigint, 1::bigint, r.evidence)) || ' of ' || :'quarter'
from (
    select i.indicator, m.md_id,
           case when pg_temp.h(m.name || m.ministry, i.salt + 1) < i.yes then 1 else 0 end as yes,
           case when pg_temp.h(m.name || m.ministry, i.salt + 1) < i.yes
                then i.evidence || ' no. ' || case when m.state is null then 'A-12011/' else 'GAD-' end
                    || (1 + floor(180 * pg_temp.h(m.name, i.salt + 2)))::int || '/' || extract(year
                        from date :'quarter_begins') - 1 || '-Trg dated '
                    || to_char(date :'quarter_begins' - (30 + floor(500 * pg_temp.h(m.name,
                        i.salt + 3)))::int, 'DD.MM.YYYY')
                else 'Under process, file no. 11/'
                    || (1 + floor(90 * pg_temp.h(m.name, i.salt + 2)))::int end as evidence
    from md m
    cross join (values ('1.1', 20, 0.96, 0.93, 'Office Order'),
        ('3.1', 30, 0.95, 0.86, 'Approval of the Secretary')) i(indicator, salt, share, yes, evidence)
    where case when m.state is null then pg_temp.h(m.name || m.ministry, i.salt) < i.share
               else m.md_id = m.ministry_id and pg_temp.h(m.name, i.salt) < 0.75 end
    order by i.indicator, m.md_id collate "C"
) r;

-- Orders of organisations below an M/D (1.2): the largest central ones.
select '  reports              ' || count(karmayogi.submit_report('1.2', r.mdo_id, :'quarter', r.yes::bigint, 1::bigint, r.evidence)) || ' of organisations'
from (
    select u.mdo_id, case when pg_temp.h(u.mdo_id, 41) < 0.8 then 1 else 0 end as yes,
           case when pg_temp.h(u.mdo_id, 41) < 0.8 then 'Office Order no. CBU/' || (1 + floor(90 * pg_temp.h(u.mdo_id, 42)))::int
                else 'Under process' end as evidence
    from unit u join md m using (md_id)
    where m.state is null and u.mdo_id <> u.md_id and pg_temp.h(u.mdo_id, 40) < 0.85
    order by u.officials desc, u.mdo_id collate "C" limit 120
) r;

-- MoUs of the States and UTs (2.5): most are signed, a few do not report.
select '  reports              ' || count(karmayogi.submit_report('2.5', s.state_code, :'quarter',
           case when pg_temp.h(s.state_name, 43) < 0.86 then 1 else 0 end::bigint, 1::bigint,
           case when pg_temp.h(s.state_name, 43) < 0.86 then 'MoU of ' || to_char(date :'quarter_begins' - (40 + floor(700 * pg_temp.h(s.state_name, 44)))::int, 'DD.MM.YYYY')
                else 'Draft MoU with the State' end)) || ' of States and UTs'
from karmayogi.state_ut s where pg_temp.h(s.state_name, 45) < 0.94;

-- Existing domain courses digitised against the M/D's target (4.4), and the
-- domain areas for Centres of Excellence (9.1) of the last financial year.
select '  reports              ' || count(karmayogi.submit_report(r.indicator, r.md_id, r.period, r.n, r.d, r.evidence)) || ' on courses and domains'
from (
    select '4.4' as indicator, m.md_id, :'quarter' as period, floor(t.target * (0.2 + 0.9 * pg_temp.h(m.name || m.ministry, 47)))::bigint as n,
           t.target as d, 'List of digitised courses, ' || m.name as evidence
    from md m
    cross join lateral (select (4 + floor(40 * pg_temp.h(m.name || m.ministry, 48)))::bigint as target) t
    where m.state is null and pg_temp.h(m.name || m.ministry, 46) < 0.7
    union all
    select '9.1', m.md_id, :'last_year', floor(2.6 * pg_temp.h(m.name || m.ministry, 50))::bigint, 0, 'OM on Centres of Excellence, ' || m.name
    from md m
    where m.state is null and pg_temp.h(m.name || m.ministry, 49) < 0.3
    order by 1, 2
) r;

-- What is said of the platform as a whole.
select '  reports              ' || count(karmayogi.submit_report(r.indicator, 'platform', case when r.indicator = '5.2' then :'last_year' else :'quarter' end,
           r.n::bigint, r.d::bigint, r.evidence)) || ' on the platform'
from (
    select v.* from (values
        ('4.5', 412, 480, 'Digitisation status of functional and behavioural courses'),
        ('6.1', 1, 1, 'Release note: report builder'), ('6.2', 1, 1, 'Learn Hub'), ('6.3', 1, 1, 'Discuss Hub'), ('6.4', 1, 1, 'Network Hub'),
        ('6.5', 0, 1, 'Career Hub in user acceptance testing'), ('6.6', 1, 1, 'Event Hub'), ('6.7', 1, 1, 'Competency Hub'),
        ('6.8', 1, 1, 'Competency passbook'), ('6.9', 0, 1, 'Integration with e-HRMS 2.0 in progress'), ('6.10', 14, 0, 'List of user manuals'),
        ('7.1', 1, 1, 'Annual Report'), ('7.5', 0, 1, 'Concept note; dates not fixed')) v(indicator, n, d, evidence)
    union all
    select '4.6', floor(count(distinct content_id) * 0.62)::int, count(distinct content_id)::int, 'Course quality review'
    from :"schema".content where lower(content_status) = 'live' and content_type <> 'Standalone Assessment'
    union all
    select '5.2', floor(count(distinct user_id) * 0.081)::int, count(distinct user_id)::int, 'Annual survey on content impact'
    from :"schema".user_detail where status = 1
) r;

-- What is about gender, what about climate; how many climate themes there are to be.
insert into karmayogi.competency_tag (competency_theme_id, tag)
select distinct k.competency_theme_id, t.tag
from :"schema".kcm_dictionary k
join (values ('Gender Equality', 'gender'), ('Women and Child Development', 'gender'), ('Inclusiveness', 'gender'),
             ('Climate Change and Environment', 'climate'), ('Forest and Wildlife', 'climate'), ('Water Resources', 'climate'),
             ('Energy and Power', 'climate')) t(theme, tag) on t.theme = k.competency_theme
on conflict do nothing;
insert into karmayogi.content_tag (content_id, tag)
select distinct c.content_id, t.tag
from :"schema".content c
join (values ('Sexual Harassment', 'gender'), ('Gender Budgeting', 'gender'), ('Natural Farming', 'climate'), ('Solid Waste Management', 'climate')) t(words, tag)
    on strpos(c.content_name, t.words) > 0
on conflict do nothing;
insert into karmayogi.target (indicator, financial_year, target)
values ('8.5', :'last_year', 4), ('8.5', karmayogi.financial_year(:'year_begins'), 6)
on conflict do nothing;

-- Training institutions. Each is further on its way than the next.
insert into karmayogi.csti (institution_id, name, registered_on, nscsti_level, stars, accredited_on, qip_completed_on, calendar_published_on,
                            centre_of_excellence_domain, centre_of_excellence_on)
select i.id, i.name,
       case when i.no <= 30 then date :'year_begins' - 900 + floor(500 * pg_temp.h(i.id, 51))::int end,
       case when i.no <= 22 then greatest(1, 5 - i.no / 5) end, case when i.no <= 22 then greatest(1, 5 - i.no / 6) end,
       case when i.no <= 22 then date :'year_begins' - 380 + floor(340 * pg_temp.h(i.id, 52))::int end,
       case when i.no <= 14 then date :'year_begins' - 30 + floor(60 * pg_temp.h(i.id, 53))::int end,
       case when i.no <= 26 and pg_temp.h(i.id, 54) < 0.85 then date :'year_begins' - floor(40 * pg_temp.h(i.id, 55))::int end,
       i.domain, case when i.no <= 9 then date :'year_begins' - floor(100 * pg_temp.h(i.id, 56))::int end
from (values
    (1, 'LBSNAA', 'Lal Bahadur Shastri National Academy of Administration, Mussoorie', 'Public Administration'),
    (2, 'SVPNPA', 'Sardar Vallabhbhai Patel National Police Academy, Hyderabad', 'Policing'),
    (3, 'NADT', 'National Academy of Direct Taxes, Nagpur', 'Direct Taxation'),
    (4, 'ISTM', 'Institute of Secretariat Training and Management, New Delhi', 'Office Procedures'),
    (5, 'NACIN', 'National Academy of Customs, Indirect Taxes and Narcotics', 'Indirect Taxation'),
    (6, 'IGNFA', 'Indira Gandhi National Forest Academy, Dehradun', 'Forestry'),
    (7, 'NAAA', 'National Academy of Audit and Accounts, Shimla', 'Audit'),
    (8, 'AJNIFM', 'Arun Jaitley National Institute of Financial Management, Faridabad', 'Financial Management'),
    (9, 'SSIFS', 'Sushma Swaraj Institute of Foreign Service, New Delhi', 'Diplomacy'),
    (10, 'NAIR', 'National Academy of Indian Railways, Vadodara', 'Railway Operations'),
    (11, 'RAKNPA', 'Rafi Ahmed Kidwai National Postal Academy, Ghaziabad', 'Postal Operations'),
    (12, 'NIDM', 'National Institute of Disaster Management, New Delhi', null),
    (13, 'IICA', 'Indian Institute of Corporate Affairs, Manesar', null),
    (14, 'IIPA', 'Indian Institute of Public Administration, New Delhi', null),
    (15, 'NCGG', 'National Centre for Good Governance, Mussoorie', null),
    (16, 'NIRDPR', 'National Institute of Rural Development and Panchayati Raj, Hyderabad', null),
    (17, 'MANAGE', 'National Institute of Agricultural Extension Management, Hyderabad', null),
    (18, 'NSSTA', 'National Statistical Systems Training Academy, Greater Noida', null),
    (19, 'NIHFW', 'National Institute of Health and Family Welfare, New Delhi', null),
    (20, 'INGAF', 'Institute of Government Accounts and Finance, New Delhi', null),
    (21, 'IIMC', 'Indian Institute of Mass Communication, New Delhi', null),
    (22, 'NIEPA', 'National Institute of Educational Planning and Administration, New Delhi', null),
    (23, 'NDRF-A', 'National Disaster Response Force Academy, Nagpur', null),
    (24, 'NPTI', 'National Power Training Institute, Faridabad', null),
    (25, 'NWA', 'National Water Academy, Pune', null),
    (26, 'YASHADA', 'Yashwantrao Chavan Academy of Development Administration, Pune', null),
    (27, 'ATI-WB', 'Administrative Training Institute, West Bengal', null),
    (28, 'HIPA', 'Haryana Institute of Public Administration, Gurugram', null),
    (29, 'IMG', 'Institute of Management in Government, Thiruvananthapuram', null),
    (30, 'MCRHRDI', 'Dr. Marri Channa Reddy Human Resource Development Institute, Hyderabad', null),
    (31, 'AASC', 'Assam Administrative Staff College, Guwahati', null),
    (32, 'GAA', 'Gopabandhu Academy of Administration, Bhubaneswar', null)) i(no, id, name, domain)
on conflict do nothing;

select '  strength             ' || count(*) || ' figures, ' || count(*) filter (where covers = 'attached')
    || ' of whole M/Ds' from karmayogi.strength;
select '  pwd_official         ' || count(*) || ' officials with disabilities' from karmayogi.pwd_official;
select '  kym_course           ' || count(*) || ' courses' from karmayogi.kym_course;
select '  tags                 ' || (select count(*) from karmayogi.competency_tag) || ' of themes, ' || (select count(*) from karmayogi.content_tag) || ' of contents';
select '  csti                 ' || count(*) || ' training institutions' from karmayogi.csti;

commit;
\echo sample register complete

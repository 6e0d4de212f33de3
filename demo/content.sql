-- The competency dictionary, the contents and what they teach.
--
-- Areas carry the ids of the Karmayogi Competency Model, version 6. At
-- full size about 5,400 contents, of which 4,400 are live (PIB,
-- 6 February 2026: 4,342 courses), from about 300 providers. A rated
-- content has 4.4 in the mean, one in eight has no rating.
--
-- Dirt: marketplace rows (status LIVE, 'Not Available'), contents twice,
-- durations over 24 hours and a few unreadable ones, languages in lists and
-- other cases, mappings with NULL ids, with the ids of version 5, with ids
-- that the dictionary lacks, and the same mapping twice.

create table theme_ref(no int generated always as identity, area int, theme text, subs text);
insert into theme_ref(area, theme, subs) values
    (1, 'Self-Awareness', 'Emotional Regulation;Feedback Seeking;Reflection'),
    (1, 'Communication', 'Active Listening;Written Communication;Oral Communication;Public Speaking'),
    (1, 'Collaboration', 'Team Work;Consensus Building;Inter-Departmental Coordination'),
    (1, 'Citizen Centricity', 'Empathy;Responsiveness;Seva Bhav;Grievance Redressal'),
    (1, 'Problem Solving and Decision Making',
        'Analytical Thinking;Judgement under Uncertainty;Creative Thinking'),
    (1, 'Operational Excellence', 'Time Management;Attention to Detail;Result Orientation'),
    (1, 'Leading Others', 'Delegation;Motivating Teams;Coaching and Mentoring'),
    (1, 'Strategic Leadership', 'Vision;Systems Thinking;Change Management'),
    (1, 'Accountability', 'Ownership;Transparency;Ethical Conduct'),
    (1, 'Personal Effectiveness', 'Stress Management;Work-Life Balance;Resilience'),
    (1, 'Inclusiveness', 'Respect for Diversity;Unbiased Conduct;Support to Persons with Disabilities'),
    (1, 'Continuous Learning', 'Curiosity;Learning Agility;Knowledge Sharing'),
    (3, 'Noting and Drafting', 'Noting;Drafting of Letters;Office Memoranda;Cabinet Notes'),
    (3, 'Office Procedures', 'File Management;Record Retention;Parliamentary Questions;e-Office'),
    (3, 'Financial Management', 'General Financial Rules;Budget Preparation;Delegation of Financial Powers;'
        'Public Financial Management System'),
    (3, 'Public Procurement', 'Tendering;Government e-Marketplace;Contract Management'),
    (3, 'Human Resource Management', 'Recruitment Rules;Pay and Allowances;Leave Rules;Pension Rules'),
    (3, 'Vigilance Administration', 'Preventive Vigilance;Disciplinary Proceedings;Conduct Rules'),
    (3, 'Digital Fluency', 'Spreadsheets;Presentation Tools;Cyber Hygiene;Artificial Intelligence Basics'),
    (3, 'Data Analysis', 'Data Visualisation;Statistical Methods;Data Driven Decision Making'),
    (3, 'Project Management', 'Planning and Scheduling;Risk Management;Monitoring and Evaluation'),
    (3, 'Legal Affairs', 'Court Cases;Legislative Drafting;Arbitration;Bharatiya Nyaya Sanhita'),
    (3, 'Right to Information', 'Handling Applications;First Appeals;Proactive Disclosure'),
    (3, 'Public Policy', 'Policy Design;Impact Assessment;Stakeholder Consultation'),
    (3, 'Official Language', 'Rajbhasha Rules;Translation;Hindi Correspondence'),
    (3, 'Audit and Accounts', 'Internal Audit;Replies to Audit Paras;Accounting Standards'),
    (3, 'Establishment Matters', 'Seniority and Promotion;Reservation Rosters;Service Books'),
    (3, 'Event and Protocol Management', 'Protocol;Conference Management'),
    (3, 'Knowledge Management', 'Documentation;Archives and Records'),
    (2, 'Public Health', 'Disease Surveillance;Maternal and Child Health;Hospital Administration;'
        'Immunisation'),
    (2, 'Direct Taxation', 'Assessment;Investigation;Appeals;International Taxation'),
    (2, 'Customs and Indirect Taxes', 'Goods and Services Tax;Customs Valuation;Trade Facilitation'),
    (2, 'Railway Operations', 'Train Operations;Permanent Way Maintenance;Passenger Services;Rolling Stock'),
    (2, 'Postal Operations', 'Mail Operations;Financial Services;Counter Operations'),
    (2, 'Policing and Law Enforcement',
        'Investigation of Crime;Crowd Management;Community Policing;Cyber Crime'),
    (2, 'Border Management', 'Border Surveillance;Coastal Security'),
    (2, 'Disaster Management', 'Preparedness;Relief and Rehabilitation;Incident Response System'),
    (2, 'School Education', 'Foundational Literacy and Numeracy;Inclusive Classrooms;School Leadership;'
        'Assessment of Learning'),
    (2, 'Higher Education', 'Academic Administration;Accreditation'),
    (2, 'Agriculture and Allied Activities',
        'Crop Insurance;Soil Health;Agricultural Extension;Natural Farming'),
    (2, 'Animal Husbandry and Fisheries', 'Livestock Health;Aquaculture'),
    (2, 'Rural Development', 'Livelihood Missions;Rural Employment Guarantee;'
        'Gram Panchayat Development Plan'),
    (2, 'Urban Development', 'Urban Planning;Municipal Finance;Solid Waste Management'),
    (2, 'Land Revenue Administration', 'Land Records;Land Acquisition;Survey and Settlement'),
    (2, 'Women and Child Development', 'Nutrition;Early Childhood Care;Child Protection'),
    (2, 'Gender Equality', 'Gender Responsive Governance;Prevention of Sexual Harassment at the Workplace;'
        'Gender Budgeting'),
    (2, 'Climate Change and Environment',
        'Climate Adaptation;Environmental Clearance;Mission LiFE;Energy Transition'),
    (2, 'Forest and Wildlife', 'Forest Conservation;Wildlife Protection'),
    (2, 'Water Resources', 'Ground Water Management;Irrigation;Drinking Water Quality'),
    (2, 'Energy and Power', 'Distribution Reforms;Renewable Energy;Energy Efficiency'),
    (2, 'Roads and Transport', 'Highway Engineering;Road Safety;Vehicle Regulation'),
    (2, 'Mining and Geology', 'Mineral Exploration;Mines Safety'),
    (2, 'Space and Atomic Energy', 'Satellite Applications;Radiation Safety'),
    (2, 'Information Technology and Cyber Security',
        'Cyber Incident Response;Cloud Computing;Digital Public Infrastructure'),
    (2, 'Labour and Social Security', 'Labour Codes;Provident Fund Administration;Occupational Safety'),
    (2, 'Banking and Financial Inclusion',
        'Priority Sector Lending;Customer Service in Banks;Financial Literacy'),
    (2, 'Trade and Industry', 'Ease of Doing Business;Foreign Trade Policy;Intellectual Property'),
    (2, 'Culture and Tourism', 'Heritage Conservation;Tourism Promotion'),
    (2, 'Official Statistics', 'Sample Surveys;National Accounts'),
    (2, 'Social Justice', 'Welfare of Scheduled Castes;Accessibility;De-addiction'),
    (2, 'External Relations', 'Consular Services;International Organisations'),
    (2, 'Know Your Ministry', 'Mandate and Structure;Schemes and Programmes');

create table competency as
select row_number() over (order by t.no, s.n)::int as no, t.no as theme_no, s.n as sub_no, t.theme, s.sub,
    t.area,
       (array['Behavioural', 'Domain', 'Functional'])[t.area] as area_name,
       'COMAREA-' || lpad(t.area::text, 6, '0') as area_id,
       'COMTHEME-' || lpad(t.no::text, 6, '0') as theme_id,
       'COMSUBTHEME-' || lpad((row_number() over (order by t.no, s.n))::text, 6, '0') as sub_theme_id
from theme_ref t, string_to_table(t.subs, ';') with ordinality s(sub, n);

begin;
truncate :"schema".kcm_dictionary;
select generated(36) as generated \gset
insert into :"schema".kcm_dictionary
    (competency_area_id, competency_area, competency_area_description, competency_theme_id, competency_theme,
     competency_theme_description, competency_sub_theme_id, competency_sub_theme,
         competency_sub_theme_description,
     competency_theme_type, data_last_generated_on)
select area_id, area_name, area_name || ' competencies of a civil servant', theme_id, theme,
       'What an official needs to know and do in ' || lower(theme collate "C"), sub_theme_id, sub,
       sub || ', as a part of ' || theme, 'Null', :'generated'
from competency;
commit;
select '  kcm_dictionary       ' || count(distinct theme_id) || ' themes, ' || count(*) || ' sub-themes'
    from competency;

-- Providers: central M/Ds first, training academies, a few of the States.
create table provider as
select row_number() over (order by kind, rank_in, path collate "C")::int as no, mdo_id, name, md_no, central
from (
    select o.*, case when level < 3 and central then 1
        when name ~ '(Academy|Institute|National Centre|Council|Training)' and central then 2
        else 3 end as kind,
           h(path, 30) as rank_in
    from org o
    where o.known and (level < 3 and central and part(h(path, 30), 0) < 0.85
        or name ~ '(Academy|Institute|National Centre|Training)' and central
        or name ~ '(Institute of Public Administration|e-Governance Agency)'
        or level = 1 and not central and part(h(path, 30), 0) < 0.7)
) p;

-- Contents, the most popular first.
create table content_made as
with n as (
    select no, h(no, 31) as a, h(no, 32) as b, h(no, 33) as c, h(no, 34) as d
    from generate_series(1, greatest(260, (5400 * scale_gentle())::int)) no
), typed as (
    select n.*,
           case when part(a, 0) < 0.845 then 'Course' when part(a, 0) < 0.885 then 'Program'
               when part(a, 0) < 0.915 then 'Curated Program'
                when part(a, 0) < 0.940 then 'Blended Program'
                    when part(a, 0) < 0.945 then 'CuratedCollections'
                when part(a, 0) < 0.972 then 'Standalone Assessment' else 'External Content' end as type,
           case when no <= 20 or part(a, 1) < 0.815 then 'Live' when part(a, 1) < 0.90 then 'Retired'
               when part(a, 1) < 0.96 then 'Draft' else 'Review' end as status
    from n
), placed as (
    select t.*, k.no as competency_no, k.theme, k.sub, k.area,
           case when type = 'External Content' then null
                else 1 + (pick(b, 1, (select count(*) from provider)::int)::double precision * part(b,
                    2))::int end as provider_no
    from typed t
    join competency k on k.no = 1 + case when t.no <= 20 then (t.no * 7) % 80
        else pick(b, 0, (select count(*) from competency where theme <> 'Know Your Ministry')::int) end
)
select p.no, p.type, case when p.type = 'External Content' and p.status = 'Live' then 'LIVE'
    else p.status end as status,
       competency_no, theme, sub, area,
       case when p.type = 'External Content' then 'ext_' || to_hex(h(p.no::bigint, 35))
           else 'do_11' || lpad(((h(p.no::bigint,
           35) >> 1 & 4611686018427387903) % 1000000000000000000)::text, 18, '0') end as content_id,
       v.mdo_id as provider_id, v.name as provider_name, v.md_no as provider_md,
       case when p.type = 'Standalone Assessment' then 'Assessment on ' || sub
            else (array['Introduction to ', 'Fundamentals of ', 'Advanced ', 'Handbook of ', 'Working with ',
                'Essentials of ', 'Case Studies in ', 'Mastering ', 'Understanding ',
                'Practical '])[1 + pick(d, 0, 10)] || sub end
           || (array['', '', '', ' for Government Officials', ' at the Workplace', ' - Part 1', ' - Part 2',
               ' - Refresher', ' (Hindi)', ' for Field Functionaries'])[1 + pick(d, 1, 10)] as name,
       (600 + 1200 * pick(c, 0, case when p.type = 'Course' then 9
           when p.type = 'Standalone Assessment' then 3 else 40 end) + 60 * pick(c, 1, 20))
           * case when part(c, 2) < 0.006 then 20 else 1 end as seconds,
       5 + pick(c, 1, 26) as resources,
       20 + pick(d, 2, 1200) as published_days,
       a, b, c, d
from placed p
left join provider v on v.no = p.provider_no;

-- Know Your Ministry: two central M/Ds in three have theirs, one in ten of
-- these is not published yet; every fourth comes from the ministry for its
-- departments.
insert into content_made
select k.base + row_number() over (order by m.path collate "C"), 'Course',
       case when part(h(m.path, 37), 0) < 0.1 then 'Draft' when part(h(m.path, 37), 0) < 0.13 then 'Retired'
           else 'Live' end,
       c.no, c.theme, c.sub, c.area,
       'do_11' || lpad(((h(m.path, 38) >> 1 & 4611686018427387903) % 1000000000000000000)::text, 18, '0'),
       m.md_id, m.name, m.md_no,
       case when part(h(m.path, 37), 1) < 0.05 then 'KNOW YOUR MINISTRY - '
           else 'Know Your Ministry - ' end || m.name,
       1800 + 300 * pick(h(m.path, 37), 2, 12), 6 + pick(h(m.path, 37), 1, 10), 30 + pick(h(m.path, 37), 1,
           700),
       h(m.path, 41), h(m.path, 42), h(m.path, 43), h(m.path, 44)
from md m
join competency c on c.theme = 'Know Your Ministry' and c.sub_no = 1 + pick(h(m.path, 37), 2, 2)
cross join (select max(no) as base from content_made) k
where m.central and part(h(m.path, 36), 0) < 0.25 + 0.55 * m.diligence;

alter table content_made add column batch_id text, add column batches int;
update content_made set batch_id = case when type = 'External Content' then 'Not Available'
    else '01' || lpad(((h(no::bigint, 45) >> 1 & 4611686018427387903) % 100000000000000000)::text, 17,
    '0') end;
create unique index on content_made(no);
analyze content_made;

-- What an official can take, by popularity: place 0 is the most taken.
create table popular as
select (row_number() over (order by no) - 1)::int as place, no
from content_made
where type <> 'Standalone Assessment' and status in ('Live', 'LIVE', 'Retired')
    and (status <> 'Retired' or part(a, 2) < 0.6);
create unique index on popular(place);
analyze popular;

begin;
truncate :"schema".content;
select generated(8) as generated \gset
insert into :"schema".content
    (content_id, content_provider_id, content_provider_name, content_name, content_type, batch_id, batch_name,
     batch_start_date, batch_end_date, content_duration, content_rating, last_published_on,
         content_retired_on,
     content_status, resource_count, total_certificates_issued, content_substatus, language, content_sub_type,
     scorm_flag, difficulty_level, data_last_generated_on)
select content_id,
       case when type = 'External Content' then 'Not Available' else provider_id end,
       case when type = 'External Content' then (array['Coursera', 'Harvard Business Publishing', 'NPTEL',
           'SWAYAM'])[1 + pick(d, 0, 4)] else provider_name end,
       name, type, batch_id,
       case when type = 'External Content' then 'Not Available' else 'Open Batch' end,
       case when type = 'External Content' then 'Not Available'
           else ago(published_days * 86400)::date::text end,
       case when type = 'Blended Program' then (ago(published_days * 86400)::date + 90)::text end,
       case when part(d, 0) < 0.002 then 'N/A'
            when type = 'External Content' and part(d, 0) < 0.3 then 'Not Available'
            else lpad((seconds / 3600)::text, 2, '0') || ':' || lpad((seconds / 60 % 60)::text, 2, '0')
                || ':' || lpad((seconds % 60)::text, 2, '0') end,
       case when type = 'External Content' or part(b, 0) < 0.125 or status in ('Draft', 'Review') then null
            when part(b, 1) < 0.02 then round((2 + 2 * part(b, 2))::numeric, 2)::double precision
            else round((4.92 - 1.45 * part(b, 1) * part(b, 2))::numeric - case when part(b, 1) > 0.9 then 0.5
                else 0.07 end, 2)::double precision end,
       case when status in ('Draft', 'Review') then null
           else written(ago(published_days * 86400 + pick(a, 2, 86400)), part(h(no::bigint, 46), 0)) end,
       case when status = 'Retired' then ago(published_days * 40000)::text end,
       case when copy = 2 then 'Retired' else status end, resources,
       case when status in ('Draft', 'Review') then 0
           else 10 + (54000000 * :scale::double precision * 0.25 / (no + 8) * part(c, 0))::int end,
       case status when 'Review' then case when part(c, 1) < 0.5 then 'InReview' else 'Reviewed' end
           when 'Live' then 'SentToPublish' end,
       case when part(c, 2) < 0.60 then 'English' when part(c, 2) < 0.83 then 'Hindi'
           when part(c, 2) < 0.84 then 'english' when part(c, 2) < 0.85 then 'English, Hindi'
            else (array['Assamese', 'Bengali', 'Bodo', 'Dogri', 'Gujarati', 'Kannada', 'Kashmiri', 'Konkani',
                'Maithili', 'Malayalam', 'Manipuri', 'Marathi', 'Nepali', 'Odia', 'Punjabi', 'Sanskrit',
                'Santali', 'Sindhi', 'Tamil', 'Telugu', 'Urdu'])[1 + pick(b, 2, 21)] end,
       case when type = 'Course' and part(a, 2) < 0.06 then 'Moderated Course' else type end,
       case when part(d, 2) < 0.15 then '1' else '0' end,
       (array['Beginner', 'Intermediate', 'Advanced'])[1 + pick(d, 2, 3)],
       :'generated'
from content_made
cross join lateral generate_series(1, case when no % 331 = 7 then 2 else 1 end) copy;
commit;

begin;
truncate :"schema".content_resource;
select generated(22) as generated \gset
insert into :"schema".content_resource
    (content_id, resource_id, resource_name, resource_type, resource_duration, data_last_generated_on)
select content_id, 'do_11' || lpad(((h(no * 100::bigint + r,
    47) >> 1 & 4611686018427387903) % 1000000000000000000)::text, 18, '0'),
       'Module ' || r, (array['Video', 'PDF', 'Assessment', 'Scorm'])[1 + pick(h(no * 100::bigint + r, 48),
           0, 4)],
       lpad((seconds / resources / 3600)::text, 2, '0') || ':' || lpad((seconds / resources / 60 % 60)::text,
           2, '0') || ':' || lpad((seconds / resources % 60)::text, 2, '0'),
       :'generated'
from content_made, generate_series(1, resources) r
where type in ('Course', 'Program', 'Curated Program');
commit;

begin;
truncate :"schema".kcm_content_mapping;
select generated(35) as generated \gset
-- one to four competencies each: the first from the subject, the others
-- mostly of the behavioural and functional areas
create table taught as
select c.no, c.content_id, k.area, k.theme_no, k.no as competency_no, k.area_id, k.theme_id, k.sub_theme_id, r
from content_made c
cross join lateral generate_series(0, case when part(c.d, 0) < 0.35 then 0 when part(c.d, 0) < 0.7 then 1
    when part(c.d, 0) < 0.9 then 2 else 3 end) r
join competency k on k.no = case when r = 0 then c.competency_no
    else 1 + pick(h(c.no * 8::bigint + r, 50), 0, 105) end
where part(c.c, 1) >= 0.04;
insert into :"schema".kcm_content_mapping
    (course_id, competency_area_id, competency_theme_id, competency_sub_theme_id, data_last_generated_on)
select content_id, area_id, theme_id, case
    when part(h(no * 8::bigint + r, 51), 0) < 0.002 then 'COMSUBTHEME-999999'
    else sub_theme_id end, :'generated'
from taught
where not (part(h(no * 8::bigint + r, 51), 1) < 0.004)
union all
select content_id, null, null, null, :'generated' from content_made where part(c, 1) < 0.04
union all  -- the ids of version 5, which the dictionary lacks
select content_id, (array['1', '145', '56'])[area], (500 + theme_no)::text, (2000 + competency_no)::text,
    :'generated'
from taught
where part(h(no * 8::bigint + r, 51), 1) < 0.004
union all  -- twice
select content_id, area_id, theme_id, sub_theme_id, :'generated' from taught
    where part(h(no * 8::bigint + r, 51), 2) < 0.003;
commit;

select '  content              ' || to_char(count(*), 'FM999,999') || ' contents, '
    || to_char(count(*) filter (where status in ('Live', 'LIVE')), 'FM999,999') || ' live, '
    || count(distinct provider_id) || ' providers, ' || count(*) filter (where theme = 'Know Your Ministry'
        and name ilike 'know your%') || ' Know Your Ministry'
from content_made;

-- The officials: helper table official (one row per person, all later
-- choices hang on its number) and user_detail.
--
-- A person's designation follows the sector of the organisation; group,
-- gender and service follow the designation. Whether he ever enrolled
-- follows his M/D: calibrated so that 52 % of central and 21 % of State
-- officials did, 31 % in all (4.65 of 15 million).
--
-- Dirt: second rows of a person (another mdo_id or designation, older or
-- newer), volunteers by designation or role, NOT-MY-USER, status 0,
-- designations with other case and blanks or missing, organisations that
-- org_hierarchy lacks, no mdo_id, gender as free text, dates of several
-- forms.

create table designation_ref(sector text, list text);
-- "designation/per cent/group/women per cent"
insert into designation_ref values
    ('gen', 'Multi Tasking Staff/14/C/24;Junior Secretariat Assistant/10/C/34;'
        'Senior Secretariat Assistant/11/C/32;Assistant Section Officer/20/B/31;'
        'Section Officer/13/B/26;Under Secretary/8/A/24;Deputy Secretary/4/A/25;Director/3/A/22;'
            'Joint Secretary/1/A/21;Personal Assistant/5/B/33;'
        'Stenographer Grade D/5/C/34;Consultant/3/Contractual/30;Young Professional/3/Contractual/46'),
    ('sci', 'Technical Assistant/18/B/22;Technician/17/C/12;Scientist B/10/A/30;Scientist C/11/A/27;'
        'Scientist D/9/A/22;Scientist E/7/A/18;Scientist F/4/A/15;'
        'Senior Technical Officer/9/A/20;Administrative Officer/6/B/28;Upper Division Clerk/9/C/35'),
    ('police', 'Constable/46/C/9;Head Constable/24/C/7;Assistant Sub Inspector/11/C/6;Sub Inspector/9/B/8;'
        'Inspector/5/B/7;Assistant Commandant/2/A/8;'
        'Deputy Superintendent of Police/1/A/12;Follower/2/C/4'),
    ('rail', 'Track Maintainer/22/C/6;Assistant Loco Pilot/10/C/4;Loco Pilot/10/C/2;Station Master/9/C/9;'
        'Technician Grade I/14/C/7;Junior Engineer/8/C/10;Senior Section Engineer/8/B/9;'
        'Commercial cum Ticket Clerk/6/C/22;Office Superintendent/6/B/26;Pointsman/5/C/5;'
            'Divisional Engineer/1/A/12;Nursing Superintendent/1/B/80'),
    ('post', 'Gramin Dak Sevak/40/C/30;Postman/14/C/12;Postal Assistant/20/C/34;Sorting Assistant/6/C/28;'
        'Sub Postmaster/7/B/26;Mail Guard/3/C/4;Inspector of Posts/4/B/20;'
        'Assistant Superintendent of Posts/2/B/18;Superintendent of Posts/2/A/22;Multi Tasking Staff/2/C/20'),
    ('tax', 'Tax Assistant/20/C/24;Senior Tax Assistant/10/C/23;Inspector/26/B/20;Income Tax Officer/11/B/17;'
        'Superintendent/15/B/14;Assistant Commissioner/5/A/24;'
        'Deputy Commissioner/4/A/25;Joint Commissioner/2/A/24;Multi Tasking Staff/7/C/18'),
    ('bank', 'Customer Service Associate/34/C/30;Assistant Manager/22/B/28;Manager/19/A/25;'
        'Senior Manager/11/A/22;Chief Manager/5/A/18;Office Attendant/7/C/12;'
        'Assistant General Manager/2/A/14'),
    ('edu', 'Primary Teacher/34/B/58;Trained Graduate Teacher/24/B/50;Post Graduate Teacher/13/B/44;'
        'Principal/4/A/34;Head Master/6/B/36;Assistant Professor/6/A/38;Lab Attendant/3/C/20;'
        'Junior Assistant/6/C/34;Librarian/2/B/46;Vice Principal/2/A/36'),
    ('health', 'Staff Nurse/30/B/84;Auxiliary Nurse Midwife/18/C/99;Medical Officer/12/A/38;'
        'Pharmacist/9/C/36;Lab Technician/8/C/34;Multi Purpose Health Worker/9/C/28;'
        'Senior Medical Officer/4/A/36;Ward Attendant/7/C/38;Specialist Grade II/3/A/36'),
    ('rev', 'Village Revenue Officer/24/C/22;Panchayat Secretary/22/C/26;Junior Assistant/18/C/32;'
        'Revenue Inspector/10/C/18;Naib Tehsildar/6/B/18;Tehsildar/4/B/17;Block Development Officer/3/B/22;'
        'Sanitary Inspector/5/C/16;Sub Divisional Officer/2/A/24;Data Entry Operator/6/Contractual/34'),
    ('gens', 'Junior Assistant/24/C/33;Senior Assistant/20/C/30;Assistant Section Officer/14/B/30;'
        'Section Officer/10/B/26;Under Secretary/4/A/25;Accounts Officer/7/B/24;Office Attendant/13/C/20;'
        'Statistical Assistant/4/C/30;Deputy Secretary/2/A/24;Stenographer/2/C/40'),
    ('wcd', 'Anganwadi Worker/56/Others/100;Anganwadi Helper/22/Others/100;Supervisor/10/C/97;'
        'Child Development Project Officer/4/B/72;Junior Assistant/6/C/42;District Programme Officer/2/A/52'),
    ('agri', 'Field Assistant/26/C/14;Agriculture Officer/18/B/20;Forest Guard/16/C/12;'
        'Veterinary Officer/11/A/22;Livestock Inspector/9/C/14;Range Officer/5/B/12;Junior Assistant/11/C/30;'
        'Assistant Director/4/A/22'),
    ('eng', 'Junior Engineer/24/B/12;Assistant Engineer/16/B/11;Executive Engineer/6/A/9;'
        'Superintending Engineer/2/A/6;Lineman/18/C/1;Work Charged Staff/13/C/6;Accounts Assistant/8/C/26;'
        'Upper Division Clerk/13/C/28'),
    ('psu', 'Technician/32/C/4;Operator/20/C/5;Executive/13/A/14;Senior Executive/8/A/12;'
        'Deputy Manager/8/A/12;Manager/6/A/10;Assistant Grade III/9/C/22;Deputy General Manager/2/A/8;'
        'Apprentice/2/Others/18'),
    ('def', 'Mate/20/C/6;Tradesman/22/C/5;Lower Division Clerk/15/C/26;Upper Division Clerk/13/C/27;'
        'Auditor/8/B/24;Senior Auditor/7/B/22;Assistant Accounts Officer/6/B/20;Junior Engineer/5/B/9;'
        'Lieutenant Colonel/2/A/5;Chargeman/2/B/8');

create table designation as
select row_number() over (order by sector collate "C", i)::smallint as no, sector, i::int,
       split_part(d, '/', 1) as name, split_part(d, '/', 2)::int as share, split_part(d, '/', 3) as grp,
           split_part(d, '/', 4)::int as women
from designation_ref, string_to_table(list, ';') with ordinality x(d, i);
-- a hundred places per sector: an official's is found by number
create table sector as
select sector, array_agg(no order by i, n) as places
from designation, generate_series(1, share) n
group by sector;
create unique index on designation(no);

create table first_name as
select i::int - 1 as i, n as name, 'F' as sex
    from string_to_table('Anita;Sunita;Kavita;Priya;Pooja;Neha;Rekha;Meena;Lakshmi;Saraswati;Deepa;Asha;Usha;'
    'Geeta;Shalini;Rani;Fatima;Ayesha;Mary;Harpreet;Jaspreet;Kiran;Nisha;Swati;Vandana;Archana;Bhavana;Padma;'
    'Revathi;Sangeeta;Sushma;Manju', ';') with ordinality x(n, i)
union all
select i::int - 1, n, 'M' from string_to_table('Rajesh;Suresh;Ramesh;Mahesh;Amit;Anil;Sunil;Vijay;Sanjay;'
    'Rakesh;Manoj;Vinod;Ashok;Arun;Ravi;Prakash;Deepak;Santosh;Mohammad;Imran;Abdul;Joseph;Thomas;Gurpreet;'
    'Harjit;Karthik;Venkatesh;Srinivas;Murugan;Bikash;Dipankar;Tenzin', ';') with ordinality x(n, i);
create table last_name as
select i::int - 1 as i, n as name
    from string_to_table('Kumar;Singh;Sharma;Verma;Yadav;Gupta;Patel;Shah;Reddy;Rao;Naidu;Nair;Menon;Pillai;'
    'Iyer;Das;Bose;Ghosh;Banerjee;Mukherjee;Mishra;Tiwari;Pandey;Dubey;Joshi;Kulkarni;Patil;Jadhav;Pawar;'
    'Khan;Ansari;Sheikh;Fernandes;D''Souza;Kaur;Gill;Sandhu;Borah;Gogoi;Barman;Lepcha;Sangma;Murmu;Soren;'
    'Munda;Meena;Gurjar;Chauhan;Rathore;Thakur;Negi;Rawat;Bisht;Gowda;Hegde;Shetty;Subramanian;Krishnan;'
    'Raman;Swain;Sahoo;Mohanty;Behera;Nayak', ';') with ordinality x(n, i);

-- Services of Group A officials: one in ten belongs to one.
create table service as
select i::int - 1 as i, split_part(n, '/', 1) as name, split_part(n, '/', 2) as kind
from string_to_table('Indian Administrative Service/All India Services;'
    'Indian Police Service/All India Services;Indian Forest Service/All India Services;'
    'Indian Revenue Service (Income Tax)/Central Services Group A;'
        'Indian Revenue Service (Customs and Indirect Taxes)/Central Services Group A;'
    'Indian Audit and Accounts Service/Central Services Group A;'
        'Indian Postal Service/Central Services Group A;'
        'Indian Railway Management Service/Central Services Group A;'
    'Indian Economic Service/Central Services Group A;Indian Statistical Service/Central Services Group A;'
        'Indian Information Service/Central Services Group A;'
    'Central Secretariat Service/Central Services Group A;'
        'Indian Defence Accounts Service/Central Services Group A;'
        'Indian Trade Service/Central Services Group A;'
    'State Civil Service/State Services;State Police Service/State Services', ';') with ordinality x(n, i);
create table cadre as
select i::int - 1 as i, n as name
    from string_to_table('AGMUT;Andhra Pradesh;Assam-Meghalaya;Bihar;Chhattisgarh;Gujarat;Haryana;'
    'Himachal Pradesh;Jharkhand;Karnataka;Kerala;Madhya Pradesh;Maharashtra;Manipur;Nagaland;Odisha;Punjab;'
    'Rajasthan;Sikkim;Tamil Nadu;Telangana;Tripura;Uttarakhand;Uttar Pradesh;West Bengal',
    ';') with ordinality x(n, i);

-- Enrolled share of each organisation, per million, so that the whole comes
-- out at the target. Integers, so that the sums are exact.
create table enrolling as
with raw as (
    select o.org_no, o.central, o.officials::bigint,
        least(m.ppm * (700 + pick(h(o.path, 60), 0, 600)) / 1000, 970000) as ppm
    from org o join md m using (md_no)
)
select org_no,
       least(0.97, ppm::double precision / 1000000
           * (case when central then 0.525 else 0.212 end)
           / (sum(officials * ppm) over (partition by central)::double precision
              / sum(officials) over (partition by central)::double precision / 1000000)) as share
from raw;

create unlogged table official as
select p.no::int as no, o.org_no,
       s.places[1 + pick(a, 0, 100)] as designation_no,
       part(h(p.no, 62), 0) < e.share as enrolled,
       part(h(p.no, 62), 1) < m.thorough as thorough,
       -- the service of one Group A official in ten
       case when part(h(p.no, 64), 2) < 0.1 then pick(h(p.no, 64), 0, 16) end::smallint as service_no,
       (20 + part(h(p.no, 62), 2) * 1300 * (0.4 + 0.6 * part(h(o.path, 63), 0)))::int as registered_days
from org o
join md m using (md_no)
join enrolling e using (org_no)
join sector s using (sector)
cross join lateral (select no, h(no, 61) as a from generate_series(o.first_no,
    o.first_no + o.officials - 1) no offset 0) p;
analyze official;

begin;
truncate :"schema".user_detail;
select generated(0) as generated \gset
insert into :"schema".user_detail
    (user_id, mdo_id, status, no_of_karma_points, full_name, designation, email, phone_number, pincode,
        groups, tag,
     profile_status, user_registration_date, profile_last_updated_date, roles, gender, category,
     marked_as_not_my_user, is_verified_karmayogi, created_by_id, external_system, external_system_id,
     weekly_claps_day_before_yesterday, total_event_learning_hours, total_content_learning_hours,
         total_learning_hours,
     employee_id, cadre, civil_service_type, civil_services, cadre_batch, is_on_central_deputation,
     is_from_organised_service_of_govt, data_last_generated_on, total_badges_earned)
select user_id,
       case when copy = 2 and y2 < 0.6 
            then (select n.mdo_id from org n where n.org_no = 1 + (u.org_no * 7 + 3) % (select count(*)
                from org)::int)
            when place = 0 or y0 >= 0.0012 then mdo_id when y0 < 0.0006 then null when y0 < 0.0009 then ''
                else 'Not Available' end,
       status,
       karma,
       first || ' ' || last,
       case when copy = 2 and y2 >= 0.6 then 'Assistant Director'
            when volunteer and y1 < 0.7 then case when y1 < 0.35 then 'VOLUNTEER'
                else 'MY Bharat Volunteer' end
            when c0 < 0.88 then designation
            when c0 < 0.93 then upper(designation collate "C")
            when c0 < 0.96 then lower(designation collate "C")
            when c0 < 0.975 then designation || ' '
            when c0 < 0.983 then ' ' || designation
            when c0 < 0.986 then replace(designation, ' ', '  ')
            when c0 < 0.994 then null
            else '' end,
       case when status = 0 and c1 < 0.1 then null
            else lower(first collate "C") || '.' || replace(lower(last collate "C"), '''', '') || no
                || case when central and c1 < 0.35 then '@gov.in' when central and c1 < 0.5 then '@nic.in'
                    when c1 < 0.06 then '@nic.in' else '@gmail.com' end end,
       '9' || lpad((((b >> 4) & 1073741823) % 1000000000)::text, 9, '0'),
       (110001 + pick(b, 2, 744000))::text,
       case when c2 < 0.02 then null when c2 < 0.03 then 'Others'
           when c2 < 0.035 then 'group ' || lower(grp collate "C")
            when grp in ('Contractual', 'Others') then grp else 'Group ' || grp end,
       case when c1 < 0.05 then 'APAR 2026-27, Mission Karmayogi' when c1 < 0.08 then 'Prashikshan' end,
       profile_status,
       written(registered, r2),
       case when copy = 2 then case when y1 < 0.5 then (registered + interval '1 day')::text
           else ago(86400 + 1000 * pick(y, 2, 80))::text end
            when r0 < 0.03 then null
            else written(registered + floor(r0 * registered_days * 86000) * interval '1 second', r1) end,
       case when place = 0 and not without_leader then 'PUBLIC, MDO_LEADER, MDO_ADMIN'
            when place = 1 then 'PUBLIC, MDO_ADMIN, CBP_ADMIN'
            when place = 2 and officials > 60 then 'PUBLIC, CONTENT_CREATOR'
            when volunteer and y1 >= 0.7 then 'PUBLIC, VOLUNTEER'
            when r2 > 0.999 then null
            else 'PUBLIC' end,
       case when woman then
            case when y3 < 0.93 then 'Female' when y3 < 0.955 then 'FEMALE' when y3 < 0.97 then 'female'
                when y3 < 0.975 then 'F' when y3 < 0.976 then 'महिला' when y3 < 0.985 then null
                when y3 < 0.995 then '' else 'Others' end
            else case when y3 < 0.93 then 'Male' when y3 < 0.955 then 'MALE' when y3 < 0.97 then 'male'
                when y3 < 0.975 then 'M' when y3 < 0.976 then 'पुरुष' when y3 < 0.985 then null
                when y3 < 0.995 then '' when y3 < 0.998 then 'Others' else 'Transgender' end
            end,
       (array['General', 'OBC', 'SC', 'ST'])[case when y4 < 0.42 then 1 when y4 < 0.73 then 2
           when y4 < 0.91 then 3 else 4 end],
       profile_status = 'NOT-MY-USER',
       profile_status = 'VERIFIED',
       official_id(first_no),
       case when y4 < 0.12 and central then 'eHRMS' end,
       case when y4 < 0.12 and central then 'E' || no end,
       case when enrolled then pick(b, 0, 9) else 0 end,
       case when enrolled then pick(b, 1, 12)::double precision / 2 else 0 end,
       case when enrolled then pick(a, 2, 160)::double precision / 4 else 0 end,
       case when enrolled then pick(b, 1, 12)::double precision / 2 + pick(a, 2, 160)::double precision / 4
           else 0 end,
       case when y5 < 0.6 then upper(substr(path, 3, 3) collate "C") || lpad(no::text, 8, '0') end,
       case when in_service and service_no < 3 then cadre end,
       case when in_service then service_kind end,
       case when in_service then service end,
       case when in_service then (1990 + pick(b, 0, 35))::text end,
       case when in_service and service_no < 3 then y4 < 0.4 end,
       case when grp = 'A' then in_service end,
       :'generated',
       case when enrolled then pick(b, 2, 6) else 0 end
from (
    select w.*, g.name as designation, g.grp, f.name as first, l.name as last, c.name as cadre, v.name
        as service, v.kind as service_kind,
           case when place < 2 then 1 when y5 >= 0.965 then 0 else 1 end as status,
           place > 1 and r1 > 0.9955 as volunteer,
           case when place > 1 and y5 < 0.004 then 'NOT-MY-USER' when y5 < 0.30 then 'NOT-VERIFIED'
               else 'VERIFIED' end as profile_status,
           case when enrolled then 5 * (4 + pick(a, 2, 60)) + 2 * pick(b, 0, 20)
               else 5 * pick(b, 0, 2) end as karma,
           ago(registered_days * 86400 + pick(a, 1, 60000)) as registered,
           g.grp = 'A' and w.service_no is not null as in_service
    from (
        select f.*, o.mdo_id, o.path, o.central, o.officials, o.first_no, f.no - o.first_no as place,
            m.without_leader,
               official_id(f.no) as user_id,
               a, b, x, y,
               part(a, 1) as c0, part(a, 2) as c1, part(b, 1) as c2,
               part(x, 0) as r0, part(x, 1) as r1, part(x, 2) as r2,
               part(y, 0) as y0, part(y, 1) as y1, part(y, 2) as y2,
               part(z, 0) as y3, part(z, 1) as y4, part(z, 2) as y5,
               part(q, 0) * 100 < d.women as woman, pick(q, 1, 32) as first_no_of, pick(q, 2, 64)
                   as last_no_of,
               copy
        from official f
        join org o using (org_no)
        join md m using (md_no)
        join designation d on d.no = f.designation_no
        cross join lateral (
            select h(f.no, 61) as a, h(f.no, 64) as b, h(f.no, 65) as x, h(f.no, 66) as y, h(f.no, 67) as z,
                h(f.no, 68) as q offset 0
        ) k
        cross join lateral generate_series(1, case when part(y, 0) > 0.9945 then case
            when part(y, 0) > 0.9999 then 3 else 2 end else 1 end) copy
        offset 0
    ) w
    join designation g on g.no = w.designation_no
    join first_name f on f.i = w.first_no_of and f.sex = case when w.woman then 'F' else 'M' end
    join last_name l on l.i = w.last_no_of
    join cadre c on c.i = w.last_no_of % 25
    left join service v on v.i = w.service_no
    offset 0
) u;
commit;

select '  user_detail          ' || to_char(count(*), 'FM999,999,999') || ' officials, '
    || to_char(count(*) filter (where enrolled), 'FM999,999,999') || ' ever enrolled'
from official;

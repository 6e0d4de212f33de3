--
-- Whom a row of cb_plan allots to: both models of plans
--
-- Unaligned: psql's idea of how wide a letter is changes between versions.
\pset format unaligned
set client_encoding = 'UTF8';
\pset null '(null)'

-- A few officials
create table official (user_id text, mdo_id text, designation text, cadre text, groups text,
    cadre_batch text, civil_services text,
    is_verified_karmayogi text, is_on_central_deputation text);
insert into official values
    ('u1', 'o1', 'Director', 'AGMUT', 'Group A', '2010', 'IAS', 'true', 'false'),
    ('u2', 'o1', ' deputy DIRECTOR ', 'UP', 'Group A', '2015', 'IAS', 'false', 'true'),
    ('u3', 'o2', 'Director', null, 'Group B', 'Not Available', '', null, ''),
    ('U4', 'o2', 'Director | Finance', null, null, null, null, 'Yes', 'N'),
    ('u5', null, null, null, null, null, null, null, null),
    ('u6', 'O1', 'निदेशक', null, 'Group C', null, null, '0', '1');

create function matches(allotment_type text, allotment_to text, org_id text, o official) returns boolean
    immutable begin atomic
    select karmayogi.allotment_matches(allotment_type, allotment_to, org_id, o.user_id, o.mdo_id,
        o.designation, o.cadre, o.groups,
        o.cadre_batch, o.civil_services, o.is_verified_karmayogi, o.is_on_central_deputation);
end;

create table plan (n serial, allotment_type text, allotment_to text, org_id text);
create view matched as
    select n, allotment_type, left(allotment_to, 40) as allotment_to, org_id,
            case when count(m) = 6 then string_agg(user_id, ' ' order by user_id collate "C") filter (where m)
                when count(m) = 0 then 'unintelligible' else 'both' end as matched
        from (select p.*, o.user_id, matches(allotment_type, allotment_to, org_id, o) as m from plan as p,
            official as o) as x
        group by n, allotment_type, allotment_to, org_id;

-- The model until 2025; organisations are compared exactly
insert into plan (allotment_type, allotment_to, org_id) values
    ('CustomUser', 'u1', 'o1'), ('customuser ', ' U1 ', 'o1'), ('CustomUser', 'u1', 'o2'),
    ('CustomUser', 'u1', null),
    ('CustomUser', 'u1', 'Not Available'), ('CustomUser', 'u1', 'O1'), ('CustomUser', 'nobody', 'o1'),
    ('CustomUser', 'u1|u2', null),
    ('CustomUser', '"u1","u2"', null),
    ('Designation', 'Director', 'o1'), ('Designation', 'director', null),
    ('DESIGNATION', ' Deputy Director', 'o1'),
    ('Designation', 'Director | Finance', null), ('Designation', '"Director | Finance"', null),
    ('Designation', 'Director, deputy director', null),
    ('Designation', '"director","deputy director"', null), ('Designation', 'निदेशक', null),
    ('Designation', '5" x', null),
    ('AllUser', 'All Users', 'o1'), ('ALLUSER', null, null), ('AllUser', 'Not Available', 'o2'),
    ('AllUser', '"', 'o2');
select * from matched order by n;
truncate plan restart identity;

-- The model of 2026: each criterion
insert into plan (allotment_type, allotment_to, org_id) values
    ('mdo_id', '"o1","o2"', null), ('mdo_id', 'o1', null), ('mdo_id', '"O1"', 'o1'),
    ('user', '"u4"', null), ('user', 'u1,u2', null),
    ('designation', '"deputy director","निदेशक"', null), ('cadre', '"agmut"', null),
    ('groups', '"group a", "group b"', null),
    ('cadre_batch', '2015', null), ('cadre_batch', '2,015', null), ('civil_services', '"ias"', null),
    ('is_verified_karmayogi', '"true"', null), ('is_verified_karmayogi', 'No', null),
    ('is_verified_karmayogi', '"1","0"', null),
    ('is_verified_karmayogi', 'perhaps', null), ('is_on_central_deputation', 'TRUE', null),
    ('is_on_central_deputation', '"f"', 'o2'),
    ('designation|groups', '"director"|"group b"', null),
    (' Designation | GROUPS ', ' "director" | Group B ', null),
    ('designation|groups|is_verified_karmayogi', '"director","deputy director"|"group a"|no', 'o1'),
    ('designation|designation', '"director","deputy director"|"director"', null),
    ('user|user', 'u1|u2', null),
    ('designation', '"director | finance"', null), ('designation|mdo_id', '"director | finance"|"o2"', null),
    ('designation|user', '"a ""b"" | c","director"|"u1"', null),
    ('user|designation', '"u1",u3|director', null),
    ('user', '"u1",,"Not Available",""', null);
select * from matched order by n;
truncate plan restart identity;

-- Unintelligible rows: NULL, whatever the organisation
insert into plan (allotment_type, allotment_to, org_id) values
    (null, null, null), (null, 'u1', null), ('', 'u1', null), ('Not Available', 'u1', null),
    ('CustomUser', null, 'o1'), ('CustomUser', ' ', 'o1'),
    ('Designation', 'Null', null), ('group', 'a', null), ('everybody', 'x', null),
    ('user|', 'u1|u2', null), ('|', 'u1|u2', null),
    ('user|rank', '"u1"|"x"', null), ('user|alluser', 'u1|All Users', null),
    ('customuser|designation', 'u1|director', null),
    ('user|designation', '"u1"', null), ('user', '"u1"|"director"', null),
    ('user|designation', '"u1"|', null),
    ('user|designation', '|director', null), ('user|designation', '"u1"|""', null),
    ('user|designation', '"u1"|"",""', null),
    ('user', '"Not Available"', null), ('user', '"u1', null), ('user', '"u1"x', null),
    ('user', '"u1" "u2"', null),
    ('user|designation', '"u1|director', null), ('designation|user', '5" x|u1', null),
    ('Designation', '"A" grade officer', null),
    ('Designation', '"a"|"b"', null), ('user,designation', 'u1,director', null),
    ('user||designation', 'u1||director', null);
select * from matched order by n;
select n, a.* from plan, lateral karmayogi.allotment_audience(allotment_type, allotment_to) as a
    where a.intelligible or a.everybody or a.other_criteria
        or not (a.user_ids is null and a.mdo_ids is null and a.designations is null);
truncate plan restart identity;

-- The audience of a row
insert into plan (allotment_type, allotment_to) values
    ('AllUser', 'All Users'), ('CustomUser', ' U1 '), ('Designation', 'Director, Finance | Accounts'),
    ('user', '"b","A","a "," B","c"'),
    ('mdo_id|designation', '"o2","O1"|"Director"'), ('cadre', 'up'),
    ('designation|cadre|is_verified_karmayogi', '"x"|"up"|true'),
    ('user|user|user', '"u3","u1","u2"|"u2","u3","u4"|"u3","u2","u9"'), ('user|user', 'u1|u2'),
    ('user', '"say ""hi"" | x"'),
    ('designation', '"निदेशक","É"');
select allotment_type, a.* from plan,
    lateral karmayogi.allotment_audience(allotment_type, allotment_to) as a order by n;
truncate plan restart identity;

-- Against a model: rows made from known criteria must match exactly the officials that meet them, and the
-- audience must say the same.
select setseed(0.5);
create table criterion as
    select n, k, (array['user', 'mdo_id', 'designation', 'cadre', 'groups', 'cadre_batch',
        'civil_services', 'is_verified_karmayogi',
            'is_on_central_deputation'])[1 + floor(random() * 9)::int] as name,
                1 + floor(random() * 3)::int as many, random() < 0.5 as single
        from generate_series(1, 600) as n, generate_series(1, 3) as k where k <= 1 + n % 3;
create table value as
    select n, k, name, many = 1 and single as bare, case when name like 'is%' then
                (array['true', 'False', 'YES', 'n', '1', '0', ' t', 'F ',
                'perhaps'])[1 + floor(random() * 9)::int]
            else (array['A', 'b', 'c|"d"', 'É, f'])[1 + floor(random() * 4)::int] || (array['', ' ',
                ' x'])[1 + floor(random() * 3)::int] end as value
        from criterion, generate_series(1, many);
create table person as
    select n, (array['a', 'B ', 'C|"D"', 'É, F', 'a X', 'b x',
        null])[1 + floor(random() * 7)::int] as user_id,
            (array['a', 'B', 'Not Available', 'É, F', null])[1 + floor(random() * 5)::int] as mdo_id,
            (array['A', 'b', 'c|"d"', 'É, F X', ''])[1 + floor(random() * 5)::int] as designation,
            (array['A', 'b', 'c|"d"', null])[1 + floor(random() * 4)::int] as cadre,
            (array['A', 'b', 'c|"d" X'])[1 + floor(random() * 3)::int] as groups,
            (array['A', 'b', 'É, f'])[1 + floor(random() * 3)::int] as cadre_batch,
            (array['A', 'b', 'null'])[1 + floor(random() * 3)::int] as civil_services,
            (array['true', 'false', 't', 'N', 'Perhaps',
            null])[1 + floor(random() * 6)::int] as is_verified_karmayogi,
            (array['1', '0', 'yes', 'No'])[1 + floor(random() * 4)::int] as is_on_central_deputation
        from generate_series(1, 40) as n;
insert into plan (n, allotment_type, allotment_to, org_id)
    select n, string_agg(name, '|' order by k), string_agg(list, '|' order by k),
        (array[null, 'a', 'B', 'null'])[1 + n % 4]
        from (select n, k, name, string_agg(case when bare and value !~ '["|]' then value
            else '"' || replace(value, '"', '""') || '"' end, ', ') as list
            from value group by n, k, name) as x group by n;
create function folded(text) returns text immutable begin atomic
    select case when lower(btrim($1)) not in ('', 'null', 'not available')
        then lower(btrim($1) collate "C") end;
end;
create function truth(text) returns text immutable begin atomic
    select case when folded($1) in ('true', 't', 'yes', '1') then 'true'
        when folded($1) in ('false', 'f', 'n', 'no', '0') then 'false'
        else folded($1) end;
end;
create table expected as
    select p.n, o.n as person, (p.org_id is null or p.org_id = 'null' or p.org_id = o.mdo_id is true) and
            (select bool_and(meets) from (select bool_or(coalesce(case when c.name like 'is%'
            then truth(v.value) = truth(j ->> c.name)
                    else folded(v.value) = folded(j ->> c.name) end, false)) as meets
                from criterion as c join value as v using (n, k) where c.n = p.n group by c.k) as x) as match
        from plan as p, person as o,
            lateral (select to_jsonb(o) || jsonb_build_object('user', o.user_id)) as x(j);
create table actual as
    select p.n, o.n as person, karmayogi.allotment_matches(p.allotment_type, p.allotment_to, p.org_id,
        o.user_id, o.mdo_id, o.designation,
            o.cadre, o.groups, o.cadre_batch, o.civil_services, o.is_verified_karmayogi,
                o.is_on_central_deputation) as match
        from plan as p, person as o;
select count(*) filter (where e.match is distinct from a.match) as differences, count(*) as pairs,
    count(*) filter (where a.match) > 500 as many_match
    from expected as e full join actual as a using (n, person);
create table audience as select p.n, a.* from plan as p,
    lateral karmayogi.allotment_audience(p.allotment_type, p.allotment_to) as a;
select count(*) filter (where (a.intelligible and not a.everybody
                and (p.org_id is null or p.org_id = 'null' or p.org_id is not distinct from o.mdo_id)
                and (a.user_ids is null or coalesce(not karmayogi.portal_is_missing(o.user_id)
                    and karmayogi.portal_fold(o.user_id) = any (a.user_ids), false))
                and (a.mdo_ids is null or coalesce(not karmayogi.portal_is_missing(o.mdo_id)
                    and karmayogi.portal_fold(o.mdo_id) = any (a.mdo_ids), false))
                and (a.designations is null
                    or coalesce(karmayogi.portal_fold(o.designation) = any (a.designations), false))
                and (not a.other_criteria or m.match)) is distinct from m.match) as differences,
        count(*) filter (where not a.other_criteria and m.match) > 100 as without_others
    from plan as p join audience as a using (n) join actual as m using (n) join person as o on o.n = m.person;
select count(*) filter (where other_criteria <> exists (select from criterion as c where c.n = a.n
    and c.name not in ('user', 'mdo_id', 'designation')))
            as wrong_others,
        count(*) filter (where (user_ids is not null) <> exists (select from criterion as c
            where c.n = a.n and c.name = 'user')) as wrong_users,
        count(*) filter (where exists (select from unnest(user_ids, mdo_ids, designations) as x(u, m, d)
            where karmayogi.portal_fold(u) <> u or karmayogi.portal_fold(m) <> m
                or karmayogi.portal_fold(d) <> d)) as not_folded,
        count(*) filter (where user_ids <> (select coalesce(array_agg(distinct u collate "C"
            order by u collate "C"), '{}') from unnest(user_ids) as u))
            as not_distinct_or_ordered
    from audience as a;

-- The same row or another at each call: what was read before does not show
select count(*) filter (where match is distinct from
        karmayogi.allotment_matches(t, v, null, 'a', 'a', 'a', 'a', 'a', 'a', 'a', '1', '1')) as differences
    from (select i, case i % 5 when 1 then 'user' when 2 then 'cadre' when 3 then null when 4 then 'user'
        else 'is_verified_karmayogi' end as t,
            case i % 5 when 1 then 'a' when 2 then 'b' when 3 then 'a' when 4 then null else 'y' end as v,
            case i % 5 when 1 then true when 2 then false when 3 then null when 4 then null
                else true end as match
        from generate_series(0, 99) as i) as x;

-- Any text at all: no error, and the two functions agree on what is intelligible
create table fuzz as
    select n, string_agg((array['user', 'cadre', 'designation', 'alluser', 'CustomUser', '|', '|', '|',
        ' ', 'x'])[1 + floor(random() * 10)::int], '') as t,
            string_agg((array['"', '""', '"', ',', '|', 'a', 'b ', ' ', 'é', 'null',
                E'\n'])[1 + floor(random() * 11)::int], '') as v
        from generate_series(1, 30000) as n, generate_series(1, 1 + n % 7) group by n;
select count(*) filter (where a.intelligible <> (m is not null)) as differences,
    count(*) filter (where a.intelligible) > 1000 as many_read
    from fuzz, lateral karmayogi.allotment_audience(t, v) as a,
        lateral (select karmayogi.allotment_matches(t, v, null, 'a', 'a', 'a', 'a', null, null, null,
            null, null)) as x(m);

-- Text of megabytes: linear time
set statement_timeout = '60s';
select cardinality(user_ids) as users
    from karmayogi.allotment_audience('user',
    (select string_agg('"U' || i % 150000 || '"', ',') from generate_series(1, 300000) as i));
select intelligible, cardinality(user_ids) as users
    from karmayogi.allotment_audience(repeat('user|', 199999) || 'user',
    repeat('"a","b"|', 199999) || '"b"');
select intelligible from karmayogi.allotment_audience('user', repeat('"', 5000001));
select intelligible from karmayogi.allotment_audience(repeat('|', 5000000), repeat('|', 5000000));
select intelligible, length(designations[1]) as length
    from karmayogi.allotment_audience('Designation', repeat('É|"', 1000000));
select count(*) filter (where karmayogi.allotment_matches('user', v, null, 'U' || i, null, null, null,
    null, null, null, null, null)) as matched
    from (select string_agg('"u' || i || '"', ',') as v from generate_series(1, 100000) as i) as x,
        generate_series(99991, 100010) as i;
reset statement_timeout;

drop view matched;
drop function matches(text, text, text, official);
drop table plan, official, criterion, value, person, expected, actual, audience, fuzz;
drop function truth(text);
drop function folded(text);

-- Live rows that reach the same officials have one number, and no two others; each statement counts from 1.
select n, (a).*
    from (select n, karmayogi.audience_number(o, t, v, live) as a
        from (values (1, 'o1', 'user', 'u1', true), (2, 'o1', 'user', 'u2', true), (3, 'o1', 'user', 'u1', true),
            (4, null, 'user', 'u1', false), (5, '', 'user', 'u1', true), (6, 'o1u', 'ser', 'u1', true),
            (7, null, 'user', 'u1', true), (8, null, null, null, true), (9, 'o1', 'user', 'u1', null)) as r (n, o, t, v, live)
        offset 0) as x
    order by n;
select count(*) as rows, count((a).audience_no) as live, count(distinct (a).audience_no) as numbers,
    count(*) filter (where (a).first_of_audience) as firsts, count(distinct (o, t, v)) filter (where live) as audiences,
    count(distinct ((a).audience_no, o, t, v)) filter (where live) as pairs, min((a).audience_no), max((a).audience_no)
    from (select o, t, v, live, karmayogi.audience_number(o, t, v, live) as a
        from (select nullif('o' || n % 37, 'o0') as o, repeat('t', n % 5) as t, nullif(n % 101, 7)::text as v, n % 3 > 0 as live
            from generate_series(1, 30000) as n) as x
        offset 0) as y;

--
-- The portal's raw values
--
-- Unaligned: psql's idea of how wide a letter is changes between versions.
\pset format unaligned
set client_encoding = 'UTF8';
set datestyle = 'ISO, YMD';
\pset null '(null)'

-- Missing markers
select quote_nullable(t) as text, karmayogi.portal_is_missing(t) as missing
    from unnest(array[null, '', '   ', E'\t\r\n', 'Not Available', 'NOT AVAILABLE', ' not available ',
        'Null', 'null', 'NULL',
        'not published', 'Not Published', 'notavailable', 'none', 'nul', 'nulls', '0', '-', 'n/a',
        U&'\00A0', 'Not  Available']) with ordinality as x(t, n) order by n;

-- Folding: ASCII only, whatever the collation; other letters stay as they are
select quote_literal(karmayogi.portal_fold(t)) as folded
    from unnest(array['', '  ', 'abc', ' Deputy Director ', E'\tMDO_LEADER\n\f\x0b\r', 'ÀÉ İstanbul',
        'महिला ', 'A  B',
        U&'\00A0X\00A0']) with ordinality as x(t, n) order by n;
select karmayogi.portal_fold('I' collate "C") = 'i' as same, karmayogi.portal_fold(null) is null as strict;
select bool_and(karmayogi.portal_fold(chr(c)) =
                case when c between 65 and 90 then chr(c + 32) when c in (9, 10, 11, 12, 13, 32) then ''
                    else chr(c) end)
        as every_ascii_character
    from generate_series(1, 127) as c;
select length(karmayogi.portal_fold(' ' || repeat('Xé', 1000000) || ' ')) as long_text;

-- Time stamps: every accepted form
create table form (n serial, t text);
insert into form (t) values
    ('2024-05-01'), ('2024-05-01 10:20:30'), (E' \t2024-05-01 10:20:30\r\n'), ('0001-01-01'),
    ('9999-12-31 23:59:59'),
    ('2024-02-29'), ('2000-02-29 00:00:00'),
    ('2024-05-01 14:30:00 PM'), ('2024-05-01 14:30:00 pm'), ('2024-05-01 09:05:00 Am'),
    ('2024-05-01 02:30:00 PM'),
    ('2024-05-01 12:30:00 AM'), ('2024-05-01 12:30:00 PM'), ('2024-05-01 00:30:00 AM'),
    ('2024-05-01T10:20:30'), ('2024-05-01T10:20'), ('2024-05-01 10:20'), ('2024-05-01T10:20Z'),
    ('2024-05-01 10:20+05:30'),
    ('2024-05-01T10:20:30Z'), ('2024-05-01 10:20:30Z'), ('2024-05-01T10:20:30+05:30'),
    ('2024-05-01T10:20:30+0530'),
    ('2024-05-01T10:20:30+05'), ('2024-05-01T10:20:30-08:00'), ('2024-05-01T10:20:30-00:00'),
    ('2024-05-01T10:20:30+15:59'),
    ('2024-12-31T23:59:59Z'), ('2024-03-01T00:00:00+14:00'), ('0001-01-01T00:00:00+15:59'),
    ('9999-12-31T23:59:59-15:59'),
    ('2024-05-01T10:20:30.1'), ('2024-05-01T10:20:30.123'), ('2024-05-01 10:20:30.123456'),
    ('2024-05-01T10:20:30.5+05:30'),
    ('2024-05-01T23:59:59.9999999'), ('2024-05-01T10:20:30.' || repeat('9', 1000) || 'Z'),
    ('2024-05-01 10:20:30:123+0530'), ('2024-05-01 10:20:30:007+0000'), ('2024-05-01 10:20:30:999Z');
select left(t, 40) as text, karmayogi.portal_timestamp(t) from form order by n;
select count(*) as differences from form
    where karmayogi.portal_timestamp(t) is distinct from karmayogi.try_portal_timestamp(t);
select karmayogi.portal_timestamp(t) as missing
    from unnest(array['', ' ', 'Not Available', 'NULL', 'not published', null]) as t;

-- The marker of the portal's 24-hour clock, for every hour
select h as hour,
        karmayogi.try_portal_timestamp(format('2024-05-01 %s:07:09 AM', lpad(h::text, 2, '0')))::time as am,
        karmayogi.try_portal_timestamp(format('2024-05-01 %s:07:09 PM', lpad(h::text, 2, '0')))::time as pm
    from generate_series(0, 24) as h order by h;

-- What is none of the forms: NULL from the lenient one, an error with its reason from the other
create function reason(text) returns text language plpgsql as $$
declare
    why text;
begin
    perform karmayogi.portal_timestamp($1);
    return 'accepted';
exception when invalid_datetime_format then
    get stacked diagnostics why = pg_exception_detail;
    return why;
end $$;
create table garbage (n serial, t text);
insert into garbage (t) values
    ('x'), ('2024'), ('2024-05'), ('2024-5-1'), ('24-05-01'), ('02024-05-01'), ('2024/05/01'),
    ('01-05-2024'), ('20240501'),
    ('2024-05-0l'), ('2024-0५-01'), ('２０２４-05-01'), ('+2024-05-01'), ('-024-05-01'), ('today'), ('now'),
    ('infinity'), ('epoch'),
    ('2024-00-01'), ('2024-13-01'), ('2024-01-00'), ('2024-01-32'), ('2024-02-30'), ('2023-02-29'),
    ('1900-02-29'),
    ('2024-04-31'), ('0000-01-01'),
    ('2024-05-01 24:00:00'), ('2024-05-01 23:60:00'), ('2024-05-01 23:59:60'), ('2024-05-01 99:99:99'),
    ('2024-05-01T24:00Z'),
    ('2024-05-01 '||'10'), ('2024-05-01 10:2'), ('2024-05-01 1:20:30'), ('2024-05-01 10:20:3'),
    ('2024-05-01 10:20:'),
    ('2024-05-01  10:20:30'), ('2024-05-01t10:20:30'), ('2024-05-01_10:20:30'), (E'2024-05-01\n10:20:30'),
    ('2024-05-01T'), ('2024-05-01Z'), ('2024-05-01+05:30'), ('2024-05-01T10:20:30z'),
    ('2024-05-01 10:20:30 +05:30'),
    ('2024-05-01 10:20:30 IST'), ('2024-05-01T10:20:30.'), ('2024-05-01T10:20:30.Z'),
    ('2024-05-01T10:20:30.1.2'),
    ('2024-05-01T10:20:30,123'), ('2024-05-01T10:20:30.-1'), ('2024-05-01 10:20:30:123'),
    ('2024-05-01 10:20:30:12+0530'),
    ('2024-05-01 10:20:30:1234+0530'), ('2024-05-01 10:20:30:'), ('2024-05-01T10:20:30+'),
    ('2024-05-01T10:20:30+5'),
    ('2024-05-01T10:20:30+053'), ('2024-05-01T10:20:30+05:3'), ('2024-05-01T10:20:30+5:30'),
    ('2024-05-01T10:20:30+05:30:00'),
    ('2024-05-01T10:20:30+16:00'), ('2024-05-01T10:20:30+05:60'), ('2024-05-01T10:20:30ZZ'),
    ('2024-05-01T10:20:30+0530Z'),
    ('2024-05-01 14:30:00 AM'), ('2024-05-01 00:30:00 PM'), ('2024-05-01 24:30:00 PM'),
    ('2024-05-01 10:30:00 XM'),
    ('2024-05-01 10:30:00 A'), ('2024-05-01 10:30:00AM'), ('2024-05-01 10:30 AM'), ('2024-05-01T10:30:00 AM'),
    ('2024-05-01 10:30:00.5 AM'), ('2024-05-01 10:30:00 AM Z'), ('2024-05-01 10:20:30 x'),
    ('2024-05-01; drop table x'),
    ('नमस्ते'), ('Not Available 2024-05-01'), ('2024-05-01 10:20:30' || repeat(' é', 100));
select reason(t) from garbage order by n;
select count(*) filter (where karmayogi.try_portal_timestamp(t) is not null) as accepted from garbage;

-- The error in full, its code, and a text that is too long to quote
select karmayogi.portal_timestamp('2024-02-30');
\echo :LAST_ERROR_SQLSTATE
select karmayogi.portal_timestamp(repeat('महिला', 1000000));

-- Settings have no influence
create table seen as select n, t, karmayogi.portal_timestamp(t) as before from form;
insert into seen select n, t, karmayogi.try_portal_timestamp(t) from garbage;
set datestyle = 'German, DMY';
set timezone = 'America/St_Johns';
set intervalstyle = 'sql_standard';
select count(*) filter (where karmayogi.try_portal_timestamp(t) is distinct from before) as differences,
    count(*) as texts from seen;
select karmayogi.portal_timestamp('2024-03-10 02:30:00') = timestamp '2024-03-10 02:30:00' as in_a_gap;
set datestyle = 'SQL, MDY';
set timezone = 'Pacific/Apia';
select count(*) filter (where karmayogi.try_portal_timestamp(t) is distinct from before) as differences,
    count(*) as texts from seen;
select count(*) as wrong from generate_series(timestamp '2024-01-01', '2024-12-31', interval '1 hour') as ts
    where karmayogi.portal_timestamp(to_char(ts, 'YYYY-MM-DD HH24:MI:SS')) <> ts;
reset timezone;
set intervalstyle = 'postgres';
set datestyle = 'ISO, YMD';

-- Every day of the calendar and no other; every offset as the server reads it
select count(*) as wrong from generate_series(date '0001-01-01', '9999-12-31', interval '1 day') as d
    where karmayogi.try_portal_timestamp(to_char(d, 'YYYY-MM-DD')) is distinct from d;
select y as year, count(karmayogi.try_portal_timestamp(format('%s-%s-%s', y, lpad(m::text, 2, '0'),
    lpad(d::text, 2, '0')))) as days
    from unnest(array['1900', '2000', '2023', '2024']) as y, generate_series(0, 99) as m,
        generate_series(0, 99) as d
    group by y order by y;
select count(*) as wrong, (select count(*) from generate_series(-959, 959)) as offsets
    from generate_series(-959, 959) as o,
        lateral (select format('2024-02-29T%s:%s:07.25%s%s:%s', lpad((abs(o) % 24)::text, 2, '0'),
        lpad((abs(o) % 60)::text, 2, '0'), case when o < 0 then '-' else '+' end,
            lpad((abs(o) / 60)::text, 2, '0'),
        lpad((abs(o) % 60)::text, 2, '0')) as t) as x
    where karmayogi.try_portal_timestamp(t) is distinct from t::timestamptz at time zone interval '05:30';

-- Durations
select t as text, karmayogi.portal_duration(t), karmayogi.portal_seconds(t),
        extract(epoch from karmayogi.try_portal_duration(t)) = karmayogi.portal_seconds(t) as agree
    from unnest(array['00:00:00', '00:00:01', '01:30:00', ' 23:59:59 ', '24:00:00', '1:00:00',
        '100:00:00', '9999999:59:59',
        '0000001:00:00', 'Not Available', '', 'null']) with ordinality as x(t, n) order by n;
select t as text, karmayogi.try_portal_duration(t), karmayogi.portal_seconds(t)
    from unnest(array['10', '10:20', ':10:20', '1:2:3', '01:60:00', '01:00:60', '-1:00:00', '+1:00:00',
        '01:00:00.5', '10000000:00:00',
        '00000001:00:00', '01:00:0x', '01-00-00', '01:00:00 x', '1 day', 'PT1H', '०१:००:००',
            '01: 0:00']) with ordinality as x(t, n) order by n;
select karmayogi.portal_duration('01:75:00');
\echo :LAST_ERROR_SQLSTATE
select karmayogi.portal_duration('ninety minutes');

-- Lists
select t as text, karmayogi.portal_list(t), array_length(karmayogi.try_portal_list(t), 1) as items
    from unnest(array['a', 'a,b', ' PUBLIC, MDO_ADMIN ,MDO_LEADER', 'a,,b,', ',', '""', '" "', '"a","b"',
        '"a, b", c', '"say ""hi"""',
        '""""', '" kept "', 'O"Brien, x"y', 'x "a, b" y, z', '{a},[b]', 'null, a', 'Null',
            'not available', '', 'é,महिला, "क,ख"',
        E'a\n,\tb', 'NULL,NULL', E'a\\,b', '''a'''])
        with ordinality as x(t, n) order by n;
select t as text, karmayogi.try_portal_list(t)
    from unnest(array['"', '"a', 'a"', 'a, "b', '"a"b', '"a" "b"', '"a"",b', '"""', '"a",b"', 'a,"b"c,d'])
        with ordinality as x(t, n) order by n;
select karmayogi.portal_list('a, "b, c');
\echo :LAST_ERROR_SQLSTATE
select karmayogi.portal_list(repeat('"é" ', 1000000));
select karmayogi.portal_list('a') = '{a}'::text[] as equal,
    hash_array(karmayogi.portal_list('abc, d')) = hash_array('{abc,d}'::text[]) as same_hash,
        array_dims(karmayogi.portal_list('a,b')) as dims, karmayogi.portal_list(',') = '{}' as empty;

-- Whether a list has an item
select l as list, i as item, karmayogi.portal_has_item(l, i) as has
    from (values ('PUBLIC, MDO_LEADER', 'MDO_LEADER'), ('public,mdo_leader', ' MDO_Leader '),
        ('MDO_LEADER', 'MDO_LEADER'),
        ('MDO_LEADERS', 'MDO_LEADER'), ('X_MDO_LEADER', 'MDO_LEADER'),
        ('PUBLIC MDO_LEADER', 'MDO_LEADER'), ('MDO_LEADER,', 'MDO_LEADER'),
        ('"MDO_LEADER"', 'MDO_LEADER'), ('" MDO_LEADER "', 'MDO_LEADER'),
        ('"a, MDO_LEADER"', 'MDO_LEADER'), ('"a, b"', 'A, B'),
        ('"say ""hi"""', 'Say "Hi"'), ('"say ""hi"', 'Say "Hi"'), ('MDO_LEADER, "x', 'MDO_LEADER'),
        ('"x, MDO_LEADER', 'MDO_LEADER'),
        (null, 'a'), ('a', null), (null, null), ('', ''), ('a,,b', ''),
        ('Not Available', 'not available'), ('null', 'null'),
        ('महिला, क', 'क')) as x(l, i);

-- Government e-mail addresses
select t as text, karmayogi.government_email(t) as government
    from unnest(array['x@nic.in', 'x@gov.in', 'X.Y@NIC.IN', 'a@mail.nic.in', 'a@dopt.gov.in',
        'a@a-b.c1.gov.in', 'a@gov.in.', ' a@gov.in ',
        'é@gov.in', 'a+b@gov.in',
        'x@evilgov.in', 'x@evilnic.in', 'x@gov.in.evil.com', 'x@gmail.com', 'x@gov.in..', 'x@.gov.in',
            'x@a..gov.in', 'x@gov', 'x@in',
        'x@', '@gov.in', '@', 'gov.in', 'x', 'x@y@gov.in', 'x@gov.in@evil.com', 'x @gov.in', 'x@ gov.in',
            'x@a_b.gov.in', 'x@-a.gov.in',
        'x@a-.gov.in', 'x@é.gov.in', '<x@gov.in>', 'X <x@gov.in', 'x@gov.in, y@gov.in', 'x@gov.in;',
            'x@gov.іn',
        'x@' || repeat('a', 63) || '.gov.in', 'x@' || repeat('a', 64) || '.gov.in',
        '', 'Not Available', 'null', null]) with ordinality as x(t, n) order by n;

-- Financial years
select d as date, karmayogi.financial_year(d)
    from unnest('{2025-03-31,2025-04-01,2026-01-26,1999-04-01,2000-03-31,2009-04-01,0001-04-01,9999-12-31,
        10000-04-01}'::date[]) as d order by d;
select count(*) as wrong from generate_series(date '1990-01-01', '2110-12-31', interval '1 day') as x(d)
    where karmayogi.financial_year(d::date)
        <> to_char(d - interval '3 months', 'YYYY') || '-' || to_char(d + interval '9 months', 'YY');
select karmayogi.financial_year('infinity');
select karmayogi.financial_year('-infinity');
\echo :LAST_ERROR_SQLSTATE
select karmayogi.financial_year('0001-03-31');
select karmayogi.financial_year('0044-03-15 BC');

-- Any text at all: no crash, no other error than the documented, and the variants agree
select setseed(0.25);
create table fuzz as
    select n, string_agg((array['2', '0', '4', '-', '05', '01:02:03', ' ', 'T', ':', '10', ':20', '.',
        '+', 'Z', 'AM', 'PM', '"', '""', ',', ', ', '|',
            'é', 'क', 'null', E'\t', 'a', 'user', '@', 'gov.in', '2024-05-01', '2024-05-01 10:20:30', '\',
                '{'])
            [1 + floor(random() * 33)::int], '') as t
        from generate_series(1, 20000) as n, generate_series(1, 1 + n % 9) group by n;
create function outcome(what text, t text) returns text language plpgsql as $$
declare
    result text;
begin
    execute format('select karmayogi.%I($1)::text', what) into result using t;
    return result;
exception when invalid_datetime_format or invalid_text_representation then
    return null;
end $$;
select what,
        count(*) filter (where outcome(what, t) is distinct from outcome('try_' || what, t)) as differences,
        count(outcome(what, t)) between 1 and 19999 as some_of_each
    from fuzz, unnest(array['portal_timestamp', 'portal_duration', 'portal_list']) as what group by what
        order by what;
select count(*) as wrong from fuzz
    where extract(epoch from karmayogi.try_portal_duration(t)) is distinct from karmayogi.portal_seconds(t);
select count(*) filter (where not karmayogi.portal_has_item(t, item)) as item_not_found, count(*) > 0 as items
    from fuzz, unnest(karmayogi.try_portal_list(t)) as item where not karmayogi.portal_is_missing(item);
select count(*) as not_read_back
    from (select t, string_agg('"' || replace(item, '"', '""') || '"', ' , ' order by k) as again
        from fuzz, unnest(karmayogi.try_portal_list(t)) with ordinality as x(item, k) group by n, t) as x
    where karmayogi.portal_list(again) is distinct from karmayogi.portal_list(t);
select count(*) as wrong
    from fuzz, lateral (select lower(btrim(t, E' \t\n\r\f\x0b') collate "C") as f) as x
    where karmayogi.portal_fold(t) is distinct from f
        or karmayogi.portal_is_missing(t) <> (f in ('', 'null', 'not available', 'not published'));

-- Text of megabytes: linear time
set statement_timeout = '60s';
select cardinality(karmayogi.portal_list(repeat('"a,b", c ,', 500000))) as items,
        cardinality(karmayogi.portal_list(repeat(',', 5000000))) as none,
        cardinality(karmayogi.portal_list('"' || repeat('""', 2000000) || '"')) as quotes,
        karmayogi.try_portal_list(repeat('"a",', 1000000) || '"') is null as unbalanced,
        karmayogi.portal_has_item(repeat('x,', 2000000) || 'Y', 'y') as has,
        karmayogi.try_portal_timestamp(repeat('2024-05-01', 500000)) is null as no_date,
        karmayogi.portal_seconds(repeat('1', 5000000)) is null as no_duration,
        karmayogi.government_email('x@' || repeat('a.', 2500000) || 'gov.in') as government;
reset statement_timeout;

drop table form, garbage, seen, fuzz;
drop function reason(text), outcome(text, text);

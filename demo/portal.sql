-- A sample portal: fills the twelve empty tables of a portal schema with
-- data of the real portal's shape, in plain set-based SQL.
--
--   select karmayogi.create_portal('portal');
--   psql -X -v scale=0.01 -v seed=1 -v schema=portal -f demo/portal.sql
--   psql -X -v schema=portal -f demo/register.sql       (needs karmayogi)
--
-- scale         1 = the portal as it stands: 15 million officials, 54
--               million enrolments, 9,500 plans, 4,400 published courses,
--               about 30,000 organisations. Officials and enrolments go
--               with the scale; plans and organisations with its square
--               root; contents and departments of States still more
--               gently. The 94 central M/Ds and the 36 States and Union
--               territories are always there. Default 0.01.
-- seed          another seed, another sample. Default 1.
-- schema        where the twelve tables are. Default portal.
-- generated_on  the night of the sample ('2026-10-01 02:10:00', IST wall
--               clock). Default: today at 02:10. Every date hangs on it.
--
-- The same scale, seed and generated_on give the same rows everywhere:
-- whatever the number of workers, the locale or the machine. So every
-- choice comes from a hash of (seed, number of the thing, salt); no
-- random(), no clock; floating point does only + - * / and sqrt(), which
-- IEEE 754 defines to the last bit; sums are of integers; text is ordered
-- in C collation.
--
-- Every table is emptied and filled in one transaction, as the portal does.
-- The organisations carry real names; the officials, their figures and the
-- standing of every Ministry and State are invented.
--
-- Shares follow what is public about the portal: enrolments 73 % completed,
-- 12 % in progress, 15 % not started, mean rating 4.4 and about a third of
-- the officials ever enrolled (the portal's published run of July 2025);
-- 41 lakh central to 85 lakh State officials (PIB, 21 July 2025); 9,500
-- plans, 94 central M/Ds, 36 States (the portal's own constants). The dirt
-- of each table is told in the file that makes it.

\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on
\pset format unaligned
\if :{?scale} \else \set scale 0.01
\endif
\if :{?seed} \else \set seed 1
\endif
\if :{?schema} \else \set schema portal
\endif
\if :{?generated_on} \else
select (now() at time zone 'Asia/Kolkata')::date || ' 02:10:00' as generated_on \gset
\endif

set client_min_messages = warning;
set datestyle = 'ISO, YMD';
set jit = off;
set work_mem = '256MB';
set maintenance_work_mem = '512MB';
set synchronous_commit = off;

\echo sample portal: scale :scale, seed :seed, schema :schema, as of :generated_on

drop schema if exists karmayogi_sample cascade;
create schema karmayogi_sample;
set search_path = karmayogi_sample, pg_catalog, pg_temp;

-- The one source of chance: 64 bits for thing n (or text t) under a salt.
create function h(n bigint, salt bigint) returns bigint
    language sql immutable parallel safe
    return hashint8extended(n, :seed * 1000003 + salt);
create function h(t text, salt bigint) returns bigint
    language sql immutable parallel safe
    return hashtextextended(t collate "C", :seed * 1000003 + salt);
-- Three independent numbers in [0, 1) of one hash: k = 0, 1, 2.
create function part(x bigint, k int) returns double precision
    language sql immutable parallel safe
    return ((x >> (20 * k)) & 1048575)::double precision / 1048576;
-- A whole number from 0 to m - 1.
create function pick(x bigint, k int, m int) returns int
    language sql immutable parallel safe
    return ((((x >> (20 * k)) & 1048575) * m) >> 20)::int;
-- Identifiers of the portal's form.
create function uuid_of(t text) returns text
    language sql immutable parallel safe
    return md5(:seed::text || t)::uuid::text;
create function official_id(no bigint) returns text
    language sql immutable parallel safe
    return md5(:'seed' || '/' || no::text)::uuid::text;
-- Whole seconds before the night.
create function ago(seconds double precision) returns timestamp
    language sql immutable parallel safe
    return timestamp :'generated_on' - floor(seconds) * interval '1 second';
-- A time as the portal writes it, and in the other forms it has written
-- (share: of all times in each of the four odd forms; k in [0, 1) decides).
create function written(t timestamp, k double precision) returns text
    language sql stable parallel safe
    return case
        when k >= 0.02 then t::text
        when k < 0.005 then to_char(t, 'YYYY-MM-DD HH24:MI:SS AM')
        when k < 0.010 then to_char(t - interval '330 minutes', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        when k < 0.015 then to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS"+0530"')
        when k < 0.0197 then to_char(t, 'YYYY-MM-DD')
        else 'Invalid date' end;
-- data_last_generated_on of the table that was loaded so many minutes later.
create function generated(minutes int) returns text
    language sql stable parallel safe
    return to_char(timestamp :'generated_on' + minutes * interval '1 minute', 'YYYY-MM-DD HH24:MI:SS AM');
-- Gentle growth: scale ^ 1/2, 3/8 and 1/4.
create function scale_half() returns double precision
    language sql immutable parallel safe return sqrt(:scale::double precision);
create function scale_gentle() returns double precision
    language sql immutable parallel safe
    return sqrt(sqrt(:scale::double precision)) * sqrt(sqrt(sqrt(:scale::double precision)));
create function scale_quarter() returns double precision
    language sql immutable parallel safe return sqrt(sqrt(:scale::double precision));

\ir organisations.sql
\ir content.sql
\ir officials.sql
\ir plans.sql
\ir events.sql
\ir enrolments.sql

drop schema karmayogi_sample cascade;
reset search_path;
analyze :"schema".user_detail, :"schema".org_hierarchy, :"schema".user_enrolments, :"schema".content,
    :"schema".content_resource,
    :"schema".assessment_detail, :"schema".bp_enrolments, :"schema".cb_plan, :"schema".kcm_content_mapping,
        :"schema".kcm_dictionary,
    :"schema".events, :"schema".events_enrolment;
\echo sample portal complete

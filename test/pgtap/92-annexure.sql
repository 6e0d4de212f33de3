-- What the views of the newest snapshot read: of 400 nights that are kept, one. That what is laid out for them is
-- what was sealed, and that a reader needs no more than the view.
begin;
set local client_min_messages = warning;
\ir ../fixture/portal.sql
select plan(52);

call karmayogi.refresh('2026-10-01');
update night.user_detail set status = 0 where user_id in ('u1', 'u2', 'u4');
call karmayogi.refresh('2026-10-02');

----- laid out and worked out

create function pg_temp.laid_out() returns bigint language sql as $$
    select count(*) from karmayogi.annexure_shown a where a.snapshot_id = karmayogi.newest_snapshot()
$$;
create temp table shown as select * from karmayogi.kpi_annexure;
select cmp_ok(pg_temp.laid_out(), '>', 100::bigint, 'a refresh lays out the annexure of the units');
select is((select count(*) from karmayogi.annexure_shown), pg_temp.laid_out(), 'of the newest snapshot alone');
select is((select count(*) from shown), (select count(*) from karmayogi.indicator_value v where v.snapshot_id = karmayogi.newest_snapshot()),
    'kpi_annexure has every value of the newest snapshot, once');
select is((select count(distinct (level, entity_id, indicator, category)) from shown), (select count(*) from shown), 'no key twice');
select set_eq('select distinct level from shown', $${mdo,md,ministry,state,government}$$::text[], 'at every level');
select is((select string_agg(distinct as_of::text, ' ') from shown), '2026-10-02', 'as of its day');
delete from karmayogi.annexure_shown;
select set_eq('select * from karmayogi.kpi_annexure', 'select * from shown', 'what is not laid out is worked out: the same');
select is(karmayogi.lay_out_annexure(), (select count(*) from shown where level <> 'mdo'), 'lay_out_annexure says how many rows');
select set_eq('select * from karmayogi.kpi_annexure', 'select * from shown', 'laid out again: the same');
select is(karmayogi.lay_out_annexure(), (select count(*) from shown where level <> 'mdo'), 'and once more is no error');

-- an entity whose name nobody knows, a State that is not on the portal
insert into karmayogi.indicator_value (snapshot_id, indicator, level, entity_id, value)
select karmayogi.newest_snapshot(), '8.3', level, id, karmayogi.tally(1, 2)
from (values ('mdo', 'nameless'), ('md', 'nameless'), ('state', 'IN-GA'), ('md', 'IN-GA')) v (level, id);
delete from karmayogi.annexure_shown;
select set_eq($$select level, entity_name from karmayogi.kpi_annexure where entity_id in ('nameless', 'IN-GA') and indicator = '8.3'$$,
    $$values ('mdo', 'nameless'), ('md', 'nameless'), ('state', 'Goa'), ('md', 'IN-GA')$$, 'who has no name is shown by its code');
select set_eq($$select level, entity_name from karmayogi.kpi_8 where entity_id in ('nameless', 'IN-GA') and numerator = 1 and denominator = 2$$,
    $$values ('mdo', 'nameless'), ('md', 'nameless'), ('state', 'Goa'), ('md', 'IN-GA')$$, 'and so in the tables of the memorandum');
delete from karmayogi.indicator_value where entity_id in ('nameless', 'IN-GA') and indicator = '8.3';
select karmayogi.lay_out_annexure();

----- the seal

create function pg_temp.holds() returns boolean language sql as 'select karmayogi.verify_seal(karmayogi.newest_snapshot())';
select ok(pg_temp.holds(), 'the seal holds');
create function pg_temp.tampered(statement text, meaning text) returns text language plpgsql as $$
declare
    held boolean;
begin
    begin
        execute statement;
        held := pg_temp.holds();
        raise exception using errcode = 'ZZ999';
    exception when sqlstate 'ZZ999' then
        return ok(not held, 'the seal breaks with ' || meaning);
    end;
end
$$;
create function pg_temp.newest(name text) returns text language sql as $$
    select format('karmayogi.%I where snapshot_id = %s', name, karmayogi.newest_snapshot())
$$;
select pg_temp.tampered('update karmayogi.score set kym = 1 where rank = 1', 'a parameter in a ranking');
select pg_temp.tampered('update karmayogi.score set entity_name = ''Somebody'' where rank = 1', 'a name in a ranking');
select pg_temp.tampered('update karmayogi.score set strength = registered', 'a strength in a ranking');
select pg_temp.tampered('update karmayogi.score_part set points_lost = 0', 'points lost');
select pg_temp.tampered('update karmayogi.score_part set closes = null', 'what closes a gap');
select pg_temp.tampered('delete from ' || pg_temp.newest('score_part') || ' and position = 1', 'a row of a breakdown less');
select pg_temp.tampered('update karmayogi.annexure_shown set numerator = numerator + 1 where level = ''government''', 'a figure in the annexure');
select pg_temp.tampered('update karmayogi.annexure_shown set entity_name = ''Somebody'' where level = ''md''', 'a name in the annexure');
select pg_temp.tampered('update karmayogi.annexure_shown set guarded = null where level = ''government''', 'a count that nothing guards any more');
select pg_temp.tampered('delete from karmayogi.annexure_shown where level = ''state''', 'a row of the annexure less');
select pg_temp.tampered('insert into karmayogi.annexure_shown select (jsonb_populate_record(a, ''{"entity_id": "forged"}'')).* from karmayogi.annexure_shown a where level = ''government''',
    'a row of the annexure more');
select ok(pg_temp.holds(), 'as it was, it holds again');
-- the seal of a snapshot that nobody broke down, worked out in another way: one list of all rows
delete from karmayogi.score_part where snapshot_id = karmayogi.previous_snapshot();
select isnt(karmayogi.compute_seal(karmayogi.previous_snapshot()), null, 'a snapshot without breakdown has a seal');
select is(encode(karmayogi.compute_seal(karmayogi.previous_snapshot()), 'hex'),
    (select encode(sha256(convert_to(string_agg(r.line, E'\n' order by r.n, r.key collate "C"), 'UTF8')), 'hex')
       from (select 1, array[''], row('snapshot', to_char(s.as_of, 'YYYY-MM-DD'), s.scheme, s.official_scheme, s.forced)::text
               from karmayogi.snapshot s where s.snapshot_id = karmayogi.previous_snapshot()
             union all select 2, array[o.mdo_id], row('org', o.mdo_id, o.mdo_name, o.md_id, o.ministry_id, o.state_code, o.known, o.central)::text
               from karmayogi.snapshot_org o where o.snapshot_id = karmayogi.previous_snapshot()
             union all select 3, array[u.level, u.entity_id], row('unit', u.level, u.entity_id, u.entity_name, u.ministry_id, u.ministry_name,
                                                                  u.state_code, u.known, u.central, u.registered, u.strength)::text
               from karmayogi.snapshot_unit u where u.snapshot_id = karmayogi.previous_snapshot()
             union all select 4, array[v.level, v.entity_id, v.indicator, v.category],
                              row('value', v.level, v.entity_id, v.indicator, v.category, v.value::text, v.reason, v.verified)::text
               from karmayogi.indicator_value v where v.snapshot_id = karmayogi.previous_snapshot()
             union all select 5, array[c.level, c.entity_id],
                              row('score', c.level, c.entity_id, c.score, c.rank, c.size_class, c.size_rank, c.reason, c.entity_name,
                                  c.ministry_name, c.known, c.central, c.registered, c.strength, c.onboarding, c.kym,
                                  c.course_completion, c.acbp)::text
               from karmayogi.score c where c.snapshot_id = karmayogi.previous_snapshot()
             union all select 6, array[p.level, p.entity_id, p.parameter],
                              row('parameter', p.level, p.entity_id, p.parameter, p.performance, p.reason)::text
               from karmayogi.score_parameter p where p.snapshot_id = karmayogi.previous_snapshot()) r (n, key, line)),
    'over the rows that there are, each table in the order of its key');

----- the newest snapshot is deleted

delete from karmayogi.snapshot where snapshot_id = karmayogi.newest_snapshot();
select is((select count(*) from karmayogi.kpi_annexure), (select count(*) from karmayogi.indicator_value), 'the annexure is that of the one before');
select is((select string_agg(distinct as_of::text, ' ') from karmayogi.kpi_annexure), '2026-10-01', 'as of its day');
select isnt_empty('select from karmayogi.kpi_annexure', 'and not empty');
call karmayogi.refresh('2026-10-03');
select ok(pg_temp.holds() and pg_temp.laid_out() > 0, 'the next refresh lays out its own');

----- 400 nights

create function pg_temp.keep(nights int) returns void language plpgsql as $$
declare
    original constant bigint := karmayogi.newest_snapshot();
    first bigint;
    columns text;
    name text;
begin
    insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
    select s.as_of + i, s.scheme, s.official_scheme, s.engine, s.forced
      from karmayogi.snapshot s, generate_series(1, nights) i where s.snapshot_id = original order by i;
    first := karmayogi.newest_snapshot() - nights + 1;
    foreach name in array '{snapshot_org,snapshot_unit,indicator_value,score,score_parameter,score_part,open_to_readers}'::text[] loop
        columns := (select string_agg(quote_ident(attname), ', ') from pg_attribute
                     where attrelid = ('karmayogi.' || name)::regclass and attnum > 0 and not attisdropped and attname <> 'snapshot_id');
        execute format('insert into karmayogi.%1$I (snapshot_id, %2$s) select i, %2$s from karmayogi.%1$I, generate_series($1, $2) i
                         where snapshot_id = $3 order by i', name, columns)
            using first, first + nights - 1, original;
        execute format('analyze karmayogi.%I', name);
    end loop;
    analyze karmayogi.snapshot;
end
$$;
select pg_temp.keep(400);
select karmayogi.lay_out_annexure();

-- How many rows of its table each scan of a plan touched, thrown away or not; whole tables are those that it read from
-- end to end.
create function pg_temp.scans(node jsonb) returns table (relation text, kind text, touched numeric, thrown numeric) language plpgsql as $$
declare
    child jsonb;
begin
    if node ? 'Relation Name' then
        return query select node ->> 'Relation Name', node ->> 'Node Type',
            ((node ->> 'Actual Rows')::numeric + coalesce((node ->> 'Rows Removed by Filter')::numeric, 0)) * (node ->> 'Actual Loops')::numeric,
            coalesce((node ->> 'Rows Removed by Filter')::numeric, 0) * (node ->> 'Actual Loops')::numeric;
    end if;
    for child in select c from jsonb_array_elements(node -> 'Plans') c loop
        return query select * from pg_temp.scans(child);
    end loop;
end
$$;
create function pg_temp.plan(query text) returns jsonb language plpgsql as $$
declare
    plan jsonb;
begin
    execute 'explain (analyze, timing off, format json) ' || query into plan;
    return plan -> 0 -> 'Plan';
end
$$;
create function pg_temp.of_one_night(query text, most bigint) returns setof text language plpgsql as $$
declare
    found record;
begin
    select string_agg(s.relation, ', ') filter (where s.kind = 'Seq Scan' and s.touched > 0
               and s.relation not in ('annexure_shown', 'indicator', 'setting', 'state_ut')) as whole,
           sum(s.touched) filter (where s.relation not in ('indicator', 'setting', 'state_ut')) as touched
      into found
      from pg_temp.scans(pg_temp.plan(query)) s;
    return next is(found.whole, null, 'no table of snapshots is read from end to end: ' || query);
    return next cmp_ok(found.touched, '<=', most::numeric, 'nor more rows than it takes: ' || query);
end
$$;
-- a ranking: each row and its rank of the night before; and for each query a few looks at which night is the newest
select pg_temp.of_one_night('select * from karmayogi.mdo_ranking', 2 * (select count(*) from karmayogi.mdo_ranking) + 10);
select pg_temp.of_one_night('select * from karmayogi.score_breakdown', (select count(*) from karmayogi.score_breakdown) + 1);
select pg_temp.of_one_night('select * from karmayogi.kpi_annexure where level = ''md''', pg_temp.laid_out() + 10);
select pg_temp.of_one_night('select * from karmayogi.kpi_annexure where level = ''mdo''',
    (select count(*) from karmayogi.indicator_value where snapshot_id = karmayogi.newest_snapshot() and level = 'mdo')
    + (select count(*) from karmayogi.snapshot_org where snapshot_id = karmayogi.newest_snapshot()) + 10);
delete from karmayogi.annexure_shown;
select pg_temp.of_one_night('select * from karmayogi.kpi_annexure where level = ''md''',
    (select count(*) from karmayogi.indicator_value where snapshot_id = karmayogi.newest_snapshot() and level = 'md')
    + (select count(*) from karmayogi.snapshot_unit where snapshot_id = karmayogi.newest_snapshot() and level = 'md') + 10);

----- a reader

create role karmayogi_test_reader;
select karmayogi.grant_views('karmayogi_test_reader', '{mdo_ranking,top_performers,score_breakdown,kpi_annexure,kpi_2}');
create temp table counts as
    select (select count(*) from karmayogi.mdo_ranking) + (select count(*) from karmayogi.top_performers)
        + (select count(*) from karmayogi.score_breakdown) + (select count(*) from karmayogi.kpi_annexure) + (select count(*) from karmayogi.kpi_2) as n;
grant select on counts to karmayogi_test_reader;
set local role karmayogi_test_reader;
create temp table seen as
    select (select count(*) from karmayogi.mdo_ranking) + (select count(*) from karmayogi.top_performers)
        + (select count(*) from karmayogi.score_breakdown) + (select count(*) from karmayogi.kpi_annexure) + (select count(*) from karmayogi.kpi_2) as n;
reset role;
select is((select n from seen), (select n from counts), 'who may read a view needs no table under it');
select cmp_ok((select n from seen), '>', 500::bigint, 'and sees what is there');

-- what is hidden from readers is hidden from what is laid out and from what is worked out, and looked up in one night
select karmayogi.lay_out_annexure();
create temp table night as
    select (select count(*) from karmayogi.indicator_value where snapshot_id = karmayogi.newest_snapshot())
        + (select count(*) from karmayogi.snapshot_org where snapshot_id = karmayogi.newest_snapshot())
        + (select count(*) from karmayogi.open_to_readers where snapshot_id = karmayogi.newest_snapshot())
        + 2 * (select count(*) from karmayogi.score_part where snapshot_id = karmayogi.newest_snapshot()) + 10 as rows,
        (select count(*) from karmayogi.annexure_shown) as laid_out;
grant select on night to karmayogi_test_reader;
set local role karmayogi_test_reader;
create temp table seen_laid_out as select * from karmayogi.kpi_annexure;
select isnt_empty($$select from seen_laid_out where level <> 'mdo' and reason = 'below the floor' and numerator is null$$,
    'something that is laid out is hidden from a reader');
select pg_temp.of_one_night('select * from karmayogi.mdo_ranking', (select rows from night));
select pg_temp.of_one_night('select * from karmayogi.score_breakdown', (select rows from night));
-- what is open to all and what may be hidden are two looks at what is laid out
select pg_temp.of_one_night('select * from karmayogi.kpi_annexure', (select rows + laid_out from night));
reset role;
delete from karmayogi.annexure_shown;
set local role karmayogi_test_reader;
select set_eq('select * from karmayogi.kpi_annexure', 'select * from seen_laid_out', 'and nothing else where it is worked out');
select set_eq($$select level, entity_id, category, numerator, denominator, verified, reason from karmayogi.kpi_2$$,
    $$select level, entity_id, category, numerator, denominator, verified, reason from seen_laid_out where kpi = 2$$,
    'nor in the tables of the memorandum');
reset role;

select * from finish();
rollback;

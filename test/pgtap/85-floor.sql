-- Small counts: which cells of a tree are shown, by hand and against every subtraction there is; what a snapshot
-- shows its readers.
begin;
select plan(40);
\ir ../fixture/portal.sql

----- cells_to_show by hand; counts of one part, nodes a tree of two M/Ds (5, 6) and the government (7)

create function pg_temp.leaves(parent int[], node int) returns setof int language sql as $$
    with recursive under as (
        select node as n
         union all
        select i from under u, generate_series(1, cardinality(parent)) i where parent[i] = u.n
    )
    select n from under where not exists (select from unnest(parent) p where p = n)
$$;
create function pg_temp.shown(parent int[], counts bigint[], floor bigint default 5, allowed boolean[] default null,
    before boolean[] default null, places int[] default null) returns text language sql as $$
    select string_agg(n::text, ' ' order by n)
      from unnest(karmayogi.cells_to_show(parent,
               coalesce(allowed, array_fill(true, array[cardinality(parent)])),
               coalesce(before, array_fill(false, array[cardinality(parent)])),
               coalesce(places, (select array_agg((select count(*)::int from pg_temp.leaves(parent, i)) order by i)
                                   from generate_series(1, cardinality(parent)) i)),
               counts, '{f}', floor)) with ordinality u (shown, n)
     where shown
$$;
\set tree '''{5,5,6,6,7,7,0}'''
select is(pg_temp.shown(:tree, '{10,20,30,40,30,70,100}'), '1 2 3 4 5 6 7', 'nothing small, nothing hidden');
select is(pg_temp.shown(:tree, '{3,20,30,40,23,70,93}'), '3 4 5 6 7', 'a small one takes another of its M/D with it');
select is(pg_temp.shown(:tree, '{3,4,30,40,7,70,77}'), '3 4 5 6 7', 'two small ones that are enough together');
select is(pg_temp.shown(:tree, '{1,2,30,40,3,70,73}'), '4 7',
    'an M/D that is small itself takes another M/D with it, and of that one the smallest organisation: it would be their sum');
select is(pg_temp.shown(:tree, '{0,20,30,40,20,70,90}'), '3 4 5 6 7', 'nobody is a small count, too');
select is(pg_temp.shown(:tree, '{0,20,30,40,20,70,90}', 0), '1 2 3 4 5 6 7', 'a floor of 0 hides nothing');
select is(pg_temp.shown(:tree, '{1,1,1,1,2,2,4}'), null, 'where everything is small, nothing is shown');
select is(pg_temp.shown(:tree, '{3,20,30,40,23,70,93}', 5, '{t,t,t,t,f,t,t}'), '3 4 6 7',
    'an M/D that is not shown for another reason: its organisations are guarded by what is above it');
select is(pg_temp.shown('{4,4,4,0}', '{3,20,30,53}'), '3 4', 'the smallest goes');
select is(pg_temp.shown('{4,4,4,0}', '{3,20,30,53}', 5, null, '{f,f,t,f}'), '2 4', 'but before it one that was hidden last time');
select is(pg_temp.shown('{3,3,0}', '{0,20,20}', 5, null, null, '{0,1,1}'), '1 2 3', 'an organisation without officials has no secret');
select is((select karmayogi.cells_to_show('{3,3,0}', '{t,t,t}', '{f,f,f}', '{1,1,2}', '{{9,0},{9,1},{18,1}}', '{f,t}', 5)),
    '{t,f,f}', 'a part that may be 0 may be 0, and not 1');
select is((select karmayogi.cells_to_show('{3,3,0}', '{t,t,t}', '{f,f,f}', '{1,1,2}', '{{9,0},{9,7},{18,7}}', '{f,t}', 5)),
    '{t,t,t}', 'or enough');
select throws_ok($$select karmayogi.cells_to_show('{1}', '{t}', '{f}', '{1}', '{1}', '{f}', 5)$$, '2202E', null, 'no node is its own parent');
select throws_ok($$select karmayogi.cells_to_show('{2,1}', '{t,t}', '{f,f}', '{1,1}', '{1,1}', '{f}', 5)$$, '2202E', null, 'nor after it');
select throws_ok($$select karmayogi.cells_to_show('{3,0}', '{t,t}', '{f,f}', '{1,1}', '{1,1}', '{f}', 5)$$, '2202E', null, 'nor without it');
select throws_ok($$select karmayogi.cells_to_show('{0}', '{t}', '{f}', '{1}', '{1,2}', '{f}', 5)$$, '2202E', null, 'as many counts as nodes and parts');
select throws_ok($$select karmayogi.cells_to_show('{0}', '{null}', '{f}', '{1}', '{1}', '{f}', 5)$$, '2202E', null, 'none of them NULL');
select throws_ok($$select karmayogi.cells_to_show('{0}', '{t}', '{f}', '{1}', '{}', '{}', 5)$$, '2202E', null, 'and something to count');
select is(karmayogi.cells_to_show('{}', '{}', '{}', '{}', '{}', '{f}', 5), '{}', 'no tree, no cells');

----- against linear algebra: is a node a combination of those that are shown, in whatever way

create function pg_temp.derivable(parent int[], shown boolean[]) returns boolean[] language plpgsql as $$
declare
    p constant bigint := 1000003;  -- ranks over this field are ranks over the rationals for matrices this small
    n constant int := cardinality(parent);
    leaf int[] := array(select i from generate_series(1, n) i where i <> all (parent));
    basis bigint[] := '{}';        -- rows in echelon form, one after the other
    pivot int[] := '{}';
    m constant int := cardinality(leaf);
    line bigint[];
    factor bigint;
    result boolean[] := '{}';
begin
    for pass in 1 .. 2 loop
        for i in 1 .. n loop
            continue when pass = 1 and not shown[i];
            line := array(select (l in (select pg_temp.leaves(parent, i)))::int::bigint from unnest(leaf) l);
            for b in 1 .. cardinality(pivot) loop
                factor := line[pivot[b]];
                continue when factor = 0;
                for c in 1 .. m loop
                    line[c] := ((line[c] - factor * basis[(b - 1) * m + c]) % p + p) % p;
                end loop;
            end loop;
            if pass = 2 then
                result := result || (not exists (select from unnest(line) x where x <> 0));
            elsif exists (select from unnest(line) x where x <> 0) then
                pivot := pivot || (select min(c)::int from unnest(line) with ordinality u (x, c) where x <> 0);
                factor := 1;
                -- the inverse of the pivot: its power of p - 2
                declare base bigint := line[pivot[cardinality(pivot)]]; e bigint := p - 2;
                begin
                    while e > 0 loop
                        if e % 2 = 1 then factor := factor * base % p; end if;
                        base := base * base % p;
                        e := e / 2;
                    end loop;
                end;
                basis := basis || array(select x * factor % p from unnest(line) with ordinality u (x, c) order by c);
            end if;
        end loop;
    end loop;
    return result;
end
$$;
select is(pg_temp.derivable(:tree, '{t,f,f,f,t,f,t}'), '{t,t,f,f,t,t,t}', 'what follows from what, by hand');

-- 400 trees of up to 14 nodes, some of whose nodes are not to be shown at all; counts of 0 to 11
create temp table grown as
select t, parent, counts, allowed, karmayogi.cells_to_show(parent, allowed, array_fill(false, array[cardinality(parent)]),
           array(select (select count(*)::int from pg_temp.leaves(parent, i)) from generate_series(1, cardinality(parent)) i),
           counts, '{f}', 5) as shown
from (select t, array_agg(p order by i) as parent, array_agg(hashtext(t || 'a' || i) % 8 <> 0 order by i) as allowed
        from (select t, i, case when i = n then 0 when abs(hashtext(t || 'r' || i)) % 9 = 0 and i > n / 2 then 0
                                else i + 1 + abs(hashtext(t || 'p' || i)) % least(n - i, 5) end as p
                from generate_series(1, 400) t, lateral (values (3 + t % 12)) s (n), generate_series(1, n) i) x
       group by t) y
cross join lateral (
    select array(select (select sum(abs(hashtext(t || 'c' || l)) % 12)::bigint from pg_temp.leaves(parent, i) l)
                   from generate_series(1, cardinality(parent)) i) as counts) c;
select cmp_ok((select count(*) from grown, unnest(shown) s where s), '>', 500::bigint, 'the trees show something');
select cmp_ok((select count(*) from grown, unnest(shown, counts, allowed) u (s, c, a) where not s and a and c >= 5), '>', 100::bigint,
    'and hide what is not small itself');
select is_empty($$
    select g.t, u.n from grown g, unnest(pg_temp.derivable(g.parent, g.shown), g.counts) with ordinality u (known, count, n)
    where u.known and u.count < 5$$, 'in none of them a small count follows from what is shown');
select is_empty($$
    select g.t from grown g where exists (
        select from unnest(g.shown, g.allowed) u (s, a) where s and not a)$$, 'and what may not be shown is not');
-- the difference of any two sums as well: every node less every set of shown nodes within it
select is_empty($$
    select g.t, d.i
    from grown g, lateral (
        select i, g.counts[i] - coalesce(sum(g.counts[j]), 0) as rest, count(j) as taken,
               (select count(*) from pg_temp.leaves(g.parent, i)) - coalesce(sum((select count(*) from pg_temp.leaves(g.parent, j))), 0) as places
        from generate_series(1, cardinality(g.parent)) i
        left join generate_series(1, cardinality(g.parent)) j
            on g.parent[j] = i and g.shown[j]
        where g.shown[i] group by i) d
    where d.places > 0 and d.rest between 0 and 4$$, 'nor by taking the shown children from a parent');

----- a snapshot: 388 officials of eight organisations, women 120-odd, of PwD two

update night.user_detail set gender = case when substr(user_id, 2)::int % 3 = 0 then 'F' else 'M' end;
update night.user_detail set gender = 'male' where mdo_id = 'o2' and user_id not in ('u11', 'u19');
update night.user_detail set gender = 'female' where user_id in ('u11', 'u19');
call karmayogi.refresh('2026-10-01');
create function pg_temp.open(lvl text, entity text) returns text[] language sql as $$
    select coalesce((select shown from karmayogi.open_to_readers o where o.snapshot_id = karmayogi.newest_snapshot()
                       and o.level = lvl and o.entity_id = entity), '{}')
$$;
select is((select karmayogi.numerator(value) from karmayogi.indicator_value
           where snapshot_id = karmayogi.newest_snapshot() and level = 'mdo' and entity_id = 'o2' and indicator = '8.3'),
    2::bigint, 'o2 has two women');
select ok(not pg_temp.open('mdo', 'o2') && '{8.3,8.4,"2.3 female","2.3 male"}', 'they are hidden, and with them the men');
select ok(pg_temp.open('md', 'd1') @> '{8.3}', 'the women of its M/D are shown');
select is((select count(*) from unnest('{d1,o1,o2}'::text[]) e where pg_temp.open('mdo', e) @> '{8.3}'), 1::bigint,
    'and of one of its three organisations: one more is hidden');
select ok(pg_temp.open('government', 'government') @> '{8.3,"2.3 female","2.3 male"}', 'the government''s are shown');
select ok(not pg_temp.open('government', 'government') && '{2.4}', 'two officials with disabilities are hidden everywhere');
select is(karmayogi.apply_floor(karmayogi.newest_snapshot()), karmayogi.apply_floor(karmayogi.newest_snapshot()),
    'the choice is the same again');
select karmayogi.set_setting('small_count_floor', '0');
select is(karmayogi.apply_floor(karmayogi.newest_snapshot()), 0::bigint, 'a floor of 0 hides nothing');
select karmayogi.set_setting('small_count_floor', '100000');
select is(karmayogi.apply_floor(karmayogi.newest_snapshot()),
    (select count(*) from karmayogi.indicator_value where snapshot_id = karmayogi.newest_snapshot() and value is not null
        and karmayogi.denominator(value) > 0 and karmayogi.floor_keys(indicator) is not null),
    'and a high one everything that there is');
select throws_ok($$select karmayogi.apply_floor(0)$$, 'P0002', 'there is no snapshot 0', 'an unknown snapshot');

-- a strength that covers everything attached, and those of some of its organisations: the rest is the posts of the others
select karmayogi.set_setting('small_count_floor', '5');
update night.user_detail set gender = case when substr(user_id, 2)::int % 3 = 0 then 'F' else 'M' end;
create function pg_temp.posts_shown(women int) returns text language plpgsql as $$
begin
    delete from karmayogi.strength s where s.mdo_id in ('d1', 'o1', 'o2');
    insert into karmayogi.strength (mdo_id, effective_on, officials, women, covers)
    values ('d1', '2026-01-01', 300, women, 'attached'), ('o1', '2026-01-01', 100, 30, 'own'), ('o2', '2026-01-01', 100, 32, 'own');
    call karmayogi.refresh('2026-10-01');
    return (select string_agg(e.entity_id, ' ' order by e.entity_id) from (values ('md', 'd1'), ('mdo', 'o1'), ('mdo', 'o2')) e (level, entity_id)
             where pg_temp.open(e.level, e.entity_id) @> '{"2.3 female"}');
end
$$;
select is(pg_temp.posts_shown(92), 'd1 o1 o2', 'thirty posts of women of the rest are many');
select is(pg_temp.posts_shown(65), 'd1 o2', 'three are few: one organisation more is hidden');
select is(pg_temp.posts_shown(61), 'd1 o1 o2', 'where those attached have more than all, nothing is left to tell');

select throws_ok($$select karmayogi.set_setting('small_count_floor', '-1')$$, '22023', null, 'a floor is a number');

select * from finish();
rollback;

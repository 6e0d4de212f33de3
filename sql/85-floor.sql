-- Part 85: small counts. How many officials of an organisation are women, men
-- or persons with disabilities is shown to readers only where it is no count of
-- a few (setting small_count_floor), and only where no subtraction gives such a
-- count away: src/disclosure.c proves what is shown. Decided once for each
-- snapshot, so that views only look it up. What nobody decided on is hidden.

create table karmayogi.open_to_readers (
    snapshot_id bigint not null references karmayogi.snapshot on delete cascade,
    level text collate "C" not null,
    entity_id text collate "C" not null,
    shown text[] collate "C" not null,
    primary key (snapshot_id, level, entity_id)
);
select pg_catalog.pg_extension_config_dump('karmayogi.open_to_readers', '');
comment on table karmayogi.open_to_readers is
    'Private: which values of the indicators that count officials by gender or with disabilities readers are shown; others of these indicators are hidden from them. Written by apply_floor. SPEC 10.';
comment on column karmayogi.open_to_readers.snapshot_id is 'The snapshot.';
comment on column karmayogi.open_to_readers.level is 'mdo, md, ministry, state or government.';
comment on column karmayogi.open_to_readers.entity_id is 'Organisation, M/D, ministry, State/UT code or government.';
comment on column karmayogi.open_to_readers.shown is 'Indicators shown, as floor_keys names them.';

create function karmayogi.floor_keys(indicator text) returns text[]
language sql immutable parallel safe
return case indicator when '2.3' then array['2.3 female', '2.3 male']
                      when '2.4' then array['2.4'] when '8.2' then array['8.2'] when '8.3' then array['8.3']
                      when '8.4' then array['8.4'] end;
comment on function karmayogi.floor_keys(text) is
    'Private: how open_to_readers names the values of an indicator that counts officials by gender or with disabilities; NULL for other indicators.';

create function karmayogi.floor_key(indicator text, category text) returns text
language sql immutable parallel safe
return case category when 'all' then indicator else indicator || ' ' || category end;
comment on function karmayogi.floor_key(text, text) is 'Private: how open_to_readers names one value.';

create function karmayogi.guarded_key(indicator text, category text, value karmayogi.tally) returns text
language sql immutable parallel safe
return case when value is not null and karmayogi.floor_keys(indicator) is not null
            then karmayogi.floor_key(indicator, category) end;
comment on function karmayogi.guarded_key(text, text, karmayogi.tally) is
    'Private: floor_key of a value that readers are shown only where open_to_readers says so; NULL of every other value, and of none.';

create function karmayogi.sees_everything() returns boolean
language sql stable parallel safe
return pg_catalog.has_table_privilege(current_user, 'karmayogi.indicator_value'::regclass::oid, 'select');
comment on function karmayogi.sees_everything() is
    'Private: whether small counts are shown to the current role: to whoever may read indicator_value itself.';

-- A scheme may score such indicators: then the score says what is hidden.
create view karmayogi.hidden_performance as
    select n.snapshot_id, v.level, v.entity_id, w.parameter, v.indicator
      from karmayogi.snapshot n
      join karmayogi.scoring_weight w on w.scheme = n.scheme and karmayogi.floor_keys(w.indicator) is not null
      join karmayogi.indicator_value v on v.snapshot_id = n.snapshot_id and v.indicator = w.indicator
                                      and v.level in ('md', 'ministry', 'state') and v.value is not null
     where not exists (select from karmayogi.open_to_readers o
                        where o.snapshot_id = v.snapshot_id and o.level = v.level and o.entity_id = v.entity_id
                          and karmayogi.floor_key(v.indicator, v.category) = any (o.shown));
comment on view karmayogi.hidden_performance is
    'Private: the indicators of each snapshot''s scheme whose value of a unit is hidden from readers; with it go its performance, that of the parameter, and the score.';
comment on column karmayogi.hidden_performance.snapshot_id is 'The snapshot.';
comment on column karmayogi.hidden_performance.level is 'md, ministry or state.';
comment on column karmayogi.hidden_performance.entity_id is 'M/D, ministry or State/UT code.';
comment on column karmayogi.hidden_performance.parameter is 'Parameter of the scheme.';
comment on column karmayogi.hidden_performance.indicator is 'Code of the indicator.';

create function karmayogi.cells_to_show(parent int[], allowed boolean[], hidden_before boolean[], places int[], counts bigint[],
                                        may_be_zero boolean[], floor bigint) returns boolean[]
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'cells_to_show';
comment on function karmayogi.cells_to_show(int[], boolean[], boolean[], int[], bigint[], boolean[], bigint) is
    'Private: which nodes of a tree can be shown so that no sum or difference of what is shown is below the floor, but of nodes that are sums of nothing. Nodes stand children first; of each: number of its parent (0: none), whether it may be shown, whether it was hidden last time (then it is hidden again rather than another), of how many places it is the sum, and its counts, each of which must reach the floor, or be 0 where it may be. Errors: array_subscript_error, program_limit_exceeded.';

create function karmayogi.apply_floor(snapshot_id bigint) returns bigint
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp
set enable_mergejoin = off  -- what it joins and adds up is small: hashes do it in one go
set enable_sort = off as
$$
declare
    floor bigint;
    node record;
    women boolean[];
    men boolean[];
    learnt boolean[];
    women_learnt boolean[];
    pwd boolean[];
    posts boolean[];
    pwd_posts boolean[];
    hidden bigint;
begin
    -- it stays, and nobody else decides of it meanwhile
    perform from karmayogi.snapshot s where s.snapshot_id = apply_floor.snapshot_id for no key update;
    if not found then
        raise exception 'there is no snapshot %', apply_floor.snapshot_id
            using errcode = 'no_data_found',
                  detail = 'Snapshots are numbered in order of publication.',
                  hint = 'Table karmayogi.snapshot lists them.';
    end if;
    -- who has changed it meanwhile has committed
    floor := karmayogi.setting('small_count_floor')::bigint;

    -- The tree, children first, with what readers would be shown of each node: organisations, M/Ds, ministries, States,
    -- the government. A strength that covers everything attached may be less than the sum of posts: then it is apart.
    with found as (
        select v.level, v.entity_id,
               max(karmayogi.denominator(v.value)) filter (where v.indicator = '8.3') as registered,
               max(karmayogi.numerator(v.value)) filter (where v.indicator = '8.3') as women,
               max(karmayogi.numerator(v.value)) filter (where v.indicator = '2.3' and v.category = 'male') as men,
               max(karmayogi.numerator(v.value)) filter (where v.indicator = '8.2') as learnt,
               max(karmayogi.numerator(v.value)) filter (where v.indicator = '8.4') as women_learnt,
               max(karmayogi.numerator(v.value)) filter (where v.indicator = '2.4') as pwd,
               max(karmayogi.denominator(v.value)) filter (where v.indicator = '2.3' and v.category = 'female') as posts_women,
               max(karmayogi.denominator(v.value)) filter (where v.indicator = '2.3' and v.category = 'male') as posts_men,
               max(karmayogi.denominator(v.value)) filter (where v.indicator = '2.4') as posts_pwd,
               max(karmayogi.denominator(v.value)) filter (where v.indicator = '2.2') as posts_all
          from karmayogi.indicator_value v
         where v.snapshot_id = apply_floor.snapshot_id and v.indicator in ('2.2', '2.3', '2.4', '8.2', '8.3', '8.4')
         group by v.level, v.entity_id
    ), org as (
        select o.mdo_id, o.md_id, o.ministry_id, o.state_code, (coalesce(f.registered, 0) > 0)::int as has_officials,
               (coalesce(f.posts_women + f.posts_men, 0) > 0)::int as has_posts,
               (f.posts_pwd is not null and coalesce(f.posts_all, 1) > 0)::int as has_posts_pwd,
               f.posts_women, f.posts_men, f.posts_pwd
          from karmayogi.snapshot_org o
          left join found f on f.level = 'mdo' and f.entity_id = o.mdo_id
         where o.snapshot_id = apply_floor.snapshot_id
    ), md as (
        -- whether its posts are those of its organisations; what it has beyond those entered is a place of its own
        select o.md_id, sum(o.has_officials) as officials, sum(o.posts_women) <= f.posts_women and sum(o.posts_men) <= f.posts_men as posts_add_up,
               sum(o.posts_pwd) <= f.posts_pwd as posts_pwd_add_up,
               case when sum(o.posts_women) <= f.posts_women and sum(o.posts_men) <= f.posts_men
                    then sum(o.has_posts) + (sum(o.posts_women) < f.posts_women or sum(o.posts_men) < f.posts_men)::int
                    else (coalesce(f.posts_women + f.posts_men, 0) > 0)::int end as posts,
               case when sum(o.posts_pwd) <= f.posts_pwd then sum(o.has_posts_pwd) + (sum(o.posts_pwd) < f.posts_pwd)::int
                    else (f.posts_pwd is not null and coalesce(f.posts_all, 1) > 0)::int end as posts_pwd
          from org o
          left join found f on f.level = 'md' and f.entity_id = o.md_id
         group by o.md_id, f.posts_women, f.posts_men, f.posts_pwd, f.posts_all
    ), place as (
        select 'mdo' as level, o.mdo_id as entity_id, o.has_officials as officials, o.has_posts as posts,
               o.has_posts_pwd as posts_pwd
          from org o
         union all
        select p.level, p.entity_id, sum(p.officials)::int, sum(p.posts)::int, sum(p.posts_pwd)::int
          from (select v.level, v.entity_id, m.officials, m.posts, m.posts_pwd
                  from md m
                  join karmayogi.snapshot_unit u on u.snapshot_id = apply_floor.snapshot_id and u.level = 'md' and u.entity_id = m.md_id
                 cross join lateral (values ('md', m.md_id), ('ministry', u.ministry_id), ('state', u.state_code),
                                            ('government', 'government')) v (level, entity_id)
                 union all
                -- officials without an organisation are the government's alone
                select 'government', 'government', 1, 0, 0
                  from found g
                 where g.level = 'government'
                   and g.registered > (select coalesce(sum(f.registered), 0) from found f where f.level = 'mdo')) p
         where p.entity_id is not null
         group by p.level, p.entity_id
    ), unit as (
        select 'mdo' as level, 1 as depth, o.mdo_id as entity_id, 'md' as over_level, o.md_id as over_id,
               m.posts_add_up, m.posts_pwd_add_up
          from org o
          left join md m on m.md_id = o.md_id
         union all
        select u.level, array_position('{mdo,md,ministry,state,government}', u.level::text), u.entity_id,
               case when u.level = 'md' then 'ministry' when u.level = 'ministry' and s.entity_id is not null then 'state'
                    when u.level <> 'government' then 'government' end,
               case when u.level = 'md' then u.ministry_id when u.level = 'ministry' and s.entity_id is not null then u.state_code
                    else 'government' end, true, true
          from karmayogi.snapshot_unit u
          left join karmayogi.snapshot_unit s
                 on s.snapshot_id = u.snapshot_id and s.level = 'state' and s.entity_id = u.state_code
         where u.snapshot_id = apply_floor.snapshot_id
    ), numbered as materialized (
        select u.*, (row_number() over (order by u.depth, u.entity_id))::int as n from unit u
    ), known as (
        select u.n, u.level, u.entity_id, coalesce(p.n, 0) as parent,
               case when u.posts_add_up then coalesce(p.n, 0) else 0 end as posts_parent,
               case when u.posts_pwd_add_up then coalesce(p.n, 0) else 0 end as posts_pwd_parent, coalesce(c.officials, 0) as officials,
               coalesce(c.posts, 0) as posts, coalesce(c.posts_pwd, 0) as posts_pwd_places, f.registered, f.women, f.men, f.learnt,
               f.women_learnt, f.pwd, f.posts_women, f.posts_men, f.posts_pwd, coalesce(b.shown, '{}') as shown_before
          from numbered u
          left join numbered p on p.level = u.over_level and p.entity_id = u.over_id
          left join place c on c.level = u.level and c.entity_id = u.entity_id
          left join found f on f.level = u.level and f.entity_id = u.entity_id
          left join karmayogi.open_to_readers b
                 on b.level = u.level and b.entity_id = u.entity_id
                and b.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s
                                      where s.snapshot_id < apply_floor.snapshot_id)
    )
    -- sorted once, and not by every aggregate for itself
    select array_agg(k.level) as levels, array_agg(k.entity_id) as ids,
           array_agg(k.parent) as parent, array_agg(k.posts_parent) as posts_parent,
           array_agg(k.posts_pwd_parent) as posts_pwd_parent,
           array_agg(k.officials) as officials, array_agg(k.posts) as posts,
           array_agg(k.posts_pwd_places) as posts_pwd_places,
           array_agg(k.women is not null) as has_women,
           array_agg(array[coalesce(k.women, 0), coalesce(k.registered - k.women, 0)]) as women,
           array_agg('8.3' <> all (k.shown_before)) as women_before,
           array_agg(k.men is not null) as has_men,
           array_agg(array[coalesce(k.men, 0), coalesce(k.registered - k.women - k.men, 0)]) as men,
           array_agg('2.3 male' <> all (k.shown_before)) as men_before,
           array_agg(k.learnt is not null) as has_learnt,
           array_agg(array[coalesce(k.learnt, 0), coalesce(k.registered - k.learnt, 0)]) as learnt,
           array_agg('8.2' <> all (k.shown_before)) as learnt_before,
           array_agg(k.women_learnt is not null) as has_women_learnt,
           array_agg(array[coalesce(k.women_learnt, 0), coalesce(k.learnt - k.women_learnt, 0),
                           coalesce(k.women - k.women_learnt, 0),
                           coalesce(k.registered - k.women - k.learnt + k.women_learnt, 0)]) as women_learnt,
           array_agg('8.4' <> all (k.shown_before)) as women_learnt_before,
           array_agg(k.pwd is not null) as has_pwd,
           array_agg(coalesce(k.pwd, 0)) as pwd,
           array_agg('2.4' <> all (k.shown_before)) as pwd_before,
           array_agg(k.posts_women is not null and k.posts_men is not null) as has_posts,
           array_agg(array[coalesce(k.posts_women, 0), coalesce(k.posts_men, 0)]) as posts_by_gender,
           array_agg('2.3 female' <> all (k.shown_before)) as posts_before,
           array_agg(k.posts_pwd is not null) as has_posts_pwd,
           array_agg(coalesce(k.posts_pwd, 0)) as posts_pwd,
           (select count(f.posts_women) + count(f.men) + count(f.pwd) + count(f.learnt) + count(f.women) + count(f.women_learnt)
              from found f) as guarded
      into strict node
      from (select k.* from known k order by k.n) k;

    -- Women, and with them all who are none. Men only where women are shown, so that officials who are neither are
    -- nobody or many. Where all learnt, all women did. Women who learnt only where women and all who learnt are shown, so that those of them who did
    -- not, those who learnt and are none, and those who are neither, are many. Posts are counts of their own.
    women := karmayogi.cells_to_show(node.parent, node.has_women, node.women_before, node.officials, node.women, '{f,f}', floor);
    men := karmayogi.cells_to_show(node.parent, array(select a and b from unnest(women, node.has_men) u (a, b)),
                                   node.men_before, node.officials, node.men, '{f,t}', floor);
    learnt := karmayogi.cells_to_show(node.parent, node.has_learnt, node.learnt_before, node.officials, node.learnt, '{f,f}', floor);
    women_learnt := karmayogi.cells_to_show(node.parent, array(select a and b and c
                                                                 from unnest(women, learnt, node.has_women_learnt) u (a, b, c)),
                                            node.women_learnt_before, node.officials, node.women_learnt, '{f,f,f,f}', floor);
    pwd := karmayogi.cells_to_show(node.parent, node.has_pwd, node.pwd_before, node.officials, node.pwd, '{f}', floor);
    posts := karmayogi.cells_to_show(node.posts_parent, node.has_posts, node.posts_before, node.posts, node.posts_by_gender,
                                     '{f,f}', floor);
    pwd_posts := karmayogi.cells_to_show(node.posts_pwd_parent, node.has_posts_pwd, node.pwd_before, node.posts_pwd_places,
                                         node.posts_pwd, '{f}', floor);

    delete from karmayogi.open_to_readers o where o.snapshot_id = apply_floor.snapshot_id;
    with opened as (
        insert into karmayogi.open_to_readers (snapshot_id, level, entity_id, shown)
        select apply_floor.snapshot_id, s.level, s.entity_id, s.shown
          from (select u.level, u.entity_id,
                       array_remove(array[case when u.women and u.posts then '2.3 female' end,
                                          case when u.men and u.posts then '2.3 male' end,
                                          case when u.pwd and u.pwd_posts then '2.4' end,
                                          case when u.learnt then '8.2' end, case when u.women then '8.3' end,
                                          case when u.women_learnt then '8.4' end], null) as shown
                  from unnest(node.levels, node.ids, women, men, learnt, women_learnt, pwd, posts, pwd_posts)
                       u (level, entity_id, women, men, learnt, women_learnt, pwd, posts, pwd_posts)) s
         where s.shown <> '{}'
        returning cardinality(shown) as shown
    )
    select node.guarded - coalesce(sum(o.shown), 0) into hidden from opened o;
    return hidden;
end
$$;
comment on function karmayogi.apply_floor(bigint) is
    'Decides which counts of officials by gender or with disabilities readers are shown of a snapshot, by the setting small_count_floor as it is now, and returns how many values are hidden from them. A refresh calls it, and set_setting does for the newest snapshot; call it for earlier ones after the setting was changed. Error no_data_found for an unknown snapshot. SPEC 10.';

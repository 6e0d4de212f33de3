-- Validation rules over hand-made snapshots: which rules there are, who may do what to them, and every violation
-- with the values that it is worked out from.
begin;
set local client_min_messages = warning;
select plan(64);

create function pg_temp.shown(have text, want text, meaning text) returns text language sql as $$
    select results_eq(format('select r::text collate "C" from (%s) r', have),
                      format('select r::text collate "C" from (%s) r', want), meaning)
$$;
create function pg_temp.snapshot() returns bigint language sql as $$
    insert into karmayogi.snapshot (as_of, scheme, official_scheme, engine, forced)
    values ('2026-11-01', 'illustrative-equal', false, 'sql', false) returning snapshot_id
$$;
create function pg_temp.unit(s bigint, level text, id text, registered bigint, strength bigint) returns void
language sql as $$
    insert into karmayogi.snapshot_unit (snapshot_id, level, entity_id, entity_name, known, central, registered, strength)
    values (s, level, id, 'The ' || id, true, true, registered, strength)
$$;
create function pg_temp.org(s bigint, id text, md text, state text default null) returns void language sql as $$
    insert into karmayogi.snapshot_org (snapshot_id, mdo_id, mdo_name, md_id, ministry_id, state_code, known, central)
    values (s, id, 'Office ' || id, md, md, state, true, state is null)
$$;
create function pg_temp.value(s bigint, level text, id text, indicator text, n bigint, d bigint,
    category text default 'all') returns void language sql as $$
    insert into karmayogi.indicator_value (snapshot_id, level, entity_id, indicator, category, value, reason)
    values (s, level, id, indicator, category, karmayogi.tally(n, d), case when n is null then 'not reported' end)
$$;
create function pg_temp.official(id text, mdo text, allotted int, completed int, in_time int, overdue int) returns void
language sql as $$
    insert into karmayogi.official_progress (user_id, mdo_id, gender, pwd, enrolled, completed, certificates,
        learning_seconds, cbp_allotted, cbp_completed, cbp_in_time, cbp_overdue, apar_allotted, apar_completed)
    values (id, mdo, 'unknown', false, 0, 0, 0, 0, allotted, completed, in_time, overdue, 0, 0)
$$;
create function pg_temp.only(variadic rules text[]) returns void language sql as $$
    update karmayogi.indicator_rule set enabled = rule = any (rules) where enabled <> (rule = any (rules))
$$;
create function pg_temp.findings() returns table (rule text, level text, entity_id text, "values" text)
language sql as $$
    select f.rule, f.level, f.entity_id, f.values from karmayogi.indicator_finding f
    order by f.rule, f.level collate "C", f.entity_id
$$;
-- a check of one expression over the newest snapshot, by itself
create function pg_temp.violated(expression text, levels text[] default null)
returns table (level text, entity_id text, "values" text) language plpgsql as $$
begin
    perform pg_temp.only('tried');
    perform karmayogi.add_rule('tried', expression, 'tried', 'info', levels);
    perform karmayogi.evaluate_rules(karmayogi.newest_snapshot());
    return query select f.level, f.entity_id, f.values from karmayogi.indicator_finding f
        order by f.level collate "C", f.entity_id;
    perform karmayogi.drop_rule('tried');
end $$;

----- the rules that came with karmayogi

select cmp_ok(count(*), '>=', 30::bigint, 'rules came with karmayogi') from karmayogi.indicator_rule where shipped;
select is_empty($$select rule from karmayogi.indicator_rule where not enabled or not shipped$$, 'and no others, all enabled');
select lives_ok(format('select karmayogi.check_rule(%L, %L)', expression, level), 'it is a rule: ' || rule)
from karmayogi.indicator_rule where rule ~ '^(registered|strength|competencies|genders)_' order by rule;
select is_empty($$select rule from karmayogi.indicator_rule where cardinality(karmayogi.check_rule(expression, level)) = 0$$,
    'every one is a rule and has a level');
select throws_matching($$select karmayogi.drop_rule('registered_fell')$$, 'came with karmayogi', 'none can be dropped');
select throws_ok($$delete from karmayogi.indicator_rule$$, '55000', null, 'nor deleted');
select throws_ok($$update karmayogi.indicator_rule set expression = 'registered() >= 0' where rule = 'registered_fell'$$,
    '55000', null, 'nor changed');
select throws_ok($$update karmayogi.indicator_rule set shipped = false where rule = 'registered_fell'$$, '55000', null,
    'nor made one''s own');
select throws_ok($$select karmayogi.add_rule('registered_fell', 'registered() >= 0', 'm')$$, '55000', null,
    'nor replaced');
select lives_ok($$select karmayogi.enable_rule('registered_fell', false)$$, 'but it can be disabled');
select is(enabled, false, 'and is') from karmayogi.indicator_rule where rule = 'registered_fell';
select is(format('%s', c.condition), 'where not shipped or not enabled', 'which a dump remembers')
from pg_extension e, unnest(e.extconfig, e.extcondition) c (relation, condition)
where e.extname = 'karmayogi' and c.relation = 'karmayogi.indicator_rule'::regclass;
select karmayogi.enable_rule('registered_fell', true);
-- what restoring such a dump does
select lives_ok($$insert into karmayogi.indicator_rule (rule, expression, message, shipped, enabled)
    select rule, expression, message, true, false from karmayogi.indicator_rule where rule = 'registered_fell'$$,
    'the dumped row of a disabled rule can be loaded');
select is(enabled, false, 'and disables it again') from karmayogi.indicator_rule where rule = 'registered_fell';
select lives_ok($$insert into karmayogi.indicator_rule (rule, expression, message, shipped, enabled)
    values ('of_old', 'registered() >= 0', 'm', true, false)$$, 'as can that of a rule that is no longer shipped');
select pg_temp.shown($$select shipped, enabled from karmayogi.indicator_rule where rule = 'of_old'$$,
    $$values (false, false)$$, 'which is one''s own then');
select karmayogi.drop_rule('of_old'), karmayogi.enable_rule('registered_fell', true);

----- adding rules

select lives_ok($$select karmayogi.add_rule('mine', 'n(''2.2'') <= d(''2.2'')', 'too many', 'error', '{md,mdo}')$$, 'a rule is added');
select pg_temp.shown($$select rule, expression, level, severity, message, shipped, enabled, added_by
    from karmayogi.indicator_rule where rule = 'mine'$$,
    $$values ('mine', 'n(''2.2'') <= d(''2.2'')', '{md,mdo}'::text[], 'error', 'too many', false, true, session_user)$$,
    'with all that was said, and who');
select throws_ok($$select karmayogi.add_rule('mine', 'registered() > 0', 'm')$$, '23505', null, 'not twice');
select throws_ok($$select karmayogi.add_rule('bad', 'registered() >', 'm')$$, '42601', null, 'not with a syntax error');
select throws_ok($$select karmayogi.add_rule('bad', 'n(''2.9'') > 0', 'm')$$, '22023', null, 'not of an unknown indicator');
select throws_ok($$select karmayogi.add_rule('bad', 'pg_sleep(1) > 0', 'm')$$, '42883', null, 'not with a function of SQL');
select throws_ok($$insert into karmayogi.indicator_rule (rule, expression, message) values ('bad', '1', 'm')$$, '42804', null,
    'not past add_rule either');
select throws_ok($$update karmayogi.indicator_rule set expression = 'now() > 1' where rule = 'mine'$$, '42883', null,
    'nor by changing one');
select throws_ok($$select karmayogi.add_rule('Bad', 'registered() > 0', 'm')$$, '22023', null, 'not without a proper name');
select throws_ok($$select karmayogi.add_rule(null, 'registered() > 0', 'm')$$, '22023', null, 'nor without any');
select throws_ok($$select karmayogi.add_rule('bad', 'registered() > 0', ' ')$$, '22023', null, 'not without a message');
select throws_ok($$select karmayogi.add_rule('bad', 'registered() > 0', 'm', 'fatal')$$, '22023', null, 'not of another severity');
select throws_ok($$select karmayogi.add_rule('bad', 'registered() > 0', 'm', 'warn', '{mdo,moon}')$$, '22023', null,
    'not at another level');
select lives_ok($$select karmayogi.drop_rule('mine')$$, 'it can be dropped');
select throws_ok($$select karmayogi.drop_rule('mine')$$, 'P0002', null, 'not twice');
select throws_ok($$select karmayogi.enable_rule('mine', true)$$, 'P0002', null, 'nor enabled then');

----- two snapshots of M/D "a" with offices a1 and a2, and M/D "b"; b1 is its only office

select throws_ok($$select karmayogi.evaluate_rules(-1)$$, 'P0002', null, 'there must be such a snapshot');
do $$
declare
    old bigint := pg_temp.snapshot();
    new bigint := pg_temp.snapshot();
    s bigint;
begin
    foreach s in array array[old, new] loop
        perform pg_temp.org(s, 'a1', 'a'), pg_temp.org(s, 'a2', 'a'), pg_temp.org(s, 'b1', 'b', 'IN-GA');
    end loop;
    perform pg_temp.unit(old, 'government', 'government', 200, 300), pg_temp.unit(old, 'md', 'a', 100, 100),
            pg_temp.unit(old, 'md', 'b', 100, null);
    perform pg_temp.unit(new, 'government', 'government', 179, null), pg_temp.unit(new, 'md', 'a', 90, 80),
            pg_temp.unit(new, 'md', 'b', 89, 300);
    -- a2's figures contradict themselves: 7 of 5 officials finished, 12 women of 10 officials
    perform pg_temp.value(new, 'mdo', 'a1', '3.7', 5, 5), pg_temp.value(new, 'mdo', 'a2', '3.7', 7, 5),
            pg_temp.value(new, 'mdo', 'b1', '3.7', 0, 0);
    perform pg_temp.value(new, 'mdo', 'a1', '8.3', 40, 80), pg_temp.value(new, 'mdo', 'a2', '8.3', 12, 10),
            pg_temp.value(old, 'mdo', 'a1', '8.3', 40, 88), pg_temp.value(old, 'mdo', 'a2', '8.3', 6, 12);
    -- 110 % exactly and one more of ten thousand; one missing now that was there before
    perform pg_temp.value(new, 'mdo', 'a1', '2.2', 11000, 10000), pg_temp.value(new, 'mdo', 'a2', '2.2', 11001, 10000),
            pg_temp.value(new, 'mdo', 'b1', '2.2', null, null), pg_temp.value(old, 'mdo', 'b1', '2.2', 1, 2),
            pg_temp.value(old, 'mdo', 'a2', '2.2', null, null);
    -- plans: a lost its own, b has one now
    perform pg_temp.value(old, 'md', 'a', '3.2', 1, 1), pg_temp.value(new, 'md', 'a', '3.2', 0, 1),
            pg_temp.value(old, 'md', 'b', '3.2', 0, 1), pg_temp.value(new, 'md', 'b', '3.2', 1, 1);
    -- orders and approvals: a's is not reported any more, b's is denied; a's plan is without approval
    perform pg_temp.value(old, 'md', x.id, x.code, 1, 1) from (values ('a', '1.1'), ('a', '3.1'), ('b', '1.1')) x (id, code);
    perform pg_temp.value(new, 'md', 'a', '1.1', null, null), pg_temp.value(new, 'md', 'a', '3.1', null, null),
            pg_temp.value(new, 'md', 'b', '1.1', 0, 1), pg_temp.value(old, 'md', 'b', '3.1', null, null), pg_temp.value(new, 'md', 'b', '3.1', null, null);
    perform pg_temp.value(old, 'mdo', 'a1', '1.2', 1, 1), pg_temp.value(new, 'mdo', 'a1', '1.2', null, null),
            pg_temp.value(old, 'mdo', 'a2', '1.2', null, null), pg_temp.value(new, 'mdo', 'a2', '1.2', 0, 1);
    -- a count that fell, and genders
    perform pg_temp.value(old, 'government', 'government', '6.10', 5, 0), pg_temp.value(new, 'government', 'government', '6.10', 4, 0);
    perform pg_temp.value(new, 'md', 'a', '2.3', 50, 40, 'female'), pg_temp.value(new, 'md', 'a', '2.3', 41, 40, 'male'),
            pg_temp.value(new, 'md', 'b', '2.3', 44, 40, 'female'), pg_temp.value(new, 'md', 'b', '2.3', 45, 40, 'male');
end $$;

select pg_temp.only('completed_within_allotted');
select throws_matching($$select karmayogi.evaluate_rules(karmayogi.newest_snapshot())$$, 'official_progress is empty',
    'without the progress of officials nothing is evaluated');
-- sums: a1 10 allotted, 6 completed, 4 in time, 3 overdue; a2 5, 4, 4, 2; without organisation 0, 1, 2, 0
select pg_temp.official('u1', 'a1', 7, 3, 2, 3), pg_temp.official('u2', 'a1', 3, 3, 2, 0),
       pg_temp.official('u3', 'a2', 5, 4, 4, 2), pg_temp.official('u4', null, 0, 1, 2, 0);
select throws_ok($$select karmayogi.evaluate_rules(karmayogi.previous_snapshot())$$, '55000', null,
    'only the newest snapshot can be evaluated');

select pg_temp.only('in_time_within_completed', 'completed_within_allotted', 'overdue_within_open');
select is(karmayogi.evaluate_rules(karmayogi.newest_snapshot()), 2::bigint, 'evaluate_rules counts the violations');
-- a2: 4 + 2 > 5, but a: 10 + 5 <= 15; government: 11 + 5 > 15, and 10 in time of 11
select pg_temp.shown('select * from pg_temp.findings()', $$values
    ('overdue_within_open', 'government', 'government', 'completed()=11, overdue()=5, allotted()=15'),
    ('overdue_within_open', 'mdo', 'a2', 'completed()=4, overdue()=2, allotted()=5')$$,
    'progress is summed over each organisation, M/D and the government');
select is(karmayogi.evaluate_rules(karmayogi.newest_snapshot()), 2::bigint, 'a second evaluation finds the same');
select is(count(*), 2::bigint, 'and replaces the first') from karmayogi.snapshot_finding;

select pg_temp.only('finishers_within_allotted', 'women_within_registered', 'registered_within_strength', 'registered_fell',
    'strength_withdrawn', 'strength_fell', 'plan_withdrawn', 'manuals_fell', 'genders_within_registered', 'strength_not_entered');
select karmayogi.evaluate_rules(karmayogi.newest_snapshot());
select pg_temp.shown('select * from pg_temp.findings()', $$values
    ('finishers_within_allotted', 'mdo', 'a2', 'n(3.7)=7, d(3.7)=5'),
    ('genders_within_registered', 'md', 'a', 'n(2.3 female)=50, n(2.3 male)=41, registered()=90'),
    ('manuals_fell', 'government', 'government', 'n(6.10)=4, previous_n(6.10)=5'),
    ('plan_withdrawn', 'md', 'a', 'n(3.2)=0, previous_n(3.2)=1'),
    ('registered_fell', 'government', 'government', 'registered()=179, previous_registered()=200'),
    ('registered_fell', 'md', 'b', 'registered()=89, previous_registered()=100'),
    ('registered_within_strength', 'mdo', 'a2', 'pct(2.2)=110.01 (11001/10000)'),
    ('strength_withdrawn', 'mdo', 'b1', 'missing(2.2)=true, previous_missing(2.2)=false'),
    ('women_within_registered', 'mdo', 'a2', 'n(8.3)=12, d(8.3)=10')$$,
    'every violation and no other; a fall of a tenth and 110 % are none, nor is anything unknown');
select pg_temp.only('unit_order_withdrawn', 'organisation_order_withdrawn', 'agreement_withdrawn', 'approval_withdrawn', 'plan_not_approved');
select karmayogi.evaluate_rules(karmayogi.newest_snapshot());
select pg_temp.shown('select rule, level, entity_id from pg_temp.findings()', $$values
    ('approval_withdrawn', 'md', 'a'), ('organisation_order_withdrawn', 'mdo', 'a1'), ('plan_not_approved', 'md', 'b'),
    ('unit_order_withdrawn', 'md', 'a'), ('unit_order_withdrawn', 'md', 'b')$$, 'what is not reported any more is withdrawn, as what is denied');
select pg_temp.only('finishers_within_allotted', 'women_within_registered', 'registered_within_strength', 'registered_fell',
    'strength_withdrawn', 'strength_fell', 'plan_withdrawn', 'manuals_fell', 'genders_within_registered', 'strength_not_entered');
select karmayogi.evaluate_rules(karmayogi.newest_snapshot());
select pg_temp.shown($$select as_of, rule, severity, level, entity_id, entity_name, message, expression, values
      from karmayogi.indicator_finding where rule in ('plan_withdrawn', 'women_within_registered') order by rule$$,
    $$values (date '2026-11-01', 'plan_withdrawn', 'warn', 'md', 'a', 'The a',
              'the M/D had a live Capacity Building Plan at the snapshot before and has none now',
              'n(''3.2'') >= previous_n(''3.2'')', 'n(3.2)=0, previous_n(3.2)=1'),
             ('2026-11-01', 'women_within_registered', 'error', 'mdo', 'a2', 'Office a2',
              'more women registered than officials', 'n(''8.3'') <= d(''8.3'')', 'n(8.3)=12, d(8.3)=10')$$,
    'a finding says what, where, how bad and by which values');
select is((select string_agg(severity, ' ') from (select severity, row_number() over () from karmayogi.indicator_finding limit 3) f),
    'error error error', 'errors come first');

-- registered and strength of organisations are the denominators of 8.3 and 2.2
select pg_temp.shown($$select * from pg_temp.violated('registered() > 80 and previous_registered() >= 88', '{mdo}')$$,
    $$values ('mdo', 'a1', 'registered()=80, previous_registered()=88'), ('mdo', 'a2', 'registered()=10, previous_registered()=12')$$,
    'registered officials of organisations, now and before');
select pg_temp.shown($$select * from pg_temp.violated('strength() > 10000 or previous_strength() > 2')$$,
    $$select null::text, null::text, null::text limit 0$$, 'a strength that is not known violates nothing');
select pg_temp.shown($$select * from pg_temp.violated('strength() < 80')$$,
    $$values ('md', 'a', 'strength()=80'), ('md', 'b', 'strength()=300'), ('mdo', 'a1', 'strength()=10000'),
             ('mdo', 'a2', 'strength()=10000')$$, 'the strength of units and organisations');
select pg_temp.shown($$select * from pg_temp.violated('previous_strength() < 100')$$,
    $$values ('government', 'government', 'previous_strength()=300'), ('md', 'a', 'previous_strength()=100')$$, 'and that of before');
select pg_temp.shown($$select * from pg_temp.violated('not missing(''3.7'')')$$, $$select null::text, null::text, null::text limit 0$$,
    'a share of nothing is not missing, nor what an entity has no row of');
select pg_temp.shown($$select * from pg_temp.violated('value(''6.10'') > 4 and previous(''6.10'') = 5')$$,
    $$values ('government', 'government', 'value(6.10)=4, previous(6.10)=5')$$, 'the value of a count is its number');
select pg_temp.shown($$select * from pg_temp.violated('pct(''2.3'', ''female'') <= pct(''2.3'', ''male'')')$$,
    $$values ('md', 'a', 'pct(2.3 female)=125.00 (50/40), pct(2.3 male)=102.50 (41/40)')$$, 'categories are kept apart');
select pg_temp.shown($$select * from pg_temp.violated('n(''3.2'') = 1 and n(''2.2'') < 0', '{md}')$$,
    $$values ('md', 'a', 'n(3.2)=0, n(2.2)=unknown')$$, 'false and unknown is false: what is unknown is shown so');

-- one rule is kept with what it found
select pg_temp.only('none'), karmayogi.add_rule('fleeting', 'n(''6.10'') > 4', 'too few', 'error');
select karmayogi.evaluate_rules(karmayogi.newest_snapshot()), karmayogi.drop_rule('fleeting');
select pg_temp.shown($$select rule, message, expression, values from karmayogi.indicator_finding$$,
    $$values ('fleeting', 'too few', 'n(''6.10'') > 4', 'n(6.10)=4')$$, 'a finding outlives its rule');
select is(karmayogi.evaluate_rules(karmayogi.newest_snapshot()), 0::bigint, 'until the next evaluation');

-- the first snapshot of all has none before it
delete from karmayogi.snapshot where snapshot_id = karmayogi.previous_snapshot();
select pg_temp.shown($$select * from pg_temp.violated('registered() < 0 or previous_registered() >= 0', '{government}')$$,
    $$select null::text, null::text, null::text limit 0$$, 'without a snapshot before, its values are unknown');
select pg_temp.shown($$select * from pg_temp.violated('registered() < 0', '{government}')$$,
    $$values ('government', 'government', 'registered()=179')$$, 'and the others known');
select is(count(*), 1::bigint, 'findings are of the newest snapshot') from karmayogi.indicator_finding;
delete from karmayogi.snapshot;
select is_empty($$select from karmayogi.snapshot_finding$$, 'and go with it');
select throws_ok($$select karmayogi.rule_violations(array_fill('registered() < 0'::text, array[10001]), 'registered', 1, null)$$, '54000', 'more than 10000 rules at once', 'not any number of rules');

select * from finish();
rollback;

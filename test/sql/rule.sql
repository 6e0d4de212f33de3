--
-- The language of validation rules
--
\pset format unaligned
\pset null '(unknown)'
set client_encoding = 'UTF8';

-- The facts of one entity. 2.4 is missing, 9.1 is a count, 3.7 a share of nothing; 1.1 does not speak of it.
create function holds(expression text) returns boolean language sql as $$
    select karmayogi.rule_holds($1,
        '{2.2,2.3 female,2.4,3.7,9.1,registered,strength,previous 2.2,previous 9.1,previous 2.4,previous registered}',
        '{2,   12,       NULL,0,  7,  0,         3,       1,           8,           4,           10}',
        '{3,   10,       3,   0,  NULL,NULL,     NULL,    3,           NULL,        5,           NULL}')
$$;

-- Functions
select left(e, 60) as expression, holds(e) from unnest(array[
    $$n('2.2') = 2$$, $$d('2.2') = 3$$, $$pct('2.2') > 66.66$$, $$pct('2.2') < 66.67$$, $$value('2.2') = pct('2.2')$$,
    $$n('2.3', 'female') = 12$$, $$pct('2.3', 'female') = 120$$, $$n('2.2', 'all') = n('2.2')$$,
    $$n('9.1') = 7$$, $$value('9.1') = 7$$, $$d('9.1') = 0$$, $$pct('9.1') = 0$$,
    $$n('3.7') = 0 and d('3.7') = 0$$, $$pct('3.7') = 0$$, $$value('3.7') = 0$$,
    $$previous_n('2.2') = 1$$, $$previous_d('2.2') = 3$$, $$previous_pct('2.2') * 2 = pct('2.2')$$,
    $$previous_value('9.1') = 8$$, $$previous('9.1') = 8$$, $$n('9.1') >= previous_n('9.1')$$,
    $$registered() = 0$$, $$strength() = 3$$, $$previous_registered() = 10$$, $$previous_strength() = 3$$,
    $$allotted() >= 0$$, $$completed() >= 0$$, $$in_time() >= 0$$, $$overdue() >= 0$$,
    $$missing('2.4')$$, $$missing('2.2')$$, $$missing('3.7')$$, $$missing('1.1')$$, $$previous_missing('2.4')$$,
    $$PCT ( '2.2' )<100 AND Not Missing('2.2')$$]) with ordinality u (e, n) order by n;

-- Arithmetic and its order; it is exact
select left(e, 60) as expression, holds(e) from unnest(array[
    '1 + 2 * 3 = 7', '(1 + 2) * 3 = 9', '7 - 2 - 1 = 4', '12 / 3 / 2 = 2', '12 / (3 / 2) = 8', '2 - -2 = 4', '- 2 * - 3 = 6',
    '-(1 + 2) = -3', '+1 = 1', '- - 1 = 1', '0.1 + 0.2 = 0.3', '1 / 3 + 1 / 3 + 1 / 3 = 1', '1 / 3 * 3 = 1', '1 / 3 = 0.3333333333333333',
    '1 / -3 < 0', '-1 / -3 > 0', '1 / 3 - 1 / 3 = 0', '1 / (1 / 3 - 1 / 3) = 1',
    $$pct('2.2') / 100 * d('2.2') = n('2.2')$$, $$pct('2.2') + pct('2.2') + pct('2.2') = 200$$,
    '1 / 0 = 1', '0 / 0 = 0', '0 / 0 <> 0', $$1 / registered() > 0$$,
    '10000000000000000000000000000000000000001 > 10000000000000000000000000000000000000000',
    '0.' || repeat('0', 900) || '1 > 0', repeat('9', 900) || ' * ' || repeat('9', 900) || ' > 1',
    '1' || repeat(' / 3', 450) || ' * 3 > 0', '00012.500 = 12.5', '1=1', '1 <> 2', '1 != 1', '2 >= 2', '2 > 2', '2 <= 2', '2 < 2'])
    with ordinality u (e, n) order by n;

-- Logic with three values: u is unknown, t true, f false
select a || ' ' || o || ' ' || b as expression,
        holds(format('%s %s %s', v.x[array_position('{t,f,u}', a)], o, v.x[array_position('{t,f,u}', b)])) as here,
        case o when 'and' then v.y[array_position('{t,f,u}', a)] and v.y[array_position('{t,f,u}', b)]
            else v.y[array_position('{t,f,u}', a)] or v.y[array_position('{t,f,u}', b)] end as in_sql
    from unnest('{t,f,u}'::text[]) a, unnest('{t,f,u}'::text[]) b, unnest('{and,or}'::text[]) o,
        (values (array['1 = 1', '1 = 2', $$n('2.4') = 1$$], array[true, false, null])) v (x, y) order by o, a, b;
select left(e, 60) as expression, holds(e) from unnest(array[
    $$not n('2.4') = 1$$, $$not 1 = 2$$, $$not not 1 = 2$$, 'not 1 = 2 and 1 = 1', 'not (1 = 2 or 1 = 1)', '1 = 1 or 1 = 1 and 1 = 2',
    '(1 = 1 or 1 = 1) and 1 = 2', '1 = 2 and 1 = 2 or 1 = 1', $$n('2.4') <= registered()$$, $$n('2.4') = n('2.4')$$,
    $$n('2.4') * 0 = 0$$, $$missing('2.4') or n('2.4') = 1$$, $$not missing('2.4') and n('2.4') = 1$$, $$n('7.7') = 1 or registered() = 0$$])
    with ordinality u (e, n) order by n;

-- What it asks for, each thing once
select * from karmayogi.rule_terms($$n('2.3', 'female') <= registered() and n('2.3','female') + previous('9.1') > d('2.2','all') * D('2.2')
    or not missing('2.4')$$);

-- What findings show
select karmayogi.rule_values($$n('9.1') + pct('2.2') + d('3.7') + n('2.4') > registered() or missing('2.4') or missing('x "y" \z')$$,
    '{2.2,9.1,2.4,3.7,registered}', '{2,7,NULL,0,9223372036854775807}', '{3,NULL,NULL,0,NULL}');

-- What is no rule: every error says where and what to write
create function refused(expression text, level text[] default null) returns text language plpgsql as $$
declare
    message text;
    detail text;
    hint text;
begin
    return karmayogi.check_rule(expression, level);
exception when others then
    get stacked diagnostics message = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
    return concat_ws(E'\n  ', sqlstate || ' ' || message, nullif(detail, ''), nullif(hint, ''));
end $$;
\pset tuples_only on
select refused(e) from unnest(array[
    null, '', E' \n\t', '5', $$n('2.2')$$, $$n('2.2') + 4$$, $$n('2.2') and 4 > 3$$, 'registered() > 1 or 4', 'not 4', '(4)', '-(1 = 1) = 1',
    $$missing('2.2') = missing('2.4')$$, $$missing('2.2') + 1 > 2$$, $$2 * missing('2.2') > 2$$, $$n('2.2') <= d('2.2') <= 5$$,
    $$n('2.2') <$$, $$< n('2.2')$$, $$n('2.2') < < 3$$, $$n('2.2') = = 3$$, $$n('2.2') =< 3$$, '()', $$(n('2.2') < 3$$, $$n('2.2') < 3)$$,
    $$n('2.2' < 3$$, $$n('2.2',) < 3$$, $$n('2.3', 'female', 'x') < 3$$, $$n() < 3$$, $$n(2.2) < 3$$, $$n("2.2") < 3$$, $$n < 3$$,
    $$registered < 3$$, $$registered('2.2') < 3$$, $$'2.2' < 3$$, $$n('2.2) < 3$$, $$n('2.2''$$, $$n('2.2') < 3 4$$, $$n('2.2') < 3 not$$,
    '1e5 > 1', '1.2.3 > 1', '1. > 1', '.5 > 1', '5x > 1', $$n('2.2') < 3; drop table x$$, $$n('2.2') < 3 -- and so on$$,
    $$n('2.2') < 3 /* and so on */$$, $$n('2.2') < (select 1)$$, $$n('2.2')::text < 3$$, $$pg_sleep(10) < 3$$, $$foo('2.2') < 3$$,
    $$n('2.2') < 3 and $1 > 2$$, $$n('2.2') ≤ 3$$, $$कर्म() < 3$$, $$'कर्मयोगी कर्मयोगी कर्मयोगी कर्मयोगी' < n('2.2') and कर्म > 3$$,
    '!registered()', 'registered() ! 3', '1 < 2', repeat('x', 1000) || '() > 1',
    $$n('3.77') < 3$$, $$n('2.2 ') < 3$$, $$n('') < 3$$, $$n('2.3') < 3$$, $$n('2.3', 'other') < 3$$, $$n('2.2', 'female') < 3$$, $$n('2.2', '') < 3$$,
    $$n('x''; drop table karmayogi.indicator_rule; --') < 3$$, $$pct('9.1') < 3$$, $$previous_d('9.1') < 3$$]) with ordinality u (e, n) order by n;
select refused($$n('1.1') < 3$$, '{mdo,md}');
select refused($$n('1.1') < 3$$, '{md,md,state}');
select refused($$n('1.1') < 3$$, '{}');
select refused($$n('1.1') < 3$$, '{department}');
select refused($$n('1.1') < 3$$, '{md,NULL}');
select refused($$n('1.1') < 3 or missing('2.5') or missing('2.2')$$);
\pset tuples_only off

-- Depth and length are bounded
select refused(repeat('(', 99) || 'registered() > 1' || repeat(')', 99)) as deep;
select refused(repeat('(', 101) || 'registered() > 1' || repeat(')', 101)) as deeper;
select refused(repeat('(', 2000)) as open;
select refused(repeat('not ', 101) || 'registered() > 1') as negated;
select refused('registered() > ' || repeat('-', 101) || '1') as signed;
select refused('registered() > ' || repeat('- +', 40) || '1') as less_signed;
select refused('registered() > ' || repeat('1', 1985)) as long;
select refused('registered() > ' || repeat('1', 1986)) as longer;
select refused('registered() > ' || repeat('1', 10000000)) as longest;
select refused('registered() > 1' || repeat('+1', 990)) as flat;
select holds('registered() < 1' || repeat('+1', 990)) as flat, holds('registered() < 1' || repeat('-(1', 98) || repeat(')', 98)) as deep;
select holds(string_agg('1/' || p || '.' || p, '+') || '>0') as fractions from generate_series(1001, 1150) p;

-- Facts that are none
select karmayogi.rule_holds('registered() > 1', '{registered}', '{}', '{NULL}');
select karmayogi.rule_holds('registered() > 1', '{registered}', '{1,2}', '{NULL}');
select karmayogi.rule_holds('registered() > 1', '{registered}', '{-1}', '{NULL}');
select karmayogi.rule_holds('pct(''2.2'') > 1', '{2.2}', '{1}', '{-1}');
select karmayogi.rule_holds('registered() > 1', '{{registered,strength}}', '{{1,2}}', '{{3,4}}') as in_rows,
    karmayogi.rule_holds('registered() > 1', '{NULL}', '{1}', '{1}') as no_name,
    karmayogi.rule_holds('registered() > 1', '{}', '{}', '{}') as no_facts,
    karmayogi.rule_holds(null, '{}', '{}', '{}') as no_rule,
    karmayogi.rule_holds('pct(''2.2'') = 100', '{2.2}', '{9223372036854775807}', '{9223372036854775807}') as greatest,
    karmayogi.rule_holds('n(''2.2'') * n(''2.2'') > 85070591730234615847396907784232501248', '{2.2}', '{9223372036854775807}', '{1}') as square;
select karmayogi.rule_holds('registered() >', '{}', '{}', '{}');

-- More rules at one call site than are kept parsed, in two orders
select count(*) as wrong from generate_series(1, 3000) i
    where karmayogi.rule_holds(format('registered() = %s', i % 100), '{registered}', array[i % 100], '{NULL}') is not true
        or karmayogi.rule_holds(format('registered() = %s', i / 30), '{registered}', array[i % 100], '{NULL}') <> (i / 30 = i % 100);

-- All rules of an entity at once say what each says alone
create temp table entity as
    select e.entity, array_agg(f.fact) as facts, array_agg(case when f.known > 1 then f.numerator end) as numerators,
        array_agg(case when f.fact not in ('registered', 'strength', 'allotted') then f.denominator end) as denominators
    from generate_series(1, 500) e (entity),
        lateral (select t.fact, hashint8extended(e.entity, t.n) & 7, hashint8extended(e.entity, t.n + 100) & 15, hashint8extended(e.entity, t.n + 200) & 15
            from unnest('{2.2,3.7,8.3,8.4,previous 2.2,registered,strength,allotted,never asked}'::text[]) with ordinality t (fact, n))
            f (fact, known, numerator, denominator)
    where f.known > 0
    group by e.entity;
with rule as (
    select array[$$n('8.4') <= n('8.3')$$, $$pct('2.2') <= 110$$, $$registered() >= 0.9 * strength() or missing('3.7')$$,
        $$n('2.2') >= previous_n('2.2')$$, $$not missing('2.2') or previous_missing('2.2')$$, 'completed() <= allotted()',
        $$n('3.7') / (d('3.7') - 3) > 1$$] as expressions
), together as (
    select e.entity, karmayogi.rule_violations(r.expressions, f.fact, f.numerator, f.denominator) as violations
    from rule r, entity e, unnest(e.facts, e.numerators, e.denominators) f (fact, numerator, denominator)
    group by e.entity
)
select count(*) as asked, count(t.violations[x.n]) between 500 and 3000 as many,
    count(*) filter (where t.violations[x.n] is distinct from
        case when not karmayogi.rule_holds(x.expression, e.facts, e.numerators, e.denominators)
            then karmayogi.rule_values(x.expression, e.facts, e.numerators, e.denominators) end) as wrong
from together t
join entity e using (entity), rule r, unnest(r.expressions) with ordinality x (expression, n);
select karmayogi.rule_violations('{registered() > 1}', 'registered', 2, null) as holds,
    karmayogi.rule_violations('{registered() > 1,strength() > 1}', 'strength', 1, null) as violated,
    karmayogi.rule_violations('{}', 'registered', 1, null) as no_rules,
    karmayogi.rule_violations('{registered() > 1}', null, 1, null) as no_name,
    karmayogi.rule_violations(null, 'registered', 1, null) as nothing;
select karmayogi.rule_violations('{registered() > 1,NULL}', 'registered', 1, null);
select karmayogi.rule_violations('{registered() >}', 'registered', 1, null);
select karmayogi.rule_violations('{registered() > 1}', 'registered', -1, null);

-- Any bytes are either a rule or an error of the kinds that are documented; what is accepted can be evaluated
create function noise(seed int) returns text language sql as $$
    select string_agg(token[1 + (hashint8extended(k, seed) & 1023)::int % cardinality(token)], '')
    from generate_series(1, 1 + seed % 23) k,
        (select array['n(', 'd(', 'pct(', 'value(', 'missing(', 'previous_n(', 'registered()', 'strength()', '''2.2''',
            '''2.3'',''female''', ')', '(', ',', '+', '-', '*', '/', '=', '<', '<=', '<>', '>', '!', ' and ', ' or ', ' not ',
            ' 1 ', '0.5', '9999999999', '''', '"', 'é', '.', E'\n', ';', 'x', ' ', 'n(''2.2'')', 'missing(''2.4'')', '1=1', '0'])
            t (token)
$$;
create function outcome(expression text) returns text language plpgsql as $$
begin
    perform karmayogi.rule_values(expression, '{2.2,registered}', '{1,2}', '{3,NULL}');
    return 'rule, ' || coalesce(karmayogi.rule_holds(expression, '{2.2,registered}', '{1,2}', '{3,NULL}')::text, 'unknown');
exception when syntax_error or undefined_function or datatype_mismatch or statement_too_complex or program_limit_exceeded then
    return 'error';
end $$;
select outcome(noise(s)) as outcome, count(*) > 0 as some from generate_series(1, 20000) s group by 1 order by 1;
select outcome(e) as outcome, count(*) > 0 as some
    from (select string_agg(chr(1 + (hashint8extended(k, s) & 1023)::int % 126), '')
        from generate_series(1, 5000) s, generate_series(1, 1 + s % 40) k group by s) as x (e)
    group by 1 order by 1;

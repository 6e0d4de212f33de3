-- 10: the schema, and the values: the type tally, its functions and operators, and the aggregates that
-- build tallies and scores (docs/SPEC.md, sections 3 and 8). Nothing here reads a table.

create schema karmayogi;
comment on schema karmayogi is
    'Indicators, scores and ranks of Mission Karmayogi, computed from the tables of the iGOT Karmayogi '
    'portal';

-- For the whole script: every name that is not qualified is PostgreSQL's own.
set local search_path = pg_catalog, pg_temp;

--------------------------------------------------------------------------------------------------------
-- The type
--------------------------------------------------------------------------------------------------------

create type karmayogi.tally;

create function karmayogi.tally_in(cstring) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_in';
comment on function karmayogi.tally_in(cstring) is 'Text input of tally';

create function karmayogi.tally_out(karmayogi.tally) returns cstring
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_out';
comment on function karmayogi.tally_out(karmayogi.tally) is 'Text output of tally';

create function karmayogi.tally_recv(internal) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_recv';
comment on function karmayogi.tally_recv(internal) is 'Binary input of tally';

create function karmayogi.tally_send(karmayogi.tally) returns bytea
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_send';
comment on function karmayogi.tally_send(karmayogi.tally) is 'Binary output of tally';

create type karmayogi.tally (
    input = karmayogi.tally_in,
    output = karmayogi.tally_out,
    receive = karmayogi.tally_recv,
    send = karmayogi.tally_send,
    internallength = 16,
    alignment = double,
    storage = plain
);
comment on type karmayogi.tally is
    'Numerator and denominator of an indicator, kept as a pair of bigints so that it adds up exactly; '
    'written 18/25. Neither is negative; 0/0 is a share of nothing and has no percentage (SPEC 3)';

create function karmayogi.tally(numerator bigint, denominator bigint) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_make';
comment on function karmayogi.tally(bigint, bigint) is
    'The tally of these parts; the numerator may exceed the denominator. Error if either is negative '
    '(SPEC 3)';

create function karmayogi.numerator(karmayogi.tally) returns bigint
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_numerator';
comment on function karmayogi.numerator(karmayogi.tally) is 'The numerator of a tally: 18 of 18/25 (SPEC 3)';

create function karmayogi.denominator(karmayogi.tally) returns bigint
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_denominator';
comment on function karmayogi.denominator(karmayogi.tally) is 'The denominator of a tally: 25 of 18/25 (SPEC 3)';

create function karmayogi.pct(karmayogi.tally, scale integer default 2) returns numeric
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_pct';
comment on function karmayogi.pct(karmayogi.tally, integer) is
    'Percentage of a tally with scale digits after the point, computed exactly and rounded half away from '
    'zero: 72.00 of 18/25. NULL if the denominator is 0. Error if scale is not between 0 and 30 (SPEC 3)';

create function karmayogi.ratio(karmayogi.tally) returns double precision
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_ratio';
comment on function karmayogi.ratio(karmayogi.tally) is
    'Numerator by denominator as floating point, for plots: 0.72 of 18/25. NULL if the denominator is 0. '
    'Use pct for figures that are published (SPEC 3)';

create function karmayogi.onboarding_pct(registered bigint, strength bigint) returns numeric
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'onboarding_pct';
comment on function karmayogi.onboarding_pct(bigint, bigint) is
    'Registered officials in percent of the sanctioned strength, with 2 digits after the point, computed '
    'exactly and rounded half away from zero. NULL if either is NULL or the strength is 0; error if '
    'either is negative (OM T-28/62/2024-iGOT of 8 August 2024, KPI-2)';

--------------------------------------------------------------------------------------------------------
-- Casts. Those to and from text are PostgreSQL's own, through input and output.
--------------------------------------------------------------------------------------------------------

create function karmayogi.tally_to_bytea(karmayogi.tally) returns bytea
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_to_bytea';
comment on function karmayogi.tally_to_bytea(karmayogi.tally) is 'Cast of tally to bytea';

create function karmayogi.tally_from_bytea(bytea) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_from_bytea';
comment on function karmayogi.tally_from_bytea(bytea) is 'Cast of bytea to tally';

create cast (karmayogi.tally as bytea) with function karmayogi.tally_to_bytea(karmayogi.tally);
comment on cast (karmayogi.tally as bytea) is
    'The binary form of a tally: numerator and denominator, 8 bytes each, in network order';

create cast (bytea as karmayogi.tally) with function karmayogi.tally_from_bytea(bytea);
comment on cast (bytea as karmayogi.tally) is
    'The tally of its binary form. Error if that has not 16 bytes or holds a negative part';

--------------------------------------------------------------------------------------------------------
-- Operators and operator classes
--------------------------------------------------------------------------------------------------------

create function karmayogi.tally_add(karmayogi.tally, karmayogi.tally) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_add';
comment on function karmayogi.tally_add(karmayogi.tally, karmayogi.tally) is
    'Operator + of tally; transition and combine function of its aggregates';

create function karmayogi.tally_eq(karmayogi.tally, karmayogi.tally) returns boolean
    language c immutable strict leakproof parallel safe as 'MODULE_PATHNAME', 'tally_eq';
comment on function karmayogi.tally_eq(karmayogi.tally, karmayogi.tally) is 'Operator = of tally';

create function karmayogi.tally_ne(karmayogi.tally, karmayogi.tally) returns boolean
    language c immutable strict leakproof parallel safe as 'MODULE_PATHNAME', 'tally_ne';
comment on function karmayogi.tally_ne(karmayogi.tally, karmayogi.tally) is 'Operator <> of tally';

create function karmayogi.tally_lt(karmayogi.tally, karmayogi.tally) returns boolean
    language c immutable strict leakproof parallel safe as 'MODULE_PATHNAME', 'tally_lt';
comment on function karmayogi.tally_lt(karmayogi.tally, karmayogi.tally) is 'Operator < of tally';

create function karmayogi.tally_le(karmayogi.tally, karmayogi.tally) returns boolean
    language c immutable strict leakproof parallel safe as 'MODULE_PATHNAME', 'tally_le';
comment on function karmayogi.tally_le(karmayogi.tally, karmayogi.tally) is 'Operator <= of tally';

create function karmayogi.tally_gt(karmayogi.tally, karmayogi.tally) returns boolean
    language c immutable strict leakproof parallel safe as 'MODULE_PATHNAME', 'tally_gt';
comment on function karmayogi.tally_gt(karmayogi.tally, karmayogi.tally) is 'Operator > of tally';

create function karmayogi.tally_ge(karmayogi.tally, karmayogi.tally) returns boolean
    language c immutable strict leakproof parallel safe as 'MODULE_PATHNAME', 'tally_ge';
comment on function karmayogi.tally_ge(karmayogi.tally, karmayogi.tally) is 'Operator >= of tally';

create function karmayogi.tally_cmp(karmayogi.tally, karmayogi.tally) returns integer
    language c immutable strict leakproof parallel safe as 'MODULE_PATHNAME', 'tally_cmp';
comment on function karmayogi.tally_cmp(karmayogi.tally, karmayogi.tally) is 'Less, equal or greater: -1, 0 or 1';

create function karmayogi.tally_sortsupport(internal) returns void
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_sortsupport';
comment on function karmayogi.tally_sortsupport(internal) is 'Sort support of tally';

create function karmayogi.tally_hash(karmayogi.tally) returns integer
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_hash';
comment on function karmayogi.tally_hash(karmayogi.tally) is 'Hash of tally';

create function karmayogi.tally_hash_extended(karmayogi.tally, bigint) returns bigint
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_hash_extended';
comment on function karmayogi.tally_hash_extended(karmayogi.tally, bigint) is 'Hash of tally with a seed, 64 bits';

create operator karmayogi.+ (
    leftarg = karmayogi.tally, rightarg = karmayogi.tally, function = karmayogi.tally_add,
    commutator = operator(karmayogi.+)
);
comment on operator karmayogi.+ (karmayogi.tally, karmayogi.tally) is
    'Adds numerators and denominators: 18/25 + 1/2 is 19/27. Error if either sum does not fit into a '
    'bigint (SPEC 3)';

create operator karmayogi.= (
    leftarg = karmayogi.tally, rightarg = karmayogi.tally, function = karmayogi.tally_eq,
    commutator = operator(karmayogi.=), negator = operator(karmayogi.<>),
    restrict = eqsel, join = eqjoinsel, hashes, merges
);
comment on operator karmayogi.= (karmayogi.tally, karmayogi.tally) is
    'Same numerator and same denominator: 1/2 is not 2/4 (SPEC 3)';

create operator karmayogi.<> (
    leftarg = karmayogi.tally, rightarg = karmayogi.tally, function = karmayogi.tally_ne,
    commutator = operator(karmayogi.<>), negator = operator(karmayogi.=),
    restrict = neqsel, join = neqjoinsel
);
comment on operator karmayogi.<> (karmayogi.tally, karmayogi.tally) is
    'Another numerator or another denominator (SPEC 3)';

create operator karmayogi.< (
    leftarg = karmayogi.tally, rightarg = karmayogi.tally, function = karmayogi.tally_lt,
    commutator = operator(karmayogi.>), negator = operator(karmayogi.>=),
    restrict = scalarltsel, join = scalarltjoinsel
);
comment on operator karmayogi.< (karmayogi.tally, karmayogi.tally) is
    'Less: tallies without a denominator come first, by numerator; the others by ratio, compared exactly, '
    'and those of equal ratio by denominator (SPEC 3)';

create operator karmayogi.<= (
    leftarg = karmayogi.tally, rightarg = karmayogi.tally, function = karmayogi.tally_le,
    commutator = operator(karmayogi.>=), negator = operator(karmayogi.>),
    restrict = scalarlesel, join = scalarlejoinsel
);
comment on operator karmayogi.<= (karmayogi.tally, karmayogi.tally) is 'Less or equal, in the order of < (SPEC 3)';

create operator karmayogi.> (
    leftarg = karmayogi.tally, rightarg = karmayogi.tally, function = karmayogi.tally_gt,
    commutator = operator(karmayogi.<), negator = operator(karmayogi.<=),
    restrict = scalargtsel, join = scalargtjoinsel
);
comment on operator karmayogi.> (karmayogi.tally, karmayogi.tally) is 'Greater, in the order of < (SPEC 3)';

create operator karmayogi.>= (
    leftarg = karmayogi.tally, rightarg = karmayogi.tally, function = karmayogi.tally_ge,
    commutator = operator(karmayogi.<=), negator = operator(karmayogi.<),
    restrict = scalargesel, join = scalargejoinsel
);
comment on operator karmayogi.>= (karmayogi.tally, karmayogi.tally) is 'Greater or equal, in the order of < (SPEC 3)';

-- Equal tallies have equal bytes, so a btree may keep one of several (btequalimage).
create operator class karmayogi.tally_ops default for type karmayogi.tally using btree as
    operator 1 karmayogi.<,
    operator 2 karmayogi.<=,
    operator 3 karmayogi.=,
    operator 4 karmayogi.>=,
    operator 5 karmayogi.>,
    function 1 karmayogi.tally_cmp(karmayogi.tally, karmayogi.tally),
    function 2 karmayogi.tally_sortsupport(internal),
    function 4 btequalimage(oid);
comment on operator class karmayogi.tally_ops using btree is 'Order of tally: by ratio (SPEC 3)';

create operator class karmayogi.tally_ops default for type karmayogi.tally using hash as
    operator 1 karmayogi.=,
    function 1 karmayogi.tally_hash(karmayogi.tally),
    function 2 karmayogi.tally_hash_extended(karmayogi.tally, bigint);
comment on operator class karmayogi.tally_ops using hash is 'Equality of tally: of both parts (SPEC 3)';

--------------------------------------------------------------------------------------------------------
-- Aggregates that build and merge tallies, and their support functions
--------------------------------------------------------------------------------------------------------

create function karmayogi.tally_add_inv(karmayogi.tally, karmayogi.tally) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_add_inv';
comment on function karmayogi.tally_add_inv(karmayogi.tally, karmayogi.tally) is 'Inverse transition of rollup';

create function karmayogi.tally_accum_boolean(karmayogi.tally, boolean) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_accum_boolean';
comment on function karmayogi.tally_accum_boolean(karmayogi.tally, boolean) is 'Transition of tally_agg(boolean)';

create function karmayogi.tally_accum_boolean_inv(karmayogi.tally, boolean) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_accum_boolean_inv';
comment on function karmayogi.tally_accum_boolean_inv(karmayogi.tally, boolean) is
    'Inverse transition of tally_agg(boolean)';

create function karmayogi.tally_accum_pair(karmayogi.tally, bigint, bigint) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_accum_pair';
comment on function karmayogi.tally_accum_pair(karmayogi.tally, bigint, bigint) is
    'Transition of tally_agg(bigint, bigint)';

create function karmayogi.tally_accum_pair_inv(karmayogi.tally, bigint, bigint) returns karmayogi.tally
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_accum_pair_inv';
comment on function karmayogi.tally_accum_pair_inv(karmayogi.tally, bigint, bigint) is
    'Inverse transition of tally_agg(bigint, bigint)';

create aggregate karmayogi.tally_agg(boolean) (
    sfunc = karmayogi.tally_accum_boolean, stype = karmayogi.tally, initcond = '0/0',
    combinefunc = karmayogi.tally_add,
    msfunc = karmayogi.tally_accum_boolean, minvfunc = karmayogi.tally_accum_boolean_inv,
    mstype = karmayogi.tally, minitcond = '0/0',
    parallel = safe
);
comment on aggregate karmayogi.tally_agg(boolean) is
    'How many of the rows are true: true ones / true and false ones. NULL is ignored; 0/0 of no rows '
    '(SPEC 3)';

create aggregate karmayogi.tally_agg(numerator bigint, denominator bigint) (
    sfunc = karmayogi.tally_accum_pair, stype = karmayogi.tally, initcond = '0/0',
    combinefunc = karmayogi.tally_add,
    msfunc = karmayogi.tally_accum_pair, minvfunc = karmayogi.tally_accum_pair_inv,
    mstype = karmayogi.tally, minitcond = '0/0',
    parallel = safe
);
comment on aggregate karmayogi.tally_agg(bigint, bigint) is
    'Sum of numerators / sum of denominators. A row with a NULL is ignored; 0/0 of no rows. Error if a '
    'part is negative or a sum does not fit into a bigint (SPEC 3)';

create aggregate karmayogi.rollup(karmayogi.tally) (
    sfunc = karmayogi.tally_add, stype = karmayogi.tally, initcond = '0/0',
    combinefunc = karmayogi.tally_add,
    msfunc = karmayogi.tally_add, minvfunc = karmayogi.tally_add_inv,
    mstype = karmayogi.tally, minitcond = '0/0',
    parallel = safe
);
comment on aggregate karmayogi.rollup(karmayogi.tally) is
    'Sum of tallies, for the step from a level to the next. NULL is ignored; 0/0 of no rows. Error if a '
    'sum does not fit into a bigint (SPEC 3)';

--------------------------------------------------------------------------------------------------------
-- cbp_completion and its support functions
--------------------------------------------------------------------------------------------------------

create function karmayogi.cbp_completion_accum(internal, text, boolean) returns internal
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'cbp_completion_accum';
comment on function karmayogi.cbp_completion_accum(internal, text, boolean) is 'Transition of cbp_completion';

create function karmayogi.cbp_completion_combine(internal, internal) returns internal
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'cbp_completion_combine';
comment on function karmayogi.cbp_completion_combine(internal, internal) is 'Merge of states of cbp_completion';

create function karmayogi.cbp_completion_serial(internal) returns bytea
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'cbp_completion_serial';
comment on function karmayogi.cbp_completion_serial(internal) is 'State of cbp_completion, as a worker hands it on';

create function karmayogi.cbp_completion_deserial(bytea, internal) returns internal
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'cbp_completion_deserial';
comment on function karmayogi.cbp_completion_deserial(bytea, internal) is 'State of cbp_completion, from a worker';

create function karmayogi.cbp_completion_final(internal) returns karmayogi.tally
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'cbp_completion_final';
comment on function karmayogi.cbp_completion_final(internal) is 'Result of cbp_completion';

-- sspace: measured for an organisation of some 500 officials with ids of 36 bytes.
create aggregate karmayogi.cbp_completion(official text, completed boolean) (
    sfunc = karmayogi.cbp_completion_accum, stype = internal, sspace = 65536,
    finalfunc = karmayogi.cbp_completion_final,
    combinefunc = karmayogi.cbp_completion_combine,
    serialfunc = karmayogi.cbp_completion_serial, deserialfunc = karmayogi.cbp_completion_deserial,
    parallel = safe
);
comment on aggregate karmayogi.cbp_completion(text, boolean) is
    'Over rows of (official, allotted course): officials all of whose courses are completed / officials, '
    'each counted once. A NULL official is ignored, a NULL completed is not completed; 0/0 of no rows. '
    'Officials are told apart by the bytes of their ids (SPEC 3; OM T-28/62/2024-iGOT of 8 August 2024, '
    'KPI-3)';

--------------------------------------------------------------------------------------------------------
-- weighted_score and its support functions. The state is {rows with a NULL, sum of weights, sum of products}.
--------------------------------------------------------------------------------------------------------

create function karmayogi.weighted_score_accum(numeric[], numeric, numeric) returns numeric[]
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'weighted_score_accum';
comment on function karmayogi.weighted_score_accum(numeric[], numeric, numeric) is 'Transition of weighted_score';

create function karmayogi.weighted_score_accum_inv(numeric[], numeric, numeric) returns numeric[]
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'weighted_score_accum_inv';
comment on function karmayogi.weighted_score_accum_inv(numeric[], numeric, numeric) is
    'Inverse transition of weighted_score';

create function karmayogi.weighted_score_combine(numeric[], numeric[]) returns numeric[]
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'weighted_score_combine';
comment on function karmayogi.weighted_score_combine(numeric[], numeric[]) is 'Merge of states of weighted_score';

create function karmayogi.weighted_score_final(numeric[]) returns numeric
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'weighted_score_final';
comment on function karmayogi.weighted_score_final(numeric[]) is 'Result of weighted_score';

create aggregate karmayogi.weighted_score(performance numeric, weight numeric) (
    sfunc = karmayogi.weighted_score_accum, stype = numeric[], sspace = 128, initcond = '{0,0,0}',
    finalfunc = karmayogi.weighted_score_final,
    combinefunc = karmayogi.weighted_score_combine,
    msfunc = karmayogi.weighted_score_accum, minvfunc = karmayogi.weighted_score_accum_inv,
    mstype = numeric[], msspace = 128, minitcond = '{0,0,0}', mfinalfunc = karmayogi.weighted_score_final,
    parallel = safe
);
comment on aggregate karmayogi.weighted_score(numeric, numeric) is
    'Weighted mean, sum(weight * performance) / sum(weight), from exact sums, with at least 40 digits '
    'after the point: round the last step only. NULL of no rows. A NULL performance or weight makes the '
    'result NULL, which is the missing_policy unranked; for zero pass coalesce(performance, 0), for '
    'reweight add FILTER (WHERE performance IS NOT NULL). Error if a weight is not positive or either '
    'value is NaN or infinite (SPEC 8; OM T-28/98/2024-iGOT-Part(2) of 18 December 2024)';

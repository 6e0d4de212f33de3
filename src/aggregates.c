/*
 * aggregates.c
 *	  The support functions of karmayogi's aggregates.
 *
 * The aggregates give the same result in whatever order the rows come and
 * however they are split over workers, partitions or servers.  So nothing is
 * accumulated in floating point, every partial state can be merged with every
 * other, and the initial state is an identity of that merge (PostgreSQL starts
 * every partial state and the merged one from it).
 *
 * State types, and what follows from them:
 *
 *	tally_agg, rollup	a tally.  It has a fixed size, so it is updated in
 *						place; it is an ordinary value, so SQL can call the
 *						support functions with any tally, but with nothing
 *						else.
 *	weighted_score		an array of numeric.  SQL can call the support
 *						functions with any array, so it is checked each time.
 *	cbp_completion		a hash table, behind type internal.  SQL can reach it
 *						only through the aggregate.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "compat.h"
#include "tally.h"

PG_FUNCTION_INFO_V1(tally_add);
PG_FUNCTION_INFO_V1(tally_add_inv);
PG_FUNCTION_INFO_V1(tally_accum_boolean);
PG_FUNCTION_INFO_V1(tally_accum_boolean_inv);
PG_FUNCTION_INFO_V1(tally_accum_pair);
PG_FUNCTION_INFO_V1(tally_accum_pair_inv);
PG_FUNCTION_INFO_V1(cbp_completion_accum);
PG_FUNCTION_INFO_V1(cbp_completion_combine);
PG_FUNCTION_INFO_V1(cbp_completion_serial);
PG_FUNCTION_INFO_V1(cbp_completion_deserial);
PG_FUNCTION_INFO_V1(cbp_completion_final);
PG_FUNCTION_INFO_V1(weighted_score_accum);
PG_FUNCTION_INFO_V1(weighted_score_accum_inv);
PG_FUNCTION_INFO_V1(weighted_score_combine);
PG_FUNCTION_INFO_V1(weighted_score_final);

/* how many entries a loop handles between two checks for interrupts */
#define INTERRUPT_INTERVAL	4096

/*
 * tally_agg and rollup
 */

/*
 * The tally that a support function may change: inside an aggregate the state
 * itself, which belongs to the aggregate, else a copy.
 */
static inline Tally *
TallyState(FunctionCallInfo fcinfo)
{
	Tally	   *state = PG_GETARG_TALLY_P(0);

	if (AggCheckCallContext(fcinfo, NULL))
		return state;
	return MakeTally(state->numerator, state->denominator);
}

/* The operator +, the merge of partial states, and the rollup of values. */
Datum
tally_add(PG_FUNCTION_ARGS)
{
	Tally	   *state = TallyState(fcinfo);
	Tally	   *value = PG_GETARG_TALLY_P(1);

	TallyAccumulate(state, value->numerator, value->denominator);
	PG_RETURN_TALLY_P(state);
}

Datum
tally_add_inv(PG_FUNCTION_ARGS)
{
	Tally	   *state = TallyState(fcinfo);
	Tally	   *value = PG_GETARG_TALLY_P(1);

	TallyDeduct(state, value->numerator, value->denominator);
	PG_RETURN_TALLY_P(state);
}

Datum
tally_accum_boolean(PG_FUNCTION_ARGS)
{
	Tally	   *state = TallyState(fcinfo);

	TallyAccumulate(state, PG_GETARG_BOOL(1) ? 1 : 0, 1);
	PG_RETURN_TALLY_P(state);
}

Datum
tally_accum_boolean_inv(PG_FUNCTION_ARGS)
{
	Tally	   *state = TallyState(fcinfo);

	TallyDeduct(state, PG_GETARG_BOOL(1) ? 1 : 0, 1);
	PG_RETURN_TALLY_P(state);
}

Datum
tally_accum_pair(PG_FUNCTION_ARGS)
{
	Tally	   *state = TallyState(fcinfo);
	int64		numerator = PG_GETARG_INT64(1);
	int64		denominator = PG_GETARG_INT64(2);

	TallyCheckParts(numerator, denominator);
	TallyAccumulate(state, numerator, denominator);
	PG_RETURN_TALLY_P(state);
}

Datum
tally_accum_pair_inv(PG_FUNCTION_ARGS)
{
	Tally	   *state = TallyState(fcinfo);
	int64		numerator = PG_GETARG_INT64(1);
	int64		denominator = PG_GETARG_INT64(2);

	TallyCheckParts(numerator, denominator);
	TallyDeduct(state, numerator, denominator);
	PG_RETURN_TALLY_P(state);
}

/*
 * cbp_completion
 *
 * An official has completed the plan if every row of the official is
 * completed.  The rows of one official may come in any order and through
 * different workers, so counting is possible only at the end: the state keeps
 * every distinct official with one bit, whether all rows so far are completed,
 * and merging two states is a logical and.
 *
 *	 officials (simplehash)                 ids (chunks, filled in turn)
 *	+-------------------------+            +---------------------------+
 *	| id, length | hash | bits |--- id --->| u1u2u17u400...            |
 *	+-------------------------+            +---------------------------+
 *
 * Identifiers are compared as bytes, whatever the collation: they are keys,
 * and byte equality is what any deterministic collation calls equality.
 *
 * Each table hashes with a seed of its own.  Rows that leave one table in
 * bucket order would otherwise enter another in clusters, which makes linear
 * probing slow.
 *
 * A partial state travels as one flat run of bytes.  Merging only has to walk
 * it, so deserialising checks it and leaves it as it is:
 *
 *	version (1 byte), number of officials (8, network order), then for each
 *	official: 2 * length + completed as a varint (7 bits a byte, low first,
 *	high bit = more), the id's bytes
 */
typedef struct OfficialKey
{
	const char *id;				/* not terminated */
	uint32		length;
} OfficialKey;

typedef struct Official
{
	OfficialKey key;
	uint32		hash;
	bool		completed;		/* all rows so far */
	char		status;			/* for simplehash */
} Official;

typedef struct CbpCompletionState CbpCompletionState;

static uint32 HashOfficial(CbpCompletionState *state, OfficialKey key);

static inline bool
EqualOfficials(OfficialKey a, OfficialKey b)
{
	return a.length == b.length && memcmp(a.id, b.id, a.length) == 0;
}

#define SH_PREFIX			officials
#define SH_ELEMENT_TYPE		Official
#define SH_KEY_TYPE			OfficialKey
#define SH_KEY				key
#define SH_HASH_KEY(tb, key) \
	HashOfficial((CbpCompletionState *) (tb)->private_data, key)
#define SH_EQUAL(tb, a, b)	EqualOfficials(a, b)
#define SH_SCOPE			static inline
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a)	((a)->hash)
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct CbpCompletionState
{
	officials_hash *officials;	/* NULL in a deserialised state */
	uint64		seed;
	int64		completed;		/* officials with all rows completed so far */
	Size		flat_size;		/* of the officials when serialised */

	/* the chunk of ids being filled */
	MemoryContext context;
	char	   *chunk;
	Size		chunk_left;
	Size		chunk_next;		/* size of the next one */

	/* a deserialised state */
	const char *flat;
	const char *flat_end;
	uint64		flat_count;
};

#define CBP_FLAT_VERSION	1
#define CBP_FLAT_HEADER		(1 + sizeof(uint64))
#define CBP_FIRST_OFFICIALS	16
#define CBP_FIRST_CHUNK		512
#define CBP_LAST_CHUNK		((Size) 1024 * 1024)

static uint32
HashOfficial(CbpCompletionState *state, OfficialKey key)
{
	return (uint32) hash_bytes_extended((const unsigned char *) key.id,
										(int) key.length, state->seed);
}

/* Bytes of a varint. */
static inline int
VarintSize(uint32 value)
{
	int			size = 1;

	while (value >= 0x80)
	{
		value >>= 7;
		size++;
	}
	return size;
}

static CbpCompletionState *
MakeCbpCompletionState(MemoryContext context)
{
	static uint32 made = 0;
	CbpCompletionState *state;

	state = MemoryContextAllocZero(context, sizeof(CbpCompletionState));
	state->context = context;
	state->seed = ((uint64) MyProcPid << 32) | made++;
	state->chunk_next = CBP_FIRST_CHUNK;
	state->officials = officials_create(context, CBP_FIRST_OFFICIALS, state);
	return state;
}

/* Copy an id to where the state keeps them. */
static const char *
KeepId(CbpCompletionState *state, const char *id, uint32 length)
{
	char	   *kept;

	/* before the first chunk there is nowhere to copy nothing to */
	if (length == 0)
		return "";

	if (length > state->chunk_left)
	{
		Size		size = Max(state->chunk_next, length);

		state->chunk = MemoryContextAllocHuge(state->context, size);
		state->chunk_left = size;
		state->chunk_next = Min(state->chunk_next * 2, CBP_LAST_CHUNK);
	}
	kept = state->chunk;
	memcpy(kept, id, length);
	state->chunk += length;
	state->chunk_left -= length;
	return kept;
}

/* Take in one official, of a row or of another state. */
static void
AddOfficial(CbpCompletionState *state, const char *id, uint32 length,
			bool completed)
{
	OfficialKey key;
	Official   *official;
	bool		found;

	key.id = id;
	key.length = length;
	official = officials_insert(state->officials, key, &found);
	if (!found)
	{
		/* the key still points into the row or the other state */
		official->key.id = KeepId(state, id, length);
		official->completed = completed;
		state->flat_size += VarintSize(length << 1) + length;
		if (completed)
			state->completed++;
	}
	else if (official->completed && !completed)
	{
		official->completed = false;
		state->completed--;
	}
}

/* The state or the arguments of a support function that only aggregates use. */
static MemoryContext
AggregateContext(FunctionCallInfo fcinfo, const char *function)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "%s called in non-aggregate context", function);
	return context;
}

static inline CbpCompletionState *
CbpCompletionArg(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		return NULL;
	return (CbpCompletionState *) PG_GETARG_POINTER(argument);
}

Datum
cbp_completion_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo, "cbp_completion_accum");
	CbpCompletionState *state = CbpCompletionArg(fcinfo, 0);

	if (!PG_ARGISNULL(1))
	{
		/* detoasted in the context of the call, which is short-lived */
		text	   *id = PG_GETARG_TEXT_PP(1);

		if (state == NULL)
			state = MakeCbpCompletionState(context);
		AddOfficial(state, VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id),
					!PG_ARGISNULL(2) && PG_GETARG_BOOL(2));
		PG_FREE_IF_COPY(id, 1);
	}

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

/* Read an official of a flat state and move *cursor behind it. */
static void
ReadFlatOfficial(const char **cursor, const char *end, const char **id,
				 uint32 *length, bool *completed)
{
	const char *c = *cursor;
	uint64		value = 0;
	int			shift = 0;
	uint8		byte;

	do
	{
		if (c >= end || shift > 28)
			elog(ERROR, "malformed state of cbp_completion");
		byte = (uint8) *c++;
		value |= (uint64) (byte & 0x7F) << shift;
		shift += 7;
	} while (byte & 0x80);

	*completed = (value & 1) != 0;
	if ((value >> 1) > (uint64) (end - c))
		elog(ERROR, "malformed state of cbp_completion");
	*length = (uint32) (value >> 1);
	*id = c;
	*cursor = c + *length;
}

Datum
cbp_completion_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo, "cbp_completion_combine");
	CbpCompletionState *state = CbpCompletionArg(fcinfo, 0);
	CbpCompletionState *other = CbpCompletionArg(fcinfo, 1);

	if (other == NULL)
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}

	/*
	 * The other state lives only as long as this call, so it is merged into a
	 * new one even if there is none yet.
	 */
	if (state == NULL)
		state = MakeCbpCompletionState(context);

	if (other->flat != NULL)
	{
		const char *cursor = other->flat;

		for (uint64 i = 0; i < other->flat_count; i++)
		{
			const char *id;
			uint32		length;
			bool		completed;

			if (i % INTERRUPT_INTERVAL == 0)
				CHECK_FOR_INTERRUPTS();
			ReadFlatOfficial(&cursor, other->flat_end, &id, &length,
							 &completed);
			AddOfficial(state, id, length, completed);
		}
	}
	else
	{
		officials_iterator iterator;
		Official   *official;
		uint64		i = 0;

		officials_start_iterate(other->officials, &iterator);
		while ((official = officials_iterate(other->officials,
											 &iterator)) != NULL)
		{
			if (i++ % INTERRUPT_INTERVAL == 0)
				CHECK_FOR_INTERRUPTS();
			AddOfficial(state, official->key.id, official->key.length,
						official->completed);
		}
	}

	PG_RETURN_POINTER(state);
}

Datum
cbp_completion_serial(PG_FUNCTION_ARGS)
{
	CbpCompletionState *state;
	officials_iterator iterator;
	Official   *official;
	Size		size;
	bytea	   *result;
	char	   *c;
	uint64		count;
	uint64		i = 0;

	(void) AggregateContext(fcinfo, "cbp_completion_serial");
	/* the function is strict */
	state = (CbpCompletionState *) PG_GETARG_POINTER(0);
	if (state->officials == NULL)
		elog(ERROR, "state of cbp_completion is serialised already");

	size = VARHDRSZ + CBP_FLAT_HEADER + state->flat_size;
	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many officials in one partial state of cbp_completion"),
				 errdetail("Their identifiers take %zu bytes; a worker can hand on at most %zu.",
						   size, (Size) MaxAllocSize),
				 errhint("Set max_parallel_workers_per_gather to 0 for this query.")));
	result = (bytea *) palloc(size);
	SET_VARSIZE(result, size);
	c = VARDATA(result);

	*c++ = CBP_FLAT_VERSION;
	count = pg_hton64((uint64) state->officials->members);
	memcpy(c, &count, sizeof(count));
	c += sizeof(count);

	officials_start_iterate(state->officials, &iterator);
	while ((official = officials_iterate(state->officials, &iterator)) != NULL)
	{
		uint32		value = official->key.length << 1;

		if (official->completed)
			value |= 1;
		if (i++ % INTERRUPT_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		for (; value >= 0x80; value >>= 7)
			*c++ = (char) (value | 0x80);
		*c++ = (char) value;
		memcpy(c, official->key.id, official->key.length);
		c += official->key.length;
	}
	Assert(c == (char *) result + size);

	PG_RETURN_BYTEA_P(result);
}

Datum
cbp_completion_deserial(PG_FUNCTION_ARGS)
{
	bytea	   *bytes;
	CbpCompletionState *state;
	const char *cursor;
	uint64		count;

	(void) AggregateContext(fcinfo, "cbp_completion_deserial");
	/* stays where it is: the state is merged before the next row comes */
	bytes = PG_GETARG_BYTEA_PP(0);
	cursor = VARDATA_ANY(bytes);

	if (VARSIZE_ANY_EXHDR(bytes) < CBP_FLAT_HEADER ||
		*cursor != CBP_FLAT_VERSION)
		elog(ERROR, "malformed state of cbp_completion");
	memcpy(&count, cursor + 1, sizeof(count));

	state = (CbpCompletionState *) palloc0(sizeof(CbpCompletionState));
	state->flat = cursor + CBP_FLAT_HEADER;
	state->flat_end = cursor + VARSIZE_ANY_EXHDR(bytes);
	state->flat_count = pg_ntoh64(count);

	/* every byte must belong to an official */
	cursor = state->flat;
	for (uint64 i = 0; i < state->flat_count; i++)
	{
		const char *id;
		uint32		length;
		bool		completed;

		if (i % INTERRUPT_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		ReadFlatOfficial(&cursor, state->flat_end, &id, &length, &completed);
	}
	if (cursor != state->flat_end)
		elog(ERROR, "malformed state of cbp_completion");

	PG_RETURN_POINTER(state);
}

/* Reads the state only: a window asks for the result after every row. */
Datum
cbp_completion_final(PG_FUNCTION_ARGS)
{
	CbpCompletionState *state;

	(void) AggregateContext(fcinfo, "cbp_completion_final");
	state = CbpCompletionArg(fcinfo, 0);
	if (state == NULL)
		PG_RETURN_TALLY_P(MakeTally(0, 0));
	PG_RETURN_TALLY_P(MakeTally(state->completed,
								(int64) state->officials->members));
}

/*
 * weighted_score
 *
 * The state is three exact sums, so rows can be merged and taken out in any
 * order.  A NULL makes the result NULL, but it is counted and not kept as a
 * flag, so that it can leave a moving frame.
 */
typedef struct WeightedSums
{
	Numeric		missing;		/* rows with a NULL */
	Numeric		weight;			/* sum of weights of the other rows */
	Numeric		product;		/* sum of weight * performance of them */
} WeightedSums;

#define WEIGHTED_SUMS			3

/* digits after the point that the quotient has beyond those of the sums */
#define SCORE_GUARD_DIGITS		40

/*
 * Digits after the point that a performance or a weight may have.  Their
 * products, and the quotient with its guard digits, then stay within what
 * division of numerics can give.
 */
#define SCORE_MAX_INPUT_SCALE	400

#define NumericCall1(f, a) \
	DatumGetNumeric(DirectFunctionCall1(f, NumericGetDatum(a)))
#define NumericCall2(f, a, b) \
	DatumGetNumeric(DirectFunctionCall2(f, NumericGetDatum(a), \
										NumericGetDatum(b)))
#define NumericCompare(a, b) \
	DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), \
									  NumericGetDatum(b)))
#define NumericScale(a) \
	DatumGetInt32(DirectFunctionCall1(numeric_scale, NumericGetDatum(a)))

static inline bool
IsFinite(Numeric value)
{
	return !numeric_is_nan(value) && !numeric_is_inf(value);
}

/* Read a state that may come from anybody. */
static void
ReadWeightedSums(FunctionCallInfo fcinfo, int argument, WeightedSums *sums)
{
	ArrayType  *array = NULL;
	Datum	   *elements;
	Numeric		zero;
	int			count;

	if (!PG_ARGISNULL(argument))
		array = PG_GETARG_ARRAYTYPE_P(argument);
	if (array == NULL || ARR_NDIM(array) != 1 ||
		ARR_DIMS(array)[0] != WEIGHTED_SUMS || ARR_HASNULL(array) ||
		ARR_ELEMTYPE(array) != NUMERICOID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid state of weighted_score"),
				 errdetail("It must be an array of %d numerics without NULL.",
						   WEIGHTED_SUMS)));

	deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT,
					  &elements, NULL, &count);
	sums->missing = DatumGetNumeric(elements[0]);
	sums->weight = DatumGetNumeric(elements[1]);
	sums->product = DatumGetNumeric(elements[2]);

	zero = int64_to_numeric(0);
	if (!IsFinite(sums->missing) || !IsFinite(sums->weight) ||
		!IsFinite(sums->product) ||
		NumericCompare(sums->missing, zero) < 0 ||
		NumericCompare(sums->missing,
					   NumericCall1(numeric_floor, sums->missing)) != 0 ||
		NumericCompare(sums->weight, zero) < 0 ||
		(NumericCompare(sums->weight, zero) == 0 &&
		 NumericCompare(sums->product, zero) != 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid state of weighted_score"),
				 errdetail("It must hold a count, a sum of weights and a sum of products, all finite.")));
}

static Datum
WeightedSumsGetDatum(const WeightedSums *sums)
{
	Datum		elements[WEIGHTED_SUMS];

	elements[0] = NumericGetDatum(sums->missing);
	elements[1] = NumericGetDatum(sums->weight);
	elements[2] = NumericGetDatum(sums->product);
	return PointerGetDatum(construct_array(elements, WEIGHTED_SUMS, NUMERICOID,
										   -1, false, TYPALIGN_INT));
}

/* A performance or a weight, checked and without trailing zeros. */
static Numeric
ScoreArg(FunctionCallInfo fcinfo, int argument, const char *what)
{
	Numeric		value = PG_GETARG_NUMERIC(argument);

	if (!IsFinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be a finite number", what)));
	value = NumericCall1(numeric_trim_scale, value);
	if (NumericScale(value) > SCORE_MAX_INPUT_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s has more than %d digits after the decimal point",
						what, SCORE_MAX_INPUT_SCALE),
				 errhint("Round it first.")));
	return value;
}

/* Add a row to the sums, or take it out, by the given functions. */
static Datum
ChangeWeightedSums(FunctionCallInfo fcinfo, PGFunction change)
{
	WeightedSums sums;
	Numeric		performance = NULL;
	Numeric		weight = NULL;

	ReadWeightedSums(fcinfo, 0, &sums);

	/* a wrong value is an error even beside a NULL, whatever the order */
	if (!PG_ARGISNULL(1))
		performance = ScoreArg(fcinfo, 1, "performance");
	if (!PG_ARGISNULL(2))
	{
		weight = ScoreArg(fcinfo, 2, "weight");
		if (NumericCompare(weight, int64_to_numeric(0)) <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("weight must be positive"),
					 errhint("Leave out with FILTER what is to have no weight.")));
	}

	if (performance == NULL || weight == NULL)
		sums.missing = NumericCall2(change, sums.missing, int64_to_numeric(1));
	else
	{
		sums.weight = NumericCall2(change, sums.weight, weight);
		sums.product = NumericCall2(change, sums.product,
									NumericCall2(numeric_mul, weight,
												 performance));
	}
	return WeightedSumsGetDatum(&sums);
}

Datum
weighted_score_accum(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(ChangeWeightedSums(fcinfo, numeric_add));
}

Datum
weighted_score_accum_inv(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(ChangeWeightedSums(fcinfo, numeric_sub));
}

Datum
weighted_score_combine(PG_FUNCTION_ARGS)
{
	WeightedSums sums;
	WeightedSums other;

	ReadWeightedSums(fcinfo, 0, &sums);
	ReadWeightedSums(fcinfo, 1, &other);
	sums.missing = NumericCall2(numeric_add, sums.missing, other.missing);
	sums.weight = NumericCall2(numeric_add, sums.weight, other.weight);
	sums.product = NumericCall2(numeric_add, sums.product, other.product);
	PG_RETURN_DATUM(WeightedSumsGetDatum(&sums));
}

/* Digits before the decimal point. */
static int
IntegerDigits(Numeric value)
{
	char	   *text;

	text = DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(value)));
	return (int) strcspn(text + (text[0] == '-'), ".");
}

/*
 * The scale of the quotient depends on the values of the sums alone, not on
 * how many zeros the rows were written with nor on which rows have left a
 * moving frame.  So equal sums give the same digits.
 */
Datum
weighted_score_final(PG_FUNCTION_ARGS)
{
	WeightedSums sums;
	Numeric		zero = int64_to_numeric(0);
	int			scale;

	ReadWeightedSums(fcinfo, 0, &sums);
	if (NumericCompare(sums.missing, zero) != 0 ||
		NumericCompare(sums.weight, zero) == 0)
		PG_RETURN_NULL();

	sums.weight = NumericCall1(numeric_trim_scale, sums.weight);
	sums.product = NumericCall1(numeric_trim_scale, sums.product);
	scale = SCORE_GUARD_DIGITS +
		Max(NumericScale(sums.weight), NumericScale(sums.product)) +
		Max(IntegerDigits(sums.weight) - IntegerDigits(sums.product), 0);
	scale = Min(scale, NUMERIC_MAX_DISPLAY_SCALE);

	/*
	 * Division gives at least as many digits after the point as its operands
	 * have, so zeros are appended to the product first.
	 */
	sums.product =
		DatumGetNumeric(DirectFunctionCall2(numeric_round,
											NumericGetDatum(sums.product),
											Int32GetDatum(scale)));
	PG_RETURN_DATUM(NumericGetDatum(NumericCall2(numeric_div, sums.product,
												 sums.weight)));
}

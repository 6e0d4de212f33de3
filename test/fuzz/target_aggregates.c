/*
 * target_aggregates.c
 *	  The aggregates' states: what a worker hands on, and what anybody can
 *	  hand to a support function.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "compat.h"
#include "fuzz.h"
#include "tally.h"

FUZZ_DECLARE(cbp_completion_accum);
FUZZ_DECLARE(cbp_completion_combine);
FUZZ_DECLARE(cbp_completion_serial);
FUZZ_DECLARE(cbp_completion_deserial);
FUZZ_DECLARE(cbp_completion_final);
FUZZ_DECLARE(weighted_score_accum);
FUZZ_DECLARE(weighted_score_accum_inv);
FUZZ_DECLARE(weighted_score_combine);
FUZZ_DECLARE(weighted_score_final);

void		fuzz_cbp_deserialise(void);
void		fuzz_cbp_completion(void);
void		fuzz_weighted_score(void);

/*
 * cbp_completion
 */
static FuzzSite *
inner(const char *name, PGFunction function, bool strict)
{
	FuzzSite   *site = fuzz_site_of(name, function, strict);

	site->context = fuzz_aggregate();
	return site;
}

#define INNER(name, strict) inner(#name, name, strict)

static Tally
final(NullableDatum state)
{
	FuzzResult	tally = FUZZ_CALL(INNER(cbp_completion_final, false), state);

	fuzz_check(tally.sqlstate == 0 && !tally.isnull);
	return *DatumGetTallyP(tally.value);
}

static NullableDatum
combine(NullableDatum a, NullableDatum b)
{
	FuzzResult	state = FUZZ_CALL(INNER(cbp_completion_combine, false), a, b);

	fuzz_check(state.sqlstate == 0);
	return state.isnull ? fuzz_null() : fuzz_datum(state.value);
}

/* Through bytes, as between two processes. */
static NullableDatum
hand_on(NullableDatum state)
{
	FuzzResult	bytes = FUZZ_CALL(INNER(cbp_completion_serial, true), state);
	FuzzResult	copy;

	fuzz_check(bytes.sqlstate == 0);
	if (bytes.isnull)
		return fuzz_null();
	copy = FUZZ_CALL(INNER(cbp_completion_deserial, true),
					 fuzz_text(fuzz_slice_of(bytes.value)),
					 fuzz_datum((Datum) 0));
	fuzz_check(copy.sqlstate == 0 && !copy.isnull);
	return fuzz_datum(copy.value);
}

static bool
same(Tally a, Tally b)
{
	return a.numerator == b.numerator && a.denominator == b.denominator;
}

/* Input: bytes that claim to be a state. */
void
fuzz_cbp_deserialise(void)
{
	FuzzSlice	bytes = fuzz_rest();
	FuzzSite   *deserial = INNER(cbp_completion_deserial, true);
	FuzzResult	read;
	NullableDatum state;
	Tally		tally;

	deserial->internal = true;
	read = FUZZ_CALL(deserial, fuzz_text(bytes), fuzz_datum((Datum) 0));
	if (read.sqlstate != 0)
	{
		fuzz_check(read.sqlstate == ERRCODE_INTERNAL_ERROR);
		return;
	}

	state = combine(fuzz_null(), fuzz_datum(read.value));
	tally = final(state);
	fuzz_check(tally.numerator >= 0 && tally.numerator <= tally.denominator);
	fuzz_check(same(tally, final(combine(fuzz_null(), hand_on(state)))));
	/* merged with itself it stays what it is */
	state = combine(state, fuzz_datum(read.value));
	fuzz_check(same(tally, final(state)));
}

#define MAX_ROWS 200

/*
 * Input: rows of official and completed.  They are split over three states,
 * which are merged in two ways; and counted one by one.
 */
void
fuzz_cbp_completion(void)
{
	static FuzzSlice ids[MAX_ROWS];
	static bool completed[MAX_ROWS];
	NullableDatum whole = fuzz_null();
	NullableDatum parts[3] = {fuzz_null(), fuzz_null(), fuzz_null()};
	Tally		expected = {0, 0};
	int			rows = 0;
	FuzzSlice	field;

	while (rows < MAX_ROWS && fuzz_field(&field))
	{
		/* the last letter says where it goes, how, and whether it is there */
		unsigned char last = field.len > 0 ? field.data[--field.len] : 'z';
		NullableDatum *states[2];
		NullableDatum done;

		states[0] = &whole;
		states[1] = &parts[last % 3];
		done = last % 5 == 0 ? fuzz_null() :
			fuzz_datum(BoolGetDatum(last % 5 > 1));
		for (int i = 0; i < 2; i++)
		{
			FuzzResult	state = FUZZ_CALL(INNER(cbp_completion_accum, false),
										  *states[i],
										  last == 'z' ? fuzz_null() : fuzz_text(field),
										  done);

			fuzz_check(state.sqlstate == 0);
			*states[i] = state.isnull ? fuzz_null() : fuzz_datum(state.value);
		}
		if (last == 'z')
			continue;
		ids[rows] = field;
		completed[rows] = last % 5 > 1;
		rows++;
	}

	for (int i = 0; i < rows; i++)
	{
		bool		first = true;
		bool		all = true;

		for (int j = 0; j < rows; j++)
		{
			if (ids[i].len == ids[j].len &&
				memcmp(ids[i].data, ids[j].data, ids[i].len) == 0)
			{
				first = first && j >= i;
				all = all && completed[j];
			}
		}
		expected.denominator += first;
		expected.numerator += first && all;
	}

	fuzz_check(same(expected, final(whole)));
	fuzz_check(same(expected, final(combine(fuzz_null(), hand_on(whole)))));
	fuzz_check(same(expected,
					final(combine(combine(combine(fuzz_null(),
												  hand_on(parts[0])),
										  hand_on(parts[1])),
								  hand_on(parts[2])))));
	fuzz_check(same(expected,
					final(combine(combine(combine(fuzz_null(), parts[2]),
										  parts[0]), parts[1]))));
	fuzz_check(same(expected, final(whole)));
}

/*
 * weighted_score
 */

/* A number of a field; NULL if it is none. */
static NullableDatum
number(FuzzSlice field)
{
	FuzzResult	value;

	if (field.len > 600)
		field.len = 600;
	value = FUZZ_CALL(fuzz_strict(numeric_in), fuzz_cstring(field),
					  fuzz_datum(ObjectIdGetDatum(InvalidOid)),
					  fuzz_datum(Int32GetDatum(-1)));
	return value.sqlstate == 0 ? fuzz_datum(value.value) : fuzz_null();
}

static NullableDatum
number_field(void)
{
	FuzzSlice	field;

	return fuzz_field(&field) ? number(field) : fuzz_null();
}

/* What SQL can hand to them: any array of numeric. */
static NullableDatum
state_field(void)
{
	FuzzSlice	shape;
	Datum		elements[8];
	bool		nulls[8];
	int			dims[2];
	int			lower[2];
	int			ndims;
	int			count;

	if (!fuzz_field(&shape) || shape.len == 0)
		return fuzz_null();
	count = (unsigned char) shape.data[0] % 8;
	ndims = shape.len > 1 ? 2 : 1;
	if (count == 0)
		return fuzz_datum(PointerGetDatum(construct_empty_array(NUMERICOID)));
	for (int i = 0; i < count; i++)
	{
		NullableDatum element = number_field();

		elements[i] = element.value;
		nulls[i] = element.isnull;
	}
	dims[0] = count;
	dims[1] = 1;
	lower[0] = shape.len > 2 ? shape.data[2] : 1;
	lower[1] = 1;
	return fuzz_datum(PointerGetDatum(construct_md_array(elements, nulls,
														 ndims, dims, lower,
														 NUMERICOID, -1,
														 false, TYPALIGN_INT)));
}

static NullableDatum
no_rows(void)
{
	Datum		zeros[3];

	for (int i = 0; i < 3; i++)
		zeros[i] = NumericGetDatum(int64_to_numeric(0));
	return fuzz_datum(PointerGetDatum(construct_array(zeros, 3, NUMERICOID, -1,
													  false, TYPALIGN_INT)));
}

static void
check_sqlstate(FuzzResult result)
{
	fuzz_check(result.sqlstate == 0 ||
			   result.sqlstate == ERRCODE_INVALID_PARAMETER_VALUE ||
			   result.sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE);
}

static char *
score(FuzzResult state)
{
	FuzzResult	value;

	fuzz_check(state.sqlstate == 0);
	value = FUZZ_CALL(fuzz_not_strict(weighted_score_final),
					  fuzz_datum(state.value));
	check_sqlstate(value);
	if (value.sqlstate != 0)
		return "error";
	if (value.isnull)
		return "null";
	return DatumGetCString(DirectFunctionCall1(numeric_out, value.value));
}

/* Input: two states (shape, then elements), then rows. */
void
fuzz_weighted_score(void)
{
	NullableDatum a = state_field();
	NullableDatum b = state_field();
	FuzzSite   *accum = fuzz_not_strict(weighted_score_accum);
	FuzzSite   *accum_inv = fuzz_not_strict(weighted_score_accum_inv);
	FuzzSite   *merge = fuzz_not_strict(weighted_score_combine);
	FuzzSite   *end = fuzz_not_strict(weighted_score_final);
	NullableDatum performance = number_field();
	NullableDatum weight = number_field();
	FuzzResult	result;
	FuzzResult	other;
	FuzzResult	whole;
	FuzzResult	halves[2];
	NullableDatum last[2] = {fuzz_null(), fuzz_null()};

	check_sqlstate(FUZZ_CALL(end, a));
	result = FUZZ_CALL(merge, a, b);
	check_sqlstate(result);
	other = FUZZ_CALL(merge, b, a);
	fuzz_check(result.sqlstate == other.sqlstate);
	if (result.sqlstate == 0)
		fuzz_check(strcmp(score(result), score(other)) == 0);

	/* a row comes, and goes again */
	result = FUZZ_CALL(accum, a, performance, weight);
	check_sqlstate(result);
	check_sqlstate(FUZZ_CALL(accum_inv, a, performance, weight));
	if (result.sqlstate == 0)
	{
		other = FUZZ_CALL(accum_inv, fuzz_datum(result.value), performance,
						  weight);
		check_sqlstate(other);
		if (other.sqlstate == 0)
		{
			result.value = a.value;
			fuzz_check(strcmp(score(result), score(other)) == 0);
		}
	}

	/* rows in one state, and in two that are merged */
	whole = halves[0] = halves[1] = (FuzzResult) {.value = no_rows().value};
	for (int row = 0; row < 40; row++)
	{
		FuzzResult	next = FUZZ_CALL(accum, fuzz_datum(whole.value),
									 performance, weight);
		FuzzResult *half = &halves[row % 2];

		check_sqlstate(next);
		if (next.sqlstate == 0)
		{
			whole = next;
			*half = FUZZ_CALL(accum, fuzz_datum(half->value), performance,
							  weight);
			fuzz_check(half->sqlstate == 0);
			last[0] = performance;
			last[1] = weight;
		}
		performance = number_field();
		weight = number_field();
		if (performance.isnull && weight.isnull)
			break;
	}
	result = FUZZ_CALL(merge, fuzz_datum(halves[0].value),
					   fuzz_datum(halves[1].value));
	check_sqlstate(result);
	if (result.sqlstate == 0)
		fuzz_check(strcmp(score(result), score(whole)) == 0);

	result = FUZZ_CALL(accum_inv, fuzz_datum(whole.value), last[0], last[1]);
	fuzz_check(result.sqlstate == 0 || last[0].isnull || last[1].isnull);
	if (result.sqlstate == 0)
		(void) score(result);
}

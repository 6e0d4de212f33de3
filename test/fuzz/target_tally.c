/*
 * target_tally.c
 *	  The type tally: text and binary input, cast, arithmetic, comparison.
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "compat.h"
#include "fuzz.h"
#include "tally.h"

FUZZ_DECLARE(tally_in);
FUZZ_DECLARE(tally_out);
FUZZ_DECLARE(tally_recv);
FUZZ_DECLARE(tally_send);
FUZZ_DECLARE(tally_to_bytea);
FUZZ_DECLARE(tally_from_bytea);
FUZZ_DECLARE(tally_make);
FUZZ_DECLARE(tally_pct);
FUZZ_DECLARE(tally_ratio);
FUZZ_DECLARE(tally_cmp);
FUZZ_DECLARE(tally_eq);
FUZZ_DECLARE(tally_lt);
FUZZ_DECLARE(tally_hash);
FUZZ_DECLARE(tally_hash_extended);
FUZZ_DECLARE(tally_add);
FUZZ_DECLARE(tally_add_inv);
FUZZ_DECLARE(tally_accum_boolean);
FUZZ_DECLARE(tally_accum_boolean_inv);
FUZZ_DECLARE(tally_accum_pair);
FUZZ_DECLARE(tally_accum_pair_inv);
FUZZ_DECLARE(onboarding_pct);

void		fuzz_tally_text(void);
void		fuzz_tally_binary(void);

static Numeric
numeric2(PGFunction function, Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(function, NumericGetDatum(a),
											   NumericGetDatum(b)));
}

static bool
numeric_less(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a),
											 NumericGetDatum(b))) < 0;
}

static Numeric
absolute(Numeric a)
{
	return DatumGetNumeric(DirectFunctionCall1(numeric_abs,
											   NumericGetDatum(a)));
}

/* A percentage is off by half of its last digit at most; halves go up. */
static void
check_percentage(Datum tally, int scale)
{
	Tally	   *parts = DatumGetTallyP(tally);
	FuzzResult	pct = FUZZ_CALL(fuzz_strict(tally_pct), fuzz_datum(tally),
								fuzz_datum(Int32GetDatum(scale)));
	Numeric		unit;
	Numeric		difference;

	if (scale < 0 || scale > 30)
	{
		fuzz_check(pct.sqlstate == ERRCODE_INVALID_PARAMETER_VALUE);
		return;
	}
	fuzz_check(pct.sqlstate == 0);
	fuzz_check(pct.isnull == (parts->denominator == 0));
	if (pct.isnull)
		return;
	fuzz_check(DatumGetInt32(DirectFunctionCall1(numeric_scale, pct.value)) ==
			   scale);

	/* 10^scale * (pct * denominator - 100 * numerator) * 2 <= denominator */
	unit = numeric2(numeric_power, int64_to_numeric(10),
					int64_to_numeric(scale));
	difference = numeric2(numeric_sub,
						  numeric2(numeric_mul, DatumGetNumeric(pct.value),
								   int64_to_numeric(parts->denominator)),
						  numeric2(numeric_mul, int64_to_numeric(100),
								   int64_to_numeric(parts->numerator)));
	difference = numeric2(numeric_mul, int64_to_numeric(2),
						  numeric2(numeric_mul, unit, difference));
	fuzz_check(!numeric_less(int64_to_numeric(parts->denominator),
							 absolute(difference)));
	/* and not down by exactly half */
	fuzz_check(numeric_less(numeric2(numeric_mul, difference,
									 int64_to_numeric(-1)),
							int64_to_numeric(parts->denominator)));
}

/* Every way out leads in again, to the same bytes. */
static void
check_round_trips(Datum tally)
{
	Tally	   *parts = DatumGetTallyP(tally);
	FuzzResult	text = FUZZ_CALL(fuzz_strict(tally_out), fuzz_datum(tally));
	FuzzResult	sent = FUZZ_CALL(fuzz_strict(tally_send), fuzz_datum(tally));
	FuzzResult	bytes = FUZZ_CALL(fuzz_strict(tally_to_bytea),
								  fuzz_datum(tally));
	FuzzResult	again;
	StringInfoData buffer;

	fuzz_check(parts->numerator >= 0 && parts->denominator >= 0);

	fuzz_check(text.sqlstate == 0 && !text.isnull);
	again = FUZZ_CALL(fuzz_strict(tally_in),
					  fuzz_cstring(fuzz_literal(DatumGetCString(text.value))));
	fuzz_check(again.sqlstate == 0 &&
			   memcmp(DatumGetTallyP(again.value), parts, sizeof(Tally)) == 0);
	again = FUZZ_CALL(fuzz_strict(tally_out), fuzz_datum(again.value));
	fuzz_check(strcmp(DatumGetCString(again.value),
					  DatumGetCString(text.value)) == 0);

	fuzz_check(sent.sqlstate == 0 && fuzz_same_results(sent, bytes, -1));
	initStringInfo(&buffer);
	appendBinaryStringInfo(&buffer, VARDATA(DatumGetPointer(sent.value)),
						   VARSIZE(DatumGetPointer(sent.value)) - VARHDRSZ);
	again = FUZZ_CALL(fuzz_strict(tally_recv),
					  fuzz_datum(PointerGetDatum(&buffer)));
	fuzz_check(again.sqlstate == 0 && buffer.cursor == buffer.len &&
			   memcmp(DatumGetTallyP(again.value), parts, sizeof(Tally)) == 0);
	again = FUZZ_CALL(fuzz_strict(tally_from_bytea),
					  fuzz_text(fuzz_slice_of(bytes.value)));
	fuzz_check(again.sqlstate == 0 &&
			   memcmp(DatumGetTallyP(again.value), parts, sizeof(Tally)) == 0);
	again = FUZZ_CALL(fuzz_strict(tally_make),
					  fuzz_datum(Int64GetDatum(parts->numerator)),
					  fuzz_datum(Int64GetDatum(parts->denominator)));
	fuzz_check(again.sqlstate == 0 &&
			   memcmp(DatumGetTallyP(again.value), parts, sizeof(Tally)) == 0);
}

/*
 * What the text says, read a second time and differently: from the right, in
 * numerics.  False: it is no tally.
 */
static bool
read_again(FuzzSlice text, Numeric *numerator, Numeric *denominator)
{
	const char *slash = memchr(text.data, '/', text.len);

	if (slash == NULL)
		return false;
	for (int part = 0; part < 2; part++)
	{
		const char *start = part == 0 ? text.data : slash + 1;
		const char *end = part == 0 ? slash : text.data + text.len;
		const char *digits;

		while (part == 0 && start < end && strchr(" \t\n\v\f\r", *start))
			start++;
		while (part == 1 && start < end && strchr(" \t\n\v\f\r", end[-1]))
			end--;
		digits = start + (start < end && *start == '-');
		if (digits == end || strspn(digits, "0123456789") < end - digits)
			return false;
		*(part == 0 ? numerator : denominator) =
			DatumGetNumeric(DirectFunctionCall3(numeric_in,
												CStringGetDatum(pnstrdup(start, end - start)),
												ObjectIdGetDatum(InvalidOid),
												Int32GetDatum(-1)));
		if (*start == '-')		/* -0 is negative, too */
			*(part == 0 ? numerator : denominator) = int64_to_numeric(-1);
	}
	return true;
}

/* Input: text of a tally, then the scale of a percentage. */
void
fuzz_tally_text(void)
{
	FuzzSlice	text;
	FuzzSlice	scale;
	FuzzResult	tally;
	NullableDatum argument;
	Numeric		parts[2];
	int			expected = 0;

	if (!fuzz_field(&text))
		return;
	argument = fuzz_cstring(text);
	text.data = DatumGetCString(argument.value);	/* ends with a NUL */
	tally = FUZZ_CALL(fuzz_strict(tally_in), argument);

	/* numeric_in has its own limit of digits */
	if (text.len < 1000)
	{
		if (!read_again(text, &parts[0], &parts[1]))
			expected = ERRCODE_INVALID_TEXT_REPRESENTATION;
		else
		{
			for (int i = 0; i < 2; i++)
			{
				if (numeric_less(parts[i], int64_to_numeric(0)) ||
					numeric_less(int64_to_numeric(PG_INT64_MAX), parts[i]))
					expected = ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
			}
		}
		fuzz_check(tally.sqlstate == expected);
	}
	if (tally.sqlstate != 0)
		return;
	if (text.len < 1000)
	{
		for (int i = 0; i < 2; i++)
		{
			Numeric		part = int64_to_numeric(i == 0 ?
												DatumGetTallyP(tally.value)->numerator :
												DatumGetTallyP(tally.value)->denominator);

			fuzz_check(!numeric_less(part, parts[i]) &&
					   !numeric_less(parts[i], part));
		}
	}
	check_round_trips(tally.value);
	check_percentage(tally.value, 2);
	if (fuzz_field(&scale))
		check_percentage(tally.value, (int32) fuzz_number(scale));
}

static int
compare(Datum a, Datum b)
{
	FuzzResult	result = FUZZ_CALL(fuzz_strict(tally_cmp), fuzz_datum(a),
								   fuzz_datum(b));

	fuzz_check(result.sqlstate == 0 && !result.isnull);
	return DatumGetInt32(result.value);
}

static void
check_pair(Datum a, Datum b)
{
	Tally	   *x = DatumGetTallyP(a);
	Tally	   *y = DatumGetTallyP(b);
	int			order = compare(a, b);
	FuzzResult	sum;
	FuzzResult	back;

	fuzz_check(order == -compare(b, a));
	fuzz_check((order == 0) == (memcmp(x, y, sizeof(Tally)) == 0));
	fuzz_check((order == 0) ==
			   DatumGetBool(FUZZ_CALL(fuzz_strict(tally_eq), fuzz_datum(a),
									  fuzz_datum(b)).value));
	fuzz_check((order < 0) ==
			   DatumGetBool(FUZZ_CALL(fuzz_strict(tally_lt), fuzz_datum(a),
									  fuzz_datum(b)).value));
	if (x->denominator > 0 && y->denominator > 0)
	{
		Numeric		left = numeric2(numeric_mul,
									int64_to_numeric(x->numerator),
									int64_to_numeric(y->denominator));
		Numeric		right = numeric2(numeric_mul,
									 int64_to_numeric(y->numerator),
									 int64_to_numeric(x->denominator));

		fuzz_check(!numeric_less(left, right) || order < 0);
		fuzz_check(!numeric_less(right, left) || order > 0);
	}
	else if (x->denominator != y->denominator)
		fuzz_check((order < 0) == (x->denominator == 0));
	if (order == 0)
	{
		NullableDatum seed = fuzz_datum(Int64GetDatum(x->numerator));

		fuzz_check(FUZZ_CALL(fuzz_strict(tally_hash), fuzz_datum(a)).value ==
				   FUZZ_CALL(fuzz_strict(tally_hash), fuzz_datum(b)).value);
		fuzz_check(FUZZ_CALL(fuzz_strict(tally_hash_extended), fuzz_datum(a), seed).value ==
				   FUZZ_CALL(fuzz_strict(tally_hash_extended), fuzz_datum(b), seed).value);
	}

	sum = FUZZ_CALL(fuzz_strict(tally_add), fuzz_datum(a), fuzz_datum(b));
	fuzz_check(fuzz_same_results(sum, FUZZ_CALL(fuzz_strict(tally_add),
												fuzz_datum(b), fuzz_datum(a)),
								 sizeof(Tally)));
	if (sum.sqlstate == 0)
	{
		check_round_trips(sum.value);
		back = FUZZ_CALL(fuzz_strict(tally_add_inv), fuzz_datum(sum.value),
						 fuzz_datum(b));
		fuzz_check(back.sqlstate == 0 && compare(back.value, a) == 0);
	}
	else
		fuzz_check(sum.sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE &&
				   ((uint64) x->numerator + y->numerator > PG_INT64_MAX ||
					(uint64) x->denominator + y->denominator > PG_INT64_MAX));
}

/* Two bigints of any value, for whoever takes two. */
static void
check_parts(Datum tally, NullableDatum n, NullableDatum d)
{
	bool		negative = DatumGetInt64(n.value) < 0 ||
		DatumGetInt64(d.value) < 0;
	FuzzResult	made = FUZZ_CALL(fuzz_strict(tally_make), n, d);
	FuzzResult	onboarding = FUZZ_CALL(fuzz_strict(onboarding_pct), n, d);
	FuzzResult	sum = FUZZ_CALL(fuzz_strict(tally_accum_pair),
								fuzz_datum(tally), n, d);
	FuzzResult	back = FUZZ_CALL(fuzz_strict(tally_accum_pair_inv),
								 fuzz_datum(tally), n, d);
	NullableDatum yes = fuzz_datum(BoolGetDatum(DatumGetInt64(n.value) % 2 == 0));

	fuzz_check(made.sqlstate == (negative ? ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE : 0));
	fuzz_check(onboarding.sqlstate == made.sqlstate);
	if (negative)
	{
		fuzz_check(sum.sqlstate == made.sqlstate && back.sqlstate == made.sqlstate);
		return;
	}
	/* each is the operator with a tally of these parts */
	fuzz_check(fuzz_same_results(sum, FUZZ_CALL(fuzz_strict(tally_add),
												fuzz_datum(tally),
												fuzz_datum(made.value)),
								 sizeof(Tally)));
	fuzz_check(fuzz_same_results(back, FUZZ_CALL(fuzz_strict(tally_add_inv),
												 fuzz_datum(tally),
												 fuzz_datum(made.value)),
								 sizeof(Tally)));
	if (back.sqlstate == 0)
		check_round_trips(back.value);
	fuzz_check(fuzz_same_results(onboarding,
								 FUZZ_CALL(fuzz_strict(tally_pct),
										   fuzz_datum(made.value),
										   fuzz_datum(Int32GetDatum(2))), -1));

	sum = FUZZ_CALL(fuzz_strict(tally_accum_boolean), fuzz_datum(tally), yes);
	if (sum.sqlstate == 0)
	{
		back = FUZZ_CALL(fuzz_strict(tally_accum_boolean_inv),
						 fuzz_datum(sum.value), yes);
		fuzz_check(back.sqlstate == 0 &&
				   memcmp(DatumGetTallyP(back.value), DatumGetTallyP(tally),
						  sizeof(Tally)) == 0);
	}
}

/* Input: bytes, of which tallies of 16 are read until it refuses. */
void
fuzz_tally_binary(void)
{
	FuzzSlice	bytes = fuzz_rest();
	Datum		tallies[3];
	int			count = 0;
	StringInfoData buffer;
	FuzzResult	cast;

	/* the cast takes as many as there must be, and no more */
	cast = FUZZ_CALL(fuzz_strict(tally_from_bytea), fuzz_text(bytes));
	fuzz_check(bytes.len == sizeof(Tally) ||
			   cast.sqlstate == ERRCODE_INVALID_BINARY_REPRESENTATION);

	/* as the server hands on a message's field: to the byte */
	buffer.data = palloc(bytes.len);
	if (bytes.len > 0)
		memcpy(buffer.data, bytes.data, bytes.len);
	buffer.len = buffer.maxlen = bytes.len;
	buffer.cursor = 0;
	while (count < lengthof(tallies))
	{
		int			cursor = buffer.cursor;
		FuzzResult	tally = FUZZ_CALL(fuzz_strict(tally_recv),
									  fuzz_datum(PointerGetDatum(&buffer)));

		if (tally.sqlstate != 0)
		{
			fuzz_check(tally.sqlstate == ERRCODE_INVALID_BINARY_REPRESENTATION ||
					   tally.sqlstate == ERRCODE_PROTOCOL_VIOLATION);
			break;
		}
		fuzz_check(buffer.cursor == cursor + sizeof(Tally));
		if (bytes.len == sizeof(Tally))
			fuzz_check(fuzz_same_results(tally, cast, sizeof(Tally)));
		tallies[count++] = tally.value;
	}

	for (int i = 0; i < count; i++)
	{
		check_round_trips(tallies[i]);
		check_percentage(tallies[i], i);
		if (bytes.len >= 16)
		{
			int64		parts[2];

			memcpy(parts, bytes.data + bytes.len - 16, 16);
			check_parts(tallies[i],
						fuzz_datum(Int64GetDatum((int64) pg_ntoh64(parts[0]))),
						fuzz_datum(Int64GetDatum((int64) pg_ntoh64(parts[1]))));
		}
		(void) FUZZ_CALL(fuzz_strict(tally_ratio), fuzz_datum(tallies[i]));
		for (int j = 0; j < count; j++)
		{
			check_pair(tallies[i], tallies[j]);
			for (int k = 0; k < count; k++)
			{
				if (compare(tallies[i], tallies[j]) <= 0 &&
					compare(tallies[j], tallies[k]) <= 0)
					fuzz_check(compare(tallies[i], tallies[k]) <= 0);
			}
		}
	}
}

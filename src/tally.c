/*
 * tally.c
 *	  The type tally: input and output, arithmetic, percentage, comparison.
 *
 * Nothing here uses floating point but ratio(), which is for plots.  Two
 * tallies are ordered by their ratios through products of 128 bits, and a
 * percentage is produced digit by digit by long division, so both are exact
 * over the whole range of bigint.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/int.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/sortsupport.h"

#include "compat.h"
#include "tally.h"

/* the scales that pct() accepts; more digits than a reader could want */
#define PCT_MIN_SCALE		0
#define PCT_MAX_SCALE		30
#define PCT_DEFAULT_SCALE	2

/*
 * A percentage of up to PCT_FAST_SCALE digits after the point of a numerator
 * up to PCT_FAST_NUMERATOR is worked out within 64 bits.
 */
#define PCT_FAST_SCALE		2
#define PCT_FAST_NUMERATOR	(PG_INT64_MAX / 10000)

/* 100 * PG_INT64_MAX has 21 digits */
#define PCT_MAX_WHOLE_DIGITS	21

/* two bigints and the slash */
#define TALLY_MAX_TEXT		(2 * 20 + 2)

PG_FUNCTION_INFO_V1(tally_in);
PG_FUNCTION_INFO_V1(tally_out);
PG_FUNCTION_INFO_V1(tally_recv);
PG_FUNCTION_INFO_V1(tally_send);
PG_FUNCTION_INFO_V1(tally_make);
PG_FUNCTION_INFO_V1(tally_numerator);
PG_FUNCTION_INFO_V1(tally_denominator);
PG_FUNCTION_INFO_V1(tally_pct);
PG_FUNCTION_INFO_V1(tally_ratio);
PG_FUNCTION_INFO_V1(tally_to_bytea);
PG_FUNCTION_INFO_V1(tally_from_bytea);
PG_FUNCTION_INFO_V1(tally_eq);
PG_FUNCTION_INFO_V1(tally_ne);
PG_FUNCTION_INFO_V1(tally_lt);
PG_FUNCTION_INFO_V1(tally_le);
PG_FUNCTION_INFO_V1(tally_gt);
PG_FUNCTION_INFO_V1(tally_ge);
PG_FUNCTION_INFO_V1(tally_cmp);
PG_FUNCTION_INFO_V1(tally_sortsupport);
PG_FUNCTION_INFO_V1(tally_hash);
PG_FUNCTION_INFO_V1(tally_hash_extended);
PG_FUNCTION_INFO_V1(onboarding_pct);

/*
 * Building and adding
 */

/* Check that the parts can be those of a tally. */
void
TallyCheckParts(int64 numerator, int64 denominator)
{
	if (numerator < 0 || denominator < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a tally cannot be negative: " INT64_FORMAT "/" INT64_FORMAT,
						numerator, denominator),
				 errdetail("Numerator and denominator are counts.")));
}

/* Allocate a tally; the parts must have been checked. */
Tally *
MakeTally(int64 numerator, int64 denominator)
{
	Tally	   *tally = (Tally *) palloc(sizeof(Tally));

	tally->numerator = numerator;
	tally->denominator = denominator;
	return tally;
}

/*
 * Add checked parts to a tally in place.  On overflow the tally is left as it
 * was.
 */
void
TallyAccumulate(Tally *tally, int64 numerator, int64 denominator)
{
	int64		n;
	int64		d;

	if (unlikely(pg_add_s64_overflow(tally->numerator, numerator, &n) ||
				 pg_add_s64_overflow(tally->denominator, denominator, &d)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("tally out of range"),
				 errdetail("The sum of " INT64_FORMAT "/" INT64_FORMAT
						   " and " INT64_FORMAT "/" INT64_FORMAT
						   " does not fit into two bigints.",
						   tally->numerator, tally->denominator,
						   numerator, denominator)));
	tally->numerator = n;
	tally->denominator = d;
}

/*
 * Take checked parts out of a tally in place: the exact inverse of
 * TallyAccumulate.  More than there is can be taken out only by a direct call
 * of a support function.
 */
void
TallyDeduct(Tally *tally, int64 numerator, int64 denominator)
{
	if (unlikely(numerator > tally->numerator ||
				 denominator > tally->denominator))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("tally out of range"),
				 errdetail(INT64_FORMAT "/" INT64_FORMAT
						   " cannot be taken out of "
						   INT64_FORMAT "/" INT64_FORMAT ".",
						   numerator, denominator,
						   tally->numerator, tally->denominator)));
	tally->numerator -= numerator;
	tally->denominator -= denominator;
}

Datum
tally_make(PG_FUNCTION_ARGS)
{
	int64		numerator = PG_GETARG_INT64(0);
	int64		denominator = PG_GETARG_INT64(1);

	TallyCheckParts(numerator, denominator);
	PG_RETURN_TALLY_P(MakeTally(numerator, denominator));
}

Datum
tally_numerator(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_TALLY_P(0)->numerator);
}

Datum
tally_denominator(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_TALLY_P(0)->denominator);
}

/*
 * Input and output
 */

/* White space as SQL has it, whatever the locale. */
static inline bool
IsBlank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

typedef enum PartStatus
{
	PART_OK,
	PART_MALFORMED,
	PART_NEGATIVE,
	PART_TOO_BIG
} PartStatus;

/*
 * Read the digits at *cursor and move it behind them.  A minus sign before
 * digits is read too, so that the error can say what is wrong with it.
 */
static PartStatus
ReadPart(const char **cursor, int64 *value)
{
	const char *c = *cursor;
	bool		negative = false;
	bool		too_big = false;
	int64		result = 0;

	if (*c == '-')
	{
		negative = true;
		c++;
	}
	if (*c < '0' || *c > '9')
		return PART_MALFORMED;
	for (; *c >= '0' && *c <= '9'; c++)
	{
		if (pg_mul_s64_overflow(result, 10, &result) ||
			pg_add_s64_overflow(result, *c - '0', &result))
		{
			too_big = true;
			result = 0;
		}
	}
	*cursor = c;
	*value = result;
	if (negative)
		return PART_NEGATIVE;
	return too_big ? PART_TOO_BIG : PART_OK;
}

/*
 * The text form is NUMERATOR/DENOMINATOR in ASCII digits.  Blanks are allowed
 * around the whole, not within.  The whole is read before any complaint: what
 * is not of this form at all is malformed, even if a number in it is negative
 * or too big.
 */
Datum
tally_in(PG_FUNCTION_ARGS)
{
	const char *str = PG_GETARG_CSTRING(0);
	const char *c = str;
	int64		numerator = 0;
	int64		denominator = 0;
	PartStatus	first;
	PartStatus	second = PART_MALFORMED;

	while (IsBlank(*c))
		c++;
	first = ReadPart(&c, &numerator);
	if (first != PART_MALFORMED && *c == '/')
	{
		c++;
		second = ReadPart(&c, &denominator);
	}
	while (IsBlank(*c))
		c++;

	if (second == PART_MALFORMED || *c != '\0')
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"",
						"tally", str),
				 errdetail("A tally is written as two whole numbers with a slash between them, such as 18/25.")));
	if (first == PART_NEGATIVE || second == PART_NEGATIVE)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a tally cannot be negative: \"%s\"", str),
				 errdetail("Numerator and denominator are counts.")));
	if (first == PART_TOO_BIG || second == PART_TOO_BIG)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value \"%s\" is out of range for type %s",
						str, "tally"),
				 errdetail("Numerator and denominator can be at most " INT64_FORMAT ".",
						   PG_INT64_MAX)));

	PG_RETURN_TALLY_P(MakeTally(numerator, denominator));
}

Datum
tally_out(PG_FUNCTION_ARGS)
{
	Tally	   *tally = PG_GETARG_TALLY_P(0);
	char	   *result = (char *) palloc(TALLY_MAX_TEXT);
	int			length;

	length = pg_lltoa(tally->numerator, result);
	result[length++] = '/';
	pg_lltoa(tally->denominator, result + length);
	PG_RETURN_CSTRING(result);
}

/* Read the binary form: two bigints in network byte order. */
static Tally *
ReceiveTally(StringInfo buf)
{
	int64		numerator = pq_getmsgint64(buf);
	int64		denominator = pq_getmsgint64(buf);

	if (numerator < 0 || denominator < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary form of a tally"),
				 errdetail("A tally cannot be negative: " INT64_FORMAT "/" INT64_FORMAT ".",
						   numerator, denominator)));
	return MakeTally(numerator, denominator);
}

static bytea *
SendTally(const Tally *tally)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, tally->numerator);
	pq_sendint64(&buf, tally->denominator);
	return pq_endtypsend(&buf);
}

Datum
tally_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_TALLY_P(ReceiveTally((StringInfo) PG_GETARG_POINTER(0)));
}

Datum
tally_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(SendTally(PG_GETARG_TALLY_P(0)));
}

/* The casts to and from bytea use the binary form, so it can be stored. */
Datum
tally_to_bytea(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(SendTally(PG_GETARG_TALLY_P(0)));
}

Datum
tally_from_bytea(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	StringInfoData buf;

	if (VARSIZE_ANY_EXHDR(bytes) != sizeof(Tally))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary form of a tally"),
				 errdetail("It has %zu bytes instead of %zu.",
						   (size_t) VARSIZE_ANY_EXHDR(bytes), sizeof(Tally))));

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(bytes), sizeof(Tally));
	PG_RETURN_TALLY_P(ReceiveTally(&buf));
}

/*
 * Percentage and ratio
 */

/*
 * 100 * numerator / denominator with scale digits after the point, rounded
 * half away from zero.  Long division gives every digit exactly; rounding an
 * already rounded quotient, as round(numeric / numeric, scale) does, would
 * not.  The denominator must not be 0.
 */
Datum
TallyPct(int64 numerator, int64 denominator, int scale)
{
	/* room for a carry, the whole digits, the point, the scale, the end */
	char		text[1 + PCT_MAX_WHOLE_DIGITS + 1 + PCT_MAX_SCALE + 1];
	uint128		dividend;
	uint128		whole;
	uint128		rest;
	char	   *point = text + 1 + PCT_MAX_WHOLE_DIGITS;
	char	   *start = point;
	char	   *end = point;

	Assert(numerator >= 0 && denominator > 0);
	Assert(scale >= PCT_MIN_SCALE && scale <= PCT_MAX_SCALE);

	/* what nearly every percentage is: the same division in one step */
	if (scale <= PCT_FAST_SCALE && numerator <= PCT_FAST_NUMERATOR)
	{
		static const int64 hundreds[PCT_FAST_SCALE + 1] = {100, 1000, 10000};
		int64		scaled = numerator * hundreds[scale];
		int64		quotient = scaled / denominator;
		int64		remainder = scaled % denominator;

		if (remainder >= denominator - remainder)
			quotient++;
		return NumericGetDatum(int64_div_fast_to_numeric(quotient, scale));
	}

	dividend = (uint128) numerator * 100;
	whole = dividend / (uint64) denominator;
	rest = dividend % (uint64) denominator;

	do
	{
		*--start = '0' + (int) (whole % 10);
		whole /= 10;
	} while (whole > 0);

	if (scale > 0)
		*end++ = '.';
	for (int i = 0; i < scale; i++)
	{
		rest *= 10;
		*end++ = '0' + (int) (rest / (uint64) denominator);
		rest %= (uint64) denominator;
	}
	*end = '\0';

	if (rest * 2 >= (uint64) denominator)
	{
		char	   *digit = end - 1;

		/* carry over nines, then up by one */
		for (; digit >= start && (*digit == '9' || *digit == '.'); digit--)
		{
			if (*digit == '9')
				*digit = '0';
		}
		if (digit >= start)
			(*digit)++;
		else
			*--start = '1';
	}

	return DirectFunctionCall3(numeric_in,
							   CStringGetDatum(start),
							   ObjectIdGetDatum(InvalidOid),
							   Int32GetDatum(-1));
}

Datum
tally_pct(PG_FUNCTION_ARGS)
{
	Tally	   *tally = PG_GETARG_TALLY_P(0);
	int32		scale = PG_GETARG_INT32(1);

	if (scale < PCT_MIN_SCALE || scale > PCT_MAX_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scale of a percentage must be between %d and %d, not %d",
						PCT_MIN_SCALE, PCT_MAX_SCALE, scale)));
	if (tally->denominator == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(TallyPct(tally->numerator, tally->denominator, scale));
}

Datum
tally_ratio(PG_FUNCTION_ARGS)
{
	Tally	   *tally = PG_GETARG_TALLY_P(0);

	if (tally->denominator == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((float8) tally->numerator / (float8) tally->denominator);
}

/*
 * Registered officials of the sanctioned strength, in percent.  This is pct()
 * for the two numbers as they stand in tables.
 */
Datum
onboarding_pct(PG_FUNCTION_ARGS)
{
	int64		registered = PG_GETARG_INT64(0);
	int64		strength = PG_GETARG_INT64(1);

	if (registered < 0 || strength < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s cannot be negative: " INT64_FORMAT,
						registered < 0 ? "registered" : "strength",
						registered < 0 ? registered : strength)));
	if (strength == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(TallyPct(registered, strength, PCT_DEFAULT_SCALE));
}

/*
 * Comparison
 */

/*
 * Tallies without a denominator come first, by numerator: they have no ratio.
 * The others are ordered by ratio, and those of equal ratio by denominator.
 * Only tallies of equal parts compare equal, so that this is the order of a
 * btree whose equality is identity, and 1/2 and 2/4 are two groups.
 */
static inline int
CompareTallies(const Tally *a, const Tally *b)
{
	uint128		left;
	uint128		right;

	if (a->denominator == 0 || b->denominator == 0)
	{
		if (a->denominator != 0)
			return 1;
		if (b->denominator != 0)
			return -1;
		if (a->numerator != b->numerator)
			return a->numerator < b->numerator ? -1 : 1;
		return 0;
	}

	left = (uint128) a->numerator * (uint64) b->denominator;
	right = (uint128) b->numerator * (uint64) a->denominator;
	if (left != right)
		return left < right ? -1 : 1;
	if (a->denominator != b->denominator)
		return a->denominator < b->denominator ? -1 : 1;
	return 0;
}

static inline bool
EqualTallies(const Tally *a, const Tally *b)
{
	return a->numerator == b->numerator && a->denominator == b->denominator;
}

Datum
tally_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(EqualTallies(PG_GETARG_TALLY_P(0), PG_GETARG_TALLY_P(1)));
}

Datum
tally_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!EqualTallies(PG_GETARG_TALLY_P(0), PG_GETARG_TALLY_P(1)));
}

Datum
tally_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(CompareTallies(PG_GETARG_TALLY_P(0),
								  PG_GETARG_TALLY_P(1)) < 0);
}

Datum
tally_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(CompareTallies(PG_GETARG_TALLY_P(0),
								  PG_GETARG_TALLY_P(1)) <= 0);
}

Datum
tally_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(CompareTallies(PG_GETARG_TALLY_P(0),
								  PG_GETARG_TALLY_P(1)) > 0);
}

Datum
tally_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(CompareTallies(PG_GETARG_TALLY_P(0),
								  PG_GETARG_TALLY_P(1)) >= 0);
}

Datum
tally_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(CompareTallies(PG_GETARG_TALLY_P(0),
								   PG_GETARG_TALLY_P(1)));
}

static int
TallyFastCompare(Datum x, Datum y, SortSupport ssup)
{
	return CompareTallies(DatumGetTallyP(x), DatumGetTallyP(y));
}

/* Sorts call the comparison directly; it is too cheap to abbreviate. */
Datum
tally_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = TallyFastCompare;
	PG_RETURN_VOID();
}

/* Equality is that of the bytes, for a tally has no padding. */
Datum
tally_hash(PG_FUNCTION_ARGS)
{
	return hash_any((unsigned char *) PG_GETARG_TALLY_P(0), sizeof(Tally));
}

Datum
tally_hash_extended(PG_FUNCTION_ARGS)
{
	return hash_any_extended((unsigned char *) PG_GETARG_TALLY_P(0),
							 sizeof(Tally), PG_GETARG_INT64(1));
}

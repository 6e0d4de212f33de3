/*
 * target_allotment.c
 *	  Whom a row of cb_plan allots its content to: two functions that must not
 *	  contradict each other, and one that numbers what they are asked about.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "fuzz.h"

FUZZ_DECLARE(allotment_matches);
FUZZ_DECLARE(allotment_audience);
FUZZ_DECLARE(audience_number);
FUZZ_DECLARE(portal_fold);
FUZZ_DECLARE(portal_is_missing);

void		fuzz_allotment(void);

#define ATTRIBUTES	9
#define ARGUMENTS	(3 + ATTRIBUTES)
#define ARRAYS		3			/* user, mdo_id, designation */

typedef struct Audience
{
	bool		intelligible;
	bool		everybody;
	bool		others;
	bool		present[ARRAYS];
	int			count[ARRAYS];
	Datum	   *values[ARRAYS];
} Audience;

static Datum
fold(Datum value)
{
	return FUZZ_CALL(fuzz_strict(portal_fold), fuzz_datum(value)).value;
}

static bool
is_missing(NullableDatum value)
{
	return DatumGetBool(FUZZ_CALL(fuzz_not_strict(portal_is_missing),
								  value).value);
}

static int
compare(Datum a, Datum b)
{
	FuzzSlice	x = fuzz_slice_of(a);
	FuzzSlice	y = fuzz_slice_of(b);
	int			order = memcmp(x.data, y.data, Min(x.len, y.len));

	return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

static Audience
audience_of(NullableDatum type, NullableDatum to)
{
	FuzzSite   *site = fuzz_not_strict(allotment_audience);
	TupleDesc	desc = CreateTemplateTupleDesc(6);
	HeapTupleData tuple;
	Datum		values[6];
	bool		nulls[6];
	FuzzResult	result;
	Audience	audience = {0};

	/* what it would look up in the catalogue */
	TupleDescInitBuiltinEntry(desc, 1, "intelligible", BOOLOID, -1, 0);
	TupleDescInitBuiltinEntry(desc, 2, "everybody", BOOLOID, -1, 0);
	TupleDescInitBuiltinEntry(desc, 3, "user_ids", TEXTARRAYOID, -1, 0);
	TupleDescInitBuiltinEntry(desc, 4, "mdo_ids", TEXTARRAYOID, -1, 0);
	TupleDescInitBuiltinEntry(desc, 5, "designations", TEXTARRAYOID, -1, 0);
	TupleDescInitBuiltinEntry(desc, 6, "other_criteria", BOOLOID, -1, 0);
	site->flinfo.fn_extra = desc;

	result = FUZZ_CALL(site, type, to);
	fuzz_check(result.sqlstate == 0 && !result.isnull);
	tuple.t_data = DatumGetHeapTupleHeader(result.value);
	tuple.t_len = HeapTupleHeaderGetDatumLength(tuple.t_data);
	heap_deform_tuple(&tuple, desc, values, nulls);
	fuzz_check(!nulls[0] && !nulls[1] && !nulls[5]);
	audience.intelligible = DatumGetBool(values[0]);
	audience.everybody = DatumGetBool(values[1]);
	audience.others = DatumGetBool(values[5]);
	for (int i = 0; i < ARRAYS; i++)
	{
		bool	   *elements;

		audience.present[i] = !nulls[2 + i];
		if (nulls[2 + i])
			continue;
		deconstruct_array(DatumGetArrayTypeP(values[2 + i]), TEXTOID, -1, false,
						  TYPALIGN_INT, &audience.values[i], &elements,
						  &audience.count[i]);
		for (int j = 0; j < audience.count[i]; j++)
		{
			Datum		value = audience.values[i][j];

			fuzz_check(!elements[j] && !is_missing(fuzz_datum(value)));
			fuzz_check(compare(value, fold(value)) == 0);
			fuzz_check(j == 0 ||
					   compare(audience.values[i][j - 1], value) < 0);
		}
	}
	fuzz_check(audience.intelligible ||
			   !(audience.everybody || audience.others ||
				 audience.present[0] || audience.present[1] ||
				 audience.present[2]));
	return audience;
}

/* What the audience says of an official, as far as it says all. */
static bool
audience_has(const Audience *audience, const NullableDatum *arguments)
{
	if (!is_missing(arguments[2]) &&
		(arguments[4].isnull || compare(arguments[2].value, arguments[4].value) != 0))
		return false;
	for (int i = 0; i < ARRAYS; i++)
	{
		bool		found = false;

		if (!audience->present[i])
			continue;
		if (is_missing(arguments[3 + i]))
			return false;
		for (int j = 0; j < audience->count[i] && !found; j++)
			found = compare(audience->values[i][j],
							fold(arguments[3 + i].value)) == 0;
		if (!found)
			return false;
	}
	return true;
}

static FuzzResult
check_match(FuzzSite *site, const Audience *audience,
			const NullableDatum *arguments)
{
	FuzzResult	matches = fuzz_call(site, ARGUMENTS, arguments);

	fuzz_check(matches.sqlstate == 0);
	fuzz_check(matches.isnull == !audience->intelligible);
	if (!matches.isnull)
	{
		bool		has = audience_has(audience, arguments);

		/* other criteria can only take away */
		fuzz_check(has || !DatumGetBool(matches.value));
		if (!audience->others)
			fuzz_check(DatumGetBool(matches.value) == has);
		if (audience->everybody && is_missing(arguments[2]))
			fuzz_check(DatumGetBool(matches.value));
	}
	return matches;
}

static bool
same(NullableDatum a, NullableDatum b)
{
	return a.isnull == b.isnull && (a.isnull || compare(a.value, b.value) == 0);
}

/*
 * Rows made of any three of the values, live or not: numbers in the order in
 * which they come, the same one for the same three, NULL like no text.
 */
static void
check_numbers(const NullableDatum *value, int count)
{
	FuzzSite   *site = fuzz_not_strict(audience_number);
	const NullableDatum *known[16][3];
	int			numbers = 0;

	site->row = CreateTemplateTupleDesc(2);
	TupleDescInitBuiltinEntry(site->row, 1, "audience_no", INT4OID, -1, 0);
	TupleDescInitBuiltinEntry(site->row, 2, "first_of_audience", BOOLOID, -1, 0);
	for (int i = 0; i < 16; i++)
	{
		const NullableDatum *part[3] = {
			&value[i * 2 % count], &value[(i + 1 + i / 4) % count], &value[(i + 2) % count]
		};
		NullableDatum live = i % 7 == 5 ? fuzz_null() : fuzz_datum(BoolGetDatum(i % 7 != 3));
		FuzzResult	result = FUZZ_CALL(site, *part[0], *part[1], *part[2], live);
		Datum		values[2];
		bool		nulls[2];
		int			number = 0;

		fuzz_check(result.sqlstate == 0);
		fuzz_check(result.isnull == (live.isnull || !DatumGetBool(live.value)));
		if (result.isnull)
			continue;
		while (number < numbers && !(same(*known[number][0], *part[0]) && same(*known[number][1], *part[1]) &&
									 same(*known[number][2], *part[2])))
			number++;
		fuzz_deform(site, result, values, nulls);
		fuzz_check(!nulls[0] && !nulls[1]);
		fuzz_check(DatumGetInt32(values[0]) == number + 1);
		fuzz_check(DatumGetBool(values[1]) == (number == numbers));
		if (number == numbers)
			memcpy(known[numbers++], part, sizeof(part));
	}
}

/*
 * Input: allotment_type, allotment_to, the organisation, and an official's
 * nine attributes; then the first two of another row.
 */
void
fuzz_allotment(void)
{
	FuzzSite   *join = fuzz_not_strict(allotment_matches);
	NullableDatum arguments[ARGUMENTS];
	NullableDatum other[ARGUMENTS];
	Audience	audience;
	Audience	other_audience;
	FuzzResult	first;

	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = other[i] = fuzz_text_field();
	other[0] = fuzz_text_field();
	other[1] = fuzz_text_field();
	check_numbers(arguments, ARGUMENTS);
	check_numbers(other, 4);
	audience = audience_of(arguments[0], arguments[1]);
	other_audience = audience_of(other[0], other[1]);

	/* the same place in a query is asked about one row, another, and the first */
	first = check_match(join, &audience, arguments);
	(void) check_match(join, &other_audience, other);
	fuzz_check(fuzz_same_results(first, check_match(join, &audience, arguments), 0));
	fuzz_check(fuzz_same_results(first, check_match(join, &audience, arguments), 0));

	/* an official made of what the row asks for is one of them */
	if (!audience.intelligible)
		return;
	for (int i = 0; i < ARRAYS; i++)
	{
		if (!audience.present[i])
			continue;
		if (audience.count[i] == 0)
			return;
		arguments[3 + i] =
			fuzz_datum(audience.values[i][audience.count[i] / 2]);
	}
	arguments[2] = arguments[4];
	first = check_match(join, &audience, arguments);
	if (!audience.others)
		fuzz_check(DatumGetBool(first.value));
}

/*
 * target_portal_text.c
 *	  The portal's text: markers, folding, lists, addresses, years.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "compat.h"
#include "fuzz.h"

FUZZ_DECLARE(portal_is_missing);
FUZZ_DECLARE(portal_fold);
FUZZ_DECLARE(portal_list);
FUZZ_DECLARE(try_portal_list);
FUZZ_DECLARE(portal_has_item);
FUZZ_DECLARE(government_email);
FUZZ_DECLARE(financial_year);

void		fuzz_portal_text(void);
void		fuzz_portal_list(void);
void		fuzz_financial_year(void);

static bool
is_missing(NullableDatum value)
{
	FuzzResult	result = FUZZ_CALL(fuzz_not_strict(portal_is_missing), value);

	fuzz_check(result.sqlstate == 0 && !result.isnull);
	return DatumGetBool(result.value);
}

static Datum
fold(NullableDatum value)
{
	FuzzResult	result = FUZZ_CALL(fuzz_strict(portal_fold), value);

	fuzz_check(result.sqlstate == 0 && !result.isnull);
	return result.value;
}

static bool
same_text(Datum a, Datum b)
{
	FuzzSlice	x = fuzz_slice_of(a);
	FuzzSlice	y = fuzz_slice_of(b);

	return x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
}

static bool
is_blank(char c)
{
	return c != '\0' && strchr(" \t\n\v\f\r", c) != NULL;
}

/* Input: any text. */
void
fuzz_portal_text(void)
{
	NullableDatum value = fuzz_text_field();
	FuzzSlice	text;
	Datum		folded;
	FuzzSlice	slice;
	Size		start = 0;
	Size		end;
	FuzzResult	official;
	FuzzResult	official_folded;

	fuzz_check(is_missing(fuzz_null()));
	if (value.isnull)
		return;
	text = fuzz_slice_of(value.value);

	/* folding: trimmed, in lower case, and then it changes no more */
	folded = fold(value);
	slice = fuzz_slice_of(folded);
	end = text.len;
	while (start < end && is_blank(text.data[start]))
		start++;
	while (start < end && is_blank(text.data[end - 1]))
		end--;
	fuzz_check(slice.len == end - start);
	for (Size i = 0; i < slice.len; i++)
	{
		char		c = text.data[start + i];

		fuzz_check(slice.data[i] == (c >= 'A' && c <= 'Z' ? c | 0x20 : c));
	}
	fuzz_check(same_text(folded, fold(fuzz_datum(folded))));

	fuzz_check(is_missing(value) == is_missing(fuzz_datum(folded)));
	fuzz_check(is_missing(value) ==
			   (slice.len == 0 ||
				same_text(folded, fuzz_text_datum(fuzz_literal("null"))) ||
				same_text(folded, fuzz_text_datum(fuzz_literal("not available"))) ||
				same_text(folded, fuzz_text_datum(fuzz_literal("not published")))));

	/* addresses */
	official = FUZZ_CALL(fuzz_strict(government_email), value);
	official_folded = FUZZ_CALL(fuzz_strict(government_email),
								fuzz_datum(folded));
	fuzz_check(official.sqlstate == 0);
	fuzz_check(official.isnull == is_missing(value));
	fuzz_check(fuzz_same_results(official, official_folded, 0));
	if (!official.isnull && DatumGetBool(official.value))
	{
		/* one @, and after it something that ends like these */
		const char *at = memchr(slice.data, '@', slice.len);
		Size		host;

		fuzz_check(at != NULL && at > slice.data);
		host = slice.data + slice.len - (at + 1);
		fuzz_check(memchr(at + 1, '@', host) == NULL);
		if (at[host] == '.')
			host--;
		fuzz_check(host >= 6 &&
				   (memcmp(at + 1 + host - 6, "nic.in", 6) == 0 ||
					memcmp(at + 1 + host - 6, "gov.in", 6) == 0));
		fuzz_check(host == 6 || at[host - 6] == '.');
	}
}

/* Input: a list, then wanted items. */
void
fuzz_portal_list(void)
{
	NullableDatum list = fuzz_text_field();
	NullableDatum wanted;
	FuzzResult	strict;
	FuzzResult	lenient;
	FuzzResult	again;
	StringInfoData quoted;
	Datum	   *items = NULL;
	bool	   *nulls = NULL;
	int			count = 0;

	if (list.isnull)
		return;
	strict = FUZZ_CALL(fuzz_strict(portal_list), list);
	lenient = FUZZ_CALL(fuzz_strict(try_portal_list), list);
	fuzz_check(strict.sqlstate == 0 ||
			   strict.sqlstate == ERRCODE_INVALID_TEXT_REPRESENTATION);
	fuzz_check(lenient.sqlstate == 0);
	fuzz_check(lenient.isnull == strict.isnull);	/* an error is null, too */
	if (strict.sqlstate == 0)
		fuzz_check(strict.isnull == is_missing(list));

	if (!strict.isnull)
	{
		ArrayType  *array = DatumGetArrayTypeP(strict.value);

		fuzz_check(fuzz_same_results(strict, lenient, -1));
		fuzz_check(ARR_ELEMTYPE(array) == TEXTOID && !ARR_HASNULL(array) &&
				   ARR_NDIM(array) <= 1);
		deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &items,
						  &nulls, &count);
		/* it is the array that the server would have made */
		again.value = PointerGetDatum(construct_array(items, count, TEXTOID,
													  -1, false, TYPALIGN_INT));
		again.isnull = false;
		again.sqlstate = 0;
		fuzz_check(fuzz_same_results(strict, again, -1));

		/* quoted, every item stands for itself */
		initStringInfo(&quoted);
		for (int i = 0; i < count; i++)
		{
			FuzzSlice	item = fuzz_slice_of(items[i]);

			appendStringInfoString(&quoted, i > 0 ? " ,\t\"" : "\"");
			for (Size j = 0; j < item.len; j++)
			{
				if (item.data[j] == '"')
					appendStringInfoChar(&quoted, '"');
				appendStringInfoChar(&quoted, item.data[j]);
			}
			appendStringInfoChar(&quoted, '"');

			fuzz_check(fuzz_slice_of(fold(fuzz_datum(items[i]))).len > 0);
		}
		if (count > 0)
		{
			FuzzSlice	slice;

			slice.data = quoted.data;
			slice.len = quoted.len;
			again = FUZZ_CALL(fuzz_strict(portal_list), fuzz_text(slice));
			fuzz_check(fuzz_same_results(strict, again, -1));
		}
	}

	fuzz_check(!DatumGetBool(FUZZ_CALL(fuzz_not_strict(portal_has_item), list,
									   fuzz_null()).value));
	fuzz_check(!DatumGetBool(FUZZ_CALL(fuzz_not_strict(portal_has_item),
									   fuzz_null(), list).value));
	for (int round = 0; round < 8; round++)
	{
		bool		expected = false;
		FuzzResult	has;

		wanted = round < count && round < 4 ? fuzz_datum(items[round]) :
			fuzz_text_field();
		if (wanted.isnull)
			break;
		for (int i = 0; i < count && !expected; i++)
			expected = same_text(fold(fuzz_datum(items[i])), fold(wanted));
		if (is_missing(wanted))
			expected = false;
		has = FUZZ_CALL(fuzz_not_strict(portal_has_item), list, wanted);
		fuzz_check(has.sqlstate == 0 && !has.isnull);
		fuzz_check(DatumGetBool(has.value) == expected);
	}
}

/* Input: four bytes of a date. */
void
fuzz_financial_year(void)
{
	int32		day = (int32) (fuzz_int64() >> 32);
	DateADT		date = day;
	FuzzResult	name;
	int			year;
	int			month;
	int			mday;
	char		expected[64];

	/* no date of a database is outside of these */
	if (!DATE_NOT_FINITE(date) && !IS_VALID_DATE(date))
		return;
	name = FUZZ_CALL(fuzz_strict(financial_year),
					 fuzz_datum(DateADTGetDatum(date)));
	if (DATE_NOT_FINITE(date))
	{
		fuzz_check(name.sqlstate == ERRCODE_DATETIME_VALUE_OUT_OF_RANGE);
		return;
	}
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	year -= month < 4;
	fuzz_check(name.sqlstate ==
			   (year < 1 ? ERRCODE_DATETIME_VALUE_OUT_OF_RANGE : 0));
	if (name.sqlstate == 0)
	{
		snprintf(expected, sizeof(expected), "%04d-%02d", year,
				 (year + 1) % 100);
		fuzz_check(same_text(name.value,
							 fuzz_text_datum(fuzz_literal(expected))));
	}
}

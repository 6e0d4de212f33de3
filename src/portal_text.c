/*-------------------------------------------------------------------------
 *
 * portal_text.c
 *	  The portal's text: missing markers, folding, lists, addresses, years.
 *
 * Time stamps and durations are in portal_time.c, the plans' allotments in
 * allotment.c; both use the primitives defined here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

#include "portal_text.h"

/* How much of a bad text an error quotes, in characters. */
#define QUOTED_CHARACTERS 64

PG_FUNCTION_INFO_V1(portal_is_missing);
PG_FUNCTION_INFO_V1(portal_fold);
PG_FUNCTION_INFO_V1(portal_value);
PG_FUNCTION_INFO_V1(portal_gender);
PG_FUNCTION_INFO_V1(left_out);
PG_FUNCTION_INFO_V1(portal_list);
PG_FUNCTION_INFO_V1(try_portal_list);
PG_FUNCTION_INFO_V1(portal_has_item);
PG_FUNCTION_INFO_V1(government_email);
PG_FUNCTION_INFO_V1(financial_year);


/*
 * The start of a bad text, for the detail of an error: a text of megabytes
 * must not end up in the server's log, and a character must not be cut.
 */
char *
portal_quotation(PortalSlice slice)
{
	Size		len;

	len = pg_mbcharcliplen(slice.data, slice.len, QUOTED_CHARACTERS);
	return psprintf("%.*s%s", (int) len, slice.data,
					len < slice.len ? "..." : "");
}

/* Bytes in lower case; "to" may be "from". */
Size
portal_fold_bytes(char *to, const char *from, Size len)
{
	for (Size i = 0; i < len; i++)
		to[i] = portal_lower(from[i]);
	return len;
}

/* Order of bytes, which is the order of the "C" collation. */
int
portal_compare(const PortalSlice *a, const PortalSlice *b)
{
	int			order = memcmp(a->data, b->data, Min(a->len, b->len));

	if (order != 0)
		return order;
	return (a->len > b->len) - (a->len < b->len);
}

/*
 * The next piece between separators, untrimmed; a separator inside double
 * quotes does not count.  A doubled quote inside quotes needs no care here:
 * it leaves the quotes and enters them again.  There is always at least one
 * piece; ask until scan->done.  Returns whether the quotes pair up: the last
 * piece of a text with an odd number of quotes says false.
 */
bool
portal_scan_piece(PortalScan *scan, char separator, PortalSlice *piece)
{
	const char *start = scan->next;
	const char *p;
	bool		quoted = false;

	for (p = start; p < scan->end; p++)
	{
		if (unlikely(((uintptr_t) p & 0xFFFF) == 0))
			CHECK_FOR_INTERRUPTS();
		if (*p == '"')
			quoted = !quoted;
		else if (*p == separator && !quoted)
			break;
	}
	*piece = portal_slice(start, p - start);
	if (p < scan->end)
		scan->next = p + 1;
	else
		scan->done = true;
	return !quoted;
}

/*
 * The next item of a comma list that is not empty.  PORTAL_MISSING means that
 * there is none left, PORTAL_GARBAGE that the quotes make no sense.
 *
 * A quote protects commas wherever it stands, but only an item that begins
 * with one is taken out of its quotes; then nothing may follow them.
 */
PortalVerdict
portal_scan_item(PortalScan *scan, PortalItem *item)
{
	while (!scan->done)
	{
		PortalSlice piece;
		const char *p;
		const char *end;

		if (!portal_scan_piece(scan, ',', &piece))
			return PORTAL_GARBAGE;
		piece = portal_trim(piece);
		if (piece.len == 0)
			continue;
		item->doubled = false;
		if (piece.data[0] != '"')
		{
			item->text = piece;
			return PORTAL_VALUE;
		}

		/* The quotes pair up, so that there are at least two. */
		p = piece.data + 1;
		end = piece.data + piece.len - 1;
		if (*end != '"')
			return PORTAL_GARBAGE;
		item->text = portal_slice(p, end - p);
		while ((p = memchr(p, '"', end - p)) != NULL)
		{
			if (p + 1 == end || p[1] != '"')
				return PORTAL_GARBAGE;
			item->doubled = true;
			p += 2;
		}
		if (portal_trim(item->text).len > 0)
			return PORTAL_VALUE;
	}
	return PORTAL_MISSING;
}

/* Copy an item, each pair of quotes becoming one; returns its length. */
Size
portal_unquote(char *to, const PortalItem *item)
{
	char	   *start = to;

	if (!item->doubled)
	{
		memcpy(to, item->text.data, item->text.len);
		return item->text.len;
	}
	for (Size i = 0; i < item->text.len; i++)
	{
		*to++ = item->text.data[i];
		if (item->text.data[i] == '"')
			i++;
	}
	return to - start;
}

/*
 * A new text[] for so many items taking so many bytes, to be filled by
 * portal_append_element.  Arrays are written directly, not accumulated: a
 * list of a megabyte then costs its own size and no more.
 */
ArrayType *
portal_text_array(uint64 items, uint64 bytes, char **cursor)
{
	ArrayType  *array;
	uint64		size = bytes + ARR_OVERHEAD_NONULLS(1);

	if (items == 0)
	{
		*cursor = NULL;
		return construct_empty_array(TEXTOID);
	}
	if (items > MaxArraySize || size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("list of the portal is too long for an array"),
				 errdetail("It has %llu items.", (unsigned long long) items)));

	/* Zeroed, because the padding between elements is compared and hashed. */
	array = palloc0(size);
	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->dataoffset = 0;
	array->elemtype = TEXTOID;
	ARR_DIMS(array)[0] = items;
	ARR_LBOUND(array)[0] = 1;
	*cursor = ARR_DATA_PTR(array);
	return array;
}

void
portal_append_element(char **cursor, const char *data, Size len)
{
	SET_VARSIZE(*cursor, VARHDRSZ + len);
	memcpy(VARDATA(*cursor), data, len);
	*cursor += PORTAL_ELEMENT_SIZE(len);
}

Datum
portal_is_missing(PG_FUNCTION_ARGS)
{
	PortalSlice slice;

	if (PG_ARGISNULL(0))
		PG_RETURN_BOOL(true);
	slice = portal_text_slice(PG_GETARG_TEXT_PP(0));
	PG_RETURN_BOOL(portal_trimmed_is_missing(portal_trim(slice)));
}

/* Without white space around it; NULL where it is missing. */
Datum
portal_value(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	PortalSlice whole = portal_text_slice(value);
	PortalSlice slice = portal_trim(whole);

	if (portal_trimmed_is_missing(slice))
		PG_RETURN_NULL();
	if (slice.len == whole.len)
		PG_RETURN_TEXT_P(value);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(slice.data, slice.len));
}

/*
 * What a refresh asks of every row of user_detail is asked here, of slices, so
 * that the native engine need not make texts of what it only looks at.  A
 * slice of no data is NULL, and a missing marker.
 */
const char *const portal_gender_words[PORTAL_GENDERS] = {"unknown", "female", "male", "other"};

static text *
word(const char *literal)
{
	return cstring_to_text_with_len(literal, strlen(literal));
}

static PortalSlice
slice_argument(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		return portal_slice(NULL, 0);
	return portal_text_slice(PG_GETARG_TEXT_PP(argument));
}

PortalGender
portal_read_gender(PortalSlice slice)
{
	slice = portal_trim(slice);
	if (portal_trimmed_is_missing(slice))
		return PORTAL_GENDER_UNKNOWN;
	if (PORTAL_FOLDS_TO(slice, "female") || PORTAL_FOLDS_TO(slice, "f") ||
		PORTAL_FOLDS_TO(slice, "woman") ||
		PORTAL_FOLDS_TO(slice, "\xe0\xa4\xae\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xb2\xe0\xa4\xbe"))
		return PORTAL_FEMALE;
	if (PORTAL_FOLDS_TO(slice, "male") || PORTAL_FOLDS_TO(slice, "m") ||
		PORTAL_FOLDS_TO(slice, "man") ||
		PORTAL_FOLDS_TO(slice, "\xe0\xa4\xaa\xe0\xa5\x81\xe0\xa4\xb0\xe0\xa5\x81\xe0\xa4\xb7"))
		return PORTAL_MALE;
	return PORTAL_GENDER_OTHER;
}

Datum
portal_gender(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(word(portal_gender_words[portal_read_gender(slice_argument(fcinfo, 0))]));
}

/* Does the text hold the word, which is folded, in any case? */
static bool
holds_word(PortalSlice slice, const char *folded, Size len)
{
	for (Size i = 0; i + len <= slice.len; i++)
	{
		if (portal_lower(slice.data[i]) == folded[0] &&
			portal_folds_to(portal_slice(slice.data + i, len), folded, len))
			return true;
	}
	return false;
}

PortalLeftOut
portal_read_left_out(PortalSlice status, PortalSlice marked_as_not_my_user,
					 PortalSlice profile_status, PortalSlice designation,
					 PortalSlice roles)
{
	/* as it stands, untrimmed: the portal writes a number there */
	if (status.len != 1 || status.data[0] != '1')
		return PORTAL_NOT_ACTIVE;
	marked_as_not_my_user = portal_trim(marked_as_not_my_user);
	if (PORTAL_FOLDS_TO(marked_as_not_my_user, "true") ||
		PORTAL_FOLDS_TO(marked_as_not_my_user, "t") ||
		PORTAL_FOLDS_TO(marked_as_not_my_user, "yes") ||
		PORTAL_FOLDS_TO(marked_as_not_my_user, "y") ||
		PORTAL_FOLDS_TO(marked_as_not_my_user, "1") ||
		PORTAL_FOLDS_TO(portal_trim(profile_status), "not-my-user"))
		return PORTAL_NOT_MY_USER;
	if (holds_word(designation, "volunteer", strlen("volunteer")) ||
		holds_word(roles, "volunteer", strlen("volunteer")))
		return PORTAL_VOLUNTEER;
	return PORTAL_REGISTERED;
}

/* left_out(status, marked_as_not_my_user, profile_status, designation, roles) */
Datum
left_out(PG_FUNCTION_ARGS)
{
	switch (portal_read_left_out(slice_argument(fcinfo, 0), slice_argument(fcinfo, 1),
								 slice_argument(fcinfo, 2), slice_argument(fcinfo, 3),
								 slice_argument(fcinfo, 4)))
	{
		case PORTAL_NOT_ACTIVE:
			PG_RETURN_TEXT_P(word("not active"));
		case PORTAL_NOT_MY_USER:
			PG_RETURN_TEXT_P(word("not my user"));
		case PORTAL_VOLUNTEER:
			PG_RETURN_TEXT_P(word("volunteer"));
		case PORTAL_REGISTERED:
			break;
	}
	PG_RETURN_NULL();
}

Datum
portal_fold(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	PortalSlice whole = portal_text_slice(value);
	PortalSlice slice = portal_trim(whole);
	text	   *result;
	Size		i = 0;

	/* Most ids are folded as they are: no copy. */
	if (slice.len == whole.len)
	{
		while (i < slice.len && (slice.data[i] < 'A' || slice.data[i] > 'Z'))
			i++;
		if (i == slice.len)
			PG_RETURN_TEXT_P(value);
	}

	result = palloc(VARHDRSZ + slice.len);
	SET_VARSIZE(result, VARHDRSZ + slice.len);
	portal_fold_bytes(VARDATA(result), slice.data, slice.len);
	PG_RETURN_TEXT_P(result);
}

/*
 * The items of a list as an array, in two passes: the first checks, counts
 * and measures, the second writes.
 */
static PortalVerdict
read_list(PortalSlice list, ArrayType **result)
{
	PortalScan	scan;
	PortalItem	item;
	PortalVerdict verdict;
	uint64		items = 0;
	uint64		bytes = 0;
	char	   *cursor;

	if (portal_trimmed_is_missing(portal_trim(list)))
		return PORTAL_MISSING;

	portal_scan_start(&scan, list);
	while ((verdict = portal_scan_item(&scan, &item)) == PORTAL_VALUE)
	{
		Size		len = item.text.len;

		if (item.doubled)
		{
			for (Size i = 0; i < item.text.len; i++)
			{
				if (item.text.data[i] == '"')
				{
					i++;
					len--;
				}
			}
		}
		items++;
		bytes += PORTAL_ELEMENT_SIZE(len);
	}
	if (verdict == PORTAL_GARBAGE)
		return PORTAL_GARBAGE;

	*result = portal_text_array(items, bytes, &cursor);
	if (items == 0)
		return PORTAL_VALUE;
	portal_scan_start(&scan, list);
	while (portal_scan_item(&scan, &item) == PORTAL_VALUE)
	{
		Size		len = portal_unquote(VARDATA(cursor), &item);

		SET_VARSIZE(cursor, VARHDRSZ + len);
		cursor += PORTAL_ELEMENT_SIZE(len);
	}
	return PORTAL_VALUE;
}

Datum
portal_list(PG_FUNCTION_ARGS)
{
	PortalSlice list = portal_text_slice(PG_GETARG_TEXT_PP(0));
	ArrayType  *result;

	switch (read_list(list, &result))
	{
		case PORTAL_VALUE:
			PG_RETURN_ARRAYTYPE_P(result);
		case PORTAL_MISSING:
			break;
		case PORTAL_GARBAGE:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("malformed list of the portal"),
					 errdetail("The double quotes in \"%s\" do not enclose whole items.",
							   portal_quotation(list)),
					 errhint("Close every double quote before the next comma or the end, and write a double quote inside quotes twice.")));
	}
	PG_RETURN_NULL();
}

Datum
try_portal_list(PG_FUNCTION_ARGS)
{
	ArrayType  *result;

	if (read_list(portal_text_slice(PG_GETARG_TEXT_PP(0)),
				  &result) == PORTAL_VALUE)
		PG_RETURN_ARRAYTYPE_P(result);
	PG_RETURN_NULL();
}

/* Is the item, out of its quotes and folded, the wanted text folded? */
static bool
item_is(const PortalItem *item, PortalSlice wanted)
{
	PortalSlice slice = portal_trim(item->text);
	Size		j = 0;

	if (!item->doubled && slice.len != wanted.len)
		return false;
	for (Size i = 0; i < slice.len; i++, j++)
	{
		if (j == wanted.len ||
			portal_lower(slice.data[i]) != portal_lower(wanted.data[j]))
			return false;
		if (item->doubled && slice.data[i] == '"')
			i++;
	}
	return j == wanted.len;
}

bool
portal_list_has(PortalSlice list, PortalSlice wanted)
{
	PortalScan	scan;
	PortalItem	item;
	PortalVerdict verdict;
	bool		found = false;

	list = portal_trim(list);
	wanted = portal_trim(wanted);
	if (portal_trimmed_is_missing(list) || portal_trimmed_is_missing(wanted))
		return false;

	/* To the end even when found: what cannot be read has no items. */
	portal_scan_start(&scan, list);
	while ((verdict = portal_scan_item(&scan, &item)) == PORTAL_VALUE)
		found = found || item_is(&item, wanted);
	return found && verdict == PORTAL_MISSING;
}

Datum
portal_has_item(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(portal_list_has(slice_argument(fcinfo, 0), slice_argument(fcinfo, 1)));
}

/* Bytes that an unquoted local part of an address cannot have (RFC 5322). */
static inline bool
is_special(char c)
{
	return (unsigned char) c <= ' ' || c == 0x7F ||
		strchr("()<>[]:;@\\,\"", c) != NULL;
}

/* Host name of labels of letters, digits and inner hyphens (RFC 1123). */
static bool
is_host_name(PortalSlice host)
{
	Size		label = 0;

	for (Size i = 0; i < host.len; i++)
	{
		char		c = portal_lower(host.data[i]);

		if (c == '.')
		{
			if (label == 0 || host.data[i - 1] == '-')
				return false;
			label = 0;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			  (c == '-' && label > 0)) || ++label > 63)
			return false;
	}
	return label > 0 && host.data[host.len - 1] != '-';
}

PortalVerdict
portal_read_email(PortalSlice address, bool *government)
{
	PortalSlice host;
	const char *at;

	*government = false;
	address = portal_trim(address);
	if (portal_trimmed_is_missing(address))
		return PORTAL_MISSING;

	/* "nic.in" and "gov.in" have six letters; few addresses end in them. */
	host = address;
	if (host.data[host.len - 1] == '.')
		host.len--;
	if (host.len < 6 ||
		!(PORTAL_FOLDS_TO(portal_slice(host.data + host.len - 6, 6), "nic.in") ||
		  PORTAL_FOLDS_TO(portal_slice(host.data + host.len - 6, 6), "gov.in")))
		return PORTAL_VALUE;

	/* A second @ is in the host then, which no host name has. */
	at = memchr(host.data, '@', host.len);
	if (at == NULL || at == host.data)
		return PORTAL_VALUE;
	for (const char *p = host.data; p < at; p++)
	{
		if (is_special(*p))
			return PORTAL_VALUE;
	}

	/* Before the six letters nothing or a dot. */
	host = portal_slice(at + 1, host.data + host.len - (at + 1));
	*government = host.len >= 6 && is_host_name(host) &&
		(host.len == 6 || host.data[host.len - 7] == '.');
	return PORTAL_VALUE;
}

/* What is no address is none of the government's. */
Datum
government_email(PG_FUNCTION_ARGS)
{
	bool		government;

	if (portal_read_email(portal_text_slice(PG_GETARG_TEXT_PP(0)), &government) == PORTAL_MISSING)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(government);
}

Datum
financial_year(PG_FUNCTION_ARGS)
{
	DateADT		date = PG_GETARG_DATEADT(0);
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(date))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an infinite date has no financial year"),
				 errhint("Leave out infinite dates, for example with isfinite().")));
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	if (month < 4)
		year--;
	if (year < 1)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date is too early for a financial year"),
				 errdetail("The first financial year begins on 0001-04-01.")));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%04d-%02d", year,
											  (year + 1) % 100)));
}

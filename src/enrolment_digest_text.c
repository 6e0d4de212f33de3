/*
 * enrolment_digest_text.c
 *	  The type enrolment_digest: its text and binary forms.
 *
 * Digests cross from server to server as text (postgres_fdw, Citus), so it is
 * compact, free of settings and locales, and comes back as it went.  It is also
 * the only way in besides the aggregate: whatever the rest of the code relies on
 * is seen to here.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "enrolment_digest.h"

PG_FUNCTION_INFO_V1(enrolment_digest_in);
PG_FUNCTION_INFO_V1(enrolment_digest_out);
PG_FUNCTION_INFO_V1(enrolment_digest_recv);
PG_FUNCTION_INFO_V1(enrolment_digest_send);

/* of the binary form on the wire */
#define DIGEST_SEND_VERSION	1


/*
 * Text
 *
 *	{first generated,last generated;entry;entry;...}
 *
 * where an entry is
 *
 *	content_id,flags,completed,last day,rows,unknown status,unreadable first,
 *	unreadable last,unreadable accessed
 *
 * without the empty fields at its end.  Flags are e (enrolled), c (completed),
 * t (certificated), where c and t say e as well; completed is in seconds, with
 * a fraction if it has one, the day in days, both since 2000-01-01; rows are
 * empty for 1, the counts for 0; the last generated is left out where it is
 * the first.  A comma, semicolon or backslash of a text has a backslash before
 * it.
 */

static void
AppendText(StringInfo buf, PortalSlice slice)
{
	const char *end = slice.data + slice.len;
	const char *rest = slice.data;

	for (const char *p = rest; p < end; p++)
	{
		if (*p == ',' || *p == ';' || *p == '\\')
		{
			appendBinaryStringInfo(buf, rest, p - rest);
			appendStringInfoChar(buf, '\\');
			rest = p;
		}
	}
	appendBinaryStringInfo(buf, rest, end - rest);
}

static void
AppendNumber(StringInfo buf, int64 number)
{
	char		digits[MAXINT8LEN + 1];

	appendBinaryStringInfo(buf, digits, pg_lltoa(number, digits));
}

static void
AppendMoment(StringInfo buf, Timestamp moment)
{
	int64		fraction = moment % USECS_PER_SEC;
	char		digits[7];
	int			length = 6;

	/* the sign of what is less than a second would be lost */
	if (moment < 0 && moment > -USECS_PER_SEC)
		appendStringInfoChar(buf, '-');
	AppendNumber(buf, moment / USECS_PER_SEC);
	if (fraction == 0)
		return;
	snprintf(digits, sizeof(digits), "%06d", abs((int) fraction));
	while (digits[length - 1] == '0')
		length--;
	appendStringInfoChar(buf, '.');
	appendBinaryStringInfo(buf, digits, length);
}

static void
AppendEntry(StringInfo buf, const EnrolmentEntry *entry)
{
	int			filled;

	AppendText(buf, entry->content);
	appendStringInfoChar(buf, ',');
	filled = buf->len;
	if (entry->completed)
		appendStringInfoChar(buf, 'c');
	if (entry->certificated)
		appendStringInfoChar(buf, 't');
	if (entry->enrolled && filled == buf->len)
		appendStringInfoChar(buf, 'e');
	appendStringInfoChar(buf, ',');
	if (entry->has_moment)
		AppendMoment(buf, entry->completed_at);
	appendStringInfoChar(buf, ',');
	if (entry->has_day)
		AppendNumber(buf, entry->last_active_on);
	appendStringInfoChar(buf, ',');
	if (entry->rows != 1)
		AppendNumber(buf, entry->rows);
	if (EnrolmentEntryHasFaults(entry))
	{
		for (int i = 0; i < ENROLMENT_FAULTS; i++)
		{
			appendStringInfoChar(buf, ',');
			if (entry->faults[i] != 0)
				AppendNumber(buf, entry->faults[i]);
		}
	}
	/* a comma that belongs to the content has a backslash before it */
	while (buf->len >= filled && buf->data[buf->len - 1] == ',')
		buf->len--;
	buf->data[buf->len] = '\0';
}

static void
AppendDigest(StringInfo buf, EnrolmentDigest *digest)
{
	const char *from;
	const char *end;

	digest = CompactDigest(digest, 0);
	appendStringInfoChar(buf, '{');
	AppendText(buf, DigestFirstGenerated(digest));
	if (digest->last_length > 0)
	{
		appendStringInfoChar(buf, ',');
		AppendText(buf, DigestLastGenerated(digest));
	}
	from = DIGEST_ENTRIES(digest);
	end = from + digest->entries_size;
	while (from < end)
	{
		EnrolmentEntry entry;

		GetEnrolmentEntry(&from, end, &entry);
		appendStringInfoChar(buf, ';');
		AppendEntry(buf, &entry);
	}
	appendStringInfoChar(buf, '}');
}

Datum
enrolment_digest_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	initStringInfo(&buf);
	AppendDigest(&buf, PG_GETARG_DIGEST_P(0));
	PG_RETURN_CSTRING(buf.data);
}

/*
 * Take the next field out of its backslashes.  Returns what ended it: a comma,
 * a semicolon or 0, the end of all.
 */
static char
NextField(const char **from, const char *end, StringInfo field)
{
	resetStringInfo(field);
	while (*from < end)
	{
		char		c = *(*from)++;

		if (c == ',' || c == ';')
			return c;
		/* that a backslash is not the last is seen to before */
		if (c == '\\')
			c = *(*from)++;
		appendStringInfoCharMacro(field, c);
	}
	return 0;
}

/* Digits, all of them, that make a number of at most "max". */
static bool
ReadDigits(const char *digits, int length, int64 max, int64 *number)
{
	*number = 0;
	if (length == 0)
		return false;
	for (int i = 0; i < length; i++)
	{
		if (digits[i] < '0' || digits[i] > '9' ||
			*number > (max - (digits[i] - '0')) / 10)
			return false;
		*number = *number * 10 + (digits[i] - '0');
	}
	return true;
}

static bool
ReadMoment(const char *text, Timestamp *moment)
{
	bool		negative = text[0] == '-';
	const char *point;
	int			length;
	int64		seconds;
	int64		fraction = 0;

	if (negative)
		text++;
	point = strchr(text, '.');
	length = point ? point - text : strlen(text);
	if (!ReadDigits(text, length, PG_INT64_MAX / USECS_PER_SEC - 1, &seconds))
		return false;
	if (point)
	{
		length = strlen(point + 1);
		if (length > 6 || !ReadDigits(point + 1, length, 999999, &fraction))
			return false;
		for (; length < 6; length++)
			fraction *= 10;
	}
	*moment = seconds * USECS_PER_SEC + fraction;
	if (negative)
		*moment = -*moment;
	return IS_VALID_TIMESTAMP(*moment);
}

static bool
ReadDay(const char *text, DateADT *day)
{
	bool		negative = text[0] == '-';
	int64		days;

	if (!ReadDigits(text + (negative ? 1 : 0), strlen(text) - (negative ? 1 : 0),
					PG_INT32_MAX - 1, &days))
		return false;
	*day = (DateADT) (negative ? -days : days);
	return IS_VALID_DATE(*day);
}

/*
 * Read an entry.  Returns what is wrong with it, or NULL; *separator is what
 * ended it.
 */
static const char *
ReadEntry(const char **from, const char *end, StringInfo field, EnrolmentEntry *entry,
		  char **content, char *separator)
{
	memset(entry, 0, sizeof(EnrolmentEntry));
	entry->rows = 1;

	*separator = NextField(from, end, field);
	*content = pnstrdup(field->data, field->len);
	entry->content = portal_slice(*content, field->len);
	if (field->len > 0 && portal_trimmed_is_missing(portal_trim(entry->content)))
		return "A content_id is one of the portal's markers of what is missing.";

	for (int i = 1; *separator == ','; i++)
	{
		*separator = NextField(from, end, field);
		if (i >= 5 + ENROLMENT_FAULTS)
			return "An entry has too many fields.";
		if (field->len == 0)
			continue;
		/* a byte that is 0 cannot be in a C string */
		switch (i)
		{
			case 1:
				for (int k = 0; k < field->len; k++)
				{
					entry->enrolled = true;
					if (field->data[k] == 'c')
						entry->completed = true;
					else if (field->data[k] == 't')
						entry->certificated = true;
					else if (field->data[k] != 'e')
						return "The flags of an entry are of e, c and t.";
				}
				break;
			case 2:
				if (!ReadMoment(field->data, &entry->completed_at))
					return "A moment of completion is a number of seconds since 2000-01-01.";
				entry->has_moment = true;
				break;
			case 3:
				if (!ReadDay(field->data, &entry->last_active_on))
					return "A last day is a number of days since 2000-01-01.";
				entry->has_day = true;
				break;
			case 4:
				if (!ReadDigits(field->data, field->len, PG_INT64_MAX, &entry->rows))
					return "A number of rows is a bigint.";
				break;
			default:
				if (!ReadDigits(field->data, field->len, PG_INT64_MAX,
								&entry->faults[i - 5]))
					return "A count is a bigint.";
				break;
		}
	}

	if (entry->rows == 0)
		return "An entry stands for no rows.";
	for (int i = 0; i < ENROLMENT_FAULTS; i++)
	{
		if (entry->faults[i] > entry->rows)
			return "An entry counts more faults than it has rows.";
	}
	if (entry->has_moment && !entry->completed)
		return "What was completed at some moment is not completed.";
	if (entry->has_day && !entry->enrolled)
		return "What was opened on some day is not enrolled.";
	return NULL;
}

/*
 * Read a digest.  Entries may stand in any order and several may speak of one
 * content.  Returns NULL and what is wrong in *wrong if it cannot be read.
 */
static EnrolmentDigest *
ReadDigest(PortalSlice text, const char **wrong)
{
	EnrolmentDigest *digest;
	StringInfoData field;
	PortalSlice generated[2] = {{"", 0}, {"", 0}};
	const char *from;
	const char *end;
	char		separator;

	text = portal_trim(text);
	*wrong = "A digest stands in braces.";
	if (text.len < 2 || text.data[0] != '{' || text.data[text.len - 1] != '}')
		return NULL;
	from = text.data + 1;
	end = text.data + text.len - 1;
	for (const char *p = from; p < end; p++)
	{
		if (*p == '\\' && ++p == end)
		{
			*wrong = "There is nothing after the last backslash.";
			return NULL;
		}
	}

	initStringInfo(&field);
	separator = ',';
	for (int i = 0; separator == ','; i++)
	{
		separator = NextField(&from, end, &field);
		if (i == 2)
		{
			*wrong = "There are more than two texts of when it was generated.";
			return NULL;
		}
		if ((field.len > 0 || separator == ',' || i > 0) &&
			(field.len == 0 || field.data[0] < '0' || field.data[0] > '9'))
		{
			*wrong = "What tells when it was generated begins with a digit.";
			return NULL;
		}
		generated[i] = portal_slice(pnstrdup(field.data, field.len), field.len);
	}
	if (generated[1].len == 0)
		generated[1] = generated[0];

	digest = AllocateDigest(DIGEST_FIRST_SIZE);
	for (int i = 0; i < 2; i++)
	{
		digest = MakeDigestRoom(digest, 2 * generated[i].len, true);
		NoteDigestGenerated(digest, generated[i], generated[i]);
	}
	while (separator == ';')
	{
		EnrolmentEntry entry;
		char	   *content;

		CHECK_FOR_INTERRUPTS();
		*wrong = ReadEntry(&from, end, &field, &entry, &content, &separator);
		if (*wrong != NULL)
			return NULL;
		digest = MakeDigestRoom(digest, EnrolmentEntrySize(&entry), true);
		digest->entries_size = PutEnrolmentEntry((char *) digest + DIGEST_USED(digest),
										&entry) - DIGEST_ENTRIES(digest);
		digest->entries++;
		pfree(content);
	}
	return CompactDigest(digest, 0);
}

Datum
enrolment_digest_in(PG_FUNCTION_ARGS)
{
	char	   *input = PG_GETARG_CSTRING(0);
	PortalSlice text = portal_slice(input, strlen(input));
	const char *wrong;
	EnrolmentDigest *digest = ReadDigest(text, &wrong);

	if (digest == NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"",
						"enrolment_digest", portal_quotation(text)),
				 errdetail("%s", wrong)));
	PG_RETURN_POINTER(digest);
}

/* The binary form is a version and the text, which is compact enough. */
Datum
enrolment_digest_send(PG_FUNCTION_ARGS)
{
	StringInfoData text;
	StringInfoData buf;

	initStringInfo(&text);
	AppendDigest(&text, PG_GETARG_DIGEST_P(0));
	pq_begintypsend(&buf);
	pq_sendint8(&buf, DIGEST_SEND_VERSION);
	pq_sendtext(&buf, text.data, text.len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

Datum
enrolment_digest_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgint(buf, 1);
	EnrolmentDigest *digest;
	const char *wrong;
	char	   *text;
	int			length;

	if (version != DIGEST_SEND_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported enrolment_digest version number %d",
						version)));
	text = pq_getmsgtext(buf, buf->len - buf->cursor, &length);
	digest = ReadDigest(portal_slice(text, length), &wrong);
	if (digest == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid external \"enrolment_digest\" value"),
				 errdetail("%s", wrong)));
	PG_RETURN_POINTER(digest);
}

/*
 * target_digest.c
 *	  The type enrolment_digest: text, binary form, and the aggregate's state,
 *	  which is an ordinary value.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "compat.h"
#include "enrolment_digest.h"
#include "fuzz.h"

FUZZ_DECLARE(enrolment_digest_in);
FUZZ_DECLARE(enrolment_digest_out);
FUZZ_DECLARE(enrolment_digest_recv);
FUZZ_DECLARE(enrolment_digest_send);
FUZZ_DECLARE(enrolment_digest_accum);
FUZZ_DECLARE(enrolment_digest_combine);
FUZZ_DECLARE(enrolment_digest_final);

void		fuzz_digest_text(void);
void		fuzz_digest_rows(void);

#define COLUMNS 7
#define MAX_ROWS 60

static bool
same_bytes(Datum a, Datum b)
{
	EnrolmentDigest *x = (EnrolmentDigest *) DatumGetPointer(a);
	EnrolmentDigest *y = (EnrolmentDigest *) DatumGetPointer(b);

	return VARSIZE(x) == VARSIZE(y) && memcmp(x, y, VARSIZE(x)) == 0;
}

static FuzzResult
final(Datum state)
{
	FuzzResult	digest = FUZZ_CALL(fuzz_strict(enrolment_digest_final),
								   fuzz_datum(state));

	/* sums of counts may not fit */
	fuzz_check(digest.sqlstate == 0 ||
			   digest.sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE);
	return digest;
}

static FuzzResult
combine(Datum a, Datum b)
{
	FuzzResult	state = FUZZ_CALL(fuzz_strict(enrolment_digest_combine),
								  fuzz_datum(a), fuzz_datum(b));

	fuzz_check(state.sqlstate == 0 ||
			   state.sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE);
	return state;
}

static void
check_same_final(Datum a, Datum b)
{
	FuzzResult	x = final(a);
	FuzzResult	y = final(b);

	fuzz_check(x.sqlstate == y.sqlstate);
	fuzz_check(x.sqlstate != 0 || same_bytes(x.value, y.value));
}

/* A canonical digest: its entries in order, each once, and it comes back. */
static void
check_canonical(Datum value)
{
	EnrolmentDigest *digest = (EnrolmentDigest *) DatumGetPointer(value);
	const char *from = DIGEST_ENTRIES(digest);
	const char *end = from + digest->entries_size;
	EnrolmentEntry entry;
	EnrolmentEntry before;
	uint32		entries = 0;
	FuzzResult	text;
	FuzzResult	sent;
	FuzzResult	again;
	StringInfoData buffer;

	fuzz_check(VARSIZE(digest) == DIGEST_USED(digest));
	while (from < end)
	{
		GetEnrolmentEntry(&from, end, &entry);
		fuzz_check(entries == 0 ||
				   portal_compare(&before.content, &entry.content) < 0);
		fuzz_check(entry.rows > 0);
		before = entry;
		entries++;
	}
	fuzz_check(entries == digest->entries);
	check_same_final(value, value);

	text = FUZZ_CALL(fuzz_strict(enrolment_digest_out), fuzz_datum(value));
	fuzz_check(text.sqlstate == 0);
	again = FUZZ_CALL(fuzz_strict(enrolment_digest_in),
					  fuzz_cstring(fuzz_literal(DatumGetCString(text.value))));
	fuzz_check(again.sqlstate == 0 && same_bytes(again.value, value));

	sent = FUZZ_CALL(fuzz_strict(enrolment_digest_send), fuzz_datum(value));
	fuzz_check(sent.sqlstate == 0);
	initStringInfo(&buffer);
	appendBinaryStringInfo(&buffer, VARDATA(DatumGetPointer(sent.value)),
						   VARSIZE(DatumGetPointer(sent.value)) - VARHDRSZ);
	again = FUZZ_CALL(fuzz_strict(enrolment_digest_recv),
					  fuzz_datum(PointerGetDatum(&buffer)));
	fuzz_check(again.sqlstate == 0 && buffer.cursor == buffer.len &&
			   same_bytes(again.value, value));
}

static FuzzResult
read_text(FuzzSlice text)
{
	FuzzResult	digest = FUZZ_CALL(fuzz_strict(enrolment_digest_in),
								   fuzz_cstring(text));

	fuzz_check(digest.sqlstate == 0 ||
			   digest.sqlstate == ERRCODE_INVALID_TEXT_REPRESENTATION ||
			   digest.sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE);
	if (digest.sqlstate == 0)
		check_canonical(digest.value);
	return digest;
}

/* Input: a digest's text, then another's; the first also as a message. */
void
fuzz_digest_text(void)
{
	FuzzSlice	field[2];
	FuzzResult	digest[2];
	FuzzResult	received;
	StringInfoData buffer;

	for (int i = 0; i < 2; i++)
	{
		if (!fuzz_field(&field[i]))
			field[i] = fuzz_literal("{}");
		digest[i] = read_text(field[i]);
	}

	/* the version, if it is 1, is followed by the text */
	buffer.data = palloc(field[0].len + 1);
	buffer.data[0] = field[0].len % 16 == 15 ? 2 : 1;
	memcpy(buffer.data + 1, field[0].data, field[0].len);
	buffer.len = buffer.maxlen = field[0].len + 1;
	buffer.cursor = 0;
	received = FUZZ_CALL(fuzz_strict(enrolment_digest_recv),
						 fuzz_datum(PointerGetDatum(&buffer)));
	if (received.sqlstate == 0)
		fuzz_check(digest[0].sqlstate == 0 &&
				   same_bytes(received.value, digest[0].value));
	else
		fuzz_check(buffer.data[0] == 2 || digest[0].sqlstate != 0);

	if (digest[0].sqlstate == 0 && digest[1].sqlstate == 0)
	{
		FuzzResult	ab = combine(digest[0].value, digest[1].value);
		FuzzResult	ba = combine(digest[1].value, digest[0].value);

		fuzz_check(ab.sqlstate == ba.sqlstate);
		if (ab.sqlstate == 0)
		{
			FuzzResult	whole = final(ab.value);

			check_same_final(ab.value, ba.value);
			if (whole.sqlstate == 0)
				check_canonical(whole.value);
		}
	}
}

/*
 * Input: rows of the portal, seven fields each.  As one state, changed in place
 * as in an aggregate; as two that are merged; and from the last row to the first.
 */
void
fuzz_digest_rows(void)
{
	static NullableDatum rows[MAX_ROWS][COLUMNS];
	FuzzSite   *inner = fuzz_not_strict(enrolment_digest_accum);
	FuzzSite   *outer = fuzz_not_strict(enrolment_digest_accum);
	NullableDatum whole = fuzz_null();
	NullableDatum backwards = fuzz_null();
	NullableDatum parts[2] = {fuzz_null(), fuzz_null()};
	FuzzResult	merged;
	FuzzResult	digest;
	int			count = 0;

	inner->context = fuzz_aggregate();
	for (; count < MAX_ROWS; count++)
	{
		for (int i = 0; i < COLUMNS; i++)
		{
			FuzzSlice	field;

			if (!fuzz_field(&field))
				goto done;
			rows[count][i] = field.len == 1 && field.data[0] == '-' ?
				fuzz_null() : fuzz_text(field);
		}
	}
done:
	for (int i = 0; i < count; i++)
	{
		NullableDatum *states[3];
		NullableDatum *from[3];

		states[0] = &whole;
		states[1] = &parts[i % 2];
		states[2] = &backwards;
		from[0] = from[1] = rows[i];
		from[2] = rows[count - 1 - i];
		for (int s = 0; s < 3; s++)
		{
			FuzzResult	state = FUZZ_CALL(s == 2 ? outer : inner, *states[s],
										  from[s][0], from[s][1], from[s][2],
										  from[s][3], from[s][4], from[s][5],
										  from[s][6]);

			fuzz_check(state.sqlstate == 0 && !state.isnull);
			*states[s] = fuzz_datum(state.value);
		}
	}
	if (count == 0)
		return;
	digest = final(whole.value);
	fuzz_check(digest.sqlstate == 0);
	check_canonical(digest.value);
	check_same_final(whole.value, backwards.value);
	if (parts[1].isnull)
		return;
	merged = combine(parts[1].value, parts[0].value);
	fuzz_check(merged.sqlstate == 0);
	check_same_final(whole.value, merged.value);
}

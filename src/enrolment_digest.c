/*
 * enrolment_digest.c
 *	  The type enrolment_digest: what one official has learnt, and the aggregate
 *	  that makes it from the portal's rows.  Its text is enrolment_digest_text.c's.
 *
 * A portal that has outgrown one machine keeps its enrolments on several, each
 * official's on one of them.  What the refresh needs of an official is little:
 * the distinct contents, whether each was completed and certificated, two
 * moments, and how many rows could not be read.  That is worked out where the
 * rows are, by enrolment_digest_agg(...) group by user_id, and only the digests
 * travel.  So the aggregate keeps the rules of those who send aggregates away
 * (postgres_fdw, Citus): its state is an ordinary value of a type of this
 * extension, not "internal"; states can be merged; state and result cross the
 * wire as text that comes back as it went; nothing depends on collation, time
 * zone, date style or the order of the rows.
 *
 * As a result a digest is canonical: entries in order of bytes, each content
 * once, no room.  As a transition state it is a log: a row appends its entry
 * and nothing is looked up.  When the room is used up, the log is sorted, equal
 * contents are merged, and it moves to where there is room for half as much
 * again.  So a row costs the logarithm of their number, and an official with a
 * million rows is no danger, while the usual state of a few hundred bytes stays
 * a few hundred bytes, which lets millions of officials be hashed at a time.
 * An aggregate's state may be appended to in place; elsewhere it is copied
 * first.
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "enrolment_digest.h"
#include "portal_text.h"
#include "portal_time.h"

PG_FUNCTION_INFO_V1(enrolment_digest_accum);
PG_FUNCTION_INFO_V1(enrolment_digest_combine);
PG_FUNCTION_INFO_V1(enrolment_digest_final);
PG_FUNCTION_INFO_V1(enrolment_digest_entries);

/* of the layout in memory */
#define DIGEST_VERSION		1

#define INTERRUPT_INTERVAL	4096

/* the flags of an entry */
#define ENTRY_ENROLLED		0x01
#define ENTRY_COMPLETED		0x02
#define ENTRY_CERTIFICATED	0x04
#define ENTRY_HAS_MOMENT	0x08
#define ENTRY_HAS_FRACTION	0x10	/* the moment in microseconds, else seconds */
#define ENTRY_HAS_DAY		0x20
#define ENTRY_HAS_ROWS		0x40	/* not exactly one row */
#define ENTRY_HAS_FAULTS	0x80

/* the longest form of an entry but for its content */
#define ENTRY_MAX_OVERHEAD	(5 + 1 + 10 + 5 + 10 + ENROLMENT_FAULTS * 10)


/*
 * Numbers of variable length
 */

static inline Size
NumberSize(uint64 value)
{
	return value == 0 ? 1 : pg_leftmost_one_pos64(value) / 7 + 1;
}

static inline char *
PutNumber(char *to, uint64 value)
{
	while (value >= 0x80)
	{
		*to++ = (char) (value | 0x80);
		value >>= 7;
	}
	*to++ = (char) value;
	return to;
}

static inline uint64
Zigzag(int64 value)
{
	return ((uint64) value << 1) ^ (value < 0 ? ~UINT64CONST(0) : 0);
}

static inline int64
Unzigzag(uint64 value)
{
	return (int64) (value >> 1) ^ -(int64) (value & 1);
}

pg_noreturn static void
CorruptDigest(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("corrupt enrolment_digest"),
			 errdetail("An entry does not end where the value does.")));
}

static inline uint64
GetNumber(const char **from, const char *end)
{
	uint64		value = 0;
	int			shift = 0;
	uint8		byte;

	do
	{
		if (unlikely(*from >= end || shift > 63))
			CorruptDigest();
		byte = (uint8) *(*from)++;
		value |= (uint64) (byte & 0x7F) << shift;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

/*
 * Entries
 */

static inline bool
HasFraction(const EnrolmentEntry *entry)
{
	return entry->has_moment && entry->completed_at % USECS_PER_SEC != 0;
}

Size
EnrolmentEntrySize(const EnrolmentEntry *entry)
{
	Size		size = NumberSize(entry->content.len) + entry->content.len + 1;

	if (entry->has_moment)
		size += NumberSize(Zigzag(HasFraction(entry) ? entry->completed_at :
								  entry->completed_at / USECS_PER_SEC));
	if (entry->has_day)
		size += NumberSize(Zigzag(entry->last_active_on));
	if (entry->rows != 1)
		size += NumberSize((uint64) entry->rows);
	if (EnrolmentEntryHasFaults(entry))
	{
		for (int i = 0; i < ENROLMENT_FAULTS; i++)
			size += NumberSize((uint64) entry->faults[i]);
	}
	return size;
}

char *
PutEnrolmentEntry(char *to, const EnrolmentEntry *entry)
{
	bool		fraction = HasFraction(entry);
	bool		faults = EnrolmentEntryHasFaults(entry);

	to = PutNumber(to, entry->content.len);
	memcpy(to, entry->content.data, entry->content.len);
	to += entry->content.len;
	*to++ = (char) ((entry->enrolled ? ENTRY_ENROLLED : 0) |
					(entry->completed ? ENTRY_COMPLETED : 0) |
					(entry->certificated ? ENTRY_CERTIFICATED : 0) |
					(entry->has_moment ? ENTRY_HAS_MOMENT : 0) |
					(fraction ? ENTRY_HAS_FRACTION : 0) |
					(entry->has_day ? ENTRY_HAS_DAY : 0) |
					(entry->rows != 1 ? ENTRY_HAS_ROWS : 0) |
					(faults ? ENTRY_HAS_FAULTS : 0));
	if (entry->has_moment)
		to = PutNumber(to, Zigzag(fraction ? entry->completed_at :
								  entry->completed_at / USECS_PER_SEC));
	if (entry->has_day)
		to = PutNumber(to, Zigzag(entry->last_active_on));
	if (entry->rows != 1)
		to = PutNumber(to, (uint64) entry->rows);
	if (faults)
	{
		for (int i = 0; i < ENROLMENT_FAULTS; i++)
			to = PutNumber(to, (uint64) entry->faults[i]);
	}
	return to;
}

/* Read the entry at *from and go on behind it. */
void
GetEnrolmentEntry(const char **from, const char *end, EnrolmentEntry *entry)
{
	uint64		length = GetNumber(from, end);
	uint8		flags;

	if (unlikely(length >= (uint64) (end - *from)))
		CorruptDigest();
	entry->content = portal_slice(*from, length);
	*from += length;
	flags = (uint8) *(*from)++;
	entry->enrolled = (flags & ENTRY_ENROLLED) != 0;
	entry->completed = (flags & ENTRY_COMPLETED) != 0;
	entry->certificated = (flags & ENTRY_CERTIFICATED) != 0;
	entry->has_moment = (flags & ENTRY_HAS_MOMENT) != 0;
	entry->has_day = (flags & ENTRY_HAS_DAY) != 0;
	entry->completed_at = 0;
	if (entry->has_moment)
		entry->completed_at = Unzigzag(GetNumber(from, end)) *
			((flags & ENTRY_HAS_FRACTION) ? 1 : USECS_PER_SEC);
	entry->last_active_on = 0;
	if (entry->has_day)
		entry->last_active_on = (DateADT) Unzigzag(GetNumber(from, end));
	entry->rows = (flags & ENTRY_HAS_ROWS) ? (int64) GetNumber(from, end) : 1;
	for (int i = 0; i < ENROLMENT_FAULTS; i++)
		entry->faults[i] = (flags & ENTRY_HAS_FAULTS) ?
			(int64) GetNumber(from, end) : 0;
}

static inline void
AddCount(int64 *count, int64 more)
{
	if (unlikely(pg_add_s64_overflow(*count, more, count)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("enrolment_digest out of range"),
				 errdetail("A count of rows does not fit into a bigint.")));
}

/* Several rows of one content are one enrolment (SPEC 6). */
static void
MergeEntry(EnrolmentEntry *into, const EnrolmentEntry *from)
{
	into->enrolled |= from->enrolled;
	into->completed |= from->completed;
	into->certificated |= from->certificated;
	if (from->has_moment &&
		(!into->has_moment || from->completed_at < into->completed_at))
	{
		into->has_moment = true;
		into->completed_at = from->completed_at;
	}
	if (from->has_day &&
		(!into->has_day || from->last_active_on > into->last_active_on))
	{
		into->has_day = true;
		into->last_active_on = from->last_active_on;
	}
	AddCount(&into->rows, from->rows);
	for (int i = 0; i < ENROLMENT_FAULTS; i++)
		AddCount(&into->faults[i], from->faults[i]);
}

static int
CompareEntries(const void *a, const void *b)
{
	return portal_compare(&((const EnrolmentEntry *) a)->content,
						  &((const EnrolmentEntry *) b)->content);
}

#define ST_SORT sort_entries
#define ST_ELEMENT_TYPE EnrolmentEntry
#define ST_COMPARE(a, b) CompareEntries(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Digests
 */

EnrolmentDigest *
AllocateDigest(Size size)
{
	EnrolmentDigest *digest;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("enrolment_digest is too long"),
				 errdetail("The enrolments of one official take %zu bytes.",
						   size)));
	digest = palloc0(size);
	SET_VARSIZE(digest, size);
	digest->version = DIGEST_VERSION;
	return digest;
}

/*
 * The digest in canonical form, with room for so many bytes more and, if there
 * is to be any, for half of everything.  Always a copy.
 */
EnrolmentDigest *
CompactDigest(const EnrolmentDigest *digest, Size room)
{
	EnrolmentDigest *result;
	const char *from = DIGEST_ENTRIES(digest);
	const char *end = from + digest->entries_size;
	EnrolmentEntry *entry;
	uint32		entries = 0;
	bool		sorted = true;
	Size		size = 0;
	Size		total;
	char	   *to;

	entry = MemoryContextAllocHuge(CurrentMemoryContext,
								   Max(digest->entries, 1) * sizeof(EnrolmentEntry));
	for (uint32 i = 0; i < digest->entries; i++)
	{
		if (i % INTERRUPT_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		GetEnrolmentEntry(&from, end, &entry[i]);
		if (i > 0 && CompareEntries(&entry[i - 1], &entry[i]) > 0)
			sorted = false;
	}
	if (from != end)
		CorruptDigest();
	if (!sorted)
		sort_entries(entry, digest->entries);
	for (uint32 i = 0; i < digest->entries; i++)
	{
		if (entries > 0 && CompareEntries(&entry[entries - 1], &entry[i]) == 0)
			MergeEntry(&entry[entries - 1], &entry[i]);
		else
			entry[entries++] = entry[i];
	}
	for (uint32 i = 0; i < entries; i++)
		size += EnrolmentEntrySize(&entry[i]);

	total = DIGEST_HEADER + digest->first_length + digest->last_length + size;
	if (room > 0)
	{
		total += room;
		total = pg_nextpower2_size_t(total + total / 2);
		/* what is too much is said of what is needed, not of the rounding */
		if (total > MaxAllocSize)
			total = Max(MaxAllocSize, DIGEST_HEADER + digest->first_length +
						digest->last_length + size + room);
		total = Max(total, DIGEST_FIRST_SIZE);
	}
	result = AllocateDigest(total);
	result->first_length = digest->first_length;
	result->last_length = digest->last_length;
	result->entries = entries;
	result->entries_size = size;
	memcpy(result->data, digest->data,
		   digest->first_length + digest->last_length);
	to = DIGEST_ENTRIES(result);
	for (uint32 i = 0; i < entries; i++)
		to = PutEnrolmentEntry(to, &entry[i]);
	Assert(to == (char *) result + DIGEST_USED(result));
	pfree(entry);
	return result;
}

/*
 * A digest that may be written to and has so many bytes of room: the state
 * itself, inside an aggregate and if it has, else a copy.
 */
EnrolmentDigest *
MakeDigestRoom(EnrolmentDigest *digest, Size room, bool in_place)
{
	EnrolmentDigest *copy;

	if (VARSIZE(digest) - DIGEST_USED(digest) < room)
		return CompactDigest(digest, room);
	if (in_place)
		return digest;
	copy = AllocateDigest(VARSIZE(digest));
	memcpy(copy, digest, VARSIZE(digest));
	return copy;
}

/*
 * Note when rows were generated, by the least and the greatest text in order
 * of bytes.  The digest must have room for both texts.
 */
void
NoteDigestGenerated(EnrolmentDigest *digest, PortalSlice first, PortalSlice last)
{
	PortalSlice old_first = DigestFirstGenerated(digest);
	PortalSlice old_last = DigestLastGenerated(digest);
	bool		one_text;
	char	   *texts;

	if (first.len == 0)
		return;
	if (old_first.len > 0)
	{
		if (portal_compare(&old_first, &first) <= 0)
			first = old_first;
		if (portal_compare(&old_last, &last) >= 0)
			last = old_last;
		if (first.data == old_first.data && last.data == old_last.data)
			return;
	}

	/* the slices may point into what is overwritten */
	one_text = portal_compare(&first, &last) == 0;
	texts = palloc(first.len + last.len);
	memcpy(texts, first.data, first.len);
	memcpy(texts + first.len, last.data, last.len);
	if (one_text)
		last.len = 0;
	if (first.len != digest->first_length || last.len != digest->last_length)
		memmove(digest->data + first.len + last.len, DIGEST_ENTRIES(digest),
				digest->entries_size);
	memcpy(digest->data, texts, first.len + last.len);
	digest->first_length = first.len;
	digest->last_length = last.len;
	pfree(texts);
}

/*
 * The aggregate
 */

/* A column of the row, an empty slice where it is NULL. */
static inline PortalSlice
ColumnSlice(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		return portal_slice("", 0);
	return portal_text_slice(PG_GETARG_TEXT_PP(argument));
}

#define SLICE_IS(slice, literal) \
	((slice).len == sizeof(literal) - 1 && \
	 memcmp((slice).data, literal, sizeof(literal) - 1) == 0)

/*
 * enrolment_digest_accum(digest, content_id, user_consumption_status,
 *		certificate_id, first_completed_on, last_completed_on,
 *		content_last_accessed_on, data_last_generated_on)
 *
 * The same reading of a row as that of the stage "enrolment" (sql/50).
 */
Datum
enrolment_digest_accum(PG_FUNCTION_ARGS)
{
	bool		in_place = AggCheckCallContext(fcinfo, NULL);
	EnrolmentDigest *digest;
	EnrolmentEntry entry = {0};
	PortalSlice content = ColumnSlice(fcinfo, 1);
	PortalSlice status = ColumnSlice(fcinfo, 2);
	PortalSlice certificate = ColumnSlice(fcinfo, 3);
	PortalSlice generated = ColumnSlice(fcinfo, 7);
	Timestamp	moment;
	int64		day;
	bool		known;
	Size		room;

	if (!portal_trimmed_is_missing(portal_trim(content)))
		entry.content = content;
	else
		entry.content = portal_slice("", 0);
	entry.rows = 1;

	entry.enrolled = !SLICE_IS(status, "not-enrolled");
	entry.completed = SLICE_IS(status, "completed");
	known = entry.completed || !entry.enrolled ||
		SLICE_IS(status, "in-progress") || SLICE_IS(status, "not-started");
	entry.faults[UNKNOWN_STATUS] = known ? 0 : 1;

	/* an id of more than five characters, which are no fewer bytes */
	entry.certificated = entry.enrolled && certificate.len > 5 &&
		pg_mbstrlen_with_len(certificate.data, certificate.len) > 5;

	for (int i = 0; i < 2; i++)
	{
		switch (portal_read_timestamp(ColumnSlice(fcinfo, 4 + i), &moment))
		{
			case PORTAL_VALUE:
				if (entry.completed &&
					(!entry.has_moment || moment < entry.completed_at))
				{
					entry.has_moment = true;
					entry.completed_at = moment;
				}
				break;
			case PORTAL_MISSING:
				break;
			case PORTAL_GARBAGE:
				entry.faults[UNREADABLE_FIRST + i] = 1;
				break;
		}
	}
	switch (portal_read_day(ColumnSlice(fcinfo, 6), &day))
	{
		case PORTAL_VALUE:
			if (entry.enrolled)
			{
				entry.has_day = true;
				entry.last_active_on = (DateADT) day;
			}
			break;
		case PORTAL_MISSING:
			break;
		case PORTAL_GARBAGE:
			entry.faults[UNREADABLE_ACCESSED] = 1;
			break;
	}

	/* what does not begin with a digit is no night */
	if (generated.len > 0 &&
		(generated.data[0] < '0' || generated.data[0] > '9'))
		generated.len = 0;

	if (PG_ARGISNULL(0))
	{
		digest = AllocateDigest(DIGEST_FIRST_SIZE);
		in_place = true;
	}
	else
		digest = PG_GETARG_DIGEST_P(0);
	room = ENTRY_MAX_OVERHEAD + entry.content.len;
	if (generated.len > 0)
	{
		PortalSlice first = DigestFirstGenerated(digest);
		PortalSlice last = DigestLastGenerated(digest);

		/* nearly always the one text that there is */
		if (first.len > 0 && portal_compare(&generated, &first) >= 0 &&
			portal_compare(&generated, &last) <= 0)
			generated.len = 0;
		else
			room += 2 * generated.len;
	}
	/* the guess is generous: be exact where it matters */
	if (VARSIZE(digest) - DIGEST_USED(digest) < room)
		room = EnrolmentEntrySize(&entry) + 2 * generated.len;
	digest = MakeDigestRoom(digest, room, in_place);
	NoteDigestGenerated(digest, generated, generated);
	digest->entries_size = PutEnrolmentEntry((char *) digest + DIGEST_USED(digest),
									&entry) - DIGEST_ENTRIES(digest);
	digest->entries++;
	PG_RETURN_POINTER(digest);
}

Datum
enrolment_digest_combine(PG_FUNCTION_ARGS)
{
	EnrolmentDigest *digest = PG_GETARG_DIGEST_P(0);
	EnrolmentDigest *other = PG_GETARG_DIGEST_P(1);

	/* room for a text of the other's to become the first and the last */
	digest = MakeDigestRoom(digest, other->entries_size + 2 *
					  ((Size) other->first_length + other->last_length) + 1,
					  AggCheckCallContext(fcinfo, NULL));
	NoteDigestGenerated(digest, DigestFirstGenerated(other), DigestLastGenerated(other));
	memcpy((char *) digest + DIGEST_USED(digest), DIGEST_ENTRIES(other),
		   other->entries_size);
	digest->entries_size += other->entries_size;
	digest->entries += other->entries;
	PG_RETURN_POINTER(digest);
}

/* The state is left as it is: other aggregates may share it. */
Datum
enrolment_digest_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(CompactDigest(PG_GETARG_DIGEST_P(0), 0));
}

/*
 * enrolment_digest_entries(digest): a row for each content
 */
Datum
enrolment_digest_entries(PG_FUNCTION_ARGS)
{
	EnrolmentDigest *digest = CompactDigest(PG_GETARG_DIGEST_P(0), 0);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *from = DIGEST_ENTRIES(digest);
	const char *end = from + digest->entries_size;
	PortalSlice first = DigestFirstGenerated(digest);
	PortalSlice last = DigestLastGenerated(digest);
	Datum		values[13];
	bool		nulls[13] = {false};

	InitMaterializedSRF(fcinfo, 0);
	if (rsinfo->setDesc->natts != lengthof(values))
		elog(ERROR, "enrolment_digest_entries is declared with %d columns",
			 rsinfo->setDesc->natts);

	nulls[11] = nulls[12] = first.len == 0;
	if (first.len > 0)
	{
		values[11] = PointerGetDatum(cstring_to_text_with_len(first.data, first.len));
		values[12] = PointerGetDatum(cstring_to_text_with_len(last.data, last.len));
	}
	while (from < end)
	{
		EnrolmentEntry entry;

		GetEnrolmentEntry(&from, end, &entry);
		nulls[0] = entry.content.len == 0;
		values[0] = nulls[0] ? (Datum) 0 :
			PointerGetDatum(cstring_to_text_with_len(entry.content.data,
													 entry.content.len));
		values[1] = BoolGetDatum(entry.enrolled);
		values[2] = BoolGetDatum(entry.completed);
		values[3] = BoolGetDatum(entry.certificated);
		nulls[4] = !entry.has_moment;
		values[4] = TimestampGetDatum(entry.completed_at);
		nulls[5] = !entry.has_day;
		values[5] = DateADTGetDatum(entry.last_active_on);
		values[6] = Int64GetDatum(entry.rows);
		for (int i = 0; i < ENROLMENT_FAULTS; i++)
			values[7 + i] = Int64GetDatum(entry.faults[i]);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		if (!nulls[0])
			pfree(DatumGetPointer(values[0]));
	}
	return (Datum) 0;
}

/*
 * enrolment_digest.c
 *	  The type enrolment_digest: what one official has learnt, and the aggregate
 *	  that makes it from the portal's rows.
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
 * A digest is a varlena:
 *
 *	+--------+-----------------+----------------+---------+---------+- - - +
 *	| header | first generated | last generated | entry 1 | entry 2 | room |
 *	+--------+-----------------+----------------+---------+---------+- - - +
 *
 * An entry is one content, or the rows without a content_id; its numbers are
 * variable-length (7 bits a byte, low first, high bit = more; signed ones
 * zigzagged):
 *
 *	length of content_id, content_id, flags, moment of completion, last day
 *	opened, rows, four counts of faults: each only if its flag says so
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
#include "datatype/timestamp.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "portal_text.h"
#include "portal_time.h"

PG_FUNCTION_INFO_V1(enrolment_digest_in);
PG_FUNCTION_INFO_V1(enrolment_digest_out);
PG_FUNCTION_INFO_V1(enrolment_digest_recv);
PG_FUNCTION_INFO_V1(enrolment_digest_send);
PG_FUNCTION_INFO_V1(enrolment_digest_accum);
PG_FUNCTION_INFO_V1(enrolment_digest_combine);
PG_FUNCTION_INFO_V1(enrolment_digest_final);
PG_FUNCTION_INFO_V1(enrolment_digest_entries);

/* of the layout in memory and of the binary form on the wire */
#define DIGEST_VERSION		1
#define DIGEST_SEND_VERSION	1

/* a state of two or three enrolments; memory comes in powers of two anyway */
#define DIGEST_FIRST_SIZE	128

#define INTERRUPT_INTERVAL	4096

typedef struct EnrolmentDigest
{
	int32		vl_len_;		/* varlena header, the room included */
	uint32		version;
	uint32		first_length;	/* of the first generated, 0 = none */
	uint32		last_length;	/* of the last, 0 = the same as the first */
	uint32		entries;
	uint32		entries_size;	/* their bytes */
	char		data[FLEXIBLE_ARRAY_MEMBER];
} EnrolmentDigest;

#define DIGEST_HEADER		offsetof(EnrolmentDigest, data)
#define DIGEST_ENTRIES(d)	((d)->data + (d)->first_length + (d)->last_length)
#define DIGEST_USED(d) \
	(DIGEST_HEADER + (Size) (d)->first_length + (d)->last_length + (d)->entries_size)

#define DatumGetDigestP(X)		((EnrolmentDigest *) PG_DETOAST_DATUM(X))
#define PG_GETARG_DIGEST_P(n)	DatumGetDigestP(PG_GETARG_DATUM(n))

/* the flags of an entry */
#define ENTRY_ENROLLED		0x01
#define ENTRY_COMPLETED		0x02
#define ENTRY_CERTIFICATED	0x04
#define ENTRY_HAS_MOMENT	0x08
#define ENTRY_HAS_FRACTION	0x10	/* the moment in microseconds, else seconds */
#define ENTRY_HAS_DAY		0x20
#define ENTRY_HAS_ROWS		0x40	/* not exactly one row */
#define ENTRY_HAS_FAULTS	0x80

/* what of a row could not be understood */
typedef enum Fault
{
	UNKNOWN_STATUS,
	UNREADABLE_FIRST,
	UNREADABLE_LAST,
	UNREADABLE_ACCESSED
} Fault;

#define FAULTS				4

typedef struct Entry
{
	PortalSlice content;		/* empty: rows without a content_id */
	bool		enrolled;
	bool		completed;
	bool		certificated;
	bool		has_moment;
	bool		has_day;
	Timestamp	completed_at;
	DateADT		last_active_on;
	int64		rows;
	int64		faults[FAULTS];
} Entry;

/* the longest form of an entry but for its content */
#define ENTRY_MAX_OVERHEAD	(5 + 1 + 10 + 5 + 10 + FAULTS * 10)


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
	return ((uint64) value << 1) ^ (uint64) (value >> 63);
}

static inline int64
Unzigzag(uint64 value)
{
	return (int64) (value >> 1) ^ -(int64) (value & 1);
}

static void
pg_attribute_noreturn()
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
HasFaults(const Entry *entry)
{
	for (int i = 0; i < FAULTS; i++)
	{
		if (entry->faults[i] != 0)
			return true;
	}
	return false;
}

static inline bool
HasFraction(const Entry *entry)
{
	return entry->has_moment && entry->completed_at % USECS_PER_SEC != 0;
}

static Size
EntrySize(const Entry *entry)
{
	Size		size = NumberSize(entry->content.len) + entry->content.len + 1;

	if (entry->has_moment)
		size += NumberSize(Zigzag(HasFraction(entry) ? entry->completed_at :
								  entry->completed_at / USECS_PER_SEC));
	if (entry->has_day)
		size += NumberSize(Zigzag(entry->last_active_on));
	if (entry->rows != 1)
		size += NumberSize((uint64) entry->rows);
	if (HasFaults(entry))
	{
		for (int i = 0; i < FAULTS; i++)
			size += NumberSize((uint64) entry->faults[i]);
	}
	return size;
}

static char *
PutEntry(char *to, const Entry *entry)
{
	bool		fraction = HasFraction(entry);
	bool		faults = HasFaults(entry);

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
		for (int i = 0; i < FAULTS; i++)
			to = PutNumber(to, (uint64) entry->faults[i]);
	}
	return to;
}

/* Read the entry at *from and go on behind it. */
static void
GetEntry(const char **from, const char *end, Entry *entry)
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
	for (int i = 0; i < FAULTS; i++)
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
MergeEntry(Entry *into, const Entry *from)
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
	for (int i = 0; i < FAULTS; i++)
		AddCount(&into->faults[i], from->faults[i]);
}

static int
CompareEntries(const void *a, const void *b)
{
	return portal_compare(&((const Entry *) a)->content,
						  &((const Entry *) b)->content);
}

/*
 * Digests
 */

static EnrolmentDigest *
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

static inline PortalSlice
FirstGenerated(const EnrolmentDigest *digest)
{
	return portal_slice(digest->data, digest->first_length);
}

static inline PortalSlice
LastGenerated(const EnrolmentDigest *digest)
{
	if (digest->last_length == 0)
		return FirstGenerated(digest);
	return portal_slice(digest->data + digest->first_length,
						digest->last_length);
}

/*
 * The digest in canonical form, with room for so many bytes more and, if there
 * is to be any, for half of everything.  Always a copy.
 */
static EnrolmentDigest *
CompactDigest(const EnrolmentDigest *digest, Size room)
{
	EnrolmentDigest *result;
	const char *from = DIGEST_ENTRIES(digest);
	const char *end = from + digest->entries_size;
	Entry	   *entry;
	uint32		entries = 0;
	bool		sorted = true;
	Size		size = 0;
	Size		total;
	char	   *to;

	entry = MemoryContextAllocHuge(CurrentMemoryContext,
								   Max(digest->entries, 1) * sizeof(Entry));
	for (uint32 i = 0; i < digest->entries; i++)
	{
		if (i % INTERRUPT_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		GetEntry(&from, end, &entry[i]);
		if (i > 0 && CompareEntries(&entry[i - 1], &entry[i]) > 0)
			sorted = false;
	}
	if (from != end)
		CorruptDigest();
	if (!sorted)
		qsort(entry, digest->entries, sizeof(Entry), CompareEntries);
	for (uint32 i = 0; i < digest->entries; i++)
	{
		if (entries > 0 && CompareEntries(&entry[entries - 1], &entry[i]) == 0)
			MergeEntry(&entry[entries - 1], &entry[i]);
		else
			entry[entries++] = entry[i];
	}
	for (uint32 i = 0; i < entries; i++)
		size += EntrySize(&entry[i]);

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
		to = PutEntry(to, &entry[i]);
	Assert(to == (char *) result + DIGEST_USED(result));
	pfree(entry);
	return result;
}

/*
 * A digest that may be written to and has so many bytes of room: the state
 * itself, inside an aggregate and if it has, else a copy.
 */
static EnrolmentDigest *
MakeRoom(EnrolmentDigest *digest, Size room, bool in_place)
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
static void
NoteGenerated(EnrolmentDigest *digest, PortalSlice first, PortalSlice last)
{
	PortalSlice old_first = FirstGenerated(digest);
	PortalSlice old_last = LastGenerated(digest);
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
		return portal_slice(NULL, 0);
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
	Entry		entry = {0};
	PortalSlice content = ColumnSlice(fcinfo, 1);
	PortalSlice status = ColumnSlice(fcinfo, 2);
	PortalSlice certificate = ColumnSlice(fcinfo, 3);
	PortalSlice generated = ColumnSlice(fcinfo, 7);
	Timestamp	moment;
	bool		known;
	Size		room;

	if (!portal_trimmed_is_missing(portal_trim(content)))
		entry.content = content;
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
	switch (portal_read_timestamp(ColumnSlice(fcinfo, 6), &moment))
	{
		case PORTAL_VALUE:
			if (entry.enrolled)
			{
				Timestamp	day = moment / USECS_PER_DAY;

				if (moment % USECS_PER_DAY < 0)
					day--;
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
		PortalSlice first = FirstGenerated(digest);
		PortalSlice last = LastGenerated(digest);

		/* nearly always the one text that there is */
		if (first.len > 0 && portal_compare(&generated, &first) >= 0 &&
			portal_compare(&generated, &last) <= 0)
			generated.len = 0;
		else
			room += 2 * generated.len;
	}
	/* the guess is generous: be exact where it matters */
	if (VARSIZE(digest) - DIGEST_USED(digest) < room)
		room = EntrySize(&entry) + 2 * generated.len;
	digest = MakeRoom(digest, room, in_place);
	NoteGenerated(digest, generated, generated);
	digest->entries_size = PutEntry((char *) digest + DIGEST_USED(digest),
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
	digest = MakeRoom(digest, other->entries_size + 2 *
					  ((Size) other->first_length + other->last_length) + 1,
					  AggCheckCallContext(fcinfo, NULL));
	NoteGenerated(digest, FirstGenerated(other), LastGenerated(other));
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
	PortalSlice first = FirstGenerated(digest);
	PortalSlice last = LastGenerated(digest);
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
		Entry		entry;

		GetEntry(&from, end, &entry);
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
		for (int i = 0; i < FAULTS; i++)
			values[7 + i] = Int64GetDatum(entry.faults[i]);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		if (!nulls[0])
			pfree(DatumGetPointer(values[0]));
	}
	return (Datum) 0;
}

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
	snprintf(digits, sizeof(digits), "%06d", (int) Abs(fraction));
	while (digits[length - 1] == '0')
		length--;
	appendStringInfoChar(buf, '.');
	appendBinaryStringInfo(buf, digits, length);
}

static void
AppendEntry(StringInfo buf, const Entry *entry)
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
	if (HasFaults(entry))
	{
		for (int i = 0; i < FAULTS; i++)
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
	AppendText(buf, FirstGenerated(digest));
	if (digest->last_length > 0)
	{
		appendStringInfoChar(buf, ',');
		AppendText(buf, LastGenerated(digest));
	}
	from = DIGEST_ENTRIES(digest);
	end = from + digest->entries_size;
	while (from < end)
	{
		Entry		entry;

		GetEntry(&from, end, &entry);
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
ReadEntry(const char **from, const char *end, StringInfo field, Entry *entry,
		  char **content, char *separator)
{
	memset(entry, 0, sizeof(Entry));
	entry->rows = 1;

	*separator = NextField(from, end, field);
	*content = pnstrdup(field->data, field->len);
	entry->content = portal_slice(*content, field->len);
	if (field->len > 0 && portal_trimmed_is_missing(portal_trim(entry->content)))
		return "A content_id is one of the portal's markers of what is missing.";

	for (int i = 1; *separator == ','; i++)
	{
		*separator = NextField(from, end, field);
		if (i >= 5 + FAULTS)
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
	for (int i = 0; i < FAULTS; i++)
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
	PortalSlice generated[2] = {{NULL, 0}, {NULL, 0}};
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
		digest = MakeRoom(digest, 2 * generated[i].len, true);
		NoteGenerated(digest, generated[i], generated[i]);
	}
	while (separator == ';')
	{
		Entry		entry;
		char	   *content;

		CHECK_FOR_INTERRUPTS();
		*wrong = ReadEntry(&from, end, &field, &entry, &content, &separator);
		if (*wrong != NULL)
			return NULL;
		digest = MakeRoom(digest, EntrySize(&entry), true);
		digest->entries_size = PutEntry((char *) digest + DIGEST_USED(digest),
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

/*-------------------------------------------------------------------------
 *
 * engine_event.c
 *	  One scan of events_enrolment -> what officials have learnt by events.
 *
 * A scan of the engine's own or an aggregate, as for the other two tables; what
 * events last the scan is told.  An official has attended an
 * event if of all rows of the two one says completed and one has a certificate;
 * so rows are kept, sixteen bytes each, until all have been seen, and sorted
 * then by official and event.  Rows of who is no official of this pass are not
 * kept, nor are those that say nothing.  They may take a part of the memory
 * that records of enrolments will have, which are not there yet.
 *
 * What comes of it are the seconds of the officials who have any, in the order
 * of their slots.  The leader takes that into shared memory in a second step,
 * for the aggregate may be finished by a worker, whose segments would not last.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "engine.h"
#include "engine_scan.h"
#include "portal_time.h"

PG_FUNCTION_INFO_V1(engine_scan_attended);
PG_FUNCTION_INFO_V1(engine_attend_trans);
PG_FUNCTION_INFO_V1(engine_attend_combine);
PG_FUNCTION_INFO_V1(engine_attend_serial);
PG_FUNCTION_INFO_V1(engine_attend_deserial);
PG_FUNCTION_INFO_V1(engine_attend_final);
PG_FUNCTION_INFO_V1(engine_keep_attended);

/* The arguments of the aggregate, after its state. */
enum
{
	ARG_TOKEN = 1, ARG_USER_ID, ARG_EVENT_ID, ARG_SECONDS, ARG_OWN_SECONDS,
	ARG_COMPLETED, ARG_CERTIFICATED
};

/* A row: the key is slot, number of the event, and two flags. */
typedef struct Attendance
{
	uint64		key;
	int64		seconds;		/* or ATTENDED_UNKNOWN */
} Attendance;

#define ATTENDED_COMPLETED UINT64CONST(1)
#define ATTENDED_CERTIFICATED UINT64CONST(2)
#define ATTENDED_FLAGS UINT64CONST(3)
#define ATTENDED_SLOT(key) ((uint32) ((key) >> 32))
#define ATTENDED_UNKNOWN PG_INT64_MIN

/* Rows of a small portal always have room; more than this cannot be handed on. */
#define MIN_ATTENDANCES 65536
#define MAX_ATTENDANCES (UINT64CONST(1) << 25)

typedef struct AttendState
{
	Engine	   *engine;			/* NULL once it came from elsewhere */
	uint64		epoch;			/* while it is engine_epoch the pointers are good */
	MemoryContext memory;
	Attendance *row;
	Size		count;
	Size		room;
} AttendState;

#define ST_SORT sort_attendances
#define ST_ELEMENT_TYPE Attendance
#define ST_COMPARE(a, b) ((a)->key < (b)->key ? -1 : (a)->key > (b)->key)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"


static void *
new_state(MemoryContext memory, Engine *engine)
{
	AttendState *state = MemoryContextAllocZero(memory, sizeof(AttendState));

	state->engine = engine;
	state->epoch = engine_epoch;
	state->memory = memory;
	return state;
}

/* Room for so many rows more. */
static void
need_room(AttendState *state, Size more)
{
	Size		room = Max(state->room, 256);

	while (room < state->count + more)
		room *= 2;
	if (room == state->room)
		return;
	state->row = state->row == NULL ?
		MemoryContextAllocHuge(state->memory, room * sizeof(Attendance)) :
		repalloc_huge(state->row, room * sizeof(Attendance));
	state->room = room;
}

/* Whether all processes together may keep more rows; the fault is noted if not. */
static bool
may_grow(AttendState *state)
{
	EngineHeader *header = state->engine->header;
	uint64		used = engine_memory_used(state->engine);

	/* a third of what will be the enrolments': rows are put in order beside themselves */
	uint64		limit = (header->budget - Min(header->budget, used)) / 3 / sizeof(Attendance);
	uint64		more = Max(state->room, 256);

	limit = Min(Max(limit, MIN_ATTENDANCES), MAX_ATTENDANCES);
	if (pg_atomic_fetch_add_u64(&header->attendances, more) + more <= limit)
		return true;
	engine_fault(state->engine, ENGINE_FULL_EVENTS);
	return false;
}

/* A row that may count: keep it, if it is an official's. */
static void
attend(AttendState *state, PortalSlice user_id, PortalSlice event_id, uint64 flags, int64 seconds)
{
	Engine	   *engine = state->engine;
	uint32		place;
	uint32		event;
	Attendance *row;

	/* what cannot be finished is not gone on with */
	if (unlikely(pg_atomic_read_u32(&engine->header->fault) != ENGINE_FINE) ||
		portal_trimmed_is_missing(portal_trim(event_id)) ||
		engine_slot_of_official(engine, user_id, &place) == NULL)
		return;
	event = engine_intern(engine, &engine->header->event, event_id.data, event_id.len);
	if (event == ENGINE_NO_NUMBER || (state->count == state->room && !may_grow(state)))
		return;
	need_room(state, 1);
	row = &state->row[state->count++];
	row->key = (uint64) place << 32 | (uint64) event << 2 | flags;
	row->seconds = seconds;
}

/*
 * engine_attend_trans(state, token, user_id, event_id, seconds, own_seconds,
 *					   completed, certificated)
 *
 * seconds are those of the event, own_seconds what the row says where the event
 * is not known, or not its seconds.
 */
Datum
engine_attend_trans(PG_FUNCTION_ARGS)
{
	AttendState *state;
	Engine	   *engine;
	uint64		flags = 0;

	if (unlikely(PG_ARGISNULL(0)))
	{
		MemoryContext context;

		if (!AggCheckCallContext(fcinfo, &context))
			elog(ERROR, "engine_attend_trans called in non-aggregate context");
		state = new_state(context, engine_attach(PG_ARGISNULL(ARG_TOKEN) ? 0 : PG_GETARG_INT64(ARG_TOKEN),
												 ENGINE_ENTERING, ENGINE_ENTERING));
	}
	else
		state = (AttendState *) PG_GETARG_POINTER(0);
	engine = state->engine;
	if (unlikely(engine == NULL || state->epoch != engine_epoch))
		elog(ERROR, "engine_attend_trans called with a finished state");

	engine_count_row(engine);
	if (!PG_ARGISNULL(ARG_COMPLETED) && PG_GETARG_BOOL(ARG_COMPLETED))
		flags |= ATTENDED_COMPLETED;
	if (!PG_ARGISNULL(ARG_CERTIFICATED) && PG_GETARG_BOOL(ARG_CERTIFICATED))
		flags |= ATTENDED_CERTIFICATED;
	if (PG_ARGISNULL(ARG_USER_ID) || PG_ARGISNULL(ARG_EVENT_ID) ||
		(flags == 0 && PG_ARGISNULL(ARG_OWN_SECONDS)))
		PG_RETURN_POINTER(state);
	attend(state, portal_text_slice(PG_GETARG_TEXT_PP(ARG_USER_ID)), portal_text_slice(PG_GETARG_TEXT_PP(ARG_EVENT_ID)), flags,
		   !PG_ARGISNULL(ARG_SECONDS) ? PG_GETARG_INT64(ARG_SECONDS) :
		   !PG_ARGISNULL(ARG_OWN_SECONDS) ? PG_GETARG_INT64(ARG_OWN_SECONDS) : ATTENDED_UNKNOWN);
	PG_RETURN_POINTER(state);
}

Datum
engine_attend_serial(PG_FUNCTION_ARGS)
{
	AttendState *state = (AttendState *) PG_GETARG_POINTER(0);
	Size		size = state->count * sizeof(Attendance);
	bytea	   *bytes = palloc(VARHDRSZ + size);

	SET_VARSIZE(bytes, VARHDRSZ + size);
	if (size > 0)
		memcpy(VARDATA(bytes), state->row, size);
	PG_RETURN_BYTEA_P(bytes);
}

Datum
engine_attend_deserial(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	Size		size = VARSIZE_ANY_EXHDR(bytes);
	AttendState *state;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "engine_attend_deserial called in non-aggregate context");
	if (size % sizeof(Attendance) != 0)
		elog(ERROR, "invalid state of the engine");
	state = new_state(CurrentMemoryContext, NULL);
	if (size > 0)
	{
		state->count = state->room = size / sizeof(Attendance);
		state->row = palloc(size);
		memcpy(state->row, VARDATA_ANY(bytes), size);
	}
	PG_RETURN_POINTER(state);
}

Datum
engine_attend_combine(PG_FUNCTION_ARGS)
{
	AttendState *state;
	AttendState *other;
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "engine_attend_combine called in non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_POINTER(PG_GETARG_POINTER(0));
	}
	other = (AttendState *) PG_GETARG_POINTER(1);
	state = PG_ARGISNULL(0) ? new_state(context, NULL) : (AttendState *) PG_GETARG_POINTER(0);
	if (other->count > 0)
	{
		need_room(state, other->count);
		memcpy(state->row + state->count, other->row, other->count * sizeof(Attendance));
		state->count += other->count;
	}
	PG_RETURN_POINTER(state);
}

/*
 * The officials who have learnt by events, in the order of their slots.  There
 * are no more officials than rows, and what comes of a row takes its place.
 */
static EngineAttended *
settle_attended(AttendState *state, Size *officials)
{
	EngineAttended *attended = (EngineAttended *) state->row;

	StaticAssertStmt(sizeof(EngineAttended) == sizeof(Attendance), "a row must have room for an official");
	*officials = 0;
	if (state->count > 1)
		sort_attendances(state->row, state->count);
	for (Size i = 0; i < state->count;)
	{
		uint64		pair = state->row[i].key & ~ATTENDED_FLAGS;
		uint32		slot = ATTENDED_SLOT(pair);
		uint64		flags = 0;
		int64		seconds = ATTENDED_UNKNOWN;

		for (; i < state->count && (state->row[i].key & ~ATTENDED_FLAGS) == pair; i++)
		{
			flags |= state->row[i].key & ATTENDED_FLAGS;
			seconds = Max(seconds, state->row[i].seconds);
		}
		if (flags != ATTENDED_FLAGS || seconds == ATTENDED_UNKNOWN)
			continue;
		if (*officials == 0 || attended[*officials - 1].slot != slot)
		{
			attended[*officials].slot = slot;
			attended[*officials].unused = 0;
			attended[(*officials)++].seconds = seconds;
		}
		else if (pg_add_s64_overflow(attended[*officials - 1].seconds, seconds, &attended[*officials - 1].seconds))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("bigint out of range")));
	}
	return attended;
}

/* The same as an array of EngineAttended. */
Datum
engine_attend_final(PG_FUNCTION_ARGS)
{
	AttendState *state = PG_ARGISNULL(0) ? NULL : (AttendState *) PG_GETARG_POINTER(0);
	EngineAttended *attended = NULL;
	Size		officials = 0;
	bytea	   *bytes;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "engine_attend_final called in non-aggregate context");
	if (state != NULL)
		attended = settle_attended(state, &officials);
	bytes = palloc(VARHDRSZ + officials * sizeof(EngineAttended));
	SET_VARSIZE(bytes, VARHDRSZ + officials * sizeof(EngineAttended));
	if (officials > 0)
		memcpy(VARDATA(bytes), attended, officials * sizeof(EngineAttended));
	PG_RETURN_BYTEA_P(bytes);
}

/* Take it into shared memory; returns of how many officials. */
static int64
keep_attended(Engine *engine, const EngineAttended *from, uint32 count)
{
	EngineHeader *header = engine->header;
	uint32		nbuckets = (header->nslots + ENGINE_BUCKET_SLOTS - 1) / ENGINE_BUCKET_SLOTS;
	Size		size = count * sizeof(EngineAttended);
	dsm_segment *segment;
	EngineAttended *attended;
	uint32	   *start;
	uint32		bucket = 0;

	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_ENTERING);
	if (header->attended_count > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("who has learnt by events is known already")));
	if (count == 0)
		return 0;

	CHECK_FOR_INTERRUPTS();
	segment = dsm_create(size + (nbuckets + (Size) 1) * sizeof(uint32), 0);
	dsm_pin_mapping(segment);
	engine->segment[engine->nsegments++] = segment;
	header->attended_segment = dsm_segment_handle(segment);
	attended = dsm_segment_address(segment);
	memcpy(attended, from, size);
	start = (uint32 *) (attended + count);
	for (uint32 i = 0; i < count; i++)
	{
		uint32		slot = attended[i].slot;

		if (slot >= header->nslots || (i > 0 && slot <= attended[i - 1].slot))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("there is no official %u, or not in this order", slot)));
		while (bucket <= slot >> ENGINE_BUCKET_BITS)
			start[bucket++] = i;
		*engine_profile(engine, slot) |= PROFILE_ATTENDED;
	}
	while (bucket <= nbuckets)
		start[bucket++] = count;
	engine->attended = attended;
	engine->attended_start = start;
	header->attended_count = count;
	return count;
}

/*
 * engine_keep_attended(token, attended): what the aggregate found; returns of
 * how many officials.
 */
Datum
engine_keep_attended(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	bytea	   *bytes = PG_GETARG_BYTEA_PP(1);
	Size		size = VARSIZE_ANY_EXHDR(bytes);
	EngineAttended *attended = palloc(size);

	if (size % sizeof(EngineAttended) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this is not who has learnt by events")));
	memcpy(attended, VARDATA_ANY(bytes), size);
	PG_RETURN_INT64(keep_attended(engine, attended, (uint32) (size / sizeof(EngineAttended))));
}


/*
 * As a scan of the engine's own
 */

/* The columns of events_enrolment. */
enum
{
	COLUMN_USER_ID, COLUMN_EVENT_ID, COLUMN_STATUS, COLUMN_CERTIFICATE, COLUMN_DURATION, COLUMNS
};

/* What events last, in the order of their ids; for all processes. */
typedef struct Event
{
	int64		seconds;
	uint32		id;				/* its offset in this memory */
	uint32		len;
} Event;

typedef struct Events
{
	uint64		count;
	Event		event[FLEXIBLE_ARRAY_MEMBER];
} Events;

static int
compare_ids(const char *a, Size alen, const char *b, Size blen)
{
	int			order = memcmp(a, b, Min(alen, blen));

	return order != 0 ? order : (alen > blen) - (alen < blen);
}

static int
compare_events(const void *a, const void *b, void *events)
{
	const Event *first = a;
	const Event *second = b;

	return compare_ids((char *) events + first->id, first->len, (char *) events + second->id, second->len);
}

/* Two arrays of the same length: ids, and what these last. */
static const Events *
read_events(ArrayType *ids, ArrayType *seconds, Size *size)
{
	Datum	   *id;
	Datum	   *last;
	bool	   *no_id;
	bool	   *no_seconds;
	int			count;
	int			count_of_seconds;
	Events	   *events;
	Size		used;

	deconstruct_array(ids, TEXTOID, -1, false, TYPALIGN_INT, &id, &no_id, &count);
	deconstruct_array(seconds, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &last, &no_seconds, &count_of_seconds);
	if (count != count_of_seconds)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there must be as many events as they have seconds")));
	used = offsetof(Events, event) + sizeof(Event) * count;
	*size = used;
	for (int i = 0; i < count; i++)
	{
		if (!no_id[i] && !no_seconds[i])
			*size += VARSIZE_ANY_EXHDR(DatumGetPointer(id[i]));
	}
	events = palloc(*size);
	events->count = 0;
	for (int i = 0; i < count; i++)
	{
		Event	   *event = &events->event[events->count];

		if (no_id[i] || no_seconds[i])
			continue;
		event->seconds = DatumGetInt64(last[i]);
		event->id = (uint32) used;
		event->len = VARSIZE_ANY_EXHDR(DatumGetPointer(id[i]));
		memcpy((char *) events + used, VARDATA_ANY(DatumGetPointer(id[i])), event->len);
		used += event->len;
		events->count++;
	}
	qsort_arg(events->event, events->count, sizeof(Event), compare_events, events);
	return events;
}

/* What an event lasts, as the table of events says. */
static int64
seconds_of(const Events *events, PortalSlice event_id)
{
	uint64		low = 0;
	uint64		high = events->count;

	while (low < high)
	{
		uint64		middle = low + (high - low) / 2;
		const Event *event = &events->event[middle];
		int			order = compare_ids(event_id.data, event_id.len, (const char *) events + event->id, event->len);

		if (order == 0)
			return event->seconds;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return ATTENDED_UNKNOWN;
}

/* A row of events_enrolment. */
static void
scan_row(void *into, const PortalSlice *column, ItemPointer at)
{
	AttendState *state = into;
	PortalSlice certificate = column[COLUMN_CERTIFICATE];
	PortalSlice status = column[COLUMN_STATUS];
	uint64		flags = 0;
	int64		seconds;
	bool		own = false;

	engine_count_row(state->engine);
	if (column[COLUMN_USER_ID].data == NULL || column[COLUMN_EVENT_ID].data == NULL)
		return;
	if (status.len == 9 && memcmp(status.data, "completed", 9) == 0)
		flags |= ATTENDED_COMPLETED;
	/* more than five characters; a character has at most four bytes */
	if (certificate.len > 20 ||
		(certificate.len > 5 && pg_mbstrlen_with_len(certificate.data, (int) certificate.len) > 5))
		flags |= ATTENDED_CERTIFICATED;
	seconds = seconds_of(state->engine->extra, column[COLUMN_EVENT_ID]);
	if (seconds == ATTENDED_UNKNOWN && column[COLUMN_DURATION].data != NULL)
		own = portal_read_seconds(column[COLUMN_DURATION], &seconds) == PORTAL_VALUE;
	if (flags == 0 && !own)
		return;
	attend(state, column[COLUMN_USER_ID], column[COLUMN_EVENT_ID], flags, seconds);
}

/* The rows that a process has kept, for the leader. */
static void
send_rows(void *from, StringInfo buf)
{
	AttendState *state = from;

	appendBinaryStringInfo(buf, (char *) state->row, (int) (state->count * sizeof(Attendance)));
}

static void
receive_rows(void *into, StringInfo buf)
{
	AttendState *state = into;
	Size		count = buf->len / sizeof(Attendance);

	if (count == 0)
		return;
	need_room(state, count);
	memcpy(state->row + state->count, buf->data, count * sizeof(Attendance));
	state->count += count;
}

const EngineScan engine_event_scan = {
	.kind = SCAN_EVENTS,
	.phase = ENGINE_ENTERING,
	.ncolumns = COLUMNS,
	.begin = new_state,
	.row = scan_row,
	.send = send_rows,
	.receive = receive_rows
};

/*
 * engine_scan_attended(token, relation, columns, events, seconds): what
 * officials have learnt by events, from the rows of events_enrolment; returns
 * of how many officials.
 */
Datum
engine_scan_attended(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	Size		size;
	Size		officials;
	const Events *events = read_events(PG_GETARG_ARRAYTYPE_P(3), PG_GETARG_ARRAYTYPE_P(4), &size);
	AttendState *state = engine_scan_table(&engine_event_scan, fcinfo, events, size);
	EngineAttended *attended = settle_attended(state, &officials);

	PG_RETURN_INT64(keep_attended(engine, attended, (uint32) officials));
}

/* Seconds of one of the officials who have any. */
int64
engine_attended_seconds(const Engine *engine, uint32 slot)
{
	const uint32 *start = &engine->attended_start[slot >> ENGINE_BUCKET_BITS];
	uint32		low = start[0];
	uint32		high = start[1];

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (engine->attended[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return engine->attended[low].seconds;
}

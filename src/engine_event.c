/*-------------------------------------------------------------------------
 *
 * engine_event.c
 *	  One scan of events_enrolment -> what officials have learnt by events.
 *
 * An aggregate, as for the other two tables.  An official has attended an
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

#include "common/int.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "engine.h"

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


static AttendState *
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
	uint64		limit = (uint64) header->planned_chunks * ENGINE_CHUNK_SIZE / 3 / sizeof(Attendance);
	uint64		more = Max(state->room, 256);

	limit = Min(Max(limit, MIN_ATTENDANCES), MAX_ATTENDANCES);
	if (pg_atomic_fetch_add_u64(&header->attendances, more) + more <= limit)
		return true;
	engine_fault(state->engine, ENGINE_FULL_EVENTS);
	return false;
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
	PortalSlice event_id;
	uint32		place;
	uint32		event;
	uint64		flags = 0;
	Attendance *row;

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
	/* what cannot be finished is not gone on with */
	if (unlikely(pg_atomic_read_u32(&engine->header->fault) != ENGINE_FINE))
		PG_RETURN_POINTER(state);
	if (PG_ARGISNULL(ARG_USER_ID) || PG_ARGISNULL(ARG_EVENT_ID) ||
		(flags == 0 && PG_ARGISNULL(ARG_OWN_SECONDS)))
		PG_RETURN_POINTER(state);
	event_id = portal_text_slice(PG_GETARG_TEXT_PP(ARG_EVENT_ID));
	if (portal_trimmed_is_missing(portal_trim(event_id)) ||
		engine_slot_of_official(engine, PG_GETARG_TEXT_PP(ARG_USER_ID), &place) == NULL)
		PG_RETURN_POINTER(state);
	event = engine_intern(engine, &engine->header->event, event_id.data, event_id.len);
	if (event == ENGINE_NO_NUMBER)
		PG_RETURN_POINTER(state);

	if (state->count == state->room && !may_grow(state))
		PG_RETURN_POINTER(state);
	need_room(state, 1);
	row = &state->row[state->count++];
	row->key = (uint64) place << 32 | (uint64) event << 2 | flags;
	row->seconds = !PG_ARGISNULL(ARG_SECONDS) ? PG_GETARG_INT64(ARG_SECONDS) :
		!PG_ARGISNULL(ARG_OWN_SECONDS) ? PG_GETARG_INT64(ARG_OWN_SECONDS) : ATTENDED_UNKNOWN;
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

/* The officials who have learnt by events, as an array of EngineAttended. */
Datum
engine_attend_final(PG_FUNCTION_ARGS)
{
	AttendState *state = PG_ARGISNULL(0) ? NULL : (AttendState *) PG_GETARG_POINTER(0);
	EngineAttended *attended;
	Size		officials = 0;
	bytea	   *bytes;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "engine_attend_final called in non-aggregate context");
	if (state == NULL || state->count == 0)
	{
		bytes = palloc(VARHDRSZ);
		SET_VARSIZE(bytes, VARHDRSZ);
		PG_RETURN_BYTEA_P(bytes);
	}
	sort_attendances(state->row, state->count);

	/* there are no more officials than rows, and what comes of a row takes its place */
	StaticAssertStmt(sizeof(EngineAttended) == sizeof(Attendance), "a row must have room for an official");
	attended = (EngineAttended *) state->row;
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
		if (officials == 0 || attended[officials - 1].slot != slot)
		{
			attended[officials].slot = slot;
			attended[officials].unused = 0;
			attended[officials++].seconds = seconds;
		}
		else if (pg_add_s64_overflow(attended[officials - 1].seconds, seconds, &attended[officials - 1].seconds))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("bigint out of range")));
	}
	bytes = palloc(VARHDRSZ + officials * sizeof(EngineAttended));
	SET_VARSIZE(bytes, VARHDRSZ + officials * sizeof(EngineAttended));
	memcpy(VARDATA(bytes), attended, officials * sizeof(EngineAttended));
	PG_RETURN_BYTEA_P(bytes);
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
	EngineHeader *header = engine->header;
	Size		size = VARSIZE_ANY_EXHDR(bytes);
	uint32		count = (uint32) (size / sizeof(EngineAttended));
	uint32		nbuckets = (header->nslots + ENGINE_BUCKET_SLOTS - 1) / ENGINE_BUCKET_SLOTS;
	dsm_segment *segment;
	EngineAttended *attended;
	uint32	   *start;
	uint32		bucket = 0;

	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_ENTERING);
	if (header->attended_count > 0 || size % sizeof(EngineAttended) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("who has learnt by events is known already, or is not told so")));
	if (count == 0)
		PG_RETURN_INT64(0);

	CHECK_FOR_INTERRUPTS();
	segment = dsm_create(size + (nbuckets + (Size) 1) * sizeof(uint32), 0);
	dsm_pin_mapping(segment);
	engine->segment[engine->nsegments++] = segment;
	header->attended_segment = dsm_segment_handle(segment);
	attended = dsm_segment_address(segment);
	memcpy(attended, VARDATA_ANY(bytes), size);
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
	PG_RETURN_INT64(count);
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

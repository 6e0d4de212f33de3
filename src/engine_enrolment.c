/*-------------------------------------------------------------------------
 *
 * engine_enrolment.c
 *	  One scan of user_enrolments -> records by official, and what was found.
 *
 * A plain table the engine scans itself (engine_scan.c); anything else is read
 * by an aggregate, so that PostgreSQL scans in parallel and applies whatever
 * rights and views there are.  Each row is reduced at once to six bytes and appended to the bucket of its
 * official; nothing is kept of the text.  Rows are
 * taken in batches: the slot of an official is seldom in cache, nor always the
 * entry of a content, so the batch first asks for all of them and then looks.
 * Where the enrolments of an official stand one after the other, a row whose id
 * is that of the row before is found with it.
 *
 * Every process fills chunks of its own, one a bucket, and hands them over
 * when they are full or when it has seen its last row; that is when the state
 * is serialised, or finished where there are no workers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "engine.h"
#include "engine_found.h"
#include "engine_scan.h"
#include "portal_time.h"

PG_FUNCTION_INFO_V1(engine_enrol_trans);
PG_FUNCTION_INFO_V1(engine_enrol_combine);
PG_FUNCTION_INFO_V1(engine_enrol_serial);
PG_FUNCTION_INFO_V1(engine_enrol_deserial);
PG_FUNCTION_INFO_V1(engine_enrol_final);
PG_FUNCTION_INFO_V1(engine_scan_enrolments);

#define BATCH 64

/* The columns, in the order of the aggregate's arguments. */
enum
{
	COLUMN_USER_ID, COLUMN_CONTENT_ID, COLUMN_STATUS, COLUMN_CERTIFICATE,
	COLUMN_FIRST, COLUMN_LAST, COLUMN_ACCESSED, COLUMN_GENERATED, COLUMNS
};

/* What is counted, in this order of the result's elements. */
enum
{
	FOUND_ROWS, FOUND_UNKNOWN_USERS, FOUND_WITHOUT_CONTENT,
	FOUND_UNKNOWN_STATUS, FOUND_UNREADABLE_FIRST, FOUND_UNREADABLE_LAST,
	FOUND_UNREADABLE_ACCESSED, FOUND_RECORDS, FOUND_OFFICIALS, FOUND_COUNTS
};

/* A uuid as text. */
#define UUID_LENGTH 36

/* A content's id of at most so many bytes waits with its row; the portal's have 22. */
#define SHORT_CONTENT 40

/* A row that waits for its official's slot and its content's entry. */
typedef struct Pending
{
	EngineId	id;
	EngineSlot *slot;			/* once it has been looked for; NULL: nobody */
	uint32		place;
	uint32		content;		/* ENGINE_NO_NUMBER: none */
	uint32		active;			/* last active day + ENGINE_DATE_SHIFT, or 0 */
	uint16		day;
	uint8		flags;
	bool		enrolled;
	bool		same;			/* its official is that of the row before, in this batch */
	uint8		content_len;	/* 0: the content is known, or none */
	uint64		content_hash;
	char		content_id[SHORT_CONTENT];
} Pending;

typedef struct EnrolState
{
	Engine	   *engine;			/* NULL once it came from elsewhere */
	uint64		epoch;			/* while it is engine_epoch the pointers are good */
	int64		found[FOUND_COUNTS];
	EngineGenerated generated;
	uint64		lost;			/* records that no chunk was left for */
	uint32		nbuckets;
	EngineChunk **chunk;		/* the chunk in use of each bucket */
	uint32	   *chunk_number;
	EngineId	last;			/* the last id that is a uuid, and its text */
	char		last_text[UUID_LENGTH];
	int			npending;
	Pending		pending[BATCH];
} EnrolState;


/*
 * Records
 */

/* Append a full chunk to its bucket. */
static void
hand_over(EnrolState *state, uint32 bucket)
{
	EngineBucket *shared = engine_bucket(state->engine, bucket << ENGINE_BUCKET_BITS);
	EngineChunk *chunk = state->chunk[bucket];
	uint32		head = pg_atomic_read_u32(&shared->head);

	do
		chunk->next = head;
	while (!pg_atomic_compare_exchange_u32(&shared->head, &head,
										   state->chunk_number[bucket] + 1));
	state->chunk[bucket] = NULL;
}

static inline void
append_record(EnrolState *state, uint32 place, uint32 content, uint32 flags, uint16 day)
{
	uint32		bucket = place >> ENGINE_BUCKET_BITS;
	EngineChunk *chunk = state->chunk[bucket];
	EngineRecord *record;
	uint32		what;

	if (unlikely(chunk == NULL))
	{
		/* the first that finds none notes the fault; of the others it is counted what they lack */
		uint32		number = state->lost == 0 ? engine_take_chunk(state->engine) : ENGINE_NOBODY;

		if (number == ENGINE_NOBODY)
		{
			state->lost++;
			return;
		}
		chunk = engine_chunk(state->engine, number);
		chunk->count = 0;
		state->chunk[bucket] = chunk;
		state->chunk_number[bucket] = number;
	}
	what = content << (ENGINE_BUCKET_BITS + 2) |
		(place & (ENGINE_BUCKET_SLOTS - 1)) << 2 | flags;
	record = &chunk->record[chunk->count++];
	memcpy(record->what, &what, sizeof(what));
	record->day = day;
	if (unlikely(chunk->count == ENGINE_CHUNK_RECORDS))
		hand_over(state, bucket);
}

/* The later of two days, for all to see. */
static inline void
note_active(EngineSlot *slot, uint32 day)
{
	uint32		known = pg_atomic_read_u32(&slot->aux);

	while (day > known &&
		   !pg_atomic_compare_exchange_u32(&slot->aux, &known, day))
		;
}

/* Find a row's official; the chunk that its record goes to will soon be needed. */
static inline void
locate(EnrolState *state, Pending *row, const char *data, Size len)
{
	row->slot = engine_lookup(state->engine, &row->id, data, len, &row->place);
	if (row->slot != NULL)
		ENGINE_ASK_TO_WRITE(state->chunk[row->place >> ENGINE_BUCKET_BITS]);
}

static inline void
settle(EnrolState *state, const Pending *row)
{
	EngineSlot *slot = row->slot;
	uint32		combo;

	if (slot == NULL)
	{
		state->found[FOUND_UNKNOWN_USERS]++;
		return;
	}
	combo = pg_atomic_read_u32(&slot->combo);
	if (!(combo & SLOT_REGISTERED))
		return;
	if (row->content == ENGINE_NO_NUMBER)
	{
		state->found[FOUND_WITHOUT_CONTENT]++;
		return;
	}
	if (!row->enrolled)
		return;
	if (!(combo & SLOT_RECORDS) &&
		!(pg_atomic_fetch_or_u32(&slot->combo, SLOT_RECORDS) & SLOT_RECORDS))
		state->found[FOUND_OFFICIALS]++;
	if (row->active != 0)
		note_active(slot, row->active);
	state->found[FOUND_RECORDS]++;
	append_record(state, row->place, row->content, row->flags, row->day);
}

/*
 * The number of a row's content, a new one if need be; false where there is no
 * room, and the fault is noted.
 */
static inline bool
find_content(Engine *engine, Pending *row, const char *data, Size len, uint64 hash)
{
	EngineIntern *contents = &engine->header->content;

	row->content = engine_find(engine, contents, data, len, hash);
	if (likely(row->content != ENGINE_NO_NUMBER))
		return true;
	if (portal_trimmed_is_missing(portal_trim(portal_slice(data, len))))
		return true;
	row->content = engine_intern(engine, contents, data, len);
	return row->content != ENGINE_NO_NUMBER;
}

static void
settle_batch(EnrolState *state)
{
	bool		found[BATCH] = {false};

	for (int i = 0; i < state->npending; i++)
	{
		Pending    *row = &state->pending[i];

		found[i] = row->content_len == 0 ||
			find_content(state->engine, row, row->content_id, row->content_len, row->content_hash);
		if (row->same)
		{
			row->slot = row[-1].slot;
			row->place = row[-1].place;
		}
		else
			locate(state, row, NULL, 0);
	}
	for (int i = 0; i < state->npending; i++)
	{
		if (likely(found[i]))
			settle(state, &state->pending[i]);
	}
	state->npending = 0;
}

static void
hand_over_all(EnrolState *state)
{
	if (state->engine == NULL)
		return;
	if (state->epoch != engine_epoch)
		elog(ERROR, "the engine has gone on while it read enrolments");
	settle_batch(state);
	for (uint32 i = 0; i < state->nbuckets; i++)
	{
		if (state->chunk[i] != NULL)
			hand_over(state, i);
	}
	pg_atomic_fetch_add_u64(&state->engine->header->chunks_wanted, state->lost / ENGINE_CHUNK_RECORDS);
	state->engine = NULL;
}


/*
 * Rows
 */

static void *
new_state(MemoryContext context, Engine *engine)
{
	EnrolState *state = MemoryContextAllocZero(context, sizeof(EnrolState));

	state->engine = engine;
	state->epoch = engine_epoch;
	if (engine != NULL)
	{
		state->nbuckets = (engine->nslots >> ENGINE_BUCKET_BITS) + 1;
		state->chunk = MemoryContextAllocZero(context, sizeof(EngineChunk *) * state->nbuckets);
		state->chunk_number = MemoryContextAllocZero(context, sizeof(uint32) * state->nbuckets);
	}
	return state;
}

/* The day of a column that is a time stamp; whether there is one. */
static inline bool
read_day(PortalSlice column, int64 *unreadable, int64 *day)
{
	if (column.data == NULL)
		return false;
	switch (portal_read_day(column, day))
	{
		case PORTAL_VALUE:
			return true;
		case PORTAL_MISSING:
			break;
		case PORTAL_GARBAGE:
			(*unreadable)++;
	}
	return false;
}

/* Read the id of a row's official, which may be that of the row before. */
static inline void
read_official(EnrolState *state, PortalSlice user_id, EngineId *id)
{
	if (user_id.len == UUID_LENGTH && memcmp(user_id.data, state->last_text, UUID_LENGTH) == 0)
	{
		*id = state->last;
		return;
	}
	engine_read_id(user_id.data, user_id.len, id);
	if (likely(id->uuid))
	{
		state->last = *id;
		memcpy(state->last_text, user_id.data, UUID_LENGTH);
	}
}

static inline bool
slice_is(PortalSlice value, const char *literal, Size len)
{
	return value.len == len && memcmp(value.data, literal, len) == 0;
}

#define SLICE_IS(value, literal) slice_is(value, "" literal, sizeof(literal) - 1)

/* One row of user_enrolments. */
static inline void
read_enrolment(EnrolState *state, const PortalSlice *column)
{
	Engine	   *engine = state->engine;
	Pending    *row;
	int64		ignored = 0;
	int64	   *unreadable;
	bool		first_pass;
	bool		completed = false;
	int64		first;
	int64		last;
	int64		accessed;
	bool		has_first;
	bool		has_last;
	bool		has_accessed;
	bool		enrolled = true;
	bool		known_status = false;
	PortalSlice user_id = column[COLUMN_USER_ID];

	engine_count_row(engine);
	/* what does not depend on the official is counted in the first pass */
	first_pass = engine->pass == 0;

	if (column[COLUMN_STATUS].data != NULL)
	{
		PortalSlice status = column[COLUMN_STATUS];

		if (SLICE_IS(status, "completed"))
			completed = known_status = true;
		else if (SLICE_IS(status, "in-progress") || SLICE_IS(status, "not-started"))
			known_status = true;
		else if (SLICE_IS(status, "not-enrolled"))
		{
			known_status = true;
			enrolled = false;
		}
	}
	unreadable = first_pass ? &state->found[FOUND_UNREADABLE_FIRST] : &ignored;
	has_first = read_day(column[COLUMN_FIRST], unreadable, &first);
	unreadable = first_pass ? &state->found[FOUND_UNREADABLE_LAST] : &ignored;
	has_last = read_day(column[COLUMN_LAST], unreadable, &last);
	unreadable = first_pass ? &state->found[FOUND_UNREADABLE_ACCESSED] : &ignored;
	has_accessed = read_day(column[COLUMN_ACCESSED], unreadable, &accessed);
	if (first_pass)
	{
		PortalSlice generated = column[COLUMN_GENERATED];

		state->found[FOUND_ROWS]++;
		if (!known_status)
			state->found[FOUND_UNKNOWN_STATUS]++;
		/* only what can be a time stamp */
		if (generated.len > 0 && generated.data[0] >= '0' && generated.data[0] <= '9')
			engine_note_generated(&state->generated, generated.data, generated.len);
	}

	/* a row of nobody is the first pass's */
	if (user_id.data == NULL)
	{
		if (first_pass)
			state->found[FOUND_UNKNOWN_USERS]++;
		return;
	}

	row = &state->pending[state->npending];
	read_official(state, user_id, &row->id);
	if (engine->passes > 1 && engine_pass_of(engine, row->id.hash) != engine->pass)
		return;

	row->content = ENGINE_NO_NUMBER;
	row->content_len = 0;
	row->enrolled = enrolled;
	row->flags = 0;
	row->day = ENGINE_NO_DAY;
	row->active = 0;
	if (column[COLUMN_CONTENT_ID].len > 0)
	{
		PortalSlice content = column[COLUMN_CONTENT_ID];
		uint64		hash = engine_hash_text(content.data, content.len);

		if (likely(content.len <= SHORT_CONTENT && row->id.uuid))
		{
			row->content_hash = hash;
			row->content_len = (uint8) content.len;
			memcpy(row->content_id, content.data, content.len);
			engine_ask_for(engine, &engine->header->content, hash);
		}
		else if (!find_content(engine, row, content.data, content.len, hash))
			return;
	}
	if (enrolled)
	{
		PortalSlice certificate = column[COLUMN_CERTIFICATE];

		/* more than five characters; a character has at most four bytes */
		if (certificate.len > 20 ||
			(certificate.len > 5 && pg_mbstrlen_with_len(certificate.data, certificate.len) > 5))
			row->flags |= RECORD_CERTIFICATED;
		if (completed)
		{
			row->flags |= RECORD_COMPLETED;
			if (has_first || has_last)
			{
				/* of two the earlier, and of that the day: the earlier day */
				int64		day = !has_last || (has_first && first < last) ? first : last;

				day -= engine->header->due_base;
				if (unlikely(engine->header->due_bounded && (day <= 1 || day >= ENGINE_DUE_DAYS)))
				{
					engine_fault(engine, ENGINE_FAR_DAYS);
					return;
				}
				row->day = (uint16) Max(0, Min(day, ENGINE_LAST_DAY));
			}
		}
		if (has_accessed)
			row->active = (uint32) (accessed + ENGINE_DATE_SHIFT);
	}

	if (unlikely(!row->id.uuid))
	{
		/* its text is at hand only now */
		locate(state, row, user_id.data, user_id.len);
		settle(state, row);
		return;
	}
	row->same = state->npending > 0 && row->id.key[0] == row[-1].id.key[0] &&
		row->id.key[1] == row[-1].id.key[1];
	if (!row->same)
		ENGINE_ASK_FOR(engine_slot(engine, engine_home(engine, row->id.hash)));
	if (++state->npending == BATCH)
		settle_batch(state);
}

/*
 * engine_enrol_trans(state, token, user_id, content_id, status,
 *					  certificate_id, first_completed_on, last_completed_on,
 *					  content_last_accessed_on, data_last_generated_on)
 */
Datum
engine_enrol_trans(PG_FUNCTION_ARGS)
{
	EnrolState *state;
	PortalSlice column[COLUMNS];

	if (unlikely(PG_ARGISNULL(0)))
	{
		MemoryContext context;

		if (!AggCheckCallContext(fcinfo, &context))
			elog(ERROR, "engine_enrol_trans called in non-aggregate context");
		state = new_state(context, engine_attach(PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1),
												 ENGINE_READY, ENGINE_READY));
	}
	else
		state = (EnrolState *) PG_GETARG_POINTER(0);
	if (unlikely(state->engine == NULL || state->epoch != engine_epoch))
		elog(ERROR, "engine_enrol_trans called with a finished state");
	for (int i = 0; i < COLUMNS; i++)
		column[i] = PG_ARGISNULL(2 + i) ? portal_slice(NULL, 0) :
			portal_text_slice(PG_GETARG_TEXT_PP(2 + i));
	read_enrolment(state, column);
	PG_RETURN_POINTER(state);
}


/*
 * Between processes
 */

/* What was found; the last of this process's rows is handed over before. */
static void
send_found(void *from, StringInfo buf)
{
	EnrolState *state = from;

	hand_over_all(state);
	for (int i = 0; i < FOUND_COUNTS; i++)
		pq_sendint64(buf, state->found[i]);
	engine_send_generated(buf, &state->generated);
}

/* Add what another process sent. */
static void
receive_found(void *into, StringInfo buf)
{
	EnrolState *state = into;
	EngineGenerated generated;

	for (int i = 0; i < FOUND_COUNTS; i++)
		state->found[i] += pq_getmsgint64(buf);
	engine_receive_generated(buf, &generated);
	engine_merge_generated(&state->generated, &generated);
	pq_getmsgend(buf);
}

Datum
engine_enrol_serial(PG_FUNCTION_ARGS)
{
	return engine_scan_serial(&engine_enrol_scan, fcinfo);
}

Datum
engine_enrol_deserial(PG_FUNCTION_ARGS)
{
	return engine_scan_deserial(&engine_enrol_scan, fcinfo);
}

Datum
engine_enrol_combine(PG_FUNCTION_ARGS)
{
	return engine_scan_combine(&engine_enrol_scan, fcinfo);
}

/*
 * The counts, and the oldest and newest data_last_generated_on as
 * "oldest|newest"
 */
static Datum
found_row(FunctionCallInfo fcinfo, EnrolState *state)
{
	TupleDesc	tupdesc;
	Datum		values[FOUND_COUNTS + 1];
	bool		nulls[FOUND_COUNTS + 1] = {false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	tupdesc = BlessTupleDesc(tupdesc);
	if (state != NULL)
		hand_over_all(state);
	for (int i = 0; i < FOUND_COUNTS; i++)
		values[i] = Int64GetDatum(state == NULL ? 0 : state->found[i]);
	nulls[FOUND_COUNTS] = state == NULL || !state->generated.any;
	if (!nulls[FOUND_COUNTS])
		values[FOUND_COUNTS] = engine_generated_text(&state->generated);
	return HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls));
}

Datum
engine_enrol_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(found_row(fcinfo, PG_ARGISNULL(0) ? NULL : (EnrolState *) PG_GETARG_POINTER(0)));
}


/*
 * As a scan of the engine's own
 */

static void
scan_row(void *state, const PortalSlice *column, ItemPointer at)
{
	read_enrolment(state, column);
}

const EngineScan engine_enrol_scan = {
	.kind = SCAN_ENROLMENTS,
	.phase = ENGINE_READY,
	.ncolumns = COLUMNS,
	.begin = new_state,
	.row = scan_row,
	.send = send_found,
	.receive = receive_found
};

/* engine_scan_enrolments(token, relation, columns) */
Datum
engine_scan_enrolments(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(found_row(fcinfo, engine_scan_table(&engine_enrol_scan, fcinfo, NULL, 0)));
}

/*-------------------------------------------------------------------------
 *
 * engine_person.c
 *	  One scan of user_detail -> the dictionary of officials, and what was
 *	  found.
 *
 * A scan of the engine's own or an aggregate, as for user_enrolments.  A row is looked at once and leaves three things behind: the
 * slot of its official with whom plans take him for, a few bits that the
 * counts of an MDO need (man or woman, leader), and a digest of what
 * official_progress will say of him.  Nothing is written: an official whose
 * row in official_progress is as it was needs none of the texts again, and
 * whose row is not is read once more.
 *
 * The reading of each column is that of the SQL functions which plain SQL
 * calls (portal_text.c), so the two cannot differ in it.
 *
 * A slot is seldom in cache: rows are entered in batches, and the batch asks
 * for all of its slots first.  Where the engine scans itself, an id that occurs
 * again leaves behind where its rows stand, so that they can be fetched and
 * need not be looked for.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/itemptr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "engine.h"
#include "engine_found.h"
#include "engine_scan.h"
#include "portal_time.h"

PG_FUNCTION_INFO_V1(engine_person_trans);
PG_FUNCTION_INFO_V1(engine_person_combine);
PG_FUNCTION_INFO_V1(engine_person_serial);
PG_FUNCTION_INFO_V1(engine_person_deserial);
PG_FUNCTION_INFO_V1(engine_person_final);
PG_FUNCTION_INFO_V1(engine_scan_persons);
PG_FUNCTION_INFO_V1(engine_mark_pwd);

/* The columns, in the order of the aggregate's arguments. */
enum
{
	COLUMN_USER_ID, COLUMN_MDO_ID, COLUMN_STATUS, COLUMN_MARKED,
	COLUMN_PROFILE_STATUS, COLUMN_DESIGNATION, COLUMN_ROLES, COLUMN_GENDER,
	COLUMN_GROUPS, COLUMN_EMAIL, COLUMN_REGISTERED, COLUMN_KARMA,
	COLUMN_UPDATED, COLUMN_CADRE, COLUMN_CADRE_BATCH, COLUMN_CIVIL_SERVICES,
	COLUMN_VERIFIED, COLUMN_DEPUTATION, COLUMN_GENERATED, COLUMNS
};

/* The arguments of the aggregate, after its state. */
#define ARG_TOKEN 1
#define ARG_HOW 2
#define ARG_COLUMN 3

/* What is to be done with a row. */
#define HOW_ENTER 0
#define HOW_INSTEAD 1			/* enter it in the place of what was entered */
#define HOW_COUNT 2

/* What is counted, in this order of the result's elements. */
enum
{
	FOUND_ROWS, FOUND_PERSONS, FOUND_REGISTERED, FOUND_NOT_ACTIVE,
	FOUND_NOT_MY_USER, FOUND_VOLUNTEERS, FOUND_WITHOUT_ORGANISATION,
	FOUND_UNREADABLE, FOUND_UNREADABLE_REGISTRATION, FOUND_UNKNOWN_STATUS,
	FOUND_REPEATED, FOUND_TEXTS, FOUND_COUNTS
};

#define BATCH 64

/*
 * Where a row stands, in 32 bits: the slot has no more to spare.  0 is nowhere,
 * or beyond what these hold.
 */
#define ROW_OFFSET_BITS 9
#define ROW_MAX_BLOCK (1U << (32 - ROW_OFFSET_BITS))

/* More rows of repeated ids than this are looked for. */
#define MAX_REPEATED (1 << 20)

/* A uuid's row that waits for its slot. */
typedef struct Pending
{
	EngineId	id;
	uint32		combo;
	uint32		row_at;
	uint64		profile;
} Pending;

typedef struct PersonState
{
	Engine	   *engine;			/* NULL once it came from elsewhere */
	uint64		epoch;			/* while it is engine_epoch the pointers are good */
	int64		found[FOUND_COUNTS];
	EngineGenerated generated;
	MemoryContext context;
	int32		pass;
	bool		unplaced;		/* some row of a repeated id stands who knows where */
	uint32		nrepeated;
	uint32		repeated_size;
	uint32	   *repeated_at;	/* rows of ids that occur again, some twice */
	int			npending;
	Pending		pending[BATCH];
} PersonState;


static void *
new_state(MemoryContext context, Engine *engine)
{
	PersonState *state = MemoryContextAllocZero(context, sizeof(PersonState));

	state->engine = engine;
	state->epoch = engine_epoch;
	state->context = context;
	if (engine != NULL)
		state->pass = (int32) engine->pass;
	return state;
}

/* What plans may ask for besides MDO and designation, as one key. */
static PortalSlice
criteria_key(const PortalSlice *column, char *buffer, Size size)
{
	PortalSlice part[ENGINE_CRITERIA];
	Size		len = 0;
	char	   *to;

	part[0] = column[COLUMN_CADRE];
	part[1] = column[COLUMN_GROUPS];
	part[2] = column[COLUMN_CADRE_BATCH];
	part[3] = column[COLUMN_CIVIL_SERVICES];
	part[4] = column[COLUMN_VERIFIED];
	part[5] = column[COLUMN_DEPUTATION];
	for (int i = 0; i < ENGINE_CRITERIA; i++)
		len += sizeof(uint32) + part[i].len;
	to = buffer = len <= size ? buffer : palloc(len);
	for (int i = 0; i < ENGINE_CRITERIA; i++)
	{
		uint32		part_len = part[i].data == NULL ? PG_UINT32_MAX : (uint32) part[i].len;

		memcpy(to, &part_len, sizeof(part_len));
		to += sizeof(part_len);
		if (part[i].len > 0)
			memcpy(to, part[i].data, part[i].len);
		to += part[i].len;
	}
	return portal_slice(buffer, len);
}

/* Where a row stands, as a slot keeps it. */
static inline uint32
row_place(ItemPointer at)
{
	if (at == NULL || ItemPointerGetBlockNumberNoCheck(at) >= ROW_MAX_BLOCK ||
		ItemPointerGetOffsetNumberNoCheck(at) >= (1 << ROW_OFFSET_BITS))
		return 0;
	return ItemPointerGetBlockNumberNoCheck(at) << ROW_OFFSET_BITS |
		ItemPointerGetOffsetNumberNoCheck(at);
}

static void
note_repeated(PersonState *state, uint32 row_at)
{
	if (row_at == 0 || state->nrepeated >= MAX_REPEATED)
		state->unplaced = true;
	if (state->unplaced)
		return;
	if (state->nrepeated >= state->repeated_size)
	{
		uint32		size = Max(256, state->repeated_size * 2);

		state->repeated_at = state->repeated_at == NULL ?
			MemoryContextAlloc(state->context, sizeof(uint32) * size) :
			repalloc(state->repeated_at, sizeof(uint32) * size);
		state->repeated_size = size;
	}
	state->repeated_at[state->nrepeated++] = row_at;
}

static void
enter(PersonState *state, const EngineId *id, PortalSlice user_id, uint32 combo,
	  uint64 profile, uint32 row_at, bool instead)
{
	uint32		first_at;

	if (engine_enter(state->engine, id, user_id.data, user_id.len, combo, profile,
					 row_at, instead, &first_at) == ENTERED_TWICE)
	{
		state->found[FOUND_REPEATED]++;
		note_repeated(state, first_at);
		note_repeated(state, row_at);
	}
}

/* Enter what waits. */
static void
enter_batch(PersonState *state)
{
	if (state->engine == NULL)
		return;
	if (state->epoch != engine_epoch)
		elog(ERROR, "the engine has gone on while it read persons");
	for (int i = 0; i < state->npending; i++)
	{
		const Pending *row = &state->pending[i];

		enter(state, &row->id, portal_slice(NULL, 0), row->combo, row->profile, row->row_at, false);
	}
	state->npending = 0;
}

/* NULL where it holds a missing marker. */
static inline PortalSlice
known(PortalSlice slice)
{
	if (portal_trimmed_is_missing(portal_trim(slice)))
		return portal_slice(NULL, 0);
	return slice;
}

/* As portal_value: trimmed. */
static inline PortalSlice
trimmed(PortalSlice slice)
{
	slice = portal_trim(slice);
	if (portal_trimmed_is_missing(slice))
		return portal_slice(NULL, 0);
	return slice;
}

/* Digits and nothing else, as many as always fit; -1 for what is no number. */
static int64
karma_points(PortalSlice slice)
{
	int64		points = 0;

	if (slice.len < 1 || slice.len > 18)
		return -1;
	for (Size i = 0; i < slice.len; i++)
	{
		if (slice.data[i] < '0' || slice.data[i] > '9')
			return -1;
		points = points * 10 + (slice.data[i] - '0');
	}
	return points;
}

/* What official_progress will say of an official that user_detail says. */
void
engine_read_profile(PortalSlice mdo_id, PortalSlice designation, PortalSlice groups,
					PortalSlice gender, PortalSlice email, int64 registered_on, PortalSlice karma,
					EngineProfile *profile)
{
	bool		government;

	profile->mdo_id = known(mdo_id);
	profile->designation = trimmed(designation);
	profile->service_group = trimmed(groups);
	profile->gender = portal_read_gender(gender);
	profile->government_email = portal_read_email(email, &government) == PORTAL_MISSING ?
		PROFILE_UNKNOWN : government;
	profile->registered_on = registered_on;
	profile->karma_points = karma_points(karma);
}

/* A row of user_detail, which stands at "at" unless that is NULL. */
static void
read_person(PersonState *state, int how, const PortalSlice *column, ItemPointer at)
{
	Engine	   *engine = state->engine;
	bool		counts;
	PortalSlice user_id;
	PortalSlice mdo_id;
	PortalLeftOut left_out;
	EngineId	id;
	bool		ours;
	uint32		combo = 0;
	uint64		profile = 0;
	int64		registered_on = PROFILE_NO_DAY;
	PortalVerdict registration;

	engine_count_row(engine);
	/* every pass sees every row, and the first counts them */
	counts = engine->pass == 0 || how != HOW_ENTER;
	if (counts)
	{
		state->found[FOUND_ROWS]++;
		if (column[COLUMN_GENERATED].data != NULL)
			engine_note_generated(&state->generated, column[COLUMN_GENERATED].data, column[COLUMN_GENERATED].len);
	}

	user_id = known(column[COLUMN_USER_ID]);
	if (user_id.data == NULL)
		return;
	engine_read_id(user_id.data, user_id.len, &id);
	ours = how != HOW_COUNT && engine_pass_of(engine, id.hash) == engine->pass;
	if (!counts && !ours)
		return;

	mdo_id = known(column[COLUMN_MDO_ID]);
	left_out = portal_read_left_out(column[COLUMN_STATUS], column[COLUMN_MARKED],
									column[COLUMN_PROFILE_STATUS],
									column[COLUMN_DESIGNATION], column[COLUMN_ROLES]);
	registration = portal_read_day(column[COLUMN_REGISTERED], &registered_on);
	if (counts)
	{
		int64		ignored;

		state->found[FOUND_PERSONS]++;
		state->found[FOUND_REGISTERED] += left_out == PORTAL_REGISTERED;
		state->found[FOUND_NOT_ACTIVE] += left_out == PORTAL_NOT_ACTIVE;
		state->found[FOUND_NOT_MY_USER] += left_out == PORTAL_NOT_MY_USER;
		state->found[FOUND_VOLUNTEERS] += left_out == PORTAL_VOLUNTEER;
		state->found[FOUND_WITHOUT_ORGANISATION] += left_out == PORTAL_REGISTERED && mdo_id.data == NULL;
		state->found[FOUND_UNREADABLE] +=
			portal_read_day(column[COLUMN_UPDATED], &ignored) == PORTAL_GARBAGE;
		state->found[FOUND_UNREADABLE_REGISTRATION] += registration == PORTAL_GARBAGE;
		state->found[FOUND_UNKNOWN_STATUS] += column[COLUMN_STATUS].len != 1 ||
			(column[COLUMN_STATUS].data[0] != '0' && column[COLUMN_STATUS].data[0] != '1');
		if (!id.uuid)
			state->found[FOUND_TEXTS] += user_id.len + 16;
	}

	/* what cannot be finished is not gone on with */
	if (unlikely(pg_atomic_read_u32(&engine->header->fault) != ENGINE_FINE) || how == HOW_COUNT)
		return;

	if (left_out == PORTAL_REGISTERED)
	{
		PortalSlice criteria = portal_slice(NULL, 0);
		char		buffer[512];

		if (!ours)
		{
			/* only the MDOs of the whole portal are asked for */
			if (mdo_id.data != NULL)
				engine_intern(engine, &engine->header->org, mdo_id.data, mdo_id.len);
			return;
		}
		if (engine->header->criteria.limit > 0)
			criteria = criteria_key(column, buffer, sizeof(buffer));
		combo = engine_combo_of_person(engine, mdo_id, trimmed(column[COLUMN_DESIGNATION]), criteria);
		if (combo == ENGINE_NO_NUMBER)
			return;
		combo |= SLOT_REGISTERED;
	}
	else if (!ours)
		return;

	if (left_out == PORTAL_REGISTERED)
	{
		int			gender;

		if (engine->header->without_digests)
			gender = portal_read_gender(column[COLUMN_GENDER]);
		else
		{
			EngineProfile row;

			engine_read_profile(column[COLUMN_MDO_ID], column[COLUMN_DESIGNATION], column[COLUMN_GROUPS],
								column[COLUMN_GENDER], column[COLUMN_EMAIL], registered_on,
								column[COLUMN_KARMA], &row);
			profile = engine_profile_digest(engine, &row);
			gender = row.gender;
		}
		if (gender == PORTAL_FEMALE)
			profile |= PROFILE_WOMAN;
		else if (gender == PORTAL_MALE)
			profile |= PROFILE_MAN;
		if (portal_list_has(column[COLUMN_ROLES], portal_slice("MDO_LEADER", 10)))
			profile |= PROFILE_LEADER;
	}
	/* the text of an id that is no uuid is at hand only now */
	if (likely(id.uuid) && how == HOW_ENTER)
	{
		Pending    *row = &state->pending[state->npending];
		uint32		home = engine_home(engine, id.hash);

		row->id = id;
		row->combo = combo;
		row->row_at = row_place(at);
		row->profile = profile;
		ENGINE_ASK_TO_WRITE(engine_slot(engine, home));
		ENGINE_ASK_TO_WRITE(engine_profile(engine, home));
		if (++state->npending == BATCH)
			enter_batch(state);
	}
	else
		enter(state, &id, user_id, combo, profile, row_place(at), how == HOW_INSTEAD);
}

/*
 * engine_person_trans(state, token, how, user_id, mdo_id, status,
 *					   marked_as_not_my_user, profile_status, designation, roles,
 *					   gender, groups, email, user_registration_date,
 *					   no_of_karma_points, profile_last_updated_date, cadre,
 *					   cadre_batch, civil_services, is_verified_karmayogi,
 *					   is_on_central_deputation, data_last_generated_on)
 */
Datum
engine_person_trans(PG_FUNCTION_ARGS)
{
	PersonState *state;
	PortalSlice column[COLUMNS];

	if (unlikely(PG_ARGISNULL(0)))
	{
		MemoryContext context;

		if (!AggCheckCallContext(fcinfo, &context))
			elog(ERROR, "engine_person_trans called in non-aggregate context");
		state = new_state(context, engine_attach(PG_ARGISNULL(ARG_TOKEN) ? 0 : PG_GETARG_INT64(ARG_TOKEN),
												 ENGINE_ENTERING, ENGINE_ENTERING));
	}
	else
		state = (PersonState *) PG_GETARG_POINTER(0);
	if (unlikely(state->engine == NULL || state->epoch != engine_epoch))
		elog(ERROR, "engine_person_trans called with a finished state");
	for (int i = 0; i < COLUMNS; i++)
		column[i] = PG_ARGISNULL(ARG_COLUMN + i) ? portal_slice(NULL, 0) :
			portal_text_slice(PG_GETARG_TEXT_PP(ARG_COLUMN + i));
	/* where the row stands is not asked: it need not stand in one table */
	read_person(state, PG_ARGISNULL(ARG_HOW) ? HOW_COUNT : PG_GETARG_INT32(ARG_HOW), column, NULL);
	PG_RETURN_POINTER(state);
}


/*
 * Between processes
 */

/* What was found; what waits is entered before. */
static void
send_found(void *from, StringInfo buf)
{
	PersonState *state = from;

	enter_batch(state);
	for (int i = 0; i < FOUND_COUNTS; i++)
		pq_sendint64(buf, state->found[i]);
	engine_send_generated(buf, &state->generated);
	pq_sendint32(buf, state->pass);
	pq_sendbyte(buf, state->unplaced);
	pq_sendint32(buf, state->nrepeated);
	for (uint32 i = 0; i < state->nrepeated; i++)
		pq_sendint32(buf, state->repeated_at[i]);
}

/* Add what another process sent. */
static void
receive_found(void *into, StringInfo buf)
{
	PersonState *state = into;
	EngineGenerated generated;
	uint32		repeated;

	for (int i = 0; i < FOUND_COUNTS; i++)
		state->found[i] += pq_getmsgint64(buf);
	engine_receive_generated(buf, &generated);
	engine_merge_generated(&state->generated, &generated);
	state->pass = pq_getmsgint(buf, 4);
	state->unplaced |= pq_getmsgbyte(buf) != 0;
	repeated = pq_getmsgint(buf, 4);
	for (uint32 i = 0; i < repeated; i++)
		note_repeated(state, pq_getmsgint(buf, 4));
	pq_getmsgend(buf);
}

Datum
engine_person_serial(PG_FUNCTION_ARGS)
{
	return engine_scan_serial(&engine_person_scan, fcinfo);
}

Datum
engine_person_deserial(PG_FUNCTION_ARGS)
{
	return engine_scan_deserial(&engine_person_scan, fcinfo);
}

Datum
engine_person_combine(PG_FUNCTION_ARGS)
{
	return engine_scan_combine(&engine_person_scan, fcinfo);
}

/* Where the rows of repeated ids stand, as tid[]. */
static Datum
repeated_rows(const PersonState *state)
{
	Datum	   *row = palloc(sizeof(Datum) * Max(1, state->nrepeated));
	ItemPointerData *at = palloc(sizeof(ItemPointerData) * Max(1, state->nrepeated));

	for (uint32 i = 0; i < state->nrepeated; i++)
	{
		ItemPointerSet(&at[i], state->repeated_at[i] >> ROW_OFFSET_BITS,
					   state->repeated_at[i] & ((1 << ROW_OFFSET_BITS) - 1));
		row[i] = PointerGetDatum(&at[i]);
	}
	return PointerGetDatum(construct_array(row, (int) state->nrepeated, TIDOID,
										   sizeof(ItemPointerData), false, TYPALIGN_SHORT));
}

/*
 * The counts, the oldest and newest data_last_generated_on, the pass, and where
 * the rows of repeated ids stand, NULL where that is not known of all.
 */
static Datum
found_row(FunctionCallInfo fcinfo, PersonState *state)
{
	TupleDesc	tupdesc;
	Datum		values[FOUND_COUNTS + 3];
	bool		nulls[FOUND_COUNTS + 3] = {false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	tupdesc = BlessTupleDesc(tupdesc);
	if (state != NULL)
		enter_batch(state);
	for (int i = 0; i < FOUND_COUNTS; i++)
		values[i] = Int64GetDatum(state == NULL ? 0 : state->found[i]);
	nulls[FOUND_COUNTS] = state == NULL || !state->generated.any;
	if (!nulls[FOUND_COUNTS])
		values[FOUND_COUNTS] = engine_generated_text(&state->generated);
	values[FOUND_COUNTS + 1] = Int32GetDatum(state == NULL ? 0 : state->pass);
	nulls[FOUND_COUNTS + 2] = state == NULL || state->unplaced;
	if (!nulls[FOUND_COUNTS + 2])
		values[FOUND_COUNTS + 2] = repeated_rows(state);
	return HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls));
}

Datum
engine_person_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(found_row(fcinfo, PG_ARGISNULL(0) ? NULL : (PersonState *) PG_GETARG_POINTER(0)));
}


/*
 * As a scan of the engine's own
 */

static void
scan_row(void *state, const PortalSlice *column, ItemPointer at)
{
	read_person(state, HOW_ENTER, column, at);
}

const EngineScan engine_person_scan = {
	.kind = SCAN_PERSONS,
	.phase = ENGINE_ENTERING,
	.ncolumns = COLUMNS,
	.begin = new_state,
	.row = scan_row,
	.send = send_found,
	.receive = receive_found
};

#ifdef USE_PREFETCH
static int
compare_places(const void *a, const void *b)
{
	uint32		first = *(const uint32 *) a;
	uint32		second = *(const uint32 *) b;

	return (first > second) - (first < second);
}
#endif

/*
 * The rows of repeated ids will be fetched one after the other, from all over
 * the table.  Of a table that may not be in memory the disk is asked for all of
 * them at once.
 */
static void
ask_for_repeated(PersonState *state, Oid relid)
{
#ifdef USE_PREFETCH
	Relation	relation;
	BlockNumber last = InvalidBlockNumber;

	if (state->unplaced || state->nrepeated == 0 || effective_io_concurrency == 0)
		return;
	relation = table_open(relid, AccessShareLock);
	if (RelationGetNumberOfBlocks(relation) > NBuffers)
	{
		qsort(state->repeated_at, state->nrepeated, sizeof(uint32), compare_places);
		for (uint32 i = 0; i < state->nrepeated; i++)
		{
			BlockNumber block = state->repeated_at[i] >> ROW_OFFSET_BITS;

			CHECK_FOR_INTERRUPTS();
			if (block != last)
				PrefetchBuffer(relation, MAIN_FORKNUM, block);
			last = block;
		}
	}
	table_close(relation, NoLock);
#endif
}

/* engine_scan_persons(token, relation, columns) */
Datum
engine_scan_persons(PG_FUNCTION_ARGS)
{
	PersonState *state = engine_scan_table(&engine_person_scan, fcinfo, NULL, 0);

	ask_for_repeated(state, PG_GETARG_OID(1));
	PG_RETURN_DATUM(found_row(fcinfo, state));
}


/*
 * What other tables say of officials
 */

/* engine_mark_pwd(token, user_id): an official of pwd_official */
Datum
engine_mark_pwd(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	uint32		place;
	EngineSlot *slot = engine_slot_of_official(engine, portal_text_slice(PG_GETARG_TEXT_PP(1)), &place);

	/* whom others have counted already cannot be changed */
	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_READY);
	if (slot != NULL)
		pg_atomic_fetch_or_u32(&slot->combo, SLOT_PWD);
	PG_RETURN_VOID();
}

/*-------------------------------------------------------------------------
 *
 * engine_compare.c
 *	  Which rows of official_progress are as they were.
 *
 * On most nights nearly all are.  So the old rows are read before new ones are
 * made: what user_detail says of an official is compared by a digest, which
 * the scan of user_detail left beside his slot, what enrolments and plans say
 * by the counts themselves.  Only officials whose row differs or is new are
 * read once more from user_detail, and only their rows are written.
 *
 * official_progress is scanned by the engine itself where it may be, rows taken
 * in batches so that memory is not waited for; else by the statement of stage
 * "outdated", which calls engine_compare for every row.
 *
 * The digest has 58 bits under a key that nobody knows beforehand: one row in
 * 10^17 that differ would be taken for what it was.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/tuptable.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "engine.h"
#include "engine_scan.h"

PG_FUNCTION_INFO_V1(engine_place);
PG_FUNCTION_INFO_V1(engine_compare);
PG_FUNCTION_INFO_V1(engine_compare_table);
PG_FUNCTION_INFO_V1(engine_fate);
PG_FUNCTION_INFO_V1(engine_forgo_digests);
PG_FUNCTION_INFO_V1(engine_sieve_unwritten);

/* what becomes of an official's row, and of a row that is there */
#define FATE_SAME 0
#define FATE_DIFFERS 1
#define FATE_NEW 2
#define FATE_GOES 2

/* The columns of official_progress; numbers and dates are as they lie in a row. */
enum
{
	COLUMN_USER_ID, COLUMN_MDO_ID, COLUMN_MD_ID, COLUMN_MINISTRY_ID,
	COLUMN_STATE_CODE, COLUMN_DESIGNATION, COLUMN_SERVICE_GROUP,
	COLUMN_GENDER, COLUMN_PWD, COLUMN_GOVERNMENT_EMAIL, COLUMN_REGISTERED_ON,
	COLUMN_ENROLLED, COLUMN_COMPLETED, COLUMN_CERTIFICATES,
	COLUMN_LEARNING_SECONDS, COLUMN_KARMA_POINTS, COLUMN_LAST_ACTIVE_ON,
	COLUMN_CBP_ALLOTTED, COLUMN_CBP_COMPLETED, COLUMN_CBP_IN_TIME,
	COLUMN_CBP_OVERDUE, COLUMN_APAR_ALLOTTED, COLUMN_APAR_COMPLETED,
	COLUMN_APAR_MET, COLUMNS
};

/* A row of official_progress, as far as it is compared. */
typedef struct OldRow
{
	uint64		profile_digest;
	uint64		place;
	bool		possible;		/* no refresh writes one that is not */
	int8		apar_met;		/* 2: NULL */
	EngineCounts counts;
} OldRow;

/* How many bytes a column has; -1: it is a text. */
static inline int16
column_length(int column)
{
	switch (column)
	{
		case COLUMN_PWD:
		case COLUMN_GOVERNMENT_EMAIL:
		case COLUMN_APAR_MET:
			return sizeof(bool);
		case COLUMN_REGISTERED_ON:
		case COLUMN_LAST_ACTIVE_ON:
			return sizeof(DateADT);
		case COLUMN_LEARNING_SECONDS:
		case COLUMN_KARMA_POINTS:
			return sizeof(int64);
		default:
			return column < COLUMN_PWD ? -1 : sizeof(int32);
	}
}

/*
 * A digest of some texts and of bytes that go before them.  The lengths are
 * part of it, so that what belongs to one text cannot pass for another's.
 */
static uint64
digest_of(uint64 seed, const void *fixed, Size fixed_len, const PortalSlice *text, int ntexts)
{
	unsigned char buffer[512];
	Size		used = fixed_len;
	uint64		digest = seed;

	memcpy(buffer, fixed, fixed_len);
	for (int i = 0; i < ntexts; i++)
	{
		uint64		len = text[i].data == NULL ? UINT64_MAX : text[i].len;

		if (used + sizeof(len) + text[i].len > sizeof(buffer))
		{
			digest = hash_bytes_extended(buffer, (int) used, digest);
			used = 0;
		}
		memcpy(buffer + used, &len, sizeof(len));
		used += sizeof(len);
		if (text[i].data == NULL)
			continue;
		if (used + text[i].len > sizeof(buffer))
		{
			digest = hash_bytes_extended(buffer, (int) used, digest);
			used = 0;
			digest = hash_bytes_extended((const unsigned char *) text[i].data, (int) text[i].len, digest);
			continue;
		}
		memcpy(buffer + used, text[i].data, text[i].len);
		used += text[i].len;
	}
	return hash_bytes_extended(buffer, (int) used, digest);
}

/* What user_detail says of an official. */
uint64
engine_profile_digest(const Engine *engine, const EngineProfile *profile)
{
	int64		fixed[3];
	PortalSlice text[3];

	fixed[0] = (int64) profile->gender << 8 | profile->government_email;
	fixed[1] = profile->registered_on;
	fixed[2] = profile->karma_points;
	text[0] = profile->mdo_id;
	text[1] = profile->designation;
	text[2] = profile->service_group;
	return digest_of(engine->header->seed, fixed, sizeof(fixed), text, 3) & ~PROFILE_FLAGS;
}

/* Texts that say where an organisation stands; never 0. */
static uint64
place_digest(const Engine *engine, const PortalSlice *text)
{
	static const char kind = 'p';	/* another beginning than a profile's */

	return digest_of(engine->header->seed, &kind, sizeof(kind), text, 3) | 1;
}

static inline PortalSlice
text_argument(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		return portal_slice(NULL, 0);
	return portal_text_slice(PG_GETARG_TEXT_PP(argument));
}

/* engine_place(token, mdo_id, md_id, ministry_id, state_code) */
Datum
engine_place(PG_FUNCTION_ARGS)
{
	Engine	   *engine;
	PortalSlice mdo_id;
	PortalSlice place[3];
	uint32		org;

	engine = engine_of_leader(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0));
	mdo_id = text_argument(fcinfo, 1);
	org = engine_find(engine, &engine->header->org, mdo_id.data, mdo_id.len,
					  engine_hash_text(mdo_id.data, mdo_id.len));
	if (org != ENGINE_NO_NUMBER && mdo_id.data != NULL)
	{
		for (int i = 0; i < 3; i++)
			place[i] = text_argument(fcinfo, 2 + i);
		engine->org[org + 1].place = place_digest(engine, place);
		engine_tell_place(engine, org + 1, place);
	}
	PG_RETURN_VOID();
}

static inline int64
read_count(PortalSlice column, bool *possible)
{
	int64		count = 0;
	int32		small;

	if (column.data == NULL)
		*possible = false;
	else if (column.len == sizeof(small))
	{
		memcpy(&small, column.data, sizeof(small));
		count = small;
	}
	else
		memcpy(&count, column.data, sizeof(count));
	return count;
}

static inline DateADT
read_date(PortalSlice column)
{
	DateADT		date;

	memcpy(&date, column.data, sizeof(date));
	return date;
}

/* A row of official_progress, read while it is there. */
static inline void
read_old_row(const Engine *engine, const PortalSlice *column, OldRow *old)
{
	EngineProfile profile;
	PortalSlice gender = column[COLUMN_GENDER];

	old->possible = gender.data != NULL && column[COLUMN_PWD].data != NULL;
	if (!old->possible)
		return;
	for (profile.gender = 0; profile.gender < PORTAL_GENDERS; profile.gender++)
	{
		const char *word = portal_gender_words[profile.gender];

		if (gender.len == strlen(word) && memcmp(gender.data, word, gender.len) == 0)
			break;
	}
	profile.mdo_id = column[COLUMN_MDO_ID];
	profile.designation = column[COLUMN_DESIGNATION];
	profile.service_group = column[COLUMN_SERVICE_GROUP];
	profile.government_email = column[COLUMN_GOVERNMENT_EMAIL].data == NULL ? PROFILE_UNKNOWN :
		*column[COLUMN_GOVERNMENT_EMAIL].data != 0;
	profile.registered_on = column[COLUMN_REGISTERED_ON].data == NULL ? PROFILE_NO_DAY :
		read_date(column[COLUMN_REGISTERED_ON]);
	profile.karma_points = -1;
	if (column[COLUMN_KARMA_POINTS].data != NULL)
		profile.karma_points = read_count(column[COLUMN_KARMA_POINTS], &old->possible);
	old->profile_digest = engine_profile_digest(engine, &profile);

	/* an organisation that is nowhere has no M/D, ministry or State/UT */
	old->place = column[COLUMN_MD_ID].data == NULL && column[COLUMN_MINISTRY_ID].data == NULL &&
		column[COLUMN_STATE_CODE].data == NULL ? 0 : place_digest(engine, &column[COLUMN_MD_ID]);

	old->counts.pwd = *column[COLUMN_PWD].data != 0;
	old->counts.enrolled = read_count(column[COLUMN_ENROLLED], &old->possible);
	old->counts.completed = read_count(column[COLUMN_COMPLETED], &old->possible);
	old->counts.certificates = read_count(column[COLUMN_CERTIFICATES], &old->possible);
	old->counts.seconds = read_count(column[COLUMN_LEARNING_SECONDS], &old->possible);
	old->counts.cbp_allotted = read_count(column[COLUMN_CBP_ALLOTTED], &old->possible);
	old->counts.cbp_completed = read_count(column[COLUMN_CBP_COMPLETED], &old->possible);
	old->counts.cbp_in_time = read_count(column[COLUMN_CBP_IN_TIME], &old->possible);
	old->counts.cbp_overdue = read_count(column[COLUMN_CBP_OVERDUE], &old->possible);
	old->counts.apar_allotted = read_count(column[COLUMN_APAR_ALLOTTED], &old->possible);
	old->counts.apar_completed = read_count(column[COLUMN_APAR_COMPLETED], &old->possible);
	old->apar_met = column[COLUMN_APAR_MET].data == NULL ? 2 : *column[COLUMN_APAR_MET].data != 0;
	old->counts.last_active = column[COLUMN_LAST_ACTIVE_ON].data == NULL ? 0 :
		(int64) read_date(column[COLUMN_LAST_ACTIVE_ON]) + ENGINE_DATE_SHIFT;
}

/* Is what official_progress has what it would be given? */
static bool
is_same(Engine *engine, uint32 at, EngineSlot *slot, const OldRow *old)
{
	EngineCounts counts;
	uint32		state = pg_atomic_read_u32(&slot->combo);

	if (!old->possible || old->profile_digest != (*engine_profile(engine, at) & ~PROFILE_FLAGS) ||
		old->place != engine->org[COMBO_ORG(pg_atomic_read_u64(&engine->combo[state & SLOT_COMBO_MASK].key))].place)
		return false;

	engine_count(engine, at, slot, &counts);
	return old->counts.pwd == counts.pwd &&
		old->counts.enrolled == counts.enrolled &&
		old->counts.completed == counts.completed &&
		old->counts.certificates == counts.certificates &&
		old->counts.seconds == counts.seconds &&
		old->counts.cbp_allotted == counts.cbp_allotted &&
		old->counts.cbp_completed == counts.cbp_completed &&
		old->counts.cbp_in_time == counts.cbp_in_time &&
		old->counts.cbp_overdue == counts.cbp_overdue &&
		old->counts.apar_allotted == counts.apar_allotted &&
		old->counts.apar_completed == counts.apar_completed &&
		old->counts.last_active == counts.last_active &&
		old->apar_met == (counts.apar_allotted == 0 ? 2 : counts.apar_completed * 2 >= counts.apar_allotted);
}

static void
check_digests(const Engine *engine)
{
	if (engine->header->without_digests)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the engine has nothing to compare with")));
}

/* Note whether a row is as it would be, and say what becomes of it. */
static int
compare_row(Engine *engine, uint32 at, EngineSlot *slot, const OldRow *old)
{
	bool		same;

	if (slot == NULL || !(pg_atomic_read_u32(&slot->combo) & SLOT_REGISTERED))
		return FATE_GOES;
	same = is_same(engine, at, slot, old);
	*engine_profile(engine, at) |= PROFILE_WRITTEN | (same ? PROFILE_SAME : 0);
	return same ? FATE_SAME : FATE_DIFFERS;
}

/*
 * engine_compare(token, the columns of official_progress): notes whether the
 * row is as it would be.  0 if it is, and where it is not of this pass; 1 if
 * it differs; 2 if it must go, because nobody registered has this id any more.
 */
Datum
engine_compare(PG_FUNCTION_ARGS)
{
	Engine	   *engine;
	EngineSlot *slot;
	PortalSlice column[COLUMNS];
	Datum		lies[COLUMNS];
	EngineId	id;
	OldRow		old;
	uint32		at;

	engine = engine_attach(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0), ENGINE_COUNTING, ENGINE_COUNTING);
	engine_check_argument(fcinfo, 1);
	check_digests(engine);
	engine_count_row(engine);
	for (int i = 0; i < COLUMNS; i++)
	{
		int16		len = column_length(i);

		if (len == -1 || PG_ARGISNULL(1 + i))
			column[i] = text_argument(fcinfo, 1 + i);
		else
		{
			store_att_byval(&lies[i], PG_GETARG_DATUM(1 + i), len);
			column[i] = portal_slice((const char *) &lies[i], len);
		}
	}
	engine_read_id(column[COLUMN_USER_ID].data, column[COLUMN_USER_ID].len, &id);
	if (engine_pass_of(engine, id.hash) != engine->pass)
		PG_RETURN_INT32(FATE_SAME);
	read_old_row(engine, column, &old);
	slot = engine_lookup(engine, &id, column[COLUMN_USER_ID].data, column[COLUMN_USER_ID].len, &at);
	PG_RETURN_INT32(compare_row(engine, at, slot, &old));
}


/*
 * The same by a scan of the engine's own: rows of what is not as it would be
 */

/* A row that waits for its official's slot and counts. */
typedef struct Pending
{
	EngineId	id;
	OldRow		old;
	ItemPointerData row_at;
	EngineSlot *slot;
	uint32		at;
	text	   *user_id;
} Pending;

typedef struct CompareState
{
	Engine	   *engine;
	uint64		epoch;			/* while it is engine_epoch the pointers are good */
	DestReceiver *receiver;
	TupleTableSlot *row;
	MemoryContext batch;		/* ids of rows that wait */
	int			npending;
	Pending		pending[ENGINE_SCAN_BATCH];
} CompareState;

static void *
new_state(MemoryContext context, Engine *engine)
{
	CompareState *state = MemoryContextAllocZero(context, sizeof(CompareState));

	check_digests(engine);
	state->engine = engine;
	state->epoch = engine_epoch;
	state->batch = AllocSetContextCreate(context, "karmayogi rows", ALLOCSET_DEFAULT_SIZES);
	return state;
}

/* user_id, old_at, gone */
static TupleDesc
row_shape(int ncolumns)
{
	TupleDesc	shape;

	if (ncolumns != 3)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("what differs cannot be written to a table of %d columns", ncolumns)));
	shape = CreateTemplateTupleDesc(3);
	TupleDescInitEntry(shape, 1, NULL, TEXTOID, -1, 0);
	TupleDescInitEntry(shape, 2, NULL, TIDOID, -1, 0);
	TupleDescInitEntry(shape, 3, NULL, BOOLOID, -1, 0);
	return shape;
}

static void
make_for(void *into, TupleDesc shape, DestReceiver *receiver)
{
	CompareState *state = into;

	state->receiver = receiver;
	state->row = MakeSingleTupleTableSlot(shape, &TTSOpsVirtual);
	memset(state->row->tts_isnull, false, sizeof(bool) * shape->natts);
}

/* Compare what waits. */
static void
compare_batch(void *from)
{
	CompareState *state = from;
	Engine	   *engine = state->engine;

	if (state->epoch != engine_epoch)
		elog(ERROR, "the engine has gone on while rows were compared");
	for (int i = 0; i < state->npending; i++)
	{
		Pending    *row = &state->pending[i];

		row->slot = engine_lookup(engine, &row->id, VARDATA(row->user_id),
								  VARSIZE(row->user_id) - VARHDRSZ, &row->at);
		if (row->slot != NULL && (pg_atomic_read_u32(&row->slot->combo) & SLOT_REGISTERED))
			engine_ask_for_counts(engine, row->at, row->slot);
	}
	for (int i = 0; i < state->npending; i++)
	{
		Pending    *row = &state->pending[i];
		int			fate = compare_row(engine, row->at, row->slot, &row->old);

		if (fate == FATE_SAME)
			continue;
		ExecClearTuple(state->row);
		state->row->tts_values[0] = PointerGetDatum(row->user_id);
		state->row->tts_values[1] = PointerGetDatum(&row->row_at);
		state->row->tts_values[2] = BoolGetDatum(fate == FATE_GOES);
		ExecStoreVirtualTuple(state->row);
		(void) state->receiver->receiveSlot(state->row, state->receiver);
	}
	state->npending = 0;
	ExecClearTuple(state->row);
	MemoryContextReset(state->batch);
}

/* A row of official_progress. */
static void
scan_row(void *into, const PortalSlice *column, ItemPointer at)
{
	CompareState *state = into;
	Engine	   *engine = state->engine;
	Pending    *row = &state->pending[state->npending];
	PortalSlice user_id = column[COLUMN_USER_ID];
	MemoryContext old;
	uint32		home;

	engine_count_row(engine);
	engine_read_id(user_id.data, user_id.len, &row->id);
	if (engine_pass_of(engine, row->id.hash) != engine->pass)
		return;
	home = engine_home(engine, row->id.hash);
	ENGINE_ASK_FOR(engine_slot(engine, home));
	ENGINE_ASK_TO_WRITE(engine_profile(engine, home));
	read_old_row(engine, column, &row->old);
	row->row_at = *at;
	old = MemoryContextSwitchTo(state->batch);
	row->user_id = cstring_to_text_with_len(user_id.data, (int) user_id.len);
	MemoryContextSwitchTo(old);
	if (++state->npending == ENGINE_SCAN_BATCH)
		compare_batch(state);
}

static const Oid column_types[COLUMNS] = {
	TEXTOID, TEXTOID, TEXTOID, TEXTOID,
	TEXTOID, TEXTOID, TEXTOID,
	TEXTOID, BOOLOID, BOOLOID, DATEOID,
	INT4OID, INT4OID, INT4OID,
	INT8OID, INT8OID, DATEOID,
	INT4OID, INT4OID, INT4OID,
	INT4OID, INT4OID, INT4OID,
	BOOLOID
};

const EngineScan engine_progress_scan = {
	.kind = SCAN_PROGRESS,
	.phase = ENGINE_COUNTING,
	.ncolumns = COLUMNS,
	.raw = column_types,
	.begin = new_state,
	.row = scan_row,
	.shape = row_shape,
	.make_for = make_for,
	.finish = compare_batch
};

/*
 * engine_compare_table(token, relation, columns, target): as engine_compare for
 * every row of official_progress; what is not as it would be is appended to
 * the target: user_id, where it lies, whether it must go.
 */
Datum
engine_compare_table(PG_FUNCTION_ARGS)
{
	return engine_scan_into_table(&engine_progress_scan, fcinfo, NULL, 0);
}


/*
 * What is to be written
 */

/*
 * engine_forgo_digests(token): official_progress has no rows to compare with,
 * so what user_detail says need not be remembered.
 */
Datum
engine_forgo_digests(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));

	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_ENTERING);
	engine->header->without_digests = true;
	PG_RETURN_VOID();
}

/* As engine_fate, of an official's slot and what stands beside it. */
int
engine_fate_of(const EngineSlot *slot, uint64 profile, bool settled)
{
	uint32		state = pg_atomic_read_u32(unconstify(pg_atomic_uint32 *, &slot->combo));

	if (!(state & SLOT_REGISTERED) || (profile & PROFILE_SAME) ||
		((state & SLOT_REPEATED) && !settled))
		return FATE_SAME;
	return (profile & PROFILE_WRITTEN) ? FATE_DIFFERS : FATE_NEW;
}

/*
 * engine_fate(token, user_id, settled): 1 where an official's row differs from
 * what official_progress has, 2 where that has none; 0 where it is as it was,
 * for who is no official of this pass, and for a row of a repeated id that is
 * not the settled one.
 */
Datum
engine_fate(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0), ENGINE_COUNTING, ENGINE_COUNTING);
	text	   *user_id = PG_GETARG_TEXT_PP(1);
	EngineId	id;
	EngineSlot *slot;
	uint32		at;

	engine_read_id(VARDATA_ANY(user_id), VARSIZE_ANY_EXHDR(user_id), &id);
	if (engine_pass_of(engine, id.hash) != engine->pass ||
		!engine_through_sieve(engine, &id, SIEVE_UNWRITTEN))
		PG_RETURN_INT32(FATE_SAME);
	slot = engine_lookup(engine, &id, VARDATA_ANY(user_id), VARSIZE_ANY_EXHDR(user_id), &at);
	if (slot == NULL)
		PG_RETURN_INT32(FATE_SAME);
	PG_RETURN_INT32(engine_fate_of(slot, *engine_profile(engine, at), PG_GETARG_BOOL(2)));
}

/*
 * engine_sieve_unwritten(token): how many officials official_progress has not,
 * or not so; the sieve lets through them.
 */
Datum
engine_sieve_unwritten(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	int64		officials = 0;

	engine_check_phase(engine, ENGINE_COUNTING, ENGINE_COUNTING);
	engine_clear_sieve(engine, SIEVE_UNWRITTEN);
	for (uint32 at = 0; at < engine->nslots; at++)
	{
		EngineSlot *slot = engine_slot(engine, at);
		uint32		state = pg_atomic_read_u32(&slot->combo);

		if ((at & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if ((state & SLOT_REGISTERED) && !(*engine_profile(engine, at) & PROFILE_SAME))
		{
			engine_into_sieve(engine, slot, state);
			officials++;
		}
	}
	PG_RETURN_INT64(officials);
}

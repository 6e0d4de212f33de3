/*-------------------------------------------------------------------------
 *
 * engine_write.c
 *	  user_detail and counts -> rows of official_progress.
 *
 * When it is known whose row is to be written, user_detail is scanned once
 * more: what official_progress says of an official is what user_detail says,
 * where the organisation stands, and the counts.  The rows are those of stage
 * "progress" of sql/55-native.sql, whose statement does the same where the
 * engine cannot scan user_detail itself; rows of ids that occur more than once
 * are always left to it.
 *
 * On most nights few rows are to be written, and the sieve stops nearly all.
 * On the first, all are: rows are taken in batches, so that the slots and
 * counts of some officials are on their way while others are looked at.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "engine.h"
#include "engine_scan.h"
#include "portal_time.h"

PG_FUNCTION_INFO_V1(engine_write_officials);

/* The columns of user_detail. */
enum
{
	COLUMN_USER_ID, COLUMN_MDO_ID, COLUMN_DESIGNATION, COLUMN_GENDER,
	COLUMN_GROUPS, COLUMN_EMAIL, COLUMN_REGISTERED, COLUMN_KARMA, COLUMNS
};

/* Those of official_progress, and after them what becomes of the row. */
enum
{
	TO_USER_ID, TO_MDO_ID, TO_MD_ID, TO_MINISTRY_ID, TO_STATE_CODE,
	TO_DESIGNATION, TO_SERVICE_GROUP, TO_GENDER, TO_PWD, TO_GOVERNMENT_EMAIL,
	TO_REGISTERED_ON, TO_ENROLLED, TO_COMPLETED, TO_CERTIFICATES,
	TO_LEARNING_SECONDS, TO_KARMA_POINTS, TO_LAST_ACTIVE_ON, TO_CBP_ALLOTTED,
	TO_CBP_COMPLETED, TO_CBP_IN_TIME, TO_CBP_OVERDUE, TO_APAR_ALLOTTED,
	TO_APAR_COMPLETED, TO_APAR_MET, TO_FATE, TO_COLUMNS
};

static const Oid column_type[TO_COLUMNS] = {
	TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
	BOOLOID, BOOLOID, DATEOID, INT4OID, INT4OID, INT4OID, INT8OID, INT8OID,
	DATEOID, INT4OID, INT4OID, INT4OID, INT4OID, INT4OID, INT4OID, BOOLOID,
	INT4OID
};

/* An official who waits for his slot and counts. */
typedef struct Pending
{
	EngineId	id;
	EngineSlot *slot;			/* NULL: no row is to be written */
	uint32		at;
	int			fate;
	EngineProfile profile;		/* its texts are these: */
	text	   *user_id;
	text	   *mdo_id;
	text	   *designation;
	text	   *service_group;
} Pending;

typedef struct WriteState
{
	Engine	   *engine;
	uint64		epoch;			/* while it is engine_epoch the pointers are good */
	DestReceiver *receiver;
	TupleTableSlot *row;
	text	   *gender[PORTAL_GENDERS];
	MemoryContext batch;		/* texts of those who wait */
	int			npending;
	Pending		pending[ENGINE_SCAN_BATCH];
} WriteState;


/*
 * Where organisations stand
 */

struct EngineTold
{
	MemoryContext memory;
	uint32		norgs;
	uint32		(*place)[3];	/* offsets in texts, + 1; 0: NULL */
	StringInfoData texts;		/* each a varlena, aligned */
};

/*
 * What all processes are told that make rows: M/D, ministry and State/UT
 * of each organisation, by its number, as offsets of texts in this memory.
 */
typedef struct EnginePlaces
{
	uint32		norgs;
	uint32		place[FLEXIBLE_ARRAY_MEMBER][3];	/* 0: NULL */
} EnginePlaces;

/* Forget what was told. */
void
engine_forget_places(Engine *engine)
{
	if (engine->told != NULL)
		MemoryContextDelete(engine->told->memory);
	engine->told = NULL;
}

/* M/D, ministry and State/UT of an organisation, numbered from 1. */
void
engine_tell_place(Engine *engine, uint32 org, const PortalSlice *place)
{
	EngineTold *told = engine->told;

	if (told == NULL)
	{
		MemoryContext memory = AllocSetContextCreate(TopMemoryContext, "karmayogi places", ALLOCSET_DEFAULT_SIZES);
		MemoryContext old = MemoryContextSwitchTo(memory);

		told = palloc0(sizeof(EngineTold));
		told->memory = memory;
		told->norgs = engine->header->org.limit + 1;
		told->place = palloc0(sizeof(*told->place) * told->norgs);
		initStringInfo(&told->texts);
		MemoryContextSwitchTo(old);
		engine->told = told;
	}
	if (org >= told->norgs)
		elog(ERROR, "there is no organisation %u", org);
	for (int i = 0; i < 3; i++)
	{
		text	   *known;

		told->place[org][i] = 0;
		if (place[i].data == NULL)
			continue;
		while (told->texts.len % sizeof(int32) != 0)
			appendStringInfoCharMacro(&told->texts, '\0');
		told->place[org][i] = told->texts.len + 1;
		known = cstring_to_text_with_len(place[i].data, (int) place[i].len);
		appendBinaryStringInfo(&told->texts, (char *) known, VARSIZE(known));
		pfree(known);
	}
}

/* All that was told, in one piece, for whichever process makes rows. */
static const EnginePlaces *
collect_places(const Engine *engine, Size *size)
{
	const EngineTold *told = engine->told;
	uint32		norgs = told == NULL ? 1 : pg_atomic_read_u32(&engine->header->org.count) + 1;
	Size		start = MAXALIGN(offsetof(EnginePlaces, place) + norgs * sizeof(*told->place));
	EnginePlaces *places;

	*size = start + (told == NULL ? 0 : told->texts.len);
	places = MemoryContextAllocExtended(CurrentMemoryContext, *size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	places->norgs = norgs;
	for (uint32 i = 0; told != NULL && i < Min(norgs, told->norgs); i++)
	{
		for (int j = 0; j < 3; j++)
		{
			if (told->place[i][j] != 0)
				places->place[i][j] = start + told->place[i][j] - 1;
		}
	}
	if (told != NULL)
		memcpy((char *) places + start, told->texts.data, told->texts.len);
	return places;
}


/*
 * Rows
 */

static void *
new_state(MemoryContext context, Engine *engine)
{
	WriteState *state = MemoryContextAllocZero(context, sizeof(WriteState));
	MemoryContext old = MemoryContextSwitchTo(context);

	state->engine = engine;
	state->epoch = engine_epoch;
	state->batch = AllocSetContextCreate(context, "karmayogi officials", ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < PORTAL_GENDERS; i++)
		state->gender[i] = cstring_to_text(portal_gender_words[i]);
	MemoryContextSwitchTo(old);
	return state;
}

static TupleDesc
row_shape(int ncolumns)
{
	TupleDesc	shape;

	if (ncolumns != TO_COLUMNS && ncolumns != TO_COLUMNS - 1)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("officials cannot be written to a table of %d columns", ncolumns)));
	shape = CreateTemplateTupleDesc(ncolumns);
	for (int i = 0; i < ncolumns; i++)
		TupleDescInitEntry(shape, (AttrNumber) (i + 1), NULL, column_type[i], -1, 0);
	return shape;
}

static void
make_for(void *into, TupleDesc shape, DestReceiver *receiver)
{
	WriteState *state = into;

	state->receiver = receiver;
	state->row = MakeSingleTupleTableSlot(shape, &TTSOpsVirtual);
}

static inline void
put_text(TupleTableSlot *row, int column, const text *value)
{
	row->tts_isnull[column] = value == NULL;
	row->tts_values[column] = PointerGetDatum(value);
}

static inline void
put_place(TupleTableSlot *row, int column, const EnginePlaces *places, uint32 org, int which)
{
	uint32		offset = org < places->norgs ? places->place[org][which] : 0;

	put_text(row, column, offset == 0 ? NULL : (const text *) ((const char *) places + offset));
}

static inline void
put_count(TupleTableSlot *row, int column, int64 count)
{
	row->tts_values[column] = Int32GetDatum((int32) count);
}

static void
write_official(WriteState *state, const Pending *who)
{
	Engine	   *engine = state->engine;
	TupleTableSlot *row = state->row;
	uint32		state_bits = pg_atomic_read_u32(&who->slot->combo);
	uint32		org = COMBO_ORG(pg_atomic_read_u64(&engine->combo[state_bits & SLOT_COMBO_MASK].key));
	EngineCounts counts;

	engine_count(engine, who->at, who->slot, &counts);
	ExecClearTuple(row);
	memset(row->tts_isnull, false, sizeof(bool) * row->tts_tupleDescriptor->natts);
	put_text(row, TO_USER_ID, who->user_id);
	put_text(row, TO_MDO_ID, who->mdo_id);
	put_place(row, TO_MD_ID, engine->extra, org, 0);
	put_place(row, TO_MINISTRY_ID, engine->extra, org, 1);
	put_place(row, TO_STATE_CODE, engine->extra, org, 2);
	put_text(row, TO_DESIGNATION, who->designation);
	put_text(row, TO_SERVICE_GROUP, who->service_group);
	put_text(row, TO_GENDER, state->gender[who->profile.gender]);
	row->tts_values[TO_PWD] = BoolGetDatum(counts.pwd);
	row->tts_values[TO_GOVERNMENT_EMAIL] = BoolGetDatum(who->profile.government_email == 1);
	row->tts_isnull[TO_GOVERNMENT_EMAIL] = who->profile.government_email == PROFILE_UNKNOWN;
	row->tts_values[TO_REGISTERED_ON] = DateADTGetDatum((DateADT) who->profile.registered_on);
	row->tts_isnull[TO_REGISTERED_ON] = who->profile.registered_on == PROFILE_NO_DAY;
	put_count(row, TO_ENROLLED, counts.enrolled);
	put_count(row, TO_COMPLETED, counts.completed);
	put_count(row, TO_CERTIFICATES, counts.certificates);
	row->tts_values[TO_LEARNING_SECONDS] = Int64GetDatum(counts.seconds);
	row->tts_values[TO_KARMA_POINTS] = Int64GetDatum(who->profile.karma_points);
	row->tts_isnull[TO_KARMA_POINTS] = who->profile.karma_points < 0;
	row->tts_values[TO_LAST_ACTIVE_ON] = DateADTGetDatum((DateADT) (counts.last_active - ENGINE_DATE_SHIFT));
	row->tts_isnull[TO_LAST_ACTIVE_ON] = counts.last_active == 0;
	put_count(row, TO_CBP_ALLOTTED, counts.cbp_allotted);
	put_count(row, TO_CBP_COMPLETED, counts.cbp_completed);
	put_count(row, TO_CBP_IN_TIME, counts.cbp_in_time);
	put_count(row, TO_CBP_OVERDUE, counts.cbp_overdue);
	put_count(row, TO_APAR_ALLOTTED, counts.apar_allotted);
	put_count(row, TO_APAR_COMPLETED, counts.apar_completed);
	row->tts_values[TO_APAR_MET] = BoolGetDatum(counts.apar_completed * 2 >= counts.apar_allotted);
	row->tts_isnull[TO_APAR_MET] = counts.apar_allotted == 0;
	if (row->tts_tupleDescriptor->natts == TO_COLUMNS)
		row->tts_values[TO_FATE] = Int32GetDatum(who->fate);
	ExecStoreVirtualTuple(row);
	(void) state->receiver->receiveSlot(row, state->receiver);
}

/* Write who waits. */
static void
write_batch(void *from)
{
	WriteState *state = from;
	Engine	   *engine = state->engine;

	if (state->epoch != engine_epoch)
		elog(ERROR, "the engine has gone on while officials were written");
	for (int i = 0; i < state->npending; i++)
	{
		Pending    *who = &state->pending[i];

		who->slot = engine_lookup(engine, &who->id, VARDATA(who->user_id),
								  VARSIZE(who->user_id) - VARHDRSZ, &who->at);
		if (who->slot == NULL)
			continue;
		who->fate = engine_fate_of(who->slot, *engine_profile(engine, who->at), false);
		if (who->fate == 0)
			who->slot = NULL;
		else
			engine_ask_for_counts(engine, who->at, who->slot);
	}
	for (int i = 0; i < state->npending; i++)
	{
		if (state->pending[i].slot != NULL)
			write_official(state, &state->pending[i]);
	}
	state->npending = 0;
	ExecClearTuple(state->row);
	MemoryContextReset(state->batch);
}

/* A text that outlives the row that it stands in. */
static inline text *
keep(PortalSlice slice)
{
	return slice.data == NULL ? NULL : cstring_to_text_with_len(slice.data, (int) slice.len);
}

/* A row of user_detail. */
static void
read_official(void *into, const PortalSlice *column, ItemPointer at)
{
	WriteState *state = into;
	Engine	   *engine = state->engine;
	Pending    *who = &state->pending[state->npending];
	PortalSlice user_id = column[COLUMN_USER_ID];
	int64		registered_on = PROFILE_NO_DAY;
	MemoryContext old;
	uint32		home;

	engine_count_row(engine);
	if (portal_trimmed_is_missing(portal_trim(user_id)))
		return;
	engine_read_id(user_id.data, user_id.len, &who->id);
	if (engine_pass_of(engine, who->id.hash) != engine->pass ||
		!engine_through_sieve(engine, &who->id, SIEVE_UNWRITTEN))
		return;
	home = engine_home(engine, who->id.hash);
	ENGINE_ASK_FOR(engine_slot(engine, home));
	ENGINE_ASK_FOR(engine_profile(engine, home));
	(void) portal_read_day(column[COLUMN_REGISTERED], &registered_on);
	engine_read_profile(column[COLUMN_MDO_ID], column[COLUMN_DESIGNATION], column[COLUMN_GROUPS],
						column[COLUMN_GENDER], column[COLUMN_EMAIL], registered_on,
						column[COLUMN_KARMA], &who->profile);
	old = MemoryContextSwitchTo(state->batch);
	who->user_id = keep(user_id);
	who->mdo_id = keep(who->profile.mdo_id);
	who->designation = keep(who->profile.designation);
	who->service_group = keep(who->profile.service_group);
	MemoryContextSwitchTo(old);
	if (++state->npending == ENGINE_SCAN_BATCH)
		write_batch(state);
}

const EngineScan engine_official_scan = {
	.kind = SCAN_OFFICIALS,
	.phase = ENGINE_COUNTING,
	.ncolumns = COLUMNS,
	.begin = new_state,
	.row = read_official,
	.shape = row_shape,
	.make_for = make_for,
	.finish = write_batch
};

/*
 * engine_write_officials(token, relation, columns, target): rows of
 * official_progress for all officials whose row is to be written, but for
 * those of repeated ids, appended to the target, which may have one more
 * column: engine_fate.
 */
Datum
engine_write_officials(PG_FUNCTION_ARGS)
{
	Size		size;
	const EnginePlaces *places = collect_places(engine_of_leader(PG_GETARG_INT64(0)), &size);

	return engine_scan_into_table(&engine_official_scan, fcinfo, places, size);
}

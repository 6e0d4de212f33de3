/*-------------------------------------------------------------------------
 *
 * engine_person.c
 *	  One scan of user_detail -> the dictionary of officials, and what was
 *	  found.
 *
 * An aggregate, as for user_enrolments: PostgreSQL scans in parallel and reads
 * the columns.  A row is looked at once and leaves three things behind: the
 * slot of its official with whom plans take him for, a few bits that the
 * counts of an MDO need (man or woman, leader), and a digest of what
 * official_progress will say of him.  Nothing is written: an official whose
 * row in official_progress is as it was needs none of the texts again, and
 * whose row is not is read once more.
 *
 * The reading of each column is that of the SQL functions which plain SQL
 * calls (portal_text.c), so the two cannot differ in it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "engine.h"
#include "engine_found.h"
#include "portal_time.h"

PG_FUNCTION_INFO_V1(engine_person_trans);
PG_FUNCTION_INFO_V1(engine_person_combine);
PG_FUNCTION_INFO_V1(engine_person_serial);
PG_FUNCTION_INFO_V1(engine_person_deserial);
PG_FUNCTION_INFO_V1(engine_person_final);
PG_FUNCTION_INFO_V1(engine_mark_pwd);

/* The arguments of the aggregate, after its state. */
enum
{
	ARG_TOKEN = 1, ARG_HOW, ARG_USER_ID, ARG_MDO_ID, ARG_STATUS, ARG_MARKED,
	ARG_PROFILE_STATUS, ARG_DESIGNATION, ARG_ROLES, ARG_GENDER, ARG_GROUPS,
	ARG_EMAIL, ARG_REGISTERED, ARG_KARMA, ARG_UPDATED, ARG_CRITERIA,
	ARG_GENERATED
};

/* What is to be done with a row. */
#define HOW_ENTER 0
#define HOW_INSTEAD 1			/* enter it in the place of what was entered */
#define HOW_COUNT 2

/* What is counted, in this order of the result's elements. */
enum
{
	FOUND_ROWS, FOUND_PERSONS, FOUND_REGISTERED, FOUND_NOT_ACTIVE,
	FOUND_NOT_MY_USER, FOUND_VOLUNTEERS, FOUND_WITHOUT_ORGANISATION,
	FOUND_UNREADABLE, FOUND_UNREADABLE_REGISTRATION, FOUND_REPEATED,
	FOUND_TEXTS, FOUND_COUNTS
};

typedef struct PersonState
{
	Engine	   *engine;			/* NULL once it came from elsewhere */
	uint64		epoch;			/* while it is engine_epoch the pointers are good */
	int64		found[FOUND_COUNTS];
	EngineGenerated generated;
} PersonState;


static PersonState *
new_state(MemoryContext context, Engine *engine)
{
	PersonState *state = MemoryContextAllocZero(context, sizeof(PersonState));

	state->engine = engine;
	state->epoch = engine_epoch;
	return state;
}

static inline PortalSlice
column(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		return portal_slice(NULL, 0);
	return portal_text_slice(PG_GETARG_TEXT_PP(argument));
}

/* The same, and NULL where it holds a missing marker. */
static inline PortalSlice
known_column(FunctionCallInfo fcinfo, int argument)
{
	PortalSlice slice = column(fcinfo, argument);

	if (portal_trimmed_is_missing(portal_trim(slice)))
		return portal_slice(NULL, 0);
	return slice;
}

/* As portal_value: trimmed. */
static inline PortalSlice
value_column(FunctionCallInfo fcinfo, int argument)
{
	PortalSlice slice = portal_trim(column(fcinfo, argument));

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

/*
 * engine_person_trans(state, token, how, user_id, mdo_id, status,
 *					   marked_as_not_my_user, profile_status, designation, roles,
 *					   gender, groups, email, user_registration_date,
 *					   no_of_karma_points, profile_last_updated_date, criteria,
 *					   data_last_generated_on)
 */
Datum
engine_person_trans(PG_FUNCTION_ARGS)
{
	PersonState *state;
	Engine	   *engine;
	int32		how;
	bool		counts;
	PortalSlice user_id;
	PortalSlice mdo_id;
	PortalLeftOut left_out;
	EngineId	id;
	bool		ours;
	uint32		combo = 0;
	uint64		profile = 0;
	Timestamp	registered_at = 0;
	PortalVerdict registration;

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
	engine = state->engine;
	if (unlikely(engine == NULL || state->epoch != engine_epoch))
		elog(ERROR, "engine_person_trans called with a finished state");
	how = PG_ARGISNULL(ARG_HOW) ? HOW_COUNT : PG_GETARG_INT32(ARG_HOW);

	engine_count_row(engine);
	/* every pass sees every row, and the first counts them */
	counts = engine->pass == 0 || how != HOW_ENTER;
	if (counts)
	{
		state->found[FOUND_ROWS]++;
		if (!PG_ARGISNULL(ARG_GENERATED))
		{
			PortalSlice generated = column(fcinfo, ARG_GENERATED);

			engine_note_generated(&state->generated, generated.data, generated.len);
		}
	}

	user_id = known_column(fcinfo, ARG_USER_ID);
	if (user_id.data == NULL)
		PG_RETURN_POINTER(state);
	engine_read_id(user_id.data, user_id.len, &id);
	ours = how != HOW_COUNT && engine_pass_of(engine, id.hash) == engine->pass;
	if (!counts && !ours)
		PG_RETURN_POINTER(state);

	mdo_id = known_column(fcinfo, ARG_MDO_ID);
	left_out = portal_read_left_out(column(fcinfo, ARG_STATUS), column(fcinfo, ARG_MARKED),
									column(fcinfo, ARG_PROFILE_STATUS),
									column(fcinfo, ARG_DESIGNATION), column(fcinfo, ARG_ROLES));
	registration = portal_read_timestamp(column(fcinfo, ARG_REGISTERED), &registered_at);
	if (counts)
	{
		Timestamp	ignored;

		state->found[FOUND_PERSONS]++;
		state->found[FOUND_REGISTERED] += left_out == PORTAL_REGISTERED;
		state->found[FOUND_NOT_ACTIVE] += left_out == PORTAL_NOT_ACTIVE;
		state->found[FOUND_NOT_MY_USER] += left_out == PORTAL_NOT_MY_USER;
		state->found[FOUND_VOLUNTEERS] += left_out == PORTAL_VOLUNTEER;
		state->found[FOUND_WITHOUT_ORGANISATION] += left_out == PORTAL_REGISTERED && mdo_id.data == NULL;
		state->found[FOUND_UNREADABLE] +=
			portal_read_timestamp(column(fcinfo, ARG_UPDATED), &ignored) == PORTAL_GARBAGE;
		state->found[FOUND_UNREADABLE_REGISTRATION] += registration == PORTAL_GARBAGE;
		if (!id.uuid)
			state->found[FOUND_TEXTS] += user_id.len + 16;
	}

	/* what cannot be finished is not gone on with */
	if (unlikely(pg_atomic_read_u32(&engine->header->fault) != ENGINE_FINE) || how == HOW_COUNT)
		PG_RETURN_POINTER(state);

	if (left_out == PORTAL_REGISTERED)
	{
		PortalSlice criteria = portal_slice(NULL, 0);

		if (!ours)
		{
			/* only the MDOs of the whole portal are asked for */
			if (mdo_id.data != NULL)
				engine_intern(engine, &engine->header->org, mdo_id.data, mdo_id.len);
			PG_RETURN_POINTER(state);
		}
		if (!PG_ARGISNULL(ARG_CRITERIA))
			criteria = portal_text_slice((text *) PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(ARG_CRITERIA)));
		combo = engine_combo_of_person(engine, mdo_id, value_column(fcinfo, ARG_DESIGNATION), criteria);
		if (combo == ENGINE_NO_NUMBER)
			PG_RETURN_POINTER(state);
		combo |= SLOT_REGISTERED;
	}
	else if (!ours)
		PG_RETURN_POINTER(state);

	if (left_out == PORTAL_REGISTERED)
	{
		EngineProfile row;
		bool		government;
		PortalVerdict email = portal_read_email(column(fcinfo, ARG_EMAIL), &government);

		row.mdo_id = mdo_id;
		row.designation = value_column(fcinfo, ARG_DESIGNATION);
		row.service_group = value_column(fcinfo, ARG_GROUPS);
		row.gender = portal_read_gender(column(fcinfo, ARG_GENDER));
		row.government_email = email == PORTAL_MISSING ? PROFILE_UNKNOWN : government;
		row.registered_on = registration == PORTAL_VALUE ? portal_day(registered_at) : PROFILE_NO_DAY;
		row.karma_points = karma_points(column(fcinfo, ARG_KARMA));
		profile = engine_profile_digest(engine, &row);
		if (row.gender == PORTAL_FEMALE)
			profile |= PROFILE_WOMAN;
		else if (row.gender == PORTAL_MALE)
			profile |= PROFILE_MAN;
		if (portal_list_has(column(fcinfo, ARG_ROLES), portal_slice("MDO_LEADER", 10)))
			profile |= PROFILE_LEADER;
	}
	if (engine_enter(engine, &id, user_id.data, user_id.len, combo, profile,
					 how == HOW_INSTEAD) == ENTERED_TWICE)
		state->found[FOUND_REPEATED]++;
	PG_RETURN_POINTER(state);
}


/*
 * Between processes
 */

Datum
engine_person_serial(PG_FUNCTION_ARGS)
{
	PersonState *state = (PersonState *) PG_GETARG_POINTER(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	for (int i = 0; i < FOUND_COUNTS; i++)
		pq_sendint64(&buf, state->found[i]);
	engine_send_generated(&buf, &state->generated);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

Datum
engine_person_deserial(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	PersonState *state;
	StringInfoData buf;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "engine_person_deserial called in non-aggregate context");
	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	state = new_state(CurrentMemoryContext, NULL);
	for (int i = 0; i < FOUND_COUNTS; i++)
		state->found[i] = pq_getmsgint64(&buf);
	engine_receive_generated(&buf, &state->generated);
	pq_getmsgend(&buf);
	pfree(buf.data);
	PG_RETURN_POINTER(state);
}

Datum
engine_person_combine(PG_FUNCTION_ARGS)
{
	PersonState *state;
	PersonState *other;
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "engine_person_combine called in non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_POINTER(PG_GETARG_POINTER(0));
	}
	other = (PersonState *) PG_GETARG_POINTER(1);
	state = PG_ARGISNULL(0) ? new_state(context, NULL) :
		(PersonState *) PG_GETARG_POINTER(0);
	for (int i = 0; i < FOUND_COUNTS; i++)
		state->found[i] += other->found[i];
	engine_merge_generated(&state->generated, &other->generated);
	PG_RETURN_POINTER(state);
}

/* The counts, and the oldest and newest data_last_generated_on. */
Datum
engine_person_final(PG_FUNCTION_ARGS)
{
	PersonState *state = PG_ARGISNULL(0) ? NULL : (PersonState *) PG_GETARG_POINTER(0);
	TupleDesc	tupdesc;
	Datum		values[FOUND_COUNTS + 1];
	bool		nulls[FOUND_COUNTS + 1] = {false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	tupdesc = BlessTupleDesc(tupdesc);
	for (int i = 0; i < FOUND_COUNTS; i++)
		values[i] = Int64GetDatum(state == NULL ? 0 : state->found[i]);
	nulls[FOUND_COUNTS] = state == NULL || !state->generated.any;
	if (!nulls[FOUND_COUNTS])
		values[FOUND_COUNTS] = engine_generated_text(&state->generated);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
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
	EngineSlot *slot = engine_slot_of_official(engine, PG_GETARG_TEXT_PP(1), &place);

	/* whom others have counted already cannot be changed */
	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_READY);
	if (slot != NULL)
		pg_atomic_fetch_or_u32(&slot->combo, SLOT_PWD);
	PG_RETURN_VOID();
}

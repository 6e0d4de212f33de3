/*
 * target_engine_rows.c
 *	  The native engine: what it makes of rows of the portal.
 *
 * A refresh in small: an engine is opened, takes persons, events, plans and
 * enrolments in the order in which sql/55-native.sql hands them over, and is
 * closed.  What it found must be what target_engine_rows_input.c says that the
 * rows mean, and so must every official's profile, requirements and counts.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "storage/dsm_impl.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "engine_rows.h"
#include "karmayogi.h"

FUZZ_DECLARE(engine_open);
FUZZ_DECLARE(engine_close);
FUZZ_DECLARE(engine_begin_pass);
FUZZ_DECLARE(engine_end_pass);
FUZZ_DECLARE(engine_fault_of);
FUZZ_DECLARE(engine_forgo_digests);
FUZZ_DECLARE(engine_add_content);
FUZZ_DECLARE(engine_add_designation);
FUZZ_DECLARE(engine_person_trans);
FUZZ_DECLARE(engine_person_combine);
FUZZ_DECLARE(engine_person_serial);
FUZZ_DECLARE(engine_person_deserial);
FUZZ_DECLARE(engine_person_final);
FUZZ_DECLARE(engine_sieve_repeated);
FUZZ_DECLARE(engine_is_repeated);
FUZZ_DECLARE(engine_unfolded);
FUZZ_DECLARE(engine_mark_pwd);
FUZZ_DECLARE(engine_attend_trans);
FUZZ_DECLARE(engine_attend_combine);
FUZZ_DECLARE(engine_attend_serial);
FUZZ_DECLARE(engine_attend_deserial);
FUZZ_DECLARE(engine_attend_final);
FUZZ_DECLARE(engine_keep_attended);
FUZZ_DECLARE(engine_begin_plans);
FUZZ_DECLARE(engine_add_audience);
FUZZ_DECLARE(engine_add_requirement);
FUZZ_DECLARE(engine_add_reach);
FUZZ_DECLARE(engine_add_named);
FUZZ_DECLARE(engine_end_plans);
FUZZ_DECLARE(engine_enrol_trans);
FUZZ_DECLARE(engine_enrol_combine);
FUZZ_DECLARE(engine_enrol_serial);
FUZZ_DECLARE(engine_enrol_deserial);
FUZZ_DECLARE(engine_enrol_final);
FUZZ_DECLARE(engine_room);
FUZZ_DECLARE(engine_counts);
FUZZ_DECLARE(government_email);
FUZZ_DECLARE(portal_has_item);
FUZZ_DECLARE(portal_value);

void		fuzz_engine_rows(void);

/* The functions of an aggregate. */
typedef struct Steps
{
	const char *name;
	PGFunction	trans;
	PGFunction	combine;
	PGFunction	serial;
	PGFunction	deserial;
	PGFunction	final;
	int			arguments;		/* besides the state and the engine */
} Steps;

#define STEPS(aggregate, arguments) \
	{#aggregate, aggregate##_trans, aggregate##_combine, aggregate##_serial, \
	aggregate##_deserial, aggregate##_final, arguments}

static const Steps person_steps = STEPS(engine_person, 1 + P_COLUMNS);
static const Steps enrol_steps = STEPS(engine_enrol, E_COLUMNS);
static const Steps attend_steps = STEPS(engine_attend, 6);

#define MAX_ARGUMENTS (2 + 1 + P_COLUMNS)

/* Which rows of persons are taken, and for what. */
static int	how;
static int	chosen[MAX_ROWS];
static int	nchosen;

static FuzzSite *
inner(const char *name, PGFunction function, bool strict)
{
	FuzzSite   *site = fuzz_site_of(name, function, strict);

	site->context = fuzz_aggregate();
	return site;
}

static FuzzSite *
returning(FuzzSite *site, int columns, const Oid *type)
{
	site->row = CreateTemplateTupleDesc(columns);
	for (int i = 0; i < columns; i++)
		TupleDescInitBuiltinEntry(site->row, i + 1, psprintf("column%d", i), type[i], -1, 0);
	return site;
}

/* A function of the leader that raises no error. */
#define TELL(function, ...) \
	tell(FUZZ_CALL(fuzz_not_strict(function), portal.token, __VA_ARGS__))

static Datum
tell(FuzzResult result)
{
	if (result.sqlstate != 0)
		fuzz_fail("an error of the engine: %s", result.message);
	return result.value;
}

static void
person_arguments(int i, NullableDatum *argument)
{
	argument[0] = fuzz_datum(Int32GetDatum(how));
	memcpy(argument + 1, portal.person[chosen[i]].column, sizeof(NullableDatum) * P_COLUMNS);
}

static void
enrol_arguments(int i, NullableDatum *argument)
{
	memcpy(argument, portal.enrolment[i].column, sizeof(NullableDatum) * E_COLUMNS);
}

static void
attend_arguments(int i, NullableDatum *argument)
{
	const Event *row = &portal.event[i];

	argument[0] = row->user_id;
	argument[1] = row->event_id;
	argument[2] = row->seconds;
	argument[3] = row->own;
	argument[4] = row->completed;
	argument[5] = row->certificated;
}

/* An aggregate over rows, in one state or in several that are merged. */
static FuzzResult
aggregate(const Steps *steps, FuzzSite *final, int rows, void (*arguments) (int, NullableDatum *))
{
	FuzzSite   *trans = inner(steps->name, steps->trans, false);
	FuzzSite   *combine = inner(steps->name, steps->combine, false);
	NullableDatum *state = palloc(sizeof(NullableDatum) * portal.parts);
	NullableDatum merged = fuzz_null();
	FuzzResult	result;

	for (int i = 0; i < portal.parts; i++)
		state[i] = fuzz_null();
	for (int i = 0; i < rows; i++)
	{
		NullableDatum argument[MAX_ARGUMENTS];
		NullableDatum *into = &state[i % portal.parts];

		argument[0] = *into;
		argument[1] = portal.token;
		arguments(i, argument + 2);
		result = fuzz_call(trans, 2 + steps->arguments, argument);
		fuzz_check(result.sqlstate == 0 && !result.isnull);
		*into = fuzz_datum(result.value);
	}
	if (portal.parts == 1 && !portal.serial)
		return FUZZ_CALL(final, state[0]);
	for (int i = 0; i < portal.parts; i++)
	{
		if (portal.serial && !state[i].isnull)
		{
			result = FUZZ_CALL(inner(steps->name, steps->serial, true), state[i]);
			fuzz_check(result.sqlstate == 0 && !result.isnull);
			result = FUZZ_CALL(inner(steps->name, steps->deserial, true), fuzz_datum(result.value),
							   fuzz_datum((Datum) 0));
			fuzz_check(result.sqlstate == 0 && !result.isnull);
			state[i] = fuzz_datum(result.value);
		}
		result = FUZZ_CALL(combine, merged, state[i]);
		fuzz_check(result.sqlstate == 0 && result.isnull == (merged.isnull && state[i].isnull));
		merged = result.isnull ? fuzz_null() : fuzz_datum(result.value);
	}
	return FUZZ_CALL(final, merged);
}

/*
 * Of one pass
 */

static bool
is_repeated(const Person *person)
{
	return person->has_id && portal.person[person->first].rows > 1;
}

/* Ids longer than this have no room in a chunk. */
static bool
has_long_id(void)
{
	for (int i = 0; i < portal.persons; i++)
	{
		if (portal.person[i].has_id && bytes_of(portal.person[i].column[P_USER_ID]).len > ENGINE_CHUNK_SIZE - sizeof(uint32))
			return true;
	}
	return false;
}

/* A day of completion that cannot be compared with due days beyond the range. */
static bool
has_far_day(void)
{
	for (int i = 0; i < portal.enrolments; i++)
	{
		const Enrolment *row = &portal.enrolment[i];

		if (row->has_day && (row->day <= (int64) portal.base + 1 || row->day >= (int64) portal.base + ENGINE_DUE_DAYS))
			return portal.engine->header->due_bounded;
	}
	return false;
}

/* Whether the engine cannot go on; only for a reason. */
static bool
is_faulty(void)
{
	static const Oid type[] = {TEXTOID, INT4OID};
	FuzzSite   *site = returning(fuzz_strict(engine_fault_of), 2, type);
	FuzzResult	result = FUZZ_CALL(site, portal.token);
	Datum		values[2];
	bool		nulls[2];

	fuzz_check(result.sqlstate == 0);
	if (result.isnull)
		return false;
	fuzz_deform(site, result, values, nulls);
	fuzz_check(!nulls[0] && (nulls[1] || DatumGetInt32(values[1]) > 0));
	switch ((EngineFault) pg_atomic_read_u32(&portal.engine->header->fault))
	{
		case ENGINE_LONG_ID:
			fuzz_check(has_long_id());
			break;
		case ENGINE_FAR_DAYS:
			fuzz_check(has_far_day());
			break;
		case ENGINE_FULL_CHUNKS:
			/* officials and their texts need not spread evenly over passes */
			fuzz_check(portal.stingy || portal.passes > 1);
			break;
		case ENGINE_FULL_NUMBERS:
		case ENGINE_FULL_COMBOS:
			fuzz_check(portal.stingy);
			break;
		default:
			fuzz_fail("no room, where there must be: %s", TextDatumGetCString(values[0]));
	}
	return true;
}

/*
 * Persons
 */

/* Ids that occur more than once stay so, whatever is entered in their place. */
static void
check_repeated(void)
{
	for (int i = 0; i < portal.persons; i++)
	{
		const Person *person = &portal.person[i];

		if (person->has_id)
			fuzz_check(DatumGetBool(TELL(engine_is_repeated, person->column[P_USER_ID])) ==
					   (is_repeated(person) && person->ours));
	}
}

/* What the chosen rows are found to be. */
static void
check_found(bool counted, int64 repeated, bool faulty)
{
	static const Oid type[] = {
		INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID,
		INT8OID, INT8OID, INT8OID, INT8OID, TEXTOID, INT4OID, TEXTARRAYOID
	};
	FuzzSite   *site = returning(inner("engine_person_final", engine_person_final, false), F_COUNTS + 3, type);
	Datum		values[F_COUNTS + 3];
	bool		nulls[F_COUNTS + 3];
	int64		expected[F_COUNTS] = {0};
	Generated	generated = {0};

	fuzz_deform(site, aggregate(&person_steps, site, nchosen, person_arguments), values, nulls);
	for (int i = 0; i < nchosen && counted; i++)
	{
		const Person *person = &portal.person[chosen[i]];
		const NullableDatum *column = person->column;

		expected[F_ROWS]++;
		note_generated(&generated, column[P_GENERATED]);
		if (!person->has_id)
			continue;
		expected[F_PERSONS]++;
		if (person->left_out == NULL)
			expected[F_REGISTERED]++;
		else if (strcmp(person->left_out, "not active") == 0)
			expected[F_NOT_ACTIVE]++;
		else if (strcmp(person->left_out, "not my user") == 0)
			expected[F_NOT_MY_USER]++;
		else
			expected[F_VOLUNTEERS]++;
		expected[F_WITHOUT_ORGANISATION] += person->left_out == NULL && is_missing(column[P_MDO_ID]);
		expected[F_UNREADABLE] += person->unreadable;
		expected[F_UNREADABLE_REGISTRATION] += person->unreadable_registration;
		expected[F_UNKNOWN_STATUS] += !is(column[P_STATUS], "0") && !is(column[P_STATUS], "1");
		if (!fuzz_is_uuid(bytes_of(column[P_USER_ID])))
			expected[F_TEXTS] += bytes_of(column[P_USER_ID]).len + 16;
	}
	expected[F_REPEATED] = repeated;
	for (int i = 0; i < F_COUNTS; i++)
	{
		fuzz_check(!nulls[i]);
		if (DatumGetInt64(values[i]) != expected[i] && !(i == F_REPEATED && faulty))
			fuzz_fail("count %d of persons is " INT64_FORMAT " and should be " INT64_FORMAT, i,
					  DatumGetInt64(values[i]), expected[i]);
	}
	check_generated(&generated, nulls[F_COUNTS], values[F_COUNTS]);
	if (nchosen > 0)
		fuzz_check(DatumGetInt32(values[F_COUNTS + 1]) == (int32) portal.engine->pass);
	/* an aggregate does not know where rows stand */
	fuzz_check(faulty || nulls[F_COUNTS + 2] == (nchosen == 0 || repeated > 0));
}

/* What is noted beside each official, and whom plans take him for. */
static void
check_official(const Person *person)
{
	const NullableDatum *column = person->column;
	const Engine *engine = portal.engine;
	uint32		place;
	EngineSlot *slot = engine_slot_of_official(engine, slice_of(column[P_USER_ID]), &place);
	uint64		profile;
	uint64		key;
	NullableDatum mdo_id = is_missing(column[P_MDO_ID]) ? fuzz_null() : column[P_MDO_ID];
	NullableDatum leader = fuzz_text(fuzz_literal("MDO_LEADER"));
	uint32		number = 0;

	fuzz_check((slot != NULL) == is_official(person));
	if (slot == NULL)
		return;
	profile = *engine_profile(engine, place);
	fuzz_check(!!(profile & PROFILE_WOMAN) == (strcmp(person->gender, "female") == 0));
	fuzz_check(!!(profile & PROFILE_MAN) == (strcmp(person->gender, "male") == 0));
	fuzz_check(!!(profile & PROFILE_LEADER) ==
			   DatumGetBool(FUZZ_CALL(fuzz_not_strict(portal_has_item), column[P_ROLES], leader).value));
	if (portal.forgo)
		fuzz_check((profile & ~PROFILE_FLAGS) == 0);
	else
	{
		FuzzSlice	karma = bytes_of(column[P_KARMA]);
		FuzzResult	government = FUZZ_CALL(fuzz_strict(government_email), column[P_EMAIL]);
		FuzzResult	designation = FUZZ_CALL(fuzz_strict(portal_value), column[P_DESIGNATION]);
		FuzzResult	groups = FUZZ_CALL(fuzz_strict(portal_value), column[P_GROUPS]);
		EngineProfile row;
		Size		digits = 0;

		while (digits < karma.len && is_stamp((FuzzSlice) {karma.data + digits, 1}))
			digits++;
		row.mdo_id = slice_of(mdo_id);
		row.designation = slice_of(designation.isnull ? fuzz_null() : fuzz_datum(designation.value));
		row.service_group = slice_of(groups.isnull ? fuzz_null() : fuzz_datum(groups.value));
		row.gender = 0;
		while (strcmp(portal_gender_words[row.gender], person->gender) != 0)
			row.gender++;
		row.government_email = government.isnull ? PROFILE_UNKNOWN : DatumGetBool(government.value);
		row.registered_on = person->registered_on;
		row.karma_points = digits == karma.len && digits >= 1 && digits <= 18 ? fuzz_number(karma) : -1;
		fuzz_check((profile & ~PROFILE_FLAGS) == engine_profile_digest(engine, &row));
	}

	key = pg_atomic_read_u64(&engine->combo[pg_atomic_read_u32(&slot->combo) & SLOT_COMBO_MASK].key);
	fuzz_check((COMBO_ORG(key) == 0) == mdo_id.isnull);
	if (COMBO_ORG(key) > 0)
		fuzz_check(same(mdo_id, fuzz_datum(engine_number_text(engine, &engine->header->org, COMBO_ORG(key) - 1))));
	for (int i = 0; i < portal.designations && number == 0; i++)
	{
		if (same(portal.designation[i], person->designation_key))
			number = i + 1;
	}
	fuzz_check((COMBO_DESIGNATION(key) == 0) == (number == 0));
	if (COMBO_DESIGNATION(key) > 0)
		fuzz_check(same(person->designation_key,
						fuzz_datum(engine_number_text(engine, &engine->header->designation, COMBO_DESIGNATION(key) - 1))));

	/* two have the same other attributes where all six are the same */
	for (int i = 0; i < portal.persons; i++)
	{
		static const int attribute[] = {P_CADRE, P_GROUPS, P_CADRE_BATCH, P_CIVIL_SERVICES, P_VERIFIED, P_DEPUTATION};
		const Person *other = &portal.person[i];
		uint64		other_key;
		bool		alike = true;

		if (other == person)
			break;
		if (!is_official(other))
			continue;
		slot = engine_slot_of_official(engine, slice_of(other->column[P_USER_ID]), &place);
		fuzz_check(slot != NULL);
		other_key = pg_atomic_read_u64(&engine->combo[pg_atomic_read_u32(&slot->combo) & SLOT_COMBO_MASK].key);
		for (int a = 0; a < lengthof(attribute) && portal.criteria; a++)
			alike = alike && same(column[attribute[a]], other->column[attribute[a]]);
		fuzz_check((COMBO_CRITERIA(key) == COMBO_CRITERIA(other_key)) == alike);
	}
}

static bool
take_persons(void)
{
	int64		repeated = 0;
	int64		ids = 0;
	bool		faulty;

	/* every row once */
	how = 0;
	nchosen = portal.persons;
	for (int i = 0; i < portal.persons; i++)
	{
		const Person *person = &portal.person[i];

		chosen[i] = i;
		if (!person->ours)
			continue;
		repeated += person->first != i;
		ids += person->first == i && person->rows > 1;
		portal.unfolded |= !same(person->column[P_USER_ID], fold(person->column[P_USER_ID]));
	}
	check_found(portal.engine->pass == 0, repeated, has_long_id() || portal.stingy || portal.passes > 1);
	faulty = is_faulty();
	if (!faulty)
		fuzz_check(!has_long_id() || portal.passes > 1);
	else
		return false;

	/* of ids that occur more than once the row that counts, and what was counted too much */
	fuzz_check(DatumGetInt64(TELL(engine_sieve_repeated, fuzz_null())) == ids);
	check_repeated();
	for (how = 1; how <= 2; how++)
	{
		nchosen = 0;
		for (int i = 0; i < portal.persons; i++)
		{
			const Person *person = &portal.person[i];

			if (is_repeated(person) && person->ours && person->settled == (how == 1))
				chosen[nchosen++] = i;
		}
		check_found(true, 0, false);
	}
	check_repeated();
	if (is_faulty())
		return false;
	fuzz_check(DatumGetBool(TELL(engine_unfolded, fuzz_null())) == portal.unfolded);
	for (int i = 0; i < portal.persons; i++)
	{
		if (portal.person[i].settled)
			check_official(&portal.person[i]);
	}
	for (int i = 0; i < portal.pwds; i++)
		TELL(engine_mark_pwd, portal.pwd[i]);
	return true;
}

/*
 * Events
 */

static bool
take_events(void)
{
	FuzzSite   *site = inner("engine_attend_final", engine_attend_final, false);
	FuzzResult	found = aggregate(&attend_steps, site, portal.events, attend_arguments);
	int64		officials = 0;
	double		magnitude = 0;

	for (int i = 0; i < portal.events; i++)
	{
		Person	   *person = portal.event[i].person;
		int64		seconds;

		if (person == NULL || !is_official(person) || is_missing(portal.event[i].event_id) ||
			!is_attended(i, &seconds))
			continue;
		officials += !person->has_attended;
		person->has_attended = true;
		person->attended = (int64) ((uint64) person->attended + seconds);
		magnitude += fabs((double) seconds);
	}
	/* sums need not fit */
	if (found.sqlstate != 0)
	{
		fuzz_check(found.sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE && magnitude > 9e18);
		return false;
	}
	if (is_faulty())
		return false;
	fuzz_check(!found.isnull);
	fuzz_check(DatumGetInt64(TELL(engine_keep_attended, fuzz_datum(found.value))) == officials);
	for (int i = 0; i < portal.persons; i++)
	{
		const Person *person = &portal.person[i];
		uint32		place;

		if (!is_official(person))
			continue;
		fuzz_check(engine_slot_of_official(portal.engine, slice_of(person->column[P_USER_ID]), &place) != NULL);
		fuzz_check(!!(*engine_profile(portal.engine, place) & PROFILE_ATTENDED) == person->has_attended);
		if (person->has_attended)
			fuzz_check(engine_attended_seconds(portal.engine, place) == person->attended);
	}
	return magnitude < 4e18;
}

/*
 * Plans
 */

/* The engine's number of an MDO, as SQL finds it; false where nobody has it. */
static bool
number_of_org(NullableDatum mdo_id, NullableDatum *number)
{
	FuzzSlice	text = bytes_of(mdo_id);
	uint32		org;

	*number = fuzz_null();
	if (mdo_id.isnull)
		return true;
	org = engine_find(portal.engine, &portal.engine->header->org, text.data, text.len, engine_hash_text(text.data, text.len));
	*number = fuzz_datum(Int32GetDatum((int32) org + 1));
	return org != ENGINE_NO_NUMBER;
}

static void
tell_reach(Reach *reach)
{
	NullableDatum audience = fuzz_datum(Int32GetDatum(reach->audience));
	NullableDatum org;
	FuzzResult	result;

	if (!number_of_org(reach->mdo_id, &org))
		return;
	result = reach->user_id.isnull ?
		FUZZ_CALL(fuzz_not_strict(engine_add_reach), portal.token, audience, org, reach->designation_key) :
		FUZZ_CALL(fuzz_not_strict(engine_add_named), portal.token, audience, reach->user_id, org, reach->designation_key);
	fuzz_check(result.sqlstate == (is_designation(reach->designation_key) ? 0 : ERRCODE_INVALID_PARAMETER_VALUE));
	reach->told = result.sqlstate == 0;
}

static void
check_requirements(const Person *person)
{
	Asked	   *required = palloc(sizeof(Asked) * MAX_ROWS);
	int			count = requirements_of(person, required);
	const Engine *engine = portal.engine;
	uint32		place;
	EngineSlot *slot = engine_slot_of_official(engine, slice_of(person->column[P_USER_ID]), &place);
	const EngineList *list;

	fuzz_check(slot != NULL);
	list = &engine->list[engine->combo[pg_atomic_read_u32(&slot->combo) & SLOT_COMBO_MASK].list];
	fuzz_check(list->count == count);
	for (int i = 0; i < count; i++)
	{
		const EngineRequirement *asked = &engine->requirement[list->start + i];
		NullableDatum content_id = fuzz_datum(engine_number_text(engine, &engine->header->content, asked->content));
		int			at = 0;

		fuzz_check(i == 0 || asked[-1].content < asked->content);
		while (at < count && !same(required[at].content_id, content_id))
			at++;
		fuzz_check(at < count);
		fuzz_check(asked->apar == required[at].apar);
		fuzz_check(asked->due == (required[at].due_on.isnull ? 0 : Max(1, Min(required[at].due, ENGINE_DUE_DAYS))));
	}
}

static bool
take_plans(void)
{
	FuzzResult	result;

	TELL(engine_begin_plans, fuzz_datum(Int32GetDatum(AUDIENCES)));
	for (int i = 1; i <= AUDIENCES; i++)
	{
		if (portal.others[i].present)
			TELL(engine_add_audience, fuzz_datum(Int32GetDatum(i)), portal.others[i].type, portal.others[i].to);
	}
	for (int i = 0; i < portal.asks; i++)
	{
		const Asked *asked = &portal.asked[i];

		TELL(engine_add_requirement, fuzz_datum(Int32GetDatum(asked->audience)), asked->content_id, asked->due_on,
			 fuzz_datum(BoolGetDatum(asked->apar)));
	}
	for (int i = 0; i < portal.reaches; i++)
		tell_reach(&portal.reach[i]);
	/* no other numbers than there are */
	result = FUZZ_CALL(fuzz_not_strict(engine_add_reach), portal.token, fuzz_datum(Int32GetDatum(AUDIENCES + 1)),
					   fuzz_null(), fuzz_null());
	fuzz_check(result.sqlstate == ERRCODE_INVALID_PARAMETER_VALUE);
	result = FUZZ_CALL(fuzz_not_strict(engine_add_reach), portal.token, fuzz_datum(Int32GetDatum(1)),
					   fuzz_datum(Int32GetDatum(pg_atomic_read_u32(&portal.engine->header->org.count) + 1)), fuzz_null());
	fuzz_check(result.sqlstate == ERRCODE_INVALID_PARAMETER_VALUE);
	fuzz_check(DatumGetInt64(TELL(engine_end_plans, fuzz_null())) >= 1);
	if (is_faulty())
		return false;
	for (int i = 0; i < portal.persons; i++)
	{
		if (is_official(&portal.person[i]))
			check_requirements(&portal.person[i]);
	}
	return true;
}

/*
 * Enrolments
 */

/* The same, added up for an official, content by content. */
static void
check_counts(const Person *person)
{
	Asked	   *required = palloc(sizeof(Asked) * MAX_ROWS);
	int			count = requirements_of(person, required);
	int64		expected[12] = {0};
	FuzzResult	result = FUZZ_CALL(fuzz_strict(engine_counts), portal.token, person->column[P_USER_ID]);
	const int64 *found;

	fuzz_check(result.sqlstate == 0 && result.isnull == !is_official(person));
	if (result.isnull)
		return;
	for (int i = 0; i < portal.enrolments; i++)
	{
		Enrolment	all = portal.enrolment[i];
		bool		before = false;
		int64		seconds = 0;

		if (all.person != person || !is_record(&all))
			continue;
		expected[4] = Max(expected[4], all.active);
		for (int j = 0; j < portal.enrolments; j++)
		{
			const Enrolment *row = &portal.enrolment[j];

			if (row->person != person || !is_record(row) || !same(row->column[E_CONTENT_ID], all.column[E_CONTENT_ID]))
				continue;
			before = before || j < i;
			all.completed |= row->completed;
			all.certificated |= row->certificated;
			if (row->has_day)
			{
				all.day = all.has_day ? Min(all.day, row->day) : row->day;
				all.has_day = true;
			}
		}
		if (before)
			continue;
		/* of what was told twice the last holds */
		for (int j = 0; j < portal.contents; j++)
		{
			if (same(portal.content[j].id, all.column[E_CONTENT_ID]))
				seconds = portal.content[j].seconds;
		}
		expected[0]++;
		expected[1] += all.completed;
		expected[2] += all.certificated;
		expected[3] += all.completed && all.certificated ? seconds : 0;
		for (int j = 0; j < count && all.completed; j++)
		{
			if (!same(required[j].content_id, all.column[E_CONTENT_ID]))
				continue;
			expected[6]++;
			expected[10] += required[j].apar;
			if (required[j].due_on.isnull)
				continue;
			expected[7] += all.has_day && all.day <= portal.base + required[j].due;
			expected[8] -= portal.base + required[j].due < portal.as_of;
		}
	}
	expected[3] += person->attended;
	expected[5] = count;
	for (int i = 0; i < count; i++)
	{
		expected[8] += !required[i].due_on.isnull && portal.base + required[i].due < portal.as_of;
		expected[9] += required[i].apar;
	}
	expected[11] = person->pwd;
	found = (const int64 *) ARR_DATA_PTR(DatumGetArrayTypeP(result.value));
	for (int i = 0; i < 12; i++)
	{
		if (found[i] != expected[i])
			fuzz_fail("count %d of an official is " INT64_FORMAT " and should be " INT64_FORMAT, i, found[i], expected[i]);
	}
}

static bool
take_enrolments(void)
{
	static const Oid type[] = {
		INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, TEXTOID
	};
	FuzzSite   *site = returning(inner("engine_enrol_final", engine_enrol_final, false), G_COUNTS + 1, type);
	Datum		values[G_COUNTS + 1];
	bool		nulls[G_COUNTS + 1];
	int64		expected[G_COUNTS] = {0};
	Generated	generated = {0};
	bool		first = portal.engine->pass == 0;
	bool		faulty;

	fuzz_deform(site, aggregate(&enrol_steps, site, portal.enrolments, enrol_arguments), values, nulls);
	faulty = is_faulty();
	for (int i = 0; i < portal.enrolments; i++)
	{
		const Enrolment *row = &portal.enrolment[i];
		const NullableDatum *column = row->column;
		const char *const status[] = {"not-enrolled", "not-started", "in-progress", "completed"};
		bool		unknown = true;
		bool		unreadable;
		int64		ignored;
		bool		ours = !column[E_USER_ID].isnull;
		bool		counted = false;
		EngineId	id;

		for (int j = 0; j < lengthof(status); j++)
			unknown = unknown && !is(column[E_STATUS], status[j]);
		if (first)
		{
			expected[G_ROWS]++;
			expected[G_UNKNOWN_STATUS] += unknown;
			for (int j = 0; j < 3; j++)
			{
				(void) read_day(column[E_FIRST + j], &ignored, &unreadable);
				expected[G_UNREADABLE_FIRST + j] += unreadable;
			}
			if (is_stamp(bytes_of(column[E_GENERATED])))
				note_generated(&generated, column[E_GENERATED]);
		}
		if (ours)
		{
			engine_read_id(bytes_of(column[E_USER_ID]).data, bytes_of(column[E_USER_ID]).len, &id);
			ours = engine_pass_of(portal.engine, id.hash) == portal.engine->pass;
		}
		/* nobody's rows are the first pass's */
		expected[G_UNKNOWN_USERS] += column[E_USER_ID].isnull ? first : ours && row->person == NULL;
		if (row->person != NULL && is_official(row->person) && !row->has_content)
			expected[G_WITHOUT_CONTENT]++;
		if (!is_record(row))
			continue;
		expected[G_RECORDS]++;
		for (int j = 0; j < i; j++)
			counted = counted || (portal.enrolment[j].person == row->person && is_record(&portal.enrolment[j]));
		expected[G_OFFICIALS] += !counted;
	}
	for (int i = 0; i < G_COUNTS; i++)
	{
		/* where the engine cannot go on, rows of officials are not counted */
		bool		lost = faulty && (i == G_UNKNOWN_USERS || i == G_WITHOUT_CONTENT || i == G_RECORDS || i == G_OFFICIALS);

		fuzz_check(!nulls[i]);
		if (DatumGetInt64(values[i]) != expected[i] && !lost)
			fuzz_fail("count %d of enrolments is " INT64_FORMAT " and should be " INT64_FORMAT, i,
					  DatumGetInt64(values[i]), expected[i]);
	}
	check_generated(&generated, nulls[G_COUNTS], values[G_COUNTS]);
	if (faulty)
		return false;
	if (!DatumGetBool(TELL(engine_room, fuzz_datum(values[G_OFFICIALS]))))
	{
		fuzz_check(is_faulty());
		return false;
	}
	for (int i = 0; i < portal.persons; i++)
	{
		if (portal.person[i].settled)
			check_counts(&portal.person[i]);
	}
	return true;
}

/* Officials of each MDO, and of none, when all passes are done. */
static void
check_organisations(void)
{
	const Engine *engine = portal.engine;
	NullableDatum leader = fuzz_text(fuzz_literal("MDO_LEADER"));

	for (uint32 org = 0; org <= pg_atomic_read_u32(&engine->header->org.count); org++)
	{
		NullableDatum mdo_id = org == 0 ? fuzz_null() :
			fuzz_datum(engine_number_text(engine, &engine->header->org, org - 1));
		int64		expected[ORG_COUNTS] = {0};
		static const int what[] = {ORG_REGISTERED, ORG_WOMEN, ORG_MEN, ORG_PWD, ORG_LEADERS};

		for (int i = 0; i < portal.persons; i++)
		{
			const Person *person = &portal.person[i];
			const NullableDatum *column = person->column;

			if (!person->settled || person->left_out != NULL ||
				!(org == 0 ? is_missing(column[P_MDO_ID]) : same(mdo_id, column[P_MDO_ID])))
				continue;
			expected[ORG_REGISTERED]++;
			expected[ORG_WOMEN] += strcmp(person->gender, "female") == 0;
			expected[ORG_MEN] += strcmp(person->gender, "male") == 0;
			expected[ORG_PWD] += person->pwd;
			expected[ORG_LEADERS] += DatumGetBool(FUZZ_CALL(fuzz_not_strict(portal_has_item), column[P_ROLES], leader).value);
		}
		for (int i = 0; i < lengthof(what); i++)
			fuzz_check(pg_atomic_read_u64(&engine->org[org].count[what[i]]) == expected[what[i]]);
	}
}

/*
 * A refresh
 */

static void
open_engine(int64 texts)
{
	static const Oid type[] = {INT8OID, INT4OID, TEXTOID};
	FuzzSite   *site = returning(fuzz_strict(engine_open), 3, type);
	int			part = portal.stingy ? 4 : 1;
	int64		designation_bytes = 0;
	Datum		values[3];
	bool		nulls[3];

	for (int i = 0; i < portal.designations; i++)
		designation_bytes += bytes_of(portal.designation[i]).len;
	fuzz_deform(site, FUZZ_CALL(site, fuzz_datum(Int64GetDatum(portal.persons / part)),
								fuzz_datum(Int64GetDatum(portal.enrolments / part)),
								fuzz_datum(Int64GetDatum(portal.contents + portal.asks)), fuzz_datum(Int64GetDatum(0)),
								fuzz_datum(Int64GetDatum(portal.designations)),
								fuzz_datum(Int64GetDatum(designation_bytes)),
								fuzz_datum(BoolGetDatum(portal.criteria)),
								fuzz_datum(DateADTGetDatum(portal.base)), fuzz_datum(DateADTGetDatum(portal.as_of)),
								fuzz_datum(Int32GetDatum(portal.passes)), fuzz_datum(Int64GetDatum(texts / part)),
								fuzz_datum(Int64GetDatum(portal.events / part))), values, nulls);
	fuzz_check(!nulls[0] && !nulls[1] && nulls[2]);
	portal.token = fuzz_datum(values[0]);
	fuzz_check(DatumGetInt32(values[1]) == portal.passes);
	portal.engine = engine_of_leader(DatumGetInt64(values[0]));
}

/* Which persons are of this pass. */
static void
note_ours(void)
{
	for (int i = 0; i < portal.persons; i++)
	{
		Person	   *person = &portal.person[i];
		FuzzSlice	text = bytes_of(person->column[P_USER_ID]);
		EngineId	id;

		if (!person->has_id)
			continue;
		engine_read_id(text.data, text.len, &id);
		person->ours = engine_pass_of(portal.engine, id.hash) == portal.engine->pass;
	}
}

static bool
take_pass(int pass, int64 texts)
{
	int			part = portal.stingy ? 4 : 1;
	FuzzResult	early;

	TELL(engine_begin_pass, fuzz_datum(Int32GetDatum(pass)), fuzz_datum(Int64GetDatum(portal.persons / part)),
		 fuzz_datum(Int64GetDatum(portal.enrolments / part)), fuzz_datum(Int64GetDatum(texts / part)));
	note_ours();
	if (portal.forgo)
		TELL(engine_forgo_digests, fuzz_null());
	/* nothing before its time */
	early = FUZZ_CALL(inner("engine_enrol_trans", engine_enrol_trans, false), fuzz_null(), portal.token, fuzz_null(),
					  fuzz_null(), fuzz_null(), fuzz_null(), fuzz_null(), fuzz_null(), fuzz_null(), fuzz_null());
	fuzz_check(early.sqlstate == ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE);
	if (!take_persons() || !take_events() || !take_plans() || !take_enrolments())
		return false;
	TELL(engine_end_pass, fuzz_null());
	return true;
}

/*
 * Input: how it is done; then rows, each a field that says of what kind, and its
 * columns.  Of how it is done: 1 or 2 passes, b or c for that many states
 * of each aggregate, w for states that workers hand on, s for estimates that are
 * too low, f where nothing will be compared, k for criteria that nobody has.
 */
void
fuzz_engine_rows(void)
{
	FuzzSlice	setting;
	int64		texts = 0;
	int			pass = 0;

	if (!fuzz_field(&setting))
		return;
	/* small, and on no machine's state depending */
	karmayogi_refresh_mem = 64 * 1024;
	dynamic_shared_memory_type = DSM_IMPL_MMAP;

	memset(&portal, 0, sizeof(portal));
	portal.passes = Max(1, Min(fuzz_number(setting), 2));
	portal.parts = 1;
	for (Size i = 0; i < setting.len; i++)
	{
		if (setting.data[i] == 'b' || setting.data[i] == 'c')
			portal.parts = setting.data[i] - 'a' + 1;
		portal.serial |= setting.data[i] == 'w';
		portal.stingy |= setting.data[i] == 's';
		portal.forgo |= setting.data[i] == 'f';
		portal.criteria |= setting.data[i] == 'k';
	}
	portal.base = 9000;			/* in August 2024 */
	portal.as_of = portal.base + 400;

	read_rows();
	settle();
	for (int i = 0; i < portal.persons; i++)
	{
		if (portal.person[i].has_id && !fuzz_is_uuid(bytes_of(portal.person[i].column[P_USER_ID])))
			texts += bytes_of(portal.person[i].column[P_USER_ID]).len + 16;
	}

	open_engine(texts);
	for (int i = 0; i < portal.contents; i++)
		TELL(engine_add_content, portal.content[i].id, fuzz_datum(Int64GetDatum(portal.content[i].seconds)),
			 fuzz_datum(BoolGetDatum(i % 2 == 0)), fuzz_null(), fuzz_datum(BoolGetDatum(true)));
	for (int i = 0; i < portal.designations; i++)
		TELL(engine_add_designation, portal.designation[i]);
	while (pass < portal.passes && take_pass(pass, texts))
		pass++;
	if (pass == portal.passes)
		check_organisations();
	TELL(engine_close, fuzz_null());
	fuzz_check(fuzz_segments() == 0);
	/* what is closed is gone */
	fuzz_check(FUZZ_CALL(fuzz_strict(engine_close), portal.token).sqlstate == ERRCODE_INVALID_PARAMETER_VALUE);
}

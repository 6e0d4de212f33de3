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
 * The digest has 58 bits under a key that nobody knows beforehand: one row in
 * 10^17 that differ would be taken for what it was.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/builtins.h"

#include "engine.h"

PG_FUNCTION_INFO_V1(engine_place);
PG_FUNCTION_INFO_V1(engine_compare);
PG_FUNCTION_INFO_V1(engine_fate);
PG_FUNCTION_INFO_V1(engine_sieve_unwritten);

/* what becomes of an official's row, and of a row that is there */
#define FATE_SAME 0
#define FATE_DIFFERS 1
#define FATE_NEW 2
#define FATE_GOES 2

/* The columns of official_progress as arguments of engine_compare. */
enum
{
	ARG_USER_ID = 1, ARG_MDO_ID, ARG_MD_ID, ARG_MINISTRY_ID, ARG_STATE_CODE,
	ARG_DESIGNATION, ARG_SERVICE_GROUP, ARG_GENDER, ARG_PWD,
	ARG_GOVERNMENT_EMAIL, ARG_REGISTERED_ON, ARG_ENROLLED, ARG_COMPLETED,
	ARG_CERTIFICATES, ARG_LEARNING_SECONDS, ARG_KARMA_POINTS,
	ARG_LAST_ACTIVE_ON, ARG_CBP_ALLOTTED, ARG_CBP_COMPLETED, ARG_CBP_IN_TIME,
	ARG_CBP_OVERDUE, ARG_APAR_ALLOTTED, ARG_APAR_COMPLETED, ARG_APAR_MET
};

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

static inline PortalSlice
column(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		return portal_slice(NULL, 0);
	return portal_text_slice(PG_GETARG_TEXT_PP(argument));
}

/* The three arguments that say where an organisation stands; never 0. */
static uint64
place_digest(const Engine *engine, FunctionCallInfo fcinfo, int argument)
{
	static const char kind = 'p';	/* another beginning than a profile's */
	PortalSlice text[3];

	for (int i = 0; i < 3; i++)
		text[i] = column(fcinfo, argument + i);
	return digest_of(engine->header->seed, &kind, sizeof(kind), text, 3) | 1;
}

/* engine_place(token, mdo_id, md_id, ministry_id, state_code) */
Datum
engine_place(PG_FUNCTION_ARGS)
{
	Engine	   *engine;
	PortalSlice mdo_id;
	uint32		org;

	engine = engine_of_leader(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0));
	mdo_id = column(fcinfo, 1);
	org = engine_find(engine, &engine->header->org, mdo_id.data, mdo_id.len,
					  engine_hash_text(mdo_id.data, mdo_id.len));
	if (org != ENGINE_NO_NUMBER && mdo_id.data != NULL)
		engine->org[org + 1].place = place_digest(engine, fcinfo, 2);
	PG_RETURN_VOID();
}

static inline bool
is_count(FunctionCallInfo fcinfo, int argument, int64 count)
{
	return !PG_ARGISNULL(argument) && PG_GETARG_INT64(argument) == count;
}

/*
 * What user_detail and the register of organisations say, as a row of
 * official_progress has it; false if it can have come of neither.
 */
static bool
read_row(FunctionCallInfo fcinfo, const Engine *engine, uint64 *profile_digest, uint64 *place)
{
	EngineProfile profile;
	text	   *gender;

	if (PG_ARGISNULL(ARG_GENDER) || PG_ARGISNULL(ARG_PWD))
		return false;
	gender = PG_GETARG_TEXT_PP(ARG_GENDER);
	for (profile.gender = 0; profile.gender < PORTAL_GENDERS; profile.gender++)
	{
		const char *word = portal_gender_words[profile.gender];

		if (VARSIZE_ANY_EXHDR(gender) == strlen(word) &&
			memcmp(VARDATA_ANY(gender), word, strlen(word)) == 0)
			break;
	}
	profile.mdo_id = column(fcinfo, ARG_MDO_ID);
	profile.designation = column(fcinfo, ARG_DESIGNATION);
	profile.service_group = column(fcinfo, ARG_SERVICE_GROUP);
	profile.government_email = PG_ARGISNULL(ARG_GOVERNMENT_EMAIL) ? PROFILE_UNKNOWN :
		PG_GETARG_BOOL(ARG_GOVERNMENT_EMAIL);
	profile.registered_on = PG_ARGISNULL(ARG_REGISTERED_ON) ? PROFILE_NO_DAY :
		PG_GETARG_DATEADT(ARG_REGISTERED_ON);
	profile.karma_points = PG_ARGISNULL(ARG_KARMA_POINTS) ? -1 : PG_GETARG_INT64(ARG_KARMA_POINTS);
	*profile_digest = engine_profile_digest(engine, &profile);

	/* an organisation that is nowhere has no M/D, ministry or State/UT */
	*place = PG_ARGISNULL(ARG_MD_ID) && PG_ARGISNULL(ARG_MINISTRY_ID) && PG_ARGISNULL(ARG_STATE_CODE) ? 0 :
		place_digest(engine, fcinfo, ARG_MD_ID);
	return true;
}

/* Is what official_progress has what it would be given? */
static bool
is_same(FunctionCallInfo fcinfo, Engine *engine, uint32 at, EngineSlot *slot,
		uint64 profile_digest, uint64 place)
{
	EngineCounts counts;
	uint32		state = pg_atomic_read_u32(&slot->combo);

	if (profile_digest != (*engine_profile(engine, at) & ~PROFILE_FLAGS) ||
		place != engine->org[COMBO_ORG(pg_atomic_read_u64(&engine->combo[state & SLOT_COMBO_MASK].key))].place)
		return false;

	engine_count(engine, at, slot, &counts);
	return PG_GETARG_BOOL(ARG_PWD) == counts.pwd &&
		is_count(fcinfo, ARG_ENROLLED, counts.enrolled) &&
		is_count(fcinfo, ARG_COMPLETED, counts.completed) &&
		is_count(fcinfo, ARG_CERTIFICATES, counts.certificates) &&
		is_count(fcinfo, ARG_LEARNING_SECONDS, counts.seconds) &&
		is_count(fcinfo, ARG_CBP_ALLOTTED, counts.cbp_allotted) &&
		is_count(fcinfo, ARG_CBP_COMPLETED, counts.cbp_completed) &&
		is_count(fcinfo, ARG_CBP_IN_TIME, counts.cbp_in_time) &&
		is_count(fcinfo, ARG_CBP_OVERDUE, counts.cbp_overdue) &&
		is_count(fcinfo, ARG_APAR_ALLOTTED, counts.apar_allotted) &&
		is_count(fcinfo, ARG_APAR_COMPLETED, counts.apar_completed) &&
		(counts.last_active == 0 ? PG_ARGISNULL(ARG_LAST_ACTIVE_ON) :
		 !PG_ARGISNULL(ARG_LAST_ACTIVE_ON) &&
		 PG_GETARG_DATEADT(ARG_LAST_ACTIVE_ON) == (int64) counts.last_active - ENGINE_DATE_SHIFT) &&
		(counts.apar_allotted == 0 ? PG_ARGISNULL(ARG_APAR_MET) :
		 !PG_ARGISNULL(ARG_APAR_MET) &&
		 PG_GETARG_BOOL(ARG_APAR_MET) == (counts.apar_completed * 2 >= counts.apar_allotted));
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
	PortalSlice user_id;
	EngineId	id;
	uint64		profile_digest = 0;
	uint64		place = 0;
	uint32		at;
	bool		readable;
	bool		same;

	engine = engine_attach(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0), ENGINE_COUNTING, ENGINE_COUNTING);
	engine_check_argument(fcinfo, ARG_USER_ID);
	engine_count_row(engine);
	user_id = column(fcinfo, ARG_USER_ID);
	engine_read_id(user_id.data, user_id.len, &id);
	if (engine_pass_of(engine, id.hash) != engine->pass)
		PG_RETURN_INT32(FATE_SAME);
	/* neither the slot nor what stands beside it is in cache: digests are made while they come */
	at = engine_home(engine, id.hash);
	__builtin_prefetch(engine_slot(engine, at));
	__builtin_prefetch(engine_profile(engine, at), 1);
	readable = read_row(fcinfo, engine, &profile_digest, &place);
	slot = engine_lookup(engine, &id, user_id.data, user_id.len, &at);
	if (slot == NULL || !(pg_atomic_read_u32(&slot->combo) & SLOT_REGISTERED))
		PG_RETURN_INT32(FATE_GOES);
	same = readable && is_same(fcinfo, engine, at, slot, profile_digest, place);
	*engine_profile(engine, at) |= PROFILE_WRITTEN | (same ? PROFILE_SAME : 0);
	PG_RETURN_INT32(same ? FATE_SAME : FATE_DIFFERS);
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
	uint32		state;
	uint64		profile;

	engine_read_id(VARDATA_ANY(user_id), VARSIZE_ANY_EXHDR(user_id), &id);
	if (engine_pass_of(engine, id.hash) != engine->pass ||
		!engine_through_sieve(engine, &id, SIEVE_UNWRITTEN))
		PG_RETURN_INT32(FATE_SAME);
	slot = engine_lookup(engine, &id, VARDATA_ANY(user_id), VARSIZE_ANY_EXHDR(user_id), &at);
	if (slot == NULL)
		PG_RETURN_INT32(FATE_SAME);
	state = pg_atomic_read_u32(&slot->combo);
	profile = *engine_profile(engine, at);
	if (!(state & SLOT_REGISTERED) || (profile & PROFILE_SAME) ||
		((state & SLOT_REPEATED) && !PG_GETARG_BOOL(2)))
		PG_RETURN_INT32(FATE_SAME);
	PG_RETURN_INT32((profile & PROFILE_WRITTEN) ? FATE_DIFFERS : FATE_NEW);
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

/*-------------------------------------------------------------------------
 *
 * engine_person.c
 *	  The native engine's dictionary of officials, and what plans ask of them.
 *
 * Each person of user_detail has a slot, found by the id.  An id in the
 * portal's form of a uuid is kept as its 16 bytes; any other is kept, and
 * compared, as text.  Plans look at an official's MDO, designation and a few
 * other attributes: officials who agree in these have the same combination,
 * and whom a plan reaches is decided once for each combination, in SQL.  Only
 * officials whom a plan names are looked at one by one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "engine.h"

PG_FUNCTION_INFO_V1(engine_add_content);
PG_FUNCTION_INFO_V1(engine_add_designation);
PG_FUNCTION_INFO_V1(engine_enter);
PG_FUNCTION_INFO_V1(engine_combos);
PG_FUNCTION_INFO_V1(engine_combo_of);
PG_FUNCTION_INFO_V1(engine_assign_combo);
PG_FUNCTION_INFO_V1(engine_assign_official);
PG_FUNCTION_INFO_V1(engine_repeated);
PG_FUNCTION_INFO_V1(engine_mark_pwd);
PG_FUNCTION_INFO_V1(engine_members);
PG_FUNCTION_INFO_V1(engine_unfolded);
PG_FUNCTION_INFO_V1(engine_begin_lists);
PG_FUNCTION_INFO_V1(engine_add_requirement);
PG_FUNCTION_INFO_V1(engine_end_lists);

/* What engine_enter says. */
#define ENTERED_NEW 0
#define ENTERED_TWICE 1
#define ENTERED_ELSEWHERE 2		/* another pass has this official */
#define ENTERED_NOT 3			/* no room; the fault tells why */


/*
 * Ids
 */

/*
 * Eight hexadecimal digits in lower case as 32 bits, in an order of no
 * meaning; false if they are anything else, which is found by writing the
 * digits back.
 */
static inline bool
read_digits(uint64 digits, uint64 *value)
{
	const uint64 ones = UINT64CONST(0x0101010101010101);
	uint64		nibbles;
	uint64		letters;

	nibbles = (digits & (ones * 0x0F)) + 9 * ((digits >> 6) & ones);
	letters = ((nibbles + ones * 6) >> 4) & ones;
	if (((nibbles & (ones * 0xF0)) != 0) |
		(nibbles + ones * 0x30 + letters * 0x27 != digits))
		return false;
	nibbles = (nibbles | (nibbles >> 4)) & UINT64CONST(0x00FF00FF00FF00FF);
	nibbles = (nibbles | (nibbles >> 8)) & UINT64CONST(0x0000FFFF0000FFFF);
	*value = (nibbles | (nibbles >> 16)) & UINT64CONST(0x00000000FFFFFFFF);
	return true;
}

/* The eight digits again. */
static inline void
write_digits(uint64 value, char *digits)
{
	const uint64 ones = UINT64CONST(0x0101010101010101);
	uint64		nibbles = value;

	nibbles = (nibbles | (nibbles << 16)) & UINT64CONST(0x0000FFFF0000FFFF);
	nibbles = (nibbles | (nibbles << 8)) & UINT64CONST(0x00FF00FF00FF00FF);
	nibbles = (nibbles | (nibbles << 4)) & (ones * 0x0F);
	nibbles += ones * 0x30 + (((nibbles + ones * 6) >> 4) & ones) * 0x27;
	memcpy(digits, &nibbles, 8);
}

static inline uint64
eight_bytes(const char *data)
{
	uint64		word;

	memcpy(&word, data, 8);
	return word;
}

static inline uint64
twice_four_bytes(const char *first, const char *second)
{
	uint32		words[2];
	uint64		word;

	memcpy(&words[0], first, 4);
	memcpy(&words[1], second, 4);
	memcpy(&word, words, 8);
	return word;
}

void
engine_read_id(const char *data, Size len, EngineId *id)
{
	uint64		part[4];

	if (likely(len == 36 && data[8] == '-' && data[13] == '-' &&
			   data[18] == '-' && data[23] == '-') &&
		read_digits(eight_bytes(data), &part[0]) &&
		read_digits(twice_four_bytes(data + 9, data + 14), &part[1]) &&
		read_digits(twice_four_bytes(data + 19, data + 24), &part[2]) &&
		read_digits(eight_bytes(data + 28), &part[3]))
	{
		id->uuid = true;
		id->key[0] = part[0] << 32 | part[1];
		id->key[1] = part[2] << 32 | part[3];
		id->hash = engine_mix(id->key[0] ^ engine_mix(id->key[1]));
	}
	else
	{
		id->uuid = false;
		id->hash = engine_hash_text(data, len);
		id->key[0] = id->hash;
		id->key[1] = 0;
	}
}

/* The place of a text in the chunks: number of the chunk and offset in it. */
static inline EngineText *
chunk_text(const Engine *engine, uint64 place)
{
	return (EngineText *) ((char *) engine_chunk(engine, (uint32) (place >> 32)) +
						   (uint32) place);
}

static inline bool
slot_is_of(const Engine *engine, const EngineSlot *slot, uint32 state,
		   const EngineId *id, const char *data, Size len)
{
	EngineText *text;

	if (slot->key[0] != id->key[0])
		return false;
	if (likely(id->uuid))
		return slot->key[1] == id->key[1] && !(state & SLOT_TEXT);
	if (!(state & SLOT_TEXT))
		return false;
	text = chunk_text(engine, slot->key[1]);
	return text->len == len && memcmp(text->data, data, len) == 0;
}

/*
 * The slot of an official of this pass, NULL if there is none.  Only to be
 * used when nobody enters officials any more.
 */
EngineSlot *
engine_lookup(const Engine *engine, const EngineId *id,
			  const char *data, Size len, uint32 *place)
{
	uint32		at = engine_home(engine, id->hash);

	for (;;)
	{
		EngineSlot *slot = engine_slot(engine, at);
		uint32		state = pg_atomic_read_u32(&slot->combo);

		if (state == 0)
			return NULL;
		if (slot_is_of(engine, slot, state, id, data, len))
		{
			*place = at;
			return slot;
		}
		if (unlikely(++at >= engine->nslots))
			at = 0;
	}
}

/*
 * Keep the text of an id that is no uuid.  Texts of one process share chunks.
 */
static bool
keep_text(Engine *engine, const char *data, Size len, uint64 *place)
{
	Size		size = TYPEALIGN(sizeof(uint32), offsetof(EngineText, data) + len);
	EngineText *text;

	if (size > ENGINE_CHUNK_SIZE)
	{
		engine_fault(engine, ENGINE_LONG_ID);
		return false;
	}
	if (engine->text_chunk == 0 || engine->text_used + size > ENGINE_CHUNK_SIZE)
	{
		uint32		chunk = engine_take_chunk(engine);

		if (chunk == ENGINE_NOBODY)
			return false;
		engine->text_chunk = chunk + 1;
		engine->text_used = 0;
	}
	*place = (uint64) (engine->text_chunk - 1) << 32 | engine->text_used;
	text = chunk_text(engine, *place);
	text->len = len;
	memcpy(text->data, data, len);
	engine->text_used += size;
	return true;
}


/*
 * Combinations
 */

static uint32
combo_number(Engine *engine, uint64 key)
{
	EngineHeader *header = engine->header;
	uint32		at = (uint32) (((engine_mix(key) >> 32) * header->combo_capacity) >> 32);

	for (;;)
	{
		uint64		known = pg_atomic_read_u64(&engine->combo[at].key);

		if (known == 0)
		{
			if (pg_atomic_read_u32(&header->combo_count) >= header->combo_limit)
			{
				engine_fault(engine, ENGINE_FULL_COMBOS);
				return ENGINE_NO_NUMBER;
			}
			if (pg_atomic_compare_exchange_u64(&engine->combo[at].key, &known, key))
			{
				pg_atomic_fetch_add_u32(&header->combo_count, 1);
				return at;
			}
		}
		if (known == key)
			return at;
		if (++at >= header->combo_capacity)
			at = 0;
	}
}

static uint32
combo_of_person(Engine *engine, const text *mdo_id, const text *designation,
				const struct varlena *criteria)
{
	EngineHeader *header = engine->header;
	uint32		org = 0;
	uint32		named = 0;
	uint32		other = 0;

	if (mdo_id != NULL)
	{
		org = engine_intern(engine, &header->org, VARDATA_ANY(mdo_id),
							VARSIZE_ANY_EXHDR(mdo_id)) + 1;
		if (org == 0)
			return ENGINE_NO_NUMBER;
	}
	if (designation != NULL)
	{
		PortalSlice slice = portal_trim(portal_text_slice(designation));
		char		buffer[256];
		char	   *folded = buffer;

		if (slice.len > sizeof(buffer))
			folded = palloc(slice.len);
		portal_fold_bytes(folded, slice.data, slice.len);
		/* numbers from 1; 0 is a designation that no plan names */
		named = engine_find(engine, &header->designation, folded, slice.len,
							engine_hash_text(folded, slice.len)) + 1;
		if (folded != buffer)
			pfree(folded);
	}
	if (criteria != NULL && header->criteria.limit > 0)
	{
		other = engine_intern(engine, &header->criteria, VARDATA_ANY(criteria),
							  VARSIZE_ANY_EXHDR(criteria)) + 1;
		if (other == 0)
			return ENGINE_NO_NUMBER;
	}
	return combo_number(engine, COMBO_KEY(org, named, other));
}

/* Whether a text is what portal_fold makes of it. */
static bool
is_folded(const char *data, Size len)
{
	if (len == 0 || portal_is_space(data[0]) || portal_is_space(data[len - 1]))
		return len == 0;
	for (Size i = 0; i < len; i++)
	{
		if (portal_lower(data[i]) != data[i])
			return false;
	}
	return true;
}

/* Who is entered is counted for the MDO; who is entered instead, not twice. */
static inline void
count_member(Engine *engine, uint32 combo, int64 sign)
{
	uint64		key;

	if (!(combo & SLOT_REGISTERED))
		return;
	key = pg_atomic_read_u64(&engine->combo[combo & SLOT_COMBO_MASK].key);
	pg_atomic_fetch_add_u64(&engine->org[COMBO_ORG(key)].count[ORG_ENTERED], sign);
}

/*
 * engine_enter(token, user_id, mdo_id, designation, criteria, registered,
 *				instead)
 *
 * Gives a person a slot.  Who is there already is left alone, and reported, or
 * with "instead" gets what is said now.
 */
Datum
engine_enter(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0));
	text	   *user_id = PG_GETARG_TEXT_PP(1);
	bool		registered = PG_GETARG_BOOL(5);
	bool		instead = PG_GETARG_BOOL(6);
	const char *data = VARDATA_ANY(user_id);
	Size		len = VARSIZE_ANY_EXHDR(user_id);
	EngineId	id;
	uint32		at;
	uint32		combo = 0;
	uint32		state;

	engine_count_row(engine);
	engine_read_id(data, len, &id);
	if (engine_pass_of(engine, id.hash) != engine->pass)
		PG_RETURN_INT32(ENTERED_ELSEWHERE);
	if (registered)
	{
		combo = combo_of_person(engine,
								PG_ARGISNULL(2) ? NULL : PG_GETARG_TEXT_PP(2),
								PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3),
								PG_ARGISNULL(4) ? NULL : PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(4)));
		if (combo == ENGINE_NO_NUMBER)
			PG_RETURN_INT32(ENTERED_NOT);
		combo |= SLOT_REGISTERED;
	}
	combo |= SLOT_USED | (id.uuid ? 0 : SLOT_TEXT);

	at = engine_home(engine, id.hash);
	for (uint32 probes = 0;; probes++)
	{
		EngineSlot *slot = engine_slot(engine, at);

		state = pg_atomic_read_u32(&slot->combo);
		if (state == 0 &&
			pg_atomic_compare_exchange_u32(&slot->combo, &state, SLOT_BUSY))
		{
			uint64		place = id.key[1];

			if (!id.uuid && !keep_text(engine, data, len, &place))
			{
				/* the fault has been noted: whatever stands here is not used */
				combo = SLOT_USED;
				place = id.key[1];
			}
			slot->key[0] = id.key[0];
			slot->key[1] = place;
			pg_write_barrier();
			pg_atomic_write_u32(&slot->combo, combo);
			count_member(engine, combo, 1);
			if (unlikely(!id.uuid) && !is_folded(data, len))
				engine->header->unfolded = true;
			PG_RETURN_INT32(ENTERED_NEW);
		}
		while (unlikely(state & SLOT_BUSY))
		{
			pg_spin_delay();
			state = pg_atomic_read_u32(&slot->combo);
		}
		pg_read_barrier();
		if (slot_is_of(engine, slot, state, &id, data, len))
		{
			if (!instead)
			{
				pg_atomic_fetch_or_u32(&slot->combo, SLOT_REPEATED);
				PG_RETURN_INT32(ENTERED_TWICE);
			}
			count_member(engine, state, -1);
			count_member(engine, combo, 1);
			pg_atomic_write_u32(&slot->combo, combo | (state & SLOT_REPEATED));
			PG_RETURN_INT32(ENTERED_NEW);
		}
		if (unlikely(++at >= engine->nslots))
			at = 0;
		if (unlikely(probes > engine->nslots))
		{
			/* more persons than the pass was made for */
			engine_fault(engine, ENGINE_FULL_CHUNKS);
			pg_atomic_fetch_add_u64(&engine->header->chunks_wanted, 1);
			PG_RETURN_INT32(ENTERED_NOT);
		}
	}
}

static Datum
number_text(const Engine *engine, const EngineIntern *intern, uint32 number)
{
	EngineText *text = engine_text(engine,
								   ((uint64 *) (engine->tables + intern->texts))[number - 1]);

	return PointerGetDatum(cstring_to_text_with_len(text->data, text->len));
}

/*
 * engine_combos(token): the combinations that registered officials have.
 */
Datum
engine_combos(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	EngineHeader *header = engine->header;
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < header->combo_capacity; i++)
	{
		uint64		key = pg_atomic_read_u64(&engine->combo[i].key);
		Datum		values[5];
		bool		nulls[5] = {false, true, true, true, false};

		if ((i & 0xFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (key == 0 || (key & COMBO_LIST))
			continue;
		values[0] = Int32GetDatum((int32) i);
		if (COMBO_ORG(key) > 0)
		{
			values[1] = number_text(engine, &header->org, COMBO_ORG(key));
			nulls[1] = false;
		}
		if (COMBO_DESIGNATION(key) > 0)
		{
			values[2] = number_text(engine, &header->designation, COMBO_DESIGNATION(key));
			nulls[2] = false;
		}
		values[4] = Int32GetDatum((int32) COMBO_CRITERIA(key));
		if (COMBO_CRITERIA(key) > 0)
		{
			values[3] = number_text(engine, &header->criteria, COMBO_CRITERIA(key));
			nulls[3] = false;
		}
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* The slot of a registered official of this pass by the id. */
static EngineSlot *
slot_of_official(const Engine *engine, text *user_id)
{
	EngineId	id;
	EngineSlot *slot;
	uint32		place;

	engine_read_id(VARDATA_ANY(user_id), VARSIZE_ANY_EXHDR(user_id), &id);
	if (engine_pass_of(engine, id.hash) != engine->pass)
		return NULL;
	slot = engine_lookup(engine, &id, VARDATA_ANY(user_id),
						 VARSIZE_ANY_EXHDR(user_id), &place);
	if (slot != NULL && !(pg_atomic_read_u32(&slot->combo) & SLOT_REGISTERED))
		slot = NULL;
	return slot;
}

/* engine_combo_of(token, user_id): NULL for who is not of this pass. */
Datum
engine_combo_of(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0));
	EngineSlot *slot = slot_of_official(engine, PG_GETARG_TEXT_PP(1));

	if (slot == NULL)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (pg_atomic_read_u32(&slot->combo) & SLOT_COMBO_MASK));
}

/* engine_repeated(token): the ids that were entered more than once. */
Datum
engine_repeated(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 at = 0; at < engine->nslots; at++)
	{
		EngineSlot *slot = engine_slot(engine, at);
		uint32		state = pg_atomic_read_u32(&slot->combo);
		Datum		values[2];
		bool		nulls[2] = {false, false};
		char		digits[32];
		char		id[36];

		if ((at & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (!(state & SLOT_REPEATED))
			continue;
		if (state & SLOT_TEXT)
		{
			EngineText *text = chunk_text(engine, slot->key[1]);

			values[0] = PointerGetDatum(cstring_to_text_with_len(text->data, text->len));
		}
		else
		{
			write_digits(slot->key[0] >> 32, digits);
			write_digits(slot->key[0] & 0xFFFFFFFF, digits + 8);
			write_digits(slot->key[1] >> 32, digits + 16);
			write_digits(slot->key[1] & 0xFFFFFFFF, digits + 24);
			for (int i = 0, j = 0; i < 36; i++)
				id[i] = (i == 8 || i == 13 || i == 18 || i == 23) ? '-' : digits[j++];
			values[0] = PointerGetDatum(cstring_to_text_with_len(id, 36));
		}
		values[1] = BoolGetDatum((state & SLOT_REGISTERED) != 0);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* engine_mark_pwd(token, user_id): an official of pwd_official */
Datum
engine_mark_pwd(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	EngineSlot *slot = slot_of_official(engine, PG_GETARG_TEXT_PP(1));

	if (slot != NULL)
		pg_atomic_fetch_or_u32(&slot->combo, SLOT_PWD);
	PG_RETURN_VOID();
}

/* engine_members(token): the MDOs that registered officials name. */
Datum
engine_members(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	uint32		orgs = pg_atomic_read_u32(&engine->header->org.count);

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 1; i <= orgs; i++)
	{
		uint64		members = pg_atomic_read_u64(&engine->org[i].count[ORG_ENTERED]);
		Datum		values[2];
		bool		nulls[2] = {false, false};

		if (members == 0)
			continue;
		values[0] = number_text(engine, &engine->header->org, i);
		values[1] = Int64GetDatum((int64) members);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* engine_unfolded(token): whether there are ids in other than folded form. */
Datum
engine_unfolded(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(engine_of_leader(PG_GETARG_INT64(0))->header->unfolded);
}

static uint32
check_list(Engine *engine, int32 list)
{
	if (list < 0 || (uint32) list >= engine->header->nlists)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no requirement list %d", list)));
	return (uint32) list;
}

/* engine_assign_combo(token, combo, list) */
Datum
engine_assign_combo(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	int32		combo = PG_GETARG_INT32(1);

	if (combo < 0 || (uint32) combo >= engine->header->combo_capacity)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no combination %d", combo)));
	engine->combo[combo].list = check_list(engine, PG_GETARG_INT32(2));
	PG_RETURN_VOID();
}

/* engine_assign_official(token, user_id, list): whom plans name */
Datum
engine_assign_official(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	EngineSlot *slot = slot_of_official(engine, PG_GETARG_TEXT_PP(1));
	uint32		list = check_list(engine, PG_GETARG_INT32(2));
	uint32		state;
	uint32		combo;
	uint64		key;

	if (slot == NULL)
		PG_RETURN_VOID();
	state = pg_atomic_read_u32(&slot->combo);
	key = pg_atomic_read_u64(&engine->combo[state & SLOT_COMBO_MASK].key);
	combo = combo_number(engine, COMBO_LIST_KEY(COMBO_ORG(key), list));
	if (combo == ENGINE_NO_NUMBER)
		PG_RETURN_VOID();
	engine->combo[combo].list = list;
	pg_atomic_write_u32(&slot->combo, (state & ~SLOT_COMBO_MASK) | combo);
	PG_RETURN_VOID();
}


/*
 * Contents, designations, requirement lists
 */

/* engine_add_content(token, content_id, seconds, course, gender, climate) */
Datum
engine_add_content(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	text	   *content_id = PG_GETARG_TEXT_PP(1);
	uint32		number;

	number = engine_intern(engine, &engine->header->content,
						   VARDATA_ANY(content_id), VARSIZE_ANY_EXHDR(content_id));
	if (number != ENGINE_NO_NUMBER)
	{
		EngineContent *content = &engine->content[number];

		content->seconds = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2);
		content->flags = CONTENT_KNOWN;
		if (!PG_ARGISNULL(3) && PG_GETARG_BOOL(3))
			content->flags |= CONTENT_COURSE;
		if (!PG_ARGISNULL(4) && PG_GETARG_BOOL(4))
			content->flags |= CONTENT_GENDER;
		if (!PG_ARGISNULL(5) && PG_GETARG_BOOL(5))
			content->flags |= CONTENT_CLIMATE;
	}
	PG_RETURN_VOID();
}

/* engine_add_designation(token, designation_key) */
Datum
engine_add_designation(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	text	   *key = PG_GETARG_TEXT_PP(1);

	engine_intern(engine, &engine->header->designation,
				  VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key));
	PG_RETURN_VOID();
}

/*
 * engine_begin_lists(token, lists, requirements): lists are numbered from 0,
 * which is the empty one.
 */
Datum
engine_begin_lists(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	int64		lists = PG_GETARG_INT64(1);
	int64		requirements = PG_GETARG_INT64(2);
	EngineHeader *header = engine->header;
	dsm_segment *segment;

	if (lists < 1 || lists > ENGINE_MAX_COMBOS || requirements < 0 ||
		requirements > PG_UINT32_MAX || header->nlists > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lists cannot be made now, or not so many")));
	CHECK_FOR_INTERRUPTS();
	segment = dsm_create(sizeof(EngineList) * lists + sizeof(EngineRequirement) * requirements, 0);
	dsm_pin_mapping(segment);
	engine->segment[engine->nsegments++] = segment;
	memset(dsm_segment_address(segment), 0, dsm_segment_map_length(segment));
	header->list_segment = dsm_segment_handle(segment);
	header->nlists = (uint32) lists;
	header->nrequirements = (uint32) requirements;
	header->requirements_used = 0;
	engine->list = dsm_segment_address(segment);
	engine->requirement = (EngineRequirement *) (engine->list + lists);
	PG_RETURN_VOID();
}

/*
 * engine_add_requirement(token, list, content_id, due_on, apar): those of one
 * list follow each other.
 */
Datum
engine_add_requirement(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	EngineHeader *header = engine->header;
	EngineList *list = &engine->list[check_list(engine, PG_GETARG_INT32(1))];
	text	   *content_id = PG_GETARG_TEXT_PP(2);
	EngineRequirement *requirement;
	uint32		number;

	if (list->count == 0)
		list->start = header->requirements_used;
	if (header->requirements_used >= header->nrequirements ||
		list->start + list->count != header->requirements_used)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("requirements are out of order or too many")));
	number = engine_intern(engine, &header->content,
						   VARDATA_ANY(content_id), VARSIZE_ANY_EXHDR(content_id));
	if (number == ENGINE_NO_NUMBER)
		PG_RETURN_VOID();
	requirement = &engine->requirement[header->requirements_used++];
	requirement->content = number;
	requirement->apar = PG_GETARG_BOOL(4);
	list->count++;
	list->apar += requirement->apar;
	if (!PG_ARGISNULL(3))
	{
		DateADT		due_on = PG_GETARG_DATEADT(3);
		int64		day = (int64) due_on - header->due_base;

		if (day < 1 || day > ENGINE_DUE_DAYS)
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("a due day is out of the engine's range")));
		requirement->due = (uint16) day;
		list->due += due_on < header->as_of;
	}
	PG_RETURN_VOID();
}

static int
compare_requirements(const void *a, const void *b)
{
	uint32		first = ((const EngineRequirement *) a)->content;
	uint32		second = ((const EngineRequirement *) b)->content;

	return (first > second) - (first < second);
}

/* engine_end_lists(token): each in the order of contents' numbers. */
Datum
engine_end_lists(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));

	for (uint32 i = 0; i < engine->header->nlists; i++)
	{
		EngineList *list = &engine->list[i];

		if ((i & 0xFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (list->count > 1)
			qsort(engine->requirement + list->start, list->count,
				  sizeof(EngineRequirement), compare_requirements);
	}
	PG_RETURN_VOID();
}

/*-------------------------------------------------------------------------
 *
 * engine_dictionary.c
 *	  The native engine's dictionary: where an official's id is found.
 *
 * Each person of user_detail has a slot, found by the id.  An id in the
 * portal's form of a uuid is kept as its 16 bytes; any other is kept, and
 * compared, as text.  Several processes enter persons at once: whoever turns
 * a slot from free to busy fills it, and whoever meets a busy slot waits until
 * it says whose it is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "engine.h"

PG_FUNCTION_INFO_V1(engine_is_repeated);
PG_FUNCTION_INFO_V1(engine_sieve_repeated);
PG_FUNCTION_INFO_V1(engine_unfolded);

/* A chain of slots in use is this long only where there are too many of them. */
#define MAX_PROBES 65536


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

static inline uint64
hash_of_uuid(const uint64 *key)
{
	return engine_mix(key[0] ^ engine_mix(key[1]));
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
		id->hash = hash_of_uuid(id->key);
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
	bool		around = false;

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
		{
			/* one slot in eight at least is free, unless somebody entered too many */
			if (around)
				return NULL;
			around = true;
			at = 0;
		}
	}
}

/*
 * The sieve
 *
 * To ask of every row of a scan whether it is one of a few, by its slot, would
 * be to wait for memory at every row.  The sieve has one bit for a number of
 * ids, and fits in cache: most that are not asked for fall through it.
 */
static inline uint64 *
sieve_word(const Engine *engine, uint64 hash, uint64 *bit)
{
	uint64		at = hash >> (64 - engine->header->sieve_bits);

	*bit = UINT64CONST(1) << (at & 63);
	return (uint64 *) (engine->tables + engine->header->sieve) + (at >> 6);
}

void
engine_clear_sieve(Engine *engine, EngineSieve of)
{
	EngineHeader *header = engine->header;

	memset(engine->tables + header->sieve, 0, (Size) 1 << (header->sieve_bits - 3));
	header->sieve_of = of;
}

void
engine_into_sieve(Engine *engine, const EngineSlot *slot, uint32 state)
{
	uint64		bit;
	uint64	   *word = sieve_word(engine, (state & SLOT_TEXT) ? slot->key[0] : hash_of_uuid(slot->key), &bit);

	*word |= bit;
}

/* False where an id is certainly none of those for whom the sieve was made. */
bool
engine_through_sieve(const Engine *engine, const EngineId *id, EngineSieve of)
{
	uint64		bit;

	return engine->header->sieve_of != of || (*sieve_word(engine, id->hash, &bit) & bit);
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
		pg_atomic_fetch_add_u32(&engine->header->text_chunks, 1);
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

/*
 * Enter a person of this pass.  Who is there already is left alone, or with
 * "instead" gets what is said now; "profile" is what engine_profile keeps.
 * Who is there already was entered from the row at *first_at.
 */
EngineEntered
engine_enter(Engine *engine, const EngineId *id, const char *data, Size len,
			 uint32 combo, uint64 profile, uint32 row_at, bool instead,
			 uint32 *first_at)
{
	uint32		at = engine_home(engine, id->hash);

	combo |= SLOT_USED | (id->uuid ? 0 : SLOT_TEXT);
	for (uint32 probes = 0; probes < Min(engine->nslots, MAX_PROBES); probes++)
	{
		EngineSlot *slot = engine_slot(engine, at);
		uint32		state = pg_atomic_read_u32(&slot->combo);

		if (state == 0 &&
			pg_atomic_compare_exchange_u32(&slot->combo, &state, SLOT_BUSY))
		{
			uint64		place = id->key[1];

			if (!id->uuid && !keep_text(engine, data, len, &place))
			{
				/* the fault has been noted: whatever stands here is not used */
				combo = SLOT_USED;
				place = id->key[1];
			}
			slot->key[0] = id->key[0];
			slot->key[1] = place;
			*engine_profile(engine, at) = profile;
			if (row_at != 0)
			{
				pg_atomic_write_u32(&slot->aux, row_at);
				/* what all processes read is written once */
				if (unlikely(!engine->header->rows_kept))
					engine->header->rows_kept = true;
			}
			pg_write_barrier();
			pg_atomic_write_u32(&slot->combo, combo);
			if (unlikely(!id->uuid) && !is_folded(data, len))
				engine->header->unfolded = true;
			return ENTERED_NEW;
		}
		while (unlikely(state & SLOT_BUSY))
		{
			pg_spin_delay();
			state = pg_atomic_read_u32(&slot->combo);
		}
		pg_read_barrier();
		if (slot_is_of(engine, slot, state, id, data, len))
		{
			if (!instead)
			{
				pg_atomic_fetch_or_u32(&slot->combo, SLOT_REPEATED);
				*first_at = pg_atomic_read_u32(&slot->aux);
				return ENTERED_TWICE;
			}
			*engine_profile(engine, at) = profile;
			pg_atomic_write_u32(&slot->combo, combo | (state & SLOT_REPEATED));
			return ENTERED_NEW;
		}
		if (unlikely(++at >= engine->nslots))
			at = 0;
	}
	/* more persons than the pass was made for */
	engine_fault(engine, ENGINE_FULL_CHUNKS);
	pg_atomic_fetch_add_u64(&engine->header->chunks_wanted, 1);
	return ENTERED_NOT;
}

/* The slot of a registered official of this pass by the id. */
EngineSlot *
engine_slot_of_official(const Engine *engine, PortalSlice user_id,
						uint32 *place)
{
	EngineId	id;
	EngineSlot *slot;

	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_COUNTING);
	engine_read_id(user_id.data, user_id.len, &id);
	if (engine_pass_of(engine, id.hash) != engine->pass)
		return NULL;
	slot = engine_lookup(engine, &id, user_id.data, user_id.len, place);
	if (slot != NULL && !(pg_atomic_read_u32(&slot->combo) & SLOT_REGISTERED))
		slot = NULL;
	return slot;
}

/* engine_is_repeated(token, user_id): whether the id was entered more than once. */
Datum
engine_is_repeated(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0), ENGINE_ENTERING, ENGINE_COUNTING);
	text	   *user_id = PG_GETARG_TEXT_PP(1);
	EngineId	id;
	EngineSlot *slot;
	uint32		place;

	engine_read_id(VARDATA_ANY(user_id), VARSIZE_ANY_EXHDR(user_id), &id);
	if (engine_pass_of(engine, id.hash) != engine->pass ||
		!engine_through_sieve(engine, &id, SIEVE_REPEATED))
		PG_RETURN_BOOL(false);
	slot = engine_lookup(engine, &id, VARDATA_ANY(user_id),
						 VARSIZE_ANY_EXHDR(user_id), &place);
	PG_RETURN_BOOL(slot != NULL && (pg_atomic_read_u32(&slot->combo) & SLOT_REPEATED));
}

/* From here on slots keep the last active day. */
void
engine_forget_rows(Engine *engine)
{
	for (uint32 at = 0; engine->header->rows_kept && at < engine->nslots; at++)
	{
		if ((at & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		pg_atomic_write_u32(&engine_slot(engine, at)->aux, 0);
	}
	engine->header->rows_kept = false;
}

/*
 * engine_sieve_repeated(token): how many ids were entered more than once; the
 * sieve lets through them.
 */
Datum
engine_sieve_repeated(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	int64		repeated = 0;

	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_ENTERING);
	engine_clear_sieve(engine, SIEVE_REPEATED);
	for (uint32 at = 0; at < engine->nslots; at++)
	{
		EngineSlot *slot = engine_slot(engine, at);
		uint32		state = pg_atomic_read_u32(&slot->combo);

		if ((at & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (state & SLOT_REPEATED)
		{
			engine_into_sieve(engine, slot, state);
			repeated++;
		}
	}
	PG_RETURN_INT64(repeated);
}

/* engine_unfolded(token): whether there are ids in other than folded form. */
Datum
engine_unfolded(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(engine_of_leader(PG_GETARG_INT64(0))->header->unfolded);
}

/*-------------------------------------------------------------------------
 *
 * engine.c
 *	  The native engine's memory: who makes it, who may attach, how long it
 *	  lives.
 *
 * All state of a refresh is in dynamic shared memory, made by the leader and
 * known to SQL by a token.  A segment created by a worker would outlive a
 * cancelled query, and one tied to a query would not live from one statement
 * to the next; so the leader makes every segment, keeps it mapped beyond the
 * statement, and lets go of all when the transaction ends, however it ends.
 * Workers attach when the first row reaches them and detach by exiting.
 *
 * Segments are small.  Making one clears it, which cannot be interrupted:
 * with 16 MB at a time a refresh is cancelled within milliseconds.
 *
 * The token says which segment, and carries 32 random bits that the segment
 * must show: a number that a user makes up gets an error, not somebody else's
 * memory.  Nobody but the caller of a refresh may execute these functions
 * anyway.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/statvfs.h>

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/pg_proc.h"
#include "common/pg_prng.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "storage/dsm_impl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "engine.h"
#include "karmayogi.h"

#define ENGINE_MAGIC UINT64CONST(0x6b61726d61796f67)

/* Of ids of contents and MDOs that the portal's own tables do not have. */
#ifndef ENGINE_STRANGERS		/* fewer for test/fuzz */
#define ENGINE_STRANGERS 65536
#endif

/* Of the slots, where there is memory enough. */
#define MOST_EIGHTHS_FREE 3

/* Of the leader and its workers, together. */
#define PROCESSES_SIZE (UINT64CONST(48) << 20)

PG_FUNCTION_INFO_V1(engine_open);
PG_FUNCTION_INFO_V1(engine_begin_pass);
PG_FUNCTION_INFO_V1(engine_fault_of);
PG_FUNCTION_INFO_V1(engine_close);

static Engine *leader = NULL;
static Engine *follower = NULL;
static bool callbacks_registered = false;

/* The youngest part of the transaction that has used the leader's engine. */
static SubTransactionId touched = InvalidSubTransactionId;

uint64		engine_epoch = 0;


/*
 * Lifetime
 */

static void
engine_detach(Engine *engine)
{
	for (int i = 0; i < engine->nsegments; i++)
		dsm_detach(engine->segment[i]);
	engine_forget_plans(engine);
	engine_forget_places(engine);
	pfree(engine);
}

static void
engine_let_go(void)
{
	Engine	   *engine = leader;

	leader = NULL;
	engine_epoch++;
	if (engine != NULL)
		engine_detach(engine);
}

static void
engine_at_xact_end(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_ABORT || event == XACT_EVENT_COMMIT ||
		event == XACT_EVENT_PREPARE)
		engine_let_go();
}

static void
engine_at_subxact_end(SubXactEvent event, SubTransactionId subid,
					  SubTransactionId parent, void *arg)
{
	/*
	 * What was computed in a part that is rolled back is not to be trusted.
	 * Other parts do no harm: functions of the portal's views may catch what
	 * goes wrong in them, row by row, while the engine is filled.
	 */
	if (event == SUBXACT_EVENT_ABORT_SUB && touched >= subid)
		engine_let_go();
}

/*
 * The file that a function of ours was loaded from: workers are to load that
 * one, not another build of it.
 */
char *
engine_library(FunctionCallInfo fcinfo)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	Datum		library;
	bool		isnull;
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	library = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_probin, &isnull);
	if (isnull)
		elog(ERROR, "function %u has no library", fcinfo->flinfo->fn_oid);
	name = TextDatumGetCString(library);
	ReleaseSysCache(tuple);
	return name;
}

/*
 * Make a segment, cleared, that lives as long as the engine.  The operating
 * system clears what it gives out; what PostgreSQL keeps back from the start
 * (min_dynamic_shared_memory) may have been used before.
 */
static dsm_segment *
engine_make_segment(Engine *engine, Size size)
{
	dsm_segment *segment;

	CHECK_FOR_INTERRUPTS();
	if (engine->nsegments >= lengthof(engine->segment))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the engine needs too many segments of shared memory")));
	segment = dsm_create(size, 0);
	dsm_pin_mapping(segment);
	engine->segment[engine->nsegments++] = segment;
	if (min_dynamic_shared_memory > 0)
		memset(dsm_segment_address(segment), 0, size);
	return segment;
}

static void *
engine_map_segment(Engine *engine, dsm_handle handle)
{
	dsm_segment *segment = dsm_find_mapping(handle);

	if (segment == NULL)
	{
		segment = dsm_attach(handle);
		if (segment == NULL)
			return NULL;
		dsm_pin_mapping(segment);
		engine->segment[engine->nsegments++] = segment;
	}
	return dsm_segment_address(segment);
}

/* Forget a segment that the pass before had. */
static void
engine_drop_segment(Engine *engine, dsm_handle handle)
{
	for (int i = 0; i < engine->nsegments; i++)
	{
		if (dsm_segment_handle(engine->segment[i]) == handle)
		{
			dsm_detach(engine->segment[i]);
			engine->segment[i] = engine->segment[--engine->nsegments];
			return;
		}
	}
}

/* Read from the header what the inner loops want at hand. */
static void
engine_take_view(Engine *engine)
{
	EngineHeader *header = engine->header;

	engine->content = (EngineContent *) (engine->tables + header->contents);
	engine->org = (EngineOrg *) (engine->tables + header->orgs);
	engine->combo = (EngineCombo *) (engine->tables + header->combos);
	engine->nslots = header->nslots;
	engine->slot_bits = header->slot_bits;
	engine->pass = header->pass;
	engine->passes = header->passes;
	engine->phase = header->phase;
	engine->nslot_segments = header->nslot_segments;
	engine->nchunk_segments = header->nchunk_segments;
	for (int i = 0; i < header->nslot_segments; i++)
		engine->slot_base[i] = engine_map_segment(engine, header->slot_segment[i]);
	for (int i = 0; i < header->nchunk_segments; i++)
		engine->chunk_base[i] = engine_map_segment(engine, header->chunk_segment[i]);
	engine->attended = NULL;
	engine->attended_start = NULL;
	if (header->attended_count > 0)
	{
		engine->attended = engine_map_segment(engine, header->attended_segment);
		engine->attended_start = (uint32 *) (engine->attended + header->attended_count);
	}
	engine->list = NULL;
	engine->requirement = NULL;
	if (header->nlists > 0)
	{
		engine->list = engine_map_segment(engine, header->list_segment);
		engine->requirement = (EngineRequirement *) (engine->list + header->nlists);
	}
}

static void
no_such_engine(int64 token)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("there is no engine %lld", (long long) token),
			 errdetail("An engine lives in the transaction of the refresh that opened it."),
			 errhint("Call karmayogi.refresh(); its engine is not for use by hand.")));
}

/* Whether what is called belongs to a phase between two. */
void
engine_check_phase(const Engine *engine, EnginePhase first, EnginePhase last)
{
	if (unlikely(engine->phase < first || engine->phase > last))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the engine is at another step of a refresh"),
				 errhint("Call karmayogi.refresh(); its engine is not for use by hand.")));
}

void
engine_set_phase(Engine *engine, EnginePhase phase)
{
	engine->phase = engine->header->phase = phase;
	engine_epoch++;
}

/* For functions that may be called with some arguments NULL. */
void
engine_check_argument(FunctionCallInfo fcinfo, int argument)
{
	if (unlikely(PG_ARGISNULL(argument)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument %d of the engine's function must not be NULL", argument + 1)));
}

/*
 * The engine of a token, in the leader or in one of its workers, if it is in a
 * phase between these two.
 */
Engine *
engine_attach(int64 token, EnginePhase first, EnginePhase last)
{
	dsm_segment *segment;
	Engine	   *engine;
	EngineHeader *header;

	if (likely(leader != NULL && leader->token == (uint64) token))
	{
		touched = Max(touched, GetCurrentSubTransactionId());
		engine_check_phase(leader, first, last);
		return leader;
	}
	if (likely(follower != NULL && follower->token == (uint64) token))
	{
		engine_check_phase(follower, first, last);
		return follower;
	}
	if (!IsParallelWorker())
		no_such_engine(token);

	engine = MemoryContextAllocZero(TopMemoryContext, sizeof(Engine));
	segment = dsm_attach((dsm_handle) ((uint64) token & 0xFFFFFFFF));
	if (segment == NULL)
		no_such_engine(token);
	dsm_pin_mapping(segment);
	header = dsm_segment_address(segment);
	if (dsm_segment_map_length(segment) < sizeof(EngineHeader) ||
		header->magic != ENGINE_MAGIC || header->token != (uint64) token ||
		header->database != MyDatabaseId)
		no_such_engine(token);
	engine->segment[engine->nsegments++] = segment;
	engine->token = token;
	engine->header = header;
	engine->tables = (char *) header;
	engine_take_view(engine);
	if (header->board != DSM_HANDLE_INVALID &&
		engine_map_segment(engine, header->board) != NULL)
		engine->rows_read = progress_counter(dsm_find_mapping(header->board));
	engine_check_phase(engine, first, last);
	follower = engine;
	engine_epoch++;
	return engine;
}

Engine *
engine_of_leader(int64 token)
{
	if (leader == NULL || leader->token != (uint64) token)
		no_such_engine(token);
	touched = Max(touched, GetCurrentSubTransactionId());
	return leader;
}

/* The first fault stands. */
void
engine_fault(Engine *engine, EngineFault fault)
{
	uint32		fine = ENGINE_FINE;

	pg_atomic_compare_exchange_u32(&engine->header->fault, &fine, fault);
}


/*
 * Chunks
 */

/*
 * An empty chunk; ENGINE_NOBODY where there is none left.  How many were asked
 * for in vain is counted: it tells how many passes would do.
 */
uint32
engine_take_chunk(Engine *engine)
{
	EngineHeader *header = engine->header;
	uint32		chunk;

	if (header->chunk_free != 0)
	{
		SpinLockAcquire(&header->mutex);
		chunk = header->chunk_free;
		if (chunk != 0)
			header->chunk_free = engine_chunk(engine, chunk - 1)->next;
		SpinLockRelease(&header->mutex);
		if (chunk != 0)
			return chunk - 1;
	}
	if (pg_atomic_read_u32(&header->chunk_next) < header->nchunks)
	{
		chunk = pg_atomic_fetch_add_u32(&header->chunk_next, 1);
		if (chunk < header->nchunks)
			return chunk;
	}
	pg_atomic_fetch_add_u64(&header->chunks_wanted, 1);
	engine_fault(engine, ENGINE_FULL_CHUNKS);
	return ENGINE_NOBODY;
}


/*
 * Texts with numbers
 */

/*
 * Where a text is looked for.  It is compared when it is found: the hash need
 * only be quick and spread ids well, eight bytes at a time.
 */
uint64
engine_hash_text(const char *data, Size len)
{
	uint64		hash = len;
	uint64		word = 0;

	if (len < sizeof(word))
	{
		memcpy(&word, data, len);
		return engine_mix(hash ^ engine_mix(word));
	}
	for (Size at = 0; at + sizeof(word) < len; at += sizeof(word))
	{
		memcpy(&word, data + at, sizeof(word));
		hash = (hash ^ word) * UINT64CONST(0xe9846af9b1a615d);
		hash ^= hash >> 32;
	}
	/* the last eight, some of which may have been read */
	memcpy(&word, data + len - sizeof(word), sizeof(word));
	return engine_mix(hash ^ word);
}

static inline bool
is_text(const Engine *engine, const EngineEntry *entry, const char *data, uint32 len, uint64 hash)
{
	const EngineText *known;

	if (entry->hash != hash)
		return false;
	known = engine_text(engine, entry->text);
	return known->len == len && memcmp(known->data, data, len) == 0;
}

/* The number of a text, or ENGINE_NO_NUMBER. */
uint32
engine_find(const Engine *engine, const EngineIntern *intern,
			const char *data, uint32 len, uint64 hash)
{
	pg_atomic_uint32 *place = (pg_atomic_uint32 *) (engine->tables + intern->places);
	const EngineEntry *entry = (const EngineEntry *) (engine->tables + intern->entries);
	uint32		mask = intern->capacity - 1;

	for (uint32 i = (uint32) hash & mask;; i = (i + 1) & mask)
	{
		uint32		number = pg_atomic_read_u32(&place[i]);

		if (number == 0)
			return ENGINE_NO_NUMBER;
		pg_read_barrier();
		if (is_text(engine, &entry[number - 1], data, len, hash))
			return number - 1;
	}
}

/*
 * The number of a text, a new one if need be; ENGINE_NO_NUMBER and a fault
 * where there is no room.
 */
uint32
engine_intern(Engine *engine, EngineIntern *intern, const char *data, uint32 len)
{
	EngineHeader *header = engine->header;
	pg_atomic_uint32 *place = (pg_atomic_uint32 *) (engine->tables + intern->places);
	EngineEntry *entry = (EngineEntry *) (engine->tables + intern->entries);
	uint64		hash = engine_hash_text(data, len);
	uint32		mask = intern->capacity - 1;
	uint32		number = engine_find(engine, intern, data, len, hash);
	uint32		i;
	uint64		text_at;
	EngineFault fault = ENGINE_FINE;

	if (number != ENGINE_NO_NUMBER)
		return number;

	/*
	 * New texts are few, and nothing below can fail or wait: one lock for
	 * all.
	 */
	SpinLockAcquire(&header->mutex);
	for (i = (uint32) hash & mask;
		 (number = pg_atomic_read_u32(&place[i])) != 0;
		 i = (i + 1) & mask)
	{
		if (is_text(engine, &entry[number - 1], data, len, hash))
		{
			SpinLockRelease(&header->mutex);
			return number - 1;
		}
	}
	number = pg_atomic_read_u32(&intern->count);
	text_at = header->text_next;
	if (number >= intern->limit)
		fault = ENGINE_FULL_NUMBERS;
	else if (header->text_end - text_at < offsetof(EngineText, data) + len)
		fault = ENGINE_FULL_TEXTS;
	else
	{
		EngineText *text = engine_text(engine, text_at);

		text->len = len;
		memcpy(text->data, data, len);
		header->text_next = text_at +
			TYPEALIGN(sizeof(uint32), offsetof(EngineText, data) + len);
		entry[number].hash = hash;
		entry[number].text = text_at;
		pg_write_barrier();
		pg_atomic_write_u32(&intern->count, number + 1);
		pg_atomic_write_u32(&place[i], number + 1);
	}
	SpinLockRelease(&header->mutex);
	if (fault != ENGINE_FINE)
	{
		engine_fault(engine, fault);
		return ENGINE_NO_NUMBER;
	}
	return number;
}


/*
 * Opening
 */

/*
 * How much shared memory the machine can still give; or the server, of what it
 * has kept back from the start, if that is more: a segment is in one of them.
 */
static uint64
shared_memory_free(void)
{
	struct statvfs fs;

	if (dynamic_shared_memory_type == DSM_IMPL_POSIX &&
		statvfs("/dev/shm", &fs) == 0)
		return Max((uint64) fs.f_bavail * fs.f_frsize, (uint64) min_dynamic_shared_memory << 20);
	return UINT64_MAX;
}

static uint64
place_of(uint64 *size, uint64 bytes)
{
	uint64		place = *size;

	*size = MAXALIGN(place + bytes);
	return place;
}

static void
plan_intern(EngineIntern *intern, uint64 limit, uint64 *size)
{
	intern->limit = (uint32) limit;
	intern->capacity = 64;
	/* always room for a free entry, at which a search ends */
	while (intern->capacity < limit + limit / 2 + 1)
		intern->capacity *= 2;
	intern->places = place_of(size, sizeof(pg_atomic_uint32) * (uint64) intern->capacity);
	intern->entries = place_of(size, sizeof(EngineEntry) * limit);
}

/* Bytes that the officials of one pass of so many take. */
static uint64
slots_size(uint64 persons, uint32 passes, uint32 eighths_free, uint32 *nslots, uint32 *bits)
{
	/* a hash does not spread quite evenly over passes */
	double		share = (double) persons / passes;
	uint64		slots;

	if (passes > 1)
		share += 6 * sqrt(share);
	slots = (uint64) (share * 8 / (8 - eighths_free)) + 64;
	if (slots > ((uint64) ENGINE_MAX_SEGMENTS << ENGINE_MAX_SLOT_BITS))
		return UINT64_MAX;
	*bits = ENGINE_BUCKET_BITS;
	while (*bits < ENGINE_MAX_SLOT_BITS && (UINT64CONST(1) << *bits) < slots)
		(*bits)++;
	/* a segment is made whole, and all its slots can be used */
	slots = TYPEALIGN64(UINT64CONST(1) << *bits, slots);
	*nslots = (uint32) slots;
	return engine_slot_segment_size(*bits) * (slots >> *bits);
}

/* Chunks that the records and the texts of one pass of so many take. */
static uint64
chunks_needed(uint64 records, uint64 texts, uint32 passes, uint32 nslots, uint32 participants)
{
	double		share = (double) records / passes;
	double		text_share = (double) texts / passes * 9 / 8;

	if (passes > 1)
		share += share / 50 + 6 * sqrt(share);
	/* every process has a chunk of each bucket that is not full */
	return (uint64) (share / ENGINE_CHUNK_RECORDS) + (uint64) (text_share / ENGINE_CHUNK_SIZE) + 1 +
		(uint64) participants * (nslots / ENGINE_BUCKET_SLOTS + 1) + 2 * (uint64) participants;
}

/*
 * engine_open(persons, records, contents, organisations, designations,
 *			   designation_bytes, criteria, due_base, as_of, passes, texts,
 *			   attended)
 *
 * Decides how many passes it takes (at least so many as are asked for) and
 * makes the tables.  Returns the token and the number of passes, or no token
 * and the reason why plain SQL has to do the work.
 */
Datum
engine_open(PG_FUNCTION_ARGS)
{
	int64		persons = PG_GETARG_INT64(0);
	int64		records = PG_GETARG_INT64(1);
	int64		contents = PG_GETARG_INT64(2);
	int64		orgs = PG_GETARG_INT64(3);
	int64		designations = PG_GETARG_INT64(4);
	int64		designation_bytes = PG_GETARG_INT64(5);
	bool		criteria = PG_GETARG_BOOL(6);
	DateADT		due_base = PG_GETARG_DATEADT(7);
	DateADT		as_of = PG_GETARG_DATEADT(8);
	int32		passes = PG_GETARG_INT32(9);
	int64		texts = PG_GETARG_INT64(10);
	int64		attended = PG_GETARG_INT64(11);
	TupleDesc	tupdesc;
	Datum		values[3];
	bool		nulls[3] = {false, false, true};
	char	   *reason = NULL;
	EngineHeader plan;
	uint64		size = MAXALIGN(sizeof(EngineHeader));
	uint64		budget = (uint64) karmayogi_refresh_mem * 1024;
	uint64		available;
	uint64		text_start;
	uint64		attended_size = 0;

	/* half of those that a server can have, which has 64 and five for each process */
	uint64		segments = (64 + UINT64CONST(5) * MaxBackends) / 2;
	bool		short_of_shm = false;
	Engine	   *engine;
	EngineHeader *header;
	dsm_segment *segment;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (persons < 0 || records < 0 || contents < 0 || orgs < 0 ||
		designations < 0 || designation_bytes < 0 || passes < 1 || texts < 0 || attended < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("counts must not be negative")));
	engine_let_go();
	available = shared_memory_free();
	passes = Max(passes, karmayogi_debug_passes);

	/*
	 * What the processes have of their own comes off the budget first.  They
	 * sort and hash while the chunks are not there yet, and need little of it
	 * afterwards.
	 */
	budget -= Min(budget / 4, Max(budget / 24, PROCESSES_SIZE));
	if (available / 20 * 19 < budget)
	{
		budget = available / 20 * 19;
		short_of_shm = true;
	}

	memset(&plan, 0, sizeof(plan));
	plan.participants = max_parallel_workers_per_gather + 1;
	if (contents >= ENGINE_MAX_CONTENTS - ENGINE_STRANGERS ||
		orgs >= ENGINE_MAX_ORGS - ENGINE_STRANGERS ||
		designations >= ENGINE_MAX_DESIGNATIONS)
		reason = "the portal has more contents, organisations or designations than the native engine numbers";
	else
	{
		uint64		combo_limit = Min(persons, 65536 + persons / 16);

		plan_intern(&plan.content, contents + ENGINE_STRANGERS, &size);
		plan.contents = place_of(&size, sizeof(EngineContent) * (uint64) plan.content.limit);
		plan_intern(&plan.org, orgs + Min(persons, ENGINE_STRANGERS), &size);
		plan.orgs = place_of(&size, sizeof(EngineOrg) * ((uint64) plan.org.limit + 1));
		plan_intern(&plan.designation, designations, &size);
		plan_intern(&plan.criteria, criteria ? Min(persons, ENGINE_STRANGERS) : 0, &size);
		/* officials whom plans name have combinations of their own */
		plan.combo_limit = Min(combo_limit + Min(persons, 65536) + 1, ENGINE_MAX_COMBOS / 4 * 3 - 64);
		plan.combo_capacity = plan.combo_limit / 3 * 4 + 64;
		plan.combos = place_of(&size, sizeof(EngineCombo) * (uint64) plan.combo_capacity);
		plan_intern(&plan.event, Min(attended, ENGINE_STRANGERS), &size);
		/* who takes part in one event takes part in another one, and not all attend */
		attended_size = sizeof(EngineAttended) * (uint64) Min(persons, attended / 2);
		plan.sieve_bits = 6;
		while (plan.sieve_bits < ENGINE_MAX_SIEVE_BITS && (INT64CONST(1) << plan.sieve_bits) < persons)
			plan.sieve_bits++;
		plan.sieve = place_of(&size, (uint64) 1 << (plan.sieve_bits - 3));
		text_start = place_of(&size,
							  64 * ((uint64) plan.content.limit + plan.org.limit + plan.event.limit) +
							  designation_bytes + 16 * designations +
							  128 * (uint64) plan.criteria.limit);
		plan.text_next = text_start;
		plan.text_end = size;
		plan.size = size;
	}

	/*
	 * As few passes as memory allows, and then as many free slots: the fewer
	 * are taken, the sooner a search ends.
	 */
	plan.eighths_free = MOST_EIGHTHS_FREE;
	while (reason == NULL)
	{
		uint64		slots = slots_size(persons, passes, plan.eighths_free, &plan.nslots, &plan.slot_bits);
		uint64		chunks = chunks_needed(records, texts, passes, plan.nslots, plan.participants);

		if (slots != UINT64_MAX && chunks <= (uint64) ENGINE_MAX_SEGMENTS * ENGINE_SEGMENT_CHUNKS &&
			(plan.nslots >> plan.slot_bits) + chunks / ENGINE_SEGMENT_CHUNKS <= segments &&
			size + slots + chunks * ENGINE_CHUNK_SIZE + attended_size / Max(passes, 1) <= budget)
		{
			plan.passes = passes;
			plan.budget = budget;
			plan.nchunks = (uint32) chunks;
			break;
		}
		if (plan.eighths_free > 1)
		{
			plan.eighths_free--;
			continue;
		}
		plan.eighths_free = MOST_EIGHTHS_FREE;
		if (passes >= 64 || size >= budget)
			reason = short_of_shm ?
				psprintf("the free shared memory of /dev/shm or min_dynamic_shared_memory, %llu MB, is too small for the native engine even in 64 passes",
						 (unsigned long long) (available >> 20)) :
				psprintf("karmayogi.refresh_mem, %d MB, is too small for the native engine even in 64 passes",
						 karmayogi_refresh_mem / 1024);
		passes++;
	}
	if (reason != NULL)
	{
		nulls[0] = nulls[1] = true;
		nulls[2] = false;
		values[2] = CStringGetTextDatum(reason);
		PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
	}

	if (!callbacks_registered)
	{
		RegisterXactCallback(engine_at_xact_end, NULL);
		RegisterSubXactCallback(engine_at_subxact_end, NULL);
		callbacks_registered = true;
	}
	engine = MemoryContextAllocZero(TopMemoryContext, sizeof(Engine));
	leader = engine;
	touched = GetCurrentSubTransactionId();
	segment = engine_make_segment(engine, size);
	header = dsm_segment_address(segment);
	*header = plan;
	header->magic = ENGINE_MAGIC;
	header->token = ((uint64) pg_prng_uint32(&pg_global_prng_state) << 32) |
		dsm_segment_handle(segment);
	if (!pg_strong_random(&header->seed, sizeof(header->seed)))
		header->seed = pg_prng_uint64(&pg_global_prng_state);
	header->database = MyDatabaseId;
	pg_atomic_init_u64(&header->attendances, 0);
	header->board = progress_handle();
	engine->rows_read = progress_counter(NULL);
	header->due_base = due_base;
	header->as_of = as_of;
	header->nslots = 0;
	header->nchunks = 0;
	SpinLockInit(&header->mutex);
	pg_atomic_init_u32(&header->fault, ENGINE_FINE);
	engine->token = header->token;
	engine->header = header;
	engine->tables = (char *) header;
	engine_take_view(engine);

	values[0] = Int64GetDatum((int64) header->token);
	values[1] = Int32GetDatum(header->passes);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
}

/* So many chunks at least. */
static void
make_chunks(Engine *engine, uint64 wanted)
{
	EngineHeader *header = engine->header;

	/* a segment that is not whole is the last one */
	while (header->nchunks < wanted && header->nchunk_segments < ENGINE_MAX_SEGMENTS)
	{
		uint32		count = ENGINE_SEGMENT_CHUNKS;

		if (wanted == header->planned_chunks)
			count = Min(count, wanted - header->nchunks);
		header->chunk_segment[header->nchunk_segments++] =
			dsm_segment_handle(engine_make_segment(engine, (Size) count * ENGINE_CHUNK_SIZE));
		header->nchunks += count;
	}
	engine_take_view(engine);
}

/*
 * engine_begin_pass(token, pass, persons, records, texts)
 *
 * Empties the dictionary and the records for the officials of a pass, counted
 * from 0.
 */
Datum
engine_begin_pass(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	int32		pass = PG_GETARG_INT32(1);
	int64		persons = PG_GETARG_INT64(2);
	int64		records = PG_GETARG_INT64(3);
	int64		texts = PG_GETARG_INT64(4);
	EngineHeader *header = engine->header;
	uint64		chunks;
	uint32		nsegments;

	if (pass < 0 || pass >= header->passes || persons < 0 || records < 0 || texts < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no pass %d of %u", pass, header->passes)));

	/* an error in between leaves nothing that could be used */
	engine_set_phase(engine, ENGINE_OPEN);
	for (int i = 0; i < header->nslot_segments; i++)
		engine_drop_segment(engine, header->slot_segment[i]);
	for (int i = 0; i < header->nchunk_segments; i++)
		engine_drop_segment(engine, header->chunk_segment[i]);
	if (header->nlists > 0)
		engine_drop_segment(engine, header->list_segment);
	header->nlists = 0;
	header->nslot_segments = header->nchunk_segments = 0;
	header->nslots = header->nchunks = 0;
	header->pass = pass;
	if (header->used)
		memset(engine->combo, 0, sizeof(EngineCombo) * (Size) header->combo_capacity);
	header->used = true;
	pg_atomic_write_u32(&header->combo_count, 0);
	if (header->attended_count > 0)
		engine_drop_segment(engine, header->attended_segment);
	header->attended_count = 0;
	pg_atomic_write_u64(&header->attendances, 0);
	header->sieve_of = SIEVE_NONE;
	engine->text_chunk = engine->text_used = 0;

	if (slots_size(persons, header->passes, header->eighths_free, &header->nslots, &header->slot_bits) == UINT64_MAX)
		elog(ERROR, "too many officials for one pass");
	chunks = chunks_needed(records, texts, header->passes, header->nslots, header->participants);
	if (chunks > (uint64) ENGINE_MAX_SEGMENTS * ENGINE_SEGMENT_CHUNKS)
		elog(ERROR, "too many enrolments for one pass");
	nsegments = ((uint64) header->nslots + (UINT64CONST(1) << header->slot_bits) - 1) >> header->slot_bits;
	while (header->nslot_segments < nsegments)
		header->slot_segment[header->nslot_segments++] =
			dsm_segment_handle(engine_make_segment(engine, engine_slot_segment_size(header->slot_bits)));
	header->planned_chunks = (uint32) chunks;
	pg_atomic_write_u32(&header->chunk_next, 0);
	header->chunk_free = 0;
	pg_atomic_write_u64(&header->chunks_wanted, 0);
	pg_atomic_write_u32(&header->text_chunks, 0);
	/* those of records when it is known who is there: until then others need the memory */
	make_chunks(engine, Min(chunks, Max(chunks_needed(0, texts, header->passes, 0, header->participants),
										ENGINE_SEGMENT_CHUNKS)));
	engine_set_phase(engine, ENGINE_ENTERING);
	PG_RETURN_VOID();
}

/* What all segments take. */
uint64
engine_memory_used(const Engine *engine)
{
	const EngineHeader *header = engine->header;

	return header->size +
		header->nslot_segments * (uint64) engine_slot_segment_size(header->slot_bits) +
		header->nchunks * (uint64) ENGINE_CHUNK_SIZE +
		header->attended_count * (uint64) sizeof(EngineAttended);
}

/*
 * So many chunks in all, while no worker is there, if the budget has room for
 * them; true if they are there.
 */
bool
engine_more_chunks(Engine *engine, uint64 wanted)
{
	EngineHeader *header = engine->header;
	uint64		whole = TYPEALIGN64(ENGINE_SEGMENT_CHUNKS, header->nchunks);

	if (wanted <= header->nchunks)
		return true;
	if (engine_memory_used(engine) + (wanted - header->nchunks) * ENGINE_CHUNK_SIZE > header->budget ||
		wanted + whole - header->nchunks > (uint64) ENGINE_MAX_SEGMENTS * ENGINE_SEGMENT_CHUNKS)
		return false;

	/*
	 * Numbers go by whole segments: those that the last one lacks are passed
	 * over, and what nobody has taken of it is handed out like what was given
	 * back.
	 */
	for (uint32 chunk = pg_atomic_read_u32(&header->chunk_next); chunk < header->nchunks; chunk++)
	{
		engine_chunk(engine, chunk)->next = header->chunk_free;
		header->chunk_free = chunk + 1;
	}
	pg_atomic_write_u32(&header->chunk_next, (uint32) whole);
	wanted += whole - header->nchunks;
	header->nchunks = (uint32) whole;
	header->planned_chunks = (uint32) wanted;
	make_chunks(engine, wanted);
	return header->nchunks >= wanted;
}

/* Make the chunks that records will need; it is the leader's work. */
void
engine_make_chunks(Engine *engine)
{
	make_chunks(engine, engine->header->planned_chunks);
}

/*
 * engine_fault_of(token): NULL, or how the engine could not go on and whether
 * more passes would help: how many, with what is known now.
 */
Datum
engine_fault_of(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	EngineHeader *header = engine->header;
	TupleDesc	tupdesc;
	Datum		values[2];
	bool		nulls[2] = {false, false};
	const char *reason = NULL;
	double		wanted = (double) pg_atomic_read_u64(&header->chunks_wanted);

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	switch ((EngineFault) pg_atomic_read_u32(&header->fault))
	{
		case ENGINE_FINE:
			PG_RETURN_NULL();
		case ENGINE_FULL_CHUNKS:
			reason = "there were more enrolments than memory was made for";
			break;
		case ENGINE_FULL_TEXTS:
			reason = "ids and names are longer than the native engine has room for";
			break;
		case ENGINE_FULL_NUMBERS:
			reason = "there are more different contents, events, organisations or criteria than the native engine numbers";
			break;
		case ENGINE_FULL_COMBOS:
			reason = "there are more different combinations of organisation and designation than the native engine numbers";
			break;
		case ENGINE_LONG_ID:
			reason = "an id of user_detail is longer than the native engine takes";
			break;
		case ENGINE_FULL_EVENTS:
			reason = "events_enrolment has more rows of officials than karmayogi.refresh_mem has room for";
			break;
		case ENGINE_FAR_DAYS:
			reason = "days on which plans are due, and days of completion, lie too far apart";
			break;
	}
	values[0] = CStringGetTextDatum(reason);
	/* how many more rows of events there were nobody has counted, nor combinations */
	if (pg_atomic_read_u32(&header->fault) == ENGINE_FULL_EVENTS ||
		pg_atomic_read_u32(&header->fault) == ENGINE_FULL_COMBOS)
		values[1] = Int32GetDatum((int32) (2 * header->passes));
	else
		values[1] = Int32GetDatum((int32)
								  ceil(header->passes * (1.05 + wanted / Max(header->nchunks, 1))));
	nulls[1] = pg_atomic_read_u32(&header->fault) != ENGINE_FULL_CHUNKS &&
		pg_atomic_read_u32(&header->fault) != ENGINE_FULL_EVENTS &&
		pg_atomic_read_u32(&header->fault) != ENGINE_FULL_COMBOS;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
}

/* engine_close(token): give the memory back before the transaction ends. */
Datum
engine_close(PG_FUNCTION_ARGS)
{
	engine_of_leader(PG_GETARG_INT64(0));
	engine_let_go();
	PG_RETURN_VOID();
}

/*-------------------------------------------------------------------------
 *
 * engine_progress.c
 *	  From records to where every official, content and MDO stands.
 *
 * Nothing is reduced ahead of time: the statement that compares officials, or
 * writes them, asks for one after the other, and whichever process first asks
 * for an official of a bucket reduces the whole bucket.  Its few thousand records are put in the
 * order of officials by counting and in the order of contents within each by
 * sorting, all in cache; an official's contents are then distinct neighbours,
 * and are merged with what plans ask of him, which is in the same order.  The
 * results take the place of the records, and each official is added up for the
 * MDO.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "optimizer/cost.h"
#include "storage/shm_toc.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "engine.h"

PG_FUNCTION_INFO_V1(engine_counts);
PG_FUNCTION_INFO_V1(engine_end_pass);
PG_FUNCTION_INFO_V1(engine_organisations);
PG_FUNCTION_INFO_V1(engine_contents);
PG_FUNCTION_INFO_V1(engine_room);
PG_FUNCTION_INFO_V1(engine_reduce);

/* Records of more officials than this are sorted by a real sort. */
#define SHORT_SORT 24

/* One record while its bucket is reduced: content, day, flags. */
#define SCRATCH(content, day, flags) \
	((uint64) (content) << 18 | (uint64) (day) << 2 | (flags))
#define SCRATCH_CONTENT(word) ((uint32) ((word) >> 18))
#define SCRATCH_DAY(word) ((uint16) ((word) >> 2))
#define SCRATCH_FLAGS(word) ((uint32) ((word) & 3))

/* What a process keeps between buckets. */
static uint64 *scratch = NULL;
static uint32 scratch_size = 0;

/*
 * What a bucket adds to each content.  To add to the popular ones for all to
 * see is to wait for the other processes, so it is done once a bucket.
 */
typedef struct ContentCounts
{
	uint32		enrolled;
	uint32		completed;
	uint32		certificates;
} ContentCounts;

static ContentCounts *content_counts = NULL;
static uint32 content_counts_size = 0;


/*
 * Reducing a bucket
 */

#define ST_SORT sort_many_words
#define ST_ELEMENT_TYPE uint64
#define ST_COMPARE(a, b) ((*(a) > *(b)) - (*(a) < *(b)))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

static inline void
sort_words(uint64 *word, uint32 count)
{
	if (count > SHORT_SORT)
	{
		sort_many_words(word, count);
		return;
	}
	for (uint32 i = 1; i < count; i++)
	{
		uint64		moving = word[i];
		uint32		j = i;

		for (; j > 0 && word[j - 1] > moving; j--)
			word[j] = word[j - 1];
		word[j] = moving;
	}
}

static const EngineList *
list_of(const Engine *engine, uint32 combo)
{
	return &engine->list[engine->combo[combo & SLOT_COMBO_MASK].list];
}

/* Count one official's records, which are in the order of contents. */
static void
count_official(Engine *engine, uint32 combo, const uint64 *word, uint32 count,
			   EngineResult *result)
{
	EngineHeader *header = engine->header;
	const EngineList *list = list_of(engine, combo);
	const EngineRequirement *wanted = engine->requirement + list->start;
	const EngineRequirement *end = wanted + list->count;
	int64		as_of = (int64) header->as_of - header->due_base;

	memset(result, 0, sizeof(*result));
	for (uint32 i = 0; i < count;)
	{
		uint32		number = SCRATCH_CONTENT(word[i]);
		EngineContent *content = &engine->content[number];
		uint32		flags = 0;
		uint32		day = ENGINE_NO_DAY;

		/* several batches are one content */
		for (; i < count && SCRATCH_CONTENT(word[i]) == number; i++)
		{
			flags |= SCRATCH_FLAGS(word[i]);
			day = Min(day, SCRATCH_DAY(word[i]));
		}
		while (wanted < end && wanted->content < number)
			wanted++;

		result->enrolled++;
		content_counts[number].enrolled++;
		if (flags & RECORD_CERTIFICATED)
		{
			result->certificates++;
			content_counts[number].certificates++;
		}
		if (!(flags & RECORD_COMPLETED))
			continue;
		result->completed++;
		content_counts[number].completed++;
		if (flags & RECORD_CERTIFICATED)
			result->seconds += content->seconds;
		if (content->flags & CONTENT_COURSE)
		{
			if (content->flags & CONTENT_GENDER)
				result->flags |= RESULT_GENDER;
			if (content->flags & CONTENT_CLIMATE)
				result->flags |= RESULT_CLIMATE;
		}
		if (wanted < end && wanted->content == number)
		{
			result->cbp_completed++;
			result->apar_completed += wanted->apar;
			if (wanted->due != 0)
			{
				if (day != ENGINE_NO_DAY && day <= wanted->due)
					result->cbp_in_time++;
				if (wanted->due < as_of)
					result->due_completed++;
			}
		}
	}
}

/* A place for the next result, in a chunk that its records have left. */
static EngineResult *
place_result(Engine *engine, uint32 *empty, uint32 *current, uint32 *place)
{
	EngineResultChunk *chunk;

	if (*current == 0 ||
		((EngineResultChunk *) engine_chunk(engine, *current - 1))->count == ENGINE_CHUNK_RESULTS)
	{
		if (*empty != 0)
		{
			*current = *empty;
			*empty = engine_chunk(engine, *current - 1)->next;
		}
		else
		{
			uint32		taken = engine_take_chunk(engine);

			if (taken == ENGINE_NOBODY)
				ereport(ERROR,
						(errcode(ERRCODE_OUT_OF_MEMORY),
						 errmsg("the engine has no room for the officials' counts"),
						 errdetail("They take more memory than the enrolments did."),
						 errhint("Raise karmayogi.refresh_mem, or set karmayogi.engine to sql.")));
			*current = taken + 1;
		}
		((EngineResultChunk *) engine_chunk(engine, *current - 1))->count = 0;
	}
	chunk = (EngineResultChunk *) engine_chunk(engine, *current - 1);
	*place = (*current - 1) * 16 + chunk->count;
	return &chunk->result[chunk->count++];
}

static void
give_chunks(Engine *engine, uint32 first)
{
	EngineHeader *header = engine->header;

	while (first != 0)
	{
		EngineChunk *chunk = engine_chunk(engine, first - 1);
		uint32		next = chunk->next;

		SpinLockAcquire(&header->mutex);
		chunk->next = header->chunk_free;
		header->chunk_free = first;
		SpinLockRelease(&header->mutex);
		first = next;
	}
}

/* The result of an official, NULL without records; his bucket is reduced. */
static inline const EngineResult *
known_result(const Engine *engine, EngineSlot *slot, uint32 state)
{
	uint32		place;

	if (!(state & SLOT_RECORDS))
		return NULL;
	place = pg_atomic_read_u32(&slot->aux);
	return &((EngineResultChunk *) engine_chunk(engine, place / 16))->result[place % 16];
}

static inline void
add(EngineOrg *org, int what, int64 count)
{
	if (count != 0)
		pg_atomic_fetch_add_u64(&org->count[what], count);
}

static inline void
add_one(EngineOrg *org, int what)
{
	add(org, what, 1);
}

/* Add an official up for the MDO. */
static void
add_up(Engine *engine, uint32 at, EngineSlot *slot, EngineOrg *org, EngineList *list)
{
	uint32		state = pg_atomic_read_u32(&slot->combo);
	uint64		profile = *engine_profile(engine, at);
	const EngineResult *result = known_result(engine, slot, state);

	add_one(org, ORG_REGISTERED);
	if (profile & PROFILE_WOMAN)
		add_one(org, ORG_WOMEN);
	if (profile & PROFILE_MAN)
		add_one(org, ORG_MEN);
	if (profile & PROFILE_LEADER)
		add_one(org, ORG_LEADERS);
	if (state & SLOT_PWD)
		add_one(org, ORG_PWD);
	if (list->count > 0)
	{
		pg_atomic_fetch_add_u32(&list->officials, 1);
		add_one(org, ORG_CBP_ANY);
		if (result != NULL && result->cbp_completed == list->count)
			add_one(org, ORG_CBP_ALL);
		add(org, ORG_ALLOTTED, list->count);
		add(org, ORG_OVERDUE, (int64) list->due - (result == NULL ? 0 : result->due_completed));
	}
	if (result == NULL)
		return;
	add(org, ORG_COMPLETED, result->cbp_completed);
	add(org, ORG_IN_TIME, result->cbp_in_time);
	if (result->flags & RESULT_GENDER)
	{
		add_one(org, ORG_GENDER);
		if (profile & PROFILE_WOMAN)
			add_one(org, ORG_WOMEN_GENDER);
	}
	if (result->flags & RESULT_CLIMATE)
		add_one(org, ORG_CLIMATE);
}

/* Room for what a bucket adds to contents, all 0. */
static void
clear_content_counts(const Engine *engine)
{
	uint32		contents = pg_atomic_read_u32(&engine->header->content.count);

	if (contents > content_counts_size)
	{
		if (content_counts != NULL)
			pfree(content_counts);
		content_counts = NULL;
		content_counts_size = 0;
		content_counts = MemoryContextAllocHuge(TopMemoryContext, sizeof(ContentCounts) * (Size) contents);
		content_counts_size = contents;
	}
	/* of no contents there is not even an array */
	if (contents > 0)
		memset(content_counts, 0, sizeof(ContentCounts) * (Size) contents);
}

static void
add_up_contents(Engine *engine)
{
	uint32		contents = pg_atomic_read_u32(&engine->header->content.count);

	for (uint32 i = 0; i < contents; i++)
	{
		EngineContent *content = &engine->content[i];
		const ContentCounts *counts = &content_counts[i];

		if (counts->enrolled == 0)
			continue;
		pg_atomic_fetch_add_u32(&content->enrolled, counts->enrolled);
		if (counts->completed > 0)
			pg_atomic_fetch_add_u32(&content->completed, counts->completed);
		if (counts->certificates > 0)
			pg_atomic_fetch_add_u32(&content->certificates, counts->certificates);
	}
}

/*
 * Add the officials of a bucket up.  Where each belongs is looked up for some
 * of them together: to add waits for what was asked of memory before.
 */
static void
add_up_bucket(Engine *engine, uint32 first_slot)
{
	uint32		end = Min(first_slot + ENGINE_BUCKET_SLOTS, engine->nslots);

	for (uint32 first = first_slot; first < end; first += 64)
	{
		EngineCombo *combo[64];
		EngineOrg  *org[64];
		EngineList *list[64];
		uint32		place[64];
		int			count = 0;

		for (uint32 at = first; at < Min(first + 64, end); at++)
		{
			uint32		state = pg_atomic_read_u32(&engine_slot(engine, at)->combo);

			if (!(state & SLOT_REGISTERED))
				continue;
			place[count] = at;
			combo[count] = &engine->combo[state & SLOT_COMBO_MASK];
			ENGINE_ASK_FOR(combo[count]);
			count++;
		}
		for (int i = 0; i < count; i++)
		{
			org[i] = &engine->org[COMBO_ORG(pg_atomic_read_u64(&combo[i]->key))];
			list[i] = &engine->list[combo[i]->list];
			ENGINE_ASK_TO_WRITE(org[i]);
			ENGINE_ASK_TO_WRITE(list[i]);
		}
		for (int i = 0; i < count; i++)
			add_up(engine, place[i], engine_slot(engine, place[i]), org[i], list[i]);
	}
}

static void
reduce_bucket(Engine *engine, EngineBucket *bucket, uint32 first_slot)
{
	uint32		start[ENGINE_BUCKET_SLOTS + 1];
	uint32		total = 0;
	uint32		head = pg_atomic_read_u32(&bucket->head);
	uint32		current = 0;

	/* in the order of officials */
	memset(start, 0, sizeof(start));
	for (uint32 at = head; at != 0;)
	{
		EngineChunk *chunk = engine_chunk(engine, at - 1);

		if (chunk->next != 0)
		{
			const char *next = (const char *) engine_chunk(engine, chunk->next - 1);

			for (uint32 i = 0; i < ENGINE_CHUNK_SIZE; i += 64)
				ENGINE_ASK_FOR(next + i);
		}
		for (uint32 i = 0; i < chunk->count; i++)
		{
			uint32		what;

			memcpy(&what, chunk->record[i].what, sizeof(what));
			start[((what >> 2) & (ENGINE_BUCKET_SLOTS - 1)) + 1]++;
		}
		total += chunk->count;
		at = chunk->next;
	}
	for (uint32 i = 0; i < ENGINE_BUCKET_SLOTS; i++)
		start[i + 1] += start[i];
	if (total > scratch_size)
	{
		if (scratch != NULL)
			pfree(scratch);
		scratch = NULL;
		scratch_size = 0;
		scratch = MemoryContextAllocHuge(TopMemoryContext, sizeof(uint64) * (Size) total * 5 / 4);
		scratch_size = total * 5 / 4;
	}
	for (uint32 at = head; at != 0;)
	{
		EngineChunk *chunk = engine_chunk(engine, at - 1);

		for (uint32 i = 0; i < chunk->count; i++)
		{
			uint32		what;

			memcpy(&what, chunk->record[i].what, sizeof(what));
			scratch[start[(what >> 2) & (ENGINE_BUCKET_SLOTS - 1)]++] =
				SCRATCH(what >> (ENGINE_BUCKET_BITS + 2), chunk->record[i].day, what & 3);
		}
		at = chunk->next;
	}

	clear_content_counts(engine);
	/* each start[] is now the end of its own and the start of the next */
	for (uint32 i = 0; i < ENGINE_BUCKET_SLOTS; i++)
	{
		uint32		from = i == 0 ? 0 : start[i - 1];
		uint32		count = start[i] - from;
		EngineSlot *slot;
		EngineResult *result;
		uint32		place;

		slot = engine_slot(engine, first_slot + i);
		if (count == 0)
		{
			/* nobody's, or what was to be kept of the official was lost */
			if (pg_atomic_read_u32(&slot->combo) & SLOT_RECORDS)
				pg_atomic_fetch_and_u32(&slot->combo, ~SLOT_RECORDS);
			continue;
		}
		sort_words(scratch + from, count);
		result = place_result(engine, &head, &current, &place);
		count_official(engine, pg_atomic_read_u32(&slot->combo), scratch + from, count, result);
		result->last_active = pg_atomic_read_u32(&slot->aux);
		pg_atomic_write_u32(&slot->aux, place);
	}
	give_chunks(engine, head);
	add_up_contents(engine);
	add_up_bucket(engine, first_slot);
}

/* Reduce a bucket, unless somebody has; wait where somebody does. */
static void
see_reduced(Engine *engine, EngineBucket *bucket, uint32 first_slot)
{
	while (pg_atomic_read_u32(&bucket->state) != BUCKET_REDUCED)
	{
		uint32		raw = BUCKET_RAW;

		if (pg_atomic_compare_exchange_u32(&bucket->state, &raw, BUCKET_BUSY))
		{
			reduce_bucket(engine, bucket, first_slot);
			pg_write_barrier();
			pg_atomic_write_u32(&bucket->state, BUCKET_REDUCED);
		}
		else
		{
			/* another process reduces it: a millisecond or less */
			CHECK_FOR_INTERRUPTS();
			pg_usleep(50);
		}
	}
	pg_read_barrier();
}

/* Where an official stands will soon be asked: what stands apart is to come. */
void
engine_ask_for_counts(Engine *engine, uint32 at, EngineSlot *slot)
{
	const EngineResult *result;

	see_reduced(engine, engine_bucket(engine, at), at & ~(ENGINE_BUCKET_SLOTS - 1));
	result = known_result(engine, slot, pg_atomic_read_u32(&slot->combo));
	if (result != NULL)
		ENGINE_ASK_FOR(result);
	ENGINE_ASK_FOR(&engine->combo[pg_atomic_read_u32(&slot->combo) & SLOT_COMBO_MASK]);
}

/* Where an official stands. */
void
engine_count(Engine *engine, uint32 at, EngineSlot *slot, EngineCounts *counts)
{
	uint32		state = pg_atomic_read_u32(&slot->combo);
	const EngineList *list = list_of(engine, state);
	const EngineResult *result;

	memset(counts, 0, sizeof(*counts));
	counts->pwd = (state & SLOT_PWD) != 0;
	counts->cbp_allotted = list->count;
	counts->cbp_overdue = list->due;
	counts->apar_allotted = list->apar;
	if (*engine_profile(engine, at) & PROFILE_ATTENDED)
		counts->seconds = engine_attended_seconds(engine, at);
	see_reduced(engine, engine_bucket(engine, at), at & ~(ENGINE_BUCKET_SLOTS - 1));
	/* of an official whose records were lost it is only now known that there are none */
	state = pg_atomic_read_u32(&slot->combo);
	result = known_result(engine, slot, state);
	if (result == NULL)
		return;
	counts->enrolled = result->enrolled;
	counts->completed = result->completed;
	counts->certificates = result->certificates;
	counts->seconds += result->seconds;
	counts->last_active = result->last_active;
	counts->cbp_completed = result->cbp_completed;
	counts->cbp_in_time = result->cbp_in_time;
	counts->cbp_overdue -= result->due_completed;
	counts->apar_completed = result->apar_completed;
}


/*
 * What SQL asks
 */

/*
 * engine_counts(token, user_id): the counts of an official as an array, NULL
 * for who is no official of this pass.
 */
Datum
engine_counts(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0), ENGINE_COUNTING, ENGINE_COUNTING);
	EngineSlot *slot;
	uint32		at;
	EngineCounts counts;
	int64		count[12];
	ArrayType  *array;

	engine_count_row(engine);
	slot = engine_slot_of_official(engine, portal_text_slice(PG_GETARG_TEXT_PP(1)), &at);
	if (slot == NULL)
		PG_RETURN_NULL();
	engine_count(engine, at, slot, &counts);
	count[0] = counts.enrolled;
	count[1] = counts.completed;
	count[2] = counts.certificates;
	count[3] = counts.seconds;
	count[4] = counts.last_active;
	count[5] = counts.cbp_allotted;
	count[6] = counts.cbp_completed;
	count[7] = counts.cbp_in_time;
	count[8] = counts.cbp_overdue;
	count[9] = counts.apar_allotted;
	count[10] = counts.apar_completed;
	count[11] = counts.pwd;

	array = (ArrayType *) palloc0(ARR_OVERHEAD_NONULLS(1) + sizeof(count));
	SET_VARSIZE(array, ARR_OVERHEAD_NONULLS(1) + sizeof(count));
	array->ndim = 1;
	array->elemtype = INT8OID;
	ARR_DIMS(array)[0] = lengthof(count);
	ARR_LBOUND(array)[0] = 1;
	memcpy(ARR_DATA_PTR(array), count, sizeof(count));
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * engine_room(token, officials): whether the counts of so many officials with
 * records have room; notes the fault where they may not.
 */
Datum
engine_room(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	int64		officials = PG_GETARG_INT64(1);
	EngineHeader *header = engine->header;
	uint64		nbuckets = (header->nslots >> ENGINE_BUCKET_BITS) + 1;
	uint64		needed = officials / ENGINE_CHUNK_RESULTS * 11 / 10 + nbuckets +
		pg_atomic_read_u32(&header->text_chunks);

	engine_check_phase(engine, ENGINE_READY, ENGINE_READY);
	if (pg_atomic_read_u32(&header->fault) != ENGINE_FINE)
		PG_RETURN_BOOL(false);

	/*
	 * A chunk in use by records is one for results when they have gone; one
	 * in use by the texts of ids never is.
	 * Hashing spreads officials and their records evenly over the buckets, so
	 * that what holds for all of them holds while they are reduced, but for a
	 * few percent.  Where few enrolments are left for an official, results
	 * take more room than records did.
	 */
	if (needed > header->nchunks && !engine_more_chunks(engine, needed))
	{
		pg_atomic_fetch_add_u64(&header->chunks_wanted, needed - header->nchunks);
		engine_fault(engine, ENGINE_FULL_CHUNKS);
		PG_RETURN_BOOL(false);
	}
	engine_set_phase(engine, ENGINE_COUNTING);
	PG_RETURN_BOOL(true);
}

/* Reduces what nobody has asked for. */
static void
reduce_rest(Engine *engine)
{
	engine_check_phase(engine, ENGINE_COUNTING, ENGINE_COUNTING);
	for (uint32 at = 0; at < engine->nslots; at += ENGINE_BUCKET_SLOTS)
	{
		CHECK_FOR_INTERRUPTS();
		see_reduced(engine, engine_bucket(engine, at), at);
	}
}

/* What the processes that reduce together share. */
typedef struct ReduceShared
{
	int64		token;
	pg_atomic_uint32 bucket;	/* the next that nobody has taken */
	pg_atomic_uint64 officials;
} ReduceShared;

#define REDUCE_KEY UINT64CONST(0x6B61726D61000001)

extern PGDLLEXPORT void engine_reduce_worker(dsm_segment *segment, shm_toc *toc);

static void
reduce_share(Engine *engine, ReduceShared *shared)
{
	uint32		nbuckets = (engine->nslots + ENGINE_BUCKET_SLOTS - 1) >> ENGINE_BUCKET_BITS;
	uint64		officials = 0;

	for (;;)
	{
		uint32		bucket = pg_atomic_fetch_add_u32(&shared->bucket, 1);
		uint32		first = bucket << ENGINE_BUCKET_BITS;

		if (bucket >= nbuckets)
			break;
		CHECK_FOR_INTERRUPTS();
		see_reduced(engine, engine_bucket(engine, first), first);
		for (uint32 at = first; at < Min(first + ENGINE_BUCKET_SLOTS, engine->nslots); at++)
		{
			if (pg_atomic_read_u32(&engine_slot(engine, at)->combo) & SLOT_RECORDS)
				officials++;
		}
	}
	pg_atomic_fetch_add_u64(&shared->officials, officials);
}

void
engine_reduce_worker(dsm_segment *segment, shm_toc *toc)
{
	ReduceShared *shared = shm_toc_lookup(toc, REDUCE_KEY, false);

	reduce_share(engine_attach(shared->token, ENGINE_COUNTING, ENGINE_COUNTING), shared);
}

/*
 * engine_reduce(token): all counts, in memory and nowhere else, by as many
 * processes as a parallel query may have; returns how many officials have
 * records.
 */
Datum
engine_reduce(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	ParallelContext *context;
	ReduceShared *shared;
	int64		officials;

	engine_check_phase(engine, ENGINE_COUNTING, ENGINE_COUNTING);
	EnterParallelMode();
	context = CreateParallelContext(engine_library(fcinfo), "engine_reduce_worker",
									max_parallel_workers_per_gather);
	shm_toc_estimate_chunk(&context->estimator, sizeof(ReduceShared));
	shm_toc_estimate_keys(&context->estimator, 1);
	InitializeParallelDSM(context);
	shared = shm_toc_allocate(context->toc, sizeof(ReduceShared));
	shared->token = engine->token;
	pg_atomic_init_u32(&shared->bucket, 0);
	pg_atomic_init_u64(&shared->officials, 0);
	shm_toc_insert(context->toc, REDUCE_KEY, shared);
	LaunchParallelWorkers(context);
	reduce_share(engine, shared);
	WaitForParallelWorkersToFinish(context);
	officials = (int64) pg_atomic_read_u64(&shared->officials);
	DestroyParallelContext(context);
	ExitParallelMode();
	PG_RETURN_INT64(officials);
}

/*
 * engine_end_pass(token): reduces what is left, and adds up what the lists of
 * this pass allotted.
 */
Datum
engine_end_pass(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));

	reduce_rest(engine);
	for (uint32 i = 0; i < engine->header->nlists; i++)
	{
		EngineList *list = &engine->list[i];
		uint32		officials = pg_atomic_read_u32(&list->officials);

		CHECK_FOR_INTERRUPTS();
		for (uint32 j = 0; officials > 0 && j < list->count; j++)
			engine->content[engine->requirement[list->start + j].content].allotted += officials;
		pg_atomic_write_u32(&list->officials, 0);
	}
	PG_RETURN_VOID();
}

/* engine_organisations(token): what was added up for each MDO, and for none. */
Datum
engine_organisations(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	uint32		orgs = pg_atomic_read_u32(&engine->header->org.count);

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i <= orgs; i++)
	{
		Datum		values[1 + ORG_COUNTS];
		bool		nulls[1 + ORG_COUNTS] = {false};

		if (pg_atomic_read_u64(&engine->org[i].count[ORG_REGISTERED]) == 0)
			continue;
		if (i == 0)
			nulls[0] = true;
		else
			values[0] = engine_number_text(engine, &engine->header->org, i - 1);
		for (int j = 0; j < ORG_COUNTS; j++)
			values[1 + j] = Int64GetDatum((int64) pg_atomic_read_u64(&engine->org[i].count[j]));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* engine_contents(token): what was added up for each content. */
Datum
engine_contents(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	uint32		contents = pg_atomic_read_u32(&engine->header->content.count);

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < contents; i++)
	{
		EngineContent *content = &engine->content[i];
		Datum		values[5];
		bool		nulls[5] = {false};

		values[0] = engine_number_text(engine, &engine->header->content, i);
		values[1] = Int64GetDatum(pg_atomic_read_u32(&content->enrolled));
		values[2] = Int64GetDatum(pg_atomic_read_u32(&content->completed));
		values[3] = Int64GetDatum(pg_atomic_read_u32(&content->certificates));
		values[4] = Int64GetDatum((int64) content->allotted);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

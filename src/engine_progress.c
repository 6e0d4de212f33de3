/*-------------------------------------------------------------------------
 *
 * engine_progress.c
 *	  From records to where every official, content and MDO stands.
 *
 * Nothing is reduced ahead of time: the statement that writes officials asks
 * for one after the other, and whichever process first asks for an official of
 * a bucket reduces the whole bucket.  Its few thousand records are put in the
 * order of officials by counting and in the order of contents within each by
 * sorting, all in cache; an official's contents are then distinct neighbours,
 * and are merged with what plans ask of him, which is in the same order.  The
 * results take the place of the records.
 *
 * An official's row is written only where it differs from the one that
 * official_progress has: the digest of each old row, under a key that nobody
 * knows beforehand, stands beside the official's slot.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "engine.h"

PG_FUNCTION_INFO_V1(engine_counts);
PG_FUNCTION_INFO_V1(engine_row_digest);
PG_FUNCTION_INFO_V1(engine_note);
PG_FUNCTION_INFO_V1(engine_differs);
PG_FUNCTION_INFO_V1(engine_end_pass);
PG_FUNCTION_INFO_V1(engine_organisations);
PG_FUNCTION_INFO_V1(engine_contents);
PG_FUNCTION_INFO_V1(engine_room);
PG_FUNCTION_INFO_V1(engine_reduce);

/* Elements of what engine_counts returns. */
enum
{
	COUNT_ENROLLED, COUNT_COMPLETED, COUNT_CERTIFICATES, COUNT_SECONDS,
	COUNT_LAST_ACTIVE, COUNT_ALLOTTED, COUNT_CBP_COMPLETED, COUNT_IN_TIME,
	COUNT_OVERDUE, COUNT_APAR_ALLOTTED, COUNT_APAR_COMPLETED, COUNT_PLACE,
	COUNT_PWD, COUNTS
};

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
 * Reducing a bucket
 */

static int
compare_words(const void *a, const void *b)
{
	uint64		first = *(const uint64 *) a;
	uint64		second = *(const uint64 *) b;

	return (first > second) - (first < second);
}

static inline void
sort_words(uint64 *word, uint32 count)
{
	if (count > SHORT_SORT)
	{
		qsort(word, count, sizeof(uint64), compare_words);
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
		pg_atomic_fetch_add_u32(&content->enrolled, 1);
		if (flags & RECORD_CERTIFICATED)
		{
			result->certificates++;
			pg_atomic_fetch_add_u32(&content->certificates, 1);
		}
		if (!(flags & RECORD_COMPLETED))
			continue;
		result->completed++;
		pg_atomic_fetch_add_u32(&content->completed, 1);
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

		for (uint32 i = 0; i < chunk->count; i++)
		{
			uint32		what;

			memcpy(&what, chunk->record[i].what, sizeof(what));
			start[((what >> 2) & (ENGINE_BUCKET_SLOTS - 1)) + 1]++;
		}
		total += chunk->count;
		at = chunk->next;
	}
	if (total == 0)
		return;
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

	/* each start[] is now the end of its own and the start of the next */
	for (uint32 i = 0; i < ENGINE_BUCKET_SLOTS; i++)
	{
		uint32		from = i == 0 ? 0 : start[i - 1];
		uint32		count = start[i] - from;
		EngineSlot *slot;
		EngineResult *result;
		uint32		place;

		if (count == 0)
			continue;
		slot = engine_slot(engine, first_slot + i);
		sort_words(scratch + from, count);
		result = place_result(engine, &head, &current, &place);
		count_official(engine, pg_atomic_read_u32(&slot->combo), scratch + from, count, result);
		result->last_active = pg_atomic_read_u32(&slot->aux);
		pg_atomic_write_u32(&slot->aux, place);
	}
	give_chunks(engine, head);
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

/* The result of an official with records. */
static EngineResult *
result_of(Engine *engine, uint32 at, EngineSlot *slot)
{
	uint32		place;

	see_reduced(engine, engine_bucket(engine, at), at & ~(ENGINE_BUCKET_SLOTS - 1));
	place = pg_atomic_read_u32(&slot->aux);
	return &((EngineResultChunk *) engine_chunk(engine, place / 16))->result[place % 16];
}


/*
 * What SQL asks
 */

/*
 * engine_counts(token, user_id, gender, leader, settled): the counts of an
 * official as an array, NULL for who is not of this pass; also adds the
 * official up for the MDO, so it is to be called once for each.  Where an id
 * occurs more than once only the settled row counts.
 */
Datum
engine_counts(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0), ENGINE_COUNTING, ENGINE_COUNTING);
	text	   *user_id = PG_GETARG_TEXT_PP(1);
	text	   *gender = PG_GETARG_TEXT_PP(2);
	bool		woman = VARDATA_ANY(gender)[0] == 'f';
	EngineId	id;
	EngineSlot *slot;
	EngineResult *result = NULL;
	const EngineList *list;
	EngineOrg  *org;
	ArrayType  *array;
	int64	   *count;
	uint32		state;
	uint32		at;

	engine_count_row(engine);
	engine_read_id(VARDATA_ANY(user_id), VARSIZE_ANY_EXHDR(user_id), &id);
	if (engine_pass_of(engine, id.hash) != engine->pass)
		PG_RETURN_NULL();
	slot = engine_lookup(engine, &id, VARDATA_ANY(user_id),
						 VARSIZE_ANY_EXHDR(user_id), &at);
	if (slot == NULL)
		PG_RETURN_NULL();
	state = pg_atomic_read_u32(&slot->combo);
	if (!(state & SLOT_REGISTERED) ||
		((state & SLOT_REPEATED) && !PG_GETARG_BOOL(4)))
		PG_RETURN_NULL();
	if (state & SLOT_RECORDS)
		result = result_of(engine, at, slot);
	list = list_of(engine, state);

	array = (ArrayType *) palloc0(ARR_OVERHEAD_NONULLS(1) + COUNTS * sizeof(int64));
	SET_VARSIZE(array, ARR_OVERHEAD_NONULLS(1) + COUNTS * sizeof(int64));
	array->ndim = 1;
	array->elemtype = INT8OID;
	ARR_DIMS(array)[0] = COUNTS;
	ARR_LBOUND(array)[0] = 1;
	count = (int64 *) ARR_DATA_PTR(array);
	count[COUNT_ALLOTTED] = list->count;
	count[COUNT_OVERDUE] = list->due;
	count[COUNT_APAR_ALLOTTED] = list->apar;
	count[COUNT_PLACE] = at;
	count[COUNT_PWD] = (state & SLOT_PWD) != 0;
	if (result != NULL)
	{
		count[COUNT_ENROLLED] = result->enrolled;
		count[COUNT_COMPLETED] = result->completed;
		count[COUNT_CERTIFICATES] = result->certificates;
		count[COUNT_SECONDS] = result->seconds;
		count[COUNT_LAST_ACTIVE] = result->last_active;
		count[COUNT_CBP_COMPLETED] = result->cbp_completed;
		count[COUNT_IN_TIME] = result->cbp_in_time;
		count[COUNT_OVERDUE] -= result->due_completed;
		count[COUNT_APAR_COMPLETED] = result->apar_completed;
	}

	org = &engine->org[COMBO_ORG(pg_atomic_read_u64(&engine->combo[state & SLOT_COMBO_MASK].key))];
	pg_atomic_fetch_add_u32(unconstify(pg_atomic_uint32 *, &list->officials), 1);
	pg_atomic_fetch_add_u64(&org->count[ORG_REGISTERED], 1);
	if (woman)
		pg_atomic_fetch_add_u64(&org->count[ORG_WOMEN], 1);
	else if (VARDATA_ANY(gender)[0] == 'm')
		pg_atomic_fetch_add_u64(&org->count[ORG_MEN], 1);
	if (state & SLOT_PWD)
		pg_atomic_fetch_add_u64(&org->count[ORG_PWD], 1);
	if (PG_GETARG_BOOL(3))
		pg_atomic_fetch_add_u64(&org->count[ORG_LEADERS], 1);
	if (list->count > 0)
	{
		pg_atomic_fetch_add_u64(&org->count[ORG_CBP_ANY], 1);
		if (result != NULL && result->cbp_completed == list->count)
			pg_atomic_fetch_add_u64(&org->count[ORG_CBP_ALL], 1);
	}
	if (result != NULL && (result->flags & RESULT_GENDER))
	{
		pg_atomic_fetch_add_u64(&org->count[ORG_GENDER], 1);
		if (woman)
			pg_atomic_fetch_add_u64(&org->count[ORG_WOMEN_GENDER], 1);
	}
	if (result != NULL && (result->flags & RESULT_CLIMATE))
		pg_atomic_fetch_add_u64(&org->count[ORG_CLIMATE], 1);
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * engine_row_digest(row, seed): of the bytes of a row as PostgreSQL keeps
 * them.  Rows of the same types and values have the same bytes, unless one
 * came compressed; then an unchanged row is written once more, which does no
 * harm.
 */
Datum
engine_row_digest(PG_FUNCTION_ARGS)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
	uint64		seed = (uint64) PG_GETARG_INT64(1);
	Size		size = HeapTupleHeaderGetDatumLength(row) - row->t_hoff;
	uint64		digest;

	digest = hash_bytes_extended((unsigned char *) row + row->t_hoff, (int) size, seed);
	if (row->t_infomask & HEAP_HASNULL)
		digest ^= engine_mix(hash_bytes_extended((unsigned char *) row->t_bits,
												 BITMAPLEN(HeapTupleHeaderGetNatts(row)),
												 seed));
	PG_RETURN_INT64((int64) digest);
}

/*
 * engine_note(token, user_id, digest): keeps the digest of the row that
 * official_progress has; false if the row must go, because nobody registered
 * has this id.
 */
Datum
engine_note(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0), ENGINE_COUNTING, ENGINE_COUNTING);
	text	   *user_id = PG_GETARG_TEXT_PP(1);
	uint64		digest = (uint64) PG_GETARG_INT64(2);
	EngineId	id;
	EngineSlot *slot;
	uint32		at;

	engine_read_id(VARDATA_ANY(user_id), VARSIZE_ANY_EXHDR(user_id), &id);
	if (engine_pass_of(engine, id.hash) != engine->pass)
		PG_RETURN_BOOL(true);
	slot = engine_lookup(engine, &id, VARDATA_ANY(user_id),
						 VARSIZE_ANY_EXHDR(user_id), &at);
	if (slot == NULL || !(pg_atomic_read_u32(&slot->combo) & SLOT_REGISTERED))
		PG_RETURN_BOOL(false);
	/* 0 is none */
	*engine_digest(engine, at) = digest == 0 ? 1 : digest;
	PG_RETURN_BOOL(true);
}

/*
 * engine_differs(token, place, digest): 0 where the row is as it was, 1 where
 * it differs, 2 where there was none.
 */
Datum
engine_differs(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0), ENGINE_COUNTING, ENGINE_COUNTING);
	int64		at = PG_GETARG_INT64(1);
	uint64		digest = (uint64) PG_GETARG_INT64(2);
	uint64		known;

	if (at < 0 || at >= engine->nslots)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no place %lld", (long long) at)));
	known = *engine_digest(engine, (uint32) at);
	if (known == 0)
		PG_RETURN_INT32(2);
	PG_RETURN_INT32(known == (digest == 0 ? 1 : digest) ? 0 : 1);
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
	engine_set_phase(engine, ENGINE_COUNTING);

	/*
	 * A chunk in use by records is one for results when they have gone; one
	 * in use by the texts of ids never is.
	 * Hashing spreads officials and their records evenly over the buckets, so
	 * that what holds for all of them holds while they are reduced, but for a
	 * few percent.
	 */
	if (needed > header->nchunks)
	{
		pg_atomic_fetch_add_u64(&header->chunks_wanted, needed - header->nchunks);
		engine_fault(engine, ENGINE_FULL_CHUNKS);
		PG_RETURN_BOOL(false);
	}
	PG_RETURN_BOOL(true);
}

/*
 * engine_reduce(token): reduces every bucket now; returns how many officials
 * have results.  A refresh does without it; it is how to have all counts in
 * memory, and nowhere else.
 */
Datum
engine_reduce(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	int64		officials = 0;

	engine_check_phase(engine, ENGINE_COUNTING, ENGINE_COUNTING);
	for (uint32 at = 0; at < engine->nslots; at++)
	{
		if ((at & (ENGINE_BUCKET_SLOTS - 1)) == 0)
		{
			CHECK_FOR_INTERRUPTS();
			see_reduced(engine, engine_bucket(engine, at), at);
		}
		if (pg_atomic_read_u32(&engine_slot(engine, at)->combo) & SLOT_RECORDS)
			officials++;
	}
	PG_RETURN_INT64(officials);
}

/* engine_end_pass(token): adds up what the lists of this pass allotted. */
Datum
engine_end_pass(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));

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

static Datum
text_of(const Engine *engine, const EngineIntern *intern, uint32 number)
{
	EngineText *text = engine_text(engine,
								   ((uint64 *) (engine->tables + intern->texts))[number]);

	return PointerGetDatum(cstring_to_text_with_len(text->data, text->len));
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
			values[0] = text_of(engine, &engine->header->org, i - 1);
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

		values[0] = text_of(engine, &engine->header->content, i);
		values[1] = Int64GetDatum(pg_atomic_read_u32(&content->enrolled));
		values[2] = Int64GetDatum(pg_atomic_read_u32(&content->completed));
		values[3] = Int64GetDatum(pg_atomic_read_u32(&content->certificates));
		values[4] = Int64GetDatum((int64) content->allotted);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

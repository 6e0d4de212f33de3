/*-------------------------------------------------------------------------
 *
 * engine_match.c
 *	  Whom plans reach, and what they ask of them: requirement lists.
 *
 * The leader is told the audiences of plans, what is asked of each, and how
 * they reach officials: an MDO and a designation, one of the two, or neither,
 * which is everybody; and whom they name.  Organisations and designations are
 * numbers by then, and so are the combinations of the officials.  The
 * audiences that reach by the same MDO and designation make a set; those of a
 * combination are the union of at most four sets.  Sets have numbers, equal
 * sets the same one, and the union of two sets is made once: so there is no
 * more to do for a combination than to look up a few numbers, however many
 * audiences reach it.
 *
 * Criteria besides MDO and designation take audiences out of a set, which is
 * done once for each set and each value of the criteria; allotment.c judges.
 *
 * What is asked of a set of audiences is a requirement list.  The lists go to
 * shared memory; all the rest is the leader's own and gone when they are made.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "allotment.h"
#include "engine.h"

PG_FUNCTION_INFO_V1(engine_begin_plans);
PG_FUNCTION_INFO_V1(engine_add_audience);
PG_FUNCTION_INFO_V1(engine_add_requirement);
PG_FUNCTION_INFO_V1(engine_add_reach);
PG_FUNCTION_INFO_V1(engine_add_named);
PG_FUNCTION_INFO_V1(engine_end_plans);

/* Plans' audiences are numbered from 1 by SQL, without gaps. */
#define MAX_AUDIENCES (1 << 26)

typedef struct Audience
{
	const Allotment *others;	/* criteria besides MDO and designation, if any */
	uint32		start;			/* of what is asked */
	uint32		count;
} Audience;

/* A content that an audience must complete. */
typedef struct Asked
{
	uint32		audience;
	EngineRequirement requirement;
} Asked;

/* An audience reaches whoever has an MDO and a designation; 0: any. */
typedef struct Reach
{
	uint64		key;			/* as that of a combination without other criteria */
	uint32		audience;
} Reach;

/* The audiences that reach by the same MDO and designation. */
typedef struct Bucket
{
	uint32		start;
	uint32		count;
	bool		others;			/* some have other criteria */
	uint32		set;			/* if not: the number of the set that they are */
} Bucket;

/* An audience names an official of this pass, who meets its other criteria. */
typedef struct Named
{
	uint32		slot;
	uint32		audience;
} Named;

/* Audiences, in the order of their numbers, each once. */
typedef struct Set
{
	uint32	   *audience;
	uint32		count;
	uint32		hash;
	uint32		list;			/* its requirement list, or ENGINE_NO_NUMBER */
} Set;

typedef struct Memo
{
	uint64		key;
	uint32		number;
	char		status;
} Memo;

typedef struct SetEntry
{
	uint32		set;
	char		status;
} SetEntry;

#define SH_PREFIX memo
#define SH_ELEMENT_TYPE Memo
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, key) ((uint32) engine_mix(key))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct EnginePlans
{
	MemoryContext memory;
	uint32		naudiences;
	Audience   *audience;		/* by number; there is none of number 0 */
	Asked	   *asked;
	Size		nasked;
	Size		asked_room;
	Reach	   *reach;
	Size		nreach;
	Size		reach_room;
	Named	   *named;
	Size		nnamed;
	Size		named_room;
	PortalSlice **criteria;		/* by number, read when first asked for */

	Bucket	   *bucket;
	memo_hash  *buckets;		/* key of a reach -> number of its bucket */
	memo_hash  *met;			/* bucket and criteria -> set */
	memo_hash  *unions;			/* two sets -> set */

	Set		   *set;			/* number 0 is the empty set */
	Size		nsets;
	Size		set_room;
	struct contents_hash *sets;
	uint32	   *scratch;
	Size		scratch_room;

	uint32	   *list;			/* set of each list; list 0 is the empty one */
	Size		nlists;
	Size		list_room;
};

static inline uint32 set_hash(const EnginePlans *plans, uint32 set);
static bool same_set(const EnginePlans *plans, uint32 a, uint32 b);

#define SH_PREFIX contents
#define SH_ELEMENT_TYPE SetEntry
#define SH_KEY_TYPE uint32
#define SH_KEY set
#define SH_HASH_KEY(tb, key) set_hash((tb)->private_data, key)
#define SH_EQUAL(tb, a, b) same_set((tb)->private_data, a, b)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* An array of a few things, with room for one more. */
#define MAKE_ROOM(plans, array, count, room) \
	do { \
		if ((count) == (room)) \
		{ \
			(room) = Max(64, 2 * (room)); \
			(array) = (array) == NULL ? \
				MemoryContextAllocHuge((plans)->memory, (room) * sizeof(*(array))) : \
				repalloc_huge(array, (room) * sizeof(*(array))); \
		} \
	} while (0)


/*
 * What SQL tells
 */

/* Forget what was told. */
void
engine_forget_plans(Engine *engine)
{
	if (engine->plans != NULL)
		MemoryContextDelete(engine->plans->memory);
	engine->plans = NULL;
}

/* engine_begin_plans(token, audiences): audiences have numbers up to this one. */
Datum
engine_begin_plans(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	int32		audiences = PG_GETARG_INT32(1);
	EnginePlans *plans;
	MemoryContext memory;

	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_ENTERING);
	if (audiences < 0 || audiences > MAX_AUDIENCES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there cannot be %d audiences", audiences)));
	engine_forget_plans(engine);
	engine_forget_rows(engine);
	memory = AllocSetContextCreate(TopMemoryContext, "karmayogi plans", ALLOCSET_DEFAULT_SIZES);
	plans = MemoryContextAllocZero(memory, sizeof(EnginePlans));
	plans->memory = memory;
	engine->plans = plans;
	plans->naudiences = audiences;
	plans->audience = MemoryContextAllocExtended(memory, (audiences + (Size) 1) * sizeof(Audience),
												 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	engine_set_phase(engine, ENGINE_LISTING);
	PG_RETURN_VOID();
}

/* The plans that are told, and which audience argument 1 is. */
static EnginePlans *
plans_of(FunctionCallInfo fcinfo, Engine **engine, uint32 *audience)
{
	EnginePlans *plans;
	int32		number;

	*engine = engine_of_leader(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0));
	engine_check_phase(*engine, ENGINE_LISTING, ENGINE_LISTING);
	engine_check_argument(fcinfo, 1);
	plans = (*engine)->plans;
	number = PG_GETARG_INT32(1);
	if (number < 1 || number > plans->naudiences)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no audience %d", number)));
	*audience = number;
	return plans;
}

/*
 * engine_add_audience(token, audience, allotment_type, allotment_to): one with
 * criteria besides ids, MDOs and designations.
 */
Datum
engine_add_audience(PG_FUNCTION_ARGS)
{
	Engine	   *engine;
	uint32		audience;
	EnginePlans *plans = plans_of(fcinfo, &engine, &audience);
	MemoryContext old = MemoryContextSwitchTo(plans->memory);
	text	   *type = PG_GETARG_TEXT_PP(2);
	text	   *to = PG_GETARG_TEXT_PP(3);

	plans->audience[audience].others = allotment_read(portal_text_slice(type), portal_text_slice(to));
	MemoryContextSwitchTo(old);
	PG_RETURN_VOID();
}

/* engine_add_requirement(token, audience, content_id, due_on, apar) */
Datum
engine_add_requirement(PG_FUNCTION_ARGS)
{
	Engine	   *engine;
	uint32		audience;
	EnginePlans *plans = plans_of(fcinfo, &engine, &audience);
	text	   *content_id;
	Asked	   *asked;
	uint32		number;

	engine_check_argument(fcinfo, 2);
	content_id = PG_GETARG_TEXT_PP(2);
	number = engine_intern(engine, &engine->header->content,
						   VARDATA_ANY(content_id), VARSIZE_ANY_EXHDR(content_id));
	if (number == ENGINE_NO_NUMBER)
		PG_RETURN_VOID();
	MAKE_ROOM(plans, plans->asked, plans->nasked, plans->asked_room);
	asked = &plans->asked[plans->nasked];
	asked->audience = audience;
	asked->requirement.content = number;
	asked->requirement.due = 0;
	asked->requirement.apar = !PG_ARGISNULL(4) && PG_GETARG_BOOL(4);
	if (!PG_ARGISNULL(3))
	{
		int64		day = (int64) PG_GETARG_DATEADT(3) - engine->header->due_base;

		if (day < 1 || day > ENGINE_DUE_DAYS)
		{
			day = day < 1 ? 1 : ENGINE_DUE_DAYS;
			engine->header->due_bounded = true;
		}
		asked->requirement.due = (uint16) day;
	}
	plans->nasked++;
	plans->audience[audience].count++;
	PG_RETURN_VOID();
}

/* MDO and designation of a reach, arguments of which NULL is any. */
static uint64
reach_key(FunctionCallInfo fcinfo, Engine *engine, int org_argument)
{
	EngineHeader *header = engine->header;
	int32		org = 0;
	uint32		designation = 0;

	if (!PG_ARGISNULL(org_argument))
	{
		org = PG_GETARG_INT32(org_argument);
		if (org < 1 || org > pg_atomic_read_u32(&header->org.count))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("there is no organisation %d", org)));
	}
	if (!PG_ARGISNULL(org_argument + 1))
	{
		text	   *key = PG_GETARG_TEXT_PP(org_argument + 1);

		designation = engine_find(engine, &header->designation, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key),
								  engine_hash_text(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key))) + 1;
		if (designation == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("there is no designation \"%s\"", text_to_cstring(key))));
	}
	return COMBO_KEY(org, designation, 0);
}

/* engine_add_reach(token, audience, org, designation_key) */
Datum
engine_add_reach(PG_FUNCTION_ARGS)
{
	Engine	   *engine;
	uint32		audience;
	EnginePlans *plans = plans_of(fcinfo, &engine, &audience);
	uint64		key = reach_key(fcinfo, engine, 2);

	MAKE_ROOM(plans, plans->reach, plans->nreach, plans->reach_room);
	plans->reach[plans->nreach].key = key;
	plans->reach[plans->nreach++].audience = audience;
	PG_RETURN_VOID();
}

/* An official's other attributes, by the number of their combination. */
static const PortalSlice *
criteria_of(Engine *engine, uint32 number)
{
	EnginePlans *plans = engine->plans;
	MemoryContext old;

	if (plans->criteria == NULL)
		plans->criteria = MemoryContextAllocExtended(plans->memory,
													 (pg_atomic_read_u32(&engine->header->criteria.count) + (Size) 1) * sizeof(PortalSlice *),
													 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	if (plans->criteria[number] != NULL)
		return plans->criteria[number];

	old = MemoryContextSwitchTo(plans->memory);
	plans->criteria[number] = palloc(ALLOTMENT_OTHERS * sizeof(PortalSlice));
	for (int i = 0; i < ALLOTMENT_OTHERS; i++)
		plans->criteria[number][i] = portal_slice("", 0);
	if (number > 0)
	{
		const EngineText *key = engine_text_of(engine, &engine->header->criteria, number - 1);
		const char *from = key->data;

		for (int i = 0; i < ENGINE_CRITERIA; i++)
		{
			uint32		len;

			memcpy(&len, from, sizeof(len));
			from += sizeof(len);
			if (len == PG_UINT32_MAX)
				continue;
			plans->criteria[number][i] = portal_slice(from, len);
			from += len;
		}
	}
	MemoryContextSwitchTo(old);
	return plans->criteria[number];
}

static inline bool
meets_others(Engine *engine, uint32 audience, uint32 criteria)
{
	const Allotment *others = engine->plans->audience[audience].others;

	return others == NULL || allotment_met_by_others(others, criteria_of(engine, criteria));
}

/*
 * engine_add_named(token, audience, user_id, org, designation_key): an audience
 * names an official, who must have that MDO and designation, too.
 */
Datum
engine_add_named(PG_FUNCTION_ARGS)
{
	Engine	   *engine;
	uint32		audience;
	EnginePlans *plans = plans_of(fcinfo, &engine, &audience);
	uint64		reach = reach_key(fcinfo, engine, 3);
	EngineSlot *slot;
	uint32		place;
	uint64		key;

	engine_check_argument(fcinfo, 2);
	slot = engine_slot_of_official(engine, portal_text_slice(PG_GETARG_TEXT_PP(2)), &place);
	if (slot == NULL)
		PG_RETURN_VOID();
	key = pg_atomic_read_u64(&engine->combo[pg_atomic_read_u32(&slot->combo) & SLOT_COMBO_MASK].key);
	if ((COMBO_ORG(reach) != 0 && COMBO_ORG(reach) != COMBO_ORG(key)) ||
		(COMBO_DESIGNATION(reach) != 0 && COMBO_DESIGNATION(reach) != COMBO_DESIGNATION(key)) ||
		!meets_others(engine, audience, COMBO_CRITERIA(key)))
		PG_RETURN_VOID();
	MAKE_ROOM(plans, plans->named, plans->nnamed, plans->named_room);
	plans->named[plans->nnamed].slot = place;
	plans->named[plans->nnamed++].audience = audience;
	PG_RETURN_VOID();
}


/*
 * Sets of audiences
 */

static inline uint32
set_hash(const EnginePlans *plans, uint32 set)
{
	return plans->set[set].hash;
}

static bool
same_set(const EnginePlans *plans, uint32 a, uint32 b)
{
	const Set  *first = &plans->set[a];
	const Set  *second = &plans->set[b];

	return first->hash == second->hash && first->count == second->count &&
		memcmp(first->audience, second->audience, first->count * sizeof(uint32)) == 0;
}

/* The number of the set that the first so many of the scratch space are. */
static uint32
number_of_set(EnginePlans *plans, uint32 count)
{
	Set		   *set;
	SetEntry   *entry;
	bool		found;

	if (count == 0 && plans->nsets > 0)
		return 0;
	MAKE_ROOM(plans, plans->set, plans->nsets, plans->set_room);
	set = &plans->set[plans->nsets];
	set->audience = plans->scratch;
	set->count = count;
	set->hash = hash_bytes((const unsigned char *) plans->scratch, (int) (count * sizeof(uint32)));
	set->list = ENGINE_NO_NUMBER;
	entry = contents_insert(plans->sets, (uint32) plans->nsets, &found);
	if (found)
		return entry->set;
	set->audience = MemoryContextAllocHuge(plans->memory, Max(count, 1) * sizeof(uint32));
	memcpy(set->audience, plans->scratch, count * sizeof(uint32));
	return (uint32) plans->nsets++;
}

static void
need_scratch(EnginePlans *plans, Size count)
{
	while (plans->scratch_room < count)
		MAKE_ROOM(plans, plans->scratch, plans->scratch_room, plans->scratch_room);
}

/* The union of two sets. */
static uint32
unite(EnginePlans *plans, uint32 a, uint32 b)
{
	Memo	   *memo;
	bool		found;
	uint32		number;
	uint32		count = 0;
	uint64		key;

	if (a == b || b == 0)
		return a;
	if (a == 0)
		return b;
	key = (uint64) Min(a, b) << 32 | Max(a, b);
	memo = memo_lookup(plans->unions, key);
	if (memo != NULL)
		return memo->number;

	need_scratch(plans, (Size) plans->set[a].count + plans->set[b].count);
	for (uint32 i = 0, j = 0; i < plans->set[a].count || j < plans->set[b].count;)
	{
		uint32		first = i < plans->set[a].count ? plans->set[a].audience[i] : PG_UINT32_MAX;
		uint32		second = j < plans->set[b].count ? plans->set[b].audience[j] : PG_UINT32_MAX;

		plans->scratch[count++] = Min(first, second);
		i += first <= second;
		j += second <= first;
	}
	number = number_of_set(plans, count);
	memo_insert(plans->unions, key, &found)->number = number;
	return number;
}

static inline int
compare_reach(const Reach *a, const Reach *b)
{
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->audience > b->audience) - (a->audience < b->audience);
}

static inline int
compare_named(const Named *a, const Named *b)
{
	if (a->slot != b->slot)
		return a->slot < b->slot ? -1 : 1;
	return (a->audience > b->audience) - (a->audience < b->audience);
}

/* There may be millions: a refresh must be able to be cancelled. */
#define ST_SORT sort_reaches
#define ST_ELEMENT_TYPE Reach
#define ST_COMPARE(a, b) compare_reach(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_named
#define ST_ELEMENT_TYPE Named
#define ST_COMPARE(a, b) compare_named(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Who is reached alike is brought together. */
static void
make_buckets(EnginePlans *plans)
{
	uint32		nbuckets = 0;

	if (plans->nreach > 1)
		sort_reaches(plans->reach, plans->nreach);
	plans->bucket = MemoryContextAllocHuge(plans->memory, Max(plans->nreach, 1) * sizeof(Bucket));
	for (Size i = 0; i < plans->nreach; nbuckets++)
	{
		Bucket	   *bucket = &plans->bucket[nbuckets];
		uint64		key = plans->reach[i].key;
		uint32		count = 0;
		bool		found;

		CHECK_FOR_INTERRUPTS();
		bucket->start = (uint32) i;
		bucket->others = false;
		bucket->set = 0;
		for (; i < plans->nreach && plans->reach[i].key == key; i++)
		{
			uint32		audience = plans->reach[i].audience;

			if (count > 0 && plans->reach[bucket->start + count - 1].audience == audience)
				continue;
			plans->reach[bucket->start + count++].audience = audience;
			bucket->others |= plans->audience[audience].others != NULL;
		}
		bucket->count = count;
		if (!bucket->others)
		{
			need_scratch(plans, count);
			for (uint32 j = 0; j < count; j++)
				plans->scratch[j] = plans->reach[bucket->start + j].audience;
			bucket->set = number_of_set(plans, count);
		}
		memo_insert(plans->buckets, key, &found)->number = nbuckets;
	}
}

/* Of the audiences that reach an MDO and a designation those that these criteria meet. */
static uint32
reaching_set(Engine *engine, uint32 org, uint32 designation, uint32 criteria)
{
	EnginePlans *plans = engine->plans;
	Memo	   *memo = memo_lookup(plans->buckets, COMBO_KEY(org, designation, 0));
	const Bucket *bucket;
	uint32		count = 0;
	uint64		key;
	bool		found;
	uint32		number;

	if (memo == NULL)
		return 0;
	bucket = &plans->bucket[memo->number];
	if (!bucket->others)
		return bucket->set;
	key = (uint64) memo->number << 20 | criteria;
	memo = memo_lookup(plans->met, key);
	if (memo != NULL)
		return memo->number;
	need_scratch(plans, bucket->count);
	for (uint32 i = 0; i < bucket->count; i++)
	{
		uint32		audience = plans->reach[bucket->start + i].audience;

		if (meets_others(engine, audience, criteria))
			plans->scratch[count++] = audience;
	}
	number = number_of_set(plans, count);
	memo_insert(plans->met, key, &found)->number = number;
	return number;
}

/* What is asked of a set is a list, which is made later. */
static uint32
list_of_set(EnginePlans *plans, uint32 set)
{
	if (plans->set[set].list == ENGINE_NO_NUMBER)
	{
		MAKE_ROOM(plans, plans->list, plans->nlists, plans->list_room);
		plans->set[set].list = (uint32) plans->nlists;
		plans->list[plans->nlists++] = set;
	}
	return plans->set[set].list;
}

static void
assign_combos(Engine *engine)
{
	EnginePlans *plans = engine->plans;
	EngineHeader *header = engine->header;

	for (uint32 i = 0; i < header->combo_capacity; i++)
	{
		uint64		key = pg_atomic_read_u64(&engine->combo[i].key);
		uint32		org = COMBO_ORG(key);
		uint32		designation = COMBO_DESIGNATION(key);
		uint32		criteria = COMBO_CRITERIA(key);
		uint32		set;

		if (key == 0)
			continue;
		CHECK_FOR_INTERRUPTS();
		set = reaching_set(engine, 0, 0, criteria);
		if (org > 0)
			set = unite(plans, set, reaching_set(engine, org, 0, criteria));
		if (designation > 0)
			set = unite(plans, set, reaching_set(engine, 0, designation, criteria));
		if (org > 0 && designation > 0)
			set = unite(plans, set, reaching_set(engine, org, designation, criteria));
		engine->combo[i].list = list_of_set(plans, set);
	}
}

/* Officials whom plans name get combinations of their own, of MDO and list. */
static void
assign_named(Engine *engine)
{
	EnginePlans *plans = engine->plans;

	if (plans->nnamed > 1)
		sort_named(plans->named, plans->nnamed);
	for (Size i = 0; i < plans->nnamed;)
	{
		uint32		place = plans->named[i].slot;
		EngineSlot *slot = engine_slot(engine, place);
		uint32		state = pg_atomic_read_u32(&slot->combo);
		EngineCombo *combo = &engine->combo[state & SLOT_COMBO_MASK];
		uint32		count = 0;
		uint32		list;
		uint32		number;

		CHECK_FOR_INTERRUPTS();
		for (; i < plans->nnamed && plans->named[i].slot == place; i++)
		{
			if (count > 0 && plans->scratch[count - 1] == plans->named[i].audience)
				continue;
			need_scratch(plans, count + (Size) 1);
			plans->scratch[count++] = plans->named[i].audience;
		}
		list = list_of_set(plans, unite(plans, plans->list[combo->list], number_of_set(plans, count)));
		number = engine_combo_number(engine, COMBO_LIST_KEY(COMBO_ORG(pg_atomic_read_u64(&combo->key)), list));
		if (number == ENGINE_NO_NUMBER)
			return;
		engine->combo[number].list = list;
		pg_atomic_write_u32(&slot->combo, (state & ~SLOT_COMBO_MASK) | number);
	}
}


/*
 * Requirement lists
 */

static int
compare_requirements(const void *a, const void *b)
{
	uint32		first = ((const EngineRequirement *) a)->content;
	uint32		second = ((const EngineRequirement *) b)->content;

	return (first > second) - (first < second);
}

/* What is asked of each audience, one audience after the other. */
static void
sort_asked(EnginePlans *plans)
{
	Asked	   *sorted = MemoryContextAllocHuge(plans->memory, Max(plans->nasked, 1) * sizeof(Asked));
	uint32		start = 0;

	for (uint32 i = 1; i <= plans->naudiences; i++)
	{
		plans->audience[i].start = start;
		start += plans->audience[i].count;
		plans->audience[i].count = 0;
	}
	for (Size i = 0; i < plans->nasked; i++)
	{
		Audience   *audience = &plans->audience[plans->asked[i].audience];

		sorted[audience->start + audience->count++] = plans->asked[i];
	}
	if (plans->asked != NULL)
		pfree(plans->asked);
	plans->asked = sorted;
}

/*
 * Make the lists: each content once, with the last of its due days, in the
 * order of contents' numbers.
 */
static void
make_lists(Engine *engine)
{
	EnginePlans *plans = engine->plans;
	EngineHeader *header = engine->header;
	Size		lists_size = plans->nlists * sizeof(EngineList);
	EngineList *list = MemoryContextAllocExtended(plans->memory, lists_size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	EngineRequirement *requirement = NULL;
	Size		count = 0;
	Size		room = 0;
	/* where each content last occurred, + 1 */
	Size	   *seen = MemoryContextAllocExtended(plans->memory, header->content.limit * sizeof(Size),
												  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	dsm_segment *segment;

	for (Size i = 0; i < plans->nlists; i++)
	{
		const Set  *set = &plans->set[plans->list[i]];
		Size		start = count;

		for (uint32 j = 0; j < set->count; j++)
		{
			const Audience *audience = &plans->audience[set->audience[j]];

			CHECK_FOR_INTERRUPTS();
			for (uint32 k = 0; k < audience->count; k++)
			{
				const EngineRequirement *asked = &plans->asked[audience->start + k].requirement;

				if (seen[asked->content] > start)
				{
					EngineRequirement *known = &requirement[seen[asked->content] - 1];

					known->due = Max(known->due, asked->due);
					known->apar |= asked->apar;
					continue;
				}
				MAKE_ROOM(plans, requirement, count, room);
				requirement[count++] = *asked;
				seen[asked->content] = count;
			}
		}
		if (count > PG_UINT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("plans ask more than the native engine has room for")));
		list[i].start = (uint32) start;
		list[i].count = (uint32) (count - start);
		for (Size k = start; k < count; k++)
		{
			list[i].apar += requirement[k].apar;
			list[i].due += requirement[k].due > 0 && (int64) header->due_base + requirement[k].due < header->as_of;
		}
		if (list[i].count > 1)
			qsort(requirement + start, list[i].count, sizeof(EngineRequirement), compare_requirements);
	}

	segment = dsm_create(lists_size + count * sizeof(EngineRequirement), 0);
	dsm_pin_mapping(segment);
	engine->segment[engine->nsegments++] = segment;
	header->list_segment = dsm_segment_handle(segment);
	header->nlists = (uint32) plans->nlists;
	engine->list = dsm_segment_address(segment);
	engine->requirement = (EngineRequirement *) (engine->list + plans->nlists);
	memcpy(engine->list, list, lists_size);
	if (count > 0)
		memcpy(engine->requirement, requirement, count * sizeof(EngineRequirement));
}

/*
 * engine_end_plans(token): every combination, and everybody whom plans name,
 * gets the list of what is asked.  Returns how many lists there are.
 */
Datum
engine_end_plans(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	EnginePlans *plans = engine->plans;
	int64		lists;

	engine_check_phase(engine, ENGINE_LISTING, ENGINE_LISTING);
	plans->buckets = memo_create(plans->memory, 1024, NULL);
	plans->met = memo_create(plans->memory, 1024, NULL);
	plans->unions = memo_create(plans->memory, 1024, NULL);
	plans->sets = contents_create(plans->memory, 1024, plans);
	need_scratch(plans, 1);
	/* the empty set, and the empty list */
	list_of_set(plans, number_of_set(plans, 0));
	make_buckets(plans);
	assign_combos(engine);
	assign_named(engine);
	sort_asked(plans);
	make_lists(engine);
	lists = (int64) plans->nlists;
	engine_forget_plans(engine);
	engine_make_chunks(engine);
	engine_set_phase(engine, ENGINE_READY);
	PG_RETURN_INT64(lists);
}

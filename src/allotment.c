/*-------------------------------------------------------------------------
 *
 * allotment.c
 *	  Whom a row of the portal's cb_plan allots its content to.
 *
 * There are two models.  Until 2025 allotment_type is CustomUser, Designation
 * or AllUser and allotment_to the official, the designation or anything.
 * From 2026 allotment_type is a list of criteria joined by pipes, and
 * allotment_to as many lists of values:
 *
 *		designation|groups		"director","deputy director"|"Group A"
 *
 * An official must meet all criteria of a row.  Both models are read here,
 * once, into one set of folded values for each criterion; two SQL functions
 * then ask different questions of the result, so that they cannot disagree.
 *
 * A row that makes no sense matches nobody and is reported as a finding: the
 * parser never guesses and never raises an error.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "allotment.h"
#include "portal_text.h"

PG_FUNCTION_INFO_V1(allotment_matches);
PG_FUNCTION_INFO_V1(allotment_audience);
PG_FUNCTION_INFO_V1(audience_number);

/* In the order of the attributes in the arguments of allotment_matches. */
typedef enum Criterion
{
	CRITERION_USER,
	CRITERION_MDO_ID,
	CRITERION_DESIGNATION,
	CRITERION_CADRE,
	CRITERION_GROUPS,
	CRITERION_CADRE_BATCH,
	CRITERION_CIVIL_SERVICES,
	CRITERION_VERIFIED,
	CRITERION_DEPUTATION
} Criterion;

#define CRITERIA (CRITERION_DEPUTATION + 1)
StaticAssertDecl(CRITERIA - CRITERION_CADRE == ALLOTMENT_OTHERS,
				 "the attributes besides id, MDO and designation");

static const char *const criterion_names[CRITERIA] = {
	"user",
	"mdo_id",
	"designation",
	"cadre",
	"groups",
	"cadre_batch",
	"civil_services",
	"is_verified_karmayogi",
	"is_on_central_deputation"
};

/* Arguments of allotment_matches. */
#define ARG_TYPE		0
#define ARG_TO			1
#define ARG_ORG_ID		2
#define ARG_ATTRIBUTE	3

/* Rows of plans that reach the same officials: organisation, type, values as one key. */
typedef struct Numbered
{
	PortalSlice key;
	uint32		hash;
	uint32		number;
	char		status;			/* for simplehash */
} Numbered;

#define SH_PREFIX numbered
#define SH_ELEMENT_TYPE Numbered
#define SH_KEY_TYPE PortalSlice
#define SH_KEY key
#define SH_HASH_KEY(tb, key) hash_bytes((const unsigned char *) (key).data, (int) (key).len)
#define SH_EQUAL(tb, a, b) ((a).len == (b).len && memcmp((a).data, (b).data, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (a)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* What a statement has numbered so far. */
typedef struct Numbers
{
	numbered_hash *known;
	StringInfoData key;			/* of the row that is asked about */
	TupleDesc	desc;			/* of what is answered */
} Numbers;

/* The values that meet a criterion: folded, distinct, in order of bytes. */
typedef struct ValueSet
{
	bool		present;		/* the row has this criterion */
	Size		count;
	PortalSlice *values;
} ValueSet;

struct Allotment
{
	bool		intelligible;
	bool		everybody;
	ValueSet	sets[CRITERIA];
};

/*
 * The row last asked about.  A join asks about the same row again and again;
 * comparing its text with the last one costs far less than reading it.
 */
typedef struct AllotmentCache
{
	MemoryContext context;
	bool		valid;
	PortalSlice type;
	PortalSlice to;
	Allotment	row;
} AllotmentCache;


/*
 * The portal writes booleans in several ways, and they must equal each other.
 * Anything else stays what it is.
 */
static PortalSlice
canonical_boolean(PortalSlice value)
{
	if (PORTAL_FOLDS_TO(value, "true") || PORTAL_FOLDS_TO(value, "t") ||
		PORTAL_FOLDS_TO(value, "yes") || PORTAL_FOLDS_TO(value, "y") ||
		PORTAL_FOLDS_TO(value, "1"))
		return portal_slice("true", 4);
	if (PORTAL_FOLDS_TO(value, "false") || PORTAL_FOLDS_TO(value, "f") ||
		PORTAL_FOLDS_TO(value, "no") || PORTAL_FOLDS_TO(value, "n") ||
		PORTAL_FOLDS_TO(value, "0"))
		return portal_slice("false", 5);
	return value;
}

static inline bool
is_boolean(Criterion criterion)
{
	return criterion == CRITERION_VERIFIED ||
		criterion == CRITERION_DEPUTATION;
}

static bool
find_criterion(PortalSlice name, Criterion *criterion)
{
	for (int i = 0; i < CRITERIA; i++)
	{
		if (portal_folds_to(name, criterion_names[i],
							strlen(criterion_names[i])))
		{
			*criterion = (Criterion) i;
			return true;
		}
	}
	return false;
}

/*
 * Sort and drop repetitions, by merging from the bottom up.  The library's
 * quicksort can be driven to quadratic time by what somebody typed into a
 * plan, and cannot be interrupted on all versions.
 */
static void
sort_distinct(ValueSet *set)
{
	PortalSlice *from = set->values;
	PortalSlice *to;
	Size		kept = 1;

	if (set->count < 2)
		return;
	to = MemoryContextAllocHuge(CurrentMemoryContext,
								set->count * sizeof(PortalSlice));
	for (Size width = 1; width < set->count; width *= 2)
	{
		PortalSlice *swap = from;

		for (Size start = 0; start < set->count; start += 2 * width)
		{
			Size		left = start;
			Size		middle = Min(start + width, set->count);
			Size		right = middle;
			Size		end = Min(start + 2 * width, set->count);

			CHECK_FOR_INTERRUPTS();
			for (Size i = start; i < end; i++)
			{
				if (left < middle &&
					(right == end ||
					 portal_compare(&from[left], &from[right]) <= 0))
					to[i] = from[left++];
				else
					to[i] = from[right++];
			}
		}
		from = to;
		to = swap;
	}
	for (Size i = 1; i < set->count; i++)
	{
		if (portal_compare(&from[kept - 1], &from[i]) != 0)
			from[kept++] = from[i];
	}
	set->values = from;
	set->count = kept;
	pfree(to);
}

/* Keep of a set what another has too. */
static void
intersect(ValueSet *set, const ValueSet *other)
{
	Size		kept = 0;
	Size		i = 0;
	Size		j = 0;

	while (i < set->count && j < other->count)
	{
		int			order = portal_compare(&set->values[i], &other->values[j]);

		if (order == 0)
			set->values[kept++] = set->values[i];
		if (order <= 0)
			i++;
		if (order >= 0)
			j++;
	}
	set->count = kept;
}

static void
add_value(ValueSet *set, Size *room, PortalSlice value)
{
	if (set->count == *room)
	{
		*room *= 2;
		set->values = repalloc_huge(set->values, *room * sizeof(PortalSlice));
	}
	set->values[set->count++] = value;
}

/*
 * Read the values of one criterion: a comma list if the segment begins with a
 * quote, otherwise one value with whatever is in it.  Folded copies go to
 * *arena, which has room for all of allotment_to.  False if there is none.
 */
static bool
read_values(PortalSlice segment, Criterion criterion, char **arena,
			ValueSet *set)
{
	PortalScan	scan;
	PortalItem	item;
	PortalVerdict verdict;
	Size		room = 4;
	bool		list;

	segment = portal_trim(segment);
	list = segment.len > 0 && segment.data[0] == '"';
	set->present = true;
	set->count = 0;
	set->values = palloc(room * sizeof(PortalSlice));

	portal_scan_start(&scan, segment);
	item.text = segment;
	item.doubled = false;
	verdict = list ? portal_scan_item(&scan, &item) : PORTAL_VALUE;
	while (verdict == PORTAL_VALUE)
	{
		Size		len = portal_unquote(*arena, &item);
		PortalSlice value = portal_trim(portal_slice(*arena, len));

		if (!portal_trimmed_is_missing(value))
		{
			portal_fold_bytes(*arena + (value.data - *arena), value.data,
							  value.len);
			*arena += len;
			if (is_boolean(criterion))
				value = canonical_boolean(value);
			add_value(set, &room, value);
		}
		verdict = list ? portal_scan_item(&scan, &item) : PORTAL_MISSING;
	}
	if (verdict == PORTAL_GARBAGE || set->count == 0)
		return false;
	sort_distinct(set);
	return true;
}

/* Read one criterion into the row; several of the same kind must all hold. */
static bool
add_criterion(Allotment *row, Criterion criterion, PortalSlice segment,
			  char **arena)
{
	ValueSet	set;

	if (!read_values(segment, criterion, arena, &set))
		return false;
	if (row->sets[criterion].present)
	{
		intersect(&row->sets[criterion], &set);
		pfree(set.values);
	}
	else
		row->sets[criterion] = set;
	return true;
}

/* Read pairs of a criterion and its values; false if they do not pair up. */
static bool
read_criteria(Allotment *row, PortalSlice type, PortalSlice to, char **arena)
{
	PortalScan	names;
	PortalScan	values;

	portal_scan_start(&names, type);
	portal_scan_start(&values, to);
	while (!names.done && !values.done)
	{
		PortalSlice name;
		PortalSlice segment;
		Criterion	criterion;

		CHECK_FOR_INTERRUPTS();
		portal_scan_piece(&names, '|', &name);
		portal_scan_piece(&values, '|', &segment);
		if (!find_criterion(portal_trim(name), &criterion) ||
			!add_criterion(row, criterion, segment, arena))
			return false;
	}
	return names.done && values.done;
}

/*
 * Read a row, in the current memory context.  A NULL comes as an empty slice.
 */
static void
read_allotment(Allotment *row, PortalSlice type, PortalSlice to)
{
	char	   *arena;
	Criterion	single = CRITERION_USER;
	bool		old_model = true;

	memset(row, 0, sizeof(*row));
	type = portal_trim(type);
	to = portal_trim(to);
	if (portal_trimmed_is_missing(type))
		return;
	if (PORTAL_FOLDS_TO(type, "alluser"))
	{
		row->intelligible = true;
		row->everybody = true;
		return;
	}
	if (portal_trimmed_is_missing(to))
		return;
	arena = palloc(to.len);

	if (PORTAL_FOLDS_TO(type, "designation"))
		single = CRITERION_DESIGNATION;
	else
		old_model = PORTAL_FOLDS_TO(type, "customuser");

	/*
	 * "designation" alone is of both models.  What the new one writes begins
	 * with a quote; a pipe in what the old one writes is part of the name.
	 */
	if (old_model && to.data[0] != '"')
		row->intelligible = add_criterion(row, single, to, &arena);
	else
	{
		if (old_model)
			type = portal_slice(criterion_names[single],
								strlen(criterion_names[single]));
		row->intelligible = read_criteria(row, type, to, &arena);
	}
}

/* An argument, trimmed or not; NULL is an empty slice, which is missing. */
static PortalSlice
argument(FunctionCallInfo fcinfo, int i)
{
	if (PG_ARGISNULL(i))
		return portal_slice("", 0);
	return portal_text_slice(PG_GETARG_TEXT_PP(i));
}

static inline bool
same_bytes(PortalSlice a, PortalSlice b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

static PortalSlice
copy_slice(PortalSlice slice)
{
	char	   *copy = palloc(slice.len + 1);

	memcpy(copy, slice.data, slice.len);
	return portal_slice(copy, slice.len);
}

/* The row of the first two arguments, read now or the last time. */
static const Allotment *
cached_allotment(FunctionCallInfo fcinfo)
{
	FmgrInfo   *flinfo = fcinfo->flinfo;
	AllotmentCache *cache = flinfo->fn_extra;
	PortalSlice type = argument(fcinfo, ARG_TYPE);
	PortalSlice to = argument(fcinfo, ARG_TO);
	MemoryContext old;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(*cache));
		cache->context = AllocSetContextCreate(flinfo->fn_mcxt,
											   "karmayogi allotment",
											   ALLOCSET_SMALL_SIZES);
		flinfo->fn_extra = cache;
	}
	if (cache->valid && same_bytes(cache->to, to) &&
		same_bytes(cache->type, type))
		return &cache->row;

	/* Not valid until read: an interrupt may leave it half done. */
	cache->valid = false;
	MemoryContextReset(cache->context);
	old = MemoryContextSwitchTo(cache->context);
	cache->type = copy_slice(type);
	cache->to = copy_slice(to);
	read_allotment(&cache->row, cache->type, cache->to);
	MemoryContextSwitchTo(old);
	cache->valid = true;
	return &cache->row;
}

/* portal_compare of a text, folded on the fly, and a folded value. */
static int
compare_folded(PortalSlice raw, PortalSlice folded)
{
	Size		shorter = Min(raw.len, folded.len);

	for (Size i = 0; i < shorter; i++)
	{
		unsigned char a = portal_lower(raw.data[i]);
		unsigned char b = folded.data[i];

		if (a != b)
			return a < b ? -1 : 1;
	}
	return (raw.len > folded.len) - (raw.len < folded.len);
}

/* Does an official's attribute meet a criterion? */
static bool
set_has(const ValueSet *set, Criterion criterion, PortalSlice attribute)
{
	Size		low = 0;
	Size		high = set->count;

	attribute = portal_trim(attribute);
	if (portal_trimmed_is_missing(attribute))
		return false;
	if (is_boolean(criterion))
		attribute = canonical_boolean(attribute);
	while (low < high)
	{
		Size		middle = low + (high - low) / 2;
		int			order = compare_folded(attribute, set->values[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* The row, for the native engine; it stays in the current memory context. */
const Allotment *
allotment_read(PortalSlice type, PortalSlice to)
{
	Allotment  *row = palloc(sizeof(Allotment));

	read_allotment(row, type, to);
	return row;
}

/*
 * Does an official whom the row's ids, MDOs and designations reach meet the
 * other criteria as well?
 */
bool
allotment_met_by_others(const Allotment *row, const PortalSlice *others)
{
	if (!row->intelligible)
		return false;
	for (int i = CRITERION_CADRE; i < CRITERIA; i++)
	{
		if (row->sets[i].present &&
			!set_has(&row->sets[i], (Criterion) i, others[i - CRITERION_CADRE]))
			return false;
	}
	return true;
}

Datum
allotment_matches(PG_FUNCTION_ARGS)
{
	const Allotment *row = cached_allotment(fcinfo);
	PortalSlice org_id;
	PortalSlice others[ALLOTMENT_OTHERS];

	if (!row->intelligible)
		PG_RETURN_NULL();

	/* Ids of organisations are keys: compared exactly. */
	org_id = argument(fcinfo, ARG_ORG_ID);
	if (!portal_trimmed_is_missing(portal_trim(org_id)) &&
		!same_bytes(org_id, argument(fcinfo, ARG_ATTRIBUTE + CRITERION_MDO_ID)))
		PG_RETURN_BOOL(false);

	for (int i = 0; i < CRITERION_CADRE; i++)
	{
		if (row->sets[i].present &&
			!set_has(&row->sets[i], (Criterion) i,
					 argument(fcinfo, ARG_ATTRIBUTE + i)))
			PG_RETURN_BOOL(false);
	}
	for (int i = 0; i < ALLOTMENT_OTHERS; i++)
		others[i] = argument(fcinfo, ARG_ATTRIBUTE + CRITERION_CADRE + i);
	PG_RETURN_BOOL(allotment_met_by_others(row, others));
}

static Datum
set_to_array(const ValueSet *set, bool *isnull)
{
	ArrayType  *array;
	uint64		bytes = 0;
	char	   *cursor;

	*isnull = !set->present;
	if (!set->present)
		return (Datum) 0;
	for (Size i = 0; i < set->count; i++)
		bytes += PORTAL_ELEMENT_SIZE(set->values[i].len);
	array = portal_text_array(set->count, bytes, &cursor);
	for (Size i = 0; i < set->count; i++)
		portal_append_element(&cursor, set->values[i].data,
							  set->values[i].len);
	return PointerGetDatum(array);
}

Datum
allotment_audience(PG_FUNCTION_ARGS)
{
	TupleDesc	desc = fcinfo->flinfo->fn_extra;
	Allotment	row;
	Datum		values[6];
	bool		nulls[6] = {false};
	bool		others = false;

	/* Looking up the result's columns costs more than reading a row. */
	if (desc == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "allotment_audience must return a row");
		desc = BlessTupleDesc(desc);
		MemoryContextSwitchTo(old);
		fcinfo->flinfo->fn_extra = desc;
	}

	read_allotment(&row, argument(fcinfo, ARG_TYPE), argument(fcinfo, ARG_TO));
	/* Sets of a row that made sense only in part say nothing. */
	if (!row.intelligible)
		memset(&row, 0, sizeof(row));
	for (int i = CRITERION_DESIGNATION + 1; i < CRITERIA; i++)
		others = others || row.sets[i].present;

	values[0] = BoolGetDatum(row.intelligible);
	values[1] = BoolGetDatum(row.everybody);
	values[2] = set_to_array(&row.sets[CRITERION_USER], &nulls[2]);
	values[3] = set_to_array(&row.sets[CRITERION_MDO_ID], &nulls[3]);
	values[4] = set_to_array(&row.sets[CRITERION_DESIGNATION], &nulls[4]);
	values[5] = BoolGetDatum(others);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}

/*
 * audience_number(org_id, allotment_type, allotment_to, live): 1, 2, ... in the
 * order in which one statement asks, and the same number for the same row: what
 * dense_rank() would take a sort of long texts for.  And whether it is the first
 * row of this number, the only one whose texts somebody has to keep.  NULL of
 * rows that are not live: they reach nobody.
 */
Datum
audience_number(PG_FUNCTION_ARGS)
{
	Numbers    *numbers = fcinfo->flinfo->fn_extra;
	Numbered   *row;
	bool		found;
	Datum		values[2];
	bool		nulls[2] = {false};

	if (PG_ARGISNULL(3) || !PG_GETARG_BOOL(3))
		PG_RETURN_NULL();
	if (numbers == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		numbers = palloc(sizeof(Numbers));
		numbers->known = numbered_create(CurrentMemoryContext, 1024, NULL);
		initStringInfo(&numbers->key);
		if (get_call_result_type(fcinfo, NULL, &numbers->desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "audience_number must return a row");
		numbers->desc = BlessTupleDesc(numbers->desc);
		MemoryContextSwitchTo(old);
		fcinfo->flinfo->fn_extra = numbers;
	}
	/* each with its length before it: no two rows have the same key */
	resetStringInfo(&numbers->key);
	for (int i = 0; i < 3; i++)
	{
		PortalSlice part = argument(fcinfo, i);
		uint32		len = PG_ARGISNULL(i) ? PG_UINT32_MAX : (uint32) part.len;

		appendBinaryStringInfo(&numbers->key, (char *) &len, sizeof(len));
		appendBinaryStringInfo(&numbers->key, part.data, (int) part.len);
	}
	row = numbered_insert(numbers->known, portal_slice(numbers->key.data, numbers->key.len), &found);
	if (!found)
	{
		char	   *kept = MemoryContextAllocHuge(fcinfo->flinfo->fn_mcxt, row->key.len);

		memcpy(kept, row->key.data, row->key.len);
		row->key.data = kept;
		row->number = numbers->known->members;
	}
	values[0] = Int32GetDatum((int32) row->number);
	values[1] = BoolGetDatum(!found);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(numbers->desc, values, nulls)));
}

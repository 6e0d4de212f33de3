/*-------------------------------------------------------------------------
 *
 * engine_plan.c
 *	  What the native engine knows of plans: whom they reach, what they ask.
 *
 * Plans look at an official's MDO, designation and a few other attributes:
 * officials who agree in these have the same combination, and whom a plan
 * reaches is decided once for each combination, in SQL.  Only officials whom a
 * plan names are looked at one by one.  What plans ask of all who are reached
 * alike is a requirement list; officials have the list's number.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "engine.h"

PG_FUNCTION_INFO_V1(engine_add_content);
PG_FUNCTION_INFO_V1(engine_add_designation);
PG_FUNCTION_INFO_V1(engine_combos);
PG_FUNCTION_INFO_V1(engine_combo_of);
PG_FUNCTION_INFO_V1(engine_assign_combo);
PG_FUNCTION_INFO_V1(engine_assign_official);
PG_FUNCTION_INFO_V1(engine_members);
PG_FUNCTION_INFO_V1(engine_begin_lists);
PG_FUNCTION_INFO_V1(engine_add_requirement);
PG_FUNCTION_INFO_V1(engine_end_lists);


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

/* A registered person's combination; a slice without data is NULL, a designation is trimmed. */
uint32
engine_combo_of_person(Engine *engine, PortalSlice mdo_id, PortalSlice designation,
					   PortalSlice criteria)
{
	EngineHeader *header = engine->header;
	uint32		org = 0;
	uint32		named = 0;
	uint32		other = 0;

	if (mdo_id.data != NULL)
	{
		org = engine_intern(engine, &header->org, mdo_id.data, mdo_id.len) + 1;
		if (org == 0)
			return ENGINE_NO_NUMBER;
	}
	if (designation.data != NULL)
	{
		char		buffer[256];
		char	   *folded = buffer;

		if (designation.len > sizeof(buffer))
			folded = palloc(designation.len);
		portal_fold_bytes(folded, designation.data, designation.len);
		/* numbers from 1; 0 is a designation that no plan names */
		named = engine_find(engine, &header->designation, folded, designation.len,
							engine_hash_text(folded, designation.len)) + 1;
		if (folded != buffer)
			pfree(folded);
	}
	if (criteria.data != NULL && header->criteria.limit > 0)
	{
		other = engine_intern(engine, &header->criteria, criteria.data, criteria.len) + 1;
		if (other == 0)
			return ENGINE_NO_NUMBER;
	}
	return combo_number(engine, COMBO_KEY(org, named, other));
}

static Datum
number_text(const Engine *engine, const EngineIntern *intern, uint32 number)
{
	EngineText *text = engine_text(engine,
								   ((uint64 *) (engine->tables + intern->texts))[number - 1]);

	return PointerGetDatum(cstring_to_text_with_len(text->data, text->len));
}

/* Criteria as a text[]. */
static Datum
number_criteria(const Engine *engine, uint32 number)
{
	const EngineText *key = engine_text(engine,
										((uint64 *) (engine->tables + engine->header->criteria.texts))[number - 1]);
	const char *from = key->data;
	Datum		part[ENGINE_CRITERIA];
	bool		nulls[ENGINE_CRITERIA];
	int			dims[1] = {ENGINE_CRITERIA};
	int			first[1] = {1};

	for (int i = 0; i < ENGINE_CRITERIA; i++)
	{
		uint32		len;

		memcpy(&len, from, sizeof(len));
		from += sizeof(len);
		nulls[i] = len == PG_UINT32_MAX;
		if (nulls[i])
			continue;
		part[i] = PointerGetDatum(cstring_to_text_with_len(from, (int) len));
		from += len;
	}
	return PointerGetDatum(construct_md_array(part, nulls, 1, dims, first, TEXTOID,
											  -1, false, TYPALIGN_INT));
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
			values[3] = number_criteria(engine, COMBO_CRITERIA(key));
			nulls[3] = false;
		}
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* engine_combo_of(token, user_id): NULL for who is not of this pass. */
Datum
engine_combo_of(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_attach(PG_GETARG_INT64(0), ENGINE_ENTERING, ENGINE_COUNTING);
	uint32		place;
	EngineSlot *slot = engine_slot_of_official(engine, PG_GETARG_TEXT_PP(1), &place);

	if (slot == NULL)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (pg_atomic_read_u32(&slot->combo) & SLOT_COMBO_MASK));
}

/* engine_members(token): the MDOs that registered rows of user_detail name. */
Datum
engine_members(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	uint32		orgs = pg_atomic_read_u32(&engine->header->org.count);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (uint32 i = 1; i <= orgs; i++)
	{
		Datum		values[1];
		bool		nulls[1] = {false};

		values[0] = number_text(engine, &engine->header->org, i);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
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

	engine_check_phase(engine, ENGINE_READY, ENGINE_READY);
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
	uint32		place;
	EngineSlot *slot = engine_slot_of_official(engine, PG_GETARG_TEXT_PP(1), &place);
	uint32		list = check_list(engine, PG_GETARG_INT32(2));
	uint32		state;
	uint32		combo;
	uint64		key;

	engine_check_phase(engine, ENGINE_READY, ENGINE_READY);
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
	text	   *content_id;
	uint32		number;

	engine_check_argument(fcinfo, 1);
	content_id = PG_GETARG_TEXT_PP(1);
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

	engine_check_phase(engine, ENGINE_ENTERING, ENGINE_ENTERING);
	if (lists < 1 || lists > ENGINE_MAX_COMBOS || requirements < 0 ||
		requirements > PG_UINT32_MAX || header->nlists > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lists cannot be made now, or not so many")));
	CHECK_FOR_INTERRUPTS();
	engine_forget_rows(engine);
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
	engine_set_phase(engine, ENGINE_LISTING);
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
	EngineList *list;
	text	   *content_id;
	EngineRequirement *requirement;
	uint32		number;

	engine_check_phase(engine, ENGINE_LISTING, ENGINE_LISTING);
	engine_check_argument(fcinfo, 2);
	list = &engine->list[check_list(engine, PG_GETARG_INT32(1))];
	content_id = PG_GETARG_TEXT_PP(2);
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

	engine_check_phase(engine, ENGINE_LISTING, ENGINE_LISTING);
	for (uint32 i = 0; i < engine->header->nlists; i++)
	{
		EngineList *list = &engine->list[i];

		if ((i & 0xFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (list->count > 1)
			qsort(engine->requirement + list->start, list->count,
				  sizeof(EngineRequirement), compare_requirements);
	}
	engine_make_chunks(engine);
	engine_set_phase(engine, ENGINE_READY);
	PG_RETURN_VOID();
}

/*-------------------------------------------------------------------------
 *
 * engine_plan.c
 *	  What plans look at: combinations of MDO and designation, and contents.
 *
 * Plans look at an official's MDO, designation and a few other attributes:
 * officials who agree in these have the same combination, and whom a plan
 * reaches is decided once for each combination (engine_match.c).  Only
 * officials whom a plan names are looked at one by one.  What plans ask of all
 * who are reached alike is a requirement list.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "engine.h"

PG_FUNCTION_INFO_V1(engine_add_content);
PG_FUNCTION_INFO_V1(engine_add_designation);
PG_FUNCTION_INFO_V1(engine_members);


/*
 * Combinations
 */

uint32
engine_combo_number(Engine *engine, uint64 key)
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
	return engine_combo_number(engine, COMBO_KEY(org, named, other));
}

/* The text of a number, as a varlena. */
Datum
engine_number_text(const Engine *engine, const EngineIntern *intern, uint32 number)
{
	EngineText *text = engine_text_of(engine, intern, number);

	return PointerGetDatum(cstring_to_text_with_len(text->data, text->len));
}

/* engine_members(token): the MDOs that registered rows of user_detail name. */
Datum
engine_members(PG_FUNCTION_ARGS)
{
	Engine	   *engine = engine_of_leader(PG_GETARG_INT64(0));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	uint32		orgs = pg_atomic_read_u32(&engine->header->org.count);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (uint32 i = 0; i < orgs; i++)
	{
		Datum		values[1];
		bool		nulls[1] = {false};

		values[0] = engine_number_text(engine, &engine->header->org, i);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * Contents, designations
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

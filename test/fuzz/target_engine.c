/*
 * target_engine.c
 *	  The native engine: ids of officials, and the state that a worker hands
 *	  on.  What it makes of rows is in target_engine_rows.c.
 */
#include "postgres.h"

#include "compat.h"
#include "engine.h"
#include "fuzz.h"

FUZZ_DECLARE(engine_enrol_serial);
FUZZ_DECLARE(engine_enrol_deserial);
FUZZ_DECLARE(engine_enrol_combine);
FUZZ_DECLARE(engine_attend_serial);
FUZZ_DECLARE(engine_attend_deserial);
FUZZ_DECLARE(engine_attend_combine);
FUZZ_DECLARE(engine_person_serial);
FUZZ_DECLARE(engine_person_deserial);
FUZZ_DECLARE(engine_person_combine);

void		fuzz_engine_id(void);
void		fuzz_engine_state(void);

/* Input: two ids, which in capitals are other texts.  Ids are equal by their keys only if their texts are. */
void
fuzz_engine_id(void)
{
	EngineId	id[2];
	FuzzSlice	text[2];

	for (int i = 0; i < 2; i++)
	{
		char	   *copy;

		if (!fuzz_field(&text[i]))
			return;
		copy = palloc(text[i].len);
		memcpy(copy, text[i].data, text[i].len);
		text[i].data = copy;
		engine_read_id(text[i].data, text[i].len, &id[i]);
		fuzz_check(id[i].uuid == fuzz_is_uuid(text[i]));
	}
	if (id[0].uuid && id[1].uuid)
		fuzz_check((id[0].key[0] == id[1].key[0] && id[0].key[1] == id[1].key[1]) ==
				   (memcmp(text[0].data, text[1].data, 36) == 0));
	if (text[0].len == text[1].len &&
		memcmp(text[0].data, text[1].data, text[0].len) == 0)
		fuzz_check(id[0].uuid == id[1].uuid && id[0].hash == id[1].hash);
}

static FuzzSite *
inner(const char *name, PGFunction function, bool strict)
{
	FuzzSite   *site = fuzz_site_of(name, function, strict);

	site->context = fuzz_aggregate();
	site->internal = true;
	return site;
}

#define INNER(name, strict) inner(#name, name, strict)

static void
check_state(FuzzSite *deserialise, FuzzSite *combine, FuzzSite *serialise, FuzzSlice input)
{
	FuzzResult	state = FUZZ_CALL(deserialise, fuzz_text(input), fuzz_datum((Datum) 0));
	FuzzResult	merged;
	FuzzResult	bytes;
	FuzzResult	again;

	fuzz_check(state.sqlstate == 0 ||
			   state.sqlstate == ERRCODE_INTERNAL_ERROR ||
			   state.sqlstate == ERRCODE_PROTOCOL_VIOLATION);
	if (state.sqlstate != 0)
		return;
	merged = FUZZ_CALL(combine, fuzz_null(), fuzz_datum(state.value));
	fuzz_check(merged.sqlstate == 0 && !merged.isnull);

	/* what is handed on again is what was handed on */
	bytes = FUZZ_CALL(serialise, fuzz_datum(merged.value));
	fuzz_check(bytes.sqlstate == 0);
	again = FUZZ_CALL(deserialise, fuzz_text(fuzz_slice_of(bytes.value)), fuzz_datum((Datum) 0));
	fuzz_check(again.sqlstate == 0);
	again = FUZZ_CALL(serialise, fuzz_datum(again.value));
	fuzz_check(fuzz_same_results(bytes, again, -1));
}

/* Input: bytes that claim to be a state, of any of the three aggregates. */
void
fuzz_engine_state(void)
{
	FuzzSlice	input = fuzz_rest();

	check_state(INNER(engine_enrol_deserial, true), INNER(engine_enrol_combine, false),
				INNER(engine_enrol_serial, true), input);
	check_state(INNER(engine_person_deserial, true), INNER(engine_person_combine, false),
				INNER(engine_person_serial, true), input);
	check_state(INNER(engine_attend_deserial, true), INNER(engine_attend_combine, false),
				INNER(engine_attend_serial, true), input);
}

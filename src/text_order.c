/*
 * text_order.c
 *	  The first and the last of texts, in order of bytes.
 *
 * min(text) and max(text) follow the collation of their column, which a server
 * that computes them for us may know under the same name and order otherwise;
 * and with an explicit collation postgres_fdw does not send them there at all.
 * These ask nobody.
 */
#include "postgres.h"

#include "fmgr.h"

#include "compat.h"
#include "portal_text.h"

PG_FUNCTION_INFO_V1(first_text_accum);
PG_FUNCTION_INFO_V1(last_text_accum);

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	PortalSlice a = portal_text_slice(PG_GETARG_TEXT_PP(0));
	PortalSlice b = portal_text_slice(PG_GETARG_TEXT_PP(1));

	return portal_compare(&a, &b);
}

/* Both are the transition and the merge of their aggregate. */
Datum
first_text_accum(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(compare_arguments(fcinfo) <= 0 ?
					PG_GETARG_DATUM(0) : PG_GETARG_DATUM(1));
}

Datum
last_text_accum(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(compare_arguments(fcinfo) >= 0 ?
					PG_GETARG_DATUM(0) : PG_GETARG_DATUM(1));
}

/*
 * one_snapshot.c
 *		Several statements under one snapshot.
 *
 * A refresh reads the portal in several statements, each written to a table
 * that the next ones read.  At READ COMMITTED each of them would see what other
 * transactions had committed in the meantime, so that a loader at work could
 * slip the tables of two nights under one refresh.  REPEATABLE READ would do,
 * but a procedure cannot switch to it once its transaction has begun.  So a
 * snapshot is held from hold_snapshot() to drop_snapshot(), or to the end of
 * the transaction, and run_step() runs each statement under it; each sees also
 * what the ones before it wrote.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "one_snapshot.h"

PG_FUNCTION_INFO_V1(hold_snapshot);
PG_FUNCTION_INFO_V1(run_step);
PG_FUNCTION_INFO_V1(drop_snapshot);

static Snapshot held = NULL;
static bool callback_registered = false;

/* At the end of a transaction PostgreSQL has let go of it already. */
static void
forget_snapshot(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
	{
		if (held != NULL)
			UnregisterSnapshotFromOwner(held, TopTransactionResourceOwner);
		held = NULL;
	}
	else if (event == XACT_EVENT_ABORT)
		held = NULL;
}

/*
 * hold_snapshot(): hold on to the snapshot of the statement that calls this.
 */
Datum
hold_snapshot(PG_FUNCTION_ARGS)
{
	Snapshot	old = held;

	if (!callback_registered)
	{
		RegisterXactCallback(forget_snapshot, NULL);
		callback_registered = true;
	}
	/*
	 * DROP EXTENSION takes this lock first of all: it waits here until the
	 * transaction ends, and not halfway through the tables, where it and the
	 * steps would wait for each other.
	 */
	LockDatabaseObject(ExtensionRelationId, get_extension_oid("karmayogi", false),
					   0, AccessShareLock);

	held = NULL;
	if (old != NULL)
		UnregisterSnapshotFromOwner(old, TopTransactionResourceOwner);
	held = RegisterSnapshotOnOwner(GetActiveSnapshot(), TopTransactionResourceOwner);
	PG_RETURN_VOID();
}

/* drop_snapshot() */
Datum
drop_snapshot(PG_FUNCTION_ARGS)
{
	Snapshot	old = held;

	held = NULL;
	if (old != NULL)
		UnregisterSnapshotFromOwner(old, TopTransactionResourceOwner);
	PG_RETURN_VOID();
}

/* The snapshot that is held, or an error. */
Snapshot
held_snapshot(void)
{
	if (held == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no snapshot is held"),
				 errhint("Call karmayogi.refresh(); its steps are not for use by hand.")));
	return held;
}

/*
 * run_step(statement): runs it under the snapshot that is held; returns the
 * number of its rows, when it began and how long it took.  The plan is made
 * only now: it may name tables that an earlier statement created.
 */
Datum
run_step(PG_FUNCTION_ARGS)
{
	char	   *statement = text_to_cstring(PG_GETARG_TEXT_PP(0));
	TimestampTz started = GetCurrentTimestamp();
	Interval   *elapsed = (Interval *) palloc0(sizeof(Interval));
	TupleDesc	tupdesc;
	SPIPlanPtr	plan;
	uint64		processed;
	Datum		values[3];
	bool		nulls[3] = {false};
	int			rc;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	(void) held_snapshot();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = SPI_prepare_cursor(statement, 0, NULL, CURSOR_OPT_PARALLEL_OK);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	rc = SPI_execute_snapshot(plan, NULL, NULL, held, InvalidSnapshot,
							  false, true, 0);
	if (rc < 0)
		elog(ERROR, "SPI_execute_snapshot failed: %s",
			 SPI_result_code_string(rc));
	processed = SPI_processed;
	SPI_finish();

	elapsed->time = GetCurrentTimestamp() - started;
	values[0] = Int64GetDatum((int64) processed);
	values[1] = TimestampTzGetDatum(started);
	values[2] = IntervalPGetDatum(elapsed);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
}

/*
 * one_snapshot.c
 *		Several statements under one snapshot.
 *
 * A refresh reads the portal in several statements, each written to a table
 * that the next ones read.  At READ COMMITTED each of them would see what other
 * transactions had committed in the meantime, so that a loader at work could
 * slip the tables of two nights under one refresh.  REPEATABLE READ would do,
 * but a procedure cannot switch to it once its transaction has begun.  So the
 * statements are run here, one after the other, under the snapshot with which
 * this function was called; each sees also what the ones before it wrote.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/*
 * Run one statement under the snapshot; returns the number of its rows.  The
 * plan is made only now: it may name tables that an earlier statement created.
 */
static uint64
run_statement(const char *statement, Snapshot snapshot)
{
	SPIPlanPtr	plan;
	uint64		processed;
	int			rc;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = SPI_prepare_cursor(statement, 0, NULL, CURSOR_OPT_PARALLEL_OK);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));
	rc = SPI_execute_snapshot(plan, NULL, NULL, snapshot, InvalidSnapshot,
							  false, true, 0);
	if (rc < 0)
		elog(ERROR, "SPI_execute_snapshot failed: %s",
			 SPI_result_code_string(rc));
	processed = SPI_processed;
	SPI_finish();
	return processed;
}

static char **
text_array(ArrayType *array, int *count)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **strings;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, count);
	strings = (char **) palloc(sizeof(char *) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a statement and its phase must not be null")));
		strings[i] = TextDatumGetCString(elements[i]);
	}
	return strings;
}

/*
 * run_in_one_snapshot(phases text[], statements text[])
 *
 * A phase that is the empty string belongs to the phase before it and is
 * neither announced nor returned.
 */
PG_FUNCTION_INFO_V1(run_in_one_snapshot);
Datum
run_in_one_snapshot(PG_FUNCTION_ARGS)
{
	int			nphases;
	int			nstatements;
	char	  **phases = text_array(PG_GETARG_ARRAYTYPE_P(0), &nphases);
	char	  **statements = text_array(PG_GETARG_ARRAYTYPE_P(1), &nstatements);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Snapshot	snapshot;

	if (nphases != nstatements)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there must be as many phases as statements")));

	InitMaterializedSRF(fcinfo, 0);
	snapshot = RegisterSnapshot(GetActiveSnapshot());

	for (int i = 0; i < nstatements; i++)
	{
		TimestampTz started = GetCurrentTimestamp();
		TimestampTz ended;
		uint64		processed;
		Datum		values[4];
		bool		nulls[4] = {false};
		Interval   *elapsed = (Interval *) palloc0(sizeof(Interval));

		CHECK_FOR_INTERRUPTS();
		processed = run_statement(statements[i], snapshot);
		if (phases[i][0] == '\0')
			continue;
		ended = GetCurrentTimestamp();
		elapsed->time = ended - started;
		ereport(NOTICE,
				(errmsg("%s: %llu rows in %.1f s", phases[i],
						(unsigned long long) processed,
						(double) (ended - started) / USECS_PER_SEC)));
		values[0] = CStringGetTextDatum(phases[i]);
		values[1] = Int64GetDatum((int64) processed);
		values[2] = TimestampTzGetDatum(started);
		values[3] = IntervalPGetDatum(elapsed);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}

	UnregisterSnapshot(snapshot);
	return (Datum) 0;
}

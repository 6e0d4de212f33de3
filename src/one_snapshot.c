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
 * what the ones before it wrote.  fill_table() does the same for a statement
 * whose rows are appended to a table, in bulk as COPY does: INSERT appends one
 * after the other, and has no workers.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(hold_snapshot);
PG_FUNCTION_INFO_V1(run_step);
PG_FUNCTION_INFO_V1(fill_table);
PG_FUNCTION_INFO_V1(drop_snapshot);

#define FILL_BATCH 256

/* Appends the rows that it receives to a table. */
typedef struct Filler
{
	DestReceiver pub;
	Relation	rel;
	BulkInsertState bulk;
	CommandId	command;
	MemoryContext context;		/* for as long as a batch is written */
	int			nslots;
	TupleTableSlot *slot[FILL_BATCH];
} Filler;

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

static void
no_snapshot(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("no snapshot is held"),
			 errhint("Call karmayogi.refresh(); its steps are not for use by hand.")));
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
	if (held == NULL)
		no_snapshot();
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

/*
 * Filling a table
 */

static void
write_batch(Filler *filler)
{
	MemoryContext old = MemoryContextSwitchTo(filler->context);

	table_multi_insert(filler->rel, filler->slot, filler->nslots, filler->command,
					   TABLE_INSERT_SKIP_FSM, filler->bulk);
	MemoryContextSwitchTo(old);
	MemoryContextReset(filler->context);
	for (int i = 0; i < filler->nslots; i++)
		ExecClearTuple(filler->slot[i]);
	filler->nslots = 0;
}

static void
start_filling(DestReceiver *self, int operation, TupleDesc rows)
{
	Filler	   *filler = (Filler *) self;
	TupleDesc	columns = RelationGetDescr(filler->rel);
	bool		fits = rows->natts == columns->natts;

	for (int i = 0; fits && i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		fits = !column->attisdropped && column->attgenerated == '\0' &&
			column->atttypid == TupleDescAttr(rows, i)->atttypid;
	}
	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the rows do not have the columns of the table \"%s\"",
						RelationGetRelationName(filler->rel))));
}

static bool
fill_row(TupleTableSlot *row, DestReceiver *self)
{
	Filler	   *filler = (Filler *) self;
	TupleDesc	columns = RelationGetDescr(filler->rel);

	slot_getallattrs(row);
	for (int i = 0; i < columns->natts; i++)
	{
		if (row->tts_isnull[i] && TupleDescAttr(columns, i)->attnotnull)
			ereport(ERROR,
					(errcode(ERRCODE_NOT_NULL_VIOLATION),
					 errmsg("null value in column \"%s\" of relation \"%s\"",
							NameStr(TupleDescAttr(columns, i)->attname),
							RelationGetRelationName(filler->rel))));
	}
	if (filler->slot[filler->nslots] == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(filler));

		filler->slot[filler->nslots] = table_slot_create(filler->rel, NULL);
		MemoryContextSwitchTo(old);
	}
	ExecCopySlot(filler->slot[filler->nslots++], row);
	if (filler->nslots == FILL_BATCH)
		write_batch(filler);
	return true;
}

static void
nothing_to_do(DestReceiver *self)
{
}

/*
 * fill_table(statement, table): appends the rows of a query, run under the
 * snapshot that is held, to a table that has nothing that would have to be
 * looked after for each: no index, trigger, rule, check or policy.  Returns
 * their number.
 */
Datum
fill_table(PG_FUNCTION_ARGS)
{
	char	   *statement = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Oid			relid = PG_GETARG_OID(1);
	Filler	   *filler = (Filler *) palloc0(sizeof(Filler));
	SPIExecuteOptions options = {0};
	AclResult	allowed;
	Form_pg_class form;
	uint64		filled;
	int			rc;

	if (held == NULL)
		no_snapshot();
	filler->rel = table_open(relid, RowExclusiveLock);
	form = filler->rel->rd_rel;
	allowed = pg_class_aclcheck(relid, GetUserId(), ACL_INSERT);
	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, get_relkind_objtype(form->relkind), RelationGetRelationName(filler->rel));
	if (form->relkind != RELKIND_RELATION || form->relhastriggers || form->relhasrules ||
		form->relrowsecurity || form->relchecks > 0 || form->relispartition ||
		RelationGetIndexList(filler->rel) != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the table \"%s\" cannot be filled in bulk", RelationGetRelationName(filler->rel)),
				 errdetail("It is no plain table, or has indexes, triggers, rules, checks or policies.")));

	filler->pub.receiveSlot = fill_row;
	filler->pub.rStartup = start_filling;
	filler->pub.rShutdown = nothing_to_do;
	filler->pub.rDestroy = nothing_to_do;
	filler->pub.mydest = DestNone;
	filler->context = AllocSetContextCreate(CurrentMemoryContext, "rows to append", ALLOCSET_DEFAULT_SIZES);
	filler->bulk = GetBulkInsertState();
	/* neither can be had while workers run */
	(void) GetCurrentTransactionId();
	filler->command = GetCurrentCommandId(true);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	PushCopiedSnapshot(held);
	UpdateActiveSnapshotCommandId();
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = (DestReceiver *) filler;
	rc = SPI_execute_extended(statement, &options);
	if (rc < 0)
		elog(ERROR, "SPI_execute_extended failed: %s", SPI_result_code_string(rc));
	filled = SPI_processed;
	PopActiveSnapshot();
	SPI_finish();
	if (filler->nslots > 0)
		write_batch(filler);
	table_finish_bulk_insert(filler->rel, TABLE_INSERT_SKIP_FSM);
	FreeBulkInsertState(filler->bulk);
	for (int i = 0; i < FILL_BATCH && filler->slot[i] != NULL; i++)
		ExecDropSingleTupleTableSlot(filler->slot[i]);
	table_close(filler->rel, NoLock);
	PG_RETURN_INT64((int64) filled);
}

/*
 * fill_table.c
 *		Rows appended to a table, in bulk as COPY does: those of a query, or of
 *		the native engine.
 *
 * The first refresh writes a row for every official.  INSERT appends one after
 * the other and has no workers to compute them; CREATE TABLE AS has, but only
 * for a table that is new, and official_progress has dependants and rights.
 * So this is CREATE TABLE AS into a table that is there: a parallel query under
 * the snapshot that is held, its rows appended by heap's multi-insert, logged.
 * It is for a table that has nothing which would have to be looked after for
 * each row.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "fill_table.h"
#include "one_snapshot.h"

PG_FUNCTION_INFO_V1(fill_table);

#define FILL_BATCH 256

/* Appends the rows that it receives to a table. */
typedef struct Filler
{
	DestReceiver pub;
	Relation	rel;
	bool		complete;		/* no row lacks what must not be NULL */
	uint64		filled;
	BulkInsertState bulk;
	CommandId	command;
	MemoryContext context;		/* for as long as a batch is written */
	int			nslots;
	TupleTableSlot *slot[FILL_BATCH];
} Filler;

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

	if (!filler->complete)
		slot_getallattrs(row);
	for (int i = 0; !filler->complete && i < columns->natts; i++)
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
	filler->filled++;
	if (filler->nslots == FILL_BATCH)
		write_batch(filler);
	return true;
}

static void
nothing_to_do(DestReceiver *self)
{
}

/*
 * A receiver of rows that appends them to a table which has nothing that would
 * have to be looked after for each: no index, trigger, rule, check or policy.
 * "complete": whoever makes the rows sees to it that no column is NULL which
 * must not be.  Workers may make them, but not before this.
 */
DestReceiver *
begin_filling(Oid relid, bool complete)
{
	Filler	   *filler = (Filler *) palloc0(sizeof(Filler));
	AclResult	allowed;
	Form_pg_class form;

	PreventCommandIfReadOnly("karmayogi.refresh()");
	PreventCommandIfParallelMode("karmayogi.refresh()");
	filler->rel = table_open(relid, RowExclusiveLock);
	form = filler->rel->rd_rel;
	allowed = pg_class_aclcheck(relid, GetUserId(), ACL_INSERT);
	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, get_relkind_objtype(form->relkind), RelationGetRelationName(filler->rel));
	if (form->relkind != RELKIND_RELATION || form->relhastriggers || form->relhasrules ||
		form->relrowsecurity || form->relchecks > 0 || form->relispartition ||
		RELATION_IS_OTHER_TEMP(filler->rel) ||
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
	filler->complete = complete;
	filler->context = AllocSetContextCreate(CurrentMemoryContext, "rows to append", ALLOCSET_DEFAULT_SIZES);
	filler->bulk = GetBulkInsertState();
	/* neither can be had while workers run */
	(void) GetCurrentTransactionId();
	filler->command = GetCurrentCommandId(true);
	return (DestReceiver *) filler;
}

/* How many columns the rows must have. */
int
filling_columns(const DestReceiver *filler)
{
	return RelationGetDescr(((const Filler *) filler)->rel)->natts;
}

/* The last of the rows; returns how many there were. */
uint64
end_filling(DestReceiver *receiver)
{
	Filler	   *filler = (Filler *) receiver;

	if (filler->nslots > 0)
		write_batch(filler);
	table_finish_bulk_insert(filler->rel, TABLE_INSERT_SKIP_FSM);
	FreeBulkInsertState(filler->bulk);
	for (int i = 0; i < FILL_BATCH && filler->slot[i] != NULL; i++)
		ExecDropSingleTupleTableSlot(filler->slot[i]);
	table_close(filler->rel, NoLock);
	return filler->filled;
}

/*
 * fill_table(statement, table): appends the rows of a query, run under the
 * snapshot that is held; returns their number.
 */
Datum
fill_table(PG_FUNCTION_ARGS)
{
	char	   *statement = text_to_cstring(PG_GETARG_TEXT_PP(0));
	SPIExecuteOptions options = {0};
	Snapshot	snapshot = held_snapshot();
	DestReceiver *filler = begin_filling(PG_GETARG_OID(1), false);
	int			rc;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	PushCopiedSnapshot(snapshot);
	UpdateActiveSnapshotCommandId();
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = filler;
	rc = SPI_execute_extended(statement, &options);
	if (rc < 0)
		elog(ERROR, "SPI_execute_extended failed: %s", SPI_result_code_string(rc));
	PopActiveSnapshot();
	SPI_finish();
	PG_RETURN_INT64((int64) end_filling(filler));
}

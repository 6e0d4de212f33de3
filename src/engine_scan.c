/*-------------------------------------------------------------------------
 *
 * engine_scan.c
 *	  The native engine's own parallel scan of a plain table.
 *
 * To scan a table PostgreSQL's executor takes every column of a row apart, the
 * needed and the others, puts the needed ones where an aggregate finds them,
 * and calls it: for rows of thirty texts that takes longer than what the
 * engine does with them.  Where nothing but the rows of one table is wanted
 * the engine reads them itself, with the table's own scan, PostgreSQL's
 * parallel workers and its snapshot, and steps over the columns it does not
 * need.
 *
 * A scan finds something, or it makes rows: those of official_progress.  What
 * was found is sent to the leader at the end; rows go through a queue, as those
 * of a parallel query do, and it is the leader who appends them to a table.
 *
 * That is so for a heap of its own, which the caller may read whole, with no
 * row security and with columns of plain types.  Everything else - views,
 * partitions, foreign tables, columns with other types - goes through the
 * aggregates of engine_person.c and engine_enrolment.c.  What these hand from
 * one process to another is what the workers here do, and is done here, too.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/tqueue.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "storage/proc.h"
#include "storage/shm_mq.h"
#include "storage/shm_toc.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "engine_scan.h"
#include "fill_table.h"
#include "one_snapshot.h"

PG_FUNCTION_INFO_V1(engine_can_scan);

/* Keys of what the processes share, and the size of a worker's queue. */
#define SCAN_KEY UINT64CONST(0x6B61726D61000011)
#define SCAN_TABLE_KEY UINT64CONST(0x6B61726D61000012)
#define SCAN_QUEUE_KEY UINT64CONST(0x6B61726D61000013)
#define SCAN_EXTRA_KEY UINT64CONST(0x6B61726D61000014)
#define SCAN_QUEUE_SIZE 65536

typedef struct ScanShared
{
	int64		token;
	Oid			relid;
	EngineScanKind kind;
	int			made;			/* columns of the rows that are made; 0: none */
	AttrNumber	column[ENGINE_SCAN_COLUMNS];	/* 0: the table has none */
} ScanShared;

/* How to step over an attribute, and what to do with it. */
typedef struct ScanAttribute
{
	int16		len;
	uint8		alignment;
	bool		raw;			/* as it lies there */
	int8		target[2];		/* which columns it is; NOWHERE: none */
	Oid			type;
} ScanAttribute;

#define NOWHERE (-1)

/* Room for the text of a number, or for a Datum where it must lie. */
#define DIGITS 16

extern PGDLLEXPORT void engine_scan_worker(dsm_segment *segment, shm_toc *toc);


/*
 * Which tables
 */

static bool
can_scan_type(Oid type)
{
	return type == TEXTOID || type == VARCHAROID || type == INT4OID || type == BOOLOID;
}

/*
 * Whether a table can be read here; it is open.  Where somebody is asked about
 * every read, or writes it down (sepgsql, pgaudit), he sits in the executor.
 */
static bool
can_scan(Relation relation)
{
	return ExecutorCheckPerms_hook == NULL &&
		(relation->rd_rel->relkind == RELKIND_RELATION ||
			relation->rd_rel->relkind == RELKIND_MATVIEW) &&
		relation->rd_rel->relam == HEAP_TABLE_AM_OID &&
		!relation->rd_rel->relhassubclass &&
		relation->rd_rel->relpersistence != RELPERSISTENCE_TEMP &&
		(relation->rd_rel->relkind == RELKIND_RELATION || RelationIsPopulated(relation)) &&
		pg_class_aclcheck(RelationGetRelid(relation), GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		check_enable_rls(RelationGetRelid(relation), InvalidOid, true) != RLS_ENABLED;
}

/* The columns by name; 0 for one without a name.  False if one cannot be read. */
static bool
find_columns(Relation relation, ArrayType *names, int ncolumns, const Oid *raw, AttrNumber *column)
{
	Datum	   *name;
	bool	   *nulls;
	int			count;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &name, &nulls, &count);
	if (count != ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%d columns are to be named, not %d", ncolumns, count)));
	for (int i = 0; i < count; i++)
	{
		Form_pg_attribute attribute;

		column[i] = InvalidAttrNumber;
		if (nulls[i])
			continue;
		column[i] = get_attnum(RelationGetRelid(relation), TextDatumGetCString(name[i]));
		if (column[i] <= 0)
			return false;
		attribute = TupleDescAttr(RelationGetDescr(relation), column[i] - 1);
		/* from 18 on a generated column need not be in the row */
		if (!(raw != NULL ? attribute->atttypid == raw[i] : can_scan_type(attribute->atttypid)) ||
			(attribute->attgenerated != '\0' && attribute->attgenerated != ATTRIBUTE_GENERATED_STORED))
			return false;
	}
	return true;
}

/*
 * engine_can_scan(relation, columns): whether the engine can read these columns
 * of a table itself; names are NULL for columns that it has not.
 */
Datum
engine_can_scan(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	ArrayType  *names = PG_GETARG_ARRAYTYPE_P(1);
	AttrNumber	column[ENGINE_SCAN_COLUMNS];
	int			count = ArrayGetNItems(ARR_NDIM(names), ARR_DIMS(names));
	Relation	relation;
	bool		can;

	if (count > ENGINE_SCAN_COLUMNS || IsInParallelMode())
		PG_RETURN_BOOL(false);
	relation = try_relation_open(relid, AccessShareLock);
	if (relation == NULL)
		PG_RETURN_BOOL(false);
	can = can_scan(relation) && find_columns(relation, names, count, NULL, column);
	relation_close(relation, NoLock);
	PG_RETURN_BOOL(can);
}


/*
 * Rows
 */

/* A value as its text would be, or as it lies there; digits has room for a number. */
static inline PortalSlice
read_value(const char *value, const ScanAttribute *attribute, char *digits)
{
	if (attribute->raw)
		return portal_slice(value, attribute->len);
	switch (attribute->type)
	{
		case INT4OID:
			{
				int32		number;

				memcpy(&number, value, sizeof(number));
				return portal_slice(digits, pg_ltoa(number, digits));
			}
		case BOOLOID:
			return *value ? portal_slice("true", 4) : portal_slice("false", 5);
		default:
			if (likely(VARATT_IS_1B(value) && !VARATT_IS_1B_E(value)))
				return portal_slice(VARDATA_1B(value), VARSIZE_1B(value) - VARHDRSZ_SHORT);
			return portal_text_slice((text *) PG_DETOAST_DATUM_PACKED(PointerGetDatum(value)));
	}
}

/* How to go through a row up to the last column that is wanted. */
static int
plan_attributes(TupleDesc desc, const ScanShared *shared, const EngineScan *scan, ScanAttribute *attribute)
{
	int			ncolumns = scan->ncolumns;
	int			natts = 0;

	for (int i = 0; i < ncolumns; i++)
		natts = Max(natts, shared->column[i]);
	for (int i = 0; i < natts; i++)
	{
		Form_pg_attribute form = TupleDescAttr(desc, i);

		attribute[i].len = form->attlen;
		attribute[i].type = form->atttypid;
		attribute[i].raw = scan->raw != NULL && form->attlen > 0;
		attribute[i].target[0] = attribute[i].target[1] = NOWHERE;
		attribute[i].alignment = form->attalign == TYPALIGN_INT ? ALIGNOF_INT :
			form->attalign == TYPALIGN_CHAR ? 1 :
			form->attalign == TYPALIGN_DOUBLE ? ALIGNOF_DOUBLE : ALIGNOF_SHORT;
	}
	for (int i = 0; i < ncolumns; i++)
	{
		ScanAttribute *wanted;

		if (shared->column[i] == InvalidAttrNumber)
			continue;
		wanted = &attribute[shared->column[i] - 1];
		if (wanted->target[1] != NOWHERE)
			elog(ERROR, "a column is wanted too often");
		wanted->target[wanted->target[0] == NOWHERE ? 0 : 1] = (int8) i;
	}
	return natts;
}

/* A column, where it is wanted. */
static inline void
put(const ScanAttribute *attribute, PortalSlice value, PortalSlice *column)
{
	if (attribute->target[0] == NOWHERE)
		return;
	column[attribute->target[0]] = value;
	if (unlikely(attribute->target[1] != NOWHERE))
		column[attribute->target[1]] = value;
}

/* Take a row apart; false where it has fewer columns than are wanted. */
static inline bool
read_row(HeapTuple tuple, const ScanAttribute *attribute, int natts,
		 PortalSlice *column, char (*digits)[DIGITS])
{
	HeapTupleHeader header = tuple->t_data;
	const bits8 *bits = HeapTupleHasNulls(tuple) ? header->t_bits : NULL;
	const char *start = (const char *) header + header->t_hoff;
	const char *value = start;

	if (unlikely(HeapTupleHeaderGetNatts(header) < natts))
		return false;
	for (int i = 0; i < natts; i++)
	{
		const ScanAttribute *this = &attribute[i];

		if (bits != NULL && att_isnull(i, bits))
			put(this, portal_slice(NULL, 0), column);
		else if (likely(this->len == -1 && VARATT_IS_1B(value) && !VARATT_IS_1B_E(value)))
		{
			/* nearly all that the portal has are short texts */
			put(this, portal_slice(VARDATA_1B(value), VARSIZE_1B(value) - VARHDRSZ_SHORT), column);
			value += VARSIZE_1B(value);
		}
		else
		{
			/* a value of any length is padded only where a length of four bytes follows */
			if (this->len != -1 || *value == 0)
				value = start + TYPEALIGN(this->alignment, value - start);
			if (this->target[0] != NOWHERE)
				put(this, read_value(value, this, digits[this->target[0]]), column);
			if (this->len == -1)
				value += VARSIZE_ANY(value);
			else if (this->len > 0)
				value += this->len;
			else
				value += strlen(value) + 1;
		}
	}
	return true;
}

/* A row from before a column was added: PostgreSQL knows what stands there. */
static void
read_short_row(HeapTuple tuple, TupleDesc desc, const ScanAttribute *attribute, int natts,
			   PortalSlice *column, char (*digits)[DIGITS])
{
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);

	heap_deform_tuple(tuple, desc, values, nulls);
	for (int i = 0; i < natts; i++)
	{
		int8		target = attribute[i].target[0];
		PortalSlice value;

		if (target == NOWHERE)
			continue;
		if (nulls[i])
			value = portal_slice(NULL, 0);
		else if (attribute[i].raw)
		{
			store_att_byval(digits[target], values[i], attribute[i].len);
			value = portal_slice(digits[target], attribute[i].len);
		}
		else if (attribute[i].type == INT4OID)
			value = portal_slice(digits[target], pg_ltoa(DatumGetInt32(values[i]), digits[target]));
		else if (attribute[i].type == BOOLOID)
			value = DatumGetBool(values[i]) ? portal_slice("true", 4) : portal_slice("false", 5);
		else
			value = portal_text_slice((text *) PG_DETOAST_DATUM_PACKED(values[i]));
		put(&attribute[i], value, column);
	}
}

/*
 * A page is filled from its end: what is read next stands before what is read
 * now, and memory that is asked for two rows ahead has come when it is needed.
 */
static inline void
ask_ahead(HeapTuple tuple)
{
	const char *ahead = (const char *) tuple->t_data - 2 * (Size) tuple->t_len;

	for (uint32 i = 0; i < tuple->t_len; i += 64)
		ENGINE_ASK_FOR(ahead + i);
}

/*
 * The rows that workers make, in the leader, who passes them on.
 */
typedef struct Taker
{
	DestReceiver *receiver;
	TupleTableSlot *slot;
	int			nreaders;
	TupleQueueReader **reader;	/* NULL: that worker has made its last */
} Taker;

/* What has come, or, with "all", what is still to come. */
static void
take_rows(Taker *taker, bool all)
{
	for (int i = 0; i < taker->nreaders; i++)
	{
		while (taker->reader[i] != NULL)
		{
			bool		done;
			MinimalTuple row = TupleQueueReaderNext(taker->reader[i], !all, &done);

			if (done)
			{
				DestroyTupleQueueReader(taker->reader[i]);
				taker->reader[i] = NULL;
			}
			if (row == NULL)
				break;
			ExecStoreMinimalTuple(row, taker->slot, false);
			(void) taker->receiver->receiveSlot(taker->slot, taker->receiver);
		}
	}
}

/* This process's share of the rows; the leader takes between them what workers made. */
static void
scan_share(const EngineScan *scan, const ScanShared *shared,
		   ParallelTableScanDesc parallel, void *state, Taker *taker)
{
	Relation	relation = table_open(shared->relid, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(relation);
	TableScanDesc rows = table_beginscan_parallel(relation, parallel);
	ScanAttribute *attribute = palloc(sizeof(ScanAttribute) * desc->natts);
	PortalSlice column[ENGINE_SCAN_COLUMNS];
	pg_attribute_aligned(MAXIMUM_ALIGNOF) char digits[ENGINE_SCAN_COLUMNS][DIGITS];
	int			natts = plan_attributes(desc, shared, scan, attribute);
	MemoryContext per_row = AllocSetContextCreate(CurrentMemoryContext, "karmayogi scan",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(per_row);
	HeapTuple	tuple;
	uint32		rows_read = 0;

	for (int i = 0; i < scan->ncolumns; i++)
		column[i] = portal_slice(NULL, 0);
	/* it is a heap, as can_scan says: its rows are taken where they lie */
	while ((tuple = heap_getnext(rows, ForwardScanDirection)) != NULL)
	{
		ask_ahead(tuple);
		if (unlikely(!read_row(tuple, attribute, natts, column, digits)))
			read_short_row(tuple, desc, attribute, natts, column, digits);
		scan->row(state, column, &tuple->t_self);
		/* a value may have been a large one that stood elsewhere */
		MemoryContextReset(per_row);
		CHECK_FOR_INTERRUPTS();
		if (taker != NULL && (++rows_read % 32) == 0)
		{
			MemoryContextSwitchTo(old);
			take_rows(taker, false);
			MemoryContextSwitchTo(per_row);
		}
	}
	if (scan->finish != NULL)
		scan->finish(state);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
	table_endscan(rows);
	table_close(relation, NoLock);
}


/*
 * Processes
 */

static const EngineScan *
scan_of(const ScanShared *shared)
{
	switch (shared->kind)
	{
		case SCAN_PERSONS:
			return &engine_person_scan;
		case SCAN_ENROLMENTS:
			return &engine_enrol_scan;
		case SCAN_EVENTS:
			return &engine_event_scan;
		case SCAN_PROGRESS:
			return &engine_progress_scan;
		case SCAN_OFFICIALS:
			return &engine_official_scan;
	}
	elog(ERROR, "there is no such scan");
	return NULL;
}

/* A scan's state, with where the rows that it makes go. */
static void *
begin_scan(const EngineScan *scan, const ScanShared *shared, const void *extra,
		   DestReceiver *receiver)
{
	Engine	   *engine = engine_attach(shared->token, scan->phase, scan->phase);
	void	   *state;

	engine->extra = extra;
	state = scan->begin(CurrentMemoryContext, engine);
	if (receiver != NULL)
	{
		TupleDesc	shape = scan->shape(shared->made);

		receiver->rStartup(receiver, CMD_SELECT, shape);
		scan->make_for(state, shape, receiver);
	}
	return state;
}

void
engine_scan_worker(dsm_segment *segment, shm_toc *toc)
{
	ScanShared *shared = shm_toc_lookup(toc, SCAN_KEY, false);
	const EngineScan *scan = scan_of(shared);
	char	   *queues = shm_toc_lookup(toc, SCAN_QUEUE_KEY, false);
	shm_mq	   *queue = (shm_mq *) (queues + (Size) ParallelWorkerNumber * SCAN_QUEUE_SIZE);
	shm_mq_handle *handle;
	DestReceiver *receiver = NULL;
	void	   *state;

	shm_mq_set_sender(queue, MyProc);
	handle = shm_mq_attach(queue, segment, NULL);
	if (shared->made > 0)
		receiver = CreateTupleQueueDestReceiver(handle);
	state = begin_scan(scan, shared, shm_toc_lookup(toc, SCAN_EXTRA_KEY, true), receiver);
	scan_share(scan, shared, shm_toc_lookup(toc, SCAN_TABLE_KEY, false), state, NULL);
	if (receiver != NULL)
		receiver->rShutdown(receiver);
	else
	{
		StringInfoData buf;

		initStringInfo(&buf);
		scan->send(state, &buf);
		/* a leader that is gone has its own error */
		(void) shm_mq_send(handle, buf.len, buf.data, false, true);
		shm_mq_detach(handle);
	}
}

/*
 * Reads a table, by as many processes as a parallel query may have, all of which
 * are told what is in so many bytes besides.  The rows
 * that are made, of so many columns, go to the receiver; without one the state
 * that is returned has what all of them found.
 */
static void *
scan_table(const EngineScan *scan, FunctionCallInfo fcinfo, const void *extra, Size extra_size,
		   DestReceiver *receiver, int made)
{
	ScanShared	plan;
	ScanShared *shared;
	ArrayType  *names = PG_GETARG_ARRAYTYPE_P(2);
	Relation	relation;
	Snapshot	snapshot = GetActiveSnapshot();
	ParallelContext *context;
	ParallelTableScanDesc parallel;
	Size		table_size;
	char	   *queues;
	shm_mq_handle **handle;
	Taker		taker = {receiver};
	void	   *state;

	/* who is a worker cannot have workers */
	if (IsInParallelMode())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("the engine cannot scan during a parallel operation"),
				 errhint("karmayogi.refresh() asks engine_can_scan() first.")));
	memset(&plan, 0, sizeof(plan));
	plan.token = PG_GETARG_INT64(0);
	plan.relid = PG_GETARG_OID(1);
	plan.kind = scan->kind;
	plan.made = made;
	state = begin_scan(scan, &plan, extra, receiver);
	relation = try_relation_open(plan.relid, AccessShareLock);
	if (relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no relation with OID %u", plan.relid)));
	if (!can_scan(relation) || !find_columns(relation, names, scan->ncolumns, scan->raw, plan.column))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the engine cannot read \"%s\" itself", RelationGetRelationName(relation)),
				 errhint("karmayogi.refresh() asks engine_can_scan() first.")));

	EnterParallelMode();
	context = CreateParallelContext(engine_library(fcinfo), "engine_scan_worker",
									max_parallel_workers_per_gather);
	table_size = table_parallelscan_estimate(relation, snapshot);
	shm_toc_estimate_chunk(&context->estimator, sizeof(ScanShared));
	shm_toc_estimate_chunk(&context->estimator, table_size);
	shm_toc_estimate_chunk(&context->estimator, mul_size(SCAN_QUEUE_SIZE, Max(1, context->nworkers)));
	shm_toc_estimate_keys(&context->estimator, 3);
	if (extra != NULL)
	{
		shm_toc_estimate_chunk(&context->estimator, extra_size);
		shm_toc_estimate_keys(&context->estimator, 1);
	}
	InitializeParallelDSM(context);
	shared = shm_toc_allocate(context->toc, sizeof(ScanShared));
	*shared = plan;
	shm_toc_insert(context->toc, SCAN_KEY, shared);
	parallel = shm_toc_allocate(context->toc, table_size);
	table_parallelscan_initialize(relation, parallel, snapshot);
	shm_toc_insert(context->toc, SCAN_TABLE_KEY, parallel);
	if (extra != NULL)
	{
		void	   *copy = shm_toc_allocate(context->toc, extra_size);

		memcpy(copy, extra, extra_size);
		shm_toc_insert(context->toc, SCAN_EXTRA_KEY, copy);
	}
	queues = shm_toc_allocate(context->toc, mul_size(SCAN_QUEUE_SIZE, Max(1, context->nworkers)));
	shm_toc_insert(context->toc, SCAN_QUEUE_KEY, queues);
	handle = palloc0(sizeof(shm_mq_handle *) * Max(1, context->nworkers));
	for (int i = 0; i < context->nworkers; i++)
	{
		shm_mq	   *queue = shm_mq_create(queues + (Size) i * SCAN_QUEUE_SIZE, SCAN_QUEUE_SIZE);

		shm_mq_set_receiver(queue, MyProc);
		handle[i] = shm_mq_attach(queue, context->seg, NULL);
	}
	LaunchParallelWorkers(context);
	for (int i = 0; i < context->nworkers_launched; i++)
		shm_mq_set_handle(handle[i], context->worker[i].bgwhandle);
	if (receiver != NULL)
	{
		taker.slot = MakeSingleTupleTableSlot(scan->shape(made), &TTSOpsMinimalTuple);
		taker.nreaders = context->nworkers_launched;
		taker.reader = palloc(sizeof(TupleQueueReader *) * Max(1, taker.nreaders));
		for (int i = 0; i < taker.nreaders; i++)
			taker.reader[i] = CreateTupleQueueReader(handle[i]);
		scan_share(scan, shared, parallel, state, &taker);
		take_rows(&taker, true);
		ExecDropSingleTupleTableSlot(taker.slot);
	}
	else
		scan_share(scan, shared, parallel, state, NULL);
	for (int i = 0; receiver == NULL && i < context->nworkers_launched; i++)
	{
		StringInfoData buf;
		Size		len;
		void	   *data;

		/* one that never came up has read nothing, and what failed is told below */
		if (shm_mq_receive(handle[i], &len, &data, false) != SHM_MQ_SUCCESS)
			continue;
		initStringInfo(&buf);
		appendBinaryStringInfo(&buf, data, (int) len);
		scan->receive(state, &buf);
		pfree(buf.data);
	}
	WaitForParallelWorkersToFinish(context);
	DestroyParallelContext(context);
	ExitParallelMode();
	relation_close(relation, NoLock);
	return state;
}

/* engine_scan_...(token, relation, columns): what all processes found. */
void *
engine_scan_table(const EngineScan *scan, FunctionCallInfo fcinfo, const void *extra, Size extra_size)
{
	return scan_table(scan, fcinfo, extra, extra_size, NULL, 0);
}

/*
 * engine_...(token, relation, columns, target): the rows that are made of the
 * relation's, under the snapshot that is held, appended to the target; returns
 * their number.
 */
Datum
engine_scan_into_table(const EngineScan *scan, FunctionCallInfo fcinfo, const void *extra, Size extra_size)
{
	Snapshot	snapshot;
	DestReceiver *receiver;

	(void) engine_attach(PG_GETARG_INT64(0), scan->phase, scan->phase);
	snapshot = held_snapshot();
	receiver = begin_filling(PG_GETARG_OID(3), true);
	PushActiveSnapshot(snapshot);
	(void) scan_table(scan, fcinfo, extra, extra_size, receiver, filling_columns(receiver));
	PopActiveSnapshot();
	PG_RETURN_INT64((int64) end_filling(receiver));
}


/*
 * The same between the processes of an aggregate
 */

Datum
engine_scan_serial(const EngineScan *scan, FunctionCallInfo fcinfo)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	scan->send(PG_GETARG_POINTER(0), &buf);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

Datum
engine_scan_deserial(const EngineScan *scan, FunctionCallInfo fcinfo)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	void	   *state;
	StringInfoData buf;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "a state of the engine is read in non-aggregate context");
	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	state = scan->begin(CurrentMemoryContext, NULL);
	scan->receive(state, &buf);
	pfree(buf.data);
	PG_RETURN_POINTER(state);
}

Datum
engine_scan_combine(const EngineScan *scan, FunctionCallInfo fcinfo)
{
	MemoryContext context;
	StringInfoData buf;
	void	   *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "states of the engine are combined in non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_POINTER(PG_GETARG_POINTER(0));
	}
	state = PG_ARGISNULL(0) ? scan->begin(context, NULL) : PG_GETARG_POINTER(0);
	/* a few states, each of a few numbers: what goes between processes does for this, too */
	initStringInfo(&buf);
	scan->send(PG_GETARG_POINTER(1), &buf);
	scan->receive(state, &buf);
	pfree(buf.data);
	PG_RETURN_POINTER(state);
}

/*-------------------------------------------------------------------------
 *
 * progress.c
 *	  How far a refresh has come, for other sessions to see.
 *
 * PostgreSQL's own progress views know its own commands only, and a module
 * that is not preloaded has no shared memory of its own.  So a refresh keeps a
 * small board in a segment of dynamic shared memory, and holds an advisory
 * lock whose second key is the handle of the segment: whoever sees the lock in
 * pg_locks can look at the board.  Both end with the transaction.  Anybody can
 * hold such a lock with any number in it, so what is found is believed only if
 * it says that it is a board, of this database.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "progress.h"

PG_FUNCTION_INFO_V1(open_board);
PG_FUNCTION_INFO_V1(write_board);
PG_FUNCTION_INFO_V1(read_board);

#define BOARD_MAGIC UINT64CONST(0x6b79626f61726431)
#define PHASE_LENGTH 128

struct ProgressBoard
{
	uint64		magic;
	Oid			database;
	int			pid;
	TimestampTz started_at;
	/* what follows is written by one process and read by others: under mutex */
	slock_t		mutex;
	TimestampTz phase_started_at;
	int32		step;
	int32		pass;
	int32		passes;
	int64		rows_expected;
	char		phase[PHASE_LENGTH];
	pg_atomic_uint64 rows_read;
};

static dsm_segment *own_segment = NULL;
static ProgressBoard *own_board = NULL;
static bool callback_registered = false;

static void
leave_board(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_ABORT || event == XACT_EVENT_COMMIT ||
		event == XACT_EVENT_PREPARE)
	{
		dsm_segment *segment = own_segment;

		own_segment = NULL;
		own_board = NULL;
		if (segment != NULL)
			dsm_detach(segment);
	}
}

dsm_handle
progress_handle(void)
{
	return own_segment == NULL ? DSM_HANDLE_INVALID : dsm_segment_handle(own_segment);
}

/* The counter of rows read, in the leader or a worker; NULL if there is none. */
pg_atomic_uint64 *
progress_counter(dsm_segment *segment)
{
	if (segment == NULL)
		return own_board == NULL ? NULL : &own_board->rows_read;
	return &((ProgressBoard *) dsm_segment_address(segment))->rows_read;
}

/*
 * open_board(): a new board, or the one that is open anew; returns what others
 * find it by.
 */
Datum
open_board(PG_FUNCTION_ARGS)
{
	if (!callback_registered)
	{
		RegisterXactCallback(leave_board, NULL);
		callback_registered = true;
	}
	/* an engine may count on the one that is open */
	if (own_segment == NULL)
	{
		own_segment = dsm_create(sizeof(ProgressBoard), 0);
		dsm_pin_mapping(own_segment);
		own_board = dsm_segment_address(own_segment);
	}
	memset(own_board, 0, sizeof(*own_board));
	own_board->database = MyDatabaseId;
	own_board->pid = MyProcPid;
	own_board->started_at = own_board->phase_started_at = GetCurrentTimestamp();
	SpinLockInit(&own_board->mutex);
	pg_atomic_init_u64(&own_board->rows_read, 0);
	own_board->magic = BOARD_MAGIC;
	PG_RETURN_INT32((int32) dsm_segment_handle(own_segment));
}

/*
 * write_board(phase, rows_expected, pass, passes): a new step begins.  NULL
 * leaves the number of passes as it is.
 */
Datum
write_board(PG_FUNCTION_ARGS)
{
	char		phase[PHASE_LENGTH] = {0};

	if (own_board == NULL)
		PG_RETURN_VOID();
	if (!PG_ARGISNULL(0))
	{
		text	   *given = PG_GETARG_TEXT_PP(0);
		int			len = VARSIZE_ANY_EXHDR(given);

		len = pg_mbcliplen(VARDATA_ANY(given), len, PHASE_LENGTH - 1);
		memcpy(phase, VARDATA_ANY(given), len);
	}
	SpinLockAcquire(&own_board->mutex);
	if (!PG_ARGISNULL(0))
	{
		memcpy(own_board->phase, phase, PHASE_LENGTH);
		own_board->step++;
		own_board->phase_started_at = GetCurrentTimestamp();
		own_board->rows_expected = PG_ARGISNULL(1) ? -1 : PG_GETARG_INT64(1);
	}
	if (!PG_ARGISNULL(2))
		own_board->pass = PG_GETARG_INT32(2);
	if (!PG_ARGISNULL(3))
		own_board->passes = PG_GETARG_INT32(3);
	SpinLockRelease(&own_board->mutex);
	if (!PG_ARGISNULL(0))
		pg_atomic_write_u64(&own_board->rows_read, 0);
	PG_RETURN_VOID();
}

/*
 * read_board(handle): what is on the board of another session; NULL where
 * there is none.
 */
Datum
read_board(PG_FUNCTION_ARGS)
{
	dsm_handle	handle = (dsm_handle) PG_GETARG_INT64(0);
	dsm_segment *segment = dsm_find_mapping(handle);
	bool		mapped = segment != NULL;
	ProgressBoard *board;
	ProgressBoard copy;
	TupleDesc	tupdesc;
	Datum		values[8];
	bool		nulls[8] = {false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (!mapped)
		segment = dsm_attach(handle);
	if (segment == NULL)
		PG_RETURN_NULL();
	board = dsm_segment_address(segment);
	if (dsm_segment_map_length(segment) < sizeof(ProgressBoard) ||
		board->magic != BOARD_MAGIC || board->database != MyDatabaseId)
	{
		if (!mapped)
			dsm_detach(segment);
		PG_RETURN_NULL();
	}
	SpinLockAcquire(&board->mutex);
	copy = *board;
	SpinLockRelease(&board->mutex);
	if (!mapped)
		dsm_detach(segment);

	copy.phase[PHASE_LENGTH - 1] = '\0';
	values[0] = TimestampTzGetDatum(copy.started_at);
	values[1] = Int32GetDatum(copy.step);
	values[2] = CStringGetTextDatum(copy.phase);
	values[3] = TimestampTzGetDatum(copy.phase_started_at);
	values[4] = Int64GetDatum((int64) pg_atomic_read_u64(&copy.rows_read));
	values[5] = Int64GetDatum(copy.rows_expected);
	nulls[4] = nulls[5] = copy.rows_expected < 0;
	values[6] = Int32GetDatum(copy.pass);
	values[7] = Int32GetDatum(copy.passes);
	nulls[6] = nulls[7] = copy.passes == 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
}

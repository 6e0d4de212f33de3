/*
 * engine_scan.h
 *	  How the native engine reads a table: by an aggregate that PostgreSQL
 *	  calls, or by a scan of its own; the same rows either way.
 */
#ifndef KARMAYOGI_ENGINE_SCAN_H
#define KARMAYOGI_ENGINE_SCAN_H

#include "access/tupdesc.h"
#include "lib/stringinfo.h"
#include "storage/itemptr.h"
#include "tcop/dest.h"

#include "engine.h"

#define ENGINE_SCAN_COLUMNS 24

/* What is scanned, and for what. */
typedef enum EngineScanKind
{
	SCAN_PERSONS,				/* user_detail, into the dictionary */
	SCAN_ENROLMENTS,			/* user_enrolments, into records */
	SCAN_EVENTS,				/* events_enrolment, into seconds learnt */
	SCAN_PROGRESS,				/* official_progress, for what differs */
	SCAN_OFFICIALS				/* user_detail, for rows of official_progress */
} EngineScanKind;

/*
 * What a scan does with the rows of one table: it finds something, which is
 * sent from process to process at the end, or it makes rows, which go to a
 * receiver.
 */
typedef struct EngineScan
{
	EngineScanKind kind;
	EnginePhase phase;			/* in which it may be done */
	int			ncolumns;
	const Oid  *raw;			/* types of the columns, if numbers and dates are
								 * wanted as they lie in the row, not as texts */
	void	   *(*begin) (MemoryContext context, Engine *engine);
	/* a row: its columns, without data where NULL, and where it stands */
	void		(*row) (void *state, const PortalSlice *column, ItemPointer at);
	/* what was found, for another process, and into the state of that one */
	void		(*send) (void *state, StringInfo buf);
	void		(*receive) (void *state, StringInfo buf);
	/* the rows that it makes, of so many columns; where they go; the last of them */
	TupleDesc	(*shape) (int ncolumns);
	void		(*make_for) (void *state, TupleDesc shape, DestReceiver *receiver);
	void		(*finish) (void *state);
} EngineScan;

extern const EngineScan engine_person_scan;
extern const EngineScan engine_enrol_scan;
extern const EngineScan engine_event_scan;
extern const EngineScan engine_progress_scan;
extern const EngineScan engine_official_scan;

/* A few rows at a time: what they need of memory is asked for before it is used. */
#define ENGINE_SCAN_BATCH 64

/* engine_scan.c */
extern void *engine_scan_table(const EngineScan *scan, FunctionCallInfo fcinfo,
							   const void *extra, Size extra_size);
extern Datum engine_scan_into_table(const EngineScan *scan, FunctionCallInfo fcinfo,
									const void *extra, Size extra_size);
extern Datum engine_scan_serial(const EngineScan *scan, FunctionCallInfo fcinfo);
extern Datum engine_scan_deserial(const EngineScan *scan, FunctionCallInfo fcinfo);
extern Datum engine_scan_combine(const EngineScan *scan, FunctionCallInfo fcinfo);

#endif							/* KARMAYOGI_ENGINE_SCAN_H */

/*
 * engine_scan.h
 *	  How the native engine reads a table of the portal: by an aggregate that
 *	  PostgreSQL calls, or by a scan of its own; the same rows either way.
 */
#ifndef KARMAYOGI_ENGINE_SCAN_H
#define KARMAYOGI_ENGINE_SCAN_H

#include "lib/stringinfo.h"
#include "storage/itemptr.h"

#include "engine.h"

#define ENGINE_SCAN_COLUMNS 24

/* What a scan does with the rows of one table. */
typedef struct EngineScan
{
	int			ncolumns;
	void	   *(*begin) (MemoryContext context, Engine *engine);
	/* a row: its columns as texts, without data where NULL, and where it stands */
	void		(*row) (void *state, const PortalSlice *column, ItemPointer at);
	/* what was found, for another process, and into the state of that one */
	void		(*send) (void *state, StringInfo buf);
	void		(*receive) (void *state, StringInfo buf);
} EngineScan;

extern const EngineScan engine_person_scan;
extern const EngineScan engine_enrol_scan;

/* engine_scan.c */
extern void *engine_scan_table(const EngineScan *scan, FunctionCallInfo fcinfo);
extern Datum engine_scan_serial(const EngineScan *scan, FunctionCallInfo fcinfo);
extern Datum engine_scan_deserial(const EngineScan *scan, FunctionCallInfo fcinfo);
extern Datum engine_scan_combine(const EngineScan *scan, FunctionCallInfo fcinfo);

#endif							/* KARMAYOGI_ENGINE_SCAN_H */

/*
 * fill_table.h
 *	  Rows appended to a table in bulk, whoever makes them.
 */
#ifndef KARMAYOGI_FILL_TABLE_H
#define KARMAYOGI_FILL_TABLE_H

#include "tcop/dest.h"

extern DestReceiver *begin_filling(Oid relid, bool complete);
extern int	filling_columns(const DestReceiver *filler);
extern uint64 end_filling(DestReceiver *filler);

#endif							/* KARMAYOGI_FILL_TABLE_H */

/*
 * one_snapshot.h
 *	  The snapshot under which the statements of a refresh run.
 */
#ifndef KARMAYOGI_ONE_SNAPSHOT_H
#define KARMAYOGI_ONE_SNAPSHOT_H

#include "utils/snapshot.h"

extern Snapshot held_snapshot(void);

#endif							/* KARMAYOGI_ONE_SNAPSHOT_H */

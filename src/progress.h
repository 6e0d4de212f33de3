/*
 * progress.h
 *	  The board on which a refresh shows how far it has come.
 */
#ifndef KARMAYOGI_PROGRESS_H
#define KARMAYOGI_PROGRESS_H

#include "port/atomics.h"
#include "storage/dsm.h"
#include "storage/spin.h"

typedef struct ProgressBoard ProgressBoard;

extern dsm_handle progress_handle(void);
extern pg_atomic_uint64 *progress_counter(dsm_segment *segment);

#endif							/* KARMAYOGI_PROGRESS_H */

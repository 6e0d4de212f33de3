/*-------------------------------------------------------------------------
 *
 * allotment.h
 *	  A row of the portal's cb_plan, read: what the native engine asks of it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef KARMAYOGI_ALLOTMENT_H
#define KARMAYOGI_ALLOTMENT_H

#include "portal_text.h"

typedef struct Allotment Allotment;

/*
 * The attributes besides id, MDO and designation that criteria look at, in the
 * order in which SQL hands them over: cadre, groups, cadre_batch,
 * civil_services, is_verified_karmayogi, is_on_central_deputation.
 */
#define ALLOTMENT_OTHERS 6

extern const Allotment *allotment_read(PortalSlice type, PortalSlice to);
extern bool allotment_met_by_others(const Allotment *row, const PortalSlice *others);

#endif							/* KARMAYOGI_ALLOTMENT_H */

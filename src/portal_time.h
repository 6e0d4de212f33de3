/*
 * portal_time.h
 *	  Reading the portal's time stamps from C.
 */
#ifndef KARMAYOGI_PORTAL_TIME_H
#define KARMAYOGI_PORTAL_TIME_H

#include "datatype/timestamp.h"

#include "portal_text.h"

extern PortalVerdict portal_read_timestamp(PortalSlice slice, Timestamp *result);

#endif							/* KARMAYOGI_PORTAL_TIME_H */

/*
 * portal_time.h
 *	  Reading the portal's time stamps and durations from C.
 */
#ifndef KARMAYOGI_PORTAL_TIME_H
#define KARMAYOGI_PORTAL_TIME_H

#include "datatype/timestamp.h"

#include "portal_text.h"

extern PortalVerdict portal_read_timestamp(PortalSlice slice, Timestamp *result);
/* The day of a time stamp, counted as a date is. */
extern PortalVerdict portal_read_day(PortalSlice slice, int64 *day);
extern PortalVerdict portal_read_seconds(PortalSlice slice, int64 *seconds);

#endif							/* KARMAYOGI_PORTAL_TIME_H */

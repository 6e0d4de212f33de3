/*
 * portal_time.h
 *	  Reading the portal's time stamps and durations from C.
 */
#ifndef KARMAYOGI_PORTAL_TIME_H
#define KARMAYOGI_PORTAL_TIME_H

#include "datatype/timestamp.h"

#include "portal_text.h"

/* The day of a time stamp. */
static inline int64
portal_day(Timestamp time)
{
	int64		day = time / USECS_PER_DAY;

	return time % USECS_PER_DAY < 0 ? day - 1 : day;
}

extern PortalVerdict portal_read_timestamp(PortalSlice slice, Timestamp *result);
extern PortalVerdict portal_read_seconds(PortalSlice slice, int64 *seconds);

#endif							/* KARMAYOGI_PORTAL_TIME_H */

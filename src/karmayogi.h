/*
 * karmayogi.h
 *	  What the parts of karmayogi share besides their data types.
 */
#ifndef KARMAYOGI_H
#define KARMAYOGI_H

/*
 * karmayogi.refresh_mem, in kilobytes: the memory that the native engine may
 * use, private and shared together, over all its processes.
 */
extern int	karmayogi_refresh_mem;

/* karmayogi.debug_passes: at least so many passes of the native engine. */
extern int	karmayogi_debug_passes;

#endif							/* KARMAYOGI_H */

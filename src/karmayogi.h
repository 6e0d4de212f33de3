/*
 * karmayogi.h
 *	  What the parts of karmayogi share besides their data types.
 */
#ifndef KARMAYOGI_H
#define KARMAYOGI_H

/*
 * karmayogi.refresh_mem, in kilobytes: the memory that one refresh may use,
 * private and shared together, over all its processes.
 */
extern int	karmayogi_refresh_mem;

#endif							/* KARMAYOGI_H */

/*
 * compat.h
 *	  What differs between the PostgreSQL versions that karmayogi supports.
 *
 * Every condition on PG_VERSION_NUM of the C sources is in this file, so that
 * a new major version is one place to look at, and the other files read as if
 * there were only one.  Include it right after postgres.h and fmgr.h.
 */
#ifndef KARMAYOGI_COMPAT_H
#define KARMAYOGI_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "karmayogi needs PostgreSQL 15 or later"
#endif

/*
 * Ratios of two bigints are compared and shown exactly, which takes products
 * of 128 bits.  Every 64-bit platform with gcc or clang has them.
 */
#ifndef HAVE_INT128
#error "karmayogi needs a compiler with 128-bit integers"
#endif

/* the varlena macros moved out of postgres.h in 16 */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* input functions report errors softly from 16 on; before, they throw */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#else
#define ereturn(context, dummy_value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
	} while (0)
#endif

/* a function that does not return says so at the beginning from 18 on */
#ifndef pg_noreturn
#define pg_noreturn pg_attribute_noreturn()
#endif

/* a module tells its name and version from 18 on */
#if PG_VERSION_NUM >= 180000
#ifdef KARMAYOGI_VERSION
#define KARMAYOGI_MODULE_MAGIC \
	PG_MODULE_MAGIC_EXT(.name = "karmayogi", .version = KARMAYOGI_VERSION)
#else
#define KARMAYOGI_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "karmayogi")
#endif
#else
#define KARMAYOGI_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#endif							/* KARMAYOGI_COMPAT_H */

/*
 * fuzz.h
 *	  What the fuzz targets share.
 *
 * A target is a function fuzz_NAME in target_NAME.c.  It takes its input in
 * pieces, calls functions of the extension as the server would call them, and
 * asks for what must be true of the results: more than that nothing crashes.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "fmgr.h"
#include "nodes/nodes.h"

/*
 * The input
 *
 * A target of text takes it field by field: fields end at a byte 1 or 0, which
 * the text of a portal does not have.  A target of bytes takes it as it is.
 */
typedef struct FuzzSlice
{
	const char *data;
	Size		len;
} FuzzSlice;

extern bool fuzz_field(FuzzSlice *field);	/* false: there is none left */
extern FuzzSlice fuzz_rest(void);
extern unsigned char fuzz_byte(void);	/* 0 when there is none left */
extern int64 fuzz_int64(void);	/* of the next 8 bytes */
extern int64 fuzz_number(FuzzSlice field);	/* of digits, wrapping round */

/*
 * Arguments, allocated to the byte
 */
extern Datum fuzz_text_datum(FuzzSlice slice);
extern NullableDatum fuzz_text(FuzzSlice slice);
extern NullableDatum fuzz_text_field(void); /* NULL when there is none left */
extern NullableDatum fuzz_cstring(FuzzSlice slice);
extern NullableDatum fuzz_datum(Datum value);
extern NullableDatum fuzz_null(void);
extern FuzzSlice fuzz_literal(const char *string);
extern FuzzSlice fuzz_slice_of(Datum text);

/*
 * A place in a query where a function is called: what it keeps between two
 * calls it keeps here.
 */
typedef struct FuzzSite
{
	const char *name;
	bool		strict;
	bool		internal;		/* may raise internal errors: nobody can call it
								 * but an aggregate */
	TupleDesc	row;			/* what it returns, if that is a row */
	FmgrInfo	flinfo;
	Node	   *context;
} FuzzSite;

typedef struct FuzzResult
{
	int			sqlstate;		/* 0: no error */
	bool		isnull;
	Datum		value;
	const char *message;
} FuzzResult;

extern FuzzSite *fuzz_site_of(const char *name, PGFunction function,
							  bool strict);
extern FuzzResult fuzz_call(FuzzSite *site, int nargs,
							const NullableDatum *args);

#define FUZZ_DECLARE(name) extern Datum name(PG_FUNCTION_ARGS)
#define fuzz_strict(name) fuzz_site_of(#name, name, true)
#define fuzz_not_strict(name) fuzz_site_of(#name, name, false)

#define FUZZ_CALL(site, ...) \
	fuzz_call(site, lengthof(((NullableDatum[]) {__VA_ARGS__})), \
			  (NullableDatum[]) {__VA_ARGS__})

/* Context in which a function believes that an aggregate calls it. */
extern Node *fuzz_aggregate(void);

/* A row that a function returns, as its parts. */
extern void fuzz_deform(FuzzSite *site, FuzzResult result, Datum *values,
						bool *nulls);

/* Segments of shared memory that have been made and not been let go of. */
extern int	fuzz_segments(void);

/*
 * What must be true
 */
extern bool fuzz_is_uuid(FuzzSlice text);	/* as the portal writes them */
extern void fuzz_fail(const char *fmt,...) pg_attribute_printf(1, 2) pg_attribute_noreturn();
extern bool fuzz_same_results(FuzzResult a, FuzzResult b, int16 typlen);

#define fuzz_check(condition) \
	do { \
		if (!(condition)) \
			fuzz_fail("%s:%d: not so: %s", __FILE__, __LINE__, #condition); \
	} while (0)

#endif							/* FUZZ_H */

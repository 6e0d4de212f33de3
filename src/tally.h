/*
 * tally.h
 *	  The tally: a numerator and a denominator that are kept as a pair.
 *
 * A share that is stored as a percentage cannot be added up: the mean of the
 * percentages of two departments is not the percentage of both.  A tally can,
 * exactly and in any order.  It has a fixed size and no padding, so that it is
 * compared and hashed by its bytes.  Both parts are never negative; every way
 * in (text, binary, constructor, addition) sees to that, and the rest of the
 * code relies on it.
 */
#ifndef KARMAYOGI_TALLY_H
#define KARMAYOGI_TALLY_H

#include "fmgr.h"

typedef struct Tally
{
	int64		numerator;
	int64		denominator;
} Tally;

StaticAssertDecl(sizeof(Tally) == 16, "a tally is stored in 16 bytes");

#define DatumGetTallyP(X)		((Tally *) DatumGetPointer(X))
#define TallyPGetDatum(X)		PointerGetDatum(X)
#define PG_GETARG_TALLY_P(n)	DatumGetTallyP(PG_GETARG_DATUM(n))
#define PG_RETURN_TALLY_P(x)	return TallyPGetDatum(x)

extern Tally *MakeTally(int64 numerator, int64 denominator);
extern void TallyAccumulate(Tally *tally, int64 numerator, int64 denominator);
extern void TallyDeduct(Tally *tally, int64 numerator, int64 denominator);
extern void TallyCheckParts(int64 numerator, int64 denominator);
extern Datum TallyPct(int64 numerator, int64 denominator, int scale);

#endif							/* KARMAYOGI_TALLY_H */

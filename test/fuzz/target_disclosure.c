/*
 * target_disclosure.c
 *	  Which cells of a tree may be shown, of trees that nobody would make.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "compat.h"
#include "fuzz.h"

FUZZ_DECLARE(cells_to_show);

void		fuzz_cells_to_show(void);

#define MAX_NODES 64
#define MAX_PARTS 18

static NullableDatum
array(Datum *values, int count, Oid type, int length, char align)
{
	if (count == 0)
		return fuzz_datum(PointerGetDatum(construct_empty_array(type)));
	return fuzz_datum(PointerGetDatum(construct_array(values, count, type,
													  length, true, align)));
}

/*
 * Input: how many nodes and parts, the floor; for each node a byte that says
 * how far behind it its parent stands, one of flags, and a byte for each count.
 */
void
fuzz_cells_to_show(void)
{
	Datum		parent[MAX_NODES];
	Datum		allowed[MAX_NODES];
	Datum		hidden[MAX_NODES];
	Datum		places[MAX_NODES];
	Datum		counts[MAX_NODES * MAX_PARTS];
	Datum		zero[MAX_PARTS];
	int			nodes = fuzz_byte() % MAX_NODES;
	int			parts = fuzz_byte() % MAX_PARTS;
	int			floor = fuzz_byte();
	int			zeros = fuzz_byte();
	int			wrong = fuzz_byte();	/* which array has one too many */
	NullableDatum arguments[7];
	FuzzResult	first;
	FuzzResult	again;

	for (int n = 0; n < nodes; n++)
	{
		int			step = fuzz_byte();
		int			flags = fuzz_byte();

		/* a step of 0 is a root, beyond the end is an error */
		parent[n] = Int32GetDatum(step == 0 ? 0 : step == 255 ? -step : n + 1 + step);
		allowed[n] = BoolGetDatum((flags & 1) == 0);
		hidden[n] = BoolGetDatum((flags & 2) != 0);
		places[n] = Int32GetDatum(flags >> 2);
		for (int p = 0; p < parts; p++)
			counts[n * parts + p] = Int64GetDatum(fuzz_byte());
	}
	for (int p = 0; p < parts; p++)
		zero[p] = BoolGetDatum((zeros >> (p % 8) & 1) != 0);

	wrong = wrong < 4 && nodes > 0 ? wrong : -1;
	arguments[0] = array(parent, nodes, INT4OID, 4, TYPALIGN_INT);
	arguments[1] = array(allowed, nodes - (wrong == 0), BOOLOID, 1, TYPALIGN_CHAR);
	arguments[2] = array(hidden, nodes - (wrong == 1), BOOLOID, 1, TYPALIGN_CHAR);
	arguments[3] = array(places, nodes - (wrong == 2), INT4OID, 4, TYPALIGN_INT);
	arguments[4] = array(counts, nodes * parts - (wrong == 3 && parts > 0), INT8OID, 8,
						 TYPALIGN_DOUBLE);
	arguments[5] = array(zero, parts, BOOLOID, 1, TYPALIGN_CHAR);
	arguments[6] = fuzz_datum(Int64GetDatum(floor));
	first = fuzz_call(fuzz_strict(cells_to_show), lengthof(arguments), arguments);
	fuzz_check(first.sqlstate == 0 ||
			   first.sqlstate == ERRCODE_ARRAY_SUBSCRIPT_ERROR);
	if (parts == 0 || parts > 16 || wrong >= 0)
		fuzz_check(first.sqlstate != 0);
	if (first.sqlstate != 0)
		return;
	again = fuzz_call(fuzz_strict(cells_to_show), lengthof(arguments), arguments);
	fuzz_check(fuzz_same_results(first, again, -1));

	/* one answer for each node; what is not allowed is not shown; every atom */
	/* that can be worked out of what is shown is large enough */
	{
		Datum	   *shown;
		bool	   *nulls;
		int			count;

		deconstruct_array(DatumGetArrayTypeP(first.value), BOOLOID, 1, true,
						  TYPALIGN_CHAR, &shown, &nulls, &count);
		fuzz_check(count == nodes);
		for (int n = 0; n < nodes; n++)
		{
			int64		atom[MAX_PARTS];
			int64		left = DatumGetInt32(places[n]);

			if (!DatumGetBool(shown[n]))
				continue;
			fuzz_check(DatumGetBool(allowed[n]));
			for (int p = 0; p < parts; p++)
				atom[p] = DatumGetInt64(counts[n * parts + p]);
			for (int m = 0; m < n; m++)
			{
				int			above = DatumGetInt32(parent[m]) - 1;

				/* the nearest shown node above */
				while (DatumGetBool(shown[m]) && above >= 0 &&
					   !DatumGetBool(shown[above]))
					above = DatumGetInt32(parent[above]) - 1;
				if (!DatumGetBool(shown[m]) || above != n)
					continue;
				left -= DatumGetInt32(places[m]);
				for (int p = 0; p < parts; p++)
					atom[p] -= DatumGetInt64(counts[m * parts + p]);
			}
			for (int p = 0; p < parts && left != 0; p++)
				fuzz_check(atom[p] >= floor || (atom[p] == 0 && DatumGetBool(zero[p])));
		}
	}
}

/*
 * disclosure.c
 *		Which counts of a tree can be shown so that no subtraction gives away a
 *		small one.
 *
 * A reader who is shown an M/D's count of women and that of all of its
 * organisations but one has the last one by subtraction.  So small counts are
 * hidden together with others, as statistics offices do (complementary
 * suppression).  What makes it provable is that organisations, M/Ds,
 * ministries, States and the government are a tree: of any two nodes one lies
 * within the other, or they share nothing.  Take a node that is shown, and
 * leave out of it every node below it that is shown: what remains, if anything
 * does, is an atom.  Atoms do not overlap; every count that is shown is a sum
 * of whole atoms; and whatever is worked out from counts that are shown by
 * adding and subtracting is a combination of whole atoms, too.  A count is
 * therefore safe exactly if each atom is large enough, and that is all that is
 * looked after here.
 *
 * Nodes come children first.  Each is shown if it may be and if its atom is
 * large enough; where the atom is too small, the smallest nodes shown below it
 * are hidden until they make it large enough; where nothing is left to hide,
 * the node itself is hidden, and its atom is part of that of the next node
 * above it that is shown.  The choice follows from the input alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

typedef struct Tree
{
	int			nodes;
	int			parts;			/* counts of a node that must each be large */
	int64		floor;
	const int32 *parent;		/* 0, or the number (from 1) of a later node */
	const int32 *places;		/* organisations that a node is the sum of */
	const int64 *counts;		/* parts of the first node, of the second, ... */
	const bool *may_be_zero;	/* of each part: nobody at all is no secret */
	const bool *hidden_before;
	int		   *first_child;	/* -1: none; children in the order of nodes */
	int		   *next_sibling;
	bool	   *shown;
	int64	   *atom;			/* of a shown node: parts of its atom */
	int32	   *atom_places;
	int		   *scratch;		/* shown nodes to choose from */
	int		   *undo;			/* nodes hidden for the one that is decided on */
	int			undone;
} Tree;

static const Tree *sorted_tree;

/* Elements of an array argument, row after row; there must be no NULL. */
static void *
elements(FunctionCallInfo fcinfo, int arg, const char *name, int expected)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);

	if (ARR_HASNULL(array) ||
		(expected >= 0 && ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) != expected))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("argument %s does not fit the tree", name),
				 errdetail("It has to be an array without NULL%s.",
						   expected >= 0 ? ", as long as the nodes demand" : ""),
				 errhint("karmayogi.apply_floor makes the arguments of this function.")));
	return ARR_DATA_PTR(array);
}

/* Smaller counts first, but before them whatever was hidden last time. */
static int
compare_nodes(const void *a, const void *b)
{
	const Tree *tree = sorted_tree;
	int			x = *(const int *) a;
	int			y = *(const int *) b;

	if (tree->hidden_before[x] != tree->hidden_before[y])
		return tree->hidden_before[x] ? -1 : 1;
	for (int p = 0; p < tree->parts; p++)
	{
		int64		cx = tree->counts[(int64) x * tree->parts + p];
		int64		cy = tree->counts[(int64) y * tree->parts + p];

		if (cx != cy)
			return cx < cy ? -1 : 1;
	}
	return x < y ? -1 : 1;
}

static bool
large_enough(const Tree *tree, const int64 *atom, int64 places)
{
	if (places == 0)
		return true;			/* nothing is left out: no atom */
	for (int p = 0; p < tree->parts; p++)
	{
		if (atom[p] < tree->floor && !(atom[p] == 0 && tree->may_be_zero[p]))
			return false;
	}
	return true;
}

/* Collect the shown nodes below a node that lie below no other shown one. */
static int
collect(const Tree *tree, int node, int *found, int count)
{
	check_stack_depth();
	for (int c = tree->first_child[node]; c >= 0; c = tree->next_sibling[c])
	{
		CHECK_FOR_INTERRUPTS();
		if (tree->shown[c])
			found[count++] = c;
		else
			count = collect(tree, c, found, count);
	}
	return count;
}

/*
 * Hide shown nodes below a node, smallest first, until its atom is large
 * enough.  A node that has no atom of its own adds nothing when it is hidden:
 * then something below it has to go as well.
 */
static bool
hide_below(Tree *tree, int node, int64 *atom, int64 *places)
{
	int			count = collect(tree, node, tree->scratch, 0);
	int		   *found = (int *) palloc(sizeof(int) * Max(count, 1));
	bool		enough = false;

	check_stack_depth();
	memcpy(found, tree->scratch, sizeof(int) * count);
	sorted_tree = tree;
	qsort(found, count, sizeof(int), compare_nodes);
	sorted_tree = NULL;
	for (int i = 0; i < count && !enough; i++)
	{
		int			f = found[i];

		tree->shown[f] = false;
		tree->undo[tree->undone++] = f;
		for (int p = 0; p < tree->parts; p++)
			atom[p] += tree->atom[(int64) f * tree->parts + p];
		*places += tree->atom_places[f];
		enough = large_enough(tree, atom, *places);
		if (!enough)
			enough = hide_below(tree, f, atom, places);
	}
	pfree(found);
	return enough;
}

static void
decide(Tree *tree, int node)
{
	int64	   *atom = tree->atom + (int64) node * tree->parts;
	int64		places = tree->places[node];
	int			count = collect(tree, node, tree->scratch, 0);

	memcpy(atom, tree->counts + (int64) node * tree->parts, sizeof(int64) * tree->parts);
	for (int i = 0; i < count; i++)
	{
		int			f = tree->scratch[i];

		for (int p = 0; p < tree->parts; p++)
			atom[p] -= tree->counts[(int64) f * tree->parts + p];
		places -= tree->places[f];
	}
	tree->undone = 0;
	tree->shown[node] = large_enough(tree, atom, places) ||
		hide_below(tree, node, atom, &places);
	tree->atom_places[node] = (int32) places;
	/* what was hidden for a node that cannot be shown was hidden in vain */
	for (int i = 0; i < tree->undone && !tree->shown[node]; i++)
		tree->shown[tree->undo[i]] = true;
}

/*
 * cells_to_show(parent int[], allowed boolean[], hidden_before boolean[],
 *				 places int[], counts bigint[], may_be_zero boolean[],
 *				 floor bigint) returns boolean[]
 */
PG_FUNCTION_INFO_V1(cells_to_show);
Datum
cells_to_show(PG_FUNCTION_ARGS)
{
	ArrayType  *parents = PG_GETARG_ARRAYTYPE_P(0);
	ArrayType  *zeros = PG_GETARG_ARRAYTYPE_P(5);
	const bool *allowed;
	int		   *last_child;
	Datum	   *result;
	Tree		tree;

	tree.nodes = ArrayGetNItems(ARR_NDIM(parents), ARR_DIMS(parents));
	tree.parts = ArrayGetNItems(ARR_NDIM(zeros), ARR_DIMS(zeros));
	if (tree.parts < 1 || tree.parts > 16)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("a node has 1 to 16 counts, not %d", tree.parts)));
	/* as many bytes as palloc gives at once, of the largest array */
	if (tree.nodes > (int) (MaxAllocSize / sizeof(int64) / tree.parts))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many nodes")));
	tree.parent = elements(fcinfo, 0, "parent", -1);
	allowed = elements(fcinfo, 1, "allowed", tree.nodes);
	tree.hidden_before = elements(fcinfo, 2, "hidden_before", tree.nodes);
	tree.places = elements(fcinfo, 3, "places", tree.nodes);
	tree.counts = elements(fcinfo, 4, "counts", tree.nodes * tree.parts);
	tree.may_be_zero = elements(fcinfo, 5, "may_be_zero", -1);
	tree.floor = PG_GETARG_INT64(6);

	tree.first_child = (int *) palloc(sizeof(int) * (tree.nodes + 1));
	tree.next_sibling = (int *) palloc(sizeof(int) * (tree.nodes + 1));
	last_child = (int *) palloc(sizeof(int) * (tree.nodes + 1));
	tree.shown = (bool *) palloc0(sizeof(bool) * (tree.nodes + 1));
	tree.atom = (int64 *) palloc0(sizeof(int64) * Max(tree.nodes, 1) * tree.parts);
	tree.atom_places = (int32 *) palloc0(sizeof(int32) * (tree.nodes + 1));
	tree.scratch = (int *) palloc(sizeof(int) * (tree.nodes + 1));
	tree.undo = (int *) palloc(sizeof(int) * (tree.nodes + 1));
	for (int i = 0; i < tree.nodes; i++)
		tree.first_child[i] = tree.next_sibling[i] = last_child[i] = -1;
	for (int i = 0; i < tree.nodes; i++)
	{
		int			parent = tree.parent[i] - 1;

		if (parent == -1)
			continue;
		if (parent <= i || parent >= tree.nodes)
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("node %d of the tree comes after its parent %d", i + 1, tree.parent[i]),
					 errdetail("Nodes stand children first; the parent of a root is 0."),
					 errhint("karmayogi.apply_floor makes the arguments of this function.")));
		if (last_child[parent] < 0)
			tree.first_child[parent] = i;
		else
			tree.next_sibling[last_child[parent]] = i;
		last_child[parent] = i;
	}

	for (int i = 0; i < tree.nodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (allowed[i])
			decide(&tree, i);
	}

	result = (Datum *) palloc(sizeof(Datum) * (tree.nodes + 1));
	for (int i = 0; i < tree.nodes; i++)
		result[i] = BoolGetDatum(tree.shown[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(result, tree.nodes, BOOLOID, 1, true, TYPALIGN_CHAR));
}

/*
 * fuzz.c
 *	  What the fuzz targets share: a server's surroundings for functions.
 *
 * Of a server's start only that is done which a function of values needs: its
 * memory contexts, its encoding, and how deep its stack may grow.
 *
 * Memory.  The server's own contexts carve pieces out of big blocks, where a
 * sanitizer sees neither the end of a piece nor that it was freed.  So while a
 * target runs, every context, the extension's own too, takes each piece from
 * malloc.  A context has a table of methods up to PostgreSQL 15; later servers
 * know only their own contexts, and those are used there.
 */
#include "postgres.h"

#include <sanitizer/asan_interface.h>
#include <sys/mman.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/memnodes.h"
#include "storage/dsm.h"
#include "utils/builtins.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#if PG_VERSION_NUM >= 160000
#include "utils/guc_hooks.h"
#endif

#include "compat.h"
#include "fuzz.h"

void		fuzz_start(void);
void		fuzz_run(void (*target) (void), const uint8 *data, size_t size);

static MemoryContext input_context;
static AggState aggregate;
static ExprContext aggregate_expressions;

static char *input_next;
static char *input_end;
static bool input_done;
static bool short_headers;

/*
 * Memory
 */

/* The extension's sources call this for AllocSetContextCreateInternal. */
extern MemoryContext fuzz_context_create(MemoryContext parent,
										 const char *name,
										 Size minContextSize,
										 Size initBlockSize,
										 Size maxBlockSize);

#if PG_VERSION_NUM < 160000

/*
 * Before each piece; the server finds the context in the last word.  For
 * everybody but the methods below these are bytes out of bounds.
 */
typedef struct Piece
{
	struct Piece *previous;
	struct Piece *next;
	Size		size;
	MemoryContext context;
} Piece;

typedef struct MallocContext
{
	MemoryContextData header;
	Piece	   *pieces;
} MallocContext;

StaticAssertDecl(sizeof(Piece) % 16 == 0, "what malloc aligns stays aligned");

#define OWNS_PIECES __attribute__((no_sanitize("address")))

OWNS_PIECES static void *
malloc_alloc(MemoryContext context, Size size)
{
	MallocContext *owner = (MallocContext *) context;
	Piece	   *piece = malloc(sizeof(Piece) + size);

	if (piece == NULL)
		return NULL;
	piece->previous = NULL;
	piece->next = owner->pieces;
	piece->size = size;
	piece->context = context;
	if (owner->pieces != NULL)
		owner->pieces->previous = piece;
	owner->pieces = piece;
	ASAN_POISON_MEMORY_REGION(piece, sizeof(Piece));
	return piece + 1;
}

OWNS_PIECES static void
malloc_free(MemoryContext context, void *pointer)
{
	Piece	   *piece = (Piece *) pointer - 1;

	if (piece->previous != NULL)
		piece->previous->next = piece->next;
	else
		((MallocContext *) context)->pieces = piece->next;
	if (piece->next != NULL)
		piece->next->previous = piece->previous;
	free(piece);
}

OWNS_PIECES static Size
piece_size(void *pointer)
{
	return ((Piece *) pointer - 1)->size;
}

/* It always moves, so that a pointer that was kept is found out. */
static void *
malloc_realloc(MemoryContext context, void *pointer, Size size)
{
	void	   *moved = malloc_alloc(context, size);

	if (moved == NULL)
		return NULL;
	memcpy(moved, pointer, Min(size, piece_size(pointer)));
	malloc_free(context, pointer);
	return moved;
}

OWNS_PIECES static void
malloc_reset(MemoryContext context)
{
	MallocContext *owner = (MallocContext *) context;
	Piece	   *piece = owner->pieces;

	while (piece != NULL)
	{
		Piece	   *next = piece->next;

		free(piece);
		piece = next;
	}
	owner->pieces = NULL;
}

static void
malloc_delete(MemoryContext context)
{
	malloc_reset(context);
	free(context);
}

static Size
malloc_space(MemoryContext context, void *pointer)
{
	return sizeof(Piece) + piece_size(pointer);
}

static bool
malloc_is_empty(MemoryContext context)
{
	return ((MallocContext *) context)->pieces == NULL;
}

static void
malloc_stats(MemoryContext context, MemoryStatsPrintFunc printfunc,
			 void *passthru, MemoryContextCounters *totals,
			 bool print_to_stderr)
{
}

static const MemoryContextMethods malloc_methods = {
	.alloc = malloc_alloc,
	.free_p = malloc_free,
	.realloc = malloc_realloc,
	.reset = malloc_reset,
	.delete_context = malloc_delete,
	.get_chunk_space = malloc_space,
	.is_empty = malloc_is_empty,
	.stats = malloc_stats
};

MemoryContext
fuzz_context_create(MemoryContext parent, const char *name,
					Size minContextSize, Size initBlockSize,
					Size maxBlockSize)
{
	MallocContext *context = calloc(1, sizeof(MallocContext));

	if (context == NULL)
		elog(ERROR, "out of memory");
	/* the server asserts that it knows the kind, and looks no further */
	MemoryContextCreate(&context->header, T_AllocSetContext, &malloc_methods,
						parent, name);
	return &context->header;
}

#else

MemoryContext
fuzz_context_create(MemoryContext parent, const char *name,
					Size minContextSize, Size initBlockSize,
					Size maxBlockSize)
{
	return AllocSetContextCreateInternal(parent, name, minContextSize,
										 initBlockSize, maxBlockSize);
}

#endif

/*
 * Shared memory
 *
 * Only a server has it.  To the extension a segment is memory at some address
 * that has a number.  Here each is a mapping of its own, whose end the sanitizer
 * is told; malloc would tell it of every byte, most of which nobody touches.
 * The extension's sources call these instead of the functions of dsm.c.
 */
struct dsm_segment
{
	dsm_segment *next;
	dsm_handle	handle;
	Size		size;
	Size		mapped;			/* the rest is out of bounds */
	void	   *memory;
};

extern dsm_segment *fuzz_dsm_create(Size size, int flags);
extern dsm_segment *fuzz_dsm_attach(dsm_handle handle);
extern dsm_segment *fuzz_dsm_find_mapping(dsm_handle handle);
extern void fuzz_dsm_detach(dsm_segment *segment);
extern void fuzz_dsm_pin_mapping(dsm_segment *segment);
extern void *fuzz_dsm_segment_address(dsm_segment *segment);
extern Size fuzz_dsm_segment_map_length(dsm_segment *segment);
extern dsm_handle fuzz_dsm_segment_handle(dsm_segment *segment);

static dsm_segment *segments;
static dsm_handle last_handle;

dsm_segment *
fuzz_dsm_create(Size size, int flags)
{
	dsm_segment *segment = calloc(1, sizeof(dsm_segment));

	if (segment == NULL)
		elog(ERROR, "out of memory");
	segment->handle = ++last_handle;
	segment->size = size;
	segment->mapped = TYPEALIGN(4096, size + 1);
	segment->memory = mmap(NULL, segment->mapped, PROT_READ | PROT_WRITE,
						   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (segment->memory == MAP_FAILED)
		elog(ERROR, "out of memory");
	ASAN_POISON_MEMORY_REGION((char *) segment->memory + size,
							  segment->mapped - size);
	segment->next = segments;
	segments = segment;
	return segment;
}

dsm_segment *
fuzz_dsm_find_mapping(dsm_handle handle)
{
	dsm_segment *segment = segments;

	while (segment != NULL && segment->handle != handle)
		segment = segment->next;
	return segment;
}

/* There is one process, and what it has not made is not there. */
dsm_segment *
fuzz_dsm_attach(dsm_handle handle)
{
	return NULL;
}

void
fuzz_dsm_detach(dsm_segment *segment)
{
	dsm_segment **link = &segments;

	while (*link != segment)
		link = &(*link)->next;
	*link = segment->next;
	ASAN_UNPOISON_MEMORY_REGION((char *) segment->memory + segment->size,
								segment->mapped - segment->size);
	munmap(segment->memory, segment->mapped);
	free(segment);
}

void
fuzz_dsm_pin_mapping(dsm_segment *segment)
{
}

void *
fuzz_dsm_segment_address(dsm_segment *segment)
{
	return segment->memory;
}

Size
fuzz_dsm_segment_map_length(dsm_segment *segment)
{
	return segment->size;
}

dsm_handle
fuzz_dsm_segment_handle(dsm_segment *segment)
{
	return segment->handle;
}

int
fuzz_segments(void)
{
	int			count = 0;

	for (dsm_segment *segment = segments; segment != NULL; segment = segment->next)
		count++;
	return count;
}

/*
 * The input
 */
static inline bool
is_separator(char c)
{
	return c == '\0' || c == '\1';
}

bool
fuzz_field(FuzzSlice *field)
{
	char	   *end = input_next;

	if (input_done)
		return false;
	while (end < input_end && !is_separator(*end))
		end++;
	field->data = input_next;
	field->len = end - input_next;
	if (end < input_end)
		input_next = end + 1;
	else
		input_done = true;
	return true;
}

FuzzSlice
fuzz_rest(void)
{
	FuzzSlice	rest;

	rest.data = input_next;
	rest.len = input_end - input_next;
	input_next = input_end;
	input_done = true;
	return rest;
}

unsigned char
fuzz_byte(void)
{
	return input_next < input_end ? (unsigned char) *input_next++ : 0;
}

int64
fuzz_int64(void)
{
	uint64		value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | fuzz_byte();
	return (int64) value;
}

int64
fuzz_number(FuzzSlice field)
{
	uint64		value = 0;

	for (Size i = 0; i < field.len; i++)
	{
		if (field.data[i] >= '0' && field.data[i] <= '9')
			value = value * 10 + (field.data[i] - '0');
	}
	return (int64) (field.len > 0 && field.data[0] == '-' ? -value : value);
}

/*
 * Arguments
 */
FuzzSlice
fuzz_literal(const char *string)
{
	FuzzSlice	slice = {string, strlen(string)};

	return slice;
}

FuzzSlice
fuzz_slice_of(Datum value)
{
	FuzzSlice	slice;

	slice.data = VARDATA_ANY(DatumGetPointer(value));
	slice.len = VARSIZE_ANY_EXHDR(DatumGetPointer(value));
	return slice;
}

/* As it stands in a row, with a header of one byte, or as it is computed. */
Datum
fuzz_text_datum(FuzzSlice slice)
{
	char	   *value;

	if (short_headers && slice.len + VARHDRSZ_SHORT <= VARATT_SHORT_MAX)
	{
		value = palloc(slice.len + VARHDRSZ_SHORT);
		SET_VARSIZE_SHORT(value, slice.len + VARHDRSZ_SHORT);
	}
	else
	{
		value = palloc(slice.len + VARHDRSZ);
		SET_VARSIZE(value, slice.len + VARHDRSZ);
	}
	if (slice.len > 0)
		memcpy(VARDATA_ANY(value), slice.data, slice.len);
	return PointerGetDatum(value);
}

NullableDatum
fuzz_datum(Datum value)
{
	NullableDatum datum = {value, false};

	return datum;
}

NullableDatum
fuzz_null(void)
{
	NullableDatum datum = {(Datum) 0, true};

	return datum;
}

NullableDatum
fuzz_text(FuzzSlice slice)
{
	return fuzz_datum(fuzz_text_datum(slice));
}

NullableDatum
fuzz_text_field(void)
{
	FuzzSlice	field;

	return fuzz_field(&field) ? fuzz_text(field) : fuzz_null();
}

NullableDatum
fuzz_cstring(FuzzSlice slice)
{
	char	   *string = palloc(slice.len + 1);

	if (slice.len > 0)
		memcpy(string, slice.data, slice.len);
	string[slice.len] = '\0';
	return fuzz_datum(CStringGetDatum(string));
}

Node *
fuzz_aggregate(void)
{
	aggregate.ss.ps.type = T_AggState;
	aggregate.curaggcontext = &aggregate_expressions;
	aggregate_expressions.ecxt_per_tuple_memory = input_context;
	return (Node *) &aggregate;
}

/*
 * Calls
 */
FuzzSite *
fuzz_site_of(const char *name, PGFunction function, bool strict)
{
	FuzzSite   *site = palloc0(sizeof(FuzzSite));

	site->name = name;
	site->strict = strict;
	site->flinfo.fn_addr = function;
	site->flinfo.fn_strict = strict;
	site->flinfo.fn_mcxt = CurrentMemoryContext;
	return site;
}

static void
check_message(FuzzSite *site, const char *what, const char *message)
{
	if (message != NULL &&
		!pg_verify_mbstr(GetDatabaseEncoding(), message, strlen(message),
						 true))
		fuzz_fail("the %s of an error of %s cuts a character: %s", what,
				  site->name, message);
}

FuzzResult
fuzz_call(FuzzSite *site, int nargs, const NullableDatum *args)
{
	LOCAL_FCINFO(fcinfo, FUNC_MAX_ARGS);
	MemoryContext context = CurrentMemoryContext;
	volatile	FuzzResult result = {0};

	InitFunctionCallInfoData(*fcinfo, &site->flinfo, nargs, InvalidOid,
							 site->context, NULL);
	site->flinfo.fn_nargs = nargs;
	for (int i = 0; i < nargs; i++)
	{
		fcinfo->args[i] = args[i];
		if (site->strict && args[i].isnull)
		{
			result.isnull = true;
			return result;
		}
	}

	PG_TRY();
	{
		result.value = site->flinfo.fn_addr(fcinfo);
		result.isnull = fcinfo->isnull;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		result.isnull = true;
		result.sqlstate = error->sqlerrcode;
		result.message = error->message;
		if (error->sqlerrcode == ERRCODE_INTERNAL_ERROR && !site->internal)
			fuzz_fail("internal error of %s: %s", site->name, error->message);
		check_message(site, "message", error->message);
		check_message(site, "detail", error->detail);
		check_message(site, "hint", error->hint);
	}
	PG_END_TRY();
	if (CurrentMemoryContext != context)
		fuzz_fail("%s returned in another memory context", site->name);
	return result;
}

/*
 * What a function's row looks like stands in the catalogue, where there is one;
 * here its target says it.  The extension's sources call this for
 * get_call_result_type.
 */
extern TypeFuncClass fuzz_call_result_type(FunctionCallInfo fcinfo,
										   Oid *resultTypeId,
										   TupleDesc *resultTupleDesc);

TypeFuncClass
fuzz_call_result_type(FunctionCallInfo fcinfo, Oid *resultTypeId,
					  TupleDesc *resultTupleDesc)
{
	FuzzSite   *site;

	site = (FuzzSite *) ((char *) fcinfo->flinfo - offsetof(FuzzSite, flinfo));
	if (site->row == NULL)
		return TYPEFUNC_OTHER;
	/* a number it has been given keeps it from being entered in the catalogue */
	site->row->tdtypmod = 0;
	*resultTupleDesc = site->row;
	return TYPEFUNC_COMPOSITE;
}

void
fuzz_deform(FuzzSite *site, FuzzResult result, Datum *values, bool *nulls)
{
	HeapTupleData tuple = {0};

	if (result.sqlstate != 0 || result.isnull)
		fuzz_fail("no row of %s", site->name);
	tuple.t_data = DatumGetHeapTupleHeader(result.value);
	tuple.t_len = HeapTupleHeaderGetDatumLength(tuple.t_data);
	heap_deform_tuple(&tuple, site->row, values, nulls);
}

bool
fuzz_is_uuid(FuzzSlice text)
{
	if (text.len != 36)
		return false;
	for (int i = 0; i < 36; i++)
	{
		char		c = text.data[i];

		if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-' :
			!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

bool
fuzz_same_results(FuzzResult a, FuzzResult b, int16 typlen)
{
	if (a.sqlstate != b.sqlstate || a.isnull != b.isnull)
		return false;
	if (a.isnull)
		return true;
	if (typlen == 0)
		return a.value == b.value;
	if (typlen > 0)
		return memcmp(DatumGetPointer(a.value), DatumGetPointer(b.value),
					  typlen) == 0;
	else
	{
		FuzzSlice	x = fuzz_slice_of(a.value);
		FuzzSlice	y = fuzz_slice_of(b.value);

		return x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
	}
}

void
fuzz_fail(const char *fmt,...)
{
	va_list		args;

	va_start(args, fmt);
	fputs("== FAILED: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}

/*
 * Start, and one run
 */
void
fuzz_start(void)
{
	MemoryContextInit();
	SetDatabaseEncoding(PG_UTF8);
	(void) set_stack_base();
	/* frames are bigger with the sanitizers than in a server */
	max_stack_depth = 6 * 1024;
	assign_max_stack_depth(max_stack_depth, NULL);
	input_context = fuzz_context_create(TopMemoryContext, "fuzz input",
										ALLOCSET_DEFAULT_SIZES);
}

void
fuzz_run(void (*target) (void), const uint8 *data, size_t size)
{
	char	   *copy;
	char	   *checked;

	MemoryContextSwitchTo(input_context);
	copy = palloc(size);
	checked = palloc(size);
	if (size > 0)
	{
		memcpy(copy, data, size);
		for (Size i = 0; i < size; i++)
			checked[i] = data[i] == '\0' ? '\1' : (char) data[i];
	}

	/*
	 * No text of a database is invalid in the encoding of the database; that
	 * of SQL_ASCII accepts every byte.
	 */
	SetDatabaseEncoding(pg_verify_mbstr(PG_UTF8, checked, size, true) ?
						PG_UTF8 : PG_SQL_ASCII);
	pfree(checked);

	input_next = copy;
	input_end = copy + size;
	input_done = false;
	short_headers = size % 2 == 1;

	PG_TRY();
	{
		target();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(input_context);
		error = CopyErrorData();
		fuzz_fail("error outside of the calls: %s", error->message);
	}
	PG_END_TRY();

	MemoryContextSwitchTo(TopMemoryContext);
	MemoryContextReset(input_context);
}

/*
 * rule.c
 *	  Validation rules: evaluation, and the SQL functions.
 *
 * A rule is evaluated over the facts of one entity that it is handed, and over
 * nothing else: nothing here reads a table, calls a function of SQL, or keeps
 * anything between two rows but parsed rules.
 *
 * Logic has three values as in SQL: whatever is computed from a fact that is
 * not known is unknown, and so is a quotient by zero.
 *
 * Arithmetic is exact: a number is a fraction of two numerics and never
 * divided out, so that pct('3.7') / 3 * 3 = pct('3.7') holds.  An operand
 * stands once in the expression and enters a numerator or a denominator at
 * most once, so either has at most as many digits as all operands together:
 * far below the limits of numeric, given the length of an expression.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "compat.h"
#include "rule.h"
#include "tally.h"

#define RULE_CACHE_SIZE		64	/* parsed rules kept per call site */
#define RULE_BOOK_MAX		10000	/* rules evaluated together */

/*
 * The facts of an entity that a rule asks for
 */
typedef struct RuleFact
{
	bool		present;		/* the fact speaks of this entity */
	bool		known;
	bool		shared;			/* has a denominator */
	int64		numerator;
	int64		denominator;
} RuleFact;

static void
get_counts(ArrayType *array, Datum **values, bool **nulls, int *count)
{
	deconstruct_array(array, INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, values, nulls, count);
}

static void
set_fact(RuleFact *fact, bool no_numerator, Datum numerator,
		 bool no_denominator, Datum denominator)
{
	fact->present = true;
	fact->known = !no_numerator;
	fact->shared = !no_denominator;
	fact->numerator = fact->known ? DatumGetInt64(numerator) : 0;
	fact->denominator = fact->shared ? DatumGetInt64(denominator) : 0;
	TallyCheckParts(fact->numerator, fact->denominator);
}

/*
 * The answers to the rule's terms, from three arrays that run in parallel: the
 * names of the facts, their numerators (null: missing) and their denominators
 * (null: the fact is a count).
 */
static RuleFact *
find_facts(const Rule *rule, FunctionCallInfo fcinfo)
{
	RuleFact   *facts = palloc0(sizeof(RuleFact) * (rule->nterms + 1));
	ArrayType  *key_array = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *keys;
	Datum	   *numerators;
	Datum	   *denominators;
	bool	   *no_key;
	bool	   *no_numerator;
	bool	   *no_denominator;
	int			nkeys;
	int			nnumerators;
	int			ndenominators;

	deconstruct_array(key_array, TEXTOID, -1, false, TYPALIGN_INT,
					  &keys, &no_key, &nkeys);
	get_counts(PG_GETARG_ARRAYTYPE_P(2), &numerators, &no_numerator,
			   &nnumerators);
	get_counts(PG_GETARG_ARRAYTYPE_P(3), &denominators, &no_denominator,
			   &ndenominators);
	if (nnumerators != nkeys || ndenominators != nkeys)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("facts need as many numerators and denominators as "
						"names"),
				 errdetail("There are %d names, %d numerators and %d "
						   "denominators.", nkeys, nnumerators,
						   ndenominators)));

	for (int k = 0; k < nkeys; k++)
	{
		const char *key;
		int			length;

		CHECK_FOR_INTERRUPTS();
		if (no_key[k])
			continue;
		key = VARDATA_ANY(DatumGetPointer(keys[k]));
		length = VARSIZE_ANY_EXHDR(DatumGetPointer(keys[k]));
		for (int t = 0; t < rule->nterms; t++)
		{
			RuleFact   *fact = &facts[t];

			if (rule->terms[t].key_length != length ||
				memcmp(rule->terms[t].key, key, length) != 0)
				continue;
			set_fact(fact, no_numerator[k], numerators[k], no_denominator[k],
					 denominators[k]);
		}
	}
	return facts;
}

/*
 * Evaluation
 */
typedef enum Truth
{
	TRUTH_FALSE,
	TRUTH_UNKNOWN,
	TRUTH_TRUE
} Truth;						/* AND is the least, OR the greatest of two */

/* Either a truth or a fraction, which is unknown without a numerator. */
typedef struct RuleValue
{
	Truth		truth;
	Numeric		numerator;
	Numeric		denominator;	/* greater than 0; NULL: 1 */
} RuleValue;

static inline Numeric
add(Numeric a, Numeric b)
{
	return numeric_add_opt_error(a, b, NULL);
}

static inline Numeric
subtract(Numeric a, Numeric b)
{
	return numeric_sub_opt_error(a, b, NULL);
}

/* A product in which NULL is 1 */
static inline Numeric
multiply(Numeric a, Numeric b)
{
	if (a == NULL)
		return b;
	if (b == NULL)
		return a;
	return numeric_mul_opt_error(a, b, NULL);
}

static inline int
compare(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a),
											 NumericGetDatum(b)));
}

static inline Numeric
negate(Numeric a)
{
	return DatumGetNumeric(DirectFunctionCall1(numeric_uminus,
											   NumericGetDatum(a)));
}

static inline Truth
truth_of(bool holds)
{
	return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static RuleValue
evaluate_term(const RuleTerm *term, const RuleFact *fact)
{
	RuleKind	kind = term->function->kind;
	RuleValue	value = {TRUTH_UNKNOWN, NULL, NULL};

	if (kind == RULE_MISSING)
	{
		if (fact->present)
			value.truth = truth_of(!fact->known);
		return value;
	}
	if (!fact->known)
		return value;
	if (kind == RULE_VALUE)
		kind = fact->shared ? RULE_PERCENTAGE : RULE_NUMERATOR;
	switch (kind)
	{
		case RULE_DENOMINATOR:
			if (fact->shared)
				value.numerator = int64_to_numeric(fact->denominator);
			break;
		case RULE_PERCENTAGE:
			if (fact->denominator > 0)
			{
				value.numerator = multiply(int64_to_numeric(100),
										   int64_to_numeric(fact->numerator));
				value.denominator = int64_to_numeric(fact->denominator);
			}
			break;
		default:
			value.numerator = int64_to_numeric(fact->numerator);
			break;
	}
	return value;
}

/* a + b or a - b, both known */
static RuleValue
evaluate_sum(RuleOpcode code, RuleValue a, RuleValue b)
{
	Numeric		left = multiply(a.numerator, b.denominator);
	Numeric		right = multiply(b.numerator, a.denominator);
	RuleValue	sum = {TRUTH_UNKNOWN, NULL, NULL};

	sum.numerator = code == RULE_OP_ADD ? add(left, right) :
		subtract(left, right);
	sum.denominator = multiply(a.denominator, b.denominator);
	return sum;
}

/* a / b, both known */
static RuleValue
evaluate_quotient(RuleValue a, RuleValue b)
{
	RuleValue	quotient = {TRUTH_UNKNOWN, NULL, NULL};
	int			sign = compare(b.numerator, int64_to_numeric(0));

	if (sign == 0)
		return quotient;
	quotient.numerator = multiply(a.numerator, b.denominator);
	quotient.denominator = multiply(a.denominator, b.numerator);
	if (sign < 0)
	{
		quotient.numerator = negate(quotient.numerator);
		quotient.denominator = negate(quotient.denominator);
	}
	return quotient;
}

/* a against b, both known */
static Truth
evaluate_comparison(RuleOpcode code, RuleValue a, RuleValue b)
{
	int			order = compare(multiply(a.numerator, b.denominator),
								multiply(b.numerator, a.denominator));

	switch (code)
	{
		case RULE_OP_EQ:
			return truth_of(order == 0);
		case RULE_OP_NE:
			return truth_of(order != 0);
		case RULE_OP_LT:
			return truth_of(order < 0);
		case RULE_OP_LE:
			return truth_of(order <= 0);
		case RULE_OP_GT:
			return truth_of(order > 0);
		default:
			return truth_of(order >= 0);
	}
}

/* An operation on two numbers; unknown where one of them is. */
static RuleValue
evaluate_pair(RuleOpcode code, RuleValue a, RuleValue b)
{
	RuleValue	result = {TRUTH_UNKNOWN, NULL, NULL};

	if (a.numerator == NULL || b.numerator == NULL)
		return result;
	switch (code)
	{
		case RULE_OP_ADD:
		case RULE_OP_SUBTRACT:
			return evaluate_sum(code, a, b);
		case RULE_OP_MULTIPLY:
			result.numerator = multiply(a.numerator, b.numerator);
			result.denominator = multiply(a.denominator, b.denominator);
			return result;
		case RULE_OP_DIVIDE:
			return evaluate_quotient(a, b);
		default:
			result.truth = evaluate_comparison(code, a, b);
			return result;
	}
}

static Truth
evaluate_rule(const Rule *rule, const RuleFact *facts)
{
	RuleValue  *stack = palloc(sizeof(RuleValue) * rule->max_stack);
	int			depth = 0;

	for (int i = 0; i < rule->nops; i++)
	{
		const RuleOp *op = &rule->ops[i];
		RuleValue  *top;

		/* an operation leaves its result at the top */
		depth += 1 - op->operands;
		top = &stack[depth - 1];
		switch (op->code)
		{
			case RULE_OP_NUMBER:
				top->truth = TRUTH_UNKNOWN;
				top->numerator = rule->numbers[op->index];
				top->denominator = NULL;
				break;
			case RULE_OP_TERM:
				*top = evaluate_term(&rule->terms[op->index],
									   &facts[op->index]);
				break;
			case RULE_OP_NEGATE:
				if (top->numerator != NULL)
					top->numerator = negate(top->numerator);
				break;
			case RULE_OP_NOT:
				top->truth = TRUTH_TRUE - top->truth;
				break;
			case RULE_OP_AND:
				top->truth = Min(top[0].truth, top[1].truth);
				break;
			case RULE_OP_OR:
				top->truth = Max(top[0].truth, top[1].truth);
				break;
			default:
				*top = evaluate_pair(op->code, top[0], top[1]);
				break;
		}
	}
	Assert(depth == 1);
	return stack->truth;
}

/*
 * The parsed rules of a call site.  One query evaluates many rules over many
 * entities, in whatever order the planner chose, so several are kept.
 */
typedef struct RuleCacheEntry
{
	uint32		hash;
	int			length;
	char	   *source;
	Rule	   *rule;
	MemoryContext context;		/* holds the two above */
} RuleCacheEntry;

typedef struct RuleCache
{
	int			used;
	int			oldest;			/* the one to go, once all are used */
	RuleCacheEntry entries[RULE_CACHE_SIZE];
} RuleCache;

static const Rule *
get_rule(FunctionCallInfo fcinfo)
{
	text	   *expression = PG_GETARG_TEXT_PP(0);
	const char *source = VARDATA_ANY(expression);
	int			length = VARSIZE_ANY_EXHDR(expression);
	uint32		hash = hash_bytes((const unsigned char *) source, length);
	RuleCache  *cache = (RuleCache *) fcinfo->flinfo->fn_extra;
	RuleCacheEntry *entry;
	RuleCacheEntry new_entry;
	MemoryContext old_context;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
									   sizeof(RuleCache));
		fcinfo->flinfo->fn_extra = cache;
	}
	for (int i = 0; i < cache->used; i++)
	{
		entry = &cache->entries[i];
		if (entry->hash == hash && entry->length == length &&
			memcmp(entry->source, source, length) == 0)
			return entry->rule;
	}

	/* a rule that cannot be parsed leaves nothing behind in the cache */
	new_entry.context = AllocSetContextCreate(CurrentMemoryContext,
											  "karmayogi rule",
											  ALLOCSET_SMALL_SIZES);
	old_context = MemoryContextSwitchTo(new_entry.context);
	new_entry.hash = hash;
	new_entry.length = length;
	new_entry.source = pnstrdup(source, length);
	new_entry.rule = RuleParse(new_entry.source, length);
	MemoryContextSwitchTo(old_context);

	if (cache->used < RULE_CACHE_SIZE)
		entry = &cache->entries[cache->used++];
	else
	{
		entry = &cache->entries[cache->oldest];
		cache->oldest = (cache->oldest + 1) % RULE_CACHE_SIZE;
		MemoryContextDelete(entry->context);
	}
	MemoryContextSetParent(new_entry.context, fcinfo->flinfo->fn_mcxt);
	*entry = new_entry;
	return entry->rule;
}

/*
 * rule_holds(expression text, names text[], numerators bigint[],
 *			  denominators bigint[]) returns boolean
 */
PG_FUNCTION_INFO_V1(rule_holds);
Datum
rule_holds(PG_FUNCTION_ARGS)
{
	const Rule *rule = get_rule(fcinfo);
	Truth		truth = evaluate_rule(rule, find_facts(rule, fcinfo));

	if (truth == TRUTH_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(truth == TRUTH_TRUE);
}

static void
append_numeric(StringInfo json, Datum number)
{
	appendStringInfoString(json,
						   DatumGetCString(DirectFunctionCall1(numeric_out,
															   number)));
}

/*
 * What a finding shows: each term with its value, in the order of the
 * expression, and of a percentage also the counts that it comes from, since
 * it is rounded here, though not in rule_holds.
 */
static Datum
show_values(const Rule *rule, const RuleFact *facts)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int t = 0; t < rule->nterms; t++)
	{
		const RuleTerm *term = &rule->terms[t];
		const RuleFact *fact = &facts[t];
		RuleValue	value = evaluate_term(term, fact);

		appendStringInfoString(&json, t > 0 ? ", {\"term\": " : "{\"term\": ");
		escape_json(&json, term->text);
		appendStringInfoString(&json, ", \"value\": ");
		if (term->function->kind == RULE_MISSING)
			appendStringInfoString(&json,
								   value.truth == TRUTH_TRUE ? "true" :
								   value.truth == TRUTH_FALSE ? "false" :
								   "null");
		else if (value.numerator == NULL)
			appendStringInfoString(&json, "null");
		else if (value.denominator == NULL)
			append_numeric(&json, NumericGetDatum(value.numerator));
		else
		{
			append_numeric(&json, TallyPct(fact->numerator,
										   fact->denominator, 2));
			appendStringInfo(&json, ", \"numerator\": " INT64_FORMAT
							 ", \"denominator\": " INT64_FORMAT,
							 fact->numerator, fact->denominator);
		}
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoChar(&json, ']');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}

/*
 * rule_values(expression text, names text[], numerators bigint[],
 *			   denominators bigint[]) returns jsonb
 */
PG_FUNCTION_INFO_V1(rule_values);
Datum
rule_values(PG_FUNCTION_ARGS)
{
	const Rule *rule = get_rule(fcinfo);

	PG_RETURN_DATUM(show_values(rule, find_facts(rule, fcinfo)));
}

/*
 * Many rules over many entities: the rules of a book are parsed once, every
 * fact of an entity is looked at once, and has a place in the book.
 */
typedef struct RuleBook
{
	struct RuleBook *next;
	ArrayType  *expressions;
	int			nrules;
	Rule	  **rules;
	int			nkeys;
	const RuleTerm **keys;		/* one term of each fact, sorted by its key */
	int		  **places;			/* of each rule's terms among the keys */
	int			max_terms;
} RuleBook;

/* The facts of one entity, in the order of the book's keys. */
typedef struct RuleEntity
{
	const RuleBook *book;
	RuleFact	facts[FLEXIBLE_ARRAY_MEMBER];
} RuleEntity;

static int
compare_keys(const char *a, int a_length, const char *b, int b_length)
{
	return a_length != b_length ? a_length - b_length :
		memcmp(a, b, a_length);
}

static int
compare_terms(const void *a, const void *b)
{
	const RuleTerm *left = *(const RuleTerm *const *) a;
	const RuleTerm *right = *(const RuleTerm *const *) b;

	return compare_keys(left->key, left->key_length, right->key,
						right->key_length);
}

/* The place of a fact in the book, -1 where no rule asks for it. */
static int
find_place(const RuleBook *book, const char *key, int length)
{
	int			low = 0;
	int			high = book->nkeys - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		const RuleTerm *term = book->keys[middle];
		int			order = compare_keys(key, length, term->key,
										 term->key_length);

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return -1;
}

static RuleBook *
make_book(ArrayType *expressions)
{
	RuleBook   *book = palloc0(sizeof(RuleBook));
	Datum	   *sources;
	bool	   *no_source;
	int			nterms = 0;

	book->expressions = (ArrayType *) palloc(VARSIZE(expressions));
	memcpy(book->expressions, expressions, VARSIZE(expressions));
	deconstruct_array(book->expressions, TEXTOID, -1, false, TYPALIGN_INT,
					  &sources, &no_source, &book->nrules);
	if (book->nrules > RULE_BOOK_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d rules at once", RULE_BOOK_MAX),
				 errdetail("There are %d.", book->nrules)));
	book->rules = palloc(sizeof(Rule *) * Max(book->nrules, 1));
	for (int r = 0; r < book->nrules; r++)
	{
		char	   *source;

		CHECK_FOR_INTERRUPTS();
		if (no_source[r])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a rule needs an expression"),
					 errdetail("The expression is NULL.")));
		source = TextDatumGetCString(sources[r]);
		book->rules[r] = RuleParse(source, strlen(source));
		nterms += book->rules[r]->nterms;
		book->max_terms = Max(book->max_terms, book->rules[r]->nterms);
	}

	book->keys = palloc(sizeof(RuleTerm *) * Max(nterms, 1));
	for (int r = 0; r < book->nrules; r++)
	{
		for (int t = 0; t < book->rules[r]->nterms; t++)
			book->keys[book->nkeys++] = &book->rules[r]->terms[t];
	}
	qsort(book->keys, nterms, sizeof(RuleTerm *), compare_terms);
	book->nkeys = 0;
	for (int t = 0; t < nterms; t++)
	{
		if (t == 0 || compare_terms(&book->keys[t], &book->keys[book->nkeys - 1]) != 0)
			book->keys[book->nkeys++] = book->keys[t];
	}

	book->places = palloc(sizeof(int *) * Max(book->nrules, 1));
	for (int r = 0; r < book->nrules; r++)
	{
		const Rule *rule = book->rules[r];

		CHECK_FOR_INTERRUPTS();
		book->places[r] = palloc(sizeof(int) * Max(rule->nterms, 1));
		for (int t = 0; t < rule->nterms; t++)
			book->places[r][t] = find_place(book, rule->terms[t].key,
											rule->terms[t].key_length);
	}
	return book;
}

/* The books of a call site: there is one for each level. */
static const RuleBook *
get_book(FunctionCallInfo fcinfo, ArrayType *expressions)
{
	RuleBook   *book;
	MemoryContext old_context;

	for (book = (RuleBook *) fcinfo->flinfo->fn_extra; book != NULL; book = book->next)
	{
		if (VARSIZE(book->expressions) == VARSIZE(expressions) &&
			memcmp(book->expressions, expressions, VARSIZE(expressions)) == 0)
			return book;
	}
	old_context = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	book = make_book(expressions);
	MemoryContextSwitchTo(old_context);
	book->next = (RuleBook *) fcinfo->flinfo->fn_extra;
	fcinfo->flinfo->fn_extra = book;
	return book;
}

/*
 * Transition of rule_violations(expressions text[], fact text,
 * numerator bigint, denominator bigint); the expressions are those of an
 * entity's first fact.
 */
PG_FUNCTION_INFO_V1(rule_violations_accum);
Datum
rule_violations_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	RuleEntity *entity;
	text	   *key;
	int			place;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "rule_violations_accum called in non-aggregate context");
	if (PG_ARGISNULL(0))
	{
		const RuleBook *book;

		if (PG_ARGISNULL(1))
			PG_RETURN_NULL();
		book = get_book(fcinfo, PG_GETARG_ARRAYTYPE_P(1));
		entity = MemoryContextAllocZero(context, offsetof(RuleEntity, facts) +
										sizeof(RuleFact) * book->nkeys);
		entity->book = book;
	}
	else
		entity = (RuleEntity *) PG_GETARG_POINTER(0);
	if (PG_ARGISNULL(2))
		PG_RETURN_POINTER(entity);

	key = PG_GETARG_TEXT_PP(2);
	place = find_place(entity->book, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key));
	if (place >= 0)
		set_fact(&entity->facts[place], PG_ARGISNULL(3), PG_GETARG_DATUM(3),
				 PG_ARGISNULL(4), PG_GETARG_DATUM(4));
	PG_RETURN_POINTER(entity);
}

PG_FUNCTION_INFO_V1(rule_violations_final);
Datum
rule_violations_final(PG_FUNCTION_ARGS)
{
	const RuleEntity *entity;
	const RuleBook *book;
	RuleFact   *facts;
	Datum	   *values = NULL;
	bool	   *holds = NULL;
	int			nrules;
	int			lower = 1;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	entity = (const RuleEntity *) PG_GETARG_POINTER(0);
	book = entity->book;
	facts = palloc(sizeof(RuleFact) * Max(book->max_terms, 1));
	for (int r = 0; r < book->nrules; r++)
	{
		const Rule *rule = book->rules[r];

		CHECK_FOR_INTERRUPTS();
		for (int t = 0; t < rule->nterms; t++)
			facts[t] = entity->facts[book->places[r][t]];
		if (evaluate_rule(rule, facts) != TRUTH_FALSE)
			continue;
		if (values == NULL)
		{
			values = palloc0(sizeof(Datum) * book->nrules);
			holds = palloc(sizeof(bool) * book->nrules);
			memset(holds, true, sizeof(bool) * book->nrules);
		}
		values[r] = show_values(rule, facts);
		holds[r] = false;
	}
	if (values == NULL)
		PG_RETURN_NULL();
	nrules = book->nrules;
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, holds, 1, &nrules,
											 &lower, JSONBOID, -1, false,
											 TYPALIGN_INT));
}

/*
 * rule_terms(expression text, out term text, out function text,
 *			  out indicator text, out category text, out fact text,
 *			  out place text) returns setof record
 *
 * What the expression asks for, each thing once.  The place is for errors
 * about codes and categories, which are not known here.
 */
PG_FUNCTION_INFO_V1(rule_terms);
Datum
rule_terms(PG_FUNCTION_ARGS)
{
	char	   *source = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int			length = strlen(source);
	Rule	   *rule = RuleParse(source, length);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int t = 0; t < rule->nterms; t++)
	{
		const RuleTerm *term = &rule->terms[t];
		Datum		values[6];
		bool		nulls[6] = {false};

		values[0] = CStringGetTextDatum(term->text);
		values[1] = CStringGetTextDatum(term->function->name);
		if (term->code != NULL)
		{
			values[2] = CStringGetTextDatum(term->code);
			values[3] = CStringGetTextDatum(term->category != NULL ?
											term->category : "all");
		}
		else
			nulls[2] = nulls[3] = true;
		values[4] = CStringGetTextDatum(term->key);
		values[5] = CStringGetTextDatum(RulePlace(source, length,
												   term->start, term->end));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

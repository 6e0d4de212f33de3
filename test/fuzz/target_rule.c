/*
 * target_rule.c
 *	  The language of validation rules: parser and evaluation.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "compat.h"
#include "fuzz.h"
#include "rule.h"

FUZZ_DECLARE(rule_holds);
FUZZ_DECLARE(rule_values);
FUZZ_DECLARE(rule_violations_accum);
FUZZ_DECLARE(rule_violations_final);

void		fuzz_rule(void);

#define MAX_FACTS 32
#define MAX_LENGTH 2000

/* RuleParse as a function of SQL, so that it can be called like one. */
static Datum
parse(PG_FUNCTION_ARGS)
{
	char	   *source = text_to_cstring(PG_GETARG_TEXT_PP(0));

	PG_RETURN_POINTER(RuleParse(source, strlen(source)));
}

static FuzzResult
parse_slice(FuzzSlice source)
{
	return FUZZ_CALL(fuzz_strict(parse), fuzz_text(source));
}

static void
append_quoted(StringInfo text, const char *content)
{
	appendStringInfoChar(text, '\'');
	for (; *content != '\0'; content++)
	{
		if (*content == '\'')
			appendStringInfoChar(text, '\'');
		appendStringInfoChar(text, *content);
	}
	appendStringInfoChar(text, '\'');
}

static char *
number_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(number)));
}

/* The program as an expression again, all of it in parentheses. */
static FuzzSlice
write_out(const Rule *rule)
{
	static const char *const operators[] = {
		[RULE_OP_ADD] = "+", [RULE_OP_SUBTRACT] = "-",
		[RULE_OP_MULTIPLY] = "*", [RULE_OP_DIVIDE] = "/",
		[RULE_OP_EQ] = "=", [RULE_OP_NE] = "<>", [RULE_OP_LT] = "<",
		[RULE_OP_LE] = "<=", [RULE_OP_GT] = ">", [RULE_OP_GE] = ">=",
		[RULE_OP_AND] = "and", [RULE_OP_OR] = "or"
	};
	char	  **stack = palloc(sizeof(char *) * rule->max_stack);
	int			depth = 0;

	for (int i = 0; i < rule->nops; i++)
	{
		const RuleOp *op = &rule->ops[i];
		StringInfoData text;

		initStringInfo(&text);
		fuzz_check(depth >= op->operands);
		depth -= op->operands;
		switch (op->code)
		{
			case RULE_OP_NUMBER:
				fuzz_check(op->index < rule->nnumbers);
				appendStringInfoString(&text,
									   number_text(rule->numbers[op->index]));
				break;
			case RULE_OP_TERM:
				{
					const RuleTerm *term = &rule->terms[op->index];

					fuzz_check(op->index < rule->nterms);
					appendStringInfo(&text, "%s(", term->function->name);
					if (term->code != NULL)
						append_quoted(&text, term->code);
					if (term->category != NULL)
					{
						appendStringInfoChar(&text, ',');
						append_quoted(&text, term->category);
					}
					appendStringInfoChar(&text, ')');
					break;
				}
			case RULE_OP_NEGATE:
				appendStringInfo(&text, "(-%s)", stack[depth]);
				break;
			case RULE_OP_NOT:
				appendStringInfo(&text, "(not %s)", stack[depth]);
				break;
			default:
				appendStringInfo(&text, "(%s %s %s)", stack[depth],
								 operators[op->code], stack[depth + 1]);
				break;
		}
		fuzz_check(depth < rule->max_stack);
		stack[depth++] = text.data;
	}
	fuzz_check(depth == 1);
	return fuzz_literal(stack[0]);
}

static bool
same_string(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
check_same_rule(const Rule *a, const Rule *b)
{
	fuzz_check(a->nops == b->nops && a->nterms == b->nterms &&
			   a->nnumbers == b->nnumbers && a->max_stack == b->max_stack);
	for (int i = 0; i < a->nops; i++)
		fuzz_check(a->ops[i].code == b->ops[i].code &&
				   a->ops[i].operands == b->ops[i].operands &&
				   a->ops[i].index == b->ops[i].index);
	for (int i = 0; i < a->nterms; i++)
		fuzz_check(a->terms[i].function == b->terms[i].function &&
				   same_string(a->terms[i].code, b->terms[i].code) &&
				   same_string(a->terms[i].category, b->terms[i].category) &&
				   same_string(a->terms[i].text, b->terms[i].text) &&
				   same_string(a->terms[i].key, b->terms[i].key));
	for (int i = 0; i < a->nnumbers; i++)
		fuzz_check(strcmp(number_text(a->numbers[i]),
						  number_text(b->numbers[i])) == 0);
}

/* Whatever is quoted in an expression is asked for by one of its terms. */
static void
check_quotations(const Rule *rule, FuzzSlice source)
{
	const char *end = source.data + source.len;

	for (const char *c = source.data; c < end; c++)
	{
		char	   *content = palloc(source.len + 1);
		int			length = 0;
		bool		found;

		if (*c != '\'')
			continue;
		for (c++; *c != '\'' || (c + 1 < end && c[1] == '\''); c++)
		{
			if (*c == '\'')
				c++;
			content[length++] = *c;
		}
		content[length] = '\0';
		found = strcmp(content, "all") == 0;
		for (int t = 0; t < rule->nterms && !found; t++)
			found = same_string(rule->terms[t].code, content) ||
				same_string(rule->terms[t].category, content);
		fuzz_check(found);
	}
}

static NullableDatum
int8_array(Datum *values, bool *nulls, int count)
{
	int			one = 1;

	if (count == 0)
		return fuzz_datum(PointerGetDatum(construct_empty_array(INT8OID)));
	return fuzz_datum(PointerGetDatum(construct_md_array(values, nulls, 1,
														 &count, &one, INT8OID,
														 8, FLOAT8PASSBYVAL,
														 TYPALIGN_DOUBLE)));
}

/*
 * Two rules of one expression in one go, a row for each fact: both are shown
 * with their values where it does not hold, and where there is an error it is
 * the same one.
 */
static void
check_violations(FuzzSlice source, Datum *names, bool *no_name,
				 Datum *numerators, bool *no_numerator, Datum *denominators,
				 bool *no_denominator, int count, FuzzResult holds,
				 FuzzResult values)
{
	FuzzSite   *accum = fuzz_not_strict(rule_violations_accum);
	Datum		sources[2];
	NullableDatum expressions;
	NullableDatum state = fuzz_null();
	FuzzResult	result;

	accum->internal = true;
	accum->context = fuzz_aggregate();
	sources[0] = fuzz_text_datum(source);
	sources[1] = fuzz_text_datum(source);
	expressions = fuzz_datum(PointerGetDatum(construct_array(sources, 2, TEXTOID,
															 -1, false,
															 TYPALIGN_INT)));
	for (int k = 0; k < count; k++)
	{
		result = FUZZ_CALL(accum, state, expressions,
						   no_name[k] ? fuzz_null() : fuzz_datum(names[k]),
						   no_numerator[k] ? fuzz_null() : fuzz_datum(numerators[k]),
						   no_denominator[k] ? fuzz_null() : fuzz_datum(denominators[k]));
		if (result.sqlstate != 0)
		{
			fuzz_check(result.sqlstate == holds.sqlstate);
			return;
		}
		fuzz_check(!result.isnull);
		state = fuzz_datum(result.value);
	}
	if (count == 0)
		return;
	fuzz_check(holds.sqlstate == 0);

	result = FUZZ_CALL(fuzz_not_strict(rule_violations_final), state);
	fuzz_check(result.sqlstate == 0);
	fuzz_check(result.isnull == (holds.isnull || DatumGetBool(holds.value)));
	if (!result.isnull)
	{
		Datum	   *shown;
		bool	   *nulls;
		int			nshown;

		deconstruct_array(DatumGetArrayTypeP(result.value), JSONBOID, -1, false,
						  TYPALIGN_INT, &shown, &nulls, &nshown);
		fuzz_check(nshown == 2 && !nulls[0] && !nulls[1]);
		for (int r = 0; r < nshown; r++)
			fuzz_check(compareJsonbContainers(&DatumGetJsonbP(shown[r])->root,
											  &DatumGetJsonbP(values.value)->root) == 0);
	}
}

/*
 * Input: an expression, then facts: name, numerator, denominator.  An empty
 * name is taken from the expression's terms, an empty number is missing.
 */
void
fuzz_rule(void)
{
	FuzzSlice	source;
	FuzzSlice	field;
	FuzzResult	parsed;
	FuzzResult	holds;
	FuzzResult	values;
	FuzzResult	other;
	const Rule *rule = NULL;
	Datum		names[MAX_FACTS];
	Datum		numerators[MAX_FACTS];
	Datum		denominators[MAX_FACTS];
	bool		no_name[MAX_FACTS] = {false};
	bool		no_numerator[MAX_FACTS];
	bool		no_denominator[MAX_FACTS];
	NullableDatum facts[3];
	int			count = 0;
	int			one = 1;
	int			expected = 0;
	FuzzSite   *place = fuzz_strict(rule_holds);

	if (!fuzz_field(&source))
		return;
	parsed = parse_slice(source);
	fuzz_check(parsed.sqlstate == 0 ||
			   parsed.sqlstate == ERRCODE_SYNTAX_ERROR ||
			   parsed.sqlstate == ERRCODE_DATATYPE_MISMATCH ||
			   parsed.sqlstate == ERRCODE_UNDEFINED_FUNCTION ||
			   parsed.sqlstate == ERRCODE_STATEMENT_TOO_COMPLEX ||
			   parsed.sqlstate == ERRCODE_PROGRAM_LIMIT_EXCEEDED);
	fuzz_check((parsed.sqlstate == ERRCODE_PROGRAM_LIMIT_EXCEEDED) ==
			   (source.len > MAX_LENGTH));
	if (parsed.sqlstate == 0)
		rule = (const Rule *) DatumGetPointer(parsed.value);

	if (rule != NULL)
	{
		FuzzSlice	written = write_out(rule);
		char	   *whole = pnstrdup(source.data, source.len);

		/* written out and read again it is the same, if it is not too long */
		other = parse_slice(written);
		if (other.sqlstate == 0)
			check_same_rule(rule, (const Rule *) DatumGetPointer(other.value));
		else
			fuzz_check(other.sqlstate == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
					   other.sqlstate == ERRCODE_STATEMENT_TOO_COMPLEX);

		for (int t = 0; t < rule->nterms; t++)
		{
			const RuleTerm *term = &rule->terms[t];
			char	   *shown;

			fuzz_check(0 <= term->start && term->start < term->end &&
					   term->end <= source.len);
			fuzz_check(term->key_length == strlen(term->key));
			shown = RulePlace(whole, source.len, term->start, term->end);
			fuzz_check(pg_verify_mbstr(GetDatabaseEncoding(), shown,
									   strlen(shown), true));
		}
		check_quotations(rule, source);
	}

	while (count < MAX_FACTS && fuzz_field(&field))
	{
		if (field.len == 0 && rule != NULL && rule->nterms > 0)
			field = fuzz_literal(rule->terms[count % rule->nterms].key);
		no_name[count] = field.len == 1 && field.data[0] == '-';
		names[count] = fuzz_text_datum(field);
		no_numerator[count] = !fuzz_field(&field) || field.len == 0;
		numerators[count] = Int64GetDatum(no_numerator[count] ? 0 :
										  fuzz_number(field));
		no_denominator[count] = !fuzz_field(&field) || field.len == 0;
		denominators[count] = Int64GetDatum(no_denominator[count] ? 0 :
											fuzz_number(field));
		for (int t = 0; rule != NULL && t < rule->nterms; t++)
		{
			FuzzSlice	name = fuzz_slice_of(names[count]);

			if (!no_name[count] && name.len == rule->terms[t].key_length &&
				memcmp(name.data, rule->terms[t].key, name.len) == 0 &&
				(DatumGetInt64(numerators[count]) < 0 ||
				 DatumGetInt64(denominators[count]) < 0))
				expected = ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		}
		count++;
	}
	if (count == 0)
		facts[0] = fuzz_datum(PointerGetDatum(construct_empty_array(TEXTOID)));
	else
		facts[0] =
			fuzz_datum(PointerGetDatum(construct_md_array(names, no_name, 1,
														  &count, &one, TEXTOID,
														  -1, false,
														  TYPALIGN_INT)));
	facts[1] = int8_array(numerators, no_numerator, count);
	facts[2] = int8_array(denominators, no_denominator, count);

	/* what has been accepted fails no more, but for facts that are none */
	holds = FUZZ_CALL(place, fuzz_text(source), facts[0], facts[1], facts[2]);
	fuzz_check(holds.sqlstate == (rule != NULL ? expected : parsed.sqlstate));
	values = FUZZ_CALL(fuzz_strict(rule_values), fuzz_text(source), facts[0],
					   facts[1], facts[2]);
	fuzz_check(values.sqlstate == holds.sqlstate);
	check_violations(source, names, no_name, numerators, no_numerator,
					 denominators, no_denominator, count, holds, values);
	if (holds.sqlstate != 0)
		return;
	fuzz_check(JB_ROOT_IS_ARRAY(DatumGetJsonbP(values.value)) &&
			   JB_ROOT_COUNT(DatumGetJsonbP(values.value)) == rule->nterms);

	/* its negation holds where it does not; asked again in the same place */
	if (source.len + 6 <= MAX_LENGTH)
	{
		char	   *negation = psprintf("not(%s)",
										pnstrdup(source.data, source.len));

		other = FUZZ_CALL(place, fuzz_text(fuzz_literal(negation)), facts[0],
						  facts[1], facts[2]);
		if (other.sqlstate != ERRCODE_STATEMENT_TOO_COMPLEX)
			fuzz_check(other.sqlstate == 0 && other.isnull == holds.isnull &&
					   (holds.isnull ||
						DatumGetBool(other.value) != DatumGetBool(holds.value)));
	}
	fuzz_check(fuzz_same_results(holds,
								 FUZZ_CALL(place, fuzz_text(source), facts[0],
										   facts[1], facts[2]), 0));
}

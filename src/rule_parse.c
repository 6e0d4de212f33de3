/*
 * rule_parse.c
 *	  The language of validation rules and its parser.
 *
 * A rule says what must hold between the values of one entity, for instance
 *
 *		n('2.3', 'female') + n('2.3', 'male') <= registered()
 *		registered() >= 0.9 * previous_registered() or missing('2.2')
 *
 * It is a language of its own, and not SQL, so that whoever may add a rule can
 * run nothing by it: an expression has no access to anything but the facts
 * that it is handed, it always ends, and its time and memory are bounded by
 * its length.
 *
 * The grammar, loosest binding first; words in any case:
 *
 *		condition	conjunction { OR conjunction }
 *		conjunction	negation { AND negation }
 *		negation	NOT negation | comparison
 *		comparison	sum [ ( = | <> | != | < | <= | > | >= ) sum ]
 *		sum			product { ( + | - ) product }
 *		product		sign { ( * | / ) sign }
 *		sign		( + | - ) sign | primary
 *		primary		number | function ( [ 'code' [ , 'category' ] ] )
 *					| ( condition )
 *
 * Numbers and conditions are told apart while parsing, so that a rule that has
 * been accepted can fail no more.  How it is evaluated is said in rule.c.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "compat.h"
#include "rule.h"

#define RULE_MAX_LENGTH		2000	/* bytes of an expression */
#define RULE_MAX_NESTING	100 /* parentheses, NOTs and signs around */
#define RULE_EXCERPT		30	/* characters shown before and after */

static const RuleFunction rule_functions[] = {
	{"n", RULE_NUMERATOR, false, NULL},
	{"d", RULE_DENOMINATOR, false, NULL},
	{"pct", RULE_PERCENTAGE, false, NULL},
	{"value", RULE_VALUE, false, NULL},
	{"missing", RULE_MISSING, false, NULL},
	{"previous_n", RULE_NUMERATOR, true, NULL},
	{"previous_d", RULE_DENOMINATOR, true, NULL},
	{"previous_pct", RULE_PERCENTAGE, true, NULL},
	{"previous_value", RULE_VALUE, true, NULL},
	{"previous", RULE_VALUE, true, NULL},
	{"previous_missing", RULE_MISSING, true, NULL},
	{"registered", RULE_FACT, false, "registered"},
	{"strength", RULE_FACT, false, "strength"},
	{"previous_registered", RULE_FACT, true, "registered"},
	{"previous_strength", RULE_FACT, true, "strength"},
	{"allotted", RULE_FACT, false, "allotted"},
	{"completed", RULE_FACT, false, "completed"},
	{"in_time", RULE_FACT, false, "in_time"},
	{"overdue", RULE_FACT, false, "overdue"}
};

#define RULE_FUNCTIONS_HINT \
	"Functions of an indicator are n, d, pct, value and missing, each also " \
	"with previous_ before it, as in previous_n('2.2'); counts are " \
	"registered(), strength(), previous_registered(), previous_strength(), " \
	"allotted(), completed(), in_time() and overdue()."

/*
 * The parser
 */
typedef enum RuleToken
{
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_STRING,
	TOKEN_NAME,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_COMPARISON,
	TOKEN_PLUS,
	TOKEN_MINUS,
	TOKEN_TIMES,
	TOKEN_OVER,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA
} RuleToken;

typedef enum RuleType
{
	TYPE_NUMBER,
	TYPE_CONDITION
} RuleType;

typedef struct RuleParser
{
	const char *source;			/* ends with a NUL, may hold none before */
	int			length;
	int			next;			/* where the token after this one begins */
	RuleToken	token;
	int			start;			/* of the token */
	int			end;
	int			last_end;		/* of the token before it */
	RuleOpcode	comparison;		/* of TOKEN_COMPARISON */
	int			nesting;
	int			stack;			/* values on the machine's stack here */
	Rule	   *rule;
} RuleParser;

static RuleType parse_condition(RuleParser *parser);

/*
 * Where source[start, end) stands, as errors show it:
 * At character 13: n('2.2') <= [foo]('2.3')
 */
char *
RulePlace(const char *source, int length, int start, int end)
{
	int			before = pg_mbstrlen_with_len(source, start);
	int			from = 0;
	int			shown;
	int			after;
	StringInfoData place;

	if (before > RULE_EXCERPT)
		from = pg_mbcharcliplen(source, start, before - RULE_EXCERPT);
	shown = pg_mbcharcliplen(source + start, end - start, RULE_EXCERPT);
	after = pg_mbcharcliplen(source + end, length - end, RULE_EXCERPT);

	initStringInfo(&place);
	if (start >= length)
		appendStringInfoString(&place, "At the end: ");
	else
		appendStringInfo(&place, "At character %d: ", before + 1);
	if (from > 0)
		appendStringInfoString(&place, "...");
	appendBinaryStringInfo(&place, source + from, start - from);
	appendStringInfoChar(&place, '[');
	appendBinaryStringInfo(&place, source + start, shown);
	if (shown < end - start)
		appendStringInfoString(&place, "...");
	appendStringInfoChar(&place, ']');
	appendBinaryStringInfo(&place, source + end, after);
	if (end + after < length)
		appendStringInfoString(&place, "...");

	/* an excerpt is one line */
	for (int i = 0; i < place.len; i++)
	{
		if ((unsigned char) place.data[i] < ' ' || place.data[i] == 0x7f)
			place.data[i] = ' ';
	}
	return place.data;
}

/* ereport with errcode, the place, and what the caller adds: errmsg, errhint */
#define rule_error(parser, start, end, sqlstate, ...) \
	ereport(ERROR, \
			(errcode(sqlstate), \
			 errdetail("%s", RulePlace((parser)->source, (parser)->length, \
										start, end)), \
			 __VA_ARGS__))

/* The letters of the language are those of ASCII, whatever the locale. */
static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
token_is(const RuleParser *parser, const char *word)
{
	int			length = parser->end - parser->start;

	return strlen(word) == length &&
		pg_strncasecmp(parser->source + parser->start, word, length) == 0;
}

static void
lex_number(RuleParser *parser)
{
	const char *source = parser->source;
	int			i = parser->start;

	while (is_digit(source[i]))
		i++;
	if (source[i] == '.' && is_digit(source[i + 1]))
	{
		i++;
		while (is_digit(source[i]))
			i++;
	}
	if (is_name_start(source[i]) || source[i] == '.')
	{
		while (is_name_start(source[i]) || is_digit(source[i]) ||
			   source[i] == '.')
			i++;
		rule_error(parser, parser->start, i, ERRCODE_SYNTAX_ERROR,
				   errmsg("malformed number"),
				   errhint("Numbers are written like 110 and 0.95."));
	}
	parser->token = TOKEN_NUMBER;
	parser->end = i;
}

static void
lex_string(RuleParser *parser)
{
	const char *source = parser->source;
	int			i = parser->start + 1;

	while (source[i] != '\'' || source[i + 1] == '\'')
	{
		if (source[i] == '\0')
			rule_error(parser, parser->start, parser->length,
					   ERRCODE_SYNTAX_ERROR,
					   errmsg("quotation without an end"),
					   errhint("Codes and categories stand between single "
							   "quotes, as in n('2.3', 'female')."));
		i += source[i] == '\'' ? 2 : 1;
	}
	parser->token = TOKEN_STRING;
	parser->end = i + 1;
}

static void
lex_operator(RuleParser *parser)
{
	const char *source = parser->source + parser->start;
	int			length = 1;

	parser->token = TOKEN_COMPARISON;
	switch (source[0])
	{
		case '+':
			parser->token = TOKEN_PLUS;
			break;
		case '-':
			parser->token = TOKEN_MINUS;
			break;
		case '*':
			parser->token = TOKEN_TIMES;
			break;
		case '/':
			parser->token = TOKEN_OVER;
			break;
		case '(':
			parser->token = TOKEN_OPEN;
			break;
		case ')':
			parser->token = TOKEN_CLOSE;
			break;
		case ',':
			parser->token = TOKEN_COMMA;
			break;
		case '=':
			parser->comparison = RULE_OP_EQ;
			break;
		case '<':
			parser->comparison = RULE_OP_LT;
			if (source[1] == '=')
				parser->comparison = RULE_OP_LE;
			else if (source[1] == '>')
				parser->comparison = RULE_OP_NE;
			if (parser->comparison != RULE_OP_LT)
				length = 2;
			break;
		case '>':
			parser->comparison = RULE_OP_GT;
			if (source[1] == '=')
			{
				parser->comparison = RULE_OP_GE;
				length = 2;
			}
			break;
		case '!':
			if (source[1] == '=')
			{
				parser->comparison = RULE_OP_NE;
				length = 2;
				break;
			}
			/* FALLTHROUGH */
		default:
			length = pg_mbcharcliplen(source, parser->length - parser->start,
									  1);
			rule_error(parser, parser->start, parser->start + length,
					   ERRCODE_SYNTAX_ERROR,
					   errmsg("unexpected character"),
					   errhint("An expression consists of numbers, functions "
							   "like n('2.2'), + - * /, = <> < <= > >=, and, "
							   "or, not, and parentheses."));
	}
	parser->end = parser->start + length;
}

/* Go to the next token. */
static void
advance(RuleParser *parser)
{
	const char *source = parser->source;
	int			i = parser->next;

	parser->last_end = parser->end;
	while (is_space(source[i]))
		i++;
	parser->start = i;

	if (i >= parser->length)
	{
		parser->token = TOKEN_END;
		parser->end = i;
	}
	else if (is_digit(source[i]))
		lex_number(parser);
	else if (source[i] == '\'')
		lex_string(parser);
	else if (is_name_start(source[i]))
	{
		while (is_name_start(source[i]) || is_digit(source[i]))
			i++;
		parser->end = i;
		if (token_is(parser, "and"))
			parser->token = TOKEN_AND;
		else if (token_is(parser, "or"))
			parser->token = TOKEN_OR;
		else if (token_is(parser, "not"))
			parser->token = TOKEN_NOT;
		else
			parser->token = TOKEN_NAME;
	}
	else
		lex_operator(parser);
	parser->next = parser->end;
}

static void
expect(RuleParser *parser, RuleToken token, const char *what)
{
	if (parser->token != token)
		rule_error(parser, parser->start, parser->end, ERRCODE_SYNTAX_ERROR,
				   errmsg("%s is expected", what));
	advance(parser);
}

/* An operation that takes so many values from the stack and leaves one. */
static void
emit(RuleParser *parser, RuleOpcode code, int operands, int index)
{
	Rule	   *rule = parser->rule;

	Assert(rule->nops < parser->length);
	rule->ops[rule->nops].code = code;
	rule->ops[rule->nops].operands = operands;
	rule->ops[rule->nops].index = index;
	rule->nops++;
	parser->stack += 1 - operands;
	Assert(parser->stack > 0);
	rule->max_stack = Max(rule->max_stack, parser->stack);
}

static void
require(RuleParser *parser, RuleType found, RuleType wanted, int start)
{
	if (found == wanted)
		return;
	if (wanted == TYPE_NUMBER)
		rule_error(parser, start, parser->last_end, ERRCODE_DATATYPE_MISMATCH,
				   errmsg("a number is expected, not a condition"),
				   errhint("Conditions are joined by and, or and not; to "
						   "compare three numbers write a <= b and b <= c."));
	rule_error(parser, start, parser->last_end, ERRCODE_DATATYPE_MISMATCH,
			   errmsg("a condition is expected, not a number"),
			   errhint("Compare the number, as in pct('2.2') <= 110."));
}

/* Nesting is what the parser recurses on. */
static void
nest(RuleParser *parser)
{
	check_stack_depth();
	if (++parser->nesting > RULE_MAX_NESTING)
		rule_error(parser, parser->start, parser->end,
				   ERRCODE_STATEMENT_TOO_COMPLEX,
				   errmsg("the expression is nested too deeply"),
				   errhint("At most %d parentheses, nots and signs may "
						   "stand around a part.", RULE_MAX_NESTING));
}

/* The content of a quotation, which the lexer has found well-formed. */
static char *
string_content(const RuleParser *parser)
{
	char	   *content = palloc(parser->end - parser->start);
	int			length = 0;

	for (int i = parser->start + 1; i < parser->end - 1; i++)
	{
		content[length++] = parser->source[i];
		if (parser->source[i] == '\'')
			i++;
	}
	content[length] = '\0';
	return content;
}

/* A code or a category */
static char *
parse_argument(RuleParser *parser, const char *function, const char *what)
{
	char	   *argument;

	if (parser->token != TOKEN_STRING)
		rule_error(parser, parser->start, parser->end, ERRCODE_SYNTAX_ERROR,
				   errmsg("function %s takes %s in single quotes", function,
						  what),
				   errhint("Write %s('2.2'), or %s('2.3', 'female') for a "
						   "category.", function, function));
	argument = string_content(parser);
	advance(parser);
	return argument;
}

static inline bool
same_string(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The number of the rule's term that asks this. */
static int
find_term(RuleParser *parser, const RuleFunction *function,
		  char *code, char *category, int start)
{
	Rule	   *rule = parser->rule;
	RuleTerm   *term;
	const char *of = code != NULL ? code : "";
	const char *blank = category != NULL ? " " : "";
	const char *part = category != NULL ? category : "";

	for (int i = 0; i < rule->nterms; i++)
	{
		if (rule->terms[i].function == function &&
			same_string(rule->terms[i].code, code) &&
			same_string(rule->terms[i].category, category))
			return i;
	}

	Assert(rule->nterms < parser->length);
	term = &rule->terms[rule->nterms];
	term->function = function;
	term->code = code;
	term->category = category;
	term->text = psprintf("%s(%s%s%s)", function->name, of, blank, part);
	term->key = psprintf("%s%s%s%s", function->previous ? "previous " : "",
						 function->fact != NULL ? function->fact : of,
						 blank, part);
	term->key_length = strlen(term->key);
	term->start = start;
	term->end = parser->last_end;
	return rule->nterms++;
}

static RuleType
parse_function(RuleParser *parser)
{
	const RuleFunction *function = NULL;
	char	   *code = NULL;
	char	   *category = NULL;
	int			start = parser->start;

	for (int i = 0; i < lengthof(rule_functions); i++)
	{
		if (token_is(parser, rule_functions[i].name))
			function = &rule_functions[i];
	}
	if (function == NULL)
		rule_error(parser, start, parser->end, ERRCODE_UNDEFINED_FUNCTION,
				   errmsg("unknown function \"%.*s\"",
						  Min(parser->end - start, NAMEDATALEN),
						  parser->source + start),
				   errhint(RULE_FUNCTIONS_HINT));
	advance(parser);
	expect(parser, TOKEN_OPEN, "an opening parenthesis");
	if (function->kind != RULE_FACT)
	{
		code = parse_argument(parser, function->name, "an indicator's code");
		if (parser->token == TOKEN_COMMA)
		{
			advance(parser);
			category = parse_argument(parser, function->name, "a category");
			if (strcmp(category, "all") == 0)
				category = NULL;
		}
	}
	else if (parser->token != TOKEN_CLOSE)
		rule_error(parser, parser->start, parser->end, ERRCODE_SYNTAX_ERROR,
				   errmsg("function %s takes no argument", function->name),
				   errhint("Write %s().", function->name));
	expect(parser, TOKEN_CLOSE, "a closing parenthesis");
	emit(parser, RULE_OP_TERM, 0,
		 find_term(parser, function, code, category, start));
	return function->kind == RULE_MISSING ? TYPE_CONDITION : TYPE_NUMBER;
}

static RuleType
parse_primary(RuleParser *parser)
{
	RuleType	type;

	switch (parser->token)
	{
		case TOKEN_NUMBER:
			{
				Rule	   *rule = parser->rule;
				char	   *digits = pnstrdup(parser->source + parser->start,
											  parser->end - parser->start);
				Datum		number =
					DirectFunctionCall3(numeric_in,
										CStringGetDatum(digits),
										ObjectIdGetDatum(InvalidOid),
										Int32GetDatum(-1));

				Assert(rule->nnumbers < parser->length);
				rule->numbers[rule->nnumbers] = DatumGetNumeric(number);
				emit(parser, RULE_OP_NUMBER, 0, rule->nnumbers++);
				advance(parser);
				return TYPE_NUMBER;
			}
		case TOKEN_NAME:
			return parse_function(parser);
		case TOKEN_OPEN:
			nest(parser);
			advance(parser);
			type = parse_condition(parser);
			expect(parser, TOKEN_CLOSE, "a closing parenthesis");
			parser->nesting--;
			return type;
		case TOKEN_STRING:
			rule_error(parser, parser->start, parser->end,
					   ERRCODE_SYNTAX_ERROR,
					   errmsg("a quotation cannot stand here"),
					   errhint("To speak of an indicator write n('2.2'), "
							   "d('2.2'), pct('2.2') or value('2.2')."));
			break;
		default:
			rule_error(parser, parser->start, parser->end,
					   ERRCODE_SYNTAX_ERROR,
					   errmsg("a number, a function or a parenthesis is "
							  "expected"));
	}
	return TYPE_NUMBER;			/* not reached */
}

static RuleType
parse_sign(RuleParser *parser)
{
	RuleToken	sign = parser->token;
	int			start;

	if (sign != TOKEN_PLUS && sign != TOKEN_MINUS)
		return parse_primary(parser);
	nest(parser);
	advance(parser);
	start = parser->start;
	require(parser, parse_sign(parser), TYPE_NUMBER, start);
	if (sign == TOKEN_MINUS)
		emit(parser, RULE_OP_NEGATE, 1, 0);
	parser->nesting--;
	return TYPE_NUMBER;
}

static RuleType
parse_product(RuleParser *parser)
{
	int			left = parser->start;
	RuleType	type = parse_sign(parser);

	while (parser->token == TOKEN_TIMES || parser->token == TOKEN_OVER)
	{
		int			right;
		RuleOpcode	code = parser->token == TOKEN_TIMES ?
			RULE_OP_MULTIPLY : RULE_OP_DIVIDE;

		require(parser, type, TYPE_NUMBER, left);
		advance(parser);
		right = parser->start;
		require(parser, parse_sign(parser), TYPE_NUMBER, right);
		emit(parser, code, 2, 0);
	}
	return type;
}

static RuleType
parse_sum(RuleParser *parser)
{
	int			left = parser->start;
	RuleType	type = parse_product(parser);

	while (parser->token == TOKEN_PLUS || parser->token == TOKEN_MINUS)
	{
		int			right;
		RuleOpcode	code = parser->token == TOKEN_PLUS ?
			RULE_OP_ADD : RULE_OP_SUBTRACT;

		require(parser, type, TYPE_NUMBER, left);
		advance(parser);
		right = parser->start;
		require(parser, parse_product(parser), TYPE_NUMBER, right);
		emit(parser, code, 2, 0);
	}
	return type;
}

static RuleType
parse_comparison(RuleParser *parser)
{
	int			left = parser->start;
	RuleType	type = parse_sum(parser);

	while (parser->token == TOKEN_COMPARISON)
	{
		int			right;
		RuleOpcode	code = parser->comparison;

		/* the second time round this says that comparisons do not chain */
		require(parser, type, TYPE_NUMBER, left);
		advance(parser);
		right = parser->start;
		require(parser, parse_sum(parser), TYPE_NUMBER, right);
		emit(parser, code, 2, 0);
		type = TYPE_CONDITION;
	}
	return type;
}

static RuleType
parse_negation(RuleParser *parser)
{
	int			start;

	if (parser->token != TOKEN_NOT)
		return parse_comparison(parser);
	nest(parser);
	advance(parser);
	start = parser->start;
	require(parser, parse_negation(parser), TYPE_CONDITION, start);
	emit(parser, RULE_OP_NOT, 1, 0);
	parser->nesting--;
	return TYPE_CONDITION;
}

static RuleType
parse_conjunction(RuleParser *parser)
{
	int			left = parser->start;
	RuleType	type = parse_negation(parser);

	while (parser->token == TOKEN_AND)
	{
		int			right;

		require(parser, type, TYPE_CONDITION, left);
		advance(parser);
		right = parser->start;
		require(parser, parse_negation(parser), TYPE_CONDITION, right);
		emit(parser, RULE_OP_AND, 2, 0);
	}
	return type;
}

static RuleType
parse_condition(RuleParser *parser)
{
	int			left = parser->start;
	RuleType	type = parse_conjunction(parser);

	while (parser->token == TOKEN_OR)
	{
		int			right;

		require(parser, type, TYPE_CONDITION, left);
		advance(parser);
		right = parser->start;
		require(parser, parse_conjunction(parser), TYPE_CONDITION, right);
		emit(parser, RULE_OP_OR, 2, 0);
	}
	return type;
}

/*
 * Parse an expression that ends with a NUL.  Each operation is written with at
 * least one character of its own, which bounds their number beforehand.
 */
Rule *
RuleParse(const char *source, int length)
{
	RuleParser	parser = {0};
	Rule	   *rule;
	int			start;

	/* text holds no NUL, so the parser may rely on the one at the end */
	Assert(strlen(source) == length);
	if (length > RULE_MAX_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the expression is too long"),
				 errdetail("It has %d bytes; %d are allowed.", length,
						   RULE_MAX_LENGTH),
				 errhint("Make several rules of it.")));

	rule = palloc0(sizeof(Rule));
	rule->ops = palloc(sizeof(RuleOp) * (length + 1));
	rule->terms = palloc(sizeof(RuleTerm) * (length / 3 + 1));
	rule->numbers = palloc(sizeof(Numeric) * (length + 1));
	parser.source = source;
	parser.length = length;
	parser.rule = rule;

	advance(&parser);
	start = parser.start;
	if (parser.token == TOKEN_END)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the expression is empty"),
				 errdetail("It holds nothing but blanks."),
				 errhint("A rule says what must hold, as in "
						 "pct('2.2') <= 110.")));
	require(&parser, parse_condition(&parser), TYPE_CONDITION, start);
	if (parser.token != TOKEN_END)
		rule_error(&parser, parser.start, parser.end, ERRCODE_SYNTAX_ERROR,
				   errmsg("the expression should end here, or go on with an "
						  "operator"));
	Assert(parser.stack == 1);
	return rule;
}

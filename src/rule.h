/*
 * rule.h
 *	  A validation rule, between its parser and those who evaluate it.
 *
 * A parsed rule is a program for a machine with one stack, so that evaluation
 * needs no recursion, and a list of terms, which is all that it asks of the
 * entity.  Everything is allocated in the memory context of the parser's
 * caller.
 */
#ifndef KARMAYOGI_RULE_H
#define KARMAYOGI_RULE_H

#include "utils/numeric.h"

typedef enum RuleKind
{
	RULE_NUMERATOR,
	RULE_DENOMINATOR,
	RULE_PERCENTAGE,
	RULE_VALUE,
	RULE_MISSING,
	RULE_FACT					/* a count of the entity that is no indicator */
} RuleKind;

typedef struct RuleFunction
{
	const char *name;
	RuleKind	kind;
	bool		previous;		/* of the snapshot before */
	const char *fact;			/* of RULE_FACT: its key */
} RuleFunction;

typedef enum RuleOpcode
{
	RULE_OP_NUMBER,
	RULE_OP_TERM,
	RULE_OP_NEGATE,
	RULE_OP_ADD,
	RULE_OP_SUBTRACT,
	RULE_OP_MULTIPLY,
	RULE_OP_DIVIDE,
	RULE_OP_EQ,
	RULE_OP_NE,
	RULE_OP_LT,
	RULE_OP_LE,
	RULE_OP_GT,
	RULE_OP_GE,
	RULE_OP_NOT,
	RULE_OP_AND,
	RULE_OP_OR
} RuleOpcode;

typedef struct RuleOp
{
	RuleOpcode	code;
	int			operands;		/* taken from the stack */
	int			index;			/* of RULE_OP_NUMBER and RULE_OP_TERM */
} RuleOp;

/* What a rule asks of the entity; what is asked twice is one term. */
typedef struct RuleTerm
{
	const RuleFunction *function;
	char	   *code;			/* NULL for a fact */
	char	   *category;		/* NULL: the only one, "all" */
	char	   *text;			/* as findings show it: n(2.3 female) */
	char	   *key;			/* name of the fact that answers it */
	int			key_length;
	int			start;			/* where it stands first */
	int			end;
} RuleTerm;

typedef struct Rule
{
	int			nops;
	int			nterms;
	int			nnumbers;
	int			max_stack;
	RuleOp	   *ops;
	RuleTerm   *terms;
	Numeric    *numbers;
} Rule;

extern Rule *RuleParse(const char *source, int length);
extern char *RulePlace(const char *source, int length, int start, int end);

#endif							/* KARMAYOGI_RULE_H */

/*
 * karmayogi.c
 *	  Module magic and settings of the karmayogi extension.
 *
 * The module works without shared_preload_libraries: it has no hooks and
 * starts no workers when loaded, so all that _PG_init does is to define the
 * settings that C code reads.  They are defined when the library is first used
 * in a session; a value set before that (in postgresql.conf, or by ALTER ROLE)
 * is a placeholder until then and is checked at that moment.
 */
#include "postgres.h"

#include <limits.h>

#include "fmgr.h"
#include "utils/guc.h"

#include "compat.h"
#include "karmayogi.h"

KARMAYOGI_MODULE_MAGIC;

int			karmayogi_refresh_mem = 1024 * 1024;
int			karmayogi_debug_passes = 1;
static int	engine_choice = 0;

static const struct config_enum_entry engine_choices[] = {
	{"auto", 0, false},
	{"native", 1, false},
	{"sql", 2, false},
	{NULL, 0, false}
};

void		_PG_init(void);

void
_PG_init(void)
{
	/* a user who may run a refresh may decide how much memory it takes, as
	 * with work_mem */
	DefineCustomIntVariable("karmayogi.refresh_mem",
							"Sets the maximum memory a refresh may use.",
							"Private and shared memory of all processes of "
							"the native engine together; plain SQL has an "
							"eighth of it for each sort. Valid range is 64MB "
							"and more.",
							&karmayogi_refresh_mem,
							1024 * 1024,	/* 1 GB */
							64 * 1024,	/* 64 MB */
							MAX_KILOBYTES,
							PGC_USERSET,
							GUC_UNIT_KB,
							NULL, NULL, NULL);

	DefineCustomEnumVariable("karmayogi.engine",
							 "Chooses what computes a refresh.",
							 "native: in C, in shared memory; sql: plain SQL; "
							 "auto: native where it can. The results are the "
							 "same.",
							 &engine_choice,
							 0,
							 engine_choices,
							 PGC_USERSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomIntVariable("karmayogi.debug_passes",
							"Sets the least number of passes of the native engine.",
							"For tests: several passes give the same results "
							"as one, with less memory.",
							&karmayogi_debug_passes,
							1, 1, 64,
							PGC_USERSET,
							GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL,
							NULL, NULL, NULL);

	MarkGUCPrefixReserved("karmayogi");
}

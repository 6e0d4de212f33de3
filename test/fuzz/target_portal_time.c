/*
 * target_portal_time.c
 *	  The portal's time stamps and durations.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "fuzz.h"
#include "portal_time.h"

FUZZ_DECLARE(portal_timestamp);
FUZZ_DECLARE(try_portal_timestamp);
FUZZ_DECLARE(portal_duration);
FUZZ_DECLARE(try_portal_duration);
FUZZ_DECLARE(portal_seconds);
FUZZ_DECLARE(portal_is_missing);

void		fuzz_portal_timestamp(void);
void		fuzz_portal_duration(void);

/* NULL of the strict one is a marker; of the lenient one, that or an error. */
static void
check_variants(NullableDatum text, FuzzResult strict, FuzzResult lenient)
{
	FuzzResult	missing = FUZZ_CALL(fuzz_not_strict(portal_is_missing), text);

	fuzz_check(strict.sqlstate == 0 ||
			   strict.sqlstate == ERRCODE_INVALID_DATETIME_FORMAT);
	fuzz_check(lenient.sqlstate == 0);
	fuzz_check(strict.isnull == lenient.isnull);
	fuzz_check((strict.isnull && strict.sqlstate == 0) ==
			   DatumGetBool(missing.value));
}

/* Input: a time stamp. */
void
fuzz_portal_timestamp(void)
{
	NullableDatum text = fuzz_text_field();
	FuzzResult	strict;
	FuzzResult	lenient;
	FuzzResult	again;
	Timestamp	stamp;
	PortalVerdict verdict;
	int64		day;
	struct pg_tm tm;
	fsec_t		fsec;
	char		form[128];

	if (text.isnull)
		return;
	strict = FUZZ_CALL(fuzz_strict(portal_timestamp), text);
	lenient = FUZZ_CALL(fuzz_strict(try_portal_timestamp), text);
	check_variants(text, strict, lenient);
	verdict = portal_read_day(portal_slice(VARDATA_ANY(DatumGetPointer(text.value)),
										   VARSIZE_ANY_EXHDR(DatumGetPointer(text.value))), &day);
	fuzz_check((verdict == PORTAL_VALUE) == !strict.isnull);
	fuzz_check((verdict == PORTAL_GARBAGE) == (strict.sqlstate != 0));
	if (strict.isnull)
		return;
	stamp = DatumGetTimestamp(strict.value);
	fuzz_check(stamp == DatumGetTimestamp(lenient.value));
	fuzz_check(IS_VALID_TIMESTAMP(stamp));
	fuzz_check(day == DatumGetDateADT(DirectFunctionCall1(timestamp_date, TimestampGetDatum(stamp))));

	/* written in each of the forms that can hold it, it is the same again */
	fuzz_check(timestamp2tm(stamp, NULL, &tm, &fsec, NULL, NULL) == 0);
	if (tm.tm_year < 1 || tm.tm_year > 9999)
		return;
	for (int i = 0; i < 5; i++)
	{
		int			len = snprintf(form, sizeof(form),
								   "%04d-%02d-%02d%c%02d:%02d:%02d",
								   tm.tm_year, tm.tm_mon, tm.tm_mday,
								   i % 2 == 0 ? ' ' : 'T', tm.tm_hour,
								   tm.tm_min, tm.tm_sec);

		if (i == 2)
		{
			if (fsec != 0)
				continue;
			snprintf(form + len, sizeof(form) - len, " %s",
					 tm.tm_hour < 12 ? "AM" : "pm");
		}
		else if (i == 4)
		{
			if (fsec % 1000 != 0)
				continue;
			snprintf(form + len, sizeof(form) - len, ":%03d+0530",
					 (int) fsec / 1000);
		}
		else
			snprintf(form + len, sizeof(form) - len, ".%06d%s", (int) fsec,
					 i == 3 ? "+05:30" : "");
		again = FUZZ_CALL(fuzz_strict(portal_timestamp),
						  fuzz_text(fuzz_literal(form)));
		if (again.sqlstate != 0 || again.isnull ||
			DatumGetTimestamp(again.value) != stamp)
			fuzz_fail("time stamp %s is not what it was", form);
	}
}

/* Input: a duration. */
void
fuzz_portal_duration(void)
{
	NullableDatum text = fuzz_text_field();
	FuzzResult	strict;
	FuzzResult	lenient;
	FuzzResult	seconds;
	FuzzResult	again;
	int64		value;
	char		form[64];

	if (text.isnull)
		return;
	strict = FUZZ_CALL(fuzz_strict(portal_duration), text);
	lenient = FUZZ_CALL(fuzz_strict(try_portal_duration), text);
	seconds = FUZZ_CALL(fuzz_strict(portal_seconds), text);
	check_variants(text, strict, lenient);
	fuzz_check(seconds.sqlstate == 0 && seconds.isnull == lenient.isnull);
	if (strict.isnull)
		return;
	value = DatumGetInt64(seconds.value);
	fuzz_check(fuzz_same_results(strict, lenient, sizeof(Interval)));
	fuzz_check(DatumGetIntervalP(strict.value)->time == value * USECS_PER_SEC &&
			   DatumGetIntervalP(strict.value)->day == 0 &&
			   DatumGetIntervalP(strict.value)->month == 0);
	fuzz_check(value >= 0);

	snprintf(form, sizeof(form), "%02d:%02d:%02d", (int) (value / 3600),
			 (int) (value / 60 % 60), (int) (value % 60));
	again = FUZZ_CALL(fuzz_strict(portal_seconds),
					  fuzz_text(fuzz_literal(form)));
	fuzz_check(again.sqlstate == 0 && !again.isnull &&
			   DatumGetInt64(again.value) == value);
}

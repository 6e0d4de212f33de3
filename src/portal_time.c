/*-------------------------------------------------------------------------
 *
 * portal_time.c
 *	  The portal's time stamps and durations, which it keeps as text.
 *
 * PostgreSQL's own date parser is no use here: it depends on DateStyle and
 * TimeZone, accepts words like "today", and costs a multiple.  A refresh reads
 * some hundred million time stamps, so this parser reads each byte once, at
 * its fixed place, and allocates nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "portal_text.h"
#include "portal_time.h"

/* Indian Standard Time, which has been this since 1945. */
#define IST_OFFSET_MINUTES (5 * 60 + 30)

/* More digits than this of hours are garbage, not a duration. */
#define MAX_HOUR_DIGITS 7

PG_FUNCTION_INFO_V1(portal_timestamp);
PG_FUNCTION_INFO_V1(try_portal_timestamp);
PG_FUNCTION_INFO_V1(portal_duration);
PG_FUNCTION_INFO_V1(try_portal_duration);
PG_FUNCTION_INFO_V1(portal_seconds);

/* What is wrong with a text; completes the sentence 'The text "..." ...'. */
static const char *const not_a_form = "is of none of the accepted forms";
static const char *const no_such_day = "names a day that does not exist";
static const char *const no_such_time = "names a time that does not exist";
static const char *const no_such_offset = "names an offset that does not exist";
static const char *const wrong_half = "contradicts its AM or PM";


static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Two digits, or something that is out of any range asked for. */
static inline int
two_digits(const char *p)
{
	if (unlikely(!is_digit(p[0]) || !is_digit(p[1])))
		return -1;
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static inline int
days_of_month(int year, int month)
{
	return day_tab[isleap(year)][month - 1];
}

/*
 * The offset that ends a time stamp: Z, +hh, +hhmm or +hh:mm.  What stands
 * there must be all of it.
 */
static const char *
read_offset(const char *p, const char *end, int *minutes)
{
	int			sign = (*p == '-') ? -1 : 1;
	int			hour;
	int			minute = 0;

	if (*p == 'Z' && end - p == 1)
	{
		*minutes = 0;
		return NULL;
	}
	if (*p != '+' && *p != '-')
		return not_a_form;
	p++;
	if (end - p == 5 && p[2] == ':')
		minute = two_digits(p + 3);
	else if (end - p == 4)
		minute = two_digits(p + 2);
	else if (end - p != 2)
		return not_a_form;
	hour = two_digits(p);
	if (hour < 0 || minute < 0)
		return not_a_form;
	if (hour > MAX_TZDISP_HOUR || minute > 59)
		return no_such_offset;
	*minutes = sign * (hour * 60 + minute);
	return NULL;
}

/*
 * The hour of the portal's "HH:mm:ss a", a 24-hour clock with a marker that
 * says nothing new.  Where the two contradict each other and the hour can be
 * one of a 12-hour clock, it is that; returns -1 where it cannot.
 */
static int
hour_with_marker(int hour, char marker)
{
	if (portal_lower(marker) == 'a')
		return hour < 12 ? hour : (hour == 12 ? 0 : -1);
	return hour >= 12 ? hour : (hour > 0 ? hour + 12 : -1);
}

/*
 * Read a time stamp.  On PORTAL_GARBAGE, *reason says why.
 */
static inline PortalVerdict
read_timestamp(PortalSlice slice, Timestamp *result, const char **reason)
{
	const char *p;
	const char *end;
	int			century;
	int			year;
	int			month;
	int			day;
	int			hour = 0;
	int			minute = 0;
	int			second = 0;
	int			fraction = 0;
	int			offset = IST_OFFSET_MINUTES;
	bool		iso;

	slice = portal_trim(slice);
	p = slice.data;
	*reason = not_a_form;
	if (slice.len == 0 || !is_digit(p[0]))
		return portal_trimmed_is_missing(slice) ?
			PORTAL_MISSING : PORTAL_GARBAGE;

	/* where there is something: a NULL of the engine's has no data */
	end = p + slice.len;
	if (slice.len < 10 || p[4] != '-' || p[7] != '-')
		return PORTAL_GARBAGE;
	century = two_digits(p);
	year = two_digits(p + 2);
	month = two_digits(p + 5);
	day = two_digits(p + 8);
	if (century < 0 || year < 0 || month < 0 || day < 0)
		return PORTAL_GARBAGE;
	year += century * 100;
	if (year == 0 || month == 0 || month > 12 || day == 0 ||
		(day > 28 && day > days_of_month(year, month)))
	{
		*reason = no_such_day;
		return PORTAL_GARBAGE;
	}
	p += 10;
	if (p == end)
		goto done;

	/* Hour and minute */
	if (end - p < 6 || (p[0] != ' ' && p[0] != 'T') || p[3] != ':')
		return PORTAL_GARBAGE;
	iso = (p[0] == 'T');
	hour = two_digits(p + 1);
	minute = two_digits(p + 4);
	if (hour < 0 || minute < 0)
		return PORTAL_GARBAGE;
	p += 6;

	/* Second and what can only follow one */
	if (p < end && *p == ':')
	{
		if (end - p < 3 || (second = two_digits(p + 1)) < 0)
			return PORTAL_GARBAGE;
		p += 3;

		if (p < end && *p == '.')
		{
			int			unit = 100000;

			if (++p == end || !is_digit(*p))
				return PORTAL_GARBAGE;
			for (; p < end && is_digit(*p); p++)
			{
				fraction += (*p - '0') * unit;
				unit /= 10;
			}
		}
		else if (end - p > 4 && *p == ':' && is_digit(p[1]) &&
				 is_digit(p[2]) && is_digit(p[3]))
		{
			/* yyyy-MM-dd HH:mm:ss:SSSZ, never without its offset */
			fraction = ((p[1] - '0') * 100 + two_digits(p + 2)) * 1000;
			p += 4;
		}
		else if (!iso && end - p == 3 && *p == ' ')
		{
			char		half = portal_lower(p[1]);

			if ((half != 'a' && half != 'p') || portal_lower(p[2]) != 'm')
				return PORTAL_GARBAGE;
			if (hour > 23 || minute > 59 || second > 59)
			{
				*reason = no_such_time;
				return PORTAL_GARBAGE;
			}
			hour = hour_with_marker(hour, half);
			if (hour < 0)
			{
				*reason = wrong_half;
				return PORTAL_GARBAGE;
			}
			p = end;
		}
	}

	if (p < end)
	{
		const char *wrong = read_offset(p, end, &offset);

		if (wrong != NULL)
		{
			*reason = wrong;
			return PORTAL_GARBAGE;
		}
	}
	if (hour > 23 || minute > 59 || second > 59)
	{
		*reason = no_such_time;
		return PORTAL_GARBAGE;
	}

done:
	/* Four digits of year keep this far inside the range of a timestamp. */
	day = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	minute += hour * 60 + IST_OFFSET_MINUTES - offset;
	*result = day * USECS_PER_DAY + minute * USECS_PER_MINUTE +
		second * USECS_PER_SEC + fraction;
	return PORTAL_VALUE;
}

/*
 * Whether eight bytes are as the form says, in which 0 stands for any digit and
 * anything else for itself.  What differs from the form is a digit of at most
 * 9, or nothing; "rest" is what may be added to either before the highest bit
 * of its byte is set.
 */
static inline bool
is_of_form(const char *data, const char *form, const char *rest)
{
	uint64		bytes;
	uint64		expected;
	uint64		addend;
	uint64		differs;

	memcpy(&bytes, data, 8);
	memcpy(&expected, form, 8);
	memcpy(&addend, rest, 8);
	differs = bytes ^ expected;
	return (((differs + addend) | differs) & UINT64CONST(0x8080808080808080)) == 0;
}

static inline int
sure_digits(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/*
 * The day before the first of a month, counted as a date is.  Tables hold the
 * days of a few years: each month is worked out once, and then found.
 */
static inline int
day_before_month(int year, int month)
{
	static int	known_month[256];
	static int	known_day[256];
	int			wanted = year * 12 + month;
	int			at = wanted & 255;

	if (unlikely(known_month[at] != wanted))
	{
		known_day[at] = date2j(year, month, 1) - 1 - POSTGRES_EPOCH_JDATE;
		known_month[at] = wanted;
	}
	return known_day[at];
}

/*
 * Read yyyy-MM-dd HH:mm:ss; false if it is anything else, or no such day or
 * time.  Minutes and seconds begin with at most 5 and hours with at most 2, so
 * that the form leaves little of the time to be looked at.
 */
static inline bool
read_usual(PortalSlice slice, int64 *date)
{
	const char *p = slice.data;
	int			year;
	int			month;
	int			day;

	if (unlikely(slice.len != 19 ||
				 !is_of_form(p, "0000-00-", "\x76\x76\x76\x76\x7F\x76\x76\x7F") ||
				 !is_of_form(p + 8, "00 00:00", "\x76\x76\x7F\x7D\x76\x7F\x7A\x76") ||
				 !is_of_form(p + 11, "00:00:00", "\x7D\x76\x7F\x7A\x76\x7F\x7A\x76") ||
				 (p[11] == '2' && p[12] > '3')))
		return false;
	year = sure_digits(p) * 100 + sure_digits(p + 2);
	month = sure_digits(p + 5);
	day = sure_digits(p + 8);
	if (unlikely(year == 0 || month < 1 || month > 12 || day < 1 ||
				 (day > 28 && day > days_of_month(year, month))))
		return false;
	*date = day_before_month(year, month) + day;
	return true;
}

/*
 * For who has no use for a reason.  Nearly all time stamps are
 * yyyy-MM-dd HH:mm:ss; these are read in a few steps, and what is any other in
 * the ordinary way.
 */
PortalVerdict
portal_read_timestamp(PortalSlice slice, Timestamp *result)
{
	const char *p = slice.data;
	const char *reason;
	int64		day;

	if (likely(read_usual(slice, &day)))
	{
		*result = day * USECS_PER_DAY +
			(sure_digits(p + 11) * SECS_PER_HOUR + sure_digits(p + 14) * SECS_PER_MINUTE +
			 sure_digits(p + 17)) * USECS_PER_SEC;
		return PORTAL_VALUE;
	}
	return read_timestamp(slice, result, &reason);
}

/* For who wants to know the day and nothing more. */
PortalVerdict
portal_read_day(PortalSlice slice, int64 *day)
{
	const char *reason;
	Timestamp	time;
	PortalVerdict verdict;

	if (likely(read_usual(slice, day)))
		return PORTAL_VALUE;
	verdict = read_timestamp(slice, &time, &reason);
	if (verdict == PORTAL_VALUE)
	{
		*day = time / USECS_PER_DAY;
		if (time % USECS_PER_DAY < 0)
			(*day)--;
	}
	return verdict;
}

Datum
portal_timestamp(PG_FUNCTION_ARGS)
{
	PortalSlice slice = portal_text_slice(PG_GETARG_TEXT_PP(0));
	Timestamp	result;
	const char *reason;

	switch (read_timestamp(slice, &result, &reason))
	{
		case PORTAL_VALUE:
			PG_RETURN_TIMESTAMP(result);
		case PORTAL_MISSING:
			break;
		case PORTAL_GARBAGE:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
					 errmsg("invalid time stamp of the portal"),
					 errdetail("The text \"%s\" %s.",
							   portal_quotation(slice), reason),
					 errhint("Accepted are yyyy-MM-dd, yyyy-MM-dd HH:mm:ss with or without AM or PM, ISO 8601 such as yyyy-MM-ddTHH:mm:ss.SSS+05:30, and yyyy-MM-dd HH:mm:ss:SSS+0530.")));
	}
	PG_RETURN_NULL();
}

Datum
try_portal_timestamp(PG_FUNCTION_ARGS)
{
	Timestamp	result;

	if (portal_read_timestamp(portal_text_slice(PG_GETARG_TEXT_PP(0)), &result) == PORTAL_VALUE)
		PG_RETURN_TIMESTAMP(result);
	PG_RETURN_NULL();
}

/*
 * Read HH:mm:ss, any number of hours.
 */
static inline PortalVerdict
read_duration(PortalSlice slice, int64 *seconds, const char **reason)
{
	int64		hours = 0;
	int			minute;
	int			second;
	Size		i = 0;

	slice = portal_trim(slice);
	*reason = not_a_form;
	if (slice.len == 0 || !is_digit(slice.data[0]))
		return portal_trimmed_is_missing(slice) ?
			PORTAL_MISSING : PORTAL_GARBAGE;

	while (i < slice.len && i <= MAX_HOUR_DIGITS && is_digit(slice.data[i]))
		hours = hours * 10 + (slice.data[i++] - '0');
	if (i > MAX_HOUR_DIGITS || slice.len - i != 6 ||
		slice.data[i] != ':' || slice.data[i + 3] != ':')
		return PORTAL_GARBAGE;
	minute = two_digits(slice.data + i + 1);
	second = two_digits(slice.data + i + 4);
	if (minute < 0 || second < 0)
		return PORTAL_GARBAGE;
	if (minute > 59 || second > 59)
	{
		*reason = "has more than 59 minutes or seconds";
		return PORTAL_GARBAGE;
	}
	*seconds = hours * SECS_PER_HOUR + (int64) minute * SECS_PER_MINUTE + second;
	return PORTAL_VALUE;
}

/* For the engine. */
PortalVerdict
portal_read_seconds(PortalSlice slice, int64 *seconds)
{
	const char *reason;

	return read_duration(slice, seconds, &reason);
}

/* All in hours: the portal's durations are sums of time, not calendar days. */
static Datum
seconds_to_interval(int64 seconds)
{
	Interval   *result = palloc0(sizeof(Interval));

	result->time = seconds * USECS_PER_SEC;
	return IntervalPGetDatum(result);
}

Datum
portal_duration(PG_FUNCTION_ARGS)
{
	PortalSlice slice = portal_text_slice(PG_GETARG_TEXT_PP(0));
	int64		seconds;
	const char *reason;

	switch (read_duration(slice, &seconds, &reason))
	{
		case PORTAL_VALUE:
			return seconds_to_interval(seconds);
		case PORTAL_MISSING:
			break;
		case PORTAL_GARBAGE:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
					 errmsg("invalid duration of the portal"),
					 errdetail("The text \"%s\" %s.",
							   portal_quotation(slice), reason),
					 errhint("Accepted is HH:mm:ss, with up to %d digits of hours.",
							 MAX_HOUR_DIGITS)));
	}
	PG_RETURN_NULL();
}

Datum
try_portal_duration(PG_FUNCTION_ARGS)
{
	int64		seconds;
	const char *reason;

	if (read_duration(portal_text_slice(PG_GETARG_TEXT_PP(0)),
					  &seconds, &reason) == PORTAL_VALUE)
		return seconds_to_interval(seconds);
	PG_RETURN_NULL();
}

Datum
portal_seconds(PG_FUNCTION_ARGS)
{
	int64		seconds;
	const char *reason;

	if (read_duration(portal_text_slice(PG_GETARG_TEXT_PP(0)),
					  &seconds, &reason) == PORTAL_VALUE)
		PG_RETURN_INT64(seconds);
	PG_RETURN_NULL();
}

/*
 * target_engine_rows_input.c
 *	  Input of target_engine_rows.c: rows of the portal, and what they mean.
 *
 * Everything is worked out plainly here: row by row, each row compared with
 * each other, values read by the functions that plain SQL calls.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "engine_rows.h"

FUZZ_DECLARE(allotment_matches);
FUZZ_DECLARE(allotment_audience);
FUZZ_DECLARE(left_out);
FUZZ_DECLARE(portal_fold);
FUZZ_DECLARE(portal_gender);
FUZZ_DECLARE(portal_is_missing);
FUZZ_DECLARE(portal_value);
FUZZ_DECLARE(try_portal_timestamp);

Portal		portal;

/*
 * Values
 */

FuzzSlice
bytes_of(NullableDatum value)
{
	return value.isnull ? (FuzzSlice) {NULL, 0} : fuzz_slice_of(value.value);
}

PortalSlice
slice_of(NullableDatum value)
{
	FuzzSlice	bytes = bytes_of(value);

	return portal_slice(bytes.data, bytes.len);
}

static bool
same_bytes(FuzzSlice a, FuzzSlice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* NULL is NULL's like, and no text's. */
bool
same(NullableDatum a, NullableDatum b)
{
	return a.isnull == b.isnull && (a.isnull || same_bytes(bytes_of(a), bytes_of(b)));
}

bool
is(NullableDatum value, const char *literal)
{
	return !value.isnull && same_bytes(bytes_of(value), fuzz_literal(literal));
}

bool
is_missing(NullableDatum value)
{
	return DatumGetBool(FUZZ_CALL(fuzz_not_strict(portal_is_missing), value).value);
}

NullableDatum
fold(NullableDatum value)
{
	FuzzResult	folded = FUZZ_CALL(fuzz_strict(portal_fold), value);

	return folded.isnull ? fuzz_null() : fuzz_datum(folded.value);
}

static bool
folds_to_any(NullableDatum value, const char *const *word)
{
	value = fold(value);
	for (; *word != NULL; word++)
	{
		if (is(value, *word))
			return true;
	}
	return false;
}

static bool
speaks_of_volunteers(NullableDatum value)
{
	FuzzSlice	text = bytes_of(fold(value));

	return text.len > 0 && memmem(text.data, text.len, "volunteer", 9) != NULL;
}

/* The day of a time stamp, if it can be read; else whether there is something. */
bool
read_day(NullableDatum value, int64 *day, bool *unreadable)
{
	FuzzResult	stamp = FUZZ_CALL(fuzz_strict(try_portal_timestamp), value);

	fuzz_check(stamp.sqlstate == 0);
	*unreadable = stamp.isnull && !is_missing(value);
	if (stamp.isnull)
		return false;
	*day = DatumGetTimestamp(stamp.value) / USECS_PER_DAY -
		(DatumGetTimestamp(stamp.value) % USECS_PER_DAY < 0);
	return true;
}

/* The first 64 bytes, and no part of a character. */
static FuzzSlice
cut(FuzzSlice text)
{
	if (text.len > 64)
	{
		text.len = 64;
		while (GetDatabaseEncoding() == PG_UTF8 && (text.data[text.len] & 0xC0) == 0x80)
			text.len--;
	}
	return text;
}

static int
order_of(FuzzSlice a, FuzzSlice b)
{
	int			order = Min(a.len, b.len) == 0 ? 0 : memcmp(a.data, b.data, Min(a.len, b.len));

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool
is_stamp(FuzzSlice text)
{
	return text.len > 0 && text.data[0] >= '0' && text.data[0] <= '9';
}

void
note_generated(Generated *known, NullableDatum value)
{
	FuzzSlice	text;

	if (value.isnull)
		return;
	text = cut(bytes_of(value));
	if (known->any && is_stamp(known->first) && !is_stamp(text))
		return;
	if (!known->any || (is_stamp(text) && !is_stamp(known->first)))
		known->first = known->last = text;
	known->any = true;
	if (order_of(text, known->first) < 0)
		known->first = text;
	if (order_of(text, known->last) > 0)
		known->last = text;
}

/* As the engine writes them. */
void
check_generated(const Generated *known, bool isnull, Datum value)
{
	FuzzSlice	text;

	fuzz_check(isnull == !known->any);
	if (isnull)
		return;
	text = fuzz_slice_of(value);
	fuzz_check(text.len == known->first.len + 1 + known->last.len);
	fuzz_check(memcmp(text.data, known->first.data, known->first.len) == 0);
	fuzz_check(text.data[known->first.len] == '|');
	fuzz_check(memcmp(text.data + known->first.len + 1, known->last.data, known->last.len) == 0);
}

/*
 * The input
 */

/* Columns: "-" is NULL, and so is whatever comes after ".". */
static void
read_columns(NullableDatum *column, int count)
{
	bool		ended = false;

	for (int i = 0; i < count; i++)
	{
		NullableDatum field = ended ? fuzz_null() : fuzz_text_field();

		ended = ended || field.isnull || is(field, ".");
		column[i] = ended || is(field, "-") ? fuzz_null() : field;
	}
}

/* Up to eight digits are short for a uuid: equal ids are to be met often. */
static NullableDatum
as_id(NullableDatum field, int next)
{
	FuzzSlice	text = bytes_of(field);
	unsigned int number;

	if (text.len < 1 || text.len > 8)
		return field;
	for (Size i = 0; i < text.len; i++)
	{
		if (text.data[i] < '0' || text.data[i] > '9')
			return field;
	}
	number = (unsigned int) fuzz_number(text) + next;
	return fuzz_text(fuzz_literal(psprintf("%08x-0000-4000-8000-%012x", number * 7, number)));
}

static void
read_person(Person *person)
{
	static const char *const marks[] = {"true", "t", "yes", "y", "1", NULL};
	static const char *const not_my_user[] = {"not-my-user", NULL};
	static const char *const female[] = {"female", "f", "woman", "महिला", NULL};
	static const char *const male[] = {"male", "m", "man", "पुरुष", NULL};
	const NullableDatum *column = person->column;
	int64		ignored;

	person->has_id = !is_missing(column[P_USER_ID]);
	person->left_out = !is(column[P_STATUS], "1") ? "not active" :
		folds_to_any(column[P_MARKED], marks) || folds_to_any(column[P_PROFILE_STATUS], not_my_user) ? "not my user" :
		speaks_of_volunteers(column[P_DESIGNATION]) || speaks_of_volunteers(column[P_ROLES]) ? "volunteer" : NULL;
	person->gender = is_missing(column[P_GENDER]) ? "unknown" :
		folds_to_any(column[P_GENDER], female) ? "female" :
		folds_to_any(column[P_GENDER], male) ? "male" : "other";
	(void) read_day(column[P_UPDATED], &ignored, &person->unreadable);
	if (!read_day(column[P_REGISTERED], &person->registered_on, &person->unreadable_registration))
		person->registered_on = PROFILE_NO_DAY;
	person->designation_key = is_missing(column[P_DESIGNATION]) ? fuzz_null() : fold(column[P_DESIGNATION]);
}

/* What SQL says of the same row. */
static void
check_values(const Person *person)
{
	const NullableDatum *column = person->column;
	FuzzResult	result;

	result = FUZZ_CALL(fuzz_not_strict(left_out), column[P_STATUS], column[P_MARKED],
					   column[P_PROFILE_STATUS], column[P_DESIGNATION], column[P_ROLES]);
	fuzz_check(result.sqlstate == 0 && result.isnull == (person->left_out == NULL));
	fuzz_check(result.isnull || is(fuzz_datum(result.value), person->left_out));

	result = FUZZ_CALL(fuzz_not_strict(portal_gender), column[P_GENDER]);
	fuzz_check(result.sqlstate == 0 && !result.isnull && is(fuzz_datum(result.value), person->gender));

	for (int i = 0; i < P_COLUMNS; i++)
	{
		FuzzSlice	text = bytes_of(column[i]);

		result = FUZZ_CALL(fuzz_strict(portal_value), column[i]);
		fuzz_check(result.sqlstate == 0 && result.isnull == is_missing(column[i]));
		while (text.len > 0 && strchr(" \t\n\v\f\r", text.data[0]) != NULL)
		{
			text.data++;
			text.len--;
		}
		while (text.len > 0 && strchr(" \t\n\v\f\r", text.data[text.len - 1]) != NULL)
			text.len--;
		fuzz_check(result.isnull || same_bytes(fuzz_slice_of(result.value), text));
	}
}

static void
read_enrolment(Enrolment *row)
{
	const NullableDatum *column = row->column;
	FuzzSlice	certificate = bytes_of(column[E_CERTIFICATE]);
	int			characters = 0;
	int64		first;
	int64		last;
	int64		accessed;
	bool		has_first;
	bool		has_last;
	bool		ignored;

	for (Size i = 0; i < certificate.len; i++)
		characters += GetDatabaseEncoding() != PG_UTF8 || (certificate.data[i] & 0xC0) != 0x80;
	row->has_content = !is_missing(column[E_CONTENT_ID]);
	row->enrolled = !is(column[E_STATUS], "not-enrolled");
	row->completed = is(column[E_STATUS], "completed");
	row->certificated = characters > 5 && row->enrolled;
	has_first = read_day(column[E_FIRST], &first, &ignored);
	has_last = read_day(column[E_LAST], &last, &ignored);
	row->has_day = row->completed && (has_first || has_last);
	if (row->has_day)
		row->day = !has_last ? first : !has_first ? last : Min(first, last);
	row->active = row->enrolled && read_day(column[E_ACCESSED], &accessed, &ignored) ?
		accessed + ENGINE_DATE_SHIFT : 0;
}

/* Of an event whose id is a number that many seconds are known. */
static void
read_event(Event *row, NullableDatum flags)
{
	FuzzSlice	event = bytes_of(row->event_id);
	FuzzSlice	own = bytes_of(row->own);
	FuzzSlice	say = bytes_of(flags);
	int64		number = fuzz_number(own);

	row->seconds = event.len > 0 && event.len < 10 && is_stamp(event) ?
		fuzz_datum(Int64GetDatum(fuzz_number(event))) : fuzz_null();
	/* the least number stands for none */
	row->own = own.len == 0 || !row->seconds.isnull ? fuzz_null() :
		fuzz_datum(Int64GetDatum(Max(number, -PG_INT64_MAX)));
	row->completed = row->certificated = fuzz_datum(BoolGetDatum(false));
	for (Size i = 0; i < say.len; i++)
	{
		if (say.data[i] == 'c')
			row->completed = fuzz_datum(BoolGetDatum(true));
		else if (say.data[i] == 'x')
			row->certificated = fuzz_datum(BoolGetDatum(true));
		else if (say.data[i] == 'n')
			row->completed = fuzz_null();
	}
}

/*
 * Criteria of an audience, and what ids, MDOs and designations they want: whom
 * the engine asks about has these.
 */
static void
read_others(Others *others)
{
	FuzzSite   *site = fuzz_not_strict(allotment_audience);
	NullableDatum column[2];
	Datum		values[6];
	bool		nulls[6];

	read_columns(column, 2);
	if (column[0].isnull || column[1].isnull)
		return;
	site->row = CreateTemplateTupleDesc(6);
	TupleDescInitBuiltinEntry(site->row, 1, "intelligible", BOOLOID, -1, 0);
	TupleDescInitBuiltinEntry(site->row, 2, "everybody", BOOLOID, -1, 0);
	TupleDescInitBuiltinEntry(site->row, 3, "user_ids", TEXTARRAYOID, -1, 0);
	TupleDescInitBuiltinEntry(site->row, 4, "mdo_ids", TEXTARRAYOID, -1, 0);
	TupleDescInitBuiltinEntry(site->row, 5, "designations", TEXTARRAYOID, -1, 0);
	TupleDescInitBuiltinEntry(site->row, 6, "other_criteria", BOOLOID, -1, 0);
	fuzz_deform(site, FUZZ_CALL(site, column[0], column[1]), values, nulls);
	for (int i = 0; i < 3; i++)
	{
		Datum	   *element;
		bool	   *isnull;
		int			count;

		others->met[i] = fuzz_null();
		if (nulls[2 + i])
			continue;
		deconstruct_array(DatumGetArrayTypeP(values[2 + i]), TEXTOID, -1, false, TYPALIGN_INT,
						  &element, &isnull, &count);
		/* an audience of nobody reaches nobody, and SQL tells of none */
		if (count == 0)
			return;
		others->met[i] = fuzz_datum(element[0]);
	}
	others->present = true;
	others->type = column[0];
	others->to = column[1];
	portal.criteria = true;
}

static bool
meets_others(const Others *others, const Person *person)
{
	FuzzResult	matches;

	if (!others->present)
		return true;
	matches = FUZZ_CALL(fuzz_not_strict(allotment_matches), others->type, others->to, fuzz_null(),
						others->met[0], others->met[1], others->met[2],
						person->column[P_CADRE], person->column[P_GROUPS], person->column[P_CADRE_BATCH],
						person->column[P_CIVIL_SERVICES], person->column[P_VERIFIED], person->column[P_DEPUTATION]);
	fuzz_check(matches.sqlstate == 0);
	return !matches.isnull && DatumGetBool(matches.value);
}

/*
 * Rows.  Before its columns stands what kind of row it is, and a number: of
 * persons, events and enrolments how often it stands there, with the next uuids;
 * of what plans say the audience.
 */
void
read_rows(void)
{
	NullableDatum field;

	while (!(field = fuzz_text_field()).isnull)
	{
		FuzzSlice	kind = bytes_of(field);
		int64		number = fuzz_number(kind);
		int			times = number < 1 || number > 100 ? 1 : (int) number;
		int			audience = (int) (number < 0 ? 1 : number % AUDIENCES + 1);
		bool		marked = kind.len > 1 && kind.data[kind.len - 1] == 'x';
		NullableDatum column[P_COLUMNS];

		if (kind.len == 0)
			continue;
		switch (kind.data[0])
		{
			case 'p':
				read_columns(column, P_COLUMNS);
				for (int i = 0; i < times && portal.persons < MAX_ROWS; i++)
				{
					Person	   *person = &portal.person[portal.persons++];

					memcpy(person->column, column, sizeof(column));
					person->column[P_USER_ID] = as_id(column[P_USER_ID], i);
					read_person(person);
					if (i == 0)
						check_values(person);
				}
				break;
			case 'e':
				read_columns(column, E_COLUMNS);
				for (int i = 0; i < times && portal.enrolments < MAX_ROWS; i++)
				{
					Enrolment  *row = &portal.enrolment[portal.enrolments++];

					memcpy(row->column, column, sizeof(row->column));
					/* many contents of one official, or one of many */
					if (marked)
						row->column[E_CONTENT_ID] = as_id(column[E_CONTENT_ID], i);
					row->column[E_USER_ID] = as_id(column[E_USER_ID], marked ? 0 : i);
					read_enrolment(row);
				}
				break;
			case 'v':
				read_columns(column, 4);
				for (int i = 0; i < times && portal.events < MAX_ROWS; i++)
				{
					Event	   *row = &portal.event[portal.events++];

					row->user_id = as_id(column[0], i);
					row->event_id = column[1];
					row->own = column[2];
					read_event(row, column[3]);
				}
				break;
			case 'c':
				read_columns(column, 1);
				if (portal.contents < MAX_ROWS && !is_missing(column[0]))
				{
					portal.content[portal.contents].id = as_id(column[0], 0);
					portal.content[portal.contents++].seconds = number & 0xFFFFFFFF;
				}
				break;
			case 'd':
				read_columns(column, 1);
				if (portal.designations < MAX_ROWS && !is_missing(column[0]))
					portal.designation[portal.designations++] = fold(column[0]);
				break;
			case 'w':
				read_columns(column, 1);
				if (portal.pwds < MAX_ROWS && !column[0].isnull)
					portal.pwd[portal.pwds++] = as_id(column[0], 0);
				break;
			case 'a':
				read_others(&portal.others[audience]);
				break;
			case 'q':
				read_columns(column, 2);
				if (portal.asks < MAX_ROWS && !is_missing(column[0]))
				{
					Asked	   *asked = &portal.asked[portal.asks++];

					asked->audience = audience;
					asked->content_id = as_id(column[0], 0);
					asked->due = Max(-100000, Min(fuzz_number(bytes_of(column[1])), 100000));
					asked->due_on = column[1].isnull ? fuzz_null() :
						fuzz_datum(DateADTGetDatum((DateADT) (portal.base + asked->due)));
					asked->apar = marked;
				}
				break;
			case 'r':
			case 'n':
				read_columns(column, 3);
				if (portal.reaches < MAX_ROWS)
				{
					Reach	   *reach = &portal.reach[portal.reaches++];

					reach->audience = audience;
					reach->user_id = kind.data[0] == 'r' ? fuzz_null() : as_id(column[2], 0);
					reach->mdo_id = column[0];
					reach->designation_key = is_missing(column[1]) ? fuzz_null() : fold(column[1]);
					if (kind.data[0] == 'n' && reach->user_id.isnull)
						portal.reaches--;
				}
				break;
			default:
				break;
		}
	}
}

/*
 * Which rows are of one id, and which of them counts: SQL settles that by what
 * they say, here it is the last.
 */
static Person *
official_of(NullableDatum user_id)
{
	if (user_id.isnull)
		return NULL;
	for (int i = portal.persons - 1; i >= 0; i--)
	{
		if (portal.person[i].has_id && same(portal.person[i].column[P_USER_ID], user_id))
			return &portal.person[i];
	}
	return NULL;
}

void
settle(void)
{
	for (int i = 0; i < portal.persons; i++)
	{
		Person	   *person = &portal.person[i];

		person->first = i;
		for (int j = 0; j < i && person->first == i; j++)
		{
			if (same(portal.person[j].column[P_USER_ID], person->column[P_USER_ID]))
				person->first = j;
		}
		portal.person[person->first].rows++;
		person->settled = person->has_id && official_of(person->column[P_USER_ID]) == person;
	}
	for (int i = 0; i < portal.enrolments; i++)
		portal.enrolment[i].person = official_of(portal.enrolment[i].column[E_USER_ID]);
	for (int i = 0; i < portal.events; i++)
		portal.event[i].person = official_of(portal.event[i].user_id);
	for (int i = 0; i < portal.pwds; i++)
	{
		Person	   *person = official_of(portal.pwd[i]);

		if (person != NULL)
			person->pwd = true;
	}
}

/* A registered official of the pass, and this is the row that counts. */
bool
is_official(const Person *person)
{
	return person->settled && person->left_out == NULL && person->ours;
}

/* Seconds of a pair of official and event, of which this is the first row. */
bool
is_attended(int first, int64 *seconds)
{
	const Event *row = &portal.event[first];
	bool		completed = false;
	bool		certificated = false;
	bool		known = !row->seconds.isnull;

	*seconds = known ? DatumGetInt64(row->seconds.value) : 0;
	for (int i = 0; i < portal.events; i++)
	{
		const Event *other = &portal.event[i];

		if (other->person != row->person || !same(other->event_id, row->event_id))
			continue;
		if (i < first)
			return false;
		completed |= !other->completed.isnull && DatumGetBool(other->completed.value);
		certificated |= DatumGetBool(other->certificated.value);
		if (!other->own.isnull)
		{
			*seconds = known ? Max(*seconds, DatumGetInt64(other->own.value)) : DatumGetInt64(other->own.value);
			known = true;
		}
	}
	return completed && certificated && known;
}

/*
 * What plans ask
 */

/* A designation that the engine has been told, or none. */
bool
is_designation(NullableDatum key)
{
	for (int i = 0; i < portal.designations; i++)
	{
		if (same(portal.designation[i], key))
			return true;
	}
	return key.isnull;
}

static bool
reaches(int audience, const Person *person)
{
	for (int i = 0; i < portal.reaches; i++)
	{
		const Reach *reach = &portal.reach[i];

		if (reach->told && reach->audience == audience &&
			(reach->user_id.isnull || same(reach->user_id, person->column[P_USER_ID])) &&
			(reach->mdo_id.isnull || (same(reach->mdo_id, person->column[P_MDO_ID]) && !is_missing(reach->mdo_id))) &&
			(reach->designation_key.isnull || same(reach->designation_key, person->designation_key)) &&
			meets_others(&portal.others[audience], person))
			return true;
	}
	return false;
}

/* What plans ask of an official: each content once, by the last of its days. */
int
requirements_of(const Person *person, Asked *required)
{
	bool		reached[AUDIENCES + 1];
	int			count = 0;

	for (int i = 1; i <= AUDIENCES; i++)
		reached[i] = reaches(i, person);
	for (int i = 0; i < portal.asks; i++)
	{
		const Asked *asked = &portal.asked[i];
		int			at = 0;

		if (!reached[asked->audience])
			continue;
		while (at < count && !same(required[at].content_id, asked->content_id))
			at++;
		if (at == count)
		{
			required[count++] = *asked;
			continue;
		}
		required[at].apar |= asked->apar;
		if (!asked->due_on.isnull && (required[at].due_on.isnull || asked->due > required[at].due))
		{
			required[at].due_on = asked->due_on;
			required[at].due = asked->due;
		}
	}
	return count;
}

/* An enrolment that the engine keeps. */
bool
is_record(const Enrolment *row)
{
	return row->person != NULL && is_official(row->person) && row->has_content && row->enrolled;
}

/*
 * engine_rows.h
 *	  Rows of the portal, made up for the native engine, and what they mean.
 *
 * target_engine_rows_input.c reads them and works out plainly what they mean;
 * target_engine_rows.c hands them to the engine and compares.
 */
#ifndef ENGINE_ROWS_H
#define ENGINE_ROWS_H

#include "engine.h"
#include "fuzz.h"
#include "utils/date.h"

#define MAX_ROWS 120			/* of a kind; more than a batch, and than a chunk holds */
#define AUDIENCES 6

/* Columns of user_detail, as engine_person_trans takes them. */
enum
{
	P_USER_ID, P_MDO_ID, P_STATUS, P_MARKED, P_PROFILE_STATUS, P_DESIGNATION,
	P_ROLES, P_GENDER, P_GROUPS, P_EMAIL, P_REGISTERED, P_KARMA, P_UPDATED,
	P_CADRE, P_CADRE_BATCH, P_CIVIL_SERVICES, P_VERIFIED, P_DEPUTATION,
	P_GENERATED, P_COLUMNS
};

/* What engine_person_final counts. */
enum
{
	F_ROWS, F_PERSONS, F_REGISTERED, F_NOT_ACTIVE, F_NOT_MY_USER, F_VOLUNTEERS,
	F_WITHOUT_ORGANISATION, F_UNREADABLE, F_UNREADABLE_REGISTRATION,
	F_UNKNOWN_STATUS, F_REPEATED, F_TEXTS, F_COUNTS
};

typedef struct Person
{
	NullableDatum column[P_COLUMNS];
	bool		has_id;
	const char *left_out;		/* NULL: a registered official */
	const char *gender;
	bool		unreadable;
	bool		unreadable_registration;
	int64		registered_on;
	NullableDatum designation_key;
	int			first;			/* row of the same id */
	int			rows;			/* of this id; in the first of them */
	bool		settled;		/* the row of its id that counts */
	bool		ours;			/* of the pass */
	bool		pwd;
	int64		attended;		/* seconds */
	bool		has_attended;
} Person;

/* Columns of user_enrolments, as engine_enrol_trans takes them. */
enum
{
	E_USER_ID, E_CONTENT_ID, E_STATUS, E_CERTIFICATE, E_FIRST, E_LAST,
	E_ACCESSED, E_GENERATED, E_COLUMNS
};

/* What engine_enrol_final counts. */
enum
{
	G_ROWS, G_UNKNOWN_USERS, G_WITHOUT_CONTENT, G_UNKNOWN_STATUS,
	G_UNREADABLE_FIRST, G_UNREADABLE_LAST, G_UNREADABLE_ACCESSED, G_RECORDS,
	G_OFFICIALS, G_COUNTS
};

typedef struct Enrolment
{
	NullableDatum column[E_COLUMNS];
	Person	   *person;			/* the row of his id that counts */
	bool		has_content;
	bool		enrolled;
	bool		completed;
	bool		certificated;
	bool		has_day;
	int64		day;
	int64		active;			/* as engine_counts says it */
} Enrolment;

typedef struct Event
{
	NullableDatum user_id;
	NullableDatum event_id;
	NullableDatum seconds;		/* of the event */
	NullableDatum own;			/* of the row */
	NullableDatum completed;
	NullableDatum certificated;
	Person	   *person;
} Event;

typedef struct Content
{
	NullableDatum id;
	int64		seconds;
} Content;

/* What plans are told of: rows of any of these kinds. */
typedef struct Asked
{
	int			audience;
	NullableDatum content_id;
	NullableDatum due_on;
	int64		due;			/* counted from the base */
	bool		apar;
} Asked;

typedef struct Reach
{
	int			audience;
	NullableDatum user_id;		/* NULL: not by name */
	NullableDatum mdo_id;
	NullableDatum designation_key;
	bool		told;			/* the engine has it */
} Reach;

typedef struct Others
{
	bool		present;
	NullableDatum type;
	NullableDatum to;
	NullableDatum met[3];		/* ids, MDOs, designations that meet the rest */
} Others;

typedef struct Portal
{
	Person		person[MAX_ROWS];
	int			persons;
	Enrolment	enrolment[MAX_ROWS];
	int			enrolments;
	Event		event[MAX_ROWS];
	int			events;
	Content		content[MAX_ROWS];
	int			contents;
	NullableDatum designation[MAX_ROWS];
	int			designations;
	NullableDatum pwd[MAX_ROWS];
	int			pwds;
	Asked		asked[MAX_ROWS];
	int			asks;
	Reach		reach[MAX_ROWS];
	int			reaches;
	Others		others[AUDIENCES + 1];

	/* how it is done */
	int			passes;
	int			parts;			/* states of an aggregate, one for each process */
	bool		serial;			/* they are handed on as bytes */
	bool		stingy;			/* estimates are too low */
	bool		forgo;			/* digests are not made */
	bool		criteria;
	DateADT		base;
	DateADT		as_of;

	Engine	   *engine;
	NullableDatum token;
	bool		unfolded;
} Portal;

extern Portal portal;

/* Of texts the least and the greatest; where some are stamps, of those. */
typedef struct Generated
{
	bool		any;
	FuzzSlice	first;
	FuzzSlice	last;
} Generated;

extern FuzzSlice bytes_of(NullableDatum value);
extern PortalSlice slice_of(NullableDatum value);
extern bool same(NullableDatum a, NullableDatum b);
extern bool is(NullableDatum value, const char *literal);
extern bool is_missing(NullableDatum value);
extern NullableDatum fold(NullableDatum value);
extern bool read_day(NullableDatum value, int64 *day, bool *unreadable);
extern void note_generated(Generated *known, NullableDatum value);
extern void check_generated(const Generated *known, bool isnull, Datum value);
extern bool is_stamp(FuzzSlice text);
extern void read_rows(void);
extern void settle(void);
extern bool is_official(const Person *person);
extern bool is_attended(int first, int64 *seconds);
extern bool is_designation(NullableDatum key);
extern int	requirements_of(const Person *person, Asked *required);
extern bool is_record(const Enrolment *row);

#endif							/* ENGINE_ROWS_H */

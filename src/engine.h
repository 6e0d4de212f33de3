/*-------------------------------------------------------------------------
 *
 * engine.h
 *	  What the parts of the native engine share: one refresh's memory.
 *
 * The native engine computes what the statements of sql/50-progress.sql say,
 * in one parallel scan of user_enrolments and one of user_detail: its own of
 * plain tables, PostgreSQL's of anything else, which then calls an aggregate
 * for every row.  Whatever process reads a row, what comes of it is in dynamic
 * shared memory:
 *
 *	engine.c			memory: segments, who may attach, how long they live
 *	engine_dictionary.c	the officials, found by their ids
 *	engine_scan.c		a parallel scan of a plain table, its rows as texts
 *	engine_person.c		one scan of user_detail -> the dictionary
 *	engine_event.c		one scan of events_enrolment -> seconds learnt by events
 *	engine_plan.c		what plans look at
 *	engine_match.c		whom plans reach and what they ask
 *	engine_enrolment.c	one scan of user_enrolments -> records by official
 *	engine_progress.c	records -> counts of each official, content, MDO
 *	engine_compare.c	counts, and what official_progress had -> what to write
 *	engine_write.c		user_detail and counts -> rows of official_progress
 *
 * Officials stand in an open-addressing table, an official's "slot".  Records
 * of enrolments are appended to the "bucket" of 4096 neighbouring slots; each
 * bucket is later sorted in cache, which makes counts of distinct contents
 * exact without a hash table of pairs.  Where memory is short the work is done
 * in several passes, each over the officials of one range of hash values.
 *
 *-------------------------------------------------------------------------
 */
#ifndef KARMAYOGI_ENGINE_H
#define KARMAYOGI_ENGINE_H

#include "port/atomics.h"
#include "storage/dsm.h"
#include "storage/spin.h"
#include "utils/date.h"

#include "portal_text.h"
#include "progress.h"

/* Segments of slots and of chunks: small enough to be made without a pause. */
#define ENGINE_MAX_SLOT_BITS 19
#ifndef ENGINE_BUCKET_BITS		/* fewer for test/fuzz */
#define ENGINE_BUCKET_BITS 12
#endif
#define ENGINE_BUCKET_SLOTS (1U << ENGINE_BUCKET_BITS)
#define ENGINE_CHUNK_SIZE 512
#define ENGINE_CHUNK_RECORDS 84
#define ENGINE_CHUNK_RESULTS 10
#define ENGINE_SEGMENT_CHUNK_BITS 15
#define ENGINE_SEGMENT_CHUNKS (1U << ENGINE_SEGMENT_CHUNK_BITS)
#define ENGINE_MAX_SEGMENTS 512

/* Numbers of contents have 18 bits in a record, of combinations 24 in a slot. */
#define ENGINE_CONTENT_BITS 18
#define ENGINE_MAX_CONTENTS (1U << ENGINE_CONTENT_BITS)
#define ENGINE_MAX_COMBOS (1U << 24)
#define ENGINE_MAX_DESIGNATIONS (1U << 19)
#define ENGINE_MAX_CRITERIA (1U << 20)

/*
 * Days are kept in 16 bits, counted from due_base.  A due day out of the range
 * stands as its first or last day, which is as well as long as nothing was
 * completed on either of them or beyond: otherwise ENGINE_FAR_DAYS.
 */
#define ENGINE_NO_DAY 65535
#define ENGINE_LAST_DAY 65534
#define ENGINE_DUE_DAYS 65500

/* Why the engine gave up; the caller takes more passes, or plain SQL. */
typedef enum EngineFault
{
	ENGINE_FINE = 0,
	ENGINE_FULL_CHUNKS = 1,		/* more passes will do */
	ENGINE_FULL_TEXTS = 2,
	ENGINE_FULL_NUMBERS = 3,
	ENGINE_FULL_COMBOS = 4,
	ENGINE_LONG_ID = 5,
	ENGINE_FULL_EVENTS = 6,
	ENGINE_FAR_DAYS = 7
} EngineFault;

/*
 * What may be done now.  A refresh goes through these in order, once in each
 * pass; whoever calls by hand in another order gets an error, not memory that
 * is not there.
 */
typedef enum EnginePhase
{
	ENGINE_OPEN = 0,			/* no pass has begun */
	ENGINE_ENTERING,			/* officials are entered */
	ENGINE_LISTING,				/* plans are told */
	ENGINE_READY,				/* enrolments are read */
	ENGINE_COUNTING				/* officials' counts are asked for */
} EnginePhase;

/* Flags of a slot, above the number of its combination. */
#define SLOT_COMBO_MASK 0x00FFFFFFU
#define SLOT_USED (1U << 24)
#define SLOT_BUSY (1U << 25)
#define SLOT_REGISTERED (1U << 26)
#define SLOT_TEXT (1U << 27)	/* the id is no uuid: key is hash and text */
#define SLOT_RECORDS (1U << 28)	/* has records, later a result */
#define SLOT_REPEATED (1U << 29)	/* the id occurs more than once */
#define SLOT_PWD (1U << 30)

/*
 * One official.  "aux" is where the row of user_detail stands until all have
 * been entered, then the last active day until the bucket has been reduced,
 * after that the place of the result, if there are records.
 */
typedef struct EngineSlot
{
	uint64		key[2];
	pg_atomic_uint32 combo;		/* and flags */
	pg_atomic_uint32 aux;
} EngineSlot;

/*
 * Beside each slot is a word: a digest of what user_detail says of the
 * official, and these.
 */
#define PROFILE_WOMAN UINT64CONST(1)
#define PROFILE_MAN UINT64CONST(2)
#define PROFILE_LEADER UINT64CONST(4)
#define PROFILE_ATTENDED UINT64CONST(8)	/* has learnt by events */
#define PROFILE_WRITTEN UINT64CONST(16)	/* official_progress has a row */
#define PROFILE_SAME UINT64CONST(32)	/* and it is as it would be */
#define PROFILE_FLAGS UINT64CONST(63)

/* Seconds learnt by events, of the few who have any, in the order of slots. */
typedef struct EngineAttended
{
	uint32		slot;
	uint32		unused;
	int64		seconds;
} EngineAttended;

/* The records of 4096 neighbouring slots. */
typedef struct EngineBucket
{
	pg_atomic_uint32 head;		/* chunk number + 1 of a chain of chunks */
	pg_atomic_uint32 state;
	uint32		unused[2];
} EngineBucket;

#define BUCKET_RAW 0
#define BUCKET_BUSY 1
#define BUCKET_REDUCED 2

/*
 * A chunk holds records, or results.  "next" is a chunk number + 1.
 *
 * A record is six bytes: what[] has the content, the slot within its bucket
 * and two flags, the day stands apart.
 */
typedef struct EngineRecord
{
	uint16		what[2];
	uint16		day;
} EngineRecord;

#define RECORD_COMPLETED 1U
#define RECORD_CERTIFICATED 2U

typedef struct EngineChunk
{
	uint32		next;
	uint32		count;
	EngineRecord record[ENGINE_CHUNK_RECORDS];
} EngineChunk;

/* Where an official with records stands. */
typedef struct EngineResult
{
	uint64		seconds;
	uint32		enrolled;
	uint32		completed;
	uint32		certificates;
	uint32		cbp_completed;
	uint32		cbp_in_time;
	uint32		due_completed;
	uint32		apar_completed;
	uint32		last_active;
	uint32		flags;
	uint32		unused;
} EngineResult;

#define RESULT_GENDER 1U
#define RESULT_CLIMATE 2U

typedef struct EngineResultChunk
{
	uint32		next;
	uint32		count;
	EngineResult result[ENGINE_CHUNK_RESULTS];
} EngineResultChunk;

/* Days are kept as this plus the date, so that 0 can be none. */
#define ENGINE_DATE_SHIFT 1000000

/*
 * What plans may ask for besides MDO and designation: cadre, groups,
 * cadre_batch, civil_services, is_verified_karmayogi,
 * is_on_central_deputation, each with its length before it, PG_UINT32_MAX for
 * NULL.
 */
#define ENGINE_CRITERIA 6

/* Texts that get a number: contents, MDOs, designations, profiles. */
typedef struct EngineEntry
{
	uint64		hash;
	uint64		text;			/* offset of an EngineText in the tables' segment */
} EngineEntry;

typedef struct EngineText
{
	uint32		len;
	char		data[FLEXIBLE_ARRAY_MEMBER];
} EngineText;

/*
 * Where a text is looked for there are only numbers, and what they stand for
 * lies together: few texts take few cache lines, however many have room.
 */
typedef struct EngineIntern
{
	uint32		capacity;		/* a power of two */
	uint32		limit;			/* of numbers */
	pg_atomic_uint32 count;
	uint64		places;			/* offset of pg_atomic_uint32[capacity]: number + 1, 0: free; written last */
	uint64		entries;		/* offset of EngineEntry[limit]: by number */
} EngineIntern;

/* A content: what is known of it and what is counted for it. */
typedef struct EngineContent
{
	int64		seconds;
	uint32		flags;
	pg_atomic_uint32 enrolled;
	pg_atomic_uint32 completed;
	pg_atomic_uint32 certificates;
	uint64		allotted;		/* of the passes that have ended */
} EngineContent;

#define CONTENT_KNOWN 1U
#define CONTENT_COURSE 2U
#define CONTENT_GENDER 4U
#define CONTENT_CLIMATE 8U

/* An MDO: what is counted for it. */
enum
{
	ORG_REGISTERED, ORG_WOMEN, ORG_MEN, ORG_PWD, ORG_CBP_ANY, ORG_CBP_ALL,
	ORG_GENDER, ORG_WOMEN_GENDER, ORG_CLIMATE, ORG_LEADERS, ORG_ALLOTTED,
	ORG_COMPLETED, ORG_IN_TIME, ORG_OVERDUE, ORG_COUNTS
};

typedef struct EngineOrg
{
	uint64		place;			/* digest of M/D, ministry, State/UT; 0: nowhere */
	pg_atomic_uint64 count[ORG_COUNTS];
} EngineOrg;

/*
 * A combination of MDO, designation and other criteria, the same for many
 * officials.  The key is made of their numbers; with COMBO_LIST set, it is
 * that of an MDO and a requirement list: officials whom plans name.
 */
typedef struct EngineCombo
{
	pg_atomic_uint64 key;		/* COMBO_USED: in use */
	uint32		list;			/* number of the requirement list */
	uint32		unused;
} EngineCombo;

#define COMBO_USED (UINT64CONST(1) << 63)
#define COMBO_LIST (UINT64CONST(1) << 62)
#define COMBO_KEY(org, designation, criteria) \
	(COMBO_USED | ((uint64) (org) << 40) | ((uint64) (designation) << 20) | (criteria))
#define COMBO_LIST_KEY(org, list) \
	(COMBO_USED | COMBO_LIST | ((uint64) (org) << 40) | (list))
#define COMBO_ORG(key) ((uint32) (((key) >> 40) & 0x3FFFFF))
#define COMBO_DESIGNATION(key) ((uint32) (((key) >> 20) & 0xFFFFF))
#define COMBO_CRITERIA(key) ((uint32) ((key) & 0xFFFFF))
#define ENGINE_MAX_ORGS (1U << 22)

/* One content of a requirement list. */
typedef struct EngineRequirement
{
	uint32		content;
	uint16		due;			/* day counted from due_base + 1, 0: none */
	uint16		apar;
} EngineRequirement;

typedef struct EngineList
{
	uint32		start;
	uint32		count;
	uint32		due;			/* how many of them are past their due day */
	uint32		apar;
	pg_atomic_uint32 officials;	/* on this list */
} EngineList;

/* For whom the sieve was made: see engine_dictionary.c. */
typedef enum EngineSieve
{
	SIEVE_NONE,
	SIEVE_REPEATED,
	SIEVE_UNWRITTEN
} EngineSieve;

#define ENGINE_MAX_SIEVE_BITS 24

/* The segment of tables begins with this. */
typedef struct EngineHeader
{
	uint64		magic;
	uint64		token;			/* what SQL knows the engine by */
	uint64		seed;			/* of digests */
	Oid			database;
	uint32		participants;	/* processes that may work at once */
	uint64		size;			/* of the tables' segment */
	slock_t		mutex;
	uint64		text_next;		/* free space for texts */
	uint64		text_end;
	pg_atomic_uint32 fault;
	dsm_handle	board;			/* where rows read are shown */
	bool		unfolded;		/* ids that are not in folded form occur */
	bool		rows_kept;		/* slots say where rows of user_detail stand */
	bool		without_digests;	/* nothing will be compared */
	EnginePhase phase;
	bool		used;			/* a pass has begun */

	/* this pass, of so many */
	uint32		pass;
	uint32		passes;

	/* the officials of this pass, and how many slots are to stay free */
	uint32		eighths_free;
	uint32		nslots;
	uint32		slot_bits;		/* of a segment */
	uint32		nslot_segments;
	dsm_handle	slot_segment[ENGINE_MAX_SEGMENTS];

	/* chunks */
	uint64		budget;			/* of all segments */
	uint32		nchunks;
	uint32		planned_chunks;
	uint32		nchunk_segments;
	dsm_handle	chunk_segment[ENGINE_MAX_SEGMENTS];
	pg_atomic_uint32 chunk_next;
	uint32		chunk_free;		/* number + 1, under mutex */
	pg_atomic_uint64 chunks_wanted;
	pg_atomic_uint32 text_chunks;	/* that ids hold until the pass ends */

	EngineIntern content;
	uint64		contents;		/* offset of EngineContent[content.limit] */
	EngineIntern org;
	uint64		orgs;			/* offset of EngineOrg[org.limit + 1] */
	EngineIntern designation;
	EngineIntern criteria;

	uint32		combo_capacity;
	uint32		combo_limit;
	pg_atomic_uint32 combo_count;
	uint64		combos;

	EngineIntern event;
	pg_atomic_uint64 attendances;	/* for which processes have taken memory */
	dsm_handle	attended_segment;	/* EngineAttended[attended_count], and where each bucket's begin */
	uint32		attended_count;

	uint64		sieve;			/* offset of 2 ^ sieve_bits bits */
	uint32		sieve_bits;
	EngineSieve sieve_of;

	dsm_handle	list_segment;
	uint32		nlists;
	DateADT		due_base;		/* the day before the first due day */
	bool		due_bounded;	/* some due days are out of the range, and stand for its ends */
	DateADT		as_of;
} EngineHeader;

/* What the leader has been told of plans: engine_match.c. */
typedef struct EnginePlans EnginePlans;

/* And of where organisations stand, as texts: engine_write.c. */
typedef struct EngineTold EngineTold;

/* A process's view of the engine. */
typedef struct Engine
{
	uint64		token;
	EngineHeader *header;
	char	   *tables;			/* the same address */
	EngineContent *content;
	EngineOrg  *org;
	EngineCombo *combo;
	EngineList *list;
	EngineRequirement *requirement;
	EnginePlans *plans;
	EngineTold *told;
	const void *extra;			/* what a scan is told besides */
	EngineAttended *attended;
	uint32	   *attended_start;
	EnginePhase phase;
	uint32		nslots;
	uint32		slot_bits;
	uint32		pass;
	uint32		passes;
	char	   *slot_base[ENGINE_MAX_SEGMENTS];
	char	   *chunk_base[ENGINE_MAX_SEGMENTS];
	/* with the tables, the board, what is learnt by events, and plans */
	dsm_segment *segment[2 * ENGINE_MAX_SEGMENTS + 4];
	int			nsegments;
	int			nslot_segments;
	int			nchunk_segments;
	/* rows read, and those not yet shown */
	pg_atomic_uint64 *rows_read;
	uint32		rows_pending;
	/* where the next text of an id that is no uuid goes: chunk + 1, bytes used */
	uint32		text_chunk;
	uint32		text_used;
} Engine;

/* What user_detail says of an official that official_progress says too. */
typedef struct EngineProfile
{
	PortalSlice mdo_id;			/* no data: NULL */
	PortalSlice designation;
	PortalSlice service_group;
	int			gender;			/* PortalGender */
	int			government_email;	/* 0, 1 or PROFILE_UNKNOWN */
	int64		registered_on;	/* or PROFILE_NO_DAY */
	int64		karma_points;	/* or -1 */
} EngineProfile;

#define PROFILE_UNKNOWN 2
#define PROFILE_NO_DAY PG_INT64_MIN

/* Where an official stands. */
typedef struct EngineCounts
{
	int64		enrolled;
	int64		completed;
	int64		certificates;
	int64		seconds;
	int64		last_active;	/* 0, or a day + ENGINE_DATE_SHIFT */
	int64		cbp_allotted;
	int64		cbp_completed;
	int64		cbp_in_time;
	int64		cbp_overdue;
	int64		apar_allotted;
	int64		apar_completed;
	bool		pwd;
} EngineCounts;

/* What engine_enter says. */
typedef enum EngineEntered
{
	ENTERED_NEW,
	ENTERED_TWICE,
	ENTERED_NOT					/* no room; the fault tells why */
} EngineEntered;

/* An official's id, as the dictionary knows it. */
typedef struct EngineId
{
	uint64		key[2];			/* of a uuid */
	uint64		hash;
	bool		uuid;
} EngineId;

/* What is used soon is asked of memory while other things are done. */
#ifdef __GNUC__
#define ENGINE_ASK_FOR(address) __builtin_prefetch(address)
#define ENGINE_ASK_TO_WRITE(address) __builtin_prefetch(address, 1)
#else
#define ENGINE_ASK_FOR(address) ((void) 0)
#define ENGINE_ASK_TO_WRITE(address) ((void) 0)
#endif

/* A segment of slots: its buckets, its slots, their profiles. */
static inline EngineBucket *
engine_bucket(const Engine *engine, uint32 slot)
{
	EngineBucket *base;

	base = (EngineBucket *) engine->slot_base[slot >> engine->slot_bits];
	return base +
		((slot & ((1U << engine->slot_bits) - 1)) >> ENGINE_BUCKET_BITS);
}

static inline EngineSlot *
engine_slot(const Engine *engine, uint32 slot)
{
	char	   *base = engine->slot_base[slot >> engine->slot_bits];

	base += sizeof(EngineBucket) << (engine->slot_bits - ENGINE_BUCKET_BITS);
	return (EngineSlot *) base + (slot & ((1U << engine->slot_bits) - 1));
}

static inline uint64 *
engine_profile(const Engine *engine, uint32 slot)
{
	char	   *base = engine->slot_base[slot >> engine->slot_bits];

	base += (sizeof(EngineBucket) << (engine->slot_bits - ENGINE_BUCKET_BITS)) +
		(sizeof(EngineSlot) << engine->slot_bits);
	return (uint64 *) base + (slot & ((1U << engine->slot_bits) - 1));
}

static inline Size
engine_slot_segment_size(uint32 slot_bits)
{
	return (sizeof(EngineBucket) << (slot_bits - ENGINE_BUCKET_BITS)) +
		((sizeof(EngineSlot) + sizeof(uint64)) << slot_bits);
}

static inline EngineChunk *
engine_chunk(const Engine *engine, uint32 chunk)
{
	return (EngineChunk *)
		(engine->chunk_base[chunk >> ENGINE_SEGMENT_CHUNK_BITS] +
		 (Size) (chunk & (ENGINE_SEGMENT_CHUNKS - 1)) * ENGINE_CHUNK_SIZE);
}

static inline EngineText *
engine_text(const Engine *engine, uint64 offset)
{
	return (EngineText *) (engine->tables + offset);
}

/* The text of a number. */
static inline EngineText *
engine_text_of(const Engine *engine, const EngineIntern *intern, uint32 number)
{
	return engine_text(engine, ((const EngineEntry *) (engine->tables + intern->entries))[number].text);
}

/* Where a text of this hash would be found will soon be looked at. */
static inline void
engine_ask_for(const Engine *engine, const EngineIntern *intern, uint64 hash)
{
	ENGINE_ASK_FOR((const uint32 *) (engine->tables + intern->places) +
				   ((uint32) hash & (intern->capacity - 1)));
}

/* A row has been read: every few hundred are shown. */
static inline void
engine_count_row(Engine *engine)
{
	if (unlikely(++engine->rows_pending >= 512))
	{
		if (engine->rows_read != NULL)
			pg_atomic_fetch_add_u64(engine->rows_read, engine->rows_pending);
		engine->rows_pending = 0;
	}
}

/* Spreads the bits of a word over all of it. */
static inline uint64
engine_mix(uint64 x)
{
	x ^= x >> 32;
	x *= UINT64CONST(0xe9846af9b1a615d);
	x ^= x >> 32;
	x *= UINT64CONST(0xe9846af9b1a615d);
	x ^= x >> 28;
	return x;
}

/* Which pass an official belongs to, and where in the table to begin. */
static inline uint32
engine_pass_of(const Engine *engine, uint64 hash)
{
	return (uint32) (((hash & 0xFFFF) * engine->passes) >> 16);
}

static inline uint32
engine_home(const Engine *engine, uint64 hash)
{
	return (uint32) (((hash >> 32) * engine->nslots) >> 32);
}

/* engine.c */
extern uint64 engine_epoch;		/* another one whenever a pointer may be stale */
extern Engine *engine_attach(int64 token, EnginePhase first, EnginePhase last);
extern Engine *engine_of_leader(int64 token);
extern void engine_check_phase(const Engine *engine, EnginePhase first, EnginePhase last);
extern void engine_set_phase(Engine *engine, EnginePhase phase);
extern void engine_check_argument(FunctionCallInfo fcinfo, int argument);
extern char *engine_library(FunctionCallInfo fcinfo);
extern void engine_fault(Engine *engine, EngineFault fault);
extern uint64 engine_memory_used(const Engine *engine);
extern bool engine_more_chunks(Engine *engine, uint64 wanted);
extern uint32 engine_take_chunk(Engine *engine);
extern void engine_make_chunks(Engine *engine);
extern uint32 engine_find(const Engine *engine, const EngineIntern *intern,
						  const char *data, uint32 len, uint64 hash);
extern uint32 engine_intern(Engine *engine, EngineIntern *intern,
							const char *data, uint32 len);
extern uint64 engine_hash_text(const char *data, Size len);

/* engine_dictionary.c */
extern void engine_read_id(const char *data, Size len, EngineId *id);
extern EngineSlot *engine_lookup(const Engine *engine, const EngineId *id,
								 const char *data, Size len, uint32 *place);
extern EngineSlot *engine_slot_of_official(const Engine *engine, PortalSlice user_id,
										   uint32 *place);
extern EngineEntered engine_enter(Engine *engine, const EngineId *id,
								  const char *data, Size len, uint32 combo,
								  uint64 profile, uint32 row_at, bool instead,
								  uint32 *first_at);

extern void engine_forget_rows(Engine *engine);
extern void engine_clear_sieve(Engine *engine, EngineSieve of);
extern void engine_into_sieve(Engine *engine, const EngineSlot *slot, uint32 state);
extern bool engine_through_sieve(const Engine *engine, const EngineId *id, EngineSieve of);

/* engine_plan.c */
extern uint32 engine_combo_number(Engine *engine, uint64 key);
extern Datum engine_number_text(const Engine *engine, const EngineIntern *intern,
								uint32 number);
extern uint32 engine_combo_of_person(Engine *engine, PortalSlice mdo_id,
									 PortalSlice designation, PortalSlice criteria);

/* engine_match.c */
extern void engine_forget_plans(Engine *engine);

/* engine_event.c */
extern int64 engine_attended_seconds(const Engine *engine, uint32 slot);

/* engine_progress.c */
extern void engine_count(Engine *engine, uint32 at, EngineSlot *slot,
						 EngineCounts *counts);

extern void engine_ask_for_counts(Engine *engine, uint32 at, EngineSlot *slot);

/* engine_compare.c */
extern uint64 engine_profile_digest(const Engine *engine, const EngineProfile *profile);
extern int	engine_fate_of(const EngineSlot *slot, uint64 profile, bool settled);

/* engine_person.c */
extern void engine_read_profile(PortalSlice mdo_id, PortalSlice designation, PortalSlice groups,
								PortalSlice gender, PortalSlice email, int64 registered_on,
								PortalSlice karma, EngineProfile *profile);

/* engine_write.c */
extern void engine_tell_place(Engine *engine, uint32 org, const PortalSlice *text);
extern void engine_forget_places(Engine *engine);

#define ENGINE_NOBODY ((uint32) 0xFFFFFFFF)
#define ENGINE_NO_NUMBER ((uint32) 0xFFFFFFFF)

#endif							/* KARMAYOGI_ENGINE_H */

/*
 * enrolment_digest.h
 *	  What one official has learnt: the value, its entries, how it is added to.
 *
 * A digest is a varlena:
 *
 *	+--------+-----------------+----------------+---------+---------+- - - +
 *	| header | first generated | last generated | entry 1 | entry 2 | room |
 *	+--------+-----------------+----------------+---------+---------+- - - +
 *
 * An entry is one content, or the rows without a content_id; its numbers are
 * variable-length (7 bits a byte, low first, high bit = more; signed ones
 * zigzagged):
 *
 *	length of content_id, content_id, flags, moment of completion, last day
 *	opened, rows, four counts of faults: each only if its flag says so
 *
 * enrolment_digest.c tells when a digest is canonical and when a log.
 */
#ifndef KARMAYOGI_ENROLMENT_DIGEST_H
#define KARMAYOGI_ENROLMENT_DIGEST_H

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "utils/date.h"

#include "portal_text.h"

typedef struct EnrolmentDigest
{
	int32		vl_len_;		/* varlena header, the room included */
	uint32		version;
	uint32		first_length;	/* of the first generated, 0 = none */
	uint32		last_length;	/* of the last, 0 = the same as the first */
	uint32		entries;
	uint32		entries_size;	/* their bytes */
	char		data[FLEXIBLE_ARRAY_MEMBER];
} EnrolmentDigest;

#define DIGEST_HEADER		offsetof(EnrolmentDigest, data)
#define DIGEST_ENTRIES(d)	((d)->data + (d)->first_length + (d)->last_length)
#define DIGEST_USED(d) \
	(DIGEST_HEADER + (Size) (d)->first_length + (d)->last_length + (d)->entries_size)

#define DatumGetDigestP(X)		((EnrolmentDigest *) PG_DETOAST_DATUM(X))
#define PG_GETARG_DIGEST_P(n)	DatumGetDigestP(PG_GETARG_DATUM(n))

/* of a digest that grows: two or three enrolments; memory comes in powers of two */
#define DIGEST_FIRST_SIZE	128

/* what of a row could not be understood */
typedef enum EnrolmentFault
{
	UNKNOWN_STATUS,
	UNREADABLE_FIRST,
	UNREADABLE_LAST,
	UNREADABLE_ACCESSED
} EnrolmentFault;

#define ENROLMENT_FAULTS	4

typedef struct EnrolmentEntry
{
	PortalSlice content;		/* empty: rows without a content_id */
	bool		enrolled;
	bool		completed;
	bool		certificated;
	bool		has_moment;
	bool		has_day;
	Timestamp	completed_at;
	DateADT		last_active_on;
	int64		rows;
	int64		faults[ENROLMENT_FAULTS];
} EnrolmentEntry;

static inline PortalSlice
DigestFirstGenerated(const EnrolmentDigest *digest)
{
	return portal_slice(digest->data, digest->first_length);
}

static inline PortalSlice
DigestLastGenerated(const EnrolmentDigest *digest)
{
	if (digest->last_length == 0)
		return DigestFirstGenerated(digest);
	return portal_slice(digest->data + digest->first_length,
						digest->last_length);
}

static inline bool
EnrolmentEntryHasFaults(const EnrolmentEntry *entry)
{
	for (int i = 0; i < ENROLMENT_FAULTS; i++)
	{
		if (entry->faults[i] != 0)
			return true;
	}
	return false;
}

extern Size EnrolmentEntrySize(const EnrolmentEntry *entry);
extern char *PutEnrolmentEntry(char *to, const EnrolmentEntry *entry);
extern void GetEnrolmentEntry(const char **from, const char *end,
							  EnrolmentEntry *entry);
extern EnrolmentDigest *AllocateDigest(Size size);
extern EnrolmentDigest *CompactDigest(const EnrolmentDigest *digest, Size room);
extern EnrolmentDigest *MakeDigestRoom(EnrolmentDigest *digest, Size room,
									   bool in_place);
extern void NoteDigestGenerated(EnrolmentDigest *digest, PortalSlice first,
								PortalSlice last);

#endif							/* KARMAYOGI_ENROLMENT_DIGEST_H */

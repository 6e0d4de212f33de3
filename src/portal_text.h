/*-------------------------------------------------------------------------
 *
 * portal_text.h
 *	  Reading the portal's text: missing markers, folding and comma lists.
 *
 * The portal keeps nearly everything as text, so these few primitives decide
 * what equals what everywhere in the extension.  They work on slices (pointer
 * and length, not terminated) to avoid copying, and on bytes: every server
 * encoding of PostgreSQL keeps the bytes below 128 for ASCII alone, so
 * looking for ASCII bytes never cuts a multibyte character.  No locale, time
 * zone or date style has any influence, which is what lets the SQL functions
 * be immutable.
 *
 *-------------------------------------------------------------------------
 */
#ifndef KARMAYOGI_PORTAL_TEXT_H
#define KARMAYOGI_PORTAL_TEXT_H

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "compat.h"

/* A piece of somebody else's text. */
typedef struct PortalSlice
{
	const char *data;
	Size		len;
} PortalSlice;

/* How reading one value went. */
typedef enum PortalVerdict
{
	PORTAL_VALUE,				/* read */
	PORTAL_MISSING,				/* a missing marker: NULL */
	PORTAL_GARBAGE				/* neither */
} PortalVerdict;

/* Why a person of user_detail is no registered official. */
typedef enum PortalLeftOut
{
	PORTAL_REGISTERED,
	PORTAL_NOT_ACTIVE,
	PORTAL_NOT_MY_USER,
	PORTAL_VOLUNTEER
} PortalLeftOut;

typedef enum PortalGender
{
	PORTAL_GENDER_UNKNOWN,
	PORTAL_FEMALE,
	PORTAL_MALE,
	PORTAL_GENDER_OTHER,
	PORTAL_GENDERS
} PortalGender;

/*
 * One item of a comma list.  "text" is what stood between the commas or the
 * quotes; if "doubled", each pair of quotes in it stands for one.
 */
typedef struct PortalItem
{
	PortalSlice text;
	bool		doubled;
} PortalItem;

/* Where we are in a list whose separators do not count inside quotes. */
typedef struct PortalScan
{
	const char *next;
	const char *end;
	bool		done;
} PortalScan;

static inline PortalSlice
portal_slice(const char *data, Size len)
{
	PortalSlice slice;

	slice.data = data;
	slice.len = len;
	return slice;
}

static inline PortalSlice
portal_text_slice(const text *value)
{
	return portal_slice(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/* isspace() and tolower() would ask the locale. */
static inline bool
portal_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char
portal_lower(char c)
{
	return (c >= 'A' && c <= 'Z') ? c + ('a' - 'A') : c;
}

static inline PortalSlice
portal_trim(PortalSlice slice)
{
	while (slice.len > 0 && portal_is_space(slice.data[0]))
	{
		slice.data++;
		slice.len--;
	}
	while (slice.len > 0 && portal_is_space(slice.data[slice.len - 1]))
		slice.len--;
	return slice;
}

/* Does the trimmed slice fold to the given text, itself folded? */
static inline bool
portal_folds_to(PortalSlice slice, const char *folded, Size len)
{
	if (slice.len != len)
		return false;
	for (Size i = 0; i < len; i++)
	{
		if (portal_lower(slice.data[i]) != folded[i])
			return false;
	}
	return true;
}

/* For a literal. */
#define PORTAL_FOLDS_TO(slice, literal) \
	portal_folds_to(slice, "" literal, sizeof(literal) - 1)

/* The markers of what the portal does not know; the slice is trimmed. */
static inline bool
portal_trimmed_is_missing(PortalSlice slice)
{
	switch (slice.len)
	{
		case 0:
			return true;
		case 4:
			return PORTAL_FOLDS_TO(slice, "null");
		case 13:
			return PORTAL_FOLDS_TO(slice, "not available") ||
				PORTAL_FOLDS_TO(slice, "not published");
		default:
			return false;
	}
}

static inline void
portal_scan_start(PortalScan *scan, PortalSlice list)
{
	scan->next = list.data;
	scan->end = list.data + list.len;
	scan->done = false;
}

extern bool portal_scan_piece(PortalScan *scan, char separator,
							  PortalSlice *piece);
extern PortalVerdict portal_scan_item(PortalScan *scan, PortalItem *item);
extern Size portal_unquote(char *to, const PortalItem *item);
extern Size portal_fold_bytes(char *to, const char *from, Size len);
extern PortalGender portal_read_gender(PortalSlice slice);
extern PortalLeftOut portal_read_left_out(PortalSlice status, PortalSlice marked_as_not_my_user,
										  PortalSlice profile_status, PortalSlice designation,
										  PortalSlice roles);
extern bool portal_list_has(PortalSlice list, PortalSlice wanted);
extern PortalVerdict portal_read_email(PortalSlice address, bool *government);
extern const char *const portal_gender_words[PORTAL_GENDERS];
extern int	portal_compare(const PortalSlice *a, const PortalSlice *b);
extern char *portal_quotation(PortalSlice slice);
extern ArrayType *portal_text_array(uint64 items, uint64 bytes, char **cursor);
extern void portal_append_element(char **cursor, const char *data, Size len);

/* What an item of so many bytes adds to "bytes" of portal_text_array. */
#define PORTAL_ELEMENT_SIZE(len) INTALIGN(VARHDRSZ + (len))

#endif							/* KARMAYOGI_PORTAL_TEXT_H */

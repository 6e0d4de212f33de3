/*
 * engine_found.h
 *	  What the engine's two scans of the portal have in common: the oldest and
 *	  newest data_last_generated_on, as each process finds them.
 */
#ifndef KARMAYOGI_ENGINE_FOUND_H
#define KARMAYOGI_ENGINE_FOUND_H

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

/* More of data_last_generated_on than this is no time stamp. */
#define GENERATED_LENGTH 64

typedef struct EngineGenerated
{
	bool		any;
	bool		stamps;			/* texts that begin with a digit */
	uint32		first_len;
	uint32		last_len;
	char		first[GENERATED_LENGTH];
	char		last[GENERATED_LENGTH];
} EngineGenerated;

/* Order of bytes, of texts cut to the length that is kept. */
static inline int
engine_compare_generated(const char *a, uint32 alen, const char *b, uint32 blen)
{
	int			order = memcmp(a, b, Min(alen, blen));

	return order != 0 ? order : (int) alen - (int) blen;
}

/* A row that does not say when it was generated must not hide what others say. */
static inline void
engine_note_generated(EngineGenerated *known, const char *data, Size size)
{
	uint32		len = (uint32) size;
	bool		stamp;

	if (likely(known->any && len == known->last_len &&
			   memcmp(data, known->last, len) == 0))
		return;
	if (unlikely(size > GENERATED_LENGTH))
		len = pg_mbcliplen(data, (int) size, GENERATED_LENGTH);
	stamp = len > 0 && data[0] >= '0' && data[0] <= '9';
	if (known->any && known->stamps != stamp)
	{
		if (known->stamps)
			return;
		known->any = false;
	}
	if (!known->any ||
		engine_compare_generated(data, len, known->last, known->last_len) > 0)
	{
		memcpy(known->last, data, len);
		known->last_len = len;
	}
	if (!known->any ||
		engine_compare_generated(data, len, known->first, known->first_len) < 0)
	{
		memcpy(known->first, data, len);
		known->first_len = len;
	}
	known->any = true;
	known->stamps = stamp;
}

static inline void
engine_merge_generated(EngineGenerated *known, const EngineGenerated *other)
{
	if (other->any)
	{
		engine_note_generated(known, other->first, other->first_len);
		engine_note_generated(known, other->last, other->last_len);
	}
}

static inline void
engine_send_generated(StringInfo buf, const EngineGenerated *known)
{
	pq_sendbyte(buf, known->any);
	if (known->any)
	{
		pq_sendint32(buf, known->first_len);
		pq_sendbytes(buf, known->first, known->first_len);
		pq_sendint32(buf, known->last_len);
		pq_sendbytes(buf, known->last, known->last_len);
	}
}

static inline uint32
engine_receive_stamp(StringInfo buf, char *to)
{
	uint32		len = pq_getmsgint(buf, 4);

	if (len > GENERATED_LENGTH)
		elog(ERROR, "invalid state of the engine");
	memcpy(to, pq_getmsgbytes(buf, len), len);
	return len;
}

static inline void
engine_receive_generated(StringInfo buf, EngineGenerated *known)
{
	EngineGenerated other;

	memset(&other, 0, sizeof(other));
	other.any = pq_getmsgbyte(buf) != 0;
	if (other.any)
	{
		other.first_len = engine_receive_stamp(buf, other.first);
		other.last_len = engine_receive_stamp(buf, other.last);
	}
	memset(known, 0, sizeof(*known));
	engine_merge_generated(known, &other);
}

/* As "oldest|newest". */
static inline Datum
engine_generated_text(const EngineGenerated *known)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, known->first, known->first_len);
	appendStringInfoChar(&buf, '|');
	appendBinaryStringInfo(&buf, known->last, known->last_len);
	return PointerGetDatum(cstring_to_text_with_len(buf.data, buf.len));
}

#endif							/* KARMAYOGI_ENGINE_FOUND_H */

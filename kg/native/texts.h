/* Texts as Arrow keeps them, and where text is written; see texts.c, lines.c and turtle.c. */

#ifndef KG_TEXTS_H
#define KG_TEXTS_H

#include "kg.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

enum kind { TEXT, LITERAL, NUMBER, PART, LIST };

/* One of some columns, as exports/lines.py puts it down in ten numbers, addresses among them. */
typedef struct {
    int64_t kind;           /* TEXT as it is, LITERAL with the escapes of N-Triples, NUMBER, PART of a text, LIST of rows of other columns */
    int64_t rows;           /* how many values */
    const int64_t *index;   /* which text each row has, negative for none; NULL: its own. Of a NUMBER the values, INT64_MIN for none. */
    int64_t texts;          /* how many texts */
    int64_t wide;           /* whether offsets have 64 bits */
    const void *offsets;    /* where texts begin, and where the last one ends */
    const uint8_t *data;    /* the bytes of all texts */
    int64_t size;           /* how many bytes */
    const int64_t *first;   /* of a PART its first byte, of a LIST its first row */
    const int64_t *last;    /* and the one behind its last */
} Column;

typedef struct {
    const uint8_t *at;
    int64_t length;
} Text;

static inline int64_t offset(const Column *c, int64_t n)
{
    return c->wide ? ((const int64_t *)c->offsets)[n] : ((const int32_t *)c->offsets)[n];
}

/* The bytes of a text; 0 where there is no such text. */
static inline int text_of(const Column *c, int64_t n, const uint8_t **text, int64_t *length)
{
    if (n < 0 || n >= c->texts)
        return 0;
    const int64_t begin = offset(c, n), end = offset(c, n + 1);
    if (begin < 0 || end < begin || end > c->size)
        return 0;
    *text = c->data + begin;
    *length = end - begin;
    return 1;
}

/* Where text is written; `full` where something did not fit. */
typedef struct {
    uint8_t *out;
    int64_t size, room;
    int full;
} Sink;

static inline int fits(Sink *s, int64_t more)
{
    if (more > s->room - s->size)
        s->full = 1;
    return !s->full;
}

/* Most texts are short: no call for them. */
static inline void copy(uint8_t *to, const uint8_t *from, int64_t length)
{
    if (length > 256)
        memcpy(to, from, (size_t)length);
    else if (length >= 16) {
        for (int64_t n = 0; n + 16 <= length; n += 16)
            memcpy(to + n, from + n, 16);
        memcpy(to + length - 16, from + length - 16, 16);
    } else if (length >= 8) {
        memcpy(to, from, 8);
        memcpy(to + length - 8, from + length - 8, 8);
    } else
        for (int64_t n = 0; n < length; n++)
            to[n] = from[n];
}

static inline void put(Sink *s, const void *text, int64_t length)
{
    if (fits(s, length)) {
        copy(s->out + s->size, text, length);
        s->size += length;
    }
}

#endif

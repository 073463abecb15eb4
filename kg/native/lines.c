/* Lines of text filled in from columns by templates; exports/lines.py says how, and does the same with Arrow.
 *
 * A template is a list of steps of four numbers: what to do, and three more. Columns hold texts, numbers, parts of texts or lists; see
 * `Column`. What does not fit into the room given is left for the next call. */

#include <stdlib.h>

#include "texts.h"

enum step { CONSTANT, VALUE, UNLESS_NULL, EACH, BETWEEN, NEXT };

/* Constants have 16 bytes of room behind them, and so does what is written: no call for a short text. */
static void put_constant(Sink *s, const uint8_t *text, int64_t length)
{
    if (fits(s, length)) {
        uint8_t *to = s->out + s->size;
        for (int64_t n = 0; n < length; n += 16)
            memcpy(to + n, text + n, 16);
        s->size += length;
    }
}

static void put_number(Sink *s, int64_t number)
{
    uint8_t digits[20];
    int at = 20;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (uint8_t)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        digits[--at] = '-';
    put(s, digits + at, 20 - at);
}

/* Not 0 where one of eight bytes is a control, a quote, a backslash or beyond 0x7e. */
static uint64_t odd(uint64_t eight)
{
    const uint64_t quote = eight ^ (ONES * '"'), backslash = eight ^ (ONES * '\\');
    const uint64_t control = (eight - ONES * 0x20) & ~eight, zeros = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash);
    return (control | zeros | eight | (eight + ONES)) & HIGHS;
}

/* How many bytes the character has that stands at a byte, and its code point; a text that is no UTF-8 goes byte by byte. */
static int64_t character(const uint8_t *at, int64_t left, uint32_t *code)
{
    *code = at[0];
    if (at[0] >= 0xc0 && at[0] < 0xe0 && left >= 2) {
        *code = (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu);
        return 2;
    }
    if (at[0] >= 0xe0 && at[0] < 0xf0 && left >= 3) {
        *code = (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
        return 3;
    }
    if (at[0] >= 0xf0 && left >= 4) {
        *code = 0x10000; /* none of these is escaped */
        return 4;
    }
    return 1;
}

/* The letter behind the backslash for a character that has one. */
static int letter(uint32_t code)
{
    switch (code) {
    case '\t': return 't';
    case '\b': return 'b';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\f': return 'f';
    case '"': return '"';
    case '\\': return '\\';
    default: return 0;
    }
}

/* What cannot stand in a literal, or would not be seen there: controls, line ends, and what is no character. */
static int hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 || (code >= 0xfdd0 && code <= 0xfdef) ||
           code == 0xfffe || code == 0xffff;
}

/* A text with the escapes of exports/triples.py. */
static void put_literal(Sink *s, const uint8_t *text, int64_t length)
{
    static const char hex[] = "0123456789ABCDEF";
    int64_t n = 0;
    if (!fits(s, length))
        return;
    while (n < length) {
        while (n + 8 <= length && s->room - s->size >= 8) {
            uint64_t eight;
            memcpy(&eight, text + n, 8);
            if (odd(eight))
                break;
            memcpy(s->out + s->size, &eight, 8);
            s->size += 8;
            n += 8;
        }
        for (const int64_t stop = n + 8 < length ? n + 8 : length; n < stop;) {
            uint32_t code;
            const int64_t bytes = character(text + n, length - n, &code);
            if (letter(code)) {
                const uint8_t two[2] = {'\\', (uint8_t)letter(code)};
                put(s, two, 2);
            } else if (hidden(code)) {
                const uint8_t six[6] = {'\\', 'u', (uint8_t)hex[code >> 12], (uint8_t)hex[code >> 8 & 15], (uint8_t)hex[code >> 4 & 15],
                                        (uint8_t)hex[code & 15]};
                put(s, six, 6);
            } else
                put(s, text + n, bytes);
            if (s->full)
                return;
            n += bytes;
        }
    }
}

/* 1 where a column has a value in a row, 0 where it has none, BAD where there is no such row. */
static int has(const Column *c, int64_t row)
{
    if (row < 0 || row >= c->rows)
        return BAD;
    if (c->kind == NUMBER)
        return c->index[row] != INT64_MIN;
    return c->kind == LIST ? c->first[row] < c->last[row] : !c->index || c->index[row] >= 0;
}

static int put_value(Sink *s, const Column *c, int64_t row)
{
    const uint8_t *text;
    int64_t length;
    if (row < 0 || row >= c->rows || c->kind == LIST)
        return BAD;
    if (c->kind == NUMBER) {
        put_number(s, c->index[row]);
        return 0;
    }
    if (!text_of(c, c->index ? c->index[row] : row, &text, &length))
        return BAD;
    if (c->kind == PART) {
        if (c->first[row] < 0 || c->last[row] < c->first[row] || c->last[row] > length)
            return BAD;
        text += c->first[row];
        length = c->last[row] - c->first[row];
    }
    if (c->kind == TEXT)
        put(s, text, length);
    else
        put_literal(s, text, length);
    return 0;
}

static int compared(const void *one, const void *other)
{
    const Text *a = one, *b = other;
    const int found = memcmp(a->at, b->at, (size_t)(a->length < b->length ? a->length : b->length));
    return found ? found : (a->length > b->length) - (a->length < b->length);
}

/* How long the line at a byte is, its end included. */
static int64_t line_at(const uint8_t *text, int64_t size)
{
    const uint8_t *end = memchr(text, '\n', (size_t)size);
    return end ? end - text + 1 : size;
}

/* Sorts the lines from a byte to the end, each once; gives how many were left out, or BAD where memory is lacking. */
static int64_t sort_lines(Sink *s, int64_t from)
{
    const int64_t size = s->size - from;
    int64_t count = 0, dropped = 0;
    int sorted = 1;
    Text before = {NULL, 0};
    for (int64_t at = from; at < s->size; count++) {
        const Text line = {s->out + at, line_at(s->out + at, s->size - at)};
        sorted = sorted && (count == 0 || compared(&before, &line) < 0);
        at += line.length;
        before = line;
    }
    if (sorted)
        return 0;
    Text *lines = malloc((size_t)count * sizeof *lines);
    uint8_t *whole = malloc((size_t)size);
    if (lines && whole) {
        memcpy(whole, s->out + from, (size_t)size);
        for (int64_t at = 0, n = 0; n < count; at += lines[n++].length)
            lines[n] = (Text){whole + at, line_at(whole + at, size - at)};
        qsort(lines, (size_t)count, sizeof *lines, compared);
        s->size = from;
        for (int64_t n = 0; n < count; n++)
            if (n && compared(&lines[n - 1], &lines[n]) == 0)
                dropped++;
            else
                put(s, lines[n].at, lines[n].length);
    } else
        dropped = BAD;
    free(lines);
    free(whole);
    return dropped;
}

/* Writes the lines of one row by the steps from `at` to `end`; gives their number, or BAD. */
static int64_t fill(Sink *s, const int32_t (*steps)[4], int64_t at, int64_t end, const uint8_t *constants, int64_t known,
                    const Column *columns, int64_t count, int64_t row)
{
    int64_t rows[2] = {row, 0}, last = 0, lines = 0, begin = 0, body = -1;
    for (; at < end && !s->full; at++) {
        const int32_t *step = steps[at];
        const int64_t a = step[1], b = step[2], c = step[3];
        if (step[0] == CONSTANT || step[0] == BETWEEN) {
            if (a < 0 || b < 0 || a + b > known)
                return BAD;
            if (step[0] == BETWEEN && (body < 0 || rows[1] == columns[steps[body][1]].first[row]))
                continue;
            put_constant(s, constants + a, b);
            lines += c;
            continue;
        }
        if (step[0] != NEXT && (a < 0 || a >= count || b < 0 || b > 1 || (b == 1 && body < 0)))
            return BAD;
        if (step[0] == VALUE) {
            if (put_value(s, columns + a, rows[b]))
                return BAD;
        } else if (step[0] == UNLESS_NULL) {
            const int there = has(columns + a, rows[b]);
            if (there == BAD || c < 0)
                return BAD;
            if (!there)
                at += c;
        } else if (step[0] == EACH) {
            if (body >= 0 || c < 0 || columns[a].kind != LIST || has(columns + a, row) == BAD)
                return BAD;
            rows[1] = columns[a].first[row];
            last = columns[a].last[row];
            begin = s->size;
            if (rows[1] >= last)
                at += c;
            else
                body = at;
        } else if (step[0] == NEXT) {
            if (body < 0)
                return BAD;
            if (++rows[1] < last) {
                at = body;
                continue;
            }
            if (a && !s->full && last - columns[steps[body][1]].first[row] > 1) {
                const int64_t dropped = sort_lines(s, begin);
                if (dropped < 0)
                    return BAD;
                lines -= dropped;
            }
            body = -1;
        } else
            return BAD;
    }
    return lines;
}

/* Fills in rows by templates, one behind the other, as many as there is room for.
 *
 * `programs`: where the steps of each template begin, and where the last ones end. Of each row: which template, which row of its
 * columns, and whether its lines are sorted together with those of the row before. `ends`: where in `out` each row ended.
 * `found`: the first row that is not written, the bytes written, the lines in them. */
KG_EXPORT int kg_lines(const int32_t (*steps)[4], int64_t number, const int64_t *programs, int64_t templates, const uint8_t *constants,
                       int64_t known, const Column *columns, int64_t count, const int32_t *which, const int64_t *rows,
                       const uint8_t *together, int64_t tasks, int64_t first, uint8_t *out, int64_t room, int64_t *ends, int64_t *found)
{
    /* 16 bytes behind the last one are written over */
    Sink sink = {out, 0, room - 16, 0};
    int64_t lines = 0, at = first;
    if (first < 0 || known < 0 || room < 16)
        return BAD;
    while (at < tasks) {
        const int64_t begin = sink.size;
        int64_t next = at, told = 0;
        do {
            const int64_t template = which[next];
            if (template < 0 || template >= templates || programs[template] < 0 || programs[template] > programs[template + 1] ||
                programs[template + 1] > number)
                return BAD;
            const int64_t more =
                fill(&sink, steps, programs[template], programs[template + 1], constants, known, columns, count, rows[next]);
            if (more < 0)
                return BAD;
            told += more;
            ends[next++] = sink.size;
        } while (next < tasks && together[next] && !sink.full);
        if (!sink.full && next - at > 1) {
            const int64_t dropped = sort_lines(&sink, begin);
            if (dropped < 0)
                return BAD;
            told -= dropped;
            /* of rows sorted together the first one has it all */
            for (int64_t n = at; n < next; n++)
                ends[n] = sink.size;
        }
        if (sink.full) {
            sink.size = begin;
            break;
        }
        lines += told;
        at = next;
    }
    found[0] = at;
    found[1] = sink.size;
    found[2] = lines;
    return 0;
}

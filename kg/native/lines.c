/* Lines of text filled in from columns by templates; exports/lines.py says how, and does the same with Arrow.
 *
 * A template is a list of steps of four numbers: what to do, and three more. Columns hold texts, numbers, parts of texts or lists; see
 * `Column`. What does not fit into the room given is left for the next call. */

#include <stdlib.h>

#include "kg.h"

enum step { CONSTANT, VALUE, UNLESS_NULL, EACH, BETWEEN, NEXT };
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
    uint8_t *out;
    int64_t size, room;
    int full;
} Sink;

static int64_t offset(const Column *c, int64_t n)
{
    return c->wide ? ((const int64_t *)c->offsets)[n] : ((const int32_t *)c->offsets)[n];
}

/* The bytes of a text; 0 where there is no such text. */
static int text_of(const Column *c, int64_t n, const uint8_t **text, int64_t *length)
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

static int fits(Sink *s, int64_t more)
{
    if (more > s->room - s->size)
        s->full = 1;
    return !s->full;
}

/* Most texts are short: no call for them. */
static void copy(uint8_t *to, const uint8_t *from, int64_t length)
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

static void put(Sink *s, const uint8_t *text, int64_t length)
{
    if (fits(s, length)) {
        copy(s->out + s->size, text, length);
        s->size += length;
    }
}

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

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

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

typedef struct {
    const uint8_t *text;
    int64_t length;
} Line;

static int compared(const void *one, const void *other)
{
    const Line *a = one, *b = other;
    const int found = memcmp(a->text, b->text, (size_t)(a->length < b->length ? a->length : b->length));
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
    Line before = {NULL, 0};
    for (int64_t at = from; at < s->size; count++) {
        const Line line = {s->out + at, line_at(s->out + at, s->size - at)};
        sorted = sorted && (count == 0 || compared(&before, &line) < 0);
        at += line.length;
        before = line;
    }
    if (sorted)
        return 0;
    Line *lines = malloc((size_t)count * sizeof *lines);
    uint8_t *copy = malloc((size_t)size);
    if (lines && copy) {
        memcpy(copy, s->out + from, (size_t)size);
        for (int64_t at = 0, n = 0; n < count; at += lines[n++].length)
            lines[n] = (Line){copy + at, line_at(copy + at, size - at)};
        qsort(lines, (size_t)count, sizeof *lines, compared);
        s->size = from;
        for (int64_t n = 0; n < count; n++)
            if (n && compared(&lines[n - 1], &lines[n]) == 0)
                dropped++;
            else
                put(s, lines[n].text, lines[n].length);
    } else
        dropped = BAD;
    free(lines);
    free(copy);
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

/* Which texts have no byte beyond 0x7f. */
KG_EXPORT int kg_plain(const Column *column, uint8_t *plain)
{
    const uint8_t *text;
    int64_t length;
    for (int64_t n = 0; n < column->texts; n++) {
        if (!text_of(column, n, &text, &length))
            return BAD;
        uint64_t all = 0;
        int64_t at = 0;
        for (; at + 8 <= length; at += 8) {
            uint64_t eight;
            memcpy(&eight, text + at, 8);
            all |= eight;
        }
        for (; at < length; at++)
            all |= text[at];
        plain[n] = !(all & HIGHS);
    }
    return 0;
}

/* Where in bytes characters of texts begin that are told in code points; what is behind the end is the end. `plain`: of each text, what
 * `kg_plain` found. */
KG_EXPORT int kg_bytes_of_places(const Column *column, const int64_t *texts, const int64_t *places, int64_t number, const uint8_t *plain,
                                 int64_t *bytes)
{
    const uint8_t *text;
    int64_t length;
    for (int64_t n = 0; n < number; n++) {
        int64_t place = places[n], at = 0;
        if (place < 0 || !text_of(column, texts[n], &text, &length))
            return BAD;
        if (plain[texts[n]])
            at = place < length ? place : length;
        else {
            /* a character begins where no byte 10xxxxxx stands */
            for (; at + 8 <= length; at += 8) {
                uint64_t eight;
                memcpy(&eight, text + at, 8);
                const uint64_t inner = eight >> 7 & ~eight >> 6 & ONES;
                const int64_t begun = 8 - (int64_t)(inner * ONES >> 56);
                if (begun > place)
                    break;
                place -= begun;
            }
            for (; at < length; at++)
                if ((text[at] & 0xc0) != 0x80 && place-- == 0)
                    break;
        }
        bytes[n] = at;
    }
    return 0;
}

/* Texts as segments of a path, percent-encoded as exports/iris.py does; `room` is three times their bytes, `begins` where each begins. */
KG_EXPORT int kg_segments(const Column *column, uint8_t *out, int64_t room, int64_t *begins)
{
    static const char hex[] = "0123456789ABCDEF";
    const uint8_t *text;
    int64_t length, size = 0;
    begins[0] = 0;
    for (int64_t n = 0; n < column->texts; n++) {
        if (!text_of(column, n, &text, &length) || 3 * length > room - size)
            return BAD;
        const int dots = (length == 1 && text[0] == '.') || (length == 2 && text[0] == '.' && text[1] == '.');
        for (int64_t i = 0; i < length; i++) {
            const uint8_t c = text[i];
            if (!dots && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                          c == '~' || c == ':'))
                out[size++] = c;
            else {
                out[size++] = '%';
                out[size++] = (uint8_t)hex[c >> 4];
                out[size++] = (uint8_t)hex[c & 15];
            }
        }
        begins[n + 1] = size;
    }
    return 0;
}

/* Of texts of no bytes not even the addresses are looked at. */
static int bytes_compared(const uint8_t *a, const uint8_t *b, int64_t length)
{
    return length ? memcmp(a, b, (size_t)length) : 0;
}

/* The order of two texts with a byte behind each, which is 0 for none. */
static int ordered(const Column *c, int64_t one, int64_t other, int behind)
{
    const uint8_t *a, *b;
    int64_t left, right;
    if (!text_of(c, one, &a, &left) || !text_of(c, other, &b, &right))
        return 0;
    const int found = bytes_compared(a, b, left < right ? left : right);
    if (found || left == right)
        return found;
    if (!behind)
        return left < right ? -1 : 1;
    return left < right ? behind - b[left] : a[right] - behind;
}

/* Rows by group, which are numbers from 0 on, and in a group by their texts, each with a byte behind it; equal ones as they come.
 * `begins` has room for one more than there are groups. `together`, where no byte stands behind: whether the text of a row begins with
 * that of the nearest row before it, of the same group, for which this is not so. */
KG_EXPORT int kg_order(const Column *column, const int64_t *group, int64_t groups, int64_t behind, int64_t *order, int64_t *scratch,
                       int64_t *begins, uint8_t *together)
{
    const int64_t rows = column->texts;
    for (int64_t g = 0; g <= groups; g++)
        begins[g] = 0;
    for (int64_t n = 0; n < rows; n++) {
        if (group[n] < 0 || group[n] >= groups)
            return BAD;
        begins[group[n] + 1]++;
    }
    for (int64_t g = 0; g < groups; g++)
        begins[g + 1] += begins[g];
    for (int64_t n = 0; n < rows; n++)
        order[begins[group[n]]++] = n;
    for (int64_t g = groups; g > 0; g--)
        begins[g] = begins[g - 1];
    begins[0] = 0;
    for (int64_t g = 0; g < groups; g++) {
        const int64_t low = begins[g], high = begins[g + 1];
        /* runs of eight by insertion, then merged */
        for (int64_t run = low; run < high; run += 8)
            for (int64_t n = run + 1; n < high && n < run + 8; n++) {
                const int64_t own = order[n];
                int64_t m = n;
                for (; m > run && ordered(column, order[m - 1], own, (int)behind) > 0; m--)
                    order[m] = order[m - 1];
                order[m] = own;
            }
        for (int64_t width = 8; width < high - low; width *= 2) {
            for (int64_t left = low; left < high; left += 2 * width) {
                const int64_t middle = left + width < high ? left + width : high, right = left + 2 * width < high ? left + 2 * width : high;
                int64_t i = left, j = middle;
                for (int64_t n = left; n < right; n++)
                    scratch[n] = j >= right || (i < middle && ordered(column, order[i], order[j], (int)behind) <= 0) ? order[i++] : order[j++];
            }
            memcpy(order + low, scratch + low, (size_t)(high - low) * sizeof *order);
        }
        int64_t root = low;
        for (int64_t n = low; n < high; n++) {
            const uint8_t *a, *b;
            int64_t left, right;
            if (!text_of(column, order[root], &a, &left) || !text_of(column, order[n], &b, &right))
                return BAD;
            together[n] = !behind && n > low && right >= left && bytes_compared(a, b, left) == 0;
            if (!together[n])
                root = n;
        }
    }
    return 0;
}

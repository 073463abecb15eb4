/* Columns of texts: where places lie in their bytes, segments of paths, and order. exports/lines.py and exports/text_columns.py say how, and the
 * latter does the same with Arrow. */

#include "texts.h"

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

/* The order of two texts with a byte behind each, which is 0 for none; of one that goes on in the other the one that ends is the first. */
static int ordered(const Column *c, int64_t one, int64_t other, int behind)
{
    const uint8_t *a, *b;
    int64_t left, right;
    if (!text_of(c, one, &a, &left) || !text_of(c, other, &b, &right))
        return 0;
    const int found = bytes_compared(a, b, left < right ? left : right);
    if (found || left == right)
        return found;
    const int next = left < right ? behind - b[left] : a[right] - behind;
    return next ? next : left < right ? -1 : 1;
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

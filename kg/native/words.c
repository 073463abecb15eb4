/* Texts cut into words, and hashes of folded ones; kg/recognize/split.py does the same with a regular expression, kg/keys.py with numpy. */

#include "kg.h"

enum { OTHER, LETTER, TAIL };

/* What a character is in a word: a letter or digit, or one of those that may only follow (C++, F#). Of characters beyond ASCII, the sorted `letters` are
 * letters or digits. */
static int kind_of(uint32_t c, const uint32_t *letters, int64_t count)
{
    if (c < 128) {
        const uint32_t low = c | 32;
        return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ? LETTER : c == '+' || c == '#' ? TAIL : OTHER;
    }
    int64_t low = 0;
    for (int64_t size = count; size > 1; size -= size / 2)
        low = letters[low + size / 2] <= c ? low + size / 2 : low;
    return count && letters[low] == c ? LETTER : OTHER;
}

/* The number of the string from `low` to `high` among the different ones so far, whose examples are at `from` to `to`; `slots` is a table of
 * `mask` + 1 numbers, from 1 on, by hash. */
static int32_t number_of(const uint32_t *text, int64_t low, int64_t high, int32_t *slots, int64_t mask, int64_t *count, int32_t *from,
                         int32_t *to)
{
    uint64_t hash = (uint64_t)(high - low);
    for (int64_t i = low; i < high; i++)
        hash = (hash ^ text[i]) * UINT64_C(0x9E3779B97F4A7C15);
    for (int64_t slot = (int64_t)(hash >> 32) & mask;; slot = (slot + 1) & mask) {
        const int32_t found = slots[slot] - 1;
        if (found < 0) {
            from[*count] = (int32_t)low;
            to[*count] = (int32_t)high;
            slots[slot] = (int32_t)++*count;
            return (int32_t)*count - 1;
        }
        if (to[found] - from[found] == high - low && !memcmp(text + from[found], text + low, (size_t)(high - low) * sizeof *text))
            return found;
    }
}

/* The words of a text, where they begin and end, and the numbers of the words and of what stands between each and the next, so that equal ones have
 * equal numbers, in the order in which they first come; their examples are at `word_from` to `word_to`, and at `gap_from` to `gap_to`.
 *
 * All these arrays are as long as the text; `slots` are two tables, each of a power of two greater than half its length and one. Writes how many words,
 * different words and different gaps there are to `counts`. */
KG_EXPORT int kg_words(int64_t length, const uint32_t *text, int64_t letters, const uint32_t *letter, int64_t room, int32_t *slots, int32_t *begin,
                       int32_t *end, int32_t *word, int32_t *word_from, int32_t *word_to, int32_t *gap, int32_t *gap_from, int32_t *gap_to,
                       int64_t *counts)
{
    const int64_t half = room / 2; /* a word has a character, and one behind it that is no letter: there are at most (length + 1) / 2 */
    if (length < 0 || length > INT32_MAX - 1 || letters < 0 || half <= length / 2 + 1 || (half & (half - 1)) || room != 2 * half)
        return BAD;
    memset(slots, 0, (size_t)room * sizeof *slots);
    int64_t words = 0, different = 0, gaps = 0;
    for (int64_t at = 0; at < length;) {
        if (kind_of(text[at], letter, letters) != LETTER) {
            at++;
            continue;
        }
        const int64_t low = at;
        while (at < length && kind_of(text[at], letter, letters) == LETTER)
            at++;
        while (at < length && kind_of(text[at], letter, letters) == TAIL)
            at++;
        if (words)
            gap[words - 1] = number_of(text, end[words - 1], low, slots + half, half - 1, &gaps, gap_from, gap_to);
        begin[words] = (int32_t)low;
        end[words] = (int32_t)at;
        word[words] = number_of(text, low, at, slots, half - 1, &different, word_from, word_to);
        words++;
    }
    counts[0] = words;
    counts[1] = different;
    counts[2] = gaps;
    return 0;
}

/* The hashes of strings whose bytes stand one behind the other, each up to its `end`, and the powers of the base by which a hash is multiplied when they
 * come behind others. */
KG_EXPORT int kg_hashes(int64_t count, const int64_t *end, int64_t length, const uint8_t *bytes, int64_t base, uint64_t *value, uint64_t *power)
{
    int64_t at = 0;
    for (int64_t n = 0; n < count; n++) {
        if (end[n] < at || end[n] > length)
            return BAD;
        value[n] = 0;
        power[n] = 1;
        for (; at < end[n]; at++) {
            value[n] = value[n] * (uint64_t)base + bytes[at] + 1;
            power[n] *= (uint64_t)base;
        }
    }
    return 0;
}

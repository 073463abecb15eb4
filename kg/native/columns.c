/* Keys looked up among sorted ones, and columns of groups made of what is known of words: kg/keys.py, kg/recognize/statistics.py and
 * kg/recognize/columns.py, which do the same with numpy. */

#include "kg.h"

#define BLOCK 256 /* groups at a time, so that what is known of them stays in the first cache */

/* Sorted keys, and where those begin that have the same first 64 - shift bits. */
typedef struct {
    const uint64_t *keys;
    const int32_t *begin;
    int64_t number, shift;
} Sorted;

static int fits(const Sorted *in, int64_t begins)
{
    return in->shift > 32 && in->shift < 64 && begins == ((int64_t)1 << (64 - in->shift)) + 1 && in->begin[0] == 0
           && in->begin[begins - 1] == in->number;
}

/* The place of a key, the first of equal ones; -1 where there is none. */
static int64_t place(const Sorted *in, uint64_t wanted)
{
    const uint64_t bucket = wanted >> in->shift;
    const int64_t end = in->begin[bucket + 1];
    for (int64_t at = in->begin[bucket]; at < end && in->keys[at] <= wanted; at++)
        if (in->keys[at] == wanted)
            return at;
    return -1;
}

/* The places of `count` keys among `number` sorted ones, `begin` of length `begins`. */
KG_EXPORT int kg_find(int64_t count, const uint64_t *wanted, int64_t number, const uint64_t *keys, int64_t begins, const int32_t *begin,
                      int64_t shift, int64_t *found)
{
    const Sorted in = {keys, begin, number, shift};
    if (count < 0 || !fits(&in, begins))
        return BAD;
    for (int64_t i = 0; i < count; i++)
        found[i] = place(&in, wanted[i]);
    return 0;
}

/* The rows of a table, shape (number, columns), that belong to `count` keys, as columns one behind the other; 0 where there is none. */
KG_EXPORT int kg_look_up(int64_t count, const uint64_t *wanted, int64_t number, const uint64_t *keys, int64_t begins, const int32_t *begin,
                         int64_t shift, int64_t columns, const uint8_t *table, int16_t *found)
{
    const Sorted in = {keys, begin, number, shift};
    if (count < 0 || columns < 0 || !fits(&in, begins))
        return BAD;
    for (int64_t i = 0; i < count; i++) {
        const int64_t at = place(&in, wanted[i]);
        for (int64_t c = 0; c < columns; c++)
            found[c * count + i] = at < 0 ? 0 : table[at * columns + c];
    }
    return 0;
}

/* Grams by their first and last words, and groups of them: group g has the grams order[start[g]] to order[start[g + 1] - 1]. */
typedef struct {
    int64_t words, grams, groups;
    const int32_t *first, *last;
    const int64_t *order, *start;
} Grouped;

/* Whether a group has grams, and all of them and their words are there. */
static int sound(const Grouped *in, int64_t g)
{
    if (in->start[g] < 0 || in->start[g] >= in->start[g + 1] || in->start[g + 1] > in->grams)
        return 0;
    for (int64_t m = in->start[g]; m < in->start[g + 1]; m++) {
        const int64_t gram = in->order[m];
        if (gram < 0 || gram >= in->grams || in->first[gram] < 0 || in->last[gram] < in->first[gram] || in->last[gram] >= in->words)
            return 0;
    }
    return 1;
}

/* The bits that any gram has of each of `size` groups from `low` on; BAD where one is not sound. */
static int any_of(const Grouped *in, const uint64_t *left, const uint64_t *right, int64_t low, int64_t size, uint64_t *any)
{
    for (int64_t g = 0; g < size; g++) {
        if (!sound(in, low + g))
            return BAD;
        any[g] = 0;
        for (int64_t m = in->start[low + g]; m < in->start[low + g + 1]; m++)
            any[g] |= left[in->first[in->order[m]]] | right[in->last[in->order[m]]];
    }
    return 0;
}

/* For each of some bits whether any gram of a group has it: a gram has the bits `left` of its first word and `right` of its last one. */
KG_EXPORT int kg_flags(int64_t words, const uint64_t *left, const uint64_t *right, int64_t grams, const int32_t *first,
                       const int32_t *last, int64_t groups, const int64_t *order, const int64_t *start, int64_t bits, const uint8_t *bit,
                       int8_t *found)
{
    const Grouped in = {words, grams, groups, first, last, order, start};
    uint64_t any[BLOCK];
    for (int64_t low = 0; low < groups; low += BLOCK) {
        const int64_t size = groups - low < BLOCK ? groups - low : BLOCK;
        if (any_of(&in, left, right, low, size, any))
            return BAD;
        for (int64_t b = 0; b < bits; b++) {
            int8_t *out = found + b * groups + low;
            const int by = bit[b] & 63;
            for (int64_t g = 0; g < size; g++)
                out[g] = (int8_t)(any[g] >> by & 1);
        }
    }
    return 0;
}

/* The same as shares of the grams of each group. */
KG_EXPORT int kg_shares(int64_t words, const uint64_t *left, const uint64_t *right, int64_t grams, const int32_t *first,
                        const int32_t *last, int64_t groups, const int64_t *order, const int64_t *start, int64_t bits, const uint8_t *bit,
                        float *found)
{
    const Grouped in = {words, grams, groups, first, last, order, start};
    uint64_t any[BLOCK];
    for (int64_t low = 0; low < groups; low += BLOCK) {
        const int64_t size = groups - low < BLOCK ? groups - low : BLOCK;
        if (any_of(&in, left, right, low, size, any))
            return BAD;
        for (int64_t b = 0; b < bits; b++) {
            float *out = found + b * groups + low;
            const int by = bit[b] & 63;
            for (int64_t g = 0; g < size; g++)
                out[g] = (float)(any[g] >> by & 1);
        }
        /* the few groups that have several grams */
        for (int64_t g = 0; g < size; g++) {
            const int64_t from = start[low + g], to = start[low + g + 1];
            if (to - from == 1)
                continue;
            for (int64_t b = 0; b < bits; b++) {
                int64_t sum = 0;
                for (int64_t m = from; m < to; m++)
                    sum += (int64_t)((left[first[order[m]]] | right[last[order[m]]]) >> (bit[b] & 63) & 1);
                found[b * groups + low + g] = (float)sum / (float)(to - from);
            }
        }
    }
    return 0;
}

/* For each of some columns of words, one behind the other, the least value at the first words of the grams of each group. */
KG_EXPORT int kg_least(int64_t words, int64_t columns, const int16_t *value, int64_t grams, const int32_t *first, const int32_t *last,
                       int64_t groups, const int64_t *order, const int64_t *start, int16_t *found)
{
    const Grouped in = {words, grams, groups, first, last, order, start};
    for (int64_t g = 0; g < groups; g++)
        if (!sound(&in, g))
            return BAD;
    for (int64_t c = 0; c < columns; c++, value += words, found += groups)
        for (int64_t g = 0; g < groups; g++) {
            int16_t least = value[first[order[start[g]]]];
            for (int64_t m = start[g] + 1; m < start[g + 1]; m++)
                if (value[first[order[m]]] < least)
                    least = value[first[order[m]]];
            found[g] = least;
        }
    return 0;
}

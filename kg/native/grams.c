/* The grams of a batch, and those of one paper and one key together: kg/recognize/grams.py and kg/recognize/features.py, which do the same
 * with numpy. */

#include "kg.h"

/* What is known of a word, as kg/recognize/grams.py says. */
#define HARD_LEFT 1   /* begins no gram */
#define HARD_RIGHT 2  /* ends none */
#define HARD 4        /* is none by itself */
#define SHORT 8       /* has a single character */
#define NUMBER 16     /* is a number: a gram is more than numbers */
#define FUNCTION 32   /* is counted inside a gram */
#define SOFT_LEFT 64  /* makes a gram soft that it begins */
#define SOFT_RIGHT 128 /* … or ends */

/* The grams of up to `most` words, by their first word, then by length, and their number; there must be `room` for all.
 *
 * `about` has the flags above of each word, `run` numbers the stretches that grams do not leave. The key of a gram is
 * that of its first word, times the power of the next plus the key of that, and so on. */
KG_EXPORT int kg_grams(int64_t words, const uint8_t *about, const int32_t *run, const uint64_t *hash, const uint64_t *power,
                       int64_t most, int64_t room, int32_t *first, int32_t *last, uint64_t *key, uint8_t *functions, uint8_t *soft,
                       int64_t *number)
{
    int64_t count = 0;
    for (int64_t a = 0; a < words; a++) {
        if (about[a] & HARD_LEFT)
            continue;
        uint64_t running = 0;
        int64_t within = 0, numbers = 0;
        for (int64_t size = 1; size <= most && a + size <= words; size++) {
            const int64_t b = a + size - 1;
            if (run[b] != run[a])
                break;
            running = running * power[b] + hash[b];
            within += about[b] / FUNCTION & 1;
            numbers += about[b] / NUMBER & 1;
            if ((about[b] & HARD_RIGHT) || numbers == size || (size == 1 && (about[a] & (HARD | SHORT))))
                continue;
            if (count == room)
                return BAD;
            first[count] = (int32_t)a;
            last[count] = (int32_t)b;
            key[count] = running;
            functions[count] = (uint8_t)within;
            soft[count] = (about[a] & SOFT_LEFT) != 0 || (about[b] & SOFT_RIGHT) != 0;
            count++;
        }
    }
    *number = count;
    return 0;
}

/* Sorts places by their keys and then by themselves: natural runs of equal lengths are merged. */
static int64_t *sorted(int64_t count, const uint64_t *key, int64_t *from, int64_t *to)
{
    for (int64_t low = 0; low < count; low += 8)
        for (int64_t i = low + 1; i < low + 8 && i < count; i++) {
            const int64_t mine = from[i];
            int64_t at = i;
            for (; at > low && key[from[at - 1]] > key[mine]; at--)
                from[at] = from[at - 1];
            from[at] = mine;
        }
    for (int64_t width = 8; width < count; width *= 2) {
        for (int64_t low = 0; low < count; low += 2 * width) {
            const int64_t middle = low + width < count ? low + width : count, end = low + 2 * width < count ? low + 2 * width : count;
            int64_t a = low, b = middle;
            for (int64_t at = low; at < end; at++)
                to[at] = a < middle && (b == end || key[from[a]] <= key[from[b]]) ? from[a++] : from[b++];
        }
        int64_t *other = from;
        from = to;
        to = other;
    }
    return from;
}

/* The order of grams by (paper, key, place), and where those of one paper and one key begin, with the number of grams behind; how many
 * such groups there are. `paper` is that of each gram and does not fall; `room` is for as many places as there are grams. */
KG_EXPORT int kg_groups(int64_t grams, const int32_t *paper, const uint64_t *key, int64_t *order, int64_t *start, int64_t *room,
                        int64_t *number)
{
    int64_t groups = 0;
    for (int64_t low = 0, high; low < grams; low = high) {
        for (high = low; high < grams && paper[high] == paper[low]; high++)
            order[high] = high;
        if (high < grams && paper[high] < paper[low])
            return BAD;
        const int64_t *found = sorted(high - low, key, order + low, room + low);
        if (found != order + low)
            memcpy(order + low, found, (size_t)(high - low) * sizeof *order);
        for (int64_t i = low; i < high; i++)
            if (i == low || key[order[i]] != key[order[i - 1]])
                start[groups++] = i;
    }
    start[groups] = grams;
    *number = groups;
    return 0;
}

/* What contains a gram and what it contains, and how far cues stand before words: kg/recognize/features.py, which does the same with numpy. */

#include "kg.h"

#define MOST 7  /* words of a gram */
#define REACH 3 /* words by which it is compared with longer and shorter ones, on either side */
#define BESIDE 4

typedef struct {
    int64_t words;
    int16_t none;
    const int16_t *table;
} Table;

/* The value of the gram that begins with a word and has so many words; `none` where there is none. */
static int at(const Table *in, int64_t first, int64_t size)
{
    return first < 0 || first >= in->words || size < 1 || size > MOST ? in->none : in->table[first * MOST + size - 1];
}

static int most(int a, int b) { return a < b ? b : a; }

static int least(int a, int b) { return a < b ? a : b; }

/* For the grams of each group: of those one word longer at the right, at the left, shorter at the right, at the left, the greatest `df`, less
 * the own one, and the greatest `kw`; then the greatest `kw` of all that contain it, the least over the grams of the group of these, and
 * the greatest inside it. A column behind the other. `none` is the value of grams that are not there; `room` is for 2 * 7 * words values. */
KG_EXPORT int kg_containing(int64_t words, int64_t grams, const int32_t *first, const int32_t *last, int64_t groups, const int64_t *order,
                            const int64_t *start, const int16_t *df, const int16_t *kw, int64_t none, int16_t *room, int16_t *found)
{
    static const int begins[BESIDE] = {0, -1, 0, 1}, longer[BESIDE] = {1, 1, -1, -1};
    for (int64_t i = 0; i < 2 * MOST * words; i++)
        room[i] = (int16_t)none;
    const Table of_df = {words, (int16_t)none, room}, of_kw = {words, (int16_t)none, room + MOST * words};
    for (int64_t g = 0; g < groups; g++) {
        if (start[g] < 0 || start[g] >= start[g + 1] || start[g + 1] > grams)
            return BAD;
        for (int64_t m = start[g]; m < start[g + 1]; m++) {
            const int64_t gram = order[m];
            if (gram < 0 || gram >= grams || first[gram] < 0 || last[gram] < first[gram] || last[gram] >= words
                || last[gram] - first[gram] >= MOST)
                return BAD;
            const int64_t place = (int64_t)first[gram] * MOST + last[gram] - first[gram];
            room[place] = df[g];
            room[MOST * words + place] = kw[g];
        }
    }
    for (int64_t g = 0; g < groups; g++) {
        int all[2 * BESIDE + 3];
        for (int64_t m = start[g]; m < start[g + 1]; m++) {
            const int64_t a = first[order[m]], size = last[order[m]] - a + 1;
            int mine[2 * BESIDE + 3], over = (int)none, under = (int)none;
            for (int side = 0; side < BESIDE; side++) {
                mine[2 * side] = at(&of_df, a + begins[side], size + longer[side]) - df[g];
                mine[2 * side + 1] = at(&of_kw, a + begins[side], size + longer[side]);
            }
            for (int left = 0; left <= REACH && left <= a; left++) {
                const int16_t *wider = of_kw.table + (a - left) * MOST + size + left - 1;
                for (int64_t right = left == 0; right <= REACH && right <= MOST - size - left; right++)
                    over = most(over, wider[right]);
            }
            for (int left = 0; left <= REACH && left < size; left++) {
                const int16_t *inner = of_kw.table + (a + left) * MOST + size - left - 1;
                for (int64_t right = left == 0; right <= REACH && right < size - left; right++)
                    under = most(under, inner[-right]);
            }
            mine[2 * BESIDE] = mine[2 * BESIDE + 1] = over;
            mine[2 * BESIDE + 2] = under;
            for (int c = 0; c < 2 * BESIDE + 3; c++)
                all[c] = m == start[g] ? mine[c] : c == 2 * BESIDE + 1 ? least(all[c], mine[c]) : most(all[c], mine[c]);
        }
        for (int c = 0; c < 2 * BESIDE + 3; c++)
            found[c * groups + g] = (int16_t)all[c];
    }
    return 0;
}

/* For each of some cue classes, and each word, how many words before it in its sentence the nearest word of the class stands; `far` where
 * that is more, or there is none. A column behind the other. `number` has for each of 256 classes the number of its column, or less than
 * 0; `begins` says which words are the first of a sentence. */
KG_EXPORT int kg_since(int64_t words, const uint8_t *cue, const uint8_t *begins, int64_t columns, const int8_t *number, int64_t far,
                       int16_t *found)
{
    int64_t near[127];
    if (columns < 0 || columns > 127 || far < 0 || far > INT16_MAX)
        return BAD;
    for (int c = 0; c < 256; c++)
        if (number[c] >= columns)
            return BAD;
    for (int64_t w = 0; w < words; w++) {
        for (int64_t c = 0; c < columns; c++) {
            if (w == 0 || begins[w])
                near[c] = w - far;
            found[c * words + w] = (int16_t)(w - near[c] < far ? w - near[c] : far);
        }
        if (number[cue[w]] >= 0)
            near[number[cue[w]]] = w;
    }
    return 0;
}

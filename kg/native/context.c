/* What surer grams stand over, under and beside some grams: kg/recognize/context.py, which does the same with numpy. */

#include "kg.h"

#define MOST 7 /* words of a gram */

/* The score of the gram that begins with a word and has so many words; 0 where there is none. */
static float at(const float *table, int64_t words, int64_t first, int64_t size)
{
    return first < 0 || first >= words || size < 1 || size > MOST ? 0.0f : table[first * MOST + size - 1];
}

static float most(float a, float b) { return a < b ? b : a; }

/* `COLUMNS` values of one gram: over, under, left and right under, crossing, how many over, best beside on both sides. */
#define COLUMNS 8

static void one(const float *table, int64_t words, const int32_t *paper, int64_t first, int64_t last, float *found)
{
    const int64_t size = last - first + 1;
    float over = 0, under = 0, under_left = 0, under_right = 0, crossing = 0, count = 0, best_left = 0, best_right = 0;
    for (int left = 0; left < MOST; left++)
        for (int right = left == 0; right < MOST - left; right++) {
            const float wider = at(table, words, first - left, size + left + right);
            const float inner = at(table, words, first + left, size - left - right);
            over = most(over, wider);
            count += wider > 0.3f;
            under = most(under, inner);
            if (left == 0)
                under_left = most(under_left, inner);
            if (right == 0)
                under_right = most(under_right, inner);
        }
    /* the words of a batch stand in one row: a neighbour must be of the same paper */
    const int before = first > 0 && paper[first - 1] == paper[first], behind = last + 1 < words && paper[last + 1] == paper[first];
    for (int length = 1; length <= MOST; length++) {
        for (int left = 1; left < length; left++)
            if (length - left < size) {
                crossing = most(crossing, at(table, words, first - left, length));
                crossing = most(crossing, at(table, words, last + left - length + 1, length));
            }
        if (before)
            best_left = most(best_left, at(table, words, first - length, length));
        if (behind)
            best_right = most(best_right, at(table, words, last + 1, length));
    }
    const float all[COLUMNS] = {over, under, under_left, under_right, crossing, count, best_left, best_right};
    memcpy(found, all, sizeof all);
}

/* The greatest of these values among the grams of each group, a column behind the other, then the least of those over them.
 *
 * Group g has the grams start[g] to start[g + 1] - 1, from word first to word last, and a score. `paper` has the paper of each word, `table`
 * is room for 7 * words numbers that are 0. */
KG_EXPORT int kg_around(int64_t words, const int32_t *paper, int64_t grams, const int32_t *first, const int32_t *last, int64_t groups,
                        const int64_t *start, const float *score, float *table, float *found)
{
    if (words < 0 || grams < 0 || groups < 0 || start[0] != 0 || start[groups] != grams)
        return BAD;
    for (int64_t g = 0; g < groups; g++) {
        if (start[g + 1] <= start[g] || start[g + 1] > grams)
            return BAD;
        for (int64_t m = start[g]; m < start[g + 1]; m++) {
            if (first[m] < 0 || last[m] < first[m] || last[m] >= words || last[m] - first[m] >= MOST)
                return BAD;
            table[(int64_t)first[m] * MOST + last[m] - first[m]] = score[g];
        }
    }
    for (int64_t g = 0; g < groups; g++) {
        float best[COLUMNS], least = 0;
        for (int64_t m = start[g]; m < start[g + 1]; m++) {
            float mine[COLUMNS];
            one(table, words, paper, first[m], last[m], mine);
            if (m == start[g]) {
                memcpy(best, mine, sizeof mine);
                least = mine[0];
                continue;
            }
            for (int c = 0; c < COLUMNS; c++)
                best[c] = most(best[c], mine[c]);
            least = mine[0] < least ? mine[0] : least;
        }
        for (int c = 0; c < COLUMNS; c++)
            found[c * groups + g] = best[c];
        found[COLUMNS * groups + g] = least;
    }
    return 0;
}

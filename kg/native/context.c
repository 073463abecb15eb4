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
    for (int64_t left = 0; left <= MOST - size && left <= first; left++) {
        const float *wider = table + (first - left) * MOST + size + left - 1;
        for (int64_t right = left == 0; right <= MOST - size - left; right++) {
            over = most(over, wider[right]);
            count += wider[right] > 0.3f;
        }
    }
    for (int64_t left = 0; left < size; left++) {
        const float *inner = table + (first + left) * MOST + size - left - 1;
        for (int64_t right = left == 0; right < size - left; right++) {
            under = most(under, inner[-right]);
            if (left == 0)
                under_left = most(under_left, inner[-right]);
            if (right == 0)
                under_right = most(under_right, inner[0]);
        }
    }
    /* the words of a batch stand in one row: a neighbour must be of the same paper */
    const int before = first > 0 && paper[first - 1] == paper[first], behind = last + 1 < words && paper[last + 1] == paper[first];
    for (int64_t length = 1; length <= MOST; length++) {
        for (int64_t left = length - size < 1 ? 1 : length - size + 1; left < length; left++) {
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

/* Among the rows of each paper, which stand together: the best score of the other rows of the same head, that of the others of the same start,
 * and how many rows have a greater score, or the same and stand before; a column behind the other. */
KG_EXPORT int kg_among(int64_t rows, const int64_t *paper, const uint64_t *head, const uint64_t *start, const float *score, float *found)
{
    for (int64_t low = 0, high; low < rows; low = high) {
        for (high = low + 1; high < rows && paper[high] == paper[low]; high++)
            ;
        if (high < rows && paper[high] < paper[low])
            return BAD;
        for (int64_t i = low; i < high; i++) {
            float same_head = 0, same_start = 0;
            int64_t above = 0;
            for (int64_t j = low; j < high; j++) {
                above += score[j] > score[i] || (score[j] == score[i] && j < i);
                if (j == i)
                    continue;
                if (head[j] == head[i])
                    same_head = most(same_head, score[j]);
                if (start[j] == start[i])
                    same_start = most(same_start, score[j]);
            }
            found[i] = same_head;
            found[rows + i] = same_start;
            found[2 * rows + i] = (float)above;
        }
    }
    return 0;
}

/* The words that show how a paper stands to what it mentions: kg/relate/papers.py, which does the same in Python. */

#include "kg.h"

/* For each mention, from word first to word last, the word of its sentence that shows a relation best (-1 where none does), and how plainly.
 *
 * `rank` has for every relation that of each of 256 cue classes, negative for those that do not show it; words further than `reach`
 * away are not looked at. Of equal ones the first. */
KG_EXPORT int kg_cues(int64_t words, const uint8_t *cue, const int32_t *sentence, int64_t mentions, const int32_t *first,
                      const int32_t *last, const uint8_t *relation, int64_t relations, const int8_t *rank, int64_t reach, int32_t *best,
                      double *strength)
{
    for (int64_t m = 0; m < mentions; m++) {
        const int64_t a = first[m], b = last[m];
        if (a < 0 || b < a || b >= words || relation[m] >= relations || reach < 0)
            return BAD;
        const int8_t *ranks = rank + 256 * (int64_t)relation[m];
        int64_t at = a;
        while (at > 0 && at > a - reach && sentence[at - 1] == sentence[a])
            at--;
        best[m] = -1;
        strength[m] = 0;
        for (; at < words && at <= b + reach && sentence[at] == sentence[a]; at++) {
            if (at == a)
                at = b + 1;
            if (at >= words || at > b + reach || sentence[at] != sentence[a])
                break;
            if (ranks[cue[at]] < 0)
                continue;
            const int64_t distance = at < a ? a - at : (at - b) * 2;
            const double value = 10.0 - 2 * ranks[cue[at]] - (double)(distance < 30 ? distance : 30) / 10;
            if (value > strength[m]) {
                best[m] = (int32_t)at;
                strength[m] = value;
            }
        }
    }
    return 0;
}

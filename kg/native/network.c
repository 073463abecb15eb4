/* The network over the words of a paper; kg/recognize/network.py says what it is, and does the same with numpy. Activations are
 * integers of 16 bits, sums of products exact, and what is done with these sums is done in float32, each operation rounded by itself. */

#include "products.h"

#define LIMIT 511 /* the greatest activation, as there */
#define WIDEST 64 /* activations of a word, at most */
#define MOST_WORDS 7
#define LAYERS 3

/* To the nearest whole number, to even ones from halves, as rint does below 2^22. */
INLINE float nearest(float v) { return (v + 12582912.0f) - 12582912.0f; }

INLINE float within(float v, float low, float high)
{
    v = v < low ? low : v;
    return v > high ? high : v;
}

INLINE int16_t clipped(int v)
{
    v = v < -LIMIT ? -LIMIT : v;
    return (int16_t)(v > LIMIT ? LIMIT : v);
}

INLINE int16_t step_of(float v) { return (int16_t)nearest(within(v * 64.0f, 0, LIMIT)); }

static int fits(const Matrix *m, int64_t room)
{
    return m->width > 0 && m->width % 2 == 0 && m->width <= WIDEST && m->outputs % TILE == 0 && m->outputs <= 2 * WIDEST
           && (int64_t)m->parts * m->width * m->outputs == room;
}

/* What is known of words before they are read: their columns, and the tables that have a row for each value of one. */
typedef struct {
    const uint64_t *hash;
    const uint16_t *flags;
    const uint32_t *ending;
    const uint8_t *field, *cue, *before, *after, *gap;
    int64_t known;
    const uint64_t *vocabulary; /* sorted */
    const int8_t *word;         /* the row of unknown words, then those of the vocabulary */
    const int8_t *table[6];     /* bits, place, cue, before, after, gap */
    int64_t rows[6];
} Seen;

enum { BITS, PLACE, CUE, BEFORE, AFTER, GAP };

/* Bits of a row of `BITS`: flags, then endings, then whether the word stands in the title. */
#define FLAGS 9
#define ENDINGS 32

INLINE int64_t number_of(uint64_t wanted, const uint64_t *sorted, int64_t count)
{
    int64_t low = 0;
    for (int64_t size = count; size > 1; size -= size / 2)
        low = sorted[low + size / 2] <= wanted ? low + size / 2 : low;
    return count && sorted[low] == wanted ? low + 1 : 0;
}

INLINE void add(int16_t *sum, const int8_t *row, int64_t number, int d)
{
    row += number * d;
    for (int n = 0; n < d; n++)
        sum[n] = (int16_t)(sum[n] + row[n]);
}

/* The sum of what is known of a word; `since` is its place in its field. */
INLINE void seen_of(const Seen *seen, int64_t w, int64_t since, int64_t stride, int d, int16_t *x)
{
    int16_t sum[WIDEST] = {0};
    add(sum, seen->word, number_of(seen->hash[w], seen->vocabulary, seen->known), d);
    for (uint64_t bits = (seen->flags[w] & ((1u << FLAGS) - 1)) | (uint64_t)seen->ending[w] << FLAGS, bit = 0; bits; bits >>= 1, bit++)
        if (bits & 1)
            add(sum, seen->table[BITS], (int64_t)bit, d);
    if (seen->field[w] == 0)
        add(sum, seen->table[BITS], FLAGS + ENDINGS, d);
    const int64_t place = 1 + since / stride, last = seen->rows[PLACE] - 1;
    add(sum, seen->table[PLACE], seen->field[w] == 0 ? 0 : place < last ? place : last, d);
    add(sum, seen->table[CUE], seen->cue[w], d);
    add(sum, seen->table[BEFORE], seen->before[w], d);
    add(sum, seen->table[AFTER], seen->after[w], d);
    add(sum, seen->table[GAP], seen->gap[w], d);
    for (int n = 0; n < d; n++)
        x[n] = clipped(sum[n]);
}

/* One convolution with a gate over the words of a paper, from `x` to `out`, both of shape (words, d). */
INLINE void convolve(const Matrix *m, const float *factor, const float *shift, int64_t reach, int64_t words, const int16_t *x, int16_t *out,
                     int level)
{
    static const int16_t nothing[WIDEST];
    const int d = m->width;
    const int16_t *rows[BLOCK][PARTS];
    int32_t sums[BLOCK * 2 * WIDEST];
    for (int64_t low = 0; low < words; low += BLOCK) {
        const int count = words - low < BLOCK ? (int)(words - low) : BLOCK;
        for (int r = 0; r < count; r++) {
            const int64_t word = low + r;
            rows[r][0] = word >= reach ? x + (word - reach) * d : nothing;
            rows[r][1] = x + word * d;
            rows[r][2] = word + reach < words ? x + (word + reach) * d : nothing;
        }
        product(m, (const int16_t *const(*)[PARTS])rows, count, level, sums);
        for (int r = 0; r < count; r++) {
            const int32_t *change = sums + r * m->outputs, *gate = change + d;
            const int16_t *from = rows[r][1];
            int16_t *restrict to = out + (low + r) * d;
            for (int n = 0; n < d; n++) {
                const float c = (float)change[n] * factor[n] + shift[n], g = (float)gate[n] * factor[d + n] + shift[d + n] + 0.5f;
                /* more than twice the limit comes to the same */
                to[n] = clipped(from[n] + (int)nearest(within(c * within(g, 0, 1), -3 * LIMIT, 3 * LIMIT)));
            }
        }
    }
}

/* The mean of the rows of all words, or of those in field 0, to the nearest whole number; 0 for none. */
INLINE void mean_of(const int16_t *x, int64_t words, int d, const uint8_t *field, int16_t *mean)
{
    int64_t sum[WIDEST] = {0}, count = 0;
    for (int64_t w = 0; w < words; w++)
        if (!field || field[w] == 0) {
            count++;
            for (int n = 0; n < d; n++)
                sum[n] += x[w * d + n];
        }
    for (int n = 0; n < d; n++) {
        const double v = count ? (double)sum[n] / (double)count : 0;
        mean[n] = (int16_t)((v + 6755399441055744.0) - 6755399441055744.0);
    }
}

/* The layers that words are read by. */
typedef struct {
    const Matrix one, last;
    int64_t room;
    const float *factor, *shift;
    const int64_t *reach;
    const float *scale, *bias;
    int64_t stride;
} Layers;

/* Activations of the `count` words of a paper from `low` on, and of the paper. */
INLINE void read_paper(const Seen *seen, const Layers *layers, int64_t low, int64_t count, int16_t *work, int16_t *x, int16_t *about, int level)
{
    const int d = layers->one.width;
    int16_t *from = work, *to = work + count * d, mean[2][WIDEST];
    for (int64_t w = 0, since = 0; w < count; w++, since++) {
        if (w && seen->field[low + w] != seen->field[low + w - 1])
            since = 0;
        seen_of(seen, low + w, since, layers->stride, d, from + w * d);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
        Matrix m = layers->one;
        m.packed += layer * layers->room;
        convolve(&m, layers->factor + layer * 2 * d, layers->shift + layer * 2 * d, layers->reach[layer], count, from, to, level);
        int16_t *other = from;
        from = to;
        to = other;
    }
    mean_of(from, count, d, 0, mean[0]);
    mean_of(from, count, d, seen->field + low, mean[1]);
    const int16_t *rows[1][PARTS] = {{mean[0], mean[1], 0}};
    int32_t sums[WIDEST];
    product(&layers->last, (const int16_t *const(*)[PARTS])rows, 1, level, sums);
    for (int n = 0; n < d; n++)
        about[n] = step_of((float)sums[n] * layers->scale[n] + layers->bias[n]);
    for (int64_t w = 0; w < count; w++)
        for (int n = 0; n < d; n++)
            x[w * d + n] = clipped(from[w * d + n] + about[n]);
}

/* The same for the instructions of each level: what is done with sums takes as long as the sums do. */
#define READ(NAME, TARGET, LEVEL)                                                                                                    \
    TARGET static void NAME(const Seen *seen, const Layers *layers, int64_t low, int64_t count, int16_t *work, int16_t *x, int16_t *about) \
    {                                                                                                                                \
        read_paper(seen, layers, low, count, work, x, about, LEVEL);                                                                 \
    }

READ(read_0, , 0)
#if defined(LEVELS)
READ(read_1, FOR_AVX2, 1)
READ(read_2, FOR_AVX512, 2)
#else
#define read_1 read_0
#define read_2 read_0
#endif

/* Activations of all words, shape (words, d), and of all papers, shape (papers, d).
 *
 * Paper p has the words `begin[p]` to `begin[p + 1]`. The columns of words are as in kg.recognize.grams; `word` has a row for unknown words and one for
 * each of the `known` hashes of `vocabulary`; `tables` are six further tables one behind the other, table t from row `row[t]` to `row[t + 1]`: of
 * bits, of places (one for every `stride` words of a field), cues, marks before, marks after, and gaps. Matrices are packed (products.h): `layers` those of the
 * convolutions, one behind the other, with their factors and shifts for 2 d outputs each, and `reach` how far they reach; `context` has a scale
 * and a bias. `work` is room for the activations of twice the longest paper's words. */
KG_EXPORT int kg_read_words(int64_t words, int64_t papers, int64_t d, const int64_t *begin, const uint64_t *hash, const uint16_t *flags,
                            const uint32_t *ending, const uint8_t *field, const uint8_t *cue, const uint8_t *before, const uint8_t *after,
                            const uint8_t *gap, int64_t known, const uint64_t *vocabulary, const int8_t *word, const int8_t *tables,
                            const int64_t *row, int64_t stride, const int16_t *layers, int64_t room, const float *factor,
                            const float *shift, const int64_t *reach, const int16_t *context, int64_t context_room, const float *scale,
                            const float *bias, int16_t *work, int64_t work_room, int64_t most, int16_t *x, int16_t *about)
{
    if (words < 0 || papers < 0 || d < 1 || d > WIDEST || room % LAYERS)
        return BAD;
    const Matrix one = {layers, 3, (int)d, 2 * (int)d}, last = {context, 2, (int)d, (int)d};
    if (!fits(&one, room / LAYERS) || !fits(&last, context_room) || reach[0] < 1 || reach[1] < 1 || reach[2] < 1)
        return BAD;
    if (begin[0] != 0 || begin[papers] != words)
        return BAD;
    for (int64_t p = 0; p < papers; p++)
        if (begin[p + 1] < begin[p] || (begin[p + 1] - begin[p]) * 2 * d > work_room)
            return BAD;
    Seen seen = {hash, flags, ending, field, cue, before, after, gap, known, vocabulary, word, {0}, {0}};
    for (int t = 0; t < 6; t++) {
        seen.table[t] = tables + row[t] * d;
        seen.rows[t] = row[t + 1] - row[t];
        if (row[0] != 0 || seen.rows[t] < 1)
            return BAD;
    }
    if (known < 0 || stride < 1 || seen.rows[BITS] != FLAGS + ENDINGS + 1)
        return BAD;
    for (int64_t w = 0; w < words; w++)
        if (cue[w] >= seen.rows[CUE] || before[w] >= seen.rows[BEFORE] || after[w] >= seen.rows[AFTER] || gap[w] >= seen.rows[GAP])
            return BAD;
    const Layers all = {one, last, room / LAYERS, factor, shift, reach, scale, bias, stride};
    const int level = level_of(most);
    for (int64_t p = 0; p < papers; p++) {
        const int64_t low = begin[p];
        (level == 2 ? read_2 : level == 1 ? read_1 : read_0)(&seen, &all, low, begin[p + 1] - low, work, x + low * d, about + p * d);
    }
    return 0;
}

/* The spans of grams, shape (grams, d): from the first word, the last, and the mean of all. */
static void spans_of(const Matrix *m, const float *scale, const float *bias, const float *width, const int16_t *x, const int64_t *first,
                     const int64_t *last, int64_t grams, int16_t *span, int level)
{
    const int d = m->width;
    const int16_t *rows[BLOCK][PARTS];
    int16_t means[BLOCK][WIDEST];
    int32_t sums[BLOCK * WIDEST];
    for (int64_t low = 0; low < grams; low += BLOCK) {
        const int count = grams - low < BLOCK ? (int)(grams - low) : BLOCK;
        for (int r = 0; r < count; r++) {
            const int64_t begin = first[low + r], size = last[low + r] - begin + 1;
            int32_t sum[WIDEST] = {0};
            for (int64_t w = 0; w < size && w < MOST_WORDS; w++)
                for (int n = 0; n < d; n++)
                    sum[n] += x[(begin + w) * d + n];
            for (int n = 0; n < d; n++)
                means[r][n] = (int16_t)nearest((float)sum[n] / (float)size);
            rows[r][0] = x + begin * d;
            rows[r][1] = x + last[low + r] * d;
            rows[r][2] = means[r];
        }
        product(m, (const int16_t *const(*)[PARTS])rows, count, level, sums);
        for (int r = 0; r < count; r++) {
            const int64_t size = last[low + r] - first[low + r] + 1;
            const float *wide = width + (size < MOST_WORDS ? size : MOST_WORDS) * d;
            for (int n = 0; n < d; n++)
                span[(low + r) * d + n] = step_of((float)sums[r * d + n] * scale[n] + bias[n] + wide[n]);
        }
    }
}

/* Log-odds of groups, shape (groups, `outputs`). Group g has the grams `start[g]` to `start[g + 1]`, at least one, which begin with the word `first`
 * and end with `last`, and is of paper `paper[g]`. `x` and `about` are what `kg_read_words` made. Three layers, each packed and with a scale and a
 * bias for every output (padded to a multiple of TILE): `span`, to which `width` adds a row for a gram of so many words, up to MOST_WORDS; `inner`;
 * and `out`. `work` is room for the spans of all grams. */
KG_EXPORT int kg_decide_groups(int64_t words, int64_t papers, int64_t d, const int16_t *x, const int16_t *about, int64_t grams,
                               const int64_t *first, const int64_t *last, int64_t groups, const int64_t *start, const int64_t *paper,
                               const int16_t *packed, int64_t room, const float *scale, const float *bias, const float *width,
                               int64_t outputs, int16_t *work, int64_t work_room, int64_t most, float *found)
{
    if (d < 1 || d > WIDEST || outputs < 1 || outputs > WIDEST || grams < 0 || groups < 0)
        return BAD;
    const int padded = ((int)outputs + TILE - 1) / TILE * TILE, each = 3 * (int)d * (int)d;
    const Matrix span = {packed, 3, (int)d, (int)d}, inner = {packed + each, 3, (int)d, (int)d}, out = {packed + 2 * each, 1, (int)d, padded};
    if (room != 2 * each + d * padded || work_room < grams * d)
        return BAD;
    if (!fits(&span, each) || !fits(&inner, each) || !fits(&out, d * padded) || start[0] != 0 || start[groups] != grams)
        return BAD;
    for (int64_t i = 0; i < grams; i++)
        if (first[i] < 0 || last[i] < first[i] || last[i] >= words)
            return BAD;
    for (int64_t g = 0; g < groups; g++)
        if (start[g + 1] <= start[g] || paper[g] < 0 || paper[g] >= papers)
            return BAD;
    const int level = level_of(most);
    spans_of(&span, scale, bias, width, x, first, last, grams, work, level);
    const int16_t *rows[BLOCK][PARTS];
    int16_t greatest[BLOCK][WIDEST], mean[BLOCK][WIDEST], inside[BLOCK][WIDEST];
    int32_t sums[BLOCK * WIDEST];
    for (int64_t low = 0; low < groups; low += BLOCK) {
        const int count = groups - low < BLOCK ? (int)(groups - low) : BLOCK;
        for (int r = 0; r < count; r++) {
            const int16_t *of = work + start[low + r] * d;
            const int64_t many = start[low + r + 1] - start[low + r];
            rows[r][0] = rows[r][1] = of;
            rows[r][2] = about + paper[low + r] * d;
            if (many > 1) {
                int32_t sum[WIDEST] = {0};
                memcpy(greatest[r], of, (size_t)d * sizeof *of);
                for (int64_t i = 0; i < many; i++, of += d)
                    for (int n = 0; n < d; n++) {
                        sum[n] += of[n];
                        greatest[r][n] = of[n] > greatest[r][n] ? of[n] : greatest[r][n];
                    }
                for (int n = 0; n < d; n++)
                    mean[r][n] = (int16_t)nearest((float)sum[n] / (float)many);
                rows[r][0] = greatest[r];
                rows[r][1] = mean[r];
            }
        }
        product(&inner, (const int16_t *const(*)[PARTS])rows, count, level, sums);
        for (int r = 0; r < count; r++) {
            for (int n = 0; n < d; n++)
                inside[r][n] = step_of((float)sums[r * d + n] * scale[d + n] + bias[d + n]);
            rows[r][0] = inside[r];
        }
        product(&out, (const int16_t *const(*)[PARTS])rows, count, level, sums);
        for (int r = 0; r < count; r++)
            for (int n = 0; n < outputs; n++)
                found[(low + r) * outputs + n] = (float)sums[r * padded + n] * scale[2 * d + n] + bias[2 * d + n];
    }
    return 0;
}

KG_EXPORT int kg_level(int64_t most) { return level_of(most); }

/* Boosted trees evaluated for many rows at once; kg/recognize/planes.py says how, and does the same with numpy.
 *
 * A block of rows at a time, so that its planes (one bit a row) and sets stay in the second cache. */

#include "kg.h"

#define WORDS 8 /* of 64 rows, a block; kg/recognize/kernel.py gives room for the planes of so many */
#define ROWS (64 * WORDS)
#define MOST_BITS 6 /* of a leaf's number */

#if defined(__SSE2__) /* every x86-64 has it; what needs it has another way below */
#include <emmintrin.h>

static __m128i load(const void *at) { return _mm_loadu_si128((const __m128i *)at); }
#endif

/* Which of the rows of a block are above each bound, one bit a row. Rows behind the last may be anything. */
#if defined(__SSE2__)

static uint64_t bits_int8(const int8_t *v, __m128i bound)
{
    return (uint16_t)_mm_movemask_epi8(_mm_cmpgt_epi8(load(v), bound));
}

static uint64_t bits_int16(const int16_t *v, __m128i bound)
{
    return (uint16_t)_mm_movemask_epi8(_mm_packs_epi16(_mm_cmpgt_epi16(load(v), bound), _mm_cmpgt_epi16(load(v + 8), bound)));
}

static uint64_t bits_float(const float *v, __m128 bound)
{
    __m128i quarter[4];
    for (int i = 0; i < 4; i++)
        quarter[i] = _mm_castps_si128(_mm_cmpgt_ps(_mm_loadu_ps(v + 4 * i), bound));
    const __m128i low = _mm_packs_epi32(quarter[0], quarter[1]), high = _mm_packs_epi32(quarter[2], quarter[3]);
    return (uint16_t)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}

#define ABOVE(NAME, TYPE, BITS, SET)                                                                            \
    static void NAME(const TYPE *value, const TYPE *bounds, int64_t count, uint64_t *plane)                     \
    {                                                                                                           \
        for (int64_t b = 0; b < count; b++, plane += WORDS)                                                     \
            for (int w = 0; w < WORDS; w++) {                                                                   \
                const TYPE *v = value + 64 * w;                                                                 \
                plane[w] = BITS(v, SET(bounds[b])) | BITS(v + 16, SET(bounds[b])) << 16                         \
                           | BITS(v + 32, SET(bounds[b])) << 32 | BITS(v + 48, SET(bounds[b])) << 48;           \
            }                                                                                                   \
    }

ABOVE(above_int8, int8_t, bits_int8, _mm_set1_epi8)
ABOVE(above_int16, int16_t, bits_int16, _mm_set1_epi16)
ABOVE(above_float, float, bits_float, _mm_set1_ps)

#else

#define ABOVE(NAME, TYPE)                                                                    \
    static void NAME(const TYPE *value, const TYPE *bounds, int64_t count, uint64_t *plane) \
    {                                                                                        \
        uint8_t above[ROWS];                                                                 \
        for (int64_t b = 0; b < count; b++, plane += WORDS) {                                \
            const TYPE bound = bounds[b];                                                    \
            for (int i = 0; i < ROWS; i++)                                                   \
                above[i] = value[i] > bound;                                                 \
            pack(above, plane);                                                              \
        }                                                                                    \
    }

/* Bytes of 0 or 1 to bits; eight at a time are brought into the highest byte by one product. */
static void pack(const uint8_t *flags, uint64_t *plane)
{
    for (int w = 0; w < WORDS; w++) {
        uint64_t word = 0;
        for (int i = 0; i < 8; i++, flags += 8) {
            uint64_t eight;
            memcpy(&eight, flags, 8);
            word |= (eight * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
        }
        plane[w] = word;
    }
}

ABOVE(above_int8, int8_t)
ABOVE(above_int16, int16_t)
ABOVE(above_float, float)

#endif

/* The planes of all tests for `rows` rows from `low` on. */
static void planes_of(int64_t low, int64_t rows, int64_t columns, const void *const *values, const int8_t *kinds,
                      const void *const *bounds, const int64_t *first, uint64_t *planes)
{
    static const int64_t size[] = {1, 2, 4};
    union {
        int8_t narrow[ROWS];
        int16_t wider[ROWS];
        float widest[ROWS];
    } last;
    for (int64_t c = 0; c < columns; c++) {
        const char *value = (const char *)values[c] + low * size[kinds[c]];
        if (rows < ROWS) {
            memset(&last, 0, sizeof last);
            memcpy(&last, value, (size_t)(rows * size[kinds[c]]));
            value = (const char *)&last;
        }
        uint64_t *plane = planes + first[c] * WORDS;
        const int64_t count = first[c + 1] - first[c];
        if (kinds[c] == 0)
            above_int8((const int8_t *)value, (const int8_t *)bounds[c], count, plane);
        else if (kinds[c] == 1)
            above_int16((const int16_t *)value, (const int16_t *)bounds[c], count, plane);
        else
            above_float((const float *)value, (const float *)bounds[c], count, plane);
    }
}

/* The bits of the leaf's number of one tree, a plane each: the sets of its leaves, split test by test, then folded in halves. */
static void numbers_of(const uint64_t *planes, const int32_t *splits, const int32_t *tests, int64_t steps, int bits, uint64_t *number)
{
    uint64_t sets[1 << MOST_BITS][WORDS];
    memset(sets[0], 255, sizeof sets[0]);
    for (int64_t s = 0; s < steps; s++) {
        uint64_t *from = sets[splits[s]], *to = sets[s + 1];
        const uint64_t *test = planes + (int64_t)tests[s] * WORDS;
        for (int w = 0; w < WORDS; w++) {
            to[w] = from[w] & test[w];
            from[w] ^= to[w];
        }
    }
    for (int64_t s = steps + 1; s < (int64_t)1 << bits; s++)
        memset(sets[s], 0, sizeof sets[s]);
    for (int bit = bits - 1; bit >= 0; bit--) {
        uint64_t held[WORDS] = {0};
        for (int s = 0; s < 1 << bit; s++)
            for (int w = 0; w < WORDS; w++) {
                held[w] |= sets[s + (1 << bit)][w];
                sets[s][w] |= sets[s + (1 << bit)][w];
            }
        memcpy(number + bit * WORDS, held, sizeof held);
    }
}

/* Adds to `total` the sums of a group of trees, by the numbers of their leaves: the bits of eight planes are brought to a byte a row. */
#if defined(__SSE2__)

static void look_up(const uint64_t *number, const int32_t *sums, int32_t *total)
{
    for (int w = 0; w < WORDS; w += 2, total += 128) {
        /* plane p of rows 8 b to 8 b + 7 is byte p of one half of a vector; the highest bits of its bytes are the number of the last row */
        __m128i plane[8], pair[8], four[8], all[8];
        for (int p = 0; p < 8; p++)
            plane[p] = load(number + p * WORDS + w);
        for (int p = 0; p < 4; p++) {
            pair[p] = _mm_unpacklo_epi8(plane[2 * p], plane[2 * p + 1]);
            pair[p + 4] = _mm_unpackhi_epi8(plane[2 * p], plane[2 * p + 1]);
        }
        for (int p = 0; p < 2; p++)
            for (int half = 0; half < 2; half++) {
                four[p + 4 * half] = _mm_unpacklo_epi16(pair[2 * p + 4 * half], pair[2 * p + 1 + 4 * half]);
                four[p + 2 + 4 * half] = _mm_unpackhi_epi16(pair[2 * p + 4 * half], pair[2 * p + 1 + 4 * half]);
            }
        for (int q = 0; q < 4; q++) {
            all[2 * q] = _mm_unpacklo_epi32(four[2 * q], four[2 * q + 1]);
            all[2 * q + 1] = _mm_unpackhi_epi32(four[2 * q], four[2 * q + 1]);
        }
        for (int q = 0; q < 8; q++) {
            __m128i bits = all[q];
            int32_t *row = total + 16 * q;
            for (int i = 7; i >= 0; i--) {
                const unsigned two = (unsigned)_mm_movemask_epi8(bits);
                row[i] += sums[two & 255];
                row[i + 8] += sums[two >> 8];
                bits = _mm_add_epi8(bits, bits);
            }
        }
    }
}

#else

/* The transposition is that of 8 x 8 bits in Warren, Hacker's Delight, 7-3. */
static void look_up(const uint64_t *number, const int32_t *sums, int32_t *total)
{
    for (int w = 0; w < WORDS; w++)
        for (int byte = 0; byte < 64; byte += 8, total += 8) {
            uint64_t x = 0, t;
            for (int bit = 0; bit < 8; bit++)
                x |= (number[bit * WORDS + w] >> byte & 255) << (8 * bit);
            t = (x ^ x >> 7) & UINT64_C(0x00AA00AA00AA00AA);
            x ^= t ^ t << 7;
            t = (x ^ x >> 14) & UINT64_C(0x0000CCCC0000CCCC);
            x ^= t ^ t << 14;
            t = (x ^ x >> 28) & UINT64_C(0x00000000F0F0F0F0);
            x ^= t ^ t << 28;
            for (int i = 0; i < 8; i++)
                total[i] += sums[x >> (8 * i) & 255];
        }
}

#endif

/* Adds the values of all trees to `total`, shape (rows, outputs).
 *
 * Column c has `rows` values of a kind (0: 8 bits, 1: 16 bits, 2: float32); its tests `first[c]` to `first[c + 1]` are whether a value is
 * above a bound of the same kind. The test behind the last holds for no row. Step s of tree t splits the set `splits[t][s]` by the test
 * `tests[t][s]`. `together` trees are a group, `groups` groups an output, and a group has a sum for every number of bits * together bits.
 * `planes` is room for (tests + 1) * WORDS words. */
KG_EXPORT int kg_trees(int64_t rows, int64_t columns, const void *const *values, const int8_t *kinds, const void *const *bounds,
                       const int64_t *first, int64_t outputs, int64_t groups, int64_t together, int64_t bits, int64_t steps,
                       const int32_t *splits, const int32_t *tests, const int32_t *sums, uint64_t *planes, int64_t room, int64_t *total)
{
    if (rows < 0 || columns < 0 || outputs < 0 || groups < 0 || together < 1 || bits < 1 || bits > MOST_BITS || bits * together > 8)
        return BAD;
    if (steps < 0 || steps >= (int64_t)1 << bits || first[0] != 0)
        return BAD;
    for (int64_t c = 0; c < columns; c++)
        if (first[c + 1] < first[c] || kinds[c] < 0 || kinds[c] > 2)
            return BAD;
    const int64_t trees = outputs * groups * together, empty = first[columns];
    if (room < (empty + 1) * WORDS)
        return BAD;
    for (int64_t i = 0; i < trees * steps; i++)
        if (splits[i] < 0 || splits[i] > i % steps || tests[i] < 0 || tests[i] > empty)
            return BAD;
    memset(planes + empty * WORDS, 0, WORDS * sizeof *planes);
    for (int64_t low = 0; low < rows; low += ROWS) {
        const int64_t some = rows - low < ROWS ? rows - low : ROWS;
        planes_of(low, some, columns, values, kinds, bounds, first, planes);
        for (int64_t output = 0, tree = 0; output < outputs; output++) {
            int32_t sum[ROWS] = {0};
            for (int64_t group = output * groups; group < (output + 1) * groups; group++) {
                uint64_t number[8 * WORDS] = {0};
                for (int64_t t = 0; t < together; t++, tree++)
                    numbers_of(planes, splits + tree * steps, tests + tree * steps, steps, (int)bits, number + t * bits * WORDS);
                look_up(number, sums + (group << (bits * together)), sum);
            }
            for (int64_t i = 0; i < some; i++)
                total[(low + i) * outputs + output] += sum[i];
        }
    }
    return 0;
}

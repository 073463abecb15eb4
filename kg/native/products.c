/* Sums of products of 16-bit integers, by the best instructions that the machine has: all of them multiply pairs and add the two products. */

#include "products.h"

#if defined(LEVELS)
#include <cpuid.h>
#include <immintrin.h>

int level_of(int64_t most)
{
    unsigned a, b, c, d, low, high;
    if (most < 1 || !__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
        return 0;
    /* what the system saves when it switches between processes: the registers of AVX are 2 and 4, those of AVX-512 32, 64 and 128 */
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_AVX2))
        return 0;
    const unsigned wanted = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
    return most > 1 && (low & 0xe6) == 0xe6 && (b & wanted) == wanted && (c & bit_AVX512VNNI) ? 2 : 1;
}

/* A tile: `R` rows at a time, `V` vectors of outputs. */
#define TILED(NAME, TARGET, VECTOR, R, V, ZERO, LOAD, BOTH, ADD, STORE)                                                   \
    TARGET static void NAME(const int16_t *packed, const int16_t *const (*rows)[PARTS], int parts, int width, int32_t *sums, \
                            int64_t outputs)                                                                              \
    {                                                                                                                     \
        VECTOR sum[R][V];                                                                                                 \
        for (int r = 0; r < R; r++)                                                                                       \
            for (int v = 0; v < V; v++)                                                                                   \
                sum[r][v] = ZERO;                                                                                         \
        for (int part = 0; part < parts; part++)                                                                          \
            for (int k = 0; k < width; k += 2, packed += 2 * TILE) {                                                      \
                VECTOR weight[V];                                                                                         \
                for (int v = 0; v < V; v++)                                                                               \
                    weight[v] = LOAD(packed + v * (2 * TILE / V));                                                        \
                for (int r = 0; r < R; r++) {                                                                             \
                    int32_t pair;                                                                                         \
                    memcpy(&pair, rows[r][part] + k, 4);                                                                  \
                    const VECTOR both = BOTH(pair);                                                                       \
                    for (int v = 0; v < V; v++)                                                                           \
                        sum[r][v] = ADD(sum[r][v], both, weight[v]);                                                      \
                }                                                                                                         \
            }                                                                                                             \
        for (int r = 0; r < R; r++)                                                                                       \
            for (int v = 0; v < V; v++)                                                                                   \
                STORE(sums + r * outputs + v * (TILE / V), sum[r][v]);                                                    \
    }

/* Loads, products of pairs added to sums, and stores, of 4, 8 and 16 sums. */
#define LOAD1(at) _mm_loadu_si128((const __m128i *)(at))
#define ADD1(sum, a, b) _mm_add_epi32(sum, _mm_madd_epi16(a, b))
#define STORE1(at, v) _mm_storeu_si128((__m128i *)(at), v)
#define LOAD2(at) _mm256_loadu_si256((const __m256i *)(at))
#define ADD2(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
#define STORE2(at, v) _mm256_storeu_si256((__m256i *)(at), v)
#define LOAD4(at) _mm512_loadu_si512(at)
#define STORE4(at, v) _mm512_storeu_si512(at, v)

#if defined(__SSE2__)
TILED(tile_0, , __m128i, 2, 4, _mm_setzero_si128(), LOAD1, _mm_set1_epi32, ADD1, STORE1)
#endif
TILED(tile_1, FOR_AVX2, __m256i, 4, 2, _mm256_setzero_si256(), LOAD2, _mm256_set1_epi32, ADD2, STORE2)
TILED(tile_2, FOR_AVX512, __m512i, 16, 1, _mm512_setzero_si512(), LOAD4, _mm512_set1_epi32,
      _mm512_dpwssd_epi32, STORE4)

#else

int level_of(int64_t most)
{
    (void)most;
    return 0;
}

#endif

#if !defined(__SSE2__)
static void tile_0(const int16_t *packed, const int16_t *const (*rows)[PARTS], int parts, int width, int32_t *sums, int64_t outputs)
{
    for (int r = 0; r < 2; r++) {
        const int16_t *weight = packed;
        int32_t sum[TILE] = {0};
        for (int part = 0; part < parts; part++)
            for (int k = 0; k < width; k += 2, weight += 2 * TILE) {
                const int32_t a = rows[r][part][k], b = rows[r][part][k + 1];
                for (int n = 0; n < TILE; n++)
                    sum[n] += a * weight[2 * n] + b * weight[2 * n + 1];
            }
        memcpy(sums + r * outputs, sum, sizeof sum);
    }
}
#endif

void product(const Matrix *m, const int16_t *const (*rows)[PARTS], int count, int level, int32_t *sums)
{
    /* the rows of a tile behind the last are the last again, and their sums are not kept */
    const int16_t *row[BLOCK][PARTS];
    int32_t found[BLOCK * TILE];
    for (int r = 0; r < BLOCK; r++)
        memcpy(row[r], rows[r < count ? r : count - 1], sizeof row[r]);
    const int16_t *packed = m->packed;
    (void)level; /* where there are no others */
    for (int n = 0; n < m->outputs; n += TILE, packed += m->parts * m->width * TILE) {
        for (int r = 0; r < count;) {
            const int16_t *const(*from)[PARTS] = (const int16_t *const(*)[PARTS])(row + r);
            int32_t *to = found + r * TILE;
#if defined(LEVELS)
            if (level == 2) {
                tile_2(packed, from, m->parts, m->width, to, TILE);
                r += 16;
                continue;
            }
            if (level == 1) {
                tile_1(packed, from, m->parts, m->width, to, TILE);
                r += 4;
                continue;
            }
#endif
            tile_0(packed, from, m->parts, m->width, to, TILE);
            r += 2;
        }
        for (int r = 0; r < count; r++)
            memcpy(sums + (int64_t)r * m->outputs + n, found + r * TILE, TILE * sizeof *sums);
    }
}

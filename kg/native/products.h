/* Products of rows of 16-bit integers with matrices of small integers; see products.c. */

#ifndef KG_PRODUCTS_H
#define KG_PRODUCTS_H

#include "kg.h"

#define TILE 16 /* outputs that are computed together; a matrix has a multiple of them */
#define PARTS 3 /* of a row, at most */
#define BLOCK 32 /* rows that a call takes, at most */

/* `parts * width` inputs and `outputs` outputs, `packed` as kg/recognize/kernel.py does: by tiles, then pairs of inputs, then outputs,
 * then the two of the pair. */
typedef struct {
    const int16_t *packed;
    int parts, width, outputs;
} Matrix;

/* What is made for each level of instructions: a function of which every part is inlined, for the target of the level. */
#define INLINE static inline __attribute__((always_inline))
#if defined(__x86_64__) || defined(__i386__)
#define LEVELS
#define FOR_AVX2 __attribute__((target("avx2")))
#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#endif

/* The best instructions that this machine has, at most `most`: 0 for those of every machine of the platform, 1 AVX2, 2 AVX-512 with VNNI. */
int level_of(int64_t most);

/* Sums of products, shape (count, outputs). `rows` has PARTS addresses for each row, of `width` inputs each. Sums are exact where they are below
 * 2^31, whatever the instructions. `count` is at most BLOCK. */
void product(const Matrix *matrix, const int16_t *const (*rows)[PARTS], int count, int level, int32_t *sums);

#endif

/* The path of processors with AVX2: products of 16 bits, in pairs. */
#include "thorough/paths.h"

#ifdef QL_HAS_VECTORS
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#include "thorough/run.h"

enum { ROWS = 3, STEP = 16 /* lanes at a time */ };

/* Sixteen lanes of three rows: a register has two sums of each of four lanes. */
static inline void add_some(const int8_t *weights, int32_t n_in, int32_t lanes, const uint8_t *const *rows,
                            int32_t (*out)[QL_LANES]) {
    __m256i sums[ROWS][4];
    for (int t = 0; t < ROWS; t++)
        for (int k = 0; k < 4; k++) sums[t][k] = _mm256_setzero_si256();
    for (int32_t i = 0; i < n_in; i += 4, weights += 4 * lanes) {
        __m256i four[ROWS];
        for (int t = 0; t < ROWS; t++) {
            int32_t bytes;
            memcpy(&bytes, rows[t] + i, sizeof bytes);
            four[t] = _mm256_cvtepu8_epi16(_mm_set1_epi32(bytes));
        }
        for (int k = 0; k < 4; k++) {
            __m256i own = _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(weights + 16 * k)));
            for (int t = 0; t < ROWS; t++) sums[t][k] = _mm256_add_epi32(sums[t][k], _mm256_madd_epi16(four[t], own));
        }
    }
    for (int t = 0; t < ROWS; t++)
        for (int k = 0; k < 4; k += 2) {
            __m256i both = _mm256_hadd_epi32(sums[t][k], sums[t][k + 1]);
            _mm256_storeu_si256((void *)(out[t] + 4 * k), _mm256_permute4x64_epi64(both, 0xD8));
        }
}

static inline void add_products(const int8_t *weights, int32_t n_in, int32_t lanes,
                                const uint8_t *const rows[QL_TILE], int32_t (*out)[QL_LANES]) {
    for (int32_t o = 0; o < lanes; o += STEP)
        for (int t = 0; t < QL_TILE; t += ROWS)
            add_some(weights + 4 * o, n_in, lanes, rows + t, (int32_t(*)[QL_LANES])(void *)(out[t] + o));
}

const ql_path ql_path_avx2 = {"avx2", room_for, encode, round_rows, apply};

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

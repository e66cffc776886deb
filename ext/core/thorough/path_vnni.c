/* The path of processors with the dot products of AVX-512: four products of 8 bits in one step. */
#include "thorough/paths.h"

#ifdef QL_HAS_VECTORS
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vnni"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,avx512f,avx512bw,avx512vl,avx512vnni")
#endif

#include "thorough/run.h"

enum { STEP = 16, MOST_STEPS = QL_LANES / STEP };

static inline __attribute__((always_inline)) void add_steps(const int8_t *weights, int32_t n_in, const int n_steps,
                                                            const uint8_t *const rows[QL_TILE],
                                                            int32_t (*out)[QL_LANES]) {
    __m512i sums[QL_TILE][MOST_STEPS];
    for (int t = 0; t < QL_TILE; t++)
        for (int k = 0; k < n_steps; k++) sums[t][k] = _mm512_setzero_si512();
    for (int32_t i = 0; i < n_in; i += 4, weights += 4 * STEP * n_steps) {
        __m512i own[MOST_STEPS];
        for (int k = 0; k < n_steps; k++) own[k] = _mm512_loadu_si512(weights + 4 * STEP * k);
        for (int t = 0; t < QL_TILE; t++) {
            int32_t bytes;
            memcpy(&bytes, rows[t] + i, sizeof bytes);
            __m512i four = _mm512_set1_epi32(bytes);
            for (int k = 0; k < n_steps; k++) sums[t][k] = _mm512_dpbusd_epi32(sums[t][k], four, own[k]);
        }
    }
    for (int t = 0; t < QL_TILE; t++)
        for (int k = 0; k < n_steps; k++) _mm512_storeu_si512(out[t] + STEP * k, sums[t][k]);
}

static inline void add_products(const int8_t *weights, int32_t n_in, int32_t lanes,
                                const uint8_t *const rows[QL_TILE], int32_t (*out)[QL_LANES]) {
    if (lanes == QL_LANES)
        add_steps(weights, n_in, MOST_STEPS, rows, out);
    else
        add_steps(weights, n_in, QL_HEAD / STEP, rows, out);
}

const ql_path ql_path_vnni = {"vnni", room_for, encode, round_rows, apply};

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

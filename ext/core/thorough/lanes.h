/* Sums of floats in sixteen lanes, which are added up in one order: the same bits, however a compiler arranges it. */
#ifndef QL_SUMS_H
#define QL_SUMS_H

#include <stdint.h>

/* No multiplication and addition in one, which rounds once where there should be two.  GCC never does that with
   -std=c11. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

enum { QL_SUMS = 16 };

static inline float ql_sum_of(const float lanes[QL_SUMS]) {
    float eight[8], four[4];
    for (int k = 0; k < 8; k++) eight[k] = lanes[k] + lanes[k + 8];
    for (int k = 0; k < 4; k++) four[k] = eight[k] + eight[k + 4];
    return (four[0] + four[2]) + (four[1] + four[3]);
}

/* n: a multiple of QL_SUMS. */
static inline float ql_dot(const float *a, const float *b, int32_t n) {
    float lanes[QL_SUMS] = {0};
    for (int32_t i = 0; i < n; i += QL_SUMS)
        for (int k = 0; k < QL_SUMS; k++) lanes[k] += a[i + k] * b[i + k];
    return ql_sum_of(lanes);
}

#endif

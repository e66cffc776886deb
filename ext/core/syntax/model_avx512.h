/* Sums of narrow rows with AVX-512, four buckets at a time.  Included by model.c alone, which says what they are. */
#ifndef QL_MODEL_AVX512_H
#define QL_MODEL_AVX512_H

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/* A run is read four features at a time, and so up to three after the last one: these are places of no feature, and
   what is read there is masked out. */
AVX512 static inline void avx512_locate(const ql_rows *rows, const uint64_t *features, int n, places *out) {
    const __m512i n_buckets = _mm512_set1_epi64(rows->n_buckets);
    for (int i = 0; i < n + 3; i += 8) {
        __mmask8 here = (__mmask8)(n - i >= 8 ? 0xFF : n > i ? (1u << (n - i)) - 1 : 0);
        __m512i hash = _mm512_maskz_loadu_epi64(here, features + i);
        __m512i bucket = _mm512_srli_epi64(_mm512_mul_epu32(_mm512_srli_epi64(hash, 32), n_buckets), 32);
        __m256i check = _mm256_srli_epi32(_mm512_cvtepi64_epi32(hash), 24);
        _mm256_storeu_si256((__m256i *)(out->at + i), _mm256_slli_epi32(_mm512_cvtepi64_epi32(bucket), 4));
        _mm256_storeu_si256((__m256i *)(out->check + i), _mm256_max_epu32(check, _mm256_set1_epi32(1)));
    }
}

AVX512 static inline __m512i four_buckets(const uint8_t *buckets, const uint32_t *at) {
    __m512i all = _mm512_castsi128_si512(_mm_loadu_si128((const void *)(buckets + at[0])));
    all = _mm512_inserti32x4(all, _mm_loadu_si128((const void *)(buckets + at[1])), 1);
    all = _mm512_inserti32x4(all, _mm_loadu_si128((const void *)(buckets + at[2])), 2);
    return _mm512_inserti32x4(all, _mm_loadu_si128((const void *)(buckets + at[3])), 3);
}

/* The slots that have the check of their bucket's feature; of `n` features. */
AVX512 static inline __mmask16 slots_with(__m512i slots, const uint32_t *check, size_t n) {
    const __m512i four_times = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    __m512i checks = _mm512_castsi128_si512(_mm_loadu_si128((const void *)check));
    __m512i own = _mm512_and_si512(slots, _mm512_set1_epi32(0xFF));
    __mmask16 here = (__mmask16)(n < 4 ? (1u << (4 * n)) - 1 : 0xFFFF);
    return _mm512_mask_cmpeq_epi32_mask(here, own, _mm512_permutexvar_epi32(four_times, checks));
}

/* Of each slot the byte that `which` has a one for. */
AVX512 static inline __m512i add_byte_of(__m512i sum, __mmask16 kept, __m512i which, __m512i slots) {
    return _mm512_mask_dpbusd_epi32(sum, kept, which, slots);
}

AVX512 static inline void avx512_add_narrow(const uint8_t *buckets, const places *spots, size_t from, size_t end,
                                            int16_t out[QL_NARROW]) {
    __m512i first = _mm512_setzero_si512(), second = first, third = first;
    for (size_t i = from; i < end; i += 4) {
        __m512i slots = four_buckets(buckets, spots->at + i);
        __mmask16 kept = slots_with(slots, spots->check + i, end - i);
        first = add_byte_of(first, kept, _mm512_set1_epi32(0x00000100), slots);
        second = add_byte_of(second, kept, _mm512_set1_epi32(0x00010000), slots);
        third = add_byte_of(third, kept, _mm512_set1_epi32(0x01000000), slots);
    }
    out[0] = (int16_t)_mm512_reduce_add_epi32(first);
    out[1] = (int16_t)_mm512_reduce_add_epi32(second);
    out[2] = (int16_t)_mm512_reduce_add_epi32(third);
}

AVX512 static void avx512_sum_narrow(const ql_rows *rows, const uint64_t *features, const int *ends, int n_runs,
                                     int16_t (*out)[QL_NARROW]) {
    places spots;
    avx512_locate(rows, features, ends[n_runs - 1], &spots);
    for (int run = 0, from = 0; run < n_runs; from = ends[run++])
        avx512_add_narrow(rows->buckets, &spots, (size_t)from, (size_t)ends[run], out[run]);
}

#endif

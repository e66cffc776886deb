/* Sums of rows with AVX2, two buckets at a time.  Included by model.c alone, which says what they are. */
#ifndef QL_MODEL_AVX2_H
#define QL_MODEL_AVX2_H

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* The low halves of four values of 64 bits. */
AVX2 static inline __m128i low_halves(__m256i lanes) {
    return _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(lanes, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6)));
}

AVX2 static void avx2_locate(const ql_rows *rows, const uint64_t *features, int n, places *out) {
    const __m256i n_buckets = _mm256_set1_epi64x(rows->n_buckets);
    const int shift = rows->layout == QL_LAYOUT_WIDE ? 6 : 4;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256i hash = _mm256_loadu_si256((const __m256i *)(features + i));
        __m256i bucket = _mm256_srli_epi64(_mm256_mul_epu32(_mm256_srli_epi64(hash, 32), n_buckets), 32);
        __m128i check = _mm_srli_epi32(low_halves(hash), 24);
        _mm_storeu_si128((__m128i *)(out->at + i), _mm_slli_epi32(low_halves(bucket), shift));
        _mm_storeu_si128((__m128i *)(out->check + i), _mm_max_epu32(check, _mm_set1_epi32(1)));
    }
    locate_from(rows, features, i, n, out);
}

AVX2 static inline __m256i both(const void *low, const void *high) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(low)), _mm_loadu_si128(high), 1);
}

/* The slots of two buckets that have the check, the others as noughts. */
AVX2 static inline __m256i kept_slots(const uint8_t *buckets, const places *spots, size_t i) {
    __m256i slots = both(buckets + spots->at[i], buckets + spots->at[i + 1]);
    __m256i pair = _mm256_castsi128_si256(_mm_loadl_epi64((const __m128i *)(spots->check + i)));
    __m256i check = _mm256_permutevar8x32_epi32(pair, _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1));
    __m256i same = _mm256_cmpeq_epi32(_mm256_and_si256(slots, _mm256_set1_epi32(0xFF)), check);
    return _mm256_and_si256(slots, same);
}

/* The sum of the halves of either kind: those of even or of odd number within each slot. */
AVX2 static inline __m128i fold_slots(__m256i lanes) {
    __m128i sum = _mm_add_epi16(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    sum = _mm_add_epi16(sum, _mm_srli_si128(sum, 8));
    return _mm_add_epi16(sum, _mm_srli_si128(sum, 4));
}

/* Bytes as halves: the third one of each slot, and the second and the fourth. */
AVX2 static inline __m256i third_bytes(__m256i slots) {
    return _mm256_maddubs_epi16(_mm256_set1_epi32(0x00010000), slots);
}
AVX2 static inline __m256i other_bytes(__m256i slots) {
    return _mm256_srai_epi16(slots, 8);
}

/* Rows are not asked for before: additions are so few that processors look far enough ahead. */
AVX2 static inline void avx2_add_narrow(const uint8_t *buckets, const places *spots, size_t from, size_t end,
                                        int16_t out[QL_NARROW]) {
    __m256i third = _mm256_setzero_si256(), other = _mm256_setzero_si256();
    if ((end - from) % 2 != 0) {
        __m256i slots = _mm256_zextsi128_si256(_mm256_castsi256_si128(kept_slots(buckets, spots, from++)));
        third = third_bytes(slots);
        other = other_bytes(slots);
    }
    for (size_t i = from; i < end; i += 2) {
        __m256i slots = kept_slots(buckets, spots, i);
        third = _mm256_add_epi16(third, third_bytes(slots));
        other = _mm256_add_epi16(other, other_bytes(slots));
    }
    __m128i thirds = fold_slots(third), others = fold_slots(other);
    out[0] = (int16_t)_mm_extract_epi16(others, 0);
    out[1] = (int16_t)_mm_extract_epi16(thirds, 1);
    out[2] = (int16_t)_mm_extract_epi16(others, 1);
}

AVX2 static void avx2_sum_narrow(const ql_rows *rows, const uint64_t *features, const int *ends, int n_runs,
                                 int16_t (*out)[QL_NARROW]) {
    int n = ends[n_runs - 1];
    places spots;
    avx2_locate(rows, features, n, &spots);
    spots.at[n] = spots.check[n] = 0; /* read with the last feature, where they are an odd number */
    for (int run = 0; run < n_runs; run++)
        avx2_add_narrow(rows->buckets, &spots, run > 0 ? (size_t)ends[run - 1] : 0, (size_t)ends[run], out[run]);
}

AVX2 static inline __m256i add_row(__m256i sum, const void *row) {
    return _mm256_add_epi16(sum, _mm256_cvtepi8_epi16(_mm_loadu_si128(row)));
}

AVX2 static void avx2_sum_wide(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_WIDE + 1]) {
    places spots;
    avx2_locate(rows, features, n, &spots);
    fetch(rows->buckets, spots.at, n);
    __m256i sum = _mm256_setzero_si256();
    for (int i = 0; i < n; i++) sum = add_row(sum, wide_row(rows->buckets + spots.at[i], spots.check[i]));
    memcpy(out, &sum, sizeof sum);
    out[QL_WIDE] = 0;
}

/* The rows whose numbers stand in whichever slot has the check, for two features; row 0 where none has. */
AVX2 static inline void two_rows(const ql_rows *rows, const places *spots, size_t i, const int8_t *found[2]) {
    __m256i kept = kept_slots(rows->buckets, spots, i);
    kept = _mm256_or_si256(kept, _mm256_bsrli_epi128(kept, 8));
    kept = _mm256_or_si256(kept, _mm256_bsrli_epi128(kept, 4));
    found[0] = numbered_row(rows, (uint32_t)_mm256_extract_epi32(kept, 0) >> 8);
    found[1] = numbered_row(rows, (uint32_t)_mm256_extract_epi32(kept, 4) >> 8);
    for (int k = 0; k < 2; k++) {
        __builtin_prefetch(found[k]);
        __builtin_prefetch(found[k] + QL_LONG - 1);
    }
}

AVX2 static void avx2_sum_long(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_LONG]) {
    enum { PARTS = QL_LONG / 16 };
    const int8_t *found[MOST_FEATURES + 1];
    places spots;
    avx2_locate(rows, features, n, &spots);
    fetch(rows->buckets, spots.at, n);
    spots.at[n] = spots.check[n] = 0;
    for (size_t i = 0; i < (size_t)n; i += 2) two_rows(rows, &spots, i, found + i);
    __m256i sum[PARTS] = {_mm256_setzero_si256()};
    for (int i = 0; i < n; i++)
        for (int part = 0; part < PARTS; part++) sum[part] = add_row(sum[part], found[i] + 16 * part);
    memcpy(out, sum, sizeof sum);
}

#endif

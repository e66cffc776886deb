/* Weights: what opens and what does not, and sums with vectors against sums without, or, in test_model_any.c, with
   the vectors that any processor has. */
#include <stdlib.h>

/* A second copy of model.c, without vectors and under other names. */
#ifndef QL_NO_AVX2
#define QL_NO_VECTORS
#endif
#define ql_bucket_size plain_bucket_size
#define ql_fetch_certain plain_fetch_certain
#define ql_fetch_rows plain_fetch_rows
#define ql_model_certain plain_model_certain
#define ql_model_close plain_model_close
#define ql_model_fill_values plain_model_fill_values
#define ql_model_hash plain_model_hash
#define ql_model_open plain_model_open
#define ql_model_word plain_model_word
#define ql_sum_narrow plain_sum_narrow
#define ql_sum_long plain_sum_long
#define ql_sum_wide plain_sum_wide
#include "syntax/model.c"
#undef ql_model_close
#undef ql_model_open
#undef ql_sum_narrow
#undef ql_sum_long
#undef ql_sum_wide

/* A processor with AVX-512 takes no narrow sums with AVX2, so they are called by name. */
#if defined(__x86_64__) && !defined(QL_NO_AVX2)
static inline void fetch(const uint8_t *buckets, const uint32_t *at, int n) {
    (void)buckets, (void)at, (void)n;
}
#include "syntax/model_avx2.h"
#define HAS_AVX2() __builtin_cpu_supports("avx2")
#else
#define HAS_AVX2() false
#define avx2_sum_narrow plain_sum_narrow
#define avx2_sum_wide plain_sum_wide
#define avx2_sum_long plain_sum_long
#endif

#include "check.h"

ql_status ql_model_open(const uint8_t *bytes, size_t n_bytes, ql_model *out, ql_error *error);
void ql_model_close(ql_model *model);
void ql_sum_narrow(const ql_rows *rows, const uint64_t *features, const int *ends, int n_runs,
                   int16_t (*out)[QL_NARROW]);
void ql_sum_long(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_LONG]);
void ql_sum_wide(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_WIDE + 1]);

enum {
    BITS = 3,
    ROW_BYTES = 200,
    SIZE = HEADER + ((64 + 16 + 16 + 4 + 2 * QL_SLOT) << BITS) + ROW_BYTES + QL_TAG_PAIRS
};

static uint64_t state = 7;

static uint64_t next_random(void) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ql_scatter(state);
}

/* A header, and random bytes after it; the caller's to free. */
static uint8_t *random_weights(void) {
    static const uint8_t start[] = {'Q', 'L', 'M', '3', BITS, BITS, BITS, BITS, BITS, ROW_BYTES, 0, 0, 0, BITS};
    uint8_t *bytes = malloc(SIZE);
    if (bytes == NULL) exit(1);
    for (size_t i = 0; i < SIZE; i++) bytes[i] = (uint8_t)next_random();
    memcpy(bytes, start, sizeof start);
    return bytes;
}

static bool opens(const uint8_t *bytes, size_t n_bytes) {
    ql_model model;
    ql_error error = {0};
    ql_status status = ql_model_open(bytes, n_bytes, &model, &error);
    CHECK(status == (error.message[0] == '\0' ? QL_OK : QL_BAD_INPUT) && error.status == status);
    if (status == QL_OK) ql_model_close(&model);
    return status == QL_OK;
}

static void test_open(void) {
    uint8_t *bytes = random_weights();
    CHECK(opens(bytes, SIZE));
    CHECK(!opens(bytes, SIZE - 1) && !opens(bytes, HEADER) && !opens(bytes, HEADER - 1) && !opens(bytes, 0));
    CHECK(!opens(bytes, SIZE + 1)); /* its size is found first: nothing is read there */
    for (size_t i = 0; i <= CERTAIN_AT; i++) {
        if (i == SIZE_AT) i = CERTAIN_AT;
        uint8_t kept = bytes[i];
        static const uint8_t wrong[] = {0, LEAST_BITS - 1, BITS + 1, MOST_BITS, MOST_BITS + 1, 255};
        for (size_t w = 0; w < sizeof wrong; w++) {
            bytes[i] = wrong[w];
            CHECK(!opens(bytes, SIZE));
        }
        bytes[i] = kept;
    }
    CHECK(opens(bytes, SIZE));
    free(bytes);
}

/* Features that find something: their checks are those of the bucket's slots, or one off. */
static int likely_features(const ql_rows *rows, uint64_t *features) {
    int n = (int)(next_random() % 256);
    for (int i = 0; i < n; i++) {
        uint64_t bucket = next_random() % (UINT64_C(1) << BITS);
        const uint8_t *at = rows->buckets + bucket * ql_bucket_size(rows->layout);
        size_t slot = next_random() % QL_MODEL_SLOTS;
        uint8_t check =
            rows->layout == QL_LAYOUT_WIDE ? at[16 * slot + QL_WIDE] : at[slot * ql_bucket_size(rows->layout) / 4];
        check = (uint8_t)(check + (next_random() % 4 == 0));
        uint64_t rest = next_random() >> BITS & ~(UINT64_C(255) << 24);
        features[i] = bucket << (64 - BITS) | (uint64_t)check << 24 | rest;
    }
    return n;
}

static void test_sums(void) {
    for (int turn = 0; turn < 200; turn++) {
        uint64_t features[256];
        int16_t with[QL_LONG], without[QL_LONG];
        uint8_t *bytes = random_weights();
        ql_model model;
        CHECK(ql_model_open(bytes, SIZE, &model, NULL) == QL_OK);
        int n = likely_features(&model.tags, features);
        ql_sum_wide(&model.tags, features, n, with);
        plain_sum_wide(&model.tags, features, n, without);
        CHECK(memcmp(with, without, (QL_WIDE + 1) * sizeof *with) == 0);
        if (HAS_AVX2()) avx2_sum_wide(&model.tags, features, n, with);
        CHECK(memcmp(with, without, (QL_WIDE + 1) * sizeof *with) == 0);
        n = likely_features(&model.moves, features);
        int ends[] = {(int)(next_random() % (uint64_t)(n + 1)), n, n};
        int16_t runs[3][QL_NARROW], plain_runs[3][QL_NARROW];
        ql_sum_narrow(&model.moves, features, ends, 3, runs);
        plain_sum_narrow(&model.moves, features, ends, 3, plain_runs);
        CHECK(memcmp(runs, plain_runs, sizeof runs) == 0);
        if (HAS_AVX2()) avx2_sum_narrow(&model.moves, features, ends, 3, runs);
        CHECK(memcmp(runs, plain_runs, sizeof runs) == 0);
        n = likely_features(&model.names, features);
        ql_sum_long(&model.names, features, n, with);
        plain_sum_long(&model.names, features, n, without);
        CHECK(memcmp(with, without, sizeof with) == 0);
        if (HAS_AVX2()) avx2_sum_long(&model.names, features, n, with);
        CHECK(memcmp(with, without, sizeof with) == 0);
        ql_model_close(&model);
        free(bytes);
    }
}

/* Two rows laid by hand. */
static void test_a_sum(void) {
    uint8_t *bytes = random_weights();
    ql_model model;
    memset(bytes + HEADER, 0, SIZE - HEADER);
    CHECK(ql_model_open(bytes, SIZE, &model, NULL) == QL_OK);
    uint8_t *bucket = bytes + (model.moves.buckets - bytes) + 5 * 16;
    memcpy(bucket + 4, (const uint8_t[]){0x21, 1, (uint8_t)-2, 127}, 4);
    memcpy(bucket + 8, (const uint8_t[]){0x22, 10, 20, (uint8_t)-128}, 4);
    uint64_t features[] = {UINT64_C(5) << 61 | UINT64_C(0x21) << 24, UINT64_C(5) << 61 | UINT64_C(0x22) << 24,
                           UINT64_C(5) << 61 | UINT64_C(0x23) << 24};
    int16_t out[3][QL_NARROW];
    int ends[] = {1, 1, 3};
    ql_sum_narrow(&model.moves, features, ends, 3, out);
    CHECK(out[0][0] == 1 && out[0][1] == -2 && out[0][2] == 127);
    CHECK(out[1][0] == 0 && out[1][1] == 0 && out[1][2] == 0);
    CHECK(out[2][0] == 10 && out[2][1] == 20 && out[2][2] == -128);
    ql_model_close(&model);
    free(bytes);
}

/* Two long rows as they stand in the file; the second is cut short. */
static void test_a_long_sum(void) {
    uint8_t *bytes = random_weights();
    ql_model model;
    memset(bytes + HEADER, 0, SIZE - HEADER);
    bytes[9] = 7; /* bytes of rows, and the others are words */
    uint8_t *checks = bytes + HEADER + ((64 + 16 + 16) << BITS);
    memcpy(checks + 5 * 4, (const uint8_t[]){0x21, 0x22}, 2);
    memcpy(checks + (4 << BITS), (const uint8_t[]){2, 3, 5, 40, (uint8_t)-7, 2, 3, 10}, 8);
    CHECK(ql_model_open(bytes, SIZE - ROW_BYTES + 7, &model, NULL) == QL_OK);
    uint64_t features[] = {UINT64_C(5) << 61 | UINT64_C(0x21) << 24, UINT64_C(5) << 61 | UINT64_C(0x22) << 24,
                           UINT64_C(5) << 61 | UINT64_C(0x23) << 24};
    int16_t out[QL_LONG];
    ql_sum_long(&model.names, features, 3, out);
    CHECK(out[3] == 5 && out[40] == -7 && out[0] == 0);
    ql_model_close(&model);
    bytes[9] = 8;
    CHECK(ql_model_open(bytes, SIZE - ROW_BYTES + 8, &model, NULL) == QL_OK);
    ql_sum_long(&model.names, features, 3, out);
    CHECK(out[3] == 15 && out[40] == -7);
    ql_model_close(&model);
    free(bytes);
}

/* Full tables are searched for so long, and no longer. */
static void test_full_slots(void) {
    uint8_t *bytes = random_weights();
    ql_model model;
    memset(bytes + SIZE - QL_TAG_PAIRS - 2 * (QL_SLOT << BITS), 0xFF, 2 * (QL_SLOT << BITS));
    CHECK(ql_model_open(bytes, SIZE, &model, NULL) == QL_OK);
    for (int i = 0; i < 100; i++) {
        ql_known_word known = plain_model_word(&model, next_random() << 1);
        CHECK(known.class == 0 && known.sole == QL_TAG_NONE);
        CHECK(plain_model_certain(&model, next_random() << 1) == -1);
    }
    ql_known_word known = plain_model_word(&model, UINT64_MAX);
    CHECK(known.class == 255 && known.sole == QL_TAG_NONE);
    CHECK(plain_model_certain(&model, UINT64_MAX) == 254);
    ql_model_close(&model);
    free(bytes);
}

/* Two decisions in a table laid by hand, the second after the first, where it found its own slot taken. */
static void test_certain(void) {
    uint8_t *bytes = random_weights();
    ql_model model;
    uint8_t *slots = bytes + SIZE - QL_TAG_PAIRS - (QL_SLOT << BITS);
    memset(slots, 0, QL_SLOT << BITS);
    memcpy(slots + 7 * QL_SLOT, (const uint8_t[]){1, 2, 3, 4, 1}, 5);
    memcpy(slots, (const uint8_t[]){1, 2, 3, 5, 43}, 5);
    CHECK(ql_model_open(bytes, SIZE, &model, NULL) == QL_OK);
    CHECK(plain_model_certain(&model, UINT64_C(0x704030201)) == 0);
    CHECK(plain_model_certain(&model, UINT64_C(0xF05030201)) == 42);
    CHECK(plain_model_certain(&model, UINT64_C(0x705030202)) == -1);
    CHECK(plain_model_certain(&model, UINT64_C(0x304030201)) == -1);
    ql_model_close(&model);
    free(bytes);
}

static void test_hash(void) {
    char hash[17], again[17];
    plain_model_hash(hash);
    plain_model_hash(again);
    CHECK(strlen(hash) == 16 && strcmp(hash, again) == 0);
    CHECK(strspn(hash, "0123456789abcdef") == 16);
}

int main(void) {
    test_open();
    test_sums();
    test_a_sum();
    test_a_long_sum();
    test_full_slots();
    test_certain();
    test_hash();
    return close_checks();
}

/* Weights: the layout of the bytes, and looking rows up.  Numbers of several bytes are little-endian.

     "QLM3"
     word_bits, tags, forms, moves, names     one byte each, the last four as ql_n_buckets reads them
     bytes of the rows of names               four bytes
     certain_bits                             one byte; nothing up to byte 64
     the buckets of tags (wide), forms (narrow), moves (narrow)
     the checks of the buckets of names       four bytes each, 0 for an empty slot
     a row of names for each of those checks  how many weights are not nought, then each as its lane and the weight
     words                                    2^word_bits slots of 8 bytes
     certain decisions                        2^certain_bits slots of 8 bytes
     sole names                               QL_TAG_PAIRS bytes

   Rows of names are laid out when the weights are opened: most of their weights are nought, and would take the file
   to twice its size. */
#include "syntax/model.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/status.h"

static const char MAGIC[4] = {'Q', 'L', 'M', '3'};
enum { HEADER = 64, SIZE_AT = 9, CERTAIN_AT = 13, MOST_BITS = 24, LEAST_BITS = 2, N_TABLES = 4 };

size_t ql_bucket_size(ql_layout layout) {
    return layout == QL_LAYOUT_WIDE ? 64 : 16;
}

void ql_model_fill_values(ql_model *model) {
    for (uint64_t i = 0; i < QL_MOST_VALUES; i++) model->values[i] = ql_scatter(i + 1);
}

/* Bytes that a table takes in the file, rows aside. */
static size_t table_size(ql_layout layout, uint32_t n_buckets) {
    return n_buckets * (layout == QL_LAYOUT_LONG ? QL_MODEL_SLOTS : ql_bucket_size(layout));
}

/* One row out of what is left of the packed ones, which may be anything; where it ends. */
static const uint8_t *unpack_row(const uint8_t *at, const uint8_t *end, int8_t *row) {
    for (int n = at < end ? *at++ : 0; n > 0 && end - at >= 2; n--, at += 2)
        if (at[0] < QL_LONG) row[at[0]] = (int8_t)at[1];
    return at;
}

static ql_status unpack_names(const uint8_t *checks, size_t n_bytes, ql_model *out, ql_error *error) {
    size_t n_slots = (size_t)out->names.n_buckets * QL_MODEL_SLOTS, n_rows = 1; /* the first is all nought */
    for (size_t i = 0; i < n_slots; i++) n_rows += checks[i] != 0;
    uint8_t *slots = calloc(1, 4 * n_slots + QL_LONG * n_rows);
    if (slots == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for the weights");
    int8_t *rows = (int8_t *)slots + 4 * n_slots;
    const uint8_t *at = checks + n_slots, *end = at + n_bytes;
    for (size_t i = 0, number = 0; i < n_slots; i++) {
        if (checks[i] == 0) continue;
        number++;
        for (int byte = 0; byte < 3; byte++) slots[4 * i + 1 + (size_t)byte] = (uint8_t)(number >> (8 * byte));
        slots[4 * i] = checks[i];
        at = unpack_row(at, end, rows + QL_LONG * number);
    }
    out->unpacked = slots;
    out->names.buckets = slots;
    out->names.rows = rows;
    out->names.n_rows = (uint32_t)n_rows;
    return QL_OK;
}

ql_status ql_model_open(const uint8_t *bytes, size_t n_bytes, ql_model *out, ql_error *error) {
    static const ql_layout layouts[N_TABLES] = {QL_LAYOUT_WIDE, QL_LAYOUT_NARROW, QL_LAYOUT_NARROW, QL_LAYOUT_LONG};
    ql_rows *tables[N_TABLES] = {&out->tags, &out->forms, &out->moves, &out->names};
    out->unpacked = NULL;
    bool fits = n_bytes >= HEADER && memcmp(bytes, MAGIC, sizeof MAGIC) == 0;
    for (int i = 4; fits && i < 5 + N_TABLES; i++)
        fits = (bytes[i] & 31) >= LEAST_BITS && (bytes[i] & 31) <= MOST_BITS;
    fits = fits && bytes[4] <= MOST_BITS && bytes[CERTAIN_AT] <= MOST_BITS;
    if (!fits) return ql_fail(error, QL_BAD_INPUT, QL_NONE, "not a model file, or made for another version");
    size_t size = HEADER, row_bytes = ql_load4(bytes + SIZE_AT);
    for (int i = 0; i < N_TABLES; i++) {
        uint32_t n_buckets = ql_n_buckets(bytes[5 + i]);
        *tables[i] = (ql_rows){.buckets = bytes + size, .n_buckets = n_buckets, .layout = layouts[i]};
        size += table_size(layouts[i], n_buckets);
    }
    size += row_bytes;
    out->words = (ql_slots){bytes + size, bytes[4]};
    size += (size_t)QL_SLOT << bytes[4];
    out->certain = (ql_slots){bytes + size, bytes[CERTAIN_AT]};
    size += (size_t)QL_SLOT << bytes[CERTAIN_AT];
    out->sole_names = bytes + size;
    size += QL_TAG_PAIRS;
    if (size != n_bytes)
        return ql_fail(error, QL_BAD_INPUT, QL_NONE, "weights of %zu bytes; by their header they have %zu", n_bytes,
                       size);
    ql_model_fill_values(out);
    return unpack_names(out->names.buckets, row_bytes, out, error);
}

void ql_model_close(ql_model *model) {
    free(model->unpacked);
    model->unpacked = NULL;
}

void ql_model_hash(char out[17]) {
    uint64_t hash = 0;
    size_t n;
    const uint8_t *bytes = ql_model_bytes(&n);
    for (size_t i = 0; i < n; i++) hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
    snprintf(out, 17, "%016llx", (unsigned long long)ql_scatter(hash));
}

/* The two values of a hash, both nought where it has none.  Open addressing; the search is bounded, as the bytes need
   not be ours. */
static const uint8_t *values_of(const ql_slots *slots, uint64_t hash) {
    static const uint8_t none[2];
    uint32_t key = (uint32_t)hash, mask = (UINT32_C(1) << slots->bits) - 1;
    uint32_t at = (uint32_t)(hash >> 32) & mask;
    for (int step = 0; step < QL_MOST_STEPS; step++, at = (at + 1) & mask) {
        const uint8_t *slot = slots->bytes + (size_t)at * QL_SLOT;
        if (slot[4] == 0) break;
        if (ql_load4(slot) == key) return slot + 4;
    }
    return none;
}

ql_known_word ql_model_word(const ql_model *model, uint64_t hash) {
    const uint8_t *values = values_of(&model->words, hash);
    return (ql_known_word){values[0], values[1] < QL_TAGS ? values[1] : QL_TAG_NONE};
}

int ql_model_certain(const ql_model *model, uint64_t context) {
    return values_of(&model->certain, context)[0] - 1;
}

void ql_fetch_certain(const ql_model *model, uint64_t context) {
#ifdef __GNUC__
    uint32_t mask = (UINT32_C(1) << model->certain.bits) - 1;
    __builtin_prefetch(model->certain.bytes + (size_t)((uint32_t)(context >> 32) & mask) * QL_SLOT);
#else
    (void)model, (void)context;
#endif
}

/* ------------------------------------------------------------------------------------------------- sums */

enum { MOST_FEATURES = 255 };

/* Of each feature where its bucket begins, in bytes, and its check; with room to read and write eight at a time. */
typedef struct places {
    uint32_t at[MOST_FEATURES + 9], check[MOST_FEATURES + 9];
} places;

/* The features of a run from `from` on. */
static void locate_from(const ql_rows *rows, const uint64_t *features, int from, int n, places *out) {
    uint32_t size = (uint32_t)ql_bucket_size(rows->layout);
    for (int i = from; i < n; i++) {
        out->at[i] = (uint32_t)ql_row_bucket(features[i], rows->n_buckets) * size;
        out->check[i] = ql_row_check(features[i]);
    }
}

/* The row of a bucket that holds `check`, or one of noughts.  Without branches: which it is cannot be foretold. */
static inline const uint8_t *wide_row(const uint8_t *bucket, uint32_t check) {
    static const uint8_t nothing[QL_WIDE + 1];
    const uint8_t *row = nothing;
    for (int slot = 0; slot < QL_MODEL_SLOTS; slot++)
        row = bucket[16 * slot + QL_WIDE] == check ? bucket + 16 * slot : row;
    return row;
}

/* A row by its number.  The bytes need not be ours: if two slots have the same check, it may be any. */
static inline const int8_t *numbered_row(const ql_rows *rows, uint32_t number) {
    return rows->rows + (size_t)QL_LONG * (number < rows->n_rows ? number : 0);
}

void ql_fetch_rows(const ql_rows *rows, const uint64_t *features, int n) {
#ifdef __GNUC__
    size_t size = ql_bucket_size(rows->layout);
    for (int i = 0; i < n; i++)
        __builtin_prefetch(rows->buckets + ql_row_bucket(features[i], rows->n_buckets) * size);
#else
    (void)rows, (void)features, (void)n;
#endif
}

/* The same sums without vectors, with those of any processor, and with AVX2:
   tests/core/test_model.c compares them. */
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && !defined(QL_NO_VECTORS)

/* Rows lie all over the tables: ask for all of them before the first is read. */
static inline void fetch(const uint8_t *buckets, const uint32_t *at, int n) {
    for (int i = 0; i < n; i++) __builtin_prefetch(buckets + at[i]);
}

#if defined(__x86_64__) && !defined(QL_NO_AVX2)
#include "syntax/model_avx2.h"
#include "syntax/model_avx512.h"

static inline bool has_avx512(void) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
}

#define IF_AVX2(call)                     \
    if (__builtin_cpu_supports("avx2")) { \
        call;                             \
        return;                           \
    }
#define IF_AVX512(call) \
    if (has_avx512()) { \
        call;           \
        return;         \
    }
#else
#define IF_AVX2(call)
#define IF_AVX512(call)
#endif

typedef int8_t bytes8 __attribute__((vector_size(8)));
typedef int16_t halves8 __attribute__((vector_size(16)));
typedef int32_t words4 __attribute__((vector_size(16)));

static void locate(const ql_rows *rows, const uint64_t *features, int n, places *out) {
    locate_from(rows, features, 0, n, out);
    fetch(rows->buckets, out->at, n);
}

void ql_sum_wide(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_WIDE + 1]) {
    IF_AVX2(avx2_sum_wide(rows, features, n, out))
    places spots;
    locate(rows, features, n, &spots);
    halves8 low = {0}, high = {0};
    for (int i = 0; i < n; i++) {
        bytes8 part[2];
        memcpy(part, wide_row(rows->buckets + spots.at[i], spots.check[i]), sizeof part);
        low += __builtin_convertvector(part[0], halves8);
        high += __builtin_convertvector(part[1], halves8);
    }
    memcpy(out, &low, sizeof low);
    memcpy(out + 8, &high, sizeof high);
    out[QL_WIDE] = 0; /* the checks */
}

/* The slot of a bucket that has the check, the others as noughts.  Little-endian: the check is the lowest byte. */
static inline words4 kept_slot(const uint8_t *bucket, uint32_t check) {
    words4 slots;
    memcpy(&slots, bucket, sizeof slots);
    return slots & ((slots & 0xFF) == (words4){0} + (int32_t)check);
}

static void add_narrow(const uint8_t *buckets, const places *spots, int from, int end, int16_t out[QL_NARROW]) {
    halves8 even = {0}, odd = {0};
    for (int i = from; i < end; i++) {
        halves8 kept = (halves8)kept_slot(buckets + spots->at[i], spots->check[i]);
        even += kept << 8 >> 8;
        odd += kept >> 8;
    }
    out[0] = (int16_t)(odd[0] + odd[2] + odd[4] + odd[6]);
    out[1] = (int16_t)(even[1] + even[3] + even[5] + even[7]);
    out[2] = (int16_t)(odd[1] + odd[3] + odd[5] + odd[7]);
}

void ql_sum_narrow(const ql_rows *rows, const uint64_t *features, const int *ends, int n_runs,
                   int16_t (*out)[QL_NARROW]) {
    IF_AVX512(avx512_sum_narrow(rows, features, ends, n_runs, out))
    IF_AVX2(avx2_sum_narrow(rows, features, ends, n_runs, out))
    places spots;
    locate(rows, features, ends[n_runs - 1], &spots);
    for (int run = 0; run < n_runs; run++)
        add_narrow(rows->buckets, &spots, run > 0 ? ends[run - 1] : 0, ends[run], out[run]);
}

/* The row whose number is in whichever slot has the check; row 0 where none has. */
static inline const int8_t *long_row(const ql_rows *rows, const uint8_t *bucket, uint32_t check) {
    words4 kept = kept_slot(bucket, check);
    return numbered_row(rows, (uint32_t)(kept[0] | kept[1] | kept[2] | kept[3]) >> 8);
}

void ql_sum_long(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_LONG]) {
    enum { PARTS = QL_LONG / 8 };
    IF_AVX2(avx2_sum_long(rows, features, n, out))
    const int8_t *found[MOST_FEATURES];
    places spots;
    locate(rows, features, n, &spots);
    for (int i = 0; i < n; i++) {
        found[i] = long_row(rows, rows->buckets + spots.at[i], spots.check[i]);
        __builtin_prefetch(found[i]);
        __builtin_prefetch(found[i] + QL_LONG - 1);
    }
    halves8 sum[PARTS] = {{0}};
    for (int i = 0; i < n; i++) {
        for (int part = 0; part < PARTS; part++) {
            bytes8 weights;
            memcpy(&weights, found[i] + 8 * part, sizeof weights);
            sum[part] += __builtin_convertvector(weights, halves8);
        }
    }
    memcpy(out, sum, sizeof sum);
}

#else

static inline void add_byte(int16_t *to, uint8_t byte) {
    *to = (int16_t)(*to + (int8_t)byte);
}

void ql_sum_wide(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_WIDE + 1]) {
    places spots;
    locate_from(rows, features, 0, n, &spots);
    memset(out, 0, (QL_WIDE + 1) * sizeof *out);
    for (int i = 0; i < n; i++) {
        const uint8_t *row = wide_row(rows->buckets + spots.at[i], spots.check[i]);
        for (int lane = 0; lane < QL_WIDE; lane++) add_byte(&out[lane], row[lane]);
    }
}

void ql_sum_narrow(const ql_rows *rows, const uint64_t *features, const int *ends, int n_runs,
                   int16_t (*out)[QL_NARROW]) {
    places spots;
    locate_from(rows, features, 0, ends[n_runs - 1], &spots);
    memset(out, 0, (size_t)n_runs * sizeof *out);
    for (int run = 0, i = 0; run < n_runs; run++)
        for (; i < ends[run]; i++)
            for (int slot = 0; slot < QL_MODEL_SLOTS; slot++) {
                const uint8_t *at = rows->buckets + spots.at[i] + 4 * slot;
                for (int lane = 0; lane < QL_NARROW && *at == spots.check[i]; lane++)
                    add_byte(&out[run][lane], at[1 + lane]);
            }
}

static uint32_t row_number(const uint8_t *bucket, uint32_t check) {
    uint32_t number = 0;
    for (int slot = 0; slot < QL_MODEL_SLOTS; slot++)
        if (bucket[4 * slot] == check) number |= ql_load4(bucket + 4 * slot) >> 8;
    return number;
}

void ql_sum_long(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_LONG]) {
    places spots;
    locate_from(rows, features, 0, n, &spots);
    memset(out, 0, QL_LONG * sizeof *out);
    for (int i = 0; i < n; i++) {
        const int8_t *row = numbered_row(rows, row_number(rows->buckets + spots.at[i], spots.check[i]));
        for (int lane = 0; lane < QL_LONG; lane++) out[lane] = (int16_t)(out[lane] + row[lane]);
    }
}

#endif

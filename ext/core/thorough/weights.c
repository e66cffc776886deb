/* The file of weights.  Numbers of several bytes are little-endian, arrays stand on multiples of 64 bytes, in the
   order of tools/teacher/export.py.  The file is used as it is: a processor that is not little-endian cannot. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "thorough/encoder.h"
#include "thorough/pieces.h"

static const char MAGIC[4] = {'Q', 'L', 'T', '1'};
enum {
    HEADER = 64,
    EDGE = 64,
    NUMBERS_AT = 4,
    HASH_AT = 32,
    MOST_WIDTH = 1024,
    MOST_INNER = 4096,
    MOST_WORDS = 1 << 17
};

#define FNV_START 0xCBF29CE484222325u
#define FNV_PRIME 0x100000001B3u

/* What is left of the bytes. */
typedef struct source {
    const uint8_t *at, *end;
    bool fine;
} source;

static const void *take(source *from, size_t n, size_t size) {
    size_t n_bytes = (n * size + EDGE - 1) / EDGE * EDGE;
    const uint8_t *taken = from->at;
    if (!from->fine || (size_t)(from->end - from->at) < n_bytes) {
        from->fine = false;
        return NULL;
    }
    from->at += n_bytes;
    return taken;
}

/* Whatever is computed with numbers up to this one stays a number, and no sum of integers overflows. */
#define MOST_FLOAT 10000.0f
enum { MOST_SHIFT = 1 << 27 };

static const float *take_floats(source *from, size_t n) {
    const float *taken = take(from, n, sizeof(float));
    for (size_t i = 0; taken != NULL && i < n; i++)
        if (!(taken[i] >= -MOST_FLOAT && taken[i] <= MOST_FLOAT)) from->fine = false;
    return taken;
}

static const int32_t *take_shifts(source *from, size_t n) {
    const int32_t *taken = take(from, n, sizeof(int32_t));
    for (size_t i = 0; taken != NULL && i < n; i++)
        if (taken[i] < -MOST_SHIFT || taken[i] > MOST_SHIFT) from->fine = false;
    return taken;
}

static ql_matrix take_matrix(source *from, int32_t n_in, int32_t n_out) {
    int32_t padded = (n_out + QL_LANES - 1) / QL_LANES * QL_LANES;
    ql_matrix out = {.n_in = n_in, .n_out = padded};
    out.weights = take(from, (size_t)n_in * (size_t)padded, 1);
    out.shifts = take_shifts(from, (size_t)padded);
    out.scales = take_floats(from, (size_t)padded);
    out.biases = take_floats(from, (size_t)padded);
    return out;
}

static ql_norm take_norm(source *from, int32_t width) {
    const float *scales = take_floats(from, (size_t)width);
    return (ql_norm){scales, take_floats(from, (size_t)width)};
}

static ql_encoder_layer take_layer(source *from, int32_t width, int32_t inner) {
    ql_encoder_layer out;
    out.attention = take_matrix(from, width, 3 * width);
    out.mix = take_matrix(from, width, width);
    out.mixed = take_norm(from, width);
    out.inner = take_matrix(from, width, inner);
    out.outer = take_matrix(from, inner, width);
    out.left = take_norm(from, width);
    return out;
}

static void take_heads(source *from, ql_encoder *out) {
    int32_t wide = 2 * out->width;
    out->told = take_matrix(from, wide, QL_TOLD);
    out->key = take_matrix(from, wide, QL_ASKED);
    out->query = take_matrix(from, wide, QL_ASKED);
    out->distance = take_floats(from, (2 * QL_AWAY + 1) * QL_LABELS);
    out->sentence = take_floats(from, 5 * QL_LABELS);
    out->place = take_floats(from, QL_STATES * QL_STATES * QL_LABELS);
}

static void take_all(source *from, int32_t n_letters, ql_encoder *out) {
    size_t width = (size_t)out->width, n_words = (size_t)out->n_words;
    out->word_starts = take(from, n_words + 1, sizeof(int32_t));
    out->word_letters = take(from, (size_t)n_letters, 1);
    out->rows = take(from, n_words * width, 1);
    out->row_scales = take_floats(from, n_words);
    out->positions = take_floats(from, QL_WINDOW_PIECES * width);
    out->shapes = take_floats(from, QL_SHAPES * width);
    out->states = take_floats(from, QL_STATES * width);
    out->embedded = take_norm(from, out->width);
    for (int32_t k = 0; k < out->n_layers; k++) out->layers[k] = take_layer(from, out->width, out->inner);
    take_heads(from, out);
}

/* n_bytes: a multiple of 32. */
static void add_to_hash(const uint8_t *bytes, size_t n_bytes, uint64_t sums[4]) {
    for (size_t at = 0; at < n_bytes; at += 32)
        for (size_t k = 0; k < 4; k++) sums[k] = (sums[k] ^ ql_load8(bytes + at + 8 * k)) * FNV_PRIME;
}

/* FNV-1a over words of eight bytes, four sums side by side, of all but the hash itself and the blanks after it: a
   change of any byte changes it. */
static uint64_t hash_of(const uint8_t *bytes, size_t n_bytes) {
    uint64_t sums[4] = {FNV_START, FNV_START, FNV_START, FNV_START}, total = FNV_START;
    add_to_hash(bytes, HASH_AT, sums);
    add_to_hash(bytes + HEADER, n_bytes - HEADER, sums);
    for (int k = 0; k < 4; k++) total = (total ^ sums[k]) * FNV_PRIME;
    return total;
}

/* Is the hash that the header gives, with nothing after it, that of the file? */
static bool is_whole(const uint8_t *bytes, size_t n_bytes) {
    for (int at = HASH_AT + 8; at < HEADER; at++)
        if (bytes[at] != 0) return false;
    return n_bytes % 32 == 0 && hash_of(bytes, n_bytes) == ql_load8(bytes + HASH_AT);
}

static bool is_little_endian(void) {
    const uint32_t one = 1;
    return ql_load4(&one) == 1;
}

static const ql_path *fastest_path(void) {
    const ql_path *best = NULL;
    for (int k = 0; k < QL_PATHS; k++)
        if (ql_path_at(k) != NULL) best = ql_path_at(k);
    return best;
}

/* The number of letters, or 0 if this is not a file of weights. */
static int32_t read_header(const uint8_t *bytes, size_t n_bytes, ql_encoder *out) {
    int32_t numbers[7];
    if (n_bytes < HEADER || memcmp(bytes, MAGIC, sizeof MAGIC) != 0 || !is_little_endian()) return 0;
    if ((uintptr_t)bytes % EDGE != 0) return 0;
    for (int k = 0; k < 7; k++) numbers[k] = (int32_t)ql_load4(bytes + NUMBERS_AT + 4 * k);
    *out = (ql_encoder){.width = numbers[0],
                        .inner = numbers[1],
                        .n_layers = numbers[2],
                        .n_heads = numbers[3],
                        .n_words = numbers[4]};
    bool fine = out->width >= QL_LANES && out->width <= MOST_WIDTH && out->width % QL_LANES == 0 &&
                out->inner >= QL_LANES && out->inner <= MOST_INNER && out->inner % QL_LANES == 0 &&
                out->n_layers >= 1 && out->n_layers <= QL_MOST_LAYERS && out->n_heads == out->width / QL_HEAD &&
                out->n_words > QL_LAST_SPECIAL && out->n_words <= MOST_WORDS && numbers[5] > 0 &&
                numbers[5] < MOST_WORDS * 64 && numbers[6] == QL_WINDOW_PIECES;
    return fine ? numbers[5] : 0;
}

/* Are the starts of the words within their letters, and in order?  And how long is the longest? */
static bool measure_words(int32_t n_letters, ql_encoder *out) {
    const int32_t *starts = out->word_starts;
    for (int32_t i = 0; i < out->n_words; i++) {
        if (starts[i] < 0 || starts[i] > starts[i + 1]) return false;
        int32_t n = starts[i + 1] - starts[i];
        out->longest_word = n > out->longest_word ? n : out->longest_word;
    }
    return starts[out->n_words] <= n_letters;
}

ql_status ql_encoder_open(const uint8_t *bytes, size_t n_bytes, ql_encoder *out, ql_error *error) {
    int32_t n_letters = read_header(bytes, n_bytes, out);
    if (n_letters == 0)
        return ql_fail(error, QL_BAD_INPUT, QL_NONE, "these bytes are not weights of the thorough reader");
    source from = {bytes + HEADER, bytes + n_bytes, true};
    take_all(&from, n_letters, out);
    if (!from.fine || from.at != from.end || !is_whole(bytes, n_bytes) || !measure_words(n_letters, out))
        return ql_fail(error, QL_BAD_INPUT, QL_NONE, "the weights of the thorough reader are damaged");
    out->path = fastest_path();
    out->slots = ql_vocabulary_slots(out);
    if (out->slots == NULL)
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for the vocabulary of the thorough reader");
    return QL_OK;
}

void ql_encoder_close(ql_encoder *encoder) {
    free(encoder->slots);
    encoder->slots = NULL;
}

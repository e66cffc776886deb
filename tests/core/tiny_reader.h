/* Weights of the thorough reader that are small and made at random: a file as tools/teacher/export.py writes it. */
#ifndef TINY_READER_H
#define TINY_READER_H

#include <string.h>

#include "thorough/pieces.h"

enum {
    TINY_WIDTH = 64,
    TINY_INNER = 128,
    TINY_LAYERS = 2,
    TINY_HEADER = 64,
    TINY_ROOM = 1 << 21 /* more than the file takes */
};

/* A file in the making. */
typedef struct tiny_file {
    uint8_t *bytes;
    size_t n;
    uint64_t state;
} tiny_file;

static inline uint32_t tiny_random(tiny_file *to) {
    to->state = to->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(to->state >> 33);
}

static inline void tiny_put(tiny_file *to, const void *bytes, size_t n) {
    memcpy(to->bytes + to->n, bytes, n);
    to->n += n;
}

static inline void tiny_end(tiny_file *to) {
    while (to->n % 64 != 0) to->bytes[to->n++] = 0;
}

/* n numbers from -most to most. */
static inline void tiny_floats(tiny_file *to, int32_t n, float most) {
    for (int32_t i = 0; i < n; i++) {
        float value = ((float)(tiny_random(to) % 2001) / 1000.0F - 1.0F) * most;
        tiny_put(to, &value, sizeof value);
    }
    tiny_end(to);
}

static inline void tiny_rows(tiny_file *to, int32_t n) {
    for (int32_t i = 0; i < n; i++) to->bytes[to->n++] = (uint8_t)(int8_t)((int32_t)(tiny_random(to) % 255) - 127);
    tiny_end(to);
}

/* Weights as they stand in the file: [outputs / 64][inputs / 4][64][4]. */
static inline void tiny_matrix(tiny_file *to, int32_t n_in, int32_t n_out) {
    int32_t padded = (n_out + 63) / 64 * 64;
    const int8_t *weights = (const int8_t *)to->bytes + to->n;
    tiny_rows(to, n_in * padded);
    for (int32_t o = 0; o < padded; o++) {
        int32_t sum = 0;
        for (int32_t i = 0; i < n_in; i++) sum += weights[((o / 64 * (n_in / 4) + i / 4) * 64 + o % 64) * 4 + i % 4];
        sum *= -128;
        tiny_put(to, &sum, sizeof sum);
    }
    tiny_end(to);
    tiny_floats(to, padded, 0.002F);
    tiny_floats(to, padded, 0.5F);
}

static inline void tiny_norm(tiny_file *to) {
    tiny_floats(to, TINY_WIDTH, 1.5F);
    tiny_floats(to, TINY_WIDTH, 0.5F);
}

/* The words after those of the first numbers, which are "[0]" and so on. */
static const char *const tiny_words[] = {"a",    "the",   "un", "##aff",        "##able", "cafe",
                                         "said", "mayor", "b",  "##b",          "\"",     ".",
                                         "-",    "'",     ",",  "\xE4\xBA\xBA", "##s",    "bridge"};
enum { TINY_FIRST = QL_LAST_SPECIAL + 1, TINY_WORDS = TINY_FIRST + sizeof tiny_words / sizeof *tiny_words };

static inline int32_t tiny_vocabulary(tiny_file *to) {
    char letters[TINY_WORDS * 12];
    int32_t starts[TINY_WORDS + 1], n = 0;
    for (int32_t i = 0; i < (int32_t)TINY_WORDS; i++) {
        char own[12] = "[000]";
        own[1] = (char)('0' + i / 100), own[2] = (char)('0' + i / 10 % 10), own[3] = (char)('0' + i % 10);
        const char *word = i < TINY_FIRST ? own : tiny_words[i - TINY_FIRST];
        starts[i] = n;
        memcpy(letters + n, word, strlen(word));
        n += (int32_t)strlen(word);
    }
    starts[TINY_WORDS] = n;
    tiny_put(to, starts, sizeof starts);
    tiny_end(to);
    tiny_put(to, letters, (size_t)n);
    tiny_end(to);
    return n;
}

static inline void tiny_heads(tiny_file *to) {
    int32_t wide = 2 * TINY_WIDTH;
    tiny_matrix(to, wide, QL_TOLD);
    tiny_matrix(to, wide, QL_ASKED);
    tiny_matrix(to, wide, QL_ASKED);
    tiny_floats(to, (2 * QL_AWAY + 1) * QL_LABELS, 1);
    tiny_floats(to, 5 * QL_LABELS, 1);
    tiny_floats(to, QL_STATES * QL_STATES * QL_LABELS, 1);
}

/* FNV-1a over words of eight bytes, four sums side by side, of all but the second half of the header. */
static inline uint64_t tiny_hash(const uint8_t *bytes, size_t n) {
    uint64_t sums[4], total = UINT64_C(0xCBF29CE484222325), prime = UINT64_C(0x100000001B3);
    for (int k = 0; k < 4; k++) sums[k] = total;
    for (size_t at = 0; at < n; at = at == 24 ? TINY_HEADER : at + 8) {
        uint64_t word;
        memcpy(&word, bytes + at, sizeof word);
        sums[at / 8 % 4] = (sums[at / 8 % 4] ^ word) * prime;
    }
    for (int k = 0; k < 4; k++) total = (total ^ sums[k]) * prime;
    return total;
}

/* Write the hash of the file anew. */
static inline void tiny_seal(uint8_t *bytes, size_t n) {
    uint64_t hash = tiny_hash(bytes, n);
    memcpy(bytes + 32, &hash, sizeof hash);
}

static inline void tiny_header(tiny_file *of, int32_t n_letters) {
    int32_t numbers[] = {TINY_WIDTH, TINY_INNER, TINY_LAYERS,     TINY_WIDTH / QL_HEAD,
                         TINY_WORDS, n_letters,  QL_WINDOW_PIECES};
    memcpy(of->bytes, "QLT1", 4);
    memcpy(of->bytes + 4, numbers, sizeof numbers);
    tiny_seal(of->bytes, of->n);
}

/* *n bytes, the same each time, in one place. */
static inline uint8_t *tiny_reader(size_t *n) {
    static _Alignas(64) uint8_t room[TINY_ROOM];
    tiny_file to = {room, TINY_HEADER, 7};
    memset(room, 0, TINY_HEADER);
    int32_t n_letters = tiny_vocabulary(&to);
    tiny_rows(&to, TINY_WORDS * TINY_WIDTH);
    tiny_floats(&to, TINY_WORDS, 0.02F);
    tiny_floats(&to, QL_WINDOW_PIECES * TINY_WIDTH, 0.5F);
    tiny_floats(&to, QL_SHAPES * TINY_WIDTH, 0.5F);
    tiny_floats(&to, QL_STATES * TINY_WIDTH, 0.5F);
    tiny_norm(&to);
    for (int k = 0; k < TINY_LAYERS; k++) {
        tiny_matrix(&to, TINY_WIDTH, 3 * TINY_WIDTH);
        tiny_matrix(&to, TINY_WIDTH, TINY_WIDTH);
        tiny_norm(&to);
        tiny_matrix(&to, TINY_WIDTH, TINY_INNER);
        tiny_matrix(&to, TINY_INNER, TINY_WIDTH);
        tiny_norm(&to);
    }
    tiny_heads(&to);
    tiny_header(&to, n_letters);
    *n = to.n;
    return to.bytes;
}

#endif

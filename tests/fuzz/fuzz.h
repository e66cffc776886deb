/* What the targets share: reading an input piece by piece, a demand that stops the program, and an engine and a
   scratch that are made once. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quotelens.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

#define DEMAND(condition)                                                           \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                \
        }                                                                           \
    } while (0)

typedef struct input {
    const uint8_t *bytes;
    size_t n;
} input;

/* 0 at the end. */
static inline uint8_t take_byte(input *in) {
    if (in->n == 0) return 0;
    in->n--;
    return *in->bytes++;
}

/* All up to the next `end` byte, which is dropped; or the rest. */
static inline ql_word_slice take_until(input *in, uint8_t end) {
    const uint8_t *start = in->bytes, *found = in->n > 0 ? memchr(start, end, in->n) : NULL;
    size_t n = found != NULL ? (size_t)(found - start) : in->n, used = n + (found != NULL);
    if (used > 0) in->bytes += used;
    in->n -= used;
    return (ql_word_slice){(const char *)start, n};
}

/* The same as a string of its own, to be freed; what is after a NUL is lost. */
static inline char *take_string(input *in, uint8_t end) {
    ql_word_slice slice = take_until(in, end);
    char *copy = malloc(slice.n_bytes + 1);
    DEMAND(copy != NULL);
    if (slice.n_bytes > 0) memcpy(copy, slice.bytes, slice.n_bytes);
    copy[slice.n_bytes] = '\0';
    return copy;
}

/* The bytes in a block of their own size, so that a look after the last is seen; to be freed. */
static inline char *own_copy(input in) {
    char *copy = calloc(in.n > 0 ? in.n : 1, 1);
    DEMAND(copy != NULL);
    if (in.n > 0) memcpy(copy, in.bytes, in.n);
    return copy;
}

static inline const ql_engine *the_engine(void) {
    static ql_engine *engine;
    if (engine == NULL) DEMAND(ql_engine_new(NULL, &engine, NULL) == QL_OK);
    return engine;
}

static inline ql_scratch *the_scratch(void) {
    static ql_scratch *scratch;
    if (scratch == NULL) DEMAND(ql_scratch_new(&scratch) == QL_OK);
    return scratch;
}

#endif

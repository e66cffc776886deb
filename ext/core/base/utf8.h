/* UTF-8 that may be damaged: total decoding, and the map from bytes to code points. */
#ifndef QL_UTF8_H
#define QL_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "quotelens.h"

#define QL_REPLACEMENT 0xFFFDu

/* A borrowed text, checked and counted. */
typedef struct ql_text {
    const char *bytes;
    int32_t n_bytes, n_chars;
    int32_t n_malformed;
    bool is_ascii;
    const uint64_t *starts; /* bit b of word i: a code point starts at byte 64 * i + b; NULL where is_ascii */
    const int32_t *index;   /* code points that start before byte 64 * i; NULL where is_ascii */
} ql_text;

/* Check and index `bytes`.  The index lies in `arena`.  Fails with QL_NO_MEMORY or QL_TOO_LONG. */
ql_status ql_text_open(ql_text *text, const char *bytes, size_t n_bytes, ql_arena *arena, ql_error *error);

/* The number of code points that start before `byte`, which is clamped to the text. */
int32_t ql_text_char(const ql_text *text, int32_t byte);

/* The code point at `at`, and in *next where the one after it starts.  Needs at < n_bytes.  A malformed sequence
   gives U+FFFD and ends where its maximal subpart does; a surrogate in three bytes gives one U+FFFD. */
uint32_t ql_utf8_decode(const char *bytes, int32_t n_bytes, int32_t at, int32_t *next);

/* The code point that ends at `at`, and in *start where it starts.  Needs at > 0 and at on a boundary. */
uint32_t ql_utf8_decode_before(const char *bytes, int32_t n_bytes, int32_t at, int32_t *start);

static inline bool ql_is_ascii(char byte) {
    return (unsigned char)byte < 0x80;
}
static inline bool ql_is_continuation(char byte) {
    return ((unsigned char)byte & 0xC0) == 0x80;
}

#endif

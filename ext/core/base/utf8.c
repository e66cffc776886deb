#include "base/utf8.h"

#include <string.h>

#include "base/status.h"

enum { BLOCK = 64 };

/* Length of the well-formed or maximal malformed sequence at `p` (Table 3-7 of the Unicode Standard), with whole
   surrogates let through as one sequence.  *good says which of the two it is. */
static int32_t sequence_length(const unsigned char *p, int32_t left, bool *good) {
    unsigned char lead = p[0], low = 0x80, high = 0xBF;
    int32_t n = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    *good = false;
    if (n == 0) return 1;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    for (int32_t i = 1; i < n; i++) {
        bool broken = i == left || p[i] < low || p[i] > high;
        if (broken) return i > 1 && lead == 0xED && p[1] >= 0xA0 ? 1 : i; /* half a surrogate is not a sequence */
        low = 0x80;
        high = 0xBF;
    }
    *good = !(lead == 0xED && p[1] >= 0xA0);
    return n;
}

uint32_t ql_utf8_decode(const char *bytes, int32_t n_bytes, int32_t at, int32_t *next) {
    const unsigned char *p = (const unsigned char *)bytes + at;
    if (p[0] < 0x80) {
        *next = at + 1;
        return p[0];
    }
    bool good;
    int32_t n = sequence_length(p, n_bytes - at, &good);
    *next = at + n;
    if (!good) return QL_REPLACEMENT;
    uint32_t code = p[0] & (0x7Fu >> n);
    for (int32_t i = 1; i < n; i++) code = code << 6 | (p[i] & 0x3Fu);
    return code;
}

uint32_t ql_utf8_decode_before(const char *bytes, int32_t n_bytes, int32_t at, int32_t *start) {
    int32_t least = at > 4 ? at - 4 : 0, next = at;
    for (int32_t from = at - 1; from >= least; from--) {
        if (ql_is_continuation(bytes[from]) && from > least) continue;
        uint32_t code = ql_utf8_decode(bytes, n_bytes, from, &next);
        if (next != at) break;
        *start = from;
        return code;
    }
    *start = at - 1;
    return QL_REPLACEMENT;
}

static bool block_is_ascii(const char *bytes, int32_t n) {
    unsigned char any = 0;
    for (int32_t i = 0; i < n; i++) any |= (unsigned char)bytes[i];
    return any < 0x80;
}

static bool is_ascii(const char *bytes, int32_t n_bytes) {
    int32_t at = 0;
    for (; at + 4 * BLOCK <= n_bytes; at += 4 * BLOCK)
        if (!block_is_ascii(bytes + at, 4 * BLOCK)) return false;
    return block_is_ascii(bytes + at, n_bytes - at);
}

/* Where code points start.  Blocks of ASCII are taken whole; `at` runs past a block's end by what its last
   sequence needs. */
static void index_text(ql_text *text, uint64_t *starts, int32_t *index) {
    int32_t at = 0, n_chars = 0, n_blocks = text->n_bytes / BLOCK + 1;
    for (int32_t i = 0; i < n_blocks; i++) {
        int32_t from = i * BLOCK, end = text->n_bytes - from < BLOCK ? text->n_bytes : from + BLOCK;
        uint64_t bits = 0;
        index[i] = n_chars;
        if (at == from && end == from + BLOCK && block_is_ascii(text->bytes + from, BLOCK)) {
            bits = ~(uint64_t)0;
            n_chars += BLOCK;
            at = end;
        }
        while (at < end) {
            bool good = true;
            bits |= (uint64_t)1 << (at - from);
            n_chars++;
            if (ql_is_ascii(text->bytes[at])) {
                at++;
                continue;
            }
            at += sequence_length((const unsigned char *)text->bytes + at, text->n_bytes - at, &good);
            text->n_malformed += !good;
        }
        starts[i] = bits;
    }
    text->n_chars = n_chars;
}

ql_status ql_text_open(ql_text *text, const char *bytes, size_t n_bytes, ql_arena *arena, ql_error *error) {
    if (n_bytes > QL_MAX_BYTES)
        return ql_fail(error, QL_TOO_LONG, QL_NONE, "a text of %zu bytes; the most is %d", n_bytes, QL_MAX_BYTES);
    *text = (ql_text){.bytes = bytes, .n_bytes = (int32_t)n_bytes, .n_chars = (int32_t)n_bytes};
    text->is_ascii = is_ascii(bytes, text->n_bytes);
    if (text->is_ascii) return QL_OK;
    size_t n_blocks = n_bytes / BLOCK + 1;
    uint64_t *starts = ql_arena_alloc(arena, n_blocks, sizeof *starts);
    int32_t *index = ql_arena_alloc(arena, n_blocks, sizeof *index);
    if (starts == NULL || index == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to index a text");
    index_text(text, starts, index);
    text->starts = starts;
    text->index = index;
    return QL_OK;
}

static int32_t count_bits(uint64_t bits) {
#if defined(__GNUC__)
    return __builtin_popcountll(bits);
#else
    int32_t n = 0;
    for (; bits != 0; bits &= bits - 1) n++;
    return n;
#endif
}

int32_t ql_text_char(const ql_text *text, int32_t byte) {
    if (byte <= 0) return 0;
    if (byte >= text->n_bytes) return text->n_chars;
    if (text->is_ascii) return byte;
    uint64_t below = ((uint64_t)1 << (byte % BLOCK)) - 1;
    return text->index[byte / BLOCK] + count_bits(text->starts[byte / BLOCK] & below);
}

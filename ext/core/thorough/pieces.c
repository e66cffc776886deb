#include "thorough/pieces.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/fold.h"
#include "base/utf8.h"

enum {
    N_SLOTS = 1 << 18, /* at least twice as many as words */
    LONGEST = 100,     /* characters of a word; a longer one is unknown */
    ROOM = 4 * LONGEST + 4,
    MARK_BYTES = 2 /* of the "##" before a piece that goes on with a word */
};

/* ------------------------------------------------------------------------------------------- vocabulary */

static uint32_t hash_of(const char *bytes, int32_t n, bool goes_on) {
    uint64_t hash = 0xCBF29CE484222325u + goes_on;
    for (int32_t i = 0; i < n; i++) hash = (hash ^ (uint8_t)bytes[i]) * 0x100000001B3u;
    return (uint32_t)(hash >> 32 ^ hash) % N_SLOTS;
}

/* The letters of a word of the vocabulary, without the mark of one that goes on. */
static const char *letters_of(const ql_encoder *encoder, int32_t word, int32_t *n, bool *goes_on) {
    const char *letters = encoder->word_letters + encoder->word_starts[word];
    *n = encoder->word_starts[word + 1] - encoder->word_starts[word];
    *goes_on = *n > MARK_BYTES && letters[0] == '#' && letters[1] == '#';
    if (!*goes_on) return letters;
    *n -= MARK_BYTES;
    return letters + MARK_BYTES;
}

uint32_t *ql_vocabulary_slots(const ql_encoder *encoder) {
    uint32_t *slots = calloc(N_SLOTS, sizeof *slots);
    for (int32_t word = 0; slots != NULL && word < encoder->n_words; word++) {
        bool goes_on;
        int32_t n;
        const char *letters = letters_of(encoder, word, &n, &goes_on);
        uint32_t at = hash_of(letters, n, goes_on);
        while (slots[at] != 0) at = (at + 1) % N_SLOTS;
        slots[at] = (uint32_t)word + 1;
    }
    return slots;
}

static int32_t find_word(const ql_encoder *encoder, const char *bytes, int32_t n_bytes, bool goes_on) {
    for (uint32_t at = hash_of(bytes, n_bytes, goes_on); encoder->slots[at] != 0; at = (at + 1) % N_SLOTS) {
        bool other_goes_on;
        int32_t n, word = (int32_t)encoder->slots[at] - 1;
        const char *letters = letters_of(encoder, word, &n, &other_goes_on);
        if (n == n_bytes && other_goes_on == goes_on && memcmp(letters, bytes, (size_t)n) == 0) return word;
    }
    return QL_NONE;
}

/* ------------------------------------------------------------------------------------------------ pieces */

/* A word on its way to pieces: letters up to the next blank or punctuation mark. */
typedef struct splitter {
    const ql_encoder *encoder;
    char letters[ROOM];
    int32_t n_bytes, n_letters;
    int32_t *out, n_out;
} splitter;

static bool is_full(const splitter *to) {
    return to->n_out >= QL_MOST_PIECES;
}

/* The longest piece at byte *at, which goes to its end; QL_NONE if there is none. */
static int32_t longest_piece(const splitter *from, int32_t *at) {
    int32_t most = *at + from->encoder->longest_word;
    for (int32_t end = from->n_bytes < most ? from->n_bytes : most; end > *at; end--) {
        if (end < from->n_bytes && ql_is_continuation(from->letters[end])) continue;
        int32_t word = find_word(from->encoder, from->letters + *at, end - *at, *at > 0);
        if (word == QL_NONE) continue;
        *at = end;
        return word;
    }
    return QL_NONE;
}

/* Piece after piece; the word is unknown if one is not there. */
static void flush(splitter *to) {
    int32_t found[LONGEST], n = 0, at = 0;
    bool is_known = to->n_letters <= LONGEST;
    while (is_known && at < to->n_bytes) {
        found[n] = longest_piece(to, &at);
        is_known = found[n++] != QL_NONE;
    }
    if (!is_known) found[0] = QL_PIECE_UNKNOWN, n = 1;
    for (int32_t i = 0; i < n && !is_full(to); i++) to->out[to->n_out++] = found[i];
    to->n_bytes = to->n_letters = 0;
}

static void add_letter(splitter *to, uint32_t code) {
    if (++to->n_letters <= LONGEST) to->n_bytes += ql_utf8_encode(code, to->letters + to->n_bytes);
}

static bool is_punctuation(uint32_t code) {
    if (code < 0x80) return code > ' ' && code < 0x7F && !ql_is_alnum(code);
    return ql_category(code) >> 8 == 'P';
}

/* Chinese characters are words by themselves (BERT's list, which leaves out kana and hangul). */
static bool is_ideograph(uint32_t code) {
    return (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0x3400 && code <= 0x4DBF) ||
           (code >= 0x20000 && code <= 0x2A6DF) || (code >= 0x2A700 && code <= 0x2B81F) ||
           (code >= 0x2B820 && code <= 0x2CEAF) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0x2F800 && code <= 0x2FA1F);
}

/* One character, cleaned. */
static void add(splitter *to, uint32_t code) {
    if (code == QL_REPLACEMENT || (code != '\t' && code != '\n' && code != '\r' && ql_category(code) >> 8 == 'C'))
        return;
    if (ql_is_space(code)) {
        flush(to);
        return;
    }
    int32_t bare[QL_MOST_BARE];
    int n = ql_bare_letters(code, bare);
    bool alone = is_ideograph(code);
    for (int i = 0; i < n; i++) {
        bool is_word = alone || is_punctuation((uint32_t)bare[i]);
        if (is_word && to->n_letters > 0) flush(to);
        add_letter(to, (uint32_t)bare[i]);
        if (is_word) flush(to);
    }
}

/* Quotation marks, dashes and dots in one form each. */
static uint32_t plain_form(uint32_t code) {
    switch (code) {
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x00AB:
    case 0x00BB: return '"';
    case 0x2018:
    case 0x2019: return '\'';
    case 0x2013:
    case 0x2014: return '-';
    default: return code;
    }
}

static bool is(const char *bytes, int32_t n_bytes, const char *other) {
    return (size_t)n_bytes == strlen(other) && memcmp(bytes, other, (size_t)n_bytes) == 0;
}

/* Marks of two or three characters that stand for one. */
static uint32_t plain_mark(const char *bytes, int32_t n_bytes) {
    if (is(bytes, n_bytes, "``") || is(bytes, n_bytes, "''")) return '"';
    return is(bytes, n_bytes, "--") || is(bytes, n_bytes, "---") ? '-' : 0;
}

int32_t ql_pieces_of(const ql_encoder *encoder, const char *bytes, int32_t n_bytes, int32_t out[QL_MOST_PIECES]) {
    splitter to;
    to.encoder = encoder;
    to.out = out;
    to.n_out = to.n_bytes = to.n_letters = 0;
    uint32_t mark = plain_mark(bytes, n_bytes);
    if (mark != 0) {
        add(&to, mark);
    } else {
        for (int32_t at = 0, next; at < n_bytes && !is_full(&to); at = next) {
            uint32_t code = plain_form(ql_utf8_decode(bytes, n_bytes, at, &next));
            for (int times = code == 0x2026 ? 3 : 1; times > 0; times--) add(&to, code == 0x2026 ? '.' : code);
        }
        if (to.n_letters > 0) flush(&to);
    }
    if (to.n_out == 0) out[to.n_out++] = QL_PIECE_UNKNOWN;
    return to.n_out;
}

/* ------------------------------------------------------------------------------------------------- shape */

/* What the letters of a word are. */
typedef struct letters {
    int32_t n, n_upper, n_lower;
    bool has_alnum, has_digit, has_letter, begins_upper, ends_lower;
} letters;

static letters letters_in(const char *bytes, int32_t n_bytes) {
    letters of = {.n = 0};
    int32_t n_rest_upper = 0, n_rest_lower = 0;
    for (int32_t at = 0, next; at < n_bytes; at = next, of.n++) {
        uint32_t code = ql_utf8_decode(bytes, n_bytes, at, &next);
        bool is_upper = ql_is_upper(code), is_lower = ql_is_lower(code);
        of.has_alnum |= ql_is_alnum(code);
        of.has_digit |= ql_is_digit(code);
        of.has_letter |= ql_is_letter(code);
        of.begins_upper |= of.n == 0 && is_upper;
        of.n_upper += is_upper;
        of.n_lower += is_lower;
        n_rest_upper += of.n > 0 && is_upper;
        n_rest_lower += of.n > 0 && is_lower;
    }
    of.ends_lower = n_rest_upper == 0 && n_rest_lower > 0;
    return of;
}

uint8_t ql_shape_of(const char *bytes, int32_t n_bytes, bool is_first) {
    letters of = letters_in(bytes, n_bytes);
    if (!of.has_alnum) return 1;
    if (of.has_digit) return of.has_letter ? 3 : 2;
    if (of.n_lower > 0 && of.n_upper == 0) return 4;
    if (of.n_upper > 0 && of.n_lower == 0) return of.n > 1 ? 7 : is_first ? 5 : 6;
    if (of.begins_upper && of.ends_lower) return is_first ? 8 : 9;
    return of.begins_upper ? 10 : 11;
}

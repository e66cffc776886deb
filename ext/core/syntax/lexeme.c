/* A word is folded once, and hashed whole and by its ends.  Typographic marks become plain ones, every digit a
   nought, so that the treebanks' spellings and those of the web meet. */
#include "syntax/lexeme.h"

#include "base/ascii.h"
#include "base/bytes.h"
#include "base/fold.h"
#include "base/utf8.h"

enum { LONGEST = 64 }; /* bytes of a folded word that count */

enum { CAPITAL = 1, ALL_CAPS = 2, DIGIT = 4, HYPHEN = 8, STOP = 16, NO_LETTER = 32, FIRST = 64, LOWER = 128 };

/* Its folded bytes, with room around them so that eight can be loaded from any place. */
typedef struct folded {
    char bytes[8 + LONGEST + 8];
    size_t n;
    unsigned shape;
} folded;

static const char *start_of(const folded *word) {
    return word->bytes + 8;
}

/* Marks that are written in several ways.  `n` bytes at `from`. */
static const char *plain_mark(const char *from, size_t n, size_t *n_plain) {
    static const struct {
        const char *written, *plain;
    } marks[] = {{"“", "\""},  {"”", "\""}, {"„", "\""}, {"«", "\""}, {"»", "\""},  {"``", "\""},
                 {"''", "\""}, {"—", "-"},  {"–", "-"},  {"--", "-"}, {"…", "..."}, {"....", "..."}};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (strlen(marks[i].written) == n && memcmp(marks[i].written, from, n) == 0) {
            *n_plain = strlen(marks[i].plain);
            return marks[i].plain;
        }
    return NULL;
}

/* Fold what is ASCII of a word, byte by byte, into `out`; its shape if it is nothing else, which *is_plain says. */
static unsigned fold_ascii(const char *bytes, size_t n, char *out, bool *is_plain) {
    unsigned n_upper = 0, n_lower = 0, shape = n > 0 && is_upper(bytes[0]) ? CAPITAL : 0;
    *is_plain = true;
    for (size_t i = 0; i < n; i++) {
        char c = bytes[i];
        n_upper += is_upper(c);
        n_lower += is_lower(c);
        shape |= (is_digit(c) ? DIGIT : 0) | (c == '-' ? HYPHEN : 0) | (c == '.' ? STOP : 0);
        *is_plain &= ql_is_ascii(c);
        out[i] = is_digit(c) ? '0' : lower(c);
    }
    if (n_upper >= 2 && n_lower == 0) shape |= ALL_CAPS;
    if (n_lower > 0) shape |= LOWER;
    if (n_upper + n_lower == 0) shape |= NO_LETTER;
    return shape;
}

static unsigned shape_of_any(const char *bytes, size_t n) {
    unsigned n_upper = 0, n_lower = 0, n_other = 0, shape = 0;
    for (int32_t at = 0, next; at < (int32_t)n; at = next) {
        uint32_t code = ql_utf8_decode(bytes, (int32_t)n, at, &next);
        bool upper = ql_is_upper(code), lower = !upper && ql_is_lower(code);
        if (at == 0 && upper) shape |= CAPITAL;
        n_upper += upper;
        n_lower += lower;
        n_other += !upper && !lower && ql_is_letter(code);
        if (ql_is_digit(code)) shape |= DIGIT;
        if (code == '-' || code == 0x2010 || code == 0x2011) shape |= HYPHEN;
        if (code == '.') shape |= STOP;
    }
    if (n_upper >= 2 && n_lower == 0) shape |= ALL_CAPS;
    if (n_lower > 0) shape |= LOWER;
    if (n_upper + n_lower + n_other == 0) shape |= NO_LETTER;
    return shape;
}

/* Fold a word that is not ASCII, which `out` has folded as far as it is. */
static void fold_any(const char *bytes, size_t n, folded *out) {
    char whole[LONGEST];
    size_t n_whole;
    out->shape = shape_of_any(bytes, n);
    if (!ql_fold(bytes, n, whole, LONGEST, &n_whole)) return;
    memcpy(out->bytes + 8, whole, n_whole);
    out->n = n_whole;
}

/* Fold `bytes` into `out`; of a longer word its first and last halves. */
static void fold(const char *bytes, size_t n, folded *out) {
    char *to = out->bytes + 8, whole[LONGEST];
    bool is_plain;
    memset(out->bytes, 0, 8);
    if (n > LONGEST) { /* no word: a URL, a rule of dashes */
        memcpy(whole, bytes, LONGEST / 2);
        memcpy(whole + LONGEST / 2, bytes + n - LONGEST / 2, LONGEST / 2);
        bytes = whole;
        n = LONGEST;
    }
    size_t n_plain;
    const char *plain = n <= 4 && n > 0 && !is_letter(bytes[0]) ? plain_mark(bytes, n, &n_plain) : NULL;
    if (plain != NULL) {
        memcpy(to, plain, n_plain);
        out->shape = NO_LETTER;
        out->n = n_plain;
    } else {
        out->shape = fold_ascii(bytes, n, to, &is_plain);
        out->n = n;
        if (!is_plain) fold_any(bytes, n, out);
    }
    memset(to + out->n, 0, 8);
}

static uint64_t hash_of(const folded *word) {
    uint64_t hash = word->n;
    for (size_t i = 0; i < word->n; i += 8) hash = (hash + ql_load8(start_of(word) + i)) * QL_MIX, hash ^= hash >> 32;
    return ql_scatter(hash);
}

uint64_t ql_lexeme_hash(const char *bytes, size_t n_bytes) {
    folded word;
    fold(bytes, n_bytes, &word); /* cppcheck-suppress ctuuninitvar ; fold fills it */
    return hash_of(&word);
}

static bool is_gerund(const folded *word) {
    const char *bytes = start_of(word);
    if (word->n < 4 || memcmp(bytes + word->n - 3, "ing", 3) != 0) return false;
    for (size_t i = 0; i < word->n - 3; i++)
        if (memchr("aeiouy", bytes[i], 6) != NULL) return true;
    return false;
}

static inline uint64_t spread(uint64_t x) {
    x *= QL_MIX;
    return (x ^ x >> 32) * UINT64_C(0xD6E8FEB86659FD93);
}

enum { SEED_END = 1, SEED_START = 5, SEED_SHAPE = 8, SEED_CLASS = 9, SEED_LOOKS = 10, SEED_EDGE = 11 };

void ql_lexeme_edge(ql_lexeme *out, bool at_end) {
    uint64_t value = ql_scatter(SEED_EDGE + (uint64_t)at_end * 64);
    *out = (ql_lexeme){.word = value, .class = value, .shape = value};
    for (int i = 0; i < QL_ENDS; i++) out->ends[i] = value;
    for (int i = 0; i < QL_STARTS; i++) out->starts[i] = value;
}

/* An empty word is one without letters. */
void ql_lexeme_read(const ql_model *model, const char *bytes, size_t n_bytes, bool is_first, ql_lexeme *out) {
    folded word;
    if (n_bytes == 0) bytes = "";
    fold(bytes, n_bytes, &word);
    uint64_t tail = ql_load8(start_of(&word) + word.n - 8), head = ql_load8(start_of(&word)), hash = hash_of(&word);
    for (int i = 0; i < QL_ENDS; i++) out->ends[i] = spread((tail >> (56 - 8 * i)) * 16 + SEED_END + (uint64_t)i);
    for (int i = 0; i < QL_STARTS; i++)
        out->starts[i] = spread((head & ((UINT64_C(256) << (8 * i)) - 1)) * 16 + SEED_START + (uint64_t)i);
    out->shape = ql_scatter((word.shape | (is_first ? FIRST : 0)) * 16 + SEED_SHAPE);
    uint64_t looks = ql_scatter(word.shape * 16 + SEED_LOOKS) ^ out->ends[2];
    ql_known_word known = ql_model_word(model, hash);
    out->word = known.class != 0 ? hash : ql_scatter(looks);
    out->class = known.class != 0 ? ql_scatter(known.class * UINT64_C(16) + SEED_CLASS) : ql_scatter(looks + 1);
    out->sole = known.sole;
    out->is_gerund = is_gerund(&word);
    out->is_comma = word.n == 1 && *start_of(&word) == ',';
    out->is_quote = word.n == 1 && *start_of(&word) == '"';
}

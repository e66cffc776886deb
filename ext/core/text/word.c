/* Word boundaries by UAX #29, in two speeds that share one state and give the same answer: a step takes one
   character of any kind, a block takes up to 64 bytes of ASCII as bit masks.

   Rules that look ahead (WB6, WB7b, WB12) are decided late: a boundary is put before the mark in "can't", and is
   taken back when the next letter comes.  So nothing is read twice, and neither the edge of a block nor a run
   of combining marks needs care. */
#include <string.h>

#include "document.h"
#include "base/props.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { BLOCK = 64, LEAST_RUN = sizeof(uint64_t) };

typedef struct state {
    ql_ints *out;
    uint8_t before, last;  /* classes of the last two characters, those that WB4 skips left out */
    uint8_t previous;      /* class of the character right before, whatever it is */
    uint8_t is_split_last; /* 1 where a boundary comes before `last` */
    bool is_odd_indicator; /* `last` can be the first half of a flag */
} state;

/* Sets of classes, as bits. */
#define SET(class) (1u << QL_WB_##class)
enum {
    LETTERS = SET(ALETTER) | SET(HEBREW_LETTER),
    MARKS = SET(MIDNUMLET) | SET(SINGLE_QUOTE), /* MidNumLetQ */
    MID_LETTERS = SET(MIDLETTER) | MARKS,
    MID_NUMBERS = SET(MIDNUM) | MARKS,
    WORDS = LETTERS | SET(NUMERIC) | SET(EXTENDNUMLET),
    NEWLINES = SET(CR) | SET(LF) | SET(NEWLINE),
    SKIPPED = SET(EXTEND) | SET(FORMAT) | SET(ZWJ)
};

static inline bool is_in(uint8_t class, unsigned set) {
    return (set >> class & 1u) != 0;
}

/* ------------------------------------------------------------------------------------ one character at a time */

/* The rules that count every character. */
static bool joins_previous(const state *s, uint8_t class, bool is_pictographic) {
    if (s->previous == QL_WB_CR && class == QL_WB_LF) return true;     /* WB3 */
    if (s->previous == QL_WB_ZWJ && is_pictographic) return true;      /* WB3c */
    return s->previous == QL_WB_WSEGSPACE && class == QL_WB_WSEGSPACE; /* WB3d */
}

/* Does `class` show that the mark before it was inside a word or number? */
static bool joins_over_mark(const state *s, uint8_t class) {
    if (is_in(s->before, LETTERS) && is_in(s->last, MID_LETTERS) && is_in(class, LETTERS)) return true; /* WB6, WB7 */
    if (s->before == QL_WB_HEBREW_LETTER && s->last == QL_WB_DOUBLE_QUOTE && class == QL_WB_HEBREW_LETTER)
        return true;                                                                            /* WB7b, WB7c */
    return s->before == QL_WB_NUMERIC && is_in(s->last, MID_NUMBERS) && class == QL_WB_NUMERIC; /* WB11, WB12 */
}

static bool joins_last(const state *s, uint8_t class) {
    if (is_in(s->last, WORDS) && is_in(class, WORDS)) return true; /* WB5, WB8-WB10, WB13a, WB13b */
    switch (class) {
    case QL_WB_SINGLE_QUOTE: return s->last == QL_WB_HEBREW_LETTER;                /* WB7a */
    case QL_WB_KATAKANA: return is_in(s->last, SET(KATAKANA) | SET(EXTENDNUMLET)); /* WB13, WB13b */
    case QL_WB_EXTENDNUMLET: return s->last == QL_WB_KATAKANA;                     /* WB13a */
    case QL_WB_REGIONAL_INDICATOR: return s->is_odd_indicator;                     /* WB15, WB16 */
    default: return false;                                                         /* WB3a, WB3b, WB999 */
    }
}

/* Take the character at `at` and return where the next one starts.  Needs room for one boundary. */
static int32_t take_step(state *s, const ql_text *text, int32_t at) {
    int32_t next;
    uint8_t property = ql_word_property(ql_utf8_decode(text->bytes, text->n_bytes, at, &next));
    uint8_t class = property & (QL_WB_PICTOGRAPHIC - 1);
    if (is_in(class, SKIPPED) && !is_in(s->previous, NEWLINES)) { /* WB4 */
        s->previous = class;
        return next;
    }
    bool joins = joins_previous(s, class, property != class) || joins_last(s, class);
    if (joins_over_mark(s, class)) {
        s->out->n -= s->is_split_last;
        joins = true;
    }
    if (!joins) s->out->items[s->out->n++] = at;
    s->is_odd_indicator = class == QL_WB_REGIONAL_INDICATOR && !s->is_odd_indicator;
    s->is_split_last = !joins;
    s->before = s->last;
    s->last = s->previous = class;
    return next;
}

/* ------------------------------------------------------------------------------------------- blocks of ASCII */

/* Bit i is about byte i; one above 7F is in not_ascii alone. */
typedef struct masks {
    uint64_t letter, digit, word; /* `word` has the underscore as well */
    uint64_t mid_letter, mid_number;
    uint64_t space, cr, lf;
    uint64_t not_ascii;
} masks;

/* Times this, eight bytes of 0 or 1 have their bits in the top byte, in the order of memory. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define GATHER 0x8040201008040201
#else
#define GATHER 0x0102040810204080
#endif

/* Sixteen bytes in one register of any machine, and answers about them: FF for yes, 00 for no.  Only the way from
   lanes to bits is worth an instruction of its own: it makes words 1.7 times as fast. */
typedef uint8_t lanes __attribute__((vector_size(16)));

static inline lanes is_byte(lanes bytes, uint8_t byte) {
    return (lanes)(bytes == byte);
}

static inline lanes is_between(lanes bytes, uint8_t first, uint8_t last) {
    return (lanes)(bytes - first <= (uint8_t)(last - first));
}

/* The top bit of each lane. */
static inline uint64_t to_bits(lanes bytes) {
#if defined(__SSE2__)
    return (uint64_t)(unsigned)_mm_movemask_epi8((__m128i)bytes);
#else
    uint64_t half[2];
    lanes ones = bytes >> 7;
    memcpy(half, &ones, sizeof half);
    return half[0] * GATHER >> 56 | half[1] * GATHER >> 56 << 8;
#endif
}

static masks classify(const char *bytes) {
    masks m = {0};
    for (int i = 0; i < BLOCK; i += 16) {
        lanes b;
        memcpy(&b, bytes + i, sizeof b);
        lanes letter = is_between(b | 0x20, 'a', 'z'), digit = is_between(b, '0', '9');
        lanes mark = is_byte(b, '.') | is_byte(b, '\'');
        m.letter |= to_bits(letter) << i;
        m.digit |= to_bits(digit) << i;
        m.word |= to_bits(letter | digit | is_byte(b, '_')) << i;
        m.mid_letter |= to_bits(mark | is_byte(b, ':')) << i;
        m.mid_number |= to_bits(mark | is_byte(b, ',') | is_byte(b, ';')) << i;
        m.space |= to_bits(is_byte(b, ' ')) << i;
        m.cr |= to_bits(is_byte(b, '\r')) << i;
        m.lf |= to_bits(is_byte(b, '\n')) << i;
        m.not_ascii |= to_bits(b) << i;
    }
    return m;
}

static int lowest_bit(uint64_t bits) {
    return __builtin_ctzll(bits);
}

/* Each bit moved to the next character; `last` says what comes in. */
static inline uint64_t after(uint64_t bits, bool last) {
    return bits << 1 | last;
}

/* Where there is no boundary before a byte, as far as the block tells; *taken_back says that there is none before
   `last` either. */
static uint64_t find_joins(const state *s, const masks *m, bool *taken_back) {
    uint64_t letter_before = after(m->letter, is_in(s->last, LETTERS));
    uint64_t digit_before = after(m->digit, s->last == QL_WB_NUMERIC);
    uint64_t mid = (m->mid_letter & letter_before & m->letter >> 1) | (m->mid_number & digit_before & m->digit >> 1);
    *taken_back = (is_in(s->before, LETTERS) && is_in(s->last, MID_LETTERS) && (m->letter & 1) != 0) ||
                  (s->before == QL_WB_NUMERIC && is_in(s->last, MID_NUMBERS) && (m->digit & 1) != 0);
    return (m->word & after(m->word, is_in(s->last, WORDS))) |       /* WB5, WB8-WB10, WB13a, WB13b */
           mid | after(mid, *taken_back) |                           /* WB6, WB7, WB11, WB12 */
           (m->lf & after(m->cr, s->last == QL_WB_CR)) |             /* WB3 */
           (m->space & after(m->space, s->last == QL_WB_WSEGSPACE)); /* WB3d */
}

static void push_bits(ql_ints *out, uint64_t bits, int32_t at) {
    int32_t *item = out->items + out->n;
    for (; bits != 0; bits &= bits - 1) *item++ = at + lowest_bit(bits);
    out->n = (size_t)(item - out->items);
}

/* Take the ASCII bytes at `at`, 64 at most and one at least, and return where they end.  Needs room for a boundary
   before each. */
static int32_t take_block(state *s, const ql_text *text, int32_t at) {
    char end[BLOCK];
    const char *bytes = text->bytes + at;
    if (text->n_bytes - at < BLOCK) {
        memset(end, 0xFF, BLOCK);
        bytes = memcpy(end, bytes, (size_t)(text->n_bytes - at));
    }
    masks m = classify(bytes);
    int n = m.not_ascii != 0 ? lowest_bit(m.not_ascii) : BLOCK;
    bool taken_back;
    uint64_t splits = ~find_joins(s, &m, &taken_back) & ~(uint64_t)0 >> (BLOCK - n);
    if (taken_back) s->out->n -= s->is_split_last;
    push_bits(s->out, splits, at);
    s->is_split_last = splits >> (n - 1) & 1;
    s->before = n > 1 ? ql_word_property((unsigned char)bytes[n - 2]) : s->last;
    s->last = s->previous = ql_word_property((unsigned char)bytes[n - 1]);
    s->is_odd_indicator = false;
    return at + n;
}

/* May a block follow?  Not where it would need rules for what is not ASCII: after Hebrew (WB7a) and Katakana
   (WB13a), after a combining mark (WB3d); nor for a few bytes, where steps are faster. */
static bool can_take_block(const state *s, const ql_text *text, int32_t at) {
    uint64_t doc;
    if (text->n_bytes - at < LEAST_RUN || s->previous != s->last) return false;
    if (is_in(s->last, SET(HEBREW_LETTER) | SET(KATAKANA))) return false;
    memcpy(&doc, text->bytes + at, sizeof doc);
    return (doc & 0x8080808080808080) == 0;
}

/* ------------------------------------------------------------------------------------------------ whole texts */

/* Before the text the rules see a line end: nothing joins it (WB1). */
static state state_new(ql_ints *out) {
    return (state){.out = out, .before = QL_WB_NEWLINE, .last = QL_WB_NEWLINE, .previous = QL_WB_NEWLINE};
}

static ql_status push_end(const ql_text *text, ql_ints *out) {
    return text->n_bytes == 0 || ql_ints_push(out, text->n_bytes) ? QL_OK : QL_NO_MEMORY; /* WB2 */
}

ql_status ql_words(const ql_text *text, ql_ints *out) {
    state s = state_new(out);
    for (int32_t at = 0; at < text->n_bytes;) {
        if (!ql_ints_reserve(out, BLOCK)) return QL_NO_MEMORY;
        at = can_take_block(&s, text, at) ? take_block(&s, text, at) : take_step(&s, text, at);
    }
    return push_end(text, out);
}

ql_status ql_words_plain(const ql_text *text, ql_ints *out) {
    state s = state_new(out);
    for (int32_t at = 0; at < text->n_bytes;) {
        if (!ql_ints_reserve(out, 1)) return QL_NO_MEMORY;
        at = take_step(&s, text, at);
    }
    return push_end(text, out);
}

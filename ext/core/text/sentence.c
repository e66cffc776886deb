/* Sentence boundaries by UAX #29, one character at a time, skipping ASCII that no rule asks about.

   SB8 looks ahead without limit for the small letter in "etc.) 3 men".  Here the boundary waits instead: nothing can
   end a sentence before the character that settles it, so one place to remember is enough and no text is read
   twice. */
#include "document.h"
#include "base/props.h"

/* How far the text before matches  SATerm Close* Sp*. */
enum ending { NO_END, AFTER_TERM, AFTER_CLOSE, AFTER_SPACE };

typedef struct state {
    ql_ints *out;
    int32_t waiting;      /* where SB8 may yet forbid a boundary, or QL_NONE */
    uint8_t previous;     /* class of the character before, those that SB5 skips left out */
    uint8_t ending;       /* enum ending */
    bool is_full_stop;    /* the ending began with ATerm, not STerm */
    bool is_after_letter; /* ... and that came after Upper or Lower (SB7) */
} state;

#define SET(class) (1u << QL_SB_##class)
enum {
    LINE_ENDS = SET(SEP) | SET(CR) | SET(LF), /* ParaSep */
    TERMS = SET(STERM) | SET(ATERM),          /* SATerm */
    SKIPPED = SET(EXTEND) | SET(FORMAT),
    SETTLING = SET(OLETTER) | SET(UPPER) | SET(LOWER) | LINE_ENDS | TERMS /* ends the search of SB8 */
};

static inline bool is_in(uint8_t class, unsigned set) {
    return (set >> class & 1u) != 0;
}

/* SB8: the boundary that waits comes unless the first letter is small. */
static void settle(state *s, uint8_t class) {
    if (s->waiting == QL_NONE || !is_in(class, SETTLING)) return;
    if (class != QL_SB_LOWER) s->out->items[s->out->n++] = s->waiting;
    s->waiting = QL_NONE;
}

/* Does `class` stay with the ending before it? */
static bool joins_ending(const state *s, uint8_t class) {
    if (s->is_full_stop && s->ending == AFTER_TERM) {
        if (class == QL_SB_NUMERIC) return true;                     /* SB6 */
        if (class == QL_SB_UPPER && s->is_after_letter) return true; /* SB7 */
    }
    if (class == QL_SB_LOWER && s->is_full_stop) return true;  /* SB8, nothing between */
    if (is_in(class, SET(SCONTINUE) | TERMS)) return true;     /* SB8a */
    if (class == QL_SB_CLOSE) return s->ending != AFTER_SPACE; /* SB9 */
    return is_in(class, SET(SP) | LINE_ENDS);                  /* SB9, SB10 */
}

static uint8_t next_ending(const state *s, uint8_t class) {
    if (is_in(class, TERMS)) return AFTER_TERM;
    if (s->ending == NO_END) return NO_END;
    if (class == QL_SB_CLOSE && s->ending != AFTER_SPACE) return AFTER_CLOSE;
    return class == QL_SB_SP ? AFTER_SPACE : NO_END;
}

/* Put a boundary at `at`, before a character of `class`, or let it wait for SB8, or put none. */
static void decide(state *s, int32_t at, uint8_t class) {
    bool is_new_line = is_in(s->previous, LINE_ENDS);
    if (s->previous == QL_SB_CR && class == QL_SB_LF) return;                    /* SB3 */
    if (!is_new_line && (s->ending == NO_END || joins_ending(s, class))) return; /* SB998 */
    if (!is_new_line && s->is_full_stop && !is_in(class, SETTLING))
        s->waiting = at; /* SB8 */
    else
        s->out->items[s->out->n++] = at; /* SB4, SB11 */
}

/* Take the character at `at` and return where the next one starts.  Needs room for two boundaries. */
static int32_t take_step(state *s, const ql_text *text, int32_t at) {
    int32_t next;
    uint8_t class = ql_sentence_property(ql_utf8_decode(text->bytes, text->n_bytes, at, &next));
    if (is_in(class, SKIPPED) && !is_in(s->previous, LINE_ENDS)) return next; /* SB5 */
    settle(s, class);
    decide(s, at, class);
    s->ending = next_ending(s, class);
    if (s->ending == AFTER_TERM) {
        s->is_full_stop = class == QL_SB_ATERM;
        s->is_after_letter = is_in(s->previous, SET(UPPER) | SET(LOWER));
    }
    s->previous = class;
    return next;
}

/* Where a sentence can begin to end: a term, a line end, or anything not ASCII. */
static int32_t skip_plain(const char *bytes, int32_t n_bytes, int32_t at) {
    while (at < n_bytes && ql_is_ascii(bytes[at]) && bytes[at] != '.' && bytes[at] != '!' && bytes[at] != '?' &&
           bytes[at] != '\n' && bytes[at] != '\r')
        at++;
    return at;
}

static int32_t skip(state *s, const ql_text *text, int32_t at) {
    if (s->ending != NO_END || s->waiting != QL_NONE || is_in(s->previous, LINE_ENDS)) return at;
    int32_t to = skip_plain(text->bytes, text->n_bytes, at);
    if (to > at) s->previous = ql_sentence_property((unsigned char)text->bytes[to - 1]);
    return to;
}

ql_status ql_sentences_uax(const ql_text *text, ql_ints *out) {
    state s = {.out = out, .waiting = QL_NONE, .previous = QL_SB_SEP}; /* SB1: as after a line end */
    for (int32_t at = skip(&s, text, 0); at < text->n_bytes; at = skip(&s, text, at)) {
        if (!ql_ints_reserve(out, 2)) return QL_NO_MEMORY;
        at = take_step(&s, text, at);
    }
    if (text->n_bytes == 0) return QL_OK;
    if (!ql_ints_reserve(out, 2)) return QL_NO_MEMORY;
    if (s.waiting != QL_NONE) out->items[out->n++] = s.waiting;
    out->items[out->n++] = text->n_bytes; /* SB2 */
    return QL_OK;
}

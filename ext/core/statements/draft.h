/* Statements in the making: what cues report and what marked strings are, before they are ordered and counted. */
#ifndef QL_DRAFT_H
#define QL_DRAFT_H

#include "statements/statements.h"

enum { QL_MOST_BACK = 32 /* statements of a sentence to look back over */ };

typedef struct ql_draft {
    int32_t cue, source;
    int32_t verb; /* the cue of a draft without a hit: a token, or QL_NONE */
    int32_t sentence, parent, continues;
    int32_t first_span, last_span; /* the ends of a chain, in the order that spans were found */
    int32_t start, end;
    uint8_t source_origin; /* ql_resolution */
    uint8_t rule;
    uint8_t act;       /* ql_act, by the reader; none where it was not asked */
    float chance;      /* that it is a statement, by the reader; 0 where it was not asked */
    float source_odds; /* the mean logit of its source's tokens, by the reader; 0 where it was not asked */
    bool scare, closed;
    bool quoted; /* has marked strings */
} ql_draft;

/* A span of a draft's content, in bytes. */
typedef struct ql_draft_span {
    int32_t start, end;
    int32_t next; /* of the same draft, or QL_NONE */
} ql_draft_span;

VEC_DEFINE(ql_draft_list, ql_draft)
VEC_DEFINE(ql_draft_spans, ql_draft_span)

/* The drafts of one document. */
typedef struct ql_drafts {
    ql_document *doc;
    ql_draft_list list;
    ql_draft_spans spans;
    ql_ints owner;       /* draft of each mark pair, or QL_NONE */
    int32_t n_from_cues; /* drafts that cues made: the first ones, ordered by sentence */
    bool out_of_memory;
} ql_drafts;

/* A statement with nothing in it yet; QL_NONE without memory. */
int32_t ql_add_draft(ql_drafts *d, int32_t sentence, int32_t cue, int32_t source, ql_rule rule);

/* Add a span of bytes to a statement. */
void ql_add_span(ql_drafts *d, int32_t draft, int32_t start, int32_t end);

/* Add a span that goes on after a statement's own: those that it is part of go on with it. */
void ql_carry_on(ql_drafts *d, int32_t draft, int32_t start, int32_t end);

/* The content of tokens [first, end) without loose punctuation at its edges; what opens inside a pair of marks
   takes in the pair.  False if nothing is left. */
bool ql_content_of(const ql_drafts *d, int32_t first, int32_t end, ql_span *out);

/* Statements of all cues, sentence by sentence. */
void ql_report_cues(ql_drafts *d);

/* What marked strings are that no cue took: carried on from the statement before, alone, or nobody's words. */
void ql_place_marks(ql_drafts *d);

/* Drafts of all statements that the rules find; false without memory.  Free them in either case. */
bool ql_draft_statements(ql_drafts *d);
void ql_drafts_free(ql_drafts *d);

/* Drafts → quotes, spans, pieces, in the order of the text.  False without memory. */
bool ql_write_quotes(ql_drafts *d);

/* --------------------------------------------------------------------------------------------- looking */

static inline int32_t ql_token_start(const ql_drafts *d, int32_t i) {
    return d->doc->tokens.items[i].start;
}

static inline int32_t ql_token_end(const ql_drafts *d, int32_t i) {
    return d->doc->tokens.items[i].end;
}

/* The tokens that begin in a span. */
static inline ql_token_range ql_tokens_of_span(const ql_drafts *d, int32_t span) {
    const ql_draft_span *of = &d->spans.items[span];
    return (ql_token_range){ql_token_at(d->doc, of->start), ql_token_at(d->doc, of->end)};
}

/* Is draft `inner`, or one that it is in, `outer`?  `inner` may be QL_NONE. */
static inline bool ql_stands_in(const ql_drafts *d, int32_t inner, int32_t outer) {
    for (int depth = 0; inner != outer && inner != QL_NONE && depth < QL_MAX_DEPTH; depth++)
        inner = d->list.items[inner].parent;
    return inner == outer;
}

static inline bool ql_is_comma(const ql_drafts *d, int32_t i) {
    return ql_is_char(d->doc, i, ',');
}

static inline bool ql_is_mark(const ql_drafts *d, int32_t i) {
    return ql_kind(d->doc, i) == QL_TOKEN_MARK;
}

static inline bool ql_is_marked(const ql_drafts *d, int32_t i) {
    return ql_flag(d->doc, i, QL_TOKEN_MARKED);
}

/* The first pair that starts at or after `byte`; pairs are ordered by start. */
static inline int32_t ql_pair_from(const ql_drafts *d, int32_t byte) {
    const ql_marks *marks = &d->doc->marks;
    return vec_lower_bound(marks->items, marks->n, sizeof *marks->items, offsetof(ql_mark_pair, start), byte);
}

/* The top-level pair that covers `byte`, or QL_NONE. */
static inline int32_t ql_pair_around(const ql_drafts *d, int32_t byte) {
    const ql_marks *marks = &d->doc->marks;
    for (int32_t i = ql_pair_from(d, byte + 1) - 1; i >= 0; i = marks->items[i].parent)
        if (marks->items[i].parent == QL_NONE) return marks->items[i].end > byte ? i : QL_NONE;
    return QL_NONE;
}

/* Where a quotation that is carried over paragraphs began. */
static inline int32_t ql_first_of_chain(const ql_drafts *d, int32_t pair) {
    const ql_marks *marks = &d->doc->marks;
    while (marks->items[pair].continues != QL_NONE) pair = marks->items[pair].continues;
    return pair;
}

/* A full stop, a question or exclamation mark outside marks. */
static inline bool ql_is_final_stop(const ql_drafts *d, int32_t i) {
    return ql_is_char(d->doc, i, '.') || ql_is_char(d->doc, i, '?') || ql_is_char(d->doc, i, '!');
}

static inline bool ql_is_speech(const ql_mark_pair *pair) {
    return pair->form == QL_FORM_SPEECH || pair->form == QL_FORM_FRAGMENT;
}

#endif

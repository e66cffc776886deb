/* Drafts of statements: adding to them, and writing them out as quotes. */
#include "statements/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

void ql_add_span(ql_drafts *d, int32_t draft, int32_t start, int32_t end) {
    int32_t index = (int32_t)d->spans.n;
    ql_draft *to = &d->list.items[draft];
    if (!ql_draft_spans_push(&d->spans, (ql_draft_span){start, end, QL_NONE})) {
        d->out_of_memory = true;
        return;
    }
    if (to->last_span == QL_NONE)
        to->first_span = index;
    else
        d->spans.items[to->last_span].next = index;
    to->last_span = index;
    if (start < to->start) to->start = start;
    if (end > to->end) to->end = end;
}

void ql_carry_on(ql_drafts *d, int32_t draft, int32_t start, int32_t end) {
    for (; draft != QL_NONE; draft = d->list.items[draft].parent) ql_add_span(d, draft, start, end);
}

int32_t ql_add_draft(ql_drafts *d, int32_t sentence, int32_t cue, int32_t source, ql_rule rule) {
    ql_draft made = {.cue = cue,
                     .source = source,
                     .verb = QL_NONE,
                     .sentence = sentence,
                     .parent = QL_NONE,
                     .continues = QL_NONE,
                     .first_span = QL_NONE,
                     .last_span = QL_NONE,
                     .start = INT32_MAX,
                     .closed = true,
                     .rule = (uint8_t)rule};
    made.source_origin = source != QL_NONE ? QL_RESOLVED_SAME_SENTENCE : QL_RESOLVED_NONE;
    if (!ql_draft_list_push(&d->list, made)) {
        d->out_of_memory = true;
        return QL_NONE;
    }
    return (int32_t)d->list.n - 1;
}

/* ----------------------------------------------------------------------------------------------- output */

static int32_t count_letters(const ql_text *text, int32_t start, int32_t end) {
    int32_t n = 0;
    for (int32_t i = start; i < end; i++) {
        char c = text->bytes[i];
        n += (unsigned char)c >= 0x80 || is_letter(c) || is_digit(c);
    }
    return n;
}

static int by_start(const void *a, const void *b) {
    const ql_span *x = a, *y = b;
    return x->start != y->start ? (x->start < y->start ? -1 : 1) : (x->end > y->end) - (x->end < y->end);
}

/* The draft's spans in order, those that touch or overlap over white space joined. */
static bool push_spans(ql_drafts *d, const ql_draft *draft, ql_quote *quote) {
    ql_spans *spans = &d->doc->spans;
    size_t first = spans->n;
    for (int32_t i = draft->first_span; i != QL_NONE; i = d->spans.items[i].next)
        if (!ql_spans_push(spans, (ql_span){d->spans.items[i].start, d->spans.items[i].end})) return false;
    qsort(spans->items + first, spans->n - first, sizeof *spans->items, by_start);
    size_t kept = first;
    for (size_t i = first + 1; i < spans->n; i++) {
        if (spans->items[i].start <= spans->items[kept].end + 1 ||
            count_letters(d->doc->text, spans->items[kept].end, spans->items[i].start) == 0) {
            if (spans->items[i].end > spans->items[kept].end) spans->items[kept].end = spans->items[i].end;
        } else {
            spans->items[++kept] = spans->items[i];
        }
    }
    spans->n = kept + 1;
    quote->first_span = (int32_t)first;
    quote->n_spans = (int32_t)(spans->n - first);
    quote->start = spans->items[first].start;
    quote->end = spans->items[kept].end;
    return true;
}

static bool push_piece(ql_drafts *d, const ql_mark_pair *pair, int32_t index, ql_quote *quote) {
    ql_piece piece = {.start = pair->start,
                      .end = pair->end,
                      .open_bytes = pair->content_start - pair->start,
                      .close_bytes = pair->closed ? pair->end - pair->content_end : 0,
                      .pair = index};
    quote->n_pieces++;
    if (!pair->closed) quote->closed = false;
    return ql_pieces_push(&d->doc->pieces, piece);
}

static uint8_t kind_of(const ql_drafts *d, const ql_draft *draft, const ql_quote *quote) {
    const ql_document *doc = d->doc;
    int32_t all = 0, marked = 0;
    if (draft->scare) return QL_QUOTE_SCARE;
    for (int32_t i = 0; i < quote->n_spans; i++) {
        const ql_span *span = &doc->spans.items[quote->first_span + i];
        all += count_letters(d->doc->text, span->start, span->end);
    }
    for (int32_t i = 0; i < quote->n_pieces; i++) {
        const ql_piece *piece = &doc->pieces.items[quote->first_piece + i];
        marked += count_letters(d->doc->text, piece->start, piece->end);
    }
    return quote->n_pieces == 0 ? QL_QUOTE_INDIRECT : marked >= all ? QL_QUOTE_DIRECT : QL_QUOTE_MIXED;
}

static void describe(const ql_drafts *d, const ql_draft *draft, ql_quote *quote) {
    const ql_document *doc = d->doc;
    const ql_cue_hit *hit = draft->cue != QL_NONE ? &doc->cues.items[draft->cue] : NULL;
    const ql_cue *word = hit != NULL && hit->kind <= QL_CUE_NOUN ? ql_cue_of(d->doc, hit->first_token) : NULL;
    quote->cue_entry = QL_NONE;
    quote->act = draft->scare ? QL_ACT_NONE : QL_ACT_SPEECH;
    if (hit != NULL) {
        quote->cue = (ql_span){ql_token_start(d, hit->first_token), ql_token_end(d, hit->end_token - 1)};
        quote->hedged = hit->hedged;
        quote->negated = hit->negated;
    }
    if (draft->act != QL_ACT_NONE && !draft->scare) quote->act = draft->act;
    if (draft->verb != QL_NONE) {
        word = ql_cue_of(d->doc, draft->verb);
        quote->cue = (ql_span){ql_token_start(d, draft->verb), ql_token_end(d, draft->verb)};
        if (word != NULL) quote->cue_entry = doc->tokens.items[draft->verb].word;
        if (word != NULL) quote->act = word->act;
    }
    if (word != NULL && hit != NULL) {
        quote->cue_entry = doc->tokens.items[hit->first_token].word;
        quote->act = word->act;
    }
}

/* Does the pair belong to the statement, or to one inside it that a cue made?  A term inside it does not. */
static bool holds(const ql_drafts *d, int32_t draft, int32_t pair) {
    int32_t owner = d->owner.items[pair];
    if (owner != QL_NONE && owner != draft && d->list.items[owner].scare) return false;
    return d->doc->marks.items[pair].parent != QL_NONE ? owner == draft : ql_stands_in(d, owner, draft);
}

static bool push_quote(ql_drafts *d, int32_t index) {
    const ql_draft *draft = &d->list.items[index];
    ql_quote quote = {.sentence = draft->sentence,
                      .parent = draft->parent,
                      .continues = draft->continues,
                      .source = draft->source,
                      .source_origin = draft->source_origin,
                      .closed = true,
                      .rule = draft->rule,
                      .read = draft->chance,
                      .source_odds = draft->source_odds,
                      .first_piece = (int32_t)d->doc->pieces.n};
    if (!push_spans(d, draft, &quote)) return false;
    const ql_marks *marks = &d->doc->marks;
    for (size_t i = (size_t)ql_pair_from(d, quote.start); i < marks->n && marks->items[i].start < quote.end; i++)
        if (holds(d, index, (int32_t)i) && !push_piece(d, &marks->items[i], (int32_t)i, &quote)) return false;
    quote.kind = kind_of(d, draft, &quote);
    quote.fragment =
        quote.n_pieces > 0 && marks->items[d->doc->pieces.items[quote.first_piece].pair].form == QL_FORM_FRAGMENT;
    describe(d, draft, &quote);
    return ql_quotes_push(&d->doc->quotes, quote);
}

typedef struct order {
    int32_t start, draft;
} order;

static int by_order(const void *a, const void *b) {
    const order *x = a, *y = b;
    return x->start != y->start ? (x->start < y->start ? -1 : 1) : (x->draft > y->draft) - (x->draft < y->draft);
}

/* Ids that refer to drafts become ids of statements. */
bool ql_write_quotes(ql_drafts *d) {
    size_t n = d->list.n;
    order *orders = malloc((n + 1) * sizeof *orders);
    int32_t *place_of = malloc((n + 1) * sizeof *place_of);
    bool fine = orders != NULL && place_of != NULL;
    for (size_t i = 0; fine && i < n; i++) orders[i] = (order){d->list.items[i].start, (int32_t)i};
    if (fine) qsort(orders, n, sizeof *orders, by_order);
    for (size_t i = 0; fine && i < n; i++) place_of[orders[i].draft] = (int32_t)i;
    for (size_t i = 0; fine && i < n; i++) fine = push_quote(d, orders[i].draft);
    ql_quotes *quotes = &d->doc->quotes;
    for (size_t i = 0; fine && i < quotes->n; i++) {
        ql_quote *quote = &quotes->items[i];
        if (quote->parent != QL_NONE) quote->parent = place_of[quote->parent];
        if (quote->continues != QL_NONE) quote->continues = place_of[quote->continues];
    }
    free(orders);
    free(place_of);
    return fine;
}

/* Drafts of statements: adding to them, and writing them out as quotes. */
#include "statements/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

void ql_add_span(ql_writer *w, int32_t of, int32_t start, int32_t end) {
    int32_t index = (int32_t)w->bits.n;
    ql_draft *to = &w->drafts.items[of];
    if (!ql_bits_push(&w->bits, (ql_bit){start, end, QL_NONE})) {
        w->out_of_memory = true;
        return;
    }
    if (to->last_bit == QL_NONE)
        to->first_bit = index;
    else
        w->bits.items[to->last_bit].next = index;
    to->last_bit = index;
    if (start < to->start) to->start = start;
    if (end > to->end) to->end = end;
}

void ql_carry_on(ql_writer *w, int32_t of, int32_t start, int32_t end) {
    for (; of != QL_NONE; of = w->drafts.items[of].parent) ql_add_span(w, of, start, end);
}

int32_t ql_add_draft(ql_writer *w, int32_t sentence, int32_t cue, int32_t source, const char *rule) {
    ql_draft made = {.cue = cue,
                     .source = source,
                     .verb = QL_NONE,
                     .sentence = sentence,
                     .parent = QL_NONE,
                     .continues = QL_NONE,
                     .first_bit = QL_NONE,
                     .last_bit = QL_NONE,
                     .start = INT32_MAX,
                     .closed = true,
                     .rule = rule};
    made.source_origin = source != QL_NONE ? QL_RESOLVED_SAME_SENTENCE : QL_RESOLVED_NONE;
    if (!ql_drafts_push(&w->drafts, made)) {
        w->out_of_memory = true;
        return QL_NONE;
    }
    return (int32_t)w->drafts.n - 1;
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
static bool push_spans(ql_writer *w, const ql_draft *of, ql_quote *quote) {
    ql_spans *spans = &w->doc->spans;
    size_t first = spans->n;
    for (int32_t i = of->first_bit; i != QL_NONE; i = w->bits.items[i].next)
        if (!ql_spans_push(spans, (ql_span){w->bits.items[i].start, w->bits.items[i].end})) return false;
    qsort(spans->items + first, spans->n - first, sizeof *spans->items, by_start);
    size_t kept = first;
    for (size_t i = first + 1; i < spans->n; i++) {
        if (spans->items[i].start <= spans->items[kept].end + 1 ||
            count_letters(w->doc->text, spans->items[kept].end, spans->items[i].start) == 0) {
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

static bool push_piece(ql_writer *w, const ql_mark_pair *pair, int32_t index, ql_quote *quote) {
    ql_piece piece = {.start = pair->start,
                      .end = pair->end,
                      .open_bytes = pair->content_start - pair->start,
                      .close_bytes = pair->closed ? pair->end - pair->content_end : 0,
                      .pair = index};
    quote->n_pieces++;
    if (!pair->closed) quote->closed = false;
    return ql_pieces_push(&w->doc->pieces, piece);
}

static uint8_t kind_of(const ql_writer *w, const ql_draft *of, const ql_quote *quote) {
    const ql_document *doc = w->doc;
    int32_t all = 0, marked = 0;
    if (of->scare) return QL_QUOTE_SCARE;
    for (int32_t i = 0; i < quote->n_spans; i++) {
        const ql_span *span = &doc->spans.items[quote->first_span + i];
        all += count_letters(w->doc->text, span->start, span->end);
    }
    for (int32_t i = 0; i < quote->n_pieces; i++) {
        const ql_piece *piece = &doc->pieces.items[quote->first_piece + i];
        marked += count_letters(w->doc->text, piece->start, piece->end);
    }
    return quote->n_pieces == 0 ? QL_QUOTE_INDIRECT : marked >= all ? QL_QUOTE_DIRECT : QL_QUOTE_MIXED;
}

static void describe(const ql_writer *w, const ql_draft *of, ql_quote *quote) {
    const ql_document *doc = w->doc;
    const ql_cue_hit *hit = of->cue != QL_NONE ? &doc->cues.items[of->cue] : NULL;
    const ql_cue *word = hit != NULL && hit->kind <= QL_CUE_NOUN ? ql_cue_of(w->doc, hit->first_token) : NULL;
    quote->cue_entry = QL_NONE;
    quote->act = of->scare ? QL_ACT_NONE : QL_ACT_SPEECH;
    if (hit != NULL) {
        quote->cue = (ql_span){ql_token_start(w, hit->first_token), ql_token_end(w, hit->end_token - 1)};
        quote->hedged = hit->hedged;
        quote->negated = hit->negated;
    }
    if (of->verb != QL_NONE) {
        word = ql_cue_of(w->doc, of->verb);
        quote->cue = (ql_span){ql_token_start(w, of->verb), ql_token_end(w, of->verb)};
        if (word != NULL) quote->act = word->act;
    }
    if (word != NULL && hit != NULL) {
        quote->cue_entry = doc->tokens.items[hit->first_token].word;
        quote->act = word->act;
    }
}

/* Does the pair belong to the statement, or to one inside it that a cue made? */
static bool holds(const ql_writer *w, int32_t of, int32_t pair) {
    int32_t owner = w->owner.items[pair];
    if (w->doc->marks.items[pair].parent != QL_NONE) return owner == of;
    for (int depth = 0; owner != of && owner != QL_NONE && depth < QL_MAX_DEPTH; depth++)
        owner = w->drafts.items[owner].parent;
    return owner == of;
}

static bool push_quote(ql_writer *w, int32_t of_draft) {
    const ql_draft *of = &w->drafts.items[of_draft];
    ql_quote quote = {.sentence = of->sentence,
                      .parent = of->parent,
                      .continues = of->continues,
                      .source = of->source,
                      .source_origin = of->source_origin,
                      .closed = true,
                      .rule = of->rule,
                      .first_piece = (int32_t)w->doc->pieces.n};
    if (!push_spans(w, of, &quote)) return false;
    const ql_marks *marks = &w->doc->marks;
    for (size_t i = (size_t)ql_pair_from(w, quote.start); i < marks->n && marks->items[i].start < quote.end; i++)
        if (holds(w, of_draft, (int32_t)i) && !push_piece(w, &marks->items[i], (int32_t)i, &quote)) return false;
    quote.kind = kind_of(w, of, &quote);
    quote.fragment =
        quote.n_pieces > 0 && marks->items[w->doc->pieces.items[quote.first_piece].pair].form == QL_FORM_FRAGMENT;
    describe(w, of, &quote);
    return ql_quotes_push(&w->doc->quotes, quote);
}

typedef struct order {
    int32_t start, draft;
} order;

static int by_order(const void *a, const void *b) {
    const order *x = a, *y = b;
    return x->start != y->start ? (x->start < y->start ? -1 : 1) : (x->draft > y->draft) - (x->draft < y->draft);
}

/* Ids that refer to drafts become ids of statements. */
bool ql_write_quotes(ql_writer *w) {
    size_t n = w->drafts.n;
    order *orders = malloc((n + 1) * sizeof *orders);
    int32_t *place_of = malloc((n + 1) * sizeof *place_of);
    bool fine = orders != NULL && place_of != NULL;
    for (size_t i = 0; fine && i < n; i++) orders[i] = (order){w->drafts.items[i].start, (int32_t)i};
    if (fine) qsort(orders, n, sizeof *orders, by_order);
    for (size_t i = 0; fine && i < n; i++) place_of[orders[i].draft] = (int32_t)i;
    for (size_t i = 0; fine && i < n; i++) fine = push_quote(w, orders[i].draft);
    ql_quotes *quotes = &w->doc->quotes;
    for (size_t i = 0; fine && i < quotes->n; i++) {
        ql_quote *quote = &quotes->items[i];
        if (quote->parent != QL_NONE) quote->parent = place_of[quote->parent];
        if (quote->continues != QL_NONE) quote->continues = place_of[quote->continues];
    }
    free(orders);
    free(place_of);
    return fine;
}

/* What was not taken, and why: reporting words that gave no statement.  Runs only where somebody asks. */
#include "statements/statements.h"

/* Of each token: the statement whose cue it is, and the shortest whose content it is in; QL_NONE for none. */
typedef struct places {
    int32_t *cue_of, *content_of;
} places;

static void note_content(const ql_document *doc, places *to, int32_t quote) {
    const ql_quote *statement = &doc->quotes.items[quote];
    for (int32_t s = 0; s < statement->n_spans; s++) {
        const ql_span *span = &doc->spans.items[statement->first_span + s];
        for (int32_t i = ql_token_at(doc, span->start); i < ql_n_tokens(doc); i++) {
            if (doc->tokens.items[i].start >= span->end) break;
            int32_t other = to->content_of[i];
            const ql_quote *held = other == QL_NONE ? NULL : &doc->quotes.items[other];
            if (held == NULL || statement->end - statement->start < held->end - held->start)
                to->content_of[i] = quote;
        }
    }
}

static void note_statements(const ql_document *doc, places *to) {
    const ql_quotes *quotes = &doc->quotes;
    for (size_t i = 0; i < quotes->n; i++) {
        const ql_quote *quote = &quotes->items[i];
        if (quote->kind == QL_QUOTE_SCARE) continue;
        note_content(doc, to, (int32_t)i);
        for (int32_t t = ql_token_at(doc, quote->cue.start);
             quote->cue.end > quote->cue.start && t < ql_n_tokens(doc); t++) {
            if (doc->tokens.items[t].start >= quote->cue.end) break;
            to->cue_of[t] = (int32_t)i;
        }
    }
}

/* A cue that cue.c found. */
static uint8_t reason_of_hit(const ql_cue_hit *hit, const places *at) {
    if (!ql_can_report(hit)) return QL_REJECTED_NO_SOURCE;
    return at->content_of[hit->first_token] != QL_NONE ? QL_REJECTED_OVERLAPPED : QL_REJECTED_NO_REPORT;
}

static uint8_t reason_of_word(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    const ql_cue *cue = ql_cue_of(doc, i);
    if (ql_flag(doc, i, QL_TOKEN_MARKED)) return QL_REJECTED_MARKED;
    if (cue->is_noun) return QL_REJECTED_NO_REPORT;
    if (tag != QL_TAG_VERB && tag != QL_TAG_AUX) return QL_REJECTED_NO_VERB;
    bool is_infinitive = i > 0 && !ql_flag(doc, i, QL_TOKEN_FIRST) && ql_has(doc, i - 1, QL_WORD_INFINITIVE_MARKER);
    return is_infinitive ? QL_REJECTED_INFINITIVE : QL_REJECTED_NO_SOURCE;
}

static bool reject(ql_document *doc, int32_t first, int32_t end, uint8_t reason, const places *at) {
    const ql_token *tokens = doc->tokens.items;
    ql_rejection rejected = {.start = tokens[first].start,
                             .end = tokens[end - 1].end,
                             .sentence = tokens[first].sentence,
                             .entry = ql_cue_of(doc, first) != NULL ? tokens[first].word : QL_NONE,
                             .quote = reason == QL_REJECTED_OVERLAPPED ? at->content_of[first] : QL_NONE,
                             .reason = reason};
    return ql_rejections_push(&doc->rejections, rejected);
}

static bool read_tokens(ql_document *doc, const places *at) {
    const ql_cue_hits *hits = &doc->cues;
    size_t next = 0;
    for (int32_t i = 0; i < ql_n_tokens(doc); i++) {
        while (next < hits->n && hits->items[next].first_token < i) next++;
        const ql_cue_hit *hit = next < hits->n && hits->items[next].first_token == i ? &hits->items[next] : NULL;
        if (at->cue_of[i] != QL_NONE || (hit == NULL && ql_cue_of(doc, i) == NULL)) continue;
        uint8_t reason = ql_flag(doc, i, QL_TOKEN_REFUSED) ? QL_REJECTED_REFUSED
                         : hit != NULL                     ? reason_of_hit(hit, at)
                                                           : reason_of_word(doc, i);
        if (!reject(doc, i, hit != NULL ? hit->end_token : i + 1, reason, at)) return false;
    }
    return true;
}

ql_status ql_stage_explain(ql_document *doc) {
    size_t n = doc->tokens.n;
    places at = {.cue_of = malloc((n + 1) * sizeof *at.cue_of),
                 .content_of = malloc((n + 1) * sizeof *at.content_of)};
    bool fine = at.cue_of != NULL && at.content_of != NULL;
    for (size_t i = 0; i < n && fine; i++) at.cue_of[i] = at.content_of[i] = QL_NONE;
    if (fine) note_statements(doc, &at);
    fine = fine && read_tokens(doc, &at);
    free(at.cue_of);
    free(at.content_of);
    return fine ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for an explanation");
}

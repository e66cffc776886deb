/* What each cue reports: a verb looks forward ("said that …", "said: “…”"), then, where it closes its clause, back
   ("…, she said"), and takes both halves of a sentence that it splits. */
#include "marks/marks.h"
#include "statements/draft.h"
#include "statements/frame.h"

enum { MOST_BETWEEN_HALVES = 30 /* tokens between the halves of a quotation that its cue splits */ };

static bool is_final_punct(const ql_drafts *d, int32_t i) {
    const ql_token *token = &d->doc->tokens.items[i];
    return ql_kind(d->doc, i) == QL_TOKEN_PUNCT && token->end - token->start <= 3 &&
           memchr(".,;:", d->doc->text->bytes[token->start], 4) != NULL;
}

bool ql_content_of(const ql_drafts *d, int32_t first, int32_t end, ql_span *out) {
    while (end > first && !ql_is_marked(d, end - 1) && is_final_punct(d, end - 1)) end--;
    while (first < end && !ql_is_marked(d, first) && is_final_punct(d, first)) first++;
    if (first >= end) return false;
    *out = (ql_span){ql_token_start(d, first), ql_token_end(d, end - 1)};
    int32_t pair = ql_pair_around(d, out->start);
    if (pair != QL_NONE) out->start = d->doc->marks.items[ql_first_of_chain(d, pair)].start;
    pair = ql_pair_around(d, out->end - 1);
    if (pair != QL_NONE) out->end = d->doc->marks.items[pair].end;
    return true;
}

/* Does a clause that interrupts the content begin at token i: ", according to", ", saying", ", Ann Lee said"?  `next`
   is the first cue after i, or NULL. */
static bool interrupts(const ql_drafts *d, int32_t i, const ql_cue_hit *next) {
    if (ql_is_char(d->doc, i, ';')) return true;
    if (next == NULL || !ql_is_comma(d, i)) return false;
    return next->frame_start == i + 1 && next->source != QL_NONE && next->kind != QL_CUE_COLON;
}

/* Does somebody's marked speech begin at token i, or after a comma or colon there? */
static bool opens_marked(const ql_drafts *d, int32_t i, int32_t end) {
    if (i < end && (ql_is_comma(d, i) || ql_is_char(d->doc, i, ':'))) i++;
    if (i + 1 >= end || !ql_is_mark(d, i) || !ql_is_marked(d, i + 1)) return false;
    int32_t pair = ql_pair_around(d, ql_token_start(d, i));
    return pair != QL_NONE && ql_is_speech(&d->doc->marks.items[pair]);
}

/* "said he had met her but denied that …": a verb that shares the subject of the one before, joined to it, with
   "that", "to" or a quotation of its own. */
static bool goes_on_beside(const ql_drafts *d, int32_t i, int32_t end, const ql_cue_hit *own,
                           const ql_cue_hit *next) {
    if (next == NULL || next->source != own->source || own->source == QL_NONE) return false;
    if (!ql_has(d->doc, i, QL_WORD_COORDINATOR) || next->frame_start > i + 1 || next->kind != QL_CUE_VERB)
        return false;
    int32_t behind = next->end_token;
    if (behind >= end || next->first_token > i + 2) return false;
    return ql_has(d->doc, behind, QL_WORD_COMPLEMENTIZER) || ql_has(d->doc, behind, QL_WORD_INFINITIVE_MARKER) ||
           opens_marked(d, behind, end);
}

static int32_t content_end(const ql_drafts *d, int32_t from, int32_t end, const ql_cue_hit *own) {
    const ql_cue_hits *cues = &d->doc->cues;
    const ql_cue_hit *next = own + 1, *last = cues->items + cues->n;
    for (int32_t i = from; i < end; i++) {
        while (next < last && next->first_token <= i) next++;
        if (ql_is_marked(d, i)) continue;
        if (interrupts(d, i, next < last ? next : NULL)) return i;
        if (goes_on_beside(d, i, end, own, next < last ? next : NULL)) return i;
    }
    return end;
}

/* Past adverbs, a day, "in the memo", "on Tuesday": what may stand between a verb and what it reports. */
static int32_t skip_adjuncts(const ql_drafts *d, int32_t i, int32_t end) {
    for (int turns = 0; turns < 4 && i < end; turns++) {
        if (ql_has(d->doc, i, QL_WORD_WEEKDAY))
            i++;
        else if (ql_has(d->doc, i, QL_WORD_ADVERB) && !ql_has(d->doc, i, QL_WORD_DEMONSTRATIVE))
            i++;
        else if (ql_has(d->doc, i, QL_WORD_PREPOSITION) && i + 1 < end) {
            int32_t mention = ql_mention_from(d->doc, i + 1);
            if (mention != QL_NONE)
                i = d->doc->mentions.items[mention].end_token;
            else if (ql_has(d->doc, i + 1, QL_WORD_WEEKDAY, QL_WORD_MONTH))
                i += 2;
            else
                break;
        } else
            break;
    }
    return i;
}

/* Does a clause begin at token i, and not only a noun phrase that ends there? */
static bool opens_clause(const ql_drafts *d, int32_t i, int32_t end) {
    if (i + 1 >= end) return false;
    int32_t mention = ql_mention_from(d->doc, i);
    if (mention != QL_NONE) {
        int32_t next = d->doc->mentions.items[mention].end_token;
        return next < end && ql_kind(d->doc, next) != QL_TOKEN_PUNCT;
    }
    return ql_has(d->doc, i, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE, QL_WORD_PRONOUN, QL_WORD_NUMERAL,
                  QL_WORD_EXPLETIVE) ||
           ql_flag(d->doc, i, QL_TOKEN_CAPITAL) ||
           (ql_kind(d->doc, i) == QL_TOKEN_WORD && !ql_is_known(ql_classes(d->doc, i)) &&
            ql_kind(d->doc, i + 1) != QL_TOKEN_PUNCT);
}

static bool is_finite(const ql_drafts *d, int32_t i) {
    uint8_t tag = ql_tag_of(d->doc, i), inflection = d->doc->tokens.items[i].inflection;
    return (tag == QL_TAG_VERB || tag == QL_TAG_AUX) &&
           (inflection == QL_INFLECTION_PRESENT || inflection == QL_INFLECTION_PAST);
}

/* ", citing a memo, that …": does the comma at token i open a participle's phrase with "that" after its end, which
   becomes `*close`? */
static bool opens_inset(const ql_drafts *d, int32_t i, int32_t end, int32_t *close) {
    enum { MOST_INSET = 14 };
    if (i + 1 >= end || d->doc->tokens.items[i + 1].inflection != QL_INFLECTION_GERUND) return false;
    for (int32_t at = i + 2; at + 1 < end && at < i + MOST_INSET && !is_finite(d, at); at++) {
        if (!ql_is_comma(d, at)) continue;
        *close = at;
        return ql_has(d->doc, at + 1, QL_WORD_COMPLEMENTIZER);
    }
    return false;
}

/* The "that" of a clause ahead, after whom it is told and where: "told a crowd in Ely on Monday that the river …".
   It opens a clause with a subject; QL_NONE where a verb or a comma comes first. */
static int32_t that_ahead(const ql_drafts *d, int32_t i, int32_t end) {
    enum { MOST_AHEAD = 16 };
    for (int32_t at = i; at + 2 < end && at < i + MOST_AHEAD; at++) {
        if (ql_is_final_stop(d, at) || ql_is_char(d->doc, at, ':')) return QL_NONE;
        if (ql_is_comma(d, at) && !opens_inset(d, at, end, &at)) return QL_NONE;
        if (is_finite(d, at) && !ql_is_marked(d, at)) return QL_NONE;
        if (!ql_has(d->doc, at, QL_WORD_COMPLEMENTIZER) || ql_is_marked(d, at) || ql_tag_of(d->doc, at) == QL_TAG_DET)
            continue;
        return is_finite(d, at + 1) ? QL_NONE : at;
    }
    return QL_NONE;
}

/* The token at which what a verb reports begins, looking forward from `i`; QL_NONE if nothing is reported there. */
static int32_t reported_from(const ql_drafts *d, const ql_cue *cue, int32_t i, int32_t end) {
    bool addressee = (cue->frames & (QL_FRAME_ADDRESSEE | QL_FRAME_OBJECT_TO)) != 0;
    if (opens_marked(d, i, end)) return ql_is_mark(d, i) ? i : i + 1;
    int32_t mention = addressee && i < end ? ql_mention_from(d->doc, i) : QL_NONE;
    if (mention != QL_NONE) i = d->doc->mentions.items[mention].end_token;
    if (mention == QL_NONE && addressee && i < end && ql_has(d->doc, i, QL_WORD_PRONOUN)) i++;
    if (mention == QL_NONE && addressee && i + 1 < end && ql_tag_of(d->doc, i) == QL_TAG_NOUN && ql_is_mark(d, i + 1))
        i++;
    if (i < end && (cue->frames & QL_FRAME_OBJECT_TO) && ql_has(d->doc, i, QL_WORD_INFINITIVE_MARKER)) return i;
    if (i < end && (cue->frames & QL_FRAME_TO) && ql_has(d->doc, i, QL_WORD_INFINITIVE_MARKER)) return i;
    int32_t that = (cue->frames & (QL_FRAME_CLAUSE | QL_FRAME_THAT)) != 0 ? that_ahead(d, i, end) : QL_NONE;
    if (that != QL_NONE) return that;
    i = skip_adjuncts(d, i, end);
    if (i >= end) return QL_NONE;
    if (opens_marked(d, i, end)) return ql_is_mark(d, i) ? i : i + 1;
    if (ql_has(d->doc, i, QL_WORD_COMPLEMENTIZER) && i + 1 < end) return i;
    if ((cue->frames & QL_FRAME_WH) && ql_has(d->doc, i, QL_WORD_WH)) return i;
    if ((cue->frames & QL_FRAME_CLAUSE) && opens_clause(d, i, end)) return i;
    return QL_NONE;
}

static bool closes_clause(const ql_drafts *d, int32_t i, int32_t end) {
    return i >= end || ql_is_comma(d, i) || is_final_punct(d, i) || ql_is_mark(d, i) ||
           ql_has(d->doc, i, QL_WORD_PREPOSITION, QL_WORD_WEEKDAY, QL_WORD_ADVERB, QL_WORD_SUBORDINATOR,
                  QL_WORD_COORDINATOR) ||
           ql_verb_forms(d->doc, i) == QL_VERB_ING;
}

/* ---------------------------------------------------------------------------------------- attribution */

typedef struct place {
    int32_t sentence, first, end; /* tokens */
    int32_t taken;                /* tokens before this one belong to a statement already */
    int32_t opened;               /* where the clause began that a cue after it may report as a whole */
} place;

static void take_pairs(ql_drafts *d, int32_t draft, ql_span span) {
    const ql_marks *marks = &d->doc->marks;
    for (size_t i = (size_t)ql_pair_from(d, span.start); i < marks->n && marks->items[i].start < span.end; i++)
        if (marks->items[i].parent == QL_NONE) {
            if (d->owner.items[i] == QL_NONE) d->owner.items[i] = draft; /* else of a statement inside this one */
            d->list.items[draft].quoted = true;
            if (!marks->items[i].closed) d->list.items[draft].closed = false;
        }
}

static int32_t attribute(ql_drafts *d, place *at, int32_t cue, ql_span span, ql_rule rule) {
    int32_t draft = ql_add_draft(d, at->sentence, cue, d->doc->cues.items[cue].source, rule);
    if (draft == QL_NONE) return draft;
    ql_add_span(d, draft, span.start, span.end);
    take_pairs(d, draft, span);
    return draft;
}

/* The pair of marks whose speech ends right before the cue and its source, or QL_NONE. */
static int32_t quoted_before(const ql_drafts *d, const place *at, const ql_cue_hit *hit) {
    int32_t i = hit->frame_start, pair = QL_NONE;
    const ql_adjacent *adjacent = ql_adjacent_by_verb(d->doc, hit->first_token);
    if (i > at->first && ql_is_comma(d, i - 1)) i--;
    if (adjacent != NULL && adjacent->pair != QL_NONE)
        pair = adjacent->pair;
    else if (i > at->first && (ql_is_mark(d, i - 1) || ql_is_marked(d, i - 1)))
        pair = ql_pair_around(d, ql_token_end(d, i - 1) - 1);
    if (pair == QL_NONE || ql_is_speech(&d->doc->marks.items[pair])) return pair;
    bool opens = ql_flag(d->doc, ql_token_at(d->doc, d->doc->marks.items[pair].start), QL_TOKEN_FIRST);
    return adjacent != NULL && adjacent->pair != QL_NONE && opens
               ? pair
               : QL_NONE; /* “Mother,” she said: the form alone tells little */
}

/* A quotation of whole sentences, which owes nothing to the words before it: it begins with a capital. */
static bool is_whole(const ql_drafts *d, int32_t pair) {
    const ql_mark_pair *marked = &d->doc->marks.items[pair];
    int32_t first = ql_token_at(d->doc, marked->content_start);
    return marked->form == QL_FORM_SPEECH && first < ql_n_tokens(d->doc) && ql_flag(d->doc, first, QL_TOKEN_CAPITAL);
}

/* Statements of this sentence after token `from` are part of another one, which ends after them. */
static void embrace(ql_drafts *d, const place *at, int32_t from, int32_t parent) {
    for (int32_t i = parent - 1; i >= 0 && i > parent - QL_MOST_BACK && d->list.items[i].sentence == at->sentence;
         i--) {
        ql_draft *inner = &d->list.items[i];
        if (inner->end > d->list.items[parent].end) continue;
        if (inner->parent == QL_NONE && inner->start >= ql_token_start(d, from)) inner->parent = parent;
    }
}

static bool divides(const ql_drafts *d, int32_t i) {
    return ql_is_comma(d, i) || ql_kind(d->doc, i) == QL_TOKEN_DASH;
}

/* "The plan, she said, will fail": do commas or dashes stand on both sides of a cue and its source? */
static bool is_enclosed(const ql_drafts *d, const place *at, const ql_cue_hit *hit) {
    int32_t before = hit->frame_start - 1, behind = skip_adjuncts(d, hit->frame_end, at->end);
    if (before <= at->opened || before < at->taken || behind + 1 >= at->end) return false;
    int32_t pair = ql_is_mark(d, behind + 1) ? ql_pair_around(d, ql_token_start(d, behind + 1)) : QL_NONE;
    if (pair != QL_NONE && is_whole(d, pair)) return false; /* "In May, she said, “We will go.”" */
    return divides(d, before) && divides(d, behind);
}

/* Has what is in tokens [from, end) a finite verb? */
static bool has_finite(const ql_drafts *d, int32_t from, int32_t end) {
    for (int32_t i = from; i < end; i++)
        if (is_finite(d, i)) return true;
    return false;
}

/* "When it rains, she said": of tokens [from, end), is what they hang together by an adverbial of the verb? */
static bool is_fronted(const ql_drafts *d, int32_t from, int32_t end, int32_t verb) {
    static const uint64_t adverbials = QL_RELATION_BIT(ADVCL) | QL_RELATION_BIT(OBL) | QL_RELATION_BIT(ADVMOD) |
                                       QL_RELATION_BIT(OBL_UNMARKED) | QL_RELATION_BIT(CC) |
                                       QL_RELATION_BIT(DISCOURSE);
    while (from < end && ql_kind(d->doc, from) == QL_TOKEN_PUNCT) from++;
    uint8_t tag = from < end ? ql_tag_of(d->doc, from) : QL_TAG_NONE;
    if (tag != QL_TAG_ADP && tag != QL_TAG_SCONJ && tag != QL_TAG_ADV && tag != QL_TAG_CCONJ) return false;
    for (int32_t i = from; i < end; i++) {
        int32_t head = ql_head_of(d->doc, i);
        if (ql_kind(d->doc, i) == QL_TOKEN_PUNCT || (head >= from && head < end)) continue;
        if (head != verb || !ql_relates(d->doc, i, adverbials)) return false;
        bool clause = ql_dependent(d->doc, i, QL_RELATION_BIT(NSUBJ)) != QL_NONE;
        if (clause && ql_dependent(d->doc, i, QL_RELATION_BIT(MARK)) == QL_NONE) return false;
    }
    return true;
}

/* "…, she said": the content comes before the frame.  Needs a comma or a closing mark there. */
static bool before_frame(ql_drafts *d, place *at, int32_t cue, ql_rule rule, int32_t *made) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    const ql_mark_pair *marks = d->doc->marks.items;
    int32_t end = hit->frame_start, pair = quoted_before(d, at, hit);
    int32_t from = pair == QL_NONE || at->taken > end ? at->opened : at->taken;
    ql_span span;
    if (pair == QL_NONE && !is_enclosed(d, at, hit) && is_fronted(d, from, end, hit->first_token)) return false;
    if (pair != QL_NONE && end <= at->first) { /* “Is it?” | Ann Lee asked reporters. */
        if (d->owner.items[pair] != QL_NONE) return false;
        span = (ql_span){marks[ql_first_of_chain(d, pair)].start, marks[pair].end};
    } else {
        if (end <= from || (pair == QL_NONE && !divides(d, end - 1)) || !ql_content_of(d, from, end, &span))
            return false;
        if (pair != QL_NONE && is_whole(d, pair)) span.start = marks[ql_first_of_chain(d, pair)].start;
    }
    *made = attribute(d, at, cue, span, rule);
    if (*made != QL_NONE && from < at->taken) embrace(d, at, from, *made);
    return true;
}

/* Where a quotation goes on after its cue: a mark that opens after a comma, not far, and no other cue before it. */
static int32_t quoted_half(const ql_drafts *d, const place *at, int32_t from, const ql_cue_hit *own) {
    const ql_cue_hits *cues = &d->doc->cues;
    int32_t most = at->end - from < MOST_BETWEEN_HALVES ? at->end : from + MOST_BETWEEN_HALVES;
    if (own + 1 < cues->items + cues->n && own[1].first_token < most) most = own[1].first_token;
    for (int32_t i = from; i < most; i++) {
        if (opens_marked(d, i, at->end) && (i == from || ql_is_comma(d, i))) return ql_is_mark(d, i) ? i : i + 1;
        if (ql_is_marked(d, i) || ql_is_final_stop(d, i)) return QL_NONE;
    }
    return QL_NONE;
}

/* Where a sentence goes on after the cue that splits it: "The plan, she said, will …". */
static int32_t plain_half(const ql_drafts *d, const place *at, int32_t from, bool unfinished) {
    if (from + 2 >= at->end || !divides(d, from)) return QL_NONE;
    int32_t next = from + 1;
    if (unfinished) return next;
    if (ql_verb_forms(d->doc, next) == QL_VERB_ING || ql_mention_from(d->doc, next) != QL_NONE) return QL_NONE;
    if (ql_has(d->doc, next, QL_WORD_RELATIVE, QL_WORD_COORDINATOR, QL_WORD_PREPOSITION)) return QL_NONE;
    return next;
}

static void second_half(ql_drafts *d, place *at, int32_t draft, int32_t from, const ql_cue_hit *hit) {
    ql_span span;
    int32_t end = content_end(d, from + 1, at->end, hit);
    int32_t pair = ql_pair_around(d, ql_token_start(d, from));
    if (pair != QL_NONE) end = ql_token_at(d->doc, d->doc->marks.items[pair].end);
    if (end > at->end) end = at->end;
    if (!ql_content_of(d, from, end, &span)) return;
    ql_add_span(d, draft, span.start, span.end);
    take_pairs(d, draft, span);
    at->taken = end;
}

/* After words without marks, does the verb with its subject end their sentence, and not begin one of its own? */
static bool closes_sentence(const ql_drafts *d, const place *at, const ql_cue_hit *hit, const ql_cue *word) {
    int32_t verb = hit->first_token, end = hit->frame_end;
    if (ql_verb_forms(d->doc, verb) == QL_VERB_ING) return false;
    if (verb > at->first && ql_has(d->doc, verb - 1, QL_WORD_MODAL)) return false;
    int32_t told = !hit->inverted && (word->frames & QL_FRAME_ADDRESSEE) ? ql_mention_from(d->doc, end) : QL_NONE;
    if (told != QL_NONE) end = d->doc->mentions.items[told].end_token;
    if (end < at->end && ql_has(d->doc, end, QL_WORD_COORDINATOR)) return false;
    return closes_clause(d, end, at->end);
}

static bool report_behind(ql_drafts *d, place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    int32_t made;
    if (!(word->frames & (QL_FRAME_FINAL | QL_FRAME_QUOTE))) return false;
    bool quoted = quoted_before(d, at, hit) != QL_NONE;
    bool unfinished = !quoted && !has_finite(d, at->opened, hit->frame_start);
    if (!quoted && !closes_sentence(d, at, hit, word)) return false;
    if (!before_frame(d, at, cue, hit->inverted ? QL_RULE_BEFORE_VERB_SUBJECT : QL_RULE_BEFORE_SUBJECT_VERB, &made) ||
        made == QL_NONE)
        return false;
    at->taken = at->opened = hit->frame_end;
    int32_t half = quoted || unfinished ? quoted_half(d, at, hit->frame_end, hit) : QL_NONE;
    if (half == QL_NONE && !quoted) half = plain_half(d, at, skip_adjuncts(d, hit->frame_end, at->end), unfinished);
    if (half != QL_NONE) second_half(d, at, made, half, hit);
    return true;
}

/* Does a quotation end with a punctuation mark of its own? */
static bool ends_itself(const ql_drafts *d, int32_t pair) {
    int32_t end = ql_token_at(d->doc, d->doc->marks.items[pair].content_end);
    return end > 0 && ql_kind(d->doc, end - 1) == QL_TOKEN_PUNCT;
}

/* A whole quotation ends with its marks; a fragment goes on with the clause that it is in. */
static int32_t reported_until(const ql_drafts *d, const place *at, int32_t from, const ql_cue_hit *hit) {
    int32_t pair = ql_is_mark(d, from) ? ql_pair_around(d, ql_token_start(d, from)) : QL_NONE;
    if (pair != QL_NONE && (d->doc->marks.items[pair].form == QL_FORM_SPEECH || ends_itself(d, pair))) {
        int32_t end = ql_token_at(d->doc, d->doc->marks.items[pair].end);
        return end < at->end ? end : at->end;
    }
    return content_end(d, from + 1, at->end, hit);
}

/* "a plan which he said was “reckless”, …": the verb and its subject stand inside what they report, between the
   relative pronoun and the rest of its clause. */
static bool report_around(ql_drafts *d, place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    int32_t first = hit->end_token, before = hit->frame_start - 1, end = first + 1;
    if (!(word->frames & QL_FRAME_CLAUSE) || hit->inverted || before < at->taken || first >= at->end) return false;
    if (!is_finite(d, first) || hit->frame_start == hit->first_token) return false;
    while (end < at->end && (ql_is_marked(d, end) || !(ql_is_comma(d, end) || is_final_punct(d, end)))) end++;
    ql_span span;
    if (!ql_content_of(d, first, content_end(d, end, end, hit), &span)) return false;
    int32_t made = attribute(d, at, cue, span, QL_RULE_AFTER_SUBJECT_VERB);
    if (made == QL_NONE) return false;
    if (ql_has(d->doc, before, QL_WORD_RELATIVE))
        ql_add_span(d, made, ql_token_start(d, before), ql_token_end(d, before));
    at->taken = end;
    return true;
}

/* The whole quotation ahead of token `first` that only adjuncts stand before, after a comma, a colon or a dash:
   "told the crowd in Iowa, “We will win.”"  The token where it opens, or QL_NONE. */
static int32_t whole_quotation(const ql_drafts *d, int32_t first, int32_t end) {
    if (first >= end || ql_has(d->doc, first, QL_WORD_COMPLEMENTIZER)) return QL_NONE;
    for (int32_t i = first + 1; i + 1 < end && i < first + MOST_BETWEEN_HALVES && !is_finite(d, i); i++) {
        if (ql_is_marked(d, i) || ql_has(d->doc, i, QL_WORD_COMPLEMENTIZER)) return QL_NONE;
        bool opens =
            ql_is_comma(d, i - 1) || ql_is_char(d->doc, i - 1, ':') || ql_kind(d->doc, i - 1) == QL_TOKEN_DASH;
        if (!opens || !ql_is_mark(d, i)) continue;
        int32_t pair = ql_pair_around(d, ql_token_start(d, i));
        return pair != QL_NONE && is_whole(d, pair) ? i : QL_NONE;
    }
    return QL_NONE;
}

/* "She is said to live in Ely": the subject is part of what is said, and the source is somebody else. */
static void hold_subject(ql_drafts *d, int32_t made, const ql_cue_hit *hit, const ql_cue *word) {
    ql_token_range subject;
    ql_span span;
    ql_draft *draft = &d->list.items[made];
    if (!ql_frame_holds_subject(d->doc, hit, word, &subject)) return;
    if (!ql_content_of(d, subject.first, subject.end, &span)) return;
    ql_add_span(d, made, span.start, span.end);
    if (word->act == QL_ACT_SEEMING) draft->source = QL_NONE;
    if (draft->source == QL_NONE) draft->source_origin = QL_RESOLVED_NONE;
}

static bool report_ahead(ql_drafts *d, place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    ql_span span;
    ql_token_range found;
    if (report_around(d, at, cue, word)) return true;
    if (hit->inverted) return false;
    int32_t from = reported_from(d, word, hit->end_token, at->end);
    int32_t whole = from != QL_NONE && ql_is_mark(d, from) ? QL_NONE : whole_quotation(d, hit->end_token, at->end);
    if (whole != QL_NONE && (word->frames & QL_FRAME_QUOTE)) from = whole;
    bool quoted = from != QL_NONE && ql_is_mark(d, from) && (from == whole || from <= hit->end_token + 1);
    if (!quoted && ql_frame_behind(d->doc, hit, word, at->end, &found)) {
        found.end = content_end(d, found.first + 1, found.end, hit);
    } else {
        if (from == QL_NONE) return false;
        found = (ql_token_range){from, reported_until(d, at, from, hit)};
    }
    if (!ql_content_of(d, found.first, found.end, &span)) return false;
    bool silent = ql_phrase_at(d->doc, found.first, at->end, QL_PHRASE_SILENCE) != 0 ||
                  ql_phrase_at(d->doc, found.first - 1, at->end, QL_PHRASE_SILENCE) != 0;
    if (silent) return false; /* "asked not to be named", "declined to be named", "requested anonymity" */
    int32_t made = attribute(d, at, cue, span, QL_RULE_AFTER_SUBJECT_VERB);
    if (made == QL_NONE) return false;
    hold_subject(d, made, hit, word);
    at->taken = found.end;
    return true;
}

/* "The plan, according to Reuters, will fail". */
static bool according_behind(ql_drafts *d, place *at, int32_t cue) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    int32_t made, start = at->opened;
    ql_span span;
    if (!before_frame(d, at, cue, QL_RULE_ACCORDING_LAST, &made)) {
        if (at->taken >= hit->frame_start || !ql_content_of(d, at->taken, hit->frame_start, &span)) return false;
        made = attribute(d, at, cue, span, QL_RULE_ACCORDING_LAST);
    }
    at->taken = at->opened = hit->frame_end;
    if (made == QL_NONE || has_finite(d, start, hit->frame_start)) return true;
    int32_t half = plain_half(d, at, hit->frame_end, true);
    if (half != QL_NONE) second_half(d, at, made, half, hit);
    return true;
}

/* Has the sentence nothing but a conjunction before token i? */
static bool opens_clause_at(const ql_drafts *d, const place *at, int32_t i) {
    return i == at->first || (i == at->first + 1 && ql_has(d->doc, at->first, QL_WORD_COORDINATOR));
}

/* What the sentence says after the first comma after a frame that opens it. */
static bool content_behind(ql_drafts *d, place *at, int32_t cue, ql_rule rule) {
    enum { MOST_BEHIND = 20 };
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    int32_t from = hit->frame_end;
    ql_span span;
    while (from < at->end && from < hit->frame_end + MOST_BEHIND && !ql_is_comma(d, from)) from++;
    if (from >= at->end || !ql_is_comma(d, from)) return false;
    int32_t end = content_end(d, from + 1, at->end, hit);
    if (!ql_content_of(d, from + 1, end, &span) || attribute(d, at, cue, span, rule) == QL_NONE) return false;
    at->taken = end;
    return true;
}

/* "…, in the words of Ann Lee, “a joke”". */
static bool according_quoted(ql_drafts *d, place *at, int32_t cue) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    ql_span span;
    enum { MOST_APPOSED = 12 };
    int32_t from = hit->frame_end;
    while (from < at->end && from < hit->frame_end + MOST_APPOSED && !ql_is_mark(d, from) && !is_finite(d, from))
        from++;
    if (from >= at->end || !ql_is_mark(d, from) || !ql_is_comma(d, from - 1) || !opens_marked(d, from, at->end))
        return false;
    int32_t end = reported_until(d, at, from, hit);
    if (!ql_content_of(d, from, end, &span) || attribute(d, at, cue, span, QL_RULE_ACCORDING_FIRST) == QL_NONE)
        return false;
    at->taken = end;
    return true;
}

static void report_according(ql_drafts *d, place *at, int32_t cue) {
    if (according_quoted(d, at, cue)) return;
    if (opens_clause_at(d, at, d->doc->cues.items[cue].frame_start))
        content_behind(d, at, cue, QL_RULE_ACCORDING_FIRST);
    else
        according_behind(d, at, cue);
}

static void report_colon(ql_drafts *d, place *at, int32_t cue) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    ql_span span;
    if (hit->inverted) {
        bool free = at->taken == at->first && ql_content_of(d, at->first, hit->first_token, &span);
        if (free && attribute(d, at, cue, span, QL_RULE_BEFORE_COLON) != QL_NONE) at->taken = at->end;
        return;
    }
    if (!opens_marked(d, hit->end_token, at->end) && !ql_is_headline(d->doc, at->sentence)) return;
    if (!ql_content_of(d, hit->end_token, at->end, &span)) return;
    if (attribute(d, at, cue, span, QL_RULE_AFTER_COLON) != QL_NONE) at->taken = at->end;
}

/* The clause around an adverb such as "reportedly", without it. */
static void report_hedged(ql_drafts *d, place *at, int32_t cue) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    int32_t adverb = hit->first_token;
    ql_token_range clause = ql_subtree_of(d->doc, ql_head_of(d->doc, adverb));
    ql_span before, behind;
    if (adverb < at->taken) return;
    if (clause.first < at->taken) clause.first = at->taken;
    if (clause.end > at->end) clause.end = at->end;
    bool front = clause.first < adverb && ql_content_of(d, clause.first, adverb, &before);
    if (!ql_content_of(d, adverb + 1, clause.end, &behind)) return;
    int32_t made = attribute(d, at, cue, behind, QL_RULE_HEDGED);
    if (made == QL_NONE) return;
    if (front) {
        ql_add_span(d, made, before.start, before.end);
        take_pairs(d, made, before);
    }
    d->list.items[made].quoted = false;
    at->taken = clause.end;
}

static void report_signed(ql_drafts *d, place *at, int32_t cue) {
    int32_t made;
    if (before_frame(d, at, cue, QL_RULE_BEFORE_DASH, &made)) at->taken = at->end;
}

/* "As the captain admitted, the radar was off", "The radar was off, as the captain admitted". */
static bool report_as(ql_drafts *d, place *at, int32_t cue) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    int32_t made;
    if (opens_clause_at(d, at, hit->frame_start)) return content_behind(d, at, cue, QL_RULE_AS_FIRST);
    if (!before_frame(d, at, cue, QL_RULE_AS_LAST, &made)) return false;
    at->taken = at->opened = hit->frame_end;
    return true;
}

/* What stands quoted before the verb's subject comes first, and what a frame between commas splits; else what the
   verb looks forward to. */
static void read_verb(ql_drafts *d, place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    if (ql_has(d->doc, hit->frame_start, QL_WORD_PARENTHETIC) && report_as(d, at, cue)) return;
    bool behind =
        quoted_before(d, at, hit) != QL_NONE || (is_enclosed(d, at, hit) && (word->frames & QL_FRAME_FINAL));
    if (behind && report_behind(d, at, cue, word)) return;
    if (!report_ahead(d, at, cue, word)) report_behind(d, at, cue, word);
}

/* The clause after a noun begins where its frame ends; it goes as far as the clause's branch does. */
static void report_noun(ql_drafts *d, place *at, int32_t cue) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    int32_t clause = ql_head_of(d->doc, hit->frame_end);
    ql_span span;
    if (clause == QL_NONE || hit->frame_end < at->taken) return;
    int32_t end = ql_branch_of(d->doc, clause)->last + 1;
    if (end > at->end || !ql_content_of(d, hit->frame_end, end, &span)) return;
    if (attribute(d, at, cue, span, QL_RULE_AFTER_NOUN) != QL_NONE) at->taken = end;
}

/* Of a verb that the lexicon does not know: it reports only what is quoted beside it. */
static const ql_cue ANY_VERB = {.frames = QL_FRAME_QUOTE | QL_FRAME_FINAL, .act = QL_ACT_SPEECH};

static int depth_of(const ql_drafts *d, int32_t draft) {
    int depth = 0;
    while ((draft = d->list.items[draft].parent) != QL_NONE) depth++;
    return depth;
}

/* The innermost statement of this sentence whose content covers `byte`, with the end of that
   span; QL_NONE without. */
static int32_t around_byte(const ql_drafts *d, const place *at, int32_t byte, int32_t *end) {
    int32_t found = QL_NONE, n = (int32_t)d->list.n;
    for (int32_t i = n - 1; i >= 0 && i > n - QL_MOST_BACK && d->list.items[i].sentence == at->sentence; i--)
        for (int32_t b = d->list.items[i].first_span; b != QL_NONE; b = d->spans.items[b].next) {
            if (d->spans.items[b].start > byte || d->spans.items[b].end <= byte) continue;
            if (found != QL_NONE && d->spans.items[b].end >= *end) continue;
            *end = d->spans.items[b].end;
            found = i;
        }
    return found;
}

/* "wants a ship": nothing but an object, too little for a statement inside another. */
static bool has_mere_object(const ql_drafts *d, int32_t verb) {
    static const uint64_t clauses = QL_RELATION_BIT(CCOMP) | QL_RELATION_BIT(XCOMP);
    int32_t object = ql_dependent(d->doc, verb, QL_RELATION_BIT(OBJ) | QL_RELATION_BIT(OBL));
    return object > verb && ql_dependent(d->doc, verb, clauses) == QL_NONE;
}

/* "said that she had denied it": a statement in the content of another. */
static void read_inner(ql_drafts *d, const place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    const ql_marks *marks = &d->doc->marks;
    int32_t end = 0, outer = around_byte(d, at, ql_token_start(d, hit->first_token), &end),
            inner = (int32_t)d->list.n;
    if (outer == QL_NONE || has_mere_object(d, hit->first_token) || depth_of(d, outer) + 1 >= QL_MAX_DEPTH) return;
    place inside = {at->sentence, at->first, ql_token_at(d->doc, end), hit->first_token, hit->first_token};
    if (inside.end > at->end) inside.end = at->end;
    if (!report_ahead(d, &inside, cue, word) || (int32_t)d->list.n == inner) return;
    ql_draft *made = &d->list.items[inner];
    made->parent = outer;
    for (size_t i = (size_t)ql_pair_from(d, made->start); i < marks->n && marks->items[i].start < end; i++)
        if (d->owner.items[i] == outer && marks->items[i].end <= d->spans.items[made->first_span].end)
            d->owner.items[i] = inner;
}

static void read_cue(ql_drafts *d, place *at, int32_t cue) {
    const ql_cue_hit *hit = &d->doc->cues.items[cue];
    const ql_cue *word = ql_cue_of(d->doc, hit->first_token);
    if (word == NULL) word = &ANY_VERB;
    if (hit->kind == QL_CUE_NOUN)
        report_noun(d, at, cue);
    else if (hit->kind == QL_CUE_ACCORDING)
        report_according(d, at, cue);
    else if (hit->kind == QL_CUE_COLON)
        report_colon(d, at, cue);
    else if (hit->kind == QL_CUE_DASH)
        report_signed(d, at, cue);
    else if (hit->kind == QL_CUE_HEDGE)
        report_hedged(d, at, cue);
    else if (hit->first_token >= at->taken)
        read_verb(d, at, cue, word);
    else
        read_inner(d, at, cue, word);
}

void ql_report_cues(ql_drafts *d) {
    const ql_document *doc = d->doc;
    int32_t cue = 0, n_cues = (int32_t)doc->cues.n;
    for (size_t s = 0; s < doc->sentences.n && !d->out_of_memory; s++) {
        const ql_sentence *sentence = &doc->sentences.items[s];
        place at = {(int32_t)s, sentence->first_token, sentence->end_token, sentence->first_token,
                    sentence->first_token};
        for (; cue < n_cues && doc->cues.items[cue].first_token < sentence->end_token; cue++)
            if (ql_can_report(&doc->cues.items[cue])) read_cue(d, &at, cue);
    }
}

/* Statements: the content that each cue reports, and what marked strings are when no cue stands by them.

   Every sentence is read once.  A verb looks forward for what it reports ("said that …", "said: “…”"), then, where
   it closes its clause, back ("…, she said"), and takes both halves of a sentence that it splits.  Marked strings
   that no cue took are joined to the statement they carry on, stand alone, or are nobody's words. */
#include "frame.h"

enum {
    MOST_BETWEEN_HALVES = 30, /* tokens between the halves of a quotation that its cue splits */
    MOST_BACK = 32,           /* statements of a sentence to look back over */
    MOST_OF_TERM = 8,         /* words of a marked string that may be a name for something */
    MOST_OF_PHRASE = 4        /* where a verb that reports nothing else stands over it */
};

typedef struct draft {
    int32_t cue, source;
    int32_t verb; /* the cue of a draft without a hit: a token, or QL_NONE */
    int32_t sentence, parent, continues;
    int32_t first_bit, last_bit; /* chain of spans, in the order they were found */
    int32_t start, end;
    uint8_t resolution;
    bool scare, closed;
    bool quoted; /* has marked strings */
    const char *rule;
} draft;

typedef struct bit {
    int32_t start, end, next;
} bit;

VEC_DEFINE(drafts, draft)
VEC_DEFINE(bits, bit)

typedef struct writer {
    ql_run *run;
    drafts drafts;
    bits bits;
    ql_ints owner;  /* draft of each mark pair, or QL_NONE */
    int32_t n_read; /* drafts that cues made: the first ones, ordered by sentence */
    bool out_of_memory;
} writer;

/* ------------------------------------------------------------------------------------------- drafts */

static int32_t token_start(const writer *w, int32_t i) {
    return w->run->scratch->tokens.items[i].start;
}
static int32_t token_end(const writer *w, int32_t i) {
    return w->run->scratch->tokens.items[i].end;
}

static void add_span(writer *w, int32_t of, int32_t start, int32_t end) {
    int32_t index = (int32_t)w->bits.n;
    draft *to = &w->drafts.items[of];
    if (!bits_push(&w->bits, (bit){start, end, QL_NONE})) {
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

/* Add a span that goes on behind a statement's own: those that it is part of go on with it. */
static void carry_on(writer *w, int32_t of, int32_t start, int32_t end) {
    for (; of != QL_NONE; of = w->drafts.items[of].parent) add_span(w, of, start, end);
}

static int32_t add_draft(writer *w, int32_t sentence, int32_t cue, int32_t source, const char *rule) {
    draft made = {.cue = cue,
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
    made.resolution = source != QL_NONE ? QL_RESOLVED_SAME_SENTENCE : QL_RESOLVED_NONE;
    if (!drafts_push(&w->drafts, made)) {
        w->out_of_memory = true;
        return QL_NONE;
    }
    return (int32_t)w->drafts.n - 1;
}

/* ------------------------------------------------------------------------------------------- content */

static bool is_comma(const writer *w, int32_t i) {
    return ql_is_char(w->run, i, ',');
}
static bool is_mark(const writer *w, int32_t i) {
    return ql_kind(w->run, i) == QL_TOKEN_MARK;
}
static bool is_marked(const writer *w, int32_t i) {
    return ql_flag(w->run, i, QL_TOKEN_MARKED);
}

/* The first pair that starts at or behind `byte`; pairs are ordered by start. */
static int32_t pair_from(const writer *w, int32_t byte) {
    const ql_marks *marks = &w->run->scratch->marks;
    return vec_lower_bound(marks->items, marks->n, sizeof *marks->items, offsetof(ql_mark_pair, start), byte);
}

/* The top-level pair that covers `byte`, or QL_NONE. */
static int32_t pair_around(const writer *w, int32_t byte) {
    const ql_marks *marks = &w->run->scratch->marks;
    for (int32_t i = pair_from(w, byte + 1) - 1; i >= 0; i = marks->items[i].parent)
        if (marks->items[i].parent == QL_NONE) return marks->items[i].end > byte ? i : QL_NONE;
    return QL_NONE;
}

/* Where a quotation that is carried over paragraphs began. */
static int32_t first_of_chain(const writer *w, int32_t pair) {
    const ql_marks *marks = &w->run->scratch->marks;
    while (marks->items[pair].continues != QL_NONE) pair = marks->items[pair].continues;
    return pair;
}

static bool is_final_punct(const writer *w, int32_t i) {
    const ql_token *token = &w->run->scratch->tokens.items[i];
    return ql_kind(w->run, i) == QL_TOKEN_PUNCT && token->end - token->start <= 3 &&
           memchr(".,;:", w->run->text->bytes[token->start], 4) != NULL;
}

/* A full stop, a question or exclamation mark outside marks. */
static bool is_final_stop(const writer *w, int32_t i) {
    return ql_is_char(w->run, i, '.') || ql_is_char(w->run, i, '?') || ql_is_char(w->run, i, '!');
}

/* The content of tokens [first, end) without loose punctuation at its edges; what opens inside a pair of marks
   takes in the pair. */
static bool content_of(const writer *w, int32_t first, int32_t end, ql_span *out) {
    while (end > first && !is_marked(w, end - 1) && is_final_punct(w, end - 1)) end--;
    while (first < end && !is_marked(w, first) && is_final_punct(w, first)) first++;
    if (first >= end) return false;
    *out = (ql_span){token_start(w, first), token_end(w, end - 1)};
    int32_t pair = pair_around(w, out->start);
    if (pair != QL_NONE) out->start = w->run->scratch->marks.items[first_of_chain(w, pair)].start;
    pair = pair_around(w, out->end - 1);
    if (pair != QL_NONE) out->end = w->run->scratch->marks.items[pair].end;
    return true;
}

/* Does a clause that interrupts the content begin at token i: ", according to", ", saying", ", Ann Lee said"?  `next`
   is the first cue behind i, or NULL. */
static bool interrupts(const writer *w, int32_t i, const ql_cue_hit *next) {
    if (ql_is_char(w->run, i, ';')) return true;
    if (next == NULL || !is_comma(w, i)) return false;
    return next->frame_start == i + 1 && next->source != QL_NONE && next->kind != QL_CUE_COLON;
}

static bool is_speech(const ql_mark_pair *pair) {
    return pair->form == QL_FORM_SPEECH || pair->form == QL_FORM_FRAGMENT;
}

/* Does somebody's marked speech begin at token i, or behind a comma or colon there? */
static bool opens_marked(const writer *w, int32_t i, int32_t end) {
    if (i < end && (is_comma(w, i) || ql_is_char(w->run, i, ':'))) i++;
    if (i + 1 >= end || !is_mark(w, i) || !is_marked(w, i + 1)) return false;
    int32_t pair = pair_around(w, token_start(w, i));
    return pair != QL_NONE && is_speech(&w->run->scratch->marks.items[pair]);
}

/* "said he had met her but denied that …": a verb that shares the subject of the one before, joined to it, with
   "that", "to" or a quotation of its own. */
static bool goes_on_beside(const writer *w, int32_t i, int32_t end, const ql_cue_hit *own, const ql_cue_hit *next) {
    if (next == NULL || next->source != own->source || own->source == QL_NONE) return false;
    if (!ql_has(w->run, i, QL_WORD_COORDINATOR) || next->frame_start > i + 1 || next->kind != QL_CUE_VERB)
        return false;
    int32_t behind = next->end_token;
    if (behind >= end || next->first_token > i + 2) return false;
    return ql_is_word(w->run, behind, "that") || ql_is_word(w->run, behind, "to") || opens_marked(w, behind, end);
}

static int32_t content_end(const writer *w, int32_t from, int32_t end, const ql_cue_hit *own) {
    const ql_cue_hits *cues = &w->run->scratch->cues;
    const ql_cue_hit *next = own + 1, *last = cues->items + cues->n;
    for (int32_t i = from; i < end; i++) {
        while (next < last && next->first_token <= i) next++;
        if (is_marked(w, i)) continue;
        if (interrupts(w, i, next < last ? next : NULL)) return i;
        if (goes_on_beside(w, i, end, own, next < last ? next : NULL)) return i;
    }
    return end;
}

/* Past adverbs, a day, "in the memo", "on Tuesday": what may stand between a verb and what it reports. */
static int32_t skip_adjuncts(const writer *w, int32_t i, int32_t end) {
    for (int turns = 0; turns < 4 && i < end; turns++) {
        if (ql_has(w->run, i, QL_WORD_WEEKDAY))
            i++;
        else if (ql_has(w->run, i, QL_WORD_ADVERB) && !ql_has(w->run, i, QL_WORD_DEMONSTRATIVE))
            i++;
        else if (ql_has(w->run, i, QL_WORD_PREPOSITION) && i + 1 < end) {
            int32_t mention = ql_mention_from(w->run, i + 1);
            if (mention != QL_NONE)
                i = w->run->scratch->mentions.items[mention].end_token;
            else if (ql_has(w->run, i + 1, QL_WORD_WEEKDAY | QL_WORD_MONTH))
                i += 2;
            else
                break;
        } else
            break;
    }
    return i;
}

/* Does a clause begin at token i, and not only a noun phrase that ends there? */
static bool opens_clause(const writer *w, int32_t i, int32_t end) {
    if (i + 1 >= end) return false;
    int32_t mention = ql_mention_from(w->run, i);
    if (mention != QL_NONE) {
        int32_t next = w->run->scratch->mentions.items[mention].end_token;
        return next < end && ql_kind(w->run, next) != QL_TOKEN_PUNCT;
    }
    return ql_has(w->run, i, QL_WORD_DETERMINER | QL_WORD_POSSESSIVE | QL_WORD_PRONOUN | QL_WORD_NUMERAL) ||
           ql_is_word(w->run, i, "there") || ql_flag(w->run, i, QL_TOKEN_CAPITAL) ||
           (ql_kind(w->run, i) == QL_TOKEN_WORD && ql_classes(w->run, i) == 0 &&
            ql_kind(w->run, i + 1) != QL_TOKEN_PUNCT);
}

/* Past the programme in "told NBC's “Morning Talk” that …". */
static int32_t behind_programme(const writer *w, int32_t i, int32_t end) {
    if (i + 1 >= end || ql_kind(w->run, i) != QL_TOKEN_CLITIC || !is_mark(w, i + 1)) return i;
    int32_t pair = pair_around(w, token_start(w, i + 1));
    if (pair == QL_NONE || is_speech(&w->run->scratch->marks.items[pair])) return i;
    int32_t behind = ql_token_at(w->run, w->run->scratch->marks.items[pair].end);
    return behind < end ? behind : i;
}

static bool is_finite(const writer *w, int32_t i) {
    uint8_t tag = ql_tag_of(w->run, i), inflection = w->run->scratch->tokens.items[i].inflection;
    return (tag == QL_TAG_VERB || tag == QL_TAG_AUX) &&
           (inflection == QL_INFLECTION_PRESENT || inflection == QL_INFLECTION_PAST);
}

/* ", citing a memo, that …": does the comma at token i open a participle's phrase with "that" behind its end, which
   becomes `*close`? */
static bool opens_inset(const writer *w, int32_t i, int32_t end, int32_t *close) {
    enum { MOST_INSET = 14 };
    if (i + 1 >= end || w->run->scratch->tokens.items[i + 1].inflection != QL_INFLECTION_GERUND) return false;
    for (int32_t at = i + 2; at + 1 < end && at < i + MOST_INSET && !is_finite(w, at); at++) {
        if (!is_comma(w, at)) continue;
        *close = at;
        return ql_is_word(w->run, at + 1, "that");
    }
    return false;
}

/* The "that" of a clause ahead, behind whom it is told and where: "told a crowd in Ely on Monday that the river …".
   It opens a clause with a subject; QL_NONE where a verb or a comma comes first. */
static int32_t that_ahead(const writer *w, int32_t i, int32_t end) {
    enum { MOST_AHEAD = 16 };
    for (int32_t at = i; at + 2 < end && at < i + MOST_AHEAD; at++) {
        if (is_final_stop(w, at) || ql_is_char(w->run, at, ':')) return QL_NONE;
        if (is_comma(w, at) && !opens_inset(w, at, end, &at)) return QL_NONE;
        if (is_finite(w, at) && !is_marked(w, at)) return QL_NONE;
        if (!ql_is_word(w->run, at, "that") || is_marked(w, at) || ql_tag_of(w->run, at) == QL_TAG_DET) continue;
        return is_finite(w, at + 1) ? QL_NONE : at;
    }
    return QL_NONE;
}

/* The token at which what a verb reports begins, looking forward from `i`; QL_NONE if nothing is reported there. */
static int32_t reported_from(const writer *w, const ql_cue *cue, int32_t i, int32_t end) {
    bool addressee = (cue->frames & (QL_FRAME_ADDRESSEE | QL_FRAME_OBJECT_TO)) != 0;
    if (opens_marked(w, i, end)) return is_mark(w, i) ? i : i + 1;
    int32_t mention = addressee && i < end ? ql_mention_from(w->run, i) : QL_NONE;
    if (mention != QL_NONE) i = behind_programme(w, w->run->scratch->mentions.items[mention].end_token, end);
    if (mention == QL_NONE && addressee && i < end && ql_has(w->run, i, QL_WORD_PRONOUN)) i++;
    if (mention == QL_NONE && addressee && i + 1 < end && ql_tag_of(w->run, i) == QL_TAG_NOUN && is_mark(w, i + 1))
        i++;
    if (i < end && (cue->frames & QL_FRAME_OBJECT_TO) && ql_is_word(w->run, i, "to")) return i;
    if (i < end && (cue->frames & QL_FRAME_TO) && ql_is_word(w->run, i, "to")) return i;
    int32_t that = (cue->frames & (QL_FRAME_CLAUSE | QL_FRAME_THAT)) != 0 ? that_ahead(w, i, end) : QL_NONE;
    if (that != QL_NONE) return that;
    i = skip_adjuncts(w, i, end);
    if (i >= end) return QL_NONE;
    if (opens_marked(w, i, end)) return is_mark(w, i) ? i : i + 1;
    if (ql_is_word(w->run, i, "that") && i + 1 < end) return i;
    if ((cue->frames & QL_FRAME_WH) && ql_has(w->run, i, QL_WORD_WH)) return i;
    if ((cue->frames & QL_FRAME_CLAUSE) && opens_clause(w, i, end)) return i;
    return QL_NONE;
}

static bool closes_clause(const writer *w, int32_t i, int32_t end) {
    return i >= end || is_comma(w, i) || is_final_punct(w, i) || is_mark(w, i) ||
           ql_has(w->run, i,
                  QL_WORD_PREPOSITION | QL_WORD_WEEKDAY | QL_WORD_ADVERB | QL_WORD_SUBORDINATOR |
                      QL_WORD_COORDINATOR) ||
           ql_verb_forms(w->run, i) == QL_VERB_ING;
}

/* ---------------------------------------------------------------------------------------- attribution */

typedef struct place {
    int32_t sentence, first, end; /* tokens */
    int32_t taken;                /* tokens before this one belong to a statement already */
    int32_t opened;               /* where the clause began that a cue behind it may report as a whole */
} place;

static void take_pairs(writer *w, int32_t of, ql_span span) {
    const ql_marks *marks = &w->run->scratch->marks;
    for (size_t i = (size_t)pair_from(w, span.start); i < marks->n && marks->items[i].start < span.end; i++)
        if (marks->items[i].parent == QL_NONE) {
            if (w->owner.items[i] == QL_NONE) w->owner.items[i] = of; /* else of a statement inside this one */
            w->drafts.items[of].quoted = true;
            if (!marks->items[i].closed) w->drafts.items[of].closed = false;
        }
}

static int32_t attribute(writer *w, place *at, int32_t cue, ql_span span, const char *rule) {
    int32_t of = add_draft(w, at->sentence, cue, w->run->scratch->cues.items[cue].source, rule);
    if (of == QL_NONE) return of;
    add_span(w, of, span.start, span.end);
    take_pairs(w, of, span);
    return of;
}

/* The pair of marks whose speech ends right before the cue and its source, or QL_NONE. */
static int32_t quoted_before(const writer *w, const place *at, const ql_cue_hit *hit) {
    int32_t i = hit->frame_start, pair = QL_NONE;
    const ql_beside *beside = ql_beside_of(w->run, hit->first_token);
    if (i > at->first && is_comma(w, i - 1)) i--;
    if (beside != NULL && beside->pair != QL_NONE)
        pair = beside->pair;
    else if (i > at->first && (is_mark(w, i - 1) || is_marked(w, i - 1)))
        pair = pair_around(w, token_end(w, i - 1) - 1);
    if (pair == QL_NONE || is_speech(&w->run->scratch->marks.items[pair])) return pair;
    bool opens = ql_flag(w->run, ql_token_at(w->run, w->run->scratch->marks.items[pair].start), QL_TOKEN_FIRST);
    return beside != NULL && beside->pair != QL_NONE && opens
               ? pair
               : QL_NONE; /* “Mother,” she said: the form alone tells little */
}

/* A quotation of whole sentences, which owes nothing to the words before it: it begins with a capital. */
static bool is_whole(const writer *w, int32_t pair) {
    const ql_mark_pair *of = &w->run->scratch->marks.items[pair];
    int32_t first = ql_token_at(w->run, of->content_start);
    return of->form == QL_FORM_SPEECH && first < ql_n_tokens(w->run) && ql_flag(w->run, first, QL_TOKEN_CAPITAL);
}

/* Statements of this sentence behind token `from` are part of another one, which ends behind them. */
static void embrace(writer *w, const place *at, int32_t from, int32_t parent) {
    for (int32_t i = parent - 1; i >= 0 && w->drafts.items[i].sentence == at->sentence; i--) {
        draft *inner = &w->drafts.items[i];
        if (inner->end > w->drafts.items[parent].end) continue;
        if (inner->parent == QL_NONE && inner->start >= token_start(w, from)) inner->parent = parent;
    }
}

static bool divides(const writer *w, int32_t i) {
    return is_comma(w, i) || ql_kind(w->run, i) == QL_TOKEN_DASH;
}

/* "The plan, she said, will fail": do commas or dashes stand on both sides of a cue and its source? */
static bool is_enclosed(const writer *w, const place *at, const ql_cue_hit *hit) {
    int32_t before = hit->frame_start - 1, behind = skip_adjuncts(w, hit->frame_end, at->end);
    if (before <= at->opened || before < at->taken || behind + 1 >= at->end) return false;
    int32_t pair = is_mark(w, behind + 1) ? pair_around(w, token_start(w, behind + 1)) : QL_NONE;
    if (pair != QL_NONE && is_whole(w, pair)) return false; /* "In May, she said, “We will go.”" */
    return divides(w, before) && divides(w, behind);
}

/* Has what stands in tokens [from, end) a finite verb? */
static bool has_finite(const writer *w, int32_t from, int32_t end) {
    for (int32_t i = from; i < end; i++)
        if (is_finite(w, i)) return true;
    return false;
}

/* "When it rains, she said": of tokens [from, end), is what they hang together by an adverbial of the verb? */
static bool is_fronted(const writer *w, int32_t from, int32_t end, int32_t verb) {
    static const uint64_t adverbials = QL_RELATION_BIT(ADVCL) | QL_RELATION_BIT(OBL) | QL_RELATION_BIT(ADVMOD) |
                                       QL_RELATION_BIT(OBL_UNMARKED) | QL_RELATION_BIT(CC) |
                                       QL_RELATION_BIT(DISCOURSE);
    while (from < end && ql_kind(w->run, from) == QL_TOKEN_PUNCT) from++;
    uint8_t tag = from < end ? ql_tag_of(w->run, from) : QL_TAG_NONE;
    if (tag != QL_TAG_ADP && tag != QL_TAG_SCONJ && tag != QL_TAG_ADV && tag != QL_TAG_CCONJ) return false;
    for (int32_t i = from; i < end; i++) {
        int32_t head = ql_head_of(w->run, i);
        if (ql_kind(w->run, i) == QL_TOKEN_PUNCT || (head >= from && head < end)) continue;
        if (head != verb || !ql_relates(w->run, i, adverbials)) return false;
        bool clause = ql_dependent(w->run, i, QL_RELATION_BIT(NSUBJ)) != QL_NONE;
        if (clause && ql_dependent(w->run, i, QL_RELATION_BIT(MARK)) == QL_NONE) return false;
    }
    return true;
}

/* "…, she said": the content stands before the frame.  Needs a comma or a closing mark there. */
static bool before_frame(writer *w, place *at, int32_t cue, const char *rule, int32_t *made) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    const ql_mark_pair *marks = w->run->scratch->marks.items;
    int32_t end = hit->frame_start, pair = quoted_before(w, at, hit);
    int32_t from = pair == QL_NONE || at->taken > end ? at->opened : at->taken;
    ql_span span;
    if (pair == QL_NONE && !is_enclosed(w, at, hit) && is_fronted(w, from, end, hit->first_token)) return false;
    if (pair != QL_NONE && end <= at->first) { /* “Is it?” | Ann Lee asked reporters. */
        if (w->owner.items[pair] != QL_NONE) return false;
        span = (ql_span){marks[first_of_chain(w, pair)].start, marks[pair].end};
    } else {
        if (end <= from || (pair == QL_NONE && !divides(w, end - 1)) || !content_of(w, from, end, &span))
            return false;
        if (pair != QL_NONE && is_whole(w, pair)) span.start = marks[first_of_chain(w, pair)].start;
    }
    *made = attribute(w, at, cue, span, rule);
    if (*made != QL_NONE && from < at->taken) embrace(w, at, from, *made);
    return true;
}

/* Where a quotation goes on behind its cue: a mark that opens behind a comma, not far, and no other cue before it. */
static int32_t quoted_half(const writer *w, const place *at, int32_t from, const ql_cue_hit *own) {
    const ql_cue_hits *cues = &w->run->scratch->cues;
    int32_t most = at->end - from < MOST_BETWEEN_HALVES ? at->end : from + MOST_BETWEEN_HALVES;
    if (own + 1 < cues->items + cues->n && own[1].first_token < most) most = own[1].first_token;
    for (int32_t i = from; i < most; i++) {
        if (opens_marked(w, i, at->end) && (i == from || is_comma(w, i))) return is_mark(w, i) ? i : i + 1;
        if (is_marked(w, i) || is_final_stop(w, i)) return QL_NONE;
    }
    return QL_NONE;
}

/* Where a sentence goes on behind the cue that splits it: "The plan, she said, will …". */
static int32_t plain_half(const writer *w, const place *at, int32_t from, bool unfinished) {
    if (from + 2 >= at->end || !divides(w, from)) return QL_NONE;
    int32_t next = from + 1;
    if (unfinished) return next;
    if (ql_verb_forms(w->run, next) == QL_VERB_ING || ql_mention_from(w->run, next) != QL_NONE) return QL_NONE;
    if (ql_has(w->run, next, QL_WORD_RELATIVE | QL_WORD_COORDINATOR | QL_WORD_PREPOSITION)) return QL_NONE;
    return next;
}

static void second_half(writer *w, place *at, int32_t of, int32_t from, const ql_cue_hit *hit) {
    ql_span span;
    int32_t end = content_end(w, from + 1, at->end, hit);
    int32_t pair = pair_around(w, token_start(w, from));
    if (pair != QL_NONE) end = ql_token_at(w->run, w->run->scratch->marks.items[pair].end);
    if (end > at->end) end = at->end;
    if (!content_of(w, from, end, &span)) return;
    add_span(w, of, span.start, span.end);
    take_pairs(w, of, span);
    at->taken = end;
}

/* Behind words without marks, does the verb with its subject end their sentence, and not begin one of its own? */
static bool closes_sentence(const writer *w, const place *at, const ql_cue_hit *hit, const ql_cue *word) {
    int32_t verb = hit->first_token, end = hit->frame_end;
    if (ql_verb_forms(w->run, verb) == QL_VERB_ING) return false;
    if (verb > at->first && ql_has(w->run, verb - 1, QL_WORD_MODAL)) return false;
    int32_t told = !hit->inverted && (word->frames & QL_FRAME_ADDRESSEE) ? ql_mention_from(w->run, end) : QL_NONE;
    if (told != QL_NONE) end = w->run->scratch->mentions.items[told].end_token;
    if (end < at->end && ql_has(w->run, end, QL_WORD_COORDINATOR)) return false;
    return closes_clause(w, end, at->end);
}

static bool report_behind(writer *w, place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    int32_t made;
    if (!(word->frames & (QL_FRAME_FINAL | QL_FRAME_QUOTE))) return false;
    bool quoted = quoted_before(w, at, hit) != QL_NONE;
    bool unfinished = !quoted && !has_finite(w, at->opened, hit->frame_start);
    if (!quoted && !closes_sentence(w, at, hit, word)) return false;
    if (!before_frame(w, at, cue, hit->inverted ? "QVS" : "QSV", &made) || made == QL_NONE) return false;
    at->taken = at->opened = hit->frame_end;
    int32_t half = quoted || unfinished ? quoted_half(w, at, hit->frame_end, hit) : QL_NONE;
    if (half == QL_NONE && !quoted) half = plain_half(w, at, skip_adjuncts(w, hit->frame_end, at->end), unfinished);
    if (half != QL_NONE) second_half(w, at, made, half, hit);
    return true;
}

/* Does a quotation end with a punctuation mark of its own? */
static bool ends_itself(const writer *w, int32_t pair) {
    int32_t end = ql_token_at(w->run, w->run->scratch->marks.items[pair].content_end);
    return end > 0 && ql_kind(w->run, end - 1) == QL_TOKEN_PUNCT;
}

/* A whole quotation ends with its marks; a fragment goes on with the clause that it stands in. */
static int32_t reported_until(const writer *w, const place *at, int32_t from, const ql_cue_hit *hit) {
    int32_t pair = is_mark(w, from) ? pair_around(w, token_start(w, from)) : QL_NONE;
    if (pair != QL_NONE && (w->run->scratch->marks.items[pair].form == QL_FORM_SPEECH || ends_itself(w, pair))) {
        int32_t end = ql_token_at(w->run, w->run->scratch->marks.items[pair].end);
        return end < at->end ? end : at->end;
    }
    return content_end(w, from + 1, at->end, hit);
}

/* "a plan which he said was “reckless”, …": the verb and its subject stand inside what they report, between the
   relative pronoun and the rest of its clause. */
static bool report_around(writer *w, place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    int32_t first = hit->end_token, before = hit->frame_start - 1, end = first + 1;
    if (!(word->frames & QL_FRAME_CLAUSE) || hit->inverted || before < at->taken || first >= at->end) return false;
    if (!is_finite(w, first) || hit->frame_start == hit->first_token) return false;
    while (end < at->end && (is_marked(w, end) || !(is_comma(w, end) || is_final_punct(w, end)))) end++;
    ql_span span;
    if (!content_of(w, first, content_end(w, end, end, hit), &span)) return false;
    int32_t made = attribute(w, at, cue, span, "SVQ");
    if (made == QL_NONE) return false;
    if (ql_has(w->run, before, QL_WORD_RELATIVE)) add_span(w, made, token_start(w, before), token_end(w, before));
    at->taken = end;
    return true;
}

/* The whole quotation ahead of token `first` that only adjuncts stand before, behind a comma, a colon or a dash:
   "told the crowd in Iowa, “We will win.”"  The token where it opens, or QL_NONE. */
static int32_t whole_quotation(const writer *w, int32_t first, int32_t end) {
    if (first >= end || ql_is_word(w->run, first, "that")) return QL_NONE;
    for (int32_t i = first + 1; i + 1 < end && i < first + MOST_BETWEEN_HALVES && !is_finite(w, i); i++) {
        if (is_marked(w, i) || ql_is_word(w->run, i, "that")) return QL_NONE;
        bool opens = is_comma(w, i - 1) || ql_is_char(w->run, i - 1, ':') || ql_kind(w->run, i - 1) == QL_TOKEN_DASH;
        if (!opens || !is_mark(w, i)) continue;
        int32_t pair = pair_around(w, token_start(w, i));
        return pair != QL_NONE && is_whole(w, pair) ? i : QL_NONE;
    }
    return QL_NONE;
}

/* "She is said to live in Ely": the subject is part of what is said, and the source whoever else says so. */
static void hold_subject(writer *w, int32_t made, const ql_cue_hit *hit, const ql_cue *word) {
    ql_reach subject;
    ql_span span;
    draft *of = &w->drafts.items[made];
    if (!ql_frame_holds_subject(w->run, hit, word, &subject)) return;
    if (!content_of(w, subject.first, subject.end, &span)) return;
    add_span(w, made, span.start, span.end);
    if (word->act == QL_ACT_SEEMING) of->source = QL_NONE;
    if (of->source == QL_NONE) of->resolution = QL_RESOLVED_NONE;
}

static bool report_ahead(writer *w, place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    ql_span span;
    ql_reach found;
    if (report_around(w, at, cue, word)) return true;
    if (hit->inverted) return false;
    int32_t from = reported_from(w, word, hit->end_token, at->end);
    int32_t whole = from != QL_NONE && is_mark(w, from) ? QL_NONE : whole_quotation(w, hit->end_token, at->end);
    if (whole != QL_NONE && (word->frames & QL_FRAME_QUOTE)) from = whole;
    bool quoted = from != QL_NONE && is_mark(w, from) && (from == whole || from <= hit->end_token + 1);
    if (!quoted && ql_frame_behind(w->run, hit, word, at->end, &found)) {
        found.end = content_end(w, found.first + 1, found.end, hit);
    } else {
        if (from == QL_NONE) return false;
        found = (ql_reach){from, reported_until(w, at, from, hit)};
    }
    if (!content_of(w, found.first, found.end, &span)) return false;
    if (ql_silence_at(w->run, found.first, at->end) != QL_NONE) return false; /* "asked not to be named" */
    int32_t made = attribute(w, at, cue, span, "SVQ");
    if (made == QL_NONE) return false;
    hold_subject(w, made, hit, word);
    at->taken = found.end;
    return true;
}

/* "The plan, according to Reuters, will fail". */
static bool according_behind(writer *w, place *at, int32_t cue) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    int32_t made, start = at->opened;
    ql_span span;
    if (!before_frame(w, at, cue, "QAccordingTo", &made)) {
        if (at->taken >= hit->frame_start || !content_of(w, at->taken, hit->frame_start, &span)) return false;
        made = attribute(w, at, cue, span, "QAccordingTo");
    }
    at->taken = at->opened = hit->frame_end;
    if (made == QL_NONE || has_finite(w, start, hit->frame_start)) return true;
    int32_t half = plain_half(w, at, hit->frame_end, true);
    if (half != QL_NONE) second_half(w, at, made, half, hit);
    return true;
}

/* Has the sentence nothing but a conjunction before token i? */
static bool opens_clause_at(const writer *w, const place *at, int32_t i) {
    return i == at->first || (i == at->first + 1 && ql_has(w->run, at->first, QL_WORD_COORDINATOR));
}

/* What the sentence says behind the first comma behind a frame that opens it. */
static bool content_behind(writer *w, place *at, int32_t cue, const char *rule) {
    enum { MOST_BEHIND = 20 };
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    int32_t from = hit->frame_end;
    ql_span span;
    while (from < at->end && from < hit->frame_end + MOST_BEHIND && !is_comma(w, from)) from++;
    if (from >= at->end || !is_comma(w, from)) return false;
    int32_t end = content_end(w, from + 1, at->end, hit);
    if (!content_of(w, from + 1, end, &span) || attribute(w, at, cue, span, rule) == QL_NONE) return false;
    at->taken = end;
    return true;
}

/* "…, in the words of Ann Lee, “a joke”". */
static bool according_quoted(writer *w, place *at, int32_t cue) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    ql_span span;
    enum { MOST_APPOSED = 12 };
    int32_t from = hit->frame_end;
    while (from < at->end && from < hit->frame_end + MOST_APPOSED && !is_mark(w, from) && !is_finite(w, from)) from++;
    if (from >= at->end || !is_mark(w, from) || !is_comma(w, from - 1) || !opens_marked(w, from, at->end))
        return false;
    int32_t end = reported_until(w, at, from, hit);
    if (!content_of(w, from, end, &span) || attribute(w, at, cue, span, "AccordingToQ") == QL_NONE) return false;
    at->taken = end;
    return true;
}

static void report_according(writer *w, place *at, int32_t cue) {
    if (according_quoted(w, at, cue)) return;
    if (opens_clause_at(w, at, w->run->scratch->cues.items[cue].frame_start))
        content_behind(w, at, cue, "AccordingToQ");
    else
        according_behind(w, at, cue);
}

static void report_colon(writer *w, place *at, int32_t cue) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    ql_span span;
    if (!opens_marked(w, hit->end_token, at->end) && !ql_is_headline(w->run, at->sentence)) return;
    if (!content_of(w, hit->end_token, at->end, &span)) return;
    if (attribute(w, at, cue, span, "ColonQ") != QL_NONE) at->taken = at->end;
}

/* The clause around an adverb such as "reportedly", without it. */
static void report_hedged(writer *w, place *at, int32_t cue) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    int32_t adverb = hit->first_token;
    ql_reach clause = ql_reach_of(w->run, ql_head_of(w->run, adverb));
    ql_span before, behind;
    if (adverb < at->taken) return;
    if (clause.first < at->taken) clause.first = at->taken;
    if (clause.end > at->end) clause.end = at->end;
    bool front = clause.first < adverb && content_of(w, clause.first, adverb, &before);
    if (!content_of(w, adverb + 1, clause.end, &behind)) return;
    int32_t made = attribute(w, at, cue, behind, "Hedge");
    if (made == QL_NONE) return;
    if (front) {
        add_span(w, made, before.start, before.end);
        take_pairs(w, made, before);
    }
    w->drafts.items[made].quoted = false;
    at->taken = clause.end;
}

static void report_signed(writer *w, place *at, int32_t cue) {
    int32_t made;
    if (before_frame(w, at, cue, "Q-S", &made)) at->taken = at->end;
}

/* "As the captain admitted, the radar was off", "The radar was off, as the captain admitted". */
static bool report_as(writer *w, place *at, int32_t cue) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    int32_t made;
    if (opens_clause_at(w, at, hit->frame_start)) return content_behind(w, at, cue, "AsSVQ");
    if (!before_frame(w, at, cue, "QasSV", &made)) return false;
    at->taken = at->opened = hit->frame_end;
    return true;
}

/* What stands quoted before the verb's subject comes first, and what a frame between commas splits; else what the
   verb looks forward to. */
static void read_verb(writer *w, place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    if (ql_is_word(w->run, hit->frame_start, "as") && report_as(w, at, cue)) return;
    bool behind =
        quoted_before(w, at, hit) != QL_NONE || (is_enclosed(w, at, hit) && (word->frames & QL_FRAME_FINAL));
    if (behind && report_behind(w, at, cue, word)) return;
    if (!report_ahead(w, at, cue, word)) report_behind(w, at, cue, word);
}

/* The clause behind a noun begins where its frame ends; it goes as far as the clause's branch does. */
static void report_noun(writer *w, place *at, int32_t cue) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    int32_t clause = ql_head_of(w->run, hit->frame_end);
    ql_span span;
    if (clause == QL_NONE || hit->frame_end < at->taken) return;
    int32_t end = ql_branch_of(w->run, clause)->last + 1;
    if (end > at->end || !content_of(w, hit->frame_end, end, &span)) return;
    if (attribute(w, at, cue, span, "NQ") != QL_NONE) at->taken = end;
}

/* Of a verb that the lexicon does not know: it reports only what is quoted beside it. */
static const ql_cue ANY_VERB = {.frames = QL_FRAME_QUOTE | QL_FRAME_FINAL, .act = QL_ACT_SPEECH};

static int depth_of(const writer *w, int32_t of) {
    int depth = 0;
    while ((of = w->drafts.items[of].parent) != QL_NONE) depth++;
    return depth;
}

/* The innermost statement of this sentence whose content covers `byte`, with the end of that span; QL_NONE without.
 */
static int32_t around_byte(const writer *w, const place *at, int32_t byte, int32_t *end) {
    int32_t found = QL_NONE, n = (int32_t)w->drafts.n;
    for (int32_t i = n - 1; i >= 0 && i > n - MOST_BACK && w->drafts.items[i].sentence == at->sentence; i--)
        for (int32_t b = w->drafts.items[i].first_bit; b != QL_NONE; b = w->bits.items[b].next) {
            if (w->bits.items[b].start > byte || w->bits.items[b].end <= byte) continue;
            if (found != QL_NONE && w->bits.items[b].end >= *end) continue;
            *end = w->bits.items[b].end;
            found = i;
        }
    return found;
}

/* "wants a ship": nothing but an object, too little for a statement inside another. */
static bool has_mere_object(const writer *w, int32_t verb) {
    static const uint64_t clauses = QL_RELATION_BIT(CCOMP) | QL_RELATION_BIT(XCOMP);
    int32_t object = ql_dependent(w->run, verb, QL_RELATION_BIT(OBJ) | QL_RELATION_BIT(OBL));
    return object > verb && ql_dependent(w->run, verb, clauses) == QL_NONE;
}

/* "said that she had denied it": a statement in the content of another. */
static void read_inner(writer *w, const place *at, int32_t cue, const ql_cue *word) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    const ql_marks *marks = &w->run->scratch->marks;
    int32_t end = 0, outer = around_byte(w, at, token_start(w, hit->first_token), &end), inner = (int32_t)w->drafts.n;
    if (outer == QL_NONE || has_mere_object(w, hit->first_token) || depth_of(w, outer) + 1 >= QL_MAX_DEPTH) return;
    place inside = {at->sentence, at->first, ql_token_at(w->run, end), hit->first_token, hit->first_token};
    if (inside.end > at->end) inside.end = at->end;
    if (!report_ahead(w, &inside, cue, word) || (int32_t)w->drafts.n == inner) return;
    draft *made = &w->drafts.items[inner];
    made->parent = outer;
    for (size_t i = (size_t)pair_from(w, made->start); i < marks->n && marks->items[i].start < end; i++)
        if (w->owner.items[i] == outer && marks->items[i].end <= w->bits.items[made->first_bit].end)
            w->owner.items[i] = inner;
}

static void read_cue(writer *w, place *at, int32_t cue) {
    const ql_cue_hit *hit = &w->run->scratch->cues.items[cue];
    const ql_cue *word = ql_cue_of(w->run, hit->first_token);
    if (word == NULL) word = &ANY_VERB;
    if (hit->kind == QL_CUE_NOUN)
        report_noun(w, at, cue);
    else if (hit->kind == QL_CUE_ACCORDING)
        report_according(w, at, cue);
    else if (hit->kind == QL_CUE_COLON)
        report_colon(w, at, cue);
    else if (hit->kind == QL_CUE_DASH)
        report_signed(w, at, cue);
    else if (hit->kind == QL_CUE_HEDGE)
        report_hedged(w, at, cue);
    else if (hit->first_token >= at->taken)
        read_verb(w, at, cue, word);
    else
        read_inner(w, at, cue, word);
}

/* -------------------------------------------------------------------------------------- marked strings */

static int32_t sentence_of(const writer *w, int32_t byte) {
    int32_t token = ql_token_at(w->run, byte);
    if (token >= ql_n_tokens(w->run)) token = ql_n_tokens(w->run) - 1;
    return token < 0 ? QL_NONE : w->run->scratch->tokens.items[token].sentence;
}

static bool opens_sentence(const writer *w, int32_t sentence, int32_t byte) {
    return sentence != QL_NONE && w->run->scratch->sentences.items[sentence].start == byte;
}

static int32_t paragraph_of(const writer *w, int32_t sentence) {
    return sentence == QL_NONE ? QL_NONE : w->run->scratch->sentences.items[sentence].paragraph;
}

/* The statement that a quotation without a cue carries on: the last one, if its paragraph is this or the one
   before. */
static int32_t carried(const writer *w, int32_t last, int32_t sentence) {
    if (last == QL_NONE) return QL_NONE;
    int32_t between = paragraph_of(w, sentence) - paragraph_of(w, w->drafts.items[last].sentence);
    return between >= 0 && between <= 2 ? last : QL_NONE;
}

/* The later of `last` and the last statement that a cue made before the sentence. */
static int32_t last_before(const writer *w, int32_t last, int32_t sentence) {
    int32_t low = vec_lower_bound(w->drafts.items, (size_t)w->n_read, sizeof *w->drafts.items,
                                  offsetof(draft, sentence), sentence);
    for (int n = 0; n < MOST_BACK && low > 0 && w->drafts.items[low - 1].parent != QL_NONE; n++) low--;
    if (low == 0) return last;
    return last == QL_NONE || w->drafts.items[low - 1].sentence > w->drafts.items[last].sentence ? low - 1 : last;
}

/* The last reporting verb of the sentence before, if that ends in a colon and reports nothing yet: "She said:" on the
   line before the quotation.  QL_NONE otherwise. */
static int32_t announcing_cue(const writer *w, int32_t sentence) {
    const ql_scratch *scratch = w->run->scratch;
    if (sentence <= 0) return QL_NONE;
    const ql_sentence *before = &scratch->sentences.items[sentence - 1];
    if (before->end_token <= before->first_token || !ql_is_char(w->run, before->end_token - 1, ':')) return QL_NONE;
    int32_t cue = vec_lower_bound(scratch->cues.items, scratch->cues.n, sizeof *scratch->cues.items,
                                  offsetof(ql_cue_hit, first_token), before->end_token) -
                  1;
    if (cue < 0 || scratch->cues.items[cue].first_token < before->first_token) return QL_NONE;
    if (scratch->cues.items[cue].kind != QL_CUE_VERB) return QL_NONE;
    int32_t draft_before = last_before(w, QL_NONE, sentence);
    return draft_before != QL_NONE && w->drafts.items[draft_before].cue == cue ? QL_NONE : cue;
}

/* A quotation that is part of somebody's sentence, without a cue we know: the nearest verb over it that has a
   subject, and what of it the quotation stands in. */
typedef struct embedding {
    int32_t verb, source;
    ql_reach content;
} embedding;

static bool embedding_of(const writer *w, int32_t pair, embedding *out) {
    const ql_mark_pair *of = &w->run->scratch->marks.items[pair];
    int32_t first = ql_token_at(w->run, of->content_start), end = ql_token_at(w->run, of->content_end), at = first;
    if (first >= end) return false;
    for (int steps = 0; steps < QL_MAX_DEPTH * 4; steps++) {
        int32_t head = ql_head_of(w->run, at);
        if (head == QL_NONE) return false;
        bool outside = head < first || head >= end;
        if (outside && ql_tag_of(w->run, head) == QL_TAG_VERB && !is_marked(w, head) && at > head) {
            out->source = ql_subject_of(w->run, head);
            out->verb = head;
            out->content = ql_reach_of(w->run, at);
            if (out->source != QL_NONE) return true;
        }
        at = head;
    }
    return false;
}

/* The words around a quotation that belong to what is attributed: few, and all on its own line. */
static ql_span around_quotation(const writer *w, const ql_mark_pair *pair, ql_reach content) {
    enum { MOST_AROUND = 14 };
    ql_span span = {pair->start, pair->end};
    int32_t first = ql_token_at(w->run, pair->start), end = ql_token_at(w->run, pair->end);
    if (content.first >= first || content.end < end - 2 || first - content.first > MOST_AROUND) return span;
    bool apart = ql_kind(w->run, first - 1) == QL_TOKEN_PUNCT || ql_kind(w->run, first - 1) == QL_TOKEN_DASH;
    if (apart && !ql_is_word(w->run, content.first, "that")) return span;
    while (content.first < first && ql_kind(w->run, content.first) == QL_TOKEN_PUNCT) content.first++;
    span.start = token_start(w, content.first);
    return span;
}

/* A few words that end like no sentence. */
static bool is_mere_phrase(const writer *w, const ql_mark_pair *of, int32_t most) {
    int32_t first = ql_token_at(w->run, of->start), end = ql_token_at(w->run, of->content_end), n_words = 0;
    for (int32_t i = first; i < end; i++) n_words += ql_kind(w->run, i) == QL_TOKEN_WORD;
    return n_words <= most && end > first && ql_kind(w->run, end - 1) != QL_TOKEN_PUNCT;
}

static int32_t attribute_embedded(writer *w, int32_t pair, int32_t sentence) {
    embedding in;
    const ql_mark_pair *of = &w->run->scratch->marks.items[pair];
    if (!is_speech(of) || of->parent != QL_NONE || !embedding_of(w, pair, &in)) return QL_NONE;
    if (ql_cue_of(w->run, in.verb) == NULL && is_mere_phrase(w, of, MOST_OF_PHRASE)) return QL_NONE;
    int32_t made = add_draft(w, sentence, QL_NONE, in.source, "V“Q”");
    if (made == QL_NONE) return made;
    ql_span span = around_quotation(w, of, in.content);
    add_span(w, made, span.start, span.end);
    w->drafts.items[made].verb = in.verb;
    w->drafts.items[made].quoted = true;
    w->drafts.items[made].closed = of->closed;
    return made;
}

/* A few words inside a sentence that nobody is said to have said are a name for something more often than somebody's.
 */
static bool is_mere_term(const writer *w, int32_t sentence, const ql_mark_pair *of) {
    int32_t first = ql_token_at(w->run, of->start);
    bool announced = first > 0 && (is_comma(w, first - 1) || ql_is_char(w->run, first - 1, ':'));
    return !announced && !ql_is_headline(w->run, sentence) && is_mere_phrase(w, of, MOST_OF_TERM);
}

/* "It does not surprise Ann Lee: “We knew.”"  Whoever stands before the colon; a mention with a name, or QL_NONE. */
static int32_t named_before(const writer *w, const ql_mark_pair *of) {
    int32_t colon = ql_token_at(w->run, of->start) - 1;
    if (colon < 1 || !ql_is_char(w->run, colon, ':')) return QL_NONE;
    int32_t mention = ql_mention_until(w->run, colon);
    if (mention == QL_NONE) return QL_NONE;
    uint8_t kind = w->run->scratch->mentions.items[mention].kind;
    return kind == QL_MENTION_NAME || kind == QL_MENTION_DESCRIPTION ? mention : QL_NONE;
}

/* “No!” — a quotation that is a sentence, and all of it. */
static bool is_line(const writer *w, int32_t sentence, const ql_mark_pair *of) {
    const ql_sentence *all = &w->run->scratch->sentences.items[sentence];
    int32_t end = ql_token_at(w->run, of->content_end);
    return of->closed && of->end >= all->end && end > all->first_token + 1 && is_final_stop(w, end - 1);
}

static int32_t stand_alone(writer *w, int32_t pair, int32_t last) {
    const ql_mark_pair *of = &w->run->scratch->marks.items[pair];
    int32_t sentence = sentence_of(w, of->start);
    bool whole = opens_sentence(w, sentence, of->start) && (is_speech(of) || is_line(w, sentence, of));
    bool carries = whole && of->parent == QL_NONE; /* what is embedded belongs to the pair around it */
    int32_t before = carries ? carried(w, last_before(w, last, sentence), sentence) : QL_NONE;
    int32_t cue = carries ? announcing_cue(w, sentence) : QL_NONE;
    if (cue != QL_NONE) before = QL_NONE;
    if (before != QL_NONE && w->drafts.items[before].quoted && w->drafts.items[before].closed && of->closed &&
        paragraph_of(w, sentence) == paragraph_of(w, w->drafts.items[before].sentence)) {
        carry_on(w, before, of->start, of->end);
        return before;
    }
    int32_t embedded =
        cue == QL_NONE && before == QL_NONE && !whole ? attribute_embedded(w, pair, sentence) : QL_NONE;
    if (embedded != QL_NONE) return embedded;
    int32_t source = cue != QL_NONE ? w->run->scratch->cues.items[cue].source : QL_NONE;
    if (source == QL_NONE && before == QL_NONE && is_speech(of)) source = named_before(w, of);
    int32_t made = add_draft(w, sentence, cue, source, cue != QL_NONE ? "SV:Q" : whole ? "Q" : "mark");
    if (made == QL_NONE) return made;
    add_span(w, made, of->start, of->end);
    draft *to = &w->drafts.items[made];
    to->scare = (!is_speech(of) && !whole) || (!whole && cue == QL_NONE && is_mere_term(w, sentence, of));
    to->quoted = true;
    to->closed = of->closed;
    if (before == QL_NONE) return made;
    to->source = w->drafts.items[before].source;
    to->continues = before;
    to->resolution = to->source != QL_NONE ? QL_RESOLVED_FLOATING : QL_RESOLVED_NONE;
    return made;
}

/* A reporting verb in a quotation beside one inside it: “My aunt used to say, ‘Salt first.’”  Its token, or QL_NONE.
 */
static int32_t verb_of_inner(const writer *w, int32_t pair, int32_t *source) {
    const ql_mark_pair *marks = w->run->scratch->marks.items, *of = &marks[pair];
    const ql_beside *beside = ql_beside_quotation(w->run, pair);
    if (beside != NULL && ql_has(w->run, beside->verb, QL_WORD_CUE_VERB)) {
        *source = ql_mention_from(w->run, beside->first_token);
        return beside->verb;
    }
    int32_t verb = ql_token_at(w->run, of->start) - 1, least = ql_token_at(w->run, marks[of->parent].content_start);
    if (verb >= least && (is_comma(w, verb) || ql_is_char(w->run, verb, ':'))) verb--;
    if (verb < least || !ql_has(w->run, verb, QL_WORD_CUE_VERB)) return QL_NONE;
    *source = ql_speaker_of(w->run, verb);
    return verb;
}

static int32_t place_inner(writer *w, int32_t pair) {
    const ql_mark_pair *of = &w->run->scratch->marks.items[pair];
    int32_t source = QL_NONE, verb = verb_of_inner(w, pair, &source);
    if (verb == QL_NONE || source == QL_NONE) return stand_alone(w, pair, QL_NONE);
    int32_t made = add_draft(w, sentence_of(w, of->start), QL_NONE, source,
                             verb < ql_token_at(w->run, of->start) ? "SVQ" : "QSV");
    if (made == QL_NONE) return made;
    add_span(w, made, of->start, of->end);
    w->drafts.items[made].verb = verb;
    w->drafts.items[made].quoted = true;
    w->drafts.items[made].closed = of->closed;
    return made;
}

static void place_pair(writer *w, int32_t pair, int32_t *last) {
    const ql_mark_pair *of = &w->run->scratch->marks.items[pair];
    int32_t owner = w->owner.items[pair];
    if (owner == QL_NONE && of->parent != QL_NONE) {
        owner = place_inner(w, pair);
        if (owner != QL_NONE) w->drafts.items[owner].parent = w->owner.items[of->parent];
        w->owner.items[pair] = owner;
        return;
    }
    if (owner == QL_NONE && of->continues != QL_NONE) {
        owner = w->owner.items[of->continues];
        if (owner != QL_NONE) carry_on(w, owner, of->start, of->end);
    }
    if (owner == QL_NONE) owner = stand_alone(w, pair, *last);
    w->owner.items[pair] = owner;
    if (owner != QL_NONE && !w->drafts.items[owner].scare) *last = owner;
}

/* ----------------------------------------------------------------------------------------------- output */

static int32_t count_letters(const ql_text *text, int32_t start, int32_t end) {
    int32_t n = 0;
    for (int32_t i = start; i < end; i++) {
        unsigned char c = (unsigned char)text->bytes[i];
        n += c >= 0x80 || (c | 32u) - 'a' < 26u || c - (unsigned)'0' < 10u;
    }
    return n;
}

static int by_start(const void *a, const void *b) {
    const ql_span *x = a, *y = b;
    return x->start != y->start ? (x->start < y->start ? -1 : 1) : (x->end > y->end) - (x->end < y->end);
}

/* The draft's spans in order, those that touch or overlap over white space joined. */
static bool push_spans(writer *w, const draft *of, ql_quote *quote) {
    ql_spans *spans = &w->run->scratch->spans;
    size_t first = spans->n;
    for (int32_t i = of->first_bit; i != QL_NONE; i = w->bits.items[i].next)
        if (!ql_spans_push(spans, (ql_span){w->bits.items[i].start, w->bits.items[i].end})) return false;
    qsort(spans->items + first, spans->n - first, sizeof *spans->items, by_start);
    size_t kept = first;
    for (size_t i = first + 1; i < spans->n; i++) {
        if (spans->items[i].start <= spans->items[kept].end + 1 ||
            count_letters(w->run->text, spans->items[kept].end, spans->items[i].start) == 0) {
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

static bool push_piece(writer *w, const ql_mark_pair *pair, int32_t index, ql_quote *quote) {
    ql_piece piece = {.start = pair->start,
                      .end = pair->end,
                      .open_bytes = pair->content_start - pair->start,
                      .close_bytes = pair->closed ? pair->end - pair->content_end : 0,
                      .pair = index};
    quote->n_pieces++;
    if (!pair->closed) quote->closed = false;
    return ql_pieces_push(&w->run->scratch->pieces, piece);
}

static uint8_t kind_of(const writer *w, const draft *of, const ql_quote *quote) {
    const ql_scratch *scratch = w->run->scratch;
    int32_t all = 0, marked = 0;
    if (of->scare) return QL_QUOTE_SCARE;
    for (int32_t i = 0; i < quote->n_spans; i++) {
        const ql_span *span = &scratch->spans.items[quote->first_span + i];
        all += count_letters(w->run->text, span->start, span->end);
    }
    for (int32_t i = 0; i < quote->n_pieces; i++) {
        const ql_piece *piece = &scratch->pieces.items[quote->first_piece + i];
        marked += count_letters(w->run->text, piece->start, piece->end);
    }
    return quote->n_pieces == 0 ? QL_QUOTE_INDIRECT : marked >= all ? QL_QUOTE_DIRECT : QL_QUOTE_MIXED;
}

static void describe(const writer *w, const draft *of, ql_quote *quote) {
    const ql_scratch *scratch = w->run->scratch;
    const ql_cue_hit *hit = of->cue != QL_NONE ? &scratch->cues.items[of->cue] : NULL;
    const ql_cue *word = hit != NULL && hit->kind <= QL_CUE_NOUN ? ql_cue_of(w->run, hit->first_token) : NULL;
    quote->cue_entry = QL_NONE;
    quote->act = of->scare ? QL_ACT_NONE : QL_ACT_SPEECH;
    if (hit != NULL) {
        quote->cue = (ql_span){token_start(w, hit->first_token), token_end(w, hit->end_token - 1)};
        quote->hedged = hit->hedged;
        quote->negated = hit->negated;
    }
    if (of->verb != QL_NONE) {
        word = ql_cue_of(w->run, of->verb);
        quote->cue = (ql_span){token_start(w, of->verb), token_end(w, of->verb)};
        if (word != NULL) quote->act = word->act;
    }
    if (word != NULL && hit != NULL) {
        quote->cue_entry = scratch->tokens.items[hit->first_token].word;
        quote->act = word->act;
    }
    uint8_t source = of->source != QL_NONE ? scratch->mentions.items[of->source].kind : QL_MENTION_NONE;
    quote->anonymity = source == QL_MENTION_NONE                                        ? QL_ANONYMITY_NONE
                       : source == QL_MENTION_ANONYMOUS                                 ? QL_ANONYMITY_BARE
                       : source == QL_MENTION_GROUP || source == QL_MENTION_DESCRIPTION ? QL_ANONYMITY_DESCRIBED
                                                                                        : QL_ANONYMITY_NAMED;
}

/* Does the pair belong to the statement, or to one inside it that a cue made? */
static bool holds(const writer *w, int32_t of, int32_t pair) {
    int32_t owner = w->owner.items[pair];
    if (w->run->scratch->marks.items[pair].parent != QL_NONE) return owner == of;
    for (int depth = 0; owner != of && owner != QL_NONE && depth < QL_MAX_DEPTH; depth++)
        owner = w->drafts.items[owner].parent;
    return owner == of;
}

static bool push_quote(writer *w, int32_t of_draft) {
    const draft *of = &w->drafts.items[of_draft];
    ql_quote quote = {.sentence = of->sentence,
                      .parent = of->parent,
                      .continues = of->continues,
                      .source = of->source,
                      .resolution = of->resolution,
                      .closed = true,
                      .rule = of->rule,
                      .first_piece = (int32_t)w->run->scratch->pieces.n};
    if (!push_spans(w, of, &quote)) return false;
    const ql_marks *marks = &w->run->scratch->marks;
    for (size_t i = (size_t)pair_from(w, quote.start); i < marks->n && marks->items[i].start < quote.end; i++)
        if (holds(w, of_draft, (int32_t)i) && !push_piece(w, &marks->items[i], (int32_t)i, &quote)) return false;
    quote.kind = kind_of(w, of, &quote);
    quote.fragment = quote.n_pieces > 0 &&
                     marks->items[w->run->scratch->pieces.items[quote.first_piece].pair].form == QL_FORM_FRAGMENT;
    describe(w, of, &quote);
    return ql_quotes_push(&w->run->scratch->quotes, quote);
}

typedef struct order {
    int32_t start, draft;
} order;

static int by_order(const void *a, const void *b) {
    const order *x = a, *y = b;
    return x->start != y->start ? (x->start < y->start ? -1 : 1) : (x->draft > y->draft) - (x->draft < y->draft);
}

/* Statements in the order of the text; ids that refer to drafts become ids of statements. */
static bool write_all(writer *w) {
    size_t n = w->drafts.n;
    order *orders = malloc((n + 1) * sizeof *orders);
    int32_t *place_of = malloc((n + 1) * sizeof *place_of);
    bool fine = orders != NULL && place_of != NULL;
    for (size_t i = 0; fine && i < n; i++) orders[i] = (order){w->drafts.items[i].start, (int32_t)i};
    if (fine) qsort(orders, n, sizeof *orders, by_order);
    for (size_t i = 0; fine && i < n; i++) place_of[orders[i].draft] = (int32_t)i;
    for (size_t i = 0; fine && i < n; i++) fine = push_quote(w, orders[i].draft);
    ql_quotes *quotes = &w->run->scratch->quotes;
    for (size_t i = 0; fine && i < quotes->n; i++) {
        ql_quote *quote = &quotes->items[i];
        if (quote->parent != QL_NONE) quote->parent = place_of[quote->parent];
        if (quote->continues != QL_NONE) quote->continues = place_of[quote->continues];
    }
    free(orders);
    free(place_of);
    return fine;
}

static void read_sentences(writer *w) {
    const ql_scratch *scratch = w->run->scratch;
    int32_t cue = 0, n_cues = (int32_t)scratch->cues.n;
    for (size_t s = 0; s < scratch->sentences.n && !w->out_of_memory; s++) {
        const ql_sentence *of = &scratch->sentences.items[s];
        place at = {(int32_t)s, of->first_token, of->end_token, of->first_token, of->first_token};
        for (; cue < n_cues && scratch->cues.items[cue].first_token < of->end_token; cue++)
            if (ql_can_report(&scratch->cues.items[cue])) read_cue(w, &at, cue);
    }
}

static void read_pairs(writer *w) {
    int32_t last = QL_NONE, n = (int32_t)w->run->scratch->marks.n;
    for (int32_t i = 0; i < n && !w->out_of_memory; i++) place_pair(w, i, &last);
}

ql_status ql_stage_quote(ql_run *run) {
    writer w = {.run = run};
    size_t n = run->scratch->marks.n;
    bool fine = ql_ints_reserve(&w.owner, n);
    for (size_t i = 0; fine && i < n; i++) w.owner.items[w.owner.n++] = QL_NONE;
    if (fine) read_sentences(&w);
    w.n_read = (int32_t)w.drafts.n;
    if (fine) read_pairs(&w);
    fine = fine && !w.out_of_memory && write_all(&w);
    drafts_free(&w.drafts);
    bits_free(&w.bits);
    ql_ints_free(&w.owner);
    return fine ? QL_OK : ql_fail(run->error, QL_NO_MEMORY, QL_NONE, "no memory for statements");
}

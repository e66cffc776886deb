/* Marked strings that no cue took: each carries on a statement, stands alone, or is nobody's words. */
#include "marks/marks.h"
#include "statements/draft.h"
#include "statements/frame.h"

enum {
    MOST_OF_TERM = 8,  /* words of a marked string that may be a name for something */
    MOST_OF_PHRASE = 4 /* where a verb that reports nothing else is over it */
};

static int32_t sentence_of(const ql_drafts *d, int32_t byte) {
    int32_t token = ql_token_at(d->doc, byte);
    if (token >= ql_n_tokens(d->doc)) token = ql_n_tokens(d->doc) - 1;
    return token < 0 ? QL_NONE : d->doc->tokens.items[token].sentence;
}

static bool opens_sentence(const ql_drafts *d, int32_t sentence, int32_t byte) {
    return sentence != QL_NONE && d->doc->sentences.items[sentence].start == byte;
}

static int32_t paragraph_of(const ql_drafts *d, int32_t sentence) {
    return sentence == QL_NONE ? QL_NONE : d->doc->sentences.items[sentence].paragraph;
}

/* The statement that a quotation without a cue carries on: the last one, if its paragraph is this or the one
   before. */
static int32_t carried(const ql_drafts *d, int32_t last, int32_t sentence) {
    if (last == QL_NONE) return QL_NONE;
    int32_t between = paragraph_of(d, sentence) - paragraph_of(d, d->list.items[last].sentence);
    return between >= 0 && between <= 2 ? last : QL_NONE;
}

/* The later of `last` and the last statement that a cue made before the sentence. */
static int32_t last_before(const ql_drafts *d, int32_t last, int32_t sentence) {
    int32_t low = vec_lower_bound(d->list.items, (size_t)d->n_from_cues, sizeof *d->list.items,
                                  offsetof(ql_draft, sentence), sentence);
    for (int n = 0; n < QL_MOST_BACK && low > 0 && d->list.items[low - 1].parent != QL_NONE; n++) low--;
    if (low == 0) return last;
    return last == QL_NONE || d->list.items[low - 1].sentence > d->list.items[last].sentence ? low - 1 : last;
}

/* The last reporting verb of the sentence before, if that ends in a colon and reports nothing yet: "She said:" on the
   line before the quotation.  QL_NONE otherwise. */
static int32_t announcing_cue(const ql_drafts *d, int32_t sentence) {
    const ql_document *doc = d->doc;
    if (sentence <= 0) return QL_NONE;
    const ql_sentence *before = &doc->sentences.items[sentence - 1];
    if (before->end_token <= before->first_token || !ql_is_char(d->doc, before->end_token - 1, ':')) return QL_NONE;
    int32_t cue = vec_lower_bound(doc->cues.items, doc->cues.n, sizeof *doc->cues.items,
                                  offsetof(ql_cue_hit, first_token), before->end_token) -
                  1;
    if (cue < 0 || doc->cues.items[cue].first_token < before->first_token) return QL_NONE;
    if (doc->cues.items[cue].kind != QL_CUE_VERB) return QL_NONE;
    int32_t draft_before = last_before(d, QL_NONE, sentence);
    return draft_before != QL_NONE && d->list.items[draft_before].cue == cue ? QL_NONE : cue;
}

/* A quotation that is part of somebody's sentence, without a cue we know: the nearest verb over it that has a
   subject, and what of it the quotation is in. */
typedef struct embedding {
    int32_t verb, source;
    ql_token_range content;
} embedding;

static bool embedding_of(const ql_drafts *d, int32_t pair, embedding *out) {
    const ql_mark_pair *marked = &d->doc->marks.items[pair];
    int32_t first = ql_token_at(d->doc, marked->content_start), end = ql_token_at(d->doc, marked->content_end),
            at = first;
    if (first >= end) return false;
    for (int steps = 0; steps < QL_MAX_DEPTH * 4; steps++) {
        int32_t head = ql_head_of(d->doc, at);
        if (head == QL_NONE) return false;
        bool outside = head < first || head >= end;
        if (outside && ql_tag_of(d->doc, head) == QL_TAG_VERB && !ql_is_marked(d, head) && at > head) {
            out->source = ql_subject_of(d->doc, head);
            out->verb = head;
            out->content = ql_subtree_of(d->doc, at);
            if (out->source != QL_NONE) return true;
        }
        at = head;
    }
    return false;
}

/* The words around a quotation that belong to what is attributed: few, and all on its own line. */
static ql_span around_quotation(const ql_drafts *d, const ql_mark_pair *pair, ql_token_range content) {
    enum { MOST_AROUND = 14 };
    ql_span span = {pair->start, pair->end};
    int32_t first = ql_token_at(d->doc, pair->start), end = ql_token_at(d->doc, pair->end);
    if (content.first >= first || content.end < end - 2 || first - content.first > MOST_AROUND) return span;
    bool apart = ql_kind(d->doc, first - 1) == QL_TOKEN_PUNCT || ql_kind(d->doc, first - 1) == QL_TOKEN_DASH;
    if (apart && !ql_has(d->doc, content.first, QL_WORD_COMPLEMENTIZER)) return span;
    while (content.first < first && ql_kind(d->doc, content.first) == QL_TOKEN_PUNCT) content.first++;
    span.start = ql_token_start(d, content.first);
    return span;
}

/* A few words that end like no sentence. */
static bool is_mere_phrase(const ql_drafts *d, const ql_mark_pair *pair, int32_t most) {
    int32_t first = ql_token_at(d->doc, pair->start), end = ql_token_at(d->doc, pair->content_end), n_words = 0;
    for (int32_t i = first; i < end; i++) n_words += ql_kind(d->doc, i) == QL_TOKEN_WORD;
    return n_words <= most && end > first && ql_kind(d->doc, end - 1) != QL_TOKEN_PUNCT;
}

static int32_t attribute_embedded(ql_drafts *d, int32_t pair, int32_t sentence) {
    embedding in;
    const ql_mark_pair *marked = &d->doc->marks.items[pair];
    if (!ql_is_speech(marked) || marked->parent != QL_NONE || !embedding_of(d, pair, &in)) return QL_NONE;
    if (ql_cue_of(d->doc, in.verb) == NULL && is_mere_phrase(d, marked, MOST_OF_PHRASE)) return QL_NONE;
    int32_t made = ql_add_draft(d, sentence, QL_NONE, in.source, QL_RULE_UNKNOWN_VERB);
    if (made == QL_NONE) return made;
    ql_span span = around_quotation(d, marked, in.content);
    ql_add_span(d, made, span.start, span.end);
    d->list.items[made].verb = in.verb;
    d->list.items[made].quoted = true;
    d->list.items[made].closed = marked->closed;
    return made;
}

/* A few words inside a sentence that nobody is said to have said are a name for something more
   often than somebody's. */
static bool is_mere_term(const ql_drafts *d, int32_t sentence, const ql_mark_pair *pair) {
    int32_t first = ql_token_at(d->doc, pair->start);
    bool announced = first > 0 && (ql_is_comma(d, first - 1) || ql_is_char(d->doc, first - 1, ':'));
    return !announced && !ql_is_headline(d->doc, sentence) && is_mere_phrase(d, pair, MOST_OF_TERM);
}

/* "It does not surprise Ann Lee: “We knew.”"  The person before the colon; a mention with a name, or QL_NONE. */
static int32_t named_before(const ql_drafts *d, const ql_mark_pair *pair) {
    int32_t colon = ql_token_at(d->doc, pair->start) - 1;
    if (colon < 1 || !ql_is_char(d->doc, colon, ':')) return QL_NONE;
    int32_t mention = ql_mention_until(d->doc, colon);
    if (mention == QL_NONE) return QL_NONE;
    uint8_t kind = d->doc->mentions.items[mention].kind;
    return kind == QL_MENTION_NAME || kind == QL_MENTION_DESCRIPTION ? mention : QL_NONE;
}

/* “No!” — a quotation that is a sentence, and all of it. */
static bool is_line(const ql_drafts *d, int32_t sentence, const ql_mark_pair *pair) {
    const ql_sentence *all = &d->doc->sentences.items[sentence];
    int32_t end = ql_token_at(d->doc, pair->content_end);
    return pair->closed && pair->end >= all->end && end > all->first_token + 1 && ql_is_final_stop(d, end - 1);
}

/* "… broke out, “Silence, there!”": an exclamation after a comma, a colon or a dash is somebody's. */
static bool is_exclaimed(const ql_drafts *d, const ql_mark_pair *pair) {
    int32_t first = ql_token_at(d->doc, pair->content_start), end = ql_token_at(d->doc, pair->content_end);
    int32_t before = ql_token_at(d->doc, pair->start) - 1;
    if (!pair->closed || before < 0 || end - first < 3 || !ql_is_char(d->doc, end - 1, '!')) return false;
    bool announced =
        ql_is_comma(d, before) || ql_is_char(d->doc, before, ':') || ql_kind(d->doc, before) == QL_TOKEN_DASH;
    return announced && ql_flag(d->doc, first, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS);
}

static int32_t stand_alone(ql_drafts *d, int32_t pair, int32_t last) {
    const ql_mark_pair *marked = &d->doc->marks.items[pair];
    int32_t sentence = sentence_of(d, marked->start);
    bool whole = opens_sentence(d, sentence, marked->start) && (ql_is_speech(marked) || is_line(d, sentence, marked));
    bool carries = whole && marked->parent == QL_NONE; /* what is embedded belongs to the pair around it */
    int32_t before = carries ? carried(d, last_before(d, last, sentence), sentence) : QL_NONE;
    int32_t cue = carries ? announcing_cue(d, sentence) : QL_NONE;
    if (cue != QL_NONE) before = QL_NONE;
    if (before != QL_NONE && d->list.items[before].quoted && d->list.items[before].closed && marked->closed &&
        paragraph_of(d, sentence) == paragraph_of(d, d->list.items[before].sentence)) {
        ql_carry_on(d, before, marked->start, marked->end);
        return before;
    }
    int32_t embedded =
        cue == QL_NONE && before == QL_NONE && !whole ? attribute_embedded(d, pair, sentence) : QL_NONE;
    if (embedded != QL_NONE) return embedded;
    int32_t source = cue != QL_NONE ? d->doc->cues.items[cue].source : QL_NONE;
    if (source == QL_NONE && before == QL_NONE && ql_is_speech(marked)) source = named_before(d, marked);
    int32_t made = ql_add_draft(d, sentence, cue, source,
                                cue != QL_NONE ? QL_RULE_ANNOUNCED
                                : whole        ? QL_RULE_ALONE
                                               : QL_RULE_MARKED);
    if (made == QL_NONE) return made;
    ql_add_span(d, made, marked->start, marked->end);
    ql_draft *to = &d->list.items[made];
    bool spoken = ql_is_speech(marked) || whole || is_exclaimed(d, marked);
    to->scare = !spoken || (!whole && cue == QL_NONE && is_mere_term(d, sentence, marked));
    to->quoted = true;
    to->closed = marked->closed;
    if (before == QL_NONE) return made;
    to->source = d->list.items[before].source;
    to->continues = before;
    to->source_origin = to->source != QL_NONE ? QL_RESOLVED_FLOATING : QL_RESOLVED_NONE;
    return made;
}

/* A reporting verb in a quotation beside one inside it: “My aunt used to say, ‘Salt first.’”  Its
   token, or QL_NONE. */
static int32_t verb_of_inner(const ql_drafts *d, int32_t pair, int32_t *source) {
    const ql_mark_pair *marks = d->doc->marks.items, *marked = &marks[pair];
    const ql_adjacent *adjacent = ql_adjacent_by_quotation(d->doc, pair);
    if (adjacent != NULL && ql_has(d->doc, adjacent->verb, QL_WORD_CUE_VERB)) {
        *source = ql_mention_from(d->doc, adjacent->first_token);
        return adjacent->verb;
    }
    int32_t verb = ql_token_at(d->doc, marked->start) - 1,
            least = ql_token_at(d->doc, marks[marked->parent].content_start);
    if (verb >= least && (ql_is_comma(d, verb) || ql_is_char(d->doc, verb, ':'))) verb--;
    if (verb < least || !ql_has(d->doc, verb, QL_WORD_CUE_VERB)) return QL_NONE;
    *source = ql_speaker_of(d->doc, verb);
    return verb;
}

/* Marks inside a quotation that open in the middle of its sentence and of nobody there: its speaker's own way of
   writing, and in dialect often no marks at all. */
static bool runs_on(const ql_drafts *d, const ql_mark_pair *pair) {
    int32_t first = ql_token_at(d->doc, pair->content_start), before = ql_token_at(d->doc, pair->start) - 1;
    if (before < 0 || ql_kind(d->doc, before) != QL_TOKEN_WORD) return false;
    return !ql_flag(d->doc, first, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS);
}

static int32_t place_inner(ql_drafts *d, int32_t pair) {
    const ql_mark_pair *marked = &d->doc->marks.items[pair];
    int32_t source = QL_NONE, verb = verb_of_inner(d, pair, &source);
    if (verb == QL_NONE || source == QL_NONE) {
        int32_t alone = stand_alone(d, pair, QL_NONE);
        if (alone != QL_NONE && d->list.items[alone].source == QL_NONE && runs_on(d, marked))
            d->list.items[alone].scare = true;
        return alone;
    }
    int32_t made = ql_add_draft(d, sentence_of(d, marked->start), QL_NONE, source,
                                verb < ql_token_at(d->doc, marked->start) ? QL_RULE_AFTER_SUBJECT_VERB
                                                                          : QL_RULE_BEFORE_SUBJECT_VERB);
    if (made == QL_NONE) return made;
    ql_add_span(d, made, marked->start, marked->end);
    d->list.items[made].verb = verb;
    d->list.items[made].quoted = true;
    d->list.items[made].closed = marked->closed;
    return made;
}

static void place_pair(ql_drafts *d, int32_t pair, int32_t *last) {
    const ql_mark_pair *marked = &d->doc->marks.items[pair];
    int32_t owner = d->owner.items[pair];
    if (owner == QL_NONE && marked->parent != QL_NONE) {
        owner = place_inner(d, pair);
        if (owner != QL_NONE) d->list.items[owner].parent = d->owner.items[marked->parent];
        d->owner.items[pair] = owner;
        return;
    }
    if (owner == QL_NONE && marked->continues != QL_NONE) {
        owner = d->owner.items[marked->continues];
        if (owner != QL_NONE) ql_carry_on(d, owner, marked->start, marked->end);
    }
    if (owner == QL_NONE) owner = stand_alone(d, pair, *last);
    d->owner.items[pair] = owner;
    if (owner != QL_NONE && !d->list.items[owner].scare) *last = owner;
}

void ql_place_marks(ql_drafts *d) {
    int32_t last = QL_NONE, n = (int32_t)d->doc->marks.n;
    for (int32_t i = 0; i < n && !d->out_of_memory; i++) place_pair(d, i, &last);
}

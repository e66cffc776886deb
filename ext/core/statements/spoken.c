/* Whether a few words between marks are somebody's, or a term, a title, a nickname, a word held at arm's length.
   Features of what the words look like and of what stands around them are weighed; `make fit` learns the weights from
   strings that people labelled. */
#include "statements/spoken.h"

#include "choice/choice.h"
#include "marks/marks.h"

enum {
    MOST_WORDS = 8, /* more are always somebody's */
    LOOK_BACK = 4,  /* tokens in which a noun or verb before the marks is looked for */
    MOST_CLIMB = 6,
    CHANCES = 10
};

/* What stands beside the marks, coarsely. */
typedef enum beside {
    BESIDE_EDGE = 0, /* of the sentence */
    BESIDE_COMMA,
    BESIDE_COLON,
    BESIDE_DASH,
    BESIDE_MARK,
    BESIDE_STOP,
    BESIDE_OWNER,
    BESIDE_CUE_VERB,
    BESIDE_CUE_NOUN,
    BESIDE_BE,
    BESIDE_TERM_CUE, /* "so-called", "the word" */
    BESIDE_TITLE_NOUN,
    BESIDE_TAG,
    BESIDES = BESIDE_TAG + QL_TAGS
} beside;

typedef struct words {
    const ql_drafts *d;
    const ql_document *doc;
    const ql_mark_pair *pair;
    int32_t first, end;     /* tokens between the marks */
    int32_t before, behind; /* the nearest tokens outside that are not marks, or QL_NONE at the sentence's edge */
    int32_t n, n_small;     /* words; those of content that begin in lower case */
    bool has_verb, in_headline;
} words;

static bool is_word(const ql_document *doc, int32_t i) {
    uint8_t kind = ql_kind(doc, i);
    return kind != QL_TOKEN_PUNCT && kind != QL_TOKEN_MARK && kind != QL_TOKEN_DASH && kind != QL_TOKEN_CLITIC;
}

static bool read_words(const ql_drafts *d, int32_t pair, words *w) {
    const ql_document *doc = d->doc;
    *w = (words){.d = d, .doc = doc, .pair = &doc->marks.items[pair], .before = QL_NONE, .behind = QL_NONE};
    w->first = ql_token_at(doc, w->pair->content_start);
    w->end = w->first;
    while (w->end < ql_n_tokens(doc) && ql_token_of(doc, w->end)->start < w->pair->content_end) {
        int32_t i = w->end++;
        uint8_t tag = ql_tag_of(doc, i);
        if (!is_word(doc, i)) continue;
        bool is_content = tag == QL_TAG_NOUN || tag == QL_TAG_ADJ || tag == QL_TAG_VERB || tag == QL_TAG_PROPN;
        w->n_small += is_content && !ql_flag(doc, i, QL_TOKEN_CAPITAL);
        w->has_verb |= tag == QL_TAG_VERB || tag == QL_TAG_AUX;
        if (++w->n > MOST_WORDS) return false;
    }
    if (w->n == 0) return false;
    int32_t sentence = ql_token_of(doc, w->first)->sentence;
    const ql_sentence *around = &doc->sentences.items[sentence];
    int32_t before = w->first - 1, behind = w->end;
    while (before >= around->first_token && ql_kind(doc, before) == QL_TOKEN_MARK) before--;
    while (behind < around->end_token && ql_kind(doc, behind) == QL_TOKEN_MARK) behind++;
    if (before >= around->first_token) w->before = before;
    if (behind < around->end_token) w->behind = behind;
    w->in_headline = ql_is_headline(doc, sentence);
    return true;
}

static int beside_of(const ql_document *doc, int32_t i) {
    if (i == QL_NONE) return BESIDE_EDGE;
    const ql_cue *cue = ql_cue_of(doc, i);
    if (ql_is_char(doc, i, ',')) return BESIDE_COMMA;
    if (ql_is_char(doc, i, ':')) return BESIDE_COLON;
    if (ql_kind(doc, i) == QL_TOKEN_DASH) return BESIDE_DASH;
    if (ql_kind(doc, i) == QL_TOKEN_MARK) return BESIDE_MARK;
    if (ql_is_char(doc, i, '.') || ql_is_char(doc, i, '!') || ql_is_char(doc, i, '?')) return BESIDE_STOP;
    if (ql_has(doc, i, QL_WORD_TERM_CUE)) return BESIDE_TERM_CUE;
    if (ql_has(doc, i, QL_WORD_TITLE_NOUN)) return BESIDE_TITLE_NOUN;
    if (ql_has(doc, i, QL_WORD_POSSESSIVE, QL_WORD_POSSESSIVE_CLITIC)) return BESIDE_OWNER;
    if (ql_has(doc, i, QL_WORD_BE)) return BESIDE_BE;
    if (cue != NULL && !cue->is_noun && ql_tag_of(doc, i) == QL_TAG_VERB) return BESIDE_CUE_VERB;
    if (cue != NULL && cue->is_noun) return BESIDE_CUE_NOUN;
    return BESIDE_TAG + ql_tag_of(doc, i);
}

/* The nearest noun or verb before the marks. */
static int32_t topic_before(const words *w) {
    for (int32_t i = w->before, n = 0; i >= 0 && n < LOOK_BACK; i--, n++) {
        uint8_t tag = ql_tag_of(w->doc, i);
        if (ql_token_of(w->doc, i)->sentence != ql_token_of(w->doc, w->first)->sentence) break;
        if (tag == QL_TAG_NOUN || tag == QL_TAG_VERB || tag == QL_TAG_PROPN) return i;
    }
    return QL_NONE;
}

/* The word between the marks that hangs on one outside. */
static int32_t top_of(const words *w) {
    for (int32_t i = w->first; i < w->end; i++) {
        int32_t head = ql_head_of(w->doc, i);
        if (is_word(w->doc, i) && (head < w->first || head >= w->end)) return i;
    }
    return w->first;
}

/* The nearest verb over the words, outside of the marks. */
static int32_t verb_over(const words *w, int32_t top) {
    int32_t at = ql_head_of(w->doc, top);
    for (int steps = 0; at != QL_NONE && steps < MOST_CLIMB; steps++, at = ql_head_of(w->doc, at))
        if (ql_tag_of(w->doc, at) == QL_TAG_VERB && (at < w->first || at >= w->end)) return at;
    return QL_NONE;
}

static int last_mark(const words *w) {
    int32_t last = w->end - 1;
    static const char MARKS[] = ",.!?;:";
    for (int k = 0; MARKS[k] != '\0'; k++)
        if (ql_is_char(w->doc, last, MARKS[k])) return k + 1;
    return 0;
}

static int case_of(const words *w) {
    bool capital = ql_flag(w->doc, w->first, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS);
    return w->n_small == 0 ? (capital ? 0 : 1) : capital ? 2 : 3;
}

static void weigh_look(const words *w, ql_reasons *to) {
    int look = case_of(w), n = w->n;
    ql_add_reason(to, QL_CHOICE_MARKED_FORM, w->pair->form + QL_FORMS * w->in_headline);
    ql_add_reason(to, QL_CHOICE_MARKED_WORDS, n * 8 + look * 2 + w->in_headline);
    ql_add_reason(to, QL_CHOICE_MARKED_VERB, (n < 4 ? n : 4) * 2 + w->has_verb);
    ql_add_reason(to, QL_CHOICE_MARKED_END, last_mark(w) * 4 + look);
    ql_add_reason(to, QL_CHOICE_MARKED_FIRST, ql_tag_of(w->doc, w->first) * 4 + look);
    ql_add_reason(to, QL_CHOICE_MARKED_LAST, ql_tag_of(w->doc, w->end - 1));
    if (n == 1) ql_add_reason(to, QL_CHOICE_MARKED_ONLY, ql_tag_of(w->doc, w->first) * 4 + look);
}

static void weigh_place(const words *w, ql_reasons *to) {
    const ql_document *doc = w->doc;
    int before = beside_of(doc, w->before), behind = beside_of(doc, w->behind);
    int32_t topic = topic_before(w), top = top_of(w), verb = verb_over(w, top);
    const ql_cue *cue = verb != QL_NONE ? ql_cue_of(doc, verb) : NULL;
    ql_add_reason(to, QL_CHOICE_MARKED_BEFORE, before);
    ql_add_reason(to, QL_CHOICE_MARKED_BEFORE_LOOK, before * 4 + case_of(w));
    ql_add_reason(to, QL_CHOICE_MARKED_BEHIND, behind);
    if (w->before != QL_NONE) ql_add_reason(to, QL_CHOICE_MARKED_BEFORE_WORD, ql_word_hash(doc, w->before));
    if (w->behind != QL_NONE) ql_add_reason(to, QL_CHOICE_MARKED_BEHIND_WORD, ql_word_hash(doc, w->behind));
    if (topic != QL_NONE) ql_add_reason(to, QL_CHOICE_MARKED_TOPIC, ql_word_hash(doc, topic));
    ql_add_reason(to, QL_CHOICE_MARKED_RELATION, ql_relation_of(doc, top));
    ql_add_reason(to, QL_CHOICE_MARKED_OVER, verb == QL_NONE ? 0 : cue == NULL ? 1 : 2 + cue->act);
    if (verb != QL_NONE) ql_add_reason(to, QL_CHOICE_MARKED_OVER_WORD, ql_word_hash(doc, verb));
    if (w->behind == QL_NONE && w->before == QL_NONE) ql_add_reason(to, QL_CHOICE_MARKED_WHOLE, w->in_headline);
}

/* Which sort of draft has the words: none but the marks', that of a cue. */
static int sort_of(const words *w, int32_t owner) {
    const ql_draft *draft = &w->d->list.items[owner];
    bool is_all = draft->start >= w->pair->start && draft->end <= w->pair->end;
    int by = draft->scare ? 0 : draft->rule == QL_RULE_UNKNOWN_VERB ? 1 : draft->cue == QL_NONE ? 2 : 3;
    return by * 4 + is_all * 2 + (draft->source != QL_NONE);
}

static void weigh_reading(const words *w, int32_t owner, float chance, ql_reasons *to) {
    int bucket = chance < 0 ? 0 : chance >= 1 ? CHANCES - 1 : (int)(chance * CHANCES), sort = sort_of(w, owner);
    ql_add_reason(to, QL_CHOICE_MARKED_CHANCE, bucket);
    ql_add_reason(to, QL_CHOICE_MARKED_SORT, sort);
    ql_add_reason(to, QL_CHOICE_MARKED_SORT_CHANCE, bucket * 16 + sort);
    ql_add_reason(to, QL_CHOICE_MARKED_SORT_LOOK, sort * 4 + case_of(w));
}

bool ql_weigh_marked(ql_drafts *d, int32_t pair, int32_t owner, float chance, float *spoken) {
    words w;
    *spoken = 1;
    if (!read_words(d, pair, &w)) return true;
    ql_chooser chooser = ql_chooser_of(d->doc, pair, QL_DECISION_MARKED);
    ql_reasons none = {.n = 0}, own = {.n = 0};
    weigh_look(&w, &own);
    weigh_place(&w, &own);
    weigh_reading(&w, owner, chance, &own);
    if (!ql_weigh(&chooser, &none, QL_NONE, (ql_span){0, 0})) return false;
    if (!ql_weigh(&chooser, &own, QL_NONE, (ql_span){w.pair->start, w.pair->end})) return false;
    float share;
    int32_t best = ql_chosen(&chooser, &share);
    *spoken = best == 1 ? share : 1 - share;
    return true;
}

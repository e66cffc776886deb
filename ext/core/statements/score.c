/* How sure each statement is, and how sure its source: log-linear models over what the stages before found.

   A statement is right with the probability that a logistic regression gives it; a marked string that is nobody's
   words has a small regression of its own.  The source is one of a few candidates, the mentions of its sentence
   nearest to the cue, the source of the statement before, and none of them: what the rules chose has its share of a
   softmax over all.  Nothing here chooses: it only says how sure the rules may be.  Features are the rows of
   ext/data/score.tsv. */
#include "statements/score.h"

#include <math.h>

#include "statements/statements.h"

typedef struct feature_row {
    const char *name, *meaning;
    float weight;
} feature_row;

#include "tables/score.h"

enum {
    MOST_FEATURES = 32,   /* of a statement or a candidate */
    MOST_CANDIDATES = 14, /* the chosen one, those near the cue, the one before, none */
    MOST_NEAR = 12,
    MOST_LOOKS = 32, /* mentions that are looked at for them */
    MOST_CLIMB = 32  /* steps up a tree */
};

typedef struct bag {
    int32_t items[MOST_FEATURES];
    int32_t n;
} bag;

static void add(bag *to, int32_t feature) {
    if (feature >= 0 && to->n < MOST_FEATURES) to->items[to->n++] = feature;
}

static void add_if(bag *to, bool is_so, int32_t feature) {
    if (is_so) add(to, feature);
}

static double sum_of(const ql_document *doc, const bag *features) {
    double sum = 0;
    for (int32_t i = 0; i < features->n; i++) sum += (double)doc->engine->weights[features->items[i]];
    return sum;
}

static double logistic(double logit) {
    return 1 / (1 + exp(-logit));
}

/* --------------------------------------------------------------------------------------------- weights */

const char *ql_feature_name(int32_t feature) {
    return FEATURES[feature].name;
}
const char *ql_feature_meaning(int32_t feature) {
    return FEATURES[feature].meaning;
}

int32_t ql_n_features(void) {
    return N_FEATURES;
}
double ql_engine_weight(const ql_engine *engine, int32_t feature) {
    return (double)engine->weights[feature];
}

static int32_t feature_named(const char *name) {
    for (int32_t i = 0; i < N_FEATURES; i++)
        if (strcmp(FEATURES[i].name, name) == 0) return i;
    return QL_NONE;
}

static ql_status take_weight(const ql_weight *given, float *weights, ql_error *error) {
    int32_t feature = given->name != NULL ? feature_named(given->name) : QL_NONE;
    if (feature == QL_NONE)
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "there is no feature %.60s; names look like %s",
                       given->name != NULL ? given->name : "a weight without a name", FEATURES[0].name);
    if (!(fabs(given->value) < 1e6))
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "the weight of %s is not a number below a million",
                       given->name);
    weights[feature] = (float)given->value;
    return QL_OK;
}

ql_status ql_weights_new(const ql_options *options, float **out, ql_error *error) {
    float *weights = malloc(N_FEATURES * sizeof *weights);
    ql_status status = QL_OK;
    *out = NULL;
    if (weights == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for weights");
    for (int32_t i = 0; i < N_FEATURES; i++) weights[i] = FEATURES[i].weight;
    for (size_t i = 0; options != NULL && i < options->n_weights && status == QL_OK; i++)
        status = take_weight(&options->weights[i], weights, error);
    if (status == QL_OK)
        *out = weights;
    else
        free(weights);
    return status;
}

/* ------------------------------------------------------------------------------------------- statements */

/* A statement, and where its parts stand among the tokens. */
typedef struct statement {
    ql_document *doc;
    const ql_quote *quote;
    int32_t index;
    int32_t first, end; /* of its content */
    int32_t cue;        /* its first token, or QL_NONE */
    int32_t cue_end;
    const ql_cue_hit *hit; /* NULL if cue.c did not find the cue */
    const ql_cue *word;    /* NULL for a cue that the lexicon does not have */
} statement;

static statement statement_of(ql_document *doc, int32_t index) {
    const ql_quote *quote = &doc->quotes.items[index];
    statement s = {.doc = doc, .quote = quote, .index = index, .cue = QL_NONE, .cue_end = QL_NONE};
    s.first = ql_token_at(doc, quote->start);
    s.end = ql_token_at(doc, quote->end);
    if (quote->cue.start >= quote->cue.end) return s;
    s.cue = ql_token_at(doc, quote->cue.start);
    s.cue_end = ql_token_at(doc, quote->cue.end);
    if (s.cue >= ql_n_tokens(doc)) s.cue = s.cue_end = QL_NONE;
    if (s.cue == QL_NONE) return s;
    int32_t hit = ql_hit_at(doc, s.cue);
    s.hit = hit != QL_NONE ? &doc->cues.items[hit] : NULL;
    if (s.hit == NULL || s.hit->kind <= QL_CUE_NOUN) s.word = ql_cue_of(doc, s.cue);
    return s;
}

static int32_t cue_feature(const statement *s) {
    if (s->cue == QL_NONE) return SCORE_QUOTE_CUE_NONE;
    if (s->hit != NULL && s->hit->kind == QL_CUE_ACCORDING) return SCORE_QUOTE_CUE_ACCORDING;
    if (s->hit != NULL && s->hit->kind == QL_CUE_COLON) return SCORE_QUOTE_CUE_COLON;
    if (s->hit != NULL && s->hit->kind == QL_CUE_DASH) return SCORE_QUOTE_CUE_DASH;
    if (s->hit != NULL && s->hit->kind == QL_CUE_HEDGE) return SCORE_QUOTE_CUE_HEDGE;
    if (s->hit != NULL && s->hit->kind == QL_CUE_NOUN) return SCORE_QUOTE_CUE_NOUN;
    return s->word != NULL ? SCORE_QUOTE_CUE_VERB : SCORE_QUOTE_CUE_UNKNOWN;
}

static int32_t act_feature(const ql_quote *quote) {
    static const int16_t features[QL_ACTS] = {
        [QL_ACT_NONE] = QL_NONE,
        [QL_ACT_SPEECH] = SCORE_QUOTE_ACT_SPEECH,
        [QL_ACT_EVIDENCE] = SCORE_QUOTE_ACT_EVIDENCE,
        [QL_ACT_THOUGHT] = SCORE_QUOTE_ACT_THOUGHT,
        [QL_ACT_INTENTION] = SCORE_QUOTE_ACT_INTENTION,
        [QL_ACT_ATTITUDE] = SCORE_QUOTE_ACT_ATTITUDE,
        [QL_ACT_SEEMING] = SCORE_QUOTE_ACT_SEEMING,
        [QL_ACT_OTHER] = SCORE_QUOTE_ACT_OTHER,
    };
    return features[quote->act];
}

static int32_t tone_feature(const ql_cue *word) {
    if (word == NULL) return QL_NONE;
    if (strcmp(word->tone, "neutral") == 0) return SCORE_QUOTE_TONE_NEUTRAL;
    if (strcmp(word->tone, "stance") == 0) return SCORE_QUOTE_TONE_STANCE;
    if (strcmp(word->tone, "manner") == 0) return SCORE_QUOTE_TONE_MANNER;
    return strcmp(word->tone, "question") == 0 ? SCORE_QUOTE_TONE_QUESTION : SCORE_QUOTE_TONE_OTHER;
}

static int32_t opening_feature(const statement *s) {
    const ql_document *doc = s->doc;
    if (s->first >= s->end) return QL_NONE;
    if (ql_kind(doc, s->first) == QL_TOKEN_MARK) return SCORE_QUOTE_OPENS_MARK;
    if (ql_has(doc, s->first, QL_WORD_COMPLEMENTIZER)) return SCORE_QUOTE_OPENS_THAT;
    if (ql_has(doc, s->first, QL_WORD_INFINITIVE_MARKER)) return SCORE_QUOTE_OPENS_TO;
    return ql_has(doc, s->first, QL_WORD_WH) ? SCORE_QUOTE_OPENS_WH : SCORE_QUOTE_OPENS_PLAIN;
}

/* Does token `at` hang on one of the tokens [first, end), at however many steps?  `*last` is the last step below. */
static bool hangs_on(const ql_document *doc, int32_t at, int32_t first, int32_t end, int32_t *last) {
    for (int steps = 0; steps < MOST_CLIMB; steps++) {
        int32_t head = ql_head_of(doc, at);
        if (head == QL_NONE) return false;
        *last = at;
        if (head >= first && head < end) return true;
        at = head;
    }
    return false;
}

static int32_t tree_feature(const statement *s) {
    const ql_document *doc = s->doc;
    int32_t first = s->first, top;
    if (s->cue == QL_NONE || first >= s->end) return QL_NONE;
    if (ql_kind(doc, first) == QL_TOKEN_MARK && first + 1 < s->end) first++;
    if (!hangs_on(doc, first, s->cue, s->cue + 1, &top))
        return hangs_on(doc, s->cue, s->first, s->end, &top) ? SCORE_QUOTE_TREE_ABOVE : SCORE_QUOTE_TREE_APART;
    switch (ql_relation_of(doc, top)) {
    case QL_RELATION_CCOMP: return SCORE_QUOTE_TREE_CLAUSE;
    case QL_RELATION_XCOMP: return SCORE_QUOTE_TREE_INFINITIVE;
    case QL_RELATION_OBJ: return SCORE_QUOTE_TREE_OBJECT;
    case QL_RELATION_OBL: return SCORE_QUOTE_TREE_PHRASE;
    case QL_RELATION_PARATAXIS: return SCORE_QUOTE_TREE_PARATAXIS;
    default: return SCORE_QUOTE_TREE_OTHER;
    }
}

static int32_t form_feature(const statement *s) {
    switch (s->cue == QL_NONE ? QL_INFLECTION_NONE : s->doc->tokens.items[s->cue].inflection) {
    case QL_INFLECTION_BASE: return SCORE_QUOTE_FORM_BASE;
    case QL_INFLECTION_PRESENT: return SCORE_QUOTE_FORM_PRESENT;
    case QL_INFLECTION_PAST: return SCORE_QUOTE_FORM_PAST;
    case QL_INFLECTION_PARTICIPLE: return SCORE_QUOTE_FORM_PARTICIPLE;
    case QL_INFLECTION_GERUND: return SCORE_QUOTE_FORM_GERUND;
    default: return QL_NONE;
    }
}

static int32_t place_feature(const statement *s) {
    static const uint64_t subordinate = QL_RELATION_BIT(CCOMP) | QL_RELATION_BIT(XCOMP) | QL_RELATION_BIT(ADVCL) |
                                        QL_RELATION_BIT(ACL) | QL_RELATION_BIT(ACL_RELCL) | QL_RELATION_BIT(CSUBJ);
    if (s->cue == QL_NONE) return QL_NONE;
    if (ql_relates(s->doc, s->cue, QL_RELATION_BIT(ROOT))) return SCORE_QUOTE_PLACE_ROOT;
    if (ql_relates(s->doc, s->cue, QL_RELATION_BIT(CONJ))) return SCORE_QUOTE_PLACE_CONJ;
    if (ql_relates(s->doc, s->cue, QL_RELATION_BIT(PARATAXIS))) return SCORE_QUOTE_PLACE_ASIDE;
    return ql_relates(s->doc, s->cue, subordinate) ? SCORE_QUOTE_PLACE_SUBORDINATE : SCORE_QUOTE_PLACE_OTHER;
}

static int32_t source_feature(const statement *s) {
    static const int16_t features[QL_MENTIONS] = {
        [QL_MENTION_NONE] = SCORE_QUOTE_SOURCE_NONE,
        [QL_MENTION_NAME] = SCORE_QUOTE_SOURCE_NAME,
        [QL_MENTION_PRONOUN] = SCORE_QUOTE_SOURCE_PRONOUN,
        [QL_MENTION_DESCRIPTION] = SCORE_QUOTE_SOURCE_DESCRIPTION,
        [QL_MENTION_DOCUMENT] = SCORE_QUOTE_SOURCE_DOCUMENT,
        [QL_MENTION_AGENCY] = SCORE_QUOTE_SOURCE_AGENCY,
        [QL_MENTION_OUTLET] = SCORE_QUOTE_SOURCE_OUTLET,
        [QL_MENTION_ORGANISATION] = SCORE_QUOTE_SOURCE_ORGANISATION,
        [QL_MENTION_GROUP] = SCORE_QUOTE_SOURCE_GROUP,
        [QL_MENTION_ANONYMOUS] = SCORE_QUOTE_SOURCE_ANONYMOUS,
    };
    int32_t source = s->quote->source;
    return features[source == QL_NONE ? QL_MENTION_NONE : s->doc->mentions.items[source].kind];
}

static int32_t kind_feature(const ql_quote *quote) {
    return quote->kind == QL_QUOTE_DIRECT  ? SCORE_QUOTE_KIND_DIRECT
           : quote->kind == QL_QUOTE_MIXED ? SCORE_QUOTE_KIND_MIXED
                                           : SCORE_QUOTE_KIND_INDIRECT;
}

/* Words of the content, marks not counted: a rough number will do. */
static int32_t words_of(const statement *s) {
    return s->end - s->first - 2 * s->quote->n_pieces;
}

static int32_t words_feature(const statement *s) {
    int32_t n = words_of(s);
    return n <= 1    ? SCORE_QUOTE_WORDS_1
           : n <= 3  ? SCORE_QUOTE_WORDS_2
           : n <= 7  ? SCORE_QUOTE_WORDS_4
           : n <= 20 ? SCORE_QUOTE_WORDS_8
                     : SCORE_QUOTE_WORDS_21;
}

/* By the first half of what a cue splits. */
static int32_t gap_feature(const statement *s) {
    if (s->cue == QL_NONE) return QL_NONE;
    const ql_span *half = &s->doc->spans.items[s->quote->first_span];
    int32_t gap = s->first >= s->cue ? s->first - s->cue_end : s->cue - ql_token_at(s->doc, half->end);
    return gap <= 0   ? SCORE_QUOTE_GAP_0
           : gap <= 2 ? SCORE_QUOTE_GAP_1
           : gap <= 5 ? SCORE_QUOTE_GAP_3
                      : SCORE_QUOTE_GAP_6;
}

static bool is_in_body(const statement *s) {
    const ql_document *doc = s->doc;
    int32_t zone = s->quote->sentence == QL_NONE ? QL_NONE : doc->sentences.items[s->quote->sentence].zone;
    return zone < 0 || zone >= (int32_t)doc->zones.n || doc->zones.items[zone].kind == QL_ZONE_BODY;
}

static bool opens_sentence(const statement *s) {
    return s->first < ql_n_tokens(s->doc) && ql_flag(s->doc, s->first, QL_TOKEN_FIRST);
}

static void read_cue(const statement *s, bag *to) {
    add(to, tone_feature(s->word));
    add(to, tree_feature(s));
    add(to, form_feature(s));
    add(to, place_feature(s));
    add(to, gap_feature(s));
    if (s->cue == QL_NONE) return;
    int32_t auxiliary = ql_dependent(s->doc, s->cue, QL_RELATION_BIT(AUX) | QL_RELATION_BIT(AUX_PASS));
    add_if(to, auxiliary != QL_NONE, SCORE_QUOTE_AUXILIARY);
    add_if(to, s->hit != NULL && s->hit->inverted, SCORE_QUOTE_INVERTED);
    add_if(to, s->quote->start < s->quote->cue.start && s->quote->end > s->quote->cue.end, SCORE_QUOTE_SPLIT);
}

/* What the reader makes of it, in steps. */
static int32_t step_of(float chance) {
    static const float steps[] = {0.001F, 0.15F, 0.3F, 0.45F, 0.6F, 0.75F, 0.88F, 0.95F, 0.985F};
    int32_t step = 0;
    while (step < (int32_t)(sizeof steps / sizeof *steps) && chance >= steps[step]) step++;
    return step;
}

static int32_t read_feature(const ql_quote *quote) {
    static const int16_t features[] = {SCORE_QUOTE_READ_0, SCORE_QUOTE_READ_1, SCORE_QUOTE_READ_2, SCORE_QUOTE_READ_3,
                                       SCORE_QUOTE_READ_4, SCORE_QUOTE_READ_5, SCORE_QUOTE_READ_6, SCORE_QUOTE_READ_7,
                                       SCORE_QUOTE_READ_8, SCORE_QUOTE_READ_9};
    return features[step_of(quote->read)];
}

static void read_statement(const statement *s, bag *to) {
    const ql_quote *quote = s->quote;
    add(to, read_feature(quote));
    add(to, SCORE_QUOTE_BIAS);
    add(to, kind_feature(quote));
    add(to, RULE_FEATURES[quote->rule]);
    add(to, act_feature(quote));
    add(to, cue_feature(s));
    add(to, opening_feature(s));
    add(to, source_feature(s));
    add(to, words_feature(s));
    read_cue(s, to);
    add_if(to, quote->hedged, SCORE_QUOTE_HEDGED);
    add_if(to, quote->negated, SCORE_QUOTE_NEGATED);
    add_if(to, quote->source != QL_NONE && quote->source_origin != QL_RESOLVED_SAME_SENTENCE, SCORE_QUOTE_CARRIED);
    add_if(to, opens_sentence(s), SCORE_QUOTE_OPENS_SENTENCE);
    add_if(to, quote->fragment, SCORE_QUOTE_FRAGMENT);
    add_if(to, !quote->closed, SCORE_QUOTE_UNCLOSED);
    add_if(to, quote->parent != QL_NONE, SCORE_QUOTE_INSIDE);
    add_if(to, !is_in_body(s), SCORE_QUOTE_PAGE);
}

/* ------------------------------------------------------------------------------------------- scare quotes */

static bool has_reporting_verb(const statement *s) {
    const ql_document *doc = s->doc;
    if (s->quote->sentence == QL_NONE) return false;
    const ql_sentence *in = &doc->sentences.items[s->quote->sentence];
    int32_t i = vec_lower_bound(doc->cues.items, doc->cues.n, sizeof *doc->cues.items,
                                offsetof(ql_cue_hit, first_token), in->first_token);
    return i < (int32_t)doc->cues.n && doc->cues.items[i].first_token < in->end_token;
}

static int32_t mark_feature(uint8_t form) {
    static const int16_t features[QL_FORMS] = {
        [QL_FORM_SPEECH] = SCORE_SCARE_FORM_SPEECH, [QL_FORM_FRAGMENT] = SCORE_SCARE_FORM_FRAGMENT,
        [QL_FORM_SCARE] = SCORE_SCARE_FORM_SCARE,   [QL_FORM_TERM] = SCORE_SCARE_FORM_TERM,
        [QL_FORM_TITLE] = SCORE_SCARE_FORM_TITLE,   [QL_FORM_NICKNAME] = SCORE_SCARE_FORM_NICKNAME,
    };
    return features[form];
}

static void read_scare(const statement *s, bag *to) {
    const ql_quote *quote = s->quote;
    const ql_document *doc = s->doc;
    int32_t n = words_of(s);
    add(to, SCORE_SCARE_BIAS);
    add(to, n <= 1 ? SCORE_SCARE_WORDS_1 : n <= 3 ? SCORE_SCARE_WORDS_2 : SCORE_SCARE_WORDS_4);
    add_if(to, !quote->closed, SCORE_SCARE_UNCLOSED);
    add_if(to, has_reporting_verb(s), SCORE_SCARE_VERB);
    add_if(to, quote->read >= 0.05F, SCORE_SCARE_READ_05);
    add_if(to, quote->read >= 0.2F, SCORE_SCARE_READ_20);
    add_if(to, quote->read >= 0.45F, SCORE_SCARE_READ_45);
    if (quote->n_pieces == 0) return;
    const ql_mark_pair *pair = &doc->marks.items[doc->pieces.items[quote->first_piece].pair];
    int32_t inside = ql_token_at(s->doc, pair->content_start), last = ql_token_at(s->doc, pair->content_end) - 1;
    add(to, mark_feature(pair->form));
    add_if(to, quote->parent != QL_NONE || pair->parent != QL_NONE, SCORE_SCARE_INSIDE);
    if (inside > last) return;
    add_if(to, ql_flag(s->doc, inside, QL_TOKEN_CAPITAL), SCORE_SCARE_CAPITAL);
    add_if(to, ql_kind(s->doc, last) == QL_TOKEN_PUNCT, SCORE_SCARE_STOP);
}

/* ----------------------------------------------------------------------------------------------- sources */

/* Mentions that could be the source, apart from each other; the last is QL_NONE, for none of them. */
typedef struct pool {
    int32_t mentions[MOST_CANDIDATES];
    int32_t n, chosen;
} pool;

static const ql_mention *mention_of(const statement *s, int32_t mention) {
    return &s->doc->mentions.items[mention];
}

static bool overlap(const ql_mention *a, const ql_mention *b) {
    return a->first_token < b->end_token && b->first_token < a->end_token;
}

/* Of mentions that overlap the chosen one stays, else the first that came; a longer one takes the place of those in
   it. */
static void consider(const statement *s, pool *to, int32_t mention) {
    const ql_mention *given = mention_of(s, mention);
    int32_t kept = 0;
    for (int32_t i = 0; i < to->n; i++) {
        const ql_mention *old = mention_of(s, to->mentions[i]);
        bool inside = given->first_token <= old->first_token && given->end_token >= old->end_token;
        if (overlap(given, old) && (to->mentions[i] == s->quote->source || !inside)) return;
    }
    for (int32_t i = 0; i < to->n; i++)
        if (!overlap(given, mention_of(s, to->mentions[i]))) to->mentions[kept++] = to->mentions[i];
    to->n = kept;
    if (to->n < MOST_NEAR) to->mentions[to->n++] = mention;
}

/* The token that candidates are near to: the cue, or where the content begins. */
static int32_t anchor_of(const statement *s) {
    return s->cue != QL_NONE ? s->cue : s->first;
}

static void consider_near(const statement *s, pool *to) {
    const ql_document *doc = s->doc;
    const ql_mentions *all = &doc->mentions;
    int32_t anchor = anchor_of(s), n = (int32_t)all->n;
    if (anchor >= ql_n_tokens(s->doc)) return;
    const ql_sentence *in = &doc->sentences.items[doc->tokens.items[anchor].sentence];
    int32_t right =
        vec_lower_bound(all->items, all->n, sizeof *all->items, offsetof(ql_mention, first_token), anchor);
    int32_t left = right - 1;
    for (int looks = 0; looks < MOST_LOOKS && to->n < MOST_NEAR; looks++) {
        bool is_left = left >= 0 && all->items[left].first_token >= in->first_token;
        bool is_right = right < n && all->items[right].first_token < in->end_token;
        if (!is_left && !is_right) return;
        if (is_left && is_right)
            is_left = anchor - all->items[left].first_token <= all->items[right].first_token - anchor;
        consider(s, to, is_left ? left-- : right++);
    }
}

/* The source of the statement that this one carries on, or of the one before. */
static int32_t source_before(const statement *s) {
    const ql_quote *quotes = s->doc->quotes.items;
    if (s->quote->continues != QL_NONE) return quotes[s->quote->continues].source;
    return s->index > 0 ? quotes[s->index - 1].source : QL_NONE;
}

static pool candidates_of(const statement *s) {
    pool found = {.n = 0};
    int32_t before = source_before(s);
    if (s->quote->source != QL_NONE) found.mentions[found.n++] = s->quote->source;
    consider_near(s, &found);
    bool is_new = before != QL_NONE;
    for (int32_t i = 0; i < found.n && is_new; i++)
        is_new = !overlap(mention_of(s, before), mention_of(s, found.mentions[i]));
    if (is_new) found.mentions[found.n++] = before;
    found.mentions[found.n++] = QL_NONE;
    found.chosen = s->quote->source != QL_NONE ? 0 : found.n - 1;
    return found;
}

static int32_t distance_to(const statement *s, const ql_mention *mention) {
    int32_t first = anchor_of(s), end = s->cue != QL_NONE ? s->cue_end : s->end;
    return mention->end_token <= first   ? first - mention->end_token
           : mention->first_token >= end ? mention->first_token - end
                                         : 0;
}

static int32_t distance_feature(int32_t distance) {
    return distance <= 0   ? SCORE_SOURCE_DISTANCE_0
           : distance <= 2 ? SCORE_SOURCE_DISTANCE_1
           : distance <= 7 ? SCORE_SOURCE_DISTANCE_3
                           : SCORE_SOURCE_DISTANCE_8;
}

static int32_t candidate_kind(const ql_mention *mention) {
    static const int16_t features[QL_MENTIONS] = {
        [QL_MENTION_NONE] = QL_NONE,
        [QL_MENTION_NAME] = SCORE_SOURCE_KIND_NAME,
        [QL_MENTION_PRONOUN] = SCORE_SOURCE_KIND_PRONOUN,
        [QL_MENTION_DESCRIPTION] = SCORE_SOURCE_KIND_DESCRIPTION,
        [QL_MENTION_DOCUMENT] = SCORE_SOURCE_KIND_DOCUMENT,
        [QL_MENTION_AGENCY] = SCORE_SOURCE_KIND_AGENCY,
        [QL_MENTION_OUTLET] = SCORE_SOURCE_KIND_OUTLET,
        [QL_MENTION_ORGANISATION] = SCORE_SOURCE_KIND_ORGANISATION,
        [QL_MENTION_GROUP] = SCORE_SOURCE_KIND_GROUP,
        [QL_MENTION_ANONYMOUS] = SCORE_SOURCE_KIND_ANONYMOUS,
    };
    return features[mention->kind];
}

static void read_chosen(const statement *s, int32_t distance, bag *to) {
    bool same = s->quote->source_origin == QL_RESOLVED_SAME_SENTENCE;
    float odds = s->quote->source_odds;
    add(to, SCORE_SOURCE_CHOSEN);
    add_if(to, odds < 0 && odds > -2, SCORE_SOURCE_READ_DOUBTED);
    add_if(to, odds <= -2, SCORE_SOURCE_READ_DENIED);
    add_if(to, odds > 0 && odds < 2, SCORE_SOURCE_READ_LIKELY);
    add_if(to, odds >= 2, SCORE_SOURCE_READ_SURE);
    add_if(to, !same, SCORE_SOURCE_CHOSEN_CARRIED);
    add_if(to, same && distance == 0, SCORE_SOURCE_CHOSEN_BESIDE);
    add_if(to, same && distance > 7, SCORE_SOURCE_CHOSEN_FAR);
    add_if(to, s->cue != QL_NONE && cue_feature(s) == SCORE_QUOTE_CUE_UNKNOWN, SCORE_SOURCE_CHOSEN_UNKNOWN);
}

#define SUBJECTS (QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_PASS) | QL_RELATION_BIT(NSUBJ_OUTER))

/* What a mention is in the tree; `subject` is the mention of the cue's subject, or QL_NONE. */
static void read_relation(const statement *s, const ql_mention *mention, int32_t subject, bag *to) {
    const ql_document *doc = s->doc;
    bool is_subject = subject != QL_NONE && overlap(mention_of(s, subject), mention);
    add_if(to, is_subject, SCORE_SOURCE_SUBJECT);
    add_if(to, !is_subject && ql_relates(doc, mention->head, SUBJECTS), SCORE_SOURCE_OTHER_SUBJECT);
    add_if(to, ql_relates(doc, mention->head, QL_RELATION_BIT(OBJ) | QL_RELATION_BIT(IOBJ)), SCORE_SOURCE_OBJECT);
    add_if(to, ql_dependent(doc, mention->head, QL_RELATION_BIT(CASE)) != QL_NONE, SCORE_SOURCE_OBLIQUE);
}

static void read_none(const statement *s, bag *to) {
    add(to, SCORE_SOURCE_NONE);
    add_if(to, s->quote->source == QL_NONE, SCORE_SOURCE_NONE_CHOSEN);
    add_if(to, s->cue == QL_NONE, SCORE_SOURCE_NONE_WITHOUT_CUE);
    add_if(to, s->hit != NULL && s->hit->kind == QL_CUE_NOUN, SCORE_SOURCE_NONE_NOUN);
}

static void read_candidate(const statement *s, const pool *from, int32_t at, int32_t subject, bag *to) {
    int32_t index = from->mentions[at], anchor = anchor_of(s);
    to->n = 0;
    if (index == QL_NONE) {
        read_none(s, to);
        return;
    }
    const ql_mention *mention = mention_of(s, index);
    const ql_token *tokens = s->doc->tokens.items;
    int32_t sentence = anchor < ql_n_tokens(s->doc) ? tokens[anchor].sentence : QL_NONE;
    bool here = tokens[mention->first_token].sentence == sentence;
    int32_t distance = distance_to(s, mention);
    bool in_content = mention->start >= s->quote->start && mention->end <= s->quote->end;
    add(to, candidate_kind(mention));
    if (at == from->chosen) read_chosen(s, distance, to);
    add_if(to, index == source_before(s), SCORE_SOURCE_CARRIED);
    if (!here) return;
    add(to, distance_feature(distance));
    read_relation(s, mention, subject, to);
    add_if(to, mention->first_token > anchor, SCORE_SOURCE_BEHIND);
    add_if(to, ql_flag(s->doc, mention->first_token, QL_TOKEN_MARKED), SCORE_SOURCE_MARKED);
    add_if(to, in_content, SCORE_SOURCE_IN_CONTENT);
    add_if(to, ql_flag(s->doc, mention->first_token, QL_TOKEN_FIRST), SCORE_SOURCE_FIRST);
}

/* ----------------------------------------------------------------------------------------------- the stage */

static bool keep_features(ql_document *doc, int32_t quote, int32_t candidate, const bag *from) {
    for (int32_t i = 0; i < from->n && (doc->want & QL_WANT_EXPLAIN); i++) {
        ql_feature feature = {quote, candidate, from->items[i], doc->engine->weights[from->items[i]]};
        if (!ql_features_push(&doc->features, feature)) return false;
    }
    return true;
}

/* Numbered so that the chances of a statement's candidates sum to one: the largest is taken off before exp. */
static void to_chances(const double *scores, int32_t n, double *chances) {
    double largest = scores[0], sum = 0; /* cppcheck-suppress uninitvar ; n is 1 at least */
    for (int32_t i = 1; i < n; i++) largest = scores[i] > largest ? scores[i] : largest;
    for (int32_t i = 0; i < n; i++) sum += chances[i] = exp(scores[i] - largest);
    for (int32_t i = 0; i < n; i++) chances[i] /= sum;
}

static bool keep_candidates(ql_document *doc, int32_t quote, const pool *from, const double *scores,
                            const double *chances) {
    for (int32_t i = 0; i < from->n && (doc->want & QL_WANT_EXPLAIN); i++) {
        ql_candidate candidate = {.quote = quote,
                                  .index = i,
                                  .mention = from->mentions[i],
                                  .chosen = i == from->chosen,
                                  .score = (float)scores[i],
                                  .chance = (float)chances[i]};
        if (!ql_candidates_push(&doc->candidates, candidate)) return false;
    }
    return true;
}

static bool score_source(const statement *s, float *out) {
    double scores[MOST_CANDIDATES], chances[MOST_CANDIDATES];
    pool from = candidates_of(s);
    bool is_verb = s->cue != QL_NONE && (s->hit == NULL || s->hit->kind == QL_CUE_VERB);
    int32_t subject = is_verb ? ql_subject_of(s->doc, s->cue) : QL_NONE;
    for (int32_t i = 0; i < from.n; i++) {
        bag features;
        read_candidate(s, &from, i, subject, &features);
        scores[i] = sum_of(s->doc, &features);
        if (!keep_features(s->doc, s->index, i, &features)) return false;
    }
    /* There is a candidate at least: none of the mentions. */
    to_chances(scores, from.n, chances);
    *out = (float)chances[from.chosen];
    return keep_candidates(s->doc, s->index, &from, scores, chances);
}

static bool score_statement(ql_document *doc, int32_t index) {
    ql_quote *quote = &doc->quotes.items[index];
    statement s = statement_of(doc, index);
    bag features = {.n = 0};
    if (quote->kind == QL_QUOTE_SCARE)
        read_scare(&s, &features);
    else
        read_statement(&s, &features);
    quote->confidence = (float)logistic(sum_of(doc, &features));
    if (!keep_features(doc, index, QL_NONE, &features)) return false;
    return quote->kind == QL_QUOTE_SCARE || score_source(&s, &quote->source_confidence);
}

ql_status ql_stage_score(ql_document *doc) {
    for (size_t i = 0; i < doc->quotes.n; i++)
        if (!score_statement(doc, (int32_t)i))
            return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for scores");
    return QL_OK;
}

/* The tagger: an averaged perceptron (Collins 2002) over hashed features, greedy from left to right.  A word that had
   one tag only in training skips it.  Features are those that Collins and Toutanova et al. (2003) found to matter,
   and for each word the set of tags that it had in training, or what it looks like. */
#include "syntax/tag.h"

#include "syntax/feature.h"

static const uint8_t LANES[QL_WIDE] = {
    QL_TAG_ADJ, QL_TAG_ADP,  QL_TAG_ADV,  QL_TAG_AUX,   QL_TAG_CCONJ, QL_TAG_DET,   QL_TAG_INTJ, QL_TAG_NOUN,
    QL_TAG_NUM, QL_TAG_PART, QL_TAG_PRON, QL_TAG_PROPN, QL_TAG_PUNCT, QL_TAG_SCONJ, QL_TAG_VERB,
};

uint8_t ql_tag_of_lane(int lane) {
    return LANES[lane];
}

int ql_lane_of_tag(uint8_t tag) {
    for (int lane = 0; lane < QL_WIDE; lane++)
        if (LANES[lane] == tag) return lane;
    return -1;
}

static inline uint64_t tag_hash(uint8_t tag) {
    return (tag + UINT64_C(1)) * UINT64_C(0xD1B54A32D192ED03);
}

int ql_tag_features(const ql_lexeme *words, const uint8_t *tags, int at, uint64_t *out) {
    const ql_lexeme *w = words + at, *before = w - 1, *next = w + 1, *before2 = w - 2, *next2 = w + 2;
    uint64_t t1 = tag_hash(tags[at - 1]), t2 = tag_hash(tags[at - 2]);
    int n = 0;
    ONE(w->word);
    ONE(before->word);
    ONE(next->word);
    ONE(before2->word);
    ONE(next2->word);
    TWO(before->word, w->word);
    TWO(w->word, next->word);
    ONE(w->class);
    ONE(next->class);
    TWO(w->class, next->class);
    TWO(before->class, w->class);
    TWO(w->class, next->word);
    TWO(next->class, next2->class);
    ONE(t1);
    TWO(t1, t2);
    TWO(t1, w->class);
    THREE(t1, w->class, next->class);
    THREE(t1, t2, w->class);
    TWO(t1, next->word);
    THREE(t1, t2, next->class);
    ONE(w->ends[0]);
    ONE(w->ends[1]);
    ONE(w->ends[2]);
    ONE(w->ends[3]);
    ONE(w->starts[0]);
    ONE(w->starts[1]);
    ONE(w->starts[2]);
    ONE(w->shape);
    TWO(w->shape, next->shape);
    TWO(w->shape, before->shape);
    THREE(before->shape, w->shape, next->shape);
    TWO(w->shape, w->ends[1]);
    TWO(w->shape, w->class);
    TWO(t1, w->ends[2]);
    TWO(w->ends[1], next->class);
    ONE(before->ends[2]);
    ONE(next->ends[2]);
    TWO(t1, w->shape);
    return n;
}

/* The nearest auxiliary, or "to", among the five words before; the edge where there is none. */
static uint64_t helper_before(const ql_lexeme *words, const uint8_t *tags, int at) {
    for (int i = at - 1; i >= 0 && i >= at - 5; i--)
        if (tags[i] == QL_TAG_AUX || tags[i] == QL_TAG_PART) return words[i].word ^ (uint64_t)(i == at - 1);
    return words[-1].word;
}

int ql_form_features(const ql_lexeme *words, const uint8_t *tags, const uint8_t *forms, int at, uint64_t *out) {
    const ql_lexeme *w = words + at, *before = w - 1, *next = w + 1;
    uint64_t t1 = tag_hash(tags[at - 1]), t2 = tag_hash(tags[at - 2]), next_tag = tag_hash(tags[at + 1]);
    uint64_t own = tag_hash(tags[at]), helper = helper_before(words, tags, at), f1 = tag_hash(forms[at - 1]);
    int n = 0;
    ONE(own);
    ONE(w->word);
    ONE(w->ends[0]);
    ONE(w->ends[1]);
    ONE(w->ends[2]);
    TWO(t1, w->ends[1]);
    TWO(t1, w->word);
    THREE(t1, t2, w->ends[1]);
    TWO(before->word, w->ends[1]);
    TWO(before->word, w->word);
    TWO(before->word, words[at - 2].word);
    TWO(helper, w->ends[1]);
    TWO(helper, w->word);
    TWO(helper, t1);
    ONE(helper);
    TWO(next_tag, w->ends[1]);
    THREE(t1, next_tag, w->ends[1]);
    TWO(next->word, w->ends[1]);
    THREE(t1, f1, w->ends[1]);
    THREE(before->word, own, w->ends[1]);
    return n;
}

static uint8_t best_tag(const ql_model *model, const ql_lexeme *words, const uint8_t *tags, int at) {
    uint64_t features[QL_MOST_TAG_FEATURES];
    int16_t score[QL_WIDE + 1];
    ql_sum_wide(&model->tags, features, ql_tag_features(words, tags, at, features), score);
    int best = 0;
    for (int lane = 1; lane < QL_WIDE; lane++)
        if (score[lane] > score[best]) best = lane;
    return LANES[best];
}

/* Rows hold base, present and past; the participle is where all three are below nought. */
static uint8_t best_form(const ql_model *model, const ql_lexeme *words, const uint8_t *tags, const uint8_t *forms,
                         int at) {
    static const uint8_t of_lane[QL_NARROW] = {QL_INFLECTION_BASE, QL_INFLECTION_PRESENT, QL_INFLECTION_PAST};
    uint64_t features[QL_MOST_FORM_FEATURES];
    int16_t score[QL_NARROW];
    if (words[at].is_gerund) return QL_INFLECTION_GERUND;
    int n = ql_form_features(words, tags, forms, at, features);
    ql_sum_narrow(&model->forms, features, &n, 1, &score);
    uint8_t best = QL_INFLECTION_PARTICIPLE;
    int16_t most = 0;
    for (int lane = 0; lane < QL_NARROW; lane++) {
        if (score[lane] <= most) continue;
        most = score[lane];
        best = of_lane[lane];
    }
    return best;
}

void ql_tag_words(const ql_model *model, const ql_lexeme *words, int n, uint8_t *tags, uint8_t *forms) {
    for (int i = 1; i <= QL_EDGE; i++) tags[-i] = tags[n + i - 1] = forms[-i] = forms[n + i - 1] = 0;
    for (int i = 0; i < n; i++)
        tags[i] = words[i].sole != QL_TAG_NONE ? words[i].sole : best_tag(model, words, tags, i);
    for (int i = 0; i < n; i++)
        forms[i] = tags[i] == QL_TAG_VERB || tags[i] == QL_TAG_AUX ? best_form(model, words, tags, forms, i)
                                                                   : QL_INFLECTION_NONE;
}

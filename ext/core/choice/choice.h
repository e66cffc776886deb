/* Choosing one of some candidates by a log-linear model: each candidate has features, their weights are added, and
   the largest sum is chosen.  ext/data/choices.tsv says what the features are, ext/model/choices.tsv holds their
   weights, and ext/gen/choices.py makes tables/choices.h of both. */
#ifndef QL_CHOICE_H
#define QL_CHOICE_H

#include "document.h"
#include "tables/choices.h"

enum {
    QL_MOST_CHOICES = 48,  /* candidates of one choice */
    QL_MOST_REASONS = 56,  /* features of one candidate */
    QL_CHOICE_VALUES = 256 /* values of one feature */
};

/* The features of a candidate: the number of a feature times QL_CHOICE_VALUES, plus its value. */
typedef struct ql_reasons {
    uint16_t items[QL_MOST_REASONS];
    int32_t n;
} ql_reasons;

_Static_assert(QL_CHOICE_FEATURES <= (UINT16_MAX + 1) / QL_CHOICE_VALUES, "a feature and its value are 16 bits");

/* Add feature `feature` with a value below QL_CHOICE_VALUES. */
static inline void ql_add_reason(ql_reasons *to, int feature, int value) {
    if (to->n < QL_MOST_REASONS) to->items[to->n++] = (uint16_t)(feature * QL_CHOICE_VALUES + value);
}

/* A count as the value of a feature: what is more than `most` counts as that. */
static inline int ql_at_most(int32_t count, int most) {
    return count < most ? count : most;
}

/* A choice under way.  Its candidates are weighed one after the other, none of them first. */
typedef struct ql_chooser {
    ql_document *doc;
    int32_t mention;
    uint8_t decision; /* ql_decision */
    int32_t sums[QL_MOST_CHOICES], n, best;
    size_t first; /* of the rows that explain it */
} ql_chooser;

static inline ql_chooser ql_chooser_of(ql_document *doc, int32_t mention, uint8_t decision) {
    return (ql_chooser){.doc = doc, .mention = mention, .decision = decision, .first = doc->choices.n};
}

/* Weigh the next candidate: an entity or QL_NONE, and bytes of the text that name it.  False without memory. */
bool ql_weigh(ql_chooser *chooser, const ql_reasons *reasons, int32_t entity, ql_span name);

/* The number of the candidate that was chosen, and its share in a softmax over all. */
int32_t ql_chosen(ql_chooser *chooser, float *chance);

/* The weights built in, and those that options give, or NULL: freed with free().  Fails with QL_NO_MEMORY, and with
   QL_BAD_OPTION where their number is not that of all values of all features. */
const int16_t *ql_choice_weights(void);
ql_status ql_choice_weights_new(const ql_options *options, int16_t **out, ql_error *error);

/* What one feature adds, and a logistic function of the sum of all. */
float ql_weight_of(const ql_document *doc, int32_t reason);
float ql_odds_of(const ql_document *doc, const ql_reasons *reasons);

#endif

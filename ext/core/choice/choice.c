#include "choice/choice.h"

#include <math.h>
#include <string.h>

#include "tables/choice_weights.h"

const char *ql_choice_feature_name(int32_t feature) {
    return feature < QL_CHOICE_FEATURES ? choice_names[feature] : NULL;
}
const char *ql_choice_feature_meaning(int32_t feature) {
    return feature < QL_CHOICE_FEATURES ? choice_meanings[feature] : NULL;
}

static const float UNIT = 0.001f; /* weights are in thousandths */

const int16_t *ql_choice_weights(void) {
    return choice_weights;
}

ql_status ql_choice_weights_new(const ql_options *options, int16_t **out, ql_error *error) {
    *out = NULL;
    if (options == NULL || options->choice_weights == NULL) return QL_OK;
    if (options->n_choice_weights != sizeof choice_weights / sizeof *choice_weights)
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "%zu weights of choices are given; there have to be %zu",
                       options->n_choice_weights, sizeof choice_weights / sizeof *choice_weights);
    *out = malloc(sizeof choice_weights);
    if (*out == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for weights");
    memcpy(*out, options->choice_weights, sizeof choice_weights);
    return QL_OK;
}

float ql_weight_of(const ql_document *doc, int32_t reason) {
    return (float)doc->engine->choice_weights[reason] * UNIT;
}

static int32_t sum_of(const ql_document *doc, const ql_reasons *reasons) {
    int32_t sum = 0;
    for (int32_t i = 0; i < reasons->n; i++) sum += doc->engine->choice_weights[reasons->items[i]];
    return sum;
}

float ql_odds_of(const ql_document *doc, const ql_reasons *reasons) {
    return (float)(1 / (1 + exp(-(double)sum_of(doc, reasons) * (double)UNIT)));
}

/* What explains a candidate; `chosen` and `chance` are set when all are weighed. */
static bool keep(const ql_chooser *chooser, const ql_reasons *reasons, int32_t entity, ql_span name) {
    ql_document *doc = chooser->doc;
    ql_choice row = {.mention = chooser->mention,
                     .index = chooser->n,
                     .entity = entity,
                     .start = name.start,
                     .end = name.end,
                     .decision = chooser->decision,
                     .score = (float)chooser->sums[chooser->n] * UNIT};
    for (int32_t i = 0; i < reasons->n; i++) {
        ql_choice_feature feature = {.mention = chooser->mention,
                                     .index = chooser->n,
                                     .feature = reasons->items[i] / QL_CHOICE_VALUES,
                                     .value = reasons->items[i] % QL_CHOICE_VALUES,
                                     .decision = chooser->decision,
                                     .weight = ql_weight_of(doc, reasons->items[i])};
        if (!ql_choice_features_push(&doc->choice_features, feature)) return false;
    }
    return ql_choices_push(&doc->choices, row);
}

bool ql_weigh(ql_chooser *chooser, const ql_reasons *reasons, int32_t entity, ql_span name) {
    chooser->sums[chooser->n] = sum_of(chooser->doc, reasons);
    if ((chooser->doc->want & QL_WANT_EXPLAIN) && !keep(chooser, reasons, entity, name)) return false;
    if (chooser->sums[chooser->n] > chooser->sums[chooser->best]) chooser->best = chooser->n;
    chooser->n++;
    return true;
}

static float chance_of(const ql_chooser *chooser, int32_t candidate) {
    double total = 0;
    for (int32_t i = 0; i < chooser->n; i++)
        total += exp((double)(chooser->sums[i] - chooser->sums[candidate]) * (double)UNIT);
    return (float)(1 / total);
}

int32_t ql_chosen(ql_chooser *chooser, float *chance) {
    ql_choices *rows = &chooser->doc->choices;
    *chance = chance_of(chooser, chooser->best);
    for (size_t i = chooser->first; i < rows->n; i++) {
        rows->items[i].chance = chance_of(chooser, rows->items[i].index);
        rows->items[i].chosen = rows->items[i].index == chooser->best;
    }
    return chooser->best;
}

/* Which tokens belong to a statement: the products of what its anchor asks and what they answer. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text/tokens.h"
#include "thorough/lanes.h"
#include "thorough/read.h"

enum { BIASES = QL_LABELS * QL_KEYS };
static const float KEY_SCALE = 0.08838835F; /* 1 / sqrt(QL_KEYS) */

float ql_told_anchor(const ql_document *doc, int32_t i, ql_act *act) {
    const float *told = doc->encoded.told.items + (size_t)i * QL_TOLD, *acts = told + 1;
    int best = 0;
    for (int k = 1; k < QL_TOLD - 1; k++)
        if (acts[k] > acts[best]) best = k;
    *act = (ql_act)(QL_ACT_SPEECH + best);
    return (float)(1 / (1 + exp(-(double)told[0])));
}

bool ql_asked_window_new(const ql_document *doc, ql_asked_window *out) {
    const ql_encoder *encoder = doc->engine->encoder;
    size_t n_keys = QL_WINDOW * (size_t)encoder->key.n_out;
    *out = (ql_asked_window){.keys = malloc((n_keys + (size_t)encoder->query.n_out) * sizeof *out->keys)};
    if (out->keys != NULL) out->query = out->keys + n_keys;
    return out->keys != NULL;
}

void ql_asked_window_free(ql_asked_window *asked) {
    free(asked->keys);
    asked->keys = NULL;
}

/* The outputs of a matrix for the tokens [first, end). */
static void ask(const ql_document *doc, const ql_matrix *matrix, int32_t first, int32_t end, float *out) {
    const ql_encoded *from = &doc->encoded;
    doc->engine->encoder->path->apply(matrix, from->vectors.items + (size_t)first * (size_t)matrix->n_in,
                                      from->scales.items + first, end - first, out);
}

static void know_window(const ql_document *doc, int32_t token, ql_asked_window *asked) {
    const ql_windows *all = &doc->encoded.windows;
    if (token >= asked->first && token < asked->end) return;
    int32_t w = vec_lower_bound(all->items, all->n, sizeof *all->items, offsetof(ql_window, end), token + 1);
    asked->first = all->items[w].first;
    asked->end = all->items[w].end;
    ask(doc, &doc->engine->encoder->key, asked->first, asked->end, asked->keys);
}

static int32_t bounded(int32_t value, int32_t most) {
    return value < -most ? -most : value > most ? most : value;
}

static void average(const ql_document *doc, const ql_asked_window *asked, int32_t anchor, int32_t i,
                    float logits[QL_ROLES]) {
    const ql_encoder *encoder = doc->engine->encoder;
    const float *key = asked->keys + (size_t)(i - asked->first) * (size_t)encoder->key.n_out;
    int32_t away = bounded(i - anchor, QL_AWAY) + QL_AWAY;
    int32_t further = bounded(ql_token_of(doc, i)->sentence - ql_token_of(doc, anchor)->sentence, 2) + 2;
    int32_t place = doc->encoded.states.items[i] + QL_STATES * doc->encoded.states.items[anchor];
    float scores[QL_LABELS];
    for (int k = 0; k < QL_LABELS; k++)
        scores[k] = ql_dot(asked->query + k * QL_KEYS, key + k * QL_KEYS, QL_KEYS) * KEY_SCALE +
                    asked->query[BIASES + k] + key[BIASES + k] + encoder->distance[away * QL_LABELS + k] +
                    encoder->sentence[further * QL_LABELS + k] + encoder->place[place * QL_LABELS + k];
    for (int k = 0; k < QL_ROLES; k++) logits[k] = 0.5F * (logits[k] + (scores[k + 1] - scores[0]));
}

void ql_average_roles(const ql_document *doc, ql_asked_window *asked, int32_t anchor, int32_t first, int32_t end,
                      float (*logits)[QL_ROLES]) {
    know_window(doc, anchor, asked);
    ask(doc, &doc->engine->encoder->query, anchor, anchor + 1, asked->query);
    for (int32_t i = first; i < end; i++)
        if (i >= asked->first && i < asked->end) average(doc, asked, anchor, i, logits[i - first]);
}

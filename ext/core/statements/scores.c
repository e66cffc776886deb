#include "statements/scores.h"

/* Found on the labelled articles that weights are fitted to. */
static const ql_limits NETWORK = {
    .least_new = 0.50F,
    .least_kept = 0.20F,
    .least_quoted = 0.03F,
    .keep_content = 1.0F,
    .keep_quoted = 12.0F,
    .keep_source = 2.0F,
    .made_source = 3.0F,
    .least_mean = 1.0F,
};

/* Set beforehand: its own chances, and more trust in it than in the network.  On the articles that it learned from,
   neighbouring values differ by a few tenths. */
static const ql_limits THOROUGH = {
    .least_new = 0.50F,
    .least_kept = 0.30F,
    .least_quoted = 0.10F,
    .keep_content = 1.0F,
    .keep_quoted = 12.0F,
    .keep_source = 1.0F,
    .made_source = 3.0F,
    .least_mean = 0.5F,
};

_Static_assert((int)QL_ROLES == (int)QL_SCORED, "both readers score the same roles");

bool ql_scores_new(const ql_reading *reading, ql_scores *out) {
    const ql_document *doc = reading->drafts->doc;
    *out = (ql_scores){.reading = reading, .is_thorough = doc->engine->encoder != NULL};
    out->limits = out->is_thorough ? &THOROUGH : &NETWORK;
    if (out->is_thorough && !ql_asked_window_new(doc, &out->asked)) return false;
    return ql_vectors_new(doc->engine->network, reading, &out->vectors);
}

void ql_scores_free(ql_scores *scores) {
    ql_vectors_free(&scores->vectors);
    ql_asked_window_free(&scores->asked);
}

float ql_anchor_score(const ql_scores *scores, int32_t i, ql_act *act) {
    if (scores->is_thorough) return ql_told_anchor(scores->reading->drafts->doc, i, act);
    return ql_anchor_chance(&scores->vectors, i, act);
}

void ql_role_scores(ql_scores *scores, int32_t anchor, int32_t first, int32_t end, float (*out)[QL_SCORED]) {
    ql_relatives rows[2 * QL_REACH];
    ql_read_relatives(scores->reading, anchor, first, end, rows);
    ql_score_roles(&scores->vectors, anchor, first, end, rows, out);
    if (scores->is_thorough) ql_average_roles(scores->reading->drafts->doc, &scores->asked, anchor, first, end, out);
}

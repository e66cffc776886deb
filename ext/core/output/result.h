/* Making a result, for engine.c; reading one is in quotelens.h. */
#ifndef QL_RESULT_H
#define QL_RESULT_H

#include "document.h"

struct ql_result {
    ql_arena arena;
    ql_text text;
    ql_zone *zones;
    ql_metadata *metadata;
    ql_page_feature *page_features;
    ql_token *tokens;
    ql_sentence *sentences;
    ql_mark_pair *marks;
    ql_mention *mentions;
    ql_quote *quotes;
    ql_span *spans;
    ql_piece *pieces;
    ql_entity *entities;
    int32_t *parts;
    ql_step *steps;
    ql_candidate *candidates;
    ql_feature *features;
    ql_choice *choices;
    ql_choice_feature *choice_features;
    ql_speaker_feature *speaker_features;
    ql_rejection *rejections;
    ql_prospect *prospects;
    size_t n_metadata, n_page_features, n_zones, n_tokens, n_sentences, n_marks, n_mentions, n_quotes, n_spans,
        n_pieces;
    bool is_english;
    size_t n_entities, n_parts, n_steps, n_candidates, n_features, n_choices, n_choice_features, n_speaker_features,
        n_rejections, n_prospects;
};

/* An empty result of a text, which is borrowed.  Fails with QL_NO_MEMORY and QL_TOO_LONG. */
ql_status ql_result_new(const char *text, size_t n_bytes, ql_result **out, ql_error *error);

/* The text as the stages read it. */
const ql_text *ql_result_source(const ql_result *result);

/* Copy what the stages found.  Fails only with QL_NO_MEMORY. */
ql_status ql_result_keep(ql_result *result, const ql_document *doc);

#endif

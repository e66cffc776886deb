/* What an analysis found: copied from the document's working arrays into one arena, and read from there. */
#include "output/result.h"

ql_status ql_result_new(const char *text, size_t n_bytes, ql_result **out, ql_error *error) {
    *out = NULL;
    ql_result *result = calloc(1, sizeof *result);
    if (result == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a result");
    ql_status status = ql_text_open(&result->text, text, n_bytes, &result->arena, error);
    if (status != QL_OK) {
        ql_result_free(result);
        return status;
    }
    *out = result;
    return QL_OK;
}

const ql_text *ql_result_source(const ql_result *result) {
    return &result->text;
}

static bool keep_all(ql_result *result, const ql_document *doc) {
#define KEEP(array)                                                                                       \
    result->n_##array = doc->array.n;                                                                     \
    result->array = ql_arena_copy(&result->arena, doc->array.items, doc->array.n, sizeof *result->array); \
    if (result->array == NULL) return false
    KEEP(zones);
    KEEP(metadata);
    KEEP(page_features);
    KEEP(tokens);
    KEEP(sentences);
    KEEP(marks);
    KEEP(mentions);
    KEEP(quotes);
    KEEP(spans);
    KEEP(pieces);
    KEEP(entities);
    KEEP(parts);
    KEEP(steps);
    KEEP(candidates);
    KEEP(features);
    KEEP(choices);
    KEEP(choice_features);
    KEEP(speaker_features);
    KEEP(rejections);
    KEEP(prospects);
#undef KEEP
    result->is_english = doc->is_english;
    return true;
}

ql_status ql_result_keep(ql_result *result, const ql_document *doc) {
    return keep_all(result, doc) ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for a result");
}

void ql_result_free(ql_result *result) {
    if (result == NULL) return;
    ql_arena_free(&result->arena);
    free(result);
}

const char *ql_result_text(const ql_result *result, size_t *n_bytes) {
    *n_bytes = (size_t)result->text.n_bytes;
    return result->text.bytes;
}

int32_t ql_result_n_chars(const ql_result *result) {
    return result->text.n_chars;
}
int32_t ql_result_n_malformed(const ql_result *result) {
    return result->text.n_malformed;
}

bool ql_result_is_english(const ql_result *result) {
    return result->is_english;
}
int32_t ql_result_char(const ql_result *result, int32_t byte) {
    return ql_text_char(&result->text, byte);
}

#define ACCESSOR(type, array)                                           \
    const type *ql_result_##array(const ql_result *result, size_t *n) { \
        *n = result->n_##array;                                         \
        return result->array;                                           \
    }
ACCESSOR(ql_zone, zones)
ACCESSOR(ql_metadata, metadata)
ACCESSOR(ql_page_feature, page_features)
ACCESSOR(ql_sentence, sentences)
ACCESSOR(ql_token, tokens)
ACCESSOR(ql_mark_pair, marks)
ACCESSOR(ql_mention, mentions)
ACCESSOR(ql_quote, quotes)
ACCESSOR(ql_span, spans)
ACCESSOR(ql_piece, pieces)
ACCESSOR(ql_entity, entities)
ACCESSOR(int32_t, parts)
ACCESSOR(ql_step, steps)
ACCESSOR(ql_candidate, candidates)
ACCESSOR(ql_feature, features)
ACCESSOR(ql_choice, choices)
ACCESSOR(ql_choice_feature, choice_features)
ACCESSOR(ql_speaker_feature, speaker_features)
ACCESSOR(ql_rejection, rejections)
ACCESSOR(ql_prospect, prospects)

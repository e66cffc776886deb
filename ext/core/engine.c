/* The engine, the scratch, and the order of the stages. */
#include "output/result.h"
#include "choice/choice.h"
#include "page/patterns.h"
#include "page/recurrence.h"
#include "statements/network.h"
#include "statements/score.h"
#include "text/patterns.h"
#include "thorough/encoder.h"

/* The trainer has no weights of the reader: its engine goes without. */
static ql_status open_network(ql_engine *engine, const ql_options *options, ql_error *error) {
    size_t n_bytes;
    const uint8_t *bytes = ql_network_bytes(&n_bytes);
    if (n_bytes == 0 || (options != NULL && options->rules_alone)) return QL_OK;
    engine->network = calloc(1, sizeof *engine->network);
    if (engine->network == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an engine");
    return ql_network_open(bytes, n_bytes, engine->network, error);
}

/* The thorough reader, where the caller has its weights. */
static ql_status open_encoder(ql_engine *engine, const ql_options *options, ql_error *error) {
    if (options == NULL || options->reader == NULL) return QL_OK;
    engine->encoder = calloc(1, sizeof *engine->encoder);
    if (engine->encoder == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an engine");
    return ql_encoder_open(options->reader, options->n_reader, engine->encoder, error);
}

ql_status ql_engine_new(const ql_options *options, ql_engine **out, ql_error *error) {
    *out = NULL;
    ql_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an engine");
    ql_status status = ql_lexicon_new(options, &engine->lexicon, error);
    if (status == QL_OK) status = ql_text_patterns_new(&engine->text_patterns, error);
    if (status == QL_OK) status = ql_page_patterns_new(&engine->page_patterns, error);
    if (status == QL_OK) status = ql_weights_new(options, &engine->weights, error);
    if (status == QL_OK) status = ql_choice_weights_new(options, &engine->own_choice_weights, error);
    size_t n_bytes;
    const uint8_t *bytes = ql_model_bytes(&n_bytes);
    if (status == QL_OK) status = ql_model_open(bytes, n_bytes, &engine->model, error);
    if (status == QL_OK) status = open_network(engine, options, error);
    if (status == QL_OK) status = open_encoder(engine, options, error);
    if (status != QL_OK) {
        ql_engine_free(engine);
        return status;
    }
    engine->all_languages = options != NULL && options->all_languages;
    engine->choice_weights = engine->own_choice_weights != NULL ? engine->own_choice_weights : ql_choice_weights();
    engine->speaker_confidence = options != NULL ? options->speaker_confidence : 0;
    *out = engine;
    return QL_OK;
}

void ql_engine_free(ql_engine *engine) {
    if (engine == NULL) return;
    ql_lexicon_free(engine->lexicon);
    ql_patterns_free(engine->text_patterns);
    ql_patterns_free(engine->page_patterns);
    free(engine->weights);
    free(engine->own_choice_weights);
    ql_model_close(&engine->model);
    if (engine->network != NULL) ql_network_close(engine->network);
    free(engine->network);
    if (engine->encoder != NULL) ql_encoder_close(engine->encoder);
    free(engine->encoder);
    free(engine);
}

ql_status ql_scratch_new(ql_scratch **out) {
    *out = NULL;
    ql_scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL) return QL_NO_MEMORY;
    ql_status status = ql_match_new(&scratch->document.match);
    if (status != QL_OK) {
        ql_scratch_free(scratch);
        return status;
    }
    *out = scratch;
    return QL_OK;
}

/* Every array of a document, with the name of its type. */
#define EACH_ARRAY(ACT)                         \
    ACT(ql_lines, lines);                       \
    ACT(ql_zones, zones);                       \
    ACT(ql_metadata_list, metadata);            \
    ACT(ql_page_features, page_features);       \
    ACT(ql_ints, words);                        \
    ACT(ql_tokens, tokens);                     \
    ACT(ql_ints, breaks);                       \
    ACT(ql_sentences, sentences);               \
    ACT(ql_marks, marks);                       \
    ACT(ql_branches, branches);                 \
    ACT(ql_mentions, mentions);                 \
    ACT(ql_adjacents, adjacents);               \
    ACT(ql_cue_hits, cues);                     \
    ACT(ql_quotes, quotes);                     \
    ACT(ql_spans, spans);                       \
    ACT(ql_pieces, pieces);                     \
    ACT(ql_candidates, candidates);             \
    ACT(ql_features, features);                 \
    ACT(ql_entities, entities);                 \
    ACT(ql_ints, parts);                        \
    ACT(ql_choices, choices);                   \
    ACT(ql_choice_features, choice_features);   \
    ACT(ql_speaker_features, speaker_features); \
    ACT(ql_steps, steps);                       \
    ACT(ql_rejections, rejections);             \
    ACT(ql_prospects, prospects);               \
    ACT(ql_ints, stack)

void ql_scratch_free(ql_scratch *scratch) {
    if (scratch == NULL) return;
    ql_document *doc = &scratch->document;
#define FREE(type, array) type##_free(&doc->array)
    EACH_ARRAY(FREE);
#undef FREE
    ql_encoded_free(&doc->encoded);
    free(doc->bytes);
    for (int i = 0; i < QL_SENTENCES_AT_ONCE; i++) ql_syntax_free(&doc->syntax[i]);
    ql_match_free(doc->match);
    free(scratch);
}

void ql_scratch_watch(ql_scratch *scratch, ql_watch watch) {
    scratch->document.watch = watch;
}

static void clear(ql_document *doc) {
#define CLEAR(type, array) type##_clear(&doc->array)
    EACH_ARRAY(CLEAR);
#undef CLEAR
    ql_encoded_clear(&doc->encoded);
    doc->is_english = true;
    doc->is_stopped = false;
    doc->n_parsed = 0;
    (void)ql_match_was_short(doc->match);
}

/* A stage runs if the caller wants any of what it is for. */
enum {
    FOR_QUOTES = QL_WANT_QUOTES,
    FOR_TREES = QL_WANT_SYNTAX | FOR_QUOTES,
    FOR_TOKENS = QL_WANT_TOKENS | FOR_TREES,
    FOR_ALL = QL_WANT_ALL
};

static const struct {
    ql_status (*run)(ql_document *doc);
    unsigned wanted_for;
} stages[] = {
    {ql_stage_zone, FOR_ALL},        {ql_stage_token, FOR_TOKENS},
    {ql_stage_sentence, FOR_ALL},    {ql_stage_pair, FOR_TREES},
    {ql_stage_encode, FOR_QUOTES},   {ql_stage_syntax, FOR_TREES},
    {ql_stage_form, FOR_QUOTES},     {ql_stage_mention, FOR_QUOTES},
    {ql_stage_cue, FOR_QUOTES},      {ql_stage_quote, FOR_QUOTES},
    {ql_stage_score, FOR_QUOTES},    {ql_stage_entity, FOR_QUOTES},
    {ql_stage_chain, FOR_QUOTES},    {ql_stage_certainty, FOR_QUOTES},
    {ql_stage_describe, FOR_QUOTES}, {ql_stage_explain, QL_WANT_EXPLAIN},
};

/* Rules and trees are of English: in another language tokens and sentences are found, and no statements. */
static unsigned without_statements(unsigned want) {
    return (want & ~(unsigned)(QL_WANT_QUOTES | QL_WANT_EXPLAIN)) | QL_WANT_TOKENS | QL_WANT_SENTENCES;
}

static ql_status run_stages(ql_document *doc) {
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (doc->want & stages[i].wanted_for) QL_TRY(stages[i].run(doc));
        if (!doc->is_english && !doc->engine->all_languages) doc->want = without_statements(doc->want);
    }
    return QL_OK;
}

ql_status ql_analyse_page(const ql_engine *engine, ql_scratch *scratch, const char *text, size_t n_bytes,
                          unsigned want, const ql_line_counts *counts, const char *outlet, size_t n_outlet,
                          ql_result **out, ql_error *error) {
    *out = NULL;
    ql_result *result;
    QL_TRY(ql_result_new(text, n_bytes, &result, error));
    ql_document *doc = &scratch->document;
    clear(doc);
    doc->engine = engine;
    doc->text = ql_result_source(result);
    doc->error = error;
    /* Zones and sentences are always found. */
    doc->want = QL_WANT_SENTENCES | (want & QL_WANT_QUOTES ? want : want & ~(unsigned)QL_WANT_EXPLAIN);
    doc->line_counts = counts;
    doc->outlet = counts != NULL ? ql_outlet_hash(outlet, n_outlet) : 0;
    ql_status status = run_stages(doc);
    if (status == QL_OK) status = ql_result_keep(result, doc);
    if (status != QL_OK) {
        ql_result_free(result);
        return status;
    }
    *out = result;
    return QL_OK;
}

ql_status ql_analyse(const ql_engine *engine, ql_scratch *scratch, const char *text, size_t n_bytes, unsigned want,
                     ql_result **out, ql_error *error) {
    return ql_analyse_page(engine, scratch, text, n_bytes, want, NULL, NULL, 0, out, error);
}

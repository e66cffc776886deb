/* The engine, the scratch and the result; and the order of the stages, which only this file knows. */
#include <string.h>

#include "mark.h"
#include "recurrence.h"
#include "score.h"

ql_status ql_engine_new(const ql_options *options, ql_engine **out, ql_error *error) {
    *out = NULL;
    ql_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an engine");
    ql_status status = ql_lexicon_new(options, &engine->lexicon, error);
    if (status == QL_OK) status = ql_patterns_new(&engine->patterns, error);
    if (status == QL_OK) status = ql_weights_new(options, &engine->weights, error);
    size_t n_bytes;
    const uint8_t *bytes = ql_model_bytes(&n_bytes);
    if (status == QL_OK) status = ql_model_open(bytes, n_bytes, &engine->model, error);
    if (status != QL_OK) {
        ql_engine_free(engine);
        return status;
    }
    *out = engine;
    return QL_OK;
}

void ql_engine_free(ql_engine *engine) {
    if (engine == NULL) return;
    ql_lexicon_free(engine->lexicon);
    ql_patterns_free(engine->patterns);
    free(engine->weights);
    ql_model_close(&engine->model);
    free(engine);
}

ql_status ql_scratch_new(ql_scratch **out) {
    *out = NULL;
    ql_scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL) return QL_NO_MEMORY;
    ql_status status = ql_match_new(&scratch->match);
    if (status != QL_OK) {
        ql_scratch_free(scratch);
        return status;
    }
    *out = scratch;
    return QL_OK;
}

void ql_scratch_free(ql_scratch *scratch) {
    if (scratch == NULL) return;
    ql_ints_free(&scratch->words);
    ql_ints_free(&scratch->breaks);
    ql_ints_free(&scratch->stack);
    ql_lines_free(&scratch->lines);
    ql_zones_free(&scratch->zones);
    ql_metas_free(&scratch->metas);
    ql_tokens_free(&scratch->tokens);
    ql_sentences_free(&scratch->sentences);
    ql_branches_free(&scratch->branches);
    ql_marks_free(&scratch->marks);
    ql_besides_free(&scratch->besides);
    ql_mentions_free(&scratch->mentions);
    ql_cue_hits_free(&scratch->cues);
    ql_quotes_free(&scratch->quotes);
    ql_spans_free(&scratch->spans);
    ql_pieces_free(&scratch->pieces);
    ql_entities_free(&scratch->entities);
    ql_steps_free(&scratch->steps);
    ql_candidates_free(&scratch->candidates);
    ql_features_free(&scratch->features);
    ql_rejecteds_free(&scratch->rejecteds);
    free(scratch->bytes);
    ql_syntax_free(&scratch->syntax);
    ql_match_free(scratch->match);
    free(scratch);
}

void ql_scratch_watch(ql_scratch *scratch, ql_watch watch) {
    scratch->watch = watch;
}

static void scratch_clear(ql_scratch *scratch) {
    ql_ints_clear(&scratch->words);
    ql_ints_clear(&scratch->breaks);
    ql_ints_clear(&scratch->stack);
    ql_lines_clear(&scratch->lines);
    ql_zones_clear(&scratch->zones);
    ql_metas_clear(&scratch->metas);
    ql_tokens_clear(&scratch->tokens);
    ql_sentences_clear(&scratch->sentences);
    ql_branches_clear(&scratch->branches);
    ql_marks_clear(&scratch->marks);
    ql_besides_clear(&scratch->besides);
    ql_mentions_clear(&scratch->mentions);
    ql_cue_hits_clear(&scratch->cues);
    ql_quotes_clear(&scratch->quotes);
    ql_spans_clear(&scratch->spans);
    ql_pieces_clear(&scratch->pieces);
    ql_entities_clear(&scratch->entities);
    ql_steps_clear(&scratch->steps);
    ql_candidates_clear(&scratch->candidates);
    ql_features_clear(&scratch->features);
    ql_rejecteds_clear(&scratch->rejecteds);
    (void)ql_match_was_short(scratch->match);
}

static ql_status run_stages(ql_run *run, unsigned want) {
    if (want & (QL_WANT_ZONES | QL_WANT_QUOTES))
        QL_TRY(ql_stage_zone(run));
    else if (!ql_zones_push(&run->scratch->zones, (ql_zone){0, run->text->n_bytes, QL_ZONE_BODY}))
        return ql_fail(run->error, QL_NO_MEMORY, QL_NONE, "no memory for zones");
    if (want & (QL_WANT_TOKENS | QL_WANT_QUOTES | QL_WANT_SYNTAX)) QL_TRY(ql_stage_token(run));
    QL_TRY(ql_stage_sentence(run));
    if (want & (QL_WANT_SYNTAX | QL_WANT_QUOTES)) {
        QL_TRY(ql_pair_marks(run));
        QL_TRY(ql_stage_syntax(run));
    }
    if (!(want & QL_WANT_QUOTES)) return QL_OK;
    ql_mark_forms(run);
    QL_TRY(ql_stage_mention(run));
    QL_TRY(ql_stage_cue(run));
    QL_TRY(ql_stage_quote(run));
    QL_TRY(ql_stage_score(run));
    QL_TRY(ql_stage_entity(run));
    QL_TRY(ql_stage_chain(run));
    return run->explain ? ql_stage_explain(run) : QL_OK;
}

/* Move what the stages found from the scratch to the result's arena. */
static bool keep(ql_result *result, const ql_scratch *scratch) {
#define KEEP(what)                                                                                            \
    result->n_##what = scratch->what.n;                                                                       \
    result->what = ql_arena_copy(&result->arena, scratch->what.items, scratch->what.n, sizeof *result->what); \
    if (result->what == NULL) return false
    KEEP(zones);
    KEEP(metas);
    KEEP(tokens);
    KEEP(sentences);
    KEEP(marks);
    KEEP(mentions);
    KEEP(quotes);
    KEEP(spans);
    KEEP(pieces);
    KEEP(entities);
    KEEP(steps);
    KEEP(candidates);
    KEEP(features);
    KEEP(rejecteds);
#undef KEEP
    return true;
}

static ql_status analyse(ql_run *run, unsigned want, ql_result *result) {
    scratch_clear(run->scratch);
    run->explain = (want & QL_WANT_EXPLAIN) != 0;
    QL_TRY(run_stages(run, want));
    if (!keep(result, run->scratch)) return ql_fail(run->error, QL_NO_MEMORY, QL_NONE, "no memory for a result");
    return QL_OK;
}

ql_status ql_analyse_page(const ql_engine *engine, ql_scratch *scratch, const char *text, size_t n_bytes,
                          unsigned want, const ql_line_counts *counts, const char *outlet, size_t n_outlet,
                          ql_result **out, ql_error *error) {
    *out = NULL;
    ql_result *result = calloc(1, sizeof *result);
    if (result == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a result");
    ql_run run = {.engine = engine, .scratch = scratch, .text = &result->text, .error = error, .line_counts = counts};
    if (counts != NULL) run.outlet = ql_outlet_hash(outlet, n_outlet);
    ql_status status = ql_text_open(&result->text, text, n_bytes, &result->arena, error);
    if (status == QL_OK) status = analyse(&run, want, result);
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
int32_t ql_result_char(const ql_result *result, int32_t byte) {
    return ql_text_char(&result->text, byte);
}

#define ACCESSOR(type, what)                                           \
    const type *ql_result_##what(const ql_result *result, size_t *n) { \
        *n = result->n_##what;                                         \
        return result->what;                                           \
    }
ACCESSOR(ql_zone, zones)
ACCESSOR(ql_meta, metas)
ACCESSOR(ql_sentence, sentences)
ACCESSOR(ql_token, tokens)
ACCESSOR(ql_mark_pair, marks)
ACCESSOR(ql_mention, mentions)
ACCESSOR(ql_quote, quotes)
ACCESSOR(ql_span, spans)
ACCESSOR(ql_piece, pieces)
ACCESSOR(ql_entity, entities)
ACCESSOR(ql_step, steps)
ACCESSOR(ql_candidate, candidates)
ACCESSOR(ql_feature, features)
ACCESSOR(ql_rejected, rejecteds)

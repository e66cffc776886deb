/* What holds of every result and every batch, whatever the text was. */
#ifndef RULES_H
#define RULES_H

#include "output/columns.h"
#include "fuzz.h"
#include "output/tables.h"

static inline bool is_id(int32_t id, size_t n) {
    return id >= QL_NONE && (id == QL_NONE || (size_t)id < n);
}

static inline bool is_slice(int32_t start, int32_t end, int32_t least, int32_t most) {
    return least <= start && start <= end && end <= most;
}

static inline void check_tokens(const ql_result *result, int32_t n_bytes) {
    size_t n_tokens, n_sentences, n_zones;
    const ql_token *tokens = ql_result_tokens(result, &n_tokens);
    const ql_sentence *sentences = ql_result_sentences(result, &n_sentences);
    const ql_zone *zones = ql_result_zones(result, &n_zones);
    int32_t last = 0;
    for (size_t i = 0; i < n_zones; last = zones[i++].end) {
        DEMAND(zones[i].start == last && zones[i].end >= last && zones[i].kind < QL_ZONES);
        DEMAND(zones[i].end <= n_bytes);
    }
    DEMAND(n_zones == 0 ? n_bytes == 0 : last == n_bytes);
    last = 0;
    for (size_t i = 0; i < n_tokens; last = tokens[i++].end) {
        DEMAND(tokens[i].start >= last && tokens[i].start < tokens[i].end && tokens[i].end <= n_bytes);
        DEMAND(tokens[i].sentence >= 0 && (size_t)tokens[i].sentence < n_sentences);
        DEMAND(is_id(tokens[i].head, n_tokens) && tokens[i].head != (int32_t)i && tokens[i].tag < QL_TAGS);
        DEMAND(tokens[i].relation < QL_RELATIONS && tokens[i].kind < QL_TOKEN_CLASSES);
    }
    last = 0;
    for (size_t i = 0; i < n_sentences; last = sentences[i++].end) {
        DEMAND(is_slice(sentences[i].start, sentences[i].end, last, n_bytes));
        DEMAND(sentences[i].zone >= 0 && (size_t)sentences[i].zone < n_zones);
    }
}

static inline void check_marks(const ql_result *result, int32_t n_bytes) {
    size_t n;
    const ql_mark_pair *marks = ql_result_marks(result, &n);
    for (size_t i = 0; i < n; i++) {
        const ql_mark_pair *mark = &marks[i];
        DEMAND(is_slice(mark->start, mark->end, i > 0 ? marks[i - 1].start : 0, n_bytes));
        DEMAND(is_slice(mark->content_start, mark->content_end, mark->start, mark->end));
        DEMAND(is_id(mark->parent, i) && is_id(mark->continues, i) && mark->form < QL_FORMS);
        DEMAND((mark->parent == QL_NONE) == (mark->depth == 0) && mark->depth <= QL_MAX_DEPTH);
        if (mark->parent == QL_NONE) continue;
        const ql_mark_pair *around = &marks[mark->parent];
        DEMAND(around->start <= mark->start && mark->end <= around->end && around->depth + 1 == mark->depth);
    }
}

static inline void check_quotes(const ql_result *result, int32_t n_bytes) {
    size_t n, n_spans, n_pieces, n_mentions, n_entities, n_steps;
    const ql_quote *quotes = ql_result_quotes(result, &n);
    const ql_span *spans = ql_result_spans(result, &n_spans);
    const ql_mention *mentions = ql_result_mentions(result, &n_mentions);
    const ql_entity *entities = ql_result_entities(result, &n_entities);
    (void)ql_result_pieces(result, &n_pieces);
    (void)ql_result_steps(result, &n_steps);
    for (size_t i = 0; i < n; i++) {
        const ql_quote *quote = &quotes[i];
        DEMAND(quote->start < quote->end && quote->start >= 0 && quote->end <= n_bytes);
        DEMAND(quote->n_spans > 0 && quote->first_span >= 0 && quote->n_pieces >= 0 && quote->first_piece >= 0);
        DEMAND((size_t)quote->first_span + (size_t)quote->n_spans <= n_spans);
        DEMAND((size_t)quote->first_piece + (size_t)quote->n_pieces <= n_pieces);
        DEMAND((size_t)quote->first_step + (size_t)quote->n_steps <= n_steps);
        DEMAND(spans[quote->first_span].start == quote->start);
        DEMAND(is_id(quote->source, n_mentions) && is_id(quote->speaker, n_entities));
        DEMAND(is_id(quote->parent, n) && is_id(quote->continues, n) && quote->parent != (int32_t)i);
        DEMAND(is_slice(quote->cue.start, quote->cue.end, 0, n_bytes) && quote->rule > QL_RULE_NONE &&
               quote->rule < QL_RULES);
        DEMAND(quote->confidence >= 0 && quote->confidence <= 1);
        DEMAND(quote->source_confidence >= 0 && quote->source_confidence <= 1);
        DEMAND(quote->speaker_confidence == QL_NO_CHANCE ||
               (quote->speaker_confidence >= 0 && quote->speaker_confidence <= 1));
        DEMAND(is_id(quote->withheld, n_entities) && quote->found_by < QL_FOUND_BY);
        DEMAND(is_slice(quote->told.title.start, quote->told.title.end, 0, n_bytes));
        DEMAND(is_slice(quote->told.organisation.start, quote->told.organisation.end, 0, n_bytes));
        DEMAND(is_slice(quote->told.credential.start, quote->told.credential.end, 0, n_bytes));
    }
    for (size_t i = 0; i < n_mentions; i++) {
        DEMAND(mentions[i].start < mentions[i].end && is_slice(mentions[i].start, mentions[i].end, 0, n_bytes));
        DEMAND(is_id(mentions[i].entity, n_entities) && mentions[i].kind < QL_MENTIONS);
    }
    for (size_t i = 0; i < n_entities; i++) {
        DEMAND(is_slice(entities[i].start, entities[i].end, 0, n_bytes));
        DEMAND(is_id(entities[i].mention, n_mentions));
    }
}

static inline void check_result(const ql_result *result) {
    size_t n_bytes;
    (void)ql_result_text(result, &n_bytes);
    check_tokens(result, (int32_t)n_bytes);
    check_marks(result, (int32_t)n_bytes);
    check_quotes(result, (int32_t)n_bytes);
    DEMAND(ql_result_char(result, (int32_t)n_bytes) == ql_result_n_chars(result));
}

/* Offsets rise within the data, and each string is UTF-8 as a reader of Arrow may take for granted. */
static inline void check_strings(const struct ArrowArray *leaf) {
    const int32_t *offsets = leaf->buffers[1];
    const uint8_t *bytes = leaf->buffers[2];
    DEMAND(offsets != NULL && offsets[0] == 0);
    for (int64_t row = 0; row < leaf->length; row++) {
        DEMAND(offsets[row] <= offsets[row + 1]);
        for (int32_t i = offsets[row]; i < offsets[row + 1];) {
            int length = bytes[i] < 0x80 ? 1 : bytes[i] < 0xC2 ? 0 : bytes[i] < 0xE0 ? 2 : bytes[i] < 0xF0 ? 3 : 4;
            DEMAND(length > 0 && bytes[i] <= 0xF4 && i + length <= offsets[row + 1]);
            for (int k = 1; k < length; k++) DEMAND((bytes[i + k] & 0xC0) == 0x80);
            if (length == 3)
                DEMAND((bytes[i] != 0xE0 || bytes[i + 1] >= 0xA0) && (bytes[i] != 0xED || bytes[i + 1] < 0xA0));
            if (length == 4)
                DEMAND((bytes[i] != 0xF0 || bytes[i + 1] >= 0x90) && (bytes[i] != 0xF4 || bytes[i + 1] < 0x90));
            i += length;
        }
    }
}

static inline size_t width_of(const char *format) {
    return *format == 'i' ? 4 : *format == 'b' ? 0 : 8; /* int32; a bit; int64, float64, timestamp */
}

/* Read everything in a leaf, as an importer does. */
static inline void check_leaf(const struct ArrowSchema *field, const struct ArrowArray *leaf) {
    int64_t n_nulls = 0, sum = 0;
    const uint8_t *validity = leaf->buffers[0];
    for (int64_t row = 0; validity != NULL && row < leaf->length; row++)
        n_nulls += !(validity[row / 8] >> (row % 8) & 1);
    DEMAND(n_nulls == leaf->null_count && leaf->offset == 0);
    if (strcmp(field->format, "u") == 0) {
        DEMAND(leaf->n_buffers == 3);
        check_strings(leaf);
        return;
    }
    DEMAND(leaf->n_buffers == 2);
    const uint8_t *data = leaf->buffers[1];
    size_t width = width_of(field->format), n = (size_t)leaf->length;
    for (size_t i = 0; i < (width > 0 ? width * n : (n + 7) / 8); i++) sum += data[i];
    DEMAND(sum >= 0);
}

static inline void check_array(const struct ArrowSchema *schema, const struct ArrowArray *array) {
    DEMAND(schema->n_children == array->n_children && strcmp(schema->format, "+s") == 0);
    for (int64_t i = 0; i < array->n_children; i++) {
        DEMAND(array->children[i]->length == array->length);
        check_leaf(schema->children[i], array->children[i]);
    }
}

/* Export a batch twice through a stream, read it, and release all in another order than it came. */
static inline void check_batch(ql_batch *batch) {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray first, second, end;
    ql_batch *const batches[] = {batch, batch};
    DEMAND(ql_batches_export_stream(batches, 2, batch, &stream, NULL) == QL_OK);
    DEMAND(stream.get_schema(&stream, &schema) == 0 && stream.get_next(&stream, &first) == 0);
    DEMAND(stream.get_next(&stream, &second) == 0 && stream.get_next(&stream, &end) == 0 && end.release == NULL);
    check_array(&schema, &first);
    first.release(&first);
    stream.release(&stream);
    check_array(&schema, &second);
    schema.release(&schema);
    second.release(&second);
}

/* Bring a result into the tables of `mask`, and check each. */
static inline void check_tables(const ql_engine *engine, const ql_result *result, unsigned mask) {
    ql_tables *tables;
    ql_batch *batches[QL_TABLES];
    ql_error error = {0};
    DEMAND(ql_tables_new(engine, mask, true, true, &tables) == QL_OK);
    for (int i = 0; i < 2; i++) DEMAND(ql_tables_append(tables, result, "id\xff", 3, &error) == QL_OK);
    DEMAND(ql_tables_finish(tables, batches, &error) == QL_OK);
    ql_tables_free(tables);
    for (int i = 0; i < QL_TABLES; i++) {
        DEMAND((batches[i] != NULL) == (mask >> i & 1));
        if (batches[i] == NULL) continue;
        check_batch(batches[i]);
        ql_batch_unref(batches[i]);
    }
}

#endif

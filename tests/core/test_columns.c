/* Columns, batches, their export, and the tables made of a result. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "output/columns.h"
#include "output/result.h"
#include "document.h"
#include "output/tables.h"

static bool is_string(ql_cell cell, const char *expected) {
    return !cell.is_null && cell.n_bytes == strlen(expected) && memcmp(cell.bytes, expected, cell.n_bytes) == 0;
}

static ql_cell cell_of(const ql_batch *batch, const char *column, int64_t row) {
    return ql_batch_cell(batch, (size_t)ql_batch_find(batch, column), row);
}

static int64_t integer_of(const ql_batch *batch, const char *column, int64_t row) {
    return cell_of(batch, column, row).integer;
}

/* ---------------------------------------------------------------------------------------------- batches */

static const ql_field FIELDS[] = {
    {"word", QL_TYPE_STRING},  {"small", QL_TYPE_INT32}, {"large", QL_TYPE_INT64},
    {"real", QL_TYPE_FLOAT64}, {"flag", QL_TYPE_BOOL},   {"when", QL_TYPE_TIMESTAMP},
};
enum { WORD, SMALL, LARGE, REAL, FLAG, WHEN, N_FIELDS };

/* Every seventh row is null in all columns but the second, which has no null at all. */
static bool is_null_row(size_t row) {
    return row % 7 == 3;
}

static void put_row(ql_builder *builders, size_t row) {
    char word[32];
    int n = snprintf(word, sizeof word, "w%zu", row);
    ql_builder_put_int32(&builders[SMALL], (int32_t)row - 5);
    if (is_null_row(row)) {
        for (int i = 0; i < N_FIELDS; i++)
            if (i != SMALL) ql_builder_put_null(&builders[i]);
        return;
    }
    ql_builder_put_string(&builders[WORD], word, (size_t)n);
    ql_builder_put_int64(&builders[LARGE], (int64_t)row * 10000000000);
    ql_builder_put_float64(&builders[REAL], (double)row / 4);
    ql_builder_put_bool(&builders[FLAG], row % 3 == 0);
    ql_builder_put_int64(&builders[WHEN], (int64_t)row);
}

static ql_batch *make_batch(size_t n_rows) {
    ql_builder builders[N_FIELDS];
    ql_batch *batch = NULL;
    for (int i = 0; i < N_FIELDS; i++) builders[i] = ql_builder_of(FIELDS[i].type);
    for (size_t row = 0; row < n_rows; row++) put_row(builders, row);
    CHECK(ql_batch_build(FIELDS, builders, N_FIELDS, n_rows, &batch, NULL) == QL_OK);
    return batch;
}

static bool row_is(const ql_batch *batch, int64_t at, size_t row) {
    char word[32];
    snprintf(word, sizeof word, "w%zu", row);
    if (ql_batch_cell(batch, SMALL, at).integer != (int64_t)row - 5) return false;
    if (is_null_row(row)) return ql_batch_cell(batch, WORD, at).is_null && ql_batch_cell(batch, FLAG, at).is_null;
    return is_string(ql_batch_cell(batch, WORD, at), word) &&
           ql_batch_cell(batch, LARGE, at).integer == (int64_t)row * 10000000000 &&
           ql_batch_cell(batch, REAL, at).real == (double)row / 4 &&
           ql_batch_cell(batch, FLAG, at).integer == (row % 3 == 0);
}

static void test_cells(void) {
    static const size_t sizes[] = {0, 1, 3, 4, 8, 9, 64, 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        ql_batch *batch = make_batch(sizes[i]);
        bool same = ql_batch_n_rows(batch) == (int64_t)sizes[i];
        for (size_t row = 0; row < sizes[i]; row++) same = same && row_is(batch, (int64_t)row, row);
        CHECK(same);
        ql_batch_unref(batch);
    }
}

static bool is_laid_out(const ql_buffer *buffer, size_t used) {
    bool is_clear = true;
    for (size_t i = used; i < (used + 63) / 64 * 64; i++) is_clear = is_clear && buffer->bytes[i] == 0;
    return (uintptr_t)buffer->bytes % 64 == 0 && buffer->capacity % 64 == 0 && is_clear;
}

static void test_layout(void) {
    ql_batch *batch = make_batch(100);
    const ql_column *word = ql_batch_column(batch, WORD), *small = ql_batch_column(batch, SMALL);
    CHECK(small->validity == NULL && small->n_nulls == 0);
    CHECK(word->n_nulls == 14);
    CHECK(is_laid_out(word->validity, 13));
    CHECK(is_laid_out(word->offsets, 404));
    CHECK(is_laid_out(small->data, 400));
    CHECK(is_laid_out(ql_batch_column(batch, FLAG)->data, 13));
    CHECK(word->validity->bytes[12] >> 4 == 0); /* bits after the last row */
    CHECK(ql_batch_n_bytes(batch) > 100 * 30);
    ql_batch_unref(batch);
}

static void test_unknown_columns_share_memory(void) {
    static const ql_field fields[] = {{"a", QL_TYPE_STRING},
                                      {"b", QL_TYPE_STRING},
                                      {"c", QL_TYPE_INT32},
                                      {"d", QL_TYPE_INT32},
                                      {"e", QL_TYPE_INT32}};
    ql_builder builders[5];
    ql_batch *batch;
    for (int i = 0; i < 5; i++) builders[i] = ql_builder_of(fields[i].type);
    for (int32_t i = 0; i < 100; i++) ql_builder_put_int32(&builders[4], i);
    CHECK(ql_batch_build(fields, builders, 5, 100, &batch, NULL) == QL_OK);
    CHECK(ql_batch_column(batch, 0)->offsets == ql_batch_column(batch, 1)->validity);
    CHECK(ql_batch_column(batch, 2)->data == ql_batch_column(batch, 3)->data);
    CHECK(ql_batch_column(batch, 0)->n_nulls == 100 && ql_batch_column(batch, 2)->n_nulls == 0);
    CHECK(ql_batch_cell(batch, 1, 99).is_null);
    CHECK(ql_batch_cell(batch, 3, 99).integer == -1);
    ql_batch_unref(batch);
}

static void test_take(void) {
    static const int64_t rows[] = {9, 3, 3, 0, 7}, none[] = {3, 10, 17}, wrong[] = {0, 20}, negative[] = {-1};
    ql_batch *batch = make_batch(20), *taken;
    ql_error error = {0};
    CHECK(ql_batch_take(batch, rows, 5, &taken, NULL) == QL_OK);
    for (int64_t i = 0; i < 5; i++) CHECK(row_is(taken, i, (size_t)rows[i]));
    CHECK(ql_batch_column(taken, WORD)->n_nulls == 2);
    ql_batch_unref(taken);
    CHECK(ql_batch_take(batch, none, 3, &taken, NULL) == QL_OK);
    CHECK(ql_batch_column(taken, WORD)->n_nulls == 3);
    ql_batch_unref(taken);
    CHECK(ql_batch_take(batch, rows, 0, &taken, NULL) == QL_OK);
    CHECK(ql_batch_n_rows(taken) == 0 && ql_batch_same_schema(taken, batch));
    ql_batch_unref(taken);
    CHECK(ql_batch_take(batch, rows + 3, 2, &taken, NULL) == QL_OK);
    CHECK(ql_batch_column(taken, WORD)->validity == NULL); /* no null among these */
    ql_batch_unref(taken);
    CHECK(ql_batch_take(batch, wrong, 2, &taken, &error) == QL_BAD_INPUT && taken == NULL && error.position == 1);
    CHECK(ql_batch_take(batch, negative, 1, &taken, &error) == QL_BAD_INPUT && error.position == 0);
    ql_batch_unref(batch);
}

static void test_select(void) {
    static const size_t columns[] = {FLAG, WORD};
    ql_batch *batch = make_batch(20), *selected;
    CHECK(ql_batch_select(batch, columns, 2, &selected, NULL) == QL_OK);
    CHECK(ql_batch_column(selected, 1)->data == ql_batch_column(batch, WORD)->data);
    ql_batch_unref(batch);
    CHECK(strcmp(ql_batch_name(selected, 0), "flag") == 0 && is_string(ql_batch_cell(selected, 1, 4), "w4"));
    CHECK(ql_batch_find(selected, "small") == QL_NONE);
    ql_batch_unref(selected);
}

static bool repairs(const char *bytes, size_t n, const char *expected) {
    ql_builder builder = ql_builder_of(QL_TYPE_STRING);
    ql_builder_put_utf8(&builder, bytes, n);
    bool same =
        builder.n_bytes == strlen(expected) && memcmp(ql_builder_bytes(&builder), expected, builder.n_bytes) == 0;
    ql_builder_free(&builder);
    return same;
}

static void test_repair(void) {
    CHECK(repairs("", 0, ""));
    CHECK(repairs("plain", 5, "plain"));
    CHECK(repairs("\xE2\x80\x9C", 3, "\xE2\x80\x9C"));
    CHECK(repairs("a\xFFz", 3, "a\xEF\xBF\xBDz"));
    CHECK(repairs("\xED\xA0\x80\xED\xB0\x80", 6, "\xEF\xBF\xBD\xEF\xBF\xBD")); /* two surrogates */
    CHECK(repairs("\xE2\x80", 2, "\xEF\xBF\xBD"));                             /* cut off */
    CHECK(repairs("\xFF\xFE\xFD", 3, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"));
}

/* The limit is looked at before memory is asked for, so that this costs nothing. */
static void test_too_long_sticks(void) {
    ql_builder builder = ql_builder_of(QL_TYPE_STRING);
    ql_column column = {0};
    ql_error error = {0};
    ql_builder_repeat_string(&builder, "0123456789", 10, 214748365);
    ql_builder_put_string(&builder, "more", 4);
    CHECK(builder.status == QL_TOO_LONG && builder.n == 0);
    CHECK(ql_builder_finish(&builder, &column, &error) == QL_TOO_LONG);
    CHECK(strstr(error.message, "fewer documents") != NULL);
    CHECK(builder.status == QL_OK && builder.data == NULL);
}

static void test_types(void) {
    for (int i = 0; i < QL_TYPES; i++) CHECK(ql_type_find(ql_type_name((ql_type)i)) == (ql_type)i);
    CHECK(ql_type_find("uint8") == QL_TYPES);
}

/* ----------------------------------------------------------------------------------------------- export */

static void test_schema(void) {
    static const char *const formats[] = {"u", "i", "l", "g", "b", "tsu:UTC"};
    ql_batch *batch = make_batch(1);
    struct ArrowSchema schema, moved;
    CHECK(ql_batch_export_schema(batch, &schema, NULL) == QL_OK);
    ql_batch_unref(batch);
    CHECK(strcmp(schema.format, "+s") == 0 && schema.n_children == N_FIELDS);
    for (int i = 0; i < N_FIELDS; i++) {
        CHECK(strcmp(schema.children[i]->format, formats[i]) == 0);
        CHECK(strcmp(schema.children[i]->name, FIELDS[i].name) == 0);
        CHECK((schema.children[i]->flags & ARROW_FLAG_NULLABLE) != 0);
    }
    moved = *schema.children[2];
    schema.children[2]->release = NULL;
    schema.release(&schema);
    CHECK(schema.release == NULL);
    CHECK(strcmp(moved.name, "large") == 0);
    moved.release(&moved);
    CHECK(moved.release == NULL);
}

static void test_array(void) {
    ql_batch *batch = make_batch(10);
    struct ArrowArray array, moved;
    CHECK(ql_batch_export_array(batch, &array, NULL) == QL_OK);
    ql_batch_unref(batch);
    CHECK(array.length == 10 && array.n_buffers == 1 && array.n_children == N_FIELDS && array.buffers[0] == NULL);
    CHECK(array.children[WORD]->n_buffers == 3 && array.children[WORD]->null_count == 1);
    CHECK(array.children[SMALL]->n_buffers == 2 && array.children[SMALL]->buffers[0] == NULL);
    moved = *array.children[SMALL];
    array.children[SMALL]->release = NULL;
    array.children[LARGE]->release(array.children[LARGE]); /* a child released before its parent */
    array.release(&array);
    CHECK(array.release == NULL);
    CHECK(((const int32_t *)moved.buffers[1])[9] == 4); /* outlives parent and batch */
    moved.release(&moved);
    CHECK(moved.release == NULL);
}

static void test_empty_buffers(void) {
    ql_batch *batch = make_batch(0);
    struct ArrowArray array;
    CHECK(ql_batch_export_array(batch, &array, NULL) == QL_OK);
    CHECK(array.length == 0 && array.children[WORD]->buffers[1] != NULL);
    CHECK(((const int32_t *)array.children[WORD]->buffers[1])[0] == 0);
    array.release(&array);
    ql_batch_unref(batch);
}

static void test_stream(void) {
    ql_batch *batches[] = {make_batch(3), make_batch(0), make_batch(5)}, *empty = make_batch(0);
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array;
    int64_t n_rows = 0;
    int n_arrays = 0;
    CHECK(ql_batches_export_stream(batches, 3, empty, &stream, NULL) == QL_OK);
    for (int i = 0; i < 3; i++) ql_batch_unref(batches[i]);
    ql_batch_unref(empty);
    CHECK(stream.get_schema(&stream, &schema) == 0 && schema.n_children == N_FIELDS);
    schema.release(&schema);
    while (stream.get_next(&stream, &array) == 0 && array.release != NULL) {
        n_rows += array.length;
        n_arrays++;
        array.release(&array);
    }
    CHECK(n_arrays == 3 && n_rows == 8);
    CHECK(stream.get_next(&stream, &array) == 0 && array.release == NULL);
    CHECK(stream.get_last_error(&stream) == NULL);
    stream.release(&stream);
    CHECK(stream.release == NULL);
}

static void test_stream_of_other_columns(void) {
    static const size_t columns[] = {WORD};
    ql_batch *empty = make_batch(0), *other;
    struct ArrowArrayStream stream;
    ql_error error = {0};
    CHECK(ql_batch_select(empty, columns, 1, &other, NULL) == QL_OK);
    CHECK(ql_batches_export_stream(&other, 1, empty, &stream, &error) == QL_BAD_INPUT && error.position == 0);
    CHECK(stream.release == NULL);
    ql_batch_unref(other);
    ql_batch_unref(empty);
}

/* ----------------------------------------------------------------------------------------------- tables */
/* Results are made by hand here, so that these tests do not depend on what the rules find. */

static int32_t after(const char *text, const char *what, int32_t from) {
    const char *at = strstr(text + from, what);
    return at == NULL ? from : (int32_t)(at - text + (ptrdiff_t)strlen(what));
}

/* Tokens at every run of bytes without a space. */
static size_t split(const char *text, size_t n_bytes, ql_token *tokens) {
    size_t n = 0;
    for (size_t at = 0, end; at < n_bytes; at = end + 1) {
        for (end = at; end < n_bytes && text[end] != ' '; end++) continue;
        tokens[n++] = (ql_token){.start = (int32_t)at, .end = (int32_t)end, .word = QL_NONE, .kind = QL_TOKEN_WORD};
    }
    return n;
}

static ql_batch *tokens_of(const char *text, size_t n_bytes, const char *doc_id) {
    static const ql_engine engine;
    ql_token tokens[64];
    ql_batch *batches[QL_TABLES] = {NULL};
    ql_tables *tables = NULL;
    ql_result result = {.tokens = tokens};
    result.n_tokens = split(text, n_bytes, tokens);
    CHECK(ql_text_open(&result.text, text, n_bytes, &result.arena, NULL) == QL_OK);
    CHECK(ql_tables_new(&engine, 1u << QL_TABLE_TOKENS, false, false, &tables) == QL_OK);
    ql_tables_expect(tables, n_bytes);
    CHECK(ql_tables_append(tables, &result, "first", 5, NULL) == QL_OK);
    CHECK(ql_tables_append(tables, &result, doc_id, strlen(doc_id), NULL) == QL_OK);
    CHECK(ql_tables_finish(tables, batches, NULL) == QL_OK);
    ql_tables_free(tables);
    ql_arena_free(&result.arena);
    return batches[QL_TABLE_TOKENS];
}

static bool token_is(const ql_batch *batch, int64_t row, const char *text, const char *norm, int64_t start,
                     int64_t end) {
    return is_string(cell_of(batch, "text", row), text) && is_string(cell_of(batch, "norm", row), norm) &&
           integer_of(batch, "start", row) == start && integer_of(batch, "end", row) == end;
}

static void test_tokens_ascii(void) {
    static const char text[] = "She SAID @[`{z Internationalisation AND-SO-ON-AND-ON end";
    ql_batch *batch = tokens_of(text, sizeof text - 1, "second");
    CHECK(ql_batch_n_rows(batch) == 12);
    CHECK(token_is(batch, 1, "SAID", "said", 4, 8));
    CHECK(token_is(batch, 2, "@[`{z", "@[`{z", 9, 14)); /* the neighbours of the letters */
    CHECK(token_is(batch, 9, "Internationalisation", "internationalisation", 15, 35));
    CHECK(token_is(batch, 11, "end", "end", 53, 56));
    CHECK(is_string(cell_of(batch, "doc_id", 0), "first") && is_string(cell_of(batch, "doc_id", 11), "second"));
    CHECK(is_string(cell_of(batch, "class", 5), "word") && integer_of(batch, "token_id", 6) == 0);
    CHECK(cell_of(batch, "tag", 3).is_null && cell_of(batch, "relation", 3).is_null);
    CHECK(integer_of(batch, "head", 3) == -1 && integer_of(batch, "quote_id", 3) == -1);
    ql_batch_unref(batch);
}

static void test_tokens_unicode(void) {
    /* “ É 😀 ß and the ligature ffi, which folds to more characters */
    static const char text[] = "\xE2\x80\x9C\xC3\x89tait We \xF0\x9F\x98\x80 Stra\xC3\x9F"
                               "e o\xEF\xAC\x83"
                               "ce End";
    ql_batch *batch = tokens_of(text, sizeof text - 1, "");
    CHECK(token_is(batch, 0, "\xE2\x80\x9C\xC3\x89tait", "\xE2\x80\x9C\xC3\xA9tait", 0, 6));
    CHECK(token_is(batch, 1, "We", "we", 7, 9));
    CHECK(token_is(batch, 2, "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", 10, 11));
    CHECK(token_is(batch, 3,
                   "Stra\xC3\x9F"
                   "e",
                   "strasse", 12, 18));
    CHECK(token_is(batch, 4,
                   "o\xEF\xAC\x83"
                   "ce",
                   "office", 19, 23));
    CHECK(token_is(batch, 11, "End", "end", 24, 27));
    ql_batch_unref(batch);
}

static void test_tokens_damaged(void) {
    static const char text[] = "A\xFF"
                               "B \xED\xA0\x80 \xE2\x80 C";
    ql_batch *batch = tokens_of(text, sizeof text - 1, "d\xFF");
    CHECK(token_is(batch, 0,
                   "A\xEF\xBF\xBD"
                   "B",
                   "a\xEF\xBF\xBD"
                   "b",
                   0, 3));
    CHECK(token_is(batch, 1, "\xEF\xBF\xBD", "\xEF\xBF\xBD", 4, 5));
    CHECK(token_is(batch, 2, "\xEF\xBF\xBD", "\xEF\xBF\xBD", 6, 7));
    CHECK(token_is(batch, 7, "C", "c", 8, 9));
    CHECK(is_string(cell_of(batch, "doc_id", 7), "d\xEF\xBF\xBD"));
    ql_batch_unref(batch);
}

/* Statement 1 lies within statement 0, which comes in two halves. */
static const char SAID[] =
    "\xE2\x80\x9CWe won,\xE2\x80\x9D she said, \xE2\x80\x9Cor so \xE2\x80\x98it\xE2\x80\x99 seems.";

typedef struct said {
    ql_token tokens[16];
    ql_sentence sentence;
    ql_zone zone;
    ql_mention mention;
    ql_span spans[3];
    ql_piece pieces[2];
    ql_quote quotes[2];
    ql_result result;
} said;

static void said_open(said *it, int32_t cue_entry) {
    int32_t end = (int32_t)sizeof SAID - 1, first = after(SAID, "won,\xE2\x80\x9D", 0), she = first + 1;
    int32_t cue = she + 4, second = cue + 6, inner = after(SAID, "so ", 0),
            inner_end = after(SAID, "it\xE2\x80\x99", 0);
    *it = (said){.sentence = {.end = end},
                 .zone = {.end = end, .kind = QL_ZONE_TITLE},
                 .mention = {.start = she, .end = she + 3, .head = 2, .entity = QL_NONE, .kind = QL_MENTION_PRONOUN},
                 .spans = {{0, first}, {second, end}, {inner, inner_end}},
                 .pieces = {{0, first, 3, 3, 0}, {second, end, 3, 0, 1}}};
    it->quotes[0] = (ql_quote){.end = end,
                               .n_spans = 2,
                               .n_pieces = 2,
                               .parent = QL_NONE,
                               .continues = QL_NONE,
                               .cue = {cue, cue + 4},
                               .cue_entry = cue_entry,
                               .speaker = QL_NONE,
                               .act = QL_ACT_SPEECH,
                               .resolution = QL_RESOLVED_SAME_SENTENCE,
                               .anonymity = QL_ANONYMITY_NAMED,
                               .confidence = 0.9f,
                               .source_confidence = 0.75f,
                               .speaker_confidence = 0.5f,
                               .told = {.title = {cue, cue + 4}},
                               .rule = QL_RULE_BEFORE_SUBJECT_VERB};
    it->quotes[1] = (ql_quote){.start = inner,
                               .end = inner_end,
                               .first_span = 2,
                               .n_spans = 1,
                               .first_piece = 2,
                               .kind = QL_QUOTE_SCARE,
                               .source = QL_NONE,
                               .continues = QL_NONE,
                               .cue_entry = QL_NONE,
                               .speaker = QL_NONE,
                               .speaker_confidence = QL_NO_CHANCE,
                               .closed = true,
                               .rule = QL_RULE_MARKED};
    it->result = (ql_result){.zones = &it->zone,
                             .tokens = it->tokens,
                             .sentences = &it->sentence,
                             .mentions = &it->mention,
                             .quotes = it->quotes,
                             .spans = it->spans,
                             .pieces = it->pieces,
                             .n_zones = 1,
                             .n_sentences = 1,
                             .n_mentions = 1,
                             .n_quotes = 2,
                             .n_spans = 3,
                             .n_pieces = 2};
    it->result.n_tokens = split(SAID, sizeof SAID - 1, it->tokens);
    CHECK(ql_text_open(&it->result.text, SAID, sizeof SAID - 1, &it->result.arena, NULL) == QL_OK);
}

static void check_quotes(const ql_batch *quotes) {
    CHECK(ql_batch_n_rows(quotes) == 2 && ql_batch_n_columns(quotes) == 45);
    CHECK(is_string(cell_of(quotes, "kind", 0), "direct") && is_string(cell_of(quotes, "kind", 1), "scare"));
    CHECK(is_string(cell_of(quotes, "act", 0), "speech") && is_string(cell_of(quotes, "act", 1), "none"));
    CHECK(is_string(cell_of(quotes, "zone", 0), "title"));
    CHECK(integer_of(quotes, "start", 0) == 0 && integer_of(quotes, "end", 0) == 38);
    CHECK(is_string(cell_of(quotes, "text", 0), SAID));
    CHECK(is_string(cell_of(quotes, "content", 0), "\xE2\x80\x9CWe won,\xE2\x80\x9D \xE2\x80\xA6 \xE2\x80\x9Cor so "
                                                   "\xE2\x80\x98it\xE2\x80\x99 seems."));
    CHECK(integer_of(quotes, "n_words", 0) == 6 && integer_of(quotes, "n_words", 1) == 1);
    CHECK(integer_of(quotes, "n_spans", 0) == 2 && integer_of(quotes, "n_pieces", 0) == 2);
    CHECK(integer_of(quotes, "closed", 0) == 0 && integer_of(quotes, "closed", 1) == 1);
    CHECK(integer_of(quotes, "parent_id", 0) == -1 && integer_of(quotes, "parent_id", 1) == 0);
    CHECK(is_string(cell_of(quotes, "source", 0), "she") && is_string(cell_of(quotes, "source_kind", 0), "pronoun"));
    CHECK(integer_of(quotes, "source_start", 0) == 10 && integer_of(quotes, "source_end", 0) == 13);
    CHECK(cell_of(quotes, "source", 1).is_null && integer_of(quotes, "source_start", 1) == -1);
    CHECK(is_string(cell_of(quotes, "source_kind", 1), "none"));
    CHECK(integer_of(quotes, "entity_id", 0) == -1 && cell_of(quotes, "speaker", 0).is_null);
    CHECK(is_string(cell_of(quotes, "resolved_by", 0), "same_sentence") && cell_of(quotes, "resolved_by", 1).is_null);
    CHECK(is_string(cell_of(quotes, "cue", 0), "said") && is_string(cell_of(quotes, "cue_lemma", 0), "say"));
    CHECK(is_string(cell_of(quotes, "cue_class", 0), "neutral") && cell_of(quotes, "cue_class", 1).is_null);
    CHECK(cell_of(quotes, "cue", 1).is_null && integer_of(quotes, "cue_end", 1) == -1);
    CHECK(is_string(cell_of(quotes, "anonymity", 0), "named") && is_string(cell_of(quotes, "anonymity", 1), "none"));
    CHECK(cell_of(quotes, "confidence", 0).real == 0.9 && cell_of(quotes, "source_confidence", 0).real == 0.75);
    CHECK(cell_of(quotes, "speaker_confidence", 0).real == 0.5 && cell_of(quotes, "speaker_confidence", 1).is_null);
    CHECK(is_string(cell_of(quotes, "source_title", 0), "said") && cell_of(quotes, "source_title", 1).is_null);
    CHECK(integer_of(quotes, "source_title_start", 1) == -1 && cell_of(quotes, "credential", 0).is_null);
    CHECK(is_string(cell_of(quotes, "rule", 1), "marked"));
}

static void check_parts(ql_batch *const *batches) {
    const ql_batch *pieces = batches[QL_TABLE_PIECES], *spans = batches[QL_TABLE_SPANS];
    CHECK(ql_batch_n_rows(pieces) == 2 && ql_batch_n_rows(spans) == 3);
    CHECK(is_string(cell_of(pieces, "open_mark", 1), "\xE2\x80\x9C") && cell_of(pieces, "close_mark", 1).is_null);
    CHECK(integer_of(spans, "quote_id", 2) == 1 && integer_of(spans, "start", 2) == 27);
    CHECK(is_string(cell_of(batches[QL_TABLE_MENTIONS], "text", 0), "she"));
    CHECK(integer_of(batches[QL_TABLE_DOCUMENTS], "n_quotes", 0) == 2);
    CHECK(integer_of(batches[QL_TABLE_DOCUMENTS], "n_chars", 0) == 38);
    CHECK(is_string(cell_of(batches[QL_TABLE_SENTENCES], "zone", 0), "title"));
    CHECK(ql_batch_n_rows(batches[QL_TABLE_MARKS]) == 0);
}

static void test_quotes(void) {
    static const int64_t ids[] = {0, 0, -1, -1, 0, 0, 1, 0};
    ql_engine *engine = NULL;
    ql_tables *tables = NULL;
    ql_batch *batches[QL_TABLES] = {NULL};
    said it;
    CHECK(ql_engine_new(NULL, &engine, NULL) == QL_OK);
    said_open(&it, ql_lexicon_find(engine->lexicon, "said", 4));
    CHECK(ql_tables_new(engine, (1u << QL_TABLES) - 1, true, true, &tables) == QL_OK);
    CHECK(ql_tables_append(tables, &it.result, "d", 1, NULL) == QL_OK);
    CHECK(ql_tables_finish(tables, batches, NULL) == QL_OK);
    check_quotes(batches[QL_TABLE_QUOTES]);
    check_parts(batches);
    for (int64_t i = 0; i < 8; i++) CHECK(integer_of(batches[QL_TABLE_TOKENS], "quote_id", i) == ids[i]);
    for (int i = 0; i < QL_TABLES; i++) ql_batch_unref(batches[i]);
    ql_tables_free(tables);
    ql_arena_free(&it.result.arena);
    ql_engine_free(engine);
}

static void test_no_rows(void) {
    for (int i = 0; i < QL_TABLES; i++) {
        size_t n;
        ql_batch *batch;
        const ql_field *fields = ql_table_fields((ql_table)i, &n);
        CHECK(ql_table_empty((ql_table)i, &batch, NULL) == QL_OK);
        CHECK(ql_batch_n_rows(batch) == 0 && ql_batch_n_columns(batch) == n);
        CHECK(strcmp(ql_batch_name(batch, 0), "doc_id") == 0 && strcmp(fields[0].name, "doc_id") == 0);
        CHECK(ql_table_find(ql_table_name((ql_table)i)) == (ql_table)i);
        ql_batch_unref(batch);
    }
    CHECK(ql_table_find("nothing") == QL_TABLES);
}

int main(void) {
    test_types();
    test_cells();
    test_layout();
    test_unknown_columns_share_memory();
    test_take();
    test_select();
    test_repair();
    test_too_long_sticks();
    test_schema();
    test_array();
    test_empty_buffers();
    test_stream();
    test_stream_of_other_columns();
    test_tokens_ascii();
    test_tokens_unicode();
    test_tokens_damaged();
    test_quotes();
    test_no_rows();
    return close_checks();
}

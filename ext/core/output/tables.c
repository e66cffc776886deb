#include "output/tables.h"

#include <stdio.h>

#include "output/rows.h"

/* ---------------------------------------------------------------------------------------------- columns */

typedef struct table_schema {
    const char *name;
    const ql_field *fields;
    size_t n;
} table_schema;

#include "tables/fields.h"

/* What ql_analyse has to find for each table. */
static const unsigned WANTS[QL_TABLES] = {
    [QL_TABLE_DOCUMENTS] = QL_WANT_QUOTES,
    [QL_TABLE_ZONES] = QL_WANT_ZONES,
    [QL_TABLE_METADATA] = QL_WANT_ZONES,
    [QL_TABLE_SENTENCES] = QL_WANT_SENTENCES | QL_WANT_ZONES,
    [QL_TABLE_TOKENS] = QL_WANT_TOKENS | QL_WANT_SENTENCES,
    [QL_TABLE_QUOTES] = QL_WANT_QUOTES,
    [QL_TABLE_SPANS] = QL_WANT_QUOTES,
    [QL_TABLE_PIECES] = QL_WANT_QUOTES,
    [QL_TABLE_MENTIONS] = QL_WANT_QUOTES,
    [QL_TABLE_CHAINS] = QL_WANT_QUOTES,
    [QL_TABLE_UNNAMED] = QL_WANT_QUOTES,
    [QL_TABLE_ENTITIES] = QL_WANT_QUOTES,
    [QL_TABLE_MARKS] = QL_WANT_QUOTES,
    [QL_TABLE_CANDIDATES] = QL_WANT_QUOTES | QL_WANT_EXPLAIN,
    [QL_TABLE_CHOICES] = QL_WANT_QUOTES | QL_WANT_EXPLAIN,
    [QL_TABLE_CHOICE_FEATURES] = QL_WANT_QUOTES | QL_WANT_EXPLAIN,
    [QL_TABLE_FEATURES] = QL_WANT_QUOTES | QL_WANT_EXPLAIN,
    [QL_TABLE_SPEAKERS] = QL_WANT_QUOTES | QL_WANT_EXPLAIN,
    [QL_TABLE_SPEAKER_FEATURES] = QL_WANT_QUOTES | QL_WANT_EXPLAIN,
    [QL_TABLE_PAGE_FEATURES] = QL_WANT_ZONES | QL_WANT_PAGES,
    [QL_TABLE_CUES] = QL_WANT_QUOTES,
    [QL_TABLE_REJECTED] = QL_WANT_QUOTES | QL_WANT_EXPLAIN,
    [QL_TABLE_PROSPECTS] = QL_WANT_QUOTES | QL_WANT_EXPLAIN,
};

const char *ql_table_name(ql_table table) {
    return schemas[table].name;
}

ql_table ql_table_find(const char *name) {
    int table = 0;
    while (table < QL_TABLES && strcmp(schemas[table].name, name) != 0) table++;
    return (ql_table)table;
}

const ql_field *ql_table_fields(ql_table table, size_t *n) {
    *n = schemas[table].n;
    return schemas[table].fields;
}

unsigned ql_tables_want(unsigned mask, bool quote_ids, bool syntax) {
    unsigned want = (quote_ids ? QL_WANT_QUOTES : 0) | (syntax ? QL_WANT_SYNTAX : 0);
    for (unsigned i = 0; i < QL_TABLES; i++)
        if (mask >> i & 1) want |= WANTS[i];
    return want;
}

/* ------------------------------------------------------------------------------------------------ words */

/* What a reader counts as a word; a clitic belongs to the word before it. */
static bool is_wordlike(const ql_token *token) {
    switch (token->kind) {
    case QL_TOKEN_PUNCT:
    case QL_TOKEN_MARK:
    case QL_TOKEN_DASH:
    case QL_TOKEN_SYMBOL:
    case QL_TOKEN_EMOJI:
    case QL_TOKEN_CLITIC: return false;
    default: return true;
    }
}

/* ----------------------------------------------------------------------------------------------- tables */

static bool is_wanted(const ql_tables *tables, ql_table table) {
    return (tables->mask >> table & 1) != 0;
}

static ql_builder *builders_new(ql_table table) {
    ql_builder *builders = calloc(schemas[table].n, sizeof *builders);
    for (size_t i = 0; i < schemas[table].n && builders != NULL; i++)
        builders[i] = ql_builder_of(schemas[table].fields[i].type);
    return builders;
}

ql_status ql_table_empty(ql_table table, ql_batch **out, ql_error *error) {
    *out = NULL;
    ql_builder *builders = builders_new(table);
    if (builders == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a table");
    ql_status status = ql_batch_build(schemas[table].fields, builders, schemas[table].n, 0, out, error);
    free(builders);
    return status;
}

ql_status ql_tables_new(const ql_engine *engine, unsigned mask, bool quote_ids, bool syntax, ql_tables **out) {
    *out = NULL;
    ql_tables *tables = calloc(1, sizeof *tables);
    if (tables == NULL) return QL_NO_MEMORY;
    tables->lexicon = engine->lexicon;
    tables->mask = mask;
    tables->quote_ids = quote_ids;
    tables->syntax = syntax;
    tables->name = ql_builder_of(QL_TYPE_STRING);
    for (int i = 0; i < QL_TABLES; i++) {
        if (!is_wanted(tables, (ql_table)i)) continue;
        tables->builders[i] = builders_new((ql_table)i);
        if (tables->builders[i] == NULL) {
            ql_tables_free(tables);
            return QL_NO_MEMORY;
        }
    }
    *out = tables;
    return QL_OK;
}

/* News has a token to five bytes or so.  What is too much is never touched, and goes back with the last row; what is
   too large to be had is not a failure before it is needed. */
void ql_tables_expect(ql_tables *tables, size_t n_bytes) {
    enum { BYTES_PER_TOKEN = 4, STRING_BYTES = 6 };
    ql_builder *builders = tables->builders[QL_TABLE_TOKENS];
    size_t rows = n_bytes / BYTES_PER_TOKEN;
    for (size_t i = 0; i < QL_TOKENS_COLUMNS && builders != NULL && n_bytes < QL_MAX_BYTES; i++) {
        (void)ql_builder_reserve(&builders[i], rows, rows * STRING_BYTES);
        builders[i].status = QL_OK;
    }
}

void ql_tables_free(ql_tables *tables) {
    if (tables == NULL) return;
    for (int i = 0; i < QL_TABLES; i++) {
        for (size_t j = 0; j < schemas[i].n && tables->builders[i] != NULL; j++)
            ql_builder_free(&tables->builders[i][j]);
        free(tables->builders[i]);
    }
    ql_builder_free(&tables->name);
    ql_ints_free(&tables->words);
    free(tables);
}

ql_status ql_tables_finish(ql_tables *tables, ql_batch *out[QL_TABLES], ql_error *error) {
    ql_status status = QL_OK;
    for (int i = 0; i < QL_TABLES; i++) {
        out[i] = NULL;
        if (tables->builders[i] == NULL || status != QL_OK) continue;
        status =
            ql_batch_build(schemas[i].fields, tables->builders[i], schemas[i].n, tables->n_rows[i], &out[i], error);
        tables->n_rows[i] = 0;
    }
    for (int i = 0; i < QL_TABLES && status != QL_OK; i++) {
        ql_batch_unref(out[i]);
        out[i] = NULL;
    }
    return status;
}

/* ------------------------------------------------------------------------------------------------ cells */

static void put_char(const ql_table_doc *doc, ql_builder *to, int32_t byte) {
    ql_builder_put_int32(to, ql_result_char(doc->result, byte));
}

/* Text, start and end of a span, or what stands for none where it is empty. */
static void put_span(const ql_table_doc *doc, ql_span span, ql_builder *text, ql_builder *start, ql_builder *end) {
    bool is_there = span.start < span.end;
    if (is_there)
        ql_put_slice(doc, text, span.start, span.end);
    else
        ql_builder_put_null(text);
    ql_builder_put_int32(start, is_there ? ql_result_char(doc->result, span.start) : QL_NONE);
    ql_builder_put_int32(end, is_there ? ql_result_char(doc->result, span.end) : QL_NONE);
}

static void put_count(ql_builder *to, size_t n) {
    ql_builder_put_int32(to, (int32_t)n);
}

/* A float's nearest double prints as 0.8999999761581421 where 0.9 was meant. */
static void put_share(ql_builder *to, float value) {
    ql_builder_put_float64(to, (double)(int32_t)(value * 1e6f + 0.5f) / 1e6);
}

static const char *zone_name(const ql_table_doc *doc, int32_t zone) {
    size_t n;
    const ql_zone *zones = ql_result_zones(doc->result, &n);
    return ql_zone_name(zone >= 0 && (size_t)zone < n ? zones[zone].kind : QL_ZONE_BODY);
}

/* ------------------------------------------------------------------------------------------------- rows */

static void append_document(const ql_table_doc *doc, ql_builder *row) {
    const ql_result *result = doc->result;
    size_t n_tokens, n_sentences, n_quotes;
    ql_result_tokens(result, &n_tokens);
    ql_result_sentences(result, &n_sentences);
    ql_result_quotes(result, &n_quotes);
    ql_put_id(doc, &row[QL_DOCUMENTS_DOC_ID], 1);
    ql_builder_put_int32(&row[QL_DOCUMENTS_N_CHARS], ql_result_n_chars(result));
    put_count(&row[QL_DOCUMENTS_N_TOKENS], n_tokens);
    put_count(&row[QL_DOCUMENTS_N_SENTENCES], n_sentences);
    put_count(&row[QL_DOCUMENTS_N_QUOTES], n_quotes);
    ql_builder_put_int32(&row[QL_DOCUMENTS_N_MALFORMED], ql_result_n_malformed(result));
    ql_builder_put_bool(&row[QL_DOCUMENTS_IS_ENGLISH], ql_result_is_english(result));
}

static size_t append_documents(const ql_table_doc *doc, ql_builder *row) {
    append_document(doc, row);
    return 1;
}

static void append_zone(const ql_table_doc *doc, ql_builder *row, size_t id, const ql_zone *zone) {
    ql_put_id(doc, &row[QL_ZONES_DOC_ID], 1);
    put_count(&row[QL_ZONES_ZONE_ID], id);
    put_char(doc, &row[QL_ZONES_START], zone->start);
    put_char(doc, &row[QL_ZONES_END], zone->end);
    ql_put_name(&row[QL_ZONES_ZONE], ql_zone_name(zone->kind));
}

static size_t append_zones(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_zone *zones = ql_result_zones(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_zone(doc, row, i, &zones[i]);
    return n;
}

/* 2024-05-01, 2024-05-01T09:30, 2024-05-01T09:30+02:00: no more than was written. */
static void put_date(ql_builder *to, const ql_date *date) {
    char iso[40];
    int n = snprintf(iso, sizeof iso, "%04d-%02d-%02d", date->year, date->month, date->day);
    if (date->hour != QL_NO_TIME)
        n += snprintf(iso + n, sizeof iso - (size_t)n, "T%02d:%02d", date->hour, date->minute);
    if (date->hour != QL_NO_TIME && date->zone_minutes != QL_NO_ZONE) {
        int minutes = date->zone_minutes < 0 ? -date->zone_minutes : date->zone_minutes;
        n += snprintf(iso + n, sizeof iso - (size_t)n, "%c%02d:%02d", date->zone_minutes < 0 ? '-' : '+',
                      minutes / 60, minutes % 60);
    }
    ql_builder_put_utf8(to, iso, (size_t)n);
}

static void append_meta(const ql_table_doc *doc, ql_builder *row, const ql_metadata *meta) {
    ql_put_id(doc, &row[QL_METADATA_DOC_ID], 1);
    ql_put_name(&row[QL_METADATA_FIELD], ql_metadata_field_name(meta->field));
    if (meta->field == QL_FIELD_PUBLISHED)
        put_date(&row[QL_METADATA_VALUE], &meta->date);
    else
        ql_put_slice(doc, &row[QL_METADATA_VALUE], meta->start, meta->end);
    put_char(doc, &row[QL_METADATA_START], meta->start);
    put_char(doc, &row[QL_METADATA_END], meta->end);
    ql_put_name(&row[QL_METADATA_ZONE], ql_zone_name(meta->zone));
    put_share(&row[QL_METADATA_CONFIDENCE], meta->confidence);
}

static size_t append_metadata(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_metadata *metas = ql_result_metadata(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_meta(doc, row, &metas[i]);
    return n;
}

static void append_sentence(const ql_table_doc *doc, ql_builder *row, size_t id, const ql_sentence *sentence) {
    ql_put_id(doc, &row[QL_SENTENCES_DOC_ID], 1);
    put_count(&row[QL_SENTENCES_SENTENCE_ID], id);
    ql_builder_put_int32(&row[QL_SENTENCES_PARAGRAPH_ID], sentence->paragraph);
    ql_put_name(&row[QL_SENTENCES_ZONE], zone_name(doc, sentence->zone));
    put_char(doc, &row[QL_SENTENCES_START], sentence->start);
    put_char(doc, &row[QL_SENTENCES_END], sentence->end);
}

static size_t append_sentences(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_sentence *sentences = ql_result_sentences(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_sentence(doc, row, i, &sentences[i]);
    return n;
}

/* "Ann Lee and Bo Kim and Ida Holm": the names of several who are named together. */
static void put_parts(const ql_table_doc *doc, ql_builder *to, const ql_entity *group) {
    size_t n;
    const ql_entity *entities = ql_result_entities(doc->result, &n);
    const int32_t *parts = ql_result_parts(doc->result, &n) + group->first_part;
    ql_put_slice(doc, to, entities[parts[0]].start, entities[parts[0]].end);
    for (int32_t i = 1; i < group->n_parts; i++) {
        const ql_entity *part = &entities[parts[i]];
        ql_builder_add_utf8(to, " and ", 5);
        ql_builder_add_utf8(to, doc->text + part->start, (size_t)(part->end - part->start));
    }
}

/* The name of an entity; null for one that has none. */
static void put_entity_name(const ql_table_doc *doc, ql_builder *to, int32_t entity) {
    size_t n;
    const ql_entity *of = entity != QL_NONE ? &ql_result_entities(doc->result, &n)[entity] : NULL;
    if (of == NULL || of->end <= of->start) {
        ql_put_name(to, NULL);
    } else if (of->n_parts > 0) {
        put_parts(doc, to, of);
    } else {
        ql_put_slice(doc, to, of->start, of->end);
        if (of->noun_end <= of->noun_start) return;
        ql_builder_add_utf8(to, " ", 1); /* "Gazette" and "report" */
        ql_builder_add_utf8(to, doc->text + of->noun_start, (size_t)(of->noun_end - of->noun_start));
    }
}

static void append_mention(const ql_table_doc *doc, ql_builder *row, size_t id, const ql_mention *mention) {
    ql_put_id(doc, &row[QL_MENTIONS_DOC_ID], 1);
    put_count(&row[QL_MENTIONS_MENTION_ID], id);
    ql_builder_put_int32(&row[QL_MENTIONS_ENTITY_ID], mention->entity);
    put_char(doc, &row[QL_MENTIONS_START], mention->start);
    put_char(doc, &row[QL_MENTIONS_END], mention->end);
    ql_put_slice(doc, &row[QL_MENTIONS_TEXT], mention->start, mention->end);
    ql_put_name(&row[QL_MENTIONS_KIND], ql_mention_kind_name(mention->kind));
    ql_builder_put_int32(&row[QL_MENTIONS_HEAD], mention->head);
}

static size_t append_mentions(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_mention *mentions = ql_result_mentions(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_mention(doc, row, i, &mentions[i]);
    return n;
}

static void append_mark(const ql_table_doc *doc, ql_builder *row, size_t id, const ql_mark_pair *pair) {
    ql_put_id(doc, &row[QL_MARKS_DOC_ID], 1);
    put_count(&row[QL_MARKS_MARK_ID], id);
    put_char(doc, &row[QL_MARKS_START], pair->start);
    put_char(doc, &row[QL_MARKS_END], pair->end);
    put_char(doc, &row[QL_MARKS_CONTENT_START], pair->content_start);
    put_char(doc, &row[QL_MARKS_CONTENT_END], pair->content_end);
    ql_builder_put_bool(&row[QL_MARKS_CLOSED], pair->closed);
    ql_builder_put_int32(&row[QL_MARKS_DEPTH], pair->depth);
    ql_builder_put_int32(&row[QL_MARKS_PARENT_ID], pair->parent);
    ql_builder_put_int32(&row[QL_MARKS_CONTINUES_ID], pair->continues);
    ql_put_name(&row[QL_MARKS_FORM], ql_mark_form_name(pair->form));
}

static size_t append_marks(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_mark_pair *marks = ql_result_marks(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_mark(doc, row, i, &marks[i]);
    return n;
}

/* ----------------------------------------------------------------------------------------------- quotes */

static size_t append_spans(const ql_table_doc *doc, ql_builder *row) {
    size_t n, n_spans, n_rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    const ql_span *spans = ql_result_spans(doc->result, &n_spans);
    for (size_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < quotes[i].n_spans; j++) {
            const ql_span *span = &spans[quotes[i].first_span + j];
            ql_put_id(doc, &row[QL_SPANS_DOC_ID], 1);
            put_count(&row[QL_SPANS_QUOTE_ID], i);
            put_char(doc, &row[QL_SPANS_START], span->start);
            put_char(doc, &row[QL_SPANS_END], span->end);
        }
        n_rows += (size_t)quotes[i].n_spans;
    }
    return n_rows;
}

static void put_mark(const ql_table_doc *doc, ql_builder *to, int32_t start, int32_t n_bytes) {
    if (n_bytes == 0)
        ql_builder_put_null(to);
    else
        ql_put_slice(doc, to, start, start + n_bytes);
}

static void append_piece(const ql_table_doc *doc, ql_builder *row, size_t quote, int32_t at, const ql_piece *piece) {
    ql_put_id(doc, &row[QL_PIECES_DOC_ID], 1);
    put_count(&row[QL_PIECES_QUOTE_ID], quote);
    ql_builder_put_int32(&row[QL_PIECES_PIECE], at);
    put_char(doc, &row[QL_PIECES_START], piece->start);
    put_char(doc, &row[QL_PIECES_END], piece->end);
    put_mark(doc, &row[QL_PIECES_OPEN_MARK], piece->start, piece->open_bytes);
    put_mark(doc, &row[QL_PIECES_CLOSE_MARK], piece->end - piece->close_bytes, piece->close_bytes);
}

static size_t append_chains(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_step *steps = ql_result_steps(doc->result, &n);
    for (size_t i = 0, step = 0; i < n; i++, step++) {
        bool named = steps[i].name_end > steps[i].name_start;
        if (i > 0 && steps[i].quote != steps[i - 1].quote) step = 0;
        ql_put_id(doc, &row[QL_CHAINS_DOC_ID], 1);
        ql_builder_put_int32(&row[QL_CHAINS_QUOTE_ID], steps[i].quote);
        put_count(&row[QL_CHAINS_STEP], step);
        ql_put_name(&row[QL_CHAINS_ROLE], ql_step_role_name(steps[i].role));
        if (named)
            put_entity_name(doc, &row[QL_CHAINS_NAME], steps[i].entity);
        else
            ql_put_slice(doc, &row[QL_CHAINS_NAME], steps[i].start, steps[i].end);
        ql_builder_put_int32(&row[QL_CHAINS_ENTITY_ID], steps[i].entity);
        put_char(doc, &row[QL_CHAINS_START], steps[i].start);
        put_char(doc, &row[QL_CHAINS_END], steps[i].end);
        if (steps[i].access_end > steps[i].access_start)
            ql_put_slice(doc, &row[QL_CHAINS_ACCESS], steps[i].access_start, steps[i].access_end);
        else
            ql_builder_put_null(&row[QL_CHAINS_ACCESS]);
    }
    return n;
}

/* One row a statement whose source is somebody whom the text leaves unnamed. */
static size_t append_unnamed(const ql_table_doc *doc, ql_builder *row) {
    size_t n, n_mentions, rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    const ql_mention *mentions = ql_result_mentions(doc->result, &n_mentions);
    for (size_t i = 0; i < n; i++) {
        const ql_quote *quote = &quotes[i];
        if (!quote->unnamed || quote->kind == QL_QUOTE_SCARE) continue;
        ql_put_id(doc, &row[QL_UNNAMED_DOC_ID], 1);
        put_count(&row[QL_UNNAMED_QUOTE_ID], i);
        ql_put_slice(doc, &row[QL_UNNAMED_SOURCE], mentions[quote->source].start, mentions[quote->source].end);
        ql_builder_put_int32(&row[QL_UNNAMED_N_CLAIMED], quote->n_claimed);
        put_span(doc, quote->reason, &row[QL_UNNAMED_REASON], &row[QL_UNNAMED_REASON_START],
                 &row[QL_UNNAMED_REASON_END]);
        rows++;
    }
    return rows;
}

static size_t append_entities(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_entity *entities = ql_result_entities(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_put_id(doc, &row[QL_ENTITIES_DOC_ID], 1);
        put_count(&row[QL_ENTITIES_ENTITY_ID], i);
        put_entity_name(doc, &row[QL_ENTITIES_NAME], (int32_t)i);
        ql_put_name(&row[QL_ENTITIES_ROLE], ql_step_role_name(entities[i].role));
        ql_put_name(&row[QL_ENTITIES_GENDER], ql_gender_name(entities[i].gender));
        put_char(doc, &row[QL_ENTITIES_START], entities[i].start);
        put_char(doc, &row[QL_ENTITIES_END], entities[i].end);
    }
    return n;
}

static size_t append_pieces(const ql_table_doc *doc, ql_builder *row) {
    size_t n, n_pieces, n_rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    const ql_piece *pieces = ql_result_pieces(doc->result, &n_pieces);
    for (size_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < quotes[i].n_pieces; j++)
            append_piece(doc, row, i, j, &pieces[quotes[i].first_piece + j]);
        n_rows += (size_t)quotes[i].n_pieces;
    }
    return n_rows;
}

/* Sums, so that the words of a span cost two searches however quotations overlap. */
static bool count_words(const ql_table_doc *doc) {
    ql_ints *words = &doc->tables->words;
    size_t n;
    const ql_token *tokens = ql_result_tokens(doc->result, &n);
    ql_ints_clear(words);
    if (!ql_ints_reserve(words, n + 1)) return false;
    int32_t total = 0;
    for (size_t i = 0; i < n; i++) {
        words->items[i] = total;
        total += is_wordlike(&tokens[i]);
    }
    words->items[n] = total;
    words->n = n + 1;
    return true;
}

static int32_t words_of(const ql_table_doc *doc, const ql_span *spans, int32_t n_spans) {
    size_t n;
    const ql_token *tokens = ql_result_tokens(doc->result, &n);
    const int32_t *before = doc->tables->words.items;
    int32_t total = 0;
    for (int32_t i = 0; i < n_spans; i++)
        total += before[ql_token_from(tokens, n, spans[i].end)] - before[ql_token_from(tokens, n, spans[i].start)];
    return total;
}

static void put_content(const ql_table_doc *doc, ql_builder *to, const ql_span *spans, int32_t n) {
    static const char JOINT[] = " \xE2\x80\xA6 "; /* " … " */
    ql_builder_put_string(to, "", 0);
    for (int32_t i = 0; i < n; i++) {
        if (i > 0) ql_builder_add_utf8(to, JOINT, sizeof JOINT - 1);
        ql_builder_add_utf8(to, doc->text + spans[i].start, (size_t)(spans[i].end - spans[i].start));
    }
}

static const ql_cue *cue_of(const ql_table_doc *doc, const ql_quote *quote) {
    if (quote->cue_entry == QL_NONE) return NULL;
    int32_t cue = ql_lexicon_word(doc->tables->lexicon, quote->cue_entry)->cue;
    return cue == QL_NONE ? NULL : ql_lexicon_cue(doc->tables->lexicon, cue);
}

static void put_what(const ql_table_doc *doc, ql_builder *row, const ql_quote *quote) {
    size_t n, n_sentences;
    const ql_span *spans = ql_result_spans(doc->result, &n) + quote->first_span;
    const ql_sentence *sentences = ql_result_sentences(doc->result, &n_sentences);
    bool is_placed = quote->sentence >= 0 && (size_t)quote->sentence < n_sentences;
    ql_put_name(&row[QL_QUOTES_KIND], ql_quote_kind_name(quote->kind));
    ql_put_name(&row[QL_QUOTES_ACT], ql_act_name(quote->act));
    ql_put_name(&row[QL_QUOTES_ZONE], zone_name(doc, is_placed ? sentences[quote->sentence].zone : QL_NONE));
    ql_builder_put_int32(&row[QL_QUOTES_SENTENCE_ID], quote->sentence);
    put_char(doc, &row[QL_QUOTES_START], quote->start);
    put_char(doc, &row[QL_QUOTES_END], quote->end);
    ql_put_slice(doc, &row[QL_QUOTES_TEXT], quote->start, quote->end);
    put_content(doc, &row[QL_QUOTES_CONTENT], spans, quote->n_spans);
    ql_builder_put_bool(&row[QL_QUOTES_FRAGMENT], quote->fragment);
    ql_builder_put_int32(&row[QL_QUOTES_N_WORDS], words_of(doc, spans, quote->n_spans));
    ql_builder_put_int32(&row[QL_QUOTES_N_SPANS], quote->n_spans);
    ql_builder_put_int32(&row[QL_QUOTES_N_PIECES], quote->n_pieces);
    ql_builder_put_bool(&row[QL_QUOTES_CLOSED], quote->closed);
    ql_builder_put_int32(&row[QL_QUOTES_PARENT_ID], quote->parent);
    ql_builder_put_int32(&row[QL_QUOTES_CONTINUES_ID], quote->continues);
}

static void put_who(const ql_table_doc *doc, ql_builder *row, const ql_quote *quote) {
    static const ql_mention nobody = {.kind = QL_MENTION_NONE};
    size_t n;
    const ql_mention *mentions = ql_result_mentions(doc->result, &n);
    const ql_mention *source = quote->source == QL_NONE ? &nobody : &mentions[quote->source];
    put_span(doc, (ql_span){source->start, source->end}, &row[QL_QUOTES_SOURCE], &row[QL_QUOTES_SOURCE_START],
             &row[QL_QUOTES_SOURCE_END]);
    ql_put_name(&row[QL_QUOTES_SOURCE_KIND], ql_mention_kind_name(source->kind));
    ql_builder_put_int32(&row[QL_QUOTES_ENTITY_ID], quote->speaker);
    put_entity_name(doc, &row[QL_QUOTES_SPEAKER], quote->speaker);
    if (quote->speaker_confidence >= 0)
        put_share(&row[QL_QUOTES_SPEAKER_CONFIDENCE], quote->speaker_confidence);
    else
        ql_builder_put_null(&row[QL_QUOTES_SPEAKER_CONFIDENCE]);
    ql_put_name(&row[QL_QUOTES_RESOLVED_BY], ql_resolution_name(quote->resolution));
    put_span(doc, quote->told.title, &row[QL_QUOTES_SOURCE_TITLE], &row[QL_QUOTES_SOURCE_TITLE_START],
             &row[QL_QUOTES_SOURCE_TITLE_END]);
    put_span(doc, quote->told.organisation, &row[QL_QUOTES_SOURCE_ORGANISATION],
             &row[QL_QUOTES_SOURCE_ORGANISATION_START], &row[QL_QUOTES_SOURCE_ORGANISATION_END]);
    put_span(doc, quote->told.credential, &row[QL_QUOTES_CREDENTIAL], &row[QL_QUOTES_CREDENTIAL_START],
             &row[QL_QUOTES_CREDENTIAL_END]);
}

static void put_how(const ql_table_doc *doc, ql_builder *row, const ql_quote *quote) {
    const ql_cue *cue = cue_of(doc, quote);
    put_span(doc, quote->cue, &row[QL_QUOTES_CUE], &row[QL_QUOTES_CUE_START], &row[QL_QUOTES_CUE_END]);
    ql_put_name(&row[QL_QUOTES_CUE_LEMMA], cue != NULL ? cue->lemma : NULL);
    ql_put_name(&row[QL_QUOTES_CUE_CLASS], cue != NULL ? cue->tone : NULL);
    ql_builder_put_bool(&row[QL_QUOTES_HEDGED], quote->hedged);
    ql_builder_put_bool(&row[QL_QUOTES_NEGATED], quote->negated);
    ql_put_name(&row[QL_QUOTES_ANONYMITY], ql_anonymity_name(quote->anonymity));
    put_share(&row[QL_QUOTES_CONFIDENCE], quote->confidence);
    put_share(&row[QL_QUOTES_SOURCE_CONFIDENCE], quote->source_confidence);
    ql_put_name(&row[QL_QUOTES_RULE], ql_rule_name(quote->rule));
}

static size_t append_quotes(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    if (n != 0 && !count_words(doc)) {
        row->status = QL_NO_MEMORY;
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        ql_put_id(doc, &row[QL_QUOTES_DOC_ID], 1);
        put_count(&row[QL_QUOTES_QUOTE_ID], i);
        put_what(doc, row, &quotes[i]);
        put_who(doc, row, &quotes[i]);
        put_how(doc, row, &quotes[i]);
    }
    return n;
}

/* ------------------------------------------------------------------------------------------ explanations */

/* A score, as exact as a weight is written. */
static void put_score(ql_builder *to, float value) {
    ql_builder_put_float64(to, (double)(int64_t)((double)value * 1e6 + (value < 0 ? -0.5 : 0.5)) / 1e6);
}

static void append_candidate(const ql_table_doc *doc, ql_builder *row, const ql_candidate *candidate) {
    static const ql_mention nobody = {.kind = QL_MENTION_NONE};
    size_t n;
    const ql_mention *mentions = ql_result_mentions(doc->result, &n);
    bool is_there = candidate->mention != QL_NONE;
    const ql_mention *mention = is_there ? &mentions[candidate->mention] : &nobody;
    ql_put_id(doc, &row[QL_CANDIDATES_DOC_ID], 1);
    ql_builder_put_int32(&row[QL_CANDIDATES_QUOTE_ID], candidate->quote);
    ql_builder_put_int32(&row[QL_CANDIDATES_CANDIDATE_ID], candidate->index);
    ql_builder_put_int32(&row[QL_CANDIDATES_MENTION_ID], candidate->mention);
    put_span(doc, (ql_span){mention->start, mention->end}, &row[QL_CANDIDATES_TEXT], &row[QL_CANDIDATES_START],
             &row[QL_CANDIDATES_END]);
    ql_put_name(&row[QL_CANDIDATES_KIND], ql_mention_kind_name(mention->kind));
    ql_builder_put_bool(&row[QL_CANDIDATES_CHOSEN], candidate->chosen);
    put_score(&row[QL_CANDIDATES_SCORE], candidate->score);
    put_share(&row[QL_CANDIDATES_CHANCE], candidate->chance);
}

static size_t append_candidates(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_candidate *candidates = ql_result_candidates(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_candidate(doc, row, &candidates[i]);
    return n;
}

static size_t append_choices(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_choice *choices = ql_result_choices(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_put_id(doc, &row[QL_CHOICES_DOC_ID], 1);
        ql_builder_put_int32(&row[QL_CHOICES_MENTION_ID], choices[i].mention);
        ql_put_name(&row[QL_CHOICES_DECISION], ql_decision_name(choices[i].decision));
        ql_builder_put_int32(&row[QL_CHOICES_CANDIDATE_ID], choices[i].index);
        ql_builder_put_int32(&row[QL_CHOICES_ENTITY_ID], choices[i].entity);
        put_span(doc, (ql_span){choices[i].start, choices[i].end}, &row[QL_CHOICES_TEXT], &row[QL_CHOICES_START],
                 &row[QL_CHOICES_END]);
        ql_builder_put_bool(&row[QL_CHOICES_CHOSEN], choices[i].chosen);
        put_score(&row[QL_CHOICES_SCORE], choices[i].score);
        put_share(&row[QL_CHOICES_CHANCE], choices[i].chance);
    }
    return n;
}

static size_t append_choice_features(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_choice_feature *features = ql_result_choice_features(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_put_id(doc, &row[QL_CHOICE_FEATURES_DOC_ID], 1);
        ql_builder_put_int32(&row[QL_CHOICE_FEATURES_MENTION_ID], features[i].mention);
        ql_put_name(&row[QL_CHOICE_FEATURES_DECISION], ql_decision_name(features[i].decision));
        ql_builder_put_int32(&row[QL_CHOICE_FEATURES_CANDIDATE_ID], features[i].index);
        ql_put_name(&row[QL_CHOICE_FEATURES_FEATURE], ql_choice_feature_name(features[i].feature));
        ql_builder_put_int32(&row[QL_CHOICE_FEATURES_VALUE], features[i].value);
        ql_put_name(&row[QL_CHOICE_FEATURES_MEANING], ql_choice_feature_meaning(features[i].feature));
        put_score(&row[QL_CHOICE_FEATURES_WEIGHT], features[i].weight);
    }
    return n;
}

static size_t append_page_features(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_page_feature *features = ql_result_page_features(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_put_id(doc, &row[QL_PAGE_FEATURES_DOC_ID], 1);
        ql_builder_put_int32(&row[QL_PAGE_FEATURES_CANDIDATE_ID], features[i].candidate);
        put_char(doc, &row[QL_PAGE_FEATURES_START], features[i].start);
        put_char(doc, &row[QL_PAGE_FEATURES_END], features[i].end);
        ql_put_name(&row[QL_PAGE_FEATURES_FEATURE], ql_page_feature_name(features[i].feature));
        ql_builder_put_int32(&row[QL_PAGE_FEATURES_VALUE], features[i].value);
        ql_put_name(&row[QL_PAGE_FEATURES_MEANING], ql_page_feature_meaning(features[i].feature));
    }
    return n;
}

static size_t append_features(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_feature *features = ql_result_features(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_put_id(doc, &row[QL_FEATURES_DOC_ID], 1);
        ql_builder_put_int32(&row[QL_FEATURES_QUOTE_ID], features[i].quote);
        ql_builder_put_int32(&row[QL_FEATURES_CANDIDATE_ID], features[i].candidate);
        ql_put_name(&row[QL_FEATURES_FEATURE], ql_feature_name(features[i].feature));
        ql_put_name(&row[QL_FEATURES_MEANING], ql_feature_meaning(features[i].feature));
        put_score(&row[QL_FEATURES_WEIGHT], features[i].weight);
    }
    return n;
}

static size_t append_speakers(const ql_table_doc *doc, ql_builder *row) {
    size_t n, n_rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        if (quotes[i].speaker_confidence < 0) continue;
        bool is_given = quotes[i].withheld == QL_NONE;
        int32_t speaker = is_given ? quotes[i].speaker : quotes[i].withheld;
        ql_put_id(doc, &row[QL_SPEAKERS_DOC_ID], 1);
        put_count(&row[QL_SPEAKERS_QUOTE_ID], i);
        ql_builder_put_int32(&row[QL_SPEAKERS_MENTION_ID], quotes[i].source);
        ql_builder_put_int32(&row[QL_SPEAKERS_ENTITY_ID], speaker);
        put_entity_name(doc, &row[QL_SPEAKERS_NAME], speaker);
        ql_put_name(&row[QL_SPEAKERS_FOUND_BY], ql_found_by_name(quotes[i].found_by));
        put_share(&row[QL_SPEAKERS_CHANCE], quotes[i].speaker_confidence);
        ql_builder_put_bool(&row[QL_SPEAKERS_GIVEN], is_given);
        n_rows++;
    }
    return n_rows;
}

static size_t append_speaker_features(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_speaker_feature *features = ql_result_speaker_features(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_put_id(doc, &row[QL_SPEAKER_FEATURES_DOC_ID], 1);
        ql_builder_put_int32(&row[QL_SPEAKER_FEATURES_QUOTE_ID], features[i].quote);
        ql_put_name(&row[QL_SPEAKER_FEATURES_FEATURE], ql_choice_feature_name(features[i].feature));
        ql_builder_put_int32(&row[QL_SPEAKER_FEATURES_VALUE], features[i].value);
        ql_put_name(&row[QL_SPEAKER_FEATURES_MEANING], ql_choice_feature_meaning(features[i].feature));
        put_score(&row[QL_SPEAKER_FEATURES_WEIGHT], features[i].weight);
    }
    return n;
}

static void put_frames(ql_builder *to, unsigned frames) {
    ql_builder_put_string(to, "", 0);
    for (size_t frame = 0; ql_frame_name(frame) != NULL; frame++) {
        const char *name = ql_frame_name(frame);
        if ((frames >> frame & 1) == 0) continue;
        if ((frames & ((1u << frame) - 1)) != 0) ql_builder_add_utf8(to, " ", 1);
        ql_builder_add_utf8(to, name, strlen(name));
    }
}

static size_t append_cues(const ql_table_doc *doc, ql_builder *row) {
    size_t n, n_rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        const ql_cue *cue = cue_of(doc, &quotes[i]);
        if (cue == NULL) continue;
        ql_put_id(doc, &row[QL_CUES_DOC_ID], 1);
        put_count(&row[QL_CUES_QUOTE_ID], i);
        ql_put_name(&row[QL_CUES_LEMMA], cue->lemma);
        ql_put_name(&row[QL_CUES_KIND], cue->is_noun ? "noun" : "verb");
        ql_put_name(&row[QL_CUES_ACT], ql_act_name(cue->act));
        ql_put_name(&row[QL_CUES_TONE], cue->tone);
        put_frames(&row[QL_CUES_FRAMES], cue->frames);
        ql_builder_put_bool(&row[QL_CUES_HEDGE], cue->is_hedge);
        ql_put_name(&row[QL_CUES_WHY], cue->why);
        n_rows++;
    }
    return n_rows;
}

static size_t append_rejected(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_rejection *rejected = ql_result_rejections(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        int32_t entry = rejected[i].entry;
        int32_t cue = entry == QL_NONE ? QL_NONE : ql_lexicon_word(doc->tables->lexicon, entry)->cue;
        ql_put_id(doc, &row[QL_REJECTED_DOC_ID], 1);
        ql_builder_put_int32(&row[QL_REJECTED_SENTENCE_ID], rejected[i].sentence);
        put_char(doc, &row[QL_REJECTED_START], rejected[i].start);
        put_char(doc, &row[QL_REJECTED_END], rejected[i].end);
        ql_put_slice(doc, &row[QL_REJECTED_TEXT], rejected[i].start, rejected[i].end);
        ql_put_name(&row[QL_REJECTED_LEMMA],
                    cue == QL_NONE ? NULL : ql_lexicon_cue(doc->tables->lexicon, cue)->lemma);
        ql_put_name(&row[QL_REJECTED_REASON], ql_reason_name(rejected[i].reason));
        ql_builder_put_int32(&row[QL_REJECTED_QUOTE_ID], rejected[i].quote);
    }
    return n;
}

static void append_prospect(const ql_table_doc *doc, const ql_prospect *of, ql_builder *row) {
    ql_put_id(doc, &row[QL_PROSPECTS_DOC_ID], 1);
    ql_builder_put_int32(&row[QL_PROSPECTS_SENTENCE_ID], of->sentence);
    put_span(doc, (ql_span){of->start, of->end}, &row[QL_PROSPECTS_TEXT], &row[QL_PROSPECTS_START],
             &row[QL_PROSPECTS_END]);
    put_share(&row[QL_PROSPECTS_CHANCE], of->chance);
    put_span(doc, (ql_span){of->content_start, of->content_end}, &row[QL_PROSPECTS_CONTENT],
             &row[QL_PROSPECTS_CONTENT_START], &row[QL_PROSPECTS_CONTENT_END]);
    put_score(&row[QL_PROSPECTS_SCORE], of->score);
    if (of->has_rule)
        put_score(&row[QL_PROSPECTS_RULE_SCORE], of->rule_score);
    else
        ql_builder_put_null(&row[QL_PROSPECTS_RULE_SCORE]);
    ql_builder_put_bool(&row[QL_PROSPECTS_KEEPS_RULE], of->keeps_rule);
    ql_builder_put_bool(&row[QL_PROSPECTS_CHOSEN], of->chosen);
}

static size_t append_prospects(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_prospect *prospects = ql_result_prospects(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_prospect(doc, &prospects[i], row);
    return n;
}

/* ----------------------------------------------------------------------------------------------- append */

typedef size_t append_rows(const ql_table_doc *doc, ql_builder *columns);

static append_rows *const APPEND[QL_TABLES] = {
    [QL_TABLE_DOCUMENTS] = append_documents,
    [QL_TABLE_ZONES] = append_zones,
    [QL_TABLE_METADATA] = append_metadata,
    [QL_TABLE_SENTENCES] = append_sentences,
    [QL_TABLE_TOKENS] = ql_append_tokens,
    [QL_TABLE_QUOTES] = append_quotes,
    [QL_TABLE_SPANS] = append_spans,
    [QL_TABLE_PIECES] = append_pieces,
    [QL_TABLE_MENTIONS] = append_mentions,
    [QL_TABLE_CHAINS] = append_chains,
    [QL_TABLE_UNNAMED] = append_unnamed,
    [QL_TABLE_ENTITIES] = append_entities,
    [QL_TABLE_MARKS] = append_marks,
    [QL_TABLE_CANDIDATES] = append_candidates,
    [QL_TABLE_FEATURES] = append_features,
    [QL_TABLE_CUES] = append_cues,
    [QL_TABLE_REJECTED] = append_rejected,
    [QL_TABLE_PROSPECTS] = append_prospects,
    [QL_TABLE_CHOICES] = append_choices,
    [QL_TABLE_CHOICE_FEATURES] = append_choice_features,
    [QL_TABLE_SPEAKERS] = append_speakers,
    [QL_TABLE_SPEAKER_FEATURES] = append_speaker_features,
    [QL_TABLE_PAGE_FEATURES] = append_page_features,
};

/* A failed column is found here, once a document, and not at each cell. */
static ql_status check_columns(const ql_tables *tables, ql_table table, ql_error *error) {
    for (size_t i = 0; i < schemas[table].n; i++) {
        ql_status status = tables->builders[table][i].status;
        const char *column = schemas[table].fields[i].name;
        if (status == QL_NO_MEMORY)
            return ql_fail(error, status, QL_NONE, "no memory for table %s", schemas[table].name);
        if (status != QL_OK)
            return ql_fail(error, status, QL_NONE,
                           "column %s of table %s would pass 2^31 - 1 bytes; use fewer documents in a batch", column,
                           schemas[table].name);
    }
    return QL_OK;
}

static ql_status open_document(ql_table_doc *doc, ql_tables *tables, const ql_result *result, const char *doc_id,
                               size_t n_bytes, ql_error *error) {
    ql_builder_clear(&tables->name);
    ql_builder_put_utf8(&tables->name, doc_id, n_bytes);
    if (tables->name.status != QL_OK)
        return ql_fail(error, tables->name.status, QL_NONE, "a doc_id of %zu bytes does not fit", n_bytes);
    *doc = (ql_table_doc){.tables = tables, .result = result};
    doc->text = ql_result_text(result, &doc->n_bytes);
    doc->id = ql_builder_bytes(&tables->name);
    doc->id_bytes = tables->name.n_bytes;
    doc->is_damaged = ql_result_n_malformed(result) != 0;
    doc->is_ascii = !doc->is_damaged && (size_t)ql_result_n_chars(result) == doc->n_bytes;
    return QL_OK;
}

ql_status ql_tables_append(ql_tables *tables, const ql_result *result, const char *doc_id, size_t n_bytes,
                           ql_error *error) {
    ql_table_doc doc;
    QL_TRY(open_document(&doc, tables, result, doc_id, n_bytes, error));
    for (int i = 0; i < QL_TABLES; i++) {
        if (!is_wanted(tables, (ql_table)i)) continue;
        tables->n_rows[i] += APPEND[i](&doc, tables->builders[i]);
        QL_TRY(check_columns(tables, (ql_table)i, error));
    }
    return QL_OK;
}

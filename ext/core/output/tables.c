#include "output/tables.h"

#include <assert.h>
#include <stdio.h>

#include "output/rows.h"

/* ---------------------------------------------------------------------------------------------- columns */
/* Each append_… function below writes a row in the order of its list here, from left to right. */

#define STRING(name) \
    { name, QL_TYPE_STRING }
#define INT32(name) \
    { name, QL_TYPE_INT32 }
#define FLOAT64(name) \
    { name, QL_TYPE_FLOAT64 }
#define BOOL(name) \
    { name, QL_TYPE_BOOL }

static const ql_field DOCUMENTS[] = {
    STRING("doc_id"),     INT32("n_chars"),  INT32("n_tokens"),
    INT32("n_sentences"), INT32("n_quotes"), INT32("n_malformed"),
};

static const ql_field ZONES[] = {
    STRING("doc_id"), INT32("zone_id"), INT32("start"), INT32("end"), STRING("zone"),
};

static const ql_field METADATA[] = {
    STRING("doc_id"), STRING("field"), STRING("value"),       INT32("start"),
    INT32("end"),     STRING("zone"),  FLOAT64("confidence"),
};

static const ql_field SENTENCES[] = {
    STRING("doc_id"), INT32("sentence_id"), INT32("paragraph_id"), STRING("zone"), INT32("start"), INT32("end"),
};

static const ql_field TOKENS[] = {
    STRING("doc_id"), INT32("token_id"),  INT32("sentence_id"), INT32("start"), INT32("end"),
    STRING("text"),   STRING("norm"),     STRING("class"),      STRING("tag"),  STRING("lemma"),
    INT32("head"),    STRING("relation"), INT32("quote_id"),
};

static const ql_field QUOTES[] = {
    STRING("doc_id"),      INT32("quote_id"),
    STRING("kind"),        STRING("act"),
    STRING("zone"),        INT32("sentence_id"),
    INT32("start"),        INT32("end"),
    STRING("text"),        STRING("content"),
    BOOL("fragment"),      INT32("n_words"),
    INT32("n_spans"),      INT32("n_pieces"),
    BOOL("closed"),        INT32("parent_id"),
    INT32("continues_id"), STRING("source"),
    INT32("source_start"), INT32("source_end"),
    STRING("source_kind"), INT32("entity_id"),
    STRING("speaker"),     STRING("resolved_by"),
    STRING("cue"),         INT32("cue_start"),
    INT32("cue_end"),      STRING("cue_lemma"),
    STRING("cue_class"),   BOOL("hedged"),
    BOOL("negated"),       STRING("anonymity"),
    FLOAT64("confidence"), FLOAT64("source_confidence"),
    STRING("rule"),
};

static const ql_field SPANS[] = {STRING("doc_id"), INT32("quote_id"), INT32("start"), INT32("end")};

static const ql_field PIECES[] = {
    STRING("doc_id"), INT32("quote_id"),   INT32("piece"),       INT32("start"),
    INT32("end"),     STRING("open_mark"), STRING("close_mark"),
};

static const ql_field MENTIONS[] = {
    STRING("doc_id"), INT32("mention_id"), INT32("entity_id"), INT32("start"),
    INT32("end"),     STRING("text"),      STRING("kind"),     INT32("head"),
};

static const ql_field CHAINS[] = {
    STRING("doc_id"),   INT32("quote_id"), INT32("step"), STRING("role"),   STRING("name"),
    INT32("entity_id"), INT32("start"),    INT32("end"),  STRING("access"),
};

static const ql_field UNNAMED[] = {
    STRING("doc_id"), INT32("quote_id"), STRING("source"), INT32("n_claimed"),
    STRING("reason"), INT32("start"),    INT32("end"),
};

static const ql_field ENTITIES[] = {
    STRING("doc_id"), INT32("entity_id"), STRING("name"), STRING("role"),
    STRING("gender"), INT32("start"),     INT32("end"),
};

static const ql_field MARKS[] = {
    STRING("doc_id"),       INT32("mark_id"),      INT32("start"), INT32("end"),
    INT32("content_start"), INT32("content_end"),  BOOL("closed"), INT32("depth"),
    INT32("parent_id"),     INT32("continues_id"), STRING("form"),
};

static const ql_field CANDIDATES[] = {
    STRING("doc_id"), INT32("quote_id"), INT32("candidate_id"), INT32("mention_id"), INT32("start"),    INT32("end"),
    STRING("text"),   STRING("kind"),    BOOL("chosen"),        FLOAT64("score"),    FLOAT64("chance"),
};

static const ql_field FEATURES[] = {
    STRING("doc_id"),  INT32("quote_id"), INT32("candidate_id"),
    STRING("feature"), STRING("meaning"), FLOAT64("weight"),
};

static const ql_field CUES[] = {
    STRING("doc_id"), INT32("quote_id"), STRING("lemma"), STRING("kind"), STRING("act"),
    STRING("class"),  STRING("frames"),  BOOL("hedge"),   STRING("why"),
};

static const ql_field REJECTED[] = {
    STRING("doc_id"), INT32("sentence_id"), INT32("start"),   INT32("end"),
    STRING("text"),   STRING("lemma"),      STRING("reason"), INT32("quote_id"),
};

typedef struct table_info {
    const char *name;
    const ql_field *fields;
    size_t n;
    unsigned want;
} table_info;

#define TABLE(name, fields, want) \
    { name, fields, sizeof fields / sizeof fields[0], want }

static const table_info INFO[QL_TABLES] = {
    [QL_TABLE_DOCUMENTS] = TABLE("documents", DOCUMENTS, QL_WANT_QUOTES),
    [QL_TABLE_ZONES] = TABLE("zones", ZONES, QL_WANT_ZONES),
    [QL_TABLE_METADATA] = TABLE("metadata", METADATA, QL_WANT_ZONES),
    [QL_TABLE_SENTENCES] = TABLE("sentences", SENTENCES, QL_WANT_SENTENCES | QL_WANT_ZONES),
    [QL_TABLE_TOKENS] = TABLE("tokens", TOKENS, QL_WANT_TOKENS | QL_WANT_SENTENCES),
    [QL_TABLE_QUOTES] = TABLE("quotes", QUOTES, QL_WANT_QUOTES),
    [QL_TABLE_SPANS] = TABLE("spans", SPANS, QL_WANT_QUOTES),
    [QL_TABLE_PIECES] = TABLE("pieces", PIECES, QL_WANT_QUOTES),
    [QL_TABLE_MENTIONS] = TABLE("mentions", MENTIONS, QL_WANT_QUOTES),
    [QL_TABLE_CHAINS] = TABLE("chains", CHAINS, QL_WANT_QUOTES),
    [QL_TABLE_UNNAMED] = TABLE("unnamed", UNNAMED, QL_WANT_QUOTES),
    [QL_TABLE_ENTITIES] = TABLE("entities", ENTITIES, QL_WANT_QUOTES),
    [QL_TABLE_MARKS] = TABLE("marks", MARKS, QL_WANT_QUOTES),
    [QL_TABLE_CANDIDATES] = TABLE("candidates", CANDIDATES, QL_WANT_QUOTES | QL_WANT_EXPLAIN),
    [QL_TABLE_FEATURES] = TABLE("features", FEATURES, QL_WANT_QUOTES | QL_WANT_EXPLAIN),
    [QL_TABLE_CUES] = TABLE("cues", CUES, QL_WANT_QUOTES),
    [QL_TABLE_REJECTED] = TABLE("rejected", REJECTED, QL_WANT_QUOTES | QL_WANT_EXPLAIN),
};

const char *ql_table_name(ql_table table) {
    return INFO[table].name;
}

ql_table ql_table_find(const char *name) {
    int table = 0;
    while (table < QL_TABLES && strcmp(INFO[table].name, name) != 0) table++;
    return (ql_table)table;
}

const ql_field *ql_table_fields(ql_table table, size_t *n) {
    *n = INFO[table].n;
    return INFO[table].fields;
}

unsigned ql_tables_want(unsigned mask, bool quote_ids, bool syntax) {
    unsigned want = (quote_ids ? QL_WANT_QUOTES : 0) | (syntax ? QL_WANT_SYNTAX : 0);
    for (unsigned i = 0; i < QL_TABLES; i++)
        if (mask >> i & 1) want |= INFO[i].want;
    return want;
}

/* ------------------------------------------------------------------------------------------------ names */

static const char *const META_NAMES[QL_FIELDS] = {
    [QL_FIELD_TITLE] = "title",   [QL_FIELD_PUBLISHED] = "published", [QL_FIELD_BYLINE] = "byline",
    [QL_FIELD_OUTLET] = "outlet", [QL_FIELD_AGENCY] = "agency",       [QL_FIELD_PLACE] = "place",
};

static const char *const ZONE_NAMES[QL_ZONES] = {
    [QL_ZONE_BODY] = "body",       [QL_ZONE_TITLE] = "title",
    [QL_ZONE_DECK] = "deck",       [QL_ZONE_BYLINE] = "byline",
    [QL_ZONE_DATE] = "date",       [QL_ZONE_DATELINE] = "dateline",
    [QL_ZONE_CAPTION] = "caption", [QL_ZONE_BOILERPLATE] = "boilerplate",
};

static const char *const FORM_NAMES[QL_FORMS] = {
    [QL_FORM_SPEECH] = "speech", [QL_FORM_FRAGMENT] = "fragment", [QL_FORM_SCARE] = "scare",
    [QL_FORM_TERM] = "term",     [QL_FORM_TITLE] = "title",       [QL_FORM_NICKNAME] = "nickname",
};

static const char *const MENTION_NAMES[QL_MENTIONS] = {
    [QL_MENTION_NONE] = "none",         [QL_MENTION_NAME] = "name",
    [QL_MENTION_PRONOUN] = "pronoun",   [QL_MENTION_DESCRIPTION] = "description",
    [QL_MENTION_DOCUMENT] = "document", [QL_MENTION_AGENCY] = "agency",
    [QL_MENTION_OUTLET] = "outlet",     [QL_MENTION_ORGANISATION] = "organisation",
    [QL_MENTION_GROUP] = "group",       [QL_MENTION_ANONYMOUS] = "anonymous",
};

static const char *const STEP_NAMES[QL_STEP_ROLES] = {
    [QL_STEP_SPEAKER] = "speaker", [QL_STEP_DOCUMENT] = "document",         [QL_STEP_AGENCY] = "agency",
    [QL_STEP_OUTLET] = "outlet",   [QL_STEP_ORGANISATION] = "organisation", [QL_STEP_ANONYMOUS] = "anonymous",
};

static const char *const GENDER_NAMES[] = {NULL, "female", "male"};

static const char *const QUOTE_NAMES[QL_QUOTES] = {
    [QL_QUOTE_DIRECT] = "direct",
    [QL_QUOTE_MIXED] = "mixed",
    [QL_QUOTE_INDIRECT] = "indirect",
    [QL_QUOTE_SCARE] = "scare",
};

static const char *const ANONYMITY_NAMES[QL_ANONYMITIES] = {
    [QL_ANONYMITY_NONE] = "none",
    [QL_ANONYMITY_NAMED] = "named",
    [QL_ANONYMITY_DESCRIBED] = "described",
    [QL_ANONYMITY_BARE] = "bare",
};

static const char *const RESOLUTION_NAMES[QL_RESOLUTIONS] = {
    [QL_RESOLVED_NONE] = NULL,       [QL_RESOLVED_SAME_SENTENCE] = "same_sentence", [QL_RESOLVED_CARRIED] = "carried",
    [QL_RESOLVED_ENTITY] = "entity", [QL_RESOLVED_FLOATING] = "floating",
};

static const char *const REASON_NAMES[QL_REASONS] = {
    [QL_REJECTED_NONE] = NULL,
    [QL_REJECTED_MARKED] = "marked",
    [QL_REJECTED_NO_SOURCE] = "no_source",
    [QL_REJECTED_NO_REPORT] = "no_report",
    [QL_REJECTED_OVERLAPPED] = "overlapped",
    [QL_REJECTED_NO_VERB] = "no_verb",
    [QL_REJECTED_INFINITIVE] = "infinitive",
};

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
    ql_builder *builders = calloc(INFO[table].n, sizeof *builders);
    for (size_t i = 0; i < INFO[table].n && builders != NULL; i++)
        builders[i] = ql_builder_of(INFO[table].fields[i].type);
    return builders;
}

ql_status ql_table_empty(ql_table table, ql_batch **out, ql_error *error) {
    *out = NULL;
    ql_builder *builders = builders_new(table);
    if (builders == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a table");
    ql_status status = ql_batch_build(INFO[table].fields, builders, INFO[table].n, 0, out, error);
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
   too large to be had is no failure before it is needed. */
void ql_tables_expect(ql_tables *tables, size_t n_bytes) {
    enum { BYTES_PER_TOKEN = 4, STRING_BYTES = 6 };
    const table_info *info = &INFO[QL_TABLE_TOKENS];
    ql_builder *builders = tables->builders[QL_TABLE_TOKENS];
    size_t rows = n_bytes / BYTES_PER_TOKEN;
    for (size_t i = 0; i < info->n && builders != NULL && n_bytes < QL_MAX_BYTES; i++) {
        (void)ql_builder_reserve(&builders[i], rows, rows * STRING_BYTES);
        builders[i].status = QL_OK;
    }
}

void ql_tables_free(ql_tables *tables) {
    if (tables == NULL) return;
    for (int i = 0; i < QL_TABLES; i++) {
        for (size_t j = 0; j < INFO[i].n && tables->builders[i] != NULL; j++)
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
        status = ql_batch_build(INFO[i].fields, tables->builders[i], INFO[i].n, tables->n_rows[i], &out[i], error);
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

/* Text, start and end of a span, or what stands for none. */
static ql_builder *put_span(const ql_table_doc *doc, ql_builder *to, bool is_there, int32_t start, int32_t end) {
    if (is_there) {
        ql_put_slice(doc, to++, start, end);
        put_char(doc, to++, start);
        put_char(doc, to++, end);
    } else {
        ql_builder_put_null(to++);
        ql_builder_put_int32(to++, QL_NONE);
        ql_builder_put_int32(to++, QL_NONE);
    }
    return to;
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
    return ZONE_NAMES[zone >= 0 && (size_t)zone < n ? zones[zone].kind : QL_ZONE_BODY];
}

/* ------------------------------------------------------------------------------------------------- rows */

static void append_document(const ql_table_doc *doc, ql_builder *to) {
    const ql_result *result = doc->result;
    size_t n_tokens, n_sentences, n_quotes;
    ql_result_tokens(result, &n_tokens);
    ql_result_sentences(result, &n_sentences);
    ql_result_quotes(result, &n_quotes);
    ql_put_id(doc, to++, 1);
    ql_builder_put_int32(to++, ql_result_n_chars(result));
    put_count(to++, n_tokens);
    put_count(to++, n_sentences);
    put_count(to++, n_quotes);
    ql_builder_put_int32(to++, ql_result_n_malformed(result));
}

static size_t append_documents(const ql_table_doc *doc, ql_builder *columns) {
    append_document(doc, columns);
    return 1;
}

static void append_zone(const ql_table_doc *doc, ql_builder *to, size_t id, const ql_zone *zone) {
    ql_put_id(doc, to++, 1);
    put_count(to++, id);
    put_char(doc, to++, zone->start);
    put_char(doc, to++, zone->end);
    ql_put_name(to++, ZONE_NAMES[zone->kind]);
}

static size_t append_zones(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_zone *zones = ql_result_zones(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_zone(doc, columns, i, &zones[i]);
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

static void append_meta(const ql_table_doc *doc, ql_builder *to, const ql_metadata *meta) {
    ql_put_id(doc, to++, 1);
    ql_put_name(to++, META_NAMES[meta->field]);
    if (meta->field == QL_FIELD_PUBLISHED)
        put_date(to++, &meta->date);
    else
        ql_put_slice(doc, to++, meta->start, meta->end);
    put_char(doc, to++, meta->start);
    put_char(doc, to++, meta->end);
    ql_put_name(to++, ZONE_NAMES[meta->zone]);
    put_share(to++, meta->confidence);
}

static size_t append_metadata(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_metadata *metas = ql_result_metadata(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_meta(doc, columns, &metas[i]);
    return n;
}

static void append_sentence(const ql_table_doc *doc, ql_builder *to, size_t id, const ql_sentence *sentence) {
    ql_put_id(doc, to++, 1);
    put_count(to++, id);
    ql_builder_put_int32(to++, sentence->paragraph);
    ql_put_name(to++, zone_name(doc, sentence->zone));
    put_char(doc, to++, sentence->start);
    put_char(doc, to++, sentence->end);
}

static size_t append_sentences(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_sentence *sentences = ql_result_sentences(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_sentence(doc, columns, i, &sentences[i]);
    return n;
}

/* The name of an entity; null for one that has none. */
static void put_entity_name(const ql_table_doc *doc, ql_builder *to, int32_t entity) {
    size_t n;
    const ql_entity *of = entity != QL_NONE ? &ql_result_entities(doc->result, &n)[entity] : NULL;
    if (of == NULL || of->end <= of->start) {
        ql_put_name(to, NULL);
    } else {
        ql_put_slice(doc, to, of->start, of->end);
        if (of->noun_end <= of->noun_start) return;
        ql_builder_add_utf8(to, " ", 1); /* "Gazette" and "report" */
        ql_builder_add_utf8(to, doc->text + of->noun_start, (size_t)(of->noun_end - of->noun_start));
    }
}

static void append_mention(const ql_table_doc *doc, ql_builder *to, size_t id, const ql_mention *mention) {
    ql_put_id(doc, to++, 1);
    put_count(to++, id);
    ql_builder_put_int32(to++, mention->entity);
    put_char(doc, to++, mention->start);
    put_char(doc, to++, mention->end);
    ql_put_slice(doc, to++, mention->start, mention->end);
    ql_put_name(to++, MENTION_NAMES[mention->kind]);
    ql_builder_put_int32(to++, mention->head);
}

static size_t append_mentions(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_mention *mentions = ql_result_mentions(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_mention(doc, columns, i, &mentions[i]);
    return n;
}

static void append_mark(const ql_table_doc *doc, ql_builder *to, size_t id, const ql_mark_pair *pair) {
    ql_put_id(doc, to++, 1);
    put_count(to++, id);
    put_char(doc, to++, pair->start);
    put_char(doc, to++, pair->end);
    put_char(doc, to++, pair->content_start);
    put_char(doc, to++, pair->content_end);
    ql_builder_put_bool(to++, pair->closed);
    ql_builder_put_int32(to++, pair->depth);
    ql_builder_put_int32(to++, pair->parent);
    ql_builder_put_int32(to++, pair->continues);
    ql_put_name(to++, FORM_NAMES[pair->form]);
}

static size_t append_marks(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_mark_pair *marks = ql_result_marks(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_mark(doc, columns, i, &marks[i]);
    return n;
}

/* ----------------------------------------------------------------------------------------------- quotes */

static size_t append_spans(const ql_table_doc *doc, ql_builder *columns) {
    size_t n, n_spans, n_rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    const ql_span *spans = ql_result_spans(doc->result, &n_spans);
    for (size_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < quotes[i].n_spans; j++) {
            const ql_span *span = &spans[quotes[i].first_span + j];
            ql_put_id(doc, &columns[0], 1);
            put_count(&columns[1], i);
            put_char(doc, &columns[2], span->start);
            put_char(doc, &columns[3], span->end);
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

static void append_piece(const ql_table_doc *doc, ql_builder *to, size_t quote, int32_t at, const ql_piece *piece) {
    ql_put_id(doc, to++, 1);
    put_count(to++, quote);
    ql_builder_put_int32(to++, at);
    put_char(doc, to++, piece->start);
    put_char(doc, to++, piece->end);
    put_mark(doc, to++, piece->start, piece->open_bytes);
    put_mark(doc, to++, piece->end - piece->close_bytes, piece->close_bytes);
}

static size_t append_chains(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_step *steps = ql_result_steps(doc->result, &n);
    for (size_t i = 0, step = 0; i < n; i++, step++) {
        ql_builder *to = columns;
        bool named = steps[i].name_end > steps[i].name_start;
        if (i > 0 && steps[i].quote != steps[i - 1].quote) step = 0;
        ql_put_id(doc, to++, 1);
        ql_builder_put_int32(to++, steps[i].quote);
        put_count(to++, step);
        ql_put_name(to++, STEP_NAMES[steps[i].role]);
        if (named)
            put_entity_name(doc, to++, steps[i].entity);
        else
            ql_put_slice(doc, to++, steps[i].start, steps[i].end);
        ql_builder_put_int32(to++, steps[i].entity);
        put_char(doc, to++, steps[i].start);
        put_char(doc, to++, steps[i].end);
        if (steps[i].access_end > steps[i].access_start)
            ql_put_slice(doc, to++, steps[i].access_start, steps[i].access_end);
        else
            ql_builder_put_null(to++);
    }
    return n;
}

/* One row a statement whose source is given but not named. */
static size_t append_unnamed(const ql_table_doc *doc, ql_builder *columns) {
    size_t n, n_mentions, rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    const ql_mention *mentions = ql_result_mentions(doc->result, &n_mentions);
    for (size_t i = 0; i < n; i++) {
        const ql_quote *quote = &quotes[i];
        if (quote->source == QL_NONE || quote->anonymity == QL_ANONYMITY_NAMED || quote->kind == QL_QUOTE_SCARE)
            continue;
        ql_builder *to = columns;
        ql_put_id(doc, to++, 1);
        put_count(to++, i);
        ql_put_slice(doc, to++, mentions[quote->source].start, mentions[quote->source].end);
        ql_builder_put_int32(to++, quote->n_claimed);
        to = put_span(doc, to, quote->reason.end > quote->reason.start, quote->reason.start, quote->reason.end);
        rows++;
    }
    return rows;
}

static size_t append_entities(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_entity *entities = ql_result_entities(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_builder *to = columns;
        ql_put_id(doc, to++, 1);
        put_count(to++, i);
        put_entity_name(doc, to++, (int32_t)i);
        ql_put_name(to++, STEP_NAMES[entities[i].role]);
        ql_put_name(to++, GENDER_NAMES[entities[i].gender]);
        put_char(doc, to++, entities[i].start);
        put_char(doc, to++, entities[i].end);
    }
    return n;
}

static size_t append_pieces(const ql_table_doc *doc, ql_builder *columns) {
    size_t n, n_pieces, n_rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    const ql_piece *pieces = ql_result_pieces(doc->result, &n_pieces);
    for (size_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < quotes[i].n_pieces; j++)
            append_piece(doc, columns, i, j, &pieces[quotes[i].first_piece + j]);
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

static ql_builder *put_what(const ql_table_doc *doc, ql_builder *to, const ql_quote *quote) {
    size_t n, n_sentences;
    const ql_span *spans = ql_result_spans(doc->result, &n) + quote->first_span;
    const ql_sentence *sentences = ql_result_sentences(doc->result, &n_sentences);
    bool is_placed = quote->sentence >= 0 && (size_t)quote->sentence < n_sentences;
    ql_put_name(to++, QUOTE_NAMES[quote->kind]);
    ql_put_name(to++, ql_act_name(quote->act));
    ql_put_name(to++, zone_name(doc, is_placed ? sentences[quote->sentence].zone : QL_NONE));
    ql_builder_put_int32(to++, quote->sentence);
    put_char(doc, to++, quote->start);
    put_char(doc, to++, quote->end);
    ql_put_slice(doc, to++, quote->start, quote->end);
    put_content(doc, to++, spans, quote->n_spans);
    ql_builder_put_bool(to++, quote->fragment);
    ql_builder_put_int32(to++, words_of(doc, spans, quote->n_spans));
    ql_builder_put_int32(to++, quote->n_spans);
    ql_builder_put_int32(to++, quote->n_pieces);
    ql_builder_put_bool(to++, quote->closed);
    ql_builder_put_int32(to++, quote->parent);
    ql_builder_put_int32(to++, quote->continues);
    return to;
}

static ql_builder *put_who(const ql_table_doc *doc, ql_builder *to, const ql_quote *quote) {
    static const ql_mention nobody = {.kind = QL_MENTION_NONE};
    size_t n;
    const ql_mention *mentions = ql_result_mentions(doc->result, &n);
    const ql_mention *source = quote->source == QL_NONE ? &nobody : &mentions[quote->source];
    to = put_span(doc, to, quote->source != QL_NONE, source->start, source->end);
    ql_put_name(to++, MENTION_NAMES[source->kind]);
    ql_builder_put_int32(to++, quote->speaker);
    put_entity_name(doc, to++, quote->speaker);
    ql_put_name(to++, RESOLUTION_NAMES[quote->resolution]);
    return to;
}

static ql_builder *put_how(const ql_table_doc *doc, ql_builder *to, const ql_quote *quote) {
    const ql_cue *cue = cue_of(doc, quote);
    to = put_span(doc, to, quote->cue.start < quote->cue.end, quote->cue.start, quote->cue.end);
    ql_put_name(to++, cue != NULL ? cue->lemma : NULL);
    ql_put_name(to++, cue != NULL ? cue->tone : NULL);
    ql_builder_put_bool(to++, quote->hedged);
    ql_builder_put_bool(to++, quote->negated);
    ql_put_name(to++, ANONYMITY_NAMES[quote->anonymity]);
    put_share(to++, quote->confidence);
    put_share(to++, quote->source_confidence);
    ql_put_name(to++, quote->rule);
    return to;
}

static size_t append_quotes(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    if (n != 0 && !count_words(doc)) {
        columns->status = QL_NO_MEMORY;
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        ql_builder *to = columns;
        ql_put_id(doc, to++, 1);
        put_count(to++, i);
        to = put_what(doc, to, &quotes[i]);
        to = put_who(doc, to, &quotes[i]);
        to = put_how(doc, to, &quotes[i]);
        assert(to == columns + INFO[QL_TABLE_QUOTES].n);
    }
    return n;
}

/* ------------------------------------------------------------------------------------------ explanations */

/* A score, as exact as a weight is written. */
static void put_score(ql_builder *to, float value) {
    ql_builder_put_float64(to, (double)(int64_t)((double)value * 1e6 + (value < 0 ? -0.5 : 0.5)) / 1e6);
}

static void append_candidate(const ql_table_doc *doc, ql_builder *to, const ql_candidate *candidate) {
    static const ql_mention nobody = {.kind = QL_MENTION_NONE};
    size_t n;
    const ql_mention *mentions = ql_result_mentions(doc->result, &n);
    bool is_there = candidate->mention != QL_NONE;
    const ql_mention *mention = is_there ? &mentions[candidate->mention] : &nobody;
    ql_put_id(doc, to++, 1);
    ql_builder_put_int32(to++, candidate->quote);
    ql_builder_put_int32(to++, candidate->index);
    ql_builder_put_int32(to++, candidate->mention);
    ql_builder_put_int32(to++, is_there ? ql_result_char(doc->result, mention->start) : QL_NONE);
    ql_builder_put_int32(to++, is_there ? ql_result_char(doc->result, mention->end) : QL_NONE);
    if (is_there)
        ql_put_slice(doc, to++, mention->start, mention->end);
    else
        ql_builder_put_null(to++);
    ql_put_name(to++, MENTION_NAMES[mention->kind]);
    ql_builder_put_bool(to++, candidate->chosen);
    put_score(to++, candidate->score);
    put_share(to++, candidate->chance);
}

static size_t append_candidates(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_candidate *candidates = ql_result_candidates(doc->result, &n);
    for (size_t i = 0; i < n; i++) append_candidate(doc, columns, &candidates[i]);
    return n;
}

static size_t append_features(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_feature *features = ql_result_features(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_builder *to = columns;
        ql_put_id(doc, to++, 1);
        ql_builder_put_int32(to++, features[i].quote);
        ql_builder_put_int32(to++, features[i].candidate);
        ql_put_name(to++, ql_feature_name(features[i].feature));
        ql_put_name(to++, ql_feature_meaning(features[i].feature));
        put_score(to++, features[i].weight);
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

static size_t append_cues(const ql_table_doc *doc, ql_builder *columns) {
    size_t n, n_rows = 0;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        const ql_cue *cue = cue_of(doc, &quotes[i]);
        ql_builder *to = columns;
        if (cue == NULL) continue;
        ql_put_id(doc, to++, 1);
        put_count(to++, i);
        ql_put_name(to++, cue->lemma);
        ql_put_name(to++, cue->is_noun ? "noun" : "verb");
        ql_put_name(to++, ql_act_name(cue->act));
        ql_put_name(to++, cue->tone);
        put_frames(to++, cue->frames);
        ql_builder_put_bool(to++, cue->is_hedge);
        ql_put_name(to++, cue->why);
        n_rows++;
    }
    return n_rows;
}

static size_t append_rejected(const ql_table_doc *doc, ql_builder *columns) {
    size_t n;
    const ql_rejection *rejected = ql_result_rejections(doc->result, &n);
    for (size_t i = 0; i < n; i++) {
        ql_builder *to = columns;
        int32_t entry = rejected[i].entry;
        int32_t cue = entry == QL_NONE ? QL_NONE : ql_lexicon_word(doc->tables->lexicon, entry)->cue;
        ql_put_id(doc, to++, 1);
        ql_builder_put_int32(to++, rejected[i].sentence);
        put_char(doc, to++, rejected[i].start);
        put_char(doc, to++, rejected[i].end);
        ql_put_slice(doc, to++, rejected[i].start, rejected[i].end);
        ql_put_name(to++, cue == QL_NONE ? NULL : ql_lexicon_cue(doc->tables->lexicon, cue)->lemma);
        ql_put_name(to++, REASON_NAMES[rejected[i].reason]);
        ql_builder_put_int32(to++, rejected[i].quote);
    }
    return n;
}

/* ----------------------------------------------------------------------------------------------- append */

typedef size_t append_rows(const ql_table_doc *doc, ql_builder *columns);

static append_rows *const APPEND[QL_TABLES] = {
    [QL_TABLE_DOCUMENTS] = append_documents, [QL_TABLE_ZONES] = append_zones,
    [QL_TABLE_METADATA] = append_metadata,   [QL_TABLE_SENTENCES] = append_sentences,
    [QL_TABLE_TOKENS] = ql_append_tokens,    [QL_TABLE_QUOTES] = append_quotes,
    [QL_TABLE_SPANS] = append_spans,         [QL_TABLE_PIECES] = append_pieces,
    [QL_TABLE_MENTIONS] = append_mentions,   [QL_TABLE_CHAINS] = append_chains,
    [QL_TABLE_UNNAMED] = append_unnamed,     [QL_TABLE_ENTITIES] = append_entities,
    [QL_TABLE_MARKS] = append_marks,         [QL_TABLE_CANDIDATES] = append_candidates,
    [QL_TABLE_FEATURES] = append_features,   [QL_TABLE_CUES] = append_cues,
    [QL_TABLE_REJECTED] = append_rejected,
};

/* A failed column is found here, once a document, and not at each cell. */
static ql_status check_columns(const ql_tables *tables, ql_table table, ql_error *error) {
    for (size_t i = 0; i < INFO[table].n; i++) {
        ql_status status = tables->builders[table][i].status;
        const char *column = INFO[table].fields[i].name;
        if (status == QL_NO_MEMORY)
            return ql_fail(error, status, QL_NONE, "no memory for table %s", INFO[table].name);
        if (status != QL_OK)
            return ql_fail(error, status, QL_NONE,
                           "column %s of table %s would pass 2^31 - 1 bytes; use fewer documents in a batch", column,
                           INFO[table].name);
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

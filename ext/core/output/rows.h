/* What the tables are made of, for tables.c and tokens.c. */
#ifndef QL_ROWS_H
#define QL_ROWS_H

#include <string.h>

#include "document.h"
#include "output/tables.h"

struct ql_tables {
    const ql_lexicon *lexicon;
    unsigned mask;
    bool quote_ids, syntax;
    ql_builder *builders[QL_TABLES]; /* NULL for tables not asked for */
    size_t n_rows[QL_TABLES];
    ql_builder name; /* the doc_id at hand, repaired */
    ql_ints words;   /* word-like tokens before each token, and before the end */
};

/* The document at hand. */
typedef struct ql_table_doc {
    ql_tables *tables;
    const ql_result *result;
    const char *text;
    size_t n_bytes;
    const char *id;
    size_t id_bytes;
    bool is_ascii, is_damaged;
} ql_table_doc;

static inline void ql_put_id(const ql_table_doc *doc, ql_builder *to, size_t times) {
    ql_builder_repeat_string(to, doc->id, doc->id_bytes, times);
}

static inline void ql_put_name(ql_builder *to, const char *name) {
    if (name == NULL)
        ql_builder_put_null(to);
    else
        ql_builder_put_string(to, name, strlen(name));
}

static inline void ql_put_slice(const ql_table_doc *doc, ql_builder *to, int32_t start, int32_t end) {
    if (doc->is_damaged)
        ql_builder_put_utf8(to, doc->text + start, (size_t)(end - start));
    else
        ql_builder_put_string(to, doc->text + start, (size_t)(end - start));
}

/* The first token that starts at or after `byte`. */
static inline size_t ql_token_from(const ql_token *tokens, size_t n, int32_t byte) {
    return (size_t)vec_lower_bound(tokens, n, sizeof *tokens, offsetof(ql_token, start), byte);
}

/* Write the rows of a document's tokens, and return how many (tokens.c). */
size_t ql_append_tokens(const ql_table_doc *doc, ql_builder *columns);

#endif

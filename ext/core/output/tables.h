/* The tables that results become: rows of batches, with offsets in code points. */
#ifndef QL_TABLES_H
#define QL_TABLES_H

#include "output/columns.h"
#include "quotelens.h"

typedef enum ql_table {
    QL_TABLE_DOCUMENTS = 0,
    QL_TABLE_ZONES,
    QL_TABLE_METADATA,
    QL_TABLE_SENTENCES,
    QL_TABLE_TOKENS,
    QL_TABLE_QUOTES,
    QL_TABLE_SPANS,
    QL_TABLE_PIECES,
    QL_TABLE_MENTIONS,
    QL_TABLE_CHAINS,
    QL_TABLE_UNNAMED,
    QL_TABLE_ENTITIES,
    QL_TABLE_MARKS,
    QL_TABLE_CANDIDATES, /* this one and those after it explain, and cost more */
    QL_TABLE_FEATURES,
    QL_TABLE_CUES,
    QL_TABLE_REJECTED,
    QL_TABLE_PROSPECTS,
    QL_TABLE_CHOICES,
    QL_TABLE_CHOICE_FEATURES,
    QL_TABLE_SPEAKERS,
    QL_TABLE_SPEAKER_FEATURES,
    QL_TABLE_PAGE_FEATURES,
    QL_TABLES
} ql_table;

const char *ql_table_name(ql_table table);
ql_table ql_table_find(const char *name); /* QL_TABLES if there is none */
const ql_field *ql_table_fields(ql_table table, size_t *n);

/* A batch of the table without rows. */
ql_status ql_table_empty(ql_table table, ql_batch **out, ql_error *error);

/* What ql_analyse has to find for a set of tables, given as a mask of bits 1 << ql_table. */
unsigned ql_tables_want(unsigned mask, bool quote_ids, bool syntax);

/* Tables on their way.  `engine` is borrowed and must be the one that made the results.  `quote_ids` asks for the
   quote of each token, `syntax` for its tag, lemma, head and relation. */
typedef struct ql_tables ql_tables;

ql_status ql_tables_new(const ql_engine *engine, unsigned mask, bool quote_ids, bool syntax, ql_tables **out);
void ql_tables_free(ql_tables *tables); /* NULL is fine */

/* A hint: documents of `n_bytes` in all will come.  Makes room for their tokens once instead of step by step. */
void ql_tables_expect(ql_tables *tables, size_t n_bytes);

/* Add the rows of a document.  Both arguments may be freed afterwards.  After a failure the tables are good for
   nothing but ql_tables_free.  QL_TOO_LONG: the strings of a column would pass 2^31 - 1 bytes. */
ql_status ql_tables_append(ql_tables *tables, const ql_result *result, const char *doc_id, size_t n_bytes,
                           ql_error *error);

/* The batches, owned by the caller; NULL for tables not asked for, and all NULL on failure.  The tables are empty
   afterwards and may be used again. */
ql_status ql_tables_finish(ql_tables *tables, ql_batch *out[QL_TABLES], ql_error *error);

#endif

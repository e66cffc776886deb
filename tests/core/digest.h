/* What the tests of memory and of threads share: a text with something for every stage, and a hash of all that an
   analysis says of it, as its tables have it. */
#ifndef DIGEST_H
#define DIGEST_H

#include <string.h>

#include "output/columns.h"
#include "document.h"
#include "output/tables.h"

static const char PAGE[] =
    "By Ann Lee and Bob Ray\nMay 5, 2021 7:20 p.m.\n\nWells run dry in the north\n\n"
    "LONDON (Reuters) - “The well is dry,” Ann Lee, the mayor, said on Monday. “We told ‘them’ so,” she added.\n\n"
    "According to an internal memo seen by the Gazette, the company’s chief “knew it,” and he declined to comment. "
    "The "
    "Gazette’s report, obtained by Reuters, reportedly warned of losses of $1.2bn, people briefed on it said.\n\n"
    "“It will rain,\n\n“It always has,” said two people familiar with the matter, who asked not to be named because "
    "they were not allowed to speak. Mr. Ray said that Ms. Lee had told reporters the well was dry. He said so "
    "twice.\n\n"
    "Élan’s café — naïve “borrowed” pumps — is at https://a.example.com/x(y)?z=1, or ann@mail.example.com. Critics, "
    "analysts and the World Health Organization (WHO) doubted it. \"Why?\" asked Kim Jong-un. In a letter to staff, "
    "Mr. Kim wrote: 'We are fine.' — Kim\n\nKim: It isn’t dry. «Non», „Nein“. \xff\xed\xa0\x80 damaged\n\n"
    "READ MORE: What is a well?\nPhoto: Bob Ray/AP\n© 2021 The Gazette. All rights reserved.\n";

static inline uint64_t add_bytes(uint64_t hash, const void *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001B3);
    return ql_scatter(hash);
}

static inline uint64_t digest_batch(const ql_batch *batch) {
    uint64_t hash = (uint64_t)ql_batch_n_rows(batch);
    for (int64_t row = 0; row < ql_batch_n_rows(batch); row++) {
        for (size_t column = 0; column < ql_batch_n_columns(batch); column++) {
            ql_cell cell = ql_batch_cell(batch, column, row);
            hash = add_bytes(hash, &cell.is_null, sizeof cell.is_null);
            if (cell.is_null) continue;
            hash = add_bytes(hash, &cell.integer, sizeof cell.integer);
            hash = add_bytes(hash, &cell.real, sizeof cell.real);
            hash = add_bytes(hash, cell.bytes, cell.n_bytes);
        }
    }
    return hash;
}

/* All tables of a result into *hash; the batches go to `out` where it is not NULL. */
static inline ql_status digest_result(const ql_engine *engine, const ql_result *result, uint64_t *hash,
                                      ql_batch *out[QL_TABLES]) {
    ql_tables *tables;
    ql_batch *batches[QL_TABLES] = {NULL};
    QL_TRY(ql_tables_new(engine, (1U << QL_TABLES) - 1, true, true, &tables));
    ql_status status = ql_tables_append(tables, result, "page", 4, NULL);
    if (status == QL_OK) status = ql_tables_finish(tables, batches, NULL);
    ql_tables_free(tables);
    for (int i = 0; i < QL_TABLES; i++) {
        if (batches[i] != NULL) *hash = ql_scatter(*hash ^ digest_batch(batches[i]));
        if (out != NULL)
            out[i] = batches[i];
        else
            ql_batch_unref(batches[i]);
    }
    return status;
}

/* One analysis with all that it can find. */
static inline ql_status digest_text(const ql_engine *engine, ql_scratch *scratch, const char *text, size_t n_bytes,
                                    uint64_t *hash) {
    ql_result *result;
    *hash = 0;
    QL_TRY(ql_analyse(engine, scratch, text, n_bytes, QL_WANT_ALL | QL_WANT_EXPLAIN, &result, NULL));
    ql_status status = digest_result(engine, result, hash, NULL);
    ql_result_free(result);
    return status;
}

#endif

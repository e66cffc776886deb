/* A page, alone or among others of its outlet: all tables, exported. */
#include "rules.h"

/* Two bytes of flags, then the text. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    input in = {bytes, n_bytes};
    uint8_t flags = take_byte(&in);
    unsigned want = take_byte(&in) | (flags & 1 ? QL_WANT_ALL | QL_WANT_EXPLAIN : 0);
    unsigned mask = flags & 1 ? (1U << QL_TABLES) - 1 : (1U << QL_TABLE_CANDIDATES) - 1;
    char *text = own_copy(in);
    ql_line_counts *counts = NULL;
    if (flags & 2) {
        DEMAND(ql_line_counts_new(&counts) == QL_OK);
        for (int i = 0; i < 3; i++)
            DEMAND(ql_line_counts_add(counts, "outlet", 6, text, in.n / (size_t)(i + 1), NULL) == QL_OK);
        DEMAND(ql_line_counts_finish(counts, NULL) == QL_OK);
    }
    ql_result *result;
    DEMAND(ql_analyse_page(the_engine(), the_scratch(), text, in.n, want, counts, "outlet", 6, &result, NULL) ==
           QL_OK);
    check_result(result);
    if ((want & QL_WANT_ALL) == QL_WANT_ALL) check_tables(the_engine(), result, mask);
    ql_result_free(result);
    ql_line_counts_free(counts);
    free(text);
    return 0;
}

/* Statements: what cues report first, then the marked strings that no cue took. */
#include "statements/draft.h"

ql_status ql_stage_quote(ql_document *doc) {
    ql_writer w = {.doc = doc};
    size_t n = doc->marks.n;
    bool fine = ql_ints_reserve(&w.owner, n);
    for (size_t i = 0; fine && i < n; i++) w.owner.items[w.owner.n++] = QL_NONE;
    if (fine) ql_report_cues(&w);
    w.n_read = (int32_t)w.drafts.n;
    if (fine) ql_place_marks(&w);
    fine = fine && !w.out_of_memory && ql_write_quotes(&w);
    ql_drafts_free(&w.drafts);
    ql_bits_free(&w.bits);
    ql_ints_free(&w.owner);
    return fine ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for statements");
}

/* Statements: what cues report first, then the marked strings that no cue took. */
#include "statements/draft.h"

ql_status ql_stage_quote(ql_document *doc) {
    ql_drafts d = {.doc = doc};
    size_t n = doc->marks.n;
    bool fine = ql_ints_reserve(&d.owner, n);
    for (size_t i = 0; fine && i < n; i++) d.owner.items[d.owner.n++] = QL_NONE;
    if (fine) ql_report_cues(&d);
    d.n_from_cues = (int32_t)d.list.n;
    if (fine) ql_place_marks(&d);
    fine = fine && !d.out_of_memory && ql_write_quotes(&d);
    ql_draft_list_free(&d.list);
    ql_draft_spans_free(&d.spans);
    ql_ints_free(&d.owner);
    return fine ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for statements");
}

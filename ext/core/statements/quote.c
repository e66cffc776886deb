/* Statements: what cues report by the rules, what the reader makes of that, then the marked strings that nothing
 * took. */
#include "statements/scores.h"

static bool own_nothing(ql_drafts *d) {
    size_t n = d->doc->marks.n;
    if (!ql_ints_reserve(&d->owner, n)) return false;
    for (size_t i = 0; i < n; i++) d->owner.items[d->owner.n++] = QL_NONE;
    return true;
}

bool ql_draft_statements(ql_drafts *d) {
    if (!own_nothing(d)) return false;
    ql_report_cues(d);
    d->n_from_cues = (int32_t)d->list.n;
    ql_place_marks(d);
    return !d->out_of_memory;
}

void ql_drafts_free(ql_drafts *d) {
    ql_draft_list_free(&d->list);
    ql_draft_spans_free(&d->spans);
    ql_ints_free(&d->owner);
}

ql_status ql_stage_quote(ql_document *doc) {
    ql_drafts rules = {.doc = doc}, read = {.doc = doc};
    bool fine = ql_draft_statements(&rules),
         has_reader = doc->engine->network != NULL || doc->engine->encoder != NULL;
    if (fine && !has_reader) fine = ql_write_quotes(&rules);
    if (fine && has_reader) fine = own_nothing(&read) && ql_revise_drafts(&rules, &read) && ql_write_quotes(&read);
    ql_drafts_free(&rules);
    ql_drafts_free(&read);
    return fine ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for statements");
}

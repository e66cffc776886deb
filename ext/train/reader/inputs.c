/* Write what the reader's network sees of articles, for tools/fit_reader.py.

       inputs < ARTICLES > INPUTS

   Both are binary, numbers are int32 of this machine.  For each article come in: how many bytes and how many anchors,
   the bytes, the anchors (tokens).  Out go: the numbers of tokens, drafts and anchors; of each token start and end
   (in bytes), sentence, paragraph, head, outermost pair of marks and draft; the rows of its inputs (uint16); of each
   draft start, end, anchor, parent, rule; of each anchor the first and the end of the tokens in reach, and their rows
   (uint8). */
#include <stdio.h>
#include <stdlib.h>

#include "statements/reader.h"

static void stop(const char *why) {
    fprintf(stderr, "inputs: %s\n", why);
    exit(1);
}

static void put(const void *items, size_t size, size_t n) {
    if (n != 0 && fwrite(items, size, n, stdout) != n) stop("cannot write");
}

static void put_number(int32_t number) {
    put(&number, sizeof number, 1);
}

static void put_tokens(const ql_reading *reading) {
    const ql_document *doc = reading->drafts->doc;
    for (int32_t i = 0; i < ql_n_tokens(doc); i++) {
        const ql_token *token = ql_token_of(doc, i);
        int32_t row[] = {
            token->start, token->end,       token->sentence,  doc->sentences.items[token->sentence].paragraph,
            token->head,  reading->pair[i], reading->draft[i]};
        put(row, sizeof row, 1);
    }
    put(reading->inputs, sizeof *reading->inputs, (size_t)ql_n_tokens(doc));
}

static void put_drafts(const ql_drafts *d) {
    for (size_t i = 0; i < d->list.n; i++) {
        const ql_draft *draft = &d->list.items[i];
        int32_t row[] = {draft->start, draft->end, ql_anchor_of(d, (int32_t)i), draft->parent,
                         draft->scare ? -1 : draft->rule};
        put(row, sizeof row, 1);
    }
}

static void put_anchor(const ql_reading *reading, int32_t anchor) {
    ql_relatives rows[2 * QL_REACH];
    int32_t first, end;
    if (anchor < 0 || anchor >= ql_n_tokens(reading->drafts->doc)) stop("an anchor that is not a token");
    ql_reach_of(reading->drafts->doc, anchor, &first, &end);
    ql_read_relatives(reading, anchor, first, end, rows);
    put_number(first);
    put_number(end);
    put(rows, sizeof *rows, (size_t)(end - first));
}

static void run(ql_document *doc) {
    static ql_status (*const stages[])(ql_document *) = {ql_stage_zone,    ql_stage_token,  ql_stage_sentence,
                                                         ql_stage_pair,    ql_stage_syntax, ql_stage_form,
                                                         ql_stage_mention, ql_stage_cue};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (stages[i](doc) != QL_OK) stop("an article cannot be read");
}

static void put_article(const ql_engine *engine, const ql_text *text, const int32_t *anchors, int32_t n_anchors) {
    ql_scratch *scratch;
    ql_error error;
    ql_reading reading;
    if (ql_scratch_new(&scratch) != QL_OK) stop("no memory");
    ql_document *doc = &scratch->document;
    doc->engine = engine;
    doc->text = text;
    doc->error = &error;
    doc->want = QL_WANT_QUOTES | QL_WANT_SENTENCES;
    doc->is_english = true;
    run(doc);
    ql_drafts drafts = {.doc = doc};
    if (!ql_draft_statements(&drafts) || !ql_reading_new(&drafts, &reading)) stop("no memory");
    put_number(ql_n_tokens(doc));
    put_number((int32_t)drafts.list.n);
    put_number(n_anchors);
    put_tokens(&reading);
    put_drafts(&drafts);
    for (int32_t i = 0; i < n_anchors; i++) put_anchor(&reading, anchors[i]);
    ql_reading_free(&reading);
    ql_drafts_free(&drafts);
    ql_scratch_free(scratch);
}

int main(void) {
    ql_engine *engine;
    ql_error error;
    int32_t sizes[2];
    if (ql_engine_new(NULL, &engine, &error) != QL_OK) stop("no engine");
    while (fread(sizes, sizeof *sizes, 2, stdin) == 2) {
        char *bytes = malloc((size_t)sizes[0] + 1);
        int32_t *anchors = malloc(((size_t)sizes[1] + 1) * sizeof *anchors);
        if (bytes == NULL || anchors == NULL) stop("no memory");
        if (fread(bytes, 1, (size_t)sizes[0], stdin) != (size_t)sizes[0] ||
            fread(anchors, sizeof *anchors, (size_t)sizes[1], stdin) != (size_t)sizes[1])
            stop("the last article is cut short");
        bytes[sizes[0]] = 0;
        ql_text text;
        ql_arena arena = {0};
        if (ql_text_open(&text, bytes, (size_t)sizes[0], &arena, &error) != QL_OK) stop("no text");
        put_article(engine, &text, anchors, sizes[1]);
        ql_arena_free(&arena);
        free(bytes);
        free(anchors);
    }
    ql_engine_free(engine);
    return 0;
}

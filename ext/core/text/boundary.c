/* Boundaries for callers outside: any text in, code points out. */
#include "document.h"

typedef ql_status (*find_function)(const ql_text *text, ql_ints *out);

static ql_status find_boundaries(find_function find, const char *bytes, size_t n_bytes, int32_t **out, size_t *n,
                                 ql_error *error) {
    ql_arena arena = {0};
    ql_ints found = {0};
    ql_text text;
    *out = NULL;
    *n = 0;
    ql_status status = ql_text_open(&text, bytes, n_bytes, &arena, error);
    if (status != QL_OK) goto done;
    status = find(&text, &found);
    if (status != QL_OK) {
        ql_fail(error, status, QL_NONE, "no memory for the boundaries of %zu bytes", n_bytes);
        goto done;
    }
    for (size_t i = 0; i < found.n; i++) found.items[i] = ql_text_char(&text, found.items[i]);
    *out = found.items;
    *n = found.n;
    found = (ql_ints){0}; /* now the caller's */
done:
    ql_ints_free(&found);
    ql_arena_free(&arena);
    return status;
}

ql_status ql_word_boundaries(const char *text, size_t n_bytes, int32_t **out, size_t *n, ql_error *error) {
    return find_boundaries(ql_words, text, n_bytes, out, n, error);
}

ql_status ql_sentence_boundaries(const char *text, size_t n_bytes, bool tailored, int32_t **out, size_t *n,
                                 ql_error *error) {
    return find_boundaries(tailored ? ql_sentences_news : ql_sentences_uax, text, n_bytes, out, n, error);
}

void ql_free(void *memory) {
    free(memory);
}

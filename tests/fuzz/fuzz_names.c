/* Mentions, one a line: read, compared, linked; and words and sentences of the whole. */
#include "fuzz.h"
#include "names/name.h"

enum { MOST = 32 };

static void check_boundaries(input in) {
    int32_t *out;
    size_t n;
    const char *text = (const char *)in.bytes;
    for (int way = 0; way < 3; way++) {
        ql_status status = way == 0 ? ql_word_boundaries(text, in.n, &out, &n, NULL)
                                    : ql_sentence_boundaries(text, in.n, way == 1, &out, &n, NULL);
        DEMAND(status == QL_OK && (n > 0) == (in.n > 0));
        for (size_t i = 0; i < n; i++) DEMAND(i == 0 ? out[0] == 0 : out[i - 1] < out[i]);
        ql_free(out);
    }
}

/* A byte for the kind of each mention, then the mention. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    input in = {bytes, n_bytes};
    ql_word_slice mentions[MOST];
    uint8_t kinds[MOST];
    static ql_name names[MOST];
    ql_name_link links[MOST];
    size_t n = 0;
    char *own = own_copy(in);
    check_boundaries((input){(const uint8_t *)own, in.n});
    while (in.n > 0 && n < MOST) {
        kinds[n] = take_byte(&in) % QL_MENTIONS;
        mentions[n] = take_until(&in, '\n');
        ql_name_read(NULL, mentions[n], kinds[n], &names[n]);
        ql_span core = names[n].core;
        DEMAND(core.start <= core.end && core.start >= 0 && core.end <= (int32_t)mentions[n].n_bytes);
        n++;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            DEMAND(ql_name_compare(&names[i], &names[k]) == ql_name_compare(&names[k], &names[i]));
    DEMAND(ql_link_names(NULL, mentions, kinds, n, links, NULL) == QL_OK);
    for (size_t i = 0; i < n; i++) DEMAND(links[i].cluster >= 0 && links[i].cluster <= (int32_t)i);
    free(own);
    return 0;
}

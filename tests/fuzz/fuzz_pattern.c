/* A pattern of a user's in the first line, and a text after: all matches, as the binding finds them. */
#include "fuzz.h"
#include "base/pattern.h"

static void check_find(const ql_pattern *pattern, ql_match *match, input in, bool anchored) {
    const char *text = (const char *)in.bytes;
    for (int32_t from = 0, tries = 0; from <= (int32_t)in.n && tries < 64; tries++) {
        ql_span groups[4];
        bool found;
        ql_error error = {0};
        ql_status status =
            ql_pattern_find(pattern, match, text, (int32_t)in.n, from, anchored, groups, 4, &found, &error);
        DEMAND(status == QL_OK || (status == QL_MATCH_LIMIT && error.message[0] != '\0'));
        if (status != QL_OK || !found) return;
        for (int i = 0; i < 4; i++) DEMAND(groups[i].start <= (int32_t)in.n && groups[i].end <= (int32_t)in.n);
        DEMAND(groups[0].start >= 0 && groups[0].end >= 0);
        from = groups[0].end > from ? groups[0].end : from + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    input in = {bytes, n_bytes};
    bool caseless = take_byte(&in) & 1;
    ql_word_slice source = take_until(&in, '\n');
    ql_pattern *pattern;
    ql_error error = {0};
    ql_status status = ql_pattern_new(source.bytes, source.n_bytes, caseless, &pattern, &error);
    DEMAND(status == QL_OK || (status == QL_BAD_PATTERN && pattern == NULL && error.message[0] != '\0'));
    if (status == QL_BAD_PATTERN) DEMAND(error.position >= 0 && error.position <= (int64_t)source.n_bytes);
    if (status != QL_OK) return 0;
    ql_match *match;
    DEMAND(ql_match_new(&match) == QL_OK);
    char *text = own_copy(in);
    in.bytes = (const uint8_t *)text;
    check_find(pattern, match, in, false);
    check_find(pattern, match, in, true);
    free(text);
    ql_match_free(match);
    ql_pattern_free(pattern);
    return 0;
}

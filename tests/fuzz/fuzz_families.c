/* Quotations, one a line: grouped, looked for, compared. */
#include "families/family.h"
#include "families/passage.h"
#include "fuzz.h"

static void check_members(const ql_families *families, size_t n_added) {
    size_t n, n_families = ql_families_count(families);
    const ql_family_member *members = ql_families_members(families, &n);
    DEMAND(n == n_added && n_families <= n);
    int32_t n_members = 0;
    for (size_t i = 0; i < n; i++) {
        DEMAND(members[i].family >= 0 && (size_t)members[i].family < n_families);
        DEMAND(members[i].similarity >= 0 && members[i].similarity <= 1);
    }
    for (size_t i = 0; i < n_families; i++) n_members += ql_families_canonical(families, i).n_members;
    DEMAND((size_t)n_members == n);
}

static void check_search(ql_families *families, ql_word_slice text) {
    ql_family_hit hits[8];
    size_t n;
    DEMAND(ql_families_search(families, text.bytes, text.n_bytes, hits, 8, &n, NULL) == QL_OK && n <= 8);
    for (size_t i = 0; i < n; i++) {
        DEMAND(hits[i].family >= 0 && (size_t)hits[i].family < ql_families_count(families));
        DEMAND(hits[i].similarity >= 0 && hits[i].similarity <= 1);
    }
}

static void check_diff(ql_word_slice a, ql_word_slice b) {
    ql_family_edit *edits;
    size_t n;
    float similarity;
    DEMAND(ql_family_diff(a.bytes, a.n_bytes, b.bytes, b.n_bytes, &edits, &n, &similarity, NULL) == QL_OK);
    DEMAND(similarity >= 0 && similarity <= 1);
    for (size_t i = 0; i < n; i++) {
        DEMAND(edits[i].a.start <= edits[i].a.end && edits[i].a.end <= (int32_t)a.n_bytes);
        DEMAND(edits[i].b.start <= edits[i].b.end && edits[i].b.end <= (int32_t)b.n_bytes);
    }
    ql_free(edits);
}

/* A text is found in itself, unless it has no words. */
static void check_passages(ql_word_slice text, ql_word_slice other) {
    ql_passages *passages;
    const ql_passage *found = NULL;
    ql_stretch near[QL_MOST_STRETCHES];
    size_t n, n_near;
    DEMAND(ql_passages_new(&passages) == QL_OK);
    DEMAND(ql_passages_add(passages, text.bytes, text.n_bytes, NULL) == QL_OK);
    DEMAND(ql_passages_add(passages, other.bytes, other.n_bytes, NULL) == QL_OK);
    DEMAND(ql_passages_near(passages, text.bytes, text.n_bytes, QL_ANY_TEXT, near, &n_near, NULL) == QL_OK);
    for (size_t i = 0; i < n_near; i++) DEMAND(near[i].similarity >= 0 && near[i].similarity <= 1);
    DEMAND(ql_passages_find(passages, text.bytes, text.n_bytes, 0, 3, &found, &n, NULL) == QL_OK && n <= 1);
    DEMAND(n == 1 || n_near == 0);
    for (size_t i = 0; i < n; i++) DEMAND(found[i].text == 0 && found[i].start < found[i].end);
    DEMAND(ql_passages_near(passages, other.bytes, other.n_bytes, 0, near, &n_near, NULL) == QL_OK);
    ql_passages_free(passages);
}

/* Any four bytes. */
static int32_t take_int(input *in) {
    uint32_t made = 0;
    for (int i = 0; i < 4; i++) made = made << 8 | take_byte(in);
    return (int32_t)made;
}

static void take_any(input *in, ql_family_options *to) {
    int32_t *const each[] = {&to->least_shared, &to->against_percent, &to->least_words,   &to->long_shared,
                             &to->long_percent, &to->phrase_shared,   &to->phrase_centres};
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) *each[i] = take_int(in);
}

/* A byte that says whether options count, and whether they are likely; six of likely ones, or any; then the lines. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    input in = {bytes, n_bytes};
    uint8_t flags = take_byte(&in);
    bool has_options = flags & 1;
    ql_family_options options = ql_family_defaults;
    options.least_shared = take_byte(&in) * 16;
    options.against_percent = take_byte(&in);
    options.least_words = take_byte(&in) % 8;
    options.long_shared = take_byte(&in) * 32;
    options.phrase_shared = take_byte(&in) * 16;
    options.phrase_centres = take_byte(&in) % 8;
    if (flags & 2) take_any(&in, &options);
    ql_families *families;
    ql_word_slice last = {"", 0};
    size_t n = 0;
    DEMAND(ql_families_new(&families) == QL_OK);
    while (in.n > 0) {
        ql_word_slice line = take_until(&in, '\n');
        DEMAND(ql_families_add(families, line.bytes, line.n_bytes, NULL) == QL_OK);
        n++;
        if (n % 4 == 0) check_diff(last, line);
        if (n % 4 == 1) check_passages(line, last);
        last = line;
    }
    for (int i = 0; i < 2; i++) { /* a second time nothing changes */
        DEMAND(ql_families_group(families, has_options ? &options : NULL, NULL) == QL_OK);
        check_members(families, n);
        check_search(families, last);
    }
    ql_families_free(families);
    return 0;
}

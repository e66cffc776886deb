/* Families of quotations: normal form, grouping, search, differences. */
#include "families/family.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "families/align.h"

static int32_t family_of(const ql_families *families, size_t k) {
    size_t n;
    const ql_family_member *members = ql_families_members(families, &n);
    return k < n ? members[k].family : QL_NONE;
}

static ql_families *grouped(const char *const *texts, size_t n) {
    ql_families *families;
    CHECK(ql_families_new(&families) == QL_OK);
    for (size_t i = 0; i < n; i++) CHECK(ql_families_add(families, texts[i], strlen(texts[i]), NULL) == QL_OK);
    CHECK(ql_families_group(families, NULL, NULL) == QL_OK);
    return families;
}

/* The normal form as words with blanks between; ~ after an optional one, … for a gap. */
static void check_normal(const char *text, const char *wanted) {
    ql_family_words words = {0};
    ql_ints tokens = {0};
    ql_spans spans = {0};
    char made[512] = "";
    CHECK(ql_family_normalise(&words, text, strlen(text), &tokens, &spans));
    CHECK(tokens.n == spans.n);
    for (size_t i = 0; i < tokens.n; i++) {
        if (i > 0) strcat(made, " ");
        if (tokens.items[i] == QL_FAMILY_GAP) {
            strcat(made, "...");
            continue;
        }
        const ql_family_word *word = ql_family_word_at(&words, tokens.items[i]);
        strncat(made, word->form, (size_t)word->n_bytes);
        if (ql_family_is_optional(tokens.items[i])) strcat(made, "~");
    }
    if (strcmp(made, wanted) != 0) printf("  \"%s\" became \"%s\", not \"%s\"\n", text, made, wanted);
    CHECK(strcmp(made, wanted) == 0);
    for (size_t i = 0; i < spans.n; i++)
        CHECK(spans.items[i].start < spans.items[i].end && spans.items[i].end <= (int32_t)strlen(text));
    ql_ints_free(&tokens);
    ql_spans_free(&spans);
    ql_family_words_free(&words);
}

static void check_normal_forms(void) {
    check_normal("“The U.S. won’t pay,”", "the us will not pay");
    check_normal("It's 3.5 per cent, i.e. $1,200!", "it is 3.5 % ie 1200");
    check_normal("[W]e tax[ed] the [whole] firm", "we taxed the whole~ firm");
    check_normal("... so . . . we … stay ...", "so ... we ... stay");
    check_normal("Twenty-five of twenty, five", "25 of 20 5");
    check_normal("$1.2bn and 30m", "1.2 billion and 30 million");
    check_normal("6pm, 6 p.m.", "6 pm 6 pm");
    check_normal("Ann's o'clock I'd they're", "ann oclock i would they are");
    check_normal("(all of it)", "all of it");
    check_normal("?!", "?!");
    check_normal("co\xC2\xADoperate caf\xC3\xA9", "cooperate caf\xC3\xA9");
    check_normal("\xE6\x88\x91\xE4\xBB\xAC", "\xE6\x88\x91 \xE4\xBB\xAC");
    check_normal("a\xFF\xFE b", "a b");
    check_normal("a'b'c''", "abc");
}

static void check_grouping(void) {
    const char *const texts[] = {
        "nobody asked the lighthouse keepers",
        "We closed the harbour at noon and nobody asked the lighthouse keepers, who found out from the radio",
        "We closed the harbour at noon",
        "Nobody asked the lighthouse keepers!",
        "The glacier lost nine metres",
    };
    ql_families *families = grouped(texts, 5);
    size_t n;
    const ql_family_member *members = ql_families_members(families, &n);
    CHECK(n == 5 && ql_families_count(families) == 2);
    CHECK(members[0].family == 0 && members[1].family == 0 && members[2].family == 0 && members[3].family == 0);
    CHECK(members[4].family == 1 && members[4].is_exact && !members[4].is_fragment);
    CHECK(members[1].is_exact && !members[0].is_exact && members[0].is_fragment && members[0].similarity > 0.99f);
    ql_family_canonical canonical = ql_families_canonical(families, 0);
    CHECK(canonical.n_members == 4 && canonical.n_bytes == strlen(texts[1]));
    CHECK(memcmp(canonical.text, texts[1], canonical.n_bytes) == 0);

    ql_family_hit hits[4];
    const char *asked = "the lighthouse keepers were asked";
    CHECK(ql_families_search(families, asked, strlen(asked), hits, 4, &n, NULL) == QL_OK);
    CHECK(n == 1 && hits[0].family == 0 && hits[0].similarity > 0.5f);
    CHECK(ql_families_search(families, "zzz", 3, hits, 4, &n, NULL) == QL_OK && n == 0);

    CHECK(ql_families_add(families, "The glacier lost nine meters", 28, NULL) == QL_OK);
    CHECK(ql_families_group(families, NULL, NULL) == QL_OK);
    CHECK(ql_families_count(families) == 2 && family_of(families, 5) == 1);
    ql_families_free(families);
}

static void check_nothing(void) {
    ql_families *families = grouped(NULL, 0);
    ql_family_hit hit;
    size_t n = 9;
    CHECK(ql_families_count(families) == 0);
    CHECK(ql_families_search(families, "a", 1, &hit, 1, &n, NULL) == QL_OK && n == 0);
    CHECK(ql_families_add(families, "", 0, NULL) == QL_OK && ql_families_add(families, "\0a", 2, NULL) == QL_OK);
    CHECK(ql_families_add(families, "", 0, NULL) == QL_OK && ql_families_group(families, NULL, NULL) == QL_OK);
    CHECK(family_of(families, 0) == 0 && family_of(families, 1) == 1 && family_of(families, 2) == 0);
    ql_families_free(families);
    ql_families_free(NULL);
}

static void check_differences(void) {
    const char *a = "Every car stops at six, said nobody", *b = "each car stops at 6";
    ql_family_edit *edits;
    size_t n;
    float similarity;
    CHECK(ql_family_diff(a, strlen(a), b, strlen(b), &edits, &n, &similarity, NULL) == QL_OK);
    CHECK(n == 3 && edits[0].step == QL_FAMILY_CHANGED && edits[1].step == QL_FAMILY_KEPT);
    CHECK(n == 3 && edits[2].step == QL_FAMILY_DROPPED && edits[2].b.start == edits[2].b.end);
    CHECK(n == 3 && edits[1].a.start == 6 && edits[1].a.end == 22 && edits[1].b.end == 19);
    CHECK(similarity > 0.4f && similarity <= 1);
    ql_free(edits);
    CHECK(ql_family_diff("", 0, "", 0, &edits, &n, &similarity, NULL) == QL_OK);
    ql_free(edits);
}

/* A text of `n` words of which each is told from the others, from word `from` on. */
static char *long_text(size_t n, unsigned from) {
    char *text = malloc(n * 12 + 1);
    size_t at = 0;
    for (size_t i = 0; i < n && text != NULL; i++) at += (size_t)sprintf(text + at, "w%ux ", from + (unsigned)i);
    return text;
}

/* Texts so long that only a band of the matrix is looked at, and that no way is kept for. */
static void check_long(void) {
    char *whole = long_text(60000, 0), *part = long_text(20000, 30000);
    const char *const texts[] = {part, whole};
    ql_families *families = grouped(texts, 2);
    CHECK(ql_families_count(families) == 1);
    ql_family_edit *edits;
    size_t n;
    float similarity;
    CHECK(ql_family_diff(whole, strlen(whole), part, strlen(part), &edits, &n, &similarity, NULL) == QL_OK);
    CHECK(similarity > 0.99f && n >= 1);
    ql_free(edits);
    ql_families_free(families);
    free(whole);
    free(part);
}

/* One word with a mark in it a hundred thousand times: nothing nests. */
static void check_chained(void) {
    const size_t n = 200000;
    char *text = malloc(n);
    if (text == NULL) return;
    const char *const units[] = {"'s", "n't", "[a]", ".a", "((", "..", "-5", "a'"};
    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
        size_t length = strlen(units[k]);
        for (size_t i = 0; i < n; i++) text[i] = i == 0 ? 'a' : units[k][i % length];
        ql_families *families;
        CHECK(ql_families_new(&families) == QL_OK);
        CHECK(ql_families_add(families, text, n, NULL) == QL_OK);
        CHECK(ql_families_group(families, NULL, NULL) == QL_OK && ql_families_count(families) == 1);
        ql_families_free(families);
    }
    free(text);
}

int main(void) {
    check_normal_forms();
    check_grouping();
    check_nothing();
    check_differences();
    check_long();
    check_chained();
    return close_checks();
}

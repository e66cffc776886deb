/* Names: their parts, whether two agree, links between them, on any bytes and with memory that runs out. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "document.h"
#include "names/name.h"

/* The arena of the core once more, on memory that runs out: it takes the place of the one in the library. */
static size_t n_blocks = SIZE_MAX;

static void *scarce_malloc(size_t n_bytes) {
    return n_blocks != 0 ? n_blocks--, malloc(n_bytes) : NULL;
}

#define malloc scarce_malloc
#include "base/arena.c"
#undef malloc

static ql_word_slice slice(const char *string) {
    return (ql_word_slice){string, strlen(string)};
}

static ql_name name_of(const char *mention) {
    ql_name name;
    ql_name_read(NULL, slice(mention), QL_MENTION_NONE, &name);
    return name;
}

/* ------------------------------------------------------------------------------------------------------- parts */

static bool has_core(const char *mention, const char *core) {
    ql_span span = name_of(mention).core;
    size_t n = (size_t)(span.end - span.start);
    bool same = n == strlen(core) && memcmp(mention + span.start, core, n) == 0;
    if (!same) printf("%s: %.*s, not %s\n", mention, (int)n, mention + span.start, core);
    return same;
}

static void test_cores(void) {
    CHECK(has_core("Sen. Ada Holm (D-Ohio)", "Ada Holm"));
    CHECK(has_core("Ada Holm's", "Ada Holm"));
    CHECK(has_core("Karl Holm Jr.", "Karl Holm Jr."));
    CHECK(has_core("Karl Holm, Jr., the owner", "Karl Holm, Jr."));
    CHECK(has_core("Dr. Ada Holm, PhD", "Ada Holm"));
    CHECK(has_core("the NORVIK chief Holm", "Holm"));
    CHECK(has_core("Norvik's mayor, Ada Holm", "Ada Holm"));
    CHECK(has_core("former Prime Minister Ada Holm of Norvia", "Ada Holm"));
    CHECK(has_core("the Norvik Gazette", "Norvik Gazette"));
    CHECK(has_core("Norvik Technologies Co., Ltd", "Norvik Technologies Co., Ltd"));
    CHECK(has_core("the Bank of Norvia", "Bank of Norvia"));
    CHECK(has_core("the Ministry of Dams and Rivers", "Ministry of Dams and Rivers"));
    CHECK(has_core("Secretary of State Ada Holm", "Ada Holm"));
    CHECK(has_core("St. Clair Ferries", "St. Clair Ferries"));
    CHECK(has_core("Zoë Müller, 49", "Zoë Müller"));
    CHECK(has_core("Ada de Vries", "Ada de Vries"));
    CHECK(has_core("the mayor of Ely", ""));
    CHECK(has_core("Holm's campaign", ""));
    CHECK(has_core("officials backing Holm", ""));
    CHECK(has_core("Ada Holm (Ely) and Omar Diaz (Norvik)", ""));
    CHECK(has_core("he", ""));
    CHECK(has_core("", ""));
    CHECK(has_core(" , ( ' ", ""));
}

static void test_parts(void) {
    ql_name name = name_of("Mrs. Ada Holm");
    CHECK(name.kind == QL_NAME_PERSON && name.gender == QL_GENDER_FEMALE && name.n_words == 2 && name.titled);
    CHECK(name_of("Karl Holm").gender == QL_GENDER_MALE);
    CHECK(name_of("chairwoman Robin Holm").gender == QL_GENDER_FEMALE);
    CHECK(name_of("Norvik").kind == QL_NAME_UNSURE && name_of("Norvik Ltd").kind == QL_NAME_BODY);
    CHECK(name_of("the ferry operator Norvik").kind == QL_NAME_BODY);
    CHECK(name_of("the mayor").kind == QL_NAME_DESCRIPTION && !name_of("the mayor").is_plural);
    CHECK(name_of("officials").is_plural && name_of("a mayor").is_indefinite);
    CHECK(name_of("she").kind == QL_NAME_PRONOUN && name_of("US").kind == QL_NAME_UNSURE);
    CHECK(name_of("").kind == QL_NAME_NONE);
    CHECK(name_of("Karl Holm Jr.").suffix != 0 && name_of("Karl Holm Jr.").n_words == 2);
    CHECK(name_of("the Office for Ferries (OFER)").alias == name_of("OFER").words[0].hash);
    ql_name_read(NULL, slice("Norvik"), QL_MENTION_ORGANISATION, &name);
    CHECK(name.kind == QL_NAME_BODY);
    ql_name_read(NULL, slice("Ferry Officials"), QL_MENTION_GROUP, &name);
    CHECK(name.kind == QL_NAME_DESCRIPTION);
}

/* --------------------------------------------------------------------------------------------------- comparing */

static ql_likeness compare(const char *a, const char *b) {
    ql_name x = name_of(a), y = name_of(b);
    ql_likeness likeness = ql_name_compare(&x, &y);
    CHECK(ql_name_compare(&y, &x) == likeness);
    return likeness;
}

static void test_comparing(void) {
    CHECK(compare("Ada Holm", "Ms. Ada Holm") == QL_NAMES_SAME);
    CHECK(compare("Zoë Müller", "Zoe Muller") == QL_NAMES_SAME);
    CHECK(compare("Pak Sung-ho", "Pak Sungho") == QL_NAMES_SAME);
    CHECK(compare("Department of Rivers", "Rivers Department") == QL_NAMES_SAME);
    CHECK(compare("Ada F. Holm", "Ada Holm") == QL_NAMES_AGREE);
    CHECK(compare("Ada Holm", "Holm") == QL_NAMES_AGREE);
    CHECK(compare("Bill Falk", "William Falk") == QL_NAMES_AGREE);
    CHECK(compare("Baltic Ferry Union", "BFU") == QL_NAMES_AGREE);
    CHECK(compare("Norvik Shipping", "Norvik") == QL_NAMES_AGREE);
    CHECK(compare("Norvik Shipping", "Norvik Inc.") == QL_NAMES_DIFFER);
    CHECK(compare("Ada Holm", "Ada Falk") == QL_NAMES_DIFFER);
    CHECK(compare("Ada F. Holm", "Ada D. Holm") == QL_NAMES_DIFFER);
    CHECK(compare("Mr. Holm", "Mrs. Holm") == QL_NAMES_DIFFER);
    CHECK(compare("Karl Holm Jr.", "Karl Holm") == QL_NAMES_DIFFER);
    CHECK(compare("Karl Holm III", "Karl Holm") == QL_NAMES_SAME);
    CHECK(compare("Mr. Holm", "Holm Ltd") == QL_NAMES_DIFFER);
    CHECK(compare("the mayor", "the mayor") == QL_NAMES_DIFFER);
    CHECK(compare("", "") == QL_NAMES_DIFFER);
}

/* ----------------------------------------------------------------------------------------------------- linking */

static void test_kinds(void) {
    ql_word_slice mentions[] = {slice("Holm"), slice("Karl Holm"), slice("Holm Lines")};
    uint8_t kinds[] = {QL_MENTION_ORGANISATION, QL_MENTION_NAME, QL_MENTION_ORGANISATION};
    ql_name_link out[3];
    CHECK(ql_link_names(NULL, mentions, NULL, 3, out, NULL) == QL_OK);
    CHECK(out[0].cluster == 0 && out[1].cluster == 0 && out[2].cluster == 1);
    CHECK(out[1].kind == QL_NAME_PERSON && out[1].gender == QL_GENDER_MALE && out[2].kind == QL_NAME_BODY);
    CHECK(ql_link_names(NULL, mentions, kinds, 3, out, NULL) == QL_OK);
    CHECK(out[0].cluster == 0 && out[1].cluster == 1 && out[2].cluster == 0);
    CHECK(ql_link_names(NULL, mentions, NULL, 0, out, NULL) == QL_OK);
}

static void test_memory(void) {
    ql_word_slice mentions[] = {slice("Ada Holm"), slice("Holm"), slice("the mayor"), slice("she")};
    ql_name_link out[4];
    int n_short = 0;
    for (size_t blocks = 0; blocks < 20; blocks++) {
        ql_error error = {0};
        n_blocks = blocks;
        ql_status status = ql_link_names(NULL, mentions, NULL, 4, out, &error);
        n_short += status == QL_NO_MEMORY && error.message[0] != '\0';
        CHECK(status == QL_NO_MEMORY || out[1].cluster == 0);
    }
    n_blocks = SIZE_MAX;
    CHECK(n_short > 0 && n_short < 20);
}

static bool is_numbered(const ql_name_link *out, size_t n) {
    int32_t next = 0;
    for (size_t i = 0; i < n; i++) {
        if (out[i].cluster < 0 || out[i].cluster > next) return false;
        next += out[i].cluster == next;
    }
    return true;
}

/* Bytes made of parts of names, damaged here and there. */
static size_t make_mention(uint32_t *seed, char *bytes, size_t capacity) {
    static const char *const parts[] = {
        "Ada",  "Holm", " ",   " ", " ",   "'s",       "’s",       ",",      " of ", " and ",    "(",
        ")",    "Mr.",  "Jr.", "-", "the", "U.",       "\xe2\x80", "\xff",   "É",    "王",       "Bank",
        "Ltd.", "he",   ".",   "'", "&",   "backing ", " the ",    "Mayor ", "s",    "\xcc\x81", ""};
    size_t n = 0, count = 0;
    for (*seed = *seed * 1664525u + 1013904223u, count = *seed >> 28; count > 0; count--) {
        *seed = *seed * 1664525u + 1013904223u;
        const char *part = parts[(*seed >> 16) % (sizeof parts / sizeof parts[0])];
        size_t length = strlen(part);
        if (n + length > capacity) break;
        memcpy(bytes + n, part, length);
        n += length;
    }
    return n;
}

/* Each mention in memory of its own size, so that a sanitizer sees what is read beyond. */
static void test_any_bytes(void) {
    enum { N = 400, ROUNDS = 30 };
    static ql_word_slice mentions[N];
    static ql_name_link out[N];
    uint32_t seed = 7;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < N; i++) {
            char bytes[128];
            size_t n = make_mention(&seed, bytes, sizeof bytes);
            char *copy = malloc(n + (n == 0));
            CHECK(copy != NULL);
            if (copy == NULL) return;
            memcpy(copy, bytes, n);
            mentions[i] = (ql_word_slice){copy, n};
            ql_name name;
            ql_name_read(NULL, mentions[i], QL_MENTION_NONE, &name);
            CHECK(name.core.start >= 0 && name.core.start <= name.core.end && name.core.end <= (int32_t)n);
        }
        CHECK(ql_link_names(NULL, mentions, NULL, N, out, NULL) == QL_OK && is_numbered(out, N));
        for (size_t i = 0; i < N; i++) free((void *)(uintptr_t)mentions[i].bytes);
    }
}

/* A mention of many words, and many "of". */
static void test_long(void) {
    enum { N = 100000 };
    char *bytes = malloc(N);
    CHECK(bytes != NULL);
    if (bytes == NULL) return;
    for (size_t i = 0; i < N; i++) bytes[i] = "A of "[i % 5];
    ql_word_slice mention = {bytes, N};
    ql_name_link out;
    CHECK(ql_link_names(NULL, &mention, NULL, 1, &out, NULL) == QL_OK && out.cluster == 0);
    for (size_t i = 0; i < N; i++) bytes[i] = 'A';
    ql_word_slice long_words[] = {{bytes, 100}, {bytes, 101}, {bytes, 100}};
    ql_name_link links[3];
    CHECK(ql_link_names(NULL, long_words, NULL, 3, links, NULL) == QL_OK && links[1].cluster == 1 &&
          links[2].cluster == 0);
    CHECK(ql_link_names(NULL, &mention, NULL, 1, &out, NULL) == QL_OK && out.cluster == 0);
    free(bytes);
}

int main(void) {
    test_cores();
    test_parts();
    test_comparing();
    test_kinds();
    test_memory();
    test_any_bytes();
    test_long();
    return close_checks();
}

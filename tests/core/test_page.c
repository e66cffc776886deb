/* Scraped pages: zones that tile any text, lines that recur over the pages of an outlet, and at what cost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "quotelens.h"

typedef struct bench {
    ql_engine *engine;
    ql_scratch *scratch;
    ql_result *result;
} bench;

/* ----------------------------------------------------------------------------------------- what always holds */

/* Each zone begins where the one before it ends, the first at 0, and the last ends with the text. */
static bool do_zones_tile(const ql_result *result, int32_t n_bytes) {
    size_t n;
    const ql_zone *zones = ql_result_zones(result, &n);
    int32_t last = 0;
    for (size_t i = 0; i < n; i++) {
        if (zones[i].start != last || zones[i].end <= zones[i].start || zones[i].kind >= QL_ZONES) return false;
        last = zones[i].end;
    }
    return last == n_bytes;
}

static bool is_date(const ql_date *date) {
    bool timeless = date->hour == QL_NO_TIME && date->minute == QL_NO_TIME;
    bool timed = date->hour >= 0 && date->hour < 24 && date->minute >= 0 && date->minute < 60;
    return date->month >= 1 && date->month <= 12 && date->day >= 1 && date->day <= 31 && (timeless || timed);
}

static bool is_metadata_good(const ql_result *result, int32_t n_bytes) {
    size_t n;
    const ql_metadata *metadata = ql_result_metadata(result, &n);
    for (size_t i = 0; i < n; i++) {
        const ql_metadata *entry = &metadata[i];
        if (entry->start < 0 || entry->end <= entry->start || entry->end > n_bytes) return false;
        if (entry->field >= QL_FIELDS || entry->zone >= QL_ZONES) return false;
        if (!(entry->confidence >= 0 && entry->confidence <= 1)) return false;
        if (entry->field == QL_FIELD_PUBLISHED && !is_date(&entry->date)) return false;
    }
    return true;
}

/* Analyse a copy that is no longer than the text, so that reading after its end is seen by the sanitizer. */
static void check_rules(bench *b, const char *bytes, size_t n_bytes) {
    char *copy = malloc(n_bytes != 0 ? n_bytes : 1);
    CHECK(copy != NULL);
    if (copy == NULL) return;
    if (n_bytes != 0) memcpy(copy, bytes, n_bytes);
    ql_status status = ql_analyse(b->engine, b->scratch, copy, n_bytes, QL_WANT_ZONES, &b->result, NULL);
    bool is_good = status == QL_OK && do_zones_tile(b->result, (int32_t)n_bytes) &&
                   is_metadata_good(b->result, (int32_t)n_bytes);
    if (!is_good) printf("  breaks a rule: %.*s\n", (int)(n_bytes < 400 ? n_bytes : 400), bytes);
    CHECK(is_good);
    ql_result_free(b->result);
    b->result = NULL;
    free(copy);
}

/* What pages are made of; every line ends by chance. */
static const char *const parts[] = {"Home",
                                    "By Ann Lee",
                                    "ByAnn Lee and Bo Ek",
                                    "March 5, 2024",
                                    "Updated 6 May 2024 at 7:42 p.m. CET",
                                    "2024-03-05T07:42:00+01:00",
                                    "5/3/24",
                                    "99/99/9999",
                                    "Rain is likely in the hills tonight",
                                    "OSLO, Norway (Wire) — ",
                                    "OSLO (",
                                    "The well ran dry in May, and nobody in the village of Orm knows the reason yet.",
                                    "(Photo: Ann Lee)",
                                    "- Copyright AFP/File",
                                    "copyright ",
                                    "Reuters contributed to this report.",
                                    "© 2024 The Orm Courier. All rights reserved.",
                                    "© 2024",
                                    "READ MORE: The pump",
                                    "Related Articles",
                                    "3 Comments",
                                    "About the Author",
                                    "Ann says:",
                                    "Advertisement",
                                    "Home » News",
                                    "Home \xC2",
                                    "4 min read",
                                    "3 hours ago",
                                    "We use cookies.",
                                    "“",
                                    ".",
                                    "?",
                                    ",",
                                    "\r",
                                    "\f",
                                    "\t",
                                    "\xFF",
                                    "\xE2\x80",
                                    "\xC2\xA9",
                                    "\xF0\x9F\x98\x80",
                                    "\xE2\x80\x94"};

static uint32_t next_random(uint32_t *random) {
    *random = *random * 1664525u + 1013904223u;
    return *random >> 16;
}

static void test_any_lines(bench *b) {
    enum { ROUNDS = 3000, PARTS = 40, LONGEST_PART = 100 };
    uint32_t random = 11;
    for (int round = 0; round < ROUNDS; round++) {
        char bytes[PARTS * (LONGEST_PART + 1)];
        size_t n = 0;
        for (int i = 0; i < PARTS; i++) {
            const char *part = parts[next_random(&random) % (sizeof parts / sizeof *parts)];
            memcpy(bytes + n, part, strlen(part));
            n += strlen(part);
            bytes[n] = next_random(&random) % 4 != 0 ? '\n' : ' ';
            n += next_random(&random) % 8 != 0;
        }
        check_rules(b, bytes, n);
    }
}

static void test_any_bytes(bench *b) {
    uint32_t random = 5;
    for (int round = 0; round < 2000; round++) {
        char bytes[300];
        size_t n = next_random(&random) % sizeof bytes;
        for (size_t i = 0; i < n; i++) {
            uint32_t byte = next_random(&random);
            bytes[i] = byte % 7 == 0 ? '\n' : (char)(unsigned char)byte;
        }
        check_rules(b, bytes, n);
    }
}

static void test_edges(bench *b) {
    static const char *const texts[] = {
        "",        "\n",           "\n\n\n",     " \t\r\n\f",   "By",       "By ",        "by\n", "©",
        "© 2024",  "(c)",          "Copyright",  "\xC2",        "\xE2\x80", "\xFF\n\xFF", ".",    "OSLO (Wire) -",
        "OSLO — ", "\n\nBy Ann\n", "date 2024-", "2024-03-05T", "Updated",  "Ann says:"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_rules(b, texts[i], strlen(texts[i]));
    check_rules(b, "\0", 1);
    static const char nul[] = "Home\0\nBy Ann\0Lee\n\0\0\nThe well ran dry in May.\0";
    check_rules(b, nul, sizeof nul - 1);
}

/* ------------------------------------------------------------------------------------------------ cost */

static double seconds_for(bench *b, const char *unit, char *bytes, size_t times) {
    size_t n = strlen(unit);
    for (size_t i = 0; i < times; i++) memcpy(bytes + i * n, unit, n);
    clock_t before = clock();
    check_rules(b, bytes, n * times);
    return (double)(clock() - before) / CLOCKS_PER_SEC;
}

/* Four times the lines may take four times as long, and are given four times that and a second for a machine with
   other things to do; what is quadratic takes sixteen times as long. */
static void test_cost(bench *b) {
    enum { FEW = 25000, MANY = 4 * FEW, LONGEST_UNIT = 100 };
    static const char *const units[] = {"a\n",
                                        "a",
                                        "a ",
                                        "© ",
                                        "\n",
                                        "Home\n",
                                        "By Ann Lee\n",
                                        "By Ann Lee, ",
                                        "March 5, 2024\n",
                                        "March 5, 2024 ",
                                        "updated 5 May 2024 ",
                                        "Rain is likely in the hills tonight\n",
                                        "The well ran dry in May, and nobody in Orm knows why it did.\n",
                                        "copyright ",
                                        "contributed\n",
                                        "OSLO, ",
                                        "(Photo: ",
                                        "says: ",
                                        "\xFF",
                                        "\xC2\xA9 2024 Ann Lee\n"};
    char *bytes = malloc((size_t)MANY * LONGEST_UNIT);
    CHECK(bytes != NULL);
    for (size_t i = 0; bytes != NULL && i < sizeof units / sizeof *units; i++) {
        double few = seconds_for(b, units[i], bytes, FEW), many = seconds_for(b, units[i], bytes, MANY);
        bool is_linear = many <= 16 * few + 1;
        if (!is_linear) printf("  %.3f s, then %.3f s for four times: %s\n", few, many, units[i]);
        CHECK(is_linear);
    }
    free(bytes);
}

/* ------------------------------------------------------------------------------------------ recurring lines */

static void add_page(ql_line_counts *counts, const char *outlet, const char *page) {
    CHECK(ql_line_counts_add(counts, outlet, strlen(outlet), page, strlen(page), NULL) == QL_OK);
}

/* Is the line boilerplate in a short plain text of the outlet, where nothing else would make it so? */
static bool recurs(bench *b, ql_line_counts *counts, const char *outlet, const char *line) {
    char text[400];
    CHECK(counts == NULL || ql_line_counts_finish(counts, NULL) == QL_OK);
    int n = snprintf(text, sizeof text, "The well ran dry in May, and nobody in the village knows why.\n%s\n", line);
    size_t n_zones = 0;
    bool is = false;
    ql_status status = ql_analyse_page(b->engine, b->scratch, text, (size_t)n, QL_WANT_ZONES, counts, outlet,
                                       strlen(outlet), &b->result, NULL);
    CHECK(status == QL_OK);
    const ql_zone *zones = status == QL_OK ? ql_result_zones(b->result, &n_zones) : NULL;
    is = n_zones != 0 && zones[n_zones - 1].kind == QL_ZONE_BOILERPLATE;
    ql_result_free(b->result);
    b->result = NULL;
    return is;
}

#define LINE "News from the valley"
#define SENTENCE "Those who have seen the dog are asked to call the keeper of the pound."

static void test_recurrence(bench *b) {
    ql_line_counts *counts;
    CHECK(ql_line_counts_new(&counts) == QL_OK);
    if (counts == NULL) return;
    CHECK(!recurs(b, counts, "orm", LINE));
    add_page(counts, "orm", LINE "\n" LINE "\n" LINE "\nOne.");
    CHECK(!recurs(b, counts, "orm", LINE)); /* thrice on one page is one page */
    add_page(counts, "orm", LINE "\n" LINE "\n" LINE "\nOne.");
    CHECK(!recurs(b, counts, "orm", LINE)); /* the same page again */
    add_page(counts, "orm", "Two.\n  " LINE " \r\n");
    CHECK(recurs(b, counts, "orm", LINE));
    CHECK(recurs(b, counts, "orm", "- NEWS FROM THE VALLEY |")); /* letters and digits are compared */
    CHECK(!recurs(b, counts, "sorn", LINE));                     /* another outlet */
    CHECK(!recurs(b, NULL, "orm", LINE));
    ql_line_counts_free(counts);
    ql_line_counts_free(NULL);
}

/* The same story may be printed twice: a sentence has to stand on four pages. */
static void test_sentences_recur_later(bench *b) {
    ql_line_counts *counts;
    CHECK(ql_line_counts_new(&counts) == QL_OK);
    if (counts == NULL) return;
    static const char *const pages[] = {"One.\n" SENTENCE, "Two.\n" SENTENCE, "Three.\n" SENTENCE,
                                        "Four.\n" SENTENCE};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        CHECK(!recurs(b, counts, "orm", SENTENCE));
        add_page(counts, "orm", pages[i]);
    }
    CHECK(recurs(b, counts, "orm", SENTENCE));
    ql_line_counts_free(counts);
}

/* Of many pages a sample is kept: what is on all is found, whatever comes first; bytes of any
   kind can be counted. */
static void test_many_lines(bench *b) {
    enum { PAGES = 400, LINES = 50 };
    ql_line_counts *counts;
    CHECK(ql_line_counts_new(&counts) == QL_OK);
    if (counts == NULL) return;
    for (int page = 0; page < PAGES; page++) {
        char text[(LINES + 2) * 20] = LINE "\n";
        size_t n = strlen(text);
        for (int i = 0; i < LINES; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "item %d\n", page * LINES + i);
        CHECK(ql_line_counts_add(counts, "orm", 3, text, n, NULL) == QL_OK);
    }
    CHECK(recurs(b, counts, "orm", LINE) && !recurs(b, counts, "orm", "item 77"));
    CHECK(ql_line_counts_add(counts, "", 0, "", 0, NULL) == QL_OK);
    CHECK(ql_line_counts_add(counts, "\xFF\0", 2, "\xFF\n\0\n\xE2\x80", 6, NULL) == QL_OK);
    ql_line_counts_free(counts);
}

int main(void) {
    bench b = {0};
    CHECK(ql_engine_new(NULL, &b.engine, NULL) == QL_OK && ql_scratch_new(&b.scratch) == QL_OK);
    if (b.engine != NULL && b.scratch != NULL) {
        test_edges(&b);
        test_any_lines(&b);
        test_any_bytes(&b);
        test_cost(&b);
        test_recurrence(&b);
        test_sentences_recur_later(&b);
        test_many_lines(&b);
    }
    ql_scratch_free(b.scratch);
    ql_engine_free(b.engine);
    return close_checks();
}

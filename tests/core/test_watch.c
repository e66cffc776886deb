/* Who watches an analysis or a grouping can end it, and everything is as good as new then. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "families/family.h"
#include "quotelens.h"

static const char SENTENCE[] = "“It rained,” Ann Lee told the council of the town. ";
enum { SENTENCES = 4000 };

/* Ends the work when it is asked for the n-th time. */
static bool ends(void *context) {
    int *left = context;
    return --*left == 0;
}

static char *long_text(void) {
    size_t n = sizeof SENTENCE - 1;
    char *text = malloc(n * SENTENCES + 1);
    for (size_t i = 0; i < SENTENCES && text != NULL; i++) memcpy(text + n * i, SENTENCE, n + 1);
    return text;
}

static size_t n_quotes(const ql_result *result) {
    size_t n = 0;
    if (result != NULL) ql_result_quotes(result, &n);
    return n;
}

static void test_analysis(const ql_engine *engine, ql_scratch *scratch, const char *text) {
    ql_result *whole, *stopped;
    ql_error error = {0};
    int never = 0, third = 3;
    ql_scratch_watch(scratch, (ql_watch){ends, &never});
    CHECK(ql_analyse(engine, scratch, text, strlen(text), QL_WANT_ALL, &whole, NULL) == QL_OK);
    CHECK(never < -3); /* it was asked that often */
    ql_scratch_watch(scratch, (ql_watch){ends, &third});
    CHECK(ql_analyse(engine, scratch, text, strlen(text), QL_WANT_ALL, &stopped, &error) == QL_STOPPED);
    CHECK(stopped == NULL && error.status == QL_STOPPED && third == 0);
    CHECK(strcmp(ql_status_name(QL_STOPPED), "stopped") == 0);
    ql_scratch_watch(scratch, (ql_watch){0});
    CHECK(ql_analyse(engine, scratch, text, strlen(text), QL_WANT_ALL, &stopped, NULL) == QL_OK);
    CHECK(n_quotes(stopped) == n_quotes(whole) && n_quotes(whole) >= SENTENCES);
    ql_result_free(whole);
    ql_result_free(stopped);
}

static void test_grouping(void) {
    ql_families *families;
    ql_error error = {0};
    int second = 2;
    CHECK(ql_families_new(&families) == QL_OK);
    for (int i = 0; i < 1000; i++) {
        char text[80];
        int n = snprintf(text, sizeof text, "the %d cables were replaced in %d days by the company", i, i * 7);
        CHECK(ql_families_add(families, text, (size_t)n, NULL) == QL_OK);
    }
    ql_families_watch(families, (ql_watch){ends, &second});
    CHECK(ql_families_group(families, NULL, &error) == QL_STOPPED && error.status == QL_STOPPED);
    ql_families_watch(families, (ql_watch){0});
    CHECK(ql_families_group(families, NULL, NULL) == QL_OK);
    size_t n;
    ql_families_members(families, &n);
    CHECK(n == 1000);
    ql_families_free(families);
}

int main(void) {
    ql_engine *engine = NULL;
    ql_scratch *scratch = NULL;
    char *text = long_text();
    CHECK(text != NULL && ql_engine_new(NULL, &engine, NULL) == QL_OK && ql_scratch_new(&scratch) == QL_OK);
    if (text != NULL && engine != NULL && scratch != NULL) test_analysis(engine, scratch, text);
    test_grouping();
    free(text);
    ql_scratch_free(scratch);
    ql_engine_free(engine);
    return close_checks();
}

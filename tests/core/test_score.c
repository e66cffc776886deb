/* Scores: chances are chances, the choices of the rules stay as they are, weights are the user's to change. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "document.h"

typedef struct bench {
    ql_engine *engine;
    ql_scratch *scratch;
    ql_result *result;
    const ql_quote *quotes;
    size_t n;
} bench;

static void analyse(bench *b, const char *text, size_t n_bytes, unsigned want) {
    ql_result_free(b->result);
    b->result = NULL;
    b->quotes = NULL;
    b->n = 0;
    CHECK(ql_analyse(b->engine, b->scratch, text, n_bytes, want, &b->result, NULL) == QL_OK);
    if (b->result != NULL) b->quotes = ql_result_quotes(b->result, &b->n);
}

static void explain(bench *b, const char *text) {
    analyse(b, text, strlen(text), QL_WANT_QUOTES | QL_WANT_EXPLAIN);
}

static bool is_chance(float value) {
    return value >= 0 && value <= 1;
}

/* The candidates of each statement: numbered, one of them chosen, with chances that sum to one. */
static void check_candidates(const bench *b) {
    size_t n;
    const ql_candidate *all = ql_result_candidates(b->result, &n);
    size_t at = 0;
    for (size_t i = 0; i < b->n; i++) {
        double sum = 0;
        int32_t n_chosen = 0, index = 0;
        for (; at < n && all[at].quote == (int32_t)i; at++, index++) {
            CHECK(all[at].index == index && is_chance(all[at].chance));
            sum += (double)all[at].chance;
            if (!all[at].chosen) continue;
            n_chosen++;
            CHECK(all[at].mention == b->quotes[i].source && all[at].chance == b->quotes[i].source_confidence);
        }
        bool is_scare = b->quotes[i].kind == QL_QUOTE_SCARE;
        CHECK(is_scare ? index == 0 : n_chosen == 1 && fabs(sum - 1) < 1e-5);
        CHECK(is_scare || all[at - 1].mention == QL_NONE);
        CHECK(is_chance(b->quotes[i].confidence) && is_chance(b->quotes[i].source_confidence));
    }
    CHECK(at == n);
}

/* What a statement is scored by is the logistic function of the sum of its features' weights. */
static void check_features(const bench *b) {
    size_t n;
    const ql_feature *all = ql_result_features(b->result, &n);
    for (size_t i = 0; i < b->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < n; k++) {
            CHECK(all[k].feature >= 0 && all[k].feature < ql_n_features());
            if (all[k].quote == (int32_t)i && all[k].candidate == QL_NONE) sum += (double)all[k].weight;
        }
        CHECK(fabs(1 / (1 + exp(-sum)) - (double)b->quotes[i].confidence) < 1e-5);
    }
}

static const char *const TEXTS[] = {
    "",
    "No words of anybody's.",
    "“The well is dry,” Ann Lee told the council after Bo Kim asked to see it.",
    "Ann Lee, Bo Kim, Cy Dow, Di Fox, Ed Gun, Flo Hay, Gus Ivy, Hal Jay, Ida Kay, Joe Lau, Kim May, Lou Nye, May "
    "Orr, Ned Poe, Ola Qi and Pat Roe said that it was dry.",
    "“Yes.”\n\n“No.”\n\n“It is not so,” she said. “It never was.”",
    "The so-called “borrowers” left. “Odd,” he said, “but “true” enough.”",
    "According to the memo, every car stops at six. The claim that it does is false.",
    "Ann Lee: We will win\n\nThe end.",
    "said said said “said” said: “said",
};

static void test_chances(bench *b) {
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        explain(b, TEXTS[i]);
        check_candidates(b);
        check_features(b);
    }
}

static void test_order(bench *b) {
    explain(b, "“The well is dry for good,” Ann Lee said. Bo Kim wants a pump.");
    CHECK(b->n >= 1);
    if (b->n == 0) return;
    CHECK(b->quotes[0].confidence > 0.85f && b->quotes[0].source_confidence > 0.85f);
    for (size_t i = 1; i < b->n; i++) CHECK(b->quotes[i].confidence < b->quotes[0].confidence);
}

static void test_no_cost_unasked(bench *b) {
    size_t n;
    analyse(b, TEXTS[2], strlen(TEXTS[2]), QL_WANT_ALL);
    CHECK(b->n >= 1 && b->quotes[0].confidence > 0);
    CHECK((ql_result_candidates(b->result, &n), n == 0) && (ql_result_features(b->result, &n), n == 0));
    CHECK((ql_result_rejections(b->result, &n), n == 0));
}

static uint8_t reason_for(const bench *b, const char *text, const char *word) {
    size_t n;
    const ql_rejection *all = ql_result_rejections(b->result, &n);
    for (size_t i = 0; i < n; i++) {
        size_t length = (size_t)(all[i].end - all[i].start);
        CHECK(all[i].reason != QL_REJECTED_NONE && all[i].reason < QL_REASONS);
        if (length == strlen(word) && memcmp(text + all[i].start, word, length) == 0) return all[i].reason;
    }
    return QL_REJECTED_NONE;
}

static void test_rejected(bench *b) {
    static const struct {
        const char *text, *word;
        ql_reason reason;
    } cases[] = {
        {"“They said so,” Ann Lee told him.", "said", QL_REJECTED_MARKED},
        {"Ann Lee denied that she said so.", "said", QL_REJECTED_OVERLAPPED},
        {"Ann Lee came to say hello.", "say", QL_REJECTED_INFINITIVE},
        {"Her claim was false.", "claim", QL_REJECTED_NO_VERB},
        {"“It rained,” she said.", "said", QL_REJECTED_NONE},
        {"Ann Lee said.", "said", QL_REJECTED_NO_REPORT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        explain(b, cases[i].text);
        uint8_t reason = reason_for(b, cases[i].text, cases[i].word);
        if (reason != cases[i].reason) printf("  reason %d for %s in: %s\n", reason, cases[i].word, cases[i].text);
        CHECK(reason == cases[i].reason);
    }
}

static void test_weights(bench *b) {
    const ql_weight sure[] = {{"quote:bias", 50}, {"source:none", 50}}, strange[] = {{"quote:mood", 1}};
    const ql_weight endless[] = {{"quote:bias", INFINITY}}, nothing[] = {{"quote:bias", NAN}};
    ql_engine *engine = b->engine, *other = NULL;
    ql_error error = {0};
    CHECK(ql_engine_new(&(ql_options){.weights = strange, .n_weights = 1}, &other, &error) == QL_BAD_OPTION);
    CHECK(other == NULL && strstr(error.message, "quote:mood") != NULL);
    CHECK(ql_engine_new(&(ql_options){.weights = endless, .n_weights = 1}, &other, &error) == QL_BAD_OPTION);
    CHECK(ql_engine_new(&(ql_options){.weights = nothing, .n_weights = 1}, &other, &error) == QL_BAD_OPTION);
    CHECK(ql_engine_new(&(ql_options){.weights = sure, .n_weights = 2}, &other, &error) == QL_OK);
    if (other == NULL) return;
    b->engine = other;
    explain(b, TEXTS[2]);
    check_candidates(b);
    CHECK(b->n >= 1 && b->quotes[0].confidence == 1 && b->quotes[0].source_confidence < 1e-6f);
    CHECK(b->n >= 1 && b->quotes[0].source != QL_NONE); /* it is scored, and stays as chosen */
    b->engine = engine;
    ql_engine_free(other);
}

/* Many statements, and one whose sentence has many names: candidates are a few for each. */
static void test_many(bench *b) {
    enum { TIMES = 4000 };
    static const char *const units[] = {"Ann Lee said that it rained. “Odd,” Bo Kim said. ",
                                        "Ann Lee was with Bo Kim, "};
    size_t n_candidates;
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(units[i]);
        char *text = malloc(TIMES * n + 32);
        CHECK(text != NULL);
        if (text == NULL) return;
        for (size_t k = 0; k < TIMES; k++) memcpy(text + k * n, units[i], n);
        memcpy(text + TIMES * n, "Cy Dow said that it rained.", 27);
        analyse(b, text, TIMES * n + 27, QL_WANT_QUOTES | QL_WANT_EXPLAIN);
        check_candidates(b);
        ql_result_candidates(b->result, &n_candidates);
        CHECK(b->n >= (i == 0 ? TIMES : 1) && n_candidates <= 14 * b->n);
        free(text);
    }
}

int main(void) {
    bench b = {0};
    CHECK(ql_engine_new(NULL, &b.engine, NULL) == QL_OK && ql_scratch_new(&b.scratch) == QL_OK);
    if (b.engine != NULL && b.scratch != NULL) {
        test_chances(&b);
        test_order(&b);
        test_no_cost_unasked(&b);
        test_rejected(&b);
        test_weights(&b);
        test_many(&b);
    }
    ql_result_free(b.result);
    ql_scratch_free(b.scratch);
    ql_engine_free(b.engine);
    return close_checks();
}

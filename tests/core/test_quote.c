/* Statements: what is attributed to whom, what any text keeps to, and at what cost. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "document.h"

typedef struct bench {
    ql_engine *engine;
    ql_scratch *scratch;
    ql_result *result;
    const ql_quote *quotes;
    size_t n;
} bench;

static void analyse(bench *b, const char *bytes, size_t n_bytes) {
    ql_result_free(b->result);
    b->result = NULL;
    b->quotes = NULL;
    b->n = 0;
    ql_status status = ql_analyse(b->engine, b->scratch, bytes, n_bytes, QL_WANT_ALL, &b->result, NULL);
    CHECK(status == QL_OK);
    if (status == QL_OK) b->quotes = ql_result_quotes(b->result, &b->n);
}

static bool is_slice(ql_span span, const char *text, const char *expected) {
    size_t length = strlen(expected);
    return span.end - span.start == (int32_t)length && memcmp(text + span.start, expected, length) == 0;
}

static bool is_source(const bench *b, const ql_quote *quote, const char *text, const char *expected) {
    size_t n;
    const ql_mention *mentions = ql_result_mentions(b->result, &n);
    if (expected == NULL || quote->source == QL_NONE) return expected == NULL && quote->source == QL_NONE;
    const ql_mention *mention = &mentions[quote->source];
    return quote->source < (int32_t)n && is_slice((ql_span){mention->start, mention->end}, text, expected);
}

typedef struct statement {
    ql_quote_kind kind;
    const char *slice;  /* from the first letter of the content to the last */
    const char *cue;    /* "" for none */
    const char *source; /* NULL for none */
} statement;

/* The text has to hold one statement, and this one. */
static const ql_quote *check_one(bench *b, const char *text, statement expected) {
    analyse(b, text, strlen(text));
    if (b->n != 1) printf("  %zu statements in: %s\n", b->n, text);
    CHECK(b->n == 1);
    if (b->n != 1) return NULL;
    const ql_quote *quote = b->quotes;
    bool is_good = quote->kind == expected.kind &&
                   is_slice((ql_span){quote->start, quote->end}, text, expected.slice) &&
                   is_slice(quote->cue, text, expected.cue) && is_source(b, quote, text, expected.source);
    if (!is_good) printf("  kind %d, bytes %d to %d in: %s\n", quote->kind, quote->start, quote->end, text);
    CHECK(is_good);
    return quote;
}

/* ------------------------------------------------------------------------------------------------ cases */

static void test_kinds(bench *b) {
    check_one(b, "“The well is dry,” she said.", (statement){QL_QUOTE_DIRECT, "“The well is dry,”", "said", "she"});
    check_one(b, "Ann Lee said that the well was dry.",
              (statement){QL_QUOTE_INDIRECT, "that the well was dry", "said", "Ann Lee"});
    check_one(b, "Ann Lee said the well “is dry as a bone.”",
              (statement){QL_QUOTE_MIXED, "the well “is dry as a bone.”", "said", "Ann Lee"});
    check_one(b, "He “borrowed” the pump and lost it.", (statement){QL_QUOTE_SCARE, "“borrowed”", "", NULL});
    check_one(b, "“The well is dry for good.”",
              (statement){QL_QUOTE_DIRECT, "“The well is dry for good.”", "", NULL});
    analyse(b, "The well ran dry in May.", 24);
    CHECK(b->n == 0);
    analyse(b, "", 0);
    CHECK(b->n == 0);
}

static void test_split(bench *b) {
    const char *text = "“The well,” she said, “is dry.”";
    const ql_quote *quote = check_one(b, text, (statement){QL_QUOTE_DIRECT, text, "said", "she"});
    if (quote == NULL) return;
    size_t n;
    const ql_span *spans = ql_result_spans(b->result, &n) + quote->first_span;
    CHECK(quote->n_spans == 2 && quote->n_pieces == 2);
    CHECK(is_slice(spans[0], text, "“The well,”") && is_slice(spans[1], text, "“is dry.”"));
}

static void test_paragraphs(bench *b) {
    const char *text = "“The well is dry.\n\n“The pump is gone,” Ann Lee said.";
    const ql_quote *quote = check_one(
        b, text, (statement){QL_QUOTE_DIRECT, "“The well is dry.\n\n“The pump is gone,”", "said", "Ann Lee"});
    if (quote == NULL) return;
    size_t n;
    const ql_piece *pieces = ql_result_pieces(b->result, &n) + quote->first_piece;
    CHECK(quote->n_spans == 1 && quote->n_pieces == 2 && quote->closed);
    CHECK(pieces[0].open_bytes == 3 && pieces[0].close_bytes == 0 && pieces[1].close_bytes == 3);
}

static void test_modifiers(bench *b) {
    const ql_quote *quote = check_one(b, "Ann Lee reportedly said the well was dry.",
                                      (statement){QL_QUOTE_INDIRECT, "the well was dry", "said", "Ann Lee"});
    CHECK(quote != NULL && quote->hedged && !quote->negated && quote->act == QL_ACT_SPEECH);
    quote = check_one(b, "Ann Lee has not said that the well was dry.",
                      (statement){QL_QUOTE_INDIRECT, "that the well was dry", "said", "Ann Lee"});
    CHECK(quote != NULL && quote->negated && !quote->hedged);
    quote = check_one(b, "He “borrowed” the pump and lost it.", (statement){QL_QUOTE_SCARE, "“borrowed”", "", NULL});
    CHECK(quote != NULL && quote->act == QL_ACT_NONE && quote->anonymity == QL_ANONYMITY_NONE);
}

/* An engine and a scratch keep nothing from one document to the next. */
static void test_no_memory_of_documents(bench *b) {
    const char *text = "“The well is dry,” Ann Lee said. “The pump is gone.”";
    analyse(b, text, strlen(text));
    size_t before = b->n;
    analyse(b, "“The well is", 14);
    analyse(b, text, strlen(text));
    CHECK(b->n == before && b->n > 0 && is_source(b, b->quotes, text, "Ann Lee"));
}

/* ----------------------------------------------------------------------------------------- what always holds */

static bool is_within(int32_t start, int32_t end, int32_t least, int32_t most) {
    return least <= start && start < end && end <= most;
}

/* Spans are in order and apart, and the first and the last give the edges of the whole. */
static bool has_good_spans(const ql_quote *quote, const ql_span *spans, int32_t n_bytes) {
    if (quote->n_spans < 1 || !is_within(quote->start, quote->end, 0, n_bytes)) return false;
    int32_t last = quote->start;
    for (int32_t i = quote->first_span; i < quote->first_span + quote->n_spans; i++) {
        if (!is_within(spans[i].start, spans[i].end, last, quote->end)) return false;
        last = spans[i].end;
    }
    return spans[quote->first_span].start == quote->start && last == quote->end;
}

static bool has_good_pieces(const bench *b, const ql_quote *quote) {
    size_t n, n_marks;
    const ql_piece *pieces = ql_result_pieces(b->result, &n);
    const ql_mark_pair *marks = ql_result_marks(b->result, &n_marks);
    if (quote->first_piece < 0 || quote->n_pieces < 0) return false;
    if (quote->first_piece + quote->n_pieces > (int32_t)n) return false;
    for (int32_t i = quote->first_piece; i < quote->first_piece + quote->n_pieces; i++) {
        if (!is_within(pieces[i].start, pieces[i].end, quote->start, quote->end)) return false;
        if (pieces[i].pair < 0 || pieces[i].pair >= (int32_t)n_marks) return false;
        if (pieces[i].start != marks[pieces[i].pair].start) return false;
        if (pieces[i].open_bytes + pieces[i].close_bytes > pieces[i].end - pieces[i].start) return false;
    }
    return quote->kind != QL_QUOTE_INDIRECT || quote->n_pieces == 0;
}

static bool has_good_ids(const bench *b, const ql_quote *quote) {
    size_t n_mentions, n_sentences;
    (void)ql_result_mentions(b->result, &n_mentions);
    (void)ql_result_sentences(b->result, &n_sentences);
    int32_t self = (int32_t)(quote - b->quotes), n = (int32_t)b->n;
    return quote->source >= QL_NONE && quote->source < (int32_t)n_mentions && quote->sentence >= 0 &&
           quote->sentence < (int32_t)n_sentences && quote->parent >= QL_NONE && quote->parent < n &&
           quote->parent != self && quote->continues >= QL_NONE && quote->continues < n && quote->continues != self;
}

static bool is_inside_parent(const bench *b, const ql_quote *quote) {
    if (quote->parent == QL_NONE) return true;
    const ql_quote *parent = &b->quotes[quote->parent];
    return is_within(quote->start, quote->end, parent->start, parent->end);
}

static bool is_good_quote(const bench *b, const ql_quote *quote, const ql_span *spans, int32_t n_bytes) {
    bool has_cue = quote->cue.end > quote->cue.start;
    return has_good_spans(quote, spans, n_bytes) && has_good_pieces(b, quote) && has_good_ids(b, quote) &&
           is_inside_parent(b, quote) && quote->cue.start >= 0 && quote->cue.end >= quote->cue.start &&
           quote->cue.end <= n_bytes && quote->kind < QL_QUOTES && quote->act < QL_ACTS &&
           (quote->kind != QL_QUOTE_SCARE || !has_cue) && quote->confidence >= 0 && quote->confidence <= 1 &&
           quote->rule > QL_RULE_NONE && quote->rule < QL_RULES;
}

static void check_rules(bench *b, const char *bytes, size_t n_bytes) {
    analyse(b, bytes, n_bytes);
    if (b->result == NULL) return;
    size_t n_spans;
    const ql_span *spans = ql_result_spans(b->result, &n_spans);
    bool is_good = true;
    for (size_t i = 0; i < b->n; i++) {
        const ql_quote *quote = &b->quotes[i];
        is_good &= quote->first_span >= 0 && quote->first_span + quote->n_spans <= (int32_t)n_spans;
        is_good = is_good && is_good_quote(b, quote, spans, (int32_t)n_bytes);
        is_good &= i == 0 || quote->start >= b->quotes[i - 1].start;
    }
    if (!is_good) printf("  breaks a rule: %.*s\n", (int)(n_bytes < 400 ? n_bytes : 400), bytes);
    CHECK(is_good);
}

/* Texts put together at random from what matters to statements. */
static void test_any_text(bench *b) {
    static const char *const parts[] = {"“",
                                        "”",
                                        "‘",
                                        "’",
                                        "\"",
                                        "'",
                                        "„",
                                        "«",
                                        "»",
                                        "``",
                                        "''",
                                        "&quot;",
                                        "said",
                                        "saying",
                                        "told",
                                        "asked",
                                        "according to",
                                        "that",
                                        "whether",
                                        "Ann Lee",
                                        "she",
                                        "the report",
                                        "reporters",
                                        "not",
                                        "reportedly",
                                        "who",
                                        "and",
                                        "the",
                                        "well",
                                        "is",
                                        "dry",
                                        "we",
                                        "called",
                                        "known as",
                                        "the word",
                                        "the book",
                                        ",",
                                        ",",
                                        ".",
                                        ":",
                                        ";",
                                        "?",
                                        "\n",
                                        "\n\n",
                                        "-",
                                        "\xFF",
                                        "\xF0\x9F\x98\x80"};
    uint32_t random = 7;
    for (int round = 0; round < 4000; round++) {
        char bytes[1024];
        size_t n = 0;
        for (int i = 0; i < 40; i++) {
            random = random * 1664525u + 1013904223u;
            const char *part = parts[(random >> 16) % (sizeof parts / sizeof parts[0])];
            memcpy(bytes + n, part, strlen(part));
            n += strlen(part);
            if (random & 0x700) bytes[n++] = ' ';
        }
        check_rules(b, bytes, n);
    }
}

static void test_damage(bench *b) {
    const char *strays = "“ ” \" “ ' ” \" “ ‘ ” « \" » “ „ \" ” ' “ \" Ann Lee said that the well was dry.";
    check_rules(b, strays, strlen(strays));
    static const char *const texts[] = {"John Doe:\"foo\"",
                                        "I said“n”,‘Wn. „y”’", /* was its own parent */
                                        "''“\n““",             /* went on after its parent */
                                        "\"\"=",
                                        "\"Bob.\"\n\n\"What.\"",
                                        "“",
                                        "”",
                                        "said",
                                        ":",
                                        "Ann:",
                                        "“” said Ann Lee.",
                                        "Ann Lee said “",
                                        "according to",
                                        "According to Ann Lee",
                                        "“a” said “b” said “c” said",
                                        "\n\n“\n\n“\n\n",
                                        "“\xFF” Ann Lee said.",
                                        "Ann Lee said: \xE2\x80"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) check_rules(b, texts[i], strlen(texts[i]));
    check_rules(b, "“a\0b,” she said.", 20);
}

/* ------------------------------------------------------------------------------------------------ cost */

#ifdef QL_INSTRUMENTED /* time tells nothing there: the same texts, but shorter */
enum { SHORT = 6000, LONG = 8 * SHORT };
#else
enum { SHORT = 60000, LONG = 8 * SHORT };
#endif

static double seconds_for(bench *b, const char *unit, char *bytes, size_t most) {
    size_t n = strlen(unit), length = most / n * n;
    for (size_t at = 0; at < length; at += n) memcpy(bytes + at, unit, n);
    clock_t before = clock();
    check_rules(b, bytes, length);
    return (double)(clock() - before) / CLOCKS_PER_SEC;
}

/* Eight times the text may take eight times as long, and is given four times that and a second for a machine with
   other things to do; what is quadratic takes sixty-four times as long. */
static void check_linear(bench *b, const char *unit, char *bytes) {
    double few = seconds_for(b, unit, bytes, SHORT), many = seconds_for(b, unit, bytes, LONG);
    bool is_linear = many <= 32 * few + 1;
    if (!is_linear) printf("  %.3f s, then %.3f s for eight times: %s\n", few, many, unit);
    CHECK(is_linear);
}

static void test_cost(bench *b) {
    static const char *const units[] = {"he said that ",
                                        "he said, ",
                                        "said Ann Lee, ",
                                        "Ann Lee said ",
                                        "saying that ",
                                        "and said ",
                                        "who said ",
                                        "according to Ann Lee, ",
                                        "Ann Lee: ",
                                        "“",
                                        "”",
                                        "\" ",
                                        "“‘",
                                        "“a ‘b ",
                                        "'a ",
                                        "``",
                                        "“we,” he said, ",
                                        "“a” said “b” ",
                                        "“We go on,” she said. ",
                                        "“We go on.” ",
                                        "“We go on.\n",
                                        "“We go on.”\n\n",
                                        "Ann Lee's ",
                                        "of Ann Lee ",
                                        "a, "};
    char *bytes = malloc(LONG);
    CHECK(bytes != NULL);
    for (size_t i = 0; bytes != NULL && i < sizeof units / sizeof units[0]; i++) check_linear(b, units[i], bytes);
    free(bytes);
}

/* A megabyte of straight marks, a hundred thousand openers: they have to end. */
static void test_large(bench *b) {
    enum { LENGTH = 1 << 20 };
    char *bytes = malloc(LENGTH);
    CHECK(bytes != NULL);
    if (bytes == NULL) return;
    memset(bytes, '"', LENGTH);
    check_rules(b, bytes, LENGTH);
    memset(bytes, '\'', LENGTH);
    check_rules(b, bytes, LENGTH);
    (void)seconds_for(b, "“", bytes, 300000);
    free(bytes);
}

int main(void) {
    bench b = {0};
    CHECK(ql_engine_new(NULL, &b.engine, NULL) == QL_OK && ql_scratch_new(&b.scratch) == QL_OK);
    if (b.engine != NULL && b.scratch != NULL) {
        test_kinds(&b);
        test_split(&b);
        test_paragraphs(&b);
        test_modifiers(&b);
        test_no_memory_of_documents(&b);
        test_any_text(&b);
        test_damage(&b);
        test_cost(&b);
        test_large(&b);
    }
    ql_result_free(b.result);
    ql_scratch_free(b.scratch);
    ql_engine_free(b.engine);
    return close_checks();
}

/* Tokens, sentences and patterns. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "document.h"
#include "page/patterns.h"
#include "text/patterns.h"

/* What the stages need, without the engine's own order of stages. */
typedef struct bench {
    ql_engine engine;
    ql_document doc;
    ql_arena arena;
    ql_text text;
} bench;

static bool bench_open(bench *b) {
    *b = (bench){0};
    return ql_lexicon_new(NULL, &b->engine.lexicon, NULL) == QL_OK &&
           ql_text_patterns_new(&b->engine.text_patterns, NULL) == QL_OK &&
           ql_page_patterns_new(&b->engine.page_patterns, NULL) == QL_OK && ql_match_new(&b->doc.match) == QL_OK;
}

static void bench_close(bench *b) {
    ql_lexicon_free(b->engine.lexicon);
    ql_patterns_free(b->engine.text_patterns);
    ql_patterns_free(b->engine.page_patterns);
    ql_match_free(b->doc.match);
    ql_ints_free(&b->doc.words);
    ql_ints_free(&b->doc.breaks);
    ql_tokens_free(&b->doc.tokens);
    ql_sentences_free(&b->doc.sentences);
    free(b->doc.bytes);
    ql_arena_free(&b->arena);
}

static void analyse(bench *b, const char *bytes, size_t n) {
    b->doc.engine = &b->engine;
    b->doc.text = &b->text;
    ql_ints_clear(&b->doc.words);
    ql_ints_clear(&b->doc.breaks);
    ql_tokens_clear(&b->doc.tokens);
    ql_sentences_clear(&b->doc.sentences);
    CHECK(ql_text_open(&b->text, bytes, n, &b->arena, NULL) == QL_OK);
    CHECK(ql_stage_token(&b->doc) == QL_OK && ql_stage_sentence(&b->doc) == QL_OK);
}

/* ------------------------------------------------------------------------------------------------ tokens */

/* The tokens of `text` have to be `expected`, with a bar between. */
static void check_tokens(bench *b, const char *text, const char *expected) {
    char actual[512] = "";
    size_t n = 0;
    analyse(b, text, strlen(text));
    for (size_t i = 0; i < b->doc.tokens.n; i++) {
        ql_token token = b->doc.tokens.items[i];
        int wrote = snprintf(actual + n, sizeof actual - n, "%s%.*s", i == 0 ? "" : "|", token.end - token.start,
                             text + token.start);
        if (wrote < 0 || (size_t)wrote >= sizeof actual - n) break;
        n += (size_t)wrote;
    }
    if (strcmp(actual, expected) != 0) printf("  text: %s\n  expected: %s\n  actual: %s\n", text, expected, actual);
    CHECK(strcmp(actual, expected) == 0);
}

static void test_splitting(bench *b) {
    check_tokens(b, "", "");
    check_tokens(b, "   \n", "");
    check_tokens(b, "We don't.", "We|do|n't|.");
    check_tokens(b, "shouldn't've", "should|n't|'ve");
    check_tokens(b, "n't", "n't");
    check_tokens(b, "a:b:c", "a|:|b|:|c");
    check_tokens(b, "He left.Then", "He|left|.|Then");
    check_tokens(b, "non-stop well-known", "non-stop|well|-|known");
    check_tokens(b, "x@example.org,y", "x@example.org|,|y");
    check_tokens(b, "@ann\xE2\x80\xA8", "@ann"); /* U+2028 */
    check_tokens(b, "#a\xC3\xA9_1\xE2\x80\x99s @ann\xC2\xA0so @ann\xE2\x80\x9D",
                 "#a\xC3\xA9_1|\xE2\x80\x99s|@ann|so|@ann|\xE2\x80\x9D");
    check_tokens(b, "(www.example.org)", "(|www.example.org|)");
    check_tokens(b, "$1.2bn", "$|1.2|bn");
    check_tokens(b, "Fisk Inc.. Then", "Fisk|Inc.|.|Then");
}

static void test_classes(bench *b) {
    static const uint8_t expected[] = {QL_TOKEN_ABBREVIATION, QL_TOKEN_WORD,   QL_TOKEN_CLITIC, QL_TOKEN_NUMBER,
                                       QL_TOKEN_TIME,         QL_TOKEN_DATE,   QL_TOKEN_URL,    QL_TOKEN_HANDLE,
                                       QL_TOKEN_HASHTAG,      QL_TOKEN_EMOJI,  QL_TOKEN_MARK,   QL_TOKEN_DASH,
                                       QL_TOKEN_ORDINAL,      QL_TOKEN_SYMBOL, QL_TOKEN_PUNCT};
    const char *text = "Mr. Lee's 12 7:20 2019-04-30 https://example.org @lee #lee \xF0\x9F\x98\x80 \" -- 5th % ;";
    analyse(b, text, strlen(text));
    CHECK(b->doc.tokens.n == sizeof expected);
    for (size_t i = 0; i < b->doc.tokens.n && i < sizeof expected; i++)
        CHECK(b->doc.tokens.items[i].kind == expected[i]);
}

static void test_flags(bench *b) {
    const char *text = "The EU \xC3\xA9t\xC3\xA9 no. A";
    analyse(b, text, strlen(text));
    const ql_token *tokens = b->doc.tokens.items;
    CHECK(b->doc.tokens.n == 6);
    CHECK(tokens[0].flags == (QL_TOKEN_CAPITAL | QL_TOKEN_FIRST));
    CHECK(tokens[1].flags == (QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS | QL_TOKEN_SPACE));
    CHECK(tokens[2].flags == QL_TOKEN_SPACE);
    CHECK(tokens[4].flags == 0);
    CHECK(tokens[5].flags == (QL_TOKEN_CAPITAL | QL_TOKEN_SPACE | QL_TOKEN_FIRST));
    CHECK(tokens[4].sentence == 0 && tokens[5].sentence == 1);
}

static void test_lookup(bench *b) {
    const char *text = "Said SAID s\xC3\xA9z can\xE2\x80\x99t";
    analyse(b, text, strlen(text));
    const ql_token *tokens = b->doc.tokens.items;
    CHECK(b->doc.tokens.n == 5);
    CHECK(tokens[0].word != QL_NONE && tokens[0].word == tokens[1].word && tokens[2].word == QL_NONE);
    CHECK(tokens[4].word != QL_NONE && tokens[4].word == ql_lexicon_find(b->engine.lexicon, "n't", 3));
}

/* ------------------------------------------------------------------------------------------------ sentences */

static void test_sentences(bench *b) {
    const char *text = "\n Ann left. \xE2\x80\x9CWhy?\xE2\x80\x9D he asked.\n\n\nIt rained.\n";
    analyse(b, text, strlen(text));
    const ql_sentence *sentences = b->doc.sentences.items;
    CHECK(b->doc.sentences.n == 3);
    CHECK(sentences[0].start == 2 && sentences[0].end == 11 && sentences[0].paragraph == 0);
    CHECK(sentences[1].start == 12 && sentences[1].paragraph == 0);
    CHECK(sentences[2].end == (int32_t)strlen(text) - 1 && sentences[2].paragraph == 1);
    CHECK(sentences[0].first_token == 0 && sentences[0].end_token == 3 && sentences[1].first_token == 3);
    CHECK(sentences[2].end_token == (int32_t)b->doc.tokens.n);
    analyse(b, " \n\n ", 4);
    CHECK(b->doc.sentences.n == 0);
    CHECK(b->doc.breaks.n == 2 && b->doc.breaks.items[0] == 0 && b->doc.breaks.items[1] == 4);
    analyse(b, "", 0);
    CHECK(b->doc.breaks.n == 0);
}

/* ------------------------------------------------------------------------------------------------ any bytes */

/* Tokens are in order and apart, and boundaries rise from 0 to the length. */
static void check_order(bench *b, const char *bytes, size_t n) {
    int32_t last = 0;
    bool is_good = true;
    analyse(b, bytes, n);
    for (size_t i = 0; i < b->doc.tokens.n; i++) {
        ql_token token = b->doc.tokens.items[i];
        is_good &= token.start >= last && token.end > token.start && token.end <= (int32_t)n && token.sentence >= 0;
        last = token.end;
    }
    const ql_ints *breaks = &b->doc.breaks;
    for (size_t i = 1; i < breaks->n; i++) is_good &= breaks->items[i] > breaks->items[i - 1];
    CHECK(is_good && (n == 0 || (breaks->items[0] == 0 && breaks->items[breaks->n - 1] == (int32_t)n)));
}

static void test_any_bytes(bench *b) {
    static const char *const parts[] = {"a",       " ",
                                        ".",       "\n",
                                        "'",       "\xE2\x80\x99",
                                        "\"",      "-",
                                        "@",       "1",
                                        ":",       "/",
                                        "http://", "U.S.",
                                        "n't",     "\xFF",
                                        "\xE2",    "\xCC\x88",
                                        "#",       "&#8217;",
                                        "[1]",     ")",
                                        "Mr.",     "7:20",
                                        "*",       "\xF0\x9F\x98\x80",
                                        "I.",      "...",
                                        "?",       "_",
                                        "=",       "\xC2\xA0"};
    uint32_t random = 1;
    for (int round = 0; round < 3000; round++) {
        char bytes[256];
        size_t n = 0;
        for (int i = 0; i < 24; i++) {
            random = random * 1664525u + 1013904223u;
            const char *part = parts[(random >> 16) % (sizeof parts / sizeof parts[0])];
            memcpy(bytes + n, part, strlen(part));
            n += strlen(part);
        }
        check_order(b, bytes, n);
    }
    check_order(b, "a\0b\0. C", 7);
}

/* Long runs of one thing; the caller sets the time limit. */
static void test_long_runs(bench *b) {
    static const char *const units[] = {".",
                                        "-",
                                        "\"",
                                        "'",
                                        "a",
                                        "a.",
                                        "@",
                                        "a@",
                                        "(",
                                        "1/",
                                        "1-",
                                        "www.",
                                        "http://",
                                        "\n",
                                        "a\n",
                                        "_ ",
                                        ". ",
                                        "1) ",
                                        "I. ",
                                        "&",
                                        "Ann ",
                                        "[1",
                                        "\xE2\x80\xA2 ",
                                        "1,",
                                        "http://.............. "};
    enum { LENGTH = 300000 };
    char *bytes = malloc(LENGTH);
    CHECK(bytes != NULL);
    for (size_t i = 0; bytes != NULL && i < sizeof units / sizeof units[0]; i++) {
        size_t n = strlen(units[i]), length = LENGTH / n * n;
        for (size_t at = 0; at < length; at += n) memcpy(bytes + at, units[i], n);
        check_order(b, bytes, length);
    }
    free(bytes);
}

/* ------------------------------------------------------------------------------------------------ patterns */

static void test_patterns(bench *b) {
    ql_pattern *pattern;
    ql_error error;
    ql_span groups[2];
    bool found;
    CHECK(ql_pattern_new("a(b", 3, false, &pattern, &error) == QL_BAD_PATTERN && pattern == NULL &&
          error.position == 3);
    CHECK(ql_pattern_new("(x)?\xC3\xA9", 6, true, &pattern, &error) == QL_OK);
    if (pattern == NULL) return;
    ql_match *match = b->doc.match;
    CHECK(ql_pattern_find(pattern, match, "\xFF\xC3\x89", 3, 0, false, groups, 2, &found, &error) == QL_OK && found);
    CHECK(groups[0].start == 1 && groups[0].end == 3 && groups[1].start == -1 && groups[1].end == -1);
    CHECK(ql_pattern_find(pattern, match, "a\xC3\xA9", 3, 0, true, groups, 2, &found, &error) == QL_OK && !found);
    CHECK(ql_pattern_find(pattern, match, "a\xC3\xA9", 3, 1, true, groups, 2, &found, &error) == QL_OK && found);
    CHECK(ql_pattern_find(pattern, match, "a", 1, 2, true, groups, 2, &found, &error) == QL_OK && !found);
    ql_pattern_free(pattern);
    ql_pattern_free(NULL);
    ql_match_free(NULL);
    CHECK(strchr(ql_pcre2_version(), '.') != NULL);
}

static void test_match_limit(bench *b) {
    static const char source[] = "(a|aa)+(?:b|(?=c)x)$",
                      text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac b";
    ql_pattern *pattern;
    bool found;
    CHECK(ql_pattern_new(source, sizeof source - 1, false, &pattern, NULL) == QL_OK);
    if (pattern == NULL) return;
    CHECK(ql_pattern_find(pattern, b->doc.match, text, (int32_t)sizeof text - 1, 0, false, NULL, 0, &found, NULL) ==
          QL_MATCH_LIMIT);
    CHECK(!found);
    ql_pattern_free(pattern);
}

static bool matches(bench *b, const ql_pattern *pattern, const char *text) {
    bool found = false;
    ql_span whole;
    ql_status status =
        ql_pattern_find(pattern, b->doc.match, text, (int32_t)strlen(text), 0, true, &whole, 1, &found, NULL);
    return status == QL_OK && found;
}

static void test_own_patterns(bench *b) {
    ql_pattern *const *of_text = b->engine.text_patterns->items, *const *of_page = b->engine.page_patterns->items;
    CHECK(matches(b, of_page[QL_PATTERN_DATELINE], "LONDON (Reuters) - The"));
    CHECK(matches(b, of_page[QL_PATTERN_DATELINE], "NORTHPORT, Ohio, May 3 (AP) \xE2\x80\x94 The"));
    CHECK(!matches(b, of_page[QL_PATTERN_DATELINE], "The plan - his plan - failed"));
    CHECK(matches(b, of_page[QL_PATTERN_BYLINE], "By Ann Lee\n"));
    CHECK(matches(b, of_page[QL_PATTERN_BYLINE], "By Ann B. Lee and Al Moss"));
    CHECK(!matches(b, of_page[QL_PATTERN_BYLINE], "By noon all was lost\n"));
    CHECK(matches(b, of_text[QL_PATTERN_DATE], "2019-04-30") && !matches(b, of_text[QL_PATTERN_DATE], "1999-2001"));
    CHECK(matches(b, of_text[QL_PATTERN_TIME], "19:20:05") && !matches(b, of_text[QL_PATTERN_TIME], "39:20"));
}

int main(void) {
    bench b;
    if (!bench_open(&b)) {
        printf("no engine\n");
        return 1;
    }
    test_splitting(&b);
    test_classes(&b);
    test_flags(&b);
    test_lookup(&b);
    test_sentences(&b);
    test_any_bytes(&b);
    test_long_runs(&b);
    test_patterns(&b);
    test_match_limit(&b);
    test_own_patterns(&b);
    bench_close(&b);
    return close_checks();
}

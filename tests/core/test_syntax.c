/* Tags and trees: what sentences get, and what must hold for any words and any weights. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "document.h"
#include "syntax/parse.h"
#include "output/tables.h"
#include "syntax/tag.h"

enum { LONGEST = 90, LONG_SENTENCE = 5000 };

static uint64_t state = 11;

static uint64_t next_random(void) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ql_scatter(state);
}

static void *have(void *memory) {
    if (memory == NULL) exit(1);
    return memory;
}

/* Words in blocks of their own, so that the sanitizer sees their ends. */
typedef struct sentence {
    ql_word_slice *words;
    ql_parsed_word *parsed;
    size_t n;
} sentence;

static sentence sentence_new(size_t n) {
    return (sentence){have(calloc(n + 1, sizeof(ql_word_slice))), have(calloc(n + 1, sizeof(ql_parsed_word))), n};
}

static void set_word(sentence *s, size_t i, const char *bytes, size_t n_bytes) {
    char *copy = have(malloc(n_bytes + (n_bytes == 0)));
    if (n_bytes > 0) memcpy(copy, bytes, n_bytes);
    s->words[i] = (ql_word_slice){copy, n_bytes};
}

static void sentence_free(sentence *s) {
    for (size_t i = 0; i < s->n; i++) free((void *)(uintptr_t)s->words[i].bytes);
    free(s->words);
    free(s->parsed);
}

static sentence sentence_of(const char *words) {
    sentence out = sentence_new(strlen(words));
    size_t n = 0;
    for (const char *end; *words != '\0'; words = end + (*end == ' ')) {
        end = strchr(words, ' ');
        if (end == NULL) end = words + strlen(words);
        set_word(&out, n++, words, (size_t)(end - words));
    }
    out.n = n;
    return out;
}

/* --------------------------------------------------------------------------------------------- what holds */

/* Trees of `n` words, a thousand at a time, each with one root, projective. */
static bool are_trees(const ql_parsed_word *words, int32_t n) {
    for (int32_t from = 0, part; from < n; from += part) {
        part = n - from < QL_MOST_PARSED ? n - from : QL_MOST_PARSED;
        int32_t roots = 0;
        for (int32_t i = from; i < from + part; i++) {
            if (words[i].tag == QL_TAG_NONE || words[i].tag >= QL_TAGS) return false;
            if (words[i].relation == QL_RELATION_NONE || words[i].relation >= QL_RELATIONS) return false;
            if (words[i].head == QL_NONE) {
                roots += words[i].relation == QL_RELATION_ROOT;
                continue;
            }
            if (words[i].head < from || words[i].head >= from + part || words[i].head == i) return false;
            int32_t at = i, steps = 0;
            while (at != QL_NONE && steps++ <= part) at = words[at].head;
            if (at != QL_NONE) return false; /* a cycle */
        }
        if (roots != 1) return false;
    }
    return true;
}

static bool is_crossed(const ql_parsed_word *words, int32_t low, int32_t high, int32_t end) {
    for (int32_t i = low + 1; i < high; i++) {
        int32_t head = words[i].head == QL_NONE ? end : words[i].head;
        if (head < low || head > high) return true;
    }
    return false;
}

/* The root hangs on a place after the last word: no arc may lie over it. */
static bool are_projective(const ql_parsed_word *words, int32_t n) {
    for (int32_t from = 0; from < n; from += QL_MOST_PARSED) {
        int32_t end = n - from < QL_MOST_PARSED ? n : from + QL_MOST_PARSED;
        for (int32_t i = from; i < end; i++) {
            int32_t head = words[i].head == QL_NONE ? end : words[i].head;
            if (is_crossed(words, head < i ? head : i, head < i ? i : head, end)) return false;
        }
    }
    return true;
}

static void check_any(const ql_engine *engine, const sentence *s) {
    ql_error error = {0};
    CHECK(ql_parse_words(engine, s->words, s->n, s->parsed, &error) == QL_OK);
    CHECK(are_trees(s->parsed, (int32_t)s->n));
    CHECK(are_projective(s->parsed, (int32_t)s->n));
}

/* ------------------------------------------------------------------------------------------------- words */

static void fill_with_words(sentence *s) {
    static const char *const some[] = {"the", "said", "that", ",",  "“",      "Ann", "not", "which", "to",   "of",
                                       "is",  "and",  ".",    "it", "bridge", "n't", "’s",  "U.S.",  "2019", "—"};
    for (size_t i = 0; i < s->n; i++) {
        const char *word = some[next_random() % (sizeof some / sizeof *some)];
        set_word(s, i, word, strlen(word));
    }
}

static void fill_with_bytes(sentence *s) {
    char bytes[LONGEST];
    for (size_t i = 0; i < s->n; i++) {
        size_t n = next_random() % LONGEST;
        if (next_random() % 2 == 0) n %= 6;
        for (size_t at = 0; at < n; at++) bytes[at] = (char)next_random();
        set_word(s, i, bytes, n);
    }
}

static void test_any_words(const ql_engine *engine) {
    static const size_t sizes[] = {0, 1, 2, 3, 17, 999, 1000, 1001, 2000, LONG_SENTENCE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int kind = 0; kind < 2; kind++) {
            sentence made = sentence_new(sizes[i]);
            kind == 0 ? fill_with_words(&made) : fill_with_bytes(&made);
            check_any(engine, &made);
            sentence_free(&made);
        }
    for (int i = 0; i < 300; i++) {
        sentence made = sentence_new(next_random() % 40);
        i % 2 == 0 ? fill_with_words(&made) : fill_with_bytes(&made);
        check_any(engine, &made);
        sentence_free(&made);
    }
}

/* The move that is certain, or the best by all features at once. */
static ql_move plain_move(const ql_model *model, const ql_parse *parse) {
    uint64_t features[QL_MOST_MOVE_FEATURES];
    int16_t score[1][QL_NARROW];
    int n = ql_move_features(parse, features), best = -1, certain = ql_model_certain(model, ql_move_context(parse));
    if (certain >= 0 && certain < QL_MOVES && ql_parse_can(parse, (ql_move)certain)) return (ql_move)certain;
    ql_sum_narrow(&model->moves, features, &n, 1, score);
    for (int move = 0; move < QL_MOVES; move++)
        if (ql_parse_can(parse, (ql_move)move) && (best < 0 || score[0][move] > score[0][best])) best = move;
    return (ql_move)best;
}

/* The sums that the parser keeps are those that it would make anew. */
static void check_moves(const ql_model *model, const sentence *made) {
    enum { ROOM = 40 + 2 * QL_EDGE };
    ql_lexeme words[ROOM], *first = words + QL_EDGE;
    uint8_t tags[ROOM], forms[ROOM];
    ql_node nodes[2][ROOM];
    int32_t stacks[2][ROOM], n = (int32_t)made->n;
    for (int i = 1; i <= QL_EDGE; i++) {
        ql_lexeme_edge(&first[-i], false);
        ql_lexeme_edge(&first[n + i - 1], true);
    }
    for (int32_t i = 0; i < n; i++)
        ql_lexeme_read(model, made->words[i].bytes, made->words[i].n_bytes, i == 0, &first[i]);
    ql_tag_words(model, first, n, tags + QL_EDGE, forms + QL_EDGE);
    ql_parse kept = {.nodes = nodes[0], .stack = stacks[0]}, plain = {.nodes = nodes[1], .stack = stacks[1]};
    ql_parse_start(&kept, model, first, tags + QL_EDGE, forms + QL_EDGE, n);
    ql_parse_start(&plain, model, first, tags + QL_EDGE, forms + QL_EDGE, n);
    ql_parse_run(model, &kept);
    while (!ql_parse_is_done(&plain)) {
        int32_t head, dependent = 0;
        ql_move move = plain_move(model, &plain);
        if (move != QL_MOVE_SHIFT) ql_parse_arc(&plain, move, &head, &dependent);
        ql_parse_move(&plain, move, nodes[0][dependent].relation);
    }
    for (int32_t i = 0; i < n; i++) CHECK(nodes[0][i].head == nodes[1][i].head);
}

static void test_kept_sums(const ql_engine *engine) {
    for (int i = 0; i < 300; i++) {
        sentence made = sentence_new(next_random() % 40);
        i % 4 == 0 ? fill_with_bytes(&made) : fill_with_words(&made);
        check_moves(&engine->model, &made);
        sentence_free(&made);
    }
}

/* One word a thousand times: all arcs may go one way, and the stack be as deep as it gets. */
static void test_monotony(const ql_engine *engine) {
    static const char *const some[] = {"of", "and", "said", "(", "\"", ",", "the", "", "x", "that"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        sentence made = sentence_new(1500);
        for (size_t w = 0; w < made.n; w++) set_word(&made, w, some[i], strlen(some[i]));
        check_any(engine, &made);
        sentence_free(&made);
    }
}

static void test_a_sentence(const ql_engine *engine) {
    static const struct {
        const char *word;
        int32_t head;
        uint8_t tag, relation;
    } expected[] = {
        {"The", 1, QL_TAG_DET, QL_RELATION_DET},     {"mayor", 2, QL_TAG_NOUN, QL_RELATION_NSUBJ},
        {"said", -1, QL_TAG_VERB, QL_RELATION_ROOT}, {"she", 5, QL_TAG_PRON, QL_RELATION_NSUBJ},
        {"would", 5, QL_TAG_AUX, QL_RELATION_AUX},   {"open", 2, QL_TAG_VERB, QL_RELATION_CCOMP},
        {"the", 7, QL_TAG_DET, QL_RELATION_DET},     {"school", 5, QL_TAG_NOUN, QL_RELATION_OBJ},
        {".", 2, QL_TAG_PUNCT, QL_RELATION_PUNCT},
    };
    sentence made = sentence_of("The mayor said she would open the school .");
    check_any(engine, &made);
    CHECK(made.n == sizeof expected / sizeof *expected);
    for (size_t i = 0; i < made.n; i++) {
        const ql_parsed_word *word = &made.parsed[i];
        CHECK(word->head == expected[i].head && word->tag == expected[i].tag);
        CHECK(word->relation == expected[i].relation);
    }
    sentence_free(&made);
}

/* ------------------------------------------------------------------------------------------------- texts */

static bool same_tokens(const ql_token *a, const ql_token *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (a[i].head != b[i].head || a[i].tag != b[i].tag || a[i].relation != b[i].relation ||
            a[i].inflection != b[i].inflection)
            return false;
    return true;
}

/* Tokens as words, sentence by sentence: heads lie in it. */
static void check_tokens(const ql_result *result) {
    size_t n, n_sentences;
    const ql_token *tokens = ql_result_tokens(result, &n);
    const ql_sentence *sentences = ql_result_sentences(result, &n_sentences);
    for (size_t s = 0; s < n_sentences; s++) {
        int32_t first = sentences[s].first_token, size = sentences[s].end_token - first;
        ql_parsed_word *words = have(calloc((size_t)size + 1, sizeof *words));
        for (int32_t i = 0; i < size; i++) {
            const ql_token *token = &tokens[first + i];
            words[i] =
                (ql_parsed_word){token->head == QL_NONE ? QL_NONE : token->head - first, token->tag, token->relation};
            CHECK(token->inflection < QL_INFLECTIONS);
        }
        CHECK(are_trees(words, size) && are_projective(words, size));
        free(words);
    }
}

/* The scratch has seen another text before: nothing of it may show. */
static void check_text(const ql_engine *engine, ql_scratch *used, const char *text, size_t n_bytes) {
    ql_scratch *fresh;
    ql_result *one, *other;
    size_t n, n_other;
    CHECK(ql_scratch_new(&fresh) == QL_OK);
    CHECK(ql_analyse(engine, used, text, n_bytes, QL_WANT_TOKENS | QL_WANT_SYNTAX, &one, NULL) == QL_OK);
    CHECK(ql_analyse(engine, fresh, text, n_bytes, QL_WANT_SYNTAX, &other, NULL) == QL_OK);
    check_tokens(one);
    const ql_token *tokens = ql_result_tokens(one, &n), *again = ql_result_tokens(other, &n_other);
    CHECK(n == n_other && same_tokens(tokens, again, n));
    ql_result_free(one);
    ql_result_free(other);
    ql_scratch_free(fresh);
}

static void test_texts(const ql_engine *engine) {
    static const char *const texts[] = {"",
                                        " ",
                                        "\n\n",
                                        "Rain.",
                                        "“It will rain,” Ann Lee said.\n\nShe didn't stay; he'd left.",
                                        "\xff\xfe said \xc3 that\x80.",
                                        "日本語 said so."};
    ql_scratch *used;
    CHECK(ql_scratch_new(&used) == QL_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_text(engine, used, texts[i], strlen(texts[i]));
    char *noise = have(malloc(4096));
    for (int turn = 0; turn < 20; turn++) {
        for (size_t i = 0; i < 4096; i++) noise[i] = (char)(turn % 2 == 0 ? next_random() : next_random() % 96 + 32);
        check_text(engine, used, noise, 4096);
    }
    free(noise);
    size_t size = strlen("word and ") * LONG_SENTENCE / 2;
    char *text = have(malloc(size));
    for (size_t i = 0; i < size; i++) text[i] = "word and "[i % 9];
    check_text(engine, used, text, size);
    free(text);
    ql_scratch_free(used);
}

static void test_nothing_without_asking(const ql_engine *engine) {
    static const char text[] = "It will rain, Ann Lee said.";
    ql_scratch *scratch;
    ql_result *result;
    size_t n;
    CHECK(ql_scratch_new(&scratch) == QL_OK);
    CHECK(ql_analyse(engine, scratch, text, sizeof text - 1, QL_WANT_TOKENS, &result, NULL) == QL_OK);
    const ql_token *tokens = ql_result_tokens(result, &n);
    for (size_t i = 0; i < n; i++) CHECK(tokens[i].head == QL_NONE && tokens[i].tag == 0 && tokens[i].relation == 0);
    ql_result_free(result);
    ql_scratch_free(scratch);
}

/* The other tables do without grammar of every sentence: it would cost them five times their time. */
static void test_tables_ask_for_what_they_show(void) {
    unsigned all = (1u << QL_TABLES) - 1;
    CHECK((ql_tables_want(all, true, false) & QL_WANT_SYNTAX) == 0);
    CHECK((ql_tables_want(1u << QL_TABLE_TOKENS, false, true) & QL_WANT_SYNTAX) != 0);
}

/* -------------------------------------------------------------------------------------------- any weights */

static void test_any_weights(const ql_engine *engine) {
    for (int turn = 0; turn < 12; turn++) {
        uint8_t bits[6];
        uint8_t n_row_bytes = (uint8_t)next_random();
        size_t size = 64 + n_row_bytes + QL_TAG_PAIRS;
        /* Of words; of tags, forms, moves, names; of certain decisions. */
        static const size_t slots[6] = {8, 64, 16, 16, 4, 8};
        for (int i = 0; i < 6; i++) {
            bits[i] = (uint8_t)(2 + next_random() % 9);
            if (i > 0 && i < 5) bits[i] = (uint8_t)(bits[i] | (next_random() % 8) << 5); /* and some eighths more */
            size += slots[i] * ql_n_buckets(bits[i]);
        }
        uint8_t *bytes = have(malloc(size));
        for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)next_random();
        if (turn % 3 == 0) memset(bytes + 64, (int)(next_random() % 256), size - 64);
        memcpy(bytes, "QLM3", 4);
        memcpy(bytes + 4, bits, 5);
        memcpy(bytes + 9, (const uint8_t[]){n_row_bytes, 0, 0, 0, bits[5]}, 5);
        ql_engine other = *engine;
        CHECK(ql_model_open(bytes, size, &other.model, NULL) == QL_OK);
        test_monotony(&other);
        for (int i = 0; i < 40; i++) {
            sentence made = sentence_new(i == 0 ? LONG_SENTENCE : next_random() % 60);
            i % 2 == 0 ? fill_with_words(&made) : fill_with_bytes(&made);
            check_any(&other, &made);
            sentence_free(&made);
        }
        ql_model_close(&other.model);
        free(bytes);
    }
}

/* -------------------------------------------------------------------------------------------------- names */

static void test_names(void) {
    for (int i = 0; i < 256; i++) {
        const char *tag = ql_tag_name((uint8_t)i), *relation = ql_relation_name((uint8_t)i);
        CHECK((tag != NULL) == (i > QL_TAG_NONE && i < QL_TAGS));
        CHECK((relation != NULL) == (i > QL_RELATION_NONE && i < QL_RELATIONS));
    }
    CHECK(strcmp(ql_tag_name(QL_TAG_X), "X") == 0 && strcmp(ql_tag_name(QL_TAG_ADJ), "ADJ") == 0);
    CHECK(strcmp(ql_relation_name(QL_RELATION_NSUBJ_PASS), "nsubj:pass") == 0);
    CHECK(strcmp(ql_relation_name(QL_RELATION_XCOMP), "xcomp") == 0);
}

/* The rooms that features are written to are large enough. */
static void test_feature_counts(const ql_engine *engine) {
    ql_lexeme words[2 * QL_EDGE + 1];
    uint8_t tags[2 * QL_EDGE + 1] = {0}, forms[2 * QL_EDGE + 1] = {0};
    uint64_t features[512];
    ql_node nodes[3];
    int32_t stack[2];
    ql_parse parse = {.nodes = nodes, .stack = stack};
    for (int i = 0; i < 2 * QL_EDGE + 1; i++) ql_lexeme_edge(&words[i], i > QL_EDGE);
    ql_lexeme_read(&engine->model, "said", 4, true, &words[QL_EDGE]);
    CHECK(ql_tag_features(words + QL_EDGE, tags + QL_EDGE, 0, features) <= QL_MOST_TAG_FEATURES);
    CHECK(ql_form_features(words + QL_EDGE, tags + QL_EDGE, forms + QL_EDGE, 0, features) <= QL_MOST_FORM_FEATURES);
    ql_parse_start(&parse, &engine->model, words + QL_EDGE, tags + QL_EDGE, forms + QL_EDGE, 1);
    CHECK(ql_move_features(&parse, features) <= QL_MOST_MOVE_FEATURES);
    CHECK(ql_name_features(&parse, 1, 0, features) <= QL_MOST_NAME_FEATURES);
}

int main(void) {
    ql_engine *engine;
    if (ql_engine_new(NULL, &engine, NULL) != QL_OK) return 1;
    test_names();
    test_feature_counts(engine);
    test_a_sentence(engine);
    test_any_words(engine);
    test_kept_sums(engine);
    test_monotony(engine);
    test_texts(engine);
    test_nothing_without_asking(engine);
    test_tables_ask_for_what_they_show();
    test_any_weights(engine);
    ql_engine_free(engine);
    return close_checks();
}

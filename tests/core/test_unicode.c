/* Text, words, sentences and folding.

       test_unicode [WordBreakTest.txt] [SentenceBreakTest.txt]

   Without Unicode's own test files only the other tests run. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "document.h"
#include "base/props.h"

static int n_failed;

#define CHECK(condition)                                                   \
    do {                                                                   \
        if (!(condition)) {                                                \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            n_failed++;                                                    \
        }                                                                  \
    } while (0)

typedef ql_status (*find_function)(const ql_text *text, ql_ints *out);

static bool are_equal(const ql_ints *a, const int32_t *items, size_t n) {
    return a->n == n && (n == 0 || memcmp(a->items, items, n * sizeof *items) == 0);
}

static void print_ints(const char *name, const int32_t *items, size_t n) {
    printf("  %s:", name);
    for (size_t i = 0; i < n; i++) printf(" %" PRId32, items[i]);
    printf("\n");
}

static void print_bytes(const char *bytes, size_t n) {
    printf("  bytes:");
    for (size_t i = 0; i < n; i++) printf(" %02X", (unsigned char)bytes[i]);
    printf("\n");
}

/* Boundaries of `bytes` into `out`, emptied first. */
static void find(find_function function, const char *bytes, size_t n, ql_ints *out) {
    ql_arena arena = {0};
    ql_text text;
    ql_ints_clear(out);
    CHECK(ql_text_open(&text, bytes, n, &arena, NULL) == QL_OK && function(&text, out) == QL_OK);
    ql_arena_free(&arena);
}

/* ------------------------------------------------------------------------------------- Unicode's break tests */

static size_t encode(uint32_t code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)((0xF00u >> n & 0xF0u) | code);
    return n;
}

/* A line such as "÷ 0061 × 0308 ÷ # comment": its text, and where the ÷ stand.  False for a line without any. */
static bool parse_line(char *line, char *bytes, size_t *n_bytes, ql_ints *wanted) {
    line[strcspn(line, "#\r\n")] = '\0';
    *n_bytes = 0;
    ql_ints_clear(wanted);
    for (char *part = strtok(line, " \t"); part != NULL; part = strtok(NULL, " \t")) {
        if (strcmp(part, "\xC3\xB7") == 0) /* ÷ */
            ql_ints_push(wanted, (int32_t)*n_bytes);
        else if (strcmp(part, "\xC3\x97") != 0) /* × */
            *n_bytes += encode((uint32_t)strtoul(part, NULL, 16), bytes + *n_bytes);
    }
    return *n_bytes != 0;
}

static void run_break_test(const char *path, const find_function *functions, size_t n_functions) {
    char line[4096], bytes[sizeof line];
    size_t n_bytes, passed = 0, failed = 0, number = 0;
    ql_ints wanted = {0}, got = {0};
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        bool good = true;
        number++;
        if (!parse_line(line, bytes, &n_bytes, &wanted)) continue;
        for (size_t i = 0; i < n_functions; i++) {
            find(functions[i], bytes, n_bytes, &got);
            if (are_equal(&got, wanted.items, wanted.n)) continue;
            good = false;
            printf("%s:%zu:\n", path, number);
            print_bytes(bytes, n_bytes);
            print_ints("wanted", wanted.items, wanted.n);
            print_ints("got", got.items, got.n);
        }
        passed += good;
        failed += !good;
    }
    if (file != NULL) fclose(file);
    printf("%s: %zu passed, %zu failed\n", path, passed, failed);
    CHECK(passed > 0 && failed == 0);
    ql_ints_free(&wanted);
    ql_ints_free(&got);
}

static void run_break_tests(int argc, char **argv) {
    const find_function words[] = {ql_words, ql_words_plain}, sentences[] = {ql_sentences_uax};
    for (int i = 1; i < argc; i++) {
        if (strstr(argv[i], "WordBreak") != NULL)
            run_break_test(argv[i], words, 2);
        else
            run_break_test(argv[i], sentences, 1);
    }
    if (argc < 3) printf("break tests: skipped where no file is given\n");
}

/* -------------------------------------------------------- random texts: fast words against plain ones */

static uint64_t random_next(uint64_t *state) { /* xorshift64* by Vigna */
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1D;
}

static size_t random_below(uint64_t *state, size_t n) {
    return (size_t)(random_next(state) >> 33) % n;
}

/* What a random text is made of: ASCII that rules know, and pieces that cannot be had byte by byte. */
static const char ASCII[] = "abzAZ019_ .',:;\"!?-()\t\r\n\v\f  eeee";
static const char *const PIECES[] = {
    "\xCC\x88",
    "\xCC\x81\xCC\xA7", /* combining marks */
    "\xE2\x80\x8D",
    "\xC2\xAD",
    "\xE2\x80\x8C", /* joiner, soft hyphen, non-joiner */
    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x92",
    "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",
    "\xE2\x93\x82",
    "\xC2\xA9",
    "\xF0\x9F\x87\xAB",
    "\xF0\x9F\x87\xB7", /* regional indicators */
    "\xD7\x90",
    "\xD7\x90'",
    "\xD7\x90\"\xD7\x91",
    "\xD7\x90\"", /* Hebrew letters and their quotes */
    "\xE3\x82\xA2",
    "\xE3\x82\xA2_",
    "\xE3\x83\xBC", /* Katakana */
    "\xE2\x80\x98",
    "\xE2\x80\x99",
    "\xE2\x80\x9C",
    "\xE2\x80\x9D",
    "\xE2\x80\x94",
    "\xC2\xB7",
    "\xE2\x80\xA7",
    "\xC3\xA9",
    "\xD0\x94",
    "\xE4\xB8\xAD",
    "\xEF\xBC\x8E",
    "\xD9\xAB",
    "\xD9\xA1",
    "\xD9\xAC",
    "\xEF\xBC\xBF",
    "\xC2\xA0",
    "\xE3\x80\x80",
    "\xE2\x80\x82",
    "\xC2\x85",
    "\xE2\x80\xA8",
    "\xE2\x80\xA9",
    "\xE3\x80\x82",
    "\x80",
    "\xFF",
    "\xC3",
    "\xE2\x80",
    "\xF0\x9F\x91",
    "\xED\xA0\x80",
    "\xC0\xAF",
    "\xF4\x90\x80\x80",
};

/* A text of `n` bytes; in one of `rarity` places stands a piece.  Truncating the last piece damages it, as wanted. */
static void random_text(uint64_t *state, char *bytes, size_t n, size_t rarity) {
    for (size_t at = 0; at < n;) {
        if (random_below(state, rarity) != 0) {
            bytes[at++] = ASCII[random_below(state, sizeof ASCII - 1)];
            continue;
        }
        const char *piece = PIECES[random_below(state, sizeof PIECES / sizeof *PIECES)];
        size_t length = strlen(piece);
        if (length > n - at) length = n - at;
        memcpy(bytes + at, piece, length);
        at += length;
    }
}

/* From 0 to the length, each beyond the one before and where a code point starts. */
static bool are_sound(const char *bytes, size_t n, const ql_ints *found) {
    int32_t start;
    if (n == 0) return found->n == 0;
    if (found->n < 2 || found->items[0] != 0 || found->items[found->n - 1] != (int32_t)n) return false;
    for (size_t i = 1; i < found->n; i++) {
        if (found->items[i] <= found->items[i - 1]) return false;
        ql_utf8_decode_before(bytes, (int32_t)n, found->items[i], &start);
        if (start < found->items[i - 1]) return false;
    }
    return true;
}

static void test_random_texts(void) {
    enum { LONGEST = 300, ROUNDS = 240 };
    static const size_t rarities[] = {1, 2, 4, 20, 100, 1000};
    ql_ints fast = {0}, plain = {0};
    uint64_t state = 17;
    int failed_before = n_failed;
    for (size_t round = 0; round < ROUNDS && n_failed == failed_before; round++) {
        for (size_t n = 0; n <= LONGEST; n++) {
            size_t shift = random_below(&state, 64);
            char *memory = malloc(shift + n + 1), *bytes = memory + shift; /* its end is where a sanitizer looks */
            if (memory == NULL) continue;
            random_text(&state, bytes, n, rarities[round % 6]);
            find(ql_words, bytes, n, &fast);
            find(ql_words_plain, bytes, n, &plain);
            bool is_same = are_equal(&fast, plain.items, plain.n);
            CHECK(is_same && are_sound(bytes, n, &plain));
            if (!is_same) {
                print_bytes(bytes, n);
                print_ints("fast ", fast.items, fast.n);
                print_ints("plain", plain.items, plain.n);
            }
            find(ql_sentences_uax, bytes, n, &plain);
            CHECK(are_sound(bytes, n, &plain));
            free(memory);
        }
    }
    ql_ints_free(&fast);
    ql_ints_free(&plain);
}

/* A curly quote at every place of three blocks, so that each edge has met each rule. */
static void test_block_edges(void) {
    static const char *const fillers[] = {"a", "a.b", "can't ", "3.14,", "\r\n", "  ", "a_1 ", "x.'y", "it's. "};
    enum { LENGTH = 200 };
    char bytes[LENGTH + 3];
    ql_ints fast = {0}, plain = {0};
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
        size_t period = strlen(fillers[i]);
        for (size_t place = 0; place <= LENGTH; place++) {
            for (size_t at = 0; at < LENGTH; at++) bytes[at + (at >= place ? 3 : 0)] = fillers[i][at % period];
            memcpy(bytes + place, "\xE2\x80\x99", 3);
            find(ql_words, bytes, sizeof bytes, &fast);
            find(ql_words_plain, bytes, sizeof bytes, &plain);
            CHECK(are_equal(&fast, plain.items, plain.n));
        }
    }
    ql_ints_free(&fast);
    ql_ints_free(&plain);
}

/* ------------------------------------------------------------------------------ words and sentences by hand */

static void check_boundaries(find_function function, const char *text, size_t n, const int32_t *wanted) {
    ql_ints got = {0};
    find(function, text, strlen(text), &got);
    bool is_as_wanted = are_equal(&got, wanted, n);
    CHECK(is_as_wanted);
    if (!is_as_wanted) {
        printf("  text: %s\n", text);
        print_ints("wanted", wanted, n);
        print_ints("got", got.items, got.n);
    }
    ql_ints_free(&got);
}

#define BOUNDARIES(function, text, ...) \
    check_boundaries(function, text, sizeof(int32_t[]){__VA_ARGS__} / sizeof(int32_t), (int32_t[]){__VA_ARGS__})

static void test_words(void) {
    check_boundaries(ql_words, "", 0, NULL);
    BOUNDARIES(ql_words, "a", 0, 1);
    BOUNDARIES(ql_words, "can't. 3.14, x", 0, 5, 6, 7, 11, 12, 13, 14);
    BOUNDARIES(ql_words, "can\xE2\x80\x99t", 0, 7);
    BOUNDARIES(ql_words, "'tis", 0, 1, 4);
    BOUNDARIES(ql_words,
               "a.\xCC\x88"
               "b",
               0, 5); /* WB4 inside WB6 and WB7 */
    BOUNDARIES(ql_words, "a\r\n\nb  c", 0, 1, 3, 4, 5, 7, 8);
    BOUNDARIES(ql_words, "\xD7\x90'a", 0, 4); /* WB7a put no boundary that WB7 could take back */
    BOUNDARIES(ql_words, "\xD7\x90\"", 0, 2, 3);
    BOUNDARIES(ql_words,
               "\xFF"
               "a",
               0, 1, 2);
}

static void test_sentences(void) {
    check_boundaries(ql_sentences_uax, "", 0, NULL);
    BOUNDARIES(ql_sentences_uax, "One. Two! \"Three?\" no", 0, 5, 10, 19, 21);
    BOUNDARIES(ql_sentences_uax, "etc. and so on.", 0, 15);
    BOUNDARIES(ql_sentences_uax, "etc. (3 men) Go", 0, 15); /* SB8 meets a small letter */
    BOUNDARIES(ql_sentences_uax, "etc. (3 Men) go", 0, 5, 15);
    BOUNDARIES(ql_sentences_uax, "It rose 3.4 in the U.S. then.", 0, 29);
    BOUNDARIES(ql_sentences_uax, "One\r\nTwo\n\nThree", 0, 5, 9, 10, 15);
    BOUNDARIES(ql_sentences_uax, "a. 1 2", 0, 3, 6); /* waits to the end of the text */
}

static void test_public_boundaries(void) {
    int32_t *out;
    size_t n;
    CHECK(ql_word_boundaries("\xC3\xA9t\xC3\xA9 \xFF", 7, &out, &n, NULL) == QL_OK);
    CHECK(n == 4 && out[0] == 0 && out[1] == 3 && out[2] == 4 && out[3] == 5);
    ql_free(out);
    CHECK(ql_sentence_boundaries("\xC3\x89t\xC3\xA9. Oui.", 11, false, &out, &n, NULL) == QL_OK);
    CHECK(n == 3 && out[1] == 5 && out[2] == 9);
    ql_free(out);
    CHECK(ql_word_boundaries("", 0, &out, &n, NULL) == QL_OK && n == 0);
    ql_free(out);
    ql_error error;
    CHECK(ql_word_boundaries("", (size_t)QL_MAX_BYTES + 1, &out, &n, &error) == QL_TOO_LONG && out == NULL);
}

/* A rule that looked ahead from each of these would take hours. */
static void test_long_texts(void) {
    static const char *const periods[] = {"a. ",
                                          ". 1 ",
                                          "a.",
                                          "1,",
                                          "a'",
                                          "'",
                                          ".",
                                          "\xCC\x88",
                                          "a.\xCC\x88",
                                          "\"",
                                          "\xD7\x90\"",
                                          "\xF0\x9F\x87\xAB",
                                          "\xE2\x80\x8D",
                                          "\xE2\x80\x99",
                                          "\n",
                                          "\xF0",
                                          " "};
    enum { LENGTH = 1 << 19 };
    char *bytes = malloc(LENGTH);
    ql_ints found = {0};
    CHECK(bytes != NULL);
    for (size_t i = 0; bytes != NULL && i < sizeof periods / sizeof *periods; i++) {
        size_t period = strlen(periods[i]);
        bytes[0] = 'a';
        for (size_t at = 1; at < LENGTH; at++) bytes[at] = periods[i][(at - 1) % period];
        find(ql_words, bytes, LENGTH, &found);
        CHECK(found.n >= 2 && found.items[0] == 0 && found.items[found.n - 1] == LENGTH);
        find(ql_sentences_uax, bytes, LENGTH, &found);
        CHECK(found.n >= 2 && found.items[0] == 0 && found.items[found.n - 1] == LENGTH);
    }
    ql_ints_free(&found);
    free(bytes);
}

/* ----------------------------------------------------------------------------------------------------- text */

static void check_decoding(const char *bytes, size_t n, size_t n_codes, const uint32_t *codes, const int32_t *ends) {
    int32_t at = 0, start = 0;
    for (size_t i = 0; i < n_codes; i++) {
        int32_t next;
        CHECK(ql_utf8_decode(bytes, (int32_t)n, at, &next) == codes[i] && next == ends[i]);
        CHECK(ql_utf8_decode_before(bytes, (int32_t)n, next, &start) == codes[i] && start == at);
        at = next;
    }
    CHECK((size_t)at == n);
}

#define CODES(...)                                                     \
    sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t), (uint32_t[]) { \
        __VA_ARGS__                                                    \
    }
#define ENDS(...)   \
    (int32_t[]) {   \
        __VA_ARGS__ \
    }

static void test_decoding(void) {
    check_decoding("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10, CODES('a', 0xE9, 0x20AC, 0x1F600), ENDS(1, 3, 6, 10));
    /* Table 3-8 of the Unicode Standard: non-shortest forms, and 3-11: truncated sequences */
    check_decoding("\xC0\xAF\xE0\x80\xBF"
                   "A",
                   6, CODES(0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'A'), ENDS(1, 2, 3, 4, 5, 6));
    check_decoding("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
                   "A",
                   9, CODES(0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'A'), ENDS(2, 3, 6, 8, 9));
    check_decoding("\xF4\x91\x92\x93\xFF"
                   "A",
                   6, CODES(0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'A'), ENDS(1, 2, 3, 4, 5, 6));
    check_decoding("\xED\xA0\x80"
                   "A",
                   4, CODES(0xFFFD, 'A'), ENDS(3, 4)); /* a surrogate is one */
    check_decoding("\xF0\x9F\x98", 3, CODES(0xFFFD), ENDS(3));
    check_decoding("\x80\x80\x80\x80\x80", 5, CODES(0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD), ENDS(1, 2, 3, 4, 5));
}

/* The map from bytes to code points against counting. */
static void check_char_map(const char *bytes, int32_t n) {
    ql_arena arena = {0};
    ql_text text;
    int32_t n_chars = 0, next = 0;
    CHECK(ql_text_open(&text, bytes, (size_t)n, &arena, NULL) == QL_OK && text.n_bytes == n);
    for (int32_t at = 0; at < n; at = next, n_chars++) {
        CHECK(ql_text_char(&text, at) == n_chars);
        ql_utf8_decode(bytes, n, at, &next);
        for (int32_t inside = at + 1; inside < next; inside++) CHECK(ql_text_char(&text, inside) == n_chars + 1);
    }
    CHECK(text.n_chars == n_chars && ql_text_char(&text, n) == n_chars);
    CHECK(ql_text_char(&text, -1) == 0 && ql_text_char(&text, n + 1) == n_chars);
    ql_arena_free(&arena);
}

static void test_char_map(void) {
    static const size_t rarities[] = {1, 3, 30, 1000};
    char bytes[300];
    uint64_t state = 4;
    int failed_before = n_failed;
    for (int32_t n = 0; n <= (int32_t)sizeof bytes && n_failed == failed_before; n++) {
        for (size_t i = 0; i < 4; i++) {
            random_text(&state, bytes, (size_t)n, rarities[i]);
            check_char_map(bytes, n);
        }
    }
}

static void test_text_counts(void) {
    ql_arena arena = {0};
    ql_text text;
    ql_error error;
    CHECK(ql_text_open(&text, "a\xFF\xE2\x82z", 5, &arena, NULL) == QL_OK);
    CHECK(text.n_chars == 4 && text.n_malformed == 2 && !text.is_ascii);
    CHECK(ql_text_open(&text, "", 0, &arena, NULL) == QL_OK && text.n_chars == 0 && text.is_ascii);
    CHECK(ql_text_open(&text, "", (size_t)QL_MAX_BYTES + 1, &arena, &error) == QL_TOO_LONG);
    ql_arena_free(&arena);
}

/* -------------------------------------------------------------------------------------------------- folding */

static void check_fold(const char *from, const char *to) {
    char out[256];
    size_t n;
    bool is_as_wanted = ql_fold(from, strlen(from), out, sizeof out, &n);
    is_as_wanted = is_as_wanted && n == strlen(to) && memcmp(out, to, n) == 0;
    CHECK(is_as_wanted);
    if (!is_as_wanted) printf("  folded: %s\n  wanted: %s\n", from, to);
}

static void test_fold(void) {
    check_fold("", "");
    check_fold("Said", "said");
    check_fold("DON\xE2\x80\x99T", "don't");
    check_fold("o\xC2\xB4"
               "clock",
               "o'clock");
    check_fold("twenty\xE2\x80\x91one", "twenty-one");
    check_fold("co\xC2\xADop\xE2\x80\x8D", "coop");
    check_fold("STRA\xC3\x9F"
               "E",
               "strasse");
    check_fold("E\xCC\x81t\xC3\x89", "\xC3\xA9t\xC3\xA9");
    check_fold("q\xCC\x87\xCC\xA3", "q\xCC\xA3\xCC\x87");               /* marks in order */
    check_fold("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C"); /* Hangul composed */
    check_fold("\xEF\xBC\xB5\xEF\xBC\xB3", "us");                       /* full width */
    check_fold("a\xFF\xE2\x82z\xED\xA0\x80", "a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD");
}

static void test_fold_capacity(void) {
    const char *const words[] = {"Said", "\xC3\x89t\xC3\xA9", "\xEF\xB7\xBA"};
    for (size_t i = 0; i < 3; i++) {
        char out[64];
        size_t n, again;
        CHECK(!ql_fold(words[i], strlen(words[i]), out, 1, &n) && n > 1 && n < sizeof out);
        CHECK(ql_fold(words[i], strlen(words[i]), out, n, &again) && again == n);
        CHECK(!ql_fold(words[i], strlen(words[i]), NULL, 0, &again) && again == n);
    }
}

/* Damaged and endless: an answer that a second folding leaves as it is, in time that does not grow
   with the square. */
static void test_fold_any(void) {
    enum { LENGTH = 1 << 19 };
    char *bytes = malloc(LENGTH), *once = malloc(8 * LENGTH), *twice = malloc(8 * LENGTH);
    uint64_t state = 9;
    size_t n, m;
    CHECK(bytes != NULL && once != NULL && twice != NULL);
    for (size_t length = 0; bytes != NULL && once != NULL && twice != NULL && length < 4000; length++) {
        random_text(&state, bytes, length % 80, 1 + length % 7);
        CHECK(ql_fold(bytes, length % 80, once, 8 * LENGTH, &n));
        CHECK(ql_fold(once, n, twice, 8 * LENGTH, &m) && m == n && memcmp(once, twice, n) == 0);
    }
    for (size_t at = 0; bytes != NULL && at < LENGTH; at++) bytes[at] = "\xCC\x88\xCC\xA7"[at % 4];
    if (bytes != NULL && once != NULL) CHECK(ql_fold(bytes, LENGTH, once, 8 * LENGTH, &n) && n == LENGTH);
    free(bytes);
    free(once);
    free(twice);
}

/* Text longer than a segment composes as its parts do: no edge falls between a letter and its marks. */
static void test_fold_segments(void) {
    const char *const parts[] = {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "e\xCC\x81", "\xEF\xBD\xB6\xEF\xBE\x9E"};
    for (size_t i = 0; i < 3; i++) {
        char bytes[2000], out[2000], part[16];
        size_t length = strlen(parts[i]), n, n_part, times = sizeof bytes / length;
        for (size_t at = 0; at < times * length; at++) bytes[at] = parts[i][at % length];
        CHECK(ql_fold(parts[i], length, part, sizeof part, &n_part));
        CHECK(ql_fold(bytes, times * length, out, sizeof out, &n) && n == times * n_part);
        for (size_t at = 0; at + n_part <= n; at += n_part) CHECK(memcmp(out + at, part, n_part) == 0);
    }
}

static void test_categories(void) {
    CHECK(ql_category('A') == ('L' << 8 | 'u') && ql_category(0x2019) == ('P' << 8 | 'f'));
    CHECK(ql_is_letter('z') && ql_is_letter(0xE9) && ql_is_letter(0x4E2D) && !ql_is_letter('@') &&
          !ql_is_letter('['));
    CHECK(ql_is_upper('A') && ql_is_upper(0xC9) && ql_is_upper(0x01C5) && !ql_is_upper('a') && !ql_is_upper(0xE9));
    CHECK(ql_is_lower('a') && ql_is_lower(0xE9) && !ql_is_lower('A') && !ql_is_lower('1'));
    CHECK(ql_is_digit('0') && ql_is_digit(0x661) && !ql_is_digit(0xB2) && !ql_is_digit('/') && !ql_is_digit(':'));
    CHECK(ql_is_alnum('_') == false && ql_is_alnum('7') && ql_is_alnum(0xB2) && ql_is_alnum(0x2167));
    const uint32_t spaces[] = {9, 10, 11, 12, 13, ' ', 0x85, 0xA0, 0x1680, 0x2000, 0x200A, 0x2028, 0x202F, 0x3000};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) CHECK(ql_is_space(spaces[i]));
    CHECK(!ql_is_space(8) && !ql_is_space(14) && !ql_is_space(0x200B) && !ql_is_space(0xFEFF) && !ql_is_space(0x1F));
}

/* The short cuts for ASCII say what the tables say. */
static void test_ascii_short_cuts(void) {
    for (uint32_t code = 0; code < 0x80; code++) {
        uint16_t category = ql_category(code);
        CHECK(ql_is_letter(code) == (category >> 8 == 'L'));
        CHECK(ql_is_upper(code) == (category == ('L' << 8 | 'u')));
        CHECK(ql_is_lower(code) == (category == ('L' << 8 | 'l')));
        CHECK(ql_is_digit(code) == (category == ('N' << 8 | 'd')));
        CHECK(ql_is_alnum(code) == (category >> 8 == 'L' || category >> 8 == 'N'));
    }
}

static void test_versions(void) {
    CHECK(strcmp(ql_unicode_version(), QL_UCD_VERSION) == 0);
    CHECK(strlen(ql_utf8proc_version()) >= 3);
}

int main(int argc, char **argv) {
    run_break_tests(argc, argv);
    test_words();
    test_sentences();
    test_public_boundaries();
    test_random_texts();
    test_block_edges();
    test_long_texts();
    test_decoding();
    test_char_map();
    test_text_counts();
    test_fold();
    test_fold_capacity();
    test_fold_any();
    test_fold_segments();
    test_categories();
    test_ascii_short_cuts();
    test_versions();
    printf("test_unicode: %d failed\n", n_failed);
    return n_failed != 0;
}

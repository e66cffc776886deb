/* The thorough reader with small random weights: what opens, words in pieces, and the same bits on every path. */
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "digest.h"
#include "thorough/read.h"
#include "tiny_reader.h"

static ql_status open_bytes(const uint8_t *bytes, size_t n, ql_encoder *out) {
    ql_error error = {0};
    ql_status status = ql_encoder_open(bytes, n, out, &error);
    CHECK(status == QL_OK || (status == QL_BAD_INPUT && error.message[0] != '\0'));
    return status;
}

/* Cut short, changed anywhere, or not where it can be read from: refused. */
static void test_opening(void) {
    size_t n;
    uint8_t *bytes = tiny_reader(&n);
    ql_encoder encoder;
    CHECK(open_bytes(bytes, n, &encoder) == QL_OK);
    CHECK(encoder.width == TINY_WIDTH && encoder.n_layers == TINY_LAYERS && encoder.path != NULL);
    ql_encoder_close(&encoder);
    for (size_t short_by = 1; short_by < n; short_by = 3 * short_by + 1)
        CHECK(open_bytes(bytes, n - short_by, &encoder) == QL_BAD_INPUT);
    for (size_t at = 0; at < n; at = at < 40 ? at + 1 : at + 997) {
        bytes[at] ^= 64;
        CHECK(open_bytes(bytes, n, &encoder) == QL_BAD_INPUT);
        bytes[at] ^= 64;
    }
    memmove(bytes + 8, bytes, n);
    CHECK(open_bytes(bytes + 8, n, &encoder) == QL_BAD_INPUT);
}

static ql_status open_with(uint8_t *bytes, size_t n, const void *array, const void *number) {
    ql_encoder encoder;
    uint8_t *at = bytes + ((const uint8_t *)array - bytes), kept[4];
    memcpy(kept, at, sizeof kept);
    memcpy(at, number, sizeof kept);
    tiny_seal(bytes, n);
    ql_status status = open_bytes(bytes, n, &encoder);
    if (status == QL_OK) ql_encoder_close(&encoder);
    memcpy(at, kept, sizeof kept);
    tiny_seal(bytes, n);
    return status;
}

/* Numbers that are none or too large to compute with are refused, in a file that is whole. */
static void test_numbers(void) {
    static const float bad[] = {NAN, -NAN, INFINITY, -INFINITY, 10001, -1e30F};
    static const int32_t bad_shifts[] = {INT32_MAX, INT32_MIN};
    const float good = 9999;
    size_t n;
    uint8_t *bytes = tiny_reader(&n);
    ql_encoder encoder;
    CHECK(open_bytes(bytes, n, &encoder) == QL_OK);
    ql_encoder_close(&encoder);
    const float *arrays[] = {encoder.row_scales,  encoder.positions,
                             encoder.shapes,      encoder.embedded.biases,
                             encoder.told.scales, encoder.layers[1].outer.biases,
                             encoder.place};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
        CHECK(open_with(bytes, n, arrays[k], &good) == QL_OK);
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
            CHECK(open_with(bytes, n, arrays[k], &bad[i]) == QL_BAD_INPUT);
    }
    for (size_t i = 0; i < sizeof bad_shifts / sizeof *bad_shifts; i++)
        CHECK(open_with(bytes, n, encoder.query.shifts, &bad_shifts[i]) == QL_BAD_INPUT);
}

/* ------------------------------------------------------------------------------------------------ pieces */

static const ql_encoder *pieces_by;

static bool has_pieces(const char *word, int n, const int32_t *wanted) {
    int32_t found[QL_MOST_PIECES];
    int32_t n_found = ql_pieces_of(pieces_by, word, (int32_t)strlen(word), found);
    return n_found == n && memcmp(found, wanted, (size_t)n * sizeof *wanted) == 0;
}

#define CHECK_PIECES(word, ...)                                                    \
    do {                                                                           \
        const int32_t wanted_[] = {__VA_ARGS__};                                   \
        CHECK(has_pieces(word, (int)(sizeof wanted_ / sizeof *wanted_), wanted_)); \
    } while (0)

enum {
    A = TINY_FIRST,
    THE,
    UN,
    AFF,
    ABLE,
    CAFE,
    SAID,
    MAYOR,
    B,
    B_ON,
    QUOTE,
    STOP,
    HYPHEN,
    APOSTROPHE,
    COMMA,
    PERSON
};

static void test_pieces(void) {
    size_t n;
    uint8_t *bytes = tiny_reader(&n);
    ql_encoder encoder;
    char longest[102] = "";
    CHECK(open_bytes(bytes, n, &encoder) == QL_OK);
    pieces_by = &encoder;
    CHECK_PIECES("unaffable", UN, AFF, ABLE);
    CHECK_PIECES("UnAffAble", UN, AFF, ABLE);
    CHECK_PIECES("unaffxable", QL_PIECE_UNKNOWN);
    CHECK_PIECES("Caf\xC3\xA9", CAFE);
    CHECK_PIECES("Cafe\xCC\x81", CAFE);
    CHECK_PIECES("\xE2\x80\x9C", QUOTE);
    CHECK_PIECES("``", QUOTE);
    CHECK_PIECES("--", HYPHEN);
    CHECK_PIECES("\xE2\x80\xA6", STOP, STOP, STOP);
    CHECK_PIECES("a.b", A, STOP, B);
    CHECK_PIECES("a\xC2\xAD", A); /* a soft hyphen is dropped */
    CHECK_PIECES("\xE4\xBA\xBA\xE4\xBA\xBA", PERSON, PERSON);
    CHECK_PIECES("\xFF", QL_PIECE_UNKNOWN);
    CHECK_PIECES("", QL_PIECE_UNKNOWN);
    CHECK_PIECES("a.a.a.a.a.a", A, STOP, A, STOP, A, STOP);
    memset(longest, 'b', 100);
    CHECK_PIECES(longest, B, B_ON, B_ON, B_ON, B_ON, B_ON);
    memset(longest, 'b', 101);
    CHECK_PIECES(longest, QL_PIECE_UNKNOWN);
    ql_encoder_close(&encoder);
}

static void test_shapes(void) {
    static const struct {
        const char *word;
        uint8_t inside, first;
    } words[] = {{".", 1, 1},    {"42", 2, 2},    {"B2B", 3, 3},     {"mayor", 4, 4},  {"I", 6, 5},
                 {"NATO", 7, 7}, {"Mayor", 9, 8}, {"McKay", 10, 10}, {"iPod", 11, 11}, {"\xC3\x89lan", 9, 8}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int32_t n = (int32_t)strlen(words[i].word);
        CHECK(ql_shape_of(words[i].word, n, false) == words[i].inside);
        CHECK(ql_shape_of(words[i].word, n, true) == words[i].first);
    }
}

/* ------------------------------------------------------------------------------------------------- paths */

static float random_float(tiny_file *from) {
    return ((float)(tiny_random(from) % 20001) / 10000.0F - 1.0F) * 3.0F;
}

/* The products of rounded inputs, added up one by one. */
static void check_products(const ql_path *path, const ql_matrix *matrix, tiny_file *random) {
    enum { ROWS = 7, MOST_IN = 2 * TINY_WIDTH, MOST_OUT = 1024 };
    static float in[ROWS * MOST_IN], out[ROWS * MOST_OUT];
    static uint8_t bytes[ROWS * MOST_IN];
    float scales[ROWS];
    int32_t n_in = matrix->n_in, n_out = matrix->n_out;
    for (int32_t i = 0; i < ROWS * n_in; i++) in[i] = random_float(random);
    path->round(in, ROWS, n_in, bytes, scales);
    path->apply(matrix, bytes, scales, ROWS, out);
    for (int32_t t = 0; t < ROWS; t++)
        for (int32_t o = 0; o < n_out; o++) {
            const int8_t *own = matrix->weights + o / 64 * 64 * n_in + o % 64 * 4;
            int32_t sum = 0;
            for (int32_t i = 0; i < n_in; i++) sum += (bytes[t * n_in + i] - 128) * own[i / 4 * 256 + i % 4];
            float wanted = (float)sum * (matrix->scales[o] * scales[t]) + matrix->biases[o];
            CHECK(memcmp(&wanted, &out[t * n_out + o], sizeof wanted) == 0);
        }
}

static void fill_window(ql_window_pieces *out, int32_t n, tiny_file *random) {
    out->n = n;
    for (int32_t i = 0; i < n; i++) {
        out->words[i] = (int32_t)(tiny_random(random) % TINY_WORDS);
        out->shapes[i] = (uint8_t)(tiny_random(random) % QL_SHAPES);
        out->states[i] = (uint8_t)(tiny_random(random) % QL_STATES);
    }
}

static void encode_on(const ql_path *path, const ql_encoder *encoder, const ql_window_pieces *pieces, float *out) {
    void *room = aligned_alloc(64, (path->room_for(encoder) + 63) / 64 * 64);
    if (room == NULL) exit(1);
    memset(room, 255, path->room_for(encoder)); /* nothing is taken from before */
    path->encode(encoder, pieces, room, out);
    free(room);
}

static void test_paths(void) {
    static const int32_t lengths[] = {2, 3, 6, 7, 48, 49, 63, 64, 65, 127, 200, QL_WINDOW + 2};
    static float plain[QL_WINDOW_PIECES * TINY_WIDTH], fast[QL_WINDOW_PIECES * TINY_WIDTH];
    tiny_file random = {NULL, 0, 11};
    size_t n;
    uint8_t *bytes = tiny_reader(&n);
    ql_encoder encoder;
    CHECK(open_bytes(bytes, n, &encoder) == QL_OK);
    for (int k = 0; k < QL_PATHS; k++) {
        const ql_path *path = ql_path_at(k);
        if (path == NULL) continue;
        check_products(path, &encoder.layers[0].attention, &random);
        check_products(path, &encoder.layers[1].outer, &random);
        check_products(path, &encoder.told, &random);
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            ql_window_pieces pieces;
            fill_window(&pieces, lengths[i], &random);
            encode_on(ql_path_at(0), &encoder, &pieces, plain);
            encode_on(path, &encoder, &pieces, fast);
            CHECK(plain[0] == plain[0]); /* a number */
            CHECK(memcmp(plain, fast, (size_t)lengths[i] * TINY_WIDTH * sizeof *plain) == 0);
        }
    }
    ql_encoder_close(&encoder);
}

/* -------------------------------------------------------------------------------------------- documents */

static const char TEXT[] =
    "The mayor of Saltby, Ann Lee, said that the bridge would be closed. \"We have no choice,\" she said.\n\n"
    "The \xE2\x80\x9C"
    "bridge\xE2\x80\x9D is a bridge, said Bo Holm, who runs the caf\xC3\xA9 \xFF beside it.\n\n";

/* Whole paragraphs that fit, in order and without a gap; a long paragraph is cut. */
static void check_windows(const ql_document *doc) {
    const ql_windows *windows = &doc->encoded.windows;
    int32_t next = 0;
    for (size_t w = 0; w < windows->n; w++) {
        CHECK(windows->items[w].first == next && windows->items[w].end > next);
        CHECK(windows->items[w].end - windows->items[w].first <= QL_WINDOW);
        next = windows->items[w].end;
    }
    CHECK(next == (int32_t)doc->tokens.n);
}

static void check_text(const ql_engine *engine, const char *text, size_t n_bytes, size_t least_windows) {
    ql_scratch *scratch;
    ql_result *result;
    if (ql_scratch_new(&scratch) != QL_OK) exit(1);
    for (int turn = 0; turn < 2; turn++) { /* the scratch is used again */
        CHECK(ql_analyse(engine, scratch, text, n_bytes, QL_WANT_ALL | QL_WANT_EXPLAIN, &result, NULL) == QL_OK);
        check_windows(&scratch->document);
        CHECK(scratch->document.encoded.windows.n >= least_windows);
        ql_result_free(result);
    }
    ql_scratch_free(scratch);
}

static void test_documents(void) {
    enum { TIMES = 60 };
    size_t n, length = sizeof TEXT - 1;
    uint8_t *bytes = tiny_reader(&n);
    char *many = malloc(TIMES * length);
    ql_options options = {.reader = bytes, .n_reader = n};
    ql_engine *engine;
    if (many == NULL) exit(1);
    CHECK(ql_engine_new(&options, &engine, NULL) == QL_OK);
    for (size_t i = 0; i < TIMES; i++) memcpy(many + i * length, TEXT, length);
    check_text(engine, "", 0, 0);
    check_text(engine, TEXT, length, 1);
    check_text(engine, many, TIMES * length, 2);
    for (size_t i = 0; i < TIMES * length; i++)
        if (many[i] == '\n') many[i] = ' '; /* one paragraph, larger than a window */
    check_text(engine, many, TIMES * length, 2);
    ql_engine_free(engine);
    free(many);
}

/* All tables are the same whichever path the encoder takes. */
static void test_paths_of_documents(void) {
    ql_options options = {.n_reader = 0};
    ql_engine *engine;
    ql_scratch *scratch;
    options.reader = tiny_reader(&options.n_reader);
    CHECK(ql_engine_new(&options, &engine, NULL) == QL_OK);
    if (ql_scratch_new(&scratch) != QL_OK) exit(1);
    for (int k = 0; k < QL_PATHS; k++) {
        static uint64_t plain;
        uint64_t digest = 0;
        if (ql_path_at(k) == NULL) continue;
        engine->encoder->path = ql_path_at(k);
        CHECK(digest_text(engine, scratch, PAGE, sizeof PAGE - 1, &digest) == QL_OK);
        if (k == 0) plain = digest;
        CHECK(digest == plain);
    }
    ql_scratch_free(scratch);
    ql_engine_free(engine);
}

static bool stop(void *context) {
    (void)context;
    return true;
}

static void test_watch(void) {
    size_t n;
    uint8_t *bytes = tiny_reader(&n);
    ql_options options = {.reader = bytes, .n_reader = n};
    ql_engine *engine;
    ql_scratch *scratch;
    ql_result *result;
    CHECK(ql_engine_new(&options, &engine, NULL) == QL_OK);
    if (ql_scratch_new(&scratch) != QL_OK) exit(1);
    ql_scratch_watch(scratch, (ql_watch){stop, NULL});
    CHECK(ql_analyse(engine, scratch, TEXT, sizeof TEXT - 1, QL_WANT_QUOTES, &result, NULL) == QL_STOPPED);
    ql_scratch_free(scratch);
    ql_engine_free(engine);
}

int main(void) {
    test_opening();
    test_numbers();
    test_pieces();
    test_shapes();
    test_paths();
    test_documents();
    test_paths_of_documents();
    test_watch();
    return close_checks();
}

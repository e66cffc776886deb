/* The reader's network: what opens and what does not, and products with vectors against products without. */
#include <stdlib.h>

/* A second copy of network.c, under other names. */
#define ql_network_open copy_network_open
#define ql_network_close copy_network_close
#define ql_vectors_new copy_vectors_new
#define ql_vectors_free copy_vectors_free
#define ql_anchor_chance copy_anchor_chance
#define ql_score_roles copy_score_roles
#include "statements/network.c"

#include "check.h"

enum { WIDTH = 32, HIDDEN = 48, BLOCKS = 2, KEYS = 6, SPAN = 5 };

static uint64_t state = 7;

static uint32_t next_random(void) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

static size_t size_of_weights(void) {
    size_t rows = 0, relatives = 0, heads = QL_ACTS + 2 * (QL_SCORED * KEYS + QL_SCORED);
    for (int k = 0; k < QL_INPUTS; k++) rows += ql_input_sizes[k];
    for (int k = 0; k < QL_RELATIVES; k++) relatives += ql_relative_sizes[k];
    size_t block = 2 * (SPAN * WIDTH + 3 * WIDTH * HIDDEN) + 4 * (2 * WIDTH + HIDDEN);
    return HEADER + rows * WIDTH + BLOCKS * block + heads * (2 * WIDTH + 4) + relatives * QL_SCORED * 4;
}

/* A header, and bytes after it that are weights and biases of any size within bounds; the caller's to free. */
static uint8_t *random_weights(void) {
    static const uint8_t start[] = {'Q', 'L', 'R', '1', WIDTH, HIDDEN, BLOCKS, KEYS, SPAN};
    size_t n = size_of_weights();
    uint8_t *bytes = malloc(n);
    if (bytes == NULL) exit(1);
    for (size_t i = 0; i < n; i++) bytes[i] = (uint8_t)(i % 2 == 0 ? next_random() : next_random() % 4);
    memset(bytes, 0, HEADER);
    memcpy(bytes, start, sizeof start);
    return bytes;
}

static ql_status open_bytes(const uint8_t *bytes, size_t n_bytes, ql_network *out) {
    ql_error error = {0};
    ql_status status = copy_network_open(bytes, n_bytes, out, &error);
    CHECK(status == QL_OK || (status == QL_BAD_INPUT && error.message[0] != '\0'));
    return status;
}

static void test_opening(void) {
    uint8_t *bytes = random_weights();
    size_t n = size_of_weights();
    ql_network network;
    CHECK(open_bytes(bytes, n, &network) == QL_OK);
    CHECK(network.width == WIDTH && network.hidden == HIDDEN && network.n_blocks == BLOCKS);
    copy_network_close(&network);
    for (size_t short_by = 1; short_by < n; short_by = 3 * short_by + 1)
        CHECK(open_bytes(bytes, n - short_by, &network) == QL_BAD_INPUT);
    for (int at = 0; at < SHIFTS_AT; at++) { /* each byte of the header, changed */
        uint8_t kept = bytes[at];
        bytes[at] = 255;
        CHECK(open_bytes(bytes, n, &network) == QL_BAD_INPUT);
        bytes[at] = kept;
    }
    free(bytes);
}

/* Weights that could overflow a sum are refused. */
static void test_large_weights(void) {
    uint8_t *bytes = random_weights();
    size_t rows = 0, n = size_of_weights();
    for (int k = 0; k < QL_INPUTS; k++) rows += ql_input_sizes[k];
    size_t inner = HEADER + rows * WIDTH + 2 * SPAN * WIDTH;
    for (size_t i = 0; i < WIDTH; i++) bytes[inner + 2 * i] = 255, bytes[inner + 2 * i + 1] = 127;
    ql_network network;
    CHECK(open_bytes(bytes, n, &network) == QL_BAD_INPUT);
    free(bytes);
}

/* Every way to multiply that this processor has. */
typedef struct way {
    bool is_there;
    void (*dense)(const ql_layer *layer, const job *of);
    void (*sparse)(const ql_layer *layer, const job *of);
} way;

#if defined(__x86_64__) && !defined(QL_NO_AVX2)
enum { WAYS = 4 };
static void fill_ways(way *out) {
    out[2] = (way){__builtin_cpu_supports("avx2"), avx2_multiply, avx2_multiply_sparse};
    out[3] = (way){has_avx512(), avx512_multiply, avx512_multiply_sparse};
}
#else
enum { WAYS = 2 };
static void fill_ways(way *out) {
    (void)out;
}
#endif

static int16_t random_value(void) {
    return clamped((int32_t)(next_random() % 9000) - 4500);
}

/* What a job reads and writes. */
typedef struct ground {
    int16_t in[CHUNK][QL_MOST_HIDDEN], own[CHUNK][QL_MOST_HIDDEN], values[2][CHUNK][QL_MOST_HIDDEN];
    int32_t start[CHUNK][MOST_SUMS], sums[2][CHUNK][MOST_SUMS];
} ground;

/* Rows of which `noughts` of ten inputs are nought. */
static void fill_ground(ground *on, uint32_t noughts) {
    for (int r = 0; r < CHUNK; r++)
        for (int i = 0; i < QL_MOST_HIDDEN; i++) {
            on->in[r][i] = next_random() % 10 < noughts ? 0 : random_value();
            on->own[r][i] = random_value();
            on->start[r][i] = (int32_t)(next_random() % 2000000) - 1000000;
        }
}

static job job_on(ground *on, int32_t n, ending how, int side) {
    job of = {.n = n, .ending = how};
    for (int32_t r = 0; r < n; r++) {
        of.in[r] = on->in[r];
        of.start[r] = on->start[r];
        of.own[r] = on->own[r];
        of.sums[r] = on->sums[side][r];
        of.values[r] = on->values[side][r];
    }
    return of;
}

static void check_rows(const ground *on, const ql_layer *layer, int32_t n, ending how) {
    for (int32_t r = 0; r < n; r++)
        for (int32_t o = 0; o < layer->n_out; o++) {
            if (how == ENDS_AS_SUMS) CHECK(on->sums[0][r][o] == on->sums[1][r][o]);
            if (how != ENDS_AS_SUMS) CHECK(on->values[0][r][o] == on->values[1][r][o]);
        }
}

static void check_layer(ground *on, const ql_layer *layer) {
    way ways[WAYS] = {{true, plain_multiply, plain_multiply}, {true, multiply, multiply_sparse}};
    fill_ways(ways);
    for (int k = ENDS_AS_SUMS; k <= ENDS_ADDED; k++) {
        int32_t n = 1 + (int32_t)(next_random() % CHUNK);
        fill_ground(on, next_random() % 11);
        job plain = job_on(on, n, (ending)k, 0), fast = job_on(on, n, (ending)k, 1);
        plain_multiply(layer, &plain);
        for (int w = 1; w < WAYS; w++) {
            if (!ways[w].is_there) continue;
            ways[w].dense(layer, &fast);
            check_rows(on, layer, n, (ending)k);
            ways[w].sparse(layer, &fast);
            check_rows(on, layer, n, (ending)k);
        }
    }
}

static void test_products(void) {
    uint8_t *bytes = random_weights();
    ground *on = calloc(1, sizeof *on);
    ql_network network;
    if (on == NULL) exit(1);
    CHECK(open_bytes(bytes, size_of_weights(), &network) == QL_OK);
    for (int turn = 0; turn < 20; turn++) {
        check_layer(on, &network.blocks[0].inner);
        check_layer(on, &network.blocks[0].over);
        check_layer(on, &network.blocks[1].outer);
        check_layer(on, &network.anchor);
        check_layer(on, &network.query);
        check_layer(on, &network.key);
    }
    copy_network_close(&network);
    free(on);
    free(bytes);
}

static void check_avx2_embed(const ql_network *network, const ql_inputs *inputs, const int16_t *plain) {
    int16_t fast[QL_MOST_WIDTH] = {0};
#if defined(__x86_64__) && !defined(QL_NO_AVX2)
    if (!__builtin_cpu_supports("avx2")) return;
    avx2_embed(network, inputs, fast);
    CHECK(memcmp(plain, fast, (size_t)network->width * sizeof *fast) == 0);
#else
    (void)network, (void)inputs, (void)plain, (void)fast;
#endif
}

/* The sums of inputs, and those of neighbours, with vectors and without, of this width. */
static void check_width(ql_network *network, int32_t width, int32_t span) {
    enum { N = 9 };
    int16_t rows[(N + 2 * HALF) * QL_MOST_WIDTH], plain[N][QL_MOST_WIDTH], fast[N][QL_MOST_WIDTH];
    int16_t around[QL_MOST_SPAN * QL_MOST_WIDTH];
    int32_t biases[QL_MOST_WIDTH];
    for (int i = 0; i < QL_MOST_WIDTH; i++) biases[i] = (int32_t)next_random() % 1000000;
    for (int i = 0; i < QL_MOST_SPAN * QL_MOST_WIDTH; i++) around[i] = random_value();
    for (int i = 0; i < (N + 2 * HALF) * width; i++) rows[i] = random_value();
    ql_block block = {.around = around, .around_biases = biases};
    ql_inputs inputs;
    for (int k = 0; k < QL_INPUTS; k++) inputs.row[k] = (uint16_t)(next_random() % (ql_input_sizes[k] / 4u + 1u));
    network->width = width;
    network->span = span;
    plain_embed(network, &inputs, plain[0]);
    embed(network, &inputs, fast[0]);
    CHECK(memcmp(plain[0], fast[0], (size_t)width * sizeof **plain) == 0);
    check_avx2_embed(network, &inputs, plain[0]);
    plain_look_around(network, &block, rows + HALF * width, N, plain);
    look_around(network, &block, rows + HALF * width, N, fast);
    for (int i = 0; i < N; i++) CHECK(memcmp(plain[i], fast[i], (size_t)width * sizeof **plain) == 0);
#if defined(__x86_64__) && !defined(QL_NO_AVX2)
    if (!__builtin_cpu_supports("avx2")) return;
    avx2_look_around(network, &block, rows + HALF * width, N, fast);
    for (int i = 0; i < N; i++) CHECK(memcmp(plain[i], fast[i], (size_t)width * sizeof **plain) == 0);
#endif
}

static void test_widths(void) {
    uint8_t *bytes = random_weights();
    ql_network network;
    CHECK(open_bytes(bytes, size_of_weights(), &network) == QL_OK);
    for (int turn = 0; turn < 20; turn++)
        for (int32_t span = 1; span <= QL_MOST_SPAN; span += 2) {
            check_width(&network, 16, span);
            check_width(&network, 32, span);
        }
    copy_network_close(&network);
    free(bytes);
}

/* The weights that ship open, and damaged ones give an error or an answer. */
static void test_shipped(void) {
    size_t n;
    ql_network network;
    const uint8_t *bytes = ql_network_bytes(&n);
    CHECK(open_bytes(bytes, n, &network) == QL_OK);
    copy_network_close(&network);
    uint8_t *copy = malloc(n);
    if (copy == NULL) exit(1);
    for (int turn = 0; turn < 20; turn++) {
        memcpy(copy, bytes, n);
        for (int k = 0; k < 100; k++) copy[next_random() % n] = (uint8_t)next_random();
        if (open_bytes(copy, n, &network) == QL_OK) copy_network_close(&network);
    }
    free(copy);
}

int main(void) {
    test_opening();
    test_large_weights();
    test_products();
    test_widths();
    test_shipped();
    return close_checks();
}

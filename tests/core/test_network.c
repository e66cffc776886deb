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

/* A header, and bytes behind it that are weights and biases of any size within bounds; the caller's to free. */
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

static void check_layer(const ql_layer *layer) {
    int16_t values[TILE][QL_MOST_HIDDEN];
    const int16_t *in[TILE];
    int32_t plain[TILE][MOST_SUMS], fast[TILE][MOST_SUMS];
    for (int t = 0; t < TILE; t++) {
        in[t] = values[t];
        for (int32_t i = 0; i < layer->n_in; i++) values[t][i] = clamped((int32_t)next_random() % 9000 - 4500);
    }
    start_all(layer, plain);
    start_all(layer, fast);
    add_products(layer, in, fast);
    for (int t = 0; t < TILE; t++) plain_add_products(layer, in[t], plain[t]);
    for (int t = 0; t < TILE; t++)
        for (int32_t o = 0; o < layer->n_out; o++) CHECK(plain[t][o] == fast[t][o]);
}

static void test_products(void) {
    uint8_t *bytes = random_weights();
    ql_network network;
    CHECK(open_bytes(bytes, size_of_weights(), &network) == QL_OK);
    for (int turn = 0; turn < 50; turn++) {
        ql_layer over = network.blocks[0].over;
        over.biases = network.blocks[0].inner.biases;
        check_layer(&network.blocks[0].inner);
        check_layer(&over);
        check_layer(&network.blocks[1].outer);
        check_layer(&network.query);
        check_layer(&network.key);
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
    test_shipped();
    return close_checks();
}

/* The least weights that are valid: tables of four empty buckets.  The trainer's engine splits
   words with them, and has no need of those that are being made. */
#include "statements/network.h"
#include "syntax/model.h"

enum { HEADER = 64, LEAST_BITS = 2, BUCKETS = (64 + 16 + 16 + 4) << LEAST_BITS, SLOTS = 2 * (8 << LEAST_BITS) };

const uint8_t *ql_model_bytes(size_t *n_bytes) {
    static const uint8_t bytes[HEADER + BUCKETS + SLOTS + QL_TAG_PAIRS] = {
        'Q', 'L', 'M', '3', LEAST_BITS, LEAST_BITS, LEAST_BITS, LEAST_BITS, LEAST_BITS, 0, 0, 0, 0, LEAST_BITS,
    };
    *n_bytes = sizeof bytes;
    return bytes;
}

const uint8_t *ql_network_bytes(size_t *n_bytes) {
    *n_bytes = 0;
    return NULL;
}

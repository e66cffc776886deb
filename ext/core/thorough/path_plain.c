/* The path of every processor. */
#include "thorough/paths.h"
#include "thorough/run.h"

static inline void add_products(const int8_t *weights, int32_t n_in, int32_t lanes,
                                const uint8_t *const rows[QL_TILE], int32_t (*out)[QL_LANES]) {
    memset(out, 0, QL_TILE * sizeof *out);
    for (int32_t i = 0; i < n_in; i += 4, weights += 4 * lanes)
        for (int t = 0; t < QL_TILE; t++) {
            int32_t a = rows[t][i], b = rows[t][i + 1], c = rows[t][i + 2], d = rows[t][i + 3];
            for (int32_t o = 0; o < lanes; o++) {
                const int8_t *own = weights + 4 * o;
                out[t][o] += a * own[0] + b * own[1] + c * own[2] + d * own[3];
            }
        }
}

const ql_path ql_path_plain = {"plain", room_for, encode, round_rows, apply};

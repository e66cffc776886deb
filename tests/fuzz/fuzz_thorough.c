/* The thorough reader with weights that are not ours: what opens has to be safe to read with. */
#include "../core/tiny_reader.h"
#include "document.h"
#include "rules.h"

enum { EDITS = 16, CHANGE = 8 /* bytes of an edit */ };

/* Four bytes of the file, and what stood there. */
typedef struct edit {
    size_t at;
    uint8_t kept[4];
} edit;

/* Where: a number in 1024ths of the file, in multiples of four bytes, and so many bytes further. */
static size_t place_of(const uint8_t *from, size_t n) {
    size_t share = from[0] | (size_t)(from[1] & 3) << 8, further = (size_t)(from[1] >> 2) | (size_t)from[2] << 6;
    return (n / 1024 * share / 4 * 4 + further) % (n - 3);
}

static int make_edits(input *in, uint8_t *bytes, size_t n, edit *edits) {
    int n_edits = take_byte(in) % (EDITS + 1), k = 0;
    for (; k < n_edits && in->n >= CHANGE; k++, in->bytes += CHANGE, in->n -= CHANGE) {
        edits[k].at = place_of(in->bytes, n);
        memcpy(edits[k].kept, bytes + edits[k].at, 4);
        memcpy(bytes + edits[k].at, in->bytes + 4, 4);
    }
    return k;
}

static void undo(uint8_t *bytes, const edit *edits, int n_edits) {
    while (n_edits-- > 0) memcpy(bytes + edits[n_edits].at, edits[n_edits].kept, 4);
}

static void read_with(const ql_encoder *encoder, input in) {
    static const char usual[] =
        "\xE2\x80\x9CThe well is dry,\xE2\x80\x9D said Ann Lee. She hoped that it would rain.";
    if (in.n == 0) in = (input){(const uint8_t *)usual, sizeof usual - 1};
    ql_engine engine = *the_engine();
    engine.encoder = (ql_encoder *)encoder;
    char *text = own_copy(in);
    ql_result *result;
    DEMAND(ql_analyse(&engine, the_scratch(), text, in.n, QL_WANT_ALL | QL_WANT_EXPLAIN, &result, NULL) == QL_OK);
    check_result(result);
    check_tables(&engine, result, (1U << QL_TABLES) - 1);
    ql_result_free(result);
    free(text);
}

/* Small weights with some of their bytes changed and the hash of a whole file, and a text behind the changes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    static uint8_t *file;
    static size_t n;
    if (file == NULL) file = tiny_reader(&n);
    input in = {bytes, n_bytes};
    edit edits[EDITS];
    ql_error error = {0};
    ql_encoder encoder;
    int n_edits = make_edits(&in, file, n, edits);
    tiny_seal(file, n);
    ql_status status = ql_encoder_open(file, n, &encoder, &error);
    DEMAND(status == QL_OK || (status == QL_BAD_INPUT && error.message[0] != '\0'));
    if (status == QL_OK) {
        read_with(&encoder, in);
        ql_encoder_close(&encoder);
    }
    undo(file, edits, n_edits);
    return 0;
}

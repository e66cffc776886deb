/* The reader's network with weights that are not ours: what opens has to be safe to read with. */
#include "document.h"
#include "rules.h"
#include "statements/network.h"

enum { HEADER = 32, EDITS = 16, CHANGE = 12 /* bytes of an edit */, VALUE = 6 };

/* So many bytes from a place on, and how to bring back what stood there. */
typedef struct edit {
    size_t at, n;
} edit;

/* Six bytes over and over, from a place on: in the header, or anywhere. */
static edit place_of(const uint8_t *from, size_t n_bytes) {
    size_t at = from[0] | (size_t)from[1] << 8 | (size_t)from[2] << 16, n = (size_t)1 << (from[3] % 12);
    at = from[4] & 1 ? at % HEADER : at % n_bytes;
    if (from[4] & 2) at = n_bytes - 1 - at; /* weights of the layers stand at the end */
    return (edit){at, n < n_bytes - at ? n : n_bytes - at};
}

static int make_edits(input *in, uint8_t *file, size_t n_bytes, edit *edits) {
    int n = take_byte(in) % (EDITS + 1), k = 0;
    for (; k < n && in->n >= CHANGE; k++, in->bytes += CHANGE, in->n -= CHANGE) {
        edits[k] = place_of(in->bytes, n_bytes);
        for (size_t i = 0; i < edits[k].n; i++)
            file[edits[k].at + i] = in->bytes[CHANGE - VALUE + (edits[k].at + i) % VALUE];
    }
    return k;
}

static void read_with(ql_network *network, input in) {
    static const char usual[] =
        "\xE2\x80\x9CThe well is dry,\xE2\x80\x9D said Ann Lee. She hoped that it would rain.";
    if (in.n == 0) in = (input){(const uint8_t *)usual, sizeof usual - 1};
    ql_engine engine = *the_engine();
    engine.network = network;
    char *text = own_copy(in);
    ql_result *result;
    DEMAND(ql_analyse(&engine, the_scratch(), text, in.n, QL_WANT_ALL | QL_WANT_EXPLAIN, &result, NULL) == QL_OK);
    check_result(result);
    check_tables(&engine, result, (1U << QL_TABLES) - 1);
    ql_result_free(result);
    free(text);
}

/* The weights that ship with some of their bytes changed, perhaps cut short, and a text behind the changes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    static uint8_t *file;
    size_t n_file;
    const uint8_t *shipped = ql_network_bytes(&n_file);
    if (file == NULL) {
        file = malloc(n_file);
        DEMAND(file != NULL);
        memcpy(file, shipped, n_file);
    }
    input in = {bytes, n_bytes};
    edit edits[EDITS];
    ql_error error = {0};
    ql_network network;
    size_t less = take_byte(&in);
    int n_edits = make_edits(&in, file, n_file, edits);
    ql_status status = ql_network_open(file, n_file - (less < 224 ? 0 : less), &network, &error);
    DEMAND(status == QL_OK || (status == QL_BAD_INPUT && error.message[0] != '\0'));
    if (status == QL_OK) {
        read_with(&network, in);
        ql_network_close(&network);
    }
    while (n_edits-- > 0) memcpy(file + edits[n_edits].at, shipped + edits[n_edits].at, edits[n_edits].n);
    return 0;
}

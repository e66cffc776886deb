/* Weights that are not ours: what opens has to be safe to tag and to parse with. */
#include "fuzz.h"
#include "document.h"

enum { HEADER = 64, MOST_BYTES = 1 << 16 };

static void parse_with(const ql_model *model) {
    static const char *const words[] = {"“", "The", "well", "is", "dry", ",", "”", "said", "Ann", "Lee", ".", ""};
    enum { N = sizeof words / sizeof words[0] };
    ql_word_slice slices[N];
    ql_parsed_word out[N];
    for (size_t i = 0; i < N; i++) slices[i] = (ql_word_slice){words[i], strlen(words[i])};
    ql_engine engine = *the_engine();
    engine.model = *model;
    DEMAND(ql_parse_words(&engine, slices, N, out, NULL) == QL_OK);
    for (size_t i = 0; i < N; i++)
        DEMAND(out[i].head >= QL_NONE && out[i].head < N && out[i].tag < QL_TAGS && out[i].relation < QL_RELATIONS);
    const char *text = "“The well is dry,” said Ann Lee. She “hoped” that it would rain, the mayor told us.";
    ql_result *result;
    DEMAND(ql_analyse(&engine, the_scratch(), text, strlen(text), QL_WANT_ALL, &result, NULL) == QL_OK);
    ql_result_free(result);
}

static void open_bytes(const uint8_t *bytes, size_t n_bytes) {
    ql_model model;
    ql_error error = {0};
    ql_status status = ql_model_open(bytes, n_bytes, &model, &error);
    DEMAND(status == QL_OK || (status == QL_BAD_INPUT && error.message[0] != '\0'));
    if (status != QL_OK) return;
    parse_with(&model);
    ql_model_close(&model);
}

/* The bytes as they are; and a file of the size that the header asks for, where that is small, of the bytes after
   the header over and over. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    char *own = own_copy((input){bytes, n_bytes});
    open_bytes((const uint8_t *)own, n_bytes);
    free(own);
    if (n_bytes <= HEADER) return 0;
    static const size_t sizes[] = {64, 16, 16, 4};
    size_t size = HEADER + QL_TAG_PAIRS;
    if (bytes[4] > 10 || bytes[13] > 10) return 0;
    for (size_t i = 0; i < 4; i++)
        if ((bytes[5 + i] & 31) > 10) return 0;
    for (size_t i = 0; i < 4; i++) size += sizes[i] * ql_n_buckets(bytes[5 + i]);
    size += ((size_t)8 << bytes[4]) + ((size_t)8 << bytes[13]) + (size_t)(bytes[9] | bytes[10] << 8);
    if (size > MOST_BYTES) return 0;
    uint8_t *whole = malloc(size);
    DEMAND(whole != NULL);
    for (size_t i = 0; i < size; i++)
        whole[i] = i < HEADER ? bytes[i] : bytes[HEADER + (i - HEADER) % (n_bytes - HEADER)];
    open_bytes(whole, size);
    free(whole);
    return 0;
}

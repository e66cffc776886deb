/* Cues, dropped lemmas and weights of a user's, one a line, and the engine that they make. */
#include "rules.h"

enum { MOST = 6, N_STRINGS = 5 };

typedef struct given {
    char *strings[MOST][N_STRINGS];
    ql_user_cue cues[MOST];
    const char *dropped[MOST];
    ql_weight weights[MOST];
    ql_options options;
} given;

/* A line is a kind, and fields with tabs between. */
static void read_line(given *to, size_t at, input line) {
    uint8_t kind = take_byte(&line);
    char **strings = to->strings[at];
    for (int i = 0; i < N_STRINGS; i++) strings[i] = take_string(&line, '\t');
    switch (kind % 4) {
    case 0:
    case 1:
        to->cues[to->options.n_cues++] = (ql_user_cue){.lemma = strings[0],
                                                       .tone = strings[1],
                                                       .act = strings[2],
                                                       .frames = strings[3],
                                                       .forms = strings[4][0] != '\0' ? strings[4] : NULL,
                                                       .is_noun = kind & 1,
                                                       .is_hedge = kind >> 4 & 1};
        break;
    case 2: to->dropped[to->options.n_dropped++] = strings[0]; break;
    default: to->weights[to->options.n_weights++] = (ql_weight){strings[0], atof(strings[1])}; break;
    }
}

static void analyse_with(const ql_engine *engine, const char *lemma) {
    char text[200];
    int n = snprintf(text, sizeof text, "“The well is dry,” she %.60s. Ann Lee %.60s that it was, in a %.20s.", lemma,
                     lemma, lemma);
    ql_result *result;
    DEMAND(ql_analyse(engine, the_scratch(), text, (size_t)n, QL_WANT_ALL | QL_WANT_EXPLAIN, &result, NULL) == QL_OK);
    check_result(result);
    check_tables(engine, result, (1U << QL_TABLES) - 1);
    ql_result_free(result);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    input in = {bytes, n_bytes};
    given made = {0};
    size_t n = 0;
    while (in.n > 0 && n < MOST) {
        ql_word_slice line = take_until(&in, '\n');
        read_line(&made, n++, (input){(const uint8_t *)line.bytes, line.n_bytes});
    }
    made.options.cues = made.cues;
    made.options.dropped = made.dropped;
    made.options.weights = made.weights;
    ql_engine *engine;
    ql_error error = {0};
    ql_status status = ql_engine_new(&made.options, &engine, &error);
    DEMAND(status == QL_OK || (status == QL_BAD_OPTION && engine == NULL && error.message[0] != '\0'));
    if (status == QL_OK) analyse_with(engine, n > 0 ? made.strings[0][0] : "quip");
    ql_engine_free(engine);
    for (size_t i = 0; i < n; i++)
        for (int s = 0; s < N_STRINGS; s++) free(made.strings[i][s]);
    return 0;
}

/* How fast each stage is: `stages FILE` reads documents that NUL bytes separate, and prints a line
   `stage<TAB>seconds<TAB>bytes<TAB>words` for each, the best of several runs over all of them.  Words are tokens. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "document.h"

enum { RUNS = 5, MOST_DOCUMENTS = 1 << 20 };

typedef struct corpus {
    char *bytes, *copy;
    size_t n_bytes, n_documents;
    size_t *starts; /* n_documents + 1 */
    ql_text *texts;
    ql_result **split; /* with tokens and sentences */
    size_t n_words;
    ql_arena arena;
    ql_engine *engine;
    ql_scratch *scratch;
} corpus;

static double now(void) {
    struct timespec at;
    timespec_get(&at, TIME_UTC);
    return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static bool read_file(corpus *of, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) return false;
    long size = ftell(file);
    rewind(file);
    of->n_bytes = size > 0 ? (size_t)size : 0;
    of->bytes = malloc(of->n_bytes + 1);
    of->copy = malloc(of->n_bytes + 1);
    bool read = of->bytes != NULL && of->copy != NULL && fread(of->bytes, 1, of->n_bytes, file) == of->n_bytes;
    fclose(file);
    return read;
}

static bool open_documents(corpus *of) {
    of->starts = malloc((MOST_DOCUMENTS + 1) * sizeof *of->starts);
    of->texts = malloc(MOST_DOCUMENTS * sizeof *of->texts);
    if (of->starts == NULL || of->texts == NULL) return false;
    for (size_t at = 0; at < of->n_bytes && of->n_documents < MOST_DOCUMENTS; of->n_documents++) {
        const char *end = memchr(of->bytes + at, 0, of->n_bytes - at);
        size_t n = end != NULL ? (size_t)(end - of->bytes) - at : of->n_bytes - at;
        of->starts[of->n_documents] = at;
        if (ql_text_open(&of->texts[of->n_documents], of->bytes + at, n, &of->arena, NULL) != QL_OK) return false;
        at += n + 1;
    }
    return ql_engine_new(NULL, &of->engine, NULL) == QL_OK && ql_scratch_new(&of->scratch) == QL_OK;
}

static bool split_documents(corpus *of) {
    of->split = calloc(of->n_documents + 1, sizeof *of->split);
    for (size_t i = 0, n; i < of->n_documents && of->split != NULL; i++) {
        const ql_text *text = &of->texts[i];
        if (ql_analyse(of->engine, of->scratch, text->bytes, (size_t)text->n_bytes,
                       QL_WANT_TOKENS | QL_WANT_SENTENCES, &of->split[i], NULL) != QL_OK)
            return false;
        ql_result_tokens(of->split[i], &n);
        of->n_words += n;
    }
    return of->split != NULL;
}

/* One pass of a stage over document i; false stops the benchmark. */
typedef bool stage(corpus *of, size_t i);

static bool copy_bytes(corpus *of, size_t i) {
    memcpy(of->copy + of->starts[i], of->texts[i].bytes, (size_t)of->texts[i].n_bytes);
    return true;
}

static bool open_text(corpus *of, size_t i) {
    ql_arena arena = {0};
    ql_text text;
    bool fine = ql_text_open(&text, of->texts[i].bytes, (size_t)of->texts[i].n_bytes, &arena, NULL) == QL_OK;
    ql_arena_free(&arena);
    return fine;
}

static bool find_words(corpus *of, size_t i) {
    ql_ints_clear(&of->scratch->document.words);
    return ql_words(&of->texts[i], &of->scratch->document.words) == QL_OK;
}

static bool find_words_plainly(corpus *of, size_t i) {
    ql_ints_clear(&of->scratch->document.words);
    return ql_words_plain(&of->texts[i], &of->scratch->document.words) == QL_OK;
}

static bool find_sentences_uax(corpus *of, size_t i) {
    ql_ints_clear(&of->scratch->document.breaks);
    return ql_sentences_uax(&of->texts[i], &of->scratch->document.breaks) == QL_OK;
}

static bool find_sentences(corpus *of, size_t i) {
    ql_ints_clear(&of->scratch->document.breaks);
    return ql_sentences_news(&of->texts[i], &of->scratch->document.breaks) == QL_OK;
}

static bool find_marks(corpus *of, size_t i) {
    ql_document *doc = &of->scratch->document;
    doc->engine = of->engine;
    doc->text = &of->texts[i];
    ql_marks_clear(&of->scratch->document.marks);
    return ql_stage_pair(doc) == QL_OK;
}

static bool analyse(corpus *of, size_t i, unsigned want) {
    ql_result *result;
    const ql_text *text = &of->texts[i];
    if (ql_analyse(of->engine, of->scratch, text->bytes, (size_t)text->n_bytes, want, &result, NULL) != QL_OK)
        return false;
    ql_result_free(result);
    return true;
}

static bool find_tokens(corpus *of, size_t i) {
    return analyse(of, i, QL_WANT_TOKENS | QL_WANT_SENTENCES);
}
static bool find_quotes(corpus *of, size_t i) {
    return analyse(of, i, QL_WANT_QUOTES);
}

/* Grammar alone, over tokens that were found before. */
static bool find_grammar(corpus *of, size_t i, bool parse) {
    size_t n_tokens, n_sentences;
    const ql_token *tokens = ql_result_tokens(of->split[i], &n_tokens);
    const ql_sentence *sentences = ql_result_sentences(of->split[i], &n_sentences);
    ql_document *doc = &of->scratch->document;
    doc->engine = of->engine;
    doc->text = &of->texts[i];
    ql_tokens_clear(&of->scratch->document.tokens);
    for (size_t t = 0; t < n_tokens; t++)
        if (!ql_tokens_push(&of->scratch->document.tokens, tokens[t])) return false;
    for (size_t s = 0; s < n_sentences; s++)
        if (ql_analyse_tokens(doc, sentences[s].first_token, sentences[s].end_token, parse) != QL_OK) return false;
    return true;
}

static bool find_tags(corpus *of, size_t i) {
    return find_grammar(of, i, false);
}
static bool find_trees(corpus *of, size_t i) {
    return find_grammar(of, i, true);
}

static bool time_stage(corpus *of, const char *name, stage *run) {
    double best = 1e30;
    for (int turn = 0; turn < RUNS; turn++) {
        double from = now();
        for (size_t i = 0; i < of->n_documents; i++)
            if (!run(of, i)) return false;
        double took = now() - from;
        if (took < best) best = took;
    }
    printf("%s\t%.9f\t%zu\t%zu\n", name, best, of->n_bytes, of->n_words);
    return true;
}

static void close_documents(corpus *of) {
    for (size_t i = 0; i < of->n_documents && of->split != NULL; i++) ql_result_free(of->split[i]);
    free(of->split);
    ql_scratch_free(of->scratch);
    ql_engine_free(of->engine);
    ql_arena_free(&of->arena);
    free(of->texts);
    free(of->starts);
    free(of->copy);
    free(of->bytes);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        stage *run;
    } stages[] = {
        {"memcpy", copy_bytes},
        {"check and index the text", open_text},
        {"word boundaries", find_words},
        {"word boundaries, no ASCII blocks", find_words_plainly},
        {"sentence boundaries, UAX #29", find_sentences_uax},
        {"sentence boundaries, news", find_sentences},
        {"quotation marks, paired", find_marks},
        {"text to tokens and sentences", find_tokens},
        {"tokens to tags", find_tags},
        {"tokens to tags and trees", find_trees},
        {"text to statements", find_quotes},
    };
    corpus of = {0};
    bool fine = argc == 2 && read_file(&of, argv[1]) && open_documents(&of) && split_documents(&of);
    for (size_t i = 0; fine && i < sizeof stages / sizeof *stages; i++)
        fine = time_stage(&of, stages[i].name, stages[i].run);
    close_documents(&of);
    if (!fine) fprintf(stderr, "usage: stages FILE (documents with NUL between them)\n");
    return fine ? 0 : 1;
}

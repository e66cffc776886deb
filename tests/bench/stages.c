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

/* Seconds of processor: what else runs on the machine does not count. */
static double now(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

static bool read_file(corpus *texts, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) return false;
    long size = ftell(file);
    rewind(file);
    texts->n_bytes = size > 0 ? (size_t)size : 0;
    texts->bytes = malloc(texts->n_bytes + 1);
    texts->copy = malloc(texts->n_bytes + 1);
    bool read =
        texts->bytes != NULL && texts->copy != NULL && fread(texts->bytes, 1, texts->n_bytes, file) == texts->n_bytes;
    fclose(file);
    return read;
}

static bool open_documents(corpus *texts) {
    texts->starts = malloc((MOST_DOCUMENTS + 1) * sizeof *texts->starts);
    texts->texts = malloc(MOST_DOCUMENTS * sizeof *texts->texts);
    if (texts->starts == NULL || texts->texts == NULL) return false;
    for (size_t at = 0; at < texts->n_bytes && texts->n_documents < MOST_DOCUMENTS; texts->n_documents++) {
        const char *end = memchr(texts->bytes + at, 0, texts->n_bytes - at);
        size_t n = end != NULL ? (size_t)(end - texts->bytes) - at : texts->n_bytes - at;
        texts->starts[texts->n_documents] = at;
        if (ql_text_open(&texts->texts[texts->n_documents], texts->bytes + at, n, &texts->arena, NULL) != QL_OK)
            return false;
        at += n + 1;
    }
    return ql_engine_new(NULL, &texts->engine, NULL) == QL_OK && ql_scratch_new(&texts->scratch) == QL_OK;
}

static bool split_documents(corpus *texts) {
    texts->split = calloc(texts->n_documents + 1, sizeof *texts->split);
    for (size_t i = 0, n; i < texts->n_documents && texts->split != NULL; i++) {
        const ql_text *text = &texts->texts[i];
        if (ql_analyse(texts->engine, texts->scratch, text->bytes, (size_t)text->n_bytes,
                       QL_WANT_TOKENS | QL_WANT_SENTENCES, &texts->split[i], NULL) != QL_OK)
            return false;
        ql_result_tokens(texts->split[i], &n);
        texts->n_words += n;
    }
    return texts->split != NULL;
}

/* One pass of a stage over document i; false stops the benchmark. */
typedef bool stage(corpus *texts, size_t i);

static bool copy_bytes(corpus *texts, size_t i) {
    memcpy(texts->copy + texts->starts[i], texts->texts[i].bytes, (size_t)texts->texts[i].n_bytes);
    return true;
}

static bool open_text(corpus *texts, size_t i) {
    ql_arena arena = {0};
    ql_text text;
    bool fine = ql_text_open(&text, texts->texts[i].bytes, (size_t)texts->texts[i].n_bytes, &arena, NULL) == QL_OK;
    ql_arena_free(&arena);
    return fine;
}

static bool find_words(corpus *texts, size_t i) {
    ql_ints_clear(&texts->scratch->document.words);
    return ql_words(&texts->texts[i], &texts->scratch->document.words) == QL_OK;
}

static bool find_words_plainly(corpus *texts, size_t i) {
    ql_ints_clear(&texts->scratch->document.words);
    return ql_words_plain(&texts->texts[i], &texts->scratch->document.words) == QL_OK;
}

static bool find_sentences_uax(corpus *texts, size_t i) {
    ql_ints_clear(&texts->scratch->document.breaks);
    return ql_sentences_uax(&texts->texts[i], &texts->scratch->document.breaks) == QL_OK;
}

static bool find_sentences(corpus *texts, size_t i) {
    ql_ints_clear(&texts->scratch->document.breaks);
    return ql_sentences_news(&texts->texts[i], &texts->scratch->document.breaks) == QL_OK;
}

static bool find_marks(corpus *texts, size_t i) {
    ql_document *doc = &texts->scratch->document;
    doc->engine = texts->engine;
    doc->text = &texts->texts[i];
    ql_marks_clear(&texts->scratch->document.marks);
    return ql_stage_pair(doc) == QL_OK;
}

static bool analyse(corpus *texts, size_t i, unsigned want) {
    ql_result *result;
    const ql_text *text = &texts->texts[i];
    if (ql_analyse(texts->engine, texts->scratch, text->bytes, (size_t)text->n_bytes, want, &result, NULL) != QL_OK)
        return false;
    ql_result_free(result);
    return true;
}

static bool find_tokens(corpus *texts, size_t i) {
    return analyse(texts, i, QL_WANT_TOKENS | QL_WANT_SENTENCES);
}
static bool find_syntax(corpus *texts, size_t i) {
    return analyse(texts, i, QL_WANT_TOKENS | QL_WANT_SENTENCES | QL_WANT_SYNTAX);
}
static bool find_quotes(corpus *texts, size_t i) {
    return analyse(texts, i, QL_WANT_QUOTES);
}

/* What the rules draft, without what the reader makes of it. */
static bool find_drafts(corpus *texts, size_t i) {
    ql_network *network = texts->engine->network;
    texts->engine->network = NULL;
    bool fine = analyse(texts, i, QL_WANT_QUOTES);
    texts->engine->network = network;
    return fine;
}

/* Grammar alone, over tokens that were found before. */
static bool find_grammar(corpus *texts, size_t i, bool parse) {
    size_t n_tokens, n_sentences;
    const ql_token *tokens = ql_result_tokens(texts->split[i], &n_tokens);
    const ql_sentence *sentences = ql_result_sentences(texts->split[i], &n_sentences);
    ql_document *doc = &texts->scratch->document;
    doc->engine = texts->engine;
    doc->text = &texts->texts[i];
    ql_tokens_clear(&texts->scratch->document.tokens);
    for (size_t t = 0; t < n_tokens; t++)
        if (!ql_tokens_push(&texts->scratch->document.tokens, tokens[t])) return false;
    for (size_t s = 0; s < n_sentences; s++)
        if (ql_analyse_tokens(doc, sentences[s].first_token, sentences[s].end_token, parse) != QL_OK) return false;
    return true;
}

static bool find_tags(corpus *texts, size_t i) {
    return find_grammar(texts, i, false);
}
static bool find_trees(corpus *texts, size_t i) {
    return find_grammar(texts, i, true);
}

static bool time_stage(corpus *texts, const char *name, stage *run) {
    double best = 1e30;
    for (int turn = 0; turn < RUNS; turn++) {
        double from = now();
        for (size_t i = 0; i < texts->n_documents; i++)
            if (!run(texts, i)) return false;
        double took = now() - from;
        if (took < best) best = took;
    }
    printf("%s\t%.9f\t%zu\t%zu\n", name, best, texts->n_bytes, texts->n_words);
    return true;
}

static void close_documents(corpus *texts) {
    for (size_t i = 0; i < texts->n_documents && texts->split != NULL; i++) ql_result_free(texts->split[i]);
    free(texts->split);
    ql_scratch_free(texts->scratch);
    ql_engine_free(texts->engine);
    ql_arena_free(&texts->arena);
    free(texts->texts);
    free(texts->starts);
    free(texts->copy);
    free(texts->bytes);
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
        {"text to tokens, tags and trees", find_syntax},
        {"text to statements, without the reader", find_drafts},
        {"text to statements", find_quotes},
    };
    corpus texts = {0};
    bool fine = argc == 2 && read_file(&texts, argv[1]) && open_documents(&texts) && split_documents(&texts);
    for (size_t i = 0; fine && i < sizeof stages / sizeof *stages; i++)
        fine = time_stage(&texts, stages[i].name, stages[i].run);
    close_documents(&texts);
    if (!fine) fprintf(stderr, "usage: stages FILE (documents with NUL between them)\n");
    return fine ? 0 : 1;
}

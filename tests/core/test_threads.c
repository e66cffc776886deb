/* Eight threads with one engine, one set of line counts and one batch find what one thread finds.  Arguments: files
   to analyse besides a text of our own. */
#include <pthread.h>
#include <stdio.h>

#include "check.h"
#include "digest.h"
#include "page/recurrence.h"
#include "tiny_reader.h"

enum { N_THREADS = 8, N_ROUNDS = 3, MOST_TEXTS = 64, MOST_BYTES = 1 << 20 };

typedef struct text {
    const char *bytes;
    size_t n_bytes;
    uint64_t digest;
} text;

typedef struct shared {
    const ql_engine *engine;
    const ql_line_counts *counts;
    ql_batch *batch;
    uint64_t batch_digest;
    text texts[MOST_TEXTS];
    size_t n;
    size_t n_zones; /* of the first text, with line counts */
} shared;

typedef struct worker {
    pthread_t thread;
    const shared *with;
    size_t first;
    int n_wrong;
} worker;

static size_t count_zones(const shared *with, ql_scratch *scratch) {
    ql_result *result;
    size_t n = 0;
    const text *page = &with->texts[0];
    if (ql_analyse_page(with->engine, scratch, page->bytes, page->n_bytes, QL_WANT_ALL, with->counts, "gazette", 7,
                        &result, NULL) != QL_OK)
        return 0;
    (void)ql_result_zones(result, &n);
    ql_result_free(result);
    return n;
}

/* Each begins with another text, so that no two do the same at the same time. */
static void *work(void *argument) {
    worker *w = argument;
    const shared *with = w->with;
    ql_scratch *scratch;
    if (ql_scratch_new(&scratch) != QL_OK) {
        w->n_wrong++;
        return NULL;
    }
    for (size_t i = 0; i < N_ROUNDS * with->n; i++) {
        const text *item = &with->texts[(w->first + i) % with->n];
        uint64_t hash;
        ql_status status = digest_text(with->engine, scratch, item->bytes, item->n_bytes, &hash);
        w->n_wrong += status != QL_OK || hash != item->digest;
        ql_batch *mine = ql_batch_ref(with->batch);
        w->n_wrong += digest_batch(mine) != with->batch_digest;
        ql_batch_unref(mine);
    }
    w->n_wrong += count_zones(with, scratch) != with->n_zones;
    ql_scratch_free(scratch);
    return NULL;
}

static void add_file(shared *with, const char *path) {
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(MOST_BYTES);
    CHECK(file != NULL && bytes != NULL);
    if (file == NULL || bytes == NULL || with->n == MOST_TEXTS) return;
    with->texts[with->n++] = (text){.bytes = bytes, .n_bytes = fread(bytes, 1, MOST_BYTES, file)};
    fclose(file);
}

static void run_alone(shared *with, ql_scratch *scratch) {
    for (size_t i = 0; i < with->n; i++) {
        text *item = &with->texts[i];
        CHECK(digest_text(with->engine, scratch, item->bytes, item->n_bytes, &item->digest) == QL_OK);
    }
    ql_result *result;
    uint64_t hash = 0;
    ql_batch *batches[QL_TABLES];
    CHECK(ql_analyse(with->engine, scratch, PAGE, sizeof PAGE - 1, QL_WANT_ALL, &result, NULL) == QL_OK);
    CHECK(digest_result(with->engine, result, &hash, batches) == QL_OK);
    for (int i = 0; i < QL_TABLES; i++)
        if (i != QL_TABLE_TOKENS) ql_batch_unref(batches[i]);
    with->batch = batches[QL_TABLE_TOKENS];
    with->batch_digest = digest_batch(with->batch);
    with->n_zones = count_zones(with, scratch);
    CHECK(with->n_zones > 1);
    ql_result_free(result);
}

static void run_together(const shared *with) {
    worker workers[N_THREADS];
    for (size_t i = 0; i < N_THREADS; i++) {
        workers[i] = (worker){.with = with, .first = i};
        CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    for (size_t i = 0; i < N_THREADS; i++) {
        CHECK(pthread_join(workers[i].thread, NULL) == 0);
        CHECK(workers[i].n_wrong == 0);
    }
}

static void check_reader(const ql_options *options, int n, char **arguments) {
    ql_engine *engine;
    ql_scratch *scratch;
    ql_line_counts *counts;
    CHECK(ql_engine_new(options, &engine, NULL) == QL_OK && ql_scratch_new(&scratch) == QL_OK);
    CHECK(ql_line_counts_new(&counts) == QL_OK);
    for (int i = 0; i < 4; i++)
        CHECK(ql_line_counts_add(counts, "gazette", 7, PAGE + 10 * i, sizeof PAGE - 1 - 10 * (size_t)i, NULL) ==
              QL_OK);
    CHECK(ql_line_counts_finish(counts, NULL) == QL_OK);
    shared with = {
        .engine = engine, .counts = counts, .n = 1, .texts = {{.bytes = PAGE, .n_bytes = sizeof PAGE - 1}}};
    for (int i = 1; i < n; i++) add_file(&with, arguments[i]);
    run_alone(&with, scratch);
    run_together(&with);
    for (size_t i = 1; i < with.n; i++) free((void *)with.texts[i].bytes);
    ql_batch_unref(with.batch);
    ql_line_counts_free(counts);
    ql_scratch_free(scratch);
    ql_engine_free(engine);
}

/* With the reader that is compiled in, and with a small thorough one. */
int main(int n, char **arguments) {
    ql_options options = {.n_reader = 0};
    options.reader = tiny_reader(&options.n_reader);
    check_reader(NULL, n, arguments);
    check_reader(&options, n, arguments);
    return close_checks();
}

/* Memory that runs out: the n-th allocation fails, for every n of a whole life, and so do all from the n-th on.  Each
   time the failure is told, nothing leaks, and the same engine and scratch give the right answer next.

   The linker puts the functions __wrap_… here in the place of those of the C library and of PCRE2. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "check.h"
#include "digest.h"
#include "families/family.h"
#include "families/passage.h"
#include "names/name.h"
#include "page/recurrence.h"
#include "tiny_reader.h"

static size_t n_asked, n_matches, fail_at; /* fail_at 0: never */
static bool fail_on;                       /* all after it too */
static int64_t n_live;

static bool is_out(void) {
    n_asked++;
    return fail_at != 0 && (fail_on ? n_asked >= fail_at : n_asked == fail_at);
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t n);
void __real_free(void *block);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t n);
void __wrap_free(void *block);

static void *counted(void *block) {
    n_live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t n) {
    return is_out() ? NULL : counted(__real_malloc(n));
}
void *__wrap_calloc(size_t n, size_t size) {
    return is_out() ? NULL : counted(__real_calloc(n, size));
}
void *__wrap_realloc(void *block, size_t n) {
    if (is_out()) return NULL;
    void *moved = __real_realloc(block, n);
    if (block == NULL) counted(moved);
    return moved;
}
void __wrap_free(void *block) {
    n_live -= block != NULL;
    __real_free(block);
}

/* PCRE2 allocates by itself, and says so in its own way when it cannot. */
pcre2_code *__real_pcre2_compile_8(PCRE2_SPTR source, PCRE2_SIZE n, uint32_t options, int *code, PCRE2_SIZE *position,
                                   pcre2_compile_context *context);
pcre2_match_data *__real_pcre2_match_data_create_8(uint32_t n, pcre2_general_context *context);
pcre2_match_context *__real_pcre2_match_context_create_8(pcre2_general_context *context);
pcre2_jit_stack *__real_pcre2_jit_stack_create_8(PCRE2_SIZE first, PCRE2_SIZE most, pcre2_general_context *context);
int __real_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR text, PCRE2_SIZE n, PCRE2_SIZE from, uint32_t options,
                         pcre2_match_data *data, pcre2_match_context *context);
pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR source, PCRE2_SIZE n, uint32_t options, int *code, PCRE2_SIZE *position,
                                   pcre2_compile_context *context);
pcre2_match_data *__wrap_pcre2_match_data_create_8(uint32_t n, pcre2_general_context *context);
pcre2_match_context *__wrap_pcre2_match_context_create_8(pcre2_general_context *context);
pcre2_jit_stack *__wrap_pcre2_jit_stack_create_8(PCRE2_SIZE first, PCRE2_SIZE most, pcre2_general_context *context);
int __wrap_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR text, PCRE2_SIZE n, PCRE2_SIZE from, uint32_t options,
                         pcre2_match_data *data, pcre2_match_context *context);

pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR source, PCRE2_SIZE n, uint32_t options, int *code, PCRE2_SIZE *position,
                                   pcre2_compile_context *context) {
    if (!is_out()) return __real_pcre2_compile_8(source, n, options, code, position, context);
    *code = PCRE2_ERROR_HEAP_FAILED;
    *position = 0;
    return NULL;
}
pcre2_match_data *__wrap_pcre2_match_data_create_8(uint32_t n, pcre2_general_context *context) {
    return is_out() ? NULL : __real_pcre2_match_data_create_8(n, context);
}
pcre2_match_context *__wrap_pcre2_match_context_create_8(pcre2_general_context *context) {
    return is_out() ? NULL : __real_pcre2_match_context_create_8(context);
}
pcre2_jit_stack *__wrap_pcre2_jit_stack_create_8(PCRE2_SIZE first, PCRE2_SIZE most, pcre2_general_context *context) {
    return is_out() ? NULL : __real_pcre2_jit_stack_create_8(first, most, context);
}
int __wrap_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR text, PCRE2_SIZE n, PCRE2_SIZE from, uint32_t options,
                         pcre2_match_data *data, pcre2_match_context *context) {
    if (n_matches++ % 16 == 0 && is_out()) return PCRE2_ERROR_NOMEMORY; /* a thousand a page, from few places */
    return __real_pcre2_match_8(code, text, n, from, options, data, context);
}

/* ------------------------------------------------------------------------------------------------- lives */

/* What a life may use that lives longer, and what it found, as a hash. */
typedef struct world {
    const ql_engine *engine;
    ql_scratch *scratch;
    char *text; /* PAGE */
    size_t n_bytes;
    const uint8_t *reader; /* weights of a small thorough reader */
    size_t n_reader;
    const ql_engine *thorough; /* with them */
    uint64_t found;
} world;

typedef ql_status life(world *w);

static ql_status live_engine(world *w) {
    static const ql_user_cue cues[] = {{"quip", "manner", "speech", "that quote", NULL, false, false},
                                       {"spake", "neutral", "speech", "that", "spoke spoken", false, false},
                                       {"jibe", "stance", "other", "that", "jibes", true, true}};
    static const char *const dropped[] = {"say", "claim"};
    static const ql_weight weights[] = {{"quote:bias", 0.5}};
    ql_options options = {cues, 3, dropped, 2, weights, 1, false, 0.5F, NULL, 0, NULL, 0, false};
    ql_engine *engine;
    QL_TRY(ql_engine_new(&options, &engine, NULL));
    w->found = (uint64_t)(ql_engine_weight(engine, 0) * 1000);
    ql_engine_free(engine);
    return QL_OK;
}

static ql_status live_reader(world *w) {
    static const char text[] = "Ann Lee, the mayor, said the bridge would close. \"We must,\" she said.";
    ql_encoder encoder;
    ql_scratch *scratch;
    QL_TRY(ql_encoder_open(w->reader, w->n_reader, &encoder, NULL));
    ql_encoder_close(&encoder);
    QL_TRY(ql_scratch_new(&scratch));
    ql_status status = digest_text(w->thorough, scratch, text, sizeof text - 1, &w->found);
    ql_scratch_free(scratch);
    return status;
}

static ql_status live_scratch(world *w) {
    ql_scratch *scratch;
    QL_TRY(ql_scratch_new(&scratch));
    ql_status status = digest_text(w->engine, scratch, w->text, w->n_bytes, &w->found);
    ql_scratch_free(scratch);
    return status;
}

static ql_status live_analysis(world *w) {
    return digest_text(w->engine, w->scratch, w->text, w->n_bytes, &w->found);
}

static ql_status count_lines(world *w, ql_line_counts *counts) {
    for (size_t i = 0; i < 70; i++) {
        char outlet = (char)('a' + i % 3);
        QL_TRY(ql_line_counts_add(counts, &outlet, 1, w->text + i, w->n_bytes - i, NULL));
    }
    QL_TRY(ql_line_counts_finish(counts, NULL));
    ql_result *result;
    QL_TRY(
        ql_analyse_page(w->engine, w->scratch, PAGE, sizeof PAGE - 1, QL_WANT_ZONES, counts, "a", 1, &result, NULL));
    size_t n;
    const ql_zone *zones = ql_result_zones(result, &n);
    w->found = n;
    for (size_t i = 0; i < n; i++) w->found = ql_scatter(w->found ^ zones[i].kind);
    ql_result_free(result);
    return QL_OK;
}

static ql_status live_counts(world *w) {
    ql_line_counts *counts;
    QL_TRY(ql_line_counts_new(&counts));
    ql_status status = count_lines(w, counts);
    ql_line_counts_free(counts);
    return status;
}

static ql_status read_stream(struct ArrowArrayStream *stream, world *w) {
    struct ArrowSchema schema;
    struct ArrowArray array;
    if (stream->get_schema(stream, &schema) != 0)
        return stream->get_last_error(stream) != NULL ? QL_NO_MEMORY : QL_OK;
    w->found += add_bytes(1, schema.children[0]->name, strlen(schema.children[0]->name));
    schema.release(&schema);
    for (;;) {
        if (stream->get_next(stream, &array) != 0)
            return stream->get_last_error(stream) != NULL ? QL_NO_MEMORY : QL_OK;
        if (array.release == NULL) return QL_OK;
        w->found += (uint64_t)array.length;
        array.release(&array);
    }
}

static ql_status export_all(ql_batch *batch, world *w) {
    struct ArrowArrayStream stream;
    ql_batch *taken, *chosen;
    QL_TRY(ql_batches_export_stream(&batch, 1, batch, &stream, NULL));
    ql_status status = read_stream(&stream, w);
    stream.release(&stream);
    QL_TRY(status);
    int64_t rows[] = {0, 0, ql_batch_n_rows(batch) - 1};
    size_t columns[] = {1, 0};
    if (rows[2] < 0) return QL_OK;
    QL_TRY(ql_batch_take(batch, rows, 3, &taken, NULL));
    w->found += digest_batch(taken);
    status = ql_batch_select(taken, columns, 2, &chosen, NULL);
    ql_batch_unref(taken);
    QL_TRY(status);
    w->found += digest_batch(chosen);
    ql_batch_unref(chosen);
    return QL_OK;
}

static ql_status live_export(world *w) {
    ql_result *result;
    ql_batch *batches[QL_TABLES] = {NULL}, *empty;
    w->found = 0;
    QL_TRY(ql_table_empty(QL_TABLE_QUOTES, &empty, NULL));
    ql_batch_unref(empty);
    unsigned want = QL_WANT_ALL | QL_WANT_EXPLAIN;
    QL_TRY(ql_analyse(w->engine, w->scratch, PAGE, sizeof PAGE - 1, want, &result, NULL));
    ql_status status = digest_result(w->engine, result, &w->found, batches);
    ql_result_free(result);
    for (int i = 0; i < QL_TABLES; i++) {
        if (status == QL_OK && batches[i] != NULL) status = export_all(batches[i], w);
        ql_batch_unref(batches[i]);
    }
    return status;
}

static ql_status use_families(world *w, ql_families *families) {
    static const char *const texts[] = {"“The well is dry and nothing can be done about it now”",
                                        "the well is [completely] dry ... nothing can be done about it",
                                        "It will rain in the U.S. by twenty-five per cent, i.e. 3.5 inches",
                                        "It'll rain in the US by 25%, ie 3.5 inches"};
    char other[80];
    for (size_t i = 0; i < 60; i++) {
        const char *text = texts[i % 4];
        if (i >= 4) snprintf(other, sizeof other, "pump%zu of %zu wells drained basin%zu in winter", i, i * i, i % 7);
        QL_TRY(ql_families_add(families, i < 4 ? text : other, strlen(i < 4 ? text : other), NULL));
    }
    QL_TRY(ql_families_group(families, NULL, NULL));
    ql_family_hit hits[4];
    size_t n, n_members, n_edits;
    float similarity;
    ql_family_edit *edits;
    QL_TRY(ql_families_search(families, texts[1], strlen(texts[1]), hits, 4, &n, NULL));
    QL_TRY(
        ql_family_diff(texts[0], strlen(texts[0]), texts[1], strlen(texts[1]), &edits, &n_edits, &similarity, NULL));
    ql_free(edits);
    const ql_family_member *members = ql_families_members(families, &n_members);
    w->found = n * 31 + n_edits;
    for (size_t i = 0; i < n_members; i++) w->found = ql_scatter(w->found ^ (uint64_t)members[i].family);
    return QL_OK;
}

static ql_status live_families(world *w) {
    ql_families *families;
    QL_TRY(ql_families_new(&families));
    ql_status status = use_families(w, families);
    ql_families_free(families);
    return status;
}

static ql_status use_passages(world *w, ql_passages *passages) {
    char text[80];
    const ql_passage *place;
    ql_stretch near[QL_MOST_STRETCHES];
    size_t n, n_near;
    for (size_t i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "pump%zu of %zu wells drained “basin%zu” in the winter", i, i * i, i % 7);
        QL_TRY(ql_passages_add(passages, text, strlen(text), NULL));
    }
    QL_TRY(ql_passages_find(passages, "of 9 wells", 10, QL_ANY_TEXT, 1, &place, &n, NULL));
    w->found = n * 31 + (uint64_t)place->text;
    QL_TRY(ql_passages_near(passages, "pump8 drained basin1", 20, QL_ANY_TEXT, near, &n_near, NULL));
    w->found = ql_scatter(w->found ^ (uint64_t)near[0].around.text);
    QL_TRY(ql_passages_near(passages, "pump8 drained basin1", 20, 8, near, &n_near, NULL));
    w->found = ql_scatter(w->found ^ (uint64_t)near[0].shared);
    return QL_OK;
}

static ql_status live_passages(world *w) {
    ql_passages *passages;
    QL_TRY(ql_passages_new(&passages));
    ql_status status = use_passages(w, passages);
    ql_passages_free(passages);
    return status;
}

static ql_status live_pattern(world *w) {
    ql_pattern *pattern;
    ql_match *match;
    ql_span group;
    bool found;
    QL_TRY(ql_pattern_new("dry|rain", 8, true, &pattern, NULL));
    ql_status status = ql_match_new(&match);
    if (status == QL_OK)
        status = ql_pattern_find(pattern, match, PAGE, sizeof PAGE - 1, 0, false, &group, 1, &found, NULL);
    if (status == QL_OK) w->found = (uint64_t)group.start;
    ql_match_free(match);
    ql_pattern_free(pattern);
    return status;
}

/* What needs no scratch. */
static ql_status live_words(world *w) {
    enum { N = 40 };
    ql_word_slice words[N];
    ql_parsed_word parsed[N];
    ql_name_link links[N];
    int32_t *bounds;
    size_t n;
    QL_TRY(ql_word_boundaries(w->text, w->n_bytes, &bounds, &n, NULL));
    ql_free(bounds);
    w->found = n;
    for (int tailored = 0; tailored < 2; tailored++) {
        QL_TRY(ql_sentence_boundaries(w->text, w->n_bytes, tailored != 0, &bounds, &n, NULL));
        ql_free(bounds);
        w->found = w->found * 31 + n;
    }
    for (size_t i = 0; i < N; i++) words[i] = (ql_word_slice){PAGE + 3 + 7 * (i % 3), 7};
    QL_TRY(ql_parse_words(w->engine, words, N, parsed, NULL));
    QL_TRY(ql_link_names(NULL, words, NULL, N, links, NULL));
    for (size_t i = 0; i < N; i++) w->found = ql_scatter(w->found ^ (uint64_t)(links[i].cluster + parsed[i].tag));
    return QL_OK;
}

/* --------------------------------------------------------------------------------------------- failures */

/* True while the failure was still reached. */
static bool fail_once(life *act, world *w, size_t n, uint64_t expected) {
    n_asked = n_matches = 0;
    fail_at = n;
    w->found = 0;
    ql_status status = act(w);
    bool reached = n_asked >= n;
    fail_at = 0;
    if (!reached || status == QL_OK) { /* some may do without: a buffer that is not made smaller, a JIT's stack */
        CHECK(status == QL_OK && w->found == expected);
    } else {
        CHECK(status == QL_NO_MEMORY);
        CHECK(act(w) == QL_OK && w->found == expected);
    }
    return reached;
}

static void fail_everywhere(const char *name, life *act, world *w) {
    CHECK(act(w) == QL_OK && act(w) == QL_OK); /* the second time the scratch does not grow any more */
    uint64_t expected = w->found;
    int64_t before = n_live;
    size_t n;
    for (int way = 0; way < 2; way++) { /* one allocation fails; all after it fail too */
        fail_on = way == 1;
        for (n = 1; fail_once(act, w, n, expected); n += way == 0 ? 1 : 1 + n / 8) CHECK(n_live == before);
    }
    CHECK(n_live == before);
    n_asked = n_matches = 0;
    (void)act(w);
    printf("%s: %zu allocations\n", name, n_asked);
}

static char *repeated(size_t times, size_t *n_bytes) {
    char *text = malloc(times * sizeof PAGE);
    *n_bytes = times * (sizeof PAGE - 1);
    for (size_t i = 0; i < times && text != NULL; i++) memcpy(text + i * (sizeof PAGE - 1), PAGE, sizeof PAGE - 1);
    return text;
}

int main(void) {
    ql_engine *engine, *thorough;
    world w = {0};
    w.reader = tiny_reader(&w.n_reader);
    ql_options options = {.reader = w.reader, .n_reader = w.n_reader};
    CHECK(ql_engine_new(NULL, &engine, NULL) == QL_OK && ql_scratch_new(&w.scratch) == QL_OK);
    CHECK(ql_engine_new(&options, &thorough, NULL) == QL_OK);
    w.engine = engine;
    w.thorough = thorough;
    w.text = repeated(1, &w.n_bytes);
    CHECK(w.text != NULL);
    fail_everywhere("engine", live_engine, &w);
    fail_everywhere("thorough reader", live_reader, &w);
    fail_everywhere("scratch and analysis", live_scratch, &w);
    fail_everywhere("analysis", live_analysis, &w);
    fail_everywhere("line counts", live_counts, &w);
    fail_everywhere("tables and export", live_export, &w);
    fail_everywhere("families", live_families, &w);
    fail_everywhere("passages", live_passages, &w);
    fail_everywhere("pattern", live_pattern, &w);
    fail_everywhere("words and names", live_words, &w);
    free(w.text);
    ql_scratch_free(w.scratch);
    ql_engine_free(engine);
    ql_engine_free(thorough);
    CHECK(n_live == 0);
    return close_checks();
}

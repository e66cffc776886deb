/* Regular expressions, by PCRE2.  Patterns see damaged UTF-8 as a place where nothing matches
   (PCRE2_MATCH_INVALID_UTF), so text is never checked or copied first.  Work is bounded by limits. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/status.h"

enum {
    MATCH_LIMIT = 1000000, /* steps of one match; ordinary matches take some dozens */
    DEPTH_LIMIT = 10000,
    HEAP_LIMIT = 20000, /* kibibytes */
    STACK_FIRST = 32 * 1024,
    STACK_MOST = 1024 * 1024,
    N_GROUPS = 32
};

/* The JIT takes no "only here" at match time, so that is compiled apart. */
struct ql_pattern {
    pcre2_code *free, *anchored;
};

struct ql_match {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    bool was_short;
};

/* pcre2_config writes the version with its date: "10.42 2022-12-11".  The header's own numbers are static. */
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
const char *ql_pcre2_version(void) {
    return TEXT(PCRE2_MAJOR) "." TEXT(PCRE2_MINOR);
}

static ql_status compile(const char *source, size_t n_bytes, uint32_t options, pcre2_code **out, ql_error *error) {
    int code;
    PCRE2_SIZE position;
    *out = pcre2_compile((PCRE2_SPTR)source, n_bytes, options, &code, &position, NULL);
    if (*out == NULL) {
        PCRE2_UCHAR why[200];
        if (code == PCRE2_ERROR_HEAP_FAILED || pcre2_get_error_message(code, why, sizeof why) < 0)
            return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a pattern");
        return ql_fail(error, QL_BAD_PATTERN, (int64_t)position, "pattern does not compile at byte %zu: %s",
                       (size_t)position, (const char *)why);
    }
#ifndef QL_NO_JIT
    pcre2_jit_compile(*out, PCRE2_JIT_COMPLETE); /* where the machine has no JIT the interpreter does the work */
#endif
    return QL_OK;
}

ql_status ql_pattern_new(const char *source, size_t n_bytes, bool caseless, ql_pattern **out, ql_error *error) {
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (caseless) options |= PCRE2_CASELESS;
    *out = NULL;
    ql_pattern *pattern = calloc(1, sizeof *pattern);
    if (pattern == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a pattern");
    ql_status status = compile(source, n_bytes, options, &pattern->free, error);
    if (status == QL_OK) status = compile(source, n_bytes, options | PCRE2_ANCHORED, &pattern->anchored, error);
    if (status != QL_OK) {
        ql_pattern_free(pattern);
        return status;
    }
    *out = pattern;
    return QL_OK;
}

void ql_pattern_free(ql_pattern *pattern) {
    if (pattern == NULL) return;
    pcre2_code_free(pattern->free);
    pcre2_code_free(pattern->anchored);
    free(pattern);
}

ql_status ql_match_new(ql_match **out) {
    *out = NULL;
    ql_match *match = calloc(1, sizeof *match);
    if (match == NULL) return QL_NO_MEMORY;
    match->data = pcre2_match_data_create(N_GROUPS, NULL);
    match->context = pcre2_match_context_create(NULL);
    if (match->data == NULL || match->context == NULL) {
        ql_match_free(match);
        return QL_NO_MEMORY;
    }
    pcre2_set_match_limit(match->context, MATCH_LIMIT);
    pcre2_set_depth_limit(match->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(match->context, HEAP_LIMIT);
    match->stack =
        pcre2_jit_stack_create(STACK_FIRST, STACK_MOST, NULL); /* NULL without a JIT, and then not needed */
    if (match->stack != NULL) pcre2_jit_stack_assign(match->context, NULL, match->stack);
    *out = match;
    return QL_OK;
}

void ql_match_free(ql_match *match) {
    if (match == NULL) return;
    pcre2_match_data_free(match->data);
    pcre2_match_context_free(match->context);
    pcre2_jit_stack_free(match->stack);
    free(match);
}

bool ql_match_was_short(ql_match *match) {
    bool was_short = match->was_short;
    match->was_short = false;
    return was_short;
}

static void copy_groups(const ql_match *match, int n_set, ql_span *groups, int n_groups) {
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(match->data);
    for (int i = 0; i < n_groups; i++) {
        bool took_part = i < n_set && offsets[2 * i] != PCRE2_UNSET;
        groups[i] =
            took_part ? (ql_span){(int32_t)offsets[2 * i], (int32_t)offsets[2 * i + 1]} : (ql_span){QL_NONE, QL_NONE};
    }
}

ql_status ql_pattern_find(const ql_pattern *pattern, ql_match *match, const char *text, int32_t n_bytes, int32_t from,
                          bool anchored, ql_span *groups, int n_groups, bool *found, ql_error *error) {
    const pcre2_code *code = anchored ? pattern->anchored : pattern->free;
    *found = false;
    if (from < 0 || from > n_bytes) return QL_OK;
    int n_set =
        pcre2_match(code, (PCRE2_SPTR)text, (PCRE2_SIZE)n_bytes, (PCRE2_SIZE)from, 0, match->data, match->context);
    if (n_set == PCRE2_ERROR_NOMATCH || n_set == PCRE2_ERROR_BADUTFOFFSET) return QL_OK;
    if (n_set == PCRE2_ERROR_NOMEMORY) {
        match->was_short = true;
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to match a pattern");
    }
    if (n_set < 0) return ql_fail(error, QL_MATCH_LIMIT, from, "a pattern takes too long at byte %d", (int)from);
    *found = true;
    copy_groups(match, n_set == 0 ? N_GROUPS : n_set, groups, n_groups); /* 0: more groups than there is room for */
    return QL_OK;
}

/* ------------------------------------------------------------------------------------------------- several */

ql_status ql_patterns_new(const ql_pattern_source *sources, size_t n, ql_patterns **out, ql_error *error) {
    *out = NULL;
    ql_patterns *patterns = calloc(1, sizeof *patterns + n * sizeof *patterns->items);
    if (patterns == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for patterns");
    for (; patterns->n < n; patterns->n++) {
        const ql_pattern_source *from = &sources[patterns->n];
        ql_status status =
            ql_pattern_new(from->text, strlen(from->text), from->caseless, &patterns->items[patterns->n], error);
        if (status == QL_OK) continue;
        ql_patterns_free(patterns);
        return status;
    }
    *out = patterns;
    return QL_OK;
}

void ql_patterns_free(ql_patterns *patterns) {
    if (patterns == NULL) return;
    for (size_t i = 0; i < patterns->n; i++) ql_pattern_free(patterns->items[i]);
    free(patterns);
}

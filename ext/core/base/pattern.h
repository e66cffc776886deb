/* Regular expressions.  The only file that includes pcre2 is pattern.c. */
#ifndef QL_PATTERN_H
#define QL_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quotelens.h"

/* One compiled pattern, immutable, JIT-compiled where the machine allows. */
typedef struct ql_pattern ql_pattern;

/* What matching needs besides the pattern: one per thread. */
typedef struct ql_match ql_match;

/* Compile `source`, UTF-8, with Unicode character classes; `caseless` ignores case.  QL_BAD_PATTERN gives the
   byte in the pattern and pcre2's words for what is wrong. */
ql_status ql_pattern_new(const char *source, size_t n_bytes, bool caseless, ql_pattern **out, ql_error *error);
void ql_pattern_free(ql_pattern *pattern);

ql_status ql_match_new(ql_match **out);
void ql_match_free(ql_match *match);

/* Find the first match at or after `from`, or only at `from` if `anchored`.  *found tells whether there is one;
   group 0 is then in `groups[0]`, and so on up to `n_groups`; a group that took no part is {-1, -1}.  Damaged UTF-8
   never matches `.` but stops nothing.  QL_MATCH_LIMIT where the pattern would take too long. */
ql_status ql_pattern_find(const ql_pattern *pattern, ql_match *match, const char *text, int32_t n_bytes, int32_t from,
                          bool anchored, ql_span *groups, int n_groups, bool *found, ql_error *error);

/* Whether memory was short in a search since the last call of this: for a caller that makes many searches, and
   does not look at each. */
bool ql_match_was_short(ql_match *match);

/* What to compile; `text` ends with NUL. */
typedef struct ql_pattern_source {
    const char *text;
    bool caseless;
} ql_pattern_source;

/* Patterns that are compiled together, at the places that their sources have. */
typedef struct ql_patterns {
    size_t n;
    ql_pattern *items[];
} ql_patterns;

/* Fails as ql_pattern_new does; then *out is NULL. */
ql_status ql_patterns_new(const ql_pattern_source *sources, size_t n, ql_patterns **out, ql_error *error);
void ql_patterns_free(ql_patterns *patterns); /* NULL is fine */

#endif

/* The patterns of tokens, compiled once per engine. */
#ifndef QL_TEXT_PATTERNS_H
#define QL_TEXT_PATTERNS_H

#include "base/pattern.h"

typedef enum ql_text_pattern {
    QL_PATTERN_URL, /* tried where a word looks like a host or a scheme */
    QL_PATTERN_EMAIL,
    QL_PATTERN_DATE, /* 2021-05-25, 25/05/2021, 5/25/21 */
    QL_PATTERN_TIME, /* 7:20, 19:20:05 */
    QL_TEXT_PATTERNS
} ql_text_pattern;

ql_status ql_text_patterns_new(ql_patterns **out, ql_error *error);

#endif

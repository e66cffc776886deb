/* The patterns of lines of pages, compiled once per engine. */
#ifndef QL_PAGE_PATTERNS_H
#define QL_PAGE_PATTERNS_H

#include "base/pattern.h"

typedef enum ql_page_pattern {
    QL_PATTERN_DATELINE, /* at the start of a line: LONDON (Reuters) - */
    QL_PATTERN_BYLINE,   /* a whole line: By Ann Lee */
    QL_PATTERN_DAY,      /* a day of a year; groups: year month day; month-name day year; day month-name year; day
                            month year */
    QL_PATTERN_CLOCK,    /* a time of day; groups: hour, minute, a or p, zone's name, its offset */
    QL_PATTERN_PAGE_BY,  /* the classes of ext/data/page.tsv */
    QL_PATTERN_PAGE_STOP,
    QL_PATTERN_PAGE_SECTION,
    QL_PATTERN_PAGE_CALL,
    QL_PATTERN_PAGE_SERVICE,
    QL_PATTERN_PAGE_CAPTION,
    QL_PATTERN_PAGE_WHEN,
    QL_PAGE_PATTERNS
} ql_page_pattern;

ql_status ql_page_patterns_new(ql_patterns **out, ql_error *error);

#endif

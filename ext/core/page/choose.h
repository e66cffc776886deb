/* Choosing one of some candidates in a page, or none: the one with the largest sum of weights, and its chance in a
   softmax over all. */
#ifndef QL_CHOOSE_H
#define QL_CHOOSE_H

#include "page/weigh.h"

enum { QL_MOST_LINES = 64 /* candidates of one choice */ };

typedef struct ql_pick {
    int32_t lines[QL_MOST_LINES]; /* QL_NONE for the first one, which is none of them */
    int32_t sums[QL_MOST_LINES];
    int32_t n;
} ql_pick;

/* The next candidate to weigh: [start, end) of a line. */
static inline ql_weighed ql_candidate_of(ql_document *doc, const ql_pick *pick, int32_t start, int32_t end) {
    return (ql_weighed){.doc = doc, .candidate = pick->n, .start = start, .end = end};
}

/* Take what was weighed as a candidate; false where it could not be explained. */
static inline bool ql_pick_add(ql_pick *pick, const ql_weighed *of, int32_t line) {
    pick->lines[pick->n] = line;
    pick->sums[pick->n++] = of->sum;
    return !of->failed;
}

/* The line of the best candidate, QL_NONE for none; *chance is its chance and that of lines with the same words. */
int32_t ql_pick_best(const ql_pick *pick, const ql_line *lines, float *chance);

/* The best line for the title of an article whose first paragraph is this line, or QL_NONE.  (title.c) */
ql_status ql_choose_title(ql_document *doc, int32_t paragraph, int32_t anchor, int32_t *title, float *chance);

/* Do only a few words stand beside a day in this line? */
bool ql_is_date_line(const ql_line *line);

#endif

/* Sums of the weights of features, for what a page is taken for.  ext/data/page_features.tsv says what the features
   are, ext/model/pages.tsv holds their weights, and ext/gen/choices.py makes tables/pages.h of both. */
#ifndef QL_WEIGH_H
#define QL_WEIGH_H

#include "document.h"
#include "tables/pages.h"

enum { QL_PAGE_VALUES = 256 /* values of one feature */ };

/* A candidate that is being weighed: a line, or what is read in it. */
typedef struct ql_weighed {
    ql_document *doc;
    int32_t candidate;
    int32_t start, end; /* of the candidate in the text */
    int32_t sum;        /* in thousandths */
    bool failed;        /* there was no memory to explain it */
} ql_weighed;

/* Add feature `feature` with a value below QL_PAGE_VALUES. */
void ql_weigh_page(ql_weighed *of, int feature, int value);

/* The weight of a feature, in thousandths. */
int32_t ql_page_weight(int feature, int value);

/* How many of the edges, which rise, a value reaches. */
static inline int ql_bin(int32_t value, const int32_t *edges, int n) {
    int bin = 0;
    while (bin < n && value >= edges[bin]) bin++;
    return bin;
}

#define QL_BIN(value, ...) \
    ql_bin((value), (const int32_t[]){__VA_ARGS__}, (int)(sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t)))

#endif

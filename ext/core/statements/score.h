/* How sure a statement and its source are: two log-linear models whose features and weights are the rows of
   ext/data/score.tsv, which ext/gen/score.py turns into tables/score.h.  Only score.c knows the features. */
#ifndef QL_SCORE_H
#define QL_SCORE_H

#include "quotelens.h"

/* The weight of each feature: those built in, or the user's where `options` has some.  Freed with free().  Fails with
   QL_NO_MEMORY and, for an unknown feature or a weight that is not a number, with QL_BAD_OPTION. */
ql_status ql_weights_new(const ql_options *options, float **out, ql_error *error);

#endif

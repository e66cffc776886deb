/* An averaged perceptron with integer weights over hashed features (Collins 2002; Freund and Schapire 1999).

   All arithmetic on weights is on integers, so that the same training gives the same weights on any machine. */
#ifndef LEARNER_H
#define LEARNER_H

#include "syntax/model.h"

#include <stddef.h>
#include <stdint.h>

enum { MOST_LANES = QL_LONG };

typedef struct cell {
    int32_t weight, since; /* the step at which the weight last changed */
    int64_t total;         /* sum of the weight over all steps before `since` */
} cell;

typedef struct learner {
    int lanes, slot_bits;
    uint64_t *keys;      /* open addressing; 0 where empty */
    uint32_t *row_of;    /* row of each slot */
    cell *cells;         /* `lanes` a row */
    uint32_t *n_updates; /* of each row */
    uint32_t least_updates;
    size_t n_rows, capacity;
    int32_t now;
} learner;

/* Rows updated fewer than `least_updates` times count as absent. */
learner *learner_new(int lanes, uint32_t least_updates);
void learner_free(learner *self);

/* Scores of all lanes. */
void learner_score(const learner *self, const uint64_t *features, int n, int32_t *score);

/* Add to the weights of `lane`. */
void learner_update(learner *self, const uint64_t *features, int n, int lane, int32_t by);

/* Forget rows that count as absent, and give their memory back.  The learner can be read then, but not updated. */
void learner_trim(learner *of);

/* The weights of a row, averaged over all steps and multiplied by `scale`. */
void learner_average(const learner *self, size_t row, double scale, double *out);

#endif

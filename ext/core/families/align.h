/* Two normal forms side by side. */
#ifndef QL_ALIGN_H
#define QL_ALIGN_H

#include "families/words.h"

typedef struct ql_family_side {
    const int32_t *tokens;
    int32_t n;
} ql_family_side;

/* What two sides have in common. */
typedef struct ql_family_shared {
    int32_t weight; /* what the words tell, in hundredths of a nat */
    int32_t n_words;
} ql_family_shared;

/* Room that alignments share; all zero is an empty one. */
typedef struct ql_family_room {
    struct ql_family_cell *cells;
    size_t n_cells;
    uint8_t *steps;
    size_t n_steps;
    struct ql_family_pair *pairs[2];
    size_t n_pairs[2];
    struct ql_family_ready *ready[2]; /* tokens of both sides */
    size_t n_ready[2];
} ql_family_room;

void ql_family_room_free(ql_family_room *room);

/* The best local alignment of two sides, words weighed by how much they tell: gaps cost by their opening more than by
   their length, nothing at an ellipsis or at brackets.  In *shared the words that stand in both.  Where both are
   long, only a band around the diagonal that most rare pairs of words lie on is looked at.  False where memory is
   short. */
bool ql_family_align(const ql_family_words *words, ql_family_room *room, ql_family_side a, ql_family_side b,
                     ql_family_shared *shared);

/* What all words of a side tell that do not stand in brackets, at least 1. */
int32_t ql_family_mass(const ql_family_words *words, ql_family_side side);

typedef enum ql_family_step {
    QL_FAMILY_KEPT = 0,
    QL_FAMILY_DROPPED, /* in a alone */
    QL_FAMILY_ADDED,   /* in b alone */
    QL_FAMILY_CHANGED  /* another word, or another form of it */
} ql_family_step;

/* How `a` becomes `b`, token by token: steps are written into room->steps, *n of them, in order.  False where memory
   is short. */
bool ql_family_trace(const ql_family_words *words, ql_family_room *room, ql_family_side a, ql_family_side b,
                     size_t *n);

#endif

/* The parser: a stack, what is left of the sentence, and three moves.

   Nodes are the words in order, then the root (arc-hybrid with the root at the end: Kuhlmann et al. 2011, Ballesteros
   and Nivre 2013), then a node that stands for nothing. */
#ifndef QL_PARSE_H
#define QL_PARSE_H

#include "syntax/lexeme.h"

enum { QL_MOST_MOVE_FEATURES = 160, QL_MOST_NAME_FEATURES = 64, QL_MOST_PARSED = 1000 /* words at a time */ };

typedef enum ql_move {
    QL_MOVE_SHIFT = 0, /* the next word goes onto the stack */
    QL_MOVE_LEFT,      /* the top of the stack becomes a dependent of the next word */
    QL_MOVE_RIGHT,     /* the top of the stack becomes a dependent of the one below */
    QL_MOVES
} ql_move;

/* Sums of the weights of some features of a move, once they are known. */
typedef struct ql_sums {
    int16_t values[QL_NARROW];
    bool known;
} ql_sums;

typedef struct ql_node {
    uint64_t word, class, tag, coarse, end;
    uint64_t name;                      /* of its relation; of none so long as it has no head */
    uint64_t left_names, right_names;   /* sets of the relations of its dependents on either side, as bits */
    uint64_t left_set, right_set;       /* and as hashes: the sum without carry of their values */
    int32_t head;                       /* QL_NONE so long as it has none */
    int32_t first, last;                /* edges of its subtree so far; all of it once it has a head */
    int32_t left, left2, right, right2; /* outermost dependents and the next ones inward */
    uint8_t n_left, n_right, relation;
    uint8_t verbs, commas, joints, marks; /* of these before it in the sentence, modulo 256 */
    uint8_t upos;
    ql_sums as_top, as_next; /* of features of the stack with it on top, of the queue with it in front */
} ql_node;

/* What a parse cannot go on without. */
typedef enum ql_awaited { QL_AWAITS_NOTHING = 0, QL_AWAITS_CONTEXT, QL_AWAITS_MOVE, QL_AWAITS_NAME } ql_awaited;

typedef struct ql_parse {
    const uint64_t *values;
    ql_node *nodes; /* n words, the root, nothing */
    int32_t *stack;
    int32_t n, n_stack, next;
    /* Between two steps: the features whose rows were asked for, and what they are for. */
    ql_awaited awaits;
    ql_move move;       /* whose arc is to be named */
    uint64_t context;   /* that the move may be certain by */
    bool can[QL_MOVES]; /* the moves to choose from */
    int ends[3];        /* of the groups of features */
    uint64_t features[QL_MOST_MOVE_FEATURES];
} ql_parse;

/* Room for n + 2 nodes and n places on the stack is the caller's. */
void ql_parse_start(ql_parse *parse, const ql_model *model, const ql_lexeme *words, const uint8_t *tags,
                    const uint8_t *forms, int n);
bool ql_parse_can(const ql_parse *parse, ql_move move);
bool ql_parse_is_done(const ql_parse *parse);

int ql_move_features(const ql_parse *parse, uint64_t *out);

/* The arc that a move makes, as head and dependent. */
void ql_parse_arc(const ql_parse *parse, ql_move move, int32_t *head, int32_t *dependent);
/* Features for the name of an arc that is about to be made. */
int ql_name_features(const ql_parse *parse, int32_t head, int32_t dependent, uint64_t *out);

/* What the next move, and the name of an arc, may be certain by (model.h). */
uint64_t ql_move_context(const ql_parse *parse);
uint64_t ql_name_context(const ql_parse *parse, int32_t head, int32_t dependent);

/* The best of the moves that can be made, and the best name of an arc about to be made. */
ql_move ql_best_move(const ql_model *model, ql_parse *parse);
uint8_t ql_best_name(const ql_model *model, const ql_parse *parse, int32_t head, int32_t dependent);

/* The only name of such an arc; QL_RELATION_NONE where there are several. */
uint8_t ql_sole_name(const ql_model *model, const ql_parse *parse, int32_t head, int32_t dependent);

/* Carry a move out; `name` is its arc's ql_relation. */
void ql_parse_move(ql_parse *parse, ql_move move, uint8_t name);

/* Parse up to the next decision that needs weights, and ask for these: they are there by the next step, if other
   sentences have one each in between.  False at the end. */
bool ql_parse_step(const ql_model *model, ql_parse *parse);

/* Parse to the end. */
void ql_parse_run(const ql_model *model, ql_parse *parse);

#endif

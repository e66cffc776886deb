/* What the reader in force says of a document.  The network that is compiled in gives each token a chance and an act,
   and logits to the tokens beside an anchor.  Where the engine has the weights of the thorough reader, that gives
   chances and acts, and the logits are the mean of both: two models that err apart are right more often together. */
#ifndef QL_SCORES_H
#define QL_SCORES_H

#include "statements/network.h"
#include "thorough/read.h"

/* Chances and logits at which a reader decides. */
typedef struct ql_limits {
    float least_new;    /* chance of an anchor where no rule drafted anything */
    float least_kept;   /* of one where a rule did */
    float least_quoted; /* of one where a rule drafted nothing but marked strings */
    float keep_content; /* a rule's content may score so much less */
    float keep_quoted;  /* the same, of nothing but marked strings */
    float keep_source;
    float made_source; /* a source that is not a mention must score so much more than the best one */
    float least_mean;  /* of the content of an anchor where no rule drafted anything, by token */
} ql_limits;

typedef struct ql_scores {
    const ql_limits *limits;
    const ql_reading *reading;
    ql_vectors vectors;    /* of the network */
    ql_asked_window asked; /* of the thorough reader */
    bool is_thorough;
} ql_scores;

/* False without memory.  Free them in either case. */
bool ql_scores_new(const ql_reading *reading, ql_scores *out);
void ql_scores_free(ql_scores *scores);

/* The chance that a statement is anchored at token i, and its likeliest act. */
float ql_anchor_score(const ql_scores *scores, int32_t i, ql_act *act);

/* The logits of the roles of the tokens [first, end), in reach of the anchor, against none. */
void ql_role_scores(ql_scores *scores, int32_t anchor, int32_t first, int32_t end, float (*out)[QL_SCORED]);

/* Drafts of the rules → drafts that the reader takes for right; false without memory.  `to` is empty, with an owner
   for each pair of marks.  (revise.c) */
bool ql_revise_drafts(ql_drafts *from, ql_drafts *to);

#endif

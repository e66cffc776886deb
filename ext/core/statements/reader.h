/* The reader: a small network that says of each token whether a statement is anchored there, at its cue or, if it has
   none, at its first token, and of each such anchor which tokens are its content, its source and its cue.

   What the rules drafted is among what it is given.  reader_input.c says what it sees, network.c adds up the weights,
   revise.c turns its answers into drafts. */
#ifndef QL_READER_H
#define QL_READER_H

#include "statements/draft.h"

/* Each token gives one row of each of these tables. */
typedef enum ql_input {
    QL_INPUT_WORD = 0, /* the folded word */
    QL_INPUT_ENDING,   /* its last letters, with what it looks like */
    QL_INPUT_TAG,      /* tag and inflection */
    QL_INPUT_RELATION, /* relation and the tag of the head */
    QL_INPUT_SHAPE,    /* class and capitals */
    QL_INPUT_MARK,     /* between which marks, or the marks themselves */
    QL_INPUT_CONTENT,  /* of which rule's content it is */
    QL_INPUT_ROLE,     /* cue or source of which rule's draft it is */
    QL_INPUT_MENTION,  /* what kind of mention it heads, or is in */
    QL_INPUT_HEAD,     /* the word it hangs on */
    QL_INPUT_ARC,      /* on which side its head stands, and how far */
    QL_INPUT_CUE,      /* what the lexicon says of it as a cue */
    QL_INPUT_FRAMES,   /* and in which frames */
    QL_INPUT_CLASSES,  /* the set of classes it is in */
    QL_INPUT_PLACE,    /* zone, and how far into the article and the paragraph */
    QL_INPUTS
} ql_input;

/* Each pair of an anchor and a token gives one row of each of these. */
typedef enum ql_relative {
    QL_RELATIVE_DISTANCE = 0, /* in tokens */
    QL_RELATIVE_SENTENCE,     /* in sentences */
    QL_RELATIVE_BRANCH,       /* how the token hangs on the anchor, or on what the anchor hangs on */
    QL_RELATIVE_MARKS,        /* which of the two stand between marks */
    QL_RELATIVE_DRAFT,        /* what the token is in the rules' draft of this anchor */
    QL_RELATIVES
} ql_relative;

typedef enum ql_part { QL_PART_NONE = 0, QL_PART_CONTENT, QL_PART_SOURCE, QL_PART_CUE, QL_PARTS } ql_part;

enum { QL_REACH = 160 /* tokens before and after an anchor, in its paragraph, that may belong to its statement */ };

/* How many rows the tables have. */
extern const uint16_t ql_input_sizes[QL_INPUTS];
extern const uint16_t ql_relative_sizes[QL_RELATIVES];

typedef struct ql_inputs {
    uint16_t row[QL_INPUTS];
} ql_inputs;

typedef struct ql_relatives {
    uint8_t row[QL_RELATIVES];
} ql_relatives;

/* What is known of all tokens of a document, in one block that ql_reading_free gives back. */
typedef struct ql_reading {
    const ql_drafts *drafts;
    ql_inputs *inputs; /* by token */
    int32_t *pair;     /* the outermost pair of marks around a token, or QL_NONE */
    int32_t *draft;    /* the first draft that is anchored at a token, or QL_NONE */
} ql_reading;

bool ql_reading_new(const ql_drafts *d, ql_reading *out);
void ql_reading_free(ql_reading *reading);

/* The tokens that may belong to the statement anchored at `anchor`. */
void ql_reach_of(const ql_document *doc, int32_t anchor, int32_t *first, int32_t *end);

/* The rows of the tokens [first, end), which are in reach of the anchor. */
void ql_read_relatives(const ql_reading *reading, int32_t anchor, int32_t first, int32_t end, ql_relatives *out);

/* The token that a draft is anchored at: its cue, else its first one. */
int32_t ql_anchor_of(const ql_drafts *d, int32_t draft);

#endif

/* What the thorough reader says of statements: where one is anchored, and what belongs to it. */
#ifndef QL_READ_H
#define QL_READ_H

#include "document.h"
#include "thorough/encoder.h"

/* How a token stands to quotation marks, by its own glyph and those before it in the paragraph. */
typedef enum ql_mark_state {
    QL_STATE_OUTSIDE = 0,
    QL_STATE_OPENING,
    QL_STATE_INSIDE,
    QL_STATE_CLOSING
} ql_mark_state;

enum { QL_ROLES = QL_LABELS - 1 /* content, source, cue; none is nought */ };

/* The chance that a statement is anchored at token i, and its likeliest act. */
float ql_told_anchor(const ql_document *doc, int32_t i, ql_act *act);

/* What is known of the tokens of a window, once it was asked for. */
typedef struct ql_asked_window {
    int32_t first, end;
    float *keys, *query; /* [QL_WINDOW][key.n_out], [query.n_out] */
} ql_asked_window;

/* False without memory.  Free it in either case. */
bool ql_asked_window_new(const ql_document *doc, ql_asked_window *out);
void ql_asked_window_free(ql_asked_window *asked);

/* What the network says of the roles of the tokens [first, end) in a statement anchored at `anchor` becomes the mean
   of that and what the encoder says.  Tokens of other windows keep the network's logits. */
void ql_average_roles(const ql_document *doc, ql_asked_window *asked, int32_t anchor, int32_t first, int32_t end,
                      float (*logits)[QL_ROLES]);

#endif

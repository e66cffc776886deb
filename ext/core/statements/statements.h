/* What the files of statements ask one another. */
#ifndef QL_STATEMENTS_H
#define QL_STATEMENTS_H

#include "syntax/grammar.h"

/* Tokens, half-open. */
typedef struct ql_token_range {
    int32_t first, end;
} ql_token_range;

/* tokens, marks → adjacents.  (adjacent.c) */
ql_status ql_find_adjacents(ql_document *doc);

/* The longest mention that starts, or ends, at token i (its first, or one past its last), and the one whose head is
   token i; QL_NONE if there is none. */
int32_t ql_mention_from(const ql_document *doc, int32_t first_token);
int32_t ql_mention_until(const ql_document *doc, int32_t end_token);
int32_t ql_mention_of(const ql_document *doc, int32_t head);

/* The tokens [first, end) as a mention; and the order of mentions, for qsort: by their first tokens, longest first.
   (mention.c) */
ql_mention ql_mention_made(const ql_document *doc, int32_t first_token, int32_t end_token);
int ql_by_place(const void *a, const void *b);

/* "the letter reads “we may …”": a form that may be a verb, after a noun and right before marks.  (mention.c) */
bool ql_precedes_words(const ql_document *doc, int32_t i);

/* The cue whose first token is `token`, or QL_NONE.  (cue.c) */
int32_t ql_hit_at(const ql_document *doc, int32_t token);

/* The phrase beside a quotation that speaks with this verb, or NULL.  (adjacent.c) */
const ql_adjacent *ql_adjacent_by_verb(const ql_document *doc, int32_t verb);

/* The mention of a verb's subject by the tree, or QL_NONE.  (cue.c) */
int32_t ql_subject_of(const ql_document *doc, int32_t verb);
int32_t ql_speaker_of(const ql_document *doc, int32_t verb); /* the same, also inside marks */

/* A verb without a source reports nothing unless it is passive; a noun, or "according to", does. */
static inline bool ql_can_report(const ql_cue_hit *hit) {
    return hit->source != QL_NONE || hit->unsaid || hit->kind == QL_CUE_NOUN || hit->kind == QL_CUE_ACCORDING;
}

/* The phrase that speaks beside this quotation, or NULL.  (adjacent.c) */
const ql_adjacent *ql_adjacent_by_quotation(const ql_document *doc, int32_t pair);

#endif

/* What a cue reports, read off the tree of its sentence. */
#ifndef QL_FRAME_H
#define QL_FRAME_H

#include "statements/statements.h"

/* The tokens of what hangs on token i, and i itself. */
static inline ql_token_range ql_subtree_of(const ql_document *doc, int32_t i) {
    const ql_branch *branch = ql_branch_of(doc, i);
    return (ql_token_range){branch->first, branch->last + 1};
}

/* What comes after the verb of `hit` in one of the frames that `word` has, up to the token `end`.  False where
   nothing does; then `out` is undefined. */
bool ql_frame_behind(const ql_document *doc, const ql_cue_hit *hit, const ql_cue *word, int32_t end,
                     ql_token_range *out);

/* Is the verb's own subject part of what it reports, as in "she is said to live in Ely", "it seems to rain"?  Its
   tokens into `subject`. */
bool ql_frame_holds_subject(const ql_document *doc, const ql_cue_hit *hit, const ql_cue *word,
                            ql_token_range *subject);

#endif

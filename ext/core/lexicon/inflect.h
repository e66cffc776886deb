/* Regular forms of English verbs and nouns, for cues that a user adds.  ext/gen/lexicon.py does the same for those
   that are built in. */
#ifndef QL_INFLECT_H
#define QL_INFLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct ql_form {
    const char *bytes;
    uint8_t bits; /* QL_VERB_, 0 for a noun */
} ql_form;

enum { QL_MOST_FORMS = 5, QL_LONGEST_FORM = 60 };

/* Are these the irregular forms of a verb ("wrote written", then the gerund if that is irregular too) or of a
   noun
   ("hypotheses"): as many words as that, blanks between, none of more than QL_LONGEST_FORM bytes? */
bool ql_are_forms(const char *irregular, bool is_noun);

/* All forms of a word, the lemma first; `irregular` is NULL or passes ql_are_forms.  Strings lie in the arena, but
   for the lemma, which is borrowed.  How many there are; 0 where memory is short. */
size_t ql_inflect_verb(ql_arena *arena, const char *lemma, const char *irregular, ql_form out[QL_MOST_FORMS]);
size_t ql_inflect_noun(ql_arena *arena, const char *lemma, const char *irregular, ql_form out[QL_MOST_FORMS]);

#endif

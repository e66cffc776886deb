/* Part of speech, word by word from left to right; and which form a verb has. */
#ifndef QL_TAG_H
#define QL_TAG_H

#include "syntax/lexeme.h"

enum { QL_EDGE = 2, QL_MOST_TAG_FEATURES = 48, QL_MOST_FORM_FEATURES = 24 };

/* The tags that rows of the tagger hold, by lane: all but SYM, which the table of words knows, and X, which is what
   nobody knew how to call. */
uint8_t ql_tag_of_lane(int lane);
int ql_lane_of_tag(uint8_t tag); /* -1 for the others */

/* Features of word `at`.  `words` has QL_EDGE edges before and after the sentence, whose first word is words[0], and
   the tags before `at` are known; tags[-1] and tags[-2] are QL_TAG_NONE before the first.  The number of features. */
int ql_tag_features(const ql_lexeme *words, const uint8_t *tags, int at, uint64_t *out);

/* Features of the verb or auxiliary at `at` for its form; all tags of the sentence and the forms before are known. */
int ql_form_features(const ql_lexeme *words, const uint8_t *tags, const uint8_t *forms, int at, uint64_t *out);

/* Fill tags[0, n) and forms[0, n); both arrays have room for QL_EDGE more before and after. */
void ql_tag_words(const ql_model *model, const ql_lexeme *words, int n, uint8_t *tags, uint8_t *forms);

#endif

/* Words as tagger and parser see them: hashes of what they are and what they look like. */
#ifndef QL_LEXEME_H
#define QL_LEXEME_H

#include "syntax/model.h"

enum { QL_ENDS = 4, QL_STARTS = 3 };

typedef struct ql_lexeme {
    uint64_t word;          /* which word it is; of one that training saw rarely, what it looks like */
    uint64_t class;         /* the set of tags it had in training; else what it looks like */
    uint64_t shape;         /* capitals, digits, hyphens */
    uint64_t ends[QL_ENDS]; /* its last letters, one to four */
    uint64_t starts[QL_STARTS];
    uint8_t sole;   /* the only tag it ever had, or QL_TAG_NONE */
    bool is_gerund; /* ends in "ing" after a vowel */
    bool is_comma, is_quote;
} ql_lexeme;

/* What lies beyond the edges of a sentence. */
void ql_lexeme_edge(ql_lexeme *out, bool at_end);

/* Read the word `bytes`.  `is_first`: it opens its sentence, so that a capital says little. */
void ql_lexeme_read(const ql_model *model, const char *bytes, size_t n_bytes, bool is_first, ql_lexeme *out);

/* The hash of a word's folded form, by which the model knows it. */
uint64_t ql_lexeme_hash(const char *bytes, size_t n_bytes);

#endif

/* Looking at tokens the way a rule reads: what class, which word, where. */
#ifndef QL_TOKENS_H
#define QL_TOKENS_H

#include <string.h>

#include "tables/lexicon_classes.h"
#include "document.h"

static inline const ql_token *ql_token_of(const ql_document *doc, int32_t i) {
    return &doc->tokens.items[i];
}

/* The QL_WORD_ classes of token i; 0 for a word the lexicon does not know. */
static inline uint64_t ql_classes(const ql_document *doc, int32_t i) {
    int32_t word = doc->tokens.items[i].word;
    return word == QL_NONE ? 0 : ql_lexicon_word(doc->engine->lexicon, word)->classes;
}

static inline bool ql_has(const ql_document *doc, int32_t i, uint64_t classes) {
    return (ql_classes(doc, i) & classes) != 0;
}

static inline uint8_t ql_kind(const ql_document *doc, int32_t i) {
    return doc->tokens.items[i].kind;
}

static inline bool ql_flag(const ql_document *doc, int32_t i, uint8_t flag) {
    return (doc->tokens.items[i].flags & flag) != 0;
}

/* Is token i the one ASCII character `c`? */
static inline bool ql_is_char(const ql_document *doc, int32_t i, char c) {
    const ql_token *token = &doc->tokens.items[i];
    return token->end - token->start == 1 && doc->text->bytes[token->start] == c;
}

/* Is token i this lexicon form?  `form` is folded, and in the lexicon. */
static inline bool ql_is_word(const ql_document *doc, int32_t i, const char *form) {
    int32_t word = doc->tokens.items[i].word;
    return word != QL_NONE && strcmp(ql_lexicon_word(doc->engine->lexicon, word)->form, form) == 0;
}

/* Is token i one of these lexicon forms, a list that NULL ends? */
static inline bool ql_is_one_word(const ql_document *doc, int32_t i, const char *const *forms) {
    for (; *forms != NULL; forms++)
        if (ql_is_word(doc, i, *forms)) return true;
    return false;
}

/* The cue that token i is a form of, or NULL. */
static inline const ql_cue *ql_cue_of(const ql_document *doc, int32_t i) {
    int32_t word = doc->tokens.items[i].word;
    if (word == QL_NONE) return NULL;
    int16_t row = ql_lexicon_word(doc->engine->lexicon, word)->cue;
    return row == QL_NONE ? NULL : ql_lexicon_cue(doc->engine->lexicon, row);
}

static inline uint8_t ql_verb_forms(const ql_document *doc, int32_t i) {
    int32_t word = doc->tokens.items[i].word;
    return word == QL_NONE ? 0 : ql_lexicon_word(doc->engine->lexicon, word)->forms;
}

static inline int32_t ql_n_tokens(const ql_document *doc) {
    return (int32_t)doc->tokens.n;
}

/* The first token that starts at or after `byte`; the number of tokens where there is none.  (token.c) */
int32_t ql_token_at(const ql_document *doc, int32_t byte);

/* Is token i this ASCII word, in any case?  For words that the lexicon need not know. */
static inline bool ql_spells(const ql_document *doc, int32_t i, const char *word) {
    const ql_token *token = ql_token_of(doc, i);
    size_t n = (size_t)(token->end - token->start);
    for (size_t k = 0; k < n; k++)
        if ((doc->text->bytes[(size_t)token->start + k] | 32) != word[k]) return false; /* or at its end */
    return word[n] == '\0';
}

/* Is token i one of these, a list that NULL ends? */
static inline bool ql_spells_one(const ql_document *doc, int32_t i, const char *const *words) {
    for (; *words != NULL; words++)
        if (ql_spells(doc, i, *words)) return true;
    return false;
}

/* The same, with its capitals as they stand here. */
static inline bool ql_is_exactly_one(const ql_document *doc, int32_t i, const char *const *words) {
    const ql_token *token = ql_token_of(doc, i);
    size_t n = (size_t)(token->end - token->start);
    for (; *words != NULL; words++)
        if (strlen(*words) == n && memcmp(doc->text->bytes + token->start, *words, n) == 0) return true;
    return false;
}

#endif

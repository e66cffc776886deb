/* Looking at tokens the way a rule reads: what class, which word, where. */
#ifndef QL_TOKENS_H
#define QL_TOKENS_H

#include <string.h>

#include "document.h"

static inline const ql_token *ql_token_of(const ql_document *doc, int32_t i) {
    return &doc->tokens.items[i];
}

/* The classes of token i; none for a word the lexicon does not have. */
static inline ql_class_set ql_classes(const ql_document *doc, int32_t i) {
    int32_t word = doc->tokens.items[i].word;
    return word == QL_NONE ? QL_NO_CLASSES : ql_lexicon_word(doc->engine->lexicon, word)->classes;
}

/* Is token i in one of the classes that are named?  ql_has(doc, i, QL_WORD_WEEKDAY, QL_WORD_MONTH). */
#define ql_has(doc, i, ...) ql_in(ql_classes(doc, i), __VA_ARGS__)

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

/* The number of tokens from i on, up to `end`, that are a phrase of this kind; 0 where none begins.  (token.c) */
int32_t ql_phrase_at(const ql_document *doc, int32_t i, int32_t end, ql_phrase_kind kind);

/* A value below 256 that words with the same first letters share: "issue" and "issued". */
int ql_word_hash(const ql_document *doc, int32_t token);

/* A hash of all of a word's letters, ASCII case aside. */
uint32_t ql_whole_hash(const ql_document *doc, int32_t token);

#endif

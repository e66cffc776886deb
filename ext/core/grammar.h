/* Looking at tokens the way a rule reads: what class, which word, where.  Shared by mention, cue and quote. */
#ifndef QL_GRAMMAR_H
#define QL_GRAMMAR_H

#include <string.h>

#include "../tables/lexicon_classes.h"
#include "internal.h"

static inline const ql_token *ql_token_of(const ql_run *run, int32_t i) {
    return &run->scratch->tokens.items[i];
}

/* The QL_WORD_ classes of token i; 0 for a word the lexicon does not know. */
static inline uint64_t ql_classes(const ql_run *run, int32_t i) {
    int32_t word = run->scratch->tokens.items[i].word;
    return word == QL_NONE ? 0 : ql_lexicon_word(run->engine->lexicon, word)->classes;
}

static inline bool ql_has(const ql_run *run, int32_t i, uint64_t classes) {
    return (ql_classes(run, i) & classes) != 0;
}

static inline uint8_t ql_kind(const ql_run *run, int32_t i) {
    return run->scratch->tokens.items[i].kind;
}

static inline bool ql_flag(const ql_run *run, int32_t i, uint8_t flag) {
    return (run->scratch->tokens.items[i].flags & flag) != 0;
}

/* Is token i the one ASCII character `c`? */
static inline bool ql_is_char(const ql_run *run, int32_t i, char c) {
    const ql_token *token = &run->scratch->tokens.items[i];
    return token->end - token->start == 1 && run->text->bytes[token->start] == c;
}

/* Is token i this lexicon form?  `form` is folded, and in the lexicon. */
static inline bool ql_is_word(const ql_run *run, int32_t i, const char *form) {
    int32_t word = run->scratch->tokens.items[i].word;
    return word != QL_NONE && strcmp(ql_lexicon_word(run->engine->lexicon, word)->form, form) == 0;
}

/* Is token i one of these lexicon forms, a list that NULL ends? */
static inline bool ql_is_one_word(const ql_run *run, int32_t i, const char *const *forms) {
    for (; *forms != NULL; forms++)
        if (ql_is_word(run, i, *forms)) return true;
    return false;
}

/* The cue that token i is a form of, or NULL. */
static inline const ql_cue *ql_cue_of(const ql_run *run, int32_t i) {
    int32_t word = run->scratch->tokens.items[i].word;
    if (word == QL_NONE) return NULL;
    int16_t row = ql_lexicon_word(run->engine->lexicon, word)->cue;
    return row == QL_NONE ? NULL : ql_lexicon_cue(run->engine->lexicon, row);
}

static inline uint8_t ql_verb_forms(const ql_run *run, int32_t i) {
    int32_t word = run->scratch->tokens.items[i].word;
    return word == QL_NONE ? 0 : ql_lexicon_word(run->engine->lexicon, word)->forms;
}

static inline int32_t ql_n_tokens(const ql_run *run) {
    return (int32_t)run->scratch->tokens.n;
}

/* ------------------------------------------------------------------------------------------------ the tree */

static inline const ql_branch *ql_branch_of(const ql_run *run, int32_t i) {
    return &run->scratch->branches.items[i];
}
static inline uint8_t ql_tag_of(const ql_run *run, int32_t i) {
    return run->scratch->tokens.items[i].tag;
}
static inline uint8_t ql_relation_of(const ql_run *run, int32_t i) {
    return run->scratch->tokens.items[i].relation;
}
static inline int32_t ql_head_of(const ql_run *run, int32_t i) {
    return run->scratch->tokens.items[i].head;
}

/* A set of relations; there are fewer than 64. */
#define QL_RELATION_BIT(name) (UINT64_C(1) << QL_RELATION_##name)

static inline bool ql_relates(const ql_run *run, int32_t i, uint64_t relations) {
    return (relations >> ql_relation_of(run, i) & 1) != 0;
}

/* The first dependent of token i in one of the relations, or QL_NONE. */
static inline int32_t ql_dependent(const ql_run *run, int32_t i, uint64_t relations) {
    int32_t child = ql_branch_of(run, i)->child;
    while (child != QL_NONE && !ql_relates(run, child, relations)) child = ql_branch_of(run, child)->next;
    return child;
}

/* The first token that starts at or after `byte`; the number of tokens where there is none. */
int32_t ql_token_at(const ql_run *run, int32_t byte);

/* The longest mention that starts, or ends, at token i (its first, or one past its last), and the one whose head is
   token i; QL_NONE if there is none. */
int32_t ql_mention_from(const ql_run *run, int32_t first_token);
int32_t ql_mention_until(const ql_run *run, int32_t end_token);
int32_t ql_mention_of(const ql_run *run, int32_t head);

/* "the letter reads “we may …”": a form that may be a verb, behind a noun and right before marks.  (mention.c) */
bool ql_precedes_words(const ql_run *run, int32_t i);

/* What stands beside a quotation with this verb, or NULL.  (beside.c) */
const ql_beside *ql_beside_of(const ql_run *run, int32_t verb);

/* The mention of a verb's subject by the tree, or QL_NONE.  (cue.c) */
int32_t ql_subject_of(const ql_run *run, int32_t verb);
int32_t ql_speaker_of(const ql_run *run, int32_t verb); /* the same, also inside marks */

/* A verb without a source reports nothing unless it is passive; a noun, or "according to", does. */
static inline bool ql_can_report(const ql_cue_hit *hit) {
    return hit->source != QL_NONE || hit->unsaid || hit->kind == QL_CUE_NOUN || hit->kind == QL_CUE_ACCORDING;
}

/* Does a reason for silence stand at token i: "condition of anonymity", "requested anonymity", "not authorised to",
   "not to be named"?  The first token behind it, or QL_NONE.  (unnamed.c) */
int32_t ql_silence_at(const ql_run *run, int32_t i, int32_t end);

/* What stands beside this quotation, or NULL.  (beside.c) */
const ql_beside *ql_beside_quotation(const ql_run *run, int32_t pair);

/* Is token i this ASCII word, in any case?  For words that the lexicon need not know. */
static inline bool ql_spells(const ql_run *run, int32_t i, const char *word) {
    const ql_token *token = ql_token_of(run, i);
    size_t n = (size_t)(token->end - token->start);
    for (size_t k = 0; k < n; k++)
        if ((run->text->bytes[(size_t)token->start + k] | 32) != word[k]) return false; /* or at its end */
    return word[n] == '\0';
}

/* Is token i one of these, a list that NULL ends? */
static inline bool ql_spells_one(const ql_run *run, int32_t i, const char *const *words) {
    for (; *words != NULL; words++)
        if (ql_spells(run, i, *words)) return true;
    return false;
}

/* The same, with its capitals as they stand here. */
static inline bool ql_is_exactly_one(const ql_run *run, int32_t i, const char *const *words) {
    const ql_token *token = ql_token_of(run, i);
    size_t n = (size_t)(token->end - token->start);
    for (; *words != NULL; words++)
        if (strlen(*words) == n && memcmp(run->text->bytes + token->start, *words, n) == 0) return true;
    return false;
}

#endif

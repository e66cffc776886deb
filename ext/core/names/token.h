/* The words of a mention, for the rules that look for a name in it.  Shared by read.c and token.c alone. */
#ifndef QL_TOKEN_H
#define QL_TOKEN_H

#include <string.h>

#include "tables/names_kinds.h"
#include "names/name.h"

enum { MOST_TOKENS = 48, LONGEST_WORD = 96 }; /* of a mention; what is beyond is not read */

/* A word that names are made of or come with. */
typedef struct name_entry {
    const char *word, *base;
    uint16_t kinds; /* NAME_ bits */
    uint8_t gender;
} name_entry;

/* The entry of a folded word without accents, or NULL. */
const name_entry *ql_name_entry(const char *word, size_t n);

typedef struct token {
    int32_t start, end;
    ql_class_set classes;
    uint16_t kinds; /* NAME_ bits */
    uint8_t gender;
    uint8_t n_plain;
    char plain[LONGEST_WORD]; /* folded, without accents and stops */
    bool capital, all_caps, initial;
    bool capitals; /* two at the least: "NATO", "BoE" */
    bool owner;    /* "'s" follows it */
    bool breaks;   /* a comma or the like comes before it */
    bool bracket;  /* it is in brackets */
} token;

typedef struct reader {
    const ql_lexicon *lexicon;
    const char *bytes;
    int32_t n_bytes;
    uint8_t kind;
    int32_t n;
    token tokens[MOST_TOKENS];
} reader;

#define HASH_START UINT64_C(0xCBF29CE484222325)

uint64_t ql_name_hash_on(uint64_t hash, const char *bytes, size_t n);

static inline uint64_t hash_of(const char *bytes, size_t n) {
    return ql_name_hash_on(HASH_START, bytes, n);
}

/* Fill the tokens of a reader whose other members are set. */
void ql_name_scan(reader *r);

/* ---------------------------------------------------------------------------------------------- judging a token */

#define ROLES QL_WORD_ROLE, QL_WORD_ROLE_TITLE, QL_WORD_HONORIFIC, QL_WORD_ABBREVIATION_TITLE
#define BODIES QL_WORD_BODY, QL_WORD_BODY_SUFFIX, QL_WORD_OUTLET, QL_WORD_OUTLET_NOUN, QL_WORD_AGENCY, QL_WORD_WIRE

static inline bool is_role(const token *t) {
    if (t->kinds & NAME_PARTICLE) return false; /* "St." */
    return ql_in(t->classes, ROLES) || (t->kinds & (NAME_TITLE | NAME_HONORIFIC)) != 0;
}
static inline bool is_honorific(const token *t) {
    return ql_in(t->classes, QL_WORD_HONORIFIC) || (t->kinds & NAME_HONORIFIC) != 0;
}
/* "UN", "Nato", but not the last part of "Kim Jong Un". */
static inline bool is_body(const token *t) {
    bool named = ql_in(t->classes, QL_WORD_BODY_NAME) && (t->capitals || t->n_plain > 3);
    return named || ql_in(t->classes, BODIES) || (t->kinds & (NAME_BODY | NAME_ENDING)) != 0;
}
static inline bool is_ending(const token *t) {
    return ql_in(t->classes, QL_WORD_BODY_SUFFIX) || (t->kinds & NAME_ENDING) != 0;
}
static inline bool is_particle(const token *t) {
    return !t->capital && (t->kinds & NAME_PARTICLE) != 0;
}
static inline bool is_article(const token *t) {
    return ql_in(t->classes, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE, QL_WORD_QUANTIFIER) && !t->all_caps;
}
static inline bool says_body(const reader *r) {
    return r->kind == QL_MENTION_ORGANISATION || r->kind == QL_MENTION_AGENCY || r->kind == QL_MENTION_OUTLET;
}
/* Words that join the parts of the name of a body. */
static inline bool is_link(const token *t) {
    return !t->capital && ql_in(t->classes, QL_WORD_NAME_LINK);
}

#endif

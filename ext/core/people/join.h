/* What entity.c, which joins mentions, shares with the files that resolve descriptions, pronouns and documents. */
#ifndef QL_JOIN_H
#define QL_JOIN_H

#include "people/entity.h"

enum {
    QL_MOST_TITLES = 4, /* role words kept of an entity */
    QL_MOST_PARTS = 6,  /* of several who are named together */
    QL_MOST_WORDS = 16, /* words kept of what is said of an entity beside its name */
    QL_MOST_NAMES = 300 /* names that one is compared with */
};

/* What is known of an entity while mentions are joined. */
typedef struct ql_profile {
    int32_t titles[QL_MOST_TITLES]; /* lexicon entries of what it is called: chief, mayor, report */
    int32_t head;                   /* lexicon entry of the head of a document or a description, or QL_NONE */
    ql_token_range name;            /* tokens of its fullest name */
    int name_weight;                /* what the zone that it is in tells of names */
    int n_titles;
    int32_t latest;                /* its last mention so far, or QL_NONE */
    int32_t author;                /* of a document: whose it is by a mention so far, or QL_NONE */
    float author_chance;           /* of a letter: that it is theirs, by the mention that tells it best */
    int32_t n_named;               /* how many mentions in all of the text name it */
    uint32_t words[QL_MOST_WORDS]; /* hashes of nouns and adjectives beside its name: "head coach", "French" */
    int n_words;
    int32_t n_placed, n_articled; /* how many mentions of its name follow "in", and "the" */
    int32_t n_mentions, n_spoken; /* so far: how often it was mentioned, and was a source */
    uint8_t gender_by;            /* what its gender was told by (entity.c) */
    bool is_person, is_plural, is_letter;
    bool is_body;     /* a name of it is read as a body\'s */
    bool has_article; /* "the" stands right before its name somewhere */
    bool is_either;   /* its given name is one of men and women */
} ql_profile;

VEC_DEFINE(ql_profiles, ql_profile)

/* A name that the text gives somebody, before it is joined with others. */
typedef struct ql_given_name {
    int32_t mention;  /* QL_NONE where only brackets or a document give it */
    int32_t document; /* the entity of the document that has it for its owner, or QL_NONE */
    ql_token_range name;
} ql_given_name;

VEC_DEFINE(ql_given_names, ql_given_name)

typedef struct ql_joiner {
    ql_document *doc;
    ql_profiles profiles;       /* one per entity */
    ql_given_names given_names; /* names before they are joined */
    ql_name_words words;        /* those with capitals */
    ql_ints speaks;             /* one per mention: the statement it is the source of, or QL_NONE */
    ql_ints given;              /* one per mention: which of the given names is its own, or QL_NONE */
    ql_ints joint;              /* one per mention: the entity of all whom it names, "A and B"; or QL_NONE */
    ql_ints next_same;          /* one per mention: the next one of its entity, or QL_NONE */
    int32_t last_speaker;       /* the entity of the last source so far, or QL_NONE */
    int32_t n_people;           /* how many persons the text names */
    int32_t most_named[2];      /* the person, and the body, that most mentions name; or QL_NONE */
} ql_joiner;

/* Is a word one of those that an entity is called by? */
static inline bool ql_is_called(const ql_profile *profile, int32_t word) {
    for (int i = 0; i < profile->n_titles; i++)
        if (profile->titles[i] == word && word != QL_NONE) return true;
    return false;
}

static inline void ql_add_title(ql_profile *to, int32_t word) {
    for (int i = 0; i < to->n_titles; i++)
        if (to->titles[i] == word) return;
    if (to->n_titles < QL_MOST_TITLES) to->titles[to->n_titles++] = word;
}

static inline bool ql_genders_fit(uint8_t a, uint8_t b) {
    return a == QL_GENDER_NONE || b == QL_GENDER_NONE || a == b;
}

/* Has a mention an article, an owner or a name that makes it one in particular: "the mayor", "Acme chief"? */
bool ql_is_definite(const ql_document *doc, const ql_mention *mention);

/* The entity that a pronoun or a description means, or QL_NONE.  False without memory.  (referent.c) */
bool ql_choose_referent(ql_joiner *j, int32_t mention, int32_t *entity, float *chance);

/* Whose words the document of a mention gives, an entity, or QL_NONE.  False without memory.  (author.c) */
bool ql_choose_author(ql_joiner *j, int32_t mention, int32_t *author, float *chance);

/* Whose words each document gives.  False without memory.  (documents.c) */
bool ql_find_authors(ql_joiner *j);

/* Menus and teasers tell of other articles, so what they mention is nobody in this one, unless it speaks in it: a
   short line above a quotation looks like a part of a menu. */
bool ql_is_of_article(const ql_joiner *j, int32_t mention);

/* What an entity is, in a few values.  (referent.c) */
int ql_coarse_sort(const ql_joiner *j, int32_t entity);

/* The document named before that is meant, or QL_NONE.  (documents.c) */
int32_t ql_find_document(ql_joiner *j, int32_t mention);

/* The entity that a document belongs to, as far as that is known; or QL_NONE. */
int32_t ql_owner_entity(const ql_joiner *j, const ql_mention *mention);

#endif

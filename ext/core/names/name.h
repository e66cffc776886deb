/* Names as they stand in mentions: their parts, whether two of them can be one person or body, and which mentions of
   a document belong together.

   A mention is a phrase as written: "the NORVIK chief Wei", "Sen. Ann Lee (R-Texas)", "Norvik Cables Co.,
   Ltd", "the mayor", "he".  Reading one (read.c) asks for no memory; what is kept of its words are hashes.  Linking
   (link.c) sees all mentions at once, so that a short form may stand before the full one. */
#ifndef QL_NAME_H
#define QL_NAME_H

#include "lexicon/lexicon.h"
#include "quotelens.h"

enum { QL_NAME_WORDS = 8, QL_NAME_TITLES = 10 }; /* what is kept of a name; longer ones are cut */

typedef enum ql_name_kind {
    QL_NAME_NONE = 0,    /* no words */
    QL_NAME_PERSON,      /* by a title, an honorific or a given name */
    QL_NAME_BODY,        /* a company, a body, an outlet */
    QL_NAME_UNSURE,      /* a name of one or the other */
    QL_NAME_DESCRIPTION, /* no name: "the mayor", "U.S. officials" */
    QL_NAME_PRONOUN
} ql_name_kind;

/* A word of a name, folded and without accents. */
typedef struct ql_name_word {
    uint64_t hash;
    uint64_t base;    /* of the given name that it is short for; `hash` where it is short for none */
    uint64_t loose;   /* of what is left where spellings differ: "Zelensky", "Zelenskyy" */
    uint32_t letter;  /* its first */
    bool is_initial;  /* "J.", "J" */
    bool is_given;    /* a given name that is known */
    bool is_ordinary; /* the short form of no one: "Bank", "United" */
} ql_name_word;

typedef struct ql_name {
    ql_span core; /* the name alone, with Jr. or Co., in bytes of the mention; empty where there is none */
    uint8_t kind, gender;
    uint8_t n_words, n_titles;
    uint64_t suffix;      /* Jr., III: a hash, or 0 */
    uint64_t key;         /* of the words, in order; of a description, all that it says */
    uint64_t bag;         /* of the words, in any order */
    uint64_t clip;        /* of the first letters of a body's name; of a short form such as "the Fed"; 0 for none */
    uint64_t joined;      /* of the words without what is between: "Jong-un", "Jongun" */
    uint64_t acronyms[2]; /* of the initials, with and without "of" and "the"; 0 for none */
    uint64_t alias;       /* of an acronym in brackets after it; 0 for none */
    uint64_t head;        /* of a description: the noun that it hangs on */
    ql_name_word words[QL_NAME_WORDS];
    uint64_t titles[QL_NAME_TITLES]; /* other words of the mention: titles, roles, apposition; of a description all */
    bool titled;                     /* "Mr", "Mrs", "Dr" comes before it */
    bool is_of_body;                 /* of a description: it says what a body is, "the agency" */
    bool is_company;                 /* of a description: it says what a company is, "the airline" */
    bool has_role;                   /* a title or role is beside it; of a description: it is one */
    bool is_junior;                  /* Jr. or Sr. */
    bool is_word;                    /* of a description: one word with a capital, "King" */
    bool is_closed;                  /* Inc., Ltd or the like ends it */
    bool is_acronym;                 /* one word of capitals, "NATO", "U.N." */
    bool is_plural, is_indefinite;   /* of a description */
    bool is_either;                  /* it begins with a given name of men and women, "Robin" */
} ql_name;

typedef enum ql_likeness { QL_NAMES_DIFFER = 0, QL_NAMES_AGREE, QL_NAMES_SAME } ql_likeness;

/* Read a mention.  `kind` is its ql_mention_kind, QL_MENTION_NONE where it is not known; a NULL lexicon means the
   built-in words.  Any bytes have an answer. */
void ql_name_read(const ql_lexicon *lexicon, ql_word_slice mention, uint8_t kind, ql_name *out);

/* What a word is in names: NAME_ bits of tables/names_kinds.h, 0 for a word that no list has. */
uint16_t ql_name_kinds(ql_word_slice word);

/* Could two names be one person's or body's?  They are the same if all their words are, up to spelling; they agree if
   one is a short form of the other ("Wei", "Wei Lanying"; "J. Holm", "John F. Holm"; "NATO").  Descriptions and
   pronouns differ from everything. */
ql_likeness ql_name_compare(const ql_name *a, const ql_name *b);

/* Whom a mention is of, and what was read of it: kind, gender and is_either as in ql_name. */
typedef struct ql_name_link {
    int32_t cluster;
    uint8_t kind, gender;
    bool is_either;
} ql_name_link;

/* Which mentions of one document are of one person or body.  `mentions` stand in their order; `kinds` has the
   ql_mention_kind of each, or is NULL.  `out` has room for `n`; clusters are counted from 0 in order of first
   appearance.  Mentions of the same bytes are read once, and linked alike.  Fails only with QL_NO_MEMORY. */
ql_status ql_link_names(const ql_lexicon *lexicon, const ql_word_slice *mentions, const uint8_t *kinds, size_t n,
                        ql_name_link *out, ql_error *error);

#endif

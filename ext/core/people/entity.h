/* Names in mentions (mention_name.c), and what entities are: for entity.c, which joins mentions, and for chain.c,
   which follows who passed words on. */
#ifndef QL_ENTITY_H
#define QL_ENTITY_H

#include "statements/frame.h"

enum { QL_NAME_HASHES = 2048 };

/* What a word is in names. */
typedef enum ql_name_word_kind {
    QL_NAME_WORD_UNKNOWN = 0,
    QL_NAME_WORD_GIVEN,
    QL_NAME_WORD_SURNAME,
    QL_NAME_WORD_PARTICLE,
    QL_NAME_WORD_TITLE,
    QL_NAME_WORD_BODY,
    QL_NAME_WORD_PORTFOLIO,
    QL_NAME_WORD_LETTERS,
    QL_NAME_WORD_NOUN,
    QL_NAME_WORD_KINDS = 16
} ql_name_word_kind;

static inline bool ql_is_capital(const ql_document *doc, int32_t i) {
    return ql_flag(doc, i, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS) && !ql_has(doc, i, QL_WORD_DETERMINER);
}

/* A title, a role, an honorific. */
bool ql_is_title(const ql_document *doc, int32_t i);

/* Does a token stand in a menu, a list or a notice?  (entity.c) */
bool ql_is_boilerplate(const ql_document *doc, int32_t token);

/* Can a word stand in a name?  Not a verb, and no day. */
bool ql_is_name_word(const ql_document *doc, int32_t i);

/* "and", "of", "the", "&", "de": inside a name between its capitals. */
bool ql_joins_name(const ql_document *doc, int32_t i);

/* The end of the run of capitals that goes on from token i, up to `end`; joints only between capitals. */
int32_t ql_name_end(const ql_document *doc, int32_t i, int32_t end, bool is_body);

/* How many an unnamed source is, and why it is not named.  (unnamed.c) */
void ql_describe_unnamed(ql_document *doc, ql_quote *quote);

/* Are two tokens the same word, ASCII case aside? */
bool ql_same_word(const ql_document *doc, int32_t a, int32_t b);

/* What the words with capitals of a text are in names, and how often one begins, ends or is a run of capitals. */
typedef struct ql_name_words {
    uint8_t *kinds;                                         /* one per token: name_word_kind */
    uint8_t begins[QL_NAME_HASHES], alone[QL_NAME_HASHES];  /* by the hash of a word */
    uint8_t ends[QL_NAME_HASHES], surnames[QL_NAME_HASHES]; /* longer runs; those that begin with a given name */
    uint8_t small[QL_NAME_HASHES];                          /* words in small letters */
} ql_name_words;

/* Read them.  `kinds` is freed with free().  False without memory.  (name_words.c) */
bool ql_name_words_read(const ql_document *doc, ql_name_words *out);

/* How often a word begins a run of capitals, or is one by itself, elsewhere in the text. */
int ql_name_begins(const ql_document *doc, const ql_name_words *words, int32_t token);
int ql_name_alone(const ql_document *doc, const ql_name_words *words, int32_t token);

/* How often the text has a word in small letters. */
int ql_name_small(const ql_document *doc, const ql_name_words *words, int32_t token);

/* How a word that makes up a run of capitals ends longer ones in the text: not at all, 1 after other words, 2 after a
   given name: "Ransom" where the text has "Lucas Ransom". */
int ql_name_ends(const ql_document *doc, const ql_name_words *words, int32_t token);

/* The name of the person or body mentioned; empty without one.  False without memory.  (naming.c) */
bool ql_choose_name(ql_document *doc, const ql_name_words *words, int32_t mention, ql_token_range *name,
                    float *chance);

/* The tokens of a mention of a document that are its name; empty where it has none.  (mention_name.c) */
ql_token_range ql_document_name(const ql_document *doc, const ql_mention *mention);

/* The part of a mention before its first apposition, bracket or clause. */
ql_token_range ql_first_part(const ql_document *doc, const ql_mention *mention);

/* What a name with these tokens is, by its words: an outlet, a body, a document; a speaker where they say
   nothing. */
uint8_t ql_role_of_words(const ql_document *doc, ql_token_range words);

/* In whose phrase, with a preposition of one class, a participle of another follows the noun `head`: "a memo
   seen by Reuters"; a mention, or QL_NONE.  The participle's token goes into `verb`. */
int32_t ql_agent_of(const ql_document *doc, int32_t head, uint16_t participle, uint16_t preposition, int32_t *verb);

/* Whose a document is: "Ren's memo", "a letter from Ann Lee"; a mention, or QL_NONE. */
int32_t ql_owner_of(const ql_document *doc, int32_t head);

#endif

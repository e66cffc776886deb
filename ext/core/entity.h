/* Names in mentions, and what entities are.  Between entity.c, which joins mentions, and chain.c, which follows who
   passed words on. */
#ifndef QL_ENTITY_H
#define QL_ENTITY_H

#include "frame.h"

/* The tokens of a mention that are a name, without titles, honorifics, articles, appositions and brackets; empty
   where it holds none. */
ql_reach ql_name_in(const ql_run *run, const ql_mention *mention);

/* The part of a mention before its first apposition, bracket or clause. */
ql_reach ql_first_part(const ql_run *run, const ql_mention *mention);

/* What the words of these tokens make whoever is called so: an outlet, a body, a document; a speaker where they say
   nothing. */
uint8_t ql_role_of_words(const ql_run *run, ql_reach words);

/* In whose phrase with `preposition` one of the participles `verbs`, a list that NULL ends, stands behind the noun
   `head`: "a memo seen by Reuters"; a mention, or QL_NONE.  The participle's token goes into `verb`. */
int32_t ql_agent_of(const ql_run *run, int32_t head, const char *const *verbs, const char *preposition,
                    int32_t *verb);

/* Whose a document is: "Ren's memo", "a letter from Ann Lee"; a mention, or QL_NONE. */
int32_t ql_owner_of(const ql_run *run, int32_t head);

#endif

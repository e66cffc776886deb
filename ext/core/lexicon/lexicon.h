/* Words that the rules know, with what they are.  The built-in part is generated from ext/data/lexicon by
   ext/gen/lexicon.py; an engine can hold more. */
#ifndef QL_LEXICON_H
#define QL_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lexicon/classes.h"
#include "quotelens.h"

/* One word form, folded: lower case, straight apostrophe, NFC.  `classes` are those of the
   lists that it is in. */
typedef struct ql_word {
    const char *form;
    ql_class_set classes;
    int32_t lemma; /* the entry of its lemma; itself for a lemma */
    int16_t cue;   /* row of the cue table, or QL_NONE */
    uint8_t length;
    uint8_t forms; /* QL_VERB_ bits, for the forms of verbs */
} ql_word;

enum { QL_VERB_BASE = 1, QL_VERB_S = 2, QL_VERB_PAST = 4, QL_VERB_PARTICIPLE = 8, QL_VERB_ING = 16 };

/* What a cue can do: see ext/data/lexicon/cues.tsv for the meaning of each column. */
typedef struct ql_cue {
    const char *lemma, *tone;
    const char *forms; /* irregular ones: see inflect.h; NULL for none */
    const char *why;   /* NULL for a cue that an engine adds or changes */
    uint16_t frames;   /* QL_FRAME_ bits */
    uint8_t act;       /* ql_act */
    bool is_noun, is_hedge;
} ql_cue;

/* A phrase of ext/data/lexicon/phrases.tsv. */
typedef struct ql_phrase {
    const char *words[QL_LONGEST_PHRASE]; /* folded; NULL after the last */
    ql_phrase_kind kind;
} ql_phrase;

typedef struct ql_lexicon ql_lexicon;

ql_status ql_lexicon_new(const ql_options *options, ql_lexicon **out, ql_error *error);
void ql_lexicon_free(ql_lexicon *lexicon);

/* The entry of a folded word, or QL_NONE.  A NULL lexicon means the built-in words alone. */
int32_t ql_lexicon_find(const ql_lexicon *lexicon, const char *folded, size_t n_bytes);

/* Entry `index`, which must be one that ql_lexicon_find gave. */
const ql_word *ql_lexicon_word(const ql_lexicon *lexicon, int32_t index);
const ql_cue *ql_lexicon_cue(const ql_lexicon *lexicon, int32_t cue);

/* Is entry `index` a built-in cue that the engine's options dropped, all of it or, of a noun, the noun? */
bool ql_lexicon_lost_cue(const ql_lexicon *lexicon, int32_t index, bool is_noun);

/* Row `row` of the cues that are built in; NULL after the last. */
const ql_cue *ql_builtin_cue(size_t row);

/* The same of phrases. */
const ql_phrase *ql_builtin_phrase(size_t row);

/* The name of a class as ext/data/lexicon has it, counted from 0; NULL beyond the last.  Static. */
const char *ql_class_name(size_t class);

/* The classes of a folded word, none for an unknown one. */
ql_class_set ql_lexicon_classes(const ql_lexicon *lexicon, const char *folded, size_t n_bytes);

#endif

/* Quotations as words that can be compared: their normal form, and how much each word tells. */
#ifndef QL_WORDS_H
#define QL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/utf8.h"
#include "base/vec.h"

/* A token of a normal form is a word of the vocabulary, with QL_FAMILY_OPTIONAL where it is in brackets: put in
   by the one who quotes.  QL_FAMILY_GAP stands for an ellipsis. */
enum { QL_FAMILY_GAP = -1, QL_FAMILY_OPTIONAL = 1 << 30 };

/* What words tell is counted in hundredths of a nat. */
enum { QL_FAMILY_NAT = 100 };

typedef struct ql_family_word {
    const char *form; /* folded */
    int32_t n_bytes;
    uint32_t letters; /* which letters it has, as bits of their hashes: a quick look whether two words are alike */
    uint64_t hash;    /* of its form, so that nothing depends on the order in which words came */
    int32_t n_types;  /* different quotations that have it */
    int32_t weight;   /* how much it tells, in hundredths of a nat */
    int32_t last;     /* of the work in hand: the last quotation that was counted */
    int32_t becomes[2];
    uint8_t n_becomes; /* "don't" becomes two words; 0 for a word that stays as it is */
    bool is_respelled; /* what it becomes is known */
    bool has_digit;
} ql_family_word;

VEC_DEFINE(ql_family_word_list, ql_family_word)
VEC_DEFINE(ql_bytes, char)

typedef struct ql_family_words {
    ql_arena arena;
    ql_family_word_list words;
    int32_t *slots; /* index + 1, 0 where empty */
    size_t n_slots;
    ql_bytes raw, folded; /* of the word in hand */
} ql_family_words;

void ql_family_words_free(ql_family_words *words);

/* The normal form of a text: case, marks, dashes, apostrophes, dotted initials, contractions, numbers in words made
   alike; an ellipsis and what is in brackets kept as such.  Tokens are added to `tokens`, and to `spans`, unless
   it is NULL, the bytes that each came from.  Never empty: a text without words is one word, all of it.  False where
   memory is short. */
bool ql_family_normalise(ql_family_words *words, const char *text, size_t n_bytes, ql_ints *tokens, ql_spans *spans);

/* The words of a text in their normal form, and nothing else: neither gaps nor brackets, and nothing at all where the
   text has no words.  Otherwise like ql_family_normalise. */
bool ql_family_read(ql_family_words *words, const char *text, size_t n_bytes, ql_ints *tokens, ql_spans *spans);

/* So many different quotations of a collection have the word of this form, as normal forms have it.  False where
   memory is short. */
bool ql_family_know(ql_family_words *words, const char *form, size_t n, int32_t n_types);

/* What each word from `first` on tells, by the number of different quotations that have it, of n_types in all, and by
   what is known of English. */
void ql_family_weigh_from(ql_family_words *words, size_t first, size_t n_types);

static inline bool ql_family_is_optional(int32_t token) {
    return token == QL_FAMILY_GAP || (token & QL_FAMILY_OPTIONAL) != 0;
}

static inline const ql_family_word *ql_family_word_at(const ql_family_words *words, int32_t token) {
    return &words->words.items[token & ~QL_FAMILY_OPTIONAL];
}

/* Do two words differ by a slip, or by an ending?  Equal words are alike. */
bool ql_family_is_alike(const ql_family_word *a, const ql_family_word *b);

static inline uint64_t ql_family_mix(uint64_t value) {
    value ^= value >> 32;
    value *= UINT64_C(0xD6E8FEB86659FD93);
    value ^= value >> 32;
    value *= UINT64_C(0xD6E8FEB86659FD93);
    return value ^ value >> 32;
}

#endif

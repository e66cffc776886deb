/* The same quotation elsewhere: families of quotations that are one, whole or in part, with other marks, other
   spelling, words left out, put in or exchanged.

     ql_families_new, ql_families_add for each quotation, ql_families_group, then read the members.

   A family has a centre, the variant with the most weight, and every member is like the centre: families do not
   chain. A word's weight is its rarity, among the quotations given and in English.  Two quotations are one if they
   share, in order, more weight than any set phrase has, and enough of the shorter one.  Which quotations are together
   depends on the quotations only, not on the order in which they came. */
#ifndef QL_FAMILY_H
#define QL_FAMILY_H

#include "quotelens.h"

typedef struct ql_families ql_families;

/* When quotations are alike, among 5,000 different ones; among more, more has to be shared.  Weights are in
   hundredths of a nat, shares in percent. */
typedef struct ql_family_options {
    int32_t least_shared;    /* weight that two quotations have to share, less what speaks against (1000) */
    int32_t against_percent; /* of the weight of the other words of the shorter one, which speaks against (65) */
    int32_t least_words;     /* that they have to share, unless nearly all is shared (3) */
    int32_t long_shared;     /* this much weight is the same sentence, whatever is around it (4000), */
    int32_t long_percent;    /* except for texts that share a sentence in passing (40) */
    int32_t phrase_shared;   /* with less weight, a part of several families is a set phrase, its own family (2500) */
    int32_t phrase_centres;  /* how many are several (3) */
} ql_family_options;

extern const ql_family_options ql_family_defaults;

/* One quotation of those given. */
typedef struct ql_family_member {
    int32_t family;   /* counted from 0 in the order of the quotations given */
    float similarity; /* how much of its words, by rarity, the canonical form has in the same order: 0 to 1 */
    bool is_exact;    /* the same words as the canonical form */
    bool is_fragment; /* a part of it */
    int32_t told;     /* the weight of its words, in hundredths of a nat */
} ql_family_member;

/* The canonical form of a family: its longest variant, as it was given.  The text belongs to the families. */
typedef struct ql_family_canonical {
    const char *text;
    size_t n_bytes;
    int32_t n_members;
} ql_family_canonical;

typedef struct ql_family_hit {
    int32_t family;
    int32_t shared;   /* weight, in hundredths of a nat */
    float similarity; /* how much of the words of the search the canonical form has */
} ql_family_hit;

/* A run of words that two texts share, or do not: bytes of either, empty where it has none. */
typedef struct ql_family_edit {
    ql_span a, b;
    uint8_t step; /* ql_family_step of align.h: kept, dropped, added, changed */
} ql_family_edit;

ql_status ql_families_new(ql_families **out);
void ql_families_free(ql_families *families); /* NULL is fine */

/* Who watches the groupings, from now on. */
void ql_families_watch(ql_families *families, ql_watch watch);

/* Add a quotation; its text is copied where it is needed.  Any bytes will do.  Fails with QL_NO_MEMORY and
   QL_TOO_LONG, and then the families are only good for freeing. */
ql_status ql_families_add(ql_families *families, const char *text, size_t n_bytes, ql_error *error);

/* Group what has been added so far; `options` may be NULL.  Fails only with QL_NO_MEMORY and, where somebody watches,
   QL_STOPPED. */
ql_status ql_families_group(ql_families *families, const ql_family_options *options, ql_error *error);

/* What the last grouping found: valid until the next call that changes the families. */
const ql_family_member *ql_families_members(const ql_families *families, size_t *n);
size_t ql_families_count(const ql_families *families);
ql_family_canonical ql_families_canonical(const ql_families *families, size_t family);

/* ------------------------------------------------------------------------- quotations of a larger collection

   If no process holds all quotations, each holds some, and weighs words by all of them: it is given the number of all
   quotations, and how many of them have each word.  A word that it is not given is in one quotation only. */

/* A word of the quotations given: how many of these, or of the collection, have it, and its weight. */
typedef struct ql_family_counted {
    const char *form; /* belongs to the families */
    size_t n_bytes;
    int32_t n_types, weight;
} ql_family_counted;

/* The normal form of a quotation: a hash that is the same in every process, its weight, and its length. */
typedef struct ql_family_type {
    uint64_t key;
    int32_t mass, n_tokens;
} ql_family_type;

/* Takes one of the seeds by which a quotation is found: its key, and its weight.  False where memory is short. */
typedef bool ql_family_seed_of(void *arg, uint64_t key, int32_t weight);

void ql_families_know(ql_families *families, size_t n_types);
ql_status ql_families_know_word(ql_families *families, const char *form, size_t n_bytes, int32_t n_types,
                                ql_error *error);

/* Weigh the words of the quotations added so far; comes before the functions below. */
void ql_families_weigh(ql_families *families);

size_t ql_families_n_words(const ql_families *families);
ql_family_counted ql_families_word(const ql_families *families, size_t word);
size_t ql_families_n_quotes(const ql_families *families);
ql_family_type ql_families_type(const ql_families *families, size_t quote);
ql_status ql_families_seeds(ql_families *families, size_t quote, ql_family_seed_of *seed_of, void *arg,
                            ql_error *error);

/* The weight that two quotations share, in hundredths of a nat, if they are one and b comes before a in the order in
   which centres are chosen; else 0. */
ql_status ql_families_compare(ql_families *families, size_t a, size_t b, int32_t *shared, ql_error *error);

/* The families nearest to a text, at most `most`, the nearest first: those that share most with it.  Needs a
   grouping;
   `*n` is set to their number.  Fails only with QL_NO_MEMORY.  Not to be called from two threads at a time. */
ql_status ql_families_search(ql_families *families, const char *text, size_t n_bytes, ql_family_hit *out, size_t most,
                             size_t *n, ql_error *error);

/* How `b` differs from `a`: runs in the order of the texts, with all words of both.  `out` is the caller's to free
   with ql_free.  *similarity is how much of b's words `a` has in the same order.  Fails only with QL_NO_MEMORY. */
ql_status ql_family_diff(const char *a, size_t n_a, const char *b, size_t n_b, ql_family_edit **out, size_t *n,
                         float *similarity, ql_error *error);

#endif

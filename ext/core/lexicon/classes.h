/* Sets of word classes, as wide as the lists of ext/data/lexicon ask for.

   A class is a number, QL_WORD_<CLASS>; a set has a bit for each.  Sets that a rule names are folded when the code is
   compiled, so a test for several classes costs as much as a test for one. */
#ifndef QL_CLASSES_H
#define QL_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tables/lexicon_classes.h"

typedef struct ql_class_set {
    uint64_t bits[(QL_WORD_CLASSES + 63) / 64];
} ql_class_set;

enum { QL_CLASS_WORDS = sizeof(ql_class_set) / sizeof(uint64_t) };

static inline void ql_class_add(ql_class_set *set, unsigned class) {
    set->bits[class / 64] |= UINT64_C(1) << class % 64;
}

static inline void ql_class_remove(ql_class_set *set, unsigned class) {
    set->bits[class / 64] &= ~(UINT64_C(1) << class % 64);
}

static inline ql_class_set ql_class_set_of(const uint16_t *classes, size_t n) {
    ql_class_set made = {{0}};
    for (size_t i = 0; i < n; i++) ql_class_add(&made, classes[i]);
    return made;
}

#define QL_NO_CLASSES ((ql_class_set){{0}})

/* The set of the classes that are named: QL_CLASSES(QL_WORD_WEEKDAY, QL_WORD_MONTH). */
#define QL_CLASSES(...) \
    ql_class_set_of((const uint16_t[]){__VA_ARGS__}, sizeof((const uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t))

static inline ql_class_set ql_classes_joined(ql_class_set a, ql_class_set b) {
    for (int i = 0; i < QL_CLASS_WORDS; i++) a.bits[i] |= b.bits[i];
    return a;
}

static inline ql_class_set ql_classes_shared(ql_class_set a, ql_class_set b) {
    for (int i = 0; i < QL_CLASS_WORDS; i++) a.bits[i] &= b.bits[i];
    return a;
}

/* Have two sets a class in common? */
static inline bool ql_classes_meet(ql_class_set a, ql_class_set b) {
    uint64_t both = 0;
    for (int i = 0; i < QL_CLASS_WORDS; i++) both |= a.bits[i] & b.bits[i];
    return both != 0;
}

/* Is one of the classes that are named in the set?  ql_in(classes, QL_WORD_WEEKDAY, QL_WORD_MONTH). */
#define ql_in(set, ...) ql_classes_meet(set, QL_CLASSES(__VA_ARGS__))

/* Is a word with these classes in a list that says what words are, and not only in those of ext/data/lexicon/rules,
   which say what one rule looks for?  Their classes come last. */
static inline bool ql_is_known(ql_class_set set) {
    uint64_t last = set.bits[QL_FIRST_RULE / 64] & ((UINT64_C(1) << QL_FIRST_RULE % 64) - 1);
    for (int i = 0; i < QL_FIRST_RULE / 64; i++) last |= set.bits[i];
    return last != 0;
}

/* Words that, written with a capital, open a sentence far more often than they carry a name on. */
#define QL_WORD_STARTER                                                                                  \
    QL_WORD_PRONOUN, QL_WORD_DETERMINER, QL_WORD_PREPOSITION, QL_WORD_COORDINATOR, QL_WORD_SUBORDINATOR, \
        QL_WORD_ADVERB, QL_WORD_WH, QL_WORD_AUXILIARY, QL_WORD_QUANTIFIER, QL_WORD_POSSESSIVE

#endif

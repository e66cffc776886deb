/* Comparing two names: the same words, or one a short form of the other. */
#include "names/name.h"

static bool is_name(const ql_name *name) {
    return name->n_words != 0;
}

static bool words_equal(const ql_name_word *a, const ql_name_word *b) {
    return a->hash == b->hash || a->loose == b->loose;
}

static bool firsts_agree(const ql_name_word *a, const ql_name_word *b) {
    if (a->base == b->base || words_equal(a, b)) return true;
    return (a->is_initial || b->is_initial) && a->letter == b->letter;
}

/* Do the words of a stand in b in this order? */
static bool is_within(const ql_name *a, const ql_name *b) {
    size_t at = 0;
    for (size_t i = 0; i < b->n_words && at < a->n_words; i++) at += firsts_agree(&a->words[at], &b->words[i]);
    return at == a->n_words;
}

static bool is_acronym_of(const ql_name *a, const ql_name *b) {
    uint64_t hash = a->words[0].hash;
    if (a->n_words == 1 && b->n_words > 1 && a->clip != 0 && a->clip == b->clip) return true; /* "the Fed" */
    if (!a->is_acronym || a->n_words != 1) return false;
    return hash == b->alias || (b->n_words > 1 && (hash == b->acronyms[0] || hash == b->acronyms[1]));
}

/* "Ann Lee Jr." is not "Ann Lee", but could be "Lee"; "Ann Lee III" could be both. */
static bool suffixes_conflict(const ql_name *a, const ql_name *b) {
    if (a->suffix == b->suffix) return false;
    if (a->suffix != 0 && b->suffix != 0) return true;
    const ql_name *with = a->suffix != 0 ? a : b, *without = with == a ? b : a;
    return with->is_junior && without->n_words > 1;
}

static bool conflicts(const ql_name *a, const ql_name *b) {
    if (suffixes_conflict(a, b)) return true;
    if (a->gender != QL_GENDER_NONE && b->gender != QL_GENDER_NONE && a->gender != b->gender) return true;
    return (a->kind == QL_NAME_PERSON && b->kind == QL_NAME_BODY) ||
           (a->kind == QL_NAME_BODY && b->kind == QL_NAME_PERSON);
}

/* "UN" is not short for "UN Security Council". */
static bool is_part_of(const ql_name *a, const ql_name *b) {
    bool letters = a->is_acronym && a->n_words == 1 && !a->words[0].is_initial;
    return letters && b->n_words > 2 && b->kind == QL_NAME_BODY && words_equal(&a->words[0], &b->words[0]);
}

/* "Richard III" is nobody with a family name. */
static bool is_regnal(const ql_name *name) {
    return name->n_words == 1 && name->suffix != 0 && !name->is_junior && name->words[0].is_given;
}

/* One word against several: the family name or the first one. */
static bool is_short_for(const ql_name_word *word, const ql_name *full) {
    const ql_name_word *first = &full->words[0], *last = &full->words[full->n_words - 1];
    if (words_equal(word, last) && !(full->kind == QL_NAME_UNSURE && word->is_initial)) return true;
    return words_equal(word, first) || (word->is_given && word->base == first->base);
}

static bool long_ones_agree(const ql_name *a, const ql_name *b) {
    const ql_name *shorter = a->n_words <= b->n_words ? a : b, *longer = shorter == a ? b : a;
    const ql_name_word *last_a = &a->words[a->n_words - 1], *last_b = &b->words[b->n_words - 1];
    if (a->kind != QL_NAME_BODY && b->kind != QL_NAME_BODY && words_equal(last_a, last_b) &&
        firsts_agree(&a->words[0], &b->words[0]))
        return a->n_words == 2 || b->n_words == 2 || is_within(shorter, longer);
    bool initial = shorter->words[0].is_initial || (longer->n_words == 2 && longer->words[0].is_initial);
    return is_within(shorter, longer) && !(initial && shorter->n_words == 2);
}

static bool equal_words(const ql_name *a, const ql_name *b) {
    if (a->n_words != b->n_words) return a->joined == b->joined;
    for (size_t i = 0; i < a->n_words; i++)
        if (!words_equal(&a->words[i], &b->words[i])) return a->joined == b->joined;
    return true;
}

ql_likeness ql_name_compare(const ql_name *a, const ql_name *b) {
    if (!is_name(a) || !is_name(b) || conflicts(a, b)) return QL_NAMES_DIFFER;
    if (equal_words(a, b)) return a->suffix == b->suffix || a->n_words > 1 ? QL_NAMES_SAME : QL_NAMES_AGREE;
    if (a->kind == QL_NAME_BODY && a->kind == b->kind && a->bag == b->bag) return QL_NAMES_SAME;
    if (is_acronym_of(a, b) || is_acronym_of(b, a)) return QL_NAMES_AGREE;
    if (is_part_of(a, b) || is_part_of(b, a)) return QL_NAMES_DIFFER;
    if (a->n_words != b->n_words && (is_regnal(a) || is_regnal(b))) return QL_NAMES_DIFFER;
    if (a->n_words > 1 && b->n_words > 1) return long_ones_agree(a, b) ? QL_NAMES_AGREE : QL_NAMES_DIFFER;
    if (a->n_words == b->n_words)
        return (a->words[0].is_given || b->words[0].is_given) && a->words[0].base == b->words[0].base
                   ? QL_NAMES_AGREE
                   : QL_NAMES_DIFFER;
    if (a->n_words == 1 ? a->is_closed : b->is_closed)
        return QL_NAMES_DIFFER; /* "Norvik Inc." is no "Norvik Lines" */
    bool agree = a->n_words == 1 ? is_short_for(&a->words[0], b) : is_short_for(&b->words[0], a);
    return agree ? QL_NAMES_AGREE : QL_NAMES_DIFFER;
}

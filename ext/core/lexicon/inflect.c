#include "lexicon/inflect.h"

#include <string.h>

#include "lexicon/lexicon.h"

static bool is_vowel(char c) {
    return memchr("aeiou", c, 5) != NULL;
}

/* `stem_length` bytes of `lemma` with `ending`. */
static const char *join(ql_arena *arena, const char *lemma, size_t stem_length, const char *ending) {
    size_t n = strlen(ending) + 1;
    char *form = ql_arena_alloc(arena, stem_length + n, 1);
    if (form == NULL) return NULL;
    memcpy(form, lemma, stem_length);
    memcpy(form + stem_length, ending, n);
    return form;
}

static bool ends_in_consonant_y(const char *lemma, size_t n) {
    return n > 1 && lemma[n - 1] == 'y' && !is_vowel(lemma[n - 2]);
}

static bool is_sibilant(const char *lemma, size_t n) {
    char last = lemma[n - 1], before = n > 1 ? lemma[n - 2] : 'a';
    return last == 's' || last == 'x' || last == 'z' || (last == 'h' && (before == 'c' || before == 's'));
}

/* "quip", "beg": one syllable, one vowel, one consonant, which doubles before -ed and -ing. */
static bool is_short(const char *lemma, size_t n) {
    if (n < 3 || memchr("bdfgklmnprtvz", lemma[n - 1], 13) == NULL || !is_vowel(lemma[n - 2])) return false;
    for (size_t i = 0; i < n - 2; i++)
        if (is_vowel(lemma[i]) && !(lemma[i] == 'u' && i > 0 && lemma[i - 1] == 'q')) return false;
    return true;
}

/* Is `past` the lemma with its last letter doubled and -ed: "rebutted"?  Then the gerund doubles it too. */
static bool is_doubled(const char *past, const char *lemma, size_t n) {
    return strlen(past) == n + 3 && memcmp(past, lemma, n) == 0 && past[n] == lemma[n - 1] &&
           strcmp(past + n + 1, "ed") == 0;
}

static const char *third_person(ql_arena *arena, const char *lemma, size_t n) {
    if (ends_in_consonant_y(lemma, n)) return join(arena, lemma, n - 1, "ies");
    return join(arena, lemma, n, is_sibilant(lemma, n) ? "es" : "s");
}

/* The lemma with -ed or -ing. */
static const char *suffixed(ql_arena *arena, const char *lemma, size_t n, bool doubles, const char *ending) {
    const char *stem = doubles ? join(arena, lemma, n, (char[2]){lemma[n - 1], '\0'}) : lemma;
    return stem != NULL ? join(arena, stem, n + doubles, ending) : NULL;
}

static const char *past_tense(ql_arena *arena, const char *lemma, size_t n, bool doubles) {
    if (ends_in_consonant_y(lemma, n)) return join(arena, lemma, n - 1, "ied");
    return suffixed(arena, lemma, n, doubles, lemma[n - 1] == 'e' ? "d" : "ed");
}

static const char *gerund(ql_arena *arena, const char *lemma, size_t n, bool doubles) {
    bool mute = n > 1 && lemma[n - 1] == 'e' && lemma[n - 2] != 'e';
    return suffixed(arena, lemma, n - mute, doubles, "ing");
}

/* ------------------------------------------------------------------------------------------ irregular forms */

/* Words of `forms`, blanks between; QL_MOST_FORMS for too many or one too long. */
static size_t count_words(const char *forms) {
    size_t n_words = 0;
    for (const char *at = forms + strspn(forms, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        if (n > QL_LONGEST_FORM || ++n_words == QL_MOST_FORMS) return QL_MOST_FORMS;
        at += n;
    }
    return n_words;
}

bool ql_are_forms(const char *irregular, bool is_noun) {
    size_t n = count_words(irregular);
    return is_noun ? n == 1 : n == 2 || n == 3;
}

/* The next word of `*at`, which has one. */
static const char *take_word(ql_arena *arena, const char **at) {
    const char *word = *at + strspn(*at, " ");
    size_t n = strcspn(word, " ");
    *at = word + n;
    return join(arena, word, n, "");
}

size_t ql_inflect_verb(ql_arena *arena, const char *lemma, const char *irregular, ql_form out[QL_MOST_FORMS]) {
    size_t n = strlen(lemma);
    const char *given = irregular, *past, *participle;
    if (given != NULL) {
        past = take_word(arena, &given);
        participle = take_word(arena, &given);
    } else {
        past = participle = past_tense(arena, lemma, n, is_short(lemma, n));
    }
    if (past == NULL || participle == NULL) return 0;
    bool doubles = is_short(lemma, n) || is_doubled(past, lemma, n);
    bool has_gerund = given != NULL && given[strspn(given, " ")] != '\0';
    out[0] = (ql_form){lemma, QL_VERB_BASE};
    out[1] = (ql_form){third_person(arena, lemma, n), QL_VERB_S};
    out[2] = (ql_form){past, QL_VERB_PAST};
    out[3] = (ql_form){participle, QL_VERB_PARTICIPLE};
    out[4] = (ql_form){has_gerund ? take_word(arena, &given) : gerund(arena, lemma, n, doubles), QL_VERB_ING};
    return out[1].bytes != NULL && out[4].bytes != NULL ? 5 : 0;
}

size_t ql_inflect_noun(ql_arena *arena, const char *lemma, const char *irregular, ql_form out[QL_MOST_FORMS]) {
    out[0] = (ql_form){lemma, 0};
    out[1] =
        (ql_form){irregular != NULL ? take_word(arena, &irregular) : third_person(arena, lemma, strlen(lemma)), 0};
    return out[1].bytes != NULL ? 2 : 0;
}

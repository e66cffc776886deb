#include "lexicon/lemma.h"

#include <string.h>

/* A row of ext/data/lemma.tsv: offsets into lemma_bytes, and lengths. */
typedef struct exception {
    uint16_t form, lemma;
    uint8_t n_form, n_lemma;
    uint8_t tag; /* QL_TAG_NONE for the stem of a verb */
} exception;

/* A place in the hash table: index + 1 of an exception, 0 where empty, and the upper half of its hash. */
typedef struct slot {
    uint16_t index, check;
} slot;

#include "tables/lemma.h"

enum { N_SLOTS = sizeof slots / sizeof slots[0] };

/* A lemma is the first `kept` bytes of the word, and an ending. */
typedef struct cut {
    size_t kept, n_ending;
    const char *ending;
} cut;

typedef struct word {
    const char *bytes;
    size_t n;
} word;

static cut whole(word w) {
    return (cut){w.n, 0, ""};
}

/* The word less its last `less` bytes, with `ending`. */
static cut replaced(word w, size_t less, const char *ending) {
    return (cut){w.n - less, strlen(ending), ending};
}

/* The byte `back` places before the end, counted from 1; 0 before the start. */
static char last(word w, size_t back) {
    return back <= w.n ? w.bytes[w.n - back] : '\0';
}

static bool ends(word w, const char *ending) {
    size_t n = strlen(ending);
    return w.n >= n && memcmp(w.bytes + w.n - n, ending, n) == 0;
}

static word shortened(word w, size_t less) {
    return (word){w.bytes, w.n - less};
}

/* ------------------------------------------------------------------------------------------- exceptions */

static uint32_t hash_of(word w, uint8_t tag) {
    uint32_t value = 2166136261u;
    for (size_t i = 0; i < w.n; i++) value = (value ^ (unsigned char)w.bytes[i]) * 16777619u;
    value = (value ^ tag) * 0x9E3779B1u;
    return value ^ value >> 15;
}

static const exception *find(word w, uint8_t tag) {
    if (w.n == 0 || w.n > LONGEST_EXCEPTION) return NULL;
    uint32_t hash = hash_of(w, tag);
    for (uint32_t at = hash & (N_SLOTS - 1); slots[at].index != 0; at = (at + 1) & (N_SLOTS - 1)) {
        const exception *row = &exceptions[slots[at].index - 1];
        if (slots[at].check == hash >> 16 && row->tag == tag && row->n_form == w.n &&
            memcmp(lemma_bytes + row->form, w.bytes, w.n) == 0)
            return row;
    }
    return NULL;
}

static cut lemma_of_row(const exception *row) {
    return (cut){0, row->n_lemma, lemma_bytes + row->lemma};
}

/* ------------------------------------------------------------------------------------- vowels and stems */

/* Is the letter `back` places before the end a vowel?  The u of "qu" is not, nor is a y at the start.  Bytes beyond
   ASCII count as vowels: in English words they are é, ï and the like more often than not. */
static bool is_vowel(word w, size_t back) {
    char c = last(w, back);
    if (c == 'u') return last(w, back + 1) != 'q';
    if (c == 'y') return back < w.n;
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || (unsigned char)c >= 0x80;
}

/* How many runs of vowels it has, to the most of two. */
static int syllables(word w) {
    int n = 0;
    for (size_t back = 1; back <= w.n && n < 2; back++) n += is_vowel(w, back) && !is_vowel(w, back + 1);
    return n;
}

static bool is_one_of(char c, const char *set) {
    return c != '\0' && strchr(set, c) != NULL;
}

/* Does a stem that ends in one vowel and one consonant lack an e?  Those of one syllable do, or the consonant would
   be double: hope, hopping.  In longer ones it depends on both: create, visit; rule, travel; combine, open. */
static bool lacks_e_after_vowel(word stem, char vowel, char consonant) {
    if (is_one_of(consonant, "hjqwxy")) return false;
    if (syllables(stem) < 2) return true;
    switch (consonant) {
    case 't': return !is_one_of(vowel, "ei");
    case 'l': return !is_one_of(vowel, "ae");
    case 'n': return !is_one_of(vowel, "eo");
    case 'r': return !is_one_of(vowel, "eo");
    case 'p': return !is_one_of(vowel, "eiou");
    default: return true;
    }
}

/* Does it after two vowels?  As a rule no (need, cloud, join); but raise, freeze, leave, league, and -iate, -uate. */
static bool lacks_e_after_vowels(word stem, char consonant) {
    if (is_one_of(consonant, "csvzg")) return true;
    return consonant == 't' && last(stem, 2) == 'a' && is_one_of(last(stem, 3), "iu");
}

/* Does it after another consonant?  Dance, solve, judge, emerge, sense, handle, acre; not waltz, hang, curl. */
static bool lacks_e_after_consonant(char before, char consonant) {
    switch (consonant) {
    case 'c':
    case 'v': return true;
    case 'z': return before != 't';
    case 'g': return is_one_of(before, "dlr");
    case 's': return is_one_of(before, "lnprw");
    case 'l': return !is_one_of(before, "rw");
    case 'r': return is_one_of(before, "bcdgtv");
    default: return false;
    }
}

/* Did the stem of a verb or an adjective lose a mute e before -ed, -ing, -er, -est? */
static bool lacks_e(word stem) {
    char c = last(stem, 1);
    if (c == 'u') return true;
    if (is_vowel(stem, 1)) return false;
    if (c == last(stem, 2)) return false; /* call, add */
    if (!is_vowel(stem, 2)) return lacks_e_after_consonant(last(stem, 2), c);
    if (is_vowel(stem, 3)) return lacks_e_after_vowels(stem, c);
    return lacks_e_after_vowel(stem, last(stem, 2), c);
}

/* Is its last consonant double only because of the ending?  Run, admit, travel; not call, pass, buzz, staff. */
static bool is_doubled(word stem) {
    char c = last(stem, 1);
    if (c != last(stem, 2) || !is_one_of(c, "bdgklmnprtv")) return false;
    return c != 'l' || syllables(stem) > 1 || is_vowel(stem, 4); /* fuel */
}

/* What `w` was before the last `less` bytes were added to its stem. */
static cut restored(word w, size_t less) {
    word stem = shortened(w, less);
    if (is_doubled(stem)) return replaced(w, less + 1, "");
    return replaced(w, less, lacks_e(stem) ? "e" : "");
}

/* ------------------------------------------------------------------------------------------ the endings */

/* -s of nouns and verbs, less the exceptions of either. */
static cut without_s(word w) {
    if (w.n < 3 || last(w, 1) != 's' || ends(w, "ss") || ends(w, "is")) return whole(w);
    if (ends(w, "us") && !ends(w, "eaus")) return whole(w);
    if (last(w, 2) == '\'') return replaced(w, 2, "");
    if (last(w, 2) != 'e') return replaced(w, 1, "");
    if (ends(w, "ies")) return w.n > 4 ? replaced(w, 3, "y") : replaced(w, 1, "");
    bool has_es = ends(w, "ches") || ends(w, "shes") || ends(w, "sses") || ends(w, "xes") || ends(w, "zzes") ||
                  ends(w, "tzes") || ends(w, "oes");
    return replaced(w, has_es ? 2 : 1, "");
}

static cut verb(word w) {
    if (ends(w, "ied")) return w.n > 4 ? replaced(w, 3, "y") : replaced(w, 1, "");
    bool is_past = ends(w, "ed");
    if (!is_past && !ends(w, "ing") && !ends(w, "in'")) return without_s(w);
    size_t less = is_past ? 2 : 3;
    word stem = shortened(w, less);
    const exception *row = find(stem, QL_TAG_NONE);
    if (row != NULL) return lemma_of_row(row);
    if (syllables(stem) == 0) return whole(w);                      /* bring, shed */
    if (is_past && last(stem, 1) == 'e') return replaced(w, 1, ""); /* agreed */
    return restored(w, less);
}

static bool is_decade(word w) {
    if (w.n < 2 || last(w, 1) != 's' || last(w, 2) != '0') return false;
    return last(w, 3) >= '0' && last(w, 3) <= '9';
}

/* -men, -s; -uses of viruses, but not of houses and causes; -eses and -yses of theses and analyses. */
static cut noun(word w) {
    if (w.n > 4 && ends(w, "men")) return replaced(w, 2, "an");
    if (last(w, 1) != 's' || is_decade(w)) return whole(w);
    if (ends(w, "0's")) return replaced(w, 2, "s"); /* 1990's */
    if (w.n > 5 && ends(w, "uses") && !is_one_of(last(w, 5), "aeo")) return replaced(w, 2, "");
    if (w.n > 5 && (ends(w, "eses") || ends(w, "yses")) && last(w, 5) != 'e') return replaced(w, 2, "is");
    return without_s(w);
}

/* -er and -est after one syllable, or after y, -le, -ow: longer, busiest, simpler, narrower; not together. */
static cut comparison(word w) {
    size_t less = ends(w, "er") ? 2 : ends(w, "est") ? 3 : 0;
    if (less == 0 || w.n < less + 2) return whole(w);
    word stem = shortened(w, less);
    char c = last(stem, 1);
    if (c == 'i' && stem.n > 2) return replaced(w, less + 1, "y");
    bool is_le = c == 'l' && is_one_of(last(stem, 2), "bdgkpt");
    if (c == 'e' || (syllables(stem) != 1 && !is_le && !ends(stem, "ow"))) return whole(w);
    return restored(w, less);
}

/* ------------------------------------------------------------------------------------------- the lemma */

/* What follows the last hyphen, whose lemma is the lemma of the compound: co-wrote, e-mails. */
static word behind_hyphen(word w) {
    size_t at = w.n;
    while (at > 0 && w.bytes[at - 1] != '-') at--;
    return (word){w.bytes + at, w.n - at};
}

static const exception *row_of(word w, uint8_t tag) {
    const exception *row = find(w, tag);
    return row == NULL && tag == QL_TAG_AUX ? find(w, QL_TAG_VERB) : row;
}

static cut by_rule(word w, uint8_t tag) {
    switch (tag) {
    case QL_TAG_NOUN: return noun(w);
    case QL_TAG_AUX:
    case QL_TAG_VERB: return verb(w);
    case QL_TAG_ADJ:
    case QL_TAG_ADV: return comparison(w);
    default: return whole(w);
    }
}

static bool has_lemma(uint8_t tag) {
    switch (tag) {
    case QL_TAG_NONE:
    case QL_TAG_NUM:
    case QL_TAG_PROPN:
    case QL_TAG_PUNCT:
    case QL_TAG_SYM:
    case QL_TAG_X: return false;
    default: return tag < QL_TAGS;
    }
}

static cut lemma_of(word w, uint8_t tag) {
    if (!has_lemma(tag)) return whole(w);
    const exception *row = row_of(w, tag);
    if (row != NULL) return lemma_of_row(row);
    word tail = tag == QL_TAG_NOUN || tag == QL_TAG_VERB ? behind_hyphen(w) : w;
    if (tail.n == w.n) return by_rule(w, tag);
    row = row_of(tail, tag);
    cut found = row != NULL ? lemma_of_row(row) : by_rule(tail, tag);
    found.kept += w.n - tail.n;
    return found;
}

size_t ql_lemma(const char *folded, size_t n_bytes, uint8_t tag, char *out, size_t capacity) {
    cut found = lemma_of((word){folded, n_bytes}, tag);
    size_t n = found.kept + found.n_ending;
    if (n > capacity || n == 0) return 0;
    memcpy(out, folded, found.kept);
    memcpy(out + found.kept, found.ending, found.n_ending);
    return n;
}

bool ql_is_plural(const char *folded, size_t n_bytes) {
    enum { LONGEST = 64 };
    char lemma[LONGEST + QL_LEMMA_GROWTH];
    if (n_bytes > LONGEST) return false;
    size_t n = ql_lemma(folded, n_bytes, QL_TAG_NOUN, lemma, sizeof lemma);
    return n != n_bytes || memcmp(lemma, folded, n) != 0;
}

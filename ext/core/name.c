/* Reading one name: which words of a mention are the name, what the others tell, and whether two names can be one.

   The name is the last run of capitals before the first preposition or comma: what stands before it are titles
   ("Prime Minister Ada Holm"), owners ("Norvik's mayor Ada Holm") and nouns ("the ferry operator Norvik Lines").
   A phrase that ends in another word is a description.  "of", "for" and "and" go on inside the names of bodies. */
#include "name.h"

#include <string.h>

#include "../tables/lexicon_classes.h"
#include "fold.h"
#include "internal.h"
#include "utf8.h"

/* A word that names are made of or come with. */
typedef struct name_entry {
    const char *word, *base;
    uint16_t kinds; /* NAME_ bits */
    uint8_t gender;
} name_entry;

#include "../tables/names.h"

enum { N_ENTRIES = sizeof name_entries / sizeof name_entries[0] };
enum { CLIP = 3 };                                               /* letters of "the Fed" */
enum { MOST_TOKENS = 48, LONGEST_WORD = 96, MOST_BYTES = 1000 }; /* of a mention; what is beyond is not read */

#define ROLES (QL_WORD_ROLE | QL_WORD_ROLE_TITLE | QL_WORD_HONORIFIC | QL_WORD_ABBREVIATION_TITLE)
#define BODIES                                                                                       \
    (QL_WORD_BODY | QL_WORD_BODY_SUFFIX | QL_WORD_BODY_NAME | QL_WORD_OUTLET | QL_WORD_OUTLET_NOUN | \
     QL_WORD_AGENCY | QL_WORD_WIRE)
#define SKIPPED                                                                                        \
    (QL_WORD_DETERMINER | QL_WORD_PREPOSITION | QL_WORD_COORDINATOR | QL_WORD_AUXILIARY | QL_WORD_WH | \
     QL_WORD_POSSESSIVE | QL_WORD_PRONOUN)

typedef struct token {
    int32_t start, end;
    uint64_t classes; /* QL_WORD_ bits */
    uint16_t kinds;   /* NAME_ bits */
    uint8_t gender;
    uint8_t n_plain;
    char plain[LONGEST_WORD]; /* folded, without accents and stops */
    bool capital, all_caps, initial;
    bool capitals; /* two at the least: "NATO", "BoE" */
    bool owner;    /* "'s" stands behind it */
    bool breaks;   /* a comma or the like stands before it */
    bool bracket;  /* it stands in brackets */
} token;

typedef struct reader {
    const ql_lexicon *lexicon;
    const char *bytes;
    int32_t n_bytes;
    uint8_t kind;
    int32_t n;
    token tokens[MOST_TOKENS];
} reader;

/* -------------------------------------------------------------------------------------------------- hashes */

#define HASH_START UINT64_C(0xCBF29CE484222325)

static uint64_t hash_on(uint64_t hash, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
    return hash;
}

static uint64_t hash_of(const char *bytes, size_t n) {
    return hash_on(HASH_START, bytes, n);
}

static uint64_t mixed(uint64_t hash, uint64_t next) {
    return (hash ^ (next >> 29) ^ next) * UINT64_C(0x9E3779B97F4A7C15);
}

/* What spellings of one name share: no double letters, and one letter where several write a sound. */
static uint64_t loose_hash(const char *bytes, size_t n) {
    char out[LONGEST_WORD], last = '\0';
    size_t length = 0;
    for (size_t i = 0; i < n && length < sizeof out; i++) {
        char c = bytes[i];
        if (c == 'y' || c == 'j') c = 'i';
        if (c == 'h' && i > 0) continue;
        if (c == 'p' && i + 1 < n && bytes[i + 1] == 'h') c = 'f';
        if (c == 'w') c = 'v';
        if (c == 'z') c = 's';
        if (c == 'q' || c == 'k') c = 'c';
        if (c == last) continue;
        out[length++] = last = c;
    }
    return hash_of(out, length);
}

/* --------------------------------------------------------------------------------------------------- words */

static int compare_words(const char *entry, const char *word, size_t n) {
    size_t length = strlen(entry);
    int order = memcmp(entry, word, length < n ? length : n);
    return order != 0 ? order : (length > n) - (length < n);
}

static const name_entry *entry_of(const char *word, size_t n) {
    size_t low = 0, high = N_ENTRIES;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_words(name_entries[middle].word, word, n);
        if (order == 0) return &name_entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Put the letters of a folded word without accents and stops. */
static void make_plain(token *t, const char *folded, size_t n) {
    size_t length = 0;
    for (int32_t at = 0, next; at < (int32_t)n; at = next) {
        uint32_t code = ql_utf8_decode(folded, (int32_t)n, at, &next);
        uint32_t base = ql_base_letter(code);
        if (base == '.' || base == 0) continue;
        size_t width = base < 0x80 ? 1 : (size_t)(next - at);
        if (length + width > sizeof t->plain) break;
        if (width == 1)
            t->plain[length] = (char)base;
        else
            memcpy(t->plain + length, folded + at, width);
        length += width;
    }
    t->n_plain = (uint8_t)length;
}

/* "ex-president", "then-Senator": what the last part is. */
static uint64_t classes_of_last_part(const reader *r, const char *folded, size_t n) {
    size_t at = n;
    while (at > 0 && folded[at - 1] != '-') at--;
    return at > 0 ? ql_lexicon_classes(r->lexicon, folded + at, n - at) & ROLES : 0;
}

static void look_up(const reader *r, token *t) {
    char folded[LONGEST_WORD];
    size_t n;
    t->n_plain = 0;
    if (!ql_fold(r->bytes + t->start, (size_t)(t->end - t->start), folded, sizeof folded, &n)) return;
    size_t bare = n > 0 && folded[n - 1] == '.' ? n - 1 : n;
    t->classes = ql_lexicon_classes(r->lexicon, folded, n);
    if (t->classes == 0) t->classes = ql_lexicon_classes(r->lexicon, folded, bare);
    if (t->classes == 0) t->classes = classes_of_last_part(r, folded, bare);
    make_plain(t, folded, n);
    const name_entry *entry = t->n_plain != 0 ? entry_of(t->plain, t->n_plain) : NULL;
    if (entry == NULL) return;
    t->kinds = entry->kinds;
    t->gender = entry->gender;
}

/* Capitals of a word, by its letters. */
static void look_at_case(const reader *r, token *t) {
    int32_t letters = 0, capitals = 0;
    for (int32_t at = t->start, next; at < t->end; at = next) {
        uint32_t code = ql_utf8_decode(r->bytes, t->end, at, &next);
        if (!ql_is_letter(code)) continue;
        letters++;
        capitals += ql_is_upper(code);
        if (!ql_is_upper(code) && !ql_is_lower(code)) t->capital = true; /* a script without case */
    }
    t->capital |= capitals != 0;
    t->all_caps = letters > 1 && capitals == letters;
    t->capitals = capitals > 1;
    t->initial = letters == 1 && capitals == 1;
}

/* --------------------------------------------------------------------------------------------- tokens of a mention
 */

static uint32_t code_at(const reader *r, int32_t at, int32_t *next) {
    *next = at;
    return at < r->n_bytes ? ql_utf8_decode(r->bytes, r->n_bytes, at, next) : 0;
}

static bool is_alnum_at(const reader *r, int32_t at) {
    int32_t next;
    uint32_t code = code_at(r, at, &next);
    return next > at && (ql_is_alnum(code) || ql_base_letter(code) == 0);
}

static bool is_apostrophe(uint32_t code) {
    return code == '\'' || code == 0x2019 || code == 0x2018 || code == '`' || code == 0x00B4;
}

static bool is_joiner(uint32_t code) {
    return code == '-' || code == 0x2010 || code == 0x2011 || code == '.' || code == '&' || is_apostrophe(code);
}

/* Is what stands at `at` the s of a possessive? */
static bool is_possessive_at(const reader *r, int32_t at) {
    return at < r->n_bytes && (r->bytes[at] | 0x20) == 's' && !is_alnum_at(r, at + 1);
}

/* The end of the word that starts at `at`; *owner says that a possessive ends it, *next where to go on. */
static int32_t word_end(const reader *r, int32_t at, bool *owner, int32_t *next) {
    while (at < r->n_bytes) {
        int32_t behind;
        uint32_t code = code_at(r, at, &behind);
        *next = at;
        if (is_apostrophe(code) && is_possessive_at(r, behind)) {
            *owner = true;
            *next = behind + 1;
            return at;
        }
        if (!is_alnum_at(r, at) && !(is_joiner(code) && is_alnum_at(r, behind))) return at;
        at = behind;
    }
    *next = at;
    return at;
}

/* A full stop belongs to an initial, to "U.S." and to abbreviations that names come with. */
static void take_stop(const reader *r, token *t, int32_t *next) {
    char folded[LONGEST_WORD];
    size_t n;
    if (t->end >= r->n_bytes || r->bytes[t->end] != '.' || t->owner) return;
    bool dotted = memchr(r->bytes + t->start, '.', (size_t)(t->end - t->start)) != NULL;
    int32_t length = t->end + 1 - t->start;
    bool fits = ql_fold(r->bytes + t->start, (size_t)length, folded, sizeof folded, &n);
    bool known = fits && ql_lexicon_classes(r->lexicon, folded, n) != 0;
    const name_entry *entry = fits && n > 1 ? entry_of(folded, n - 1) : NULL;
    bool joined = entry != NULL && (entry->kinds & (NAME_SUFFIX | NAME_ENDING | NAME_HONORIFIC)) != 0;
    if (length != 2 && !dotted && !known && !joined) return;
    t->end++;
    *next = t->end;
}

typedef struct scan {
    int32_t at, depth;
    bool breaks;
} scan;

/* Punctuation between words. */
static void pass(reader *r, scan *s) {
    int32_t at = s->at;
    uint32_t code = code_at(r, at, &s->at);
    token *last = r->n > 0 ? &r->tokens[r->n - 1] : NULL;
    bool spaced = at > 0 && s->at < r->n_bytes && r->bytes[at - 1] == ' ' && r->bytes[s->at] == ' ';
    if (code == '(' || code == '[') s->depth++;
    if ((code == ')' || code == ']') && s->depth > 0) s->depth--;
    if (code == ',' || code == ';' || code == ':' || code == 0x2013 || code == 0x2014) s->breaks = true;
    if (code == '-' && spaced) s->breaks = true;
    if (!is_apostrophe(code) || last == NULL) return;
    if (is_possessive_at(r, s->at)) {
        last->owner = true;
        s->at++;
    } else if ((last->end == at || spaced) && last->n_plain > 1 && last->plain[last->n_plain - 1] == 's') {
        last->owner = true;
    }
}

static void add_token(reader *r, scan *s) {
    token *t = &r->tokens[r->n];
    int32_t next = s->at;
    *t = (token){.start = s->at, .breaks = s->breaks, .bracket = s->depth > 0};
    t->end = word_end(r, s->at, &t->owner, &next);
    take_stop(r, t, &next);
    look_up(r, t);
    look_at_case(r, t);
    if (t->kinds & (NAME_SUFFIX | NAME_LETTERS | NAME_ENDING) && t->capital && r->n > 0) t->breaks = false;
    s->at = next;
    s->breaks = false;
    r->n++;
}

static void scan_tokens(reader *r) {
    scan s = {0};
    while (s.at < r->n_bytes && r->n < MOST_TOKENS) {
        int32_t next;
        bool starts = is_alnum_at(r, s.at) && ql_base_letter(code_at(r, s.at, &next)) != 0; /* no mark alone */
        if (starts)
            add_token(r, &s);
        else
            pass(r, &s);
    }
}

/* ---------------------------------------------------------------------------------------------- judging a token */

static bool is_role(const token *t) {
    if (t->kinds & NAME_PARTICLE) return false; /* "St." */
    return (t->classes & ROLES) != 0 || (t->kinds & (NAME_TITLE | NAME_HONORIFIC)) != 0;
}
static bool is_honorific(const token *t) {
    return (t->classes & QL_WORD_HONORIFIC) != 0 || (t->kinds & NAME_HONORIFIC) != 0;
}
/* "UN", "Nato", but not the last part of "Kim Jong Un". */
static bool is_body(const token *t) {
    uint64_t classes = t->capitals || t->n_plain > 3 ? BODIES : BODIES & ~QL_WORD_BODY_NAME;
    return (t->classes & classes) != 0 || (t->kinds & (NAME_BODY | NAME_ENDING)) != 0;
}
static bool is_ending(const token *t) {
    return (t->classes & QL_WORD_BODY_SUFFIX) != 0 || (t->kinds & NAME_ENDING) != 0;
}
static bool is_particle(const token *t) {
    return !t->capital && (t->kinds & NAME_PARTICLE) != 0;
}
static bool is_plain_word(const token *t, const char *word) {
    return strlen(word) == t->n_plain && memcmp(t->plain, word, t->n_plain) == 0;
}
static bool is_article(const token *t) {
    return (t->classes & (QL_WORD_DETERMINER | QL_WORD_POSSESSIVE | QL_WORD_QUANTIFIER)) != 0 && !t->all_caps;
}
static bool says_body(const reader *r) {
    return r->kind == QL_MENTION_ORGANISATION || r->kind == QL_MENTION_AGENCY || r->kind == QL_MENTION_OUTLET;
}
/* Words that join the parts of the name of a body. */
static bool is_link(const token *t) {
    return !t->capital && (is_plain_word(t, "of") || is_plain_word(t, "for") || is_plain_word(t, "on") ||
                           is_plain_word(t, "and") || is_plain_word(t, "the") || is_plain_word(t, "in"));
}

/* ------------------------------------------------------------------------------------------- where the name stands
 */

/* The parts of a mention up to a comma or a bracket: what they hold, by tokens. */
typedef struct segment {
    int32_t first, end;
    int32_t core, core_end; /* the name; equal where there is none */
    int32_t head;           /* the last word of the phrase before a preposition; QL_NONE where there is none */
    bool plural;            /* several names joined */
} segment;

/* Does the name of a body go on behind the preposition or "and" at i? */
static bool goes_on(const reader *r, int32_t first, int32_t i, int32_t end) {
    const token *t = r->tokens;
    int32_t next = i + 1;
    if (next < end && is_article(&t[next]) && !is_plain_word(&t[i], "and")) next++;
    if (i <= first || next >= end || !t[next].capital || !t[i - 1].capital || !is_link(&t[i])) return false;
    if (is_role(&t[i - 1])) return false;
    for (int32_t k = i - 1; k >= first && !is_role(&t[k]) && (t[k].capital || is_link(&t[k])); k--)
        if (is_body(&t[k])) return true;
    return says_body(r);
}

static bool ends_phrase(const token *t) {
    static const uint64_t classes =
        QL_WORD_PREPOSITION | QL_WORD_WH | QL_WORD_RELATIVE | QL_WORD_SUBORDINATOR | QL_WORD_AUXILIARY;
    return !t->capital && (t->classes & classes) != 0 && !is_particle(t);
}

/* "officials backing Lee": a participle behind a noun. */
static bool is_participle(const token *noun, const token *t) {
    bool ends = t->n_plain > 4 && memcmp(t->plain + t->n_plain - 3, "ing", 3) == 0;
    bool people = (noun->classes & (QL_WORD_GROUP | QL_WORD_ANONYMOUS)) != 0 || is_role(noun) ||
                  (noun->n_plain > 3 && noun->plain[noun->n_plain - 1] == 's');
    return ends && !t->capital && !noun->capital && people && !is_article(noun);
}

/* Where the phrase ends: before its first preposition that does not belong to the name of a body. */
static int32_t phrase_end(const reader *r, int32_t first, int32_t end) {
    for (int32_t i = first + 1; i < end; i++) {
        if (ends_phrase(&r->tokens[i]) && !goes_on(r, first, i, end)) return i;
        if (is_participle(&r->tokens[i - 1], &r->tokens[i]) || r->tokens[i].classes & QL_WORD_WEEKDAY) return i;
    }
    return end;
}

/* "secretary of state Ann Lee", "Mayor of Norvik Ann Lee": the name behind what an office is of, or `end`. */
static int32_t behind_office(const reader *r, int32_t phrase, int32_t end) {
    const token *t = r->tokens;
    if (phrase + 2 >= end || !is_role(&t[phrase - 1]) || !is_plain_word(&t[phrase], "of")) return end;
    int32_t at = phrase + 1;
    while (at < end && (is_article(&t[at]) || is_link(&t[at]) || t[at].kinds & NAME_PORTFOLIO)) at++;
    bool office = at > phrase + 1 && t[at - 1].kinds & NAME_PORTFOLIO;
    for (; at + 1 < end && t[at].capital && !office; at++)
        if (at > phrase + 1 && t[at].kinds & NAME_GIVEN) break;
    if (at + 1 >= end || !t[at].capital || !t[end - 1].capital) return end;
    return at;
}

/* "Norvik's mayor Ann Lee": what stands behind the owner.  "Sailors' Union" is one name. */
static int32_t behind_owner(const reader *r, int32_t first, int32_t end) {
    const token *t = r->tokens;
    int32_t from = first;
    for (int32_t i = first; i + 1 < end; i++) {
        bool name = t[i + 1].capital && t[end - 1].capital && !is_role(&t[end - 1]) &&
                    ((t[end - 1].classes & QL_WORD_BODY) != 0 || is_ending(&t[end - 1]) ||
                     (t[i + 1].classes & QL_WORD_BODY) != 0 || (t[end - 1].kinds & NAME_BODY) != 0);
        if (t[i].owner && !name) from = i + 1;
    }
    return from;
}

/* A capital word that means an office may still be a name: "Mr. King", "Stephen King". */
static bool is_surname(const reader *r, int32_t first, int32_t i) {
    const token *t = r->tokens;
    if (i <= first || !t[i].capital) return false;
    if (is_honorific(&t[i - 1]) && !is_honorific(&t[i]))
        return !(t[i].classes & QL_WORD_ROLE_TITLE) || (t[i].kinds & NAME_SURNAME) != 0;
    return t[i - 1].capital && (t[i - 1].kinds & NAME_GIVEN) != 0;
}

/* What stands before a name and is no part of it: "Governor", "Carmaker". */
static bool ends_title(const token *t) {
    return is_role(t) || (t->kinds & NAME_NOUN) != 0;
}

/* Does a word from `from` to `last` say that all is the name of a body? */
static bool holds_body(const reader *r, int32_t from, int32_t last) {
    for (int32_t i = from; i <= last; i++)
        if (is_body(&r->tokens[i])) return true;
    return false;
}

/* Does the name that holds the words from `core` on go on before the "of", "and" or "of the" that stands there?
   Two names that are joined make the phrase plural. */
static bool goes_back(const reader *r, int32_t core, int32_t last, segment *s) {
    const token *t = r->tokens;
    int32_t link = core - 1;
    bool both = is_plain_word(&t[link], "and");
    if (both && link > s->first && !t[link - 1].capital && !is_role(&t[link - 1])) s->plural = true;
    if (is_article(&t[link]) && link > s->first && is_link(&t[link - 1])) link--;
    if (link <= s->first || !is_link(&t[link]) || !t[link - 1].capital || is_role(&t[link - 1])) return false;
    if (goes_on(r, s->first, link, last + 1)) return true;
    if (both && link == core - 1 && holds_body(r, core, last)) return true;
    s->plural = both;
    return false;
}

/* Back from the last word over all that is name. */
static int32_t core_start(const reader *r, int32_t first, int32_t last, segment *s) {
    const token *t = r->tokens;
    bool body = is_body(&t[last]) && !(last == first + 1 && t[first].kinds & NAME_GIVEN);
    int32_t core = last;
    for (; core > first; core--) {
        const token *before = &t[core - 1];
        bool title = is_honorific(before) || (ends_title(before) && !body && !is_surname(r, first, core - 1));
        if (before->capital ? title : !is_particle(before) && !goes_back(r, core, last, s)) break;
    }
    while (core < last && (is_article(&t[core]) || is_link(&t[core]))) core++;
    return core;
}

/* "Mayor Ann Lee and council leader Omar Diaz": two names. */
static bool joins_names(const reader *r, const segment *s) {
    const token *t = r->tokens;
    bool titled = false;
    for (int32_t i = s->first; i < s->core; i++) {
        titled |= is_role(&t[i]);
        if (i < s->first + 2 || !is_plain_word(&t[i], "and")) continue;
        bool name = t[i - 1].capital && t[i - 2].capital && !is_role(&t[i - 1]) && !is_role(&t[i - 2]);
        if (name && (titled || t[i - 2].kinds & NAME_GIVEN)) return true;
    }
    return false;
}

static void find_core(const reader *r, segment *s) {
    const token *t = r->tokens;
    int32_t first = s->first, end = phrase_end(r, first, s->end);
    int32_t office = end < s->end ? behind_office(r, end, s->end) : s->end;
    s->core = s->core_end = s->first;
    s->head = end - 1;
    if (office < s->end) {
        s->core = office;
        s->core_end = s->end;
        return;
    }
    first = behind_owner(r, first, end);
    while (first + 1 < end && is_article(&t[first])) first++;
    int32_t last = end - 1;
    while (last > first && (t[last].kinds & (NAME_SUFFIX | NAME_LETTERS | NAME_ENDING)) != 0 && t[last].capital)
        last--;
    bool closed = last < end - 1;
    if (!t[last].capital || is_article(&t[last])) return;
    bool linked = last > first && is_link(&t[last - 1]); /* "Department of Justice" */
    if (is_role(&t[last]) && !closed && !linked && !is_surname(r, first, last) && !is_body(&t[last])) return;
    s->core = core_start(r, first, last, s);
    s->core_end = end;
    while (s->core_end - 1 > s->core && t[s->core_end - 1].kinds & NAME_LETTERS) s->core_end--;
    bool possessed = s->core > s->first && (t[s->core - 1].classes & QL_WORD_POSSESSIVE) != 0;
    bool ordinary = end - s->core == 1 && (t[s->core].classes & QL_WORD_BODY) != 0;
    if (s->plural || (possessed && ordinary) || joins_names(r, s)) s->core_end = s->core = s->first;
}

static segment segment_from(const reader *r, int32_t first) {
    segment s = {.first = first, .end = first + 1, .head = QL_NONE};
    while (s.end < r->n && !r->tokens[s.end].breaks && r->tokens[s.end].bracket == r->tokens[first].bracket) s.end++;
    find_core(r, &s);
    return s;
}

/* "Ann Lee (Norvik) and Omar Diaz (Ely)": two names. */
static bool joins_behind_bracket(const reader *r, int32_t end) {
    int32_t i = end;
    while (i < r->n && r->tokens[i].bracket) i++;
    return i > end && i < r->n && is_plain_word(&r->tokens[i], "and");
}

/* The segment that holds the name: the first, or the second of "the ferry operator, Norvik Lines". */
static segment main_segment(const reader *r) {
    segment first = segment_from(r, 0);
    if (joins_behind_bracket(r, first.end)) {
        first.core = first.core_end = first.first;
        first.plural = true;
    }
    if (first.core < first.core_end || first.plural || first.end >= r->n || r->tokens[first.end].bracket)
        return first;
    const token *head = &r->tokens[first.head];
    if (!ends_title(head) && !is_body(head)) return first;
    segment second = segment_from(r, first.end);
    bool alone = second.core < second.core_end && second.core == second.first;
    return alone ? second : first;
}

/* ------------------------------------------------------------------------------------------------ what it tells */

static void add_word(ql_name *name, const token *t, const char *bytes, size_t n) {
    if (name->n_words == QL_NAME_WORDS || n == 0) return;
    const name_entry *entry = entry_of(bytes, n);
    uint64_t hash = hash_of(bytes, n);
    int32_t next;
    ql_name_word *word = &name->words[name->n_words++];
    *word = (ql_name_word){.hash = hash, .base = hash, .loose = loose_hash(bytes, n)};
    word->letter = ql_utf8_decode(bytes, (int32_t)n, 0, &next);
    word->is_initial = t->initial && next == (int32_t)n;
    word->is_given = entry != NULL && (entry->kinds & NAME_GIVEN) != 0;
    word->is_ordinary = is_body(t) && !(t->classes & (QL_WORD_BODY_NAME | QL_WORD_OUTLET | QL_WORD_AGENCY));
    if (word->is_given) word->base = hash_of(entry->base, strlen(entry->base));
    name->key = mixed(name->key, hash);
    name->bag += hash * (hash | 1);
}

/* Hyphens and apostrophes part words: "Jong-un", "O'Neil". */
static void add_words(ql_name *name, const token *t) {
    size_t from = 0;
    for (size_t i = 0; i <= t->n_plain; i++)
        if (i == t->n_plain || t->plain[i] == '-' || t->plain[i] == '\'') {
            add_word(name, t, t->plain + from, i - from);
            name->joined = hash_on(name->joined, t->plain + from, i - from);
            from = i + 1;
        }
}

static void add_title(ql_name *name, const token *t) {
    if (name->n_titles < QL_NAME_TITLES && t->n_plain != 0 && !(t->classes & SKIPPED))
        name->titles[name->n_titles++] =
            hash_of(t->plain, t->capital && !is_role(t) && t->n_plain > 5 ? 5 : t->n_plain);
}

typedef struct initials {
    char letters[16];
    size_t n;
} initials;

static void add_initial(initials *to, const token *t) {
    if (to->n < sizeof to->letters && t->n_plain != 0) to->letters[to->n++] = t->plain[0];
}

static uint64_t acronym_of(const initials *of) {
    return of->n > 1 ? hash_of(of->letters, of->n) : 0;
}

/* "Bureau of Rivers" is BR and BOR. */
static void read_initials(const reader *r, int32_t core, int32_t end, ql_name *out) {
    initials short_form = {0}, full = {0};
    for (int32_t i = core; i < end; i++) {
        const token *t = &r->tokens[i];
        if (!is_link(t)) add_initial(&short_form, t);
        add_initial(&full, t);
    }
    out->acronyms[0] = acronym_of(&short_form);
    out->acronyms[1] = acronym_of(&full);
}

static void read_alias(const reader *r, ql_name *out) {
    for (int32_t i = 1; i < r->n; i++) {
        const token *t = &r->tokens[i];
        bool alone = t->bracket && !r->tokens[i - 1].bracket && (i + 1 == r->n || !r->tokens[i + 1].bracket);
        if (!alone || !t->all_caps || memchr(t->plain, '-', t->n_plain) != NULL) continue;
        out->alias = (ql_span){t->start, t->end};
        out->alias_hash = hash_of(t->plain, t->n_plain);
        return;
    }
}

/* How far an apposition tells of the name: "the owner of Norvik Lines since May". */
enum { TELLS_ALL, TELLS_NAMES, TELLS_NOTHING };

static int what_tells(const token *t, int before) {
    if (t->breaks) before = TELLS_ALL;
    if (ends_phrase(t)) return before == TELLS_ALL && is_plain_word(t, "of") ? TELLS_NAMES : TELLS_NOTHING;
    return before == TELLS_NAMES && (is_role(t) || !t->capital) && !is_article(t) ? TELLS_NOTHING : before;
}

static void read_title(const token *t, bool next_to_name, ql_name *out) {
    if (!is_role(t)) return;
    out->has_role = true;
    if (out->gender == QL_GENDER_NONE || is_honorific(t)) out->gender = t->gender;
    out->titled |= is_honorific(t) && next_to_name;
}

/* What stands around the name, in brackets apart. */
static void read_titles(const reader *r, const segment *s, ql_name *out) {
    int tells = TELLS_ALL;
    for (int32_t i = 0; i < r->n; i++) {
        const token *t = &r->tokens[i];
        if (t->bracket || (i >= s->core && i < s->core_end)) continue;
        tells = i < s->core ? TELLS_ALL : what_tells(t, tells);
        if (tells == TELLS_NOTHING) continue;
        add_title(out, t);
        if (tells == TELLS_ALL && !t->owner) read_title(t, i + 1 == s->core, out);
    }
}

static void read_core(const reader *r, const segment *s, ql_name *out) {
    const token *t = r->tokens;
    int32_t words_end = s->core_end;
    bool ending = false, linked = false;
    for (; words_end - 1 > s->core && (t[words_end - 1].kinds & (NAME_SUFFIX | NAME_ENDING)) != 0; words_end--) {
        const token *last = &t[words_end - 1];
        if (last->kinds & NAME_SUFFIX) {
            out->suffix = hash_of(last->plain, last->n_plain);
            out->is_junior = is_plain_word(last, "jr") || is_plain_word(last, "sr");
        }
        if (last->kinds & NAME_ENDING) ending = true;
    }
    out->is_closed = ending;
    out->core = (ql_span){t[s->core].start, t[s->core_end - 1].end};
    for (int32_t i = s->core; i < words_end; i++) {
        linked |= is_link(&t[i]);
        if (!is_link(&t[i])) add_words(out, &t[i]);
    }
    read_initials(r, s->core, ending && words_end - s->core < 2 ? s->core_end : words_end, out);
    read_titles(r, s, out);
    const token *first = &t[s->core], *last = &t[words_end - 1];
    bool given = (first->kinds & NAME_GIVEN) != 0 && words_end - s->core > 1;
    if (given && out->gender == QL_GENDER_NONE) out->gender = first->gender;
    out->is_acronym =
        words_end - s->core == 1 &&
        (first->capitals || memchr(r->bytes + first->start, '.', (size_t)(first->end - first->start)) != NULL);
    bool body = ending || linked || says_body(r) || is_body(last);
    bool surname = words_end - s->core <= 2 && (given || out->titled);
    if (s->core > s->first && !t[s->core - 1].capital && is_body(&t[s->core - 1]) && !is_role(&t[s->core - 1]))
        body = true;
    if (body && !(surname && !ending && !says_body(r)))
        out->kind = QL_NAME_BODY;
    else
        out->kind = out->has_role || given ? QL_NAME_PERSON : QL_NAME_UNSURE;
    if (out->kind == QL_NAME_BODY) out->gender = QL_GENDER_NONE;
    bool bare = words_end - s->core == 1;
    if (bare ? first->n_plain == CLIP && s->core > 0 && is_plain_word(first - 1, "the") : out->kind == QL_NAME_BODY)
        out->clip = hash_of(first->plain, first->n_plain < CLIP ? first->n_plain : CLIP);
}

static void read_description(const reader *r, const segment *s, ql_name *out) {
    const token *head = &r->tokens[s->head];
    out->kind = QL_NAME_DESCRIPTION;
    out->head = hash_of(head->plain, head->n_plain);
    out->gender = is_role(head) ? head->gender : QL_GENDER_NONE;
    out->has_role = is_role(head);
    out->is_company = (head->kinds & NAME_COMPANY) != 0;
    out->is_of_body = is_body(head) || (head->kinds & NAME_NOUN);
    out->is_indefinite = (r->tokens[0].classes & QL_WORD_INDEFINITE) != 0;
    char last = head->n_plain > 3 ? head->plain[head->n_plain - 1] : '\0',
         before = last != '\0' ? head->plain[head->n_plain - 2] : '\0';
    out->is_plural = s->plural || (head->classes & (QL_WORD_GROUP | QL_WORD_ANONYMOUS)) != 0 ||
                     (last == 's' && before != 's' && before != 'u' && before != 'i');
    out->is_word = r->n == 1 && head->capital;
    for (int32_t i = 0; i < r->n; i++) {
        const token *t = &r->tokens[i];
        if (!t->bracket) add_title(out, t);
        if (!is_article(t)) out->key = mixed(out->key, hash_of(t->plain, t->n_plain));
    }
}

static bool is_pronoun(const reader *r) {
    const token *t = &r->tokens[0];
    return r->n == 1 && (t->kinds & NAME_PRONOUN) != 0 && !t->all_caps;
}

static bool is_nameless(uint8_t kind) {
    return kind == QL_MENTION_GROUP || kind == QL_MENTION_ANONYMOUS || kind == QL_MENTION_DOCUMENT;
}

static void read(reader *r, ql_name *out) {
    *out = (ql_name){.key = HASH_START, .joined = HASH_START};
    scan_tokens(r);
    if (r->n == 0) {
        out->key = hash_of(r->bytes, (size_t)r->n_bytes);
        return;
    }
    if (is_pronoun(r)) {
        const name_entry *entry = entry_of(r->tokens[0].plain, r->tokens[0].n_plain);
        out->kind = QL_NAME_PRONOUN;
        out->gender = entry->gender;
        out->key = hash_of(entry->base, strlen(entry->base));
        return;
    }
    segment s = main_segment(r);
    if (s.core < s.core_end && !is_nameless(r->kind)) {
        read_core(r, &s, out);
        read_alias(r, out);
    } else {
        read_description(r, &s, out);
    }
}

static int32_t bytes_read(ql_word_slice mention) {
    int32_t n = mention.n_bytes < MOST_BYTES ? (int32_t)mention.n_bytes : MOST_BYTES;
    while (n < (int32_t)mention.n_bytes && n > 0 && ql_is_continuation(mention.bytes[n])) n--;
    return n;
}

void ql_name_read(const ql_lexicon *lexicon, ql_word_slice mention, uint8_t kind, ql_name *out) {
    reader r;
    r.lexicon = lexicon;
    r.bytes = mention.bytes;
    r.n_bytes = bytes_read(mention);
    r.kind = kind;
    r.n = 0;
    read(&r, out);
}

ql_span ql_name_core(const ql_lexicon *lexicon, ql_word_slice mention) {
    ql_name name;
    ql_name_read(lexicon, mention, QL_MENTION_NONE, &name);
    return name.core;
}

/* ----------------------------------------------------------------------------------------------------- comparing */

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
    return hash == b->alias_hash || (b->n_words > 1 && (hash == b->acronyms[0] || hash == b->acronyms[1]));
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
    return is_within(shorter, longer) && !(shorter->words[0].is_initial && shorter->n_words == 2);
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
    if (a->n_words > 1 && b->n_words > 1) return long_ones_agree(a, b) ? QL_NAMES_AGREE : QL_NAMES_DIFFER;
    if (a->n_words == b->n_words)
        return a->words[0].is_given && a->words[0].base == b->words[0].base ? QL_NAMES_AGREE : QL_NAMES_DIFFER;
    if (a->n_words == 1 ? a->is_closed : b->is_closed)
        return QL_NAMES_DIFFER; /* "Norvik Inc." is no "Norvik Lines" */
    bool agree = a->n_words == 1 ? is_short_for(&a->words[0], b) : is_short_for(&b->words[0], a);
    return agree ? QL_NAMES_AGREE : QL_NAMES_DIFFER;
}

/* More words, then letters; a spelled-out name before its acronym. */
static bool is_fuller(const ql_name *a, const ql_name *b) {
    if (a->n_words != b->n_words) return a->n_words > b->n_words;
    if (a->is_acronym != b->is_acronym) return b->is_acronym;
    return a->core.end - a->core.start > b->core.end - b->core.start;
}

size_t ql_name_fullest(const ql_name *names, size_t n) {
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (is_fuller(&names[i], &names[best])) best = i;
    return best;
}

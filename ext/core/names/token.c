/* A mention taken apart into words: what they are folded, what the lexicon and the table of names know of them, where
   possessives, brackets and commas stand. */
#include "names/token.h"

#include "base/fold.h"
#include "base/utf8.h"

#include "tables/names.h"

enum { N_ENTRIES = sizeof name_entries / sizeof name_entries[0] };

uint64_t ql_name_hash_on(uint64_t hash, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
    return hash;
}

/* --------------------------------------------------------------------------------------------------- words */

static int compare_words(const char *entry, const char *word, size_t n) {
    size_t i = 0;
    while (i < n && entry[i] != '\0' && entry[i] == word[i]) i++;
    if (i == n) return entry[i] != '\0';
    return entry[i] == '\0' ? -1 : (unsigned char)entry[i] - (unsigned char)word[i];
}

const name_entry *ql_name_entry(const char *word, size_t n) {
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

uint16_t ql_name_kinds(ql_word_slice word) {
    char folded[LONGEST_WORD];
    size_t n;
    token t = {.n_plain = 0};
    if (!ql_fold(word.bytes, word.n_bytes, folded, sizeof folded, &n)) return 0;
    make_plain(&t, folded, n);
    const name_entry *entry = t.n_plain != 0 ? ql_name_entry(t.plain, t.n_plain) : NULL;
    return entry != NULL ? entry->kinds : 0;
}

/* A word that is too long to be folded is as good as its hash. */
static void make_digits(token *t, uint64_t hash) {
    for (t->n_plain = 0; t->n_plain < 16; hash >>= 4) t->plain[t->n_plain++] = "0123456789abcdef"[hash & 15];
}

/* "ex-president", "then-Senator": what the last part is. */
static ql_class_set classes_of_last_part(const reader *r, const char *folded, size_t n) {
    size_t at = n;
    while (at > 0 && folded[at - 1] != '-') at--;
    if (at == 0) return QL_NO_CLASSES;
    return ql_classes_shared(ql_lexicon_classes(r->lexicon, folded + at, n - at), QL_CLASSES(ROLES));
}

static void look_up(const reader *r, token *t) {
    char folded[LONGEST_WORD];
    size_t n;
    size_t n_bytes = (size_t)(t->end - t->start);
    if (!ql_fold(r->bytes + t->start, n_bytes, folded, sizeof folded, &n)) {
        make_digits(t, hash_of(r->bytes + t->start, n_bytes));
        return;
    }
    size_t bare = n > 0 && folded[n - 1] == '.' ? n - 1 : n;
    t->classes = ql_lexicon_classes(r->lexicon, folded, n);
    if (!ql_is_known(t->classes)) t->classes = ql_lexicon_classes(r->lexicon, folded, bare);
    if (!ql_is_known(t->classes)) t->classes = ql_classes_joined(t->classes, classes_of_last_part(r, folded, bare));
    make_plain(t, folded, n);
    const name_entry *entry = t->n_plain != 0 ? ql_name_entry(t->plain, t->n_plain) : NULL;
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

/* -------------------------------------------------------------------------------------------- tokens of a mention */

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

/* Is what is at `at` the s of a possessive? */
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
    bool known = fits && ql_is_known(ql_lexicon_classes(r->lexicon, folded, n));
    const name_entry *entry = fits && n > 1 ? ql_name_entry(folded, n - 1) : NULL;
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

void ql_name_scan(reader *r) {
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

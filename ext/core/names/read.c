/* Reading one name: which words of a mention are the name, and what the others tell.

   The name is the last run of capitals before the first preposition or comma: the words before it are titles
   ("Prime Minister Ada Holm"), owners ("Norvik's mayor Ada Holm") and nouns ("the ferry operator Norvik Lines").
   A phrase that ends in another word is a description.  "of", "for" and "and" go on inside the names of bodies. */
#include "names/token.h"

#include "base/utf8.h"

enum { CLIP = 3 };          /* letters of "the Fed" */
enum { MOST_BYTES = 1000 }; /* of a mention that are read */

#define SKIPPED                                                                                                      \
    QL_WORD_DETERMINER, QL_WORD_PREPOSITION, QL_WORD_COORDINATOR, QL_WORD_AUXILIARY, QL_WORD_WH, QL_WORD_POSSESSIVE, \
        QL_WORD_PRONOUN

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

/* ------------------------------------------------------------------------------------------ where the name stands */

/* The parts of a mention up to a comma or a bracket: what they hold, by tokens. */
typedef struct segment {
    int32_t first, end;
    int32_t core, core_end; /* the name; equal where there is none */
    int32_t head;           /* the last word of the phrase before a preposition; QL_NONE where there is none */
    bool plural;            /* several names joined */
} segment;

/* Does the name of a body go on after the preposition or "and" at i? */
static bool goes_on(const reader *r, int32_t first, int32_t i, int32_t end) {
    const token *t = r->tokens;
    int32_t next = i + 1;
    if (next < end && is_article(&t[next]) && !ql_in(t[i].classes, QL_WORD_ADDITIVE)) next++;
    if (i <= first || next >= end || !t[next].capital || !t[i - 1].capital || !is_link(&t[i])) return false;
    if (is_role(&t[i - 1])) return false;
    for (int32_t k = i - 1; k >= first && !is_role(&t[k]) && (t[k].capital || is_link(&t[k])); k--)
        if (is_body(&t[k])) return true;
    return says_body(r);
}

static bool ends_phrase(const token *t) {
    bool ends =
        ql_in(t->classes, QL_WORD_PREPOSITION, QL_WORD_WH, QL_WORD_RELATIVE, QL_WORD_SUBORDINATOR, QL_WORD_AUXILIARY);
    return !t->capital && ends && !is_particle(t);
}

/* "officials backing Lee": a participle after a noun. */
static bool is_participle(const token *noun, const token *t) {
    bool ends = t->n_plain > 4 && memcmp(t->plain + t->n_plain - 3, "ing", 3) == 0;
    bool people = ql_in(noun->classes, QL_WORD_GROUP, QL_WORD_ANONYMOUS) || is_role(noun) ||
                  (noun->n_plain > 3 && noun->plain[noun->n_plain - 1] == 's');
    return ends && !t->capital && !noun->capital && people && !is_article(noun);
}

/* Where the phrase ends: before its first preposition that does not belong to the name of a body. */
static int32_t phrase_end(const reader *r, int32_t first, int32_t end) {
    for (int32_t i = first + 1; i < end; i++) {
        if (ends_phrase(&r->tokens[i]) && !goes_on(r, first, i, end)) return i;
        if (is_participle(&r->tokens[i - 1], &r->tokens[i]) || ql_in(r->tokens[i].classes, QL_WORD_WEEKDAY)) return i;
    }
    return end;
}

/* "secretary of state Ann Lee", "Mayor of Norvik Ann Lee": the name after an office, or `end`. */
static int32_t behind_office(const reader *r, int32_t phrase, int32_t end) {
    const token *t = r->tokens;
    if (phrase + 2 >= end || !is_role(&t[phrase - 1]) || !ql_in(t[phrase].classes, QL_WORD_GENITIVE)) return end;
    int32_t at = phrase + 1;
    while (at < end && (is_article(&t[at]) || is_link(&t[at]) || t[at].kinds & NAME_PORTFOLIO)) at++;
    bool office = at > phrase + 1 && t[at - 1].kinds & NAME_PORTFOLIO;
    for (; at + 1 < end && t[at].capital && !office; at++)
        if (at > phrase + 1 && t[at].kinds & NAME_GIVEN) break;
    if (at + 1 >= end || !t[at].capital || !t[end - 1].capital) return end;
    return at;
}

/* "Norvik's mayor Ann Lee": what follows the owner.  "Sailors' Union" is one name. */
static int32_t behind_owner(const reader *r, int32_t first, int32_t end) {
    const token *t = r->tokens;
    int32_t from = first;
    for (int32_t i = first; i + 1 < end; i++) {
        bool name = t[i + 1].capital && t[end - 1].capital && !is_role(&t[end - 1]) &&
                    (ql_in(t[end - 1].classes, QL_WORD_BODY) || is_ending(&t[end - 1]) ||
                     ql_in(t[i + 1].classes, QL_WORD_BODY) || (t[end - 1].kinds & NAME_BODY) != 0);
        if (t[i].owner && !name) from = i + 1;
    }
    return from;
}

/* A capital word that means an office may still be a name: "Mr. King", "Stephen King". */
static bool is_surname(const reader *r, int32_t first, int32_t i) {
    const token *t = r->tokens;
    if (i <= first || !t[i].capital) return false;
    if (is_honorific(&t[i - 1]) && !is_honorific(&t[i]))
        return !ql_in(t[i].classes, QL_WORD_ROLE_TITLE) || (t[i].kinds & NAME_SURNAME) != 0;
    return t[i - 1].capital && (t[i - 1].kinds & NAME_GIVEN) != 0;
}

/* A word before a name that is not part of it: "Governor", "Carmaker". */
static bool ends_title(const token *t) {
    return is_role(t) || (t->kinds & NAME_NOUN) != 0;
}

/* Does a word from `from` to `last` say that all is the name of a body? */
static bool holds_body(const reader *r, int32_t from, int32_t last) {
    for (int32_t i = from; i <= last; i++)
        if (is_body(&r->tokens[i])) return true;
    return false;
}

/* Does the name that holds the words from `core` on go on before the "of", "and" or "of the" that is there?
   Two names that are joined make the phrase plural. */
static bool goes_back(const reader *r, int32_t core, int32_t last, segment *s) {
    const token *t = r->tokens;
    int32_t link = core - 1;
    bool both = ql_in(t[link].classes, QL_WORD_ADDITIVE);
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
        if (i < s->first + 2 || !ql_in(t[i].classes, QL_WORD_ADDITIVE)) continue;
        bool name = t[i - 1].capital && t[i - 2].capital && !is_role(&t[i - 1]) && !is_role(&t[i - 2]);
        if (name && (titled || t[i - 2].kinds & NAME_GIVEN)) return true;
    }
    return false;
}

static void find_core(const reader *r, segment *s) {
    const token *t = r->tokens;
    int32_t first = s->first, end = phrase_end(r, first, s->end);
    int32_t office = end < s->end ? behind_office(r, end, s->end) : s->end;
    s->core = office < s->end ? office : s->first;
    s->core_end = office < s->end ? s->end : s->first;
    s->head = end - 1;
    if (office < s->end) return;
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
    bool possessed = s->core > s->first && ql_in(t[s->core - 1].classes, QL_WORD_POSSESSIVE);
    bool ordinary = end - s->core == 1 && ql_in(t[s->core].classes, QL_WORD_BODY);
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
    return i > end && i < r->n && ql_in(r->tokens[i].classes, QL_WORD_ADDITIVE);
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
    const name_entry *entry = ql_name_entry(bytes, n);
    uint64_t hash = hash_of(bytes, n);
    int32_t next;
    ql_name_word *word = &name->words[name->n_words++];
    *word = (ql_name_word){.hash = hash, .base = hash, .loose = loose_hash(bytes, n)};
    word->letter = ql_utf8_decode(bytes, (int32_t)n, 0, &next);
    word->is_initial = t->initial && next == (int32_t)n;
    word->is_given = entry != NULL && (entry->kinds & NAME_GIVEN) != 0;
    word->is_ordinary = is_body(t) && !ql_in(t->classes, QL_WORD_BODY_NAME, QL_WORD_OUTLET, QL_WORD_AGENCY);
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
            name->joined = ql_name_hash_on(name->joined, t->plain + from, i - from);
            from = i + 1;
        }
}

static void add_title(ql_name *name, const token *t) {
    if (name->n_titles < QL_NAME_TITLES && t->n_plain != 0 && !ql_in(t->classes, SKIPPED))
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

static uint64_t acronym_of(const initials *acronym) {
    return acronym->n > 1 ? hash_of(acronym->letters, acronym->n) : 0;
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
        out->alias = hash_of(t->plain, t->n_plain);
        return;
    }
}

/* How far an apposition tells of the name: "the owner of Norvik Lines since May". */
enum { TELLS_ALL, TELLS_NAMES, TELLS_NOTHING };

static int what_tells(const token *t, int before) {
    if (t->breaks) before = TELLS_ALL;
    if (ends_phrase(t))
        return before == TELLS_ALL && ql_in(t->classes, QL_WORD_GENITIVE) ? TELLS_NAMES : TELLS_NOTHING;
    return before == TELLS_NAMES && (is_role(t) || !t->capital) && !is_article(t) ? TELLS_NOTHING : before;
}

static void read_title(const token *t, bool next_to_name, ql_name *out) {
    if (!is_role(t)) return;
    out->has_role = true;
    if (out->gender == QL_GENDER_NONE || is_honorific(t)) out->gender = t->gender;
    out->titled |= is_honorific(t) && next_to_name;
}

/* What is around the name, in brackets apart. */
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

/* Jr. and Co. after the words of the name, which end where they begin. */
static int32_t read_endings(const reader *r, const segment *s, ql_name *out) {
    int32_t end = s->core_end;
    for (; end - 1 > s->core && (r->tokens[end - 1].kinds & (NAME_SUFFIX | NAME_ENDING)) != 0; end--) {
        const token *last = &r->tokens[end - 1];
        if (last->kinds & NAME_ENDING) out->is_closed = true;
        if (!(last->kinds & NAME_SUFFIX)) continue;
        out->suffix = hash_of(last->plain, last->n_plain);
        out->is_junior = ql_in(last->classes, QL_WORD_JUNIOR);
    }
    return end;
}

/* Is it the name of a body, by its words, by what joins them, or by the noun before it? */
static bool names_body(const reader *r, const segment *s, int32_t end, const ql_name *name) {
    const token *first = &r->tokens[s->core], *last = &r->tokens[end - 1];
    bool given = end - s->core == 2 && (first->kinds & NAME_GIVEN) != 0;
    if (name->is_closed || says_body(r)) return true;
    if (given || (name->titled && end - s->core <= 2)) return false; /* "Ada Church", "Mr. House" */
    for (int32_t i = s->core; i < end; i++)
        if (is_link(&r->tokens[i])) return true;
    bool apposed = s->core > s->first && !first[-1].capital && is_body(first - 1) && !is_role(first - 1);
    return apposed || is_body(last);
}

/* The first letters of a body's name, or of "the Fed". */
static uint64_t clip_of(const reader *r, int32_t core, int32_t end, const ql_name *name) {
    const token *first = &r->tokens[core];
    bool clipped = first->n_plain == CLIP && core > 0 && ql_in(first[-1].classes, QL_WORD_DEFINITE);
    if (end - core == 1 ? !clipped : name->kind != QL_NAME_BODY) return 0;
    return hash_of(first->plain, first->n_plain < CLIP ? first->n_plain : CLIP);
}

static void judge_core(const reader *r, const segment *s, int32_t end, ql_name *out) {
    const token *first = &r->tokens[s->core];
    bool given = (first->kinds & NAME_GIVEN) != 0 && end - s->core > 1;
    bool dotted = memchr(r->bytes + first->start, '.', (size_t)(first->end - first->start)) != NULL;
    out->is_acronym = end - s->core == 1 && (first->capitals || dotted);
    out->kind = names_body(r, s, end, out) ? QL_NAME_BODY : out->has_role || given ? QL_NAME_PERSON : QL_NAME_UNSURE;
    if (out->kind == QL_NAME_BODY) out->gender = QL_GENDER_NONE;
    bool called = out->kind != QL_NAME_BODY && end - s->core > 1 && (first->kinds & NAME_CALLED) != 0;
    if (((given && out->kind == QL_NAME_PERSON) || called) && out->gender == QL_GENDER_NONE)
        out->gender = first->gender;
    out->is_either = (first->kinds & NAME_EITHER) != 0;
    out->clip = clip_of(r, s->core, end, out);
}

static void read_core(const reader *r, const segment *s, ql_name *out) {
    int32_t end = read_endings(r, s, out);
    bool with_ending = out->is_closed && end - s->core < 2;
    out->core = (ql_span){r->tokens[s->core].start, r->tokens[s->core_end - 1].end};
    for (int32_t i = s->core; i < end; i++)
        if (!is_link(&r->tokens[i])) add_words(out, &r->tokens[i]);
    read_initials(r, s->core, with_ending ? s->core_end : end, out);
    read_titles(r, s, out);
    judge_core(r, s, end, out);
}

static bool is_plural(const token *t) {
    char last = t->n_plain > 3 ? t->plain[t->n_plain - 1] : '\0',
         before = last == 's' ? t->plain[t->n_plain - 2] : 's';
    return ql_in(t->classes, QL_WORD_GROUP, QL_WORD_ANONYMOUS) || strchr("sui", before) == NULL;
}

static void read_description(const reader *r, const segment *s, ql_name *out) {
    const token *head = &r->tokens[s->head];
    out->kind = QL_NAME_DESCRIPTION;
    out->head = hash_of(head->plain, head->n_plain);
    out->gender = is_role(head) ? head->gender : QL_GENDER_NONE;
    out->has_role = is_role(head);
    out->is_company = (head->kinds & NAME_COMPANY) != 0;
    out->is_of_body = is_body(head) || (head->kinds & NAME_NOUN);
    out->is_indefinite = ql_in(r->tokens[0].classes, QL_WORD_INDEFINITE);
    out->is_plural = s->plural || is_plural(head);
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
    ql_name_scan(r);
    if (r->n == 0) {
        out->key = hash_of(r->bytes, (size_t)r->n_bytes);
        return;
    }
    if (is_pronoun(r)) {
        const name_entry *entry = ql_name_entry(r->tokens[0].plain, r->tokens[0].n_plain);
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

/* The normal form of a quotation, word by word, and the weights of words. */
#include "families/words.h"

#include <math.h>
#include <string.h>

#include "tables/frequency.h"
#include "base/ascii.h"
#include "base/fold.h"
#include "lexicon/lexicon.h"
#include "lexicon/spelling.h"

enum {
    BRACKET_BYTES = 80, /* what is longer is the speaker's own aside */
    PRIOR_RUNS = 20000, /* quotations that what is known of English is worth */
    RARE_RUNS = 8,      /* of FREQUENCY_SCALE: a word that the table does not have */
    COMMON_WEIGHT =
        4 * QL_FAMILY_NAT, /* common words keep company with common words: they tell less than they seem to */
    LEAST_WEIGHT = 20,
    MOST_WEIGHT = 12 * QL_FAMILY_NAT,
    ALIKE_WEIGHT = 3 * QL_FAMILY_NAT, /* short and common words are alike too often */
    ALIKE_BYTES = 4,
    MOST_ALIKE_BYTES = 40
};

void ql_family_words_free(ql_family_words *words) {
    ql_arena_free(&words->arena);
    ql_family_word_list_free(&words->words);
    free(words->slots);
    ql_bytes_free(&words->raw);
    ql_bytes_free(&words->folded);
    *words = (ql_family_words){0};
}

/* ---------------------------------------------------------------------------------------------- vocabulary */

static uint64_t hash_of(const char *bytes, size_t n) {
    uint64_t value = n;
    for (size_t at = 0; at < n; at += 8) {
        uint64_t eight = 0;
        for (size_t i = at; i < n && i < at + 8; i++) eight |= (uint64_t)(unsigned char)bytes[i] << (8 * (i - at));
        value = ql_family_mix(value ^ eight);
    }
    return value;
}

static uint32_t letters_of(const char *bytes, size_t n) {
    uint32_t letters = 0;
    for (size_t i = 0; i < n; i++) letters |= 1u << ((unsigned char)bytes[i] & 31);
    return letters;
}

static size_t slot_of(const ql_family_words *words, const char *form, size_t n, uint64_t hash) {
    size_t mask = words->n_slots - 1, at = (size_t)hash & mask;
    for (; words->slots[at] != 0; at = (at + 1) & mask) {
        const ql_family_word *word = &words->words.items[words->slots[at] - 1];
        if (word->hash == hash && (size_t)word->n_bytes == n && memcmp(word->form, form, n) == 0) break;
    }
    return at;
}

static bool has_room(ql_family_words *words) {
    if (words->n_slots > 2 * (words->words.n + 1)) return true;
    size_t n_slots = words->n_slots == 0 ? 1024 : 2 * words->n_slots;
    int32_t *slots = calloc(n_slots, sizeof *slots);
    if (slots == NULL) return false;
    for (size_t i = 0; i < words->words.n; i++) {
        size_t at = (size_t)words->words.items[i].hash & (n_slots - 1);
        while (slots[at] != 0) at = (at + 1) & (n_slots - 1);
        slots[at] = (int32_t)i + 1;
    }
    free(words->slots);
    words->slots = slots;
    words->n_slots = n_slots;
    return true;
}

/* ------------------------------------------------------------------------------------- words for one another */

static const struct clitic {
    const char *suffix, *word;
} clitics[] = {{"'d", "would"}, {"'ll", "will"}, {"'m", "am"}, {"'re", "are"}, {"'ve", "have"}};

static bool is_same(const char *form, size_t n, const char *word) {
    return strlen(word) == n && memcmp(form, word, n) == 0;
}

static bool ends_in(const char *form, size_t n, const char *suffix) {
    size_t length = strlen(suffix);
    return n > length && memcmp(form + n - length, suffix, length) == 0;
}

/* Of "it's" the second word is "is"; after other words 's is an owner's, or may be, and is left out. */
static bool is_pronoun(const char *form, size_t n) {
    return ql_in(ql_lexicon_classes(NULL, form, n), QL_WORD_CONTRACTS_IS);
}

/* The word of this form as it stands. */
static int32_t find_word(ql_family_words *words, const char *form, size_t n) {
    uint64_t hash = hash_of(form, n);
    if (n > INT32_MAX || !has_room(words)) return QL_NONE;
    size_t at = slot_of(words, form, n, hash);
    if (words->slots[at] != 0) return words->slots[at] - 1;
    if (words->words.n >= QL_FAMILY_OPTIONAL) return QL_NONE;
    char *kept = ql_arena_copy(&words->arena, form, n, 1);
    ql_family_word word = {.form = kept, .n_bytes = (int32_t)n, .hash = hash, .last = QL_NONE};
    word.letters = letters_of(form, n);
    for (size_t i = 0; i < n; i++) word.has_digit |= is_digit(form[i]);
    if (kept == NULL || !ql_family_word_list_push(&words->words, word)) return QL_NONE;
    words->slots[at] = (int32_t)words->words.n;
    return (int32_t)words->words.n - 1;
}

bool ql_family_know(ql_family_words *words, const char *form, size_t n, int32_t n_types) {
    int32_t index = find_word(words, form, n);
    if (index >= 0) words->words.items[index].n_types = n_types;
    return index >= 0;
}

static bool becomes(ql_family_words *words, int32_t index, const char *first, size_t n_first, const char *second) {
    int32_t made[2] = {find_word(words, first, n_first), 0};
    if (made[0] < 0) return false;
    if (second != NULL && (made[1] = find_word(words, second, strlen(second))) < 0) return false;
    ql_family_word *word = &words->words.items[index];
    memcpy(word->becomes, made, sizeof made);
    word->n_becomes = second != NULL ? 2 : 1;
    return true;
}

static bool drop_apostrophes(ql_family_words *words, int32_t index, const char *form, size_t n) {
    char *plain = ql_arena_alloc(&words->arena, n, 1);
    size_t length = 0;
    if (plain == NULL) return false;
    for (size_t i = 0; i < n; i++)
        if (form[i] != '\'') plain[length++] = form[i];
    return becomes(words, index, plain, length, NULL);
}

/* A word with an apostrophe in it: a contraction, an owner, or a name. */
static bool split_word(ql_family_words *words, int32_t index, const char *form, size_t n) {
    if (ends_in(form, n, "n't")) return becomes(words, index, form, n - 3, "not");
    for (size_t i = 0; i < sizeof clitics / sizeof clitics[0]; i++)
        if (ends_in(form, n, clitics[i].suffix))
            return becomes(words, index, form, n - strlen(clitics[i].suffix), clitics[i].word);
    if (ends_in(form, n, "'s")) return becomes(words, index, form, n - 2, is_pronoun(form, n - 2) ? "is" : NULL);
    return drop_apostrophes(words, index, form, n);
}

/* 1.2bn, 30m, 6pm: the number and what it counts. */
static bool split_amount(ql_family_words *words, int32_t index, const char *form, size_t n) {
    size_t digits = 0;
    while (digits < n && (is_digit(form[digits]) || form[digits] == '.')) digits++;
    const char *rest = form + digits, *unit = NULL;
    if (digits == 0 || digits == n) return true;
    if (is_same(rest, n - digits, "bn") || is_same(rest, n - digits, "b")) unit = "billion";
    if (is_same(rest, n - digits, "m") || is_same(rest, n - digits, "mn")) unit = "million";
    if (is_same(rest, n - digits, "tn")) unit = "trillion";
    if (is_same(rest, n - digits, "pm")) unit = "pm";
    if (is_same(rest, n - digits, "am")) unit = "am";
    return unit == NULL || becomes(words, index, form, digits, unit);
}

static bool respell(ql_family_words *words, int32_t index) {
    const ql_family_word *word = &words->words.items[index];
    const char *form = word->form; /* lies in the arena: adding words does not move it */
    size_t n = (size_t)word->n_bytes;
    const ql_spelling *known = ql_spelling_of(form, n);
    if (known != NULL) return becomes(words, index, known->to, strlen(known->to), known->and);
    if (memchr(form, '\'', n) != NULL) return split_word(words, index, form, n);
    return !word->has_digit || split_amount(words, index, form, n);
}

/* The word of this form, which knows what it becomes.  What it becomes stays as it is: nothing nests. */
static int32_t intern(ql_family_words *words, const char *form, size_t n) {
    int32_t index = find_word(words, form, n);
    if (index < 0 || words->words.items[index].is_respelled) return index;
    words->words.items[index].is_respelled = true;
    return respell(words, index) ? index : QL_NONE;
}

/* ----------------------------------------------------------------------------------------------- the text */

/* A place in a text, and what is known of the words before it. */
typedef struct reader {
    ql_family_words *words;
    const char *text;
    size_t n;
    size_t optional_end; /* before it, words stand in brackets */
    size_t inline_end;   /* the bracket of "[W]e" that closes inside a word */
    ql_ints *tokens;
    ql_spans *spans;
} reader;

static uint32_t code_at(const reader *r, size_t at, size_t *next) {
    if (ql_is_ascii(r->text[at])) {
        *next = at + 1;
        return (unsigned char)r->text[at];
    }
    int32_t left = r->n - at < 8 ? (int32_t)(r->n - at) : 8, length;
    uint32_t code = ql_utf8_decode(r->text + at, left, 0, &length);
    *next = at + (size_t)length;
    return code;
}

static bool is_word_code(uint32_t code) {
    return ql_is_alnum(code) || (code >= 0x80 && ql_category(code) >> 8 == 'M');
}

static bool is_word_at(const reader *r, size_t at) {
    size_t next;
    return at < r->n && is_word_code(code_at(r, at, &next));
}

static bool is_apostrophe(uint32_t code) {
    return code == '\'' || code == 0x2019 || code == 0x02BC || code == 0x2018 || code == 0xB4;
}

/* Scripts that put no blanks between words: a character is a word. */
static bool is_ideograph(uint32_t code) {
    return (code >= 0x2E80 && code < 0xA000) || (code >= 0xF900 && code < 0xFB00) ||
           (code >= 0x20000 && code < 0x40000);
}

static bool push_token(reader *r, int32_t token, size_t start, size_t end) {
    int32_t from = start < INT32_MAX ? (int32_t)start : INT32_MAX, to = end < INT32_MAX ? (int32_t)end : INT32_MAX;
    if (token >= 0 && start < r->optional_end) token |= QL_FAMILY_OPTIONAL;
    if (!ql_ints_push(r->tokens, token)) return false;
    return r->spans == NULL || ql_spans_push(r->spans, (ql_span){from, to});
}

/* A tens number and a digit after a hyphen are one number: "twenty-five". */
static bool join_number(reader *r, int32_t token, size_t start) {
    if (r->tokens->n == 0 || start == 0 || r->text[start - 1] != '-' || token < 0) return false;
    int32_t *last = &r->tokens->items[r->tokens->n - 1];
    if (*last < 0) return false;
    const ql_family_word *tens = ql_family_word_at(r->words, *last), *ones = ql_family_word_at(r->words, token);
    if (tens->n_bytes != 2 || tens->form[1] != '0' || !tens->has_digit || ones->n_bytes != 1 || !ones->has_digit)
        return false;
    char both[2] = {tens->form[0], ones->form[0]};
    int32_t joined = both[0] >= '2' && both[1] != '0' ? intern(r->words, both, 2) : QL_NONE;
    if (joined < 0) return false;
    *last = joined | (*last & QL_FAMILY_OPTIONAL);
    if (r->spans != NULL) r->spans->items[r->spans->n - 1].end = (int32_t)start + 1;
    return true;
}

static bool is_last(const reader *r, const char *form) {
    if (r->tokens->n == 0 || r->tokens->items[r->tokens->n - 1] < 0) return false;
    const ql_family_word *word = ql_family_word_at(r->words, r->tokens->items[r->tokens->n - 1]);
    return is_same(word->form, (size_t)word->n_bytes, form);
}

/* "per cent" is "%", which is one token for both words. */
static bool join_percent(reader *r, const char *form, size_t n, size_t end) {
    if (!is_same(form, n, "cent") || !is_last(r, "per")) return false;
    int32_t token = intern(r->words, "%", 1);
    if (token < 0) return false;
    r->tokens->items[r->tokens->n - 1] = token;
    if (r->spans != NULL) r->spans->items[r->spans->n - 1].end = end < INT32_MAX ? (int32_t)end : INT32_MAX;
    return true;
}

static bool push_word(reader *r, const char *form, size_t n, size_t start, size_t end) {
    if (join_percent(r, form, n, end)) return true;
    int32_t index = intern(r->words, form, n);
    if (index < 0) return false;
    const ql_family_word *word = &r->words->words.items[index];
    int32_t first = word->n_becomes > 0 ? word->becomes[0] : index;
    int32_t second = word->n_becomes > 1 ? word->becomes[1] : QL_NONE;
    if (join_number(r, first, start)) return true;
    return push_token(r, first, start, end) && (second == QL_NONE || push_token(r, second, start, end));
}

/* Fold the bytes gathered in `raw` and push the word. */
static bool push_raw(reader *r, size_t start, size_t end) {
    ql_bytes *raw = &r->words->raw, *folded = &r->words->folded;
    size_t n = 0;
    ql_bytes_clear(folded);
    if (!ql_bytes_reserve(folded, raw->n + 16)) return false;
    while (!ql_fold(raw->items, raw->n, folded->items, folded->capacity, &n))
        if (!ql_bytes_reserve(folded, n)) return false;
    return n == 0 || push_word(r, folded->items, n, start, end);
}

/* Where the bracket at `at` closes, or 0 where it does not soon. */
static size_t bracket_end(const reader *r, size_t at, char close) {
    for (size_t i = at + 1; i < r->n && i < at + BRACKET_BYTES; i++) {
        if (r->text[i] == close) return i;
        if (r->text[i] == r->text[at]) return 0;
    }
    return 0;
}

/* Does a bracket hold letters alone, such as that of "[W]e" and "tax[es]"? */
static bool is_inside_word(const reader *r, size_t at, size_t close) {
    if (close == at + 1) return false;
    for (size_t i = at + 1, next; i < close; i = next)
        if (!is_word_code(code_at(r, i, &next))) return false;
    return is_word_at(r, close + 1) || (at > 0 && is_letter(r->text[at - 1]));
}

/* The dot of "U.S.": after a single letter and before another one that stands alone. */
static bool is_initial_dot(const reader *r, size_t at, size_t since) {
    size_t next, behind;
    if (r->text[at] != '.' || since != 1 || at + 1 >= r->n) return false;
    if (!ql_is_letter(code_at(r, at + 1, &next))) return false;
    return next >= r->n || !is_word_code(code_at(r, next, &behind));
}

static bool is_digit_at(const reader *r, size_t at) {
    return at < r->n && is_digit(r->text[at]);
}

/* A mark inside a number: that of 3.5 is kept, that of 1,000 is not. */
static bool is_number_mark(const reader *r, size_t at) {
    if (at == 0 || !is_digit_at(r, at - 1) || !is_digit_at(r, at + 1)) return false;
    if (r->text[at] == '.') return true;
    return r->text[at] == ',' && is_digit_at(r, at + 2) && is_digit_at(r, at + 3) && !is_digit_at(r, at + 4);
}

static bool gather(ql_bytes *raw, const char *bytes, size_t n) {
    if (!ql_bytes_reserve(raw, n)) return false;
    memcpy(raw->items + raw->n, bytes, n);
    raw->n += n;
    return true;
}

/* Can the character at `at`, which does not make words, be inside one?  *keep says whether it is part
   of its form. */
static bool goes_on(reader *r, size_t at, size_t next, uint32_t code, size_t since, bool *keep) {
    *keep = false;
    if (code == 0xAD || code == 0x200D || code == 0x200C) return true;
    if (is_apostrophe(code)) return *keep = is_word_at(r, next);
    if (code == '.' || code == ',') {
        if (is_number_mark(r, at)) return *keep = code == '.', true;
        return is_initial_dot(r, at, since);
    }
    if (code == ']' && at == r->inline_end) return is_word_at(r, next);
    if (code != '[') return false;
    size_t close = bracket_end(r, at, ']');
    if (close == 0 || !is_inside_word(r, at, close)) return false;
    r->inline_end = close;
    return true;
}

/* Read the word that begins at `at`; in *end where it ends. */
static bool read_word(reader *r, size_t at, size_t *end) {
    ql_bytes *raw = &r->words->raw;
    size_t start = at, since = 0; /* letters since the last dot */
    ql_bytes_clear(raw);
    while (at < r->n) {
        size_t next;
        bool keep = true;
        uint32_t code = code_at(r, at, &next);
        if (is_ideograph(code)) {
            if (raw->n > 0) break;
            at = next;
            return *end = at, gather(raw, r->text + start, at - start) && push_raw(r, start, at);
        }
        if (!is_word_code(code) && !goes_on(r, at, next, code, since, &keep)) break;
        since = keep ? since + 1 : code == '.' ? 0 : since;
        if (keep && is_apostrophe(code) ? !ql_bytes_push(raw, '\'') : keep && !gather(raw, r->text + at, next - at))
            return false;
        at = next;
    }
    *end = at;
    return push_raw(r, start, at);
}

/* The end of the dots that begin at `at`, blanks between them allowed; `at` if they are not an ellipsis. */
static size_t ellipsis_end(const reader *r, size_t at) {
    size_t end = at, n_dots = 0;
    for (size_t i = at; i < r->n && (r->text[i] == '.' || r->text[i] == ' '); i++)
        if (r->text[i] == '.') n_dots++, end = i + 1;
    return n_dots > 1 ? end : at;
}

static bool push_gap(reader *r, size_t start, size_t end) {
    if (r->tokens->n > 0 && r->tokens->items[r->tokens->n - 1] == QL_FAMILY_GAP) return true;
    return push_token(r, QL_FAMILY_GAP, start, end);
}

/* A bracket that opens at `at`: note how far it reaches.  Gives where to go on. */
static size_t open_bracket(reader *r, size_t at, char close) {
    size_t end = bracket_end(r, at, close);
    if (end != 0 && close == ']' && is_inside_word(r, at, end))
        r->inline_end = end;
    else if (end != 0)
        r->optional_end = end;
    return at + 1;
}

static bool read_all(reader *r) {
    for (size_t at = 0, next; at < r->n; at = next) {
        uint32_t code = code_at(r, at, &next);
        if (is_word_code(code)) {
            if (!read_word(r, at, &next)) return false;
        } else if (code == '[' || code == '(') {
            next = open_bracket(r, at, code == '[' ? ']' : ')');
        } else if (code == 0x2026 || (code == '.' && ellipsis_end(r, at) > next)) {
            if (code == '.') next = ellipsis_end(r, at);
            if (!push_gap(r, at, next)) return false;
        } else if (code == '%') {
            if (!push_word(r, "%", 1, at, next)) return false;
        }
    }
    return true;
}

/* Without gaps at the edges: “… we will” leaves out no more than any quotation does. */
static void trim(reader *r, size_t first) {
    size_t from = first, end = r->tokens->n, base = r->spans != NULL ? r->spans->n - (end - first) : 0;
    while (end > from && r->tokens->items[end - 1] == QL_FAMILY_GAP) end--;
    while (from < end && r->tokens->items[from] == QL_FAMILY_GAP) from++;
    memmove(r->tokens->items + first, r->tokens->items + from, (end - from) * sizeof *r->tokens->items);
    r->tokens->n = first + end - from;
    if (r->spans == NULL) return;
    ql_span *spans = r->spans->items + base;
    memmove(spans, spans + (from - first), (end - from) * sizeof *spans);
    r->spans->n = base + end - from;
}

/* Nothing but what is in brackets: then it is what was said. */
static void keep_brackets(ql_ints *tokens, size_t first) {
    for (size_t i = first; i < tokens->n; i++)
        if (!ql_family_is_optional(tokens->items[i])) return;
    for (size_t i = first; i < tokens->n; i++)
        if (tokens->items[i] != QL_FAMILY_GAP) tokens->items[i] &= ~QL_FAMILY_OPTIONAL;
}

bool ql_family_read(ql_family_words *words, const char *text, size_t n_bytes, ql_ints *tokens, ql_spans *spans) {
    reader r = {.words = words, .text = text, .n = n_bytes, .tokens = tokens, .spans = spans};
    size_t first = tokens->n, kept = first, base = spans != NULL ? spans->n : 0;
    if (!read_all(&r)) return false;
    for (size_t i = first; i < tokens->n; i++) {
        if (tokens->items[i] == QL_FAMILY_GAP) continue;
        if (spans != NULL) spans->items[base + kept - first] = spans->items[base + i - first];
        tokens->items[kept++] = tokens->items[i] & ~QL_FAMILY_OPTIONAL;
    }
    tokens->n = kept;
    if (spans != NULL) spans->n = base + kept - first;
    return true;
}

bool ql_family_normalise(ql_family_words *words, const char *text, size_t n_bytes, ql_ints *tokens, ql_spans *spans) {
    reader r = {.words = words, .text = text, .n = n_bytes, .tokens = tokens, .spans = spans};
    size_t first = tokens->n;
    if (!read_all(&r)) return false;
    if (tokens->n > first) trim(&r, first);
    keep_brackets(tokens, first);
    if (tokens->n > first) return true;
    int32_t whole = intern(words, text, n_bytes); /* no words in it: nothing but itself is like it */
    return whole >= 0 && push_token(&r, whole, 0, n_bytes);
}

/* ------------------------------------------------------------------------------------------------ weights */

static uint32_t runs_of(const ql_family_word *word) {
    size_t low = 0, high = sizeof frequent / sizeof frequent[0], n = (size_t)word->n_bytes;
    if (n > FREQUENCY_LONGEST) return RARE_RUNS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strncmp(frequent[middle].form, word->form, n);
        if (order == 0) order = frequent[middle].form[n] != '\0';
        if (order == 0) return frequent[middle].runs;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return RARE_RUNS;
}

void ql_family_weigh_from(ql_family_words *words, size_t first, size_t n_types) {
    for (size_t i = first; i < words->words.n; i++) {
        ql_family_word *word = &words->words.items[i];
        double known = (double)PRIOR_RUNS * runs_of(word) / FREQUENCY_SCALE;
        double told = log(((double)n_types + PRIOR_RUNS) / (word->n_types + known)) * QL_FAMILY_NAT;
        if (told < COMMON_WEIGHT) told *= told / COMMON_WEIGHT;
        word->weight = told < LEAST_WEIGHT ? LEAST_WEIGHT : told > MOST_WEIGHT ? MOST_WEIGHT : (int32_t)told;
    }
}

/* ---------------------------------------------------------------------------------------------- alike words */

/* Letters put in, left out, changed, or two exchanged: are so many enough to make one of the other? */
static bool is_within(const char *a, int32_t n, const char *b, int32_t m, int32_t most) {
    int32_t rows[3][MOST_ALIKE_BYTES + 1];
    int32_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (int32_t j = 0; j <= m; j++) last[j] = j;
    for (int32_t i = 1; i <= n; i++) {
        row[0] = i;
        for (int32_t j = 1; j <= m; j++) {
            int32_t least = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < least) least = last[j] + 1;
            if (row[j - 1] + 1 < least) least = row[j - 1] + 1;
            bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (exchanged && before[j - 2] + 1 < least) least = before[j - 2] + 1;
            row[j] = least;
        }
        int32_t *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[m] <= most;
}

bool ql_family_is_alike(const ql_family_word *a, const ql_family_word *b) {
    if (a == b) return true;
    int32_t n = a->n_bytes, m = b->n_bytes, shorter = n < m ? n : m;
    if (shorter < ALIKE_BYTES || n > MOST_ALIKE_BYTES || m > MOST_ALIKE_BYTES || n - m > 2 || m - n > 2) return false;
    if (a->weight < ALIKE_WEIGHT || b->weight < ALIKE_WEIGHT || a->has_digit || b->has_digit) return false;
    if (__builtin_popcount(a->letters ^ b->letters) > 4 || a->form[0] != b->form[0]) return false;
    return is_within(a->form, n, b->form, m, shorter < 8 ? 1 : 2);
}

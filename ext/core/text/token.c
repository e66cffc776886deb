/* Words of UAX #29 made into tokens as the English UD treebanks have them.

   A plain word followed by white space or a comma takes a short path.  All else is decided by what is at
   `at`: letters, digits, or a mark.  Each step looks a bounded way around, or consumes what it looked at. */
#include <string.h>

#include "base/ascii.h"
#include "base/fold.h"
#include "text/patterns.h"
#include "text/tokens.h"

enum { LONGEST_WORD = 64, LONGEST_NUMBER = 64, LONGEST_LOCAL_PART = 64, MOST_CLITICS = 4 };

typedef struct tokenizer {
    ql_document *doc;
    const char *bytes;
    int32_t n;
    const int32_t *words; /* the first boundary after `at` is words[word] */
    size_t word;
    int32_t at;
    bool after_space;
} tokenizer;

/* What a byte can begin: L letter, D digit, W white space, S stop, Q quotation mark, H a byte of a non-ASCII
   character, Y symbol, P other punctuation, R a mark that can stand in a row of its kind. */
static char byte_kind(char byte) {
    static const char kinds[129] = "YYYYYYYYYWWWWWYY"
                                   "YYYYYYYYYYYYYYYY"
                                   "WSQRRRRQPPRRPRSR"  /*  !"#$%&'()*+,-./ */
                                   "DDDDDDDDDDPPRRRS"  /* 0123456789:;<=>? */
                                   "RLLLLLLLLLLLLLLL"  /* @ */
                                   "LLLLLLLLLLLPRPRL"  /* [\]^_ */
                                   "QLLLLLLLLLLLLLLL"  /* ` */
                                   "LLLLLLLLLLLPRPRY"; /* {|}~ */
    unsigned char b = (unsigned char)byte;
    return b < 0x80 ? kinds[b] : 'H';
}

/* The byte at `at`, or 0 outside the text. */
static char peek(const tokenizer *t, int32_t at) {
    return at >= 0 && at < t->n ? t->bytes[at] : '\0';
}

static bool is_word_byte(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || !ql_is_ascii(c);
}

static uint32_t decode(const tokenizer *t, int32_t at, int32_t *next) {
    return ql_utf8_decode(t->bytes, t->n, at, next);
}

/* The first word boundary after `at`. */
static int32_t boundary_after(const tokenizer *t, int32_t at) {
    size_t i = t->word;
    while (t->words[i] <= at) i++;
    return t->words[i];
}

/* Do the bytes at `at`, in lower case, begin with `what`? */
static bool starts_with(const tokenizer *t, int32_t at, const char *what) {
    for (; *what != '\0'; what++, at++)
        if (lower(peek(t, at)) != *what) return false;
    return true;
}

/* ------------------------------------------------------------------------------------------------ writing */

static uint8_t case_flags(const tokenizer *t, int32_t start, int32_t end) {
    bool has_lower = false, is_capital = false;
    int n_letters = 0;
    for (int32_t at = start, next; at < end; at = next) {
        uint32_t code = decode(t, at, &next);
        bool is_up = code < 0x80 ? is_upper((char)code) : ql_is_upper(code);
        bool is_low = code < 0x80 ? is_lower((char)code) : !is_up && ql_is_lower(code);
        if (!is_up && !is_low) continue;
        if (n_letters++ == 0) is_capital = is_up;
        has_lower |= is_low;
    }
    uint8_t all_caps = n_letters >= 2 && !has_lower ? QL_TOKEN_ALL_CAPS : 0;
    return (uint8_t)((is_capital ? QL_TOKEN_CAPITAL : 0) | all_caps);
}

static ql_status no_memory(const tokenizer *t) {
    return ql_fail(t->doc->error, QL_NO_MEMORY, QL_NONE, "no memory for tokens");
}

static inline ql_status push(tokenizer *t, int32_t end, int32_t word, ql_token_class kind, unsigned flags) {
    if (t->after_space) flags |= QL_TOKEN_SPACE;
    ql_token token = {t->at, end, QL_NONE, word, QL_NONE, (uint8_t)kind, (uint8_t)flags, 0, 0, 0};
    if (!ql_tokens_push(&t->doc->tokens, token)) return no_memory(t);
    t->at = end;
    t->after_space = false;
    return QL_OK;
}

/* A token that is not looked up. */
static ql_status put(tokenizer *t, int32_t end, ql_token_class kind) {
    return push(t, end, QL_NONE, kind, case_flags(t, t->at, end));
}

/* The entry of the word from start to end, or QL_NONE. */
static ql_status find_word(const tokenizer *t, int32_t start, int32_t end, int32_t *found) {
    const ql_lexicon *lexicon = t->doc->engine->lexicon;
    ql_document *doc = t->doc;
    size_t n = (size_t)(end - start), n_folded = 0;
    char folded[LONGEST_WORD];
    *found = QL_NONE;
    if (n > LONGEST_WORD) return QL_OK;
    for (size_t i = 0; i < n; i++) {
        char byte = t->bytes[start + (int32_t)i];
        if (!ql_is_ascii(byte)) break;
        folded[n_folded++] = lower(byte);
    }
    if (n_folded == n) {
        *found = ql_lexicon_find(lexicon, folded, n);
        return QL_OK;
    }
    while (!ql_fold(t->bytes + start, n, doc->bytes, doc->bytes_capacity, &n_folded)) {
        char *grown = realloc(doc->bytes, n_folded);
        if (grown == NULL) return no_memory(t);
        doc->bytes = grown;
        doc->bytes_capacity = n_folded;
    }
    *found = ql_lexicon_find(lexicon, doc->bytes, n_folded);
    return QL_OK;
}

static ql_class_set classes_of(const tokenizer *t, int32_t word) {
    return word == QL_NONE ? QL_NO_CLASSES : ql_lexicon_word(t->doc->engine->lexicon, word)->classes;
}

static ql_status put_word(tokenizer *t, int32_t end, ql_token_class kind) {
    int32_t word;
    QL_TRY(find_word(t, t->at, end, &word));
    return push(t, end, word, kind, case_flags(t, t->at, end));
}

/* -------------------------------------------------------------------------------------------- apostrophes */

/* Bytes of the apostrophe at `at`, straight, typographic or as an HTML entity; 0 where there is none. */
static int32_t apostrophe_at(const tokenizer *t, int32_t at) {
    static const char *const entities[] = {"&#8217;", "&#x2019;", "&#39;", "&#x27;", "&apos;", "&rsquo;"};
    char c = peek(t, at);
    if (c == '\'') return 1;
    if (c == '`') return is_word_byte(peek(t, at - 1)) ? 1 : 0;
    if (c == '\xE2') return peek(t, at + 1) == '\x80' && peek(t, at + 2) == '\x99' ? 3 : 0;
    if (c != '&') return 0;
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
        if (starts_with(t, at, entities[i])) return (int32_t)strlen(entities[i]);
    return 0;
}

/* Bytes of the letters of a clitic at `at`, which follows an apostrophe; 0 where there is none. */
static int32_t clitic_letters(const tokenizer *t, int32_t at) {
    char a = lower(peek(t, at)), b = lower(peek(t, at + 1));
    if (!is_letter(a)) return 0;
    if (!is_word_byte(peek(t, at + 1))) return strchr("sdm", a) != NULL ? 1 : 0;
    bool is_two = (a == 'l' && b == 'l') || (a == 'r' && b == 'e') || (a == 'v' && b == 'e');
    return is_two && !is_word_byte(peek(t, at + 2)) ? 2 : 0;
}

/* Where the last clitic of [start, end) begins; `end` where it has none. */
static int32_t last_clitic(const tokenizer *t, int32_t start, int32_t end) {
    for (int32_t at = end - 1; at >= start && at >= end - 5; at--) {
        int32_t n = apostrophe_at(t, at);
        if (n == 0) continue;
        if (at + n + clitic_letters(t, at + n) == end && at + n < end) return at;
        bool is_not = at + n + 1 == end && lower(peek(t, end - 1)) == 't';
        if (is_not && at > start && lower(peek(t, at - 1)) == 'n') return at - 1;
        return end;
    }
    return end;
}

/* Where the parts of [at, end) begin that are written as one word: gon|na, can|not, do|nt. */
static int32_t run_together(ql_class_set classes, int32_t end) {
    if (ql_in(classes, QL_WORD_TOKEN_SPLIT_1)) return end - 1;
    if (ql_in(classes, QL_WORD_TOKEN_SPLIT_2)) return end - 2;
    if (ql_in(classes, QL_WORD_TOKEN_SPLIT_3)) return end - 3;
    return end;
}

/* Put the word [at, end), and apart from it the clitics at its end. */
static ql_status put_with_clitics(tokenizer *t, int32_t end, ql_token_class kind) {
    int32_t ends[MOST_CLITICS + 1], first = end;
    int n = 0;
    ends[0] = end;
    while (n < MOST_CLITICS) {
        int32_t at = last_clitic(t, t->at, first);
        if (at == first) break;
        ends[++n] = first = at;
        if (at == t->at) break;
    }
    if (first > t->at) {
        int32_t word;
        QL_TRY(find_word(t, t->at, first, &word));
        int32_t cut = run_together(classes_of(t, word), first);
        if (cut < first) {
            QL_TRY(put_word(t, cut, kind));
            QL_TRY(put_word(t, first, kind));
        } else {
            QL_TRY(push(t, first, word, kind, case_flags(t, t->at, first)));
        }
    }
    while (n > 0) QL_TRY(put_word(t, ends[--n], QL_TOKEN_CLITIC));
    return QL_OK;
}

/* A clitic apart from letters: after a digit, a full stop or a closing mark, or an entity for its apostrophe. */
static int32_t clitic_at(const tokenizer *t, int32_t at) {
    int32_t n = apostrophe_at(t, at), letters = n != 0 ? clitic_letters(t, at + n) : 0;
    return letters != 0 ? n + letters : 0;
}

/* '90s, 'em: bytes of a word that begins with an apostrophe at `at`. */
static ql_status clipped_at(const tokenizer *t, int32_t at, int32_t *n_bytes) {
    int32_t n = apostrophe_at(t, at), end = at + n, found;
    *n_bytes = 0;
    if (n == 0 || is_word_byte(peek(t, at - 1))) return QL_OK;
    if (is_digit(peek(t, end)) && is_digit(peek(t, end + 1))) {
        end += peek(t, end + 2) == 's' ? 3 : 2;
        if (!is_word_byte(peek(t, end))) *n_bytes = end - at;
        return QL_OK;
    }
    while (is_letter(peek(t, end)) && end - at < 8) end++;
    if (end == at + n || is_word_byte(peek(t, end))) return QL_OK;
    QL_TRY(find_word(t, at, end, &found));
    if (ql_in(classes_of(t, found), QL_WORD_TOKEN_CLIPPED)) *n_bytes = end - at;
    return QL_OK;
}

/* ------------------------------------------------------------------------------------------------ patterns */

/* Try a pattern at `at`; *end is its end, or `at` where it does not match or takes too long. */
static ql_status try_pattern(const tokenizer *t, ql_text_pattern id, int32_t at, int32_t *end) {
    bool found;
    ql_span whole;
    ql_document *doc = t->doc;
    ql_status status = ql_pattern_find(doc->engine->text_patterns->items[id], doc->match, t->bytes, t->n, at, true,
                                       &whole, 1, &found, doc->error);
    *end = status == QL_OK && found ? whole.end : at;
    return status == QL_MATCH_LIMIT ? QL_OK : status;
}

static bool may_be_url(const tokenizer *t, int32_t at, int32_t end) {
    if (starts_with(t, at, "www.")) return true;
    if (peek(t, end) == ':') return peek(t, end + 1) == '/' && peek(t, end + 2) == '/';
    for (int32_t i = end - 2; i > at && i >= end - 12; i--)
        if (t->bytes[i] == '.') return is_lower(lower(peek(t, i + 1))) && end - i > 2;
    return false;
}

/* An e-mail address whose @ is at `at`: its local part was put already and is taken back. */
static ql_status email(tokenizer *t, bool *is_one) {
    ql_tokens *tokens = &t->doc->tokens;
    int32_t start = t->at, end;
    size_t n = tokens->n;
    *is_one = false;
    while (n > 0 && tokens->items[n - 1].end == start && t->at - tokens->items[n - 1].start <= LONGEST_LOCAL_PART) {
        char first = t->bytes[tokens->items[n - 1].start];
        if (!is_word_byte(first) && (first == '\0' || strchr(".+-%", first) == NULL)) break;
        start = tokens->items[--n].start;
    }
    while (n < tokens->n && !is_word_byte(t->bytes[start])) start = tokens->items[n++].end;
    if (start == t->at) return QL_OK;
    QL_TRY(try_pattern(t, QL_PATTERN_EMAIL, start, &end));
    if (end <= t->at) return QL_OK;
    t->after_space = (tokens->items[n].flags & QL_TOKEN_SPACE) != 0;
    tokens->n = n;
    t->at = start;
    *is_one = true;
    return put(t, end, QL_TOKEN_EMAIL);
}

/* The end of a letter, mark, digit or underscore at `at`; `at` itself where something else stands. */
static int32_t tag_char_end(const tokenizer *t, int32_t at) {
    char c = peek(t, at);
    int32_t next;
    if (ql_is_ascii(c)) return is_letter(c) || is_digit(c) || c == '_' ? at + 1 : at;
    char group = (char)(ql_category(decode(t, at, &next)) >> 8);
    return group == 'L' || group == 'M' || group == 'N' ? next : at;
}

/* @handle, #hashtag: letters, digits and underscores after the sign, a letter or underscore first. */
static int32_t tag_end(const tokenizer *t, int32_t at) {
    int32_t end = at + 1, next;
    if (is_word_byte(peek(t, at - 1)) || !is_word_byte(peek(t, end)) || is_digit(peek(t, end))) return at;
    if (!ql_is_ascii(peek(t, end)) && !ql_is_letter(decode(t, end, &next))) return at;
    while ((next = tag_char_end(t, end)) > end) end = next;
    return end;
}

/* ------------------------------------------------------------------------------------------------- letters */

static int32_t skip_blanks(const tokenizer *t, int32_t at) {
    while (peek(t, at) == ' ' || peek(t, at) == '\t') at++;
    return at;
}

static bool is_number_ahead(const tokenizer *t, int32_t at) {
    at = skip_blanks(t, at);
    return is_digit(peek(t, at)) || (peek(t, at) == '#' && is_digit(peek(t, at + 1)));
}

static ql_status is_starter(const tokenizer *t, int32_t at, bool *is_one) {
    int32_t end = at, word;
    while (is_letter(peek(t, end)) && end - at < LONGEST_WORD) end++;
    QL_TRY(find_word(t, at, end, &word));
    *is_one = end - at > 1 && ql_in(classes_of(t, word), QL_WORD_STARTER);
    return QL_OK;
}

/* Is the capital letter at `at`, followed by a stop, an initial?  "you and I." and "plan B." do not count. */
static ql_status is_initial(const tokenizer *t, int32_t at, bool *is_one) {
    const ql_tokens *tokens = &t->doc->tokens;
    const ql_token *before = tokens->n > 0 ? &tokens->items[tokens->n - 1] : NULL;
    int32_t next = skip_blanks(t, at + 2);
    bool after_name = before == NULL || (before->flags & QL_TOKEN_CAPITAL) || !is_letter(t->bytes[before->start]);
    *is_one = after_name && next < t->n && peek(t, next) != '\n';
    if (peek(t, next) == ',' || next == at + 2) return QL_OK;
    *is_one = is_upper(peek(t, next)) || (after_name && !ql_is_ascii(peek(t, next)));
    if (!*is_one || after_name) return QL_OK;
    bool opens_sentence;
    QL_TRY(is_starter(t, next, &opens_sentence));
    *is_one = t->bytes[at] != 'I' && !opens_sentence;
    return QL_OK;
}

/* Does the full stop after [at, end) belong to it? */
static ql_status keeps_stop(const tokenizer *t, int32_t at, int32_t end, bool *keeps) {
    int32_t word;
    *keeps = false;
    if (peek(t, end) != '.' || (peek(t, end + 1) == '.' && peek(t, end + 2) == '.')) return QL_OK;
    *keeps = is_dotted(t->bytes + at, end - at);
    if (*keeps) return QL_OK;
    QL_TRY(find_word(t, at, end + 1, &word));
    ql_class_set classes = classes_of(t, word);
    if (end - at == 1 && is_upper(t->bytes[at])) return is_initial(t, at, keeps);
    bool is_capital = is_upper(t->bytes[at]);
    *keeps = ql_in(classes, QL_WORD_ABBREVIATION) && (is_capital || !ql_in(classes, QL_WORD_ABBREVIATION_CAPITAL)) &&
             (!ql_in(classes, QL_WORD_ABBREVIATION_NUMBER) || is_number_ahead(t, end + 1));
    return QL_OK;
}

/* The end of the part of [at, end) that is one word: before a colon, and before a stop without a space after it
   ("he said.Then she"). */
static int32_t word_end(const tokenizer *t, int32_t at, int32_t end) {
    for (int32_t i = at + 1; i < end; i++) {
        if (t->bytes[i] == ':') return i;
        if (t->bytes[i] != '.' || i < at + 2) continue;
        bool is_sentence_end = is_lower(peek(t, i - 1)) && is_lower(peek(t, i - 2)) && is_upper(peek(t, i + 1)) &&
                               is_lower(peek(t, i + 2));
        if (is_sentence_end) return i;
    }
    return end;
}

#define FUNCTION_WORD QL_WORD_DETERMINER, QL_WORD_PREPOSITION, QL_WORD_COORDINATOR

/* "the th- these people": is [at, end), with a hyphen after it, broken off and begun again? */
static bool is_cut_off(const tokenizer *t, int32_t at, int32_t end) {
    char mark = peek(t, end + 1);
    if (mark == '.' || mark == ',') return true;
    int32_t next = skip_blanks(t, end + 1);
    return next > end + 1 && (lower(peek(t, next)) == lower(t->bytes[at]) || peek(t, next) == '-');
}

/* anti-war, mid-1980s, Holocaust-esque: the end of what the hyphen at `end` joins to [at, end), or `end`. */
static ql_status hyphen_joins(const tokenizer *t, int32_t at, int32_t end, int32_t *joined) {
    int32_t left, right;
    *joined = is_cut_off(t, at, end) ? end + 1 : end;
    if (!is_word_byte(peek(t, end + 1))) return QL_OK;
    int32_t next = boundary_after(t, end + 1);
    QL_TRY(find_word(t, at, end, &left));
    bool is_prefix = ql_in(classes_of(t, left), QL_WORD_TOKEN_PREFIX) && (end - at > 1 || next - end > 3);
    if (!is_prefix && (next - end > 6 || !is_lower(peek(t, end + 1)))) return QL_OK;
    QL_TRY(find_word(t, end + 1, next, &right));
    ql_class_set classes = classes_of(t, right);
    if (ql_in(classes, QL_WORD_TOKEN_SUFFIX) || (is_prefix && !ql_in(classes, FUNCTION_WORD)))
        *joined = word_end(t, end + 1, next);
    return QL_OK;
}

/* AT&T, R&D, Q&A: the end of what the ampersand at `end` joins, or `end`. */
static int32_t ampersand_joins(const tokenizer *t, int32_t at, int32_t end) {
    int32_t next = end + 1;
    if (end - at > 4 || !is_letter(peek(t, next))) return end;
    bool is_big = is_upper(t->bytes[at]);
    for (int32_t i = at; i < end; i++)
        if (is_big ? !is_upper(t->bytes[i]) : !is_lower(t->bytes[i])) return end;
    while (is_big ? is_upper(peek(t, next)) : is_lower(peek(t, next))) next++;
    bool is_short = next - end <= 3 && (is_big || (end - at == 1 && next - end == 2));
    return is_short && !is_word_byte(peek(t, next)) && peek(t, next) != ';' ? next : end;
}

/* A word whose end, in front of `end`, needs a look at what follows. */
static ql_status word_before(tokenizer *t, int32_t end) {
    bool keeps;
    int32_t joined = end, n;
    switch (peek(t, end)) {
    case '.':
        QL_TRY(keeps_stop(t, t->at, end, &keeps));
        if (keeps) return put_word(t, end + 1, QL_TOKEN_ABBREVIATION);
        break;
    case '-': QL_TRY(hyphen_joins(t, t->at, end, &joined)); break;
    case '&':
        joined = ampersand_joins(t, t->at, end);
        n = apostrophe_at(t, end);
        if (n == 0) break;
        if (clitic_letters(t, end + n) != 0) joined = end + n + clitic_letters(t, end + n);
        if (lower(peek(t, end + n)) == 't' && !is_word_byte(peek(t, end + n + 1))) joined = end + n + 1;
        break;
    case '$': /* US$4.5 */
        if (end - t->at <= 3 && is_upper(peek(t, end - 1)) && is_digit(peek(t, skip_blanks(t, end + 1))))
            return put(t, end + 1, QL_TOKEN_SYMBOL);
        break;
    case '*': /* sh*t */
        while (peek(t, joined) == '*') joined++;
        joined = is_letter(peek(t, joined)) ? boundary_after(t, joined) : end;
        break;
    default: break;
    }
    return put_with_clitics(t, joined, QL_TOKEN_WORD);
}

static bool is_ideograph(uint32_t code) {
    return (code >= 0x2E80 && code < 0xA000) || (code >= 0xF900 && code < 0xFB00) ||
           (code >= 0x20000 && code < 0x40000);
}

/* A word that is not a plain run of ASCII letters before a blank or a comma. */
static ql_status letters(tokenizer *t, int32_t end) {
    int32_t next = t->at;
    if (may_be_url(t, t->at, end)) QL_TRY(try_pattern(t, QL_PATTERN_URL, t->at, &next));
    if (next > t->at) return put(t, next, QL_TOKEN_URL);
    if (t->bytes[t->at] == '_') {
        while (peek(t, next) == '_') next++;
        if (next == end) return put(t, end, QL_TOKEN_PUNCT);
    }
    return word_before(t, word_end(t, t->at, end));
}

/* The short path: ASCII letters only, and nothing after that could change the word. */
static inline ql_status plain_or_other_letters(tokenizer *t, int32_t end) {
    char folded[LONGEST_WORD];
    int32_t n = end - t->at, n_upper = 0;
    if (n > LONGEST_WORD) return letters(t, end);
    for (int32_t i = 0; i < n; i++) {
        char c = t->bytes[t->at + i];
        bool is_up = is_upper(c);
        folded[i] = is_up ? (char)(c | 0x20) : c;
        n_upper += is_up;
        if (!is_lower(folded[i])) return letters(t, end);
    }
    char next = peek(t, end);
    if (next != ' ' && next != ',' && next != '\n' && next != '\0') return letters(t, end);
    int32_t word = ql_lexicon_find(t->doc->engine->lexicon, folded, (size_t)n);
    if (ql_in(classes_of(t, word), QL_WORD_TOKEN_SPLIT_1, QL_WORD_TOKEN_SPLIT_2, QL_WORD_TOKEN_SPLIT_3))
        return letters(t, end);
    unsigned flags = is_upper(t->bytes[t->at]) ? QL_TOKEN_CAPITAL : 0;
    if (n_upper == n && n > 1) flags |= QL_TOKEN_ALL_CAPS;
    return push(t, end, word, QL_TOKEN_WORD, flags);
}

/* ------------------------------------------------------------------------------------------------- numbers */

static int32_t digits_end(const tokenizer *t, int32_t at) {
    while (is_digit(peek(t, at))) at++;
    return at;
}

/* 555-0134, 212-555-0134, 1-800-555-0134: the end of a telephone number, or `at`. */
static int32_t phone_end(const tokenizer *t, int32_t at) {
    int groups[4], n = 0;
    int32_t end = at;
    for (; n < 4; end++) {
        int32_t next = digits_end(t, end);
        groups[n++] = next - end;
        end = next;
        if (peek(t, end) != '-' || !is_digit(peek(t, end + 1))) break;
    }
    if (is_word_byte(peek(t, end)) || peek(t, end) == '-' || n < 2 || groups[n - 1] != 4 || groups[n - 2] != 3)
        return at;
    if (n >= 3 && groups[n - 3] != 3) return at;
    return n == 4 && groups[0] > 3 ? at : end;
}

/* 9/11, 3/03: month and day, or month and year, written with a slash; `at` if it is not one. */
static int32_t short_date_end(const tokenizer *t, int32_t at) {
    int32_t slash = digits_end(t, at), end = digits_end(t, slash + 1);
    if (slash - at > 2 || end - slash - 1 > 2 || end == slash + 1 || is_word_byte(peek(t, end)) ||
        peek(t, end) == '/')
        return at;
    int month = 0, day = 0;
    for (int32_t i = at; i < slash; i++) month = month * 10 + t->bytes[i] - '0';
    for (int32_t i = slash + 1; i < end; i++) day = day * 10 + t->bytes[i] - '0';
    bool is_padded = t->bytes[at] == '0' || t->bytes[slash + 1] == '0';
    bool is_fraction = month < day && day <= 10 && !is_padded;
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && !is_fraction ? end : at;
}

static bool is_ordinal_ending(const tokenizer *t, int32_t at, int32_t end) {
    return end - at == 2 && (starts_with(t, at, "st") || starts_with(t, at, "nd") || starts_with(t, at, "rd") ||
                             starts_with(t, at, "th"));
}

/* 20th, 1970s, 35mm, 4A: digits with letters after them, from `letters_at`. */
static ql_status number_with_letters(tokenizer *t, int32_t letters_at, int32_t end) {
    int32_t unit;
    if (is_ordinal_ending(t, letters_at, end)) return put(t, end, QL_TOKEN_ORDINAL);
    QL_TRY(find_word(t, letters_at, end, &unit));
    if (!ql_in(classes_of(t, unit), QL_WORD_TOKEN_UNIT)) {
        bool keeps = is_dotted(t->bytes + letters_at, end - letters_at);
        if (!keeps) return put(t, end, QL_TOKEN_NUMBER);
    }
    QL_TRY(put(t, letters_at, QL_TOKEN_NUMBER));
    return word_before(t, end);
}

/* 1960's: the end of a decade with an apostrophe, whose digits end at `end`; else `end`. */
static int32_t decade_end(const tokenizer *t, int32_t end) {
    int32_t n = apostrophe_at(t, end);
    bool is_decade = n != 0 && end - t->at >= 2 && t->bytes[end - 1] == '0' && peek(t, end + n) == 's';
    return is_decade && !is_word_byte(peek(t, end + n + 1)) ? end + n + 1 : end;
}

/* The end of the part of [at, end) that is one number: "1,350" is one, "13,14" is two.  Commas further on than
   LONGEST_NUMBER are not looked at: "1,1,1,…" is read once. */
static int32_t number_end(const tokenizer *t, int32_t at, int32_t end) {
    int32_t first = end, last = end, most = end - at < LONGEST_NUMBER ? end : at + LONGEST_NUMBER;
    for (int32_t i = at; i < most; i++) {
        char c = t->bytes[i];
        if (c == ';' || c == ':') return i;
        if (c != ',') continue;
        if (first == end) first = i;
        last = i;
    }
    return last < end && digits_end(t, last + 1) != last + 4 ? first : end;
}

static ql_status number(tokenizer *t, int32_t end) {
    int32_t digits = digits_end(t, t->at), found = t->at;
    char mark = peek(t, digits);
    if (is_digit(peek(t, digits + 1))) {
        if (mark == '/' || mark == '-' || mark == '.') QL_TRY(try_pattern(t, QL_PATTERN_DATE, t->at, &found));
        if (found > t->at) return put(t, found, QL_TOKEN_DATE);
        if (mark == '/') found = short_date_end(t, t->at);
        if (found > t->at) return put(t, found, QL_TOKEN_DATE);
        if (mark == ':') QL_TRY(try_pattern(t, QL_PATTERN_TIME, t->at, &found));
        if (found > t->at) return put(t, found, QL_TOKEN_TIME);
        if (mark == '-') found = phone_end(t, t->at);
        if (found > t->at) return put(t, found, QL_TOKEN_NUMBER);
    }
    if (may_be_url(t, t->at, end)) QL_TRY(try_pattern(t, QL_PATTERN_URL, t->at, &found));
    if (found > t->at) return put(t, found, QL_TOKEN_URL);
    end = number_end(t, t->at, end);
    int32_t last = t->at; /* after the last digit of "1,350.5kg" */
    for (int32_t i = t->at; i < end; i++)
        if (is_digit(t->bytes[i])) last = i + 1;
    if (last < end && is_letter(t->bytes[last])) return number_with_letters(t, last, end);
    return put(t, last == end ? decade_end(t, end) : end, QL_TOKEN_NUMBER);
}

/* --------------------------------------------------------------------------------------------------- marks */

/* &amp; &#8220; &hellip;: the end of an HTML entity at `at`, or `at`. */
static int32_t entity_end(const tokenizer *t, int32_t at) {
    int32_t end = at + 1;
    if (peek(t, end) == '#') end++;
    while (end - at < 10 && (is_letter(peek(t, end)) || is_digit(peek(t, end)))) end++;
    return end - at >= 4 && peek(t, end) == ';' ? end + 1 : at;
}

static ql_token_class entity_kind(const tokenizer *t, int32_t at) {
    static const char *const marks[] = {"quot;",  "#34;",   "#39;",   "apos;",  "ldquo;", "rdquo;", "lsquo;",
                                        "rsquo;", "#8216;", "#8217;", "#8220;", "#8221;", "laquo;", "raquo;"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (starts_with(t, at + 1, marks[i])) return QL_TOKEN_MARK;
    return QL_TOKEN_SYMBOL;
}

/* The end of a smiley at `at`, or `at`. */
static int32_t smiley_end(const tokenizer *t, int32_t at) {
    static const char *const smileys[] = {":)",  ":(",  ";)",  ":d",  ":p",  ";p",  "=)",  "=(",  ":/",  "=d",
                                          ":o",  ":-)", ":-(", ";-)", ":-d", ":-p", ":'(", ":-/", ">:(", "^_^",
                                          "-_-", ":]",  "=p",  ":3",  "<3",  "</3", ":|",  ":-|", "xd"};
    if (at > 0 && (is_word_byte(t->bytes[at - 1]) || t->bytes[at - 1] == ')')) return at;
    for (size_t i = 0; i < sizeof smileys / sizeof smileys[0]; i++) {
        int32_t end = at + (int32_t)strlen(smileys[i]);
        if (starts_with(t, at, smileys[i]) && !is_word_byte(peek(t, end)) && peek(t, end) != '/') return end;
    }
    return at;
}

/* Full stops, exclamation and question marks in a row are one token: "...", "?!". */
static int32_t stops_end(const tokenizer *t, int32_t at) {
    for (;;) {
        char c = peek(t, at);
        if (c == '.' || c == '!' || c == '?')
            at++;
        else if (c == '\xE2' && peek(t, at + 1) == '\x80' && peek(t, at + 2) == '\xA6')
            at += 3; /* U+2026 */
        else
            return at;
    }
}

static ql_status stops(tokenizer *t, int32_t end) {
    bool is_alone = peek(t, t->at) == '.' && !is_word_byte(peek(t, t->at - 1)) && peek(t, t->at - 1) != ')';
    char next = peek(t, end);
    if (is_alone && is_digit(next)) { /* .325 */
        int32_t last = boundary_after(t, end);
        return put(t, last, QL_TOKEN_NUMBER);
    }
    if (is_alone && is_lower(next) && t->after_space) /* .com */
        return put(t, boundary_after(t, end), QL_TOKEN_WORD);
    int32_t last = stops_end(t, t->at);
    return put(t, last > end ? last : end, QL_TOKEN_PUNCT);
}

/* A straight mark, a grave accent or an apostrophe. */
static ql_status quotation(tokenizer *t, int32_t end) {
    char c = t->bytes[t->at];
    int32_t n;
    if (c != '"' && c == peek(t, t->at + 1)) return put(t, t->at + 2, QL_TOKEN_MARK); /* '' and `` */
    QL_TRY(clipped_at(t, t->at, &n));
    if (n != 0) return put_word(t, t->at + n, is_digit(peek(t, t->at + 1)) ? QL_TOKEN_NUMBER : QL_TOKEN_WORD);
    n = clitic_at(t, t->at);
    return n != 0 ? put_word(t, t->at + n, QL_TOKEN_CLITIC) : put(t, end, QL_TOKEN_MARK);
}

static ql_token_class mark_class(char c) {
    if (c == '-') return QL_TOKEN_DASH;
    return strchr("$%+=<>^|~&#@", c) != NULL ? QL_TOKEN_SYMBOL : QL_TOKEN_PUNCT;
}

/* A mark that can repeat: "--", "***", ">>". */
static ql_status mark_row(tokenizer *t, int32_t end) {
    char c = t->bytes[t->at];
    int32_t last;
    bool is_email = false;
    if (c == '&') {
        last = clitic_at(t, t->at);
        if (last != 0) return put_word(t, t->at + last, QL_TOKEN_CLITIC);
        last = entity_end(t, t->at);
        if (last > t->at) return put(t, last, entity_kind(t, t->at));
    }
    if (c == '@') QL_TRY(email(t, &is_email));
    if (is_email) return QL_OK;
    if (c == '@' || c == '#') {
        last = tag_end(t, t->at);
        if (last > t->at) return put(t, last, c == '@' ? QL_TOKEN_HANDLE : QL_TOKEN_HASHTAG);
    }
    if (c == '+' && is_digit(peek(t, end)) && !is_word_byte(peek(t, t->at - 1)))
        return put(t, boundary_after(t, end), QL_TOKEN_NUMBER);
    last = smiley_end(t, t->at);
    if (last > end) return put(t, last, QL_TOKEN_EMOJI);
    last = end;
    if (end == t->at + 1)
        while (peek(t, last) == c) last++;
    return put(t, last, mark_class(c));
}

static ql_status mark(tokenizer *t, int32_t end) {
    int32_t last = t->bytes[t->at] == ':' || t->bytes[t->at] == ';' ? smiley_end(t, t->at) : end;
    if (last > end) return put(t, last, QL_TOKEN_EMOJI);
    return put(t, end, QL_TOKEN_PUNCT);
}

/* ---------------------------------------------------------------------------------------- beyond ASCII */

static bool is_quotation_mark(uint32_t code) {
    return (code >= 0x2018 && code <= 0x201F) || code == 0xAB || code == 0xBB || code == 0x2039 || code == 0x203A ||
           (code >= 0x300C && code <= 0x300F) || code == 0x301D || code == 0x301E || code == 0xFF02;
}

static bool is_emoji(const tokenizer *t, uint32_t code, int32_t end) {
    if (code >= 0x1F000 && code < 0x20000) return true;
    bool has_selector = end - t->at > 3 && memcmp(t->bytes + end - 3, "\xEF\xB8\x8F", 3) == 0;
    return has_selector || (code >= 0x2600 && code < 0x27C0);
}

static ql_token_class class_of_code(uint32_t code) {
    uint16_t category = ql_category(code);
    if (category == ('P' << 8 | 'd')) return QL_TOKEN_DASH;
    if (category == ('N' << 8 | 'd')) return QL_TOKEN_NUMBER;
    if (category >> 8 == 'P') return QL_TOKEN_PUNCT;
    return category >> 8 == 'L' || category >> 8 == 'M' || category >> 8 == 'N' ? QL_TOKEN_WORD : QL_TOKEN_SYMBOL;
}

/* A typographic mark: an apostrophe may begin a clitic or a clipped word, and two are one mark. */
static ql_status typographic_mark(tokenizer *t, uint32_t code, int32_t end) {
    int32_t n, next;
    if (code == 0x2019) {
        QL_TRY(clipped_at(t, t->at, &n));
        if (n != 0) return put_word(t, t->at + n, is_digit(peek(t, end)) ? QL_TOKEN_NUMBER : QL_TOKEN_WORD);
        n = clitic_at(t, t->at);
        if (n != 0) return put_word(t, t->at + n, QL_TOKEN_CLITIC);
    }
    bool is_single = code == 0x2018 || code == 0x2019;
    if (is_single && end < t->n && decode(t, end, &next) == 0x2019) end = next;
    return put(t, end, QL_TOKEN_MARK);
}

/* Ideographs and kana in a row: in English text they are one name. */
static int32_t ideographs_end(const tokenizer *t, int32_t at) {
    int32_t next;
    while (at < t->n && is_ideograph(decode(t, at, &next)) && ql_is_letter(decode(t, at, &next))) at = next;
    return at;
}

static ql_status beyond_ascii(tokenizer *t, int32_t end) {
    int32_t next;
    uint32_t code = decode(t, t->at, &next);
    if (ql_is_space(code)) {
        t->at = next;
        t->after_space = true;
        return QL_OK;
    }
    if (code == 0x2026) return put(t, stops_end(t, t->at), QL_TOKEN_PUNCT);
    if (is_quotation_mark(code)) return typographic_mark(t, code, end);
    if (is_emoji(t, code, end)) return put(t, end, QL_TOKEN_EMOJI);
    ql_token_class kind = class_of_code(code);
    if (kind != QL_TOKEN_WORD) return put(t, end, kind);
    int32_t last = is_ideograph(code) ? ideographs_end(t, t->at) : end;
    if (last > end) return put_word(t, boundary_after(t, last - 1), QL_TOKEN_WORD);
    return letters(t, end);
}

/* --------------------------------------------------------------------------------------------------- stage */

static ql_status step(tokenizer *t, int32_t end) {
    bool is_inside = t->word > 0 && t->words[t->word - 1] < t->at; /* of a word that was cut: "said.Then" */
    if (is_inside && !is_word_byte(t->bytes[t->at])) end = t->at + 1;
    switch (byte_kind(t->bytes[t->at])) {
    case 'W':
        t->at++;
        t->after_space = true;
        return QL_OK;
    case 'L': return plain_or_other_letters(t, end);
    case 'D': return number(t, end);
    case 'S': return stops(t, end);
    case 'Q': return quotation(t, end);
    case 'R': return mark_row(t, end);
    case 'P': return mark(t, end);
    case 'Y': return put(t, end, QL_TOKEN_SYMBOL);
    default: return beyond_ascii(t, end);
    }
}

ql_status ql_stage_token(ql_document *doc) {
    QL_TRY(ql_words(doc->text, &doc->words));
    tokenizer t = {.doc = doc, .bytes = doc->text->bytes, .n = doc->text->n_bytes, .words = doc->words.items};
    if (!ql_tokens_reserve(&doc->tokens, doc->words.n / 2 + 1)) return no_memory(&t);
    while (t.at < t.n) {
        while (t.words[t.word] <= t.at) t.word++;
        if (t.bytes[t.at] == ' ') {
            t.at++;
            t.after_space = true;
        } else {
            QL_TRY(step(&t, t.words[t.word]));
        }
    }
    return QL_OK;
}

int32_t ql_token_at(const ql_document *doc, int32_t byte) {
    const ql_tokens *tokens = &doc->tokens;
    return vec_lower_bound(tokens->items, tokens->n, sizeof *tokens->items, offsetof(ql_token, start), byte);
}

static bool is_phrase(const ql_document *doc, int32_t i, int32_t end, const ql_phrase *phrase, int32_t *n) {
    const ql_lexicon *lexicon = doc->engine->lexicon;
    for (*n = 0; *n < QL_LONGEST_PHRASE && phrase->words[*n] != NULL; ++*n) {
        int32_t word = i + *n < end ? ql_token_of(doc, i + *n)->word : QL_NONE;
        if (word == QL_NONE || strcmp(ql_lexicon_word(lexicon, word)->form, phrase->words[*n]) != 0) return false;
    }
    return true;
}

int32_t ql_phrase_at(const ql_document *doc, int32_t i, int32_t end, ql_phrase_kind kind) {
    int32_t longest = 0, n;
    if (i < 0 || i >= end || !ql_has(doc, i, QL_WORD_PHRASE)) return 0;
    const ql_phrase *phrase = ql_builtin_phrase(0);
    for (size_t row = 0; phrase != NULL; phrase = ql_builtin_phrase(++row))
        if (phrase->kind == kind && is_phrase(doc, i, end, phrase, &n) && n > longest) longest = n;
    return longest;
}

static uint32_t hash_of(const ql_document *doc, int32_t token, int32_t most) {
    const ql_token *word = ql_token_of(doc, token);
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (int32_t at = word->start; at < word->end && at < word->start + most; at++)
        hash = (hash ^ (uint8_t)lower(doc->text->bytes[at])) * 16777619U;
    return hash;
}

int ql_word_hash(const ql_document *doc, int32_t token) {
    enum { LETTERS = 5 };
    uint32_t hash = hash_of(doc, token, LETTERS);
    return (int)((hash ^ hash >> 8 ^ hash >> 16 ^ hash >> 24) & 0xff);
}

uint32_t ql_whole_hash(const ql_document *doc, int32_t token) {
    enum { LETTERS = 24 };
    return hash_of(doc, token, LETTERS);
}

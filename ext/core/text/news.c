/* Sentences of news text: UAX #29's rules with what a newsroom's English adds.

   The text is read once, jumping from one place that can end a sentence to the next: full stops, question and
   exclamation marks, line feeds, bullets, list markers.  What decides is looked up nearby, a bounded way: the word
   before, the word after, the lines around a line feed.  Neither tokens nor words are needed. */
#include <string.h>

#include "base/ascii.h"
#include "base/fold.h"
#include "document.h"

enum {
    LONGEST_WORD = 40,
    LONGEST_OPENING = 40, /* bytes of marks and dashes before the first word of a sentence */
    LONGEST_WRAPPED = 120,
    SHORTEST_WRAPPED = 40,
    FEW_WORDS = 4,
    ZONE_WORDS = 4, /* of the name of a time zone, with its "time" */
    NAME_WORDS = 4,
    LONGEST_CITATION = 60,
    LONGEST_REFERENCE = 24,
    ROW = 5,
    LONGEST_DATELINE = 60,
    SHORTEST_STORY = 80
};

typedef struct scan {
    const char *bytes;
    int32_t n;
    int32_t start; /* of the sentence being read */
    int32_t first; /* its first byte that is not white space */
    ql_ints *out;
} scan;

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}
static char peek(const scan *s, int32_t at) {
    return at >= 0 && at < s->n ? s->bytes[at] : '\0';
}

static uint32_t decode(const scan *s, int32_t at, int32_t *next) {
    return ql_utf8_decode(s->bytes, s->n, at, next);
}

static bool is_at(const scan *s, int32_t at, const char *what) {
    int32_t n = (int32_t)strlen(what);
    return at >= 0 && n <= s->n - at && memcmp(s->bytes + at, what, (size_t)n) == 0;
}

/* Bytes of the white space at `at`, 0 where there is none. */
static int32_t space_at(const scan *s, int32_t at) {
    char c = peek(s, at);
    if (is_blank(c) || c == '\n' || c == '\r') return 1;
    if (at >= s->n || ql_is_ascii(c)) return 0;
    int32_t next;
    return ql_is_space(decode(s, at, &next)) ? next - at : 0;
}

static int32_t skip_space(const scan *s, int32_t at) {
    for (int32_t n; (n = space_at(s, at)) != 0;) at += n;
    return at;
}

/* ------------------------------------------------------------------------------------------------- marks */

/* Bytes of the sentence-ending mark at `at`, 0 where there is none. */
static int32_t stop_at(const scan *s, int32_t at) {
    static const char *const wide[] = {"…", "‼", "⁇", "⁈", "⁉", "。", "！", "．", "？", "｡", "।", "؟"};
    char c = peek(s, at);
    if (c == '.' || c == '!' || c == '?') return 1;
    if (at >= s->n || ql_is_ascii(c)) return 0;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (is_at(s, at, wide[i])) return (int32_t)strlen(wide[i]);
    return 0;
}

/* "were lost. ... The rest", "were lost. . . . The rest": three stops apart from the one at `at` open a sentence. */
static bool opens_with_ellipsis(const scan *s, int32_t at) {
    if (peek(s, at - 1) == ' ' || s->bytes[at] != '.') return false;
    return is_at(s, at + 1, " ... ") || (is_at(s, at + 1, " . . . ") && peek(s, at + 8) != '.');
}

/* After the run of marks at `at`: "?!", "...", ". . .". */
static int32_t skip_stops(const scan *s, int32_t at) {
    if (opens_with_ellipsis(s, at)) return at + 1;
    for (;;) {
        int32_t n = stop_at(s, at);
        if (n == 0 && peek(s, at) == ' ' && peek(s, at + 1) == '.' && peek(s, at - 1) == '.') {
            char behind = peek(s, at + 2);
            n = is_letter(behind) || is_digit(behind) ? 0 : 2;
        }
        if (n == 0) return at;
        at += n;
    }
}

typedef enum mark_side { SIDE_NONE, SIDE_OPEN, SIDE_CLOSE, SIDE_EITHER } mark_side;

/* Is there a bracket or quotation mark at `at`, and which way does it face?  *n is its length in bytes. */
static mark_side side_of(const scan *s, int32_t at, int32_t *n) {
    static const struct {
        const char *mark;
        mark_side side;
    } wide[] = {{"“", SIDE_OPEN}, {"”", SIDE_CLOSE}, {"‘", SIDE_OPEN},  {"’", SIDE_CLOSE},
                {"«", SIDE_OPEN}, {"»", SIDE_CLOSE}, {"„", SIDE_OPEN},  {"‚", SIDE_OPEN},
                {"‹", SIDE_OPEN}, {"›", SIDE_CLOSE}, {"「", SIDE_OPEN}, {"」", SIDE_CLOSE}};
    char c = peek(s, at);
    *n = 1;
    switch (c) {
    case '"':
    case '\'': return SIDE_EITHER;
    case '(':
    case '[':
    case '{':
    case '`': return SIDE_OPEN;
    case ')':
    case ']':
    case '}': return SIDE_CLOSE;
    default: break;
    }
    if (at >= s->n || ql_is_ascii(c)) return SIDE_NONE;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (!is_at(s, at, wide[i].mark)) continue;
        *n = (int32_t)strlen(wide[i].mark);
        return wide[i].side;
    }
    return SIDE_NONE;
}

/* After the closing marks at `at`; *quoted tells whether a quotation mark is among them.  A straight mark counts
   when no word follows it at once. */
static int32_t skip_closers(const scan *s, int32_t at, bool *quoted) {
    int32_t n;
    *quoted = false;
    for (;;) {
        mark_side side = side_of(s, at, &n);
        if (side != SIDE_CLOSE && side != SIDE_EITHER) return at;
        char next = peek(s, at + n);
        if (side == SIDE_EITHER && (is_letter(next) || is_digit(next))) return at;
        *quoted |= strchr(")]}", s->bytes[at]) == NULL;
        at += n;
    }
}

/* After the opening marks, dashes and asterisks at `at`, as far as LONGEST_OPENING. */
static int32_t skip_openers(const scan *s, int32_t at) {
    int32_t n, most = s->n - at < LONGEST_OPENING ? s->n : at + LONGEST_OPENING;
    while (at < most) {
        mark_side side = side_of(s, at, &n);
        if (side == SIDE_OPEN || side == SIDE_EITHER)
            at += n;
        else if (is_at(s, at, "—") || is_at(s, at, "–") || is_at(s, at, "•") || is_at(s, at, "⁃"))
            at += 3;
        else if (at < s->n && (s->bytes[at] == '-' || s->bytes[at] == '*' || s->bytes[at] == '_'))
            at++;
        else if (peek(s, at) == ' ' && peek(s, at - 1) != ' ')
            at++;
        else
            break;
    }
    return at;
}

/* After "[17]", "[...]", "[citation needed]" at `at`, or `at`. */
static int32_t skip_bracketed(const scan *s, int32_t at) {
    int32_t end = at + 1;
    if (peek(s, at) != '[' || is_upper(peek(s, end))) return at;
    while (end - at < LONGEST_REFERENCE && end < s->n && strchr("[]\n", s->bytes[end]) == NULL) end++;
    return peek(s, end) == ']' ? end + 1 : at;
}

/* After a smiley at `at`, or `at`. */
static int32_t skip_smiley(const scan *s, int32_t at) {
    char eyes = peek(s, at);
    if (eyes != ':' && eyes != ';' && eyes != '=') return at;
    int32_t mouth = at + 1 + (peek(s, at + 1) == '-');
    char c = peek(s, mouth);
    bool is_one = c == ')' || c == '(' || c == 'D' || c == 'P';
    return is_one && !is_letter(peek(s, mouth + 1)) ? mouth + 1 : at;
}

/* Is there, at `at`, a short remark in parentheses that the sentence continues after: `stairs" (Smith 55).` */
static bool is_citation(const scan *s, int32_t at) {
    if (peek(s, at) != '(') return false;
    int32_t end = at + 1;
    while (end - at < LONGEST_CITATION && end < s->n && strchr("().!?\n", s->bytes[end]) == NULL) end++;
    return peek(s, end) == ')' && (peek(s, end + 1) == '.' || peek(s, end + 1) == ',');
}

/* ------------------------------------------------------------------------------------------------- words */

/* How the character at `at` begins a word: 'u'pper, 'l'ower, 'd'igit, 'o'ther letter, or 0. */
static char word_case(const scan *s, int32_t at) {
    char c = peek(s, at);
    if (at >= s->n) return 0;
    if (ql_is_ascii(c)) return (char)(is_upper(c) ? 'u' : is_lower(c) ? 'l' : is_digit(c) ? 'd' : 0);
    int32_t next;
    uint32_t code = decode(s, at, &next);
    if (ql_is_upper(code)) return 'u';
    if (ql_is_lower(code)) return 'l';
    return ql_is_digit(code) ? 'd' : ql_is_letter(code) ? 'o' : (char)0;
}

/* Can the character that ends at `at` be part of a word? */
static bool is_inner_before(const scan *s, int32_t at) {
    char c = s->bytes[at - 1];
    if (ql_is_ascii(c)) return is_letter(c) || is_digit(c) || c == '\'' || c == '-' || c == '.';
    int32_t start;
    uint32_t code = ql_utf8_decode_before(s->bytes, s->n, at, &start);
    return code == 0x2019 || ql_is_alnum(code);
}

static bool is_inner(char c) {
    return is_letter(c) || is_digit(c) || c == '\'' || c == '-' || !ql_is_ascii(c);
}

/* The classes of [start, end), which is folded as far as ASCII goes; none for a word too long or not ASCII. */
static ql_class_set classes_of(const scan *s, int32_t start, int32_t end) {
    char folded[LONGEST_WORD + 1];
    int32_t n = end - start;
    if (n <= 0 || n > LONGEST_WORD) return QL_NO_CLASSES;
    for (int32_t i = 0; i < n; i++) folded[i] = lower(s->bytes[start + i]);
    return ql_lexicon_classes(NULL, folded, (size_t)n);
}

static int32_t letters_end(const scan *s, int32_t at) {
    int32_t end = at;
    while (end - at < LONGEST_WORD && is_letter(peek(s, end))) end++;
    return end;
}

/* The end of the word at `at`, with inner apostrophes and hyphens. */
static int32_t word_end(const scan *s, int32_t at) {
    int32_t end = at;
    while (end < s->n && end - at < LONGEST_WORD && is_inner(s->bytes[end])) end++;
    return end;
}

/* The start of the word that ends at `end`; stops inside it are part of it. */
static int32_t word_start(const scan *s, int32_t end) {
    int32_t at = end;
    while (at > s->start && end - at < LONGEST_WORD && is_inner_before(s, at))
        for (at--; at > s->start && ql_is_continuation(s->bytes[at]);) at--;
    while (at < end && !is_letter(s->bytes[at]) && !is_digit(s->bytes[at]) && ql_is_ascii(s->bytes[at])) at++;
    return at;
}

static bool opens_sentence(const scan *s, int32_t at) {
    int32_t end = letters_end(s, at);
    return ql_in(classes_of(s, at, end), QL_WORD_STARTER);
}

/* After the number of a footnote at `at`, "are rare. 12 Yet they", or `at`. */
static int32_t skip_footnote(const scan *s, int32_t at) {
    int32_t end = at;
    while (end - at < 3 && is_digit(peek(s, end))) end++;
    if (end == at || end - at > 2 || peek(s, end) != ' ' || !is_upper(peek(s, end + 1))) return at;
    return opens_sentence(s, end + 1) ? end : at;
}

/* After what belongs to the sentence that ends before `at` although it comes after its stop: references, cuts,
   smileys. */
static int32_t skip_references(const scan *s, int32_t at) {
    for (;;) {
        int32_t from = at + (peek(s, at) == ' '), end = skip_smiley(s, skip_bracketed(s, from));
        if (end == from && from > at) end = skip_footnote(s, from);
        if (end == from) return at;
        at = end;
    }
}

/* Are there at most FEW_WORDS words from the start of the sentence to `at`? */
static bool is_early(const scan *s, int32_t at) {
    int n_blanks = 0;
    if (at - s->first > FEW_WORDS * LONGEST_WORD) return false;
    for (int32_t i = s->first; i < at; i++)
        if (is_blank(s->bytes[i]) && ++n_blanks >= FEW_WORDS) return false;
    return true;
}

/* ----------------------------------------------------------------------------------------- abbreviations */

/* "p.m. Tokyo time", "p.m. Greenwich Mean Time": a place or another name, and the word for time. */
static bool names_time(const scan *s, int32_t next) {
    int32_t end = letters_end(s, next);
    if (ql_in(classes_of(s, next, end), QL_WORD_TIME_ORDER)) return false; /* "Next time" */
    for (int n = 1; n < ZONE_WORDS && end > next && peek(s, end) == ' '; n++) {
        next = end + 1;
        end = letters_end(s, next);
        if (ql_in(classes_of(s, next, end), QL_WORD_TIME_NOUN)) return true;
        if (!is_upper(peek(s, next))) return false;
    }
    return false;
}

/* "p.m. Monday", "a.m. EST": does what is at `next` carry on the time of day? */
static bool continues_time(const scan *s, int32_t next) {
    int32_t end = letters_end(s, next);
    if (ql_in(classes_of(s, next, end), QL_WORD_WEEKDAY, QL_WORD_MONTH, QL_WORD_TIME_ZONE)) return true;
    return (end - next >= 2 && end - next <= 4 && is_upper(s->bytes[end - 1])) || names_time(s, next);
}

/* May a sentence end after an abbreviation that can stand in its last place?  `next` is the word that follows. */
static bool ends_after_abbreviation(const scan *s, int32_t word, int32_t stop, int32_t next) {
    if (word_case(s, next) == 'l') return false; /* "the F.B.I. has said" */
    if (opens_sentence(s, next)) return true;
    bool is_time = stop - word == 3 && s->bytes[word + 1] == '.' && lower(s->bytes[word + 2]) == 'm' &&
                   strchr("ap", lower(s->bytes[word])) != NULL;
    return is_time && word_case(s, next) == 'u' && !continues_time(s, next) && !is_early(s, stop);
}

/* The first byte of the word before `at`, or 0 at the start of the sentence. */
static char word_before(const scan *s, int32_t at) {
    while (at > s->start && is_blank(s->bytes[at - 1])) at--;
    if (at == s->start) return 0;
    int32_t start = word_start(s, at);
    return start < at ? s->bytes[start] : s->bytes[at - 1];
}

/* Does a sentence end after the single capital letter at `word`?  "George W. Bush", "you and I. Did". */
static bool ends_after_letter(const scan *s, int32_t word, int32_t next) {
    char before = word_before(s, word);
    bool after_name = is_upper(before) || before == '.' || before == '&';
    if (before == 0) return false;
    if (opens_sentence(s, next)) return !(after_name && letters_end(s, next) - next == 1);
    return s->bytes[word] == 'I' && !after_name;
}

/* Carelessly written text begins sentences in lower case: "they left. the rest stayed".  Only after a word that is
   surely no abbreviation. */
static bool ends_before_lower(const scan *s, int32_t word, int32_t stop, ql_class_set classes) {
    return stop - word >= 2 && !ql_in(classes, QL_WORD_ABBREVIATION) &&
           memchr(s->bytes + word, '.', (size_t)(stop - word)) == NULL;
}

/* Does a sentence end at the single full stop at `stop`, as far as the word before it tells? */
static bool ends_after_word(const scan *s, int32_t stop, int32_t next) {
    int32_t word = word_start(s, stop), n = stop - word;
    char kind = word_case(s, next);
    if (n == 0) return true;
    bool opens = word == skip_openers(s, s->first);
    if (opens && n <= 3 && is_digit(s->bytes[word]) && is_digit(s->bytes[stop - 1])) return false; /* 1. The first */
    if (opens && n == 1) return false;                                                             /* a. The first */
    ql_class_set classes = classes_of(s, word, stop + 1);
    bool dotted = is_dotted(s->bytes + word, stop - word);
    bool is_plain = ql_in(classes, QL_WORD_ABBREVIATION) && !ql_in(classes, QL_WORD_ABBREVIATION_NUMBER);
    if (opens && (dotted || is_plain)) return false; /* P.S. We left */
    if (dotted && !ql_in(classes, QL_WORD_ABBREVIATION)) return ends_after_abbreviation(s, word, stop, next);
    if (kind == 'l') return ends_before_lower(s, word, stop, classes);
    if (n == 1 && is_upper(s->bytes[word])) return ends_after_letter(s, word, next);
    if (!ql_in(classes, QL_WORD_ABBREVIATION)) return true;
    if (ql_in(classes, QL_WORD_ABBREVIATION_CAPITAL) && !is_upper(s->bytes[word])) return true;
    if (ql_in(classes, QL_WORD_ABBREVIATION_NUMBER))
        return kind != 'd' && !ql_in(classes_of(s, next, letters_end(s, next)), QL_WORD_MONTH);
    return ql_in(classes, QL_WORD_ABBREVIATION_END) && ends_after_abbreviation(s, word, stop, next);
}

/* -------------------------------------------------------------------------------------------- quotations */

/* Is there, at `next`, a dash and a name: `"We will win." - Ann Lee`? */
static bool is_signature(const scan *s, int32_t next) {
    int32_t n = peek(s, next) == '-'                         ? 1 + (peek(s, next + 1) == '-')
                : is_at(s, next, "—") || is_at(s, next, "–") ? 3
                                                             : 0;
    return n != 0 && word_case(s, skip_space(s, next + n)) == 'u';
}

/* Does the clause end after the verb that ends at `end`?  After a question an adverbial may stand there too:
   "asked during a hearing"; what is said or who is told begins another sentence. */
static bool closes_clause(const scan *s, int32_t end, bool is_question) {
    if (end >= s->n || strchr(".,;:\n", s->bytes[end]) != NULL) return true;
    int32_t next = skip_space(s, end);
    return is_question &&
           ql_in(classes_of(s, next, letters_end(s, next)), QL_WORD_PREPOSITION, QL_WORD_ADVERB, QL_WORD_WEEKDAY);
}

/* Is there, at `next`, a name and then a verb of reporting: `"Is it?" Ann Lee asked.` */
static bool is_attribution(const scan *s, int32_t next, bool is_question) {
    for (int n_words = 0; n_words <= NAME_WORDS; n_words++) {
        int32_t end = word_end(s, next);
        ql_class_set classes = classes_of(s, next, end);
        if (n_words > 0 && ql_in(classes, QL_WORD_CUE_VERB) && is_lower(peek(s, next)))
            return closes_clause(s, end, is_question);
        if (word_case(s, next) != 'u' || (n_words == 0 && ql_in(classes, QL_WORD_STARTER))) return false;
        if (peek(s, end) == '.') end++;
        if (peek(s, end) != ' ') return false;
        next = end + 1;
    }
    return false;
}

/* -------------------------------------------------------------------------------------------------- lines */

/* Bytes of the line on one side of the line feed at `feed`, counted no further than LONGEST_WRAPPED + 1. */
static int32_t line_before(const scan *s, int32_t feed) {
    int32_t n = 0;
    while (n <= LONGEST_WRAPPED && feed - n > 0 && s->bytes[feed - n - 1] != '\n') n++;
    return n;
}

static int32_t line_behind(const scan *s, int32_t at) {
    int32_t n = 0;
    while (n <= LONGEST_WRAPPED && at + n < s->n && s->bytes[at + n] != '\n') n++;
    return n;
}

/* Is the line feed at `feed`, with the next line at `next`, only where a paragraph was wrapped?  A line that could
   have taken the next line's first word was not wrapped. */
static bool is_wrapped(const scan *s, int32_t feed, int32_t next) {
    int32_t before = line_before(s, feed), behind = line_behind(s, next);
    if (before > LONGEST_WRAPPED || behind > LONGEST_WRAPPED) return false;
    char last = peek(s, feed - 1), kind = word_case(s, next);
    if (last == '\r') last = peek(s, feed - 2);
    bool goes_on = is_letter(last) || is_digit(last) || last == ',' || last == '-';
    if (kind == 'l' && goes_on && before >= SHORTEST_WRAPPED / 2) return true;
    if (before < SHORTEST_WRAPPED) return false;
    int32_t width = before + 1 + (word_end(s, next) - next);
    int32_t above = feed > before + 1 ? line_before(s, feed - before - 1) : 0;
    bool is_even = (above >= SHORTEST_WRAPPED && above <= width) || (behind >= SHORTEST_WRAPPED && behind <= width);
    return is_even && width > above && width >= behind && width - behind < before / 3 && above != 0;
}

/* -------------------------------------------------------------------------------------------- candidates */

static bool end_at(scan *s, int32_t at) {
    if (at <= s->start || at >= s->n) return true;
    s->start = at;
    s->first = skip_space(s, at);
    return ql_ints_push(s->out, at);
}

/* Does the white space [from, to) end a paragraph? */
static bool ends_paragraph(const scan *s, int32_t from, int32_t to) {
    int n_feeds = 0;
    int32_t feed = to;
    for (int32_t at = from; at < to; at++) {
        if (s->bytes[at] == '\n' || (s->bytes[at] == '\r' && peek(s, at + 1) != '\n')) {
            n_feeds++;
            feed = at;
        } else if (!ql_is_ascii(s->bytes[at]) && (is_at(s, at, "\u2028") || is_at(s, at, "\u2029"))) {
            return true;
        }
    }
    return n_feeds > 1 || (n_feeds == 1 && !is_wrapped(s, feed, to));
}

/* "he said.Then she": no white space, but a stop between a word and a capital.  Not in a name of a host or a file. */
static bool is_glued(const scan *s, int32_t stop, int32_t next) {
    bool is_likely = is_lower(peek(s, stop - 1)) && is_lower(peek(s, stop - 2)) && is_upper(peek(s, next)) &&
                     is_lower(peek(s, next + 1));
    int32_t end = is_likely ? word_end(s, next) : next;
    char behind = peek(s, end);
    return is_likely && (behind == ' ' || behind == ',' || behind == '\n');
}

/* Does a sentence end with the marks [stop, end), given the word at `next`? */
static bool is_end(const scan *s, int32_t stop, int32_t end, bool closed, bool quoted, int32_t next) {
    int32_t word = skip_openers(s, next);
    char kind = word_case(s, word);
    bool is_single = end == stop + 1 && s->bytes[stop] == '.';
    char mark = s->bytes[stop];
    bool is_loud = mark == '?' || mark == '!';
    if (kind == 'l' && (closed || (!is_single && !is_loud))) return false;
    if (kind == 'l' && is_loud) return mark == '?' || !is_upper(s->bytes[word_start(s, stop)]); /* Yahoo! in */
    if (is_citation(s, next)) return false;
    if (quoted && is_signature(s, next)) return false;
    if (quoted && kind == 'u' && word == next && is_attribution(s, next, is_loud)) return false;
    return !is_single || quoted || ends_after_word(s, stop, word);
}

/* A stop at `stop`.  Gives where to read on, or QL_NONE where memory is short. */
static int32_t read_stop(scan *s, int32_t stop) {
    bool quoted;
    int32_t end = skip_stops(s, stop), close = skip_references(s, skip_closers(s, end, &quoted));
    int32_t next = skip_space(s, close);
    bool ends;
    if (next >= s->n) return s->n;
    if (next == close)
        ends = is_glued(s, stop, next);
    else if (s->first == stop) /* "... The rest": the marks open the sentence */
        ends = ends_paragraph(s, close, next);
    else
        ends = ends_paragraph(s, close, next) || is_end(s, stop, end, close > end, quoted, next);
    if (ends && !end_at(s, next)) return QL_NONE;
    return next;
}

static int32_t read_line_feed(scan *s, int32_t feed) {
    int32_t from = feed, next = skip_space(s, feed);
    while (from > s->start && is_blank(s->bytes[from - 1])) from--;
    if (ends_paragraph(s, from, next) && !end_at(s, next)) return QL_NONE;
    return next > feed ? next : feed + 1;
}

/* The number of the list marker at `at`, "3.", "3)", "3.)" or "c.", in *style what follows the number; 0 if none. */
static int marker_at(const scan *s, int32_t at, int *style) {
    int number = 0;
    int32_t end = at;
    while (is_digit(peek(s, end)) && end - at < 3) number = number * 10 + (s->bytes[end++] - '0');
    if (end == at && is_lower(peek(s, end))) number = s->bytes[end++] - 'a' + 1001;
    bool has_stop = peek(s, end) == '.', has_bracket = peek(s, end + has_stop) == ')';
    *style = has_stop + 2 * has_bracket;
    end += has_stop + has_bracket;
    return *style != 0 && peek(s, end) == ' ' ? number : 0;
}

/* A list within a line, "1) this 2) that": the mark at `at` may close the marker that follows the one with which the
   sentence begins. */
static int32_t read_marker(scan *s, int32_t at) {
    int32_t marker = at, first = s->first;
    if (peek(s, marker - 1) == '.') marker--;
    while (marker > s->start &&
           (is_digit(s->bytes[marker - 1]) || (marker == at && is_lower(s->bytes[marker - 1]))) && at - marker < 4)
        marker--;
    int style, first_style, number;
    if (marker <= first || !is_blank(peek(s, marker - 1))) return at + 1;
    number = marker_at(s, marker, &style);
    if (number == 0 || marker_at(s, first, &first_style) != number - 1 || first_style != style) return at + 1;
    return end_at(s, marker) ? at + 1 : QL_NONE;
}

/* A closing bracket may close a list marker, or be the mouth of a smiley, which closes a sentence
   before a capital. */
static int32_t read_bracket(scan *s, int32_t at) {
    int32_t eyes = at - 1 - (peek(s, at - 1) == '-');
    if (skip_smiley(s, eyes) != at + 1) return read_marker(s, at);
    int32_t next = skip_space(s, at + 1);
    if (next > at + 1 && word_case(s, next) == 'u' && !end_at(s, next)) return QL_NONE;
    return at + 1;
}

/* Are there only capitalised words, numbers and commas in [from, to), as in "NEW DELHI (Reuters)"? */
static bool is_heading(const scan *s, int32_t from, int32_t to) {
    bool is_start = true;
    if (word_case(s, from) != 'u') return false;
    for (int32_t at = from; at < to; at++) {
        char c = s->bytes[at];
        if (is_start && is_lower(c) && !is_at(s, at, "of ")) return false;
        is_start = is_blank(c) || c == '(';
    }
    return true;
}

/* A dateline, "EVANSVILLE, Ind. (AP) - ", stands apart from the story that begins on its line. */
static int32_t read_dash(scan *s, int32_t at, int32_t end) {
    int32_t start = s->first, next = skip_space(s, end);
    bool is_apart = at > start && is_blank(s->bytes[at - 1]) && next > end;
    if (is_apart && end - at > 1 && letters_end(s, next) > next + 1 && is_upper(s->bytes[next]) &&
        opens_sentence(s, next))
        return end_at(s, next) ? end : QL_NONE; /* broken off: "It was only — That is all." */
    is_apart = is_apart && at - start <= LONGEST_DATELINE;
    if (!is_apart || word_case(s, skip_openers(s, next)) != 'u' || !is_heading(s, start, at - 1)) return end;
    if (start > 0 && s->bytes[start - 1] != '\n') return end;
    if (line_behind(s, next) < SHORTEST_STORY) return end;
    return end_at(s, next) ? end : QL_NONE;
}

/* "=====": a row of marks stands apart from the sentences on both sides. */
static int32_t read_row(scan *s, int32_t at) {
    int32_t end = at, next;
    while (peek(s, end) == s->bytes[at]) end++;
    if (s->bytes[at] == '-' && end - at < 3) return read_dash(s, at, end);
    if (end - at < ROW || (at > 0 && space_at(s, at - 1) == 0)) return end;
    next = skip_space(s, end);
    if (next == end || word_case(s, next) == 0) return end_at(s, at) ? end : QL_NONE;
    return end_at(s, at) && end_at(s, next) ? next : QL_NONE;
}

/* After a web address, whose stops end nothing; one before a capital ends the sentence. */
static int32_t read_link(scan *s, int32_t at) {
    int32_t end = at;
    while (end < s->n && space_at(s, end) == 0) end++;
    while (end > at + 2 && strchr(".,;:!?)]}\"'", s->bytes[end - 1]) != NULL) end--;
    int32_t next = skip_space(s, end);
    if (next > end && word_case(s, next) == 'u' && !end_at(s, next)) return QL_NONE;
    return end;
}

static int32_t digits_end(const scan *s, int32_t at) {
    while (is_digit(peek(s, at))) at++;
    return at;
}

/* The end of the stamp whose date, "08/16/2019 03:48 PM", begins at `at`; `at` where there is none. */
static int32_t stamp_end(const scan *s, int32_t at) {
    int32_t end = digits_end(s, at), colon;
    if (peek(s, end) != '/' || peek(s, digits_end(s, end + 1)) != '/') return at;
    end = digits_end(s, digits_end(s, end + 1) + 1);
    colon = digits_end(s, end + 1);
    if (peek(s, end) != ' ' || colon == end + 1 || peek(s, colon) != ':') return at;
    end = digits_end(s, colon + 1);
    if (peek(s, end) == ':') end = digits_end(s, end + 1);
    if (is_at(s, end, " AM") || is_at(s, end, " PM")) end += 3;
    return end == s->n || space_at(s, end) != 0 ? end : at;
}

/* A date and time of day stand apart, as scraped pages have them between a name and the text. */
static int32_t read_slash(scan *s, int32_t at) {
    if (peek(s, at + 1) == '/' && peek(s, at - 1) == ':') return read_link(s, at);
    int32_t start = at;
    while (start > s->start && at - start < 4 && is_digit(s->bytes[start - 1])) start--;
    int32_t end = start < at ? stamp_end(s, start) : start;
    if (end == start || (start > 0 && space_at(s, start - 1) == 0)) return at + 1;
    if (word_case(s, skip_space(s, end)) == 'l') return end;
    if (!is_lower(word_before(s, start)) && !end_at(s, start)) return QL_NONE;
    return end_at(s, skip_space(s, end)) ? end : QL_NONE;
}

/* "Image: Ann Lee": the credit of a picture, which was a line of its own before the text was scraped. */
static int32_t read_colon(scan *s, int32_t at) {
    int32_t start = at;
    while (start > s->start && at - start <= 10 && is_letter(s->bytes[start - 1])) start--;
    bool is_credit = is_upper(peek(s, start)) && ql_in(classes_of(s, start, at), QL_WORD_PICTURE_CREDIT);
    if (is_credit && is_blank(peek(s, start - 1)) && peek(s, at + 1) == ' ')
        return end_at(s, start) ? at + 1 : QL_NONE;
    return at + 1;
}

/* A bullet begins an item, and so a sentence. */
static int32_t read_bullet(scan *s, int32_t at) {
    if (is_blank(peek(s, at - 1)) && !end_at(s, at)) return QL_NONE;
    return at + 3;
}

static int32_t read_wide(scan *s, int32_t at) {
    if (is_at(s, at, "•") || is_at(s, at, "⁃")) return read_bullet(s, at);
    if (is_at(s, at, "—") || is_at(s, at, "–")) return read_dash(s, at, at + 3);
    if (stop_at(s, at) != 0) return read_stop(s, at);
    if (is_at(s, at, "\u2028") || is_at(s, at, "\u2029")) return read_line_feed(s, at);
    int32_t next;
    decode(s, at, &next);
    return next;
}

/* Handle what is at `at`. */
static int32_t read_candidate(scan *s, int32_t at) {
    switch (s->bytes[at]) {
    case '.': {
        int32_t before = s->start, next = read_marker(s, at);
        return next == QL_NONE || s->start != before ? next : read_stop(s, at);
    }
    case '?':
    case '!': return read_stop(s, at);
    case '\n':
    case '\r': return read_line_feed(s, at);
    case ')': return read_bracket(s, at);
    case '*':
    case '-':
    case '=':
    case '_': return read_row(s, at);
    case '/': return read_slash(s, at);
    case ':': return read_colon(s, at);
    default: return read_wide(s, at);
    }
}

/* Bytes at which a sentence can end; the last five lead U+061F, U+0964 and what lies with … and 。 */
static const bool is_candidate[256] = {
    ['*'] = true,  ['-'] = true,  ['='] = true,  ['_'] = true,  ['/'] = true,  [':'] = true,
    ['.'] = true,  ['?'] = true,  ['!'] = true,  ['\n'] = true, ['\r'] = true, [')'] = true,
    [0xD8] = true, [0xE0] = true, [0xE2] = true, [0xE3] = true, [0xEF] = true,
};

/* The next place at or after `at` that can end a sentence. */
static int32_t find_candidate(const scan *s, int32_t at) {
    for (; at < s->n; at++) {
        unsigned char c = (unsigned char)s->bytes[at];
        if (!is_candidate[c]) continue;
        bool rule = c == '*' || c == '-' || c == '=' || c == '_';
        if (!rule || peek(s, at + 1) == (char)c || (c == '-' && peek(s, at + 1) == ' ')) return at;
    }
    return s->n;
}

ql_status ql_sentences_news(const ql_text *text, ql_ints *out) {
    scan s = {.bytes = text->bytes, .n = text->n_bytes, .out = out};
    s.first = skip_space(&s, 0);
    if (s.n == 0) return QL_OK;
    if (!ql_ints_push(out, 0)) return QL_NO_MEMORY;
    for (int32_t at = find_candidate(&s, 0); at < s.n; at = find_candidate(&s, at)) {
        at = read_candidate(&s, at);
        if (at == QL_NONE) return QL_NO_MEMORY;
    }
    return ql_ints_push(out, s.n) ? QL_OK : QL_NO_MEMORY;
}

/* --------------------------------------------------------------------------------------------------- stage */

/* The part of [from, to) without white space at its edges; an empty one where there is nothing else. */
static ql_span trimmed(const scan *s, int32_t from, int32_t to) {
    from = skip_space(s, from);
    while (to > from) {
        int32_t start;
        uint32_t code = ql_utf8_decode_before(s->bytes, s->n, to, &start);
        if (!ql_is_space(code)) break;
        to = start;
    }
    return (ql_span){from, from < to ? to : from};
}

/* The tokens and the zone of a sentence, which start where those of the sentence before ended. */
static void join_tokens(ql_document *doc, ql_sentence *sentence, size_t *token) {
    ql_token *tokens = doc->tokens.items;
    size_t at = *token, n = doc->tokens.n;
    while (at < n && tokens[at].start < sentence->start) at++;
    sentence->first_token = (int32_t)at;
    if (at < n && tokens[at].start < sentence->end) tokens[at].flags |= QL_TOKEN_FIRST;
    for (; at < n && tokens[at].start < sentence->end; at++) tokens[at].sentence = (int32_t)doc->sentences.n;
    sentence->end_token = (int32_t)at;
    *token = at;
}

ql_status ql_stage_sentence(ql_document *doc) {
    if (ql_sentences_news(doc->text, &doc->breaks) != QL_OK)
        return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for sentences");
    scan s = {.bytes = doc->text->bytes, .n = doc->text->n_bytes};
    size_t token = 0, zone = 0;
    int32_t paragraph = 0, last = QL_NONE;
    for (size_t i = 0; i + 1 < doc->breaks.n; i++) {
        ql_span span = trimmed(&s, doc->breaks.items[i], doc->breaks.items[i + 1]);
        if (span.start == span.end) continue;
        while (zone + 1 < doc->zones.n && doc->zones.items[zone].end <= span.start) zone++;
        if (last != QL_NONE && ends_paragraph(&s, last, span.start)) paragraph++;
        last = span.end;
        ql_sentence sentence = {.start = span.start, .end = span.end, .paragraph = paragraph, .zone = (int32_t)zone};
        join_tokens(doc, &sentence, &token);
        if (!ql_sentences_push(&doc->sentences, sentence))
            return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for sentences");
    }
    return QL_OK;
}

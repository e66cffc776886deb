#include "page/line.h"

#include <string.h>

#include "base/ascii.h"
#include "base/fold.h"
#include "page/patterns.h"
#include "page/recurrence.h"

enum {
    MOST_INSIDE = 400,   /* bytes of a line that is searched inside for notices and credits */
    MOST_SHORT = 100,    /* bytes of a line that can head a list or end an article */
    SEPARATOR_WORDS = 4, /* words of a line that separates, and how often it has to stand on the page */
    SEPARATOR_TIMES = 4,
    SENTENCE_WORDS = 12,  /* of a sentence that says when something else was published */
    FUNCTION_SAMPLE = 40, /* words of a line among which function words are counted */
    MOST_GLUED = 20,      /* words of a line in which a date may be glued to what is before it */
    LONGEST_WORD = 16,    /* bytes */
    MEANING_BYTES = 4     /* … and of a word that carries meaning */
};

#define FUNCTION_WORDS                                                                                \
    QL_WORD_DETERMINER, QL_WORD_PREPOSITION, QL_WORD_COORDINATOR, QL_WORD_AUXILIARY, QL_WORD_PRONOUN, \
        QL_WORD_POSSESSIVE, QL_WORD_RELATIVE, QL_WORD_SUBORDINATOR, QL_WORD_NEGATION

/* White space, and control characters with it. */
static bool is_blank(char byte) {
    return (unsigned char)byte <= ' ';
}

/* A word that begins at `i`: after a blank, or where the line begins. */
static bool opens_word(const char *bytes, int32_t start, int32_t i) {
    return !is_blank(bytes[i]) && (i == start || is_blank(bytes[i - 1]));
}

static ql_line line_between(const char *bytes, int32_t start, int32_t end) {
    while (start < end && is_blank(bytes[start])) start++;
    while (end > start && is_blank(bytes[end - 1])) end--;
    ql_line made = {.start = start, .end = end};
    bool small = false;
    for (int32_t i = start; i < end; i++) {
        char byte = bytes[i];
        made.n_words += opens_word(bytes, start, i);
        made.n_capitals += is_upper(byte) && opens_word(bytes, start, i);
        made.n_digits += is_digit(byte);
        if (byte == '"' || (i + 2 < end && memcmp(bytes + i, "\xE2\x80\x9C", 3) == 0)) made.flags |= QL_LINE_QUOTED;
        if (i > start && is_upper(byte) && is_lower(bytes[i - 1])) made.flags |= QL_LINE_GLUED;
        small |= is_lower(byte);
    }
    if (made.n_capitals > 0 && !small) made.flags |= QL_LINE_UPPER;
    if (end > start && bytes[end - 1] == ':') made.flags |= QL_LINE_COLON;
    return made;
}

static bool is_closer(uint32_t code) {
    return code == ' ' || code == '"' || code == '\'' || code == ')' || code == ']' || code == '*' ||
           code == 0x201D || code == 0x2019 || code == 0xBB || code == 0x201C;
}

/* The mark that ends the line, with or without closers: '.', '?', '!', U+2026, U+3002; 0 for anything else. */
static uint32_t final_mark(const ql_text *text, const ql_line *line) {
    for (int32_t end = line->end; end > line->start;) {
        int32_t before;
        uint32_t code = ql_utf8_decode_before(text->bytes, text->n_bytes, end, &before);
        if (code == '.' || code == '!' || code == '?' || code == 0x2026 || code == 0x3002) return code;
        if (!is_closer(code)) return 0;
        end = before;
    }
    return 0;
}

/* Whether a pattern matches the line; `anchored` only at its start. */
static bool line_matches(const ql_document *doc, const ql_line *line, ql_page_pattern pattern, bool anchored) {
    bool found = false;
    /* A line that takes the matcher too long does not match. */
    ql_pattern_find(doc->engine->page_patterns->items[pattern], doc->match, doc->text->bytes + line->start,
                    line->end - line->start, 0, anchored, NULL, 0, &found, NULL);
    return found;
}

static uint8_t opening_of(const ql_text *text, const ql_line *line) {
    int32_t next;
    uint32_t code = ql_utf8_decode(text->bytes, text->n_bytes, line->start, &next);
    if (code < 0x80 && is_lower((char)code)) return QL_OPENS_SMALL;
    if (ql_is_upper(code)) return QL_OPENS_CAPITAL;
    if (code < 0x80 && is_digit((char)code)) return QL_OPENS_DIGIT;
    return code == '"' || code == '\'' || code == 0x201C || code == 0x2018 ? QL_OPENS_MARK : QL_OPENS_OTHER;
}

static uint32_t hash_of(const char *word, size_t n) {
    uint32_t value = 2166136261u;
    for (size_t i = 0; i < n; i++) value = (value ^ (unsigned char)word[i]) * 16777619u;
    return value ^ value >> 15;
}

/* What a word says about its line. */
static bool read_word(const ql_word *word, bool is_first, ql_line *line, ql_class_set *classes) {
    bool is_function = ql_in(word->classes, FUNCTION_WORDS);
    line->n_function += is_function && is_first;
    if (is_function && word->length > 1) line->n_english += word->length > 2 ? 2 : 1;
    if (ql_in(word->classes, QL_WORD_READER)) line->flags |= QL_LINE_READER;
    if (ql_in(word->classes, QL_WORD_WRITER)) line->flags |= QL_LINE_WRITER;
    if (word->cue != QL_NONE && (word->forms & (QL_VERB_PAST | QL_VERB_S))) line->flags |= QL_LINE_REPORTS;
    *classes = ql_classes_joined(*classes, word->classes);
    return is_function;
}

/* Read the line's first words: how many are function words, in *classes what all of them are, and as hashes those
   that carry meaning.  Short function words ("in", "is", "a") are words of other languages too, and speak less for
   English. */
static bool read_words(const ql_text *text, ql_line *line, ql_class_set *classes, ql_ints *hashes) {
    int32_t at = line->start;
    *classes = QL_NO_CLASSES;
    for (int32_t seen = 0; at < line->end && seen < QL_LINE_SAMPLE; seen++) {
        char word[LONGEST_WORD];
        size_t length = 0;
        while (at < line->end && !is_letter(text->bytes[at])) at++;
        int32_t start = at;
        while (at < line->end && is_letter(text->bytes[at])) at++;
        if (at == start) break;
        if (at - start > LONGEST_WORD) continue;
        for (int32_t i = start; i < at; i++) word[length++] = lower(text->bytes[i]);
        int32_t found = ql_lexicon_find(NULL, word, length);
        bool is_function =
            found != QL_NONE && read_word(ql_lexicon_word(NULL, found), seen < FUNCTION_SAMPLE, line, classes);
        bool means = !is_function && length >= MEANING_BYTES;
        if (means && !ql_ints_push(hashes, (int32_t)hash_of(word, length))) return false;
    }
    return true;
}

static bool has_byte(const ql_text *text, const ql_line *line, char byte) {
    return memchr(text->bytes + line->start, byte, (size_t)(line->end - line->start)) != NULL;
}

/* A day is written as numbers with strokes between, or has a year of four digits: 2024-05-01, or with a month, whose
   name in a short line may be glued to what is before it.  Other lines are spared the pattern. */
static bool can_tell_day(const ql_text *text, const ql_line *line, ql_class_set classes) {
    bool month = ql_in(classes, QL_WORD_MONTH) || line->n_words <= MOST_GLUED;
    if (has_byte(text, line, '/')) return true;
    for (int32_t at = line->start, digits = 0; at < line->end; at++) {
        if (digits >= 4 && text->bytes[at] == '-') return true;
        digits = is_digit(text->bytes[at]) ? digits + 1 : 0;
        if (digits >= 4 && month) return true;
    }
    return false;
}

/* What the line's words may be: patterns that look inside a line run only where a word of theirs is in it. */
static unsigned match_inside(const ql_document *doc, const ql_line *line, ql_class_set classes) {
    unsigned flags = 0;
    bool notice = ql_in(classes, QL_WORD_PAGE_SERVICE) || has_byte(doc->text, line, '\xC2');
    if (notice && line_matches(doc, line, QL_PATTERN_PAGE_SERVICE, false)) flags |= QL_LINE_SERVICE;
    if (ql_in(classes, QL_WORD_PAGE_CAPTION) && line_matches(doc, line, QL_PATTERN_PAGE_CAPTION, false))
        flags |= QL_LINE_CAPTION;
    if (ql_in(classes, QL_WORD_PAGE_WHEN) && line_matches(doc, line, QL_PATTERN_PAGE_WHEN, false))
        flags |= QL_LINE_WHEN;
    if (can_tell_day(doc->text, line, classes) && line_matches(doc, line, QL_PATTERN_DAY, false))
        flags |= QL_LINE_DATED;
    return flags;
}

/* Patterns that look at the start of a line, or at the whole of a short one. */
static unsigned match_start(const ql_document *doc, const ql_line *line) {
    unsigned flags = line_matches(doc, line, QL_PATTERN_PAGE_CALL, true) ? QL_LINE_CALL : 0;
    if (line->end - line->start > MOST_SHORT) return flags;
    if (line_matches(doc, line, QL_PATTERN_PAGE_STOP, true)) flags |= QL_LINE_STOP;
    if (line_matches(doc, line, QL_PATTERN_PAGE_SECTION, true)) flags |= QL_LINE_SECTION;
    return flags;
}

static bool read_line(ql_document *doc, ql_line *line) {
    ql_class_set classes;
    uint32_t mark = final_mark(doc->text, line);
    line->hash = ql_line_hash(doc->text->bytes + line->start, (size_t)(line->end - line->start));
    line->opening = opening_of(doc->text, line);
    line->first_word = (int32_t)doc->stack.n;
    if (!read_words(doc->text, line, &classes, &doc->stack)) return false;
    line->end_word = (int32_t)doc->stack.n;
    line->flags |= match_start(doc, line);
    if (line->end - line->start <= MOST_INSIDE) {
        line->flags |= match_inside(doc, line, classes);
        if (line_matches(doc, line, QL_PATTERN_BYLINE, true)) line->flags |= QL_LINE_BYLINE;
    }
    if (mark != 0) line->flags |= QL_LINE_FINAL;
    if (mark != 0 && line->n_words >= SENTENCE_WORDS) line->flags &= ~(uint32_t)QL_LINE_WHEN;
    if (mark == '?') line->flags |= QL_LINE_ASKS;
    if (doc->line_counts != NULL && ql_line_recurs(doc->line_counts, doc->outlet, line->hash, line->n_words))
        line->flags |= QL_LINE_RECURRENT;
    return true;
}

/* ---------------------------------------------------------------------------------------- repeated lines */

typedef struct place {
    uint32_t hash;
    int32_t line;
} place;

static int by_hash(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static bool mark_repeated(ql_lines *lines) {
    place *places = malloc((lines->n + 1) * sizeof *places);
    if (places == NULL) return false;
    for (size_t i = 0; i < lines->n; i++) places[i] = (place){lines->items[i].hash, (int32_t)i};
    qsort(places, lines->n, sizeof *places, by_hash);
    for (size_t i = 0, end; i < lines->n; i = end) {
        for (end = i + 1; end < lines->n && places[end].hash == places[i].hash;) end++;
        for (size_t k = i; k < end && end - i > 1; k++) {
            ql_line *line = &lines->items[places[k].line];
            line->flags |= QL_LINE_REPEATED;
            if (end - i >= SEPARATOR_TIMES && line->n_words <= SEPARATOR_WORDS) line->flags |= QL_LINE_SEPARATOR;
        }
    }
    free(places);
    return true;
}

/* -------------------------------------------------------------------------------------------- weights */

/* What the line's form says: long sentences for, everything short against. */
static float weight_of_form(const ql_line *line) {
    float n = (float)line->n_words;
    bool final = (line->flags & QL_LINE_FINAL) != 0;
    if (final && line->n_words >= 10) return n < 60.0f ? n : 60.0f;
    if (final && line->n_words >= 6) return n * 0.8f;
    if (line->n_words >= 25) return (n < 40.0f ? n : 40.0f) * 0.8f;
    return final && line->n_words >= 3 ? 1.0f : -5.0f;
}

float ql_line_weight(const ql_line *line) {
    if (line->flags & QL_LINE_SEPARATOR) return 0.0f;
    if (line->flags & QL_LINE_RECURRENT) return -5.0f;
    if (line->flags & QL_LINE_STOP) return -120.0f;
    if (line->flags & QL_LINE_SECTION) return -25.0f;
    float weight = weight_of_form(line);
    if (weight <= 0.0f) return weight;
    if (line->flags & QL_LINE_CALL) weight = -4.0f;
    if (line->flags & QL_LINE_SERVICE) weight = -6.0f;
    if (line->flags & QL_LINE_CAPTION) weight = -3.0f;
    if (weight <= 0.0f) return weight;
    if ((line->flags & QL_LINE_ASKS) && line->n_words < 14) return 1.0f;
    if (line->n_words < 8) return weight;
    if (line->n_function == 0) return -4.0f;
    int32_t seen = line->n_words < FUNCTION_SAMPLE ? line->n_words : FUNCTION_SAMPLE;
    return line->n_function * 8 < seen ? weight * 0.3f : weight;
}

static ql_status split_lines(ql_document *doc, ql_lines *out) {
    const ql_text *text = doc->text;
    for (int32_t start = 0; start < text->n_bytes;) {
        const char *feed = memchr(text->bytes + start, '\n', (size_t)(text->n_bytes - start));
        int32_t end = feed != NULL ? (int32_t)(feed - text->bytes) : text->n_bytes;
        ql_line line = line_between(text->bytes, start, end);
        start = end + 1;
        if (line.end == line.start) continue;
        if (!read_line(doc, &line) || !ql_lines_push(out, line))
            return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for lines");
    }
    return QL_OK;
}

ql_status ql_read_page(ql_document *doc) {
    ql_lines *lines = &doc->lines;
    QL_TRY(split_lines(doc, lines));
    if (!mark_repeated(lines)) return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for lines");
    return QL_OK;
}

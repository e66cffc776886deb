/* What a page says about itself: title, deck, byline, date, agency, place, outlet.

   All is looked for around one place, the head of the article: the lines above its first paragraph.  Title (title.c)
   and byline are chosen among all lines there that can be one, and none, by the weights of what they look like and of
   what is around them; all else is found by rules.  A page's own date, which is above the title, is left
   alone, and what is not found stays unknown. */
#include <string.h>

#include "base/ascii.h"
#include "base/fold.h"
#include "page/choose.h"
#include "page/line.h"
#include "page/patterns.h"

enum {
    PARAGRAPH_WORDS = 12,
    OPENING_WORDS = 9,
    HEAD_LINES = 30, /* lines above the first paragraph that can belong to the article's head */
    BELOW_LINES = 5, /* … and below it */
    NEAR_LINES = 6,  /* lines from a byline to a date that still counts */
    FAR_LINES = 60,  /* … and in which a line that says it was published tells the date, if none nearer does */
    DECK_WORDS = 6,
    DATE_WORDS = 20, /* words of a line that says when */
    NAME_WORDS = 5,  /* words of one name */
    MOST_NAMES = 6,
    MOST_CREDIT_BYTES = 400, /* bytes of a line that can credit an agency */
    TOP_LINES = 4,           /* lines at the top of a page that can name the outlet */
    OUTLET_WORDS = 4,
    MOST_NOTICES = 4, /* of copyright, for which an outlet is looked for */
    GLUED_NAME = 3,   /* bytes of a name to which a word is glued, at the least */
    GLUED_BYTES = 4,  /* … and of the word, if it is not an article */
    LONGEST_WORD = 40 /* bytes of a word that is looked up */
};

static const float LEAST_CHANCE = 0.5f; /* of a title that has a zone of its own */

typedef struct head {
    ql_document *doc;
    ql_line *lines;
    int32_t n, first, end; /* all lines; the article's run */
    int32_t paragraph;     /* the first line that is not a heading */
    int32_t sentence;      /* the first one that is a whole sentence */
    int32_t anchor, title; /* lines, or QL_NONE */
} head;

static bool has_flag(const head *h, int32_t i, unsigned flags) {
    return (h->lines[i].flags & flags) != 0;
}

static ql_status found(const head *h, ql_metadata_field field, int32_t start, int32_t end, int32_t line,
                       float confidence) {
    ql_metadata entry = {
        .start = start, .end = end, .field = (uint8_t)field, .zone = h->lines[line].zone, .confidence = confidence};
    if (ql_metadata_list_push(&h->doc->metadata, entry)) return QL_OK;
    return ql_fail(h->doc->error, QL_NO_MEMORY, QL_NONE, "no memory for what a page says of itself");
}

/* ---------------------------------------------------------------------------------------------- anchor */

/* The article's first line with this many words, ending like a sentence if that is asked for; else its first line. */
static int32_t first_paragraph(const head *h, int32_t least, unsigned flags) {
    for (int32_t i = h->first; i < h->end; i++) {
        const ql_line *line = &h->lines[i];
        bool is = line->n_words >= least && (line->flags & flags) == flags;
        if (is && line->is_article && !(line->flags & QL_LINE_REPEATED)) return i;
    }
    return h->first;
}

static bool is_date_line(const head *h, int32_t i) {
    return ql_is_date_line(&h->lines[i]);
}

/* The byline nearest to the first paragraph, or else the date; QL_NONE where there is neither. */
static int32_t find_anchor(const head *h) {
    int32_t least = h->paragraph > HEAD_LINES ? h->paragraph - HEAD_LINES : 0;
    int32_t most = h->paragraph + BELOW_LINES < h->n ? h->paragraph + BELOW_LINES : h->n - 1;
    for (int32_t i = h->paragraph; i >= least; i--)
        if (has_flag(h, i, QL_LINE_BYLINE)) return i;
    for (int32_t i = h->paragraph + 1; i <= most; i++)
        if (has_flag(h, i, QL_LINE_BYLINE)) return i;
    for (int32_t i = h->paragraph; i >= least; i--)
        if (is_date_line(h, i)) return i;
    return QL_NONE;
}

/* ----------------------------------------------------------------------------------------------- title */

static void set_zone_of_twins(head *h, int32_t line, uint8_t zone) {
    int32_t least = line > HEAD_LINES ? line - HEAD_LINES : 0;
    for (int32_t i = least; i <= h->paragraph && i < h->n; i++)
        if (h->lines[i].hash == h->lines[line].hash) h->lines[i].zone = zone;
}

static bool can_be_deck(const head *h, int32_t i) {
    const ql_line *line = &h->lines[i];
    if (line->n_words < DECK_WORDS) return false;
    if (line->flags & (QL_LINE_UNWANTED | QL_LINE_BYLINE | QL_LINE_CAPTION | QL_LINE_WHEN) || is_date_line(h, i))
        return false;
    return i != h->paragraph || (line->flags & QL_LINE_REPEATED) ||
           has_flag(h, i + 1 < h->n ? i + 1 : i, QL_LINE_BYLINE);
}

/* ---------------------------------------------------------------------------------------------- byline */

typedef struct word {
    int32_t start, end;
    ql_class_set classes;
    bool capital, particle;
} word;

static bool is_name_byte(const char *bytes, int32_t at) {
    unsigned char c = (unsigned char)bytes[at];
    return c >= 0x80 || is_letter((char)c) || c == '\'' || c == '-' || c == '.';
}

static bool starts_with(const head *h, int32_t at, int32_t end, const char *prefix) {
    int32_t n = (int32_t)strlen(prefix);
    if (end - at < n) return false;
    for (int32_t i = 0; i < n; i++)
        if (lower(h->doc->text->bytes[at + i]) != prefix[i]) return false;
    return true;
}

static int8_t month_number(const head *h, ql_span group) {
    static const char names_of[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int8_t i = 0; i < 12; i++)
        if (starts_with(h, group.start, group.end,
                        (const char[4]){names_of[3 * i], names_of[3 * i + 1], names_of[3 * i + 2], 0}))
            return (int8_t)(i + 1);
    return 0;
}

/* "Ann LeeApril 3": does a month's name begin at `at`, glued to the word that began at `start`? */
static bool is_glued_month(const head *h, int32_t at, int32_t start, int32_t end) {
    const char *bytes = h->doc->text->bytes;
    if (at == start || end - at < 3 || !is_upper(bytes[at]) || !is_lower(bytes[at - 1])) return false;
    return month_number(h, (ql_span){at, end}) != 0;
}

#define NO_NAME                                                                                                  \
    QL_WORD_QUANTIFIER, QL_WORD_PREPOSITION, QL_WORD_AUXILIARY, QL_WORD_PRONOUN, QL_WORD_MONTH, QL_WORD_WEEKDAY, \
        QL_WORD_WH
#define NO_PERSON QL_WORD_ROLE, QL_WORD_OUTLET_NOUN, QL_WORD_TITLE_NOUN

/* "MackenzieLifestyle", "LeePublished", "LeeThe Courier": does a word that the lexicon knows, and no name, begin at
   `at`, glued to a name?  "McDonald" and "DeLay" are names whole. */
static bool is_glued_word(const head *h, int32_t at, int32_t start, int32_t end) {
    const char *bytes = h->doc->text->bytes;
    int32_t last = at;
    char folded[LONGEST_WORD];
    size_t n;
    if (at - start < GLUED_NAME || !is_upper(bytes[at]) || !is_lower(bytes[at - 1])) return false;
    while (last < end && is_letter(bytes[last])) last++;
    if (!ql_fold(bytes + at, (size_t)(last - at), folded, sizeof folded, &n)) return false;
    ql_class_set classes = ql_lexicon_classes(h->doc->engine->lexicon, folded, n);
    if (last - at < GLUED_BYTES) return ql_in(classes, QL_WORD_DETERMINER);
    return ql_in(classes, QL_WORD_PAGE_WHEN, NO_PERSON) ||
           (ql_is_known(classes) && !ql_in(classes, QL_WORD_FEMALE, QL_WORD_MALE));
}

/* The word at `at`; empty where none begins there. */
static word read_word(const head *h, int32_t at, int32_t end) {
    const ql_text *text = h->doc->text;
    word made = {.start = at, .end = at};
    while (made.end < end && is_name_byte(text->bytes, made.end) && !is_glued_month(h, made.end, at, end) &&
           !is_glued_word(h, made.end, at, end))
        made.end++;
    if (made.end == at) return made;
    int32_t next;
    char folded[LONGEST_WORD];
    size_t n;
    made.capital = ql_is_upper(ql_utf8_decode(text->bytes, text->n_bytes, at, &next));
    if (!ql_fold(text->bytes + at, (size_t)(made.end - at), folded, sizeof folded, &n)) return made;
    if (n > 2 && folded[n - 1] == '.') n--; /* Apr. */
    made.classes = ql_lexicon_classes(h->doc->engine->lexicon, folded, n);
    made.particle = ql_in(made.classes, QL_WORD_NAME_PARTICLE);
    return made;
}

static int32_t skip_blanks(const head *h, int32_t at, int32_t end) {
    while (at < end && (h->doc->text->bytes[at] == ' ' || h->doc->text->bytes[at] == '\t')) at++;
    return at;
}

/* Match in [from, end), as if nothing stood before it. */
static bool match(const head *h, ql_page_pattern pattern, int32_t from, int32_t end, ql_span *groups, int n) {
    bool is = false;
    ql_pattern_find(h->doc->engine->page_patterns->items[pattern], h->doc->match, h->doc->text->bytes + from,
                    end - from, 0, false, groups, n, &is, NULL);
    for (int i = 0; is && i < n; i++) {
        if (groups[i].start < 0) continue;
        groups[i].start += from;
        groups[i].end += from;
    }
    return is;
}

/* After "By " or "Written by ", or glued to it as in "byAnn Lee"; QL_NONE where the line begins otherwise. */
static int32_t behind_by(const head *h, const ql_line *line) {
    ql_span by;
    if (!match(h, QL_PATTERN_PAGE_BY, line->start, line->end, &by, 1)) return QL_NONE;
    int32_t at = by.end;
    if (at < line->end && h->doc->text->bytes[at] == ':') at++;
    word next = read_word(h, skip_blanks(h, at, line->end), line->end);
    return next.end > next.start && next.capital ? next.start : QL_NONE;
}

typedef struct names {
    ql_span items[MOST_NAMES];
    ql_class_set last_classes[MOST_NAMES]; /* of each one's last word */
    int32_t n_words[MOST_NAMES];
    int n;
    int32_t end; /* after the last one */
} names;

/* One name at `at`: capitalised words, with particles between. */
static bool read_name(const head *h, int32_t at, int32_t end, names *out) {
    ql_span span = {at, at};
    int32_t n = 0;
    ql_class_set last = QL_NO_CLASSES;
    for (;; n++) {
        word next = read_word(h, at, end);
        bool part = next.capital || (next.particle && n > 0);
        if (next.end == next.start || !part || (ql_in(next.classes, NO_NAME) && !next.particle)) break;
        if (ql_in(next.classes, QL_WORD_COORDINATOR, QL_WORD_DETERMINER) &&
            (n > 0 || ql_in(next.classes, QL_WORD_COORDINATOR)))
            break;
        last = next.classes;
        span.end = next.end;
        at = skip_blanks(h, next.end, end);
    }
    if (n == 0 || n > NAME_WORDS || out->n == MOST_NAMES) return false;
    out->items[out->n] = span;
    out->n_words[out->n] = n;
    out->last_classes[out->n++] = last;
    out->end = span.end;
    return true;
}

/* After a comma, "and", "&" between names; QL_NONE where the list ends. */
static int32_t behind_joint(const head *h, int32_t at, int32_t end) {
    int32_t from = skip_blanks(h, at, end), start = from;
    if (from < end && h->doc->text->bytes[from] == ',') from = skip_blanks(h, from + 1, end);
    if (starts_with(h, from, end, "and ")) from = skip_blanks(h, from + 4, end);
    if (from < end && h->doc->text->bytes[from] == '&') from = skip_blanks(h, from + 1, end);
    return from > start ? from : QL_NONE;
}

static void read_names(const head *h, int32_t at, int32_t end, names *out) {
    out->n = 0;
    out->end = at;
    while (at != QL_NONE && read_name(h, at, end, out)) at = behind_joint(h, out->end, end);
}

/* What follows a name that stands alone at a line's start: nothing, a sign, a number, or a glued word. */
static bool ends_name(const head *h, int32_t at, int32_t end) {
    if (at > 0 && at < end && is_upper(h->doc->text->bytes[at]) && is_lower(h->doc->text->bytes[at - 1])) return true;
    at = skip_blanks(h, at, end);
    if (at >= end || (unsigned char)h->doc->text->bytes[at] >= 0x80) return true;
    return strchr("/|@(-+0123456789,", h->doc->text->bytes[at]) != NULL || month_number(h, (ql_span){at, end}) != 0;
}

/* "Ann Lee / AP", "Ann Lee/Studio Nine": who took a picture, and for whom.  "Ann Lee / 2 May 2024" has a number. */
static bool is_picture_credit(const head *h, int32_t at, int32_t end) {
    at = skip_blanks(h, at, end);
    if (at == end || h->doc->text->bytes[at] != '/') return false;
    while (at < end && !is_digit(h->doc->text->bytes[at])) at++;
    return at == end;
}

/* A line that is a person's name, or begins with one and goes on with a date or a sign. */
static bool is_name_line(const head *h, int32_t i, names *out) {
    const ql_line *line = &h->lines[i];
    unsigned other = QL_LINE_UNWANTED & ~(unsigned)QL_LINE_RECURRENT;
    if (line->flags & (other | QL_LINE_CAPTION | QL_LINE_FINAL)) return false;
    if (line->zone == QL_ZONE_TITLE || line->zone == QL_ZONE_DECK) return false;
    if (line->n_words > 12) return false;
    read_names(h, line->start, line->end, out);
    if (out->n == 0 || !ends_name(h, out->end, line->end) || is_picture_credit(h, out->end, line->end)) return false;
    bool agency = ql_in(out->last_classes[0], QL_WORD_AGENCY, QL_WORD_WIRE);
    return agency ||
           (out->n_words[0] >= 2 && out->n_words[0] <= 4 && !ql_in(out->last_classes[0], NO_PERSON, QL_WORD_BODY));
}

static void set_zones_of_title(head *h) {
    set_zone_of_twins(h, h->title, QL_ZONE_TITLE);
    int32_t deck = h->title + 1;
    while (deck < h->paragraph && h->lines[deck].zone == QL_ZONE_TITLE) deck++;
    if (deck < h->n && deck <= h->paragraph && can_be_deck(h, deck)) set_zone_of_twins(h, deck, QL_ZONE_DECK);
}

/* The title and its deck; a title that is less likely than not leaves zones and all else alone. */
static ql_status read_title(head *h) {
    float chance = 0;
    int32_t title;
    QL_TRY(ql_choose_title(h->doc, h->paragraph, h->anchor, &title, &chance));
    if (title == QL_NONE) return QL_OK;
    if (chance >= LEAST_CHANCE) {
        h->title = title;
        set_zones_of_title(h);
    }
    return found(h, QL_FIELD_TITLE, h->lines[title].start, h->lines[title].end, title, chance);
}

static ql_status push_names(head *h, const names *list, int32_t line, float confidence) {
    h->lines[line].zone = QL_ZONE_BYLINE;
    int n = 0;
    for (int i = 0; i < list->n; i++) {
        bool role = i > 0 && ql_in(list->last_classes[i], NO_PERSON);
        if (role || (n > 0 && list->n_words[i] < 2)) continue;
        QL_TRY(found(h, QL_FIELD_BYLINE, list->items[i].start, list->items[i].end, line, confidence));
        if (ql_in(list->last_classes[i], QL_WORD_AGENCY, QL_WORD_WIRE))
            QL_TRY(found(h, QL_FIELD_AGENCY, list->items[i].start, list->items[i].end, line, confidence));
        n++;
    }
    return QL_OK;
}

/* Where the head of the article begins: at its title, or at what stands a little above it. */
static int32_t head_start(const head *h) {
    int32_t first = h->title != QL_NONE ? h->title - 6 : h->anchor != QL_NONE ? h->anchor - 4 : h->paragraph - 10;
    return first > 0 ? first : 0;
}

static int32_t head_end(const head *h) {
    return h->paragraph + BELOW_LINES < h->n ? h->paragraph + BELOW_LINES : h->n - 1;
}

/* Lines from i to the nearest that tells when, down or up; NEAR_LINES where it is further away. */
static int32_t to_date(const head *h, int32_t i) {
    for (int32_t away = 0; away < NEAR_LINES; away++)
        for (int32_t k = i - away; k <= i + away; k += away > 0 ? 2 * away : 1)
            if (k >= 0 && k < h->n && (is_date_line(h, k) || has_flag(h, k, QL_LINE_WHEN))) return away;
    return NEAR_LINES;
}

/* The names in a line that may be a byline; *by is true after "By". */
static bool read_candidate(const head *h, int32_t i, names *list, bool *by) {
    const ql_line *line = &h->lines[i];
    if (line->n_words > DATE_WORDS || (line->is_article && !has_flag(h, i, QL_LINE_BYLINE))) return false;
    int32_t at = behind_by(h, line);
    *by = at != QL_NONE;
    if (!*by && h->title != QL_NONE && i < h->title) return false; /* a masthead, or a teaser's author */
    if (*by) read_names(h, at, line->end, list);
    return *by ? list->n > 0 : is_name_line(h, i, list);
}

static int kind_at(const head *h, int32_t i) {
    return i >= 0 && i < h->n ? h->lines[i].kind : QL_KIND_NONE;
}

static bool is_given_name(const head *h, ql_span name) {
    word first = read_word(h, name.start, name.end);
    return ql_in(first.classes, QL_WORD_FEMALE, QL_WORD_MALE);
}

static void weigh_byline(ql_weighed *of, const head *h, int32_t i, const names *list, bool by) {
    const ql_line *line = &h->lines[i];
    int32_t title = h->title != QL_NONE ? i - h->title : NEAR_LINES + 2, rest = line->end - list->end;
    ql_weigh_page(of, QL_PAGE_BYLINE_BY, by);
    ql_weigh_page(of, QL_PAGE_BYLINE_TITLE, 2 * QL_BIN(title, -3, 0, 1, 2, 3, 4, 6, 9, 15) + by);
    ql_weigh_page(of, QL_PAGE_BYLINE_PARAGRAPH, 2 * QL_BIN(h->paragraph - i, 0, 1, 2, 3, 4, 6, 9, 15) + by);
    ql_weigh_page(of, QL_PAGE_BYLINE_DATE, 2 * to_date(h, i) + by);
    ql_weigh_page(of, QL_PAGE_BYLINE_NAMES, 5 * (list->n < 3 ? list->n : 3) + QL_BIN(list->n_words[0], 2, 3, 4, 5));
    ql_weigh_page(of, QL_PAGE_BYLINE_REST, 2 * QL_BIN(rest, 1, 4, 12, 25) + by);
    ql_weigh_page(of, QL_PAGE_BYLINE_GIVEN, 2 * is_given_name(h, list->items[0]) + by);
    ql_weigh_page(of, QL_PAGE_BYLINE_NEXT, kind_at(h, i + 1));
    ql_weigh_page(of, QL_PAGE_BYLINE_LAST, kind_at(h, i - 1));
    if (ql_in(list->last_classes[0], QL_WORD_AGENCY, QL_WORD_WIRE)) ql_weigh_page(of, QL_PAGE_BYLINE_AGENCY, by);
    for (int bit = 0; bit < QL_LINE_BITS; bit++)
        if (line->flags >> bit & 1) ql_weigh_page(of, QL_PAGE_BYLINE_CLASS, bit);
}

/* The lines from `first` to the head's end that may be a byline, weighed. */
static bool weigh_bylines(const head *h, int32_t first, ql_pick *pick) {
    names list;
    bool by, is_good = true;
    for (int32_t i = first; i <= head_end(h) && pick->n < QL_MOST_LINES; i++) {
        if (!read_candidate(h, i, &list, &by)) continue;
        ql_weighed of = ql_candidate_of(h->doc, pick, list.items[0].start, list.end);
        weigh_byline(&of, h, i, &list, by);
        is_good &= ql_pick_add(pick, &of, i);
    }
    return is_good;
}

static ql_status read_byline(head *h) {
    ql_pick pick = {.n = 0};
    ql_weighed none = ql_candidate_of(h->doc, &pick, 0, 0);
    ql_weigh_page(&none, QL_PAGE_BYLINE_NONE, h->title == QL_NONE);
    bool is_good = ql_pick_add(&pick, &none, QL_NONE) && weigh_bylines(h, head_start(h), &pick), by;
    if (!is_good) return ql_fail(h->doc->error, QL_NO_MEMORY, QL_NONE, "no memory for candidates for a byline");
    float chance;
    names list;
    int32_t best = ql_pick_best(&pick, h->lines, &chance);
    if (best == QL_NONE || !read_candidate(h, best, &list, &by)) return QL_OK;
    return push_names(h, &list, best, chance);
}

/* ------------------------------------------------------------------------------------------------ date */

static int32_t number(const head *h, ql_span group) {
    int32_t value = 0;
    for (int32_t i = group.start; i < group.end; i++) value = value * 10 + (h->doc->text->bytes[i] - '0');
    return value;
}

static int32_t days_of(int32_t year, int32_t month) {
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Of 3/4/2024 nobody knows the month: a date of slashes counts where only one of the numbers can be one. */
static bool order_slashes(int32_t *month, int32_t *day) {
    if (*month <= 12 && *day <= 12 && *month != *day) return false;
    if (*month <= 12) return true;
    int32_t first = *month;
    *month = *day;
    *day = first;
    return true;
}

/* The date of a match's groups; false where there is no such day. */
static bool date_of(const head *h, const ql_span *g, ql_date *out) {
    int32_t year, month, day;
    if (g[1].start >= 0) {
        year = number(h, g[1]), month = number(h, g[2]), day = number(h, g[3]);
    } else if (g[4].start >= 0) {
        year = number(h, g[6]), month = month_number(h, g[4]), day = number(h, g[5]);
    } else if (g[7].start >= 0) {
        year = number(h, g[9]), month = month_number(h, g[8]), day = number(h, g[7]);
    } else {
        year = number(h, g[12]), month = number(h, g[10]), day = number(h, g[11]);
        if (year < 100) year += 2000;
        if (!order_slashes(&month, &day)) return false;
    }
    if (year < 1800 || year > 2200 || month < 1 || month > 12 || day < 1 || day > days_of(year, month)) return false;
    *out = (ql_date){(int16_t)year, (int8_t)month, (int8_t)day, QL_NO_TIME, QL_NO_TIME, QL_NO_ZONE};
    return true;
}

static bool is_named(const char *name, const char *bytes, int32_t n) {
    return (int32_t)strlen(name) == n && memcmp(name, bytes, (size_t)n) == 0;
}

/* Minutes east of UTC of a zone's name as it is in the text.  Names with two meanings take the one that news
   pages use: IST is India's. */
static int16_t zone_minutes(const head *h, ql_span name, ql_span offset) {
    static const struct {
        const char *name;
        int16_t minutes;
    } zones[] = {{"GMT", 0},    {"UTC", 0},    {"Z", 0},      {"EST", -300}, {"EDT", -240}, {"CST", -360},
                 {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"BST", 60},
                 {"CET", 60},   {"CEST", 120}, {"EET", 120},  {"EEST", 180}, {"MSK", 180},  {"IST", 330},
                 {"PKT", 300},  {"MYT", 480},  {"SGT", 480},  {"HKT", 480},  {"JST", 540},  {"KST", 540},
                 {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780}, {"SAST", 120}, {"CAT", 120},
                 {"EAT", 180},  {"WAT", 60}};
    int16_t minutes = QL_NO_ZONE;
    const char *bytes = h->doc->text->bytes;
    for (size_t i = 0; name.start >= 0 && i < sizeof zones / sizeof *zones; i++)
        if (is_named(zones[i].name, bytes + name.start, name.end - name.start)) minutes = zones[i].minutes;
    if (offset.start < 0 || (name.start >= 0 && minutes != 0)) return minutes;
    int32_t hours = number(h, (ql_span){offset.start + 1, offset.end});
    return (int16_t)(60 * (bytes[offset.start] == '-' ? -hours : hours));
}

static void add_time(const head *h, const ql_span *g, ql_date *date) {
    int32_t hour = number(h, g[1]);
    char half = g[3].start >= 0 ? (char)(h->doc->text->bytes[g[3].start] | 0x20) : 0;
    if (half != 0 && hour > 12) return;
    if (half == 'p' && hour < 12) hour += 12;
    if (half == 'a' && hour == 12) hour = 0;
    date->hour = (int8_t)hour;
    date->minute = (int8_t)number(h, g[2]);
    date->zone_minutes = zone_minutes(h, g[4], g[5]);
}

/* Does "updated" or "modified" stand close before `at`? */
static bool is_update(const head *h, int32_t start, int32_t at) {
    for (int32_t i = at - 24 > start ? at - 24 : start; i < at; i++)
        if (starts_with(h, i, at, "updat") || starts_with(h, i, at, "modif")) return true;
    return false;
}

/* Where the note of an update begins in [from, end), or `end`. */
static int32_t before_update(const head *h, int32_t from, int32_t end) {
    for (int32_t i = from; i < end; i++)
        if (starts_with(h, i, end, "updat") || starts_with(h, i, end, "modif")) return i;
    return end;
}

/* The first date of the line that is not an update, or else the first one, with the time next to it. */
static bool read_date(const head *h, const ql_line *line, ql_metadata *out) {
    ql_span day[13], clock[6];
    bool any = false;
    for (int32_t from = line->start; match(h, QL_PATTERN_DAY, from, line->end, day, 13); from = day[0].end) {
        ql_date date;
        bool update = is_update(h, line->start, day[0].start);
        if ((any && update) || !date_of(h, day, &date)) continue;
        int32_t most = before_update(h, day[0].end, day[0].end + 20 < line->end ? day[0].end + 20 : line->end);
        if (match(h, QL_PATTERN_CLOCK, day[0].end, most, clock, 6))
            add_time(h, clock, &date);
        else if (match(h, QL_PATTERN_CLOCK, line->start, day[0].start, clock, 6))
            add_time(h, clock, &date);
        *out = (ql_metadata){.start = day[0].start, .end = day[0].end, .field = QL_FIELD_PUBLISHED, .date = date};
        any = true;
        if (!update) return true;
    }
    return any;
}

/* A line that says when: "date 2024-05-01 …" at the top of a text. */
static bool opens_with_date(const head *h, int32_t i) {
    const ql_line *line = &h->lines[i];
    return starts_with(h, line->start, line->end, "date") || starts_with(h, line->start, line->end, "publish") ||
           starts_with(h, line->start, line->end, "posted");
}

static ql_status push_date(head *h, int32_t i, float confidence) {
    ql_metadata entry;
    if (!read_date(h, &h->lines[i], &entry)) return QL_OK;
    if (h->lines[i].zone == QL_ZONE_BOILERPLATE && h->lines[i].n_words <= DATE_WORDS) h->lines[i].zone = QL_ZONE_DATE;
    entry.zone = h->lines[i].zone;
    entry.confidence = confidence;
    if (ql_metadata_list_push(&h->doc->metadata, entry)) return QL_OK;
    return ql_fail(h->doc->error, QL_NO_MEMORY, QL_NONE, "no memory for a date");
}

/* "Politics / May 3, 2024": the rubric and the date over a title. */
static bool is_rubric(const head *h, int32_t i) {
    const ql_line *line = &h->lines[i];
    const char *bytes = h->doc->text->bytes + line->start;
    size_t n = (size_t)(line->end - line->start);
    return i + 1 == h->title && (memchr(bytes, '/', n) != NULL || memchr(bytes, '|', n) != NULL);
}

/* Above the title only a line with an hour, with a rubric, or one that says it was published, tells the article's
   date: a page has one of its own. */
static bool tells_above(const head *h, int32_t i) {
    ql_span clock[6];
    return opens_with_date(h, i) || has_flag(h, i, QL_LINE_WHEN) || is_rubric(h, i) ||
           match(h, QL_PATTERN_CLOCK, h->lines[i].start, h->lines[i].end, clock, 6);
}

static ql_status read_published(head *h) {
    int32_t from = h->title != QL_NONE ? h->title : head_start(h), update = QL_NONE;
    for (int32_t i = from; i <= head_end(h); i++) {
        bool dated = is_date_line(h, i) || (has_flag(h, i, QL_LINE_DATED) && has_flag(h, i, QL_LINE_BYLINE));
        if (!dated) continue;
        if (before_update(h, h->lines[i].start, h->lines[i].end) > h->lines[i].start) return push_date(h, i, 0.9f);
        if (update == QL_NONE) update = i;
    }
    if (update != QL_NONE) return push_date(h, update, 0.8f);
    for (int32_t i = from - 1; h->title != QL_NONE && i >= 0 && i >= from - 4; i--) {
        bool beside_byline =
            (i > 0 && h->lines[i - 1].zone == QL_ZONE_BYLINE) || h->lines[i + 1].zone == QL_ZONE_BYLINE;
        if (is_date_line(h, i) && (beside_byline || tells_above(h, i))) return push_date(h, i, 0.8f);
    }
    for (int32_t i = 0; i < TOP_LINES && i < h->n; i++)
        if (has_flag(h, i, QL_LINE_DATED) && opens_with_date(h, i)) return push_date(h, i, 0.8f);
    for (int32_t i = h->paragraph - 1; i >= 0 && i >= h->paragraph - FAR_LINES; i--)
        if (is_date_line(h, i) && opens_with_date(h, i)) return push_date(h, i, 0.8f);
    return QL_OK;
}

/* ------------------------------------------------------------------------------------- agency and place */

/* An agency named in [start, end): its span, empty without one. */
static ql_span agency_in(const head *h, int32_t start, int32_t end) {
    for (int32_t at = start; at < end;) {
        word next = read_word(h, at, end);
        if (next.end > next.start && next.capital && ql_in(next.classes, QL_WORD_AGENCY))
            return (ql_span){next.start, next.end};
        at = next.end > next.start ? next.end : at + 1;
    }
    return (ql_span){start, start};
}

static bool has_agency(const head *h) {
    const ql_metadata_list *metadata = &h->doc->metadata;
    for (size_t i = 0; i < metadata->n; i++)
        if (metadata->items[i].field == QL_FIELD_AGENCY) return true;
    return false;
}

static ql_status read_dateline(head *h) {
    ql_span groups[3];
    ql_line *line = &h->lines[h->sentence];
    bool is = false;
    ql_pattern_find(h->doc->engine->page_patterns->items[QL_PATTERN_DATELINE], h->doc->match, h->doc->text->bytes,
                    line->end, line->start, true, groups, 3, &is, NULL);
    if (!is) return QL_OK;
    line->dateline_end = groups[0].end;
    while (groups[1].end > groups[1].start && h->doc->text->bytes[groups[1].end - 1] == ' ') groups[1].end--;
    QL_TRY(found(h, QL_FIELD_PLACE, groups[1].start, groups[1].end, h->sentence, 0.9f));
    if (groups[2].start < 0 || has_agency(h)) return QL_OK;
    /* A credit in brackets after a place is an agency's, known or not. */
    ql_span agency = agency_in(h, groups[2].start, groups[2].end);
    if (agency.end == agency.start) agency = groups[2];
    return found(h, QL_FIELD_AGENCY, agency.start, agency.end, h->sentence, 0.9f);
}

/* "- Copyright AFP/File" by the head, "AP contributed to this report" below the article. */
static ql_status read_credits(head *h) {
    for (int32_t i = 0; i < h->n && !has_agency(h); i++) {
        const ql_line *line = &h->lines[i];
        bool above = i <= h->paragraph && i + HEAD_LINES > h->paragraph && (line->flags & QL_LINE_CAPTION);
        bool below = i > h->paragraph && line->n_words <= DATE_WORDS && line->end - line->start <= MOST_CREDIT_BYTES;
        ql_span agency = {0, 0};
        for (int32_t at = line->start; (above || below) && at < line->end; at++) {
            if (above && starts_with(h, at, line->end, "copyright ")) agency = agency_in(h, at, line->end);
            if (below && starts_with(h, at, line->end, "contributed")) agency = agency_in(h, line->start, at);
        }
        if (agency.end > agency.start) return found(h, QL_FIELD_AGENCY, agency.start, agency.end, i, 0.8f);
    }
    return QL_OK;
}

/* ---------------------------------------------------------------------------------------------- outlet */

/* The name after "© 2024" or "Copyright 2024": that of the outlet itself, or of its publisher. */
static ql_span owner_of_notice(const head *h, const ql_line *line) {
    int32_t at = line->start, end = line->end;
    ql_span none = {at, at};
    if (starts_with(h, at, end, "copyright")) at = skip_blanks(h, at + 9, end);
    if (starts_with(h, at, end, "\xC2\xA9")) at = skip_blanks(h, at + 2, end);
    if (starts_with(h, at, end, "(c)")) at = skip_blanks(h, at + 3, end);
    int32_t year = at;
    while (at < end && (is_digit(h->doc->text->bytes[at]) || h->doc->text->bytes[at] == '-')) at++;
    if (year == line->start || at - year < 4) return none;
    names list = {.n = 0};
    at = skip_blanks(h, at, end);
    if (!read_name(h, at, end, &list)) return none;
    if (h->doc->text->bytes[list.items[0].end - 1] == '.') list.items[0].end--;
    return list.items[0];
}

/* A name without "Inc" or "LLC" at its end. */
static ql_span without_form(const head *h, ql_span name) {
    int32_t end = name.start;
    for (int32_t at = name.start; at < name.end;) {
        word next = read_word(h, at, name.end);
        if (next.end == next.start || (end > name.start && ql_in(next.classes, QL_WORD_BODY_SUFFIX))) break;
        end = next.end;
        at = skip_blanks(h, end, name.end);
    }
    return (ql_span){name.start, end};
}

/* "Golem.de": a word that is the address of a site. */
static bool is_address(const head *h, ql_span name) {
    const char *bytes = h->doc->text->bytes;
    int32_t at = name.end;
    while (at > name.start && is_lower(bytes[at - 1])) at--;
    bool ends = name.end - at >= 2 && at - name.start >= 2 && bytes[at - 1] == '.';
    return ends && memchr(bytes + name.start, ' ', (size_t)(name.end - name.start)) == NULL;
}

static bool is_word_byte(char c) {
    return (unsigned char)c >= 0x80 || is_letter(c) || is_digit(c);
}

/* Does a line have this name, as words of their own? */
static bool has_name(const head *h, const ql_line *line, ql_span name) {
    const char *bytes = h->doc->text->bytes;
    int32_t n = name.end - name.start;
    for (int32_t at = line->start; at + n <= line->end; at++) {
        if (bytes[at] != bytes[name.start] || memcmp(bytes + at, bytes + name.start, (size_t)n) != 0) continue;
        if ((at == line->start || !is_word_byte(bytes[at - 1])) &&
            (at + n == line->end || !is_word_byte(bytes[at + n])))
            return true;
    }
    return false;
}

/* "Orm Valley Courier", and not "Courier & Sons" or "Courier, Inc.": does the owner's name say that it is a paper? */
static bool is_named_as_outlet(const head *h, ql_span owner, int32_t end) {
    ql_class_set last = QL_NO_CLASSES;
    for (int32_t at = owner.start; at < owner.end;) {
        word next = read_word(h, at, owner.end);
        if (next.end == next.start) return false;
        last = next.classes;
        at = skip_blanks(h, next.end, owner.end);
    }
    int32_t next = skip_blanks(h, owner.end, end);
    return ql_in(last, QL_WORD_OUTLET_NOUN) && (next == end || strchr("&,", h->doc->text->bytes[next]) == NULL);
}

/* A notice names the outlet where the name is an address, or is above the article too, as in a masthead. */
static bool is_outlet(const head *h, ql_span name) {
    if (is_address(h, name)) return true;
    for (int32_t i = 0; i < h->paragraph; i++) {
        ql_span owner = owner_of_notice(h, &h->lines[i]);
        if (owner.end == owner.start && has_name(h, &h->lines[i], name)) return true;
    }
    return false;
}

/* "Home | News | Sport" */
static bool is_menu(const head *h, const ql_line *line) {
    int n = 0;
    for (int32_t i = line->start; i < line->end; i++) n += h->doc->text->bytes[i] == '|';
    return n > 1;
}

/* "The Paper – Latest News from Town": a name, a dash, and what says that it is news. */
static ql_span outlet_of_tagline(const head *h, const ql_line *line) {
    ql_span none = {line->start, line->start};
    names list = {.n = 0};
    if (line->zone != QL_ZONE_BOILERPLATE || is_menu(h, line)) return none;
    if (!read_name(h, line->start, line->end, &list)) return none;
    int32_t at = skip_blanks(h, list.end, line->end), i = at;
    bool dash = starts_with(h, at, line->end, "- ") || starts_with(h, at, line->end, "| ") ||
                starts_with(h, at, line->end, "\xE2\x80\x93 ") || starts_with(h, at, line->end, "\xE2\x80\x94 ");
    while (dash && i < line->end && !starts_with(h, i, line->end, "news")) i++;
    return dash && i < line->end ? list.items[0] : none;
}

/* A short first line that is on the page again is what the page calls itself. */
static bool is_masthead(const head *h, int32_t i) {
    const ql_line *line = &h->lines[i];
    names list = {.n = 0};
    if (!(line->flags & QL_LINE_REPEATED) || line->n_words > OUTLET_WORDS || (line->flags & QL_LINE_UNWANTED))
        return false;
    return line->n_words > 1 && line->zone == QL_ZONE_BOILERPLATE && read_name(h, line->start, line->end, &list) &&
           list.end == line->end;
}

static ql_status read_outlet(head *h) {
    int n_notices = 0;
    for (int32_t i = h->n - 1; i > h->paragraph && n_notices < MOST_NOTICES; i--) {
        ql_span owner = owner_of_notice(h, &h->lines[i]), name = without_form(h, owner);
        if (owner.end == owner.start) continue;
        n_notices++;
        if (is_named_as_outlet(h, owner, h->lines[i].end) || is_outlet(h, name))
            return found(h, QL_FIELD_OUTLET, name.start, name.end, i, 0.8f);
    }
    for (int32_t i = 0; i < TOP_LINES && i < h->paragraph; i++) {
        ql_span name = outlet_of_tagline(h, &h->lines[i]);
        if (name.end > name.start) return found(h, QL_FIELD_OUTLET, name.start, name.end, i, 0.7f);
    }
    if (n_notices == 0 && h->n > TOP_LINES && is_masthead(h, 0))
        return found(h, QL_FIELD_OUTLET, h->lines[0].start, h->lines[0].end, 0, 0.7f);
    return QL_OK;
}

ql_status ql_read_head(ql_document *doc, size_t first, size_t end) {
    ql_lines *lines = &doc->lines;
    head h = {.doc = doc,
              .lines = lines->items,
              .n = (int32_t)lines->n,
              .first = (int32_t)first,
              .end = (int32_t)end,
              .title = QL_NONE};
    if (first == end) return QL_OK;
    h.paragraph = first_paragraph(&h, OPENING_WORDS, 0);
    h.sentence = first_paragraph(&h, PARAGRAPH_WORDS, QL_LINE_FINAL);
    h.anchor = find_anchor(&h);
    QL_TRY(read_title(&h));
    QL_TRY(read_byline(&h));
    QL_TRY(read_published(&h));
    QL_TRY(read_dateline(&h));
    QL_TRY(read_credits(&h));
    return read_outlet(&h);
}

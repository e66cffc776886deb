/* Which lines are the article's: the weights of a line's features are added, and a chain of lines says how the
   article may come and go.

   A line of the page is before the article, in it, in a gap of it, or after it.  The sum of a line speaks for
   "in it"; each step from one line to the next has a weight too.  The chance of a line is that of all ways through
   the page that pass through the article there (the forward-backward algorithm; Rabiner 1989), so there may be any
   number of runs; a line of an unwanted class that is not a sentence, or that recurs, is in none.  All values are
   counts or shares of lines nearby, found in two passes. */
#include <math.h>
#include <string.h>

#include "base/ascii.h"
#include "page/line.h"
#include "page/weigh.h"

enum {
    MASS = 16,           /* parts of a word, in which prose around a line is counted */
    MOST_PROSE = 60,     /* words of a line that count */
    LIKELY_PROSE = 8,    /* words of prose in a line whose words are the article's */
    FUNCTION_SHARE = 8,  /* in prose, one word in this many is a function word */
    SEEN_WORDS = 40,     /* words among which those are counted */
    NOISE_LINES = 8,     /* lines on each side among which unwanted ones are counted */
    TIME_LINES = 4,      /* … and lines that tell a time */
    EARLY_SHARE = 5,     /* one part in this many of the page's prose is little */
    DATED_WORDS = 20,    /* words of a line that tells a day, and little more */
    MOST_SUM = 30000,    /* sums beyond this are as sure as can be */
    FEWEST_PLACES = 1024 /* of the table of the article's words */
};

static int kind_of(const ql_line *line) {
    bool final = (line->flags & QL_LINE_FINAL) != 0;
    if (line->flags & QL_LINE_UNWANTED) return QL_KIND_UNWANTED;
    if (line->flags & (QL_LINE_CAPTION | QL_LINE_BYLINE | QL_LINE_WHEN)) return QL_KIND_ABOUT;
    if ((line->flags & QL_LINE_DATED) && line->n_words <= DATED_WORDS) return QL_KIND_ABOUT;
    if (line->n_words < 4) return QL_KIND_TINY;
    if (!final) return line->n_words < 10 ? QL_KIND_SHORT : line->n_words < 25 ? QL_KIND_MEDIUM : QL_KIND_LONG;
    return line->n_words < 8 ? QL_KIND_SAYING : line->n_words < 20 ? QL_KIND_SENTENCE : QL_KIND_PARAGRAPH;
}

/* Words of prose in the line, in parts of a word. */
static int32_t prose_in(const ql_line *line, int kind) {
    if (kind != QL_KIND_SENTENCE && kind != QL_KIND_PARAGRAPH && kind != QL_KIND_LONG) return 0;
    int32_t n = line->n_words < MOST_PROSE ? line->n_words : MOST_PROSE;
    int32_t seen = line->n_words < SEEN_WORDS ? line->n_words : SEEN_WORDS;
    bool is_english = line->n_function * FUNCTION_SHARE >= seen;
    if (kind == QL_KIND_LONG) return is_english ? n * MASS * 4 / 5 : 0;
    return is_english ? n * MASS : n * MASS / 3;
}

/* What is known of a line before any is weighed. */
typedef struct place {
    int32_t prose;
    int32_t near_before, near_behind; /* prose on either side, what is further away counting less */
    int32_t wide_before, wide_behind; /* the same, of more lines */
    int32_t n_unwanted, n_times;      /* lines up to this one */
} place;

typedef struct page {
    ql_document *doc;
    ql_line *lines;
    place *places;    /* one more than lines */
    uint16_t *counts; /* in how many lines of prose a word stands, by hash */
    uint32_t n_counts;
    int32_t n;
    int64_t prose, before; /* in all, and above the line */
    int32_t n_sentences;   /* lines that end as one does, or are long */
    int32_t since_heading; /* lines since one that heads a list or ends an article */
    int heading;           /* … and which it was */
} page;

/* ------------------------------------------------------------------------------------------ first passes */

static void gather(page *p) {
    int32_t near = 0, wide = 0, n_unwanted = 0, n_times = 0;
    for (int32_t i = 0; i < p->n; i++) {
        place *at = &p->places[i];
        int kind = kind_of(&p->lines[i]);
        p->lines[i].kind = (uint8_t)kind;
        at->prose = prose_in(&p->lines[i], kind);
        at->near_before = near;
        at->wide_before = wide;
        at->n_unwanted = n_unwanted += kind == QL_KIND_UNWANTED;
        at->n_times = n_times += (p->lines[i].flags & (QL_LINE_WHEN | QL_LINE_DATED)) != 0;
        near = (near + at->prose) * 4 / 5;
        wide = (wide + at->prose) * 15 / 16;
        p->prose += at->prose;
        p->n_sentences += kind >= QL_KIND_LONG;
    }
    near = wide = 0;
    for (int32_t i = p->n - 1; i >= 0; i--) {
        place *at = &p->places[i];
        at->near_behind = near;
        at->wide_behind = wide;
        near = (near + at->prose) * 4 / 5;
        wide = (wide + at->prose) * 15 / 16;
    }
}

static uint16_t *count_of(const page *p, int32_t hash) {
    return &p->counts[(uint32_t)hash & (p->n_counts - 1)];
}

static void count_words(page *p) {
    for (int32_t i = 0; i < p->n; i++) {
        if (p->places[i].prose < LIKELY_PROSE * MASS) continue;
        for (int32_t k = p->lines[i].first_word; k < p->lines[i].end_word; k++) {
            uint16_t *count = count_of(p, p->doc->stack.items[k]);
            *count = (uint16_t)(*count + (*count < UINT16_MAX));
        }
    }
}

/* Of the line's words that carry meaning, those that stand in other lines of prose too, in hundredths; -1 if it has
   none. */
static int32_t overlap_of(const page *p, int32_t i) {
    const ql_line *line = &p->lines[i];
    int32_t n = line->end_word - line->first_word, shared = 0;
    uint16_t own = p->places[i].prose >= LIKELY_PROSE * MASS;
    for (int32_t k = line->first_word; k < line->end_word; k++) shared += *count_of(p, p->doc->stack.items[k]) > own;
    return n > 0 ? 100 * shared / n : -1;
}

/* ---------------------------------------------------------------------------------------------- features */

static int kind_at(const page *p, int32_t i) {
    return i >= 0 && i < p->n ? p->lines[i].kind : QL_KIND_NONE;
}

/* Lines counted by `n_unwanted` or `n_times`, at most `reach` away. */
static int32_t count_near(const page *p, int32_t i, int32_t reach, bool times) {
    int32_t from = i - reach - 1, to = i + reach < p->n ? i + reach : p->n - 1;
    const place *last = &p->places[to], *first = from >= 0 ? &p->places[from] : NULL;
    if (times) return last->n_times - (first != NULL ? first->n_times : 0);
    return last->n_unwanted - (first != NULL ? first->n_unwanted : 0);
}

static int mark_of(const ql_line *line) {
    if (line->flags & QL_LINE_ASKS) return 2;
    if (line->flags & QL_LINE_FINAL) return 1;
    return line->flags & QL_LINE_COLON ? 3 : 0;
}

static void weigh_form(ql_weighed *of, const ql_line *line, int size) {
    int32_t seen = line->n_words < SEEN_WORDS ? line->n_words : SEEN_WORDS, n_bytes = line->end - line->start;
    ql_weigh_page(of, QL_PAGE_LINE_FORM, 4 * QL_BIN(line->n_words, 2, 3, 4, 6, 8, 12, 18, 25, 40) + mark_of(line));
    ql_weigh_page(of, QL_PAGE_LINE_FUNCTION, 4 * QL_BIN(100 * line->n_function / seen, 1, 13, 25, 35, 45) + size);
    ql_weigh_page(of, QL_PAGE_LINE_CAPITALS,
                  4 * QL_BIN(100 * line->n_capitals / line->n_words, 1, 15, 30, 60, 99) + size);
    ql_weigh_page(of, QL_PAGE_LINE_DIGITS,
                  4 * QL_BIN((int32_t)(1000 * (int64_t)line->n_digits / n_bytes), 1, 50, 150, 400) + size);
    ql_weigh_page(of, QL_PAGE_LINE_OPENING, 4 * line->opening + size);
}

static void weigh_flags(ql_weighed *of, const ql_line *line, int size, bool sentence) {
    for (int bit = 2; bit < QL_LINE_TRAITS; bit++)
        if (line->flags >> bit & 1) ql_weigh_page(of, QL_PAGE_LINE_CLASS, 2 * bit + sentence);
    for (int bit = QL_LINE_TRAITS; bit < QL_LINE_BITS; bit++)
        if (line->flags >> bit & 1) ql_weigh_page(of, QL_PAGE_LINE_TRAIT, 4 * (bit - QL_LINE_TRAITS) + size);
}

static void weigh_neighbours(ql_weighed *of, const page *p, int32_t i, int size) {
    static const int features[] = {QL_PAGE_LINE_BEFORE_3, QL_PAGE_LINE_BEFORE_2, QL_PAGE_LINE_BEFORE_1,
                                   QL_PAGE_LINE_BEHIND_1, QL_PAGE_LINE_BEHIND_2, QL_PAGE_LINE_BEHIND_3};
    static const int away[] = {-3, -2, -1, 1, 2, 3};
    for (int k = 0; k < 6; k++) ql_weigh_page(of, features[k], 3 * kind_at(p, i + away[k]) + (size < 2 ? size : 2));
    int own = p->lines[i].kind;
    ql_weigh_page(of, QL_PAGE_LINE_PAIR, QL_KINDS * kind_at(p, i - 1) + own);
    ql_weigh_page(of, QL_PAGE_LINE_PAIR_BEHIND, QL_KINDS * kind_at(p, i + 1) + own);
    ql_weigh_page(of, QL_PAGE_LINE_SKIP, QL_KINDS * kind_at(p, i - 2) + own);
}

enum { NO_HEADING, LIST_HEADING, EARLY_STOP, STOP }; /* a stop is early where little prose is above it */

static void meet_heading(page *p, const ql_line *line) {
    bool early = p->before * EARLY_SHARE < p->prose;
    p->since_heading++;
    if (!(line->flags & (QL_LINE_SECTION | QL_LINE_STOP))) return;
    p->since_heading = 0;
    p->heading = !(line->flags & QL_LINE_STOP) ? LIST_HEADING : early ? EARLY_STOP : STOP;
}

static void weigh_place(ql_weighed *of, page *p, int32_t i, int sort) {
    const place *at = &p->places[i];
    int about = p->lines[i].kind <= QL_KIND_ABOUT ? 3 : sort;
#define AMOUNT(mass) QL_BIN((mass), MASS, 10 * MASS, 25 * MASS, 50 * MASS, 100 * MASS, 200 * MASS)
    ql_weigh_page(of, QL_PAGE_LINE_BETWEEN, 4 * (7 * AMOUNT(at->near_before) + AMOUNT(at->near_behind)) + about);
    ql_weigh_page(of, QL_PAGE_LINE_AMONG, 4 * (7 * AMOUNT(at->wide_before) + AMOUNT(at->wide_behind)) + about);
#undef AMOUNT
    int32_t share = p->prose > 0 ? (int32_t)(10000 * p->before / p->prose) : 0;
    share = p->before > 0 && share == 0 ? 1 : share;
    ql_weigh_page(of, QL_PAGE_LINE_PROGRESS, 3 * QL_BIN(share, 1, 200, 1000, 3000, 7000, 9000, 9800, 10000) + sort);
    int heading = 8 * p->heading + QL_BIN(p->since_heading, 1, 2, 3, 5, 9, 16, 30);
    ql_weigh_page(of, QL_PAGE_LINE_HEADING, 3 * heading + sort);
    ql_weigh_page(of, QL_PAGE_LINE_NUMBER, 3 * QL_BIN(i, 1, 2, 4, 8, 16, 32) + sort);
    ql_weigh_page(of, QL_PAGE_LINE_REST, 3 * QL_BIN(p->n - 1 - i, 1, 2, 4, 8, 16, 32) + sort);
    ql_weigh_page(of, QL_PAGE_LINE_PAGE, 3 * QL_BIN(100 * p->n_sentences / p->n, 10, 20, 40, 60, 80) + sort);
    ql_weigh_page(of, QL_PAGE_LINE_NOISE, 3 * QL_BIN(count_near(p, i, NOISE_LINES, false), 1, 2, 4, 7, 11) + sort);
    ql_weigh_page(of, QL_PAGE_LINE_TIMES, 3 * QL_BIN(count_near(p, i, TIME_LINES, true), 1, 2, 3) + sort);
}

/* A line of these classes that is not a sentence is never the article's, nor is one found on other pages, too. */
static bool is_barred(const ql_line *line, bool sentence) {
    bool unwanted = (line->flags & (QL_LINE_STOP | QL_LINE_SECTION | QL_LINE_CALL | QL_LINE_SERVICE)) != 0;
    return (unwanted && !sentence) || (line->flags & QL_LINE_RECURRENT) != 0;
}

static int32_t weigh_line(page *p, int32_t i, bool *failed) {
    ql_line *line = &p->lines[i];
    ql_weighed of = {.doc = p->doc, .candidate = i, .start = line->start, .end = line->end};
    int size = QL_BIN(line->n_words, 4, 8, 16);
    bool sentence = line->n_words >= 8 && (line->flags & QL_LINE_FINAL);
    meet_heading(p, line);
    weigh_form(&of, line, size);
    weigh_flags(&of, line, size, sentence);
    weigh_neighbours(&of, p, i, size);
    weigh_place(&of, p, i, sentence ? 2 : line->n_words >= 8);
    line->overlap = (int8_t)overlap_of(p, i);
    ql_weigh_page(&of, QL_PAGE_LINE_OVERLAP,
                  4 * (line->overlap < 0 ? 6 : QL_BIN(line->overlap, 1, 20, 40, 60, 80)) + size);
    p->before += p->places[i].prose;
    *failed |= of.failed;
    return is_barred(line, sentence) ? -MOST_SUM : of.sum;
}

/* ------------------------------------------------------------------------------------------------- chain */

enum { ABOVE, ARTICLE, GAP, BELOW, STATES };

typedef struct chances {
    double of[STATES];
} chances;

static const bool steps[STATES][STATES] = {{[ABOVE] = true, [ARTICLE] = true, [BELOW] = true},
                                           {[ARTICLE] = true, [GAP] = true, [BELOW] = true},
                                           {[ARTICLE] = true, [GAP] = true},
                                           {[BELOW] = true}};

typedef struct chain {
    double step[STATES][STATES]; /* weights of steps, as factors */
} chain;

static chain read_chain(void) {
    chain made = {.step = {{0}}};
    for (int from = 0; from < STATES; from++)
        for (int to = 0; to < STATES; to++)
            if (steps[from][to])
                made.step[from][to] = exp(ql_page_weight(QL_PAGE_CHAIN_STEP, STATES * from + to) / 1000.0);
    return made;
}

/* Scale to a sum of one, so that long pages do not run out of numbers. */
static void scale(chances *c) {
    double sum = c->of[0] + c->of[1] + c->of[2] + c->of[3];
    for (int s = 0; s < STATES; s++) c->of[s] /= sum;
}

static double factor_of(int32_t sum) {
    return exp((sum < -MOST_SUM ? -MOST_SUM : sum > MOST_SUM ? MOST_SUM : sum) / 1000.0);
}

static chances step_forth(const chain *c, const chances *last, double factor) {
    chances next = {{0}};
    for (int to = 0; to < STATES; to++) {
        for (int from = 0; from < STATES; from++) next.of[to] += last->of[from] * c->step[from][to];
        if (to == ARTICLE) next.of[to] *= factor;
    }
    scale(&next);
    return next;
}

static chances step_back(const chain *c, const chances *next, double factor) {
    chances last = {{0}};
    for (int from = 0; from < STATES; from++)
        for (int to = 0; to < STATES; to++)
            last.of[from] += c->step[from][to] * next->of[to] * (to == ARTICLE ? factor : 1.0);
    scale(&last);
    return last;
}

/* Sums of lines → chances.  `ways` has room for one more than lines. */
static void follow_chain(page *p, const int32_t *sums, chances *ways) {
    chain c = read_chain();
    ways[0] = (chances){{[ABOVE] = 1.0}};
    for (int32_t i = 0; i < p->n; i++) ways[i + 1] = step_forth(&c, &ways[i], factor_of(sums[i]));
    chances back = {{1.0, 1.0, 0.0, 1.0}}; /* a gap does not end a page */
    for (int32_t i = p->n - 1; i >= 0; i--) {
        double in = ways[i + 1].of[ARTICLE] * back.of[ARTICLE], all = 0;
        for (int s = 0; s < STATES; s++) all += ways[i + 1].of[s] * back.of[s];
        p->lines[i].chance = (float)(in / all);
        back = step_back(&c, &back, factor_of(sums[i]));
    }
}

static ql_status weigh_lines(page *p, int32_t *sums, chances *ways) {
    bool failed = false;
    gather(p);
    count_words(p);
    for (int32_t i = 0; i < p->n; i++) sums[i] = weigh_line(p, i, &failed);
    follow_chain(p, sums, ways);
    return failed ? ql_fail(p->doc->error, QL_NO_MEMORY, QL_NONE, "no memory for features of lines") : QL_OK;
}

ql_status ql_find_article(ql_document *doc) {
    page p = {.doc = doc, .lines = doc->lines.items, .n = (int32_t)doc->lines.n, .n_counts = FEWEST_PLACES};
    if (p.n == 0) return QL_OK;
    while (p.n_counts < doc->stack.n) p.n_counts *= 2;
    size_t room = (size_t)p.n + 1;
    p.places = calloc(room, sizeof *p.places);
    p.counts = calloc(p.n_counts, sizeof *p.counts);
    int32_t *sums = calloc(room, sizeof *sums);
    chances *ways = calloc(room, sizeof *ways);
    ql_status status = QL_NO_MEMORY;
    if (p.places != NULL && p.counts != NULL && sums != NULL && ways != NULL)
        status = weigh_lines(&p, sums, ways);
    else
        ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for lines");
    free(p.places);
    free(p.counts);
    free(sums);
    free(ways);
    return status;
}

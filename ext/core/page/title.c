/* The title of an article: each line above the first paragraph, and a few below, is a candidate, and none of them is
   one too.  Weights of what a line looks like and what is around it choose. */
#include <math.h>
#include <string.h>

#include "base/ascii.h"
#include "page/choose.h"
#include "page/line.h"

enum {
    ABOVE_LINES = 40, /* lines above the first paragraph */
    BELOW_LINES = 1,
    LEAST_WORDS = 2,
    MOST_WORDS = 30,
    MOST_BYTES = 260,
    MOST_PARTS = 400, /* bytes of a line in which another one's words are looked for */
    DATE_WORDS = 20,  /* words of a line that tells a day, and little more */
    HEADING_LINES = 3,
    HEADLINE_WORDS = 4,
    DECK_WORDS = 8,
    TOP_LINES = 3, /* lines at the top of a page that may begin with its title */
    REACH = 6      /* lines in which a byline or a date is looked for */
};

bool ql_is_date_line(const ql_line *line) {
    return (line->flags & QL_LINE_DATED) && line->n_words <= DATE_WORDS && !line->is_article;
}

int32_t ql_pick_best(const ql_pick *pick, const ql_line *lines, float *chance) {
    int32_t best = 0;
    double all = 0, own = 0;
    for (int32_t i = 1; i < pick->n; i++)
        if (pick->sums[i] > pick->sums[best]) best = i;
    for (int32_t i = 0; i < pick->n; i++) {
        double share = exp((pick->sums[i] - pick->sums[best]) / 1000.0);
        bool twin = i == best || (i > 0 && best > 0 && lines[pick->lines[i]].hash == lines[pick->lines[best]].hash);
        all += share;
        own += twin ? share : 0;
    }
    *chance = (float)(own / all);
    return pick->lines[best];
}

typedef struct head {
    ql_document *doc;
    const ql_line *lines;
    int32_t n, paragraph, anchor;
    int32_t first, end;   /* lines that are looked at */
    int32_t most_overlap; /* of the candidates */
    int32_t n_above;      /* candidates before this one */
    int32_t n_candidates;
    int32_t n_headlines; /* lines from this one on that look like headlines */
} head;

static bool can_be_title(const head *h, int32_t i) {
    if (i < 0 || i >= h->n) return false;
    const ql_line *line = &h->lines[i];
    if (line->n_words < LEAST_WORDS || line->n_words > MOST_WORDS || line->end - line->start > MOST_BYTES)
        return false;
    return !(line->flags & (QL_LINE_STOP | QL_LINE_SECTION | QL_LINE_SEPARATOR | QL_LINE_BYLINE | QL_LINE_WHEN)) &&
           !ql_is_date_line(line);
}

/* "Home » News » Sport" */
static bool is_trail(const head *h, const ql_line *line) {
    const char *bytes = h->doc->text->bytes;
    for (int32_t at = line->start; at + 1 < line->end; at++) {
        bool guillemet = bytes[at] == '\xC2' && bytes[at + 1] == '\xBB' && at + 2 < line->end && bytes[at + 2] == ' ';
        if (guillemet || (bytes[at] == '>' && bytes[at + 1] == ' ')) return true;
    }
    return false;
}

/* More sentences than one, or parts that a bar divides: a notice, a trail of links. */
static bool is_compound(const head *h, const ql_line *line) {
    const char *bytes = h->doc->text->bytes;
    for (int32_t at = line->start + 1; at + 1 < line->end; at++) {
        bool stop = (bytes[at] == '.' || bytes[at] == '?') && bytes[at + 1] == ' ';
        if (bytes[at] == '|' || (stop && is_lower(bytes[at - 1]) && at - line->start > 20)) return true;
    }
    return false;
}

/* Does it look like a headline: more than a name, and no sentence of the article? */
static bool is_headline(const head *h, int32_t i) {
    if (!can_be_title(h, i)) return false;
    const ql_line *line = &h->lines[i];
    bool sentence = (line->flags & QL_LINE_FINAL) && !(line->flags & QL_LINE_ASKS);
    unsigned other = QL_LINE_CALL | QL_LINE_SERVICE | QL_LINE_CAPTION;
    return line->n_words >= HEADLINE_WORDS && !line->is_article && !sentence && !(line->flags & other);
}

/* Do its words stand in a longer line of the head too: in a trail of links, in a call to share it? */
static bool is_part(const head *h, int32_t i) {
    const char *bytes = h->doc->text->bytes, *own = bytes + h->lines[i].start;
    int32_t n = h->lines[i].end - h->lines[i].start;
    for (int32_t k = h->first; k < h->end; k++) {
        const ql_line *line = &h->lines[k];
        int32_t length = line->end - line->start;
        for (int32_t at = line->start; n < length && length <= MOST_PARTS && at + n <= line->end; at++)
            if (bytes[at] == *own && memcmp(bytes + at, own, (size_t)n) == 0) return true;
    }
    return false;
}

/* Does the page open with these words? */
static bool opens_page(const head *h, int32_t i) {
    const ql_line *line = &h->lines[i];
    int32_t n = line->end - line->start;
    for (int32_t k = 0; k < TOP_LINES && k < i; k++) {
        const ql_line *top = &h->lines[k];
        if (top->end - top->start >= n &&
            memcmp(h->doc->text->bytes + top->start, h->doc->text->bytes + line->start, (size_t)n) == 0)
            return true;
    }
    return false;
}

static bool is_about(const ql_line *line) {
    return (line->flags & (QL_LINE_BYLINE | QL_LINE_WHEN)) || ql_is_date_line(line);
}

/* Lines down, or up, to what tells who wrote the article, or when; REACH where it is further away. */
static int32_t to_about(const head *h, int32_t i, int step) {
    for (int32_t away = 1; away < REACH; away++) {
        int32_t at = i + step * away;
        if (at < 0 || at >= h->n) break;
        if (is_about(&h->lines[at])) return away;
    }
    return REACH;
}

static int count_neighbours(const head *h, int32_t i) {
    int n = 0;
    for (int32_t k = i - 2; k <= i + 2; k++) n += k != i && can_be_title(h, k) && !h->lines[k].is_article;
    return n;
}

static bool is_listed(const head *h, int32_t i) {
    for (int32_t k = i - 1; k >= 0 && k >= i - HEADING_LINES; k--)
        if (h->lines[k].flags & QL_LINE_SECTION) return true;
    return false;
}

/* Two lines that look like headlines, the lower one the longer: which of a title and its deck can the line be? */
static int deck_of(const head *h, int32_t i) {
    const ql_line *line = &h->lines[i];
    bool under = i > 0 && is_headline(h, i - 1) && line[-1].n_words < line->n_words;
    bool over = i + 1 < h->n && line[1].n_words > line->n_words && line[1].n_words >= DECK_WORDS &&
                !(line[1].flags & QL_LINE_UNWANTED);
    return 2 * over + under;
}

/* Which of a byline and a day stand between the line and the article? */
static int about_below(const head *h, int32_t i) {
    int found = 0;
    for (int32_t k = i + 1; k < h->paragraph; k++) {
        found |= h->lines[k].flags & QL_LINE_BYLINE ? 1 : 0;
        found |= (h->lines[k].flags & QL_LINE_WHEN) || ql_is_date_line(&h->lines[k]) ? 2 : 0;
    }
    return found;
}

static int kind_at(const head *h, int32_t i) {
    return i >= 0 && i < h->n ? h->lines[i].kind : QL_KIND_NONE;
}

static void weigh_look(ql_weighed *of, const head *h, const ql_line *line) {
    int mark = line->flags & QL_LINE_ASKS ? 2 : line->flags & QL_LINE_FINAL ? 1 : line->flags & QL_LINE_COLON ? 3 : 0;
    int32_t overlap = line->overlap < 0 ? 0 : line->overlap;
    ql_weigh_page(of, QL_PAGE_TITLE_WORDS, QL_BIN(line->n_words, 3, 4, 5, 6, 7, 9, 12, 16, 21));
    ql_weigh_page(of, QL_PAGE_TITLE_MARK, mark);
    ql_weigh_page(of, QL_PAGE_TITLE_CAPITALS, QL_BIN(100 * line->n_capitals / line->n_words, 1, 20, 40, 70, 99));
    ql_weigh_page(of, QL_PAGE_TITLE_FUNCTION, QL_BIN(100 * line->n_function / line->n_words, 1, 13, 25, 40));
    ql_weigh_page(of, QL_PAGE_TITLE_OPENING, line->opening);
    ql_weigh_page(of, QL_PAGE_TITLE_OVERLAP, 2 * QL_BIN(overlap, 1, 20, 40, 60, 80) + (line->n_words >= 6));
    ql_weigh_page(of, QL_PAGE_TITLE_MOST, overlap > 0 && overlap * line->n_words >= h->most_overlap);
    if (is_trail(h, line)) ql_weigh_page(of, QL_PAGE_TITLE_COMPOUND, 1);
    if (is_compound(h, line)) ql_weigh_page(of, QL_PAGE_TITLE_COMPOUND, 2);
    for (int bit = 0; bit < QL_LINE_BITS; bit++)
        if (line->flags >> bit & 1) ql_weigh_page(of, QL_PAGE_TITLE_CLASS, bit);
    if (line->is_article) ql_weigh_page(of, QL_PAGE_TITLE_CLASS, QL_LINE_BITS);
}

/* Lines down to the next one of the article. */
static int32_t to_article(const head *h, int32_t i) {
    int32_t away = 1;
    while (i + away < h->paragraph && !h->lines[i + away].is_article) away++;
    return away;
}

static void weigh_place(ql_weighed *of, const head *h, int32_t i) {
    int32_t above = h->paragraph - i, rest = h->n_candidates - 1 - h->n_above;
    ql_weigh_page(of, QL_PAGE_TITLE_PARAGRAPH, QL_BIN(above, 0, 1, 2, 3, 4, 5, 6, 8, 11, 15, 20, 30));
    ql_weigh_page(of, QL_PAGE_TITLE_ANCHOR,
                  h->anchor == QL_NONE ? 0 : 1 + QL_BIN(h->anchor - i, 0, 1, 2, 3, 4, 6, 10, 20));
    ql_weigh_page(of, QL_PAGE_TITLE_BELOW, to_about(h, i, 1));
    ql_weigh_page(of, QL_PAGE_TITLE_ABOVE, to_about(h, i, -1));
    ql_weigh_page(of, QL_PAGE_TITLE_NEXT, kind_at(h, i + 1));
    ql_weigh_page(of, QL_PAGE_TITLE_NEXT_2, kind_at(h, i + 2));
    ql_weigh_page(of, QL_PAGE_TITLE_LAST, kind_at(h, i - 1));
    ql_weigh_page(of, QL_PAGE_TITLE_LIST, count_neighbours(h, i));
    ql_weigh_page(of, QL_PAGE_TITLE_ORDER, QL_BIN(rest, 1, 2, 3, 5, 9, 16));
    ql_weigh_page(of, QL_PAGE_TITLE_NUMBER, QL_BIN(i, 1, 2, 4, 8, 16, 32, 64));
    int32_t below = h->n_headlines - is_headline(h, i);
    ql_weigh_page(of, QL_PAGE_TITLE_RANK, 5 * is_headline(h, i) + QL_BIN(below, 1, 2, 3, 6));
    ql_weigh_page(of, QL_PAGE_TITLE_SAID, 4 * QL_BIN(below, 1, 2) + about_below(h, i));
    ql_weigh_page(of, QL_PAGE_TITLE_ARTICLE,
                  3 * QL_BIN(to_article(h, i), 2, 3, 4, 6, 10, 20) + (below > 1 ? 2 : below));
    ql_weigh_page(of, QL_PAGE_TITLE_DECK, deck_of(h, i));
    if (is_part(h, i)) ql_weigh_page(of, QL_PAGE_TITLE_PART, 1);
    if (is_listed(h, i)) ql_weigh_page(of, QL_PAGE_TITLE_LISTED, 1);
    if (opens_page(h, i)) ql_weigh_page(of, QL_PAGE_TITLE_TOP, 1);
}

static bool weigh_none(const head *h, ql_pick *pick) {
    ql_weighed none = ql_candidate_of(h->doc, pick, 0, 0);
    ql_weigh_page(&none, QL_PAGE_TITLE_NONE, QL_BIN(h->n_candidates, 1, 2, 3, 5, 9, 16, 30));
    return ql_pick_add(pick, &none, QL_NONE);
}

ql_status ql_choose_title(ql_document *doc, int32_t paragraph, int32_t anchor, int32_t *title, float *chance) {
    head h = {
        .doc = doc, .lines = doc->lines.items, .n = (int32_t)doc->lines.n, .paragraph = paragraph, .anchor = anchor};
    h.first = paragraph > ABOVE_LINES ? paragraph - ABOVE_LINES : 0;
    h.end = paragraph + BELOW_LINES + 1 < h.n ? paragraph + BELOW_LINES + 1 : h.n;
    for (int32_t i = h.first; i < h.end; i++) {
        int32_t overlap = h.lines[i].overlap * h.lines[i].n_words;
        if (!can_be_title(&h, i)) continue;
        h.n_candidates++;
        h.n_headlines += is_headline(&h, i);
        if (overlap > h.most_overlap && !h.lines[i].is_article) h.most_overlap = overlap;
    }
    ql_pick pick = {.n = 0};
    bool is_good = weigh_none(&h, &pick);
    for (int32_t i = h.first; i < h.end; i++) {
        if (!can_be_title(&h, i)) continue;
        ql_weighed of = ql_candidate_of(doc, &pick, h.lines[i].start, h.lines[i].end);
        weigh_look(&of, &h, &h.lines[i]);
        weigh_place(&of, &h, i);
        is_good &= ql_pick_add(&pick, &of, i);
        h.n_above++;
        h.n_headlines -= is_headline(&h, i);
    }
    *title = ql_pick_best(&pick, h.lines, chance);
    return is_good ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for candidates for a title");
}

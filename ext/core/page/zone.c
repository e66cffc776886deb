/* Lines of a page → zones.  article.c says which lines are the article's.  What is not, and is not its title, deck,
   byline, date or a caption, is boilerplate. */
#include "page/line.h"

enum {
    FEW_LINES = 4,   /* a text with no more lines is not a page */
    CLEAN_SHARE = 6, /* … nor is one in which at most one line in so many is not a sentence */
    PLAIN_SHARE = 2, /* … or one in so many without any line that is unwanted */
    SENTENCE_WORDS = 8,
    LONG_WORDS = 25, /* words of a line that counts as one without a full stop */
    CAPTION_WORDS = 8,
    CAPTION_LINES = 2, /* how far above the article a picture's caption is its own */
    MOST_WORDS = 60,   /* of a line that count */
    GAP_WORDS = 2,     /* words of the article that a line between its parts is worth */
    MOST_GAP = 10      /* lines between its parts that count */
};

static const float LEAST_CHANCE = 0.5f; /* of a line of the article */

/* A line's weight in the search for the article's head: by what the chain says or, where it finds no article, by the
   line's form.  A gap of many lines costs no more than one of a few. */
static double weight_of(const ql_line *line, bool is_known, int32_t gap) {
    if (!is_known) return (double)ql_line_weight(line);
    if (!line->is_article) return gap > MOST_GAP ? 0 : -GAP_WORDS;
    return (line->n_words < MOST_WORDS ? line->n_words : MOST_WORDS) * (2.0 * (double)line->chance - 1.0);
}

/* The run [*first, *end) of lines with the largest sum of weights (the maximum subarray of Bentley, "Programming
   Pearls", column 8), around which the head of the article is looked for; empty where no line speaks for one. */
static void best_run(const ql_lines *lines, size_t *first, size_t *end) {
    bool is_known = false;
    double best = 0, sum = 0;
    size_t from = 0;
    int32_t gap = 0;
    *first = *end = 0;
    for (size_t i = 0; i < lines->n; i++) is_known |= lines->items[i].is_article;
    for (size_t i = 0; i < lines->n; i++) {
        if (sum <= 0) {
            sum = 0;
            from = i;
        }
        gap = lines->items[i].is_article ? 0 : gap + 1;
        sum += weight_of(&lines->items[i], is_known, gap);
        if (sum <= best) continue;
        best = sum;
        *first = from;
        *end = i + 1;
    }
}

/* Is this a plain text, not a page: few lines, or almost all of them sentences?  Where no line is of a class that
   nobody wants, as in what a program took out of a page, half of them may be none: headings and lists. */
static bool is_clean(const ql_lines *lines) {
    size_t n = 0, n_unwanted = 0;
    for (size_t i = 0; i < lines->n; i++) {
        n += !(lines->items[i].flags & QL_LINE_FINAL) && lines->items[i].n_words < LONG_WORDS;
        n_unwanted += (lines->items[i].flags & QL_LINE_UNWANTED) != 0;
    }
    return lines->n <= FEW_LINES || n * (n_unwanted == 0 ? PLAIN_SHARE : CLEAN_SHARE) <= lines->n;
}

/* In a plain text a whole sentence is wanted, whatever words are in it. */
static bool is_unwanted(const ql_line *line) {
    bool sentence = (line->flags & QL_LINE_FINAL) && line->n_words >= SENTENCE_WORDS;
    return (line->flags & QL_LINE_UNWANTED & ~(sentence ? QL_LINE_CALL | QL_LINE_SERVICE : 0u)) != 0;
}

static bool is_caption(const ql_line *line) {
    return (line->flags & QL_LINE_CAPTION) && line->n_words >= CAPTION_WORDS;
}

static void label(ql_lines *lines, size_t first, size_t end) {
    bool clean = is_clean(lines), none = first == end;
    for (size_t i = 0; i < lines->n; i++) {
        ql_line *line = &lines->items[i];
        bool near = i + CAPTION_LINES >= first && i < end;
        bool kept = (none || clean) && !is_unwanted(line);
        if (line->is_article || kept)
            line->zone = QL_ZONE_BODY;
        else
            line->zone = near && is_caption(line) ? QL_ZONE_CAPTION : QL_ZONE_BOILERPLATE;
    }
}

/* Begin a zone at `start`, which ends the one before it; zones of one kind are one, except titles. */
static bool begin_zone(ql_zones *out, uint8_t kind, int32_t start, int32_t n_bytes) {
    ql_zone *last = out->n != 0 ? &out->items[out->n - 1] : NULL;
    if (last != NULL && last->kind == kind && kind != QL_ZONE_TITLE) return true;
    if (last != NULL) last->end = start;
    return ql_zones_push(out, (ql_zone){start, n_bytes, kind});
}

/* Zones tile the text: each begins where its first line does, and the first one where the text does. */
static bool push_zones(const ql_lines *lines, int32_t n_bytes, ql_zones *out) {
    for (size_t i = 0; i < lines->n; i++) {
        const ql_line *line = &lines->items[i];
        int32_t start = i == 0 ? 0 : line->start;
        bool dateline = line->dateline_end != 0;
        if (dateline && !begin_zone(out, QL_ZONE_DATELINE, start, n_bytes)) return false;
        if (!begin_zone(out, line->zone, dateline ? line->dateline_end : start, n_bytes)) return false;
    }
    return lines->n != 0 || n_bytes == 0 || ql_zones_push(out, (ql_zone){0, n_bytes, QL_ZONE_BODY});
}

/* Lines with their zones, and what the page says about itself. */
static ql_status read_zones(ql_document *doc) {
    size_t first, end;
    QL_TRY(ql_read_page(doc));
    doc->is_english = ql_is_english(&doc->lines);
    QL_TRY(ql_find_article(doc));
    ql_ints_clear(&doc->stack);
    for (size_t i = 0; i < doc->lines.n; i++)
        doc->lines.items[i].is_article = doc->lines.items[i].chance > LEAST_CHANCE;
    best_run(&doc->lines, &first, &end);
    label(&doc->lines, first, end);
    QL_TRY(ql_read_head(doc, first, end));
    if (ql_match_was_short(doc->match))
        return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory to match the patterns of lines");
    return QL_OK;
}

/* Without lines, as where the caller wants neither zones nor statements, all is body. */
ql_status ql_stage_zone(ql_document *doc) {
    if (doc->want & (QL_WANT_ZONES | QL_WANT_QUOTES)) QL_TRY(read_zones(doc));
    if (!push_zones(&doc->lines, doc->text->n_bytes, &doc->zones))
        return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for zones");
    return QL_OK;
}

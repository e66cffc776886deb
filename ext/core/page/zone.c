/* Lines of a page → zones.  The article is the run of lines with the largest sum of weights (the maximum subarray of
   Bentley, "Programming Pearls", column 8: one pass); line.c says what a line weighs.  What lies outside the run and
   is not its title, deck, byline or date is boilerplate, and so is what within it asks the reader for something. */
#include "page/line.h"

enum {
    FEW_LINES = 4,   /* a text of no more lines is no page */
    CLEAN_SHARE = 6, /* … nor is one where no more than one line in so many is no sentence */
    SENTENCE_WORDS = 8,
    CAPTION_WORDS = 8,
    CAPTION_LINES = 2 /* how far above the article a picture's caption is its own */
};

#define UNWANTED \
    (QL_LINE_STOP | QL_LINE_SECTION | QL_LINE_CALL | QL_LINE_SERVICE | QL_LINE_RECURRENT | QL_LINE_SEPARATOR)

/* The run [*first, *end) of lines with the largest sum; empty where no line speaks for an article. */
static void best_run(const ql_lines *lines, size_t *first, size_t *end) {
    double best = 0, sum = 0;
    size_t from = 0;
    *first = *end = 0;
    for (size_t i = 0; i < lines->n; i++) {
        if (sum <= 0) {
            sum = 0;
            from = i;
        }
        sum += (double)lines->items[i].weight;
        if (sum <= best) continue;
        best = sum;
        *first = from;
        *end = i + 1;
    }
}

/* Is this a plain text, not a page: few lines, or hardly one that is no sentence? */
static bool is_clean(const ql_lines *lines) {
    size_t n = 0;
    for (size_t i = 0; i < lines->n; i++)
        n += lines->items[i].weight <= 0 && !(lines->items[i].flags & QL_LINE_FINAL);
    return lines->n <= FEW_LINES || n * CLEAN_SHARE <= lines->n;
}

/* In a plain text a whole sentence is wanted, whatever words are in it. */
static bool is_unwanted(const ql_line *line) {
    bool sentence = (line->flags & QL_LINE_FINAL) && line->n_words >= SENTENCE_WORDS;
    return (line->flags & UNWANTED & ~(sentence ? QL_LINE_CALL | QL_LINE_SERVICE : 0)) != 0;
}

static bool is_caption(const ql_line *line) {
    return (line->flags & QL_LINE_CAPTION) && line->n_words >= CAPTION_WORDS;
}

static uint8_t zone_in_run(const ql_line *line, bool clean) {
    if (line->weight > 0) return QL_ZONE_BODY;
    if (is_caption(line)) return QL_ZONE_CAPTION;
    return clean && !is_unwanted(line) ? QL_ZONE_BODY : QL_ZONE_BOILERPLATE;
}

/* One short line between two of the article is a subhead or an item of a list. */
static void keep_subheads(ql_lines *lines, size_t first, size_t end) {
    for (size_t i = first + 1; i + 1 < end; i++) {
        ql_line *line = &lines->items[i];
        if (line->zone != QL_ZONE_BOILERPLATE || (line->flags & (UNWANTED | QL_LINE_CAPTION))) continue;
        if (line[-1].weight > 0 && line[1].weight > 0) line->zone = QL_ZONE_BODY;
    }
}

static void label(ql_lines *lines, size_t first, size_t end) {
    bool clean = is_clean(lines), none = first == end;
    for (size_t i = 0; i < lines->n; i++) {
        ql_line *line = &lines->items[i];
        bool inside = i >= first && i < end;
        bool near = i + CAPTION_LINES >= first && i < first;
        if (inside || (near && is_caption(line)))
            line->zone = zone_in_run(line, clean);
        else
            line->zone = (none || clean) && !is_unwanted(line) ? QL_ZONE_BODY : QL_ZONE_BOILERPLATE;
    }
    keep_subheads(lines, first, end);
}

/* Begin a zone at `start`, which ends the one before it; zones of one kind are one, but for titles. */
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

/* Lines with their zones, and what the page says of itself. */
static ql_status read_zones(ql_document *doc) {
    size_t first, end;
    QL_TRY(ql_read_page(doc));
    doc->is_english = ql_is_english(&doc->lines);
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

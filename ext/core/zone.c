/* Lines of a page → zones.  The article is the run of lines with the largest sum, where a line that reads like a
   sentence counts by its words and any other line counts against (the maximum subarray of Bentley, "Programming
   Pearls", column 8, one pass).  What lies outside the run and is not its title, byline or date is boilerplate. */
#include <string.h>

#include "internal.h"

enum {
    SENTENCE_WORDS = 5,    /* a line with a final stop is a sentence from here on */
    UNSTOPPED_WORDS = 20,  /* a line without one, from here on */
    MOST_LINE_WEIGHT = 40, /* one endless line must not outweigh an article */
    SHORT_LINE_COST = 6,
    TITLE_WORDS = 3,
    MOST_TITLE_WORDS = 30,
    MOST_BYLINE_WORDS = 9,
    LINES_ABOVE = 5 /* how far above the article its title and byline are looked for */
};

typedef struct line {
    int32_t start, end; /* without the line feed and white space at the edges */
    int32_t n_words;
    bool is_sentence;
} line;

VEC_DEFINE(lines, line)

/* White space, and control characters with it. */
static bool is_blank(char byte) {
    return (unsigned char)byte <= ' ';
}

static line line_between(const char *bytes, int32_t start, int32_t end) {
    while (start < end && is_blank(bytes[start])) start++;
    while (end > start && is_blank(bytes[end - 1])) end--;
    line made = {.start = start, .end = end, .n_words = end > start};
    for (int32_t i = start + 1; i < end; i++) made.n_words += is_blank(bytes[i - 1]) & !is_blank(bytes[i]);
    return made;
}

static bool is_closer(uint32_t code) {
    return code == '"' || code == '\'' || code == ')' || code == ']' || code == 0x201D || code == 0x2019 ||
           code == 0xBB || code == 0x201C;
}

/* Does the text before `end` end in a full stop, a question or exclamation mark, closers behind it or not? */
static bool ends_finally(const ql_text *text, int32_t start, int32_t end) {
    while (end > start) {
        int32_t before;
        uint32_t code = ql_utf8_decode_before(text->bytes, text->n_bytes, end, &before);
        if (code == '.' || code == '!' || code == '?' || code == 0x2026 || code == 0x3002) return true;
        if (!is_closer(code)) return false;
        end = before;
    }
    return false;
}

static ql_status split_lines(const ql_run *run, lines *out) {
    const ql_text *text = run->text;
    for (int32_t start = 0; start < text->n_bytes;) {
        const char *feed = memchr(text->bytes + start, '\n', (size_t)(text->n_bytes - start));
        int32_t end = feed != NULL ? (int32_t)(feed - text->bytes) : text->n_bytes;
        line made = line_between(text->bytes, start, end);
        made.is_sentence = made.n_words >= UNSTOPPED_WORDS ||
                           (made.n_words >= SENTENCE_WORDS && ends_finally(text, made.start, made.end));
        if (made.end > made.start && !lines_push(out, made))
            return ql_fail(run->error, QL_NO_MEMORY, QL_NONE, "no memory for lines");
        start = end + 1;
    }
    return QL_OK;
}

static int32_t weight(const line *of) {
    if (!of->is_sentence) return -SHORT_LINE_COST;
    return of->n_words < MOST_LINE_WEIGHT ? of->n_words : MOST_LINE_WEIGHT;
}

/* The run [*first, *end) of lines with the largest sum; empty where no line reads like a sentence. */
static void best_run(const lines *all, size_t *first, size_t *end) {
    int64_t best = 0, sum = 0;
    size_t from = 0;
    *first = *end = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (sum <= 0) {
            sum = 0;
            from = i;
        }
        sum += weight(&all->items[i]);
        if (sum <= best) continue;
        best = sum;
        *first = from;
        *end = i + 1;
    }
}

static bool is_byline(const char *bytes, const line *of) {
    const char *start = bytes + of->start;
    return of->n_words >= 2 && of->n_words <= MOST_BYLINE_WORDS && of->end - of->start > 3 &&
           (memcmp(start, "By ", 3) == 0 || memcmp(start, "BY ", 3) == 0);
}

static void label(const char *bytes, const lines *all, size_t first, size_t end, uint8_t *kinds) {
    bool titled = false;
    for (size_t i = 0; i < all->n; i++)
        kinds[i] = first == end || (i >= first && i < end) ? QL_ZONE_BODY : QL_ZONE_BOILERPLATE;
    for (size_t i = first; first < end && i-- > 0 && first - i <= LINES_ABOVE;) {
        const line *of = &all->items[i];
        if (is_byline(bytes, of)) {
            kinds[i] = QL_ZONE_BYLINE;
        } else if (!titled && of->n_words >= TITLE_WORDS && of->n_words <= MOST_TITLE_WORDS) {
            kinds[i] = QL_ZONE_TITLE;
            titled = true;
        }
    }
}

/* Zones tile the text: each begins where its first line's white space does and runs to the next. */
static bool push_zones(const lines *all, const uint8_t *kinds, int32_t n_bytes, ql_zones *out) {
    for (size_t i = 0; i < all->n; i++) {
        int32_t start = i == 0 ? 0 : all->items[i].start;
        if (out->n != 0 && kinds[i] == out->items[out->n - 1].kind && kinds[i] != QL_ZONE_TITLE) continue;
        if (out->n != 0) out->items[out->n - 1].end = start;
        if (!ql_zones_push(out, (ql_zone){start, n_bytes, kinds[i]})) return false;
    }
    return all->n != 0 || n_bytes == 0 || ql_zones_push(out, (ql_zone){0, n_bytes, QL_ZONE_BODY});
}

ql_status ql_stage_zone(ql_run *run) {
    lines all = {0};
    uint8_t *kinds = NULL;
    size_t first, end;
    ql_status status = split_lines(run, &all);
    if (status != QL_OK) goto done;
    status = QL_NO_MEMORY;
    kinds = malloc(all.n + 1);
    if (kinds == NULL) goto done;
    best_run(&all, &first, &end);
    label(run->text->bytes, &all, first, end, kinds);
    if (push_zones(&all, kinds, run->text->n_bytes, &run->scratch->zones)) status = QL_OK;
done:
    free(kinds);
    lines_free(&all);
    return status == QL_OK ? QL_OK : ql_fail(run->error, status, QL_NONE, "no memory for zones");
}

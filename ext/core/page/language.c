/* Is a page in English?  In English prose four words in ten are function words; in other languages one in thirty
   looks like one ("in", "an", "are").  A text of thirty words can be told by that, a page easily. */
#include "page/line.h"

enum {
    SENTENCE_WORDS = 8,   /* words of a line that is looked at if it ends as a sentence does */
    LONG_WORDS = 25,      /* … and if it does not: names, menus and scores have few function words */
    LONGEST_AVERAGE = 16, /* bytes of a word, on average; where blanks are further apart, words have none between */
    LEAST_WORDS = 30,     /* of a page that is judged at all */
    LEAST_SHARE = 5       /* function words: one in ten if they are long, one in five if they are short */
};

bool ql_is_english(const ql_lines *lines) {
    int64_t n_words = 0, n_english = 0;
    for (size_t i = 0; i < lines->n; i++) {
        const ql_line *line = &lines->items[i];
        int32_t least = (line->end - line->start) / LONGEST_AVERAGE;
        int32_t n = line->n_words > least ? line->n_words : least;
        if (n < (line->flags & QL_LINE_FINAL ? SENTENCE_WORDS : LONG_WORDS)) continue;
        n_words += n < QL_LINE_SAMPLE ? n : QL_LINE_SAMPLE;
        n_english += line->n_english;
    }
    return n_words < LEAST_WORDS || n_english * LEAST_SHARE >= n_words;
}

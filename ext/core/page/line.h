/* A scraped page as lines: what zone.c and head.c look at.  line.c fills it. */
#ifndef QL_LINE_H
#define QL_LINE_H

#include "document.h"

enum {
    QL_LINE_FINAL = 1, /* ends in a full stop, a question or exclamation mark, or an ellipsis */
    QL_LINE_ASKS = 2,  /* … in a question mark */
    QL_LINE_STOP = 4,  /* the classes of ext/data/page.tsv */
    QL_LINE_SECTION = 8,
    QL_LINE_CALL = 16,
    QL_LINE_SERVICE = 32,
    QL_LINE_CAPTION = 64,
    QL_LINE_BYLINE = 128,     /* By Ann Lee */
    QL_LINE_DATED = 256,      /* names a day of a year */
    QL_LINE_RECURRENT = 512,  /* stands on other pages of the outlet too */
    QL_LINE_SEPARATOR = 1024, /* short, and repeated again and again on the page: "Advertisement" */
    QL_LINE_REPEATED = 2048,  /* stands on the page more than once */
    QL_LINE_WHEN = 4096       /* says when it was written or how long it takes to read */
};

enum { QL_LINE_SAMPLE = 80 }; /* words of a line that are looked up */

/* Find the lines of the text and read their features into doc->lines. */
ql_status ql_read_page(ql_document *doc);

/* Is the page in English, by the function words of its sentences?  True where they are too few.  (language.c) */
bool ql_is_english(const ql_lines *lines);

/* Find title, deck, byline, date, agency and place around the article, lines [first, end): set the zones of their
   lines and append to doc->metas.  (head.c) */
ql_status ql_read_head(ql_document *doc, size_t first, size_t end);

#endif

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
    QL_LINE_RECURRENT = 512,  /* is on other pages of the outlet too */
    QL_LINE_SEPARATOR = 1024, /* short, and repeated again and again on the page: "Advertisement" */
    QL_LINE_REPEATED = 2048,  /* is on the page more than once */
    QL_LINE_WHEN = 4096,      /* says when it was written or how long it takes to read */
    QL_LINE_COLON = 8192,     /* ends in a colon */
    QL_LINE_GLUED = 16384,    /* a capital comes right after a small letter: "FoodTravel" */
    QL_LINE_UPPER = 32768,    /* all of its letters are capitals */
    QL_LINE_READER = 1 << 16, /* speaks to the reader: "you" */
    QL_LINE_WRITER = 1 << 17, /* … or of who writes: "we" */
    QL_LINE_QUOTED = 1 << 18, /* has a quotation mark */
    QL_LINE_REPORTS = 1 << 19 /* has a verb that reports */
};

/* Bits of flags: those from QL_LINE_TRAITS on say what the words look like. */
enum { QL_LINE_TRAITS = 13, QL_LINE_BITS = 20 };

/* What a line begins with. */
enum { QL_OPENS_SMALL, QL_OPENS_CAPITAL, QL_OPENS_DIGIT, QL_OPENS_MARK, QL_OPENS_OTHER };

enum { QL_LINE_SAMPLE = 80 }; /* words of a line that are looked up */

/* Kinds of lines, as their neighbours see them: what nobody wants, what tells of the article, and the rest by words
   and full stop. */
enum {
    QL_KIND_UNWANTED,
    QL_KIND_ABOUT,
    QL_KIND_TINY,
    QL_KIND_SHORT,
    QL_KIND_MEDIUM,
    QL_KIND_LONG,
    QL_KIND_SAYING,
    QL_KIND_SENTENCE,
    QL_KIND_PARAGRAPH,
    QL_KIND_NONE, /* no line is there */
    QL_KINDS
};

#define QL_LINE_UNWANTED \
    (QL_LINE_STOP | QL_LINE_SECTION | QL_LINE_CALL | QL_LINE_SERVICE | QL_LINE_RECURRENT | QL_LINE_SEPARATOR)

/* Find the lines of the text and read their features into doc->lines. */
ql_status ql_read_page(ql_document *doc);

/* How much the line's form and class speak for an article, or below zero against one:
   where its head is looked for. */
float ql_line_weight(const ql_line *line);

/* Find which lines are the article's.  (article.c) */
ql_status ql_find_article(ql_document *doc);

/* Is the page in English, by the function words of its sentences?  True where they are too few.  (language.c) */
bool ql_is_english(const ql_lines *lines);

/* Find title, deck, byline, date, agency and place around the article, lines [first, end): set the zones of their
   lines and append to doc->metas.  (head.c) */
ql_status ql_read_head(ql_document *doc, size_t first, size_t end);

#endif

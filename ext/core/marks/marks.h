/* Between glyph.c, which finds what may be a quotation mark and says what each could do, pair.c, which pairs
   them, and form.c, which says what the words inside look like. */
#ifndef QL_MARKS_H
#define QL_MARKS_H

#include "document.h"

typedef enum ql_glyph_kind {
    QL_GLYPH_NONE = 0,
    QL_GLYPH_BREAK,           /* the end of a paragraph */
    QL_GLYPH_STRAIGHT2,       /* " */
    QL_GLYPH_LEFT2,           /* “ ‟ */
    QL_GLYPH_RIGHT2,          /* ” */
    QL_GLYPH_LOW2,            /* „ */
    QL_GLYPH_PRIME2,          /* ″ */
    QL_GLYPH_TICKS,           /* '' */
    QL_GLYPH_GRAVES,          /* `` */
    QL_GLYPH_STRAIGHT1,       /* ' */
    QL_GLYPH_LEFT1,           /* ‘ ‛ */
    QL_GLYPH_RIGHT1,          /* ’ */
    QL_GLYPH_LOW1,            /* ‚ */
    QL_GLYPH_PRIME1,          /* ′ */
    QL_GLYPH_GRAVE,           /* ` */
    QL_GLYPH_GUILLEMET_LEFT,  /* « */
    QL_GLYPH_GUILLEMET_RIGHT, /* » */
    QL_GLYPH_ANGLE_LEFT,      /* ‹ */
    QL_GLYPH_ANGLE_RIGHT,     /* › */
    QL_GLYPH_CORNER_OPEN,     /* 「 */
    QL_GLYPH_CORNER_CLOSE,    /* 」 */
    QL_GLYPH_WHITE_OPEN,      /* 『 */
    QL_GLYPH_WHITE_CLOSE,     /* 』 */
    QL_GLYPH_FULL2            /* ＂ */
} ql_glyph_kind;

/* Marks of one family open and close each other. */
typedef enum ql_mark_family {
    QL_FAMILY_DOUBLE = 0, /* “ ” " „ */
    QL_FAMILY_TICKS,      /* '' `` */
    QL_FAMILY_SINGLE,
    QL_FAMILY_GUILLEMET,
    QL_FAMILY_ANGLE,
    QL_FAMILY_CORNER,
    QL_FAMILY_WHITE,
    QL_FAMILY_FULL,
    QL_FAMILIES
} ql_mark_family;

/* What a glyph can do where it stands. */
typedef enum ql_mark_role {
    QL_ROLE_NONE = 0, /* an apostrophe, a prime, a stray */
    QL_ROLE_OPEN,
    QL_ROLE_CLOSE,
    QL_ROLE_EITHER,    /* closes where something is open, else opens */
    QL_ROLE_WEAK_OPEN, /* looks like an elision ('tis): opens only for a closer that can be nothing else */
    QL_ROLE_WEAK_CLOSE /* looks like a possessive or inches: closes only where no better closer comes */
} ql_mark_role;

typedef struct ql_glyph {
    int32_t start, end;
    int32_t under;                  /* on the stack: the glyph of its family below it, or QL_NONE */
    int32_t weak;                   /* the first weak closer seen while it was on top, or QL_NONE */
    int32_t close_start, close_end; /* of an opener that was closed; else close_start is QL_NONE */
    int32_t pair;                   /* what was written for it */
    uint8_t kind, role, family;
    uint8_t left, right; /* ql_side of what is around its run of glyphs */
    bool sure;           /* a single closer after punctuation: it cannot be an apostrophe */
    bool leads;          /* only white space between the start of its paragraph and it */
} ql_glyph;

VEC_DEFINE(ql_glyphs, ql_glyph)

/* All glyphs of the text with their roles, in order, and a QL_GLYPH_BREAK at the end of each paragraph. */
ql_status ql_mark_glyphs(const ql_text *text, ql_glyphs *out);

/* Is this sentence a headline: short, without a full stop, alone in its paragraph?  (form.c) */
bool ql_is_headline(const ql_document *doc, int32_t sentence);

#endif

/* Find everything that may be a quotation mark, and say from its neighbours what it could do.

   Three passes over glyphs, each linear: `scan` finds them, `survey` learns which styles the document uses, and
   `assign` gives each a role.  No look at the text around a glyph goes further than MAX_LOOK bytes. */
#include <string.h>

#include "base/ascii.h"
#include "lexicon/lexicon.h"
#include "marks/marks.h"

#define MAX_LOOK 16
#define MAX_RUN 3 /* a longer row of straight marks does not count as marks */

/* What is beside a glyph. */
typedef enum ql_side {
    SIDE_LETTER = 0, /* a letter, an emoji, a currency sign: whatever words are made of */
    SIDE_SPACE,      /* white space, or the edge of the text */
    SIDE_DIGIT,
    SIDE_STOP,    /* . , ; : ! ? … and closing brackets */
    SIDE_OPENING, /* opening brackets */
    SIDE_DASH     /* dashes, hyphen, slash */
} ql_side;

/* Where a glyph is in relation to the words. */
typedef enum position { BEFORE, AFTER, BETWEEN } position;

/* Which styles the document uses. */
typedef struct habits {
    bool has_left1; /* a ‘ somewhere: then ’ before a word is an elision */
    bool has_left2; /* a “ or ‟ somewhere: else ” opens and closes, as in Swedish */
    bool has_low2;  /* a „ somewhere: then “ closes */
    bool inward;    /* »so« */
    bool same_way;  /* »so» */
} habits;

typedef struct scanner {
    const char *bytes;
    int32_t n;
    bool wrapped; /* single line feeds only wrap lines */
    ql_glyphs *out;
} scanner;

/* Bytes at which a glyph or a line end can begin. */
static const bool is_start[256] = {
    ['\n'] = true, ['\v'] = true, ['\f'] = true, ['\r'] = true, ['"'] = true,  ['&'] = true,
    ['\''] = true, ['`'] = true,  [0xC2] = true, [0xE2] = true, [0xE3] = true, [0xEF] = true,
};

/* Everything else is SIDE_LETTER, which is 0. */
static const uint8_t side_of_ascii[128] = {
    [0] = SIDE_SPACE,     ['\t'] = SIDE_SPACE,  ['\n'] = SIDE_SPACE,  ['\v'] = SIDE_SPACE,  ['\f'] = SIDE_SPACE,
    ['\r'] = SIDE_SPACE,  [' '] = SIDE_SPACE,   ['|'] = SIDE_SPACE,   ['*'] = SIDE_SPACE,   ['_'] = SIDE_SPACE,
    ['!'] = SIDE_STOP,    [','] = SIDE_STOP,    ['.'] = SIDE_STOP,    [':'] = SIDE_STOP,    [';'] = SIDE_STOP,
    ['?'] = SIDE_STOP,    [')'] = SIDE_STOP,    [']'] = SIDE_STOP,    ['}'] = SIDE_STOP,    ['>'] = SIDE_STOP,
    ['('] = SIDE_OPENING, ['['] = SIDE_OPENING, ['{'] = SIDE_OPENING, ['<'] = SIDE_OPENING, ['-'] = SIDE_DASH,
    ['='] = SIDE_DASH,    ['/'] = SIDE_DASH,    ['0'] = SIDE_DIGIT,   ['1'] = SIDE_DIGIT,   ['2'] = SIDE_DIGIT,
    ['3'] = SIDE_DIGIT,   ['4'] = SIDE_DIGIT,   ['5'] = SIDE_DIGIT,   ['6'] = SIDE_DIGIT,   ['7'] = SIDE_DIGIT,
    ['8'] = SIDE_DIGIT,   ['9'] = SIDE_DIGIT,
};

/* ------------------------------------------------------------------------------------------- characters */

static ql_glyph_kind kind_of(uint32_t code) {
    switch (code) {
    case '"': return QL_GLYPH_STRAIGHT2;
    case '\'':
    case 0xFF07: return QL_GLYPH_STRAIGHT1;
    case '`': return QL_GLYPH_GRAVE;
    case 0x00AB: return QL_GLYPH_GUILLEMET_LEFT;
    case 0x00BB: return QL_GLYPH_GUILLEMET_RIGHT;
    case 0x2018:
    case 0x201B: return QL_GLYPH_LEFT1;
    case 0x2019: return QL_GLYPH_RIGHT1;
    case 0x201A: return QL_GLYPH_LOW1;
    case 0x201C:
    case 0x201F: return QL_GLYPH_LEFT2;
    case 0x201D: return QL_GLYPH_RIGHT2;
    case 0x201E: return QL_GLYPH_LOW2;
    case 0x2032: return QL_GLYPH_PRIME1;
    case 0x2033: return QL_GLYPH_PRIME2;
    case 0x2039: return QL_GLYPH_ANGLE_LEFT;
    case 0x203A: return QL_GLYPH_ANGLE_RIGHT;
    case 0x300C: return QL_GLYPH_CORNER_OPEN;
    case 0x300D: return QL_GLYPH_CORNER_CLOSE;
    case 0x300E: return QL_GLYPH_WHITE_OPEN;
    case 0x300F: return QL_GLYPH_WHITE_CLOSE;
    case 0xFF02: return QL_GLYPH_FULL2;
    case 0x0085:
    case 0x2028:
    case 0x2029: return QL_GLYPH_BREAK;
    default: return QL_GLYPH_NONE;
    }
}

static ql_mark_family family_of(uint8_t kind) {
    switch (kind) {
    case QL_GLYPH_TICKS:
    case QL_GLYPH_GRAVES: return QL_FAMILY_TICKS;
    case QL_GLYPH_STRAIGHT1:
    case QL_GLYPH_LEFT1:
    case QL_GLYPH_RIGHT1:
    case QL_GLYPH_LOW1:
    case QL_GLYPH_PRIME1:
    case QL_GLYPH_GRAVE: return QL_FAMILY_SINGLE;
    case QL_GLYPH_GUILLEMET_LEFT:
    case QL_GLYPH_GUILLEMET_RIGHT: return QL_FAMILY_GUILLEMET;
    case QL_GLYPH_ANGLE_LEFT:
    case QL_GLYPH_ANGLE_RIGHT: return QL_FAMILY_ANGLE;
    case QL_GLYPH_CORNER_OPEN:
    case QL_GLYPH_CORNER_CLOSE: return QL_FAMILY_CORNER;
    case QL_GLYPH_WHITE_OPEN:
    case QL_GLYPH_WHITE_CLOSE: return QL_FAMILY_WHITE;
    case QL_GLYPH_FULL2: return QL_FAMILY_FULL;
    default: return QL_FAMILY_DOUBLE;
    }
}

static ql_side side_of(uint32_t code) {
    if (code < 128) return (ql_side)side_of_ascii[code];
    switch (code) {
    case 0x85:
    case 0xA0:
    case 0x202F:
    case 0x205F:
    case 0x2028:
    case 0x2029:
    case 0x2060:
    case 0x3000:
    case 0xFEFF: return SIDE_SPACE;
    case 0x2026:
    case 0x3001:
    case 0x3002:
    case 0xFF01:
    case 0xFF09:
    case 0xFF0C:
    case 0xFF0E:
    case 0xFF1A:
    case 0xFF1B:
    case 0xFF1F: return SIDE_STOP;
    case 0xA1:
    case 0xBF:
    case 0xFF08: return SIDE_OPENING;
    default: break;
    }
    if (code >= 0x2000 && code <= 0x200F) return SIDE_SPACE;
    if (code >= 0x2010 && code <= 0x2015) return SIDE_DASH;
    return SIDE_LETTER;
}

static const struct entity {
    char name[8];
    uint16_t code;
} entities[] = {
    {"quot;", '"'},      {"apos;", '\''},     {"ldquo;", 0x201C}, {"rdquo;", 0x201D}, {"lsquo;", 0x2018},
    {"rsquo;", 0x2019},  {"laquo;", 0xAB},    {"raquo;", 0xBB},   {"bdquo;", 0x201E}, {"sbquo;", 0x201A},
    {"lsaquo;", 0x2039}, {"rsaquo;", 0x203A}, {"prime;", 0x2032}, {"Prime;", 0x2033}, {"nbsp;", 0xA0},
};

/* A numeric reference after "&#", such as "8217;" or "x2019;"; 0 if it is not one. */
static uint32_t numeric_entity(const char *at, int32_t room, int32_t *used) {
    bool is_hex = room > 0 && (at[0] == 'x' || at[0] == 'X');
    uint32_t code = 0;
    for (int32_t i = is_hex; i < room && i < 8; i++) {
        char c = at[i], small = lower(c);
        if (c == ';') return *used = i + 1, code;
        if (is_digit(c))
            code = code * (is_hex ? 16 : 10) + (uint32_t)(c - '0');
        else if (is_hex && small >= 'a' && small <= 'f')
            code = code * 16 + (uint32_t)(small - 'a' + 10);
        else
            return 0;
    }
    return 0;
}

/* The character that the HTML reference at `at`, an ampersand, stands for, and its end; 0 if it is not one that
   matters here. */
static uint32_t entity_at(const char *bytes, int32_t n, int32_t at, int32_t *end) {
    int32_t room = n - at - 1, used = 0;
    const char *name = bytes + at + 1;
    if (room > 1 && name[0] == '#') {
        uint32_t code = numeric_entity(name + 1, room - 1, &used);
        *end = at + 2 + used;
        return code;
    }
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        int32_t length = (int32_t)strlen(entities[i].name);
        if (length > room || memcmp(name, entities[i].name, (size_t)length) != 0) continue;
        *end = at + 1 + length;
        return entities[i].code;
    }
    return 0;
}

static ql_side side_before(const char *bytes, int32_t n, int32_t at) {
    int32_t start;
    if (at == 0) return SIDE_SPACE;
    if (at >= 6 && memcmp(bytes + at - 6, "&nbsp;", 6) == 0) return SIDE_SPACE;
    return side_of(ql_utf8_decode_before(bytes, n, at, &start));
}

static ql_side side_after(const char *bytes, int32_t n, int32_t at) {
    int32_t next;
    if (at >= n) return SIDE_SPACE;
    if (bytes[at] == '&') {
        uint32_t code = entity_at(bytes, n, at, &next);
        if (code != 0) return side_of(code);
    }
    return side_of(ql_utf8_decode(bytes, n, at, &next));
}

static bool is_word_side(uint8_t side) {
    return side == SIDE_LETTER || side == SIDE_DIGIT;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* ------------------------------------------------------------------------------------------------- scan */

/* Whether single line feeds only wrap lines: at least half of them stand in mid-sentence, before a small letter. */
static bool is_wrapped(const char *bytes, int32_t n) {
    int32_t single = 0, inside = 0;
    const char *end = bytes + n;
    for (const char *at = bytes; n > 0 && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++) {
        const char *next = at + 1;
        if (next == end) break;
        if (*next == '\n' || *next == '\r' || (at > bytes && at[-1] == '\n')) continue;
        if (at - bytes > 1 && at[-1] == '\r' && at[-2] == '\n') continue;
        single++;
        inside += is_lower(*next);
    }
    return single > 0 && 2 * inside >= single;
}

static bool push(scanner *s, ql_glyph_kind kind, int32_t start, int32_t end) {
    ql_glyph glyph = {.start = start,
                      .end = end,
                      .under = QL_NONE,
                      .weak = QL_NONE,
                      .close_start = QL_NONE,
                      .close_end = QL_NONE,
                      .kind = (uint8_t)kind,
                      .family = (uint8_t)family_of((uint8_t)kind)};
    return ql_glyphs_push(s->out, glyph);
}

/* Whether only blanks lie between `from` and `to`, which are at most MAX_LOOK apart. */
static bool is_blank_between(const char *bytes, int32_t from, int32_t to) {
    if (to - from > MAX_LOOK) return false;
    while (from < to && is_blank(bytes[from])) from++;
    return from == to;
}

/* A line end of any kind at `at`.  Line ends with only blanks between them are one. */
static bool line_end(scanner *s, int32_t at, int32_t end) {
    ql_glyphs *out = s->out;
    bool again = out->n > 0 && out->items[out->n - 1].kind == QL_GLYPH_BREAK &&
                 is_blank_between(s->bytes, out->items[out->n - 1].end, at);
    if (again) {
        out->items[out->n - 1].end = end;
        return true;
    }
    if (s->wrapped && s->bytes[at] == '\n') {
        int32_t next = end;
        while (next < s->n && next - end < MAX_LOOK && is_blank(s->bytes[next])) next++;
        if (next < s->n && s->bytes[next] != '\n') return true;
    }
    return push(s, QL_GLYPH_BREAK, at, end);
}

/* Straight single marks in a row: two are one double mark, three a double one with a single one inside it. */
static bool single_run(scanner *s, int32_t at, int32_t count) {
    if (count > MAX_RUN) return true;
    if (count == 1) return push(s, QL_GLYPH_STRAIGHT1, at, at + 1);
    if (count == 2) return push(s, QL_GLYPH_TICKS, at, at + 2);
    bool is_opening = side_before(s->bytes, s->n, at) == SIDE_SPACE;
    int32_t middle = is_opening ? at + 2 : at + 1;
    return push(s, is_opening ? QL_GLYPH_TICKS : QL_GLYPH_STRAIGHT1, at, middle) &&
           push(s, is_opening ? QL_GLYPH_STRAIGHT1 : QL_GLYPH_TICKS, middle, at + 3);
}

/* Straight double marks in a row: two that touch no word hold nothing and do not count, three are one. */
static bool double_run(scanner *s, int32_t at, int32_t count) {
    if (count > MAX_RUN) return true;
    if (count != 2) return push(s, QL_GLYPH_STRAIGHT2, at, at + count);
    ql_side left = side_before(s->bytes, s->n, at), right = side_after(s->bytes, s->n, at + 2);
    if (left == SIDE_SPACE && (right == SIDE_SPACE || right == SIDE_STOP || right == SIDE_DASH)) return true;
    return push(s, QL_GLYPH_STRAIGHT2, at, at + 1) && push(s, QL_GLYPH_STRAIGHT2, at + 1, at + 2);
}

static bool grave_run(scanner *s, int32_t at, int32_t count) {
    if (count > 2) return true;
    return push(s, count == 2 ? QL_GLYPH_GRAVES : QL_GLYPH_GRAVE, at, at + count);
}

/* Whatever begins at `at`, where is_start holds.  *next is where to go on. */
static bool glyph_at(scanner *s, int32_t at, int32_t *next) {
    char byte = s->bytes[at];
    int32_t end = at + 1;
    *next = end;
    switch (byte) {
    case '\n':
    case '\v':
    case '\f': return line_end(s, at, end);
    case '\r': return end < s->n && s->bytes[end] == '\n' ? true : line_end(s, at, end);
    case '"':
    case '\'':
    case '`':
        while (end < s->n && s->bytes[end] == byte) end++;
        *next = end;
        return byte == '"'   ? double_run(s, at, end - at)
               : byte == '`' ? grave_run(s, at, end - at)
                             : single_run(s, at, end - at);
    default: break;
    }
    uint32_t code = byte == '&' ? entity_at(s->bytes, s->n, at, &end) : ql_utf8_decode(s->bytes, s->n, at, &end);
    if (code == 0) return true;
    *next = end;
    ql_glyph_kind kind = kind_of(code);
    if (kind == QL_GLYPH_NONE) return true;
    return kind == QL_GLYPH_BREAK ? line_end(s, at, end) : push(s, kind, at, end);
}

static ql_status scan(scanner *s) {
    const unsigned char *bytes = (const unsigned char *)s->bytes;
    int32_t at = 0, n = s->n;
    while (true) {
        while (at < n && !is_start[bytes[at]]) at++;
        if (at >= n) break;
        if (!glyph_at(s, at, &at)) return QL_NO_MEMORY;
    }
    return push(s, QL_GLYPH_BREAK, n, n) ? QL_OK : QL_NO_MEMORY;
}

/* ----------------------------------------------------------------------------------------------- survey */

/* Sides are those of the run of glyphs that a glyph is in: in `"'No,' he said` both marks stand before a word. */
static void look_around(const ql_text *text, ql_glyphs *glyphs) {
    int32_t paragraph = 0;
    for (size_t i = 0; i < glyphs->n; i++) {
        ql_glyph *glyph = &glyphs->items[i], *last = i > 0 ? glyph - 1 : NULL;
        bool touches = last != NULL && last->end == glyph->start && last->kind != QL_GLYPH_BREAK;
        glyph->left = touches ? last->left : (uint8_t)side_before(text->bytes, text->n_bytes, glyph->start);
        glyph->leads = touches ? last->leads
                               : (last == NULL || last->kind == QL_GLYPH_BREAK) &&
                                     is_blank_between(text->bytes, paragraph, glyph->start);
        if (glyph->kind == QL_GLYPH_BREAK) paragraph = glyph->end;
    }
    for (size_t i = glyphs->n; i-- > 0;) {
        ql_glyph *glyph = &glyphs->items[i], *next = i + 1 < glyphs->n ? glyph + 1 : NULL;
        bool touches = next != NULL && next->start == glyph->end && next->kind != QL_GLYPH_BREAK;
        glyph->right = touches ? next->right : (uint8_t)side_after(text->bytes, text->n_bytes, glyph->end);
    }
}

static position position_of(const ql_glyph *glyph) {
    bool word_after = is_word_side(glyph->right) || glyph->right == SIDE_OPENING;
    if (glyph->left == SIDE_OPENING) return BEFORE;
    if (glyph->left == SIDE_SPACE) return word_after ? BEFORE : BETWEEN;
    return word_after ? BETWEEN : AFTER;
}

static habits survey(const ql_glyphs *glyphs) {
    habits style = {0};
    size_t outward = 0, inward = 0, lefts = 0;
    for (size_t i = 0; i < glyphs->n; i++) {
        const ql_glyph *glyph = &glyphs->items[i];
        style.has_left1 |= glyph->kind == QL_GLYPH_LEFT1;
        style.has_left2 |= glyph->kind == QL_GLYPH_LEFT2;
        style.has_low2 |= glyph->kind == QL_GLYPH_LOW2;
        bool points_left = glyph->kind == QL_GLYPH_GUILLEMET_LEFT || glyph->kind == QL_GLYPH_ANGLE_LEFT;
        bool points_right = glyph->kind == QL_GLYPH_GUILLEMET_RIGHT || glyph->kind == QL_GLYPH_ANGLE_RIGHT;
        if (!points_left && !points_right) continue;
        position where = position_of(glyph);
        lefts += points_left;
        outward += points_left ? where == BEFORE : where == AFTER;
        inward += points_left ? where == AFTER : where == BEFORE;
    }
    style.same_way = lefts == 0 && inward > 0 && outward > 0;
    style.inward = inward > outward;
    return style;
}

/* ---------------------------------------------------------------------------------------------- elisions */

static bool is_listed(const char *word, size_t length, uint16_t class) {
    return ql_in(ql_lexicon_classes(NULL, word, length), class);
}

/* Whether the mark that ends at `at` may stand for what a word has lost: 'tis, '90s, '16. */
static bool is_elision(const ql_text *text, int32_t at) {
    const char *bytes = text->bytes + at;
    int32_t room = text->n_bytes - at, length = 0;
    char word[8];
    while (length < room && length < 8 && (is_letter(bytes[length]) || is_digit(bytes[length]))) {
        word[length] = lower(bytes[length]);
        length++;
    }
    if (length == 0 || length == 8) return false;
    if (is_digit(word[0])) return length > 1 && is_digit(word[1]) && (length == 2 || (length == 3 && word[2] == 's'));
    return is_listed(word, (size_t)length, QL_WORD_ELIDED);
}

/* Whether the mark that begins at `at`, after a letter, may be an apostrophe that ends a word:
   dogs', fightin', o'. */
static bool is_cut_short(const ql_text *text, int32_t at) {
    char word[8];
    size_t length = 0;
    while (length < 8 && (int32_t)length < at && is_letter(text->bytes[at - 1 - (int32_t)length])) length++;
    for (size_t i = 0; i < length; i++) word[i] = lower(text->bytes[at - (int32_t)length + (int32_t)i]);
    if (length == 0) return false;
    if (word[length - 1] == 's') return true;
    if (length > 4 && word[length - 2] == 'i' && word[length - 1] == 'n') return true;
    return is_listed(word, length, QL_WORD_CUT_SHORT);
}

/* Whether white space and then a word follow at `at`. */
static bool is_word_next(const ql_text *text, int32_t at) {
    int32_t from = at;
    while (at < text->n_bytes && at - from < MAX_LOOK && is_blank(text->bytes[at])) at++;
    return at > from && is_word_side((uint8_t)side_after(text->bytes, text->n_bytes, at));
}

/* An s that stands alone after the mark: the U.S.'s. */
static bool is_possessive_s(const ql_text *text, int32_t at) {
    if (at >= text->n_bytes || lower(text->bytes[at]) != 's') return false;
    return !is_word_side((uint8_t)side_after(text->bytes, text->n_bytes, at + 1));
}

/* ------------------------------------------------------------------------------------------------- roles */

/* The inches of 6'2" and 6' 2": digits, then the single mark before with a digit on its left. */
static bool is_inches(const ql_text *text, const ql_glyph *glyph, const ql_glyph *last) {
    if (last == NULL || last->family != QL_FAMILY_SINGLE || last->left != SIDE_DIGIT) return false;
    if (glyph->left != SIDE_DIGIT || glyph->start - last->end > 4) return false;
    for (int32_t at = last->end; at < glyph->start; at++)
        if (!is_digit(text->bytes[at]) && text->bytes[at] != ' ') return false;
    return true;
}

/* Does a colon stand before the mark at `at`, with white space at most between them? */
static bool is_announced(const ql_text *text, int32_t at) {
    int32_t least = at > MAX_LOOK ? at - MAX_LOOK : 0;
    while (at > least && is_blank(text->bytes[at - 1])) at--;
    return at > 0 && text->bytes[at - 1] == ':';
}

/* A mark that is the same on both sides: " and '' and, in some languages, ” and ». */
static ql_mark_role role_by_place(const ql_text *text, const ql_glyph *glyph) {
    position where = position_of(glyph);
    if (where == BETWEEN) return glyph->leads || is_announced(text, glyph->start) ? QL_ROLE_OPEN : QL_ROLE_EITHER;
    return where == BEFORE ? QL_ROLE_OPEN : QL_ROLE_CLOSE;
}

static ql_mark_role role_straight2(const ql_text *text, const ql_glyph *glyph) {
    bool may_be_inches = glyph->left == SIDE_DIGIT && !is_word_side(glyph->right);
    return may_be_inches ? QL_ROLE_WEAK_CLOSE : role_by_place(text, glyph);
}

static ql_mark_role role_left2(const ql_glyph *glyph, const habits *style) {
    position where = position_of(glyph);
    if (where == AFTER) return QL_ROLE_CLOSE; /* the wrong way round, or „so“ */
    if (where == BETWEEN && style->has_low2 && !glyph->leads) return QL_ROLE_EITHER;
    return QL_ROLE_OPEN;
}

static ql_mark_role role_right2(const ql_text *text, const ql_glyph *glyph, const habits *style) {
    if (!style->has_left2 && !style->has_low2) return role_by_place(text, glyph);
    if (position_of(glyph) != BEFORE) return QL_ROLE_CLOSE;
    return glyph->leads ? QL_ROLE_OPEN : QL_ROLE_EITHER;
}

/* ' and ’ before a word. */
static ql_mark_role role_single_before(const ql_text *text, const ql_glyph *glyph, const habits *style) {
    if (is_elision(text, glyph->end)) return QL_ROLE_WEAK_OPEN;
    return glyph->kind == QL_GLYPH_RIGHT1 && style->has_left1 ? QL_ROLE_WEAK_OPEN : QL_ROLE_OPEN;
}

/* ' and ’ after a word or its punctuation. */
static ql_mark_role role_single_after(const ql_text *text, ql_glyph *glyph) {
    glyph->sure = glyph->left == SIDE_STOP || glyph->left == SIDE_DASH;
    bool may_be_feet = glyph->left == SIDE_DIGIT && glyph->right == SIDE_SPACE;
    bool may_be_cut = glyph->left == SIDE_LETTER && glyph->right == SIDE_SPACE && is_cut_short(text, glyph->start);
    return (may_be_feet || may_be_cut) && is_word_next(text, glyph->end) ? QL_ROLE_WEAK_CLOSE : QL_ROLE_CLOSE;
}

/* ' and ’ */
static ql_mark_role role_single(const ql_text *text, ql_glyph *glyph, const habits *style) {
    position where = position_of(glyph);
    if (where == BEFORE) return role_single_before(text, glyph, style);
    if (where == AFTER) return role_single_after(text, glyph);
    if (is_word_side(glyph->left) && is_word_side(glyph->right)) return QL_ROLE_NONE;
    if (is_possessive_s(text, glyph->end)) return QL_ROLE_NONE;
    glyph->sure = glyph->left == SIDE_STOP;
    if (glyph->kind == QL_GLYPH_STRAIGHT1)
        return glyph->leads || is_announced(text, glyph->start) ? QL_ROLE_OPEN : QL_ROLE_EITHER;
    return QL_ROLE_CLOSE;
}

static ql_mark_role role_left1(const ql_text *text, ql_glyph *glyph) {
    position where = position_of(glyph);
    glyph->sure = glyph->left == SIDE_STOP;
    if (where == AFTER) return QL_ROLE_CLOSE;
    if (is_word_side(glyph->left) && is_word_side(glyph->right)) return QL_ROLE_NONE;
    return is_elision(text, glyph->end) ? QL_ROLE_WEAK_OPEN : QL_ROLE_OPEN;
}

static ql_mark_role role_guillemet(const ql_text *text, const ql_glyph *glyph, const habits *style) {
    bool points_left = glyph->kind == QL_GLYPH_GUILLEMET_LEFT || glyph->kind == QL_GLYPH_ANGLE_LEFT;
    if (style->same_way) return role_by_place(text, glyph);
    return points_left != style->inward ? QL_ROLE_OPEN : QL_ROLE_CLOSE;
}

static ql_mark_role role_of(const ql_text *text, ql_glyph *glyph, const habits *style) {
    switch (glyph->kind) {
    case QL_GLYPH_STRAIGHT2: return role_straight2(text, glyph);
    case QL_GLYPH_LEFT2: return role_left2(glyph, style);
    case QL_GLYPH_RIGHT2: return role_right2(text, glyph, style);
    case QL_GLYPH_TICKS:
    case QL_GLYPH_FULL2: return role_by_place(text, glyph);
    case QL_GLYPH_STRAIGHT1:
    case QL_GLYPH_RIGHT1: return role_single(text, glyph, style);
    case QL_GLYPH_LEFT1: return role_left1(text, glyph);
    case QL_GLYPH_GRAVE: return position_of(glyph) == BEFORE ? QL_ROLE_OPEN : QL_ROLE_NONE;
    case QL_GLYPH_PRIME1:
    case QL_GLYPH_PRIME2: return position_of(glyph) == AFTER ? QL_ROLE_WEAK_CLOSE : QL_ROLE_NONE;
    case QL_GLYPH_GUILLEMET_LEFT:
    case QL_GLYPH_GUILLEMET_RIGHT:
    case QL_GLYPH_ANGLE_LEFT:
    case QL_GLYPH_ANGLE_RIGHT: return role_guillemet(text, glyph, style);
    case QL_GLYPH_LOW2:
    case QL_GLYPH_LOW1:
    case QL_GLYPH_GRAVES:
    case QL_GLYPH_CORNER_OPEN:
    case QL_GLYPH_WHITE_OPEN: return QL_ROLE_OPEN;
    case QL_GLYPH_CORNER_CLOSE:
    case QL_GLYPH_WHITE_CLOSE: return QL_ROLE_CLOSE;
    default: return QL_ROLE_NONE;
    }
}

/* The value of an attribute, as in <a href="…">: its marks are code. */
static bool is_attribute(const ql_text *text, const ql_glyph *glyph) {
    if (glyph->kind != QL_GLYPH_STRAIGHT2 && glyph->kind != QL_GLYPH_STRAIGHT1) return false;
    if (glyph->start < 2 || text->bytes[glyph->start - 1] != '=') return false;
    return is_letter(text->bytes[glyph->start - 2]);
}

/* The n between the marks of rock 'n' roll. */
static bool is_and(const ql_text *text, const ql_glyph *glyph, const ql_glyph *next) {
    return glyph->family == QL_FAMILY_SINGLE && next->family == QL_FAMILY_SINGLE && next->start == glyph->end + 1 &&
           lower(text->bytes[glyph->end]) == 'n';
}

/* The glyph that ends the attribute opened at `first`, or the end of its paragraph. */
static size_t attribute_end(const ql_glyphs *glyphs, size_t first) {
    size_t i = first + 1;
    while (glyphs->items[i].kind != QL_GLYPH_BREAK && glyphs->items[i].kind != glyphs->items[first].kind) i++;
    return i;
}

static void assign(const ql_text *text, ql_glyphs *glyphs, const habits *style) {
    for (size_t i = 0; i < glyphs->n; i++) {
        ql_glyph *glyph = &glyphs->items[i], *last = i > 0 ? glyph - 1 : NULL;
        if (glyph->kind == QL_GLYPH_BREAK) continue; /* so another glyph follows */
        if (is_attribute(text, glyph))
            i = attribute_end(glyphs, i);
        else if (is_and(text, glyph, glyph + 1))
            i++;
        else if (glyph->family == QL_FAMILY_DOUBLE && is_inches(text, glyph, last))
            glyph->role = QL_ROLE_NONE;
        else
            glyph->role = (uint8_t)role_of(text, glyph, style);
    }
}

ql_status ql_mark_glyphs(const ql_text *text, ql_glyphs *out) {
    scanner s = {
        .bytes = text->bytes, .n = text->n_bytes, .wrapped = is_wrapped(text->bytes, text->n_bytes), .out = out};
    QL_TRY(scan(&s));
    look_around(text, out);
    habits style = survey(out);
    assign(text, out, &style);
    return QL_OK;
}

/* Pair quotation marks: total, linear, and without a look at anything but the text.

   Glyphs and their roles come from glyph.c.  Each paragraph is paired on its own with one stack, and its
   pairs are then written in order of their openers.  What is still open when a paragraph ends is carried on by a
   mark of its family that leads the next paragraph, or else reported as unclosed.  Where only the closer is
   missing and the lines after bring it, they count as one paragraph with it. */
#include "base/ascii.h"
#include "marks/marks.h"

enum {
    MAX_LOOK = 16,   /* bytes of white space that an opener may be followed by */
    MOST_LINES = 16, /* that a quotation runs over without a new mark */
    MOST_AHEAD = 64  /* glyphs in which its closer is looked for */
};

typedef struct pairing {
    const ql_text *text;
    ql_glyphs glyphs;
    ql_ints *stack; /* open glyphs; while writing, open pairs */
    ql_marks *out;
    int32_t open[QL_FAMILIES]; /* the topmost glyph of each family on the stack, or QL_NONE */
    int32_t carried;           /* the pair that the next paragraph's leading mark carries on, or QL_NONE */
} pairing;

/* --------------------------------------------------------------------------------------------- the stack */

static ql_glyph *glyph_of(const pairing *p, int32_t i) {
    return &p->glyphs.items[i];
}

static int32_t top_of(const pairing *p) {
    return p->stack->n > 0 ? p->stack->items[p->stack->n - 1] : QL_NONE;
}

static bool push_open(pairing *p, int32_t i) {
    ql_glyph *glyph = glyph_of(p, i);
    glyph->under = p->open[glyph->family];
    if (!ql_ints_push(p->stack, i)) return false;
    p->open[glyph->family] = i;
    return true;
}

static ql_glyph *pop_open(pairing *p) {
    ql_glyph *glyph = glyph_of(p, p->stack->items[--p->stack->n]);
    p->open[glyph->family] = glyph->under;
    return glyph;
}

static void close_at(ql_glyph *opener, int32_t start, int32_t end) {
    opener->close_start = start;
    opener->close_end = end;
}

/* Take the top off the stack.  Where no good closer came, a weak one must do. */
static void give_up(pairing *p) {
    ql_glyph *opener = pop_open(p);
    if (opener->weak == QL_NONE || opener->role == QL_ROLE_WEAK_OPEN) return;
    const ql_glyph *weak = glyph_of(p, opener->weak);
    close_at(opener, weak->start, weak->end);
}

/* ------------------------------------------------------------------------------------------------ pairing */

static bool open_glyph(pairing *p, int32_t i) {
    const ql_glyph *glyph = glyph_of(p, i);
    int32_t top = top_of(p);
    bool may_be_closed = top != QL_NONE && glyph_of(p, top)->family == glyph->family &&
                         (glyph_of(p, top)->weak != QL_NONE || glyph_of(p, top)->role == QL_ROLE_WEAK_OPEN);
    if (glyph->role == QL_ROLE_WEAK_OPEN && p->open[QL_FAMILY_SINGLE] != QL_NONE) return true;
    if (may_be_closed) give_up(p);
    return push_open(p, i);
}

/* The open glyph that a closer of `family` ends: its own family first, then the other double one. */
static int32_t opener_for(const pairing *p, uint8_t family) {
    if (p->open[family] != QL_NONE) return p->open[family];
    if (family == QL_FAMILY_DOUBLE) return p->open[QL_FAMILY_TICKS];
    if (family == QL_FAMILY_TICKS) return p->open[QL_FAMILY_DOUBLE];
    return QL_NONE;
}

/* A single closer may be an apostrophe: unless it is sure, it reaches across no open mark of another family, and it
   never ends an elision. */
static bool can_close(const pairing *p, const ql_glyph *closer, int32_t opener) {
    const ql_glyph *open = glyph_of(p, opener);
    if (closer->family != QL_FAMILY_SINGLE || closer->sure) return true;
    if (closer->kind == QL_GLYPH_LEFT1) return open->kind == QL_GLYPH_LOW1;
    return open->role != QL_ROLE_WEAK_OPEN && opener == top_of(p);
}

static void close_opener(pairing *p, int32_t opener, int32_t start, int32_t end) {
    while (top_of(p) != opener) give_up(p);
    close_at(pop_open(p), start, end);
}

/* '' where no '' is open ends one or two single marks. */
static bool close_singles(pairing *p, const ql_glyph *closer) {
    int32_t inner = p->open[QL_FAMILY_SINGLE];
    if (closer->kind != QL_GLYPH_TICKS || p->open[QL_FAMILY_TICKS] != QL_NONE || inner == QL_NONE) return false;
    close_opener(p, inner, closer->start, closer->start + 1);
    int32_t outer = p->open[QL_FAMILY_SINGLE];
    if (outer != QL_NONE) close_opener(p, outer, closer->start + 1, closer->end);
    return true;
}

static bool close_glyph(pairing *p, int32_t i) {
    const ql_glyph *closer = glyph_of(p, i);
    if (close_singles(p, closer)) return true;
    int32_t opener = opener_for(p, closer->family);
    if (opener == QL_NONE || !can_close(p, closer, opener)) return false;
    close_opener(p, opener, closer->start, closer->end);
    return true;
}

static void note_weak_closer(pairing *p, int32_t i) {
    int32_t top = top_of(p);
    if (top == QL_NONE || glyph_of(p, top)->family != glyph_of(p, i)->family) return;
    if (glyph_of(p, top)->weak == QL_NONE) glyph_of(p, top)->weak = i;
}

static bool pair_glyph(pairing *p, int32_t i) {
    switch (glyph_of(p, i)->role) {
    case QL_ROLE_OPEN:
    case QL_ROLE_WEAK_OPEN: return open_glyph(p, i);
    case QL_ROLE_CLOSE: close_glyph(p, i); return true;
    case QL_ROLE_EITHER: return close_glyph(p, i) || open_glyph(p, i);
    case QL_ROLE_WEAK_CLOSE: note_weak_closer(p, i); return true;
    default: return true;
    }
}

/* ------------------------------------------------------------------------------------------ paragraph ends */

/* Whether another mark of its family was opened after `opener` and before `end`. */
static bool is_followed(const pairing *p, int32_t opener, int32_t end) {
    for (int32_t i = opener + 1; i < end; i++)
        if (glyph_of(p, i)->family == glyph_of(p, opener)->family && glyph_of(p, i)->close_start != QL_NONE)
            return true;
    return false;
}

/* The open glyph that the paragraph after the break `end` carries on, or QL_NONE. */
static int32_t carried_glyph(const pairing *p, int32_t end) {
    if ((size_t)end + 1 >= p->glyphs.n || p->stack->n == 0) return QL_NONE;
    const ql_glyph *next = glyph_of(p, end + 1);
    if (!next->leads || next->role != QL_ROLE_OPEN) return QL_NONE;
    int32_t first = p->stack->items[0], last = p->open[next->family];
    if (glyph_of(p, first)->leads && glyph_of(p, first)->family == next->family) return first;
    if (last == QL_NONE || next->family == QL_FAMILY_SINGLE || is_followed(p, last, end)) return QL_NONE;
    return last;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether an unclosed glyph is worth telling: a single one is more likely an apostrophe. */
static bool is_worth_telling(const pairing *p, const ql_glyph *glyph) {
    if (glyph->role != QL_ROLE_OPEN) return false;
    if (glyph->family != QL_FAMILY_SINGLE) return true;
    if (glyph->kind == QL_GLYPH_LOW1) return true;
    return glyph->kind == QL_GLYPH_LEFT1 && glyph->end < p->text->n_bytes && is_upper(p->text->bytes[glyph->end]);
}

/* The topmost open glyph that a closer in a later line may still end, or QL_NONE. */
static int32_t dangling_glyph(const pairing *p) {
    int32_t dangling = QL_NONE;
    for (int32_t family = 0; family < QL_FAMILIES; family++) {
        int32_t i = p->open[family];
        if (i == QL_NONE || i < dangling) continue;
        const ql_glyph *glyph = glyph_of(p, i);
        bool may_be_apostrophe = family == QL_FAMILY_SINGLE && glyph->kind != QL_GLYPH_LEFT1 && !glyph->leads;
        if (glyph->role != QL_ROLE_WEAK_OPEN && glyph->weak == QL_NONE && !may_be_apostrophe) dangling = i;
    }
    return dangling;
}

static bool is_closer_only(const pairing *p, const ql_glyph *glyph) {
    bool has_space = glyph->start > 0 && is_space(p->text->bytes[glyph->start - 1]);
    if (glyph->role == QL_ROLE_EITHER) return has_space;
    return glyph->role == QL_ROLE_CLOSE && (glyph->family != QL_FAMILY_SINGLE || glyph->sure || has_space);
}

/* Whether a quotation runs over the break `end` without a new mark, as in texts with a sentence on each line: the
   next thing its family has is the closer that it lacks.  A few lines further, or in the paragraph after a blank
   line. */
static bool runs_on(const pairing *p, int32_t end) {
    int32_t opener = dangling_glyph(p), lines = 0;
    if (opener == QL_NONE) return false;
    for (int32_t i = end; i < (int32_t)p->glyphs.n && i < end + MOST_AHEAD; i++) {
        const ql_glyph *glyph = glyph_of(p, i);
        if (glyph->kind == QL_GLYPH_BREAK) {
            bool is_blank_line = glyph->end - glyph->start > 1;
            lines += is_blank_line ? MOST_LINES : 1;
            if (lines > MOST_LINES) return false;
        } else if (glyph->family == glyph_of(p, opener)->family) {
            if (is_closer_only(p, glyph)) return true;
            if (glyph->family != QL_FAMILY_SINGLE || glyph->role == QL_ROLE_OPEN) return false;
        }
    }
    return false;
}

/* ------------------------------------------------------------------------------------------------ writing */

static int32_t without_space(const pairing *p, int32_t from, int32_t end) {
    while (end > from && is_space(p->text->bytes[end - 1])) end--;
    return end;
}

static ql_glyph *top_glyph(const pairing *p) {
    return glyph_of(p, p->stack->items[p->stack->n - 1]);
}

static bool is_closed(const ql_glyph *glyph) {
    return glyph->close_start != QL_NONE;
}

/* Take the topmost opener off, and end its pair at `end` if nothing else did. */
static void end_pair(pairing *p, int32_t end) {
    const ql_glyph *glyph = top_glyph(p);
    ql_mark_pair *pair = &p->out->items[glyph->pair];
    p->stack->n--;
    if (!is_closed(glyph)) pair->content_end = pair->end = without_space(p, pair->content_start, end);
}

/* End all pairs that lie before `at`.  An unclosed one ends where the pair around it does. */
static void end_pairs_before(pairing *p, int32_t at) {
    while (p->stack->n > 0) {
        size_t i = p->stack->n;
        while (i > 0 && !is_closed(glyph_of(p, p->stack->items[i - 1]))) i--;
        if (i == 0 || glyph_of(p, p->stack->items[i - 1])->close_end > at) return;
        int32_t end = glyph_of(p, p->stack->items[i - 1])->close_start;
        while (p->stack->n >= i) end_pair(p, end);
    }
}

/* An unclosed pair ends before the next opener of its family, so that it does not swallow what is well formed; but
   one that the next paragraph carries on holds all of its own. */
static void end_unclosed(pairing *p, const ql_glyph *next, int32_t carried) {
    size_t keep = p->stack->n;
    for (size_t i = p->stack->n; i-- > 0;) {
        const ql_glyph *glyph = glyph_of(p, p->stack->items[i]);
        if (is_closed(glyph) || p->stack->items[i] == carried) break;
        if (glyph->family == next->family) keep = i;
    }
    while (p->stack->n > keep) end_pair(p, next->start);
}

static bool has_content(const pairing *p, const ql_glyph *glyph) {
    int32_t end = is_closed(glyph) ? glyph->close_start : p->text->n_bytes;
    int32_t look = end - glyph->end > MAX_LOOK ? glyph->end + MAX_LOOK : end;
    for (int32_t at = glyph->end; at < look; at++)
        if (!is_space(p->text->bytes[at])) return true;
    return look < end;
}

/* The inner marks of ""so"", which is one quotation in doubled marks. */
static bool is_doubled(const pairing *p, const ql_glyph *glyph) {
    if (p->stack->n == 0 || glyph->kind != QL_GLYPH_STRAIGHT2) return false;
    const ql_glyph *outer = top_glyph(p);
    return outer->kind == QL_GLYPH_STRAIGHT2 && outer->end == glyph->start && is_closed(glyph) &&
           outer->close_start == glyph->close_end;
}

/* Mark all pairs that the closed pair `last` carries on as closed. */
static void close_chain(pairing *p, int32_t last) {
    for (int32_t i = p->out->items[last].continues; i != QL_NONE; i = p->out->items[i].continues)
        p->out->items[i].closed = true;
}

static bool write_pair(pairing *p, int32_t i, int32_t continues) {
    ql_glyph *glyph = glyph_of(p, i);
    bool closed = is_closed(glyph);
    ql_mark_pair pair = {
        .start = glyph->start,
        .end = closed ? glyph->close_end : glyph->end,
        .content_start = glyph->end,
        .content_end = closed ? glyph->close_start : glyph->end,
        .parent = p->stack->n > 0 ? top_glyph(p)->pair : QL_NONE,
        .continues = continues,
        .depth = (uint8_t)p->stack->n,
        .closed = closed,
    };
    glyph->pair = (int32_t)p->out->n;
    if (!ql_marks_push(p->out, pair) || !ql_ints_push(p->stack, i)) return false;
    if (closed) close_chain(p, glyph->pair);
    return true;
}

/* Write the pairs of the glyphs from `first` to the break `end`; the glyph `carried` goes on after it. */
static bool write_paragraph(pairing *p, int32_t first, int32_t end, int32_t carried) {
    for (int32_t i = first; i < end; i++) {
        const ql_glyph *glyph = glyph_of(p, i);
        if (!is_closed(glyph) && i != carried && !is_worth_telling(p, glyph)) continue;
        if (!has_content(p, glyph)) continue;
        end_pairs_before(p, glyph->start);
        end_unclosed(p, glyph, carried);
        if (p->stack->n > QL_MAX_DEPTH || is_doubled(p, glyph)) continue;
        if (!write_pair(p, i, i == first ? p->carried : QL_NONE)) return false;
    }
    end_pairs_before(p, glyph_of(p, end)->start);
    while (p->stack->n > 0) end_pair(p, glyph_of(p, end)->start);
    p->carried = carried != QL_NONE ? glyph_of(p, carried)->pair : QL_NONE;
    return true;
}

/* Pair what is left open in the glyphs from `first` to the break `end`, and write them all. */
static ql_status end_paragraph(pairing *p, int32_t first, int32_t end) {
    int32_t carried = carried_glyph(p, end);
    while (p->stack->n > 0) {
        if (top_of(p) == carried)
            pop_open(p);
        else
            give_up(p);
    }
    return write_paragraph(p, first, end, carried) ? QL_OK : QL_NO_MEMORY;
}

static ql_status pair_all(pairing *p) {
    for (int32_t i = 0; i < QL_FAMILIES; i++) p->open[i] = QL_NONE;
    int32_t first = 0, n = (int32_t)p->glyphs.n;
    for (int32_t i = 0; i < n; i++) {
        if (!pair_glyph(p, i)) return QL_NO_MEMORY;
        if (glyph_of(p, i)->kind != QL_GLYPH_BREAK || runs_on(p, i)) continue;
        QL_TRY(end_paragraph(p, first, i));
        first = i + 1;
    }
    return QL_OK;
}

ql_status ql_stage_pair(ql_document *doc) {
    pairing p = {.text = doc->text, .stack = &doc->stack, .out = &doc->marks, .carried = QL_NONE};
    ql_status status = ql_mark_glyphs(doc->text, &p.glyphs);
    if (status == QL_OK) status = pair_all(&p);
    ql_ints_clear(p.stack);
    ql_glyphs_free(&p.glyphs);
    return status == QL_OK ? QL_OK : ql_fail(doc->error, status, QL_NONE, "no memory for quotation marks");
}
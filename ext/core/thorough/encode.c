/* The stage that reads a document: windows of whole paragraphs, a vector for each token, and what it says of
   statements. */
#include <stdlib.h>
#include <string.h>

#include "text/tokens.h"
#include "thorough/pieces.h"
#include "thorough/read.h"

void ql_encoded_clear(ql_encoded *encoded) {
    ql_windows_clear(&encoded->windows);
    ql_octets_clear(&encoded->vectors);
    ql_floats_clear(&encoded->scales);
    ql_floats_clear(&encoded->told);
    ql_octets_clear(&encoded->states);
}

void ql_encoded_free(ql_encoded *encoded) {
    ql_windows_free(&encoded->windows);
    ql_octets_free(&encoded->vectors);
    ql_floats_free(&encoded->scales);
    ql_floats_free(&encoded->told);
    ql_octets_free(&encoded->states);
    ql_octets_free(&encoded->room);
}

/* ------------------------------------------------------------------------------------------------ marks */

static const char *bytes_of(const ql_document *doc, int32_t i, int32_t *n) {
    const ql_token *token = ql_token_of(doc, i);
    *n = token->end - token->start;
    return doc->text->bytes + token->start;
}

typedef enum glyph { NO_GLYPH = 0, OPENS, CLOSES, EITHER } glyph;

static glyph glyph_of(const ql_document *doc, int32_t i) {
    static const struct {
        const char *bytes;
        glyph is;
    } glyphs[] = {{"\"", EITHER},      {"``", OPENS},  {"\xE2\x80\x9C", OPENS},
                  {"\xC2\xAB", OPENS}, {"''", CLOSES}, {"\xE2\x80\x9D", CLOSES},
                  {"\xC2\xBB", CLOSES}};
    int32_t n;
    const char *bytes = bytes_of(doc, i, &n);
    for (size_t k = 0; n <= 3 && k < sizeof glyphs / sizeof *glyphs; k++)
        if (strlen(glyphs[k].bytes) == (size_t)n && memcmp(glyphs[k].bytes, bytes, (size_t)n) == 0)
            return glyphs[k].is;
    return NO_GLYPH;
}

static int32_t paragraph_of(const ql_document *doc, int32_t i) {
    return doc->sentences.items[ql_token_of(doc, i)->sentence].paragraph;
}

/* Marks start again with each paragraph. */
static void find_states(ql_document *doc) {
    ql_octets *states = &doc->encoded.states;
    int32_t paragraph = QL_NONE;
    bool inside = false;
    for (int32_t i = 0; i < ql_n_tokens(doc); i++) {
        if (paragraph_of(doc, i) != paragraph) inside = false;
        paragraph = paragraph_of(doc, i);
        glyph is = glyph_of(doc, i);
        if (is != NO_GLYPH) inside = is == OPENS || (is == EITHER && !inside);
        ql_mark_state state = is != NO_GLYPH ? (inside ? QL_STATE_OPENING : QL_STATE_CLOSING)
                                             : (inside ? QL_STATE_INSIDE : QL_STATE_OUTSIDE);
        states->items[states->n++] = (uint8_t)state;
    }
}

/* ---------------------------------------------------------------------------------------------- windows */

/* A window as it is filled, with where its words stand. */
typedef struct filling {
    ql_window_pieces pieces;
    int32_t first[QL_WINDOW], last[QL_WINDOW]; /* pieces of each word */
} filling;

static int32_t count_pieces(const ql_document *doc, int32_t i) {
    int32_t n, pieces[QL_MOST_PIECES];
    const char *bytes = bytes_of(doc, i, &n);
    return ql_pieces_of(doc->engine->encoder, bytes, n, pieces);
}

/* Where the paragraph of token i ends, or as much of it as fits into a window; how many pieces that are. */
static int32_t end_of_part(const ql_document *doc, int32_t i, int32_t *n_pieces) {
    int32_t paragraph = paragraph_of(doc, i), end = i + 1;
    *n_pieces = count_pieces(doc, i);
    for (; end < ql_n_tokens(doc) && paragraph_of(doc, end) == paragraph; end++) {
        int32_t more = count_pieces(doc, end);
        if (*n_pieces + more > QL_WINDOW) break;
        *n_pieces += more;
    }
    return end;
}

static bool find_windows(ql_document *doc) {
    ql_windows *windows = &doc->encoded.windows;
    ql_window open = {0, 0};
    int32_t size = 0, n;
    for (int32_t end; open.end < ql_n_tokens(doc); open.end = end) {
        end = end_of_part(doc, open.end, &n);
        if (size > 0 && size + n > QL_WINDOW) {
            if (!ql_windows_push(windows, open)) return false;
            open.first = open.end;
            size = 0;
        }
        size += n;
    }
    return open.end == open.first || ql_windows_push(windows, open);
}

static void put_piece(ql_window_pieces *to, int32_t word, uint8_t shape, uint8_t state) {
    to->words[to->n] = word;
    to->shapes[to->n] = shape;
    to->states[to->n++] = state;
}

static void fill(const ql_document *doc, ql_window window, filling *out) {
    out->pieces.n = 0;
    put_piece(&out->pieces, QL_PIECE_FIRST, 0, 0);
    for (int32_t i = window.first; i < window.end; i++) {
        int32_t n_bytes, found[QL_MOST_PIECES], k = i - window.first;
        const char *bytes = bytes_of(doc, i, &n_bytes);
        int32_t n = ql_pieces_of(doc->engine->encoder, bytes, n_bytes, found);
        bool starts = k == 0 || ql_token_of(doc, i)->sentence != ql_token_of(doc, i - 1)->sentence;
        uint8_t shape = ql_shape_of(bytes, n_bytes, starts);
        out->first[k] = out->pieces.n;
        for (int32_t p = 0; p < n; p++) put_piece(&out->pieces, found[p], shape, doc->encoded.states.items[i]);
        out->last[k] = out->pieces.n - 1;
    }
    put_piece(&out->pieces, QL_PIECE_LAST, 0, 0);
}

/* ---------------------------------------------------------------------------------------------- reading */

/* The working memory of a window. */
typedef struct workplace {
    void *room;
    float *vectors, *words, *told; /* [pieces][width], [words][2 * width], [words][told.n_out] */
} workplace;

static bool find_room(ql_document *doc, workplace *out) {
    const ql_encoder *encoder = doc->engine->encoder;
    ql_octets *room = &doc->encoded.room;
    size_t size = (encoder->path->room_for(encoder) + 63) / 64 * 64, width = (size_t)encoder->width;
    size_t n_told = (size_t)encoder->told.n_out;
    size_t n_floats = QL_WINDOW_PIECES * width + QL_WINDOW * (2 * width + n_told);
    if (!ql_octets_reserve(room, size + n_floats * sizeof(float) + 64)) return false;
    uint8_t *at = (uint8_t *)(((uintptr_t)room->items + 63) / 64 * 64);
    out->room = at;
    out->vectors = (float *)(void *)(at + size);
    out->words = out->vectors + QL_WINDOW_PIECES * width;
    out->told = out->words + QL_WINDOW * 2 * width;
    return true;
}

static void read_window(ql_document *doc, ql_window window, const workplace *in) {
    const ql_encoder *encoder = doc->engine->encoder;
    ql_encoded *out = &doc->encoded;
    size_t width = (size_t)encoder->width;
    int32_t n = window.end - window.first, n_told = encoder->told.n_out;
    filling filled;
    fill(doc, window, &filled);
    encoder->path->encode(encoder, &filled.pieces, in->room, in->vectors);
    for (int32_t k = 0; k < n; k++) {
        float *to = in->words + (size_t)k * 2 * width;
        memcpy(to, in->vectors + (size_t)filled.first[k] * width, width * sizeof *to);
        memcpy(to + width, in->vectors + (size_t)filled.last[k] * width, width * sizeof *to);
    }
    uint8_t *bytes = out->vectors.items + (size_t)window.first * 2 * width;
    float *scales = out->scales.items + window.first;
    encoder->path->round(in->words, n, (int32_t)(2 * width), bytes, scales);
    encoder->path->apply(&encoder->told, bytes, scales, n, in->told);
    for (int32_t k = 0; k < n; k++)
        memcpy(out->told.items + (size_t)(window.first + k) * QL_TOLD, in->told + (size_t)k * (size_t)n_told,
               QL_TOLD * sizeof(float));
}

static bool make_arrays(ql_document *doc) {
    size_t n = doc->tokens.n, width = 2 * (size_t)doc->engine->encoder->width;
    ql_encoded *out = &doc->encoded;
    if (!ql_octets_reserve(&out->states, n) || !ql_octets_reserve(&out->vectors, n * width) ||
        !ql_floats_reserve(&out->scales, n) || !ql_floats_reserve(&out->told, n * QL_TOLD))
        return false;
    out->vectors.n = n * width;
    out->scales.n = n;
    out->told.n = n * QL_TOLD;
    return true;
}

ql_status ql_stage_encode(ql_document *doc) {
    workplace in;
    if (doc->engine->encoder == NULL) return QL_OK;
    if (!make_arrays(doc) || !find_room(doc, &in))
        return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for the thorough reader");
    find_states(doc);
    if (!find_windows(doc)) return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for the thorough reader");
    for (size_t w = 0; w < doc->encoded.windows.n; w++) {
        if (ql_stops(&doc->watch)) return ql_fail(doc->error, QL_STOPPED, QL_NONE, "the analysis was stopped");
        read_window(doc, doc->encoded.windows.items[w], &in);
    }
    return QL_OK;
}

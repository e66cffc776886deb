/* Alignment of quotations over their words. */
#include "families/align.h"

#include <string.h>

enum {
    OPEN = 250,     /* of a gap */
    EXTEND = 15,    /* for each word in it */
    MISMATCH = 300, /* one word for another */
    ALIKE_PERCENT = 80,
    NEVER = INT32_MIN / 2,
    FULL_CELLS = 1 << 20, /* above, a band is enough */
    BAND = 256,           /* words to either side of the diagonal */
    DIAGONALS = 64,       /* neighbours that vote together */
    TRACE_CELLS = 1 << 22
};

/* One place of the matrix: the best score of an alignment that ends here, with the last words matched or with those
   of `a` left out, and what the matched words of it tell. */
typedef struct ql_family_cell {
    int32_t best, up;
    ql_family_shared best_shared, up_shared;
} cell;

/* A pair of neighbouring words, and where it stands. */
typedef struct ql_family_pair {
    uint64_t key;
    int32_t at;
} word_pair;

void ql_family_room_free(ql_family_room *room) {
    free(room->cells);
    free(room->steps);
    free(room->pairs[0]);
    free(room->pairs[1]);
    free(room->ready[0]);
    free(room->ready[1]);
    *room = (ql_family_room){0};
}

int32_t ql_family_mass(const ql_family_words *words, ql_family_side side) {
    int64_t mass = 0;
    for (int32_t i = 0; i < side.n; i++)
        if (!ql_family_is_optional(side.tokens[i])) mass += ql_family_word_at(words, side.tokens[i])->weight;
    return mass < 1 ? 1 : mass > INT32_MAX / 4 ? INT32_MAX / 4 : (int32_t)mass;
}

/* A token as the loops need it. */
typedef struct ql_family_ready {
    int32_t id, weight, n_bytes;
    char first;
    bool is_optional;
} ready;

/* What two tokens have in common; 0 for nothing. */
static int32_t common(const ql_family_words *words, const ready *a, const ready *b) {
    if (a->id == b->id) return a->weight;
    if (a->first != b->first || a->n_bytes - b->n_bytes > 2 || b->n_bytes - a->n_bytes > 2) return 0;
    if (a->id < 0 || b->id < 0) return 0;
    if (!ql_family_is_alike(&words->words.items[a->id], &words->words.items[b->id])) return 0;
    return (a->weight < b->weight ? a->weight : b->weight) * ALIKE_PERCENT / 100;
}

/* Leaving a word out, or exchanging one, costs nothing where either side says that words are missing. */
static int32_t cost(const ready *a, const ready *b, int32_t usual) {
    return a->is_optional || b->is_optional ? 0 : usual;
}

static bool make_room(void **items, size_t *have, size_t want, size_t size) {
    if (want <= *have) return true;
    size_t grown = vec_grown(*have, want, size);
    void *bigger = grown != 0 ? realloc(*items, grown * size) : NULL;
    if (bigger == NULL) return false;
    *items = bigger;
    *have = grown;
    return true;
}

static bool prepare(const ql_family_words *words, ql_family_room *room, int k, ql_family_side side) {
    if (!make_room((void **)&room->ready[k], &room->n_ready[k], (size_t)side.n + 1, sizeof(ready))) return false;
    for (int32_t i = 0; i < side.n; i++) {
        ready *out = &room->ready[k][i];
        int32_t token = side.tokens[i];
        *out = (ready){.id = QL_FAMILY_GAP, .is_optional = ql_family_is_optional(token)};
        if (token == QL_FAMILY_GAP) continue;
        const ql_family_word *word = ql_family_word_at(words, token);
        out->id = token & ~QL_FAMILY_OPTIONAL;
        out->weight = word->weight;
        out->n_bytes = word->n_bytes;
        out->first = word->form[0];
    }
    return true;
}

/* ------------------------------------------------------------------------------------------- the diagonal */

static int by_key(const void *a, const void *b) {
    const word_pair *one = a, *other = b;
    if (one->key != other->key) return one->key < other->key ? -1 : 1;
    return (one->at > other->at) - (one->at < other->at);
}

/* Pairs of neighbouring words, ordered, those alone that stand once. */
static size_t pairs_of(const ql_family_words *words, ql_family_side side, word_pair *out) {
    size_t n = 0, kept = 0;
    for (int32_t i = 0; i + 1 < side.n; i++) {
        if (side.tokens[i] == QL_FAMILY_GAP || side.tokens[i + 1] == QL_FAMILY_GAP) continue;
        uint64_t first = ql_family_word_at(words, side.tokens[i])->hash;
        uint64_t second = ql_family_word_at(words, side.tokens[i + 1])->hash;
        out[n++] = (word_pair){ql_family_mix(first + (second << 1)), i};
    }
    qsort(out, n, sizeof *out, by_key);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && out[end].key == out[i].key;) end++;
        if (end == i + 1) out[kept++] = out[i];
    }
    return kept;
}

static int by_place(const void *a, const void *b) {
    const word_pair *one = a, *other = b;
    return (one->at > other->at) - (one->at < other->at);
}

/* By how much b's words are later than those of `a` where most of the pairs that stand once in both are the same. */
static bool find_diagonal(const ql_family_words *words, ql_family_room *room, ql_family_side a, ql_family_side b,
                          int32_t *diagonal) {
    ql_family_side sides[2] = {a, b};
    size_t n[2];
    for (int k = 0; k < 2; k++) {
        if (!make_room((void **)&room->pairs[k], &room->n_pairs[k], (size_t)sides[k].n, sizeof(word_pair)))
            return false;
        n[k] = pairs_of(words, sides[k], room->pairs[k]);
    }
    word_pair *first = room->pairs[0], *second = room->pairs[1];
    size_t n_both = 0;
    for (size_t i = 0, j = 0; i < n[0] && j < n[1];) {
        if (first[i].key == second[j].key) {
            first[n_both++].at = second[j].at - first[i].at;
            i++, j++;
        } else if (first[i].key < second[j].key) {
            i++;
        } else {
            j++;
        }
    }
    qsort(first, n_both, sizeof *first, by_place);
    size_t most = 0;
    *diagonal = 0;
    for (size_t i = 0, end = 0; i < n_both; i++) {
        while (end < n_both && first[end].at < first[i].at + DIAGONALS) end++;
        if (end - i > most) {
            most = end - i;
            *diagonal = first[i + most / 2].at;
        }
    }
    return true;
}

/* ------------------------------------------------------------------------------------------- local alignment */

/* The columns of b that row i looks at. */
typedef struct band {
    int32_t diagonal, width;
} band;

static int32_t clamp(int64_t value, int32_t least, int32_t most) {
    return value < least ? least : value > most ? most : (int32_t)value;
}

/* Fill a row.  `row` holds the row before, and cell 0 comes before b's first word. */
static void fill_row(const ql_family_words *words, const ready *token, const ready *b, int32_t from, int32_t to,
                     cell *row, cell *top) {
    const cell nothing = {.up = NEVER};
    ql_family_shared left_shared = {0};
    int32_t left = NEVER;
    cell before = row[from]; /* diagonal neighbour */
    if (from > 0) row[from] = nothing;
    for (int32_t j = from; j < to; j++) {
        cell above = row[j + 1], made = nothing;
        const ready *other = &b[j];
        const cell *last = &row[j];
        int32_t gain = common(words, token, other), open = cost(token, other, OPEN + EXTEND);
        int32_t extend = cost(token, other, EXTEND);
        int32_t through = before.best + (gain > 0 ? gain : -cost(token, other, MISMATCH));
        if (through > 0) {
            made.best = through;
            made.best_shared.weight = before.best_shared.weight + gain;
            made.best_shared.n_words = before.best_shared.n_words + (gain > 0);
        }
        bool opens = above.best - open >= above.up - extend;
        made.up = opens ? above.best - open : above.up - extend;
        made.up_shared = opens ? above.best_shared : above.up_shared;
        opens = last->best - open >= left - extend;
        left_shared = opens ? last->best_shared : left_shared;
        left = opens ? last->best - open : left - extend;
        if (made.up > made.best) made.best = made.up, made.best_shared = made.up_shared;
        if (left > made.best) made.best = left, made.best_shared = left_shared;
        if (made.best > top->best || (made.best == top->best && made.best_shared.weight > top->best_shared.weight))
            *top = made;
        row[j + 1] = made;
        before = above;
    }
}

bool ql_family_align(const ql_family_words *words, ql_family_room *room, ql_family_side a, ql_family_side b,
                     ql_family_shared *shared) {
    band look = {.diagonal = 0, .width = INT32_MAX / 2};
    if (!make_room((void **)&room->cells, &room->n_cells, (size_t)b.n + 1, sizeof(cell))) return false;
    if (!prepare(words, room, 0, a) || !prepare(words, room, 1, b)) return false;
    if ((int64_t)a.n * b.n > FULL_CELLS) {
        look.width = BAND;
        if (!find_diagonal(words, room, a, b, &look.diagonal)) return false;
    }
    cell *row = room->cells, top = {0};
    for (int32_t j = 0; j <= b.n; j++) row[j] = (cell){.up = NEVER};
    for (int32_t i = 0; i < a.n; i++) {
        int64_t middle = (int64_t)i + look.diagonal;
        int32_t from = clamp(middle - look.width, 0, b.n), to = clamp(middle + look.width + 1, 0, b.n);
        fill_row(words, &room->ready[0][i], room->ready[1], from, to, row, &top);
    }
    *shared = top.best_shared;
    return true;
}

/* ------------------------------------------------------------------------------------------ word differences */

/* The way to each place: the cheapest last step, and whether a gap goes on there. */
enum { WAY = 3, UP_GOES_ON = 4, LEFT_GOES_ON = 8 };

static bool is_equal(int32_t a, int32_t b) {
    return a == b || (a >= 0 && b >= 0 && ((a ^ b) & ~QL_FAMILY_OPTIONAL) == 0);
}

/* Steps without looking for the best: the same words at the edges kept, all between exchanged. */
static void trace_edges(ql_family_side a, ql_family_side b, uint8_t *steps, size_t *n) {
    int32_t head = 0, tail = 0;
    while (head < a.n && head < b.n && is_equal(a.tokens[head], b.tokens[head])) head++;
    while (tail < a.n - head && tail < b.n - head && is_equal(a.tokens[a.n - 1 - tail], b.tokens[b.n - 1 - tail]))
        tail++;
    *n = 0;
    for (int32_t i = 0; i < head; i++) steps[(*n)++] = QL_FAMILY_KEPT;
    for (int32_t i = head; i < a.n - tail; i++) steps[(*n)++] = QL_FAMILY_DROPPED;
    for (int32_t i = head; i < b.n - tail; i++) steps[(*n)++] = QL_FAMILY_ADDED;
    for (int32_t i = 0; i < tail; i++) steps[(*n)++] = QL_FAMILY_KEPT;
}

static int32_t score_of(const ql_family_words *words, const ready *a, const ready *b) {
    if (a->id < 0 && b->id < 0) return 1;
    int32_t gain = common(words, a, b);
    return gain > 0 ? gain : -MISMATCH;
}

/* Fill the ways of a global alignment; leaving words out at its edges costs no opening. */
static void fill_ways(const ql_family_words *words, const ql_family_room *room, ql_family_side a, ql_family_side b,
                      uint8_t *ways) {
    cell *row = room->cells;
    size_t wide = (size_t)b.n + 1;
    for (int32_t j = 0; j <= b.n; j++) {
        row[j] = (cell){.best = -EXTEND * j, .up = NEVER};
        ways[j] = QL_FAMILY_ADDED | LEFT_GOES_ON;
    }
    for (int32_t i = 0; i < a.n; i++) {
        int32_t before = row[0].best, left = NEVER;
        row[0] = (cell){.best = -EXTEND * (i + 1), .up = NEVER};
        ways[((size_t)i + 1) * wide] = QL_FAMILY_DROPPED | UP_GOES_ON;
        int32_t open_left = i + 1 == a.n ? EXTEND : OPEN + EXTEND;
        for (int32_t j = 0; j < b.n; j++) {
            cell above = row[j + 1], made = {0};
            int32_t open_up = j + 1 == b.n ? EXTEND : OPEN + EXTEND;
            uint8_t way = QL_FAMILY_KEPT, goes_on = 0;
            made.best = before + score_of(words, &room->ready[0][i], &room->ready[1][j]);
            made.up = above.best - open_up;
            if (above.up - EXTEND > made.up) made.up = above.up - EXTEND, goes_on |= UP_GOES_ON;
            int32_t opened = row[j].best - open_left;
            left -= EXTEND;
            if (left > opened)
                goes_on |= LEFT_GOES_ON;
            else
                left = opened;
            if (made.up > made.best) made.best = made.up, way = QL_FAMILY_DROPPED;
            if (left > made.best) made.best = left, way = QL_FAMILY_ADDED;
            ways[((size_t)i + 1) * wide + (size_t)j + 1] = way | goes_on;
            before = above.best;
            row[j + 1] = made;
        }
    }
}

/* Follow the ways from the end; gives the number of steps, which stand at the end of `steps` in order. */
static size_t follow_ways(ql_family_side a, ql_family_side b, const uint8_t *ways, uint8_t *steps, size_t room) {
    size_t wide = (size_t)b.n + 1, n = 0;
    int32_t i = a.n, j = b.n;
    uint8_t forced = QL_FAMILY_KEPT; /* the gap that we are in */
    while (i > 0 || j > 0) {
        uint8_t at = ways[(size_t)i * wide + (size_t)j], way = forced != QL_FAMILY_KEPT ? forced : at & WAY;
        if (i == 0) way = QL_FAMILY_ADDED;
        if (j == 0) way = QL_FAMILY_DROPPED;
        forced = QL_FAMILY_KEPT;
        if (way == QL_FAMILY_DROPPED && (at & UP_GOES_ON) != 0) forced = way;
        if (way == QL_FAMILY_ADDED && (at & LEFT_GOES_ON) != 0) forced = way;
        if (way == QL_FAMILY_KEPT && !is_equal(a.tokens[i - 1], b.tokens[j - 1])) way = QL_FAMILY_CHANGED;
        i -= way != QL_FAMILY_ADDED;
        j -= way != QL_FAMILY_DROPPED;
        steps[room - ++n] = way;
    }
    return n;
}

bool ql_family_trace(const ql_family_words *words, ql_family_room *room, ql_family_side a, ql_family_side b,
                     size_t *n) {
    size_t most = (size_t)a.n + (size_t)b.n, n_cells = ((size_t)a.n + 1) * ((size_t)b.n + 1);
    bool is_small = n_cells <= TRACE_CELLS;
    if (!make_room((void **)&room->steps, &room->n_steps, most + (is_small ? n_cells : 0) + 1, 1)) return false;
    if (!is_small) return trace_edges(a, b, room->steps, n), true;
    if (!make_room((void **)&room->cells, &room->n_cells, (size_t)b.n + 1, sizeof(cell))) return false;
    if (!prepare(words, room, 0, a) || !prepare(words, room, 1, b)) return false;
    uint8_t *ways = room->steps + most;
    fill_ways(words, room, a, b, ways);
    *n = follow_ways(a, b, ways, room->steps, most);
    memmove(room->steps, room->steps + most - *n, *n);
    return true;
}

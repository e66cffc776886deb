/* An index of all words of some texts, ordered by the few words that begin at each. */
#include "families/passage.h"

#include <math.h>
#include <string.h>

#include "families/align.h"

enum {
    DEPTH = 4,         /* words that the index is ordered by */
    END = -1,          /* follows the last word of each text */
    SEED_PLACES = 512, /* words that stand in more places are looked for together with those after them */
    GAP = 40,          /* words that a quotation may leave out, all in all */
    MARGIN = 8         /* words around a stretch, where the quotation has no more */
};

/* A place that has a word of the quotation. */
typedef struct seed {
    int32_t at, word; /* token of a text, word of the quotation */
} seed;

VEC_DEFINE(seed_list, seed)
VEC_DEFINE(passage_list, ql_passage)

/* Tokens of a text between two seeds, and what the seeds in it tell. */
typedef struct window {
    int32_t first, last;
    int64_t told;
} window;

struct ql_passages {
    ql_family_words words;
    ql_ints tokens;  /* of all texts, with END after each */
    ql_spans places; /* of each token */
    ql_ints starts;  /* the first token of each text */
    int32_t *order;  /* tokens, by the words that begin there; NULL before the first search */
    int32_t *firsts; /* where the places of each word begin in `order` */
    size_t n_words;  /* that the texts have; others are of quotations alone */
    ql_ints quote;   /* words of the one in hand */
    ql_ints side;    /* the same with gaps and brackets */
    ql_ints counts;  /* of each word of it, seeds in the window */
    ql_ints told;    /* what a seed of each word tells */
    seed_list seeds;
    ql_ints found;    /* the first token of each place of it, */
    passage_list out; /* and these places as they are given out */
    ql_family_room room;
};

/* Places in `order`. */
typedef struct range {
    int32_t from, to;
} range;

static ql_status no_memory(ql_error *error) {
    return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to look for quotations");
}

static ql_status too_long(ql_error *error) {
    return ql_fail(error, QL_TOO_LONG, QL_NONE, "the texts are longer than 2 GB");
}

ql_status ql_passages_new(ql_passages **out) {
    *out = calloc(1, sizeof **out);
    return *out != NULL ? QL_OK : QL_NO_MEMORY;
}

static void free_order(ql_passages *p) {
    free(p->order);
    free(p->firsts);
    p->order = p->firsts = NULL;
}

void ql_passages_free(ql_passages *p) {
    if (p == NULL) return;
    free_order(p);
    ql_family_words_free(&p->words);
    ql_ints_free(&p->tokens);
    ql_spans_free(&p->places);
    ql_ints_free(&p->starts);
    ql_ints_free(&p->quote);
    ql_ints_free(&p->side);
    ql_ints_free(&p->counts);
    ql_ints_free(&p->told);
    seed_list_free(&p->seeds);
    ql_ints_free(&p->found);
    passage_list_free(&p->out);
    ql_family_room_free(&p->room);
    free(p);
}

/* --------------------------------------------------------------------------------------------------- texts */

static ql_status places_in_chars(ql_spans *places, size_t first, const char *bytes, size_t n_bytes, ql_error *error) {
    ql_arena arena = {0};
    ql_text text;
    ql_status status = ql_text_open(&text, bytes, n_bytes, &arena, error);
    for (size_t i = first; i < places->n && status == QL_OK; i++) {
        ql_span *place = &places->items[i];
        *place = (ql_span){ql_text_char(&text, place->start), ql_text_char(&text, place->end)};
    }
    ql_arena_free(&arena);
    return status;
}

ql_status ql_passages_add(ql_passages *p, const char *text, size_t n_bytes, ql_error *error) {
    size_t first = p->tokens.n;
    if (n_bytes > QL_MAX_BYTES || n_bytes >= INT32_MAX - first) return too_long(error);
    free_order(p);
    if (!ql_ints_push(&p->starts, (int32_t)first)) return no_memory(error);
    if (!ql_family_read(&p->words, text, n_bytes, &p->tokens, &p->places)) return no_memory(error);
    QL_TRY(places_in_chars(&p->places, first, text, n_bytes, error));
    bool done = ql_ints_push(&p->tokens, END) && ql_spans_push(&p->places, (ql_span){INT32_MAX, INT32_MAX});
    return done ? QL_OK : no_memory(error);
}

/* The text that a token belongs to. */
static int32_t text_of(const ql_passages *p, int32_t at) {
    return vec_lower_bound(p->starts.items, p->starts.n, sizeof *p->starts.items, 0, at + 1) - 1;
}

static int32_t end_of_text(const ql_passages *p, int32_t text) {
    size_t next = (size_t)text + 1;
    return (next < p->starts.n ? p->starts.items[next] : (int32_t)p->tokens.n) - 1;
}

/* --------------------------------------------------------------------------------------------------- order */

static int32_t token_at(const ql_passages *p, int64_t at) {
    return at < (int64_t)p->tokens.n ? p->tokens.items[at] : END;
}

/* Sort `from` into `to` by the words that stand `ahead` of each place; equal ones keep their order. */
static void sort_by(const ql_passages *p, int32_t ahead, const int32_t *from, int32_t *to, size_t n,
                    int32_t *starts) {
    memset(starts, 0, (p->n_words + 2) * sizeof *starts);
    for (size_t i = 0; i < n; i++) starts[token_at(p, (int64_t)from[i] + ahead) + 2]++;
    for (size_t k = 1; k < p->n_words + 2; k++) starts[k] += starts[k - 1];
    for (size_t i = 0; i < n; i++) to[starts[token_at(p, (int64_t)from[i] + ahead) + 1]++] = from[i];
}

/* Order all words by what begins there, the last word first. */
static bool build_order(ql_passages *p) {
    if (p->order != NULL) return true;
    size_t n = 0, room = p->tokens.n + 1;
    ql_family_weigh_from(&p->words, 0, 0);
    p->n_words = p->words.words.n;
    int32_t *order = malloc(room * sizeof *order), *other = malloc(room * sizeof *other);
    int32_t *starts = malloc((p->n_words + 2) * sizeof *starts);
    if (order == NULL || other == NULL || starts == NULL) return free(order), free(other), free(starts), false;
    for (size_t i = 0; i < p->tokens.n; i++)
        if (p->tokens.items[i] != END) order[n++] = (int32_t)i;
    for (int32_t ahead = DEPTH; ahead-- > 0;) {
        sort_by(p, ahead, order, other, n, starts);
        int32_t *sorted = other;
        other = order;
        order = sorted;
    }
    free(other);
    p->order = order;
    p->firsts =
        starts; /* after the last round: where each word's places end, which is where those of the next begin */
    return true;
}

/* The places of a word. */
static range places_of(const ql_passages *p, int32_t word) {
    if (word < 0 || (size_t)word >= p->n_words) return (range){0, 0};
    return (range){p->firsts[word], p->firsts[word + 1]};
}

/* The first place in a range whose word `ahead` is not below `word`. */
static int32_t lower_bound(const ql_passages *p, range r, int32_t ahead, int32_t word) {
    while (r.from < r.to) {
        int32_t middle = r.from + (r.to - r.from) / 2;
        if (token_at(p, (int64_t)p->order[middle] + ahead) < word)
            r.from = middle + 1;
        else
            r.to = middle;
    }
    return r.from;
}

/* Of the places in a range, which have all words before `ahead` in common, those with this word there. */
static range narrowed(const ql_passages *p, range r, int32_t ahead, int32_t word) {
    int32_t from = lower_bound(p, r, ahead, word);
    return (range){from, lower_bound(p, (range){from, r.to}, ahead, word + 1)};
}

static range range_of(const ql_passages *p, const int32_t *words, int32_t n) {
    range r = places_of(p, words[0]);
    for (int32_t k = 1; k < n && r.from < r.to; k++) r = narrowed(p, r, k, words[k]);
    return r;
}

/* ------------------------------------------------------------------------------------------- word for word */

/* Is a word cut through before the token at `at`?  Those of "don't" have one place. */
static bool cuts_word(const ql_passages *p, int32_t at) {
    if (at == 0 || p->tokens.items[at - 1] == END || p->tokens.items[at] == END) return false;
    return p->places.items[at].start < p->places.items[at - 1].end;
}

static bool stands_at(const ql_passages *p, int32_t at) {
    int32_t n = (int32_t)p->quote.n;
    if (at < 0 || n > (int32_t)p->tokens.n - at) return false;
    if (memcmp(p->tokens.items + at, p->quote.items, (size_t)n * sizeof *p->quote.items) != 0) return false;
    return !cuts_word(p, at) && !cuts_word(p, at + n);
}

/* The place in the quotation whose next words stand in the fewest places, in *rarest, which are those. */
static int32_t rarest_of(const ql_passages *p, range *rarest) {
    int32_t n = (int32_t)p->quote.n, depth = n < DEPTH ? n : DEPTH, best = 0;
    *rarest = range_of(p, p->quote.items, depth);
    for (int32_t k = 1; k + depth <= n && rarest->from < rarest->to; k++) {
        range r = range_of(p, p->quote.items + k, depth);
        if (r.to - r.from >= rarest->to - rarest->from) continue;
        *rarest = r;
        best = k;
    }
    return best;
}

static int by_number(const void *a, const void *b) {
    int32_t one = *(const int32_t *)a, other = *(const int32_t *)b;
    return (one > other) - (one < other);
}

/* Put `at` into a heap, the last place of which stands first. */
static void sift_up(ql_ints *heap, int32_t at) {
    size_t k = heap->n++;
    for (; k > 0 && heap->items[(k - 1) / 2] < at; k = (k - 1) / 2) heap->items[k] = heap->items[(k - 1) / 2];
    heap->items[k] = at;
}

/* Put `at` in the place of the last one. */
static void replace_last(ql_ints *heap, int32_t at) {
    size_t k = 0;
    for (size_t next; (next = 2 * k + 1) < heap->n; k = next) {
        if (next + 1 < heap->n && heap->items[next + 1] > heap->items[next]) next++;
        if (heap->items[next] <= at) break;
        heap->items[k] = heap->items[next];
    }
    heap->items[k] = at;
}

/* The first tokens of all places, at most `most` of them.  Of a common word there are many more, which are not even
   looked at where they come after enough others. */
static bool find_first(ql_passages *p, int32_t within, size_t most) {
    range r;
    int32_t before = rarest_of(p, &r), from = 0, to = (int32_t)p->tokens.n;
    ql_ints *found = &p->found;
    ql_ints_clear(found);
    if (within != QL_ANY_TEXT) {
        if ((size_t)within >= p->starts.n) return true;
        from = p->starts.items[within];
        to = end_of_text(p, within);
    }
    for (int32_t i = r.from; i < r.to && most > 0; i++) {
        int32_t at = p->order[i] - before;
        if (at < from || at >= to || (found->n == most && at > found->items[0]) || !stands_at(p, at)) continue;
        if (found->n == most)
            replace_last(found, at);
        else if (ql_ints_reserve(found, 1))
            sift_up(found, at);
        else
            return false;
    }
    if (found->n > 1) qsort(found->items, found->n, sizeof *found->items, by_number);
    return true;
}

/* The words of the quotation in hand, in both forms. */
static bool read_quote(ql_passages *p, const char *quote, size_t n_bytes) {
    size_t n_words = p->words.words.n;
    ql_ints_clear(&p->quote);
    ql_ints_clear(&p->side);
    if (!build_order(p) || !ql_family_read(&p->words, quote, n_bytes, &p->quote, NULL)) return false;
    if (!ql_family_normalise(&p->words, quote, n_bytes, &p->side, NULL)) return false;
    ql_family_weigh_from(&p->words, n_words, 0);
    return true;
}

ql_status ql_passages_find(ql_passages *p, const char *quote, size_t n_bytes, int32_t within, size_t most,
                           const ql_passage **out, size_t *n, ql_error *error) {
    *n = 0;
    passage_list_clear(&p->out);
    if (n_bytes > QL_MAX_BYTES / 2) return too_long(error);
    if (!read_quote(p, quote, n_bytes)) return no_memory(error);
    if (p->quote.n == 0) return QL_OK;
    if (!find_first(p, within, most) || !passage_list_reserve(&p->out, p->found.n)) return no_memory(error);
    for (size_t i = 0; i < p->found.n; i++) {
        int32_t at = p->found.items[i], last = at + (int32_t)p->quote.n - 1;
        p->out.items[i] = (ql_passage){text_of(p, at), p->places.items[at].start, p->places.items[last].end};
    }
    *out = p->out.items;
    *n = p->out.n = p->found.n;
    return QL_OK;
}

/* ------------------------------------------------------------------------------------------- something like it */

/* By `at`, then by `word`. */
static int by_place_and_word(const void *a, const void *b) {
    const seed *one = a, *other = b;
    if (one->at != other->at) return one->at < other->at ? -1 : 1;
    return (one->word > other->word) - (one->word < other->word);
}

/* The fewest words from `k` on that stand in few places, and these. */
static bool add_seeds(ql_passages *p, int32_t k) {
    int32_t n = (int32_t)p->quote.n - k;
    range r = places_of(p, p->quote.items[k]);
    for (int32_t ahead = 1; r.to - r.from > SEED_PLACES && ahead < DEPTH && ahead < n; ahead++)
        r = narrowed(p, r, ahead, p->quote.items[k + ahead]);
    if (r.from == r.to || r.to - r.from > SEED_PLACES) return true;
    p->told.items[k] = (int32_t)(log((double)p->tokens.n / (r.to - r.from)) * QL_FAMILY_NAT) + 1;
    for (int32_t i = r.from; i < r.to; i++)
        if (!seed_list_push(&p->seeds, (seed){p->order[i], k})) return false;
    return true;
}

/* Every word of one text that the quotation has, too. */
static bool add_seeds_within(ql_passages *p, int32_t text) {
    int32_t from = p->starts.items[text], to = end_of_text(p, text);
    size_t n = p->quote.n;
    seed *words = malloc(n * sizeof *words); /* of the quotation: `at` is the word itself */
    if (words == NULL) return false;
    for (size_t k = 0; k < n; k++) {
        words[k] = (seed){p->quote.items[k], (int32_t)k};
        p->told.items[k] = p->words.words.items[p->quote.items[k]].weight;
    }
    qsort(words, n, sizeof *words, by_place_and_word);
    bool done = true;
    for (int32_t at = from; at < to && done; at++) {
        size_t i = (size_t)vec_lower_bound(words, n, sizeof *words, 0, p->tokens.items[at]);
        if (i < n && words[i].at == p->tokens.items[at]) done = seed_list_push(&p->seeds, (seed){at, words[i].word});
    }
    free(words);
    return done;
}

static bool find_seeds(ql_passages *p, int32_t within) {
    size_t n = p->quote.n;
    seed_list_clear(&p->seeds);
    ql_ints_clear(&p->told);
    ql_ints_clear(&p->counts);
    if (!ql_ints_reserve(&p->told, n) || !ql_ints_reserve(&p->counts, n)) return false;
    memset(p->told.items, 0, n * sizeof *p->told.items);
    memset(p->counts.items, 0, n * sizeof *p->counts.items);
    if (within != QL_ANY_TEXT) return (size_t)within >= p->starts.n || add_seeds_within(p, within);
    for (size_t k = 0; k < n; k++)
        if (!add_seeds(p, (int32_t)k)) return false;
    if (p->seeds.n > 1) qsort(p->seeds.items, p->seeds.n, sizeof *p->seeds.items, by_place_and_word);
    return true;
}

static size_t offer(window *best, size_t n, window made) {
    if (made.told == 0 || (n == QL_MOST_STRETCHES && made.told <= best[n - 1].told)) return n;
    size_t at = n < QL_MOST_STRETCHES ? n++ : n - 1;
    for (; at > 0 && best[at - 1].told < made.told; at--) best[at] = best[at - 1];
    best[at] = made;
    return n;
}

/* The stretches whose seeds weigh most, as long as a quotation with these words and its gaps. */
static size_t best_windows(ql_passages *p, window *best) {
    const seed *seeds = p->seeds.items;
    const int32_t *told = p->told.items;
    int32_t *counts = p->counts.items, text_start = 0, text_end = -1;
    int64_t sum = 0, widest = (int64_t)p->quote.n + GAP;
    window top = {0, -1, 0};
    size_t n = 0, left = 0;
    for (size_t i = 0; i < p->seeds.n; i++) {
        if (seeds[i].at > text_end) {
            int32_t text = text_of(p, seeds[i].at);
            text_start = p->starts.items[text];
            text_end = end_of_text(p, text);
        }
        if (counts[seeds[i].word]++ == 0) sum += told[seeds[i].word];
        for (; seeds[left].at < text_start || seeds[i].at - seeds[left].at >= widest; left++)
            if (--counts[seeds[left].word] == 0) sum -= told[seeds[left].word];
        window made = {seeds[left].at, seeds[i].at, sum};
        if (made.first > top.last) {
            n = offer(best, n, top);
            top = made;
        } else if (made.told > top.told) {
            top = made;
        }
    }
    return offer(best, n, top);
}

static bool align_window(ql_passages *p, window w, ql_stretch *out) {
    int32_t text = text_of(p, w.first), most = (int32_t)p->quote.n + MARGIN;
    int32_t from = p->starts.items[text], to = end_of_text(p, text);
    if (w.first - from > most) from = w.first - most;
    if (to - w.last > most) to = w.last + most;
    ql_family_side quote = {p->side.items, (int32_t)p->side.n}, around = {p->tokens.items + from, to - from};
    ql_family_shared shared;
    if (!ql_family_align(&p->words, &p->room, quote, around, &shared)) return false;
    int32_t mass = ql_family_mass(&p->words, quote);
    out->around = (ql_passage){text, p->places.items[from].start, p->places.items[to - 1].end};
    out->shared = shared.weight < mass ? shared.weight : mass;
    out->n_shared = shared.n_words;
    out->similarity = (float)out->shared / (float)mass;
    return true;
}

ql_status ql_passages_near(ql_passages *p, const char *quote, size_t n_bytes, int32_t within,
                           ql_stretch out[QL_MOST_STRETCHES], size_t *n, ql_error *error) {
    window best[QL_MOST_STRETCHES];
    *n = 0;
    if (n_bytes > QL_MAX_BYTES / 2) return too_long(error);
    if (!read_quote(p, quote, n_bytes)) return no_memory(error);
    if (p->quote.n == 0) return QL_OK;
    if (!find_seeds(p, within)) return no_memory(error);
    size_t n_best = best_windows(p, best);
    for (; *n < n_best; ++*n) {
        ql_stretch made;
        if (!align_window(p, best[*n], &made)) return no_memory(error);
        size_t at = *n;
        for (; at > 0 && out[at - 1].shared < made.shared; at--) out[at] = out[at - 1];
        out[at] = made;
    }
    return QL_OK;
}

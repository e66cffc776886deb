/* Families of quotations: candidates by rare words and pairs of words, alignment with the centres there are.

   Quotations with the same normal form are one type from the start.  Types are taken in the order of what they tell,
   the longest first; each joins the centre that it shares most with, or becomes a centre.  So a centre is the longest
   of its family, no member needs another to be like the centre, and nothing depends on the order of the input.  Only
   centres stand in the lists of seeds, which keeps these short however often a quotation was printed. */
#include "families/family.h"

#include <math.h>
#include <string.h>

#include "families/align.h"

enum {
    SEED_WEIGHT = 5 * QL_FAMILY_NAT, /* a pair of words that tells less finds too much */
    WORD_SEED = 7 * QL_FAMILY_NAT,   /* a word that is a seed by itself */
    LIST = 128,                      /* centres that a seed finds at most: the longest ones */
    CANDIDATES = 16,                 /* that are aligned */
    SEARCHED = 200,
    SEARCH_VOTES = 5 * QL_FAMILY_NAT,
    NEARLY_WHOLE = 85, /* percent */
    MOSTLY = 50,       /* of the longer one: there are fewer places where it might be by chance */
    LESS_FOR_MOST = 3 * QL_FAMILY_NAT,
    FRAGMENT_PERCENT = 80, /* of the canonical form: less is a part of it */
    MOST_BUCKET_BITS = 27,
    USUAL_TYPES = 5000 /* different quotations that the options are meant for */
};

const ql_family_options ql_family_defaults = {1000, 65, 3, 4000, 40, 2500, 3};

/* Quotations with the same normal form. */
typedef struct type {
    size_t first_token;
    uint64_t hash;    /* of the normal form */
    const char *text; /* the longest that was given, the first of these by its bytes */
    size_t n_bytes;
    int32_t n_tokens, mass;
    int32_t centre; /* type */
    int32_t family, shared;
} type;

VEC_DEFINE(types, type)

/* What a type is found by. */
typedef struct seed {
    uint64_t key;
    uint32_t bucket;
    int32_t weight;
} seed;

VEC_DEFINE(seeds, seed)

typedef struct candidate {
    int32_t type, votes;
} candidate;

/* Lists of centres by seed: those of bucket k lie from starts[k] on, used[k] of them. */
typedef struct seed_lists {
    uint32_t *starts;
    uint16_t *used;
    int32_t *centres;
    uint32_t mask;
} seed_lists;

VEC_DEFINE(ql_member_list, ql_family_member)

struct ql_families {
    ql_arena arena;
    ql_family_words words;
    ql_ints tokens;
    types types;
    int32_t *slots; /* type + 1, by hash; 0 where empty */
    size_t n_slots;
    ql_ints quotes; /* the type of each */
    ql_member_list members;
    ql_ints centres; /* of each family, a type */
    ql_ints sizes;
    seed_lists lists;
    seeds seeds;
    int32_t *votes; /* of each type, 0 between two uses */
    ql_ints touched;
    ql_family_room room;
    ql_watch watch;
    bool is_stopped;
    size_t n_known; /* different quotations of the collection that these are a part of; 0 where they are all of it */
};

static ql_status no_memory(ql_error *error) {
    return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to group quotations");
}

void ql_families_watch(ql_families *families, ql_watch watch) {
    families->watch = watch;
}

ql_status ql_families_new(ql_families **out) {
    *out = calloc(1, sizeof **out);
    return *out != NULL ? QL_OK : QL_NO_MEMORY;
}

static void free_lists(ql_families *f) {
    free(f->lists.starts);
    free(f->lists.used);
    free(f->lists.centres);
    free(f->votes);
    f->lists = (seed_lists){0};
    f->votes = NULL;
}

void ql_families_free(ql_families *f) {
    if (f == NULL) return;
    free_lists(f);
    ql_arena_free(&f->arena);
    ql_family_words_free(&f->words);
    ql_ints_free(&f->tokens);
    types_free(&f->types);
    free(f->slots);
    ql_ints_free(&f->quotes);
    ql_member_list_free(&f->members);
    ql_ints_free(&f->centres);
    ql_ints_free(&f->sizes);
    seeds_free(&f->seeds);
    ql_ints_free(&f->touched);
    ql_family_room_free(&f->room);
    free(f);
}

/* --------------------------------------------------------------------------------------------------- types */

static ql_family_side side_of(const ql_families *f, const type *t) {
    return (ql_family_side){f->tokens.items + t->first_token, t->n_tokens};
}

static uint64_t hash_of(const ql_families *f, const int32_t *tokens, size_t n) {
    uint64_t hash = n;
    for (size_t i = 0; i < n; i++) {
        uint64_t word = tokens[i] == QL_FAMILY_GAP ? 1 : ql_family_word_at(&f->words, tokens[i])->hash;
        hash = ql_family_mix(hash ^ word) + ql_family_is_optional(tokens[i]);
    }
    return hash;
}

static bool has_tokens(const ql_families *f, const type *t, const int32_t *tokens, size_t n) {
    const int32_t *own = f->tokens.items + t->first_token;
    return (size_t)t->n_tokens == n && memcmp(own, tokens, n * sizeof *tokens) == 0;
}

static size_t slot_of(const ql_families *f, uint64_t hash, const int32_t *tokens, size_t n) {
    size_t mask = f->n_slots - 1, at = (size_t)hash & mask;
    for (; f->slots[at] != 0; at = (at + 1) & mask) {
        const type *t = &f->types.items[f->slots[at] - 1];
        if (t->hash == hash && has_tokens(f, t, tokens, n)) break;
    }
    return at;
}

static bool has_room(ql_families *f) {
    if (f->n_slots > 2 * (f->types.n + 1)) return true;
    size_t n_slots = f->n_slots == 0 ? 1024 : 2 * f->n_slots;
    int32_t *slots = calloc(n_slots, sizeof *slots);
    if (slots == NULL) return false;
    for (size_t i = 0; i < f->types.n; i++) {
        size_t at = (size_t)f->types.items[i].hash & (n_slots - 1);
        while (slots[at] != 0) at = (at + 1) & (n_slots - 1);
        slots[at] = (int32_t)i + 1;
    }
    free(f->slots);
    f->slots = slots;
    f->n_slots = n_slots;
    return true;
}

static int compare_bytes(const char *a, size_t n_a, const char *b, size_t n_b) {
    int order = memcmp(a, b, n_a < n_b ? n_a : n_b);
    return order != 0 ? order : (n_a > n_b) - (n_a < n_b);
}

/* Keep the text if it is the one to show. */
static bool offer_text(ql_families *f, type *t, const char *text, size_t n) {
    if (t->text != NULL && (n < t->n_bytes || (n == t->n_bytes && memcmp(text, t->text, n) >= 0))) return true;
    t->text = ql_arena_copy(&f->arena, text, n, 1);
    t->n_bytes = n;
    return t->text != NULL;
}

/* The type of the tokens from `first` on, which are kept if it is a new one. */
static int32_t type_of(ql_families *f, size_t first) {
    size_t n = f->tokens.n - first;
    const int32_t *tokens = f->tokens.items + first;
    uint64_t hash = hash_of(f, tokens, n);
    if (!has_room(f)) return QL_NONE;
    size_t at = slot_of(f, hash, tokens, n);
    if (f->slots[at] != 0) {
        f->tokens.n = first;
        return f->slots[at] - 1;
    }
    type made = {.first_token = first, .hash = hash, .n_tokens = (int32_t)n};
    if (f->types.n >= INT32_MAX - 1 || !types_push(&f->types, made)) return QL_NONE;
    return f->slots[at] = (int32_t)f->types.n, f->slots[at] - 1;
}

ql_status ql_families_add(ql_families *f, const char *text, size_t n_bytes, ql_error *error) {
    size_t first = f->tokens.n;
    if (n_bytes > QL_MAX_BYTES) return ql_fail(error, QL_TOO_LONG, QL_NONE, "a quotation is longer than 2 GB");
    if (!ql_family_normalise(&f->words, text, n_bytes, &f->tokens, NULL)) return no_memory(error);
    int32_t found = type_of(f, first);
    if (found < 0 || !offer_text(f, &f->types.items[found], text, n_bytes) || !ql_ints_push(&f->quotes, found))
        return no_memory(error);
    return QL_OK;
}

/* ------------------------------------------------------------------------------------------------- weights */

static void count_words(ql_families *f) {
    for (size_t i = 0; i < f->words.words.n; i++) {
        f->words.words.items[i].n_types = 0;
        f->words.words.items[i].last = QL_NONE;
    }
    for (size_t k = 0; k < f->types.n; k++) {
        ql_family_side side = side_of(f, &f->types.items[k]);
        for (int32_t i = 0; i < side.n; i++) {
            if (side.tokens[i] == QL_FAMILY_GAP) continue;
            ql_family_word *word = &f->words.words.items[side.tokens[i] & ~QL_FAMILY_OPTIONAL];
            word->n_types += word->last != (int32_t)k;
            word->last = (int32_t)k;
        }
    }
}

/* What nobody knows to be more common is in the quotation in hand alone. */
static void count_unknown(ql_families *f) {
    for (size_t i = 0; i < f->words.words.n; i++)
        if (f->words.words.items[i].n_types == 0) f->words.words.items[i].n_types = 1;
}

static size_t n_types_of(const ql_families *f) {
    return f->n_known != 0 ? f->n_known : f->types.n;
}

static void weigh_all(ql_families *f) {
    if (f->n_known != 0)
        count_unknown(f);
    else
        count_words(f);
    ql_family_weigh_from(&f->words, 0, n_types_of(f));
    for (size_t k = 0; k < f->types.n; k++)
        f->types.items[k].mass = ql_family_mass(&f->words, side_of(f, &f->types.items[k]));
}

/* What tells most first, then the longer text, then by bytes, which differ. */
static int by_mass(const void *a, const void *b) {
    const type *one = *(const type *const *)a, *other = *(const type *const *)b;
    if (one->mass != other->mass) return one->mass > other->mass ? -1 : 1;
    if (one->n_tokens != other->n_tokens) return one->n_tokens > other->n_tokens ? -1 : 1;
    return compare_bytes(one->text, one->n_bytes, other->text, other->n_bytes);
}

static const type **ordered_types(const ql_families *f) {
    const type **order = malloc((f->types.n + 1) * sizeof *order);
    if (order == NULL) return NULL;
    for (size_t k = 0; k < f->types.n; k++) order[k] = &f->types.items[k];
    qsort(order, f->types.n, sizeof *order, by_mass);
    return order;
}

/* --------------------------------------------------------------------------------------------------- seeds */

static int by_bucket(const void *a, const void *b) {
    const seed *one = a, *other = b;
    return (one->bucket > other->bucket) - (one->bucket < other->bucket);
}

static bool push_seed(ql_families *f, uint64_t key, int32_t weight) {
    return seeds_push(&f->seeds, (seed){key, (uint32_t)(key >> 32) & f->lists.mask, weight});
}

/* Each pair of neighbours that tells enough, and each rare word, once. */
static bool find_seeds(ql_families *f, ql_family_side side) {
    const ql_family_word *last = NULL;
    seeds_clear(&f->seeds);
    for (int32_t i = 0; i < side.n; i++) {
        const ql_family_word *word =
            side.tokens[i] != QL_FAMILY_GAP ? ql_family_word_at(&f->words, side.tokens[i]) : NULL;
        if (word != NULL && word->weight >= WORD_SEED && !push_seed(f, ql_family_mix(word->hash), word->weight))
            return false;
        if (word != NULL && last != NULL && word->weight + last->weight >= SEED_WEIGHT &&
            !push_seed(f, ql_family_mix(word->hash + 3 * last->hash), word->weight + last->weight))
            return false;
        last = word;
    }
    if (f->seeds.n > 1) qsort(f->seeds.items, f->seeds.n, sizeof(seed), by_bucket);
    size_t kept = 0;
    for (size_t i = 0; i < f->seeds.n; i++)
        if (kept == 0 || f->seeds.items[kept - 1].bucket != f->seeds.items[i].bucket)
            f->seeds.items[kept++] = f->seeds.items[i];
    f->seeds.n = kept;
    return true;
}

static bool open_lists(ql_families *f) {
    size_t bits = 10, most = 2 * f->tokens.n;
    free_lists(f);
    while (bits < MOST_BUCKET_BITS && (size_t)1 << bits < most) bits++;
    size_t n = (size_t)1 << bits;
    f->lists.mask = (uint32_t)(n - 1);
    f->lists.starts = calloc(n + 1, sizeof *f->lists.starts);
    f->lists.used = calloc(n, sizeof *f->lists.used);
    f->votes = calloc(f->types.n + 1, sizeof *f->votes);
    return f->lists.starts != NULL && f->lists.used != NULL && f->votes != NULL;
}

/* Room for the lists: as long as a seed has types, except the last of them, which only looks. */
static bool lay_out_lists(ql_families *f) {
    seed_lists *lists = &f->lists;
    for (size_t k = 0; k < f->types.n; k++) {
        if (!find_seeds(f, side_of(f, &f->types.items[k]))) return false;
        for (size_t i = 0; i < f->seeds.n; i++) {
            uint32_t *count = &lists->starts[f->seeds.items[i].bucket];
            *count += *count < LIST;
        }
    }
    uint32_t total = 0;
    for (size_t i = 0; i <= lists->mask; i++) {
        uint32_t count = lists->starts[i];
        lists->starts[i] = total;
        total += count;
    }
    lists->starts[(size_t)lists->mask + 1] = total;
    lists->centres = malloc(((size_t)total + 1) * sizeof *lists->centres);
    return lists->centres != NULL;
}

static void add_centre(ql_families *f, int32_t centre) {
    seed_lists *lists = &f->lists;
    for (size_t i = 0; i < f->seeds.n; i++) {
        uint32_t bucket = f->seeds.items[i].bucket, start = lists->starts[bucket];
        if (lists->used[bucket] < lists->starts[(size_t)bucket + 1] - start)
            lists->centres[start + lists->used[bucket]++] = centre;
    }
}

/* ---------------------------------------------------------------------------------------------- candidates */

static bool is_before(const ql_families *f, candidate a, candidate b) {
    if (a.votes != b.votes) return a.votes > b.votes;
    const type *one = &f->types.items[a.type], *other = &f->types.items[b.type];
    return by_mass(&one, &other) < 0;
}

/* Put `made` among the best, at most `most`, the best first. */
static size_t offer(const ql_families *f, candidate *best, size_t n, size_t most, candidate made) {
    if (n == most && !is_before(f, made, best[n - 1])) return n;
    size_t at = n < most ? n++ : n - 1;
    for (; at > 0 && is_before(f, made, best[at - 1]); at--) best[at] = best[at - 1];
    best[at] = made;
    return n;
}

/* The centres that share most seeds with those in hand, at least so much of them. */
static bool vote(ql_families *f, int32_t least, candidate *best, size_t most, size_t *n) {
    const seed_lists *lists = &f->lists;
    ql_ints_clear(&f->touched);
    for (size_t i = 0; i < f->seeds.n; i++) {
        uint32_t bucket = f->seeds.items[i].bucket;
        const int32_t *centres = lists->centres + lists->starts[bucket];
        if (!ql_ints_reserve(&f->touched, lists->used[bucket])) return false;
        for (uint16_t k = 0; k < lists->used[bucket]; k++) {
            int32_t *votes = &f->votes[centres[k]];
            if (*votes == 0) f->touched.items[f->touched.n++] = centres[k];
            *votes += *votes < INT32_MAX / 2 ? f->seeds.items[i].weight : 0;
        }
    }
    *n = 0;
    for (size_t i = 0; i < f->touched.n; i++) {
        candidate made = {f->touched.items[i], f->votes[f->touched.items[i]]};
        f->votes[made.type] = 0;
        if (made.votes >= least) *n = offer(f, best, *n, most, made);
    }
    return true;
}

/* ------------------------------------------------------------------------------------------------ grouping */

static int64_t percent(int32_t part, int32_t whole) {
    return (int64_t)part * 100 / whole;
}

/* Do so many words in common make one quotation of two?  Words of the shorter one that are not
   shared speak against it. */
static bool is_one(const ql_family_options *o, ql_family_shared shared, int32_t shorter, int32_t longer) {
    if (shared.weight < 1) return false;
    int64_t against = (int64_t)(shorter - shared.weight) * o->against_percent / 100;
    int64_t least = (int64_t)o->least_shared - (percent(shared.weight, longer) >= MOSTLY ? LESS_FOR_MOST : 0);
    if (shared.weight >= o->long_shared && percent(shared.weight, shorter) >= o->long_percent) return true;
    if (shared.n_words < o->least_words && percent(shared.weight, shorter) < NEARLY_WHOLE) return false;
    return shared.weight - against >= least;
}

/* The centre that a type belongs to, itself where there is none; what they share in own->shared. */
static bool find_centre(ql_families *f, const ql_family_options *options, int32_t index) {
    candidate best[CANDIDATES];
    int32_t found[CANDIDATES];
    size_t n, n_found = 0, n_alike = 0;
    type *own = &f->types.items[index];
    own->centre = index;
    int32_t least = options->least_shared / 4 * 3; /* short ones have words that are not seeds */
    if (own->mass / 2 < least) least = own->mass / 2;
    if (!find_seeds(f, side_of(f, own)) || !vote(f, least, best, CANDIDATES, &n)) return false;
    int32_t most = 0;
    for (size_t i = 0; i < n && best[i].votes >= most / 100 * NEARLY_WHOLE; i++) { /* seeds count their words twice */
        const type *centre = &f->types.items[best[i].type];
        ql_family_shared shared;
        if (!ql_family_align(&f->words, &f->room, side_of(f, own), side_of(f, centre), &shared)) return false;
        if (shared.weight > own->mass) shared.weight = own->mass;
        if (!is_one(options, shared, own->mass, centre->mass)) continue;
        found[n_found++] = shared.weight;
        if (shared.weight <= most) continue;
        most = shared.weight;
        own->centre = best[i].type;
    }
    for (size_t i = 0; i < n_found; i++) n_alike += percent(found[i], most) >= NEARLY_WHOLE;
    if (own->mass < options->phrase_shared && n_alike >= (size_t)options->phrase_centres) own->centre = index;
    own->shared = own->centre == index ? own->mass : most;
    return true;
}

static bool group_types(ql_families *f, const ql_family_options *options, const type *const *order) {
    enum { ASKED_EVERY = 256 };
    for (size_t k = 0; k < f->types.n; k++) {
        f->is_stopped = k % ASKED_EVERY == 0 && ql_stops(&f->watch);
        if (f->is_stopped) return false;
        int32_t index = (int32_t)(order[k] - f->types.items);
        if (!find_centre(f, options, index)) return false;
        if (f->types.items[index].centre == index) add_centre(f, index);
    }
    return true;
}

static ql_family_member member_of(const ql_families *f, int32_t index) {
    const type *own = &f->types.items[index], *centre = &f->types.items[own->centre];
    ql_family_member made = {.family = centre->family, .is_exact = own->centre == index, .told = own->mass};
    made.similarity = made.is_exact ? 1 : (float)own->shared / (float)own->mass;
    made.is_fragment = percent(own->mass, centre->mass) < FRAGMENT_PERCENT;
    return made;
}

/* Families get their numbers as they first appear. */
static bool number_families(ql_families *f) {
    ql_ints_clear(&f->centres);
    ql_ints_clear(&f->sizes);
    ql_member_list_clear(&f->members);
    for (size_t k = 0; k < f->types.n; k++) f->types.items[k].family = QL_NONE;
    for (size_t i = 0; i < f->quotes.n; i++) {
        int32_t index = f->quotes.items[i];
        type *centre = &f->types.items[f->types.items[index].centre];
        if (centre->family == QL_NONE) {
            centre->family = (int32_t)f->centres.n;
            if (!ql_ints_push(&f->centres, f->types.items[index].centre) || !ql_ints_push(&f->sizes, 0)) return false;
        }
        f->sizes.items[centre->family]++;
        if (!ql_member_list_push(&f->members, member_of(f, index))) return false;
    }
    return true;
}

/* Among many quotations more is needed: what two share by chance grows with the logarithm of their number. */
static ql_family_options for_many(const ql_family_options *given, size_t n_types) {
    ql_family_options options = given != NULL ? *given : ql_family_defaults;
    int32_t more = n_types > USUAL_TYPES ? (int32_t)(log((double)n_types / USUAL_TYPES) * QL_FAMILY_NAT) : 0;
    options.least_shared += more;
    options.phrase_shared += more;
    return options;
}

ql_status ql_families_group(ql_families *f, const ql_family_options *given, ql_error *error) {
    const ql_family_options options = for_many(given, n_types_of(f));
    weigh_all(f);
    const type **order = ordered_types(f);
    bool done = order != NULL && open_lists(f) && lay_out_lists(f);
    done = done && group_types(f, &options, order) && number_families(f);
    free(order);
    if (!done && f->is_stopped) return ql_fail(error, QL_STOPPED, QL_NONE, "stopped");
    return done ? QL_OK : no_memory(error);
}

const ql_family_member *ql_families_members(const ql_families *f, size_t *n) {
    *n = f->members.n;
    return f->members.items;
}

size_t ql_families_count(const ql_families *f) {
    return f->centres.n;
}

ql_family_canonical ql_families_canonical(const ql_families *f, size_t family) {
    const type *centre = &f->types.items[f->centres.items[family]];
    return (ql_family_canonical){centre->text, centre->n_bytes, f->sizes.items[family]};
}

/* --------------------------------------------------------------------------------- a part of a collection */

void ql_families_know(ql_families *f, size_t n_types) {
    f->n_known = n_types;
}

ql_status ql_families_know_word(ql_families *f, const char *form, size_t n_bytes, int32_t n_types, ql_error *error) {
    return ql_family_know(&f->words, form, n_bytes, n_types) ? QL_OK : no_memory(error);
}

void ql_families_weigh(ql_families *f) {
    weigh_all(f);
}

size_t ql_families_n_words(const ql_families *f) {
    return f->words.words.n;
}

ql_family_counted ql_families_word(const ql_families *f, size_t word) {
    const ql_family_word *w = &f->words.words.items[word];
    return (ql_family_counted){w->form, (size_t)w->n_bytes, w->n_types, w->weight};
}

size_t ql_families_n_quotes(const ql_families *f) {
    return f->quotes.n;
}

ql_family_type ql_families_type(const ql_families *f, size_t quote) {
    const type *t = &f->types.items[f->quotes.items[quote]];
    return (ql_family_type){t->hash, t->mass, t->n_tokens};
}

ql_status ql_families_seeds(ql_families *f, size_t quote, ql_family_seed_of *seed_of, void *arg, ql_error *error) {
    uint32_t mask = f->lists.mask;
    f->lists.mask = UINT32_MAX;
    bool done = find_seeds(f, side_of(f, &f->types.items[f->quotes.items[quote]]));
    f->lists.mask = mask;
    if (!done) return no_memory(error);
    for (size_t i = 0; i < f->seeds.n; i++)
        if (!seed_of(arg, f->seeds.items[i].key, f->seeds.items[i].weight)) return no_memory(error);
    return QL_OK;
}

ql_status ql_families_compare(ql_families *f, size_t a, size_t b, int32_t *shared, ql_error *error) {
    const ql_family_options options = for_many(NULL, n_types_of(f));
    const type *own = &f->types.items[f->quotes.items[a]], *other = &f->types.items[f->quotes.items[b]];
    ql_family_shared found;
    *shared = 0;
    if (by_mass(&own, &other) <= 0) return QL_OK;
    if (!ql_family_align(&f->words, &f->room, side_of(f, own), side_of(f, other), &found)) return no_memory(error);
    if (found.weight > own->mass) found.weight = own->mass;
    if (is_one(&options, found, own->mass, other->mass)) *shared = found.weight;
    return QL_OK;
}

/* -------------------------------------------------------------------------------------------------- search */

static void sort_hits(ql_family_hit *hits, size_t n) {
    for (size_t i = 1; i < n; i++) {
        ql_family_hit hit = hits[i];
        size_t to = i;
        for (; to > 0 && hits[to - 1].shared < hit.shared; to--) hits[to] = hits[to - 1];
        hits[to] = hit;
    }
}

static bool search_tokens(ql_families *f, ql_family_side side, ql_family_hit *out, size_t most, size_t *n) {
    candidate best[SEARCHED];
    ql_family_hit hits[SEARCHED];
    size_t n_found;
    int32_t mass = ql_family_mass(&f->words, side);
    if (!find_seeds(f, side) || !vote(f, SEARCH_VOTES, best, SEARCHED, &n_found)) return false;
    for (size_t i = 0; i < n_found; i++) {
        const type *centre = &f->types.items[best[i].type];
        ql_family_shared shared;
        if (!ql_family_align(&f->words, &f->room, side, side_of(f, centre), &shared)) return false;
        if (shared.weight > mass) shared.weight = mass;
        hits[i] = (ql_family_hit){centre->family, shared.weight, (float)shared.weight / (float)mass};
    }
    sort_hits(hits, n_found);
    *n = n_found < most ? n_found : most;
    memcpy(out, hits, *n * sizeof *out);
    return true;
}

ql_status ql_families_search(ql_families *f, const char *text, size_t n_bytes, ql_family_hit *out, size_t most,
                             size_t *n, ql_error *error) {
    ql_ints tokens = {0};
    size_t n_words = f->words.words.n;
    *n = 0;
    if (n_bytes > QL_MAX_BYTES) return ql_fail(error, QL_TOO_LONG, QL_NONE, "the text is longer than 2 GB");
    if (f->lists.centres == NULL) return QL_OK; /* nothing was grouped */
    bool done = ql_family_normalise(&f->words, text, n_bytes, &tokens, NULL);
    if (f->n_known != 0) count_unknown(f);
    ql_family_weigh_from(&f->words, n_words, n_types_of(f));
    done = done && search_tokens(f, (ql_family_side){tokens.items, (int32_t)tokens.n}, out, most, n);
    ql_ints_free(&tokens);
    return done ? QL_OK : no_memory(error);
}

/* --------------------------------------------------------------------------------------------- differences */

/* Two texts as tokens, with the bytes of each. */
typedef struct compared {
    ql_family_words words;
    ql_family_room room;
    ql_ints tokens[2];
    ql_spans spans[2];
} compared;

VEC_DEFINE(edits, ql_family_edit)

static void free_compared(compared *c) {
    ql_family_words_free(&c->words);
    ql_family_room_free(&c->room);
    for (int k = 0; k < 2; k++) {
        ql_ints_free(&c->tokens[k]);
        ql_spans_free(&c->spans[k]);
    }
}

static void widen(ql_span *span, ql_span more) {
    if (span->start == span->end && more.start > span->start) *span = more;
    if (more.end > span->end) span->end = more.end;
}

/* "5M" is two words, of the same letters: where one is kept and the other is not, both are exchanged. */
static void exchange_shared(const compared *c, uint8_t *steps, size_t n_steps) {
    size_t at[2] = {0, 0}, last[2] = {0, 0};
    for (size_t k = 0; k < n_steps; k++) {
        for (int side = 0; side < 2; side++) {
            const ql_span *spans = c->spans[side].items;
            if (steps[k] == (side == 0 ? QL_FAMILY_ADDED : QL_FAMILY_DROPPED)) continue;
            bool shared = at[side] > 0 && spans[at[side]].start < spans[at[side] - 1].end;
            bool parted = (steps[k] == QL_FAMILY_KEPT) != (steps[last[side]] == QL_FAMILY_KEPT);
            if (shared && parted) steps[steps[k] == QL_FAMILY_KEPT ? k : last[side]] = QL_FAMILY_CHANGED;
            last[side] = k;
            at[side]++;
        }
    }
}

/* Steps as runs: neighbours with the same step are one, and what is left out where something is put
   in is exchanged. */
static bool runs_of(const compared *c, size_t n_steps, edits *out) {
    size_t i = 0, j = 0;
    for (size_t k = 0; k < n_steps; k++) {
        uint8_t step = c->room.steps[k];
        ql_family_edit *run = out->n > 0 ? &out->items[out->n - 1] : NULL;
        if (run == NULL || (run->step == QL_FAMILY_KEPT) != (step == QL_FAMILY_KEPT)) {
            int32_t at_a = i > 0 ? c->spans[0].items[i - 1].end : 0, at_b = j > 0 ? c->spans[1].items[j - 1].end : 0;
            if (!edits_push(out, (ql_family_edit){{at_a, at_a}, {at_b, at_b}, step})) return false;
            run = &out->items[out->n - 1];
        }
        if (run->step != step) run->step = QL_FAMILY_CHANGED;
        if (step != QL_FAMILY_ADDED) widen(&run->a, c->spans[0].items[i++]);
        if (step != QL_FAMILY_DROPPED) widen(&run->b, c->spans[1].items[j++]);
    }
    return true;
}

static bool compare(compared *c, edits *out, float *similarity) {
    ql_family_side a = {c->tokens[0].items, (int32_t)c->tokens[0].n},
                   b = {c->tokens[1].items, (int32_t)c->tokens[1].n};
    size_t n_steps;
    ql_family_shared shared;
    ql_family_weigh_from(&c->words, 0, 0);
    if (!ql_family_align(&c->words, &c->room, b, a, &shared)) return false;
    int32_t mass = ql_family_mass(&c->words, b);
    *similarity = shared.weight < mass ? (float)shared.weight / (float)mass : 1;
    if (!ql_family_trace(&c->words, &c->room, a, b, &n_steps)) return false;
    exchange_shared(c, c->room.steps, n_steps);
    return runs_of(c, n_steps, out);
}

ql_status ql_family_diff(const char *a, size_t n_a, const char *b, size_t n_b, ql_family_edit **out, size_t *n,
                         float *similarity, ql_error *error) {
    compared c = {0};
    edits found = {0};
    if (n_a > QL_MAX_BYTES || n_b > QL_MAX_BYTES)
        return ql_fail(error, QL_TOO_LONG, QL_NONE, "a quotation is longer than 2 GB");
    bool done = ql_family_normalise(&c.words, a, n_a, &c.tokens[0], &c.spans[0]) &&
                ql_family_normalise(&c.words, b, n_b, &c.tokens[1], &c.spans[1]) && compare(&c, &found, similarity);
    free_compared(&c);
    if (!done) edits_free(&found);
    *out = found.items;
    *n = found.n;
    return done ? QL_OK : no_memory(error);
}

/* Linking the mentions of a document: which are of one person or body.

   Each different string is read once.  Names come first, the longest before the shorter, so that a short form finds
   the full ones whatever their order in the text; then descriptions, then pronouns.  Each goes to the best of the
   clusters that share a word with it and do not conflict, or begins a new one.  Clusters are found by the hashes of
   their words, a fixed number of them at most, so that everything is linear except one sort. */
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/vec.h"
#include "names/name.h"

enum { MOST_CANDIDATES = 24, MOST_STEPS = 32, MOST_COMPARED = 12 };

/* One string, however often it is there. */
typedef struct form {
    int32_t mention; /* the first that has it */
    int32_t count;
    int32_t cluster;
    int32_t next; /* in its cluster */
    ql_name name;
} form;

typedef struct cluster {
    int32_t first, last; /* forms */
    int32_t count;       /* mentions */
    uint64_t suffix;
    uint8_t gender, kind;
} cluster;

/* A key and the clusters that have it, as a chain of nodes. */
typedef struct slot {
    uint64_t key;
    int32_t chain; /* node + 1; 0 where the slot is empty */
} slot;

typedef struct node {
    int32_t cluster, next;
} node;

/* In which order forms are placed. */
typedef struct turn {
    int32_t rank, words, form;
} turn;

VEC_DEFINE(nodes, node)

typedef struct linker {
    ql_arena arena;
    form *forms;
    turn *turns;
    cluster *clusters;
    slot *slots;
    int32_t *strings; /* form + 1, by the hash of its bytes */
    nodes nodes;
    size_t n_forms, n_clusters, n_slots, n_strings;
    int32_t leaders[3]; /* by gender; that of bodies for none */
    bool failed;
} linker;

/* ------------------------------------------------------------------------------------------------------ keys */

/* A word means one thing as a name, another as a title or as the noun of a description. */
enum { AS_WORD = 1, AS_JOINED, AS_ACRONYM, AS_CLIP, AS_TITLE, AS_HEAD, AS_WHOLE };

static uint64_t key_of(uint64_t hash, unsigned as) {
    uint64_t key = (hash + as) * UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 32;
}

static slot *slot_of(linker *l, uint64_t key) {
    size_t mask = l->n_slots - 1, at = key & mask;
    while (l->slots[at].chain != 0 && l->slots[at].key != key) at = (at + 1) & mask;
    return &l->slots[at];
}

static void add_key(linker *l, uint64_t hash, unsigned as, int32_t to) {
    uint64_t key = key_of(hash, as);
    slot *s = slot_of(l, key);
    if (s->chain != 0 && l->nodes.items[s->chain - 1].cluster == to) return;
    l->failed |= !nodes_push(&l->nodes, (node){to, s->chain});
    if (l->failed) return;
    *s = (slot){key, (int32_t)l->nodes.n};
}

static size_t n_keys(const ql_name *name) {
    return 3 * (size_t)name->n_words + name->n_titles + 7;
}

static void add_keys(linker *l, const ql_name *name, int32_t to) {
    for (size_t i = 0; i < name->n_words; i++) {
        add_key(l, name->words[i].hash, AS_WORD, to);
        add_key(l, name->words[i].base, AS_WORD, to);
        add_key(l, name->words[i].loose, AS_WORD, to);
    }
    if (name->n_words != 0) add_key(l, name->joined, AS_JOINED, to);
    for (size_t i = 0; i < 2; i++)
        if (name->acronyms[i] != 0) add_key(l, name->acronyms[i], AS_ACRONYM, to);
    if (name->clip != 0) add_key(l, name->clip, AS_CLIP, to);
    if (name->alias != 0) add_key(l, name->alias, AS_ACRONYM, to);
    for (size_t i = 0; i < name->n_titles; i++) add_key(l, name->titles[i], AS_TITLE, to);
    if (name->kind == QL_NAME_DESCRIPTION) add_key(l, name->head, AS_HEAD, to);
    add_key(l, name->key, AS_WHOLE, to);
}

/* ------------------------------------------------------------------------------------------------ candidates */

typedef struct candidates {
    int32_t items[MOST_CANDIDATES];
    size_t n;
} candidates;

static void gather(linker *l, uint64_t hash, unsigned as, candidates *to) {
    int32_t at = slot_of(l, key_of(hash, as))->chain - 1;
    for (int steps = 0; at >= 0 && steps < MOST_STEPS && to->n < MOST_CANDIDATES; steps++) {
        const node *n = &l->nodes.items[at];
        size_t k = 0;
        while (k < to->n && to->items[k] != n->cluster) k++;
        if (k == to->n) to->items[to->n++] = n->cluster;
        at = n->next - 1;
    }
}

static void gather_names(linker *l, const ql_name *name, candidates *to) {
    const ql_name_word *first = &name->words[0], *last = &name->words[name->n_words - 1];
    gather(l, name->joined, AS_JOINED, to);
    gather(l, last->hash, AS_WORD, to);
    gather(l, last->loose, AS_WORD, to);
    gather(l, first->hash, AS_WORD, to);
    gather(l, first->base, AS_WORD, to);
    if (name->is_acronym) gather(l, first->hash, AS_ACRONYM, to);
    if (name->n_words == 1 && name->clip != 0) gather(l, name->clip, AS_CLIP, to);
}

/* ----------------------------------------------------------------------------------------- names and clusters */

static bool kinds_conflict(uint8_t a, uint8_t b) {
    return (a == QL_NAME_PERSON && b == QL_NAME_BODY) || (a == QL_NAME_BODY && b == QL_NAME_PERSON);
}

static bool genders_conflict(uint8_t a, uint8_t b) {
    return a != QL_GENDER_NONE && b != QL_GENDER_NONE && a != b;
}

static bool conflicts(const cluster *c, const ql_name *name) {
    return kinds_conflict(c->kind, name->kind) || genders_conflict(c->gender, name->gender) ||
           (name->suffix != 0 && c->suffix != name->suffix && (c->suffix != 0 || name->is_junior));
}

/* The likeness to the members; to differ from one full name is to differ. */
static ql_likeness likeness_of(const linker *l, const cluster *c, const ql_name *name) {
    ql_likeness best = QL_NAMES_DIFFER;
    if (conflicts(c, name)) return QL_NAMES_DIFFER;
    int32_t at = c->first;
    for (int i = 0; at != QL_NONE && i < MOST_COMPARED; i++, at = l->forms[at].next) {
        const ql_name *member = &l->forms[at].name;
        ql_likeness likeness = ql_name_compare(name, member);
        if (likeness == QL_NAMES_DIFFER && name->n_words > 1 && member->n_words > 1) return QL_NAMES_DIFFER;
        if (likeness > best) best = likeness;
    }
    return best;
}

/* Has a member one of the titles of `name`? */
static bool shares_title(const linker *l, const cluster *c, const ql_name *name) {
    int32_t at = c->first;
    for (int i = 0; at != QL_NONE && i < MOST_COMPARED; i++, at = l->forms[at].next)
        for (size_t a = 0; a < l->forms[at].name.n_titles; a++)
            for (size_t b = 0; b < name->n_titles; b++)
                if (l->forms[at].name.titles[a] == name->titles[b]) return true;
    return false;
}

/* "Holm" is rather Ada Holm than Holm Shipping. */
static int32_t weight_of(const cluster *c) {
    return c->kind == QL_NAME_BODY ? c->count : 3 * c->count;
}

/* Which of two clusters that a name could go to: the likelier one, then the one named more often. */
static bool is_better(const linker *l, int32_t a, int32_t b, const ql_name *name, ql_likeness like_a,
                      ql_likeness like_b) {
    const cluster *x = &l->clusters[a], *y = &l->clusters[b];
    if (like_a != like_b) return like_a > like_b;
    bool title_a = shares_title(l, x, name), title_b = shares_title(l, y, name);
    if (title_a != title_b) return title_a;
    int32_t weight_a = weight_of(x), weight_b = weight_of(y);
    return weight_a != weight_b ? weight_a > weight_b : a < b;
}

static int32_t cluster_for_name(linker *l, const ql_name *name) {
    candidates found = {.n = 0};
    gather_names(l, name, &found);
    int32_t best = QL_NONE, n_fitting = 0;
    ql_likeness likeness = QL_NAMES_DIFFER;
    for (size_t i = 0; i < found.n; i++) {
        ql_likeness like = likeness_of(l, &l->clusters[found.items[i]], name);
        if (like == QL_NAMES_DIFFER) continue;
        n_fitting += like == QL_NAMES_AGREE;
        if (best != QL_NONE && !is_better(l, found.items[i], best, name, like, likeness)) continue;
        best = found.items[i];
        likeness = like;
    }
    bool vague = name->n_words == 1 && name->words[0].is_ordinary;
    return vague && likeness == QL_NAMES_AGREE && n_fitting > 1 ? QL_NONE : best;
}

/* ---------------------------------------------------------------------------------------------- descriptions */

/* Persons have roles, bodies are bodies; descriptions have to have one head. */
static bool can_describe(const ql_name *name, const ql_name *member) {
    switch (member->kind) {
    case QL_NAME_PERSON: return name->has_role;
    case QL_NAME_BODY: return name->is_of_body;
    case QL_NAME_DESCRIPTION: return member->head == name->head;
    default: return name->has_role || name->is_of_body;
    }
}

/* Does a member know all words of a description?  The number of other titles it has then, or -1. */
static int n_other_titles(const ql_name *member, const ql_name *name) {
    int n_shared = 0;
    if (!can_describe(name, member)) return -1;
    for (size_t b = 0; b < name->n_titles; b++) {
        bool title = false, word = false;
        for (size_t a = 0; a < member->n_titles; a++) title |= member->titles[a] == name->titles[b];
        for (size_t a = 0; a < member->n_words; a++) word |= member->words[a].hash == name->titles[b];
        if (!title && !word) return -1;
        n_shared += title;
    }
    return member->n_titles - n_shared;
}

/* The same for the member of a cluster that fits best. */
static int n_others(const linker *l, const cluster *c, const ql_name *name) {
    int best = -1;
    int32_t at = c->first;
    for (int i = 0; at != QL_NONE && i < MOST_COMPARED; i++, at = l->forms[at].next) {
        int n = n_other_titles(&l->forms[at].name, name);
        if (n >= 0 && (best < 0 || n < best)) best = n;
    }
    return best;
}

/* The cluster that began with the same words. */
static int32_t cluster_for_whole(linker *l, const ql_name *name) {
    candidates found = {.n = 0};
    gather(l, name->key, AS_WHOLE, &found);
    for (size_t i = 0; i < found.n; i++) {
        const ql_name *member = &l->forms[l->clusters[found.items[i]].first].name;
        if (member->kind == name->kind && member->key == name->key) return found.items[i];
    }
    return QL_NONE;
}

/* "King" where there is a "Stephen King": the cluster named most often that has the word. */
static int32_t cluster_with_word(linker *l, uint64_t hash) {
    candidates found = {.n = 0};
    gather(l, hash, AS_WORD, &found);
    int32_t most = found.n != 0 ? found.items[0] : QL_NONE;
    for (size_t i = 1; i < found.n; i++)
        if (l->clusters[found.items[i]].count > l->clusters[most].count) most = found.items[i];
    return most;
}

static int32_t cluster_for_description(linker *l, const ql_name *name) {
    candidates found = {.n = 0};
    int32_t same = cluster_for_whole(l, name);
    if (same != QL_NONE) return same;
    if (name->is_plural || name->is_indefinite) return QL_NONE;
    int32_t named = name->is_word ? cluster_with_word(l, name->head) : QL_NONE;
    if (named != QL_NONE) return named;
    gather(l, name->head, AS_TITLE, &found);
    gather(l, name->head, AS_HEAD, &found);
    int32_t best = QL_NONE;
    int fewest = 0;
    for (size_t i = 0; i < found.n; i++) {
        const cluster *c = &l->clusters[found.items[i]];
        int others = n_others(l, c, name);
        if (genders_conflict(c->gender, name->gender) || others < 0) continue;
        bool better = best == QL_NONE || others < fewest || (others == fewest && c->count > l->clusters[best].count);
        if (!better) continue;
        best = found.items[i];
        fewest = others;
    }
    return best;
}

/* -------------------------------------------------------------------------------------------------- placing */

static void join(linker *l, int32_t f, int32_t to) {
    form *member = &l->forms[f];
    cluster *c = &l->clusters[to];
    if (c->first == QL_NONE)
        c->first = f;
    else
        l->forms[c->last].next = f;
    c->last = f;
    c->count += member->count;
    member->cluster = to;
    if (c->gender == QL_GENDER_NONE) c->gender = member->name.gender;
    if (c->suffix == 0) c->suffix = member->name.suffix;
    if (c->kind == QL_NAME_NONE || c->kind == QL_NAME_UNSURE) c->kind = member->name.kind;
    add_keys(l, &member->name, to);
}

static int32_t new_cluster(linker *l) {
    l->clusters[l->n_clusters] = (cluster){.first = QL_NONE, .last = QL_NONE};
    return (int32_t)l->n_clusters++;
}

/* A name of which nothing says whose it is counts as a company's if it is one word.  */
static bool could_be_body(const linker *l, const cluster *c) {
    return c->kind == QL_NAME_BODY || (c->kind == QL_NAME_UNSURE && l->forms[c->first].name.n_words == 1);
}

/* The cluster of names that is named at least twice as often as any other that could be meant; QL_NONE also where its
   gender is not known. */
static int32_t leader_of(const linker *l, uint8_t kind, uint8_t gender) {
    int32_t best = QL_NONE, most = 0, second = 0;
    for (size_t i = 0; i < l->n_clusters; i++) {
        const cluster *c = &l->clusters[i];
        bool fits = kind == QL_NAME_BODY ? could_be_body(l, c) : c->kind == kind;
        if (!fits || genders_conflict(c->gender, gender) || l->forms[c->first].name.n_words == 0) continue;
        if (c->count > most) {
            best = (int32_t)i;
            second = most;
            most = c->count;
        } else if (c->count > second) {
            second = c->count;
        }
    }
    return best != QL_NONE && most >= 2 * second && l->clusters[best].gender == gender ? best : QL_NONE;
}

/* Whom "he" and "she" are, and what "the company" is, where the names leave no doubt. */
static void find_leaders(linker *l) {
    l->leaders[QL_GENDER_NONE] = leader_of(l, QL_NAME_BODY, QL_GENDER_NONE);
    l->leaders[QL_GENDER_MALE] = leader_of(l, QL_NAME_PERSON, QL_GENDER_MALE);
    l->leaders[QL_GENDER_FEMALE] = leader_of(l, QL_NAME_PERSON, QL_GENDER_FEMALE);
}

static int32_t leader_for(const linker *l, const ql_name *name) {
    if (name->kind == QL_NAME_PRONOUN) return name->gender != QL_GENDER_NONE ? l->leaders[name->gender] : QL_NONE;
    bool bare = name->kind == QL_NAME_DESCRIPTION && name->n_titles == 1 && name->is_company;
    return bare && !name->is_plural && !name->is_indefinite ? l->leaders[QL_GENDER_NONE] : QL_NONE;
}

static void place(linker *l, int32_t f) {
    const ql_name *name = &l->forms[f].name;
    int32_t to;
    if (name->n_words != 0)
        to = cluster_for_name(l, name);
    else if (name->kind == QL_NAME_DESCRIPTION)
        to = cluster_for_description(l, name);
    else
        to = cluster_for_whole(l, name);
    if (to == QL_NONE) to = leader_for(l, name);
    join(l, f, to != QL_NONE ? to : new_cluster(l));
}

/* Full names, then single ones that tell more, then bare ones, descriptions, pronouns. */
enum { RANK_FULL, RANK_TITLED, RANK_BARE, RANK_DESCRIPTION, RANK_REST };

static int32_t rank_of(const ql_name *name) {
    if (name->n_words > 1 || name->is_closed) return RANK_FULL;
    if (name->n_words == 1) return name->gender != QL_GENDER_NONE ? RANK_TITLED : RANK_BARE;
    return name->kind == QL_NAME_DESCRIPTION ? RANK_DESCRIPTION : RANK_REST;
}

static int by_turn(const void *a, const void *b) {
    const turn *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->words != y->words) return x->words > y->words ? -1 : 1;
    return x->form < y->form ? -1 : x->form > y->form;
}

static void place_all(linker *l) {
    for (size_t i = 0; i < l->n_forms; i++) {
        const ql_name *name = &l->forms[i].name;
        l->turns[i] = (turn){rank_of(name), name->n_words != 0 ? name->n_words : name->n_titles, (int32_t)i};
    }
    if (l->n_forms > 1) qsort(l->turns, l->n_forms, sizeof *l->turns, by_turn);
    size_t i = 0;
    for (; i < l->n_forms && l->turns[i].rank < RANK_DESCRIPTION && !l->failed; i++) place(l, l->turns[i].form);
    find_leaders(l);
    for (; i < l->n_forms && !l->failed; i++) place(l, l->turns[i].form);
}

/* -------------------------------------------------------------------------------------------------- the whole */

static uint64_t hash_of(ql_word_slice mention) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < mention.n_bytes; i++)
        hash = (hash ^ (unsigned char)mention.bytes[i]) * UINT64_C(0x100000001B3);
    return hash ^ hash >> 32;
}

static bool is_same(ql_word_slice a, ql_word_slice b) {
    return a.n_bytes == b.n_bytes && (a.n_bytes == 0 || memcmp(a.bytes, b.bytes, a.n_bytes) == 0);
}

static size_t power_above(size_t n) {
    size_t power = 16;
    while (power < 2 * n) power *= 2;
    return power;
}

/* The form of each mention, for the time being in place of its cluster. */
static void find_forms(linker *l, const ql_word_slice *mentions, size_t n, ql_name_link *out) {
    for (size_t i = 0; i < n; i++) {
        size_t mask = l->n_strings - 1, at = hash_of(mentions[i]) & mask;
        while (l->strings[at] != 0 && !is_same(mentions[l->forms[l->strings[at] - 1].mention], mentions[i]))
            at = (at + 1) & mask;
        if (l->strings[at] == 0) {
            l->forms[l->n_forms++] = (form){.mention = (int32_t)i, .cluster = QL_NONE, .next = QL_NONE};
            l->strings[at] = (int32_t)l->n_forms;
        }
        out[i].cluster = l->strings[at] - 1;
        l->forms[out[i].cluster].count++;
    }
}

static bool open_strings(linker *l, size_t n) {
    l->n_strings = power_above(n);
    l->strings = ql_arena_alloc(&l->arena, l->n_strings, sizeof *l->strings);
    l->forms = ql_arena_alloc(&l->arena, n, sizeof *l->forms);
    if (l->strings == NULL || l->forms == NULL) return false;
    memset(l->strings, 0, l->n_strings * sizeof *l->strings);
    return true;
}

static bool open_clusters(linker *l) {
    size_t keys = 0;
    for (size_t i = 0; i < l->n_forms; i++) keys += n_keys(&l->forms[i].name);
    l->n_slots = power_above(keys);
    l->slots = ql_arena_alloc(&l->arena, l->n_slots, sizeof *l->slots);
    l->turns = ql_arena_alloc(&l->arena, l->n_forms, sizeof *l->turns);
    l->clusters = ql_arena_alloc(&l->arena, l->n_forms, sizeof *l->clusters);
    if (l->slots == NULL || l->turns == NULL || l->clusters == NULL) return false;
    memset(l->slots, 0, l->n_slots * sizeof *l->slots);
    return true;
}

/* Clusters as numbers in the order of their first mentions. */
static void number(linker *l, size_t n, ql_name_link *out) {
    int32_t next = 0;
    for (size_t i = 0; i < l->n_clusters; i++) l->clusters[i].count = QL_NONE;
    for (size_t i = 0; i < n; i++) {
        const form *f = &l->forms[out[i].cluster];
        cluster *c = &l->clusters[f->cluster];
        if (c->count == QL_NONE) c->count = next++;
        out[i] = (ql_name_link){c->count, f->name.kind, f->name.gender, f->name.is_either};
    }
}

static bool link(linker *l, const ql_lexicon *lexicon, const ql_word_slice *mentions, const uint8_t *kinds, size_t n,
                 ql_name_link *out) {
    if (!open_strings(l, n)) return false;
    find_forms(l, mentions, n, out);
    for (size_t i = 0; i < l->n_forms; i++) {
        form *f = &l->forms[i];
        ql_name_read(lexicon, mentions[f->mention], kinds != NULL ? kinds[f->mention] : QL_MENTION_NONE, &f->name);
    }
    if (!open_clusters(l)) return false;
    place_all(l);
    if (l->failed) return false;
    number(l, n, out);
    return true;
}

ql_status ql_link_names(const ql_lexicon *lexicon, const ql_word_slice *mentions, const uint8_t *kinds, size_t n,
                        ql_name_link *out, ql_error *error) {
    linker l = {0};
    bool fine = n <= INT32_MAX / 64 && link(&l, lexicon, mentions, kinds, n, out);
    nodes_free(&l.nodes);
    ql_arena_free(&l.arena);
    return fine ? QL_OK : ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to link %zu mentions", n);
}

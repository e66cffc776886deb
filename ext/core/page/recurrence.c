#include "page/recurrence.h"

#include <string.h>

#include "base/ascii.h"
#include "base/status.h"
#include "base/vec.h"

enum {
    LEAST_PAGES = 2,
    SENTENCE_WORDS = 12,
    LEAST_PAGES_OF_SENTENCE = 4,
    VERSION_SHARE = 2, /* a page that shares more than one sentence in this many with another is a version of it, */
    LEAST_SHARED = 6,  /* … if it shares so many at the least */
    FIRST_PLACES = 64, /* of the table of outlets */
    SAMPLE = 64,       /* pages of an outlet whose lines are kept */
    MOST_LINES = 4000, /* lines of a page that are kept */
    MOST_HASHED = 200  /* bytes of a line; of a longer line its start and its length */
};

VEC_DEFINE(line_hashes, uint32_t)

/* A page: the hash of its text, and the hashes of its lines, short ones and sentences apart; in order, each once. */
typedef struct page {
    uint64_t hash;
    line_hashes lines, sentences;
} page;

VEC_DEFINE(pages, page)

/* The pages of an outlet with the smallest hashes: a sample that does not depend on the order they came in, and whose
   size does not grow with the corpus.  What is on every page is on these. */
typedef struct sampled {
    uint64_t hash;
    pages pages;
} sampled;

/* On how many pages of the sample a line of an outlet stands. */
typedef struct slot {
    uint64_t key; /* 0: empty */
    uint32_t n_pages;
} slot;

struct ql_line_counts {
    sampled **outlets; /* a table by hash, at most half full; NULL for an empty place */
    size_t n_places, n_outlets;
    slot *slots; /* NULL before ql_line_counts_finish */
    size_t n_slots;
};

uint32_t ql_line_hash(const char *bytes, size_t n_bytes) {
    uint32_t value = n_bytes > MOST_HASHED ? (uint32_t)n_bytes : 2166136261u;
    size_t n = n_bytes > MOST_HASHED ? MOST_HASHED : n_bytes;
    for (size_t i = 0; i < n; i++) {
        char c = bytes[i];
        if ((unsigned char)c < 0x80 && !is_letter(c) && !is_digit(c)) continue;
        value = (value ^ (unsigned char)lower(c)) * 16777619u;
    }
    return value;
}

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t value) {
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

uint64_t ql_outlet_hash(const char *outlet, size_t n_bytes) {
    uint64_t value = 14695981039346656037u;
    for (size_t i = 0; i < n_bytes; i++) value = (value ^ (unsigned char)outlet[i]) * 1099511628211u;
    return mix(value);
}

/* ----------------------------------------------------------------------------------------------- outlets */

ql_status ql_line_counts_new(ql_line_counts **out) {
    *out = calloc(1, sizeof **out);
    return *out != NULL ? QL_OK : QL_NO_MEMORY;
}

static void page_free(page *p) {
    line_hashes_free(&p->lines);
    line_hashes_free(&p->sentences);
}

static void sampled_free(sampled *outlet) {
    if (outlet == NULL) return;
    for (size_t i = 0; i < outlet->pages.n; i++) page_free(&outlet->pages.items[i]);
    pages_free(&outlet->pages);
    free(outlet);
}

void ql_line_counts_free(ql_line_counts *counts) {
    if (counts == NULL) return;
    for (size_t i = 0; i < counts->n_places; i++) sampled_free(counts->outlets[i]);
    free(counts->outlets);
    free(counts->slots);
    free(counts);
}

static sampled **place_of(sampled **outlets, size_t n_places, uint64_t hash) {
    size_t at = (size_t)hash & (n_places - 1);
    while (outlets[at] != NULL && outlets[at]->hash != hash) at = (at + 1) & (n_places - 1);
    return &outlets[at];
}

static bool grow_outlets(ql_line_counts *counts) {
    size_t n = counts->n_places != 0 ? 2 * counts->n_places : FIRST_PLACES;
    sampled **grown = calloc(n, sizeof *grown);
    if (grown == NULL) return false;
    for (size_t i = 0; i < counts->n_places; i++)
        if (counts->outlets[i] != NULL) *place_of(grown, n, counts->outlets[i]->hash) = counts->outlets[i];
    free(counts->outlets);
    counts->outlets = grown;
    counts->n_places = n;
    return true;
}

/* The outlet of this hash, made where it is new; NULL where memory is short. */
static sampled *outlet_of(ql_line_counts *counts, uint64_t hash) {
    if (2 * (counts->n_outlets + 1) > counts->n_places && !grow_outlets(counts)) return NULL;
    sampled **place = place_of(counts->outlets, counts->n_places, hash);
    if (*place != NULL) return *place;
    *place = calloc(1, sizeof **place);
    if (*place == NULL) return NULL;
    (*place)->hash = hash;
    counts->n_outlets++;
    return *place;
}

/* ------------------------------------------------------------------------------------------------ pages */

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Put hashes in order, each once. */
static void tidy(line_hashes *hashes) {
    if (hashes->n == 0) return;
    qsort(hashes->items, hashes->n, sizeof *hashes->items, by_value);
    size_t kept = 1;
    for (size_t i = 1; i < hashes->n; i++)
        if (hashes->items[i] != hashes->items[kept - 1]) hashes->items[kept++] = hashes->items[i];
    hashes->n = kept;
}

static bool is_sentence(const char *line, size_t n) {
    int32_t words = n > 0;
    for (size_t i = 1; i < n; i++) words += (unsigned char)line[i - 1] <= ' ' && (unsigned char)line[i] > ' ';
    return words >= SENTENCE_WORDS;
}

static bool read_lines(const char *text, size_t n_bytes, page *out) {
    for (size_t at = 0; at < n_bytes && out->lines.n + out->sentences.n < MOST_LINES;) {
        const char *feed = memchr(text + at, '\n', n_bytes - at);
        size_t end = feed != NULL ? (size_t)(feed - text) : n_bytes, from = at, to = end;
        while (from < to && (unsigned char)text[from] <= ' ') from++;
        while (to > from && (unsigned char)text[to - 1] <= ' ') to--;
        at = end + 1;
        if (to == from) continue;
        line_hashes *list = is_sentence(text + from, to - from) ? &out->sentences : &out->lines;
        if (!line_hashes_push(list, ql_line_hash(text + from, to - from))) return false;
    }
    tidy(&out->lines);
    tidy(&out->sentences);
    return true;
}

/* Where a page of this hash goes in the sample, the largest making way; SAMPLE where it is not wanted. */
static size_t place_in_sample(const pages *sample, uint64_t hash) {
    size_t largest = 0;
    for (size_t i = 0; i < sample->n; i++) {
        if (sample->items[i].hash == hash) return SAMPLE; /* the same page again */
        if (sample->items[i].hash > sample->items[largest].hash) largest = i;
    }
    if (sample->n < SAMPLE) return sample->n;
    return hash < sample->items[largest].hash ? largest : SAMPLE;
}

uint64_t ql_page_hash(const char *text, size_t n_bytes) {
    uint64_t value = n_bytes;
    for (size_t at = 0; at < n_bytes; at += 8) {
        uint64_t word = 0;
        memcpy(&word, text + at, n_bytes - at < 8 ? n_bytes - at : 8);
        value = (value ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        value ^= value >> 32;
    }
    return mix(value);
}

ql_status ql_line_counts_add(ql_line_counts *counts, const char *name, size_t n_name, const char *text,
                             size_t n_bytes, ql_error *error) {
    free(counts->slots); /* what was counted is not true any more */
    counts->slots = NULL;
    sampled *outlet = outlet_of(counts, ql_outlet_hash(name, n_name));
    if (outlet == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to count lines");
    uint64_t hash = ql_page_hash(text, n_bytes);
    size_t at = place_in_sample(&outlet->pages, hash);
    if (at == SAMPLE) return QL_OK;
    page made = {.hash = hash};
    if (!read_lines(text, n_bytes, &made) || (at == outlet->pages.n && !pages_push(&outlet->pages, (page){0}))) {
        page_free(&made);
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to count lines");
    }
    page_free(&outlet->pages.items[at]);
    outlet->pages.items[at] = made;
    return QL_OK;
}

/* ----------------------------------------------------------------------------------------------- counts */

static uint64_t key_of(uint64_t outlet_hash, uint32_t line) {
    uint64_t key = mix(outlet_hash ^ ((uint64_t)line * UINT64_C(0x9E3779B97F4A7C15)));
    return key != 0 ? key : 1;
}

static slot *find(const ql_line_counts *counts, uint64_t key) {
    size_t mask = counts->n_slots - 1, at = (size_t)key & mask;
    while (counts->slots[at].key != 0 && counts->slots[at].key != key) at = (at + 1) & mask;
    return &counts->slots[at];
}

static size_t count_kept(const ql_line_counts *counts) {
    size_t n = 0;
    for (size_t i = 0; i < counts->n_places; i++) {
        if (counts->outlets[i] == NULL) continue;
        const pages *sample = &counts->outlets[i]->pages;
        for (size_t k = 0; k < sample->n; k++) n += sample->items[k].lines.n + sample->items[k].sentences.n;
    }
    return n;
}

static void count_all(ql_line_counts *counts, uint64_t outlet_hash, const line_hashes *lines) {
    for (size_t i = 0; i < lines->n; i++) {
        uint64_t key = key_of(outlet_hash, lines->items[i]);
        slot *at = find(counts, key);
        at->key = key;
        at->n_pages++;
    }
}

static size_t count_shared(const line_hashes *a, const line_hashes *b) {
    size_t n = 0;
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        n += a->items[i] == b->items[k];
        if (a->items[i] <= b->items[k])
            i++;
        else
            k++;
    }
    return n;
}

/* Does page k tell a story that a page before it tells: a new version of it, a copy with another menu? */
static bool is_version(const pages *sample, size_t k) {
    const line_hashes *own = &sample->items[k].sentences;
    for (size_t i = 0; i < k; i++) {
        size_t shared = count_shared(own, &sample->items[i].sentences);
        if (shared >= LEAST_SHARED && VERSION_SHARE * shared > own->n) return true;
    }
    return false;
}

static void count_pages(ql_line_counts *counts, const sampled *outlet) {
    for (size_t k = 0; k < outlet->pages.n; k++) {
        count_all(counts, outlet->hash, &outlet->pages.items[k].lines);
        if (!is_version(&outlet->pages, k)) count_all(counts, outlet->hash, &outlet->pages.items[k].sentences);
    }
}

ql_status ql_line_counts_finish(ql_line_counts *counts, ql_error *error) {
    if (counts->slots != NULL) return QL_OK;
    size_t least = 2 * count_kept(counts) + 1;
    counts->n_slots = 16;
    while (counts->n_slots < least) counts->n_slots *= 2;
    counts->slots = calloc(counts->n_slots, sizeof *counts->slots);
    if (counts->slots == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to count lines");
    for (size_t i = 0; i < counts->n_places; i++)
        if (counts->outlets[i] != NULL) count_pages(counts, counts->outlets[i]);
    return QL_OK;
}

/* ------------------------------------------------------------------------------------------ from elsewhere */

ql_status ql_line_counts_recurring(ql_line_counts *counts, ql_line_key **out, size_t *n, ql_error *error) {
    ql_status status = ql_line_counts_finish(counts, error);
    if (status != QL_OK) return status;
    *out = malloc((counts->n_slots + 1) * sizeof **out);
    *n = 0;
    if (*out == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to count lines");
    for (size_t i = 0; i < counts->n_slots; i++)
        if (counts->slots[i].n_pages >= LEAST_PAGES)
            (*out)[(*n)++] = (ql_line_key){counts->slots[i].key, counts->slots[i].n_pages};
    return QL_OK;
}

ql_status ql_line_counts_take(ql_line_counts *counts, const ql_line_key *lines, size_t n, ql_error *error) {
    free(counts->slots);
    counts->n_slots = 16;
    while (counts->n_slots < 2 * n + 1) counts->n_slots *= 2;
    counts->slots = calloc(counts->n_slots, sizeof *counts->slots);
    if (counts->slots == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to count lines");
    for (size_t i = 0; i < n; i++)
        if (lines[i].key != 0) *find(counts, lines[i].key) = (slot){lines[i].key, (uint32_t)lines[i].n_pages};
    return QL_OK;
}

bool ql_line_recurs(const ql_line_counts *counts, uint64_t outlet_hash, uint32_t line, int32_t n_words) {
    uint32_t least = n_words >= SENTENCE_WORDS ? LEAST_PAGES_OF_SENTENCE : LEAST_PAGES;
    const slot *at = counts->slots != NULL ? find(counts, key_of(outlet_hash, line)) : NULL;
    return at != NULL && at->key != 0 && at->n_pages >= least;
}

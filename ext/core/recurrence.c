#include "recurrence.h"

#include <string.h>

#include "ascii.h"
#include "internal.h"

enum {
    LEAST_PAGES = 2,
    SENTENCE_WORDS = 12,
    LEAST_PAGES_OF_SENTENCE = 4,
    MOST_COUNT = 255,
    FIRST_SLOTS = 1024,
    MOST_HASHED = 200 /* bytes; of a longer line its start and its length */
};

/* A line of an outlet: on how many pages, and on which one last, so that a page counts once. */
typedef struct slot {
    uint64_t key; /* 0: empty */
    uint32_t last_page;
    uint32_t n_pages;
} slot;

struct ql_line_counts {
    slot *slots;
    size_t n_slots, n_used;
    uint32_t n_pages;
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

static uint64_t key_of(uint64_t outlet, uint32_t line) {
    uint64_t key = mix(outlet ^ ((uint64_t)line * UINT64_C(0x9E3779B97F4A7C15)));
    return key != 0 ? key : 1;
}

static slot *find(const ql_line_counts *counts, uint64_t key) {
    size_t mask = counts->n_slots - 1, at = (size_t)key & mask;
    while (counts->slots[at].key != 0 && counts->slots[at].key != key) at = (at + 1) & mask;
    return &counts->slots[at];
}

ql_status ql_line_counts_new(ql_line_counts **out) {
    *out = NULL;
    ql_line_counts *counts = calloc(1, sizeof *counts);
    if (counts == NULL) return QL_NO_MEMORY;
    counts->n_slots = FIRST_SLOTS;
    counts->slots = calloc(counts->n_slots, sizeof *counts->slots);
    if (counts->slots == NULL) {
        free(counts);
        return QL_NO_MEMORY;
    }
    *out = counts;
    return QL_OK;
}

void ql_line_counts_free(ql_line_counts *counts) {
    if (counts == NULL) return;
    free(counts->slots);
    free(counts);
}

/* Keep the table at most half full. */
static bool make_room(ql_line_counts *counts) {
    if (2 * (counts->n_used + 1) <= counts->n_slots) return true;
    if (counts->n_slots > SIZE_MAX / 2 / sizeof(slot)) return false;
    ql_line_counts grown = {.n_slots = 2 * counts->n_slots};
    grown.slots = calloc(grown.n_slots, sizeof *grown.slots);
    if (grown.slots == NULL) return false;
    for (size_t i = 0; i < counts->n_slots; i++)
        if (counts->slots[i].key != 0) *find(&grown, counts->slots[i].key) = counts->slots[i];
    free(counts->slots);
    counts->slots = grown.slots;
    counts->n_slots = grown.n_slots;
    return true;
}

static bool count_line(ql_line_counts *counts, uint64_t key) {
    if (!make_room(counts)) return false;
    slot *at = find(counts, key);
    if (at->key == key && at->last_page == counts->n_pages) return true;
    counts->n_used += at->key == 0;
    at->key = key;
    at->last_page = counts->n_pages;
    if (at->n_pages < MOST_COUNT) at->n_pages++;
    return true;
}

static size_t without_blanks(const char *line, size_t n, size_t *start) {
    *start = 0;
    while (*start < n && (unsigned char)line[*start] <= ' ') (*start)++;
    while (n > *start && (unsigned char)line[n - 1] <= ' ') n--;
    return n - *start;
}

ql_status ql_line_counts_add(ql_line_counts *counts, const char *outlet, size_t n_outlet, const char *text,
                             size_t n_bytes, ql_error *error) {
    uint64_t of = ql_outlet_hash(outlet, n_outlet);
    /* The page itself is a line too: one that is there twice counts once. */
    slot *page = find(counts, key_of(of, ql_line_hash(text, n_bytes)));
    bool seen = page->key != 0;
    counts->n_pages++;
    if (!count_line(counts, key_of(of, ql_line_hash(text, n_bytes))))
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to count lines");
    for (size_t at = 0; at < n_bytes && !seen;) {
        const char *feed = memchr(text + at, '\n', n_bytes - at);
        size_t end = feed != NULL ? (size_t)(feed - text) : n_bytes, start;
        size_t n = without_blanks(text + at, end - at, &start);
        if (n != 0 && !count_line(counts, key_of(of, ql_line_hash(text + at + start, n))))
            return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to count lines");
        at = end + 1;
    }
    return QL_OK;
}

bool ql_line_recurs(const ql_line_counts *counts, uint64_t outlet, uint32_t line, int32_t n_words) {
    uint32_t least = n_words >= SENTENCE_WORDS ? LEAST_PAGES_OF_SENTENCE : LEAST_PAGES;
    const slot *at = find(counts, key_of(outlet, line));
    return at->key != 0 && at->n_pages >= least;
}

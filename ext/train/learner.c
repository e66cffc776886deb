#include "learner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *have(void *memory) {
    if (memory != NULL) return memory;
    fputs("no memory\n", stderr);
    exit(1);
}

learner *learner_new(int lanes, uint32_t least_updates) {
    learner *of = have(calloc(1, sizeof *of));
    of->lanes = lanes;
    of->slot_bits = 20;
    of->keys = have(calloc((size_t)1 << of->slot_bits, sizeof *of->keys));
    of->row_of = have(calloc((size_t)1 << of->slot_bits, sizeof *of->row_of));
    of->least_updates = least_updates;
    of->now = 1;
    return of;
}

void learner_free(learner *of) {
    if (of == NULL) return;
    free(of->keys);
    free(of->row_of);
    free(of->cells);
    free(of->n_updates);
    free(of);
}

static size_t slot_of(const learner *of, uint64_t key) {
    size_t mask = ((size_t)1 << of->slot_bits) - 1, at = key >> (64 - of->slot_bits);
    while (of->keys[at] != 0 && of->keys[at] != key) at = (at + 1) & mask;
    return at;
}

static void grow_slots(learner *of) {
    size_t n = (size_t)1 << of->slot_bits;
    uint64_t *keys = of->keys;
    uint32_t *rows = of->row_of;
    of->slot_bits++;
    of->keys = have(calloc(2 * n, sizeof *keys));
    of->row_of = have(calloc(2 * n, sizeof *rows));
    for (size_t i = 0; i < n; i++) {
        if (keys[i] == 0) continue;
        size_t at = slot_of(of, keys[i]);
        of->keys[at] = keys[i];
        of->row_of[at] = rows[i];
    }
    free(keys);
    free(rows);
}

static cell *row_for(learner *of, uint64_t key) {
    size_t at = slot_of(of, key), lanes = (size_t)of->lanes;
    if (of->keys[at] == 0) {
        if (2 * (of->n_rows + 1) > (size_t)1 << of->slot_bits) {
            grow_slots(of);
            at = slot_of(of, key);
        }
        if (of->n_rows == of->capacity) {
            of->capacity = of->capacity == 0 ? 1 << 16 : 2 * of->capacity;
            of->cells = have(realloc(of->cells, of->capacity * lanes * sizeof *of->cells));
            of->n_updates = have(realloc(of->n_updates, of->capacity * sizeof *of->n_updates));
        }
        memset(of->cells + of->n_rows * lanes, 0, lanes * sizeof *of->cells);
        of->n_updates[of->n_rows] = 0;
        of->keys[at] = key;
        of->row_of[at] = (uint32_t)of->n_rows++;
    }
    of->n_updates[of->row_of[at]]++;
    return of->cells + of->row_of[at] * lanes;
}

void learner_score(const learner *of, const uint64_t *features, int n, int32_t *score) {
    memset(score, 0, (size_t)of->lanes * sizeof *score);
    for (int i = 0; i < n; i++) {
        size_t at = slot_of(of, features[i]);
        if (of->keys[at] == 0 || of->n_updates[of->row_of[at]] < of->least_updates) continue;
        const cell *row = of->cells + of->row_of[at] * (size_t)of->lanes;
        for (int lane = 0; lane < of->lanes; lane++) score[lane] += row[lane].weight;
    }
}

void learner_update(learner *of, const uint64_t *features, int n, int lane, int32_t by) {
    for (int i = 0; i < n; i++) {
        cell *at = row_for(of, features[i]) + lane;
        at->total += (int64_t)at->weight * (of->now - at->since);
        at->since = of->now;
        at->weight += by;
    }
}

void learner_trim(learner *of) {
    size_t n_slots = (size_t)1 << of->slot_bits, lanes = (size_t)of->lanes, kept = 0;
    uint64_t *key_of = have(calloc(of->n_rows + 1, sizeof *key_of));
    for (size_t at = 0; at < n_slots; at++)
        if (of->keys[at] != 0) key_of[of->row_of[at]] = of->keys[at];
    memset(of->keys, 0, n_slots * sizeof *of->keys);
    for (size_t row = 0; row < of->n_rows; row++) {
        if (of->n_updates[row] < of->least_updates) continue;
        memmove(of->cells + kept * lanes, of->cells + row * lanes, lanes * sizeof *of->cells);
        of->n_updates[kept] = of->n_updates[row];
        size_t at = slot_of(of, key_of[row]);
        of->keys[at] = key_of[row];
        of->row_of[at] = (uint32_t)kept++;
    }
    free(key_of);
    of->n_rows = of->capacity = kept;
    of->cells = have(realloc(of->cells, (kept + 1) * lanes * sizeof *of->cells));
    of->n_updates = have(realloc(of->n_updates, (kept + 1) * sizeof *of->n_updates));
}

void learner_average(const learner *of, size_t row, double scale, double *out) {
    const cell *cells = of->cells + row * (size_t)of->lanes;
    for (int lane = 0; lane < of->lanes; lane++) {
        int64_t total = cells[lane].total + (int64_t)cells[lane].weight * (of->now - cells[lane].since);
        out[lane] += scale * (double)total / of->now;
    }
}

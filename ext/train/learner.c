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
    learner *self = have(calloc(1, sizeof *self));
    self->lanes = lanes;
    self->slot_bits = 20;
    self->keys = have(calloc((size_t)1 << self->slot_bits, sizeof *self->keys));
    self->row_of = have(calloc((size_t)1 << self->slot_bits, sizeof *self->row_of));
    self->least_updates = least_updates;
    self->now = 1;
    return self;
}

void learner_free(learner *self) {
    if (self == NULL) return;
    free(self->keys);
    free(self->row_of);
    free(self->cells);
    free(self->n_updates);
    free(self);
}

static size_t slot_of(const learner *self, uint64_t key) {
    size_t mask = ((size_t)1 << self->slot_bits) - 1, at = key >> (64 - self->slot_bits);
    while (self->keys[at] != 0 && self->keys[at] != key) at = (at + 1) & mask;
    return at;
}

static void grow_slots(learner *self) {
    size_t n = (size_t)1 << self->slot_bits;
    uint64_t *keys = self->keys;
    uint32_t *rows = self->row_of;
    self->slot_bits++;
    self->keys = have(calloc(2 * n, sizeof *keys));
    self->row_of = have(calloc(2 * n, sizeof *rows));
    for (size_t i = 0; i < n; i++) {
        if (keys[i] == 0) continue;
        size_t at = slot_of(self, keys[i]);
        self->keys[at] = keys[i];
        self->row_of[at] = rows[i];
    }
    free(keys);
    free(rows);
}

static cell *row_for(learner *self, uint64_t key) {
    size_t at = slot_of(self, key), lanes = (size_t)self->lanes;
    if (self->keys[at] == 0) {
        if (2 * (self->n_rows + 1) > (size_t)1 << self->slot_bits) {
            grow_slots(self);
            at = slot_of(self, key);
        }
        if (self->n_rows == self->capacity) {
            self->capacity = self->capacity == 0 ? 1 << 16 : 2 * self->capacity;
            self->cells = have(realloc(self->cells, self->capacity * lanes * sizeof *self->cells));
            self->n_updates = have(realloc(self->n_updates, self->capacity * sizeof *self->n_updates));
        }
        memset(self->cells + self->n_rows * lanes, 0, lanes * sizeof *self->cells);
        self->n_updates[self->n_rows] = 0;
        self->keys[at] = key;
        self->row_of[at] = (uint32_t)self->n_rows++;
    }
    self->n_updates[self->row_of[at]]++;
    return self->cells + self->row_of[at] * lanes;
}

void learner_score(const learner *self, const uint64_t *features, int n, int32_t *score) {
    memset(score, 0, (size_t)self->lanes * sizeof *score);
    for (int i = 0; i < n; i++) {
        size_t at = slot_of(self, features[i]);
        if (self->keys[at] == 0 || self->n_updates[self->row_of[at]] < self->least_updates) continue;
        const cell *row = self->cells + self->row_of[at] * (size_t)self->lanes;
        for (int lane = 0; lane < self->lanes; lane++) score[lane] += row[lane].weight;
    }
}

void learner_update(learner *self, const uint64_t *features, int n, int lane, int32_t by) {
    for (int i = 0; i < n; i++) {
        cell *at = row_for(self, features[i]) + lane;
        at->total += (int64_t)at->weight * (self->now - at->since);
        at->since = self->now;
        at->weight += by;
    }
}

void learner_average(const learner *self, size_t row, double scale, double *out) {
    const cell *cells = self->cells + row * (size_t)self->lanes;
    for (int lane = 0; lane < self->lanes; lane++) {
        int64_t total = cells[lane].total + (int64_t)cells[lane].weight * (self->now - cells[lane].since);
        out[lane] += scale * (double)total / self->now;
    }
}

#include "certain.h"

#include <stdio.h>
#include <stdlib.h>

#include "syntax/model.h"

void decisions_add(decisions *all, uint64_t context, uint8_t taken) {
    if (all->n == all->capacity) {
        all->capacity = all->capacity == 0 ? 1 << 16 : 2 * all->capacity;
        all->items = realloc(all->items, all->capacity * sizeof *all->items);
        if (all->items == NULL) {
            fputs("no memory\n", stderr);
            exit(1);
        }
    }
    all->items[all->n++] = (decision){context, taken};
}

void decisions_free(decisions *all) {
    free(all->items);
    all->items = NULL;
    all->n = all->capacity = 0;
}

static int by_context(const void *a, const void *b) {
    const decision *x = a, *y = b;
    return x->context != y->context ? (x->context > y->context) - (x->context < y->context)
                                    : (x->taken > y->taken) - (x->taken < y->taken);
}

/* The most frequent of some decisions in order, and how often it was taken. */
static uint8_t most_frequent(const decision *items, size_t n, size_t *times) {
    uint8_t best = 0;
    *times = 0;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && items[end].taken == items[i].taken; end++) {
        }
        if (end - i <= *times) continue;
        best = items[i].taken;
        *times = end - i;
    }
    return best;
}

bool slots_put(uint8_t *slots, int bits, uint64_t hash, uint8_t first, uint8_t second) {
    uint32_t mask = (UINT32_C(1) << bits) - 1, at = (uint32_t)(hash >> 32) & mask;
    for (int step = 0; slots[(size_t)at * QL_SLOT + 4] != 0; at = (at + 1) & mask)
        if (++step == QL_MOST_STEPS) return false;
    uint8_t *slot = slots + (size_t)at * QL_SLOT;
    for (int i = 0; i < 4; i++) slot[i] = (uint8_t)(hash >> (8 * i));
    slot[4] = first;
    slot[5] = second;
    return true;
}

size_t decisions_write(decisions *all, uint8_t *slots, int bits) {
    size_t placed = 0;
    if (all->n != 0) qsort(all->items, all->n, sizeof *all->items, by_context);
    for (size_t i = 0, end; i < all->n; i = end) {
        size_t times;
        for (end = i; end < all->n && all->items[end].context == all->items[i].context; end++) {
        }
        uint8_t taken = most_frequent(all->items + i, end - i, &times);
        if (end - i < all->least || (end - i - times) * 1000 > (end - i) * all->others) continue;
        placed += slots_put(slots, bits, all->items[i].context, (uint8_t)(taken + 1), 0);
    }
    return placed;
}

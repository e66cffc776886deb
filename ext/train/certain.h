/* Decisions of the parser that were taken again and again where the same things stood, and hardly ever another. */
#ifndef CERTAIN_H
#define CERTAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct decision {
    uint64_t context;
    uint8_t taken;
} decision;

typedef struct decisions {
    decision *items;
    size_t n, capacity;
    size_t least;  /* how often something has to be decided in a context before it is certain there */
    size_t others; /* how often in a thousand it may have been decided otherwise */
} decisions;

/* Put two values, the first not nought, into 2^bits slots that model.c reads; false where they are so full that it
   would not find them. */
bool slots_put(uint8_t *slots, int bits, uint64_t hash, uint8_t first, uint8_t second);

void decisions_add(decisions *all, uint64_t context, uint8_t taken);

/* Add what is certain to 2^bits slots, as model.c reads them; how many that are.  Sorts what it is given. */
size_t decisions_write(decisions *all, uint8_t *slots, int bits);

void decisions_free(decisions *all);

#endif

#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct ql_arena_block {
    ql_arena_block *older;
    size_t used, capacity;
    alignas(max_align_t) unsigned char data[];
};

enum { FIRST_BLOCK = 4096 };

static ql_arena_block *block_new(ql_arena *arena, size_t least) {
    size_t capacity = arena->newest != NULL ? arena->newest->capacity : FIRST_BLOCK / 2;
    capacity = capacity <= SIZE_MAX / 4 ? capacity * 2 : capacity;
    if (capacity < least) capacity = least;
    if (capacity > SIZE_MAX - sizeof(ql_arena_block)) return NULL;
    ql_arena_block *block = malloc(sizeof *block + capacity);
    if (block == NULL) return NULL;
    block->older = arena->newest;
    block->used = 0;
    block->capacity = capacity;
    arena->newest = block;
    return block;
}

void *ql_arena_alloc(ql_arena *arena, size_t count, size_t size) {
    const size_t align = alignof(max_align_t);
    if (size != 0 && count > (SIZE_MAX - align) / size) return NULL;
    size_t n_bytes = (count * size + align - 1) / align * align;
    ql_arena_block *block = arena->newest;
    if (block == NULL || n_bytes > block->capacity - block->used) {
        block = block_new(arena, n_bytes);
        if (block == NULL) return NULL;
    }
    void *memory = block->data + block->used;
    block->used += n_bytes;
    return memory;
}

void *ql_arena_copy(ql_arena *arena, const void *from, size_t count, size_t size) {
    void *to = ql_arena_alloc(arena, count, size);
    if (to != NULL && count != 0) memcpy(to, from, count * size);
    return to;
}

void ql_arena_free(ql_arena *arena) {
    ql_arena_block *block = arena->newest;
    while (block != NULL) {
        ql_arena_block *older = block->older;
        free(block);
        block = older;
    }
    arena->newest = NULL;
}

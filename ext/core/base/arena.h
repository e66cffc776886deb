/* Memory that is freed together: every array of a result lies in one arena. */
#ifndef QL_ARENA_H
#define QL_ARENA_H

#include <stddef.h>

typedef struct ql_arena_block ql_arena_block;

/* All zero is an empty arena. */
typedef struct ql_arena {
    ql_arena_block *newest;
} ql_arena;

/* `count` elements of `size` bytes, aligned for any type, not cleared.  NULL where memory is short or the
   product overflows; the arena stays usable.  Never NULL for a count of 0. */
void *ql_arena_alloc(ql_arena *arena, size_t count, size_t size);

/* A copy of `count` elements of `size` bytes at `from`, which may be NULL if count is 0. */
void *ql_arena_copy(ql_arena *arena, const void *from, size_t count, size_t size);

void ql_arena_free(ql_arena *arena);

#endif

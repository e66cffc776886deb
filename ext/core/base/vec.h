/* A growable array, typed: VEC_DEFINE(ql_tokens, ql_token) makes the struct ql_tokens {items, n, capacity} and
   ql_tokens_push, _reserve, _clear and _free.  All zero is an empty one.  Growth is committed only after the
   allocation worked, so a failed push leaves the array as it was. */
#ifndef QL_VEC_H
#define QL_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "quotelens.h"

/* The capacity to grow to for `least` elements of `size` bytes; 0 if no such array can exist. */
static inline size_t vec_grown(size_t capacity, size_t least, size_t size) {
    const size_t most = PTRDIFF_MAX / size;
    if (least > most) return 0;
    size_t next = capacity < 16 ? 16 : capacity <= most / 2 ? capacity * 2 : most;
    return next < least ? least : next;
}

/* In `n` items of `size` bytes that are ordered by an int32_t at `offset`: the first whose key is not
   below `key`, or n. */
static inline int32_t vec_lower_bound(const void *items, size_t n, size_t size, size_t offset, int32_t key) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (*(const int32_t *)(const void *)((const char *)items + middle * size + offset) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return (int32_t)low;
}

/* Not every array uses all of its functions. */
#if defined(__GNUC__)
#define VEC_FUNCTION __attribute__((unused)) static inline
#else
#define VEC_FUNCTION static inline
#endif

#define VEC_DEFINE(name, type)                                                             \
    typedef struct name {                                                                  \
        type *items;                                                                       \
        size_t n, capacity;                                                                \
    } name;                                                                                \
    /* Room for `more` elements after the last; false where memory is short. */            \
    VEC_FUNCTION bool name##_reserve(name *vec, size_t more) {                             \
        if (more <= vec->capacity - vec->n) return true;                                   \
        if (more > SIZE_MAX - vec->n) return false;                                        \
        size_t capacity = vec_grown(vec->capacity, vec->n + more, sizeof(type));           \
        type *items = capacity != 0 ? realloc(vec->items, capacity * sizeof(type)) : NULL; \
        if (items == NULL) return false;                                                   \
        vec->items = items;                                                                \
        vec->capacity = capacity;                                                          \
        return true;                                                                       \
    }                                                                                      \
    VEC_FUNCTION bool name##_push(name *vec, type item) {                                  \
        if (!name##_reserve(vec, 1)) return false;                                         \
        vec->items[vec->n++] = item;                                                       \
        return true;                                                                       \
    }                                                                                      \
    VEC_FUNCTION void name##_clear(name *vec) {                                            \
        vec->n = 0;                                                                        \
    }                                                                                      \
    VEC_FUNCTION void name##_free(name *vec) {                                             \
        free(vec->items);                                                                  \
        *vec = (name){0};                                                                  \
    }

VEC_DEFINE(ql_ints, int32_t)
VEC_DEFINE(ql_spans, ql_span)

#endif

/* Little-endian numbers out of bytes that stand anywhere.  Compilers see one load. */
#ifndef QL_BYTES_H
#define QL_BYTES_H

#include <stdint.h>

static inline uint32_t ql_load4(const void *from) {
    const uint8_t *b = from;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t ql_load8(const void *from) {
    const uint8_t *b = from;
    return b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 |
           (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

#endif

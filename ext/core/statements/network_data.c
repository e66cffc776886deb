/* The weights of the reader. */
#include "base/embed.h"
#include "statements/network.h"

#ifndef QL_NETWORK_FILE
#define QL_NETWORK_FILE "ext/model/reader.bin"
#endif

QL_EMBED(ql_network, QL_NETWORK_FILE);

const uint8_t *ql_network_bytes(size_t *n_bytes) {
    /* cppcheck-suppress comparePointers ; they are the ends of one block, which the assembler makes */
    *n_bytes = (size_t)(ql_network_end - ql_network_start);
    return ql_network_start;
}

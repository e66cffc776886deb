/* The weights of tagger and parser. */
#include "base/embed.h"
#include "syntax/model.h"

#ifndef QL_MODEL_FILE
#define QL_MODEL_FILE "ext/model/english.bin"
#endif

QL_EMBED(ql_model, QL_MODEL_FILE);

const uint8_t *ql_model_bytes(size_t *n_bytes) {
    /* cppcheck-suppress comparePointers ; they are the ends of one block, which the assembler makes */
    *n_bytes = (size_t)(ql_model_end - ql_model_start);
    return ql_model_start;
}

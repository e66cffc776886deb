/* The weights themselves, put into the object file as they are by the assembler.  The file's path, seen from the folder
   that the compiler runs in, is QL_MODEL_FILE; the build passes it. */
#include "model.h"

#ifndef QL_MODEL_FILE
#define QL_MODEL_FILE "ext/model/english.bin"
#endif

#ifdef __APPLE__
#define SYMBOL(name) "_" name
#define SECTION ".const_data"
#else
#define SYMBOL(name) name
#define SECTION ".section .rodata"
#endif

__asm__(SECTION "\n"
        ".globl " SYMBOL("ql_model_start") "\n"
        ".globl " SYMBOL("ql_model_end") "\n"
        ".balign 64\n" SYMBOL("ql_model_start") ":\n"
        ".incbin \"" QL_MODEL_FILE "\"\n" SYMBOL("ql_model_end") ":\n"
        ".byte 0\n"
        ".text\n");

extern const uint8_t ql_model_start[] __attribute__((visibility("hidden")));
extern const uint8_t ql_model_end[] __attribute__((visibility("hidden")));

const uint8_t *ql_model_bytes(size_t *n_bytes) {
    *n_bytes = (size_t)(ql_model_end - ql_model_start);
    return ql_model_start;
}

/* The weights themselves, put into the object file as they are by the assembler.  The file's path, seen from the
   folder that the compiler runs in, is QL_MODEL_FILE. */
#include "syntax/model.h"

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

#define START SYMBOL("ql_model_start")
#define END SYMBOL("ql_model_end")
#define LINE(text) text "\n"

__asm__(LINE(SECTION) LINE(".globl " START) LINE(".globl " END) LINE(".balign 64") LINE(START ":")
            LINE(".incbin \"" QL_MODEL_FILE "\"") LINE(END ":") LINE(".byte 0") LINE(".text"));

extern const uint8_t ql_model_start[] __attribute__((visibility("hidden")));
extern const uint8_t ql_model_end[] __attribute__((visibility("hidden")));

const uint8_t *ql_model_bytes(size_t *n_bytes) {
    /* cppcheck-suppress comparePointers ; they are the ends of one block, which the assembler makes */
    *n_bytes = (size_t)(ql_model_end - ql_model_start);
    return ql_model_start;
}

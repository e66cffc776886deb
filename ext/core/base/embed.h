/* QL_EMBED(name, file) has the assembler copy the bytes of a file into the object file, and defines name_start and
   name_end.  The file's path is seen from the folder that the compiler runs in. */
#ifndef QL_EMBED_H
#define QL_EMBED_H

#include <stdint.h>

#ifdef __APPLE__
#define QL_SYMBOL(name) "_" name
#define QL_SECTION ".const_data"
#else
#define QL_SYMBOL(name) name
#define QL_SECTION ".section .rodata"
#endif

#define QL_LINE(text) text "\n"

#define QL_EMBED(name, file)                                                                       \
    __asm__(QL_LINE(QL_SECTION) QL_LINE(".globl " QL_SYMBOL(#name "_start"))                       \
                QL_LINE(".globl " QL_SYMBOL(#name "_end")) QL_LINE(".balign 64")                   \
                    QL_LINE(QL_SYMBOL(#name "_start") ":") QL_LINE(".incbin \"" file "\"")         \
                        QL_LINE(QL_SYMBOL(#name "_end") ":") QL_LINE(".byte 0") QL_LINE(".text")); \
    extern const uint8_t name##_start[] __attribute__((visibility("hidden")));                     \
    extern const uint8_t name##_end[] __attribute__((visibility("hidden")))

#endif

/* What the C tests share: a check that is counted, and the closing line.  One program includes it once. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int n_passed, n_failed;

#define CHECK(condition)                                                   \
    do {                                                                   \
        if (condition) {                                                   \
            n_passed++;                                                    \
        } else {                                                           \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            n_failed++;                                                    \
        }                                                                  \
    } while (0)

/* Print how it went; the exit status of the program. */
static inline int close_checks(void) {
    printf("%d passed, %d failed\n", n_passed, n_failed);
    return n_failed != 0;
}

#endif

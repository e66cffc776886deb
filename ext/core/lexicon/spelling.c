#include "lexicon/spelling.h"

#include <string.h>

#include "tables/spellings.h"

const ql_spelling *ql_spelling_of(const char *folded, size_t n) {
    size_t low = 0, high = sizeof spellings / sizeof spellings[0];
    while (low < high) {
        size_t middle = (low + high) / 2, length = strlen(spellings[middle].from);
        int order = memcmp(spellings[middle].from, folded, length < n ? length : n);
        if (order == 0) order = (length > n) - (length < n);
        if (order == 0) return &spellings[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

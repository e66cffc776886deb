/* Properties of code points that words and sentences are made by. */
#ifndef QL_PROPS_H
#define QL_PROPS_H

#include <stdint.h>

#include "tables/ucd.h"

/* A QL_WB_ class, with QL_WB_PICTOGRAPHIC or-ed to it.  `code` is at most 10FFFF. */
static inline uint8_t ql_word_property(uint32_t code) {
    return ql_ucd_word_pages[ql_ucd_word_index[code / QL_UCD_PAGE] * QL_UCD_PAGE + code % QL_UCD_PAGE];
}

/* A QL_SB_ class.  `code` is at most 10FFFF. */
static inline uint8_t ql_sentence_property(uint32_t code) {
    return ql_ucd_sentence_pages[ql_ucd_sentence_index[code / QL_UCD_PAGE] * QL_UCD_PAGE + code % QL_UCD_PAGE];
}

#endif

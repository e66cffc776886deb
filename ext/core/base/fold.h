/* Case folding and normal forms.  The only file that includes utf8proc is fold.c. */
#ifndef QL_FOLD_H
#define QL_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quotelens.h"

/* Fold a word for look-up and comparison: case folding, NFKC, typographic apostrophes and hyphens made ASCII, soft
   hyphens and joiners dropped.  ASCII takes a path of its own.  Malformed bytes become U+FFFD.
   Writes at most `capacity` bytes to `out`, without a NUL, and the length to *n_out.  If it does not fit, nothing
   useful is in `out`, *n_out is the capacity needed (or more) and the result is false. */
bool ql_fold(const char *bytes, size_t n_bytes, char *out, size_t capacity, size_t *n_out);

/* The letter under its accents: 'e' for U+00E9, 'o' for U+00F8; 0 for a combining mark; `code` itself if
   it has none. */
uint32_t ql_base_letter(uint32_t code);

/* The letters of `code` taken apart (NFD), without combining marks and in lower case: how many. */
enum { QL_MOST_BARE = 18 };
int ql_bare_letters(uint32_t code, int32_t out[QL_MOST_BARE]);

/* `code`, a valid one, as UTF-8: at most four bytes, how many. */
int32_t ql_utf8_encode(uint32_t code, char *out);

/* General category as utf8proc's two letters packed: ('L' << 8 | 'u'). */
uint16_t ql_category(uint32_t code);
bool ql_is_letter(uint32_t code);
bool ql_is_upper(uint32_t code); /* upper or title case */
bool ql_is_lower(uint32_t code);
bool ql_is_digit(uint32_t code); /* Nd */
bool ql_is_space(uint32_t code); /* White_Space */
bool ql_is_alnum(uint32_t code); /* L*, N* */

#endif

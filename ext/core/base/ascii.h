/* ASCII letters and digits, without a locale; and a judgement on words that tokens and sentences share. */
#ifndef QL_ASCII_H
#define QL_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static inline bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
static inline bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
static inline bool is_letter(char c) {
    return is_upper(c) || is_lower(c);
}
static inline char lower(char c) {
    return is_upper(c) ? (char)(c | 0x20) : c;
}

/* U.S, p.m, U.S.A: single letters with stops between, without the last stop. */
static inline bool is_dotted(const char *bytes, int32_t n) {
    if (n < 3 || n % 2 == 0) return false;
    for (int32_t i = 0; i < n; i++)
        if (i % 2 == 0 ? !is_letter(bytes[i]) : bytes[i] != '.') return false;
    return true;
}

#endif

/* What a token can be by a regular expression: addresses, dates, times. */
#include "text/patterns.h"

#define CLOSERS "\"“”«»…—<>"
#define IN_PARENTHESES "\\([^\\s()" CLOSERS "]{0,200}\\)"
/* Punctuation counts where more follows.  Possessive, so that a row of it costs one look and no backtracking. */
#define TRAILING ".,;:!?'’‘*\\]}"
#define URL_REST "(?:[" TRAILING "]*+(?:[^\\s()" CLOSERS TRAILING "]++|" IN_PARENTHESES "))++"

/* Top-level domains that are not English words, so that "said.So" is not a host. */
#define TOP_LEVEL                                                                                       \
    "(?:(?:com|org|net|edu|gov|ac|co)\\.[a-z]{2}|com|org|net|edu|gov|mil|int|info|biz|tv|fm|io|eu|news" \
    "|uk|de|fr|nl|jp|cn|ru|au|ca|ch|se|pl|br|kr|nz|ie|dk)"
#define HOST "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.){1,8}" TOP_LEVEL "(?![\\w@-]|\\.\\w)"

static const ql_pattern_source sources[QL_TEXT_PATTERNS] = {
    [QL_PATTERN_URL] = {"(?:(?:https?|ftps?)://|www\\.)" URL_REST "|" HOST "(?:[/?#]" URL_REST "|/)?", true},
    [QL_PATTERN_EMAIL] = {"[\\w.%+-]{1,64}@[a-z0-9](?:[a-z0-9_-]{0,62}(?:\\.[a-z0-9][a-z0-9-]{0,62}){0,8})"
                          "(?<![-_])",
                          true},
    [QL_PATTERN_DATE] = {"(?:\\d{4}-\\d{1,2}-\\d{1,2}|\\d{4}/\\d{1,2}/\\d{1,2}|\\d{1,2}-\\d{1,2}-(?:\\d{4}|\\d{2})"
                         "|\\d{1,2}/\\d{1,2}/(?:\\d{4}|\\d{2})|\\d{1,2}\\.\\d{1,2}\\.\\d{4})"
                         "(?![\\w/]|[-.]\\d)",
                         false},
    [QL_PATTERN_TIME] = {"(?:[01]?\\d|2[0-4])[:.][0-5]\\d(?:[:.][0-5]\\d(?:[.,]\\d{1,3})?)?(?!\\d|[:.]\\d)", false},
};

ql_status ql_text_patterns_new(ql_patterns **out, ql_error *error) {
    return ql_patterns_new(sources, QL_TEXT_PATTERNS, out, error);
}

/* What a line of a page can be by a regular expression.  Those of the classes of lines are generated. */
#include "page/patterns.h"

#include "tables/page_patterns.h"

#define MONTHS "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
#define MONTH_NAMES                                                                                    \
    "(?:january|february|march|april|may|june|july|august|september|october|november|december|" MONTHS \
    "\\.?|sept\\.?)"
/* A month's name; glued to the small letter before it, as scraped lines often have it, only with a capital. */
#define DAY_NAME_START "(?:(?<!\\p{L})|(?<=\\p{Ll})(?=\\p{Lu}))(?i:(" MONTHS ")[a-z]*)"
#define NAME "\\p{Lu}[\\p{L}'’.-]{0,30}"

static const ql_pattern_source sources[QL_PAGE_PATTERNS] = {
    [QL_PATTERN_DATELINE] = {"[ \\t]*(\\p{Lu}[\\p{Lu} .'’-]{1,30}(?:,[ ]\\p{L}[\\p{L} .]{1,25}){0,2})"
                             "(?:,[ ](?i:" MONTH_NAMES ")[ ]\\d{1,2}(?:,[ ]\\d{4})?)?"
                             "(?:[ ]\\(([^()\\n]{2,40})\\))?[ ]?(?:--|[-–—:])[ ]",
                             false},
    [QL_PATTERN_BYLINE] = {"[ \\t]*(?:[Bb]y|BY)[: ][ \\t]*(" NAME "(?:[ ](?:" NAME
                           "|de|da|di|van|von|der|al|bin|el|la))"
                           "{0,4}(?:(?:,[ ]|[ ]and[ ]|[ ]AND[ ]|[ ]&[ ])" NAME "(?:[ ]" NAME "){0,4}){0,4})"
                           "(?:[ ]*[,|–—-][ ]*[^\\n]{0,60})?[ \\t]*(?=\\r?(?:\\n|\\z))",
                           false},
    [QL_PATTERN_DAY] = {"(?<![\\d.,/-])(?:"
                        "(\\d{4})-(\\d{2})-(\\d{2})(?!\\d)"
                        "|" DAY_NAME_START "[.]?[ ](\\d{1,2})(?:st|nd|rd|th)?,?[ ]((?:19|20)\\d{2})"
                        "|(\\d{1,2})(?:st|nd|rd|th)?[ ](?i:(" MONTHS ")[a-z]*)[.]?,?[ ]((?:19|20)\\d{2})"
                        "|(\\d{1,2})/(\\d{1,2})/((?:20)?\\d{2})(?![\\d/]))",
                        false},
    [QL_PATTERN_CLOCK] =
        {"(?<!\\d)([01]?\\d|2[0-3])[:.]([0-5]\\d)(?::[0-5]\\d)?(?!\\d)[ ]?(?:([ap])[.]?m\\b[.]?)?[ ]?"
         "(?:(GMT|UTC|Z|EST|EDT|ET|CST|CDT|MST|MDT|PST|PDT|PT|BST|CET|CEST|EET|EEST|MSK|IST|PKT|MYT|SGT"
         "|HKT|CT|JST|KST|AEST|AEDT|NZST|NZDT|SAST|CAT|EAT|WAT)?([+-]\\d{1,2})?(?![\\w]))?",
         true},
    [QL_PATTERN_PAGE_BY] = {PAGE_BY, true},
    [QL_PATTERN_PAGE_STOP] = {PAGE_STOP, true},
    [QL_PATTERN_PAGE_SECTION] = {PAGE_SECTION, true},
    [QL_PATTERN_PAGE_CALL] = {PAGE_CALL, true},
    [QL_PATTERN_PAGE_SERVICE] = {PAGE_SERVICE, true},
    [QL_PATTERN_PAGE_CAPTION] = {PAGE_CAPTION, true},
    [QL_PATTERN_PAGE_WHEN] = {PAGE_WHEN, true},
};

ql_status ql_page_patterns_new(ql_patterns **out, ql_error *error) {
    return ql_patterns_new(sources, QL_PAGE_PATTERNS, out, error);
}

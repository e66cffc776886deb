/* The name in a mention: a run of capitals, and what joins them, that ends a noun phrase. */
#include "entity.h"

#include "ascii.h"

bool ql_joins_name(const ql_run *run, int32_t i) {
    static const char *const particles[] = {"of",  "for", "and", "the", "de",  "la",
                                            "van", "von", "bin", "al",  "del", NULL};
    if (ql_is_char(run, i, '&') || ql_is_char(run, i, '-') || ql_is_char(run, i, '/')) return true;
    if (ql_is_one_word(run, i, particles)) return true;
    const ql_token *token = ql_token_of(run, i);
    return token->end - token->start == 2 && ql_tag_of(run, i) == QL_TAG_PROPN;
}

bool ql_is_title(const ql_run *run, int32_t i) {
    return ql_has(run, i, QL_WORD_HONORIFIC | QL_WORD_ROLE_TITLE | QL_WORD_ROLE) ||
           (ql_kind(run, i) == QL_TOKEN_ABBREVIATION && ql_has(run, i, QL_WORD_ABBREVIATION) &&
            ql_token_of(run, i)->end - ql_token_of(run, i)->start > 2 && !ql_flag(run, i, QL_TOKEN_ALL_CAPS));
}

ql_reach ql_first_part(const ql_run *run, const ql_mention *mention) {
    ql_reach part = {mention->first_token, mention->first_token};
    while (part.end < mention->end_token) {
        bool stops = ql_is_char(run, part.end, ',') || ql_is_char(run, part.end, '(') ||
                     ql_kind(run, part.end) == QL_TOKEN_MARK || ql_has(run, part.end, QL_WORD_RELATIVE);
        if (stops && part.end > mention->head) break;
        if (stops) part.first = part.end + 1; /* what stands before the head's own part */
        part.end++;
    }
    if (part.first >= part.end) part.first = mention->first_token;
    return part;
}

bool ql_is_name_word(const ql_run *run, int32_t i) {
    uint8_t tag = ql_tag_of(run, i);
    bool nominal =
        tag == QL_TAG_PROPN || tag == QL_TAG_NOUN || tag == QL_TAG_ADJ || tag == QL_TAG_X || tag == QL_TAG_NUM;
    if (ql_has(run, i, QL_WORD_WEEKDAY | QL_WORD_MONTH)) return false;
    if (ql_verb_forms(run, i) & QL_VERB_S && ql_has(run, i, QL_WORD_CUE_VERB)) return false; /* in a headline */
    return (ql_is_capital(run, i) || ql_kind(run, i) == QL_TOKEN_ABBREVIATION) && nominal;
}

int32_t ql_name_end(const ql_run *run, int32_t i, int32_t end, bool is_body) {
    int32_t last = i;
    for (; i < end; i++) {
        if (ql_is_name_word(run, i))
            last = i + 1;
        else if (!ql_joins_name(run, i) || (!is_body && ql_has(run, i, QL_WORD_PREPOSITION | QL_WORD_COORDINATOR)))
            break;
    }
    return last;
}

static bool is_body_kind(uint8_t kind) {
    return kind == QL_MENTION_ORGANISATION || kind == QL_MENTION_OUTLET || kind == QL_MENTION_AGENCY ||
           kind == QL_MENTION_DOCUMENT;
}

/* "a Fox News poll", "the Clinton campaign": from the first capital to the head. */
static ql_reach named_head(const ql_run *run, ql_reach part, int32_t head) {
    int32_t first = part.first;
    while (first < head && (!ql_is_name_word(run, first) ||
                            (ql_flag(run, first, QL_TOKEN_FIRST) && ql_tag_of(run, first) != QL_TAG_PROPN)))
        first++;
    return first < head ? (ql_reach){first, head + 1} : (ql_reach){0, 0};
}

/* A person's name less what stands before it: "former Gov. Jeb Bush", "Texas Senator Ted Cruz". */
static ql_reach without_titles(const ql_run *run, ql_reach name) {
    if (name.end - name.first > 1 && ql_has(run, name.end - 1, QL_WORD_ROLE_TITLE))
        return (ql_reach){0, 0}; /* "Acme CEO" */
    for (int32_t i = name.end - 2; i >= name.first; i--)
        if (ql_is_title(run, i) && ql_is_capital(run, i + 1)) {
            name.first = i + 1;
            break;
        }
    return name;
}

/* Does a preposition stand before token i, with an article at the most between? */
static bool is_governed(const ql_run *run, int32_t first, int32_t i) {
    if (i > first && ql_has(run, i - 1, QL_WORD_DETERMINER)) i--;
    return i > first && ql_has(run, i - 1, QL_WORD_PREPOSITION);
}

/* The last run of capitals in a part that ends a noun phrase and hangs on no preposition: "columnist Hugh Hewitt",
   "Texas Senator Ted Cruz"; not "Australian" of "Australian woman". */
static ql_reach last_name(const ql_run *run, ql_reach part, int32_t head) {
    ql_reach found = {0, 0};
    for (int32_t i = part.first; i < part.end; i++) {
        if (!ql_is_name_word(run, i)) continue;
        ql_reach name = {i, ql_name_end(run, i, part.end, false)};
        uint8_t next = name.end < part.end ? ql_tag_of(run, name.end) : QL_TAG_PUNCT;
        bool modifies = next == QL_TAG_NOUN || next == QL_TAG_ADJ || next == QL_TAG_PART || next == QL_TAG_CCONJ ||
                        (next == QL_TAG_PUNCT && name.end < part.end && ql_is_char(run, name.end, '-'));
        bool holds_head = head >= name.first && head < name.end && next != QL_TAG_NOUN && next != QL_TAG_ADJ;
        if (holds_head || (!modifies && !is_governed(run, part.first, i))) found = name;
        i = name.end - 1;
        if (found.end == name.end && (ql_verb_forms(run, name.end < part.end ? name.end : i) & QL_VERB_S))
            break; /* a headline */
    }
    return found.end > found.first ? without_titles(run, found) : found;
}

static bool is_known_first(const ql_run *run, int32_t i) {
    return ql_flag(run, i, QL_TOKEN_FIRST) && ql_classes(run, i) != 0 &&
           !ql_has(run, i, QL_WORD_FEMALE | QL_WORD_MALE | QL_WORD_OUTLET | QL_WORD_AGENCY | QL_WORD_BODY_NAME) &&
           ql_tag_of(run, i) != QL_TAG_PROPN;
}

ql_reach ql_name_in(const ql_run *run, const ql_mention *mention) {
    static const ql_reach none = {0, 0};
    if (mention->kind == QL_MENTION_PRONOUN || mention->kind == QL_MENTION_NONE || mention->kind == QL_MENTION_GROUP)
        return none;
    ql_reach part = ql_first_part(run, mention);
    bool body = is_body_kind(mention->kind);
    if (part.end > part.first && ql_kind(run, part.end - 1) == QL_TOKEN_CLITIC) part.end--;
    if (!body) {
        int32_t second = ql_dependent(run, mention->head, QL_RELATION_BIT(CONJ));
        bool two = second > mention->head && second < part.end && ql_is_name_word(run, second) &&
                   !ql_is_title(run, second) && ql_is_name_word(run, mention->head) &&
                   !ql_is_title(run, mention->head);
        if (two) { /* "Ann Lee and Bo Orr": the first of them */
            int32_t joint = ql_dependent(run, second, QL_RELATION_BIT(CC));
            if (joint > mention->head) part.end = joint;
        }
        ql_reach name = last_name(run, part, mention->head);
        bool first = name.end - name.first == 1 && (is_known_first(run, name.first) || ql_is_title(run, name.first));
        return name.end > name.first && !first ? name : none; /* "Voters": a capital by its place */
    }
    if (ql_has(run, mention->head, QL_WORD_LETTER) &&
        ql_dependent(run, mention->head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE)
        return none; /* "Ren's memo" is called by its owner */
    if (mention->head < part.end && !ql_is_capital(run, mention->head)) {
        ql_reach behind =
            last_name(run, (ql_reach){mention->head + 1, part.end}, mention->head); /* "the firm Acme" */
        return behind.end > behind.first && behind.first == mention->head + 1 ? behind
                                                                              : named_head(run, part, mention->head);
    }
    int32_t from = mention->head;
    while (from > part.first &&
           (ql_is_capital(run, from - 1) ||
            (ql_joins_name(run, from - 1) && from - 1 > part.first && ql_is_capital(run, from - 2))))
        from--;
    ql_reach name = {from, ql_name_end(run, mention->head, part.end, true)};
    for (int32_t i = name.first + 1; i + 1 < name.end; i++)
        if (ql_has(run, i, QL_WORD_ROLE_TITLE)) return without_titles(run, name); /* "FBI Director Ann Lee" */
    bool first = name.end - name.first == 1 && is_known_first(run, name.first);
    return name.end > name.first && !first ? name : none;
}

uint8_t ql_role_of_words(const ql_run *run, ql_reach words) {
    uint64_t all = 0;
    for (int32_t i = words.first; i < words.end; i++) all |= ql_classes(run, i);
    bool wire = words.end - words.first > 1 && ql_has(run, words.end - 1, QL_WORD_WIRE); /* "Associated Press" */
    if (wire || (all & QL_WORD_AGENCY)) return QL_STEP_AGENCY;
    if (all & (QL_WORD_OUTLET | QL_WORD_OUTLET_NOUN)) return QL_STEP_OUTLET;
    if (all & (QL_WORD_BODY | QL_WORD_BODY_NAME | QL_WORD_BODY_SUFFIX)) return QL_STEP_ORGANISATION;
    return QL_STEP_SPEAKER;
}

bool ql_same_word(const ql_run *run, int32_t a, int32_t b) {
    const ql_token *x = ql_token_of(run, a), *y = ql_token_of(run, b);
    if (x->end - x->start != y->end - y->start) return false;
    for (int32_t i = 0; i < x->end - x->start; i++)
        if (lower(run->text->bytes[x->start + i]) != lower(run->text->bytes[y->start + i])) return false;
    return true;
}

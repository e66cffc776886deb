/* The words of names, and the name of a document. */
#include "people/entity.h"

#include "base/ascii.h"

bool ql_joins_name(const ql_document *doc, int32_t i) {
    if (ql_is_char(doc, i, '&') || ql_is_char(doc, i, '-') || ql_is_char(doc, i, '/')) return true;
    if (ql_has(doc, i, QL_WORD_NAME_JOINT, QL_WORD_NAME_PARTICLE)) return true;
    const ql_token *token = ql_token_of(doc, i);
    return token->end - token->start == 2 && ql_tag_of(doc, i) == QL_TAG_PROPN;
}

bool ql_is_title(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_HONORIFIC, QL_WORD_ROLE_TITLE, QL_WORD_ROLE) ||
           (ql_kind(doc, i) == QL_TOKEN_ABBREVIATION && ql_has(doc, i, QL_WORD_ABBREVIATION) &&
            ql_token_of(doc, i)->end - ql_token_of(doc, i)->start > 2 && !ql_flag(doc, i, QL_TOKEN_ALL_CAPS));
}

ql_token_range ql_first_part(const ql_document *doc, const ql_mention *mention) {
    ql_token_range part = {mention->first_token, mention->first_token};
    while (part.end < mention->end_token) {
        bool stops = ql_is_char(doc, part.end, ',') || ql_is_char(doc, part.end, '(') ||
                     ql_kind(doc, part.end) == QL_TOKEN_MARK || ql_has(doc, part.end, QL_WORD_RELATIVE);
        if (stops && part.end > mention->head) break;
        if (stops) part.first = part.end + 1; /* what is before the head's own part */
        part.end++;
    }
    if (part.first >= part.end) part.first = mention->first_token;
    return part;
}

bool ql_is_name_word(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    bool nominal =
        tag == QL_TAG_PROPN || tag == QL_TAG_NOUN || tag == QL_TAG_ADJ || tag == QL_TAG_X || tag == QL_TAG_NUM;
    if (ql_has(doc, i, QL_WORD_WEEKDAY, QL_WORD_MONTH)) return false;
    if (ql_verb_forms(doc, i) & QL_VERB_S && ql_has(doc, i, QL_WORD_CUE_VERB)) return false; /* in a headline */
    return (ql_is_capital(doc, i) || ql_kind(doc, i) == QL_TOKEN_ABBREVIATION) && nominal;
}

int32_t ql_name_end(const ql_document *doc, int32_t i, int32_t end, bool is_body) {
    int32_t last = i;
    for (; i < end; i++) {
        if (ql_is_name_word(doc, i))
            last = i + 1;
        else if (!ql_joins_name(doc, i) || (!is_body && ql_has(doc, i, QL_WORD_PREPOSITION, QL_WORD_COORDINATOR)))
            break;
    }
    return last;
}

/* "a Fox News poll", "the Holm campaign": from the first capital to the head. */
static ql_token_range named_head(const ql_document *doc, ql_token_range part, int32_t head) {
    int32_t first = part.first;
    while (first < head && (!ql_is_name_word(doc, first) ||
                            (ql_flag(doc, first, QL_TOKEN_FIRST) && ql_tag_of(doc, first) != QL_TAG_PROPN)))
        first++;
    return first < head ? (ql_token_range){first, head + 1} : (ql_token_range){0, 0};
}

/* A person's name less what is before it: "former Gov. Bo Li", "Norvik Senator Ida Brandt". */
static ql_token_range without_titles(const ql_document *doc, ql_token_range name) {
    if (name.end - name.first > 1 && ql_has(doc, name.end - 1, QL_WORD_ROLE_TITLE))
        return (ql_token_range){0, 0}; /* "Acme CEO" */
    for (int32_t i = name.end - 2; i >= name.first; i--)
        if (ql_is_title(doc, i) && ql_is_capital(doc, i + 1)) {
            name.first = i + 1;
            break;
        }
    return name;
}

/* Does a preposition stand before token i, with an article at most between? */
static bool is_governed(const ql_document *doc, int32_t first, int32_t i) {
    if (i > first && ql_has(doc, i - 1, QL_WORD_DETERMINER)) i--;
    return i > first && ql_has(doc, i - 1, QL_WORD_PREPOSITION);
}

/* The last run of capitals in a part that ends a noun phrase and hangs on no preposition: "columnist Ida Brandt",
   "Norvik Senator Bo Li"; not "Australian" of "Australian woman". */
static ql_token_range last_name(const ql_document *doc, ql_token_range part, int32_t head) {
    ql_token_range found = {0, 0};
    for (int32_t i = part.first; i < part.end; i++) {
        if (!ql_is_name_word(doc, i)) continue;
        ql_token_range name = {i, ql_name_end(doc, i, part.end, false)};
        uint8_t next = name.end < part.end ? ql_tag_of(doc, name.end) : QL_TAG_PUNCT;
        bool modifies = next == QL_TAG_NOUN || next == QL_TAG_ADJ || next == QL_TAG_PART || next == QL_TAG_CCONJ ||
                        (next == QL_TAG_PUNCT && name.end < part.end && ql_is_char(doc, name.end, '-'));
        bool holds_head = head >= name.first && head < name.end && next != QL_TAG_NOUN && next != QL_TAG_ADJ;
        if (holds_head || (!modifies && !is_governed(doc, part.first, i))) found = name;
        i = name.end - 1;
        if (found.end == name.end && (ql_verb_forms(doc, name.end < part.end ? name.end : i) & QL_VERB_S))
            break; /* a headline */
    }
    return found.end > found.first ? without_titles(doc, found) : found;
}

static bool is_known_first(const ql_document *doc, int32_t i) {
    return ql_flag(doc, i, QL_TOKEN_FIRST) && ql_is_known(ql_classes(doc, i)) &&
           !ql_has(doc, i, QL_WORD_FEMALE, QL_WORD_MALE, QL_WORD_OUTLET, QL_WORD_AGENCY, QL_WORD_BODY_NAME) &&
           ql_tag_of(doc, i) != QL_TAG_PROPN;
}

ql_token_range ql_document_name(const ql_document *doc, const ql_mention *mention) {
    static const ql_token_range none = {0, 0};
    ql_token_range part = ql_first_part(doc, mention);
    int32_t head = mention->head, from = head;
    if (part.end > part.first && ql_kind(doc, part.end - 1) == QL_TOKEN_CLITIC) part.end--;
    if (ql_has(doc, head, QL_WORD_LETTER) && ql_dependent(doc, head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE)
        return none; /* "Lee's memo" is called by its owner */
    if (head < part.end && !ql_is_capital(doc, head)) {
        ql_token_range behind = last_name(doc, (ql_token_range){head + 1, part.end}, head); /* "the film Saltby" */
        bool follows = behind.end > behind.first && behind.first == head + 1;
        return follows ? behind : named_head(doc, part, head);
    }
    while (from > part.first &&
           (ql_is_capital(doc, from - 1) ||
            (ql_joins_name(doc, from - 1) && from - 1 > part.first && ql_is_capital(doc, from - 2))))
        from--;
    ql_token_range name = {from, ql_name_end(doc, head, part.end, true)};
    bool by_place = name.end - name.first == 1 && is_known_first(doc, name.first);
    return name.end > name.first && !by_place ? name : none;
}

uint8_t ql_role_of_words(const ql_document *doc, ql_token_range words) {
    ql_class_set all = QL_NO_CLASSES;
    for (int32_t i = words.first; i < words.end; i++) all = ql_classes_joined(all, ql_classes(doc, i));
    bool wire = words.end - words.first > 1 && ql_has(doc, words.end - 1, QL_WORD_WIRE); /* "Associated Press" */
    if (wire || ql_in(all, QL_WORD_AGENCY)) return QL_STEP_AGENCY;
    if (ql_in(all, QL_WORD_OUTLET, QL_WORD_OUTLET_NOUN)) return QL_STEP_OUTLET;
    if (ql_in(all, QL_WORD_BODY, QL_WORD_BODY_NAME, QL_WORD_BODY_SUFFIX)) return QL_STEP_ORGANISATION;
    return QL_STEP_SPEAKER;
}

bool ql_same_word(const ql_document *doc, int32_t a, int32_t b) {
    const ql_token *x = ql_token_of(doc, a), *y = ql_token_of(doc, b);
    if (x->end - x->start != y->end - y->start) return false;
    for (int32_t i = 0; i < x->end - x->start; i++)
        if (lower(doc->text->bytes[x->start + i]) != lower(doc->text->bytes[y->start + i])) return false;
    return true;
}

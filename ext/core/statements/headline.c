/* Whether a colon in a headline has a speaker before it, after it or neither: "Minister: no new taxes", "Storm kills
   two: report", "Analysis: why the deal failed".  Features of the phrase that could speak and of the words it would
   have said are weighed; `make fit` learns the weights from headlines that were labelled. */
#include "statements/headline.h"

#include "choice/choice.h"
#include "marks/marks.h"

enum {
    SIDES = 2,
    MOST_PHRASE = 6, /* longer phrases and texts count alike */
    MOST_REST = 7
};

/* What the head of a phrase is, coarsely. */
typedef enum head_class {
    HEAD_OTHER = 0,
    HEAD_LABEL,
    HEAD_DOCUMENT,
    HEAD_CUE_NOUN,
    HEAD_PEOPLE,
    HEAD_ROLE,
    HEAD_BODY,
    HEAD_OUTLET,
    HEAD_TIME,
    HEAD_CLASSES
} head_class;

/* What the words would have as their verb. */
typedef enum clause_form {
    CLAUSE_NONE = 0,
    CLAUSE_MODAL,
    CLAUSE_BE,
    CLAUSE_PRESENT,
    CLAUSE_PAST,
    CLAUSE_BASE,
    CLAUSE_BASE_FIRST, /* "pull back now" */
    CLAUSE_ING,
    CLAUSE_INFINITIVE,
    CLAUSES
} clause_form;

/* A phrase that could speak, and the words that it would have said. */
typedef struct sides {
    const ql_document *doc;
    const ql_mention *mention;
    int32_t phrase, phrase_end, rest, rest_end;
    int side; /* 0 before the colon, 1 after it */
    int class, clause;
} sides;

static int class_of(const ql_document *doc, int32_t i) {
    if (ql_has(doc, i, QL_WORD_HEADLINE_LABEL)) return HEAD_LABEL;
    if (ql_has(doc, i, QL_WORD_TIME_NOUN, QL_WORD_WEEKDAY, QL_WORD_MONTH)) return HEAD_TIME;
    if (ql_has(doc, i, QL_WORD_DOCUMENT)) return HEAD_DOCUMENT;
    if (ql_has(doc, i, QL_WORD_OUTLET, QL_WORD_OUTLET_NOUN, QL_WORD_AGENCY)) return HEAD_OUTLET;
    if (ql_has(doc, i, QL_WORD_PEOPLE, QL_WORD_GROUP)) return HEAD_PEOPLE;
    if (ql_has(doc, i, QL_WORD_ROLE, QL_WORD_OFFICE, QL_WORD_OCCUPATION, QL_WORD_LEADER, QL_WORD_PERSON))
        return HEAD_ROLE;
    if (ql_has(doc, i, QL_WORD_BODY, QL_WORD_BODY_NAME)) return HEAD_BODY;
    return ql_has(doc, i, QL_WORD_CUE_NOUN) ? HEAD_CUE_NOUN : HEAD_OTHER;
}

static int form_of_verb(const ql_document *doc, int32_t first, int32_t i) {
    uint8_t forms = ql_verb_forms(doc, i);
    if (ql_has(doc, i, QL_WORD_MODAL)) return CLAUSE_MODAL;
    if (ql_has(doc, i, QL_WORD_BE, QL_WORD_HAVE)) return CLAUSE_BE;
    if (i > first && ql_has(doc, i - 1, QL_WORD_INFINITIVE_MARKER)) return CLAUSE_INFINITIVE;
    if (forms & QL_VERB_ING) return CLAUSE_ING;
    if (forms & QL_VERB_S) return CLAUSE_PRESENT;
    if (forms & (QL_VERB_PAST | QL_VERB_PARTICIPLE)) return CLAUSE_PAST;
    return i == first ? CLAUSE_BASE_FIRST : CLAUSE_BASE;
}

static int clause_of(const ql_document *doc, int32_t first, int32_t end) {
    for (int32_t i = first; i < end; i++)
        if (ql_tag_of(doc, i) == QL_TAG_VERB || ql_tag_of(doc, i) == QL_TAG_AUX) return form_of_verb(doc, first, i);
    return CLAUSE_NONE;
}

static bool has_subject(const ql_document *doc, int32_t first, int32_t end) {
    for (int32_t i = first; i < end; i++)
        if (ql_relates(doc, i, QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_PASS))) return true;
    return false;
}

static bool has_any(const ql_document *doc, int32_t first, int32_t end, bool (*is)(const ql_document *, int32_t)) {
    for (int32_t i = first; i < end; i++)
        if (is(doc, i)) return true;
    return false;
}

static bool is_pronoun(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_PRONOUN, QL_WORD_SUBJECT_PRONOUN, QL_WORD_POSSESSIVE);
}

static bool is_comma(const ql_document *doc, int32_t i) {
    return ql_is_char(doc, i, ',');
}

static bool is_number(const ql_document *doc, int32_t i) {
    return ql_kind(doc, i) == QL_TOKEN_NUMBER || ql_tag_of(doc, i) == QL_TAG_NUM;
}

static bool is_small(const ql_document *doc, int32_t i) {
    return ql_kind(doc, i) == QL_TOKEN_WORD && !ql_flag(doc, i, QL_TOKEN_ALL_CAPS);
}

static int opener_of(const ql_document *doc, int32_t i) {
    if (ql_kind(doc, i) == QL_TOKEN_MARK) return 1;
    if (ql_has(doc, i, QL_WORD_WH)) return 2;
    if (ql_has(doc, i, QL_WORD_SUBJECT_PRONOUN)) return 3;
    if (ql_has(doc, i, QL_WORD_DETERMINER)) return 4;
    if (is_number(doc, i)) return 5;
    return ql_has(doc, i, QL_WORD_PREPOSITION) ? 6 : 0;
}

static int final_mark(const ql_document *doc, int32_t last) {
    static const char MARKS[] = "?!.";
    for (int k = 0; MARKS[k] != '\0'; k++)
        if (ql_is_char(doc, last, MARKS[k])) return k + 1;
    return 0;
}

static void weigh_phrase(const sides *s, ql_reasons *to) {
    const ql_document *doc = s->doc;
    const ql_mention *mention = s->mention;
    bool whole = mention->end_token == s->phrase_end;
    int words = ql_at_most(s->phrase_end - s->phrase, MOST_PHRASE);
    bool commas = has_any(doc, s->phrase, s->phrase_end, is_comma);
    bool numbers = has_any(doc, s->phrase, s->phrase_end, is_number);
    bool verbs = clause_of(doc, s->phrase, s->phrase_end) != CLAUSE_NONE;
    bool shouted = !has_any(doc, s->phrase, s->phrase_end, is_small);
    bool shouts_alone = shouted && has_any(doc, s->rest, s->rest_end, is_small);
    bool determined = ql_has(doc, s->phrase, QL_WORD_DETERMINER);
    int kind = mention->kind * HEAD_CLASSES + s->class;
    ql_add_reason(to, QL_CHOICE_HEADLINE_CLASS, kind);
    ql_add_reason(to, QL_CHOICE_HEADLINE_HEAD, ql_word_hash(doc, mention->head));
    ql_add_reason(to, QL_CHOICE_HEADLINE_LENGTH, (words * 2 + whole) * SIDES + s->side);
    ql_add_reason(to, QL_CHOICE_HEADLINE_LOOK,
                  ((((commas * 2 + numbers) * 2 + verbs) * 2 + shouts_alone) * 2 + determined) * SIDES + s->side);
    ql_add_reason(to, QL_CHOICE_HEADLINE_START, ql_tag_of(doc, s->phrase) * HEAD_CLASSES + class_of(doc, s->phrase));
    if (!whole) ql_add_reason(to, QL_CHOICE_HEADLINE_EXTRA, ql_word_hash(doc, mention->end_token));
}

static void weigh_rest(const sides *s, ql_reasons *to) {
    const ql_document *doc = s->doc;
    bool subject = has_subject(doc, s->rest, s->rest_end);
    bool speaks = has_any(doc, s->rest, s->rest_end, is_pronoun);
    int words = ql_at_most(s->rest_end - s->rest, MOST_REST), last = final_mark(doc, s->rest_end - 1);
    int name = s->mention->kind == QL_MENTION_NAME;
    ql_add_reason(to, QL_CHOICE_HEADLINE_FORM, ((s->clause * 2 + subject) * 2 + speaks) * SIDES + s->side);
    ql_add_reason(to, QL_CHOICE_HEADLINE_CLAUSE, (s->class * CLAUSES + s->clause) * 2 + name);
    ql_add_reason(to, QL_CHOICE_HEADLINE_OPENER, opener_of(doc, s->rest) * 4 + name * 2 + subject);
    ql_add_reason(to, QL_CHOICE_HEADLINE_FIRST, ql_tag_of(doc, s->rest) * SIDES + s->side);
    ql_add_reason(to, QL_CHOICE_HEADLINE_REST, (words * 4 + last) * SIDES + s->side);
    ql_add_reason(to, QL_CHOICE_HEADLINE_SIDE, s->side * 2 + name);
}

static bool weigh_side(ql_chooser *chooser, const ql_headline *h, int side) {
    const ql_document *doc = chooser->doc;
    int32_t mention = side == 0 ? h->before : h->after;
    ql_reasons own = {.n = 0};
    sides s = {.doc = doc, .side = side};
    s.phrase = side == 0 ? h->first : h->colon + 1;
    s.phrase_end = side == 0 ? h->colon : h->end;
    s.rest = side == 0 ? h->colon + 1 : h->first;
    s.rest_end = side == 0 ? h->end : h->colon;
    s.mention = &doc->mentions.items[mention];
    s.class = class_of(doc, s.mention->head);
    s.clause = clause_of(doc, s.rest, s.rest_end);
    weigh_phrase(&s, &own);
    weigh_rest(&s, &own);
    ql_span span = {ql_token_of(doc, s.phrase)->start, ql_token_of(doc, s.phrase_end - 1)->end};
    return ql_weigh(chooser, &own, QL_NONE, span);
}

bool ql_choose_side(ql_document *doc, const ql_headline *h, ql_side *side) {
    *side = QL_SIDE_NONE;
    if (h->before == QL_NONE && h->after == QL_NONE) return true;
    ql_chooser chooser = ql_chooser_of(doc, h->colon, QL_DECISION_HEADLINE);
    ql_reasons none = {.n = 0};
    if (!ql_weigh(&chooser, &none, QL_NONE, (ql_span){0, 0})) return false;
    if (h->before != QL_NONE && !weigh_side(&chooser, h, 0)) return false;
    if (h->after != QL_NONE && !weigh_side(&chooser, h, 1)) return false;
    float chance;
    int32_t best = ql_chosen(&chooser, &chance);
    if (best == 0) return true;
    *side = best == 1 && h->before != QL_NONE ? QL_SIDE_BEFORE : QL_SIDE_AFTER;
    return true;
}

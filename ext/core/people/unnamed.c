/* What a text says of its unnamed sources: how many they are, and why they are not named. */
#include "base/ascii.h"
#include "lexicon/spelling.h"
#include "people/entity.h"

enum { MOST_REASON = 60, MOST_BEFORE = 14 };

/* The number that token i writes, in digits or as a word; QL_NONE if it is not a number. */
static int32_t number_of(const ql_document *doc, int32_t i) {
    enum { LONGEST_WORD = 16, MOST_DIGITS = 4 };
    const ql_token *token = ql_token_of(doc, i);
    size_t n = (size_t)(token->end - token->start);
    char word[LONGEST_WORD];
    if (ql_has(doc, i, QL_WORD_ONE)) return 1;
    if (n > LONGEST_WORD) return QL_NONE;
    for (size_t k = 0; k < n; k++) word[k] = lower(doc->text->bytes[(size_t)token->start + k]);
    const ql_spelling *spelling = ql_spelling_of(word, n);
    const char *digits = spelling != NULL ? spelling->to : word;
    size_t n_digits = spelling != NULL ? strlen(spelling->to) : n;
    int32_t value = 0;
    for (size_t k = 0; k < n_digits; k++) {
        if (!is_digit(digits[k]) || n_digits > MOST_DIGITS) return QL_NONE;
        value = value * 10 + (digits[k] - '0');
    }
    return n_digits > 0 ? value : QL_NONE;
}

static bool is_person_word(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_PERSON, QL_WORD_PEOPLE, QL_WORD_ROLE, QL_WORD_ROLE_TITLE, QL_WORD_ANONYMOUS,
                  QL_WORD_GROUP);
}

/* "a number of voters", "one of the voters": the noun before "of" says how many they are. */
static bool is_part_of_people(const ql_document *doc, int32_t head) {
    int32_t whole = ql_dependent(doc, head, QL_RELATION_BIT(NMOD));
    return whole != QL_NONE && is_person_word(doc, whole) && ql_has(doc, whole, QL_WORD_PEOPLE, QL_WORD_GROUP);
}

/* "two people", "an official", "three of the officials". */
static int32_t claimed(const ql_document *doc, const ql_mention *mention) {
    for (int32_t i = mention->first_token; i <= mention->head; i++) {
        int32_t number = number_of(doc, i);
        if (number != QL_NONE) return number;
    }
    bool is_one = ql_has(doc, mention->first_token, QL_WORD_INDEFINITE) && !is_part_of_people(doc, mention->head);
    return is_one ? 1 : QL_NONE;
}

/* Where the clause with the reason begins: at its "because", "who", "on"; else at `at`. */
static int32_t reason_start(const ql_document *doc, int32_t at, int32_t first) {
    for (int32_t i = at; i >= first && i > at - MOST_BEFORE; i--)
        if (ql_has(doc, i, QL_WORD_REASON_OPENER)) return i;
    return at;
}

/* The reason goes on to the end of its clause; "because …" after "condition of anonymity" belongs to it. */
static int32_t reason_end(const ql_document *doc, int32_t from, int32_t end) {
    int32_t i = from;
    while (i < end && i < from + MOST_REASON && ql_kind(doc, i) != QL_TOKEN_MARK && !ql_is_char(doc, i, '.') &&
           !ql_is_char(doc, i, ';') && !(ql_is_char(doc, i, ',') && !ql_has(doc, i + (i + 1 < end), QL_WORD_CAUSAL)))
        i++;
    return i;
}

/* The reason in tokens [first, end), outside marks; false without. */
static bool reason_in(const ql_document *doc, int32_t first, int32_t end, ql_span *out) {
    for (int32_t i = first; i < end; i++) {
        int32_t n = ql_flag(doc, i, QL_TOKEN_MARKED) ? 0 : ql_phrase_at(doc, i, end, QL_PHRASE_SILENCE);
        if (n == 0) continue;
        int32_t last = reason_end(doc, i + n, end);
        *out = (ql_span){ql_token_of(doc, reason_start(doc, i, first))->start, ql_token_of(doc, last - 1)->end};
        return true;
    }
    return false;
}

/* In the sentence of the cue, or in the next one of its paragraph: "The official spoke on condition of anonymity." */
static void find_reason(const ql_document *doc, ql_quote *quote) {
    const ql_sentences *sentences = &doc->sentences;
    int32_t token = ql_token_at(doc, quote->cue.start), n = (int32_t)sentences->n;
    if (quote->cue.end <= quote->cue.start || token >= ql_n_tokens(doc)) return;
    int32_t here = ql_token_of(doc, token)->sentence, paragraph = sentences->items[here].paragraph;
    for (int32_t s = here; s < n && s <= here + 1 && sentences->items[s].paragraph == paragraph; s++)
        if (reason_in(doc, sentences->items[s].first_token, sentences->items[s].end_token, &quote->reason)) return;
}

/* "some", "two", "one of them". */
static bool counts_people(const ql_document *doc, int32_t head) {
    return is_part_of_people(doc, head) || ql_tag_of(doc, head) == QL_TAG_NUM ||
           ql_has(doc, head, QL_WORD_QUANTIFIER, QL_WORD_INDEFINITE_PERSON, QL_WORD_ONE);
}

static bool has_article(const ql_document *doc, const ql_mention *mention) {
    for (int32_t i = mention->first_token; i < mention->head; i++)
        if (ql_has(doc, i, QL_WORD_DETERMINER, QL_WORD_QUANTIFIER) || number_of(doc, i) != QL_NONE) return true;
    return false;
}

/* "the senator", "his father", "campaign manager": who that is, the article says or takes for known; not "the
   official", nor "the mayor's lawyer". */
static bool is_somebody_known(const ql_document *doc, const ql_mention *mention) {
    int32_t first = mention->first_token, head = mention->head;
    if (ql_has(doc, head, QL_WORD_ANONYMOUS, QL_WORD_GROUP, QL_WORD_PEOPLE)) return false;
    if (ql_has(doc, first, QL_WORD_POSSESSIVE)) return true;
    bool owned = ql_dependent(doc, head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE;
    if (owned) return ql_has(doc, head, QL_WORD_ROLE_TITLE);
    return ql_has(doc, first, QL_WORD_DEFINITE) || !has_article(doc, mention);
}

/* "another delegate on the slate, Ada Holm": a name ends the mention, and is not that of a place after a name. */
static bool ends_in_name(const ql_document *doc, const ql_mention *mention) {
    int32_t i = mention->end_token;
    while (i > mention->head + 2 && ql_is_name_word(doc, i - 1)) i--;
    return i < mention->end_token && ql_is_char(doc, i - 1, ',') && !ql_is_name_word(doc, i - 2);
}

static bool is_thing(uint8_t role) {
    return role == QL_STEP_DOCUMENT || role == QL_STEP_ORGANISATION || role == QL_STEP_OUTLET ||
           role == QL_STEP_AGENCY;
}

/* Is a source without a name somebody, or people, whom the article leaves unnamed?  Its first mention tells. */
static bool is_person_left_unnamed(const ql_document *doc, const ql_quote *quote) {
    const ql_entity *speaker = quote->speaker != QL_NONE ? &doc->entities.items[quote->speaker] : NULL;
    int32_t first = speaker != NULL && speaker->mention != QL_NONE ? speaker->mention : quote->source;
    const ql_mention *mention = &doc->mentions.items[first];
    int32_t head = mention->head;
    if (speaker != NULL && is_thing(speaker->role)) return false;
    if (mention->kind == QL_MENTION_PRONOUN && !counts_people(doc, head)) return false;
    if (ql_has(doc, head, QL_WORD_ANY_PERSON) || ql_has(doc, mention->first_token, QL_WORD_NEGATION)) return false;
    if (ends_in_name(doc, mention)) return false;
    if (!is_person_word(doc, head)) return counts_people(doc, head);
    return !is_somebody_known(doc, mention);
}

void ql_describe_unnamed(ql_document *doc, ql_quote *quote) {
    quote->n_claimed = QL_NONE;
    quote->reason = (ql_span){0, 0};
    quote->unnamed = false;
    if (quote->source == QL_NONE || quote->anonymity == QL_ANONYMITY_NAMED) return;
    const ql_mention *mention = &doc->mentions.items[quote->source];
    quote->unnamed = is_person_left_unnamed(doc, quote);
    if (mention->kind == QL_MENTION_DOCUMENT || mention->kind == QL_MENTION_PRONOUN) return;
    quote->n_claimed = claimed(doc, mention);
    find_reason(doc, quote);
}

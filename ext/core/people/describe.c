/* What the text says of a source, in its own words: title, organisation, and the words that tell why it can know.

   They stand before the name ("Acme spokesman Bo Kim", "the mayor of Saltby, Bo Kim") or in what follows it, set off
   by commas ("Bo Kim, 34, a nurse at Saltby Hospital, who was on the train,").  Each such phrase is read on its own.
   What the mention that is the source does not say is taken from the first mention of the speaker that does.  Bodies
   and documents have none of the three. */
#include "people/entity.h"

#include <string.h>

enum {
    MOST_BEHIND = 70,  /* tokens after a name that are looked at */
    MOST_PHRASES = 4,  /* phrases after a name */
    MOST_PARTS = 3,    /* phrases with a preposition in one of them */
    MOST_IN_NAME = 12, /* tokens of a name */
    MOST_BEFORE = 16,  /* tokens before a name */
    MOST_ADVERBS = 6   /* tokens between "who" and its verb */
};

typedef struct described {
    ql_token_range title, organisation, credential; /* each empty where the text says none */
} described;

static const ql_token_range NOTHING = {0, 0};

static bool is_empty(ql_token_range range) {
    return range.end <= range.first;
}

static bool says_office(const described *d) {
    return !is_empty(d->title) || !is_empty(d->organisation);
}

/* -------------------------------------------------------------------------------------------------- tokens */

static bool is_person_word(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_PERSON, QL_WORD_ROLE, QL_WORD_ROLE_TITLE, QL_WORD_OCCUPATION) &&
           !ql_has(doc, i, QL_WORD_NO_OFFICE, QL_WORD_AGE);
}

static bool is_title_word(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_PERSON, QL_WORD_ROLE, QL_WORD_ROLE_TITLE, QL_WORD_OCCUPATION, QL_WORD_TITLE_PART);
}

static bool is_body_word(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_BODY, QL_WORD_BODY_NAME, QL_WORD_BODY_SUFFIX, QL_WORD_OFFICE, QL_WORD_OUTLET,
                  QL_WORD_AGENCY, QL_WORD_OUTLET_NOUN);
}

static bool is_preposition(const ql_document *doc, int32_t i) {
    return ql_tag_of(doc, i) == QL_TAG_ADP || ql_has(doc, i, QL_WORD_PREPOSITION);
}

static bool is_verb(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    return tag == QL_TAG_VERB || tag == QL_TAG_AUX;
}

/* Words before a noun that say nothing about an office: "the", "his own", "an unnamed". */
static bool is_article(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE, QL_WORD_NO_TITLE_PART) &&
           !ql_has(doc, i, QL_WORD_NEGATION);
}

static bool is_who(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_PERSON_RELATIVE);
}

/* A word that ends the phrase before it. */
static bool closes(const ql_document *doc, int32_t i) {
    uint8_t kind = ql_kind(doc, i);
    return kind == QL_TOKEN_MARK || kind == QL_TOKEN_DASH || ql_is_char(doc, i, '.') || ql_is_char(doc, i, ';') ||
           ql_is_char(doc, i, ':') || ql_is_char(doc, i, ')') || ql_is_char(doc, i, '(') || ql_is_char(doc, i, '?') ||
           ql_is_char(doc, i, '!');
}

static bool is_noun_word(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    return tag == QL_TAG_NOUN || tag == QL_TAG_PROPN || tag == QL_TAG_ADJ || tag == QL_TAG_X ||
           is_title_word(doc, i) || ql_has(doc, i, QL_WORD_TITLE_PART) ||
           (ql_is_capital(doc, i) && tag != QL_TAG_ADP && tag != QL_TAG_DET && tag != QL_TAG_PRON);
}

/* "rotating" of "the rotating chairman": a participle that belongs to the noun of a title after it. */
static bool is_participle_of_title(const ql_document *doc, int32_t i, int32_t end) {
    uint8_t inflection = doc->tokens.items[i].inflection;
    return is_verb(doc, i) && (inflection == QL_INFLECTION_GERUND || inflection == QL_INFLECTION_PARTICIPLE) &&
           i + 1 < end && is_title_word(doc, i + 1);
}

static ql_token_range without_articles(const ql_document *doc, ql_token_range range) {
    while (range.first < range.end && is_article(doc, range.first)) range.first++;
    return range;
}

static bool is_capital_name(const ql_document *doc, int32_t i) {
    return ql_is_name_word(doc, i) && !ql_has(doc, i, QL_WORD_MONTH, QL_WORD_WEEKDAY);
}

/* A name and the nouns after it that belong to it: "Saltby market". */
static ql_token_range named_body(const ql_document *doc, int32_t i, int32_t end) {
    ql_token_range name = {i, ql_name_end(doc, i, end, true)};
    while (name.end < end && ql_tag_of(doc, name.end) == QL_TAG_NOUN && !is_title_word(doc, name.end)) name.end++;
    return name;
}

/* "ministry", "state of Norland", and of "the makers' organisation HMB" the name that ends it. */
static ql_token_range common_body(const ql_document *doc, ql_token_range words) {
    int32_t end = words.first;
    while (end < words.end && is_noun_word(doc, end)) end++;
    if (end == words.first) return NOTHING;
    int32_t name = end;
    while (name > words.first && is_capital_name(doc, name - 1)) name--;
    if (name > words.first && name < end) return (ql_token_range){name, end};
    if (!is_body_word(doc, end - 1)) return NOTHING;
    bool goes_on = end + 1 < words.end && ql_has(doc, end, QL_WORD_GENITIVE) && is_capital_name(doc, end + 1);
    return (ql_token_range){words.first, goes_on ? ql_name_end(doc, end + 1, words.end, true) : end};
}

/* Of a body whose words begin at token i, after an article at most: a name, or a noun such as "ministry". */
static ql_token_range body_at(const ql_document *doc, int32_t i, int32_t end) {
    ql_token_range words = without_articles(doc, (ql_token_range){i, end});
    if (is_empty(words)) return NOTHING;
    return is_capital_name(doc, words.first) ? named_body(doc, words.first, end) : common_body(doc, words);
}

static bool has_body_word(const ql_document *doc, ql_token_range range) {
    for (int32_t i = range.first; i < range.end; i++)
        if (is_body_word(doc, i) || ql_flag(doc, i, QL_TOKEN_ALL_CAPS)) return true;
    return false;
}

/* Whom somebody works for, by the preposition at token i: "at Saltby Hospital", but not "from Saltby". */
static ql_token_range employer_at(const ql_document *doc, int32_t i, int32_t end) {
    bool at = ql_has(doc, i, QL_WORD_EMPLOYER_PREPOSITION), from = ql_has(doc, i, QL_WORD_ORIGIN_PREPOSITION);
    ql_token_range body = (at || from) && i + 1 < end ? body_at(doc, i + 1, end) : NOTHING;
    return at || has_body_word(doc, body) ? body : NOTHING;
}

/* ------------------------------------------------------------------------------------------- noun phrases */

/* Is the word the head of a mention of a person? */
static bool is_somebody(const ql_document *doc, int32_t head) {
    int32_t mention = ql_mention_of(doc, head);
    int32_t entity = mention != QL_NONE ? doc->mentions.items[mention].entity : QL_NONE;
    return entity != QL_NONE && doc->entities.items[entity].role == QL_STEP_SPEAKER;
}

/* "Saltby's" of "Saltby's mayor": whose office it is; the range goes on after it. */
static void take_owner(const ql_document *doc, ql_token_range *range, described *to) {
    for (int32_t i = range->first; i < range->end && !is_preposition(doc, i); i++) {
        if (ql_kind(doc, i) != QL_TOKEN_CLITIC || i == range->first) continue;
        ql_token_range owner = without_articles(doc, (ql_token_range){range->first, i});
        bool named = !is_empty(owner) && ql_is_name_word(doc, owner.first) && !is_somebody(doc, owner.end - 1);
        if (!is_empty(owner) && (named || is_body_word(doc, owner.end - 1))) to->organisation = owner;
        range->first = i + 1;
        return;
    }
}

/* The nouns and adjectives that a phrase begins with, joined by "and" where it goes on with such. */
static int32_t end_of_nouns(const ql_document *doc, ql_token_range range) {
    int32_t i = range.first;
    while (i < range.end) {
        bool joins = i > range.first && i + 1 < range.end &&
                     (ql_has(doc, i, QL_WORD_COORDINATOR) || ql_is_char(doc, i, '-')) && is_noun_word(doc, i + 1) &&
                     !is_article(doc, i + 1);
        bool particle = ql_tag_of(doc, i) == QL_TAG_ADV && i + 1 < range.end && is_noun_word(doc, i + 1);
        if (!is_noun_word(doc, i) && !joins && !particle && !is_participle_of_title(doc, i, range.end)) break;
        i++;
    }
    return i;
}

/* "Norlandish": an adjective by its tag, where that is sure: not at the head of a sentence. */
static bool is_adjective_of_country(const ql_document *doc, int32_t i) {
    return ql_tag_of(doc, i) == QL_TAG_ADJ && !ql_flag(doc, i, QL_TOKEN_FIRST);
}

/* "Acme" of "Acme chief executive": a name that no word of a title is; empty without.  An adjective of a country is
   no body. */
static ql_token_range name_before_title(const ql_document *doc, ql_token_range nouns) {
    int32_t first = nouns.first;
    if (ql_flag(doc, first, QL_TOKEN_FIRST) && is_verb(doc, first)) first++; /* "Retired" */
    while (first < nouns.end - 1 && (!ql_is_capital(doc, first) || is_title_word(doc, first))) first++;
    int32_t end = first;
    while (end < nouns.end - 1 && ql_is_capital(doc, end) && !is_title_word(doc, end)) end++;
    for (int32_t i = nouns.end - 2; i >= nouns.first; i--) /* "Foreign Ministry spokesman" */
        if (ql_is_capital(doc, i) && ql_has(doc, i, QL_WORD_BODY, QL_WORD_OFFICE) &&
            !ql_has(doc, i, QL_WORD_TITLE_PART)) {
            end = i + 1;
            if (first >= end) first = i;
            while (first > nouns.first && ql_is_capital(doc, first - 1) && !is_adjective_of_country(doc, first - 1))
                first--;
            break;
        }
    return (ql_token_range){first, end};
}

static void take_nouns(const ql_document *doc, ql_token_range nouns, described *to) {
    ql_token_range name = name_before_title(doc, nouns);
    if (is_empty(name)) {
        to->title = nouns;
        return;
    }
    bool is_adjective = name.end - name.first == 1 && is_adjective_of_country(doc, name.first);
    if (!is_adjective && is_empty(to->organisation)) to->organisation = name;
    to->title = (ql_token_range){name.end, nouns.end};
}

/* The phrases after the nouns: "of Saltby", "of economics at Saltby University". */
static void take_parts(const ql_document *doc, ql_token_range range, bool knows, described *to) {
    int32_t i = to->title.end;
    for (int part = 0; part < MOST_PARTS && i + 1 < range.end && is_preposition(doc, i); part++) {
        bool of = ql_has(doc, i, QL_WORD_GENITIVE), is_for = ql_has(doc, i, QL_WORD_FRAME_FOR);
        ql_token_range body = of || is_for ? body_at(doc, i + 1, range.end) : employer_at(doc, i, range.end);
        bool belongs = of && part == 0 && ql_has(doc, i - 1, QL_WORD_TITLE_OF); /* "Secretary of State" */
        if (!is_empty(body) && !belongs && !knows) {
            if (is_empty(to->organisation)) to->organisation = body;
            return;
        }
        ql_token_range words = without_articles(doc, (ql_token_range){i + 1, range.end});
        int32_t end = belongs && !is_empty(body) ? body.end : end_of_nouns(doc, words);
        if (end <= words.first || (!of && !is_for && !knows)) return;
        to->title.end = i = end;
    }
}

/* Do these nouns say what a person is?  A word that no list has does after one of an office: "chief taster". */
static bool is_office(const ql_document *doc, ql_token_range nouns) {
    int32_t last = nouns.end - 1;
    if (ql_has(doc, last, QL_WORD_ADDRESS, QL_WORD_NO_OFFICE, QL_WORD_AGE)) return false;
    if (is_person_word(doc, last)) return true;
    return last > nouns.first && ql_has(doc, last - 1, QL_WORD_ROLE_TITLE) && !ql_is_capital(doc, last - 1) &&
           ql_tag_of(doc, last) == QL_TAG_NOUN;
}

/* A phrase for what somebody is: "the mayor of Saltby", "Acme chief executive", "an expert on steel". */
static bool take_phrase(const ql_document *doc, ql_token_range range, described *to) {
    described found = {NOTHING, NOTHING, NOTHING};
    range = without_articles(doc, range);
    take_owner(doc, &range, &found);
    range = without_articles(doc, range);
    if (is_empty(range)) {
        if (is_empty(to->organisation)) to->organisation = found.organisation; /* "CNN's Ida Brandt" */
        return !is_empty(found.organisation);
    }
    ql_token_range nouns = {range.first, end_of_nouns(doc, range)};
    if (is_empty(nouns) || !is_office(doc, nouns)) return false;
    bool knows = ql_has(doc, nouns.end - 1, QL_WORD_WITNESS);
    take_nouns(doc, nouns, &found);
    take_parts(doc, range, knows, &found);
    if (knows) {
        found.credential = found.title;
        found.title = NOTHING;
    }
    if (!is_empty(found.credential) && is_empty(to->credential)) to->credential = found.credential;
    if (!is_empty(found.title) && is_empty(to->title)) {
        to->title = found.title;
        if (is_empty(to->organisation)) to->organisation = found.organisation;
    }
    return true;
}

/* -------------------------------------------------------------------------------------------------- clauses */

/* The verb of a clause: after "who", its auxiliaries and adverbs. */
static int32_t verb_of_clause(const ql_document *doc, int32_t first, int32_t end) {
    int32_t found = QL_NONE;
    for (int32_t i = first; i < end && i < first + MOST_ADVERBS; i++) {
        if (is_verb(doc, i)) found = i;
        if (found != QL_NONE && ql_tag_of(doc, i) == QL_TAG_VERB) break;
    }
    return found;
}

/* Where a clause ends: at a comma after which its branch of the tree does not go on, or at what closes it. */
static int32_t end_of_clause(const ql_document *doc, int32_t first, int32_t end) {
    int32_t verb = verb_of_clause(doc, first, end), reach = QL_NONE;
    if (verb != QL_NONE) {
        int32_t head = ql_head_of(doc, verb);
        bool lower = ql_tag_of(doc, verb) == QL_TAG_AUX && head != QL_NONE && head > verb && head < end;
        reach = ql_branch_of(doc, lower ? head : verb)->last;
    }
    for (int32_t i = first; i < end; i++) {
        bool is_outside = reach != QL_NONE && i > reach && i > first + 1 && is_verb(doc, i); /* the sentence's own */
        if (closes(doc, i) || is_outside) return i;
        if (!ql_is_char(doc, i, ',')) continue;
        bool goes_on = i < reach && i + 1 < end && !is_verb(doc, i + 1) && !is_who(doc, i + 1) &&
                       ql_kind(doc, i + 1) != QL_TOKEN_MARK;
        if (!goes_on) return i;
    }
    return end;
}

/* Do the words of a clause tell why somebody can know?  Not that they said something, nor why they are not named. */
static bool tells_why(const ql_document *doc, ql_token_range clause) {
    int32_t verb = verb_of_clause(doc, clause.first, clause.end);
    if (verb == QL_NONE || clause.end - clause.first < 3) return false;
    if (ql_has(doc, verb, QL_WORD_CUE_VERB, QL_WORD_NO_CREDENTIAL)) return false;
    for (int32_t i = clause.first; i < clause.end; i++)
        if (ql_phrase_at(doc, i, clause.end, QL_PHRASE_SILENCE) > 0) return false;
    return true;
}

/* "who is the mayor of Saltby" says an office, and "who is tall" nothing; false for "who was on the train". */
static bool says_what(const ql_document *doc, ql_token_range clause, described *to) {
    int32_t verb = verb_of_clause(doc, clause.first, clause.end);
    if (verb == QL_NONE || !ql_has(doc, verb, QL_WORD_BE) || verb + 1 >= clause.end) return false;
    if (!is_article(doc, verb + 1) && !is_noun_word(doc, verb + 1)) return false;
    (void)take_phrase(doc, (ql_token_range){verb + 1, clause.end}, to);
    return true;
}

static void take_clause(const ql_document *doc, ql_token_range clause, described *to) {
    if (says_what(doc, clause, to)) return;
    if (is_empty(to->credential) && tells_why(doc, clause)) to->credential = clause;
}

static bool opens_participle(const ql_document *doc, int32_t i) {
    return ql_tag_of(doc, i) == QL_TAG_VERB && doc->tokens.items[i].inflection == QL_INFLECTION_GERUND;
}

/* ------------------------------------------------------------------------------------------ after the name */

/* The end of a phrase that a comma, a verb or "who" closes; QL_NONE where a verb of the sentence is in it, so
   that it is not an apposition. */
static int32_t end_of_apposition(const ql_document *doc, int32_t first, int32_t end) {
    int32_t i = first;
    while (i < end && !closes(doc, i) && !ql_is_char(doc, i, ',') && !is_who(doc, i)) {
        bool modifies = is_participle_of_title(doc, i, end);
        bool stops = ql_has(doc, i, QL_WORD_RELATIVE) || (opens_participle(doc, i) && !modifies);
        if (i > first && stops) return i;
        if (is_verb(doc, i) && !modifies && doc->tokens.items[i].inflection != QL_INFLECTION_PARTICIPLE)
            return QL_NONE;
        i++;
    }
    return i;
}

/* "34" of "Bo Kim, 34,"; where it ends. */
static int32_t end_of_age(const ql_document *doc, int32_t i, int32_t end) {
    if (i < end && ql_has(doc, i, QL_WORD_AGED)) i++;
    if (i >= end || ql_kind(doc, i) != QL_TOKEN_NUMBER) return QL_NONE;
    i++;
    return i >= end || ql_is_char(doc, i, ',') || closes(doc, i) ? i : QL_NONE;
}

/* "of Saltby Hospital" right after a name.  Its end, or QL_NONE where no place or body follows. */
static int32_t take_employer(const ql_document *doc, int32_t i, int32_t end, described *to) {
    bool of = ql_has(doc, i, QL_WORD_GENITIVE);
    ql_token_range place = of && i + 1 < end ? body_at(doc, i + 1, end) : NOTHING;
    bool is_body = has_body_word(doc, place) || (!is_empty(place) && is_article(doc, i + 1)); /* "of the Trust" */
    ql_token_range body = of && is_body ? place : employer_at(doc, i, end);
    if (is_empty(to->organisation)) to->organisation = body;
    return !is_empty(body) ? body.end : !is_empty(place) ? place.end : QL_NONE;
}

/* What is between two commas after a name: an age, a clause, an employer, a phrase.  Its end, or QL_NONE. */
static int32_t take_part(const ql_document *doc, int32_t i, int32_t end, described *to) {
    if (i < end && ql_has(doc, i, QL_WORD_COORDINATOR)) i++;
    if (i >= end) return QL_NONE;
    int32_t behind = end_of_age(doc, i, end);
    if (behind != QL_NONE) return behind;
    if (is_who(doc, i)) {
        behind = end_of_clause(doc, i, end);
        take_clause(doc, (ql_token_range){i, behind}, to);
        return behind;
    }
    behind = take_employer(doc, i, end, to);
    if (behind != QL_NONE) return behind;
    behind = end_of_apposition(doc, i, end);
    if (behind == QL_NONE || !take_phrase(doc, (ql_token_range){i, behind}, to)) return QL_NONE;
    if (behind >= end || (!is_who(doc, behind) && !opens_participle(doc, behind))) return behind;
    int32_t last = end_of_clause(doc, behind, end);
    take_clause(doc, (ql_token_range){behind, last}, to);
    return last;
}

static void read_behind(const ql_document *doc, int32_t i, int32_t end, described *to) {
    if (i < end && ql_is_char(doc, i, '(')) { /* a party, an age */
        while (i < end && !ql_is_char(doc, i, ')')) i++;
        i++;
    }
    if (i < end && is_preposition(doc, i)) {
        int32_t behind = take_employer(doc, i, end, to);
        if (behind == QL_NONE) return;
        i = behind;
    }
    for (int part = 0; part < MOST_PHRASES && i < end && ql_is_char(doc, i, ','); part++) {
        i = take_part(doc, i + 1, end, to);
        if (i == QL_NONE) return;
    }
}

/* ----------------------------------------------------------------------------------------------- a mention */

static bool stands_in_name(const ql_document *doc, int32_t token, ql_token_range name) {
    for (int32_t i = name.first; i < name.end && i < name.first + MOST_IN_NAME; i++)
        if (ql_same_word(doc, i, token)) return true;
    return false;
}

/* The words of a mention that are the name of its entity; empty where there are none. */
static ql_token_range name_in(const ql_document *doc, const ql_mention *mention, const ql_entity *entity) {
    ql_token_range name = {ql_token_at(doc, entity->start), ql_token_at(doc, entity->end)};
    int32_t first = mention->head - MOST_BEHIND, last = mention->head + MOST_BEHIND;
    if (first < mention->first_token) first = mention->first_token;
    if (last > mention->end_token) last = mention->end_token;
    for (int32_t i = first; i < last; i++) {
        if (!ql_is_capital(doc, i) || !stands_in_name(doc, i, name)) continue;
        int32_t end = i + 1;
        while (end < last && (stands_in_name(doc, end, name) || ql_joins_name(doc, end))) end++;
        while (end > i + 1 && !ql_is_capital(doc, end - 1)) end--;
        return (ql_token_range){i, end};
    }
    return NOTHING;
}

static int32_t end_of_sentence(const ql_document *doc, int32_t token) {
    int32_t end = doc->sentences.items[ql_token_of(doc, token)->sentence].end_token;
    return end < token + MOST_BEHIND ? end : token + MOST_BEHIND;
}

/* "the mayor of Saltby, Bo Kim": the comma before the name goes with it. */
static ql_token_range before_name(const ql_document *doc, const ql_mention *mention, ql_token_range name) {
    ql_token_range before = {mention->first_token, name.first};
    if (name.first - before.first > MOST_BEFORE) before.first = name.first - MOST_BEFORE;
    if (!is_empty(before) && ql_is_char(doc, before.end - 1, ',')) before.end--;
    for (int32_t i = before.first; i < before.end; i++)
        if (ql_is_char(doc, i, ',') || closes(doc, i)) before.first = i + 1;
    return before;
}

static described describe_named(const ql_document *doc, const ql_mention *mention, const ql_entity *entity) {
    described d = {NOTHING, NOTHING, NOTHING};
    ql_token_range name = name_in(doc, mention, entity);
    if (is_empty(name)) return d;
    ql_token_range before = before_name(doc, mention, name);
    if (!is_empty(before)) (void)take_phrase(doc, before, &d);
    read_behind(doc, name.end, end_of_sentence(doc, name.first), &d);
    return d;
}

/* "an official at the ministry", and what follows it. */
static described describe_nameless(const ql_document *doc, const ql_mention *mention) {
    described d = {NOTHING, NOTHING, NOTHING};
    int32_t end = end_of_sentence(doc, mention->first_token), i = mention->first_token;
    int32_t last = mention->end_token < end ? mention->end_token : end;
    while (i < last && !ql_is_char(doc, i, ',') && !is_who(doc, i) && !closes(doc, i) &&
           (!opens_participle(doc, i) || is_participle_of_title(doc, i, last)))
        i++;
    if (!take_phrase(doc, (ql_token_range){mention->first_token, i}, &d) || i >= end) return d;
    if (ql_is_char(doc, i, ',') && i + 1 < end && is_who(doc, i + 1)) i++;
    if (is_who(doc, i) || (i < last && opens_participle(doc, i)))
        take_clause(doc, (ql_token_range){i, end_of_clause(doc, i, end)}, &d);
    return d;
}

/* Is a description said of somebody: "Ida Holm is the mayor of Saltby"? */
static bool is_predicate(const ql_document *doc, const ql_mention *mention) {
    if (ql_dependent(doc, mention->head, QL_RELATION_BIT(COP)) == QL_NONE) return false;
    int32_t subject = ql_dependent(doc, mention->head, QL_RELATION_BIT(NSUBJ));
    int32_t other = subject != QL_NONE ? ql_mention_of(doc, subject) : QL_NONE;
    return other != QL_NONE && doc->mentions.items[other].entity == mention->entity;
}

static bool has_name(const ql_entity *entity) {
    return entity->end > entity->start;
}

static described describe(const ql_document *doc, const ql_mention *mention, bool is_source) {
    described none = {NOTHING, NOTHING, NOTHING};
    const ql_entity *entity = mention->entity != QL_NONE ? &doc->entities.items[mention->entity] : NULL;
    bool described_by = mention->kind == QL_MENTION_DESCRIPTION || mention->kind == QL_MENTION_ANONYMOUS;
    if (entity == NULL || (entity->role != QL_STEP_SPEAKER && entity->role != QL_STEP_ANONYMOUS)) return none;
    if (has_name(entity) && (mention->found_by == QL_FOUND_NAME || mention->found_by == QL_FOUND_APPOSITION)) {
        described d = describe_named(doc, mention, entity);
        if (says_office(&d) || !is_empty(d.credential) || !described_by) return d;
    }
    if (!described_by || (!is_source && !is_predicate(doc, mention))) return none;
    return describe_nameless(doc, mention);
}

/* ---------------------------------------------------------------------------------------------- the stage */

static ql_span bytes_of(const ql_document *doc, ql_token_range range) {
    if (is_empty(range)) return (ql_span){0, 0};
    return (ql_span){ql_token_of(doc, range.first)->start, ql_token_of(doc, range.end - 1)->end};
}

static bool is_told(ql_span span) {
    return span.end > span.start;
}

/* Title and organisation go together, and come from one mention. */
static void add(const ql_told *from, ql_told *to) {
    if (!is_told(to->title) && !is_told(to->organisation)) {
        to->title = from->title;
        to->organisation = from->organisation;
    }
    if (!is_told(to->credential)) to->credential = from->credential;
}

static ql_told told_by(const ql_document *doc, int32_t mention, bool is_source) {
    described d = describe(doc, &doc->mentions.items[mention], is_source);
    return (ql_told){bytes_of(doc, d.title), bytes_of(doc, d.organisation), bytes_of(doc, d.credential)};
}

/* What the mentions of each entity say, the first one that does. */
static void note_all(const ql_document *doc, ql_told *told) {
    for (int32_t i = 0; i < (int32_t)doc->mentions.n; i++) {
        int32_t entity = doc->mentions.items[i].entity;
        if (entity == QL_NONE) continue;
        ql_told said = told_by(doc, i, false);
        add(&said, &told[entity]);
    }
}

ql_status ql_stage_describe(ql_document *doc) {
    ql_told *told = calloc(doc->entities.n + 1, sizeof *told); /* one per entity */
    if (told == NULL) return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for what sources are");
    note_all(doc, told);
    for (size_t i = 0; i < doc->quotes.n; i++) {
        ql_quote *quote = &doc->quotes.items[i];
        if (quote->source == QL_NONE || quote->kind == QL_QUOTE_SCARE) continue;
        quote->told = told_by(doc, quote->source, true);
        if (quote->speaker != QL_NONE) add(&told[quote->speaker], &quote->told);
    }
    free(told);
    return QL_OK;
}

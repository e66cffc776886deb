/* Noun phrases that can be the source of words, read off the trees of the sentences.

   A phrase is its head with what belongs to it: determiners, adjectives, names, titles, possessors, prepositional
   phrases, appositions, participles, restrictive relative clauses and, joined by "and", its fellows.  Phrases in
   phrases are mentions of their own ("Ren" in "Ren's memo").  The lexicon, capitals and the verb decide which heads
   count: the subject of a reporting verb is always taken for somebody who reports. */
#include "marks/marks.h"
#include "statements/statements.h"

#define NOUNS                                                                                            \
    QL_WORD_ROLE, QL_WORD_BODY, QL_WORD_BODY_NAME, QL_WORD_BODY_SUFFIX, QL_WORD_DOCUMENT, QL_WORD_GROUP, \
        QL_WORD_ANONYMOUS, QL_WORD_AGENCY, QL_WORD_OUTLET, QL_WORD_OUTLET_NOUN, QL_WORD_CUE_NOUN

/* What belongs to a phrase whatever is between, and what does so on the right alone. */
#define PARTS                                                                                                  \
    (QL_RELATION_BIT(DET) | QL_RELATION_BIT(AMOD) | QL_RELATION_BIT(COMPOUND) | QL_RELATION_BIT(NUMMOD) |      \
     QL_RELATION_BIT(NMOD) | QL_RELATION_BIT(NMOD_POSS) | QL_RELATION_BIT(NMOD_DESC) | QL_RELATION_BIT(FLAT) | \
     QL_RELATION_BIT(FIXED) | QL_RELATION_BIT(GOESWITH) | QL_RELATION_BIT(NMOD_UNMARKED) |                     \
     QL_RELATION_BIT(OBL_UNMARKED) | QL_RELATION_BIT(ADVMOD))
#define SUBJECTS (QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_PASS) | QL_RELATION_BIT(NSUBJ_OUTER))

enum { MOST_WORDS = 60 }; /* of a phrase */

/* The first mention whose first token is not before `token`.  Those that begin together stand longest first. */
static int32_t mention_not_before(const ql_mentions *mentions, int32_t token) {
    return vec_lower_bound(mentions->items, mentions->n, sizeof *mentions->items, offsetof(ql_mention, first_token),
                           token);
}

int32_t ql_mention_from(const ql_document *doc, int32_t first_token) {
    const ql_mentions *mentions = &doc->mentions;
    int32_t i = mention_not_before(mentions, first_token);
    bool found = i < (int32_t)mentions->n && mentions->items[i].first_token == first_token;
    return found ? i : QL_NONE;
}

/* A phrase is MOST_WORDS long at most, so the search back ends there. */
int32_t ql_mention_until(const ql_document *doc, int32_t end_token) {
    const ql_mentions *mentions = &doc->mentions;
    int32_t found = QL_NONE;
    for (int32_t i = mention_not_before(mentions, end_token) - 1; i >= 0; i--) {
        if (mentions->items[i].first_token < end_token - MOST_WORDS) break;
        if (mentions->items[i].end_token == end_token) found = i;
    }
    return found;
}

int32_t ql_mention_of(const ql_document *doc, int32_t head) {
    const ql_mentions *mentions = &doc->mentions;
    for (int32_t i = mention_not_before(mentions, head + 1) - 1; i >= 0; i--) {
        if (mentions->items[i].head == head) return i;
        if (mentions->items[i].first_token < head - MOST_WORDS) break;
    }
    return QL_NONE;
}

/* --------------------------------------------------------------------------------------------- phrases */

static bool is_nominal(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    return tag == QL_TAG_NOUN || tag == QL_TAG_PROPN || tag == QL_TAG_PRON || tag == QL_TAG_NUM ||
           tag == QL_TAG_DET || tag == QL_TAG_ADJ;
}

static bool is_comma(const ql_document *doc, int32_t i) {
    return ql_is_char(doc, i, ',');
}

/* "officials who know the plan", but not "Lee, who knows the plan". */
static bool is_restrictive(const ql_document *doc, int32_t clause) {
    const ql_branch *branch = ql_branch_of(doc, clause);
    return !is_comma(doc, branch->first) && (branch->first == 0 || !is_comma(doc, branch->first - 1));
}

/* An apposition is a noun phrase; the parser calls much else so that follows a comma. */
static bool is_apposition(const ql_document *doc, int32_t i) {
    return is_nominal(doc, i) && ql_tag_of(doc, i) != QL_TAG_PRON &&
           ql_dependent(doc, i, SUBJECTS | QL_RELATION_BIT(COP)) == QL_NONE;
}

/* Of two joined phrases, is the second a phrase like the first, and no clause? */
static bool is_fellow(const ql_document *doc, int32_t head, int32_t i) {
    return is_nominal(doc, i) && (ql_tag_of(doc, i) == QL_TAG_PRON) == (ql_tag_of(doc, head) == QL_TAG_PRON) &&
           ql_dependent(doc, i, SUBJECTS | QL_RELATION_BIT(COP)) == QL_NONE;
}

/* "people briefed on it", "people familiar with it"; not ", citing it", and not "the claim that it is so". */
static bool is_participle(const ql_document *doc, int32_t i) {
    uint8_t inflection = doc->tokens.items[i].inflection;
    bool reduced = inflection == QL_INFLECTION_PARTICIPLE || ql_tag_of(doc, i) == QL_TAG_ADJ ||
                   (inflection == QL_INFLECTION_GERUND && ql_cue_of(doc, i) == NULL);
    return reduced && is_restrictive(doc, i) && ql_dependent(doc, i, SUBJECTS | QL_RELATION_BIT(MARK)) == QL_NONE;
}

/* Does "according to", or another preposition of several words, stand before it? */
static bool is_attribution(const ql_document *doc, int32_t i) {
    int32_t preposition = ql_dependent(doc, i, QL_RELATION_BIT(CASE));
    return preposition != QL_NONE && ql_dependent(doc, preposition, QL_RELATION_BIT(FIXED)) != QL_NONE;
}

/* "told Reuters it would open": a clause without a pronoun of its own does not belong to a name. */
static bool follows_name(const ql_document *doc, int32_t head, int32_t clause) {
    bool name = ql_tag_of(doc, head) == QL_TAG_PROPN ||
                (ql_flag(doc, head, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS) && !ql_flag(doc, head, QL_TOKEN_FIRST));
    return name && !ql_has(doc, ql_branch_of(doc, clause)->first, QL_WORD_RELATIVE, QL_WORD_WH);
}

static bool belongs(const ql_document *doc, int32_t head, int32_t i) {
    if (ql_relates(doc, i, QL_RELATION_BIT(ADVMOD) | QL_RELATION_BIT(DET))) return i < head;
    if (ql_relates(doc, i, PARTS)) return !is_attribution(doc, i);
    if (i < head) return false;
    if (ql_relates(doc, i, QL_RELATION_BIT(ACL_RELCL))) return is_restrictive(doc, i) && !follows_name(doc, head, i);
    if (ql_relates(doc, i, QL_RELATION_BIT(APPOS))) return is_apposition(doc, i);
    if (ql_relates(doc, i, QL_RELATION_BIT(ACL))) return is_participle(doc, i);
    return ql_relates(doc, i, QL_RELATION_BIT(CONJ)) && is_fellow(doc, head, i);
}

static bool is_inner_punct(const ql_document *doc, int32_t i) {
    return is_comma(doc, i) || ql_is_char(doc, i, '-') || ql_kind(doc, i) == QL_TOKEN_MARK;
}

/* The run of tokens around the head that its parts cover: the first thing that does not belong ends it. */
static void phrase_around(const ql_document *doc, int32_t head, int32_t *first, int32_t *last) {
    int32_t child = ql_branch_of(doc, head)->child;
    *first = *last = head;
    for (int32_t i = child; i != QL_NONE && i < head; i = ql_branch_of(doc, i)->next) {
        const ql_branch *branch = ql_branch_of(doc, i);
        if (belongs(doc, head, i))
            *first = branch->first < *first ? branch->first : *first;
        else if (!ql_relates(doc, i, QL_RELATION_BIT(PUNCT)) || branch->last < *first - 1)
            *first = head; /* a case, a subject, a conjunction: what is before it is outside */
    }
    for (int32_t i = child; i != QL_NONE; i = ql_branch_of(doc, i)->next) {
        if (i < head || ql_relates(doc, i, QL_RELATION_BIT(PUNCT) | QL_RELATION_BIT(CASE))) continue;
        if (!belongs(doc, head, i) || ql_branch_of(doc, i)->last - *first >= MOST_WORDS) break;
        *last = ql_branch_of(doc, i)->last;
    }
    while (*first < head && (is_inner_punct(doc, *first) || ql_has(doc, *first, QL_WORD_COORDINATOR))) ++*first;
    while (*last > head && ql_kind(doc, *last) == QL_TOKEN_PUNCT) --*last;
    if (*last - *first >= MOST_WORDS) *first = *last = head;
}

/* A phrase does not reach through one side of a quotation: “It is safe,” officials said. */
static void stay_inside_marks(const ql_document *doc, int32_t head, int32_t *first, int32_t *last) {
    int32_t before = 0, behind = 0, nearest = *first, next = *last;
    for (int32_t i = *first; i < head; i++)
        if (ql_kind(doc, i) == QL_TOKEN_MARK) before++, nearest = i + 1;
    for (int32_t i = *last; i > head; i--)
        if (ql_kind(doc, i) == QL_TOKEN_MARK) behind++, next = i - 1;
    bool both = before > 1 && ql_kind(doc, nearest - 2) == QL_TOKEN_MARK; /* ’” with nothing between */
    if (before % 2 != 0 || both) *first = nearest;
    if (behind % 2 != 0) *last = next;
}

/* "Minister: no new taxes": in a headline a phrase does not reach through a colon. */
static void stay_beside_colon(const ql_document *doc, int32_t head, int32_t *first, int32_t *last) {
    if (*first == *last || !ql_is_headline(doc, ql_token_of(doc, head)->sentence)) return;
    for (int32_t i = head - 1; i >= *first; i--)
        if (ql_is_char(doc, i, ':')) *first = i + 1;
    for (int32_t i = *last; i > head; i--)
        if (ql_is_char(doc, i, ':')) *last = i - 1;
}

/* "According to Ann Lee, the river rose": of a source that opens the sentence, an apposition ends with a comma of its
   own.  What has none is the sentence itself. */
static void stay_before_sentence(const ql_document *doc, int32_t head, int32_t first, int32_t *last) {
    if (!is_attribution(doc, head)) return;
    int32_t preposition = ql_dependent(doc, head, QL_RELATION_BIT(CASE)), next = *last + 1;
    if (!ql_flag(doc, preposition, QL_TOKEN_FIRST) || next >= ql_n_tokens(doc) || is_comma(doc, next)) return;
    for (int32_t i = *last; i > head && i > first; i--)
        if (is_comma(doc, i)) {
            *last = i - 1;
            return;
        }
}

/* "officials familiar with the plan", "people close to it": an adjective after people without names, which parsers
   take for all sorts of things.  The last token of the phrase then, or `last`. */
static int32_t behind_adjective(const ql_document *doc, int32_t head, int32_t last) {
    int32_t at = last + 1, preposition = last + 2, sentence = doc->tokens.items[head].sentence;
    if (preposition >= ql_n_tokens(doc) || doc->tokens.items[preposition].sentence != sentence) return last;
    if (!ql_has(doc, head, QL_WORD_GROUP, QL_WORD_ANONYMOUS) || ql_has(doc, at, QL_WORD_CUE_VERB)) return last;
    int32_t object = ql_head_of(doc, preposition);
    bool joins = ql_has(doc, preposition, QL_WORD_ADJECTIVE_COMPLEMENT);
    if (!joins || !ql_relates(doc, preposition, QL_RELATION_BIT(CASE)) || object <= preposition) return last;
    int32_t end = ql_branch_of(doc, object)->last, behind = end + 1 < ql_n_tokens(doc) ? end + 1 : end;
    uint8_t inflection = doc->tokens.items[at].inflection;
    bool reduced = ql_tag_of(doc, at) == QL_TAG_ADJ || inflection == QL_INFLECTION_PARTICIPLE;
    if (inflection == QL_INFLECTION_PAST) /* "people briefed on it said": not the verb of the sentence */
        reduced = ql_tag_of(doc, behind) == QL_TAG_VERB && ql_has(doc, behind, QL_WORD_CUE_VERB);
    return reduced ? end : last;
}

/* ----------------------------------------------------------------------------------------------- kinds */

/* "Tarrant, 61, told them": a word with an age is a name, whatever the tagger says. */
static bool has_age(const ql_document *doc, int32_t i) {
    return i + 3 < ql_n_tokens(doc) && is_comma(doc, i + 1) && ql_kind(doc, i + 2) == QL_TOKEN_NUMBER &&
           ql_token_of(doc, i + 2)->end - ql_token_of(doc, i + 2)->start == 2 && is_comma(doc, i + 3);
}

/* A capital inside a sentence, or before a colon, makes a name of what the tagger calls a noun. */
static bool is_name(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    if (!ql_flag(doc, i, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS) || ql_has(doc, i, QL_WORD_WEEKDAY, QL_WORD_MONTH))
        return false;
    bool heads_colon = i + 1 < ql_n_tokens(doc) && ql_is_char(doc, i + 1, ':');
    return tag == QL_TAG_PROPN || has_age(doc, i) ||
           (tag == QL_TAG_NOUN && (heads_colon || !ql_flag(doc, i, QL_TOKEN_FIRST)));
}

/* The word that says what a name is: "Times" of "the New York Times", which the treebanks head by its first word. */
static int32_t last_of_name(const ql_document *doc, int32_t head) {
    int32_t last = head;
    for (int32_t i = ql_branch_of(doc, head)->child; i != QL_NONE; i = ql_branch_of(doc, i)->next)
        if (i > head && ql_relates(doc, i, QL_RELATION_BIT(FLAT) | QL_RELATION_BIT(COMPOUND))) last = i;
    return last;
}

static uint8_t kind_of_head(const ql_document *doc, int32_t head) {
    int32_t last = last_of_name(doc, head);
    ql_class_set classes = ql_classes_joined(ql_classes(doc, head), ql_classes(doc, last));
    bool name = is_name(doc, head);
    if (ql_tag_of(doc, head) == QL_TAG_PRON)
        return ql_in(classes, QL_WORD_INDEFINITE_PERSON) ? QL_MENTION_ANONYMOUS : QL_MENTION_PRONOUN;
    if (ql_in(classes, QL_WORD_AGENCY)) return QL_MENTION_AGENCY;
    if (ql_in(classes, QL_WORD_OUTLET)) return QL_MENTION_OUTLET;
    if (name && ql_in(classes, QL_WORD_OUTLET_NOUN)) return QL_MENTION_OUTLET;
    if (ql_in(classes, QL_WORD_BODY_NAME, QL_WORD_BODY_SUFFIX, QL_WORD_BODY)) return QL_MENTION_ORGANISATION;
    if (ql_in(classes, QL_WORD_DOCUMENT)) return QL_MENTION_DOCUMENT;
    if (ql_in(classes, QL_WORD_ANONYMOUS)) return QL_MENTION_ANONYMOUS;
    if (ql_in(classes, QL_WORD_GROUP)) return QL_MENTION_GROUP;
    if (name) return QL_MENTION_NAME;
    if (ql_in(classes, QL_WORD_OUTLET_NOUN)) return QL_MENTION_OUTLET;
    return QL_MENTION_DESCRIPTION;
}

/* Has token i a dependent in one of these relations that reports? */
static bool holds_cue(const ql_document *doc, int32_t i, uint64_t relations) {
    for (int32_t child = ql_branch_of(doc, i)->child; child != QL_NONE; child = ql_branch_of(doc, child)->next)
        if (ql_relates(doc, child, relations) && ql_has(doc, child, QL_WORD_CUE_VERB)) return true;
    return false;
}

/* The subject or agent of a reporting verb, or of one that shares its subject with such a verb; what a clause with
   one belongs to; and what "according to" names. */
static bool is_beside_cue(const ql_document *doc, int32_t i) {
    static const uint64_t clauses = QL_RELATION_BIT(ACL) | QL_RELATION_BIT(ACL_RELCL);
    static const uint64_t sharing = QL_RELATION_BIT(ADVCL) | QL_RELATION_BIT(CONJ) | QL_RELATION_BIT(XCOMP);
    int32_t head = ql_head_of(doc, i);
    bool bare = ql_branch_of(doc, i)->child == QL_NONE;
    if (ql_tag_of(doc, i) == QL_TAG_PRON && ql_has(doc, i, QL_WORD_RELATIVE, QL_WORD_WH)) return false;
    if (bare && ql_has(doc, i, QL_WORD_DEMONSTRATIVE)) return false; /* "those surveyed", but not "this shows" */
    if (head != QL_NONE && ql_relates(doc, i, SUBJECTS | QL_RELATION_BIT(OBL_AGENT)))
        return ql_has(doc, head, QL_WORD_CUE_VERB) || holds_cue(doc, head, sharing);
    return is_attribution(doc, i) || (ql_tag_of(doc, i) == QL_TAG_NOUN && holds_cue(doc, i, clauses));
}

/* "the 76-year-old", "the accused": an adjective that a definite article makes a noun. */
static bool is_description(const ql_document *doc, int32_t i) {
    int32_t article = ql_dependent(doc, i, QL_RELATION_BIT(DET));
    return ql_tag_of(doc, i) == QL_TAG_ADJ && article != QL_NONE && ql_has(doc, article, QL_WORD_DEFINITE) &&
           !ql_relates(doc, i, QL_RELATION_BIT(AMOD));
}

bool ql_precedes_words(const ql_document *doc, int32_t i) {
    if (i < 1 || i + 2 >= ql_n_tokens(doc) || ql_kind(doc, i + 1) != QL_TOKEN_MARK) return false;
    if (!ql_has(doc, i, QL_WORD_CUE_VERB) || !(ql_verb_forms(doc, i) & (QL_VERB_S | QL_VERB_PAST))) return false;
    uint8_t before = ql_tag_of(doc, i - 1);
    return before == QL_TAG_NOUN || before == QL_TAG_PROPN;
}

static bool can_speak(const ql_document *doc, int32_t i) {
    uint8_t kind = ql_kind(doc, i);
    if (ql_has(doc, i, QL_WORD_WEEKDAY)) return false;
    if ((kind != QL_TOKEN_WORD && kind != QL_TOKEN_ABBREVIATION) || !is_nominal(doc, i)) return false;
    bool subject = ql_head_of(doc, i) == i + 1 && ql_precedes_words(doc, i + 1);
    if (subject) return true;
    if (ql_relates(doc, i,
                   QL_RELATION_BIT(COMPOUND) | QL_RELATION_BIT(FLAT) | QL_RELATION_BIT(FIXED) |
                       QL_RELATION_BIT(NMOD_DESC)))
        return false;
    if (ql_tag_of(doc, i) == QL_TAG_PRON)
        return ql_has(doc, i, QL_WORD_SUBJECT_PRONOUN, QL_WORD_INDEFINITE_PERSON) || is_beside_cue(doc, i);
    if (is_name(doc, i) || is_description(doc, i) || is_beside_cue(doc, i)) return true;
    return ql_tag_of(doc, i) == QL_TAG_NOUN && ql_has(doc, i, NOUNS);
}

/* "Coach Ana Petkova said", "a woman who lives above the bakery said": a subject that the parser cut short goes on to
   its verb, if nothing but nouns, prepositions and articles is between.  The last token of the phrase. */
static int32_t up_to_verb(const ql_document *doc, int32_t head, int32_t last) {
    int32_t verb = ql_head_of(doc, head), end = verb;
    if (verb <= last || !ql_relates(doc, head, SUBJECTS) || !ql_has(doc, verb, QL_WORD_CUE_VERB)) return last;
    while (end - 1 > last && (ql_tag_of(doc, end - 1) == QL_TAG_ADV || ql_tag_of(doc, end - 1) == QL_TAG_AUX ||
                              ql_tag_of(doc, end - 1) == QL_TAG_PART))
        end--;
    for (int32_t i = last + 1; i < end; i++) {
        uint8_t tag = ql_tag_of(doc, i);
        bool plain = tag == QL_TAG_NOUN || tag == QL_TAG_PROPN || tag == QL_TAG_ADJ || tag == QL_TAG_DET ||
                     tag == QL_TAG_NUM || tag == QL_TAG_ADP || ql_kind(doc, i) == QL_TOKEN_CLITIC;
        if (!plain) return last;
    }
    return end - 1 > last && is_nominal(doc, end - 1) ? end - 1 : last;
}

static ql_mention mention_of(const ql_document *doc, int32_t head) {
    const ql_token *tokens = doc->tokens.items;
    int32_t first, last;
    phrase_around(doc, head, &first, &last);
    stay_inside_marks(doc, head, &first, &last);
    stay_before_sentence(doc, head, first, &last);
    stay_beside_colon(doc, head, &first, &last);
    int32_t longer = behind_adjective(doc, head, last);
    if (longer - first < MOST_WORDS) last = longer;
    if (ql_head_of(doc, head) == head + 1 &&
        ql_precedes_words(doc, head + 1)) { /* what the parser hung on the verb */
        int32_t sentence = tokens[head].sentence;
        while (first > 0 && tokens[first - 1].sentence == sentence && is_nominal(doc, first - 1) &&
               head - first < MOST_WORDS)
            first--;
    }
    longer = up_to_verb(doc, head, last);
    if (longer - first < MOST_WORDS) last = longer;
    if (last > head && ql_kind(doc, head + 1) == QL_TOKEN_CLITIC && head + 2 <= last) head += 2; /* "CNN's Ann Lee" */
    return (ql_mention){.start = tokens[first].start,
                        .end = tokens[last].end,
                        .first_token = first,
                        .end_token = last + 1,
                        .head = head,
                        .entity = QL_NONE,
                        .kind = kind_of_head(doc, head)};
}

int ql_by_place(const void *a, const void *b) {
    const ql_mention *x = a, *y = b;
    if (x->first_token != y->first_token) return x->first_token < y->first_token ? -1 : 1;
    if (x->end_token != y->end_token) return x->end_token > y->end_token ? -1 : 1;
    return (x->head > y->head) - (x->head < y->head);
}

/* The word of a phrase that the rest of it hangs on: a noun or name for choice, and not in an apposition. */
static int32_t head_of_phrase(const ql_document *doc, int32_t first, int32_t end) {
    int32_t last = first, part = first;
    while (part < end && !is_comma(doc, part)) part++;
    if (part > first && ql_has(doc, part - 1, QL_WORD_ROLE_TITLE)) return part - 1; /* "Acme CEO" */
    for (int32_t i = first; i < end && !is_comma(doc, i); i++) {
        uint8_t tag = ql_tag_of(doc, i);
        int32_t head = ql_head_of(doc, i);
        if (tag != QL_TAG_NOUN && tag != QL_TAG_PROPN && tag != QL_TAG_PRON) continue;
        if (head < first || head >= end) return i;
        last = i;
    }
    return last;
}

/* Among mentions in the order of their heads: does one that reaches `end` start at this token? */
static bool starts_mention(const ql_document *doc, int32_t token, int32_t end) {
    const ql_mentions *mentions = &doc->mentions;
    int32_t i =
        vec_lower_bound(mentions->items, mentions->n, sizeof *mentions->items, offsetof(ql_mention, head), token);
    for (; i < (int32_t)mentions->n && mentions->items[i].head < token + MOST_WORDS; i++)
        if (mentions->items[i].first_token == token && mentions->items[i].end_token >= end) return true;
    return false;
}

ql_mention ql_mention_made(const ql_document *doc, int32_t first_token, int32_t end_token) {
    int32_t head = head_of_phrase(doc, first_token, end_token);
    return (ql_mention){.start = ql_token_of(doc, first_token)->start,
                        .end = ql_token_of(doc, end_token - 1)->end,
                        .first_token = first_token,
                        .end_token = end_token,
                        .head = head,
                        .entity = QL_NONE,
                        .kind = kind_of_head(doc, head)};
}

/* Who speaks beside a quotation is a mention, whatever the tree makes of it.  The first `n` mentions are in
   the order of their heads. */
static bool add_adjacent(ql_document *doc, const ql_adjacent *adjacent, size_t n) {
    ql_mentions *mentions = &doc->mentions;
    if (adjacent->pair == QL_NONE && starts_mention(doc, adjacent->first_token, adjacent->end_token)) return true;
    ql_mention made = ql_mention_made(doc, adjacent->first_token, adjacent->end_token);
    int32_t at = vec_lower_bound(mentions->items, n, sizeof *mentions->items, offsetof(ql_mention, head), made.head);
    if (at == (int32_t)n || mentions->items[at].head != made.head) return ql_mentions_push(mentions, made);
    mentions->items[at] = made;
    return true;
}

ql_status ql_stage_mention(ql_document *doc) {
    ql_mentions *mentions = &doc->mentions;
    bool fine = true;
    for (int32_t i = 0; fine && i < ql_n_tokens(doc); i++)
        if (can_speak(doc, i)) fine = ql_mentions_push(mentions, mention_of(doc, i));
    QL_TRY(ql_find_adjacents(doc));
    size_t n = mentions->n;
    for (size_t i = 0; fine && i < doc->adjacents.n; i++) fine = add_adjacent(doc, &doc->adjacents.items[i], n);
    if (!fine) return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for mentions");
    if (mentions->n != 0) qsort(mentions->items, mentions->n, sizeof *mentions->items, ql_by_place);
    return QL_OK;
}

/* The name in a mention of a person or body: "Ann Lee" in "the mayor of Saltby, Ann Lee," and nothing in "the mayor
   of Saltby".

   Candidates are the runs of capitals in the mention, with and without what joins them and what precedes the name
   itself, the words of a body that is called by what it is ("the labour ministry"), and none of them.  A log-linear
   model chooses (choice.h). */
#include <string.h>

#include "base/ascii.h"
#include "marks/marks.h"
#include "choice/choice.h"
#include "people/entity.h"

enum { MOST_CUTS = 6 /* words that a title before a name may have */ };

typedef struct candidate {
    ql_token_range words;
    int32_t run;  /* which run of capitals it is of, counted from 0 */
    bool is_part; /* of its run */
} candidate;

typedef struct naming {
    const ql_document *doc;
    const ql_name_words *known;
    const ql_mention *mention;
    candidate candidates[QL_MOST_CHOICES - 1];
    int32_t n, n_runs;
} naming;

/* ------------------------------------------------------------------------------------------------- candidates */

/* "Ann Lee Calls for Talks": in a headline verbs have capitals, too. */
static bool is_headline_verb(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    bool is_third_person = ql_verb_forms(doc, i) & QL_VERB_S && ql_has(doc, i, QL_WORD_CUE_VERB);
    return is_third_person ||
           ((tag == QL_TAG_VERB || tag == QL_TAG_AUX) && ql_is_headline(doc, ql_token_of(doc, i)->sentence));
}

/* "d'Escoto", "comScore": a small letter first, then a capital. */
static bool has_capital_inside(const ql_document *doc, int32_t i) {
    enum { LEAST = 3, MOST = 24 };
    const ql_token *token = ql_token_of(doc, i);
    int32_t last = token->end < token->start + MOST ? token->end : token->start + MOST;
    for (int32_t at = token->start; at < last && token->end - token->start > LEAST; at++)
        if (is_upper(doc->text->bytes[at])) return true;
    return false;
}

/* "the US", "the WHO": letters that are a small word otherwise, after an article. */
static bool is_acronym(const ql_document *doc, int32_t i) {
    if (i == 0 || !ql_flag(doc, i, QL_TOKEN_ALL_CAPS) || ql_token_of(doc, i)->end - ql_token_of(doc, i)->start < 2)
        return false;
    return ql_has(doc, i - 1, QL_WORD_DEFINITE) && !ql_flag(doc, i - 1, QL_TOKEN_ALL_CAPS);
}

/* "Theresa May", "the Sun": a month or a day by its letters, after a first name or an article. */
static bool is_named_like_date(const ql_document *doc, int32_t i) {
    if (i == 0 || !ql_flag(doc, i, QL_TOKEN_CAPITAL)) return false;
    if (ql_has(doc, i - 1, QL_WORD_FEMALE, QL_WORD_MALE, QL_WORD_HONORIFIC, QL_WORD_ROLE_TITLE))
        return ql_is_capital(doc, i - 1);
    bool number = i + 1 < ql_n_tokens(doc) && ql_kind(doc, i + 1) == QL_TOKEN_NUMBER;
    return ql_has(doc, i - 1, QL_WORD_DEFINITE) && ql_tag_of(doc, i) == QL_TAG_PROPN && !number;
}

/* A word with a capital that may stand in a name, by what it is and not by its place in the sentence. */
static bool is_capital_word(const ql_document *doc, int32_t i) {
    uint8_t kind = ql_kind(doc, i);
    if (!ql_flag(doc, i, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS))
        return kind == QL_TOKEN_URL || (kind == QL_TOKEN_WORD && has_capital_inside(doc, i));
    if (kind != QL_TOKEN_WORD && kind != QL_TOKEN_ABBREVIATION && kind != QL_TOKEN_URL) return false;
    if (is_acronym(doc, i)) return true;
    if (ql_has(doc, i, QL_WORD_WEEKDAY, QL_WORD_MONTH)) return is_named_like_date(doc, i);
    if (ql_has(doc, i, QL_WORD_DETERMINER, QL_WORD_PRONOUN, QL_WORD_POSSESSIVE)) return false;
    if (is_headline_verb(doc, i)) return false;
    return !ql_flag(doc, i, QL_TOKEN_FIRST) ||
           !ql_has(doc, i, QL_WORD_PREPOSITION, QL_WORD_COORDINATOR, QL_WORD_ADVERB, QL_WORD_SUBORDINATOR, QL_WORD_WH,
                   QL_WORD_GROUP, QL_WORD_ANONYMOUS); /* "Police said" */
}

static bool touches_left(const ql_document *doc, int32_t i) {
    return ql_token_of(doc, i)->start == ql_token_of(doc, i - 1)->end;
}

/* "of", "and", "for the": between the capitals of a body's name. */
static bool is_joint(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_NAME_LINK) || ql_is_char(doc, i, '&');
}

/* The token after a nickname in marks at token i, if a capital follows it: "Ann “Bo” Lee"; else i. */
static int32_t nickname_end(const ql_document *doc, int32_t i, int32_t end) {
    enum { MOST_WORDS = 3 };
    int32_t close = i + 1;
    while (close < end && close <= i + MOST_WORDS && ql_kind(doc, close) != QL_TOKEN_MARK) close++;
    bool is_closed = close + 1 < end && ql_kind(doc, close) == QL_TOKEN_MARK;
    return is_closed && is_capital_word(doc, i - 1) && is_capital_word(doc, close + 1) ? close + 1 : i;
}

/* "'t" of "Gerard 't Hooft": a mark or an apostrophe, and one small letter between capitals. */
static bool is_short_particle(const ql_document *doc, int32_t i, int32_t end) {
    if (i + 2 >= end || !touches_left(doc, i + 1) || touches_left(doc, i) || !is_capital_word(doc, i + 2))
        return false;
    const ql_token *letter = ql_token_of(doc, i + 1);
    bool is_mark = ql_kind(doc, i) == QL_TOKEN_MARK || ql_kind(doc, i) == QL_TOKEN_PUNCT;
    return is_mark && letter->end - letter->start == 1 && ql_kind(doc, i + 1) == QL_TOKEN_WORD;
}

/* "-based" after a capital: "Saltby-based" describes, and is not a name. */
static bool is_compound(const ql_document *doc, int32_t i, int32_t end) {
    if (i + 1 >= end || !ql_is_char(doc, i, '-') || !touches_left(doc, i) || !touches_left(doc, i + 1)) return false;
    uint8_t tag = ql_tag_of(doc, i + 1);
    return !is_capital_word(doc, i + 1) && (tag == QL_TAG_VERB || tag == QL_TAG_ADJ || tag == QL_TAG_ADV);
}

/* A hyphen within a name; "Bel- Kim" is followed by a blank too many. */
static bool is_hyphen(const ql_document *doc, int32_t i, int32_t end) {
    if (!ql_is_char(doc, i, '-') && !ql_is_char(doc, i, '/')) return false;
    if (i + 1 >= end || !touches_left(doc, i) || is_compound(doc, i, end)) return false;
    return touches_left(doc, i + 1) || (ql_is_char(doc, i, '-') && is_capital_word(doc, i + 1));
}

/* The end of the run of capitals that begins at token i: with hyphens, particles and nicknames between them. */
static int32_t run_end(const ql_document *doc, int32_t i, int32_t end) {
    int32_t last = ++i;
    while (i < end) {
        bool opens =
            i + 1 < end && ql_has(doc, i, QL_WORD_NAME_PARTICLE) &&
            (is_capital_word(doc, i + 1) || ql_is_char(doc, i + 1, '-') || ql_has(doc, i + 1, QL_WORD_NAME_PARTICLE));
        if (is_capital_word(doc, i))
            last = ++i;
        else if (is_hyphen(doc, i, end))
            last = i += 2;
        else if (is_short_particle(doc, i, end))
            i += 2;
        else if (opens)
            i++;
        else if (ql_kind(doc, i) == QL_TOKEN_MARK && nickname_end(doc, i, end) > i)
            i = nickname_end(doc, i, end);
        else
            break;
    }
    return last;
}

static void add_candidate(naming *n, int32_t first, int32_t end, bool is_part) {
    for (int32_t i = 0; i < n->n; i++)
        if (n->candidates[i].words.first == first && n->candidates[i].words.end == end) return;
    if (n->n < QL_MOST_CHOICES - 1) n->candidates[n->n++] = (candidate){{first, end}, n->n_runs, is_part};
}

/* "J." in "J. P. Lee". */
static bool is_initial(const ql_document *doc, int32_t i) {
    const ql_token *token = ql_token_of(doc, i);
    int32_t n = token->end - token->start;
    return n == 1 || (n == 2 && doc->text->bytes[token->end - 1] == '.');
}

/* A run, what is left of it without its first words, which may be a title, or its last one, which may be letters. */
static void add_run(naming *n, int32_t first, int32_t end) {
    const ql_document *doc = n->doc;
    add_candidate(n, first, end, false);
    for (int32_t i = first + 1; i < end && i < first + MOST_CUTS; i++)
        if (is_capital_word(doc, i) && !is_initial(doc, i - 1)) add_candidate(n, i, end, true);
    bool letters = ql_flag(doc, end - 1, QL_TOKEN_ALL_CAPS) || ql_has(doc, end - 1, QL_WORD_ROLE_TITLE, QL_WORD_ROLE);
    if (end - first > 1 && letters && !is_initial(doc, end - 2)) add_candidate(n, first, end - 1, true);
}

/* "Ann Lee" of "Ann Lee of Acme": a first name and others, none of which is a body's. */
static bool is_whole_person(const naming *n, int32_t first, int32_t end) {
    if (end - first < 2 || n->known->kinds[first] != QL_NAME_WORD_GIVEN) return false;
    for (int32_t i = first + 1; i < end; i++) {
        uint8_t kind = n->known->kinds[i];
        if (kind == QL_NAME_WORD_BODY || kind == QL_NAME_WORD_NOUN || kind == QL_NAME_WORD_PORTFOLIO ||
            ql_has(n->doc, i, QL_WORD_BODY, QL_WORD_BODY_NAME, QL_WORD_DOCUMENT, QL_WORD_OUTLET_NOUN))
            return false;
    }
    return true;
}

/* The run at `first` with the runs that "of", "and" or the like join to it. */
static void add_joined(naming *n, int32_t first, int32_t end) {
    enum { MOST_JOINTS = 3 };
    const ql_document *doc = n->doc;
    int32_t limit = n->mention->end_token;
    bool placed = false; /* "the Seabird in Saltby": what "and" adds to that is somebody else */
    for (int32_t i = end; i + 1 < limit && is_joint(doc, i); i = end) {
        int32_t next = i + 1;
        while (next < limit && next < i + MOST_JOINTS && is_joint(doc, next)) next++;
        if (next >= limit || !is_capital_word(doc, next)) return;
        if (!ql_has(doc, i, QL_WORD_COORDINATOR) && is_whole_person(n, first, end)) return;
        end = run_end(doc, next, limit);
        if (ql_has(doc, i, QL_WORD_COORDINATOR) && (placed || is_whole_person(n, next, end))) return;
        placed |= ql_has(doc, i, QL_WORD_PREPOSITION) && !ql_has(doc, i, QL_WORD_GENITIVE, QL_WORD_FRAME_FOR);
        add_candidate(n, first, end, false);
    }
}

static bool is_clitic(const ql_document *doc, int32_t i) {
    return ql_kind(doc, i) == QL_TOKEN_CLITIC || (ql_is_char(doc, i, '\'') && touches_left(doc, i));
}

/* "St James's Palace", "Prime Minister's Office": the run at `first` with the run that it owns. */
static void add_owned(naming *n, int32_t first, int32_t end) {
    int32_t limit = n->mention->end_token;
    if (end + 1 < limit && is_clitic(n->doc, end) && is_capital_word(n->doc, end + 1))
        add_candidate(n, first, run_end(n->doc, end + 1, limit), false);
}

/* The dash of "SALTBY — Lee's campaign": it is not a word, and has a blank on each side. */
static bool ends_dateline(const ql_document *doc, int32_t i) {
    uint8_t kind = ql_kind(doc, i);
    bool is_word = kind == QL_TOKEN_WORD || kind == QL_TOKEN_ABBREVIATION || kind == QL_TOKEN_NUMBER;
    return !is_word && i > 0 && !ql_is_char(doc, i, '&') && !touches_left(doc, i) && !touches_left(doc, i + 1);
}

/* "Israel's national rescue service", "the ministry of health": a body that is called by what it is. */
static void add_described(naming *n) {
    const ql_document *doc = n->doc;
    int32_t first = n->mention->first_token, head = n->mention->head, end = n->mention->end_token, last = head + 2;
    if (is_capital_word(doc, head) || !ql_has(doc, head, QL_WORD_OFFICE)) return;
    for (int32_t i = first; i < head; i++)
        if (ends_dateline(doc, i)) first = i + 1;
    while (first < head && ql_has(doc, first, QL_WORD_DETERMINER)) first++;
    if (first < head) add_candidate(n, first, head + 1, false);
    if (last < end && ql_has(doc, head + 1, QL_WORD_NAME_LINK) && !ql_has(doc, head + 1, QL_WORD_COORDINATOR)) {
        while (last < end && !ql_is_char(doc, last, ',') && !ql_has(doc, last, QL_WORD_RELATIVE) &&
               ql_kind(doc, last) != QL_TOKEN_MARK)
            last++;
        add_candidate(n, first, last, false);
    }
}

/* "Mrs", "Mr.": letters of a word, and no vowel. */
static bool is_shortened(const ql_document *doc, int32_t i) {
    const ql_token *token = ql_token_of(doc, i);
    for (int32_t b = token->start; b < token->end; b++)
        if (strchr("aeiouAEIOU", doc->text->bytes[b]) != NULL) return false;
    return true;
}

/* Where a name begins in a run of capitals: after "Mrs", and after "Sir" if two words follow. */
static int32_t without_address(const ql_document *doc, int32_t first, int32_t end) {
    if (first + 1 >= end || !ql_has(doc, first, QL_WORD_ADDRESS) || !is_capital_word(doc, first + 1)) return first;
    return end - first > 2 || is_shortened(doc, first) ? first + 1 : first;
}

/* "May said": a month by its letters, and the last name of somebody in the text. */
static bool is_family_date(const naming *n, int32_t i) {
    return ql_has(n->doc, i, QL_WORD_MONTH) && ql_flag(n->doc, i, QL_TOKEN_CAPITAL) && i == n->mention->head &&
           ql_name_ends(n->doc, n->known, i) == 2;
}

static void find_candidates(naming *n) {
    int32_t end = n->mention->end_token;
    for (int32_t i = n->mention->first_token; i < end; i++) {
        if (!is_capital_word(n->doc, i) && !is_family_date(n, i)) continue;
        int32_t stop = run_end(n->doc, i, end), name_end = stop;
        if (is_compound(n->doc, stop, end)) {
            i = stop;
            continue;
        }
        while (name_end - i > 2 && n->known->kinds[name_end - 1] == QL_NAME_WORD_LETTERS)
            name_end--; /* "Ann Lee QC" */
        i = without_address(n->doc, i, name_end);
        add_run(n, i, name_end);
        add_joined(n, i, stop);
        add_owned(n, i, stop);
        n->n_runs++;
        i = stop - 1;
    }
    add_described(n);
}

/* --------------------------------------------------------------------------------------------------- features */

typedef enum word_sort {
    SORT_HONORIFIC = 1,
    SORT_ROLE_TITLE,
    SORT_ROLE,
    SORT_OUTLET,
    SORT_BODY,
    SORT_GIVEN_NAME,
    SORT_DOCUMENT,
    SORT_GROUP,
    SORT_ABBREVIATION,
    SORT_LETTERS,
    SORT_ADJECTIVE,
    SORT_PROPER,
    SORT_NOUN,
    SORT_OTHER,
    SORTS = 16
} word_sort;

static int sort_of(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    if (ql_has(doc, i, QL_WORD_HONORIFIC)) return SORT_HONORIFIC;
    if (ql_has(doc, i, QL_WORD_ROLE_TITLE)) return SORT_ROLE_TITLE;
    if (ql_has(doc, i, QL_WORD_ROLE)) return SORT_ROLE;
    if (ql_has(doc, i, QL_WORD_AGENCY, QL_WORD_OUTLET, QL_WORD_OUTLET_NOUN)) return SORT_OUTLET;
    if (ql_has(doc, i, QL_WORD_BODY, QL_WORD_BODY_NAME, QL_WORD_BODY_SUFFIX)) return SORT_BODY;
    if (ql_has(doc, i, QL_WORD_FEMALE, QL_WORD_MALE)) return SORT_GIVEN_NAME;
    if (ql_has(doc, i, QL_WORD_DOCUMENT)) return SORT_DOCUMENT;
    if (ql_has(doc, i, QL_WORD_GROUP, QL_WORD_ANONYMOUS)) return SORT_GROUP;
    if (ql_kind(doc, i) == QL_TOKEN_ABBREVIATION) return SORT_ABBREVIATION;
    if (ql_flag(doc, i, QL_TOKEN_ALL_CAPS)) return SORT_LETTERS;
    return tag == QL_TAG_ADJ     ? SORT_ADJECTIVE
           : tag == QL_TAG_PROPN ? SORT_PROPER
           : tag == QL_TAG_NOUN  ? SORT_NOUN
                                 : SORT_OTHER;
}

/* What a candidate looks like as a whole. */
typedef enum shape_kind {
    SHAPE_PERSON = 0, /* it begins with a given name that is known */
    SHAPE_BODY,
    SHAPE_OUTLET,
    SHAPE_WORD,
    SHAPE_LETTERS,
    SHAPE_WORDS, /* two to four */
    SHAPE_JOINED,
    SHAPE_LONG,
    SHAPE_DOCUMENT,
    SHAPE_TITLED, /* a title or role is in it */
    SHAPE_GIVEN_NAME,
    SHAPE_DESCRIBED_BODY, /* not in capitals throughout: these three */
    SHAPE_DESCRIBED_DOCUMENT,
    SHAPE_DESCRIBED,
    SHAPES = 16
} shape_kind;

/* "David Driver", "Ann Bishop": a first name, and a family name that is a role besides. */
static bool is_called_like_role(const ql_document *doc, ql_token_range words) {
    return words.end - words.first == 2 && ql_has(doc, words.first, QL_WORD_FEMALE, QL_WORD_MALE) &&
           !ql_has(doc, words.first, QL_WORD_ROLE, QL_WORD_ROLE_TITLE, QL_WORD_HONORIFIC) &&
           !ql_flag(doc, words.end - 1, QL_TOKEN_ALL_CAPS);
}

static int shape_of(const ql_document *doc, ql_token_range words) {
    ql_class_set all = QL_NO_CLASSES;
    bool joined = false, titled = false;
    int32_t n = 0;
    for (int32_t i = words.first; i < words.end; i++) {
        all = ql_classes_joined(all, ql_classes(doc, i));
        joined |= is_joint(doc, i);
        titled |= i > words.first && ql_has(doc, i, QL_WORD_ROLE_TITLE, QL_WORD_ROLE, QL_WORD_HONORIFIC);
        n += is_capital_word(doc, i);
    }
    bool body = ql_in(all, QL_WORD_BODY, QL_WORD_BODY_NAME, QL_WORD_BODY_SUFFIX);
    bool outlet = ql_in(all, QL_WORD_AGENCY, QL_WORD_OUTLET, QL_WORD_OUTLET_NOUN);
    bool given = ql_has(doc, words.first, QL_WORD_FEMALE, QL_WORD_MALE);
    if (!is_capital_word(doc, words.first) || !is_capital_word(doc, words.end - 1))
        return body || outlet                 ? SHAPE_DESCRIBED_BODY
               : ql_in(all, QL_WORD_DOCUMENT) ? SHAPE_DESCRIBED_DOCUMENT
                                              : SHAPE_DESCRIBED;
    if (outlet) return SHAPE_OUTLET;
    if (body) return SHAPE_BODY;
    if (ql_in(all, QL_WORD_DOCUMENT)) return SHAPE_DOCUMENT;
    if (titled && !is_called_like_role(doc, words)) return SHAPE_TITLED;
    if (joined) return SHAPE_JOINED;
    if (n == 1 && ql_flag(doc, words.first, QL_TOKEN_ALL_CAPS)) return SHAPE_LETTERS;
    if (n == 1) return given ? SHAPE_GIVEN_NAME : SHAPE_WORD;
    if (given) return SHAPE_PERSON;
    return n <= 4 ? SHAPE_WORDS : SHAPE_LONG;
}

/* How a candidate hangs in the mention; TREE_DEEPER is added where it does not hang on the mention's head itself. */
typedef enum tree_place {
    TREE_HEAD = 0,
    TREE_APPOSITION,
    TREE_BEFORE,
    TREE_AFTER,
    TREE_OWNER,
    TREE_CONJUNCT,
    TREE_PHRASE,
    TREE_OTHER,
    TREE_ADJECTIVE,
    TREE_SUBJECT,
    TREE_UNMARKED,
    TREE_DEEPER = 16
} tree_place;

#define ANY(name) QL_RELATION_BIT(name)

/* The last word of a candidate whose head is outside of it. */
static int32_t top_of(const ql_document *doc, ql_token_range words) {
    for (int32_t i = words.end - 1; i >= words.first; i--) {
        int32_t head = ql_head_of(doc, i);
        if (head < words.first || head >= words.end) return i;
    }
    return words.end - 1;
}

static int place_in_tree(const naming *n, ql_token_range words) {
    const ql_document *doc = n->doc;
    int32_t head = n->mention->head, top = top_of(doc, words);
    if (head >= words.first && head < words.end) return TREE_HEAD;
    int place = ql_relates(doc, top, ANY(APPOS)) ? TREE_APPOSITION
                : ql_relates(doc, top, ANY(FLAT) | ANY(COMPOUND) | ANY(NMOD_DESC))
                    ? (top < head ? TREE_BEFORE : TREE_AFTER)
                : ql_relates(doc, top, ANY(NMOD_POSS))                         ? TREE_OWNER
                : ql_relates(doc, top, ANY(CONJ))                              ? TREE_CONJUNCT
                : ql_relates(doc, top, ANY(NMOD) | ANY(OBL))                   ? TREE_PHRASE
                : ql_relates(doc, top, ANY(AMOD))                              ? TREE_ADJECTIVE
                : ql_relates(doc, top, ANY(NSUBJ) | ANY(NSUBJ_PASS))           ? TREE_SUBJECT
                : ql_relates(doc, top, ANY(NMOD_UNMARKED) | ANY(OBL_UNMARKED)) ? TREE_UNMARKED
                                                                               : TREE_OTHER;
    return place + (ql_head_of(doc, top) == head ? 0 : TREE_DEEPER);
}

/* What is before a candidate; SIDES and more is the sort of a word. */
typedef enum side_kind {
    SIDE_EDGE = 0,
    SIDE_COMMA,
    SIDE_OF,
    SIDE_PREPOSITION,
    SIDE_GOVERNED_ARTICLE, /* "of the" */
    SIDE_COMMA_ARTICLE,    /* ", the" */
    SIDE_ARTICLE,
    SIDE_CLITIC,
    SIDE_COORDINATOR,
    SIDE_MARK,
    SIDE_BRACKET,
    SIDE_HYPHEN,
    SIDE_PUNCTUATION,
    SIDE_CAPITAL,
    SIDE_RELATIVE,
    SIDE_VERB,
    SIDES = 16
} side_kind;

static int article_side(const naming *n, int32_t article) {
    if (article == n->mention->first_token) return SIDE_ARTICLE;
    if (ql_has(n->doc, article - 1, QL_WORD_PREPOSITION)) return SIDE_GOVERNED_ARTICLE;
    return ql_is_char(n->doc, article - 1, ',') ? SIDE_COMMA_ARTICLE : SIDE_ARTICLE;
}

/* What both sides have in common; -1 for something else. */
static int common_side(const ql_document *doc, int32_t i) {
    if (ql_is_char(doc, i, ',')) return SIDE_COMMA;
    if (ql_kind(doc, i) == QL_TOKEN_CLITIC) return SIDE_CLITIC;
    if (ql_has(doc, i, QL_WORD_COORDINATOR)) return SIDE_COORDINATOR;
    if (ql_kind(doc, i) == QL_TOKEN_MARK) return SIDE_MARK;
    if (ql_is_char(doc, i, '(')) return SIDE_BRACKET;
    if (ql_is_char(doc, i, '-')) return SIDE_HYPHEN;
    if (ql_has(doc, i, QL_WORD_GENITIVE)) return SIDE_OF;
    if (ql_has(doc, i, QL_WORD_RELATIVE)) return SIDE_RELATIVE;
    if (ql_has(doc, i, QL_WORD_PREPOSITION)) return SIDE_PREPOSITION;
    if (ql_kind(doc, i) == QL_TOKEN_PUNCT) return SIDE_PUNCTUATION;
    return is_capital_word(doc, i) ? SIDE_CAPITAL : -1;
}

static int left_side(const naming *n, int32_t first) {
    const ql_document *doc = n->doc;
    if (first == n->mention->first_token) return SIDE_EDGE;
    if (ql_has(doc, first - 1, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE)) return article_side(n, first - 1);
    int common = common_side(doc, first - 1);
    return common >= 0 ? common : SIDES + sort_of(doc, first - 1);
}

static int right_side(const naming *n, int32_t end) {
    const ql_document *doc = n->doc;
    bool is_last = end >= n->mention->end_token;
    if (is_last) return end < ql_n_tokens(doc) && ql_is_char(doc, end, ',') ? SIDES : SIDE_EDGE;
    int common = common_side(doc, end);
    uint8_t tag = ql_tag_of(doc, end);
    if (common >= 0) return common;
    return tag == QL_TAG_VERB || tag == QL_TAG_AUX ? SIDE_VERB : SIDES + sort_of(doc, end);
}

/* The sort of the mention's head; of a capital that says no more, 0. */
static int head_sort(const naming *n) {
    int32_t head = n->mention->head;
    int sort = sort_of(n->doc, head);
    return is_capital_word(n->doc, head) ? (sort == SORT_PROPER ? 0 : SORTS + sort) : sort;
}

/* What the words of the name lists say of a candidate, and whether the text has its words by themselves. */
static void read_lists(const naming *n, const candidate *c, ql_reasons *to) {
    const uint8_t *kinds = n->known->kinds;
    int32_t first = c->words.first, last = c->words.end - 1, before = first - 1, behind = c->words.end;
    bool one = first == last;
    int left = before >= n->mention->first_token ? kinds[before] : 15;
    int right = behind < n->mention->end_token ? kinds[behind] : 15;
    int begins = ql_at_most(ql_name_begins(n->doc, n->known, first), 2);
    int alone = ql_at_most(ql_name_alone(n->doc, n->known, last), 2);
    ql_add_reason(to, QL_CHOICE_NAME_FIRST_KIND, kinds[first] + QL_NAME_WORD_KINDS * (one + 2 * c->is_part));
    ql_add_reason(to, QL_CHOICE_NAME_LAST_KIND, kinds[last] + QL_NAME_WORD_KINDS * (one + 2 * c->is_part));
    ql_add_reason(to, QL_CHOICE_NAME_SIDE_KINDS, left * QL_NAME_WORD_KINDS + right);
    ql_add_reason(to, QL_CHOICE_NAME_ELSEWHERE, begins * 3 + alone + 9 * (c->is_part + 2 * one));
    if (one)
        ql_add_reason(to, QL_CHOICE_NAME_ENDS,
                      ql_name_ends(n->doc, n->known, last) * 2 + ql_flag(n->doc, last, QL_TOKEN_FIRST));
}

/* "Ann Lee of Acme" is a name and what follows it, "Bank of Saltby" one name: the part before "of", and what the part
   after it has. */
static void read_of(const naming *n, ql_token_range words, ql_reasons *to) {
    const ql_document *doc = n->doc;
    int32_t joint = words.first + 1;
    while (joint < words.end && !is_joint(doc, joint)) joint++;
    if (joint + 1 >= words.end || ql_has(doc, joint, QL_WORD_COORDINATOR)) return;
    ql_token_range before = {words.first, joint};
    bool article = ql_has(doc, joint + 1, QL_WORD_DEFINITE);
    ql_add_reason(to, QL_CHOICE_NAME_OF_SHAPE,
                  shape_of(doc, before) + SHAPES * (ql_at_most(joint - words.first - 1, 3) + 4 * article));
    ql_add_reason(to, QL_CHOICE_NAME_OF_KINDS,
                  n->known->kinds[words.first] * QL_NAME_WORD_KINDS + n->known->kinds[joint - 1]);
}

/* "Saltby Sheriff's Office" is one name, "Acme's Ann Lee" is not: what both parts look like. */
static void read_owned(const naming *n, ql_token_range words, ql_reasons *to) {
    int32_t clitic = words.first + 1;
    while (clitic < words.end && !is_clitic(n->doc, clitic)) clitic++;
    if (clitic + 1 >= words.end) return;
    ql_token_range owner = {words.first, clitic}, owned = {clitic + 1, words.end};
    ql_add_reason(to, QL_CHOICE_NAME_OWNED_SHAPE, shape_of(n->doc, owner) * SHAPES + shape_of(n->doc, owned));
    ql_add_reason(to, QL_CHOICE_NAME_OWNED_KINDS,
                  n->known->kinds[clitic - 1] * QL_NAME_WORD_KINDS + n->known->kinds[words.end - 1]);
}

/* Whether a role stands among the words of the mention before a candidate, and "of" or the like after that role. */
static int prefix_of(const naming *n, int32_t first) {
    const ql_document *doc = n->doc;
    int role = 1;
    if (first == n->mention->first_token) return 0;
    for (int32_t i = n->mention->first_token; i < first; i++) {
        if (ql_has(doc, i, QL_WORD_ROLE, QL_WORD_ROLE_TITLE, QL_WORD_HONORIFIC)) role = 2;
        if (role == 2 && ql_has(doc, i, QL_WORD_PREPOSITION)) role = 3;
        if (ql_is_char(doc, i, ',') || ql_has(doc, i, QL_WORD_RELATIVE)) role = 1;
    }
    return role;
}

/* "Speaker of the House Ann Lee": what precedes a candidate, and whether the phrase ends with it. */
static void read_prefix(const naming *n, const candidate *c, int form, ql_reasons *to) {
    const ql_document *doc = n->doc;
    int32_t first = c->words.first, end = c->words.end, limit = n->mention->end_token;
    int prefix = prefix_of(n, first), words = ql_at_most(end - first, 3);
    bool last = end >= limit || ql_is_char(doc, end, ',') || ql_has(doc, end, QL_WORD_RELATIVE);
    bool joined = false;
    for (int32_t i = first; i < end; i++) joined |= is_joint(doc, i);
    ql_add_reason(to, QL_CHOICE_NAME_PREFIX, prefix * 16 + words * 4 + 2 * last + joined);
    ql_add_reason(to, QL_CHOICE_NAME_PREFIX_KIND, (prefix * 2 + last) * QL_NAME_WORD_KINDS + n->known->kinds[first]);
    if (prefix == 3) ql_add_reason(to, QL_CHOICE_NAME_PREFIX_SHAPE, last * SHAPES + form);
}

/* "The Standard", "the standard": an article with a capital inside a sentence is part of the name. */
static int written_article(const naming *n, int32_t first) {
    const ql_document *doc = n->doc;
    if (first == 0 || !ql_has(doc, first - 1, QL_WORD_DETERMINER)) return 0;
    if (!ql_has(doc, first - 1, QL_WORD_DEFINITE)) return 1;
    if (!ql_flag(doc, first - 1, QL_TOKEN_CAPITAL)) return 2;
    return ql_flag(doc, first - 1, QL_TOKEN_FIRST) ? 3 : 4;
}

/* A single word: its article, and how often the text has it in small letters or with a capital elsewhere. */
static void read_single(const naming *n, int32_t word, ql_reasons *to) {
    int tag = ql_tag_of(n->doc, word);
    int kind = tag == QL_TAG_PROPN ? 0 : tag == QL_TAG_NOUN ? 1 : tag == QL_TAG_ADJ ? 2 : 3;
    int small = ql_at_most(ql_name_small(n->doc, n->known, word), 2);
    int alone = ql_at_most(ql_name_alone(n->doc, n->known, word), 2);
    ql_add_reason(to, QL_CHOICE_NAME_ARTICLE,
                  (written_article(n, word) * 4 + kind) * 2 + (n->mention->end_token == word + 1));
    ql_add_reason(to, QL_CHOICE_NAME_SMALL,
                  (small * 9 + alone * 3 + ql_name_ends(n->doc, n->known, word)) * 2 +
                      ql_flag(n->doc, word, QL_TOKEN_FIRST));
}

static int article_of(const naming *n) {
    int32_t first = n->mention->first_token;
    return ql_has(n->doc, first, QL_WORD_DEFINITE)     ? 1
           : ql_has(n->doc, first, QL_WORD_INDEFINITE) ? 2
           : ql_has(n->doc, first, QL_WORD_POSSESSIVE) ? 3
                                                       : 0;
}

static void read_none(const naming *n, ql_reasons *to) {
    uint8_t kind = n->mention->kind;
    ql_add_reason(to, QL_CHOICE_NAME_NONE_HEAD, head_sort(n));
    ql_add_reason(to, QL_CHOICE_NAME_NONE_KIND, kind);
    ql_add_reason(to, QL_CHOICE_NAME_NONE_RUNS, ql_at_most(n->n_runs, 3));
    if (!is_capital_word(n->doc, n->mention->head))
        ql_add_reason(to, QL_CHOICE_NAME_NONE_WORD, ql_word_hash(n->doc, n->mention->head));
    ql_add_reason(to, QL_CHOICE_NAME_NONE_ARTICLE,
                  article_of(n) * 4 + (n->n_runs > 0) * 2 + (kind == QL_MENTION_DESCRIPTION));
}

/* "Even Bigger Move Against Ann Lee": words with capitals that no name has, and whether a headline gives them. */
static void read_small_words(const naming *n, const candidate *c, ql_reasons *to) {
    const ql_document *doc = n->doc;
    int odd = 0, repeated = 0;
    for (int32_t i = c->words.first; i < c->words.end; i++) {
        if (!is_capital_word(doc, i)) continue;
        uint8_t tag = ql_tag_of(doc, i);
        odd += tag == QL_TAG_ADV || tag == QL_TAG_VERB || tag == QL_TAG_AUX || tag == QL_TAG_ADP;
        repeated += ql_name_small(doc, n->known, i) > 0;
    }
    if (odd + repeated == 0) return;
    bool headline = ql_is_headline(doc, ql_token_of(doc, c->words.first)->sentence);
    ql_add_reason(to, QL_CHOICE_NAME_SMALL_WORDS,
                  ((ql_at_most(odd, 3) * 4 + ql_at_most(repeated, 3)) * 2 + headline) * 4 +
                      ql_at_most(c->words.end - c->words.first - 1, 3));
}

/* "Ann Lee and Bo Kim" is two names, "Health and Safety Executive" one. */
static void read_coordination(const naming *n, ql_token_range words, int form, ql_reasons *to) {
    const ql_document *doc = n->doc;
    int32_t joint = QL_NONE;
    bool conjunct = false;
    for (int32_t i = words.first + 1; i + 1 < words.end; i++)
        if (ql_has(doc, i, QL_WORD_COORDINATOR)) joint = i;
    if (joint == QL_NONE) return;
    for (int32_t i = joint + 1; i < words.end; i++) {
        int32_t head = ql_head_of(doc, i);
        conjunct |= ql_relates(doc, i, ANY(CONJ)) && head < joint && head >= words.first;
    }
    ql_add_reason(to, QL_CHOICE_NAME_AND_SHAPE, form + SHAPES * conjunct);
    ql_add_reason(to, QL_CHOICE_NAME_AND_WORDS,
                  (joint - words.first == 1) + 2 * (words.end - joint == 2) + 4 * conjunct);
}

static void read_described(const naming *n, ql_token_range words, ql_reasons *to) {
    const ql_document *doc = n->doc;
    int first = is_capital_word(doc, words.first) ? sort_of(doc, words.first) : 15;
    ql_add_reason(to, QL_CHOICE_NAME_DESCRIBED_HEAD, article_of(n) * SORTS + head_sort(n) % SORTS);
    ql_add_reason(to, QL_CHOICE_NAME_DESCRIBED_FIRST, first);
    ql_add_reason(to, QL_CHOICE_NAME_DESCRIBED_TAG, ql_tag_of(doc, words.first));
    ql_add_reason(to, QL_CHOICE_NAME_DESCRIBED_END, words.end - 1 == n->mention->head);
}

/* How the noun on which a name depends is joined to it. */
typedef enum governor_link {
    GOVERNED_NOT = 0,
    GOVERNED_OWNED, /* "Ann Lee's lawyer" */
    GOVERNED_OF,    /* "the wife of Ann Lee" */
    GOVERNED_FOR,   /* "a lawyer for Ann Lee" */
    GOVERNED_OTHER  /* "the case against Ann Lee" */
} governor_link;

typedef struct governor {
    governor_link link;
    int32_t word;
} governor;

/* What may stand between a name and the preposition before it: an article, titles, other capitals. */
static bool is_before_name(const ql_document *doc, int32_t i) {
    return is_capital_word(doc, i) || ql_has(doc, i, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE, QL_WORD_ROLE) ||
           ql_has(doc, i, QL_WORD_ROLE_TITLE, QL_WORD_HONORIFIC) || ql_tag_of(doc, i) == QL_TAG_ADJ;
}

/* The noun before the preposition before a name: "lawyer" of "a lawyer for President Ann Lee". */
static governor governor_before(const naming *n, int32_t first) {
    const ql_document *doc = n->doc;
    int32_t start = n->mention->first_token, i = first - 1;
    while (i > start && is_before_name(doc, i)) i--;
    if (i <= start || !ql_has(doc, i, QL_WORD_PREPOSITION)) return (governor){GOVERNED_NOT, QL_NONE};
    governor_link link = ql_has(doc, i, QL_WORD_GENITIVE)    ? GOVERNED_OF
                         : ql_has(doc, i, QL_WORD_FRAME_FOR) ? GOVERNED_FOR
                                                             : GOVERNED_OTHER;
    return (governor){link, i - 1};
}

/* The last noun that a name with "'s" owns: "lawyer" of "Ann Lee's longtime lawyer". */
static governor governor_after(const naming *n, int32_t end) {
    const ql_document *doc = n->doc;
    int32_t found = QL_NONE;
    for (int32_t i = end + 1; i < n->mention->end_token; i++) {
        uint8_t tag = ql_tag_of(doc, i);
        if (tag == QL_TAG_NOUN)
            found = i;
        else if (tag != QL_TAG_ADJ && tag != QL_TAG_PROPN && tag != QL_TAG_NUM && !ql_is_char(doc, i, '-'))
            break;
    }
    return (governor){found == QL_NONE ? GOVERNED_NOT : GOVERNED_OWNED, found};
}

static governor governor_of(const naming *n, ql_token_range words) {
    bool owns = words.end < n->mention->end_token && ql_kind(n->doc, words.end) == QL_TOKEN_CLITIC;
    governor found = owns ? governor_after(n, words.end) : (governor){GOVERNED_NOT, QL_NONE};
    return found.link == GOVERNED_NOT ? governor_before(n, words.first) : found;
}

/* "A lawyer for Ann Lee" is somebody else; "a report by Ann Lee" gives her words. */
static void read_governor(const naming *n, const candidate *c, int form, ql_reasons *to) {
    governor found = governor_of(n, c->words);
    uint8_t kind = n->known->kinds[c->words.first];
    if (found.link == GOVERNED_NOT) return;
    int sort = sort_of(n->doc, found.word);
    bool is_head = found.word == n->mention->head;
    ql_add_reason(to, QL_CHOICE_NAME_GOVERNOR, ((int)found.link * 2 + is_head) * QL_NAME_WORD_KINDS + kind);
    ql_add_reason(to, QL_CHOICE_NAME_GOVERNOR_SHAPE, sort * SHAPES + form);
    ql_add_reason(to, QL_CHOICE_NAME_GOVERNOR_WORD, ql_word_hash(n->doc, found.word));
}

/* Capitals that end like a plural: 1 for a word of small letters, "Iraqis", and 2 for "MPs". */
static int plural_form(const ql_document *doc, int32_t i) {
    const ql_token *token = ql_token_of(doc, i);
    const char *bytes = doc->text->bytes;
    if (token->end - token->start < 3 || bytes[token->end - 1] != 's' || bytes[token->end - 2] == 's') return 0;
    return is_upper(bytes[token->end - 2]) ? 2 : 1;
}

/* The number that the verb after a mention shows: 1 for one, 2 for several, 0 where it shows none. */
static int number_after(const naming *n) {
    int32_t next = n->mention->end_token;
    int forms = next < ql_n_tokens(n->doc) ? ql_verb_forms(n->doc, next) : 0;
    if (forms & QL_VERB_S) return 1;
    return forms & QL_VERB_BASE && !(forms & QL_VERB_PAST) ? 2 : 0;
}

/* "Most Iraqis", "many MPs": people who are many have no name. */
static void read_plural(const naming *n, const candidate *c, ql_reasons *to) {
    const ql_document *doc = n->doc;
    int32_t last = c->words.end - 1;
    int form = plural_form(doc, last);
    if (form == 0) return;
    bool ends = c->words.end == n->mention->end_token, one = c->words.first == last;
    int before = c->words.first == n->mention->first_token ? 0 : 1 + (left_side(n, c->words.first) == SIDE_ARTICLE);
    ql_add_reason(to, QL_CHOICE_NAME_PLURAL,
                  ((((form - 1) * 3 + before) * 2 + one) * 2 + ends) * 3 + number_after(n));
    ql_add_reason(to, QL_CHOICE_NAME_PLURAL_KIND,
                  ((form - 1) * 2 + one) * QL_NAME_WORD_KINDS + n->known->kinds[last]);
}

/* "Governor Brewer" after "Jan Brewer": what was left off or begins the name, and whether the text has its last word
   at the end of another name. */
static void read_title(const naming *n, const candidate *c, int cut, ql_reasons *to) {
    const ql_document *doc = n->doc;
    int32_t first = c->words.first, last = c->words.end - 1;
    int sort = sort_of(doc, first), ends = ql_name_ends(doc, n->known, last);
    int title = sort == SORT_HONORIFIC || sort == SORT_ROLE_TITLE || sort == SORT_ROLE ? sort : 0;
    ql_add_reason(to, QL_CHOICE_NAME_CUT_ENDS,
                  ((cut > 0 ? cut : SORTS + 2 + title) * 3 + ends) * 2 + (first == last));
    if (first < last) ql_add_reason(to, QL_CHOICE_NAME_FIRST_TWO, sort * SORTS + sort_of(doc, first + 1));
}

static void read_words(const naming *n, const candidate *c, ql_reasons *to) {
    const ql_document *doc = n->doc;
    int32_t n_words = c->words.end - c->words.first, first = n->mention->first_token;
    bool titled = c->words.first > first &&
                  ql_has(doc, c->words.first - 1, QL_WORD_ROLE, QL_WORD_ROLE_TITLE, QL_WORD_HONORIFIC);
    bool role =
        ql_has(doc, c->words.end - 1, QL_WORD_ROLE_TITLE, QL_WORD_ROLE) && !is_called_like_role(doc, c->words);
    int cut = !c->is_part ? 0 : c->words.first > first ? 1 + sort_of(doc, c->words.first - 1) : SORTS + 1;
    ql_add_reason(to, QL_CHOICE_NAME_FIRST,
                  sort_of(doc, c->words.first) + SORTS * (n_words == 1) +
                      2 * SORTS * ql_flag(doc, c->words.first, QL_TOKEN_FIRST));
    ql_add_reason(to, QL_CHOICE_NAME_LAST, sort_of(doc, c->words.end - 1) + SORTS * (n_words == 1));
    ql_add_reason(to, QL_CHOICE_NAME_CUT, cut);
    read_title(n, c, cut, to);
    ql_add_reason(to, QL_CHOICE_NAME_WORDS, ql_at_most(n_words, 6));
    ql_add_reason(to, QL_CHOICE_NAME_TITLED,
                  role + 2 * titled + 4 * (n->mention->kind == QL_MENTION_NAME) + 8 * c->is_part);
}

static void read_candidate(const naming *n, const candidate *c, ql_reasons *to) {
    int tree = place_in_tree(n, c->words), left = left_side(n, c->words.first), right = right_side(n, c->words.end);
    int form = shape_of(n->doc, c->words), commas = 0;
    int place = tree < TREE_DEEPER ? tree : tree == TREE_DEEPER + TREE_APPOSITION ? 12 : 11;
    int side = ql_at_most(left, SIDES - 1), other = ql_at_most(right, SIDES - 1);
    for (int32_t i = n->mention->first_token; i < c->words.first; i++) commas += ql_is_char(n->doc, i, ',');
    ql_add_reason(to, QL_CHOICE_NAME_TREE, tree);
    ql_add_reason(to, QL_CHOICE_NAME_LEFT, left);
    ql_add_reason(to, QL_CHOICE_NAME_RIGHT, right);
    ql_add_reason(to, QL_CHOICE_NAME_SHAPE, form);
    ql_add_reason(to, QL_CHOICE_NAME_RUN, (c->run == 0) + 2 * (c->run == n->n_runs - 1));
    ql_add_reason(to, QL_CHOICE_NAME_HEAD_SHAPE, head_sort(n) % SORTS * SHAPES + form);
    ql_add_reason(to, QL_CHOICE_NAME_TREE_SHAPE, place * SHAPES + form);
    ql_add_reason(to, QL_CHOICE_NAME_KIND_SHAPE, n->mention->kind * SHAPES + form);
    ql_add_reason(to, QL_CHOICE_NAME_LEFT_SHAPE, side * SHAPES + form);
    ql_add_reason(to, QL_CHOICE_NAME_LEFT_TREE, side * 16 + place);
    ql_add_reason(to, QL_CHOICE_NAME_RIGHT_TREE, other * 16 + place);
    ql_add_reason(to, QL_CHOICE_NAME_COMMAS, ql_at_most(commas, 2) * SHAPES + form);
    ql_add_reason(to, QL_CHOICE_NAME_RIGHT_SHAPE, other * SHAPES + form);
    read_words(n, c, to);
    read_prefix(n, c, form, to);
    if (c->words.end - c->words.first == 1) read_single(n, c->words.first, to);
    read_lists(n, c, to);
    read_of(n, c->words, to);
    read_owned(n, c->words, to);
    read_coordination(n, c->words, form, to);
    read_governor(n, c, form, to);
    read_small_words(n, c, to);
    read_plural(n, c, to);
    if (form >= SHAPE_DESCRIBED_BODY) read_described(n, c->words, to);
}

/* --------------------------------------------------------------------------------------------------- choosing */

bool ql_choose_name(ql_document *doc, const ql_name_words *words, int32_t mention, ql_token_range *name,
                    float *chance) {
    naming n = {.doc = doc, .known = words, .mention = &doc->mentions.items[mention]};
    ql_chooser chooser = ql_chooser_of(doc, mention, QL_DECISION_NAME);
    ql_reasons reasons = {.n = 0};
    *name = (ql_token_range){0, 0};
    find_candidates(&n);
    read_none(&n, &reasons);
    if (!ql_weigh(&chooser, &reasons, QL_NONE, (ql_span){0, 0})) return false;
    for (int32_t i = 0; i < n.n; i++) {
        ql_token_range of = n.candidates[i].words;
        reasons.n = 0;
        read_candidate(&n, &n.candidates[i], &reasons);
        ql_span bytes = {ql_token_of(doc, of.first)->start, ql_token_of(doc, of.end - 1)->end};
        if (!ql_weigh(&chooser, &reasons, QL_NONE, bytes)) return false;
    }
    int32_t best = ql_chosen(&chooser, chance);
    if (best > 0) *name = n.candidates[best - 1].words;
    return true;
}

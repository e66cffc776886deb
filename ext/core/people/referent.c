/* Whom a pronoun or a description means: one of the entities that stand around it, or nobody that the text names.

   Candidates are the entities of the mentions before it, the nearest first, and for a description those that its own
   words fit, wherever they stand.  A log-linear model chooses (choice.h).  Mentions are read from front to back, so
   what is chosen for one is known to the next. */
#include "base/ascii.h"
#include "lexicon/lemma.h"
#include "choice/choice.h"
#include "lexicon/spelling.h"
#include "people/join.h"

enum {
    MOST_BACK = 70,    /* mentions to look back over */
    MOST_NEAR = 34,    /* entities that may be found so */
    MOST_PHRASE = 20,  /* words of a description that are compared with names */
    OTHER_PRONOUN = -1 /* not resolved: "we", "who" */
};

/* What kind of expression looks for its entity. */
typedef enum seeker_kind {
    SEEKS_MAN = 0,
    SEEKS_WOMAN,
    SEEKS_SEVERAL,
    SEEKS_THING,
    SEEKS_ROLE,
    SEEKS_BODY,
    SEEKS_DOCUMENT,
    SEEKS_LETTER,
    SEEKS_OUTLET,
    SEEKS_GROUP,
    SEEKS_ANONYMOUS,
    SEEKS_OTHER,
    SEEKS_PERSON, /* by a word for a person that is not a role */
    SEEKERS = 16
} seeker_kind;

/* How many it may mean. */
typedef enum seeker_number { ONE = 0, SOME, COUNTED /* "both", "the two" */ } seeker_number;

typedef struct seeker {
    ql_joiner *j;
    const ql_mention *mention;
    int32_t index, sentence, paragraph;
    int32_t word;     /* the lexicon entry of a description's head, or QL_NONE */
    int32_t owner;    /* the entity whose the description is, "Lee's lawyer"; or QL_NONE */
    int kind, number; /* seeker_kind, seeker_number */
    int counted;      /* whether a description says how many they are */
    int form;         /* of a description: its article, and whether other words follow its noun */
    int topic;        /* of a description of a leader: whether its body is what the text is about; else QL_NONE */
    int32_t candidates[QL_MOST_CHOICES - 1];
    uint8_t sorts[QL_MOST_CHOICES - 1]; /* what each is, an entity_sort */
    bool named[QL_MOST_CHOICES - 1];
    int32_t n, n_titled; /* candidates, and those that the title fits */
} seeker;

/* ------------------------------------------------------------------------------------------------ the seeker */

static int pronoun_kind(const ql_document *doc, int32_t head) {
    if (ql_has(doc, head, QL_WORD_MALE_PRONOUN)) return SEEKS_MAN;
    if (ql_has(doc, head, QL_WORD_FEMALE_PRONOUN)) return SEEKS_WOMAN;
    if (ql_has(doc, head, QL_WORD_PLURAL_PRONOUN)) return SEEKS_SEVERAL;
    return ql_has(doc, head, QL_WORD_THING_PRONOUN) ? SEEKS_THING : OTHER_PRONOUN;
}

static int kind_of_seeker(const ql_document *doc, const ql_mention *mention) {
    switch (mention->kind) {
    case QL_MENTION_PRONOUN: return pronoun_kind(doc, mention->head);
    case QL_MENTION_DOCUMENT: return ql_has(doc, mention->head, QL_WORD_LETTER) ? SEEKS_LETTER : SEEKS_DOCUMENT;
    case QL_MENTION_OUTLET:
    case QL_MENTION_AGENCY: return SEEKS_OUTLET;
    case QL_MENTION_ORGANISATION: return SEEKS_BODY;
    case QL_MENTION_GROUP: return SEEKS_GROUP;
    case QL_MENTION_ANONYMOUS: return SEEKS_ANONYMOUS;
    default: break;
    }
    if (ql_has(doc, mention->head, QL_WORD_ROLE, QL_WORD_ROLE_TITLE)) return SEEKS_ROLE;
    if (ql_has(doc, mention->head, QL_WORD_BODY)) return SEEKS_BODY;
    return ql_has(doc, mention->head, QL_WORD_PERSON, QL_WORD_AGE, QL_WORD_FEMALE, QL_WORD_MALE) ? SEEKS_PERSON
                                                                                                 : SEEKS_OTHER;
}

static bool is_plural_noun(const ql_document *doc, int32_t i) {
    enum { LONGEST = 32 };
    char folded[LONGEST];
    const ql_token *token = ql_token_of(doc, i);
    int32_t n = token->end - token->start;
    if (n > LONGEST || ql_tag_of(doc, i) == QL_TAG_PROPN) return false;
    for (int32_t k = 0; k < n; k++) folded[k] = lower(doc->text->bytes[token->start + k]);
    return ql_is_plural(folded, (size_t)n);
}

static int number_of(const ql_document *doc, const ql_mention *mention, int kind) {
    if (kind < SEEKS_SEVERAL || kind == SEEKS_THING) return ONE;
    for (int32_t i = mention->first_token; i <= mention->head; i++)
        if (ql_has(doc, i, QL_WORD_NUMERAL, QL_WORD_QUANTIFIER)) return COUNTED;
    return kind == SEEKS_SEVERAL || kind == SEEKS_GROUP || is_plural_noun(doc, mention->head) ? SOME : ONE;
}

static int article_of(const ql_document *doc, const ql_mention *mention) {
    int32_t first = mention->first_token;
    if (ql_has(doc, first, QL_WORD_DEFINITE)) return 1;
    if (ql_has(doc, first, QL_WORD_INDEFINITE)) return 2;
    if (ql_has(doc, first, QL_WORD_POSSESSIVE)) return 3;
    if (ql_has(doc, first, QL_WORD_DEMONSTRATIVE)) return 4;
    if (ql_dependent(doc, mention->head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE) return 5;
    return ql_has(doc, first, QL_WORD_QUANTIFIER, QL_WORD_NUMERAL) ? 6 : 0;
}

/* The article of a description and whether more follows its noun; below 16. */
static int form_of(const ql_document *doc, const ql_mention *mention) {
    return article_of(doc, mention) * 2 + (mention->end_token - mention->head > 1);
}

/* How many a phrase says there are: 1 for "both", 2 for "two", 3 for another number, 0 where it does not say. */
static int counted_in(const ql_document *doc, const ql_mention *mention) {
    for (int32_t i = mention->first_token; i <= mention->head; i++) {
        const ql_token *token = ql_token_of(doc, i);
        if (ql_has(doc, i, QL_WORD_QUANTIFIER)) return 1;
        if (!ql_has(doc, i, QL_WORD_NUMERAL)) continue;
        const ql_word *word = token->word != QL_NONE ? ql_lexicon_word(doc->engine->lexicon, token->word) : NULL;
        const ql_spelling *digits = word != NULL ? ql_spelling_of(word->form, word->length) : NULL;
        return digits != NULL && digits->to[0] == '2' && digits->to[1] == '\0' ? 2 : 3;
    }
    return 0;
}

static int32_t owner_of(const ql_document *doc, const ql_mention *mention) {
    int32_t owner = ql_dependent(doc, mention->head, QL_RELATION_BIT(NMOD_POSS));
    int32_t other = owner != QL_NONE ? ql_mention_of(doc, owner) : QL_NONE;
    return other != QL_NONE ? doc->mentions.items[other].entity : QL_NONE;
}

static seeker seeker_of(ql_joiner *j, int32_t index) {
    const ql_document *doc = j->doc;
    const ql_mention *mention = &doc->mentions.items[index];
    int32_t sentence = ql_token_of(doc, mention->head)->sentence;
    int kind = kind_of_seeker(doc, mention);
    return (seeker){.j = j,
                    .mention = mention,
                    .index = index,
                    .sentence = sentence,
                    .paragraph = doc->sentences.items[sentence].paragraph,
                    .word = ql_token_of(doc, mention->head)->word,
                    .owner = kind > SEEKS_THING ? owner_of(doc, mention) : QL_NONE,
                    .form = form_of(doc, mention),
                    .counted = counted_in(doc, mention),
                    .kind = kind,
                    .number = number_of(doc, mention, kind)};
}

static bool is_pronoun(const seeker *s) {
    return s->kind <= SEEKS_THING;
}

static bool leads(const ql_document *doc, int32_t word) {
    return ql_in(ql_lexicon_word(doc->engine->lexicon, word)->classes, QL_WORD_LEADER);
}

/* The sort of a description's head, with 16 more for a capital. */
static int head_sort(const seeker *s) {
    const ql_document *doc = s->j->doc;
    int32_t head = s->mention->head;
    int sort = s->word != QL_NONE && leads(doc, s->word) ? 13
               : ql_has(doc, head, QL_WORD_ROLE_TITLE)   ? 1
               : ql_has(doc, head, QL_WORD_ROLE)         ? 2
               : ql_has(doc, head, QL_WORD_BODY)         ? 3
               : ql_has(doc, head, QL_WORD_LETTER)       ? 4
               : ql_has(doc, head, QL_WORD_DOCUMENT)     ? 5
               : ql_has(doc, head, QL_WORD_GROUP)        ? 6
               : ql_has(doc, head, QL_WORD_OUTLET_NOUN)  ? 7
               : ql_has(doc, head, QL_WORD_ANONYMOUS)    ? 8
               : ql_has(doc, head, QL_WORD_AGE)          ? 9
               : ql_has(doc, head, QL_WORD_FEMALE)       ? 10
               : ql_has(doc, head, QL_WORD_MALE)         ? 11
               : s->word != QL_NONE                      ? 12
                                                         : 0;
    return sort + (ql_flag(doc, head, QL_TOKEN_CAPITAL) ? 16 : 0);
}

/* --------------------------------------------------------------------------------------------- the candidates */

static const ql_profile *profile_of(const seeker *s, int32_t entity) {
    return &s->j->profiles.items[entity];
}

static bool is_named(const seeker *s, int32_t entity) {
    const ql_profile *p = profile_of(s, entity);
    return p->name.end > p->name.first;
}

static bool name_has(const seeker *s, int32_t entity, int32_t token) {
    ql_token_range name = profile_of(s, entity)->name;
    for (int32_t i = name.first; i < name.end; i++)
        if (ql_same_word(s->j->doc, i, token)) return true;
    return false;
}

/* Does a word of the name begin like the description's noun: "the airline" and "Air Acme"? */
static bool name_begins_like(const seeker *s, int32_t entity) {
    enum { LETTERS = 3 };
    const ql_document *doc = s->j->doc;
    ql_token_range name = profile_of(s, entity)->name;
    const ql_token *head = ql_token_of(doc, s->mention->head);
    for (int32_t i = name.first; i < name.end; i++) {
        const ql_token *word = ql_token_of(doc, i);
        int32_t n = 0;
        if (word->end - word->start < LETTERS || head->end - head->start < LETTERS) continue;
        while (n < LETTERS && lower(doc->text->bytes[word->start + n]) == lower(doc->text->bytes[head->start + n]))
            n++;
        if (n == LETTERS) return true;
    }
    return false;
}

typedef enum title_fit {
    TITLE_UNKNOWN = 0,
    TITLE_SAME,
    TITLE_LEADER, /* both words are for a leader */
    TITLE_OTHER,
    TITLE_NONE, /* the description has no word that is known */
    TITLE_HEAD  /* a description with the same head */
} title_fit;

static int fit_of_title(const seeker *s, int32_t entity) {
    const ql_profile *p = profile_of(s, entity);
    bool leader = false;
    if (s->word == QL_NONE) return TITLE_NONE;
    for (int i = 0; i < p->n_titles; i++) {
        if (p->titles[i] == s->word) return TITLE_SAME;
        leader |= p->titles[i] != QL_NONE && leads(s->j->doc, p->titles[i]);
    }
    if (leader && leads(s->j->doc, s->word)) return TITLE_LEADER;
    if (p->head == s->word) return TITLE_HEAD;
    return p->n_titles > 0 ? TITLE_OTHER : TITLE_UNKNOWN;
}

static bool fits_title(int fit) {
    return fit == TITLE_SAME || fit == TITLE_LEADER;
}

/* Is all that names it in a menu or a teaser? */
static bool is_of_menu(const seeker *s, int32_t entity) {
    return is_named(s, entity) && profile_of(s, entity)->name_weight == 0;
}

static void add_candidate(seeker *s, int32_t entity, int32_t most) {
    if (is_of_menu(s, entity)) return;
    for (int32_t i = 0; i < s->n; i++)
        if (s->candidates[i] == entity) return;
    if (s->n < most) s->candidates[s->n++] = entity;
}

static void find_candidates(seeker *s) {
    const ql_mentions *mentions = &s->j->doc->mentions;
    for (int32_t i = s->index - 1; i >= 0 && i > s->index - MOST_BACK; i--) {
        const ql_mention *mention = &mentions->items[i];
        bool around = mention->end_token > s->mention->first_token;
        int32_t joint = s->j->joint.items[i];
        bool several = s->number != ONE || s->kind == SEEKS_OTHER; /* "the couple" */
        if (joint != QL_NONE && !around && several) add_candidate(s, joint, MOST_NEAR);
        if (mention->entity != QL_NONE && !around) add_candidate(s, mention->entity, MOST_NEAR);
    }
    int32_t last = (int32_t)s->j->profiles.n - 1;
    for (int32_t e = last; e >= 0 && e > last - QL_MOST_NAMES && !is_pronoun(s); e--) {
        int fit = fit_of_title(s, e);
        if (fits_title(fit) || fit == TITLE_HEAD || name_has(s, e, s->mention->head))
            add_candidate(s, e, QL_MOST_CHOICES - 1);
    }
}

/* --------------------------------------------------------------------------------------------------- features */

/* What an entity is; UNNAMED is added where the text gives it no name. */
typedef enum entity_sort {
    ENTITY_PERSON = 0,
    ENTITY_LIKELY_PERSON,
    ENTITY_BODY,
    ENTITY_DOCUMENT,
    ENTITY_OUTLET,
    ENTITY_ANONYMOUS,
    ENTITY_UNSURE,
    ENTITY_PLURAL,
    ENTITY_LETTER = 9,
    UNNAMED
} entity_sort;

static int sort_of(const ql_joiner *j, int32_t entity) {
    const ql_entity *e = &j->doc->entities.items[entity];
    const ql_profile *p = &j->profiles.items[entity];
    if (p->is_plural) return ENTITY_PLURAL;
    switch (e->role) {
    case QL_STEP_DOCUMENT: return p->is_letter ? ENTITY_LETTER : ENTITY_DOCUMENT;
    case QL_STEP_OUTLET:
    case QL_STEP_AGENCY: return ENTITY_OUTLET;
    case QL_STEP_ORGANISATION: return ENTITY_BODY;
    case QL_STEP_ANONYMOUS: return ENTITY_ANONYMOUS;
    default: break;
    }
    if (p->is_person || e->gender != QL_GENDER_NONE) return ENTITY_PERSON;
    return p->name.end - p->name.first > 1 ? ENTITY_LIKELY_PERSON : ENTITY_UNSURE;
}

static int sort_of_entity(const seeker *s, int32_t entity) {
    return sort_of(s->j, entity);
}

/* Of those without a name only whether it is a person, a document, a body. */
static int coarse_sort(int sort, bool named) {
    if (named) return sort;
    return UNNAMED + (sort == ENTITY_DOCUMENT || sort == ENTITY_LETTER ? 1
                      : sort == ENTITY_BODY || sort == ENTITY_OUTLET   ? 2
                                                                       : 0);
}

int ql_coarse_sort(const ql_joiner *j, int32_t entity) {
    ql_token_range name = j->profiles.items[entity].name;
    return coarse_sort(sort_of(j, entity), name.end > name.first);
}

static int grammar_of(const ql_document *doc, int32_t head) {
    static const uint64_t relations[] = {
        QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_OUTER),
        QL_RELATION_BIT(NSUBJ_PASS),
        QL_RELATION_BIT(OBJ) | QL_RELATION_BIT(IOBJ),
        QL_RELATION_BIT(OBL) | QL_RELATION_BIT(OBL_AGENT),
        QL_RELATION_BIT(NMOD),
        QL_RELATION_BIT(NMOD_POSS),
        QL_RELATION_BIT(CONJ),
        QL_RELATION_BIT(APPOS),
    };
    for (int i = 0; i < (int)(sizeof relations / sizeof *relations); i++)
        if (ql_relates(doc, head, relations[i])) return i + 1;
    return 0;
}

static bool is_subject(const ql_document *doc, int32_t head) {
    int grammar = grammar_of(doc, head);
    return grammar == 1 || grammar == 2;
}

static int distance_in_steps(int32_t sentences) {
    return sentences <= 2 ? (sentences < 0 ? 0 : sentences) : sentences <= 4 ? 3 : sentences <= 8 ? 4 : 5;
}

/* Do the capitals in a description stand in the name of an entity?  0 without capitals, 1 for no, 2 for yes. */
static int capitals_fit(const seeker *s, int32_t entity) {
    const ql_document *doc = s->j->doc;
    int fit = 0;
    for (int32_t i = s->mention->first_token; i < s->mention->end_token && i < s->mention->first_token + MOST_PHRASE;
         i++) {
        if (i == s->mention->head || !ql_flag(doc, i, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS)) continue;
        if (ql_has(doc, i, QL_WORD_DETERMINER)) continue;
        if (fit == 0) fit = 1;
        if (name_has(s, entity, i)) return 2;
    }
    return fit;
}

/* What is asked of each candidate again and again. */
static void sort_candidates(seeker *s) {
    for (int32_t i = 0; i < s->n; i++) {
        s->sorts[i] = (uint8_t)sort_of_entity(s, s->candidates[i]);
        s->named[i] = is_named(s, s->candidates[i]);
        s->n_titled += fits_title(fit_of_title(s, s->candidates[i]));
    }
}

static void read_nobody(const seeker *s, ql_reasons *to) {
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY, s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY_AMONG, ql_at_most(s->n, 3) * SEEKERS + s->kind);
    if (is_pronoun(s)) return;
    int extent =
        (s->mention->end_token - s->mention->head > 1) + 2 * (s->mention->head - s->mention->first_token > 1);
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY_HEAD, head_sort(s));
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY_WORD, ql_word_hash(s->j->doc, s->mention->head));
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY_ARTICLE, s->form / 2 * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY_TITLE, ql_at_most(s->n_titled, 2) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY_EXTENT, extent * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY_FORM, s->form * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_NOBODY_NUMBER, s->number * SEEKERS + s->kind);
}

/* Which words of a description are said of an entity elsewhere: its noun, and how many of the others; 0 without other
   words, 1 for none of them, up to 3 for two and more. */
static int words_fit(const seeker *s, int32_t entity, bool *head) {
    const ql_document *doc = s->j->doc;
    const ql_profile *p = profile_of(s, entity);
    ql_token_range part = ql_first_part(doc, s->mention);
    int n = 0, found = 0;
    *head = false;
    for (int32_t i = part.first; i < part.end && i < part.first + MOST_PHRASE; i++) {
        uint8_t tag = ql_tag_of(doc, i);
        if (tag != QL_TAG_NOUN && tag != QL_TAG_ADJ && tag != QL_TAG_PROPN) continue;
        uint32_t hash = ql_whole_hash(doc, i);
        bool known = false;
        for (int k = 0; k < p->n_words; k++) known |= p->words[k] == hash;
        if (i == s->mention->head)
            *head = known;
        else
            n++, found += known;
    }
    return n == 0 ? 0 : 1 + ql_at_most(found, 2);
}

/* How often the text names an entity, and whether that is most of its sort. */
static int prominence(const seeker *s, int32_t entity) {
    int32_t n = profile_of(s, entity)->n_named;
    bool most = entity == s->j->most_named[0] || entity == s->j->most_named[1];
    return (n <= 1 ? 0 : n == 2 ? 1 : n <= 4 ? 2 : 3) + 4 * most;
}

/* Is the body that a description names the one that the text is about?  0 if it names none, 1 for no, 2 for yes. */
static int topic_of(const seeker *s) {
    const ql_document *doc = s->j->doc;
    int32_t body = s->j->most_named[1];
    int found = 0;
    for (int32_t i = s->mention->first_token; i < s->mention->end_token && i < s->mention->first_token + MOST_PHRASE;
         i++) {
        if (i == s->mention->head || ql_tag_of(doc, i) != QL_TAG_PROPN) continue;
        if (body != QL_NONE && name_has(s, body, i)) return 2;
        found = 1;
    }
    return found;
}

/* "The Acme chief" of a text about Acme: the one whom it calls founder, chief or the like. */
static void read_leader(const seeker *s, int32_t entity, int sort, int fit, ql_reasons *to) {
    if (s->topic == QL_NONE || sort > ENTITY_LIKELY_PERSON) return;
    bool most = entity == s->j->most_named[0];
    ql_add_reason(to, QL_CHOICE_REFERENT_LEADER, ((s->topic * 8 + fit) * 2 + most) * 4 + ql_at_most(s->n_titled, 3));
}

static void read_words(const seeker *s, int32_t entity, int sort, ql_reasons *to) {
    bool head_known;
    int others = words_fit(s, entity, &head_known);
    ql_add_reason(to, QL_CHOICE_REFERENT_WORDS_FIT, (others + 4 * head_known) * SEEKERS + s->kind);
    bool named = is_named(s, entity);
    int fit = fit_of_title(s, entity), head = head_sort(s) % 16;
    ql_add_reason(to, QL_CHOICE_REFERENT_TITLE, fit * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_HEAD_IN_NAME,
                  (name_has(s, entity, s->mention->head) + 2 * named + 4 * name_begins_like(s, entity)) * SEEKERS +
                      s->kind);
    read_leader(s, entity, sort, fit, to);
    ql_add_reason(to, QL_CHOICE_REFERENT_CAPITALS, capitals_fit(s, entity) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_HEAD_SORT, head * SEEKERS + coarse_sort(sort, named));
    if (fits_title(fit))
        ql_add_reason(to, QL_CHOICE_REFERENT_TITLED,
                      (ql_at_most(s->n_titled, 3) * 2 + (fit == TITLE_SAME)) * SEEKERS + capitals_fit(s, entity) * 4 +
                          ql_at_most(s->form / 2, 3));
    if (fit == TITLE_SAME) ql_add_reason(to, QL_CHOICE_REFERENT_TITLE_ARTICLE, head * SEEKERS + s->form / 2);
}

/* "he", "she": how many people who may be meant stand nearer. */
static void read_gender(const seeker *s, int32_t at, int sort, int distance, ql_reasons *to) {
    const ql_entity *entities = s->j->doc->entities.items;
    int32_t entity = s->candidates[at], nearer = 0;
    uint8_t wanted = s->kind == SEEKS_MAN ? QL_GENDER_MALE : QL_GENDER_FEMALE, gender = entities[entity].gender;
    for (int32_t i = 0; i < at; i++) {
        nearer += s->sorts[i] <= ENTITY_LIKELY_PERSON && ql_genders_fit(wanted, entities[s->candidates[i]].gender) &&
                  profile_of(s, s->candidates[i])->latest != QL_NONE;
    }
    int fit = gender == wanted ? 1 : gender == QL_GENDER_NONE ? 0 : 2;
    ql_add_reason(to, QL_CHOICE_REFERENT_NEARER_PEOPLE,
                  ql_at_most(nearer, 4) * 32 + fit * 8 + ql_at_most(sort, 2) * 2 + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_NEARER_SPEAKER,
                  ql_at_most(nearer, 4) * 32 + (entity == s->j->last_speaker) * 16 + distance * 2 + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_GENDER_SORT,
                  fit * 32 + coarse_sort(sort, is_named(s, entity)) * 2 + s->kind);
}

/* The last mention of an entity: a pronoun or a name, its place in its sentence, and how long ago that was. */
static void read_last(const seeker *s, const ql_mention *last, int distance, ql_reasons *to) {
    const ql_document *doc = s->j->doc;
    int sort = s->kind <= SEEKS_WOMAN ? 0 : is_pronoun(s) ? 1 : 2, kind = last->kind;
    if (kind == QL_MENTION_PRONOUN && ql_same_word(doc, last->head, s->mention->head)) kind = 15;
    ql_add_reason(to, QL_CHOICE_REFERENT_LAST_KIND, kind * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_GRAMMAR_DISTANCE, (grammar_of(doc, last->head) * 8 + distance) * 3 + sort);
}

/* Where an entity was last mentioned, and how often it was and spoke before. */
static void read_history(const seeker *s, int32_t at, int sort, ql_reasons *to) {
    const ql_document *doc = s->j->doc;
    int32_t entity = s->candidates[at], rank = 0;
    const ql_profile *p = profile_of(s, entity);
    const ql_mention *last = &doc->mentions.items[p->latest];
    int32_t sentence = ql_token_of(doc, last->head)->sentence, statement = s->j->speaks.items[s->index];
    int32_t paragraphs = s->paragraph - doc->sentences.items[sentence].paragraph;
    bool named = is_named(s, entity), person = sort <= ENTITY_LIKELY_PERSON, spoke = p->n_spoken > 0;
    bool spoke_last = entity == s->j->last_speaker, spoke_there = s->j->speaks.items[p->latest] != QL_NONE;
    int distance = distance_in_steps(s->sentence - sentence), n = p->n_mentions;
    for (int32_t i = 0; i < at; i++) rank += (s->sorts[i] <= ENTITY_LIKELY_PERSON) == person && s->named[i] == named;
    ql_add_reason(to, QL_CHOICE_REFERENT_DISTANCE, distance * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_DISTANCE_SORT, distance * SEEKERS + coarse_sort(sort, named));
    ql_add_reason(to, QL_CHOICE_REFERENT_RANK, ql_at_most(rank, 5) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_GRAMMAR, grammar_of(doc, last->head) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_SPOKE, (spoke_there + 2 * spoke_last + 4 * spoke) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_SPOKE_DISTANCE, (spoke_last * 8 + distance) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_SPOKE_SORT, (spoke_last * 2 + spoke) * SEEKERS + coarse_sort(sort, named));
    ql_add_reason(to, QL_CHOICE_REFERENT_PARAGRAPHS,
                  ql_at_most(paragraphs < 0 ? 0 : paragraphs, 3) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_MARKED, ql_flag(doc, last->head, QL_TOKEN_MARKED) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_MENTIONS, (n <= 1 ? 0 : n == 2 ? 1 : n <= 5 ? 2 : 3) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_PARALLEL,
                  (is_subject(doc, s->mention->head) && is_subject(doc, last->head)) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_ZONE, ql_at_most(p->name_weight, 3) * SEEKERS + s->kind);
    read_last(s, last, distance, to);
    if (!is_pronoun(s))
        ql_add_reason(to, QL_CHOICE_REFERENT_FORM,
                      (s->form * 2 + person) * 8 + (spoke_last ? 0 : ql_at_most(distance, 3) + 1));
    if (s->kind <= SEEKS_WOMAN) read_gender(s, at, sort, distance, to);
    if (statement == QL_NONE) return;
    const ql_quote *own = &doc->quotes.items[statement];
    ql_add_reason(to, QL_CHOICE_REFERENT_IN_OWN_WORDS,
                  (last->start >= own->start && last->end <= own->end) * SEEKERS + s->kind);
}

/* What lists say of the words of its name, and whether it looks like a place: for whom "he" cannot mean Asia. */
static void read_name(const seeker *s, int32_t entity, ql_reasons *to) {
    const ql_profile *p = profile_of(s, entity);
    const uint8_t *kinds = s->j->words.kinds;
    bool person = s->kind <= SEEKS_WOMAN || s->kind == SEEKS_ROLE || s->kind == SEEKS_PERSON;
    int parts = s->j->doc->entities.items[entity].n_parts;
    if (s->owner == entity) ql_add_reason(to, QL_CHOICE_REFERENT_OWNER, s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_PARTS,
                  ((s->counted * 4 + s->number) * 4 + ql_at_most(parts > 0 ? parts - 1 : 0, 3)) * 2 +
                      (s->kind == SEEKS_OTHER || s->kind == SEEKS_BODY));
    if (p->name.end == p->name.first) return;
    ql_add_reason(to, person ? QL_CHOICE_REFERENT_PERSON_NAME : QL_CHOICE_REFERENT_THING_NAME,
                  kinds[p->name.first] * QL_NAME_WORD_KINDS + kinds[p->name.end - 1]);
    ql_add_reason(to, QL_CHOICE_REFERENT_NAME_LENGTH, ql_at_most(p->name.end - p->name.first, 4) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_ONLY,
                  (ql_at_most(s->j->n_people, 4) * 2 + p->is_person) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_PLACED,
                  (ql_at_most(p->n_placed, 3) * 4 + ql_at_most(p->n_articled, 3)) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_KNOWN_PERSON, (p->gender_by * 2 + p->is_person) * SEEKERS + s->kind);
}

static void read_candidate(const seeker *s, int32_t at, ql_reasons *to) {
    int32_t entity = s->candidates[at];
    int sort = s->sorts[at];
    bool named = s->named[at], by_gender = s->kind <= SEEKS_WOMAN || s->kind == SEEKS_ROLE;
    ql_add_reason(to, QL_CHOICE_REFERENT_SORT, coarse_sort(sort, named) * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_NAMED, named * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_PROMINENCE, prominence(s, entity) * SEEKERS + s->kind);
    if (by_gender)
        ql_add_reason(to, QL_CHOICE_REFERENT_GENDER, s->j->doc->entities.items[entity].gender * SEEKERS + s->kind);
    ql_add_reason(to, QL_CHOICE_REFERENT_NUMBER, s->number * SEEKERS + coarse_sort(sort, named));
    if (!is_pronoun(s)) read_words(s, entity, sort, to);
    read_name(s, entity, to);
    if (profile_of(s, entity)->latest != QL_NONE)
        read_history(s, at, sort, to);
    else
        ql_add_reason(to, QL_CHOICE_REFERENT_LATER, s->kind);
}

/* --------------------------------------------------------------------------------------------------- choosing */

bool ql_choose_referent(ql_joiner *j, int32_t mention, int32_t *entity, float *chance) {
    ql_document *doc = j->doc;
    seeker s = seeker_of(j, mention);
    ql_chooser chooser = ql_chooser_of(doc, mention, QL_DECISION_REFERENT);
    ql_reasons reasons = {.n = 0};
    *entity = QL_NONE;
    *chance = 1;
    if (s.kind == OTHER_PRONOUN) return true;
    s.topic = !is_pronoun(&s) && s.word != QL_NONE && leads(doc, s.word) ? topic_of(&s) : QL_NONE;
    find_candidates(&s);
    sort_candidates(&s);
    read_nobody(&s, &reasons);
    if (!ql_weigh(&chooser, &reasons, QL_NONE, (ql_span){0, 0})) return false;
    for (int32_t i = 0; i < s.n; i++) {
        const ql_entity *candidate = &doc->entities.items[s.candidates[i]];
        reasons.n = 0;
        read_candidate(&s, i, &reasons);
        if (!ql_weigh(&chooser, &reasons, s.candidates[i], (ql_span){candidate->start, candidate->end})) return false;
    }
    int32_t best = ql_chosen(&chooser, chance);
    if (best > 0) *entity = s.candidates[best - 1];
    return true;
}

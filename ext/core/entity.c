/* Who is behind a mention: names with their variants, descriptions, documents and pronouns become entities.

   Names are joined first, whatever their order.  Then one pass over the text, from the front, gives each description
   and each pronoun to what was named before it: the nearest that fits, with a liking for subjects and for who spoke
   last.  What fits nothing becomes an entity without a name: a wrong name is worse than none. */
#include "entity.h"

#include "ascii.h"
#include "name.h"

enum {
    MOST_BACK = 60,     /* mentions to look back over */
    MOST_SENTENCES = 6, /* and sentences */
    MOST_TITLES = 4,    /* role words kept of an entity */
    MOST_NAMES = 300    /* names that one is compared with */
};

typedef struct profile {
    int32_t titles[MOST_TITLES]; /* lexicon entries of what it is called: chief, mayor */
    int32_t head;                /* lexicon entry of the head of a document or a description, or QL_NONE */
    ql_reach name;               /* tokens of its fullest name */
    int name_weight;             /* what the zone that it stands in tells of names */
    int n_titles;
    bool is_person, is_plural, is_letter;
} profile;

VEC_DEFINE(profiles, profile)

/* A name before it is joined with others. */
typedef struct ql_called {
    int32_t mention;  /* QL_NONE where only brackets or a document give it */
    int32_t document; /* the entity of the document that has it for its owner, or QL_NONE */
    ql_reach name;
} ql_called;

VEC_DEFINE(called, ql_called)

typedef struct joiner {
    ql_run *run;
    profiles profiles; /* one an entity */
    called called;     /* names before they are joined */
    ql_ints speaks;    /* one a mention: the statement it is the source of, or QL_NONE */
} joiner;

/* ------------------------------------------------------------------------------------------------- names */

static bool is_capital(const ql_run *run, int32_t i) {
    return ql_flag(run, i, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS) && !ql_has(run, i, QL_WORD_DETERMINER);
}

/* "and", "of", "the", "&", "de": inside a name between its capitals. */
static bool joins_name(const ql_run *run, int32_t i) {
    static const char *const particles[] = {"of",  "for", "and", "the", "de",  "la",
                                            "van", "von", "bin", "al",  "del", NULL};
    if (ql_is_char(run, i, '&') || ql_is_char(run, i, '-') || ql_is_char(run, i, '/')) return true;
    if (ql_is_one_word(run, i, particles)) return true;
    const ql_token *token = ql_token_of(run, i);
    return token->end - token->start == 2 && ql_tag_of(run, i) == QL_TAG_PROPN;
}

static bool is_title(const ql_run *run, int32_t i) {
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

/* Can a word stand in a name?  Not a verb, and no day. */
static bool is_name_word(const ql_run *run, int32_t i) {
    uint8_t tag = ql_tag_of(run, i);
    bool nominal =
        tag == QL_TAG_PROPN || tag == QL_TAG_NOUN || tag == QL_TAG_ADJ || tag == QL_TAG_X || tag == QL_TAG_NUM;
    if (ql_has(run, i, QL_WORD_WEEKDAY | QL_WORD_MONTH)) return false;
    if (ql_verb_forms(run, i) & QL_VERB_S && ql_has(run, i, QL_WORD_CUE_VERB)) return false; /* in a headline */
    return (is_capital(run, i) || ql_kind(run, i) == QL_TOKEN_ABBREVIATION) && nominal;
}

/* The run of capitals that goes on from token i, up to `end`; joints only between capitals. */
static int32_t name_end(const ql_run *run, int32_t i, int32_t end, bool is_body) {
    int32_t last = i;
    for (; i < end; i++) {
        if (is_name_word(run, i))
            last = i + 1;
        else if (!joins_name(run, i) || (!is_body && ql_has(run, i, QL_WORD_PREPOSITION | QL_WORD_COORDINATOR)))
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
    while (first < head && (!is_name_word(run, first) ||
                            (ql_flag(run, first, QL_TOKEN_FIRST) && ql_tag_of(run, first) != QL_TAG_PROPN)))
        first++;
    return first < head ? (ql_reach){first, head + 1} : (ql_reach){0, 0};
}

/* A person's name less what stands before it: "former Gov. Jeb Bush", "Texas Senator Ted Cruz". */
static ql_reach without_titles(const ql_run *run, ql_reach name) {
    if (name.end - name.first > 1 && ql_has(run, name.end - 1, QL_WORD_ROLE_TITLE))
        return (ql_reach){0, 0}; /* "Acme CEO" */
    for (int32_t i = name.end - 2; i >= name.first; i--)
        if (is_title(run, i) && is_capital(run, i + 1)) {
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
        if (!is_name_word(run, i)) continue;
        ql_reach name = {i, name_end(run, i, part.end, false)};
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
        bool two = second > mention->head && second < part.end && is_name_word(run, second) &&
                   !is_title(run, second) && is_name_word(run, mention->head) && !is_title(run, mention->head);
        if (two) { /* "Ann Lee and Bo Orr": the first of them */
            int32_t joint = ql_dependent(run, second, QL_RELATION_BIT(CC));
            if (joint > mention->head) part.end = joint;
        }
        ql_reach name = last_name(run, part, mention->head);
        bool first = name.end - name.first == 1 && (is_known_first(run, name.first) || is_title(run, name.first));
        return name.end > name.first && !first ? name : none; /* "Voters": a capital by its place */
    }
    if (ql_has(run, mention->head, QL_WORD_LETTER) &&
        ql_dependent(run, mention->head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE)
        return none; /* "Ren's memo" is called by its owner */
    if (mention->head < part.end && !is_capital(run, mention->head)) {
        ql_reach behind =
            last_name(run, (ql_reach){mention->head + 1, part.end}, mention->head); /* "the firm Acme" */
        return behind.end > behind.first && behind.first == mention->head + 1 ? behind
                                                                              : named_head(run, part, mention->head);
    }
    int32_t from = mention->head;
    while (from > part.first && (is_capital(run, from - 1) ||
                                 (joins_name(run, from - 1) && from - 1 > part.first && is_capital(run, from - 2))))
        from--;
    ql_reach name = {from, name_end(run, mention->head, part.end, true)};
    for (int32_t i = name.first + 1; i + 1 < name.end; i++)
        if (ql_has(run, i, QL_WORD_ROLE_TITLE)) return without_titles(run, name); /* "FBI Director Ann Lee" */
    bool first = name.end - name.first == 1 && is_known_first(run, name.first);
    return name.end > name.first && !first ? name : none;
}

static ql_span bytes_of(const ql_run *run, ql_reach tokens) {
    return (ql_span){ql_token_of(run, tokens.first)->start, ql_token_of(run, tokens.end - 1)->end};
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

/* ---------------------------------------------------------------------------------------------- comparing */

/* Are two tokens the same word, ASCII case aside? */
static bool same_word(const ql_run *run, int32_t a, int32_t b) {
    const ql_token *x = ql_token_of(run, a), *y = ql_token_of(run, b);
    if (x->end - x->start != y->end - y->start) return false;
    for (int32_t i = 0; i < x->end - x->start; i++)
        if (lower(run->text->bytes[x->start + i]) != lower(run->text->bytes[y->start + i])) return false;
    return true;
}

/* Are two names word for word the same? */
static bool same_name(const ql_run *run, ql_reach a, ql_reach b) {
    if (a.end - a.first != b.end - b.first) return false;
    for (int32_t i = 0; i < a.end - a.first; i++)
        if (!same_word(run, a.first + i, b.first + i)) return false;
    return true;
}

/* ----------------------------------------------------------------------------------------------- entities */

static int32_t add_entity(joiner *j, int32_t mention, uint8_t role) {
    ql_entity made = {.mention = mention, .owner = QL_NONE, .role = role, .gender = QL_GENDER_NONE};
    profile blank = {.head = QL_NONE};
    if (!ql_entities_push(&j->run->scratch->entities, made) || !profiles_push(&j->profiles, blank)) return QL_NONE;
    return (int32_t)j->profiles.n - 1;
}

static void add_title(profile *to, int32_t word) {
    for (int i = 0; i < to->n_titles; i++)
        if (to->titles[i] == word) return;
    if (to->n_titles < MOST_TITLES) to->titles[to->n_titles++] = word;
}

/* What the words around a name say of its bearer: offices, whether a man or a woman, whether a person at all. */
static void learn(joiner *j, int32_t entity, const ql_mention *mention, ql_reach name) {
    const ql_run *run = j->run;
    profile *of = &j->profiles.items[entity];
    ql_entity *to = &run->scratch->entities.items[entity];
    for (int32_t i = mention->first_token; i < mention->end_token; i++) {
        if (i >= name.first && i < name.end && i != name.first) continue;
        uint64_t classes = ql_classes(run, i);
        bool own = i < name.end || ql_is_char(run, name.end, ',');
        if (!own) continue;
        if (to->gender == QL_GENDER_NONE && classes & QL_WORD_FEMALE) to->gender = QL_GENDER_FEMALE;
        if (to->gender == QL_GENDER_NONE && classes & QL_WORD_MALE) to->gender = QL_GENDER_MALE;
        if (classes & (QL_WORD_HONORIFIC | QL_WORD_ROLE | QL_WORD_ROLE_TITLE | QL_WORD_FEMALE | QL_WORD_MALE))
            of->is_person = true;
        if (classes & (QL_WORD_ROLE | QL_WORD_ROLE_TITLE)) add_title(of, ql_token_of(run, i)->word);
    }
    int32_t next = mention->end_token + 1;
    if (next < ql_n_tokens(run) && ql_is_word(run, next, "who")) of->is_person = true;
}

/* In the article names are names; a title is written in capitals, and around the article all kinds of things are. */
static int weight_of_zone(const ql_run *run, int32_t token) {
    const ql_scratch *scratch = run->scratch;
    int32_t zone = scratch->sentences.items[ql_token_of(run, token)->sentence].zone;
    if (zone < 0 || zone >= (int32_t)scratch->zones.n || scratch->zones.items[zone].kind == QL_ZONE_BODY) return 2;
    uint8_t kind = scratch->zones.items[zone].kind;
    return kind == QL_ZONE_DECK || kind == QL_ZONE_CAPTION || kind == QL_ZONE_BYLINE ? 2 : kind == QL_ZONE_TITLE;
}

/* Of two names in zones alike the longer one is better, and the first of two that are as long; one word is no better
   in a zone that tells more. */
static void take_name(joiner *j, int32_t entity, ql_reach name) {
    profile *of = &j->profiles.items[entity];
    int32_t length = name.end - name.first, known = of->name.end - of->name.first;
    int weight = weight_of_zone(j->run, name.first);
    bool longer = length > known && (weight >= of->name_weight || known < 2);
    bool surer = weight > of->name_weight && (length > 1 || length >= known);
    if (!longer && !surer) return;
    of->name = name;
    of->name_weight = weight;
    ql_span bytes = bytes_of(j->run, name);
    j->run->scratch->entities.items[entity].start = bytes.start;
    j->run->scratch->entities.items[entity].end = bytes.end;
}

static bool genders_fit(uint8_t a, uint8_t b) {
    return a == QL_GENDER_NONE || b == QL_GENDER_NONE || a == b;
}

static uint8_t gender_of_words(const ql_run *run, ql_reach words) {
    for (int32_t i = words.first; i < words.end; i++) {
        if (ql_has(run, i, QL_WORD_FEMALE)) return QL_GENDER_FEMALE;
        if (ql_has(run, i, QL_WORD_MALE)) return QL_GENDER_MALE;
    }
    return QL_GENDER_NONE;
}

static bool add_called(joiner *j, int32_t mention, int32_t document, ql_reach name) {
    return called_push(&j->called, (ql_called){mention, document, name});
}

/* What name.c reads: the name with the titles before it, and the acronym in brackets behind it. */
static ql_word_slice words_of(const ql_run *run, const ql_called *of) {
    int32_t first = of->name.first, last = of->name.end - 1;
    int32_t least = of->mention != QL_NONE ? run->scratch->mentions.items[of->mention].first_token : first;
    while (first > least && (is_title(run, first - 1) || ql_tag_of(run, first - 1) == QL_TAG_ADJ ||
                             ql_tag_of(run, first - 1) == QL_TAG_NOUN))
        first--;
    if (of->mention == QL_NONE && last + 3 < ql_n_tokens(run) && ql_is_char(run, last + 1, '(')) last += 3;
    int32_t start = ql_token_of(run, first)->start, end = ql_token_of(run, last)->end;
    return (ql_word_slice){run->text->bytes + start, (size_t)(end - start)};
}

/* Whatever the name is first called by that is more than a speaker tells what it is. */
static bool join_called(joiner *j, const ql_called *of, const ql_linked *read, int32_t *entity) {
    const ql_run *run = j->run;
    uint8_t role = ql_role_of_words(run, of->name);
    if (*entity == QL_NONE) *entity = add_entity(j, of->mention, role);
    if (*entity == QL_NONE) return false;
    ql_entity *to = &run->scratch->entities.items[*entity];
    if (to->role == QL_STEP_SPEAKER) to->role = role;
    if (to->mention == QL_NONE || (of->mention != QL_NONE && of->mention < to->mention)) to->mention = of->mention;
    take_name(j, *entity, of->name);
    if (of->document != QL_NONE) run->scratch->entities.items[of->document].owner = *entity;
    if (of->mention == QL_NONE) return true;
    ql_mention *mention = &run->scratch->mentions.items[of->mention];
    if (to->gender == QL_GENDER_NONE) to->gender = read->gender;
    if (read->kind == QL_NAME_PERSON) j->profiles.items[*entity].is_person = true;
    learn(j, *entity, mention, of->name);
    mention->entity = *entity;
    return true;
}

/* All names at once, so that a short one finds the full one wherever that stands. */
static bool join_all_called(joiner *j) {
    size_t n = j->called.n;
    ql_word_slice *words = malloc((n + 1) * sizeof *words);
    uint8_t *kinds = malloc(n + 1);
    ql_linked *links = malloc((n + 1) * sizeof *links);
    int32_t *entities = malloc((n + 1) * sizeof *entities);
    bool fine = words != NULL && kinds != NULL && links != NULL && entities != NULL;
    for (size_t i = 0; fine && i < n; i++) {
        const ql_called *of = &j->called.items[i];
        words[i] = words_of(j->run, of);
        kinds[i] =
            of->mention != QL_NONE ? j->run->scratch->mentions.items[of->mention].kind : QL_MENTION_ORGANISATION;
        entities[i] = QL_NONE;
    }
    fine = fine && ql_link_names(j->run->engine->lexicon, words, kinds, n, links, j->run->error) == QL_OK;
    for (size_t i = 0; fine && i < n; i++)
        fine = join_called(j, &j->called.items[i], &links[i], &entities[links[i].cluster]);
    free(words);
    free(kinds);
    free(links);
    free(entities);
    return fine;
}

/* "a Fox News poll" names an outlet besides; "the Home Office letter" whoever wrote it. */
static bool call_owner(joiner *j, int32_t document, ql_reach name, bool is_letter) {
    ql_reach owner = {name.first, name.end - 1};
    while (owner.end > owner.first && !is_capital(j->run, owner.end - 1)) owner.end--;
    bool outlet = owner.end - owner.first > 1 && ql_role_of_words(j->run, owner) == QL_STEP_OUTLET;
    if (owner.end == owner.first || !(outlet || is_letter)) return true;
    if (!is_letter) document = QL_NONE;
    return add_called(j, QL_NONE, document, owner);
}

/* Documents of one name are one document. */
static bool join_document(joiner *j, int32_t index, ql_reach name) {
    ql_mention *mention = &j->run->scratch->mentions.items[index];
    int32_t n = (int32_t)j->profiles.n, entity = QL_NONE;
    for (int32_t e = n - 1; e >= 0 && e > n - MOST_NAMES && entity == QL_NONE; e--)
        if (j->run->scratch->entities.items[e].role == QL_STEP_DOCUMENT &&
            same_name(j->run, j->profiles.items[e].name, name))
            entity = e;
    if (entity == QL_NONE) entity = add_entity(j, index, QL_STEP_DOCUMENT);
    if (entity == QL_NONE) return false;
    j->profiles.items[entity].head = ql_token_of(j->run, name.end - 1)->word;
    j->profiles.items[entity].is_letter = ql_has(j->run, mention->head, QL_WORD_LETTER);
    take_name(j, entity, name);
    mention->entity = entity;
    return call_owner(j, entity, name, j->profiles.items[entity].is_letter);
}

static bool is_document(const ql_run *run, const ql_mention *mention, ql_reach name) {
    if (mention->kind == QL_MENTION_DOCUMENT) return true;
    return ql_has(run, name.end - 1, QL_WORD_DOCUMENT) && !ql_has(run, name.end - 1, QL_WORD_OUTLET_NOUN);
}

/* "One delegate, party chairwoman Ann Lee, said": two subjects of one verb are one; the second mention, or QL_NONE.
 */
static int32_t subject_behind(const ql_run *run, const ql_mention *mention) {
    static const uint64_t subjects = QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_PASS);
    int32_t comma = mention->end_token;
    if (comma + 1 >= ql_n_tokens(run) || !ql_is_char(run, comma, ',')) return QL_NONE;
    int32_t other = ql_mention_from(run, comma + 1);
    if (other == QL_NONE) return QL_NONE;
    const ql_mention *behind = &run->scratch->mentions.items[other];
    bool named = behind->kind == QL_MENTION_NAME && mention->kind == QL_MENTION_DESCRIPTION &&
                 ql_has(run, mention->head, QL_WORD_ROLE | QL_WORD_ROLE_TITLE);
    int32_t end = ql_first_part(run, behind).end;
    if (named && end < ql_n_tokens(run) && ql_is_char(run, end, ',')) return other; /* "the prosecutor, Ann Lee," */
    bool shared = ql_relates(run, mention->head, subjects) && ql_relates(run, behind->head, subjects) &&
                  ql_head_of(run, behind->head) == ql_head_of(run, mention->head);
    return shared ? other : QL_NONE;
}

/* "the inspector general, Steve Linick": a description and the name in apposition to it, or the other way round. */
static void join_appositions(joiner *j) {
    ql_mentions *mentions = &j->run->scratch->mentions;
    for (size_t i = 0; i < mentions->n; i++) {
        ql_mention *mention = &mentions->items[i];
        int32_t apposed = ql_dependent(j->run, mention->head, QL_RELATION_BIT(APPOS));
        int32_t other = apposed != QL_NONE ? ql_mention_of(j->run, apposed) : QL_NONE;
        if (other == QL_NONE) other = subject_behind(j->run, mention);
        if (other == QL_NONE) continue;
        if (mention->entity == QL_NONE && mention->kind != QL_MENTION_PRONOUN)
            mention->entity = mentions->items[other].entity;
        if (mentions->items[other].entity == QL_NONE) mentions->items[other].entity = mention->entity;
        int32_t word = ql_token_of(j->run, mention->head)->word;
        if (mention->entity != QL_NONE && word != QL_NONE &&
            ql_has(j->run, mention->head, QL_WORD_ROLE | QL_WORD_ROLE_TITLE))
            add_title(&j->profiles.items[mention->entity], word);
    }
}

/* "Citizens for Clean Rivers in Ely (CCRE)": the tokens before a bracket whose capitals spell what is in it; empty
   where they do not. */
static ql_reach spelled_out(const ql_run *run, int32_t bracket) {
    enum { MOST_WORDS = 16 };
    const ql_token *letters = ql_token_of(run, bracket + 1);
    int32_t at = letters->end, i = bracket;
    while (at > letters->start && i > 0 && i > bracket - MOST_WORDS) {
        i--;
        if (!is_capital(run, i) && !joins_name(run, i) && !ql_has(run, i, QL_WORD_PREPOSITION)) break;
        if (is_capital(run, i) && run->text->bytes[ql_token_of(run, i)->start] == run->text->bytes[at - 1]) at--;
    }
    return at == letters->start && bracket - i > 1 ? (ql_reach){i, bracket} : (ql_reach){0, 0};
}

static bool call_acronyms(joiner *j) {
    const ql_run *run = j->run;
    for (int32_t i = 1; i + 2 < ql_n_tokens(run); i++) {
        if (!ql_is_char(run, i, '(') || !ql_is_char(run, i + 2, ')') || !ql_flag(run, i + 1, QL_TOKEN_ALL_CAPS))
            continue;
        ql_reach name = spelled_out(run, i);
        if (name.end > name.first && !add_called(j, QL_NONE, QL_NONE, name)) return false;
    }
    return true;
}

/* Is one a slip of the pen for the other: long words that begin alike and differ in two letters at the most? */
static bool nearly_same(const ql_run *run, int32_t a, int32_t b) {
    enum { LEAST = 6, MOST = 24, SLIPS = 2 };
    const ql_token *x = ql_token_of(run, a), *y = ql_token_of(run, b);
    int32_t n = x->end - x->start, m = y->end - y->start, row[MOST + 1];
    const char *s = run->text->bytes + x->start, *t = run->text->bytes + y->start;
    if (n < LEAST || m < LEAST || n > MOST || m > MOST || n - m > 1 || m - n > 1 || s[0] != t[0]) return false;
    for (int32_t k = 0; k <= m; k++) row[k] = k;
    for (int32_t i = 1; i <= n; i++) {
        int32_t diagonal = row[0]++;
        for (int32_t k = 1; k <= m; k++) {
            int32_t cost = diagonal + (lower(s[i - 1]) != lower(t[k - 1]));
            diagonal = row[k];
            row[k] = cost < row[k] + 1 ? cost : row[k] + 1;
            if (row[k - 1] + 1 < row[k]) row[k] = row[k - 1] + 1;
        }
    }
    return row[m] <= SLIPS;
}

/* The entity of several words whose last one this single name misspells; QL_NONE without. */
static int32_t find_spelt(const joiner *j, int32_t entity) {
    const ql_entity *entities = j->run->scratch->entities.items;
    ql_reach name = j->profiles.items[entity].name;
    int32_t n = (int32_t)j->profiles.n;
    if (name.end - name.first != 1 || entities[entity].role != QL_STEP_SPEAKER) return QL_NONE;
    for (int32_t e = 0; e < n && e < MOST_NAMES; e++) {
        ql_reach other = j->profiles.items[e].name;
        int32_t words = other.end - other.first;
        if (entities[e].role == QL_STEP_SPEAKER && words >= 2 && words <= 4 &&
            nearly_same(j->run, other.end - 1, name.first))
            return e;
    }
    return QL_NONE;
}

/* Of two people of one family name, a bare "Clinton" is the one last called in full before it. */
static void join_families(joiner *j) {
    const ql_run *run = j->run;
    ql_mentions *mentions = &run->scratch->mentions;
    for (size_t c = 0; c < j->called.n; c++) {
        const ql_called *of = &j->called.items[c];
        if (of->mention == QL_NONE || of->name.end - of->name.first != 1) continue;
        ql_mention *mention = &mentions->items[of->mention];
        uint8_t gender = gender_of_words(run, (ql_reach){mention->first_token, of->name.first});
        for (size_t b = c; b-- > 0 && c - b < MOST_NAMES;) {
            ql_reach full = j->called.items[b].name;
            int32_t other =
                j->called.items[b].mention != QL_NONE ? mentions->items[j->called.items[b].mention].entity : QL_NONE;
            if (other == QL_NONE || full.end - full.first < 2 || !same_word(run, full.end - 1, of->name.first))
                continue;
            const ql_entity *entity = &run->scratch->entities.items[other];
            if (entity->role == QL_STEP_SPEAKER && genders_fit(gender, entity->gender)) mention->entity = other;
            break;
        }
    }
}

/* A last name misspelt, where nobody is called just so, is the one it looks like. */
static void join_misspelt(joiner *j) {
    ql_mentions *mentions = &j->run->scratch->mentions;
    for (size_t i = 0; i < mentions->n; i++) {
        ql_mention *mention = &mentions->items[i];
        int32_t spelt = mention->entity != QL_NONE ? find_spelt(j, mention->entity) : QL_NONE;
        if (spelt != QL_NONE) mention->entity = spelt;
    }
}

static bool join_names(joiner *j) {
    const ql_mentions *mentions = &j->run->scratch->mentions;
    if (!call_acronyms(j)) return false;
    for (size_t i = 0; i < mentions->n; i++) {
        ql_reach name = ql_name_in(j->run, &mentions->items[i]);
        if (name.end == name.first) continue;
        bool document = is_document(j->run, &mentions->items[i], name);
        if (!(document ? join_document(j, (int32_t)i, name) : add_called(j, (int32_t)i, QL_NONE, name))) return false;
    }
    if (!join_all_called(j)) return false;
    join_families(j);
    join_misspelt(j);
    join_appositions(j);
    return true;
}

/* ------------------------------------------------------------------------------- descriptions and pronouns */

static bool is_definite(const ql_run *run, const ql_mention *mention) {
    int32_t first = mention->first_token;
    bool bare = first < mention->head && is_name_word(run, first) && is_title(run, mention->head); /* "Acme chief" */
    return bare || ql_has(run, first, QL_WORD_DEFINITE | QL_WORD_POSSESSIVE | QL_WORD_DEMONSTRATIVE) ||
           ql_dependent(run, mention->head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE;
}

/* "the 76-year-old". */
static bool is_age(const ql_run *run, int32_t head) {
    const ql_token *token = ql_token_of(run, head);
    int32_t n = token->end - token->start;
    return n >= 3 && memcmp(run->text->bytes + token->end - 3, "old", 3) == 0;
}

static bool leads(const ql_run *run, int32_t word) {
    static const char *const leaders[] = {"ceo",   "chief",     "founder", "co-founder", "cofounder",
                                          "head",  "boss",      "leader",  "chairman",   "chairwoman",
                                          "chair", "president", NULL};
    const char *form = ql_lexicon_word(run->engine->lexicon, word)->form;
    for (int i = 0; leaders[i] != NULL; i++)
        if (strcmp(form, leaders[i]) == 0) return true;
    return false;
}

static bool is_person(const joiner *j, int32_t entity) {
    const ql_entity *of = &j->run->scratch->entities.items[entity];
    if (of->role != QL_STEP_SPEAKER) return false;
    const profile *p = &j->profiles.items[entity];
    return p->is_person || of->gender != QL_GENDER_NONE || p->name.end - p->name.first > 1;
}

/* What a description or a pronoun looks for. */
typedef struct sought {
    int32_t mention, sentence;
    int32_t word;  /* a lexicon entry, or QL_NONE */
    int32_t owner; /* of a document: an entity, or QL_NONE */
    ql_span own;   /* bytes of what this mention itself is held to have said */
    uint8_t gender;
    bool person, plural, thing, body, document, outlet;
    bool leader; /* the word is one for whoever leads; of a document, that it is a letter */
} sought;

static bool has_title(const joiner *j, int32_t entity, const sought *s) {
    const profile *of = &j->profiles.items[entity];
    for (int i = 0; i < of->n_titles; i++)
        if (of->titles[i] == s->word || (s->leader && of->titles[i] != QL_NONE && leads(j->run, of->titles[i])))
            return true;
    return false;
}

/* Two words for much the same document. */
static bool same_sort(const ql_run *run, int32_t a, int32_t b) {
    static const char *const sorts[][6] = {{"poll", "survey"},
                                           {"report", "review", "audit", "inquiry", "investigation", "study"},
                                           {"polls", "surveys"},
                                           {"book", "memoir", "passage"}};
    if (a == b) return true;
    if (a == QL_NONE || b == QL_NONE) return false;
    const char *x = ql_lexicon_word(run->engine->lexicon, a)->form,
               *y = ql_lexicon_word(run->engine->lexicon, b)->form;
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        bool has_x = false, has_y = false;
        for (int k = 0; k < 6 && sorts[i][k] != NULL; k++) {
            has_x |= strcmp(sorts[i][k], x) == 0;
            has_y |= strcmp(sorts[i][k], y) == 0;
        }
        if (has_x && has_y) return true;
    }
    return false;
}

static bool fits(const joiner *j, const sought *s, int32_t entity) {
    const ql_entity *of = &j->run->scratch->entities.items[entity];
    const profile *p = &j->profiles.items[entity];
    if (p->name.end > p->name.first && p->name_weight == 0) return false; /* of a menu */
    if (s->word != QL_NONE && s->person) return has_title(j, entity, s);
    if (s->document && s->owner != QL_NONE && of->owner != QL_NONE && s->owner != of->owner) return false;
    if (s->document)
        return of->role == QL_STEP_DOCUMENT && (same_sort(j->run, p->head, s->word) || (s->leader && p->is_letter));
    if (s->body)
        return of->role == QL_STEP_ORGANISATION ||
               (of->role == QL_STEP_SPEAKER && !p->is_person && !p->is_plural && of->gender == QL_GENDER_NONE &&
                p->name.end > p->name.first && is_capital(j->run, p->name.end - 1));
    if (s->outlet) return of->role == QL_STEP_OUTLET || of->role == QL_STEP_AGENCY;
    if (s->person) return is_person(j, entity) && !p->is_plural && genders_fit(s->gender, of->gender);
    if (s->plural) return p->is_plural || of->role == QL_STEP_ORGANISATION;
    if (s->thing) return !is_person(j, entity) && !p->is_plural && of->role != QL_STEP_ANONYMOUS;
    return false;
}

/* How readily a mention is meant: nearer, as a subject, as who spoke. */
static float weight_of(const joiner *j, const sought *s, int32_t index) {
    const ql_run *run = j->run;
    const ql_mention *mention = &run->scratch->mentions.items[index];
    static const uint64_t subjects =
        QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_PASS) | QL_RELATION_BIT(NSUBJ_OUTER);
    float weight = -1.0f * (float)(s->sentence - ql_token_of(run, mention->head)->sentence);
    if (ql_relates(run, mention->head, subjects)) weight += 1.0f;
    if (j->speaks.items[index] != QL_NONE) weight += 1.5f;
    if (ql_relates(run, mention->head, QL_RELATION_BIT(NMOD) | QL_RELATION_BIT(OBL) | QL_RELATION_BIT(NMOD_POSS)))
        weight -= 0.5f;
    if (ql_flag(run, mention->head, QL_TOKEN_MARKED)) weight -= 2.0f;
    const ql_entity *entity = &run->scratch->entities.items[mention->entity];
    if (s->person && j->profiles.items[mention->entity].is_person) weight += 0.5f;
    if (s->gender != QL_GENDER_NONE && entity->gender == s->gender) weight += 0.5f;
    if (entity->end > entity->start) weight += 0.5f;
    return weight;
}

static int32_t look_back(const joiner *j, const sought *s) {
    const ql_run *run = j->run;
    int32_t best = QL_NONE;
    float most = -1000.0f;
    for (int32_t i = s->mention - 1; i >= 0 && i > s->mention - MOST_BACK; i--) {
        const ql_mention *mention = &run->scratch->mentions.items[i];
        if (s->sentence - ql_token_of(run, mention->head)->sentence > MOST_SENTENCES) break;
        if (mention->entity == QL_NONE || (mention->start >= s->own.start && mention->end <= s->own.end)) continue;
        if (mention->end_token > run->scratch->mentions.items[s->mention].first_token)
            continue; /* it holds this one */
        bool spoke = s->person && s->word == QL_NONE && j->speaks.items[i] != QL_NONE &&
                     run->scratch->entities.items[mention->entity].role == QL_STEP_SPEAKER &&
                     genders_fit(s->gender, run->scratch->entities.items[mention->entity].gender) &&
                     !j->profiles.items[mention->entity].is_plural;
        if (!spoke && !fits(j, s, mention->entity)) continue;
        float weight = weight_of(j, s, i);
        if (weight > most) most = weight, best = mention->entity;
    }
    return best;
}

/* Titles and documents are remembered over the whole text. */
static int32_t look_everywhere(const joiner *j, const sought *s) {
    const ql_entity *entities = j->run->scratch->entities.items;
    int32_t best = QL_NONE;
    int most = 0;
    for (int32_t e = (int32_t)j->profiles.n - 1, tried = 0; e >= 0 && tried < MOST_NAMES; e--, tried++) {
        if (!fits(j, s, e)) continue;
        bool before = entities[e].mention != QL_NONE && entities[e].mention < s->mention;
        if (s->document && !before) continue;
        int worth =
            1 + 4 * before + 2 * (j->profiles.items[e].head == s->word) + (entities[e].end > entities[e].start);
        if (worth > most || (!before && worth == most)) most = worth, best = e; /* of what follows, the first */
    }
    return best;
}

static ql_span said_by(const joiner *j, int32_t mention) {
    int32_t quote = j->speaks.items[mention];
    if (quote == QL_NONE) return (ql_span){0, 0};
    const ql_quote *of = &j->run->scratch->quotes.items[quote];
    return (ql_span){of->start, of->end};
}

static sought sought_by(const joiner *j, int32_t index) {
    const ql_mention *mention = &j->run->scratch->mentions.items[index];
    return (sought){.mention = index,
                    .sentence = ql_token_of(j->run, mention->head)->sentence,
                    .word = QL_NONE,
                    .owner = QL_NONE,
                    .own = said_by(j, index)};
}

static int32_t pronoun_entity(joiner *j, int32_t index) {
    const ql_run *run = j->run;
    int32_t head = run->scratch->mentions.items[index].head;
    sought s = sought_by(j, index);
    if (ql_is_word(run, head, "he") || ql_is_word(run, head, "him") || ql_is_word(run, head, "his")) {
        s.person = true;
        s.gender = QL_GENDER_MALE;
    } else if (ql_is_word(run, head, "she") || ql_is_word(run, head, "her") || ql_is_word(run, head, "hers")) {
        s.person = true;
        s.gender = QL_GENDER_FEMALE;
    } else if (ql_is_word(run, head, "they") || ql_is_word(run, head, "them") || ql_is_word(run, head, "their")) {
        s.plural = true;
    } else if (ql_is_word(run, head, "it") || ql_is_word(run, head, "its")) {
        s.thing = true;
    } else {
        return QL_NONE;
    }
    int32_t found = look_back(j, &s);
    if (found != QL_NONE && s.gender != QL_GENDER_NONE) {
        ql_entity *of = &run->scratch->entities.items[found];
        if (of->gender == QL_GENDER_NONE) of->gender = s.gender;
        j->profiles.items[found].is_person = true;
    }
    return found;
}

int32_t ql_agent_of(const ql_run *run, int32_t head, const char *const *verbs, const char *preposition,
                    int32_t *verb) {
    static const uint64_t phrases = QL_RELATION_BIT(OBL_AGENT) | QL_RELATION_BIT(OBL);
    for (int32_t i = ql_branch_of(run, head)->child; i != QL_NONE; i = ql_branch_of(run, i)->next) {
        if (i < head || !ql_relates(run, i, QL_RELATION_BIT(ACL)) || !ql_is_exactly_one(run, i, verbs)) continue;
        for (int32_t agent = ql_branch_of(run, i)->child; agent != QL_NONE; agent = ql_branch_of(run, agent)->next) {
            if (!ql_relates(run, agent, phrases) || !ql_is_word(run, ql_branch_of(run, agent)->first, preposition))
                continue;
            *verb = i;
            return ql_mention_of(run, agent);
        }
    }
    return QL_NONE;
}

int32_t ql_owner_of(const ql_run *run, int32_t head) {
    static const char *const made[] = {"sent",     "written", "penned", "issued", "signed",
                                       "authored", "drafted", "posted", NULL};
    int32_t verb, maker = ql_agent_of(run, head, made, "by", &verb);
    if (maker != QL_NONE) return maker;
    for (int32_t i = ql_branch_of(run, head)->child; i != QL_NONE; i = ql_branch_of(run, i)->next) {
        if (ql_relates(run, i, QL_RELATION_BIT(NMOD_POSS))) return ql_mention_of(run, i);
        int32_t first = ql_branch_of(run, i)->first;
        bool by = ql_is_word(run, first, "by") || ql_is_word(run, first, "from");
        if (by && i > head && ql_relates(run, i, QL_RELATION_BIT(NMOD) | QL_RELATION_BIT(OBL)))
            return ql_mention_of(run, i);
    }
    return QL_NONE;
}

/* The entity of whoever a document belongs to, as far as that is known; or QL_NONE. */
static int32_t owner_entity(const joiner *j, const ql_mention *mention) {
    int32_t owner = ql_owner_of(j->run, mention->head);
    return owner != QL_NONE ? j->run->scratch->mentions.items[owner].entity : QL_NONE;
}

/* "the company", "the campaign": a body named before, the one whose name has the word for choice. */
static int32_t body_entity(joiner *j, const sought *s, int32_t head) {
    for (int32_t e = (int32_t)j->profiles.n - 1, tried = 0; e >= 0 && tried < MOST_NAMES; e--, tried++) {
        ql_reach name = j->profiles.items[e].name;
        for (int32_t i = name.first; i < name.end; i++)
            if (same_word(j->run, i, head)) return e;
    }
    bool is_owned = ql_dependent(j->run, head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE; /* "the city's office" */
    if (is_owned || !ql_has(j->run, head, QL_WORD_BODY)) return QL_NONE;
    sought thing = *s;
    thing.word = QL_NONE;
    thing.body = true;
    return look_back(j, &thing);
}

static int32_t described_entity(joiner *j, int32_t index) {
    const ql_run *run = j->run;
    const ql_mention *mention = &run->scratch->mentions.items[index];
    sought s = sought_by(j, index);
    s.word = ql_token_of(run, mention->head)->word;
    if (mention->kind == QL_MENTION_DOCUMENT) {
        s.document = true;
        s.leader = ql_has(run, mention->head, QL_WORD_LETTER);
        s.owner = owner_entity(j, mention);
        int32_t found = look_everywhere(j, &s);
        if (found != QL_NONE && run->scratch->entities.items[found].owner == QL_NONE)
            run->scratch->entities.items[found].owner = s.owner;
        return found;
    }
    if (mention->kind == QL_MENTION_OUTLET) {
        s.outlet = true;
        s.word = QL_NONE;
        return look_back(j, &s);
    }
    if (mention->kind == QL_MENTION_ORGANISATION) return body_entity(j, &s, mention->head);
    s.person = true;
    if (is_age(run, mention->head)) {
        s.word = QL_NONE;
        return look_back(j, &s);
    }
    if (s.word == QL_NONE || !ql_has(run, mention->head, QL_WORD_ROLE | QL_WORD_ROLE_TITLE)) return QL_NONE;
    s.leader = leads(run, s.word);
    return look_everywhere(j, &s);
}

static uint8_t role_of_kind(uint8_t kind) {
    switch (kind) {
    case QL_MENTION_DOCUMENT: return QL_STEP_DOCUMENT;
    case QL_MENTION_AGENCY: return QL_STEP_AGENCY;
    case QL_MENTION_OUTLET: return QL_STEP_OUTLET;
    case QL_MENTION_ORGANISATION: return QL_STEP_ORGANISATION;
    case QL_MENTION_ANONYMOUS: return QL_STEP_ANONYMOUS;
    default: return QL_STEP_SPEAKER;
    }
}

/* The words of a mention, up to its first comma and without its article. */
static ql_span without_article(const ql_run *run, const ql_mention *mention) {
    ql_reach part = ql_first_part(run, mention);
    while (part.first + 1 < part.end && ql_has(run, part.first, QL_WORD_DETERMINER | QL_WORD_POSSESSIVE))
        part.first++;
    return bytes_of(run, part);
}

/* A report without a name of its own is called by whose it is. */
static void name_document(joiner *j, const ql_mention *mention) {
    const ql_mentions *mentions = &j->run->scratch->mentions;
    ql_entity *document = &j->run->scratch->entities.items[mention->entity];
    int32_t owner = ql_owner_of(j->run, mention->head);
    if (owner == QL_NONE) return;
    const ql_mention *whose = &mentions->items[owner];
    if (whose->kind == QL_MENTION_PRONOUN) return;
    const ql_entity *from = whose->entity != QL_NONE ? &j->run->scratch->entities.items[whose->entity] : NULL;
    ql_span words = without_article(j->run, whose);
    bool named = from != NULL && from->end > from->start;
    const ql_token *noun = ql_token_of(j->run, mention->head);
    document->start = named ? from->start : words.start;
    document->end = named ? from->end : words.end;
    document->noun_start = noun->start;
    document->noun_end = noun->end;
}

static bool add_unnamed(joiner *j, int32_t index) {
    ql_mention *mention = &j->run->scratch->mentions.items[index];
    int32_t entity = add_entity(j, index, role_of_kind(mention->kind));
    if (entity == QL_NONE) return false;
    profile *of = &j->profiles.items[entity];
    of->head = ql_token_of(j->run, mention->head)->word;
    of->is_letter = ql_has(j->run, mention->head, QL_WORD_LETTER);
    of->is_plural = mention->kind == QL_MENTION_GROUP || ql_has(j->run, mention->head, QL_WORD_GROUP);
    of->is_person = mention->kind == QL_MENTION_DESCRIPTION || mention->kind == QL_MENTION_ANONYMOUS;
    j->run->scratch->entities.items[entity].gender =
        gender_of_words(j->run, (ql_reach){mention->head, mention->head + 1});
    mention->entity = entity;
    if (mention->kind != QL_MENTION_DOCUMENT) return true;
    j->run->scratch->entities.items[entity].owner = owner_entity(j, mention);
    name_document(j, mention);
    return true;
}

static bool join_rest(joiner *j) {
    ql_mentions *mentions = &j->run->scratch->mentions;
    for (int32_t i = 0; i < (int32_t)mentions->n; i++) {
        ql_mention *mention = &mentions->items[i];
        if (mention->entity != QL_NONE) continue;
        bool pronoun = mention->kind == QL_MENTION_PRONOUN;
        if (pronoun)
            mention->entity = pronoun_entity(j, i);
        else if (is_definite(j->run, mention))
            mention->entity = described_entity(j, i);
        if (mention->entity == QL_NONE && !pronoun && !add_unnamed(j, i)) return false;
    }
    return true;
}

static bool note_sources(joiner *j) {
    const ql_quotes *quotes = &j->run->scratch->quotes;
    size_t n = j->run->scratch->mentions.n;
    if (!ql_ints_reserve(&j->speaks, n)) return false;
    for (size_t i = 0; i < n; i++) j->speaks.items[j->speaks.n++] = QL_NONE;
    for (size_t i = 0; i < quotes->n; i++)
        if (quotes->items[i].source != QL_NONE) j->speaks.items[quotes->items[i].source] = (int32_t)i;
    return true;
}

/* A name of one word that nothing makes a person is a body or a place. */
static void settle_roles(joiner *j) {
    for (size_t e = 0; e < j->profiles.n; e++) {
        ql_entity *of = &j->run->scratch->entities.items[e];
        ql_reach name = j->profiles.items[e].name;
        bool one = name.end - name.first == 1;
        if (of->role != QL_STEP_SPEAKER || !one || j->profiles.items[e].is_person) continue;
        if (of->gender == QL_GENDER_NONE) of->role = QL_STEP_ORGANISATION;
    }
}

/* "Ann Lee and Acme": the words from the first name to the last one; empty where no names are joined. */
static ql_reach joined_names(const ql_run *run, const ql_mention *mention) {
    ql_reach part = ql_first_part(run, mention);
    int32_t second = ql_dependent(run, mention->head, QL_RELATION_BIT(CONJ)), first = part.first;
    while (first < mention->head && (ql_has(run, first, QL_WORD_DETERMINER) || is_title(run, first))) first++;
    bool names =
        is_name_word(run, mention->head) && second > mention->head && second < part.end && is_name_word(run, second);
    return names ? (ql_reach){first, name_end(run, second, part.end, false)} : (ql_reach){0, 0};
}

/* Several people speaking together are an entity of their own. */
static int32_t several(joiner *j, int32_t index) {
    ql_reach names = joined_names(j->run, &j->run->scratch->mentions.items[index]);
    if (names.end == names.first) return j->run->scratch->mentions.items[index].entity;
    int32_t entity = add_entity(j, index, QL_STEP_SPEAKER);
    if (entity == QL_NONE) return QL_NONE;
    take_name(j, entity, names);
    j->profiles.items[entity].is_plural = true;
    return entity;
}

static void give_speakers(joiner *j) {
    const ql_mentions *mentions = &j->run->scratch->mentions;
    ql_quotes *quotes = &j->run->scratch->quotes;
    for (size_t i = 0; i < quotes->n; i++) {
        ql_quote *quote = &quotes->items[i];
        quote->speaker = quote->source != QL_NONE ? several(j, quote->source) : QL_NONE;
        if (quote->resolution == QL_RESOLVED_SAME_SENTENCE && quote->speaker != QL_NONE &&
            mentions->items[quote->source].kind == QL_MENTION_PRONOUN)
            quote->resolution = QL_RESOLVED_ENTITY;
    }
}

ql_status ql_stage_entity(ql_run *run) {
    joiner j = {.run = run};
    bool fine = note_sources(&j) && join_names(&j) && join_rest(&j);
    if (fine) {
        settle_roles(&j);
        give_speakers(&j);
    }
    profiles_free(&j.profiles);
    called_free(&j.called);
    ql_ints_free(&j.speaks);
    return fine ? QL_OK : ql_fail(run->error, QL_NO_MEMORY, QL_NONE, "no memory for entities");
}

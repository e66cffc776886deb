/* Who a mention refers to: names with their variants, descriptions, documents and pronouns become entities.

   Names are joined first, whatever their order.  Then one pass over the text, from front to back, decides whom each
   description and each pronoun means.  A description that means nobody whom the text names becomes an entity without
   a name. */
#include "people/join.h"

#include "base/ascii.h"
#include "names/name.h"

/* ---------------------------------------------------------------------------------------------- comparing */

static ql_span bytes_of(const ql_document *doc, ql_token_range tokens) {
    return (ql_span){ql_token_of(doc, tokens.first)->start, ql_token_of(doc, tokens.end - 1)->end};
}

/* Are two names word for word the same? */
static bool same_name(const ql_document *doc, ql_token_range a, ql_token_range b) {
    if (a.end - a.first != b.end - b.first) return false;
    for (int32_t i = 0; i < a.end - a.first; i++)
        if (!ql_same_word(doc, a.first + i, b.first + i)) return false;
    return true;
}

/* ----------------------------------------------------------------------------------------------- entities */

static int32_t add_entity(ql_joiner *j, int32_t mention, uint8_t role) {
    ql_entity made = {
        .mention = mention, .named_in = QL_NONE, .owner = QL_NONE, .role = role, .gender = QL_GENDER_NONE};
    ql_profile blank = {.head = QL_NONE, .latest = QL_NONE, .author = QL_NONE};
    if (!ql_entities_push(&j->doc->entities, made) || !ql_profiles_push(&j->profiles, blank)) return QL_NONE;
    return (int32_t)j->profiles.n - 1;
}

/* Nouns and adjectives that stand beside a name, for descriptions that come back to them. */
static void add_words(ql_joiner *j, int32_t entity, ql_token_range words, ql_token_range name) {
    enum { MOST_READ = 32 };
    const ql_document *doc = j->doc;
    ql_profile *profile = &j->profiles.items[entity];
    for (int32_t i = words.first; i < words.end && i < words.first + MOST_READ; i++) {
        uint8_t tag = ql_tag_of(doc, i);
        bool content = tag == QL_TAG_NOUN || tag == QL_TAG_ADJ || tag == QL_TAG_PROPN;
        if (!content || (i >= name.first && i < name.end) || profile->n_words >= QL_MOST_WORDS) continue;
        uint32_t hash = ql_whole_hash(doc, i);
        bool known = false;
        for (int k = 0; k < profile->n_words; k++) known |= profile->words[k] == hash;
        if (!known) profile->words[profile->n_words++] = hash;
    }
}

/* What tells a gender, the later the better: a name that tells little, as it may be a family name or one of men and
   women; a pronoun that is taken to mean the bearer; a given name; words that say it, "Mrs", "the father of". */
enum { BY_NOTHING, BY_UNSURE_NAME, BY_PRONOUN, BY_GIVEN_NAME, BY_WORDS };

static void tell_gender(ql_joiner *j, int32_t entity, uint8_t gender, uint8_t by) {
    ql_profile *profile = &j->profiles.items[entity];
    if (gender == QL_GENDER_NONE || by <= profile->gender_by) return;
    profile->gender_by = by;
    j->doc->entities.items[entity].gender = gender;
}

static uint8_t by_name(const ql_profile *profile) {
    return profile->is_either ? BY_UNSURE_NAME : BY_GIVEN_NAME;
}

static uint8_t gender_of_word(const ql_document *doc, int32_t token) {
    if (ql_has(doc, token, QL_WORD_FEMALE)) return QL_GENDER_FEMALE;
    return ql_has(doc, token, QL_WORD_MALE) ? QL_GENDER_MALE : QL_GENDER_NONE;
}

/* Does a word end what is said of a name beside it? */
static bool ends_description(const ql_document *doc, int32_t token) {
    if (ql_kind(doc, token) == QL_TOKEN_CLITIC || ql_has(doc, token, QL_WORD_HONORIFIC)) return false;
    return ql_kind(doc, token) != QL_TOKEN_WORD || ql_has(doc, token, QL_WORD_COORDINATOR, QL_WORD_PREPOSITION);
}

/* Is it a word of a name, and not "Mrs" or "Actress"? */
static bool is_of_name(const ql_document *doc, int32_t token) {
    return ql_is_capital(doc, token) && !ql_has(doc, token, QL_WORD_HONORIFIC, QL_WORD_ROLE, QL_WORD_PERSON);
}

/* What the words right before a name say, "his wife Ann Lee", or those after it, "Ann Lee, Bo's mother". */
static uint8_t gender_beside(const ql_document *doc, ql_token_range name) {
    enum { MOST = 6 };
    int32_t n = ql_n_tokens(doc), end = name.end;
    for (int32_t i = name.first - 1; i >= 0 && i >= name.first - MOST; i--) {
        if (ends_description(doc, i) || is_of_name(doc, i)) break;
        uint8_t gender = gender_of_word(doc, i);
        if (gender != QL_GENDER_NONE) return gender;
    }
    if (end >= n || !ql_is_char(doc, end, ',')) return QL_GENDER_NONE;
    for (int32_t i = end + 1; i < n && i <= end + MOST; i++) {
        if (ends_description(doc, i)) break;
        bool is_owner = i + 1 < n && ql_kind(doc, i + 1) == QL_TOKEN_CLITIC;
        uint8_t gender = is_owner || is_of_name(doc, i) ? QL_GENDER_NONE : gender_of_word(doc, i);
        if (gender != QL_GENDER_NONE) return gender;
    }
    return QL_GENDER_NONE;
}

/* What the words around a name say of its bearer: offices, whether a man or a woman, whether a person at all. */
static void learn(ql_joiner *j, int32_t entity, const ql_mention *mention, ql_token_range name) {
    const ql_document *doc = j->doc;
    ql_profile *profile = &j->profiles.items[entity];
    for (int32_t i = mention->first_token; i < mention->end_token; i++) {
        if (i >= name.first && i < name.end && i != name.first) continue;
        ql_class_set classes = ql_classes(doc, i);
        bool own = i < name.end || ql_is_char(doc, name.end, ',');
        if (!own) continue;
        if (ql_in(classes, QL_WORD_HONORIFIC, QL_WORD_ROLE, QL_WORD_ROLE_TITLE, QL_WORD_FEMALE, QL_WORD_MALE))
            profile->is_person = true;
        if (ql_in(classes, QL_WORD_ROLE, QL_WORD_ROLE_TITLE)) ql_add_title(profile, ql_token_of(doc, i)->word);
    }
    tell_gender(j, entity, gender_beside(doc, name), BY_WORDS);
    bool one = name.end - name.first == 1; /* after an office it is a family name: "Senator Warren" */
    if (!one || profile->n_titles == 0)
        tell_gender(j, entity, gender_of_word(doc, name.first), one ? BY_UNSURE_NAME : by_name(profile));
    int32_t next = mention->end_token + 1;
    if (next < ql_n_tokens(doc) && ql_has(doc, next, QL_WORD_PERSON_RELATIVE)) profile->is_person = true;
}

static uint8_t zone_of(const ql_document *doc, int32_t sentence) {
    int32_t zone = doc->sentences.items[sentence].zone;
    return zone >= 0 && zone < (int32_t)doc->zones.n ? doc->zones.items[zone].kind : QL_ZONE_BODY;
}

bool ql_is_boilerplate(const ql_document *doc, int32_t token) {
    return zone_of(doc, ql_token_of(doc, token)->sentence) == QL_ZONE_BOILERPLATE;
}

bool ql_is_of_article(const ql_joiner *j, int32_t mention) {
    const ql_document *doc = j->doc;
    int32_t quote = j->speaks.items[mention];
    if (!ql_is_boilerplate(doc, doc->mentions.items[mention].head)) return true;
    return quote != QL_NONE && zone_of(doc, doc->quotes.items[quote].sentence) != QL_ZONE_BOILERPLATE;
}

/* In the article names are names; a title is written in capitals, and around the article all kinds of things are. */
static int weight_of_zone(const ql_document *doc, int32_t token) {
    uint8_t kind = zone_of(doc, ql_token_of(doc, token)->sentence);
    return kind == QL_ZONE_BODY || kind == QL_ZONE_DECK || kind == QL_ZONE_CAPTION || kind == QL_ZONE_BYLINE
               ? 2
               : kind == QL_ZONE_TITLE;
}

/* Of two names in zones alike the longer one is better, and the first of two equally long; one word does not gain
   from a zone that says more. */
static void take_name(ql_joiner *j, int32_t entity, ql_token_range name, int32_t mention) {
    ql_profile *profile = &j->profiles.items[entity];
    int32_t length = name.end - name.first, known = profile->name.end - profile->name.first;
    int weight = weight_of_zone(j->doc, name.first);
    bool longer = length > known && (weight >= profile->name_weight || known < 2);
    bool surer = weight > profile->name_weight && (length > 1 || length >= known);
    if (!longer && !surer) return;
    profile->name = name;
    profile->name_weight = weight;
    ql_span bytes = bytes_of(j->doc, name);
    j->doc->entities.items[entity].start = bytes.start;
    j->doc->entities.items[entity].end = bytes.end;
    j->doc->entities.items[entity].named_in = mention;
}

static uint8_t gender_of_words(const ql_document *doc, ql_token_range words) {
    for (int32_t i = words.first; i < words.end; i++) {
        if (ql_has(doc, i, QL_WORD_FEMALE)) return QL_GENDER_FEMALE;
        if (ql_has(doc, i, QL_WORD_MALE)) return QL_GENDER_MALE;
    }
    return QL_GENDER_NONE;
}

static bool add_given_name(ql_joiner *j, int32_t mention, int32_t document, ql_token_range name) {
    return ql_given_names_push(&j->given_names, (ql_given_name){mention, document, name});
}

/* What names/read.c reads: the name with the titles before it, and the acronym in brackets after it. */
static ql_word_slice words_of(const ql_document *doc, const ql_given_name *given) {
    int32_t first = given->name.first, last = given->name.end - 1;
    int32_t least = given->mention != QL_NONE ? doc->mentions.items[given->mention].first_token : first;
    while (first > least && (ql_is_title(doc, first - 1) || ql_tag_of(doc, first - 1) == QL_TAG_ADJ ||
                             ql_tag_of(doc, first - 1) == QL_TAG_NOUN))
        first--;
    if (given->mention == QL_NONE && last + 3 < ql_n_tokens(doc) && ql_is_char(doc, last + 1, '(')) last += 3;
    int32_t start = ql_token_of(doc, first)->start, end = ql_token_of(doc, last)->end;
    return (ql_word_slice){doc->text->bytes + start, (size_t)(end - start)};
}

/* "the Saltby Railway": an article right before the name, and the name is not of what follows it. */
static bool has_article(const ql_document *doc, ql_token_range name) {
    if (name.first == 0 || !ql_has(doc, name.first - 1, QL_WORD_DEFINITE) || name.end >= ql_n_tokens(doc))
        return false;
    uint8_t next = ql_tag_of(doc, name.end);
    return next != QL_TAG_NOUN && next != QL_TAG_PROPN && next != QL_TAG_ADJ;
}

/* "the Acme", "the Harbour Trust": its name as a rule, no person's. */
static bool is_articled(const ql_document *doc, int32_t first) {
    return ql_has(doc, first, QL_WORD_DEFINITE) || (first > 0 && ql_has(doc, first - 1, QL_WORD_DEFINITE));
}

/* "in Saltby", "in the Saltby" */
static bool is_placed(const ql_document *doc, int32_t first) {
    if (first > 0 && ql_has(doc, first - 1, QL_WORD_DEFINITE)) first--;
    return first > 0 && ql_has(doc, first - 1, QL_WORD_LOCATIVE_PREPOSITION);
}

/* Whatever the name is first called by that is more than a speaker tells what it is. */
static bool join_given_name(ql_joiner *j, const ql_given_name *given, const ql_name_link *read, int32_t *entity) {
    const ql_document *doc = j->doc;
    uint8_t role = ql_role_of_words(doc, given->name);
    if (*entity == QL_NONE) *entity = add_entity(j, given->mention, role);
    if (*entity == QL_NONE) return false;
    ql_entity *to = &doc->entities.items[*entity];
    if (to->role == QL_STEP_SPEAKER) to->role = role;
    if (to->mention == QL_NONE || (given->mention != QL_NONE && given->mention < to->mention))
        to->mention = given->mention;
    take_name(j, *entity, given->name, given->mention);
    j->profiles.items[*entity].has_article |= has_article(doc, given->name);
    if (given->document != QL_NONE) doc->entities.items[given->document].owner = *entity;
    if (given->mention == QL_NONE) return true;
    ql_mention *mention = &doc->mentions.items[given->mention];
    j->profiles.items[*entity].is_either |= read->is_either;
    tell_gender(j, *entity, read->gender, by_name(&j->profiles.items[*entity]));
    if (read->kind == QL_NAME_PERSON) j->profiles.items[*entity].is_person = true;
    if (read->kind == QL_NAME_BODY) j->profiles.items[*entity].is_body = true;
    learn(j, *entity, mention, given->name);
    add_words(j, *entity, (ql_token_range){mention->first_token, mention->end_token}, given->name);
    j->profiles.items[*entity].n_named++;
    j->profiles.items[*entity].n_placed += is_placed(doc, given->name.first);
    j->profiles.items[*entity].n_articled += is_articled(doc, given->name.first);
    mention->entity = *entity;
    mention->found_by = QL_FOUND_NAME;
    return true;
}

/* All names at once, so that a short one finds the full one wherever that stands. */
static bool join_given_names(ql_joiner *j) {
    size_t n = j->given_names.n;
    ql_word_slice *words = calloc(n + 1, sizeof *words);
    uint8_t *kinds = calloc(n + 1, 1);
    ql_name_link *links = malloc((n + 1) * sizeof *links);
    int32_t *entities = malloc((n + 1) * sizeof *entities);
    bool fine = words != NULL && kinds != NULL && links != NULL && entities != NULL;
    for (size_t i = 0; fine && i < n; i++) {
        const ql_given_name *given = &j->given_names.items[i];
        words[i] = words_of(j->doc, given);
        kinds[i] = given->mention != QL_NONE ? j->doc->mentions.items[given->mention].kind : QL_MENTION_ORGANISATION;
        entities[i] = QL_NONE;
    }
    fine = fine && ql_link_names(j->doc->engine->lexicon, words, kinds, n, links, j->doc->error) == QL_OK;
    for (size_t i = 0; fine && i < n; i++)
        fine = join_given_name(j, &j->given_names.items[i], &links[i], &entities[links[i].cluster]);
    free(words);
    free(kinds);
    free(links);
    free(entities);
    return fine;
}

/* A document's name may name another besides, whose it is: "a Fox News poll", "the Home Office letter", "the Acme
   report"; a title in capitals names nobody. */
static bool call_owner(ql_joiner *j, int32_t document, ql_token_range name) {
    ql_token_range owner = {name.first, name.end - 1};
    bool is_letter = j->profiles.items[document].is_letter;
    while (owner.end > owner.first && !ql_is_capital(j->doc, owner.end - 1)) owner.end--;
    for (int32_t i = owner.first; i < owner.end; i++) /* two owners, "Lee's Acme page": neither is named whole */
        if (ql_has(j->doc, i, QL_WORD_COORDINATOR) || ql_kind(j->doc, i) == QL_TOKEN_CLITIC) return true;
    if (owner.end == owner.first) return true;
    uint8_t role = ql_role_of_words(j->doc, owner);
    bool passes_on = role == QL_STEP_OUTLET || role == QL_STEP_AGENCY;
    bool is_title = ql_is_capital(j->doc, name.end - 1) || ql_has(j->doc, name.end - 1, QL_WORD_DOCUMENT_POLL);
    if (!is_letter && is_title && !passes_on) return true;
    return add_given_name(j, QL_NONE, is_letter || !is_title ? document : QL_NONE, owner);
}

/* Documents of one name are one document. */
static bool join_document(ql_joiner *j, int32_t index, ql_token_range name) {
    ql_mention *mention = &j->doc->mentions.items[index];
    int32_t n = (int32_t)j->profiles.n, entity = QL_NONE;
    for (int32_t e = n - 1; e >= 0 && e > n - QL_MOST_NAMES && entity == QL_NONE; e--)
        if (j->doc->entities.items[e].role == QL_STEP_DOCUMENT && same_name(j->doc, j->profiles.items[e].name, name))
            entity = e;
    if (entity == QL_NONE) entity = add_entity(j, index, QL_STEP_DOCUMENT);
    if (entity == QL_NONE) return false;
    j->profiles.items[entity].head = ql_token_of(j->doc, name.end - 1)->word;
    j->profiles.items[entity].is_letter = ql_has(j->doc, mention->head, QL_WORD_LETTER);
    take_name(j, entity, name, index);
    mention->entity = entity;
    mention->found_by = QL_FOUND_NAME;
    return call_owner(j, entity, name);
}

static bool is_document(const ql_document *doc, const ql_mention *mention, ql_token_range name) {
    if (mention->kind == QL_MENTION_DOCUMENT) return true;
    return ql_has(doc, name.end - 1, QL_WORD_DOCUMENT) && !ql_has(doc, name.end - 1, QL_WORD_OUTLET_NOUN);
}

/* "One delegate, party chairwoman Ann Lee, said": two subjects of one verb are one; the second
   mention, or QL_NONE. */
static int32_t subject_behind(const ql_document *doc, const ql_mention *mention) {
    static const uint64_t subjects = QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_PASS);
    int32_t comma = mention->end_token;
    if (comma + 1 >= ql_n_tokens(doc) || !ql_is_char(doc, comma, ',')) return QL_NONE;
    int32_t other = ql_mention_from(doc, comma + 1);
    if (other == QL_NONE) return QL_NONE;
    const ql_mention *behind = &doc->mentions.items[other];
    bool named = behind->kind == QL_MENTION_NAME && mention->kind == QL_MENTION_DESCRIPTION &&
                 ql_has(doc, mention->head, QL_WORD_ROLE, QL_WORD_ROLE_TITLE);
    int32_t end = ql_first_part(doc, behind).end;
    if (named && end < ql_n_tokens(doc) && ql_is_char(doc, end, ',')) return other; /* "the prosecutor, Ann Lee," */
    bool shared = ql_relates(doc, mention->head, subjects) && ql_relates(doc, behind->head, subjects) &&
                  ql_head_of(doc, behind->head) == ql_head_of(doc, mention->head);
    return shared ? other : QL_NONE;
}

/* "Ann Lee, the mayor, said": a name that opens a sentence or follows a mark, and a role between commas. */
static bool is_apposed(const ql_document *doc, const ql_mention *name, const ql_mention *role) {
    int32_t first = name->first_token;
    bool opens = ql_flag(doc, first, QL_TOKEN_FIRST) || (first > 0 && ql_kind(doc, first - 1) == QL_TOKEN_MARK);
    return opens && role->end_token < ql_n_tokens(doc) && ql_is_char(doc, role->end_token, ',');
}

/* "Ann Lee, spokesperson of Acme": the person right before a role that has no article, after a comma; a mention, or
   QL_NONE. */
static int32_t person_before(const ql_joiner *j, int32_t index) {
    enum { MOST_BACK = 8 };
    const ql_document *doc = j->doc;
    const ql_mention *mention = &doc->mentions.items[index];
    int32_t comma = mention->first_token - 1, own = j->given.items[index];
    if (comma < 1 || !ql_is_char(doc, comma, ',') || !ql_has(doc, mention->head, QL_WORD_ROLE, QL_WORD_ROLE_TITLE))
        return QL_NONE;
    if (own != QL_NONE && j->given_names.items[own].name.first <= mention->head + 1) return QL_NONE; /* "Mayor Lee" */
    bool article = ql_has(doc, mention->first_token, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE, QL_WORD_QUANTIFIER);
    for (int32_t i = index - 1; i >= 0 && i >= index - MOST_BACK; i--) {
        int32_t given = j->given.items[i];
        if (given == QL_NONE || j->given_names.items[given].name.end != comma) continue;
        int32_t entity = doc->mentions.items[i].entity;
        if (article && !is_apposed(doc, &doc->mentions.items[i], mention)) return QL_NONE;
        return entity != QL_NONE && j->profiles.items[entity].is_person ? i : QL_NONE;
    }
    return QL_NONE;
}

/* Give the second of two mentions the entity of the first one, unless it has one. */
static void share_entity(const ql_mention *from, ql_mention *to) {
    if (to->entity != QL_NONE || from->entity == QL_NONE) return;
    to->entity = from->entity;
    to->found_by = QL_FOUND_APPOSITION;
}

/* "the harbour master, Ida Brandt": a description and the name in apposition to it, or the other way round. */
static void join_appositions(ql_joiner *j) {
    ql_mentions *mentions = &j->doc->mentions;
    for (size_t i = 0; i < mentions->n; i++) {
        ql_mention *mention = &mentions->items[i];
        int32_t apposed = ql_dependent(j->doc, mention->head, QL_RELATION_BIT(APPOS));
        int32_t other = apposed != QL_NONE ? ql_mention_of(j->doc, apposed) : QL_NONE;
        if (other == QL_NONE) other = subject_behind(j->doc, mention);
        int32_t person = person_before(j, (int32_t)i);
        if (person != QL_NONE) {
            other = person;
            mention->entity = QL_NONE; /* what is in it is only whom they speak for */
        }
        if (other == QL_NONE) continue;
        if (mention->kind != QL_MENTION_PRONOUN) share_entity(&mentions->items[other], mention);
        share_entity(mention, &mentions->items[other]);
        int32_t word = ql_token_of(j->doc, mention->head)->word;
        if (mention->entity != QL_NONE)
            add_words(j, mention->entity, (ql_token_range){mention->first_token, mention->end_token},
                      j->profiles.items[mention->entity].name);
        if (mention->entity != QL_NONE && word != QL_NONE &&
            ql_has(j->doc, mention->head, QL_WORD_ROLE, QL_WORD_ROLE_TITLE))
            ql_add_title(&j->profiles.items[mention->entity], word);
    }
}

/* "Citizens for Clean Rivers in Ely (CCRE)": the tokens before a bracket whose capitals spell what is in it; empty
   where they do not. */
static ql_token_range spelled_out(const ql_document *doc, int32_t bracket) {
    enum { MOST_WORDS = 16 };
    const ql_token *letters = ql_token_of(doc, bracket + 1);
    int32_t at = letters->end, i = bracket;
    while (at > letters->start && i > 0 && i > bracket - MOST_WORDS) {
        i--;
        if (!ql_is_capital(doc, i) && !ql_joins_name(doc, i) && !ql_has(doc, i, QL_WORD_PREPOSITION)) break;
        if (ql_is_capital(doc, i) && doc->text->bytes[ql_token_of(doc, i)->start] == doc->text->bytes[at - 1]) at--;
    }
    return at == letters->start && bracket - i > 1 ? (ql_token_range){i, bracket} : (ql_token_range){0, 0};
}

static bool call_acronyms(ql_joiner *j) {
    const ql_document *doc = j->doc;
    for (int32_t i = 1; i + 2 < ql_n_tokens(doc); i++) {
        if (!ql_is_char(doc, i, '(') || !ql_is_char(doc, i + 2, ')') || !ql_flag(doc, i + 1, QL_TOKEN_ALL_CAPS))
            continue;
        if (ql_is_boilerplate(doc, i)) continue;
        ql_token_range name = spelled_out(doc, i);
        if (name.end > name.first && !add_given_name(j, QL_NONE, QL_NONE, name)) return false;
    }
    return true;
}

/* Is one a slip of the pen for the other: long words that begin alike and differ in two letters at most? */
static bool nearly_same(const ql_document *doc, int32_t a, int32_t b) {
    enum { LEAST = 6, MOST = 24, SLIPS = 2 };
    const ql_token *x = ql_token_of(doc, a), *y = ql_token_of(doc, b);
    int32_t n = x->end - x->start, m = y->end - y->start, row[MOST + 1];
    const char *s = doc->text->bytes + x->start, *t = doc->text->bytes + y->start;
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
static int32_t find_spelt(const ql_joiner *j, int32_t entity) {
    const ql_entity *entities = j->doc->entities.items;
    ql_token_range name = j->profiles.items[entity].name;
    int32_t n = (int32_t)j->profiles.n;
    if (name.end - name.first != 1 || entities[entity].role != QL_STEP_SPEAKER) return QL_NONE;
    for (int32_t e = 0; e < n && e < QL_MOST_NAMES; e++) {
        ql_token_range other = j->profiles.items[e].name;
        int32_t words = other.end - other.first;
        if (entities[e].role == QL_STEP_SPEAKER && words >= 2 && words <= 4 &&
            nearly_same(j->doc, other.end - 1, name.first))
            return e;
    }
    return QL_NONE;
}

/* Somebody with the family name of a mention that gives no other. */
typedef struct relative {
    int32_t entity, n_full; /* how often the full name is there */
    int32_t counted;        /* the token that it began with last time: mentions in each other have one name */
    bool before, titled;    /* does one stand before the mention; has it a title of the mention? */
} relative;

enum { MOST_RELATIVES = 6 };

static void add_relative(relative *to, int32_t *n, int32_t entity, int32_t first, bool before) {
    int32_t i = 0;
    while (i < *n && to[i].entity != entity) i++;
    if (i == MOST_RELATIVES) return;
    if (i == *n) to[(*n)++] = (relative){.entity = entity, .counted = QL_NONE};
    to[i].n_full += to[i].counted != first;
    to[i].counted = first;
    to[i].before |= before;
}

/* Does a word before the name, "President" of "President Holm", say what somebody else's mentions say of them? */
static bool shares_title(const ql_joiner *j, const ql_given_name *given, int32_t entity) {
    int32_t first = j->doc->mentions.items[given->mention].first_token;
    for (int32_t i = given->name.first - 1; i >= first && ql_is_title(j->doc, i); i--)
        if (ql_is_called(&j->profiles.items[entity], ql_token_of(j->doc, i)->word)) return true;
    return false;
}

/* Those with the family name, the last one called in full before the mention first. */
static int32_t find_relatives(const ql_joiner *j, size_t at, relative *to) {
    const ql_document *doc = j->doc;
    const ql_given_name *given = &j->given_names.items[at];
    int32_t first = doc->mentions.items[given->mention].first_token, n = 0;
    uint8_t gender = gender_of_words(doc, (ql_token_range){first, given->name.first});
    size_t from = at > QL_MOST_NAMES ? at - QL_MOST_NAMES : 0;
    for (size_t i = 0; from + i < j->given_names.n && i < 2 * QL_MOST_NAMES; i++) {
        size_t b = i < at - from ? at - 1 - i : from + i; /* back to front, then what follows */
        const ql_given_name *other = &j->given_names.items[b];
        int32_t entity = other->mention != QL_NONE ? doc->mentions.items[other->mention].entity : QL_NONE;
        if (entity == QL_NONE || other->name.end - other->name.first < 2) continue;
        if (!ql_same_word(doc, other->name.end - 1, given->name.first)) continue;
        const ql_entity *called = &doc->entities.items[entity];
        if (called->role == QL_STEP_SPEAKER && ql_genders_fit(gender, called->gender))
            add_relative(to, &n, entity, other->name.first, b < at);
    }
    return n;
}

static int worth(const relative *of) {
    return of->n_full + 100 * of->before + 1000 * of->titled;
}

/* Of two people of one family name, a bare "Holm" is the one with the same title, the one who was named before, and
   the one who is named more often; of two alike, the one last called in full before it. */
static void join_families(ql_joiner *j) {
    for (size_t c = 0; c < j->given_names.n; c++) {
        const ql_given_name *given = &j->given_names.items[c];
        relative found[MOST_RELATIVES];
        if (given->mention == QL_NONE || given->name.end - given->name.first != 1) continue;
        int32_t n = find_relatives(j, c, found), best = 0;
        for (int32_t i = 0; i < n; i++) {
            found[i].titled = shares_title(j, given, found[i].entity);
            if (worth(&found[i]) > worth(&found[best])) best = i;
        }
        if (n > 0 && found[best].before) j->doc->mentions.items[given->mention].entity = found[best].entity;
    }
}

/* A last name misspelt, where nobody is called just so, is the one it looks like. */
static void join_misspelt(ql_joiner *j) {
    ql_mentions *mentions = &j->doc->mentions;
    for (size_t i = 0; i < mentions->n; i++) {
        ql_mention *mention = &mentions->items[i];
        int32_t spelt = mention->entity != QL_NONE ? find_spelt(j, mention->entity) : QL_NONE;
        if (spelt != QL_NONE) mention->entity = spelt;
    }
}

/* The name in a mention, which is of a document or of somebody.  False without memory. */
static bool find_name(ql_joiner *j, int32_t index, ql_token_range *name) {
    ql_mention *mention = &j->doc->mentions.items[index];
    *name = (ql_token_range){0, 0};
    mention->chance = mention->name_chance = 1;
    if (mention->kind == QL_MENTION_PRONOUN || mention->kind == QL_MENTION_NONE) return true;
    if (mention->kind == QL_MENTION_DOCUMENT)
        *name = ql_document_name(j->doc, mention);
    else if (!ql_choose_name(j->doc, &j->words, index, name, &mention->name_chance))
        return false;
    mention->chance = mention->name_chance;
    return true;
}

static bool join_names(ql_joiner *j) {
    const ql_mentions *mentions = &j->doc->mentions;
    if (!call_acronyms(j)) return false;
    for (int32_t i = 0; i < (int32_t)mentions->n; i++) {
        ql_token_range name;
        if (!ql_is_of_article(j, i)) continue;
        if (!find_name(j, i, &name)) return false;
        if (name.end == name.first) continue;
        bool document = is_document(j->doc, &mentions->items[i], name);
        if (!document) j->given.items[i] = (int32_t)j->given_names.n;
        if (!(document ? join_document(j, i, name) : add_given_name(j, i, QL_NONE, name))) return false;
    }
    if (!join_given_names(j)) return false;
    join_families(j);
    join_misspelt(j);
    join_appositions(j);
    return true;
}

/* ---------------------------------------------------------------------------------------------- all mentions */

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
static ql_span without_article(const ql_document *doc, const ql_mention *mention) {
    ql_token_range part = ql_first_part(doc, mention);
    while (part.first + 1 < part.end && ql_has(doc, part.first, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE)) part.first++;
    return bytes_of(doc, part);
}

/* A report without a name of its own is called by whose it is. */
static void name_document(ql_joiner *j, const ql_mention *mention) {
    const ql_mentions *mentions = &j->doc->mentions;
    ql_entity *document = &j->doc->entities.items[mention->entity];
    int32_t owner = ql_owner_of(j->doc, mention->head);
    if (owner == QL_NONE) return;
    const ql_mention *whose = &mentions->items[owner];
    if (whose->kind == QL_MENTION_PRONOUN) return;
    const ql_entity *from = whose->entity != QL_NONE ? &j->doc->entities.items[whose->entity] : NULL;
    ql_span words = without_article(j->doc, whose);
    bool named = from != NULL && from->end > from->start;
    const ql_token *noun = ql_token_of(j->doc, mention->head);
    document->start = named ? from->start : words.start;
    document->end = named ? from->end : words.end;
    document->noun_start = noun->start;
    document->noun_end = noun->end;
}

/* "the government", "the army": of the bodies of its kind the one that readers know. */
static bool is_known_body(const ql_document *doc, const ql_mention *mention) {
    return mention->kind == QL_MENTION_ORGANISATION && ql_has(doc, mention->first_token, QL_WORD_DEFINITE) &&
           ql_has(doc, mention->head, QL_WORD_OFFICE) && !ql_has(doc, mention->head, QL_WORD_GROUP);
}

/* A body without a name is called by its words. */
static void call_by_words(ql_joiner *j, int32_t index) {
    const ql_mention *mention = &j->doc->mentions.items[index];
    ql_token_range part = {mention->first_token + 1, mention->head + 1};
    if (part.first < part.end) take_name(j, mention->entity, part, index);
}

static bool add_unnamed(ql_joiner *j, int32_t index) {
    ql_mention *mention = &j->doc->mentions.items[index];
    int32_t entity = add_entity(j, index, role_of_kind(mention->kind));
    if (entity == QL_NONE) return false;
    ql_profile *profile = &j->profiles.items[entity];
    profile->head = ql_token_of(j->doc, mention->head)->word;
    profile->is_letter = ql_has(j->doc, mention->head, QL_WORD_LETTER);
    profile->is_plural = mention->kind == QL_MENTION_GROUP || ql_has(j->doc, mention->head, QL_WORD_GROUP);
    profile->is_person = mention->kind == QL_MENTION_DESCRIPTION || mention->kind == QL_MENTION_ANONYMOUS;
    tell_gender(j, entity, gender_of_word(j->doc, mention->head), BY_WORDS);
    mention->entity = entity;
    if (is_known_body(j->doc, mention)) call_by_words(j, index);
    if (mention->kind != QL_MENTION_DOCUMENT) return true;
    j->doc->entities.items[entity].owner = ql_owner_entity(j, mention);
    name_document(j, mention);
    return true;
}

/* The person that "he" or "she" refers to is a man or a woman. */
static void learn_gender(ql_joiner *j, const ql_mention *pronoun, bool likely) {
    uint8_t gender = ql_has(j->doc, pronoun->head, QL_WORD_MALE_PRONOUN)     ? QL_GENDER_MALE
                     : ql_has(j->doc, pronoun->head, QL_WORD_FEMALE_PRONOUN) ? QL_GENDER_FEMALE
                                                                             : QL_GENDER_NONE;
    if (gender == QL_GENDER_NONE) return;
    tell_gender(j, pronoun->entity, gender, BY_PRONOUN);
    j->profiles.items[pronoun->entity].is_person |= likely;
}

/* "Ada Holm is the mayor": whom a role is said of, or QL_NONE. */
static int32_t subject_entity(const ql_joiner *j, const ql_mention *mention) {
    const ql_document *doc = j->doc;
    int32_t copula = ql_dependent(doc, mention->head, QL_RELATION_BIT(COP));
    if (copula == QL_NONE || !ql_has(doc, mention->head, QL_WORD_ROLE, QL_WORD_ROLE_TITLE)) return QL_NONE;
    if (ql_has(doc, copula + 1, QL_WORD_NEGATION)) return QL_NONE;
    int32_t subject = ql_dependent(doc, mention->head, QL_RELATION_BIT(NSUBJ));
    int32_t other = subject != QL_NONE && subject < copula ? ql_mention_of(doc, subject) : QL_NONE;
    int32_t entity = other != QL_NONE ? doc->mentions.items[other].entity : QL_NONE;
    if (entity == QL_NONE || doc->entities.items[entity].role != QL_STEP_SPEAKER) return QL_NONE;
    ql_add_title(&j->profiles.items[entity], ql_token_of(doc, mention->head)->word);
    return entity;
}

/* "Ada Holm, a novelist, …  The novelist": the one person of whom the text has said the noun before, or QL_NONE. */
static int32_t called_so(const ql_joiner *j, const ql_mention *mention) {
    const ql_document *doc = j->doc;
    int32_t head = mention->head, n = (int32_t)j->profiles.n, found = QL_NONE;
    if (mention->kind != QL_MENTION_DESCRIPTION || mention->end_token != head + 1) return QL_NONE;
    if (mention->first_token != head - 1 || !ql_has(doc, head - 1, QL_WORD_DEFINITE)) return QL_NONE;
    if (!ql_has(doc, head, QL_WORD_PERSON)) return QL_NONE;
    if (ql_has(doc, head, QL_WORD_ANONYMOUS, QL_WORD_ROLE, QL_WORD_ROLE_TITLE)) return QL_NONE; /* weighed instead */
    uint32_t hash = ql_whole_hash(doc, head);
    for (int32_t e = 0; e < n && e < QL_MOST_NAMES; e++) {
        const ql_profile *p = &j->profiles.items[e];
        bool said = p->head != QL_NONE && p->head == ql_token_of(doc, head)->word;
        for (int k = 0; k < p->n_words; k++) said |= p->words[k] == hash;
        if (!said) continue;
        if (found != QL_NONE || !p->is_person || p->name.end == p->name.first || p->is_plural) return QL_NONE;
        found = e;
    }
    return found;
}

static const float LIKELY = 0.5F; /* that "he" means somebody, who is then a person */

/* Give a mention without a name of its own to the entity that it means.  False without memory. */
static bool resolve(ql_joiner *j, int32_t index) {
    ql_mention *mention = &j->doc->mentions.items[index];
    float chance = 1;
    mention->entity = mention->kind == QL_MENTION_DESCRIPTION ? subject_entity(j, mention) : QL_NONE;
    if (mention->entity == QL_NONE) mention->entity = called_so(j, mention);
    if (mention->entity != QL_NONE) {
        mention->found_by = QL_FOUND_APPOSITION;
        return true;
    }
    if (mention->kind == QL_MENTION_DOCUMENT)
        mention->entity = ql_is_definite(j->doc, mention) ? ql_find_document(j, index) : QL_NONE;
    else if (!ql_choose_referent(j, index, &mention->entity, &chance))
        return false;
    mention->chance *= chance;
    mention->found_by = mention->entity == QL_NONE             ? QL_FOUND_NONE
                        : mention->kind == QL_MENTION_DOCUMENT ? QL_FOUND_DOCUMENT
                                                               : QL_FOUND_REFERENT;
    if (mention->kind != QL_MENTION_PRONOUN && mention->entity != QL_NONE)
        add_words(j, mention->entity, ql_first_part(j->doc, mention), j->profiles.items[mention->entity].name);
    if (mention->kind != QL_MENTION_PRONOUN) return mention->entity != QL_NONE || add_unnamed(j, index);
    if (mention->entity != QL_NONE) learn_gender(j, mention, chance >= LIKELY);
    return true;
}

/* Several who are named in one mention. */
typedef struct group {
    int32_t parts[QL_MOST_PARTS], n; /* entities, in order */
    ql_token_range names;            /* from the first name to the last one */
} group;

static void add_part(group *to, int32_t entity, ql_token_range name) {
    for (int32_t i = 0; i < to->n; i++)
        if (to->parts[i] == entity) return;
    if (to->n == QL_MOST_PARTS) return;
    to->parts[to->n++] = entity;
    if (to->n == 1) to->names = name;
    if (name.end > to->names.end) to->names.end = name.end;
}

/* Can a mention be of another one who speaks with those of a group: with "and" or a comma before it, and a person, if
   they are?  A name right after theirs need not be known for a person's. */
static bool fits_group(const ql_joiner *j, const group *g, int32_t index) {
    const ql_document *doc = j->doc;
    const ql_mention *other = &doc->mentions.items[index];
    int32_t before = other->first_token - 1, gap = other->first_token - g->names.end;
    ql_token_range name = j->given_names.items[j->given.items[index]].name;
    if (gap < 1 || !(ql_has(doc, before, QL_WORD_ADDITIVE) || ql_is_char(doc, before, ','))) return false;
    if (!j->profiles.items[g->parts[0]].is_person) return true;
    for (int32_t i = name.first; i < name.end; i++)
        if (ql_is_title(doc, i) || ql_has(doc, i, QL_WORD_COORDINATOR)) return false;
    bool letters = ql_kind(doc, name.first) != QL_TOKEN_WORD || ql_flag(doc, name.first, QL_TOKEN_ALL_CAPS);
    return j->profiles.items[other->entity].is_person || (gap <= 2 && !letters);
}

/* The names that "and" joins to token `to`, within a mention and after its own name. */
static void add_conjuncts(const ql_joiner *j, const ql_mention *mention, int32_t to, group *g) {
    enum { MOST_CHILDREN = 24 };
    const ql_document *doc = j->doc;
    int32_t own_end = g->names.end, i = ql_branch_of(doc, to)->child;
    for (int n = 0; i != QL_NONE && n < MOST_CHILDREN; n++, i = ql_branch_of(doc, i)->next) {
        if (i < own_end || i >= mention->end_token || !ql_relates(doc, i, QL_RELATION_BIT(CONJ))) continue;
        int32_t other = ql_mention_of(doc, i), given = other != QL_NONE ? j->given.items[other] : QL_NONE;
        if (given == QL_NONE || j->given_names.items[given].name.end > mention->end_token) continue;
        if (!fits_group(j, g, other)) continue;
        int32_t before = g->n;
        add_part(g, doc->mentions.items[other].entity, j->given_names.items[given].name);
        if (g->n > before) add_conjuncts(j, mention, i, g); /* the third may hang on the second */
    }
}

/* "Ann Lee, head of Acme, and Bo Kim, head of Globex": a person after a comma and "and", wherever it hangs. */
static void add_behind_comma(const ql_joiner *j, int32_t index, group *g) {
    enum { MOST_INSIDE = 16 };
    const ql_document *doc = j->doc;
    const ql_mention *mention = &doc->mentions.items[index];
    int32_t n = (int32_t)doc->mentions.n;
    if (!j->profiles.items[g->parts[0]].is_person) return;
    for (int32_t i = index + 1; i < n && i <= index + MOST_INSIDE; i++) {
        const ql_mention *other = &doc->mentions.items[i];
        int32_t first = other->first_token, given = j->given.items[i];
        if (other->first_token >= mention->end_token) break;
        if (given == QL_NONE || first < g->names.end + 2 || !ql_has(doc, first - 1, QL_WORD_ADDITIVE)) continue;
        ql_token_range name = j->given_names.items[given].name;
        bool person = j->profiles.items[other->entity].is_person && name.end - name.first > 1;
        if (person && ql_is_char(doc, first - 2, ',') && name.end <= mention->end_token)
            add_part(g, other->entity, name);
    }
}

/* The token of a name that hangs on something outside of it. */
static int32_t top_of(const ql_document *doc, ql_token_range name) {
    for (int32_t i = name.first; i < name.end; i++) {
        int32_t head = ql_head_of(doc, i);
        if (head < name.first || head >= name.end) return i;
    }
    return name.first;
}

/* The name of a mention that the tree joins token `top` to by "and"; a given name, or QL_NONE. */
static int32_t name_above(const ql_joiner *j, const ql_mention *mention, int32_t top) {
    int32_t head = ql_head_of(j->doc, top);
    if (!ql_relates(j->doc, top, QL_RELATION_BIT(CONJ)) || head < mention->first_token) return QL_NONE;
    int32_t other = ql_mention_of(j->doc, head), given = other != QL_NONE ? j->given.items[other] : QL_NONE;
    bool inside = given != QL_NONE && j->given_names.items[given].name.first >= mention->first_token &&
                  j->given_names.items[given].name.end < top;
    return inside ? given : QL_NONE;
}

/* "Ann Lee and Bo Kim", "the officials Ann Lee and Bo Kim": everybody whom a mention names. */
static group group_of(const ql_joiner *j, const ql_given_name *given) {
    static const uint64_t beside =
        QL_RELATION_BIT(FLAT) | QL_RELATION_BIT(COMPOUND) | QL_RELATION_BIT(NMOD_DESC) | QL_RELATION_BIT(APPOS);
    const ql_mention *mention = &j->doc->mentions.items[given->mention];
    int32_t top = top_of(j->doc, given->name), above = name_above(j, mention, top);
    group g = {.n = 0};
    if (above != QL_NONE) { /* the chosen name is not the first */
        const ql_given_name *first = &j->given_names.items[above];
        add_part(&g, j->doc->mentions.items[first->mention].entity, first->name);
        top = top_of(j->doc, first->name);
    }
    add_part(&g, mention->entity, given->name);
    add_conjuncts(j, mention, top, &g);
    add_behind_comma(j, given->mention, &g);
    if (ql_head_of(j->doc, top) == mention->head && ql_relates(j->doc, top, beside))
        add_conjuncts(j, mention, mention->head, &g);
    return g;
}

/* The entity of the same people, or QL_NONE. */
static int32_t find_group(const ql_joiner *j, int32_t from, const group *g) {
    int32_t n = (int32_t)j->profiles.n;
    for (int32_t e = n - 1; e >= from && e > n - QL_MOST_NAMES; e--) {
        const ql_entity *entity = &j->doc->entities.items[e];
        int32_t k = 0;
        while (k < g->n && k < entity->n_parts && j->doc->parts.items[entity->first_part + k] == g->parts[k]) k++;
        if (k == g->n && k == entity->n_parts) return e;
    }
    return QL_NONE;
}

static int32_t add_group(ql_joiner *j, int32_t mention, const group *g) {
    int32_t entity = add_entity(j, mention, j->doc->entities.items[g->parts[0]].role);
    if (entity == QL_NONE) return QL_NONE;
    ql_entity *made = &j->doc->entities.items[entity];
    made->first_part = (int32_t)j->doc->parts.n;
    made->n_parts = g->n;
    for (int32_t i = 0; i < g->n; i++)
        if (!ql_ints_push(&j->doc->parts, g->parts[i])) return QL_NONE;
    take_name(j, entity, g->names, mention);
    j->profiles.items[entity].is_plural = true;
    return entity;
}

/* Several who are named together are an entity of their own: "they" and "the couple" may mean it.  False without
   memory. */
static bool join_several(ql_joiner *j) {
    int32_t from = (int32_t)j->profiles.n;
    for (size_t c = 0; c < j->given_names.n; c++) {
        const ql_given_name *given = &j->given_names.items[c];
        if (given->mention == QL_NONE) continue;
        group g = group_of(j, given);
        if (g.n < 2) continue;
        int32_t entity = find_group(j, from, &g);
        if (entity == QL_NONE) entity = add_group(j, given->mention, &g);
        if (entity == QL_NONE) return false;
        j->joint.items[given->mention] = entity;
    }
    return true;
}

/* The person and the body that the text names most often, the first of those named as often. */
static void find_most_named(ql_joiner *j) {
    j->most_named[0] = j->most_named[1] = QL_NONE;
    for (int32_t e = 0; e < (int32_t)j->profiles.n; e++) {
        uint8_t role = j->doc->entities.items[e].role;
        j->n_people += j->profiles.items[e].is_person && j->profiles.items[e].n_named > 0;
        int32_t *most = &j->most_named[role == QL_STEP_SPEAKER ? 0 : 1];
        if (role == QL_STEP_DOCUMENT || j->profiles.items[e].n_named == 0) continue;
        if (*most == QL_NONE || j->profiles.items[e].n_named > j->profiles.items[*most].n_named) *most = e;
    }
}

static void note_mention(ql_joiner *j, int32_t entity, int32_t mention, bool speaks) {
    ql_profile *profile = &j->profiles.items[entity];
    profile->latest = mention;
    profile->n_mentions++;
    profile->n_spoken += speaks;
}

static bool join_rest(ql_joiner *j) {
    ql_mentions *mentions = &j->doc->mentions;
    j->last_speaker = QL_NONE;
    find_most_named(j);
    for (int32_t i = 0; i < (int32_t)mentions->n; i++) {
        if (!ql_is_of_article(j, i)) continue;
        if (mentions->items[i].entity == QL_NONE && !resolve(j, i)) return false;
        int32_t entity = mentions->items[i].entity, joint = j->joint.items[i];
        bool speaks = j->speaks.items[i] != QL_NONE;
        if (joint != QL_NONE) note_mention(j, joint, i, speaks);
        if (entity == QL_NONE) continue;
        note_mention(j, entity, i, speaks);
        if (speaks) j->last_speaker = entity;
    }
    return true;
}

static bool fill(ql_ints *ints, size_t n) {
    if (!ql_ints_reserve(ints, n)) return false;
    while (ints->n < n) ints->items[ints->n++] = QL_NONE;
    return true;
}

static bool note_sources(ql_joiner *j) {
    const ql_quotes *quotes = &j->doc->quotes;
    size_t n = j->doc->mentions.n;
    if (!fill(&j->speaks, n) || !fill(&j->given, n) || !fill(&j->joint, n)) return false;
    for (size_t i = 0; i < quotes->n; i++)
        if (quotes->items[i].source != QL_NONE) j->speaks.items[quotes->items[i].source] = (int32_t)i;
    return true;
}

/* The mentions of each entity as a list. */
static bool link_mentions(ql_joiner *j) {
    ql_document *doc = j->doc;
    int32_t n = (int32_t)doc->mentions.n;
    if (!ql_ints_reserve(&j->next_same, (size_t)n)) return false;
    j->next_same.n = (size_t)n;
    for (size_t e = 0; e < j->profiles.n; e++) j->profiles.items[e].latest = QL_NONE;
    for (int32_t i = n - 1; i >= 0; i--) {
        int32_t entity = doc->mentions.items[i].entity;
        j->next_same.items[i] = entity != QL_NONE ? j->profiles.items[entity].latest : QL_NONE;
        if (entity != QL_NONE) j->profiles.items[entity].latest = i;
    }
    for (size_t e = 0; e < j->profiles.n; e++)
        if (doc->entities.items[e].role == QL_STEP_DOCUMENT)
            doc->entities.items[e].mention = j->profiles.items[e].latest;
    return true;
}

/* "Saltby Cliff Railway", "Steps & Slopes": several words that no first name begins, with an article or "&", or with
   a last word that the text has in small letters. */
static bool is_called_like_body(const ql_joiner *j, const ql_profile *profile) {
    const ql_document *doc = j->doc;
    int32_t last = profile->name.end - 1;
    for (int32_t i = profile->name.first; i <= last; i++)
        if (ql_is_char(doc, i, '&')) return true;
    if (ql_is_title(doc, last)) return false;
    return profile->is_body || profile->has_article || ql_name_small(doc, &j->words, last) > 0;
}

/* A name that nothing makes a person is a body or a place if it is one word, or looks like one; "Robin Lee" may be a
   woman or a man. */
static void settle_roles(ql_joiner *j) {
    for (size_t e = 0; e < j->profiles.n; e++) {
        ql_entity *entity = &j->doc->entities.items[e];
        ql_profile *profile = &j->profiles.items[e];
        ql_token_range name = profile->name;
        bool one = name.end - name.first == 1;
        bool told = profile->is_person || entity->gender != QL_GENDER_NONE || name.end == name.first;
        if (entity->role == QL_STEP_SPEAKER && !told && !profile->is_plural &&
            (one || is_called_like_body(j, profile)))
            entity->role = QL_STEP_ORGANISATION;
        if (profile->gender_by == BY_UNSURE_NAME && profile->is_either) entity->gender = QL_GENDER_NONE;
    }
}

/* Of several who are named together, all. */
static int32_t whom_it_names(const ql_joiner *j, int32_t mention) {
    int32_t joint = j->joint.items[mention];
    return joint != QL_NONE ? joint : j->doc->mentions.items[mention].entity;
}

/* “He said, ‘Never again,’” she said: "he" in somebody's own words is somebody else. */
static bool is_own_he(const ql_document *doc, const ql_quote *quote) {
    if (quote->parent == QL_NONE || quote->mentioned == QL_NONE || quote->source == QL_NONE) return false;
    int32_t head = doc->mentions.items[quote->source].head;
    return quote->mentioned == doc->quotes.items[quote->parent].mentioned && ql_flag(doc, head, QL_TOKEN_MARKED) &&
           ql_has(doc, head, QL_WORD_MALE_PRONOUN, QL_WORD_FEMALE_PRONOUN);
}

static void forget_source(ql_document *doc, ql_quote *quote) {
    doc->mentions.items[quote->source].entity = QL_NONE;
    quote->mentioned = QL_NONE;
    quote->resolution = quote->source_origin;
}

/* The entity that each statement's source mentions. */
static void note_mentioned(ql_joiner *j) {
    const ql_mentions *mentions = &j->doc->mentions;
    ql_quotes *quotes = &j->doc->quotes;
    for (size_t i = 0; i < quotes->n; i++) {
        ql_quote *quote = &quotes->items[i];
        quote->mentioned = quote->source != QL_NONE ? whom_it_names(j, quote->source) : QL_NONE;
        bool resolved = quote->source_origin == QL_RESOLVED_SAME_SENTENCE && quote->mentioned != QL_NONE &&
                        mentions->items[quote->source].kind == QL_MENTION_PRONOUN;
        quote->resolution = resolved ? QL_RESOLVED_ENTITY : quote->source_origin;
    }
    for (size_t i = 0; i < quotes->n; i++)
        if (is_own_he(j->doc, &quotes->items[i])) forget_source(j->doc, &quotes->items[i]);
}

static void renumber(int32_t *entity, const ql_ints *numbers) {
    if (*entity != QL_NONE) *entity = numbers->items[*entity];
}

/* Several people named together who neither speak nor are meant again are not an entity.  False without memory. */
static bool drop_unmeant(ql_joiner *j) {
    ql_document *doc = j->doc;
    ql_ints *numbers = &j->next_same; /* no longer needed as what it is */
    int32_t n = (int32_t)j->profiles.n, kept = 0;
    numbers->n = 0;
    if (!ql_ints_reserve(numbers, (size_t)n)) return false;
    for (int32_t e = 0; e < n; e++) numbers->items[numbers->n++] = j->profiles.items[e].is_plural ? QL_NONE : 0;
    for (size_t i = 0; i < doc->mentions.n; i++)
        if (doc->mentions.items[i].entity != QL_NONE) numbers->items[doc->mentions.items[i].entity] = 0;
    for (size_t i = 0; i < doc->quotes.n; i++)
        if (doc->quotes.items[i].mentioned != QL_NONE) numbers->items[doc->quotes.items[i].mentioned] = 0;
    for (int32_t e = 0; e < n; e++) {
        if (numbers->items[e] == QL_NONE) continue;
        doc->entities.items[kept] = doc->entities.items[e];
        numbers->items[e] = kept++;
    }
    if (kept == n) return true;
    doc->entities.n = (size_t)kept;
    for (int32_t e = 0; e < kept; e++) renumber(&doc->entities.items[e].owner, numbers);
    for (size_t i = 0; i < doc->parts.n; i++) renumber(&doc->parts.items[i], numbers);
    for (size_t i = 0; i < doc->mentions.n; i++) {
        renumber(&doc->mentions.items[i].entity, numbers);
        renumber(&doc->mentions.items[i].author, numbers);
    }
    for (size_t i = 0; i < doc->quotes.n; i++) renumber(&doc->quotes.items[i].mentioned, numbers);
    for (size_t i = 0; i < doc->choices.n; i++) renumber(&doc->choices.items[i].entity, numbers);
    return true;
}

ql_status ql_stage_entity(ql_document *doc) {
    ql_joiner j = {.doc = doc};
    bool fine = ql_name_words_read(doc, &j.words) && note_sources(&j) && join_names(&j) && join_several(&j) &&
                join_rest(&j) && link_mentions(&j) && ql_find_authors(&j);
    if (fine) {
        settle_roles(&j);
        note_mentioned(&j);
        fine = drop_unmeant(&j);
    }
    free(j.words.kinds);
    ql_profiles_free(&j.profiles);
    ql_given_names_free(&j.given_names);
    ql_ints_free(&j.speaks);
    ql_ints_free(&j.next_same);
    ql_ints_free(&j.given);
    ql_ints_free(&j.joint);
    return fine ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for entities");
}

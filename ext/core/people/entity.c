/* Who is behind a mention: names with their variants, descriptions, documents and pronouns become entities.

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
    ql_profile blank = {.head = QL_NONE, .latest = QL_NONE};
    if (!ql_entities_push(&j->doc->entities, made) || !ql_profiles_push(&j->profiles, blank)) return QL_NONE;
    return (int32_t)j->profiles.n - 1;
}

static void add_title(ql_profile *to, int32_t word) {
    for (int i = 0; i < to->n_titles; i++)
        if (to->titles[i] == word) return;
    if (to->n_titles < QL_MOST_TITLES) to->titles[to->n_titles++] = word;
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

/* What the words right before a name say, "his wife Ann Lee", or those behind it, "Ann Lee, Bo's mother". */
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
        if (ql_in(classes, QL_WORD_ROLE, QL_WORD_ROLE_TITLE)) add_title(profile, ql_token_of(doc, i)->word);
    }
    tell_gender(j, entity, gender_beside(doc, name), BY_WORDS);
    bool one = name.end - name.first == 1; /* behind an office it is a family name: "Senator Warren" */
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

/* Menus and teasers tell of other articles, so what they mention is nobody in this one, unless it speaks in it: a
   short line above a quotation looks like a part of a menu. */
static bool is_of_article(const ql_joiner *j, int32_t mention) {
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

/* Of two names in zones alike the longer one is better, and the first of two that are as long; one word is no better
   in a zone that tells more. */
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

/* What names/read.c reads: the name with the titles before it, and the acronym in brackets behind it. */
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
    if (given->document != QL_NONE) doc->entities.items[given->document].owner = *entity;
    if (given->mention == QL_NONE) return true;
    ql_mention *mention = &doc->mentions.items[given->mention];
    j->profiles.items[*entity].is_either |= read->is_either;
    tell_gender(j, *entity, read->gender, by_name(&j->profiles.items[*entity]));
    if (read->kind == QL_NAME_PERSON) j->profiles.items[*entity].is_person = true;
    learn(j, *entity, mention, given->name);
    mention->entity = *entity;
    mention->found_by = QL_FOUND_NAME;
    return true;
}

/* All names at once, so that a short one finds the full one wherever that stands. */
static bool join_given_names(ql_joiner *j) {
    size_t n = j->given_names.n;
    ql_word_slice *words = malloc((n + 1) * sizeof *words);
    uint8_t *kinds = malloc(n + 1);
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

/* A document's name may name another besides: an outlet or an agency, "a Fox News poll", and of a letter whoever
   wrote it, "the Home Office letter". */
static bool call_owner(ql_joiner *j, int32_t document, ql_token_range name, bool is_letter) {
    ql_token_range owner = {name.first, name.end - 1};
    while (owner.end > owner.first && !ql_is_capital(j->doc, owner.end - 1)) owner.end--;
    for (int32_t i = owner.first; i < owner.end; i++)
        if (ql_has(j->doc, i, QL_WORD_COORDINATOR)) return true; /* two owners: neither is named whole */
    if (owner.end == owner.first) return true;
    uint8_t role = ql_role_of_words(j->doc, owner);
    if (role != QL_STEP_OUTLET && role != QL_STEP_AGENCY && !is_letter) return true;
    if (!is_letter) document = QL_NONE;
    return add_given_name(j, QL_NONE, document, owner);
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
    return call_owner(j, entity, name, j->profiles.items[entity].is_letter);
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
        if (other == QL_NONE) continue;
        if (mention->kind != QL_MENTION_PRONOUN) share_entity(&mentions->items[other], mention);
        share_entity(mention, &mentions->items[other]);
        int32_t word = ql_token_of(j->doc, mention->head)->word;
        if (mention->entity != QL_NONE && word != QL_NONE &&
            ql_has(j->doc, mention->head, QL_WORD_ROLE, QL_WORD_ROLE_TITLE))
            add_title(&j->profiles.items[mention->entity], word);
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

/* Is one a slip of the pen for the other: long words that begin alike and differ in two letters at the most? */
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

/* Of two people of one family name, a bare "Holm" is the one last called in full before it. */
static void join_families(ql_joiner *j) {
    ql_document *doc = j->doc;
    ql_mentions *mentions = &doc->mentions;
    for (size_t c = 0; c < j->given_names.n; c++) {
        const ql_given_name *given = &j->given_names.items[c];
        if (given->mention == QL_NONE || given->name.end - given->name.first != 1) continue;
        ql_mention *mention = &mentions->items[given->mention];
        uint8_t gender = gender_of_words(doc, (ql_token_range){mention->first_token, given->name.first});
        for (size_t b = c; b-- > 0 && c - b < QL_MOST_NAMES;) {
            ql_token_range full = j->given_names.items[b].name;
            int32_t other = j->given_names.items[b].mention != QL_NONE
                                ? mentions->items[j->given_names.items[b].mention].entity
                                : QL_NONE;
            if (other == QL_NONE || full.end - full.first < 2 || !ql_same_word(doc, full.end - 1, given->name.first))
                continue;
            const ql_entity *entity = &doc->entities.items[other];
            if (entity->role == QL_STEP_SPEAKER && ql_genders_fit(gender, entity->gender)) mention->entity = other;
            break;
        }
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
    else if (!ql_choose_name(j->doc, index, name, &mention->name_chance))
        return false;
    mention->chance = mention->name_chance;
    return true;
}

static bool join_names(ql_joiner *j) {
    const ql_mentions *mentions = &j->doc->mentions;
    if (!call_acronyms(j)) return false;
    for (int32_t i = 0; i < (int32_t)mentions->n; i++) {
        ql_token_range name;
        if (!is_of_article(j, i)) continue;
        if (!find_name(j, i, &name)) return false;
        if (name.end == name.first) continue;
        bool document = is_document(j->doc, &mentions->items[i], name);
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
    if (mention->kind != QL_MENTION_DOCUMENT) return true;
    j->doc->entities.items[entity].owner = ql_owner_entity(j, mention);
    name_document(j, mention);
    return true;
}

/* Whoever "he" or "she" means is a man or a woman. */
static void learn_gender(ql_joiner *j, const ql_mention *pronoun) {
    uint8_t gender = ql_has(j->doc, pronoun->head, QL_WORD_MALE_PRONOUN)     ? QL_GENDER_MALE
                     : ql_has(j->doc, pronoun->head, QL_WORD_FEMALE_PRONOUN) ? QL_GENDER_FEMALE
                                                                             : QL_GENDER_NONE;
    if (gender == QL_GENDER_NONE) return;
    tell_gender(j, pronoun->entity, gender, BY_PRONOUN);
    j->profiles.items[pronoun->entity].is_person = true;
}

/* Give a mention without a name of its own to the entity that it means.  False without memory. */
static bool resolve(ql_joiner *j, int32_t index) {
    ql_mention *mention = &j->doc->mentions.items[index];
    float chance = 1;
    if (mention->kind == QL_MENTION_DOCUMENT)
        mention->entity = ql_is_definite(j->doc, mention) ? ql_find_document(j, index) : QL_NONE;
    else if (!ql_choose_referent(j, index, &mention->entity, &chance))
        return false;
    mention->chance *= chance;
    mention->found_by = mention->entity == QL_NONE             ? QL_FOUND_NONE
                        : mention->kind == QL_MENTION_DOCUMENT ? QL_FOUND_DOCUMENT
                                                               : QL_FOUND_REFERENT;
    if (mention->kind != QL_MENTION_PRONOUN) return mention->entity != QL_NONE || add_unnamed(j, index);
    if (mention->entity != QL_NONE) learn_gender(j, mention);
    return true;
}

static bool join_rest(ql_joiner *j) {
    ql_mentions *mentions = &j->doc->mentions;
    j->last_speaker = QL_NONE;
    for (int32_t i = 0; i < (int32_t)mentions->n; i++) {
        if (!is_of_article(j, i)) continue;
        if (mentions->items[i].entity == QL_NONE && !resolve(j, i)) return false;
        int32_t entity = mentions->items[i].entity;
        if (entity == QL_NONE) continue;
        ql_profile *profile = &j->profiles.items[entity];
        bool speaks = j->speaks.items[i] != QL_NONE;
        profile->latest = i;
        profile->n_mentions++;
        profile->n_spoken += speaks;
        if (speaks) j->last_speaker = entity;
    }
    return true;
}

static bool note_sources(ql_joiner *j) {
    const ql_quotes *quotes = &j->doc->quotes;
    size_t n = j->doc->mentions.n;
    if (!ql_ints_reserve(&j->speaks, n)) return false;
    for (size_t i = 0; i < n; i++) j->speaks.items[j->speaks.n++] = QL_NONE;
    for (size_t i = 0; i < quotes->n; i++)
        if (quotes->items[i].source != QL_NONE) j->speaks.items[quotes->items[i].source] = (int32_t)i;
    return true;
}

/* A name of one word that nothing makes a person is a body or a place; "Robin Lee" may be a woman or a man. */
static void settle_roles(ql_joiner *j) {
    for (size_t e = 0; e < j->profiles.n; e++) {
        ql_entity *entity = &j->doc->entities.items[e];
        ql_profile *profile = &j->profiles.items[e];
        ql_token_range name = profile->name;
        bool one = name.end - name.first == 1;
        if (entity->role == QL_STEP_SPEAKER && one && !profile->is_person && entity->gender == QL_GENDER_NONE)
            entity->role = QL_STEP_ORGANISATION;
        if (profile->gender_by == BY_UNSURE_NAME && profile->is_either) entity->gender = QL_GENDER_NONE;
    }
}

/* "Ann Lee and Acme": the words from the first name to the last one; empty where no names are joined. */
static ql_token_range joined_names(const ql_document *doc, const ql_mention *mention) {
    ql_token_range part = ql_first_part(doc, mention);
    int32_t second = ql_dependent(doc, mention->head, QL_RELATION_BIT(CONJ)), first = part.first;
    while (first < mention->head && (ql_has(doc, first, QL_WORD_DETERMINER) || ql_is_title(doc, first))) first++;
    bool names = ql_is_name_word(doc, mention->head) && second > mention->head && second < part.end &&
                 ql_is_name_word(doc, second);
    return names ? (ql_token_range){first, ql_name_end(doc, second, part.end, false)} : (ql_token_range){0, 0};
}

/* Several people speaking together are an entity of their own. */
static int32_t joint_speaker(ql_joiner *j, int32_t index) {
    const ql_mention *mention = &j->doc->mentions.items[index];
    ql_token_range names = joined_names(j->doc, mention);
    if (names.end == names.first || !is_of_article(j, index)) return mention->entity;
    int32_t entity = add_entity(j, index, QL_STEP_SPEAKER);
    if (entity == QL_NONE) return QL_NONE;
    take_name(j, entity, names, index);
    j->profiles.items[entity].is_plural = true;
    return entity;
}

/* The entity that each statement's source mentions. */
static void note_mentioned(ql_joiner *j) {
    const ql_mentions *mentions = &j->doc->mentions;
    ql_quotes *quotes = &j->doc->quotes;
    for (size_t i = 0; i < quotes->n; i++) {
        ql_quote *quote = &quotes->items[i];
        quote->mentioned = quote->source != QL_NONE ? joint_speaker(j, quote->source) : QL_NONE;
        bool resolved = quote->source_origin == QL_RESOLVED_SAME_SENTENCE && quote->mentioned != QL_NONE &&
                        mentions->items[quote->source].kind == QL_MENTION_PRONOUN;
        quote->resolution = resolved ? QL_RESOLVED_ENTITY : quote->source_origin;
    }
}

ql_status ql_stage_entity(ql_document *doc) {
    ql_joiner j = {.doc = doc};
    bool fine = note_sources(&j) && join_names(&j) && join_rest(&j);
    if (fine) {
        settle_roles(&j);
        note_mentioned(&j);
    }
    ql_profiles_free(&j.profiles);
    ql_given_names_free(&j.given_names);
    ql_ints_free(&j.speaks);
    return fine ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for entities");
}

/* Resolving descriptions and pronouns: of the entities before them the nearest that fits, with a liking for subjects
   and for who spoke last; of titles and documents, one of the whole text. */
#include "people/join.h"

#include "lexicon/lemma.h"

enum {
    MOST_BACK = 60,    /* mentions to look back over */
    MOST_SENTENCES = 6 /* and sentences */
};

bool ql_is_definite(const ql_document *doc, const ql_mention *mention) {
    int32_t first = mention->first_token;
    bool bare =
        first < mention->head && ql_is_name_word(doc, first) && ql_is_title(doc, mention->head); /* "Acme chief" */
    return bare || ql_has(doc, first, QL_WORD_DEFINITE, QL_WORD_POSSESSIVE, QL_WORD_DEMONSTRATIVE) ||
           ql_dependent(doc, mention->head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE;
}

/* "the 76-year-old": an age with its number. */
static bool is_age(const ql_document *doc, const ql_mention *mention) {
    if (!ql_has(doc, mention->head, QL_WORD_AGE)) return false;
    int32_t i = mention->first_token;
    while (i < mention->head && ql_kind(doc, i) != QL_TOKEN_NUMBER && ql_tag_of(doc, i) != QL_TAG_NUM) i++;
    return i < mention->head;
}

static bool leads(const ql_document *doc, int32_t word) {
    return ql_in(ql_lexicon_word(doc->engine->lexicon, word)->classes, QL_WORD_LEADER);
}

static bool is_person(const ql_joiner *j, int32_t entity) {
    const ql_entity *candidate = &j->doc->entities.items[entity];
    if (candidate->role != QL_STEP_SPEAKER) return false;
    const ql_profile *p = &j->profiles.items[entity];
    return p->is_person || candidate->gender != QL_GENDER_NONE || p->name.end - p->name.first > 1;
}

/* What a description or a pronoun looks for. */
typedef struct sought {
    int32_t mention, sentence;
    int32_t word;  /* a lexicon entry, or QL_NONE */
    int32_t owner; /* of a document: an entity, or QL_NONE */
    ql_span own;   /* bytes of what this mention itself is held to have said */
    uint8_t gender;
    bool person, plural, thing, body, document, letter, outlet;
    bool leader; /* its word is one for whoever leads */
} sought;

static bool has_title(const ql_joiner *j, int32_t entity, const sought *s) {
    const ql_profile *profile = &j->profiles.items[entity];
    for (int i = 0; i < profile->n_titles; i++)
        if (profile->titles[i] == s->word ||
            (s->leader && profile->titles[i] != QL_NONE && leads(j->doc, profile->titles[i])))
            return true;
    return false;
}

#define DOCUMENT_SORTS                                                                                   \
    QL_WORD_DOCUMENT_ARTICLE, QL_WORD_DOCUMENT_BOOK, QL_WORD_DOCUMENT_INQUIRY, QL_WORD_DOCUMENT_LAWSUIT, \
        QL_WORD_DOCUMENT_LEAFLET, QL_WORD_DOCUMENT_POLL, QL_WORD_DOCUMENT_RULING, QL_WORD_DOCUMENT_VIDEO

/* Two words for documents of one sort, both singular or both plural: "poll" and "survey". */
static bool same_sort(const ql_document *doc, int32_t a, int32_t b) {
    if (a == b) return true;
    if (a == QL_NONE || b == QL_NONE) return false;
    const ql_word *x = ql_lexicon_word(doc->engine->lexicon, a), *y = ql_lexicon_word(doc->engine->lexicon, b);
    return ql_in(ql_classes_shared(x->classes, y->classes), DOCUMENT_SORTS) &&
           ql_is_plural(x->form, x->length) == ql_is_plural(y->form, y->length);
}

static bool fits(const ql_joiner *j, const sought *s, int32_t entity) {
    const ql_entity *candidate = &j->doc->entities.items[entity];
    const ql_profile *p = &j->profiles.items[entity];
    if (p->name.end > p->name.first && p->name_weight == 0) return false; /* of a menu */
    if (s->word != QL_NONE && s->person) return has_title(j, entity, s);
    if (s->document && s->owner != QL_NONE && candidate->owner != QL_NONE && s->owner != candidate->owner)
        return false;
    if (s->document)
        return candidate->role == QL_STEP_DOCUMENT &&
               (same_sort(j->doc, p->head, s->word) || (s->letter && p->is_letter));
    if (s->body)
        return candidate->role == QL_STEP_ORGANISATION ||
               (candidate->role == QL_STEP_SPEAKER && !p->is_person && !p->is_plural &&
                candidate->gender == QL_GENDER_NONE && p->name.end > p->name.first &&
                ql_is_capital(j->doc, p->name.end - 1));
    if (s->outlet) return candidate->role == QL_STEP_OUTLET || candidate->role == QL_STEP_AGENCY;
    if (s->person) return is_person(j, entity) && !p->is_plural && ql_genders_fit(s->gender, candidate->gender);
    if (s->plural) return p->is_plural || candidate->role == QL_STEP_ORGANISATION;
    if (s->thing) return !is_person(j, entity) && !p->is_plural && candidate->role != QL_STEP_ANONYMOUS;
    return false;
}

/* How readily a mention is meant: nearer, as a subject, as who spoke. */
static float weight_of(const ql_joiner *j, const sought *s, int32_t index) {
    const ql_document *doc = j->doc;
    const ql_mention *mention = &doc->mentions.items[index];
    static const uint64_t subjects =
        QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_PASS) | QL_RELATION_BIT(NSUBJ_OUTER);
    float weight = -1.0f * (float)(s->sentence - ql_token_of(doc, mention->head)->sentence);
    if (ql_relates(doc, mention->head, subjects)) weight += 1.0f;
    if (j->speaks.items[index] != QL_NONE) weight += 1.5f;
    if (ql_relates(doc, mention->head, QL_RELATION_BIT(NMOD) | QL_RELATION_BIT(OBL) | QL_RELATION_BIT(NMOD_POSS)))
        weight -= 0.5f;
    if (ql_flag(doc, mention->head, QL_TOKEN_MARKED)) weight -= 2.0f;
    const ql_entity *entity = &doc->entities.items[mention->entity];
    if (s->person && j->profiles.items[mention->entity].is_person) weight += 0.5f;
    if (s->gender != QL_GENDER_NONE && entity->gender == s->gender) weight += 0.5f;
    if (entity->end > entity->start) weight += 0.5f;
    return weight;
}

static int32_t look_back(const ql_joiner *j, const sought *s) {
    const ql_document *doc = j->doc;
    int32_t best = QL_NONE;
    float most = -1000.0f;
    for (int32_t i = s->mention - 1; i >= 0 && i > s->mention - MOST_BACK; i--) {
        const ql_mention *mention = &doc->mentions.items[i];
        if (s->sentence - ql_token_of(doc, mention->head)->sentence > MOST_SENTENCES) break;
        if (mention->entity == QL_NONE || (mention->start >= s->own.start && mention->end <= s->own.end)) continue;
        if (mention->end_token > doc->mentions.items[s->mention].first_token) continue; /* it holds this one */
        bool spoke = s->person && s->word == QL_NONE && j->speaks.items[i] != QL_NONE &&
                     doc->entities.items[mention->entity].role == QL_STEP_SPEAKER &&
                     ql_genders_fit(s->gender, doc->entities.items[mention->entity].gender) &&
                     !j->profiles.items[mention->entity].is_plural;
        if (!spoke && !fits(j, s, mention->entity)) continue;
        float weight = weight_of(j, s, i);
        if (weight > most) most = weight, best = mention->entity;
    }
    return best;
}

/* Titles and documents are remembered over the whole text. */
static int32_t look_everywhere(const ql_joiner *j, const sought *s) {
    const ql_entity *entities = j->doc->entities.items;
    int32_t best = QL_NONE;
    int most = 0;
    for (int32_t e = (int32_t)j->profiles.n - 1, tried = 0; e >= 0 && tried < QL_MOST_NAMES; e--, tried++) {
        if (!fits(j, s, e)) continue;
        bool before = entities[e].mention != QL_NONE && entities[e].mention < s->mention;
        if (s->document && !before) continue;
        int worth =
            1 + 4 * before + 2 * (j->profiles.items[e].head == s->word) + (entities[e].end > entities[e].start);
        if (worth > most || (!before && worth == most)) most = worth, best = e; /* of what follows, the first */
    }
    return best;
}

static ql_span said_by(const ql_joiner *j, int32_t mention) {
    int32_t quote = j->speaks.items[mention];
    if (quote == QL_NONE) return (ql_span){0, 0};
    const ql_quote *statement = &j->doc->quotes.items[quote];
    return (ql_span){statement->start, statement->end};
}

static sought sought_by(const ql_joiner *j, int32_t index) {
    const ql_mention *mention = &j->doc->mentions.items[index];
    return (sought){.mention = index,
                    .sentence = ql_token_of(j->doc, mention->head)->sentence,
                    .word = QL_NONE,
                    .owner = QL_NONE,
                    .own = said_by(j, index)};
}

int32_t ql_resolve_pronoun(ql_joiner *j, int32_t index) {
    const ql_document *doc = j->doc;
    int32_t head = doc->mentions.items[index].head;
    sought s = sought_by(j, index);
    if (ql_has(doc, head, QL_WORD_MALE_PRONOUN)) {
        s.person = true;
        s.gender = QL_GENDER_MALE;
    } else if (ql_has(doc, head, QL_WORD_FEMALE_PRONOUN)) {
        s.person = true;
        s.gender = QL_GENDER_FEMALE;
    } else if (ql_has(doc, head, QL_WORD_PLURAL_PRONOUN)) {
        s.plural = true;
    } else if (ql_has(doc, head, QL_WORD_THING_PRONOUN)) {
        s.thing = true;
    } else {
        return QL_NONE;
    }
    int32_t found = look_back(j, &s);
    if (found != QL_NONE && s.gender != QL_GENDER_NONE) {
        ql_entity *entity = &doc->entities.items[found];
        if (entity->gender == QL_GENDER_NONE) entity->gender = s.gender;
        j->profiles.items[found].is_person = true;
    }
    return found;
}

int32_t ql_agent_of(const ql_document *doc, int32_t head, uint16_t participle, uint16_t preposition, int32_t *verb) {
    static const uint64_t phrases = QL_RELATION_BIT(OBL_AGENT) | QL_RELATION_BIT(OBL);
    for (int32_t i = ql_branch_of(doc, head)->child; i != QL_NONE; i = ql_branch_of(doc, i)->next) {
        if (i < head || !ql_relates(doc, i, QL_RELATION_BIT(ACL)) || !ql_has(doc, i, participle)) continue;
        for (int32_t agent = ql_branch_of(doc, i)->child; agent != QL_NONE; agent = ql_branch_of(doc, agent)->next) {
            if (!ql_relates(doc, agent, phrases) || !ql_has(doc, ql_branch_of(doc, agent)->first, preposition))
                continue;
            *verb = i;
            return ql_mention_of(doc, agent);
        }
    }
    return QL_NONE;
}

int32_t ql_owner_of(const ql_document *doc, int32_t head) {
    int32_t verb, maker = ql_agent_of(doc, head, QL_WORD_DOCUMENT_MADE, QL_WORD_AGENT_PREPOSITION, &verb);
    if (maker != QL_NONE) return maker;
    for (int32_t i = ql_branch_of(doc, head)->child; i != QL_NONE; i = ql_branch_of(doc, i)->next) {
        if (ql_relates(doc, i, QL_RELATION_BIT(NMOD_POSS))) return ql_mention_of(doc, i);
        bool by = ql_has(doc, ql_branch_of(doc, i)->first, QL_WORD_AUTHOR_PREPOSITION);
        if (by && i > head && ql_relates(doc, i, QL_RELATION_BIT(NMOD) | QL_RELATION_BIT(OBL)))
            return ql_mention_of(doc, i);
    }
    return QL_NONE;
}

int32_t ql_owner_entity(const ql_joiner *j, const ql_mention *mention) {
    int32_t owner = ql_owner_of(j->doc, mention->head);
    return owner != QL_NONE ? j->doc->mentions.items[owner].entity : QL_NONE;
}

/* "the company", "the campaign": a body named before, the one whose name has the word for choice. */
static int32_t body_entity(ql_joiner *j, const sought *s, int32_t head) {
    for (int32_t e = (int32_t)j->profiles.n - 1, tried = 0; e >= 0 && tried < QL_MOST_NAMES; e--, tried++) {
        ql_token_range name = j->profiles.items[e].name;
        for (int32_t i = name.first; i < name.end; i++)
            if (ql_same_word(j->doc, i, head)) return e;
    }
    bool is_owned = ql_dependent(j->doc, head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE; /* "the city's office" */
    if (is_owned || !ql_has(j->doc, head, QL_WORD_BODY)) return QL_NONE;
    sought thing = *s;
    thing.word = QL_NONE;
    thing.body = true;
    return look_back(j, &thing);
}

int32_t ql_resolve_description(ql_joiner *j, int32_t index) {
    const ql_document *doc = j->doc;
    const ql_mention *mention = &doc->mentions.items[index];
    sought s = sought_by(j, index);
    s.word = ql_token_of(doc, mention->head)->word;
    if (mention->kind == QL_MENTION_DOCUMENT) {
        s.document = true;
        s.letter = ql_has(doc, mention->head, QL_WORD_LETTER);
        s.owner = ql_owner_entity(j, mention);
        int32_t found = look_everywhere(j, &s);
        if (found != QL_NONE && doc->entities.items[found].owner == QL_NONE)
            doc->entities.items[found].owner = s.owner;
        return found;
    }
    if (mention->kind == QL_MENTION_OUTLET) {
        s.outlet = true;
        s.word = QL_NONE;
        return look_back(j, &s);
    }
    if (mention->kind == QL_MENTION_ORGANISATION) return body_entity(j, &s, mention->head);
    s.person = true;
    if (is_age(doc, mention)) {
        s.word = QL_NONE;
        return look_back(j, &s);
    }
    if (s.word == QL_NONE || !ql_has(doc, mention->head, QL_WORD_ROLE, QL_WORD_ROLE_TITLE)) return QL_NONE;
    s.leader = leads(doc, s.word);
    return look_everywhere(j, &s);
}

/* Documents: whose they are, and which of those named before one means. */
#include "lexicon/lemma.h"
#include "people/join.h"

static const float PLAIN_WRITER = 0.75F; /* of the author of a letter, by one of its mentions */

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

bool ql_is_definite(const ql_document *doc, const ql_mention *mention) {
    int32_t first = mention->first_token;
    bool bare =
        first < mention->head && ql_is_name_word(doc, first) && ql_is_title(doc, mention->head); /* "Acme chief" */
    return bare || ql_has(doc, first, QL_WORD_DEFINITE, QL_WORD_POSSESSIVE, QL_WORD_DEMONSTRATIVE) ||
           ql_dependent(doc, mention->head, QL_RELATION_BIT(NMOD_POSS)) != QL_NONE;
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

/* Could a mention of a document with this head and owner mean a document that is known? */
static bool fits(const ql_joiner *j, const ql_mention *mention, int32_t owner, int32_t entity) {
    const ql_entity *document = &j->doc->entities.items[entity];
    const ql_profile *profile = &j->profiles.items[entity];
    bool of_menu = profile->name.end > profile->name.first && profile->name_weight == 0;
    bool of_others = owner != QL_NONE && document->owner != QL_NONE && owner != document->owner;
    if (document->role != QL_STEP_DOCUMENT || of_menu || of_others) return false;
    int32_t word = ql_token_of(j->doc, mention->head)->word;
    return ql_is_called(profile, word) || same_sort(j->doc, profile->head, word) ||
           (profile->is_letter && ql_has(j->doc, mention->head, QL_WORD_LETTER));
}

int32_t ql_find_document(ql_joiner *j, int32_t index) {
    const ql_mention *mention = &j->doc->mentions.items[index];
    ql_entity *entities = j->doc->entities.items;
    int32_t owner = ql_owner_entity(j, mention), word = ql_token_of(j->doc, mention->head)->word;
    int32_t last = (int32_t)j->profiles.n - 1, best = QL_NONE, most = -1;
    for (int32_t e = last; e >= 0 && e > last - QL_MOST_NAMES; e--) {
        const ql_profile *profile = &j->profiles.items[e];
        bool before = entities[e].mention != QL_NONE && entities[e].mention < index;
        int32_t worth =
            2 * (profile->head == word || ql_is_called(profile, word)) + (entities[e].end > entities[e].start);
        if (before && worth > most && fits(j, mention, owner, e)) most = worth, best = e;
    }
    if (best == QL_NONE) return QL_NONE;
    if (entities[best].owner == QL_NONE) entities[best].owner = owner;
    ql_add_title(&j->profiles.items[best], word);
    return best;
}

/* A document without a name is called by the body whose it is, "Acme report"; a letter speaks for that body. */
static void call_by_author(ql_joiner *j, const ql_mention *mention) {
    ql_entity *document = &j->doc->entities.items[mention->entity];
    const ql_entity *author = mention->author != QL_NONE ? &j->doc->entities.items[mention->author] : NULL;
    const ql_token *noun = ql_token_of(j->doc, mention->head);
    if (author == NULL || author->role == QL_STEP_SPEAKER || document->end > document->start) return;
    if (j->profiles.items[mention->entity].is_letter) return;
    document->start = author->start;
    document->end = author->end;
    document->noun_start = noun->start;
    document->noun_end = noun->end;
}

/* What is learned of a document's author at a mention: of a letter, the mention that tells it best counts. */
static void learn_author(ql_profile *document, const ql_mention *mention, float chance) {
    if (mention->author == QL_NONE) return;
    bool better = document->is_letter && chance > document->author_chance;
    if (document->author == QL_NONE || better) document->author = mention->author;
    if (better) document->author_chance = chance;
}

/* The one whose letter the text plainly has; QL_NONE if it has letters of several, or of nobody. */
static int32_t sole_writer(const ql_joiner *j) {
    int32_t writer = QL_NONE;
    for (size_t e = 0; e < j->profiles.n; e++) {
        const ql_profile *letter = &j->profiles.items[e];
        if (!letter->is_letter || letter->author_chance < PLAIN_WRITER) continue;
        if (writer != QL_NONE && writer != letter->author) return QL_NONE;
        writer = letter->author;
    }
    return writer;
}

/* "Ren's memo" tells who wrote "the memo" before and after it, and "the note", if the text has no other letters. */
static void settle_letters(ql_joiner *j) {
    int32_t writer = sole_writer(j);
    for (size_t i = 0; i < j->doc->mentions.n; i++) {
        ql_mention *mention = &j->doc->mentions.items[i];
        if (mention->entity == QL_NONE || mention->kind != QL_MENTION_DOCUMENT) continue;
        ql_profile *letter = &j->profiles.items[mention->entity];
        if (!letter->is_letter) continue;
        if (letter->author_chance < PLAIN_WRITER && writer != QL_NONE &&
            ql_has(j->doc, mention->first_token, QL_WORD_DEFINITE))
            letter->author = writer;
        if (letter->author_chance >= PLAIN_WRITER || letter->author == writer) mention->author = letter->author;
    }
}

bool ql_find_authors(ql_joiner *j) {
    ql_mentions *mentions = &j->doc->mentions;
    j->last_speaker = QL_NONE;
    for (int32_t i = 0; i < (int32_t)mentions->n; i++) {
        ql_mention *mention = &mentions->items[i];
        mention->author = QL_NONE;
        if (mention->entity == QL_NONE || !ql_is_of_article(j, i)) continue;
        ql_entity *entity = &j->doc->entities.items[mention->entity];
        ql_profile *profile = &j->profiles.items[mention->entity];
        float chance = 1;
        bool document = entity->role == QL_STEP_DOCUMENT && mention->kind == QL_MENTION_DOCUMENT;
        if (document && !ql_choose_author(j, i, &mention->author, &chance)) return false;
        mention->chance *= chance;
        if (document) learn_author(profile, mention, chance);
        if (document && mention->author == QL_NONE && profile->is_letter) mention->author = profile->author;
        if (document) call_by_author(j, mention);
        if (j->speaks.items[i] == QL_NONE) continue;
        j->last_speaker = document ? mention->author : mention->entity;
    }
    settle_letters(j);
    for (size_t e = 0; e < j->profiles.n; e++)
        if (j->profiles.items[e].author != QL_NONE) j->doc->entities.items[e].owner = j->profiles.items[e].author;
    return true;
}

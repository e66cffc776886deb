/* Who through what through whom: for every statement the steps from who spoke outward, as its own attribution states
   them, and how anonymous its source is.

   A step is a person, a document ("in the memo"), an outlet or an agency ("told CNN", "according to Reuters"), a body
   or somebody unnamed.  A letter, a memo, a book speak for their author where the text names one. */
#include "people/entity.h"

enum { MOST_STEPS = 5, MOST_VENUES = 24, MOST_CUES = 12, MOST_AROUND = 80, SEVERAL = -2 };

typedef struct tracer {
    ql_document *doc;
    ql_steps traced; /* the steps that each statement's own words give */
    ql_steps *steps; /* where steps are added: `traced`, then the document's */
    ql_ints giver;   /* one per entity: the agency or outlet that passed the document on, or QL_NONE */
    ql_ints access;  /* one per entity: the word that says how that one came by it, "seen", "obtained"; or QL_NONE */
    ql_ints shown;   /* one per entity: how many statements rest on the document */
    ql_ints own;     /* one per entity: the one document that its statements rest on; QL_NONE, or SEVERAL */
    ql_ints latest;  /* one per entity: its last mention so far, or QL_NONE */
    ql_ints by_cue;  /* one per cue: the statement that it made, or QL_NONE */
} tracer;

static const ql_mention *mention_at(const tracer *t, int32_t i) {
    return &t->doc->mentions.items[i];
}

static ql_entity *entity_at(const tracer *t, int32_t i) {
    return &t->doc->entities.items[i];
}

static bool has_name(const tracer *t, int32_t entity) {
    return entity != QL_NONE && entity_at(t, entity)->end > entity_at(t, entity)->start;
}

/* --------------------------------------------------------------------------------------------------- steps */

/* NULL where it has none. */
static ql_step *steps_of(const tracer *t, const ql_quote *quote) {
    return quote->n_steps > 0 ? t->steps->items + quote->first_step : NULL;
}

static bool is_step(const tracer *t, const ql_quote *quote, uint8_t role, int32_t start, int32_t end) {
    const ql_step *steps = steps_of(t, quote);
    for (int32_t i = 0; i < quote->n_steps; i++)
        if (steps[i].role == role && steps[i].start < end && start < steps[i].end) return true;
    return false;
}

static bool add_step(tracer *t, int32_t quote, uint8_t role, int32_t start, int32_t end, int32_t entity) {
    ql_quote *statement = &t->doc->quotes.items[quote];
    ql_step made = {.quote = quote, .entity = entity, .start = start, .end = end, .role = role};
    if (statement->n_steps >= MOST_STEPS || is_step(t, statement, role, start, end)) return true;
    if (has_name(t, entity)) {
        made.name_start = entity_at(t, entity)->start;
        made.name_end = entity_at(t, entity)->end;
    }
    statement->n_steps++;
    return ql_steps_push(t->steps, made);
}

static bool add_mention(tracer *t, int32_t quote, uint8_t role, const ql_mention *mention) {
    return add_step(t, quote, role, mention->start, mention->end, mention->entity);
}

static bool add_tokens(tracer *t, int32_t quote, uint8_t role, ql_token_range words) {
    return add_step(t, quote, role, ql_token_of(t->doc, words.first)->start, ql_token_of(t->doc, words.end - 1)->end,
                    QL_NONE);
}

/* --------------------------------------------------------------------------------------------- owners, roles */

/* "people familiar with the matter": some of a group, by what they know or saw. */
static bool is_told_of(const ql_document *doc, const ql_mention *mention) {
    static const uint64_t clauses = QL_RELATION_BIT(ACL) | QL_RELATION_BIT(AMOD);
    int32_t behind = mention->head + 1;
    return behind < mention->end_token && ql_has(doc, mention->head, QL_WORD_GROUP) &&
           ql_head_of(doc, behind) == mention->head && ql_relates(doc, behind, clauses);
}

/* A person without a name is nobody in particular. */
static uint8_t role_of(const tracer *t, const ql_mention *mention) {
    if (mention->kind == QL_MENTION_ANONYMOUS &&
        !(has_name(t, mention->entity) && mention->found_by == QL_FOUND_NAME))
        return QL_STEP_ANONYMOUS;
    if (mention->entity == QL_NONE) return QL_STEP_SPEAKER;
    uint8_t role = entity_at(t, mention->entity)->role;
    bool nameless = !has_name(t, mention->entity);
    if (role == QL_STEP_SPEAKER && nameless &&
        (ql_has(t->doc, mention->head, QL_WORD_ANONYMOUS, QL_WORD_ROLE, QL_WORD_ROLE_TITLE) ||
         is_told_of(t->doc, mention)))
        return QL_STEP_ANONYMOUS;
    return role;
}

/* The capitals in front of a document: "Fox News" of "a Fox News poll". */
static ql_token_range named_owner(const ql_document *doc, const ql_mention *mention) {
    ql_token_range name = ql_document_name(doc, mention);
    if (name.end - name.first < 2 || mention->head != name.end - 1) return (ql_token_range){0, 0};
    ql_token_range owner = {name.first, name.end - 1};
    while (owner.end > owner.first && !ql_flag(doc, owner.end - 1, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS)) owner.end--;
    return owner;
}

static uint8_t role_of_owner(const ql_document *doc, ql_token_range words) {
    uint8_t role = ql_role_of_words(doc, words);
    return role == QL_STEP_SPEAKER ? QL_STEP_ORGANISATION : role;
}

/* ------------------------------------------------------------------------------- documents of a whole article */
/* An article about one memo need not say with each of its sentences that this is where they come from, nor which
   agency saw it: what its other sentences say of the document holds for all that its author says. */

static bool passes_on(uint8_t role) {
    return role == QL_STEP_AGENCY || role == QL_STEP_OUTLET;
}

/* What the steps of a statement say of a document in them. */
static void note_steps(tracer *t, const ql_quote *quote) {
    const ql_step *steps = steps_of(t, quote);
    int32_t document = QL_NONE;
    for (int32_t i = 0; i < quote->n_steps; i++) {
        if (steps[i].entity == QL_NONE) continue;
        if (steps[i].role == QL_STEP_DOCUMENT && document == QL_NONE) {
            document = steps[i].entity;
            t->shown.items[document]++;
        } else if (document != QL_NONE && passes_on(steps[i].role) && t->giver.items[document] == QL_NONE) {
            t->giver.items[document] = steps[i].entity;
        }
    }
}

/* "Reuters obtained the memo", "a memo that Reuters has seen": the verb over a document, or of the clause on it. */
static int32_t active_viewer(const ql_document *doc, int32_t head, int32_t *verb) {
    int32_t over = ql_relates(doc, head, QL_RELATION_BIT(OBJ)) ? ql_head_of(doc, head) : QL_NONE;
    if (over == QL_NONE) over = ql_dependent(doc, head, QL_RELATION_BIT(ACL_RELCL));
    if (over == QL_NONE || !ql_has(doc, over, QL_WORD_DOCUMENT_ACCESS)) return QL_NONE;
    *verb = over;
    return ql_subject_of(doc, over);
}

/* "a memo seen by Reuters", "a letter sent to Reuters": who came by a document, a mention, and the verb of it. */
static int32_t viewer_of(const ql_document *doc, int32_t head, int32_t *verb) {
    int32_t viewer = ql_agent_of(doc, head, QL_WORD_DOCUMENT_SEEN, QL_WORD_AGENT_PREPOSITION, verb);
    if (viewer == QL_NONE)
        viewer = ql_agent_of(doc, head, QL_WORD_DOCUMENT_GIVEN, QL_WORD_RECIPIENT_PREPOSITION, verb);
    if (viewer == QL_NONE)
        viewer = ql_agent_of(doc, head, QL_WORD_DOCUMENT_SHARED, QL_WORD_PARTNER_PREPOSITION, verb);
    return viewer != QL_NONE ? viewer : active_viewer(doc, head, verb);
}

static void note_viewers(tracer *t) {
    const ql_mentions *mentions = &t->doc->mentions;
    for (size_t i = 0; i < mentions->n; i++) {
        const ql_mention *document = &mentions->items[i];
        if (document->kind != QL_MENTION_DOCUMENT || document->entity == QL_NONE) continue;
        int32_t verb = QL_NONE, viewer = viewer_of(t->doc, document->head, &verb);
        int32_t entity = viewer != QL_NONE ? mentions->items[viewer].entity : QL_NONE;
        if (entity == QL_NONE || !passes_on(entity_at(t, entity)->role)) continue;
        t->giver.items[document->entity] = entity;
        t->access.items[document->entity] = verb;
    }
}

/* "Reuters reported, citing a memo": an agency that speaks in a sentence with a document gives it. */
static void note_givers(tracer *t) {
    const ql_document *doc = t->doc;
    for (size_t i = 0; i < doc->cues.n; i++) {
        const ql_cue_hit *hit = &doc->cues.items[i];
        if (hit->source == QL_NONE || hit->kind == QL_CUE_NOUN) continue;
        int32_t giver = mention_at(t, hit->source)->entity,
                sentence = ql_token_of(t->doc, hit->first_token)->sentence;
        if (giver == QL_NONE || !passes_on(entity_at(t, giver)->role)) continue;
        const ql_sentence *bounds = &doc->sentences.items[sentence];
        int32_t first = hit->first_token - MOST_AROUND, end = hit->first_token + MOST_AROUND;
        if (first < bounds->first_token) first = bounds->first_token;
        for (int32_t token = first; token < bounds->end_token && token < end; token++) {
            if (!ql_has(t->doc, token, QL_WORD_LETTER)) continue;
            int32_t mention = ql_mention_of(t->doc, token);
            if (mention == QL_NONE || mention_at(t, mention)->entity == QL_NONE) continue;
            int32_t document = mention_at(t, mention)->entity;
            if (entity_at(t, document)->role == QL_STEP_DOCUMENT && t->giver.items[document] == QL_NONE)
                t->giver.items[document] = giver;
        }
    }
}

/* For each author the one document of theirs that several statements rest on. */
static void find_own(tracer *t) {
    enum { LEAST_SHOWN = 2 };
    for (int32_t e = 0; e < (int32_t)t->doc->entities.n; e++) {
        int32_t author = entity_at(t, e)->owner;
        if (author == QL_NONE || t->shown.items[e] < LEAST_SHOWN) continue;
        t->own.items[author] = t->own.items[author] == QL_NONE ? e : SEVERAL;
    }
}

/* --------------------------------------------------------------------------------------------------- chains */

/* The steps of the source of a statement: for a document, its owner or author and then the document; for a reporter,
   the outlet as well; anybody else is one step. */
static bool source_steps(tracer *t, int32_t quote, const ql_mention *mention) {
    const ql_document *doc = t->doc;
    uint8_t role = role_of(t, mention);
    if (role == QL_STEP_DOCUMENT) {
        int32_t owner = ql_owner_of(doc, mention->head), author = mention->author;
        ql_token_range named = named_owner(doc, mention);
        bool fine = true;
        if (owner != QL_NONE)
            fine = add_mention(t, quote, role_of(t, mention_at(t, owner)), mention_at(t, owner));
        else if (named.end > named.first)
            fine = add_tokens(t, quote, role_of_owner(doc, named), named);
        else if (author != QL_NONE)
            fine = add_step(t, quote, entity_at(t, author)->role, entity_at(t, author)->start,
                            entity_at(t, author)->end, author);
        const ql_token *head = ql_token_of(doc, mention->head);
        return fine && add_step(t, quote, QL_STEP_DOCUMENT, head->start, head->end, mention->entity);
    }
    int32_t all = doc->quotes.items[quote].mentioned; /* of several, the group */
    bool several =
        all != QL_NONE && entity_at(t, all)->n_parts > 0 && mention == mention_at(t, doc->quotes.items[quote].source);
    return add_step(t, quote, role, mention->start, mention->end, several ? all : mention->entity);
}

/* "CNN's Ida Brandt", "Ann Lee of CNN", "a CNN reporter": the outlet of who speaks. */
static bool outlet_steps(tracer *t, int32_t quote, const ql_mention *mention) {
    for (int32_t i = mention->first_token; i < mention->end_token && i < mention->first_token + MOST_VENUES; i++) {
        if (i == mention->head || !ql_has(t->doc, i, QL_WORD_OUTLET, QL_WORD_AGENCY)) continue;
        uint8_t role = ql_has(t->doc, i, QL_WORD_AGENCY) ? QL_STEP_AGENCY : QL_STEP_OUTLET;
        if (!add_tokens(t, quote, role, (ql_token_range){i, i + 1})) return false;
    }
    return true;
}

static bool in_content(const tracer *t, const ql_quote *quote, int32_t token) {
    const ql_span *spans = t->doc->spans.items + quote->first_span;
    int32_t at = ql_token_of(t->doc, token)->start;
    for (int32_t i = 0; i < quote->n_spans; i++)
        if (at >= spans[i].start && at < spans[i].end) return true;
    return false;
}

/* A place on the web where people publish themselves. */
static bool is_platform(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_PLATFORM) && ql_flag(doc, i, QL_TOKEN_CAPITAL);
}

/* A phrase after the cue: whom it was told to, where it was said, in which document. */
static bool venue_step(tracer *t, int32_t quote, int32_t head) {
    const ql_document *doc = t->doc;
    int32_t index = ql_mention_of(doc, head);
    const ql_branch *branch = ql_branch_of(doc, head);
    if (index != QL_NONE && mention_at(t, index)->kind == QL_MENTION_DOCUMENT) {
        const ql_token *word = ql_token_of(doc, head);
        if (!add_step(t, quote, QL_STEP_DOCUMENT, word->start, word->end, mention_at(t, index)->entity)) return false;
    }
    for (int32_t i = branch->first; i <= branch->last && i < branch->first + MOST_VENUES; i++) {
        bool outlet = ql_has(doc, i, QL_WORD_OUTLET, QL_WORD_AGENCY) ||
                      (ql_has(doc, i, QL_WORD_OUTLET_NOUN) && ql_flag(doc, i, QL_TOKEN_CAPITAL));
        int32_t mention = ql_mention_of(doc, i);
        uint8_t role = ql_has(doc, i, QL_WORD_AGENCY) ? QL_STEP_AGENCY : QL_STEP_OUTLET;
        if (mention != QL_NONE && mention_at(t, mention)->entity != QL_NONE &&
            passes_on(entity_at(t, mention_at(t, mention)->entity)->role)) {
            outlet = true;
            role = entity_at(t, mention_at(t, mention)->entity)->role;
        }
        if (is_platform(doc, i)) outlet = true, role = QL_STEP_DOCUMENT;
        if (!outlet || in_content(t, &doc->quotes.items[quote], i)) continue;
        bool fine = mention != QL_NONE ? add_mention(t, quote, role, mention_at(t, mention))
                                       : add_tokens(t, quote, role, (ql_token_range){i, i + 1});
        return fine;
    }
    return true;
}

static bool venue_steps(tracer *t, int32_t quote, int32_t verb) {
    static const uint64_t phrases =
        QL_RELATION_BIT(OBL) | QL_RELATION_BIT(OBJ) | QL_RELATION_BIT(IOBJ) | QL_RELATION_BIT(OBL_UNMARKED);
    const ql_document *doc = t->doc;
    const ql_quote *statement = &doc->quotes.items[quote];
    for (int32_t i = ql_branch_of(doc, verb)->child; i != QL_NONE; i = ql_branch_of(doc, i)->next)
        if (ql_relates(doc, i, phrases) && !in_content(t, statement, i) && !venue_step(t, quote, i)) return false;
    return true;
}

/* "tweeted", "emailed": the verb names the document. */
static bool verb_step(tracer *t, int32_t quote, int32_t verb) {
    return !ql_has(t->doc, verb, QL_WORD_DOCUMENT_VERB) ||
           add_tokens(t, quote, QL_STEP_DOCUMENT, (ql_token_range){verb, verb + 1});
}

/* "…, Ren said, according to Reuters": a later source of the same sentence that has no statement of its own. */
static bool outer_steps(tracer *t, int32_t quote, int32_t after) {
    const ql_document *doc = t->doc;
    int32_t sentence = ql_token_of(t->doc, after)->sentence;
    int32_t i = vec_lower_bound(doc->cues.items, doc->cues.n, sizeof *doc->cues.items,
                                offsetof(ql_cue_hit, first_token), after + 1);
    for (int n = 0; n < MOST_CUES && i < (int32_t)doc->cues.n; n++, i++) {
        const ql_cue_hit *hit = &doc->cues.items[i];
        if (ql_token_of(t->doc, hit->first_token)->sentence != sentence) break;
        if (hit->kind != QL_CUE_ACCORDING || hit->source == QL_NONE || t->by_cue.items[i] != QL_NONE) continue;
        return source_steps(t, quote, mention_at(t, hit->source));
    }
    return true;
}

/* "CNN reported …, citing two officials": whom a statement's own source goes by. */
static bool cited_steps(tracer *t, int32_t quote, int32_t cue) {
    const ql_document *doc = t->doc;
    int32_t end = doc->sentences.items[ql_token_of(doc, cue)->sentence].end_token;
    if (end > cue + MOST_AROUND) end = cue + MOST_AROUND;
    for (int32_t i = cue + 1; i < end; i++) {
        if (!ql_has(doc, i, QL_WORD_CITING)) continue;
        int32_t object = ql_dependent(doc, i, QL_RELATION_BIT(OBJ));
        int32_t cited = object != QL_NONE ? ql_mention_of(doc, object) : QL_NONE;
        return cited == QL_NONE || source_steps(t, quote, mention_at(t, cited));
    }
    return true;
}

/* The steps of the statement around this one go on from its own. */
static bool parent_steps(tracer *t, int32_t quote) {
    const ql_quotes *quotes = &t->doc->quotes;
    int32_t parent = quotes->items[quote].parent;
    if (parent == QL_NONE || quotes->items[parent].source == QL_NONE) return true;
    return source_steps(t, quote, mention_at(t, quotes->items[parent].source));
}

static int32_t cue_token(const tracer *t, const ql_quote *quote) {
    return quote->cue.end > quote->cue.start ? ql_token_at(t->doc, quote->cue.start) : QL_NONE;
}

static bool trace(tracer *t, int32_t quote) {
    ql_quote *statement = &t->doc->quotes.items[quote];
    statement->first_step = (int32_t)t->steps->n;
    statement->n_steps = 0;
    if (statement->kind == QL_QUOTE_SCARE || statement->source == QL_NONE) return true;
    int32_t cue = cue_token(t, statement);
    const ql_mention *source = mention_at(t, statement->source);
    bool fine = source_steps(t, quote, source) && outlet_steps(t, quote, source);
    if (cue != QL_NONE)
        fine = fine && verb_step(t, quote, cue) && venue_steps(t, quote, cue) && outer_steps(t, quote, cue) &&
               cited_steps(t, quote, cue);
    return fine && parent_steps(t, quote);
}

/* ------------------------------------------------------------------------------------------------ anonymity */

/* "sources", "some", "recent reports": words that tell nothing of who they are. */
static bool is_bare(const ql_document *doc, const ql_mention *mention) {
    if (ql_tag_of(doc, mention->head) == QL_TAG_PRON || ql_has(doc, mention->head, QL_WORD_QUANTIFIER)) return true;
    if (!ql_has(doc, mention->head, QL_WORD_ANONYMOUS, QL_WORD_DOCUMENT) ||
        ql_has(doc, mention->head, QL_WORD_GROUP, QL_WORD_ROLE))
        return false;
    for (int32_t i = mention->first_token; i < mention->end_token; i++) {
        uint8_t tag = ql_tag_of(doc, i);
        if (i != mention->head && tag != QL_TAG_ADJ && tag != QL_TAG_DET && tag != QL_TAG_NUM) return false;
    }
    return !ql_has(doc, mention->first_token, QL_WORD_DEFINITE);
}

static uint8_t anonymity_of(const tracer *t, const ql_quote *quote) {
    if (quote->source == QL_NONE) return QL_ANONYMITY_NONE;
    const ql_mention *mention = mention_at(t, quote->source);
    bool he = mention->kind == QL_MENTION_PRONOUN && ql_has(t->doc, mention->head, QL_WORD_SUBJECT_PRONOUN);
    if (has_name(t, quote->speaker)) return QL_ANONYMITY_NAMED;
    bool called = mention->kind != QL_MENTION_PRONOUN && ql_is_name_word(t->doc, mention->head);
    if (called && ql_is_boilerplate(t->doc, mention->head))
        return QL_ANONYMITY_NAMED; /* a teaser gives no entities */
    if (he)
        return ql_has(t->doc, mention->head, QL_WORD_PLURAL_PRONOUN) ? QL_ANONYMITY_DESCRIBED : QL_ANONYMITY_NAMED;
    return is_bare(t->doc, mention) ? QL_ANONYMITY_BARE : QL_ANONYMITY_DESCRIBED;
}

/* A letter, a report, a lawsuit speak for the author or the body that issued them; a poll is called by both: "Acme
   poll". */
static int32_t speaker_of(const tracer *t, const ql_quote *quote) {
    if (quote->mentioned == QL_NONE) return QL_NONE;
    const ql_mention *source = mention_at(t, quote->source);
    if (source->author == QL_NONE) return quote->mentioned;
    bool of_person = entity_at(t, source->author)->role == QL_STEP_SPEAKER;
    return of_person || !ql_has(t->doc, source->head, QL_WORD_DOCUMENT_POLL) ? source->author : quote->mentioned;
}

/* Steps that the article gives elsewhere: the document, and who passed it on. */
static bool inherit(tracer *t, int32_t quote) {
    ql_quote *statement = &t->doc->quotes.items[quote];
    const ql_step *steps = steps_of(t, statement);
    int32_t document = QL_NONE;
    bool passed = false;
    for (int32_t i = 0; i < statement->n_steps; i++) {
        if (steps[i].role == QL_STEP_DOCUMENT && document == QL_NONE) document = steps[i].entity;
        passed |= passes_on(steps[i].role);
    }
    if (statement->source == QL_NONE || statement->speaker == QL_NONE || passed) return true;
    int32_t own = t->own.items[statement->speaker];
    if (document != QL_NONE && t->access.items[document] != QL_NONE) own = document; /* its author */
    if (own < 0 || (document != QL_NONE && document != own)) return true;
    int32_t last = t->latest.items[own], giver = t->giver.items[own];
    if (document == QL_NONE && last != QL_NONE) {
        const ql_token *head = ql_token_of(t->doc, mention_at(t, last)->head);
        if (!add_step(t, quote, QL_STEP_DOCUMENT, head->start, head->end, own)) return false;
    }
    if (giver == QL_NONE) return true;
    const ql_entity *whose = entity_at(t, giver);
    if (whose->mention == QL_NONE) return add_step(t, quote, whose->role, whose->start, whose->end, giver);
    const ql_mention *mention = mention_at(t, whose->mention);
    return add_step(t, quote, whose->role, mention->start, mention->end, giver);
}

static bool fill(ql_ints *ints, size_t n, int32_t value) {
    if (!ql_ints_reserve(ints, n)) return false;
    for (size_t i = 0; i < n; i++) ints->items[ints->n++] = value;
    return true;
}

static void note_cues(tracer *t) {
    const ql_document *doc = t->doc;
    for (size_t q = 0; q < doc->quotes.n; q++) {
        int32_t cue = cue_token(t, &doc->quotes.items[q]);
        if (cue == QL_NONE) continue;
        int32_t i = vec_lower_bound(doc->cues.items, doc->cues.n, sizeof *doc->cues.items,
                                    offsetof(ql_cue_hit, first_token), cue);
        if (i < (int32_t)doc->cues.n && doc->cues.items[i].first_token == cue) t->by_cue.items[i] = (int32_t)q;
    }
}

/* The steps that every statement gives by its own words, and what they say of documents. */
static bool trace_all(tracer *t) {
    ql_quotes *quotes = &t->doc->quotes;
    t->steps = &t->traced;
    for (size_t i = 0; i < quotes->n; i++) {
        if (!trace(t, (int32_t)i)) return false;
        note_steps(t, &quotes->items[i]);
    }
    return true;
}

static bool copy_steps(tracer *t, ql_quote *quote) {
    int32_t first = quote->first_step;
    quote->first_step = (int32_t)t->steps->n;
    for (int32_t i = 0; i < quote->n_steps; i++)
        if (!ql_steps_push(t->steps, t->traced.items[first + i])) return false;
    return true;
}

/* Each statement's own steps, and after them those that it inherits. */
static bool inherit_all(tracer *t) {
    ql_document *doc = t->doc;
    const ql_mentions *mentions = &doc->mentions;
    size_t m = 0;
    t->steps = &doc->steps;
    for (size_t i = 0; i < doc->quotes.n; i++) {
        ql_quote *quote = &doc->quotes.items[i];
        for (; m < mentions->n && mentions->items[m].start < quote->end; m++)
            if (mentions->items[m].entity != QL_NONE && mentions->items[m].kind == QL_MENTION_DOCUMENT)
                t->latest.items[mentions->items[m].entity] = (int32_t)m;
        if (!copy_steps(t, quote) || !inherit(t, (int32_t)i)) return false;
    }
    return true;
}

/* Every statement has its speaker. */
static void settle(tracer *t) {
    ql_quotes *quotes = &t->doc->quotes;
    for (size_t i = 0; i < quotes->n; i++) {
        ql_quote *quote = &quotes->items[i];
        quote->speaker = speaker_of(t, quote);
        quote->anonymity = anonymity_of(t, quote);
        ql_describe_unnamed(t->doc, quote);
    }
}

/* How those who passed a document on came by it: "seen", on their step. */
static void tell_access(tracer *t) {
    const ql_document *doc = t->doc;
    for (size_t q = 0; q < doc->quotes.n; q++) {
        ql_step *steps = steps_of(t, &doc->quotes.items[q]);
        int32_t document = QL_NONE;
        for (int32_t i = 0; i < doc->quotes.items[q].n_steps; i++) {
            if (steps[i].entity == QL_NONE) continue;
            if (steps[i].role == QL_STEP_DOCUMENT) document = steps[i].entity;
            if (document == QL_NONE || t->access.items[document] == QL_NONE) continue;
            if (steps[i].entity != t->giver.items[document]) continue;
            const ql_token *word = ql_token_of(t->doc, t->access.items[document]);
            steps[i].access_start = word->start;
            steps[i].access_end = word->end;
        }
    }
}

ql_status ql_stage_chain(ql_document *doc) {
    tracer t = {.doc = doc};
    size_t n = doc->entities.n;
    bool fine = fill(&t.giver, n, QL_NONE) && fill(&t.access, n, QL_NONE) && fill(&t.latest, n, QL_NONE) &&
                fill(&t.own, n, QL_NONE) && fill(&t.shown, n, 0) && fill(&t.by_cue, doc->cues.n, QL_NONE);
    if (fine) {
        note_cues(&t);
        settle(&t);
        note_viewers(&t);
        note_givers(&t);
        fine = trace_all(&t);
    }
    if (fine) {
        find_own(&t);
        fine = inherit_all(&t);
    }
    if (fine) tell_access(&t);
    ql_steps_free(&t.traced);
    ql_ints_free(&t.giver);
    ql_ints_free(&t.access);
    ql_ints_free(&t.own);
    ql_ints_free(&t.latest);
    ql_ints_free(&t.shown);
    ql_ints_free(&t.by_cue);
    return fine ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for chains");
}

/* How sure it is that the speaker of a statement is the right one.

   A log-linear score of how the name was found, how sure each choice on the way was, and what the statement is.  Its
   features are those of "speaker" in ext/data/choices.tsv, fitted to whether the names of statements that were found
   were right.  A speaker who is less sure than the options ask for is withheld: it is kept in `withheld`, and neither
   the statement nor its steps name it. */
#include "choice/choice.h"
#include "people/entity.h"

enum {
    MOST_FOUND = 16,  /* values of ql_found_by, with room */
    MOST_BINS = 16,   /* of a chance */
    MOST_BACK = 70,   /* mentions to look back over */
    MOST_PEOPLE = 48, /* people whose names are compared */
    MOST_NAME = 8     /* words of a name */
};

typedef struct certainty {
    ql_document *doc;
    ql_ints mentions; /* one per entity: how often it is mentioned */
    ql_ints shared;   /* one per entity: does another one have its last word? */
    int32_t people;   /* named speakers of the document */
} certainty;

/* A statement with a speaker that has a name. */
typedef struct spoken {
    const certainty *of;
    const ql_quote *quote;
    const ql_mention *mention;
    const ql_entity *speaker;
    int32_t before; /* the speaker of the statement before, or QL_NONE */
    int found_by;
} spoken;

static const ql_entity *entity_at(const ql_document *doc, int32_t entity) {
    return &doc->entities.items[entity];
}

static bool has_name(const ql_document *doc, int32_t entity) {
    return entity != QL_NONE && entity_at(doc, entity)->end > entity_at(doc, entity)->start;
}

/* ------------------------------------------------------------------------------------------------ features */

/* Finer where chances are high, as most are. */
static int bin_of(float chance) {
    static const float edges[] = {0.3f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 0.95f, 0.98f, 0.99f, 0.997f};
    int bin = 0;
    while (bin < (int)(sizeof edges / sizeof *edges) && chance >= edges[bin]) bin++;
    return bin;
}

static int count_in_steps(int32_t count) {
    return count <= 2 ? count : count <= 4 ? 3 : count <= 8 ? 4 : 5;
}

/* Does the name of the speaker stand in the mention that is the source? */
static bool is_named_here(const spoken *s) {
    return s->speaker->start >= s->mention->start && s->speaker->end <= s->mention->end;
}

static int32_t words_of_name(const ql_document *doc, const ql_entity *entity) {
    int32_t first = ql_token_at(doc, entity->start), i = first;
    while (i < ql_n_tokens(doc) && i < first + MOST_NAME && ql_token_of(doc, i)->start < entity->end) i++;
    return i - first;
}

static uint8_t gender_sought(const ql_document *doc, const ql_mention *mention) {
    if (mention->kind != QL_MENTION_PRONOUN) return QL_GENDER_NONE;
    if (ql_has(doc, mention->head, QL_WORD_FEMALE_PRONOUN)) return QL_GENDER_FEMALE;
    return ql_has(doc, mention->head, QL_WORD_MALE_PRONOUN) ? QL_GENDER_MALE : QL_GENDER_NONE;
}

/* How many sentences before its source the speaker was last mentioned; 6 where that is not near. */
static int distance_of(const spoken *s) {
    enum { NOT_NEAR = 6 };
    const ql_document *doc = s->of->doc;
    int32_t entity = s->quote->speaker;
    for (int32_t i = s->quote->source - 1; i >= 0 && i > s->quote->source - MOST_BACK; i--) {
        const ql_mention *before = &doc->mentions.items[i];
        if (before->entity != entity || before->end > s->mention->start) continue;
        int32_t sentences = ql_token_of(doc, s->mention->head)->sentence - ql_token_of(doc, before->head)->sentence;
        return count_in_steps(sentences < 0 ? 0 : sentences);
    }
    return NOT_NEAR;
}

static void read_chances(const spoken *s, ql_reasons *to) {
    const ql_mention *mention = s->mention, *naming = mention;
    if (s->speaker->named_in != QL_NONE) naming = &s->of->doc->mentions.items[s->speaker->named_in];
    float own = mention->name_chance, choice = own > 0 ? mention->chance / own : 1;
    bool is_chosen = mention->found_by == QL_FOUND_REFERENT;
    ql_add_reason(to, QL_CHOICE_SPEAKER_NAME_CHANCE, s->found_by * MOST_BINS + bin_of(own));
    if (is_chosen) ql_add_reason(to, QL_CHOICE_SPEAKER_CHOICE_CHANCE, s->mention->kind * MOST_BINS + bin_of(choice));
    ql_add_reason(to, QL_CHOICE_SPEAKER_NAMING_CHANCE, is_named_here(s) * MOST_BINS + bin_of(naming->name_chance));
    ql_add_reason(to, QL_CHOICE_SPEAKER_SOURCE_CHANCE,
                  s->quote->source_origin * MOST_BINS + bin_of(s->quote->source_confidence));
    ql_add_reason(to, QL_CHOICE_SPEAKER_STATEMENT_CHANCE, bin_of(s->quote->confidence));
}

static void read_name(const spoken *s, ql_reasons *to) {
    const ql_document *doc = s->of->doc;
    uint8_t sought = gender_sought(doc, s->mention), gender = s->speaker->gender;
    int32_t n_words = words_of_name(doc, s->speaker), entity = s->quote->speaker;
    bool is_shared = s->of->shared.items[entity] != 0;
    ql_add_reason(to, QL_CHOICE_SPEAKER_NAME_WORDS,
                  (s->speaker->role * 2 + is_named_here(s)) * 8 + ql_at_most(n_words, 7));
    ql_add_reason(to, QL_CHOICE_SPEAKER_SHARED, (is_shared * 2 + (n_words > 1)) * MOST_FOUND + s->found_by);
    ql_add_reason(to, QL_CHOICE_SPEAKER_GENDER, (sought * 4 + gender) * MOST_FOUND + s->found_by);
    ql_add_reason(to, QL_CHOICE_SPEAKER_MENTIONS,
                  count_in_steps(s->of->mentions.items[entity]) * MOST_FOUND + s->found_by);
    ql_add_reason(to, QL_CHOICE_SPEAKER_PEOPLE, count_in_steps(s->of->people) * MOST_FOUND + s->found_by);
}

static void read_speaker(const spoken *s, ql_reasons *to) {
    ql_add_reason(to, QL_CHOICE_SPEAKER_BIAS, 0);
    ql_add_reason(to, QL_CHOICE_SPEAKER_FOUND_BY, s->found_by * MOST_FOUND + s->mention->kind);
    ql_add_reason(to, QL_CHOICE_SPEAKER_STATEMENT, s->quote->kind * QL_ACTS + s->quote->act);
    ql_add_reason(to, QL_CHOICE_SPEAKER_DISTANCE, distance_of(s) * MOST_FOUND + s->found_by);
    ql_add_reason(to, QL_CHOICE_SPEAKER_BEFORE,
                  (s->before == s->quote->speaker ? 2 : s->before != QL_NONE) * MOST_FOUND + s->found_by);
    ql_add_reason(to, QL_CHOICE_SPEAKER_INSIDE, s->quote->parent != QL_NONE);
    read_chances(s, to);
    read_name(s, to);
}

/* ------------------------------------------------------------------------------------------------ judging */

static int found_by(const ql_quote *quote, const ql_mention *mention) {
    if (quote->speaker != quote->mentioned) return QL_FOUND_AUTHOR;
    return quote->mentioned != mention->entity ? QL_FOUND_JOINT : mention->found_by;
}

static bool keep(ql_document *doc, int32_t quote, const ql_reasons *reasons) {
    for (int32_t i = 0; i < reasons->n && (doc->want & QL_WANT_EXPLAIN); i++) {
        ql_speaker_feature feature = {.quote = quote,
                                      .feature = reasons->items[i] / QL_CHOICE_VALUES,
                                      .value = reasons->items[i] % QL_CHOICE_VALUES,
                                      .weight = ql_weight_of(doc, reasons->items[i])};
        if (!ql_speaker_features_push(&doc->speaker_features, feature)) return false;
    }
    return true;
}

static void withhold(ql_document *doc, ql_quote *quote) {
    quote->withheld = quote->speaker;
    quote->speaker = QL_NONE;
    for (int32_t i = 0; i < quote->n_steps; i++) {
        ql_step *step = &doc->steps.items[quote->first_step + i];
        if (step->entity != quote->withheld) continue;
        step->entity = QL_NONE;
        step->name_start = step->name_end = 0;
    }
}

static bool judge(certainty *c, int32_t index, int32_t before) {
    ql_document *doc = c->doc;
    ql_quote *quote = &doc->quotes.items[index];
    if (quote->source == QL_NONE || !has_name(doc, quote->speaker)) return true;
    const ql_mention *mention = &doc->mentions.items[quote->source];
    spoken s = {c, quote, mention, entity_at(doc, quote->speaker), before, found_by(quote, mention)};
    ql_reasons reasons = {.n = 0};
    read_speaker(&s, &reasons);
    quote->found_by = (uint8_t)s.found_by;
    quote->speaker_confidence = ql_odds_of(doc, &reasons);
    return keep(doc, index, &reasons);
}

/* ---------------------------------------------------------------------------------------------- the stage */

/* Entities whose names end in the same word may be taken for each other. */
static void note_shared(certainty *c) {
    const ql_document *doc = c->doc;
    int32_t last[MOST_PEOPLE], entity[MOST_PEOPLE], n = 0;
    for (int32_t e = 0; e < (int32_t)doc->entities.n && n < MOST_PEOPLE; e++) {
        if (!has_name(doc, e) || entity_at(doc, e)->role != QL_STEP_SPEAKER) continue;
        int32_t n_words = words_of_name(doc, entity_at(doc, e));
        if (n_words == 0) continue;
        last[n] = ql_token_at(doc, entity_at(doc, e)->start) + n_words - 1;
        entity[n] = e;
        for (int32_t i = 0; i < n; i++)
            if (ql_same_word(doc, last[i], last[n])) c->shared.items[entity[i]] = c->shared.items[e] = 1;
        n++;
    }
    c->people = n;
}

static bool count(certainty *c) {
    const ql_document *doc = c->doc;
    if (!ql_ints_reserve(&c->mentions, doc->entities.n) || !ql_ints_reserve(&c->shared, doc->entities.n))
        return false;
    for (size_t e = 0; e < doc->entities.n; e++) {
        c->mentions.items[c->mentions.n++] = 0;
        c->shared.items[c->shared.n++] = 0;
    }
    for (size_t i = 0; i < doc->mentions.n; i++)
        if (doc->mentions.items[i].entity != QL_NONE) c->mentions.items[doc->mentions.items[i].entity]++;
    note_shared(c);
    return true;
}

/* A chance as exact as tables give it: a speaker is given at the very confidence that a table says. */
static int32_t millionths(float chance) {
    return (int32_t)(chance * 1e6f + 0.5f);
}

ql_status ql_stage_certainty(ql_document *doc) {
    certainty c = {.doc = doc};
    bool fine = count(&c);
    int32_t before = QL_NONE;
    for (int32_t i = 0; i < (int32_t)doc->quotes.n; i++) {
        ql_quote *quote = &doc->quotes.items[i];
        quote->withheld = QL_NONE;
        quote->speaker_confidence = QL_NO_CHANCE;
        fine = fine && judge(&c, i, before);
        if (quote->source != QL_NONE) before = quote->speaker;
        bool is_unsure = quote->speaker_confidence != QL_NO_CHANCE &&
                         millionths(quote->speaker_confidence) < millionths(doc->engine->speaker_confidence);
        if (is_unsure) withhold(doc, quote);
    }
    ql_ints_free(&c.mentions);
    ql_ints_free(&c.shared);
    return fine ? QL_OK : ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for certainties");
}

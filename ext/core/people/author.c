/* Whose words a document gives: of those whom the text names around its mentions, or nobody's.

   What the mentions of a document say of it counts for all of them: whom it is by, who issued it, in whose phrase it
   stands.  A log-linear model chooses for each mention (choice.h), from front to back, so the author found for one is
   known to the next. */
#include "lexicon/lemma.h"
#include "choice/choice.h"
#include "people/join.h"

enum {
    MOST_MENTIONS = 6,   /* mentions of a document that are looked at for one of them */
    MOST_RELATIONS = 24, /* what they say of others */
    MOST_HOLDERS = 4,    /* of those who passed it on */
    MOST_BACK = 40,      /* mentions to look back over */
    MOST_AFTER = 8,      /* mentions after it, in its sentence */
    MOST_CHILDREN = 24,
    MOST_CLIMB = 3,
    MOST_PHRASE = 20,
    MOST_CLOSE = 24 /* candidates that need no relation */
};

/* How somebody stands to a document; AUTHOR_OTHERS is added where another mention of it says so. */
typedef enum relation_kind {
    RELATION_OWNER = 0,  /* "Lee's memo" */
    RELATION_BY,         /* "a memo by Lee", "from Lee" */
    RELATION_OF,         /* "a report of the ministry" */
    RELATION_PHRASE,     /* "a statement on the website of Acme" */
    RELATION_AGENT,      /* "a memo written by Lee" */
    RELATION_CLAUSE,     /* "the memo that Lee wrote" */
    RELATION_OBJECT,     /* "Lee wrote a memo" */
    RELATION_SAID_IN,    /* "Lee said in a memo" */
    RELATION_DID_IN,     /* "Lee stands in a memo" */
    RELATION_PASSIVE,    /* "the memo was written by Lee" */
    RELATION_COMPOUND,   /* "the Acme memo" */
    RELATION_INSIDE,     /* anywhere else in its phrase */
    RELATION_OTHERS = 16 /* added: another mention of the document says so */
} relation_kind;

typedef struct relation {
    int32_t entity;
    int kind, verb; /* the hash of the verb's first letters, or 0 */
} relation;

typedef struct search {
    ql_joiner *j;
    const ql_document *doc;
    const ql_mention *mention;
    int32_t index, document; /* the mention and its entity */
    bool is_own;             /* are the relations that are added those of the mention itself? */
    relation relations[MOST_RELATIONS];
    int32_t n_relations;
    int32_t holders[MOST_HOLDERS]; /* agencies and outlets that came by the document */
    int32_t n_holders;
    int32_t candidates[QL_MOST_CHOICES - 1];
    int32_t n;
} search;

/* -------------------------------------------------------------------------------------------------- relations */

static bool passes_on(const search *s, int32_t entity) {
    uint8_t role = s->doc->entities.items[entity].role;
    return role == QL_STEP_AGENCY || role == QL_STEP_OUTLET;
}

/* "seen by Reuters", "Reuters, citing a memo": an agency or an outlet that came by a document did not write it. */
static bool only_has_it(const search *s, int32_t entity, int kind, int32_t verb) {
    if (verb == QL_NONE || !passes_on(s, entity)) return false;
    if (kind == RELATION_OBJECT) return !ql_has(s->doc, verb, QL_WORD_DOCUMENT_MADE);
    if (ql_has(s->doc, verb, QL_WORD_DOCUMENT_SEEN, QL_WORD_DOCUMENT_ACCESS)) return true;
    return kind != RELATION_AGENT && ql_has(s->doc, verb, QL_WORD_DOCUMENT_GIVEN);
}

static void relate(search *s, int32_t entity, int kind, int32_t verb) {
    if (s->n_relations >= MOST_RELATIONS) return;
    if (entity == QL_NONE || entity == s->document) return;
    if (only_has_it(s, entity, kind, verb)) {
        if (s->n_holders < MOST_HOLDERS) s->holders[s->n_holders++] = entity;
        return;
    }
    int hash = verb == QL_NONE || kind == RELATION_INSIDE ? 0 : ql_word_hash(s->doc, verb);
    if (!s->is_own) kind += RELATION_OTHERS;
    s->relations[s->n_relations++] = (relation){entity, kind, hash};
}

static void add_relation(search *s, int32_t mention, int kind, int32_t verb) {
    if (mention != QL_NONE) relate(s, s->doc->mentions.items[mention].entity, kind, verb);
}

static int32_t agent_of(const ql_document *doc, int32_t verb) {
    static const uint64_t phrases = QL_RELATION_BIT(OBL_AGENT) | QL_RELATION_BIT(OBL);
    int32_t i = ql_branch_of(doc, verb)->child;
    for (int n = 0; i != QL_NONE && n < MOST_CHILDREN; n++, i = ql_branch_of(doc, i)->next)
        if (ql_relates(doc, i, phrases) && ql_has(doc, ql_branch_of(doc, i)->first, QL_WORD_AGENT_PREPOSITION))
            return ql_mention_of(doc, i);
    return QL_NONE;
}

/* What hangs on the document: owners, phrases, clauses. */
static void read_below(search *s, int32_t head) {
    const ql_document *doc = s->doc;
    int32_t i = ql_branch_of(doc, head)->child;
    for (int n = 0; i != QL_NONE && n < MOST_CHILDREN; n++, i = ql_branch_of(doc, i)->next) {
        int32_t first = ql_branch_of(doc, i)->first;
        if (ql_relates(doc, i, QL_RELATION_BIT(NMOD_POSS)))
            add_relation(s, ql_mention_of(doc, i), RELATION_OWNER, QL_NONE);
        else if (ql_relates(doc, i, QL_RELATION_BIT(NMOD) | QL_RELATION_BIT(OBL)) && i > head)
            add_relation(s, ql_mention_of(doc, i),
                         ql_has(doc, first, QL_WORD_AUTHOR_PREPOSITION) ? RELATION_BY
                         : ql_has(doc, first, QL_WORD_GENITIVE)         ? RELATION_OF
                                                                        : RELATION_PHRASE,
                         QL_NONE);
        else if (ql_relates(doc, i, QL_RELATION_BIT(ACL)))
            add_relation(s, agent_of(doc, i), RELATION_AGENT, i);
        else if (ql_relates(doc, i, QL_RELATION_BIT(ACL_RELCL)))
            add_relation(s, ql_subject_of(doc, i), RELATION_CLAUSE, i);
    }
}

/* The subject of a verb, or of the verb that it is joined to. */
static int32_t subject_above(const ql_document *doc, int32_t verb) {
    static const uint64_t joints =
        QL_RELATION_BIT(CONJ) | QL_RELATION_BIT(XCOMP) | QL_RELATION_BIT(ADVCL) | QL_RELATION_BIT(CCOMP);
    for (int n = 0; n < MOST_CLIMB && verb != QL_NONE; n++) {
        int32_t subject = ql_subject_of(doc, verb);
        if (subject != QL_NONE) return subject;
        verb = ql_relates(doc, verb, joints) ? ql_head_of(doc, verb) : QL_NONE;
    }
    return QL_NONE;
}

/* What the document hangs on: who wrote it, who says something in it. */
static void read_above(search *s, int32_t head) {
    const ql_document *doc = s->doc;
    int32_t verb = ql_head_of(doc, head);
    if (verb == QL_NONE) return;
    if (ql_relates(doc, head, QL_RELATION_BIT(OBJ)))
        add_relation(s, subject_above(doc, verb), RELATION_OBJECT, verb);
    else if (ql_relates(doc, head, QL_RELATION_BIT(OBL)))
        add_relation(s, subject_above(doc, verb),
                     ql_has(doc, verb, QL_WORD_CUE_VERB) ? RELATION_SAID_IN : RELATION_DID_IN, verb);
    else if (ql_relates(doc, head, QL_RELATION_BIT(NSUBJ_PASS)))
        add_relation(s, agent_of(doc, verb), RELATION_PASSIVE, verb);
}

/* "a statement on Acme's website": others who are mentioned in the phrase itself. */
static void read_inside(search *s, const ql_mention *mention, int32_t index) {
    const ql_mentions *mentions = &s->doc->mentions;
    int32_t n = (int32_t)mentions->n;
    for (int32_t i = index + 1; i < n && i <= index + MOST_AFTER; i++) {
        if (mentions->items[i].first_token >= mention->end_token) break;
        if (mentions->items[i].kind == QL_MENTION_PRONOUN) continue;
        add_relation(s, i, RELATION_INSIDE, ql_head_of(s->doc, mentions->items[i].head));
    }
}

static void find_relations(search *s) {
    const ql_mentions *mentions = &s->doc->mentions;
    int32_t other = s->doc->entities.items[s->document].mention;
    ql_token_range name = ql_document_name(s->doc, s->mention);
    s->is_own = name.end > name.first; /* "the Acme report", and then "the report" */
    relate(s, s->doc->entities.items[s->document].owner, RELATION_COMPOUND, QL_NONE);
    s->is_own = true;
    read_below(s, s->mention->head);
    read_above(s, s->mention->head);
    read_inside(s, s->mention, s->index);
    s->is_own = false;
    for (int n = 0; other != QL_NONE && n < MOST_MENTIONS; n++, other = s->j->next_same.items[other]) {
        if (other == s->index) continue;
        read_below(s, mentions->items[other].head);
        read_above(s, mentions->items[other].head);
    }
}

/* ------------------------------------------------------------------------------------------------- candidates */

/* An agency, and an outlet that came by it, tells of a letter that others wrote, unless the text plainly calls it
   theirs. */
static bool can_write(const search *s, int32_t entity) {
    static const uint32_t plain = 1U << RELATION_OWNER | 1U << RELATION_BY | 1U << RELATION_OF |
                                  1U << RELATION_AGENT | 1U << RELATION_OBJECT | 1U << RELATION_SAID_IN |
                                  1U << RELATION_COMPOUND;
    bool holds = s->doc->entities.items[entity].role == QL_STEP_AGENCY;
    for (int32_t i = 0; i < s->n_holders; i++) holds = holds || s->holders[i] == entity;
    if (!holds || !ql_has(s->doc, s->mention->head, QL_WORD_LETTER)) return true;
    for (int32_t i = 0; i < s->n_relations; i++)
        if (s->relations[i].entity == entity && plain >> s->relations[i].kind % RELATION_OTHERS & 1) return true;
    return false;
}

static void add_candidate(search *s, int32_t entity, int32_t most) {
    const ql_entity *e = entity != QL_NONE ? &s->doc->entities.items[entity] : NULL;
    if (e == NULL || e->end == e->start || e->role == QL_STEP_DOCUMENT || !can_write(s, entity)) return;
    if (s->j->profiles.items[entity].name_weight == 0) return; /* of a menu */
    for (int32_t i = 0; i < s->n; i++)
        if (s->candidates[i] == entity) return;
    if (s->n < most) s->candidates[s->n++] = entity;
}

static void find_candidates(search *s) {
    const ql_mentions *mentions = &s->doc->mentions;
    int32_t sentence = ql_token_of(s->doc, s->mention->head)->sentence, n = (int32_t)mentions->n;
    for (int32_t i = 0; i < s->n_relations; i++) add_candidate(s, s->relations[i].entity, QL_MOST_CHOICES - 1);
    add_candidate(s, s->j->profiles.items[s->document].author, QL_MOST_CHOICES - 1);
    for (int32_t i = s->index + 1; i < n && i <= s->index + MOST_AFTER; i++) {
        if (ql_token_of(s->doc, mentions->items[i].head)->sentence != sentence) break;
        add_candidate(s, mentions->items[i].entity, MOST_CLOSE);
    }
    for (int32_t i = s->index - 1; i >= 0 && i > s->index - MOST_BACK; i--)
        add_candidate(s, mentions->items[i].entity, MOST_CLOSE);
}

/* --------------------------------------------------------------------------------------------------- features */

typedef enum paper_sort {
    PAPER_LETTER = 0,
    PAPER_POLL,
    PAPER_INQUIRY,
    PAPER_COURT,
    PAPER_VIDEO,
    PAPER_PRESS,
    PAPER_SEVERAL,
    PAPER_OTHER,
    PAPERS
} paper_sort;

static bool is_plural(const ql_document *doc, int32_t head) {
    int32_t word = ql_token_of(doc, head)->word;
    if (word == QL_NONE) return false;
    const ql_word *known = ql_lexicon_word(doc->engine->lexicon, word);
    return ql_is_plural(known->form, known->length);
}

static int paper_sort_of(const ql_document *doc, int32_t head) {
    if (ql_has(doc, head, QL_WORD_LETTER)) return PAPER_LETTER;
    if (ql_has(doc, head, QL_WORD_DOCUMENT_POLL)) return PAPER_POLL;
    if (ql_has(doc, head, QL_WORD_DOCUMENT_INQUIRY)) return PAPER_INQUIRY;
    if (ql_has(doc, head, QL_WORD_DOCUMENT_LAWSUIT, QL_WORD_DOCUMENT_RULING)) return PAPER_COURT;
    if (ql_has(doc, head, QL_WORD_DOCUMENT_VIDEO)) return PAPER_VIDEO;
    if (ql_has(doc, head, QL_WORD_DOCUMENT_ARTICLE, QL_WORD_DOCUMENT_BOOK)) return PAPER_PRESS;
    return is_plural(doc, head) ? PAPER_SEVERAL : PAPER_OTHER;
}

static int article_of(const search *s) {
    int32_t first = s->mention->first_token;
    if (ql_has(s->doc, first, QL_WORD_DEFINITE)) return 1;
    if (ql_has(s->doc, first, QL_WORD_INDEFINITE)) return 2;
    if (ql_has(s->doc, first, QL_WORD_POSSESSIVE)) return 3;
    if (ql_has(s->doc, first, QL_WORD_DEMONSTRATIVE)) return 4;
    return ql_has(s->doc, first, QL_WORD_QUANTIFIER, QL_WORD_NUMERAL) ? 5 : 0;
}

/* How plainly the mention itself says whose it is: 2 by an owner, a writer or its name, 1 by anything else. */
static int told_here(const search *s) {
    int told = 0;
    for (int32_t i = 0; i < s->n_relations; i++) {
        int kind = s->relations[i].kind;
        bool plain =
            kind == RELATION_OWNER || kind == RELATION_BY || kind == RELATION_AGENT || kind == RELATION_COMPOUND;
        if (kind < RELATION_OTHERS && told < 1 + plain) told = 1 + plain;
    }
    return told;
}

static void read_nobody(const search *s, int paper, ql_reasons *to) {
    ql_add_reason(to, QL_CHOICE_AUTHOR_NOBODY, article_of(s) * PAPERS + paper);
    ql_add_reason(to, QL_CHOICE_AUTHOR_NOBODY_ARTICLE, article_of(s));
    ql_add_reason(to, QL_CHOICE_AUTHOR_NOBODY_TOLD, told_here(s) * PAPERS + paper);
    ql_add_reason(to, QL_CHOICE_AUTHOR_NOBODY_WORD, ql_word_hash(s->doc, s->mention->head));
}

/* Do capitals before the document's noun stand in the name: 0 for none there, 1 for no, 2 for some, 3 for the name's
   last word? */
static int capitals_fit(const search *s, int32_t entity) {
    ql_token_range name = s->j->profiles.items[entity].name;
    int32_t first = s->mention->first_token;
    int fit = 0;
    if (first < s->mention->head - MOST_PHRASE) first = s->mention->head - MOST_PHRASE;
    for (int32_t i = first; i < s->mention->head; i++) {
        if (!ql_flag(s->doc, i, QL_TOKEN_CAPITAL | QL_TOKEN_ALL_CAPS) || ql_has(s->doc, i, QL_WORD_DETERMINER))
            continue;
        if (fit == 0) fit = 1;
        for (int32_t k = name.first; k < name.end; k++)
            if (ql_same_word(s->doc, i, k) && fit < 3) fit = k == name.end - 1 ? 3 : 2;
    }
    return fit;
}

static void read_relations(const search *s, int32_t entity, int sort, int paper, ql_reasons *to) {
    enum { MOST_READ = 5 };
    int n = 0;
    for (int32_t i = 0; i < s->n_relations && n < MOST_READ; i++) {
        const relation *r = &s->relations[i];
        if (r->entity != entity) continue;
        ql_add_reason(to, QL_CHOICE_AUTHOR_RELATION, r->kind * PAPERS + paper);
        ql_add_reason(to, QL_CHOICE_AUTHOR_RELATION_KIND, r->kind);
        ql_add_reason(to, QL_CHOICE_AUTHOR_RELATION_SORT, r->kind % RELATION_OTHERS * 16 + sort);
        if (r->verb != 0) ql_add_reason(to, QL_CHOICE_AUTHOR_VERB, r->verb);
        n++;
    }
    ql_add_reason(to, QL_CHOICE_AUTHOR_RELATED,
                  (n > 0) * 64 + (s->n_relations > 0) * 32 + article_of(s) * 4 + (sort < 2) * 2 +
                      (paper == PAPER_LETTER));
}

/* The last mention of an entity before token `before`, as mentions follow each other; QL_NONE where none is near. */
static int32_t mention_before(const search *s, int32_t entity, int32_t index) {
    const ql_mentions *mentions = &s->doc->mentions;
    for (int32_t i = index - 1; i >= 0 && i > index - MOST_BACK; i--)
        if (mentions->items[i].entity == entity) return i;
    return QL_NONE;
}

static void read_candidate(const search *s, int32_t at, int paper, ql_reasons *to) {
    const ql_document *doc = s->doc;
    int32_t entity = s->candidates[at], rank = 0;
    int32_t before = mention_before(s, entity, s->index);
    int32_t sentence = ql_token_of(doc, s->mention->head)->sentence;
    const ql_mention *last = before != QL_NONE ? &doc->mentions.items[before] : NULL;
    int sort = ql_coarse_sort(s->j, entity), away = 7;
    bool spoke = before != QL_NONE && s->j->speaks.items[before] != QL_NONE;
    bool spoke_last = entity == s->j->last_speaker;
    for (int32_t i = 0; i < at; i++) rank += (ql_coarse_sort(s->j, s->candidates[i]) < 2) == (sort < 2);
    if (last != NULL) away = ql_at_most(sentence - ql_token_of(doc, last->head)->sentence, 6);
    ql_add_reason(to, QL_CHOICE_AUTHOR_KNOWN, (entity == s->j->profiles.items[s->document].author) * PAPERS + paper);
    ql_add_reason(to, QL_CHOICE_AUTHOR_DISTANCE, away * PAPERS + paper);
    ql_add_reason(to, QL_CHOICE_AUTHOR_RANK, ql_at_most(rank, 4) * 16 + sort);
    ql_add_reason(to, QL_CHOICE_AUTHOR_SPOKE, (spoke + 2 * spoke_last) * PAPERS + paper);
    ql_add_reason(to, QL_CHOICE_AUTHOR_SPOKE_ARTICLE, (spoke + 2 * spoke_last) * PAPERS + article_of(s));
    ql_add_reason(to, QL_CHOICE_AUTHOR_IN_NAME, capitals_fit(s, entity) * PAPERS + paper);
    ql_add_reason(to, QL_CHOICE_AUTHOR_NEAR, (away * 2 + spoke_last) * 16 + sort);
    ql_add_reason(to, QL_CHOICE_AUTHOR_NAMED, capitals_fit(s, entity) * 16 + sort);
    read_relations(s, entity, sort, paper, to);
}

/* --------------------------------------------------------------------------------------------------- choosing */

bool ql_choose_author(ql_joiner *j, int32_t mention, int32_t *author, float *chance) {
    ql_document *doc = j->doc;
    search s = {.j = j, .doc = doc, .mention = &doc->mentions.items[mention], .index = mention};
    ql_chooser chooser = ql_chooser_of(doc, mention, QL_DECISION_AUTHOR);
    ql_reasons reasons = {.n = 0};
    s.document = s.mention->entity;
    int paper = paper_sort_of(doc, s.mention->head);
    find_relations(&s);
    find_candidates(&s);
    read_nobody(&s, paper, &reasons);
    if (!ql_weigh(&chooser, &reasons, QL_NONE, (ql_span){0, 0})) return false;
    for (int32_t i = 0; i < s.n; i++) {
        const ql_entity *candidate = &doc->entities.items[s.candidates[i]];
        reasons.n = 0;
        read_candidate(&s, i, paper, &reasons);
        if (!ql_weigh(&chooser, &reasons, s.candidates[i], (ql_span){candidate->start, candidate->end})) return false;
    }
    int32_t best = ql_chosen(&chooser, chance);
    *author = best > 0 ? s.candidates[best - 1] : QL_NONE;
    return true;
}

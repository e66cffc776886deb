/* Where words are attributed, and to whom: reporting verbs with their subjects, "according to", and the colon
   after a name.  What is reported is the business of content.c. */
#include "base/ascii.h"
#include "lexicon/lemma.h"
#include "marks/marks.h"
#include "statements/headline.h"
#include "statements/statements.h"

enum {
    MOST_GAP = 30,    /* tokens between a subject and its verb that a pair of commas may enclose */
    MOST_LOOK = 60,   /* tokens to look through for a main subject */
    MOST_COPULA = 12, /* from a noun to its "was that" */
    MOST_CLIMB = 4,   /* verbs that may share a subject with the one they hang on */
    MOST_AFTER = 6,   /* tokens of a source after a headline's colon */
    MOST_BACK = 100   /* cues or mentions of a sentence to go back over: more than any sentence has */
};

#define BETWEEN QL_WORD_ADVERB, QL_WORD_AUXILIARY, QL_WORD_NEGATION, QL_WORD_HEDGE

/* ------------------------------------------------------------------------------------- marked tokens */

static void set_marked(ql_document *doc) {
    const ql_marks *marks = &doc->marks;
    ql_tokens *tokens = &doc->tokens;
    for (size_t m = 0; m < marks->n; m++) {
        const ql_mark_pair *pair = &marks->items[m];
        if (pair->parent != QL_NONE) continue;
        for (size_t i = (size_t)ql_token_at(doc, pair->content_start); i < tokens->n; i++) {
            if (tokens->items[i].start >= pair->content_end) break;
            tokens->items[i].flags |= QL_TOKEN_MARKED;
        }
    }
}

/* ---------------------------------------------------------------------------------------------- source */

/* The mention of this sentence, which begins at `first`, that ends before token `end`. */
static int32_t mention_until(const ql_document *doc, int32_t first, int32_t end) {
    int32_t mention = end > first ? ql_mention_until(doc, end) : QL_NONE;
    if (mention == QL_NONE || doc->mentions.items[mention].first_token < first) return QL_NONE;
    return mention;
}

/* Is token i a preposition, and not a conjunction like the "after" of "after the paper reported"? */
static bool governs_noun(const ql_document *doc, int32_t i) {
    return ql_has(doc, i, QL_WORD_PREPOSITION) && !ql_has(doc, i, QL_WORD_SUBORDINATOR);
}

/* The mention that ends before token `end`.  One after a preposition is not a subject: the one before is asked. */
static int32_t subject_until(const ql_document *doc, int32_t first, int32_t end) {
    int32_t mention = mention_until(doc, first, end);
    for (int steps = 0; mention != QL_NONE && steps < MOST_BACK; steps++) {
        int32_t before = doc->mentions.items[mention].first_token - 1;
        if (before < first || !governs_noun(doc, before)) return mention;
        mention = mention_until(doc, first, before);
    }
    return QL_NONE;
}

/* "quietly": an adverb that the lexicon need not know. */
static bool is_manner(const ql_document *doc, int32_t i) {
    const ql_token *token = &doc->tokens.items[i];
    const char *end = doc->text->bytes + token->end;
    bool plain = token->kind == QL_TOKEN_WORD && token->word == QL_NONE && !(token->flags & QL_TOKEN_CAPITAL);
    return plain && token->end - token->start > 4 && end[-1] == 'y' && end[-2] == 'l';
}

static bool stands_between(const ql_document *doc, int32_t i) {
    return (ql_has(doc, i, BETWEEN) && !ql_has(doc, i, QL_WORD_SUBJECT_PRONOUN)) || is_manner(doc, i);
}

static int32_t skip_back(const ql_document *doc, int32_t first, int32_t i) {
    while (i > first && stands_between(doc, i - 1)) i--;
    return i;
}

/* The comma that opens what the comma at `comma` closes; QL_NONE if none is near. */
static int32_t opening_comma(const ql_document *doc, int32_t first, int32_t comma) {
    int32_t least = comma - MOST_GAP > first ? comma - MOST_GAP : first;
    for (int32_t i = comma - 1; i > least; i--)
        if (ql_is_char(doc, i, ',')) return i;
    return QL_NONE;
}

static const ql_cue_hit *last_cue(const ql_document *doc, int32_t first) {
    const ql_cue_hits *cues = &doc->cues;
    if (cues->n == 0 || cues->items[cues->n - 1].first_token < first) return NULL;
    return &cues->items[cues->n - 1];
}

/* The first mention of the sentence that is not the object of a preposition: the likely subject of its main verb. */
static int32_t main_subject(const ql_document *doc, int32_t first, int32_t end) {
    for (int32_t i = first; i < end && i < first + MOST_LOOK; i++) {
        int32_t mention = ql_mention_from(doc, i);
        if (mention == QL_NONE || ql_flag(doc, i, QL_TOKEN_MARKED)) continue;
        if (i == first || !ql_has(doc, i - 1, QL_WORD_PREPOSITION)) return mention;
    }
    return QL_NONE;
}

#define SUBJECTS (QL_RELATION_BIT(NSUBJ) | QL_RELATION_BIT(NSUBJ_OUTER))
#define PASSIVE (QL_RELATION_BIT(NSUBJ_PASS) | QL_RELATION_BIT(AUX_PASS))

/* "is said to", "were told that": the subject is not who speaks. */
static bool is_passive(const ql_document *doc, int32_t verb) {
    static const uint64_t auxiliaries = QL_RELATION_BIT(AUX) | QL_RELATION_BIT(COP);
    if (ql_dependent(doc, verb, PASSIVE) != QL_NONE) return true;
    int32_t be = ql_dependent(doc, verb, auxiliaries);
    return be != QL_NONE && be < verb && ql_has(doc, be, QL_WORD_BE) && ql_tag_of(doc, verb) == QL_TAG_VERB &&
           ql_token_of(doc, verb)->inflection != QL_INFLECTION_GERUND;
}

/* From a verb to the one that it shares its subject with; and on, from "a plan to isolate him, saying …", past the
   noun to the verb over it. */
#define SHARED (QL_RELATION_BIT(CONJ) | QL_RELATION_BIT(ADVCL) | QL_RELATION_BIT(XCOMP) | QL_RELATION_BIT(ACL))
#define GOVERNED                                                                                           \
    (QL_RELATION_BIT(OBJ) | QL_RELATION_BIT(IOBJ) | QL_RELATION_BIT(OBL) | QL_RELATION_BIT(OBL_UNMARKED) | \
     QL_RELATION_BIT(NMOD))

/* Of several subjects the last one before the verb: the others are parts that the parser split off. */
static int32_t nearest_subject(const ql_document *doc, int32_t verb) {
    int32_t found = ql_dependent(doc, verb, SUBJECTS);
    for (int32_t i = found; i != QL_NONE && i < verb; i = ql_branch_of(doc, i)->next) {
        int32_t before = ql_branch_of(doc, i)->first - 1;
        bool governed = before >= 0 && ql_tag_of(doc, before) == QL_TAG_ADP; /* "who spoke with the Post said" */
        if (ql_relates(doc, i, SUBJECTS) && !governed) found = i;
    }
    return found;
}

/* The token that the tree makes the subject of a verb, through what verbs share: the subject of "said and added" is
   one, a participle has that of the verb it hangs on, a relative clause has its noun. */
static int32_t subject_in_tree(const ql_document *doc, int32_t verb) {
    int32_t at = verb;
    for (int steps = 0; steps < MOST_CLIMB; steps++) {
        int32_t subject = nearest_subject(doc, at), head = ql_head_of(doc, at);
        bool is_relative = ql_relates(doc, at, QL_RELATION_BIT(ACL_RELCL));
        if (subject != QL_NONE && is_relative && ql_has(doc, subject, QL_WORD_RELATIVE, QL_WORD_WH)) return head;
        if (subject != QL_NONE && !(is_passive(doc, at) && !is_relative)) return subject;
        if (is_passive(doc, at)) return ql_dependent(doc, at, QL_RELATION_BIT(OBL_AGENT));
        if (head == QL_NONE) return QL_NONE;
        bool set_off =
            at > 0 && ql_is_char(doc, at - 1, ',') && ql_relates(doc, head, GOVERNED); /* ", telling him" */
        if (ql_relates(doc, at, QL_RELATION_BIT(ACL)) && at == verb && !set_off) return head;
        if (!ql_relates(doc, at, at == verb || ql_tag_of(doc, at) == QL_TAG_VERB ? SHARED : GOVERNED)) return QL_NONE;
        at = head;
        if (ql_tag_of(doc, at) == QL_TAG_PROPN && ql_relates(doc, at, SUBJECTS)) return at; /* "said Lee, urging …" */
    }
    return QL_NONE;
}

/* "Asked whether it rained, she said …", "when asked": the one who asks is not named, except after "by". */
static bool is_bare_question(const ql_document *doc, int32_t first, int32_t verb, const ql_cue *cue) {
    if (strcmp(cue->tone, "question") != 0 || ql_dependent(doc, verb, SUBJECTS | PASSIVE) != QL_NONE) return false;
    uint8_t inflection = ql_token_of(doc, verb)->inflection;
    if (inflection == QL_INFLECTION_GERUND || inflection == QL_INFLECTION_BASE || inflection == QL_INFLECTION_PRESENT)
        return false;
    return verb == first || ql_has(doc, verb - 1, QL_WORD_ASKED_CONNECTIVE) ||
           (ql_is_char(doc, verb - 1, ',') && ql_relates(doc, verb, QL_RELATION_BIT(ADVCL)));
}

/* A title and a name that the tree makes two subjects of one verb are one mention: "Coach Ana Petkova said". */
static int32_t mention_of_subject(const ql_document *doc, int32_t subject) {
    const ql_mention *mentions = doc->mentions.items;
    int32_t found = ql_mention_of(doc, subject);
    if (found == QL_NONE) return QL_NONE;
    int32_t wider = ql_mention_until(doc, mentions[found].end_token);
    if (wider == QL_NONE || mentions[wider].first_token >= mentions[found].first_token) return found;
    int32_t head = mentions[wider].head;
    bool fellow = ql_head_of(doc, head) == ql_head_of(doc, subject) && ql_relates(doc, head, SUBJECTS);
    return fellow ? wider : found;
}

/* The mention of the verb's subject; QL_NONE if the tree has no such mention. */
static int32_t tree_source(const ql_document *doc, int32_t first, int32_t end, int32_t verb) {
    int32_t subject = subject_in_tree(doc, verb);
    if (subject == QL_NONE || subject < first || subject >= end || ql_flag(doc, subject, QL_TOKEN_MARKED))
        return QL_NONE;
    return mention_of_subject(doc, subject);
}

int32_t ql_hit_at(const ql_document *doc, int32_t token) {
    const ql_cue_hits *hits = &doc->cues;
    int32_t i = vec_lower_bound(hits->items, hits->n, sizeof *hits->items, offsetof(ql_cue_hit, first_token), token);
    return i < (int32_t)hits->n && hits->items[i].first_token == token ? i : QL_NONE;
}

int32_t ql_speaker_of(const ql_document *doc, int32_t verb) {
    int32_t subject = subject_in_tree(doc, verb);
    return subject == QL_NONE ? QL_NONE : mention_of_subject(doc, subject);
}

int32_t ql_subject_of(const ql_document *doc, int32_t verb) {
    const ql_sentence *sentence = &doc->sentences.items[doc->tokens.items[verb].sentence];
    return tree_source(doc, sentence->first_token, sentence->end_token, verb);
}

static int32_t subject_of(const ql_document *doc, int32_t first, int32_t verb, int32_t *from) {
    int32_t left = skip_back(doc, first, verb), mention = subject_until(doc, first, left);
    if (mention == QL_NONE && left > first && ql_has(doc, left - 1, QL_WORD_RELATIVE)) {
        int32_t at = left - 1 > first && ql_is_char(doc, left - 2, ',') ? left - 2 : left - 1;
        mention = mention_until(doc, first, at);
    }
    if (mention == QL_NONE && left > first && ql_is_char(doc, left - 1, ',')) {
        int32_t open = opening_comma(doc, first, left - 1);
        if (open != QL_NONE) mention = subject_until(doc, first, open);
        int32_t whole = open != QL_NONE && mention == QL_NONE ? subject_until(doc, first, left - 1) : QL_NONE;
        if (whole != QL_NONE && doc->mentions.items[whole].first_token < open) mention = whole; /* with its age */
    }
    if (mention == QL_NONE && left > first && ql_has(doc, left - 1, QL_WORD_COORDINATOR)) {
        const ql_cue_hit *before = last_cue(doc, first);
        mention = before != NULL ? before->source : main_subject(doc, first, left - 1);
        *from = left - 1;
        return mention;
    }
    *from = mention != QL_NONE ? doc->mentions.items[mention].first_token : left;
    return mention;
}

/* "said Ann Lee": the source after the verb. */
static int32_t inverted_source(const ql_document *doc, int32_t verb, int32_t end) {
    int32_t mention = verb + 1 < end ? ql_mention_from(doc, verb + 1) : QL_NONE;
    if (mention == QL_NONE || ql_flag(doc, verb + 1, QL_TOKEN_MARKED)) return QL_NONE;
    return mention;
}

static size_t first_to_ask(const ql_cue_hits *cues) {
    return cues->n > MOST_BACK ? cues->n - MOST_BACK : 0;
}

/* The last cue of the sentence that is not part of what another one reports, according to the tree. */
static const ql_cue_hit *last_main_cue(const ql_document *doc, int32_t first) {
    static const uint64_t main = QL_RELATION_BIT(ROOT) | QL_RELATION_BIT(CONJ) | QL_RELATION_BIT(PARATAXIS);
    const ql_cue_hits *cues = &doc->cues;
    size_t least = first_to_ask(cues);
    for (size_t i = cues->n; i > least && cues->items[i - 1].first_token >= first; i--)
        if (cues->items[i - 1].source != QL_NONE && ql_relates(doc, cues->items[i - 1].first_token, main))
            return &cues->items[i - 1];
    return last_cue(doc, first);
}

/* ", saying" belongs to the subject of the main verb; "Saying so, Ren left" to the next one. */
static int32_t participle_source(const ql_document *doc, int32_t first, int32_t verb, int32_t end) {
    const ql_cue_hit *before = last_main_cue(doc, first);
    if (verb > first)
        return before != NULL && before->source != QL_NONE ? before->source : main_subject(doc, first, verb);
    for (int32_t i = verb + 1; i + 1 < end && i < verb + MOST_LOOK; i++)
        if (ql_is_char(doc, i, ',') && ql_mention_from(doc, i + 1) != QL_NONE) return ql_mention_from(doc, i + 1);
    return QL_NONE;
}

/* ------------------------------------------------------------------------------------------------ cues */

static bool stands_behind_content(const ql_document *doc, int32_t first, int32_t verb) {
    return verb > first && (ql_is_char(doc, verb - 1, ',') || ql_kind(doc, verb - 1) == QL_TOKEN_MARK);
}

/* "to say", "would say", "the said": no report of words. */
static bool is_infinitive(const ql_document *doc, int32_t first, int32_t verb) {
    return verb > first && ql_has(doc, verb - 1, QL_WORD_INFINITIVE_MARKER);
}

/* "for comment on Monday", "a claim", "Lee's claim": a base form after a preposition, a determiner or an owner is a
   noun. */
static bool is_noun_here(const ql_document *doc, int32_t first, int32_t verb) {
    if (verb == first || !(ql_verb_forms(doc, verb) & QL_VERB_BASE)) return false;
    if (ql_has(doc, verb - 1, QL_WORD_COMPLEMENTIZER)) return false;
    if (ql_kind(doc, verb - 1) == QL_TOKEN_CLITIC && ql_dependent(doc, verb, SUBJECTS) == QL_NONE)
        return ql_tag_of(doc, verb - 1) == QL_TAG_PART;
    return ql_has(doc, verb - 1, QL_WORD_PREPOSITION, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE) &&
           !ql_has(doc, verb - 1, QL_WORD_SUBJECT_PRONOUN, QL_WORD_QUANTIFIER);
}

static void read_modifiers(const ql_document *doc, ql_cue_hit *hit) {
    for (int32_t i = hit->frame_start; i < hit->end_token; i++) {
        if (ql_has(doc, i, QL_WORD_HEDGE)) hit->hedged = true;
        if (ql_has(doc, i, QL_WORD_NEGATION)) hit->negated = true;
    }
    const ql_cue *cue = ql_cue_of(doc, hit->first_token);
    if (cue != NULL && cue->is_hedge) hit->hedged = true;
}

/* Where the source that the tree gives stands: right before the verb, right after it, or elsewhere. */
static void place_source(const ql_document *doc, int32_t first, int32_t end, ql_cue_hit *hit) {
    const ql_mention *source = &doc->mentions.items[hit->source];
    int32_t left = skip_back(doc, first, hit->first_token), next = hit->end_token;
    while (next < end && stands_between(doc, next)) next++;
    bool before = source->first_token < hit->first_token;
    int32_t behind = before ? ql_branch_of(doc, source->head)->last + 1 : 0; /* "Lee (R-Utah) said" */
    while (before && behind < left && ql_kind(doc, behind) == QL_TOKEN_PUNCT) behind++;
    hit->frame_start = left;
    if (source->end_token == left || source->end_token == hit->first_token || (before && behind == left)) {
        hit->frame_start = source->first_token;
    } else if (source->first_token == next && source->first_token > hit->first_token) {
        hit->inverted = true;
        hit->frame_end = source->end_token;
    }
}

/* "a claim", "comments": by its tag no verb, and nothing hangs on it as on one. */
static bool is_used_as_noun(const ql_document *doc, int32_t i) {
    uint8_t tag = ql_tag_of(doc, i);
    if (ql_precedes_words(doc, i)) return false;
    return tag != QL_TAG_VERB && tag != QL_TAG_AUX &&
           ql_dependent(doc, i, SUBJECTS | QL_RELATION_BIT(CCOMP) | QL_RELATION_BIT(PARATAXIS)) == QL_NONE;
}

/* Take the mention right after the verb for its source, if there is one. */
static bool take_inverted(const ql_document *doc, int32_t end, ql_cue_hit *hit) {
    hit->source = inverted_source(doc, hit->first_token, end);
    hit->inverted = hit->source != QL_NONE;
    if (hit->inverted) hit->frame_end = doc->mentions.items[hit->source].end_token;
    return hit->inverted;
}

/* Without a source in the tree: by what is beside the verb. */
static void look_beside(const ql_document *doc, int32_t first, int32_t end, ql_cue_hit *hit) {
    hit->source = subject_of(doc, first, hit->first_token, &hit->frame_start);
    if (hit->source != QL_NONE || !stands_behind_content(doc, first, hit->first_token)) return;
    take_inverted(doc, end, hit);
}

/* The mention of just these tokens; else the longest that starts with them, or QL_NONE. */
static int32_t mention_of_phrase(const ql_document *doc, int32_t first, int32_t end) {
    const ql_mentions *mentions = &doc->mentions;
    int32_t longest = ql_mention_from(doc, first);
    for (int32_t i = longest; i != QL_NONE && i < (int32_t)mentions->n && mentions->items[i].first_token == first;
         i++)
        if (mentions->items[i].end_token == end) return i;
    return longest;
}

/* Does the verb with its subject come right after a quotation: “…,” he notes; “…?” wondered Ann Lee? */
static bool stands_beside_quotation(const ql_document *doc, int32_t verb, ql_cue_hit *hit) {
    const ql_adjacent *adjacent = ql_adjacent_by_verb(doc, verb);
    if (adjacent == NULL) return false;
    bool inverted = adjacent->first_token > verb;
    *hit = (ql_cue_hit){.first_token = verb,
                        .end_token = verb + 1,
                        .source = mention_of_phrase(doc, adjacent->first_token, adjacent->end_token),
                        .frame_start = inverted ? verb : adjacent->first_token,
                        .frame_end = inverted ? adjacent->end_token : verb + 1,
                        .inverted = inverted};
    return true;
}

/* There any finite verb reports. */
static bool any_verb_cue(const ql_document *doc, int32_t verb, ql_cue_hit *hit) {
    uint8_t inflection = doc->tokens.items[verb].inflection;
    if (ql_tag_of(doc, verb) != QL_TAG_VERB || ql_cue_of(doc, verb) != NULL) return false;
    if (inflection == QL_INFLECTION_BASE || inflection == QL_INFLECTION_GERUND) return false;
    return stands_beside_quotation(doc, verb, hit);
}

/* "On board the Freewinds, Paris says": where the tree's subject is elsewhere, a name right before the verb that
   begins after a comma, a conjunction or nothing is better, and so is a mention between commas. */
static int32_t name_before(const ql_document *doc, int32_t first, int32_t verb, int32_t source) {
    int32_t left = skip_back(doc, first, verb), mention = mention_until(doc, first, left);
    if (mention == QL_NONE || doc->mentions.items[source].end_token == left) return QL_NONE;
    const ql_mention *name = &doc->mentions.items[mention];
    bool set_off = verb + 1 < ql_n_tokens(doc) && ql_is_char(doc, verb + 1, ',');
    if (!set_off && name->kind != QL_MENTION_NAME && name->kind != QL_MENTION_PRONOUN) return QL_NONE;
    int32_t before = name->first_token - 1;
    bool opens = before < first || ql_is_char(doc, before, ',') || ql_has(doc, before, QL_WORD_COORDINATOR);
    bool nested = doc->mentions.items[source].end_token > name->first_token &&
                  doc->mentions.items[source].first_token < name->first_token;
    return opens && !nested ? mention : QL_NONE;
}

/* "The mosaic, said the curator, was laid by slaves": a verb after a comma with a mention up to the next one; or
   with a name up to the end, "The mosaic was laid by slaves, reports the Ely Post." */
static bool is_set_off(const ql_document *doc, int32_t verb, int32_t end) {
    int32_t mention = verb > 0 && ql_is_char(doc, verb - 1, ',') ? inverted_source(doc, verb, end) : QL_NONE;
    if (mention == QL_NONE || ql_token_of(doc, verb)->inflection == QL_INFLECTION_GERUND) return false;
    const ql_mention *phrase = &doc->mentions.items[mention];
    int32_t behind = phrase->end_token;
    if (behind < end && ql_is_char(doc, behind, ',')) return true;
    bool named =
        phrase->kind == QL_MENTION_NAME || phrase->kind == QL_MENTION_OUTLET || phrase->kind == QL_MENTION_AGENCY;
    return named && (ql_cue_of(doc, verb)->frames & QL_FRAME_FINAL) && behind == end - 1 &&
           ql_is_char(doc, behind, '.');
}

/* "As the captain admitted, …", "…, as residents noted": the conjunction is part of the frame. */
static void take_as(const ql_document *doc, int32_t first, int32_t end, ql_cue_hit *hit) {
    int32_t before = hit->frame_start - 1, behind = hit->frame_end;
    if (before < first || !ql_has(doc, before, QL_WORD_PARENTHETIC)) return;
    while (behind < end && (ql_tag_of(doc, behind) == QL_TAG_ADV || ql_has(doc, behind, QL_WORD_WEEKDAY))) behind++;
    bool closed = behind >= end || ql_is_char(doc, behind, ',') || ql_is_char(doc, behind, '.');
    bool opens = before == first || ql_is_char(doc, before - 1, ',');
    if (closed && opens) hit->frame_start = before;
}

/* The source of the last verb of the sentence that reports before token `end`; QL_NONE without. */
static int32_t source_before(const ql_document *doc, int32_t first, int32_t end) {
    const ql_cue_hits *cues = &doc->cues;
    size_t least = first_to_ask(cues);
    for (size_t i = cues->n; i > least && cues->items[i - 1].first_token >= first; i--) {
        const ql_cue_hit *hit = &cues->items[i - 1];
        if (hit->kind == QL_CUE_VERB && hit->source != QL_NONE && hit->end_token <= end) return hit->source;
    }
    return QL_NONE;
}

/* "by saying, “Come here,”". */
static bool precedes_quotation(const ql_document *doc, int32_t verb, int32_t end) {
    int32_t mark = verb + 1;
    if (mark < end && (ql_is_char(doc, mark, ',') || ql_is_char(doc, mark, ':'))) mark++;
    return mark + 1 < end && ql_kind(doc, mark) == QL_TOKEN_MARK && ql_flag(doc, mark + 1, QL_TOKEN_MARKED) &&
           !ql_flag(doc, verb, QL_TOKEN_MARKED);
}

/* "a region called “the North”": a name for it, and nobody's words, unless "by" follows. */
static bool names_only(const ql_document *doc, int32_t verb, int32_t end, const ql_cue *cue) {
    static const uint64_t helpers = SUBJECTS | PASSIVE | QL_RELATION_BIT(AUX) | QL_RELATION_BIT(OBL_AGENT);
    if (!(cue->frames & QL_FRAME_OBJECT_AS) || ql_token_of(doc, verb)->inflection != QL_INFLECTION_PARTICIPLE)
        return false;
    if (ql_dependent(doc, verb, helpers) != QL_NONE || !precedes_quotation(doc, verb, end)) return false;
    int32_t behind = verb + 2;
    while (behind < end && (ql_flag(doc, behind, QL_TOKEN_MARKED) || ql_kind(doc, behind) == QL_TOKEN_MARK)) behind++;
    return behind >= end || !ql_has(doc, behind, QL_WORD_AGENT_PREPOSITION);
}

static bool verb_cue(const ql_document *doc, int32_t first, int32_t verb, int32_t end, ql_cue_hit *hit) {
    const ql_cue *cue = ql_cue_of(doc, verb);
    if (cue == NULL || cue->is_noun || !ql_has(doc, verb, QL_WORD_CUE_VERB)) return false;
    if (stands_beside_quotation(doc, verb, hit)) return true;
    if (is_infinitive(doc, first, verb) || is_noun_here(doc, first, verb) || is_used_as_noun(doc, verb)) return false;
    if (names_only(doc, verb, end, cue)) return false;
    *hit = (ql_cue_hit){.first_token = verb, .end_token = verb + 1, .frame_start = verb, .frame_end = verb + 1};
    if (is_bare_question(doc, first, verb, cue)) {
        int32_t agent = ql_dependent(doc, verb, QL_RELATION_BIT(OBL_AGENT));
        hit->source = agent != QL_NONE ? ql_mention_of(doc, agent) : QL_NONE;
        hit->unsaid = true;
        return true;
    }
    hit->source = tree_source(doc, first, end, verb);
    bool participle =
        ql_verb_forms(doc, verb) == QL_VERB_ING && !ql_has(doc, verb - (verb > first), QL_WORD_AUXILIARY);
    if (participle) {
        int32_t outer = hit->source != QL_NONE && ql_is_char(doc, verb - (verb > first), ',')
                            ? source_before(doc, first, doc->mentions.items[hit->source].first_token)
                            : QL_NONE;
        if (outer != QL_NONE) hit->source = outer; /* "said we won, adding": not us */
        if (hit->source == QL_NONE) hit->source = participle_source(doc, first, verb, end);
        if (ql_dependent(doc, verb, QL_RELATION_BIT(CCOMP)) != QL_NONE) return true; /* "by saying that …" */
        return verb == first || ql_is_char(doc, verb - 1, ',') || ql_has(doc, verb - 1, QL_WORD_COORDINATOR) ||
               precedes_quotation(doc, verb, end);
    }
    if (is_set_off(doc, verb, end) && take_inverted(doc, end, hit)) return true;
    int32_t nearer = hit->source != QL_NONE ? name_before(doc, first, verb, hit->source) : QL_NONE;
    if (nearer != QL_NONE) hit->source = nearer;
    if (hit->source != QL_NONE)
        place_source(doc, first, end, hit);
    else if (is_passive(doc, verb)) {
        hit->unsaid = true;
        return true;
    } else
        look_beside(doc, first, end, hit);
    if (hit->source != QL_NONE) take_as(doc, first, end, hit);
    return hit->source != QL_NONE;
}

/* Whose claim it is: "Ren's claim", "a claim by Ren", "the claim of Ren"; else who makes it. */
static int32_t noun_source(const ql_document *doc, int32_t noun) {
    int32_t owner = ql_dependent(doc, noun, QL_RELATION_BIT(NMOD_POSS));
    for (int32_t i = ql_branch_of(doc, noun)->child; owner == QL_NONE && i != QL_NONE;
         i = ql_branch_of(doc, i)->next) {
        int32_t first = ql_branch_of(doc, i)->first;
        bool by = ql_has(doc, first, QL_WORD_CLAIMANT_PREPOSITION);
        if (i > noun && by && ql_relates(doc, i, QL_RELATION_BIT(NMOD))) owner = i;
    }
    if (owner != QL_NONE) return ql_mention_of(doc, owner);
    int32_t verb = ql_head_of(doc, noun);
    bool is_object = ql_relates(doc, noun, QL_RELATION_BIT(OBJ) | QL_RELATION_BIT(OBL));
    return is_object && verb != QL_NONE && ql_tag_of(doc, verb) == QL_TAG_VERB ? ql_subject_of(doc, verb) : QL_NONE;
}

/* The first token of what a noun reports: "the claim that he left", "her answer was that he left", "a promise to go".
   QL_NONE where it reports nothing. */
static int32_t noun_content(const ql_document *doc, int32_t noun, const ql_cue *cue) {
    int32_t clause = ql_dependent(doc, noun, QL_RELATION_BIT(ACL) | QL_RELATION_BIT(CCOMP)),
            verb = ql_head_of(doc, noun);
    if (clause > noun) {
        int32_t first = ql_branch_of(doc, clause)->first;
        if (ql_has(doc, first, QL_WORD_COMPLEMENTIZER) ||
            ((cue->frames & QL_FRAME_TO) && ql_has(doc, first, QL_WORD_INFINITIVE_MARKER)))
            return first;
    }
    if (!ql_relates(doc, noun, SUBJECTS) || verb < noun) return QL_NONE;
    for (int32_t i = noun + 1; i + 1 < verb && i < noun + MOST_COPULA; i++)
        if (ql_tag_of(doc, i) == QL_TAG_AUX && ql_has(doc, i + 1, QL_WORD_COMPLEMENTIZER)) return i + 1;
    return QL_NONE;
}

/* "the claim that he left": a noun with a clause. */
static bool noun_cue(const ql_document *doc, int32_t i, ql_cue_hit *hit) {
    const ql_cue *cue = ql_cue_of(doc, i);
    if (cue == NULL || !ql_has(doc, i, QL_WORD_CUE_NOUN) || ql_tag_of(doc, i) != QL_TAG_NOUN) return false;
    if (noun_content(doc, i, cue) == QL_NONE) return false;
    *hit = (ql_cue_hit){.first_token = i,
                        .end_token = i + 1,
                        .source = noun_source(doc, i),
                        .frame_start = i,
                        .frame_end = noun_content(doc, i, cue),
                        .kind = QL_CUE_NOUN};
    return true;
}

static bool is_plural(const ql_document *doc, int32_t i) {
    enum { LONGEST = 48 };
    const ql_token *token = ql_token_of(doc, i);
    size_t n = (size_t)(token->end - token->start);
    char folded[LONGEST];
    if (n > LONGEST) return false;
    for (size_t k = 0; k < n; k++) folded[k] = lower(doc->text->bytes[(size_t)token->start + k]);
    return ql_is_plural(folded, n);
}

/* "according to plan", "according to size": a bare singular noun is not a source but a measure.  One before
   another noun, as in "analysis firm Acme", is not bare. */
static bool is_measure(const ql_document *doc, int32_t first, int32_t end) {
    static const uint64_t modifiers =
        QL_RELATION_BIT(COMPOUND) | QL_RELATION_BIT(FLAT) | QL_RELATION_BIT(NMOD) | QL_RELATION_BIT(NMOD_DESC);
    if (first >= end || ql_tag_of(doc, first) != QL_TAG_NOUN || is_plural(doc, first)) return false;
    if (ql_relates(doc, first, modifiers) && ql_head_of(doc, first) > first) return false;
    if (ql_has(doc, first, QL_WORD_GROUP, QL_WORD_ANONYMOUS, QL_WORD_BODY, QL_WORD_CUE_NOUN, QL_WORD_MASS_SOURCE))
        return false;
    return ql_dependent(doc, first, ~(QL_RELATION_BIT(CASE) | QL_RELATION_BIT(PUNCT))) == QL_NONE;
}

static bool according_cue(const ql_document *doc, int32_t i, int32_t end, ql_cue_hit *hit) {
    int32_t according = ql_phrase_at(doc, i, end, QL_PHRASE_ACCORDING);
    int32_t n = according != 0 ? according : ql_phrase_at(doc, i, end, QL_PHRASE_ATTRIBUTION), first = i + n;
    if (n == 0 || first >= end || is_measure(doc, first, end)) return false;
    int32_t mention = ql_mention_from(doc, first);
    if (mention == QL_NONE && according == 0) return false;
    bool set_off = ql_flag(doc, i, QL_TOKEN_FIRST) || ql_is_char(doc, i - 1, ',');
    if (n == 1 && !set_off) return false; /* "per" is much else */
    *hit = (ql_cue_hit){.first_token = i,
                        .end_token = first,
                        .source = mention,
                        .frame_start = i,
                        .frame_end = mention != QL_NONE ? doc->mentions.items[mention].end_token : first,
                        .kind = QL_CUE_ACCORDING};
    return true;
}

/* BREAKING, FLIPPED: a shout of the headline's own, in letters that the rest of it does not use. */
static bool is_shouted(const ql_document *doc, int32_t first, int32_t colon) {
    for (int32_t i = first; i < colon; i++)
        if (ql_kind(doc, i) == QL_TOKEN_WORD && !ql_flag(doc, i, QL_TOKEN_ALL_CAPS)) return false;
    return true;
}

/* Can what is before a colon speak?  A person, a body, a document that is somebody's; not a topic or a rubric. */
static bool can_head_colon(const ql_document *doc, const ql_mention *mention, int32_t colon) {
    if (mention->kind == QL_MENTION_PRONOUN || is_shouted(doc, mention->first_token, colon)) return false;
    bool one_word = mention->end_token - mention->first_token == 1;
    if (ql_has(doc, mention->head, QL_WORD_HEADLINE_LABEL) && one_word) return false;
    if (mention->kind == QL_MENTION_OUTLET && ql_has(doc, mention->head, QL_WORD_OUTLET_NOUN)) return false;
    bool named = mention->kind == QL_MENTION_NAME;
    return !named || !ql_has(doc, mention->first_token, QL_WORD_DETERMINER);
}

/* The mention that could speak, if it is all there is after a headline's colon: "Storm kills two: report". */
static int32_t mention_at_end(const ql_document *doc, int32_t colon, int32_t end) {
    if (end - colon - 1 > MOST_AFTER || colon + 1 >= end) return QL_NONE;
    int32_t mention = ql_mention_from(doc, colon + 1);
    if (mention == QL_NONE || doc->mentions.items[mention].kind == QL_MENTION_PRONOUN) return QL_NONE;
    return doc->mentions.items[mention].end_token == end ? mention : QL_NONE;
}

/* The first colon of a headline that no other cue stands before: which of the phrases beside it speaks is learned.
   False without memory. */
static bool headline_cue(ql_document *doc, int32_t first, int32_t colon, int32_t end, ql_cue_hit *hit, bool *is_cue) {
    ql_headline headline = {.first = first, .colon = colon, .end = end, .before = ql_mention_from(doc, first)};
    ql_side side;
    if (headline.before != QL_NONE) {
        const ql_mention *mention = &doc->mentions.items[headline.before];
        bool is_letter = mention->end - mention->start == 1; /* the Q of an interview */
        if (mention->end_token > colon || mention->kind == QL_MENTION_PRONOUN || is_letter) headline.before = QL_NONE;
    }
    headline.after = mention_at_end(doc, colon, end);
    if (!ql_choose_side(doc, &headline, &side)) return false;
    bool after = side == QL_SIDE_AFTER;
    *hit = (ql_cue_hit){.first_token = colon,
                        .end_token = colon + 1,
                        .source = after ? headline.after : headline.before,
                        .frame_start = after ? colon : first,
                        .frame_end = after ? end : colon + 1,
                        .inverted = after,
                        .kind = QL_CUE_COLON};
    *is_cue = side != QL_SIDE_NONE;
    return true;
}

/* Is this the first colon of a headline, with words on both sides and no cue before it? */
static bool is_headline_colon(const ql_document *doc, int32_t first, int32_t i, int32_t end) {
    const ql_cue_hit *before = last_cue(doc, first);
    if (!ql_is_char(doc, i, ':') || i == first || i + 1 >= end || before != NULL) return false;
    if (!ql_is_headline(doc, ql_token_of(doc, i)->sentence)) return false; /* so the sentence is short */
    for (int32_t k = first; k < i; k++)
        if (ql_is_char(doc, k, ':')) return false;
    return true;
}

/* "Ann Lee: we will win", "Ann Lee at the fair: …" at the start of a sentence. */
static bool colon_cue(const ql_document *doc, int32_t first, int32_t i, ql_cue_hit *hit) {
    if (!ql_is_char(doc, i, ':')) return false;
    int32_t mention = subject_until(doc, first, i);
    if (mention == QL_NONE || doc->mentions.items[mention].first_token != first) return false;
    if (!can_head_colon(doc, &doc->mentions.items[mention], i)) return false;
    *hit = (ql_cue_hit){.first_token = i,
                        .end_token = i + 1,
                        .source = mention,
                        .frame_start = first,
                        .frame_end = i + 1,
                        .kind = QL_CUE_COLON};
    return true;
}

/* "has reportedly left": an adverb that says alone that somebody says so.  Of a clause, and not of a report. */
static bool hedge_cue(const ql_document *doc, int32_t i, ql_cue_hit *hit) {
    int32_t verb = ql_head_of(doc, i);
    if (!ql_has(doc, i, QL_WORD_HEDGE) || ql_tag_of(doc, i) != QL_TAG_ADV || verb == QL_NONE) return false;
    if (ql_dependent(doc, verb, SUBJECTS | PASSIVE) == QL_NONE || ql_has(doc, verb, QL_WORD_CUE_VERB)) return false;
    *hit = (ql_cue_hit){.first_token = i,
                        .end_token = i + 1,
                        .source = QL_NONE,
                        .frame_start = i,
                        .frame_end = i + 1,
                        .unsaid = true,
                        .kind = QL_CUE_HEDGE};
    return true;
}

/* “We will win.” — Ann Lee */
static bool dash_cue(const ql_document *doc, int32_t i, ql_cue_hit *hit) {
    uint8_t kind = ql_kind(doc, i);
    if ((kind != QL_TOKEN_DASH && kind != QL_TOKEN_SYMBOL && kind != QL_TOKEN_PUNCT) ||
        !stands_beside_quotation(doc, i, hit))
        return false;
    hit->kind = QL_CUE_DASH;
    return true;
}

static ql_status no_memory(ql_document *doc) {
    return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for cues");
}

ql_status ql_stage_cue(ql_document *doc) {
    const ql_sentences *sentences = &doc->sentences;
    set_marked(doc);
    for (size_t s = 0; s < sentences->n; s++) {
        int32_t first = sentences->items[s].first_token, end = sentences->items[s].end_token;
        for (int32_t i = first; i < end; i++) {
            ql_cue_hit hit;
            bool is_cue = false;
            if (ql_flag(doc, i, QL_TOKEN_MARKED)) continue;
            if (is_headline_colon(doc, first, i, end)) {
                if (!headline_cue(doc, first, i, end, &hit, &is_cue)) return no_memory(doc);
                if (!is_cue) continue;
            } else if (!verb_cue(doc, first, i, end, &hit) && !any_verb_cue(doc, i, &hit) &&
                       !noun_cue(doc, i, &hit) && !according_cue(doc, i, end, &hit) &&
                       !colon_cue(doc, first, i, &hit) && !dash_cue(doc, i, &hit) && !hedge_cue(doc, i, &hit))
                continue;
            read_modifiers(doc, &hit);
            if (!ql_cue_hits_push(&doc->cues, hit)) return no_memory(doc);
        }
    }
    return QL_OK;
}

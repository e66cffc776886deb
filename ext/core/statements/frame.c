/* What a verb reports, read off the tree of its sentence: a clause, an infinitive, an object, a phrase. */
#include "statements/frame.h"

/* Is a clause's verb an infinitive with "to"? */
static bool is_to_clause(const ql_document *doc, int32_t clause) {
    int32_t mark = ql_dependent(doc, clause, QL_RELATION_BIT(MARK));
    return mark != QL_NONE && ql_has(doc, mark, QL_WORD_INFINITIVE_MARKER);
}

static bool is_nominal(uint8_t tag) {
    return tag == QL_TAG_NOUN || tag == QL_TAG_PROPN || tag == QL_TAG_PRON;
}

/* "that he left", "he left", "whether he left": a clause after the verb that it may report. */
static bool clause_behind(const ql_document *doc, int32_t verb, const ql_cue *word, ql_token_range *out) {
    int32_t clause = ql_dependent(doc, verb, QL_RELATION_BIT(CCOMP));
    if (clause == QL_NONE || clause < verb) return false;
    *out = ql_subtree_of(doc, clause);
    if (out->first <= verb) return false;
    bool told = (word->frames & QL_FRAME_ADDRESSEE) && out->first == verb + 1 && out->first + 1 < out->end;
    if (told && is_nominal(ql_tag_of(doc, out->first)) &&
        ql_has(doc, out->first + 1, QL_WORD_DETERMINER, QL_WORD_POSSESSIVE, QL_WORD_SUBJECT_PRONOUN))
        out->first++; /* "told reporters the river was rising" */
    if (is_to_clause(doc, clause)) return (word->frames & (QL_FRAME_TO | QL_FRAME_OBJECT_TO)) != 0;
    if (ql_has(doc, out->first, QL_WORD_COMPLEMENTIZER)) return true;
    if (ql_has(doc, out->first, QL_WORD_WH)) return (word->frames & (QL_FRAME_WH | QL_FRAME_CLAUSE)) != 0;
    return (word->frames & (QL_FRAME_CLAUSE | QL_FRAME_QUOTE)) != 0;
}

/* A clause on a noun that cannot be about it: "that" opens it without being part of it, or nothing does. */
static bool is_complement(const ql_document *doc, int32_t clause) {
    int32_t first = ql_branch_of(doc, clause)->first;
    if (ql_has(doc, first, QL_WORD_COMPLEMENTIZER))
        return ql_relates(doc, clause, QL_RELATION_BIT(ACL)) || ql_relates(doc, first, QL_RELATION_BIT(MARK));
    return ql_relates(doc, clause, QL_RELATION_BIT(ACL_RELCL)) && ql_kind(doc, first) != QL_TOKEN_PUNCT &&
           !ql_has(doc, first, QL_WORD_RELATIVE, QL_WORD_WH);
}

/* "said in the memo the firm had left", "told a crowd that it had": the parser hangs the clause on the memo, or on
   the crowd. */
static bool clause_behind_noun(const ql_document *doc, int32_t verb, const ql_cue *word, int32_t end,
                               ql_token_range *out) {
    static const uint64_t addressees = QL_RELATION_BIT(OBJ) | QL_RELATION_BIT(IOBJ);
    static const uint64_t complements = QL_RELATION_BIT(CCOMP) | QL_RELATION_BIT(XCOMP) | QL_RELATION_BIT(PARATAXIS);
    bool told = (word->frames & QL_FRAME_ADDRESSEE) != 0;
    if (!(word->frames & QL_FRAME_CLAUSE) || ql_dependent(doc, verb, complements) != QL_NONE) return false;
    for (int32_t i = ql_branch_of(doc, verb)->child; i != QL_NONE; i = ql_branch_of(doc, i)->next) {
        if (i < verb || !ql_relates(doc, i, QL_RELATION_BIT(OBL) | addressees)) continue;
        if (ql_relates(doc, i, addressees) && !told) return false;
        int32_t clause = ql_dependent(doc, i, QL_RELATION_BIT(ACL_RELCL) | QL_RELATION_BIT(ACL));
        if (clause == QL_NONE || !is_complement(doc, clause)) continue;
        *out = (ql_token_range){ql_branch_of(doc, clause)->first, end};
        return true;
    }
    return false;
}

/* "to leave": the person asked to leave is outside the content, the person wanted to leave inside. */
static bool infinitive_behind(const ql_document *doc, int32_t verb, const ql_cue *word, ql_token_range *out) {
    int32_t clause = ql_dependent(doc, verb, QL_RELATION_BIT(XCOMP)), object = QL_NONE;
    if (!(word->frames & (QL_FRAME_TO | QL_FRAME_OBJECT_TO))) return false;
    if (clause == QL_NONE) clause = ql_dependent(doc, verb, QL_RELATION_BIT(ADVCL)); /* as parsers take it at times */
    if (clause == QL_NONE || clause < verb || !is_to_clause(doc, clause)) return false;
    *out = ql_subtree_of(doc, clause);
    if (word->act != QL_ACT_SPEECH) object = ql_dependent(doc, verb, QL_RELATION_BIT(OBJ));
    if (object != QL_NONE && object > verb && object < clause) out->first = ql_branch_of(doc, object)->first;
    return out->first > verb;
}

/* ---------------------------------------------------------------------------------------- objects, phrases */

/* "on Monday", "in a speech", "after the vote", ", and left": when, where and what else, and no part of what is
   reported. */
static bool is_circumstance(const ql_document *doc, int32_t i) {
    int32_t first = ql_branch_of(doc, i)->first, last = ql_branch_of(doc, i)->last;
    if (ql_kind(doc, first) == QL_TOKEN_PUNCT || ql_kind(doc, first) == QL_TOKEN_DASH) return true;
    if (ql_has(doc, first, QL_WORD_TEMPORAL, QL_WORD_WEEKDAY, QL_WORD_MONTH)) return true;
    return ql_has(doc, last, QL_WORD_WEEKDAY, QL_WORD_MONTH) ||
           ql_has(doc, i, QL_WORD_DOCUMENT, QL_WORD_OUTLET, QL_WORD_CUE_NOUN);
}

/* What comes right after a noun phrase goes with it, whatever the parser hung it on. */
static void extend(const ql_document *doc, int32_t from, ql_token_range *out) {
    static const uint64_t parts = QL_RELATION_BIT(XCOMP) | QL_RELATION_BIT(CCOMP) | QL_RELATION_BIT(OBL) |
                                  QL_RELATION_BIT(ADVCL) | QL_RELATION_BIT(OBJ);
    for (int32_t i = ql_branch_of(doc, from)->next; i != QL_NONE; i = ql_branch_of(doc, i)->next) {
        if (!ql_relates(doc, i, parts) || ql_branch_of(doc, i)->first != out->end || is_circumstance(doc, i)) return;
        out->end = ql_branch_of(doc, i)->last + 1;
    }
}

/* "spoke about the plan", "called for calm": a phrase with a preposition of this class, which stays outside. */
static bool phrase_behind(const ql_document *doc, int32_t verb, uint16_t preposition, ql_token_range *out) {
    for (int32_t i = ql_branch_of(doc, verb)->child; i != QL_NONE; i = ql_branch_of(doc, i)->next) {
        if (i < verb || !ql_relates(doc, i, QL_RELATION_BIT(OBL) | QL_RELATION_BIT(ADVCL))) continue;
        if (!ql_has(doc, ql_branch_of(doc, i)->first, preposition)) continue;
        *out = ql_subtree_of(doc, i);
        out->first++;
        extend(doc, i, out);
        return out->first < out->end && !ql_has(doc, out->first, QL_WORD_WEEKDAY, QL_WORD_MONTH);
    }
    return false;
}

/* "called the plan a joke": of two noun phrases the parser may make both complements. */
static int32_t noun_complement(const ql_document *doc, int32_t verb) {
    int32_t complement = ql_dependent(doc, verb, QL_RELATION_BIT(XCOMP));
    return complement != QL_NONE && is_nominal(ql_tag_of(doc, complement)) ? complement : QL_NONE;
}

/* "said so, citing the memo": a participle on a reporting verb, or in what that reports, names the source of it. */
static bool hands_on(const ql_document *doc, int32_t verb, int32_t object) {
    enum { MOST_OVER = 3 };
    if (ql_token_of(doc, verb)->inflection != QL_INFLECTION_GERUND || ql_mention_of(doc, object) == QL_NONE)
        return false;
    int32_t over = ql_head_of(doc, verb);
    for (int n = 0; n < MOST_OVER && over != QL_NONE; n++, over = ql_head_of(doc, over))
        if (ql_has(doc, over, QL_WORD_CUE_VERB)) return true;
    return false;
}

/* "the plan", "the plan as “reckless”", "him of lying": an object, with what completes it. */
static bool object_behind(const ql_document *doc, int32_t verb, const ql_cue *word, ql_token_range *out) {
    static const unsigned objects = QL_FRAME_OBJECT | QL_FRAME_OBJECT_AS | QL_FRAME_OBJECT_OF | QL_FRAME_OBJECT_FOR;
    if ((word->frames & QL_FRAME_OBJECT_ABOUT) && phrase_behind(doc, verb, QL_WORD_FRAME_ABOUT, out)) return true;
    if ((word->frames & QL_FRAME_OBJECT_TOWARD) && phrase_behind(doc, verb, QL_WORD_FRAME_TOWARD, out)) return true;
    if ((word->frames & QL_FRAME_OBJECT_FOR) && phrase_behind(doc, verb, QL_WORD_FRAME_FOR, out)) return true;
    int32_t object = ql_dependent(doc, verb, QL_RELATION_BIT(OBJ));
    if (object == QL_NONE && (word->frames & QL_FRAME_OBJECT_AS)) object = noun_complement(doc, verb);
    if (ql_dependent(doc, verb, QL_RELATION_BIT(AUX_PASS)) != QL_NONE) return false; /* "was denied access" */
    if (!(word->frames & objects) || object == QL_NONE || object < verb) return false;
    if ((word->frames & QL_FRAME_OBJECT_SOURCE) && hands_on(doc, verb, object)) return false;
    *out = ql_subtree_of(doc, object);
    extend(doc, object, out);
    return out->first > verb;
}

/* "said people misunderstand him": what looks like an object of a verb that takes none is a clause misread. */
static bool object_misread(const ql_document *doc, int32_t verb, const ql_cue *word, int32_t end,
                           ql_token_range *out) {
    enum { LEAST = 3 };
    int32_t object = ql_dependent(doc, verb, QL_RELATION_BIT(OBJ));
    if (!(word->frames & QL_FRAME_CLAUSE) || object == QL_NONE || object < verb) return false;
    if (word->frames & (QL_FRAME_ADDRESSEE | QL_FRAME_OBJECT | QL_FRAME_OBJECT_AS)) return false;
    *out = (ql_token_range){ql_branch_of(doc, object)->first, ql_branch_of(doc, verb)->last + 1};
    if (out->end > end) out->end = end;
    return out->first > verb && out->end - out->first > LEAST;
}

/* "selling the boat": a gerund in the place of an object. */
static bool gerund_behind(const ql_document *doc, int32_t verb, const ql_cue *word, ql_token_range *out) {
    int32_t clause = ql_dependent(doc, verb, QL_RELATION_BIT(XCOMP));
    if (!(word->frames & QL_FRAME_OBJECT) || clause < verb) return false;
    if (ql_token_of(doc, clause)->inflection != QL_INFLECTION_GERUND) return false;
    *out = ql_subtree_of(doc, clause);
    return out->first > verb;
}

/* "inquired when it would be ready": what the parser takes for an adverbial is a question. */
static bool question_behind(const ql_document *doc, int32_t verb, const ql_cue *word, ql_token_range *out) {
    if (!(word->frames & QL_FRAME_WH)) return false;
    int32_t clause = ql_dependent(doc, verb, QL_RELATION_BIT(ADVCL));
    if (clause == QL_NONE || clause < verb) return false;
    *out = ql_subtree_of(doc, clause);
    bool asks = strcmp(word->tone, "question") == 0;
    return out->first > verb && !ql_is_char(doc, out->first - 1, ',') &&
           (ql_has(doc, out->first, QL_WORD_POLAR_QUESTION) || (asks && ql_has(doc, out->first, QL_WORD_WH)));
}

/* A passive verb whose subject is what it speaks of: "is said to live in Ely", "was accused of theft".  Whom
   somebody tells or asks is not. */
bool ql_frame_holds_subject(const ql_document *doc, const ql_cue_hit *hit, const ql_cue *word,
                            ql_token_range *subject) {
    int32_t verb = hit->first_token, at = ql_dependent(doc, verb, QL_RELATION_BIT(NSUBJ_PASS));
    bool seems = word->act == QL_ACT_SEEMING;
    if (seems) at = ql_dependent(doc, verb, QL_RELATION_BIT(NSUBJ));
    if (at == QL_NONE || at > verb || ql_has(doc, at, QL_WORD_RELATIVE, QL_WORD_WH, QL_WORD_EXPLETIVE)) return false;
    if (!seems && (word->frames & (QL_FRAME_ADDRESSEE | QL_FRAME_OBJECT_TO)) && word->act == QL_ACT_SPEECH)
        return false;
    *subject = ql_subtree_of(doc, at);
    return true;
}

/* After a passive verb: an infinitive, a clause, or a phrase with "of" or "as". */
static bool passive_behind(const ql_document *doc, int32_t verb, const ql_cue *word, ql_token_range *out) {
    int32_t clause = ql_dependent(doc, verb, QL_RELATION_BIT(XCOMP) | QL_RELATION_BIT(CCOMP));
    if (ql_dependent(doc, verb, QL_RELATION_BIT(AUX_PASS)) == QL_NONE) return false;
    if (clause > verb) {
        *out = ql_subtree_of(doc, clause);
        return out->first > verb &&
               ql_has(doc, out->first, QL_WORD_INFINITIVE_MARKER, QL_WORD_COMPLEMENTIZER, QL_WORD_NEGATION);
    }
    bool found = ((word->frames & QL_FRAME_OBJECT_OF) && phrase_behind(doc, verb, QL_WORD_FRAME_OF, out)) ||
                 ((word->frames & QL_FRAME_OBJECT_AS) && phrase_behind(doc, verb, QL_WORD_FRAME_AS, out));
    if (found) out->first--; /* the preposition belongs to it here */
    return found;
}

bool ql_frame_behind(const ql_document *doc, const ql_cue_hit *hit, const ql_cue *word, int32_t end,
                     ql_token_range *out) {
    int32_t verb = hit->first_token;
    if (!passive_behind(doc, verb, word, out) && !clause_behind(doc, verb, word, out) &&
        !infinitive_behind(doc, verb, word, out) && !question_behind(doc, verb, word, out) &&
        !clause_behind_noun(doc, verb, word, end, out) && !object_behind(doc, verb, word, out) &&
        !gerund_behind(doc, verb, word, out) && !object_misread(doc, verb, word, end, out))
        return false;
    while (out->first < out->end && ql_kind(doc, out->first) == QL_TOKEN_PUNCT) out->first++;
    if (out->end > end) out->end = end;
    return out->first >= hit->end_token && out->first < out->end;
}

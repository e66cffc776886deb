/* What is between a pair of marks, as far as its form and its neighbours tell: a clause of somebody's words, a
   piece of them, a word held at arm's length, a term, a title or a nickname.  The statement stage, which knows cue
   and source, has the last word. */
#include "text/tokens.h"
#include "marks/marks.h"

enum {
    WHOLE_WORDS = 8,  /* from here on it is speech, whatever is around it */
    CLAUSE_WORDS = 3, /* with a verb of its own, from here on */
    PIECE_WORDS = 5,  /* without one, from here on somebody's words */
    LOOK_BEFORE = 3,  /* tokens in which a noun or cue before the marks is looked for */
    LOOK_BEHIND = 3,
    MOST_MARKS = 4,     /* marks in a row in which a neighbour is looked for */
    MOST_HEADLINE = 32, /* tokens of a headline */
    FAR_BEFORE = 20,    /* tokens in which an attribution is looked for, before the marks */
    FAR_BEHIND = 8      /* and after them */
};

/* The words of a pair, and where it stands. */
typedef struct shape {
    int32_t first, end;     /* tokens of the content */
    int32_t before, behind; /* token before the opener and after the closer, or QL_NONE at the sentence's edge */
    int32_t sentence_first, sentence_end;
    int32_t n_words, n_capitals, n_small; /* small: words of content that begin in lower case */
    bool has_clause;
    bool in_headline;
    bool is_capitalised; /* the sentence capitalises most of its words, so that capitals tell nothing */
} shape;

static bool is_word_kind(const ql_document *doc, int32_t i) {
    uint8_t kind = ql_kind(doc, i);
    return kind == QL_TOKEN_WORD || kind == QL_TOKEN_ABBREVIATION || kind == QL_TOKEN_NUMBER ||
           kind == QL_TOKEN_ORDINAL || kind == QL_TOKEN_HASHTAG;
}

/* A word that headlines and titles write small. */
#define SMALL_WORDS                                                                                 \
    QL_WORD_DETERMINER, QL_WORD_PREPOSITION, QL_WORD_COORDINATOR, QL_WORD_SUBORDINATOR, QL_WORD_BE, \
        QL_WORD_POSSESSIVE, QL_WORD_PRONOUN

static void count_word(const ql_document *doc, int32_t i, shape *s) {
    if (ql_has(doc, i, QL_WORD_AUXILIARY, QL_WORD_SUBJECT_PRONOUN, QL_WORD_NEGATION) &&
        !ql_has(doc, i, QL_WORD_POSSESSIVE_CLITIC) && !ql_flag(doc, i, QL_TOKEN_ALL_CAPS))
        s->has_clause = true;
    if (!is_word_kind(doc, i)) return;
    s->n_words++;
    if (ql_flag(doc, i, QL_TOKEN_CAPITAL) || ql_kind(doc, i) == QL_TOKEN_NUMBER ||
        ql_kind(doc, i) == QL_TOKEN_ORDINAL)
        s->n_capitals++;
    else if (!ql_has(doc, i, SMALL_WORDS))
        s->n_small++;
}

static bool ends_like_sentence(const ql_document *doc, int32_t end) {
    int32_t last = end - 1;
    if (ql_kind(doc, last) == QL_TOKEN_MARK) last--;
    return last >= 0 && (ql_is_char(doc, last, '.') || ql_is_char(doc, last, '!') || ql_is_char(doc, last, '?'));
}

/* Do most words of content in tokens [first, end), except those in `without`, begin with a capital? */
static bool is_capitalised(const ql_document *doc, int32_t first, int32_t end, const shape *without) {
    int32_t small = 0, capitals = 0;
    for (int32_t i = first; i < end; i++) {
        if (without != NULL && i >= without->first && i < without->end) continue;
        if (!is_word_kind(doc, i) || ql_has(doc, i, SMALL_WORDS)) continue;
        if (ql_flag(doc, i, QL_TOKEN_CAPITAL))
            capitals++;
        else
            small++;
    }
    return without == NULL ? capitals > small + 2 : capitals > 2 * small;
}

bool ql_is_headline(const ql_document *doc, int32_t sentence) {
    const ql_sentences *sentences = &doc->sentences;
    const ql_sentence *headline = &sentences->items[sentence];
    if (headline->end_token - headline->first_token > MOST_HEADLINE || headline->end_token == headline->first_token)
        return false;
    if (doc->zones.items[headline->zone].kind == QL_ZONE_TITLE) return true;
    bool alone = (sentence == 0 || headline[-1].paragraph != headline->paragraph) &&
                 ((size_t)sentence + 1 == sentences->n || headline[1].paragraph != headline->paragraph);
    return alone && (!ends_like_sentence(doc, headline->end_token) ||
                     is_capitalised(doc, headline->first_token, headline->end_token, NULL));
}

static void look_at_sentence(const ql_document *doc, shape *s) {
    int32_t at = doc->tokens.items[s->first].sentence;
    const ql_sentence *sentence = &doc->sentences.items[at];
    s->sentence_first = sentence->first_token;
    s->sentence_end = sentence->end_token;
    s->in_headline = ql_is_headline(doc, at);
    s->is_capitalised = sentence->end_token - sentence->first_token <= MOST_HEADLINE &&
                        is_capitalised(doc, sentence->first_token, sentence->end_token, s);
}

static bool read_shape(const ql_document *doc, const ql_mark_pair *pair, shape *s) {
    *s = (shape){.first = ql_token_at(doc, pair->content_start), .before = QL_NONE, .behind = QL_NONE};
    int32_t n = ql_n_tokens(doc);
    s->end = s->first;
    while (s->end < n && doc->tokens.items[s->end].start < pair->content_end) {
        if (s->n_words <= WHOLE_WORDS) count_word(doc, s->end, s);
        s->end++;
    }
    if (s->end == s->first) return false;
    look_at_sentence(doc, s);
    int32_t before = s->first - 1, behind = ql_token_at(doc, pair->end); /* a closer may pass for a possessive */
    int32_t least = before - MOST_MARKS, most = behind + MOST_MARKS;
    while (before > least && before >= s->sentence_first && ql_kind(doc, before) == QL_TOKEN_MARK) before--;
    while (behind < most && behind < s->sentence_end && ql_kind(doc, behind) == QL_TOKEN_MARK) behind++;
    if (before >= s->sentence_first) s->before = before;
    if (behind < s->sentence_end) s->behind = behind;
    return true;
}

/* -------------------------------------------------------------------------------------------- neighbours */

static bool is_near_before(const ql_document *doc, const shape *s, ql_class_set classes, int32_t look) {
    for (int32_t i = s->before; i != QL_NONE && i >= s->sentence_first && i > s->before - look; i--)
        if (ql_classes_meet(ql_classes(doc, i), classes)) return true;
    return false;
}

static bool is_near_behind(const ql_document *doc, const shape *s, ql_class_set classes, int32_t look) {
    for (int32_t i = s->behind; i != QL_NONE && i < s->sentence_end && i < s->behind + look; i++)
        if (ql_classes_meet(ql_classes(doc, i), classes)) return true;
    return false;
}

static bool is_before(const ql_document *doc, const shape *s, ql_class_set classes) {
    return is_near_before(doc, s, classes, 1);
}

static bool has_clitic_before(const ql_document *doc, const shape *s) {
    return s->before != QL_NONE && ql_kind(doc, s->before) == QL_TOKEN_CLITIC;
}

static bool has_colon_before(const ql_document *doc, const shape *s) {
    return s->before != QL_NONE && ql_is_char(doc, s->before, ':');
}

/* A name before the marks and one right after: William “Bill” Lee.  In a headline that capitalises every word that
   tells nothing. */
static bool is_between_names(const ql_document *doc, const shape *s) {
    if (s->before == QL_NONE || s->behind == QL_NONE || s->n_words > 3) return false;
    if (s->is_capitalised || ql_kind(doc, s->end - 1) == QL_TOKEN_PUNCT) return false;
    int32_t before = s->before, behind = s->behind;
    if (ql_kind(doc, before) != QL_TOKEN_WORD || ql_kind(doc, behind) != QL_TOKEN_WORD) return false;
    if (ql_has(doc, before, SMALL_WORDS, QL_WORD_CUE_VERB) || ql_has(doc, behind, SMALL_WORDS)) return false;
    return ql_flag(doc, before, QL_TOKEN_CAPITAL) && ql_flag(doc, behind, QL_TOKEN_CAPITAL) &&
           ql_flag(doc, s->first, QL_TOKEN_CAPITAL);
}

static bool is_title_case(const shape *s) {
    return s->n_capitals > 0 && s->n_small == 0;
}

/* "was called", "being called", "known as": a name for something, and not what one person calls it. */
static bool is_named_before(const ql_document *doc, const shape *s) {
    if (is_near_before(doc, s, QL_CLASSES(QL_WORD_TERM_CUE), LOOK_BEFORE)) return true;
    int32_t i = s->before;
    while (i != QL_NONE && i > s->sentence_first && ql_has(doc, i, QL_WORD_DETERMINER)) i--;
    if (i == QL_NONE || i <= s->sentence_first || !ql_has(doc, i, QL_WORD_NAMING_PARTICIPLE)) return false;
    return ql_has(doc, i - 1, QL_WORD_BE, QL_WORD_ADVERB) || ql_is_char(doc, i - 1, ',') || i + 1 == s->first - 1;
}

static bool is_attributing(const ql_document *doc, int32_t i) {
    const ql_cue *cue = ql_cue_of(doc, i);
    if (cue == NULL || ql_flag(doc, i, QL_TOKEN_CAPITAL)) return false;
    return !cue->is_noun && (cue->act == QL_ACT_SPEECH || cue->act == QL_ACT_EVIDENCE || cue->act == QL_ACT_THOUGHT);
}

/* Is anything near, in the same sentence but outside the marks, attributed to somebody? */
static bool is_attributed(const ql_document *doc, const shape *s) {
    int32_t from = s->first - FAR_BEFORE > s->sentence_first ? s->first - FAR_BEFORE : s->sentence_first;
    int32_t to = s->end + FAR_BEHIND < s->sentence_end ? s->end + FAR_BEHIND : s->sentence_end;
    for (int32_t i = from; i < to; i++)
        if ((i < s->first || i >= s->end) && is_attributing(doc, i)) return true;
    return false;
}

/* -------------------------------------------------------------------------------------------------- forms */

static bool is_beside_title_noun(const ql_document *doc, const shape *s) {
    return is_near_before(doc, s, QL_CLASSES(QL_WORD_TITLE_NOUN), LOOK_BEFORE) ||
           is_near_behind(doc, s, QL_CLASSES(QL_WORD_TITLE_NOUN), LOOK_BEHIND);
}

static bool is_title(const ql_document *doc, const shape *s) {
    if (!is_title_case(s) || (s->has_clause && s->is_capitalised)) return false;
    if (is_beside_title_noun(doc, s)) return true;
    return has_clitic_before(doc, s) || is_before(doc, s, QL_CLASSES(QL_WORD_PREPOSITION));
}

/* "the “clean coal” lobby": between a determiner and a noun stands what things are called. */
static bool is_inside_noun_phrase(const ql_document *doc, const shape *s) {
    if (s->n_words > 3 || s->behind == QL_NONE || s->has_clause) return false;
    if (!is_before(doc, s, QL_CLASSES(QL_WORD_DETERMINER, QL_WORD_POSSESSIVE)) && !has_clitic_before(doc, s))
        return false;
    bool noun = ql_kind(doc, s->behind) == QL_TOKEN_WORD && !ql_flag(doc, s->behind, QL_TOKEN_CAPITAL);
    return noun && !ql_has(doc, s->behind, SMALL_WORDS, QL_WORD_AUXILIARY, QL_WORD_RELATIVE, QL_WORD_ADVERB);
}

static bool is_said_before(const ql_document *doc, const shape *s) {
    if (s->before == QL_NONE) return false;
    int32_t i = s->before;
    if (ql_is_char(doc, i, ',') && i > s->sentence_first) i--;
    return has_colon_before(doc, s) || (ql_cue_of(doc, i) != NULL && !ql_cue_of(doc, i)->is_noun);
}

/* A short name in marks that a headline begins with: “Tonight” has a laugh, “TONIGHT”: GUESTS. */
static bool is_topic(const ql_document *doc, const shape *s) {
    if (s->before != QL_NONE || s->behind == QL_NONE || s->n_words > 4 || !is_title_case(s)) return false;
    if (ql_kind(doc, s->end - 1) == QL_TOKEN_PUNCT) return false;
    return ql_is_char(doc, s->behind, ':') || ql_has(doc, s->behind, QL_WORD_AUXILIARY, QL_WORD_HAVE, QL_WORD_BE);
}

/* Is anybody's word reported in a headline?  A cue of any kind tells, a colon, or the subject that the marked words
   are said of: Lee “disappointed”. */
static bool is_reported_headline(const ql_document *doc, const shape *s) {
    if (s->before != QL_NONE && !s->is_capitalised && !ql_has(doc, s->before, SMALL_WORDS) &&
        ql_flag(doc, s->before, QL_TOKEN_CAPITAL))
        return true;
    for (int32_t i = s->sentence_first; i < s->sentence_end; i++)
        if ((i < s->first || i >= s->end) && (ql_cue_of(doc, i) != NULL || ql_is_char(doc, i, ':'))) return true;
    return false;
}

/* Somebody's words in a headline, which drops half the verbs. */
static uint8_t words_form(const shape *s) {
    return s->has_clause || s->n_words >= PIECE_WORDS ? QL_FORM_SPEECH : QL_FORM_FRAGMENT;
}

static uint8_t form_in_headline(const ql_document *doc, const shape *s) {
    if (is_named_before(doc, s)) return QL_FORM_TERM;
    if (is_topic(doc, s)) return QL_FORM_TITLE;
    if (is_near_behind(doc, s, QL_CLASSES(QL_WORD_TERM_BEARER), 1)) return QL_FORM_TERM;
    if (is_title(doc, s) && !s->is_capitalised && is_near_before(doc, s, QL_CLASSES(QL_WORD_TITLE_NOUN), LOOK_BEFORE))
        return QL_FORM_TITLE;
    if (has_colon_before(doc, s)) return QL_FORM_SPEECH;
    if (is_said_before(doc, s)) return words_form(s);
    if (s->has_clause && ql_is_char(doc, s->end - 1, ',')) return QL_FORM_SPEECH;
    bool stands_out = is_title_case(s) && !s->is_capitalised;
    if (stands_out && is_title(doc, s)) return QL_FORM_TITLE;
    if (stands_out && s->n_words > 1) return QL_FORM_TERM;
    if (is_title(doc, s) && (is_beside_title_noun(doc, s) || has_clitic_before(doc, s))) return QL_FORM_TITLE;
    if (s->n_words <= 2 && !s->has_clause && !is_reported_headline(doc, s)) return QL_FORM_SCARE;
    return words_form(s);
}

static uint8_t form_in_text(const ql_document *doc, const shape *s) {
    if (is_title(doc, s) && s->n_words < WHOLE_WORDS) return QL_FORM_TITLE;
    if (s->n_words >= WHOLE_WORDS || (s->has_clause && s->n_words >= CLAUSE_WORDS)) return QL_FORM_SPEECH;
    if (s->before == QL_NONE && s->behind == QL_NONE) return QL_FORM_SPEECH;
    if (is_named_before(doc, s)) return QL_FORM_TERM;
    if (is_said_before(doc, s)) return s->has_clause ? QL_FORM_SPEECH : QL_FORM_FRAGMENT;
    if (is_title_case(s) && !s->is_capitalised && s->before != QL_NONE) return QL_FORM_TERM;
    if (is_inside_noun_phrase(doc, s)) return QL_FORM_TERM;
    if (s->n_words >= PIECE_WORDS) return QL_FORM_FRAGMENT;
    if (is_attributed(doc, s)) return QL_FORM_FRAGMENT;
    return is_before(doc, s, QL_CLASSES(QL_WORD_DETERMINER, QL_WORD_POSSESSIVE)) ? QL_FORM_TERM : QL_FORM_SCARE;
}

/* "high" or "low": the second of a coordinated pair is what the first one is. */
static bool follows_coordinated(const ql_document *doc, const shape *s, const ql_mark_pair *last) {
    int32_t i = s->before;
    if (last == NULL || i == QL_NONE || i == s->sentence_first || s->n_words > 3) return false;
    if (ql_has(doc, i, QL_WORD_DETERMINER)) i--;
    return ql_has(doc, i, QL_WORD_COORDINATOR) && i > s->sentence_first && ql_kind(doc, i - 1) == QL_TOKEN_MARK &&
           doc->tokens.items[i - 1].end == last->end;
}

static uint8_t form_of(const ql_document *doc, const ql_mark_pair *pair, const ql_mark_pair *last) {
    shape s;
    if (!read_shape(doc, pair, &s) || s.n_words == 0) return QL_FORM_SCARE;
    if (follows_coordinated(doc, &s, last)) return last->form;
    if (is_between_names(doc, &s)) return QL_FORM_NICKNAME;
    return s.in_headline ? form_in_headline(doc, &s) : form_in_text(doc, &s);
}

ql_status ql_stage_form(ql_document *doc) {
    ql_marks *marks = &doc->marks;
    for (size_t i = 0; i < marks->n; i++)
        marks->items[i].form = form_of(doc, &marks->items[i], i > 0 ? &marks->items[i - 1] : NULL);
    return QL_OK;
}

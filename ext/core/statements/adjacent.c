/* Who speaks beside a quotation: “…,” said Ann Lee, the mayor; “…?” the mayor, Ann Lee, asked.

   The shape is so common and so regular that it is read off the words; where a quotation ends on a comma, a question
   or an exclamation, a tree has nothing to add but mistakes. */
#include "marks/marks.h"
#include "statements/statements.h"

enum { MOST_RUN = 30, MOST_PHRASES = 4 };

typedef struct look {
    const ql_document *doc;
    int32_t end;   /* of the sentence after the quotation */
    bool headline; /* where every word may have a capital */
} look;

static bool is_comma(const look *l, int32_t i) {
    return i < l->end && ql_is_char(l->doc, i, ',');
}

static bool is_stop(const look *l, int32_t i) {
    return i >= l->end || (ql_kind(l->doc, i) == QL_TOKEN_PUNCT &&
                           strchr(".?!;:", l->doc->text->bytes[ql_token_of(l->doc, i)->start]) != NULL);
}

static bool is_finite(const look *l, int32_t i) {
    uint8_t tag = ql_tag_of(l->doc, i), inflection = ql_token_of(l->doc, i)->inflection;
    return tag == QL_TAG_VERB && (inflection == QL_INFLECTION_PAST || inflection == QL_INFLECTION_PRESENT);
}

static bool is_nominal(const look *l, int32_t i) {
    if (i >= l->end) return false;
    uint8_t tag = ql_tag_of(l->doc, i);
    return tag == QL_TAG_NOUN || tag == QL_TAG_PROPN || tag == QL_TAG_NUM || tag == QL_TAG_ADJ || tag == QL_TAG_DET;
}

/* A form of a reporting verb that can be finite: "notes", whatever its tag, before a word that follows no noun. */
static bool is_report(const look *l, int32_t i) {
    if (i >= l->end || !ql_has(l->doc, i, QL_WORD_CUE_VERB)) return false;
    if (ql_flag(l->doc, i, QL_TOKEN_CAPITAL) && !l->headline) return false;
    if (!(ql_verb_forms(l->doc, i) & (QL_VERB_S | QL_VERB_PAST))) return false;
    if (is_finite(l, i)) return true;
    bool is_noun = ql_tag_of(l->doc, i) == QL_TAG_NOUN || ql_tag_of(l->doc, i) == QL_TAG_PROPN;
    return !is_noun || i + 1 >= l->end || !is_nominal(l, i + 1) || ql_tag_of(l->doc, i + 1) == QL_TAG_DET;
}

static bool speaks(const look *l, int32_t i) {
    return i < l->end && (is_report(l, i) || is_finite(l, i));
}

/* Past "(R-Utah)". */
static int32_t skip_brackets(const look *l, int32_t i) {
    if (i >= l->end || !ql_is_char(l->doc, i, '(')) return i;
    for (int32_t at = i + 1; at < l->end && at < i + MOST_RUN / 2; at++)
        if (ql_is_char(l->doc, at, ')')) return at + 1;
    return i;
}

/* The hyphen and the last part of "voice-over", the "and" between nouns. */
static bool joins_nominals(const look *l, int32_t i) {
    if (ql_is_char(l->doc, i, '-') || ql_is_char(l->doc, i - 1, '-')) return !ql_flag(l->doc, i, QL_TOKEN_SPACE);
    if (!is_nominal(l, i + 1)) return false;
    return ql_kind(l->doc, i) == QL_TOKEN_CLITIC || ql_has(l->doc, i, QL_WORD_COORDINATOR) ||
           ql_is_char(l->doc, i, '/') || ql_kind(l->doc, i) == QL_TOKEN_DASH;
}

/* The end of the noun phrase without prepositional phrases that begins at token i; i where none does. */
static int32_t phrase_end(const look *l, int32_t i) {
    int32_t first = i;
    if (i < l->end && ql_has(l->doc, i, QL_WORD_SUBJECT_PRONOUN)) return i + 1;
    if (i < l->end && ql_has(l->doc, i, QL_WORD_POSSESSIVE)) i++;
    while (i < l->end && i < first + MOST_RUN) {
        int32_t behind = i > first ? skip_brackets(l, i) : i;
        bool adjective =
            i > first && ql_tag_of(l->doc, i) == QL_TAG_VERB && is_nominal(l, i + 1) && is_nominal(l, i - 1);
        if (behind > i)
            i = behind;
        else if (i > first && is_report(l, i))
            break;
        else if (is_nominal(l, i) || (i > first && joins_nominals(l, i)) || (adjective && !is_finite(l, i)))
            i++;
        else
            break;
    }
    while (i > first && ql_has(l->doc, i - 1, QL_WORD_WEEKDAY)) i--;
    return i;
}

/* With prepositional phrases: "the mayor of Ely", and before a verb any: "a voice-over in the ad". */
static int32_t full_phrase_end(const look *l, int32_t i, bool any) {
    int32_t end = phrase_end(l, i);
    for (int n = 0; end > i && n < MOST_PHRASES && end < l->end; n++) {
        bool preposition = ql_has(l->doc, end, QL_WORD_ATTRIBUTE_PREPOSITION);
        if (!preposition && !(any && ql_tag_of(l->doc, end) == QL_TAG_ADP)) break;
        int32_t next = phrase_end(l, end + 1);
        if (next == end + 1) break;
        end = next;
    }
    return end;
}

/* ", the mayor of Ely": an apposition, if it ends with a comma, the sentence or a mark.  Its end, or `comma`. */
static int32_t apposition_end(const look *l, int32_t comma) {
    if (!is_comma(l, comma) || ql_has(l->doc, comma + 1 < l->end ? comma + 1 : comma, QL_WORD_SUBJECT_PRONOUN))
        return comma;
    int32_t first = comma + 1;
    if (first < l->end && ql_has(l->doc, first, QL_WORD_GENITIVE)) first++;
    int32_t end = full_phrase_end(l, first, true);
    if (end == first) return comma;
    bool closed = is_comma(l, end) || is_stop(l, end) || ql_kind(l->doc, end) == QL_TOKEN_MARK ||
                  ql_kind(l->doc, end) == QL_TOKEN_DASH;
    return closed ? end : comma;
}

/* Past adverbs and auxiliaries. */
static int32_t verb_from(const look *l, int32_t i) {
    int32_t from = i;
    while (i < l->end && i < from + 4 && !speaks(l, i) &&
           (ql_tag_of(l->doc, i) == QL_TAG_ADV || ql_tag_of(l->doc, i) == QL_TAG_AUX ||
            ql_has(l->doc, i, QL_WORD_ADVERB)))
        i++;
    return i;
}

static bool is_relative(const look *l, int32_t i) {
    return i < l->end && ql_has(l->doc, i, QL_WORD_RELATIVE) && !ql_has(l->doc, i, QL_WORD_COMPLEMENTIZER);
}

/* "Ann Lee, the mayor, said", "the mayor, who was there, said".  A clause after the comma is not part
   of the source. */
static bool subject_first(const look *l, int32_t first, ql_adjacent *out) {
    int32_t end = full_phrase_end(l, first, true), verb = verb_from(l, end);
    if (end == first) return false;
    if (!speaks(l, verb) && is_comma(l, end)) {
        int32_t last = end, close = apposition_end(l, end);
        while (is_comma(l, close) && close > last && !speaks(l, verb_from(l, close + 1)))
            last = close, close = apposition_end(l, close); /* "the mayor of Ely, Maine, said" */
        if (close > end) end = close;
        if (is_relative(l, end + 1))
            while (++close < l->end && close < end + MOST_RUN && !is_comma(l, close)) continue;
        if (!is_comma(l, close)) return false;
        verb = verb_from(l, close + 1);
    }
    *out = (ql_adjacent){.first_token = first, .end_token = end, .verb = verb};
    return speaks(l, verb);
}

/* “Well,” resumed Rose: right before a name, what the tagger takes for a participle is a past form. */
static bool is_past_of_name(const look *l, int32_t i) {
    return i + 1 < l->end && ql_tag_of(l->doc, i) == QL_TAG_VERB &&
           ql_token_of(l->doc, i)->inflection == QL_INFLECTION_PARTICIPLE && ql_tag_of(l->doc, i + 1) == QL_TAG_PROPN;
}

/* "said Ann Lee, the mayor". */
static bool verb_first(const look *l, int32_t verb, ql_adjacent *out) {
    if (!speaks(l, verb) && !is_past_of_name(l, verb)) return false;
    int32_t first = verb + 1;
    if (first + 1 < l->end && ql_tag_of(l->doc, first) == QL_TAG_ADP && is_nominal(l, first + 1))
        first++; /* went on */
    int32_t end = full_phrase_end(l, first, false);
    if (end == first) return false;
    for (int32_t close = apposition_end(l, end); close > end; close = apposition_end(l, end)) end = close;
    *out = (ql_adjacent){.first_token = first, .end_token = end, .verb = verb};
    return true;
}

/* The token after a quotation that somebody speaks beside; QL_NONE where it ends otherwise. */
static int32_t behind_quotation(const ql_document *doc, const ql_mark_pair *pair) {
    int32_t behind = ql_token_at(doc, pair->end), last = behind - 2, n = ql_n_tokens(doc);
    if (behind >= n || last < 0) return QL_NONE;
    if (ql_is_char(doc, behind, ',')) return behind + 1 < n ? behind + 1 : QL_NONE;
    bool open = ql_is_char(doc, last, ',') || ql_is_char(doc, last, '?') || ql_is_char(doc, last, '!');
    return open ? behind : QL_NONE;
}

static int32_t paragraph_of(const ql_document *doc, int32_t i) {
    return doc->sentences.items[ql_token_of(doc, i)->sentence].paragraph;
}

/* “…” — Ann Lee, at the end of a paragraph. */
static bool signature(const look *l, int32_t dash, ql_adjacent *out) {
    const ql_token *token = ql_token_of(l->doc, dash);
    if (token->kind != QL_TOKEN_DASH && !ql_is_char(l->doc, dash, '-') && token->kind != QL_TOKEN_SYMBOL)
        return false;
    int32_t first = dash + 1, end = full_phrase_end(l, first, true);
    for (int32_t close = apposition_end(l, end); close > end; close = apposition_end(l, end)) end = close;
    bool closed = end >= l->end || (is_stop(l, end) && end + 1 >= l->end);
    *out = (ql_adjacent){.first_token = first, .end_token = end, .verb = dash};
    return end > first && closed && ql_flag(l->doc, first, QL_TOKEN_CAPITAL);
}

/* Who speaks beside this quotation, if anybody does. */
static bool find_adjacent(const ql_document *doc, const ql_mark_pair *pair, ql_adjacent *out) {
    int32_t first = behind_quotation(doc, pair), behind = ql_token_at(doc, pair->end);
    if (!pair->closed || behind == 0 || behind >= ql_n_tokens(doc)) return false;
    int32_t here = paragraph_of(doc, behind - 1);
    const ql_sentence *sentences = doc->sentences.items;
    if (first != QL_NONE && paragraph_of(doc, first) == here) {
        look l = {doc, sentences[ql_token_of(doc, first)->sentence].end_token, false};
        if (verb_first(&l, first, out) || subject_first(&l, first, out)) return true;
    }
    look l = {doc, sentences[ql_token_of(doc, behind)->sentence].end_token, false};
    if (ql_is_char(doc, behind, ':') &&
        ql_is_headline(doc, ql_token_of(doc, behind)->sentence)) { /* “…”: Ann Lee says */
        l.headline = true;
        bool found = subject_first(&l, behind + 1, out);
        out->verb = behind;
        return found;
    }
    return paragraph_of(doc, behind) <= here + 1 && signature(&l, behind, out);
}

/* "according to" and the phrase after it. */
static bool add_accordings(ql_document *doc) {
    const ql_sentence *sentences = doc->sentences.items;
    int32_t n_tokens = ql_n_tokens(doc);
    for (int32_t i = 0; i < n_tokens; i++) {
        int32_t first = i + ql_phrase_at(doc, i, n_tokens, QL_PHRASE_ACCORDING), from = first;
        if (first == i || first >= n_tokens) continue;
        look l = {doc, sentences[ql_token_of(doc, i)->sentence].end_token, false};
        /* "recently released papers" */
        while (from < l.end && from < first + 3 && !is_nominal(&l, from) &&
               (ql_tag_of(doc, from) == QL_TAG_ADV || ql_tag_of(doc, from) == QL_TAG_VERB))
            from++;
        int32_t end = from < l.end ? full_phrase_end(&l, from, false) : first;
        if (end == from) end = first;
        ql_adjacent found = {.first_token = first, .end_token = end, .verb = i, .pair = QL_NONE};
        if (end > first && !ql_adjacents_push(&doc->adjacents, found)) return false;
    }
    return true;
}

static int by_verb(const void *a, const void *b) {
    const ql_adjacent *x = a, *y = b;
    if (x->verb != y->verb) return x->verb < y->verb ? -1 : 1;
    return (x->pair > y->pair) - (x->pair < y->pair);
}

ql_status ql_find_adjacents(ql_document *doc) {
    ql_adjacents *adjacents = &doc->adjacents;
    const ql_marks *marks = &doc->marks;
    for (size_t i = 0; i < marks->n; i++) {
        ql_adjacent found;
        if (!find_adjacent(doc, &marks->items[i], &found)) continue;
        found.pair = (int32_t)i;
        if (!ql_adjacents_push(adjacents, found))
            return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for speakers beside quotations");
    }
    if (!add_accordings(doc)) return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for speakers");
    if (adjacents->n != 0) qsort(adjacents->items, adjacents->n, sizeof *adjacents->items, by_verb);
    return QL_OK;
}

const ql_adjacent *ql_adjacent_by_verb(const ql_document *doc, int32_t verb) {
    const ql_adjacents *adjacents = &doc->adjacents;
    int32_t i =
        vec_lower_bound(adjacents->items, adjacents->n, sizeof *adjacents->items, offsetof(ql_adjacent, verb), verb);
    return i < (int32_t)adjacents->n && adjacents->items[i].verb == verb ? &adjacents->items[i] : NULL;
}

const ql_adjacent *ql_adjacent_by_quotation(const ql_document *doc, int32_t pair) {
    const ql_adjacents *adjacents = &doc->adjacents;
    int32_t end = ql_token_at(doc, doc->marks.items[pair].end);
    int32_t i =
        vec_lower_bound(adjacents->items, adjacents->n, sizeof *adjacents->items, offsetof(ql_adjacent, verb), end);
    return i < (int32_t)adjacents->n && adjacents->items[i].pair == pair ? &adjacents->items[i] : NULL;
}

/* What the reader's network sees of a token, and of a token beside an anchor: numbers of rows. */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "statements/reader.h"
#include "syntax/lexeme.h"

enum {
    WORDS = 16384,
    ENDINGS = 4096,
    HEADS = 8192,
    FRAME_SETS = 512,
    CLASS_SETS = 1024,
    INFLECTIONS = 8,
    KINDS = 16,
    RULES = 32, /* and those of scare quotes */
    FORMS = 8,
    MENTIONS = 16,
    NEAR = 16, /* distances told one by one */
    SIDES = 24,
    MOST_LEVELS = 4, /* of the anchor's ancestors, itself included */
    RELATIONS = 64,
    MOST_UP = 64
};

const uint16_t ql_input_sizes[QL_INPUTS] = {
    [QL_INPUT_WORD] = WORDS,
    [QL_INPUT_ENDING] = ENDINGS,
    [QL_INPUT_TAG] = QL_TAGS * INFLECTIONS,
    [QL_INPUT_RELATION] = RELATIONS * QL_TAGS,
    [QL_INPUT_SHAPE] = KINDS * 16,
    [QL_INPUT_MARK] = 5 * FORMS,
    [QL_INPUT_CONTENT] = RULES,
    [QL_INPUT_ROLE] = 2 * RULES + 1,
    [QL_INPUT_MENTION] = 2 * MENTIONS,
    [QL_INPUT_HEAD] = HEADS,
    [QL_INPUT_ARC] = 32,
    [QL_INPUT_CUE] = 64,
    [QL_INPUT_FRAMES] = FRAME_SETS,
    [QL_INPUT_CLASSES] = CLASS_SETS,
    [QL_INPUT_PLACE] = 64,
};

const uint16_t ql_relative_sizes[QL_RELATIVES] = {
    [QL_RELATIVE_DISTANCE] = 2 * SIDES + 1,
    [QL_RELATIVE_SENTENCE] = 5,
    [QL_RELATIVE_BRANCH] = MOST_LEVELS * RELATIONS,
    [QL_RELATIVE_MARKS] = 8,
    [QL_RELATIVE_DRAFT] = 5,
};

/* ------------------------------------------------------------------------------------------------- tokens */

/* Of a hash its upper half counts. */
static uint16_t row_of_half(uint32_t half, uint32_t n_rows) {
    return (uint16_t)((uint64_t)half * n_rows >> 32);
}

static uint16_t row_of(uint64_t hash, uint32_t n_rows) {
    return row_of_half((uint32_t)(hash >> 32), n_rows);
}

/* The bytes of a token, in which U+FFFD stands for what is malformed: a text reads as it does once it is repaired. */
typedef struct spelling {
    const char *bytes;
    int32_t n;
    char room[192];
} spelling;

static void spell(const ql_document *doc, int32_t i, spelling *out) {
    const ql_token *token = ql_token_of(doc, i);
    const char *bytes = doc->text->bytes;
    *out = (spelling){.bytes = bytes + token->start, .n = token->end - token->start};
    if (doc->text->n_malformed == 0 || out->n > (int32_t)sizeof out->room / 3) return;
    int32_t n = 0;
    for (int32_t at = token->start, next; at < token->end; at = next) {
        bool is_good = ql_utf8_decode(bytes, doc->text->n_bytes, at, &next) != QL_REPLACEMENT;
        memcpy(out->room + n, is_good ? bytes + at : "\xEF\xBF\xBD", is_good ? (size_t)(next - at) : 3);
        n += is_good ? next - at : 3;
    }
    out->bytes = out->room;
    out->n = n;
}

static uint32_t half_hash_of(const spelling *word) {
    return (uint32_t)(ql_lexeme_hash(word->bytes, (size_t)word->n) >> 32);
}

static uint16_t ending_row(const ql_token *token, const spelling *word) {
    uint64_t ending = (uint64_t)(word->n > 7 ? 7 : word->n) << 4 | token->kind;
    for (int32_t b = word->n > 3 ? word->n - 3 : 0; b < word->n; b++)
        ending = ending << 8 | (uint8_t)lower(word->bytes[b]);
    return row_of(ql_scatter(ending), ENDINGS);
}

/* Classes that came after the weights were learned: they count for nothing, and the others keep their numbers.  Empty
   it when the weights are learned again. */
static const uint16_t NEW_CLASSES[] = {QL_WORD_READER, QL_WORD_WRITER};
enum { N_NEW_CLASSES = sizeof NEW_CLASSES / sizeof *NEW_CLASSES };

/* The classes as they were numbered when the weights were learned. */
static ql_class_set learned_classes(ql_class_set classes) {
    ql_class_set out = QL_NO_CLASSES;
    for (unsigned number = 0; number < QL_WORD_CLASSES; number++) {
        if (classes.bits[number / 64] == 0) number |= 63; /* none up to the next word of bits */
        if ((classes.bits[number / 64] >> number % 64 & 1) == 0) continue;
        unsigned below = 0;
        bool is_new = false;
        for (int k = 0; k < N_NEW_CLASSES; k++) {
            below += NEW_CLASSES[k] < number;
            is_new = is_new || NEW_CLASSES[k] == number;
        }
        if (!is_new) ql_class_add(&out, number - below);
    }
    return out;
}

static uint16_t class_row(const ql_document *doc, int32_t i) {
    ql_class_set classes = learned_classes(ql_classes(doc, i));
    uint64_t hash = 0;
    for (size_t k = 0; k < sizeof classes.bits / sizeof *classes.bits; k++)
        hash = ql_scatter(hash ^ (classes.bits[k] * QL_MIX + k));
    return row_of(hash, CLASS_SETS);
}

static uint16_t frame_row(const ql_cue *cue) {
    return cue == NULL ? 0 : row_of(ql_scatter(cue->frames + 1u), FRAME_SETS);
}

static uint16_t cue_row(const ql_document *doc, int32_t i, const ql_cue *cue) {
    if (cue != NULL) return (uint16_t)(2 + 2 * cue->act + cue->is_noun);
    return ql_verb_forms(doc, i) != 0;
}

/* 0 for a root; how far to the left or the right the head stands. */
static uint16_t arc_row(int32_t i, int32_t head) {
    if (head == QL_NONE) return 0;
    int32_t away = head < i ? i - head : head - i;
    int32_t step = away <= 4 ? away : away <= 6 ? 5 : away <= 10 ? 6 : away <= 20 ? 7 : 8;
    return (uint16_t)(head < i ? step : 16 + step);
}

static uint16_t place_row(const ql_document *doc, int32_t i) {
    const ql_sentence *sentence = &doc->sentences.items[ql_token_of(doc, i)->sentence];
    int32_t index = ql_token_of(doc, i)->sentence;
    int zone =
        sentence->zone >= 0 && sentence->zone < (int32_t)doc->zones.n ? doc->zones.items[sentence->zone].kind : 0;
    bool opens = index == 0 || doc->sentences.items[index - 1].paragraph != sentence->paragraph;
    int depth = index == 0 ? 0 : index < 3 ? 1 : index < 10 ? 2 : 3;
    return (uint16_t)(((zone & 7) * 4 + depth) * 2 + opens);
}

/* What a token says by its letters; the half of its hash. */
static uint32_t read_letters(const ql_document *doc, int32_t i, ql_inputs *out) {
    spelling word;
    spell(doc, i, &word);
    uint32_t half = half_hash_of(&word);
    out->row[QL_INPUT_WORD] = row_of_half(half, WORDS);
    out->row[QL_INPUT_ENDING] = ending_row(ql_token_of(doc, i), &word);
    return half;
}

/* `halves`: of the hashes of all tokens. */
static void read_token(const ql_document *doc, int32_t i, const uint32_t *halves, ql_inputs *out) {
    const ql_token *token = ql_token_of(doc, i);
    const ql_cue *cue = ql_cue_of(doc, i);
    uint8_t over = token->head == QL_NONE ? QL_TAG_NONE : ql_tag_of(doc, token->head);
    out->row[QL_INPUT_TAG] = (uint16_t)(token->tag * INFLECTIONS + token->inflection % INFLECTIONS);
    out->row[QL_INPUT_RELATION] = (uint16_t)(token->relation * QL_TAGS + over);
    out->row[QL_INPUT_SHAPE] = (uint16_t)(token->kind % KINDS * 16 + token->flags % 16);
    out->row[QL_INPUT_HEAD] = token->head == QL_NONE ? 0 : row_of_half(halves[token->head], HEADS);
    out->row[QL_INPUT_ARC] = arc_row(i, token->head);
    out->row[QL_INPUT_CUE] = cue_row(doc, i, cue);
    out->row[QL_INPUT_FRAMES] = frame_row(cue);
    out->row[QL_INPUT_CLASSES] = class_row(doc, i);
    out->row[QL_INPUT_PLACE] = place_row(doc, i);
}

/* -------------------------------------------------------------------------------------- marks, mentions, drafts */

/* 0 outside of marks; then by the form of the pair: the marks themselves, between them, marks inside others. */
static void read_marks(const ql_document *doc, ql_reading *to) {
    for (size_t m = 0; m < doc->marks.n; m++) {
        const ql_mark_pair *pair = &doc->marks.items[m];
        for (int32_t i = ql_token_at(doc, pair->start); i < ql_n_tokens(doc); i++) {
            int32_t start = ql_token_of(doc, i)->start;
            if (start >= pair->end) break;
            int state = start < pair->content_start ? 1 : start < pair->content_end ? 2 : 3;
            if (pair->parent != QL_NONE) state = 4;
            to->inputs[i].row[QL_INPUT_MARK] = (uint16_t)(state * FORMS + pair->form % FORMS);
            if (pair->parent == QL_NONE) to->pair[i] = (int32_t)m;
        }
    }
}

static void read_mentions(const ql_document *doc, ql_reading *to) {
    for (size_t m = 0; m < doc->mentions.n; m++) {
        const ql_mention *mention = &doc->mentions.items[m];
        for (int32_t i = mention->first_token; i < mention->end_token; i++)
            to->inputs[i].row[QL_INPUT_MENTION] =
                (uint16_t)(mention->kind % MENTIONS + (i == mention->head ? MENTIONS : 0));
    }
}

static void set_role(const ql_document *doc, ql_reading *to, int32_t first, int32_t end, uint16_t row) {
    for (int32_t i = first; i < end && i < ql_n_tokens(doc); i++) to->inputs[i].row[QL_INPUT_ROLE] = row;
}

static void read_draft(const ql_document *doc, int32_t index, ql_reading *to) {
    const ql_drafts *d = to->drafts;
    const ql_draft *draft = &d->list.items[index];
    uint8_t by = draft->rule == QL_RULE_BEFORE_COLON ? QL_RULE_AFTER_COLON : draft->rule; /* newer than the weights */
    uint16_t rule = (uint16_t)(1 + by % (RULES / 2 - 1) + (draft->scare ? RULES / 2 : 0));
    for (int32_t s = draft->first_span; s != QL_NONE && draft->parent == QL_NONE; s = d->spans.items[s].next) {
        ql_token_range span = ql_tokens_of_span(d, s);
        for (int32_t i = span.first; i < span.end; i++) to->inputs[i].row[QL_INPUT_CONTENT] = rule;
    }
    int32_t anchor = ql_anchor_of(d, index);
    if (anchor < ql_n_tokens(doc) && to->draft[anchor] == QL_NONE) to->draft[anchor] = index;
    if (draft->source != QL_NONE) {
        const ql_mention *source = &doc->mentions.items[draft->source];
        set_role(doc, to, source->first_token, source->end_token, (uint16_t)(1 + RULES));
    }
    if (draft->cue != QL_NONE) {
        const ql_cue_hit *hit = &doc->cues.items[draft->cue];
        set_role(doc, to, hit->first_token, hit->end_token, rule);
    }
    if (draft->verb != QL_NONE) set_role(doc, to, draft->verb, draft->verb + 1, rule);
}

int32_t ql_anchor_of(const ql_drafts *d, int32_t draft) {
    const ql_draft *of = &d->list.items[draft];
    if (of->cue != QL_NONE) return d->doc->cues.items[of->cue].first_token;
    return of->verb != QL_NONE ? of->verb : ql_token_at(d->doc, of->start);
}

bool ql_reading_new(const ql_drafts *d, ql_reading *out) {
    const ql_document *doc = d->doc;
    size_t n = (size_t)ql_n_tokens(doc);
    uint32_t *halves = malloc((n + 1) * sizeof *halves);
    char *block = calloc(n + 1, sizeof *out->inputs + sizeof *out->pair + sizeof *out->draft);
    if (block == NULL || halves == NULL) {
        free(block);
        free(halves);
        return false;
    }
    *out = (ql_reading){d, NULL, (int32_t *)(void *)block, (int32_t *)(void *)block + n};
    out->inputs = (ql_inputs *)(void *)(out->draft + n);
    for (size_t i = 0; i < n; i++) out->pair[i] = out->draft[i] = QL_NONE;
    for (size_t i = 0; i < n; i++) halves[i] = read_letters(doc, (int32_t)i, &out->inputs[i]);
    for (size_t i = 0; i < n; i++) read_token(doc, (int32_t)i, halves, &out->inputs[i]);
    free(halves);
    read_marks(doc, out);
    read_mentions(doc, out);
    for (size_t i = 0; i < d->list.n; i++) read_draft(doc, (int32_t)i, out);
    return true;
}

void ql_reading_free(ql_reading *reading) {
    free(reading->pair);
}

/* ------------------------------------------------------------------------------------- beside an anchor */

void ql_reach_of(const ql_document *doc, int32_t anchor, int32_t *first, int32_t *end) {
    const ql_sentence *sentences = doc->sentences.items;
    int32_t from = ql_token_of(doc, anchor)->sentence, to = from;
    int32_t paragraph = sentences[from].paragraph;
    while (from > 0 && sentences[from - 1].paragraph == paragraph && anchor - sentences[from].first_token < QL_REACH)
        from--;
    while (to + 1 < (int32_t)doc->sentences.n && sentences[to + 1].paragraph == paragraph &&
           sentences[to].end_token - anchor < QL_REACH)
        to++;
    *first = anchor - sentences[from].first_token < QL_REACH ? sentences[from].first_token : anchor - QL_REACH;
    *end = sentences[to].end_token - anchor < QL_REACH ? sentences[to].end_token : anchor + QL_REACH;
}

static uint8_t distance_row(int32_t away) {
    int32_t far = away < 0 ? -away : away;
    int32_t step = far <= NEAR  ? far
                   : far <= 20  ? NEAR + 1
                   : far <= 25  ? NEAR + 2
                   : far <= 32  ? NEAR + 3
                   : far <= 40  ? NEAR + 4
                   : far <= 55  ? NEAR + 5
                   : far <= 80  ? NEAR + 6
                   : far <= 120 ? NEAR + 7
                                : NEAR + 8;
    return (uint8_t)(away < 0 ? SIDES - step : SIDES + step);
}

static uint8_t sentence_row(int32_t away) {
    return (uint8_t)(away < -2 ? 0 : away > 2 ? 4 : away + 2);
}

static uint8_t marks_row(const ql_reading *from, int32_t anchor, int32_t i) {
    int32_t own = from->pair[anchor], other = from->pair[i];
    if (own == QL_NONE) return other == QL_NONE ? 0 : 1;
    return other == QL_NONE ? 2 : other == own ? 3 : 4;
}

static void set_branch(int32_t first, int32_t end, int32_t from, int32_t to, uint8_t row, ql_relatives *out) {
    for (int32_t i = from > first ? from : first; i < to && i < end; i++)
        out[i - first].row[QL_RELATIVE_BRANCH] = row;
}

/* Of the anchor and of what it hangs on, the outermost first: what else hangs there, by its relation. */
static void read_branches(const ql_document *doc, int32_t anchor, int32_t first, int32_t end, ql_relatives *out) {
    int32_t over[MOST_LEVELS], n = 0;
    for (int32_t at = anchor; at != QL_NONE && n < MOST_LEVELS; at = ql_head_of(doc, at)) over[n++] = at;
    while (n-- > 0) {
        int base = n * RELATIONS;
        for (int32_t i = ql_branch_of(doc, over[n])->child; i != QL_NONE; i = ql_branch_of(doc, i)->next) {
            const ql_branch *branch = ql_branch_of(doc, i);
            set_branch(first, end, branch->first, branch->last + 1,
                       (uint8_t)(base + ql_relation_of(doc, i) % RELATIONS), out);
        }
        set_branch(first, end, over[n], over[n] + 1, (uint8_t)(base + RELATIONS - 1), out);
    }
}

static void read_own_draft(const ql_reading *reading, int32_t index, int32_t first, int32_t end, ql_relatives *out) {
    const ql_drafts *d = reading->drafts;
    const ql_document *doc = d->doc;
    const ql_draft *draft = &d->list.items[index];
    for (int32_t i = first; i < end; i++) out[i - first].row[QL_RELATIVE_DRAFT] = 1 + QL_PART_NONE;
    for (int32_t s = draft->first_span; s != QL_NONE; s = d->spans.items[s].next) {
        ql_token_range span = ql_tokens_of_span(d, s);
        for (int32_t i = span.first > first ? span.first : first; i < span.end && i < end; i++)
            out[i - first].row[QL_RELATIVE_DRAFT] = 1 + QL_PART_CONTENT;
    }
    if (draft->source == QL_NONE) return;
    const ql_mention *source = &doc->mentions.items[draft->source];
    for (int32_t i = source->first_token; i < source->end_token; i++)
        if (i >= first && i < end) out[i - first].row[QL_RELATIVE_DRAFT] = 1 + QL_PART_SOURCE;
}

void ql_read_relatives(const ql_reading *reading, int32_t anchor, int32_t first, int32_t end, ql_relatives *out) {
    const ql_document *doc = reading->drafts->doc;
    int32_t sentence = ql_token_of(doc, anchor)->sentence;
    memset(out, 0, (size_t)(end - first) * sizeof *out);
    for (int32_t i = first; i < end; i++) {
        ql_relatives *to = &out[i - first];
        to->row[QL_RELATIVE_DISTANCE] = distance_row(i - anchor);
        to->row[QL_RELATIVE_SENTENCE] = sentence_row(ql_token_of(doc, i)->sentence - sentence);
        to->row[QL_RELATIVE_MARKS] = marks_row(reading, anchor, i);
    }
    read_branches(doc, anchor, first, end, out);
    if (reading->draft[anchor] != QL_NONE) read_own_draft(reading, reading->draft[anchor], first, end, out);
}

/* Grammar for the sentences of a document that need it: words → tags → trees. */
#include "syntax/grammar.h"
#include "syntax/parse.h"
#include "syntax/tag.h"

/* Room for one run of words, with the edges that the tagger looks over. */
static bool make_room(ql_syntax *room, int32_t n) {
    size_t most = (size_t)n + 2 * QL_EDGE;
    if (most <= room->capacity) return true;
    ql_lexeme *words = realloc(room->words, most * sizeof *words);
    if (words != NULL) room->words = words;
    uint8_t *tags = realloc(room->tags, 2 * most);
    if (tags != NULL) room->tags = tags;
    ql_node *nodes = realloc(room->nodes, most * sizeof *nodes);
    if (nodes != NULL) room->nodes = nodes;
    int32_t *stack = realloc(room->stack, most * sizeof *stack);
    if (stack != NULL) room->stack = stack;
    int32_t *order = realloc(room->order, most * sizeof *order);
    if (order != NULL) room->order = order;
    if (room->parse == NULL) room->parse = malloc(sizeof *room->parse);
    if (words == NULL || tags == NULL || nodes == NULL || stack == NULL || order == NULL || room->parse == NULL)
        return false;
    room->capacity = most;
    return true;
}

void ql_syntax_free(ql_syntax *room) {
    free(room->words);
    free(room->tags);
    free(room->nodes);
    free(room->stack);
    free(room->order);
    free(room->parse);
    *room = (ql_syntax){0};
}

static void add_edges(ql_lexeme *words, int32_t n) {
    for (int32_t i = 1; i <= QL_EDGE; i++) {
        ql_lexeme_edge(&words[-i], false);
        ql_lexeme_edge(&words[n + i - 1], true);
    }
}

/* Tags of words that stand in `room`, and where `parse`, the start of their tree. */
static void tag_words(const ql_model *model, ql_syntax *room, int32_t n, bool parse) {
    ql_lexeme *words = room->words + QL_EDGE;
    uint8_t *tags = room->tags + QL_EDGE, *forms = room->tags + room->capacity + QL_EDGE;
    add_edges(words, n);
    ql_tag_words(model, words, n, tags, forms);
    room->n = n;
    room->parse->nodes = room->nodes;
    room->parse->stack = room->stack;
    if (parse) ql_parse_start(room->parse, model, words, tags, forms, n);
}

static void write_token(ql_token *token, const ql_syntax *room, int32_t i) {
    token->tag = room->tags[QL_EDGE + i];
    token->inflection = room->tags[room->capacity + QL_EDGE + (size_t)i];
}

/* Heads and branches of the tokens in `order`, which have been parsed as one sentence. */
static void write_tree(ql_token *tokens, ql_branch *branches, const ql_node *nodes, const int32_t *order, int32_t n) {
    for (int32_t i = n - 1; i >= 0; i--) branches[order[i]] = (ql_branch){0, 0, QL_NONE, QL_NONE};
    for (int32_t i = n - 1; i >= 0; i--) {
        int32_t at = order[i], head = nodes[i].head == n ? QL_NONE : order[nodes[i].head];
        ql_branch *branch = &branches[at];
        tokens[at].head = head;
        tokens[at].relation = nodes[i].relation;
        branch->first = order[nodes[i].first];
        branch->last = order[nodes[i].last];
        if (head == QL_NONE) continue;
        branch->next = branches[head].child;
        branches[head].child = at;
    }
}

/* One branch a token, or more. */
static bool make_branches(ql_document *doc) {
    ql_branches *branches = &doc->branches;
    if (branches->n >= doc->tokens.n) return true;
    if (!ql_branches_reserve(branches, doc->tokens.n - branches->n)) return false;
    branches->n = doc->tokens.n;
    return true;
}

/* A few milliseconds pass between two times that the watch is asked. */
static bool is_stopped(ql_document *doc) {
    enum { EVERY = 256 }; /* sentences */
    if (++doc->n_parsed % EVERY == 0) doc->is_stopped = ql_stops(&doc->watch);
    return doc->is_stopped;
}

/* Why the grammar of a sentence was not made. */
static ql_status fail(ql_document *doc) {
    if (doc->is_stopped) return ql_fail(doc->error, QL_STOPPED, QL_NONE, "stopped");
    return ql_fail(doc->error, QL_NO_MEMORY, QL_NONE, "no memory for the grammar of a sentence");
}

/* One step of each sentence that is being parsed.  Whether there is one left that is. */
static bool step_all(ql_document *doc) {
    bool any = false;
    for (int k = 0; k < QL_SENTENCES_AT_ONCE; k++) {
        ql_syntax *room = &doc->syntax[k];
        if (!room->is_busy) continue;
        room->is_busy = ql_parse_step(&doc->engine->model, room->parse);
        if (!room->is_busy) write_tree(doc->tokens.items, doc->branches.items, room->nodes, room->order, room->n);
        any |= room->is_busy;
    }
    return any;
}

static void finish_all(ql_document *doc) {
    while (step_all(doc)) continue;
}

/* Room for a sentence, once one of those before is done. */
static ql_syntax *free_room(ql_document *doc) {
    for (;; step_all(doc))
        for (int k = 0; k < QL_SENTENCES_AT_ONCE; k++)
            if (!doc->syntax[k].is_busy) return &doc->syntax[k];
}

/* Drop what an earlier document left unfinished. */
static void free_rooms(ql_document *doc) {
    for (int k = 0; k < QL_SENTENCES_AT_ONCE; k++) doc->syntax[k].is_busy = false;
}

/* Tag the n tokens in `order` as one sentence, and begin to parse them if asked to. */
static bool analyse_order(ql_document *doc, const int32_t *order, int32_t n, bool parse) {
    ql_syntax *room = free_room(doc);
    ql_token *tokens = doc->tokens.items;
    const ql_model *model = &doc->engine->model;
    if (is_stopped(doc) || !make_room(room, n)) return false;
    for (int32_t i = 0; i < n; i++) {
        const ql_token *token = &tokens[order[i]];
        size_t size = (size_t)(token->end - token->start);
        ql_lexeme_read(model, doc->text->bytes + token->start, size, i == 0, &room->words[QL_EDGE + i]);
    }
    tag_words(model, room, n, parse);
    for (int32_t i = 0; i < n; i++) write_token(&tokens[order[i]], room, i);
    memcpy(room->order, order, (size_t)n * sizeof *order);
    room->is_busy = parse;
    return true;
}

static bool analyse_range(ql_document *doc, int32_t first, int32_t end, bool parse) {
    int32_t order[QL_MOST_PARSED];
    for (int32_t from = first, n; from < end; from += n) {
        n = end - from < QL_MOST_PARSED ? end - from : QL_MOST_PARSED;
        for (int32_t i = 0; i < n; i++) order[i] = from + i;
        if (!analyse_order(doc, order, n, parse)) return false;
    }
    return true;
}

ql_status ql_analyse_tokens(ql_document *doc, int32_t first, int32_t end, bool parse) {
    free_rooms(doc);
    bool fine = (!parse || make_branches(doc)) && analyse_range(doc, first, end, parse);
    if (!fine) return fail(doc);
    finish_all(doc);
    return QL_OK;
}

/* ------------------------------------------------------------------------------- quotations in a sentence */

/* A quotation is a sentence of its own, and so is what is around it: “I will go,” said Ann Lee, the mayor.  They
   are parsed apart, and the quotation becomes a part of the verb, or whatever else, that it is beside. */

enum { MOST_APART = 8 /* quotations set apart in one sentence */ };

typedef struct apart {
    int32_t first, end; /* tokens, marks included */
} apart;

static int32_t count_words(const ql_document *doc, int32_t first, int32_t end) {
    int32_t n = 0;
    for (int32_t i = first; i < end; i++) n += ql_kind(doc, i) == QL_TOKEN_WORD;
    return n;
}

/* Does the quotation of these tokens stand beside its sentence and not in it?  It opens the sentence, or goes on
   after a comma with one that did; and it ends with a comma or as a sentence does. */
static bool stands_apart(const ql_document *doc, const ql_sentence *sentence, const apart *part, int n_before) {
    if (count_words(doc, part->first, part->end) < 2) return false;
    if (part->first > sentence->first_token && (n_before == 0 || !ql_is_char(doc, part->first - 1, ',')))
        return false;
    if (part->end >= sentence->end_token) return true;
    int32_t last = part->end - 2; /* before the closing mark */
    return ql_is_char(doc, part->end, ',') || ql_is_char(doc, last, ',') || ql_is_char(doc, last, '.') ||
           ql_is_char(doc, last, '?') || ql_is_char(doc, last, '!');
}

/* The quotations to set apart in a sentence.  `mark` is the first pair that may reach into it, and moves on. */
static int find_apart(const ql_document *doc, const ql_sentence *sentence, size_t *mark, apart *out) {
    const ql_marks *marks = &doc->marks;
    int n = 0;
    int32_t end = sentence->end;
    while (*mark < marks->n && marks->items[*mark].end <= sentence->start) ++*mark;
    for (size_t i = *mark; i < marks->n && marks->items[i].start < end && n < MOST_APART; i++) {
        const ql_mark_pair *pair = &marks->items[i];
        if (pair->parent != QL_NONE || !pair->closed || pair->end <= sentence->start) continue;
        apart part = {ql_token_at(doc, pair->start), ql_token_at(doc, pair->end)};
        if (part.first < sentence->first_token) part.first = sentence->first_token;
        if (part.end > sentence->end_token) part.end = sentence->end_token;
        if (stands_apart(doc, sentence, &part, n)) out[n++] = part;
    }
    return n;
}

/* The tokens of a sentence that are in none of the parts; their number. */
static int32_t rest_of(const ql_sentence *sentence, const apart *parts, int n, int32_t *order) {
    int32_t n_rest = 0, i = sentence->first_token;
    for (int p = 0; p < n; i = parts[p++].end)
        for (; i < parts[p].first; i++) order[n_rest++] = i;
    for (; i < sentence->end_token; i++) order[n_rest++] = i;
    return n_rest;
}

static int32_t root_among(const ql_document *doc, const int32_t *order, int32_t n) {
    for (int32_t i = 0; i < n; i++)
        if (ql_head_of(doc, order[i]) == QL_NONE) return order[i];
    return QL_NONE;
}

/* The innermost token whose branch is on both sides of the part, from `root` inward. */
static int32_t around_part(const ql_document *doc, int32_t root, const apart *part) {
    int32_t at = root, child = ql_branch_of(doc, root)->child;
    while (child != QL_NONE) {
        const ql_branch *branch = ql_branch_of(doc, child);
        if (branch->first < part->first && branch->last >= part->end) {
            at = child;
            child = branch->child;
        } else {
            child = branch->next;
        }
    }
    return at;
}

static void attach(ql_document *doc, int32_t head, int32_t dependent) {
    ql_branch *branches = doc->branches.items, *part = &branches[dependent];
    ql_token *token = &doc->tokens.items[dependent];
    int32_t *link = &branches[head].child;
    while (*link != QL_NONE && *link < dependent) link = &branches[*link].next;
    part->next = *link;
    *link = dependent;
    token->head = head;
    token->relation = ql_tag_of(doc, head) == QL_TAG_VERB ? QL_RELATION_CCOMP : QL_RELATION_PARATAXIS;
    for (int32_t i = head; i != QL_NONE; i = ql_head_of(doc, i)) {
        if (part->first < branches[i].first) branches[i].first = part->first;
        if (part->last > branches[i].last) branches[i].last = part->last;
    }
}

/* Begin with what is around the parts and with each part. */
static bool analyse_apart(ql_document *doc, const ql_sentence *sentence, const apart *parts, int n) {
    int32_t order[QL_MOST_PARSED] = {0}, n_rest = rest_of(sentence, parts, n, order);
    bool fine = analyse_order(doc, order, n_rest, true);
    for (int p = 0; fine && p < n; p++) fine = analyse_range(doc, parts[p].first, parts[p].end, true);
    return fine;
}

/* Make the parts, once they are parsed, parts of what is around them. */
static void attach_parts(ql_document *doc, const ql_sentence *sentence, const apart *parts, int n) {
    int32_t order[QL_MOST_PARSED], n_rest = rest_of(sentence, parts, n, order);
    int32_t root = root_among(doc, order, n_rest);
    for (int p = 0; p < n; p++) {
        int32_t n_part = parts[p].end - parts[p].first;
        for (int32_t i = 0; i < n_part; i++) order[i] = parts[p].first + i;
        attach(doc, around_part(doc, root, &parts[p]), root_among(doc, order, n_part));
    }
}

/* Are there words enough around the parts to be a sentence? */
static bool leaves_sentence(const ql_document *doc, const ql_sentence *sentence, const apart *parts, int n) {
    int32_t words = count_words(doc, sentence->first_token, sentence->end_token);
    for (int p = 0; p < n; p++) words -= count_words(doc, parts[p].first, parts[p].end);
    return words >= 2;
}

/* The quotations to set apart in a sentence; none where it is too long, or nothing but them. */
static int parts_of(const ql_document *doc, const ql_sentence *sentence, size_t *mark, apart *parts) {
    int n = find_apart(doc, sentence, mark, parts);
    bool splits = n > 0 && sentence->end_token - sentence->first_token <= QL_MOST_PARSED &&
                  leaves_sentence(doc, sentence, parts, n);
    return splits ? n : 0;
}

ql_status ql_stage_syntax(ql_document *doc) {
    const ql_sentences *sentences = &doc->sentences;
    apart parts[MOST_APART];
    bool fine = make_branches(doc);
    free_rooms(doc);
    for (size_t s = 0, mark = 0; fine && s < sentences->n; s++) {
        const ql_sentence *sentence = &sentences->items[s];
        int n = parts_of(doc, sentence, &mark, parts);
        fine = n > 0 ? analyse_apart(doc, sentence, parts, n)
                     : analyse_range(doc, sentence->first_token, sentence->end_token, true);
    }
    if (!fine) return fail(doc);
    finish_all(doc);
    for (size_t s = 0, mark = 0; s < sentences->n; s++) {
        int n = parts_of(doc, &sentences->items[s], &mark, parts);
        if (n > 0) attach_parts(doc, &sentences->items[s], parts, n);
    }
    return QL_OK;
}

ql_status ql_parse_words(const ql_engine *engine, const ql_word_slice *words, size_t n, ql_parsed_word *out,
                         ql_error *error) {
    ql_syntax room = {0};
    for (size_t from = 0, part; from < n; from += part) {
        part = n - from < QL_MOST_PARSED ? n - from : QL_MOST_PARSED;
        if (!make_room(&room, (int32_t)part)) {
            ql_syntax_free(&room);
            return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a sentence");
        }
        for (size_t i = 0; i < part; i++)
            ql_lexeme_read(&engine->model, words[from + i].bytes, words[from + i].n_bytes, i == 0,
                           &room.words[QL_EDGE + i]);
        tag_words(&engine->model, &room, (int32_t)part, true);
        ql_parse_run(&engine->model, room.parse);
        for (size_t i = 0; i < part; i++) {
            const ql_node *node = &room.nodes[i];
            int32_t head = node->head == (int32_t)part ? QL_NONE : (int32_t)from + node->head;
            out[from + i] = (ql_parsed_word){head, node->upos, node->relation};
        }
    }
    ql_syntax_free(&room);
    return QL_OK;
}

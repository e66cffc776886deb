/* Grammar for the sentences of a document that need it: words → tags → trees. */
#include "grammar.h"
#include "parse.h"
#include "tag.h"

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
    if (words == NULL || tags == NULL || nodes == NULL || stack == NULL) return false;
    room->capacity = most;
    return true;
}

void ql_syntax_free(ql_syntax *room) {
    free(room->words);
    free(room->tags);
    free(room->nodes);
    free(room->stack);
    *room = (ql_syntax){0};
}

static void add_edges(ql_lexeme *words, int32_t n) {
    for (int32_t i = 1; i <= QL_EDGE; i++) {
        ql_lexeme_edge(&words[-i], false);
        ql_lexeme_edge(&words[n + i - 1], true);
    }
}

/* Tags, and heads where `parse`, of words that stand in `room`. */
static void analyse_words(const ql_model *model, ql_syntax *room, int32_t n, bool parse, ql_parse *out) {
    ql_lexeme *words = room->words + QL_EDGE;
    uint8_t *tags = room->tags + QL_EDGE, *forms = room->tags + room->capacity + QL_EDGE;
    add_edges(words, n);
    ql_tag_words(model, words, n, tags, forms);
    *out = (ql_parse){.nodes = room->nodes, .stack = room->stack};
    if (!parse) return;
    ql_parse_start(out, model, words, tags, forms, n);
    ql_parse_run(model, out);
}

static void write_token(ql_token *token, const ql_syntax *room, int32_t i) {
    token->tag = room->tags[QL_EDGE + i];
    token->inflection = room->tags[room->capacity + QL_EDGE + (size_t)i];
}

/* Heads and branches of the tokens [from, from + n), which have been parsed. */
static void write_tree(ql_token *tokens, ql_branch *branches, const ql_node *nodes, int32_t from, int32_t n) {
    for (int32_t i = n - 1; i >= 0; i--) branches[from + i] = (ql_branch){0, 0, QL_NONE, QL_NONE};
    for (int32_t i = n - 1; i >= 0; i--) {
        ql_branch *branch = &branches[from + i];
        int32_t head = nodes[i].head == n ? QL_NONE : from + nodes[i].head;
        tokens[from + i].head = head;
        tokens[from + i].relation = nodes[i].relation;
        branch->first = from + nodes[i].first;
        branch->last = from + nodes[i].last;
        if (head == QL_NONE) continue;
        branch->next = branches[head].child;
        branches[head].child = from + i;
    }
}

/* One branch a token, or more. */
static bool make_branches(ql_run *run) {
    ql_branches *branches = &run->scratch->branches;
    if (branches->n >= run->scratch->tokens.n) return true;
    if (!ql_branches_reserve(branches, run->scratch->tokens.n - branches->n)) return false;
    branches->n = run->scratch->tokens.n;
    return true;
}

ql_status ql_analyse_tokens(ql_run *run, int32_t first, int32_t end, bool parse) {
    ql_syntax *room = &run->scratch->syntax;
    ql_token *tokens = run->scratch->tokens.items;
    const ql_model *model = &run->engine->model;
    if (parse && !make_branches(run)) return ql_fail(run->error, QL_NO_MEMORY, QL_NONE, "no memory for trees");
    for (int32_t from = first, n; from < end; from += n) {
        n = end - from < QL_MOST_PARSED ? end - from : QL_MOST_PARSED;
        if (!make_room(room, n)) return ql_fail(run->error, QL_NO_MEMORY, QL_NONE, "no memory for a sentence");
        for (int32_t i = 0; i < n; i++) {
            const ql_token *token = &tokens[from + i];
            size_t size = (size_t)(token->end - token->start);
            ql_lexeme_read(model, run->text->bytes + token->start, size, i == 0, &room->words[QL_EDGE + i]);
        }
        ql_parse tree;
        analyse_words(model, room, n, parse, &tree);
        for (int32_t i = 0; i < n; i++) write_token(&tokens[from + i], room, i);
        if (parse) write_tree(tokens, run->scratch->branches.items, tree.nodes, from, n);
    }
    return QL_OK;
}

ql_status ql_stage_syntax(ql_run *run) {
    const ql_sentences *sentences = &run->scratch->sentences;
    for (size_t s = 0; s < sentences->n; s++)
        QL_TRY(ql_analyse_tokens(run, sentences->items[s].first_token, sentences->items[s].end_token, true));
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
        ql_parse tree;
        analyse_words(&engine->model, &room, (int32_t)part, true, &tree);
        for (size_t i = 0; i < part; i++) {
            const ql_node *node = &tree.nodes[i];
            int32_t head = node->head == (int32_t)part ? QL_NONE : (int32_t)from + node->head;
            out[from + i] = (ql_parsed_word){head, node->upos, node->relation};
        }
    }
    ql_syntax_free(&room);
    return QL_OK;
}

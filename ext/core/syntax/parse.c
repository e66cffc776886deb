/* A greedy transition parser: arc-hybrid, a linear classifier over hashed features for the moves (features after
   Zhang and Nivre 2011, and what is around and between the words in question), and a second one that names each
   arc when it is made.  Two moves a word, so linear; the tree is projective and has one root. */
#include "syntax/parse.h"

#include "syntax/feature.h"

/* Where the values of small numbers of each kind begin in model->values. */
enum {
    TAG = 0, /* tag * 8 + inflection */
    COARSE = 160,
    NAME = 192,
    COUNT = 256,
    DISTANCE = 260,
    FAR = 276,     /* distance with direction */
    BETWEEN = 296, /* and one more for none */
    GAP = 328,     /* the same with direction */
    QUOTED = 384,
    SIDE = 388,
    NOTHING = 392,
    ROOT = 393
};

static void open_node(ql_node *node, uint64_t value, const uint64_t *values, int32_t nothing) {
    *node = (ql_node){.word = value, .class = value, .tag = value, .coarse = value, .end = value};
    node->head = QL_NONE;
    node->left = node->left2 = node->right = node->right2 = nothing;
    node->name = values[NAME];
}

void ql_parse_start(ql_parse *parse, const ql_model *model, const ql_lexeme *words, const uint8_t *tags,
                    const uint8_t *forms, int n) {
    uint8_t verbs = 0, commas = 0, joints = 0, marks = 0;
    const uint64_t *values = parse->values = model->values;
    parse->n = n;
    parse->n_stack = parse->next = 0;
    parse->awaits = QL_AWAITS_NOTHING;
    open_node(&parse->nodes[n], values[ROOT], values, n + 1);
    open_node(&parse->nodes[n + 1], values[NOTHING], values, n + 1);
    parse->nodes[n].first = parse->nodes[n].last = n;
    for (int i = 0; i < n; i++) {
        ql_node *node = &parse->nodes[i];
        open_node(node, values[NOTHING], values, n + 1);
        node->first = node->last = i;
        node->word = words[i].word;
        node->class = words[i].class;
        node->end = words[i].ends[1];
        node->upos = tags[i];
        node->coarse = values[COARSE + tags[i]];
        node->tag = values[TAG + tags[i] * 8 + forms[i]];
        node->verbs = verbs, node->commas = commas, node->joints = joints, node->marks = marks;
        verbs = (uint8_t)(verbs + (tags[i] == QL_TAG_VERB));
        commas = (uint8_t)(commas + words[i].is_comma);
        joints = (uint8_t)(joints + (tags[i] == QL_TAG_CCONJ || tags[i] == QL_TAG_SCONJ));
        marks = (uint8_t)(marks + words[i].is_quote);
    }
    ql_node *root = &parse->nodes[n];
    root->verbs = verbs, root->commas = commas, root->joints = joints, root->marks = marks;
}

bool ql_parse_is_done(const ql_parse *parse) {
    return parse->next == parse->n && parse->n_stack == 0;
}

/* The root takes one dependent: the last word on the stack. */
bool ql_parse_can(const ql_parse *parse, ql_move move) {
    if (move == QL_MOVE_SHIFT) return parse->next < parse->n;
    if (move == QL_MOVE_RIGHT) return parse->n_stack >= 2;
    return parse->n_stack == 1 || (parse->n_stack > 1 && parse->next < parse->n);
}

/* ---------------------------------------------------------------------------------------------- features */

static inline int distance(int32_t from, int32_t to) {
    int32_t far = to - from;
    return far < 5 ? far : far < 8 ? 5 : far < 14 ? 6 : 7;
}

static inline int capped(uint8_t difference) {
    return difference > 2 ? 2 : difference;
}

/* Verbs, commas and conjunctions that stand between two nodes, 0 to 26. */
static inline int between(const ql_node *from, const ql_node *to) {
    return capped((uint8_t)(to->verbs - from->verbs - (from->upos == QL_TAG_VERB))) +
           3 * capped((uint8_t)(to->commas - from->commas)) + 9 * capped((uint8_t)(to->joints - from->joints));
}

static inline int count(uint8_t n) {
    return COUNT + (n > 3 ? 3 : n);
}

/* The features of a move come in three groups.  What is on the stack does not change so long as the same word is on
   top, except for that word's dependents on the right; what is in the queue does not while the same word is in front;
   the rest takes both.  So the sums of the first two are made once a word.  Each group counts its features from a
   number of its own. */
enum { OF_STACK = 0, OF_QUEUE = 48, OF_BOTH = 72 };

static int stack_features(const ql_parse *parse, uint64_t *out) {
    const uint64_t *values = parse->values;
    const ql_node *nodes = parse->nodes, *none = &nodes[parse->n + 1];
    int32_t top = parse->n_stack, size = parse->n;
    int32_t i0 = top > 0 ? parse->stack[top - 1] : size + 1, i1 = top > 1 ? parse->stack[top - 2] : size + 1;
    const ql_node *s0 = &nodes[i0], *s1 = &nodes[i1], *s2 = top > 2 ? &nodes[parse->stack[top - 3]] : none;
    const ql_node *s0l = &nodes[s0->left], *s1l = &nodes[s1->left], *s1r = &nodes[s1->right];
    const ql_node *s0l2 = &nodes[s0->left2], *s1r2 = &nodes[s1->right2];
    const ql_node *before_s0 = top > 0 && i0 > 0 ? s0 - 1 : none;
    const ql_node *after_s1 = top > 1 ? s1 + 1 : none, *before_s1 = top > 1 && i1 > 0 ? s1 - 1 : none;
    uint64_t d1 = values[DISTANCE + (top > 1 ? distance(i1, i0) : 8)];
    uint64_t between1 = values[BETWEEN + (top > 1 ? between(s1, s0) : 27)];
    uint64_t marks1 = values[QUOTED + (top > 1 ? capped((uint8_t)(s0->marks - s1->marks)) : 3)];
    uint64_t s0t = s0->tag, s1t = s1->tag, s2t = s2->tag, s0w = s0->word, s1w = s1->word;
    uint64_t s0wt = s0w ^ ql_turn(s0t, 11), s1wt = s1w ^ ql_turn(s1t, 11);
    uint64_t *start = out;
    int n = OF_STACK;
    /* clang-format off */
    ONE(s0w); ONE(s0t); ONE(s0wt); ONE(s1w); ONE(s1t); ONE(s1wt); ONE(s2t); TWO(s2->word, s2t);
    TWO(s1w, s0w); TWO(s1t, s0wt); TWO(s1t, s0t); TWO(s1->class, s0->class); TWO(s1->end, s0t);
    THREE(s2t, s1t, s0t); THREE(s1t, s1l->tag, s0t); THREE(s1t, s0t, s0l->tag); THREE(s1t, s0t, s0l->word);
    TWO(s0t, s0l->word); TWO(s1w, s1r->word); THREE(s0t, s0l->tag, s0l2->tag); THREE(s1t, s1r->tag, s1r2->tag);
    TWO(s0w, s0l->name); TWO(s1w, s1r->name); TWO(s0w, values[count(s0->n_left)]);
    TWO(s1w, values[count(s1->n_right)]); TWO(s0t, s0->left_set); TWO(s1w, s1->right_set);
    THREE(s1t, s1->left_set, s0t); FOUR(s1t, s0t, s0->left_set, s1->right_set);
    THREE(s1t, s0t, d1); TWO(s1w, d1); TWO(s0w, d1);
    THREE(s1t, s0t, between1); TWO(s1w, between1); TWO(s0w, between1);
    THREE(s1t, s0t, marks1); FOUR(s1t, s0t, between1, s0->left_set);
    THREE(s1t, after_s1->tag, s0t); THREE(s1t, s0t, before_s0->tag); THREE(s1t, before_s1->tag, s0t);
    /* clang-format on */
    return (int)(out - start);
}

static int queue_features(const ql_parse *parse, uint64_t *out) {
    const ql_node *none = &parse->nodes[parse->n + 1], *b0 = &parse->nodes[parse->next];
    int32_t left = parse->n - parse->next;
    const ql_node *b1 = left >= 1 ? b0 + 1 : none, *b2 = left >= 2 ? b0 + 2 : none, *b3 = left >= 3 ? b0 + 3 : none;
    const ql_node *before_b0 = parse->next > 0 ? b0 - 1 : none;
    uint64_t b0t = b0->tag, b1t = b1->tag, b2t = b2->tag, b0w = b0->word;
    uint64_t *start = out;
    int n = OF_QUEUE;
    /* clang-format off */
    ONE(b0w); ONE(b0t); ONE(b0w ^ ql_turn(b0t, 11)); ONE(b1->word); ONE(b1t); TWO(b1->word, b1t);
    ONE(b2->word); ONE(b2t); ONE(b3->tag);
    TWO(b0t, b1t); TWO(b0w, b1t); TWO(b0t, b1->word); TWO(b0w, b1->word);
    THREE(b0t, b1t, b2t); FOUR(b0t, b1t, b2t, b3->tag); THREE(b0t, b1t, before_b0->tag);
    /* clang-format on */
    return (int)(out - start);
}

static int joint_features(const ql_parse *parse, uint64_t *out) {
    const uint64_t *values = parse->values;
    const ql_node *nodes = parse->nodes, *none = &nodes[parse->n + 1];
    int32_t top = parse->n_stack, at = parse->next, size = parse->n;
    int32_t i0 = top > 0 ? parse->stack[top - 1] : size + 1;
    const ql_node *s0 = &nodes[i0], *s1 = top > 1 ? &nodes[parse->stack[top - 2]] : none;
    const ql_node *s2 = top > 2 ? &nodes[parse->stack[top - 3]] : none;
    const ql_node *b0 = &nodes[at], *b1 = at + 1 <= size ? b0 + 1 : none, *b2 = at + 2 <= size ? b0 + 2 : none;
    const ql_node *s0l = &nodes[s0->left], *s0r = &nodes[s0->right], *s1r = &nodes[s1->right];
    const ql_node *b0l = &nodes[b0->left], *b0l2 = &nodes[b0->left2], *s0r2 = &nodes[s0->right2];
    const ql_node *before_s0 = top > 0 && i0 > 0 ? s0 - 1 : none, *after_s0 = top > 0 ? s0 + 1 : none;
    const ql_node *before_b0 = at > 0 ? b0 - 1 : none;
    uint64_t d0 = values[DISTANCE + (top > 0 ? distance(i0, at) : 8)];
    uint64_t between0 = values[BETWEEN + (top > 0 ? between(s0, b0) : 27)];
    uint64_t marks0 = values[QUOTED + (top > 0 ? capped((uint8_t)(b0->marks - s0->marks)) : 3)];
    uint64_t s0t = s0->tag, s1t = s1->tag, b0t = b0->tag, b1t = b1->tag;
    uint64_t s0w = s0->word, s1w = s1->word, b0w = b0->word;
    uint64_t s0wt = s0w ^ ql_turn(s0t, 11), s1wt = s1w ^ ql_turn(s1t, 11), b0wt = b0w ^ ql_turn(b0t, 11);
    uint64_t *start = out;
    int n = OF_BOTH;
    /* clang-format off */
    TWO(s0wt, b0t); TWO(s0t, b0wt); TWO(s0w, b0w); TWO(s0t, b0t);
    TWO(s1wt, b0t); TWO(s1t, b0wt); TWO(s1t, b0t); TWO(s0t, b1t); TWO(s0w, b1t);
    TWO(s0t, b1->word); TWO(s0->class, b0->class); TWO(s0->class, b0t); TWO(s0t, b0->class);
    TWO(s0->end, b0t); TWO(s0t, b0->end); THREE(s0t, b0t, b1t);
    FOUR(s1t, s0t, b0t, b1t); FOUR(s0t, b0t, b1t, b2->tag); FOUR(s2->tag, s1t, s0t, b0t);
    THREE(s0w, b0t, b1t); THREE(s0t, b0w, b1t); THREE(s1t, s0w, b0t); THREE(s0t, b0t, b1->word);
    THREE(s0t, s0l->tag, b0t); THREE(s1t, s1r->tag, b0t);
    THREE(s0t, b0t, b0l->tag); FOUR(s1t, s0t, s0r->tag, b0t); FOUR(s1t, s0t, b0t, b0l->tag);
    THREE(s0w, s0r->tag, b0t); THREE(s0w, b0t, b0l->tag); THREE(s0t, b0w, b0l->tag);
    TWO(s0w, s0r->word); TWO(b0t, b0l->word); THREE(s0t, b0t, b0l->word);
    THREE(s0t, s0r->tag, s0r2->tag);
    THREE(b0t, b0l->tag, b0l2->tag); THREE(s0t, s0l->name, b0t); THREE(s0t, s0r->name, b0t);
    TWO(s0w, s0r->name); THREE(b0t, b0l->name, s0t); FOUR(s1t, s0t, s0l->name, b0t);
    TWO(s0w, values[count(s0->n_right)]); THREE(s0t, values[count(s0->n_left)], b0t);
    TWO(b0w, values[count(b0->n_left)]); THREE(b0t, values[count(b0->n_left)], s0t);
    TWO(s0t, s0->right_set); TWO(s0w, s0->right_set); THREE(s0t, s0->left_set, b0t);
    THREE(b0t, b0->left_set, s0t); TWO(b0w, b0->left_set);
    THREE(s0t, b0t, d0); TWO(s0w, d0); TWO(b0w, d0);
    THREE(s0t, b0t, between0); TWO(s0w, between0); THREE(s0t, b0t, marks0);
    THREE(s0t, b0t, before_b0->tag); THREE(s0t, before_s0->tag, b0t); THREE(s0t, after_s0->tag, b0t);
    /* clang-format on */
    return (int)(out - start);
}

int ql_move_features(const ql_parse *parse, uint64_t *out) {
    int n = stack_features(parse, out);
    n += queue_features(parse, out + n);
    return n + joint_features(parse, out + n);
}

int ql_name_features(const ql_parse *parse, int32_t head, int32_t dependent, uint64_t *out) {
    const uint64_t *values = parse->values;
    const ql_node *nodes = parse->nodes, *h = &nodes[head], *d = &nodes[dependent], *none = &nodes[parse->n + 1];
    const ql_node *dl = &nodes[d->left], *dr = &nodes[d->right];
    const ql_node *after_d = d + 1, *before_d = dependent > 0 ? d - 1 : none;
    const ql_node *before_h = head > 0 ? h - 1 : none, *after_h = head < parse->n ? h + 1 : none;
    bool behind = head < dependent;
    uint64_t side = values[SIDE + behind];
    uint64_t far = values[FAR + 8 * behind + (behind ? distance(head, dependent) : distance(dependent, head))];
    uint64_t gap = values[GAP + 27 * behind + (behind ? between(h, d) : between(d, h))];
    uint64_t ht = h->tag ^ side, dt = d->tag;
    int n = 0;
    /* clang-format off */
    ONE(d->word ^ side); ONE(h->word ^ side); TWO(ht, d->word);
    TWO(h->word ^ side, dt); TWO(ht, d->class); TWO(h->class ^ side, dt); TWO(d->end, ht);
    THREE(ht, dt, far); THREE(ht, dt, gap); THREE(ht, dt, dl->tag); THREE(ht, dt, dr->tag);
    TWO(dl->word ^ side, d->word); TWO(ht, dl->word);
    THREE(ht, dt, d->left_set); THREE(ht, dt, d->right_set); THREE(ht, dt, h->left_set); THREE(ht, dt, h->right_set);
    TWO(h->word ^ side, h->right_set); TWO(h->word ^ side, d->left_set); THREE(d->word ^ side, d->left_set, ht);
    THREE(ht, dt, before_d->tag); THREE(ht, dt, after_d->tag); TWO(before_d->word ^ side, dt);
    TWO(after_d->word ^ side, dt);
    THREE(ht, dt, before_h->tag); THREE(ht, dt, after_h->tag);
    THREE(ht, h->right_set, d->left_set);
    TWO(d->coarse ^ side, h->coarse);
    /* clang-format on */
    return n;
}

/* ---------------------------------------------------------------------------------------------- certainties */

uint64_t ql_move_context(const ql_parse *parse) {
    const ql_node *nodes = parse->nodes, *none = &nodes[parse->n + 1], *b0 = &nodes[parse->next];
    int32_t top = parse->n_stack;
    const ql_node *s0 = top > 0 ? &nodes[parse->stack[top - 1]] : none;
    const ql_node *s1 = top > 1 ? &nodes[parse->stack[top - 2]] : none;
    const ql_node *b1 = parse->next < parse->n ? b0 + 1 : none;
    return ql_scatter(s1->tag ^ ql_turn(s0->tag, 7) ^ ql_turn(b0->tag, 19) ^ ql_turn(b1->tag, 29) ^
                      ql_turn(nodes[b0->left].tag, 41) ^ ql_turn(nodes[s0->right].tag, 53));
}

uint64_t ql_name_context(const ql_parse *parse, int32_t head, int32_t dependent) {
    const ql_node *nodes = parse->nodes, *d = &nodes[dependent];
    uint64_t side = parse->values[SIDE + (head < dependent)];
    return ql_scatter(side ^ ql_turn(nodes[head].tag, 7) ^ ql_turn(d->word, 19) ^ ql_turn(nodes[d->left].tag, 41));
}

/* ------------------------------------------------------------------------------------------------- moves */

void ql_parse_arc(const ql_parse *parse, ql_move move, int32_t *head, int32_t *dependent) {
    *dependent = parse->stack[parse->n_stack - 1];
    *head = move == QL_MOVE_LEFT ? parse->next : parse->stack[parse->n_stack - 2];
}

static void attach(ql_parse *parse, int32_t head, int32_t dependent, uint8_t name) {
    ql_node *h = &parse->nodes[head], *d = &parse->nodes[dependent];
    uint64_t bit = UINT64_C(1) << (name & 63);
    d->head = head;
    if (d->first < h->first) h->first = d->first;
    if (d->last > h->last) h->last = d->last;
    d->name = parse->values[NAME + name];
    d->relation = name;
    if (dependent < head) {
        h->left2 = h->left;
        h->left = dependent;
        h->n_left = (uint8_t)(h->n_left + (h->n_left < 255));
        if (!(h->left_names & bit)) h->left_set ^= d->name;
        h->left_names |= bit;
    } else {
        h->right2 = h->right;
        h->right = dependent;
        h->n_right = (uint8_t)(h->n_right + (h->n_right < 255));
        if (!(h->right_names & bit)) h->right_set ^= d->name;
        h->right_names |= bit;
    }
}

void ql_parse_move(ql_parse *parse, ql_move move, uint8_t name) {
    int32_t head, dependent;
    if (move == QL_MOVE_SHIFT) {
        parse->stack[parse->n_stack++] = parse->next++;
        return;
    }
    ql_parse_arc(parse, move, &head, &dependent);
    attach(parse, head, dependent, name);
    parse->n_stack--;
}

static void keep(ql_sums *sums, const int16_t values[QL_NARROW]) {
    if (!sums->known) memcpy(sums->values, values, sizeof sums->values);
    sums->known = true;
}

static ql_sums *sums_of_stack(const ql_parse *parse) {
    return &parse->nodes[parse->n_stack > 0 ? parse->stack[parse->n_stack - 1] : parse->n + 1].as_top;
}
static ql_sums *sums_of_queue(const ql_parse *parse) {
    return &parse->nodes[parse->next].as_next;
}

static void ask_for_move(const ql_model *model, ql_parse *parse) {
    uint64_t *features = parse->features;
    int *ends = parse->ends;
    ends[0] = sums_of_stack(parse)->known ? 0 : stack_features(parse, features);
    ends[1] = ends[0] + (sums_of_queue(parse)->known ? 0 : queue_features(parse, features + ends[0]));
    ends[2] = ends[1] + joint_features(parse, features + ends[1]);
    ql_fetch_rows(&model->moves, features, ends[2]);
}

/* Which of the moves that can be made is best. */
static ql_move asked_move(const ql_model *model, const ql_parse *parse) {
    int16_t sums[3][QL_NARROW];
    ql_sums *stack = sums_of_stack(parse), *queue = sums_of_queue(parse);
    int best = -1, most = 0;
    ql_sum_narrow(&model->moves, parse->features, parse->ends, 3, sums);
    keep(stack, sums[0]);
    keep(queue, sums[1]);
    for (int move = 0; move < QL_MOVES; move++) {
        int score = stack->values[move] + queue->values[move] + sums[2][move];
        if (!parse->can[move] || (best >= 0 && score <= most)) continue;
        best = move;
        most = score;
    }
    return (ql_move)best;
}

/* The only move that can be made; QL_MOVES where there are several. */
static ql_move only_move(ql_parse *parse) {
    int n_can = 0, only = 0;
    for (int move = 0; move < QL_MOVES; move++) {
        parse->can[move] = ql_parse_can(parse, (ql_move)move);
        if (parse->can[move]) n_can++, only = move;
    }
    return n_can == 1 ? (ql_move)only : QL_MOVES;
}

/* The move that the weights would choose; QL_MOVES where they have to be asked. */
static ql_move certain_move(const ql_model *model, const ql_parse *parse, uint64_t context) {
    int certain = ql_model_certain(model, context);
    return certain >= 0 && certain < QL_MOVES && parse->can[certain] ? (ql_move)certain : QL_MOVES;
}

ql_move ql_best_move(const ql_model *model, ql_parse *parse) {
    ql_move known = only_move(parse);
    if (known == QL_MOVES) known = certain_move(model, parse, ql_move_context(parse));
    if (known != QL_MOVES) return known;
    ask_for_move(model, parse);
    return asked_move(model, parse);
}

/* The first of the relations with the largest score.  That is found first, so that compilers make vectors of it. */
static uint8_t best_lane(int16_t score[QL_LONG]) {
    int16_t most = INT16_MIN;
    score[QL_RELATION_NONE] = score[QL_RELATION_ROOT] = INT16_MIN;
    for (int lane = QL_RELATIONS; lane < QL_LONG; lane++) score[lane] = INT16_MIN;
    for (int lane = 0; lane < QL_LONG; lane++) most = score[lane] > most ? score[lane] : most;
    uint8_t best = 1;
    while (best < QL_RELATIONS - 1 && score[best] != most) best++;
    return best;
}

uint8_t ql_sole_name(const ql_model *model, const ql_parse *parse, int32_t head, int32_t dependent) {
    const ql_node *nodes = parse->nodes;
    if (head == parse->n) return QL_RELATION_ROOT;
    uint8_t sole = model->sole_names[ql_tag_pair(nodes[head].upos, nodes[dependent].upos, head < dependent)];
    return sole < QL_RELATIONS ? sole : QL_RELATION_NONE;
}

/* The only name of an arc, or the one that the weights would choose; QL_RELATION_NONE where they have to be asked. */
static uint8_t known_name(const ql_model *model, const ql_parse *parse, int32_t head, int32_t dependent) {
    uint8_t sole = ql_sole_name(model, parse, head, dependent);
    if (sole != QL_RELATION_NONE) return sole;
    int certain = ql_model_certain(model, ql_name_context(parse, head, dependent));
    return certain > QL_RELATION_NONE && certain < QL_RELATIONS ? (uint8_t)certain : QL_RELATION_NONE;
}

static uint8_t asked_name(const ql_model *model, const uint64_t *features, int n) {
    int16_t score[QL_LONG];
    ql_sum_long(&model->names, features, n, score);
    return best_lane(score);
}

uint8_t ql_best_name(const ql_model *model, const ql_parse *parse, int32_t head, int32_t dependent) {
    uint64_t features[QL_MOST_NAME_FEATURES];
    uint8_t known = known_name(model, parse, head, dependent);
    if (known != QL_RELATION_NONE) return known;
    return asked_name(model, features, ql_name_features(parse, head, dependent, features));
}

/* Carry a move out; false if the name of its arc has to be awaited. */
static bool try_move(const ql_model *model, ql_parse *parse, ql_move move) {
    uint8_t name = QL_RELATION_NONE;
    if (move != QL_MOVE_SHIFT) {
        int32_t head, dependent;
        ql_parse_arc(parse, move, &head, &dependent);
        name = known_name(model, parse, head, dependent);
        if (name == QL_RELATION_NONE) {
            parse->awaits = QL_AWAITS_NAME;
            parse->move = move;
            parse->ends[0] = ql_name_features(parse, head, dependent, parse->features);
            ql_fetch_rows(&model->names, parse->features, parse->ends[0]);
            return false;
        }
    }
    ql_parse_move(parse, move, name);
    return true;
}

/* A certain move, or one that the weights will be asked for; false if anything has to be awaited. */
static bool try_certain_move(const ql_model *model, ql_parse *parse) {
    ql_move move = certain_move(model, parse, parse->context);
    if (move != QL_MOVES) return try_move(model, parse, move);
    parse->awaits = QL_AWAITS_MOVE;
    ask_for_move(model, parse);
    return false;
}

/* Do what was awaited; false if something else has to be awaited for it. */
static bool go_on(const ql_model *model, ql_parse *parse, ql_awaited awaited) {
    switch (awaited) {
    case QL_AWAITS_CONTEXT: return try_certain_move(model, parse);
    case QL_AWAITS_MOVE: return try_move(model, parse, asked_move(model, parse));
    case QL_AWAITS_NAME: ql_parse_move(parse, parse->move, asked_name(model, parse->features, parse->ends[0])); break;
    case QL_AWAITS_NOTHING: break;
    }
    return true;
}

bool ql_parse_step(const ql_model *model, ql_parse *parse) {
    ql_awaited awaited = parse->awaits;
    parse->awaits = QL_AWAITS_NOTHING;
    if (!go_on(model, parse, awaited)) return true;
    while (!ql_parse_is_done(parse)) {
        ql_move move = only_move(parse);
        if (move == QL_MOVES) {
            parse->awaits = QL_AWAITS_CONTEXT;
            parse->context = ql_move_context(parse);
            ql_fetch_certain(model, parse->context);
            return true;
        }
        if (!try_move(model, parse, move)) return true;
    }
    return false;
}

void ql_parse_run(const ql_model *model, ql_parse *parse) {
    while (ql_parse_step(model, parse)) continue;
}

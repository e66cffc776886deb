/* Train tagger and parser from treebanks, and write their weights.

       train [--silver SILVER.conllu] [--turns N] OUT.bin TRAIN.conllu ...
       train --our-tokens OUT.conllu TRAIN.conllu ...

   Silver trees are those that a stronger parser gave to free text.  Every epoch reads all of the treebanks and one
   Nth of the silver.  The second form writes the treebanks as our tokenizer splits them. The same input gives the
   same bytes.  See ext/model/README.md for the data that the shipped weights come from. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certain.h"
#include "learner.h"
#include "syntax/parse.h"
#include "syntax/tag.h"
#include "treebank.h"

enum {
    TAG_EPOCHS = 8,
    FOLD_EPOCHS = 5,
    FORM_EPOCHS = 6,
    PARSE_EPOCHS = 8,
    RUNS = 4, /* parsers trained on different orders, and added up */
    TAG_MARGIN = 4,
    MOVE_MARGIN = 10,
    NAME_MARGIN = 6,
    OWN_CHOICES = 90, /* of a hundred moves in training, those that follow the parser's own choice, from epoch 2 */
    LEAST_COUNT = 3,  /* occurrences of a word that the model then knows */
    SOLE_COUNT = 20,  /* of one that may skip the tagger, and of a pair of tags that may skip naming */
    SOLE_NAME = 993,  /* of a thousand arcs between such tags, those with the same name */
    TAG_UPDATES = 4,  /* of a row before its weights count (Goldberg and Elhadad 2011) */
    PARSE_UPDATES = 6,
    LEAST_WEIGHT = 3, /* of 127, for a lane of a long row: smaller ones cost more room than they are worth */
    WORD_BITS = 15,
    CERTAIN_BITS = 15,
    TAG_ROOM = 14 | 2 << 5, /* of tables, as ql_n_buckets reads it: less than 6 MB in all */
    FORM_ROOM = 13,
    MOVE_ROOM = 17 | 2 << 5,
    NAME_ROOM = 15 | 2 << 5,
    NAME_ROWS = 98304
};

static void *have(void *memory) {
    if (memory != NULL) return memory;
    fputs("no memory\n", stderr);
    exit(1);
}

/* ------------------------------------------------------------------------------------------------- words */

typedef struct counted {
    uint64_t hash;
    int32_t n, by_tag[QL_TAGS];
} counted;

typedef struct counts {
    counted *slots;
    size_t mask;
} counts;

static void count_words(const treebank *bank, counts *out) {
    out->mask = ((size_t)1 << 18) - 1;
    out->slots = have(calloc(out->mask + 1, sizeof *out->slots));
    for (size_t i = 0; i < bank->n; i++)
        for (int32_t w = 0; w < bank->sentences[i].n; w++) {
            const word *of = &bank->sentences[i].words[w];
            uint64_t hash = ql_lexeme_hash(of->form, strlen(of->form));
            size_t at = (hash >> 32) & out->mask;
            while (out->slots[at].n != 0 && out->slots[at].hash != hash) at = (at + 1) & out->mask;
            out->slots[at].hash = hash;
            out->slots[at].n++;
            out->slots[at].by_tag[of->tag]++;
        }
}

static int by_count(const void *a, const void *b) {
    const counted *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : (x->hash > y->hash) - (x->hash < y->hash);
}

/* The tags that make up a twentieth of its uses or more, as bits. */
static uint32_t class_of(const counted *of) {
    uint32_t bits = 0;
    for (int tag = 1; tag < QL_TAGS; tag++)
        if (of->by_tag[tag] * 20 >= of->n) bits |= UINT32_C(1) << tag;
    return bits;
}

static uint8_t sole_tag(const counted *of) {
    if (of->by_tag[QL_TAG_SYM] * 2 > of->n) return QL_TAG_SYM; /* which the tagger does not know */
    if (of->n < SOLE_COUNT) return QL_TAG_NONE;
    for (uint8_t tag = 1; tag < QL_TAGS; tag++)
        if (of->by_tag[tag] * 1000 >= of->n * 995) return tag;
    return QL_TAG_NONE;
}

/* The table of words, as model.c reads it. */
static uint8_t *make_words(const treebank *bank) {
    counts all;
    size_t n = 0, size = (size_t)QL_SLOT << WORD_BITS;
    uint32_t classes[256] = {0}, mask = (UINT32_C(1) << WORD_BITS) - 1;
    uint8_t *out = have(calloc(size, 1));
    count_words(bank, &all);
    for (size_t i = 0; i <= all.mask; i++)
        if (all.slots[i].n >= LEAST_COUNT) all.slots[n++] = all.slots[i];
    qsort(all.slots, n, sizeof *all.slots, by_count);
    for (size_t i = 0; i < n && i < mask / 4 * 3; i++) {
        uint32_t class = class_of(&all.slots[i]);
        int number = 1;
        while (number < 255 && classes[number] != 0 && classes[number] != class) number++;
        classes[number] = class;
        slots_put(out, WORD_BITS, all.slots[i].hash, (uint8_t)number, sole_tag(&all.slots[i]));
    }
    fprintf(stderr, "%zu words known\n", n);
    free(all.slots);
    return out;
}

/* A sentence as the learners see it, with room for the edges. */
typedef struct example {
    ql_lexeme *words;                               /* words[-2] to words[n + 1] */
    uint8_t *gold_tags, *gold_forms, *tags, *forms; /* the last two as a tagger gives them that did not see it */
    const sentence *of;
} example;

static example *make_examples(const ql_model *model, const treebank *bank) {
    example *out = have(calloc(bank->n, sizeof *out));
    for (size_t i = 0; i < bank->n; i++) {
        const sentence *of = &bank->sentences[i];
        size_t room = (size_t)of->n + 2 * QL_EDGE;
        example *to = &out[i];
        to->of = of;
        to->words = (ql_lexeme *)have(calloc(room, sizeof *to->words)) + QL_EDGE;
        uint8_t **arrays[] = {&to->gold_tags, &to->gold_forms, &to->tags, &to->forms};
        for (int a = 0; a < 4; a++) *arrays[a] = (uint8_t *)have(calloc(room, 1)) + QL_EDGE;
        for (int e = 1; e <= QL_EDGE; e++) {
            ql_lexeme_edge(&to->words[-e], false);
            ql_lexeme_edge(&to->words[of->n + e - 1], true);
        }
        for (int32_t w = 0; w < of->n; w++) {
            ql_lexeme_read(model, of->words[w].form, strlen(of->words[w].form), w == 0, &to->words[w]);
            to->gold_tags[w] = of->words[w].tag;
            bool is_verb = of->words[w].tag == QL_TAG_VERB || of->words[w].tag == QL_TAG_AUX;
            to->gold_forms[w] = is_verb ? of->words[w].inflection : QL_INFLECTION_NONE;
        }
    }
    return out;
}

/* What the learners read: the treebanks, then silver, of which each epoch takes one in `turns`. */
typedef struct examples {
    example *items;
    size_t n, n_gold, most_words;
    size_t turns;
} examples;

/* The sentences of an epoch in random order; *n_out is how many there are. */
static size_t *epoch_order(const examples *of, int epoch, uint64_t *random, size_t *n_out) {
    size_t *order = have(malloc((of->n + 1) * sizeof *order)), n = 0;
    for (size_t i = 0; i < of->n; i++)
        if (i < of->n_gold || i % of->turns == (size_t)epoch % of->turns) order[n++] = i;
    *n_out = n;
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)(next_random(random) % i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    return order;
}

/* Update so that `gold` beats all others by the margin.  True if it was not so before. */
static void learn(learner *of, const uint64_t *features, int n, const int32_t *score, int gold, int rival,
                  int32_t margin) {
    of->now++;
    if (rival < 0 || score[gold] - score[rival] >= margin) return;
    learner_update(of, features, n, gold, 1);
    learner_update(of, features, n, rival, -1);
}

/* ------------------------------------------------------------------------------------------------ tagger */

static int best_lane(const int32_t *score, int lanes, int except) {
    int best = -1;
    for (int lane = 0; lane < lanes; lane++)
        if (lane != except && (best < 0 || score[lane] > score[best])) best = lane;
    return best;
}

static void tag_one(learner *tagger, const example *of, bool training, uint8_t *tags) {
    uint64_t features[QL_MOST_TAG_FEATURES];
    int32_t score[QL_WIDE];
    for (int e = 1; e <= QL_EDGE; e++) tags[-e] = tags[of->of->n + e - 1] = QL_TAG_NONE;
    for (int32_t i = 0; i < of->of->n; i++) {
        tags[i] = of->words[i].sole;
        if (tags[i] != QL_TAG_NONE) continue;
        int n = ql_tag_features(of->words, tags, i, features), gold = ql_lane_of_tag(of->gold_tags[i]);
        learner_score(tagger, features, n, score);
        if (training && gold >= 0)
            learn(tagger, features, n, score, gold, best_lane(score, QL_WIDE, gold), TAG_MARGIN);
        tags[i] = ql_tag_of_lane(best_lane(score, QL_WIDE, -1));
    }
}

/* Base, present, past in lanes; the participle is the lane that is always nought. */
static int form_lane(uint8_t form) {
    return form == QL_INFLECTION_BASE ? 0 : form == QL_INFLECTION_PRESENT ? 1 : form == QL_INFLECTION_PAST ? 2 : 3;
}

static void form_one(learner *former, const example *of, const uint8_t *tags, bool training, uint8_t *forms) {
    static const uint8_t of_lane[4] = {QL_INFLECTION_BASE, QL_INFLECTION_PRESENT, QL_INFLECTION_PAST,
                                       QL_INFLECTION_PARTICIPLE};
    uint64_t features[QL_MOST_FORM_FEATURES];
    int32_t score[4];
    for (int32_t i = 0; i < of->of->n; i++) {
        forms[i] = QL_INFLECTION_NONE;
        if (tags[i] != QL_TAG_VERB && tags[i] != QL_TAG_AUX) continue;
        forms[i] = QL_INFLECTION_GERUND;
        if (of->words[i].is_gerund) continue;
        int n = ql_form_features(of->words, tags, forms, i, features);
        learner_score(former, features, n, score);
        score[3] = 0;
        forms[i] = of_lane[best_lane(score, 4, -1)];
        uint8_t gold_form = of->gold_forms[i];
        if (!training || gold_form == QL_INFLECTION_NONE || gold_form == QL_INFLECTION_GERUND) continue;
        int gold = form_lane(gold_form), rival = best_lane(score, 4, gold);
        former->now++;
        if (score[gold] - score[rival] >= TAG_MARGIN) continue;
        if (gold < 3) learner_update(former, features, n, gold, 1);
        if (rival < 3) learner_update(former, features, n, rival, -1);
    }
}

/* The relation that a dependent always has, given the tags of both and their order. */
static uint8_t *make_sole_names(const examples *all) {
    uint8_t *out = have(calloc(QL_TAG_PAIRS, 1));
    int32_t(*seen)[QL_RELATIONS] = have(calloc(QL_TAG_PAIRS, sizeof *seen));
    for (size_t i = 0; i < all->n; i++) {
        const example *at = &all->items[i];
        for (int32_t w = 0; w < at->of->n; w++) {
            const word *of = &at->of->words[w];
            if (of->head == at->of->n) continue;
            seen[ql_tag_pair(at->tags[of->head], at->tags[w], of->head < w)][of->relation]++;
        }
    }
    for (int pair = 0; pair < QL_TAG_PAIRS; pair++) {
        int32_t n = 0, most = 0;
        for (int name = 0; name < QL_RELATIONS; name++) {
            n += seen[pair][name];
            if (seen[pair][name] > most) most = seen[pair][name], out[pair] = (uint8_t)name;
        }
        if (n < SOLE_COUNT || most * INT64_C(1000) < n * (int64_t)SOLE_NAME) out[pair] = QL_RELATION_NONE;
    }
    free(seen);
    return out;
}

/* Replace weights by their averages, times 16, so that the learner can be used as the model will be. */
static void settle(learner *of) {
    double average[MOST_LANES];
    for (size_t row = 0; row < of->n_rows; row++) {
        memset(average, 0, sizeof average);
        learner_average(of, row, 16.0, average);
        for (int lane = 0; lane < of->lanes; lane++) {
            double value = average[lane];
            of->cells[row * (size_t)of->lanes + (size_t)lane].weight =
                (int32_t)(value < 0 ? value - 0.5 : value + 0.5);
        }
    }
}

typedef struct tagging {
    const examples *all;
    int without_fold, epochs; /* fold -1: all */
    uint64_t random;
    learner *tagger, *former;
} tagging;

static void *train_tagging(void *argument) {
    tagging *of = argument;
    uint8_t *tags = (uint8_t *)have(calloc(of->all->most_words + 2 * QL_EDGE, 1)) + QL_EDGE;
    uint8_t *forms = (uint8_t *)have(calloc(of->all->most_words + 2 * QL_EDGE, 1)) + QL_EDGE;
    size_t n;
    of->tagger = learner_new(QL_WIDE, TAG_UPDATES);
    of->former = learner_new(QL_NARROW + 1, TAG_UPDATES);
    for (int epoch = 0; epoch < of->epochs; epoch++) {
        size_t *order = epoch_order(of->all, epoch, &of->random, &n);
        for (size_t i = 0; i < n; i++) {
            const example *at = &of->all->items[order[i]];
            if (at->of->fold == of->without_fold) continue;
            tag_one(of->tagger, at, true, tags);
        }
        free(order);
    }
    for (int epoch = 0; epoch < FORM_EPOCHS; epoch++) {
        size_t *order = epoch_order(of->all, epoch, &of->random, &n);
        for (size_t i = 0; i < n; i++) {
            const example *at = &of->all->items[order[i]];
            if (at->of->fold != of->without_fold) form_one(of->former, at, at->gold_tags, true, forms);
        }
        free(order);
    }
    free(tags - QL_EDGE);
    free(forms - QL_EDGE);
    fprintf(stderr, "tagger without fold %d: %zu rows, forms %zu rows\n", of->without_fold, of->tagger->n_rows,
            of->former->n_rows);
    learner_trim(of->tagger);
    learner_trim(of->former);
    return NULL;
}

/* Tag a fold with what was trained on the others. */
static void *tag_fold(void *argument) {
    tagging *of = argument;
    size_t right = 0, all = 0;
    train_tagging(of);
    settle(of->tagger);
    settle(of->former);
    for (size_t i = 0; i < of->all->n; i++) {
        const example *at = &of->all->items[i];
        if (at->of->fold != of->without_fold) continue;
        tag_one(of->tagger, at, false, at->tags);
        form_one(of->former, at, at->tags, false, at->forms);
        if (i >= of->all->n_gold) continue;
        for (int32_t w = 0; w < at->of->n; w++) right += at->tags[w] == at->gold_tags[w];
        all += (size_t)at->of->n;
    }
    fprintf(stderr, "fold %d: tags %.2f %%\n", of->without_fold, 100.0 * (double)right / (double)all);
    learner_free(of->tagger);
    learner_free(of->former);
    return NULL;
}

/* Two at a time; each is the same alone. */
static void run_all(void *(*work)(void *), void *items, size_t size, size_t n) {
    for (size_t i = 0; i < n; i += 2) {
        pthread_t other;
        bool two = i + 1 < n && pthread_create(&other, NULL, work, (char *)items + (i + 1) * size) == 0;
        work((char *)items + i * size);
        if (two)
            pthread_join(other, NULL);
        else if (i + 1 < n)
            work((char *)items + (i + 1) * size);
    }
}

static void jackknife(const examples *all) {
    tagging folds[FOLDS];
    for (int fold = 0; fold < FOLDS; fold++)
        folds[fold] = (tagging){all, fold, FOLD_EPOCHS, UINT64_C(0x1234567) + (uint64_t)fold, NULL, NULL};
    run_all(tag_fold, folds, sizeof *folds, FOLDS);
}

/* ------------------------------------------------------------------------------------------------ parser */

typedef struct parsing {
    const ql_model *model;
    const examples *all;
    uint64_t random;
    learner *moves, *names;
} parsing;

/* How many arcs of the gold tree can no longer be made after a move (Goldberg and Nivre 2013, for arc-hybrid). */
static int cost_of(const ql_parse *parse, const sentence *gold, ql_move move) {
    const word *words = gold->words;
    int32_t n = gold->n, next = parse->next, top = parse->n_stack > 0 ? parse->stack[parse->n_stack - 1] : -1;
    int cost = 0;
    if (move == QL_MOVE_SHIFT) {
        int32_t head = words[next].head;
        for (int32_t i = 0; i < parse->n_stack; i++) {
            int32_t at = parse->stack[i];
            cost += words[at].head == next;
            cost += at == head && at != top;
        }
        return cost;
    }
    int32_t head = words[top].head, second = parse->n_stack > 1 ? parse->stack[parse->n_stack - 2] : -1;
    int32_t first_free = move == QL_MOVE_LEFT ? next + 1 : next;
    for (int32_t i = next; i < n; i++) cost += words[i].head == top;
    cost += head >= first_free && head <= n && !(move == QL_MOVE_LEFT && head == next);
    if (move == QL_MOVE_LEFT) cost += head == second && second >= 0;
    return cost;
}

static void learn_name(parsing *of, const ql_parse *parse, const word *words, int32_t head, int32_t dependent,
                       uint8_t *name) {
    uint64_t features[QL_MOST_NAME_FEATURES];
    int32_t score[QL_RELATIONS];
    if (head == parse->n) {
        *name = QL_RELATION_ROOT;
        return;
    }
    *name =
        of->model->sole_names[ql_tag_pair(parse->nodes[head].upos, parse->nodes[dependent].upos, head < dependent)];
    if (*name != QL_RELATION_NONE) return;
    int n = ql_name_features(parse, head, dependent, features);
    learner_score(of->names, features, n, score);
    int best = 1, gold = words[dependent].relation, rival = -1;
    for (int lane = 1; lane < QL_RELATIONS; lane++) {
        if (lane == QL_RELATION_ROOT) continue;
        if (score[lane] > score[best]) best = lane;
        if (lane != gold && (rival < 0 || score[lane] > score[rival])) rival = lane;
    }
    *name = (uint8_t)best;
    if (words[dependent].head == head) learn(of->names, features, n, score, gold, rival, NAME_MARGIN);
}

static void learn_sentence(parsing *of, ql_parse *parse, const example *from, bool follow_gold) {
    uint64_t features[QL_MOST_MOVE_FEATURES];
    ql_parse_start(parse, of->model, from->words, from->tags, from->forms, from->of->n);
    while (!ql_parse_is_done(parse)) {
        int32_t score[QL_MOVES], head, dependent;
        int cost[QL_MOVES], least = INT32_MAX, n = ql_move_features(parse, features);
        learner_score(of->moves, features, n, score);
        for (int move = 0; move < QL_MOVES; move++) {
            cost[move] = ql_parse_can(parse, (ql_move)move) ? cost_of(parse, from->of, (ql_move)move) : -1;
            if (cost[move] >= 0 && cost[move] < least) least = cost[move];
        }
        int right = -1, wrong = -1;
        for (int move = 0; move < QL_MOVES; move++) {
            if (cost[move] < 0) continue;
            int *best = cost[move] == least ? &right : &wrong;
            if (*best < 0 || score[move] > score[*best]) *best = move;
        }
        learn(of->moves, features, n, score, right, wrong, MOVE_MARGIN);
        bool own = !follow_gold && next_random(&of->random) % 100 < OWN_CHOICES;
        int move = own && wrong >= 0 && score[wrong] > score[right] ? wrong : right;
        uint8_t name = QL_RELATION_NONE;
        if (move != QL_MOVE_SHIFT) {
            ql_parse_arc(parse, (ql_move)move, &head, &dependent);
            learn_name(of, parse, from->of->words, head, dependent, &name);
        }
        ql_parse_move(parse, (ql_move)move, name);
    }
}

static void *train_parsing(void *argument) {
    parsing *of = argument;
    ql_parse parse = {.nodes = have(malloc((of->all->most_words + 2) * sizeof *parse.nodes)),
                      .stack = have(malloc((of->all->most_words + 1) * sizeof *parse.stack))};
    of->moves = learner_new(QL_MOVES, PARSE_UPDATES);
    of->names = learner_new(QL_RELATIONS, PARSE_UPDATES);
    for (int epoch = 0; epoch < PARSE_EPOCHS; epoch++) {
        size_t n, *order = epoch_order(of->all, epoch, &of->random, &n);
        for (size_t i = 0; i < n; i++) learn_sentence(of, &parse, &of->all->items[order[i]], epoch == 0);
        free(order);
        fprintf(stderr, "parser, epoch %d: %zu and %zu rows\n", epoch + 1, of->moves->n_rows, of->names->n_rows);
    }
    learner_trim(of->moves);
    learner_trim(of->names);
    free(parse.nodes);
    free(parse.stack);
    return NULL;
}

/* ------------------------------------------------------------------------------------------------ packing */

typedef struct packed_row {
    uint64_t key;
    double worth; /* its squared norm times how often it was updated: many weights are worth little where they are
                     rare */
    float weights[MOST_LANES];
} packed_row;

static int by_key(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}
static int by_worth(const void *a, const void *b) {
    const packed_row *x = a, *y = b;
    return x->worth != y->worth ? (x->worth < y->worth ? 1 : -1) : (x->key > y->key) - (x->key < y->key);
}

static double squared_norm(const float weights[MOST_LANES]) {
    double sum = 0;
    for (int lane = 0; lane < MOST_LANES; lane++) sum += (double)weights[lane] * weights[lane];
    return sum;
}

/* The learners' averaged rows added up, those that are worth most first. */
static packed_row *collect(learner *const *learners, int n_learners, size_t *n_out) {
    size_t capacity = 0, n = 0;
    for (int i = 0; i < n_learners; i++) capacity += learners[i]->n_rows;
    packed_row *rows = have(calloc(capacity + 1, sizeof *rows));
    for (int i = 0; i < n_learners; i++) {
        const learner *of = learners[i];
        for (size_t slot = 0; slot < (size_t)1 << of->slot_bits; slot++) {
            if (of->keys[slot] == 0 || of->n_updates[of->row_of[slot]] < of->least_updates) continue;
            double average[MOST_LANES] = {0};
            learner_average(of, of->row_of[slot], 1.0, average);
            rows[n].key = of->keys[slot];
            rows[n].worth = of->n_updates[of->row_of[slot]];
            for (int lane = 0; lane < of->lanes; lane++) rows[n].weights[lane] = (float)average[lane];
            n++;
        }
    }
    qsort(rows, n, sizeof *rows, by_key);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || rows[kept - 1].key != rows[i].key) {
            rows[kept++] = rows[i];
            continue;
        }
        rows[kept - 1].worth += rows[i].worth;
        for (int lane = 0; lane < MOST_LANES; lane++) rows[kept - 1].weights[lane] += rows[i].weights[lane];
    }
    for (size_t i = 0; i < kept; i++) rows[i].worth *= squared_norm(rows[i].weights);
    qsort(rows, kept, sizeof *rows, by_worth);
    *n_out = kept;
    return rows;
}

static int8_t scaled(double weight, double scale) {
    double value = weight * scale;
    int whole = (int)(value < 0 ? value - 0.5 : value + 0.5);
    return (int8_t)(whole > 127 ? 127 : whole < -127 ? -127 : whole);
}

/* Where in its bucket a slot has its check, and how far slots are apart. */
static uint8_t *check_at(uint8_t *bucket, ql_layout layout, int slot) {
    return layout == QL_LAYOUT_WIDE ? bucket + 16 * slot + QL_WIDE
                                    : bucket + ql_bucket_size(layout) / 4 * (size_t)slot;
}

/* A free slot for `key`; NULL where the bucket is full, or holds another row of the same check. */
static uint8_t *place(uint8_t *buckets, uint32_t n_buckets, ql_layout layout, uint64_t key) {
    uint8_t *bucket = buckets + ql_row_bucket(key, n_buckets) * ql_bucket_size(layout), check = ql_row_check(key);
    for (int slot = 0; slot < QL_MODEL_SLOTS; slot++) {
        uint8_t *at = check_at(bucket, layout, slot);
        if (*at == check) return NULL;
        if (*at != 0) continue;
        *at = check;
        return layout == QL_LAYOUT_WIDE ? at - QL_WIDE : at + 1;
    }
    return NULL;
}

static double largest_of(const packed_row *rows, size_t n) {
    double largest = 1e-9;
    for (size_t i = 0; i < n; i++)
        for (int lane = 0; lane < MOST_LANES; lane++) {
            double size = rows[i].weights[lane] < 0 ? -rows[i].weights[lane] : rows[i].weights[lane];
            if (size > largest) largest = size;
        }
    return largest;
}

/* The weights of a row as bytes, those below `least` as nought; false if all are. */
static bool as_bytes(const packed_row *row, double scale, int least, int8_t out[MOST_LANES]) {
    bool is_nought = true;
    for (int lane = 0; lane < MOST_LANES; lane++) {
        int8_t weight = scaled(row->weights[lane], scale);
        out[lane] = (int8_t)(abs(weight) < least ? 0 : weight);
        is_nought &= out[lane] == 0;
    }
    return !is_nought;
}

/* The rows of names, in the order of their slots, each as it is in the file; *n_bytes is how many that are. */
static uint8_t *pack_rows(const uint8_t *buckets, size_t n_slots, const int8_t *rows, size_t *n_bytes) {
    uint8_t *out = have(malloc(n_slots * (1 + 2 * QL_LONG) + 1)), *at = out;
    for (size_t i = 0; i < n_slots; i++) {
        const uint8_t *slot = buckets + 4 * i;
        if (slot[0] == 0) continue;
        const int8_t *row = rows + QL_LONG * (slot[1] | (size_t)slot[2] << 8 | (size_t)slot[3] << 16);
        uint8_t *count = at++;
        *count = 0;
        for (int lane = 0; lane < QL_LONG; lane++) {
            if (row[lane] == 0) continue;
            ++*count;
            *at++ = (uint8_t)lane;
            *at++ = (uint8_t)row[lane];
        }
    }
    *n_bytes = (size_t)(at - out);
    return out;
}

static size_t write_rows(FILE *out, const uint8_t *buckets, uint32_t n_buckets, const int8_t *rows) {
    size_t n_slots = (size_t)n_buckets * QL_MODEL_SLOTS, n_bytes;
    uint8_t *packed = pack_rows(buckets, n_slots, rows, &n_bytes);
    for (size_t i = 0; i < n_slots; i++) fwrite(buckets + 4 * i, 1, 1, out);
    fwrite(packed, 1, n_bytes, out);
    free(packed);
    return n_bytes;
}

/* Put the number of a long row into its slot, and its weights into the rows. */
static void put_row(uint8_t *slot, size_t number, const int8_t *weights, int8_t *rows) {
    for (int i = 0; i < 3; i++) slot[i] = (uint8_t)(number >> (8 * i));
    memcpy(rows + QL_LONG * number, weights, QL_LONG);
}

/* Buckets, and of the long layout the rows after them, those that are worth most; bytes of rows written. */
static size_t pack(FILE *out, learner *const *learners, int n_learners, uint8_t room, ql_layout layout,
                   const char *what) {
    uint32_t n_buckets = ql_n_buckets(room);
    size_t n_rows, size = ql_bucket_size(layout) * n_buckets, placed = 0, crowded = 0, n_bytes = 0;
    packed_row *rows = collect(learners, n_learners, &n_rows);
    uint8_t *buckets = have(calloc(size, 1));
    int8_t *behind = have(calloc(NAME_ROWS, QL_LONG));
    size_t most = layout == QL_LAYOUT_LONG ? NAME_ROWS - 1 : n_rows; /* row 0 is for features without one */
    int least = layout == QL_LAYOUT_LONG ? LEAST_WEIGHT : 1;
    double largest = largest_of(rows, n_rows);
    for (size_t i = 0; i < n_rows && placed < most; i++) {
        int8_t weights[MOST_LANES];
        if (!as_bytes(&rows[i], 127 / largest, least, weights)) continue;
        uint8_t *to = place(buckets, n_buckets, layout, rows[i].key);
        if (to == NULL)
            crowded++;
        else if (++placed, layout == QL_LAYOUT_LONG)
            put_row(to, placed, weights, behind);
        else
            memcpy(to, weights, layout == QL_LAYOUT_WIDE ? QL_WIDE : QL_NARROW);
    }
    fprintf(stderr, "%s: %zu rows, %zu placed, %zu found no room, largest weight %.1f\n", what, n_rows, placed,
            crowded, largest);
    if (layout == QL_LAYOUT_LONG)
        n_bytes = write_rows(out, buckets, n_buckets, behind);
    else
        fwrite(buckets, 1, size, out);
    free(rows);
    free(buckets);
    free(behind);
    return n_bytes;
}

/* ------------------------------------------------------------------------------------------- certainties */

typedef struct watched {
    decisions moves, names;
} watched;

/* What the model decides in one sentence of training, where it has the choice. */
static void watch_sentence(const ql_model *model, const example *of, ql_parse *parse, uint8_t *tags, uint8_t *forms,
                           watched *out) {
    ql_tag_words(model, of->words, of->of->n, tags, forms);
    ql_parse_start(parse, model, of->words, tags, forms, of->of->n);
    while (!ql_parse_is_done(parse)) {
        int n_can = 0;
        for (int move = 0; move < QL_MOVES; move++) n_can += ql_parse_can(parse, (ql_move)move);
        ql_move move = ql_best_move(model, parse);
        if (n_can > 1) decisions_add(&out->moves, ql_move_context(parse), (uint8_t)move);
        uint8_t name = QL_RELATION_NONE;
        if (move != QL_MOVE_SHIFT) {
            int32_t head, dependent;
            ql_parse_arc(parse, move, &head, &dependent);
            name = ql_best_name(model, parse, head, dependent);
            if (ql_sole_name(model, parse, head, dependent) == QL_RELATION_NONE)
                decisions_add(&out->names, ql_name_context(parse, head, dependent), name);
        }
        ql_parse_move(parse, move, name);
    }
}

static void watch_all(const ql_model *model, const examples *all, watched *out) {
    uint8_t *tags = (uint8_t *)have(calloc(all->most_words + 2 * QL_EDGE, 1)) + QL_EDGE;
    uint8_t *forms = (uint8_t *)have(calloc(all->most_words + 2 * QL_EDGE, 1)) + QL_EDGE;
    ql_parse parse = {.nodes = have(malloc((all->most_words + 2) * sizeof *parse.nodes)),
                      .stack = have(malloc((all->most_words + 1) * sizeof *parse.stack))};
    for (size_t i = 0; i < all->n; i++) watch_sentence(model, &all->items[i], &parse, tags, forms, out);
    free(tags - QL_EDGE);
    free(forms - QL_EDGE);
    free(parse.nodes);
    free(parse.stack);
}

/* Let the weights that have been written decide, and write after them what is certain. */
static bool add_certain(const char *path, const examples *all) {
    FILE *file = fopen(path, "r+b");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) return false;
    size_t size = (size_t)ftell(file);
    uint8_t *bytes = have(malloc(size));
    rewind(file);
    ql_model model;
    if (fread(bytes, 1, size, file) != size || ql_model_open(bytes, size, &model, NULL) != QL_OK) return false;
    watched seen = {.moves = {.least = 30}, .names = {.least = 10, .others = 5}};
    decisions *kinds[] = {&seen.moves, &seen.names};
    watch_all(&model, all, &seen);
    for (int i = 0; i < 2; i++) {
        size_t n_certain = decisions_write(kinds[i], bytes + (model.certain.bytes - bytes), CERTAIN_BITS);
        fprintf(stderr, "%zu decisions, certain in %zu contexts\n", kinds[i]->n, n_certain);
        decisions_free(kinds[i]);
    }
    rewind(file);
    bool fine = fwrite(bytes, 1, size, file) == size;
    ql_model_close(&model);
    free(bytes);
    return fclose(file) == 0 && fine;
}

static int write_our_tokens(const char *path, char **treebanks, int n) {
    treebank bank = {0};
    for (int i = 0; i < n; i++) treebank_read(&bank, treebanks[i]);
    FILE *out = fopen(path, "wb");
    if (out == NULL) {
        fprintf(stderr, "%s cannot be written\n", path);
        return 1;
    }
    treebank_write_our_tokens(&bank, out);
    treebank_free(&bank);
    return fclose(out) == 0 ? 0 : 1;
}

typedef struct arguments {
    const char *silver, *out;
    size_t turns;
    char **treebanks;
    int n_treebanks;
} arguments;

static bool read_arguments(int argc, char **argv, arguments *out) {
    int at = 1;
    *out = (arguments){.turns = 3};
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        if (strcmp(argv[at], "--silver") == 0)
            out->silver = argv[at + 1];
        else if (strcmp(argv[at], "--turns") == 0)
            out->turns = (size_t)strtoul(argv[at + 1], NULL, 10);
        else
            return false;
    }
    if (argc - at < 2 || out->turns == 0) return false;
    out->out = argv[at];
    out->treebanks = argv + at + 1;
    out->n_treebanks = argc - at - 1;
    return true;
}

/* The treebanks with their copies, then silver with its own. */
static examples read_all(const arguments *of, treebank *bank) {
    examples out = {.turns = of->turns};
    for (int i = 0; i < of->n_treebanks; i++) treebank_read(bank, of->treebanks[i]);
    size_t n_read = bank->n;
    treebank_add_copies(bank, 0);
    fprintf(stderr, "%zu sentences, and %zu copies\n", n_read, bank->n - n_read);
    out.n_gold = bank->n;
    if (of->silver != NULL) {
        treebank_read(bank, of->silver);
        n_read = bank->n;
        treebank_add_copies(bank, out.n_gold);
        fprintf(stderr, "%zu silver sentences, and %zu copies\n", n_read - out.n_gold, bank->n - n_read);
    }
    out.n = bank->n;
    for (size_t i = 0; i < bank->n; i++)
        if ((size_t)bank->sentences[i].n > out.most_words) out.most_words = (size_t)bank->sentences[i].n;
    return out;
}

int main(int argc, char **argv) {
    arguments given;
    if (argc > 3 && strcmp(argv[1], "--our-tokens") == 0) return write_our_tokens(argv[2], argv + 3, argc - 3);
    if (!read_arguments(argc, argv, &given)) {
        fputs("usage: train [--silver SILVER.conllu] [--turns N] OUT.bin TRAIN.conllu ...\n"
              "       train --our-tokens OUT.conllu TRAIN.conllu ...\n",
              stderr);
        return 2;
    }
    treebank bank = {0};
    examples all = read_all(&given, &bank);
    uint8_t *words = make_words(&bank);
    ql_model model = {.words = {words, WORD_BITS}};
    ql_model_fill_values(&model);
    all.items = make_examples(&model, &bank);

    jackknife(&all);
    uint8_t *sole_names = make_sole_names(&all);
    model.sole_names = sole_names;
    parsing parsers[RUNS];
    for (int i = 0; i < RUNS; i++)
        parsers[i] = (parsing){&model, &all, UINT64_C(0xABCDEF) * (uint64_t)(i + 1), NULL, NULL};
    run_all(train_parsing, parsers, sizeof *parsers, RUNS);
    tagging taggers[RUNS];
    for (int i = 0; i < RUNS; i++)
        taggers[i] = (tagging){&all, -1, TAG_EPOCHS, UINT64_C(0x7654321) * (uint64_t)(i + 1), NULL, NULL};
    run_all(train_tagging, taggers, sizeof *taggers, RUNS);

    FILE *out = fopen(given.out, "wb");
    if (out == NULL) {
        fprintf(stderr, "%s cannot be written\n", given.out);
        return 1;
    }
    uint8_t header[64] = {'Q', 'L', 'M', '3', WORD_BITS, TAG_ROOM, FORM_ROOM, MOVE_ROOM, NAME_ROOM};
    header[13] = CERTAIN_BITS;
    fwrite(header, 1, sizeof header, out);
    learner *moves[RUNS], *names[RUNS], *tags[RUNS], *forms[RUNS];
    for (int i = 0; i < RUNS; i++) {
        moves[i] = parsers[i].moves, names[i] = parsers[i].names;
        tags[i] = taggers[i].tagger, forms[i] = taggers[i].former;
    }
    pack(out, tags, RUNS, TAG_ROOM, QL_LAYOUT_WIDE, "tags");
    pack(out, forms, RUNS, FORM_ROOM, QL_LAYOUT_NARROW, "forms");
    pack(out, moves, RUNS, MOVE_ROOM, QL_LAYOUT_NARROW, "moves");
    size_t n_bytes = pack(out, names, RUNS, NAME_ROOM, QL_LAYOUT_LONG, "names");
    for (int i = 0; i < 4; i++) header[9 + i] = (uint8_t)(n_bytes >> (8 * i));
    fwrite(words, QL_SLOT, (size_t)1 << WORD_BITS, out);
    for (size_t i = 0; i < (size_t)QL_SLOT << CERTAIN_BITS; i++) fputc(0, out); /* none so far */
    fwrite(sole_names, 1, QL_TAG_PAIRS, out);
    rewind(out);
    fwrite(header, 1, sizeof header, out);
    return fclose(out) == 0 && add_certain(given.out, &all) ? 0 : 1;
}

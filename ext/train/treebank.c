#include "treebank.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "quotelens.h"

enum { LONGEST_LINE = 1 << 16 };

static void *have(void *memory) {
    if (memory != NULL) return memory;
    fputs("no memory\n", stderr);
    exit(1);
}

static char *copy_of(const char *string) {
    return strcpy(have(malloc(strlen(string) + 1)), string);
}

uint64_t next_random(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545F4914F6CDD1D);
}

static void append(treebank *bank, sentence s) {
    if (bank->n == bank->capacity) {
        bank->capacity = bank->capacity == 0 ? 1024 : 2 * bank->capacity;
        bank->sentences = have(realloc(bank->sentences, bank->capacity * sizeof *bank->sentences));
    }
    bank->sentences[bank->n++] = s;
}

void treebank_free(treebank *bank) {
    for (size_t i = 0; i < bank->n; i++) {
        for (int32_t w = 0; w < bank->sentences[i].n; w++) free(bank->sentences[i].words[w].form);
        free(bank->sentences[i].words);
    }
    free(bank->sentences);
    *bank = (treebank){0};
}

/* ------------------------------------------------------------------------------------------------ reading */

static uint8_t tag_named(const char *name) {
    for (uint8_t tag = 1; tag < QL_TAGS; tag++)
        if (strcmp(ql_tag_name(tag), name) == 0) return tag;
    return QL_TAG_X;
}

/* Its relation; of a subtype that we do not keep, the relation it is a subtype of. */
static uint8_t relation_named(const char *name) {
    for (uint8_t relation = 1; relation < QL_RELATIONS; relation++)
        if (strcmp(ql_relation_name(relation), name) == 0) return relation;
    char plain[64];
    const char *colon = strchr(name, ':');
    if (colon == NULL || (size_t)(colon - name) >= sizeof plain) return QL_RELATION_DEP;
    memcpy(plain, name, (size_t)(colon - name));
    plain[colon - name] = 0;
    return relation_named(plain);
}

/* From the Penn tags of verbs, which both treebanks give. */
static uint8_t inflection_named(const char *penn) {
    if (strcmp(penn, "VB") == 0) return QL_INFLECTION_BASE;
    if (strcmp(penn, "VBP") == 0 || strcmp(penn, "VBZ") == 0 || strcmp(penn, "MD") == 0) return QL_INFLECTION_PRESENT;
    if (strcmp(penn, "VBD") == 0) return QL_INFLECTION_PAST;
    if (strcmp(penn, "VBN") == 0) return QL_INFLECTION_PARTICIPLE;
    return strcmp(penn, "VBG") == 0 ? QL_INFLECTION_GERUND : QL_INFLECTION_NONE;
}

static bool covers(const sentence *s, int32_t head, int32_t dependent) {
    while (dependent != s->n && dependent != head) dependent = s->words[dependent].head;
    return dependent == head;
}

/* Is every word between the two a descendant of the head? */
static bool is_projective_arc(const sentence *s, int32_t dependent) {
    int32_t head = s->words[dependent].head;
    if (head == s->n) return true;
    int32_t low = head < dependent ? head : dependent, high = head < dependent ? dependent : head;
    for (int32_t i = low + 1; i < high; i++)
        if (!covers(s, head, i)) return false;
    return true;
}

/* Lift words whose arcs cross others to the head of their head, the shortest arcs first (Nivre and Nilsson 2005). */
static void make_projective(sentence *s) {
    for (;;) {
        int32_t shortest = -1, length = INT32_MAX;
        for (int32_t i = 0; i < s->n; i++) {
            int32_t far = abs(s->words[i].head - i);
            if (far < length && !is_projective_arc(s, i)) shortest = i, length = far;
        }
        if (shortest < 0) return;
        s->words[shortest].head = s->words[s->words[shortest].head].head;
    }
}

typedef struct reader {
    treebank *bank;
    sentence current;
    int32_t capacity, joined_until; /* words of a contraction stand without spaces up to this one */
    bool space_behind_joined;
} reader;

static void finish(reader *r) {
    if (r->current.n == 0) return;
    for (int32_t i = 0; i < r->current.n; i++) {
        word *w = &r->current.words[i];
        w->head = w->head == 0 ? r->current.n : w->head - 1;
    }
    make_projective(&r->current);
    r->current.fold = (int32_t)(r->bank->n / 10 % FOLDS); /* neighbours are alike: they share a fold */
    append(r->bank, r->current);
    r->current = (sentence){0};
    r->capacity = r->joined_until = 0;
}

static void add_word(reader *r, char *const *field) {
    if (r->current.n == r->capacity) {
        r->capacity = r->capacity == 0 ? 32 : 2 * r->capacity;
        r->current.words = have(realloc(r->current.words, (size_t)r->capacity * sizeof *r->current.words));
    }
    bool spaced = strstr(field[9], "SpaceAfter=No") == NULL;
    int32_t number = r->current.n + 1;
    if (number <= r->joined_until) spaced = number == r->joined_until && r->space_behind_joined;
    r->current.words[r->current.n++] = (word){.form = copy_of(field[1]),
                                              .head = atoi(field[6]),
                                              .tag = tag_named(field[3]),
                                              .inflection = inflection_named(field[4]),
                                              .relation = relation_named(field[7]),
                                              .space_after = spaced};
}

static void read_line(reader *r, char *line) {
    char *field[10], *at = line;
    if (!isdigit((unsigned char)line[0])) return;
    for (int i = 0; i < 10; i++) {
        field[i] = at;
        at = strchr(at, i < 9 ? '\t' : '\n');
        if (at == NULL) return;
        *at++ = 0;
    }
    const char *dash = strchr(field[0], '-');
    if (dash != NULL) {
        r->joined_until = atoi(dash + 1);
        r->space_behind_joined = strstr(field[9], "SpaceAfter=No") == NULL;
    } else if (strchr(field[0], '.') == NULL) {
        add_word(r, field);
    }
}

void treebank_read(treebank *bank, const char *path) {
    FILE *file = fopen(path, "rb");
    char *line = have(malloc(LONGEST_LINE));
    reader r = {.bank = bank};
    if (file == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    while (fgets(line, LONGEST_LINE, file) != NULL) {
        if (line[0] == '\n' || line[0] == '\r')
            finish(&r);
        else
            read_line(&r, line);
    }
    finish(&r);
    free(line);
    fclose(file);
}

/* ------------------------------------------------------------------------------------------------- copies */

static sentence copy_sentence(const sentence *s) {
    sentence made = *s;
    made.words = have(malloc((size_t)s->n * sizeof *made.words));
    for (int32_t i = 0; i < s->n; i++) {
        made.words[i] = s->words[i];
        made.words[i].form = copy_of(s->words[i].form);
    }
    return made;
}

static void in_capitals(sentence *s) {
    for (int32_t i = 0; i < s->n; i++)
        for (char *c = s->words[i].form; *c != 0; c++) *c = (char)toupper((unsigned char)*c);
}

/* As many papers write headlines: capitals on all words but the small ones. */
static void as_headline(sentence *s) {
    for (int32_t i = 0; i < s->n; i++) {
        word *w = &s->words[i];
        bool is_small =
            w->tag == QL_TAG_ADP || w->tag == QL_TAG_DET || w->tag == QL_TAG_CCONJ || w->tag == QL_TAG_PART;
        if (i == 0 || !is_small) w->form[0] = (char)toupper((unsigned char)w->form[0]);
    }
}

/* Without the final stop, if nothing hangs on it. */
static void without_stop(sentence *s) {
    int32_t last = s->n - 1;
    if (s->n < 2 || strcmp(s->words[last].form, ".") != 0 || s->words[last].head == s->n) return;
    for (int32_t i = 0; i < last; i++)
        if (s->words[i].head == last) return;
    free(s->words[last].form);
    for (int32_t i = 0; i < last; i++)
        if (s->words[i].head == s->n) s->words[i].head = last;
    s->n = last;
}

/* A word of ours: the words of the treebank that it touches, [first, end), and the one it stands for. */
typedef struct ours {
    int32_t start, end, first, last, stands_for;
} ours;

static int32_t text_of(const sentence *s, char *text, int32_t *start) {
    int32_t at = 0;
    for (int32_t i = 0; i < s->n; i++) {
        start[i] = at;
        at += (int32_t)strlen(strcpy(text + at, s->words[i].form));
        if (s->words[i].space_after && i + 1 < s->n) text[at++] = ' ';
    }
    start[s->n] = at;
    return at;
}

static bool has_letters(const char *form) {
    for (; *form != 0; form++)
        if (isalnum((unsigned char)*form) || (unsigned char)*form >= 0x80) return true;
    return false;
}

/* The word among those that a token of ours touches whose head lies outside. */
static int32_t main_word(const sentence *s, const ours *token) {
    for (int32_t i = token->first; i <= token->last; i++) {
        int32_t head = s->words[i].head;
        if (head < token->first || head > token->last) return i;
    }
    return token->first;
}

static void align(const sentence *s, const int32_t *start, const ql_token *tokens, int32_t n, ours *out) {
    int32_t at = 0;
    for (int32_t i = 0; i < n; i++) {
        while (at + 1 < s->n && start[at] + (int32_t)strlen(s->words[at].form) <= tokens[i].start) at++;
        int32_t last = at;
        while (last + 1 < s->n && start[last + 1] < tokens[i].end) last++;
        out[i] = (ours){tokens[i].start, tokens[i].end, at, last, 0};
        out[i].stands_for = main_word(s, &out[i]);
    }
}

/* Of several tokens of ours that share a word, the last carries it. */
static int32_t carrier_of(const ours *tokens, int32_t n, int32_t word_index) {
    int32_t carrier = -1;
    for (int32_t i = 0; i < n; i++)
        if (tokens[i].first <= word_index && word_index <= tokens[i].last) carrier = i;
    return carrier;
}

static bool relabel(const sentence *s, const char *text, const ours *tokens, int32_t n, sentence *out) {
    out->words = have(calloc((size_t)n, sizeof *out->words));
    out->n = n;
    out->fold = s->fold;
    for (int32_t i = 0; i < n; i++) {
        const word *from = &s->words[tokens[i].stands_for];
        word *to = &out->words[i];
        *to = *from;
        to->form = have(calloc((size_t)(tokens[i].end - tokens[i].start) + 1, 1));
        memcpy(to->form, text + tokens[i].start, (size_t)(tokens[i].end - tokens[i].start));
        int32_t carrier = carrier_of(tokens, n, tokens[i].stands_for);
        if (carrier < 0) return false;
        if (carrier == i) {
            to->head = from->head == s->n ? n : carrier_of(tokens, n, from->head);
        } else {
            to->head = carrier;
            bool word_like = has_letters(to->form);
            to->relation = word_like ? QL_RELATION_COMPOUND : QL_RELATION_PUNCT;
            if (!word_like) to->tag = QL_TAG_PUNCT;
        }
        if (to->head < 0 || to->head == i) return false;
    }
    return true;
}

static bool is_tree(const sentence *s) {
    int32_t roots = 0;
    for (int32_t i = 0; i < s->n; i++) {
        int32_t at = i, steps = 0;
        while (at != s->n && steps++ <= s->n) at = s->words[at].head;
        if (at != s->n) return false;
        roots += s->words[i].head == s->n;
    }
    return roots == 1;
}

static bool same_words(const sentence *s, const int32_t *start, const ql_token *tokens, size_t n) {
    if (n != (size_t)s->n) return false;
    for (int32_t i = 0; i < s->n; i++)
        if (tokens[i].start != start[i]) return false;
    return true;
}

/* The sentence as our own tokenizer splits it; false where it does the same, or nothing sound comes out. */
static bool with_our_tokens(const ql_engine *engine, ql_scratch *scratch, const sentence *s, sentence *out) {
    size_t size = 1, n;
    for (int32_t i = 0; i < s->n; i++) size += strlen(s->words[i].form) + 1;
    char *text = have(malloc(size));
    int32_t *start = have(malloc(((size_t)s->n + 1) * sizeof *start));
    int32_t length = text_of(s, text, start);
    ql_result *result;
    if (ql_analyse(engine, scratch, text, (size_t)length, QL_WANT_TOKENS, &result, NULL) != QL_OK) exit(1);
    const ql_token *tokens = ql_result_tokens(result, &n);
    bool made = n > 0 && !same_words(s, start, tokens, n);
    if (made) {
        ours *aligned = have(malloc(n * sizeof *aligned));
        align(s, start, tokens, (int32_t)n, aligned);
        made = relabel(s, text, aligned, (int32_t)n, out) && is_tree(out);
        if (made) make_projective(out);
        free(aligned);
    }
    ql_result_free(result);
    free(start);
    free(text);
    return made;
}

void treebank_add_copies(treebank *bank, size_t first) {
    size_t n = bank->n;
    ql_engine *engine;
    ql_scratch *scratch;
    if (ql_engine_new(NULL, &engine, NULL) != QL_OK || ql_scratch_new(&scratch) != QL_OK) exit(1);
    uint64_t random = UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = first; i < n; i++) {
        sentence made = {0};
        if (with_our_tokens(engine, scratch, &bank->sentences[i], &made)) append(bank, made);
        unsigned chance = (unsigned)(next_random(&random) >> 40) % 100;
        if (chance >= 8) continue;
        made = copy_sentence(&bank->sentences[i]);
        if (chance < 2)
            in_capitals(&made);
        else if (chance < 5)
            as_headline(&made);
        without_stop(&made);
        append(bank, made);
    }
    ql_scratch_free(scratch);
    ql_engine_free(engine);
}

static const char *penn_tag(const word *of) {
    if (of->tag != QL_TAG_VERB && of->tag != QL_TAG_AUX) return "_";
    switch (of->inflection) {
    case QL_INFLECTION_BASE: return "VB";
    case QL_INFLECTION_PRESENT: return "VBP";
    case QL_INFLECTION_PAST: return "VBD";
    case QL_INFLECTION_PARTICIPLE: return "VBN";
    case QL_INFLECTION_GERUND: return "VBG";
    default: return "_";
    }
}

static void write_sentence(const sentence *of, FILE *out) {
    for (int32_t i = 0; i < of->n; i++) {
        const word *w = &of->words[i];
        fprintf(out, "%d\t%s\t_\t%s\t%s\t_\t%d\t%s\t_\t%s\n", i + 1, w->form, ql_tag_name(w->tag), penn_tag(w),
                w->head == of->n ? 0 : w->head + 1, ql_relation_name(w->relation),
                w->space_after ? "_" : "SpaceAfter=No");
    }
    fputc('\n', out);
}

void treebank_write_our_tokens(const treebank *bank, FILE *out) {
    ql_engine *engine;
    ql_scratch *scratch;
    if (ql_engine_new(NULL, &engine, NULL) != QL_OK || ql_scratch_new(&scratch) != QL_OK) exit(1);
    for (size_t i = 0; i < bank->n; i++) {
        sentence made = {0};
        if (with_our_tokens(engine, scratch, &bank->sentences[i], &made)) write_sentence(&made, out);
    }
    ql_scratch_free(scratch);
    ql_engine_free(engine);
}

#include "lexicon.h"

#include <string.h>

#include "../tables/lexicon_classes.h"
#include "internal.h"

/* A place in the hash table: index + 1 of a word, 0 where empty, and the upper half of its hash. */
typedef struct slot {
    uint16_t index, tag;
} slot;

#include "../tables/lexicon.h"

enum { N_BUILTIN = sizeof builtin_words / sizeof builtin_words[0] };
enum { N_BUILTIN_CUES = sizeof builtin_cues / sizeof builtin_cues[0] };
enum { N_SLOTS = sizeof builtin_slots / sizeof builtin_slots[0] };

enum { LONGEST_LEMMA = 48, FORMS_PER_VERB = 5 };

/* Words that an engine adds have the indices after the built-in ones, and win over them. */
struct ql_lexicon {
    ql_arena arena;
    ql_word *words;
    ql_cue *cues;
    int32_t *slots; /* index + 1 into `words`, 0 for an empty one */
    size_t n_words, n_cues, n_slots;
};

const char *ql_lexicon_hash(void) {
    return LEXICON_HASH;
}

static uint64_t load(const char *bytes, size_t n) {
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++) value |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    return value;
}

/* Both ends of a word and its length: few words that share these differ, and a hit is compared anyway. */
static uint32_t hash_of(const char *bytes, size_t n) {
    uint64_t head, tail = 0;
    if (n >= 8) {
        head = load(bytes, 8);
        tail = load(bytes + n - 8, 8);
    } else if (n >= 4) {
        head = load(bytes, 4);
        tail = load(bytes + n - 4, 4);
    } else if (n != 0) {
        char three[3] = {bytes[0], bytes[n / 2], bytes[n - 1]};
        head = load(three, 3);
    } else {
        head = 0;
    }
    uint64_t value = head * UINT64_C(0x9E3779B97F4A7C15);
    value = (value ^ (tail + n)) * UINT64_C(0xD6E8FEB86659FD93);
    return (uint32_t)(value >> 32);
}

static bool is_form(const ql_word *word, const char *folded, size_t n) {
    return word->length == n && memcmp(word->form, folded, n) == 0;
}

static int32_t find_added(const ql_lexicon *lexicon, const char *folded, size_t n, uint32_t hash) {
    size_t mask = lexicon->n_slots - 1;
    for (size_t at = hash & mask; lexicon->slots[at] != 0; at = (at + 1) & mask) {
        int32_t index = lexicon->slots[at] - 1;
        if (is_form(&lexicon->words[index], folded, n)) return N_BUILTIN + index;
    }
    return QL_NONE;
}

int32_t ql_lexicon_find(const ql_lexicon *lexicon, const char *folded, size_t n) {
    uint32_t hash = hash_of(folded, n);
    if (lexicon != NULL && lexicon->n_words != 0) {
        int32_t index = find_added(lexicon, folded, n, hash);
        if (index != QL_NONE) return index;
    }
    for (uint32_t at = hash & (N_SLOTS - 1); builtin_slots[at].index != 0; at = (at + 1) & (N_SLOTS - 1)) {
        int32_t index = builtin_slots[at].index - 1;
        if (builtin_slots[at].tag == hash >> 16 && is_form(&builtin_words[index], folded, n)) return index;
    }
    return QL_NONE;
}

const ql_word *ql_lexicon_word(const ql_lexicon *lexicon, int32_t index) {
    return index < N_BUILTIN ? &builtin_words[index] : &lexicon->words[index - N_BUILTIN];
}

const ql_cue *ql_lexicon_cue(const ql_lexicon *lexicon, int32_t cue) {
    return cue < N_BUILTIN_CUES ? &builtin_cues[cue] : &lexicon->cues[cue - N_BUILTIN_CUES];
}

const char *ql_frame_name(size_t frame) {
    return frame < sizeof frame_names / sizeof frame_names[0] ? frame_names[frame] : NULL;
}

uint64_t ql_lexicon_classes(const ql_lexicon *lexicon, const char *folded, size_t n) {
    int32_t index = ql_lexicon_find(lexicon, folded, n);
    return index == QL_NONE ? 0 : ql_lexicon_word(lexicon, index)->classes;
}

/* ------------------------------------------------------------------------------------ cues a user adds */

static char *copy_string(ql_arena *arena, const char *string) {
    return ql_arena_copy(arena, string, strlen(string) + 1, 1);
}

static bool is_vowel(char c) {
    return memchr("aeiou", c, 5) != NULL;
}

/* `lemma` less its last `cut` letters, with `ending`. */
static const char *inflected(ql_arena *arena, const char *lemma, size_t cut, const char *ending) {
    size_t stem = strlen(lemma) - cut, n = strlen(ending) + 1;
    char *form = ql_arena_alloc(arena, stem + n, 1);
    if (form == NULL) return NULL;
    memcpy(form, lemma, stem);
    memcpy(form + stem, ending, n);
    return form;
}

/* The regular forms of an English verb: base, third person, past, gerund. */
static bool inflect(ql_arena *arena, const char *lemma, const char *forms[4]) {
    size_t n = strlen(lemma);
    char last = lemma[n - 1], before = n > 1 ? lemma[n - 2] : 'a';
    bool y = last == 'y' && !is_vowel(before), e = last == 'e';
    bool sibilant = last == 's' || last == 'x' || last == 'z' || (last == 'h' && (before == 'c' || before == 's'));
    forms[0] = lemma;
    forms[1] = inflected(arena, lemma, y, y ? "ies" : sibilant ? "es" : "s");
    forms[2] = inflected(arena, lemma, y, y ? "ied" : e ? "d" : "ed");
    forms[3] = inflected(arena, lemma, e && before != 'e', "ing");
    return forms[1] != NULL && forms[2] != NULL && forms[3] != NULL;
}

static void insert(ql_lexicon *lexicon, ql_word word) {
    size_t mask = lexicon->n_slots - 1, at = hash_of(word.form, word.length) & mask;
    for (; lexicon->slots[at] != 0; at = (at + 1) & mask) {
        ql_word *known = &lexicon->words[lexicon->slots[at] - 1];
        if (!is_form(known, word.form, word.length)) continue;
        *known = word; /* said twice: the last row counts */
        return;
    }
    lexicon->words[lexicon->n_words++] = word;
    lexicon->slots[at] = (int32_t)lexicon->n_words;
}

static ql_status add_cue(ql_lexicon *lexicon, const ql_user_cue *cue, ql_error *error) {
    static const uint8_t bits[4] = {QL_VERB_BASE, QL_VERB_S, QL_VERB_PAST | QL_VERB_PARTICIPLE, QL_VERB_ING};
    size_t length = cue->lemma != NULL ? strlen(cue->lemma) : 0;
    if (length == 0 || length > LONGEST_LEMMA || cue->cue_class == NULL)
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "a cue wants a lemma of 1 to %d bytes and a class; given %.60s",
                       LONGEST_LEMMA, cue->lemma != NULL ? cue->lemma : "none");
    const char *forms[4], *lemma = copy_string(&lexicon->arena, cue->lemma);
    const char *cue_class = copy_string(&lexicon->arena, cue->cue_class);
    if (lemma == NULL || cue_class == NULL || !inflect(&lexicon->arena, lemma, forms))
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for the cue %.60s", cue->lemma);
    int16_t row = (int16_t)(N_BUILTIN_CUES + lexicon->n_cues);
    int32_t entry = N_BUILTIN + (int32_t)lexicon->n_words;
    lexicon->cues[lexicon->n_cues++] = (ql_cue){.lemma = lemma,
                                                .cue_class = cue_class,
                                                .frames = QL_FRAME_QUOTE | QL_FRAME_THAT | QL_FRAME_FINAL,
                                                .act = QL_ACT_SPEECH};
    for (int i = 0; i < 4; i++) {
        size_t n = strlen(forms[i]);
        uint64_t classes = ql_lexicon_classes(NULL, forms[i], n) | QL_WORD_CUE_VERB;
        insert(lexicon, (ql_word){forms[i], classes, entry, row, (uint8_t)n, bits[i]});
    }
    return QL_OK;
}

static ql_status make_room(ql_lexicon *lexicon, size_t n_cues, ql_error *error) {
    enum { MOST_CUES = INT16_MAX - N_BUILTIN_CUES };
    if (n_cues > MOST_CUES)
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "%zu cues; there is room for %d", n_cues, MOST_CUES);
    lexicon->n_slots = 1;
    while (lexicon->n_slots < 2 * FORMS_PER_VERB * n_cues) lexicon->n_slots *= 2;
    lexicon->words = ql_arena_alloc(&lexicon->arena, n_cues * FORMS_PER_VERB, sizeof *lexicon->words);
    lexicon->cues = ql_arena_alloc(&lexicon->arena, n_cues, sizeof *lexicon->cues);
    lexicon->slots = ql_arena_alloc(&lexicon->arena, lexicon->n_slots, sizeof *lexicon->slots);
    if (lexicon->words == NULL || lexicon->cues == NULL || lexicon->slots == NULL)
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for %zu cues", n_cues);
    memset(lexicon->slots, 0, lexicon->n_slots * sizeof *lexicon->slots);
    return QL_OK;
}

ql_status ql_lexicon_new(const ql_options *options, ql_lexicon **out, ql_error *error) {
    *out = NULL;
    ql_lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (lexicon == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a lexicon");
    size_t n_cues = options != NULL ? options->n_cues : 0;
    ql_status status = make_room(lexicon, n_cues, error);
    for (size_t i = 0; status == QL_OK && i < n_cues; i++) status = add_cue(lexicon, &options->cues[i], error);
    if (status != QL_OK) {
        ql_lexicon_free(lexicon);
        return status;
    }
    *out = lexicon;
    return QL_OK;
}

void ql_lexicon_free(ql_lexicon *lexicon) {
    if (lexicon == NULL) return;
    ql_arena_free(&lexicon->arena);
    free(lexicon);
}

#include "lexicon/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "lexicon/inflect.h"
#include "base/status.h"

/* A place in the hash table: index + 1 of a word, 0 where empty, and the upper half of its hash. */
typedef struct slot {
    uint16_t index, tag;
} slot;

#include "tables/lexicon.h"

enum { N_BUILTIN = sizeof builtin_words / sizeof builtin_words[0] };
enum { N_BUILTIN_CUES = sizeof builtin_cues / sizeof builtin_cues[0] };
enum { N_PHRASES = sizeof builtin_phrases / sizeof builtin_phrases[0] };
enum { N_SLOTS = sizeof builtin_slots / sizeof builtin_slots[0] };
enum { N_FRAMES = sizeof frame_names / sizeof frame_names[0] };

enum { LONGEST_LEMMA = 48, LONGEST_TONE = 1000 };

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

const char *ql_class_name(size_t class) {
    return class < QL_WORD_CLASSES ? class_names[class] : NULL;
}

const char *ql_frame_name(size_t frame) {
    return frame < N_FRAMES ? frame_names[frame] : NULL;
}

const ql_cue *ql_builtin_cue(size_t row) {
    return row < N_BUILTIN_CUES ? &builtin_cues[row] : NULL;
}

const ql_phrase *ql_builtin_phrase(size_t row) {
    return row < N_PHRASES ? &builtin_phrases[row] : NULL;
}

/* Both ends of a word and its length: few words that share these differ, and a hit is compared anyway. */
static uint32_t hash_of(const char *bytes, size_t n) {
    uint64_t head, tail = 0;
    if (n >= 8) {
        head = ql_load8(bytes);
        tail = ql_load8(bytes + n - 8);
    } else if (n >= 4) {
        head = ql_load4(bytes);
        tail = ql_load4(bytes + n - 4);
    } else if (n != 0) {
        char three[4] = {bytes[0], bytes[n / 2], bytes[n - 1]};
        head = ql_load4(three);
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

bool ql_lexicon_lost_cue(const ql_lexicon *lexicon, int32_t index, bool is_noun) {
    if (index < N_BUILTIN) return false;
    const ql_word *own = ql_lexicon_word(lexicon, index);
    int32_t builtin = ql_lexicon_find(NULL, own->form, own->length);
    if (builtin == QL_NONE) return false;
    const ql_word *was = ql_lexicon_word(NULL, builtin);
    if (is_noun && ql_in(was->classes, QL_WORD_CUE_NOUN) && !ql_in(own->classes, QL_WORD_CUE_NOUN)) return true;
    return was->cue != QL_NONE && own->cue == QL_NONE;
}

const ql_cue *ql_lexicon_cue(const ql_lexicon *lexicon, int32_t cue) {
    return cue < N_BUILTIN_CUES ? &builtin_cues[cue] : &lexicon->cues[cue - N_BUILTIN_CUES];
}

ql_class_set ql_lexicon_classes(const ql_lexicon *lexicon, const char *folded, size_t n) {
    int32_t index = ql_lexicon_find(lexicon, folded, n);
    return index == QL_NONE ? QL_NO_CLASSES : ql_lexicon_word(lexicon, index)->classes;
}

/* ---------------------------------------------------------------------------------- words an engine changes */

/* The engine's own entry of a word: a copy of the built-in one until it is changed.  There has to be room. */
static ql_word *own_word(ql_lexicon *lexicon, const char *form) {
    size_t n = strlen(form), mask = lexicon->n_slots - 1, at = hash_of(form, n) & mask;
    for (; lexicon->slots[at] != 0; at = (at + 1) & mask) {
        ql_word *known = &lexicon->words[lexicon->slots[at] - 1];
        if (is_form(known, form, n)) return known;
    }
    int32_t builtin = ql_lexicon_find(NULL, form, n), self = N_BUILTIN + (int32_t)lexicon->n_words;
    ql_word *word = &lexicon->words[lexicon->n_words++];
    *word = (ql_word){.form = form, .lemma = self, .cue = QL_NONE, .length = (uint8_t)n};
    if (builtin != QL_NONE) *word = builtin_words[builtin];
    lexicon->slots[at] = (int32_t)lexicon->n_words;
    return word;
}

static size_t inflect(ql_arena *arena, const char *lemma, const char *forms, bool is_noun, ql_form *out) {
    return (is_noun ? ql_inflect_noun : ql_inflect_verb)(arena, lemma, forms, out);
}

/* ------------------------------------------------------------------------------------- built-in cues that go */

static bool is_dropped(const ql_options *options, const ql_cue *row) {
    for (size_t i = 0; i < options->n_dropped; i++)
        if (strcmp(options->dropped[i], row->lemma) == 0) return true;
    return false;
}

static bool is_replaced(const ql_options *options, const ql_cue *row) {
    for (size_t i = 0; i < options->n_cues; i++) {
        const ql_user_cue *cue = &options->cues[i];
        if (cue->lemma != NULL && cue->is_noun == row->is_noun && strcmp(cue->lemma, row->lemma) == 0) return true;
    }
    return false;
}

static size_t mark_gone(const ql_options *options, bool gone[N_BUILTIN_CUES]) {
    size_t n_gone = 0;
    for (size_t i = 0; i < N_BUILTIN_CUES; i++) {
        gone[i] = is_dropped(options, &builtin_cues[i]) || is_replaced(options, &builtin_cues[i]);
        n_gone += gone[i];
    }
    return n_gone;
}

/* A form that verb and noun share has the row of the verb, so that a noun may be there without it. */
static void drop_verbs(ql_lexicon *lexicon, const bool gone[N_BUILTIN_CUES]) {
    for (size_t i = 0; i < N_BUILTIN; i++) {
        int16_t row = builtin_words[i].cue;
        if (row == QL_NONE || !gone[row] || builtin_cues[row].is_noun) continue;
        ql_word *word = own_word(lexicon, builtin_words[i].form);
        ql_class_remove(&word->classes, QL_WORD_CUE_VERB);
        word->cue = QL_NONE;
        word->forms = 0;
    }
}

/* Take a form away from a noun that goes; give one that a verb has left to the noun that stays. */
static void settle_noun(ql_lexicon *lexicon, int16_t row, const char *form, bool is_gone) {
    int32_t index = ql_lexicon_find(lexicon, form, strlen(form));
    if (index == QL_NONE || (!is_gone && ql_lexicon_word(lexicon, index)->cue != QL_NONE)) return;
    ql_word *word = own_word(lexicon, form);
    if (is_gone) ql_class_remove(&word->classes, QL_WORD_CUE_NOUN);
    if (!is_gone || word->cue == row) word->cue = is_gone ? QL_NONE : row;
}

static bool settle_nouns(ql_lexicon *lexicon, const bool gone[N_BUILTIN_CUES]) {
    for (int16_t row = 0; row < N_BUILTIN_CUES; row++) {
        const ql_cue *cue = &builtin_cues[row];
        if (!cue->is_noun) continue;
        ql_form forms[QL_MOST_FORMS];
        size_t n = ql_inflect_noun(&lexicon->arena, cue->lemma, cue->forms, forms);
        if (n == 0) return false;
        for (size_t i = 0; i < n; i++) settle_noun(lexicon, row, forms[i].bytes, gone[row]);
    }
    return true;
}

/* ------------------------------------------------------------------------------------------ cues a user adds */

static bool is_string(const char *string, size_t most) {
    return string != NULL && string[0] != '\0' && strlen(string) <= most;
}

/* What ends up in tables has to be. */
static bool is_utf8(const char *string) {
    int32_t n = (int32_t)strlen(string), next;
    for (int32_t at = 0; at < n; at = next)
        if (ql_utf8_decode(string, n, at, &next) == QL_REPLACEMENT &&
            memcmp(string + at, "\xEF\xBF\xBD", (size_t)(next - at)) != 0)
            return false;
    return true;
}

/* QL_ACT_NONE for a name that is not an act of a cue. */
static uint8_t act_of(const char *name) {
    uint8_t act = QL_ACT_SPEECH;
    while (act < QL_ACTS && strcmp(ql_act_name(act), name) != 0) act++;
    return act < QL_ACTS ? act : QL_ACT_NONE;
}

/* The bits of frames by name; 0 if there are none or one is unknown. */
static uint16_t frames_of(const char *names) {
    unsigned bits = 0;
    for (const char *at = names + strspn(names, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " "), frame = 0;
        while (frame < N_FRAMES && (strlen(frame_names[frame]) != n || memcmp(frame_names[frame], at, n) != 0))
            frame++;
        if (frame == N_FRAMES) return 0;
        bits |= 1u << frame;
        at += n;
    }
    return (uint16_t)bits;
}

static ql_status check_cue(const ql_user_cue *cue, ql_error *error) {
    if (!is_string(cue->lemma, LONGEST_LEMMA))
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "a cue needs a lemma of 1 to %d bytes; given: %.80s",
                       LONGEST_LEMMA, cue->lemma != NULL && cue->lemma[0] != '\0' ? cue->lemma : "none");
    if (!is_string(cue->tone, LONGEST_TONE))
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "the cue %s needs a tone of 1 to %d bytes", cue->lemma,
                       LONGEST_TONE);
    if (!is_utf8(cue->lemma) || !is_utf8(cue->tone))
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "a cue or its tone is not UTF-8; given: %.80s", cue->lemma);
    if (cue->act == NULL || act_of(cue->act) == QL_ACT_NONE)
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "the cue %s has an unknown act: %.80s", cue->lemma,
                       cue->act != NULL ? cue->act : "none");
    if (cue->frames == NULL || frames_of(cue->frames) == 0)
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "the cue %s needs known frames; given: %.80s", cue->lemma,
                       cue->frames != NULL ? cue->frames : "none");
    if (cue->forms != NULL && !ql_are_forms(cue->forms, cue->is_noun))
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "the forms of the cue %s have to be %s; given: %.80s",
                       cue->lemma, cue->is_noun ? "its plural" : "past tense and participle", cue->forms);
    return QL_OK;
}

static char *copy_string(ql_arena *arena, const char *string) {
    return ql_arena_copy(arena, string, strlen(string) + 1, 1);
}

static void add_form(ql_lexicon *lexicon, int16_t row, int32_t lemma, const ql_form *form) {
    bool is_noun = lexicon->cues[row - N_BUILTIN_CUES].is_noun;
    ql_word *word = own_word(lexicon, form->bytes);
    ql_class_add(&word->classes, is_noun ? QL_WORD_CUE_NOUN : QL_WORD_CUE_VERB);
    if (is_noun && ql_in(word->classes, QL_WORD_CUE_VERB)) return;
    if (word->cue != row) word->forms = 0;
    word->lemma = lemma;
    word->cue = row;
    word->forms |= form->bits;
}

/* Why the built-in cue that says the same of the same word is one, or NULL: a cue that is said again is not added. */
static const char *why_said_again(const ql_user_cue *cue) {
    for (int32_t i = 0; i < N_BUILTIN_CUES; i++) {
        const ql_cue *own = &builtin_cues[i];
        if (own->is_noun == cue->is_noun && strcmp(own->lemma, cue->lemma) == 0 &&
            strcmp(own->tone, cue->tone) == 0 && own->frames == frames_of(cue->frames) &&
            own->act == act_of(cue->act) && own->is_hedge == cue->is_hedge)
            return own->why;
    }
    return NULL;
}

static ql_status add_cue(ql_lexicon *lexicon, const ql_user_cue *cue, ql_error *error) {
    QL_TRY(check_cue(cue, error));
    ql_form forms[QL_MOST_FORMS];
    const char *lemma = copy_string(&lexicon->arena, cue->lemma);
    const char *tone = copy_string(&lexicon->arena, cue->tone);
    size_t n = lemma != NULL ? inflect(&lexicon->arena, lemma, cue->forms, cue->is_noun, forms) : 0;
    if (tone == NULL || n == 0) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for the cue %s", cue->lemma);
    int16_t row = (int16_t)(N_BUILTIN_CUES + lexicon->n_cues);
    lexicon->cues[lexicon->n_cues++] = (ql_cue){.lemma = lemma,
                                                .tone = tone,
                                                .frames = frames_of(cue->frames),
                                                .act = act_of(cue->act),
                                                .is_noun = cue->is_noun,
                                                .is_hedge = cue->is_hedge,
                                                .why = why_said_again(cue)};
    int32_t entry = N_BUILTIN + (int32_t)(own_word(lexicon, lemma) - lexicon->words);
    for (size_t i = 0; i < n; i++) add_form(lexicon, row, entry, &forms[i]);
    return QL_OK;
}

/* ------------------------------------------------------------------------------------------------ the whole */

static ql_status make_room(ql_lexicon *lexicon, size_t n_cues, size_t n_gone, ql_error *error) {
    size_t n_words = (n_cues + n_gone) * QL_MOST_FORMS;
    lexicon->n_slots = 1;
    while (lexicon->n_slots < 2 * n_words) lexicon->n_slots *= 2;
    lexicon->words = ql_arena_alloc(&lexicon->arena, n_words, sizeof *lexicon->words);
    lexicon->cues = ql_arena_alloc(&lexicon->arena, n_cues, sizeof *lexicon->cues);
    lexicon->slots = ql_arena_alloc(&lexicon->arena, lexicon->n_slots, sizeof *lexicon->slots);
    if (lexicon->words == NULL || lexicon->cues == NULL || lexicon->slots == NULL)
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for %zu cues", n_cues);
    memset(lexicon->slots, 0, lexicon->n_slots * sizeof *lexicon->slots);
    return QL_OK;
}

static ql_status fill(ql_lexicon *lexicon, const ql_options *options, ql_error *error) {
    enum { MOST_CUES = INT16_MAX - N_BUILTIN_CUES };
    if (options->n_cues > MOST_CUES)
        return ql_fail(error, QL_BAD_OPTION, QL_NONE, "%zu cues; there is room for %d", options->n_cues, MOST_CUES);
    bool gone[N_BUILTIN_CUES];
    size_t n_gone = mark_gone(options, gone);
    QL_TRY(make_room(lexicon, options->n_cues, n_gone, error));
    if (n_gone != 0) drop_verbs(lexicon, gone);
    if (n_gone != 0 && !settle_nouns(lexicon, gone))
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for forms of nouns");
    for (size_t i = 0; i < options->n_cues; i++) QL_TRY(add_cue(lexicon, &options->cues[i], error));
    return QL_OK;
}

ql_status ql_lexicon_new(const ql_options *options, ql_lexicon **out, ql_error *error) {
    *out = NULL;
    ql_lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (lexicon == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a lexicon");
    ql_status status = options != NULL ? fill(lexicon, options, error) : QL_OK;
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

/* The lexicon with a user's options: cues that are added, changed and dropped. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "lexicon/inflect.h"
#include "lexicon/spelling.h"
#include "document.h"

/* The arena of the core once more, on memory that runs out: it takes the place of the one in the library. */
static size_t n_blocks = SIZE_MAX;

static void *scarce_malloc(size_t n_bytes) {
    return n_blocks != 0 ? n_blocks--, malloc(n_bytes) : NULL;
}

#define malloc scarce_malloc
#include "base/arena.c"
#undef malloc

static ql_user_cue verb(const char *lemma, const char *tone, const char *act, const char *frames) {
    return (ql_user_cue){lemma, tone, act, frames, NULL, false, false};
}

static ql_user_cue plain_verb(const char *lemma) {
    return verb(lemma, "manner", "speech", "quote that");
}

static ql_user_cue noun(const char *lemma, const char *forms) {
    return (ql_user_cue){lemma, "manner", "speech", "that", forms, true, false};
}

static ql_lexicon *lexicon_with(const ql_user_cue *cues, size_t n_cues, const char *const *dropped,
                                size_t n_dropped) {
    ql_lexicon *lexicon;
    ql_options options = {.cues = cues, .n_cues = n_cues, .dropped = dropped, .n_dropped = n_dropped};
    ql_status status = ql_lexicon_new(&options, &lexicon, NULL);
    CHECK(status == QL_OK && lexicon != NULL);
    return lexicon;
}

static const ql_word *word_of(const ql_lexicon *lexicon, const char *form) {
    int32_t index = ql_lexicon_find(lexicon, form, strlen(form));
    return index == QL_NONE ? NULL : ql_lexicon_word(lexicon, index);
}

static const ql_cue *cue_of(const ql_lexicon *lexicon, const char *form) {
    const ql_word *word = word_of(lexicon, form);
    return word == NULL || word->cue == QL_NONE ? NULL : ql_lexicon_cue(lexicon, word->cue);
}

static bool are_same(ql_class_set a, ql_class_set b) {
    return memcmp(a.bits, b.bits, sizeof a.bits) == 0;
}

static bool is_cue(const ql_lexicon *lexicon, const char *form, const char *lemma, ql_class_set classes) {
    const ql_cue *cue = cue_of(lexicon, form);
    if (cue == NULL || strcmp(cue->lemma, lemma) != 0) return false;
    ql_class_set own =
        ql_classes_shared(word_of(lexicon, form)->classes, QL_CLASSES(QL_WORD_CUE_VERB, QL_WORD_CUE_NOUN));
    return are_same(own, classes);
}

static bool is_none(const ql_lexicon *lexicon, const char *form) {
    const ql_word *word = word_of(lexicon, form);
    if (word == NULL) return true;
    return word->cue == QL_NONE && word->forms == 0 && !ql_in(word->classes, QL_WORD_CUE_VERB, QL_WORD_CUE_NOUN);
}

/* ------------------------------------------------------------------------------------------------ forms */

static bool inflects(bool is_noun, const char *lemma, const char *irregular, const char *expected) {
    ql_arena arena = {0};
    ql_form forms[QL_MOST_FORMS];
    char all[256] = "";
    size_t n = (is_noun ? ql_inflect_noun : ql_inflect_verb)(&arena, lemma, irregular, forms);
    for (size_t i = 0; i < n; i++) strcat(strcat(all, i == 0 ? "" : " "), forms[i].bytes);
    bool same = strcmp(all, expected) == 0;
    if (!same) printf("  %s: %s\n", lemma, all);
    ql_arena_free(&arena);
    return same;
}

static void test_forms(void) {
    CHECK(inflects(false, "claim", NULL, "claim claims claimed claimed claiming"));
    CHECK(inflects(false, "quip", NULL, "quip quips quipped quipped quipping"));
    CHECK(inflects(false, "shrug", NULL, "shrug shrugs shrugged shrugged shrugging"));
    CHECK(inflects(false, "vow", NULL, "vow vows vowed vowed vowing"));
    CHECK(inflects(false, "deny", NULL, "deny denies denied denied denying"));
    CHECK(inflects(false, "say", "said said", "say says said said saying"));
    CHECK(inflects(false, "write", "wrote written", "write writes wrote written writing"));
    CHECK(inflects(false, "begin", "began  begun beginning ", "begin begins began begun beginning"));
    CHECK(inflects(false, "rebut", "rebutted rebutted", "rebut rebuts rebutted rebutted rebutting"));
    CHECK(inflects(false, "agree", NULL, "agree agrees agreed agreed agreeing"));
    CHECK(inflects(false, "x", NULL, "x xes xed xed xing"));
    CHECK(inflects(false, "e", NULL, "e es ed ed eing"));
    CHECK(inflects(true, "speech", NULL, "speech speeches"));
    CHECK(inflects(true, "hypothesis", "hypotheses", "hypothesis hypotheses"));
    CHECK(inflects(true, "y", NULL, "y ys"));
    CHECK(ql_are_forms("wrote written", false) && !ql_are_forms("wrote", false) && !ql_are_forms("a b c d", false));
    CHECK(!ql_are_forms("", false) && !ql_are_forms(" ", true) && !ql_are_forms("a b", true));
    char longest[QL_LONGEST_FORM + 2];
    memset(longest, 'a', sizeof longest);
    longest[QL_LONGEST_FORM + 1] = '\0';
    CHECK(!ql_are_forms(longest, true) && ql_are_forms(longest + 1, true));
}

/* The rules here make the forms that the generator made of every built-in cue: to replace each by itself changes
   nothing but the rows. */
static void test_rules_of_the_generator(void) {
    enum { MOST = 1000 };
    ql_user_cue cues[MOST];
    char frames[MOST][200];
    size_t n = 0;
    for (const ql_cue *row; n < MOST && (row = ql_builtin_cue(n)) != NULL; n++) {
        frames[n][0] = '\0';
        for (size_t i = 0; ql_frame_name(i) != NULL; i++)
            if (row->frames >> i & 1) strcat(strcat(frames[n], ql_frame_name(i)), " ");
        cues[n] = (ql_user_cue){row->lemma, row->tone,    ql_act_name(row->act), frames[n],
                                row->forms, row->is_noun, row->is_hedge};
    }
    CHECK(n > 200 && n < MOST);
    ql_lexicon *lexicon = lexicon_with(cues, n, NULL, 0);
    size_t n_same = 0, n_words = 0;
    int32_t n_builtin =
        word_of(lexicon, "accept")->lemma; /* the engine's own words come after all that are built in */
    for (int32_t i = 0; i < n_builtin; i++) {
        const ql_word *plain = ql_lexicon_word(NULL, i), *own = word_of(lexicon, plain->form);
        if (plain->cue == QL_NONE) continue;
        bool same = own != plain && are_same(own->classes, plain->classes) && own->forms == plain->forms &&
                    strcmp(cue_of(lexicon, plain->form)->lemma, ql_lexicon_cue(NULL, plain->cue)->lemma) == 0;
        if (!same) printf("  %s is not the same\n", plain->form);
        n_same += same;
        n_words++;
    }
    CHECK(n_words > 900 && n_same == n_words);
    ql_lexicon_free(lexicon);
}

/* ------------------------------------------------------------------------------------------------ options */

static void test_added(void) {
    ql_user_cue cues[] = {verb("glorp", "manner", "thought", " clause  to "), noun("blurb", NULL)};
    cues[0].is_hedge = true;
    ql_lexicon *lexicon = lexicon_with(cues, 2, NULL, 0);
    CHECK(is_cue(lexicon, "glorped", "glorp", QL_CLASSES(QL_WORD_CUE_VERB)) &&
          is_cue(lexicon, "blurbs", "blurb", QL_CLASSES(QL_WORD_CUE_NOUN)));
    const ql_cue *cue = cue_of(lexicon, "glorps");
    CHECK(cue != NULL && cue->frames == (QL_FRAME_CLAUSE | QL_FRAME_TO) && cue->act == QL_ACT_THOUGHT);
    CHECK(cue != NULL && cue->is_hedge && !cue->is_noun && strcmp(cue->tone, "manner") == 0);
    CHECK(word_of(lexicon, "glorp")->forms == QL_VERB_BASE);
    CHECK(word_of(lexicon, "glorped")->forms == (QL_VERB_PAST | QL_VERB_PARTICIPLE));
    CHECK(ql_lexicon_word(lexicon, word_of(lexicon, "glorping")->lemma) == word_of(lexicon, "glorp"));
    CHECK(is_cue(lexicon, "said", "say", QL_CLASSES(QL_WORD_CUE_VERB)) && word_of(NULL, "glorp") == NULL);
    ql_lexicon_free(lexicon);
}

/* An added cue that is built in takes its forms away with it; the noun beside a verb stays, and the
   other way round. */
static void test_replaced(void) {
    ql_user_cue cues[] = {plain_verb("say"), noun("claim", NULL), verb("glorp", "first", "speech", "that"),
                          verb("glorp", "second", "speech", "that")};
    ql_lexicon *lexicon = lexicon_with(cues, 4, NULL, 0);
    CHECK(is_none(lexicon, "said") && is_cue(lexicon, "sayed", "say", QL_CLASSES(QL_WORD_CUE_VERB)));
    CHECK(is_cue(lexicon, "claim", "claim", QL_CLASSES(QL_WORD_CUE_VERB, QL_WORD_CUE_NOUN)));
    CHECK(cue_of(lexicon, "claim") == cue_of(NULL, "claim"));
    CHECK(strcmp(cue_of(lexicon, "glorping")->tone, "second") == 0);
    CHECK(ql_lexicon_word(lexicon, word_of(lexicon, "glorping")->lemma) == word_of(lexicon, "glorp"));
    ql_lexicon_free(lexicon);
}

static void test_dropped(void) {
    static const char *const lemmas[] = {"say", "claim", "find", "report", "nonesuch"};
    ql_lexicon *lexicon = lexicon_with(NULL, 0, lemmas, 5);
    CHECK(is_none(lexicon, "say") && is_none(lexicon, "says") && is_none(lexicon, "said") &&
          is_none(lexicon, "saying"));
    CHECK(is_none(lexicon, "claim") && is_none(lexicon, "claims") && is_none(lexicon, "claiming"));
    CHECK(is_none(lexicon, "found") && is_cue(lexicon, "finding", "finding", QL_CLASSES(QL_WORD_CUE_NOUN)));
    CHECK(is_none(lexicon, "report") && ql_in(word_of(lexicon, "report")->classes, QL_WORD_DOCUMENT));
    CHECK(is_cue(lexicon, "told", "tell", QL_CLASSES(QL_WORD_CUE_VERB)) &&
          is_cue(NULL, "said", "say", QL_CLASSES(QL_WORD_CUE_VERB)));
    ql_lexicon_free(lexicon);
    ql_user_cue again = plain_verb("claim");
    lexicon = lexicon_with(&again, 1, lemmas, 5);
    CHECK(is_cue(lexicon, "claims", "claim", QL_CLASSES(QL_WORD_CUE_VERB)) && is_none(lexicon, "said"));
    ql_lexicon_free(lexicon);
}

static void test_all_dropped(void) {
    enum { MOST = 1000 };
    const char *lemmas[MOST];
    size_t n = 0;
    for (; n < MOST && ql_builtin_cue(n) != NULL; n++) lemmas[n] = ql_builtin_cue(n)->lemma;
    ql_lexicon *lexicon = lexicon_with(NULL, 0, lemmas, n);
    bool all = true;
    for (size_t i = 0; i < n; i++) all &= is_none(lexicon, lemmas[i]);
    CHECK(all && is_none(lexicon, "said") && is_none(lexicon, "finding") && is_none(lexicon, "claims"));
    ql_lexicon_free(lexicon);
}

static bool is_refused(ql_user_cue cue, const char *part) {
    ql_error error = {0};
    ql_engine *engine;
    ql_status status = ql_engine_new(&(ql_options){.cues = &cue, .n_cues = 1}, &engine, &error);
    bool refused = status == QL_BAD_OPTION && engine == NULL && strstr(error.message, part) != NULL;
    if (!refused) printf("  status %d: %s\n", status, error.message);
    return refused && ql_engine_new(&(ql_options){.cues = &cue, .n_cues = 1}, &engine, NULL) == QL_BAD_OPTION;
}

static void test_refused(void) {
    CHECK(is_refused(plain_verb(NULL), "a cue needs a lemma") && is_refused(plain_verb(""), "a cue needs a lemma"));
    CHECK(is_refused(plain_verb("glorpglorpglorpglorpglorpglorpglorpglorpglorpglorp"), "of 1 to 48 bytes"));
    CHECK(is_refused(verb("glorp", "", "speech", "that"), "needs a tone"));
    CHECK(is_refused(verb("glorp", NULL, "speech", "that"), "needs a tone"));
    CHECK(is_refused(verb("glorp", "manner", "talk", "that"), "talk"));
    CHECK(is_refused(verb("glorp", "manner", "none", "that"), "act"));
    CHECK(is_refused(verb("glorp", "manner", NULL, "that"), "act"));
    CHECK(is_refused(verb("glorp", "manner", "speech", "quote clauses"), "clauses"));
    CHECK(is_refused(verb("glorp", "manner", "speech", "quot"), "quot"));
    CHECK(is_refused(verb("glorp", "manner", "speech", " "), "frames"));
    CHECK(is_refused(verb("glorp", "manner", "speech", NULL), "frames"));
    CHECK(is_refused(noun("blurb", "blurbs blurbses"), "plural"));
    ql_user_cue irregular = plain_verb("glorp");
    irregular.forms = "glarp";
    CHECK(is_refused(irregular, "past tense"));
    ql_lexicon *lexicon;
    CHECK(ql_lexicon_new(&(ql_options){.n_cues = INT16_MAX}, &lexicon, NULL) == QL_BAD_OPTION && lexicon == NULL);
}

/* With room for no block, one block and so on, until there is enough.  Lemmas are long, and many, so that it takes
   several. */
static void test_no_memory(void) {
    enum { MANY = 26 * 26, LENGTH = 48 };
    char lemmas[MANY][LENGTH + 1];
    ql_user_cue cues[MANY];
    for (size_t i = 0; i < MANY; i++) {
        memset(lemmas[i], 'x', LENGTH);
        lemmas[i][0] = (char)('a' + i % 26);
        lemmas[i][1] = (char)('a' + i / 26);
        lemmas[i][LENGTH] = '\0';
        cues[i] = i % 5 == 0 ? noun(lemmas[i], NULL) : plain_verb(lemmas[i]);
        cues[i].forms = i % 5 == 1 ? "x y" : NULL;
    }
    static const char *const dropped[] = {"say", "find"};
    ql_options options = {.cues = cues, .n_cues = MANY, .dropped = dropped, .n_dropped = 2};
    ql_status status = QL_NO_MEMORY;
    size_t room = 0;
    for (; status != QL_OK && room < 100; room++) {
        ql_error error = {0};
        ql_lexicon *lexicon;
        n_blocks = room;
        status = ql_lexicon_new(&options, &lexicon, &error);
        CHECK(status == QL_OK
                  ? is_cue(lexicon, cues[MANY - 1].lemma, cues[MANY - 1].lemma, QL_CLASSES(QL_WORD_CUE_NOUN))
                  : status == QL_NO_MEMORY && lexicon == NULL && error.message[0] != '\0');
        ql_lexicon_free(lexicon);
    }
    n_blocks = SIZE_MAX;
    CHECK(status == QL_OK && room > 2);
}

/* One string after another that finds no room: the arena's block is all but full. */
static void test_no_memory_for_forms(void) {
    size_t left = 0, n = 0;
    for (; n == 0 && left < 4096; left += 16) {
        ql_arena arena = {0};
        ql_form forms[QL_MOST_FORMS];
        n_blocks = 1;
        CHECK(ql_arena_alloc(&arena, 4096 - left, 1) != NULL);
        n = ql_inflect_verb(&arena, "backlog", "backlogged backlogged backlogging", forms);
        ql_arena_free(&arena);
    }
    n_blocks = SIZE_MAX;
    CHECK(n == 5 && left > 16);
}

/* Every class alone, and a pair from the first and the last word of the set. */
static void test_classes(void) {
    bool alone = true, gone = true;
    CHECK(QL_WORD_CLASSES > 64 && QL_CLASS_WORDS == (QL_WORD_CLASSES + 63) / 64);
    for (unsigned class = 0; class < QL_WORD_CLASSES; class ++) {
        ql_class_set set = QL_NO_CLASSES;
        ql_class_add(&set, class);
        for (uint16_t other = 0; other < QL_WORD_CLASSES; other++) alone &= ql_in(set, other) == (other == class);
        ql_class_remove(&set, class);
        gone &= are_same(set, QL_NO_CLASSES);
    }
    CHECK(alone && gone);
    ql_class_set ends = QL_CLASSES(0, QL_WORD_CLASSES - 1), last = QL_CLASSES(QL_WORD_CLASSES - 1);
    CHECK(ql_in(ends, 0) && ql_in(ends, 1, QL_WORD_CLASSES - 1) && !ql_in(ends, 1, QL_WORD_CLASSES - 2));
    CHECK(are_same(ql_classes_shared(ends, last), last) && are_same(ql_classes_joined(ends, last), ends));
    CHECK(ql_classes_meet(ends, last) && !ql_classes_meet(ends, QL_NO_CLASSES));
}

/* A list of a rule gives a word a class, and does not make it known. */
static void test_known(void) {
    CHECK(!ql_is_known(QL_NO_CLASSES) && !ql_is_known(QL_CLASSES(QL_FIRST_RULE, QL_WORD_CLASSES - 1)));
    CHECK(ql_is_known(QL_CLASSES(0)) && ql_is_known(QL_CLASSES(QL_FIRST_RULE - 1)));
    ql_class_set zone = ql_lexicon_classes(NULL, "pacific", 7);
    CHECK(ql_in(zone, QL_WORD_TIME_ZONE) && !ql_is_known(zone));
    CHECK(ql_is_known(ql_lexicon_classes(NULL, "said", 4)) && !ql_is_known(ql_lexicon_classes(NULL, "glorp", 5)));
    static const char *const lemmas[] = {"say"};
    ql_lexicon *lexicon = lexicon_with(NULL, 0, lemmas, 1);
    CHECK(!ql_is_known(ql_lexicon_classes(lexicon, "said", 4)));
    ql_lexicon_free(lexicon);
}

static void test_phrases(void) {
    bool all = true;
    size_t n = 0;
    for (const ql_phrase *phrase; (phrase = ql_builtin_phrase(n)) != NULL; n++) {
        all &= ql_in(word_of(NULL, phrase->words[0])->classes, QL_WORD_PHRASE);
        for (int i = 0; i < QL_LONGEST_PHRASE && phrase->words[i] != NULL; i++)
            all &= word_of(NULL, phrase->words[i]) != NULL;
    }
    CHECK(all && n > 20 && ql_builtin_phrase(SIZE_MAX) == NULL);
}

static void test_spellings(void) {
    CHECK(strcmp(ql_spelling_of("twelve", 6)->to, "12") == 0 && ql_spelling_of("twelve", 6)->and == NULL);
    CHECK(strcmp(ql_spelling_of("won't", 5)->and, "not") == 0 && strcmp(ql_spelling_of("1st", 3)->to, "first") == 0);
    CHECK(ql_spelling_of("twelv", 5) == NULL && ql_spelling_of("twelves", 7) == NULL);
    CHECK(ql_spelling_of("", 0) == NULL && ql_spelling_of("zzz", 3) == NULL && ql_spelling_of("1", 1) == NULL);
}

static void test_names(void) {
    CHECK(strcmp(ql_act_name(QL_ACT_SPEECH), "speech") == 0 && ql_act_name(QL_ACTS) == NULL);
    size_t n = 0;
    while (ql_frame_name(n) != NULL && strcmp(ql_frame_name(n), "clause") != 0) n++;
    CHECK(ql_frame_name(n) != NULL && QL_FRAME_CLAUSE == 1u << n);
    CHECK(ql_frame_name(SIZE_MAX) == NULL && ql_builtin_cue(SIZE_MAX) == NULL && ql_builtin_cue(0)->why != NULL);
}

int main(void) {
    test_forms();
    test_rules_of_the_generator();
    test_added();
    test_replaced();
    test_dropped();
    test_all_dropped();
    test_refused();
    test_no_memory();
    test_no_memory_for_forms();
    test_classes();
    test_known();
    test_phrases();
    test_spellings();
    test_names();
    return close_checks();
}

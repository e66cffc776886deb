/* Lemmas: each rule with what it must leave alone, the exceptions, and what is no English word at all. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "lexicon/lemma.h"

/* The words of `pairs`, "form lemma form lemma…", have these lemmas as `tag`. */
static void check(uint8_t tag, const char *pairs) {
    char form[64], expected[64], actual[64 + QL_LEMMA_GROWTH];
    int read;
    for (; sscanf(pairs, " %63s %63s%n", form, expected, &read) == 2; pairs += read) {
        size_t n = ql_lemma(form, strlen(form), tag, actual, sizeof actual - 1);
        actual[n] = '\0';
        if (strcmp(actual, expected) != 0) printf("  %s: expected %s, got %s\n", form, expected, actual);
        CHECK(strcmp(actual, expected) == 0);
    }
}

static void check_plural(bool expected, const char *forms) {
    char form[64];
    int read;
    for (; sscanf(forms, " %63s%n", form, &read) == 1; forms += read) {
        bool is_plural = ql_is_plural(form, strlen(form));
        if (is_plural != expected) printf("  %s: expected %s\n", form, expected ? "plural" : "singular");
        CHECK(is_plural == expected);
    }
}

/* ------------------------------------------------------------------------------------------------- verbs */

static void test_endings_of_verbs(void) {
    check(QL_TAG_VERB, "say say says say votes vote watches watch pushes push passes pass fixes fix buzzes buzz");
    check(QL_TAG_VERB, "tries try carries carry dies die goes go vetoes veto uses use focuses focus focus focus");
    check(QL_TAG_VERB, "added add visited visit opened open agreed agree freed free used use tried try died die");
    check(QL_TAG_VERB, "seeing see being be going go skiing ski dying die playing play eyeing eye ageing age");
    check(QL_TAG_VERB, "bring bring sing sing singing sing need need bleed bleed shed shed embed embed goin' go");
}

static void test_doubled_consonants(void) {
    check(QL_TAG_VERB, "running run begging beg stopped stop planned plan admitted admit referred refer");
    check(QL_TAG_VERB, "travelled travel fuelled fuel controlling control cancelled cancel quizzed quiz");
    check(QL_TAG_VERB, "calling call filled fill passed pass staffed staff buzzed buzz adding add erred err");
    check(QL_TAG_VERB, "installed install recalled recall panicked panic kicked kick boycotted boycott");
}

static void test_mute_e(void) {
    check(QL_TAG_VERB, "making make hoped hope voted vote fired fire named name ruling rule quoted quote");
    check(QL_TAG_VERB, "created create operating operate initiated initiate evaluated evaluate treated treat");
    check(QL_TAG_VERB, "criticizing criticize advised advise raised raise released release promised promise");
    check(QL_TAG_VERB, "announced announce forced force believed believe leaving leave argued argue judged judge");
    check(QL_TAG_VERB, "urged urge managed manage indulged indulge changed change hanging hang belonging belong");
    check(QL_TAG_VERB, "handled handle enabled enable hurled hurl crawling crawl sensed sense endorsed endorse");
    check(QL_TAG_VERB, "invited invite limited limit promoted promote completed complete marketed market");
    check(QL_TAG_VERB, "required require acquired acquire repaired repair ignored ignore honored honor");
    check(QL_TAG_VERB, "combined combine postponed postpone mentioned mention happening happen convened convene");
    check(QL_TAG_VERB, "included include avoided avoid persuaded persuade guided guide clouded cloud need need");
    check(QL_TAG_VERB, "assumed assume welcomed welcome seemed seem escaped escape developed develop shaped shape");
    check(QL_TAG_VERB, "focused focus focussed focus biased bias synced sync debuted debut murmured murmur");
    check(QL_TAG_VERB, "interfered interfere offered offer measured measure breathing breathe ached ache owed owe");
}

static void test_irregular_verbs(void) {
    check(QL_TAG_VERB, "said say told tell wrote write thought think began begin born bear left leave found find");
    check(QL_TAG_VERB, "founded found withdrew withdraw overcame overcome misled mislead went go has have did do");
    check(QL_TAG_VERB, "co-wrote co-write re-elected re-elect u-turned u-turn - - a- a- -ed -ed");
    check(QL_TAG_AUX, "is be was be been be 's be 're be 'm be 've have 'll will 'd would has have did do got get");
    check(QL_TAG_AUX, "ca can wo will can can could could isn't be won't will can't can used use getting get");
}

/* ------------------------------------------------------------------------------------------------- nouns */

static void test_nouns(void) {
    check(QL_TAG_NOUN, "votes vote parties party monkeys monkey movies movie ties tie watches watch boxes box");
    check(QL_TAG_NOUN, "houses house causes cause viruses virus buses bus uses use cases case prizes prize");
    check(QL_TAG_NOUN, "heroes hero shoes shoe analyses analysis theses thesis cheeses cheese crises crisis");
    check(QL_TAG_NOUN, "men man policemen policeman women woman specimen specimen children child feet foot");
    check(QL_TAG_NOUN, "wolves wolf wives wife gloves glove olives olive criteria criterion alumni alumnus");
    check(QL_TAG_NOUN, "congress congress virus virus crisis crisis news news series series species species");
    check(QL_TAG_NOUN, "politics politics critics critic economics economics topics topic gas gas thanks thanks");
    check(QL_TAG_NOUN, "as as bus bus plateaus plateau gurus guru taxis taxi 1990s 1990s 1990's 1990s mps mp");
    check(QL_TAG_NOUN, "co-founders co-founder e-mails e-mail passers-by passer-by meeting meeting accused accused");
}

static void test_plural(void) {
    check_plural(true, "men women children votes parties crises passers-by");
    check_plural(false, "man child vote series news politics congress virus basis specimen us s - a-");
    char longest[66];
    memset(longest, 's', sizeof longest);
    memcpy(longest + 60, "votes", 5);
    CHECK(!ql_is_plural("", 0) && ql_is_plural(longest + 1, 64) && !ql_is_plural(longest, 65));
}

/* ------------------------------------------------------------------------------------------ other classes */

static void test_comparison(void) {
    check(QL_TAG_ADJ, "better good best good worse bad worst bad bigger big biggest big larger large longer long");
    check(QL_TAG_ADJ, "happier happy unluckiest unlucky simpler simple narrower narrow wiser wise freer free");
    check(QL_TAG_ADJ, "later late latest late stranger strange taller tall thinner thin nicer nice safer safe");
    check(QL_TAG_ADJ, "other other former former clever clever honest honest modest modest sinister sinister");
    check(QL_TAG_ADJ, "united united interesting interesting under under er er est est per per sheer sheer");
    check(QL_TAG_ADV, "better well best well later late earlier early sooner soon never never however however");
}

static void test_closed_classes(void) {
    check(QL_TAG_PRON, "him he them they me i us we these this those that mine my itself itself his his");
    check(QL_TAG_DET, "an a the the these this");
    check(QL_TAG_PART, "n't not 's 's ' 's to to");
    check(QL_TAG_ADP, "vs versus during during");
    check(QL_TAG_PROPN, "johns johns united united");
    check(QL_TAG_NUM, "thousands thousands");
    check(QL_TAG_NONE, "ran ran");
    check(QL_TAGS, "ran ran");
    check(UINT8_MAX, "ran ran");
}

/* ---------------------------------------------------------------------------------------------- any bytes */

static void test_foreign(void) {
    check(QL_TAG_NOUN, "clichés cliché fiancées fiancée señores señore 市民 市民 ё ё");
    check(QL_TAG_VERB, "café café cafés café éed é");
    check(QL_TAG_NOUN, "\xff\xfes \xff\xfe \x80 \x80");
}

static void test_capacity(void) {
    char out[8];
    CHECK(ql_lemma("", 0, QL_TAG_NOUN, out, sizeof out) == 0);
    CHECK(ql_lemma("votes", 5, QL_TAG_NOUN, out, 4) == 4 && memcmp(out, "vote", 4) == 0);
    CHECK(ql_lemma("votes", 5, QL_TAG_NOUN, out, 3) == 0);
    CHECK(ql_lemma("votes", 5, QL_TAG_NOUN, out, 0) == 0);
    CHECK(ql_lemma("best", 4, QL_TAG_ADJ, out, 4) == 4 && memcmp(out, "good", 4) == 0);
    CHECK(ql_lemma("was", 3, QL_TAG_AUX, out, 1) == 0);
}

/* A megabyte of one letter is a word too, and takes no longer than to read it. */
static void test_long(void) {
    enum { LONG = 1 << 20 };
    char *word = malloc(LONG), *out = malloc(LONG + QL_LEMMA_GROWTH);
    CHECK(word != NULL && out != NULL);
    for (const char *letter = "aesy-\xc3'"; word != NULL && out != NULL && *letter != '\0'; letter++) {
        memset(word, *letter, LONG);
        for (uint8_t tag = 0; tag <= QL_TAGS; tag++) {
            memcpy(word + LONG - 3, tag % 2 == 0 ? "ing" : "ers", 3);
            CHECK(ql_lemma(word, LONG, tag, out, LONG + QL_LEMMA_GROWTH) != 0);
        }
    }
    free(word);
    free(out);
}

/* Short words of the letters that the rules look at: whatever comes out fits into what the header promises. */
static void test_all_short(void) {
    static const char letters[] = "aeiusdlngr'-\xc3";
    enum { BASE = sizeof letters - 1, LENGTH = 4 };
    size_t n_words = 1, n_bad = 0;
    for (int i = 0; i < LENGTH; i++) n_words *= BASE;
    for (size_t code = 0; code < n_words; code++) {
        char *word = malloc(LENGTH), out[LENGTH + QL_LEMMA_GROWTH]; /* malloc: the sanitizer sees its end */
        if (word == NULL) return;
        for (size_t i = 0, rest = code; i < LENGTH; i++, rest /= BASE) word[i] = letters[rest % BASE];
        for (uint8_t tag = 0; tag < QL_TAGS; tag++)
            for (size_t n = 1; n <= LENGTH; n++) n_bad += ql_lemma(word, n, tag, out, n + QL_LEMMA_GROWTH) == 0;
        free(word);
    }
    CHECK(n_bad == 0);
}

int main(void) {
    test_endings_of_verbs();
    test_doubled_consonants();
    test_mute_e();
    test_irregular_verbs();
    test_nouns();
    test_plural();
    test_comparison();
    test_closed_classes();
    test_foreign();
    test_capacity();
    test_long();
    test_all_short();
    return close_checks();
}

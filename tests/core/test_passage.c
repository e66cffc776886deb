/* Passages: where the words of a quotation stand, word for word or nearly. */
#include "families/passage.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static ql_passages *passages_of(const char *const *texts, size_t n) {
    ql_passages *passages;
    CHECK(ql_passages_new(&passages) == QL_OK);
    for (size_t i = 0; i < n; i++) CHECK(ql_passages_add(passages, texts[i], strlen(texts[i]), NULL) == QL_OK);
    return passages;
}

/* What is found, as "text:start-end" with blanks between. */
static void check_found(ql_passages *passages, const char *quote, int32_t within, const char *wanted) {
    enum { MOST = 8 };
    const ql_passage *places = NULL;
    char made[256] = "";
    size_t n;
    CHECK(ql_passages_find(passages, quote, strlen(quote), within, MOST, &places, &n, NULL) == QL_OK);
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(made);
        snprintf(made + at, sizeof made - at, "%s%d:%d-%d", i > 0 ? " " : "", (int)places[i].text,
                 (int)places[i].start, (int)places[i].end);
    }
    if (strcmp(made, wanted) != 0) printf("  \"%s\" was found at \"%s\", not \"%s\"\n", quote, made, wanted);
    CHECK(strcmp(made, wanted) == 0);
}

static void check_word_for_word(void) {
    const char *const texts[] = {
        "Enough is enough. It is what it is, and it is enough.",
        "",
        "The U.S. won\xE2\x80\x99t pay 25 per cent (or more).",
        "Enough is \xE2\x80\xA6 enough",
        "?!",
    };
    ql_passages *p = passages_of(texts, 5);
    check_found(p, "Enough is enough", QL_ANY_TEXT, "0:0-16 3:0-18");
    check_found(p, "enough is enough", 3, "3:0-18");
    check_found(p, "enough is enough", 2, "");
    check_found(p, "enough is enough", 99, "");
    check_found(p, "is", QL_ANY_TEXT, "0:7-9 0:21-23 0:32-34 0:43-45 3:7-9");
    check_found(p, "it is what it is and it is", QL_ANY_TEXT, "0:18-45");
    check_found(p, "it is what it is and is", QL_ANY_TEXT, "");
    check_found(p, "and it is enough", QL_ANY_TEXT, "0:36-52");
    check_found(p, "is enough the US", QL_ANY_TEXT, ""); /* not over the end of a text */
    check_found(p, "US will not pay twenty-five percent or", QL_ANY_TEXT, "2:4-34");
    check_found(p, "not pay", QL_ANY_TEXT, ""); /* that is half of "won't" */
    check_found(p, "us will", QL_ANY_TEXT, "");
    check_found(p, "zebra", QL_ANY_TEXT, "");
    check_found(p, "?!", QL_ANY_TEXT, "");
    check_found(p, "", QL_ANY_TEXT, "");
    CHECK(ql_passages_add(p, "a zebra", 7, NULL) == QL_OK); /* the index grows */
    check_found(p, "zebra", QL_ANY_TEXT, "5:2-7");
    ql_passages_free(p);
}

static ql_stretch nearest(ql_passages *passages, const char *quote, int32_t within) {
    ql_stretch found[QL_MOST_STRETCHES] = {{.around.text = QL_NONE}};
    size_t n;
    CHECK(ql_passages_near(passages, quote, strlen(quote), within, found, &n, NULL) == QL_OK);
    return found[0];
}

static void check_nearest(void) {
    const char *const texts[] = {
        "The glacier lost nine metres of ice in the warmest summer since the war.",
        "Keepers of the lighthouse counted gulls. Nobody told the keepers that the lamp had gone out at dusk.",
        "The lamp is new.",
    };
    ql_passages *p = passages_of(texts, 3);
    ql_stretch found = nearest(p, "nobody told us that the lamp went out at dusk", QL_ANY_TEXT);
    CHECK(found.around.text == 1 && found.n_shared >= 6 && found.similarity > 0.5f && found.similarity < 1);
    CHECK(found.around.start <= 41 && found.around.end == 99);
    CHECK(nearest(p, "nobody told us that the lamp went out at dusk", 2).n_shared == 2);
    CHECK(nearest(p, "the lamp", 0).n_shared == 1);
    CHECK(nearest(p, "zebra crossing", QL_ANY_TEXT).around.text == QL_NONE);
    CHECK(nearest(p, "?!", QL_ANY_TEXT).around.text == QL_NONE);
    CHECK(nearest(p, "the lamp", 7).around.text == QL_NONE);
    ql_passages_free(p);
    p = passages_of(NULL, 0);
    CHECK(nearest(p, "the lamp", QL_ANY_TEXT).around.text == QL_NONE);
    check_found(p, "the lamp", QL_ANY_TEXT, "");
    ql_passages_free(p);
    ql_passages_free(NULL);
}

int main(void) {
    check_word_for_word();
    check_nearest();
    return close_checks();
}

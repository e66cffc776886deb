/* Pairs of quotation marks: what pairs, what does not, what survives any damage, and at what cost. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "document.h"

typedef struct bench {
    ql_engine *engine;
    ql_scratch *scratch;
    ql_result *result;
    const ql_mark_pair *pairs;
    size_t n;
} bench;

static void analyse(bench *b, const char *bytes, size_t n_bytes) {
    ql_result_free(b->result);
    b->result = NULL;
    b->pairs = NULL;
    b->n = 0;
    ql_status status = ql_analyse(b->engine, b->scratch, bytes, n_bytes, QL_WANT_QUOTES, &b->result, NULL);
    CHECK(status == QL_OK);
    if (status == QL_OK) b->pairs = ql_result_marks(b->result, &b->n);
}

/* The pairs of `text` have to be `expected`, with a bar after each: the slice, then ? if it was never closed and +
   if it carries on the one before. */
static void check(bench *b, const char *text, const char *expected) {
    char actual[1024] = "";
    size_t n = 0;
    analyse(b, text, strlen(text));
    for (size_t i = 0; i < b->n; i++) {
        const ql_mark_pair *pair = &b->pairs[i];
        int wrote = snprintf(actual + n, sizeof actual - n, "%.*s%s%s|", pair->end - pair->start, text + pair->start,
                             pair->closed ? "" : "?", pair->continues != QL_NONE ? "+" : "");
        if (wrote < 0 || (size_t)wrote >= sizeof actual - n) break;
        n += (size_t)wrote;
    }
    if (strcmp(actual, expected) != 0) printf("  text: %s\n  expected: %s\n  actual: %s\n", text, expected, actual);
    CHECK(strcmp(actual, expected) == 0);
}

/* ------------------------------------------------------------------------------------------------- cases */

static void test_styles(bench *b) {
    check(b, "", "");
    check(b, "No marks at all.", "");
    check(b, "“Go,” he said.", "“Go,”|");
    check(b, "‘Go,’ he said.", "‘Go,’|");
    check(b, "\"Go,\" he said.", "\"Go,\"|");
    check(b, "'Go,' he said.", "'Go,'|");
    check(b, "''Go,'' he said.", "''Go,''|");
    check(b, "``Go,'' he said.", "``Go,''|");
    check(b, "`Go,' he said.", "`Go,'|");
    check(b, "„Los“, sagte er.", "„Los“|");
    check(b, "„Idź” rzekł.", "„Idź”|");
    check(b, "‚Los‘, sagte er.", "‚Los‘|");
    check(b, "»Los«, sagte er.", "»Los«|");
    check(b, "« Allez », dit-il.", "« Allez »|");
    check(b, "‹Allez›, dit-il.", "‹Allez›|");
    check(b, "”Kom”, sade han. ”Nu”, sade hon.", "”Kom”|”Nu”|");
    check(b, "»Kom», sade han.", "»Kom»|");
    check(b, "「走」他说。『来』她说。", "「走」|『来』|");
    check(b, "＂Go＂ he said.", "＂Go＂|");
    check(b, "&quot;Go,&quot; he said. &#8220;No,&#x201d; he said.", "&quot;Go,&quot;|&#8220;No,&#x201d;|");
    check(b, "&ldquo;It&rsquo;s &lsquo;off&rsquo;,&rdquo; he said.",
          "&ldquo;It&rsquo;s &lsquo;off&rsquo;,&rdquo;|&lsquo;off&rsquo;|");
}

static void test_apostrophes(bench *b) {
    check(b, "It's the dogs' bowl, and Ann's. Don't.", "");
    check(b, "'Tis late. Rock 'n' roll. The '90s. Class of '16.", "");
    check(b, "’Tis late. Rock ’n’ roll. The ’90s. The ‘80s. Get ‘em.", "");
    check(b, "'The dogs' bowl is full,' she said.", "'The dogs' bowl is full,'|");
    check(b, "The 'bosses' said so.", "'bosses'|");
    check(b, "'Tis late,' she said.", "'Tis late,'|");
    check(b, "‘We were fightin’ all night,’ she said.", "‘We were fightin’ all night,’|");
    check(b, "He is 6'2\" tall, with 5' of rope and 3\" of wire.", "");
    check(b, "“He is 6’2”,” she said.", "“He is 6’2”,”|");
    check(b, "The 12″ disc ran 40′ and was “fine”.", "“fine”|");
    check(b, "\"A 55\" screen,\" she said.", "\"A 55\" screen,\"|");
    check(b, "\"Since 1990\" is the line.", "\"Since 1990\"|");
    check(b, "The U.S.'s 'best' days", "'best'|");
}

static void test_nesting(bench *b) {
    check(b, "“He told me “no” twice,” she said.", "“He told me “no” twice,”|“no”|");
    check(b, "\"He said 'no,'\" she said.", "\"He said 'no,'\"|'no,'|");
    check(b, "'He said \"no\",' she said.", "'He said \"no\",'|\"no\"|");
    check(b, "''He said 'no.''' She left.", "''He said 'no.'''|'no.'|");
    check(b, "'''No,' he said,'' she said.", "'''No,' he said,''|'No,'|");
    check(b, "\"\"Go,\"\" he said.", "\"\"Go,\"\"|");
    CHECK(b->n == 1 && b->pairs[0].depth == 0 && b->pairs[0].parent == QL_NONE);
    check(b, "“A ‘b “c” d’ e”", "“A ‘b “c” d’ e”|‘b “c” d’|“c”|");
    CHECK(b->n == 3 && b->pairs[2].depth == 2 && b->pairs[2].parent == 1 && b->pairs[1].parent == 0);
}

static void test_paragraphs(bench *b) {
    check(b, "“One.\n\n“Two.\n\n“Three,” he said.", "“One.|“Two.+|“Three,”+|");
    check(b, "\"One.\n\"Two,\" he said.", "\"One.|\"Two,\"+|");
    check(b, "‘One.\n\n‘Two,’ he said.", "‘One.|‘Two,’+|");
    check(b, "“One “inner” one.\n\n“Two,” he said.", "“One “inner” one.|“inner”|“Two,”+|");
    check(b, "“One.\n\n“Two.\n\nThree.", "“One.?|“Two.?+|");
    check(b, "“One.\n\nTwo. She said: “Three.”", "“One.?|“Three.”|");
    check(b, "“One\n\ntwo,” he said.", "“One\n\ntwo,”|");
    check(b, "“One.\nTwo.\n‘Three.’\nFour,” he said.", "“One.\nTwo.\n‘Three.’\nFour,”|‘Three.’|");
    CHECK(b->n == 2 && b->pairs[1].parent == 0 && b->pairs[1].depth == 1);
    check(b, "\" One .\nTwo . \"\n\" Three . \"", "\" One .\nTwo . \"|\" Three . \"|");
    check(b, "‘One.\nIt’s the dogs’ day.’\nNo.", "‘One.\nIt’s the dogs’ day.’|");
    check(b, "“One.\n\nTwo.\n\nThree,” he said.", "“One.?|");
    check(b, "“One.\nLee:\"Two.\"", "“One.?|\"Two.\"|");
    check(b, "He said “we are going to the\nsea for a week” and left the\nroom.",
          "“we are going to the\nsea for a week”|");
}

static void test_damage(bench *b) {
    check(b, "He said: “One. “Two.” “Three.” End.", "“One.?|“Two.”|“Three.”|");
    check(b, "It was bad” for us. He said: “Good.”", "“Good.”|");
    check(b, "\"Go\"he said, then \"no\".", "\"Go\"|\"no\"|");
    check(b, "“Go,\" he said. “No,“ she said. ”Yes,” he said.", "“Go,\"|“No,“|”Yes,”|");
    check(b, "\" Go , \" he said. “ No ” she said.", "\" Go , \"|“ No ”|");
    check(b, "Lee:\"Go\" and Moss:\"No\"", "\"Go\"|\"No\"|");
    check(b, "The field was \"\" and \"\"= and then \"no\".", "\"no\"|");
    check(b, "<a href=\"x\" title='y'>“Go,” he said</a>", "“Go,”|");
    check(b, "\"Bob.\"\n\n\"What.\"", "\"Bob.\"|\"What.\"|");
    check(b, "“”", "");
    check(b, "\xE2\x80", "");
    check(b, "“\xFF\xFE\xE2\x80” \xE2\x80\x9C", "“\xFF\xFE\xE2\x80”|");
    check(b, "&#8220", "");
    check(b, "&#x201cGo", "");
}

/* Pairs are ordered by start, lie within the text, nest properly, and name their parents truly. */
static bool is_sound(const bench *b, int32_t n_bytes) {
    for (size_t i = 0; i < b->n; i++) {
        const ql_mark_pair *pair = &b->pairs[i];
        if (i > 0 && pair->start <= pair[-1].start) return false;
        if (pair->start >= pair->content_start || pair->content_start > pair->content_end) return false;
        if (pair->content_end > pair->end || pair->end > n_bytes || pair->depth > QL_MAX_DEPTH) return false;
        if (pair->continues >= (int32_t)i || pair->parent >= (int32_t)i) return false;
        const ql_mark_pair *parent = pair->parent == QL_NONE ? NULL : &b->pairs[pair->parent];
        if (pair->depth != (parent == NULL ? 0 : parent->depth + 1)) return false;
        if (parent != NULL && (pair->start < parent->content_start || pair->end > parent->content_end)) return false;
        const ql_mark_pair *last = i > 0 ? &pair[-1] : NULL; /* what begins before it ends holds it */
        while (last != NULL && last != parent && last->end <= pair->start)
            last = last->parent == QL_NONE ? NULL : &b->pairs[last->parent];
        if (last != parent) return false;
    }
    return true;
}

/* ----------------------------------------------------------------------------------------------- any text */

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void test_any_text(bench *b) {
    static const char *const parts[] = {
        "“",  "”",    "‘",      "’",       "\"",       "'",    "''",   "``", "„",
        "«",  "»",    "‚",      "‹",       "›",        "`",    "″",    "′",  "「",
        "」", "＂",   "&quot;", "&#8217;", "\n",       "\n\n", " ",    " ",  " ",
        "a",  "dogs", "said",   "We",      "5",        "90s",  ".",    ",",  ":",
        "=",  "(",    "—",      "n",       "\xE2\x80", "\xFF", "\r\n", "é",  "I think so, he said"};
    uint32_t seed = 17;
    char text[512];
    for (int round = 0; round < 20000; round++) {
        size_t n = 0, n_parts = next_random(&seed) % 40;
        for (size_t i = 0; i < n_parts && n < sizeof text - 32; i++) {
            const char *part = parts[next_random(&seed) % (sizeof parts / sizeof *parts)];
            memcpy(text + n, part, strlen(part));
            n += strlen(part);
        }
        ql_result_free(b->result);
        b->result = NULL;
        if (ql_analyse(b->engine, b->scratch, text, n, QL_WANT_QUOTES, &b->result, NULL) != QL_OK) break;
        b->pairs = ql_result_marks(b->result, &b->n);
        if (is_sound(b, (int32_t)n)) continue;
        printf("  unsound: %.*s\n", (int)n, text);
        n_failed++;
        return;
    }
    CHECK(b->result != NULL);
}

/* --------------------------------------------------------------------------------------------------- cost */

/* Processor time for `unit`, `count` times over; the pairs have to be sound. */
static double cost(bench *b, const char *unit, size_t count) {
    size_t length = strlen(unit);
    char *text = malloc(length * count);
    if (text == NULL) return 0;
    for (size_t i = 0; i < count; i++) memcpy(text + i * length, unit, length);
    clock_t before = clock();
    analyse(b, text, length * count);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    CHECK(is_sound(b, (int32_t)(length * count)));
    analyse(b, "", 0); /* let go of the text */
    free(text);
    return seconds;
}

/* Four times the text may take ten times as long, where a square would take sixteen times. */
static void test_linear(bench *b) {
    static const char *const units[] = {"“",      "\"",       "\" ",
                                        "' ",     "\"a ",     "“‘",
                                        "“a ‘b ", "”",        "''a ",
                                        "a=\"",   "\n",       "“a\n\n",
                                        "dogs' ", "'a s' ",   "“No,” he said ‘x’. ",
                                        "“a\n",   "\"a\n\n",  "“a” b\n\n“",
                                        "``",     "&quot;a ", "“A “b” c.\n\n",
                                        "“a\n’ ", "\"a\n' "};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        double small = cost(b, units[i], 10000), large = cost(b, units[i], 40000);
        bool is_linear = large < 0.05 || large < 10 * small;
        if (!is_linear) printf("  %s: %.3f s, four times as much %.3f s\n", units[i], small, large);
        CHECK(is_linear);
    }
}

int main(void) {
    bench b = {0};
    if (ql_engine_new(NULL, &b.engine, NULL) != QL_OK || ql_scratch_new(&b.scratch) != QL_OK) {
        printf("no engine\n");
        return 1;
    }
    test_styles(&b);
    test_apostrophes(&b);
    test_nesting(&b);
    test_paragraphs(&b);
    test_damage(&b);
    test_any_text(&b);
    test_linear(&b);
    ql_result_free(b.result);
    ql_scratch_free(b.scratch);
    ql_engine_free(b.engine);
    return close_checks();
}

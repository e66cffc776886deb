/* Words with capitals in a text: what they are in names, and where they stand without others before them.

   "Des" of "Defence Des Browne" begins a name if other names of the text begin with it, and so does "Browne" if it
   stands alone somewhere. */
#include "people/entity.h"

#include "names/name.h"
#include "tables/names_kinds.h"

static uint8_t kind_of(const ql_document *doc, int32_t i) {
    const ql_token *token = ql_token_of(doc, i);
    ql_word_slice word = {doc->text->bytes + token->start, (size_t)(token->end - token->start)};
    uint16_t kinds = ql_name_kinds(word);
    return (uint8_t)(kinds & NAME_LETTERS                    ? QL_NAME_WORD_LETTERS
                     : kinds & NAME_PARTICLE                 ? QL_NAME_WORD_PARTICLE
                     : kinds & (NAME_GIVEN | NAME_CALLED)    ? QL_NAME_WORD_GIVEN
                     : kinds & NAME_SURNAME                  ? QL_NAME_WORD_SURNAME
                     : kinds & (NAME_TITLE | NAME_HONORIFIC) ? QL_NAME_WORD_TITLE
                     : kinds & (NAME_BODY | NAME_ENDING)     ? QL_NAME_WORD_BODY
                     : kinds & NAME_PORTFOLIO                ? QL_NAME_WORD_PORTFOLIO
                     : kinds & (NAME_NOUN | NAME_COMPANY)    ? QL_NAME_WORD_NOUN
                                                             : QL_NAME_WORD_UNKNOWN);
}

static bool is_capital(const ql_document *doc, int32_t i) {
    return ql_is_capital(doc, i) && (ql_kind(doc, i) == QL_TOKEN_WORD || ql_kind(doc, i) == QL_TOKEN_ABBREVIATION);
}

/* A capital is a word's own where no sentence begins with it, or the tagger takes it for a name. */
static bool begins(const ql_document *doc, int32_t i) {
    if (!is_capital(doc, i)) return false;
    if (ql_flag(doc, i, QL_TOKEN_FIRST)) return ql_tag_of(doc, i) == QL_TAG_PROPN;
    return i == 0 || !is_capital(doc, i - 1) || ql_is_title(doc, i - 1);
}

static bool is_alone(const ql_document *doc, int32_t i) {
    return begins(doc, i) && (i + 1 >= ql_n_tokens(doc) || (!is_capital(doc, i + 1) && !ql_is_char(doc, i + 1, '-')));
}

static uint32_t slot_of(const ql_document *doc, int32_t i) {
    return ql_whole_hash(doc, i) % QL_NAME_HASHES;
}

static void count(uint8_t *to) {
    if (*to < UINT8_MAX) ++*to;
}

/* The last word of the run of capitals that begins at a token. */
static int32_t end_of_run(const ql_document *doc, int32_t first) {
    enum { MOST = 6 };
    int32_t last = first;
    while (last + 1 < ql_n_tokens(doc) && last - first < MOST && is_capital(doc, last + 1)) last++;
    return last;
}

/* Count the word that ends the run of capitals that begins at a token. */
static void read_run(const ql_document *doc, int32_t first, ql_name_words *out) {
    int32_t last = end_of_run(doc, first);
    if (last == first) return;
    count(&out->ends[slot_of(doc, last)]);
    if (kind_of(doc, first) == QL_NAME_WORD_GIVEN) count(&out->surnames[slot_of(doc, last)]);
}

bool ql_name_words_read(const ql_document *doc, ql_name_words *out) {
    int32_t n = ql_n_tokens(doc);
    out->kinds = calloc((size_t)n + 1, 1);
    if (out->kinds == NULL) return false;
    for (int32_t i = 0; i < n; i++) {
        if (ql_kind(doc, i) == QL_TOKEN_WORD && !ql_is_capital(doc, i)) count(&out->small[slot_of(doc, i)]);
        if (!is_capital(doc, i)) continue;
        out->kinds[i] = kind_of(doc, i);
        if (!begins(doc, i)) continue;
        count(&out->begins[slot_of(doc, i)]);
        read_run(doc, i, out);
        if (is_alone(doc, i)) count(&out->alone[slot_of(doc, i)]);
    }
    return true;
}

int ql_name_begins(const ql_document *doc, const ql_name_words *words, int32_t token) {
    return words->begins[slot_of(doc, token)] - begins(doc, token);
}

int ql_name_alone(const ql_document *doc, const ql_name_words *words, int32_t token) {
    return words->alone[slot_of(doc, token)] - is_alone(doc, token);
}

int ql_name_small(const ql_document *doc, const ql_name_words *words, int32_t token) {
    return words->small[slot_of(doc, token)];
}

int ql_name_ends(const ql_document *doc, const ql_name_words *words, int32_t token) {
    uint32_t slot = slot_of(doc, token);
    return words->surnames[slot] > 0 ? 2 : words->ends[slot] > 0;
}

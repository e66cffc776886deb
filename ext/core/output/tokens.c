/* The table of tokens: by far the longest, so each column is written in a loop of its own, into its memory. */
#include <assert.h>

#include "base/fold.h"
#include "lexicon/lemma.h"
#include "output/rows.h"

static void put_numbers(ql_builder *to, size_t n) {
    int32_t *ids = ql_builder_extend_int32(to, n);
    for (size_t i = 0; i < n && ids != NULL; i++) ids[i] = (int32_t)i;
}

static void put_sentences(ql_builder *to, const ql_token *tokens, size_t n) {
    int32_t *sentences = ql_builder_extend_int32(to, n);
    for (size_t i = 0; i < n && sentences != NULL; i++) sentences[i] = tokens[i].sentence;
}

static int32_t count_chars(const char *text, int32_t from, int32_t to) {
    int32_t n = 0;
    for (int32_t i = from; i < to; i++) n += !ql_is_continuation(text[i]);
    return n;
}

/* Counting on from the token before is cheaper than asking the index, and right where no byte is damaged. */
static void put_offsets(const ql_table_doc *doc, ql_builder *starts, ql_builder *ends, const ql_token *tokens,
                        size_t n) {
    int32_t *start = ql_builder_extend_int32(starts, n), *end = ql_builder_extend_int32(ends, n);
    if (start == NULL || end == NULL) return;
    int32_t byte = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        if (doc->is_ascii) {
            start[i] = tokens[i].start;
            end[i] = tokens[i].end;
        } else if (doc->is_damaged) {
            start[i] = ql_result_char(doc->result, tokens[i].start);
            end[i] = ql_result_char(doc->result, tokens[i].end);
        } else {
            start[i] = at += count_chars(doc->text, byte, tokens[i].start);
            end[i] = at += count_chars(doc->text, tokens[i].start, tokens[i].end);
            byte = tokens[i].end;
        }
    }
}

/* Most tokens are short: 16 bytes at once where text and column have them, of which the next copy overwrites what
   was too much. */
static void copy_short(char *to, const char *from, size_t n, size_t readable) {
    if (n <= 16 && readable >= 16)
        memcpy(to, from, 16);
    else
        memcpy(to, from, n);
}

static void put_texts(const ql_table_doc *doc, ql_builder *to, const ql_token *tokens, size_t n) {
    if (!ql_builder_reserve(to, n, doc->n_bytes)) return;
    char *bytes = (char *)to->data->bytes;
    int32_t *ends = ql_builder_offsets(to) + to->n + 1;
    size_t at = to->n_bytes;
    for (size_t i = 0; i < n; i++) {
        size_t start = (size_t)tokens[i].start, size = (size_t)(tokens[i].end - tokens[i].start);
        copy_short(bytes + at, doc->text + start, size, doc->n_bytes - start);
        at += size;
        ends[i] = (int32_t)at;
    }
    ql_builder_commit_strings(to, n, at);
}

static void put_slices(const ql_table_doc *doc, ql_builder *to, const ql_token *tokens, size_t n) {
    for (size_t i = 0; i < n; i++) ql_put_slice(doc, to, tokens[i].start, tokens[i].end);
}

/* Lower case of eight bytes of ASCII at once.  Neither sum carries into the next byte, as both terms are below
   0x80; the high bit of `from_a` says "A or later", that of `past_z` "later than Z". */
static uint64_t lower_word(uint64_t word) {
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t from_a = word + ones * (0x80 - 'A'), past_z = word + ones * (0x80 - 'Z' - 1);
    return word | (from_a & ~past_z & highs) >> 2;
}

static void lower_ascii(char *to, const char *from, size_t n) {
    size_t i = 0;
    for (uint64_t word; i + sizeof word <= n; i += sizeof word) {
        memcpy(&word, from + i, sizeof word);
        word = lower_word(word);
        memcpy(to + i, &word, sizeof word);
    }
    for (; i < n; i++) to[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] | 0x20 : from[i]);
}

/* Folding ASCII is lower case, so `n` tokens of it, which lie side by side in the column of texts, are folded as
   one string. */
static void put_lowered(ql_builder *to, const ql_builder *texts, size_t first, size_t n) {
    const int32_t *from = ql_builder_offsets(texts) + first;
    size_t size = (size_t)(from[n] - from[0]);
    if (!ql_builder_reserve(to, n, size)) return;
    lower_ascii((char *)to->data->bytes + to->n_bytes, ql_builder_bytes(texts) + from[0], size);
    int32_t *ends = ql_builder_offsets(to) + to->n;
    int64_t shift = (int64_t)to->n_bytes - from[0];
    for (size_t i = 1; i <= n; i++) ends[i] = (int32_t)(from[i] + shift);
    ql_builder_commit_strings(to, n, to->n_bytes + size);
}

static void put_folded(ql_builder *to, const char *bytes, size_t n_bytes) {
    size_t n = n_bytes;
    do {
        if (!ql_builder_reserve(to, 1, n)) return;
    } while (!ql_fold(bytes, n_bytes, (char *)to->data->bytes + to->n_bytes, to->data->capacity - to->n_bytes, &n));
    ql_builder_offsets(to)[to->n + 1] = (int32_t)(to->n_bytes + n);
    ql_builder_commit_strings(to, 1, to->n_bytes + n);
}

/* As many characters as bytes: ASCII, unless a damaged byte counts as a character. */
static bool is_ascii_token(const ql_table_doc *doc, const ql_token *token, int32_t start, int32_t end) {
    return doc->is_ascii || (!doc->is_damaged && end - start == token->end - token->start);
}

/* Norms of tokens whose start, end and text are there. */
static void put_norms(const ql_table_doc *doc, ql_builder *row, const ql_token *tokens, size_t n) {
    const ql_builder *starts = &row[QL_TOKENS_START], *ends = &row[QL_TOKENS_END], *texts = &row[QL_TOKENS_TEXT];
    ql_builder *norms = &row[QL_TOKENS_NORM];
    if (starts->status != QL_OK || ends->status != QL_OK || texts->status != QL_OK) return;
    size_t first = texts->n - n;
    const int32_t *start = (const int32_t *)(const void *)starts->data->bytes + first;
    const int32_t *end = (const int32_t *)(const void *)ends->data->bytes + first;
    for (size_t i = 0, run; i < n; i = run + 1) {
        for (run = i; run < n && is_ascii_token(doc, &tokens[run], start[run], end[run]); run++) continue;
        if (run > i) put_lowered(norms, texts, first + i, run - i);
        if (run == n) return;
        put_folded(norms, doc->text + tokens[run].start, (size_t)(tokens[run].end - tokens[run].start));
    }
}

static void put_classes(ql_builder *to, const ql_token *tokens, size_t n) {
    enum { LONGEST = 16 }; /* so that a name is copied as one word of 16 bytes */
    char names[QL_TOKEN_CLASSES][LONGEST] = {{0}};
    uint8_t sizes[QL_TOKEN_CLASSES];
    for (uint8_t i = 0; i < QL_TOKEN_CLASSES; i++) {
        const char *name = ql_token_class_name(i);
        sizes[i] = (uint8_t)strlen(name);
        assert(sizes[i] <= LONGEST);
        memcpy(names[i], name, sizes[i]);
    }
    if (n > SIZE_MAX / LONGEST || !ql_builder_reserve(to, n, n * LONGEST)) return;
    char *bytes = (char *)to->data->bytes;
    int32_t *ends = ql_builder_offsets(to) + to->n + 1;
    size_t at = to->n_bytes;
    for (size_t i = 0; i < n; i++) {
        memcpy(bytes + at, names[tokens[i].kind], LONGEST);
        at += sizes[tokens[i].kind];
        ends[i] = (int32_t)at;
    }
    ql_builder_commit_strings(to, n, at);
}

/* The shortest quotation around a token is the innermost; among equals the first. */
static void claim(const ql_quote *quotes, int32_t id, int32_t *slot) {
    const ql_quote *mine = &quotes[id], *other = *slot == QL_NONE ? NULL : &quotes[*slot];
    if (other == NULL || mine->end - mine->start < other->end - other->start) *slot = id;
}

static void put_quote_ids(const ql_table_doc *doc, ql_builder *to, const ql_token *tokens, size_t n) {
    size_t n_quotes, n_spans;
    const ql_quote *quotes = ql_result_quotes(doc->result, &n_quotes);
    const ql_span *spans = ql_result_spans(doc->result, &n_spans);
    int32_t *slots = ql_builder_extend_int32(to, n);
    if (slots == NULL) return;
    memset(slots, 0xFF, n * sizeof *slots); /* QL_NONE */
    for (size_t i = 0; i < n_quotes; i++)
        for (int32_t j = 0; j < quotes[i].n_spans; j++) {
            const ql_span *span = &spans[quotes[i].first_span + j];
            for (size_t k = ql_token_from(tokens, n, span->start); k < n && tokens[k].end <= span->end; k++)
                claim(quotes, (int32_t)i, &slots[k]);
        }
}

/* The lemma of a folded word that is stored after the place for it. */
static void put_lemma_of(ql_builder *to, const char *folded, size_t n, uint8_t tag) {
    char *out = (char *)to->data->bytes + to->n_bytes;
    size_t size = ql_lemma(folded, n, tag, out, n + QL_LEMMA_GROWTH);
    if (tag == QL_TAG_PRON && size == 1 && out[0] == 'i') out[0] = 'I'; /* as the treebanks write it */
    ql_builder_offsets(to)[to->n + 1] = (int32_t)(to->n_bytes + size);
    ql_builder_commit_strings(to, 1, to->n_bytes + size);
}

/* A null where nothing was tagged; names as they are written, and what folds to nothing. */
static void put_lemma(const ql_table_doc *doc, ql_builder *to, const ql_token *token) {
    const char *bytes = doc->text + token->start;
    size_t n = (size_t)(token->end - token->start), room = n;
    if (token->tag == QL_TAG_NONE) {
        ql_builder_put_null(to);
        return;
    }
    if (token->tag == QL_TAG_PROPN) {
        ql_put_slice(doc, to, token->start, token->end);
        return;
    }
    for (char *folded = NULL; folded == NULL;) {
        size_t place = room + QL_LEMMA_GROWTH;
        if (!ql_builder_reserve(to, 1, place + room)) return;
        folded = (char *)to->data->bytes + to->n_bytes + place;
        bool fits = ql_fold(bytes, n, folded, room, &n);
        if (!fits)
            folded = NULL, room = n, n = (size_t)(token->end - token->start);
        else if (n == 0)
            ql_put_slice(doc, to, token->start, token->end);
        else
            put_lemma_of(to, folded, n, token->tag);
    }
}

static void put_syntax(const ql_table_doc *doc, ql_builder *row, const ql_token *tokens, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const ql_token *token = &tokens[i];
        ql_put_name(&row[QL_TOKENS_TAG], ql_tag_name(token->tag));
        put_lemma(doc, &row[QL_TOKENS_LEMMA], token);
        ql_builder_put_int32(&row[QL_TOKENS_HEAD], token->head);
        ql_put_name(&row[QL_TOKENS_RELATION], ql_relation_name(token->relation));
    }
}

/* Tag, lemma, head and relation stay unwritten where nothing was parsed, and are null then. */
size_t ql_append_tokens(const ql_table_doc *doc, ql_builder *row) {
    size_t n;
    const ql_token *tokens = ql_result_tokens(doc->result, &n);
    if (n == 0) return 0;
    ql_put_id(doc, &row[QL_TOKENS_DOC_ID], n);
    put_numbers(&row[QL_TOKENS_TOKEN_ID], n);
    put_sentences(&row[QL_TOKENS_SENTENCE_ID], tokens, n);
    put_offsets(doc, &row[QL_TOKENS_START], &row[QL_TOKENS_END], tokens, n);
    if (doc->is_damaged)
        put_slices(doc, &row[QL_TOKENS_TEXT], tokens, n);
    else
        put_texts(doc, &row[QL_TOKENS_TEXT], tokens, n);
    put_norms(doc, row, tokens, n);
    put_classes(&row[QL_TOKENS_CLASS], tokens, n);
    if (doc->tables->syntax) put_syntax(doc, row, tokens, n);
    if (doc->tables->quote_ids) put_quote_ids(doc, &row[QL_TOKENS_QUOTE_ID], tokens, n);
    return n;
}

/* Noun phrases that can be the source of words, found from the lexicon and from capitals.

   A chunk is a run of determiner, possessive, numeral, capitalised and content words.  Its head is the last word
   in it that the lexicon knows as a noun for somebody or something that speaks, or the last capitalised one; what
   stands behind the head is taken for a verb and left out.  "of" joins two chunks; a role between commas behind a
   name belongs to the name ("Ann Lee, the mayor,"). */
#include "grammar.h"

#define NOUNS                                                                                                   \
    (QL_WORD_ROLE | QL_WORD_BODY | QL_WORD_BODY_NAME | QL_WORD_BODY_SUFFIX | QL_WORD_DOCUMENT | QL_WORD_GROUP | \
     QL_WORD_ANONYMOUS | QL_WORD_AGENCY | QL_WORD_OUTLET | QL_WORD_OUTLET_NOUN | QL_WORD_CUE_NOUN)
#define STOPS                                                                                                 \
    (QL_WORD_AUXILIARY | QL_WORD_PREPOSITION | QL_WORD_COORDINATOR | QL_WORD_SUBORDINATOR | QL_WORD_PRONOUN | \
     QL_WORD_RELATIVE | QL_WORD_NEGATION | QL_WORD_WH)
#define OPENERS (QL_WORD_DETERMINER | QL_WORD_POSSESSIVE)

enum { MOST_APPOSITION = 14, MOST_CHUNK = 24 };

int32_t ql_token_at(const ql_run *run, int32_t byte) {
    const ql_tokens *tokens = &run->scratch->tokens;
    return vec_lower_bound(tokens->items, tokens->n, sizeof *tokens->items, offsetof(ql_token, start), byte);
}

/* The first mention whose first token is not before `token`. */
static int32_t mention_not_before(const ql_mentions *mentions, int32_t token) {
    return vec_lower_bound(mentions->items, mentions->n, sizeof *mentions->items, offsetof(ql_mention, first_token),
                           token);
}

int32_t ql_mention_from(const ql_run *run, int32_t first_token) {
    const ql_mentions *mentions = &run->scratch->mentions;
    int32_t i = mention_not_before(mentions, first_token);
    bool found = i < (int32_t)mentions->n && mentions->items[i].first_token == first_token;
    return found ? i : QL_NONE;
}

int32_t ql_mention_until(const ql_run *run, int32_t end_token) {
    const ql_mentions *mentions = &run->scratch->mentions;
    int32_t i = mention_not_before(mentions, end_token) - 1;
    return i >= 0 && mentions->items[i].end_token == end_token ? i : QL_NONE;
}

/* --------------------------------------------------------------------------------------------- chunks */

static bool is_name_word(const ql_run *run, int32_t i) {
    uint8_t kind = ql_kind(run, i);
    if (kind != QL_TOKEN_WORD && kind != QL_TOKEN_ABBREVIATION) return false;
    if (!ql_flag(run, i, QL_TOKEN_CAPITAL)) return false;
    if (ql_flag(run, i, QL_TOKEN_FIRST) && ql_verb_forms(run, i) == QL_VERB_ING) return false;
    if (!ql_has(run, i, STOPS | OPENERS | QL_WORD_ADVERB | QL_WORD_WEEKDAY | QL_WORD_MONTH)) return true;
    if (!ql_flag(run, i, QL_TOKEN_ALL_CAPS)) return false;
    return !ql_has(run, i, OPENERS | QL_WORD_PRONOUN) || ql_is_word(run, i, "us"); /* the country */
}

/* A verb form that no noun shares: it ends a chunk. */
static bool is_plain_verb(const ql_run *run, int32_t i) {
    return ql_has(run, i, QL_WORD_CUE_VERB) && !ql_has(run, i, NOUNS) && !ql_flag(run, i, QL_TOKEN_CAPITAL);
}

static bool is_content_word(const ql_run *run, int32_t i) {
    uint8_t kind = ql_kind(run, i);
    if (kind == QL_TOKEN_NUMBER || kind == QL_TOKEN_ORDINAL) return true;
    if (kind != QL_TOKEN_WORD && kind != QL_TOKEN_ABBREVIATION) return false;
    return !ql_has(run, i, STOPS | OPENERS | QL_WORD_ADVERB | QL_WORD_WEEKDAY | QL_WORD_MONTH) &&
           !is_plain_verb(run, i);
}

static bool is_possessive_mark(const ql_run *run, int32_t i) {
    return ql_kind(run, i) == QL_TOKEN_CLITIC &&
           run->scratch->tokens.items[i].end - run->scratch->tokens.items[i].start >= 1 &&
           (ql_is_word(run, i, "'s") || ql_is_char(run, i, '\''));
}

/* A joint inside a chunk: the hyphen of "vice-president", the "and" of "CEO and founder", "&". */
static bool is_joint(const ql_run *run, int32_t i, int32_t first, int32_t end) {
    if (i == first || i + 1 >= end) return false;
    bool glued = !ql_flag(run, i, QL_TOKEN_SPACE) && !ql_flag(run, i + 1, QL_TOKEN_SPACE);
    if (glued && (ql_is_char(run, i, '-') || ql_is_char(run, i, '/'))) return true;
    if (ql_is_char(run, i, '&')) return is_name_word(run, i - 1) && is_name_word(run, i + 1);
    if (!ql_is_word(run, i, "and")) return false;
    return ql_has(run, i - 1, QL_WORD_ROLE) && ql_has(run, i + 1, QL_WORD_ROLE);
}

/* "the memo claims that": a form that is noun or verb is a verb behind a noun and before what it reports. */
static bool reads_as_verb(const ql_run *run, int32_t i, int32_t first, int32_t end) {
    if (!ql_has(run, i, QL_WORD_CUE_VERB) || i == first || i + 1 >= end) return false;
    if (ql_flag(run, i, QL_TOKEN_CAPITAL) || ql_kind(run, i - 1) == QL_TOKEN_CLITIC) return false;
    if (!ql_has(run, i - 1, NOUNS) && !is_name_word(run, i - 1)) return false;
    return ql_kind(run, i + 1) == QL_TOKEN_MARK || ql_is_char(run, i + 1, ':') ||
           ql_has(run, i + 1, OPENERS | QL_WORD_PRONOUN | QL_WORD_RELATIVE | QL_WORD_WH | QL_WORD_PREPOSITION) ||
           is_name_word(run, i + 1);
}

static bool can_stand_in_chunk(const ql_run *run, int32_t i, int32_t first, int32_t end) {
    if (reads_as_verb(run, i, first, end)) return false;
    if (ql_has(run, i, OPENERS)) return i == first || is_possessive_mark(run, i - 1);
    return is_name_word(run, i) || is_content_word(run, i) || (i > first && is_possessive_mark(run, i)) ||
           is_joint(run, i, first, end);
}

/* The chunk's head: its last known noun or capitalised word that no possessive follows; QL_NONE without one. */
static int32_t head_of(const ql_run *run, int32_t first, int32_t end) {
    for (int32_t i = end - 1; i >= first; i--) {
        if (i + 1 < end && is_possessive_mark(run, i + 1)) continue;
        if (ql_has(run, i, NOUNS) || is_name_word(run, i)) return i;
    }
    return QL_NONE;
}

/* "the 76-year-old", "the former": definite, and nothing known in it. */
static int32_t head_of_description(const ql_run *run, int32_t first, int32_t end) {
    if (!ql_has(run, first, QL_WORD_DEFINITE) || end - first < 2) return QL_NONE;
    int32_t last = end - 1;
    const ql_token *token = &run->scratch->tokens.items[last];
    bool old = token->end - token->start == 3 && memcmp(run->text->bytes + token->start, "old", 3) == 0;
    return old ? last : QL_NONE;
}

/* Does a reporting verb stand right behind the chunk, or right before one that a stop ends: "the warden said"? */
static bool is_beside_cue(const ql_run *run, int32_t first, int32_t i, int32_t end) {
    if (!ql_has(run, first, OPENERS) || i - first < 2 || ql_kind(run, i - 1) != QL_TOKEN_WORD) return false;
    if (i < end && ql_has(run, i, QL_WORD_CUE_VERB)) return true;
    bool closed = i >= end || ql_kind(run, i) == QL_TOKEN_PUNCT || ql_kind(run, i) == QL_TOKEN_MARK;
    return closed && first > 0 && ql_has(run, first - 1, QL_WORD_CUE_VERB);
}

static uint8_t kind_of_head(const ql_run *run, int32_t head) {
    uint64_t classes = ql_classes(run, head);
    bool name = is_name_word(run, head);
    if (classes & QL_WORD_AGENCY) return QL_MENTION_AGENCY;
    if (classes & QL_WORD_OUTLET) return QL_MENTION_OUTLET;
    if (name && (classes & QL_WORD_OUTLET_NOUN)) return QL_MENTION_OUTLET;
    if (classes & (QL_WORD_BODY_NAME | QL_WORD_BODY_SUFFIX | QL_WORD_BODY)) return QL_MENTION_ORGANISATION;
    if (classes & QL_WORD_DOCUMENT) return QL_MENTION_DOCUMENT;
    if (classes & QL_WORD_ANONYMOUS) return QL_MENTION_ANONYMOUS;
    if (classes & QL_WORD_GROUP) return QL_MENTION_GROUP;
    if (name) return QL_MENTION_NAME;
    if (classes & QL_WORD_OUTLET_NOUN) return QL_MENTION_OUTLET;
    return QL_MENTION_DESCRIPTION;
}

static ql_mention mention_of(const ql_run *run, int32_t first, int32_t end, int32_t head, uint8_t kind) {
    const ql_token *tokens = run->scratch->tokens.items;
    return (ql_mention){.start = tokens[first].start,
                        .end = tokens[end - 1].end,
                        .first_token = first,
                        .end_token = end,
                        .head = head,
                        .entity = QL_NONE,
                        .kind = kind};
}

/* The mention that begins at `first`, of end_token 0 if there is none. */
static ql_mention chunk_at(const ql_run *run, int32_t first, int32_t end) {
    int32_t i = first, most = end - first < MOST_CHUNK ? end : first + MOST_CHUNK;
    while (i < most && can_stand_in_chunk(run, i, first, end)) i++;
    while (i > first && is_possessive_mark(run, i - 1)) i--;
    if (i > first && is_beside_cue(run, first, i, end))
        return mention_of(run, first, i, i - 1, kind_of_head(run, i - 1));
    int32_t head = i > first ? head_of(run, first, i) : QL_NONE;
    if (head != QL_NONE) return mention_of(run, first, head + 1, head, kind_of_head(run, head));
    head = i > first ? head_of_description(run, first, i) : QL_NONE;
    if (head != QL_NONE) return mention_of(run, first, head + 1, head, QL_MENTION_DESCRIPTION);
    return (ql_mention){0};
}

/* ---------------------------------------------------------------------------------------- attachments */

/* "the head of the union", "the minister for trade", "a spokesman at the plant". */
static bool joins_next(const ql_run *run, const ql_mention *so_far, int32_t i) {
    if (ql_is_word(run, i, "of")) return true;
    return (ql_is_word(run, i, "for") || ql_is_word(run, i, "at") || ql_is_word(run, i, "with")) &&
           ql_has(run, so_far->head, QL_WORD_ROLE | QL_WORD_ANONYMOUS | QL_WORD_GROUP) &&
           !is_name_word(run, so_far->head);
}

/* Where "familiar with the matter", "briefed on the plan" goes on behind people without names; QL_NONE elsewhere. */
static int32_t behind_adjective(const ql_run *run, const ql_mention *so_far, int32_t end) {
    int32_t i = so_far->end_token;
    if (i + 2 >= end || !ql_has(run, so_far->head, QL_WORD_GROUP | QL_WORD_ANONYMOUS)) return QL_NONE;
    bool adjective = ql_kind(run, i) == QL_TOKEN_WORD && !ql_flag(run, i, QL_TOKEN_CAPITAL) &&
                     !ql_has(run, i, STOPS | OPENERS | NOUNS | QL_WORD_CUE_VERB | QL_WORD_ADVERB);
    bool joint = ql_is_word(run, i + 1, "with") || ql_is_word(run, i + 1, "on") || ql_is_word(run, i + 1, "to");
    return adjective && joint ? i + 1 : QL_NONE;
}

static void attach_preposition(const ql_run *run, ql_mention *mention, int32_t end) {
    for (int32_t at = behind_adjective(run, mention, end);; at = QL_NONE) {
        if (at == QL_NONE) at = mention->end_token;
        bool joined = at > mention->end_token || (at + 1 < end && joins_next(run, mention, at));
        ql_mention next = joined ? chunk_at(run, at + 1, end) : (ql_mention){0};
        if (next.end_token == 0) return;
        mention->end = next.end;
        mention->end_token = next.end_token;
    }
}

/* Behind a name and a comma: a role, up to the next comma. */
static void attach_apposition(const ql_run *run, ql_mention *mention, int32_t end) {
    int32_t i = mention->end_token;
    if (i + 2 >= end || !ql_is_char(run, i, ',')) return;
    bool role = false;
    int32_t most = end - i < MOST_APPOSITION ? end : i + MOST_APPOSITION;
    for (int32_t j = i + 1; j < most; j++) {
        if (ql_is_char(run, j, ',')) {
            if (!role) return;
            mention->end = run->scratch->tokens.items[j - 1].end; /* the comma is passed, and not kept */
            mention->end_token = j + 1;
            return;
        }
        if (ql_has(run, j, QL_WORD_ROLE)) role = true;
        bool inside = can_stand_in_chunk(run, j, i + 1, end) || ql_has(run, j, OPENERS) ||
                      (role && ql_has(run, j, QL_WORD_PREPOSITION));
        if (!inside) return;
    }
}

static ql_mention mention_at(const ql_run *run, int32_t first, int32_t end) {
    if (ql_has(run, first, QL_WORD_SUBJECT_PRONOUN | QL_WORD_INDEFINITE_PERSON)) {
        bool person = ql_has(run, first, QL_WORD_INDEFINITE_PERSON);
        return mention_of(run, first, first + 1, first, person ? QL_MENTION_ANONYMOUS : QL_MENTION_PRONOUN);
    }
    ql_mention mention = chunk_at(run, first, end);
    if (mention.end_token == 0) return mention;
    attach_preposition(run, &mention, end);
    if (mention.kind == QL_MENTION_NAME) attach_apposition(run, &mention, end);
    return mention;
}

ql_status ql_stage_mention(ql_run *run) {
    const ql_sentences *sentences = &run->scratch->sentences;
    for (size_t s = 0; s < sentences->n; s++) {
        int32_t end = sentences->items[s].end_token;
        for (int32_t i = sentences->items[s].first_token; i < end;) {
            ql_mention mention = mention_at(run, i, end);
            if (mention.end_token == 0) {
                i++;
                continue;
            }
            if (!ql_mentions_push(&run->scratch->mentions, mention))
                return ql_fail(run->error, QL_NO_MEMORY, QL_NONE, "no memory for mentions");
            i = mention.end_token;
        }
    }
    return QL_OK;
}

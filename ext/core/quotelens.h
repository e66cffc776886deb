/* quotelens: who said what in news text.  The public interface of the C core.

   Three lifetimes, three objects:
     ql_engine   options, lexicons, compiled patterns.  Immutable once made; threads share it freely.
     ql_scratch  buffers that are used again from document to document.  One per thread.
     ql_result   what was found in one document.  Belongs to the caller; one call frees all of it.

   Text is UTF-8.  Every offset in this header is a byte into the caller's own text, half-open, unless its name
   ends in `_char`; ql_result_char turns a byte offset into one of code points.  Text need not be valid: each
   maximal malformed sequence is analysed as one U+FFFD and keeps its place (Unicode 17.0, section 3.9, "U+FFFD
   substitution of maximal subparts"); a surrogate code point in three bytes counts as one.

   Functions that can fail return a ql_status.  They take a ql_error that may be NULL.  The core never prints,
   never exits, and keeps no mutable state outside these objects. */
#ifndef QUOTELENS_H
#define QUOTELENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tables/enums.h" /* the enumerators that tables show by name, from ext/data/enums.tsv and rules.tsv */

#define QL_VERSION "0.2.0"
#define QL_NONE (-1) /* an id that refers to nothing */

/* ---------------------------------------------------------------------------------------------- status */

typedef enum ql_status {
    QL_OK = 0,
    QL_NO_MEMORY,   /* an allocation failed; nothing was changed */
    QL_TOO_LONG,    /* a text of more than QL_MAX_BYTES */
    QL_BAD_OPTION,  /* an option that cannot be used; the message says which and why */
    QL_BAD_PATTERN, /* a pattern that does not compile; position is a byte into the pattern */
    QL_MATCH_LIMIT, /* a pattern that would take too long; position is a byte into the text */
    QL_BAD_INPUT,   /* data handed in that breaks the format it claims to have */
    QL_STOPPED      /* a ql_watch ended the work */
} ql_status;

typedef struct ql_error {
    ql_status status;
    int64_t position; /* a byte offset, or QL_NONE */
    char message[256];
} ql_error;

#define QL_MAX_BYTES 0x7fff0000 /* offsets are int32 */

/* The name of a status in lower case, such as "no_memory".  Never NULL; static. */
const char *ql_status_name(ql_status status);

/* Version of the Unicode data for words and sentences, and of the library for folding.  Static strings. */
const char *ql_unicode_version(void);
const char *ql_utf8proc_version(void);
const char *ql_pcre2_version(void);

/* ------------------------------------------------------------------------------------------------ types */

typedef struct ql_span {
    int32_t start, end;
} ql_span;

/* Parts of speech and relations of Universal Dependencies, version 2. */
typedef enum ql_tag {
    QL_TAG_NONE = 0,
    QL_TAG_ADJ,
    QL_TAG_ADP,
    QL_TAG_ADV,
    QL_TAG_AUX,
    QL_TAG_CCONJ,
    QL_TAG_DET,
    QL_TAG_INTJ,
    QL_TAG_NOUN,
    QL_TAG_NUM,
    QL_TAG_PART,
    QL_TAG_PRON,
    QL_TAG_PROPN,
    QL_TAG_PUNCT,
    QL_TAG_SCONJ,
    QL_TAG_SYM,
    QL_TAG_VERB,
    QL_TAG_X,
    QL_TAGS
} ql_tag;

typedef enum ql_relation {
    QL_RELATION_NONE = 0,
    QL_RELATION_ACL,
    QL_RELATION_ACL_RELCL,
    QL_RELATION_ADVCL,
    QL_RELATION_ADVMOD,
    QL_RELATION_AMOD,
    QL_RELATION_APPOS,
    QL_RELATION_AUX,
    QL_RELATION_AUX_PASS,
    QL_RELATION_CASE,
    QL_RELATION_CC,
    QL_RELATION_CCOMP,
    QL_RELATION_COMPOUND,
    QL_RELATION_COMPOUND_PRT,
    QL_RELATION_CONJ,
    QL_RELATION_COP,
    QL_RELATION_CSUBJ,
    QL_RELATION_DEP,
    QL_RELATION_DET,
    QL_RELATION_DISCOURSE,
    QL_RELATION_DISLOCATED,
    QL_RELATION_EXPL,
    QL_RELATION_FIXED,
    QL_RELATION_FLAT,
    QL_RELATION_GOESWITH,
    QL_RELATION_IOBJ,
    QL_RELATION_LIST,
    QL_RELATION_MARK,
    QL_RELATION_NMOD,
    QL_RELATION_NMOD_DESC,
    QL_RELATION_NMOD_POSS,
    QL_RELATION_NMOD_UNMARKED,
    QL_RELATION_NSUBJ,
    QL_RELATION_NSUBJ_OUTER,
    QL_RELATION_NSUBJ_PASS,
    QL_RELATION_NUMMOD,
    QL_RELATION_OBJ,
    QL_RELATION_OBL,
    QL_RELATION_OBL_AGENT,
    QL_RELATION_OBL_UNMARKED,
    QL_RELATION_ORPHAN,
    QL_RELATION_PARATAXIS,
    QL_RELATION_PUNCT,
    QL_RELATION_REPARANDUM,
    QL_RELATION_ROOT,
    QL_RELATION_VOCATIVE,
    QL_RELATION_XCOMP,
    QL_RELATIONS
} ql_relation;

/* Which form a verb or an auxiliary has. */
typedef enum ql_inflection {
    QL_INFLECTION_NONE = 0,
    QL_INFLECTION_BASE,       /* infinitive, imperative */
    QL_INFLECTION_PRESENT,    /* finite; modals too */
    QL_INFLECTION_PAST,       /* finite */
    QL_INFLECTION_PARTICIPLE, /* of the past */
    QL_INFLECTION_GERUND,     /* ends in -ing */
    QL_INFLECTIONS
} ql_inflection;

/* Names as UD has them, such as "NOUN" and "nsubj:pass".  NULL for NONE and beyond; static. */
const char *ql_tag_name(uint8_t tag);
const char *ql_relation_name(uint8_t relation);

typedef struct ql_token {
    int32_t start, end;
    int32_t sentence; /* index of its sentence */
    int32_t word;     /* index into the engine's lexicon, or QL_NONE */
    int32_t head;     /* the token it depends on; QL_NONE for a root, or where nothing was parsed */
    uint8_t kind;     /* ql_token_class */
    uint8_t flags;    /* QL_TOKEN_* below */
    uint8_t tag;      /* ql_tag; NONE where nothing was tagged */
    uint8_t relation; /* ql_relation to its head; NONE where nothing was parsed */
    uint8_t inflection;
} ql_token;

enum {
    QL_TOKEN_CAPITAL = 1,  /* first letter is upper or title case */
    QL_TOKEN_ALL_CAPS = 2, /* two letters or more, none of them lower case */
    QL_TOKEN_SPACE = 4,    /* white space comes before it */
    QL_TOKEN_FIRST = 8,    /* first token of its sentence */
    QL_TOKEN_MARKED = 16,  /* lies between quotation marks; set where quotes are wanted */
    QL_TOKEN_REFUSED = 32  /* a rule took it for a cue, and the reader did not; set where quotes are wanted */
};

typedef struct ql_zone {
    int32_t start, end;
    uint8_t kind; /* ql_zone_kind */
} ql_zone;

/* A date as a page gives it.  Hours, minutes and the zone of time are those written, or QL_NO_TIME. */
typedef struct ql_date {
    int16_t year;
    int8_t month, day, hour, minute;
    int16_t zone_minutes; /* east of UTC */
} ql_date;

#define QL_NO_TIME (-1)      /* hour and minute: not given */
#define QL_NO_ZONE INT16_MIN /* zone_minutes: not given */

typedef struct ql_metadata {
    int32_t start, end; /* the slice of the text that says so */
    uint8_t field;      /* ql_metadata_field */
    uint8_t zone;       /* ql_zone_kind of the line it came from */
    ql_date date;       /* of QL_FIELD_PUBLISHED */
    float confidence;
} ql_metadata;

typedef struct ql_sentence {
    int32_t start, end;             /* without white space at the edges */
    int32_t paragraph;              /* counted from 0; a paragraph ends at a line feed */
    int32_t first_token, end_token; /* half-open */
    int32_t zone;                   /* index into the zones */
} ql_sentence;

/* A pair of quotation marks, or one that was never closed.  Pairs are ordered by start and nest properly.  An
   unclosed one ends before the next opener of its family, where the pair around it closes, or with its paragraph; one
   that the next paragraph carries on keeps its paragraph whole.  A closed pair may run over line ends, of a blank
   line at most one. */
typedef struct ql_mark_pair {
    int32_t start, end; /* marks included; an unclosed one ends with its paragraph */
    int32_t content_start, content_end;
    int32_t parent;    /* the pair around it, or QL_NONE */
    int32_t continues; /* the pair of the paragraph before that this one carries on, or QL_NONE */
    uint8_t depth;     /* 0 outermost; what lies deeper than QL_MAX_DEPTH is left out */
    uint8_t form;      /* ql_mark_form */
    bool closed;
} ql_mark_pair;

#define QL_MAX_DEPTH 8

typedef struct ql_mention {
    int32_t start, end;
    int32_t first_token, end_token;
    int32_t head;      /* token */
    int32_t entity;    /* or QL_NONE */
    int32_t author;    /* of a document: the entity whose words it gives, or QL_NONE */
    float chance;      /* chance, 0 to 1, that its name or entity was chosen correctly */
    float name_chance; /* chance, 0 to 1, of its name alone, or that it has none */
    uint8_t kind;      /* ql_mention_kind */
    uint8_t found_by;  /* ql_found_by: how its entity was found */
} ql_mention;

/* Somebody or something that mentions of a document refer to. */
typedef struct ql_entity {
    int32_t start, end; /* its name, a slice of the text: the fullest without titles.  Empty where it has none */
    int32_t noun_start, noun_end; /* of a document called by its owner: what it is, "report"; else empty */
    int32_t mention;              /* its first mention; QL_NONE if it only owns a document */
    int32_t named_in;             /* the mention that its name is in, or QL_NONE */
    int32_t owner;                /* of a document: the entity that it belongs to, or QL_NONE */
    int32_t first_part, n_parts;  /* of several people named together: who they are, a run of the result's parts */
    uint8_t role;                 /* ql_step_role: what it is in a chain */
    uint8_t gender;               /* ql_gender */
} ql_entity;

/* A step of a chain that begins with the speaker: Ann Lee, in a letter, to the Gazette. */
typedef struct ql_step {
    int32_t quote, entity;        /* entity: or QL_NONE */
    int32_t start, end;           /* the words that say so */
    int32_t name_start, name_end; /* its name; empty if there are only the words */
    int32_t access_start,
        access_end; /* how they came by the document before: "seen", "obtained"; empty if not said */
    uint8_t role;   /* ql_step_role */
} ql_step;

#define QL_NO_CHANCE (-1.0f)

/* What a text says about a source, in its own words; each is empty if it says nothing. */
typedef struct ql_told {
    ql_span title;        /* "rotating chairman" */
    ql_span organisation; /* "Huawei" */
    ql_span credential;   /* "who was on the train" */
} ql_told;

/* A statement.  Its spans are the content: all that is attributed, marks included.  Its pieces are the marked
   strings in it.  Both are runs of the result's own arrays. */
typedef struct ql_quote {
    int32_t start, end; /* first span's start, last span's end */
    int32_t first_span, n_spans;
    int32_t first_piece, n_pieces;
    int32_t sentence;
    int32_t parent;    /* the statement it is embedded in, or QL_NONE */
    int32_t continues; /* the quotation it carries on, or QL_NONE */
    int32_t source;    /* a mention, or QL_NONE */
    ql_span cue;       /* empty where there is none */
    int32_t cue_entry; /* the cue's entry in the engine's lexicon, or QL_NONE */
    int32_t mentioned; /* the entity of its source, or QL_NONE: a letter, if it says "the letter says" */
    int32_t speaker;   /* the entity taken for its speaker, or QL_NONE: the author of that letter */
    int32_t first_step, n_steps;
    int32_t n_claimed; /* how many an unnamed source is said to be, or QL_NONE */
    ql_span reason;    /* why it is not named; empty where the text does not say */
    int32_t withheld;  /* the speaker that was found but is not sure enough to be given, or QL_NONE */
    ql_told told;      /* what the text says of its source */
    uint8_t kind, act, anonymity, rule;
    uint8_t source_origin; /* ql_resolution: where the source was found */
    uint8_t resolution;    /* the same, but QL_RESOLVED_ENTITY for a pronoun whose entity was found */
    uint8_t found_by;      /* ql_found_by: how the speaker was found */
    bool fragment, closed, hedged, negated;
    bool unnamed;             /* its source is a person, or people, whom the text leaves unnamed */
    float confidence;         /* the chance that it is one; of QL_QUOTE_SCARE, that it is nobody's words */
    float source_confidence;  /* the chance that `source`, or none, is right; 0 for QL_QUOTE_SCARE */
    float speaker_confidence; /* the chance that the name of `speaker`, or of `withheld`, is right; QL_NO_CHANCE
                                 where there is none */
    float read;               /* the chance that the reader's network gives it; 0 where it was not asked */
    float source_odds; /* of the source, by the network: the mean logit of its tokens; 0 where it was not asked */
} ql_quote;

typedef struct ql_piece {
    int32_t start, end;
    int32_t open_bytes, close_bytes; /* length of the marks; 0 where there is none */
    int32_t pair;                    /* index of its ql_mark_pair */
} ql_piece;

/* Why a statement was scored as it was; found only with QL_WANT_EXPLAIN.  A candidate for its source: a mention, or
   QL_NONE for none of them.  The chances of a statement's candidates sum to one. */
typedef struct ql_candidate {
    int32_t quote;
    int32_t index; /* within the statement */
    int32_t mention;
    bool chosen;
    float score, chance;
} ql_candidate;

/* Found only with QL_WANT_PAGES: what counts for or against a line of a page, or what is read in it. */
typedef struct ql_page_feature {
    int32_t candidate;  /* counts the candidates of a decision */
    int32_t start, end; /* of the candidate */
    int32_t feature;    /* see ql_page_feature_name */
    int32_t value;
} ql_page_feature;

/* Found only with QL_WANT_EXPLAIN.  A candidate for the name in a mention, which is a span of the text, or for whom
   a pronoun or a description means, which is an entity.  One candidate of each choice means "none of the others": it
   has an empty span and QL_NONE.  The chances of a choice sum to one. */
typedef struct ql_choice {
    int32_t mention;
    int32_t index; /* within the choice */
    int32_t entity;
    int32_t start, end;
    uint8_t decision; /* ql_decision */
    bool chosen;
    float score, chance;
} ql_choice;

/* What counts for or against such a candidate. */
typedef struct ql_choice_feature {
    int32_t mention, index;
    int32_t feature; /* see ql_choice_feature_name */
    int32_t value;
    uint8_t decision;
    float weight;
} ql_choice_feature;

/* What made the speaker of a statement more or less sure.  Found only with QL_WANT_EXPLAIN. */
typedef struct ql_speaker_feature {
    int32_t quote;
    int32_t feature; /* see ql_choice_feature_name */
    int32_t value;
    float weight;
} ql_speaker_feature;

/* What counts for or against a statement, or one of its candidates: QL_NONE for the statement itself. */
typedef struct ql_feature {
    int32_t quote, candidate;
    int32_t feature; /* see ql_feature_name */
    float weight;
} ql_feature;

/* A reporting word that gave no statement. */
typedef struct ql_rejection {
    int32_t start, end;
    int32_t sentence;
    int32_t entry; /* its entry in the engine's lexicon, or QL_NONE */
    int32_t quote; /* the statement that it is in, for QL_REJECTED_OVERLAPPED */
    uint8_t reason;
} ql_rejection;

/* A word that the reader took for a likely cue, and what it would report.  Found only with QL_WANT_EXPLAIN. */
typedef struct ql_prospect {
    int32_t start, end;
    int32_t sentence;
    int32_t content_start, content_end; /* what the reader takes for its content; -1 if there is nothing */
    float chance;                       /* that it makes a statement */
    float score, rule_score;            /* log odds of that content, and of the rules' */
    bool has_rule;                      /* did the rules draft a statement here? */
    bool keeps_rule;                    /* does their content stay? */
    bool chosen;                        /* did it give a statement? */
} ql_prospect;

/* ----------------------------------------------------------------------------------------------- engine */

typedef struct ql_engine ql_engine;
typedef struct ql_scratch ql_scratch;
typedef struct ql_result ql_result;

/* Names of enumerators, such as "speech".  NULL for a value that tables show as null, and beyond the last; static. */
const char *ql_token_class_name(uint8_t token_class);
const char *ql_zone_name(uint8_t zone);
const char *ql_metadata_field_name(uint8_t field);
const char *ql_mark_form_name(uint8_t form);
const char *ql_mention_kind_name(uint8_t kind);
const char *ql_gender_name(uint8_t gender);
const char *ql_step_role_name(uint8_t role);
const char *ql_quote_kind_name(uint8_t kind);
const char *ql_act_name(uint8_t act);
const char *ql_anonymity_name(uint8_t anonymity);
const char *ql_resolution_name(uint8_t resolution);
const char *ql_reason_name(uint8_t reason);
const char *ql_decision_name(uint8_t decision);
const char *ql_found_by_name(uint8_t found_by);
const char *ql_rule_name(uint8_t rule);

/* Names of the frames of cues, such as "clause", counted from 0.  NULL beyond the last; static.  What a frame is:
   ext/README.md, "add a cue". */
const char *ql_frame_name(size_t frame);

/* A reporting cue that the user adds: the columns of ext/data/lexicon/cues.tsv, by name.  Strings are copied. */
typedef struct ql_user_cue {
    const char *lemma;  /* base form of a verb, singular of a noun: one folded word */
    const char *tone;   /* neutral, stance, manner, question, or a name of the user's own, which is not empty */
    const char *act;    /* any but "none" */
    const char *frames; /* one or more, blanks between */
    const char *forms;  /* irregular ones, blanks between: past tense and participle, and the gerund if that is
                           irregular as well; the plural of a noun.  NULL where all are regular */
    bool is_noun, is_hedge;
} ql_user_cue;

/* The weight of a feature of the scores by its name, such as "quote:act=speech": see ext/data/score.tsv. */
typedef struct ql_weight {
    const char *name;
    double value;
} ql_weight;

/* A lemma that is dropped is no longer a cue, as verb or noun, unless it is among `cues`.  A cue takes the place of a
   built-in one of the same lemma and kind, and of an earlier one. */
typedef struct ql_options {
    const ql_user_cue *cues;
    size_t n_cues;
    const char *const *dropped;
    size_t n_dropped;
    const ql_weight *weights; /* take the place of those built in; features not named keep theirs */
    size_t n_weights;
    bool all_languages;            /* find statements in pages that are not in English, too */
    float speaker_confidence;      /* withhold speakers with a lower chance, 0 to 1 */
    const int16_t *choice_weights; /* take the place of all weights of ql_choice_feature_name, in thousandths: 256 for
                                      each feature.  NULL for those built in; copied */
    size_t n_choice_weights;
    const uint8_t *reader; /* weights of the thorough reader, at a multiple of 64 bytes, or NULL to read with the
                              network that is compiled in.  They are not copied, and must outlive the engine. */
    size_t n_reader;
    bool rules_alone; /* no reader at all: to measure what it brings */
} ql_options;

/* Make an engine.  `options` may be NULL for the defaults and is not kept.  On failure *out is NULL: QL_BAD_OPTION
   says which cue and what is wrong with it. */
ql_status ql_engine_new(const ql_options *options, ql_engine **out, ql_error *error);
void ql_engine_free(ql_engine *engine); /* NULL is fine */

/* The features of the scores, counted from 0: name and meaning, which are static, and weight in this engine. */
int32_t ql_n_features(void);
const char *ql_feature_name(int32_t feature);
const char *ql_feature_meaning(int32_t feature);
double ql_engine_weight(const ql_engine *engine, int32_t feature);

/* The features of learned choices, counted from 0: name and meaning, which are static.  NULL beyond the last. */
const char *ql_choice_feature_name(int32_t feature);
const char *ql_choice_feature_meaning(int32_t feature);

/* The same of the features of lines of pages. */
const char *ql_page_feature_name(int32_t feature);
const char *ql_page_feature_meaning(int32_t feature);

/* A hash of all compiled-in lexicons, as 16 hexadecimal digits.  Static. */
const char *ql_lexicon_hash(void);

ql_status ql_scratch_new(ql_scratch **out);
void ql_scratch_free(ql_scratch *scratch);

/* Called now and then during long work, on the thread that does it.  True ends the work, which fails with
   QL_STOPPED and leaves everything as good as new. */
typedef struct ql_watch {
    bool (*stops)(void *context); /* NULL: nobody watches */
    void *context;
} ql_watch;

/* Set who watches the analyses with this scratch from now on. */
void ql_scratch_watch(ql_scratch *scratch, ql_watch watch);

/* What ql_analyse should find; a stage that another needs comes with it. */
enum {
    QL_WANT_TOKENS = 1,
    QL_WANT_SENTENCES = 2,
    QL_WANT_QUOTES = 4,  /* zones, tokens, sentences, marks, mentions, statements */
    QL_WANT_ZONES = 8,   /* and what the page says about itself; without, all is body */
    QL_WANT_SYNTAX = 16, /* tags and heads of every token */
    QL_WANT_ALL = 31,
    QL_WANT_PAGES = 64,  /* with QL_WANT_ZONES: what counts for each line of a page; not part of ALL */
    QL_WANT_EXPLAIN = 32 /* with QL_WANT_QUOTES: candidates, features, and what was rejected; not part of ALL */
};

/* Analyse one document.  `text` is borrowed and must outlive the result.  On failure *out is NULL.  Fails only
   with QL_NO_MEMORY, QL_TOO_LONG and, where somebody watches, QL_STOPPED: any bytes have an answer. */
ql_status ql_analyse(const ql_engine *engine, ql_scratch *scratch, const char *text, size_t n_bytes, unsigned want,
                     ql_result **out, ql_error *error);
void ql_result_free(ql_result *result);

/* Lines counted over a sample of the pages of each outlet: 64 at most, chosen by their hash, so that neither the
   order nor the number of pages matters.  Add pages and finish from one thread; then any number of
   threads may read. */
typedef struct ql_line_counts ql_line_counts;

ql_status ql_line_counts_new(ql_line_counts **out);
void ql_line_counts_free(ql_line_counts *counts); /* NULL is fine */

/* Count the lines of a page.  Nothing is kept but hashes.  Fails only with QL_NO_MEMORY. */
ql_status ql_line_counts_add(ql_line_counts *counts, const char *outlet, size_t n_outlet, const char *text,
                             size_t n_bytes, ql_error *error);

/* Call once when all pages are in, before the first analysis; again it does nothing.  Fails
   only with QL_NO_MEMORY. */
ql_status ql_line_counts_finish(ql_line_counts *counts, ql_error *error);

/* A line of an outlet that is on several of its pages, by a hash of both. */
typedef struct ql_line_key {
    uint64_t key;
    uint64_t n_pages;
} ql_line_key;

/* The lines that recur, for counts in another process; *out is the caller's to free with ql_free.  Those of other
   outlets may be appended.  Fails only with QL_NO_MEMORY. */
ql_status ql_line_counts_recurring(ql_line_counts *counts, ql_line_key **out, size_t *n, ql_error *error);

/* Use these lines, and no others, as if their pages had been added and counted.  Fails only with QL_NO_MEMORY. */
ql_status ql_line_counts_take(ql_line_counts *counts, const ql_line_key *lines, size_t n, ql_error *error);

/* The hash by which the pages of an outlet are chosen: those with the smallest. */
uint64_t ql_page_hash(const char *text, size_t n_bytes);

/* As ql_analyse, for a page of an outlet: lines that recur on other pages of it are boilerplate. */
ql_status ql_analyse_page(const ql_engine *engine, ql_scratch *scratch, const char *text, size_t n_bytes,
                          unsigned want, const ql_line_counts *counts, const char *outlet, size_t n_outlet,
                          ql_result **out, ql_error *error);

/* ----------------------------------------------------------------------------------------------- result */
/* Arrays belong to the result and live as long as it does.  `n` must not be NULL. */

const char *ql_result_text(const ql_result *result, size_t *n_bytes);
int32_t ql_result_n_chars(const ql_result *result);
int32_t ql_result_n_malformed(const ql_result *result); /* malformed sequences in the text */

/* False if the page is long enough to tell that it is not in English; its statements are left out then, unless
   ql_options.all_languages asks for them.  Known only where zones or statements were wanted; true otherwise. */
bool ql_result_is_english(const ql_result *result);

/* The number of code points before `byte`.  Constant time. */
int32_t ql_result_char(const ql_result *result, int32_t byte);

const ql_zone *ql_result_zones(const ql_result *result, size_t *n);
const ql_metadata *ql_result_metadata(const ql_result *result, size_t *n);
const ql_page_feature *ql_result_page_features(const ql_result *result, size_t *n);
const ql_sentence *ql_result_sentences(const ql_result *result, size_t *n);
const ql_token *ql_result_tokens(const ql_result *result, size_t *n);
const ql_mark_pair *ql_result_marks(const ql_result *result, size_t *n);
const ql_mention *ql_result_mentions(const ql_result *result, size_t *n);
const ql_quote *ql_result_quotes(const ql_result *result, size_t *n);
const ql_span *ql_result_spans(const ql_result *result, size_t *n);
const ql_piece *ql_result_pieces(const ql_result *result, size_t *n);
const ql_entity *ql_result_entities(const ql_result *result, size_t *n);
const int32_t *ql_result_parts(const ql_result *result, size_t *n); /* entities, of those who are named together */
const ql_step *ql_result_steps(const ql_result *result, size_t *n); /* in the order of the statements */
const ql_candidate *ql_result_candidates(const ql_result *result, size_t *n);
const ql_feature *ql_result_features(const ql_result *result, size_t *n);
const ql_choice *ql_result_choices(const ql_result *result, size_t *n);
const ql_choice_feature *ql_result_choice_features(const ql_result *result, size_t *n);
const ql_speaker_feature *ql_result_speaker_features(const ql_result *result, size_t *n);
const ql_rejection *ql_result_rejections(const ql_result *result, size_t *n);
const ql_prospect *ql_result_prospects(const ql_result *result, size_t *n);

/* --------------------------------------------------------------------------------------- Unicode segments */

/* Boundaries by UAX #29, in code points, 0 and the length included (an empty text has none).  The array is the
   caller's to free with ql_free. */
ql_status ql_word_boundaries(const char *text, size_t n_bytes, int32_t **out, size_t *n, ql_error *error);
ql_status ql_sentence_boundaries(const char *text, size_t n_bytes, bool tailored, int32_t **out, size_t *n,
                                 ql_error *error);
void ql_free(void *memory);

/* --------------------------------------------------------------------------------------------------- grammar */

typedef struct ql_word_slice {
    const char *bytes;
    size_t n_bytes;
} ql_word_slice;

typedef struct ql_parsed_word {
    int32_t head;     /* index of the word it depends on; QL_NONE for the root */
    uint8_t tag;      /* ql_tag */
    uint8_t relation; /* ql_relation */
} ql_parsed_word;

/* Tag and parse the words of one sentence, split as in Universal Dependencies ("do", "n't").  `out` has room for `n`.
   More than 1,000 words are parsed a thousand at a time.  Fails only with QL_NO_MEMORY. */
ql_status ql_parse_words(const ql_engine *engine, const ql_word_slice *words, size_t n, ql_parsed_word *out,
                         ql_error *error);

/* A hash of the weights compiled in, as 16 hexadecimal digits. */
void ql_model_hash(char out[17]);

#endif

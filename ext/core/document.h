/* What the stages share: one document under analysis, and each stage's entry point.  Not public. */
#ifndef QL_DOCUMENT_H
#define QL_DOCUMENT_H

#include "base/arena.h"
#include "base/pattern.h"
#include "base/status.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "lexicon/lexicon.h"
#include "quotelens.h"
#include "syntax/model.h"
#include "thorough/encoded.h"

typedef struct ql_network ql_network; /* statements/network.h */
typedef struct ql_encoder ql_encoder; /* thorough/encoder.h */

struct ql_engine {
    ql_lexicon *lexicon;
    ql_patterns *text_patterns; /* by ql_text_pattern */
    ql_patterns *page_patterns; /* by ql_page_pattern */
    ql_model model;
    ql_network *network;
    ql_encoder *encoder;           /* of the thorough reader; NULL without */
    float *weights;                /* of the features of score.c */
    int16_t *own_choice_weights;   /* the user's, or NULL */
    const int16_t *choice_weights; /* those of choice/choice.c that are in force */
    float speaker_confidence;      /* a speaker who is less sure is not given */
    bool all_languages;
};

/* One line that is not blank, without white space at its edges. */
typedef struct ql_line {
    int32_t start, end;
    int32_t n_words;
    int32_t n_function;           /* function words among its first words */
    int32_t n_english;            /* what speaks for English among them and a few more: see line.c */
    int32_t n_capitals;           /* words that begin with a capital */
    int32_t n_digits;             /* bytes that are digits */
    int32_t first_word, end_word; /* its words that carry meaning, as hashes in the working memory */
    int32_t dateline_end;         /* where its dateline ends; 0 without one */
    uint32_t hash;                /* of its letters and digits, case-folded where ASCII */
    uint32_t flags;               /* QL_LINE_ bits of page/line.h */
    uint8_t opening;              /* what it begins with: QL_OPENS_ of page/line.h */
    uint8_t kind;                 /* QL_KIND_ of page/line.h */
    int8_t overlap;  /* of its words those that other prose of the page has too, in hundredths; -1 without any */
    uint8_t zone;    /* ql_zone_kind */
    bool is_article; /* by its chance */
    float chance;    /* that it is the article's */
} ql_line;

/* A token's place in the tree of its sentence: the edges of its subtree, which is a run of tokens, and its
   dependents as a list in the order of the text.  QL_NONE ends a list. */
typedef struct ql_branch {
    int32_t first, last;
    int32_t child, next;
} ql_branch;

VEC_DEFINE(ql_branches, ql_branch)
VEC_DEFINE(ql_lines, ql_line)
VEC_DEFINE(ql_metadata_list, ql_metadata)
VEC_DEFINE(ql_page_features, ql_page_feature)
VEC_DEFINE(ql_zones, ql_zone)
VEC_DEFINE(ql_tokens, ql_token)
VEC_DEFINE(ql_sentences, ql_sentence)
VEC_DEFINE(ql_marks, ql_mark_pair)
VEC_DEFINE(ql_mentions, ql_mention)
VEC_DEFINE(ql_quotes, ql_quote)
VEC_DEFINE(ql_pieces, ql_piece)
VEC_DEFINE(ql_entities, ql_entity)
VEC_DEFINE(ql_steps, ql_step)
VEC_DEFINE(ql_candidates, ql_candidate)
VEC_DEFINE(ql_features, ql_feature)
VEC_DEFINE(ql_choices, ql_choice)
VEC_DEFINE(ql_choice_features, ql_choice_feature)
VEC_DEFINE(ql_speaker_features, ql_speaker_feature)
VEC_DEFINE(ql_rejections, ql_rejection)
VEC_DEFINE(ql_prospects, ql_prospect)

typedef enum ql_cue_kind {
    QL_CUE_VERB = 0,  /* said */
    QL_CUE_NOUN,      /* the claim that */
    QL_CUE_ACCORDING, /* according to */
    QL_CUE_COLON,     /* the colon of "Ann Lee: we will win" */
    QL_CUE_DASH,      /* the dash of “We will win.” — Ann Lee */
    QL_CUE_HEDGE      /* the adverb of "she has reportedly left" */
} ql_cue_kind;

/* A place where words are attributed to somebody: the cue, and who is held to speak. */
typedef struct ql_cue_hit {
    int32_t first_token, end_token; /* of the cue itself */
    int32_t source;                 /* a mention, or QL_NONE */
    int32_t frame_start, frame_end; /* tokens of cue, source and what belongs to them */
    uint8_t kind;                   /* ql_cue_kind */
    bool unsaid;                    /* it reports although nobody is named: "was told that" */
    bool inverted;                  /* the source comes after it: "said Ann Lee" */
    bool hedged, negated;
} ql_cue_hit;

VEC_DEFINE(ql_cue_hits, ql_cue_hit)

/* The noun phrase that speaks right beside a quotation, with its verb or dash: “…,” said Ann Lee, the mayor.  And the
   phrase after "according to". */
typedef struct ql_adjacent {
    int32_t first_token, end_token; /* of the phrase */
    int32_t verb;                   /* or dash, or "according" */
    int32_t pair;                   /* the marks of the quotation; QL_NONE for "according to" */
} ql_adjacent;

VEC_DEFINE(ql_adjacents, ql_adjacent)

/* What the parser works in: room for one sentence.  See syntax.c. */
typedef struct ql_syntax {
    struct ql_lexeme *words;
    uint8_t *tags; /* and after them, from `capacity` on, the inflections */
    struct ql_node *nodes;
    int32_t *stack, *order; /* `order`: the tokens that are parsed as one sentence */
    struct ql_parse *parse; /* how far it is */
    size_t capacity;
    int32_t n;
    bool is_busy;
} ql_syntax;

enum { QL_SENTENCES_AT_ONCE = 4 /* each makes a step while the others wait for their weights */ };

void ql_syntax_free(ql_syntax *room);

/* One document, from its text to its statements.  What does not change while the stages run comes first; then what
   they find, each array filled by the stage that its comment names. */
typedef struct ql_document {
    const ql_engine *engine;
    const ql_text *text;
    ql_error *error;
    const ql_line_counts *line_counts; /* NULL if no pass counted the lines of the outlet's pages */
    uint64_t outlet;
    unsigned want; /* QL_WANT_ bits */

    ql_lines lines;                       /* zone */
    ql_zones zones;                       /* zone: they tile the text */
    ql_metadata_list metadata;            /* zone */
    ql_page_features page_features;       /* zone, with QL_WANT_PAGES */
    ql_ints words;                        /* token: word boundaries, bytes */
    ql_tokens tokens;                     /* token; see below */
    ql_ints breaks;                       /* sentence: boundaries, bytes */
    ql_sentences sentences;               /* sentence */
    ql_marks marks;                       /* pair; `form` by form */
    ql_encoded encoded;                   /* encode */
    ql_branches branches;                 /* syntax: one per token */
    ql_mentions mentions;                 /* mention; `entity` and `chance` by entity */
    ql_adjacents adjacents;               /* mention: ordered by verb */
    ql_cue_hits cues;                     /* cue */
    ql_quotes quotes;                     /* quote; see below */
    ql_spans spans;                       /* quote */
    ql_pieces pieces;                     /* quote */
    ql_candidates candidates;             /* score, with QL_WANT_EXPLAIN */
    ql_features features;                 /* score, with QL_WANT_EXPLAIN */
    ql_entities entities;                 /* entity */
    ql_ints parts;                        /* entity: of several who are named together */
    ql_choices choices;                   /* entity, with QL_WANT_EXPLAIN */
    ql_choice_features choice_features;   /* entity, with QL_WANT_EXPLAIN */
    ql_steps steps;                       /* chain; who is withheld has no name, by certainty */
    ql_speaker_features speaker_features; /* certainty, with QL_WANT_EXPLAIN */
    ql_rejections rejections;             /* explain */
    ql_prospects prospects;               /* quote, with QL_WANT_EXPLAIN */

    /* Fields of a token that a later stage sets: `sentence` and QL_TOKEN_FIRST by sentence; `tag`, `inflection`,
       `head` and `relation` by syntax; QL_TOKEN_MARKED by cue.

       Fields of a quote that a later stage sets: `confidence` and `source_confidence` by score; `mentioned` and
       `resolution` by entity; `speaker`, `anonymity`, the steps, `n_claimed` and `reason` by chain;
       `speaker_confidence`, `withheld` and `found_by` by certainty; `told` by describe. */

    /* Working memory of any stage. */
    ql_ints stack; /* empty between stages */
    char *bytes;   /* a folded word */
    size_t bytes_capacity;
    ql_syntax syntax[QL_SENTENCES_AT_ONCE];
    ql_match *match;
    ql_watch watch;
    bool is_english; /* zone: the page's sentences are; true where there are too few to tell */
    bool is_stopped;
    uint32_t n_parsed; /* sentences, to ask the watch now and then */
} ql_document;

/* The arrays keep their capacity from document to document. */
struct ql_scratch {
    ql_document document;
};

/* Boundaries into `out` as bytes, 0 and the length included; nothing for an empty text. */
ql_status ql_words(const ql_text *text, ql_ints *out); /* text/word.c, UAX #29 */
ql_status ql_words_plain(const ql_text *text,
                         ql_ints *out); /* the same without the ASCII blocks: the oracle of tests */
ql_status ql_sentences_uax(const ql_text *text, ql_ints *out);  /* text/sentence.c, UAX #29 */
ql_status ql_sentences_news(const ql_text *text, ql_ints *out); /* text/news.c, the same tailored to news */

/* The stages, in the order of the table in engine.c. */
ql_status ql_stage_zone(ql_document *doc);      /* text → lines, zones, metadata */
ql_status ql_stage_token(ql_document *doc);     /* text → words, tokens */
ql_status ql_stage_sentence(ql_document *doc);  /* tokens → sentences */
ql_status ql_stage_pair(ql_document *doc);      /* text → marks */
ql_status ql_stage_encode(ql_document *doc);    /* tokens, sentences → what the thorough reader makes of them */
ql_status ql_stage_syntax(ql_document *doc);    /* tokens, sentences, marks → tags, heads, branches */
ql_status ql_stage_form(ql_document *doc);      /* marks, tokens → forms of marks */
ql_status ql_stage_mention(ql_document *doc);   /* trees, marks → adjacents, mentions */
ql_status ql_stage_cue(ql_document *doc);       /* mentions, adjacents → cues */
ql_status ql_stage_quote(ql_document *doc);     /* cues, marks → quotes, spans, pieces */
ql_status ql_stage_score(ql_document *doc);     /* quotes, mentions → confidences, candidates, features */
ql_status ql_stage_entity(ql_document *doc);    /* mentions, quotes → entities, whom quotes mention */
ql_status ql_stage_chain(ql_document *doc);     /* quotes, entities → steps, speakers, anonymity */
ql_status ql_stage_certainty(ql_document *doc); /* quotes, entities → how sure speakers are, who is withheld */
ql_status ql_stage_describe(ql_document *doc);  /* quotes, mentions → titles, bodies and credentials of sources */
ql_status ql_stage_explain(ql_document *doc);   /* cues, quotes → rejected words */

/* Tag the tokens [first, end) of a sentence, and parse them if asked to.  (syntax/syntax.c; the benchmark times the
   tagger alone) */
ql_status ql_analyse_tokens(ql_document *doc, int32_t first, int32_t end, bool parse);

#endif

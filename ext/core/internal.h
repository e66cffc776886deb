/* What the stages share: the state of one analysis, and each stage's entry point.  Not public. */
#ifndef QL_INTERNAL_H
#define QL_INTERNAL_H

#include "arena.h"
#include "lexicon.h"
#include "model.h"
#include "pattern.h"
#include "quotelens.h"
#include "utf8.h"
#include "vec.h"

/* Does whoever watches want the work to end? */
static inline bool ql_stops(const ql_watch *watch) {
    return watch->stops != NULL && watch->stops(watch->context);
}

/* Fill `error` (which may be NULL) and return `status`, so that a failure is one line. */
ql_status ql_fail(ql_error *error, ql_status status, int64_t position, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define QL_TRY(expression)                    \
    do {                                      \
        ql_status status_ = (expression);     \
        if (status_ != QL_OK) return status_; \
    } while (0)

struct ql_engine {
    ql_lexicon *lexicon;
    ql_patterns *patterns;
    ql_model model;
    float *weights; /* of the features of score.c */
};

/* One line that is not blank, without white space at its edges. */
typedef struct ql_line {
    int32_t start, end;
    int32_t n_words;
    int32_t n_function;   /* function words among its first words */
    int32_t dateline_end; /* where its dateline ends; 0 without one */
    uint32_t hash;        /* of its letters and digits, case-folded where ASCII */
    uint16_t flags;       /* QL_LINE_ bits of page.h */
    uint8_t zone;         /* ql_zone_kind */
    float weight;         /* how much it speaks for article text; negative against */
} ql_line;

/* A token's place in the tree of its sentence: the edges of its subtree, which is a run of tokens, and its
   dependents as a list in the order of the text.  QL_NONE ends a list. */
typedef struct ql_branch {
    int32_t first, last;
    int32_t child, next;
} ql_branch;

VEC_DEFINE(ql_branches, ql_branch)
VEC_DEFINE(ql_ints, int32_t)
VEC_DEFINE(ql_lines, ql_line)
VEC_DEFINE(ql_metas, ql_meta)
VEC_DEFINE(ql_zones, ql_zone)
VEC_DEFINE(ql_tokens, ql_token)
VEC_DEFINE(ql_sentences, ql_sentence)
VEC_DEFINE(ql_marks, ql_mark_pair)
VEC_DEFINE(ql_mentions, ql_mention)
VEC_DEFINE(ql_quotes, ql_quote)
VEC_DEFINE(ql_spans, ql_span)
VEC_DEFINE(ql_pieces, ql_piece)
VEC_DEFINE(ql_entities, ql_entity)
VEC_DEFINE(ql_steps, ql_step)
VEC_DEFINE(ql_candidates, ql_candidate)
VEC_DEFINE(ql_features, ql_feature)
VEC_DEFINE(ql_rejecteds, ql_rejected)

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
    bool inverted;                  /* the source stands behind: "said Ann Lee" */
    bool hedged, negated;
} ql_cue_hit;

VEC_DEFINE(ql_cue_hits, ql_cue_hit)

/* A verb right behind a quotation, or a dash, and the noun phrase that speaks with it: “…,” said Ann Lee, the mayor.
 */
typedef struct ql_beside {
    int32_t first_token, end_token; /* of the phrase */
    int32_t verb;
    int32_t pair; /* the marks of the quotation */
} ql_beside;

VEC_DEFINE(ql_besides, ql_beside)

/* What the parser works in: room for one sentence.  See syntax.c. */
typedef struct ql_syntax {
    struct ql_lexeme *words;
    uint8_t *tags; /* and behind them, from `capacity` on, the inflections */
    struct ql_node *nodes;
    int32_t *stack;
    size_t capacity;
} ql_syntax;

void ql_syntax_free(ql_syntax *room);

/* Stages append to these; engine.c copies them into the result when all have run. */
struct ql_scratch {
    ql_ints words;  /* word boundaries, bytes */
    ql_ints breaks; /* sentence boundaries, bytes */
    ql_lines lines;
    ql_zones zones;
    ql_metas metas;
    ql_tokens tokens;
    ql_sentences sentences;
    ql_branches branches; /* one a token, where sentences were parsed */
    ql_marks marks;
    ql_besides besides; /* ordered by verb */
    ql_mentions mentions;
    ql_cue_hits cues;
    ql_quotes quotes;
    ql_spans spans;
    ql_pieces pieces;
    ql_entities entities;
    ql_steps steps;
    ql_candidates candidates; /* these three only where somebody asks */
    ql_features features;
    ql_rejecteds rejecteds;
    ql_ints stack; /* for any stage, empty between stages */
    char *bytes;   /* for any stage: a folded word */
    size_t bytes_capacity;
    ql_syntax syntax;
    ql_match *match;
    ql_watch watch;
};

struct ql_result {
    ql_arena arena;
    ql_text text;
    ql_zone *zones;
    ql_meta *metas;
    ql_token *tokens;
    ql_sentence *sentences;
    ql_mark_pair *marks;
    ql_mention *mentions;
    ql_quote *quotes;
    ql_span *spans;
    ql_piece *pieces;
    ql_entity *entities;
    ql_step *steps;
    ql_candidate *candidates;
    ql_feature *features;
    ql_rejected *rejecteds;
    size_t n_metas, n_zones, n_tokens, n_sentences, n_marks, n_mentions, n_quotes, n_spans, n_pieces;
    size_t n_entities, n_steps, n_candidates, n_features, n_rejecteds;
};

/* One analysis: what every stage gets. */
typedef struct ql_run {
    const ql_engine *engine;
    ql_scratch *scratch;
    const ql_text *text;
    ql_error *error;
    const ql_line_counts *line_counts; /* NULL where no first pass was made */
    uint64_t outlet;
    bool explain; /* keep what the scores were made of */
    bool is_stopped;
    uint32_t n_parsed; /* sentences */
} ql_run;

/* Boundaries into `out` as bytes, 0 and the length included; nothing for an empty text. */
ql_status ql_words(const ql_text *text, ql_ints *out);          /* word.c, UAX #29 */
ql_status ql_words_plain(const ql_text *text, ql_ints *out);    /* the same without the ASCII blocks: the oracle */
ql_status ql_sentences_uax(const ql_text *text, ql_ints *out);  /* sentence.c, UAX #29 */
ql_status ql_sentences_news(const ql_text *text, ql_ints *out); /* sentence_news.c, the same tailored to news */

/* The stages, in the order in which engine.c runs them. */
ql_status ql_stage_zone(ql_run *run);     /* text → lines; zones, which tile it; what the page says of itself */
ql_status ql_stage_token(ql_run *run);    /* words → tokens */
ql_status ql_stage_sentence(ql_run *run); /* breaks, tokens → sentences; sets token.sentence */
ql_status ql_pair_marks(ql_run *run);     /* text → marks without their form; needs no stage before it */
ql_status ql_stage_mark(ql_run *run);     /* text, tokens, sentences → marks */

ql_status ql_stage_syntax(ql_run *run); /* tokens, sentences → tags and heads of all tokens */

/* Tag the tokens [first, end) of a sentence, and parse them if asked to.  (syntax.c) */
ql_status ql_analyse_tokens(ql_run *run, int32_t first, int32_t end, bool parse);

/* tokens, marks → besides.  (beside.c) */
ql_status ql_find_besides(ql_run *run);

/* Is this sentence a headline: short, without a full stop, alone in its paragraph?  (mark_form.c) */
bool ql_is_headline(const ql_run *run, int32_t sentence);
ql_status ql_stage_mention(ql_run *run); /* tokens → mentions */
ql_status ql_stage_cue(ql_run *run);     /* tokens, mentions → cues; sets QL_TOKEN_MARKED */
ql_status ql_stage_quote(ql_run *run);   /* all → quotes, spans, pieces */
ql_status ql_stage_entity(ql_run *run);  /* mentions, quotes → entities; sets mention.entity, quote.speaker */
/* How many an unnamed source is, and why it is not named.  (unnamed.c) */
void ql_tell_unnamed(ql_run *run, ql_quote *quote);

ql_status ql_stage_chain(ql_run *run);   /* quotes, cues, entities → steps; sets quote.anonymity */
ql_status ql_stage_score(ql_run *run);   /* all → confidence of quotes; candidates and features if explained */
ql_status ql_stage_explain(ql_run *run); /* all → rejecteds */

#endif

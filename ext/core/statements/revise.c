/* The reader's answers as drafts: of all anchors that it finds likely, with their content and source as it sees them,
   the best set that does not overlap.  What a rule drafted at the same anchor stays as it is unless the
   reader clearly disagrees. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "marks/marks.h"
#include "statements/scores.h"
#include "statements/spoken.h"

static const float MOST_TOKEN = 5.0F;   /* what a token counts at most, for or against */
static const float LEAST_RUN = 1.5F;    /* of a second run of content */
static const float LEAST_LEAD = 0.5F;   /* of another anchor that takes a token for its own content */
static const float EDGE = 2.0F;         /* that content begins or ends between two words costs so much */
static const float EDGE_AT_MARK = 0.5F; /* at punctuation */
static const float EDGE_AT_CUE = 0.5F;  /* beside a cue or a source */
static const float LEAST_INSIDE = 1.0F; /* of the content that another anchor is in */
static const float SUBJECT_LEAD = 8.0F; /* of a name that the tree makes the subject of the anchor */
static const float LEAST_SPOKEN = 0.5F; /* chance that the words of a marked string are somebody's */
static const float LEAST_OUTER = 0.5F;  /* of that content's anchor */

enum {
    MOST_RUNS = 6,
    MOST_OVERLAP = 40, /* percent of a content that another one may have taken */
    LEAST_SHARE = 4    /* the network does not cut a rule's content down to less than one in so many words */
};

typedef struct run {
    int32_t first, end;
    float score;
} run;

/* A statement that could be. */
typedef struct candidate {
    int32_t anchor, draft;                  /* the rules' draft there, or QL_NONE */
    int32_t outer;                          /* the anchor whose content it is in, or QL_NONE */
    int32_t source;                         /* a mention, or QL_NONE */
    int32_t first_of_source, end_of_source; /* tokens of a source that is to become a mention; empty without */
    int32_t n_runs;
    run runs[MOST_RUNS];
    float chance, source_odds;
    float score, rule_score; /* log odds of the reader's content and of the rules' */
    uint8_t act;
    bool keeps_content; /* of the rules' draft */
    bool is_quoted;     /* the rules' draft is nothing but marked strings */
    bool is_added;      /* by the user, and drafted: nothing else takes its words */
    bool accepted;
    int32_t made; /* the new draft */
    size_t seen;  /* where the look at its anchor is kept */
} candidate;

VEC_DEFINE(candidates, candidate)

/* What is known of a token. */
typedef struct standing {
    float drafted;  /* the chance of an anchor where a rule drafted a statement */
    float best;     /* the most that the content odds of an anchor are */
    int32_t holder; /* and which anchor's */
    int32_t outer;  /* of an anchor: the one whose content it is in */
} standing;

/* What a look at an anchor says of a token: logits, and log odds of content and source against all else, bounded. */
typedef struct sight {
    float logits[QL_SCORED], content, source;
} sight;

VEC_DEFINE(sights, sight)

/* What is looked at for one anchor. */
typedef struct look {
    ql_scores *scores;
    const ql_limits *limits;
    const ql_reading *reading;
    standing *tokens;
    int32_t anchor, first, end;
    float logits[2 * QL_REACH][QL_SCORED];
    float content[2 * QL_REACH], source[2 * QL_REACH]; /* log odds against all else, bounded */
    sights seen;                                       /* what earlier looks said, one after the other */
} look;

/* Is token i more than punctuation? */
static bool has_letters(const ql_document *doc, int32_t i) {
    uint8_t kind = ql_kind(doc, i);
    return kind != QL_TOKEN_PUNCT && kind != QL_TOKEN_MARK && kind != QL_TOKEN_DASH;
}

static float bounded(double x) {
    return (float)(x > (double)MOST_TOKEN ? (double)MOST_TOKEN : x < -(double)MOST_TOKEN ? -(double)MOST_TOKEN : x);
}

/* log(p / (1 - p)) of content and of source. */
static void to_odds(const float logits[QL_SCORED], float *content, float *source) {
    double largest = 0, sum, terms[QL_SCORED + 1];
    for (int k = 0; k < QL_SCORED; k++) largest = logits[k] > largest ? (double)logits[k] : largest;
    terms[QL_SCORED] = exp(-largest);
    sum = terms[QL_SCORED];
    for (int k = 0; k < QL_SCORED; k++) sum += terms[k] = exp((double)logits[k] - largest);
    double of_content = terms[QL_PART_CONTENT - 1], of_source = terms[QL_PART_SOURCE - 1];
    *content = bounded(log((of_content + 1e-9) / (sum - of_content + 1e-9)));
    *source = bounded(log((of_source + 1e-9) / (sum - of_source + 1e-9)));
}

static void look_at(look *at, int32_t anchor) {
    at->anchor = anchor;
    ql_reach_of(at->reading->drafts->doc, anchor, &at->first, &at->end);
    ql_role_scores(at->scores, anchor, at->first, at->end, at->logits);
    for (int32_t i = 0; i < at->end - at->first; i++) to_odds(at->logits[i], &at->content[i], &at->source[i]);
}

/* Keep what is seen now, for a second look. */
static bool keep_look(look *at, size_t *place) {
    *place = at->seen.n;
    for (int32_t i = 0; i < at->end - at->first; i++) {
        sight of = {.content = at->content[i], .source = at->source[i]};
        memcpy(of.logits, at->logits[i], sizeof of.logits);
        if (!sights_push(&at->seen, of)) return false;
    }
    return true;
}

static void look_again(look *at, int32_t anchor, size_t place) {
    at->anchor = anchor;
    ql_reach_of(at->reading->drafts->doc, anchor, &at->first, &at->end);
    for (int32_t i = 0; i < at->end - at->first; i++) {
        const sight *of = &at->seen.items[place + (size_t)i];
        memcpy(at->logits[i], of->logits, sizeof of->logits);
        at->content[i] = of->content;
        at->source[i] = of->source;
    }
}

/* ----------------------------------------------------------------------------------------------- content */

/* What it costs that content begins or ends before token i. */
static float cost_of_edge(const look *at, int32_t i) {
    const ql_document *doc = at->reading->drafts->doc;
    int32_t token = at->first + i, last = token - 1;
    if (i == 0 || i == at->end - at->first) return 0;
    if (!has_letters(doc, token) || !has_letters(doc, last)) return EDGE_AT_MARK;
    bool beside = at->logits[i][QL_PART_SOURCE - 1] > 0 || at->logits[i][QL_PART_CUE - 1] > 0 ||
                  at->logits[i - 1][QL_PART_SOURCE - 1] > 0 || at->logits[i - 1][QL_PART_CUE - 1] > 0;
    if (beside || token == at->anchor || last == at->anchor) return EDGE_AT_CUE;
    return EDGE;
}

/* The runs of tokens that are best taken together for content: the sum of their odds, less what their edges cost. */
static int32_t find_runs(const look *at, const float *odds, run *out) {
    bool from[2 * QL_REACH][2]; /* was the token before it in a run, if this one is not, or is? */
    float best[2] = {0, -1e9F};
    int32_t n = 0, length = at->end - at->first;
    for (int32_t i = 0; i < length; i++) {
        float edge = cost_of_edge(at, i), before[2] = {best[0], best[1]};
        from[i][0] = before[1] - edge > before[0];
        from[i][1] = before[1] >= before[0] - edge;
        best[0] = from[i][0] ? before[1] - edge : before[0];
        best[1] = (from[i][1] ? before[1] : before[0] - edge) + odds[i];
    }
    bool inside = best[1] > best[0];
    for (int32_t i = length - 1; i >= 0; i--) {
        if (inside && (n == 0 || out[n - 1].first > i + 1)) {
            if (n == MOST_RUNS) break;
            out[n++] = (run){i, i + 1, 0};
        }
        if (inside) out[n - 1].first = i, out[n - 1].score += odds[i];
        inside = from[i][inside];
    }
    for (int32_t i = 0; i < n / 2; i++) {
        run other = out[i];
        out[i] = out[n - 1 - i];
        out[n - 1 - i] = other;
    }
    return n;
}

static int32_t best_run(const run *runs, int32_t n) {
    int32_t best = 0;
    for (int32_t i = 1; i < n; i++)
        if (runs[i].score > runs[best].score) best = i;
    return best;
}

/* The runs that count: the best one, and others that are sure enough. */
static int32_t keep_runs(run *runs, int32_t n) {
    int32_t best = best_run(runs, n), kept = 0;
    for (int32_t i = 0; i < n; i++) {
        bool stays = i == best || (runs[i].score >= LEAST_RUN && runs[i].end - runs[i].first > 1);
        if (stays) runs[kept++] = runs[i];
    }
    return kept;
}

/* The log odds of what a rule drafted, and how many of its words are in reach. */
static float sum_of_draft(const look *at, int32_t draft, int32_t *n) {
    const ql_drafts *d = at->reading->drafts;
    float sum = 0;
    *n = 0;
    for (int32_t s = d->list.items[draft].first_span; s != QL_NONE; s = d->spans.items[s].next) {
        ql_token_range span = ql_tokens_of_span(d, s);
        for (int32_t i = span.first > at->first ? span.first : at->first; i < span.end && i < at->end; i++)
            if (has_letters(d->doc, i)) sum += at->content[i - at->first], ++*n;
    }
    return sum;
}

static float sum_of_runs(const look *at, const run *runs, int32_t n, int32_t *n_words) {
    float sum = 0;
    *n_words = 0;
    for (int32_t r = 0; r < n; r++)
        for (int32_t i = runs[r].first; i < runs[r].end; i++)
            if (has_letters(at->reading->drafts->doc, at->first + i)) sum += at->content[i], ++*n_words;
    return sum;
}

/* Is this run a quotation in another sentence?  Whether it goes on with the statement is decided with the other
   marked strings. */
static bool is_other_quotation(const look *at, const run *of) {
    const ql_document *doc = at->reading->drafts->doc;
    int32_t first = at->first + of->first;
    if (ql_token_of(doc, first)->sentence == ql_token_of(doc, at->anchor)->sentence) return false;
    return at->reading->pair[first] != QL_NONE || ql_kind(doc, first) == QL_TOKEN_MARK;
}

/* Does one anchor stand inside the content of the other? */
static bool is_inside(const look *at, int32_t inner, int32_t outer) {
    for (int depth = 0; inner != QL_NONE && depth <= QL_MAX_DEPTH; depth++, inner = at->tokens[inner].outer)
        if (inner == outer) return true;
    return false;
}

/* What another anchor holds for its content more plainly is not this one's, unless one is inside the other. */
static void give_way(look *at) {
    for (int32_t i = 0; i < at->end - at->first; i++) {
        const standing *token = &at->tokens[at->first + i];
        if (token->holder == QL_NONE || at->content[i] <= 0 || token->best <= at->content[i] + LEAST_LEAD) continue;
        if (is_inside(at, token->holder, at->anchor) || is_inside(at, at->anchor, token->holder)) continue;
        at->content[i] = -LEAST_LEAD;
    }
}

/* A word is not torn: content that begins at a "'s" begins at the word before it. */
static void mend_start(const look *at, run *of) {
    const ql_document *doc = at->reading->drafts->doc;
    while (of->first > 0 && at->first + of->first - 1 != at->anchor &&
           ql_kind(doc, at->first + of->first) == QL_TOKEN_CLITIC)
        of->score += at->content[--of->first];
}

static void choose_content(look *at, candidate *out) {
    run runs[MOST_RUNS];
    give_way(at);
    at->content[at->anchor - at->first] = -MOST_TOKEN; /* no content holds its own cue */
    int32_t n = find_runs(at, at->content, runs), kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (!is_other_quotation(at, &runs[i])) runs[kept++] = runs[i];
    n = keep_runs(runs, kept);
    for (int32_t i = 0; i < n; i++) mend_start(at, &runs[i]);
    out->n_runs = n;
    for (int32_t i = 0; i < n; i++) {
        out->runs[i] = (run){at->first + runs[i].first, at->first + runs[i].end, runs[i].score};
        out->score += runs[i].score;
    }
    if (out->draft == QL_NONE) return;
    int32_t n_rule, n_own;
    float rule = sum_of_draft(at, out->draft, &n_rule), own = sum_of_runs(at, runs, n, &n_own);
    out->score = own;
    out->rule_score = rule;
    bool is_scrap = n_own * LEAST_SHARE < n_rule;
    out->keeps_content =
        n == 0 || is_scrap || rule >= own - (out->is_quoted ? at->limits->keep_quoted : at->limits->keep_content);
}

/* ------------------------------------------------------------------------------------------------ source */

static float sum_of_mention(const look *at, const ql_mention *mention) {
    float sum = 0;
    for (int32_t i = mention->first_token; i < mention->end_token; i++)
        sum += i >= at->first && i < at->end ? at->source[i - at->first] : -MOST_TOKEN;
    return sum;
}

static int32_t best_mention(const look *at, int32_t subject, float *score) {
    const ql_mentions *all = &at->reading->drafts->doc->mentions;
    int32_t best = QL_NONE;
    int32_t i = vec_lower_bound(all->items, all->n, sizeof *all->items, offsetof(ql_mention, first_token), at->first);
    *score = 0;
    for (; i < (int32_t)all->n && all->items[i].first_token < at->end; i++) {
        float sum = sum_of_mention(at, &all->items[i]) + (i == subject ? SUBJECT_LEAD : 0);
        if (sum <= *score) continue;
        *score = sum;
        best = i;
    }
    return best;
}

/* The name that the tree makes the subject of a verb, or QL_NONE. */
static int32_t named_subject(const ql_document *doc, int32_t anchor) {
    int32_t subject = ql_tag_of(doc, anchor) == QL_TAG_VERB ? ql_subject_of(doc, anchor) : QL_NONE;
    return subject != QL_NONE && doc->mentions.items[subject].kind == QL_MENTION_NAME ? subject : QL_NONE;
}

/* A run of tokens that may be a source though no mention is: "one of the three who stayed behind".  Its score. */
static float find_run(const look *at, int32_t *first, int32_t *end) {
    run runs[MOST_RUNS];
    int32_t n = find_runs(at, at->source, runs), best = best_run(runs, n);
    if (n == 0) return 0;
    const ql_document *doc = at->reading->drafts->doc;
    *first = at->first + runs[best].first;
    *end = at->first + runs[best].end;
    while (*first < *end && !has_letters(doc, *first)) ++*first;
    while (*end > *first && !has_letters(doc, *end - 1)) --*end;
    return *end > *first ? runs[best].score : 0;
}

/* The mean log odds of a mention's tokens. */
static float odds_of(const look *at, int32_t mention) {
    if (mention == QL_NONE) return 0;
    const ql_mention *of = &at->reading->drafts->doc->mentions.items[mention];
    return sum_of_mention(at, of) / (float)(of->end_token - of->first_token);
}

/* The likeliest mention, the rules' source, or a run that is not a mention.  What the rules found is not given up for
   nothing. */
static void choose_source(const look *at, candidate *out) {
    const ql_drafts *d = at->reading->drafts;
    int32_t rule = out->draft != QL_NONE ? d->list.items[out->draft].source : QL_NONE, first = 0, end = 0;
    float score, own = 0;
    int32_t hit = ql_hit_at(d->doc, out->anchor);
    if (rule == QL_NONE && hit != QL_NONE && d->doc->cues.items[hit].unsaid) return; /* "they were told that" */
    out->source = best_mention(at, named_subject(d->doc, out->anchor), &score);
    if (rule != QL_NONE) {
        bool near = d->list.items[out->draft].source_origin == QL_RESOLVED_SAME_SENTENCE;
        own = at->limits->keep_source + (near ? sum_of_mention(at, &d->doc->mentions.items[rule]) : 0);
        if (out->source == QL_NONE || own >= score) out->source = rule;
    }
    float most = out->source == QL_NONE ? 0 : out->source == rule ? own : score;
    if (find_run(at, &first, &end) - at->limits->made_source <= most) return;
    out->first_of_source = first;
    out->end_of_source = end;
}

/* -------------------------------------------------------------------------------------------- candidates */

static bool is_nested(const ql_drafts *d, int32_t draft) {
    return draft != QL_NONE && d->list.items[draft].parent != QL_NONE;
}

static bool from_cue(const ql_drafts *d, int32_t draft) {
    return draft != QL_NONE && draft < d->n_from_cues;
}

/* Does a draft hold nothing but marked strings? */
static bool is_quoted(const ql_reading *reading, int32_t draft) {
    const ql_drafts *d = reading->drafts;
    if (draft == QL_NONE || !d->list.items[draft].quoted) return false;
    for (int32_t s = d->list.items[draft].first_span; s != QL_NONE; s = d->spans.items[s].next) {
        ql_token_range span = ql_tokens_of_span(d, s);
        for (int32_t i = span.first; i < span.end; i++)
            if (reading->pair[i] == QL_NONE && has_letters(d->doc, i)) return false;
    }
    return true;
}

/* A cue that the user added reports what the rules say and no more, one that the user dropped nothing. */
static bool is_added(const ql_document *doc, int32_t anchor) {
    const ql_cue *cue = ql_cue_of(doc, anchor);
    return cue != NULL && cue->why == NULL;
}

static bool is_dropped(const ql_document *doc, int32_t anchor) {
    int32_t word = ql_token_of(doc, anchor)->word;
    return word != QL_NONE && ql_lexicon_lost_cue(doc->engine->lexicon, word, ql_tag_of(doc, anchor) == QL_TAG_NOUN);
}

/* In headlines, which articles to learn from have too few of, the rules decide. */
static bool is_likely(const ql_document *doc, const ql_limits *limits, const candidate *of) {
    if (of->draft == QL_NONE)
        return of->chance >= limits->least_new && !is_added(doc, of->anchor) && !is_dropped(doc, of->anchor);
    if (of->is_added || ql_is_headline(doc, ql_token_of(doc, of->anchor)->sentence)) return true;
    return of->chance >= (of->is_quoted ? limits->least_quoted : limits->least_kept);
}

/* The anchors, and which of them holds each token most plainly. */
static bool find_anchors(look *at, candidates *out) {
    const ql_drafts *d = at->reading->drafts;
    for (int32_t i = 0; i < ql_n_tokens(d->doc); i++) {
        int32_t draft = from_cue(d, at->reading->draft[i]) ? at->reading->draft[i] : QL_NONE;
        ql_act act;
        candidate found = {.anchor = i, .draft = draft, .outer = QL_NONE, .source = QL_NONE, .made = QL_NONE};
        if (is_nested(d, draft)) continue;
        found.chance = ql_anchor_score(at->scores, i, &act);
        found.act = (uint8_t)act;
        found.is_quoted = is_quoted(at->reading, draft);
        found.is_added = draft != QL_NONE && is_added(d->doc, i);
        if (!is_likely(d->doc, at->limits, &found)) continue;
        look_at(at, i);
        bool has_cue = at->logits[i - at->first][QL_PART_CUE - 1] > at->logits[i - at->first][QL_PART_CONTENT - 1];
        if (draft == QL_NONE && !has_cue) continue; /* it has no cue: its marks are looked at later */
        for (int32_t k = at->first; k < at->end; k++) {
            if (at->content[k - at->first] <= at->tokens[k].best) continue;
            at->tokens[k].best = at->content[k - at->first];
            at->tokens[k].holder = i;
        }
        if (draft != QL_NONE) at->tokens[i].drafted = found.chance;
        if (!keep_look(at, &found.seen) || !candidates_push(out, found)) return false;
    }
    return true;
}

/* An anchor that another one plainly holds for its content is inside it, unless that one is in its own.  Only
   one that a rule drafted holds others: "reportedly" holds no "said". */
static void find_outer(look *at, candidates *found) {
    for (size_t i = 0; i < found->n; i++) {
        int32_t anchor = found->items[i].anchor, outer = at->tokens[anchor].holder;
        if (outer == QL_NONE || outer == anchor || at->tokens[anchor].best < LEAST_INSIDE) continue;
        if (at->tokens[outer].drafted < LEAST_OUTER || is_inside(at, outer, anchor)) continue;
        found->items[i].outer = at->tokens[anchor].outer = outer;
    }
}

/* Is the content, where there is one, plain enough to stand without a rule? */
static bool is_plain(const ql_limits *limits, const candidate *of) {
    int32_t n = 0;
    for (int32_t r = 0; r < of->n_runs; r++) n += of->runs[r].end - of->runs[r].first;
    return of->draft != QL_NONE || of->score >= limits->least_mean * (float)n;
}

/* "She reportedly said": what hedges a cue reports nothing itself. */
static bool hedges_cue(const look *at, const candidate *of) {
    const ql_document *doc = at->reading->drafts->doc;
    int32_t verb = ql_head_of(doc, of->anchor);
    if (of->draft != QL_NONE || verb == QL_NONE || ql_tag_of(doc, of->anchor) != QL_TAG_ADV) return false;
    return at->tokens[verb].drafted > 0;
}

/* Is its content nothing but the cue of another one?  "She reportedly said". */
static bool is_other_cue(const look *at, const candidate *of) {
    if (of->n_runs != 1 || of->draft != QL_NONE || of->runs[0].end - of->runs[0].first > 1) return false;
    return at->tokens[of->runs[0].first].drafted > 0;
}

/* "declined to be named", "asked for anonymity": no report of words. */
static bool is_silence(const ql_document *doc, const candidate *of) {
    if (of->n_runs == 0 || of->draft != QL_NONE) return false;
    int32_t first = of->runs[0].first, end = of->runs[0].end;
    return ql_phrase_at(doc, first, end, QL_PHRASE_SILENCE) != 0 ||
           (first > 0 && ql_phrase_at(doc, first - 1, end, QL_PHRASE_SILENCE) != 0);
}

static void look_closely(look *at, candidates *found) {
    size_t kept = 0;
    for (size_t i = 0; i < found->n; i++) {
        candidate *of = &found->items[i];
        look_again(at, of->anchor, of->seen);
        choose_content(at, of);
        choose_source(at, of);
        of->source_odds = odds_of(at, of->source);
        bool stands = is_plain(at->limits, of) && !is_other_cue(at, of) && !hedges_cue(at, of) &&
                      !is_silence(at->reading->drafts->doc, of);
        if ((of->n_runs > 0 || of->keeps_content) && stands) found->items[kept++] = *of;
    }
    found->n = kept;
}

static bool find_candidates(ql_scores *scores, const ql_reading *reading, candidates *out) {
    size_t n = (size_t)ql_n_tokens(reading->drafts->doc);
    look *at = malloc(sizeof *at);
    standing *tokens = malloc((n + 1) * sizeof *tokens);
    bool fine = at != NULL && tokens != NULL;
    if (fine) {
        for (size_t i = 0; i < n; i++) tokens[i] = (standing){.holder = QL_NONE, .outer = QL_NONE};
        *at = (look){.scores = scores, .limits = scores->limits, .reading = reading, .tokens = tokens};
        fine = find_anchors(at, out);
        find_outer(at, out);
        if (fine) look_closely(at, out);
        sights_free(&at->seen);
    }
    free(at);
    free(tokens);
    return fine;
}

/* Those inside others come last. */
static int by_chance(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    if (x->is_added != y->is_added) return x->is_added ? -1 : 1;
    if ((x->outer == QL_NONE) != (y->outer == QL_NONE)) return x->outer == QL_NONE ? -1 : 1;
    if (x->chance > y->chance || x->chance < y->chance) return x->chance > y->chance ? -1 : 1;
    return (x->anchor > y->anchor) - (x->anchor < y->anchor);
}

static int by_anchor(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    return (x->anchor > y->anchor) - (x->anchor < y->anchor);
}

/* The content of a candidate as runs of tokens; false if it has more runs than there is room for. */
static bool runs_of(const ql_drafts *d, const candidate *of, run *out, int32_t *n) {
    *n = 0;
    for (int32_t r = 0; !of->keeps_content && r < of->n_runs; r++) out[(*n)++] = of->runs[r];
    if (!of->keeps_content) return true;
    for (int32_t s = d->list.items[of->draft].first_span; s != QL_NONE; s = d->spans.items[s].next) {
        if (*n == MOST_RUNS) return false;
        ql_token_range span = ql_tokens_of_span(d, s);
        out[(*n)++] = (run){span.first, span.end, 0};
    }
    return true;
}

/* Cut a run down to its longest stretch that nobody owns. */
static void free_run(const int32_t *owner, run *of) {
    int32_t best = of->first, length = 0, from = of->first;
    for (int32_t i = of->first; i <= of->end; i++) {
        if (i < of->end && owner[i] == QL_NONE) continue;
        if (i - from > length) best = from, length = i - from;
        from = i + 1;
    }
    of->first = best;
    of->end = best + length;
}

/* Does the outer statement own all of these words? */
static bool lies_inside(const candidate *of, const run *runs, int32_t n, const int32_t *owner) {
    for (int32_t r = 0; r < n; r++)
        for (int32_t i = runs[r].first; i < runs[r].end; i++)
            if (owner[i] != of->outer) return false;
    return of->outer != QL_NONE;
}

/* Take the words of a candidate for it, unless too many have an owner.  Of one that loses some, what is left is its
   content.  One inside another shares the words with it. */
static bool take(const ql_drafts *d, candidate *of, int32_t *owner) {
    run runs[MOST_RUNS];
    int32_t n, n_all = 0, n_taken = 0, kept = 0;
    if (!runs_of(d, of, runs, &n)) return false;
    if (lies_inside(of, runs, n, owner)) return true;
    of->outer = QL_NONE;
    for (int32_t r = 0; r < n; r++)
        for (int32_t i = runs[r].first; i < runs[r].end; i++) n_all++, n_taken += owner[i] != QL_NONE;
    if (n_taken * 100 > n_all * MOST_OVERLAP) return false;
    for (int32_t r = 0; r < n; r++) {
        free_run(owner, &runs[r]);
        for (int32_t i = runs[r].first; i < runs[r].end; i++) owner[i] = of->anchor;
        if (runs[r].end > runs[r].first) runs[kept++] = runs[r];
    }
    if (n_taken == 0) return true;
    of->keeps_content = false;
    of->n_runs = kept;
    memcpy(of->runs, runs, (size_t)kept * sizeof *runs);
    return kept > 0;
}

static bool accept(const ql_drafts *d, candidates *from) {
    size_t n = (size_t)ql_n_tokens(d->doc);
    int32_t *owner = malloc((n + 1) * sizeof *owner);
    if (owner == NULL) return false;
    for (size_t i = 0; i < n; i++) owner[i] = QL_NONE;
    if (from->n > 1) qsort(from->items, from->n, sizeof *from->items, by_chance);
    for (size_t i = 0; i < from->n; i++) from->items[i].accepted = take(d, &from->items[i], owner);
    if (from->n > 1) qsort(from->items, from->n, sizeof *from->items, by_anchor);
    free(owner);
    return true;
}

/* --------------------------------------------------------------------------------------- new mentions */

/* Where each of `n` old mentions is in the new order.  A mention that another one equals in place and head
   follows it in either order. */
static void place_mentions(const ql_mention *old, int32_t n, const ql_mentions *now, int32_t *place) {
    int32_t next = 0;
    for (int32_t i = 0; i < n; i++) {
        while (ql_by_place(&now->items[next], &old[i]) != 0) next++;
        place[i] = next++;
    }
}

static void renumber(ql_document *doc, ql_drafts *drafts, candidates *found, const int32_t *place) {
    for (size_t i = 0; i < doc->cues.n; i++)
        if (doc->cues.items[i].source != QL_NONE) doc->cues.items[i].source = place[doc->cues.items[i].source];
    for (size_t i = 0; i < drafts->list.n; i++)
        if (drafts->list.items[i].source != QL_NONE)
            drafts->list.items[i].source = place[drafts->list.items[i].source];
    for (size_t i = 0; i < found->n; i++)
        if (found->items[i].source != QL_NONE) found->items[i].source = place[found->items[i].source];
}

/* The mention of exactly these tokens, or QL_NONE. */
static int32_t mention_of_tokens(const ql_document *doc, int32_t first, int32_t end) {
    const ql_mentions *all = &doc->mentions;
    int32_t i = vec_lower_bound(all->items, all->n, sizeof *all->items, offsetof(ql_mention, first_token), first);
    while (i < (int32_t)all->n && all->items[i].first_token == first && all->items[i].end_token > end) i++;
    return i < (int32_t)all->n && all->items[i].first_token == first && all->items[i].end_token == end ? i : QL_NONE;
}

/* Sources that are not mentions become mentions; all others keep their order and get new numbers. */
static bool add_mentions(ql_document *doc, ql_drafts *drafts, candidates *found) {
    ql_mentions *all = &doc->mentions;
    int32_t n = (int32_t)all->n;
    bool fine = true;
    for (size_t i = 0; fine && i < found->n; i++) {
        const candidate *of = &found->items[i];
        if (of->accepted && of->end_of_source > of->first_of_source)
            fine = ql_mentions_push(all, ql_mention_made(doc, of->first_of_source, of->end_of_source));
    }
    if (!fine || (int32_t)all->n == n) return fine;
    ql_mention *old = malloc(((size_t)n + 1) * sizeof *old);
    int32_t *place = malloc(((size_t)n + 1) * sizeof *place);
    fine = old != NULL && place != NULL;
    if (fine) {
        memcpy(old, all->items, (size_t)n * sizeof *old);
        qsort(all->items, all->n, sizeof *all->items, ql_by_place);
        place_mentions(old, n, all, place);
        renumber(doc, drafts, found, place);
    }
    free(old);
    free(place);
    for (size_t i = 0; fine && i < found->n; i++) {
        candidate *of = &found->items[i];
        if (of->accepted && of->end_of_source > of->first_of_source)
            of->source = mention_of_tokens(doc, of->first_of_source, of->end_of_source);
    }
    return fine;
}

/* ------------------------------------------------------------------------------------------------ drafts */

static void copy_spans(const ql_drafts *from, int32_t draft, ql_drafts *to, int32_t made) {
    for (int32_t s = from->list.items[draft].first_span; s != QL_NONE; s = from->spans.items[s].next)
        ql_add_span(to, made, from->spans.items[s].start, from->spans.items[s].end);
}

static bool make_spans(ql_drafts *to, const candidate *of, ql_span *out, int32_t *n) {
    *n = 0;
    for (int32_t r = 0; r < of->n_runs; r++)
        if (ql_content_of(to, of->runs[r].first, of->runs[r].end, &out[*n])) ++*n;
    return *n > 0;
}

static void draft_candidate(const ql_drafts *from, candidate *of, ql_drafts *to) {
    ql_span spans[MOST_RUNS];
    int32_t n = 0;
    const ql_document *doc = to->doc;
    if (!of->keeps_content && !make_spans(to, of, spans, &n)) return;
    of->made = ql_add_draft(to, ql_token_of(doc, of->anchor)->sentence, QL_NONE, of->source, QL_RULE_READ);
    if (of->made == QL_NONE) return;
    ql_draft *made = &to->list.items[of->made];
    made->chance = of->chance;
    made->source_odds = of->source_odds;
    made->act = of->act;
    made->cue = ql_hit_at(doc, of->anchor);
    if (made->cue == QL_NONE) made->verb = of->anchor;
    if (of->draft != QL_NONE) {
        const ql_draft *rule = &from->list.items[of->draft];
        made->rule = rule->rule;
        made->cue = rule->cue;
        made->verb = rule->verb;
        made->source_origin = made->source == rule->source ? rule->source_origin : made->source_origin;
    }
    for (int32_t i = 0; i < n; i++) ql_add_span(to, of->made, spans[i].start, spans[i].end);
    if (of->keeps_content) copy_spans(from, of->draft, to, of->made);
}

/* The rules' statements inside others, where what they lie in is still there. */
static void draft_nested(const ql_drafts *from, const int32_t *place_of, ql_drafts *to, int32_t draft,
                         int32_t *place) {
    const ql_draft *rule = &from->list.items[draft];
    int32_t outer = place_of[rule->parent];
    *place = QL_NONE;
    if (outer == QL_NONE || rule->start < to->list.items[outer].start || rule->end > to->list.items[outer].end)
        return;
    *place = ql_add_draft(to, rule->sentence, rule->cue, rule->source, (ql_rule)rule->rule);
    if (*place == QL_NONE) return;
    ql_draft *made = &to->list.items[*place];
    made->verb = rule->verb;
    made->parent = outer;
    made->source_origin = rule->source_origin;
    copy_spans(from, draft, to, *place);
}

/* Each pair of marks belongs to the innermost statement around it. */
static void own_pairs(ql_drafts *d) {
    const ql_marks *marks = &d->doc->marks;
    for (size_t k = 0; k < d->list.n; k++) {
        ql_draft *draft = &d->list.items[k];
        for (int32_t s = draft->first_span; s != QL_NONE; s = d->spans.items[s].next)
            for (size_t m = (size_t)ql_pair_from(d, d->spans.items[s].start); m < marks->n; m++) {
                if (marks->items[m].start >= d->spans.items[s].end) break;
                if (marks->items[m].parent != QL_NONE || ql_stands_in(d, d->owner.items[m], (int32_t)k)) continue;
                d->owner.items[m] = (int32_t)k;
                draft->quoted = true;
                if (!marks->items[m].closed) draft->closed = false;
            }
    }
}

/* The rules' statements inside others, of the sentences before `sentence`, from number *next on. */
static void draft_nested_until(const ql_drafts *from, int32_t sentence, int32_t *next, int32_t *place_of,
                               ql_drafts *to) {
    for (; *next < from->n_from_cues && from->list.items[*next].sentence < sentence; ++*next)
        if (from->list.items[*next].parent != QL_NONE) draft_nested(from, place_of, to, *next, &place_of[*next]);
}

/* Cues whose drafts are gone are marked, for explanations. */
static void mark_refused(const ql_drafts *from, const int32_t *place_of) {
    for (int32_t i = 0; i < from->n_from_cues; i++) {
        int32_t anchor = ql_anchor_of(from, i);
        if (place_of[i] == QL_NONE && anchor < ql_n_tokens(from->doc))
            from->doc->tokens.items[anchor].flags |= QL_TOKEN_REFUSED;
    }
}

/* Statements inside others, now that both are drafted. */
static void set_parents(const candidates *chosen, ql_drafts *to) {
    for (size_t i = 0; i < chosen->n; i++) {
        const candidate *of = &chosen->items[i];
        if (!of->accepted || of->outer == QL_NONE || of->made == QL_NONE) continue;
        int32_t outer = vec_lower_bound(chosen->items, chosen->n, sizeof *of, offsetof(candidate, anchor), of->outer);
        to->list.items[of->made].parent = chosen->items[outer].made;
    }
}

/* Sentence by sentence, as drafts that cues make are ordered. */
static bool draft_all(const ql_drafts *from, candidates *chosen, ql_drafts *to) {
    int32_t *place_of = malloc((from->list.n + 1) * sizeof *place_of), next = 0;
    if (place_of == NULL) return false;
    for (size_t i = 0; i < from->list.n; i++) place_of[i] = QL_NONE;
    for (size_t i = 0; i < chosen->n; i++) {
        candidate *of = &chosen->items[i];
        if (!of->accepted) continue;
        draft_nested_until(from, ql_token_of(to->doc, of->anchor)->sentence, &next, place_of, to);
        draft_candidate(from, of, to);
        if (of->draft != QL_NONE) place_of[of->draft] = of->made;
    }
    draft_nested_until(from, INT32_MAX, &next, place_of, to);
    set_parents(chosen, to);
    mark_refused(from, place_of);
    free(place_of);
    return !to->out_of_memory;
}

/* -------------------------------------------------------------------------------------------- explanations */

static ql_prospect prospect_of(const ql_document *doc, const candidate *of) {
    const ql_token *token = ql_token_of(doc, of->anchor);
    bool has_content = of->n_runs > 0;
    return (ql_prospect){
        .start = token->start,
        .end = token->end,
        .sentence = token->sentence,
        .content_start = has_content ? ql_token_of(doc, of->runs[0].first)->start : QL_NONE,
        .content_end = has_content ? ql_token_of(doc, of->runs[of->n_runs - 1].end - 1)->end : QL_NONE,
        .chance = of->chance,
        .score = of->score,
        .rule_score = of->rule_score,
        .has_rule = of->draft != QL_NONE,
        .keeps_rule = of->keeps_content,
        .chosen = of->made != QL_NONE,
    };
}

static bool note_prospects(ql_document *doc, const candidates *found) {
    if ((doc->want & QL_WANT_EXPLAIN) == 0) return true;
    for (size_t i = 0; i < found->n; i++)
        if (!ql_prospects_push(&doc->prospects, prospect_of(doc, &found->items[i]))) return false;
    return true;
}

/* ----------------------------------------------------------------------------------------- marked strings */

/* The chance of a statement that has no cue, or none that the lexicon knows: at its marks, after them, or at its
   verb. */
static float chance_of(const ql_scores *scores, const ql_drafts *d, int32_t draft, int32_t *anchor) {
    const ql_draft *of = &d->list.items[draft];
    int32_t first = ql_token_at(d->doc, of->start), places[] = {first, first + 1, of->verb};
    float most = 0;
    *anchor = first;
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        ql_act act;
        if (places[k] < 0 || places[k] >= ql_n_tokens(d->doc)) continue;
        float chance = ql_anchor_score(scores, places[k], &act);
        if (chance <= most) continue;
        most = chance;
        *anchor = places[k];
    }
    return most;
}

/* A source for what has none so far, from the reader. */
static void find_source(look *at, ql_draft *draft, int32_t anchor) {
    float score;
    look_at(at, anchor);
    draft->source = best_mention(at, QL_NONE, &score);
    if (draft->source != QL_NONE) draft->source_origin = QL_RESOLVED_SAME_SENTENCE;
    draft->source_odds = odds_of(at, draft->source);
}

/* Nobody's words have neither cue nor source. */
static void make_scare(ql_draft *draft) {
    draft->scare = true;
    draft->rule = QL_RULE_MARKED;
    draft->verb = draft->source = QL_NONE;
    draft->source_origin = QL_RESOLVED_NONE;
}

/* Is the draft nothing but this pair? */
static bool is_only(const ql_draft *draft, const ql_mark_pair *pair) {
    return draft->start >= pair->start && draft->end <= pair->end;
}

/* A term, a title, a nickname inside a statement is not part of what is quoted there. */
static void set_apart(ql_drafts *d, int32_t pair, int32_t owner) {
    const ql_mark_pair *marked = &d->doc->marks.items[pair];
    int32_t sentence = ql_token_of(d->doc, ql_token_at(d->doc, marked->start))->sentence;
    int32_t made = ql_add_draft(d, sentence, QL_NONE, QL_NONE, QL_RULE_MARKED);
    if (made == QL_NONE) return;
    ql_add_span(d, made, marked->start, marked->end);
    ql_draft *term = &d->list.items[made];
    term->scare = term->quoted = true;
    term->closed = marked->closed;
    term->parent = owner;
    d->owner.items[pair] = made;
}

/* Whether the words of a pair that stands in no other are somebody's, and whose. */
static bool judge_pair(look *at, ql_drafts *d, int32_t pair) {
    int32_t owner = d->owner.items[pair], anchor = QL_NONE;
    ql_draft *draft = &d->list.items[owner];
    bool by_marks = owner >= d->n_from_cues && draft->cue == QL_NONE;
    bool is_all = is_only(draft, &d->doc->marks.items[pair]);
    if (by_marks) draft->chance = chance_of(at->scores, d, owner, &anchor);
    if (!by_marks && is_all) return true;
    if (ql_is_headline(d->doc, draft->sentence)) return true; /* too few to learn from: the rules decide */
    float spoken;
    if (!ql_weigh_marked(d, pair, owner, draft->chance, &spoken)) return false;
    if (!is_all) {
        if (spoken < LEAST_SPOKEN) set_apart(d, pair, owner);
        return true;
    }
    if (!draft->scare && spoken < LEAST_SPOKEN) make_scare(draft);
    if (draft->scare && spoken >= LEAST_SPOKEN) draft->scare = false;
    if (!draft->scare && draft->source == QL_NONE && draft->chance >= at->limits->least_new)
        find_source(at, draft, anchor);
    return true;
}

static bool judge_marked(ql_scores *scores, const ql_reading *reading, ql_drafts *d) {
    look *at = malloc(sizeof *at);
    if (at == NULL) return false;
    *at = (look){.scores = scores, .limits = scores->limits, .reading = reading};
    bool fine = true;
    for (int32_t m = 0; fine && m < (int32_t)d->doc->marks.n; m++)
        if (d->doc->marks.items[m].parent == QL_NONE && d->owner.items[m] != QL_NONE) fine = judge_pair(at, d, m);
    free(at);
    return fine;
}

bool ql_revise_drafts(ql_drafts *from, ql_drafts *to) {
    ql_reading reading;
    ql_scores scores;
    candidates found = {NULL, 0, 0};
    if (!ql_reading_new(from, &reading)) return false;
    bool fine = ql_scores_new(&reading, &scores) && find_candidates(&scores, &reading, &found) &&
                accept(from, &found) && add_mentions(from->doc, from, &found) && draft_all(from, &found, to) &&
                note_prospects(from->doc, &found);
    if (fine) {
        own_pairs(to);
        to->n_from_cues = (int32_t)to->list.n;
        ql_place_marks(to);
        fine = judge_marked(&scores, &reading, to);
    }
    ql_scores_free(&scores);
    ql_reading_free(&reading);
    candidates_free(&found);
    return fine && !to->out_of_memory;
}

/* Looking at trees the way a rule reads. */
#ifndef QL_GRAMMAR_H
#define QL_GRAMMAR_H

#include "text/tokens.h"

static inline const ql_branch *ql_branch_of(const ql_document *doc, int32_t i) {
    return &doc->branches.items[i];
}
static inline uint8_t ql_tag_of(const ql_document *doc, int32_t i) {
    return doc->tokens.items[i].tag;
}
static inline uint8_t ql_relation_of(const ql_document *doc, int32_t i) {
    return doc->tokens.items[i].relation;
}
static inline int32_t ql_head_of(const ql_document *doc, int32_t i) {
    return doc->tokens.items[i].head;
}

/* A set of relations; there are fewer than 64. */
#define QL_RELATION_BIT(name) (UINT64_C(1) << QL_RELATION_##name)

static inline bool ql_relates(const ql_document *doc, int32_t i, uint64_t relations) {
    return (relations >> ql_relation_of(doc, i) & 1) != 0;
}

/* The first dependent of token i in one of the relations, or QL_NONE. */
static inline int32_t ql_dependent(const ql_document *doc, int32_t i, uint64_t relations) {
    int32_t child = ql_branch_of(doc, i)->child;
    while (child != QL_NONE && !ql_relates(doc, child, relations)) child = ql_branch_of(doc, child)->next;
    return child;
}

#endif

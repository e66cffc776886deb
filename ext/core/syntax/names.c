/* Names of tags and relations. */
#include "quotelens.h"

const char *ql_tag_name(uint8_t tag) {
    static const char *const names[QL_TAGS] = {NULL,    "ADJ",   "ADP",   "ADV", "AUX",  "CCONJ",
                                               "DET",   "INTJ",  "NOUN",  "NUM", "PART", "PRON",
                                               "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"};
    return tag < QL_TAGS ? names[tag] : NULL;
}

const char *ql_relation_name(uint8_t relation) {
    static const char *const names[QL_RELATIONS] = {
        NULL,        "acl",           "acl:relcl",  "advcl",        "advmod",     "amod",
        "appos",     "aux",           "aux:pass",   "case",         "cc",         "ccomp",
        "compound",  "compound:prt",  "conj",       "cop",          "csubj",      "dep",
        "det",       "discourse",     "dislocated", "expl",         "fixed",      "flat",
        "goeswith",  "iobj",          "list",       "mark",         "nmod",       "nmod:desc",
        "nmod:poss", "nmod:unmarked", "nsubj",      "nsubj:outer",  "nsubj:pass", "nummod",
        "obj",       "obl",           "obl:agent",  "obl:unmarked", "orphan",     "parataxis",
        "punct",     "reparandum",    "root",       "vocative",     "xcomp"};
    return relation < QL_RELATIONS ? names[relation] : NULL;
}

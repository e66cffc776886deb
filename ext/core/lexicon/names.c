/* Names of enumerators, as tables show them. */
#include "quotelens.h"

#include "tables/enum_names.h"

#define NAMES(function, names)                                                   \
    const char *function(uint8_t value) {                                        \
        return value < sizeof(names) / sizeof(names)[0] ? (names)[value] : NULL; \
    }

NAMES(ql_token_class_name, token_class_names)
NAMES(ql_zone_name, zone_names)
NAMES(ql_metadata_field_name, metadata_field_names)
NAMES(ql_mark_form_name, mark_form_names)
NAMES(ql_mention_kind_name, mention_kind_names)
NAMES(ql_gender_name, gender_names)
NAMES(ql_step_role_name, step_role_names)
NAMES(ql_quote_kind_name, quote_kind_names)
NAMES(ql_act_name, act_names)
NAMES(ql_anonymity_name, anonymity_names)
NAMES(ql_resolution_name, resolution_names)
NAMES(ql_reason_name, reason_names)
NAMES(ql_decision_name, decision_names)
NAMES(ql_found_by_name, found_by_names)
NAMES(ql_rule_name, rule_names)

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

/* Reasons for which a source is not named. */
#include "statements/statements.h"

int32_t ql_silence_at(const ql_document *doc, int32_t i, int32_t end) {
    static const char *const allowed[] = {"authorized", "authorised", "permitted", "allowed", NULL};
    static const char *const known[] = {"named", "identified", "quoted", NULL};
    static const char *const wished[] = {"requested", "requesting", "requests", "for", "on", NULL};
    if (i + 2 < end && ql_spells(doc, i, "condition") && ql_spells(doc, i + 1, "of") &&
        ql_spells(doc, i + 2, "anonymity"))
        return i + 3;
    if (i > 0 && ql_spells(doc, i, "anonymity") && ql_spells_one(doc, i - 1, wished)) return i + 1;
    bool no = ql_spells(doc, i, "not") || ql_spells(doc, i, "n't") || ql_spells(doc, i, "n’t");
    if (no && i + 2 < end && ql_spells_one(doc, i + 1, allowed) && ql_spells(doc, i + 2, "to")) return i + 3;
    if (no && i + 3 < end && ql_spells(doc, i + 1, "to") && ql_spells(doc, i + 2, "be") &&
        ql_spells_one(doc, i + 3, known))
        return i + 4;
    bool declined = ql_spells(doc, i, "declined") || ql_spells(doc, i, "declining") || ql_spells(doc, i, "refused");
    if (declined && i + 3 < end && ql_spells(doc, i + 1, "to") && ql_spells(doc, i + 2, "be") &&
        ql_spells_one(doc, i + 3, known))
        return i + 4;
    return QL_NONE;
}

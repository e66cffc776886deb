#include "page/weigh.h"

#include "tables/page_weights.h"

const char *ql_page_feature_name(int32_t feature) {
    return feature >= 0 && feature < QL_PAGE_FEATURES ? page_names[feature] : NULL;
}
const char *ql_page_feature_meaning(int32_t feature) {
    return feature >= 0 && feature < QL_PAGE_FEATURES ? page_meanings[feature] : NULL;
}

int32_t ql_page_weight(int feature, int value) {
    return page_weights[feature * QL_PAGE_VALUES + value];
}

void ql_weigh_page(ql_weighed *of, int feature, int value) {
    of->sum += ql_page_weight(feature, value);
    if (!(of->doc->want & QL_WANT_PAGES)) return;
    ql_page_feature row = {
        .candidate = of->candidate, .start = of->start, .end = of->end, .feature = feature, .value = value};
    of->failed |= !ql_page_features_push(&of->doc->page_features, row);
}

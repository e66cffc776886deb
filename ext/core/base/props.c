#include "base/props.h"

#include "quotelens.h"

const char *ql_unicode_version(void) {
    return QL_UCD_VERSION;
}

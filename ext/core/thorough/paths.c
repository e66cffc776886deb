/* Which paths this processor can take. */
#include "thorough/paths.h"

#ifdef QL_HAS_VECTORS
static bool has_vnni(void) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
}

const ql_path *ql_path_at(int number) {
    switch (number) {
    case 0: return &ql_path_plain;
    case 1: return __builtin_cpu_supports("avx2") ? &ql_path_avx2 : NULL;
    case 2: return has_vnni() ? &ql_path_vnni : NULL;
    default: return NULL;
    }
}
#else
const ql_path *ql_path_at(int number) {
    return number == 0 ? &ql_path_plain : NULL;
}
#endif

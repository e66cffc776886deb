/* The paths of the encoder, by processor. */
#ifndef QL_PATHS_H
#define QL_PATHS_H

#include "thorough/encoder.h"

extern const ql_path ql_path_plain;

#if defined(__x86_64__) && !defined(QL_NO_AVX2)
#define QL_HAS_VECTORS
extern const ql_path ql_path_avx2, ql_path_vnni;
#endif

#endif

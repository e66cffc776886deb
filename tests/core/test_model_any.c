/* test_model.c once more: sums with AVX2, if this processor has it, against those with the vectors of any. */
#define QL_NO_AVX2
#include "test_model.c"

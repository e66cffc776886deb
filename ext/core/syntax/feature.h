/* How features of tagger and parser are hashed: to where `out` points, which moves on, from one to four values of
   which none but a tag is badly mixed, in an order that counts, and from the feature's number `n`, which is counted
   up. Weights are trained on these very numbers. */
#ifndef QL_FEATURE_H
#define QL_FEATURE_H

#include "syntax/model.h"

#define ONE(a) (*out++ = ((a) + (uint64_t)n * UINT64_C(0xA0761D6478BD642F)) * QL_MIX, n++)
#define TWO(a, b) ONE((a) ^ ql_turn(b, 19))
#define THREE(a, b, c) ONE((a) ^ ql_turn(b, 19) ^ ql_turn(c, 41))
#define FOUR(a, b, c, d) ONE((a) ^ ql_turn(b, 19) ^ ql_turn(c, 41) ^ ql_turn(d, 7))

#endif

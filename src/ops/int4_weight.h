#pragma once

#include "ops/int8_weight.h"

namespace unipic::ops {

// Whether rows of `num_inputs` numbers divide into the groups of `to_int4`.
bool fits_int4(int64_t num_inputs);

// A weight in 4 bits as one in 8, of which each 32 numbers of a row are -8 to 7 times the same
// multiplier, 1 to 15. Multipliers and numbers are those of the least squared error for a scale
// that is the largest magnitude of a row over 112. Throws `Error` unless `fits_int4`.
Int8Weight to_int4(const at::Tensor& weight_MN);

}  // namespace unipic::ops

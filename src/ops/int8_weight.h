#pragma once

#include <ATen/core/Tensor.h>

// M outputs, N inputs, G groups of inputs.

namespace unipic::ops {

// A weight in 8 bits: weight[m, n] ≈ scales[m] · q[m, n].
struct Int8Weight {
  at::Tensor q_MN;       // int8, within ±127
  at::Tensor scales_M1;  // fp32
  // int8, of a weight whose numbers 4 bits hold (`to_int4`); else undefined.
  at::Tensor multipliers_MG = {};
};

// scales[m] is the largest magnitude of row m over 127, q the nearest integer. What 8 bits stood
// for comes out as it went in.
Int8Weight to_int8(const at::Tensor& weight_MN);

// The weight that `int8` stands for. Throws `Error` if its tensors do not fit each other.
at::Tensor from_int8(const Int8Weight& int8, at::ScalarType dtype);

// The root of the mean square of the error that `int8` has, over that of `weight_MN`.
double relative_error(const Int8Weight& int8, const at::Tensor& weight_MN);

}  // namespace unipic::ops

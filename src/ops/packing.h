#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "kernels/cpu/packed_linear.h"
#include "kernels/cpu/parallel.h"
#include "ops/int8_weight.h"

// From tensors to what our own kernels read.

namespace unipic::ops {

// Whether kernels of our own take tensors like this one: bf16 in the processor's memory.
bool is_packable(const at::Tensor& weight);

// A copy of weight [M, N] and bias [M] (undefined: none); `is_packable(weight)`.
kernels::SharedLinear pack_linear(const at::Tensor& weight, const at::Tensor& bias);
// The same for a weight in 8 or 4 bits in the processor's memory.
kernels::SharedLinear pack_linear(const Int8Weight& weight, const at::Tensor& bias);

// All numbers of a tensor in fp32, or none of one that is undefined.
std::vector<float> to_floats(const at::Tensor& tensor);

// The numbers of a dense bf16 tensor.
const uint16_t* bf16_data(const at::Tensor& tensor);
uint16_t* mutable_bf16_data(const at::Tensor& tensor);

// LibTorch's threads.
void on_all_threads(int64_t count, const std::function<void(int64_t first, int64_t last)>& work);

}  // namespace unipic::ops

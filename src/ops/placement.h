#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "unipic/options.h"

namespace unipic::ops {

// For a network of `num_weights` on `device`.
at::ScalarType scalar_type(DType dtype, int64_t num_weights, at::Device device);

// Those of the weights in stacks of equal layers, where they are fewer than their type has.
enum class WeightBits { kAsTheType, k8, k4 };
WeightBits weight_bits(DType dtype);

// What users call a type that `scalar_type` gives, with weights of so many bits: "f32", "bf16",
// "int8" or "int4".
std::string dtype_name(at::ScalarType type, WeightBits bits = WeightBits::kAsTheType);

// Throws `UsageError` if `name` is no device, or one that this machine or build lacks.
at::Device device_named(const std::string& name);

// Sets how many threads the networks use; 0 means one a core.
void use_threads(int num_threads);

}  // namespace unipic::ops

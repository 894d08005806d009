#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "unipic/options.h"

namespace unipic::ops {

// For a network of `num_weights` on `device`.
at::ScalarType scalar_type(DType dtype, int64_t num_weights, at::Device device);

// What users call a type that `scalar_type` gives, with or without weights in 8 bits: "f32", "bf16"
// or "int8".
std::string dtype_name(at::ScalarType type, bool is_int8 = false);

// Throws `UsageError` if `name` is no device, or one that this machine or build lacks.
at::Device device_named(const std::string& name);

// Sets how many threads the networks use; 0 means one a core.
void use_threads(int num_threads);

}  // namespace unipic::ops

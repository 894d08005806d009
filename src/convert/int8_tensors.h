#pragma once

#include <string>
#include <string_view>

#include "convert/weight_source.h"
#include "ops/int8_weight.h"

// Weights in 8 bits as files hold them (docs/formats.md): "x.weight" [M, N] in I8 and
// "x.weight_scale" [M, 1].

namespace unipic::convert {

std::string scales_name(std::string_view weight_name);
// The weight's name if `name` is one that `scales_name` gives, else nothing.
std::string_view name_before_scales(std::string_view name);

// Whether the weight `name` is in 8 bits, and whether any is.
bool is_int8(const WeightSource& source, std::string_view name);
bool holds_int8(const WeightSource& source);

// Throws `Error` unless `is_int8` and the two tensors fit.
ops::Int8Weight int8_weight(const WeightSource& source, std::string_view name);

// The tensor `name`: what it stands for, in fp32, if it is in 8 bits, otherwise as the file has it.
at::Tensor plain_weight(const WeightSource& source, std::string_view name);

}  // namespace unipic::convert

#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <string_view>

// N inputs, M outputs, R rank.

namespace unipic::ops {

// A change of low rank to the weight of a linear layer: scale · up · down (LoRA, Hu et al. 2021).
struct LowRank {
  at::Tensor down_RN;  // "lora_A"
  at::Tensor up_MR;    // "lora_B"
  double scale = 1.0;

  int64_t rank() const { return down_RN.size(0); }
};

// Changes by the name of the layer: "llm.model.layers.0.self_attn.q_proj".
using LowRankChanges = std::map<std::string, LowRank, std::less<>>;

// Throws `Error` unless `change` fits the weight of the layer `name`, whose shape is given.
void check_fits(std::string_view name, at::IntArrayRef weight_shape, const LowRank& change);

// What `change` adds to the layer's output for x[..., N].
at::Tensor low_rank(const at::Tensor& x, const LowRank& change);

// `weight` with `change` in it, in fp32.
at::Tensor merged(const at::Tensor& weight_MN, const LowRank& change);

}  // namespace unipic::ops

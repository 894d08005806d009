#pragma once

#include <torch/nn/module.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ops/int8_weight.h"
#include "ops/linear.h"
#include "ops/low_rank.h"
#include "ops/placement.h"

namespace unipic::nn {

struct LinearOptions {
  bool bias = true;
};

// x[..., N] · weight[M, N]ᵀ + bias[M], and what a change of low rank adds to it.
class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(int64_t in_features, int64_t out_features, LinearOptions options = {});
  torch::Tensor forward(const torch::Tensor& x,
                        ops::Activation activation = ops::Activation::kNone) const;
  // other · forward(x), which may overwrite `other`.
  torch::Tensor forward_times(const torch::Tensor& other, const torch::Tensor& x) const;
  torch::ScalarType dtype() const { return weight_.scalar_type(); }
  const torch::Tensor& weight() const { return weight_; }  // int8 once it is quantized
  const torch::Tensor& bias() const { return bias_; }      // undefined: none

  // From now on the weight is kept in so many bits, in 8 where its rows do not fit 4; there are no
  // gradients. Without effect on one that is already. The second takes one that comes so from a
  // file.
  void quantize(ops::WeightBits bits);
  void set_int8(ops::Int8Weight weight);

  // From now on bf16, 8-bit or 4-bit weights on a CPU are multiplied by our own kernels, in the
  // layout those read. The plain weight is given up: `weight` is empty, and there are no gradients.
  void pack();
  const kernels::SharedLinear& packed() const { return packed_; }  // or none
  bool uses_own_kernels() const { return packed_ != nullptr; }

  // The change, of fitting shape, is added from now on. It is none of the module's parameters.
  void set_change(ops::LowRank change) { change_ = std::move(change); }

 private:
  torch::Tensor multiply(const torch::Tensor& x) const;

  torch::Tensor weight_, bias_;
  torch::Tensor scales_M1_, multipliers_MG_;  // of a weight in 8 or 4 bits (ops::Int8Weight)
  std::optional<ops::LowRank> change_;
  kernels::SharedLinear packed_;
};
TORCH_MODULE(Linear);

// The linear layers in a module by their names in it.
using LinearLayers = std::map<std::string, std::shared_ptr<LinearImpl>, std::less<>>;
LinearLayers linear_layers(const torch::nn::Module& module);
// The one whose weight has that name ("mlp.up_proj.weight"), or null.
LinearImpl* layer_of_weight(const LinearLayers& layers, std::string_view weight_name);

// `pack` for every linear layer in `module`.
void pack_linears(const torch::nn::Module& module);

// Whether the layer of that name ("llm.model.layers.3.mlp.up_proj") is one of a stack of equal
// blocks. Those hold nearly all weights and bear few bits; layers that stand alone, in and out of a
// network, stay as they are.
bool is_in_stack(std::string_view name);

// `quantize` for every linear layer in `module` that is in a stack.
void quantize_linears(const torch::nn::Module& module, ops::WeightBits bits);

// A table of `num_rows` vectors of `dim`: ids [...] to vectors [..., dim].
class EmbeddingImpl : public torch::nn::Module {
 public:
  EmbeddingImpl(int64_t num_rows, int64_t dim);
  torch::Tensor forward(const torch::Tensor& ids) const;
  const torch::Tensor& weight() const { return weight_; }

 private:
  torch::Tensor weight_;
};
TORCH_MODULE(Embedding);

// Linear, SiLU, Linear, under the names "0" and "2" of the sequences in published checkpoints.
class SiluMlpImpl : public torch::nn::Module {
 public:
  SiluMlpImpl(int64_t in_features, int64_t hidden_features, int64_t out_features);
  torch::Tensor forward(const torch::Tensor& x) const;
  const Linear& in() const { return in_; }
  const Linear& out() const { return out_; }

 private:
  Linear in_, out_;
};
TORCH_MODULE(SiluMlp);

}  // namespace unipic::nn

#pragma once

#include <torch/nn/module.h>

#include "backbones/qwen2/model.h"
#include "backbones/vila_u/depth_transformer.h"
#include "backbones/vila_u/tokenizer.h"
#include "models/unifork/config.h"

// B batch, h·w = L image tokens, C width of the codes, Q codes a token, M width of the language
// model.

namespace unipic::unifork {

// Codes to inputs of the language model, and the marks around a picture.
class ConnectorImpl : public torch::nn::Module {
 public:
  ConnectorImpl(int64_t code_dim, int64_t dim);
  torch::Tensor forward(const torch::Tensor& z) const;
  // What stands before a picture and after it, [1, M] each.
  torch::Tensor begin_mark() const { return marks_->weight().narrow(0, 0, 1); }
  torch::Tensor end_mark() const { return marks_->weight().narrow(0, 1, 1); }

 private:
  nn::Linear in_, out_;
  nn::Embedding marks_;
};
TORCH_MODULE(Connector);

// All networks of UniFork under the names of the published checkpoint: a language model whose first
// layers both tasks share, and whose others each has of its own.
class UniForkImpl : public torch::nn::Module {
 public:
  explicit UniForkImpl(const Config& config);

  const Config& config() const { return config_; }
  // Shared layers, then those of understanding, with the head that writes text.
  const qwen2::CausalLm& understanding() const { return llm_; }
  // Shared layers, then those of generation; what it says of a position the depth transformer
  // reads.
  const qwen2::Decoder& generation() const { return generation_; }
  const Connector& connector() const { return connector_; }
  const vila_u::Tokenizer& tokenizer() const { return tokenizer_; }
  const vila_u::DepthTransformer& depth() const { return depth_; }

  torch::ScalarType dtype() const { return connector_->begin_mark().scalar_type(); }
  torch::Device device() const { return connector_->begin_mark().device(); }

  // Pictures [B, 3, H, W] in -1..1, in any type and place, as codes and vectors.
  vila_u::Quantized see(const torch::Tensor& pixels_B3HW, const nn::Trace& trace = {}) const {
    return tokenizer_->encode(pixels_B3HW.to(device(), dtype()), trace);
  }
  // Vectors [B, h, w, C] as the language model reads a picture: [B, L + 2, M], marks included.
  torch::Tensor embed_pictures(const torch::Tensor& z_BhwC) const;

  // Gives the layers and the norm of generation the weights that those of understanding have, as
  // training begins (specs/unifork.md §5).
  void copy_branch();

  // Whether training computes layers of the language model again instead of keeping what they
  // remember.
  void set_activation_checkpointing(bool on);

 private:
  const Config config_;
  qwen2::CausalLm llm_;
  qwen2::Decoder generation_ = nullptr;
  Connector connector_ = nullptr;
  vila_u::Tokenizer tokenizer_ = nullptr;
  vila_u::DepthTransformer depth_ = nullptr;
};
TORCH_MODULE(UniFork);

}  // namespace unipic::unifork

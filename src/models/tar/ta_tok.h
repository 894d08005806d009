#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/siglip/model.h"
#include "models/tar/ta_tok_config.h"
#include "nn/trace.h"

// B pictures of P×P pixels, T patches, N codes a picture, D width of both vision towers, E of
// codes, V codes that there are.

namespace unipic::tar {

// SimVQ (specs/tar.md §2.4): the vectors of codes are the projected rows of a table, at length 1.
class CodebookImpl : public torch::nn::Module {
 public:
  explicit CodebookImpl(const TaTokConfig& config);

  // Those of codes [...], with gradients: [..., E].
  torch::Tensor vectors(const torch::Tensor& codes) const;
  // All of them, fp32, without gradients: [V, E].
  torch::Tensor all_vectors() const;
  // From now on `all_vectors` are those of now, computed when they are first wanted.
  void keep_vectors() { keeps_vectors_ = true; }

  // For each of `unit` vectors [B, N, E] the nearest code, the lowest of equally near ones. With
  // `shares` [B·N] (0..1, 1 excluded) codes are drawn instead: softmax of the similarities over the
  // config's temperature, inverse CDF in the order of codes. Without gradients, int64 [B, N].
  // Traces "similarity" [B, N, V].
  torch::Tensor codes(const torch::Tensor& unit_BNE, const torch::Tensor& shares,
                      const nn::Trace& trace) const;

 private:
  const TaTokConfig config_;
  nn::Embedding table_;
  nn::Linear projection_;
  bool keeps_vectors_ = false;
  mutable torch::Tensor kept_VE_;
};
TORCH_MODULE(Codebook);

// The scale-adaptive decoder (§2.5): vectors of codes to features.
class FeatureDecoderImpl : public torch::nn::Module {
 public:
  explicit FeatureDecoderImpl(const TaTokConfig& config);
  // [B, N, E] to [B, N, D], N a square. Traces "embeddings", "layer.i" after layer i, counted from
  // 0, and "post_layernorm".
  torch::Tensor forward(const torch::Tensor& x_BNE, const nn::Trace& trace) const;

 private:
  // The learned positions, resized to `side` × `side`, [N, D].
  torch::Tensor positions(int64_t side) const;

  const TaTokConfig config_;
  nn::Linear patch_ = nullptr;
  nn::Embedding position_ = nullptr;
  std::vector<nn::EncoderLayer> layers_;
  nn::LayerNorm norm_ = nullptr;
};
TORCH_MODULE(FeatureDecoder);

// What of TA-Tok is wanted: to see pictures, to make features of codes, or both.
struct TaTokParts {
  bool encoder = true, decoder = true;
};

// TA-Tok under the names of the published checkpoint: pictures to codes, codes to the features that
// de-tokenizers draw from (specs/tar.md §2).
class TaTokImpl : public torch::nn::Module {
 public:
  explicit TaTokImpl(const TaTokConfig& config, const TaTokParts& parts = {});

  const TaTokConfig& config() const { return config_; }
  const Codebook& codebook() const { return codebook_; }

  // See `CodebookImpl::keep_vectors`.
  void keep_codebook() { codebook_->keep_vectors(); }

  struct Encoded {
    torch::Tensor codes_BN;          // int64
    torch::Tensor unit_BNE;          // what they were chosen for, length 1
    torch::Tensor code_vectors_BNE;  // theirs
    torch::Tensor quantized_BNE;     // the same with the gradient of `unit_BNE`
  };
  // Pixels [B, 3, P, P] in -1..1 to codes, row by row, one for `pool_scale` × `pool_scale`
  // patches; what is left right and below is not seen. Codes are chosen as `CodebookImpl::codes`
  // does. Traces "pooled", "vq_feats", "projected_z", "unregularized_z", "similarity". Throws
  // `UsageError` for a scale without a code, `Error` for another P.
  Encoded encode(const torch::Tensor& pixels_B3PP, int64_t pool_scale,
                 const torch::Tensor& shares = {}, const nn::Trace& trace = {}) const;

  // The features of quantised vectors: [B, N, D]. Traces "out_linear" and what the decoder traces.
  torch::Tensor features(const torch::Tensor& quantized_BNE, const nn::Trace& trace = {}) const;
  // The features of codes; also traces "z_q". Throws `Error` for codes that there are not, or of no
  // square.
  torch::Tensor decode(const torch::Tensor& codes_BN, const nn::Trace& trace = {}) const;

 private:
  // Mean features of what one code stands for: [B, T, D] to [B, N, D].
  torch::Tensor pool(const torch::Tensor& x_BTD, int64_t pool_scale) const;

  const TaTokConfig config_;
  siglip::VisionModel encoder_ = nullptr;
  nn::Linear encoder_task_ = nullptr, in_ = nullptr;
  Codebook codebook_ = nullptr;
  nn::Linear out_ = nullptr;
  FeatureDecoder decoder_ = nullptr;
  nn::Linear decoder_task_in_ = nullptr, decoder_task_out_ = nullptr;
};
TORCH_MODULE(TaTok);

}  // namespace unipic::tar

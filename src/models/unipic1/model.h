#pragma once

#include <torch/nn/module.h>

#include "backbones/kl_vae/model.h"
#include "backbones/qwen2/model.h"
#include "backbones/siglip/model.h"
#include "models/unipic1/config.h"
#include "models/unipic1/diffusion_head.h"
#include "models/unipic1/mar.h"

// B batch, L = h·w image tokens, V visible ones, R buffer rows, C latent channels, E width of the
// MAR encoder, M width of the language model.

namespace unipic::unipic1 {

// All networks of Skywork UniPic 1 under the names of the published checkpoint.
class UniPic1Impl : public torch::nn::Module {
 public:
  explicit UniPic1Impl(const Config& config);

  const Config& config() const { return config_; }
  const qwen2::CausalLm& llm() const { return llm_; }
  const Mar& mar() const { return mar_; }
  const DiffusionHead& head() const { return head_; }
  const kl_vae::Autoencoder& vae() const { return vae_; }
  // Throws `Error` if the checkpoint came without a vision tower.
  const siglip::VisionModel& vision() const;

  torch::ScalarType dtype() const { return dtype_; }
  torch::Device device() const { return device_; }
  // The type and place of the weights, once they are loaded.
  void set_placement(torch::ScalarType dtype, torch::Device device);

  // Keeps the weights of stacked layers in so many bits from now on.
  void quantize(ops::WeightBits bits);
  ops::WeightBits weight_bits() const { return weight_bits_; }

  // See `Pipeline::use_kernels`.
  void use_own_kernels();

  // Whether training computes the blocks of the MAR and the layers of the language model again in
  // the backward pass, which saves memory and costs time.
  void set_activation_checkpointing(bool on);

  // The grid of a picture of so many pixels. Throws `UsageError` unless both are multiples of the
  // stride.
  Grid grid_of(int64_t width, int64_t height) const;

  // Pixels [B, 3, H, W] in -1..1 to latent tokens [B, L, C] and back (fp32 pixels, not clamped).
  torch::Tensor pixels_to_tokens(const torch::Tensor& pixels_B3HW) const;
  torch::Tensor tokens_to_pixels(const torch::Tensor& tokens_BLC, const Grid& grid) const;

  // Features [B, R + V, E] of the MAR encoder, buffers first, to inputs of the language model
  // [B, V + R, M], buffers last; and its outputs back to what is added to the features.
  torch::Tensor to_llm(const torch::Tensor& features_BSE) const;
  torch::Tensor from_llm(const torch::Tensor& hidden_BSM) const;

  // All tokens [B, L, C] of a picture through the MAR encoder: [B, R + L, E].
  torch::Tensor encode_picture(const torch::Tensor& tokens_BLC,
                               const GridPositions& positions) const;

  // Pixels [B, 3, P, P] in -1..1 through the vision tower to inputs of the language model.
  torch::Tensor see(const torch::Tensor& pixels_B3PP, const nn::Trace& trace = {}) const;

 private:
  const Config config_;
  torch::ScalarType dtype_ = torch::kFloat;
  ops::WeightBits weight_bits_ = ops::WeightBits::kAsTheType;
  torch::Device device_ = torch::kCPU;
  qwen2::CausalLm llm_;
  Mar mar_;
  DiffusionHead head_;
  nn::SiluMlp proj_in_, proj_out_;
  kl_vae::Autoencoder vae_;
  siglip::VisionModel vision_ = nullptr;
  nn::SiluMlp vision_proj_ = nullptr;
};
TORCH_MODULE(UniPic1);

}  // namespace unipic::unipic1

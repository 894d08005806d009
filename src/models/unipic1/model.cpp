#include "models/unipic1/model.h"

#include "base/check.h"
#include "nn/holder.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

// Moves the first `count` rows of the sequence to its end.
Tensor rotate_to_end(const Tensor& x_BSE, int64_t count) {
  return torch::roll(x_BSE, -count, /*dims=*/1);
}

}  // namespace

UniPic1Impl::UniPic1Impl(const Config& config)
    : config_((config.validate("UniPic 1 config"), config)),
      llm_(register_module("llm", qwen2::CausalLm(config.llm))),
      mar_(register_module("mar", Mar(config.mar))),
      head_(mar_->register_module("diffloss", DiffusionHead(config.mar))),
      proj_in_(register_module(
          "proj_in",
          nn::SiluMlp(config.mar.encoder_dim, config.llm.hidden_size, config.llm.hidden_size))),
      proj_out_(register_module(
          "proj_out",
          nn::SiluMlp(config.llm.hidden_size, config.llm.hidden_size, config.mar.encoder_dim))),
      vae_(register_module("vae", kl_vae::Autoencoder(config.vae))) {
  if (!config.has_vision) return;
  using Ending = siglip::VisionModelImpl::Ending;
  const auto ending = config.has_vision_pooling ? Ending::kPooling : Ending::kNorm;
  vision_ = register_module("siglip2", nn::Holder())
                ->register_module("vision_model", siglip::VisionModel(config.vision, ending));
  vision_proj_ = register_module(
      "siglip2_proj",
      nn::SiluMlp(config.vision.hidden_size, config.llm.hidden_size, config.llm.hidden_size));
}

const siglip::VisionModel& UniPic1Impl::vision() const {
  check(config_.has_vision, "this checkpoint has no SigLIP2 vision tower");
  return vision_;
}

void UniPic1Impl::set_placement(torch::ScalarType dtype, torch::Device device) {
  dtype_ = dtype;
  device_ = device;
}

void UniPic1Impl::quantize(ops::WeightBits bits) {
  nn::quantize_linears(*this, bits);
  weight_bits_ = bits;
}

void UniPic1Impl::use_own_kernels() {
  nn::pack_linears(*this);
  nn::pack_convolutions(*vae_);
  head_->pack();
}

void UniPic1Impl::set_activation_checkpointing(bool on) {
  mar_->set_activation_checkpointing(on);
  auto decoder = llm_->decoder();
  decoder->set_activation_checkpointing(on);
}

Grid UniPic1Impl::grid_of(int64_t width, int64_t height) const {
  const int64_t stride = config_.mar.stride;
  check_usage(width > 0 && height > 0 && width % stride == 0 && height % stride == 0,
              "a picture of {}x{} pixels: width and height must be multiples of {}", width, height,
              stride);
  return {height / stride, width / stride};
}

Tensor UniPic1Impl::pixels_to_tokens(const Tensor& pixels_B3HW) const {
  const auto latents_BChw = vae_->encode(pixels_B3HW.to(device_, dtype_)) * config_.latent_scale;
  return latents_BChw.flatten(2).transpose(1, 2);
}

Tensor UniPic1Impl::tokens_to_pixels(const Tensor& tokens_BLC, const Grid& grid) const {
  const auto latents_BChw = tokens_BLC.transpose(1, 2).unflatten(2, {grid.height, grid.width});
  return vae_->decode(latents_BChw.to(dtype_) / config_.latent_scale).to(torch::kFloat);
}

Tensor UniPic1Impl::to_llm(const Tensor& features_BSE) const {
  return rotate_to_end(proj_in_->forward(features_BSE), config_.mar.buffer_size);
}

Tensor UniPic1Impl::from_llm(const Tensor& hidden_BSM) const {
  return proj_out_->forward(
      rotate_to_end(hidden_BSM, hidden_BSM.size(1) - config_.mar.buffer_size));
}

Tensor UniPic1Impl::encode_picture(const Tensor& tokens_BLC, const GridPositions& positions) const {
  const auto all_BL = torch::arange(tokens_BLC.size(1), torch::dtype(torch::kLong).device(device_))
                          .expand({tokens_BLC.size(0), -1});
  return mar_->encode(tokens_BLC, all_BL, positions);
}

Tensor UniPic1Impl::see(const Tensor& pixels_B3PP, const nn::Trace& trace) const {
  return vision_proj_->forward(vision()->forward(pixels_B3PP.to(device_, dtype_), trace));
}

}  // namespace unipic::unipic1

#include "backbones/vq/model.h"

#include "base/check.h"
#include "nn/holder.h"
#include "ops/unit_vectors.h"

namespace unipic::vq {
using torch::Tensor;

AutoencoderImpl::AutoencoderImpl(const Config& config, Half half)
    : config_(config),
      decoder_(register_module("decoder", kl_vae::Decoder(config.decoder))),
      post_quant_conv_(register_module(
          "post_quant_conv",
          nn::Conv2d(config.code_dim, config.decoder.latent_channels, kl_vae::kPointwise))) {
  codes_ = register_module("quantize", nn::Holder())
               ->register_module("embedding", nn::Embedding(config.num_codes, config.code_dim));
  if (half == Half::kDecoder) return;
  const int64_t latent_channels = config.encoder.latent_channels;
  encoder_ = register_module("encoder", kl_vae::Encoder(config.encoder, latent_channels));
  quant_conv_ = register_module("quant_conv",
                                nn::Conv2d(latent_channels, config.code_dim, kl_vae::kPointwise));
}

Tensor AutoencoderImpl::encode(const Tensor& pixels_B3HW) const {
  return quant_conv_->forward(encoder_->forward(pixels_B3HW, {}));
}

Tensor AutoencoderImpl::nearest(const Tensor& z_BChw) const {
  // A picture of a megapixel has 4096 places; their similarities with all codes would take 268 MB.
  constexpr int64_t kPlacesAtOnce = 512;
  const torch::NoGradGuard no_grad;
  const auto all_CV = ops::unit_vectors(codes_->weight()).t();
  const auto z_BhwC = ops::unit_vectors(z_BChw.permute({0, 2, 3, 1}));
  std::vector<Tensor> codes;
  for (const auto& places_MC : z_BhwC.flatten(0, 2).split(kPlacesAtOnce))
    codes.push_back(places_MC.matmul(all_CV).argmax(-1));
  return torch::cat(codes).view(z_BhwC.sizes().slice(0, 3));
}

Tensor AutoencoderImpl::vectors(const Tensor& codes_Bhw) const {
  const auto in_range = codes_Bhw.ge(0).logical_and(codes_Bhw.lt(config_.num_codes));
  check(in_range.all().item<bool>(), "VQGAN: a code outside 0..{}", config_.num_codes - 1);
  const auto& table_VC = codes_->weight();
  return ops::unit_vectors(torch::embedding(table_VC, codes_Bhw))
      .to(table_VC.scalar_type())
      .permute({0, 3, 1, 2});
}

Tensor AutoencoderImpl::decode(const Tensor& z_BChw, const nn::Trace& trace) const {
  const auto latents = post_quant_conv_->forward(z_BChw);
  if (trace) trace("post_quant", latents);
  return decoder_->forward(latents, trace);
}

}  // namespace unipic::vq

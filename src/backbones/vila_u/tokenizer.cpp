#include "backbones/vila_u/tokenizer.h"

#include <torch/nn/modules/container/modulelist.h>

#include "nn/holder.h"

namespace unipic::vila_u {
using torch::Tensor;

namespace {

siglip::Config without_last_layer(siglip::Config config) {
  --config.num_layers;
  return config;
}

}  // namespace

TokenizerImpl::TokenizerImpl(const TokenizerConfig& config)
    : config_(config),
      vision_(register_module("siglip_model", nn::Holder())
                  ->register_module("vision_model",
                                    siglip::VisionModel(without_last_layer(config.vision),
                                                        siglip::VisionModelImpl::Ending::kNorm))),
      codebook_(config.num_codes, config.code_dim()),
      after_codes_(register_module(
          "post_quant_conv",
          nn::Conv2d(config.code_dim(), config.decoder.latent_channels, kl_vae::kPointwise))),
      decoder_(register_module("decoder", kl_vae::Decoder(config.decoder))) {
  // Files have it once a level; it is one.
  register_module("quantizer", nn::Holder())
      ->register_module("codebooks", torch::nn::ModuleList(codebook_));
}

Quantized TokenizerImpl::encode(const Tensor& pixels_B3HW, const nn::Trace& trace) const {
  const torch::NoGradGuard no_grad;
  const auto x_BTD = vision_->hidden(pixels_B3HW, config_.vision.num_layers - 1, trace);
  const int64_t height = pixels_B3HW.size(2) / stride();
  const auto latent_BhwD = x_BTD.unflatten(1, {height, -1});
  if (trace) trace("latent", latent_BhwD);
  return codebook_->quantize(latent_BhwD, config_.depth);
}

Tensor TokenizerImpl::decode(const Tensor& z_BhwD, const nn::Trace& trace) const {
  const auto latent_BChw = after_codes_->forward(
      z_BhwD.permute({0, 3, 1, 2}).contiguous(torch::MemoryFormat::ChannelsLast));
  if (trace) trace("post_quant", latent_BChw);
  return decoder_->forward(latent_BChw, trace);
}

void TokenizerImpl::pack() {
  nn::pack_linears(*this);
  nn::pack_convolutions(*this);
}

}  // namespace unipic::vila_u

#include "backbones/kl_vae/loss.h"

namespace unipic::kl_vae {
using torch::Tensor;

namespace {

// Absolute error of the differences between neighbours, both ways.
Tensor edge_error(const Tensor& error_B3HW) {
  return (error_B3HW.diff(1, 2).abs().mean() + error_B3HW.diff(1, 3).abs().mean()) / 2;
}

}  // namespace

LossParts reconstruction_loss(const Autoencoder& vae, const Tensor& pixels_B3HW,
                              const Tensor& noise_BZhw, const LossWeights& weights) {
  const auto moments = vae->encode_moments(pixels_B3HW);
  const auto mean = moments.mean_BZhw.to(torch::kFloat);
  const auto log_variance = moments.log_variance_BZhw.to(torch::kFloat);
  const auto latents = mean + (0.5 * log_variance).exp() * noise_BZhw;

  LossParts parts;
  parts.copy_B3HW = vae->decode(latents).to(torch::kFloat);
  const auto error = parts.copy_B3HW - pixels_B3HW;
  parts.absolute = error.abs().mean();
  parts.squared = error.square().mean();
  parts.edges = edge_error(error);
  parts.kl = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).mean();
  parts.total = weights.absolute * parts.absolute + weights.squared * parts.squared +
                weights.edges * parts.edges + weights.kl * parts.kl;
  return parts;
}

void whiten_latents(Autoencoder& vae, const Tensor& pixels_B3HW, double deviation) {
  torch::NoGradGuard no_grad;
  const auto latents_ZN = vae->encode(pixels_B3HW).to(torch::kFloat).transpose(0, 1).flatten(1);
  const auto mean_Z = latents_ZN.mean(1);
  const auto scale_Z = deviation / latents_ZN.std(1);
  const int64_t channels = mean_Z.size(0);

  auto parameters = vae->named_parameters();
  auto weight_out = parameters["quant_conv.weight"].narrow(0, 0, channels);
  auto bias_out = parameters["quant_conv.bias"].narrow(0, 0, channels);
  weight_out.mul_(scale_Z.view({-1, 1, 1, 1}));
  bias_out.sub_(mean_Z).mul_(scale_Z);
  // The spread of each latent is scaled with it.
  parameters["quant_conv.bias"].narrow(0, channels, channels).add_(2.0 * scale_Z.log());

  auto weight_in = parameters["post_quant_conv.weight"];
  auto bias_in = parameters["post_quant_conv.bias"];
  bias_in.add_(weight_in.flatten(1).mv(mean_Z));
  weight_in.div_(scale_Z.view({1, -1, 1, 1}));
}

}  // namespace unipic::kl_vae

#include "backbones/kl_vae/initialize.h"

#include "convert/random_weights.h"

namespace unipic::kl_vae {
namespace {

constexpr double kStartLogVariance = -6.0;
constexpr double kStartOfPicture = 0.1;  // size of the first pictures

}  // namespace

bool ends_a_residual(std::string_view name) {
  return name.ends_with("conv2.weight") || name.ends_with("attn_1.proj_out.weight");
}

void initialize(Autoencoder& vae, uint64_t seed) {
  convert::randomize(*vae, torch::kFloat, seed);
  torch::NoGradGuard no_grad;
  auto parameters = vae->named_parameters();
  for (auto& parameter : parameters) {
    const auto& name = parameter.key();
    auto& value = parameter.value();
    const bool is_scale = value.dim() == 1 && name.ends_with("weight");
    if (value.dim() == 1) value.fill_(is_scale ? 1.0 : 0.0);
    if (ends_a_residual(name)) value.zero_();
  }
  parameters["decoder.conv_out.weight"].mul_(kStartOfPicture);
  const int64_t channels = vae->config().latent_channels;
  parameters["quant_conv.weight"].narrow(0, channels, channels).zero_();
  parameters["quant_conv.bias"].narrow(0, channels, channels).fill_(kStartLogVariance);
}

}  // namespace unipic::kl_vae

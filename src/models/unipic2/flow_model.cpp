#include "models/unipic2/flow_model.h"

#include <utility>
#include <vector>

#include "base/check.h"
#include "nn/conv.h"
#include "nn/norm.h"
#include "ops/image_tensor.h"

namespace unipic::unipic2 {
using torch::Tensor;

FlowModel::FlowModel(const FlowFiles& files, const ops::Placement& placement)
    : placement_(placement),
      transformer_(load_transformer(files.transformer, placement)),
      codec_(load_codec(files.vae, placement, files.unstated)),
      shift_(files.scheduler.empty() ? files.unstated.schedule_shift
                                     : read_shift(files.scheduler)) {
  const int64_t of_codec = codec_.vae->config().latent_channels;
  check(of_codec == latent_channels(), "{}: the autoencoder has {} channels, the transformer {}",
        files.vae.string(), of_codec, latent_channels());
}

void FlowModel::use_own_kernels() {
  nn::pack_linears(*transformer_);
  nn::pack_norms(*transformer_);
  nn::pack_linears(*codec_.vae);
  nn::pack_convolutions(*codec_.vae);
}

Tensor FlowModel::encode_reference(const Image& image, const Tensor& noise_PCHW) const {
  const torch::InferenceMode no_autograd;
  return codec_.encode(ops::pixel_tensor(image).to(placement_.device, placement_.dtype),
                       noise_PCHW.to(placement_.device, placement_.dtype));
}

Generation FlowModel::begin(const Tensor& noise_PCHW, PromptPair prompts, Tensor reference,
                            const SamplerOptions& options, SamplerHooks hooks) const {
  const torch::InferenceMode no_autograd;
  return {transformer_,
          diffusion::flow_schedule(options.num_steps, shift_),
          noise_PCHW.to(placement_.device, placement_.dtype),
          std::move(prompts),
          std::move(reference),
          options,
          std::move(hooks)};
}

Tensor FlowModel::decode(const Tensor& latents_PCHW) const {
  const torch::InferenceMode no_autograd;
  std::vector<Tensor> pixels;
  for (const auto& latents_1CHW : latents_PCHW.split(1))
    pixels.push_back(codec_.decode(latents_1CHW));
  return torch::cat(pixels);
}

}  // namespace unipic::unipic2

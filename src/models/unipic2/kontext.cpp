#include "models/unipic2/kontext.h"

#include <utility>

#include "base/check.h"
#include "models/unipic2/pixels.h"

namespace unipic::unipic2 {
using torch::Tensor;

Kontext::Kontext(const std::filesystem::path& folder, const Placement& placement)
    : placement_(placement),
      text_encoders_(folder, placement),
      transformer_(load_transformer(folder / "transformer", placement)),
      codec_(load_codec(folder / "vae", placement)),
      shift_(read_shift(folder / "scheduler")) {}

PromptPair Kontext::encode(const std::vector<std::string>& prompts,
                           const std::vector<std::string>& negatives, const SamplerOptions& options,
                           int64_t num_t5_tokens) const {
  if (!options.is_guided()) return {text_encoders_.encode(prompts, num_t5_tokens), {}};
  auto all = prompts;
  all.insert(all.end(), negatives.begin(), negatives.end());
  const auto encoded = text_encoders_.encode(all, num_t5_tokens);
  const auto part = [&](int64_t first, size_t count) {
    const auto rows = static_cast<int64_t>(count);
    return EncodedPrompts{encoded.prompt_BSE.narrow(0, first, rows),
                          encoded.pooled_BP.narrow(0, first, rows)};
  };
  return {part(0, prompts.size()), part(static_cast<int64_t>(prompts.size()), negatives.size())};
}

Tensor Kontext::encode_reference(const Image& image, const Tensor& noise_1CHW) const {
  torch::InferenceMode no_autograd;
  return codec_.encode(to_pixels(image).to(placement_.device, placement_.dtype),
                       noise_1CHW.to(placement_.device, placement_.dtype));
}

Generation Kontext::begin(const Tensor& noise_PCHW, PromptPair prompts, Tensor reference,
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

Tensor Kontext::decode(const Tensor& latents_PCHW) const {
  torch::InferenceMode no_autograd;
  return codec_.decode(latents_PCHW);
}

}  // namespace unipic::unipic2

#include "models/unipic2/parts.h"

#include <string>
#include <utility>

#include "base/check.h"
#include "convert/load_weights.h"
#include "convert/model_folder.h"
#include "models/unipic2/open_parts.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;

clip_text::TextModel load_clip(const fs::path& path, Clip which, const ops::Placement& placement,
                               const UnstatedFacts& facts) {
  return convert::load(open_clip(path, which, facts), placement);
}

t5::Encoder load_t5(const fs::path& path, const ops::Placement& placement) {
  return convert::load(open_t5(path), placement);
}

torch::Tensor run_t5(const fs::path& path, const ops::Placement& placement,
                     const torch::Tensor& ids_BT, const RunControl& control) {
  const torch::InferenceMode no_autograd;
  auto opened = open_t5(path);
  const BlockWeights blocks(opened.module.ptr(), std::move(opened.weights), placement,
                            "encoder.block.", [](const std::string&) { return true; });
  return opened.module->forward(ids_BT, {}, blocks.hooks(control));
}

sd3::Transformer load_transformer(const fs::path& path, const ops::Placement& placement) {
  return convert::load(open_transformer(path), placement);
}

LatentCodec load_codec(const fs::path& path, const ops::Placement& placement,
                       const UnstatedFacts& facts) {
  auto opened = open_codec(path, facts);
  return {convert::load(std::move(opened.vae), placement), opened.scale, opened.shift};
}

torch::Tensor LatentCodec::encode(const torch::Tensor& pixels_B3HW,
                                  const torch::Tensor& noise_BChw) const {
  const auto moments = vae->encode_moments(pixels_B3HW);
  const auto sample = moments.mean_BZhw + (0.5 * moments.log_variance_BZhw).exp() * noise_BChw;
  return (sample - shift) * scale;
}

torch::Tensor LatentCodec::decode(const torch::Tensor& latents_BChw) const {
  return vae->decode(latents_BChw / scale + shift);
}

qwen2::CausalLm load_llm(const fs::path& folder, const ops::Placement& placement) {
  return convert::load(open_llm(folder), placement);
}

StreamedLlm stream_llm(const fs::path& folder, const ops::Placement& placement) {
  auto opened = open_llm(folder);
  BlockWeights layers(opened.module.ptr(), std::move(opened.weights), placement, "model.layers.",
                      [](const std::string& name) { return !name.starts_with("lm_head."); });
  return {std::move(opened.module), std::move(layers)};
}

qwen25_vision::Tower load_vision(const fs::path& folder, const ops::Placement& placement) {
  return convert::load(open_vision(folder), placement);
}

Conditioner load_conditioner(const fs::path& folder, const ops::Placement& placement) {
  return convert::load(open_conditioner(folder), placement);
}

double read_shift(const fs::path& folder) {
  const auto [json, where] = convert::read_config(folder, "scheduler_config.json");
  check(!json_get_or<bool>(json, "use_dynamic_shifting", false, where),
        "{}: use_dynamic_shifting is not supported", where);
  const double shift = json_get_or<double>(json, "shift", 1.0, where);
  check(shift > 0, "{}: shift {} is not positive", where, shift);
  return shift;
}

}  // namespace unipic::unipic2

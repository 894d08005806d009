#include "models/unipic2/parts.h"

#include "backbones/kl_vae/diffusers_names.h"
#include "base/check.h"
#include "base/json.h"
#include "convert/load_weights.h"
#include "io/tensor_file.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;

namespace {

io::TensorFile open_weights(const fs::path& folder) {
  for (const char* stem : {"model", "diffusion_pytorch_model"}) {
    for (const char* ending : {".safetensors", ".safetensors.index.json"}) {
      const auto path = folder / (std::string(stem) + ending);
      if (fs::exists(path)) return io::open_tensor_file(path);
    }
  }
  throw Error(fmt::format("{}: no model.safetensors or diffusion_pytorch_model.safetensors here",
                          folder.string()));
}

// A config.json's contents with its place.
struct ConfigFile {
  Json json;
  std::string where;
};
ConfigFile read_config(const fs::path& folder, const char* name = "config.json") {
  const auto path = folder / name;
  check(fs::exists(path), "{}: is missing", path.string());
  return {read_json(path), path.string()};
}

// `module` with its weights, ready to compute without gradients.
template <typename Module>
Module loaded(Module module, const convert::WeightSource& source, const Placement& placement) {
  convert::load_weights(*module, source, {.dtype = placement.dtype, .device = placement.device});
  module->eval();
  for (auto& parameter : module->parameters()) parameter.set_requires_grad(false);
  return module;
}

convert::WeightSource open_source(const fs::path& folder) {
  convert::WeightSource source(folder.string());
  source.add(open_weights(folder));
  return source;
}

}  // namespace

clip_text::TextModel load_clip(const fs::path& folder, const Placement& placement) {
  const auto [json, where] = read_config(folder);
  return loaded(clip_text::TextModel(clip_text::config_from_json(json, where)), open_source(folder),
                placement);
}

t5::Encoder load_t5(const fs::path& folder, const Placement& placement) {
  const auto [json, where] = read_config(folder);
  return loaded(t5::Encoder(t5::config_from_json(json, where)), open_source(folder), placement);
}

torch::Tensor run_t5(const fs::path& folder, const Placement& placement,
                     const torch::Tensor& ids_BT) {
  const torch::InferenceMode no_autograd;
  const auto [json, where] = read_config(folder);
  const auto source = open_source(folder);
  t5::Encoder encoder(t5::config_from_json(json, where));
  const auto load = [&](const std::function<bool(const std::string&)>& wants) {
    convert::load_weights(*encoder, source,
                          {.dtype = placement.dtype, .device = placement.device, .wants = wants});
  };
  const auto is_of = [](int64_t block) {
    return [prefix = fmt::format("encoder.block.{}.", block)](const std::string& name) {
      return name.starts_with(prefix);
    };
  };
  load([](const std::string& name) { return !name.starts_with("encoder.block."); });
  return encoder->forward(
      ids_BT, {},
      {.before = [&](int64_t block) { load(is_of(block)); },
       .after = [&](int64_t block) { convert::unload_weights(*encoder, source, is_of(block)); }});
}

sd3::Transformer load_transformer(const fs::path& folder, const Placement& placement) {
  const auto [json, where] = read_config(folder);
  return loaded(sd3::Transformer(sd3::config_from_json(json, where)), open_source(folder),
                placement);
}

LatentCodec load_codec(const fs::path& folder, const Placement& placement) {
  const auto [json, where] = read_config(folder);
  const auto config = kl_vae::config_from_diffusers(json, where);
  convert::WeightSource source(folder.string());
  source.add(open_weights(folder),
             [&](std::string_view name) { return kl_vae::name_of_diffusers(name, config); });
  LatentCodec codec{loaded(kl_vae::Autoencoder(config), source, placement)};
  codec.scale = json_get_or<double>(json, "scaling_factor", 0.18215, where);
  codec.shift = json_get_or<double>(json, "shift_factor", 0.0, where);
  check(codec.scale > 0, "{}: scaling_factor {} is not positive", where, codec.scale);
  return codec;
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

qwen2::CausalLm load_llm(const fs::path& folder, const Placement& placement) {
  const auto [json, where] = read_config(folder);
  convert::WeightSource source(folder.string());
  source.add(open_weights(folder), [](std::string_view name) {
    return name.starts_with("visual.") ? std::nullopt : std::optional(std::string(name));
  });
  return loaded(qwen2::CausalLm(qwen2::config_from_json(json, where)), source, placement);
}

qwen25_vision::Tower load_vision(const fs::path& folder, const Placement& placement) {
  constexpr std::string_view kPrefix = "visual.";
  const auto [json, where] = read_config(folder);
  convert::WeightSource source(folder.string());
  source.add(open_weights(folder), [&](std::string_view name) {
    return name.starts_with(kPrefix) ? std::optional(std::string(name.substr(kPrefix.size())))
                                     : std::nullopt;
  });
  return loaded(qwen25_vision::Tower(qwen25_vision::config_from_json(json, where)), source,
                placement);
}

Conditioner load_conditioner(const fs::path& folder, const Placement& placement) {
  const auto [json, where] = read_config(folder);
  return loaded(Conditioner(conditioner_config_from_json(json, where)), open_source(folder),
                placement);
}

double read_shift(const fs::path& folder) {
  const auto [json, where] = read_config(folder, "scheduler_config.json");
  check(!json_get_or<bool>(json, "use_dynamic_shifting", false, where),
        "{}: use_dynamic_shifting is not supported", where);
  const double shift = json_get_or<double>(json, "shift", 1.0, where);
  check(shift > 0, "{}: shift {} is not positive", where, shift);
  return shift;
}

}  // namespace unipic::unipic2

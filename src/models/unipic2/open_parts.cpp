#include "models/unipic2/open_parts.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backbones/kl_vae/diffusers_names.h"
#include "base/check.h"
#include "convert/model_folder.h"
#include "models/unipic2/part_file.h"
#include "models/unipic2/weights.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;

namespace {

// The network of that config out of a checkpoint file.
template <typename Module, typename Config>
Opened<Module> from_file(const Config& config, const convert::WeightSource& file,
                         const convert::Renaming& renaming) {
  Module module(config);
  return {module, convert::renamed_weights(*module, file, renaming)};
}

convert::WeightSource open_source(const fs::path& folder) {
  convert::WeightSource source(folder.string());
  source.add(convert::open_weights(folder));
  return source;
}

constexpr std::string_view kVisionPrefix = "visual.";

}  // namespace

Opened<clip_text::TextModel> open_clip(const fs::path& path, Clip which,
                                       const UnstatedFacts& facts) {
  if (fs::is_regular_file(path)) {
    const auto file = open_part(path, which == Clip::kL ? Part::kClipL : Part::kClipG);
    return from_file<clip_text::TextModel>(infer_clip(file, which, facts), file,
                                           clip_renaming(file));
  }
  const auto [json, where] = convert::read_config(path);
  return {clip_text::TextModel(clip_text::config_from_json(json, where)), open_source(path)};
}

Opened<t5::Encoder> open_t5(const fs::path& path) {
  if (fs::is_regular_file(path)) {
    const auto file = open_part(path, Part::kT5);
    return from_file<t5::Encoder>(infer_t5(file), file, t5_renaming(file));
  }
  const auto [json, where] = convert::read_config(path);
  return {t5::Encoder(t5::config_from_json(json, where)), open_source(path)};
}

Opened<sd3::Transformer> open_transformer(const fs::path& path) {
  if (fs::is_regular_file(path)) {
    const auto file = open_part(path, Part::kTransformer);
    const auto config = infer_transformer(file);
    return from_file<sd3::Transformer>(config, file, transformer_renaming(config.num_layers));
  }
  const auto [json, where] = convert::read_config(path);
  return {sd3::Transformer(sd3::config_from_json(json, where)), open_source(path)};
}

OpenedCodec open_codec(const fs::path& path, const UnstatedFacts& facts) {
  if (fs::is_regular_file(path)) {
    const auto file = open_part(path, Part::kVae);
    return {from_file<kl_vae::Autoencoder>(infer_vae(file, facts), file, vae_renaming()),
            facts.latent_scale, facts.latent_shift};
  }
  const auto [json, where] = convert::read_config(path);
  const auto config = kl_vae::config_from_diffusers(json, where);
  convert::WeightSource source(path.string());
  source.add(convert::open_weights(path),
             [&](std::string_view name) { return kl_vae::name_of_diffusers(name, config); });
  const double scale = json_get_or<double>(json, "scaling_factor", 0.18215, where);
  check(scale > 0, "{}: scaling_factor {} is not positive", where, scale);
  return {{kl_vae::Autoencoder(config), std::move(source)},
          scale,
          json_get_or<double>(json, "shift_factor", 0.0, where)};
}

Opened<qwen2::CausalLm> open_llm(const fs::path& folder) {
  const auto [json, where] = convert::read_config(folder);
  convert::WeightSource source(folder.string());
  source.add(convert::open_weights(folder), [](std::string_view name) {
    return name.starts_with(kVisionPrefix) ? std::nullopt : std::optional(std::string(name));
  });
  return {qwen2::CausalLm(qwen2::config_from_json(json, where)), std::move(source)};
}

Opened<qwen25_vision::Tower> open_vision(const fs::path& folder) {
  convert::WeightSource source(folder.string());
  source.add(convert::open_weights(folder), [](std::string_view name) {
    return name.starts_with(kVisionPrefix)
               ? std::optional(std::string(name.substr(kVisionPrefix.size())))
               : std::nullopt;
  });
  return {qwen25_vision::Tower(read_vision_config(folder)), std::move(source)};
}

qwen25_vision::Config read_vision_config(const fs::path& folder) {
  const auto [json, where] = convert::read_config(folder);
  return qwen25_vision::config_from_json(json, where);
}

Opened<Conditioner> open_conditioner(const fs::path& folder) {
  const auto [json, where] = convert::read_config(folder);
  return {Conditioner(conditioner_config_from_json(json, where)), open_source(folder)};
}

}  // namespace unipic::unipic2

#include "models/unipic1/checkpoint.h"

#include "backbones/qwen2/generation_config.h"
#include "base/check.h"
#include "convert/load_weights.h"
#include "io/tensor_file.h"
#include "nn/linear.h"
#include "text/tokenizer_files.h"

namespace unipic::unipic1 {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kLlmFolder = "Qwen2.5-1.5B-Instruct";
constexpr std::string_view kVisionFolder = "siglip2-so400m-patch16-512";

fs::path first_existing(const fs::path& folder, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (fs::exists(folder / name)) return folder / name;
  }
  return {};
}

fs::path find_weights(const fs::path& folder) {
  return first_existing(folder, {"pytorch_model.bin", "pytorch_model.bin.index.json",
                                 "model.safetensors", "model.safetensors.index.json"});
}

fs::path find_folder_weights(const fs::path& folder) {
  return folder.empty()
             ? fs::path()
             : first_existing(folder, {"model.safetensors", "model.safetensors.index.json",
                                       "pytorch_model.bin", "pytorch_model.bin.index.json"});
}

// The last component of a path in a model_config.json: where the parts lie is ours to say.
std::string part_name(const Json& config, std::string_view section, std::string_view key,
                      std::string_view fallback, std::string_view where) {
  if (!config.is_object() || !config.contains(section)) return std::string(fallback);
  const auto path = json_get_or<std::string>(config[section], key, std::string(fallback), where);
  const auto name = fs::path(path).filename().string();
  check(!name.empty() && name != "." && name != "..", "{}: '{}' names no file or folder: '{}'",
        where, key, path);
  return name;
}

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> prefixes) {
  for (const auto prefix : prefixes) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

convert::WeightSource::Rename with_prefix(std::string prefix) {
  return [prefix = std::move(prefix)](std::string_view name) {
    return std::optional(prefix + std::string(name));
  };
}

// The VAE's file keeps its tensors below "model" (or "state_dict", or at the top).
std::optional<std::string> vae_name(std::string_view name) {
  for (const std::string_view wrapper : {"model.", "state_dict."}) {
    if (name.starts_with(wrapper)) name.remove_prefix(wrapper.size());
  }
  if (!starts_with_any(name, {"encoder.", "decoder.", "quant_conv.", "post_quant_conv."}))
    return {};
  return "vae." + std::string(name);
}

convert::WeightSource open_weights(const CheckpointFiles& files) {
  convert::WeightSource source(files.folder.string());
  // The published order: pytorch_model.bin lies over what the two folders hold.
  if (const auto llm = find_folder_weights(files.llm_folder); !llm.empty()) {
    source.add(io::open_tensor_file(llm), with_prefix("llm."));
  }
  if (const auto vision = find_folder_weights(files.vision_folder); !vision.empty()) {
    source.add(io::open_tensor_file(vision), with_prefix("siglip2."));
  }
  source.add(io::open_tensor_file(files.weights), with_prefix(""));
  if (!files.vae.empty()) source.add(io::open_tensor_file(files.vae), vae_name);
  return source;
}

Config read_config(const CheckpointFiles& files, const convert::WeightSource& weights) {
  Config config;
  const auto llm_config = files.llm_folder / "config.json";
  config.llm = qwen2::config_from_json(read_json(llm_config), llm_config.string());

  config.has_vision = weights.contains("siglip2.vision_model.post_layernorm.weight") &&
                      weights.contains("siglip2_proj.0.weight") && !files.vision_folder.empty();
  config.has_vision_pooling = weights.contains("siglip2.vision_model.head.probe");
  if (config.has_vision) {
    const auto vision_config = files.vision_folder / "config.json";
    config.vision = siglip::config_from_json(read_json(vision_config), vision_config.string());
  }

  infer_config(config, weights);
  if (!files.model_config.empty()) {
    apply_model_config(config, read_json(files.model_config), files.model_config.string());
  }
  config.validate(weights.where());
  return config;
}

}  // namespace

CheckpointFiles find_checkpoint(const fs::path& folder) {
  check(fs::exists(folder), "{}: no such model folder", folder.string());
  check(fs::is_directory(folder), "{}: is a file; a model is a folder", folder.string());
  CheckpointFiles files{.folder = folder};
  auto root = folder;
  if (find_weights(root).empty() && fs::is_directory(folder / "checkpoint"))
    root = folder / "checkpoint";
  files.weights = find_weights(root);
  check(!files.weights.empty(),
        "{}: no pytorch_model.bin or model.safetensors here; is this a UniPic 1 checkpoint?",
        folder.string());

  for (const auto& place : {folder, root, fs::absolute(root).lexically_normal().parent_path()}) {
    if (files.model_config.empty())
      files.model_config = first_existing(place, {"model_config.json"});
  }
  const auto where = files.model_config.string();
  const auto config = files.model_config.empty() ? Json() : read_json(files.model_config);
  constexpr std::string_view kFolderKey = "pretrained_model_name_or_path";
  files.llm_folder = root / part_name(config, "llm", kFolderKey, kLlmFolder, where);
  check(fs::is_directory(files.llm_folder),
        "{}: the folder of the language model (config and tokenizer) is missing",
        files.llm_folder.string());
  files.vision_folder =
      first_existing(root, {part_name(config, "siglip2", kFolderKey, kVisionFolder, where)});
  files.vae = first_existing(
      root, {part_name(config, "vae", "ckpt_path", "kl16.ckpt", where), "kl16.safetensors"});
  return files;
}

Checkpoint open_checkpoint(const fs::path& folder) {
  auto files = find_checkpoint(folder);
  auto weights = open_weights(files);
  auto config = read_config(files, weights);
  auto tokenizer = text::load_tokenizer(files.llm_folder);
  const double penalty = qwen2::read_generation_config(files.llm_folder).repetition_penalty;
  return {std::move(files), std::move(config), std::move(weights), std::move(tokenizer), penalty};
}

bool is_known_idle(const Config& config, std::string_view name) {
  if (!config.has_vision && name.starts_with("siglip2")) return true;
  return starts_with_any(name, {"mar.class_emb.", "llm.lm_head.", "siglip2.text_model.",
                                "siglip2.logit_", "siglip2.vision_model.head.", "vae.loss."});
}

std::vector<std::string> load_model(UniPic1& model, const Checkpoint& checkpoint,
                                    torch::ScalarType dtype, torch::Device device, bool keep_int8) {
  convert::LoadOptions options = {.dtype = dtype, .device = device};
  const auto layers = nn::linear_layers(*model);
  if (keep_int8) {
    options.take_int8 = [&](const std::string& name, const ops::Int8Weight& weight) {
      auto* layer = nn::layer_of_weight(layers, name);
      if (layer != nullptr) layer->set_int8({weight.q_MN.to(device), weight.scales_M1.to(device)});
      return layer != nullptr;
    };
  }
  auto left_over = convert::load_weights(*model, checkpoint.weights, options);
  model->set_placement(dtype, device);
  model->eval();
  for (auto& parameter : model->parameters()) parameter.set_requires_grad(false);
  std::erase_if(left_over,
                [&](const std::string& name) { return is_known_idle(checkpoint.config, name); });
  return left_over;
}

}  // namespace unipic::unipic1

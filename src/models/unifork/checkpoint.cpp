#include "models/unifork/checkpoint.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "backbones/vila_u/infer_config.h"
#include "base/check.h"
#include "base/python_json.h"
#include "convert/load_weights.h"
#include "convert/model_folder.h"
#include "models/unifork/checkpoint_files.h"
#include "text/tokenizer_files.h"

namespace unipic::unifork {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kTower = "model.vision_tower.vision_tower.";
constexpr std::string_view kVision = "rqvaesiglip.siglip_model.vision_model.";
constexpr std::string_view kDepth = "rqtransformer.";
constexpr std::string_view kHead = "lm_head.weight", kEmbedding = "model.embed_tokens.weight";
constexpr std::string_view kCodebooks = "rqvaesiglip.quantizer.codebooks.";

std::string in_tower(std::string_view name) { return std::string(kTower) + std::string(name); }

// The name of our one codebook's tensor for that of the codebook of `level`; nothing for others,
// which are copies.
std::optional<std::string> codebook_name(std::string_view rest, int64_t level) {
  const auto number = fmt::format("{}.", level);
  if (!rest.starts_with(number)) return std::nullopt;
  return fmt::format("{}{}0.{}", kTower, kCodebooks, rest.substr(number.size()));
}

// The first level whose codebook `file` has under names that begin with `prefix`.
int64_t first_codebook(const io::TensorFile& file, std::string_view prefix) {
  constexpr int64_t kMostLevels = 64;
  for (int64_t level = 0; level < kMostLevels; ++level) {
    const auto name = fmt::format("{}{}{}.weight", prefix, kCodebooks, level);
    if (file.tensors.contains(name)) return level;
  }
  return 0;
}

// Adds the tensors of VILA-U's folder but for its depth transformer, which is of another width.
void add_tower(convert::WeightSource& weights, const fs::path& folder) {
  const auto file = convert::open_weights(folder);
  const int64_t level = first_codebook(file, "");
  weights.add(file, [&](std::string_view name) -> std::optional<std::string> {
    if (name.starts_with(kDepth)) return std::nullopt;
    if (name.starts_with(kCodebooks)) return codebook_name(name.substr(kCodebooks.size()), level);
    return in_tower(name);
  });
}

// Adds the tensors of the trained folder, each alias once (specs/unifork.md §2.2).
void add_trained(convert::WeightSource& weights, const io::TensorFile& file, bool tied_head) {
  const auto codebooks = in_tower(kCodebooks);
  const int64_t level = first_codebook(file, kTower);
  const bool has_embedding = file.tensors.contains(std::string(kEmbedding));
  weights.add(file, [&](std::string_view name) -> std::optional<std::string> {
    if (name == kHead && tied_head)
      return has_embedding ? std::nullopt : std::optional(std::string(kEmbedding));
    if (name.starts_with(codebooks)) return codebook_name(name.substr(codebooks.size()), level);
    return std::string(name);
  });
}

siglip::Config read_vision(const Checkpoint& checkpoint, std::vector<std::string>& warnings) {
  const auto& path = checkpoint.files.siglip_config;
  if (!path.empty()) return siglip::config_from_json(read_python_json(path), path.string());
  auto config = vila_u::infer_vision(checkpoint.weights, in_tower(kVision));
  warnings.push_back(fmt::format("{}: SigLIP's config is not here; its {} heads are a guess",
                                 checkpoint.files.folder.string(), config.num_heads));
  return config;
}

const Json& member(const Json& json, const char* name, std::string_view where) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  check(found != json.end(), "{}: '{}' is missing", where, name);
  return *found;
}

int64_t read_depth_heads(const Json& tower, std::string_view where) {
  const auto& head = member(member(tower, "rqtransformer", where), "head", where);
  return json_get<int64_t>(member(head, "block", where), "n_head", where);
}

Config read_config(const Checkpoint& checkpoint, const Json& llm_json,
                   std::vector<std::string>& warnings) {
  const auto& files = checkpoint.files;
  const auto& weights = checkpoint.weights;
  Config config;
  config.llm = qwen2::config_from_json(llm_json, (files.folder / "config.json").string());
  const int64_t num_branch = weights.count("model.gen_fork_layers.", ".input_layernorm.weight");
  check(num_branch >= 1, "{}: has no 'model.gen_fork_layers'; is this a UniFork?", weights.where());
  config.num_shared_layers = config.llm.num_layers - num_branch;
  check(weights.contains(in_tower("rqtransformer.in_mlp_2.weight")),
        "{}: has no trained depth transformer ('{}{}...')", weights.where(), kTower, kDepth);

  const auto where = files.tower_config.string();
  const auto tower = read_python_json(files.tower_config);
  config.tokenizer = vila_u::tokenizer_from_json(member(tower, "rqvaesiglip", where),
                                                 read_vision(checkpoint, warnings), where);
  config.depth = vila_u::infer_depth(weights, in_tower(kDepth), read_depth_heads(tower, where));
  if (!files.preprocessor.empty()) {
    config.image_size = json_get_or<int64_t>(read_python_json(files.preprocessor), "image_size",
                                             config.image_size, files.preprocessor.string());
  }
  config.validate(weights.where());
  return config;
}

// Whether a tensor is part of no computation (specs/unifork.md §3).
bool is_idle(const Config& config, std::string_view name) {
  if (!name.starts_with(kTower)) return false;
  const auto last_layer = fmt::format("{}encoder.layers.{}.", in_tower(kVision),
                                      config.tokenizer.vision.num_layers - 1);
  if (name.starts_with(last_layer)) return true;
  for (const std::string_view part : {".text_model.", "vision_model.head.", ".logit_"})
    if (name.find(part) != std::string_view::npos) return true;
  return false;
}

void warn_of_left_over(const Checkpoint& checkpoint, std::vector<std::string>& warnings) {
  auto names = convert::fit_weights(*UniFork(checkpoint.config), checkpoint.weights).left_over;
  std::erase_if(names, [&](const std::string& name) { return is_idle(checkpoint.config, name); });
  if (names.empty()) return;
  warnings.push_back(fmt::format("{}: {} tensors are not used, the first is '{}'",
                                 checkpoint.weights.where(), names.size(), names.front()));
}

}  // namespace

bool is_used(std::string_view name) {
  return !name.starts_with(kTower) ||
         (!name.ends_with("_ema") && name.find(".post_layernorm.") == std::string_view::npos);
}

Checkpoint open_checkpoint(const fs::path& folder) {
  const auto config_path = folder / "config.json";
  check(fs::exists(config_path), "{}: is missing", config_path.string());
  const auto json = read_python_json(config_path);
  const auto file = convert::open_weights(folder);
  const bool has_tower = file.tensors.contains(in_tower("rqvaesiglip.post_quant_conv.weight"));
  Checkpoint checkpoint = {.files = find_files(folder, json, /*needs_tower_weights=*/!has_tower),
                           .config = {},
                           .weights = convert::WeightSource(folder.string()),
                           .tokenizer = text::load_tokenizer(folder),
                           .generation = qwen2::read_generation_config(folder),
                           .warnings = {}};
  auto& warnings = checkpoint.warnings;
  if (!has_tower) add_tower(checkpoint.weights, checkpoint.files.tower_folder);
  const auto where = config_path.string();
  add_trained(checkpoint.weights, file,
              json_get_or<bool>(json, "tie_word_embeddings", false, where));
  checkpoint.config = read_config(checkpoint, json, warnings);
  if (!json_get_or<bool>(json, "unfreeze_mm_vision_tower", false, where)) {
    warnings.push_back(
        fmt::format("{}: 'unfreeze_mm_vision_tower' is not true, for which other programs lose the "
                    "trained depth transformer; it is read from the folder's weights",
                    where));
  }
  warn_of_left_over(checkpoint, warnings);
  return checkpoint;
}

UniFork load_model(const Checkpoint& checkpoint, const ops::Placement& placement) {
  UniFork model(checkpoint.config);
  convert::load_weights(*model, checkpoint.weights,
                        {.dtype = placement.dtype, .device = placement.device, .wants = is_used});
  model->eval();
  for (auto& parameter : model->parameters()) parameter.set_requires_grad(false);
  return model;
}

}  // namespace unipic::unifork

#include "convert/lora_files.h"

#include <cmath>
#include <string_view>
#include <utility>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/json.h"
#include "base/new_folder.h"
#include "convert/diffusers_lora.h"
#include "convert/lora_tensors.h"
#include "io/tensor_file.h"

namespace unipic::convert {
namespace fs = std::filesystem;

namespace {

constexpr const char* kConfigFile = "adapter_config.json";
constexpr const char* kWeightsFile = "adapter_model.safetensors";
constexpr std::string_view kPrefix = "base_model.model.";

struct AdapterConfig {
  int64_t rank = 0;
  double scale = 0;
};

AdapterConfig read_config(const fs::path& path) {
  const auto where = path.string();
  const auto json = read_json(path);
  const auto type = json_get<std::string>(json, "peft_type", where);
  check(type == "LORA", "{}: peft_type is '{}'; only LORA can be used", where, type);
  for (const auto* option : {"use_dora", "fan_in_fan_out", "lora_bias"}) {
    check(!json_get_or<bool>(json, option, false, where), "{}: {} is not supported", where, option);
  }
  for (const auto* pattern : {"rank_pattern", "alpha_pattern"}) {
    check(!json.contains(pattern) || json[pattern].empty(), "{}: {} is not supported", where,
          pattern);
  }
  const auto rank = json_get<int64_t>(json, "r", where);
  const auto alpha = json_get<double>(json, "lora_alpha", where);
  check(rank > 0 && std::isfinite(alpha), "{}: r is {} and lora_alpha {}", where, rank, alpha);
  const auto ranks = static_cast<double>(rank);
  const bool root = json_get_or<bool>(json, "use_rslora", false, where);
  return {.rank = rank, .scale = alpha / (root ? std::sqrt(ranks) : ranks)};
}

Json config_of(const ops::LowRankChanges& changes, const std::string& base) {
  const auto& first = changes.begin()->second;
  Json layers = Json::array();
  for (const auto& [layer, change] : changes) layers.push_back(layer);
  return {{"peft_type", "LORA"},
          {"base_model_name_or_path", base},
          {"r", first.rank()},
          {"lora_alpha", first.scale * static_cast<double>(first.rank())},
          {"lora_dropout", 0.0},
          {"bias", "none"},
          {"fan_in_fan_out", false},
          {"inference_mode", true},
          {"target_modules", std::move(layers)}};
}

}  // namespace

ops::LowRankChanges read_lora(const fs::path& folder) {
  check(fs::is_directory(folder), "{}: no folder of a LoRA adapter", folder.string());
  if (is_diffusers_lora(folder)) return read_diffusers_lora(folder);
  const auto config = read_config(folder / kConfigFile);
  const auto path = folder / kWeightsFile;
  auto changes = read_lora_tensors(io::open_tensor_file(path), kPrefix, path.string());
  for (auto& [layer, change] : changes) {
    check(change.rank() == config.rank, "{}: '{}' has rank {}, {} says r = {}", path.string(),
          layer, change.rank(), kConfigFile, config.rank);
    change.scale = config.scale;
  }
  return changes;
}

void write_lora(const ops::LowRankChanges& changes, const std::string& base,
                const fs::path& folder) {
  NewFolder out(folder);
  write_lora_tensors(changes, kPrefix, out.path() / kWeightsFile, {{"format", "pt"}});
  write_file_atomically(out.path() / kConfigFile, config_of(changes, base).dump(2) + "\n");
  out.commit();
}

}  // namespace unipic::convert

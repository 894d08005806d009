#include "convert/lora_files.h"

#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/json.h"
#include "base/new_folder.h"
#include "io/safetensors_writer.h"
#include "io/tensor_file.h"
#include "ops/file_tensor.h"

namespace unipic::convert {
namespace fs = std::filesystem;

namespace {

constexpr const char* kConfigFile = "adapter_config.json";
constexpr const char* kWeightsFile = "adapter_model.safetensors";
constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kDown = ".lora_A.weight";
constexpr std::string_view kUp = ".lora_B.weight";

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

// The layer that a tensor belongs to, without `ending`.
std::optional<std::string> layer_of(std::string_view name, std::string_view ending) {
  if (!name.starts_with(kPrefix) || !name.ends_with(ending)) return {};
  if (name.size() <= kPrefix.size() + ending.size()) return {};
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(ending.size());
  return std::string(name);
}

void check_change(const std::string& where, const std::string& layer, const ops::LowRank& change,
                  int64_t rank) {
  check(change.down_RN.defined() && change.up_MR.defined(), "{}: '{}' has only one of {} and {}",
        where, layer, kDown.substr(1), kUp.substr(1));
  const auto& [down_RN, up_MR, scale] = change;
  check(down_RN.dim() == 2 && up_MR.dim() == 2 && down_RN.size(0) == up_MR.size(1),
        "{}: the two tensors of '{}' do not fit each other", where, layer);
  check(change.rank() == rank, "{}: '{}' has rank {}, {} says r = {}", where, layer, change.rank(),
        kConfigFile, rank);
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
  const auto config = read_config(folder / kConfigFile);
  const auto path = folder / kWeightsFile;
  const auto where = path.string();
  const auto file = io::open_tensor_file(path);
  ops::LowRankChanges changes;
  for (const auto& [name, view] : file.tensors) {
    const auto down = layer_of(name, kDown);
    const auto up = layer_of(name, kUp);
    check(down || up, "{}: '{}' is not the name of a LoRA tensor ({}LAYER{})", where, name, kPrefix,
          kDown);
    auto& change = changes[down ? *down : *up];
    change.scale = config.scale;
    (down ? change.down_RN : change.up_MR) = ops::tensor_from_file(view, file.files);
  }
  check(!changes.empty(), "{}: has no tensors", where);
  for (const auto& [layer, change] : changes) check_change(where, layer, change, config.rank);
  return changes;
}

void write_lora(const ops::LowRankChanges& changes, const std::string& base,
                const fs::path& folder) {
  NewFolder out(folder);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [layer, change] : changes) {
    tensors[fmt::format("{}{}{}", kPrefix, layer, kDown)] = change.down_RN;
    tensors[fmt::format("{}{}{}", kPrefix, layer, kUp)] = change.up_MR;
  }
  std::vector<io::TensorSpec> specs;
  for (const auto& [name, tensor] : tensors) {
    specs.push_back({name, ops::dtype_of(tensor.scalar_type()), tensor.sizes().vec()});
  }
  io::SafetensorsWriter writer(out.path() / kWeightsFile, std::move(specs), {{"format", "pt"}});
  for (const auto& spec : writer.tensors()) {
    const auto tensor = tensors.at(spec.name).detach().cpu().contiguous();
    writer.write({static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()});
  }
  writer.commit();
  write_file_atomically(out.path() / kConfigFile, config_of(changes, base).dump(2) + "\n");
  out.commit();
}

}  // namespace unipic::convert

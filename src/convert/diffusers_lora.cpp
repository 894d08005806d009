#include "convert/diffusers_lora.h"

#include <cmath>

#include "base/check.h"
#include "base/json.h"
#include "base/new_folder.h"
#include "convert/lora_tensors.h"
#include "io/tensor_file.h"

namespace unipic::convert {
namespace fs = std::filesystem;

namespace {

constexpr const char* kWeightsFile = "pytorch_lora_weights.safetensors";
constexpr std::string_view kPrefix = "transformer.";
constexpr const char* kMetadataKey = "lora_adapter_metadata";

// The members of the adapter's config that change what is computed from its tensors.
double scale_of(const io::TensorFile& file, int64_t rank, const std::string& where) {
  check(rank > 0, "{}: a change of rank 0", where);
  const auto found = file.metadata.find(kMetadataKey);
  if (found == file.metadata.end()) return 1.0;
  const auto json = parse_json(found->second, where);
  const auto key = [](const char* name) { return std::string(kPrefix) + name; };
  for (const auto* option : {"use_dora", "use_rslora", "lora_bias"}) {
    check(!json_get_or<bool>(json, key(option), false, where), "{}: {} is not supported", where,
          option);
  }
  for (const auto* pattern : {"rank_pattern", "alpha_pattern"}) {
    check(!json.contains(key(pattern)) || json[key(pattern)].empty(), "{}: {} is not supported",
          where, pattern);
  }
  const auto ranks = static_cast<double>(rank);
  const auto alpha = json_get_or<double>(json, key("lora_alpha"), ranks, where);
  check(std::isfinite(alpha), "{}: lora_alpha is {}", where, alpha);
  return alpha / ranks;
}

}  // namespace

bool is_diffusers_lora(const fs::path& folder) { return fs::exists(folder / kWeightsFile); }

ops::LowRankChanges read_diffusers_lora(const fs::path& folder) {
  const auto path = folder / kWeightsFile;
  const auto file = io::open_tensor_file(path);
  auto changes = read_lora_tensors(file, kPrefix, path.string());
  for (auto& [layer, change] : changes) change.scale = scale_of(file, change.rank(), path.string());
  return changes;
}

void write_diffusers_lora(const ops::LowRankChanges& changes, const fs::path& folder) {
  NewFolder out(folder);
  const auto& first = changes.begin()->second;
  Json layers = Json::array();
  for (const auto& [layer, change] : changes) layers.push_back(layer);
  const Json config = {{"transformer.peft_type", "LORA"},
                       {"transformer.r", first.rank()},
                       {"transformer.lora_alpha", first.scale * static_cast<double>(first.rank())},
                       {"transformer.target_modules", std::move(layers)}};
  write_lora_tensors(changes, kPrefix, out.path() / kWeightsFile,
                     {{"format", "pt"}, {kMetadataKey, config.dump(2)}});
  out.commit();
}

}  // namespace unipic::convert

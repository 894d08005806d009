#include "convert/lora_tensors.h"

#include <optional>

#include "base/check.h"
#include "convert/save_tensors.h"
#include "ops/file_tensor.h"

namespace unipic::convert {
namespace {

constexpr std::string_view kDown = ".lora_A.weight";
constexpr std::string_view kUp = ".lora_B.weight";

// The layer that a tensor belongs to, without `prefix` and `ending`.
std::optional<std::string> layer_of(std::string_view name, std::string_view prefix,
                                    std::string_view ending) {
  if (!name.starts_with(prefix) || !name.ends_with(ending)) return {};
  if (name.size() <= prefix.size() + ending.size()) return {};
  name.remove_prefix(prefix.size());
  name.remove_suffix(ending.size());
  return std::string(name);
}

void check_change(const std::string& where, const std::string& layer, const ops::LowRank& change) {
  check(change.down_RN.defined() && change.up_MR.defined(), "{}: '{}' has only one of {} and {}",
        where, layer, kDown.substr(1), kUp.substr(1));
  check(change.down_RN.dim() == 2 && change.up_MR.dim() == 2 &&
            change.down_RN.size(0) == change.up_MR.size(1),
        "{}: the two tensors of '{}' do not fit each other", where, layer);
}

}  // namespace

ops::LowRankChanges read_lora_tensors(const io::TensorFile& file, std::string_view prefix,
                                      const std::string& where) {
  ops::LowRankChanges changes;
  for (const auto& [name, view] : file.tensors) {
    const auto down = layer_of(name, prefix, kDown);
    const auto up = layer_of(name, prefix, kUp);
    check(down || up, "{}: '{}' is not the name of a LoRA tensor ({}LAYER{})", where, name, prefix,
          kDown);
    auto& change = changes[down ? *down : *up];
    (down ? change.down_RN : change.up_MR) = ops::tensor_from_file(view, file.files);
  }
  check(!changes.empty(), "{}: has no tensors", where);
  for (const auto& [layer, change] : changes) check_change(where, layer, change);
  return changes;
}

void write_lora_tensors(const ops::LowRankChanges& changes, std::string_view prefix,
                        const std::filesystem::path& path,
                        const std::map<std::string, std::string>& metadata) {
  NamedTensors tensors;
  for (const auto& [layer, change] : changes) {
    tensors[fmt::format("{}{}{}", prefix, layer, kDown)] = change.down_RN;
    tensors[fmt::format("{}{}{}", prefix, layer, kUp)] = change.up_MR;
  }
  save_tensors(path, tensors, metadata);
}

}  // namespace unipic::convert

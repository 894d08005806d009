#include "models/tar/language_model.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "convert/model_folder.h"
#include "text/tokenizer_files.h"

namespace unipic::tar {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

// Prompts as rows of ids, shorter ones filled up at their end, and where they have tokens; no mask
// if they are equally long.
std::pair<Tensor, Tensor> padded(const std::vector<std::vector<int64_t>>& prompts) {
  const auto by_size = [](const auto& a, const auto& b) { return a.size() < b.size(); };
  const auto [shortest, longest] = std::ranges::minmax_element(prompts, by_size);
  const auto num_rows = static_cast<int64_t>(prompts.size());
  const auto num_tokens = static_cast<int64_t>(longest->size());
  auto ids_BT = torch::zeros({num_rows, num_tokens}, torch::kLong);
  auto mask_BT = torch::zeros({num_rows, num_tokens}, torch::kBool);
  for (int64_t row = 0; row < num_rows; ++row) {
    const auto& prompt = prompts[static_cast<size_t>(row)];
    const auto length = static_cast<int64_t>(prompt.size());
    ids_BT[row].narrow(0, 0, length).copy_(torch::tensor(prompt, torch::kLong));
    mask_BT[row].narrow(0, 0, length).fill_(true);
  }
  return {ids_BT, shortest->size() == longest->size() ? Tensor() : mask_BT};
}

}  // namespace

convert::Opened<qwen2::CausalLm> open_llm(const fs::path& folder) {
  const auto [json, where] = convert::read_config(folder);
  convert::WeightSource weights(folder.string());
  // Training writes the tokenizer's tower into the same files.
  weights.add(convert::open_weights(folder), [](std::string_view name) {
    return name.starts_with("model.vision_tower.") ? std::nullopt
                                                   : std::optional(std::string(name));
  });
  return {qwen2::CausalLm(qwen2::config_from_json(json, where)), std::move(weights)};
}

LanguageModel::LanguageModel(const fs::path& folder, const ops::Placement& placement)
    : prompts_(text::load_tokenizer(folder), folder.string()),
      generation_(qwen2::read_generation_config(folder)),
      network_(convert::load(open_llm(folder), placement)) {
  const int64_t num_rows = network_->decoder()->embedding()->weight().size(0);
  const auto& visual = prompts_.visual();
  const int64_t largest = std::max(visual.image_id(visual.num_codes - 1), visual.end_id);
  check(largest < num_rows, "{}: the tokenizer has ids up to {}, the embedding {} rows",
        folder.string(), largest, num_rows);
}

qwen2::Continuation LanguageModel::begin(const std::vector<std::vector<int64_t>>& prompts,
                                         qwen2::ContinuationOptions options,
                                         const RunControl& control, const nn::Trace& trace) const {
  const torch::InferenceMode no_autograd;
  const auto [ids_BT, mask_BT] = padded(prompts);
  options.prompt_ids = prompts;
  options.prompt_mask = mask_BT;
  const auto device = network_->decoder()->embedding()->weight().device();
  return {network_, network_->embed(ids_BT.to(device)), std::move(options), control, trace};
}

}  // namespace unipic::tar

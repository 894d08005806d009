#include "models/unifork/stages.h"

#include <charconv>
#include <utility>

#include "base/check.h"

namespace unipic::unifork {
namespace {

constexpr std::string_view kLayers = "model.layers.";

bool is_connector(std::string_view name) { return name.starts_with("model.mm_projector."); }
bool is_depth_transformer(std::string_view name) {
  return name.starts_with("model.vision_tower.vision_tower.rqtransformer.");
}
bool is_tokenizer(std::string_view name) {
  return name.starts_with("model.vision_tower.") && !is_depth_transformer(name);
}
bool is_generation_branch(std::string_view name) {
  return name.starts_with("model.gen_fork_layers.") || name.starts_with("model.norm_gen.");
}

bool is_understanding_branch(std::string_view name, int64_t num_shared_layers) {
  if (name.starts_with("model.norm.")) return true;
  if (!name.starts_with(kLayers)) return false;
  const auto number = name.substr(kLayers.size());
  int64_t layer = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), layer);
  return read.ec == std::errc() && layer >= num_shared_layers;
}

}  // namespace

Stage stage_named(std::string_view number) {
  static constexpr std::pair<std::string_view, Stage> kNames[] = {
      {"1.0", Stage::kImageNet}, {"1.5", Stage::kCaptions},   {"2.0", Stage::kPretrain},
      {"3.0", Stage::kInstruct}, {"4.0", Stage::kGeneration}, {"5.0", Stage::kUnderstanding}};
  for (const auto& [name, stage] : kNames)
    if (name == number) return stage;
  throw Error(fmt::format("no stage '{}'; there are 1.0, 1.5, 2.0, 3.0, 4.0 and 5.0", number));
}

bool learns(Stage stage, std::string_view name, const Config& config) {
  switch (stage) {
    case Stage::kImageNet:
    case Stage::kCaptions:
      return is_connector(name) || is_depth_transformer(name);
    case Stage::kPretrain:
    case Stage::kInstruct:
      return !is_tokenizer(name);
    case Stage::kGeneration:
      return is_generation_branch(name) || is_depth_transformer(name);
    case Stage::kUnderstanding:
      return is_understanding_branch(name, config.num_shared_layers);
  }
  return false;
}

}  // namespace unipic::unifork

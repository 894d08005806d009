#include "eval/scenes/prompts.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/assets.h"
#include "base/check.h"
#include "data/scenes/held_out.h"

namespace unipic::eval {
namespace {

const scenes::ObjectClass& class_named(std::string_view name, const scenes::Catalogue& catalogue) {
  const auto found = catalogue.find(name);
  check(found.has_value(), "there is no class '{}'", name);
  return catalogue.at(*found);
}

bool has_classes_of(const GenEvalPrompt& prompt, const scenes::Catalogue& catalogue) {
  const auto is_known = [&](const auto& clause) {
    return catalogue.find(clause.class_name).has_value();
  };
  return std::all_of(prompt.include.begin(), prompt.include.end(), is_known) &&
         std::all_of(prompt.exclude.begin(), prompt.exclude.end(), is_known);
}

Detection detection_of(const scenes::SeenObject& object, const scenes::Catalogue& catalogue) {
  const auto& box = object.box;
  return {.class_name = catalogue.at(static_cast<size_t>(object.class_index)).name,
          .box = {static_cast<float>(box.left), static_cast<float>(box.top),
                  static_cast<float>(box.right), static_cast<float>(box.bottom)},
          .score = object.score};
}

Color color_of(const scenes::SeenObject& object) {
  auto best = Color::kRed;
  float best_score = -1;
  for (size_t i = 0; i < kNumColors; ++i) {
    const auto color = static_cast<Color>(i);
    const auto label = static_cast<int64_t>(*scenes::colour_named(color_name(color)));
    const float certain = object.colour_index == label ? 1.0F : 0.0F;
    const float score =
        object.colour_scores.empty() ? certain : object.colour_scores[static_cast<size_t>(label)];
    if (score > best_score) std::tie(best, best_score) = std::pair(color, score);
  }
  return best;
}

}  // namespace

std::vector<ScenePrompt> scene_prompts(const scenes::Catalogue& catalogue,
                                       const std::filesystem::path& file) {
  auto all =
      read_geneval_prompts(file.empty() ? find_asset("geneval/evaluation_metadata.jsonl") : file);
  std::vector<ScenePrompt> prompts;
  for (size_t line = 0; line < all.size(); ++line) {
    if (!has_classes_of(all[line], catalogue)) continue;
    const bool held_out = asks_for_held_out(all[line], catalogue);
    prompts.push_back({line, std::move(all[line]), held_out});
  }
  check(!prompts.empty(), "{}: no prompt is of classes that scenes have", file.string());
  return prompts;
}

std::vector<ScenePrompt> spread(std::vector<ScenePrompt> prompts, int64_t count) {
  const auto wanted = static_cast<size_t>(count);
  if (wanted == 0 || wanted >= prompts.size()) return prompts;
  std::vector<ScenePrompt> chosen;
  for (size_t i = 0; i < wanted; ++i) chosen.push_back(prompts[i * prompts.size() / wanted]);
  return chosen;
}

bool asks_for_held_out(const GenEvalPrompt& prompt, const scenes::Catalogue& catalogue) {
  for (const auto& clause : prompt.include) {
    const auto& object_class = class_named(clause.class_name, catalogue);
    if (clause.count > 1 && scenes::is_held_out(object_class, static_cast<int>(clause.count))) {
      return true;
    }
    if (clause.color &&
        scenes::is_held_out(object_class, *scenes::colour_named(color_name(*clause.color)))) {
      return true;
    }
    if (!clause.placement) continue;
    const auto& target =
        class_named(prompt.include[clause.placement->target].class_name, catalogue);
    const auto relation = scenes::relation_named(relation_name(clause.placement->relation));
    if (scenes::is_held_out(object_class, *relation, target)) return true;
  }
  return false;
}

Verdict judge_drawn(const std::vector<scenes::SeenObject>& seen, const GenEvalPrompt& prompt,
                    const scenes::Catalogue& catalogue) {
  std::vector<Detection> detections;
  for (const auto& object : seen) detections.push_back(detection_of(object, catalogue));
  const auto name_colors = [&](std::string_view, std::span<const Detection> asked) {
    std::vector<Color> colors;
    for (const auto& detection : asked) {
      const auto which = std::find_if(detections.begin(), detections.end(), [&](const auto& one) {
        return one.class_name == detection.class_name && one.box == detection.box;
      });
      colors.push_back(color_of(seen[static_cast<size_t>(which - detections.begin())]));
    }
    return colors;
  };
  const GenEvalOptions options;
  return judge_objects(select_objects(detections, prompt.tag, options), prompt, name_colors,
                       options);
}

}  // namespace unipic::eval

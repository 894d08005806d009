#include "eval/scenes/items.h"

#include <fmt/format.h>

namespace unipic::eval {
namespace {

// Of no training run: those of recipes are small.
constexpr uint64_t kEditSeed = 0x5CE7E5ED17;
constexpr uint64_t kQuestionSeed = 0x5CE7E50A5C;
constexpr uint64_t kTestSeed = 0x5CE7E5DE7E;

std::string_view split_name(bool held_out) { return held_out ? "held_out" : "seen"; }

scenes::SceneOptions scene_options(bool held_out) {
  return {.split = held_out ? scenes::Split::kHeldOut : scenes::Split::kTrain};
}

template <typename Item, typename Kind>
void add_items(std::string_view part, Kind kind, int64_t count, std::vector<Item>& items) {
  for (const bool held_out : {false, true}) {
    for (int64_t number = 0; number < count; ++number) {
      items.push_back({.id = fmt::format("{}/{}/{}/{:04}", part, scenes::name_of(kind),
                                         split_name(held_out), number),
                       .kind = kind,
                       .held_out = held_out,
                       .number = static_cast<uint64_t>(number)});
    }
  }
}

}  // namespace

uint64_t picture_seed(const SuiteOptions& options, const ScenePrompt& prompt) {
  constexpr uint64_t kPicturesOfAPrompt = 1000;
  return options.seed + kPicturesOfAPrompt * prompt.line;
}

std::string picture_id(const ScenePrompt& prompt, int64_t image) {
  return fmt::format("geneval/{:04}/{}", prompt.line, image);
}

std::vector<EditItem> edit_items(const SuiteOptions& options) {
  std::vector<EditItem> items;
  for (size_t kind = 0; kind < scenes::kNumEditKinds; ++kind) {
    add_items("edit", static_cast<scenes::EditKind>(kind), options.edits, items);
  }
  return items;
}

scenes::Edit edit_of(const EditItem& item, const scenes::Catalogue& catalogue) {
  const SampleKey key = {
      .seed = kEditSeed, .epoch = static_cast<uint32_t>(item.kind), .index = item.number};
  return scenes::edit_sample(key, scene_options(item.held_out), catalogue, item.kind);
}

std::vector<QuestionItem> question_items(const SuiteOptions& options) {
  std::vector<QuestionItem> items;
  for (size_t kind = 0; kind < scenes::kNumQuestionKinds; ++kind) {
    const auto asked = static_cast<scenes::QuestionKind>(kind);
    if (asked != scenes::QuestionKind::kCaption) {
      add_items("qa", asked, options.questions, items);
    }
  }
  return items;
}

scenes::QuestionSample question_of(const QuestionItem& item, const scenes::Catalogue& catalogue) {
  const SampleKey key = {
      .seed = kQuestionSeed, .epoch = static_cast<uint32_t>(item.kind), .index = item.number};
  return scenes::question_sample(key, scene_options(item.held_out), catalogue, item.kind);
}

scenes::Scene test_scene(int64_t number, const scenes::Catalogue& catalogue) {
  const SampleKey key = {.seed = kTestSeed, .index = static_cast<uint64_t>(number)};
  return scenes::caption_sample(key, scene_options(/*held_out=*/true), catalogue).scene;
}

}  // namespace unipic::eval

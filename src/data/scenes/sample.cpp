#include "data/scenes/sample.h"

#include <array>

#include "data/scenes/caption.h"
#include "data/scenes/dense_caption.h"

namespace unipic::scenes {
namespace {

// What a sample's numbers are for: a change to one never moves another.
enum Lane : uint8_t { kSceneLane = 1, kCaptionLane, kEditLane, kQuestionLane };

}  // namespace

CaptionSample caption_sample(const SampleKey& key, const SceneOptions& options,
                             const Catalogue& catalogue, CaptionStyle style) {
  RandomStream scene_stream(key.with_lane(kSceneLane));
  RandomStream caption_stream(key.with_lane(kCaptionLane));
  CaptionSample sample{sample_scene(options, catalogue, scene_stream), {}};
  switch (style) {
    case CaptionStyle::kMixed:
      sample.caption = sample_caption(sample.scene, catalogue, caption_stream);
      break;
    case CaptionStyle::kDense:
      sample.caption = dense_caption(sample.scene, catalogue, caption_stream);
      break;
    case CaptionStyle::kShort:
      sample.caption = short_caption(sample.scene, catalogue, caption_stream);
      break;
  }
  return sample;
}

Edit edit_sample(const SampleKey& key, const SceneOptions& options, const Catalogue& catalogue,
                 std::optional<EditKind> kind) {
  RandomStream random(key.with_lane(kEditLane));
  return sample_edit(options, kind, catalogue, random);
}

QuestionSample question_sample(const SampleKey& key, const SceneOptions& options,
                               const Catalogue& catalogue, std::optional<QuestionKind> kind,
                               std::optional<Negatives> negatives) {
  constexpr std::array<double, kNumQuestionKinds> kWeights = {1, 2, 1.5, 1, 1.2, 0.8, 0.8};
  RandomStream random(key.with_lane(kQuestionLane));
  const auto asked = kind.value_or(static_cast<QuestionKind>(random.weighted(kWeights)));
  while (true) {
    auto scene = sample_scene(options, catalogue, random);
    if (auto question = make_question(asked, scene, catalogue, random, negatives)) {
      return {std::move(scene), *std::move(question)};
    }
  }
}

}  // namespace unipic::scenes

#include "data/scenes/sample.h"

#include <gtest/gtest.h>

#include <set>

#include "data/scenes/shared.h"

namespace unipic::scenes {
namespace {

using test::catalogue;

TEST(Sample, IsAPureFunctionOfItsKeyInWhateverOrder) {
  const SceneOptions options;
  const auto key = [](uint64_t index) { return SampleKey{.seed = 4, .epoch = 2, .index = index}; };
  std::vector<CaptionSample> forward;
  for (uint64_t index = 0; index < 40; ++index) {
    forward.push_back(caption_sample(key(index), options, catalogue()));
  }
  const auto other_catalogue = Catalogue::load();
  for (uint64_t index = 40; index-- > 0;) {
    edit_sample(key(index), options, catalogue());
    question_sample(key(index), options, catalogue());
    const auto again = caption_sample(key(index), options, other_catalogue);
    EXPECT_EQ(again.scene, forward[index].scene);
    EXPECT_EQ(again.caption, forward[index].caption);
  }
}

TEST(Sample, EditsAndQuestionsArePureToo) {
  for (uint64_t index = 0; index < 40; ++index) {
    const SampleKey key{.seed = 4, .epoch = 0, .index = index};
    const auto edit = edit_sample(key, SceneOptions{}, catalogue());
    const auto question = question_sample(key, SceneOptions{}, catalogue());
    const auto same_edit = edit_sample(key, SceneOptions{}, catalogue());
    EXPECT_EQ(edit.before, same_edit.before);
    EXPECT_EQ(edit.after, same_edit.after);
    EXPECT_EQ(edit.instruction, same_edit.instruction);
    const auto same_question = question_sample(key, SceneOptions{}, catalogue());
    EXPECT_EQ(question.scene, same_question.scene);
    EXPECT_EQ(question.question.text, same_question.question.text);
  }
}

TEST(Sample, OfAnotherSeedEpochOrIndexIsAnother) {
  const auto scene = [](uint64_t seed, uint32_t epoch, uint64_t index) {
    return caption_sample({.seed = seed, .epoch = epoch, .index = index}, SceneOptions{},
                          catalogue())
        .scene;
  };
  const auto first = scene(1, 1, 1);
  EXPECT_NE(first, scene(2, 1, 1));
  EXPECT_NE(first, scene(1, 2, 1));
  EXPECT_NE(first, scene(1, 1, 2));
}

// Pinned: a change here changes what every training run sees. Say so in the change log.
TEST(Sample, OfAFixedKeyStaysWhatItIs) {
  const SampleKey key{.seed = 1, .epoch = 0, .index = 0};
  EXPECT_EQ(caption_sample(key, SceneOptions{}, catalogue()).caption,
            "A helicopter and a refrigerator against a plain gray background.");
  EXPECT_EQ(edit_sample(key, SceneOptions{}, catalogue()).instruction,
            "Put a bus into the picture.");
  EXPECT_EQ(question_sample(key, SceneOptions{}, catalogue()).question.text,
            "Which is larger, the kite or the baseball bat?");
}

}  // namespace
}  // namespace unipic::scenes

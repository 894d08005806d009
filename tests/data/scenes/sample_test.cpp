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
            "A helicopter and a refrigerator on a solid gray background.");
  EXPECT_EQ(edit_sample(key, SceneOptions{}, catalogue()).instruction,
            "Put a bus into the picture.");
  EXPECT_EQ(question_sample(key, SceneOptions{}, catalogue()).question.text,
            "Which is larger, the kite or the baseball bat?");
}

// FNV-1a.
uint64_t digest(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : text) hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
  return hash;
}

TEST(Sample, AreTheSameWhateverCompilesThem) {
  std::string texts;
  for (uint64_t index = 0; index < 300; ++index) {
    const SampleKey key{.seed = 2, .epoch = 1, .index = index};
    texts += caption_sample(key, SceneOptions{}, catalogue()).caption + "\n";
    texts += edit_sample(key, SceneOptions{}, catalogue()).instruction + "\n";
    texts += question_sample(key, SceneOptions{}, catalogue()).question.text + "\n";
  }
  EXPECT_EQ(digest(texts), 1643728016348438056U);
}

}  // namespace
}  // namespace unipic::scenes

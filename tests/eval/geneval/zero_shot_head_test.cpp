#include "eval/geneval/zero_shot_head.h"

#include <gtest/gtest.h>

#include <cmath>

#include "eval/geneval/color.h"
#include "support/error.h"

namespace unipic::eval {
namespace {

TEST(ZeroShotHead, AClassIsTheMeanDirectionOfItsCaptions) {
  // Lengths of captions and images do not matter.
  const std::vector<float> captions = {3, 0, 0, 0.5f, /**/ 0, -2, 0, -1};
  const ZeroShotHead head(captions, 2, 2, 2);
  const float diagonal = std::sqrt(0.5f);
  const std::vector<float> expected = {diagonal, diagonal, 0, -1};
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(head.weights()[i], expected[i], 1e-7);
  const auto logits = head.logits(std::vector<float>{0, 5});
  EXPECT_NEAR(logits[0], 100 * diagonal, 1e-5);
  EXPECT_NEAR(logits[1], -100, 1e-5);
  EXPECT_EQ(head.classify(std::vector<float>{0, 5}), 0);
  EXPECT_EQ(head.classify(std::vector<float>{-1, -5}), 1);
}

TEST(ZeroShotHead, RefusesEmbeddingsThatDoNotFit) {
  const std::vector<float> captions = {1, 0, 0, 1};
  EXPECT_EQ(test::error_of([&] { ZeroShotHead(captions, 2, 2, 2); }),
            "zero-shot head: 4 numbers are not 2 classes of 2 captions, each 2 long");
  EXPECT_EQ(test::error_of([&] { ZeroShotHead(std::vector<float>(4), 2, 1, 2); }),
            "zero-shot head: an embedding is zero or not finite");
  const ZeroShotHead head(captions, 2, 1, 2);
  EXPECT_EQ(test::error_of([&] { head.logits(captions); }),
            "zero-shot head: an embedding of 4 numbers, 2 are expected");
  EXPECT_EQ(test::error_of([&] {
              head.logits(std::vector<float>{1, std::nanf("")});
            }),
            "zero-shot head: an embedding is zero or not finite");
}

TEST(Color, HasANameBothWaysAndCaptions) {
  for (size_t i = 0; i < kNumColors; ++i) {
    const auto color = static_cast<Color>(i);
    EXPECT_EQ(color_named(color_name(color)), color);
  }
  EXPECT_EQ(color_named("teal"), std::nullopt);
  EXPECT_EQ(color_captions(Color::kRed, "car")[1], "a photo of a red-colored car");
}

}  // namespace
}  // namespace unipic::eval

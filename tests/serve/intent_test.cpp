#include "serve/intent.h"

#include <gtest/gtest.h>

namespace unipic::serve {
namespace {

TEST(Intent, WordsThatAskForAPictureDrawOne) {
  for (const auto* text : {"draw a red apple", "Please draw two dogs", "Can you paint a sunset?",
                           "a photo of a bus", "generate an image of a cat left of a tree",
                           "make a picture of a dog", "Show me a clock"}) {
    EXPECT_EQ(intent_of(text, false), Intent::kDraw) << text;
    EXPECT_EQ(intent_of(text, true), Intent::kDraw) << text;
  }
}

TEST(Intent, WordsThatAskForAChangeEditThePictureThatIsThere) {
  for (const auto* text :
       {"make it blue", "Remove the dog.", "please add a hat", "now turn it grey",
        "replace the apple by a pear", "Could you change the background to sand"}) {
    EXPECT_EQ(intent_of(text, true), Intent::kEdit) << text;
  }
  EXPECT_EQ(intent_of("make it blue", false), Intent::kDraw);
}

TEST(Intent, QuestionsAskAboutThePicture) {
  for (const auto* text : {"How many are there?", "what colour is the umbrella", "Describe it.",
                           "Is there a dog?", "the umbrella?", "nice"}) {
    EXPECT_EQ(intent_of(text, true), Intent::kAsk) << text;
  }
  EXPECT_EQ(intent_of("what is this?", false), Intent::kAsk);
  EXPECT_EQ(intent_of("a red apple", false), Intent::kDraw);
}

TEST(Intent, WholeWordsCount) {
  EXPECT_EQ(intent_of("drawers in a room", false), Intent::kDraw);
  EXPECT_EQ(intent_of("additions?", true), Intent::kAsk);
  EXPECT_EQ(intent_of("", true), Intent::kAsk);
}

TEST(Intent, TheSubjectIsWhatIsLeftOfARequest) {
  EXPECT_EQ(subject_of("Please draw a red apple"), "a red apple");
  EXPECT_EQ(subject_of("generate an image of two dogs"), "two dogs");
  EXPECT_EQ(subject_of("make me a picture of a cat"), "a cat");
  EXPECT_EQ(subject_of("a photo of a bus"), "a photo of a bus");
  EXPECT_EQ(subject_of("draw"), "draw");
}

}  // namespace
}  // namespace unipic::serve

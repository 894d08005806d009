#include "data/scenes/labels.h"

#include <gtest/gtest.h>

#include "data/scenes/shared.h"

namespace unipic::scenes {
namespace {

using test::catalogue;

SeenObject object(std::string_view name, int64_t colour, double left, float score = 1) {
  return {.class_index = static_cast<int64_t>(test::class_named(name)),
          .colour_index = colour,
          .box = {left, 0, left + 20, 20},
          .score = score};
}

constexpr auto kRedLabel = static_cast<int64_t>(Colour::kRed);
constexpr auto kGreyLabel = static_cast<int64_t>(Colour::kGrey);

TEST(Labels, SayWhatASceneShowsInItsOrder) {
  const auto scene = test::training_scene(4);
  const auto picture = render(scene, catalogue(), 100, 100);
  const auto labels = labels_of(scene, picture);
  ASSERT_EQ(labels.size(), scene.objects.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    EXPECT_EQ(class_labels(catalogue())[static_cast<size_t>(labels[i].class_index)],
              test::class_name(scene.objects[i]));
    const auto& colour = scene.objects[i].colour;
    EXPECT_EQ(colour_labels()[static_cast<size_t>(labels[i].colour_index)],
              colour ? name_of(*colour) : "natural");
    EXPECT_EQ(labels[i].box.right, picture.boxes[i].right);
  }
}

TEST(Labels, TakeANaturalThingForOneOfTheColourThatItHasAnyway) {
  const auto is_same = [](std::string_view name, int64_t a, int64_t b) {
    return is_same_colour(test::class_named(name), a, b, catalogue());
  };
  EXPECT_TRUE(is_same("fire hydrant", kNaturalLabel, kRedLabel));
  EXPECT_TRUE(is_same("fire hydrant", kRedLabel, kNaturalLabel));
  EXPECT_FALSE(is_same("fire hydrant", kNaturalLabel, kGreyLabel));
  EXPECT_FALSE(is_same("bus", kNaturalLabel, kRedLabel));
  EXPECT_FALSE(is_same("fire hydrant", kGreyLabel, kRedLabel));
  EXPECT_TRUE(is_same("bus", kGreyLabel, kGreyLabel));
}

TEST(Recognition, CountsWhatIsRightAndHowFarTheRestIs) {
  const std::vector<SeenObject> there = {object("dog", kRedLabel, 0), object("cat", kRedLabel, 40),
                                         object("bus", kRedLabel, 80),
                                         object("cup", kRedLabel, 120)};
  const std::vector<SeenObject> seen = {
      object("dog", kRedLabel, 2),          // right
      object("cat", kGreyLabel, 40),        // another colour
      object("car", kRedLabel, 80),         // another class
      object("cup", kRedLabel, 135),        // elsewhere
      object("cup", kRedLabel, 120, 0.3F),  // not sure enough
  };
  const auto result = recognition(seen, there, 0.3F, catalogue());
  EXPECT_EQ(result, (Recognition{.num_objects = 4,
                                 .num_boxes = 3,
                                 .num_classes = 2,
                                 .num_right = 1,
                                 .num_false_alarms = 1}));
  EXPECT_EQ(result.accuracy(), 1.0 / 5);
}

TEST(Recognition, OfExactlyWhatIsThereIsPerfectAndOfNothingIsNone) {
  const auto scene = test::training_scene(8);
  const auto labels = labels_of(scene, render(scene, catalogue(), 64, 64));
  EXPECT_EQ(recognition(labels, labels, 0.9F, catalogue()).accuracy(), 1.0);
  EXPECT_EQ(recognition({}, labels, 0.9F, catalogue()).accuracy(), 0.0);
}

}  // namespace
}  // namespace unipic::scenes

#include "data/scenes/sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "data/scenes/held_out.h"
#include "data/scenes/shared.h"
#include "support/error.h"

namespace unipic::scenes {
namespace {

using test::catalogue;

TEST(HeldOut, IsAboutATenthOfAllCombinations) {
  int colours = 0, counts = 0, triples = 0;
  const auto classes = catalogue().classes();
  for (const auto& a : classes) {
    for (size_t i = 0; i < kNumColours; ++i) colours += is_held_out(a, colour_at(i));
    for (int count = 2; count <= 5; ++count) counts += is_held_out(a, count);
    for (const auto& b : classes) triples += is_held_out(a, Relation::kLeftOf, b);
  }
  const auto num = static_cast<double>(classes.size());
  EXPECT_NEAR(colours / (num * kNumColours), 0.1, 0.03);
  EXPECT_NEAR(counts / (num * 4), 0.1, 0.05);
  EXPECT_NEAR(triples / (num * num), 0.1, 0.01);
}

// Pinned: what training never saw may not change between versions.
TEST(HeldOut, FollowsTheDocumentedRule) {
  const auto fnv = [](std::string_view text) {
    uint64_t hash = 14695981039346656037U;
    for (const char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 1099511628211U;
    }
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdU;
    hash ^= hash >> 33;
    hash *= 0xc4ceb9fe1a85ec53U;
    hash ^= hash >> 33;
    return hash % 10 == 0;
  };
  const auto& car = catalogue().at(test::class_named("car"));
  for (const auto& other : catalogue().classes()) {
    EXPECT_EQ(is_held_out(other, Colour::kGrey), fnv("color/" + other.name + "/gray"));
    EXPECT_EQ(is_held_out(other, 3), fnv("count/" + other.name + "/3"));
    EXPECT_EQ(is_held_out(other, Relation::kAbove, car),
              fnv("relation/" + other.name + "/above/car"));
  }
}

TEST(HeldOut, TakesARelationAndItsInverseForOneFact) {
  for (const auto& a : catalogue().classes().first(40)) {
    for (const auto& b : catalogue().classes().first(40)) {
      EXPECT_EQ(is_held_out(a, Relation::kLeftOf, b), is_held_out(b, Relation::kRightOf, a));
      EXPECT_EQ(is_held_out(a, Relation::kBelow, b), is_held_out(b, Relation::kAbove, a));
    }
  }
}

// Straight from the definitions, without held_out_facts.
bool shows_held_out(const Scene& scene) {
  const auto boxes = test::boxes_of(scene);
  std::map<size_t, int> counts;
  std::map<std::pair<size_t, int>, int> coloured_counts;
  for (const auto& object : scene.objects) {
    if (object.colour && is_held_out(catalogue().at(object.class_index), *object.colour))
      return true;
    ++counts[object.class_index];
    if (object.colour) ++coloured_counts[{object.class_index, static_cast<int>(*object.colour)}];
  }
  for (const auto& [class_index, count] : counts) {
    if (count > 1 && is_held_out(catalogue().at(class_index), count)) return true;
  }
  for (const auto& [key, count] : coloured_counts) {
    if (count > 1 && is_held_out(catalogue().at(key.first), count)) return true;
  }
  for (size_t a = 0; a < boxes.size(); ++a) {
    for (size_t b = 0; b < boxes.size(); ++b) {
      const auto &of_a = scene.objects[a], &of_b = scene.objects[b];
      if (of_a.class_index == of_b.class_index) continue;
      for (const auto relation : relations(boxes[a], boxes[b])) {
        if (is_held_out(catalogue().at(of_a.class_index), relation,
                        catalogue().at(of_b.class_index))) {
          return true;
        }
      }
    }
  }
  return false;
}

TEST(Sampler, NeverShowsAHeldOutCombinationInTraining) {
  for (uint64_t index = 0; index < 20000; ++index) {
    ASSERT_FALSE(shows_held_out(test::training_scene(index))) << index;
  }
}

TEST(Sampler, AlwaysShowsOneWhenAskedForThem) {
  for (uint64_t index = 0; index < 500; ++index) {
    EXPECT_TRUE(shows_held_out(test::training_scene(index, {.split = Split::kHeldOut}))) << index;
  }
}

TEST(Sampler, ShowsSomeOfThemWhenItNeedNotCare) {
  int shown = 0;
  for (uint64_t index = 0; index < 500; ++index) {
    shown += shows_held_out(test::training_scene(index, {.split = Split::kAny}));
  }
  EXPECT_GT(shown, 60);
  EXPECT_LT(shown, 300);
}

TEST(Sampler, ShowsWholeObjectsThatHideNoOther) {
  for (const double width : {1.0, 1.5}) {
    for (uint64_t index = 0; index < 2000; ++index) {
      const auto scene = test::training_scene(index, {.width = width});
      const auto boxes = test::boxes_of(scene);
      ASSERT_GE(boxes.size(), 1U);
      ASSERT_LE(boxes.size(), kMaxObjects);
      for (size_t a = 0; a < boxes.size(); ++a) {
        EXPECT_GT(std::min(boxes[a].left, boxes[a].top), 0);
        EXPECT_LT(boxes[a].right, width);
        EXPECT_LT(boxes[a].bottom, 1);
        for (size_t b = 0; b < a; ++b) EXPECT_FALSE(touch(boxes[a], boxes[b], 0.02)) << index;
      }
    }
  }
}

TEST(Sampler, ShowsEveryClassColourCountBackgroundAndRelation) {
  std::set<size_t> classes, backgrounds, counts, sprites_of_person;
  std::set<Colour> colours;
  std::set<Relation> found;
  for (uint64_t index = 0; index < 6000; ++index) {
    const auto scene = test::training_scene(index);
    counts.insert(scene.objects.size());
    backgrounds.insert(static_cast<size_t>(scene.background.kind));
    for (const auto& object : scene.objects) {
      classes.insert(object.class_index);
      if (object.colour) colours.insert(*object.colour);
      if (test::class_name(object) == "person") sprites_of_person.insert(object.sprite);
    }
    const auto boxes = test::boxes_of(scene);
    if (boxes.size() == 2) {
      if (const auto relation = clear_relation(boxes[0], boxes[1])) found.insert(*relation);
    }
  }
  EXPECT_EQ(classes.size(), catalogue().size());
  EXPECT_EQ(colours.size(), kNumColours);
  EXPECT_EQ(counts.size(), kMaxObjects);
  EXPECT_EQ(backgrounds.size(), kNumBackgroundKinds);
  EXPECT_EQ(found.size(), kNumRelations);
  EXPECT_EQ(sprites_of_person.size(), 4U);
}

TEST(Sampler, GivesShapesAColourAndPeopleNone) {
  for (uint64_t index = 0; index < 3000; ++index) {
    for (const auto& object : test::training_scene(index).objects) {
      const auto& object_class = catalogue().at(object.class_index);
      EXPECT_TRUE(object.colour || !object_class.is_shape()) << object_class.name;
      EXPECT_TRUE(!object.colour || object_class.recolour) << object_class.name;
    }
  }
}

TEST(Sampler, MakesObjectsStandOutFromTheirBackground) {
  int faint = 0;
  for (uint64_t index = 0; index < 2000; ++index) {
    const auto scene = test::training_scene(index);
    faint += !stands_out(scene.background, scene, catalogue());
  }
  EXPECT_LE(faint, 20);  // scenes of many colours, for which no background is far from all
}

TEST(Sampler, ShowsOneObjectWhenAskedForOne) {
  int coloured = 0;
  for (uint64_t index = 0; index < 500; ++index) {
    const auto scene = test::training_scene(index, {.contents = Contents::kOneObject});
    ASSERT_EQ(scene.objects.size(), 1U);
    coloured += scene.objects[0].colour.has_value();
    const SceneOptions held_out = {.split = Split::kHeldOut, .contents = Contents::kOneObject};
    EXPECT_TRUE(shows_held_out(test::training_scene(index, held_out))) << index;
  }
  EXPECT_GT(coloured, 200);
  EXPECT_LT(coloured, 350);
}

TEST(Sampler, PutsTidyObjectsUprightOnAGrid) {
  constexpr double kStep = 1.0 / 16;
  constexpr double kSmallest = 0.1;
  for (uint64_t index = 0; index < 500; ++index) {
    for (const auto& object : test::training_scene(index, {.layout = Layout::kTidy}).objects) {
      const auto& placement = object.placement;
      EXPECT_EQ(object.sprite, 0U);
      EXPECT_EQ(placement.rotation, 0);
      EXPECT_FALSE(placement.flipped);
      EXPECT_EQ(std::remainder(placement.x, kStep), 0) << placement.x;
      EXPECT_EQ(std::remainder(placement.y, kStep), 0) << placement.y;
      EXPECT_TRUE(std::remainder(placement.size, kStep) == 0 || placement.size == kSmallest)
          << placement.size;
    }
  }
}

TEST(Sampler, PutsIconsInTheMiddle) {
  const SceneOptions icons = {.contents = Contents::kOneObject, .layout = Layout::kIcon};
  for (uint64_t index = 0; index < 500; ++index) {
    const auto scene = test::training_scene(index, icons);
    ASSERT_EQ(scene.objects.size(), 1U);
    const Placement middle = {.x = 0.5, .y = 0.5, .size = 0.75};
    EXPECT_EQ(scene.objects[0].placement, middle);
    EXPECT_EQ(scene.objects[0].sprite, 0U);
  }
  EXPECT_EQ(unipic::test::error_of([] { test::training_scene(0, {.layout = Layout::kIcon}); }),
            "scenes laid out as icons must be of one object");
}

// What is where, whatever the order.
auto things_in(const Scene& scene) {
  std::set<std::tuple<size_t, std::optional<Colour>, double, double, double>> things;
  for (const auto& object : scene.objects) {
    const auto& placement = object.placement;
    things.emplace(object.class_index, object.colour, placement.x, placement.y, placement.size);
  }
  return things;
}

// The same caption, the same picture: this is what the layout is for.
TEST(Sampler, DrawsPlainlyWhatAShortCaptionLeavesOpen) {
  constexpr SceneOptions kPlain = {.layout = Layout::kPlain};
  std::map<std::string, Scene> seen;
  int again = 0, on_white = 0;
  for (uint64_t index = 0; index < 3000; ++index) {
    const auto sample = caption_sample({.seed = 12, .epoch = 0, .index = index}, kPlain,
                                       catalogue(), CaptionStyle::kShort);
    on_white += sample.scene.background.colour == Colour::kWhite;
    ASSERT_EQ(sample.scene.background.kind, BackgroundKind::kPlain);
    EXPECT_TRUE(stands_out(sample.scene.background, sample.scene, catalogue()));
    const auto [known, is_new] = seen.emplace(sample.caption, sample.scene);
    again += !is_new;
    EXPECT_EQ(known->second.background, sample.scene.background) << sample.caption;
    EXPECT_EQ(things_in(known->second), things_in(sample.scene)) << sample.caption;
  }
  EXPECT_GT(again, 300);
  EXPECT_GT(on_white, 2000);
}

TEST(Sampler, ShowsTheClassesThatItMay) {
  std::set<size_t> popular;
  for (uint64_t index = 0; index < 1000; ++index) {
    for (const auto& object : test::training_scene(index, {.classes = ClassSet::kCoco}).objects) {
      EXPECT_TRUE(catalogue().at(object.class_index).coco);
    }
    for (const auto& object :
         test::training_scene(index, {.classes = ClassSet::kPopular}).objects) {
      EXPECT_TRUE(catalogue().at(object.class_index).popular);
      popular.insert(object.class_index);
    }
  }
  EXPECT_EQ(popular.size(), 16U);
}

TEST(Sampler, RefusesProportionsThatAreNone) {
  const auto message = unipic::test::error_of([] {
    RandomStream random(SampleKey{});
    sample_scene({.width = 0.5, .height = 0.7}, catalogue(), random);
  });
  EXPECT_EQ(message, "a scene of 0.5 x 0.7: the shorter side is 1, the longer one at most 4");
}

}  // namespace
}  // namespace unipic::scenes

#include "data/scenes/edit.h"

#include <gtest/gtest.h>

#include <set>

#include "data/scenes/held_out.h"
#include "data/scenes/render.h"
#include "data/scenes/shared.h"
#include "data/scenes/text.h"

namespace unipic::scenes {
namespace {

using test::catalogue;

constexpr uint64_t kNumEdits = 150;  // of each kind

Edit edit_of(EditKind kind, uint64_t index, Split split = Split::kTrain) {
  return edit_sample({.seed = 21, .epoch = 0, .index = index}, {.split = split}, catalogue(), kind);
}

bool says(const Edit& edit, std::string_view words) {
  return edit.instruction.find(words) != std::string::npos;
}

// What its kind may change, and how.
void expect_kind(const Edit& edit, const SceneChange& change) {
  using Counts = std::array<size_t, 3>;
  const Counts counts = {change.added.size(), change.removed.size(), change.changed.size()};
  SCOPED_TRACE(edit.instruction);
  EXPECT_EQ(change.background, edit.kind == EditKind::kBackground);
  EXPECT_EQ(change.style, edit.kind == EditKind::kStyle);
  switch (edit.kind) {
    case EditKind::kAdd:
      EXPECT_EQ(counts, (Counts{1, 0, 0}));
      break;
    case EditKind::kRemove:
      EXPECT_TRUE(counts[0] == 0 && counts[1] >= 1 && counts[2] == 0);
      break;
    case EditKind::kReplace:
      EXPECT_EQ(counts, (Counts{0, 0, 1}));
      EXPECT_TRUE(change.changed[0].class_changed);
      break;
    case EditKind::kRecolour:
      EXPECT_TRUE(counts[0] == 0 && counts[1] == 0 && counts[2] >= 1);
      for (const auto& object : change.changed) {
        EXPECT_TRUE(object.colour_changed && !object.moved && !object.class_changed);
      }
      break;
    case EditKind::kMove:
    case EditKind::kSwap:
      EXPECT_EQ(counts, (Counts{0, 0, edit.kind == EditKind::kMove ? 1U : 2U}));
      for (const auto& object : change.changed) {
        EXPECT_TRUE(object.moved && !object.colour_changed && !object.class_changed);
      }
      break;
    case EditKind::kCount:
      EXPECT_TRUE((counts[0] == 0) != (counts[1] == 0));
      EXPECT_EQ(counts[2], 0U);
      break;
    case EditKind::kBackground:
    case EditKind::kStyle:
      EXPECT_EQ(counts, (Counts{0, 0, 0}));
      break;
  }
}

// Where pictures may differ: around what was added, removed or changed.
std::vector<Box> changed_places(const Edit& edit, const SceneChange& change, const Picture& before,
                                const Picture& after) {
  const std::set<int> kept(change.kept.begin(), change.kept.end());
  std::vector<Box> places;
  for (size_t i = 0; i < edit.before.objects.size(); ++i) {
    if (!kept.contains(edit.before.objects[i].id)) places.push_back(before.boxes[i]);
  }
  for (size_t i = 0; i < edit.after.objects.size(); ++i) {
    if (!kept.contains(edit.after.objects[i].id)) places.push_back(after.boxes[i]);
  }
  return places;
}

// The number of pixels that differ inside the places; those outside must not.
int changed_pixels(const Picture& before, const Picture& after, const std::vector<Box>& places) {
  int inside = 0;
  const auto& a = before.image;
  const auto& b = after.image;
  for (int64_t y = 0; y < a.height; ++y) {
    for (int64_t x = 0; x < a.width; ++x) {
      const auto at = static_cast<size_t>(3 * (y * a.width + x));
      if (std::equal(&a.pixels[at], &a.pixels[at] + 3, &b.pixels[at])) continue;
      const Box here{static_cast<double>(x), static_cast<double>(y), static_cast<double>(x) + 1,
                     static_cast<double>(y) + 1};
      const bool may = std::any_of(places.begin(), places.end(),
                                   [&](const Box& place) { return touch(here, place, 2); });
      EXPECT_TRUE(may) << x << ' ' << y;
      if (!may) return inside;
      ++inside;
    }
  }
  return inside;
}

class EveryEdit : public testing::TestWithParam<size_t> {
 protected:
  EditKind kind() const { return static_cast<EditKind>(GetParam()); }
};

TEST_P(EveryEdit, ChangesWhatItsKindSaysAndNothingElse) {
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto edit = edit_of(kind(), index);
    const auto change = difference(edit.before, edit.after);
    expect_kind(edit, change);
    const auto before = render(edit.before, catalogue(), 96, 96);
    const auto after = render(edit.after, catalogue(), 96, 96);
    if (change.background || change.style) {
      EXPECT_NE(before.image, after.image) << edit.instruction;
      continue;
    }
    EXPECT_GT(changed_pixels(before, after, changed_places(edit, change, before, after)), 20)
        << edit.instruction;
  }
}

TEST_P(EveryEdit, NamesTheThingsItIsAbout) {
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto edit = edit_of(kind(), index);
    const auto change = difference(edit.before, edit.after);
    const auto expect_named = [&](const Scene& scene, int id) {
      const auto& object_class = catalogue().at(object_with_id(scene, id).class_index);
      EXPECT_TRUE(says(edit, object_class.name) || says(edit, object_class.plural))
          << edit.instruction << " / " << object_class.name;
    };
    for (const int id : change.added) expect_named(edit.after, id);
    for (const int id : change.removed) expect_named(edit.before, id);
    for (const auto& object : change.changed) {
      expect_named(edit.before, object.id);
      expect_named(edit.after, object.id);
      const auto colour = object_with_id(edit.after, object.id).colour;
      EXPECT_TRUE(!object.colour_changed || !colour || says(edit, name_of(*colour)));
    }
    EXPECT_FALSE(test::has_slips(edit.instruction)) << edit.instruction;
    EXPECT_TRUE(std::isupper(static_cast<unsigned char>(edit.instruction[0])));
  }
}

TEST_P(EveryEdit, LeavesWholeObjectsThatHideNoOther) {
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto edit = edit_of(kind(), index);
    const auto boxes = test::boxes_of(edit.after);
    EXPECT_LE(boxes.size(), kMaxObjects);
    for (size_t a = 0; a < boxes.size(); ++a) {
      EXPECT_TRUE(boxes[a].left > 0 && boxes[a].top > 0 && boxes[a].right < 1 &&
                  boxes[a].bottom < 1);
      for (size_t b = 0; b < a; ++b) {
        EXPECT_FALSE(touch(boxes[a], boxes[b], 0.02)) << edit.instruction;
      }
    }
  }
}

TEST_P(EveryEdit, KeepsToItsSplit) {
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto training = edit_of(kind(), index);
    EXPECT_TRUE(held_out_facts(training.before, catalogue()).empty());
    EXPECT_TRUE(held_out_facts(training.after, catalogue()).empty());
    EXPECT_FALSE(
        held_out_facts(edit_of(kind(), index, Split::kHeldOut).after, catalogue()).empty());
  }
}

INSTANTIATE_TEST_SUITE_P(OfEachKind, EveryEdit, testing::Range<size_t>(0, kNumEditKinds),
                         [](const auto& info) {
                           return std::string(name_of(static_cast<EditKind>(info.param)));
                         });

TEST(Edit, PutsThingsWhereTheInstructionSays) {
  int num_regions = 0, num_relations = 0;
  for (const auto kind : {EditKind::kAdd, EditKind::kMove}) {
    for (uint64_t index = 0; index < 300; ++index) {
      const auto edit = edit_of(kind, index);
      if (!edit.goal) continue;
      const auto box = box_of(object_with_id(edit.after, edit.goal->id), catalogue());
      if (edit.goal->region) {
        ++num_regions;
        const auto column = static_cast<int>(3 * box.centre_x());
        const auto row = static_cast<int>(3 * box.centre_y());
        EXPECT_EQ(static_cast<int>(*edit.goal->region), 3 * row + column);
        EXPECT_TRUE(says(edit, fmt::format("the {} of the picture", name_of(*edit.goal->region))));
      } else {
        ++num_relations;
        const auto target = box_of(object_with_id(edit.after, edit.goal->target_id), catalogue());
        EXPECT_EQ(relations(box, target), std::vector<Relation>{*edit.goal->relation});
      }
    }
  }
  EXPECT_GT(num_regions, 50);
  EXPECT_GT(num_relations, 50);
}

TEST(Edit, SwapsPlacesExactly) {
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto edit = edit_of(EditKind::kSwap, index);
    const auto change = difference(edit.before, edit.after);
    const auto place = [](const Scene& scene, int id) {
      const auto& placement = object_with_id(scene, id).placement;
      return std::pair(placement.x, placement.y);
    };
    const int a = change.changed.at(0).id, b = change.changed.at(1).id;
    EXPECT_EQ(place(edit.before, a), place(edit.after, b));
    EXPECT_EQ(place(edit.before, b), place(edit.after, a));
  }
}

// "Make it three dogs instead of one", "Add two more dogs", "Remove one of the dogs".
TEST(Edit, CountsToTheNumberThatItNames) {
  const std::vector<std::string> words = {"", "one", "two", "three", "four", "five"};
  int num_read = 0;
  for (uint64_t index = 0; index < 300; ++index) {
    const auto edit = edit_of(EditKind::kCount, index);
    const auto change = difference(edit.before, edit.after);
    const auto& scene = change.added.empty() ? edit.before : edit.after;
    const int id = change.added.empty() ? change.removed[0] : change.added[0];
    const size_t class_index = object_with_id(scene, id).class_index;
    const auto before = static_cast<size_t>(count_of(edit.before, class_index));
    const auto after = static_cast<size_t>(count_of(edit.after, class_index));
    EXPECT_GE(after, 1U);
    const auto read = [&](const char* pattern) {
      const auto found = test::captures(edit.instruction, pattern);
      return found ? found->at(0) : "";
    };
    if (const auto more = read("Add * more *"); !more.empty()) {
      EXPECT_EQ(words[after - before], more) << edit.instruction;
    } else if (const auto fewer = read("Remove * of the *"); !fewer.empty()) {
      EXPECT_EQ(words[before - after], fewer) << edit.instruction;
    } else {
      const bool says_one = says(edit, " a ") || says(edit, " an ");
      EXPECT_TRUE(after == 1 ? says_one : test::has_word(edit.instruction, words[after]))
          << edit.instruction;
      const bool says_before = says(edit, "instead of");
      EXPECT_TRUE(!says_before || says(edit, "instead of " + words[before])) << edit.instruction;
    }
    ++num_read;
  }
  EXPECT_EQ(num_read, 300);
}

TEST(Edit, ShowsEveryKindByItself) {
  std::set<EditKind> kinds;
  std::set<std::string> instructions;
  for (uint64_t index = 0; index < 300; ++index) {
    const auto edit =
        edit_sample({.seed = 2, .epoch = 0, .index = index}, SceneOptions{}, catalogue());
    kinds.insert(edit.kind);
    instructions.insert(edit.instruction);
  }
  EXPECT_EQ(kinds.size(), kNumEditKinds);
  EXPECT_GT(instructions.size(), 250U);
}

}  // namespace
}  // namespace unipic::scenes

#include "data/scenes/catalogue.h"

#include <gtest/gtest.h>

#include <set>

#include "data/scenes/shared.h"
#include "io/image.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::scenes {
namespace {

using test::catalogue;

TEST(Catalogue, HasEveryClassOfGenEvalAndCallsItCoco) {
  std::set<std::string> asked;
  for (const auto& line : test::geneval_lines()) {
    for (const auto& clause : line["include"]) asked.insert(clause["class"].get<std::string>());
  }
  EXPECT_EQ(asked.size(), 80U);
  size_t num_coco = 0;
  for (const auto& object_class : catalogue().classes()) num_coco += object_class.coco;
  EXPECT_EQ(num_coco, 80U);
  for (const auto& name : asked) {
    ASSERT_TRUE(catalogue().find(name)) << name;
    EXPECT_TRUE(catalogue().at(*catalogue().find(name)).coco) << name;
  }
}

TEST(Catalogue, NamesEachClassOnceAndKnowsTheClassesThatOthersShow) {
  std::set<std::string> names;
  for (const auto& object_class : catalogue().classes()) {
    EXPECT_TRUE(names.insert(object_class.name).second) << object_class.name;
    for (const auto& shown : object_class.shows) {
      EXPECT_TRUE(catalogue().find(shown)) << object_class.name << " shows " << shown;
    }
  }
  EXPECT_TRUE(catalogue().are_ambiguous(test::class_named("candle"), test::class_named("cake")));
  EXPECT_FALSE(catalogue().are_ambiguous(test::class_named("candle"), test::class_named("dog")));
}

TEST(Catalogue, HoldsSharpSpritesThatFillTheirRectangles) {
  for (const auto& object_class : catalogue().classes()) {
    for (const auto& sprite : object_class.sprites) {
      const auto& level = sprite.levels().front();
      EXPECT_EQ(std::max(level.width, level.height), 90) << object_class.name;
      const auto box = sprite.box({.x = 0, .y = 0, .size = 90});
      EXPECT_NEAR(box.width(), level.width, 4) << object_class.name;
      EXPECT_NEAR(box.height(), level.height, 4) << object_class.name;
    }
  }
}

// A table of one class over an atlas of 4 x 4 pixels.
class CatalogueFiles : public testing::Test {
 protected:
  std::string error_for(const std::string& table) {
    write_image(folder_ / "atlas.png",
                {.width = 4, .height = 4, .pixels = std::vector<uint8_t>(48, 9)});
    std::ofstream(folder_ / "table.json") << table;
    const auto message = unipic::test::error_of(
        [&] { Catalogue::load(folder_ / "table.json", folder_ / "atlas.png"); });
    return message.substr(message.find("table.json"));
  }

  static std::string with_rect(const std::string& rect) {
    return R"({"classes": [{"name": "dog", "plural": "dogs", "measure": [], "kind": "animal",
      "coco": true, "popular": true, "recolour": true, "mirror": true, "shows": [],
      "sprites": [{"emoji": "", "rect": )" +
           rect + "}]}]}";
  }

  unipic::test::TemporaryFolder folder_;
};

TEST_F(CatalogueFiles, RefuseRectanglesOutsideOfTheAtlas) {
  EXPECT_EQ(error_for(with_rect("[1, 0, 4, 4]")),
            "table.json: dog: rect 1 0 4 4 is not inside the atlas of 4x4");
  EXPECT_EQ(error_for(with_rect("[0, 9223372036854775807, 1, 1]")),
            "table.json: dog: rect 0 9223372036854775807 1 1 is not inside the atlas of 4x4");
  EXPECT_EQ(error_for(with_rect("[0, 0, 4]")), "table.json: dog: rect has 3 numbers, not 4");
}

TEST_F(CatalogueFiles, RefuseTablesOfAnotherForm) {
  EXPECT_EQ(error_for("[]"), "table.json: 'classes' is not an array");
  EXPECT_EQ(error_for(R"({"classes": []})"), "table.json: has no classes");
  EXPECT_EQ(error_for(with_rect("[0, 0, 4, \"4\"]")),
            "table.json: dog: 'rect' is not a whole number");
}

}  // namespace
}  // namespace unipic::scenes

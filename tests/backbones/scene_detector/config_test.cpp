#include "backbones/scene_detector/config.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::scene_detector {
namespace {

Config small_config() {
  return {.size = 64,
          .widths = {8, 8, 16, 16},
          .blocks = {0, 1, 1},
          .norm_groups = 4,
          .classes = {"dog", "cat"},
          .colours = {"red", "natural"}};
}

std::string refusal(const Config& config) {
  return test::error_of([&] { config.validate("d.json"); });
}

TEST(SceneDetectorConfig, IsTheSameAfterBeingWrittenAndRead) {
  EXPECT_EQ(config_from_json(config_to_json(small_config()), "d.json"), small_config());
}

TEST(SceneDetectorConfig, RefusesSizesThatMakeNoNetwork) {
  auto config = small_config();
  config.size = 72;
  EXPECT_EQ(refusal(config), "d.json: 'size' is 72, not a multiple of 16 within 16..4096");
  config = small_config();
  config.widths[2] = 18;
  EXPECT_EQ(refusal(config), "d.json: 18 channels do not divide into 4 norm groups");
  config = small_config();
  config.blocks.pop_back();
  EXPECT_EQ(refusal(config), "d.json: 4 'widths' and 2 'blocks', not 4 and 3");
  config = small_config();
  config.classes.clear();
  EXPECT_EQ(refusal(config), "d.json: 0 'classes' and 2 'colours', not within 1..65536");
}

TEST(SceneDetectorConfig, NamesAMemberThatIsMissingOrOfAnotherType) {
  auto json = config_to_json(small_config());
  json["classes"] = {"dog", 7};
  EXPECT_EQ(test::error_of([&] { config_from_json(json, "d.json"); }),
            "d.json: 'classes' holds something other than names");
  json = config_to_json(small_config());
  json.erase("widths");
  EXPECT_EQ(test::error_of([&] { config_from_json(json, "d.json"); }),
            "d.json: 'widths' is not a list");
}

}  // namespace
}  // namespace unipic::scene_detector

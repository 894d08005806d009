// UniFork behind the public interface, on the tiny networks of the goldens.

#include <gtest/gtest.h>

#include <filesystem>

#include "support/error.h"
#include "support/places.h"
#include "unipic/checkpoint.h"
#include "unipic/pipeline.h"

namespace unipic {
namespace {

using test::error_of;

std::filesystem::path model_folder() {
  for (const auto& entry :
       std::filesystem::directory_iterator(test::golden_folder() / "unifork" / "checkpoint"))
    if (std::filesystem::exists(entry.path() / "vocab.json")) return entry.path();
  return {};
}

Image grey_picture() { return {30, 20, std::vector<uint8_t>(30 * 20 * 3, 90)}; }

class UniForkBehindTheInterface : public testing::Test {
 protected:
  const Pipeline pipeline_ = Pipeline::load(model_folder(), {.dtype = DType::kF32, .threads = 2});
};

TEST_F(UniForkBehindTheInterface, DrawsThePictureOfASeed) {
  GenerateOptions options;
  options.count = 2;
  options.seed = 3;
  const auto two = pipeline_.generate("a cat", options);
  options.count = 1;
  options.seed = 4;
  EXPECT_EQ(pipeline_.generate("a cat", options).at(0).image, two.at(1).image);
  EXPECT_NE(two.at(0).image, two.at(1).image);
  EXPECT_EQ(two.at(0).image.width, pipeline_.facts().default_size);
}

TEST_F(UniForkBehindTheInterface, Answers) {
  DescribeOptions options;
  options.max_tokens = 5;
  EXPECT_EQ(pipeline_.describe(grey_picture(), "What is it?", options),
            pipeline_.describe(grey_picture(), "What is it?", options));
}

TEST_F(UniForkBehindTheInterface, RefusesWhatItDoesNotHave) {
  EXPECT_EQ(error_of([&] { pipeline_.edit(grey_picture(), "make it red", {}); }),
            "UniFork draws and describes; it does not edit pictures");
  GenerateOptions options;
  options.steps = 5;
  EXPECT_EQ(error_of([&] { pipeline_.generate("a cat", options); }),
            "5 steps: this model draws a picture in 36");
  options = {};
  options.picture_tokens.scale = 1;
  EXPECT_EQ(error_of([&] { pipeline_.generate("a cat", options); }),
            "UniFork has one kind of picture tokens: no scales, no choice of detokenizers");
}

TEST(UniForkFolder, IsTakenForOne) {
  EXPECT_EQ(inspect(model_folder()).kind, "UniFork checkpoint");
}

}  // namespace
}  // namespace unipic

#include "serve/images_request.h"

#include <gtest/gtest.h>

#include "serve/api_error.h"
#include "serve/requests.h"
#include "support/error.h"

namespace unipic::serve {
namespace {

ImagesRequest request_of(const std::string& body) {
  return generation_request(Fields::of_body(body), test::rules());
}

std::string refusal_of(const std::string& body) {
  return test::error_of([&] { request_of(body); });
}

const DrawRequest& drawn_by(const ImagesRequest& request) {
  return std::get<DrawWork>(request.work.what).request;
}

TEST(ImagesRequest, HoldsWhatTheFieldsSay) {
  const auto request = request_of(
      R"({"prompt": "a dog", "n": 2, "size": "64x32", "seed": 7, "num_inference_steps": 8,
          "guidance_scale": 2.5, "temperature": 0.5, "negative_prompt": "cats",
          "output_format": "webp", "output_compression": 50, "response_format": "url",
          "stream": true, "partial_images": 2, "progress": true, "model": "gpt-image-1",
          "user": "me", "background": "transparent"})");
  const auto& options = drawn_by(request).options;
  EXPECT_EQ(drawn_by(request).prompt, "a dog");
  EXPECT_EQ(options.count, 2);
  EXPECT_EQ(options.width, 64);
  EXPECT_EQ(options.height, 32);
  EXPECT_EQ(options.seed, 7U);
  EXPECT_EQ(options.steps, 8);
  EXPECT_EQ(options.guidance, 2.5);
  EXPECT_EQ(options.temperature, 0.5);
  EXPECT_EQ(options.negative, "cats");
  EXPECT_EQ(request.format.name, "webp");
  EXPECT_EQ(request.format.quality, 50);
  EXPECT_TRUE(request.wants_urls && request.streams && request.wants_progress);
  EXPECT_EQ(request.work.previews.count, 2);
  EXPECT_EQ(request.work.model, "default");
  EXPECT_EQ(request.work.kind(), "generate");
}

TEST(ImagesRequest, LeavesTheRestToTheModel) {
  const auto request = request_of(R"({"prompt": "a dog", "size": "auto", "partial_images": 3})");
  const auto& options = drawn_by(request).options;
  EXPECT_EQ(options.width, 0);
  EXPECT_EQ(options.steps, 0);
  EXPECT_EQ(options.count, 1);
  EXPECT_NE(options.seed, drawn_by(request_of(R"({"prompt": "a dog"})")).options.seed);
  EXPECT_EQ(request.work.previews.count, 0);  // nobody sees them without a stream
}

TEST(ImagesRequest, SaysWhatIsWrong) {
  EXPECT_EQ(refusal_of(R"({"prompt": "a dog", "size": "1024x16"})"),
            "size 1024x16: no side may be above 512");
  EXPECT_EQ(refusal_of("{}"), "prompt is missing or empty");
  EXPECT_EQ(refusal_of(R"({"prompt": " \n"})"), "prompt is missing or empty");
  EXPECT_EQ(refusal_of(R"({"prompt": "a", "size": "large"})"),
            "size 'large' is not like 256x256, or auto");
  EXPECT_EQ(refusal_of(R"({"prompt": "a", "size": "0x16"})"),
            "size '0x16' is not like 256x256, or auto");
  EXPECT_EQ(refusal_of(R"({"prompt": "a", "size": "100x16"})"),
            "size 100x16: both must be multiples of 16");
  EXPECT_EQ(refusal_of(R"({"prompt": "a", "size": "9223372036854775807x16"})"),
            "size 9223372036854775807x16 has more than 1048576 pixels");
  EXPECT_EQ(refusal_of(R"({"prompt": "a", "n": 11})"), "n is 11, not within 1 to 10");
  EXPECT_EQ(refusal_of(R"({"prompt": "a", "partial_images": 4, "stream": true})"),
            "partial_images is 4, not within 0 to 3");
  EXPECT_EQ(refusal_of(fmt::format(R"({{"prompt": "{}"}})", std::string(9000, 'a'))),
            "prompt has 9000 bytes, at most 8192 are allowed");
}

TEST(ImagesRequest, NamesOfModelsCountWhereThereAreSeveral) {
  const auto named = [](const std::string& body) {
    return generation_request(Fields::of_body(body), test::rules(test::kTwoModels)).work.model;
  };
  EXPECT_EQ(named(R"({"prompt": "a"})"), "default");
  EXPECT_EQ(named(R"({"prompt": "a", "model": "large"})"), "large");
  EXPECT_EQ(test::error_of([&] { named(R"({"prompt": "a", "model": "../x"})"); }),
            "there is no model '../x'");
}

TEST(Previews, AreSpreadEvenlyOrComeEverySoManySteps) {
  const auto due = [](const Previews& previews, int64_t num_steps) {
    std::vector<int64_t> steps;
    for (int64_t step = 1; step <= num_steps; ++step) {
      if (previews.are_due(step, num_steps)) steps.push_back(step);
    }
    return steps;
  };
  EXPECT_EQ(due({.count = 3}, 32), (std::vector<int64_t>{8, 16, 24}));
  EXPECT_EQ(due({.count = 2}, 2), (std::vector<int64_t>{1}));
  EXPECT_EQ(due({.count = 3, .every = 10}, 32), (std::vector<int64_t>{10, 20, 30}));
  EXPECT_TRUE(due({}, 32).empty());
}

}  // namespace
}  // namespace unipic::serve

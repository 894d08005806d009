#include "models/unifork/pipeline.h"

#include "models/unifork/checkpoint_copy.h"
#include "support/error.h"

namespace unipic::unifork {
namespace {

Image some_picture() {
  Image image{.width = 20, .height = 31, .pixels = {}};
  for (int64_t byte = 0; byte < 3 * image.width * image.height; ++byte)
    image.pixels.push_back(static_cast<uint8_t>(byte * 7 % 251));
  return image;
}

TEST(UniForkPipeline, ShowsPicturesAfterEveryToken) {
  const Pipeline pipeline(open_checkpoint(kPublished / "unifork"), {});
  std::vector<int64_t> steps;
  std::map<std::string, int64_t> last_step;
  SamplerHooks hooks;
  hooks.control.progress = [&](const std::string& stage, int64_t step, int64_t num_steps) {
    EXPECT_EQ(num_steps, 36);
    last_step[stage] = step;
  };
  const auto images =
      pipeline.generate({{"a red cube"}, {"a dog"}}, {}, {1, 2}, hooks,
                        [&](const Generation& generation) { steps.push_back(generation.step()); });
  ASSERT_EQ(images.size(), 2);
  EXPECT_EQ(images[1].width, 24);
  EXPECT_NE(images[0], images[1]);
  EXPECT_EQ(steps.size(), 36);
  EXPECT_EQ(last_step, (std::map<std::string, int64_t>{{"generate", 36}}));
}

TEST(UniForkPipeline, AnswersUpToTheirEnd) {
  const Pipeline pipeline(open_checkpoint(kPublished / "unifork"), {});
  EXPECT_EQ(pipeline.end_ids(), (std::vector<int64_t>{350, 352}));
  const AnswerOptions options = {.max_new_tokens = 8, .sampling = {}};
  const auto answer = pipeline.understand(some_picture(), "what is it?", options);
  EXPECT_EQ(answer, pipeline.understand(some_picture(), "what is it?", options));
  EXPECT_EQ(pipeline.ask(some_picture(), "?").num_tokens(),
            static_cast<int64_t>(pipeline.prompts().ask("?").size()) - 1 + 36 + 2);
}

// What our own kernels and fewer bits draw is a picture, if another one.
TEST(UniForkPipeline, DrawsInEveryTypeOfWeights) {
  for (const auto bits : {ops::WeightBits::kAsTheType, ops::WeightBits::k8}) {
    Pipeline pipeline(open_checkpoint(kPublished / "unifork"), {.dtype = torch::kBFloat16});
    pipeline.quantize(bits);
    pipeline.use_own_kernels();
    const auto images = pipeline.generate({{"a red cube"}}, {}, {1});
    ASSERT_EQ(images.size(), 1);
    EXPECT_EQ(images[0].pixels.size(), 3 * 24 * 24);
    pipeline.understand(some_picture(), "what is it?", {.max_new_tokens = 4});
  }
}

}  // namespace
}  // namespace unipic::unifork

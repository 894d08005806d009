#include "models/unipic2/generation.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "models/unipic2/parts.h"
#include "support/error.h"
#include "support/places.h"

namespace unipic::unipic2 {
namespace {

using torch::Tensor;

const std::filesystem::path kTransformer =
    test::golden_folder() / "unipic2/checkpoint/UniPic2-SD3.5M-Kontext-2B/transformer";

// Three pictures of a tiny transformer.
class ThreePictures : public testing::Test {
 protected:
  ThreePictures() { torch::manual_seed(1); }

  static EncodedPrompts some_prompts() { return {torch::randn({3, 5, 64}), torch::randn({3, 40})}; }
  static EncodedPrompts one(const EncodedPrompts& prompts, int64_t picture) {
    return {prompts.prompt_BSE.narrow(0, picture, 1), prompts.pooled_BP.narrow(0, picture, 1)};
  }
  Generation begin(const SamplerOptions& options, SamplerHooks hooks = {}) const {
    return {transformer_,    diffusion::flow_schedule(options.num_steps, 3.0),
            noise_,          prompts_,
            Tensor(),        options,
            std::move(hooks)};
  }
  static Tensor run(Generation generation) {
    while (!generation.is_done()) generation.advance();
    return generation.latents();
  }

  sd3::Transformer transformer_ = load_transformer(kTransformer, {});
  Tensor noise_ = torch::randn({3, 16, 4, 6});
  PromptPair prompts_ = {some_prompts(), some_prompts()};
};

TEST_F(ThreePictures, AreWhatEachIsAlone) {
  const auto together = run(begin({.num_steps = 3}));
  for (int64_t picture = 0; picture < 3; ++picture) {
    const auto alone = run({transformer_,
                            diffusion::flow_schedule(3, 3.0),
                            noise_.narrow(0, picture, 1),
                            {one(prompts_.positive, picture), one(prompts_.negative, picture)},
                            Tensor(),
                            {.num_steps = 3}});
    EXPECT_TRUE(torch::allclose(together.narrow(0, picture, 1), alone, 1e-4, 1e-5));
  }
}

TEST_F(ThreePictures, GoOnWithoutThoseThatAreLeftOut) {
  const auto all = run(begin({.num_steps = 3}));
  auto generation = begin({.num_steps = 3});
  generation.advance();
  generation.keep({2, 0});
  EXPECT_EQ(generation.num_pictures(), 2);
  EXPECT_TRUE(
      torch::allclose(run(generation), all.index_select(0, torch::tensor({2, 0})), 1e-4, 1e-5));
}

TEST_F(ThreePictures, EndWhereTheLastStepIsHeading) {
  auto generation = begin({.num_steps = 2});
  generation.advance();
  EXPECT_FALSE(torch::allclose(generation.heading(), generation.latents()));
  generation.advance();
  EXPECT_TRUE(generation.is_done());
  EXPECT_TRUE(torch::allclose(generation.heading(), generation.latents()));
}

TEST_F(ThreePictures, AreOthersWhereALayerIsSkipped) {
  SamplerOptions options = {.num_steps = 2, .guidance = 3.5, .skip = {.layers = {1}, .stop = 0.9}};
  EXPECT_FALSE(torch::allclose(run(begin(options)), run(begin({.num_steps = 2}))));
  options.skip.layers = {3};
  EXPECT_EQ(test::error_of([&] { begin(options); }), "layer 3 cannot be skipped, there are 3");
}

TEST_F(ThreePictures, StopWhenAsked) {
  std::stop_source source;
  source.request_stop();
  auto generation = begin({.num_steps = 2}, {.control = {.stop = source.get_token()}});
  EXPECT_THROW(generation.advance(), Cancelled);
}

}  // namespace
}  // namespace unipic::unipic2

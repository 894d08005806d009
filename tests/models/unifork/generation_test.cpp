#include "models/unifork/generation.h"

#include "models/unifork/checkpoint_copy.h"
#include "models/unifork/pipeline.h"
#include "support/error.h"

namespace unipic::unifork {
namespace {

using torch::Tensor;

// Two pictures of a tiny model.
class UniForkGeneration : public testing::Test {
 protected:
  Tensor run(Generation generation) const {
    while (!generation.is_done()) generation.advance();
    return generation.codes();
  }
  Generation begin(const std::vector<std::string>& prompts, const std::vector<uint64_t>& seeds,
                   SamplerHooks hooks = {}) const {
    std::vector<DrawPrompt> all;
    for (const auto& prompt : prompts) all.push_back({prompt, "blurry"});
    return pipeline_.begin(all, options_, seeds, std::move(hooks));
  }

  Pipeline pipeline_{open_checkpoint(kPublished / "unifork"), {}};
  SamplerOptions options_ = {.guidance = 3.0,
                             .sampling = {.temperature = 1.0, .top_k = 24, .top_p = 0.96},
                             .num_tokens = 5};
  const std::string prompt_ = "a red cube", longer_ = "a small dog sitting on the grass";
};

TEST_F(UniForkGeneration, PicturesAreWhatEachIsAlone) {
  const auto together = run(begin({prompt_, longer_}, {1, 2}));
  EXPECT_EQ(together.sizes(), torch::IntArrayRef({2, 5, 4}));
  EXPECT_TRUE(together[0].equal(run(begin({prompt_}, {1}))[0]));
  EXPECT_TRUE(together[1].equal(run(begin({longer_}, {2}))[0]));
  EXPECT_FALSE(together[0].equal(run(begin({prompt_}, {3}))[0]));
}

TEST_F(UniForkGeneration, GoesOnWithoutPicturesThatAreLeftOut) {
  const auto all = run(begin({prompt_, longer_, prompt_}, {1, 2, 3}));
  for (const int64_t num_before : {0, 2}) {
    auto generation = begin({prompt_, longer_, prompt_}, {1, 2, 3});
    for (int64_t step = 0; step < num_before; ++step) generation.advance();
    generation.keep({2, 1});
    const auto kept = run(std::move(generation));
    EXPECT_TRUE(kept.equal(all.index_select(0, torch::tensor({2, 1}))));
  }
}

TEST_F(UniForkGeneration, KnowsZerosWhereNothingIsDrawnYet) {
  auto generation = begin({prompt_}, {1});
  EXPECT_TRUE(generation.vectors().eq(0).all().item<bool>());
  generation.advance();
  const auto z_1LC = generation.vectors().flatten(1, 2);
  EXPECT_FALSE(z_1LC.narrow(1, 0, 1).eq(0).all().item<bool>());
  EXPECT_TRUE(z_1LC.narrow(1, 1, 35).eq(0).all().item<bool>());
  EXPECT_EQ(pipeline_.decode(generation.vectors()).sizes(), torch::IntArrayRef({1, 3, 24, 24}));
}

TEST_F(UniForkGeneration, NeedsNoNegativePromptUnguided) {
  options_.guidance = 1;
  const auto codes = run(begin({prompt_}, {1}));
  options_.guidance = 1.0000001;
  EXPECT_TRUE(codes.equal(run(begin({prompt_}, {1}))));
}

TEST_F(UniForkGeneration, RefusesOptionsThatMakeNoSense) {
  const auto refusal = [&] { return test::error_of([&] { begin({prompt_}, {1}); }); };
  options_.num_tokens = 37;
  EXPECT_EQ(refusal(), "37 tokens of a picture that has 36");
  options_.num_tokens = 1;
  options_.sampling.top_p = 0;
  EXPECT_EQ(refusal(), "top_p 0 is not within 0..1, 0 excluded");
  EXPECT_EQ(test::error_of([&] { begin({prompt_}, {1, 2}); }), "1 prompts for 2 seeds");
  options_.sampling.top_p = 1;
  std::string endless;
  for (int word = 0; word < 40000; ++word) endless += " a";
  EXPECT_EQ(test::error_of([&] { begin({endless}, {1}); }).substr(0, 18), "the prompt has 400");
}

TEST_F(UniForkGeneration, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  auto generation = begin({prompt_}, {1}, {.control = {.stop = source.get_token()}});
  EXPECT_THROW(generation.advance(), Cancelled);
}

}  // namespace
}  // namespace unipic::unifork

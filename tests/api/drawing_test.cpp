#include "unipic/drawing.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"
#include "unipic/pipeline.h"

namespace unipic {
namespace {

// In bf16, so that our own kernels compute, by which a picture does not depend on its company.
class TinyDrawing : public testing::Test {
 protected:
  TinyDrawing() : pipeline_(load(folder_)) {}

  static Pipeline load(const test::TemporaryFolder& folder) {
    test::write_tiny_unipic1(folder / "model", torch::kBFloat16);
    return Pipeline::load(folder / "model", {.dtype = DType::kBF16, .threads = 2});
  }

  static DrawRequest request(const std::string& prompt, uint64_t seed, double guidance = 3.0) {
    DrawRequest wanted{prompt, {}};
    wanted.options.seed = seed;
    wanted.options.steps = 5;
    wanted.options.guidance = guidance;
    return wanted;
  }

  Image alone(const DrawRequest& wanted) const {
    return pipeline_.generate(wanted.prompt, wanted.options).front().image;
  }

  void run(const std::vector<Drawing*>& drawings) const {
    while (!drawings.front()->is_done()) pipeline_.advance(drawings);
  }

  test::TemporaryFolder folder_;
  Pipeline pipeline_;
};

TEST_F(TinyDrawing, BegunTogetherPicturesAreWhatTheyAreAlone) {
  const std::vector<DrawRequest> wanted = {request("a dog", 1), request("two red cats", 2)};
  auto drawing = pipeline_.begin(wanted);
  EXPECT_EQ(drawing.num_pictures(), 2);
  run({&drawing});
  const auto pictures = drawing.finish();
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_EQ(pictures[0].image, alone(wanted[0]));
  EXPECT_EQ(pictures[1].image, alone(wanted[1]));
  EXPECT_EQ(pictures[1].seed, 2U);
  EXPECT_EQ(pictures[1].num_steps, 5);
  EXPECT_EQ(pictures[1].num_tokens, 36);
}

TEST_F(TinyDrawing, APictureIsTheSameForAnyNumberOfThreads) {
  for (const auto dtype : {DType::kBF16, DType::kInt8, DType::kInt4}) {
    const auto drawn_by = [&](int threads) {
      const auto wanted = request("a dog", 1);
      return Pipeline::load(folder_ / "model", {.dtype = dtype, .threads = threads})
          .generate(wanted.prompt, wanted.options)
          .front()
          .image;
    };
    EXPECT_EQ(drawn_by(1), drawn_by(3));
  }
}

TEST_F(TinyDrawing, DrawingsThatJoinLaterOrAreUnguidedChangeNothing) {
  const auto early = request("a dog", 1), late = request("a cat", 2, 2.0);
  const auto unguided = request("a bus", 3, 1.0);
  auto first = pipeline_.begin({early});
  pipeline_.advance(std::vector{&first});
  pipeline_.advance(std::vector{&first});
  auto second = pipeline_.begin({late});
  auto third = pipeline_.begin({unguided});
  while (!first.is_done()) pipeline_.advance(std::vector{&first, &second, &third});
  EXPECT_EQ(second.step(), 3);
  run({&second, &third});
  EXPECT_EQ(first.finish().front().image, alone(early));
  EXPECT_EQ(second.finish().front().image, alone(late));
  EXPECT_EQ(third.finish().front().image, alone(unguided));
}

TEST_F(TinyDrawing, PicturesThatAreLeftOutChangeNothingForTheOthers) {
  const std::vector<DrawRequest> wanted = {request("a dog", 1), request("a cat", 2),
                                           request("a bus", 3)};
  auto drawing = pipeline_.begin(wanted);
  pipeline_.advance(std::vector{&drawing});
  drawing.keep({0, 2});
  EXPECT_EQ(drawing.num_pictures(), 2);
  run({&drawing});
  const auto pictures = drawing.finish();
  EXPECT_EQ(pictures[0].image, alone(wanted[0]));
  EXPECT_EQ(pictures[1].image, alone(wanted[2]));
  EXPECT_EQ(pictures[1].seed, 3U);
}

TEST_F(TinyDrawing, EditsGoOnBesidePictures) {
  const Image source = {.width = 30, .height = 20, .pixels = std::vector<uint8_t>(1800, 90)};
  const auto wanted = request("make it blue", 4);
  auto edit = pipeline_.begin_edit(source, wanted.prompt, wanted.options);
  auto picture = pipeline_.begin({request("a dog", 1)});
  run({&edit, &picture});
  EXPECT_EQ(edit.finish().front().image,
            pipeline_.edit(source, wanted.prompt, wanted.options).front().image);
}

TEST_F(TinyDrawing, ShowsAPictureAsItForms) {
  auto drawing = pipeline_.begin({request("a dog", 1)});
  const auto before = drawing.so_far(0);
  run({&drawing});
  EXPECT_NE(drawing.so_far(0), before);
  EXPECT_EQ(drawing.so_far(0), drawing.finish().front().image);
}

TEST_F(TinyDrawing, RefusesWhatDoesNotFitTogetherOrIsNotDone) {
  EXPECT_FALSE(pipeline_.fit_together(request("a", 1), request("b", 2, 1.0)));
  EXPECT_TRUE(pipeline_.fit_together(request("a", 1), request("b", 2)));
  EXPECT_EQ(test::error_of([&] {
              pipeline_.begin({request("a", 1), request("b", 2, 1.0)});
            }),
            "pictures of other sizes, steps or guidance are not drawn together");
  EXPECT_EQ(test::error_of([&] { pipeline_.begin({request("a", 1)}).finish(); }),
            "pictures are finished after 5 steps, not after 0");
}

TEST_F(TinyDrawing, AnAnswerComesTokenByToken) {
  const Image image = {.width = 24, .height = 24, .pixels = std::vector<uint8_t>(1728, 50)};
  DescribeOptions options;
  options.max_tokens = 7;
  auto answer = pipeline_.begin_answer(image, "What is it?", options);
  EXPECT_GT(answer.num_prompt_tokens(), 36);
  std::string text;
  int64_t num_advances = 0;
  for (; !answer.is_done(); ++num_advances) text += answer.advance();
  EXPECT_EQ(text, pipeline_.describe(image, "What is it?", options));
  EXPECT_EQ(answer.num_tokens(), num_advances);
  EXPECT_EQ(answer.is_complete(), num_advances < 7);
}

}  // namespace
}  // namespace unipic

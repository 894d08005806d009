#include "serve/engine.h"

#include <gtest/gtest.h>

#include "serve/follow.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"

namespace unipic::serve {
namespace {

const std::function<bool()> kStays = [] { return false; };

class TinyEngine : public testing::Test {
 protected:
  TinyEngine() {
    std::filesystem::create_directory(folder_ / "models");
    test::write_tiny_unipic1(folder_ / "models" / "tiny", torch::kBFloat16);
  }

  std::unique_ptr<Engine> start(const EngineOptions& options = {}) {
    return std::make_unique<Engine>(ModelsOptions{.model = folder_ / "models" / "tiny",
                                                  .models_dir = folder_ / "models",
                                                  .load = {.dtype = DType::kBF16, .threads = 2}},
                                    options,
                                    [this](const std::string& message) { failure_ = message; });
  }

  static Work draw(const std::string& prompt, uint64_t seed, int64_t count = 1, int64_t steps = 6) {
    DrawWork work{.request = {prompt, {}}, .source = {}};
    work.request.options.seed = seed;
    work.request.options.count = count;
    work.request.options.steps = steps;
    return {.model = "tiny", .what = std::move(work)};
  }

  static Work ask(int64_t max_tokens) {
    AskWork work;
    work.image.width = work.image.height = 24;
    work.image.pixels.resize(1728, 50);
    work.question = "What is it?";
    work.options.max_tokens = max_tokens;
    return {.model = "tiny", .what = std::move(work)};
  }

  static Drawn drawn_by(Job& job) { return std::get<Drawn>(*outcome_of(job, kStays)); }

  test::TemporaryFolder folder_;
  std::string failure_;
};

TEST_F(TinyEngine, RequestsThatShareStepsGetThePicturesTheyGetAlone) {
  const auto engine = start();
  std::vector<std::shared_ptr<Job>> jobs;
  for (uint64_t seed = 1; seed <= 5; ++seed) jobs.push_back(engine->submit(draw("a dog", seed)));
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const auto together = drawn_by(*jobs[seed - 1]);
    const auto alone = drawn_by(*engine->submit(draw("a dog", seed)));
    EXPECT_EQ(together.pictures.front().image, alone.pictures.front().image) << seed;
    EXPECT_EQ(together.pictures.front().seed, seed);
  }
  // Five alone take 30 steps; together at least those that waited shared theirs.
  const auto totals = engine->totals();
  EXPECT_EQ(totals.steps, 60U);
  EXPECT_LT(totals.advances, 60U);
  EXPECT_EQ(totals.pictures, 10U);
  EXPECT_EQ(totals.finished, 10U);
}

TEST_F(TinyEngine, TellsStepsPreviewsAndTheEnd) {
  const auto engine = start();
  auto work = draw("a dog", 1, 2);
  work.previews.count = 2;
  const auto job = engine->submit(work);
  std::vector<int64_t> steps;
  std::map<int64_t, int64_t> previews;
  ASSERT_TRUE(follow(*job, kStays, [&](JobEvent& event) {
    if (const auto* step = std::get_if<Step>(&event)) steps.push_back(step->step);
    if (const auto* preview = std::get_if<Preview>(&event)) {
      EXPECT_EQ(preview->image.width, 24);
      ++previews[preview->picture];
    }
    if (const auto* drawn = std::get_if<Drawn>(&event)) {
      EXPECT_EQ(drawn->pictures.size(), 2U);
      EXPECT_GT(drawn->num_prompt_tokens, 0);
    }
  }));
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));
  EXPECT_EQ(previews, (std::map<int64_t, int64_t>{{0, 2}, {1, 2}}));
}

TEST_F(TinyEngine, AShortAnswerDoesNotWaitForALongPicture) {
  const auto engine = start();
  const auto picture = engine->submit(draw("a dog", 1, 1, 36));
  const auto answer = engine->submit(ask(4));
  std::string text;
  ASSERT_TRUE(follow(*answer, kStays, [&](JobEvent& event) {
    if (const auto* piece = std::get_if<TextPiece>(&event)) text += piece->text;
    if (const auto* answered = std::get_if<Answered>(&event)) {
      EXPECT_LE(answered->num_tokens, 4);
    }
  }));
  EXPECT_LT(engine->totals().steps, 36U);
  drawn_by(*picture);
}

TEST_F(TinyEngine, WorkOfThoseWhoLeaveEndsWithinAStep) {
  const auto engine = start();
  const auto leaves = engine->submit(draw("a dog", 1, 1, 36));
  const auto stays = engine->submit(draw("a dog", 2, 1, 36));
  bool is_gone = false;
  EXPECT_FALSE(follow(
      *leaves, [&] { return is_gone; },
      [&](JobEvent& event) { is_gone = is_gone || std::holds_alternative<Step>(event); }));
  const auto kept = drawn_by(*stays);
  EXPECT_EQ(kept.pictures.front().image,
            drawn_by(*engine->submit(draw("a dog", 2, 1, 36))).pictures.front().image);
  EXPECT_EQ(engine->totals().cancelled, 1U);
  EXPECT_LT(engine->totals().steps, 36U * 3);
}

TEST_F(TinyEngine, RefusesMoreThanMayWait) {
  const auto engine = start({.max_waiting = 2, .max_pictures = 1});
  std::vector<std::shared_ptr<Job>> jobs;
  EXPECT_THROW(
      {
        for (int number = 0; number < 20; ++number)
          jobs.push_back(engine->submit(draw("a dog", 1, 1, 36)));
      },
      Busy);
  engine->close();
  EXPECT_THROW(engine->submit(draw("a dog", 1)), Unavailable);
  engine->cancel_all();
  for (const auto& job : jobs) EXPECT_THROW(outcome_of(*job, kStays), Unavailable);
}

TEST_F(TinyEngine, FailsAJobThatTheModelRefusesAndGoesOn) {
  const auto engine = start();
  auto wrong = draw("a dog", 1);
  std::get<DrawWork>(wrong.what).request.options.width = 25;
  EXPECT_EQ(test::error_of([&] { outcome_of(*engine->submit(wrong), kStays); }),
            "a picture of 25x25 pixels: width and height must be multiples of 4");
  drawn_by(*engine->submit(draw("a dog", 1)));
  EXPECT_EQ(engine->totals().failed, 1U);
}

TEST_F(TinyEngine, SaysWhenTheModelCannotBeLoaded) {
  std::filesystem::remove_all(folder_ / "models" / "tiny");
  {
    const auto engine = start();
    while (failure_.empty()) std::this_thread::yield();
  }
  EXPECT_NE(failure_.find("tiny"), std::string::npos) << failure_;
}

}  // namespace
}  // namespace unipic::serve

#include "serve/history.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::serve {
namespace {

PictureRecord record(const std::string& prompt, const std::string& task = "generate") {
  return {.created = 1764200000,
          .task = task,
          .prompt = prompt,
          .model = "default",
          .seed = (uint64_t{1} << 53) - 1,
          .width = 128,
          .height = 96,
          .num_inference_steps = 32,
          .guidance_scale = 3.5,
          .temperature = 0.9,
          .seconds = 1.25};
}

std::vector<std::string> prompts_of(const std::vector<PictureRecord>& records) {
  std::vector<std::string> prompts;
  for (const auto& each : records) prompts.push_back(each.prompt);
  return prompts;
}

TEST(History, GivesBackWhatItKeeps) {
  History history("", 100);
  const std::string png("\x89PNG\0bytes", 10);
  auto kept = record("a \"quoted\" prompt\n\xc3\xa9");
  kept.source_id = "pic_of_before";
  const auto id = history.add(kept, png);
  EXPECT_EQ(history.png(id), png);
  kept.id = id;
  EXPECT_EQ(history.find(id)->to_json(), kept.to_json());
  EXPECT_FALSE(history.find("pic_x").has_value());
  EXPECT_FALSE(history.png("' OR 1=1 --").has_value());
}

TEST(History, ListsTheNewestFirstPageByPageWithoutUploads) {
  History history("", 100);
  history.add(record("one"), "1");
  history.add(record("sent", "upload"), "x");
  const auto two = history.add(record("two"), "2");
  history.add(record("three"), "3");
  EXPECT_EQ(prompts_of(*history.list(2, "")), (std::vector<std::string>{"three", "two"}));
  EXPECT_EQ(prompts_of(*history.list(2, two)), (std::vector<std::string>{"one"}));
  EXPECT_FALSE(history.list(2, "pic_x").has_value());
  EXPECT_EQ(history.num_pictures(), 3);
}

TEST(History, ForgetsWhatIsRemovedAndTheOldestBeyondItsSize) {
  History history("", 2);
  const auto one = history.add(record("one"), "1");
  const auto two = history.add(record("two"), "2");
  history.add(record("three"), "3");
  EXPECT_FALSE(history.find(one).has_value());
  EXPECT_TRUE(history.remove(two));
  EXPECT_FALSE(history.remove(two));
  EXPECT_EQ(prompts_of(*history.list(10, "")), std::vector<std::string>{"three"});
}

TEST(History, SurvivesAKillBetweenPictures) {
  const test::TemporaryFolder folder;
  const auto path = folder / "sub" / "history.sqlite";
  const pid_t child = fork();
  if (child == 0) {
    History history(path, 100);
    history.add(record("kept"), "png");
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  const History history(path, 100);
  EXPECT_EQ(prompts_of(*history.list(10, "")), std::vector<std::string>{"kept"});
}

TEST(History, SaysWhichFileIsNone) {
  const test::TemporaryFolder folder;
  const auto path = folder / "notes.txt";
  std::ofstream(path) << "This is not a database, whatever its name says of it. "
                      << std::string(200, 'x');
  const auto error = test::error_of([&] { History(path, 100); });
  EXPECT_TRUE(error.starts_with(path.string() + ": cannot ")) << error;
}

}  // namespace
}  // namespace unipic::serve

#include "train/run/run_folder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::train {
namespace {

using unipic::test::error_of;
using unipic::test::TemporaryFolder;

TEST(RunFolder, IsHeldByOneTrainerAtATime) {
  const TemporaryFolder folder;
  const auto path = folder / "new/run";
  {
    const RunFolder run(path);
    EXPECT_EQ(error_of([&] { RunFolder second(path); }),
              fmt::format("{}: process {} trains in this run folder", path.string(), getpid()));
    const RunFolder other(folder / "other");
  }
  EXPECT_EQ(error_of([&] { RunFolder again(path); }), "no error");
}

TEST(RunFolder, IsGivenBackWhenItsHolderIsKilled) {
  const TemporaryFolder folder;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const RunFolder run(folder.path());
    if (write(ready[1], "x", 1) == 1) pause();
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_EQ(error_of([&] { RunFolder run(folder.path()); }),
            fmt::format("{}: process {} trains in this run folder", folder.path().string(), child));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  EXPECT_EQ(error_of([&] { RunFolder run(folder.path()); }), "no error");
}

TEST(RunFolder, RefusesAPlaceItCannotMake) {
  const TemporaryFolder folder;
  test::write_file(folder / "file", "");
  EXPECT_EQ(error_of([&] { RunFolder run(folder / "file/run"); }),
            (folder / "file/run").string() + ": cannot make the run folder: Not a directory");
}

}  // namespace
}  // namespace unipic::train

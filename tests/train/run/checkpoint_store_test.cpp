#include "train/run/checkpoint_store.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "train/run/manifest.h"

namespace unipic::train {
namespace {

using unipic::test::error_of;
using unipic::test::read_file;
using unipic::test::TemporaryFolder;
using unipic::test::write_file;
using Steps = std::vector<int64_t>;

class CheckpointStoreTest : public testing::Test {
 protected:
  // Leaves a checkpoint of two files.
  void save(int64_t step, CheckpointRetention retention = {.newest = 10}) {
    const RunFolder run(run_);
    const CheckpointStore store(run, retention);
    auto writer = store.begin(step);
    write_file(writer.file("model.bin"), "model of " + std::to_string(step));
    write_file(writer.file("sub/state.json"), "{}");
    writer.finish();
  }
  std::filesystem::path folder(int64_t step) const { return checkpoint_folder(run_, step); }
  Steps steps() const { return checkpoint_steps(run_); }

  // Expects that step 1 is found instead of step 2, which `problem` is wrong with.
  void expect_fall_back(const std::string& problem) const {
    const auto search = find_newest_checkpoint(run_);
    ASSERT_TRUE(search.newest);
    EXPECT_EQ(search.newest->step, 1);
    EXPECT_EQ(search.damaged, std::vector{folder(2).string() + problem});
    EXPECT_EQ(error_of([&] { open_checkpoint(run_, 2); }), folder(2).string() + problem);
  }

  TemporaryFolder temporary_;
  std::filesystem::path run_ = temporary_ / "run";
};

TEST_F(CheckpointStoreTest, FindsWhatItFinished) {
  EXPECT_FALSE(find_newest_checkpoint(run_).newest);
  save(5);
  save(1200);
  const auto search = find_newest_checkpoint(run_);
  ASSERT_TRUE(search.newest);
  EXPECT_EQ(search.newest->step, 1200);
  EXPECT_EQ(search.newest->folder, run_ / "checkpoints/step-00001200");
  EXPECT_TRUE(search.damaged.empty());
  EXPECT_EQ(read_file(search.newest->folder / "model.bin"), "model of 1200");
  EXPECT_EQ(read_file(run_ / "checkpoints/latest"), "step-00001200\n");
  EXPECT_EQ(open_checkpoint(run_, 5).step, 5);
  EXPECT_EQ(open_checkpoint(folder(5)).step, 5);
  EXPECT_EQ(error_of([&] { open_checkpoint(run_, 6); }),
            folder(6).string() + ": no such checkpoint");
}

TEST_F(CheckpointStoreTest, RecordsSizeAndXxh3OfEveryFile) {
  save(7);
  const auto manifest = read_json(folder(7) / "manifest.json");
  EXPECT_EQ(manifest["step"], 7);
  ASSERT_EQ(manifest["files"].size(), 2U);
  EXPECT_EQ(manifest["files"]["model.bin"]["size"], 10);
  EXPECT_EQ(manifest["files"]["sub/state.json"]["size"], 2);
  const TemporaryFolder folder;
  write_file(folder / "empty", "");
  // XXH3_128bits of nothing with seed 0, from the algorithm's description.
  EXPECT_EQ(measure_file(folder / "empty").hash, "99aa06d3014798d86001c324468d497f");
}

TEST_F(CheckpointStoreTest, HidesAWriterThatDoesNotFinish) {
  save(1);
  const RunFolder run(run_);
  const CheckpointStore store(run, {});
  {
    auto writer = store.begin(2);
    write_file(writer.file("model.bin"), "half");
    EXPECT_TRUE(std::filesystem::exists(run_ / "checkpoints/step-00000002.tmp/model.bin"));
    EXPECT_EQ(steps(), Steps{1});
  }
  EXPECT_FALSE(std::filesystem::exists(run_ / "checkpoints/step-00000002.tmp"));
}

TEST_F(CheckpointStoreTest, KeepsTheNewestAndEveryNth) {
  for (const int64_t step : {10, 20, 30, 40, 50}) save(step, {.newest = 2, .every = 20});
  EXPECT_EQ(steps(), (Steps{20, 40, 50}));
  save(60, {.newest = 1});
  EXPECT_EQ(steps(), Steps{60});
  EXPECT_EQ(error_of([&] { save(70, {.newest = 0}); }),
            "checkpoints: at least one must be kept, not 0");
}

TEST_F(CheckpointStoreTest, ReplacesACheckpointOfTheSameStep) {
  save(1);
  write_file(folder(1) / "model.bin", "damaged");
  EXPECT_FALSE(find_newest_checkpoint(run_).newest);
  save(1);
  ASSERT_TRUE(find_newest_checkpoint(run_).newest);
  EXPECT_EQ(read_file(folder(1) / "model.bin"), "model of 1");
  EXPECT_FALSE(std::filesystem::exists(run_ / "checkpoints/step-00000001.tmp"));
}

TEST_F(CheckpointStoreTest, DiscardsWhatARunAbandons) {
  for (const int64_t step : {1, 2, 3}) save(step);
  CheckpointStore(RunFolder(run_), {}).discard_after(1);
  EXPECT_EQ(steps(), Steps{1});
  EXPECT_EQ(read_file(run_ / "checkpoints/latest"), "step-00000001\n");
}

TEST_F(CheckpointStoreTest, FallsBackFromAMissingFile) {
  save(1), save(2);
  std::filesystem::remove(folder(2) / "model.bin");
  expect_fall_back("/model.bin: is missing");
}

TEST_F(CheckpointStoreTest, FallsBackFromAFileOfAnotherSize) {
  save(1), save(2);
  std::filesystem::resize_file(folder(2) / "model.bin", 9);
  expect_fall_back("/model.bin: 9 bytes, the manifest says 10");
}

TEST_F(CheckpointStoreTest, FallsBackFromAChangedByte) {
  save(1), save(2);
  const auto good = measure_file(folder(2) / "model.bin").hash;
  write_file(folder(2) / "model.bin", "Model of 2");
  const auto bad = measure_file(folder(2) / "model.bin").hash;
  expect_fall_back(
      fmt::format("/model.bin: its content has the hash {}, the manifest says {}", bad, good));
}

TEST_F(CheckpointStoreTest, FallsBackFromAFolderInPlaceOfAFile) {
  save(1), save(2);
  std::filesystem::remove(folder(2) / "model.bin");
  std::filesystem::create_directory(folder(2) / "model.bin");
  expect_fall_back("/model.bin: is not a regular file");
}

TEST_F(CheckpointStoreTest, FallsBackFromAMissingManifest) {
  save(1), save(2);
  std::filesystem::remove(folder(2) / "manifest.json");
  expect_fall_back("/manifest.json: cannot open: No such file or directory");
}

TEST_F(CheckpointStoreTest, FallsBackFromAManifestOfAnotherStep) {
  save(1), save(2);
  std::filesystem::copy_file(folder(1) / "manifest.json", folder(2) / "manifest.json",
                             std::filesystem::copy_options::overwrite_existing);
  write_file(folder(2) / "model.bin", "model of 1");
  expect_fall_back(": the manifest is of step 1");
}

TEST_F(CheckpointStoreTest, FallsBackFromEveryDamageToTheManifest) {
  save(1), save(2);
  const auto whole = read_file(folder(2) / "manifest.json");
  for (size_t length = 0; length + 2 < whole.size(); ++length) {
    write_file(folder(2) / "manifest.json", whole.substr(0, length));
    const auto search = find_newest_checkpoint(run_);
    ASSERT_TRUE(search.newest && search.newest->step == 1) << length;
    ASSERT_EQ(search.damaged.size(), 1U);
  }
}

TEST_F(CheckpointStoreTest, ReadsNothingOutsideACheckpoint) {
  save(1);
  for (const auto* name : {"../x", "/etc/passwd", "a/../../x", "", "manifest.json", ".", "a/"}) {
    write_manifest(folder(1), {.step = 1, .files = {{name, {}}}});
    EXPECT_EQ(
        error_of([&] { open_checkpoint(run_, 1); }),
        fmt::format("{}: '{}' is no name for a file of a checkpoint", folder(1).string(), name));
  }
}

TEST_F(CheckpointStoreTest, FallsBackOverSeveralAndFindsNoneIfAllAreDamaged) {
  save(1), save(2), save(3);
  std::filesystem::remove(folder(3) / "model.bin");
  std::filesystem::remove(folder(2) / "model.bin");
  EXPECT_EQ(find_newest_checkpoint(run_).newest->step, 1);
  EXPECT_EQ(find_newest_checkpoint(run_).damaged.size(), 2U);
  std::filesystem::remove(folder(1) / "model.bin");
  EXPECT_FALSE(find_newest_checkpoint(run_).newest);
  EXPECT_EQ(find_newest_checkpoint(run_).damaged.size(), 3U);
}

// What a crash at each point of writing step 2 leaves behind.
TEST_F(CheckpointStoreTest, GoesOnAfterACrashAtEachPoint) {
  const auto unfinished = run_ / "checkpoints/step-00000002.tmp";
  const auto crashes = std::vector<std::function<void()>>{
      [&] { std::filesystem::create_directory(unfinished); },
      [&] {
        std::filesystem::create_directory(unfinished);
        write_file(unfinished / "model.bin", "mod");
      },
      [&] {  // all but the rename
        save(2);
        std::filesystem::rename(folder(2), unfinished);
      },
      [&] { write_file(run_ / "checkpoints/.latest.a1b2c3.tmp", "step-0"); },
      [&] {  // while an old checkpoint is removed
        save(2);
        std::filesystem::rename(folder(2), unfinished);
        std::filesystem::remove(unfinished / "manifest.json");
      },
  };
  for (size_t i = 0; i < crashes.size(); ++i) {
    SCOPED_TRACE(i);
    std::filesystem::remove_all(run_);
    save(1);
    crashes[i]();
    const auto search = find_newest_checkpoint(run_);
    ASSERT_TRUE(search.newest);
    EXPECT_EQ(search.newest->step, 1);
    EXPECT_TRUE(search.damaged.empty());
    const CheckpointStore cleaned(RunFolder(run_), {});
    for (const auto& entry : std::filesystem::directory_iterator(run_ / "checkpoints")) {
      EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
    }
    save(2);
    EXPECT_EQ(find_newest_checkpoint(run_).newest->step, 2);
  }
}

TEST_F(CheckpointStoreTest, PassesOverNamesThatAreNoSteps) {
  save(1);
  for (const auto* name : {"step-2", "step-0000000x", "step--0000001", "step-00000002.old", "x"}) {
    std::filesystem::create_directory(run_ / "checkpoints" / name);
  }
  EXPECT_EQ(steps(), Steps{1});
  save(123'456'789'012);
  EXPECT_EQ(steps(), (Steps{1, 123'456'789'012}));
}

TEST_F(CheckpointStoreTest, RefusesACheckpointItCouldNotVouchFor) {
  const RunFolder run(run_);
  const CheckpointStore store(run, {});
  auto writer = store.begin(3);
  EXPECT_EQ(error_of([&] { writer.finish(); }),
            folder(3).string() + ".tmp: a checkpoint without files");
  std::filesystem::create_symlink("/etc/passwd", writer.file("link"));
  EXPECT_EQ(error_of([&] { writer.finish(); }),
            folder(3).string() + ".tmp/link: is neither a file nor a folder");
  EXPECT_EQ(error_of([&] { writer.file("../outside"); }),
            folder(3).string() + ".tmp: '../outside' is no name for a file of a checkpoint");
  EXPECT_TRUE(steps().empty());
}

}  // namespace
}  // namespace unipic::train

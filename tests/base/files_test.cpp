#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/atomic_file.h"
#include "base/mapped_file.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic {
namespace {

using test::error_of;

size_t num_entries(const std::filesystem::path& folder) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(AtomicFile, AppearsOnlyWhenCommitted) {
  const test::TemporaryFolder folder;
  const auto path = folder / "out.bin";
  {
    AtomicFile file(path);
    file.write("half");
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_EQ(num_entries(folder.path()), 0U) << "an abandoned file leaves nothing";
  AtomicFile file(path);
  file.write("who");
  file.write("le");
  EXPECT_EQ(file.size(), 5U);
  file.commit();
  EXPECT_EQ(test::read_file(path), "whole");
  EXPECT_EQ(num_entries(folder.path()), 1U);
}

TEST(AtomicFile, ReplacesTheOldFileWhole) {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "a", "old and long");
  write_file_atomically(folder / "a", "new");
  EXPECT_EQ(test::read_file(folder / "a"), "new");
}

TEST(AtomicFile, RefusesPlacesItCannotWriteTo) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { check_writable(folder.path()); }),
            folder.path().string() + ": is a folder, cannot write a file there");
  EXPECT_EQ(error_of([&] { check_writable(folder / "no/such/a.png"); }),
            (folder / "no/such/a.png").string() + ": cannot write: No such file or directory");
}

TEST(MappedFile, GivesTheBytesOfAFile) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "a", "hello");
  test::write_file(folder / "empty", "");
  const auto file = MappedFile::open(folder / "a");
  ASSERT_EQ(file->bytes().size(), 5U);
  EXPECT_EQ(static_cast<char>(file->bytes()[1]), 'e');
  file->forget(file->bytes());
  EXPECT_EQ(static_cast<char>(file->bytes()[4]), 'o');
  EXPECT_TRUE(MappedFile::open(folder / "empty")->bytes().empty());
}

TEST(MappedFile, RefusesWhatIsNotARegularFile) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { MappedFile::open(folder / "none"); }),
            (folder / "none").string() + ": cannot open: No such file or directory");
  EXPECT_EQ(error_of([&] { MappedFile::open(folder.path()); }),
            folder.path().string() + ": is a folder, not a file");
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { MappedFile::open(folder / "pipe"); }),
            (folder / "pipe").string() + ": is not a regular file");
}

}  // namespace
}  // namespace unipic

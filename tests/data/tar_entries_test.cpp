#include "data/tar_entries.h"

#include <gtest/gtest.h>

#include "data/tar_bytes.h"
#include "support/damage.h"
#include "support/error.h"

namespace unipic::data {
namespace {

using test::bytes_of;
using test::error_of;
using test::tar_end;
using test::tar_file;

// "name=content" of each entry, as found through its offset.
std::vector<std::string> contents(const std::string& tar) {
  std::vector<std::string> found;
  for (const auto& entry : list_tar(bytes_of(tar), "t")) {
    found.push_back(entry.name + "=" + tar.substr(entry.offset, entry.size));
  }
  return found;
}

std::string error_for(const std::string& tar) {
  return error_of([&] { list_tar(bytes_of(tar), "t"); });
}

using Strings = std::vector<std::string>;

TEST(TarEntries, LieWhereTheIndexSays) {
  const std::string big(1500, 'x');
  EXPECT_EQ(contents(tar_file("a.txt", "hello") + tar_file("b/c.bin", big) + tar_file("e", "") +
                     tar_file("f", std::string(512, 'y')) + tar_end()),
            (Strings{"a.txt=hello", "b/c.bin=" + big, "e=", "f=" + std::string(512, 'y')}));
}

TEST(TarEntries, MayHaveLongAndForeignNames) {
  const auto name = std::string(150, 'n') + ".png";
  EXPECT_EQ(contents(test::pax_file(name, "abc") + test::pax_file("\xc3\xa4.txt", "de") +
                     tar_file("z", "f") + tar_end()),
            (Strings{name + "=abc", "\xc3\xa4.txt=de", "z=f"}));
  EXPECT_EQ(contents(tar_file("\xe4\xff.txt", "raw") + tar_end()), Strings{"\xe4\xff.txt=raw"});
}

TEST(TarEntries, AreRegularFilesOnly) {
  auto link = tar_file("link", "", '2');
  EXPECT_EQ(contents(tar_file("folder/", "", '5') + link + tar_file("pipe", "", '6') +
                     tar_file("hard", "", '1') + tar_file("a", "b") + tar_end()),
            Strings{"a=b"});
}

TEST(TarEntries, MayEndWithoutTheClosingBlocks) {
  EXPECT_EQ(contents(tar_file("a", "b")), Strings{"a=b"});
  EXPECT_EQ(contents(tar_end()), Strings{});
}

TEST(TarEntries, RefuseCompressedShardsByName) {
  const std::string advice = ", so that samples cannot be picked from it; unpack it to .tar";
  EXPECT_EQ(error_for("\x1f\x8b\x08 and more"), "t: is compressed with gzip" + advice);
  EXPECT_EQ(error_for("BZh9 and more"), "t: is compressed with bzip2" + advice);
  EXPECT_EQ(error_for("\xfd\x37zXZ and more"), "t: is compressed with xz" + advice);
  EXPECT_EQ(error_for("\x28\xb5\x2f\xfd and more"), "t: is compressed with zstd" + advice);
}

TEST(TarEntries, RefuseWhatIsNoTarFile) {
  EXPECT_EQ(error_for(""), "t: is empty, not a tar file");
  EXPECT_EQ(error_for("hello").find("t: is not a tar file: "), 0U) << error_for("hello");
  EXPECT_EQ(error_for(std::string(5000, 'x')).find("t: is not a tar file: "), 0U);
}

TEST(TarEntries, RefuseAFileThatIsCutShort) {
  const auto tar = tar_file("a", "b") + tar_file("long", std::string(2000, 'x'));
  for (size_t length = 1024 + 512 + 1; length < 1024 + 512 + 2000; length += 97) {
    EXPECT_EQ(error_for(tar.substr(0, length)),
              fmt::format("t: cut short: 'long' is 2000 bytes from byte 1536, the file ends at {}",
                          length));
  }
  EXPECT_NE(error_for(tar.substr(0, 1024 + 100)), "no error") << "inside a header";
}

TEST(TarEntries, RefuseADamagedHeader) {
  auto tar = tar_file("a", "b") + tar_file("c", "d") + tar_end();
  tar[1024] = 'X';
  EXPECT_NE(error_for(tar).find("t: damaged tar file at byte 1024: "), std::string::npos)
      << error_for(tar);
}

TEST(TarEntries, AreLimitedInNumber) {
  const auto tar = tar_file("a", "") + tar_file("b", "") + tar_end();
  EXPECT_EQ(list_tar(bytes_of(tar), "t", 2).size(), 2U);
  EXPECT_EQ(error_of([&] { list_tar(bytes_of(tar), "t", 1); }), "t: more than 1 files");
}

TEST(TarEntries, SurviveEveryBitFlip) {
  const auto tar = test::pax_file("a.png", "b") + tar_file("c", "d") + tar_end();
  test::survive_every_bit_flip(tar, [](std::span<const std::byte> bytes) {
    for (const auto& entry : list_tar(bytes, "t")) {
      ASSERT_LE(entry.offset + entry.size, bytes.size());
    }
  });
}

}  // namespace
}  // namespace unipic::data

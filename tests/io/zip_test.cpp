#include "io/zip.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>

#include "io/zip_format.h"
#include "io/zip_writer.h"
#include "support/damage.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::io {
namespace {

using test::bytes_of;
using test::error_of;

// Two entries, "a" and "dir/b", the second aligned to 64 bytes.
std::string small_zip() {
  const test::TemporaryFolder folder;
  AtomicFile file(folder / "a.zip");
  ZipWriter zip(file);
  zip.add("a", "hello");
  zip.begin("dir/b", 3, 64);
  zip.append(bytes_of("xy"));
  zip.append(bytes_of("z"));
  zip.end();
  zip.finish();
  file.commit();
  return test::read_file(folder / "a.zip");
}

std::string text_of(const ZipEntry& entry) {
  return {reinterpret_cast<const char*>(entry.bytes.data()), entry.bytes.size()};
}

template <typename Number>
void patch(std::string& file, size_t offset, Number number) {
  std::memcpy(file.data() + offset, &number, sizeof(number));
}

size_t central(const std::string& file) { return file.find("PK\x01\x02"); }
size_t end_record(const std::string& file) { return file.find("PK\x05\x06"); }

std::string error_for(const std::string& file) {
  return error_of([&] { parse_zip(bytes_of(file), "f"); });
}

TEST(Zip, FindsStoredEntries) {
  const auto file = small_zip();
  const auto entries = parse_zip(bytes_of(file), "f");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(text_of(entries.at("a")), "hello");
  EXPECT_EQ(text_of(entries.at("dir/b")), "xyz");
  EXPECT_EQ((entries.at("dir/b").bytes.data() - bytes_of(file).data()) % 64, 0);
}

TEST(Zip, FindsTheEndBehindAComment) {
  auto file = small_zip();
  patch<uint16_t>(file, file.size() - 2, 7);
  EXPECT_EQ(parse_zip(bytes_of(file + "comment"), "f").size(), 2U);
  EXPECT_EQ(error_for(file + "comments"),
            fmt::format("f: not a whole zip file: no end record in {} bytes", file.size() + 8));
}

TEST(Zip, ReadsTheWideNumbersOfZip64) {
  auto file = small_zip();
  const size_t end = end_record(file);
  const size_t offset = central(file);
  std::string wide("PK\x06\x06", 4);
  const auto add = [&](auto number) {
    wide.append(reinterpret_cast<const char*>(&number), sizeof(number));
  };
  add(uint64_t{44}), add(uint32_t{0}), add(uint64_t{0}), add(uint64_t{2}), add(uint64_t{2});
  add(uint64_t{end - offset}), add(uint64_t{offset});
  wide += "PK\x06\x07";
  add(uint32_t{0}), add(uint64_t{end}), add(uint32_t{1});
  auto narrow = file.substr(end);
  patch(narrow, 16, UINT32_MAX);
  file = file.substr(0, end) + wide + narrow;
  EXPECT_EQ(parse_zip(bytes_of(file), "f").size(), 2U);
  patch<uint64_t>(file, end + kZip64EndBytes + 8, 1'000'000);
  EXPECT_EQ(error_for(file),
            fmt::format("f: byte {}: the zip file ends before byte 1000000", file.size()));
}

TEST(Zip, ReadsAndWritesMoreEntriesThan16BitsCount) {
  const test::TemporaryFolder folder;
  AtomicFile file(folder / "a.zip");
  ZipWriter zip(file);
  for (int index = 0; index <= UINT16_MAX; ++index) zip.add(std::to_string(index), "x");
  zip.finish();
  file.commit();
  const auto text = test::read_file(folder / "a.zip");
  EXPECT_EQ(parse_zip(bytes_of(text), "f").size(), 65536U);
}

TEST(Zip, RefusesADirectoryThatIsElsewhere) {
  auto file = small_zip();
  const size_t end = end_record(file);
  patch<uint32_t>(file, end + 16, 1'000'000);
  EXPECT_EQ(
      error_for(file).substr(0, 70),
      fmt::format("f: byte {}: the zip directory of {} bytes at byte 1000000 is outside the file",
                  end, end - central(small_zip()))
          .substr(0, 70));
  file = small_zip();
  patch<uint16_t>(file, end + 10, 9);
  EXPECT_EQ(error_for(file), fmt::format("f: byte {}: 9 entries in a zip directory of {} bytes",
                                         end, end - central(file)));
  file = small_zip();
  patch<uint16_t>(file, end + 4, 1);
  EXPECT_EQ(error_for(file), fmt::format("f: byte {}: the zip file is split over disks", end));
}

TEST(Zip, RefusesBrokenEntries) {
  const auto whole = small_zip();
  const size_t at = central(whole);
  const auto error_with = [&](size_t offset, auto number) {
    auto file = whole;
    patch(file, offset, number);
    return error_for(file);
  };
  const auto message = [](size_t byte, const std::string& text) {
    return fmt::format("f: byte {}: {}", byte, text);
  };
  EXPECT_EQ(error_with(at, uint32_t{0}), message(at, "no zip directory entry"));
  EXPECT_EQ(error_with(at + 8, uint16_t{1}), message(at, "entry 'a' is encrypted"));
  EXPECT_EQ(error_with(at + 24, uint32_t{6}),
            message(at, "stored entry 'a' has two sizes 5 and 6"));
  EXPECT_EQ(error_with(at + 42, uint32_t{3}), message(3, "no zip entry 'a' here"));
  EXPECT_EQ(error_with(kZipLocalBytes, 'b'), message(0, "the zip directory calls this entry 'a'"));
  EXPECT_EQ(error_with(26, uint16_t{60000}).substr(0, 31), "f: byte 30: needs 60000 bytes, ");
  auto file = whole;
  patch<uint32_t>(file, at + 20, 5000);
  patch<uint32_t>(file, at + 24, 5000);
  EXPECT_EQ(error_for(file), message(0, "entry 'a' of 5000 bytes runs into the zip directory"));
}

TEST(Zip, RefusesTwoEntriesOfOneName) {
  const test::TemporaryFolder folder;
  AtomicFile file(folder / "a.zip");
  ZipWriter zip(file);
  zip.add("a", "1");
  zip.add("a", "2");
  zip.finish();
  file.commit();
  EXPECT_NE(error_for(test::read_file(folder / "a.zip")).find("entry 'a' appears twice"),
            std::string::npos);
}

TEST(Zip, SurvivesDamageAnywhere) {
  const auto parse = [](auto bytes) { parse_zip(bytes, "f"); };
  test::expect_error_at_every_length(small_zip(), parse);
  test::survive_every_bit_flip(small_zip(), parse);
}

}  // namespace
}  // namespace unipic::io

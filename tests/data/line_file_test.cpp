#include "data/line_file.h"

#include <gtest/gtest.h>

#include <cstring>

#include "support/damage.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::data {
namespace {

using test::error_of;

std::string index_bytes(const std::vector<uint64_t>& numbers) {
  std::string bytes(8 * numbers.size(), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

std::vector<std::string> all_lines(const LineFile& file) {
  std::vector<std::string> lines;
  for (uint64_t number = 0; number < file.size(); ++number) lines.emplace_back(file.line(number));
  return lines;
}

class LineFileTest : public testing::Test {
 protected:
  std::vector<std::string> lines_of(const std::string& text, const LineFileOptions& options = {}) {
    test::write_file(path_, text);
    return all_lines(LineFile(path_, options));
  }
  std::string error_with_index(const std::string& text, const std::string& index) {
    test::write_file(path_, text);
    test::write_file(folder_ / "d.jsonl.idx", index);
    return error_of([&] { all_lines(LineFile(path_)); });
  }

  test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "d.jsonl";
  const std::string index_name_ = (folder_ / "d.jsonl.idx").string();
};

using Lines = std::vector<std::string>;

TEST_F(LineFileTest, FindsLinesHoweverTheFileEnds) {
  EXPECT_EQ(lines_of("one\ntwo\nthree"), (Lines{"one", "two", "three"}));
  EXPECT_EQ(lines_of("one\ntwo\n"), (Lines{"one", "two"}));
  EXPECT_EQ(lines_of("one\n\ntwo\n \n\n"), (Lines{"one", "", "two"}));
  EXPECT_EQ(lines_of("one\r\ntwo"), (Lines{"one\r", "two"}));
  EXPECT_FALSE(std::filesystem::exists(index_name_)) << "written only when asked";
}

TEST_F(LineFileTest, WritesTheIndexAsACountAndOffsets) {
  EXPECT_EQ(lines_of("one\ntwo\nthree\n", {.write_index = true}), (Lines{"one", "two", "three"}));
  EXPECT_EQ(test::read_file(index_name_), index_bytes({3, 0, 4, 8}));
}

TEST_F(LineFileTest, ReadsAnIndexBesideTheFileOrByName) {
  const std::string text = "one\ntwo\nthree";
  test::write_file(folder_ / "d.idx", index_bytes({2, 4, 8}));
  EXPECT_EQ(lines_of(text), (Lines{"two", "three"})) << "d.idx may leave lines out";
  test::write_file(folder_ / "other", index_bytes({1, 8}));
  EXPECT_EQ(lines_of(text, {.index = folder_ / "other"}), (Lines{"three"}));
  test::write_file(index_name_, index_bytes({2, 0, 8}));
  EXPECT_EQ(lines_of(text), (Lines{"one", "three"})) << "d.jsonl.idx comes first";
}

TEST_F(LineFileTest, RefusesADamagedIndex) {
  EXPECT_EQ(error_with_index("one\ntwo", "abc"),
            index_name_ + " byte 0: needs 8 bytes, 3 are left");
  EXPECT_EQ(error_with_index("one\ntwo", index_bytes({3, 0, 4})),
            index_name_ + ": is not an index: it begins with 3 and 16 bytes follow");
  EXPECT_EQ(error_with_index("one\ntwo", index_bytes({2, 0, 4}) + "x"),
            index_name_ + ": is not an index: it begins with 2 and 17 bytes follow");
  EXPECT_EQ(error_with_index("one\ntwo", index_bytes({2, 1, 4})),
            "the index says byte 1, but no line begins there");
  EXPECT_EQ(error_with_index("one\ntwo", index_bytes({2, UINT64_MAX, 4})),
            "the index says byte 18446744073709551615, but no line begins there");
  EXPECT_EQ(error_with_index("one\ntwo", index_bytes({0})),
            index_name_ + ": the index has no lines but the file has");
}

TEST_F(LineFileTest, RefusesAnIndexOlderThanTheFile) {
  EXPECT_EQ(error_with_index("one\ntwo\nthree", index_bytes({2, 0, 4})),
            index_name_ + ": the index ends before the file does; remove it to have it made again");
}

TEST_F(LineFileTest, RefusesAFileWithoutLines) {
  EXPECT_EQ(error_of([&] { lines_of(""); }), path_.string() + ": has no lines");
  EXPECT_EQ(error_of([&] { lines_of(" \n\n"); }), path_.string() + ": has no lines");
  EXPECT_EQ(error_of([&] { lines_of("\x1f\x8b\x08..."); }),
            path_.string() + ": is compressed with gzip; unpack it first");
  EXPECT_EQ(error_of([&] { lines_of("a", {.index = folder_ / "none"}); }),
            (folder_ / "none").string() + ": index is missing");
}

TEST(LineIndex, SurvivesDamageAnywhere) {
  const std::string text = "one\n\ntwo\nthree\n";
  const auto words = make_line_index(text);
  const auto parse = [&](std::span<const std::byte> bytes) {
    const LineIndex index(bytes, text, "i");
    for (uint64_t number = 0; number < index.size(); ++number) index.line(text, number);
  };
  const auto bytes = index_bytes(words);
  EXPECT_NO_THROW(parse(test::bytes_of(bytes)));
  test::expect_error_at_every_length(bytes, parse);
  test::survive_every_bit_flip(bytes, parse);
}

}  // namespace
}  // namespace unipic::data

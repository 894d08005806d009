#include "data/record.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/damage.h"
#include "support/error.h"

namespace unipic::data {
namespace {

using test::error_of;

TEST(Record, OfTextToImageHoldsTheFileAndTheCaptionAsWritten) {
  const auto record =
      parse_record(R"({"id":7,"image":"a/b.png","caption":" A cat. "})", RecordKind::kTextToImage);
  EXPECT_EQ(record, Record(TextToImageRecord{"a/b.png", " A cat. "}));
}

TEST(Record, TakesOtherNamesOfMembers) {
  const auto record = parse_record(R"({"url":"x.jpg","alt":"A dog"})", RecordKind::kTextToImage,
                                   {.image = "url", .caption = "alt"});
  EXPECT_EQ(record, Record(TextToImageRecord{"x.jpg", "A dog"}));
}

TEST(Record, OfUnderstandingIsTheFirstTwoTurnsWithoutImageMarks) {
  const auto record = parse_record(
      R"({"image":"a.png","conversations":[{"from":"human","value":"<image>\nWhat <image>is it?"},)"
      R"({"from":"gpt","value":"A cat.<image>\n"},{"value":"And?"}]})",
      RecordKind::kUnderstanding);
  EXPECT_EQ(record, Record(UnderstandingRecord{"a.png", "What is it?", "A cat."}));
}

TEST(Record, RemovesImageMarksOnceAsTextReplacementDoes) {
  const auto record = parse_record(
      R"({"image":"a","conversations":[{"value":"<im<image>age>x"},{"value":"<image><image>"}]})",
      RecordKind::kUnderstanding);
  EXPECT_EQ(record, Record(UnderstandingRecord{"a", "<image>x", ""}));
}

TEST(Record, WithManyImageMarksTakesNoLongerThanItsLength) {
  std::string marks;
  for (int i = 0; i < 500'000; ++i) marks += "<image>";
  const auto line = R"({"image":"a","conversations":[{"value":")" + marks + R"("},{"value":"b"}]})";
  const auto start = std::chrono::steady_clock::now();
  parse_record(line, RecordKind::kUnderstanding);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Record, OfAnEditHoldsItsSourcesInOrder) {
  const auto record =
      parse_record(R"({"images":["a","b"],"image":"t","prompt":"Mix them"})", RecordKind::kEdit);
  EXPECT_EQ(record, Record(EditRecord{{"a", "b"}, "t", "Mix them"}));
}

TEST(Record, OfAReconstructionRepeatsItsImage) {
  EXPECT_EQ(parse_record(R"({"image":"a"})", RecordKind::kReconstruction),
            Record(EditRecord{{"a"}, "a", "Repeat this image."}));
}

TEST(Record, RefusesWhatIsNotItsLayout) {
  const auto error = [](std::string_view line, RecordKind kind) {
    return error_of([&] { parse_record(line, kind); });
  };
  using enum RecordKind;
  EXPECT_EQ(error("", kTextToImage), "record: JSON is malformed at byte 1");
  EXPECT_EQ(error("[]", kTextToImage), "record: is not a JSON object");
  EXPECT_EQ(error(R"({"image":"a"})", kTextToImage), "record: 'caption' is missing");
  EXPECT_EQ(error(R"({"image":"a","caption":3})", kTextToImage),
            "record: 'caption' is not a string");
  EXPECT_EQ(error(R"({"image":"a"})", kUnderstanding), "record: 'conversations' is missing");
  EXPECT_EQ(error(R"({"image":"a","conversations":"x"})", kUnderstanding),
            "record: 'conversations' is not a list");
  EXPECT_EQ(error(R"({"image":"a","conversations":[{"value":"x"}]})", kUnderstanding),
            "record: 'conversations' has 1 turns, a question and an answer are needed");
  EXPECT_EQ(error(R"({"image":"a","conversations":[{"value":"x"},{}]})", kUnderstanding),
            "answer: 'value' is missing");
  EXPECT_EQ(error("[]", kEdit), "record: 'images' is missing");
  EXPECT_EQ(error(R"({"images":[],"image":"t","prompt":"p"})", kEdit),
            "record: 'images' names 0 files, 1 to 16 are possible");
  EXPECT_EQ(error(R"({"images":[1],"image":"t","prompt":"p"})", kEdit),
            "record: 'images' holds something that is not a string");
  EXPECT_EQ(error(R"({"caption":"a"})", kReconstruction), "record: 'image' is missing");
  EXPECT_EQ(error(std::string((size_t{4} << 20) + 1, ' '), kTextToImage),
            "record: a line of 4194305 bytes, at most 4194304 are read");
}

TEST(Record, SurvivesDamageAnywhere) {
  const std::string line = R"({"images":["a"],"image":"t","prompt":"p","caption":"c",)"
                           R"("conversations":[{"value":"<image>q"},{"value":"a"}]})";
  for (const auto kind : {RecordKind::kTextToImage, RecordKind::kUnderstanding, RecordKind::kEdit,
                          RecordKind::kReconstruction}) {
    const auto parse = [&](std::span<const std::byte> bytes) {
      parse_record({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, kind);
    };
    EXPECT_NO_THROW(parse(test::bytes_of(line)));
    test::expect_error_at_every_length(line, parse);
    test::survive_every_bit_flip(line, parse);
  }
}

}  // namespace
}  // namespace unipic::data

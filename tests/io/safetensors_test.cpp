#include "io/safetensors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>

#include "io/printable.h"
#include "support/damage.h"
#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"

namespace unipic::io {
namespace {

using test::bytes_of;
using test::error_of;

std::string length_bytes(uint64_t length) {
  return {reinterpret_cast<const char*>(&length), sizeof(length)};
}

std::string file_of(const std::string& header, const std::string& data) {
  return length_bytes(header.size()) + header + data;
}

std::string error_for(const std::string& header, const std::string& data = "") {
  const auto file = file_of(header, data);
  return error_of([&] { parse_safetensors(bytes_of(file), "f"); });
}

// A header with one tensor 'a' of the given fields.
std::string one(const std::string& fields) { return R"({"a":{)" + fields + "}}"; }

const std::string kSmall = file_of(
    R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
    R"("b":{"dtype":"U8","shape":[],"data_offsets":[8,9]},)"
    R"("none":{"dtype":"I64","shape":[3,0],"data_offsets":[9,9]}}  )",
    std::string("\0\0\x80\x3f\0\0\0\x40\x07", 9));

TEST(Safetensors, GivesViewsIntoTheFile) {
  const auto file = parse_safetensors(bytes_of(kSmall), "f");
  ASSERT_EQ(file.tensors.size(), 3U);
  EXPECT_EQ(file.metadata.at("format"), "pt");
  const auto& a = file.tensors.at("a");
  EXPECT_EQ(a.dtype, DType::kF32);
  EXPECT_EQ(a.shape, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(a.strides, (std::vector<int64_t>{1, 1}));
  float values[2];
  std::memcpy(values, a.bytes.data(), a.bytes.size());
  EXPECT_EQ(values[0], 1.0f);
  EXPECT_EQ(values[1], 2.0f);
  EXPECT_EQ(a.bytes.data(), bytes_of(kSmall).data() + kSmall.size() - 9) << "nothing is copied";
  EXPECT_EQ(file.tensors.at("b").num_elements(), 1);
  EXPECT_TRUE(file.tensors.at("none").bytes.empty());
}

TEST(Safetensors, KnowsEveryElementType) {
  for (int index = 0; index <= static_cast<int>(DType::kF64); ++index) {
    const auto dtype = static_cast<DType>(index);
    const auto header = fmt::format(R"({{"a":{{"dtype":"{}","shape":[2],"data_offsets":[0,{}]}}}})",
                                    name_of(dtype), 2 * size_of(dtype));
    const auto bytes = file_of(header, std::string(2 * size_of(dtype), 'x'));
    EXPECT_EQ(parse_safetensors(bytes_of(bytes), "f").tensors.at("a").dtype, dtype);
  }
}

TEST(Safetensors, ReadsThePublishedLayout) {
  const std::filesystem::path folder = test::golden_folder();
  const auto file =
      open_safetensors(folder / "unipic1/checkpoint/Qwen2.5-1.5B-Instruct/model.safetensors");
  EXPECT_EQ(file.tensors.size(), 38U);
  EXPECT_EQ(file.tensors.at("model.norm.weight").dtype, DType::kBF16);
  EXPECT_EQ(file.files.size(), 1U) << "the map must live as long as the views";
}

TEST(Safetensors, ReadsAFileWithoutTensors) {
  EXPECT_EQ(error_for("{}"), "no error");
  EXPECT_EQ(error_for("{}   "), "no error");
  EXPECT_EQ(error_for("{}", "x"), "f: the tensors end at byte 0 of the data, which has 1 bytes");
}

TEST(Safetensors, RefusesABrokenHeaderLength) {
  const auto error = [](const std::string& file) {
    return error_of([&] { parse_safetensors(bytes_of(file), "f"); });
  };
  EXPECT_EQ(error(""), "f: 0 bytes are too few for a safetensors file");
  EXPECT_EQ(error(length_bytes(100'000'001) + "{}"),
            "f: header of 100000001 bytes, at most 100000000 are read");
  EXPECT_EQ(error(length_bytes(UINT64_MAX) + "{}"),
            "f: header of 18446744073709551615 bytes, at most 100000000 are read");
  EXPECT_EQ(error(length_bytes(3) + "{}"), "f: header of 3 bytes, but only 2 bytes follow byte 8");
  EXPECT_EQ(error(length_bytes(0)), "f: the header does not begin with '{' at byte 8");
  EXPECT_EQ(error(length_bytes(3) + " {}"), "f: the header does not begin with '{' at byte 8");
}

TEST(Safetensors, RefusesAHeaderThatIsNotTheJsonItShouldBe) {
  EXPECT_EQ(error_for("{\"a\":"), "f: JSON is malformed at byte 14");
  EXPECT_EQ(error_for("{\"\xff\":1}"), "f: JSON is malformed at byte 11");
  EXPECT_EQ(error_for(std::string("{}\0", 3)), "f: zero byte in the JSON at byte 10");
  EXPECT_EQ(error_for("{} {}"), "f: JSON is malformed at byte 12");
  EXPECT_EQ(error_for(R"({"a":3})"), "f: 3 is unexpected in place of tensor 'a'");
  EXPECT_EQ(error_for(R"({"a":[]})"), "f: an array is unexpected in place of tensor 'a'");
  EXPECT_EQ(error_for(R"({"__metadata__":{"k":1}})"), "f: 1 is unexpected in __metadata__ 'k'");
  EXPECT_EQ(error_for(R"({"__metadata__":"x"})"),
            "f: a string is unexpected in place of tensor '__metadata__'");
  EXPECT_EQ(error_for(one(R"("dtype":"F32","more":"x")")),
            "f: a string is unexpected in 'more' of tensor 'a'");
  EXPECT_EQ(error_for(one(R"("shape":[[1]])")),
            "f: an array is unexpected in 'shape' of tensor 'a'");
  EXPECT_EQ(error_for(one(R"("shape":[1.5])")), "f: 1.5 is unexpected in 'shape' of tensor 'a'");
  EXPECT_EQ(error_for(one(R"("shape":[-1])")), "f: -1 is unexpected in 'shape' of tensor 'a'");
  EXPECT_EQ(error_for(one(R"("shape":[18446744073709551615])")),
            "f: 18446744073709551615 is unexpected in 'shape' of tensor 'a'");
  EXPECT_EQ(error_for(one(R"("data_offsets":[0,-1])")),
            "f: -1 is unexpected in 'data_offsets' of tensor 'a'");
}

TEST(Safetensors, RefusesWhatAppearsTwice) {
  const std::string a = R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  EXPECT_EQ(error_for("{" + a + "," + a + "}", "x"), "f: tensor 'a' appears twice");
  EXPECT_EQ(error_for(one(R"("dtype":"U8","dtype":"U8")")), "f: tensor 'a' has two of 'dtype'");
  EXPECT_EQ(error_for(one(R"("shape":[],"shape":[])")), "f: tensor 'a' has two of 'shape'");
  EXPECT_EQ(error_for(R"({"__metadata__":{"k":"1","k":"2"}})"),
            "f: 'k' appears twice in __metadata__");
  EXPECT_EQ(error_for(R"({"__metadata__":{},"__metadata__":{}})"),
            "f: '__metadata__' appears twice");
}

TEST(Safetensors, RefusesATensorThatLacksAField) {
  EXPECT_EQ(error_for(one(R"("shape":[],"data_offsets":[0,0])")), "f: tensor 'a' has no dtype");
  EXPECT_EQ(error_for(one(R"("dtype":"U8","data_offsets":[0,0])")), "f: tensor 'a' has no shape");
  EXPECT_EQ(error_for(one(R"("dtype":"U8","shape":[])")),
            "f: tensor 'a' has no pair of data_offsets");
  EXPECT_EQ(error_for(one(R"("dtype":"U8","shape":[],"data_offsets":[0])")),
            "f: tensor 'a' has no pair of data_offsets");
  EXPECT_EQ(error_for(one(R"("data_offsets":[0,1,2])")),
            "f: tensor 'a' has more than 2 data_offsets");
  EXPECT_EQ(error_for(one(R"("dtype":"F4")")), "f: tensor 'a' has an unknown dtype 'F4'");
}

TEST(Safetensors, RefusesShapesThatDoNotFit) {
  const auto error = [](const std::string& shape, const std::string& offsets) {
    return error_for(
        one(R"("dtype":"F32","shape":[)" + shape + R"(],"data_offsets":[)" + offsets + "]"),
        "12345678");
  };
  EXPECT_EQ(error("2", "0,8"), "no error");
  EXPECT_EQ(error("3", "0,8"), "f: tensor 'a' is 12 bytes by dtype and shape, 8 by data_offsets");
  EXPECT_EQ(error("2", "8,0"), "f: tensor 'a' has data_offsets [8, 0]");
  EXPECT_EQ(error("3", "0,12"), "f: tensor 'a' ends at byte 12 of the data, which has 8 bytes");
  EXPECT_EQ(error("4611686018427387904", "0,8"),
            "f: tensor 'a' is too large: F32 [4611686018427387904]");
  EXPECT_EQ(error("0,4294967296,4294967296", "0,0"),
            "f: tensor 'a' is too large: F32 [0, 4294967296, 4294967296]");
  std::string ones = "1";
  for (int count = 1; count < 65; ++count) ones += ",1";
  EXPECT_EQ(error(ones, "0,4"), "f: tensor 'a' has more than 64 dimensions");
}

TEST(Safetensors, RefusesHolesAndOverlaps) {
  const auto error = [](const std::string& a, const std::string& b) {
    return error_for(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[)" + a +
                         R"(]},"b":{"dtype":"U8","shape":[2],"data_offsets":[)" + b + "]}}",
                     "12345");
  };
  EXPECT_EQ(error("0,2", "2,4"), "f: the tensors end at byte 4 of the data, which has 5 bytes");
  EXPECT_EQ(error("0,2", "3,5"),
            "f: tensor 'b' begins at byte 3 of the data, which leaves a hole after byte 2");
  EXPECT_EQ(error("1,3", "3,5"),
            "f: tensor 'a' begins at byte 1 of the data, which leaves a hole after byte 0");
  EXPECT_EQ(error("3,5", "0,2"),
            "f: tensor 'a' begins at byte 3 of the data, which leaves a hole after byte 2");
  EXPECT_EQ(error("0,2", "1,3"),
            "f: tensor 'b' begins at byte 1 of the data, inside what ends at byte 2");
}

TEST(Safetensors, KeepsMessagesOnOneLine) {
  EXPECT_EQ(error_for(R"({"a\n\u001b[31m":3})"),
            "f: 3 is unexpected in place of tensor 'a\\x0a\\x1b[31m'");
  EXPECT_EQ(printable("\xff\xe2\x80\xae"
                      "x"),
            "\\xff\\xe2\\x80\\xaex");
  EXPECT_EQ(printable(std::string(500, 'x'), 3), "xxx...");
}

TEST(Safetensors, SurvivesDamageAnywhere) {
  const auto parse = [](auto bytes) { parse_safetensors(bytes, "f"); };
  test::expect_error_at_every_length(kSmall, parse);
  test::survive_every_bit_flip(kSmall, parse);
}

}  // namespace
}  // namespace unipic::io

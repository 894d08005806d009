#include "serve/base64.h"

#include <gtest/gtest.h>

namespace unipic::serve {
namespace {

// RFC 4648, section 10.
TEST(Base64, WritesAndReadsTheExamplesOfItsSpecification) {
  const std::pair<std::string, std::string> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, KeepsEveryByte) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
}

TEST(Base64, ReadsTextWithoutPaddingAndRefusesWhatIsNone) {
  EXPECT_EQ(from_base64("Zg"), "f");
  for (const auto* wrong : {"Z", "Zg===", "Zm9v\n", "Zm9-", "Zg==Zg"}) {
    EXPECT_FALSE(from_base64(wrong).has_value()) << wrong;
  }
}

TEST(Base64, FindsTheBytesOfADataUrl) {
  EXPECT_EQ(from_data_url("data:image/png;base64,Zm9v"), "foo");
  EXPECT_EQ(from_data_url("data:;base64,Zm9v"), "foo");
  for (const auto* wrong :
       {"https://example.org/a.png", "data:image/png,foo", "data:image/png;base64",
        "data:image/png;base64,%%", "file:///etc/passwd", ""}) {
    EXPECT_FALSE(from_data_url(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace unipic::serve

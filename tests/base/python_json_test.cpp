#include "base/python_json.h"

#include <gtest/gtest.h>

namespace unipic {
namespace {

TEST(PythonJson, HasNullForNumbersThatJsonLacks) {
  EXPECT_EQ(without_odd_numbers(R"({"a": -Infinity, "b": [NaN, Infinity, 1]})"),
            R"({"a": null, "b": [null, null, 1]})");
}

TEST(PythonJson, LeavesStringsAlone) {
  const std::string text = R"({"NaN": "Infinity \" NaN \\", "b": 2})";
  EXPECT_EQ(without_odd_numbers(text), text);
}

TEST(PythonJson, LeavesWhatIsCutShortAlone) {
  for (const char* text : {"", "\"", "\"\\", "Infinit", "-"})
    EXPECT_EQ(without_odd_numbers(text), text);
}

}  // namespace
}  // namespace unipic

#include "base/json.h"

#include <gtest/gtest.h>

#include <string>

#include "support/error.h"

namespace unipic {
namespace {

using test::error_of;

TEST(Json, ReadsMembersWithTheirTypes) {
  const auto json = parse_json(R"({"n": 3, "x": 1.5, "s": "hi", "b": true, "none": null})", "t");
  EXPECT_EQ(json_get<int64_t>(json, "n", "t"), 3);
  EXPECT_EQ(json_get<double>(json, "x", "t"), 1.5);
  EXPECT_EQ(json_get<double>(json, "n", "t"), 3.0);
  EXPECT_EQ(json_get<std::string>(json, "s", "t"), "hi");
  EXPECT_TRUE(json_get<bool>(json, "b", "t"));
  EXPECT_EQ(json_get_or<int64_t>(json, "none", 7, "t"), 7);
  EXPECT_EQ(json_get_or<int64_t>(json, "missing", 8, "t"), 8);
}

TEST(Json, RefusesAMemberOfAnotherType) {
  const auto json = parse_json(R"({"s": "hi", "x": 1.5, "big": 18446744073709551615})", "f.json");
  EXPECT_EQ(error_of([&] { json_get<int64_t>(json, "s", "f.json"); }),
            "f.json: 's' is not a whole number");
  EXPECT_EQ(error_of([&] { json_get<int64_t>(json, "x", "f.json"); }),
            "f.json: 'x' is not a whole number");
  EXPECT_EQ(error_of([&] { json_get<int64_t>(json, "big", "f.json"); }),
            "f.json: 'big' is not a whole number");
  EXPECT_EQ(error_of([&] { json_get<bool>(json, "y", "f.json"); }), "f.json: 'y' is missing");
}

TEST(Json, RefusesMalformedText) {
  EXPECT_EQ(error_of([] { parse_json("{\"a\": }", "f"); }), "f: JSON is malformed at byte 7");
  EXPECT_EQ(error_of([] { parse_json("", "f"); }), "f: JSON is malformed at byte 1");
  EXPECT_EQ(error_of([] { parse_json("\"\xff\"", "f"); }), "f: JSON is malformed at byte 2");
  EXPECT_EQ(error_of([] { parse_json("{\"a\":1,\"a\":2}", "f"); }),
            R"(f: JSON key "a" appears twice)");
  EXPECT_EQ(error_of([] { parse_json("1e999", "f"); }), "f: JSON holds a value out of range");
}

TEST(Json, RefusesDeepNesting) {
  const std::string deep(100000, '[');
  EXPECT_EQ(error_of([&] { parse_json(deep, "f"); }), "f: JSON is nested deeper than 64 levels");
}

}  // namespace
}  // namespace unipic

#include "serve/fields.h"

#include <gtest/gtest.h>

#include "serve/api_error.h"
#include "support/error.h"

namespace unipic::serve {
namespace {

TEST(Fields, GiveWhatABodyHoldsAndNothingForTheRest) {
  const auto fields = Fields::of_body(
      R"({"text": "a", "n": 3, "x": 0.5, "on": true, "none": null, "unknown": [1, {}]})");
  EXPECT_EQ(fields.text("text"), "a");
  EXPECT_EQ(fields.integer("n", 1, 10), 3);
  EXPECT_EQ(fields.number("x", 0, 1), 0.5);
  EXPECT_TRUE(fields.flag("on"));
  EXPECT_FALSE(fields.has("none"));
  EXPECT_FALSE(fields.flag("none"));
  EXPECT_FALSE(fields.text("missing").has_value());
  EXPECT_EQ(fields.text_or("missing", "b"), "b");
  EXPECT_EQ(fields.choice("text", {"a", "b"}, "b"), "a");
}

TEST(Fields, OfAFormAreTexts) {
  const auto fields = Fields::of_form({{"n", "3"}, {"x", "0.5"}, {"on", "true"}, {"off", "false"}});
  EXPECT_EQ(fields.integer("n", 1, 10), 3);
  EXPECT_EQ(fields.number("x", 0, 1), 0.5);
  EXPECT_TRUE(fields.flag("on"));
  EXPECT_FALSE(fields.flag("off"));
}

TEST(Fields, SayWhichOneIsWrong) {
  const auto fields = Fields::of_body(R"({"text": 1, "n": "3", "x": 1.5, "on": "true"})");
  EXPECT_EQ(test::error_of([&] { fields.text("text"); }), "text wants a text");
  EXPECT_EQ(test::error_of([&] { fields.integer("n", 1, 10); }), "n wants a number");
  EXPECT_EQ(test::error_of([&] { fields.integer("x", 1, 10); }), "x wants an integer, found 1.5");
  EXPECT_EQ(test::error_of([&] { fields.number("x", 0, 1); }), "x is 1.5, not within 0 to 1");
  EXPECT_EQ(test::error_of([&] { fields.flag("on"); }), "on wants true or false");
  const auto form = Fields::of_form({{"n", "3 pictures"}, {"kind", "gif"}});
  EXPECT_EQ(test::error_of([&] { form.integer("n", 1, 10); }), "n wants a number");
  EXPECT_EQ(test::error_of([&] {
              form.choice("kind", {"png", "jpeg"}, "png");
            }),
            "kind 'gif' is none of png, jpeg");
  try {
    form.integer("n", 1, 10);
  } catch (const ApiError& error) {
    EXPECT_EQ(error.status(), 400);
    EXPECT_EQ(error.to_json()["error"]["param"], "n");
  }
}

TEST(Fields, RefuseABodyThatIsNoObject) {
  for (const auto* body :
       {"", "[]", "1", "{\"a\": 1", "{\"a\": 1, \"a\": 2}", "{\"a\": \"\xff\"}"}) {
    EXPECT_THROW(Fields::of_body(body), ApiError) << body;
  }
}

}  // namespace
}  // namespace unipic::serve

// What the official scoring code computed; tests/eval/golden_ops_test.cpp runs the cases with
// tensors.

#include "eval/geneval/golden_checks.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/places.h"

namespace unipic::eval {
namespace {

Json golden(const std::string& name) { return read_json(test::golden_folder() / "eval" / name); }

TEST(GenEvalGolden, GeometryAgreesWithTheReference) {
  auto data = golden("geneval_geometry.json");
  check_geneval_geometry(data);
  data["items"][1]["relations"] = Json::array();
  EXPECT_EQ(test::error_of([&] { check_geneval_geometry(data); }),
            "item 1: relations is '[\"below\"]', expected '[]'");
}

TEST(GenEvalGolden, VerdictsAgreeWithTheReference) {
  auto data = golden("geneval_score.json");
  check_geneval_score(data);
  data["items"][0]["detections"][0]["score"] = 0.79;
  EXPECT_EQ(test::error_of([&] { check_geneval_score(data); }),
            "single_ok: bench: score is 0.7900000214576721, expected 0.800000011920929");
}

TEST(GenEvalGolden, TheSummaryAgreesWithTheReference) {
  auto data = golden("geneval_summary.json");
  check_geneval_summary(data);
  data["overall"] = 0.72728;
  EXPECT_EQ(test::error_of([&] { check_geneval_summary(data); }),
            "overall is 0.72727, expected 0.72728");
}

}  // namespace
}  // namespace unipic::eval

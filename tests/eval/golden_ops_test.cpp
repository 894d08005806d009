// The benchmarks' golden cases through the public function behind `unipic verify`.

#include <gtest/gtest.h>

#include "support/places.h"
#include "unipic/verify.h"

namespace unipic {
namespace {

TEST(EvalGolden, EveryKnownCaseAgreesWithTheReference) {
  int64_t num_geneval = 0;
  VerifyOptions options;
  options.on_result = [&](const CaseResult& result) {
    if (result.name.starts_with("geneval_")) {
      ++num_geneval;
      EXPECT_TRUE(result.passed) << result.name << ": " << result.reason;
    } else {
      EXPECT_EQ(result.reason, "unknown op") << result.name;
    }
  };
  verify_goldens(test::golden_folder() / "eval", options);
  EXPECT_EQ(num_geneval, 5);
}

}  // namespace
}  // namespace unipic

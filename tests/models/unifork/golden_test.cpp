// Every golden case through the public function behind `unipic verify`.

#include <gtest/gtest.h>

#include "support/places.h"
#include "unipic/verify.h"

namespace unipic {
namespace {

TEST(UniForkGolden, EveryCaseAgreesWithTheReference) {
  VerifyOptions options;
  options.on_result = [](const CaseResult& result) {
    EXPECT_TRUE(result.passed) << result.name << ": " << result.reason;
  };
  const auto report = verify_goldens(test::golden_folder() / "unifork", options);
  EXPECT_EQ(report.num_passed, 18);
  EXPECT_EQ(report.num_failed, 0);
}

}  // namespace
}  // namespace unipic

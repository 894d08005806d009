// Every golden case through the public function behind `unipic verify`.

#include <gtest/gtest.h>

#include "support/places.h"
#include "unipic/verify.h"

namespace unipic {
namespace {

TEST(UniPic1Golden, EveryCaseAgreesWithTheReference) {
  VerifyOptions options;
  options.on_result = [](const CaseResult& result) {
    EXPECT_TRUE(result.passed) << result.name << ": " << result.reason;
  };
  const auto report = verify_goldens(test::golden_folder() / "unipic1", options);
  EXPECT_EQ(report.num_passed, 37);
  EXPECT_EQ(report.num_failed, 0);
}

TEST(UniPic1Golden, ASingleCaseCanBeChosen) {
  VerifyOptions options;
  options.only = "mask_schedule_16_4";
  EXPECT_EQ(verify_goldens(test::golden_folder() / "unipic1", options).num_passed, 1);
}

}  // namespace
}  // namespace unipic

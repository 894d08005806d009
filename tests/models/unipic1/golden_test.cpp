// Every golden case through the public function behind `unipic verify`.

#include <gtest/gtest.h>

#include <set>

#include "unipic/verify.h"

namespace unipic {
namespace {

// Training comes with the trainer.
const std::set<std::string> kTrainingCases = {"prepare_training_text", "train_step"};

TEST(UniPic1Golden, EveryInferenceCaseAgreesWithTheReference) {
  int64_t num_inference_cases = 0;
  VerifyOptions options;
  options.on_result = [&](const CaseResult& result) {
    if (kTrainingCases.contains(result.name)) {
      EXPECT_EQ(result.reason, "unknown op") << result.name;
      return;
    }
    ++num_inference_cases;
    EXPECT_TRUE(result.passed) << result.name << ": " << result.reason;
  };
  const auto report = verify_goldens(UNIPIC_GOLDEN_DIR "/unipic1", options);
  EXPECT_EQ(num_inference_cases, 35);
  EXPECT_EQ(report.num_passed, 35);
}

TEST(UniPic1Golden, ASingleCaseCanBeChosen) {
  VerifyOptions options;
  options.only = "mask_schedule_16_4";
  EXPECT_EQ(verify_goldens(UNIPIC_GOLDEN_DIR "/unipic1", options).num_passed, 1);
}

}  // namespace
}  // namespace unipic

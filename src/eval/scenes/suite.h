#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "base/run_control.h"
#include "eval/scenes/records.h"
#include "eval/scenes/report.h"
#include "eval/scenes/subject.h"

namespace unipic::eval {

struct SuiteOptions {
  std::set<std::string> parts = {"geneval", "edit", "qa"};
  std::filesystem::path prompt_file;  // in GenEval's layout; empty: GenEval's own prompts
  int64_t prompts = 0;                // of them, evenly spread; 0: all whose classes have a sprite
  int64_t images = 4;                 // a prompt
  int64_t edits = 20;                 // a kind, and as many again with held-out combinations
  int64_t questions = 25;             // the same
  int64_t renders = 2000;             // exact pictures on which the judge is tested
  uint64_t seed = 0;

  // Throws `UsageError`.
  void validate() const;
};

// Measures `subject` as `look` sees it. Items that `records` has are not done again. Pictures
// `image` of the prompt on line `line` of the list has the seed `seed` + 1000 `line` +
// `image`; scenes of edits and questions come from seeds that training does not use, and an edit
// has its own number as seed. Throws `Cancelled` when stopped.
SceneReport run_suite(Subject& subject, const Look& look, const scenes::Catalogue& catalogue,
                      const SuiteOptions& options, Records& records, const RunControl& control);

// Whether an answer is the expected one: trimmed and in lower case.
bool is_right_answer(std::string_view answer, std::string_view expected);

// Looks at `count` exact pictures with held-out combinations.
DetectorScore test_detector(const Look& look, const scenes::Catalogue& catalogue, int64_t size,
                            int64_t count, const RunControl& control);

// Writes sheets of what `records` keeps of these options' items into its folder:
// sheet_geneval_TAG.png, and sheet_edit_KIND.png with source, result and target. Nothing without a
// folder.
void write_sheets(const scenes::Catalogue& catalogue, const SuiteOptions& options,
                  const Records& records);

}  // namespace unipic::eval

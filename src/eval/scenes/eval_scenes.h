#pragma once

#include <filesystem>
#include <string>

#include "base/run_control.h"
#include "eval/scenes/suite.h"
#include "unipic/pipeline.h"

namespace unipic::eval {

struct EvalScenesOptions {
  std::filesystem::path detector;  // a folder that the training task `detector` wrote
  std::filesystem::path out;       // where items and pictures are kept; empty: nowhere
  std::string model;               // its name, for the record
  SuiteOptions suite;
  GenerateOptions drawing;  // size, steps and guidance; seeds and count are the suite's
  int64_t max_tokens = 32;  // of an answer
};

// Runs the suite on a model of any family. Goes on with what `out` holds of the same model,
// detector and settings. Throws `UsageError` for options that make no sense or a detector of other
// classes, `Error` if a folder cannot be read or written, `Cancelled` when stopped.
SceneReport eval_scenes(const Pipeline& pipeline, const EvalScenesOptions& options,
                        const RunControl& control);

}  // namespace unipic::eval

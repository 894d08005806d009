#pragma once

#include "golden/golden.h"
#include "models/unipic1/pipeline.h"

namespace unipic::unipic1 {

// Computes one golden case with the pipeline's own parts. Throws `Error` if a text comes out other
// than the case says or an input is missing; `UnknownOp` for operations that are not UniPic 1's.
golden::Outputs run_golden_case(const Pipeline& pipeline, const golden::Case& golden_case);

class UnknownOp : public Error {
 public:
  using Error::Error;
};

// Its parts: single modules, whole tasks, training. Each returns whether it knows the operation.
bool run_module_case(const Pipeline& pipeline, const golden::Case& golden_case,
                     golden::Outputs& out);
bool run_task_case(const Pipeline& pipeline, const golden::Case& golden_case, golden::Outputs& out);
bool run_training_case(const Pipeline& pipeline, const golden::Case& golden_case,
                       golden::Outputs& out);

}  // namespace unipic::unipic1

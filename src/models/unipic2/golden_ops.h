#pragma once

#include "golden/checkpoint.h"
#include "models/unipic2/parts.h"

namespace unipic::unipic2 {

// What UniPic 2 computes for a case of a golden folder. Throws `Error` for operations that are not
// UniPic 2's, or inputs that are missing.
golden::Outputs run_golden_case(const golden::Checkpoint& checkpoint,
                                const golden::Case& golden_case);

// Grids as the reference has them: time (1), rows, columns.
torch::Tensor thw_of(const std::vector<qwen25_vision::PatchGrid>& grids);

// Single modules, whole tasks, training. Each returns whether it knows the operation.
bool run_module_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                     golden::Outputs& out);
bool run_task_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                   golden::Outputs& out);
bool run_training_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                       golden::Outputs& out);

}  // namespace unipic::unipic2

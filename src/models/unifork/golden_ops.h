#pragma once

#include "golden/checkpoint.h"
#include "models/unifork/model.h"

namespace unipic::unifork {

// What UniFork computes for a case of a golden folder, whose checkpoint is called "unifork". Throws
// `Error` for operations that are not UniFork's, or inputs that are missing.
golden::Outputs run_golden_case(const golden::Checkpoint& checkpoint,
                                const golden::Case& golden_case);

// Its folder, and its networks.
std::filesystem::path golden_folder(const golden::Checkpoint& checkpoint);
UniFork load_golden(const golden::Checkpoint& checkpoint);

// Pictures and their codes; texts and pictures from the language model; training and measuring.
// Each returns whether it knows the operation.
bool run_tokenizer_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                        golden::Outputs& out);
bool run_task_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                   golden::Outputs& out);
bool run_training_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                       golden::Outputs& out);

}  // namespace unipic::unifork

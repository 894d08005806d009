#pragma once

#include "golden/checkpoint.h"

namespace unipic::tar {

// What Tar computes for a case of a golden folder. Throws `Error` for operations that are not
// Tar's, or inputs that are missing.
golden::Outputs run_golden_case(const golden::Checkpoint& checkpoint,
                                const golden::Case& golden_case);

// The tokenizer, both de-tokenizers, what two of these learn from, the language model, whole tasks.
// Each returns whether it knows the operation.
bool run_ta_tok_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                     golden::Outputs& out);
bool run_ar_dtok_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                      golden::Outputs& out);
bool run_dif_dtok_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                       golden::Outputs& out);
bool run_tokenizer_training_case(const golden::Checkpoint& checkpoint,
                                 const golden::Case& golden_case, golden::Outputs& out);
bool run_llm_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                  golden::Outputs& out);
bool run_task_case(const golden::Checkpoint& checkpoint, const golden::Case& golden_case,
                   golden::Outputs& out);

}  // namespace unipic::tar

// Golden cases of the tokenizer.

#include "models/tar/golden_ops.h"

namespace unipic::tar {
using golden::Case;
using golden::Outputs;

bool run_ta_tok_case(const golden::Checkpoint&, const Case&, Outputs&) { return false; }

}  // namespace unipic::tar

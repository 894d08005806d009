// Golden cases of AR-DTok.

#include "models/tar/golden_ops.h"

namespace unipic::tar {
using golden::Case;
using golden::Outputs;

bool run_ar_dtok_case(const golden::Checkpoint&, const Case&, Outputs&) { return false; }

}  // namespace unipic::tar

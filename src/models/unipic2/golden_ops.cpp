#include "models/unipic2/golden_ops.h"

#include "base/check.h"

namespace unipic::unipic2 {

golden::Outputs run_golden_case(const golden::Checkpoint& checkpoint,
                                const golden::Case& golden_case) {
  golden::Outputs out;
  const bool is_known = run_module_case(checkpoint, golden_case, out) ||
                        run_task_case(checkpoint, golden_case, out) ||
                        run_training_case(checkpoint, golden_case, out);
  check(is_known, "unknown operation '{}'", golden_case.op);
  return out;
}

}  // namespace unipic::unipic2

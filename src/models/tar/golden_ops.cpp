#include "models/tar/golden_ops.h"

#include "base/check.h"

namespace unipic::tar {

golden::Outputs run_golden_case(const golden::Checkpoint& checkpoint,
                                const golden::Case& golden_case) {
  golden::Outputs out;
  const bool is_known = run_ta_tok_case(checkpoint, golden_case, out) ||
                        run_ar_dtok_case(checkpoint, golden_case, out) ||
                        run_dif_dtok_case(checkpoint, golden_case, out) ||
                        run_tokenizer_training_case(checkpoint, golden_case, out) ||
                        run_llm_case(checkpoint, golden_case, out) ||
                        run_task_case(checkpoint, golden_case, out);
  check(is_known, "unknown operation '{}'", golden_case.op);
  return out;
}

}  // namespace unipic::tar

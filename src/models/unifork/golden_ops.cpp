#include "models/unifork/golden_ops.h"

#include "base/check.h"
#include "models/unifork/checkpoint.h"

namespace unipic::unifork {

golden::Outputs run_golden_case(const golden::Checkpoint& checkpoint,
                                const golden::Case& golden_case) {
  golden::Outputs out;
  const bool is_known = run_tokenizer_case(checkpoint, golden_case, out) ||
                        run_task_case(checkpoint, golden_case, out) ||
                        run_training_case(checkpoint, golden_case, out);
  check(is_known, "unknown operation '{}'", golden_case.op);
  return out;
}

std::filesystem::path golden_folder(const golden::Checkpoint& checkpoint) {
  return checkpoint.folder() / "unifork";
}

UniFork load_golden(const golden::Checkpoint& checkpoint) {
  return load_model(open_checkpoint(golden_folder(checkpoint)), checkpoint.placement());
}

}  // namespace unipic::unifork

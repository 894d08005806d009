#include "models/unipic2/golden_ops.h"

#include "base/check.h"

namespace unipic::unipic2 {

golden::Outputs GoldenRunner::run(const golden::Case& golden_case) const {
  golden::Outputs out;
  const bool is_known = run_module_case(*this, golden_case, out) ||
                        run_task_case(*this, golden_case, out) ||
                        run_training_case(*this, golden_case, out);
  check(is_known, "unknown operation '{}'", golden_case.op);
  return out;
}

std::filesystem::path GoldenRunner::part(const golden::Case& golden_case,
                                         std::string_view param) const {
  const std::filesystem::path name = golden_case.text(param);
  for (const auto& component : name)
    check(component != ".." && !name.is_absolute(), "{}: '{}' leads out of the checkpoint", param,
          name.string());
  return checkpoint_ / name;
}

}  // namespace unipic::unipic2

#include "eval/golden_ops.h"

#include "base/check.h"

namespace unipic::eval {

golden::Outputs run_golden_case(const golden::Case& golden_case) {
  golden::Outputs out;
  const bool known = run_geneval_case(golden_case, out);
  check(known, "unknown op");
  return out;
}

}  // namespace unipic::eval

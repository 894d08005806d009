#include "models/tar/extend_vocabulary.h"

#include "base/check.h"

namespace unipic::tar {
using torch::Tensor;

Tensor extended_rows(const Tensor& base_rows, const VocabularyExtension& extension) {
  constexpr int64_t kNumMarks = 2;  // of a picture's beginning and end
  const int64_t num_kept = extension.num_base_tokens + kNumMarks, width = base_rows.size(1);
  check(num_kept <= base_rows.size(0),
        "an embedding of {} rows has no unused ones beside {} tokens", base_rows.size(0),
        extension.num_base_tokens);
  check(extension.scale_rows_SD.size(1) == width, "scale rows are {} wide, the embedding {}",
        extension.scale_rows_SD.size(1), width);
  const auto before = torch::cat({base_rows.narrow(0, 0, num_kept), extension.scale_rows_SD});
  auto code_rows = extension.code_rows_CD;
  if (!code_rows.defined()) code_rows = before.mean(0, true).expand({extension.num_codes, width});
  check(code_rows.size(0) == extension.num_codes && code_rows.size(1) == width,
        "code rows are {}x{}, expected {}x{}", code_rows.size(0), code_rows.size(1),
        extension.num_codes, width);
  return torch::cat({before, code_rows.to(before.scalar_type())});
}

}  // namespace unipic::tar

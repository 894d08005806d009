#include "golden/checkpoint.h"

#include "base/check.h"

namespace unipic::golden {

std::filesystem::path Checkpoint::part(const Case& golden_case, std::string_view param) const {
  const std::filesystem::path name = golden_case.text(param);
  for (const auto& component : name)
    check(component != ".." && !name.is_absolute(), "{}: '{}' leads out of the checkpoint", param,
          name.string());
  return path_ / name;
}

}  // namespace unipic::golden

#include "api/families/convert.h"
#include "base/check.h"

namespace unipic::api {

void convert_nothing(const std::filesystem::path& in, const std::filesystem::path& /*out*/,
                     const ConvertOptions& /*options*/) {
  throw UsageError(fmt::format("{}: folders of this family cannot be converted yet", in.string()));
}

}  // namespace unipic::api

#include "api/families/convert.h"
#include "base/check.h"

namespace unipic::api {

void convert_tar(const std::filesystem::path& in, const std::filesystem::path& /*out*/,
                 const ConvertOptions& /*options*/) {
  throw UsageError(fmt::format("{}: converting Tar's folders is not possible yet", in.string()));
}

}  // namespace unipic::api

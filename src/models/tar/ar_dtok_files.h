#pragma once

#include <filesystem>

#include "convert/opened.h"
#include "models/tar/ar_dtok.h"

namespace unipic::tar {

// AR-DTok out of a published ar_dtok_lp_*.pth (specs/tar.md §1). Throws `Error` that names file and
// tensor for what is missing, malformed or does not fit: unlike in the reference, positions, too.
convert::Opened<ArDtok> open_ar_dtok(const std::filesystem::path& path);

}  // namespace unipic::tar

#pragma once

#include <filesystem>

#include "convert/weight_source.h"

// Checkpoint files that hold one or several parts of UniPic2-SD3.5M-Kontext (docs/formats.md).

namespace unipic::unipic2 {

enum class Part { kTransformer, kVae, kClipL, kClipG, kT5 };

// Whether `file` holds the part. Throws `Error` if it is no tensor file.
bool holds_part(const std::filesystem::path& file, Part part);

// The tensors of the part, mapped, under their names without its prefix. Throws `Error` if it is
// not in `file`.
convert::WeightSource open_part(const std::filesystem::path& file, Part part);

}  // namespace unipic::unipic2

#pragma once

#include <filesystem>

#include "convert/opened.h"
#include "models/tar/ta_tok.h"

namespace unipic::tar {

// TA-Tok out of the published ta_tok.pth (specs/tar.md §1). What a tensor does not tell of SigLIP2
// is read from its config.json, in the folder of the tower's name beside the file or beside its
// folder; without one, the published tower's is meant. Tensors that are not used, and whatever the
// file holds beside the model, are passed over. Throws `Error` that names file and tensor for what
// is missing, malformed or does not fit.
convert::Opened<TaTok> open_ta_tok(const std::filesystem::path& path, const TaTokParts& parts = {});

// The whole tower with its unused parts, for comparison; `prefix` begins the names of its tensors.
convert::Opened<siglip::VisionModel> open_ta_tok_vision(const std::filesystem::path& path,
                                                        std::string_view prefix = "encoder.");

// The tokenizer with its weights and a codebook that is computed once.
TaTok load_ta_tok(const std::filesystem::path& path, const ops::Placement& placement,
                  const TaTokParts& parts = {});

}  // namespace unipic::tar

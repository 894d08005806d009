#pragma once

#include <filesystem>

#include "backbones/vq/model.h"
#include "convert/opened.h"

namespace unipic::vq {

// The sizes that the tensors of LlamaGen's file tell; the groups of norms, which they do not,
// are 32. Throws `Error` for what is missing or no size of a network.
Config infer_config(const convert::WeightSource& file);

// LlamaGen's vq_ds16_t2i.pt: {'model': tensors}. Throws `Error` that names file and tensor for what
// is missing, malformed, does not fit or belongs to nothing.
convert::Opened<Autoencoder> open_autoencoder(const std::filesystem::path& path,
                                              Half half = Half::kBoth);

}  // namespace unipic::vq

#pragma once

#include <filesystem>

#include "backbones/clip_text/model.h"
#include "backbones/kl_vae/model.h"
#include "backbones/qwen2/model.h"
#include "backbones/qwen25_vision/model.h"
#include "backbones/sd3/model.h"
#include "backbones/t5/model.h"
#include "convert/opened.h"
#include "models/unipic2/conditioner.h"
#include "models/unipic2/infer_configs.h"

// The networks of UniPic 2 as their files describe them, before any weight is in memory. A `path`
// is a folder of the published layout (specs/unipic2.md §2) or a checkpoint file that holds the
// network (docs/formats.md). All throw `Error` for what is missing or malformed.

namespace unipic::unipic2 {

using convert::Opened;

// `which` and `facts` matter for files only.
Opened<clip_text::TextModel> open_clip(const std::filesystem::path& path, Clip which,
                                       const UnstatedFacts& facts);
Opened<t5::Encoder> open_t5(const std::filesystem::path& path);
Opened<sd3::Transformer> open_transformer(const std::filesystem::path& path);

// The autoencoder; (z - shift) · scale of its latents is what the transformer works on.
struct OpenedCodec {
  Opened<kl_vae::Autoencoder> vae;
  double scale = 1, shift = 0;
};
OpenedCodec open_codec(const std::filesystem::path& path, const UnstatedFacts& facts);

// Parts of Qwen2.5-VL's folder.
Opened<qwen2::CausalLm> open_llm(const std::filesystem::path& folder);
Opened<qwen25_vision::Tower> open_vision(const std::filesystem::path& folder);
qwen25_vision::Config read_vision_config(const std::filesystem::path& folder);

Opened<Conditioner> open_conditioner(const std::filesystem::path& folder);

}  // namespace unipic::unipic2

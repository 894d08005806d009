#include "api/families/inspect.h"
#include "base/check.h"
#include "models/unipic2/kontext_files.h"
#include "models/unipic2/open_parts.h"

namespace unipic::api {
namespace {

void add_flow(Inspection& found, const unipic2::FlowFiles& files) {
  const auto transformer = unipic2::open_transformer(files.transformer);
  const auto& config = transformer.module->config();
  add_part(found, "transformer",
           fmt::format("{} layers ({} dual), width {}", config.num_layers, config.num_dual_layers,
                       config.dim()),
           transformer);
  const auto codec = unipic2::open_codec(files.vae, files.unstated);
  add_part(found, "vae",
           fmt::format("{} latent channels", codec.vae.module->config().latent_channels),
           codec.vae);
}

}  // namespace

Inspection inspect_kontext(const std::filesystem::path& folder) {
  const auto files = unipic2::find_kontext_files(folder);
  Inspection found{.kind = "UniPic2-SD3.5M-Kontext checkpoint"};
  found.facts.emplace_back("folder", folder.string());
  add_flow(found, files.flow());
  using unipic2::Clip;
  add_part(found, "text_encoder", "CLIP-L",
           unipic2::open_clip(files.clip_l, Clip::kL, files.unstated));
  add_part(found, "text_encoder_2", "CLIP-G",
           unipic2::open_clip(files.clip_g, Clip::kG, files.unstated));
  if (files.t5.empty()) {
    found.facts.emplace_back("text_encoder_3", "none; prompts are read without T5");
  } else {
    const auto t5 = unipic2::open_t5(files.t5);
    add_part(found, "text_encoder_3", fmt::format("T5, {} layers", t5.module->config().num_layers),
             t5);
  }
  return found;
}

Inspection inspect_metaquery(const std::filesystem::path& folder) {
  Inspection found{.kind = "UniPic2-Metaquery checkpoint"};
  found.facts.emplace_back("folder", folder.string());
  add_flow(found, {folder / "transformer", folder / "vae", folder / "scheduler"});
  const auto conditioner = unipic2::open_conditioner(folder / "conditioner");
  const auto& config = conditioner.module->config();
  add_part(found, "conditioner",
           fmt::format("{} queries, {} layers, width {}", config.num_queries, config.num_layers,
                       config.layer.dim),
           conditioner);
  found.facts.emplace_back("language model", "Qwen2.5-VL, apart");
  return found;
}

}  // namespace unipic::api

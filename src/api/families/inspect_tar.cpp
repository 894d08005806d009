#include "api/families/inspect.h"
#include "backbones/vq/files.h"
#include "base/check.h"
#include "models/tar/ar_dtok_files.h"
#include "models/tar/dif_dtok.h"
#include "models/tar/files.h"
#include "models/tar/language_model.h"
#include "models/tar/ta_tok_files.h"

namespace unipic::api {

Inspection inspect_tar(const std::filesystem::path& folder) {
  const auto files = tar::find_tar_files(folder);
  Inspection found{.kind = "Tar checkpoint"};
  found.facts.emplace_back("folder", files.llm.string());
  const auto llm = tar::open_llm(files.llm);
  add_part(found, "language model",
           fmt::format("{} layers, {} tokens", llm.module->config().num_layers,
                       llm.module->config().vocab_size),
           llm);
  const auto tokenizer = tar::open_ta_tok(files.ta_tok);
  const auto& sizes = tokenizer.module->config();
  add_part(found, "TA-Tok",
           fmt::format("{} pixels, {} codes of {}", sizes.encoder.image_size, sizes.num_codes,
                       sizes.code_dim),
           tokenizer);
  for (const auto& [size, path] : files.ar_dtoks) {
    const auto ar = tar::open_ar_dtok(path);
    add_part(found, fmt::format("AR-DTok {}", size),
             fmt::format("{} layers, {} codes a picture", ar.module->config().num_layers,
                         ar.module->config().num_picture_codes),
             ar);
  }
  if (!files.vqgan.empty()) {
    const auto vqgan = vq::open_autoencoder(files.vqgan);
    add_part(found, "VQGAN", fmt::format("{} codes", vqgan.module->config().num_codes), vqgan);
  }
  for (const auto& path : files.dif_dtoks) {
    const auto sana = tar::open_sana(path);
    add_part(found, path.filename().string() + " transformer",
             fmt::format("{} layers, {} latents a side", sana.module->config().num_layers,
                         sana.module->config().sample_size),
             sana);
    const auto dc_ae = tar::open_dc_ae(path);
    add_part(found, path.filename().string() + " autoencoder",
             fmt::format("{} latent channels", dc_ae.module->config().latent_channels), dc_ae);
  }
  return found;
}

}  // namespace unipic::api

#include "models/unipic2/metaquery.h"

#include <utility>

#include "base/check.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;

fs::path find_lmm(const fs::path& folder, const fs::path& given) {
  if (!given.empty()) return given;
  const auto absolute = fs::absolute(folder).lexically_normal();
  const auto parent =
      absolute.has_filename() ? absolute.parent_path() : absolute.parent_path().parent_path();
  for (const auto& place : {folder / kLmmFolder, parent / kLmmFolder})
    if (fs::is_directory(place)) return place;
  throw Error(
      fmt::format("{}: needs Qwen2.5-VL's folder, which is neither in it nor beside it as "
                  "{}; name it with --lmm",
                  folder.string(), kLmmFolder));
}

Metaquery::Metaquery(const std::filesystem::path& folder, std::filesystem::path lmm_folder,
                     const ops::Placement& placement)
    : lmm_folder_(std::move(lmm_folder)),
      reader_(lmm_folder_),
      conditioner_(load_conditioner(folder / "conditioner", placement)),
      flow_({folder / "transformer", folder / "vae", folder / "scheduler"}, placement) {}

EncodedPrompts Metaquery::encode(const std::vector<std::string>& texts,
                                 const qwen25_vision::Patches& pictures, const RunControl& control,
                                 const nn::Trace& trace) const {
  const torch::InferenceMode no_autograd;
  const auto rows =
      with_queries(reader_, texts, pictures.grids, conditioner_->config().num_queries);
  trace("input_ids", rows.rows.ids_BT);
  trace("attention_mask", rows.rows.mask_BT);
  trace("position_ids", rows.positions_BT.unsqueeze(0).expand({3, -1, -1}));
  torch::Tensor image_tokens;
  if (!pictures.grids.empty()) {
    image_tokens = control.timed(
        "vision", [&] { return see_pictures(lmm_folder_, flow_.placement(), pictures); });
    trace("image_embeds", image_tokens);
  }
  const auto states_BQM = control.timed("llm", [&] {
    const auto [llm, layers] = stream_llm(lmm_folder_, flow_.placement());
    const auto prompt =
        embed_with_pictures(llm, reader_.image_id(), rows.prompt_ids(), image_tokens);
    return query_states(llm, conditioner_, rows, prompt, layers.hooks(control));
  });
  trace("query_states", states_BQM);
  return control.timed("connector", [&] { return conditioner_->forward(states_BQM); });
}

}  // namespace unipic::unipic2

#include "models/unipic2/vision_language.h"

#include <utility>

namespace unipic::unipic2 {
using torch::Tensor;

Tensor embed_with_pictures(const qwen2::CausalLm& llm, int64_t image_id, const Tensor& ids_BT,
                           const Tensor& image_tokens) {
  const auto device = llm->decoder()->embedding()->weight().device();
  const auto embeddings = llm->embed(ids_BT.to(device));
  if (!image_tokens.defined()) return embeddings;
  const auto places = ids_BT.eq(image_id).to(device).unsqueeze(-1);
  return embeddings.masked_scatter(places, image_tokens.to(embeddings.scalar_type()));
}

Tensor see_pictures(const std::filesystem::path& folder, const ops::Placement& placement,
                    const qwen25_vision::Patches& patches) {
  return load_vision(folder, placement)
      ->forward(patches.values_NP.to(placement.device, placement.dtype), patches.grids);
}

VisionLanguageModel::VisionLanguageModel(std::filesystem::path folder, const ChatReader& reader,
                                         const ops::Placement& placement)
    : folder_(std::move(folder)),
      placement_(placement),
      image_id_(reader.image_id()),
      llm_(load_llm(folder_, placement)) {}

Tensor VisionLanguageModel::see(const qwen25_vision::Patches& patches) const {
  return see_pictures(folder_, placement_, patches);
}

}  // namespace unipic::unipic2

#include "models/unipic2/metaquery.h"

#include <utility>

namespace unipic::unipic2 {
using torch::Tensor;

std::string text_to_draw(const std::string& prompt) {
  return chat_text("Generate an image: " + prompt, /*has_picture=*/false);
}

std::string text_to_edit(const std::string& instruction) {
  return chat_text(instruction, /*has_picture=*/true);
}

QueryRows with_queries(const VisionLanguageModel& model, const std::vector<std::string>& texts,
                       const qwen25_vision::Patches& pictures, int64_t num_queries) {
  auto prompt = model.tokenize(texts, pictures.grids);
  const int64_t num_rows = prompt.ids_BT.size(0);
  QueryRows result;
  result.rows.ids_BT =
      torch::cat({prompt.ids_BT, torch::zeros({num_rows, num_queries}, torch::kLong)}, 1);
  result.rows.mask_BT =
      torch::cat({prompt.mask_BT, torch::ones({num_rows, num_queries}, torch::kLong)}, 1);
  result.positions_BT = qwen2::positions_of(result.rows.mask_BT) * result.rows.mask_BT;
  if (!pictures.grids.empty()) {
    const auto& weight = model.llm()->decoder()->embedding()->weight();
    result.image_tokens = model.vision()->forward(
        pictures.values_NP.to(weight.device(), weight.scalar_type()), pictures.grids);
  }
  return result;
}

Tensor query_states(const VisionLanguageModel& model, const Conditioner& conditioner,
                    const QueryRows& rows) {
  const auto& queries_QM = conditioner->queries();
  const int64_t num_queries = queries_QM.size(0);
  const int64_t num_prompt_tokens = rows.rows.ids_BT.size(1) - num_queries;
  const auto prompt =
      model.embed(rows.rows.ids_BT.narrow(1, 0, num_prompt_tokens), rows.image_tokens);
  const auto queries = queries_QM.to(prompt.scalar_type()).expand({prompt.size(0), -1, -1});
  const auto device = prompt.device();
  const auto states = model.llm()->decoder()->forward(
      torch::cat({prompt, queries}, 1), rows.positions_BT.to(device), rows.rows.mask_BT.to(device));
  return states.narrow(1, num_prompt_tokens, num_queries);
}

qwen25_vision::PatchOptions patches_of_source(int64_t width, int64_t height) {
  constexpr double kTokenPixels = 28, kSquarePixels = 32;
  const auto in_tokens = [](int64_t side) {
    return static_cast<double>(side) * kTokenPixels / kSquarePixels;
  };
  const auto pixels = static_cast<int64_t>(in_tokens(height) * in_tokens(width));
  return {.min_pixels = pixels, .max_pixels = pixels};
}

}  // namespace unipic::unipic2

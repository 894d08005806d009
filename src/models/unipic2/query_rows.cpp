#include "models/unipic2/query_rows.h"

namespace unipic::unipic2 {
using torch::Tensor;

std::string text_to_draw(const std::string& prompt) {
  return chat_text("Generate an image: " + prompt, /*has_picture=*/false);
}

std::string text_to_edit(const std::string& instruction) {
  return chat_text(instruction, /*has_picture=*/true);
}

QueryRows with_queries(const ChatReader& reader, const std::vector<std::string>& texts,
                       const std::vector<qwen25_vision::PatchGrid>& grids, int64_t num_queries) {
  const auto prompt = reader.tokenize(texts, grids);
  const int64_t num_rows = prompt.ids_BT.size(0);
  QueryRows result;
  result.num_prompt_tokens = prompt.ids_BT.size(1);
  result.rows.ids_BT =
      torch::cat({prompt.ids_BT, torch::zeros({num_rows, num_queries}, torch::kLong)}, 1);
  result.rows.mask_BT =
      torch::cat({prompt.mask_BT, torch::ones({num_rows, num_queries}, torch::kLong)}, 1);
  result.positions_BT = qwen2::positions_of(result.rows.mask_BT) * result.rows.mask_BT;
  return result;
}

Tensor query_states(const qwen2::CausalLm& llm, const Conditioner& conditioner,
                    const QueryRows& rows, const Tensor& prompt_BTM, const nn::BlockHooks& hooks) {
  const auto& queries_QM = conditioner->queries();
  const auto queries_BQM =
      queries_QM.to(prompt_BTM.scalar_type()).expand({prompt_BTM.size(0), -1, -1});
  const auto device = prompt_BTM.device();
  const auto states = llm->decoder()->forward(
      torch::cat({prompt_BTM, queries_BQM}, 1), rows.positions_BT.to(device),
      rows.rows.mask_BT.to(device), /*cache=*/nullptr, /*trace=*/{}, hooks);
  return states.narrow(1, rows.num_prompt_tokens, queries_QM.size(0));
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

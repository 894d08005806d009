#include "models/unifork/alignment.h"

#include <torch/nn/functional/normalization.h>

#include "base/check.h"
#include "models/unifork/sequences.h"

namespace unipic::unifork {
using torch::Tensor;

namespace {

// Where the tokens of a picture and of a text stand in a row.
struct Places {
  int64_t image = 0, image_length = 0;
  int64_t text = 0, text_length = 0;
};

// The means over those places in every row of [N, S, M].
void add_means(const Tensor& hidden_NSM, const std::vector<Places>& places,
               std::vector<Tensor>& images, std::vector<Tensor>& texts) {
  std::vector<Tensor> image_rows, text_rows;
  const auto hidden = hidden_NSM.to(torch::kFloat);
  for (size_t row = 0; row < places.size(); ++row) {
    const auto row_SM = hidden[static_cast<int64_t>(row)];
    const auto& at = places[row];
    image_rows.push_back(row_SM.narrow(0, at.image, at.image_length).mean(0));
    text_rows.push_back(row_SM.narrow(0, at.text, at.text_length).mean(0));
  }
  images.push_back(torch::stack(image_rows));
  texts.push_back(torch::stack(text_rows));
}

LayerFeatures features(const qwen2::Decoder& branch, int64_t num_layers,
                       const std::vector<Tensor>& rows, const std::vector<Places>& places) {
  const torch::NoGradGuard no_grad;
  const auto embeddings_NSM = pad_rows(rows, 0);
  std::vector<Tensor> images, texts;
  add_means(embeddings_NSM, places, images, texts);
  // The last layer counts with its norm.
  const auto last = "hidden_" + std::to_string(num_layers);
  const nn::Trace trace([&](const std::string& name, const Tensor& hidden_NSM) {
    if (name != last) add_means(hidden_NSM, places, images, texts);
  });
  const auto positions = torch::arange(embeddings_NSM.size(1),
                                       torch::dtype(torch::kLong).device(embeddings_NSM.device()))
                             .unsqueeze(0);
  add_means(branch->forward(embeddings_NSM, positions, {}, nullptr, trace), places, images, texts);
  return {torch::stack(images), torch::stack(texts)};
}

Tensor embed(const UniFork& model, const std::vector<int64_t>& ids) {
  return model->understanding()->embed(torch::tensor(ids, torch::kLong).to(model->device()));
}

Tensor pictures_of(const UniFork& model, const Tensor& pixels_N3HW, size_t num_texts) {
  check(pixels_N3HW.size(0) == static_cast<int64_t>(num_texts), "{} texts for {} pictures",
        num_texts, pixels_N3HW.size(0));
  return model->embed_pictures(model->see(pixels_N3HW).z);
}

}  // namespace

Tensor nearest_neighbours(const Tensor& features_ND, int64_t k) {
  check_usage(k >= 1 && k < features_ND.size(0), "{} neighbours among {} pairs", k,
              features_ND.size(0));
  const auto directions_ND = torch::nn::functional::normalize(
      features_ND.to(torch::kFloat), torch::nn::functional::NormalizeFuncOptions().dim(-1));
  auto similarity_NN = directions_ND.matmul(directions_ND.t());
  similarity_NN.fill_diagonal_(-std::numeric_limits<double>::infinity());
  return std::get<0>(std::get<1>(similarity_NN.topk(k)).sort(-1));
}

Tensor shared_neighbours(const Tensor& text_Nk, const Tensor& image_Nk) {
  const auto matches_Nkk = text_Nk.unsqueeze(2).eq(image_Nk.unsqueeze(1));
  return matches_Nkk.sum({1, 2}).to(torch::kFloat) / static_cast<double>(text_Nk.size(1));
}

Alignment alignment(const Tensor& text_END, const Tensor& image_END, int64_t k) {
  check(text_END.dim() == 3 && image_END.dim() == 3 && text_END.size(0) == image_END.size(0) &&
            text_END.size(1) == image_END.size(1),
        "features of {} layers and {} texts, and of {} layers and {} pictures", text_END.size(0),
        text_END.size(1), image_END.size(0), image_END.size(1));
  std::vector<Tensor> per_pair;
  for (int64_t layer = 0; layer < text_END.size(0); ++layer) {
    per_pair.push_back(shared_neighbours(nearest_neighbours(text_END[layer], k),
                                         nearest_neighbours(image_END[layer], k)));
  }
  const auto per_pair_EN = torch::stack(per_pair);
  return {per_pair_EN.mean(1), per_pair_EN};
}

LayerFeatures understanding_features(const UniFork& model,
                                     const std::vector<std::vector<int64_t>>& texts,
                                     const Tensor& pixels_N3HW, int64_t start_id) {
  const torch::NoGradGuard no_grad;
  const auto pictures_NVM = pictures_of(model, pixels_N3HW, texts.size());
  const auto start_1M = embed(model, {start_id});
  const int64_t length = pictures_NVM.size(1);
  std::vector<Tensor> rows;
  std::vector<Places> places;
  for (const auto& text : texts) {
    rows.push_back(torch::cat(
        {start_1M, pictures_NVM[static_cast<int64_t>(rows.size())], embed(model, text)}));
    places.push_back({1, length, 1 + length, static_cast<int64_t>(text.size())});
  }
  return features(model->understanding()->decoder(), model->config().llm.num_layers, rows, places);
}

LayerFeatures generation_features(const UniFork& model,
                                  const std::vector<std::vector<int64_t>>& texts,
                                  const Tensor& pixels_N3HW) {
  const torch::NoGradGuard no_grad;
  const auto pictures_NVM = pictures_of(model, pixels_N3HW, texts.size());
  std::vector<Tensor> rows;
  std::vector<Places> places;
  for (const auto& text : texts) {
    rows.push_back(
        torch::cat({embed(model, text), pictures_NVM[static_cast<int64_t>(rows.size())]}));
    const auto text_length = static_cast<int64_t>(text.size());
    places.push_back({text_length, pictures_NVM.size(1), 0, text_length});
  }
  return features(model->generation(), model->config().llm.num_layers, rows, places);
}

}  // namespace unipic::unifork

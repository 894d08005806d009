#include "models/unifork/loss.h"

#include <torch/nn/functional/loss.h>

#include <algorithm>

#include "base/check.h"
#include "models/unifork/sequences.h"

namespace unipic::unifork {
namespace F = torch::nn::functional;
using torch::Tensor;

namespace {

Tensor positions_for(const Tensor& embeddings_BSM) {
  return torch::arange(embeddings_BSM.size(1),
                       torch::dtype(torch::kLong).device(embeddings_BSM.device()))
      .unsqueeze(0);
}

}  // namespace

// What texts are filled up with comes last, where no label is and nothing before it looks: neither
// loss needs a mask.

Tensor understanding_loss(const UniFork& model, const Tensor& ids_BT, const Tensor& labels_BT,
                          const Tensor& z_PhwC) {
  Tensor pictures_PVM;
  if (z_PhwC.defined()) pictures_PVM = model->embed_pictures(z_PhwC);
  const auto embeddings_BSM = embed_with_pictures(model, ids_BT, pictures_PVM);
  const auto labels_BS =
      labels_with_pictures(ids_BT, labels_BT, pictures_PVM.defined() ? pictures_PVM.size(1) : 0);
  const auto& llm = model->understanding();
  const auto hidden_BSM =
      llm->decoder()->forward(embeddings_BSM, positions_for(embeddings_BSM), {});

  const int64_t num_before = labels_BS.size(1) - 1;
  const auto targets = labels_BS.narrow(1, 1, num_before).flatten().to(model->device());
  const auto labelled = targets.ge(0).nonzero().squeeze(1);
  check(labelled.numel() > 0, "the texts have no labels");
  const auto before = hidden_BSM.narrow(1, 0, num_before).flatten(0, 1).index_select(0, labelled);
  return F::cross_entropy(llm->logits(before), targets.index_select(0, labelled));
}

Tensor generation_loss(const UniFork& model, const Tensor& ids_BT,
                       const vila_u::Quantized& pictures, int64_t num_tokens,
                       const vila_u::Dropout& dropout) {
  const auto codes_PLQ = pictures.codes.flatten(1, 2);
  num_tokens = std::min(num_tokens, codes_PLQ.size(1));
  const auto places = picture_places(ids_BT);
  check(static_cast<int64_t>(places.size()) == codes_PLQ.size(0) &&
            std::ranges::all_of(places, [](int64_t place) { return place >= 0; }),
        "{} texts for {} pictures, each needs one", places.size(), codes_PLQ.size(0));
  // Nothing after the token before the last is looked at.
  const auto text_BTM = model->understanding()->embed(ids_BT.clamp_min(0).to(model->device()));
  const auto pictures_PVM = model->embed_pictures(pictures.z).narrow(1, 0, num_tokens);
  std::vector<Tensor> rows;
  for (size_t row = 0; row < places.size(); ++row) {
    const auto number = static_cast<int64_t>(row);
    rows.push_back(torch::cat({text_BTM[number].narrow(0, 0, places[row]), pictures_PVM[number]}));
  }
  const auto embeddings_BSM = pad_rows(rows, 0);
  const auto hidden_BSM =
      model->generation()->forward(embeddings_BSM, positions_for(embeddings_BSM), {});
  std::vector<Tensor> hidden;
  for (size_t row = 0; row < places.size(); ++row)
    hidden.push_back(hidden_BSM[static_cast<int64_t>(row)].narrow(0, places[row], num_tokens));
  return code_loss(model, torch::cat(hidden), codes_PLQ.narrow(1, 0, num_tokens).flatten(0, 1),
                   dropout)
      .loss;
}

CodeLoss code_loss(const UniFork& model, const Tensor& hidden_NM, const Tensor& codes_NQ,
                   const vila_u::Dropout& dropout) {
  const auto rows_NQC = model->tokenizer()->codebook()->rows(codes_NQ).detach();
  const auto scores_NQK = model->depth()->forward(hidden_NM, rows_NQC, dropout);
  return {F::cross_entropy(scores_NQK.flatten(0, 1), codes_NQ.flatten()), scores_NQK};
}

}  // namespace unipic::unifork

#include "models/unipic1/loss.h"

#include <torch/nn/functional/loss.h>

#include "base/check.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

// `x`, with `scale` times its gradient.
Tensor scale_gradient(const Tensor& x, double scale) {
  return scale == 1.0 ? x : x * scale + x.detach() * (1.0 - scale);
}

// Embeddings of the texts [B, T, M], with pictures [B, V, M] where the ids have `image_id`.
Tensor embed_with_pictures(const UniPic1& model, const Tensor& ids_BT, int64_t image_id,
                           const Tensor& pictures_BVM) {
  const auto is_image = ids_BT.eq(image_id);
  check(is_image.sum().item<int64_t>() == pictures_BVM.size(0) * pictures_BVM.size(1),
        "the texts do not have {} image tokens each; are they cut?", pictures_BVM.size(1));
  const auto embeddings_BTM = model->llm()->embed(ids_BT);
  return embeddings_BTM.masked_scatter(is_image.unsqueeze(-1).expand_as(embeddings_BTM),
                                       pictures_BVM.to(embeddings_BTM.scalar_type()));
}

// Condition vectors [B, L, D] of all tokens of a picture of which the tokens masked [B, L] are
// unknown, after the text whose embeddings and mask are given (§3 in one pass, without a cache).
Tensor conditions(const UniPic1& model, const Tensor& text_BTM, const Tensor& text_mask_BT,
                  const Tensor& tokens_BLC, const Tensor& mask_BL, const Grid& grid,
                  const Tensor& source_BSE, const nn::Trace& trace) {
  const auto positions = model->mar()->positions(grid);
  const auto visible_BV = visible_positions(mask_BL);
  const auto index = visible_BV.unsqueeze(-1).expand({-1, -1, tokens_BLC.size(2)});
  const auto encoded_BSE = model->mar()->encode(tokens_BLC.gather(1, index), visible_BV, positions);

  const auto picture_BSM = model->to_llm(encoded_BSE);
  const int64_t num_rows = picture_BSM.size(1);
  const auto key_mask = torch::cat(
      {text_mask_BT, torch::ones({text_mask_BT.size(0), num_rows}, text_mask_BT.options())}, 1);
  const auto embeddings = torch::cat({text_BTM, picture_BSM.to(text_BTM.scalar_type())}, 1);
  const auto hidden =
      model->llm()->decoder()->forward(embeddings, qwen2::positions_of(key_mask), key_mask);
  const auto refined_BSE =
      encoded_BSE + model->from_llm(hidden.narrow(1, text_BTM.size(1), num_rows));
  if (trace) trace("x_enc", refined_BSE);

  const auto z_BLD = model->mar()->decode(refined_BSE, visible_BV, positions, source_BSE);
  if (trace) trace("z", z_BLD);
  return z_BLD;
}

Tensor mask_of(const DrawingDraws& draws) {
  const auto masked = draws.orders_BL.narrow(1, 0, draws.num_masked);
  return torch::zeros_like(draws.orders_BL).scatter_(1, masked, 1);
}

// The mean loss of the head over the tokens masked_M of the flattened batch.
Tensor head_loss(const UniPic1& model, const Tensor& tokens_MC, const Tensor& z_MD,
                 const Tensor& masked_M, int64_t num_tokens, const DrawingDraws& draws) {
  const int64_t copies = draws.steps_N.size(0) / num_tokens;
  check(copies > 0 && draws.steps_N.size(0) == copies * num_tokens, "{} noise levels for {} tokens",
        draws.steps_N.size(0), num_tokens);
  const auto rows_N =
      (torch::arange(copies, masked_M.options()).unsqueeze(1) * num_tokens + masked_M.unsqueeze(0))
          .flatten();
  const auto losses = model->head()->losses(tokens_MC.repeat({copies, 1}), z_MD.repeat({copies, 1}),
                                            draws.steps_N.index_select(0, rows_N),
                                            draws.noise_NC.index_select(0, rows_N));
  return (losses.squared_error_N + losses.variational_N).mean();
}

DrawingLoss drawing_loss(const UniPic1& model, const Tensor& text_BTM, const Tensor& text_mask_BT,
                         const Tensor& tokens_BLC, const Grid& grid, const Tensor& source_BSE,
                         const DrawingDraws& draws, const MeanProbe& probe,
                         const nn::Trace& trace) {
  const auto mask_BL = mask_of(draws);
  if (trace) trace("mask", mask_BL);
  const auto z_BLD =
      conditions(model, text_BTM, text_mask_BT, tokens_BLC, mask_BL, grid, source_BSE, trace);
  const auto masked_M = mask_BL.flatten().nonzero().squeeze(1);
  const auto tokens_MC = tokens_BLC.flatten(0, 1).index_select(0, masked_M).to(torch::kFloat);
  const auto z_MD = z_BLD.flatten(0, 1).index_select(0, masked_M);
  DrawingLoss loss = {head_loss(model, tokens_MC, z_MD, masked_M, mask_BL.numel(), draws), {}};
  if (probe) loss.mean = torch::mse_loss(probe->forward(z_MD.to(torch::kFloat)), tokens_MC);
  return loss;
}

// Mean cross-entropy of the labels [B, T], each foretold by the hidden state before it.
Tensor answer_loss(const UniPic1& model, const Tensor& hidden_BTM, const Tensor& labels_BT) {
  const auto targets = labels_BT.narrow(1, 1, labels_BT.size(1) - 1).flatten();
  const auto labelled = targets.ge(0).nonzero().squeeze(1);
  const auto before = hidden_BTM.narrow(1, 0, labels_BT.size(1) - 1).flatten(0, 1);
  const auto logits = model->llm()->logits(before.index_select(0, labelled));
  return torch::nn::functional::cross_entropy(logits, targets.index_select(0, labelled));
}

Tensor hidden_states(const UniPic1& model, const Tensor& embeddings_BTM, const Tensor& mask_BT) {
  const auto positions_BT =
      torch::arange(mask_BT.size(1), mask_BT.options()).unsqueeze(0).expand_as(mask_BT);
  return model->llm()->decoder()->forward(embeddings_BTM, positions_BT, mask_BT);
}

}  // namespace

DrawingDraws DrawingDraws::to(torch::Device device) const {
  return {.orders_BL = orders_BL.to(device),
          .num_masked = num_masked,
          .steps_N = steps_N.to(device),
          .noise_NC = noise_NC.to(device)};
}

DrawingLoss text_to_image_loss(const UniPic1& model, const TextBatch& captions,
                               const Tensor& tokens_BLC, const Grid& grid,
                               const DrawingDraws& draws, const MeanProbe& probe,
                               const nn::Trace& trace) {
  return drawing_loss(model, model->llm()->embed(captions.ids_BT), captions.mask_BT, tokens_BLC,
                      grid, {}, draws, probe, trace);
}

Tensor image_to_text_loss(const UniPic1& model, const TextBatch& dialogues, int64_t image_id,
                          const Tensor& tokens_BLC, const Grid& grid, double gradient_scale) {
  const auto features = model->encode_picture(tokens_BLC, model->mar()->positions(grid));
  const auto pictures = scale_gradient(model->to_llm(features), gradient_scale);
  const auto embeddings = embed_with_pictures(model, dialogues.ids_BT, image_id, pictures);
  return answer_loss(model, hidden_states(model, embeddings, dialogues.mask_BT),
                     dialogues.labels_BT);
}

Tensor vision_to_text_loss(const UniPic1& model, const TextBatch& dialogues, int64_t image_id,
                           const Tensor& pixels_B3PP) {
  const auto embeddings =
      embed_with_pictures(model, dialogues.ids_BT, image_id, model->see(pixels_B3PP));
  return answer_loss(model, hidden_states(model, embeddings, dialogues.mask_BT),
                     dialogues.labels_BT);
}

DrawingLoss image_edit_loss(const UniPic1& model, const TextBatch& instructions, int64_t image_id,
                            const Tensor& source_BLC, const Tensor& target_BLC, const Grid& grid,
                            const DrawingDraws& draws, double gradient_scale,
                            const MeanProbe& probe, const nn::Trace& trace) {
  const auto features = model->encode_picture(source_BLC, model->mar()->positions(grid));
  const auto pictures = scale_gradient(model->to_llm(features), gradient_scale);
  return drawing_loss(model, embed_with_pictures(model, instructions.ids_BT, image_id, pictures),
                      instructions.mask_BT, target_BLC, grid,
                      scale_gradient(features, gradient_scale), draws, probe, trace);
}

int64_t num_labelled(const TextBatch& texts) {
  return texts.labels_BT.narrow(1, 1, texts.labels_BT.size(1) - 1).ge(0).sum().item<int64_t>();
}

Tensor text_loss(const UniPic1& model, const TextBatch& texts) {
  return answer_loss(model, hidden_states(model, model->llm()->embed(texts.ids_BT), texts.mask_BT),
                     texts.labels_BT);
}

}  // namespace unipic::unipic1

#pragma once

#include <torch/types.h>

#include "models/unipic1/model.h"
#include "models/unipic1/training_text.h"
#include "nn/linear.h"

// B batch, L tokens of a picture, C latent channels, R buffer rows, N = copies·B·L rows of the
// diffusion head, M width of the language model.

namespace unipic::unipic1 {

// The random choices of one step of learning to draw. Row n of the head belongs to token n mod B·L.
struct DrawingDraws {
  torch::Tensor orders_BL;  // int64; the first `num_masked` tokens of each are to be drawn
  int64_t num_masked = 0;
  torch::Tensor steps_N;   // int64, noise levels of the base schedule
  torch::Tensor noise_NC;  // fp32

  DrawingDraws to(torch::Device device) const;
};

// What learning to draw costs, scalars with their graph.
struct DrawingLoss {
  torch::Tensor head;  // of the diffusion head, as published
  torch::Tensor mean;  // squared error of `mean_probe`; undefined without one
};

// A linear layer D to C that foretells hidden tokens from their condition vectors, beside the head
// and no part of the model; may be null. The head's loss says little about what a condition should
// hold, for most of it is noise; this one says it at once.
using MeanProbe = nn::Linear;

// The losses of UniPic 1 (specs/unipic1.md §6.1), each with its graph. Pictures come as
// latent tokens of `UniPic1::pixels_to_tokens`.

// Caption to picture. Traces "mask", "x_enc" and "z".
DrawingLoss text_to_image_loss(const UniPic1& model, const TextBatch& captions,
                               const torch::Tensor& tokens_BLC, const Grid& grid,
                               const DrawingDraws& draws, const MeanProbe& probe = nullptr,
                               const nn::Trace& trace = {});

// How much of the gradient flows from the language model back into the features of a picture that
// it is shown; as published.
inline constexpr double kPictureGradientScale = 0.1;

// Picture and question to answer: the mean cross-entropy of the labelled tokens. `image_id` marks
// where the picture stands in the text.
torch::Tensor image_to_text_loss(const UniPic1& model, const TextBatch& dialogues, int64_t image_id,
                                 const torch::Tensor& tokens_BLC, const Grid& grid,
                                 double gradient_scale = kPictureGradientScale);

// The same with the picture seen by the vision tower (the paper's route, §2.3): pixels
// [B, 3, P, P] of the size the tower takes.
torch::Tensor vision_to_text_loss(const UniPic1& model, const TextBatch& dialogues,
                                  int64_t image_id, const torch::Tensor& pixels_B3PP);

// Picture and instruction to picture. Traces as `text_to_image_loss`.
DrawingLoss image_edit_loss(const UniPic1& model, const TextBatch& instructions, int64_t image_id,
                            const torch::Tensor& source_BLC, const torch::Tensor& target_BLC,
                            const Grid& grid, const DrawingDraws& draws,
                            double gradient_scale = kPictureGradientScale,
                            const MeanProbe& probe = nullptr, const nn::Trace& trace = {});

// Of how many labelled tokens the losses of answers are the mean.
int64_t num_labelled(const TextBatch& texts);

// Text alone: the mean cross-entropy of the labelled tokens.
torch::Tensor text_loss(const UniPic1& model, const TextBatch& texts);

}  // namespace unipic::unipic1

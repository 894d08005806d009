#include "models/unipic2/loss.h"

namespace unipic::unipic2 {
using torch::Tensor;

FlowMatchLoss flow_match_loss(const sd3::Transformer& transformer,
                              const diffusion::FlowSchedule& training_schedule,
                              const Tensor& latents_BCHW, const Tensor& noise_BCHW,
                              const Tensor& shares_B, const sd3::Conditions& conditions) {
  const auto num_levels = static_cast<int64_t>(training_schedule.sigmas.size());
  const auto index_B =
      (shares_B * num_levels).floor().to(torch::kLong).clamp(0, num_levels - 1).cpu();
  const auto chosen = [&](const std::vector<float>& table) {
    return torch::tensor(table).index_select(0, index_B).to(latents_BCHW.device());
  };
  FlowMatchLoss result;
  result.sigmas_B = chosen(training_schedule.sigmas);
  result.timesteps_B = chosen(training_schedule.timesteps);
  const auto sigmas = result.sigmas_B.view({-1, 1, 1, 1}).to(latents_BCHW.scalar_type());
  result.noisy_BCHW = (1 - sigmas) * latents_BCHW + sigmas * noise_BCHW;
  result.target_BCHW = noise_BCHW - latents_BCHW;
  result.prediction_BCHW = transformer->forward(result.noisy_BCHW, result.timesteps_B, conditions);
  const auto error =
      result.prediction_BCHW.to(torch::kFloat) - result.target_BCHW.to(torch::kFloat);
  result.per_sample_B = error.square().flatten(1).mean(1);
  result.loss = result.per_sample_B.mean();
  return result;
}

}  // namespace unipic::unipic2

#include "models/tar/dif_dtok.h"

#include <utility>

#include "base/check.h"
#include "convert/model_folder.h"
#include "diffusion/noise.h"
#include "io/torch_checkpoint.h"
#include "ops/image_tensor.h"

namespace unipic::tar {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

convert::WeightSource weights_of(const fs::path& folder) {
  convert::WeightSource weights(folder.string());
  weights.add(convert::open_weights(folder));
  return weights;
}

// The features that stand for nothing, [N, D].
Tensor read_negative(const fs::path& path, const ops::Placement& placement) {
  convert::WeightSource source(path.string());
  source.add(io::open_torch_checkpoint(path));
  check(source.contains("tensor"), "{}: is no lone tensor", path.string());
  auto negative = source.tensor("tensor");
  if (negative.dim() == 3 && negative.size(0) == 1) negative = negative.squeeze(0);
  check(negative.dim() == 2, "{}: has {} dimensions, not 2", path.string(), negative.dim());
  return negative.to(placement.device, placement.dtype);
}

void refuse_unsupported_scheduler(const Json& json, std::string_view where) {
  // `otherwise`: what the library takes for one that is missing, the same unless it is said.
  const auto want_or = [&](const char* key, const auto& supported, const auto& otherwise) {
    using Value = std::decay_t<decltype(supported)>;
    const auto said = json_get_or<Value>(json, key, otherwise, where);
    check(said == supported, "{}: '{}' is {}, only {} is supported", where, key, said, supported);
  };
  const auto want = [&](const char* key, const auto& supported) {
    want_or(key, supported, supported);
  };
  want("_class_name", std::string("DPMSolverMultistepScheduler"));
  want_or("prediction_type", std::string("flow_prediction"), std::string("epsilon"));
  want_or("use_flow_sigmas", true, false);
  want("algorithm_type", std::string("dpmsolver++"));
  want("solver_type", std::string("midpoint"));
  want("final_sigmas_type", std::string("zero"));
  want("solver_order", int64_t{2});
  want("num_train_timesteps", int64_t{1000});
  for (const char* other : {"use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas",
                            "use_lu_lambdas", "use_dynamic_shifting", "thresholding"})
    want(other, false);
}

}  // namespace

convert::Opened<sana::Transformer> open_sana(const fs::path& folder) {
  const auto part = folder / "transformer";
  const auto [json, where] = convert::read_config(part);
  return {sana::Transformer(sana::config_from_json(json, where)), weights_of(part)};
}

convert::Opened<dc_ae::Autoencoder> open_dc_ae(const fs::path& folder) {
  const auto part = folder / "vae";
  const auto [json, where] = convert::read_config(part);
  return {dc_ae::Autoencoder(dc_ae::config_from_json(json, where)), weights_of(part)};
}

double read_flow_shift(const fs::path& folder) {
  const auto [json, where] = convert::read_config(folder / "scheduler", "scheduler_config.json");
  check(json.is_object(), "{}: is no JSON object", where);
  refuse_unsupported_scheduler(json, where);
  const double shift = json_get_or<double>(json, "flow_shift", 1.0, where);
  // Beyond, the first level is 1 in fp32, where the solver has no direction.
  constexpr double kMaxShift = 1000;
  check(shift > 0 && shift <= kMaxShift, "{}: 'flow_shift' is {}, not within 0..{}", where, shift,
        kMaxShift);
  return shift;
}

DifDtok::DifDtok(const fs::path& folder, const ops::Placement& placement)
    : transformer_(convert::load(open_sana(folder), placement)),
      autoencoder_(
          convert::load(open_dc_ae(folder), {.dtype = torch::kFloat, .device = placement.device})),
      shift_(read_flow_shift(folder)),
      negative_ND_(read_negative(folder / "negative_prompt_embeds.pth", placement)) {
  const auto& sana = transformer_->config();
  const int64_t latent_channels = autoencoder_->config().latent_channels;
  check(sana.in_channels == latent_channels && sana.out_channels == latent_channels,
        "{}: a transformer of {} to {} channels and an autoencoder of {}", folder.string(),
        sana.in_channels, sana.out_channels, latent_channels);
  check(negative_ND_.size(1) == sana.caption_channels,
        "{}: negative_prompt_embeds.pth is {} wide, captions are {}", folder.string(),
        negative_ND_.size(1), sana.caption_channels);
}

sana::Caption DifDtok::caption(const Tensor& features_BND, bool is_guided) const {
  auto features = features_BND.to(negative_ND_.options());
  check_usage(features.size(2) == negative_ND_.size(1),
              "features of {} numbers, the diffusion de-tokenizer takes {}", features.size(2),
              negative_ND_.size(1));
  if (is_guided) {
    check_usage(features.size(1) == negative_ND_.size(0),
                "pictures of {} tokens: with guidance the diffusion de-tokenizer draws those of {} "
                "(scale 0)",
                features.size(1), negative_ND_.size(0));
    features = torch::cat({negative_ND_.unsqueeze(0).expand_as(features), features});
  }
  return transformer_->read(features);
}

std::unique_ptr<DifDtokRun> DifDtok::begin_from(Tensor noise_BChw, const Tensor& features_BND,
                                                const DifDtokOptions& options,
                                                const RunControl& control) const {
  const torch::InferenceMode no_autograd;
  return std::make_unique<DifDtokRun>(*this, caption(features_BND, options.is_guided()),
                                      std::move(noise_BChw), options, control);
}

std::unique_ptr<DetokenizerRun> DifDtok::begin(const Tensor& features_BND,
                                               const DetokenizerOptions& options,
                                               const RunControl& control) const {
  const auto noise = diffusion::seeded_noise(options.seeds, diffusion::NoisePurpose::kLatents,
                                             transformer_->config().in_channels, latents_a_side(),
                                             latents_a_side());
  return begin_from(noise.to(negative_ND_.device()), features_BND,
                    {.num_steps = options.num_steps, .guidance = options.guidance}, control);
}

Image DifDtok::decode(const Tensor& latents_Chw) const {
  const torch::InferenceMode no_autograd;
  const auto latents = latents_Chw.unsqueeze(0).to(torch::kFloat);
  const auto pixels = autoencoder_->decode(latents / autoencoder_->config().latent_scale)[0];
  return ops::image_of(((pixels / 2 + 0.5).clamp(0, 1) * 255).round().permute({1, 2, 0}));
}

DifDtokRun::DifDtokRun(const DifDtok& dtok, sana::Caption caption, Tensor noise_BChw,
                       const DifDtokOptions& options, RunControl control)
    : dtok_(dtok),
      options_(options),
      control_(std::move(control)),
      caption_(std::move(caption)),
      solver_(diffusion::dpm_schedule(options.num_steps, dtok.shift_), std::move(noise_BChw)) {}

Tensor DifDtokRun::velocity() const {
  auto noisy = solver_.sample().to(dtok_.negative_ND_.scalar_type());
  if (options_.is_guided()) noisy = torch::cat({noisy, noisy});
  const auto timesteps = torch::full({noisy.size(0)}, static_cast<double>(solver_.timestep()),
                                     noisy.options().dtype(torch::kFloat));
  const auto predicted =
      dtok_.transformer_->forward(noisy, timesteps, caption_, {}, control_).to(torch::kFloat);
  if (!options_.is_guided()) return predicted;
  const auto halves = predicted.chunk(2);
  return halves[0] + options_.guidance * (halves[1] - halves[0]);
}

void DifDtokRun::advance() {
  const torch::InferenceMode no_autograd;
  solver_.advance(control_.timed("transformer", [&] { return velocity(); }));
}

Image DifDtokRun::picture(int64_t index) const {
  const bool begun = solver_.step() > 0;
  return control_.timed("vae_decode", [&] {
    return dtok_.decode((begun ? solver_.heading() : solver_.sample())[index]);
  });
}

void DifDtokRun::keep(const std::vector<int64_t>& pictures) {
  const torch::InferenceMode no_autograd;
  const auto rows = torch::tensor(pictures, torch::kLong).to(solver_.sample().device());
  const int64_t num_pictures = solver_.sample().size(0);
  caption_ = caption_.rows(options_.is_guided() ? torch::cat({rows, rows + num_pictures}) : rows);
  solver_.keep(rows);
}

DifDtokLoss dif_dtok_loss(const sana::Transformer& transformer, const Tensor& latents_BChw,
                          const Tensor& noise_BChw, const Tensor& sigma_B,
                          const Tensor& features_BND) {
  constexpr double kNumTimesteps = 1000;
  const auto sigma = sigma_B.view({-1, 1, 1, 1});
  DifDtokLoss result;
  result.noisy_BChw = (1 - sigma) * latents_BChw + sigma * noise_BChw;
  result.velocity_BChw = transformer->forward(result.noisy_BChw, sigma_B * kNumTimesteps,
                                              transformer->read(features_BND));
  result.loss = torch::mse_loss(result.velocity_BChw, noise_BChw - latents_BChw);
  return result;
}

}  // namespace unipic::tar

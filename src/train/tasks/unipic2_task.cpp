#include "train/tasks/unipic2_task.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "convert/diffusers_lora.h"
#include "data/contact_sheet.h"
#include "models/unipic2/generation.h"
#include "models/unipic2/loss.h"
#include "models/unipic2/pixels.h"
#include "ops/mixed_precision.h"
#include "train/tasks/batches.h"
#include "train/tasks/module_parameters.h"

namespace unipic::train {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

constexpr const char* kTransformer = "transformer";

// Draws of measurements and of shown pictures, beyond those of any step.
constexpr uint64_t kHeldOutDraw = uint64_t{1} << 63;
constexpr uint64_t kShownDraw = kHeldOutDraw + 1;

// Where the shown edits begin in their source: far from where training comes.
constexpr uint64_t kFirstShownEdit = uint64_t{1} << 40;

}  // namespace

UniPic2Task::UniPic2Task(unipic2::TrainableModel model, UniPic2Settings settings,
                         const Sources& sources, std::shared_ptr<const data::Source> held_out,
                         uint64_t seed, const TaskResources& resources)
    : model_(std::move(model)),
      settings_((settings.validate(), std::move(settings))),
      training_schedule_(diffusion::flow_training_schedule(model_.shift)),
      held_out_(std::move(held_out)),
      seed_(seed),
      device_(resources.device) {
  model_.latent_shape(settings_.size, settings_.size);
  batches_.emplace(settings_.mix, sources, seed, resources.readers,
                   [&](const Mix&) { return preparation(); });
  if (settings_.show_edits > 0) {
    shown_edits_ = source_named(sources, source_of_loss(settings_.mix, "image_edit"));
  }
  for (const auto& name : settings_.train) {
    const auto& part = unipic2::part_named(model_, name);
    if (name != kTransformer || !settings_.lora.enabled()) unipic2::let_learn(part);
  }
  if (settings_.lora.enabled()) lora_ = nn::add_lora(*model_.transformer, settings_.lora, seed);
}

data::Preparation UniPic2Task::preparation() const {
  if (!settings_.buckets) return {.buckets = {{settings_.size, settings_.size}}};
  const int64_t token =
      model_.codec.vae->config().stride() * model_.transformer->config().patch_size;
  return {.buckets = data::make_buckets({.max_pixels = settings_.size * settings_.size,
                                         .stride = token,
                                         .max_aspect = settings_.max_aspect})};
}

std::vector<optim::ParameterGroup> UniPic2Task::parameter_groups(double weight_decay) {
  std::vector<optim::ParameterGroup> groups;
  for (const auto& name : settings_.train) {
    const auto& part = unipic2::part_named(model_, name);
    for (auto& group : groups_by_decay(*part.module, weight_decay)) {
      for (auto& parameter : group.parameters) parameter.name = name + "." + parameter.name;
      groups.push_back(std::move(group));
    }
  }
  auto& changes = groups.emplace_back();
  changes.weight_decay = weight_decay;
  for (const auto& [layer, change] : lora_) {
    changes.parameters.push_back({"transformer." + layer + ".lora_A", change.down_RN});
    changes.parameters.push_back({"transformer." + layer + ".lora_B", change.up_MR});
  }
  return groups;
}

UniPic2Task::Pairs UniPic2Task::pairs_of(const std::vector<data::Sample>& samples,
                                         const std::string& loss) const {
  Pairs pairs;
  for (const auto& sample : samples) {
    if (loss == "image_edit") {
      const auto& edit = sample_as<data::Edit>(sample, loss);
      pairs.texts.push_back(edit.instruction);
      pairs.sources.push_back(&edit.sources.at(0));
      pairs.targets.push_back(&edit.target);
    } else {
      const auto& pair = sample_as<data::TextToImage>(sample, loss);
      pairs.texts.push_back(pair.caption);
      pairs.targets.push_back(&pair.image);
    }
  }
  return pairs;
}

std::vector<int64_t> UniPic2Task::latent_shape(const Pairs& pairs) const {
  const auto& first = *pairs.targets.front();
  auto shape = model_.latent_shape(first.width, first.height);
  shape.insert(shape.begin(), static_cast<int64_t>(pairs.targets.size()));
  return shape;
}

Tensor UniPic2Task::latents_of(const std::vector<const Image*>& images,
                               const Tensor& noise_BCHW) const {
  const torch::NoGradGuard no_grad;
  // What is learnt from is exact; small convolutions are also no faster in bf16.
  const ops::MixedPrecision full_precision(torch::kFloat, device_);
  const auto& first = *images.front();
  const auto pixels = cropped_pixels(images, first.width, first.height).to(device_);
  return model_.codec.encode(pixels, noise_BCHW.to(device_)).to(torch::kFloat);
}

Tensor UniPic2Task::flow_loss(const Pairs& pairs, const unipic2::FlowDraws& draws) const {
  const auto prompts = model_.prompts->read(pairs.texts, pairs.sources);
  sd3::Conditions conditions = {prompts.prompt_BSE, prompts.pooled_BP, {}, {}};
  if (!pairs.sources.empty())
    conditions.reference_BCHW = latents_of(pairs.sources, draws.source_BCHW);
  return unipic2::flow_match_loss(model_.transformer, training_schedule_,
                                  latents_of(pairs.targets, draws.latent_BCHW),
                                  draws.noise_BCHW.to(device_), draws.shares_B, conditions)
      .loss;
}

MicroBatchLoss UniPic2Task::compute(const BatchPosition& position) {
  auto batch = batches_->read(position);
  auto pairs = pairs_of(batch.read.samples, batch.mix->loss);
  for (size_t row = 0; row < pairs.texts.size(); ++row) {
    const auto number = batch.range.first + static_cast<int64_t>(row);
    if (leaves_text_out(seed_, batch.range.draw, number, settings_.unconditional))
      pairs.texts[row].clear();
  }
  const auto shape = latent_shape(pairs);
  const auto loss =
      flow_loss(pairs, unipic2::training_draws(seed_, {batch.range.draw, batch.range.first}, shape,
                                               settings_.noise_levels));
  const int64_t patch = model_.transformer->config().patch_size;
  const int64_t num_tokens = shape[0] * (shape[2] / patch) * (shape[3] / patch);
  return weighted({.loss = loss,
                   .figures = {{batch.mix->loss, loss.item<double>()}},
                   .num_terms = shape[0],
                   .num_tokens = pairs.sources.empty() ? num_tokens : 2 * num_tokens},
                  batch);
}

std::vector<data::Sample> UniPic2Task::square_samples(const data::Source& source, uint64_t first,
                                                      int64_t count) const {
  auto samples = samples_of(source, first, count);
  const data::Preparation squares = {.buckets = {{settings_.size, settings_.size}}};
  for (auto& sample : samples) data::prepare(sample, squares);
  return samples;
}

Figures UniPic2Task::evaluate() {
  if (held_out_ == nullptr || settings_.held_out == 0) return {};
  const torch::NoGradGuard no_grad;
  const auto samples = square_samples(*held_out_, 0, settings_.held_out);
  auto pairs = pairs_of(samples, "text2image");
  const auto draws = unipic2::measuring_draws(seed_, {kHeldOutDraw, 0}, latent_shape(pairs));
  const auto loss = [&] { return flow_loss(pairs, draws).item<double>(); };
  Figures figures = {{"flow/true", loss()}};
  std::rotate(pairs.texts.begin(), pairs.texts.begin() + 1, pairs.texts.end());
  figures["flow/shuffled"] = loss();
  std::fill(pairs.texts.begin(), pairs.texts.end(), "");
  figures["flow/none"] = loss();
  figures["flow/gap"] = figures["flow/shuffled"] - figures["flow/true"];
  return figures;
}

std::vector<Image> UniPic2Task::drawn(const Pairs& pairs) const {
  const torch::NoGradGuard no_grad;
  const auto draws = unipic2::measuring_draws(seed_, {kShownDraw, 0}, latent_shape(pairs));
  const unipic2::SamplerOptions options = {.num_steps = settings_.show_steps,
                                           .guidance = settings_.show_guidance};
  const std::vector<std::string> none(pairs.texts.size());
  unipic2::PromptPair prompts = {.positive = model_.prompts->read(pairs.texts, pairs.sources),
                                 .negative = {}};
  if (options.is_guided()) prompts.negative = model_.prompts->read(none, pairs.sources);
  const auto reference =
      pairs.sources.empty() ? Tensor() : latents_of(pairs.sources, draws.source_BCHW);
  unipic2::Generation generation(model_.transformer,
                                 diffusion::flow_schedule(options.num_steps, model_.shift),
                                 draws.noise_BCHW.to(device_), prompts, reference, options);
  while (!generation.is_done()) generation.advance();
  const auto pixels = model_.codec.decode(generation.latents());
  std::vector<Image> images;
  for (int64_t picture = 0; picture < pixels.size(0); ++picture) {
    images.push_back(unipic2::to_image(pixels[picture]));
  }
  return images;
}

std::optional<Image> UniPic2Task::show() {
  std::vector<data::SheetCell> cells;
  const auto add = [&](const Pairs& pairs) {
    auto images = drawn(pairs);
    for (size_t picture = 0; picture < images.size(); ++picture) {
      if (!pairs.sources.empty()) cells.push_back({{*pairs.sources[picture]}, "before"});
      cells.push_back({{std::move(images[picture])}, pairs.texts[picture]});
    }
  };
  const Image square = {.width = settings_.size, .height = settings_.size, .pixels = {}};
  if (!settings_.show.empty()) {
    add({settings_.show, std::vector<const Image*>(settings_.show.size(), &square), {}});
  }
  if (settings_.show_edits > 0) {
    const auto samples = square_samples(*shown_edits_, kFirstShownEdit, settings_.show_edits);
    add(pairs_of(samples, "image_edit"));
  }
  if (cells.empty()) return {};
  return data::contact_sheet(cells, std::min<size_t>(4, cells.size()), data::BitmapFont::load());
}

void UniPic2Task::write_model(const fs::path& folder) {
  if (!settings_.lora.enabled()) {
    unipic2::write_model(model_, model_.transformer, settings_.train, folder);
    return;
  }
  const auto adapter = folder.parent_path() / "lora";
  fs::remove_all(adapter);
  convert::write_diffusers_lora(lora_, adapter);
  auto merged = unipic2::shared_copy(model_.transformer);
  nn::merge_lora(*merged, lora_);
  auto changed = settings_.train;
  changed.emplace_back(kTransformer);
  unipic2::write_model(model_, merged, changed, folder);
}

}  // namespace unipic::train

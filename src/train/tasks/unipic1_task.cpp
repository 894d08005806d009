#include "train/tasks/unipic1_task.h"

#include <algorithm>

#include "base/check.h"
#include "convert/lora_files.h"
#include "data/contact_sheet.h"
#include "models/unipic1/loss.h"
#include "models/unipic1/pixels.h"
#include "models/unipic1/write_checkpoint.h"
#include "ops/mixed_precision.h"
#include "text/tokenizer_files.h"
#include "train/tasks/batches.h"
#include "train/tasks/vae_files.h"

namespace unipic::train {
using torch::Tensor;
using unipic1::TrainingText;

namespace {

// Draws of held-out measurements, beyond those of any step.
constexpr uint64_t kHeldOutDraw = uint64_t{1} << 63;

int64_t count_tokens(const unipic1::TextBatch& batch) {
  return batch.mask_BT.sum().item<int64_t>();
}

unipic1::Pipeline trainable_pipeline(const unipic1::Checkpoint& checkpoint,
                                     const UniPic1Settings& settings, torch::Device device) {
  unipic1::UniPic1 model(checkpoint.config);
  unipic1::load_model(model, checkpoint, torch::kFloat, device);
  if (!settings.vae.empty()) {
    auto vae = model->vae();
    load_vae(vae, settings.vae);
    vae->to(device);
  }
  auto copy = unipic1::trainable_copy(model);
  unipic1::freeze(copy, settings.freeze);
  copy->set_activation_checkpointing(settings.activation_checkpointing);
  return {std::move(copy), text::load_tokenizer(checkpoint.files.llm_folder),
          checkpoint.repetition_penalty};
}

unipic1::MeanProbe mean_probe_for(const unipic1::UniPic1& model) {
  const auto& mar = model->config().mar;
  unipic1::MeanProbe probe(mar.decoder_dim, mar.latent_channels);
  for (auto& parameter : probe->parameters()) {
    parameter.set_data(torch::zeros(parameter.sizes(), model->device()));
    parameter.set_requires_grad(true);
  }
  return probe;
}

// How different the rows of a batch are, relative to their size: what a prompt changes.
double variation(const Tensor& x_BSD) {
  const auto x = x_BSD.to(torch::kFloat);
  const auto rms = x.square().mean().sqrt().item<double>();
  return (x - x.mean(0, /*keepdim=*/true)).square().mean().sqrt().item<double>() / (rms + 1e-12);
}

}  // namespace

UniPic1Task::UniPic1Task(unipic1::Checkpoint checkpoint, UniPic1Settings settings,
                         const Sources& sources, std::shared_ptr<const data::Source> held_out,
                         uint64_t seed, const TaskResources& resources)
    : checkpoint_(std::move(checkpoint)),
      pipeline_(trainable_pipeline(checkpoint_, settings, resources.device)),
      settings_((settings.validate(), std::move(settings))),
      held_out_(std::move(held_out)),
      seed_(seed) {
  batches_.emplace(settings_.mix, sources, seed, resources.readers,
                   [&](const Mix& mix) { return preparation_of(mix); });
  if (settings_.mean_weight > 0) mean_probe_ = mean_probe_for(pipeline_.model());
  if (settings_.lora.enabled()) {
    auto model = pipeline_.model();
    lora_ = nn::add_lora(*model, settings_.lora, seed);
  }
}

// Pictures that are only looked at are squares, as `describe` makes them.
data::Preparation UniPic1Task::preparation_of(const Mix& mix) const {
  if (mix.loss == "text") return {};
  const bool draws = mix.loss == "text2image" || mix.loss == "image_edit";
  if (!draws || !settings_.buckets) return {.buckets = {{settings_.size, settings_.size}}};
  return {.buckets = data::make_buckets({.max_pixels = settings_.size * settings_.size,
                                         .stride = pipeline_.model()->config().mar.stride,
                                         .max_aspect = settings_.max_aspect})};
}

std::vector<optim::ParameterGroup> UniPic1Task::parameter_groups(double weight_decay) {
  std::vector<optim::ParameterGroup> groups(1);
  if (settings_.lora.enabled()) {
    groups[0].weight_decay = weight_decay;
    for (const auto& [layer, change] : lora_) {
      groups[0].parameters.push_back({layer + ".lora_A", change.down_RN});
      groups[0].parameters.push_back({layer + ".lora_B", change.up_MR});
    }
  } else {
    groups = unipic1::parameter_groups(pipeline_.model(), weight_decay);
  }
  if (mean_probe_) {
    auto& probe = groups.emplace_back();
    for (const auto& parameter : mean_probe_->named_parameters()) {
      probe.parameters.push_back({"mean_probe." + parameter.key(), parameter.value()});
    }
  }
  return groups;
}

unipic1::Grid UniPic1Task::grid_of(const std::vector<data::Sample>& samples) const {
  const auto& picture = image_of_sample(samples.front());
  return pipeline_.model()->grid_of(picture.width, picture.height);
}

int64_t UniPic1Task::num_image_tokens(const unipic1::Grid& grid) const {
  return grid.num_tokens() + pipeline_.model()->config().mar.buffer_size;
}

MicroBatchLoss UniPic1Task::compute(const BatchPosition& position) {
  auto batch = batches_->read(position);
  const auto& loss = batch.mix->loss;
  const auto& samples = batch.read.samples;
  return weighted(loss == "text2image"   ? draw_loss(samples, batch.range)
                  : loss == "image_edit" ? edit_loss(samples, batch.range)
                                         : answer_loss(samples, loss),
                  batch);
}

unipic1::TextBatch UniPic1Task::texts(const std::vector<TrainingText>& texts) const {
  return unipic1::collate(texts, pipeline_.prompts().end_id(), settings_.max_length)
      .to(pipeline_.model()->device());
}

Tensor UniPic1Task::tokens_of(const std::vector<const Image*>& images,
                              const unipic1::Grid& grid) const {
  torch::NoGradGuard no_grad;
  // What is learnt from is exact; small convolutions are also no faster in bf16.
  const ops::MixedPrecision full_precision(torch::kFloat, pipeline_.model()->device());
  const int64_t stride = pipeline_.model()->config().mar.stride;
  const auto pixels = cropped_pixels(images, grid.width * stride, grid.height * stride);
  return pipeline_.model()->pixels_to_tokens(pixels).to(torch::kFloat);
}

unipic1::DrawingDraws UniPic1Task::draws_of(const DrawRange& range, size_t num_pictures,
                                            const unipic1::Grid& grid) const {
  return unipic1::training_draws(seed_, range.draw, range.first, static_cast<int64_t>(num_pictures),
                                 grid.num_tokens(), pipeline_.model()->config().mar,
                                 settings_.masks)
      .to(pipeline_.model()->device());
}

MicroBatchLoss UniPic1Task::draw_loss(const std::vector<data::Sample>& samples,
                                      const DrawRange& range) {
  std::vector<TrainingText> captions;
  std::vector<const Image*> images;
  for (const auto& sample : samples) {
    const auto& pair = sample_as<data::TextToImage>(sample, "text2image");
    const auto picture = range.first + static_cast<int64_t>(captions.size());
    const bool leave_out = leaves_text_out(seed_, range.draw, picture, settings_.unconditional);
    captions.push_back(
        unipic1::text_to_draw(pipeline_.prompts(), leave_out ? std::string() : pair.caption));
    images.push_back(&pair.image);
  }
  const auto batch = texts(captions);
  const auto grid = grid_of(samples);
  const auto loss =
      unipic1::text_to_image_loss(pipeline_.model(), batch, tokens_of(images, grid), grid,
                                  draws_of(range, samples.size(), grid), mean_probe_);
  return drawing_result(loss, batch, "text2image");
}

MicroBatchLoss UniPic1Task::drawing_result(const unipic1::DrawingLoss& loss,
                                           const unipic1::TextBatch& texts,
                                           std::string name) const {
  MicroBatchLoss result = {
      .loss = loss.head, .num_terms = texts.ids_BT.size(0), .num_tokens = count_tokens(texts)};
  if (mean_probe_) {
    result.figures[name + "_mean"] = loss.mean.item<double>();
    result.loss = loss.head + settings_.mean_weight * loss.mean;
  }
  result.figures[std::move(name)] = loss.head.item<double>();
  return result;
}

MicroBatchLoss UniPic1Task::answer_loss(const std::vector<data::Sample>& samples,
                                        std::string_view loss) {
  const auto& model = pipeline_.model();
  const bool by_tower = loss == "vision2text";
  const int64_t num_tokens = loss == "text" ? 0
                             : by_tower     ? model->config().vision.num_tokens()
                                            : num_image_tokens(grid());
  std::vector<TrainingText> dialogues;
  std::vector<const Image*> images;
  for (const auto& sample : samples) {
    const auto& dialogue = sample_as<data::Understanding>(sample, loss);
    dialogues.push_back(unipic1::text_to_answer(pipeline_.prompts(), num_tokens, dialogue.question,
                                                dialogue.answer));
    images.push_back(&dialogue.image);
  }
  const auto batch = texts(dialogues);
  const int64_t image_id = pipeline_.prompts().image_id();
  Tensor value;
  if (loss == "text") {
    value = unipic1::text_loss(model, batch);
  } else if (by_tower) {
    value = unipic1::vision_to_text_loss(model, batch, image_id, seen_by_tower(images));
  } else {
    value = unipic1::image_to_text_loss(model, batch, image_id, tokens_of(images, grid()), grid(),
                                        settings_.gradient_scale);
  }
  return {.loss = value,
          .figures = {{std::string(loss), value.item<double>()}},
          .num_terms = unipic1::num_labelled(batch),
          .num_tokens = count_tokens(batch)};
}

Tensor UniPic1Task::seen_by_tower(const std::vector<const Image*>& images) const {
  std::vector<Tensor> pixels;
  for (const auto* image : images) {
    pixels.push_back(unipic1::vision_pixels(*image, pipeline_.model()->config().vision.image_size));
  }
  return torch::cat(pixels);
}

MicroBatchLoss UniPic1Task::edit_loss(const std::vector<data::Sample>& samples,
                                      const DrawRange& range) {
  const auto grid = grid_of(samples);
  std::vector<TrainingText> instructions;
  std::vector<const Image*> sources;
  std::vector<const Image*> targets;
  for (const auto& sample : samples) {
    const auto& edit = sample_as<data::Edit>(sample, "image_edit");
    instructions.push_back(unipic1::text_to_edit_as_asked(
        pipeline_.prompts(), num_image_tokens(grid), edit.instruction));
    sources.push_back(&edit.sources.at(0));
    targets.push_back(&edit.target);
  }
  const auto batch = texts(instructions);
  const auto loss = unipic1::image_edit_loss(
      pipeline_.model(), batch, pipeline_.prompts().image_id(), tokens_of(sources, grid),
      tokens_of(targets, grid), grid, draws_of(range, samples.size(), grid),
      settings_.gradient_scale, mean_probe_);
  return drawing_result(loss, batch, "image_edit");
}

// The loss with everything hidden, under true, exchanged and no captions, on the same draws: what
// the captions are worth to the model.
Figures UniPic1Task::evaluate() {
  if (held_out_ == nullptr || settings_.held_out == 0) return {};
  torch::NoGradGuard no_grad;
  const auto samples = samples_of(*held_out_, 0, settings_.held_out);
  std::vector<TrainingText> captions;
  std::vector<const Image*> images;
  for (const auto& sample : samples) {
    const auto& pair = sample_as<data::TextToImage>(sample, "held_out");
    captions.push_back(unipic1::text_to_draw(pipeline_.prompts(), pair.caption));
    images.push_back(&pair.image);
  }
  const auto tokens = tokens_of(images, grid());
  const auto draws = unipic1::full_mask_draws(seed_, kHeldOutDraw, settings_.held_out,
                                              grid().num_tokens(), pipeline_.model()->config().mar)
                         .to(pipeline_.model()->device());
  Figures figures;
  const auto loss = [&](const std::vector<TrainingText>& list, const nn::Trace& trace = {}) {
    return unipic1::text_to_image_loss(pipeline_.model(), texts(list), tokens, grid(), draws,
                                       nullptr, trace)
        .head.item<double>();
  };
  figures["full_mask/true"] =
      loss(captions, nn::Trace([&](const std::string& name, const Tensor& x) {
             if (name == "mask") return;
             figures["variation/" + name] = variation(x);
           }));
  std::rotate(captions.begin(), captions.begin() + 1, captions.end());
  figures["full_mask/shuffled"] = loss(captions);
  std::fill(captions.begin(), captions.end(), unipic1::text_to_draw(pipeline_.prompts(), ""));
  figures["full_mask/none"] = loss(captions);
  figures["full_mask/gap"] = figures["full_mask/shuffled"] - figures["full_mask/true"];
  return figures;
}

std::optional<Image> UniPic1Task::show() {
  if (settings_.show.empty()) return {};
  const auto count = static_cast<int64_t>(settings_.show.size());
  std::vector<uint64_t> seeds(settings_.show.size());
  for (size_t picture = 0; picture < seeds.size(); ++picture) seeds[picture] = picture;
  std::vector<unipic1::DrawPrompt> prompts;
  for (const auto& prompt : settings_.show) prompts.push_back({prompt});
  const auto conditions = pipeline_.to_draw(prompts, /*guided=*/true, pipeline_.prompts().end_id());
  auto draws = std::make_unique<unipic1::SeededDraws>(
      seeds, pipeline_.model()->config().mar.latent_channels, pipeline_.model()->device());
  const unipic1::SamplerOptions options = {
      .num_iterations = std::min<int64_t>(16, grid().num_tokens()), .guidance = 3.0};
  const auto tokens = pipeline_.run(conditions, grid(), options, std::move(draws), {});
  const auto pixels = pipeline_.decode(tokens, grid(), {});
  std::vector<data::SheetCell> cells;
  for (int64_t picture = 0; picture < count; ++picture) {
    cells.push_back(
        {{unipic1::to_image(pixels[picture])}, settings_.show[static_cast<size_t>(picture)]});
  }
  return data::contact_sheet(cells, std::min<size_t>(4, cells.size()), data::BitmapFont::load());
}

void UniPic1Task::write_model(const std::filesystem::path& folder) {
  if (!settings_.lora.enabled()) {
    unipic1::write_model(pipeline_.model(), checkpoint_.files, folder, {.dtype = torch::kFloat});
    return;
  }
  const auto adapter = folder.parent_path() / "lora";
  std::filesystem::remove_all(adapter);
  convert::write_lora(lora_, checkpoint_.files.folder.string(), adapter);
  auto merged = unipic1::shared_copy(pipeline_.model());
  nn::merge_lora(*merged, lora_);
  unipic1::write_model(merged, checkpoint_.files, folder, {.dtype = torch::kFloat});
}

}  // namespace unipic::train

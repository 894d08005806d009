#include "train/tasks/unipic1_task.h"

#include <algorithm>
#include <chrono>

#include "base/check.h"
#include "base/philox.h"
#include "data/contact_sheet.h"
#include "models/unipic1/loss.h"
#include "models/unipic1/pixels.h"
#include "models/unipic1/write_checkpoint.h"
#include "text/tokenizer_files.h"
#include "train/tasks/batches.h"

namespace unipic::train {
using torch::Tensor;
using unipic1::TrainingText;

namespace {

// What a counter's last word says its numbers are for.
constexpr uint32_t kUnconditional = 64;

// Draws of held-out measurements, beyond those of any step.
constexpr uint64_t kHeldOutDraw = uint64_t{1} << 63;

int64_t count_tokens(const unipic1::TextBatch& batch) {
  return batch.mask_BT.sum().item<int64_t>();
}

unipic1::Pipeline trainable_pipeline(const unipic1::Checkpoint& checkpoint,
                                     const unipic1::Freezing& freezing) {
  unipic1::UniPic1 model(checkpoint.config);
  unipic1::load_model(model, checkpoint, torch::kFloat, torch::kCPU);
  auto copy = unipic1::trainable_copy(model);
  unipic1::freeze(copy, freezing);
  return {std::move(copy), text::load_tokenizer(checkpoint.files.llm_folder),
          checkpoint.repetition_penalty};
}

// How different the rows of a batch are, relative to their size: what a prompt changes.
double variation(const Tensor& x_BSD) {
  const auto x = x_BSD.to(torch::kFloat);
  const auto rms = x.square().mean().sqrt().item<double>();
  return (x - x.mean(0, /*keepdim=*/true)).square().mean().sqrt().item<double>() / (rms + 1e-12);
}

}  // namespace

UniPic1Task::UniPic1Task(unipic1::Checkpoint checkpoint, UniPic1Settings settings, Sources sources,
                         std::shared_ptr<const data::Source> held_out, uint64_t seed)
    : checkpoint_(std::move(checkpoint)),
      pipeline_(trainable_pipeline(checkpoint_, settings.freeze)),
      settings_((settings.validate(), std::move(settings))),
      sources_(std::move(sources)),
      held_out_(std::move(held_out)),
      seed_(seed) {
  for (const auto& mix : settings_.mix) {
    check_usage(sources_.contains(mix.source),
                "[[unipic1.mix]] names the source '{}'; there is no "
                "[[source]] of that name",
                mix.source);
  }
}

std::vector<optim::ParameterGroup> UniPic1Task::parameter_groups(double weight_decay) {
  return unipic1::parameter_groups(pipeline_.model(), weight_decay);
}

int64_t UniPic1Task::micro_batches() const {
  int64_t count = 0;
  for (const auto& mix : settings_.mix) count += mix.repeat;
  return count;
}

UniPic1Task::Part UniPic1Task::part_of(int64_t micro_batch) const {
  for (const auto& mix : settings_.mix) {
    if (micro_batch < mix.repeat) return {&mix, micro_batch};
    micro_batch -= mix.repeat;
  }
  throw Error("a micro-batch beyond the last");
}

int64_t UniPic1Task::num_image_tokens() const {
  return grid().num_tokens() + pipeline_.model()->config().mar.buffer_size;
}

MicroBatchLoss UniPic1Task::compute(const BatchPosition& position) {
  const auto [mix, repeat] = part_of(position.micro_batch);
  const auto share = share_of(mix->batch, position);
  const int64_t number = position.step * mix->repeat + repeat;
  const auto start = std::chrono::steady_clock::now();
  const auto samples =
      samples_of(*sources_.at(mix->source),
                 static_cast<uint64_t>(number * mix->batch + share.first), share.count);
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - start;

  const DrawRange range = {
      .draw = static_cast<uint64_t>(position.step * micro_batches() + position.micro_batch),
      .first = share.first};
  MicroBatchLoss result;
  if (mix->loss == "text2image") {
    result = draw_loss(samples, range);
  } else if (mix->loss == "image_edit") {
    result = edit_loss(samples, range);
  } else {
    result = answer_loss(samples, mix->loss == "image2text");
  }
  result.figures[mix->loss] = result.loss.item<double>();
  result.loss = result.loss * mix->weight;
  result.num_samples = share.count;
  result.data_seconds = waited.count();
  return result;
}

unipic1::TextBatch UniPic1Task::texts(const std::vector<TrainingText>& texts) const {
  return unipic1::collate(texts, pipeline_.prompts().end_id(), settings_.max_length);
}

Tensor UniPic1Task::tokens_of(const std::vector<const Image*>& images) const {
  torch::NoGradGuard no_grad;
  const auto pixels = square_pixels(images, settings_.size);
  return pipeline_.model()->pixels_to_tokens(pixels).to(torch::kFloat);
}

unipic1::DrawingDraws UniPic1Task::draws_of(const DrawRange& range, size_t num_pictures) const {
  return unipic1::training_draws(seed_, range.draw, range.first, static_cast<int64_t>(num_pictures),
                                 grid().num_tokens(), pipeline_.model()->config().mar,
                                 settings_.masks);
}

MicroBatchLoss UniPic1Task::draw_loss(const std::vector<data::Sample>& samples,
                                      const DrawRange& range) {
  std::vector<TrainingText> captions;
  std::vector<const Image*> images;
  for (const auto& sample : samples) {
    const auto& pair = sample_as<data::TextToImage>(sample, "text2image");
    const auto picture = range.first + static_cast<int64_t>(captions.size());
    const auto bits =
        philox(seed_, {static_cast<uint32_t>(picture), static_cast<uint32_t>(range.draw),
                       static_cast<uint32_t>(range.draw >> 32), kUnconditional})[0];
    const bool leave_out = bits * 0x1p-32 < settings_.unconditional;
    captions.push_back(
        unipic1::text_to_draw(pipeline_.prompts(), leave_out ? std::string() : pair.caption));
    images.push_back(&pair.image);
  }
  const auto batch = texts(captions);
  return {.loss = unipic1::text_to_image_loss(pipeline_.model(), batch, tokens_of(images), grid(),
                                              draws_of(range, samples.size())),
          .num_terms = static_cast<int64_t>(samples.size()),
          .num_tokens = count_tokens(batch)};
}

MicroBatchLoss UniPic1Task::answer_loss(const std::vector<data::Sample>& samples,
                                        bool with_pictures) {
  std::vector<TrainingText> dialogues;
  std::vector<const Image*> images;
  for (const auto& sample : samples) {
    const auto& dialogue = sample_as<data::Understanding>(sample, "image2text");
    dialogues.push_back(unipic1::text_to_answer(pipeline_.prompts(),
                                                with_pictures ? num_image_tokens() : 0,
                                                dialogue.question, dialogue.answer));
    images.push_back(&dialogue.image);
  }
  const auto batch = texts(dialogues);
  const auto& model = pipeline_.model();
  return {.loss = with_pictures ? unipic1::image_to_text_loss(
                                      model, batch, pipeline_.prompts().image_id(),
                                      tokens_of(images), grid(), settings_.gradient_scale)
                                : unipic1::text_loss(model, batch),
          .num_terms = unipic1::num_labelled(batch),
          .num_tokens = count_tokens(batch)};
}

MicroBatchLoss UniPic1Task::edit_loss(const std::vector<data::Sample>& samples,
                                      const DrawRange& range) {
  std::vector<TrainingText> instructions;
  std::vector<const Image*> sources;
  std::vector<const Image*> targets;
  for (const auto& sample : samples) {
    const auto& edit = sample_as<data::Edit>(sample, "image_edit");
    instructions.push_back(
        unipic1::text_to_edit_as_asked(pipeline_.prompts(), num_image_tokens(), edit.instruction));
    sources.push_back(&edit.sources.at(0));
    targets.push_back(&edit.target);
  }
  const auto batch = texts(instructions);
  return {
      .loss = unipic1::image_edit_loss(pipeline_.model(), batch, pipeline_.prompts().image_id(),
                                       tokens_of(sources), tokens_of(targets), grid(),
                                       draws_of(range, samples.size()), settings_.gradient_scale),
      .num_terms = static_cast<int64_t>(samples.size()),
      .num_tokens = count_tokens(batch)};
}

// The loss with everything hidden, under true, exchanged and no captions, on the same draws: what
// the captions are worth to the model.
Figures UniPic1Task::evaluate() {
  if (held_out_ == nullptr) return {};
  torch::NoGradGuard no_grad;
  const auto samples = samples_of(*held_out_, 0, settings_.held_out);
  std::vector<TrainingText> captions;
  std::vector<const Image*> images;
  for (const auto& sample : samples) {
    const auto& pair = sample_as<data::TextToImage>(sample, "held_out");
    captions.push_back(unipic1::text_to_draw(pipeline_.prompts(), pair.caption));
    images.push_back(&pair.image);
  }
  const auto tokens = tokens_of(images);
  const auto draws = unipic1::full_mask_draws(seed_, kHeldOutDraw, settings_.held_out,
                                              grid().num_tokens(), pipeline_.model()->config().mar);
  Figures figures;
  const auto loss = [&](const std::vector<TrainingText>& list, const nn::Trace& trace = {}) {
    return unipic1::text_to_image_loss(pipeline_.model(), texts(list), tokens, grid(), draws, trace)
        .item<double>();
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
  const auto conditions =
      pipeline_.to_draw(settings_.show, "", /*guided=*/true, pipeline_.prompts().end_id());
  unipic1::SeededDraws draws(seeds, pipeline_.model()->config().mar.latent_channels,
                             pipeline_.model()->device());
  const unipic1::SamplerOptions options = {
      .num_iterations = std::min<int64_t>(16, grid().num_tokens()), .guidance = 3.0};
  const auto tokens = pipeline_.run(conditions, grid(), options, draws, {});
  const auto pixels = pipeline_.decode(tokens, grid(), {});
  std::vector<data::SheetCell> cells;
  for (int64_t picture = 0; picture < count; ++picture) {
    cells.push_back(
        {{unipic1::to_image(pixels[picture])}, settings_.show[static_cast<size_t>(picture)]});
  }
  return data::contact_sheet(cells, std::min<size_t>(4, cells.size()), data::BitmapFont::load());
}

void UniPic1Task::write_model(const std::filesystem::path& folder) {
  unipic1::write_model(pipeline_.model(), checkpoint_.files, folder, {.dtype = torch::kFloat});
}

}  // namespace unipic::train

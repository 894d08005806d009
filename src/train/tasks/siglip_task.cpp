#include "train/tasks/siglip_task.h"

#include <cmath>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/new_folder.h"
#include "convert/random_weights.h"
#include "text/bpe_writer.h"
#include "train/sources.h"
#include "train/tasks/batches.h"
#include "train/tasks/learn_texts.h"
#include "train/tasks/module_parameters.h"

namespace unipic::train {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

text::BpeVocabulary learn_vocabulary(const SiglipSettings& settings,
                                     const data::ShuffledSources& captions) {
  text::BpeTrainer trainer;
  learn_texts(trainer, captions, settings.text_samples);
  return trainer.train(settings.vocabulary);
}

// One token more than the vocabulary: the padding.
siglip::TextConfig text_config(const SiglipSettings& settings, const text::Tokenizer& tokenizer) {
  return {.vocab_size = tokenizer.vocab_size() + 1,
          .hidden_size = settings.vision.hidden_size,
          .intermediate_size = settings.vision.intermediate_size,
          .num_layers = settings.text_layers,
          .num_heads = settings.vision.num_heads,
          .num_positions = settings.text_positions};
}

void initialize(siglip::ContrastiveModel& model, uint64_t seed) {
  const torch::NoGradGuard no_grad;
  convert::randomize(*model, torch::kFloat, seed);
  auto parameters = model->named_parameters();
  for (auto& parameter : parameters) {
    if (parameter.key().ends_with("bias")) parameter.value().zero_();
  }
  parameters["logit_scale"].fill_(std::log(siglip::kInitialScale));
  parameters["logit_bias"].fill_(siglip::kInitialBias);
  for (auto& parameter : parameters) parameter.value().set_requires_grad(true);
}

// How often the largest entry of a row is on the diagonal.
double share_on_diagonal(const Tensor& logits_BB) {
  const auto own = torch::arange(logits_BB.size(0), torch::dtype(torch::kLong));
  return logits_BB.argmax(1).cpu().eq(own).to(torch::kDouble).mean().item<double>();
}

}  // namespace

void SiglipSettings::validate() const {
  vision.validate("siglip");
  check_usage(batch > 1 && held_out > 1, "siglip.batch = {}, siglip.held_out = {}: at least 2",
              batch, held_out);
  check_usage(text_samples > 0 && vocabulary >= 256,
              "siglip.text_samples = {}, siglip.vocabulary = {}: at least 1 and 256", text_samples,
              vocabulary);
}

SiglipTask::SiglipTask(const SiglipSettings& settings, std::shared_ptr<const data::Source> source,
                       std::shared_ptr<const data::Source> held_out, uint64_t seed,
                       const TaskResources& resources)
    : settings_((settings.validate(), settings)),
      held_out_(std::move(held_out)),
      device_(resources.device),
      vocabulary_(learn_vocabulary(settings, *shuffled(source, seed))),
      tokenizer_(text::make_tokenizer(vocabulary_)),
      text_config_(text_config(settings, tokenizer_)),
      reader_(shuffled(std::move(source), seed), 0,
              {.batch_size = settings.batch, .threads = resources.readers}),
      model_((text_config_.validate("siglip"), settings.vision), text_config_) {
  initialize(model_, seed);
  model_->to(device_);
}

std::vector<optim::ParameterGroup> SiglipTask::parameter_groups(double weight_decay) {
  return groups_by_decay(*model_, weight_decay);
}

Tensor SiglipTask::ids_of(const std::vector<data::Sample>& samples) const {
  const int64_t length = settings_.text_positions;
  const int64_t pad_id = text_config_.vocab_size - 1;
  auto ids_BT = torch::full({static_cast<int64_t>(samples.size()), length}, pad_id, torch::kLong);
  for (size_t row = 0; row < samples.size(); ++row) {
    const auto ids =
        tokenizer_.encode(sample_as<data::TextToImage>(samples[row], "siglip").caption);
    const auto kept = std::min(static_cast<int64_t>(ids.size()), length);
    std::copy_n(ids.begin(), kept, ids_BT[static_cast<int64_t>(row)].data_ptr<int64_t>());
  }
  return ids_BT.to(device_);
}

Tensor SiglipTask::logits_of(const std::vector<data::Sample>& samples) const {
  const auto pixels = square_pixels(images_of(samples), settings_.vision.image_size).to(device_);
  return model_->forward(pixels, ids_of(samples));
}

MicroBatchLoss SiglipTask::compute(const BatchPosition& position) {
  auto batch = reader_.read(static_cast<uint64_t>(position.step));
  return {.loss = siglip::sigmoid_loss(logits_of(batch.samples)),
          .num_samples = settings_.batch,
          .num_tokens = settings_.batch * settings_.text_positions,
          .data_seconds = batch.waited_seconds,
          .skipped = std::move(batch.skipped)};
}

Figures SiglipTask::evaluate() {
  const torch::NoGradGuard no_grad;
  const auto logits_BB = logits_of(samples_of(*held_out_, 0, settings_.held_out));
  return {{"loss", siglip::sigmoid_loss(logits_BB).item<double>()},
          {"texts_that_find_their_picture", share_on_diagonal(logits_BB)},
          {"pictures_that_find_their_text", share_on_diagonal(logits_BB.t())}};
}

void SiglipTask::write_model(const fs::path& folder) {
  NewFolder out(folder);
  save_tensors(out.path() / "model.safetensors", named_tensors(*model_));
  auto config = siglip::config_to_json(settings_.vision);
  config["text_config"] = siglip::text_config_to_json(text_config_);
  const auto write = [&](const char* name, const std::string& content) {
    write_file_atomically(out.path() / name, content);
  };
  write("config.json", config.dump(2) + "\n");
  const Json preprocessor = {
      {"do_rescale", true},
      {"image_mean", {0.5, 0.5, 0.5}},
      {"image_std", {0.5, 0.5, 0.5}},
      {"size", {{"height", settings_.vision.image_size}, {"width", settings_.vision.image_size}}}};
  write("preprocessor_config.json", preprocessor.dump(2) + "\n");
  write("vocab.json", text::vocab_json(vocabulary_).dump() + "\n");
  write("merges.txt", text::merges_txt(vocabulary_));
  out.commit();
}

}  // namespace unipic::train

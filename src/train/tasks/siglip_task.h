#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backbones/siglip/contrastive.h"
#include "data/source.h"
#include "text/bpe_trainer.h"
#include "text/tokenizer.h"
#include "train/batch_reader.h"
#include "train/task.h"

namespace unipic::train {

struct SiglipSettings {
  std::string source = "captions";
  int64_t batch = 64;
  int64_t vocabulary = 2048;
  int64_t text_samples = 5000;
  siglip::Config vision = {.hidden_size = 192,
                           .intermediate_size = 768,
                           .num_layers = 6,
                           .num_heads = 6,
                           .image_size = 128,
                           .patch_size = 16};
  int64_t text_layers = 4;
  int64_t text_positions = 48;
  int64_t held_out = 64;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("source", source, "name of the [[source]] of captions");
    v.field("batch", batch, "pairs a step; each picture is compared with all texts");
    v.field("vocabulary", vocabulary, "most tokens to learn from the captions");
    v.field("text_samples", text_samples, "captions that the tokenizer learns from");
    v.field("width", vision.hidden_size, "of both towers");
    v.field("mlp_width", vision.intermediate_size, "of their feed-forward layers");
    v.field("layers", vision.num_layers, "of the vision tower");
    v.field("heads", vision.num_heads, "of the attention of both towers");
    v.field("image_size", vision.image_size, "pixels a side");
    v.field("patch_size", vision.patch_size, "pixels a side of what becomes a token");
    v.field("text_layers", text_layers, "of the text tower");
    v.field("text_positions", text_positions, "tokens of a text, padded or cut to");
    v.field("held_out", held_out, "pairs for the standing measurements");
  }
  // Throws `UsageError` on values that make no sense.
  void validate() const;
};

// Trains a SigLIP: a vision and a text tower that agree on which caption belongs to which picture
// (Zhai et al. 2023).
class SiglipTask : public Task {
 public:
  // Learns the tokenizer from the first captions of `source`. `held_out` as in `UniPic1Task`, but
  // not null.
  SiglipTask(const SiglipSettings& settings, std::shared_ptr<const data::Source> source,
             std::shared_ptr<const data::Source> held_out, uint64_t seed,
             const TaskResources& resources = {});

  std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override;
  MicroBatchLoss compute(const BatchPosition& position) override;
  // "loss", and the shares of texts and pictures that find their own among all held-out ones.
  Figures evaluate() override;
  // The layout of the published folder, with the tokenizer as vocab.json and merges.txt.
  void write_model(const std::filesystem::path& folder) override;

 private:
  torch::Tensor logits_of(const std::vector<data::Sample>& samples) const;
  torch::Tensor ids_of(const std::vector<data::Sample>& samples) const;

  const SiglipSettings settings_;
  const std::shared_ptr<const data::Source> held_out_;
  const torch::Device device_;
  const text::BpeVocabulary vocabulary_;
  const text::Tokenizer tokenizer_;
  const siglip::TextConfig text_config_;
  BatchReader reader_;
  siglip::ContrastiveModel model_;
};

}  // namespace unipic::train

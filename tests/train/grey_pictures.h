#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "data/source.h"
#include "train/settings.h"
#include "train/sources.h"
#include "train/tasks/unipic1_settings.h"

// What a tiny UniPic 1 learns in tests.

namespace unipic::train {

inline constexpr int64_t kSide = 24;

// Pictures of one grey each, with what is said of them: squares, or shapes of three kinds.
class GreySource : public data::Source {
 public:
  enum class Kind { kCaption, kQuestion, kEdit, kShape };
  explicit GreySource(Kind kind) : kind_(kind) {}

  const std::string& name() const override { return name_; }
  std::optional<uint64_t> size() const override { return 5; }
  data::Sample sample(uint64_t /*epoch*/, uint64_t index) const override {
    const auto shade = static_cast<uint8_t>(40 * index);
    const int64_t width = kind_ == Kind::kShape && index % 3 == 0 ? 2 * kSide : kSide;
    const int64_t height = kind_ == Kind::kShape && index % 3 == 1 ? 2 * kSide : kSide;
    const Image image = {
        .width = width,
        .height = height,
        .pixels = std::vector<uint8_t>(static_cast<size_t>(3 * width * height), shade)};
    const auto words = fmt::format("grey {}", index);
    if (kind_ == Kind::kCaption || kind_ == Kind::kShape) return data::TextToImage{image, words};
    if (kind_ == Kind::kQuestion) return data::Understanding{image, "which grey?", words};
    return data::Edit{{image}, image, words};
  }

 private:
  const std::string name_ = "greys";
  const Kind kind_;
};

inline Sources grey_sources() {
  return {{"captions", std::make_shared<GreySource>(GreySource::Kind::kCaption)},
          {"questions", std::make_shared<GreySource>(GreySource::Kind::kQuestion)},
          {"edits", std::make_shared<GreySource>(GreySource::Kind::kEdit)},
          {"shapes", std::make_shared<GreySource>(GreySource::Kind::kShape)}};
}

// One micro-batch of each.
inline UniPic1Settings all_losses() {
  UniPic1Settings settings;
  settings.size = kSide;
  settings.mix = {{.loss = "text2image", .source = "captions", .batch = 4},
                  {.loss = "image2text", .source = "questions", .batch = 2, .weight = 0.01},
                  {.loss = "image_edit", .source = "edits", .batch = 2},
                  {.loss = "vision2text", .source = "questions", .batch = 2, .weight = 0.01},
                  {.loss = "text", .source = "questions", .batch = 3}};
  settings.held_out = 4;
  settings.show = {"grey 1"};
  return settings;
}

// LoRA on some layers of each network, and pictures in their own shapes.
inline UniPic1Settings low_rank() {
  auto settings = all_losses();
  settings.mix[0].source = "shapes";
  settings.buckets = true;
  settings.lora = {
      .rank = 2, .alpha = 8.0, .targets = {"llm.*.q_proj", "mar.*.attn.qkv", "mar.diffloss.*"}};
  return settings;
}

// In fp32.
inline TrainerSettings few_steps(int64_t steps) {
  TrainerSettings settings;
  settings.steps = steps;
  settings.lr = 1e-3;
  settings.warmup = 0;
  settings.precision = Precision::kF32;
  settings.log_every = 1;
  settings.evaluate_every = 1;
  settings.show_every = 2;
  return settings;
}

}  // namespace unipic::train

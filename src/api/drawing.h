#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/settings.h"
#include "backbones/qwen2/greedy.h"
#include "models/unipic1/generation.h"
#include "models/unipic1/pipeline.h"
#include "text/stream_decoder.h"
#include "unipic/drawing.h"

// What `Drawing` and `Answer` hold. The pipeline and the clock must outlive them.

namespace unipic {

// Pixels [P, 3, H, W] as pictures.
std::vector<Image> to_images(const torch::Tensor& pixels_P3HW);

class Drawing::Impl {
 public:
  // `settings`, one a picture of `generation`.
  Impl(const unipic1::Pipeline& pipeline, std::unique_ptr<unipic1::Generation> generation,
       std::vector<api::PictureSettings> settings, RunControl control)
      : pipeline_(pipeline),
        generation_(std::move(generation)),
        settings_(std::move(settings)),
        control_(std::move(control)) {}

  unipic1::Generation& generation() { return *generation_; }
  std::vector<Image> so_far() const;
  Image so_far(int64_t picture) const;
  std::vector<Picture> finish() const;
  void keep(const std::vector<int64_t>& pictures);

 private:
  const unipic1::Pipeline& pipeline_;
  std::unique_ptr<unipic1::Generation> generation_;
  std::vector<api::PictureSettings> settings_;
  RunControl control_;
};

class Answer::Impl {
 public:
  Impl(const unipic1::Pipeline& pipeline, const unipic1::Question& question, int64_t max_tokens,
       const RunControl& control)
      : end_id_(pipeline.prompts().end_id()),
        num_prompt_tokens_(static_cast<int64_t>(question.ids.size())),
        decoder_(pipeline.prompts().tokenizer(), /*skip_special=*/true),
        continuation_(pipeline.begin_answer(question, max_tokens, control)) {}

  std::string advance() {
    auto text = decoder_.push(continuation_.next());
    return is_done() ? text + decoder_.finish() : text;
  }
  bool is_done() const { return continuation_.is_done(); }
  bool is_complete() const {
    return !continuation_.written().empty() && continuation_.written().back() == end_id_;
  }
  int64_t num_prompt_tokens() const { return num_prompt_tokens_; }
  int64_t num_tokens() const { return static_cast<int64_t>(continuation_.written().size()); }

 private:
  int64_t end_id_, num_prompt_tokens_;
  text::StreamDecoder decoder_;
  qwen2::GreedyContinuation continuation_;
};

}  // namespace unipic

#include "models/unifork/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "models/unifork/pixels.h"
#include "models/unifork/sequences.h"
#include "nn/conv.h"

namespace unipic::unifork {
using torch::Tensor;

Pipeline::Pipeline(Checkpoint checkpoint, const ops::Placement& placement)
    : model_(load_model(checkpoint, placement)),
      prompts_(std::move(checkpoint.tokenizer), checkpoint.files.folder.string()),
      end_ids_(std::move(checkpoint.generation.end_ids)),
      repetition_penalty_(checkpoint.generation.repetition_penalty) {
  if (std::ranges::count(end_ids_, prompts_.end_id()) == 0) end_ids_.push_back(prompts_.end_id());
  auto depth = model_->depth();
  depth->fuse();
}

void Pipeline::use_own_kernels() {
  nn::pack_linears(*model_);
  nn::pack_norms(*model_);
  nn::pack_convolutions(*model_);
}

Question Pipeline::ask(const Image& image, const std::string& question,
                       const RunControl& control) const {
  const torch::InferenceMode no_autograd;
  const auto ids_1T = torch::tensor(prompts_.ask(question), torch::kLong).unsqueeze(0);
  check_usage(ids_1T.size(1) + model_->config().num_image_tokens() < kMaxPositions,
              "the question has {} tokens, the language model takes {} with the picture",
              ids_1T.size(1), kMaxPositions);
  const auto pixels = padded_pixels(image, model_->config().image_size);
  const auto seen = control.timed("vision", [&] { return model_->see(pixels); });
  return {embed_with_pictures(model_, ids_1T, model_->embed_pictures(seen.z))};
}

qwen2::Continuation Pipeline::begin_answer(const Question& question, const AnswerOptions& options,
                                           const RunControl& control,
                                           const nn::Trace& trace) const {
  return {model_->understanding(),
          question.embeddings_1TM,
          {.max_new_tokens = options.max_new_tokens,
           .end_ids = end_ids_,
           .repetition_penalty = repetition_penalty_,
           .sampling = options.sampling},
          control,
          trace};
}

std::string Pipeline::understand(const Image& image, const std::string& question,
                                 const AnswerOptions& options, const RunControl& control) const {
  auto continuation = begin_answer(ask(image, question, control), options, control);
  while (!continuation.is_done()) continuation.next();
  auto ids = continuation.written();
  if (continuation.has_ended()) ids.pop_back();
  return prompts_.tokenizer().decode(ids, /*skip_special=*/true);
}

Generation Pipeline::begin(const std::vector<DrawPrompt>& prompts, const SamplerOptions& options,
                           const std::vector<uint64_t>& seeds, SamplerHooks hooks) const {
  check_usage(prompts.size() == seeds.size(), "{} prompts for {} seeds", prompts.size(),
              seeds.size());
  std::vector<std::string> texts, negatives;
  for (const auto& each : prompts) {
    texts.push_back(each.prompt);
    if (options.is_guided()) negatives.push_back(each.negative);
  }
  return {model_, make_rows(prompts_, texts, negatives), seeds, options, std::move(hooks)};
}

std::vector<Image> Pipeline::generate(const std::vector<DrawPrompt>& prompts,
                                      const SamplerOptions& options,
                                      const std::vector<uint64_t>& seeds, SamplerHooks hooks,
                                      const std::function<void(const Generation&)>& on_step) const {
  const auto control = hooks.control;
  auto generation = begin(prompts, options, seeds, std::move(hooks));
  while (!generation.is_done()) {
    generation.advance();
    if (on_step) on_step(generation);
  }
  std::vector<Image> images;
  for (const auto& pixels_3HW : decode(generation.vectors(), control).unbind())
    images.push_back(to_image(pixels_3HW));
  return images;
}

Tensor Pipeline::decode(const Tensor& z_PhwC, const RunControl& control) const {
  const torch::InferenceMode no_autograd;
  std::vector<Tensor> pictures;
  for (const auto& z_1hwC : z_PhwC.split(1)) {
    pictures.push_back(
        control.timed("decoder", [&] { return model_->tokenizer()->decode(z_1hwC); }));
  }
  return torch::cat(pictures).to(torch::kFloat);
}

}  // namespace unipic::unifork

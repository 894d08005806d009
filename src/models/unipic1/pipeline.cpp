#include "models/unipic1/pipeline.h"

#include <map>

#include "base/check.h"
#include "convert/int8_tensors.h"
#include "ops/placement.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

// Positions the language model was trained for (specs/unipic1.md §2.1).
constexpr int64_t kMaxPositions = 32768;

}  // namespace

Pipeline::Pipeline(Checkpoint checkpoint, DType dtype, torch::Device device)
    : prompts_(std::move(checkpoint.tokenizer), checkpoint.config),
      repetition_penalty_(checkpoint.repetition_penalty),
      model_(checkpoint.config) {
  if (dtype == DType::kAuto && convert::holds_int8(checkpoint.weights)) dtype = DType::kInt8;
  left_over_ = load_model(model_, checkpoint,
                          ops::scalar_type(dtype, checkpoint.weights.num_elements(), device),
                          device, /*keep_int8=*/dtype == DType::kInt8);
  model_->quantize(ops::weight_bits(dtype));
}

Pipeline::Pipeline(UniPic1 model, text::Tokenizer tokenizer, double repetition_penalty)
    : prompts_(std::move(tokenizer), model->config()),
      repetition_penalty_(repetition_penalty),
      model_(std::move(model)) {}

Conditions Pipeline::to_draw(const std::vector<DrawPrompt>& prompts, bool guided,
                             int64_t pad_id) const {
  torch::InferenceMode no_autograd;
  std::vector<TokenIds> different;
  std::map<std::string, int64_t> known;
  std::vector<int64_t> rows;
  const auto add_row = [&](const std::string& prompt) {
    const auto [entry, is_new] = known.try_emplace(prompt, static_cast<int64_t>(different.size()));
    if (is_new) different.push_back(prompts_.draw(prompt));
    rows.push_back(entry->second);
  };
  for (const auto& each : prompts) add_row(each.prompt);
  if (guided) {
    for (const auto& each : prompts) add_row(each.negative);
  }
  const auto batch = make_prompt_batch(different, rows, pad_id);
  return {batch, embed(batch), {}};
}

Conditions Pipeline::to_edit(const Tensor& source_1LC, const Grid& grid,
                             const std::string& instruction, const std::string& negative,
                             bool guided, int64_t count) const {
  torch::InferenceMode no_autograd;
  const auto features_1SE = model_->encode_picture(source_1LC, model_->mar()->positions(grid));
  const auto picture_1SM = model_->to_llm(features_1SE);
  const int64_t num_image_tokens = picture_1SM.size(1);
  std::vector<TokenIds> different = {prompts_.show(num_image_tokens, instruction)};
  if (guided) {
    different.push_back(
        prompts_.show(num_image_tokens, negative.empty() ? std::string(kRepeatImage) : negative));
  }
  const std::vector<int64_t> prompt_of(static_cast<size_t>(count), 0);
  const auto batch =
      make_prompt_batch(different, guided_rows(prompt_of, guided, 1), prompts_.end_id());
  return {batch, with_picture(batch.ids_UP, embed(batch), picture_1SM), features_1SE};
}

Tensor Pipeline::embed(const PromptBatch& batch) const {
  check_usage(batch.ids_UP.size(1) <= kMaxPositions,
              "the prompt has {} tokens, the language model takes {}", batch.ids_UP.size(1),
              kMaxPositions);
  return model_->llm()->embed(batch.ids_UP.to(model_->device()));
}

// Puts the picture's rows where the ids have the image token; every row of ids has V of them.
Tensor Pipeline::with_picture(const Tensor& ids_UP, const Tensor& embeddings_UPM,
                              const Tensor& picture_1VM) const {
  const auto is_image = ids_UP.to(model_->device()).eq(prompts_.image_id()).unsqueeze(-1);
  const auto pictures = picture_1VM.expand({ids_UP.size(0), -1, -1}).contiguous();
  return embeddings_UPM.masked_scatter(is_image.expand_as(embeddings_UPM), pictures);
}

Tensor Pipeline::run(const Conditions& conditions, const Grid& grid, const SamplerOptions& options,
                     std::unique_ptr<Draws> draws, const SamplerHooks& hooks) const {
  return sample_tokens(model_, conditions, grid, options, std::move(draws), hooks);
}

Tensor Pipeline::decode(const Tensor& tokens_PLC, const Grid& grid,
                        const RunControl& control) const {
  torch::InferenceMode no_autograd;
  std::vector<Tensor> pictures;
  for (int64_t picture = 0; picture < tokens_PLC.size(0); ++picture) {
    pictures.push_back(control.timed("vae_decode", [&] {
      return model_->tokens_to_pixels(tokens_PLC.narrow(0, picture, 1), grid);
    }));
  }
  return torch::cat(pictures);
}

Tensor Pipeline::encode(const Tensor& pixels_13HW, const RunControl& control) const {
  torch::InferenceMode no_autograd;
  return control.timed("vae_encode", [&] { return model_->pixels_to_tokens(pixels_13HW); });
}

Question Pipeline::ask_mar(const Tensor& pixels_13HW, const std::string& text,
                           const RunControl& control) const {
  torch::InferenceMode no_autograd;
  const auto grid = model_->grid_of(pixels_13HW.size(3), pixels_13HW.size(2));
  const auto tokens_1LC = encode(pixels_13HW, control);
  return insert_picture(
      control.timed("mar_encoder",
                    [&] {
                      const auto positions = model_->mar()->positions(grid);
                      return model_->to_llm(model_->encode_picture(tokens_1LC, positions));
                    }),
      text);
}

Question Pipeline::ask_vision(const Tensor& pixels_13PP, const std::string& text,
                              const RunControl& control) const {
  torch::InferenceMode no_autograd;
  return insert_picture(control.timed("vision", [&] { return model_->see(pixels_13PP); }), text);
}

Question Pipeline::insert_picture(const Tensor& picture_1VM, const std::string& text) const {
  auto ids = prompts_.show(picture_1VM.size(1), text);
  const auto batch = make_prompt_batch({ids}, {0}, prompts_.end_id());
  return {std::move(ids), with_picture(batch.ids_UP, embed(batch), picture_1VM)};
}

qwen2::Continuation Pipeline::begin_answer(const Question& question, int64_t max_new_tokens,
                                           const RunControl& control, const nn::Trace& trace,
                                           const nn::Sampling& sampling) const {
  return {model_->llm(),
          question.embeddings_1TM,
          {.max_new_tokens = max_new_tokens,
           .end_ids = {prompts_.end_id()},
           .repetition_penalty = repetition_penalty_,
           .sampling = sampling},
          control,
          trace};
}

std::vector<int64_t> Pipeline::answer(const Question& question, int64_t max_new_tokens,
                                      const std::function<void(int64_t id)>& on_token,
                                      const RunControl& control, const nn::Trace& trace) const {
  auto answer = begin_answer(question, max_new_tokens, control, trace);
  while (!answer.is_done()) {
    const int64_t id = answer.next().front();
    if (on_token) on_token(id);
  }
  return answer.written();
}

}  // namespace unipic::unipic1

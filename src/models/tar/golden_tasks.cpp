// Golden cases of whole tasks.

#include "backbones/vq/files.h"
#include "models/tar/ar_dtok_drawing.h"
#include "models/tar/ar_dtok_files.h"
#include "models/tar/dif_dtok.h"
#include "models/tar/extend_vocabulary.h"
#include "models/tar/golden_ops.h"
#include "models/tar/language_model.h"
#include "models/tar/ta_tok_files.h"
#include "ops/image_tensor.h"

namespace unipic::tar {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

TaTok load_tokenizer(const golden::Checkpoint& checkpoint, const Case& golden_case) {
  return load_ta_tok(checkpoint.part(golden_case, "ta_tok"), checkpoint.placement());
}

Tensor to_row(const std::vector<int64_t>& ids) {
  return torch::tensor(ids, torch::kLong).unsqueeze(0);
}

// The shares of choices that a case gives.
auto shares_of(const Tensor& uniforms) {
  return [uniforms = uniforms.reshape(-1)](int64_t /*row*/, uint64_t place) {
    return uniforms[static_cast<int64_t>(place)].item<double>();
  };
}

void image_to_text(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const LanguageModel model(checkpoint.part(golden_case, "model"), checkpoint.placement());
  const auto pixels = 2 * checkpoint.as_model(golden_case.in("image")) - 1;
  out["codes"] = load_tokenizer(checkpoint, golden_case)->encode(pixels, 1).codes_BN;
  const auto* codes = out["codes"].const_data_ptr<int64_t>();
  const auto prompt = model.prompts().ask({codes, static_cast<size_t>(out["codes"].numel())},
                                          golden_case.text("question"));
  out["input_ids"] = to_row(prompt);
  auto answer =
      model.begin({prompt}, {.max_new_tokens = golden_case.integer("max_new_tokens"),
                             .end_ids = model.generation().end_ids,
                             .repetition_penalty = model.generation().repetition_penalty});
  while (!answer.is_done()) answer.next();
  out["generated"] = to_row(answer.written());
}

// The codes that the language model writes for the prompt of a case, [1, N].
Tensor write_codes(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const LanguageModel model(checkpoint.part(golden_case, "model"), checkpoint.placement());
  const int64_t num_codes = golden_case.integer("seq_len");
  const auto prompt =
      model.prompts().draw(golden_case.text("prompt"), golden_case.integer("scale"));
  out["input_ids"] = to_row(prompt);
  auto writing =
      model.begin({prompt}, {.max_new_tokens = num_codes,
                             .end_ids = model.generation().end_ids,
                             .repetition_penalty = model.generation().repetition_penalty,
                             .sampling = {.temperature = golden_case.number("temperature"),
                                          .top_k = golden_case.integer("top_k"),
                                          .top_p = golden_case.number("top_p")},
                             .share = shares_of(golden_case.in("llm_uniforms"))});
  while (!writing.is_done()) writing.next();
  return to_row(model.prompts().visual().codes_of(writing.written(), num_codes));
}

void text_to_image_ar(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  out["codes"] = write_codes(checkpoint, golden_case, out);
  out["features"] = load_tokenizer(checkpoint, golden_case)->decode(out["codes"]);
  const auto network =
      convert::load(open_ar_dtok(checkpoint.part(golden_case, "ar")), checkpoint.placement());
  const auto codes_Bhw = draw_codes(network, out["features"],
                                    {.guidance = golden_case.number("cfg_scale"),
                                     .share = shares_of(golden_case.in("ar_uniforms"))});
  out["ar_codes"] = codes_Bhw.flatten(1);
  const auto vqgan = convert::load(vq::open_autoencoder(checkpoint.part(golden_case, "vq")),
                                   checkpoint.placement());
  const auto image = truncated_image(vqgan->decode(vqgan->vectors(codes_Bhw))[0]);
  out["image_uint8"] = ops::image_tensor(image).unsqueeze(0);
}

// Draws `features` from the noise of a case.
void draw_by_diffusion(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       const Tensor& features_BND, Outputs& out) {
  const DifDtok dtok(checkpoint.part(golden_case, "dir"), checkpoint.placement());
  const auto run = dtok.begin_from(golden_case.in("latents"), features_BND,
                                   {.num_steps = golden_case.integer("num_inference_steps"),
                                    .guidance = golden_case.number("guidance_scale")},
                                   {});
  std::vector<Tensor> latents;
  while (run->step() < run->num_steps()) {
    run->advance();
    latents.push_back(run->latents());
  }
  out["caption"] = features_BND;
  out["latents_per_step"] = torch::stack(latents);
  out["final_latents"] = run->latents();
  out["image_uint8"] = ops::image_tensor(run->picture(0)).permute({2, 0, 1}).unsqueeze(0);
}

void dif_dtok_generate(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       Outputs& out) {
  const torch::InferenceMode no_autograd;
  draw_by_diffusion(checkpoint, golden_case,
                    load_tokenizer(checkpoint, golden_case)->decode(golden_case.in("codes")), out);
}

void text_to_image_dif(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       Outputs& out) {
  const torch::InferenceMode no_autograd;
  out["codes"] = write_codes(checkpoint, golden_case, out);
  draw_by_diffusion(checkpoint, golden_case,
                    load_tokenizer(checkpoint, golden_case)->decode(out["codes"]), out);
}

// Rows of a base model's table with those of Tar's tokens behind them.
Tensor extended(const Case& golden_case, const std::string& rows, const std::string& scale_rows,
                const Tensor& code_rows) {
  const auto& base = golden_case.in(rows);
  const int64_t num_scales = golden_case.integer("num_scale_tokens");
  // Where codes have rows of their own, those of the scales matter to no other.
  const auto scales = golden_case.has("in." + scale_rows)
                          ? golden_case.in(scale_rows)
                          : torch::zeros({num_scales, base.size(1)});
  return extended_rows(base, {.num_base_tokens = golden_case.integer("base_tokenizer_len"),
                              .scale_rows_SD = scales,
                              .num_codes = golden_case.integer("num_image_tokens"),
                              .code_rows_CD = code_rows});
}

void extend_vocab(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const bool is_tied = golden_case.params.at("tie_word_embeddings").get<bool>();
  const int64_t num_base = golden_case.integer("base_tokenizer_len");
  const int64_t num_scales = golden_case.integer("num_scale_tokens");
  const int64_t num_codes = golden_case.integer("num_image_tokens");
  // The codebook's vectors where they are as wide as the embedding.
  const auto vectors = load_tokenizer(checkpoint, golden_case)->codebook()->all_vectors();
  const bool fits = vectors.size(1) == golden_case.in("base_embed").size(1);
  const auto code_rows = fits ? vectors.narrow(0, 0, num_codes) : Tensor();
  const auto embed = extended(golden_case, "base_embed", "random_scale_embed", code_rows);
  const auto head =
      is_tied ? embed : extended(golden_case, "base_lm_head", "random_scale_lm_head", {});
  const int64_t first_code = num_base + 2 + num_scales;
  out["ids"] = torch::tensor({num_base, num_base + 1, num_base + 2, first_code - 1, first_code,
                              first_code + num_codes - 1},
                             torch::kLong);
  out["vocab_size"] = torch::tensor(embed.size(0), torch::kLong);
  out["im_start_end_embed"] = embed.narrow(0, num_base, 2);
  out["image_embed"] = embed.narrow(0, first_code, num_codes);
  out["image_lm_head"] = head.narrow(0, first_code, num_codes);
}

}  // namespace

bool run_task_case(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"image_to_text", image_to_text},         {"text_to_image_ar", text_to_image_ar},
      {"text_to_image_dif", text_to_image_dif}, {"dif_dtok_generate", dif_dtok_generate},
      {"extend_vocab", extend_vocab},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::tar

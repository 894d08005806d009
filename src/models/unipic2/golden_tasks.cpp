// Golden cases of whole tasks, on recorded draws.

#include "backbones/qwen2/continuation.h"
#include "base/check.h"
#include "models/unipic2/golden_ops.h"
#include "models/unipic2/kontext.h"
#include "models/unipic2/metaquery.h"
#include "models/unipic2/pixels.h"
#include "ops/image_tensor.h"

namespace unipic::unipic2 {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

SamplerOptions sampler_options(const Case& golden_case) {
  SamplerOptions options = {.num_steps = golden_case.integer("num_inference_steps"),
                            .guidance = golden_case.number("guidance_scale")};
  if (golden_case.params.contains("skip_guidance_layers")) {
    options.skip = {
        .layers = golden_case.params.at("skip_guidance_layers").get<std::vector<int64_t>>(),
        .scale = golden_case.number("skip_layer_guidance_scale"),
        .start = golden_case.number("skip_layer_guidance_start"),
        .stop = golden_case.number("skip_layer_guidance_stop")};
  }
  return options;
}

void put_prompts(const PromptPair& prompts, Outputs& out) {
  out["prompt_embeds"] = prompts.positive.prompt_BSE;
  out["pooled"] = prompts.positive.pooled_BP;
  if (!prompts.negative.prompt_BSE.defined()) return;
  out["negative_prompt_embeds"] = prompts.negative.prompt_BSE;
  out["negative_pooled"] = prompts.negative.pooled_BP;
}

// The latents at the end.
Tensor run(Generation& generation) {
  while (!generation.is_done()) generation.advance();
  return generation.latents();
}

void draw(const FlowModel& model, const Case& golden_case, const PromptPair& prompts,
          const Tensor& reference, Outputs& out) {
  auto generation =
      model.begin(golden_case.in("latents"), prompts, reference, sampler_options(golden_case),
                  {.control = {}, .trace = nn::Trace(golden::keep_in(out))});
  out["decoded"] = model.decode(run(generation));
  out["image"] = ops::image_tensor(to_image(out["decoded"][0]));
}

// The picture to edit at the size that it is edited at, and its latents.
Image put_source(const FlowModel& model, const Case& golden_case, Outputs& out) {
  auto image = resized_to_longer_side(ops::image_of(golden_case.in("image")),
                                      golden_case.integer("image_size"));
  out["resized_image"] = ops::image_tensor(image);
  out["image_latents"] = model.encode_reference(image, golden_case.in("vae_noise"));
  return image;
}

PromptPair read_prompts(const Kontext& model, const Case& golden_case, Outputs& out) {
  std::vector<std::string> negatives = {golden_case.text("negative_prompt")};
  if (!sampler_options(golden_case).is_guided()) negatives.clear();
  auto prompts = model.encode(PromptTexts({golden_case.text("prompt")}, negatives),
                              golden_case.integer("max_sequence_length"));
  put_prompts(prompts, out);
  return prompts;
}

void text_to_image(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const Kontext model(checkpoint.part(golden_case), checkpoint.placement());
  draw(model.flow(), golden_case, read_prompts(model, golden_case, out), {}, out);
}

void image_edit(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const Kontext model(checkpoint.part(golden_case), checkpoint.placement());
  put_source(model.flow(), golden_case, out);
  draw(model.flow(), golden_case, read_prompts(model, golden_case, out), out["image_latents"], out);
}

Metaquery open_metaquery(const golden::Checkpoint& checkpoint, const Case& golden_case) {
  return {checkpoint.part(golden_case), checkpoint.part(golden_case, "lmm"),
          checkpoint.placement()};
}

PromptPair read_texts(const Metaquery& model, const Case& golden_case,
                      const std::vector<std::string>& texts, const qwen25_vision::Patches& pictures,
                      Outputs& out) {
  for (size_t row = 0; row < texts.size(); ++row) {
    const auto& wanted =
        golden_case.params.at("rendered_texts").at(row).get_ref<const std::string&>();
    check(texts[row] == wanted, "text {} is '{}', expected '{}'", row, texts[row], wanted);
  }
  const auto encoded = model.encode(texts, pictures, {}, nn::Trace(golden::keep_in(out)));
  out["prompt_embeds"] = encoded.prompt_BSE;
  out["pooled"] = encoded.pooled_BP;
  return PromptTexts({texts[0]}, {texts[1]}).pair(encoded);
}

void metaquery_text_to_image(const golden::Checkpoint& checkpoint, const Case& golden_case,
                             Outputs& out) {
  const auto model = open_metaquery(checkpoint, golden_case);
  const auto prompts = read_texts(
      model, golden_case,
      {text_to_draw(golden_case.text("prompt")), text_to_draw(golden_case.text("negative_prompt"))},
      {}, out);
  draw(model.flow(), golden_case, prompts, {}, out);
}

void metaquery_image_edit(const golden::Checkpoint& checkpoint, const Case& golden_case,
                          Outputs& out) {
  const auto model = open_metaquery(checkpoint, golden_case);
  const auto image = put_source(model.flow(), golden_case, out);
  const auto pictures =
      model.reader().to_patches({image, image}, patches_of_source(image.width, image.height));
  out["image_grid_thw"] = thw_of(pictures.grids);
  const auto prompts = read_texts(
      model, golden_case,
      {text_to_edit(golden_case.text("prompt")), text_to_edit(golden_case.text("negative_prompt"))},
      pictures, out);
  draw(model.flow(), golden_case, prompts, out["image_latents"], out);
}

void understand(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const auto folder = checkpoint.part(golden_case);
  const ChatReader reader(folder);
  const VisionLanguageModel model(folder, reader, checkpoint.placement());
  const auto text = chat_text(golden_case.text("question"), /*has_picture=*/true);
  check(text == golden_case.text("rendered_text"), "the text is '{}', expected '{}'", text,
        golden_case.text("rendered_text"));
  const auto pictures = reader.to_patches({ops::image_of(golden_case.in("image"))});
  const auto rows = reader.tokenize({text}, pictures.grids);
  const auto positions = reader.positions(rows, pictures.grids);
  out["image_grid_thw"] = thw_of(pictures.grids);
  out["input_ids"] = rows.ids_BT;
  out["position_ids"] = positions;
  out["rope_deltas"] = ChatReader::position_offsets(positions, rows.ids_BT.size(1));
  out["image_embeds"] = model.see(pictures);

  std::vector<Tensor> logits, scores;
  const nn::Trace trace([&](const std::string& name, const Tensor& value) {
    if (name == "step_logits") logits.push_back(value);
    if (name == "step_scores") scores.push_back(value);
  });
  const auto* ids = rows.ids_BT.const_data_ptr<int64_t>();
  qwen2::Continuation continuation(model.llm(), model.embed(rows.ids_BT, out["image_embeds"]),
                                   {.max_new_tokens = golden_case.integer("max_new_tokens"),
                                    .end_ids = reader.rules().end_ids,
                                    .repetition_penalty = golden_case.number("repetition_penalty"),
                                    .prompt_ids = {{ids, ids + rows.ids_BT.numel()}},
                                    .prompt_positions = positions},
                                   {}, trace);
  while (!continuation.is_done()) continuation.next();
  out["generated_ids"] = torch::tensor(continuation.written(), torch::kLong);
  out["step_logits_raw"] = torch::cat(logits);
  out["step_scores_after_penalty"] = torch::cat(scores);
}

}  // namespace

bool run_task_case(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"text_to_image", text_to_image},
      {"image_edit", image_edit},
      {"metaquery_text_to_image", metaquery_text_to_image},
      {"metaquery_image_edit", metaquery_image_edit},
      {"understand", understand},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::unipic2

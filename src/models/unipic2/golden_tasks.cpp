// Golden cases of whole tasks, on recorded draws.

#include "backbones/qwen2/greedy.h"
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

SamplerHooks trace_into(Outputs& out) {
  SamplerHooks hooks;
  hooks.trace =
      nn::Trace([&out](const std::string& name, const Tensor& value) { out[name] = value; });
  return hooks;
}

// The latents at the end.
Tensor run(Generation& generation) {
  while (!generation.is_done()) generation.advance();
  return generation.latents();
}

void draw(const Kontext& model, const Case& golden_case, const Tensor& reference, Outputs& out) {
  const auto options = sampler_options(golden_case);
  const auto prompts =
      model.encode({golden_case.text("prompt")}, {golden_case.text("negative_prompt")}, options,
                   golden_case.integer("max_sequence_length"));
  put_prompts(prompts, out);
  auto generation =
      model.begin(golden_case.in("latents"), prompts, reference, options, trace_into(out));
  out["decoded"] = model.decode(run(generation));
  out["image"] = ops::image_tensor(to_image(out["decoded"][0]));
}

void text_to_image(const GoldenRunner& runner, const Case& golden_case, Outputs& out) {
  draw(Kontext(runner.part(golden_case), runner.placement()), golden_case, {}, out);
}

void image_edit(const GoldenRunner& runner, const Case& golden_case, Outputs& out) {
  const Kontext model(runner.part(golden_case), runner.placement());
  const auto image = resized_to_longer_side(ops::image_of(golden_case.in("image")),
                                            golden_case.integer("image_size"));
  out["resized_image"] = ops::image_tensor(image);
  out["image_latents"] = model.encode_reference(image, golden_case.in("vae_noise"));
  draw(model, golden_case, out["image_latents"], out);
}

// The transformer and the autoencoder of a Metaquery checkpoint with the conditioner.
struct Metaquery {
  Metaquery(const GoldenRunner& runner, const Case& golden_case)
      : lmm(runner.part(golden_case, "lmm"), runner.placement()),
        conditioner(load_conditioner(runner.part(golden_case) / "conditioner", runner.placement())),
        transformer(load_transformer(runner.part(golden_case) / "transformer", runner.placement())),
        codec(load_codec(runner.part(golden_case) / "vae", runner.placement())),
        shift(read_shift(runner.part(golden_case) / "scheduler")) {}

  VisionLanguageModel lmm;
  Conditioner conditioner;
  sd3::Transformer transformer;
  LatentCodec codec;
  double shift;
};

void draw_metaquery(const Metaquery& model, const GoldenRunner& runner, const Case& golden_case,
                    const std::vector<std::string>& texts, const qwen25_vision::Patches& pictures,
                    const Tensor& reference, Outputs& out) {
  for (size_t row = 0; row < texts.size(); ++row) {
    const auto& wanted =
        golden_case.params.at("rendered_texts").at(row).get_ref<const std::string&>();
    check(texts[row] == wanted, "text {} is '{}', expected '{}'", row, texts[row], wanted);
  }
  const torch::InferenceMode no_autograd;
  const auto rows =
      with_queries(model.lmm, texts, pictures, model.conditioner->config().num_queries);
  out["input_ids"] = rows.rows.ids_BT;
  out["attention_mask"] = rows.rows.mask_BT;
  out["position_ids"] = rows.positions_BT.unsqueeze(0).expand({3, -1, -1});
  out["image_embeds"] = rows.image_tokens;
  out["query_states"] = query_states(model.lmm, model.conditioner, rows);
  const auto encoded = model.conditioner->forward(out["query_states"]);
  const auto options = sampler_options(golden_case);
  const auto half = [&](int64_t row) {
    return EncodedPrompts{encoded.prompt_BSE.narrow(0, row, 1),
                          encoded.pooled_BP.narrow(0, row, 1)};
  };
  Generation generation(model.transformer, diffusion::flow_schedule(options.num_steps, model.shift),
                        runner.as_model(golden_case.in("latents")), {half(0), half(1)}, reference,
                        options, trace_into(out));
  const auto latents = run(generation);
  out["prompt_embeds"] = encoded.prompt_BSE;
  out["pooled"] = encoded.pooled_BP;
  out["decoded"] = model.codec.decode(latents);
  out["image"] = ops::image_tensor(to_image(out["decoded"][0]));
}

void metaquery_text_to_image(const GoldenRunner& runner, const Case& golden_case, Outputs& out) {
  const Metaquery model(runner, golden_case);
  draw_metaquery(
      model, runner, golden_case,
      {text_to_draw(golden_case.text("prompt")), text_to_draw(golden_case.text("negative_prompt"))},
      {}, {}, out);
}

void metaquery_image_edit(const GoldenRunner& runner, const Case& golden_case, Outputs& out) {
  const Metaquery model(runner, golden_case);
  const auto image = resized_to_longer_side(ops::image_of(golden_case.in("image")),
                                            golden_case.integer("image_size"));
  out["resized_image"] = ops::image_tensor(image);
  const auto pictures = qwen25_vision::to_patches({image, image}, model.lmm.vision()->config(),
                                                  patches_of_source(image.width, image.height));
  out["image_grid_thw"] = thw_of(pictures.grids);
  out["image_latents"] = model.codec.encode(runner.as_model(to_pixels(image)),
                                            runner.as_model(golden_case.in("vae_noise")));
  draw_metaquery(
      model, runner, golden_case,
      {text_to_edit(golden_case.text("prompt")), text_to_edit(golden_case.text("negative_prompt"))},
      pictures, out["image_latents"], out);
}

void understand(const GoldenRunner& runner, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const VisionLanguageModel model(runner.part(golden_case), runner.placement());
  const auto text = chat_text(golden_case.text("question"), /*has_picture=*/true);
  check(text == golden_case.text("rendered_text"), "the text is '{}', expected '{}'", text,
        golden_case.text("rendered_text"));
  const auto pictures = qwen25_vision::to_patches({ops::image_of(golden_case.in("image"))},
                                                  model.vision()->config(), model.patch_options());
  const auto rows = model.tokenize({text}, pictures.grids);
  const auto positions = model.positions(rows, pictures.grids);
  out["image_grid_thw"] = thw_of(pictures.grids);
  out["input_ids"] = rows.ids_BT;
  out["position_ids"] = positions;
  out["rope_deltas"] = VisionLanguageModel::position_offsets(positions, rows.ids_BT.size(1));
  out["image_embeds"] =
      model.vision()->forward(runner.as_model(pictures.values_NP), pictures.grids);

  std::vector<Tensor> logits, scores;
  const nn::Trace trace([&](const std::string& name, const Tensor& value) {
    if (name == "step_logits") logits.push_back(value);
    if (name == "step_scores") scores.push_back(value);
  });
  const auto* ids = rows.ids_BT.const_data_ptr<int64_t>();
  qwen2::GreedyContinuation continuation(
      model.llm(), model.embed(rows.ids_BT, out["image_embeds"]),
      {.max_new_tokens = golden_case.integer("max_new_tokens"),
       .end_ids = model.rules().end_ids,
       .repetition_penalty = golden_case.number("repetition_penalty"),
       .prompt_ids = {ids, ids + rows.ids_BT.numel()},
       .prompt_positions = positions},
      {}, trace);
  while (!continuation.is_done()) continuation.next();
  out["generated_ids"] = torch::tensor(continuation.written(), torch::kLong);
  out["step_logits_raw"] = torch::cat(logits);
  out["step_scores_after_penalty"] = torch::cat(scores);
}

}  // namespace

bool run_task_case(const GoldenRunner& runner, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<GoldenRunner> kOperations[] = {
      {"text_to_image", text_to_image},
      {"image_edit", image_edit},
      {"metaquery_text_to_image", metaquery_text_to_image},
      {"metaquery_image_edit", metaquery_image_edit},
      {"understand", understand},
  };
  return golden::run_operation(kOperations, runner, golden_case, out);
}

}  // namespace unipic::unipic2

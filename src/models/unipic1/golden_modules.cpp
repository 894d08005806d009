// Golden cases of single modules.

#include "base/check.h"
#include "models/unipic1/golden_ops.h"
#include "models/unipic1/mask_schedule.h"
#include "models/unipic1/pixels.h"
#include "ops/image_tensor.h"

namespace unipic::unipic1 {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

Tensor integers(const std::vector<int64_t>& values) { return torch::tensor(values, torch::kLong); }

Tensor numbers(const std::vector<double>& values) { return torch::tensor(values, torch::kDouble); }

// Inputs in the precision and place of the model.
Tensor as_model(const Pipeline& pipeline, const Tensor& tensor) {
  return tensor.to(pipeline.model()->device(), pipeline.model()->dtype());
}

void check_text(const Case& golden_case, std::string_view param, size_t index,
                const std::string& text) {
  const auto& wanted = golden_case.params.at(param).at(index).get_ref<const std::string&>();
  check(text == wanted, "{} text {} is '{}', expected '{}'", param, index, text, wanted);
}

void tokenize(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& tokenizer = pipeline.prompts().tokenizer();
  check(pipeline.prompts().image_id() == golden_case.integer("image_token_id"),
        "the image token has id {}, expected {}", pipeline.prompts().image_id(),
        golden_case.integer("image_token_id"));
  TokenIds ids;
  TokenIds offsets = {0};
  for (size_t index = 0; index < golden_case.params.at("texts").size(); ++index) {
    const auto encoded =
        tokenizer.encode(golden_case.params.at("texts").at(index).get<std::string>());
    check_text(golden_case, "decoded", index, tokenizer.decode(encoded));
    check_text(golden_case, "decoded_skip_special", index, tokenizer.decode(encoded, true));
    ids.insert(ids.end(), encoded.begin(), encoded.end());
    offsets.push_back(static_cast<int64_t>(ids.size()));
  }
  out["ids"] = integers(ids);
  out["offsets"] = integers(offsets);
}

void qwen2_full(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& llm = pipeline.model()->llm();
  const auto embeddings = as_model(pipeline, golden_case.in("inputs_embeds"));
  const auto positions = torch::arange(embeddings.size(1)).unsqueeze(0);
  out["last_hidden_state"] =
      llm->decoder()->forward(embeddings, positions, golden_case.in("attention_mask"), nullptr,
                              nn::Trace(golden::keep_in(out)));
  out["logits"] = llm->logits(out["last_hidden_state"]);
}

void qwen2_incremental(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& llm = pipeline.model()->llm();
  auto cache = llm->make_cache();
  const auto advance = [&](const Tensor& embeddings) {
    const int64_t first = cache.length();
    const auto positions = torch::arange(first, first + embeddings.size(1)).unsqueeze(0);
    return llm->decoder()->forward(embeddings, positions, {}, &cache);
  };
  out["prefill_hidden"] = advance(as_model(pipeline, golden_case.in("inputs_embeds")));
  std::vector<Tensor> steps;
  for (const auto& row : as_model(pipeline, golden_case.in("step_embeds")).split(1, 1)) {
    steps.push_back(advance(row));
  }
  out["step_hidden"] = torch::cat(steps, 1);
  out["step_logits"] = llm->logits(out["step_hidden"]);
  out["key_cache_0"] = cache.keys(0);
  out["value_cache_0"] = cache.values(0);
}

void qwen2_append(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& llm = pipeline.model()->llm();
  auto cache = llm->make_cache();
  const auto prompt = as_model(pipeline, golden_case.in("inputs_embeds"));
  const auto& prompt_mask = golden_case.in("prompt_mask");
  const int64_t length = prompt.size(1);
  out["prefill_hidden"] =
      llm->decoder()->forward(prompt, torch::arange(length).unsqueeze(0), {}, &cache);
  for (const std::string block : {"1", "2"}) {
    const auto rows = as_model(pipeline, golden_case.in("block_" + block));
    const auto key_mask =
        torch::cat({prompt_mask, torch::ones({rows.size(0), rows.size(1)}, torch::kLong)}, 1);
    const auto positions = qwen2::positions_of(key_mask).narrow(1, length, rows.size(1));
    out["position_ids_" + block] = positions;
    out["block_hidden_" + block] = llm->decoder()->forward(rows, positions, key_mask, &cache);
    cache.cut_back(length);
  }
}

void qwen2_forward(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto mode = golden_case.text("mode");
  if (mode == "full") return qwen2_full(pipeline, golden_case, out);
  if (mode == "incremental") return qwen2_incremental(pipeline, golden_case, out);
  check(mode == "append", "unknown mode '{}'", mode);
  qwen2_append(pipeline, golden_case, out);
}

void siglip2_forward(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& model = pipeline.model();
  const auto pixels = as_model(pipeline, golden_case.in("pixel_values"));
  out["last_hidden_state"] = model->vision()->forward(pixels, nn::Trace(golden::keep_in(out)));
  if (model->config().has_vision_pooling) {
    out["pooler_output"] = model->vision()->pool(out["last_hidden_state"]);
  }
  out["projected"] = model->see(pixels);
}

void diffusion_schedule(const Pipeline&, const Case& golden_case, Outputs& out) {
  const auto name = golden_case.text("noise_schedule");
  check(name == "cosine", "unknown noise schedule '{}'", name);
  const auto respacing = golden_case.text("timestep_respacing");
  auto schedule = diffusion::cosine_schedule(golden_case.integer("diffusion_steps"));
  if (!respacing.empty()) schedule = diffusion::respace(schedule, std::stoll(respacing));
  out["timestep_map"] = integers(schedule.timesteps);
  out["betas"] = numbers(schedule.betas);
  out["alphas_cumprod"] = numbers(schedule.alphas_cumprod);
  out["posterior_log_variance_clipped"] = numbers(schedule.posterior_log_variance);
  out["posterior_mean_coef1"] = numbers(schedule.posterior_mean_coef1);
  out["posterior_mean_coef2"] = numbers(schedule.posterior_mean_coef2);
  out["sqrt_recip_alphas_cumprod"] = numbers(schedule.sqrt_recip_alphas_cumprod);
  out["sqrt_recipm1_alphas_cumprod"] = numbers(schedule.sqrt_recipm1_alphas_cumprod);
}

void mask_schedule(const Pipeline&, const Case& golden_case, Outputs& out) {
  const int64_t num_tokens = golden_case.integer("seq_len");
  const auto masked = masked_after(num_tokens, golden_case.integer("num_iter"));
  out["mask_len"] = integers(masked);
  out["num_pred"] = integers(predicted_in(masked, num_tokens));
}

void pos_embed_interpolation(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto positions =
      pipeline.model()->mar()->positions({golden_case.integer("h"), golden_case.integer("w")});
  out["encoder"] = positions.encoder_1SE;
  out["decoder"] = positions.decoder_1SD;
  out["diffusion"] = positions.diffusion_1LD;
}

void mar_encoder(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& model = pipeline.model();
  const Grid grid = {golden_case.integer("m"), golden_case.integer("n")};
  const auto tokens = as_model(pipeline, golden_case.in("latents").flatten(1, 2));
  const auto visible = visible_positions(golden_case.in("mask"));
  const auto index = visible.unsqueeze(-1).expand({-1, -1, tokens.size(2)});
  out["x_enc"] =
      model->mar()->encode(tokens.gather(1, index), visible, model->mar()->positions(grid),
                           nn::Trace(golden::keep_in(out)));
  out["z_enc"] = model->to_llm(out["x_enc"]);
}

void mar_decoder(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& mar = pipeline.model()->mar();
  const Grid grid = {golden_case.integer("m"), golden_case.integer("n")};
  const auto source =
      golden_case.has("in.x_con") ? as_model(pipeline, golden_case.in("x_con")) : Tensor();
  out["z"] = mar->decode(as_model(pipeline, golden_case.in("x_enc")),
                         visible_positions(golden_case.in("mask")), mar->positions(grid), source,
                         nn::Trace(golden::keep_in(out)));
}

void diffloss_forward(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const int64_t repeats = golden_case.integer("diffusion_batch_mul");
  const auto target = golden_case.in("target").flatten(0, 1).repeat({repeats, 1});
  const auto condition = as_model(pipeline, golden_case.in("z").flatten(0, 1).repeat({repeats, 1}));
  const auto mask = golden_case.in("mask").flatten().repeat({repeats});
  const auto losses = pipeline.model()->head()->losses(target, condition, golden_case.in("t"),
                                                       golden_case.in("noise"));
  out["mse"] = losses.squared_error_N;
  out["vb"] = losses.variational_N;
  out["loss_per_token"] = losses.squared_error_N + losses.variational_N;
  out["loss"] = (out["loss_per_token"] * mask).sum() / mask.sum();
}

void diffloss_sample(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& head = pipeline.model()->head();
  const auto condition = as_model(pipeline, golden_case.in("z"));
  const auto initial = golden_case.in("noise_init");
  const auto steps = golden_case.in("noise_steps");

  const auto probe = torch::tensor({golden_case.integer("net_probe_t")}, torch::kLong);
  const bool guided = condition.size(0) != initial.size(0);
  out["time_embed_probe"] = head->embed_time(probe);
  out["net_probe"] = head->forward(guided ? initial.repeat({2, 1}) : initial, probe, condition);

  std::vector<Tensor> after;
  const nn::Trace trace([&](const std::string&, const Tensor& value) { after.push_back(value); });
  const HeadNoise noise = {initial, [&](int64_t step) {
                             return steps[steps.size(0) - 1 - step].narrow(0, 0, initial.size(0));
                           }};
  out["sample"] = head->sample(
      condition,
      {.guidance = golden_case.number("cfg"), .temperature = golden_case.number("temperature")},
      noise, {}, trace);
  out["x_after_step"] = torch::stack(after);
}

void vae_encode(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& model = pipeline.model();
  const auto pixels = as_model(pipeline, golden_case.in("pixels"));
  model->vae()->encode(pixels, nn::Trace(golden::keep_in(out)));
  const auto grid = model->grid_of(pixels.size(3), pixels.size(2));
  out["latents"] = model->pixels_to_tokens(pixels).unflatten(1, {grid.height, grid.width});
}

void vae_decode(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& model = pipeline.model();
  const auto latents = golden_case.in("latents");
  const Grid grid = {latents.size(1), latents.size(2)};
  const auto scaled = latents.permute({0, 3, 1, 2}) / model->config().latent_scale;
  model->vae()->decode(as_model(pipeline, scaled), nn::Trace(golden::keep_in(out)));
  out["pixels"] = model->tokens_to_pixels(latents.flatten(1, 2), grid);
  std::vector<Tensor> pictures;
  for (const auto& pixels : out["pixels"].unbind())
    pictures.push_back(ops::image_tensor(to_image(pixels)));
  out["image"] = torch::stack(pictures);
}

void preprocess_image(const Pipeline&, const Case& golden_case, Outputs& out) {
  const int64_t size = golden_case.integer("size");
  const auto image = ops::image_of(golden_case.in("image"));
  out["center_crop"] = cropped_pixels(image, size, size);
  out["pad_gray127"] = padded_pixels(image, size);
  out["stretch_to_max_then_resize"] = stretched_pixels(image, size);
}

}  // namespace

bool run_module_case(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<Pipeline> kOperations[] = {
      {"tokenize", tokenize},
      {"qwen2_forward", qwen2_forward},
      {"siglip2_forward", siglip2_forward},
      {"diffusion_schedule", diffusion_schedule},
      {"mask_schedule", mask_schedule},
      {"pos_embed_interpolation", pos_embed_interpolation},
      {"mar_encoder", mar_encoder},
      {"mar_decoder", mar_decoder},
      {"diffloss_forward", diffloss_forward},
      {"diffloss_sample", diffloss_sample},
      {"vae_encode", vae_encode},
      {"vae_decode", vae_decode},
      {"preprocess_image", preprocess_image},
  };
  return golden::run_operation(kOperations, pipeline, golden_case, out);
}

}  // namespace unipic::unipic1

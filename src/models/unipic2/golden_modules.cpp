// Golden cases of single modules.

#include "base/check.h"
#include "convert/model_folder.h"
#include "models/unipic2/generation.h"
#include "models/unipic2/golden_ops.h"
#include "models/unipic2/pixels.h"
#include "models/unipic2/text_encoders.h"
#include "models/unipic2/vision_language.h"
#include "ops/image_tensor.h"
#include "text/tokenizer_files.h"

namespace unipic::unipic2 {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

std::vector<std::string> texts_of(const Case& golden_case) {
  return golden_case.params.at("texts").get<std::vector<std::string>>();
}

void tokenize_clip(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const int64_t length = golden_case.integer("max_length");
  const auto texts = texts_of(golden_case);
  out["ids_l"] = ClipTokens(checkpoint.part(golden_case)).encode(texts, length);
  out["ids_g"] = ClipTokens(checkpoint.part(golden_case, "checkpoint_2")).encode(texts, length);
}

void tokenize_t5(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto tokenizer = text::load_unigram_tokenizer(checkpoint.part(golden_case));
  out["ids"] = t5_tokens(tokenizer, texts_of(golden_case), golden_case.integer("max_length"));
}

template <Clip which>
void clip_forward(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto clip = load_clip(checkpoint.part(golden_case), which, checkpoint.placement());
  const auto encoded = clip->forward(golden_case.in("input_ids"), nn::Trace(golden::keep_in(out)));
  out["penultimate"] = encoded.penultimate_BTD;
  out["pooled_projected"] = encoded.pooled_BP;
}

void t5_forward(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto t5 = load_t5(checkpoint.part(golden_case), checkpoint.placement());
  out["last_hidden_state"] =
      t5->forward(golden_case.in("input_ids"), nn::Trace(golden::keep_in(out)));
}

void vae_encode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto codec = load_codec(checkpoint.part(golden_case), checkpoint.placement());
  const auto pixels = checkpoint.as_model(golden_case.in("image"));
  const auto moments = codec.vae->encode_moments(pixels);
  out["mean"] = moments.mean_BZhw;
  out["logvar"] = moments.log_variance_BZhw;
  out["latents"] = codec.encode(pixels, checkpoint.as_model(golden_case.in("noise")));
  out["sample"] = out["latents"] / codec.scale + codec.shift;
}

void vae_decode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto codec = load_codec(checkpoint.part(golden_case), checkpoint.placement());
  const auto latents = checkpoint.as_model(golden_case.in("latents"));
  out["unscaled"] = latents / codec.scale + codec.shift;
  out["image"] = codec.decode(latents);
}

void transformer_forward(const golden::Checkpoint& checkpoint, const Case& golden_case,
                         Outputs& out) {
  const auto transformer = load_transformer(checkpoint.part(golden_case), checkpoint.placement());
  sd3::Conditions conditions = {.prompt_BSE = checkpoint.as_model(golden_case.in("prompt_embeds")),
                                .pooled_BP = checkpoint.as_model(golden_case.in("pooled")),
                                .reference_BCHW = {}};
  if (golden_case.has("in.ref_latents"))
    conditions.reference_BCHW = checkpoint.as_model(golden_case.in("ref_latents"));
  if (golden_case.params.contains("skip_layers")) {
    conditions.skipped_layers = golden_case.params.at("skip_layers").get<std::vector<int64_t>>();
  }
  out["sample"] = transformer->forward(checkpoint.as_model(golden_case.in("latents")),
                                       golden_case.in("timesteps"), conditions,
                                       nn::Trace(golden::keep_in(out)));
}

void flow_match_schedule(const golden::Checkpoint& checkpoint, const Case& golden_case,
                         Outputs& out) {
  const double shift = read_shift(checkpoint.part(golden_case));
  for (const auto& element : golden_case.params.at("steps")) {
    const auto num_steps = element.get<int64_t>();
    const auto schedule = diffusion::flow_schedule(num_steps, shift);
    out[fmt::format("timesteps_{}", num_steps)] = torch::tensor(schedule.timesteps);
    out[fmt::format("sigmas_{}", num_steps)] = torch::tensor(schedule.sigmas);
  }
  const auto training = diffusion::flow_training_schedule(shift);
  out["train_sigmas"] = torch::tensor(training.sigmas);
  out["train_timesteps"] = torch::tensor(training.timesteps);
  const auto first = golden_case.params.at("steps").at(0).get<int64_t>();
  out["step0"] = diffusion::flow_step(diffusion::flow_schedule(first, shift), 0,
                                      golden_case.in("sample"), golden_case.in("velocity"));
}

void fix_longer_edge(const golden::Checkpoint&, const Case& golden_case, Outputs& out) {
  const auto& sizes = golden_case.params.at("image_sizes");
  for (size_t number = 0; number < sizes.size(); ++number) {
    const auto name = fmt::format("image_{}", number);
    out[name] = ops::image_tensor(resized_to_longer_side(ops::image_of(golden_case.in(name)),
                                                         sizes.at(number).get<int64_t>()));
  }
}

void encode_prompt(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto files = find_kontext_files(checkpoint.part(golden_case));
  const auto [json, where] = convert::read_config(files.transformer);
  const TextEncoders encoders(files, checkpoint.placement());
  const auto encoded = encoders.encode(
      {golden_case.text("prompt"), golden_case.text("negative_prompt")},
      golden_case.integer("max_sequence_length"), sd3::config_from_json(json, where));
  out["prompt_embeds"] = encoded.prompt_BSE.narrow(0, 0, 1);
  out["pooled"] = encoded.pooled_BP.narrow(0, 0, 1);
  out["negative_prompt_embeds"] = encoded.prompt_BSE.narrow(0, 1, 1);
  out["negative_pooled"] = encoded.pooled_BP.narrow(0, 1, 1);
}

std::vector<qwen25_vision::PatchGrid> grids_of(const Tensor& thw) {
  std::vector<qwen25_vision::PatchGrid> grids;
  for (const auto& row : thw.unbind())
    grids.push_back({row[1].item<int64_t>(), row[2].item<int64_t>()});
  return grids;
}

void tokenize_qwen(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto tokenizer = text::load_tokenizer(checkpoint.part(golden_case));
  std::vector<std::vector<int64_t>> rows;
  size_t longest = 0;
  for (const auto& text : texts_of(golden_case)) {
    rows.push_back(tokenizer.encode(text));
    longest = std::max(longest, rows.back().size());
  }
  std::vector<Tensor> padded;
  std::vector<int64_t> lengths;
  const auto pad_id = *tokenizer.token_id("<|endoftext|>");
  for (auto& row : rows) {
    lengths.push_back(static_cast<int64_t>(row.size()));
    row.resize(longest, pad_id);
    padded.push_back(torch::tensor(row, torch::kLong));
  }
  out["ids"] = torch::stack(padded);
  out["lengths"] = torch::tensor(lengths, torch::kLong);
}

void qwen_preprocess(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const ChatReader reader(checkpoint.part(golden_case));
  const auto patches = reader.to_patches({ops::image_of(golden_case.in("image"))},
                                         {.min_pixels = golden_case.integer("min_pixels"),
                                          .max_pixels = golden_case.integer("max_pixels")});
  out["pixel_values"] = patches.values_NP;
  out["image_grid_thw"] = thw_of(patches.grids);
}

void qwen_vision_forward(const golden::Checkpoint& checkpoint, const Case& golden_case,
                         Outputs& out) {
  const auto tower = load_vision(checkpoint.part(golden_case), checkpoint.placement());
  const auto grids = grids_of(golden_case.in("image_grid_thw"));
  const auto order = qwen25_vision::window_order(grids, tower->config());
  out["window_index"] = order.tokens_M;
  out["cu_window_seqlens"] = torch::tensor(order.windows, torch::kLong);
  out["image_embeds"] = tower->forward(checkpoint.as_model(golden_case.in("pixel_values")), grids,
                                       nn::Trace(golden::keep_in(out)));
}

void qwen_lm_forward(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const ChatReader reader(checkpoint.part(golden_case));
  const VisionLanguageModel model(checkpoint.part(golden_case), reader, checkpoint.placement());
  const TokenRows rows = {golden_case.in("input_ids"), golden_case.in("attention_mask")};
  const auto positions = reader.positions(rows, grids_of(golden_case.in("image_grid_thw")));
  out["position_ids"] = positions;
  out["rope_deltas"] = ChatReader::position_offsets(positions, rows.ids_BT.size(1));
  out["inputs_embeds"] =
      model.embed(rows.ids_BT, checkpoint.as_model(golden_case.in("image_embeds")));
  const auto mask = rows.mask_BT.unsqueeze(-1);
  const nn::Trace trace([&](const std::string& name, const Tensor& value) {
    // "hidden_i" counts layers from 1.
    const auto layer = std::stoll(name.substr(name.find('_') + 1)) - 1;
    out[fmt::format("layer{}", layer)] = value * mask;
  });
  const auto hidden = model.llm()->decoder()->forward(out["inputs_embeds"], positions, rows.mask_BT,
                                                      nullptr, trace);
  out["last_hidden_state"] = hidden * mask;
  const auto last = (rows.mask_BT.sum(1) - 1).view({-1, 1, 1}).expand({-1, 1, hidden.size(2)});
  out["logits_last"] = model.llm()->logits(hidden.gather(1, last).squeeze(1));
}

void connector_forward(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       Outputs& out) {
  const auto conditioner = load_conditioner(checkpoint.part(golden_case), checkpoint.placement());
  const auto encoded = conditioner->forward(checkpoint.as_model(golden_case.in("hidden_states")),
                                            nn::Trace(golden::keep_in(out)));
  out["prompt_embeds"] = encoded.prompt_BSE;
  out["pooled"] = encoded.pooled_BP;
}

}  // namespace

Tensor thw_of(const std::vector<qwen25_vision::PatchGrid>& grids) {
  std::vector<Tensor> rows;
  for (const auto& grid : grids)
    rows.push_back(torch::tensor({int64_t{1}, grid.rows, grid.columns}, torch::kLong));
  return torch::stack(rows);
}

bool run_module_case(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"tokenize_clip", tokenize_clip},
      {"tokenize_t5", tokenize_t5},
      {"clip_l_forward", clip_forward<Clip::kL>},
      {"clip_g_forward", clip_forward<Clip::kG>},
      {"t5_forward", t5_forward},
      {"sd3_vae_encode", vae_encode},
      {"sd3_vae_decode", vae_decode},
      {"sd3_transformer_forward", transformer_forward},
      {"flow_match_schedule", flow_match_schedule},
      {"fix_longer_edge", fix_longer_edge},
      {"sd3_encode_prompt", encode_prompt},
      {"tokenize_qwen", tokenize_qwen},
      {"qwen25vl_preprocess", qwen_preprocess},
      {"qwen25vl_vision_forward", qwen_vision_forward},
      {"qwen25vl_lm_forward", qwen_lm_forward},
      {"connector_forward", connector_forward},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::unipic2

// Golden cases of pictures, their codes and the depth transformer that tells them.

#include "base/check.h"
#include "models/unifork/golden_ops.h"
#include "models/unifork/loss.h"
#include "models/unifork/pixels.h"
#include "ops/image_tensor.h"

namespace unipic::unifork {
using golden::Case;
using golden::Outputs;

namespace {

void image_preprocess(const golden::Checkpoint&, const Case& golden_case, Outputs& out) {
  const auto image = ops::image_of(golden_case.in("image_hwc"));
  const int64_t size = golden_case.integer("image_size");
  out["generation_train"] = cropped_pixels(image, size)[0];
  out["understanding_train"] = framed_pixels(image, size, golden_case.integer("min_size"))[0];
  out["understanding_inference"] = padded_pixels(image, size)[0];
}

void tokenizer_encode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto model = load_golden(checkpoint);
  const auto seen = model->see(golden_case.in("pixels"), nn::Trace(golden::keep_in(out)));
  out["layer0"] = out["hidden_1"];
  out["residual_norm_per_level"] = seen.residual_norms;
  for (int64_t level = 0; level < seen.codes.size(-1); ++level)
    out[fmt::format("codes_level{}", level)] = seen.codes.select(-1, level);
  out["z_q"] = seen.z;
}

void tokenizer_decode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto model = load_golden(checkpoint);
  const auto& tokenizer = model->tokenizer();
  const auto codes = golden_case.in("codes").to(model->device());
  out["code_embeddings"] = tokenizer->codebook()->rows(codes);
  out["z_q"] = tokenizer->codebook()->sums(codes);
  out["image"] = tokenizer->decode(out["z_q"], nn::Trace(golden::keep_in(out)));
  out["image_0_255"] = to_numbers(out["image"]);
}

void depth_head_forward(const golden::Checkpoint& checkpoint, const Case& golden_case,
                        Outputs& out) {
  const auto model = load_golden(checkpoint);
  const auto hidden = checkpoint.as_model(golden_case.in("hidden"));
  const auto codes = golden_case.in("codes").to(model->device());
  const auto result = code_loss(model, hidden.flatten(0, -2), codes.flatten(0, -2));
  auto sizes = codes.sizes().vec();
  sizes.push_back(-1);
  out["logits"] = result.scores_NQK.view(sizes);
  out["loss"] = result.loss;
}

void codebook_ema_update(const golden::Checkpoint&, const Case& golden_case, Outputs& out) {
  const torch::NoGradGuard no_grad;
  const auto& weight = golden_case.in("weight");
  const vila_u::Codebook codebook(weight.size(0) - 1, weight.size(1));
  auto parameters = codebook->named_parameters();
  auto buffers = codebook->named_buffers();
  parameters["weight"].set_data(weight.clone());
  for (const char* name : {"cluster_size_ema", "embed_ema"})
    buffers[name].set_data(golden_case.in(name).clone());
  const auto& vectors = golden_case.in("vectors");
  const auto codes = codebook->quantize(vectors, /*depth=*/1).codes.squeeze(-1);
  out["indices"] = codes;
  out["embeds"] = codebook->rows(codes).clone();
  auto learning = codebook;
  learning->learn(vectors, codes, {golden_case.in("noise_uniform"), golden_case.in("permutation")},
                  golden_case.number("decay"), golden_case.number("eps"));
  out["weight"] = parameters["weight"].detach();
  for (const char* name : {"cluster_size_ema", "embed_ema"}) out[name] = buffers[name];
}

}  // namespace

bool run_tokenizer_case(const golden::Checkpoint& checkpoint, const Case& golden_case,
                        Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"image_preprocess", image_preprocess},       {"tokenizer_encode", tokenizer_encode},
      {"tokenizer_decode", tokenizer_decode},       {"depth_head_forward", depth_head_forward},
      {"codebook_ema_update", codebook_ema_update},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::unifork

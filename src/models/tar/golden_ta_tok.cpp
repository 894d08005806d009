// Golden cases of the tokenizer.

#include "base/check.h"
#include "models/tar/golden_ops.h"
#include "models/tar/ta_tok_files.h"
#include "models/tar/ta_tok_pixels.h"
#include "ops/image_tensor.h"

namespace unipic::tar {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

TaTok load(const golden::Checkpoint& checkpoint, const Case& golden_case) {
  return load_ta_tok(checkpoint.part(golden_case, "file"), checkpoint.placement());
}

// The picture of a case, given as 0..1, at the size of the encoder.
Tensor pixels_of(const TaTok& tokenizer, const golden::Checkpoint& checkpoint,
                 const Case& golden_case) {
  const bool antialias =
      json_get_or(golden_case.params, "resize_antialias", true, golden_case.name);
  return resized_pixels(2 * checkpoint.as_model(golden_case.in("image")) - 1,
                        tokenizer->config().encoder.image_size, antialias);
}

void siglip2_vision_forward(const golden::Checkpoint& checkpoint, const Case& golden_case,
                            Outputs& out) {
  const auto tower = convert::load(
      open_ta_tok_vision(checkpoint.part(golden_case, "file"), golden_case.text("prefix")),
      checkpoint.placement());
  std::vector<Tensor> hidden;
  const nn::Trace trace(
      [&](const std::string& /*name*/, const Tensor& value) { hidden.push_back(value); });
  out["last_hidden_state"] =
      tower->forward(checkpoint.as_model(golden_case.in("pixel_values")), trace);
  out["embeddings"] = hidden.front();
  for (size_t state = 0; state < hidden.size(); ++state)
    out[fmt::format("hidden_states.{}", state)] = hidden[state];
  const auto selected = golden_case.integer("select_layer");
  const auto num_states = static_cast<int64_t>(hidden.size());
  out["selected"] = hidden.at(static_cast<size_t>(selected < 0 ? num_states + selected : selected));
  out["pooler_output"] = tower->pool(out["last_hidden_state"]);
}

void image_preprocess(const golden::Checkpoint& /*checkpoint*/, const Case& golden_case,
                      Outputs& out) {
  check(golden_case.number("mean") == 0.5 && golden_case.number("std") == 0.5,
        "mean and std other than 0.5");
  const auto image = ops::image_of(golden_case.in("image_uint8"));
  const auto put = [&](const std::string& name, Resizing resizing) {
    using torch::indexing::Slice;
    const Slice every_second(torch::indexing::None, torch::indexing::None, 2);
    const auto pixels = ta_tok_pixels(image, golden_case.integer("input_size"), resizing);
    out[name + ".sub2"] = pixels.index({"...", every_second, every_second});
  };
  put("tensor_path_antialias", Resizing::kAntialiased);
  put("tensor_path_no_antialias", Resizing::kBilinear);
  put("siglip_processor_bicubic", Resizing::kBicubic);
}

void ta_tok_codebook(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  out["emb"] = load(checkpoint, golden_case)->codebook()->all_vectors();
}

// Codes of the picture of a case, with the names of what comes out behind `prefix`.
TaTokImpl::Encoded encode(const TaTok& tokenizer, const golden::Checkpoint& checkpoint,
                          const Case& golden_case, int64_t pool_scale, const std::string& prefix,
                          Outputs& out) {
  const torch::InferenceMode no_autograd;
  const nn::Trace trace(
      [&](const std::string& name, const Tensor& value) { out[prefix + name] = value; });
  const auto encoded = tokenizer->encode(
      pixels_of(tokenizer, checkpoint, golden_case), pool_scale,
      golden_case.has("in.uniforms") ? golden_case.in("uniforms") : Tensor(), trace);
  out[prefix + "codes"] = encoded.codes_BN;
  out[prefix + "regularized_z"] = encoded.quantized_BNE;
  tokenizer->features(encoded.quantized_BNE, trace);
  out[prefix + "encoded"] = out[prefix + "out_linear"];
  return encoded;
}

void ta_tok_encode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto tokenizer = load(checkpoint, golden_case);
  for (const auto& scale : golden_case.params.at("pool_scales")) {
    const auto pool_scale = scale.get<int64_t>();
    encode(tokenizer, checkpoint, golden_case, pool_scale, fmt::format("scale{}.", pool_scale),
           out);
  }
}

void ta_tok_encode_stochastic(const golden::Checkpoint& checkpoint, const Case& golden_case,
                              Outputs& out) {
  const auto tokenizer = load(checkpoint, golden_case);
  check(golden_case.number("temperature") == tokenizer->config().temperature,
        "the case has another temperature than the tokenizer");
  encode(tokenizer, checkpoint, golden_case, golden_case.integer("pool_scale"), "", out);
}

void ta_tok_forward(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto tokenizer = load(checkpoint, golden_case);
  const auto encoded =
      encode(tokenizer, checkpoint, golden_case, golden_case.integer("pool_scale"), "", out);
  out["rec_feats"] = tokenizer->features(encoded.quantized_BNE);
}

void ta_tok_decode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const auto codes = golden_case.in("codes").to(checkpoint.placement().device);
  out["features"] = load(checkpoint, golden_case)->decode(codes, nn::Trace(golden::keep_in(out)));
}

}  // namespace

bool run_ta_tok_case(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"siglip2_vision_forward", siglip2_vision_forward},
      {"image_preprocess", image_preprocess},
      {"ta_tok_codebook", ta_tok_codebook},
      {"ta_tok_encode", ta_tok_encode},
      {"ta_tok_encode_stochastic", ta_tok_encode_stochastic},
      {"ta_tok_forward", ta_tok_forward},
      {"ta_tok_decode", ta_tok_decode},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::tar

// Golden cases of AR-DTok and its VQGAN.

#include "backbones/vq/files.h"
#include "base/check.h"
#include "models/tar/ar_dtok_drawing.h"
#include "models/tar/ar_dtok_files.h"
#include "models/tar/golden_ops.h"
#include "models/tar/ta_tok_files.h"
#include "ops/image_tensor.h"

namespace unipic::tar {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

ArDtok load_network(const golden::Checkpoint& checkpoint, const Case& golden_case,
                    std::string_view param = "file") {
  return convert::load(open_ar_dtok(checkpoint.part(golden_case, param)), checkpoint.placement());
}

vq::Autoencoder load_vq(const golden::Checkpoint& checkpoint, const Case& golden_case,
                        std::string_view param = "file") {
  return convert::load(vq::open_autoencoder(checkpoint.part(golden_case, param)),
                       checkpoint.placement());
}

// Codes of pictures in rows as squares.
Tensor as_squares(const Tensor& codes_BN) {
  const auto side = std::llround(std::sqrt(static_cast<double>(codes_BN.size(1))));
  return codes_BN.unflatten(1, {side, side});
}

// What of pixels [B, 3, H, W] is written into files, [B, H, W, 3].
Tensor in_8_bits(const Tensor& pixels_B3HW) {
  std::vector<Tensor> images;
  for (const auto& pixels_3HW : pixels_B3HW.unbind())
    images.push_back(ops::image_tensor(truncated_image(pixels_3HW)));
  return torch::stack(images);
}

void ar_dtok_forward(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto network = load_network(checkpoint, golden_case);
  const auto& targets_BN = golden_case.in("targets");
  // The last target is not read, so that it may be anything here.
  const auto read_BN =
      torch::cat({golden_case.in("idx"), targets_BN.narrow(1, targets_BN.size(1) - 1, 1)}, 1);
  out["logits"] = network->teacher_logits(checkpoint.as_model(golden_case.in("cond")), read_BN, {},
                                          nn::Trace(golden::keep_in(out)));
  out["loss"] = at::cross_entropy_loss(out["logits"].flatten(0, 1), targets_BN.flatten());
}

ArDtokDrawingOptions drawing_options(const Case& golden_case) {
  const auto number = [&](const char* param, double otherwise) {
    return json_get_or(golden_case.params, param, otherwise, golden_case.name);
  };
  const auto integer = [&](const char* param, int64_t otherwise) {
    return json_get_or(golden_case.params, param, otherwise, golden_case.name);
  };
  ArDtokDrawingOptions options = {.guidance = golden_case.number("cfg_scale"),
                                  .last_guided = integer("cfg_interval", -1)};
  options.sampling = {.temperature = number("temperature", 1),
                      .top_k = integer("top_k", 0),
                      .top_p = number("top_p", 1)};
  if (!json_get_or(golden_case.params, "sample", true, golden_case.name)) {
    options.sampling = {};
    return options;
  }
  options.share = [uniforms = golden_case.in("uniforms")](int64_t picture, uint64_t place) {
    return uniforms[static_cast<int64_t>(place)][picture].item<double>();
  };
  return options;
}

void ar_dtok_generate(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto features = checkpoint.as_model(golden_case.in("cond"));
  check(features.size(1) == golden_case.integer("cls_token_num"),
        "there are {} features, expected {}", features.size(1),
        golden_case.integer("cls_token_num"));
  std::vector<Tensor> logits;
  const nn::Trace trace(
      [&](const std::string& /*name*/, const Tensor& value) { logits.push_back(value); });
  const auto codes_Bhw = draw_codes(load_network(checkpoint, golden_case), features,
                                    drawing_options(golden_case), {}, trace);
  out["codes"] = codes_Bhw.flatten(1);
  out["raw_logits"] = torch::stack(logits, 1);
}

void vqgan_decode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const auto vqgan = load_vq(checkpoint, golden_case);
  const auto num_levels = vqgan->config().decoder.num_levels();
  const nn::Trace trace([&](const std::string& name, const Tensor& value) {
    if (!name.starts_with("level_")) {
      out[name == "after_mid" ? "mid" : name] = value;
      return;
    }
    // The file counts levels in the order of computation.
    const auto level = num_levels - 1 - std::stoll(name.substr(name.find('_') + 1));
    const auto traced = fmt::format("level.{}.last_res", level);
    using torch::indexing::Slice;
    const Slice every_fourth(torch::indexing::None, torch::indexing::None, 4);
    out[traced] = value;
    out[traced + ".sub4"] = value.index({"...", every_fourth, every_fourth});
  });
  out["z_q"] =
      vqgan->vectors(as_squares(golden_case.in("codes").to(checkpoint.placement().device)));
  const auto pixels = vqgan->decode(out["z_q"], trace);
  out["image"] = pixels * 0.5 + 0.5;
  out["image_uint8"] = in_8_bits(pixels);
}

void vqgan_encode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const auto vqgan = load_vq(checkpoint, golden_case);
  out["h"] = vqgan->encode(checkpoint.as_model(golden_case.in("image")));
  const auto codes_Bhw = vqgan->nearest(out["h"]);
  out["codes"] = codes_Bhw.flatten(1);
  out["quant"] = vqgan->vectors(codes_Bhw);
  out["reconstruction"] = vqgan->decode(out["quant"]);
}

void autoencode_ar(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const auto tokenizer =
      load_ta_tok(checkpoint.part(golden_case, "ta_tok"), checkpoint.placement());
  const auto encoded = tokenizer->encode(2 * checkpoint.as_model(golden_case.in("image")) - 1,
                                         golden_case.integer("pool_scale"));
  const auto codes_Bhw =
      draw_codes(load_network(checkpoint, golden_case, "ar"), tokenizer->decode(encoded.codes_BN),
                 drawing_options(golden_case));
  const auto vqgan = load_vq(checkpoint, golden_case, "vq");
  out["codes"] = encoded.codes_BN;
  out["ar_codes"] = codes_Bhw.flatten(1);
  out["image_uint8"] = in_8_bits(vqgan->decode(vqgan->vectors(codes_Bhw)));
}

}  // namespace

bool run_ar_dtok_case(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"ar_dtok_forward", ar_dtok_forward}, {"ar_dtok_generate", ar_dtok_generate},
      {"vqgan_decode", vqgan_decode},       {"vqgan_encode", vqgan_encode},
      {"autoencode_ar", autoencode_ar},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::tar

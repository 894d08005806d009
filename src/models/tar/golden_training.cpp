// Golden cases of what tokenizer and de-tokenizer learn from.

#include "base/check.h"
#include "models/tar/ar_dtok_files.h"
#include "models/tar/ar_dtok_loss.h"
#include "models/tar/golden_ops.h"
#include "models/tar/ta_tok_files.h"
#include "models/tar/ta_tok_loss.h"

namespace unipic::tar {
using golden::Case;
using golden::Outputs;

namespace {

void learn(torch::nn::Module& module) {
  module.zero_grad();
  for (auto& parameter : module.parameters()) parameter.set_requires_grad(true);
}

// All gradients, with `prefix` before the names of the parameters.
void put_gradients(const torch::nn::Module& module, const std::string& prefix, Outputs& out) {
  for (const auto& parameter : module.named_parameters()) {
    const auto& gradient = parameter.value().grad();
    if (gradient.defined()) out[prefix + parameter.key()] = gradient.clone();
  }
}

FeatureDistance distance_named(const std::string& name) {
  check(name == "cosine" || name == "mse", "'{}' is no distance of features", name);
  return name == "cosine" ? FeatureDistance::kCosine : FeatureDistance::kSquared;
}

void tokenizer_loss(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  auto opened = open_ta_tok(checkpoint.part(golden_case, "file"));
  const auto tokenizer = convert::load(std::move(opened), checkpoint.placement());
  const auto pixels = 2 * checkpoint.as_model(golden_case.in("image")) - 1;
  for (const auto& run : golden_case.params.at("runs")) {
    learn(*tokenizer.ptr());
    const auto prefix = json_get<std::string>(run, "prefix", golden_case.name) + ".";
    const auto result =
        ta_tok_loss(tokenizer, pixels, json_get<int64_t>(run, "pool_scale", golden_case.name),
                    golden_case.in(prefix + "teacher_features"),
                    distance_named(json_get<std::string>(run, "rec_metric", golden_case.name)),
                    golden_case.in(prefix + "uniforms"));
    result.loss.backward();
    out[prefix + "codes"] = result.codes_BN;
    out[prefix + "features"] = result.features_BND;
    out[prefix + "loss_commit"] = result.commitment;
    out[prefix + "loss_codebook"] = result.codebook;
    out[prefix + "loss_q"] = result.quantizer;
    out[prefix + "loss_rec_cosine"] = result.cosine;
    out[prefix + "loss_rec_mse"] = result.squared;
    out[prefix + "loss"] = result.loss;
    put_gradients(*tokenizer, "grad." + prefix, out);
  }
}

void detokenizer_loss(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto network =
      convert::load(open_ar_dtok(checkpoint.part(golden_case, "file")), checkpoint.placement());
  learn(*network.ptr());
  const auto loss =
      ar_dtok_loss(network, checkpoint.as_model(golden_case.in("cond")), golden_case.in("targets"));
  loss.backward();
  out["loss"] = loss;
  put_gradients(*network, "grad.", out);
}

}  // namespace

bool run_tokenizer_training_case(const golden::Checkpoint& checkpoint, const Case& golden_case,
                                 Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"ta_tok_loss", tokenizer_loss},
      {"ar_dtok_loss", detokenizer_loss},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::tar

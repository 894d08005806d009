// Golden cases of training.

#include "base/check.h"
#include "models/unipic2/golden_ops.h"
#include "models/unipic2/loss.h"
#include "models/unipic2/query_rows.h"

namespace unipic::unipic2 {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

// The gradients that the case asks for of parameters whose names begin with `prefix`.
void put_gradients(const torch::nn::Module& module, std::string_view prefix,
                   const Case& golden_case, Outputs& out) {
  const auto parameters = module.named_parameters();
  for (const auto& element : golden_case.params.at("gradients")) {
    const auto name = element.get<std::string>();
    if (!name.starts_with(prefix)) continue;
    const auto* parameter = parameters.find(name.substr(prefix.size()));
    check(parameter != nullptr, "there is no parameter '{}'", name);
    out["grad." + name] = parameter->grad();
  }
}

void put_loss(const FlowMatchLoss& loss, Outputs& out) {
  out["timesteps"] = loss.timesteps_B;
  out["sigmas"] = loss.sigmas_B;
  out["noisy"] = loss.noisy_BCHW;
  out["target"] = loss.target_BCHW;
  out["prediction"] = loss.prediction_BCHW.detach();
  out["per_sample_loss"] = loss.per_sample_B.detach();
  out["loss"] = loss.loss.detach().view({1});
}

void sft_loss(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto folder = checkpoint.part(golden_case);
  const auto transformer = load_transformer(folder, checkpoint.placement());
  for (auto& parameter : transformer->parameters()) parameter.set_requires_grad(true);
  sd3::Conditions conditions = {.prompt_BSE = checkpoint.as_model(golden_case.in("prompt_embeds")),
                                .pooled_BP = checkpoint.as_model(golden_case.in("pooled")),
                                .reference_BCHW = {}};
  if (golden_case.has("in.ref_latents"))
    conditions.reference_BCHW = checkpoint.as_model(golden_case.in("ref_latents"));
  const double shift = read_shift(folder.parent_path() / "scheduler");
  const auto loss = flow_match_loss(transformer, diffusion::flow_training_schedule(shift),
                                    checkpoint.as_model(golden_case.in("latents")),
                                    checkpoint.as_model(golden_case.in("noise")),
                                    golden_case.in("timestep_normal").sigmoid(), conditions);
  loss.loss.backward();
  put_loss(loss, out);
  put_gradients(*transformer, "transformer.", golden_case, out);
}

void metaquery_sft_loss(const golden::Checkpoint& checkpoint, const Case& golden_case,
                        Outputs& out) {
  const auto folder = checkpoint.part(golden_case);
  const auto lmm_folder = checkpoint.part(golden_case, "lmm");
  const ChatReader reader(lmm_folder);
  const VisionLanguageModel lmm(lmm_folder, reader, checkpoint.placement());
  const auto conditioner = load_conditioner(folder / "conditioner", checkpoint.placement());
  const auto transformer = load_transformer(folder / "transformer", checkpoint.placement());
  for (const auto& parameters : {conditioner->parameters(), transformer->parameters()}) {
    for (const auto& parameter : parameters) parameter.set_requires_grad(true);
  }
  const auto texts = golden_case.params.at("rendered_texts").get<std::vector<std::string>>();
  auto rows = with_queries(reader, texts, {}, conditioner->config().num_queries);
  check(rows.prompt_ids().equal(golden_case.in("input_ids")),
        "the texts have other ids than expected");
  const auto states =
      query_states(lmm.llm(), conditioner, rows, lmm.embed(rows.prompt_ids(), /*image_tokens=*/{}));
  const auto encoded = conditioner->forward(states);
  const double shift = read_shift(folder / "scheduler");
  const auto loss = flow_match_loss(
      transformer, diffusion::flow_training_schedule(shift),
      checkpoint.as_model(golden_case.in("latents")), checkpoint.as_model(golden_case.in("noise")),
      golden_case.in("timestep_normal").sigmoid(), {encoded.prompt_BSE, encoded.pooled_BP, {}});
  loss.loss.backward();
  out["query_states"] = states.detach();
  out["prompt_embeds"] = encoded.prompt_BSE.detach();
  out["pooled"] = encoded.pooled_BP.detach();
  put_loss(loss, out);
  put_gradients(*transformer, "transformer.", golden_case, out);
  put_gradients(*conditioner, "conditioner.", golden_case, out);
}

}  // namespace

bool run_training_case(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       Outputs& out) {
  if (golden_case.op != "flow_match_sft_loss") return false;
  if (golden_case.params.contains("lmm")) {
    metaquery_sft_loss(checkpoint, golden_case, out);
  } else {
    sft_loss(checkpoint, golden_case, out);
  }
  return true;
}

}  // namespace unipic::unipic2

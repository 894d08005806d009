// Golden cases of the diffusion de-tokenizer.

#include "models/tar/dif_dtok.h"
#include "models/tar/golden_ops.h"
#include "ops/image_tensor.h"

namespace unipic::tar {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

// Every fourth row and column of all that a case wants so.
void add_samples(Outputs& out) {
  Outputs samples;
  for (const auto& [name, value] : out)
    if (value.dim() == 4)
      samples[name + ".sub4"] = value.slice(2, 0, value.size(2), 4).slice(3, 0, value.size(3), 4);
  out.merge(samples);
}

void sana_forward(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const auto transformer =
      convert::load(open_sana(checkpoint.part(golden_case, "dir")), checkpoint.placement());
  const nn::Trace trace(golden::keep_in(out));
  const auto caption =
      transformer->read(checkpoint.as_model(golden_case.in("encoder_hidden_states")),
                        golden_case.in("encoder_attention_mask"), trace);
  const auto latents = checkpoint.as_model(golden_case.in("latents"));
  out["sample"] = transformer->forward(latents, golden_case.in("timestep"), caption, trace);
  for (auto& [name, value] : out)
    if (name.ends_with(".ff"))
      value = value.transpose(1, 2).unflatten(2, {latents.size(2), latents.size(3)});
}

dc_ae::Autoencoder load_dc_ae(const golden::Checkpoint& checkpoint, const Case& golden_case) {
  return convert::load(open_dc_ae(checkpoint.part(golden_case, "dir")), checkpoint.placement());
}

void dc_ae_decode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  out["image"] =
      load_dc_ae(checkpoint, golden_case)
          ->decode(checkpoint.as_model(golden_case.in("z")), nn::Trace(golden::keep_in(out)));
  add_samples(out);
}

void dc_ae_encode(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  out["latent"] =
      load_dc_ae(checkpoint, golden_case)
          ->encode(checkpoint.as_model(golden_case.in("image")), nn::Trace(golden::keep_in(out)));
  add_samples(out);
}

void put_schedule(const diffusion::DpmSchedule& schedule, Outputs& out) {
  out["timesteps"] = torch::tensor(schedule.timesteps, torch::kLong);
  out["sigmas"] = torch::tensor(schedule.sigmas);
}

void flow_dpm_schedule(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       Outputs& out) {
  put_schedule(diffusion::dpm_schedule(golden_case.integer("num_inference_steps"),
                                       read_flow_shift(checkpoint.part(golden_case, "dir"))),
               out);
}

void flow_dpm_solver(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto schedule =
      diffusion::dpm_schedule(golden_case.integer("num_inference_steps"),
                              read_flow_shift(checkpoint.part(golden_case, "dir")));
  put_schedule(schedule, out);
  diffusion::DpmSolver solver(schedule, golden_case.in("latents"));
  std::vector<Tensor> samples;
  while (!solver.is_done()) {
    solver.advance(golden_case.in("model_outputs")[solver.step()]);
    samples.push_back(solver.sample());
  }
  out["samples"] = torch::stack(samples);
  out["final"] = solver.sample();
}

void loss(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto transformer =
      convert::load(open_sana(checkpoint.part(golden_case, "dir")), checkpoint.placement());
  for (auto& parameter : transformer->parameters()) parameter.set_requires_grad(true);
  const auto in = [&](const char* name) { return checkpoint.as_model(golden_case.in(name)); };
  const auto result = dif_dtok_loss(transformer, in("x0"), in("noise"), in("sigma"), in("cond"));
  result.loss.backward();
  out["x_t"] = result.noisy_BChw;
  out["v_pred"] = result.velocity_BChw;
  out["loss"] = result.loss;
  for (const auto& parameter : transformer->named_parameters())
    out["grad." + parameter.key()] = parameter.value().grad();
}

}  // namespace

bool run_dif_dtok_case(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"sana_forward", sana_forward},       {"dc_ae_decode", dc_ae_decode},
      {"dc_ae_encode", dc_ae_encode},       {"flow_dpm_schedule", flow_dpm_schedule},
      {"flow_dpm_solver", flow_dpm_solver}, {"dif_dtok_loss", loss},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::tar

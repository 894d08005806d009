// Golden cases of both tasks, on recorded draws.

#include <cmath>

#include "base/check.h"
#include "models/unifork/checkpoint.h"
#include "models/unifork/golden_ops.h"
#include "models/unifork/pipeline.h"
#include "models/unifork/pixels.h"
#include "models/unifork/sequences.h"

namespace unipic::unifork {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

void tokenize_prompts(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  constexpr std::string_view kText = "text.";
  auto opened = open_checkpoint(golden_folder(checkpoint));
  const PromptWriter writer(std::move(opened.tokenizer), opened.files.folder.string());
  for (const auto& [param, text] : golden_case.params.items()) {
    if (!param.starts_with(kText)) continue;
    const auto ids = writer.encode(text.get_ref<const std::string&>());
    out[param.substr(kText.size())] = torch::tensor(ids, torch::kLong);
  }
}

void understand(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const auto model = load_golden(checkpoint);
  const auto& llm = model->understanding();
  const auto seen = model->see(golden_case.in("pixels"));
  out["image_features"] = seen.z.flatten(1, 2);
  out["inputs_embeds"] =
      embed_with_pictures(model, golden_case.in("input_ids"), model->embed_pictures(seen.z));
  const auto positions = torch::arange(out["inputs_embeds"].size(1), torch::kLong).unsqueeze(0);
  out["hidden_final_norm"] =
      llm->decoder()->forward(out["inputs_embeds"], positions.to(model->device()), {}, nullptr,
                              nn::Trace(golden::keep_in(out)));
  out["hidden_after_shared"] = out[fmt::format("hidden_{}", model->config().num_shared_layers)];

  std::vector<Tensor> logits;
  qwen2::Continuation continuation(llm, out["inputs_embeds"],
                                   {.max_new_tokens = golden_case.integer("max_new_tokens"),
                                    .end_ids = {golden_case.integer("eos_token_id")}},
                                   {}, nn::Trace([&](const std::string& name, const Tensor& value) {
                                     if (name == "step_logits") logits.push_back(value);
                                   }));
  while (!continuation.is_done()) continuation.next();
  out["prefill_last_logits"] = logits.front();
  out["step_logits"] = torch::stack(logits, 1);
  out["tokens"] = torch::tensor(continuation.written(), torch::kLong).unsqueeze(0);
}

// The rows of a case as they are, without looking for equal ones.
PromptRows rows_of(const Case& golden_case) {
  const auto& ids = golden_case.in("input_ids");
  return {ids, golden_case.in("attention_mask_with_boi").narrow(1, 0, ids.size(1)),
          torch::arange(ids.size(0), torch::kLong)};
}

SamplerOptions sampler_options(const Case& golden_case) {
  SamplerOptions options = {.guidance = golden_case.number("cfg"),
                            .sampling = {.temperature = golden_case.number("temperature"),
                                         .top_k = golden_case.integer("top_k"),
                                         .top_p = golden_case.number("top_p")},
                            .num_tokens = golden_case.integer("steps")};
  if (golden_case.text("sampling") == "argmax") options.sampling = {};
  // The reference computes unconditional rows for every scale.
  if (!options.is_guided()) options.guidance = std::nextafter(1.0, 2.0);
  return options;
}

// What happens step by step; the reference kept the first steps.
class Steps {
 public:
  nn::Trace trace() {
    return nn::Trace(
        [this](const std::string& name, const Tensor& value) { values_[name].push_back(value); });
  }
  Tensor first(const std::string& name) const { return values_.at(name).front(); }
  Tensor first_of(const std::string& name, int64_t count) const {
    const auto& all = values_.at(name);
    const auto kept = std::min(all.size(), static_cast<size_t>(count));
    return torch::stack(torch::TensorList(all).slice(0, kept), 1);
  }

 private:
  std::map<std::string, std::vector<Tensor>> values_;
};

// How many steps the case has of an output.
int64_t num_recorded(const Case& golden_case, const std::string& output) {
  const auto found = golden_case.tensors.find("out." + output);
  return found == golden_case.tensors.end() ? 1 : found->second.size(1);
}

Generation run(const UniFork& model, const Case& golden_case, Outputs& out) {
  const auto rows = rows_of(golden_case);
  const auto options = sampler_options(golden_case);
  const auto num_pictures = static_cast<size_t>(rows.num_rows() / 2);
  Steps steps;
  SamplerHooks hooks = {.control = {}, .trace = steps.trace(), .share = {}};
  if (golden_case.has("in.uniform")) {
    hooks.share = [uniform = golden_case.in("uniform").flatten(0, 1)](int64_t picture,
                                                                      uint64_t place) {
      return uniform[static_cast<int64_t>(place)][picture].item<double>();
    };
  }
  Generation generation(model, rows, std::vector<uint64_t>(num_pictures), options, hooks);
  while (!generation.is_done()) generation.advance();

  out["prompt_embeds"] = steps.first("prompt_embeds");
  const auto mask = golden_case.in("attention_mask_with_boi").unsqueeze(-1);
  const auto shared = fmt::format("prompt_hidden_{}", model->config().num_shared_layers);
  out["hidden_after_shared_step0"] = steps.first(shared).cpu() * mask;
  for (const char* name : {"hidden", "next_embeds"})
    out[name] = steps.first_of(name, num_recorded(golden_case, name));
  out["guided_logits_step0"] = steps.first_of("guided_logits", model->config().depth.depth);
  out["codes"] = generation.codes();
  return generation;
}

void generate(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  run(load_golden(checkpoint), golden_case, out);
}

void text_to_image(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const Pipeline pipeline(open_checkpoint(golden_folder(checkpoint)), checkpoint.placement());
  const auto generation = run(pipeline.model(), golden_case, out);
  out["z_q"] = generation.vectors();
  out["image_0_255"] = to_numbers(pipeline.decode(out["z_q"]));
}

}  // namespace

bool run_task_case(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"tokenize_prompts", tokenize_prompts},
      {"unifork_lm_understand", understand},
      {"unifork_lm_generate", generate},
      {"text_to_image", text_to_image},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::unifork

// Golden cases of the language model and what it learns from.

#include "base/check.h"
#include "models/tar/extend_vocabulary.h"
#include "models/tar/golden_ops.h"
#include "models/tar/language_model.h"
#include "models/tar/llm_loss.h"
#include "models/tar/training_sample.h"
#include "text/tokenizer_files.h"

namespace unipic::tar {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

constexpr int64_t kMaxTrainingTokens = 2048;

std::vector<int64_t> to_vector(const Tensor& values) {
  const auto flat = values.to(torch::kLong).contiguous();
  return {flat.const_data_ptr<int64_t>(), flat.const_data_ptr<int64_t>() + flat.numel()};
}

Tensor to_row(const std::vector<int64_t>& ids) {
  return torch::tensor(ids, torch::kLong).unsqueeze(0);
}

PromptWriter open_prompts(const golden::Checkpoint& checkpoint, const Case& golden_case) {
  const auto folder = checkpoint.part(golden_case, "model");
  return {text::load_tokenizer(folder), folder.string()};
}

void check_text(const std::string& text, const std::string& expected) {
  check(text == expected, "the text is '{}', expected '{}'", text, expected);
}

void tokenize(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto tokenizer = text::load_tokenizer(checkpoint.part(golden_case, "model"));
  const auto ids = tokenizer.encode(golden_case.text("text"));
  check_text(tokenizer.decode(ids), golden_case.text("decoded"));
  check_text(tokenizer.decode(ids, /*skip_special=*/true),
             golden_case.text("decoded_skip_special"));
  out["input_ids"] = to_row(ids);
}

void prompt_t2i(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto prompts = open_prompts(checkpoint, golden_case);
  const auto ids = prompts.draw(golden_case.text("prompt"), golden_case.integer("scale"));
  check_text(prompts.tokenizer().decode(ids), golden_case.text("text"));
  out["input_ids"] = to_row(ids);
}

void prompt_understand(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       Outputs& out) {
  const auto prompts = open_prompts(checkpoint, golden_case);
  const auto ids = prompts.ask(to_vector(golden_case.in("codes")), golden_case.text("question"));
  check_text(prompts.tokenizer().decode(ids), golden_case.text("text"));
  out["input_ids"] = to_row(ids);
}

void llm_forward(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const torch::InferenceMode no_autograd;
  const LanguageModel model(checkpoint.part(golden_case, "model"), checkpoint.placement());
  const auto& llm = model.network();
  const auto ids = golden_case.in("input_ids").to(checkpoint.placement().device);
  // Hidden states as the reference counts them: the embeddings, after each layer but the last, and
  // after the last norm.
  out["hidden.0"] = llm->embed(ids);
  int64_t num_layers = 0;
  const auto hidden =
      llm->decoder()->forward(out["hidden.0"], torch::arange(ids.size(1)).unsqueeze(0), {}, nullptr,
                              nn::Trace([&](const std::string& /*name*/, const Tensor& value) {
                                out[fmt::format("hidden.{}", ++num_layers)] = value;
                              }));
  out[fmt::format("hidden.{}", num_layers)] = hidden;
  out["logits"] = llm->logits(hidden);
}

// What a case says in place of the model's generation_config.json.
qwen2::ContinuationOptions options_of(const LanguageModel& model, const Case& golden_case) {
  const auto& generation = model.generation();
  const auto number = [&](const char* param, double otherwise) {
    return golden_case.params.contains(param) ? golden_case.number(param) : otherwise;
  };
  qwen2::ContinuationOptions options = {
      .max_new_tokens = golden_case.integer("max_new_tokens"),
      .end_ids = generation.end_ids,
      .repetition_penalty = number("repetition_penalty", generation.repetition_penalty)};
  if (golden_case.params.contains("do_sample") && golden_case.params.at("do_sample").get<bool>()) {
    options.sampling = {.temperature = number("temperature", generation.sampling.temperature),
                        .top_k = static_cast<int64_t>(
                            number("top_k", static_cast<double>(generation.sampling.top_k))),
                        .top_p = number("top_p", generation.sampling.top_p)};
    options.share = [uniforms = golden_case.in("uniforms")](int64_t /*row*/, uint64_t place) {
      return uniforms.reshape(-1)[static_cast<int64_t>(place)].item<double>();
    };
  }
  return options;
}

// Goes on from the prompt of a case to its end.
std::vector<int64_t> write(const LanguageModel& model, const Case& golden_case, Outputs& out) {
  constexpr size_t kNumTraced = 8;
  std::vector<Tensor> logits;
  const nn::Trace trace([&](const std::string& name, const Tensor& value) {
    if (name == "step_logits" && logits.size() < kNumTraced) logits.push_back(value);
  });
  auto continuation = model.begin({to_vector(golden_case.in("input_ids"))},
                                  options_of(model, golden_case), {}, trace);
  while (!continuation.is_done()) continuation.next();
  out["raw_logits_first8"] = torch::stack(logits, 1);
  out["generated"] = to_row(continuation.written());
  const auto& tokenizer = model.prompts().tokenizer();
  check_text(tokenizer.decode(continuation.written()), golden_case.text("text"));
  check_text(tokenizer.decode(continuation.written(), /*skip_special=*/true),
             golden_case.text("text_skip_special"));
  return continuation.written();
}

void llm_generate(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const LanguageModel model(checkpoint.part(golden_case, "model"), checkpoint.placement());
  const auto ids = write(model, golden_case, out);
  out["codes"] = to_row(model.prompts().visual().codes_of(ids, golden_case.integer("seq_len")));
}

void llm_understand(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  write(LanguageModel(checkpoint.part(golden_case, "model"), checkpoint.placement()), golden_case,
        out);
}

void train_sample(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  std::vector<Speech> speeches;
  for (const auto& speech : golden_case.params.at("conversations")) {
    const auto from = json_get<std::string>(speech, "from", golden_case.name);
    speeches.push_back({.from = from == "human" ? Speech::From::kHuman : Speech::From::kModel,
                        .text = json_get<std::string>(speech, "value", golden_case.name)});
  }
  const auto sample = training_sample(open_prompts(checkpoint, golden_case), speeches);
  out["input_ids"] = torch::tensor(sample.ids, torch::kLong);
  out["labels"] = torch::tensor(sample.labels, torch::kLong);
}

// The samples of a case without what they are filled up with.
std::vector<TrainingSample> samples_of(const Case& golden_case) {
  std::vector<TrainingSample> samples;
  const auto& ids_BT = golden_case.in("input_ids");
  for (int64_t row = 0; row < ids_BT.size(0); ++row) {
    const auto places = golden_case.in("attention_mask")[row].nonzero().squeeze(1);
    samples.push_back({to_vector(ids_BT[row].index_select(0, places)),
                       to_vector(golden_case.in("labels")[row].index_select(0, places))});
  }
  return samples;
}

void llm_loss(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const LanguageModel model(checkpoint.part(golden_case, "model"), checkpoint.placement());
  const auto& llm = model.network();
  for (auto& parameter : llm->parameters()) parameter.set_requires_grad(true);
  const auto batch = merge(samples_of(golden_case), golden_case.in("codes").unbind(),
                           golden_case.integer("pool_scale") - 1, model.prompts().visual(),
                           kMaxTrainingTokens, /*texts_use_pictures=*/true);
  const auto embeddings = embed(llm, batch);
  const auto hidden = llm->decoder()->forward(
      embeddings, torch::arange(embeddings.size(1)).unsqueeze(0), batch.mask_BT);
  const auto loss = next_token_loss(llm, hidden, batch.labels_BT);
  loss.backward();
  out["inputs_embeds"] = embeddings;
  out["merged_labels"] = batch.labels_BT;
  out["merged_attention_mask"] = batch.mask_BT.to(torch::kLong);
  constexpr int64_t kNumTraced = 4;
  out["logits_first"] = llm->logits(hidden.narrow(1, 0, kNumTraced));
  out["loss"] = loss;
  for (const auto& parameter : llm->named_parameters())
    if (parameter.value().grad().defined())
      out["grad." + parameter.key()] = parameter.value().grad();
}

}  // namespace

bool run_llm_case(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"tokenize", tokenize},
      {"prompt_t2i", prompt_t2i},
      {"prompt_understand", prompt_understand},
      {"tar_llm_forward", llm_forward},
      {"tar_llm_generate", llm_generate},
      {"tar_llm_understand", llm_understand},
      {"train_sample", train_sample},
      {"tar_llm_loss", llm_loss},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::tar

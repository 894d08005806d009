// Golden cases of whole tasks, on recorded draws.

#include "base/check.h"
#include "models/unipic1/golden_ops.h"
#include "models/unipic1/pixels.h"
#include "ops/image_tensor.h"

namespace unipic::unipic1 {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

// The draws of a recorded run. Only the conditional half of the noise of guided steps matters.
class RecordedDraws : public Draws {
 public:
  RecordedDraws(const Case& golden_case, int64_t num_pictures)
      : case_(golden_case), num_pictures_(num_pictures) {}

  Tensor orders(int64_t) override { return case_.in("orders").narrow(0, 0, num_pictures_); }

  HeadNoise head_noise(int64_t iteration, const Tensor& positions_Pn) override {
    const int64_t num_rows = positions_Pn.numel();
    const auto steps = case_.in(fmt::format("noise_steps_{:02}", iteration));
    return {case_.in(fmt::format("noise_init_{:02}", iteration)).narrow(0, 0, num_rows),
            [steps, num_rows](int64_t step) {
              return steps[steps.size(0) - 1 - step].narrow(0, 0, num_rows);
            }};
  }

  void keep(const std::vector<int64_t>&) override {
    throw Error("recorded draws are those of all pictures");
  }

 private:
  const Case& case_;
  int64_t num_pictures_;
};

SamplerOptions sampler_options(const Case& golden_case) {
  const auto schedule = golden_case.text("cfg_schedule");
  check(schedule == "constant" || schedule == "linear", "unknown cfg schedule '{}'", schedule);
  return {
      .num_iterations = golden_case.integer("num_iter"),
      .guidance = golden_case.number("cfg"),
      .schedule = schedule == "linear" ? GuidanceSchedule::kLinear : GuidanceSchedule::kConstant,
      .temperature = golden_case.number("temperature")};
}

// The reference's rows: the pictures once more for the unconditional half.
Tensor guided_copies(const Tensor& tokens_PLC, bool guided) {
  return guided ? tokens_PLC.repeat({2, 1, 1}) : tokens_PLC;
}

// Runs the sampler on recorded draws and keeps every stage under the goldens' names.
Tensor run_recorded(const Pipeline& pipeline, const Case& golden_case, const Conditions& conditions,
                    const Grid& grid, Outputs& out) {
  const auto options = sampler_options(golden_case);
  const int64_t num_rows = conditions.prompts.num_rows();
  const int64_t num_pictures = num_rows / (options.guided() ? 2 : 1);
  std::map<std::string, std::vector<Tensor>> per_iteration;
  SamplerHooks hooks;
  hooks.trace = nn::Trace([&](const std::string& name, const Tensor& value) {
    if (name == "num_pred") {
      per_iteration[name].push_back(value * num_rows);
    } else if (name == "cfg_iter") {
      per_iteration[name].push_back(value);
    } else if (name.starts_with("tokens_after_")) {
      out[name] = guided_copies(value, options.guided());
    } else {
      out[name] = value;
    }
  });
  const auto tokens = pipeline.run(
      conditions, grid, options, std::make_unique<RecordedDraws>(golden_case, num_pictures), hooks);
  for (const auto& [name, values] : per_iteration) out[name] = torch::cat(values);
  out["latents"] = guided_copies(tokens, options.guided()).unflatten(1, {grid.height, grid.width});
  return tokens;
}

// Pictures [P, H, W, 3] as a grid of `columns`, row by row.
Tensor assembled(const std::vector<Tensor>& pictures, int64_t columns) {
  std::vector<Tensor> rows;
  for (size_t at = 0; at < pictures.size(); at += static_cast<size_t>(columns)) {
    const auto first = pictures.begin() + static_cast<int64_t>(at);
    rows.push_back(torch::cat(std::vector<Tensor>(first, first + columns), 1));
  }
  return torch::cat(rows, 0);
}

void draw(const Pipeline& pipeline, const Case& golden_case, const std::vector<DrawPrompt>& prompts,
          int64_t pad_id, Outputs& out) {
  const int64_t size = golden_case.integer("image_size");
  const auto grid = pipeline.model()->grid_of(size, size);
  const bool guided = sampler_options(golden_case).guided();
  const auto conditions = pipeline.to_draw(prompts, guided, pad_id);
  out["input_ids"] = conditions.prompts.row_ids();
  out["attention_mask"] = conditions.prompts.row_mask();
  const auto tokens = run_recorded(pipeline, golden_case, conditions, grid, out);

  out["pixels"] = pipeline.decode(tokens, grid, {});
  std::vector<Tensor> pictures;
  for (const auto& pixels : out["pixels"].unbind())
    pictures.push_back(ops::image_tensor(to_image(pixels)));
  out["image"] = assembled(pictures, golden_case.integer("grid_size"));
}

void text_to_image(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const int64_t side = golden_case.integer("grid_size");
  const std::vector<DrawPrompt> prompts(static_cast<size_t>(side * side),
                                        {.prompt = golden_case.text("prompt")});
  draw(pipeline, golden_case, prompts, pipeline.prompts().end_id(), out);
}

// The batch script: prompts stripped, with a full stop appended, all of them once a grid place.
void batch_text_to_image(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const int64_t side = golden_case.integer("grid_size");
  std::vector<DrawPrompt> prompts;
  for (int64_t place = 0; place < side * side; ++place) {
    for (const auto& prompt : golden_case.params.at("prompts")) {
      prompts.push_back({std::string(stripped(prompt.get_ref<const std::string&>())) + "."});
    }
  }
  const auto pad_id = pipeline.prompts().tokenizer().token_id("<|endoftext|>");
  check(pad_id.has_value(), "the tokenizer has no <|endoftext|>");
  draw(pipeline, golden_case, prompts, *pad_id, out);
}

void image_edit(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const int64_t size = golden_case.integer("image_size");
  const auto grid = pipeline.model()->grid_of(size, size);
  const bool guided = sampler_options(golden_case).guided();
  if (golden_case.has("in.source_image")) {
    out["source_pixels"] =
        cropped_pixels(ops::image_of(golden_case.in("source_image")), size, size);
  }
  const auto source = pipeline.encode(golden_case.in("source_pixels"), {});
  out["source_latents"] = source.unflatten(1, {grid.height, grid.width});

  const int64_t side = golden_case.integer("grid_size");
  const auto conditions = pipeline.to_edit(
      source, grid, std::string(stripped(golden_case.text("prompt"))), "", guided, side * side);
  out["x_con"] = conditions.source_1SE;
  out["attention_mask"] = conditions.prompts.row_mask();
  const auto unpadded = [&](int64_t prompt) {
    const auto mask = conditions.prompts.mask_UP[prompt].to(torch::kBool);
    return conditions.prompts.ids_UP[prompt].masked_select(mask);
  };
  out["input_ids"] = unpadded(0);
  if (guided) out["uncond_input_ids"] = unpadded(1);
  const auto tokens = run_recorded(pipeline, golden_case, conditions, grid, out);

  std::vector<Tensor> pictures;
  for (const auto& pixels : pipeline.decode(tokens, grid, {}).unbind()) {
    pictures.push_back(ops::image_tensor(to_image(pixels)));
  }
  out["image"] = assembled(pictures, side);
}

void answer(const Pipeline& pipeline, const Case& golden_case, const Question& question,
            Outputs& out) {
  const nn::Trace trace([&](const std::string& name, const Tensor& value) { out[name] = value; });
  const auto ids = pipeline.answer(question, golden_case.integer("max_new_tokens"), {}, {}, trace);
  out["inputs_embeds"] = question.embeddings_1TM;
  out["token_ids"] = torch::tensor(ids, torch::kLong);
  if (!golden_case.params.contains("text")) return;
  const auto text = pipeline.prompts().tokenizer().decode(ids);
  check(text == golden_case.text("text"), "the answer is '{}', expected '{}'", text,
        golden_case.text("text"));
}

void image_understand(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  if (golden_case.has("in.image")) {
    out["pixels"] =
        padded_pixels(ops::image_of(golden_case.in("image")), golden_case.integer("image_size"));
  }
  const auto question = pipeline.ask_mar(golden_case.in("pixels"), golden_case.text("prompt"), {});
  out["input_ids"] = torch::tensor(question.ids, torch::kLong);
  answer(pipeline, golden_case, question, out);
}

void image_understand_siglip2(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto question =
      pipeline.ask_vision(golden_case.in("pixels"), golden_case.text("prompt"), {});
  out["input_ids"] = torch::tensor(question.ids, torch::kLong).unsqueeze(0);
  answer(pipeline, golden_case, question, out);
}

}  // namespace

bool run_task_case(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  static constexpr golden::Operation<Pipeline> kOperations[] = {
      {"text_to_image", text_to_image},
      {"batch_text_to_image", batch_text_to_image},
      {"image_edit", image_edit},
      {"image_understand", image_understand},
      {"image_understand_siglip2", image_understand_siglip2},
  };
  return golden::run_operation(kOperations, pipeline, golden_case, out);
}

Outputs run_golden_case(const Pipeline& pipeline, const Case& golden_case) {
  Outputs out;
  if (run_training_case(pipeline, golden_case, out)) return out;
  torch::InferenceMode no_autograd;
  if (run_module_case(pipeline, golden_case, out)) return out;
  if (run_task_case(pipeline, golden_case, out)) return out;
  throw UnknownOp("unknown op");
}

}  // namespace unipic::unipic1

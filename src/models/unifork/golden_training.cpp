// Golden cases of training and of measuring what was learned.

#include <sstream>

#include "base/check.h"
#include "models/unifork/alignment.h"
#include "models/unifork/checkpoint.h"
#include "models/unifork/golden_ops.h"
#include "models/unifork/loss.h"
#include "models/unifork/prompts.h"
#include "models/unifork/stages.h"

namespace unipic::unifork {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

std::vector<std::string> lines_of(const Case& golden_case, std::string_view param) {
  std::istringstream text(golden_case.text(param));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// The parameter that an output calls by the end of its name.
std::string full_name(const std::string& short_name) {
  constexpr std::string_view kDepth = "rqtransformer.";
  return (short_name.starts_with(kDepth) ? "model.vision_tower.vision_tower." : "model.") +
         short_name;
}

Tensor loss_of(const UniFork& model, const Case& golden_case) {
  const auto is_gen = golden_case.in("is_gen").ne(0);
  const auto rows_where = [&](std::string_view input, const Tensor& which) {
    return golden_case.in(input).index_select(0, which.nonzero().squeeze(1));
  };
  auto loss = torch::zeros({}, torch::device(model->device()));
  if (!is_gen.all().item<bool>()) {
    const auto which = is_gen.logical_not();
    loss = loss + understanding_loss(model, rows_where("input_ids", which),
                                     rows_where("labels", which),
                                     model->see(golden_case.in("pixels_und")).z);
  }
  if (is_gen.any().item<bool>()) {
    loss = loss + generation_loss(model, rows_where("input_ids", is_gen),
                                  model->see(golden_case.in("pixels_gen")),
                                  golden_case.integer("loss_image_tokens"));
  }
  return loss;
}

void train_step(const golden::Checkpoint& checkpoint, const Case& golden_case, Outputs& out) {
  const auto model = load_golden(checkpoint);
  auto parameters = model->named_parameters();
  for (auto& parameter : parameters) {
    parameter.value().set_requires_grad(learns(Stage::kPretrain, parameter.key(), model->config()));
  }
  const auto loss = loss_of(model, golden_case);
  loss.backward();
  out["loss"] = loss.detach();
  std::vector<double> norms;
  std::vector<int64_t> has_grad;
  for (const auto& name : lines_of(golden_case, "parameter_names")) {
    const auto* parameter = parameters.find(name);
    check(parameter != nullptr, "there is no parameter '{}'", name);
    const auto& grad = parameter->grad();
    norms.push_back(grad.defined() ? grad.norm().item<double>() : 0.0);
    has_grad.push_back(grad.defined() ? 1 : 0);
  }
  out["all_grad_norm"] = torch::tensor(norms);
  out["has_grad"] = torch::tensor(has_grad, torch::kLong);
  constexpr std::string_view kGradient = "out.grad.";
  for (const auto& [tensor, expected] : golden_case.tensors) {
    if (!tensor.starts_with(kGradient)) continue;
    const auto short_name = tensor.substr(kGradient.size());
    const auto* parameter = parameters.find(full_name(short_name));
    check(parameter != nullptr, "there is no parameter '{}'", full_name(short_name));
    out["grad." + short_name] =
        parameter->grad().defined() ? parameter->grad() : torch::zeros_like(*parameter);
  }
}

void trainable_parameters(const golden::Checkpoint& checkpoint, const Case& golden_case,
                          Outputs& out) {
  const auto config = open_checkpoint(golden_folder(checkpoint)).config;
  const auto names = lines_of(golden_case, "names");
  std::istringstream stages(golden_case.text("rows"));
  std::vector<Tensor> rows;
  for (std::string number; stages >> number;) {
    std::vector<int64_t> flags;
    for (const auto& name : names) flags.push_back(learns(stage_named(number), name, config));
    rows.push_back(torch::tensor(flags, torch::kLong));
  }
  out["flags"] = torch::stack(rows);
}

void alignment_per_layer(const golden::Checkpoint&, const Case& golden_case, Outputs& out) {
  const auto& text_END = golden_case.in("text_features");
  const auto& image_END = golden_case.in("image_features");
  const int64_t k = golden_case.integer("k");
  for (int64_t layer = 0; layer < text_END.size(0); ++layer) {
    out[fmt::format("knn_text_layer{}", layer)] = nearest_neighbours(text_END[layer], k);
    out[fmt::format("knn_image_layer{}", layer)] = nearest_neighbours(image_END[layer], k);
  }
  const auto result = alignment(text_END, image_END, k);
  out["per_sample"] = result.per_pair_EN;
  out["score"] = result.scores_E;
}

void alignment_per_layer_model(const golden::Checkpoint& checkpoint, const Case& golden_case,
                               Outputs& out) {
  auto opened = open_checkpoint(golden_folder(checkpoint));
  const auto model = load_model(opened, checkpoint.placement());
  const PromptWriter writer(std::move(opened.tokenizer), opened.files.folder.string());
  const auto& ids_NT = golden_case.in("text_ids_right_padded");
  const auto& lengths = golden_case.in("text_lengths");
  std::vector<TokenIds> texts;
  for (int64_t row = 0; row < ids_NT.size(0); ++row) {
    const auto ids = ids_NT[row].narrow(0, 0, lengths[row].item<int64_t>()).contiguous();
    texts.emplace_back(ids.const_data_ptr<int64_t>(), ids.const_data_ptr<int64_t>() + ids.numel());
  }
  const auto& pixels = golden_case.in("pixels");
  const auto put = [&](const std::string& branch, const LayerFeatures& features) {
    out[branch + "_image_features"] = features.image_END;
    out[branch + "_text_features"] = features.text_END;
    out[branch + "_score"] =
        alignment(features.text_END, features.image_END, golden_case.integer("k")).scores_E;
  };
  put("und", understanding_features(model, texts, pixels, writer.start_id()));
  put("gen", generation_features(model, texts, pixels));
}

}  // namespace

bool run_training_case(const golden::Checkpoint& checkpoint, const Case& golden_case,
                       Outputs& out) {
  static constexpr golden::Operation<golden::Checkpoint> kOperations[] = {
      {"train_step", train_step},
      {"trainable_parameters", trainable_parameters},
      {"alignment_per_layer", alignment_per_layer},
      {"alignment_per_layer_model", alignment_per_layer_model},
  };
  return golden::run_operation(kOperations, checkpoint, golden_case, out);
}

}  // namespace unipic::unifork

// Golden cases of training.

#include "base/check.h"
#include "models/unipic1/golden_ops.h"
#include "models/unipic1/loss.h"
#include "models/unipic1/trainable.h"
#include "models/unipic1/training_text.h"
#include "optim/adamw.h"

namespace unipic::unipic1 {
using golden::Case;
using golden::Outputs;
using torch::Tensor;

namespace {

void put_texts(const std::string& type, const TextBatch& batch, Outputs& out) {
  out[type + ".input_ids"] = batch.ids_BT;
  out[type + ".attention_mask"] = batch.mask_BT;
  out[type + ".labels"] = batch.labels_BT;
}

void prepare_training_text(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  const auto& prompts = pipeline.prompts();
  const auto& texts = golden_case.params.at("texts");
  const int64_t size = golden_case.integer("image_size");
  const int64_t num_image_tokens = pipeline.model()->grid_of(size, size).num_tokens() +
                                   pipeline.model()->config().mar.buffer_size;
  std::map<std::string, std::vector<TrainingText>> prepared;
  for (const auto& caption : texts.at("text2image")) {
    prepared["text2image"].push_back(text_to_draw(prompts, caption.get<std::string>()));
  }
  for (const auto& turns : texts.at("image2text")) {
    prepared["image2text"].push_back(text_to_answer(
        prompts, num_image_tokens, turns.at(0).get<std::string>(), turns.at(1).get<std::string>()));
  }
  for (const auto& instruction : texts.at("image_edit")) {
    prepared["image_edit"].push_back(
        text_to_edit(prompts, num_image_tokens, instruction.get<std::string>()));
  }
  constexpr int64_t kMaxLength = 8192;
  for (const auto& [type, list] : prepared) {
    put_texts(type, collate(list, golden_case.integer("pad_id"), kMaxLength), out);
  }
}

// The three losses of one accumulated step, on recorded draws.
class TrainStep {
 public:
  TrainStep(const Pipeline& pipeline, const Case& golden_case, Outputs& out)
      : case_(golden_case),
        image_id_(pipeline.prompts().image_id()),
        model_(trainable_copy(pipeline.model())),
        out_(out) {
    freeze(model_, {});
  }

  void run() {
    const int64_t count = case_.integer("accumulative_counts");
    for (const std::string type : {"text2image", "image2text", "image_edit"}) {
      if (!case_.has("in." + type + ".input_ids")) continue;
      const auto loss = loss_of(type);
      const auto weighted =
          loss * json_get<double>(case_.params.at("loss_weights"), type, "weights");
      out_[type + ".loss"] = loss.detach();
      out_[type + ".weighted_loss"] = weighted.detach();
      weighted.backward();
      collect_gradients(type);
    }
    const auto betas = case_.params.at("betas").get<std::array<double, 2>>();
    optim::AdamW optimizer(parameter_groups(model_, case_.number("weight_decay")),
                           {.beta1 = betas[0], .beta2 = betas[1], .eps = case_.number("eps")});
    for (auto& [name, sum] : summed_) {
      model_->named_parameters()[name].mutable_grad() = sum / static_cast<double>(count);
    }
    out_["grad_norm_before_clip"] =
        torch::tensor(optim::clip_gradients(optimizer.groups(), case_.number("max_norm")));
    for (const auto& [name, sum] : summed_) {
      const auto gradient = model_->named_parameters()[name].grad();
      out_["clipped_grad." + name] = gradient;
      out_["clipped_grad_rowsum." + name] = gradient.flatten(gradient.dim() > 1 ? 1 : 0).sum(-1);
    }
    optimizer.step(case_.number("lr"));
    for (const auto& parameter : model_->named_parameters()) {
      out_["param." + parameter.key()] = parameter.value().detach();
    }
  }

 private:
  Tensor in(const std::string& type, const std::string& name) const {
    return case_.in(type + "." + name);
  }

  TextBatch texts(const std::string& type) const {
    return {in(type, "input_ids"), in(type, "attention_mask"),
            case_.has("in." + type + ".labels") ? in(type, "labels") : Tensor()};
  }

  Tensor tokens(const Tensor& pixels) const {
    torch::NoGradGuard no_grad;
    return model_->pixels_to_tokens(pixels);
  }

  DrawingDraws draws(const std::string& type) const {
    return {in(type, "orders"), in(type, "num_masked").item<int64_t>(), in(type, "t"),
            in(type, "noise")};
  }

  Tensor loss_of(const std::string& type) {
    const auto pixels = in(type, "pixel_values");
    const auto grid = model_->grid_of(pixels.size(3), pixels.size(2));
    const nn::Trace trace([&](const std::string& name, const Tensor& value) {
      out_[type + "." + name] = value.detach();
    });
    const double gradient_scale = case_.number("grad_scale");
    if (type == "text2image") {
      return text_to_image_loss(model_, texts(type), tokens(pixels), grid, draws(type), nullptr,
                                trace)
          .head;
    }
    if (type == "image2text") {
      return image_to_text_loss(model_, texts(type), image_id_, tokens(pixels), grid,
                                gradient_scale);
    }
    return image_edit_loss(model_, texts(type), image_id_, tokens(in(type, "pixel_values_src")),
                           tokens(pixels), grid, draws(type), gradient_scale, nullptr, trace)
        .head;
  }

  // Keeps the gradients of one loss and adds them to the step's.
  void collect_gradients(const std::string& type) {
    for (auto& parameter : model_->named_parameters()) {
      auto& gradient = parameter.value().mutable_grad();
      if (!gradient.defined()) continue;
      out_[type + ".grad." + parameter.key()] = gradient;
      auto& sum = summed_[parameter.key()];
      sum = sum.defined() ? sum + gradient : gradient;
      gradient = Tensor();
    }
  }

  const Case& case_;
  const int64_t image_id_;
  UniPic1 model_;
  Outputs& out_;
  std::map<std::string, Tensor> summed_;
};

}  // namespace

bool run_training_case(const Pipeline& pipeline, const Case& golden_case, Outputs& out) {
  if (golden_case.op == "prepare_training_text") {
    prepare_training_text(pipeline, golden_case, out);
    return true;
  }
  if (golden_case.op == "train_step") {
    TrainStep(pipeline, golden_case, out).run();
    return true;
  }
  return false;
}

}  // namespace unipic::unipic1

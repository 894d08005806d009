#include <torch/types.h>

#include "base/check.h"
#include "eval/geneval/color_crop.h"
#include "eval/geneval/golden_checks.h"
#include "eval/geneval/zero_shot_head.h"
#include "eval/golden_ops.h"

// Tensor names end in their shape:
//   C classes, D width of an embedding.

namespace unipic::eval {
namespace {

using torch::Tensor;

template <typename T>
std::vector<T> values(const Tensor& tensor, torch::ScalarType type) {
  const auto flat = tensor.to(type).contiguous();
  return {flat.data_ptr<T>(), flat.data_ptr<T>() + flat.numel()};
}

Image image_of(const Tensor& picture) {
  check(picture.dim() == 3 && picture.size(2) == 3, "a picture is not HWC");
  return {.width = picture.size(1),
          .height = picture.size(0),
          .pixels = values<uint8_t>(picture, torch::kUInt8)};
}

void crop_colors(const golden::Case& golden_case, golden::Outputs& out) {
  for (int64_t i = 0; i < golden_case.integer("count"); ++i) {
    const auto box = values<float>(golden_case.in(fmt::format("box_{}", i)), torch::kFloat);
    check(box.size() == 5, "a box is not four corners and a score");
    Detection object{.class_name = {}, .box = {box[0], box[1], box[2], box[3]}, .score = box[4]};
    const auto mask = fmt::format("mask_{}", i);
    if (golden_case.has("in." + mask)) {
      const auto& pixels = golden_case.in(mask);
      check(pixels.dim() == 2, "a mask is not HW");
      object.mask = Mask{.width = pixels.size(1),
                         .height = pixels.size(0),
                         .pixels = values<uint8_t>(pixels, torch::kUInt8)};
    }
    auto crop = color_crop(image_of(golden_case.in(fmt::format("image_{}", i))), object);
    out[fmt::format("crop_{}", i)] =
        torch::tensor(crop.pixels, torch::kUInt8).view({crop.height, crop.width, 3});
  }
}

void classify_colors(const golden::Case& golden_case, golden::Outputs& out) {
  const auto& text = golden_case.in("text_embeds");
  const auto& image = golden_case.in("image_embeds");
  check(text.dim() == 3 && image.dim() == 2 && image.size(1) == text.size(2),
        "text_embeds is not color x template x dim, or image_embeds not image x dim");
  const ZeroShotHead head(values<float>(text, torch::kFloat), text.size(0), text.size(1),
                          text.size(2));
  const std::vector<float> weights(head.weights().begin(), head.weights().end());
  out["classifier"] = torch::tensor(weights).view({text.size(0), text.size(2)}).t();

  std::vector<Tensor> logits_C;
  std::vector<int64_t> best;
  for (const auto& embedding_D : image.unbind()) {
    const auto embedding = values<float>(embedding_D, torch::kFloat);
    logits_C.push_back(torch::tensor(head.logits(embedding)));
    best.push_back(static_cast<int64_t>(head.classify(embedding)));
  }
  out["logits"] = torch::stack(logits_C);
  out["argmax"] = torch::tensor(best);
}

}  // namespace

bool run_geneval_case(const golden::Case& golden_case, golden::Outputs& out) {
  const auto& op = golden_case.op;
  if (op == "geneval_score") {
    check_geneval_score(golden::read_data(golden_case));
  } else if (op == "geneval_geometry") {
    check_geneval_geometry(golden::read_data(golden_case));
  } else if (op == "geneval_summary") {
    check_geneval_summary(golden::read_data(golden_case));
  } else if (op == "geneval_color_crop") {
    crop_colors(golden_case, out);
  } else if (op == "geneval_color_clip") {
    classify_colors(golden_case, out);
  } else {
    return false;
  }
  return true;
}

}  // namespace unipic::eval

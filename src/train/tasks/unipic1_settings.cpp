#include "train/tasks/unipic1_settings.h"

#include <set>

#include "base/check.h"

namespace unipic::train {

void UniPic1Settings::validate() const {
  static const std::set<std::string> kLosses = {"text2image", "image2text", "vision2text",
                                                "image_edit", "text"};
  check_usage(size > 0 && size <= 4096, "unipic1.size = {}, not within 1..4096", size);
  check_usage(unconditional >= 0 && unconditional <= 1,
              "unipic1.unconditional = {}, not within 0..1", unconditional);
  check_usage(max_length > 0, "unipic1.max_length = {}, must be positive", max_length);
  check_usage(!mix.empty(), "there is no [[unipic1.mix]]: nothing to learn");
  for (const auto& part : mix) {
    check_usage(
        kLosses.contains(part.loss),
        "unipic1.mix.loss = '{}'; known are text2image, image2text, vision2text, image_edit "
        "and text",
        part.loss);
    check_usage(part.batch > 0 && part.repeat > 0 && part.weight >= 0,
                "a [[unipic1.mix]] has batch {}, repeat {} and weight {}", part.batch, part.repeat,
                part.weight);
  }
  check_usage(max_aspect >= 1 && max_aspect <= 10, "unipic1.max_aspect = {}, not within 1..10",
              max_aspect);
  check_usage(mean_weight >= 0, "unipic1.mean_weight = {}, must not be negative", mean_weight);
  check_usage(held_out >= 0, "unipic1.held_out = {}, must not be negative", held_out);
  masks.validate();
  lora.validate();
}

}  // namespace unipic::train

#include "train/tasks/unipic1_settings.h"

#include "base/check.h"

namespace unipic::train {

void UniPic1Settings::validate() const {
  check_usage(size > 0 && size <= 4096, "unipic1.size = {}, not within 1..4096", size);
  check_usage(unconditional >= 0 && unconditional <= 1,
              "unipic1.unconditional = {}, not within 0..1", unconditional);
  check_usage(max_length > 0, "unipic1.max_length = {}, must be positive", max_length);
  train::validate(mix, "unipic1",
                  {"text2image", "image2text", "vision2text", "image_edit", "text"});
  check_usage(max_aspect >= 1 && max_aspect <= 10, "unipic1.max_aspect = {}, not within 1..10",
              max_aspect);
  check_usage(mean_weight >= 0, "unipic1.mean_weight = {}, must not be negative", mean_weight);
  check_usage(held_out >= 0, "unipic1.held_out = {}, must not be negative", held_out);
  masks.validate();
  lora.validate();
}

}  // namespace unipic::train

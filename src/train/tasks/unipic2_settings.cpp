#include "train/tasks/unipic2_settings.h"

#include "base/check.h"

namespace unipic::train {

void UniPic2Settings::validate() const {
  check_usage(!train.empty(), "unipic2.train is empty: nothing to learn");
  check_usage(size > 0 && size <= 4096, "unipic2.size = {}, not within 1..4096", size);
  check_usage(max_aspect >= 1 && max_aspect <= 10, "unipic2.max_aspect = {}, not within 1..10",
              max_aspect);
  check_usage(unconditional >= 0 && unconditional <= 1,
              "unipic2.unconditional = {}, not within 0..1", unconditional);
  train::validate(mix, "unipic2", {"text2image", "image_edit"});
  check_usage(held_out >= 0, "unipic2.held_out = {}, must not be negative", held_out);
  check_usage(show_edits >= 0, "unipic2.show_edits = {}, must not be negative", show_edits);
  check_usage(show_steps > 0 && show_steps <= 1000, "unipic2.show_steps = {}, not within 1..1000",
              show_steps);
  check_usage(show_edits == 0 || !source_of_loss(mix, "image_edit").empty(),
              "unipic2.show_edits wants a [[unipic2.mix]] of image_edit");
  lora.validate();
}

}  // namespace unipic::train

#pragma once

#include "train/settings.h"

namespace unipic::train {

// For a tiny network in fp32: a high rate, no pictures.
inline TrainerSettings quick_settings(int64_t steps) {
  TrainerSettings settings;
  settings.steps = steps;
  settings.lr = 5e-3;
  settings.precision = Precision::kF32;
  settings.show_every = 0;
  return settings;
}

}  // namespace unipic::train

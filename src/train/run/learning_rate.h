#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace unipic::train {

enum class LearningRateShape { kConstant, kCosine, kWarmupStableDecay };

constexpr auto recipe_names(LearningRateShape) {
  using enum LearningRateShape;
  return std::array{std::pair<std::string_view, LearningRateShape>{"constant", kConstant},
                    std::pair<std::string_view, LearningRateShape>{"cosine", kCosine},
                    std::pair<std::string_view, LearningRateShape>{"wsd", kWarmupStableDecay}};
}

// The learning rate as a function of the step: a linear warm-up from `warmup_start` times the peak,
// then the shape, which comes to `floor` times the peak at `num_steps`, one past the last step.
struct LearningRateSchedule {
  LearningRateShape shape = LearningRateShape::kCosine;
  double peak = 1e-5;
  int64_t num_steps = 1;
  int64_t warmup_steps = 0;
  double warmup_start = 1e-5;
  int64_t decay_steps = 0;
  double floor = 0;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("shape", shape, "after the warm-up: constant, cosine, or wsd (stable, linear decay)");
    v.field("peak", peak, "learning rate after the warm-up");
    v.field("num_steps", num_steps, "steps of the whole schedule");
    v.field("warmup_steps", warmup_steps, "the last of them has the peak rate");
    v.field("warmup_start", warmup_start, "rate of step 0, as a part of the peak");
    v.field("decay_steps", decay_steps, "steps of the decay at the end of wsd");
    v.field("floor", floor, "rate that the decay comes to, as a part of the peak");
  }
  bool operator==(const LearningRateSchedule&) const = default;

  // Throws `UsageError`.
  void validate() const;
  // The rate of `step`, counted from 0. Steps beyond the last have the rate of the end.
  double at(int64_t step) const;
};

}  // namespace unipic::train

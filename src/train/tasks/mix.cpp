#include "train/tasks/mix.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/philox.h"
#include "train/batch_share.h"

namespace unipic::train {
namespace {

// What a counter's last word says its numbers are for.
constexpr uint32_t kUnconditional = 64;

}  // namespace

void validate(const std::vector<Mix>& mixes, std::string_view group,
              const std::set<std::string>& losses) {
  check_usage(!mixes.empty(), "there is no [[{}.mix]]: nothing to learn", group);
  for (const auto& mix : mixes) {
    check_usage(losses.contains(mix.loss), "{}.mix.loss = '{}'; known are {}", group, mix.loss,
                fmt::join(losses, ", "));
    check_usage(mix.batch > 0 && mix.repeat > 0 && mix.weight >= 0,
                "a [[{}.mix]] has batch {}, repeat {} and weight {}", group, mix.batch, mix.repeat,
                mix.weight);
  }
}

std::string source_of_loss(const std::vector<Mix>& mixes, std::string_view loss) {
  const auto found = std::ranges::find(mixes, loss, &Mix::loss);
  return found == mixes.end() ? std::string() : found->source;
}

bool leaves_text_out(uint64_t seed, uint64_t draw, int64_t number, double share) {
  const auto bits = philox(seed, {static_cast<uint32_t>(number), static_cast<uint32_t>(draw),
                                  static_cast<uint32_t>(draw >> 32), kUnconditional})[0];
  return bits * 0x1p-32 < share;
}

MixedBatches::MixedBatches(std::vector<Mix> mixes, const Sources& sources, uint64_t seed,
                           const std::shared_ptr<BackgroundThreads>& threads,
                           const PreparationOf& preparation_of)
    : mixes_(std::move(mixes)) {
  std::vector<std::string> names;
  for (const auto& mix : mixes_) names.push_back(mix.source);
  const auto shuffled_sources = shuffled(sources, names, seed);
  for (const auto& mix : mixes_) {
    readers_.emplace_back(
        shuffled_sources, static_cast<uint32_t>(readers_.size()),
        BatchReaderOptions{
            .batch_size = mix.batch, .preparation = preparation_of(mix), .threads = threads});
  }
}

int64_t MixedBatches::a_step() const {
  int64_t count = 0;
  for (const auto& mix : mixes_) count += mix.repeat;
  return count;
}

MixedBatches::Part MixedBatches::part_of(int64_t micro_batch) const {
  for (size_t mix = 0; mix < mixes_.size(); ++mix) {
    if (micro_batch < mixes_[mix].repeat) return {mix, micro_batch};
    micro_batch -= mixes_[mix].repeat;
  }
  throw Error("a micro-batch beyond the last");
}

MixedBatches::Batch MixedBatches::read(const BatchPosition& position) {
  const auto [number_of_mix, repeat] = part_of(position.micro_batch);
  const auto& mix = mixes_[number_of_mix];
  const auto share = share_of(mix.batch, position);
  const auto number = static_cast<uint64_t>(position.step * mix.repeat + repeat);
  return {.mix = &mix,
          .read = readers_[number_of_mix].read(number, share),
          .range = {.draw = static_cast<uint64_t>(position.step * a_step() + position.micro_batch),
                    .first = share.first},
          .count = share.count};
}

MicroBatchLoss weighted(MicroBatchLoss result, MixedBatches::Batch& batch) {
  result.loss = result.loss * batch.mix->weight;
  result.num_samples = batch.count;
  result.data_seconds = batch.read.waited_seconds;
  result.skipped = std::move(batch.read.skipped);
  return result;
}

}  // namespace unipic::train

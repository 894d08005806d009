#pragma once

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "data/source.h"
#include "support/picture.h"

namespace unipic::test {

// Sample i is a picture with the caption "NAME epoch.i"; those in `bad` are of no use.
class NumberSource : public data::Source {
 public:
  NumberSource(std::string name, std::optional<uint64_t> size, std::set<uint64_t> bad = {})
      : name_(std::move(name)), size_(size), bad_(std::move(bad)) {}

  const std::string& name() const override { return name_; }
  std::optional<uint64_t> size() const override { return size_; }

  data::Sample sample(uint64_t epoch, uint64_t index) const override {
    ++num_asked;
    // Samples become ready in another order than they were asked for.
    std::this_thread::sleep_for(std::chrono::microseconds(index * 7919 % 300));
    if (bad_.contains(index)) throw data::SampleError(fmt::format("{} {} is bad", name_, index));
    const auto side = static_cast<int64_t>(index % 3);
    return data::TextToImage{.image = gradient(10 + 10 * (side % 2), 10 + 10 * (side / 2)),
                             .caption = fmt::format("{} {}.{}", name_, epoch, index)};
  }

  mutable std::atomic<int> num_asked = 0;

 private:
  std::string name_;
  std::optional<uint64_t> size_;
  std::set<uint64_t> bad_;
};

}  // namespace unipic::test

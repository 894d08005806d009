#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/sample.h"

namespace unipic::data {

// Where samples come from. All members may be called by any number of threads at once.
class Source {
 public:
  virtual ~Source() = default;

  // For messages and logs.
  virtual const std::string& name() const = 0;

  // How many samples there are, at least one; nothing if there is no end to them.
  virtual std::optional<uint64_t> size() const = 0;

  // The sample `index` (less than `size()`) in pass `epoch` over the source: a pure function of
  // these two and of what the source was made with, its seed included. Sources that read files give
  // the same sample in every epoch. Throws `SampleError` if this one sample cannot be had, another
  // `Error` if no sample can.
  virtual Sample sample(uint64_t epoch, uint64_t index) const = 0;
};

}  // namespace unipic::data

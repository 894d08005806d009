#pragma once

#include <cstdint>
#include <string_view>

#include "base/check.h"

namespace unipic {

// Checks the sizes in a config, whose file or place is `where`.
class SizeCheck {
 public:
  explicit SizeCheck(std::string_view where) : where_(where) {}

  // Throws `Error` that names the member unless its value is within 1..limit.
  void operator()(int64_t size, std::string_view member, int64_t limit) const {
    check(size >= 1 && size <= limit, "{}: '{}' is {}, not within 1..{}", where_, member, size,
          limit);
  }

 private:
  std::string_view where_;
};

}  // namespace unipic

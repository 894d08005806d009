#pragma once

#include <cstdint>
#include <functional>

namespace unipic::nn {

// Called with a block's number before and after it computes: for weights that are only there for so
// long, and to stop between blocks.
struct BlockHooks {
  std::function<void(int64_t block)> before = {}, after = {};

  template <typename Work>
  auto around(int64_t block, Work&& work) const {
    if (before) before(block);
    auto result = work();
    if (after) after(block);
    return result;
  }
};

}  // namespace unipic::nn

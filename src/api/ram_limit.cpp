#include "api/ram_limit.h"

#include <c10/core/ScalarType.h>

#include "base/check.h"

namespace unipic::api {
namespace {

// LibTorch and the program itself.
constexpr int64_t kOfAnyProcess = 300'000'000;

int64_t size_of(at::ScalarType type) { return static_cast<int64_t>(c10::elementSize(type)); }

}  // namespace

int64_t weight_bytes(int64_t num_weights, at::ScalarType type, ops::WeightBits bits) {
  switch (bits) {
    case ops::WeightBits::k8:
      return num_weights;
    case ops::WeightBits::k4:
      return num_weights * 9 / 16;  // 4 bits, and a scale of 16 for 32 of them
    case ops::WeightBits::kAsTheType:
      break;
  }
  return num_weights * size_of(type);
}

int64_t vae_bytes(int64_t width, int64_t height, int64_t channels, at::ScalarType type) {
  constexpr int64_t kAliveAtOnce = 6;
  return kAliveAtOnce * width * height * channels * size_of(type);
}

int64_t transformer_bytes(int64_t num_rows, int64_t num_tokens, int64_t dim, at::ScalarType type) {
  constexpr int64_t kAliveAtOnce = 12;
  return kAliveAtOnce * num_rows * num_tokens * dim * size_of(type);
}

void RamLimit::check(const std::string& what, int64_t bytes) const {
  const auto in_gb = [](int64_t count) { return static_cast<double>(count) / 1e9; };
  check_usage(bytes_ == 0 || bytes + kOfAnyProcess <= bytes_,
              "{} takes about {:.2f} GB of memory, at most {:.2f} GB may be used; fewer or smaller "
              "pictures, or --dtype int8, take less",
              what, in_gb(bytes + kOfAnyProcess), in_gb(bytes_));
}

}  // namespace unipic::api

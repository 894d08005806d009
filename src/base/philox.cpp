#include "base/philox.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace unipic {
namespace {

constexpr int kRounds = 10;
constexpr uint32_t kMultiplier0 = 0xD2511F53;
constexpr uint32_t kMultiplier1 = 0xCD9E8D57;
constexpr uint32_t kWeyl0 = 0x9E3779B9;
constexpr uint32_t kWeyl1 = 0xBB67AE85;

// In (0, 1]: never 0, whose logarithm is infinite.
double to_unit(uint32_t bits) { return (static_cast<double>(bits) + 1.0) / 4294967296.0; }

}  // namespace

std::array<uint32_t, 4> philox(uint64_t key, const std::array<uint32_t, 4>& counter) {
  auto [x0, x1, x2, x3] = counter;
  auto key0 = static_cast<uint32_t>(key);
  auto key1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t product0 = uint64_t{kMultiplier0} * x0;
    const uint64_t product1 = uint64_t{kMultiplier1} * x2;
    x0 = static_cast<uint32_t>(product1 >> 32) ^ x1 ^ key0;
    x1 = static_cast<uint32_t>(product1);
    x2 = static_cast<uint32_t>(product0 >> 32) ^ x3 ^ key1;
    x3 = static_cast<uint32_t>(product0);
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  return {x0, x1, x2, x3};
}

void philox_normals(uint64_t key, uint32_t c1, uint32_t c2, uint32_t c3, std::span<float> out) {
  for (size_t at = 0; at < out.size(); at += 4) {
    const auto bits = philox(key, {static_cast<uint32_t>(at / 4), c1, c2, c3});
    std::array<float, 4> normals{};
    for (size_t pair = 0; pair < 4; pair += 2) {
      const double radius = std::sqrt(-2.0 * std::log(to_unit(bits[pair])));
      const double angle = 2.0 * std::numbers::pi * to_unit(bits[pair + 1]);
      normals[pair] = static_cast<float>(radius * std::cos(angle));
      normals[pair + 1] = static_cast<float>(radius * std::sin(angle));
    }
    std::copy_n(normals.begin(), std::min<size_t>(4, out.size() - at), &out[at]);
  }
}

void philox_permutation(uint64_t key, uint32_t c1, uint32_t c2, uint32_t c3,
                        std::span<int64_t> out) {
  std::iota(out.begin(), out.end(), 0);
  for (size_t last = out.size(); last-- > 1;) {
    const auto bits = philox(key, {static_cast<uint32_t>(last), c1, c2, c3});
    const uint64_t wide = (uint64_t{bits[0]} << 32) | bits[1];
    // Multiply and shift: the bias of 2^-64 is beyond any test.
    const auto other =
        static_cast<size_t>((static_cast<unsigned __int128>(wide) * (last + 1)) >> 64);
    std::swap(out[last], out[other]);
  }
}

}  // namespace unipic

#include "kernels/cpu/group_norm.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/cpu/ceil_divide.h"

#define UNIPIC_KERNEL "kernels/cpu/group_norm.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::sum_channels)> kSumChannels =
    UNIPIC_FOR_EACH_ISA(sum_channels);
constexpr ForEachIsa<decltype(portable::normalize_pixels)> kNormalizePixels =
    UNIPIC_FOR_EACH_ISA(normalize_pixels);

// Pixels whose sums are made in fp32; those of such parts are added in double.
constexpr int64_t kPartPixels = 256;

// One picture.
class Picture {
 public:
  Picture(const uint16_t* x, const GroupNorm& norm, uint16_t* out, const Parallel& parallel,
          Isa isa)
      : x_(x), norm_(norm), out_(out), parallel_(parallel), isa_(isa) {}

  void normalize() {
    sum_parts();
    find_scales();
    for_each_part([&](int64_t, int64_t first_pixel, int64_t num_pixels) {
      const int64_t offset = first_pixel * norm_.channels;
      kNormalizePixels[isa_](x_ + offset, num_pixels, norm_.channels, scales_.data(),
                             shifts_.data(), norm_.silu, out_ + offset);
    });
  }

 private:
  int64_t num_parts() const { return ceil_divide(norm_.num_pixels, kPartPixels); }

  template <typename Work>
  void for_each_part(const Work& work) const {
    parallel_(num_parts(), [&](int64_t first, int64_t last) {
      for (int64_t part = first; part < last; ++part) {
        const int64_t pixel = part * kPartPixels;
        work(part, pixel, std::min(kPartPixels, norm_.num_pixels - pixel));
      }
    });
  }

  void sum_parts() {
    const auto size = static_cast<size_t>(num_parts() * norm_.channels);
    sums_.resize(size);
    squares_.resize(size);
    for_each_part([&](int64_t part, int64_t first_pixel, int64_t num_pixels) {
      kSumChannels[isa_](x_ + first_pixel * norm_.channels, num_pixels, norm_.channels,
                         sums_.data() + part * norm_.channels,
                         squares_.data() + part * norm_.channels);
    });
  }

  void find_scales() {
    const int64_t channels = norm_.channels, of_group = channels / norm_.num_groups;
    scales_.resize(static_cast<size_t>(channels));
    shifts_.resize(static_cast<size_t>(channels));
    for (int64_t first = 0; first < channels; first += of_group) {
      double sum = 0, square = 0;
      for (int64_t part = 0; part < num_parts(); ++part) {
        for (int64_t channel = first; channel < first + of_group; ++channel) {
          const auto at = static_cast<size_t>(part * channels + channel);
          sum += double{sums_[at]};
          square += double{squares_[at]};
        }
      }
      const auto count = static_cast<double>(of_group * norm_.num_pixels);
      const double mean = sum / count;
      const double variance = std::max(0.0, square / count - mean * mean);
      const double inverse = 1 / std::sqrt(variance + double{norm_.eps});
      for (int64_t channel = first; channel < first + of_group; ++channel) {
        const auto at = static_cast<size_t>(channel);
        scales_[at] = static_cast<float>(inverse * double{norm_.weight[channel]});
        shifts_[at] = static_cast<float>(double{norm_.bias[channel]} -
                                         mean * inverse * double{norm_.weight[channel]});
      }
    }
  }

  const uint16_t* x_;
  const GroupNorm& norm_;
  uint16_t* out_;
  const Parallel& parallel_;
  Isa isa_;
  std::vector<float> sums_, squares_;   // [parts, C]
  std::vector<float> scales_, shifts_;  // [C]
};

}  // namespace

void group_norm(const uint16_t* x, const GroupNorm& norm, uint16_t* out, const Parallel& parallel,
                Isa isa) {
  const int64_t size = norm.num_pixels * norm.channels;
  for (int64_t picture = 0; picture < norm.batch; ++picture) {
    Picture(x + picture * size, norm, out + picture * size, parallel, isa).normalize();
  }
}

}  // namespace unipic::kernels

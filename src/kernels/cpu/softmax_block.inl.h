// The bodies of softmax_block, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {
namespace {

constexpr int64_t kScoreBlock = kScoreRows * kScoreColumns;
// Far below any score, and far from overflow.
constexpr float kMasked = -1e30F;

// 2^x for x ≤ 0 to 8e-5, a twentieth of what bf16 resolves; less than 2e-38 below -126.
[[gnu::always_inline]] inline Vec exp2_of_negative(Vec x) {
  // Adding 1.5·2²³ leaves the nearest whole number in the lowest bits.
  constexpr float kRound = 12582912.0F;
  const Vec bounded = larger(x, all(-126.0F));
  const Vec shifted = bounded + kRound;
  const Vec r = bounded - (shifted - kRound);
  Vec sum = all(0.05517082F);
  sum = sum * r + 0.24261094F;
  sum = sum * r + 0.69326108F;
  sum = sum * r + 0.99992809F;
  return as<Vec>(as<Bits>(sum) + (as<Bits>(shifted) << 23));
}

// Calls `each(vector, place)` for the vectors of a row, block after block: `place` counts the
// numbers of all blocks before it.
template <typename Each>
[[gnu::always_inline]] inline void for_row(int64_t row, int64_t num_blocks, const Each& each) {
  for (int64_t block = 0; block < num_blocks; ++block) {
#pragma GCC unroll 8
    for (int64_t column = 0; column < kScoreColumns; column += kLanes) {
      each(block * kScoreBlock + row * kScoreColumns + column, block * kScoreColumns + column);
    }
  }
}

// Masks a row's scores in place and scales them.
[[gnu::always_inline]] inline void mask_row(const ScoreBlocks& blocks, int64_t row) {
  constexpr float kLog2E = 1.44269504F;
  const uint16_t* mask = blocks.mask + row * blocks.mask_stride;
  for_row(row, blocks.num_blocks(), [&](int64_t at, int64_t key) {
    const int64_t count = std::clamp<int64_t>(blocks.num_keys - key, 0, kLanes);
    float* scores = blocks.scores + at;
    const Vec masked = load<Vec>(scores) * blocks.scale + load_some(mask + key, count) * kLog2E;
    store(scores, larger(masked, all(kMasked)));
  });
}

// Scores of keys that are not there.
[[gnu::always_inline]] inline void end_row(const ScoreBlocks& blocks, int64_t row) {
  float* last = blocks.scores + (blocks.num_blocks() - 1) * kScoreBlock + row * kScoreColumns;
  for (int64_t key = blocks.num_keys; key < blocks.num_blocks() * kScoreColumns; ++key) {
    last[key % kScoreColumns] = kMasked;
  }
}

[[gnu::always_inline]] inline float largest_of_row(const ScoreBlocks& blocks, int64_t row) {
  Vec largest = all(kMasked);
  for_row(row, blocks.num_blocks(),
          [&](int64_t at, int64_t) { largest = larger(largest, load<Vec>(blocks.scores + at)); });
  return largest_lane(largest);
}

// Writes the weights of a row, block for block as its scores lie; their sum.
[[gnu::always_inline]] inline float weigh_row(const ScoreBlocks& blocks, int64_t row, float scale,
                                              float maximum, uint16_t* weights) {
  Vec sum{};
  for_row(row, blocks.num_blocks(), [&](int64_t at, int64_t) {
    const Vec weight = exp2_of_negative(load<Vec>(blocks.scores + at) * scale - maximum);
    sum += weight;
    store_bf16(weights + at, weight);
  });
  return sum_of_lanes(sum);
}

}  // namespace

void softmax_rows(const ScoreBlocks& blocks, SoftmaxState& state, uint16_t* weights,
                  float* rescale) {
  const bool has_mask = blocks.mask != nullptr;
  float maxima[kScoreRows];
  for (int64_t row = 0; row < blocks.num_rows; ++row) {
    if (has_mask) mask_row(blocks, row);
    if (blocks.num_keys % kScoreColumns != 0) end_row(blocks, row);
    const float largest = largest_of_row(blocks, row) * (has_mask ? 1 : blocks.scale);
    maxima[row] = std::max(state.maximum[row], largest);
  }
  for (int64_t row = 0; row < blocks.num_rows; ++row) {
    const float sum = weigh_row(blocks, row, has_mask ? 1 : blocks.scale, maxima[row], weights);
    // 2^(old - new) is a plain number, since both are finite.
    const float change = state.sum[row] == 0
                             ? 0.0F
                             : first_lane(exp2_of_negative(all(state.maximum[row] - maxima[row])));
    rescale[row] = change;
    state.sum[row] = state.sum[row] * change + sum;
    state.maximum[row] = maxima[row];
  }
  for (int64_t row = blocks.num_rows; row < kScoreRows; ++row) {
    for_row(row, blocks.num_blocks(),
            [&](int64_t at, int64_t) { store_bf16(weights + at, Vec{}); });
    rescale[row] = 1;
  }
}

void rescale_rows(float* block, const float* rescale) {
  for (int64_t row = 0; row < kScoreRows; ++row) {
    if (rescale[row] == 1) continue;  // most often: the largest score is met early
    for (int64_t column = 0; column < kScoreColumns; column += kLanes) {
      float* at = block + row * kScoreColumns + column;
      store(at, load<Vec>(at) * rescale[row]);
    }
  }
}

void scaled_to_bf16(const float* row, int64_t count, float factor, uint16_t* out) {
  for (int64_t done = 0; done < count; done += kLanes) {
    const int64_t now = std::min(count - done, kLanes);
    store_some(out + done, load_some(row + done, now) * factor, now);
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA

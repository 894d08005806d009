#include "kernels/cpu/gemm_bf16_amx.h"

#include <algorithm>

#include "kernels/cpu/ceil_divide.h"
#include "kernels/cpu/finish_block.h"
#include "kernels/cpu/tiled_rows.h"

#if defined(__x86_64__)
#include "kernels/cpu/amx_tiles.inl.h"

namespace unipic::kernels {
namespace {

// Rows whose tiles stay in a core's second cache while W passes: the more, the less often W is
// read.
constexpr int64_t kMaxBlockRows = 256;
// Longer rows are multiplied a span of inputs at a time, and the sums of so many columns are kept
// from one span to the next.
constexpr int64_t kMaxSteps = 64;
constexpr int64_t kSpanSteps = 32;
constexpr int64_t kStripPairs = 48;

constexpr int64_t kSumsOfGroup = kGroupRows * kPairColumns;
constexpr int64_t kSumsOfPair = kMaxBlockRows * kPairColumns;

// Brings the panels that are needed next into the second cache, a little at every step.
class Prefetch {
 public:
  Prefetch(const PanelPair& next, int64_t num_groups)
      : first_(reinterpret_cast<const char*>(next.first)),
        second_(reinterpret_cast<const char*>(next.second == nullptr ? next.first : next.second)),
        lines_a_step_(ceil_divide(kTileRows, num_groups)) {}

  void step() {
    constexpr int64_t kCacheLine = 64;
    for (int64_t line = 0; line < lines_a_step_; ++line) {
      __builtin_prefetch(first_ + offset_, /*rw=*/0, /*locality=*/2);
      __builtin_prefetch(second_ + offset_, /*rw=*/0, /*locality=*/2);
      offset_ += kCacheLine;
    }
  }

 private:
  const char *first_, *second_;
  int64_t lines_a_step_;
  int64_t offset_ = 0;
};

// Writes the results of a group's sums, a few rows at every step of the next group's products.
class Finisher {
 public:
  Finisher(const GemmFinish& finish, const GemmOutput& out, int64_t num_steps)
      : finish_(finish), out_(out), rows_a_step_(ceil_divide(kGroupRows, num_steps)) {}

  // `sums`, rows of two panels, become `block`. What was begun before must be finished.
  void begin(const float* sums, const ResultBlock& block) {
    sums_ = sums;
    left_ = block;
  }
  // Where results will be written after the next `begin`: fetched meanwhile.
  void expect(const ResultBlock& block) { expected_ = block; }
  void step() {
    for (int64_t row = 0; row < rows_a_step_ && expected_.num_rows > 0; ++row) fetch_row();
    write(rows_a_step_);
  }
  void finish() { write(left_.num_rows); }

 private:
  void fetch_row() {
    const int64_t at = expected_.first_row * out_.stride + expected_.first_column;
    if (out_.bf16 != nullptr) {
      __builtin_prefetch(out_.bf16 + at, /*rw=*/1);
    } else {
      __builtin_prefetch(out_.fp32 + at, /*rw=*/1);
      __builtin_prefetch(out_.fp32 + at + kPanelRows, /*rw=*/1);
    }
    ++expected_.first_row;
    --expected_.num_rows;
  }

  void write(int64_t num_rows) {
    num_rows = std::min(num_rows, left_.num_rows);
    if (num_rows == 0) return;
    auto now = left_;
    now.num_rows = num_rows;
    finish_block(sums_, kPairColumns, now, finish_, out_, Isa::kAmx);
    sums_ += num_rows * kPairColumns;
    left_.first_row += num_rows;
    left_.num_rows -= num_rows;
  }

  const GemmFinish& finish_;
  const GemmOutput& out_;
  int64_t rows_a_step_;
  const float* sums_ = nullptr;
  ResultBlock left_, expected_;
};

// A block of rows times W.
class AmxBlock {
 public:
  AmxBlock(const TiledRows& rows, int64_t first_row, const PackedBf16& weight,
           const GemmFinish& finish, const GemmOutput& out, AlignedBuffer<float>& sums)
      : rows_(rows),
        first_row_(first_row),
        weight_(weight),
        finish_(finish),
        out_(out),
        sums_(sums) {
    sums_.resize(is_one_span() ? kSumsOfPair : kStripPairs * kSumsOfPair);
  }

  void operator()(int64_t first_pair, int64_t last_pair) const {
    for (int64_t pair = first_pair; pair < last_pair; pair += kStripPairs) {
      strip(pair, std::min(pair + kStripPairs, last_pair));
    }
  }

 private:
  bool is_one_span() const { return rows_.num_steps() <= kMaxSteps; }
  int64_t span_steps() const { return is_one_span() ? kMaxSteps : kSpanSteps; }

  PanelPair panels(int64_t pair, int64_t first_step) const {
    return panel_pair(weight_.panel(0), weight_.num_panels(), weight_.panel_size(), pair)
        .after(first_step);
  }

  // What is read after `panels(pair, first_step)`, most often.
  PanelPair next_panels(int64_t pair, int64_t first_step) const {
    const int64_t after = first_step + kPartSteps;
    if (after < rows_.num_steps()) return panels(pair, after);
    const int64_t last_pair = (weight_.num_panels() - 1) / 2;
    return panels(std::min(pair + 1, last_pair), 0);
  }

  void strip(int64_t first_pair, int64_t last_pair) const {
    for (int64_t span = 0; span < rows_.num_steps(); span += span_steps()) {
      const int64_t span_end = std::min(span + span_steps(), rows_.num_steps());
      for (int64_t pair = first_pair; pair < last_pair; ++pair) {
        float* sums = sums_.data() + (is_one_span() ? 0 : (pair - first_pair) * kSumsOfPair);
        for (int64_t step = span; step < span_end; step += kPartSteps) part(pair, step, sums);
      }
    }
  }

  void part(int64_t pair, int64_t first_step, float* sums) const {
    const int64_t num_steps = rows_.num_steps_from(first_step);
    const bool is_last = first_step + num_steps == rows_.num_steps();
    Prefetch prefetch(next_panels(pair, first_step), rows_.num_groups());
    Finisher finisher(finish_, out_, num_steps);
    const auto beside = [&] {
      prefetch.step();
      finisher.step();
    };
    for (int64_t group = 0; group < rows_.num_groups(); ++group, sums += kSumsOfGroup) {
      if (is_last) finisher.expect(results(group, pair));
      add_steps<RowsFrom::kBeyond>(
          {rows_.tiles(group, first_step), rows_.num_tiles_of_group(group)},
          panels(pair, first_step), num_steps, first_step > 0, sums, beside);
      if (!is_last) continue;
      finisher.finish();
      finisher.begin(sums, results(group, pair));
    }
    finisher.finish();
  }

  ResultBlock results(int64_t group, int64_t pair) const {
    const int64_t row = group * kGroupRows, column = pair * kPairColumns;
    return {.first_row = first_row_ + row,
            .num_rows = std::min(kGroupRows, rows_.num_rows() - row),
            .first_column = column,
            .num_columns = std::min(kPairColumns, weight_.num_rows() - column)};
  }

  const TiledRows& rows_;
  int64_t first_row_;
  const PackedBf16& weight_;
  const GemmFinish& finish_;
  const GemmOutput& out_;
  AlignedBuffer<float>& sums_;
};

}  // namespace

void gemm_bf16_amx(const RowsBf16& x, const PackedBf16& weight, const GemmFinish& finish,
                   const GemmOutput& out, const Parallel& parallel) {
  // Blocks of equal height, as far as groups allow.
  const int64_t num_blocks = ceil_divide(x.num_rows, kMaxBlockRows);
  const int64_t block_rows =
      num_blocks == 0 ? 0
                      : ceil_divide(ceil_divide(x.num_rows, num_blocks), kGroupRows) * kGroupRows;
  const int64_t num_pairs = ceil_divide(weight.num_panels(), 2);
  parallel(num_blocks * num_pairs, [&](int64_t first, int64_t last) {
    thread_local TiledRows tiles;
    thread_local AlignedBuffer<float> sums;
    const TileConfig configured;
    while (first < last) {
      const int64_t first_row = first / num_pairs * block_rows, first_pair = first % num_pairs;
      const int64_t last_pair = std::min(num_pairs, first_pair + last - first);
      tiles.pack(
          {x.data + first_row * x.stride, std::min(block_rows, x.num_rows - first_row), x.stride},
          weight.num_columns());
      AmxBlock(tiles, first_row, weight, finish, out, sums)(first_pair, last_pair);
      first += last_pair - first_pair;
    }
  });
}

}  // namespace unipic::kernels
#else
namespace unipic::kernels {

void gemm_bf16_amx(const RowsBf16&, const PackedBf16&, const GemmFinish&, const GemmOutput&,
                   const Parallel&) {}

}  // namespace unipic::kernels
#endif

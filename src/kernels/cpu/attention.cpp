#include "kernels/cpu/attention.h"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/ceil_divide.h"
#include "kernels/cpu/packed_bf16.h"
#include "kernels/cpu/softmax_block.h"
#include "kernels/cpu/tiled_rows.h"

#if defined(__x86_64__)
#include "kernels/cpu/amx_tiles.inl.h"

namespace unipic::kernels {
namespace {

// Keys and values of a chunk stay in a core's first caches while a block of queries passes.
constexpr int64_t kChunkKeys = 256;
constexpr int64_t kBlockGroups = 4;
constexpr int64_t kBlockQueries = kBlockGroups * kScoreRows;
constexpr int64_t kScoreBlock = kScoreRows * kScoreColumns;

void do_nothing() {}

// Keys and values of one group of heads, packed, and what a block of queries has come to.
struct AttentionScratch {
  AlignedBuffer<uint16_t> keys, values;  // as panels, of keys and of columns of values
  TiledRows queries;
  AlignedBuffer<float> scores{kScoreRows * kChunkKeys};
  AlignedBuffer<uint16_t> weights{kScoreRows * kChunkKeys};
  AlignedBuffer<float> sums;
  SoftmaxState states[kBlockGroups];
};

// A block of queries of one head, from `first` on.
class QueryBlock {
 public:
  QueryBlock(const Attention& all, int64_t batch, int64_t head, int64_t first,
             AttentionScratch& scratch)
      : all_(all), batch_(batch), head_(head), first_(first), scratch_(scratch) {
    const int64_t num_rows = std::min(kBlockQueries, all.sizes.num_queries - first);
    scratch.queries.pack({all.q.row(batch, head, first), num_rows, all.q.row_stride},
                         all.sizes.width);
    scratch.sums.resize(kBlockGroups * num_column_pairs() * kScoreBlock);
    for (auto& state : scratch.states) state.reset();
  }

  void run() {
    const auto num_groups = scratch_.queries.num_groups();
    for (int64_t key = 0; key < all_.sizes.num_keys; key += kChunkKeys) {
      const int64_t num_keys = std::min(kChunkKeys, all_.sizes.num_keys - key);
      for (int64_t group = 0; group < num_groups; ++group) {
        if (!all_masked(group, key, num_keys)) add_keys(group, key, num_keys);
      }
    }
    for (int64_t group = 0; group < num_groups; ++group) write(group);
  }

 private:
  int64_t num_column_pairs() const { return ceil_divide(all_.sizes.width, kPairColumns); }
  int64_t rows_of(int64_t group) const {
    return std::min(kScoreRows, scratch_.queries.num_rows() - group * kScoreRows);
  }
  int64_t query(int64_t group, int64_t row) const { return first_ + group * kScoreRows + row; }
  float* sums(int64_t group, int64_t pair) const {
    return scratch_.sums.data() + (group * num_column_pairs() + pair) * kScoreBlock;
  }
  const uint16_t* mask_row(int64_t group, int64_t row, int64_t key) const {
    if (all_.mask.data == nullptr) return nullptr;
    return all_.mask.row(batch_, head_, query(group, row)) + key;
  }

  // As under a causal mask, whose later half costs nothing.
  bool all_masked(int64_t group, int64_t key, int64_t num_keys) const {
    constexpr uint16_t kMinusInfinity = 0xFF80;
    if (all_.mask.data == nullptr) return false;
    for (int64_t row = 0; row < rows_of(group); ++row) {
      const auto* mask = mask_row(group, row, key);
      if (!std::all_of(mask, mask + num_keys, [](uint16_t m) { return m == kMinusInfinity; })) {
        return false;
      }
    }
    return true;
  }

  PanelPair key_panels(int64_t pair) const {
    return panel_pair(scratch_.keys.data(), num_panels_of(all_.sizes.num_keys),
                      panel_size_of(all_.sizes.width), pair);
  }

  // From `key` on.
  PanelPair value_panels(int64_t pair, int64_t key) const {
    return panel_pair(scratch_.values.data(), num_panels_of(all_.sizes.width),
                      panel_size_of(all_.sizes.num_keys), pair)
        .after(key / kTileInputs);
  }

  void add_keys(int64_t group, int64_t key, int64_t num_keys) {
    const int64_t num_blocks = ceil_divide(num_keys, kScoreColumns);
    for (int64_t block = 0; block < num_blocks; ++block) {
      score(group, key / kScoreColumns + block, scratch_.scores.data() + block * kScoreBlock);
    }
    auto& state = scratch_.states[group];
    const bool is_begun = state.sum[0] > 0;
    float rescale[kScoreRows];
    softmax_block({.scores = scratch_.scores.data(),
                   .num_rows = rows_of(group),
                   .num_keys = num_keys,
                   .scale = all_.scale * static_cast<float>(M_LOG2E),
                   .mask = mask_row(group, 0, key),
                   .mask_stride = all_.mask.row_stride},
                  state, scratch_.weights.data(), rescale, Isa::kAmx);
    for (int64_t pair = 0; pair < num_column_pairs(); ++pair) {
      if (is_begun) rescale_block(sums(group, pair), rescale, Isa::kAmx);
      add_steps<RowsFrom::kFirstCache>({scratch_.weights.data(), 2}, value_panels(pair, key),
                                       num_blocks, is_begun, sums(group, pair), do_nothing);
    }
  }

  // The scores of a group of queries for two panels of keys.
  void score(int64_t group, int64_t pair, float* scores) const {
    const auto& rows = scratch_.queries;
    for (int64_t step = 0; step < rows.num_steps(); step += kPartSteps) {
      add_steps<RowsFrom::kFirstCache>({rows.tiles(group, step), rows.num_tiles_of_group(group)},
                                       key_panels(pair).after(step), rows.num_steps_from(step),
                                       step > 0, scores, do_nothing);
    }
  }

  void write(int64_t group) const {
    const auto& state = scratch_.states[group];
    for (int64_t row = 0; row < rows_of(group); ++row) {
      uint16_t* out = all_.out.row(batch_, head_, query(group, row));
      if (state.sum[row] == 0) {  // every chunk of keys is masked
        std::fill_n(out, all_.sizes.width, uint16_t{0});
        continue;
      }
      for (int64_t pair = 0; pair < num_column_pairs(); ++pair) {
        const int64_t column = pair * kPairColumns;
        write_row(sums(group, pair) + row * kPairColumns,
                  std::min(kPairColumns, all_.sizes.width - column), 1 / state.sum[row],
                  out + column, Isa::kAmx);
      }
    }
  }

  const Attention& all_;
  int64_t batch_, head_, first_;
  AttentionScratch& scratch_;
};

}  // namespace

bool has_attention(Isa isa) { return isa == Isa::kAmx; }

void attention(const Attention& all, const Parallel& parallel, Isa) {
  const auto& sizes = all.sizes;
  const int64_t blocks_of_head = ceil_divide(sizes.num_queries, kBlockQueries);
  const int64_t heads_of_group = sizes.num_heads / sizes.num_groups;
  // In this order neighbours share keys and values.
  parallel(sizes.batch * sizes.num_heads * blocks_of_head, [&](int64_t begin, int64_t end) {
    thread_local AttentionScratch scratch;
    const TileConfig configured;
    int64_t packed_group = -1;
    for (int64_t index = begin; index < end; ++index) {
      const int64_t head_index = index / blocks_of_head;
      const int64_t batch = head_index / sizes.num_heads, head = head_index % sizes.num_heads;
      const int64_t group = head / heads_of_group;
      if (batch * sizes.num_groups + group != packed_group) {
        packed_group = batch * sizes.num_groups + group;
        scratch.keys.resize(num_panels_of(sizes.num_keys) * panel_size_of(sizes.width));
        pack_panels(all.k.row(batch, group, 0), sizes.num_keys, sizes.width, all.k.row_stride,
                    scratch.keys.data());
        scratch.values.resize(num_panels_of(sizes.width) * panel_size_of(sizes.num_keys));
        pack_panels_of_columns(all.v.row(batch, group, 0), sizes.num_keys, sizes.width,
                               all.v.row_stride, scratch.values.data());
      }
      QueryBlock(all, batch, head, index % blocks_of_head * kBlockQueries, scratch).run();
    }
  });
}

}  // namespace unipic::kernels
#else
namespace unipic::kernels {

bool has_attention(Isa) { return false; }

void attention(const Attention&, const Parallel&, Isa) {}

}  // namespace unipic::kernels
#endif

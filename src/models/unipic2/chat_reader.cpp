#include "models/unipic2/chat_reader.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "models/unipic2/open_parts.h"
#include "text/tokenizer_files.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;
using qwen25_vision::PatchGrid;
using torch::Tensor;

namespace {

int64_t id_of(const text::Tokenizer& tokenizer, const std::string& token, const fs::path& folder) {
  const auto id = tokenizer.token_id(token);
  check(id.has_value(), "{}: the tokenizer has no {}", folder.string(), token);
  return *id;
}

qwen25_vision::PatchOptions read_patch_options(const fs::path& folder) {
  const auto path = folder / "preprocessor_config.json";
  qwen25_vision::PatchOptions options;
  if (!fs::exists(path)) return options;
  const auto json = read_json(path);
  const auto where = path.string();
  options.min_pixels = json_get_or<int64_t>(json, "min_pixels", options.min_pixels, where);
  options.max_pixels = json_get_or<int64_t>(json, "max_pixels", options.max_pixels, where);
  check(options.min_pixels >= 1 && options.min_pixels <= options.max_pixels,
        "{}: min_pixels {} and max_pixels {} make no range", where, options.min_pixels,
        options.max_pixels);
  return options;
}

}  // namespace

std::string chat_text(const std::string& content, bool has_picture) {
  return fmt::format("<|im_start|>user\n{}{}<|im_end|>\n<|im_start|>assistant\n",
                     has_picture ? "<|vision_start|><|image_pad|><|vision_end|>" : "", content);
}

ChatReader::ChatReader(const fs::path& folder)
    : tokenizer_(text::load_tokenizer(folder)),
      pad_id_(id_of(tokenizer_, "<|endoftext|>", folder)),
      image_id_(id_of(tokenizer_, "<|image_pad|>", folder)),
      rules_(qwen2::read_generation_config(folder)),
      patch_options_(read_patch_options(folder)),
      vision_(read_vision_config(folder)) {
  if (rules_.end_ids.empty()) rules_.end_ids = {id_of(tokenizer_, "<|im_end|>", folder), pad_id_};
}

int64_t ChatReader::num_tokens(const PatchGrid& grid) const {
  const int64_t merge = vision_.merge_size;
  return grid.num_patches() / (merge * merge);
}

TokenRows ChatReader::tokenize(const std::vector<std::string>& texts,
                               const std::vector<PatchGrid>& grids) const {
  std::vector<std::vector<int64_t>> rows;
  size_t longest = 0, next_grid = 0;
  for (const auto& text : texts) {
    std::vector<int64_t> ids;
    for (const int64_t id : tokenizer_.encode(text)) {
      if (id == image_id_) {
        check(next_grid < grids.size(), "the texts hold more places for pictures than {}",
              grids.size());
        ids.insert(ids.end(), static_cast<size_t>(num_tokens(grids[next_grid++])), id);
      } else {
        ids.push_back(id);
      }
    }
    longest = std::max(longest, ids.size());
    rows.push_back(std::move(ids));
  }
  check(next_grid == grids.size(), "the texts hold {} places for {} pictures", next_grid,
        grids.size());
  const auto num_rows = static_cast<int64_t>(rows.size());
  TokenRows result = {torch::full({num_rows, static_cast<int64_t>(longest)}, pad_id_, torch::kLong),
                      torch::zeros({num_rows, static_cast<int64_t>(longest)}, torch::kLong)};
  for (int64_t row = 0; row < num_rows; ++row) {
    const auto& ids = rows[static_cast<size_t>(row)];
    const auto length = static_cast<int64_t>(ids.size());
    result.ids_BT[row].narrow(0, 0, length).copy_(torch::tensor(ids, torch::kLong));
    result.mask_BT[row].narrow(0, 0, length).fill_(1);
  }
  return result;
}

Tensor ChatReader::positions(const TokenRows& rows, const std::vector<PatchGrid>& grids) const {
  const int64_t num_rows = rows.ids_BT.size(0), length = rows.ids_BT.size(1);
  const int64_t merge = vision_.merge_size;
  auto positions = torch::ones({3, num_rows, length}, torch::kLong);
  auto at = positions.accessor<int64_t, 3>();
  const auto ids_BT = rows.ids_BT.contiguous(), mask_BT = rows.mask_BT.contiguous();
  const auto ids = ids_BT.accessor<int64_t, 2>(), mask = mask_BT.accessor<int64_t, 2>();
  size_t next_grid = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    int64_t next = 0;
    for (int64_t token = 0; token < length;) {
      if (mask[row][token] == 0) {
        ++token;
      } else if (ids[row][token] != image_id_) {
        for (int64_t axis = 0; axis < 3; ++axis) at[axis][row][token] = next;
        ++next;
        ++token;
      } else {
        check(next_grid < grids.size(), "more placeholders than pictures");
        const auto& grid = grids[next_grid++];
        const int64_t columns = grid.columns / merge, count = num_tokens(grid);
        check(token + count <= length, "fewer placeholders than a picture has tokens");
        for (int64_t place = 0; place < count; ++place, ++token) {
          at[0][row][token] = next;
          at[1][row][token] = next + place / columns;
          at[2][row][token] = next + place % columns;
        }
        next += std::max(grid.rows / merge, columns);
      }
    }
  }
  return positions;
}

Tensor ChatReader::position_offsets(const Tensor& positions_3BT, int64_t num_tokens) {
  return (positions_3BT.amax(0).amax(-1) + 1 - num_tokens).unsqueeze(-1);
}

}  // namespace unipic::unipic2

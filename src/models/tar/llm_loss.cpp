#include "models/tar/llm_loss.h"

#include <algorithm>

#include "base/check.h"

namespace unipic::tar {
using torch::Tensor;

namespace {

// The codes of `picture` at the end of a sample: learned, with their scale before them, where the
// model is to draw it.
void append_picture(TrainingSample& sample, const Tensor& codes_N, int64_t scale,
                    const VisualTokens& visual) {
  const bool is_drawn = !sample.labels.empty() && sample.labels.back() == visual.start_id;
  const auto append = [&](int64_t id) {
    sample.ids.push_back(id);
    sample.labels.push_back(is_drawn ? id : kIgnored);
  };
  if (is_drawn) append(visual.scale_id(scale));
  const auto codes = codes_N.contiguous();
  for (int64_t place = 0; place < codes.numel(); ++place)
    append(visual.image_id(codes.const_data_ptr<int64_t>()[place]));
}

MergedBatch padded(const std::vector<TrainingSample>& samples, int64_t max_tokens) {
  size_t longest = 0;
  for (const auto& sample : samples) longest = std::max(longest, sample.ids.size());
  longest = std::min(longest, static_cast<size_t>(max_tokens));
  std::vector<Tensor> ids, labels, masks;
  for (auto sample : samples) {
    const auto length = std::min(sample.ids.size(), longest);
    sample.ids.resize(length);
    sample.ids.resize(longest, 0);
    sample.labels.resize(length);
    sample.labels.resize(longest, kIgnored);
    ids.push_back(torch::tensor(sample.ids, torch::kLong));
    labels.push_back(torch::tensor(sample.labels, torch::kLong));
    masks.push_back(torch::arange(static_cast<int64_t>(longest)) < static_cast<int64_t>(length));
  }
  return {torch::stack(ids), torch::stack(labels), torch::stack(masks)};
}

}  // namespace

int64_t MergedBatch::num_learned() const {
  return labels_BT.narrow(1, 1, labels_BT.size(1) - 1).ne(kIgnored).sum().item<int64_t>();
}

MergedBatch merge(std::span<const TrainingSample> samples, std::span<const Tensor> picture_codes,
                  int64_t scale, const VisualTokens& visual, int64_t max_tokens,
                  bool texts_use_pictures) {
  std::vector<TrainingSample> merged;
  size_t next_picture = 0;
  for (const auto& sample : samples) {
    auto& out = merged.emplace_back();
    for (size_t place = 0; place < sample.ids.size(); ++place) {
      if (sample.ids[place] == kPictureMark) {
        check(next_picture < picture_codes.size(), "samples with more than {} pictures",
              picture_codes.size());
        append_picture(out, picture_codes[next_picture++], scale, visual);
      } else {
        out.ids.push_back(sample.ids[place]);
        out.labels.push_back(sample.labels[place]);
      }
    }
    if (texts_use_pictures && sample.num_pictures() == 0) ++next_picture;
  }
  check(next_picture == picture_codes.size(), "{} pictures for samples with {}",
        picture_codes.size(), next_picture);
  return padded(merged, max_tokens);
}

Tensor embed(const qwen2::CausalLm& llm, const MergedBatch& batch) {
  const auto embedded_BTD = llm->embed(batch.ids_BT);
  return embedded_BTD * batch.mask_BT.unsqueeze(2).to(embedded_BTD.scalar_type());
}

Tensor next_token_loss(const qwen2::CausalLm& llm, const Tensor& hidden_BTD,
                       const Tensor& labels_BT) {
  const int64_t num_tokens = labels_BT.size(1);
  const auto labels = labels_BT.narrow(1, 1, num_tokens - 1).reshape(-1);
  const auto hidden = hidden_BTD.narrow(1, 0, num_tokens - 1).flatten(0, 1);
  // Scores of a large vocabulary are only worth their memory where something is learned.
  const auto learned = labels.ne(kIgnored).nonzero().squeeze(1);
  return torch::cross_entropy_loss(llm->logits(hidden.index_select(0, learned)),
                                   labels.index_select(0, learned));
}

}  // namespace unipic::tar

#include "backbones/qwen2/continuation.h"

#include <algorithm>
#include <utility>

namespace unipic::qwen2 {
using torch::Tensor;

Continuation::Continuation(CausalLm llm, Tensor embeddings_BTD, ContinuationOptions options,
                           RunControl control, nn::Trace trace)
    : llm_(std::move(llm)),
      prompts_BTD_(std::move(embeddings_BTD)),
      options_(std::move(options)),
      control_(std::move(control)),
      trace_(std::move(trace)),
      cache_(llm_->make_cache()) {
  options_.sampling.validate();
  const int64_t num_rows = prompts_BTD_.size(0), num_tokens = prompts_BTD_.size(1);
  for (int64_t row = 0; row < num_rows; ++row) {
    rows_.push_back(
        {.prompt_ids = options_.prompt_ids.empty() ? std::vector<int64_t>()
                                                   : std::move(options_.prompt_ids.at(index(row))),
         .written = {},
         .seed = options_.seeds.empty() ? options_.sampling.seed : options_.seeds.at(index(row)),
         .number = row});
  }
  constexpr int64_t kTokensAtFirst = 1024;
  cache_.reserve(num_tokens + std::min(options_.max_new_tokens, kTokensAtFirst));
}

bool Continuation::has_ended(int64_t row) const {
  const auto& ids = written(row);
  return !ids.empty() && std::ranges::count(options_.end_ids, ids.back()) > 0;
}

bool Continuation::all_have_ended() const {
  for (int64_t row = 0; row < num_rows(); ++row)
    if (!has_ended(row)) return false;
  return true;
}

Tensor Continuation::read_prompts() {
  const auto options = torch::dtype(torch::kLong).device(prompts_BTD_.device());
  const int64_t num_tokens = prompts_BTD_.size(1);
  auto lengths_B1 = torch::full({num_rows(), 1}, num_tokens, options);
  if (options_.prompt_mask.defined()) {
    key_mask_BS_ = options_.prompt_mask.to(prompts_BTD_.device(), torch::kBool);
    lengths_B1 = key_mask_BS_.sum(1, true);
  }
  auto positions = options_.prompt_positions;
  if (positions.defined()) {
    positions = positions.to(prompts_BTD_.device());
    const auto largest_BT = positions.dim() == 3 ? positions.amax(0) : positions;
    position_offsets_B1_ = largest_BT.amax(1, true) + 1 - num_tokens;
  } else {
    positions = torch::arange(num_tokens, options).unsqueeze(0);
    position_offsets_B1_ = lengths_B1 - num_tokens;
  }
  const auto hidden_BTD = llm_->decoder()->forward(prompts_BTD_, positions, key_mask_BS_, &cache_);
  prompts_BTD_ = Tensor();
  const auto last_B1D = (lengths_B1 - 1).unsqueeze(2).expand({-1, 1, hidden_BTD.size(2)});
  return hidden_BTD.gather(1, last_B1D).squeeze(1);
}

Tensor Continuation::read_ids(const std::vector<int64_t>& ids_B) {
  const auto ids_B1 =
      torch::tensor(ids_B, torch::kLong).to(position_offsets_B1_.device()).unsqueeze(1);
  if (key_mask_BS_.defined())
    key_mask_BS_ = torch::cat({key_mask_BS_, torch::ones_like(ids_B1, torch::kBool)}, 1);
  return llm_->decoder()
      ->forward(llm_->embed(ids_B1), cache_.length() + position_offsets_B1_, key_mask_BS_, &cache_)
      .squeeze(1);
}

int64_t Continuation::choose(const Row& row, const Tensor& scores_V) const {
  const auto place = row.written.size();
  const double share = options_.share ? options_.share(row.number, place)
                                      : nn::share_of(row.seed, /*stream=*/0, place);
  return nn::choose_token(scores_V, options_.sampling, share);
}

std::vector<int64_t> Continuation::next() {
  const torch::InferenceMode no_autograd;
  std::vector<int64_t> last_ids;
  for (const auto& row : rows_)
    if (num_steps_ > 0) last_ids.push_back(row.written.back());
  const auto hidden_BD = num_steps_ == 0
                             ? control_.timed("prompt", [&] { return read_prompts(); })
                             : control_.timed("decode", [&] { return read_ids(last_ids); });
  const auto logits_BV = llm_->logits(hidden_BD);
  if (num_steps_ == 0) trace_("raw_logits_first", logits_BV);
  const auto scores_BV = penalized(logits_BV);
  trace_("step_logits", logits_BV);
  trace_("step_scores", scores_BV);
  std::vector<int64_t> ids;
  for (int64_t row = 0; row < num_rows(); ++row) {
    if (!has_ended(row))
      rows_[index(row)].written.push_back(choose(rows_[index(row)], scores_BV[row]));
    ids.push_back(written(row).back());
  }
  ++num_steps_;
  control_.report(options_.stage, num_steps_, options_.max_new_tokens);
  if (is_done()) trace_("scores_last", scores_BV);
  return ids;
}

void Continuation::keep(const std::vector<int64_t>& rows) {
  const torch::InferenceMode no_autograd;
  std::vector<Row> kept;
  for (const int64_t row : rows) kept.push_back(rows_.at(index(row)));
  rows_ = std::move(kept);
  const auto select = [rows_B = torch::tensor(rows, torch::kLong)](Tensor& x) {
    if (x.defined()) x = x.index_select(0, rows_B.to(x.device()));
  };
  select(key_mask_BS_);
  if (num_steps_ > 0) {
    select(position_offsets_B1_);
    cache_ =
        cache_.select_rows(torch::tensor(rows, torch::kLong).to(position_offsets_B1_.device()));
    return;
  }
  select(prompts_BTD_);
  select(options_.prompt_mask);
  auto& positions = options_.prompt_positions;
  if (positions.defined())
    positions = positions.index_select(positions.dim() - 2, torch::tensor(rows, torch::kLong));
}

Tensor Continuation::penalized(const Tensor& logits_BV) const {
  const double penalty = options_.repetition_penalty;
  if (penalty == 1.0) return logits_BV;
  auto scores_BV = logits_BV.clone();
  for (int64_t row = 0; row < num_rows(); ++row) {
    auto known = rows_[index(row)].prompt_ids;
    known.insert(known.end(), written(row).begin(), written(row).end());
    if (known.empty()) continue;
    const auto ids = torch::tensor(known, torch::kLong).to(logits_BV.device());
    const auto scores = logits_BV[row].index_select(0, ids);
    scores_BV[row].index_copy_(0, ids,
                               torch::where(scores < 0, scores * penalty, scores / penalty));
  }
  return scores_BV;
}

}  // namespace unipic::qwen2

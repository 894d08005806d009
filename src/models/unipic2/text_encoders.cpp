#include "models/unipic2/text_encoders.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "text/tokenizer_files.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

Tensor rows_of(const std::vector<std::vector<int64_t>>& rows) {
  std::vector<Tensor> tensors;
  for (const auto& row : rows) tensors.push_back(torch::tensor(row, torch::kLong));
  return torch::stack(tensors);
}

}  // namespace

ClipTokens::ClipTokens(const fs::path& folder)
    : tokenizer_(text::load_tokenizer(folder)),
      start_id_(id_of(folder, "bos_token")),
      end_id_(id_of(folder, "eos_token")),
      pad_id_(id_of(folder, "pad_token")) {}

int64_t ClipTokens::id_of(const fs::path& folder, const std::string& name) const {
  const auto token = text::special_token(folder, name);
  const auto id = tokenizer_.token_id(token);
  check(id.has_value(), "{}: the {} '{}' is not in the vocabulary", folder.string(), name, token);
  return *id;
}

Tensor ClipTokens::encode(const std::vector<std::string>& texts, int64_t length) const {
  std::vector<std::vector<int64_t>> rows;
  for (const auto& text : texts) {
    auto ids = tokenizer_.encode(text);
    ids.resize(std::min(ids.size(), static_cast<size_t>(length - 2)));
    ids.insert(ids.begin(), start_id_);
    ids.push_back(end_id_);
    ids.resize(static_cast<size_t>(length), pad_id_);
    rows.push_back(std::move(ids));
  }
  return rows_of(rows);
}

Tensor t5_tokens(const text::UnigramTokenizer& tokenizer, const std::vector<std::string>& texts,
                 int64_t length) {
  std::vector<std::vector<int64_t>> rows;
  for (const auto& text : texts) {
    auto ids = tokenizer.encode(text);
    ids.resize(std::min(ids.size(), static_cast<size_t>(length - 1)));
    ids.push_back(tokenizer.end_id());
    ids.resize(static_cast<size_t>(length), tokenizer.pad_id());
    rows.push_back(std::move(ids));
  }
  return rows_of(rows);
}

TextEncoders::TextEncoders(fs::path folder, const Placement& placement)
    : folder_(std::move(folder)),
      placement_(placement),
      clip_l_(folder_ / "tokenizer"),
      clip_g_(folder_ / "tokenizer_2") {
  if (fs::exists(folder_ / "text_encoder_3"))
    t5_ = text::load_unigram_tokenizer(folder_ / "tokenizer_3");
}

EncodedPrompts TextEncoders::encode(const std::vector<std::string>& prompts,
                                    int64_t num_t5_tokens) const {
  torch::InferenceMode no_autograd;
  check_usage(num_t5_tokens >= 1 && num_t5_tokens <= kMostT5Tokens,
              "{} tokens of T5, not within 1..{}", num_t5_tokens, kMostT5Tokens);
  const auto clip = [&](const ClipTokens& tokens, const char* name) {
    const auto ids = tokens.encode(prompts, kClipTokens).to(placement_.device);
    return load_clip(folder_ / name, placement_)->forward(ids);
  };
  const auto l = clip(clip_l_, "text_encoder");
  const auto g = clip(clip_g_, "text_encoder_2");
  const auto of_clips = torch::cat({l.penultimate_BTD, g.penultimate_BTD}, -1);
  Tensor of_t5;
  if (t5_) {
    const auto ids = t5_tokens(*t5_, prompts, num_t5_tokens).to(placement_.device);
    of_t5 = run_t5(folder_ / "text_encoder_3", placement_, ids);
  } else {
    constexpr int64_t kWidthWithoutT5 = 4096;
    of_t5 = torch::zeros({of_clips.size(0), kClipTokens, kWidthWithoutT5}, of_clips.options());
  }
  const int64_t missing = of_t5.size(-1) - of_clips.size(-1);
  check(missing >= 0, "{}: both CLIPs are wider together than T5, {} and {}", folder_.string(),
        of_clips.size(-1), of_t5.size(-1));
  return {torch::cat({torch::constant_pad_nd(of_clips, {0, missing}), of_t5}, 1),
          torch::cat({l.pooled_BP, g.pooled_BP}, -1)};
}

}  // namespace unipic::unipic2

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

namespace {

void check_widths(const clip_text::Encoded& l, const clip_text::Encoded& g,
                  const sd3::Config& transformer, const std::string& where) {
  const auto of_l = l.penultimate_BTD.size(-1), of_g = g.penultimate_BTD.size(-1);
  check(of_l < of_g, "{}: CLIP-L is {} wide and CLIP-G {}; are they interchanged?", where, of_l,
        of_g);
  check(of_l + of_g <= transformer.context_dim,
        "{}: both CLIPs are {} wide together, the transformer takes {}", where, of_l + of_g,
        transformer.context_dim);
  const auto pooled = l.pooled_BP.size(-1) + g.pooled_BP.size(-1);
  check(pooled == transformer.pooled_dim,
        "{}: what both CLIPs make of a prompt is {} wide, the transformer takes {}", where, pooled,
        transformer.pooled_dim);
}

}  // namespace

EncodedPrompts assembled_prompts(const clip_text::Encoded& l, const clip_text::Encoded& g,
                                 Tensor of_t5, const sd3::Config& transformer,
                                 const std::string& where) {
  check_widths(l, g, transformer, where);
  const int64_t width = transformer.context_dim;
  const auto of_clips = torch::cat({l.penultimate_BTD, g.penultimate_BTD}, -1);
  if (!of_t5.defined())
    of_t5 = torch::zeros({of_clips.size(0), of_clips.size(1), width}, of_clips.options());
  check(of_t5.size(-1) == width, "{}: T5 is {} wide, the transformer takes {}", where,
        of_t5.size(-1), width);
  return {torch::cat({torch::constant_pad_nd(of_clips, {0, width - of_clips.size(-1)}), of_t5}, 1),
          torch::cat({l.pooled_BP, g.pooled_BP}, -1)};
}

TextEncoders::TextEncoders(KontextFiles files, const ops::Placement& placement)
    : files_(std::move(files)),
      placement_(placement),
      clip_l_(files_.tokenizers / "tokenizer"),
      clip_g_(files_.tokenizers / "tokenizer_2") {
  if (!files_.t5.empty()) t5_ = text::load_unigram_tokenizer(files_.tokenizers / "tokenizer_3");
}

EncodedPrompts TextEncoders::encode(const std::vector<std::string>& prompts, int64_t num_t5_tokens,
                                    const sd3::Config& transformer,
                                    const RunControl& control) const {
  torch::InferenceMode no_autograd;
  check_usage(num_t5_tokens >= 1 && num_t5_tokens <= kMostT5Tokens,
              "{} tokens of T5, not within 1..{}", num_t5_tokens, kMostT5Tokens);
  const auto clip = [&](const ClipTokens& tokens, const fs::path& path, Clip which) {
    const auto ids = tokens.encode(prompts, kClipTokens).to(placement_.device);
    return control.timed(
        "clip", [&] { return load_clip(path, which, placement_, files_.unstated)->forward(ids); });
  };
  const auto l = clip(clip_l_, files_.clip_l, Clip::kL);
  const auto g = clip(clip_g_, files_.clip_g, Clip::kG);
  Tensor of_t5;
  if (t5_) {
    const auto ids = t5_tokens(*t5_, prompts, num_t5_tokens).to(placement_.device);
    of_t5 = control.timed("t5", [&] { return run_t5(files_.t5, placement_, ids, control); });
  }
  return assembled_prompts(l, g, of_t5, transformer, files_.names_of_encoders());
}

}  // namespace unipic::unipic2

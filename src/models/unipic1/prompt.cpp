#include "models/unipic1/prompt.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace unipic::unipic1 {
namespace {

constexpr std::string_view kInput = "{input}";

int64_t require_token(const text::Tokenizer& tokenizer, const std::string& token) {
  const auto id = tokenizer.token_id(token);
  check(id.has_value(), "the tokenizer has no token '{}'", token);
  return *id;
}

}  // namespace

PromptWriter::PromptWriter(text::Tokenizer tokenizer, const Config& config)
    : tokenizer_(std::move(tokenizer)),
      end_id_(require_token(tokenizer_, config.end_token)),
      image_id_(tokenizer_.add_special_token(config.image_token)) {
  const size_t input = config.instruction_template.find(kInput);
  before_input_ = config.instruction_template.substr(0, input);
  after_input_ = config.instruction_template.substr(input + kInput.size());
  check(tokenizer_.vocab_size() <= config.llm.vocab_size,
        "the tokenizer has {} tokens, the language model only {}", tokenizer_.vocab_size(),
        config.llm.vocab_size);
}

TokenIds PromptWriter::draw(std::string_view prompt) const {
  return instruct(prompt.empty() ? std::string("Generate an image.")
                                 : fmt::format("Generate an image: {}", prompt));
}

TokenIds PromptWriter::instruct(std::string_view text) const {
  return tokenizer_.encode(fmt::format("{}{}{}", before_input_, text, after_input_));
}

TokenIds PromptWriter::show(int64_t num_image_tokens, std::string_view text) const {
  // The image token is cut out of a text before anything else, so the parts can be encoded alone.
  auto ids = tokenizer_.encode(before_input_);
  ids.insert(ids.end(), static_cast<size_t>(num_image_tokens), image_id_);
  const auto rest = tokenizer_.encode(fmt::format("\n{}{}", text, after_input_));
  ids.insert(ids.end(), rest.begin(), rest.end());
  return ids;
}

std::string_view stripped(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r\f\v";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

PromptBatch make_prompt_batch(const std::vector<TokenIds>& prompts,
                              const std::vector<int64_t>& rows, int64_t pad_id) {
  size_t longest = 0;
  for (const auto& ids : prompts) longest = std::max(longest, ids.size());
  const auto num_prompts = static_cast<int64_t>(prompts.size());
  auto ids_UP = torch::full({num_prompts, static_cast<int64_t>(longest)}, pad_id, torch::kLong);
  auto mask_UP = torch::zeros_like(ids_UP);
  for (int64_t prompt = 0; prompt < num_prompts; ++prompt) {
    const auto& ids = prompts[static_cast<size_t>(prompt)];
    const auto length = static_cast<int64_t>(ids.size());
    ids_UP[prompt].narrow(0, 0, length).copy_(torch::tensor(ids, torch::kLong));
    mask_UP[prompt].narrow(0, 0, length).fill_(1);
  }
  return {ids_UP, mask_UP, torch::tensor(rows, torch::kLong)};
}

std::vector<int64_t> guided_rows(const std::vector<int64_t>& prompt_of, bool guided,
                                 int64_t unconditional) {
  auto rows = prompt_of;
  if (guided) rows.insert(rows.end(), prompt_of.size(), unconditional);
  return rows;
}

}  // namespace unipic::unipic1
